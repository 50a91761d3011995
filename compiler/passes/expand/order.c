/* Which maps the translator walks in Python 2's order: where there are APIs, its own and those of
   events. */
#include "passes/expand/api.h"

const struct member **sam_walk(struct expand *e, const struct value *map) {
    uint32_t count = map->kind == VAL_MAP ? map->count : 0;
    const struct member **walk = arena_array(e->arena, const struct member *, count + 1);
    uint32_t *positions = api_walk(&apis_of(e)->orders, map);
    for (uint32_t i = 0; i < count; i++)
        walk[i] = &map->members[positions[i]];
    return walk;
}

static void mark(struct value *x) {
    if (!value_is_nil(x))
        x->flags |= VALUE_PYTHON2;
    for (uint32_t i = 0; i < x->count; i++)
        mark(x->kind == VAL_MAP ? x->members[i].value : x->items[i]);
}

static bool has_api_events(const struct value *properties, const char *type) {
    const struct value *events = value_get_c(properties, "Events");
    for (uint32_t i = 0; events->kind == VAL_MAP && i < events->count; i++)
        if (value_is_c(value_get_c(events->members[i].value, "Type"), type))
            return true;
    return false;
}

static bool has_rest_api(const struct graph *g) {
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct resource *r = g->resources.items[i];
        if (resource_is(r, "AWS::Serverless::Api"))
            return true;
        bool has_events = resource_is(r, "AWS::Serverless::Function") ||
                          resource_is(r, "AWS::Serverless::StateMachine");
        if (has_events && has_api_events(r->properties, "Api"))
            return true;
    }
    return false;
}

static bool has_default_authorizer(const struct value *properties) {
    const struct value *auth = value_get_c(properties, "Auth");
    return sam_is_truthy(value_get_c(auth, "DefaultAuthorizer"));
}

static bool has_authorized_http_api(const struct graph *g) {
    bool global = has_default_authorizer(value_get_c(g->globals, "HttpApi"));
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct resource *r = g->resources.items[i];
        if (resource_is(r, "AWS::Serverless::HttpApi") &&
            (global || has_default_authorizer(r->properties)))
            return true;
        if (global && resource_is(r, "AWS::Serverless::Function") &&
            has_api_events(r->properties, "HttpApi"))
            return true;
    }
    return false;
}

/* What the translator takes from a resource into the documents of APIs. */
static void mark_resource(struct resource *r) {
    if (resource_is(r, "AWS::Serverless::Api") || resource_is(r, "AWS::Serverless::HttpApi"))
        mark(r->properties);
    if (!resource_is(r, "AWS::Serverless::Function") &&
        !resource_is(r, "AWS::Serverless::StateMachine"))
        return;
    mark(value_get_c(r->properties, "Events"));
    mark(value_get_c(r->properties, "FunctionName"));
    mark(value_get_c(r->attributes, "Condition"));
}

void sam_choose_order(struct expand *e) {
    struct graph *g = e->g;
    e->python2 = has_rest_api(g) || has_authorized_http_api(g);
    if (!e->python2)
        return;
    mark(value_get_c(g->globals, "Api"));
    for (uint32_t i = 0; i < e->params->count; i++)
        if (!is_pseudo_parameter(e->params->members[i].key))
            mark(e->params->members[i].value);
    for (uint32_t i = 0; i < g->resources.count; i++)
        mark_resource(g->resources.items[i]);
}
