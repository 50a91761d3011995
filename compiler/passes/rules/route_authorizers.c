/* Methods and routes against the authorizers that they name: of one API, and of the kind that the
   method asks for.
   https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethod.html
   https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html */
#include "passes/check.h"

struct pairing {
    const char *route, *authorizer; /* types */
    const char *api, *asks, *kind;  /* properties: the API of both, what is asked, what it is */
};

static const struct pairing pairings[] = {
    {"AWS::ApiGateway::Method", "AWS::ApiGateway::Authorizer", "RestApiId", "AuthorizationType",
     "Type"},
    {"AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Authorizer", "ApiId", "AuthorizationType",
     "AuthorizerType"},
};

/* The kinds of authorizers that a method's authorization takes; NULL: any. */
static const char *fitting(struct str asks, bool is_rest) {
    if (str_is(asks, "COGNITO_USER_POOLS"))
        return "COGNITO_USER_POOLS";
    if (str_is(asks, "JWT"))
        return "JWT";
    if (str_is(asks, "CUSTOM"))
        return is_rest ? "TOKEN or REQUEST" : "REQUEST";
    return NULL;
}

static void check_kind(struct check *c, const struct pairing *p, const struct resource *r,
                       const struct resource *authorizer) {
    const struct value *at = property(r, p->asks);
    struct str asks = check_text(c, at), kind = check_text(c, property(authorizer, p->kind));
    const char *fits = fitting(asks, str_is(str_from(p->api), "RestApiId"));
    if (!fits || !kind.len || str_find(str_from(fits), kind, 0) < str_from(fits).len)
        return;
    struct diag *d = check_report(c, RULE_ROUTE_AUTHORIZER, r, at,
                                  "%s is %.*s, but authorizer '%.*s' is of type %.*s, expected %s",
                                  p->asks, STR_ARG(asks), STR_ARG(authorizer->id), STR_ARG(kind),
                                  fits);
    diag_note(c->diags, d, property(authorizer, p->kind)->span, "the authorizer's type");
}

static void check_api(struct check *c, const struct pairing *p, const struct resource *r,
                      const struct resource *authorizer) {
    const struct resource *mine = check_target(c, view_only(&c->view, property(r, p->api)));
    const struct value *other = view_only(&c->view, property(authorizer, p->api));
    const struct resource *its = check_target(c, other);
    if (!mine || !its || mine == its)
        return;
    struct diag *d = check_report(c, RULE_ROUTE_AUTHORIZER, r, property(r, "AuthorizerId"),
                                  "authorizer '%.*s' is of the API '%.*s', expected one of '%.*s'",
                                  STR_ARG(authorizer->id), STR_ARG(its->id), STR_ARG(mine->id));
    diag_note(c->diags, d, other->span, "the authorizer's API");
}

/* An authorizer is asked only by what names its kind; by another one the route is open, or refused. */
static void check_asked(struct check *c, const struct pairing *p, const struct resource *r) {
    const struct value *at = property(r, p->asks), *authorizer = property(r, "AuthorizerId");
    struct str asks = check_text(c, at);
    bool open = is_absent(at) || str_is(asks, "NONE") || str_is(asks, "AWS_IAM");
    if (!open || !check_is_closed(r->properties) || is_absent(authorizer) ||
        value_is_null(view_only(&c->view, authorizer)) || authorizer->kind == VAL_IF)
        return;
    struct str found = asks.len ? asks : STR("absent");
    check_report(c, RULE_ROUTE_AUTHORIZER, r, authorizer,
                 "an authorizer is named, but %s is %.*s, so it isn't asked", p->asks,
                 STR_ARG(found));
}

void check_route_authorizers(struct check *c) {
    for (size_t i = 0; i < sizeof pairings / sizeof *pairings; i++) {
        const struct resource_vec *list = check_type(c, pairings[i].route);
        for (uint32_t j = 0; j < list->items.count; j++) {
            const struct resource *r = list->items.items[j];
            check_asked(c, &pairings[i], r);
            const struct resource *authorizer =
                check_target_of(c, view_only(&c->view, property(r, "AuthorizerId")),
                                pairings[i].authorizer);
            if (!authorizer || !check_coexist(c, r, authorizer))
                continue;
            check_kind(c, &pairings[i], r, authorizer);
            check_api(c, &pairings[i], r, authorizer);
        }
    }
}
