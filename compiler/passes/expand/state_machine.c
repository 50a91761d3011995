/* AWS::Serverless::StateMachine: a Step Functions state machine, its role, version, alias and
   events. */
#include "passes/expand/state_machine.h"

static const struct property rows[] = {
    {"Definition", IS_MAP, 0, NULL},
    {"DefinitionUri", IS_STR | IS_MAP, 0, NULL},
    {"Logging", IS_MAP, 0, NULL},
    {"Role", IS_STR, 0, NULL},
    {"RolePath", IS_ANY, 0, NULL},
    {"DefinitionSubstitutions", IS_MAP, 0, NULL},
    {"Events", IS_MAP, IS_MAP, NULL},
    {"Name", IS_STR, 0, NULL},
    {"Type", IS_STR, 0, NULL},
    {"Tags", IS_MAP, 0, NULL},
    {"PropagateTags", IS_BOOL, 0, NULL},
    {"Policies", IS_STR | IS_LIST, IS_STR | IS_MAP, NULL},
    {"Tracing", IS_MAP, 0, NULL},
    {"PermissionsBoundary", IS_STR, 0, NULL},
    {"AutoPublishAlias", IS_ANY, 0, NULL},
    {"DeploymentPreference", IS_ANY, 0, NULL},
    {"UseAliasAsEventTarget", IS_BOOL | STRICT, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

static struct value *tags_of(struct expand *e, struct sam *s) {
    struct value *list = value_list(e->v), *own = sam_tag_list(e, sam_property(s, "Tags"));
    if (e->g->is_template)
        value_push(e->v, list, sam_map(e, "Key", sam_c(e, "stateMachine:createdBy"), "Value",
                                       sam_c(e, "SAM"), NULL));
    for (uint32_t i = 0; i < own->count; i++)
        value_push(e->v, list, own->items[i]);
    return list->count ? list : &value_nil;
}

/* The policies that are asked for, and what tracing needs. */
static struct value *policies_of(struct expand *e, struct sam *s) {
    struct value *policies = sam_property(s, "Policies");
    struct value *list = sam_is_list(policies) ? value_copy_shallow(e->v, policies)
                                               : value_list(e->v);
    struct value *enabled = sam_get(e, sam_property(s, "Tracing"), "Enabled");
    if (sam_is_bool(enabled) && enabled->truth)
        value_push(e->v, list, sam_c(e, sam_xray_policy_name(e)));
    return list;
}

static void make_role(struct expand *e, struct sam *s, struct resource *machine) {
    struct role role = {
        .assume = sam_assume_role(e, "states.amazonaws.com"),
        .policies = policies_of(e, s),
        .managed = &value_nil,
        .documents = &value_nil,
        .path = sam_property(s, "RolePath"),
        .boundary = sam_property(s, "PermissionsBoundary"),
        .tags = tags_of(e, s),
    };
    struct resource *r = sam_make_role(e, s, sam_id(e, "%.*sRole", STR_ARG(s->id)), &role);
    sam_set(e, machine, "RoleArn", sam_getatt(e, r->id, "Arn"));
    sam_push(e, s, r);
}

static void set_role(struct expand *e, struct sam *s, struct resource *machine) {
    struct value *role = sam_property(s, "Role");
    if (!sam_is_truthy(role)) {
        make_role(e, s, machine);
        return;
    }
    if (sam_is_truthy(sam_property(s, "Policies")))
        sam_fail(e, s->id, sam_span_of(s, "Policies"),
                 "Specify either 'Role' or 'Policies' (but not both at the same time) or neither "
                 "of them");
    sam_set(e, machine, "RoleArn", role);
}

static struct resource *make_version(struct expand *e, struct sam *s) {
    static const char *const policies[] = {"DeletionPolicy", "UpdateReplacePolicy"};
    struct value *attributes = value_copy_shallow(e->v, s->passed);
    for (unsigned i = 0; i < 2; i++)
        if (!value_has(attributes, str_from(policies[i])))
            value_put_c(e->v, attributes, policies[i], sam_c(e, "Retain"));
    struct resource *r =
        sam_make(e, s, sam_id(e, "%.*sVersion", STR_ARG(s->id)),
                 "AWS::StepFunctions::StateMachineVersion", attributes, "version",
                 sam_span_of(s, "AutoPublishAlias"));
    sam_set(e, r, "StateMachineArn", sam_ref(e, s->id));
    sam_set(e, r, "StateMachineRevisionId", sam_getatt(e, s->id, "StateMachineRevisionId"));
    sam_push(e, s, r);
    return r;
}

/* The alias that AutoPublishAlias asks for, or NULL. */
static struct resource *make_alias(struct expand *e, struct sam *s) {
    struct value *name = sam_property(s, "AutoPublishAlias");
    struct value *preference = sam_property(s, "DeploymentPreference");
    static const char *const needing[] = {"UseAliasAsEventTarget", "DeploymentPreference"};
    if (!sam_is_truthy(name)) {
        for (unsigned i = 0; i < 2; i++)
            if (sam_is_truthy(sam_property(s, needing[i])))
                sam_fail(e, s->id, sam_span_of(s, needing[i]),
                         "'%s' requires 'AutoPublishAlias' property to be specified.", needing[i]);
        return NULL;
    }
    struct resource *version = make_version(e, s);
    struct resource *r = sam_make(
        e, s, sam_id(e, "%.*sAlias%.*s", STR_ARG(s->id), STR_ARG(sam_text(e, name))),
        "AWS::StepFunctions::StateMachineAlias", s->passed, "alias",
        sam_span_of(s, "AutoPublishAlias"));
    struct value *shift = sam_map(e, "Type", sam_c(e, "ALL_AT_ONCE"), NULL);
    if (sam_is_truthy(preference)) {
        sam_expect_map(e, s->id, "DeploymentPreference", preference);
        shift = value_copy_shallow(e->v, sam_entries(e, preference));
    }
    sam_put(e, shift, "StateMachineVersionArn", sam_ref(e, version->id));
    sam_set(e, r, "Name", name);
    sam_set(e, r, "DeploymentPreference", shift);
    sam_push(e, s, r);
    return r;
}

static void expand_events(struct expand *e, struct sam *s, const struct resource *alias,
                          const struct events *events) {
    bool use_alias = alias && sam_is_truthy(sam_property(s, "UseAliasAsEventTarget"));
    struct str id = use_alias ? alias->id : s->id;
    struct target target = {.owner = s,
                            .function = s->id,
                            .id = id,
                            .is_alias = use_alias,
                            .name = sam_ref(e, id),
                            .arn = sam_ref(e, id),
                            .passed = s->passed};
    s->fails_by_event = true;
    for (uint32_t i = 0; i < events->count; i++)
        events->items[i].type->expand(e, &events->items[i], &target);
}

static void expand(struct expand *e, struct sam *s) {
    static const char *const copied[][2] = {
        {"Name", "StateMachineName"},
        {"Type", "StateMachineType"},
        {"Logging", "LoggingConfiguration"},
        {"Tracing", "TracingConfiguration"},
    };
    struct events events = events_link(e, s, event_of_state_machine);
    struct resource *machine = sam_make(e, s, s->id, "AWS::StepFunctions::StateMachine",
                                        s->attributes, NULL, SPAN_NIL);
    sam_push(e, s, machine);
    sam_depend(e, machine, s->depends_on);
    state_machine_define(e, s, machine);
    set_role(e, s, machine);
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, machine, copied[i][1], sam_property(s, copied[i][0]));
    sam_set(e, machine, "Tags", tags_of(e, s));
    struct resource *alias = make_alias(e, s);
    expand_events(e, s, alias, &events);
    sam_propagate_tags(e, s, sam_property(s, "Tags"), sam_property(s, "PropagateTags"));
}

const struct sam_type sam_state_machine = {"AWS::Serverless::StateMachine", TURN_STATE_MACHINE,
                                           &known, sam_apply_policy_templates, expand, NULL};
