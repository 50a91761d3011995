/* SNS: a subscription of the function, or of a queue that the function polls. */
#include "passes/expand/events_pull.h"

static const struct property rows[] = {
    {"Topic", IS_STR | REQUIRED, 0, NULL},
    {"Region", IS_STR, 0, NULL},
    {"FilterPolicy", IS_ANY, 0, NULL},
    {"FilterPolicyScope", IS_ANY, 0, NULL},
    {"SqsSubscription", IS_BOOL | IS_MAP, 0, NULL},
    {"RedrivePolicy", IS_MAP, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

/* The queue between topic and function. */
struct queue {
    struct value *arn, *url;
    struct value *policy_id, *batch_size; /* or nil */
};

static void subscribe(struct expand *e, struct event *event, const struct target *target,
                      const char *protocol, struct value *endpoint) {
    static const char *const copied[] = {"Region", "FilterPolicy", "FilterPolicyScope",
                                         "RedrivePolicy"};
    struct resource *r = event_make(e, event, event->id, "AWS::SNS::Subscription", target->passed);
    sam_set(e, r, "Protocol", sam_c(e, protocol));
    sam_set(e, r, "Endpoint", endpoint);
    sam_set(e, r, "TopicArn", event_property(event, "Topic"));
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], event_property(event, copied[i]));
    sam_push(e, event->owner, r);
}

/* FifoTopic of a topic in the template; nil. */
static struct value *fifo(struct expand *e, struct value *topic) {
    struct str id = sam_id_of(topic);
    const struct resource *source = id.len ? sam_source(e, id) : NULL;
    return source ? sam_resolve(e, sam_get(e, source->properties, "FifoTopic")) : &value_nil;
}

static struct queue make_queue(struct expand *e, struct event *event,
                               const struct target *target) {
    struct value *is_fifo = fifo(e, event_property(event, "Topic"));
    struct resource *r = event_make(e, event, sam_id(e, "%.*sQueue", STR_ARG(event->id)),
                                    "AWS::SQS::Queue", target->passed);
    sam_set_truthy(e, r, "FifoQueue", is_fifo);
    sam_push(e, event->owner, r);
    return (struct queue){.arn = sam_getatt(e, r->id, "Arn"),
                          .url = sam_ref(e, r->id),
                          .policy_id = &value_nil,
                          .batch_size = &value_nil};
}

static struct queue given_queue(struct expand *e, struct event *event, struct value *given) {
    struct queue q = {.arn = sam_get(e, given, "QueueArn"),
                      .url = sam_get(e, given, "QueueUrl"),
                      .policy_id = sam_get(e, given, "QueuePolicyLogicalId"),
                      .batch_size = sam_get(e, given, "BatchSize")};
    if (!sam_is_truthy(q.arn) || !sam_is_truthy(q.url))
        sam_fail_event(e, event->key, given->span, "No QueueARN or QueueURL provided.");
    return q;
}

static void make_queue_policy(struct expand *e, struct event *event, const struct target *target,
                              const struct queue *queue) {
    struct str id = sam_is_truthy(queue->policy_id)
                        ? sam_text(e, queue->policy_id)
                        : sam_id(e, "%.*sQueuePolicy", STR_ARG(event->id));
    struct resource *r = event_make(e, event, id, "AWS::SQS::QueuePolicy", target->passed);
    sam_set(e, r, "PolicyDocument",
            event_queue_statement(e, sam_c(e, "*"), queue->arn, event_property(event, "Topic")));
    sam_set(e, r, "Queues", sam_list(e, queue->url, NULL));
    sam_push(e, event->owner, r);
}

static void poll_queue(struct expand *e, struct event *event, const struct target *target,
                       const struct queue *queue) {
    struct resource *r = event_make(e, event,
                                    sam_id(e, "%.*sEventSourceMapping", STR_ARG(event->id)),
                                    "AWS::Lambda::EventSourceMapping", target->passed);
    sam_set(e, r, "FunctionName", target->name);
    sam_set(e, r, "EventSourceArn", queue->arn);
    sam_set(e, r, "BatchSize",
            sam_is_truthy(queue->batch_size) ? queue->batch_size : value_int(e->v, 10));
    sam_set(e, r, "Enabled", value_bool(e->v, true));
    sam_push(e, event->owner, r);
    pull_extend_role(e, target->role, "service-role/AWSLambdaSQSQueueExecutionRole", &value_nil);
}

static void expand(struct expand *e, struct event *event, struct target *target) {
    struct value *by_queue = event_property(event, "SqsSubscription");
    e->v->place.span = event->span;
    if (!sam_is_truthy(by_queue)) {
        struct permission permission = {.principal = "sns.amazonaws.com",
                                        .source_arn = event_property(event, "Topic")};
        subscribe(e, event, target, "lambda", target->arn);
        sam_push(e, event->owner, event_permission(e, event, target, &permission));
        return;
    }
    if (!sam_is_bool(by_queue))
        sam_event_map(e, event->key, "SqsSubscription", by_queue);
    struct queue queue = sam_is_bool(by_queue) ? make_queue(e, event, target)
                                               : given_queue(e, event, by_queue);
    make_queue_policy(e, event, target, &queue);
    subscribe(e, event, target, "sqs", queue.arn);
    poll_queue(e, event, target, &queue);
}

const struct event_type event_sns = {"SNS", &known, NULL, expand};
