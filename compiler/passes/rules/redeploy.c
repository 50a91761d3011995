/* What an update leaves undeployed: a deployment of a REST API is a snapshot, made anew only when
   its logical id, or a property that replaces it, changes; a parameter's new value changes neither.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/updating-api.html
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html
 */
#include "base/limits.h"
#include "passes/check.h"

struct snapshot {
    struct check *c;
    const struct resource *deployment, *api;
    struct map reported; /* parameters */
};

/* ---- what a deployment shows --------------------------------------------------------------- */

static bool is_part(const struct resource *r) {
    static const char *const types[] = {
        "AWS::ApiGateway::Authorizer", "AWS::ApiGateway::GatewayResponse",
        "AWS::ApiGateway::Method",     "AWS::ApiGateway::Model",
        "AWS::ApiGateway::Resource",   "AWS::ApiGateway::RequestValidator",
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (resource_is(r, types[i]))
            return true;
    return false;
}

/* The first two keys of a path: the property, and what is in it. */
static void first_keys(const struct path *path, struct str *property, struct str *inner) {
    *property = *inner = STR_NIL;
    for (; path && path->outer; path = path->outer) {
        *inner = *property;
        *property = path->key;
    }
    if (!path || !str_is(path->key, "Properties"))
        *property = STR_NIL;
}

/* Names, texts for people, and what holds for an API without a deployment. */
static bool needs_deployment(const struct edge *e) {
    static const char *const others[] = {"Name",     "Description", "Tags", "EndpointConfiguration",
                                         "RestApiId", "Mode",       "Parameters"};
    struct str property, inner;
    first_keys(e->path, &property, &inner);
    return !str_in(property, others) && property.len &&
           !(str_is(property, "Body") && (str_is(inner, "info") || str_is(inner, "tags")));
}

/* Whether a parameter's new value replaces the deployment, too. */
static bool replaces(const struct snapshot *s, struct str parameter) {
    uint32_t first, end = edges_from(&s->c->edges, s->deployment, &first);
    for (uint32_t i = first; i < end; i++) {
        const struct edge *e = s->c->edges.items.items[i];
        struct str property, inner;
        first_keys(e->path, &property, &inner);
        if (str_eq(e->target, parameter) && str_is(property, "DeploymentCanarySettings"))
            return true;
    }
    return false;
}

/* ---- parameters ------------------------------------------------------------------------------ */

/* A parameter that a condition asks; nil: none. */
static struct str asked(const struct check *c, const struct value *x, unsigned depth) {
    struct str found = STR_NIL;
    if (depth > LIMIT_DEPTH)
        return found;
    if (x->kind == VAL_REF && value_has(c->graph->parameters, x->text))
        return x->text;
    if (x->kind == VAL_CONDITION)
        return asked(c, value_get(c->graph->conditions, x->text), depth + 1);
    for (uint32_t i = 0; !found.len && x->kind != VAL_MAP && i < x->count; i++)
        found = asked(c, x->items[i], depth + 1);
    return found;
}

static void check_edge(struct snapshot *s, const struct edge *e) {
    struct check *c = s->c;
    bool by_condition = e->kind == EDGE_CONDITION;
    struct str name = e->target;
    if (by_condition)
        name = asked(c, value_get(c->graph->conditions, e->target), 0);
    else if (e->kind != EDGE_REF && e->kind != EDGE_SUB)
        return;
    if (!value_has(c->graph->parameters, name) || !needs_deployment(e) || replaces(s, name) ||
        map_put(c->arena, &s->reported, name, 1))
        return;
    struct diag *d;
    struct str api = check_name(c, s->api);
    if (by_condition)
        d = check_report(
            c, RULE_STALE_DEPLOYMENT, e->from, e->at,
            "a new value of parameter '%.*s' decides '%.*s' anew, but doesn't redeploy %.*s",
            STR_ARG(name), STR_ARG(e->target), STR_ARG(api));
    else
        d = check_report_word(c, RULE_STALE_DEPLOYMENT, e->from, e->at, name,
                              "a new value of parameter '%.*s' alone doesn't redeploy %.*s",
                              STR_ARG(name), STR_ARG(api));
    if (c->graph->is_template) {
        diag_note(c->diags, d, s->deployment->id_span, "the deployment, which stays as it is");
        diag_help(c->diags, d, "read it from a stage variable, ${stageVariables.name}, or give the "
                               "deployment another logical id with each change");
    } else {
        diag_help(c->diags, d,
                  "read it from a stage variable, ${stageVariables.name}, or make it a "
                  "typed 'let', which is known when the deployment gets its id");
    }
}

static void check_resource(struct snapshot *s, const struct resource *r) {
    uint32_t first, end = edges_from(&s->c->edges, r, &first);
    for (uint32_t i = first; i < end; i++)
        check_edge(s, s->c->edges.items.items[i]);
}

/* ---- versions of functions --------------------------------------------------------------- */

/* Settings of a function as a whole, that no version has. */
static bool is_versioned(const struct edge *e) {
    static const char *const whole[] = {"Tags", "ReservedConcurrentExecutions", "RecursiveLoop",
                                        "FunctionName"};
    struct str property, inner;
    first_keys(e->path, &property, &inner);
    return !str_in(property, whole) && property.len > 0;
}

/* A version that the language makes has an id of what its function is when built. */
static void check_version(struct check *c, const struct resource *function) {
    uint32_t first, end = edges_from(&c->edges, function, &first);
    struct map reported = {0};
    for (uint32_t i = first; i < end; i++) {
        const struct edge *e = c->edges.items.items[i];
        struct str name = e->target;
        if (e->kind == EDGE_CONDITION)
            name = asked(c, value_get(c->graph->conditions, e->target), 0);
        else if (e->kind != EDGE_REF && e->kind != EDGE_SUB)
            continue;
        if (!value_has(c->graph->parameters, name) || !is_versioned(e) ||
            map_put(c->arena, &reported, name, 1))
            continue;
        struct diag *d =
            check_report(c, RULE_STALE_DEPLOYMENT, e->from, e->at,
                         "a new value of parameter '%.*s' alone makes no new version of %.*s",
                         STR_ARG(name), STR_ARG(check_name(c, function)));
        diag_help(c->diags, d,
                  "make it a typed 'let', which is known when the version gets its id");
    }
}

static void check_versions(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::Lambda::Version");
    for (uint32_t i = 0; i < list->items.count && !c->graph->is_template; i++) {
        const struct resource *f = check_target(c, property(list->items.items[i], "FunctionName"));
        if (f && resource_is(f, "AWS::Lambda::Function"))
            check_version(c, f);
    }
}

/* The SAM transform puts parameters' values into what it hashes. */
static bool is_of_transform(const struct check *c, const struct resource *r) {
    return c->graph->is_template && r->origin;
}

void check_redeploy(struct check *c) {
    check_versions(c);
    const struct resource_vec *list = check_type(c, "AWS::ApiGateway::Deployment");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        struct snapshot s = {c, r, check_target(c, property(r, "RestApiId")), {0}};
        if (!s.api || is_of_transform(c, r) || !resource_is(s.api, "AWS::ApiGateway::RestApi"))
            continue;
        check_resource(&s, s.api);
        for (uint32_t j = 0; j < c->graph->resources.count; j++) {
            const struct resource *part = c->graph->resources.items[j];
            if (is_part(part) && check_target(c, property(part, "RestApiId")) == s.api)
                check_resource(&s, part);
        }
    }
}
