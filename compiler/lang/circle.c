#include "lang/compile.h"

/* A role that may do something to what needs the role itself is a circle of resources: a user pool
   calls a function, whose role may read the pool. Such permissions stand in a policy of their own,
   behind both; what polls waits for it. */

struct vertex {
    VEC(uint32_t) to;    /* positions of what it refers to */
    uint32_t order, low; /* of Tarjan's search; 0: not seen */
    uint32_t component;  /* from 1 */
    uint32_t next;       /* of `to`, while it is searched */
};

struct circles {
    struct lang *l;
    struct vertex *nodes;
    uint32_t count;
    struct map position; /* logical id -> position + 1 */
    VEC(uint32_t) path, stack;
    uint32_t order, components;
    uint32_t *sizes; /* by component */
};

typedef void visit_id(struct circles *c, struct str id, void *context);

static void visit(struct circles *c, const struct value *x, visit_id *f, void *context) {
    struct sub_piece p;
    struct str rest;
    if (x->kind == VAL_REF || x->kind == VAL_GETATT)
        f(c, x->text, context);
    if (x->kind == VAL_SUB)
        for (uint32_t at = 0; sub_next(x->text, &at, &p);)
            if (p.is_variable)
                f(c, str_split(p.text, '.', &rest), context);
    for (uint32_t i = 0; !value_is_scalar(x) && i < x->count; i++)
        visit(c, x->kind == VAL_MAP ? x->members[i].value : x->items[i], f, context);
}

static void add_edge(struct circles *c, struct str id, void *context) {
    struct vertex *n = context;
    uint32_t to = (uint32_t)map_get(&c->position, id);
    if (to)
        vec_push(c->l->arena, &n->to, to - 1);
}

static void read_graph(struct circles *c) {
    struct graph *g = c->l->graph;
    c->count = g->resources.count;
    c->nodes = arena_array(c->l->arena, struct vertex, c->count + 1);
    for (uint32_t i = 0; i < c->count; i++)
        map_put(c->l->arena, &c->position, g->resources.items[i]->id, i + 1);
    for (uint32_t i = 0; i < c->count; i++) {
        const struct resource *r = g->resources.items[i];
        const struct value *after = value_get_c(r->attributes, "DependsOn");
        visit(c, r->properties, add_edge, &c->nodes[i]);
        if (after->kind == VAL_STRING)
            add_edge(c, after->text, &c->nodes[i]);
        for (uint32_t k = 0; after->kind == VAL_LIST && k < after->count; k++)
            add_edge(c, value_text(after->items[k]), &c->nodes[i]);
    }
}

static void enter(struct circles *c, uint32_t n) {
    c->nodes[n].order = c->nodes[n].low = ++c->order;
    vec_push(c->l->arena, &c->path, n);
    vec_push(c->l->arena, &c->stack, n);
}

static void leave(struct circles *c, uint32_t n) {
    c->path.count--;
    if (c->path.count) {
        struct vertex *outer = &c->nodes[c->path.items[c->path.count - 1]];
        if (c->nodes[n].low < outer->low)
            outer->low = c->nodes[n].low;
    }
    if (c->nodes[n].low != c->nodes[n].order)
        return;
    uint32_t member;
    c->components++;
    do {
        member = c->stack.items[--c->stack.count];
        c->nodes[member].component = c->components;
        c->sizes[c->components]++;
    } while (member != n);
}

/* Tarjan's components, without recursion. */
static void search(struct circles *c, uint32_t start) {
    enter(c, start);
    while (c->path.count) {
        uint32_t at = c->path.items[c->path.count - 1];
        struct vertex *n = &c->nodes[at];
        if (n->next == n->to.count) {
            leave(c, at);
            continue;
        }
        uint32_t to = n->to.items[n->next++];
        if (!c->nodes[to].order)
            enter(c, to);
        else if (!c->nodes[to].component && c->nodes[to].order < n->low)
            n->low = c->nodes[to].order;
    }
}

struct asked {
    uint32_t component;
    bool found;
};

static void ask(struct circles *c, struct str id, void *context) {
    struct asked *a = context;
    uint32_t to = (uint32_t)map_get(&c->position, id);
    a->found |= to && c->nodes[to - 1].component == a->component;
}

/* What a role's functions poll with waits for the policy. */
static void wait_for(struct lang *l, const struct thing *owner, struct str policy) {
    for (uint32_t i = 0; i < l->made.count; i++) {
        const struct made *m = &l->made.items[i];
        if (m->thing != owner || !str_is(m->resource->type, "AWS::Lambda::EventSourceMapping"))
            continue;
        struct value *before = value_get_c(m->resource->attributes, "DependsOn");
        struct value *after = before->kind == VAL_LIST ? before : value_list(l->values);
        if (before->kind == VAL_STRING)
            value_push(l->values, after, before);
        value_push(l->values, after, value_string(l->values, policy));
        value_put_c(l->values, m->resource->attributes, "DependsOn",
                    after->count == 1 ? after->items[0] : after);
    }
}

/* Moves the statements that name something of the role's circle. */
static void split_role(struct circles *c, const struct made *m, uint32_t at) {
    struct lang *l = c->l;
    struct value *policies = value_get_c(m->resource->properties, "Policies");
    struct value *document = value_get_c(value_at(policies, 0), "PolicyDocument");
    struct value *all = value_get_c(document, "Statement");
    struct value *kept = value_list(l->values), *moved = value_list(l->values);
    for (uint32_t i = 0; all->kind == VAL_LIST && i < all->count; i++) {
        struct asked asked = {c->nodes[at].component, false};
        visit(c, all->items[i], ask, &asked);
        value_push(l->values, asked.found ? moved : kept, all->items[i]);
    }
    if (!moved->count)
        return;
    struct str id = str_concat(l->arena, m->resource->id, STR("Policy"));
    struct value *condition = value_get_c(m->resource->attributes, "Condition");
    struct resource *p =
        add_resource(l, m->thing, "role policy", "AWS::IAM::Policy", id, NULL);
    p->properties =
        map_of(l, 3, "PolicyName", text_value(l, "circle"), "Roles",
               list_of(l, 1, value_ref(l->values, m->resource->id)), "PolicyDocument",
               map_of(l, 2, "Version", text_value(l, "2012-10-17"), "Statement", moved));
    if (!value_is_nil(condition))
        value_put_c(l->values, p->attributes, "Condition", condition);
    if (kept->count)
        value_put_c(l->values, document, "Statement", kept);
    else
        value_remove(l->values, m->resource->properties, STR("Policies"));
    wait_for(l, m->thing, id);
}

void break_circles(struct lang *l) {
    struct circles c = {.l = l};
    uint32_t made = l->made.count;
    read_graph(&c);
    c.sizes = arena_array(l->arena, uint32_t, c.count + 1);
    for (uint32_t i = 0; i < c.count; i++)
        if (!c.nodes[i].order)
            search(&c, i);
    for (uint32_t i = 0; i < made; i++) {
        const struct made m = l->made.items[i];
        uint32_t at = (uint32_t)map_get(&c.position, m.resource->id);
        if (at && str_is(m.resource->type, "AWS::IAM::Role") &&
            c.sizes[c.nodes[at - 1].component] > 1)
            split_role(&c, &m, at - 1);
    }
}
