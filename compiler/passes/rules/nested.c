/* Nested stacks whose template is at hand: what they are given, and what is asked of them.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html */
#include "passes/check.h"

static struct str nearest(const struct value *section, struct str name) {
    for (uint32_t i = 0; section->kind == VAL_MAP && i < section->count; i++)
        if (str_is_near(name, section->members[i].key))
            return section->members[i].key;
    return STR_NIL;
}

/* "Parameters: [X] do not exist in the template" */
static void check_given(struct check *c, const struct resource *r, const struct child *child,
                        const struct value *given) {
    for (uint32_t i = 0; given->kind == VAL_MAP && i < given->count; i++) {
        const struct member *m = &given->members[i];
        if (value_has(child->parameters, m->key) || str_starts(m->key, STR("Fn::")))
            continue;
        struct diag *d = check_report_span(c, RULE_NESTED_STACK, r, m->span,
                                           "the template of '%.*s' has no parameter '%.*s'",
                                           STR_ARG(r->id), STR_ARG(m->key));
        check_suggest(c, d, m->key, nearest(child->parameters, m->key));
    }
}

/* Whether what is given holds the name misspelt, which is reported. */
static bool is_misspelt(const struct child *child, const struct value *given, struct str name) {
    for (uint32_t i = 0; given->kind == VAL_MAP && i < given->count; i++)
        if (!value_has(child->parameters, given->members[i].key) &&
            str_is_near(given->members[i].key, name))
            return true;
    return false;
}

/* "Parameters: [X] must have values" */
static void check_needed(struct check *c, const struct resource *r, const struct child *child,
                         const struct value *given) {
    const struct value *all = child->parameters;
    if (!value_is_null(given) && !check_is_closed(given))
        return;
    for (uint32_t i = 0; all->kind == VAL_MAP && i < all->count; i++) {
        const struct member *m = &all->members[i];
        if (value_has(given, m->key) || m->value->kind != VAL_MAP ||
            !value_is_nil(value_get_c(m->value, "Default")) ||
            is_misspelt(child, given, m->key))
            continue;
        struct diag *d = check_report_span(c, RULE_NESTED_STACK, r, r->id_span,
                                           "'%.*s' isn't given '%.*s', which its template requires",
                                           STR_ARG(r->id), STR_ARG(m->key));
        diag_note(c->diags, d, m->span, "the parameter, which has no Default");
    }
}

static void check_asked(struct check *c, const struct resource *r, const struct child *child) {
    static const struct str outputs = STR_ROW("Outputs.");
    for (const struct edge *e = edges_to(&c->edges, r->id); e; e = e->next) {
        bool is_attribute = e->kind == EDGE_GETATT || e->kind == EDGE_SUB_GETATT;
        if (!is_attribute || e->in_loop || !str_starts(e->attribute, outputs))
            continue;
        struct str name = str_slice(e->attribute, outputs.len, e->attribute.len);
        if (!name.len || value_has(child->outputs, name))
            continue;
        struct diag *d = check_report_word(c, RULE_NESTED_STACK, e->from, e->at, name,
                                           "the template of '%.*s' has no output '%.*s'",
                                           STR_ARG(r->id), STR_ARG(name));
        check_suggest(c, d, name, nearest(child->outputs, name));
    }
}

void check_nested(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::CloudFormation::Stack");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct child *child = map_get_ptr(&c->graph->children, r->id);
        const struct value *given = property(r, "Parameters");
        if (!child || child->is_open || !check_is_closed(r->properties))
            continue;
        check_given(c, r, child, given);
        check_needed(c, r, child, given);
        check_asked(c, r, child);
    }
}
