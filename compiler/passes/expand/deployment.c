/* DeploymentPreference: traffic goes to a new version step by step, by CodeDeploy. The functions of
   a template share an application and a service role. */
#include <stdlib.h>

#include "passes/expand/function.h"

/* What one function asks for. */
struct preference {
    struct sam *function;
    struct span span;
    bool is_enabled;
    struct value *type, *before, *after, *alarms, *role, *triggers;
    struct value *condition; /* that the deployment group is made under, or nil */
    struct value *tags;      /* nil unless they are propagated */
};

struct deployments {
    VEC(struct preference) items;
};

static const struct str application_id = {"ServerlessDeploymentApplication", 31};
static const struct str role_id = {"CodeDeployServiceRole", 21};
static const struct str condition_name = {"ServerlessCodeDeployCondition", 29};

/* --- one function --------------------------------------------------------------------------------- */

/* Resolves a parameter or mapped value in place. */
static struct value *resolve_entry(struct expand *e, struct value *map, const char *name) {
    if (map->kind != VAL_MAP || !value_has(map, str_from(name)))
        return sam_get(e, map, name);
    struct value *x = sam_resolve_mappings(e, sam_resolve(e, value_get_c(map, name)));
    value_put_c(e->v, map, name, x);
    return x;
}

static bool is_one_of(const struct value *x, bool truth, const char *lower, const char *title) {
    int64_t n;
    bool is_number = x->kind == VAL_NUMBER && value_to_int(x, &n) && n == truth;
    return is_number || (sam_is_bool(x) && x->truth == truth) || value_is_c(x, lower) ||
           value_is_c(x, title);
}

static bool passes_condition(struct expand *e, struct sam *s, struct value *preference) {
    if (!sam_has(e, preference, "PassthroughCondition"))
        return false;
    struct value *x = resolve_entry(e, preference, "PassthroughCondition");
    if (is_one_of(x, true, "true", "True"))
        return true;
    if (is_one_of(x, false, "false", "False"))
        return false;
    struct span span = sam_span(x, preference->span);
    if (sam_is_intrinsic(x))
        sam_fail(e, s->id, span,
                 "Unsupported intrinsic: the only intrinsic functions supported for property "
                 "PassthroughCondition are FindInMap and parameter Refs.");
    sam_fail(e, s->id, span, "Invalid value for property PassthroughCondition.");
}

static bool is_enabled(struct expand *e, struct value *preference) {
    if (!sam_has(e, preference, "Enabled"))
        return true;
    struct value *x = resolve_entry(e, preference, "Enabled");
    return sam_is_truthy(x) && !value_is_c(x, "false") && !value_is_c(x, "False");
}

static struct preference read_preference(struct expand *e, struct sam *s, struct value *x) {
    struct value *nil = &value_nil;
    struct preference p = {s, sam_span_of(s, "DeploymentPreference"), is_enabled(e, x),
                           nil, nil, nil, nil, nil, nil, nil, nil};
    p.type = resolve_entry(e, x, "Type");
    bool passes = passes_condition(e, s, x);
    if (!p.is_enabled)
        return p;
    if (!sam_has(e, x, "Type"))
        sam_fail(e, s->id, p.span, "'DeploymentPreference' is missing required Property 'Type'");
    if (sam_has(e, x, "Hooks") && !sam_is_map(sam_get(e, x, "Hooks")))
        sam_fail(e, s->id, p.span,
                 "'Hooks' property of 'DeploymentPreference' must be a dictionary");
    p.before = sam_get(e, sam_get(e, x, "Hooks"), "PreTraffic");
    p.after = sam_get(e, sam_get(e, x, "Hooks"), "PostTraffic");
    p.alarms = sam_get(e, x, "Alarms");
    p.role = sam_get(e, x, "Role");
    p.triggers = sam_get(e, x, "TriggerConfigurations");
    struct value *tags = sam_property(s, "Tags");
    if (sam_is_truthy(sam_property(s, "PropagateTags")) && sam_is_truthy(tags))
        p.tags = tags;
    if (passes)
        p.condition = value_get_c(s->passed, "Condition");
    return p;
}

/* --- its deployment group ------------------------------------------------------------------------- */

static struct value *alarm_list(struct expand *e, const struct preference *p,
                                struct value *alarms) {
    if (!sam_is_list(alarms))
        sam_fail(e, p->function->id, sam_span(alarms, p->span), "Alarms must be a list");
    if (!alarms->count || sam_is_no_value(alarms->items[0]))
        return value_map(e->v);
    struct value *list = value_list(e->v);
    for (uint32_t i = 0; i < alarms->count; i++)
        value_push(e->v, list, sam_map(e, "Name", alarms->items[i], NULL));
    return sam_map(e, "Enabled", value_bool(e->v, true), "Alarms", list, NULL);
}

static struct value *alarm_configuration(struct expand *e, const struct preference *p) {
    struct value *alarms = p->alarms;
    if (!sam_is_truthy(alarms) || sam_is_no_value(alarms))
        return &value_nil;
    if (!sam_is_if(alarms))
        return alarm_list(e, p, alarms);
    struct value **arguments = sam_if_arguments(e, alarms);
    if (!arguments)
        sam_fail(e, p->function->id, sam_span(alarms, p->span), "Fn::If requires 3 arguments");
    struct value *then = alarm_list(e, p, arguments[1]);
    return sam_if(e, arguments[0], then, alarm_list(e, p, arguments[2]));
}

static bool is_predefined(const struct value *x) {
    static const char *const names[] = {
        "Canary10Percent5Minutes",      "Canary10Percent10Minutes",
        "Canary10Percent15Minutes",     "Canary10Percent30Minutes",
        "Linear10PercentEvery1Minute",  "Linear10PercentEvery2Minutes",
        "Linear10PercentEvery3Minutes", "Linear10PercentEvery10Minutes",
        "AllAtOnce",
    };
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (value_is_c(x, names[i]))
            return true;
    return false;
}

static struct value *predefined(struct expand *e, struct value *name) {
    return sam_sub(e, "CodeDeployDefault.Lambda${ConfigName}",
                   sam_map(e, "ConfigName", name, NULL));
}

/* Names of CodeDeploy's own configurations in x, written out. */
static struct value *configuration_name(struct expand *e, struct value *x) {
    if (is_predefined(x))
        return predefined(e, x);
    if (x->kind == VAL_SUB && !x->count) {
        struct value *text = value_string(e->v, x->text);
        return is_predefined(text) ? predefined(e, text) : x;
    }
    if (!sam_is_list(x) && !sam_is_intrinsic(x))
        return x;
    struct value *copy = value_copy_shallow(e->v, x);
    for (uint32_t i = 0; i < x->count; i++) {
        bool is_map = x->kind == VAL_MAP;
        if (is_map)
            copy->members[i].value = configuration_name(e, x->members[i].value);
        else
            copy->items[i] = configuration_name(e, x->items[i]);
    }
    return copy;
}

static struct str group_id(struct expand *e, const struct preference *p) {
    return sam_id(e, "%.*sDeploymentGroup", STR_ARG(p->function->id));
}

static struct value *strings(struct expand *e, const char *const *texts, unsigned count) {
    struct value *list = value_list(e->v);
    for (unsigned i = 0; i < count; i++)
        value_push(e->v, list, sam_c(e, texts[i]));
    return list;
}

static struct resource *make_group(struct expand *e, const struct preference *p) {
    static const char *const events[] = {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM",
                                         "DEPLOYMENT_STOP_ON_REQUEST"};
    struct resource *r = sam_make(e, p->function, group_id(e, p),
                                  "AWS::CodeDeploy::DeploymentGroup", NULL, "deployment", p->span);
    sam_set(e, r, "AlarmConfiguration", alarm_configuration(e, p));
    sam_set(e, r, "ApplicationName", sam_ref(e, application_id));
    sam_set(e, r, "AutoRollbackConfiguration",
            sam_map(e, "Enabled", value_bool(e->v, true), "Events", strings(e, events, 3), NULL));
    sam_set(e, r, "DeploymentConfigName", configuration_name(e, p->type));
    sam_set(e, r, "DeploymentStyle",
            sam_map(e, "DeploymentType", sam_c(e, "BLUE_GREEN"), "DeploymentOption",
                    sam_c(e, "WITH_TRAFFIC_CONTROL"), NULL));
    sam_set(e, r, "ServiceRoleArn",
            sam_is_truthy(p->role) ? p->role : sam_getatt(e, role_id, "Arn"));
    sam_set_truthy(e, r, "TriggerConfigurations", p->triggers);
    if (sam_is_truthy(p->tags))
        sam_set(e, r, "Tags", sam_tag_list(e, p->tags));
    if (sam_is_truthy(p->condition))
        value_put_c(e->v, r->attributes, "Condition", p->condition);
    return r;
}

void function_add_deployment(struct expand *e, struct function *f) {
    struct value *x = sam_property(f->s, "DeploymentPreference");
    if (!sam_is_truthy(x))
        return;
    struct preference p = read_preference(e, f->s, x);
    if (!e->deployments)
        e->deployments = arena_new(e->arena, struct deployments);
    vec_push(e->arena, &e->deployments->items, p);
    if (!p.is_enabled)
        return;
    if (!f->alias)
        sam_fail(e, f->s->id, p.span,
                 "'DeploymentPreference' requires AutoPublishAlias property to be specified.");
    make_group(e, &p); /* for what it refuses */
    struct value *update =
        sam_map(e, "ApplicationName", sam_ref(e, application_id), "DeploymentGroupName",
                sam_ref(e, group_id(e, &p)), "BeforeAllowTrafficHook", p.before,
                "AfterAllowTrafficHook", p.after, NULL);
    value_put_c(e->v, f->alias->attributes, "UpdatePolicy",
                sam_map(e, "CodeDeployLambdaAliasUpdate", update, NULL));
}

/* --- the template --------------------------------------------------------------------------------- */

/* The conditions of all functions, each once, sorted. */
static struct value *conditions(struct expand *e) {
    struct value *list = value_list(e->v);
    for (uint32_t i = 0; i < e->deployments->items.count; i++) {
        struct value *condition = e->deployments->items.items[i].condition;
        if (!sam_is_none(condition) && !sam_contains(list, condition))
            value_push(e->v, list, condition);
    }
    return list;
}

/* What the shared resources are made under: nil unless all deployments have a condition. */
static struct value *shared_condition(struct expand *e) {
    for (uint32_t i = 0; i < e->deployments->items.count; i++) {
        const struct preference *p = &e->deployments->items.items[i];
        if (p->is_enabled && !sam_is_truthy(p->condition))
            return &value_nil;
    }
    struct value *all = conditions(e);
    return all->count > 1 ? value_string(e->v, condition_name) : value_at(all, 0);
}

static struct value *merged_tags(struct expand *e) {
    struct value *merged = value_map(e->v);
    for (uint32_t i = 0; i < e->deployments->items.count; i++) {
        struct value *tags = sam_entries(e, e->deployments->items.items[i].tags);
        for (uint32_t j = 0; j < tags->count; j++)
            value_put(e->v, merged, tags->members[j].key, tags->members[j].value);
    }
    return merged;
}

static struct resource *make_shared(struct expand *e, struct str id, const char *type) {
    const struct preference *first = NULL;
    for (uint32_t i = 0; !first; i++)
        if (e->deployments->items.items[i].is_enabled)
            first = &e->deployments->items.items[i];
    struct resource *r = sam_make(e, first->function, id, type, NULL, "deployment", first->span);
    struct value *tags = merged_tags(e), *condition = shared_condition(e);
    if (tags->count)
        sam_set(e, r, "Tags", sam_tag_list(e, tags));
    if (!sam_is_none(condition))
        value_put_c(e->v, r->attributes, "Condition", condition);
    return r;
}

static void make_application(struct expand *e) {
    struct resource *r = make_shared(e, application_id, "AWS::CodeDeploy::Application");
    sam_set(e, r, "ComputePlatform", sam_c(e, "Lambda"));
    sam_add_product(e, r, UINT32_MAX);
}

static void make_service_role(struct expand *e) {
    struct resource *r = make_shared(e, role_id, "AWS::IAM::Role");
    sam_set(e, r, "AssumeRolePolicyDocument", sam_assume_role(e, "codedeploy.amazonaws.com"));
    bool limited = str_is(e->partition, "aws-iso") || str_is(e->partition, "aws-iso-b");
    struct value *policy =
        sam_policy_arn(e, limited ? "service-role/AWSCodeDeployRoleForLambdaLimited"
                                  : "service-role/AWSCodeDeployRoleForLambda");
    sam_set(e, r, "ManagedPolicyArns", sam_list(e, policy, NULL));
    sam_add_product(e, r, UINT32_MAX);
}

/* Group after group, since a mistake in one doesn't end the others. */
static void add_group(struct expand *e, void *data) {
    const struct preference *p = data;
    sam_add_product(e, make_group(e, p), p->function->slot);
}

void sam_deployments(struct expand *e) {
    if (!e->deployments)
        return;
    uint32_t count = e->deployments->items.count;
    bool any = false, needs_role = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct preference *p = &e->deployments->items.items[i];
        any = any || p->is_enabled;
        needs_role = needs_role || (p->is_enabled && !sam_is_truthy(p->role));
    }
    if (!any)
        return;
    make_application(e);
    struct value *shared = shared_condition(e);
    if (value_is_c(shared, condition_name.ptr))
        sam_combine_conditions(e, condition_name, conditions(e));
    if (needs_role)
        make_service_role(e);
    for (uint32_t i = 0; i < count; i++)
        if (e->deployments->items.items[i].is_enabled)
            sam_try(e, add_group, &e->deployments->items.items[i]);
}
