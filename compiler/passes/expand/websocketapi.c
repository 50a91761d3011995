/* AWS::Serverless::WebSocketApi: routes with their integrations and permissions, a stage, a domain
   and an authorizer. What the SAM resource has of attributes (a Condition, for one) isn't passed on
   to anything: that is how the transform does it. */
#include "passes/expand/api.h"

static const struct property rows[] = {
    {"ApiKeySelectionExpression", IS_STR, 0, NULL},
    {"AccessLogSettings", IS_MAP, 0, NULL},
    {"Auth", IS_MAP, 0, NULL},
    {"DefaultRouteSettings", IS_MAP, 0, NULL},
    {"Description", IS_STR, 0, NULL},
    {"DisableExecuteApiEndpoint", IS_BOOL, 0, NULL},
    {"Domain", IS_MAP, 0, NULL},
    {"DisableSchemaValidation", IS_BOOL, 0, NULL},
    {"FailOnWarnings", IS_BOOL, 0, NULL},
    {"IpAddressType", IS_STR, 0, NULL},
    {"Name", IS_STR, 0, NULL},
    {"PropagateTags", IS_BOOL, 0, NULL},
    {"Routes", REQUIRED | IS_MAP, 0, NULL},
    {"RouteSettings", IS_MAP, 0, NULL},
    {"RouteSelectionExpression", REQUIRED | IS_STR, 0, NULL},
    {"StageName", IS_STR | IS_MAP, 0, NULL},
    {"StageVariables", IS_MAP, 0, NULL},
    {"Tags", IS_MAP, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

static const struct referable referables[] = {
    {"Stage", "AWS::ApiGatewayV2::Stage"},
    {"DomainName", "AWS::ApiGatewayV2::DomainName"},
    {NULL, NULL},
};

static const char tag[] = "websocketapi:createdBy";

struct route {
    struct expand *e;
    struct sam *s;
    struct str key, name; /* "$connect", "Connect" */
    struct value *spec;
    struct value *auth;
    struct span span;
};

static void check(struct expand *e, const struct sam *s) {
    const struct value *address = sam_property(s, "IpAddressType");
    const struct value *domain = sam_property(s, "Domain");
    if (!sam_is_truthy(sam_property(s, "Routes")))
        sam_fail(e, s->id, sam_span_of(s, "Routes"),
                 "WebSocket API must have at least one route.");
    if (!sam_is_none(address) && !sam_is_intrinsic(address) && !value_is_c(address, "ipv4") &&
        !value_is_c(address, "dualstack"))
        sam_fail(e, s->id, sam_span_of(s, "IpAddressType"),
                 "IpAddressType must be 'ipv4' or 'dualstack'.");
    if (sam_is_truthy(sam_get(e, domain, "MutualTlsAuthentication")))
        sam_fail(e, s->id, api_span_of(domain, "MutualTlsAuthentication"),
                 "Mutual TLS domain name association is not supported for Websocket APIs.");
}

static void add_api(struct expand *e, struct sam *s) {
    static const char *const copied[] = {"ApiKeySelectionExpression", "Description",
                                         "DisableExecuteApiEndpoint", "DisableSchemaValidation",
                                         "IpAddressType", "RouteSelectionExpression"};
    struct openapi o = {.e = e};
    struct resource *r = sam_make(e, s, s->id, "AWS::ApiGatewayV2::Api", NULL, NULL, SPAN_NIL);
    struct value *name = sam_property(s, "Name"), *tags = sam_property(s, "Tags");
    sam_depend(e, r, s->depends_on);
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], sam_property(s, copied[i]));
    if (sam_is_truthy(sam_property(s, "Auth")) &&
        !sam_has(e, sam_property(s, "Routes"), "$connect"))
        sam_fail(e, s->id, sam_span_of(s, "Auth"),
                 "Authorization is only available if there is a $connect route.");
    if (!sam_is_truthy(tags))
        tags = value_map(e->v);
    openapi_set(&o, tags, tag, sam_c(e, "SAM"));
    sam_set(e, r, "Name", value_is_nil(name) ? value_string(e->v, s->id) : name);
    sam_set(e, r, "Tags", tags);
    sam_set(e, r, "ProtocolType", sam_c(e, "WEBSOCKET"));
    sam_push(e, s, r);
}

/* --- routes */

static struct str name_of(struct expand *e, const struct sam *s, const struct member *m) {
    struct str key = m->key;
    if (str_is(key, "$connect") || str_is(key, "$disconnect") || str_is(key, "$default"))
        key = str_slice(key, 1, key.len);
    else if (!api_is_alphanumeric(key))
        sam_fail(e, s->id, m->span,
                 "Route key '%.*s' must be alphanumeric. Only $connect, $disconnect, and $default "
                 "special routes are supported.",
                 STR_ARG(key));
    struct str first = str_upper(e->arena, str_slice(key, 0, 1));
    return str_concat(e->arena, first, str_lower(e->arena, str_slice(key, 1, key.len)));
}

static struct str id_of(const struct route *route, const char *suffix) {
    return sam_id(route->e, "%.*s%.*s%s", STR_ARG(route->s->id), STR_ARG(route->name), suffix);
}

static struct resource *make(const struct route *route, const char *suffix, const char *type) {
    struct expand *e = route->e;
    const char *part = str_cstr(e->arena, sam_id(e, "route %.*s", STR_ARG(route->key)));
    return sam_make(e, route->s, id_of(route, suffix), type, NULL, part, route->span);
}

static void check_auth(const struct route *route) {
    static const char *const types[] = {"CUSTOM", "AWS_IAM", "NONE"};
    struct expand *e = route->e;
    const struct sam *s = route->s;
    struct value *entries = sam_entries(e, route->auth);
    const struct value *type = sam_get(e, entries, "AuthType");
    struct span span = sam_span(type, sam_span_of(s, "Auth"));
    unsigned kind = 0;
    if (!sam_is_truthy(type))
        sam_fail(e, s->id, span, "AuthType must be specified for additional auth configurations.");
    while (kind < 3 && !str_is(str_upper(e->arena, value_text(type)), types[kind]))
        kind++;
    if (kind == 3)
        sam_fail(e, s->id, span, "AuthType is not one of AWS_IAM, CUSTOM or NONE.");
    if (kind == 0 && !sam_is_truthy(sam_get(e, entries, "AuthArn")))
        sam_fail(e, s->id, span, "AuthArn must be specified if AuthType is CUSTOM.");
    if (kind > 0 && entries->count > 1)
        sam_fail(e, s->id, span, "No additional configurations supported for AuthType %s.",
                 types[kind]);
}

static bool is_custom(struct expand *e, const struct value *auth) {
    return value_is_c(sam_get(e, auth, "AuthType"), "CUSTOM");
}

static struct str authorizer_id(struct expand *e, const struct sam *s) {
    return sam_id(e, "%.*sConnectAuthorizer", STR_ARG(s->id));
}

static void set_auth(const struct route *route, struct resource *r) {
    struct expand *e = route->e;
    if (!sam_is_truthy(route->auth))
        return;
    check_auth(route);
    if (!str_is(route->key, "$connect"))
        return;
    const struct value *type = sam_get(e, route->auth, "AuthType");
    if (is_custom(e, route->auth)) {
        sam_set(e, r, "AuthorizationType", sam_c(e, "CUSTOM"));
        sam_set(e, r, "AuthorizerId", sam_ref(e, authorizer_id(e, route->s)));
    } else {
        sam_set(e, r, "AuthorizationType",
                sam_c(e, value_is_c(type, "AWS_IAM") ? "AWS_IAM" : "NONE"));
    }
}

static void add_route(const struct route *route) {
    static const char *const copied[] = {"ApiKeyRequired", "ModelSelectionExpression",
                                         "OperationName", "RequestModels",
                                         "RouteResponseSelectionExpression"};
    struct expand *e = route->e;
    struct resource *r = make(route, "Route", "AWS::ApiGatewayV2::Route");
    sam_set(e, r, "RouteKey", value_string(e->v, route->key));
    sam_set(e, r, "ApiId", sam_ref(e, route->s->id));
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], sam_get(e, route->spec, copied[i]));
    struct value *parameters = sam_get(e, route->spec, "RequestParameters");
    if (sam_is_truthy(parameters)) {
        if (!str_is(route->key, "$connect"))
            sam_fail(e, route->s->id, parameters->span,
                     "Request parameters are only supported for the $connect route in WebSocket "
                     "APIs.");
        sam_set(e, r, "RequestParameters", parameters);
    }
    struct value *target = sam_list(e, sam_c(e, "integrations"),
                                    sam_ref(e, id_of(route, "Integration")), NULL);
    sam_set(e, r, "Target", value_call(e->v, VAL_JOIN, 2, sam_c(e, "/"), target));
    set_auth(route, r);
    sam_push(e, route->s, r);
}

static void add_integration(const struct route *route, struct value *function) {
    struct expand *e = route->e;
    struct resource *r = make(route, "Integration", "AWS::ApiGatewayV2::Integration");
    sam_set(e, r, "ApiId", sam_ref(e, route->s->id));
    sam_set(e, r, "IntegrationType", sam_c(e, "AWS_PROXY"));
    sam_set(e, r, "IntegrationUri",
            sam_sub(e,
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/"
                    "functions/${FunctionArn}/invocations",
                    openapi_plain(e, "FunctionArn", function, NULL)));
    sam_set(e, r, "TimeoutInMillis", sam_get(e, route->spec, "IntegrationTimeout"));
    sam_push(e, route->s, r);
}

static struct value *stage_name(struct expand *e, const struct sam *s) {
    struct value *name = sam_property(s, "StageName");
    return value_is_nil(name) ? sam_c(e, "default") : name;
}

static void add_permission(const struct route *route, struct value *function) {
    struct expand *e = route->e;
    struct resource *r = make(route, "Permission", "AWS::Lambda::Permission");
    struct value *stage = stage_name(e, route->s), *variables = NULL;
    struct str within = stage->text;
    if (!sam_is_string(stage)) {
        within = STR("${__StageName__}");
        variables = openapi_plain(e, "__StageName__", stage, NULL);
    }
    struct str arn = sam_id(e,
                            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:"
                            "${%.*s.ApiId}/%.*s/%.*s",
                            STR_ARG(route->s->id), STR_ARG(within), STR_ARG(route->key));
    sam_set(e, r, "Action", sam_c(e, "lambda:InvokeFunction"));
    sam_set(e, r, "FunctionName", function);
    sam_set(e, r, "Principal", sam_c(e, "apigateway.amazonaws.com"));
    sam_set(e, r, "SourceArn", value_sub(e->v, arn, variables));
    sam_push(e, route->s, r);
}

/* The ids of the routes, for the stage to wait for. */
static struct value *add_routes(struct expand *e, struct sam *s) {
    struct value *routes = sam_entries(e, sam_property(s, "Routes"));
    struct value *auth = sam_property(s, "Auth"), *ids = value_list(e->v);
    const struct member **walk = sam_walk(e, routes);
    for (uint32_t i = 0; i < routes->count; i++) {
        struct route route = {e, s, walk[i]->key, name_of(e, s, walk[i]), walk[i]->value, auth,
                              walk[i]->span};
        if (!sam_is_map(route.spec))
            sam_fail(e, s->id, walk[i]->span, "Property 'Routes.%.*s' should be a map.",
                     STR_ARG(route.key));
        add_route(&route);
        value_push(e->v, ids, value_string(e->v, id_of(&route, "Route")));
        struct value *function = value_get_c(sam_entries(e, route.spec), "FunctionArn");
        if (value_is_nil(function))
            sam_fail(e, s->id, sam_span(route.spec, route.span),
                     "Route must have associated function.");
        add_integration(&route, function);
        add_permission(&route, function);
    }
    return ids;
}

/* --- stage and authorizer */

static struct str stage_id(struct expand *e, const struct sam *s, const struct value *name) {
    if (value_is_c(name, "$default"))
        sam_fail(e, s->id, sam_span_of(s, "StageName"),
                 "Stages cannot be named $default for WebSocket APIs.");
    if (value_is_c(name, "default"))
        return sam_id(e, "%.*sDefaultStage", STR_ARG(s->id));
    struct str text = sam_is_string(name) ? name->text : STR_NIL;
    return sam_id(e, "%.*s%.*sStage", STR_ARG(s->id), STR_ARG(text));
}

static struct resource *make_stage(struct expand *e, struct sam *s) {
    static const char *const copied[] = {"StageVariables", "AccessLogSettings",
                                         "DefaultRouteSettings", "RouteSettings"};
    struct value *name = stage_name(e, s);
    struct resource *r = sam_make(e, s, stage_id(e, s, name), "AWS::ApiGatewayV2::Stage", NULL,
                                  "stage", sam_span_of(s, "StageName"));
    sam_set(e, r, "ApiId", sam_ref(e, s->id));
    sam_set(e, r, "StageName", name);
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], sam_property(s, copied[i]));
    sam_set(e, r, "Tags", sam_map(e, tag, sam_c(e, "SAM"), NULL));
    sam_set(e, r, "AutoDeploy", value_bool(e->v, true));
    return r;
}

static void add_authorizer(struct expand *e, struct sam *s, struct value *auth) {
    struct str id = authorizer_id(e, s);
    struct resource *r = sam_make(e, s, id, "AWS::ApiGatewayV2::Authorizer", NULL, "authorizer",
                                  sam_span_of(s, "Auth"));
    struct value *name = sam_get(e, auth, "Name"), *function = sam_get(e, auth, "AuthArn");
    sam_set(e, r, "ApiId", sam_ref(e, s->id));
    sam_set(e, r, "AuthorizerCredentialsArn", sam_get(e, auth, "InvokeRole"));
    sam_set(e, r, "AuthorizerType", sam_c(e, "REQUEST"));
    sam_set(e, r, "AuthorizerUri",
            sam_sub(e,
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/"
                    "functions/${AuthArn}/invocations",
                    openapi_plain(e, "AuthArn", function, NULL)));
    sam_set(e, r, "IdentitySource", sam_get(e, auth, "IdentitySource"));
    sam_set(e, r, "Name", sam_is_truthy(name) ? name : value_string(e->v, id));
    sam_push(e, s, r);
    if (sam_is_truthy(sam_get(e, auth, "InvokeRole")))
        return;
    struct value *whole = openapi_plain(e, "FunctionArn", function, NULL);
    struct authorizer a = {STR("$connect"), sam_span_of(s, "Auth"), whole, &value_nil, false};
    authorizer_permit(e, s, sam_id(e, "%.*sAuthorizerPermission", STR_ARG(s->id)), &a,
                      "${AWS::Partition}");
}

static void resolve(struct expand *e, struct sam *s, const char *name) {
    struct value *x = sam_property(s, name);
    if (!value_is_nil(x))
        value_put_c(e->v, s->properties, name, sam_resolve(e, x));
}

static void expand_api(struct expand *e, struct sam *s) {
    resolve(e, s, "Auth");
    resolve(e, s, "Domain");
    resolve(e, s, "Routes");
    s->passed = value_map(e->v);
    check(e, s);
    add_api(e, s);
    domain_add_http(e, s, sam_property(s, "Domain"), tag, false);
    struct resource *stage = make_stage(e, s);
    struct value *routes = add_routes(e, s), *auth = sam_property(s, "Auth");
    if (sam_is_truthy(sam_property(s, "RouteSettings")))
        sam_depend(e, stage, routes);
    sam_push(e, s, stage);
    if (is_custom(e, auth))
        add_authorizer(e, s, auth);
    sam_propagate_tags(e, s, sam_property(s, "Tags"), sam_property(s, "PropagateTags"));
}

const struct sam_type sam_web_socket_api = {
    .name = "AWS::Serverless::WebSocketApi",
    .turn = TURN_API,
    .properties = &known,
    .expand = expand_api,
    .referables = referables,
};
