#include "lang/api.h"

/* Usage plans with their keys, and the web ACL that an API makes for itself. */

/* keys = { partner = { rate = 10, burst = 20, quota = 1000, per = "day" } } */
static void plan(struct lang *l, struct api *a, struct str name, struct value *x) {
    static const char *const known[] = {"rate", "burst", "quota", "per"};
    struct thing *t = a->thing;
    for (uint32_t i = 0; x->kind == VAL_MAP && i < x->count; i++) {
        bool found = false;
        for (int k = 0; k < 4; k++)
            found |= str_is(x->members[i].key, known[k]);
        if (!found)
            diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, x->members[i].span,
                     "a usage plan has rate, burst, quota and per, not '%.*s'",
                     STR_ARG(x->members[i].key));
    }
    struct str word = camel(l->arena, name), label = str_concat(l->arena, STR("plan "), name);
    struct str plan_id = str_printf(l->arena, "%.*s%.*sPlan", STR_ARG(t->id), STR_ARG(word));
    struct str key_id = str_printf(l->arena, "%.*s%.*sKey", STR_ARG(t->id), STR_ARG(word));
    struct resource *p = add_resource(l, t, str_cstr(l->arena, label), "AWS::ApiGateway::UsagePlan",
                                      plan_id, t->cond);
    struct value *stages = value_list(l->values);
    for (uint32_t i = 0; i < t->stages.count; i++) {
        struct thing *s = t->stages.items[i];
        struct value *one = map_of(l, 2, "ApiId", value_ref(l->values, t->id), "Stage",
                                   value_ref(l->values, s->id));
        value_push(l->values, stages,
                   s->cond ? logic_if(l, s->cond, one, value_null(l->values)) : one);
    }
    value_put_c(l->values, p->properties, "ApiStages", stages);
    struct value *quota = value_get_c(x, "quota"), *per = value_get_c(x, "per");
    if (!value_is_null(quota))
        value_put_c(l->values, p->properties, "Quota",
                    map_of(l, 2, "Limit", quota, "Period",
                           value_is_null(per)
                               ? text_value(l, "MONTH")
                               : value_string(l->values, str_upper(l->arena, value_text(per)))));
    struct value *throttle =
        map_of(l, 2, "RateLimit", value_get_c(x, "rate"), "BurstLimit", value_get_c(x, "burst"));
    if (throttle->count)
        value_put_c(l->values, p->properties, "Throttle", throttle);
    struct resource *k =
        add_resource(l, t, str_cstr(l->arena, str_concat(l->arena, STR("key of "), label)),
                     "AWS::ApiGateway::ApiKey", key_id, t->cond);
    value_put_c(l->values, k->properties, "Enabled", value_bool(l->values, true));
    struct resource *both = add_resource(
        l, t, str_cstr(l->arena, str_concat(l->arena, label, STR(" and its key"))),
        "AWS::ApiGateway::UsagePlanKey", str_concat(l->arena, plan_id, STR("Key")), t->cond);
    both->properties =
        map_of(l, 3, "KeyId", value_ref(l->values, key_id), "KeyType", text_value(l, "API_KEY"),
               "UsagePlanId", value_ref(l->values, plan_id));
}

void api_plans(struct lang *l, struct api *a) {
    struct value *keys = body_value(l, a->thing, "keys");
    for (uint32_t i = 0; keys && keys->kind == VAL_MAP && i < keys->count; i++)
        plan(l, a, keys->members[i].key, keys->members[i].value);
}

static struct value *acl_rule(struct lang *l, const char *name, uint32_t priority,
                              const char *action, struct value *does, struct value *statement) {
    struct value *seen = map_of(l, 3, "SampledRequestsEnabled", value_bool(l->values, true),
                                "CloudWatchMetricsEnabled", value_bool(l->values, true),
                                "MetricName", text_value(l, name));
    return map_of(l, 5, "Name", text_value(l, name), "Priority", value_int(l->values, priority),
                  action, does, "Statement", statement, "VisibilityConfig", seen);
}

/* waf = { managed = [..], rate = 2000 }: AWS's rule groups, and a limit for each address. */
struct value *api_web_acl(struct lang *l, struct api *a, struct value *x) {
    struct thing *t = a->thing;
    struct value *managed = value_get_c(x, "managed"), *rate = value_get_c(x, "rate"),
                 *none = value_map(l->values);
    struct value *rules_of = value_list(l->values);
    for (uint32_t i = 0; i < x->count; i++)
        if (!str_is(x->members[i].key, "managed") && !str_is(x->members[i].key, "rate"))
            diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, x->members[i].span,
                     "'waf' has managed and rate, not '%.*s'", STR_ARG(x->members[i].key));
    struct resource *acl =
        add_resource(l, t, "waf", "AWS::WAFv2::WebACL", part_id(l, t, "Waf"), t->cond);
    if (value_is_nil(managed))
        managed = list_of(l, 2, text_value(l, "AWSManagedRulesCommonRuleSet"),
                          text_value(l, "AWSManagedRulesKnownBadInputsRuleSet"));
    for (uint32_t i = 0; managed->kind == VAL_LIST && i < managed->count; i++) {
        struct str name =
            need_text(l, managed->items[i], managed->items[i]->span, "a managed rule group");
        if (!name.ptr)
            continue;
        struct value *group =
            map_of(l, 2, "VendorName", text_value(l, "AWS"), "Name", managed->items[i]);
        value_push(l->values, rules_of,
                   acl_rule(l, str_cstr(l->arena, name), i, "OverrideAction",
                            map_of(l, 1, "None", none),
                            map_of(l, 1, "ManagedRuleGroupStatement", group)));
    }
    if (!value_is_null(rate)) {
        struct value *limit = map_of(l, 2, "Limit", rate, "AggregateKeyType", text_value(l, "IP"));
        value_push(l->values, rules_of,
                   acl_rule(l, "rate", rules_of->count, "Action", map_of(l, 1, "Block", none),
                            map_of(l, 1, "RateBasedStatement", limit)));
    }
    struct value *seen = map_of(l, 3, "SampledRequestsEnabled", value_bool(l->values, true),
                                "CloudWatchMetricsEnabled", value_bool(l->values, true),
                                "MetricName", value_string(l->values, t->id));
    value_put_c(l->values, acl->properties, "Scope", text_value(l, "REGIONAL"));
    value_put_c(l->values, acl->properties, "DefaultAction", map_of(l, 1, "Allow", none));
    value_put_c(l->values, acl->properties, "Rules", rules_of);
    value_put_c(l->values, acl->properties, "VisibilityConfig", seen);
    return value_getatt(l->values, acl->id, STR("Arn"));
}
