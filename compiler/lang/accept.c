#include "lang/compile.h"

void note_accepts(struct lang *l, struct scope *s, const struct node *n) {
    for (uint32_t i = 0; i < n->count; i++) {
        const struct node *a = scope_node(s, s->space->tree->children.items[n->list + i]);
        bool known = false;
        for (uint32_t k = 0; k < l->diags->accepts.count; k++)
            known |= span_covers(l->diags->accepts.items[k].span, a->span);
        if (known || a->kind != NODE_ACCEPT || a->count == 0)
            continue;
        struct str text[2] = {STR_NIL, STR_NIL};
        for (uint32_t k = 0; k < a->count && k < 2; k++) {
            const struct node *string =
                scope_node(s, s->space->tree->children.items[a->list + k]);
            if (string->kind == NODE_STRING && string->count)
                text[k] = scope_node(s, s->space->tree->children.items[string->list])->text;
        }
        enum rule_id rule = rule_find(text[0]);
        if (rule == RULE_NONE) {
            struct diag *d = diag_add(l->diags, RULE_UNKNOWN_RULE, a->span,
                                      "no rule is called '%.*s'", STR_ARG(text[0]));
            enum rule_id near = rule_nearest(text[0]);
            if (near != RULE_NONE)
                diag_label(l->diags, d, "did you mean '%s'?", rules[near].name);
            continue;
        }
        if (text[1].len == 0)
            diag_add(l->diags, RULE_MISSING_ATTRIBUTE, a->span,
                     "'@accept' needs a reason, for those who read this later");
        diag_accept(l->diags,
                    (struct accept){rule, scope_span(s, n->value), a->span, text[1], false});
    }
}
