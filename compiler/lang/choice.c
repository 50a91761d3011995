#include "lang/compile.h"

/* `allow`, `on` and routes that name a thing which the deployment chooses, a module's handle of
   `on ? a : b` say: one clause for each thing that it may be, under its condition. */

static bool is_choice(const struct value *x) {
    return x->kind == VAL_IF && (thing_of(x->items[1]) || thing_of(x->items[2]) ||
                                 is_choice(x->items[1]) || is_choice(x->items[2]));
}

node_id clause_leads_to(const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    if (n->kind != NODE_ROUTE && n->kind != NODE_ON) /* POST /a -> TARGET, on EVENT -> TARGET */
        return NODE_NIL;
    return !node_is_nil(c->branch) ? c->branch : n->kind == NODE_ROUTE ? n->value : n->cond;
}

/* The name that a clause's target is, or begins with. */
static const struct node *target_name(const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    const struct node *target = NULL;
    node_id leads_to = clause_leads_to(c);
    if (!node_is_nil(leads_to))
        target = scope_node(c->scope, leads_to);
    else if (n->kind == NODE_ALLOW || n->kind == NODE_ON)
        target = scope_node(c->scope, n->value);
    while (target && target->kind == NODE_MEMBER)
        target = scope_node(c->scope, target->value);
    return target && target->kind == NODE_NAME ? target : NULL;
}

static struct value *value_of_name(struct lang *l, const struct clause *c, const struct node *n) {
    struct scope *binding;
    struct decl *d = lookup(l, c->scope, n->text, &binding);
    if (binding)
        return binding->value;
    return d && (d->class == DECL_LET || d->class == DECL_THING) ? eval_decl(l, d, n->span)
                                                                  : &value_nil;
}

struct value *clause_target(struct lang *l, const struct clause *c) {
    return c->target ? c->target
                     : eval_under(l, c->cond, c->scope, scope_node(c->scope, c->node)->value);
}

/* What `allow` and `on` name other than by a name: a choice in brackets, or one that a map holds. */
static struct value *value_of_target(struct lang *l, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    if (n->kind != NODE_ALLOW && (n->kind != NODE_ON || !node_is_nil(n->cond)))
        return &value_nil;
    enum node_kind kind = scope_node(c->scope, n->value)->kind;
    return kind == NODE_TERNARY || kind == NODE_MEMBER || kind == NODE_INDEX_OF
               ? clause_target(l, c)
               : &value_nil;
}

/* One clause for each thing, which the clause's name is then; without a name, the clause's target. */
static void add_choices(struct lang *l, struct body *out, const struct clause *c, struct str name,
                        struct value *x) {
    if (x->kind == VAL_IF) {
        struct clause yes = *c, no = *c;
        yes.cond = logic_and(l, c->cond, x->items[0]);
        no.cond = logic_and(l, c->cond, logic_not(l, x->items[0]));
        add_choices(l, out, &yes, name, x->items[1]);
        add_choices(l, out, &no, name, x->items[2]);
        return;
    }
    struct clause one = *c;
    if (name.len)
        one.scope = scope_bind(l, c->scope, name, x);
    else
        one.target = x;
    if (!value_is_null(x))
        vec_push(l->arena, &out->clauses, one);
}

/* One clause for each branch of `-> c ? a : b`, which may be verbs, proxy(..) and mock too. */
static void add_branches(struct lang *l, struct body *out, const struct clause *c) {
    node_id leads_to = clause_leads_to(c);
    const struct node *n = node_is_nil(leads_to) ? NULL : scope_node(c->scope, leads_to);
    if (!n || n->kind != NODE_TERNARY) {
        vec_push(l->arena, &out->clauses, *c);
        return;
    }
    struct value *test = eval_under(l, c->cond, c->scope, n->cond);
    test = to_boolean(l, test, scope_span(c->scope, n->cond));
    if (!test)
        return;
    struct clause yes = *c, no = *c;
    yes.branch = n->value;
    no.branch = n->extra;
    if (test->kind == VAL_BOOL) {
        add_branches(l, out, test->truth ? &yes : &no);
        return;
    }
    yes.cond = logic_and(l, c->cond, test);
    no.cond = logic_and(l, c->cond, logic_not(l, test));
    add_branches(l, out, &yes);
    add_branches(l, out, &no);
}

void split_choices(struct lang *l, struct thing *t) {
    struct body out = {0}, single = {0};
    for (uint32_t i = 0; i < t->body.clauses.count; i++)
        add_branches(l, &single, &t->body.clauses.items[i]);
    for (uint32_t i = 0; i < single.clauses.count; i++) {
        const struct clause *c = &single.clauses.items[i];
        const struct node *name = target_name(c);
        struct value *x = name ? value_of_name(l, c, name) : &value_nil;
        struct str bound = is_choice(x) ? name->text : STR_NIL;
        if (!bound.len)
            x = value_of_target(l, c);
        if (is_choice(x))
            add_choices(l, &out, c, bound, x);
        else
            vec_push(l->arena, &out.clauses, *c);
    }
    t->body.clauses.count = 0;
    for (uint32_t i = 0; i < out.clauses.count; i++)
        vec_push(l->arena, &t->body.clauses, out.clauses.items[i]);
}
