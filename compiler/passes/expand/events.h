/* What the files of event families share. */
#ifndef EXPAND_EVENTS_H
#define EXPAND_EVENTS_H

#include "passes/expand/expand.h"

/* functions: events_pull.c, events_rule.c, events_schedule.c, events_sns.c, events_notify.c */
extern const struct event_type event_alexa_skill, event_cloud_watch_event, event_cloud_watch_logs,
    event_cognito, event_document_db, event_dynamo_db, event_bridge_rule, event_iot_rule,
    event_kinesis, event_mq, event_msk, event_s3, event_schedule, event_schedule_v2,
    event_self_managed_kafka, event_sns, event_sqs;
/* api_event.c, httpapi_event.c; of state machines: api_machine.c */
extern const struct event_type event_api, event_http_api, event_machine_api;

/* --- what rules and queues have in common (events_rule.c) ---------------------------------------- */

/* The ARN of the queue that DeadLetterConfig names, or of one that is made, with a policy for
   source_arn where that isn't NULL; nil without DeadLetterConfig. Made resources are pushed. */
struct value *event_dead_letter_queue(struct expand *e, struct event *event,
                                      const struct target *target, struct value *source_arn);
/* A policy document that lets principal send to a queue what comes from source. */
struct value *event_queue_statement(struct expand *e, struct value *principal, struct value *queue,
                                    struct value *source);
/* State, from the properties State or Enabled. */
void event_set_state(struct expand *e, struct event *event, struct resource *rule);
/* An entry of a rule's Targets; queue may be nil. suffix: of its id. */
struct value *event_rule_target(struct expand *e, struct event *event, struct value *arn,
                                struct value *queue, const char *suffix);

/* A role, pushed, that `service` takes on to start an execution of a state machine; its ARN
   (state_machine_events.c). */
struct value *event_execution_role(struct expand *e, struct event *event,
                                   const struct target *target, const char *service);

#endif
