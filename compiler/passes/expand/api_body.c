/* What the properties of a REST API say of its document: Cors, Auth, GatewayResponses, ... */
#include "passes/expand/api.h"

/* --- Cors */

static struct rest_cors cors_of(struct expand *e, const struct sam *s, struct value *given) {
    static const char *const names[] = {"AllowMethods", "AllowHeaders", "AllowOrigin", "MaxAge",
                                        "AllowCredentials", NULL};
    struct rest_cors cors = {given, &value_nil, &value_nil, &value_nil, &value_nil};
    if (sam_is_string(given) || sam_is_intrinsic(given))
        return cors;
    if (!sam_is_map(given))
        sam_fail(e, s->id, sam_span_of(s, "Cors"), "Invalid value for 'Cors' property");
    api_check_cors(e, s, given, names);
    cors.origin = sam_has(e, given, "AllowOrigin") ? sam_get(e, given, "AllowOrigin")
                                                   : sam_c(e, "'*'");
    cors.headers = sam_get(e, given, "AllowHeaders");
    cors.methods = sam_get(e, given, "AllowMethods");
    cors.max_age = sam_get(e, given, "MaxAge");
    cors.credentials = sam_get(e, given, "AllowCredentials");
    return cors;
}

static struct str without_slashes(struct str path) {
    while (path.len && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

static void add_cors(struct expand *e, const struct sam *s, struct value *body) {
    struct value *given = sam_property(s, "Cors");
    if (!sam_is_truthy(given))
        return;
    api_need_body(e, s, body, "Cors",
              "Cors works only with inline Swagger specified in 'DefinitionBody' property.");
    struct rest_cors cors = cors_of(e, s, given);
    api_need_valid(e, s, rest_is_valid(e, body), "Cors configuration", "Swagger");
    if (cors.credentials->kind == VAL_BOOL && cors.credentials->truth &&
        value_is_c(cors.origin, "'*'"))
        sam_fail(e, s->id, sam_span_of(s, "Cors"),
                 "Unable to add Cors configuration because 'AllowCredentials' can not be true "
                 "when 'AllowOrigin' is \"'*'\" or not set");
    struct openapi o = rest_open(e, body);
    struct map seen = {0}; /* /path and /path/ are one resource */
    const struct member **walk = sam_walk(e, o.paths);
    for (uint32_t i = 0; i < o.paths->count; i++) {
        struct str path = walk[i]->key, same = str_is(path, "/") ? path : without_slashes(path);
        if (map_put(e->arena, &seen, same, 1))
            continue;
        if (!rest_add_cors(&o, path, &cors))
            sam_fail(e, s->id, sam_span_of(s, "Cors"),
                     "Structure of the SAM template is invalid. Invalid input. Value for "
                     "AllowedOrigins is required");
    }
    rest_close(&o);
}

/* --- Auth */

/* A setting that is true unless it is given. */
static bool is_on(struct expand *e, const struct value *auth, const char *name) {
    return !sam_has(e, auth, name) || sam_is_truthy(sam_get(e, auth, name));
}

static void set_default_authorizer(struct openapi *o, const struct sam *s,
                                   const struct authorizers *all, const struct value *auth) {
    struct expand *e = o->e;
    const struct value *name = sam_get(e, auth, "DefaultAuthorizer");
    if (!sam_is_truthy(name))
        return;
    if (!sam_is_string(name))
        sam_fail(e, s->id, name->span, "DefaultAuthorizer is not a string.");
    if (!authorizer_find(all, name->text) && !value_is_c(name, "AWS_IAM"))
        api_fail_default_authorizer(e, s, name);
    bool preflight_too = is_on(e, auth, "AddDefaultAuthorizerToCorsPreflight");
    const struct member **walk = sam_walk(e, o->paths);
    for (uint32_t i = 0; i < o->paths->count; i++)
        rest_set_default_authorizer(o, walk[i]->key, name, all, preflight_too);
}

static void require_keys(struct openapi *o, const struct value *auth) {
    bool preflight_too = is_on(o->e, auth, "AddApiKeyRequiredToCorsPreflight");
    rest_add_key_scheme(o);
    const struct member **walk = sam_walk(o->e, o->paths);
    for (uint32_t i = 0; i < o->paths->count; i++)
        rest_require_key(o, walk[i]->key, preflight_too);
}

static void add_policy(struct openapi *o, const struct sam *s, struct value *policy) {
    struct expand *e = o->e;
    if (!sam_is_map(policy))
        sam_abort(e, policy->span, "ResourcePolicy must be a map (ResourcePolicyStatement).");
    const struct member **walk = sam_walk(e, o->paths);
    for (uint32_t i = 0; i < o->paths->count; i++)
        rest_add_policy(o, policy, walk[i]->key, sam_property(s, "StageName"));
    struct value *statements = sam_get(e, policy, "CustomStatements");
    if (sam_is_truthy(statements))
        rest_add_statements(o, statements);
}

static void add_auth(struct expand *e, const struct sam *s, struct value *body) {
    static const char *const names[] = {
        "Authorizers", "DefaultAuthorizer", "InvokeRole", "AddDefaultAuthorizerToCorsPreflight",
        "AddApiKeyRequiredToCorsPreflight", "ApiKeyRequired", "ResourcePolicy", "UsagePlan", NULL};
    struct value *auth = sam_property(s, "Auth");
    if (!sam_is_truthy(auth))
        return;
    api_need_body(e, s, body, "Auth",
              "Auth works only with inline Swagger specified in 'DefinitionBody' property.");
    api_check_auth(e, s, auth, names);
    api_need_valid(e, s, rest_is_valid(e, body), "Auth configuration", "Swagger");
    struct openapi o = rest_open(e, body);
    struct authorizers all = auth_rest_authorizers(e, s->id, sam_get(e, auth, "Authorizers"),
                                                   sam_get(e, auth, "DefaultAuthorizer"));
    rest_add_schemes(&o, &all);
    if (all.list.count)
        set_default_authorizer(&o, s, &all, auth);
    if (sam_is_truthy(sam_get(e, auth, "ApiKeyRequired")))
        require_keys(&o, auth);
    struct value *policy = sam_get(e, auth, "ResourcePolicy");
    if (sam_is_truthy(policy))
        add_policy(&o, s, policy);
    rest_to_version_3(e, rest_close(&o), sam_property(s, "OpenApiVersion"));
}

/* --- GatewayResponses */

static const char *type_name(const struct value *x) {
    if (sam_is_list(x))
        return "list";
    if (sam_is_string(x))
        return "Py27UniStr"; /* so it says, in the transform's own words */
    if (x->kind == VAL_BOOL)
        return "bool";
    return sam_is_none(x) ? "NoneType" : sam_is_int(x) ? "int" : "float";
}

static void check_response(struct expand *e, const struct sam *s, const struct member *m) {
    static const char *const names[] = {"ResponseParameters", "ResponseTemplates", "StatusCode",
                                        NULL};
    if (sam_is_intrinsic(m->value))
        sam_fail(e, s->id, m->span,
                 "Unable to set GatewayResponses attribute because intrinsic functions are not "
                 "supported for this field.");
    if (!sam_is_map(m->value))
        sam_fail(e, s->id, m->span,
                 "Invalid property type '%s' for GatewayResponses. Expected an object of type "
                 "'GatewayResponse'.",
                 type_name(m->value));
    const struct member **walk = sam_walk(e, m->value);
    for (uint32_t i = 0; i < m->value->count; i++)
        if (!sam_is_listed(walk[i]->key, names))
            sam_fail(e, s->id, walk[i]->span,
                     "Invalid property '%.*s' in 'GatewayResponses' property '%.*s'.",
                     STR_ARG(walk[i]->key), STR_ARG(m->key));
}

static void check_parameters(struct expand *e, const struct sam *s, const struct member *m) {
    static const char *const names[] = {"Headers", "Paths", "QueryStrings", NULL};
    struct value *parameters = sam_get(e, m->value, "ResponseParameters");
    if (!sam_is_truthy(parameters))
        return;
    struct str path = sam_id(e, "GatewayResponses.%.*s.ResponseParameters", STR_ARG(m->key));
    sam_expect_map(e, s->id, str_cstr(e->arena, path), parameters);
    struct value *entries = sam_entries(e, parameters);
    const struct member **walk = sam_walk(e, entries);
    for (uint32_t i = 0; i < entries->count; i++)
        if (!sam_is_listed(walk[i]->key, names))
            sam_fail(e, s->id, sam_span(walk[i]->value, parameters->span),
                     "Invalid gateway response parameter '%.*s'", STR_ARG(walk[i]->key));
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static void check_status(struct expand *e, const struct sam *s, const struct value *status) {
    struct str text = sam_text(e, status);
    bool fits = text.len >= 1 && text.len <= 3;
    for (size_t i = 0; i < text.len && fits; i++)
        fits = is_digit(text.ptr[i]);
    if (sam_is_truthy(status) && !fits)
        sam_fail(e, s->id, sam_span(status, sam_span_of(s, "GatewayResponses")),
                 "Property 'StatusCode' must be numeric");
}

static void add_parameters(struct openapi *o, const struct sam *s, struct value *to,
                           struct value *from) {
    static const char *const kinds[][2] = {
        {"Headers", "header"}, {"Paths", "path"}, {"QueryStrings", "querystring"}};
    struct expand *e = o->e;
    for (unsigned k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct value *given = sam_get(e, from, kinds[k][0]);
        if (!sam_has(e, from, kinds[k][0]))
            continue;
        struct str path = sam_id(e, "ResponseParameters.%s", kinds[k][0]);
        sam_expect_map(e, s->id, str_cstr(e->arena, path), given);
        given = sam_entries(e, given);
        const struct member **walk = sam_walk(e, given);
        for (uint32_t i = 0; i < given->count; i++)
            openapi_set_at(o, to,
                           sam_id(e, "gatewayresponse.%s.%.*s", kinds[k][1], STR_ARG(walk[i]->key)),
                           walk[i]->span, walk[i]->value);
    }
}

static struct value *gateway_response(struct openapi *o, const struct sam *s,
                                      const struct value *given) {
    struct expand *e = o->e;
    struct value *response = openapi_map(e), *parameters = openapi_map(e);
    struct value *templates = sam_get(e, given, "ResponseTemplates");
    struct value *status = sam_get(e, given, "StatusCode");
    add_parameters(o, s, parameters, sam_get(e, given, "ResponseParameters"));
    openapi_set(o, response, "responseParameters", parameters);
    openapi_set(o, response, "responseTemplates",
                sam_is_truthy(templates) ? templates : openapi_map(e));
    if (!value_is_nil(status) && sam_text(e, status).len) {
        struct value *text = value_string(e->v, sam_text(e, status));
        openapi_set(o, response, "statusCode", text);
    }
    return response;
}

static void add_responses(struct expand *e, const struct sam *s, struct value *body) {
    struct value *given = sam_property(s, "GatewayResponses"), *all = openapi_map(e);
    if (!sam_is_truthy(given))
        return;
    api_need_body(e, s, body, "GatewayResponses",
              "GatewayResponses works only with inline Swagger specified in 'DefinitionBody' "
              "property.");
    given = sam_entries(e, given);
    const struct member **walk = sam_walk(e, given);
    for (uint32_t i = 0; i < given->count; i++)
        check_response(e, s, walk[i]);
    api_need_valid(e, s, rest_is_valid(e, body), "Auth configuration", "Swagger");
    struct openapi o = rest_open(e, body);
    for (uint32_t i = 0; i < given->count; i++) {
        check_parameters(e, s, walk[i]);
        check_status(e, s, sam_get(e, walk[i]->value, "StatusCode"));
        openapi_set_at(&o, all, walk[i]->key, walk[i]->span, walk[i]->value);
    }
    walk = sam_walk(e, all);
    for (uint32_t i = 0; i < all->count; i++) {
        if (!sam_is_map(o.responses))
            sam_abort(e, sam_span(o.responses, body->span),
                      "x-amazon-apigateway-gateway-responses must be a dictionary.");
        openapi_set_at(&o, o.responses, walk[i]->key, walk[i]->span,
                       gateway_response(&o, s, walk[i]->value));
    }
    rest_close(&o);
}

/* --- the rest */

static void add_binary_types(struct expand *e, const struct sam *s, struct value *body) {
    const struct value *types = sam_property(s, "BinaryMediaTypes");
    if (!sam_is_truthy(types) || !sam_is_truthy(body))
        return;
    struct openapi o = rest_open(e, body);
    rest_add_binary_types(&o, types);
    rest_close(&o);
}

static void add_models(struct expand *e, const struct sam *s, struct value *body) {
    struct value *models = sam_property(s, "Models");
    if (!sam_is_truthy(models))
        return;
    api_need_body(e, s, body, "Models",
              "Models works only with inline Swagger specified in 'DefinitionBody' property.");
    api_need_valid(e, s, rest_is_valid(e, body), "Models definitions", "Swagger");
    models = sam_entries(e, models);
    for (uint32_t i = 0; i < models->count; i++)
        if (!sam_is_map(models->members[i].value))
            sam_fail(e, s->id, sam_span_of(s, "Models"), "Invalid value for 'Models' property");
    struct openapi o = rest_open(e, body);
    rest_add_models(&o, models);
    rest_to_version_3(e, rest_close(&o), sam_property(s, "OpenApiVersion"));
}

static void disable_endpoint(struct expand *e, const struct sam *s, struct value *body) {
    struct value *disable = sam_property(s, "DisableExecuteApiEndpoint");
    if (value_is_nil(disable))
        return;
    api_need_body(e, s, body, "DisableExecuteApiEndpoint",
              "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
    struct openapi o = rest_open(e, body);
    rest_disable_endpoint(&o, disable);
    rest_close(&o);
}

struct value *api_finish_body(struct expand *e, const struct sam *s) {
    struct value *body = sam_property(s, "DefinitionBody");
    if (api_is_included(e, body))
        return body;
    add_cors(e, s, body);
    add_auth(e, s, body);
    add_responses(e, s, body);
    add_binary_types(e, s, body);
    add_models(e, s, body);
    disable_endpoint(e, s, body);
    return body;
}
