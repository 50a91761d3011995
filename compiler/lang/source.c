#include "lang/compile.h"

/* `on SOURCE { }`: what makes a function run. */

void note_consumers(struct lang *l) {
    for (uint32_t i = 0; i < l->things.count; i++) {
        struct thing *t = l->things.items[i];
        if (t->kind != KIND_FUNCTION)
            continue;
        for (uint32_t k = 0; k < t->body.clauses.count; k++) {
            const struct clause *c = &t->body.clauses.items[k];
            const struct node *n = scope_node(c->scope, c->node);
            struct thing *source = n->kind == NODE_ON ? thing_of(eval(l, c->scope, n->value)) : NULL;
            int64_t seconds;
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
    value_put_c(l->values, p, "FunctionName", value_ref(l->values, t->id));
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

static void subscribe(struct lang *l, struct thing *t, struct thing *topic, struct str name,
                      struct value *cond) {
    struct value *arn = thing_alias(l, topic, "arn");
    struct str part = str_printf(l->arena, "on %.*s", STR_ARG(topic->name));
    struct str id = str_printf(l->arena, "%.*s%.*s", STR_ARG(t->id), STR_ARG(name));
    struct resource *r = add_resource(l, t, str_cstr(l->arena, part), "AWS::SNS::Subscription", id, cond);
    value_put_c(l->values, r->properties, "Protocol", text_value(l, "lambda"));
    value_put_c(l->values, r->properties, "Endpoint", thing_alias(l, t, "arn"));
    value_put_c(l->values, r->properties, "TopicArn", arn);
    struct resource *p = add_resource(
        l, t, str_cstr(l->arena, str_concat(l->arena, part, STR(" permission"))),
        "AWS::Lambda::Permission", str_concat(l->arena, id, STR("Permission")), cond);
    p->properties = map_of(l, 4, "Action", text_value(l, "lambda:InvokeFunction"), "FunctionName",
                           value_ref(l->values, t->id), "Principal",
                           text_value(l, "sns.amazonaws.com"), "SourceArn", arn);
}

void lower_source(struct lang *l, struct thing *t, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    struct value *x = eval(l, c->scope, n->value);
    struct thing *from = thing_of(x);
    if (is_error(x) || value_is_null(x))
        return;
    if (!from || from->is_collection || from->is_resource) {
        diag_add(l->diags, RULE_VALUE_TYPE, scope_span(c->scope, n->value),
                 "'on' needs a thing that gives events, found %s", describe_value(x));
        return;
    }
    const struct node *as = scope_node(c->scope, n->name);
    struct str name = camel(l->arena, as->text.len ? as->text : from->id);
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
        subscribe(l, t, from, name, cond);
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
