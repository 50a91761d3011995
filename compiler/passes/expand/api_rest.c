/* AWS::Serverless::Api: a REST API with its document, deployment, stage, domain and authorizers. */
#include "base/sha.h"
#include "passes/expand/api.h"

static const struct property rows[] = {
    {API_MANAGED, IS_BOOL, 0, NULL},
    {"Name", IS_STR | IS_MAP, 0, NULL},
    {"StageName", REQUIRED | IS_STR | IS_MAP, 0, NULL},
    {"Tags", IS_MAP, 0, NULL},
    {"PropagateTags", IS_BOOL, 0, NULL},
    {"DefinitionBody", IS_MAP, 0, NULL},
    {"DefinitionUri", IS_STR | IS_MAP, 0, NULL},
    {"MergeDefinitions", IS_BOOL | STRICT, 0, NULL},
    {"CacheClusterEnabled", IS_BOOL, 0, NULL},
    {"CacheClusterSize", IS_STR, 0, NULL},
    {"Variables", IS_MAP, 0, NULL},
    {"EndpointConfiguration", IS_STR | IS_MAP, 0, NULL},
    {"MethodSettings", IS_LIST, 0, NULL},
    {"BinaryMediaTypes", IS_LIST, 0, NULL},
    {"MinimumCompressionSize", IS_INT, 0, NULL},
    {"Cors", IS_STR | IS_MAP, 0, NULL},
    {"Auth", IS_MAP, 0, NULL},
    {"GatewayResponses", IS_MAP, 0, NULL},
    {"AccessLogSetting", IS_MAP, 0, NULL},
    {"CanarySetting", IS_MAP, 0, NULL},
    {"TracingEnabled", IS_BOOL, 0, NULL},
    {"OpenApiVersion", IS_STR, 0, NULL},
    {"Models", IS_MAP, 0, NULL},
    {"Domain", IS_MAP, 0, NULL},
    {"FailOnWarnings", IS_BOOL, 0, NULL},
    {"Description", IS_STR, 0, NULL},
    {"Mode", IS_STR, 0, NULL},
    {"DisableExecuteApiEndpoint", IS_BOOL, 0, NULL},
    {"ApiKeySourceType", IS_STR, 0, NULL},
    {"AlwaysDeploy", IS_BOOL | STRICT, 0, NULL},
    {"Policy", IS_STR | IS_MAP, 0, NULL},
    {"SecurityPolicy", IS_STR, 0, NULL},
    {"EndpointAccessMode", IS_STR, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

static const struct referable referables[] = {
    {"Stage", "AWS::ApiGateway::Stage"},
    {"Deployment", "AWS::ApiGateway::Deployment"},
    {"DomainName", "AWS::ApiGateway::DomainName"},
    {"DomainNameV2", "AWS::ApiGateway::DomainNameV2"},
    {"UsagePlan", "AWS::ApiGateway::UsagePlan"},
    {"UsagePlanKey", "AWS::ApiGateway::UsagePlanKey"},
    {"ApiKey", "AWS::ApiGateway::ApiKey"},
    {NULL, NULL},
};

static bool is_digit(struct str s, size_t at) {
    return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

/* 2.0, 3.0, 3.0.1 */
static bool is_openapi_version(struct str s) {
    size_t at = 1;
    if (str_ends(s, STR("\n")))
        s.len--;
    for (int i = 0; i < 2 && at < s.len && s.ptr[at] == '.' && is_digit(s, at + 1); i++)
        at += 2;
    return s.len && (s.ptr[0] == '2' || s.ptr[0] == '3') && at > 1 && at == s.len;
}

static void check(struct expand *e, const struct sam *s) {
    bool has_uri = sam_is_truthy(sam_property(s, "DefinitionUri"));
    const struct value *version = sam_property(s, "OpenApiVersion");
    if (has_uri && sam_is_truthy(sam_property(s, "DefinitionBody")))
        sam_fail(e, s->id, sam_span_of(s, "DefinitionUri"),
                 "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
    if (has_uri && sam_is_truthy(sam_property(s, "MergeDefinitions")))
        sam_fail(e, s->id, sam_span_of(s, "MergeDefinitions"),
                 "Cannot set 'MergeDefinitions' to True when using `DefinitionUri`.");
    if (sam_is_truthy(version) && !is_openapi_version(sam_text(e, version)))
        sam_fail(e, s->id, sam_span_of(s, "OpenApiVersion"),
                 "The OpenApiVersion value must be of the format '3.0.0'.");
}

/* --- the API */

static struct value *endpoint_type(struct expand *e, struct resource *r, struct value *given) {
    struct value *type = sam_is_map(given) ? sam_get(e, given, "Type") : &value_nil;
    if (!sam_is_truthy(type))
        type = given;
    sam_set(e, r, "Parameters", sam_map(e, "endpointConfigurationTypes", type, NULL));
    return sam_map(e, "Types", sam_list(e, type, NULL), NULL);
}

static void set_endpoint(struct expand *e, const struct sam *s, struct resource *r) {
    struct value *given = sam_property(s, "EndpointConfiguration");
    bool has_edge = str_is(e->partition, "aws");
    if (!sam_is_truthy(given)) {
        if (!has_edge)
            sam_set(e, r, "EndpointConfiguration", endpoint_type(e, r, sam_c(e, "REGIONAL")));
        return;
    }
    struct value *endpoint = endpoint_type(e, r, given);
    sam_set(e, r, "EndpointConfiguration", endpoint);
    if (!sam_is_map(given) || !sam_is_truthy(sam_get(e, given, "Type")))
        return;
    bool has_ids = sam_has(e, given, "VPCEndpointIds");
    if (has_ids && sam_has(e, given, "VpcEndpointIds"))
        sam_fail(e, s->id, given->span,
                 "'VPCEndpointIds' and 'VpcEndpointIds' cannot be used together in "
                 "EndpointConfiguration.");
    if (has_ids || sam_has(e, given, "VpcEndpointIds")) {
        struct value *ids = sam_get(e, given, has_ids ? "VPCEndpointIds" : "VpcEndpointIds");
        value_put_c(e->v, endpoint, "VpcEndpointIds", value_is_nil(ids) ? value_null(e->v) : ids);
    }
    if (sam_has(e, given, "IpAddressType")) {
        struct value *type = value_get_c(given, "IpAddressType");
        value_put_c(e->v, endpoint, "IpAddressType", type);
    }
}

struct value *api_body_location(struct expand *e, struct sam *s, struct value *uri) {
    struct value *version = &value_nil, *bucket = sam_get(e, uri, "Bucket");
    struct value *key = sam_get(e, uri, "Key");
    if (sam_is_map(uri)) {
        if (!sam_is_truthy(bucket) || !sam_is_truthy(key))
            sam_fail(e, s->id, uri->span,
                     "'DefinitionUri' requires Bucket and Key properties to be specified.");
        version = value_get_c(uri, "Version");
    } else {
        struct value *parsed = sam_s3_uri(e, uri->text);
        if (value_is_nil(parsed))
            sam_fail(e, s->id, uri->span,
                     "'DefinitionUri' is not a valid S3 Uri of the form 's3://bucket/key' with "
                     "optional versionId query parameter.");
        bucket = value_get_c(parsed, "S3Bucket");
        key = value_get_c(parsed, "S3Key");
        version = value_get_c(parsed, "S3ObjectVersion");
        bucket->flags |= VALUE_PYTHON2;
        key->flags |= VALUE_PYTHON2;
        if (!value_is_nil(version))
            version->flags |= VALUE_PYTHON2;
    }
    struct openapi o = {.e = e};
    struct value *location = openapi_map(e);
    openapi_set(&o, location, "Bucket", bucket);
    openapi_set(&o, location, "Key", key);
    if (!value_is_nil(version))
        openapi_set(&o, location, "Version", version);
    return location;
}

static void set_passed_on(struct expand *e, const struct sam *s, struct resource *r) {
    static const char *const names[] = {"Name", "Description", "Mode", "ApiKeySourceType",
                                        "Policy", "SecurityPolicy", "EndpointAccessMode"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        struct value *x = sam_property(s, names[i]);
        if (sam_is_truthy(x))
            sam_set(e, r, names[i], x);
    }
}

/* The definition as the deployment sees it: the body, its place in S3, or nil. */
static struct value *add_api(struct expand *e, struct sam *s) {
    struct resource *r = sam_make(e, s, s->id, "AWS::ApiGateway::RestApi", s->attributes, NULL,
                                  SPAN_NIL);
    struct value *uri = sam_property(s, "DefinitionUri"), *definition = &value_nil;
    struct value *strict = sam_property(s, "FailOnWarnings");
    sam_depend(e, r, s->depends_on);
    sam_set(e, r, "BinaryMediaTypes", sam_property(s, "BinaryMediaTypes"));
    sam_set(e, r, "MinimumCompressionSize", sam_property(s, "MinimumCompressionSize"));
    set_endpoint(e, s, r);
    struct value *body = api_finish_body(e, s);
    if (sam_is_truthy(strict))
        sam_set(e, r, "FailOnWarnings", strict);
    if (sam_is_local(e, uri)) {
        definition = uri;
        sam_set(e, r, "BodyS3Location", uri);
    } else if (sam_is_truthy(uri)) {
        definition = api_body_location(e, s, uri);
        sam_set(e, r, "BodyS3Location", definition);
    } else if (sam_is_truthy(body)) {
        definition = body;
        if (!api_is_included(e, body))
            definition = rest_to_version_3(e, body, sam_property(s, "OpenApiVersion"));
        sam_set(e, r, "Body", definition);
    }
    set_passed_on(e, s, r);
    sam_push(e, s, r);
    return definition;
}

/* --- deployment and stage */

static struct resource *add_deployment(struct expand *e, struct sam *s,
                                       const struct value *definition) {
    struct str id = sam_id(e, "%.*sDeployment", STR_ARG(s->id));
    struct resource *r = sam_make(e, s, id, "AWS::ApiGateway::Deployment", s->passed, "deployment",
                                  sam_span_of(s, "DefinitionBody"));
    sam_set(e, r, "RestApiId", sam_ref(e, s->id));
    if (!sam_is_truthy(sam_property(s, "OpenApiVersion")))
        sam_set(e, r, "StageName", sam_c(e, "Stage"));
    if (sam_is_truthy(definition)) {
        struct str data = api_deployment_data(e, s, definition);
        struct str digest = data.len ? sha1_hex(e->arena, data) : STR_NIL;
        r->id = sam_hashed_id(e, id, data);
        sam_set(e, r, "Description",
                sam_string(e, "RestApi deployment id: %.*s", STR_ARG(digest)));
    }
    sam_push(e, s, r);
    return r;
}

static struct str stage_id(struct expand *e, const struct sam *s) {
    struct str name = value_text(sam_property(s, "StageName"));
    if (api_is_alphanumeric(name))
        return sam_id(e, "%.*s%.*sStage", STR_ARG(s->id), STR_ARG(name));
    return sam_hashed_id(e, sam_id(e, "%.*sStage", STR_ARG(s->id)), name);
}

static struct resource *add_stage(struct expand *e, struct sam *s,
                                  const struct resource *deployment) {
    static const char *const copied[] = {"StageName", "CacheClusterEnabled", "CacheClusterSize",
                                         "Variables", "MethodSettings", "AccessLogSetting",
                                         "CanarySetting", "TracingEnabled"};
    struct resource *r = sam_make(e, s, stage_id(e, s), "AWS::ApiGateway::Stage", s->passed,
                                  "stage", sam_span_of(s, "StageName"));
    struct value *tags = sam_property(s, "Tags");
    sam_set(e, r, "RestApiId", sam_ref(e, s->id));
    sam_set(e, r, "DeploymentId", sam_ref(e, deployment->id));
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], sam_property(s, copied[i]));
    if (!sam_is_none(tags))
        sam_set(e, r, "Tags", sam_tag_list(e, tags));
    sam_push(e, s, r);
    return r;
}

static void add_permissions(struct expand *e, struct sam *s, struct value *auth) {
    const char *partition = str_cstr(e->arena, e->partition);
    struct authorizers all = auth_rest_authorizers(e, s->id, sam_get(e, auth, "Authorizers"),
                                                   &value_nil);
    for (uint32_t i = 0; i < all.list.count; i++) {
        const struct authorizer *a = &all.list.items[i];
        if (sam_is_truthy(sam_get(e, a->whole, "FunctionArn")) &&
            !sam_is_truthy(sam_get(e, a->whole, "DisableFunctionDefaultPermissions")))
            authorizer_permit(e, s,
                              sam_id(e, "%.*s%.*sAuthorizerPermission", STR_ARG(s->id),
                                     STR_ARG(a->name)),
                              a, partition);
    }
}

static void resolve(struct expand *e, struct sam *s, const char *name) {
    struct value *x = sam_property(s, name);
    if (!value_is_nil(x))
        value_put_c(e->v, s->properties, name, sam_resolve(e, x));
}

static void expand_api(struct expand *e, struct sam *s) {
    resolve(e, s, "BinaryMediaTypes");
    resolve(e, s, "Domain");
    resolve(e, s, "Auth");
    check(e, s);
    struct value *definition = add_api(e, s), *auth = sam_property(s, "Auth");
    domain_add_rest(e, s, sam_property(s, "Domain"));
    struct resource *deployment = add_deployment(e, s, definition);
    struct resource *stage = add_stage(e, s, deployment);
    if (sam_is_truthy(auth)) {
        add_permissions(e, s, auth);
        api_add_usage_plan(e, s, sam_get(e, auth, "UsagePlan"), stage->id);
    }
    sam_propagate_tags(e, s, sam_property(s, "Tags"), sam_property(s, "PropagateTags"));
}

const struct sam_type sam_api = {
    .name = "AWS::Serverless::Api",
    .turn = TURN_API,
    .properties = &known,
    .expand = expand_api,
    .referables = referables,
};
