/* Events of state machines: rules of EventBridge, with a role that may start an execution. */
#include "passes/expand/state_machine.h"

static const struct property schedule_rows[] = {
    {"Schedule", IS_STR | REQUIRED, 0, NULL}, {"Input", IS_STR, 0, NULL},
    {"Enabled", IS_BOOL, 0, NULL},            {"State", IS_STR, 0, NULL},
    {"Name", IS_STR, 0, NULL},                {"Description", IS_STR, 0, NULL},
    {"DeadLetterConfig", IS_MAP, 0, NULL},    {"RetryPolicy", IS_MAP, 0, NULL},
    {"Target", IS_MAP | STRICT, 0, NULL},     {"RoleArn", IS_STR | STRICT, 0, NULL},
};

static const struct property rule_rows[] = {
    {"EventBusName", IS_STR, 0, NULL}, {"RuleName", IS_STR, 0, NULL},
    {"Pattern", IS_MAP, 0, NULL},      {"Input", IS_STR, 0, NULL},
    {"InputPath", IS_STR, 0, NULL},    {"DeadLetterConfig", IS_MAP, 0, NULL},
    {"RetryPolicy", IS_MAP, 0, NULL},  {"State", IS_STR, 0, NULL},
    {"Target", IS_MAP | STRICT, 0, NULL}, {"InputTransformer", IS_MAP, 0, NULL},
};

static const struct properties schedule_known = PROPERTIES(schedule_rows);
static const struct properties rule_known = PROPERTIES(rule_rows);

struct value *event_execution_role(struct expand *e, struct event *event,
                                   const struct target *target, const char *service) {
    struct str id = sam_id(e, "%.*sRole", STR_ARG(event->id));
    struct resource *r = event_make(e, event, id, "AWS::IAM::Role", target->passed);
    sam_set(e, r, "AssumeRolePolicyDocument", sam_assume_role(e, service));
    sam_set(e, r, "Policies",
            sam_list(e, sam_destination_policy(e, "StartExecution", target->arn, id), NULL));
    sam_set_truthy(e, r, "PermissionsBoundary", sam_property(event->owner, "PermissionsBoundary"));
    sam_push(e, event->owner, r);
    return sam_getatt(e, id, "Arn");
}

static void set_target(struct expand *e, struct event *event, struct target *target,
                       struct resource *rule, struct value *role) {
    struct value *queue =
        event_dead_letter_queue(e, event, target, sam_getatt(e, rule->id, "Arn"));
    struct value *to = event_rule_target(e, event, target->arn, queue, "StepFunctionsTarget");
    sam_put(e, to, "RoleArn", role);
    sam_set(e, rule, "Targets", sam_list(e, to, NULL));
}

static void expand_schedule(struct expand *e, struct event *event, struct target *target) {
    struct resource *rule = event_make(e, event, event->id, "AWS::Events::Rule", target->passed);
    sam_push(e, event->owner, rule);
    sam_set(e, rule, "ScheduleExpression", event_property(event, "Schedule"));
    event_set_state(e, event, rule);
    sam_set(e, rule, "Name", event_property(event, "Name"));
    sam_set(e, rule, "Description", event_property(event, "Description"));
    struct value *role = event_property(event, "RoleArn");
    if (sam_is_none(role))
        role = event_execution_role(e, event, target, "events.amazonaws.com");
    set_target(e, event, target, rule, role);
}

static void expand_rule(struct expand *e, struct event *event, struct target *target) {
    struct resource *rule = event_make(e, event, event->id, "AWS::Events::Rule", target->passed);
    sam_push(e, event->owner, rule);
    sam_set(e, rule, "EventBusName", event_property(event, "EventBusName"));
    sam_set(e, rule, "EventPattern", event_property(event, "Pattern"));
    sam_set(e, rule, "Name", event_property(event, "RuleName"));
    sam_set_truthy(e, rule, "State", event_property(event, "State"));
    set_target(e, event, target, rule,
               event_execution_role(e, event, target, "events.amazonaws.com"));
}

static const struct event_type schedule = {"Schedule", &schedule_known, NULL, expand_schedule};
static const struct event_type cloud_watch = {"CloudWatchEvent", &rule_known, NULL, expand_rule};
static const struct event_type bridge = {"EventBridgeRule", &rule_known, NULL, expand_rule};

const struct event_type *event_of_state_machine(struct str name) {
    static const struct event_type *const types[] = {&schedule, &cloud_watch, &bridge,
                                                     &event_machine_api, &event_schedule_v2};
    for (unsigned i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(name, types[i]->name))
            return types[i];
    return NULL;
}
