#include "graph/components.h"
#include "lang/compile.h"

/* A role that may do something to what needs the role itself is a circle of resources: a user pool
   calls a function, whose role may read the pool. Such permissions stand in a policy of their own,
   behind both; what polls waits for it. */

struct circles {
    struct lang *l;
    struct map position; /* logical id -> position + 1 */
    uint32_t *first;     /* by resource: where in `to` stands what it refers to */
    VEC(uint32_t) to;
    struct components found;
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

static void visit_resource(struct circles *c, const struct resource *r, visit_id *f,
                           void *context) {
    const struct value *after = value_get_c(r->attributes, "DependsOn");
    visit(c, r->properties, f, context);
    if (after->kind == VAL_STRING)
        f(c, after->text, context);
    for (uint32_t k = 0; after->kind == VAL_LIST && k < after->count; k++)
        f(c, value_text(after->items[k]), context);
}

static void add_edge(struct circles *c, struct str id, void *context) {
    uint32_t to = (uint32_t)map_get(&c->position, id);
    (void)context;
    if (to)
        vec_push(c->l->arena, &c->to, to - 1);
}

static void find_components(struct circles *c) {
    const struct graph *g = c->l->graph;
    uint32_t count = g->resources.count;
    c->first = arena_array(c->l->arena, uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        c->first[i] = c->to.count;
        visit_resource(c, g->resources.items[i], add_edge, NULL);
    }
    c->first[count] = c->to.count;
    c->found = components_find(c->l->arena, count, c->first, c->to.items);
}

/* ---- whether there may be a circle at all --------------------------------------------- */

static void note_resource(struct circles *c, struct str id, void *context) {
    *(bool *)context |= map_get(&c->position, id) != 0;
}

static void note_way_on(struct circles *c, struct str id, void *context) {
    uint32_t to = (uint32_t)map_get(&c->position, id);
    if (to && !*(bool *)context)
        visit_resource(c, c->l->graph->resources.items[to - 1], note_resource, context);
}

/* The statements of a role that this stack makes. */
static struct value *statements_of(const struct resource *role) {
    const struct value *policies = value_get_c(role->properties, "Policies");
    return value_get_c(value_get_c(value_at(policies, 0), "PolicyDocument"), "Statement");
}

static bool is_role(const struct resource *r) {
    return str_is(r->type, "AWS::IAM::Role");
}

/* Most roles may use only what refers to nothing further. */
static bool may_have_circles(struct circles *c) {
    bool found = false;
    for (uint32_t i = 0; i < c->l->made.count && !found; i++)
        if (is_role(c->l->made.items[i].resource))
            visit(c, statements_of(c->l->made.items[i].resource), note_way_on, &found);
    return found;
}

/* ---- breaking them ---------------------------------------------------------------------- */

struct asked {
    uint32_t component;
    bool found;
};

static void ask(struct circles *c, struct str id, void *context) {
    struct asked *a = context;
    uint32_t to = (uint32_t)map_get(&c->position, id);
    a->found |= to && c->found.of[to - 1] == a->component;
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
    struct value *all = statements_of(m->resource);
    struct value *kept = value_list(l->values), *moved = value_list(l->values);
    for (uint32_t i = 0; all->kind == VAL_LIST && i < all->count; i++) {
        struct asked asked = {c->found.of[at], false};
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
    struct value *policies = value_get_c(m->resource->properties, "Policies");
    if (kept->count)
        value_put_c(l->values, value_get_c(value_at(policies, 0), "PolicyDocument"), "Statement",
                    kept);
    else
        value_remove(l->values, m->resource->properties, STR("Policies"));
    wait_for(l, m->thing, id);
}

void break_circles(struct lang *l) {
    struct circles c = {.l = l};
    uint32_t made = l->made.count;
    for (uint32_t i = 0; i < l->graph->resources.count; i++)
        map_put(l->arena, &c.position, l->graph->resources.items[i]->id, i + 1);
    if (!may_have_circles(&c))
        return;
    find_components(&c);
    for (uint32_t i = 0; i < made; i++) {
        const struct made m = l->made.items[i];
        uint32_t at = (uint32_t)map_get(&c.position, m.resource->id);
        if (at && is_role(m.resource) && c.found.sizes[c.found.of[at - 1]] > 1)
            split_role(&c, &m, at - 1);
    }
}
