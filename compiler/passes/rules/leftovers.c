/* Parts of APIs that nothing uses: authorizers that protect no route, models and validators of no
   method.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
#include "base/limits.h"
#include "passes/check.h"

/* DependsOn orders, but doesn't use. */
static bool is_used(const struct check *c, const struct resource *r) {
    for (const struct edge *e = edges_to(&c->edges, r->id); e; e = e->next)
        if (e->kind != EDGE_DEPENDS_ON)
            return true;
    return false;
}

static void check_authorizers(struct check *c, const char *type) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++)
        if (!is_used(c, list->items.items[i]))
            check_report(c, RULE_UNUSED_AUTHORIZER, list->items.items[i], NULL,
                         "authorizer '%.*s' protects no route",
                         STR_ARG(list->items.items[i]->id));
}

/* ---- authorizers of OpenAPI bodies --------------------------------------------------------- */

/* Whether a list of requirements asks for a scheme, or can't be read. */
static bool asks_for(const struct value *security, struct str scheme) {
    if (value_is_intrinsic(security))
        return true;
    for (uint32_t i = 0; security->kind == VAL_LIST && i < security->count; i++)
        if (value_is_intrinsic(security->items[i]) || value_has(security->items[i], scheme))
            return true;
    return false;
}

static bool is_asked_for(struct check *c, const struct possible *body, struct str scheme) {
    const struct value *paths = value_get_c(body->value, "paths");
    if (asks_for(value_get_c(body->value, "security"), scheme) || !check_is_closed(paths))
        return true;
    for (uint32_t i = 0; i < paths->count; i++) {
        struct possibles items = {0};
        view_possible(&c->view, paths->members[i].value, body->when, &items);
        for (uint32_t k = 0; k < items.items.count; k++) {
            const struct value *item = items.items.items[k].value;
            for (uint32_t j = 0; j < (item->kind == VAL_MAP ? item->count : 0); j++) {
                struct possibles operations = {0};
                view_possible(&c->view, item->members[j].value, body->when, &operations);
                for (uint32_t n = 0; n < operations.items.count; n++) {
                    const struct value *op = operations.items.items[n].value;
                    if (value_is_intrinsic(op) || asks_for(value_get_c(op, "security"), scheme))
                        return true;
                }
            }
            if (value_is_intrinsic(item))
                return true;
        }
    }
    return false;
}

static void check_schemes(struct check *c, const struct resource *r, const struct possible *body) {
    const struct value *schemes = value_get_c(body->value, "securityDefinitions");
    if (value_is_nil(schemes))
        schemes = value_get_c(value_get_c(body->value, "components"), "securitySchemes");
    if (!check_is_closed(body->value) || !check_is_closed(schemes))
        return;
    for (uint32_t i = 0; i < schemes->count; i++) {
        const struct member *m = &schemes->members[i];
        if (value_has(m->value, STR("x-amazon-apigateway-authorizer")) &&
            !is_asked_for(c, body, m->key))
            check_report_span(c, RULE_UNUSED_AUTHORIZER, r, m->span,
                              "authorizer '%.*s' protects no route", STR_ARG(m->key));
    }
}

static void check_bodies(struct check *c, const char *type) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        struct possibles bodies = check_possible(c, r, property(r, "Body"));
        for (uint32_t j = 0; j < bodies.items.count; j++)
            check_schemes(c, r, &bodies.items.items[j]);
    }
}

/* ---- models and validators ------------------------------------------------------------------- */

enum { MAX_NAMED = 200 }; /* models that are looked for by their names */

/* Whether a method, or another model, says the model's name as a text. */
static bool is_named(struct check *c, const struct resource *model) {
    static const char *const types[] = {"AWS::ApiGateway::Method", "AWS::ApiGateway::Model"};
    struct str name = check_text(c, property(model, "Name"));
    for (size_t i = 0; name.len && i < sizeof types / sizeof *types; i++) {
        const struct resource_vec *list = check_type(c, types[i]);
        for (uint32_t j = 0; j < list->items.count; j++) {
            const struct resource *r = list->items.items[j];
            struct str text = value_canonical(c->arena, r->properties);
            if (r != model && str_find(text, name, 0) < text.len)
                return true;
        }
    }
    return false;
}

static void check_models(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::ApiGateway::Model");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        if (!is_used(c, r) && i < MAX_NAMED && !is_named(c, r))
            check_report(c, RULE_UNUSED_MODEL, r, NULL, "no method has the model '%.*s'",
                         STR_ARG(r->id));
    }
    list = check_type(c, "AWS::ApiGateway::RequestValidator");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        if (is_used(c, r))
            continue;
        struct diag *d = check_report(c, RULE_UNUSED_MODEL, r, NULL,
                                      "no method has the validator '%.*s', so nothing is validated",
                                      STR_ARG(r->id));
        diag_help(c->diags, d, "give a method RequestValidatorId: !Ref %.*s", STR_ARG(r->id));
    }
}

void check_leftovers(struct check *c) {
    if (c->open)
        return;
    check_authorizers(c, "AWS::ApiGateway::Authorizer");
    check_authorizers(c, "AWS::ApiGatewayV2::Authorizer");
    check_bodies(c, "AWS::ApiGateway::RestApi");
    check_bodies(c, "AWS::ApiGatewayV2::Api");
    check_models(c);
}
