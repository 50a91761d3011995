/* Authorizers of REST APIs. */
#include <stdlib.h>

#include "base/buf.h"
#include "passes/expand/api.h"

static const char *const identity_parts[][2] = {
    {"Headers", "method.request.header."},
    {"QueryStrings", "method.request.querystring."},
    {"StageVariables", "stageVariables."},
    {"Context", "context."},
};

enum { IDENTITY_PARTS = sizeof identity_parts / sizeof *identity_parts };

/* Python's int(x) > 0; false where x is no number. */
static bool is_known_zero(struct expand *e, const struct value *x) {
    int64_t n;
    if (x->kind == VAL_BOOL)
        return !x->truth;
    if (value_to_int(x, &n))
        return n <= 0;
    return x->kind == VAL_NUMBER && strtod(str_cstr(e->arena, x->text), NULL) < 1;
}

static bool lacks_identity(struct expand *e, struct str api, const struct authorizer *a) {
    struct value *identity = sam_get(e, a->whole, "Identity");
    if (!sam_is_truthy(identity))
        return true;
    struct str path = sam_id(e, "Authorizer.%.*s.Identity", STR_ARG(a->name));
    sam_expect_map(e, api, str_cstr(e->arena, path), identity);
    for (unsigned i = 0; i < IDENTITY_PARTS; i++)
        if (sam_is_truthy(sam_get(e, identity, identity_parts[i][0])))
            return false;
    return !is_known_zero(e, sam_get(e, identity, "ReauthorizeEvery"));
}

static void check_authorizer(struct expand *e, struct str api, const struct authorizer *a) {
    const struct value *type = sam_get(e, a->whole, "FunctionPayloadType");
    const struct value *silent = sam_get(e, a->whole, "DisableFunctionDefaultPermissions");
    if (!sam_is_none(type) && !value_is_c(type, "TOKEN") && !value_is_c(type, "REQUEST"))
        sam_fail(e, api, sam_span(type, a->span),
                 "%.*s Authorizer has invalid 'FunctionPayloadType': %.*s.", STR_ARG(a->name),
                 STR_ARG(sam_text(e, type)));
    if (value_is_c(type, "REQUEST") && lacks_identity(e, api, a))
        sam_fail(e, api, a->span,
                 "%.*s Authorizer must specify Identity with at least one of Headers, "
                 "QueryStrings, StageVariables, or Context.",
                 STR_ARG(a->name));
    struct str path = sam_id(e, "Authorizers.%.*s.AuthorizationScopes", STR_ARG(a->name));
    if (!sam_is_none(a->scopes))
        sam_expect_list(e, api, str_cstr(e->arena, path), a->scopes);
    path = sam_id(e, "Authorizers.%.*s.DisableFunctionDefaultPermissions", STR_ARG(a->name));
    if (!sam_is_none(silent))
        api_expect_bool(e, api, path, silent);
}

/* In the order in which the transform walks them. */
static void sort(struct expand *e, struct authorizers *all) {
    struct authorizers sorted = {.api = all->api};
    struct api_order order;
    api_order_init(&order, e->arena);
    for (uint32_t i = 0; i < all->list.count; i++)
        api_order_add(&order, all->list.items[i].name);
    struct str *names = api_order_keys(&order);
    for (uint32_t i = 0; i < order.used; i++)
        authorizer_add(e, &sorted, *authorizer_find(all, names[i]));
    *all = sorted;
}

struct authorizers auth_rest_authorizers(struct expand *e, struct str api, struct value *config,
                                         const struct value *by_default) {
    struct authorizers all = {.api = api};
    struct authorizer iam = {STR("AWS_IAM"), by_default->span, &value_nil, &value_nil, true};
    if (value_is_c(by_default, "AWS_IAM"))
        authorizer_add(e, &all, iam);
    if (!sam_is_truthy(config))
        return all;
    authorizers_add(e, &all, config, check_authorizer);
    sort(e, &all);
    return all;
}

/* --- the security scheme */

enum kind { KIND_IAM, KIND_COGNITO, KIND_TOKEN, KIND_REQUEST };

static enum kind kind_of(struct expand *e, const struct authorizer *a) {
    if (a->is_iam)
        return KIND_IAM;
    if (sam_is_truthy(sam_get(e, a->whole, "UserPoolArn")))
        return KIND_COGNITO;
    bool is_request = value_is_c(sam_get(e, a->whole, "FunctionPayloadType"), "REQUEST");
    return is_request ? KIND_REQUEST : KIND_TOKEN;
}

static struct value *header_name(struct expand *e, struct str api, const struct authorizer *a,
                                 enum kind kind) {
    struct value *identity = sam_get(e, a->whole, "Identity");
    if (kind == KIND_REQUEST)
        return sam_c(e, "Unused");
    if (sam_is_truthy(identity) && !sam_is_map(identity))
        sam_fail(e, api, identity->span,
                 "Auth.Authorizers.<Authorizer>.Identity must be a dict "
                 "(LambdaTokenAuthorizationIdentity, LambdaRequestAuthorizationIdentity or "
                 "CognitoAuthorizationIdentity).");
    struct value *header = sam_get(e, identity, "Header");
    return sam_is_truthy(header) ? header : sam_c(e, "Authorization");
}

/* "method.request.header.X, context.y" */
static struct value *identity_source(struct expand *e, struct str api, const struct authorizer *a) {
    struct value *identity = sam_get(e, a->whole, "Identity");
    struct buf b;
    buf_init(&b, e->arena, 0);
    for (unsigned i = 0; i < IDENTITY_PARTS; i++) {
        struct value *names = sam_get(e, identity, identity_parts[i][0]);
        if (!sam_is_truthy(names))
            continue;
        const char *path = str_cstr(e->arena, sam_id(e, "Auth.Authorizers.%.*s.Identity.%s",
                                                     STR_ARG(a->name), identity_parts[i][0]));
        sam_expect_list(e, api, path, names);
        for (uint32_t n = 0; n < names->count; n++) {
            struct str at = sam_id(e, "%s[%u]", path, n);
            sam_expect_string(e, api, str_cstr(e->arena, at), names->items[n]);
            buf_printf(&b, "%s%s%.*s", b.len ? ", " : "", identity_parts[i][1],
                       STR_ARG(names->items[n]->text));
        }
    }
    struct value *source = value_string(e->v, buf_view(&b));
    source->flags |= VALUE_PYTHON2;
    return source;
}

static struct value *or_null(struct expand *e, struct value *x) {
    return value_is_nil(x) ? value_null(e->v) : x;
}

static struct value *lambda_authorizer(struct openapi *o, struct str api,
                                       const struct authorizer *a, enum kind kind) {
    struct expand *e = o->e;
    struct value *authorizer = openapi_map(e), *identity = sam_get(e, a->whole, "Identity");
    struct value *lifetime = sam_get(e, identity, "ReauthorizeEvery");
    struct value *role = authorizer_role(e, a);
    openapi_set(o, authorizer, "type", sam_c(e, kind == KIND_TOKEN ? "token" : "request"));
    openapi_set(o, authorizer, "authorizerUri",
                authorizer_uri(e, or_null(e, sam_get(e, a->whole, "FunctionArn"))));
    if (!sam_is_none(lifetime))
        openapi_set(o, authorizer, "authorizerResultTtlInSeconds", lifetime);
    if (!value_is_nil(role))
        openapi_set(o, authorizer, "authorizerCredentials", role);
    if (kind != KIND_REQUEST)
        return authorizer;
    struct value *source = identity_source(e, api, a);
    if (source->text.len)
        openapi_set(o, authorizer, "identitySource", source);
    return authorizer;
}

static struct value *cognito_authorizer(struct openapi *o, const struct authorizer *a) {
    struct value *authorizer = openapi_map(o->e), *pools = sam_get(o->e, a->whole, "UserPoolArn");
    openapi_set(o, authorizer, "type", sam_c(o->e, "cognito_user_pools"));
    openapi_set(o, authorizer, "providerARNs",
                sam_is_list(pools) ? pools : sam_list(o->e, pools, NULL));
    return authorizer;
}

struct value *auth_rest_scheme(struct expand *e, struct str api, const struct authorizer *a) {
    static const char *const types[] = {"awsSigv4", "cognito_user_pools", "custom", "custom"};
    struct openapi o = {.e = e};
    enum kind kind = kind_of(e, a);
    struct value *scheme = openapi_map(e), *authorizer = NULL;
    openapi_set(&o, scheme, "type", sam_c(e, "apiKey"));
    openapi_set(&o, scheme, "name", header_name(e, api, a, kind));
    openapi_set(&o, scheme, "in", sam_c(e, "header"));
    openapi_set(&o, scheme, "x-amazon-apigateway-authtype", sam_c(e, types[kind]));
    if (kind == KIND_IAM)
        return scheme;
    authorizer = kind == KIND_COGNITO ? cognito_authorizer(&o, a)
                                      : lambda_authorizer(&o, api, a, kind);
    openapi_set(&o, scheme, OPENAPI_AUTHORIZER, authorizer);
    struct value *expression = sam_get(e, sam_get(e, a->whole, "Identity"), "ValidationExpression");
    if (kind != KIND_REQUEST && sam_is_truthy(expression))
        openapi_set(&o, authorizer, "identityValidationExpression", expression);
    return scheme;
}
