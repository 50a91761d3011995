/* Finds which services call which functions: integrations and authorizers of APIs, notifications,
   subscriptions, rules, triggers. */
#include "passes/rules/invocations.h"

/* ---- integrations ------------------------------------------------------------------------ */

static struct str upper_method(struct check *c, struct str key) {
    return str_is(key, "x-amazon-apigateway-any-method") ? STR("ANY") : str_upper(c->arena, key);
}

static void read_operation(struct check *c, const struct resource *r, const struct member *path,
                           const struct member *operation, const struct value *document,
                           struct bdd_id when, struct integrations *out) {
    const struct member *m =
        value_member(operation->value, STR("x-amazon-apigateway-integration"));
    if (!m)
        return;
    struct possibles all = {0};
    struct str method = upper_method(c, operation->key);
    struct str route = str_printf(c->arena, "%.*s %.*s", STR_ARG(method), STR_ARG(path->key));
    view_possible(&c->view, m->value, when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct value *body = all.items.items[i].value;
        if (!check_is_closed(body) || value_has(body, STR("$ref")))
            continue;
        vec_push(c->arena, &out->items,
                 (struct integration){.r = r,
                                      .body = body,
                                      .at = m->span,
                                      .type = value_get_c(body, "type"),
                                      .uri = value_get_c(body, "uri"),
                                      .method = value_get_c(body, "httpMethod"),
                                      .credentials = value_get_c(body, "credentials"),
                                      .route_at = operation->span,
                                      .operation = operation->value,
                                      .document = document,
                                      .api = r,
                                      .route = route,
                                      .is_rest = resource_is(r, "AWS::ApiGateway::RestApi"),
                                      .when = all.items.items[i].when});
    }
}

static void read_body(struct check *c, const struct resource *r, struct integrations *out) {
    struct possibles bodies = check_possible(c, r, property(r, "Body"));
    for (uint32_t b = 0; b < bodies.items.count; b++) {
        const struct value *paths = value_get_c(bodies.items.items[b].value, "paths");
        for (uint32_t i = 0; paths->kind == VAL_MAP && i < paths->count; i++) {
            struct possibles items = {0};
            view_possible(&c->view, paths->members[i].value, bodies.items.items[b].when, &items);
            for (uint32_t k = 0; k < items.items.count; k++) {
                const struct value *item = items.items.items[k].value;
                for (uint32_t j = 0; item->kind == VAL_MAP && j < item->count; j++)
                    read_operation(c, r, &paths->members[i], &item->members[j],
                                   bodies.items.items[b].value, items.items.items[k].when, out);
            }
        }
    }
}

static struct str method_path(struct check *c, const struct value *id, unsigned depth) {
    if (id->kind == VAL_GETATT && str_is(value_text(value_at(id, 0)), "RootResourceId"))
        return STR("/");
    const struct resource *r = check_target_of(c, id, "AWS::ApiGateway::Resource");
    if (!r || depth > 50)
        return STR_NIL;
    struct str parent = method_path(c, property(r, "ParentId"), depth + 1);
    struct str part = view_text(&c->view, property(r, "PathPart")).pattern;
    if (!parent.ptr || !part.len)
        return STR_NIL;
    return str_printf(c->arena, "%.*s%s%.*s", STR_ARG(parent), parent.len > 1 ? "/" : "",
                      STR_ARG(part));
}

static void read_method(struct check *c, const struct resource *r, struct integrations *out) {
    const struct value *body = property(r, "Integration");
    struct str method = check_text(c, property(r, "HttpMethod"));
    struct str path = method_path(c, property(r, "ResourceId"), 0);
    if (!check_is_closed(body))
        return;
    vec_push(c->arena, &out->items,
             (struct integration){
                 .r = r,
                 .body = body,
                 .at = value_member(r->properties, STR("Integration"))->span,
                 .type = value_get_c(body, "Type"),
                 .uri = value_get_c(body, "Uri"),
                 .method = value_get_c(body, "IntegrationHttpMethod"),
                 .credentials = value_get_c(body, "Credentials"),
                 .route_at = property(r, "HttpMethod")->span,
                 .operation = r->properties,
                 .api = check_target_of(c, property(r, "RestApiId"), "AWS::ApiGateway::RestApi"),
                 .route = path.ptr && method.len ? str_printf(c->arena, "%.*s %.*s",
                                                              STR_ARG(method), STR_ARG(path))
                                                 : STR_NIL,
                 .is_rest = true,
                 .when = formula_of_resource(&c->formulas, r)});
}

/* Whether a route's target ("integrations/ID") names an integration. */
static bool targets(struct check *c, const struct resource *route, const struct resource *wanted) {
    struct text t = view_text(&c->view, property(route, "Target"));
    for (uint32_t i = 0; i < t.holes.items.count; i++)
        if (check_target(c, t.holes.items.items[i]) == wanted)
            return true;
    return false;
}

static void read_http_integration(struct check *c, const struct resource *r,
                                  struct integrations *out) {
    struct integration one = {
        .r = r,
        .body = r->properties,
        .at = r->id_span,
        .type = property(r, "IntegrationType"),
        .uri = property(r, "IntegrationUri"),
        .method = property(r, "IntegrationMethod"),
        .credentials = property(r, "CredentialsArn"),
        .api = check_target_of(c, property(r, "ApiId"), "AWS::ApiGatewayV2::Api"),
        .when = formula_of_resource(&c->formulas, r)};
    uint32_t found = 0;
    for (const struct edge *e = edges_to(&c->edges, r->id); e; e = e->next)
        if (e->from && resource_is(e->from, "AWS::ApiGatewayV2::Route") &&
            targets(c, e->from, r)) {
            struct str key = check_text(c, property(e->from, "RouteKey"));
            one.route = str_has(key, '/') ? key : STR_NIL;
            one.operation = e->from->properties;
            one.route_at = property(e->from, "RouteKey")->span;
            vec_push(c->arena, &out->items, one);
            found++;
        }
    if (!found)
        vec_push(c->arena, &out->items, one);
}

static void each(struct check *c, const char *type, struct integrations *out,
                 void (*read)(struct check *, const struct resource *, struct integrations *)) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++)
        read(c, list->items.items[i], out);
}

const struct integrations *integrations_of(struct check *c) {
    if (c->integrations)
        return c->integrations;
    struct integrations *out = c->integrations = arena_new(c->arena, struct integrations);
    each(c, "AWS::ApiGateway::RestApi", out, read_body);
    each(c, "AWS::ApiGatewayV2::Api", out, read_body);
    each(c, "AWS::ApiGateway::Method", out, read_method);
    each(c, "AWS::ApiGatewayV2::Integration", out, read_http_integration);
    return out;
}

/* ---- functions --------------------------------------------------------------------------- */

static bool is_function(const struct resource *r) {
    return r && (resource_is(r, "AWS::Lambda::Function") || resource_is(r, "AWS::Lambda::Alias") ||
                 resource_is(r, "AWS::Lambda::Version"));
}

const struct resource *function_of(struct check *c, const struct value *x) {
    const struct resource *target = check_target(c, x);
    if (target)
        return is_function(target) ? target : NULL;
    struct text t = view_text(&c->view, x);
    const struct resource *found = NULL;
    if (str_find(t.pattern, STR("stageVariables"), 0) < t.pattern.len)
        return NULL;
    for (uint32_t i = 0; i < t.holes.items.count; i++) {
        const struct value *hole = t.holes.items.items[i];
        target = hole == x ? NULL : check_target(c, hole);
        if (is_function(target))
            found = target;
    }
    return found;
}

/* ---- invocations -------------------------------------------------------------------------- */

struct finder {
    struct check *c;
    struct invocations *out;
};

static void add(struct finder *f, struct invocation one, const struct value *function) {
    struct possibles all = {0};
    view_possible(&f->c->view, function, one.when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        one.function = function_of(f->c, all.items.items[i].value);
        one.at = function;
        one.when = all.items.items[i].when;
        if (one.function)
            vec_push(f->c->arena, &f->out->items, one);
    }
}

static void from_integration(struct finder *f, const struct integration *in) {
    if (!value_is_null(in->credentials))
        return;
    struct str type = check_text(f->c, in->type);
    if (str_eq_nocase(type, STR("aws")) || str_eq_nocase(type, STR("aws_proxy")))
        add(f, (struct invocation){.r = in->r, .source = in->api, .route = in->route,
                                   .principal = "apigateway.amazonaws.com", .when = in->when},
            in->uri);
}

static void from_authorizer(struct finder *f, const struct resource *r, const char *api_property,
                            const char *credentials) {
    if (!value_is_null(property(r, credentials)))
        return;
    add(f, (struct invocation){.r = r, .source = check_target(f->c, property(r, api_property)),
                               .route = STR("authorizers"),
                               .principal = "apigateway.amazonaws.com",
                               .when = formula_of_resource(&f->c->formulas, r)},
        property(r, "AuthorizerUri"));
}

static void from_list(struct finder *f, const struct resource *r, const struct value *list,
                      const char *name, const char *principal) {
    struct items items =
        check_items(f->c, list, formula_of_resource(&f->c->formulas, r));
    for (uint32_t i = 0; i < items.items.count; i++)
        add(f, (struct invocation){.r = r, .source = r, .principal = principal,
                                   .when = items.items.items[i].when},
            value_get_c(items.items.items[i].value, name));
}

static void from_subscription(struct finder *f, const struct resource *r) {
    if (str_is(check_text(f->c, property(r, "Protocol")), "lambda"))
        add(f, (struct invocation){.r = r, .principal = "sns.amazonaws.com",
                                   .source = check_target_of(f->c, property(r, "TopicArn"),
                                                             "AWS::SNS::Topic"),
                                   .when = formula_of_resource(&f->c->formulas, r)},
            property(r, "Endpoint"));
}

static void from_pool(struct finder *f, const struct resource *r) {
    const struct value *config = property(r, "LambdaConfig");
    for (uint32_t i = 0; config->kind == VAL_MAP && i < config->count; i++) {
        const struct value *x = config->members[i].value;
        if (x->kind == VAL_MAP)
            x = value_get_c(x, "LambdaArn");
        add(f, (struct invocation){.r = r, .source = r, .principal = "cognito-idp.amazonaws.com",
                                   .when = formula_of_resource(&f->c->formulas, r)},
            x);
    }
}

static void from_resource(struct finder *f, const struct resource *r) {
    struct invocation one = {.r = r, .source = r,
                             .when = formula_of_resource(&f->c->formulas, r)};
    if (resource_is(r, "AWS::ApiGateway::Authorizer")) {
        from_authorizer(f, r, "RestApiId", "AuthorizerCredentials");
    } else if (resource_is(r, "AWS::ApiGatewayV2::Authorizer")) {
        from_authorizer(f, r, "ApiId", "AuthorizerCredentialsArn");
    } else if (resource_is(r, "AWS::S3::Bucket")) {
        from_list(f, r,
                  value_get_c(property(r, "NotificationConfiguration"), "LambdaConfigurations"),
                  "Function", "s3.amazonaws.com");
    } else if (resource_is(r, "AWS::Events::Rule")) {
        from_list(f, r, property(r, "Targets"), "Arn", "events.amazonaws.com");
    } else if (resource_is(r, "AWS::SNS::Topic")) {
        from_list(f, r, property(r, "Subscription"), "Endpoint", "sns.amazonaws.com");
    } else if (resource_is(r, "AWS::SNS::Subscription")) {
        from_subscription(f, r);
    } else if (resource_is(r, "AWS::Cognito::UserPool")) {
        from_pool(f, r);
    } else if (resource_is(r, "AWS::Logs::SubscriptionFilter")) {
        one.principal = "logs.amazonaws.com";
        one.source = NULL;
        add(f, one, property(r, "DestinationArn"));
    } else if (resource_is(r, "AWS::SecretsManager::RotationSchedule")) {
        one.principal = "secretsmanager.amazonaws.com";
        one.source = NULL;
        add(f, one, property(r, "RotationLambdaARN"));
    }
}

const struct invocations *invocations_of(struct check *c) {
    if (c->invocations)
        return c->invocations;
    struct finder f = {c, c->invocations = arena_new(c->arena, struct invocations)};
    const struct integrations *integrations = integrations_of(c);
    for (uint32_t i = 0; i < integrations->items.count; i++)
        from_integration(&f, &integrations->items.items[i]);
    for (uint32_t i = 0; i < c->graph->resources.count; i++)
        from_resource(&f, c->graph->resources.items[i]);
    return f.out;
}
