/* Authorizers of HTTP APIs. */
#include "passes/expand/api.h"

enum kind { KIND_IAM = 1, KIND_JWT = 2, KIND_LAMBDA = 4 };

struct setting {
    const char *name;
    enum kind kind; /* of the authorizers that take it */
    const char *hint;
};

static const struct setting settings[] = {
    {"AuthorizationScopes", KIND_JWT, "OAuth2 Authorizer"},
    {"JwtConfiguration", KIND_JWT, "OAuth2 Authorizer"},
    {"IdentitySource", KIND_JWT,
     "OAuth2 Authorizer. For Lambda Authorizer, use the 'Identity' property instead"},
    {"FunctionArn", KIND_LAMBDA, "Lambda Authorizer"},
    {"FunctionInvokeRole", KIND_LAMBDA, "Lambda Authorizer"},
    {"Identity", KIND_LAMBDA, "Lambda Authorizer"},
    {"AuthorizerPayloadFormatVersion", KIND_LAMBDA, "Lambda Authorizer"},
    {"EnableSimpleResponses", KIND_LAMBDA, "Lambda Authorizer"},
    {"EnableFunctionDefaultPermissions", KIND_LAMBDA, "Lambda Authorizer"},
};

static enum kind kind_of(struct expand *e, const struct authorizer *a) {
    if (a->is_iam)
        return KIND_IAM;
    return sam_is_truthy(sam_get(e, a->whole, "JwtConfiguration")) ? KIND_JWT : KIND_LAMBDA;
}

static void check_settings(struct expand *e, struct str api, const struct authorizer *a,
                           enum kind kind) {
    if (!sam_is_none(a->scopes) && !sam_is_list(a->scopes))
        sam_fail(e, api, a->scopes->span, "AuthorizationScopes must be a list.");
    for (unsigned i = 0; i < sizeof settings / sizeof *settings; i++) {
        const struct value *x = sam_get(e, a->whole, settings[i].name);
        bool is_jwt = str_is(STR("JwtConfiguration"), settings[i].name);
        bool is_given = is_jwt ? sam_is_truthy(x) : !sam_is_none(x);
        if (is_given && settings[i].kind != kind)
            sam_fail(e, api, api_span_of(a->whole, settings[i].name),
                     "%s is only supported for %s.", settings[i].name, settings[i].hint);
    }
}

static void check_needed(struct expand *e, struct str api, const struct authorizer *a,
                         const char *kind, const char *name) {
    if (!sam_is_truthy(sam_get(e, a->whole, name)))
        sam_fail(e, api, a->span, "%.*s %s Authorizer must define '%s'.", STR_ARG(a->name), kind,
                 name);
}

static void check_authorizer(struct expand *e, struct str api, const struct authorizer *a) {
    if (sam_has(e, a->whole, "OpenIdConnectUrl"))
        sam_fail(e, api, api_span_of(a->whole, "OpenIdConnectUrl"),
                 "'OpenIdConnectUrl' is no longer a supported property for authorizer '%.*s'. "
                 "Please refer to the AWS SAM documentation.",
                 STR_ARG(a->name));
    enum kind kind = kind_of(e, a);
    struct value *jwt = sam_get(e, a->whole, "JwtConfiguration");
    if (sam_is_truthy(jwt))
        sam_expect_map(e, api, "JwtConfiguration", jwt);
    check_settings(e, api, a, kind);
    if (kind == KIND_JWT) {
        check_needed(e, api, a, "OAuth2", "IdentitySource");
    } else {
        check_needed(e, api, a, "Lambda", "FunctionArn");
        check_needed(e, api, a, "Lambda", "AuthorizerPayloadFormatVersion");
    }
    const struct value *permit = sam_get(e, a->whole, "EnableFunctionDefaultPermissions");
    if (!sam_is_none(permit))
        api_expect_bool(e, api,
                        sam_id(e, "Authorizers.%.*s.EnableFunctionDefaultPermissions",
                               STR_ARG(a->name)),
                        permit);
}

struct authorizers auth_http_authorizers(struct expand *e, struct str api, struct value *config,
                                         const struct value *enable_iam) {
    struct authorizers all = {.api = api};
    struct authorizer iam = {STR("AWS_IAM"), SPAN_NIL, &value_nil, &value_nil, true};
    if (enable_iam->kind == VAL_BOOL && enable_iam->truth)
        authorizer_add(e, &all, iam);
    authorizers_add(e, &all, config, check_authorizer);
    return all;
}

/* --- the security scheme */

static struct value *jwt_scheme(struct expand *e, const struct authorizer *a) {
    struct value *given = sam_entries(e, sam_get(e, a->whole, "JwtConfiguration"));
    struct value *jwt = openapi_plain(e, NULL);
    const struct member **walk = sam_walk(e, given);
    for (uint32_t i = 0; i < given->count; i++)
        value_put(e->v, jwt, str_lower(e->arena, walk[i]->key), walk[i]->value);
    struct value *authorizer =
        openapi_plain(e, "jwtConfiguration", jwt, "identitySource",
                      sam_get(e, a->whole, "IdentitySource"), "type", sam_c(e, "jwt"), NULL);
    return openapi_plain(e, "type", sam_c(e, "oauth2"), OPENAPI_AUTHORIZER, authorizer, NULL);
}

static struct value *identity_source(struct expand *e, struct str api, const struct authorizer *a,
                                     struct value *identity) {
    static const char *const parts[][2] = {
        {"Headers", "$request.header."},
        {"QueryStrings", "$request.querystring."},
        {"StageVariables", "$stageVariables."},
        {"Context", "$context."},
    };
    struct value *source = value_list(e->v);
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct value *names = sam_get(e, identity, parts[i][0]);
        if (!sam_is_truthy(names))
            continue;
        const char *path = str_cstr(e->arena, sam_id(e, "Authorizers.%.*s.Identity.%s",
                                                     STR_ARG(a->name), parts[i][0]));
        sam_expect_list(e, api, path, names);
        for (uint32_t n = 0; n < names->count; n++) {
            struct str at = sam_id(e, "%s[%u]", path, n);
            sam_expect_string(e, api, str_cstr(e->arena, at), names->items[n]);
            value_push(e->v, source,
                       sam_string(e, "%s%.*s", parts[i][1], STR_ARG(names->items[n]->text)));
        }
    }
    return source;
}

static struct value *lambda_scheme(struct expand *e, struct str api, const struct authorizer *a) {
    struct openapi o = {.e = e};
    struct value *identity = sam_get(e, a->whole, "Identity"), *role = authorizer_role(e, a);
    struct value *authorizer = openapi_plain(e, "type", sam_c(e, "request"), NULL);
    openapi_set(&o, authorizer, "authorizerUri",
                authorizer_uri(e, sam_get(e, a->whole, "FunctionArn")));
    if (!value_is_nil(role))
        openapi_set(&o, authorizer, "authorizerCredentials", role);
    if (sam_is_truthy(identity)) {
        struct str path = sam_id(e, "Auth.Authorizers.%.*s.Identity", STR_ARG(a->name));
        sam_expect_map(e, api, str_cstr(e->arena, path), identity);
        struct value *lifetime = sam_get(e, identity, "ReauthorizeEvery");
        if (!sam_is_none(lifetime))
            openapi_set(&o, authorizer, "authorizerResultTtlInSeconds", lifetime);
        openapi_set(&o, authorizer, "identitySource", identity_source(e, api, a, identity));
    }
    openapi_set(&o, authorizer, "authorizerPayloadFormatVersion",
                sam_get(e, a->whole, "AuthorizerPayloadFormatVersion"));
    struct value *simple = sam_get(e, a->whole, "EnableSimpleResponses");
    if (sam_is_truthy(simple))
        openapi_set(&o, authorizer, "enableSimpleResponses", simple);
    return openapi_plain(e, "type", sam_c(e, "apiKey"), "name", sam_c(e, "Unused"), "in",
                         sam_c(e, "header"), OPENAPI_AUTHORIZER, authorizer, NULL);
}

struct value *auth_http_scheme(struct expand *e, struct str api, const struct authorizer *a) {
    struct openapi o = {.e = e};
    switch (kind_of(e, a)) {
    case KIND_IAM:
        return openapi_iam_scheme(&o, true);
    case KIND_JWT:
        return jwt_scheme(e, a);
    default:
        return lambda_scheme(e, api, a);
    }
}
