/* What the transform does to APIs without a word: settings that have no effect, a stage that nobody
   asked for. Reported on the SAM source. */
#include "passes/expand/api.h"

static struct str function_name(struct expand *e, struct value *x) {
    return sam_entries(e, x)->members[0].key;
}

/* A function where the transform wants a map whose entries it knows. True when it was reported. */
static bool report_function(struct expand *e, struct value *x, const char *property) {
    if (!sam_is_intrinsic(x))
        return false;
    struct diag *d = diag_add(e->diags, RULE_SAM_AUTH_DROPPED, x->span,
                              "'%s' has no effect: the transform doesn't look into '%.*s'",
                              property, STR_ARG(function_name(e, x)));
    diag_help(e->diags, d, "make the API or the function conditional, or two events");
    return true;
}

/* --- resource policies */

static void check_endpoints(struct expand *e, const struct value *policy, const char *property) {
    const struct value *list = sam_get(e, policy, property);
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++) {
        const struct value *x = list->items[i];
        if (sam_is_string(x) && !str_starts(x->text, STR("vpc-")) &&
            !str_starts(x->text, STR("vpce-")))
            diag_add(e->diags, RULE_SAM_AUTH_DROPPED, x->span,
                     "'%.*s' is dropped from '%s', expected an id that begins with vpc- or vpce-",
                     STR_ARG(x->text), property);
    }
}

static void check_policy(struct expand *e, struct value *policy) {
    static const char *const known[] = {
        "AwsAccountBlacklist",   "AwsAccountWhitelist",   "CustomStatements",
        "IntrinsicVpcBlacklist", "IntrinsicVpcWhitelist", "IntrinsicVpceBlacklist",
        "IntrinsicVpceWhitelist", "IpRangeBlacklist",     "IpRangeWhitelist",
        "SourceVpcBlacklist",    "SourceVpcWhitelist",    NULL};
    if (!sam_is_map(policy) || report_function(e, policy, "ResourcePolicy"))
        return;
    for (uint32_t i = 0; i < policy->count; i++) {
        const struct member *m = &policy->members[i];
        if (!sam_is_listed(m->key, known))
            diag_add(e->diags, RULE_SAM_AUTH_DROPPED, m->span,
                     "'%.*s' has no effect: it is no entry of a resource policy", STR_ARG(m->key));
    }
    check_endpoints(e, policy, "SourceVpcBlacklist");
    check_endpoints(e, policy, "SourceVpcWhitelist");
}

/* --- events */

/* Whether what an event says of its route gets into the API's document. */
static bool is_written(struct expand *e, const struct value *auth, const struct resource *api,
                       bool is_rest, bool is_function) {
    const struct value *body = sam_get(e, api->properties, "DefinitionBody");
    if (!is_rest)
        return !value_is_nil(body);
    if (sam_is_truthy(sam_get(e, api->properties, API_MANAGED)))
        return true;
    if (!is_function || value_is_nil(body))
        return false;
    return sam_is_truthy(sam_get(e, api->properties, "MergeDefinitions")) ||
           sam_is_truthy(sam_get(e, auth, "OverrideApiAuth"));
}

static void check_event(struct expand *e, const struct resource *owner, const struct member *m) {
    static const char *const settings[] = {"Authorizer", "AuthorizationScopes", "ApiKeyRequired",
                                           "InvokeRole", "ResourcePolicy", NULL};
    bool is_rest = value_is_c(value_get_c(m->value, "Type"), "Api");
    bool is_function = resource_is(owner, "AWS::Serverless::Function");
    const struct value *properties = value_get_c(m->value, "Properties");
    const struct member *given = value_member(properties, STR("Auth"));
    struct value *id = api_id_of(e, sam_get(e, properties, is_rest ? "RestApiId" : "ApiId"));
    const struct resource *api = sam_is_string(id) ? sam_source(e, id->text) : NULL;
    if (!given || !api || (!is_rest && !value_is_c(value_get_c(m->value, "Type"), "HttpApi")))
        return;
    struct value *auth = given->value;
    if (!sam_is_map(auth) || report_function(e, auth, "Auth"))
        return;
    check_policy(e, sam_get(e, auth, "ResourcePolicy"));
    bool has_settings = false;
    for (uint32_t i = 0; i < auth->count; i++)
        has_settings = has_settings || sam_is_listed(auth->members[i].key, settings);
    if (!has_settings || is_written(e, auth, api, is_rest, is_function))
        return;
    struct diag *d = diag_add(e->diags, RULE_SAM_AUTH_DROPPED, given->span,
                              "'Auth' has no effect: '%.*s' has a definition of its own",
                              STR_ARG(id->text));
    diag_note(e->diags, d, api->id_span, "the API is defined here");
    if (is_rest && is_function && !value_is_nil(sam_get(e, api->properties, "DefinitionBody")))
        diag_help(e->diags, d, "add 'OverrideApiAuth: true' to it");
    else
        diag_help(e->diags, d, "write the authorizer into the definition");
}

static void check_events(struct expand *e, const struct resource *owner) {
    const struct value *events = value_get_c(owner->properties, "Events");
    for (uint32_t i = 0; events->kind == VAL_MAP && i < events->count; i++)
        check_event(e, owner, &events->members[i]);
}

/* --- CORS */

static void check_credentials(struct expand *e, const struct value *cors) {
    const struct value *x = sam_get(e, cors, "AllowCredentials");
    bool is_meant = sam_is_map(x) || (sam_is_string(x) && str_eq_nocase(x->text, STR("true")));
    if (is_meant)
        diag_add(e->diags, RULE_SAM_CORS_DROPPED, x->span,
                 "'AllowCredentials' is dropped, expected true itself");
}

static void check_cors(struct expand *e, struct value *cors, bool is_rest) {
    struct value **branches = sam_if_arguments(e, cors);
    check_credentials(e, cors);
    for (unsigned i = 1; is_rest && branches && i < 3; i++) {
        struct value *x = branches[i];
        if (x->kind != VAL_MAP)
            continue;
        struct diag *d = diag_add(e->diags, RULE_SAM_CORS_DROPPED, cors->span,
                                  "the transform takes the whole of this Fn::If for AllowOrigin");
        diag_note(e->diags, d, x->span, "no header is made of these entries");
        diag_help(e->diags, d, "put the Fn::If into the entries");
        return;
    }
}

/* --- APIs */

static void check_authorizers(struct expand *e, const struct value *auth) {
    const struct value *all = sam_get(e, auth, "Authorizers");
    for (uint32_t i = 0; all->kind == VAL_MAP && i < all->count; i++)
        report_function(e, sam_get(e, all->members[i].value, "Identity"), "Identity");
}

static void check_rest_auth(struct expand *e, const struct resource *api) {
    struct value *given = sam_get(e, api->properties, "Auth");
    if (given->kind != VAL_MAP)
        return;
    struct value *auth = sam_resolved(e, given);
    const struct value *name = sam_get(e, auth, "DefaultAuthorizer");
    bool has_authorizers = sam_is_truthy(sam_get(e, auth, "Authorizers"));
    if (sam_is_truthy(name) && !has_authorizers && !value_is_c(name, "AWS_IAM")) {
        struct diag *d = diag_add(e->diags, RULE_SAM_AUTH_DROPPED,
                                  sam_span(name, api_span_of(given, "DefaultAuthorizer")),
                                  "'DefaultAuthorizer' has no effect without 'Authorizers'");
        diag_label(e->diags, d, "the API is open");
    }
    check_authorizers(e, auth);
    check_policy(e, sam_get(e, auth, "ResourcePolicy"));
}

/* A deployment with a stage's name makes that stage, and API Gateway publishes it. */
static void check_stage(struct expand *e, const struct resource *api) {
    const struct value *version = sam_get(e, api->properties, "OpenApiVersion");
    const struct value *endpoint = sam_get(e, api->properties, "EndpointConfiguration");
    const struct value *disabled = sam_get(e, api->properties, "DisableExecuteApiEndpoint");
    if (sam_is_map(endpoint))
        endpoint = sam_get(e, endpoint, "Type");
    if (sam_is_truthy(version) || value_is_c(endpoint, "PRIVATE") || value_is_true(disabled))
        return;
    struct span span = span_is_nil(api->id_span) ? api->span : api->id_span;
    struct diag *d = diag_add(e->diags, RULE_SAM_EXTRA_STAGE, span,
                              "the transform publishes '%.*s' in a second stage named 'Stage'",
                              STR_ARG(api->id));
    diag_help(e->diags, d, "set 'OpenApiVersion' in Globals, or at the API");
}

static void check_web_socket(struct expand *e, const struct resource *api) {
    static const char *const attributes[] = {"Condition", "DeletionPolicy", "UpdateReplacePolicy"};
    static const char *const types[] = {"CUSTOM", "AWS_IAM"};
    for (unsigned i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        const struct member *m = value_member(api->attributes, str_from(attributes[i]));
        if (m)
            diag_add(e->diags, RULE_SAM_ATTRIBUTE_DROPPED, m->span,
                     "the transform drops '%s' of a WebSocket API", attributes[i]);
    }
    const struct value *type = sam_get(e, sam_get(e, api->properties, "Auth"), "AuthType");
    for (unsigned i = 0; i < sizeof types / sizeof *types; i++) {
        struct str wanted = str_from(types[i]);
        if (!sam_is_string(type) || !str_eq_nocase(type->text, wanted) ||
            str_eq(type->text, wanted))
            continue;
        struct diag *d = diag_add(e->diags, RULE_SAM_AUTH_DROPPED, type->span,
                                  "'%.*s' is taken for no authorization, expected '%s'",
                                  STR_ARG(type->text), types[i]);
        diag_fix(e->diags, d, type->span, wanted, true);
    }
}

static void check_api(struct expand *e, const struct resource *r) {
    if (resource_is(r, "AWS::Serverless::Api")) {
        check_rest_auth(e, r);
        check_cors(e, sam_get(e, r->properties, "Cors"), true);
        check_stage(e, r);
    } else if (resource_is(r, "AWS::Serverless::HttpApi")) {
        check_cors(e, sam_resolved(e, sam_get(e, r->properties, "CorsConfiguration")), false);
    } else if (resource_is(r, "AWS::Serverless::WebSocketApi")) {
        check_web_socket(e, r);
    }
}

void sam_report_silent_apis(struct expand *e) {
    for (uint32_t i = 0; i < e->sources.count; i++) {
        const struct resource *r = e->sources.items[i];
        if (!r->id.ptr || !sam_is_map(r->properties))
            continue;
        check_api(e, r);
        if (resource_is(r, "AWS::Serverless::Function") ||
            resource_is(r, "AWS::Serverless::StateMachine"))
            check_events(e, r);
    }
}
