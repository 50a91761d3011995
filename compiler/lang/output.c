#include "lang/compile.h"

/* The conditions of the resources that a value refers to, outside of its own Ifs. */
static struct value *reference_condition(struct lang *l, const struct value *x,
                                         struct value *cond) {
    if (x->kind == VAL_IF || x->kind == VAL_THING)
        return cond;
    struct str id = x->kind == VAL_REF || x->kind == VAL_GETATT ? x->text : STR_NIL;
    if (x->kind == VAL_SUB) {
        struct sub_piece p;
        for (uint32_t at = 0; sub_next(x->text, &at, &p);) {
            struct value ref = {.kind = VAL_REF};
            struct str rest;
            ref.text = str_split(p.text, '.', &rest);
            if (p.is_variable)
                cond = reference_condition(l, &ref, cond);
        }
    }
    for (uint32_t i = 0; id.len && i < l->made.count; i++)
        if (str_eq(l->made.items[i].resource->id, id))
            return l->made.items[i].cond ? logic_and(l, cond, l->made.items[i].cond) : cond;
    for (uint32_t i = 0; !value_is_scalar(x) && i < x->count; i++)
        cond = reference_condition(
            l, x->kind == VAL_MAP ? x->members[i].value : x->items[i], cond);
    return cond;
}

/* An output can't be null: where it would be, it isn't there. */
static struct value *drop_null(struct lang *l, struct value *x, struct value **cond) {
    if (x->kind != VAL_IF)
        return x;
    struct value *yes = x->items[1], *no = x->items[2], *test = x->items[0];
    if (value_is_null(yes) && !value_is_null(no)) {
        *cond = logic_and(l, *cond, logic_not(l, test));
        return drop_null(l, no, cond);
    }
    if (value_is_null(no) && !value_is_null(yes)) {
        *cond = logic_and(l, *cond, test);
        return drop_null(l, yes, cond);
    }
    struct value *absent = logic_is_null(l, x);
    if (absent->kind != VAL_BOOL)
        *cond = logic_and(l, *cond, logic_not(l, absent));
    return x;
}

/* An output is a text: of a list, whichever it will be, what it holds. */
static struct value *join_lists(struct lang *l, struct value *x) {
    if (x->kind == VAL_IF)
        return logic_if(l, x->items[0], join_lists(l, x->items[1]), join_lists(l, x->items[2]));
    return is_list(l, x) ? value_call(l->values, VAL_JOIN, 2, text_value(l, ","), x) : x;
}

struct emitting {
    const struct node *node;
    const struct guard *guard;
};

static void emit_output(struct lang *l, struct scope *s, void *context) {
    struct emitting *e = context;
    const struct node *n = e->node;
    struct value *cond = NULL;
    struct guard own = {(struct guard *)e->guard, n->cond};
    if (!guard_holds(l, s, &own, &cond))
        return;
    const struct node *name = scope_node(s, n->name);
    struct str id = camel(l->arena, name->text);
    if (s->key.ptr)
        id = str_concat(l->arena, id, camel(l->arena, s->key));
    struct value *x = eval_under(l, cond, s, n->value);
    l->values->place = (struct place){scope_span(s, n->value), NULL};
    x = drop_null(l, x, &cond);
    x = join_lists(l, x);
    x = to_text(l, x, scope_span(s, n->value));
    if (is_error(x))
        return;
    cond = reference_condition(l, x, cond);
    struct value *out = map_of(l, 1, "Value", finish_value(l, x, cond));
    if (n->doc.len)
        value_put_c(l->values, out, "Description", value_string(l->values, n->doc));
    if (!node_is_nil(n->extra))
        value_put_c(l->values, out, "Export",
                    map_of(l, 1, "Name", finish_value(l, eval(l, s, n->extra), cond)));
    if (cond)
        value_put_c(l->values, out, "Condition", value_string(l->values, condition_name(l, cond)));
    value_put(l->values, graph_section(l->graph, &l->graph->outputs), id, out)->span = name->span;
}

void emit_outputs(struct lang *l) {
    for (uint32_t i = 0; i < l->outputs.count; i++) {
        struct clause *c = &l->outputs.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        struct emitting e = {n, c->guard};
        if (node_is_nil(n->loop))
            emit_output(l, c->scope, &e);
        else
            for_each_turn(l, c->scope, n->loop, emit_output, &e);
    }
}
