/* Who may call a GraphQL API: one authorizer, and additional ones. */
#include "passes/expand/connector.h"
#include "passes/expand/graphql.h"

/* How an authorizer's Type, its own configuration and AppSync's go together. */
static const struct auth_kind {
    const char *type, *given, *config;
} kinds[] = {
    {"AWS_LAMBDA", "LambdaAuthorizer", "LambdaAuthorizerConfig"},
    {"OPENID_CONNECT", "OpenIDConnect", "OpenIDConnectConfig"},
    {"AMAZON_COGNITO_USER_POOLS", "UserPool", "UserPoolConfig"},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static const struct auth_kind *kind_of(const struct value *auth) {
    for (unsigned i = 0; i < KINDS; i++)
        if (value_is_c(graphql_get(auth, "Type"), kinds[i].type))
            return &kinds[i];
    return NULL;
}

/* Sets type and configuration of an authorizer in `out`; index: of an additional one, or -1. */
static void set_one(struct expand *e, struct graphql *g, const struct value *auth, int index,
                    struct value *out) {
    unsigned given = 1; /* Type */
    for (unsigned i = 0; i < KINDS; i++)
        given += !sam_is_none(graphql_get(auth, kinds[i].given));
    struct span span = sam_span(auth, sam_span_of(g->s, "Auth"));
    if (given > 2 && index <= 0)
        sam_fail(e, g->s->id, span,
                 "'Auth' has more than one authentication configuration defined.");
    if (given > 2)
        sam_fail(e, g->s->id, span,
                 "'Auth.Additional.%d' has more than one authentication configuration defined.",
                 index);
    sam_put(e, out, "AuthenticationType", graphql_get(auth, "Type"));
    const struct auth_kind *kind = kind_of(auth);
    if (!kind)
        return;
    const struct value *config = graphql_get(auth, kind->given);
    if (sam_is_none(config))
        sam_fail(e, g->s->id, span, "'%s' must be defined if type is '%s'.", kind->given,
                 kind->type);
    struct value *copy = graphql_without_nulls(e, config);
    if (index >= 0 && kind == &kinds[2])
        value_remove(e->v, copy, STR("DefaultAction"));
    if (copy->count)
        value_put_c(e->v, out, kind->config, copy);
}

void graphql_set_auth(struct expand *e, struct graphql *g, struct resource *api) {
    struct value *auth = graphql_get(g->model, "Auth"), *list = value_list(e->v);
    set_one(e, g, auth, -1, api->properties);
    const struct value *more = graphql_get(auth, "Additional");
    for (uint32_t i = 0; more->kind == VAL_LIST && i < more->count; i++) {
        struct value *one = value_map(e->v);
        set_one(e, g, more->items[i], (int)i, one);
        value_push(e->v, list, one);
    }
    if (list->count)
        sam_set(e, api, "AdditionalAuthenticationProviders", list);
}

/* Lets the API call the function of an authorizer. */
static void connect(struct expand *e, struct graphql *g, const struct value *auth,
                    unsigned *number) {
    struct value *function =
        graphql_get(graphql_get(auth, "LambdaAuthorizer"), "AuthorizerUri");
    if (!value_is_c(graphql_get(auth, "Type"), "AWS_LAMBDA"))
        return;
    struct value *source = sam_map(e, "Type", sam_c(e, "AWS::AppSync::GraphQLApi"), "Arn",
                                   sam_ref(e, g->s->id), "ResourceId", g->api_id, NULL);
    struct value *destination =
        sam_map(e, "Type", sam_c(e, "AWS::Lambda::Function"), "Arn", function, NULL);
    struct value *properties = sam_map(e, "Source", source, "Destination", destination,
                                       "Permissions", sam_list(e, sam_c(e, "Write"), NULL), NULL);
    connector_make(e, g->s,
                   sam_id(e, "%.*sToLambdaAuthConnector%u", STR_ARG(g->s->id), ++*number),
                   properties, "authorizer", sam_span_of(g->s, "Auth"));
}

void graphql_connect_auth(struct expand *e, struct graphql *g) {
    struct value *auth = graphql_get(g->model, "Auth");
    const struct value *more = graphql_get(auth, "Additional");
    unsigned number = 0;
    connect(e, g, auth, &number);
    for (uint32_t i = 0; more->kind == VAL_LIST && i < more->count; i++)
        connect(e, g, more->items[i], &number);
}
