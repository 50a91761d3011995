/* Events that Lambda polls: streams, queues, Kafka, document databases. All are an event source
   mapping; they differ in where the source is named and in what the function's role needs. */
#include <string.h>

#include "base/buf.h"
#include "passes/expand/events.h"
#include "passes/expand/events_pull.h"

/* In the order in which the translator looks at them: of several mistakes it names the first. */
#define COMMON(POSITION)                                                                           \
    {"BatchSize", IS_INT, 0, NULL}, {"StartingPosition", IS_ANY | POSITION, 0, NULL},              \
        {"StartingPositionTimestamp", IS_ANY, 0, NULL}, {"Enabled", IS_BOOL, 0, NULL},             \
        {"MaximumBatchingWindowInSeconds", IS_INT, 0, NULL},                                       \
        {"MaximumRetryAttempts", IS_INT, 0, NULL}, {"BisectBatchOnFunctionError", IS_BOOL, 0, NULL}, \
        {"MaximumRecordAgeInSeconds", IS_INT, 0, NULL}, {"DestinationConfig", IS_MAP, 0, NULL},    \
        {"ParallelizationFactor", IS_INT, 0, NULL}, {"Topics", IS_LIST, 0, NULL},                  \
        {"Queues", IS_LIST, 0, NULL}, {"SourceAccessConfigurations", IS_LIST, 0, NULL},            \
        {"SecretsManagerKmsKeyId", IS_STR, 0, NULL}, {"TumblingWindowInSeconds", IS_INT, 0, NULL}, \
        {"FunctionResponseTypes", IS_LIST, 0, NULL}, {"KafkaBootstrapServers", IS_LIST, 0, NULL},  \
        {"FilterCriteria", IS_MAP, 0, NULL}, {"KmsKeyArn", IS_ANY, 0, NULL},                       \
        {"ConsumerGroupId", IS_STR, 0, NULL}, {"ScalingConfig", IS_MAP, 0, NULL},                  \
        {"ProvisionedPollerConfig", IS_MAP, 0, NULL}, {"SchemaRegistryConfig", IS_MAP, 0, NULL},   \
        {"MetricsConfig", IS_MAP, 0, NULL}, {"LoggingConfig", IS_MAP, 0, NULL}

static const struct property stream_rows[] = {COMMON(REQUIRED),
                                              {"Stream", IS_ANY | REQUIRED, 0, NULL}};
static const struct property queue_rows[] = {COMMON(0), {"Queue", IS_ANY | REQUIRED, 0, NULL}};
static const struct property broker_rows[] = {COMMON(0),
                                              {"Broker", IS_ANY | REQUIRED, 0, NULL},
                                              {"DynamicPolicyName", IS_BOOL | STRICT, 0, NULL}};
static const struct property kafka_rows[] = {COMMON(0)};
static const struct property cluster_rows[] = {COMMON(0),
                                               {"Cluster", IS_ANY | REQUIRED, 0, NULL},
                                               {"DatabaseName", IS_ANY | REQUIRED, 0, NULL},
                                               {"CollectionName", IS_ANY, 0, NULL},
                                               {"FullDocument", IS_ANY, 0, NULL}};

static const struct properties stream_known = PROPERTIES(stream_rows);
static const struct properties queue_known = PROPERTIES(queue_rows);
static const struct properties broker_known = PROPERTIES(broker_rows);
static const struct properties kafka_known = PROPERTIES(kafka_rows);
static const struct properties cluster_known = PROPERTIES(cluster_rows);

/* Where an event names its source, and what the role needs to read from it. */
static const struct pull {
    const char *type;
    const char *source;  /* property with the ARN, or NULL */
    const char *managed; /* policy of AWS, or NULL */
    struct value *(*policies)(struct expand *e, struct event *event); /* list or nil; or NULL */
} pulls[] = {
    {"DynamoDB", "Stream", "service-role/AWSLambdaDynamoDBExecutionRole", NULL},
    {"Kinesis", "Stream", "service-role/AWSLambdaKinesisExecutionRole", NULL},
    {"SQS", "Queue", "service-role/AWSLambdaSQSQueueExecutionRole", NULL},
    {"MSK", "Stream", "service-role/AWSLambdaMSKExecutionRole", pull_msk_policies},
    {"MQ", "Broker", NULL, pull_mq_policies},
    {"SelfManagedKafka", NULL, NULL, pull_kafka_policies},
    {"DocumentDB", "Cluster", NULL, pull_document_db_policies},
};

static const struct pull *pull_find(const char *type) {
    for (unsigned i = 0; i < sizeof pulls / sizeof *pulls; i++)
        if (strcmp(type, pulls[i].type) == 0)
            return &pulls[i];
    return NULL;
}

static void check_filter(struct expand *e, struct event *event) {
    struct value *filter = event_property(event, "FilterCriteria");
    if (!sam_is_truthy(filter) || sam_is_intrinsic(filter))
        return;
    bool fits = filter->count == 1 && str_is(filter->members[0].key, "Filters");
    if (!fits)
        sam_fail_event(e, event->key, filter->span, "FilterCriteria field has a wrong format");
}

/* Consumer group and schema registry of the two Kafka kinds. */
static void set_kafka(struct expand *e, struct event *event, struct resource *r) {
    const char *name = strcmp(event->type->name, "MSK") == 0 ? "AmazonManagedKafkaEventSourceConfig"
                       : strcmp(event->type->name, "SelfManagedKafka") == 0
                           ? "SelfManagedKafkaEventSourceConfig"
                           : NULL;
    struct value *servers = event_property(event, "KafkaBootstrapServers");
    if (sam_is_truthy(servers)) {
        struct value *endpoints = sam_map(e, "KafkaBootstrapServers", servers, NULL);
        sam_set(e, r, "SelfManagedEventSource", sam_map(e, "Endpoints", endpoints, NULL));
    }
    struct value *group = event_property(event, "ConsumerGroupId");
    struct value *registry = event_property(event, "SchemaRegistryConfig");
    struct value *config = value_map(e->v);
    if (sam_is_truthy(group) && !name)
        sam_fail_event(e, event->id, sam_span(group, event->span),
                       "Property ConsumerGroupId not defined for resource of type %s.",
                       event->type->name);
    if (sam_is_truthy(group))
        sam_put(e, config, "ConsumerGroupId", group);
    if (sam_is_truthy(registry))
        sam_put(e, config, "SchemaRegistryConfig", registry);
    if (name && config->count)
        sam_set(e, r, name, config);
}

/* DestinationConfig without the Type that is SAM's; what the role needs for it. */
static struct value *set_destination(struct expand *e, struct event *event, struct resource *r) {
    static const char *const types[] = {"SQS", "SNS", "S3", "Kafka"};
    struct value *config = event_property(event, "DestinationConfig");
    if (!sam_is_truthy(config))
        return &value_nil;
    struct value *on_failure = sam_get(e, config, "OnFailure");
    sam_event_map(e, event->id, "DestinationConfig.OnFailure", on_failure);
    struct value *type = sam_get(e, on_failure, "Type"), *policy = &value_nil;
    if (sam_is_truthy(type)) {
        unsigned i = 0;
        while (i < 4 && !value_is_c(type, types[i]))
            i++;
        if (i == 4)
            sam_fail_event(e, event->id, sam_span(type, event->span),
                           "The only valid values for 'Type' are 'SQS', 'SNS', 'S3', and 'Kafka'");
        if (i < 3)
            policy = sam_destination_policy(e, types[i], sam_get(e, on_failure, "Destination"),
                                            event->id);
        on_failure = value_copy_shallow(e->v, on_failure);
        value_remove(e->v, on_failure, STR("Type"));
        config = value_copy_shallow(e->v, config);
        value_put_c(e->v, config, "OnFailure", on_failure);
    }
    sam_set(e, r, "DestinationConfig", config);
    return policy;
}

static void set_document_db(struct expand *e, struct event *event, struct resource *r) {
    static const char *const optional[] = {"CollectionName", "FullDocument"};
    if (strcmp(event->type->name, "DocumentDB") != 0)
        return;
    struct value *config =
        sam_map(e, "DatabaseName", event_property(event, "DatabaseName"), NULL);
    for (unsigned i = 0; i < 2; i++) {
        struct value *x = event_property(event, optional[i]);
        if (sam_is_truthy(x))
            sam_put(e, config, optional[i], x);
    }
    sam_set(e, r, "DocumentDBEventSourceConfig", config);
}

static bool has_document(const struct value *policies, const struct value *policy) {
    const struct value *document = value_get_c(policy, "PolicyDocument");
    for (uint32_t i = 0; i < policies->count; i++)
        if (value_equal(value_get_c(policies->items[i], "PolicyDocument"), document))
            return true;
    return false;
}

static void add_policy(struct expand *e, struct resource *role, struct value *policy) {
    struct value *policies = value_get_c(role->properties, "Policies");
    if (value_is_nil(policies)) {
        policies = value_list(e->v);
        sam_set(e, role, "Policies", policies);
    }
    if (!has_document(policies, policy))
        value_push(e->v, policies, policy);
}

void pull_extend_role(struct expand *e, struct resource *role, const char *managed,
                      struct value *policies) {
    struct value *arns = value_get_c(role->properties, "ManagedPolicyArns");
    struct value *arn = managed ? sam_policy_arn(e, managed) : &value_nil;
    if (managed && !sam_contains(arns, arn))
        value_push(e->v, arns, arn);
    for (uint32_t i = 0; policies->kind == VAL_LIST && i < policies->count; i++)
        add_policy(e, role, policies->items[i]);
}

static void expand(struct expand *e, struct event *event, struct target *target) {
    static const char *const copied[] = {
        "StartingPosition", "StartingPositionTimestamp", "BatchSize", "Enabled",
        "MaximumBatchingWindowInSeconds", "MaximumRetryAttempts", "BisectBatchOnFunctionError",
        "MaximumRecordAgeInSeconds", "ParallelizationFactor", "Topics", "Queues",
        "SourceAccessConfigurations", "TumblingWindowInSeconds", "FunctionResponseTypes",
        "FilterCriteria", "KmsKeyArn", "ScalingConfig", "ProvisionedPollerConfig",
        "MetricsConfig", "LoggingConfig",
    };
    const struct pull *pull = pull_find(event->type->name);
    struct resource *r =
        event_make(e, event, event->id, "AWS::Lambda::EventSourceMapping", target->passed);
    sam_push(e, event->owner, r);
    sam_set(e, r, "FunctionName", target->name);
    if (pull->source)
        sam_set(e, r, "EventSourceArn", event_property(event, pull->source));
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], event_property(event, copied[i]));
    check_filter(e, event);
    set_kafka(e, event, r);
    struct value *destination_policy = set_destination(e, event, r);
    set_document_db(e, event, r);
    struct value *policies = pull->policies ? pull->policies(e, event) : &value_nil;
    pull_extend_role(e, target->role, pull->managed, policies);
    if (!value_is_nil(destination_policy))
        add_policy(e, target->role, destination_policy);
}

const struct event_type event_dynamo_db = {"DynamoDB", &stream_known, NULL, expand};
const struct event_type event_kinesis = {"Kinesis", &stream_known, NULL, expand};
const struct event_type event_msk = {"MSK", &stream_known, NULL, expand};
const struct event_type event_sqs = {"SQS", &queue_known, NULL, expand};
const struct event_type event_mq = {"MQ", &broker_known, NULL, expand};
const struct event_type event_self_managed_kafka = {"SelfManagedKafka", &kafka_known, NULL, expand};
const struct event_type event_document_db = {"DocumentDB", &cluster_known, NULL, expand};
