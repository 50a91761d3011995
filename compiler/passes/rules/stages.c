/* Stages of APIs: what they need, and that each is made once.
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
    for (uint32_t i = 0; i < list->items.count; i++)
        add_maker(c, &others, list->items.items[i], "ApiId");
}
