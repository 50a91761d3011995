/* ScheduleV2: a schedule of EventBridge Scheduler, of functions and state machines. */
#include "passes/expand/events.h"

static const struct property rows[] = {
    {"PermissionsBoundary", IS_STR, 0, NULL},
    {"ScheduleExpression", IS_STR | REQUIRED, 0, NULL},
    {"FlexibleTimeWindow", IS_MAP, 0, NULL},
    {"Name", IS_STR, 0, NULL},
    {"State", IS_STR, 0, NULL},
    {"Description", IS_STR, 0, NULL},
    {"StartDate", IS_STR, 0, NULL},
    {"EndDate", IS_STR, 0, NULL},
    {"ScheduleExpressionTimezone", IS_STR, 0, NULL},
    {"GroupName", IS_STR, 0, NULL},
    {"KmsKeyArn", IS_STR, 0, NULL},
    {"Input", IS_STR, 0, NULL},
    {"RoleArn", IS_STR, 0, NULL},
    {"DeadLetterConfig", IS_MAP, 0, NULL},
    {"RetryPolicy", IS_MAP, 0, NULL},
    {"OmitName", IS_BOOL | STRICT, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

static struct resource *make_schedule(struct expand *e, struct event *event,
                                      const struct target *target) {
    static const char *const copied[] = {"ScheduleExpression", "Description", "StartDate",
                                         "EndDate", "ScheduleExpressionTimezone", "GroupName",
                                         "KmsKeyArn"};
    struct resource *r =
        event_make(e, event, event->id, "AWS::Scheduler::Schedule", target->passed);
    struct value *name = event_property(event, "Name");
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], event_property(event, copied[i]));
    sam_set_truthy(e, r, "State", event_property(event, "State"));
    if (!sam_is_truthy(event_property(event, "OmitName")))
        sam_set(e, r, "Name", sam_is_truthy(name) ? name : value_string(e->v, event->id));
    else if (sam_is_truthy(name))
        sam_fail_event(e, event->id, sam_span(name, event->span),
                       "Name cannot be set when OmitName is True");
    struct value *window = event_property(event, "FlexibleTimeWindow");
    sam_set(e, r, "FlexibleTimeWindow",
            sam_is_truthy(window) ? window : sam_map(e, "Mode", sam_c(e, "OFF"), NULL));
    return r;
}

/* The role that Scheduler takes on to invoke the target. */
static struct value *make_role(struct expand *e, struct event *event, const struct target *target,
                               struct value *queue) {
    struct resource *r = event_make(e, event, sam_id(e, "%.*sRole", STR_ARG(event->id)),
                                    "AWS::IAM::Role", target->passed);
    const char *kind = str_is(target->owner->source->type, "AWS::Serverless::StateMachine")
                           ? "StartExecution"
                           : "Lambda";
    struct value *policies =
        sam_list(e, sam_destination_policy(e, kind, target->arn, event->id), NULL);
    if (sam_is_truthy(queue))
        value_push(e->v, policies, sam_destination_policy(e, "SQS", queue, event->id));
    sam_set(e, r, "AssumeRolePolicyDocument", sam_assume_role(e, "scheduler.amazonaws.com"));
    sam_set(e, r, "Policies", policies);
    sam_set_truthy(e, r, "PermissionsBoundary", event_property(event, "PermissionsBoundary"));
    sam_push(e, event->owner, r);
    return sam_getatt(e, r->id, "Arn");
}

static void expand(struct expand *e, struct event *event, struct target *target) {
    struct resource *r = make_schedule(e, event, target);
    sam_push(e, event->owner, r);
    struct value *queue = event_dead_letter_queue(e, event, target, NULL);
    struct value *role = event_property(event, "RoleArn");
    if (!sam_is_truthy(role))
        role = make_role(e, event, target, queue);
    struct value *to = sam_map(e, "Arn", target->arn, "RoleArn", role, NULL);
    sam_put(e, to, "Input", event_property(event, "Input"));
    sam_put(e, to, "RetryPolicy", event_property(event, "RetryPolicy"));
    if (!sam_is_none(queue))
        sam_put(e, to, "DeadLetterConfig", sam_map(e, "Arn", queue, NULL));
    sam_set(e, r, "Target", to);
}

const struct event_type event_schedule_v2 = {"ScheduleV2", &known, NULL, expand};
