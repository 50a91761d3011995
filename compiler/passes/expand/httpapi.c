/* AWS::Serverless::HttpApi: an HTTP API with its document, stage, domain and authorizers. */
#include "passes/expand/api.h"

static const struct property rows[] = {
    {API_MANAGED, IS_BOOL, 0, NULL},
    {"Name", IS_ANY | STRICT, 0, NULL},
    {"StageName", IS_STR | IS_MAP, 0, NULL},
    {"Tags", IS_MAP, 0, NULL},
    {"PropagateTags", IS_BOOL, 0, NULL},
    {"DefinitionBody", IS_MAP, 0, NULL},
    {"DefinitionUri", IS_STR | IS_MAP, 0, NULL},
    {"StageVariables", IS_MAP, 0, NULL},
    {"CorsConfiguration", IS_BOOL | IS_MAP, 0, NULL},
    {"AccessLogSettings", IS_MAP, 0, NULL},
    {"DefaultRouteSettings", IS_MAP, 0, NULL},
    {"Auth", IS_MAP, 0, NULL},
    {"RouteSettings", IS_MAP, 0, NULL},
    {"Domain", IS_MAP, 0, NULL},
    {"FailOnWarnings", IS_BOOL, 0, NULL},
    {"Description", IS_STR, 0, NULL},
    {"DisableExecuteApiEndpoint", IS_BOOL, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

static const struct referable referables[] = {
    {"Stage", "AWS::ApiGatewayV2::Stage"},
    {"DomainName", "AWS::ApiGatewayV2::DomainName"},
    {NULL, NULL},
};

static const char tag[] = "httpapi:createdBy";

/* --- Cors */

static struct http_cors cors_of(struct expand *e, const struct sam *s, struct value *given) {
    static const char *const names[] = {"AllowMethods", "AllowHeaders", "AllowOrigins", "MaxAge",
                                        "ExposeHeaders", "AllowCredentials", NULL};
    struct value *nil = &value_nil;
    struct http_cors cors = {given, nil, nil, nil, nil, nil};
    if (given->kind == VAL_BOOL)
        cors.origins = sam_list(e, sam_c(e, "*"), NULL);
    if (given->kind == VAL_BOOL || sam_is_intrinsic(given))
        return cors;
    if (!sam_is_map(given))
        sam_fail(e, s->id, sam_span_of(s, "CorsConfiguration"),
                 "Invalid value for 'Cors' property.");
    api_check_cors(e, s, given, names);
    cors.origins = sam_get(e, given, "AllowOrigins");
    cors.headers = sam_get(e, given, "AllowHeaders");
    cors.methods = sam_get(e, given, "AllowMethods");
    cors.exposed = sam_get(e, given, "ExposeHeaders");
    cors.max_age = sam_get(e, given, "MaxAge");
    cors.credentials = sam_get(e, given, "AllowCredentials");
    return cors;
}

static void add_cors(struct expand *e, const struct sam *s, struct value *body) {
    struct value *given = sam_property(s, "CorsConfiguration");
    if (!sam_is_truthy(given))
        return;
    api_need_body(e, s, body, "CorsConfiguration",
              "Cors works only with inline OpenApi specified in 'DefinitionBody' property.");
    struct http_cors cors = cors_of(e, s, given);
    api_need_valid(e, s, http_is_valid(e, body), "Cors configuration", "OpenApi");
    bool is_any = sam_is_list(cors.origins) && cors.origins->count == 1 &&
                  value_is_c(cors.origins->items[0], "*");
    if (cors.credentials->kind == VAL_BOOL && cors.credentials->truth && is_any)
        sam_fail(e, s->id, sam_span_of(s, "CorsConfiguration"),
                 "Unable to add Cors configuration because 'AllowCredentials' can not be true "
                 "when 'AllowOrigin' is \"'*'\" or not set.");
    struct openapi o = http_open(e, body);
    http_add_cors(&o, &cors);
    http_close(&o);
}

/* --- Auth */

static void set_default_authorizer(struct openapi *o, const struct sam *s,
                                   const struct authorizers *all, struct value *name) {
    struct expand *e = o->e;
    if (!sam_is_truthy(name) || sam_is_no_value(name))
        return;
    sam_expect_string(e, s->id, "Auth.DefaultAuthorizer", name);
    if (!authorizer_find(all, name->text))
        api_fail_default_authorizer(e, s, name);
    const struct member **walk = sam_walk(e, o->paths);
    for (uint32_t i = 0; i < o->paths->count; i++)
        http_set_default_authorizer(o, walk[i]->key, name->text, all);
}

static struct authorizers authorizers_of(struct expand *e, const struct sam *s,
                                         const struct value *auth) {
    return auth_http_authorizers(e, s->id, sam_get(e, auth, "Authorizers"),
                                 sam_get(e, auth, "EnableIamAuthorizer"));
}

static void add_auth(struct expand *e, const struct sam *s, struct value *body) {
    static const char *const names[] = {"Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer",
                                        NULL};
    struct value *auth = sam_property(s, "Auth");
    if (!sam_is_truthy(auth))
        return;
    api_need_body(e, s, body, "Auth",
              "Auth works only with inline OpenApi specified in the 'DefinitionBody' property.");
    api_check_auth(e, s, auth, names);
    api_need_valid(e, s, http_is_valid(e, body), "Auth configuration", "OpenApi");
    struct openapi o = http_open(e, body);
    struct authorizers all = authorizers_of(e, s, auth);
    http_add_schemes(&o, &all);
    set_default_authorizer(&o, s, &all, sam_get(e, auth, "DefaultAuthorizer"));
    http_close(&o);
}

static void add_permissions(struct expand *e, struct sam *s) {
    const struct value *auth = sam_property(s, "Auth");
    if (!sam_is_truthy(auth))
        return;
    struct authorizers all = authorizers_of(e, s, auth);
    for (uint32_t i = 0; i < all.list.count; i++) {
        const struct authorizer *a = &all.list.items[i];
        if (sam_is_truthy(sam_get(e, a->whole, "FunctionArn")) &&
            sam_is_truthy(sam_get(e, a->whole, "EnableFunctionDefaultPermissions")))
            authorizer_permit(e, s,
                              sam_id(e, "%.*s%.*sAuthorizerPermission", STR_ARG(s->id),
                                     STR_ARG(a->name)),
                              a, "${AWS::Partition}");
    }
}

/* --- other properties that go into the document */

/* The tags of the stage; nil where there is no document to put them into. */
static struct value *add_tags(struct expand *e, struct sam *s, struct value *body) {
    struct value *tags = sam_property(s, "Tags");
    if (sam_is_truthy(tags))
        api_need_body(e, s, body, "Tags",
                  "Tags works only with inline OpenApi specified in the 'DefinitionBody' "
                  "property.");
    if (!sam_is_truthy(body))
        return tags;
    if (sam_is_truthy(tags))
        api_need_valid(e, s, http_is_valid(e, body), "`Tags`", "OpenApi");
    if (!http_is_valid(e, body))
        return tags;
    struct openapi o = http_open(e, body);
    if (!sam_is_truthy(tags))
        tags = value_map(e->v);
    openapi_set(&o, tags, tag, sam_c(e, "SAM"));
    http_add_tags(&o, tags);
    http_close(&o);
    return tags;
}

static void disable_endpoint(struct expand *e, const struct sam *s, struct value *body) {
    struct value *disable = sam_property(s, "DisableExecuteApiEndpoint");
    if (value_is_nil(disable))
        return;
    api_need_body(e, s, body, "DisableExecuteApiEndpoint",
              "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
    struct openapi o = http_open(e, body);
    http_disable_endpoint(&o, disable);
    http_close(&o);
}

static void check_info(struct expand *e, const struct sam *s, const struct value *body,
                       const char *end) {
    const struct value *info = sam_get(e, body, "info");
    if (!value_is_nil(info) && !sam_is_map(info))
        sam_fail(e, s->id, info->span,
                 "Invalid 'DefinitionBody': The value of 'info' should be a map%s.", end);
}

static void set_title(struct expand *e, const struct sam *s, struct value *body) {
    struct value *name = sam_property(s, "Name");
    if (!sam_is_truthy(name))
        return;
    api_need_body(e, s, body, "Name",
              "Name works only with inline OpenApi specified in the 'DefinitionBody' property.");
    check_info(e, s, body, "");
    const struct value *title = sam_get(e, sam_get(e, body, "info"), "title");
    if (title->kind != VAL_REF || !str_is(title->text, "AWS::StackName"))
        sam_fail(e, s->id, sam_span_of(s, "Name"),
                 "Unable to set Name because it is already defined within inline OpenAPI specified "
                 "in the 'DefinitionBody' property.");
    struct openapi o = http_open(e, body);
    openapi_set(&o, o.info, "title", name);
    http_close(&o);
}

static void set_description(struct expand *e, const struct sam *s, struct value *body) {
    struct value *description = sam_property(s, "Description");
    if (!sam_is_truthy(description))
        return;
    api_need_body(e, s, body, "Description",
              "Description works only with inline OpenApi specified in the 'DefinitionBody' "
              "property.");
    check_info(e, s, body, "'");
    if (sam_is_truthy(sam_get(e, sam_get(e, body, "info"), "description")))
        sam_fail(e, s->id, sam_span_of(s, "Description"),
                 "Unable to set Description because it is already defined within inline OpenAPI "
                 "specified in the 'DefinitionBody' property.");
    struct openapi o = http_open(e, body);
    openapi_set(&o, o.info, "description", description);
    http_close(&o);
}

/* With FailOnWarnings API Gateway takes no path that doesn't start with a slash. */
static void respell_default_path(struct expand *e, const struct sam *s, struct value *body) {
    struct value *paths = sam_get(e, body, "paths");
    struct str name = STR("$default");
    if (!sam_is_truthy(sam_property(s, "FailOnWarnings")) || !value_has(paths, name))
        return;
    struct api_orders *orders = &apis_of(e)->orders;
    struct value *item = value_get(paths, name);
    api_unset(orders, e->v, paths, name);
    api_set(orders, e->v, paths, STR("/$default"), item);
}

/* --- resources */

/* Puts into the document what the properties say of it; the tags of the stage. */
static struct value *finish_body(struct expand *e, struct sam *s, struct value *body) {
    struct value *tags = sam_property(s, "Tags");
    if (api_is_included(e, body))
        return tags;
    add_cors(e, s, body);
    add_auth(e, s, body);
    tags = add_tags(e, s, body);
    disable_endpoint(e, s, body);
    set_title(e, s, body);
    set_description(e, s, body);
    respell_default_path(e, s, body);
    return tags;
}

static void set_definition(struct expand *e, struct sam *s, struct resource *r, struct value *uri,
                           struct value *body) {
    if (sam_is_local(e, uri))
        sam_set(e, r, "BodyS3Location", uri);
    else if (sam_is_truthy(uri))
        sam_set(e, r, "BodyS3Location", api_body_location(e, s, uri));
    else if (sam_is_truthy(body))
        sam_set(e, r, "Body", body);
    else
        sam_fail(e, s->id, s->source->span,
                 "'DefinitionUri' or 'DefinitionBody' are required properties of an "
                 "'AWS::Serverless::HttpApi'. Add a value for one of these properties or add a "
                 "'HttpApi' event to an 'AWS::Serverless::Function'.");
}

static struct value *add_api(struct expand *e, struct sam *s) {
    struct resource *r = sam_make(e, s, s->id, "AWS::ApiGatewayV2::Api", s->attributes, NULL,
                                  SPAN_NIL);
    struct value *uri = sam_property(s, "DefinitionUri"),
                 *strict = sam_property(s, "FailOnWarnings");
    struct value *body = sam_property(s, "DefinitionBody");
    if (sam_is_truthy(uri) && sam_is_truthy(body))
        sam_fail(e, s->id, sam_span_of(s, "DefinitionUri"),
                 "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
    struct value *tags = finish_body(e, s, body);
    sam_depend(e, r, s->depends_on);
    sam_set_truthy(e, r, "FailOnWarnings", strict);
    set_definition(e, s, r, uri, body);
    sam_push(e, s, r);
    return tags;
}

static struct str stage_id(struct expand *e, const struct sam *s, const struct value *name) {
    struct str text = value_text(name);
    if (str_is(text, "$default"))
        return sam_id(e, "%.*sApiGatewayDefaultStage", STR_ARG(s->id));
    if (api_is_alphanumeric(text))
        return sam_id(e, "%.*s%.*sStage", STR_ARG(s->id), STR_ARG(text));
    return sam_hashed_id(e, sam_id(e, "%.*sStage", STR_ARG(s->id)), text);
}

static void add_stage(struct expand *e, struct sam *s, struct value *tags) {
    static const char *const copied[] = {"StageVariables", "AccessLogSettings",
                                         "DefaultRouteSettings", "RouteSettings"};
    struct value *name = sam_property(s, "StageName");
    if (!sam_is_truthy(name))
        name = sam_c(e, "$default");
    struct resource *r = sam_make(e, s, stage_id(e, s, name), "AWS::ApiGatewayV2::Stage",
                                  s->passed, "stage", sam_span_of(s, "StageName"));
    sam_set(e, r, "ApiId", sam_ref(e, s->id));
    sam_set(e, r, "StageName", name);
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], sam_property(s, copied[i]));
    sam_set(e, r, "Tags", tags);
    sam_set(e, r, "AutoDeploy", value_bool(e->v, true));
    sam_push(e, s, r);
}

static void resolve(struct expand *e, struct sam *s, const char *name) {
    struct value *x = sam_property(s, name);
    if (!value_is_nil(x))
        value_put_c(e->v, s->properties, name, sam_resolve(e, x));
}

static void expand_api(struct expand *e, struct sam *s) {
    resolve(e, s, "CorsConfiguration");
    resolve(e, s, "Domain");
    struct value *tags = add_api(e, s);
    domain_add_http(e, s, sam_property(s, "Domain"), tag, true);
    add_permissions(e, s);
    add_stage(e, s, tags);
    bool has_body = !value_is_nil(sam_property(s, "DefinitionBody"));
    sam_propagate_tags(e, s, sam_property(s, "Tags"), value_bool(e->v, has_body));
}

const struct sam_type sam_http_api = {
    .name = "AWS::Serverless::HttpApi",
    .turn = TURN_API,
    .properties = &known,
    .expand = expand_api,
    .referables = referables,
};
