#include "lang/compile.h"

static void set_lint(struct lang *l, struct value *levels) {
    for (uint32_t i = 0; levels->kind == VAL_MAP && i < levels->count; i++) {
        const struct member *m = &levels->members[i];
        enum rule_id rule = rule_find(m->key);
        struct str text = value_text(m->value);
        enum level level = str_is(text, "off")       ? LEVEL_OFF
                           : str_is(text, "info")    ? LEVEL_INFO
                           : str_is(text, "warning") ? LEVEL_WARNING
                                                     : LEVEL_ERROR;
        if (rule == RULE_NONE)
            diag_add(l->diags, RULE_UNKNOWN_RULE, m->span, "no rule is called '%.*s'",
                     STR_ARG(m->key));
        else if (level == LEVEL_ERROR && !str_is(text, "error"))
            diag_add(l->diags, RULE_WORD_VALUE, m->value->span,
                     "a rule's level is off, info, warning or error");
        else
            diags_set_level(l->diags, rule, level);
    }
}

/* A stack is no resource: of what resources have it takes metadata alone. */
static void check_stack(struct lang *l, struct thing *t) {
    for (uint32_t i = 0; i < t->body.settings.count; i++) {
        const struct setting *s = &t->body.settings.items[i];
        if (!attribute_find(KIND_STACK, s->name) && !str_is(s->name, "metadata"))
            diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, s->span, "a stack has no attribute '%.*s'",
                     STR_ARG(s->name));
    }
    for (uint32_t i = 0; i < t->body.clauses.count; i++)
        report_misplaced(l, t, &t->body.clauses.items[i]);
}

/* A region that looks like a known one is a mistyped one; others may be new. */
static void check_region(struct lang *l, struct str name, struct span span) {
    const struct schema *s = l->options->schema;
    if (!s || schema_region_find(s, name).n)
        return;
    struct schema_region_id near = schema_region_nearest(s, name);
    if (!near.n)
        return;
    struct str known = schema_region_name(s, near);
    struct diag *d = diag_add(l->diags, RULE_WORD_VALUE, span, "there is no region '%.*s'", STR_ARG(name));
    diag_label(l->diags, d, "did you mean '%.*s'?", STR_ARG(known));
}

static void set_regions(struct lang *l, struct value *region) {
    struct value *regions = region && region->kind == VAL_LIST ? region
                            : region ? list_of(l, 1, region) : value_list(l->values);
    for (uint32_t i = 0; i < regions->count; i++) {
        struct str one = value_text(regions->items[i]);
        if (one.len)
            check_region(l, one, regions->items[i]->span);
        if (one.len)
            vec_push(l->arena, &l->graph->regions.items, one);
    }
}

static void set_metadata(struct lang *l, const struct setting *metadata) {
    struct value *data = setting_value(l, metadata);
    if (data->kind == VAL_MAP && need_known(l, data, metadata->span, "metadata"))
        data = finish_value(l, data, NULL);
    for (uint32_t i = 0; data->kind == VAL_MAP && i < data->count; i++)
        value_put(l->values, graph_section(l->graph, &l->graph->metadata), data->members[i].key,
                  data->members[i].value);
    if (data->kind != VAL_MAP && !is_error(data))
        diag_add(l->diags, RULE_VALUE_TYPE, metadata->span, "'metadata' takes a map, found %s",
                 describe_value(data));
}

static struct thing *stack_thing(struct lang *l, struct scope *s, const struct node *n) {
    struct thing *t = arena_new(l->arena, struct thing);
    struct decl *d = arena_new(l->arena, struct decl);
    *d = (struct decl){.name = STR("stack"), .span = scope_span(s, n->name), .space = l->root};
    *t = (struct thing){.decl = d, .kind = KIND_STACK, .scope = s, .block = n->block,
                        .name = l->graph->name};
    return t;
}

void eval_stack(struct lang *l) {
    if (node_is_nil(l->stack))
        return;
    struct scope *s = arena_new(l->arena, struct scope);
    s->space = l->root;
    const struct node *n = scope_node(s, l->stack);
    l->graph->name = need_text(l, eval(l, s, n->name), scope_span(s, n->name), "a stack's name");
    struct thing *t = stack_thing(l, s, n);
    set_regions(l, body_value(l, t, "region"));
    struct value *tags = body_value(l, t, "tags");
    if (tags)
        l->tags = tags;
    struct value *text = body_value(l, t, "description");
    if (text && !value_is_null(text))
        l->graph->description = text;
    else if (n->doc.len)
        l->graph->description = value_string(l->values, n->doc);
    const struct setting *metadata = body_setting(&t->body, "metadata");
    if (metadata)
        set_metadata(l, metadata);
    check_stack(l, t);
    struct value *lint = body_value(l, t, "lint");
    if (lint)
        set_lint(l, lint);
}
