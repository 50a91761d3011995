#include "iam/reading.h"

#include "graph/json_text.h"

void note_unread(struct iam *iam, struct holder *to, struct span span, struct str text) {
    vec_push(iam->arena, &to->unread, (struct unread){span, text, true});
}

void keep_statement(struct reading *r, struct statement *s) {
    struct iam *iam = r->iam;
    vec_push(iam->arena, &iam->statements.items, s);
    bool is_boundary = r->kind == POLICY_BOUNDARY;
    vec_push(iam->arena, is_boundary ? &r->to->boundary.items : &r->to->own.items, s);
}

void read_statement(struct reading *r, const struct value *x, struct bdd_id when) {
    struct iam *iam = r->iam;
    const struct value *effect = view_only(iam->view, value_get_c(x, "Effect"));
    bool allows = value_is_c(effect, "Allow");
    if (!allows && !value_is_c(effect, "Deny")) {
        note_unread(iam, r->to, x->span, STR("a statement's Effect isn't known"));
        return;
    }
    struct statement *s = arena_new(iam->arena, struct statement);
    *s = (struct statement){.kind = r->kind, .allows = allows, .when = when, .value = x,
                            .owner = r->owner, .span = x->span, .whole = true};
    s->not_action = value_has(x, STR("NotAction"));
    s->not_resource = value_has(x, STR("NotResource"));
    s->not_principal = value_has(x, STR("NotPrincipal"));
    s->principal = value_get_c(x, s->not_principal ? "NotPrincipal" : "Principal");
    s->condition = value_get_c(x, "Condition");
    s->literal = iam->arns.literal;
    s->whole &= iam_terms(iam, value_get_c(x, s->not_action ? "NotAction" : "Action"), when, true,
                      &s->actions);
    s->whole &= iam_terms(iam, value_get_c(x, s->not_resource ? "NotResource" : "Resource"), when,
                      false, &s->resources);
    iam_index_terms(iam, &s->resources);
    keep_statement(r, s);
}

void read_document(struct reading *r, const struct value *x, struct bdd_id when) {
    struct iam *iam = r->iam;
    struct possibles documents = {0};
    view_possible(iam->view, x, when, &documents);
    for (uint32_t i = 0; i < documents.items.count; i++) {
        struct possible *d = &documents.items.items[i];
        if (value_is_null(d->value))
            continue;
        if (d->value->kind != VAL_MAP) {
            const struct value *read =
                json_text_read(&iam->view->values, iam->graph->sources, d->value).root;
            d->value = read ? read : d->value;
        }
        struct possibles found = {0};
        const struct value *version = value_get_c(d->value, "Version");
        iam->arns.literal = value_is_null(version) ||
                            (value_is_known(version) && !value_is_c(version, "2012-10-17"));
        const struct value *statements = value_get_c(d->value, "Statement");
        if (d->value->kind != VAL_MAP || !iam_each(iam, statements, d->when, &found))
            note_unread(iam, r->to, d->value->span, STR("a policy's document isn't written out"));
        for (uint32_t j = 0; j < found.items.count; j++) {
            struct possible *s = &found.items.items[j];
            if (s->value->kind == VAL_MAP)
                read_statement(r, s->value, s->when);
            else
                note_unread(iam, r->to, s->value->span, STR("a statement isn't written out"));
        }
    }
    iam->arns.literal = false;
}
