#include "lang/compile.h"

#include <string.h>

#include "base/sha.h"

enum { CONDITION_ITEMS = 10, NAME_LENGTH = 120 }; /* Fn::And and Fn::Or take 2 to 10 conditions */

bool is_boolean(const struct value *x) {
    return x->kind == VAL_BOOL || x->kind == VAL_EQUALS || x->kind == VAL_AND ||
           x->kind == VAL_OR || x->kind == VAL_NOT || x->kind == VAL_CONDITION;
}

/* Conditions of a template can look at parameters, mappings and pseudo parameters only. */
static const struct value *find_resource_use(const struct lang *l, const struct value *x) {
    if (x->kind == VAL_GETATT)
        return x;
    if (x->kind == VAL_REF)
        return value_has(l->graph->parameters, x->text) || is_pseudo_parameter(x->text) ? NULL : x;
    if (x->kind == VAL_THING || value_is_scalar(x))
        return NULL;
    for (uint32_t i = 0; i < x->count; i++) {
        const struct value *found =
            find_resource_use(l, x->kind == VAL_MAP ? x->members[i].value : x->items[i]);
        if (found)
            return found;
    }
    return NULL;
}

struct value *to_boolean(struct lang *l, struct value *x, struct span span) {
    if (is_error(x))
        return NULL;
    if (is_boolean(x))
        return x;
    if (x->kind == VAL_IF) {
        struct value *yes = to_boolean(l, x->items[1], span),
                     *no = to_boolean(l, x->items[2], span);
        if (!yes || !no)
            return NULL;
        return logic_or(l, logic_and(l, x->items[0], yes),
                        logic_and(l, logic_not(l, x->items[0]), no));
    }
    struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, span, "a condition is needed, found %s",
                              describe_value(x));
    if (value_is_null(x))
        diag_help(l->diags, d, "give what may be null a value: '?\? false'");
    else if (x->kind == VAL_REF)
        diag_help(l->diags, d, "compare it with something, or make it a bool");
    return NULL;
}

struct value *logic_not(struct lang *l, struct value *a) {
    if (a->kind == VAL_BOOL)
        return value_bool(l->values, !a->truth);
    if (a->kind == VAL_NOT)
        return a->items[0];
    return value_call(l->values, VAL_NOT, 1, a);
}

static bool is_opposite(const struct value *a, const struct value *b) {
    return (a->kind == VAL_NOT && value_equal(a->items[0], b)) ||
           (b->kind == VAL_NOT && value_equal(b->items[0], a));
}

/* a && (!a || b) is a && b, a || (!a && b) is a || b: what `a` decides already leaves b; NULL where
   nothing is left of it. */
static struct value *without_known(struct lang *l, enum value_kind kind, struct value *a,
                                   struct value *b) {
    enum value_kind dual = kind == VAL_AND ? VAL_OR : VAL_AND;
    if (value_equal(a, b))
        return NULL;
    if (a->kind == kind)
        for (uint32_t i = 0; i < a->count && b; i++)
            b = without_known(l, kind, a->items[i], b);
    if (!b || b->kind != dual)
        return b;
    struct value *out = value_call(l->values, dual, 0);
    for (uint32_t i = 0; i < b->count; i++) {
        if (value_equal(b->items[i], a))
            return NULL; /* a && (a || b) is a */
        if (!is_opposite(b->items[i], a))
            value_push(l->values, out, b->items[i]);
    }
    return out->count == b->count ? b : out->count == 1 ? out->items[0] : out;
}

/* One operand more, in an expression that has room for it. */
static struct value *add_operand(struct lang *l, enum value_kind kind, struct value *a,
                                 struct value *b) {
    if (a->kind != kind)
        return value_call(l->values, kind, 2, a, b);
    for (uint32_t i = 0; i < a->count; i++)
        if (value_equal(a->items[i], b))
            return a;
    if (a->count >= CONDITION_ITEMS)
        return value_call(l->values, kind, 2, a, b);
    struct value *out = value_copy_shallow(l->values, a);
    value_push(l->values, out, b);
    return out;
}

static struct value *combine(struct lang *l, enum value_kind kind, struct value *a,
                             struct value *b) {
    bool neutral = kind == VAL_AND;
    if (!a || (a->kind == VAL_BOOL && a->truth == neutral))
        return b;
    if (!b || (b->kind == VAL_BOOL && b->truth == neutral))
        return a;
    if (a->kind == VAL_BOOL || b->kind == VAL_BOOL)
        return value_bool(l->values, !neutral);
    b = without_known(l, kind, a, b);
    if (!b)
        return a;
    a = without_known(l, kind, b, a);
    if (!a)
        return b;
    uint32_t more = b->kind == kind ? b->count : 1, had = a->kind == kind ? a->count : 1;
    for (uint32_t i = 0; i < had; i++)
        for (uint32_t k = 0; k < more; k++)
            if (is_opposite(a->kind == kind ? a->items[i] : a, b->kind == kind ? b->items[k] : b))
                return value_bool(l->values, !neutral);
    if (b->kind != kind || had + more > CONDITION_ITEMS)
        return add_operand(l, kind, a, b);
    for (uint32_t k = 0; k < b->count; k++)
        a = add_operand(l, kind, a, b->items[k]);
    return a;
}

struct value *logic_and(struct lang *l, struct value *a, struct value *b) {
    return combine(l, VAL_AND, a, b);
}

struct value *logic_or(struct lang *l, struct value *a, struct value *b) {
    return combine(l, VAL_OR, a, b);
}

struct value *logic_if(struct lang *l, struct value *cond, struct value *yes, struct value *no) {
    if (cond->kind == VAL_BOOL)
        return cond->truth ? yes : no;
    if (is_error(yes) || is_error(no))
        return value_error(l);
    if (value_equal(yes, no))
        return yes;
    if (cond->kind == VAL_NOT)
        return logic_if(l, cond->items[0], no, yes);
    if (is_boolean(yes) && is_boolean(no))
        return logic_or(l, logic_and(l, cond, yes), logic_and(l, logic_not(l, cond), no));
    struct value *x = value_call(l->values, VAL_IF, 3, cond, yes, no);
    x->flags |= (yes->flags | no->flags) & VALUE_SECRET;
    return x;
}

struct value *logic_is_null(struct lang *l, struct value *x) {
    if (x->kind == VAL_IF)
        return logic_or(l, logic_and(l, x->items[0], logic_is_null(l, x->items[1])),
                        logic_and(l, logic_not(l, x->items[0]), logic_is_null(l, x->items[2])));
    struct thing *t = thing_of(x);
    if (t && t->cond)
        return logic_not(l, t->cond);
    return value_bool(l->values, value_is_null(x));
}

static struct value *comparable(struct lang *l, struct value *x) {
    return x->kind == VAL_BOOL ? value_c(l->values, x->truth ? "true" : "false")
           : x->kind == VAL_NUMBER ? value_string(l->values, x->text) : x;
}

struct value *logic_equal(struct lang *l, struct value *a, struct value *b, struct span span) {
    if (value_is_null(a) || value_is_null(b))
        return logic_is_null(l, value_is_null(a) ? b : a);
    if (is_boolean(a) && is_boolean(b) && (a->kind != VAL_BOOL || b->kind != VAL_BOOL))
        return logic_or(l, logic_and(l, a, b), logic_and(l, logic_not(l, a), logic_not(l, b)));
    if (b->kind == VAL_IF && a->kind != VAL_IF) {
        struct value *swap = a;
        a = b, b = swap;
    }
    if (a->kind == VAL_IF)
        return logic_or(l, logic_and(l, a->items[0], logic_equal(l, a->items[1], b, span)),
                        logic_and(l, logic_not(l, a->items[0]),
                                  logic_equal(l, a->items[2], b, span)));
    if (is_thing(a) && is_thing(b))
        return value_bool(l->values, thing_of(a) == thing_of(b));
    if (value_is_known(a) && value_is_known(b)) {
        bool same = a->kind == VAL_NUMBER && b->kind == VAL_NUMBER
                        ? str_eq(a->text, b->text) && a->unit == b->unit
                        : value_equal(a, b);
        return value_bool(l->values, same);
    }
    if (is_thing(a) || is_thing(b) || a->kind == VAL_LIST || b->kind == VAL_LIST ||
        a->kind == VAL_MAP || b->kind == VAL_MAP) {
        diag_add(l->diags, RULE_VALUE_TYPE, span, "%s and %s can't be compared", describe_value(a),
                 describe_value(b));
        return value_error(l);
    }
    const struct value *used = find_resource_use(l, a);
    if (!used)
        used = find_resource_use(l, b);
    if (used) {
        struct diag *d =
            diag_add(l->diags, RULE_KNOWN_VALUE, span,
                     "a condition can't look at '%.*s', which is known only once it is created",
                     STR_ARG(used->text));
        diag_help(l->diags, d, "conditions look at params and at values known at build time");
        return value_error(l);
    }
    if (value_is_known(a)) {
        struct value *swap = a;
        a = b, b = swap;
    }
    return value_call(l->values, VAL_EQUALS, 2, comparable(l, a), comparable(l, b));
}

/* ---- names of conditions ------------------------------------------------------------ */

/* A name reads as its expression does: ProdAndEitherHasMailOrLevelIsHigh, NeitherProdNorHasMail. What
   is combined of others stands behind the single ones, so that it ends where the name does. */

struct named {
    struct str name;
    struct value *definition;
    bool is_given, emitted; /* given: by a `let` */
};

static void append_name(struct lang *l, struct buf *b, const struct value *x);

static const struct named *given_name(struct lang *l, const struct value *x) {
    const struct named *known = map_get_ptr(&l->conditions, value_canonical(l->arena, x));
    return known && known->is_given ? known : NULL;
}

static bool is_combined(struct lang *l, const struct value *x) {
    return (x->kind == VAL_AND || x->kind == VAL_OR) && !given_name(l, x);
}

static void append_operands(struct lang *l, struct buf *b, const struct value *x,
                            const char *between) {
    const char *before = "";
    for (int combined = 0; combined < 2; combined++)
        for (uint32_t i = 0; i < x->count; i++) {
            if (is_combined(l, x->items[i]) != combined)
                continue;
            buf_c(b, before);
            buf_c(b, !combined ? "" : x->items[i]->kind == VAL_AND ? "Both" : "Either");
            append_name(l, b, x->items[i]);
            before = between;
        }
}

static void append_equals(struct lang *l, struct buf *b, const struct value *x, const char *is) {
    append_name(l, b, value_at(x, 0));
    buf_c(b, is);
    append_name(l, b, value_at(x, 1));
}

static void append_not(struct lang *l, struct buf *b, const struct value *x) {
    if (given_name(l, x) || (x->kind != VAL_EQUALS && x->kind != VAL_AND && x->kind != VAL_OR)) {
        buf_c(b, "Not");
        append_name(l, b, x);
    } else if (x->kind != VAL_EQUALS) {
        buf_c(b, x->kind == VAL_AND ? "NotBoth" : "Neither");
        append_operands(l, b, x, x->kind == VAL_AND ? "And" : "Nor");
    } else if (value_is_c(value_at(x, 1), "")) {
        buf_c(b, "Has");
        append_name(l, b, value_at(x, 0));
    } else {
        append_equals(l, b, x, "IsNot");
    }
}

static void append_name(struct lang *l, struct buf *b, const struct value *x) {
    const struct named *known = given_name(l, x);
    if (known) {
        buf_str(b, known->name);
        return;
    }
    switch (x->kind) {
    case VAL_REF:
        buf_str(b, camel(l->arena, x->text));
        return;
    case VAL_STRING:
        buf_str(b, x->text.len ? camel(l->arena, x->text) : STR("Empty"));
        return;
    case VAL_CONDITION:
        buf_str(b, x->text);
        return;
    case VAL_JOIN: /* of an optional list */
        append_name(l, b, value_at(x, 1));
        return;
    case VAL_EQUALS:
        append_equals(l, b, x, "Is");
        return;
    case VAL_NOT:
        append_not(l, b, value_at(x, 0));
        return;
    case VAL_AND:
    case VAL_OR:
        append_operands(l, b, x, x->kind == VAL_AND ? "And" : "Or");
        return;
    case VAL_FIND_IN_MAP: /* mappings[KEY].NAME */
        append_name(l, b, value_at(x, 1));
        append_name(l, b, value_at(x, 2));
        return;
    default:
        buf_str(b, str_slice(sha256_hex(l->arena, value_canonical(l->arena, x)), 0, 8));
    }
}

static struct named *condition_entry(struct lang *l, struct value *expression, struct str wanted) {
    struct str key = value_canonical(l->arena, expression);
    struct named *entry = map_get_ptr(&l->conditions, key);
    if (entry)
        return entry;
    struct buf b;
    buf_init(&b, l->arena, 0);
    buf_str(&b, wanted);
    if (wanted.len == 0)
        append_name(l, &b, expression);
    struct str name = buf_view(&b);
    struct str hash = str_slice(sha256_hex(l->arena, key), 0, 8);
    if (name.len > NAME_LENGTH)
        name = str_concat(l->arena, STR("Condition"), hash);
    if (map_get(&l->condition_names, name))
        name = str_concat(l->arena, name, hash);
    entry = arena_new(l->arena, struct named);
    *entry = (struct named){name, expression, wanted.len > 0, false};
    map_put_ptr(l->arena, &l->conditions, key, entry);
    map_put(l->arena, &l->condition_names, name, 1);
    return entry;
}

void condition_prefer_name(struct lang *l, struct value *expression, struct str name) {
    condition_entry(l, expression, camel(l->arena, name));
}

/* A definition whose parts that have names are named. */
static struct value *define(struct lang *l, struct value *x, bool top) {
    if (x->kind != VAL_AND && x->kind != VAL_OR && x->kind != VAL_NOT && x->kind != VAL_EQUALS)
        return x;
    if (!top && map_get(&l->conditions, value_canonical(l->arena, x))) {
        struct value *named = value_call(l->values, VAL_CONDITION, 0);
        named->text = condition_name(l, x);
        return named;
    }
    if (x->kind == VAL_EQUALS)
        return x;
    struct value *out = value_copy_shallow(l->values, x);
    for (uint32_t i = 0; i < out->count; i++)
        out->items[i] = define(l, out->items[i], false);
    return out;
}

struct str condition_name(struct lang *l, struct value *expression) {
    if (expression->kind == VAL_CONDITION)
        return expression->text;
    struct named *entry = condition_entry(l, expression, STR_NIL);
    if (!entry->emitted) {
        entry->emitted = true;
        struct value *definition = define(l, entry->definition, true);
        value_put(l->values, graph_section(l->graph, &l->graph->conditions), entry->name,
                  definition);
    }
    return entry->name;
}

struct value *rule_expression(struct lang *l, struct value *x) {
    if (x->kind == VAL_CONDITION) {
        struct value *definition = value_get(l->graph->conditions, x->text);
        return value_is_nil(definition) ? x : rule_expression(l, definition);
    }
    if (x->kind != VAL_AND && x->kind != VAL_OR && x->kind != VAL_NOT)
        return x;
    struct value *out = value_copy_shallow(l->values, x);
    for (uint32_t i = 0; i < out->count; i++)
        out->items[i] = rule_expression(l, out->items[i]);
    return out;
}
