/* Deployments of APIs take a snapshot: of what is there when they are made.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html */
#include "base/limits.h"
#include "passes/check.h"

static void check_deployment(struct check *c, const struct resource *r, const char *api_property,
                             const char *part_type, const char *what) {
    const struct resource *api = check_target(c, property(r, api_property));
    const struct resource_vec *parts = check_type(c, part_type);
    if (!api || value_has(api->properties, STR("Body")) ||
        value_has(api->properties, STR("BodyS3Location")))
        return;
    struct map reach = {0};
    check_reach(c, r, &reach);
    uint32_t found = 0, missing = 0;
    const struct resource *first = NULL;
    for (uint32_t i = 0; i < parts->items.count; i++) {
        const struct resource *part = parts->items.items[i];
        if (check_target(c, property(part, api_property)) != api || !check_coexist(c, part, r))
            continue;
        if (map_get(&reach, part->id))
            found++;
        else if (missing++ == 0)
            first = part;
    }
    if (!missing)
        return;
    struct diag *d;
    if (!found)
        d = check_report(c, RULE_DEPLOYMENT_ORDER, r, NULL,
                         "the deployment doesn't wait for the %s of '%.*s', expected DependsOn",
                         what, STR_ARG(api->id));
    else
        d = check_report(c, RULE_DEPLOYMENT_INCOMPLETE, r, NULL,
                         "the deployment doesn't wait for %u of the %s of '%.*s', as '%.*s'",
                         missing, what, STR_ARG(api->id), STR_ARG(first->id));
    diag_note(c->diags, d, first->id_span, "it may be made before this");
}

/* ---- security of OpenAPI bodies --------------------------------------------------------- */

struct schemes {
    struct check *c;
    const struct resource *r;
    const struct value *defined;
};

static void check_requirements(struct schemes *s, const struct value *list) {
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++) {
        const struct value *one = list->items[i];
        for (uint32_t j = 0; one->kind == VAL_MAP && j < one->count; j++) {
            const struct member *m = &one->members[j];
            struct str near = STR_NIL;
            /* the SAM transform's word for a route that is open */
            bool none = str_is(m->key, "NONE");
            if (none || value_has(s->defined, m->key) || str_starts(m->key, STR("Fn::")))
                continue;
            for (uint32_t k = 0; s->defined->kind == VAL_MAP && k < s->defined->count; k++)
                if (str_is_near(m->key, s->defined->members[k].key))
                    near = s->defined->members[k].key;
            struct diag *d = check_report_span(s->c, RULE_SECURITY_SCHEME, s->r, m->span,
                                               "security scheme '%.*s' isn't defined in the body",
                                               STR_ARG(m->key));
            check_suggest(s->c, d, m->key, near);
        }
    }
}

static void check_body(struct check *c, const struct resource *r) {
    struct possibles bodies = check_possible(c, r, property(r, "Body"));
    for (uint32_t b = 0; b < bodies.items.count; b++) {
        const struct value *body = bodies.items.items[b].value;
        const struct value *paths = value_get_c(body, "paths");
        struct schemes s = {c, r, value_get_c(body, "securityDefinitions")};
        if (value_is_nil(s.defined))
            s.defined = value_get_c(value_get_c(body, "components"), "securitySchemes");
        if (value_is_intrinsic(s.defined) ||
            (s.defined->kind == VAL_MAP && !check_is_closed(s.defined)))
            continue;
        check_requirements(&s, value_get_c(body, "security"));
        for (uint32_t i = 0; paths->kind == VAL_MAP && i < paths->count; i++) {
            const struct value *item = paths->members[i].value;
            for (uint32_t j = 0; item->kind == VAL_MAP && j < item->count; j++)
                check_requirements(&s, value_get_c(item->members[j].value, "security"));
        }
    }
}

void check_deployments(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::ApiGateway::Deployment");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_deployment(c, list->items.items[i], "RestApiId", "AWS::ApiGateway::Method",
                         "methods");
    list = check_type(c, "AWS::ApiGatewayV2::Deployment");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_deployment(c, list->items.items[i], "ApiId", "AWS::ApiGatewayV2::Route", "routes");
    list = check_type(c, "AWS::ApiGateway::RestApi");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_body(c, list->items.items[i]);
    list = check_type(c, "AWS::ApiGatewayV2::Api");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_body(c, list->items.items[i]);
}
