/* Stages of APIs: what they need, that each is made once, and that what shows them finds them.
   https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html
   https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-stages.html */
#include "passes/check.h"

/* ---- what a stage needs ------------------------------------------------------------------- */

static void check_needs(struct check *c, const struct resource *r) {
    const char *name = value_is_nil(property(r, "StageName")) ? "StageName" : "DeploymentId";
    if (!check_is_closed(r->properties) || !value_is_nil(property(r, name)))
        return;
    struct diag *d = check_report(c, RULE_MISSING_PROPERTY, r, NULL,
                                  "the stage '%.*s' has no %s, which API Gateway requires",
                                  STR_ARG(r->id), name);
    if (*name == 'S')
        diag_help(c->diags, d, "the stage's name is a part of the URL: StageName: live");
}

/* ---- one stage, one maker ------------------------------------------------------------------ */

struct made {
    const struct resource *r;
    struct str api, name;
};

struct made_vec {
    VEC(struct made) items;
};

static bool is_deployment(const struct resource *r) {
    return resource_is(r, "AWS::ApiGateway::Deployment");
}

/* A second deployment of one stage name moves the stage; a second stage fails. */
static void add_maker(struct check *c, struct made_vec *all, const struct resource *r,
                      const char *api) {
    struct str name = check_text(c, property(r, "StageName"));
    if (!name.len || value_is_nil(property(r, api)))
        return;
    struct made one = {r, value_canonical(c->arena, property(r, api)), name};
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct made *other = &all->items.items[i];
        if (is_deployment(r) || !str_eq(other->api, one.api) || !str_eq(other->name, one.name) ||
            !check_coexist(c, other->r, r))
            continue;
        bool by_deployment = is_deployment(other->r);
        struct diag *d = check_report(c, RULE_STAGE_CONFLICT, r, property(r, "StageName"),
                                      "the stage '%.*s' is there already when this one is made",
                                      STR_ARG(name));
        diag_note(c->diags, d, property(other->r, "StageName")->span,
                  by_deployment ? "made with the deployment" : "the first");
        if (by_deployment)
            diag_help(c->diags, d, "remove StageName from the deployment '%.*s'",
                      STR_ARG(other->r->id));
        return;
    }
    vec_push(c->arena, &all->items, one);
}

/* A deployment makes the stage that it names; a stage waits for the deployment that it shows. */
static void add_deployment(struct check *c, struct made_vec *all, const struct resource *stage) {
    const struct resource *deployment =
        check_target_of(c, property(stage, "DeploymentId"), "AWS::ApiGateway::Deployment");
    for (uint32_t i = 0; deployment && i < all->items.count; i++)
        if (all->items.items[i].r == deployment)
            return;
    if (deployment)
        add_maker(c, all, deployment, "RestApiId");
}

/* https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
static void check_deployment(struct check *c, const struct resource *stage) {
    const struct value *at = property(stage, "DeploymentId");
    const struct resource *deployment =
        check_target_of(c, view_only(&c->view, at), "AWS::ApiGateway::Deployment");
    const struct resource *mine =
        check_target(c, view_only(&c->view, property(stage, "RestApiId")));
    if (!deployment || !mine)
        return;
    const struct value *other = view_only(&c->view, property(deployment, "RestApiId"));
    const struct resource *its = check_target(c, other);
    if (!its || its == mine)
        return;
    struct diag *d = check_report(c, RULE_STAGE_CONFLICT, stage, at,
                                  "deployment '%.*s' is of the API '%.*s', the stage of '%.*s'",
                                  STR_ARG(deployment->id), STR_ARG(its->id), STR_ARG(mine->id));
    diag_note(c->diags, d, other->span, "the deployment's API");
}

/* ---- who names a stage ----------------------------------------------------------------------- */

static const char *const stage_types[] = {"AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage",
                                          "AWS::ApiGateway::Deployment"};

/* The API of a stage or deployment, where it is the stack's. */
static const struct resource *api_of(struct check *c, const struct resource *r) {
    bool rest = str_starts(r->type, STR("AWS::ApiGateway::"));
    return check_target(c, view_only(&c->view, property(r, rest ? "RestApiId" : "ApiId")));
}

/* Whether an API may have a stage of this name; so may one of which the stack makes no stages, or
   one that isn't known by its name. */
static bool may_have_stage(struct check *c, const struct resource *api, struct str name) {
    uint32_t known = 0;
    if (!is_absent(property(api, "Target")) && str_is(name, "$default")) /* made with the API */
        return true;
    for (size_t k = 0; k < sizeof stage_types / sizeof *stage_types; k++) {
        const struct resource_vec *list = check_type(c, stage_types[k]);
        for (uint32_t i = 0; i < list->items.count; i++) {
            const struct resource *r = list->items.items[i], *of = api_of(c, r);
            const struct value *given = property(r, "StageName");
            if ((is_deployment(r) && is_absent(given)) || (of && of != api))
                continue;
            if (!of || text_can_equal(view_text(&c->view, given).pattern, name))
                return true;
            known++;
        }
    }
    return !known;
}

/* A base path, a domain or a usage plan shows a stage of an API that has it: BadRequest, else.
   https://docs.aws.amazon.com/apigateway/latest/api/API_CreateBasePathMapping.html
   https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname-apimappings.html */
static void check_shown(struct check *c, const struct resource *r, const struct value *api_value,
                        const struct value *at) {
    const struct value *x = view_only(&c->view, at);
    const struct resource *api = check_target(c, view_only(&c->view, api_value));
    const struct resource *stage = check_target(c, x);
    struct str name = stage ? STR_NIL : check_text(c, x);
    if (!api || is_absent(x) || c->open ||
        !(resource_is(api, "AWS::ApiGateway::RestApi") ||
          resource_is(api, "AWS::ApiGatewayV2::Api")))
        return;
    for (size_t k = 0; stage && k < 2; k++) {
        const struct resource *of =
            resource_is(stage, stage_types[k]) ? api_of(c, stage) : NULL;
        if (of && of != api && !may_have_stage(c, api, check_text(c, property(stage, "StageName"))))
            check_report(c, RULE_UNKNOWN_STAGE, r, at, "'%.*s' is a stage of '%.*s', not of '%.*s'",
                         STR_ARG(stage->id), STR_ARG(of->id), STR_ARG(api->id));
    }
    if (name.len && !may_have_stage(c, api, name))
        check_report(c, RULE_UNKNOWN_STAGE, r, at, "'%.*s' has no stage '%.*s'", STR_ARG(api->id),
                     STR_ARG(name));
}

static void check_all_shown(struct check *c) {
    static const char *const mappings[][2] = {{"AWS::ApiGateway::BasePathMapping", "RestApiId"},
                                              {"AWS::ApiGatewayV2::ApiMapping", "ApiId"}};
    for (size_t k = 0; k < sizeof mappings / sizeof *mappings; k++) {
        const struct resource_vec *list = check_type(c, mappings[k][0]);
        for (uint32_t i = 0; i < list->items.count; i++)
            check_shown(c, list->items.items[i], property(list->items.items[i], mappings[k][1]),
                        property(list->items.items[i], "Stage"));
    }
    const struct resource_vec *plans = check_type(c, "AWS::ApiGateway::UsagePlan");
    for (uint32_t i = 0; i < plans->items.count; i++) {
        const struct resource *r = plans->items.items[i];
        struct items of = check_items(c, property(r, "ApiStages"),
                                      formula_of_resource(&c->formulas, r));
        for (uint32_t n = 0; n < of.items.count; n++)
            check_shown(c, r, value_get_c(of.items.items[n].value, "ApiId"),
                        value_get_c(of.items.items[n].value, "Stage"));
    }
}

/* ---- routes of a stage ----------------------------------------------------------------------- */

/* Whether an API may have a route; so may one whose routes stand elsewhere. */
static bool may_have_route(struct check *c, const struct resource *api, struct str key) {
    const struct resource_vec *list = check_type(c, "AWS::ApiGatewayV2::Route");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *of = api_of(c, list->items.items[i]);
        struct str own = view_text(&c->view, property(list->items.items[i], "RouteKey")).pattern;
        if (!of || (of == api && text_can_equal(own, key)))
            return true;
    }
    return !check_is_closed(api->properties) || !is_absent(property(api, "Body")) ||
           !is_absent(property(api, "BodyS3Location")) || !is_absent(property(api, "Target")) ||
           !is_absent(property(api, "RouteKey"));
}

/* https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-routesettings-routekey.html */
static void check_route_settings(struct check *c, const struct resource *stage) {
    const struct resource *api = api_of(c, stage);
    const struct value *settings = view_only(&c->view, property(stage, "RouteSettings"));
    if (c->open || !api || !resource_is(api, "AWS::ApiGatewayV2::Api") ||
        !check_is_closed(settings))
        return;
    for (uint32_t i = 0; i < settings->count; i++)
        if (!may_have_route(c, api, settings->members[i].key))
            check_report_span(c, RULE_UNKNOWN_STAGE, stage, settings->members[i].span,
                              "'%.*s' has no route '%.*s'", STR_ARG(api->id),
                              STR_ARG(settings->members[i].key));
}

void check_stages(struct check *c) {
    struct made_vec rest = {0}, others = {0};
    const struct resource_vec *list = check_type(c, "AWS::ApiGateway::Stage");
    for (uint32_t i = 0; i < list->items.count; i++) {
        check_needs(c, list->items.items[i]);
        check_deployment(c, list->items.items[i]);
        add_deployment(c, &rest, list->items.items[i]);
    }
    for (uint32_t i = 0; i < list->items.count; i++)
        add_maker(c, &rest, list->items.items[i], "RestApiId");
    list = check_type(c, "AWS::ApiGatewayV2::Stage");
    for (uint32_t i = 0; i < list->items.count; i++) {
        add_maker(c, &others, list->items.items[i], "ApiId");
        check_route_settings(c, list->items.items[i]);
    }
    check_all_shown(c);
}
