#include "iam/reading.h"

#include "schema/managed.h"

#define AWS_POLICY ":iam::aws:policy/"

static void list_terms(struct iam *iam, struct schema_list list, bool fold, struct term_vec *out) {
    for (uint32_t i = 0; i < list.count; i++) {
        struct arn pattern = arn_of_text(iam->holes, schema_list_at(iam->schema, list, i));
        struct term t = {NULL, fold ? arn_lower(pattern) : pattern, BDD_TRUE, true};
        vec_push(iam->arena, &out->items, t);
    }
}

static struct value *managed_condition(struct iam *iam, const struct managed_statement *from) {
    struct values *v = &iam->view->values;
    struct value *out = from->condition_count ? value_map(v) : NULL;
    for (uint32_t i = 0; i < from->condition_count; i++) {
        struct managed_condition c = managed_condition_at(iam->schema, from, i);
        struct value *keys = value_get(out, c.operator), *list = value_list(v);
        if (value_is_nil(keys))
            value_put(v, out, c.operator, keys = value_map(v));
        for (uint32_t k = 0; k < c.values.count; k++)
            value_push(v, list, value_string(v, schema_list_at(iam->schema, c.values, k)));
        value_put(v, keys, c.key, list);
    }
    return out;
}

/* The statements of an AWS managed policy, as they stand in no template; NULL: it isn't known. */
static const struct statement_vec *managed_statements(struct iam *iam, struct str name) {
    struct statement_vec *out = map_get_ptr(&iam->managed, name);
    struct managed_id id = managed_find(iam->schema, name);
    if (out || !id.n)
        return out;
    out = arena_new(iam->arena, struct statement_vec);
    for (uint32_t i = 0; i < managed_statement_count(iam->schema, id); i++) {
        struct managed_statement from = managed_statement_at(iam->schema, id, i);
        struct statement *s = arena_new(iam->arena, struct statement);
        struct value *condition = managed_condition(iam, &from);
        *s = (struct statement){.allows = !from.denies, .not_action = from.not_action,
                                .not_resource = from.not_resource, .whole = true,
                                .managed = managed_name(iam->schema, id), .principal = &value_nil,
                                .condition = condition ? condition : &value_nil};
        list_terms(iam, from.actions, true, &s->actions);
        list_terms(iam, from.resources, false, &s->resources);
        iam_index_terms(iam, &s->resources);
        vec_push(iam->arena, &out->items, s);
    }
    map_put_ptr(iam->arena, &iam->managed, managed_name(iam->schema, id), out);
    return out;
}

static bool add_managed(struct reading *r, struct str name, struct span span, struct bdd_id when) {
    const struct statement_vec *list = managed_statements(r->iam, name);
    for (uint32_t i = 0; list && i < list->items.count; i++) {
        struct statement *s = arena_new(r->iam->arena, struct statement);
        *s = *list->items.items[i];
        s->kind = r->kind;
        s->when = when;
        s->owner = r->owner;
        s->span = span;
        keep_statement(r, s);
    }
    return list != NULL;
}

bool read_managed(struct reading *r, const struct possible *p) {
    struct iam *iam = r->iam;
    const struct resource *target = iam_target(iam, p->value);
    if (target && resource_is(target, "AWS::IAM::ManagedPolicy")) {
        struct reading inner = *r;
        inner.owner = target;
        read_document(&inner, value_get_c(target->properties, "PolicyDocument"), p->when);
        return true;
    }
    struct str text = arn_text(iam->arena, iam->holes, arn_of(&iam->arns, p->value));
    size_t at = str_find(text, STR(AWS_POLICY), 0);
    struct str name = str_slice(text, at + sizeof AWS_POLICY - 1, text.len);
    bool is_aws = at < text.len && p->certainty == CERTAIN;
    return is_aws && add_managed(r, name, p->value->span, p->when);
}

static struct str shown(struct iam *iam, const struct value *x) {
    return arn_text(iam->arena, iam->holes, arn_of(&iam->arns, x));
}

void read_managed_list(struct reading *r, const struct value *list, struct bdd_id when) {
    struct possibles all = {0};
    if (!iam_each(r->iam, list, when, &all))
        note_unread(r->iam, r->to, list->span, STR("its managed policies aren't all known"));
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        if (read_managed(r, p))
            continue;
        struct str text = shown(r->iam, p->value);
        note_unread(r->iam, r->to, p->value->span,
             str_printf(r->iam->arena, "what the managed policy '%.*s' allows isn't known",
                        STR_ARG(text)));
        r->to->unread.items[r->to->unread.count - 1].may_deny =
            str_find(text, STR(AWS_POLICY), 0) == text.len || p->certainty != CERTAIN;
    }
}
