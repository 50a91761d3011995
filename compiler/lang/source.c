#include "lang/compile.h"

/* `on SOURCE { }`: what makes a function run. */

struct str source_name(struct lang *l, const struct clause *c, struct str otherwise) {
    const struct node *n = scope_node(c->scope, c->node);
    const struct node *as = scope_node(c->scope, n->name);
    return camel(l->arena, as->text.len ? as->text : otherwise);
}

void note_notification(struct lang *l, struct thing *bucket, struct thing *settings, const char *receiver,
                       struct value *arn) {
    struct value *events = body_value(l, settings, "events"), *rules_of = value_list(l->values);
    static const char *const parts_of[] = {"prefix", "suffix"};
    bucket->notifies = true;
    l->values->place = (struct place){settings->origin->span, settings->origin};
    for (int i = 0; i < 2; i++) {
        struct value *x = body_value(l, settings, parts_of[i]);
        if (x && !value_is_null(x))
            value_push(l->values, rules_of,
                       map_of(l, 2, "Name", text_value(l, parts_of[i]), "Value", x));
    }
    struct value *filter = rules_of->count
                               ? map_of(l, 1, "S3Key", map_of(l, 1, "Rules", rules_of))
                               : &value_nil;
    if (!events || events->kind != VAL_LIST || !events->count)
        events = list_of(l, 1, text_value(l, "s3:ObjectCreated:*"));
    for (uint32_t i = 0; i < events->count; i++)
        vec_push(l->arena, &bucket->notifications,
                 map_of(l, 3, "Event", events->items[i], receiver, arn, "Filter", filter));
}

/* What S3 tells the function of, noted before the bucket is lowered. */
static void note_bucket(struct lang *l, struct thing *t, struct thing *bucket, const struct clause *c) {
    struct thing *settings = make_part(l, t, KIND_SOURCE, c->scope, c->node, bucket->name, t->id, c->cond);
    bucket->notifies = true;
    note_notification(l, bucket, settings, "Function", thing_alias(l, t, "arn"));
    vec_push(l->arena, &bucket->waits_for,
             str_printf(l->arena, "%.*s%.*sPermission", STR_ARG(t->id),
                        STR_ARG(source_name(l, c, bucket->id))));
}

void note_consumers(struct lang *l) {
    for (uint32_t i = 0; i < l->things.count; i++) {
        struct thing *t = l->things.items[i];
        if ((t->kind == KIND_QUEUE || t->kind == KIND_TOPIC) && !t->is_existing)
            note_deliveries(l, t);
        if (t->kind != KIND_FUNCTION)
            continue;
        note_hooks(l, t);
        for (uint32_t k = 0; k < t->body.clauses.count; k++) {
            const struct clause *c = &t->body.clauses.items[k];
            const struct node *n = scope_node(c->scope, c->node);
            struct thing *source = n->kind == NODE_ON ? thing_of(eval(l, c->scope, n->value)) : NULL;
            int64_t seconds;
            if (source && source->kind == KIND_BUCKET && !source->is_existing)
                note_bucket(l, t, source, c);
            struct value *timeout = source && source->kind == KIND_QUEUE ? body_value(l, t, "timeout") : NULL;
            if (timeout && value_to_int(timeout, &seconds) && seconds > source->slowest)
                source->slowest = seconds;
        }
    }
}

static struct value *filters(struct lang *l, struct value *list) {
    struct value *out = value_list(l->values);
    for (uint32_t i = 0; i < list->count; i++) {
        struct value *pattern = list->items[i];
        if (pattern->kind == VAL_MAP)
            pattern = value_string(l->values,
                                   value_canonical(l->arena, finish_value(l, pattern, NULL)));
        value_push(l->values, out, map_of(l, 1, "Pattern", pattern));
    }
    return map_of(l, 1, "Filters", out);
}

/* A poller of Lambda's: SQS, a table's stream, Kinesis. */
static void poll(struct lang *l, struct thing *t, struct thing *from, struct thing *settings,
                 struct value *arn, struct str name) {
    struct str id = str_printf(l->arena, "%.*s%.*s", STR_ARG(t->id), STR_ARG(name));
    struct str part = str_printf(l->arena, "on %.*s", STR_ARG(from->name));
    struct resource *r = add_resource(l, t, str_cstr(l->arena, part),
                                      "AWS::Lambda::EventSourceMapping", id, settings->cond);
    struct value *p = r->properties;
    value_put_c(l->values, p, "EventSourceArn", arn);
    value_put_c(l->values, p, "FunctionName", function_callee(l, t));
    copy_attributes(l, settings, r);
    struct value *filter = body_value(l, settings, "filter");
    if (filter && filter->kind == VAL_LIST)
        value_put_c(l->values, p, "FilterCriteria", filters(l, filter));
    struct value *partial = body_value(l, settings, "partial");
    if (partial && partial->kind == VAL_BOOL && partial->truth)
        value_put_c(l->values, p, "FunctionResponseTypes",
                    list_of(l, 1, text_value(l, "ReportBatchItemFailures")));
    if (from->kind != KIND_QUEUE) {
        struct value *start = body_value(l, settings, "start");
        value_put_c(l->values, p, "StartingPosition",
                    text_value(l, start && value_is_c(start, "oldest") ? "TRIM_HORIZON" : "LATEST"));
    }
    apply_properties(l, &settings->body, r);
}

static void may_invoke(struct lang *l, struct thing *t, const char *part, struct str id,
                       const char *service, struct value *source_arn, struct value *cond) {
    struct resource *p = add_resource(l, t, part, "AWS::Lambda::Permission", id, cond);
    p->properties = map_of(l, 4, "Action", text_value(l, "lambda:InvokeFunction"), "FunctionName",
                           function_callee(l, t), "Principal", text_value(l, service),
                           "SourceArn", source_arn);
}

static void subscribe(struct lang *l, struct thing *t, struct thing *topic, struct thing *settings,
                      struct str name, struct value *cond) {
    struct value *arn = thing_alias(l, topic, "arn");
    struct str part = str_printf(l->arena, "on %.*s", STR_ARG(topic->name));
    struct str id = str_printf(l->arena, "%.*s%.*s", STR_ARG(t->id), STR_ARG(name));
    struct resource *r = add_resource(l, t, str_cstr(l->arena, part), "AWS::SNS::Subscription", id, cond);
    value_put_c(l->values, r->properties, "Protocol", text_value(l, "lambda"));
    value_put_c(l->values, r->properties, "Endpoint", thing_alias(l, t, "arn"));
    value_put_c(l->values, r->properties, "TopicArn", arn);
    topic_filter(l, settings, r->properties);
    apply_properties(l, &settings->body, r);
    may_invoke(l, t, "subscription permission", str_concat(l->arena, id, STR("Permission")),
               "sns.amazonaws.com", arn, cond);
}

struct value *source_input(struct lang *l, struct thing *settings) {
    struct value *x = body_value(l, settings, "input");
    if (!x || value_is_null(x))
        return &value_nil;
    if (x->kind != VAL_MAP && x->kind != VAL_LIST)
        return to_text(l, x, x->span);
    x = finish_value(l, x, NULL);
    if (value_is_known(x))
        return value_string(l->values, value_canonical(l->arena, x));
    diag_add(l->diags, RULE_KNOWN_VALUE, x->span,
             "'input' as a map needs values known at build time");
    return value_error(l);
}

/* A role by which a service may do one thing to `t`; gives its ARN. */
struct value *sender_role(struct lang *l, struct thing *t, struct str id, const char *part, const char *service,
                          const char *action, struct value *cond) {
    struct resource *role =
        add_resource(l, t, part, "AWS::IAM::Role", str_concat(l->arena, id, STR("Role")), cond);
    struct value *only = map_of(l, 1, "StringEquals",
                                map_of(l, 1, "aws:SourceAccount", value_ref(l->values, STR("AWS::AccountId"))));
    struct value *trust = map_of(l, 4, "Effect", text_value(l, "Allow"), "Principal",
                                 map_of(l, 1, "Service", text_value(l, service)), "Action",
                                 text_value(l, "sts:AssumeRole"), "Condition", only);
    struct value *may = map_of(l, 3, "Effect", text_value(l, "Allow"), "Action", text_value(l, action), "Resource",
                               thing_alias(l, t, "arn"));
    struct value *version = text_value(l, "2012-10-17");
    value_put_c(l->values, role->properties, "AssumeRolePolicyDocument",
                map_of(l, 2, "Version", version, "Statement", list_of(l, 1, trust)));
    value_put_c(l->values, role->properties, "Policies",
                list_of(l, 1, map_of(l, 2, "PolicyName", text_value(l, "permissions"), "PolicyDocument",
                                     map_of(l, 2, "Version", version, "Statement", list_of(l, 1, may)))));
    return value_getatt(l->values, role->id, STR("Arn"));
}

/* EventBridge Scheduler acts by a role that may do nothing else. */
void lower_schedule(struct lang *l, struct thing *t, struct thing *settings, struct value *x, struct str id,
                    const char *action, struct value *cond) {
    struct resource *r = add_resource(l, t, "schedule", "AWS::Scheduler::Schedule", id, cond);
    struct value *p = r->properties, *zone = body_value(l, settings, "timezone");
    value_put_c(l->values, p, "ScheduleExpression", value_at(x, 0));
    if (zone && !value_is_null(zone))
        value_put_c(l->values, p, "ScheduleExpressionTimezone", zone);
    put(l, p, "FlexibleTimeWindow.Mode", text_value(l, "OFF"));
    struct value *role = sender_role(l, t, id, "schedule role", "scheduler.amazonaws.com", action, cond);
    value_put_c(l->values, p, "Target",
                map_of(l, 3, "Arn", thing_alias(l, t, "arn"), "RoleArn", role, "Input", source_input(l, settings)));
    apply_properties(l, &settings->body, r);
}

void lower_rule(struct lang *l, struct thing *t, struct thing *settings, struct value *x, struct str id,
                struct value *target, struct value *cond) {
    struct resource *r = add_resource(l, t, "rule", "AWS::Events::Rule", id, cond);
    struct thing *bus = thing_of(value_at(x, 1));
    struct value *pattern = value_at(x, 0);
    if (pattern->kind != VAL_MAP)
        diag_add(l->diags, RULE_VALUE_TYPE, pattern->span, "'event' takes a pattern, a map, found %s",
                 describe_value(pattern));
    value_put_c(l->values, r->properties, "EventPattern", pattern);
    if (bus)
        value_put_c(l->values, r->properties, "EventBusName", thing_alias(l, bus, "name"));
    value_put_c(l->values, r->properties, "Targets", list_of(l, 1, target));
    apply_properties(l, &settings->body, r);
}

static void on_event(struct lang *l, struct thing *t, struct thing *settings, struct value *x,
                     struct str name, struct value *cond) {
    struct str id = str_concat(l->arena, t->id, name);
    struct value *target = map_of(l, 3, "Id", text_value(l, "function"), "Arn", thing_alias(l, t, "arn"), "Input",
                                  source_input(l, settings));
    lower_rule(l, t, settings, x, id, target, cond);
    may_invoke(l, t, "rule permission", str_concat(l->arena, id, STR("Permission")),
               "events.amazonaws.com", value_getatt(l->values, id, STR("Arn")), cond);
}

/* Patterns that a topic's messages must match, one of them. */
void topic_filter(struct lang *l, struct thing *settings, struct value *p) {
    struct value *filter = body_value(l, settings, "filter");
    if (!filter || filter->kind != VAL_LIST || !filter->count)
        return;
    value_put_c(l->values, p, "FilterPolicy",
                filter->count == 1 ? filter->items[0] : map_of(l, 1, "$or", filter));
}

static void on_bucket(struct lang *l, struct thing *t, struct thing *bucket, struct str name,
                      struct value *cond) {
    if (bucket->is_existing) {
        struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, t->decl->span,
                                  "an existing bucket can't be told to call '%.*s'", STR_ARG(t->name));
        diag_help(l->diags, d, "turn on EventBridge for the bucket, and use on event({ source = [\"aws.s3\"], .. })");
        return;
    }
    struct str id = str_printf(l->arena, "%.*s%.*sPermission", STR_ARG(t->id), STR_ARG(name));
    may_invoke(l, t, "bucket permission", id, "s3.amazonaws.com", thing_alias(l, bucket, "arn"), cond);
    struct resource *p = graph_find(l->graph, id);
    if (p)
        value_put_c(l->values, p->properties, "SourceAccount", value_ref(l->values, STR("AWS::AccountId")));
}

bool is_source_call(const struct value *x, const char *name) {
    return x->kind == VAL_FN && str_is(x->text, name);
}

void lower_source(struct lang *l, struct thing *t, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    struct value *x = eval(l, c->scope, n->value);
    struct thing *from = thing_of(x);
    if (is_error(x) || value_is_null(x))
        return;
    bool call = is_source_call(x, "schedule") || is_source_call(x, "event");
    if (call) {
        struct thing *settings =
            make_part(l, t, KIND_SOURCE, c->scope, c->node, x->text, t->id, c->cond);
        thing_body(l, settings);
        struct str name = source_name(l, c, x->text);
        struct value *cond = logic_and(l, t->cond, c->cond);
        if (is_source_call(x, "event"))
            on_event(l, t, settings, x, name, cond);
        else
            lower_schedule(l, t, settings, x, str_concat(l->arena, t->id, name), "lambda:InvokeFunction", cond);
        return;
    }
    if (!from || from->is_collection || from->is_resource) {
        diag_add(l->diags, RULE_VALUE_TYPE, scope_span(c->scope, n->value),
                 "'on' needs a thing that gives events, found %s", describe_value(x));
        return;
    }
    struct str name = source_name(l, c, from->id);
    struct value *cond = logic_and(l, t->cond, logic_and(l, c->cond, from->cond));
    struct thing *settings = make_part(l, t, KIND_SOURCE, c->scope, c->node, from->name, t->id, c->cond);
    settings->cond = cond;
    thing_body(l, settings);
    switch (from->kind) {
    case KIND_QUEUE:
        grant_verb(l, t, from, "receive", c->cond);
        poll(l, t, from, settings, thing_alias(l, from, "arn"), name);
        return;
    case KIND_TOPIC:
        subscribe(l, t, from, settings, name, cond);
        return;
    case KIND_BUCKET:
        on_bucket(l, t, from, name, cond);
        return;
    case KIND_STREAM:
        grant_verb(l, t, from, "read", c->cond);
        poll(l, t, from, settings, thing_alias(l, from, "arn"), name);
        return;
    case KIND_TABLE:
        grant_statement(l, t,
                        "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator",
                        thing_alias(l, from, "stream_arn"), c->cond);
        grant_statement(l, t, "dynamodb:ListStreams", text_value(l, "*"), c->cond);
        poll(l, t, from, settings, thing_alias(l, from, "stream_arn"), name);
        return;
    default:
        diag_add(l->diags, RULE_VALUE_TYPE, scope_span(c->scope, n->value),
                 "a function can't run on events of a %s", kinds[from->kind].name);
    }
}
