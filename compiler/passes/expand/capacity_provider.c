/* AWS::Serverless::CapacityProvider: instances that functions run on, and the role that manages
   them. CapacityProviderConfig of functions, which names one. */
#include "base/buf.h"
#include "passes/expand/function.h"
#include "passes/expand/model.h"

static const struct property rows[] = {
    {"CapacityProviderName", IS_STR | IS_MAP | STRICT, 0, NULL},
    {"VpcConfig", IS_MAP | REQUIRED | STRICT, 0, NULL},
    {"OperatorRole", IS_STR | IS_MAP | STRICT, 0, NULL},
    {"Tags", IS_MAP | STRICT, 0, NULL},
    {"PropagateTags", IS_BOOL | STRICT, 0, NULL},
    {"InstanceRequirements", IS_MAP | STRICT, 0, NULL},
    {"ScalingConfig", IS_MAP | STRICT, 0, NULL},
    {"KmsKeyArn", IS_STR | IS_MAP | STRICT, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

static const struct field vpc_fields[] = {
    {"SecurityGroupIds", FIELD_MAP_OR_TEXTS, false, NULL, NULL},
    {"SubnetIds", FIELD_MAP_OR_TEXTS, true, NULL, NULL},
};
static const struct model vpc = MODEL("VpcConfig", vpc_fields);

static const struct field instance_fields[] = {
    {"Architectures", FIELD_MAP_OR_TEXTS, false, NULL, NULL},
    {"AllowedTypes", FIELD_MAP_OR_TEXTS, false, NULL, NULL},
    {"ExcludedTypes", FIELD_MAP_OR_TEXTS, false, NULL, NULL},
};
static const struct model instances = MODEL("InstanceRequirements", instance_fields);

static const struct field scaling_fields[] = {
    {"MaxVCpuCount", FIELD_MAP_OR_INT, false, NULL, NULL},
    {"AverageCPUUtilization", FIELD_MAP_OR_FLOAT, false, NULL, NULL},
};
static const struct model scaling = MODEL("ScalingConfig", scaling_fields);

static const struct field fields[] = {
    {"CapacityProviderName", FIELD_ANY, false, NULL, NULL},
    {"VpcConfig", FIELD_MODEL, true, &vpc, NULL},
    {"OperatorRole", FIELD_ANY, false, NULL, NULL},
    {"Tags", FIELD_MAP, false, NULL, NULL},
    {"PropagateTags", FIELD_BOOL, false, NULL, NULL},
    {"InstanceRequirements", FIELD_MODEL, false, &instances, NULL},
    {"ScalingConfig", FIELD_MODEL, false, &scaling, NULL},
    {"KmsKeyArn", FIELD_ANY, false, NULL, NULL},
};
static const struct model provider = MODEL("Properties", fields);

static const struct field config_fields[] = {
    {"Arn", FIELD_MAP_OR_TEXT, true, NULL, NULL},
    {"PerExecutionEnvironmentMaxConcurrency", FIELD_MAP_OR_INT, false, NULL, NULL},
    {"ExecutionEnvironmentMemoryGiBPerVCpu", FIELD_MAP_OR_NUMBER, false, NULL, NULL},
};
static const struct model config = MODEL("CapacityProviderConfig", config_fields);

/* --- of a function -------------------------------------------------------------------------------- */

static _Noreturn void refuse_config(struct expand *e, struct sam *s, const struct mistakes *all) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    uint32_t count = all->items.count;
    buf_printf(&b, "%u validation error%s for %s", count, count == 1 ? "" : "s", config.name);
    for (uint32_t i = 0; i < count; i++) {
        const struct mistake *m = &all->items.items[i];
        buf_printf(&b, " %.*s %s (type=%s)", STR_ARG(m->path), m->message, m->type);
    }
    sam_fail(e, s->id, all->items.items[0].span, "Invalid CapacityProviderConfig: %.*s",
             STR_ARG(buf_view(&b)));
}

struct value *function_capacity_provider(struct expand *e, struct sam *s) {
    struct value *given = sam_property(s, "CapacityProviderConfig");
    if (!sam_is_truthy(given))
        return &value_nil;
    struct mistakes mistakes = {0};
    struct value *read = model_read(e, &config, given, &mistakes);
    if (mistakes.items.count)
        refuse_config(e, s, &mistakes);
    struct value *out = sam_map(e, "CapacityProviderArn", sam_get(e, read, "Arn"), NULL);
    for (unsigned i = 1; i < config.count; i++)
        sam_put(e, out, config_fields[i].name, sam_get(e, read, config_fields[i].name));
    return sam_map(e, "LambdaManagedInstancesCapacityProviderConfig", out, NULL);
}

/* --- the resource --------------------------------------------------------------------------------- */

static struct value *tags_of(struct expand *e, struct value *tags) {
    struct value *map = value_copy_shallow(e->v, sam_entries(e, tags));
    if (e->g->is_template)
        value_put_c(e->v, map, "lambda:createdBy", sam_c(e, "SAM"));
    return map->count ? sam_tag_list(e, map) : &value_nil;
}

static struct value *make_role(struct expand *e, struct sam *s) {
    struct role role = {
        .assume = sam_assume_role(e, "lambda.amazonaws.com"),
        .policies = &value_nil,
        .managed = sam_list(e, sam_policy_arn(e, "AWSLambdaManagedEC2ResourceOperator"), NULL),
        .documents = &value_nil,
        .path = &value_nil,
        .boundary = &value_nil,
        .tags = tags_of(e, &value_nil),
    };
    struct resource *r =
        sam_make_role(e, s, sam_id(e, "%.*sOperatorRole", STR_ARG(s->id)), &role);
    sam_push(e, s, r);
    return sam_getatt(e, r->id, "Arn");
}

static struct value *instance_requirements(struct expand *e, struct value *x) {
    return sam_map(e, "Architectures", sam_get(e, x, "Architectures"), "AllowedInstanceTypes",
                   sam_get(e, x, "AllowedTypes"), "ExcludedInstanceTypes",
                   sam_get(e, x, "ExcludedTypes"), NULL);
}

static struct value *scaling_config(struct expand *e, struct value *x) {
    struct value *out = sam_map(e, "MaxVCpuCount", sam_get(e, x, "MaxVCpuCount"), NULL);
    struct value *average = sam_get(e, x, "AverageCPUUtilization");
    sam_put(e, out, "ScalingMode", sam_c(e, sam_is_none(average) ? "Auto" : "Manual"));
    if (sam_is_none(average))
        return out;
    struct value *policy =
        sam_map(e, "PredefinedMetricType", sam_c(e, "LambdaCapacityProviderAverageCPUUtilization"),
                "TargetValue", average, NULL);
    sam_put(e, out, "ScalingPolicies", sam_list(e, policy, NULL));
    return out;
}

/* Tags of the provider besides its own: the map's, under their own names. */
static void propagate(struct expand *e, struct sam *s, struct value *tags) {
    struct value *given = sam_entries(e, tags);
    if (!sam_is_truthy(sam_property(s, "PropagateTags")) || !given->count)
        return;
    for (uint32_t i = 0; i < s->made.count; i++) {
        struct resource *r = s->made.items[i];
        struct value *merged = value_map(e->v), *before = value_get_c(r->properties, "Tags");
        for (uint32_t j = 0; before->kind == VAL_LIST && j < before->count; j++)
            value_put(e->v, merged, value_text(sam_get(e, before->items[j], "Key")),
                      sam_get(e, before->items[j], "Value"));
        for (uint32_t j = 0; j < given->count; j++) {
            struct value *x = given->members[j].value;
            value_put(e->v, merged, given->members[j].key, sam_is_none(x) ? sam_c(e, "") : x);
        }
        sam_set(e, r, "Tags", sam_tag_list(e, merged));
    }
}

static void expand(struct expand *e, struct sam *s) {
    struct value *model = model_of_all(e, s, &provider);
    struct value *requirements = sam_get(e, model, "InstanceRequirements");
    if (!sam_is_none(sam_get(e, requirements, "AllowedTypes")) &&
        !sam_is_none(sam_get(e, requirements, "ExcludedTypes")))
        sam_fail(e, s->id, requirements->span,
                 "Cannot specify 'InstanceRequirements.AllowedTypes' and "
                 "'InstanceRequirements.ExcludedTypes' together.");
    struct value *role = sam_get(e, model, "OperatorRole");
    if (!sam_is_truthy(role))
        role = make_role(e, s);
    struct resource *r = sam_make(e, s, s->id, "AWS::Lambda::CapacityProvider", s->attributes, NULL,
                                  SPAN_NIL);
    sam_depend(e, r, s->depends_on);
    sam_set_truthy(e, r, "CapacityProviderName", sam_get(e, model, "CapacityProviderName"));
    sam_set(e, r, "VpcConfig", sam_get(e, model, "VpcConfig"));
    sam_set(e, r, "PermissionsConfig", sam_map(e, "CapacityProviderOperatorRoleArn", role, NULL));
    sam_set(e, r, "Tags", tags_of(e, sam_get(e, model, "Tags")));
    if (requirements->count)
        sam_set(e, r, "InstanceRequirements", instance_requirements(e, requirements));
    struct value *scale = sam_get(e, model, "ScalingConfig");
    if (scale->count)
        sam_set(e, r, "CapacityProviderScalingConfig", scaling_config(e, scale));
    sam_set_truthy(e, r, "KmsKeyArn", sam_get(e, model, "KmsKeyArn"));
    sam_push(e, s, r);
    propagate(e, s, sam_get(e, model, "Tags"));
}

const struct sam_type sam_capacity_provider = {"AWS::Serverless::CapacityProvider", TURN_OTHER,
                                               &known, NULL, expand, NULL};
