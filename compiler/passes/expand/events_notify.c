/* Events of services that call the function themselves: CloudWatch Logs, IoT, Alexa; and of buckets
   and user pools in the template, which are told about the function in their own properties. */
#include "passes/expand/events.h"

static const struct property logs_rows[] = {
    {"LogGroupName", IS_STR | REQUIRED, 0, NULL},
    {"FilterPattern", IS_STR | REQUIRED, 0, NULL},
};
static const struct property iot_rows[] = {
    {"Sql", IS_STR | REQUIRED, 0, NULL},
    {"AwsIotSqlVersion", IS_STR, 0, NULL},
};
static const struct property alexa_rows[] = {{"SkillId", IS_STR, 0, NULL}};

static const struct properties logs_known = PROPERTIES(logs_rows);
static const struct properties iot_known = PROPERTIES(iot_rows);
static const struct properties alexa_known = PROPERTIES(alexa_rows);

static struct value *arn_of(struct expand *e, const char *service, const char *resource,
                            struct value *variables) {
    struct str text =
        str_printf(e->arena, "arn:%.*s:%s:${AWS::Region}:${AWS::AccountId}:%s",
                   STR_ARG(e->partition), service, resource);
    return value_sub(e->v, text, variables);
}

static void expand_logs(struct expand *e, struct event *event, struct target *target) {
    struct value *group = event_property(event, "LogGroupName");
    e->v->place.span = event->span;
    struct permission permission = {
        .principal = "logs.amazonaws.com",
        .source_arn = arn_of(e, "logs", "log-group:${__LogGroupName__}:*",
                             sam_map(e, "__LogGroupName__", group, NULL)),
    };
    struct resource *allow = event_permission(e, event, target, &permission);
    sam_push(e, event->owner, allow);
    struct resource *r =
        event_make(e, event, event->id, "AWS::Logs::SubscriptionFilter", target->passed);
    sam_depend(e, r, sam_list(e, value_string(e->v, allow->id), NULL));
    sam_set(e, r, "LogGroupName", group);
    sam_set(e, r, "FilterPattern", event_property(event, "FilterPattern"));
    sam_set(e, r, "DestinationArn", target->arn);
    sam_push(e, event->owner, r);
}

static void expand_iot(struct expand *e, struct event *event, struct target *target) {
    e->v->place.span = event->span;
    struct permission permission = {
        .principal = "iot.amazonaws.com",
        .source_arn = arn_of(e, "iot", "rule/${RuleName}",
                             sam_map(e, "RuleName", sam_ref(e, event->id), NULL)),
        .source_account = sam_sub(e, "${AWS::AccountId}", NULL),
    };
    sam_push(e, event->owner, event_permission(e, event, target, &permission));
    struct resource *r = event_make(e, event, event->id, "AWS::IoT::TopicRule", target->passed);
    struct value *lambda = sam_map(e, "FunctionArn", target->arn, NULL);
    struct value *payload = sam_map(
        e, "Sql", event_property(event, "Sql"), "RuleDisabled", value_bool(e->v, false), "Actions",
        sam_list(e, sam_map(e, "Lambda", lambda, NULL), NULL), NULL);
    struct value *version = event_property(event, "AwsIotSqlVersion");
    if (sam_is_truthy(version))
        sam_put(e, payload, "AwsIotSqlVersion", version);
    sam_set(e, r, "TopicRulePayload", payload);
    sam_push(e, event->owner, r);
}

static void expand_alexa(struct expand *e, struct event *event, struct target *target) {
    struct value *skill = event_property(event, "SkillId");
    struct permission permission = {.principal = "alexa-appkit.amazon.com",
                                    .token = sam_is_none(skill) ? NULL : skill};
    sam_push(e, event->owner, event_permission(e, event, target, &permission));
}

const struct event_type event_cloud_watch_logs = {"CloudWatchLogs", &logs_known, NULL, expand_logs};
const struct event_type event_iot_rule = {"IoTRule", &iot_known, NULL, expand_iot};
const struct event_type event_alexa_skill = {"AlexaSkill", &alexa_known, NULL, expand_alexa};
