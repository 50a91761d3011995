/* Functions of Lambda and what drives them.
   https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
   https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
#include "passes/rules/invocations.h"
#include "passes/rules/arns.h"

enum {
    MAX_ENVIRONMENT = 4096, /* bytes of all names and values */
    QUEUE_BATCH = 10,       /* messages, without waiting for more */
    QUEUE_VISIBILITY = 30,  /* seconds, where nothing is set */
    FUNCTION_TIMEOUT = 3,
    REST_TIMEOUT = 29,      /* seconds that an API waits */
    HTTP_TIMEOUT = 30,
    LEAST_WAIT = 50,        /* milliseconds */
    TIMEOUT_TOLERANCE = 1,  /* 30 for 29 is a habit that harms nobody */
};

/* ---- environment ---------------------------------------------------------------------- */

static const char *const reserved[] = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
};

static void check_environment(struct check *c, const struct resource *r) {
    const struct value *variables = value_get_c(property(r, "Environment"), "Variables");
    size_t size = 0;
    for (uint32_t i = 0; variables->kind == VAL_MAP && i < variables->count; i++) {
        const struct member *m = &variables->members[i];
        struct text text = view_text(&c->view, m->value);
        size += m->key.len + text.pattern.len - text.holes.items.count;
        for (size_t j = 0; j < sizeof reserved / sizeof *reserved; j++)
            if (str_is(m->key, reserved[j]))
                check_report_span(c, RULE_RESERVED_VARIABLE, r, m->span,
                                  "'%.*s' is set by Lambda itself", STR_ARG(m->key));
    }
    if (size > MAX_ENVIRONMENT)
        check_report(c, RULE_ENVIRONMENT_SIZE, r, variables,
                     "the environment has %zu bytes, expected at most %d", size, MAX_ENVIRONMENT);
}

/* ---- event sources ---------------------------------------------------------------------- */

static int64_t number_or(struct check *c, const struct value *x, int64_t preset) {
    int64_t n;
    return value_is_nil(x) ? preset : check_int(c, x, &n) ? n : -1;
}

static void check_queue(struct check *c, const struct resource *mapping,
                        const struct resource *queue) {
    const struct resource *function = function_of(c, property(mapping, "FunctionName"));
    if (!function || !resource_is(function, "AWS::Lambda::Function"))
        return;
    int64_t timeout = number_or(c, property(function, "Timeout"), FUNCTION_TIMEOUT);
    int64_t visible = number_or(c, property(queue, "VisibilityTimeout"), QUEUE_VISIBILITY);
    if (timeout < 0 || visible < 0 || visible >= timeout)
        return;
    const struct value *at = property(queue, "VisibilityTimeout");
    struct diag *d = check_report(
        c, RULE_QUEUE_VISIBILITY, queue, value_is_nil(at) ? NULL : at,
        "queue '%.*s' hides messages for %lld s, expected at least the %lld s of function '%.*s'",
        STR_ARG(queue->id), (long long)visible, (long long)timeout, STR_ARG(function->id));
    diag_help(c->diags, d, "six times the function's timeout is what AWS recommends");
}

/* https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
static void check_batch(struct check *c, const struct resource *mapping,
                        const struct resource *queue) {
    const struct value *size = property(mapping, "BatchSize"),
                       *window = property(mapping, "MaximumBatchingWindowInSeconds");
    const struct value *set = view_only(&c->view, property(queue, "FifoQueue"));
    int64_t n = number_or(c, size, 0), seconds = number_or(c, window, 0);
    if (value_is_true(set) && n > QUEUE_BATCH)
        check_report(c, RULE_BATCH_SIZE, mapping, size,
                     "a batch of a FIFO queue has at most %d messages, not %lld", QUEUE_BATCH,
                     (long long)n);
    else if (value_is_true(set) && seconds > 0)
        check_report(c, RULE_BATCH_SIZE, mapping, window,
                     "batches of a FIFO queue aren't waited for, expected no batching window");
    else if (value_is_nil(set) && n > QUEUE_BATCH && seconds == 0 &&
             check_is_closed(mapping->properties))
        check_report(c, RULE_BATCH_SIZE, mapping, size,
                     "a batch of more than %d messages needs MaximumBatchingWindowInSeconds of at "
                     "least 1",
                     QUEUE_BATCH);
}

static void check_position(struct check *c, const struct resource *r, bool is_stream) {
    const struct value *position = property(r, "StartingPosition");
    struct bdd_id when = formula_of_resource(&c->formulas, r);
    struct bdd_id set = check_presence_of(c, position, when);
    if (is_stream && check_is_closed(r->properties) &&
        check_meet(c, when, formula_not(&c->formulas, set)))
        check_report(c, RULE_STARTING_POSITION, r, NULL,
                     "the mapping of a stream has no StartingPosition");
    else if (!is_stream && check_meet(c, when, set))
        check_report(c, RULE_STARTING_POSITION, r, position,
                     "the mapping of a queue has a StartingPosition, expected none");
}

static void check_mapping(struct check *c, const struct resource *r) {
    const struct value *source = property(r, "EventSourceArn");
    const struct resource *target = check_target(c, source);
    struct arn arn;
    struct str service = arn_read(c, source, &arn) ? arn_part(&arn, ARN_SERVICE) : STR_NIL;
    if (str_is(service, "sqs"))
        check_position(c, r, false);
    else if (str_is(service, "kinesis") || str_is(service, "dynamodb") || str_is(service, "kafka"))
        check_position(c, r, true);
    if (!target || source->kind != VAL_GETATT)
        return;
    if (resource_is(target, "AWS::SQS::Queue")) {
        check_queue(c, r, target);
        check_batch(c, r, target);
        check_position(c, r, false);
    } else if (resource_is(target, "AWS::DynamoDB::Table") ||
               resource_is(target, "AWS::DynamoDB::GlobalTable") ||
               resource_is(target, "AWS::Kinesis::Stream")) {
        check_position(c, r, true);
    }
}

/* ---- streams of tables -------------------------------------------------------------------- */

static void check_stream(struct check *c, const struct edge *e) {
    const struct resource *r = graph_find(c->graph, e->target);
    if (!r || !str_is(e->attribute, "StreamArn") || !resource_is(r, "AWS::DynamoDB::Table"))
        return;
    struct bdd_id exists = formula_of_resource(&c->formulas, r);
    struct bdd_id streams = check_presence_of(c, property(r, "StreamSpecification"), exists);
    struct bdd_id lacking = formula_and(&c->formulas, exists, formula_not(&c->formulas, streams));
    if (!check_is_closed(r->properties) || !check_meet(c, e->when, lacking))
        return;
    struct diag *d = check_report_word(c, RULE_STREAM_MISSING, e->from, e->at, e->target,
                                       "table '%.*s' has no stream, whose ARN is needed here",
                                       STR_ARG(r->id));
    diag_help(c->diags, d, "give the table a StreamSpecification");
}

/* ---- timeouts ------------------------------------------------------------------------------ */

static const struct resource *unaliased(struct check *c, const struct resource *function) {
    for (int i = 0; i < 3 && function && !resource_is(function, "AWS::Lambda::Function"); i++)
        function = check_target(c, property(function, "FunctionName"));
    return function && resource_is(function, "AWS::Lambda::Function") ? function : NULL;
}

/* How long an integration waits by itself; 0: it doesn't say. */
static int64_t own_wait(struct check *c, const struct integration *in, const struct value **at) {
    int64_t ms;
    *at = value_get_c(in->body, "TimeoutInMillis");
    if (value_is_nil(*at))
        *at = value_get_c(in->body, "timeoutInMillis");
    if (value_is_nil(*at))
        return 0;
    return check_int(c, *at, &ms) ? ms : -1;
}

static bool is_edge_optimized(struct check *c, const struct integration *in) {
    const struct value *types =
        in->api ? value_get_c(property(in->api, "EndpointConfiguration"), "Types") : &value_nil;
    if (!in->api || !check_is_closed(in->api->properties))
        return false;
    return value_is_null(property(in->api, "EndpointConfiguration")) ||
           (types->kind == VAL_LIST && types->count == 1 &&
            str_is(check_text(c, types->items[0]), "EDGE"));
}

/* https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html:
   of a REST API 50 ms to 29 s, more by a quota for regional and private ones; of an HTTP API at
   most 30 s. */
static void check_wait(struct check *c, const struct integration *in, const struct value *at,
                       int64_t ms) {
    int64_t most = in->is_rest ? REST_TIMEOUT * 1000 : HTTP_TIMEOUT * 1000;
    if (ms < LEAST_WAIT && !resource_is(in->r, "AWS::ApiGateway::Method"))
        check_report(c, RULE_INTEGRATION_TIMEOUT, in->r, at,
                     "the API waits %lld ms, expected at least %d", (long long)ms, LEAST_WAIT);
    else if (ms > most && (!in->is_rest || is_edge_optimized(c, in)))
        check_report(c, RULE_INTEGRATION_TIMEOUT, in->r, at,
                     "%s waits %lld ms at most, not %lld", in->is_rest ? "an edge-optimized API"
                                                                       : "an HTTP API",
                     (long long)most, (long long)ms);
}

static void check_timeout(struct check *c, const struct integration *in, struct map *reported) {
    struct str type = check_text(c, in->type);
    const struct value *wait;
    int64_t limit = in->is_rest ? REST_TIMEOUT : HTTP_TIMEOUT, ms = own_wait(c, in, &wait);
    if (ms > 0)
        check_wait(c, in, wait, ms);
    /* who waits for less on purpose knows; who waits for longer has a quota that counts */
    if (ms < 0 || (ms > 0 && ms <= limit * 1000))
        return;
    if (ms > 0)
        limit = ms / 1000;
    const struct resource *function = unaliased(c, function_of(c, in->uri));
    if (!function || !str_eq_nocase(type, STR("AWS_PROXY")))
        return;
    if (in->api && resource_is(in->api, "AWS::ApiGatewayV2::Api") &&
        str_is(check_text(c, property(in->api, "ProtocolType")), "WEBSOCKET"))
        limit = REST_TIMEOUT;
    const struct value *timeout = property(function, "Timeout");
    int64_t seconds = number_or(c, timeout, FUNCTION_TIMEOUT);
    if (seconds <= limit + TIMEOUT_TOLERANCE || map_put(c->arena, reported, function->id, 1))
        return;
    struct diag *d = check_report(c, RULE_INTEGRATION_TIMEOUT, function, timeout,
                                  "function '%.*s' may run %lld s, but its API waits %lld s only",
                                  STR_ARG(function->id), (long long)seconds, (long long)limit);
    diag_note(c->diags, d, span_is_nil(in->at) ? in->r->id_span : in->at, "called from here");
}

/* ---- FIFO ------------------------------------------------------------------------------------ */

static void check_fifo(struct check *c, const char *type, const char *name, const char *flag) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct value *set = view_only(&c->view, property(r, flag));
        struct str text = check_text(c, property(r, name));
        bool fifo = value_is_true(set), plain = value_is_nil(set) || set->kind == VAL_BOOL;
        if (fifo && text.len && !str_ends(text, STR(".fifo")))
            check_report(c, RULE_FIFO_NAME, r, property(r, name),
                         "'%.*s' is FIFO, expected a name that ends in .fifo", STR_ARG(text));
        else if (plain && !fifo && str_ends(text, STR(".fifo")))
            check_report(c, RULE_FIFO_NAME, r, property(r, name),
                         "'%.*s' is a FIFO name, expected %s: true", STR_ARG(text), flag);
    }
}

static bool is_fifo(struct check *c, const struct resource *queue, bool *known) {
    const struct value *set = view_only(&c->view, property(queue, "FifoQueue"));
    *known = *known && !value_is_intrinsic(set);
    return value_is_true(set);
}

static void check_dead_letters(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::SQS::Queue");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct value *arn = value_get_c(property(r, "RedrivePolicy"), "deadLetterTargetArn");
        const struct resource *dead = check_target_of(c, arn, "AWS::SQS::Queue");
        bool known = dead != NULL;
        if (dead && is_fifo(c, r, &known) != is_fifo(c, dead, &known) && known)
            check_report(
                c, RULE_FIFO_NAME, r, arn,
                "the dead-letter queue '%.*s' is of another kind, expected both or none FIFO",
                STR_ARG(dead->id));
    }
}

void check_lambda(struct check *c) {
    const struct integrations *integrations = integrations_of(c);
    struct map reported = {0};
    const struct resource_vec *list = check_type(c, "AWS::Lambda::Function");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_environment(c, list->items.items[i]);
    list = check_type(c, "AWS::Lambda::EventSourceMapping");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_mapping(c, list->items.items[i]);
    for (uint32_t i = 0; i < c->edges.items.count; i++)
        if (c->edges.items.items[i]->attribute.len)
            check_stream(c, c->edges.items.items[i]);
    for (uint32_t i = 0; i < integrations->items.count; i++)
        check_timeout(c, &integrations->items.items[i], &reported);
    check_fifo(c, "AWS::SQS::Queue", "QueueName", "FifoQueue");
    check_fifo(c, "AWS::SNS::Topic", "TopicName", "FifoTopic");
    check_dead_letters(c);
}
