/* What a template declares and uses nowhere. */
#include "passes/check.h"

/* Whether a name with the placeholders of a loop in it can be this one. */
static bool is_used_in_loop(const struct check *c, struct str name) {
    for (uint32_t i = 0; i < c->edges.items.count; i++) {
        const struct edge *e = c->edges.items.items[i];
        struct str target = e->target;
        bool has_placeholder = e->in_loop && (str_find(target, STR("${"), 0) < target.len ||
                                              str_find(target, STR("&{"), 0) < target.len);
        if (has_placeholder && text_can_equal(loop_name_pattern(c->arena, target), name))
            return true;
    }
    return false;
}

static void check_section(struct check *c, const struct value *section, enum rule_id rule,
                          const char *what) {
    for (uint32_t i = 0; section->kind == VAL_MAP && i < section->count; i++) {
        const struct member *m = &section->members[i];
        if (!edges_to(&c->edges, m->key) && !str_starts(m->key, STR("Fn::")) &&
            !is_used_in_loop(c, m->key))
            check_report_span(c, rule, NULL, m->span, "%s '%.*s' is used nowhere", what,
                              STR_ARG(m->key));
    }
}

/* Whether there is a place that this graph doesn't show, in which anything may be used. */
static bool has_hidden_uses(const struct check *c) {
    const struct value *t = c->graph->transform;
    for (uint32_t i = 0; t->kind == VAL_LIST && i < t->count; i++)
        if (t->items[i]->kind != VAL_STRING || !str_starts(t->items[i]->text, STR("AWS::")) ||
            value_is_c(t->items[i], "AWS::Include"))
            return true;
    return t->kind != VAL_LIST && !value_is_null(t) &&
           (t->kind != VAL_STRING || !str_starts(t->text, STR("AWS::")));
}

void check_unused(struct check *c) {
    if (has_hidden_uses(c) || c->edges.any_computed_name || c->edges.any_macro)
        return;
    check_section(c, c->graph->parameters, RULE_UNUSED_PARAMETER, "parameter");
    check_section(c, c->graph->conditions, RULE_UNUSED_CONDITION, "condition");
    if (!c->edges.any_computed_mapping)
        check_section(c, c->graph->mappings, RULE_UNUSED_MAPPING, "mapping");
}
