/* The sections of a template as such: constant conditions, outputs, needless dependencies, limits. */
#include "passes/rules/functions.h"

/* ---- conditions ------------------------------------------------------------------------ */

static bool has_reference(const struct value *x, unsigned depth) {
    if (x->kind == VAL_REF || x->kind == VAL_FIND_IN_MAP || x->kind == VAL_CONDITION)
        return true;
    if (x->kind == VAL_SUB)
        return str_find(x->text, STR("${"), 0) < x->text.len;
    for (uint32_t i = 0; depth < 100 && value_is_intrinsic(x) && i < x->count; i++)
        if (has_reference(x->items[i], depth + 1))
            return true;
    return false;
}

/* A comparison of literals is a switch that somebody set; only what parameters decide is reported. */
static void check_constant_conditions(struct check *c) {
    const struct value *section = c->graph->conditions;
    if (!c->graph->is_template || section->kind != VAL_MAP)
        return;
    struct formulas anywhere;
    struct formulas *f = &c->formulas;
    if (c->regions->items.count) {
        formulas_init(&anywhere, c->arena, c->graph, NULL);
        f = &anywhere;
    }
    for (uint32_t i = 0; i < section->count; i++) {
        const struct member *m = &section->members[i];
        struct bdd_id formula = formula_named(f, m->key);
        bool never = formula_is_possible(f, formula) == TRUTH_NO;
        bool always = formula_is_possible(f, formula_not(f, formula)) == TRUTH_NO;
        if ((never || always) && has_reference(m->value, 0))
            check_report_span(c, RULE_CONSTANT_CONDITION, NULL, m->span,
                              "condition '%.*s' is %s true", STR_ARG(m->key),
                              never ? "never" : "always");
    }
}

/* Fn::If in what is only there when the condition is, or isn't, true. */
static void check_decided(struct check *c) {
    struct formulas *f = &c->formulas;
    for (uint32_t i = 0; i < c->edges.items.count; i++) {
        const struct edge *e = c->edges.items.items[i];
        if (e->kind != EDGE_CONDITION || e->at->kind != VAL_STRING || e->in_loop ||
            e->when.n == BDD_TRUE.n || (e->from && e->from->origin) || !c->graph->is_template)
            continue;
        struct bdd_id cond = formula_named(f, e->target);
        bool always = formula_implies(f, e->when, cond) == TRUTH_YES;
        bool never = formula_implies(f, e->when, formula_not(f, cond)) == TRUTH_YES;
        bool constant = formula_is_possible(f, cond) == TRUTH_NO ||
                        formula_is_possible(f, formula_not(f, cond)) == TRUTH_NO;
        if (always != never && !constant)
            check_report_word(c, RULE_CONSTANT_CONDITION, e->from, e->at, e->target,
                              "'%.*s' is %s true where this stands", STR_ARG(e->target),
                              always ? "always" : "never");
    }
}

/* ---- outputs ---------------------------------------------------------------------------- */

struct export {
    const struct value *at;
    struct bdd_id when;
    const struct export *next; /* of the same name */
};

/* One text for all ways to write a name: what is known of it, and the functions of the rest. */
static struct str name_key(struct check *c, const struct value *name) {
    struct text t = view_text(&c->view, view_only(&c->view, name));
    struct str key = t.pattern;
    for (uint32_t i = 0; i < t.holes.items.count; i++)
        key = str_printf(c->arena, "%.*s\n%.*s", STR_ARG(key),
                         STR_ARG(value_canonical(c->arena, t.holes.items.items[i])));
    return key;
}

/* "The value of the Name property of an Export can't use Ref or GetAtt functions that depend on a
   resource", and two exports of a name exclude each other.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html */
static void check_export_name(struct check *c, struct map *names, const struct value *name,
                              struct export *now, struct str output) {
    const struct value *found = value_undecided(c, name, true);
    struct str key = name_key(c, name);
    const struct export *first = map_get_ptr(names, key), *other = first;
    if (found)
        check_report(c, RULE_OUTPUT_DEFINITION, NULL, found,
                     "the export of '%.*s' has a name that depends on a resource, expected one of "
                     "parameters and text", STR_ARG(output));
    while (other && !check_meet(c, other->when, now->when))
        other = other->next;
    if (other) {
        struct diag *d = check_report(c, RULE_OUTPUT_DEFINITION, NULL, name,
                                      "two outputs are exported by one name");
        diag_note(c->diags, d, other->at->span, "the first");
    }
    now->next = first;
    map_put_ptr(c->arena, names, key, now);
}

static void check_export(struct check *c, struct map *names, const struct value *output,
                         const struct member *m) {
    const struct value *export = value_get_c(output, "Export");
    if (value_is_nil(export))
        return;
    const struct value *name = value_get_c(export, "Name");
    if (name->kind == VAL_LIST || name->kind == VAL_MAP) {
        check_report(c, RULE_OUTPUT_DEFINITION, NULL, name,
                     "the export of '%.*s' has a name that is no string", STR_ARG(m->key));
        return;
    }
    if (export->kind != VAL_MAP || value_is_null(name)) {
        check_report_span(c, RULE_OUTPUT_DEFINITION, NULL,
                          value_member(output, STR("Export"))->span,
                          "the export of '%.*s' has no Name", STR_ARG(m->key));
        return;
    }
    struct str condition = value_text(value_get_c(output, "Condition"));
    struct export *now = arena_new(c->arena, struct export);
    *now = (struct export){
        name, condition.ptr ? formula_named(&c->formulas, condition) : BDD_TRUE, NULL};
    check_export_name(c, names, name, now, m->key);
}

static void check_output(struct check *c, struct map *exports, const struct member *m) {
    static const char *const keys[] = {"Value", "Export", "Condition", "Description"};
    const struct value *value = value_get_c(m->value, "Value");
    for (uint32_t i = 0; i < m->value->count; i++) {
        const struct member *attribute = &m->value->members[i];
        bool known = false;
        struct str near = STR_NIL;
        for (size_t j = 0; j < sizeof keys / sizeof *keys; j++) {
            known |= str_is(attribute->key, keys[j]);
            if (str_is_near(attribute->key, str_from(keys[j])))
                near = str_from(keys[j]);
        }
        if (!known) {
            struct diag *d =
                check_report_span(c, RULE_OUTPUT_DEFINITION, NULL, attribute->span,
                                  "outputs have no attribute '%.*s'", STR_ARG(attribute->key));
            check_suggest(c, d, attribute->key, near);
            if (near.len)
                return;
        }
    }
    if (value_is_null(value))
        check_report_span(c, RULE_OUTPUT_DEFINITION, NULL, m->span, "output '%.*s' has no Value",
                          STR_ARG(m->key));
    else if (value->kind == VAL_LIST || value->kind == VAL_MAP || value->kind == VAL_SPLIT ||
             value->kind == VAL_GET_AZS)
        check_report(c, RULE_OUTPUT_DEFINITION, NULL, value,
                     "the value of output '%.*s' is %s, expected a string", STR_ARG(m->key),
                     value->kind == VAL_MAP ? "an object" : "a list");
    const struct value *words = value_get_c(m->value, "Description");
    if (words->kind == VAL_LIST || words->kind == VAL_MAP || value_is_intrinsic(words))
        check_report(c, RULE_OUTPUT_DEFINITION, NULL, words,
                     "the description of output '%.*s' is no string", STR_ARG(m->key));
    check_export(c, exports, m->value, m);
}

static void check_outputs(struct check *c) {
    const struct value *section = c->graph->outputs;
    struct map exports = {0};
    for (uint32_t i = 0; section->kind == VAL_MAP && i < section->count; i++) {
        const struct member *m = &section->members[i];
        if (m->value->kind == VAL_MAP && !str_starts(m->key, STR("Fn::")))
            check_output(c, &exports, m);
    }
}

/* ---- dependencies ------------------------------------------------------------------------ */

static void check_redundant(struct check *c, const struct resource *r) {
    uint32_t first, end = edges_from(&c->edges, r, &first);
    struct bdd_id always = formula_of_resource(&c->formulas, r);
    for (uint32_t i = first; i < end; i++) {
        const struct edge *e = c->edges.items.items[i];
        if (e->kind != EDGE_DEPENDS_ON || !graph_find(c->graph, e->target))
            continue;
        for (uint32_t j = first; j < end; j++) {
            const struct edge *other = c->edges.items.items[j];
            if (other->kind >= EDGE_DEPENDS_ON || !str_eq(other->target, e->target) ||
                other->when.n != always.n)
                continue;
            struct diag *d = check_report(c, RULE_REDUNDANT_DEPENDENCY, r, e->at,
                                          "'%.*s' refers to '%.*s' anyway, and so waits for it",
                                          STR_ARG(r->id), STR_ARG(e->target));
            diag_note(c->diags, d, other->at->span, "the reference");
            break;
        }
    }
}

/* ---- limits -------------------------------------------------------------------------------
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */

enum {
    MAX_RESOURCES = 500,
    MAX_PARAMETERS = 200,
    MAX_OUTPUTS = 200,
    MAX_MAPPINGS = 200,
    MAX_MAPPING_KEYS = 200,
    MAX_NAME = 255,
    MAX_DESCRIPTION = 1024,
    MAX_TEMPLATE_BYTES = 1 << 20,
};

static void check_id(struct check *c, const struct resource *r, struct str name, struct span span,
                     const char *what) {
    if (name.len > MAX_NAME)
        check_report_span(c, RULE_TEMPLATE_LIMIT, r, span,
                          "%s '%.*s..' has %zu characters, expected at most %d", what, 40, name.ptr,
                          name.len, MAX_NAME);
}

static void check_section(struct check *c, const struct value *section, uint32_t most,
                          const char *what, const char *one) {
    if (section->kind != VAL_MAP)
        return;
    if (section->count > most)
        check_report_span(c, RULE_TEMPLATE_LIMIT, NULL, section->members[most].span,
                          "the template has %u %s, expected at most %u", section->count, what,
                          most);
    for (uint32_t i = 0; one && i < section->count; i++)
        check_id(c, NULL, section->members[i].key, section->members[i].span, one);
}

static void check_limits(struct check *c) {
    const struct graph *g = c->graph;
    if (g->resources.count > MAX_RESOURCES) {
        const struct resource *r = g->resources.items[MAX_RESOURCES];
        check_report_span(c, RULE_TEMPLATE_LIMIT, r, r->id_span,
                          "the stack has %u resources, expected at most %d", g->resources.count,
                          MAX_RESOURCES);
    }
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct resource *r = g->resources.items[i];
        check_id(c, r, r->id, r->id_span, "logical id");
    }
    const struct source *file =
        c->diags->sources && g->is_template && g->resources.count
            ? source_get(c->diags->sources, g->resources.items[0]->id_span.source)
            : NULL;
    if (file && file->text.len > MAX_TEMPLATE_BYTES)
        check_report_span(c, RULE_TEMPLATE_LIMIT, NULL, g->resources.items[0]->id_span,
                          "the template has %zu bytes, expected at most %d", file->text.len,
                          MAX_TEMPLATE_BYTES);
    check_section(c, g->parameters, MAX_PARAMETERS, "parameters", "parameter");
    check_section(c, g->outputs, MAX_OUTPUTS, "outputs", "output");
    check_section(c, g->mappings, MAX_MAPPINGS, "mappings", NULL);
    for (uint32_t i = 0; g->mappings->kind == VAL_MAP && i < g->mappings->count; i++)
        check_section(c, g->mappings->members[i].value, MAX_MAPPING_KEYS, "keys in a mapping",
                      NULL);
    if (g->description->kind == VAL_STRING && g->description->text.len > MAX_DESCRIPTION)
        check_report(c, RULE_TEMPLATE_LIMIT, NULL, g->description,
                     "the description has %zu bytes, expected at most %d", g->description->text.len,
                     MAX_DESCRIPTION);
}

/* ---- Rules ---------------------------------------------------------------------------------- */

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html */
static bool check_entries(struct check *c, const struct value *x, const char *what, const char *one,
                          const char *other) {
    bool fine = true;
    for (uint32_t i = 0; x->kind == VAL_MAP && i < x->count; i++) {
        const struct member *m = &x->members[i];
        if (str_is(m->key, one) || str_is(m->key, other) || str_starts(m->key, STR("Fn::")))
            continue;
        struct diag *d = check_report_span(c, RULE_MALFORMED_SECTION, NULL, m->span,
                                           "%s has no entry '%.*s', expected %s or %s", what,
                                           STR_ARG(m->key), one, other);
        bool near = str_is_near(m->key, str_from(one)),
             near_other = str_is_near(m->key, str_from(other));
        check_suggest(c, d, m->key, near ? str_from(one) : near_other ? str_from(other) : STR_NIL);
        fine = false;
    }
    return fine;
}

static bool is_decision(const struct value *x) {
    switch (x->kind) {
    case VAL_AND:
    case VAL_OR:
    case VAL_NOT:
    case VAL_EQUALS:
    case VAL_CONTAINS:
    case VAL_EACH_MEMBER_EQUALS:
    case VAL_EACH_MEMBER_IN:
    case VAL_BOOL:
        return true;
    default:
        return str_is(value_text(x), "true") || str_is(value_text(x), "false");
    }
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html */
static void check_decision(struct check *c, const struct value *rule, const char *name) {
    const struct value *x = value_get_c(rule, name);
    if (!value_is_nil(x) && x->kind != VAL_FN && x->kind != VAL_TRANSFORM && !is_decision(x))
        check_report(c, RULE_MALFORMED_SECTION, NULL, x,
                     "%s is no function that is true or false, such as Fn::Equals or Fn::Contains",
                     name);
}

static void check_assertions(struct check *c, const struct member *rule) {
    const struct value *list = value_get_c(rule->value, "Assertions");
    if (list->kind != VAL_LIST || !list->count) {
        if (check_is_closed(rule->value))
            check_report_span(c, RULE_MALFORMED_SECTION, NULL, rule->span,
                              "rule '%.*s' has no list of Assertions", STR_ARG(rule->key));
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        const struct value *x = list->items[i];
        bool fine = check_entries(c, x, "an assertion", "Assert", "AssertDescription");
        check_decision(c, x, "Assert");
        if (fine && check_is_closed(x) && !value_has(x, STR("Assert")))
            check_report(c, RULE_MALFORMED_SECTION, NULL, x,
                         "an assertion of rule '%.*s' has no Assert", STR_ARG(rule->key));
    }
}

/* A rule that no deployment with the defaults gets past. */
static void check_defaults(struct check *c, const struct member *rule, struct bdd_id defaults) {
    struct formulas *f = &c->formulas;
    struct bdd_id holds = formula_of_rule(f, rule->value);
    struct bdd_id world = formula_and(f, f->base, defaults);
    if (holds.n == BDD_UNKNOWN.n || world.n == BDD_UNKNOWN.n || world.n == BDD_FALSE.n ||
        formula_and(f, world, holds).n != BDD_FALSE.n)
        return;
    check_report_span(c, RULE_PARAMETER_DEFAULT, NULL, rule->span,
                      "the defaults of the parameters break the rule '%.*s'", STR_ARG(rule->key));
}

static void check_rule_section(struct check *c) {
    const struct value *section = c->graph->rules;
    struct bdd_id defaults = formula_of_defaults(&c->formulas);
    for (uint32_t i = 0; section->kind == VAL_MAP && i < section->count; i++) {
        const struct member *m = &section->members[i];
        if (m->value->kind != VAL_MAP)
            continue;
        if (check_entries(c, m->value, "a rule", "RuleCondition", "Assertions"))
            check_assertions(c, m);
        check_decision(c, m->value, "RuleCondition");
        check_defaults(c, m, defaults);
    }
}

static bool is_alphanumeric(struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        if (!((ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z')))
            return false;
    }
    return true;
}

/* The transform looks up what keys it is given, and leaves no mapping. */
static bool names_extensions(const struct value *transform) {
    bool found = value_is_c(transform, "AWS::LanguageExtensions");
    for (uint32_t i = 0; transform->kind == VAL_LIST && i < transform->count; i++)
        found = found || value_is_c(transform->items[i], "AWS::LanguageExtensions");
    return found;
}

/* "Every Description member must be a string." */
void check_descriptions(struct check *c) {
    const struct value *all = c->graph->parameters;
    for (uint32_t i = 0; all->kind == VAL_MAP && i < all->count; i++) {
        const struct value *x = value_get_c(all->members[i].value, "Description");
        bool is_computed = value_is_intrinsic(x) && x->kind != VAL_TRANSFORM;
        if (is_computed || x->kind == VAL_LIST || (x->kind == VAL_MAP && check_is_closed(x)))
            check_report(c, RULE_MALFORMED_SECTION, NULL, x,
                         "the Description of '%.*s' is %s, expected a string",
                         STR_ARG(all->members[i].key), is_computed ? "computed" : "no text");
    }
}

/* The attributes below the keys of a mapping.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html */
void check_mapping_names(struct check *c) {
    const struct value *mappings = c->graph->mappings;
    if (names_extensions(c->graph->transform))
        return;
    for (uint32_t i = 0; mappings->kind == VAL_MAP && i < mappings->count; i++) {
        const struct value *mapping = mappings->members[i].value;
        for (uint32_t j = 0; check_is_closed(mapping) && j < mapping->count; j++) {
            const struct value *entry = mapping->members[j].value;
            for (uint32_t k = 0; check_is_closed(entry) && k < entry->count; k++) {
                const struct member *m = &entry->members[k];
                if (!is_alphanumeric(m->key))
                    check_report_span(c, RULE_MALFORMED_SECTION, NULL, m->span,
                                      "'%.*s' of a mapping holds other characters, expected "
                                      "letters and digits", STR_ARG(m->key));
            }
        }
    }
}

/* ---- Mappings --------------------------------------------------------------------------------- */

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html */
static void check_mapping_shape(struct check *c, const struct member *mapping) {
    for (uint32_t i = 0; check_is_closed(mapping->value) && i < mapping->value->count; i++) {
        const struct member *m = &mapping->value->members[i];
        if (m->value->kind != VAL_MAP && !value_is_intrinsic(m->value))
            check_report_span(c, RULE_MALFORMED_SECTION, NULL, m->span,
                              "'%.*s' of mapping '%.*s' holds no names with values",
                              STR_ARG(m->key), STR_ARG(mapping->key));
    }
}

static void check_mappings(struct check *c) {
    const struct value *section = c->graph->mappings;
    for (uint32_t i = 0; c->graph->is_template && check_is_closed(section) && i < section->count;
         i++)
        check_mapping_shape(c, &section->members[i]);
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html */
static void check_transform(struct check *c, const struct value *x, bool is_item) {
    if (x->kind == VAL_LIST && !is_item) {
        for (uint32_t i = 0; i < x->count; i++)
            check_transform(c, x->items[i], true);
        return;
    }
    bool named = x->kind == VAL_MAP && (value_has(x, STR("Name")) || !check_is_closed(x));
    if (x->kind == VAL_LIST || x->kind == VAL_NUMBER || (x->kind == VAL_MAP && !named))
        check_report(c, RULE_MALFORMED_SECTION, NULL, x,
                     "a transform is a name, or a map with its Name");
}

void check_sections(struct check *c) {
    if (c->graph->is_template)
        check_transform(c, c->graph->transform, false);
    check_mappings(c);
    check_constant_conditions(c);
    check_decided(c);
    check_outputs(c);
    for (uint32_t i = 0; i < c->graph->resources.count; i++)
        check_redundant(c, c->graph->resources.items[i]);
    check_limits(c);
    check_rule_section(c);
}
