/* Events that come by a rule of EventBridge: Schedule, CloudWatchEvent, EventBridgeRule. */
#include "passes/expand/events.h"

static const struct property schedule_rows[] = {
    {"Schedule", IS_STR | REQUIRED, 0, NULL}, {"RuleName", IS_STR, 0, NULL},
    {"Input", IS_STR, 0, NULL},               {"Enabled", IS_BOOL, 0, NULL},
    {"State", IS_STR, 0, NULL},               {"Name", IS_STR, 0, NULL},
    {"Description", IS_STR, 0, NULL},         {"DeadLetterConfig", IS_MAP, 0, NULL},
    {"RetryPolicy", IS_MAP, 0, NULL},
};

static const struct property rule_rows[] = {
    {"EventBusName", IS_STR, 0, NULL}, {"RuleName", IS_STR, 0, NULL},
    {"Pattern", IS_MAP, 0, NULL},      {"DeadLetterConfig", IS_MAP, 0, NULL},
    {"RetryPolicy", IS_MAP, 0, NULL},  {"Input", IS_STR, 0, NULL},
    {"InputPath", IS_STR, 0, NULL},    {"Target", IS_MAP, 0, NULL},
    {"Enabled", IS_BOOL, 0, NULL},     {"State", IS_STR, 0, NULL},
    {"InputTransformer", IS_MAP, 0, NULL},
};

static const struct properties schedule_known = PROPERTIES(schedule_rows);
static const struct properties rule_known = PROPERTIES(rule_rows);

void event_set_state(struct expand *e, struct event *event, struct resource *rule) {
    struct value *state = event_property(event, "State");
    struct value *enabled = event_property(event, "Enabled");
    if (sam_is_truthy(state) && !sam_is_none(enabled))
        sam_fail_event(e, event->key, event->span,
                       "State and Enabled Properties cannot both be specified.");
    sam_set_truthy(e, rule, "State", state);
    if (!sam_is_none(enabled))
        sam_set(e, rule, "State", sam_c(e, sam_is_truthy(enabled) ? "ENABLED" : "DISABLED"));
}

static void check_queue(struct expand *e, struct event *event, struct value *config) {
    bool has_arn = sam_has(e, config, "Arn"), has_type = sam_has(e, config, "Type");
    struct span span = sam_span(config, event->span);
    if (has_arn && has_type)
        sam_fail_event(e, event->id, span,
                       "You can either define 'Arn' or 'Type' property of DeadLetterConfig.");
    if (has_type && !value_is_c(sam_get(e, config, "Type"), "SQS"))
        sam_fail_event(e, event->id, span,
                       "The only valid value for 'Type' property of DeadLetterConfig is 'SQS'.");
    if (!has_arn && !has_type)
        sam_fail_event(e, event->id, span,
                       "No 'Arn' or 'Type' property provided for DeadLetterConfig.");
}

/* Lets EventBridge send what it couldn't deliver for a rule. */
static void make_queue_policy(struct expand *e, struct event *event, const struct target *target,
                              struct value *rule_arn, struct str queue) {
    struct resource *r = event_make(e, event, sam_id(e, "%.*sQueuePolicy", STR_ARG(event->id)),
                                    "AWS::SQS::QueuePolicy", target->passed);
    struct value *principal = sam_map(e, "Service", sam_c(e, "events.amazonaws.com"), NULL);
    struct value *statement = event_queue_statement(e, principal, sam_getatt(e, queue, "Arn"),
                                                    rule_arn);
    sam_set(e, r, "PolicyDocument", statement);
    sam_set(e, r, "Queues", sam_list(e, sam_ref(e, queue), NULL));
    sam_push(e, event->owner, r);
}

struct value *event_queue_statement(struct expand *e, struct value *principal, struct value *queue,
                                    struct value *source) {
    struct value *statement = sam_allow(e, "sqs:SendMessage", queue);
    value_put_c(e->v, statement, "Principal", principal);
    struct value *equals = sam_map(e, "aws:SourceArn", source, NULL);
    value_put_c(e->v, statement, "Condition", sam_map(e, "ArnEquals", equals, NULL));
    return sam_map(e, "Version", sam_c(e, "2012-10-17"), "Statement", sam_list(e, statement, NULL),
                   NULL);
}

struct value *event_dead_letter_queue(struct expand *e, struct event *event,
                                      const struct target *target, struct value *source_arn) {
    struct value *config = event_property(event, "DeadLetterConfig");
    if (sam_is_none(config))
        return &value_nil;
    check_queue(e, event, config);
    struct value *arn = sam_get(e, config, "Arn");
    if (!sam_is_none(arn))
        return arn;
    struct value *id = sam_get(e, config, "QueueLogicalId");
    if (!sam_is_none(id) && !sam_is_string(id))
        sam_fail_event(e, event->id, id->span, "QueueLogicalId must be a string");
    struct str name = sam_is_truthy(id) ? id->text : sam_id(e, "%.*sQueue", STR_ARG(event->id));
    sam_push(e, event->owner, event_make(e, event, name, "AWS::SQS::Queue", target->passed));
    arn = sam_getatt(e, name, "Arn");
    if (source_arn)
        make_queue_policy(e, event, target, source_arn, name);
    return arn;
}

static struct str target_id(struct expand *e, struct str id, const char *suffix) {
    /* EventBridge takes 64 characters */
    size_t room = 64 - str_from(suffix).len;
    return sam_id(e, "%.*s%s", (int)(id.len < room ? id.len : room), id.ptr, suffix);
}

struct value *event_rule_target(struct expand *e, struct event *event, struct value *arn,
                                struct value *queue, const char *suffix) {
    static const char *const names[] = {"Input", "InputPath", "RetryPolicy", "InputTransformer"};
    const struct member *id = value_member(event_property(event, "Target"), STR("Id"));
    struct value *target =
        sam_map(e, "Arn", arn, "Id",
                id ? id->value : value_string(e->v, target_id(e, event->id, suffix)), NULL);
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        sam_put(e, target, names[i], event_property(event, names[i]));
    if (!sam_is_none(queue))
        value_put_c(e->v, target, "DeadLetterConfig", sam_map(e, "Arn", queue, NULL));
    return target;
}

static void permit(struct expand *e, struct event *event, const struct target *target,
                   struct value *rule_arn) {
    struct permission permission = {.principal = "events.amazonaws.com", .source_arn = rule_arn};
    sam_push(e, event->owner, event_permission(e, event, target, &permission));
}

static void expand_schedule(struct expand *e, struct event *event, struct target *target) {
    struct resource *rule =
        event_make(e, event, event->id, "AWS::Events::Rule", target->passed);
    sam_push(e, event->owner, rule);
    sam_set(e, rule, "ScheduleExpression", event_property(event, "Schedule"));
    event_set_state(e, event, rule);
    sam_set(e, rule, "Name", event_property(event, "Name"));
    sam_set(e, rule, "Description", event_property(event, "Description"));
    struct value *arn = sam_getatt(e, rule->id, "Arn");
    struct value *queue = event_dead_letter_queue(e, event, target, arn);
    struct value *to = event_rule_target(e, event, target->arn, queue, "LambdaTarget");
    sam_set(e, rule, "Targets", sam_list(e, to, NULL));
    permit(e, event, target, arn);
}

static void expand_rule(struct expand *e, struct event *event, struct target *target) {
    struct resource *rule =
        event_make(e, event, event->id, "AWS::Events::Rule", target->passed);
    sam_set(e, rule, "EventBusName", event_property(event, "EventBusName"));
    sam_set(e, rule, "EventPattern", event_property(event, "Pattern"));
    sam_set(e, rule, "Name", event_property(event, "RuleName"));
    struct value *arn = sam_getatt(e, rule->id, "Arn");
    struct value *queue = event_dead_letter_queue(e, event, target, arn);
    event_set_state(e, event, rule);
    struct value *to = event_rule_target(e, event, target->arn, queue, "LambdaTarget");
    sam_set(e, rule, "Targets", sam_list(e, to, NULL));
    sam_push(e, event->owner, rule);
    permit(e, event, target, arn);
}

const struct event_type event_schedule = {"Schedule", &schedule_known, NULL, expand_schedule};
const struct event_type event_cloud_watch_event = {"CloudWatchEvent", &rule_known, NULL,
                                                   expand_rule};
const struct event_type event_bridge_rule = {"EventBridgeRule", &rule_known, NULL, expand_rule};
