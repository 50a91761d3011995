#include "graph/formula.h"

#include "base/limits.h"

enum {
    FORMULA_BUSY = UINT32_MAX, /* in the map of conditions: being made */
    MAX_LITERALS = 200,        /* of one subject */
};

/* ---- comparisons ---------------------------------------------------------- */

static bool literal_text(const struct value *x, struct str *out) {
    *out = x->kind == VAL_BOOL ? (x->truth ? STR("true") : STR("false")) : value_text(x);
    return value_is_scalar(x) && value_is_known(x);
}

static struct subject *subject_get(struct formulas *f, struct str key) {
    uintptr_t at = map_get(&f->by_key, key);
    if (!at) {
        vec_push(f->arena, &f->subjects, (struct subject){.key = key});
        at = f->subjects.count;
        map_put(f->arena, &f->by_key, key, at);
    }
    return &f->subjects.items[at - 1];
}

static uint32_t subject_literal(const struct subject *s, struct str literal) {
    for (uint32_t i = 0; i < s->literals.items.count; i++)
        if (str_eq(s->literals.items.items[i], literal))
            return i;
    return UINT32_MAX;
}

static void subject_add(struct formulas *f, struct subject *s, struct str literal) {
    if (!s->exhaustive && s->literals.items.count < MAX_LITERALS &&
        subject_literal(s, literal) == UINT32_MAX)
        vec_push(f->arena, &s->literals.items, literal);
}

/* The values a parameter is confined to; false when any other is possible. */
static bool parameter_values(struct formulas *f, struct str name, struct str_vec *out) {
    const struct value *parameter = value_get(f->graph->parameters, name);
    struct str type = value_text(value_get_c(parameter, "Type"));
    const struct value *allowed = value_get_c(parameter, "AllowedValues");
    if (!(str_is(type, "String") || str_is(type, "Number")) || allowed->kind != VAL_LIST ||
        allowed->count == 0 || allowed->count > MAX_LITERALS)
        return false;
    for (uint32_t i = 0; i < allowed->count; i++) {
        struct str text;
        if (!literal_text(allowed->items[i], &text))
            return false;
        vec_push(f->arena, &out->items, text);
    }
    return true;
}

/* The subject of an expression, with what its values are known to be. */
static struct subject *subject_of(struct formulas *f, const struct value *x) {
    struct str key = value_canonical(f->arena, x);
    if (map_get(&f->by_key, key))
        return subject_get(f, key);
    struct subject *s = subject_get(f, key);
    if (x->kind != VAL_REF)
        return s;
    struct str_vec values = {0};
    if (str_is(x->text, "AWS::Region") && f->regions && f->regions->items.count)
        values = *f->regions;
    else if (!parameter_values(f, x->text, &values))
        return s;
    for (uint32_t i = 0; i < values.items.count; i++)
        subject_add(f, s, values.items.items[i]);
    s->exhaustive = s->literals.items.count > 0;
    return s;
}

/* An Equals of something against a literal, whichever side it stands on. */
static bool comparison(const struct value *equals, const struct value **left, struct str *literal) {
    const struct value *a = value_at(equals, 0), *b = value_at(equals, 1);
    if (literal_text(b, literal)) {
        *left = a;
        return true;
    }
    *left = b;
    return literal_text(a, literal);
}

/* FindInMap by a single reference and a literal is one of the map's entries. */
static const struct value *mapped(struct formulas *f, const struct value *x) {
    if (x->kind != VAL_FIND_IN_MAP || x->count != 3 || !value_is_scalar(x->items[0]) ||
        x->items[1]->kind != VAL_REF || !value_is_scalar(x->items[2]))
        return NULL;
    const struct value *map = value_get(f->graph->mappings, value_text(x->items[0]));
    return map->kind == VAL_MAP && map->count <= MAX_LITERALS ? map : NULL;
}

static void collect(struct formulas *f, const struct value *x, unsigned depth) {
    if (depth > LIMIT_DEPTH)
        return;
    if (x->kind == VAL_EQUALS) {
        const struct value *left;
        struct str literal;
        if (!comparison(x, &left, &literal)) {
            subject_get(f, value_canonical(f->arena, x));
            return;
        }
        if (literal_text(left, &(struct str){0}))
            return;
        const struct value *map = mapped(f, left);
        if (!map) {
            subject_add(f, subject_of(f, left), literal);
            return;
        }
        struct subject *s = subject_of(f, left->items[1]);
        for (uint32_t i = 0; i < map->count; i++)
            subject_add(f, s, map->members[i].key);
        return;
    }
    if (x->kind == VAL_CONTAINS) {
        const struct value *list = value_at(x, 0), *left = value_at(x, 1);
        struct str literal;
        for (uint32_t i = 0; left->kind == VAL_REF && list->kind == VAL_LIST && i < list->count;
             i++)
            if (literal_text(list->items[i], &literal))
                subject_add(f, subject_of(f, left), literal);
        return;
    }
    if (x->kind == VAL_AND || x->kind == VAL_OR || x->kind == VAL_NOT)
        for (uint32_t i = 0; i < x->count; i++)
            collect(f, x->items[i], depth + 1);
    else if (value_is_intrinsic(x) && x->kind != VAL_CONDITION)
        subject_get(f, value_canonical(f->arena, x));
}

static void number_variables(struct formulas *f) {
    f->world = BDD_TRUE;
    for (uint32_t i = 0; i < f->subjects.count; i++) {
        struct subject *s = &f->subjects.items[i];
        uint32_t count = s->literals.items.count;
        s->first = f->variables;
        f->variables += count ? count : 1;
    }
    for (uint32_t i = f->subjects.count; i-- > 0;) {
        const struct subject *s = &f->subjects.items[i];
        uint32_t count = s->literals.items.count;
        if (count < 2 && !s->exhaustive)
            continue;
        struct bdd_id one = bdd_one_of(&f->bdd, s->first, count, s->exhaustive);
        f->world = bdd_and(&f->bdd, one, f->world);
    }
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html */
static void collect_rule(struct formulas *f, const struct value *rule) {
    const struct value *list = value_get_c(rule, "Assertions");
    collect(f, value_get_c(rule, "RuleCondition"), 0);
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++)
        collect(f, value_get_c(list->items[i], "Assert"), 0);
}

/* CloudFormation makes no stack in which a rule doesn't hold. Rules that contradict each other say
   nothing. */
static void constrain(struct formulas *f) {
    const struct value *rules = f->graph->rules;
    for (uint32_t i = 0; rules->kind == VAL_MAP && i < rules->count; i++) {
        struct bdd_id rule = formula_of_rule(f, rules->members[i].value);
        if (rule.n == BDD_UNKNOWN.n)
            continue;
        struct bdd_id both = bdd_and(&f->bdd, f->world, rule);
        if (both.n != BDD_UNKNOWN.n && both.n != BDD_FALSE.n)
            f->world = both;
    }
}

void formulas_init(struct formulas *f, struct arena *a, const struct graph *g,
                   const struct str_vec *regions) {
    *f = (struct formulas){.arena = a, .graph = g, .regions = regions, .world = BDD_TRUE};
    bdd_init(&f->bdd, a);
    for (uint32_t i = 0; g->conditions->kind == VAL_MAP && i < g->conditions->count; i++)
        collect(f, g->conditions->members[i].value, 0);
    for (uint32_t i = 0; g->rules->kind == VAL_MAP && i < g->rules->count; i++)
        collect_rule(f, g->rules->members[i].value);
    number_variables(f);
    f->base = f->world;
    constrain(f);
}

/* ---- expressions ------------------------------------------------------------ */

struct bdd_id formula_equals(struct formulas *f, const struct value *x, struct str literal) {
    uintptr_t at = f->by_key.count ? map_get(&f->by_key, value_canonical(f->arena, x)) : 0;
    if (!at)
        return BDD_UNKNOWN;
    const struct subject *s = &f->subjects.items[at - 1];
    uint32_t n = subject_literal(s, literal);
    if (n == UINT32_MAX)
        return s->exhaustive ? BDD_FALSE : BDD_UNKNOWN;
    return bdd_variable(&f->bdd, s->first + n);
}

static struct bdd_id variable_of(struct formulas *f, const struct value *x) {
    uintptr_t at = map_get(&f->by_key, value_canonical(f->arena, x));
    return at ? bdd_variable(&f->bdd, f->subjects.items[at - 1].first) : BDD_UNKNOWN;
}

static struct bdd_id equals(struct formulas *f, const struct value *x) {
    const struct value *left;
    struct str literal, other;
    if (x->count != 2)
        return BDD_UNKNOWN;
    if (!comparison(x, &left, &literal))
        return value_equal(x->items[0], x->items[1]) ? BDD_TRUE : variable_of(f, x);
    if (literal_text(left, &other))
        return str_eq(literal, other) ? BDD_TRUE : BDD_FALSE;
    const struct value *map = mapped(f, left);
    if (!map)
        return formula_equals(f, left, literal);
    struct bdd_id any = BDD_FALSE;
    for (uint32_t i = 0; i < map->count; i++) {
        const struct value *entry = value_get(map->members[i].value, value_text(left->items[2]));
        if (literal_text(entry, &other) && str_eq(other, literal))
            any = bdd_or(&f->bdd, any, formula_equals(f, left->items[1], map->members[i].key));
    }
    return any;
}

static struct bdd_id formula_at(struct formulas *f, const struct value *x, unsigned depth);

static struct bdd_id combine(struct formulas *f, const struct value *x, unsigned depth) {
    bool is_and = x->kind == VAL_AND;
    struct bdd_id all = is_and ? BDD_TRUE : BDD_FALSE;
    for (uint32_t i = 0; i < x->count; i++) {
        struct bdd_id one = formula_at(f, x->items[i], depth + 1);
        all = is_and ? bdd_and(&f->bdd, all, one) : bdd_or(&f->bdd, all, one);
    }
    return all;
}

/* A parameter that is one of a list of literals. */
static struct bdd_id contains(struct formulas *f, const struct value *x) {
    const struct value *list = value_at(x, 0), *left = value_at(x, 1);
    struct bdd_id any = BDD_FALSE;
    struct str literal;
    if (list->kind != VAL_LIST || left->kind != VAL_REF)
        return BDD_UNKNOWN;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!literal_text(list->items[i], &literal))
            return BDD_UNKNOWN;
        struct bdd_id is = formula_equals(f, left, literal);
        if (is.n == BDD_UNKNOWN.n)
            return BDD_UNKNOWN;
        any = bdd_or(&f->bdd, any, is);
    }
    return any;
}

static struct bdd_id named(struct formulas *f, struct str name, unsigned depth) {
    uintptr_t known = map_get(&f->conditions, name);
    if (known)
        return known == FORMULA_BUSY ? BDD_UNKNOWN : (struct bdd_id){(uint32_t)known - 1};
    const struct member *m = value_member(f->graph->conditions, name);
    if (!m)
        return BDD_UNKNOWN;
    map_put(f->arena, &f->conditions, name, FORMULA_BUSY);
    struct bdd_id made = formula_at(f, m->value, depth + 1);
    map_put(f->arena, &f->conditions, name, (uintptr_t)made.n + 1);
    return made;
}

static struct bdd_id formula_at(struct formulas *f, const struct value *x, unsigned depth) {
    if (depth > LIMIT_DEPTH)
        return BDD_UNKNOWN;
    switch (x->kind) {
    case VAL_EQUALS:
        return equals(f, x);
    case VAL_AND:
    case VAL_OR:
        return combine(f, x, depth);
    case VAL_NOT:
        return x->count == 1 ? bdd_not(&f->bdd, formula_at(f, x->items[0], depth + 1))
                             : BDD_UNKNOWN;
    case VAL_CONDITION:
        return named(f, x->text, depth);
    case VAL_CONTAINS:
        return contains(f, x);
    default:
        return value_is_intrinsic(x) ? variable_of(f, x) : BDD_UNKNOWN;
    }
}

struct bdd_id formula_of_rule(struct formulas *f, const struct value *rule) {
    const struct value *when = value_get_c(rule, "RuleCondition");
    const struct value *list = value_get_c(rule, "Assertions");
    struct bdd_id all = BDD_TRUE;
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++) {
        struct bdd_id one = formula_at(f, value_get_c(list->items[i], "Assert"), 0);
        if (one.n == BDD_UNKNOWN.n)
            return BDD_UNKNOWN;
        all = bdd_and(&f->bdd, all, one);
    }
    if (value_is_nil(when))
        return all;
    struct bdd_id applies = formula_at(f, when, 0);
    return applies.n == BDD_UNKNOWN.n ? BDD_UNKNOWN
                                      : bdd_or(&f->bdd, bdd_not(&f->bdd, applies), all);
}

struct bdd_id formula_of_defaults(struct formulas *f) {
    const struct value *parameters = f->graph->parameters;
    struct bdd_id all = BDD_TRUE;
    for (uint32_t i = 0; parameters->kind == VAL_MAP && i < parameters->count; i++) {
        struct value ref = {.kind = VAL_REF, .text = parameters->members[i].key};
        const struct value *preset = value_get_c(parameters->members[i].value, "Default");
        uintptr_t at = map_get(&f->by_key, value_canonical(f->arena, &ref));
        struct str text;
        if (!at || value_is_nil(preset) || !literal_text(preset, &text))
            continue;
        const struct subject *s = &f->subjects.items[at - 1];
        for (uint32_t j = 0; j < s->literals.items.count; j++) {
            struct bdd_id is = bdd_variable(&f->bdd, s->first + j);
            bool equal = str_eq(s->literals.items.items[j], text);
            all = bdd_and(&f->bdd, all, equal ? is : bdd_not(&f->bdd, is));
        }
    }
    return all;
}

struct bdd_id formula_named(struct formulas *f, struct str name) {
    return named(f, name, 0);
}

struct bdd_id formula_of_resource(struct formulas *f, const struct resource *r) {
    if (!value_has(r->attributes, STR("Condition")))
        return BDD_TRUE;
    return formula_named(f, resource_condition(r));
}

struct bdd_id formula_and(struct formulas *f, struct bdd_id a, struct bdd_id b) {
    return bdd_and(&f->bdd, a, b);
}

struct bdd_id formula_not(struct formulas *f, struct bdd_id a) {
    return bdd_not(&f->bdd, a);
}

/* ---- questions -------------------------------------------------------------- */

enum truth formula_is_possible(struct formulas *f, struct bdd_id a) {
    if (a.n <= BDD_TRUE.n)
        return a.n == BDD_UNKNOWN.n ? TRUTH_UNKNOWN : a.n == BDD_TRUE.n ? TRUTH_YES : TRUTH_NO;
    while (f->known.count <= a.n)
        vec_push(f->arena, &f->known, 0);
    if (!f->known.items[a.n]) {
        struct bdd_id both = bdd_and(&f->bdd, f->world, a);
        enum truth answer = both.n == BDD_UNKNOWN.n ? TRUTH_UNKNOWN
                            : both.n == BDD_FALSE.n ? TRUTH_NO
                                                    : TRUTH_YES;
        f->known.items[a.n] = (uint8_t)(answer + 1);
    }
    return (enum truth)(f->known.items[a.n] - 1);
}

enum truth formula_meet(struct formulas *f, struct bdd_id a, struct bdd_id b) {
    return formula_is_possible(f, bdd_and(&f->bdd, a, b));
}

enum truth formula_implies(struct formulas *f, struct bdd_id a, struct bdd_id b) {
    enum truth counterexample = formula_meet(f, a, bdd_not(&f->bdd, b));
    return counterexample == TRUTH_UNKNOWN ? TRUTH_UNKNOWN
           : counterexample == TRUTH_YES   ? TRUTH_NO
                                           : TRUTH_YES;
}
