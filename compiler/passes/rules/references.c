/* References to what doesn't exist, stands in the wrong section, or isn't always created. */
#include "passes/check.h"

/* ---- suggestions ------------------------------------------------------------- */

struct nearest {
    struct str given, best;
    unsigned distance;
};

static void nearest_try(struct nearest *n, struct str name) {
    unsigned d = str_distance(n->given, name, n->distance);
    if (d < n->distance && str_is_near(n->given, name))
        n->distance = d, n->best = name;
}

static void nearest_in_section(struct nearest *n, const struct value *section) {
    for (uint32_t i = 0; section->kind == VAL_MAP && i < section->count; i++)
        nearest_try(n, section->members[i].key);
}

static void nearest_in_resources(struct nearest *n, const struct graph *g) {
    for (uint32_t i = 0; i < g->resources.count; i++)
        nearest_try(n, g->resources.items[i]->id);
}

static struct str nearest_name(const struct graph *g, struct str given, bool parameters) {
    struct nearest n = {.given = given, .distance = 4};
    nearest_in_resources(&n, g);
    if (parameters) {
        nearest_in_section(&n, g->parameters);
        static const char *const pseudo[] = {"AWS::AccountId", "AWS::NotificationARNs",
                                             "AWS::NoValue",   "AWS::Partition",
                                             "AWS::Region",    "AWS::StackId",
                                             "AWS::StackName", "AWS::URLSuffix"};
        for (size_t i = 0; i < sizeof pseudo / sizeof *pseudo; i++)
            nearest_try(&n, str_from(pseudo[i]));
    }
    return n.best;
}

/* ---- names ------------------------------------------------------------------- */

static bool is_defined_elsewhere(const struct graph *g, struct str name, const char **what) {
    *what = value_has(g->conditions, name)   ? "a condition"
            : value_has(g->mappings, name)   ? "a mapping"
            : value_has(g->parameters, name) ? "a parameter"
            : value_has(g->outputs, name)    ? "an output"
                                             : NULL;
    return *what != NULL;
}

/* Whether a loop over a parameter's list makes this name for other values than the default. */
static bool may_be_made(const struct graph *g, struct str name) {
    for (uint32_t i = 0; i < g->guesses.items.count; i++)
        if (text_can_equal(g->guesses.items.items[i], name))
            return true;
    return false;
}

/* Whether a module (TYPE::MODULE) makes this resource: their names begin with the module's.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules-ref-syntax.html */
static bool is_of_module(const struct graph *g, struct str name) {
    for (uint32_t i = 0; i < g->resources.count; i++)
        if (str_ends(g->resources.items[i]->type, STR("::MODULE")) &&
            str_starts(name, g->resources.items[i]->id))
            return true;
    return false;
}

static void report_undefined(struct check *c, const struct edge *e, const char *expected) {
    const char *what;
    struct diag *d;
    if (may_be_made(c->graph, e->target) || is_of_module(c->graph, e->target))
        return;
    if (is_defined_elsewhere(c->graph, e->target, &what)) {
        check_report_word(c, RULE_REFERENCE_PLACE, e->from, e->at, e->target,
                          "'%.*s' is %s, expected %s", STR_ARG(e->target), what, expected);
        return;
    }
    d = check_report_word(c, RULE_UNDEFINED_REFERENCE, e->from, e->at, e->target,
                          "'%.*s' is not defined, expected %s", STR_ARG(e->target), expected);
    bool parameters = e->kind == EDGE_REF || e->kind == EDGE_SUB;
    check_suggest(c, d, e->target, nearest_name(c->graph, e->target, parameters));
}

static void check_no_resources_here(struct check *c, const struct edge *e) {
    if (e->section == SECTION_CONDITIONS || e->section == SECTION_RULES)
        check_report_word(c, RULE_REFERENCE_PLACE, NULL, e->at, e->target,
                          "'%.*s' is a resource, but %s are decided before any resource exists",
                          STR_ARG(e->target),
                          e->section == SECTION_RULES ? "rules" : "conditions");
}

static void check_name_edge(struct check *c, const struct edge *e) {
    bool pseudo = is_pseudo_parameter(e->target);
    if (e->section == SECTION_PARAMETERS || e->section == SECTION_GLOBALS)
        return;
    if (graph_find(c->graph, e->target))
        check_no_resources_here(c, e);
    else if (!pseudo && !value_has(c->graph->parameters, e->target) && !c->open)
        report_undefined(c, e, e->section == SECTION_CONDITIONS || e->section == SECTION_RULES
                                   ? "a parameter"
                                   : "a parameter or resource");
    else if (str_is(e->target, "AWS::NoValue") && e->section == SECTION_OUTPUTS &&
             e->kind == EDGE_SUB)
        check_report_word(c, RULE_REFERENCE_PLACE, NULL, e->at, e->target,
                          "'AWS::NoValue' is no text, expected a value");
}

/* Attributes: the names are checked by the type's table. */
static void check_attribute_edge(struct check *c, const struct edge *e) {
    if (e->section == SECTION_GLOBALS)
        return;
    if (graph_find(c->graph, e->target))
        check_no_resources_here(c, e);
    else if (!c->open)
        report_undefined(c, e, "a resource");
}

static void check_condition_edge(struct check *c, const struct edge *e) {
    if (value_has(c->graph->conditions, e->target) || c->open ||
        may_be_made(c->graph, e->target))
        return;
    struct diag *d = check_report_word(c, RULE_UNDEFINED_CONDITION, e->from, e->at, e->target,
                                       "condition '%.*s' is not defined", STR_ARG(e->target));
    struct nearest n = {.given = e->target, .distance = 4};
    nearest_in_section(&n, c->graph->conditions);
    check_suggest(c, d, e->target, n.best);
}

/* ---- presence ---------------------------------------------------------------- */

/* Whether the parameters' values decide it: with some it is there, or isn't needed. */
static bool is_up_to_values(struct check *c, const struct edge *e, struct bdd_id exists) {
    return formula_implies(&c->formulas, BDD_TRUE, e->when) != TRUTH_YES ||
           formula_implies(&c->formulas, exists, BDD_FALSE) != TRUTH_YES;
}

/* AWS ignores a DependsOn on a resource that isn't created. */
static void check_presence(struct check *c, const struct edge *e) {
    const struct resource *target = graph_find(c->graph, e->target);
    if (!target || e->kind == EDGE_DEPENDS_ON || !value_has(target->attributes, STR("Condition")))
        return;
    if (e->section != SECTION_RESOURCES && e->section != SECTION_OUTPUTS)
        return;
    struct bdd_id exists = formula_of_resource(&c->formulas, target);
    if (formula_implies(&c->formulas, e->when, exists) != TRUTH_NO)
        return;
    if (!is_up_to_values(c, e, exists)) {
        check_report_word(c, RULE_UNDEFINED_REFERENCE, e->from, e->at, e->target,
                          "'%.*s' is never created, but is needed here", STR_ARG(e->target));
        return;
    }
    struct str condition = resource_condition(target);
    struct diag *d = check_report_word(
        c, RULE_ABSENT_REFERENCE, e->from, e->at, e->target,
        "'%.*s' is not created when '%.*s' is false, but is needed here", STR_ARG(e->target),
        STR_ARG(condition));
    diag_note(c->diags, d, value_get_c(target->attributes, "Condition")->span,
              "'%.*s' is created under '%.*s'", STR_ARG(e->target), STR_ARG(condition));
    diag_help(c->diags, d, c->graph->is_template ? "guard it with Fn::If, or give both the same Condition"
                                                 : "guard it with 'when', or read it with '?.'");
}

void check_references(struct check *c) {
    for (uint32_t i = 0; i < c->edges.items.count; i++) {
        const struct edge *e = c->edges.items.items[i];
        if (e->in_loop)
            continue;
        switch (e->kind) {
        case EDGE_REF:
        case EDGE_SUB:
            check_name_edge(c, e);
            check_presence(c, e);
            break;
        case EDGE_GETATT:
        case EDGE_SUB_GETATT:
            check_attribute_edge(c, e);
            check_presence(c, e);
            break;
        case EDGE_DEPENDS_ON:
            if (!graph_find(c->graph, e->target) && !c->open)
                report_undefined(c, e, "a resource");
            break;
        case EDGE_CONDITION:
            check_condition_edge(c, e);
            break;
        case EDGE_MAPPING:
            break;
        }
    }
}
