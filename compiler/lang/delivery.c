#include "lang/compile.h"

/* `on SOURCE` in a queue, a topic or a machine: messages and events that AWS delivers by itself. */

enum giver { FROM_NONE, FROM_TOPIC, FROM_BUCKET, FROM_EVENT, FROM_SCHEDULE };

struct delivery {
    struct thing *to;
    struct thing *from;      /* the topic or bucket */
    struct value *call;      /* schedule(..) or event(..) */
    enum giver source;
    struct thing *settings;  /* KIND_SOURCE */
    struct str id;           /* of the subscription, rule or schedule */
    struct value *cond;
};

/* What can deliver to what. */
static bool is_possible(enum kind_id to, enum giver source) {
    return to == KIND_QUEUE ? source != FROM_NONE
           : to == KIND_TOPIC
               ? source == FROM_BUCKET || source == FROM_EVENT || source == FROM_SCHEDULE
           : to == KIND_MACHINE ? source == FROM_EVENT || source == FROM_SCHEDULE
                                : false;
}

/* Reads an `on` clause; source FROM_NONE where there is nothing to do, after a message where it's
 * wrong. */
static struct delivery read_delivery(struct lang *l, struct thing *t, const struct clause *c,
                                     bool report) {
    const struct node *n = scope_node(c->scope, c->node);
    struct value *x = clause_target(l, c);
    struct delivery d = {.to = t, .from = thing_of(x), .call = x};
    if (is_error(x) || value_is_null(x))
        return d;
    bool one = d.from && !d.from->is_collection && !d.from->is_resource;
    d.source = is_source_call(x, "schedule")          ? FROM_SCHEDULE
               : is_source_call(x, "event")           ? FROM_EVENT
               : one && d.from->kind == KIND_TOPIC  ? FROM_TOPIC
               : one && d.from->kind == KIND_BUCKET ? FROM_BUCKET
                                                      : FROM_NONE;
    if (!is_possible(t->kind, d.source)) {
        if (report)
            diag_add(l->diags, RULE_WRONG_PLACE, scope_span(c->scope, n->value),
                     "nothing goes from %s%s to a %s by itself", one ? "a " : "",
                     one ? kinds[d.from->kind].name : describe_value(x), kinds[t->kind].name);
        d.source = FROM_NONE;
        return d;
    }
    struct str word = d.from ? d.from->id : x->text;
    d.id = str_concat(l->arena, t->id, source_name(l, c, word));
    d.cond = logic_and(l, logic_and(l, t->cond, c->cond), d.from ? d.from->cond : NULL);
    d.settings = make_part(l, t, KIND_SOURCE, c->scope, c->node, d.from ? d.from->name : x->text,
                           t->id, c->cond);
    d.settings->cond = d.cond;
    thing_body(l, d.settings);
    return d;
}

/* ---- before lowering: policies, which name who may send -------------------------------- */

void allow_sender(struct lang *l, struct thing *to, const char *service, struct value *source,
                  bool of_account, struct value *cond) {
    if (to->is_existing)
        return;
    struct value *condition = map_of(l, 1, "ArnEquals", map_of(l, 1, "aws:SourceArn", source));
    if (of_account) /* a bucket's ARN says no account */
        value_put_c(l->values, condition, "StringEquals",
                    map_of(l, 1, "aws:SourceAccount", value_ref(l->values, STR("AWS::AccountId"))));
    struct value *statement =
        map_of(l, 5, "Effect", text_value(l, "Allow"), "Principal",
               map_of(l, 1, "Service", text_value(l, service)), "Action",
               text_value(l, to->kind == KIND_QUEUE ? "sqs:SendMessage" : "sns:Publish"),
               "Resource", thing_alias(l, to, "arn"), "Condition", condition);
    if (cond)
        statement = logic_if(l, cond, statement, value_null(l->values));
    vec_push(l->arena, &to->statements, statement);
}

static void note_bucket_delivery(struct lang *l, const struct delivery *d) {
    if (d->from->is_existing)
        return;
    bool queue = d->to->kind == KIND_QUEUE;
    note_notification(l, d->from, d->settings, queue ? "Queue" : "Topic",
                      thing_alias(l, d->to, "arn"));
    vec_push(l->arena, &d->from->waits_for, part_id(l, d->to, "Policy"));
    allow_sender(l, d->to, "s3.amazonaws.com", thing_alias(l, d->from, "arn"), true, d->cond);
}

void note_deliveries(struct lang *l, struct thing *t) {
    for (uint32_t k = 0; k < t->body.clauses.count; k++) {
        const struct clause *c = &t->body.clauses.items[k];
        if (scope_node(c->scope, c->node)->kind != NODE_ON)
            continue;
        struct delivery d = read_delivery(l, t, c, false);
        l->values->place = (struct place){scope_span(c->scope, c->node), t->origin};
        if (d.source == FROM_EVENT)
            note_dead_letter(l, d.settings, "events.amazonaws.com",
                             value_getatt(l->values, d.id, STR("Arn")));
        else if (d.source == FROM_TOPIC)
            note_dead_letter(l, d.settings, "sns.amazonaws.com", thing_alias(l, d.from, "arn"));
        if (d.source == FROM_BUCKET)
            note_bucket_delivery(l, &d);
        else if (d.source == FROM_TOPIC)
            allow_sender(l, t, "sns.amazonaws.com", thing_alias(l, d.from, "arn"), false, d.cond);
        else if (d.source == FROM_EVENT && t->kind != KIND_MACHINE)
            allow_sender(l, t, "events.amazonaws.com", value_getatt(l->values, d.id, STR("Arn")),
                         false, d.cond);
    }
}

/* The policy of a queue or topic that others send to. */
void lower_policy(struct lang *l, struct thing *t) {
    bool queue = t->kind == KIND_QUEUE;
    if (!t->statements.count)
        return;
    struct resource *policy =
        add_resource(l, t, "policy", queue ? "AWS::SQS::QueuePolicy" : "AWS::SNS::TopicPolicy",
                     part_id(l, t, "Policy"), t->cond);
    struct value *statements = value_list(l->values);
    for (uint32_t i = 0; i < t->statements.count; i++)
        value_push(l->values, statements, t->statements.items[i]);
    if (!queue) { /* a policy of its own replaces the one by which the account's alarms could
                     publish */
        struct value *account =
            map_of(l, 1, "aws:SourceAccount", value_ref(l->values, STR("AWS::AccountId")));
        value_push(l->values, statements,
                   map_of(l, 5, "Effect", text_value(l, "Allow"), "Principal",
                          map_of(l, 1, "Service", text_value(l, "cloudwatch.amazonaws.com")),
                          "Action", text_value(l, "sns:Publish"), "Resource",
                          thing_alias(l, t, "arn"), "Condition",
                          map_of(l, 1, "StringEquals", account)));
    }
    value_put_c(l->values, policy->properties, queue ? "Queues" : "Topics",
                list_of(l, 1, value_ref(l->values, t->id)));
    value_put_c(l->values, policy->properties, "PolicyDocument",
                map_of(l, 2, "Version", text_value(l, "2012-10-17"), "Statement", statements));
}

/* ---- lowering -------------------------------------------------------------------------- */

static void from_topic(struct lang *l, const struct delivery *d, struct span span) {
    struct resource *r =
        add_resource(l, d->to, "subscription", "AWS::SNS::Subscription", d->id, d->cond);
    struct value *p = r->properties, *raw = body_value(l, d->settings, "raw");
    if (is_fifo(l, d->to) && !d->from->is_existing && !is_fifo(l, d->from)) {
        struct diag *said = diag_add(l->diags, RULE_WRONG_PLACE, span,
                                     "a FIFO queue hears FIFO topics only, and '%.*s' is none",
                                     STR_ARG(d->from->name));
        diag_note(l->diags, said, d->from->decl->span, "say it here: fifo = true");
    }
    value_put_c(l->values, p, "Protocol", text_value(l, "sqs"));
    value_put_c(l->values, p, "Endpoint", thing_alias(l, d->to, "arn"));
    value_put_c(l->values, p, "TopicArn", thing_alias(l, d->from, "arn"));
    if (raw && !value_is_null(raw))
        value_put_c(l->values, p, "RawMessageDelivery", raw);
    topic_filter(l, d->settings, p);
    struct value *dead = source_dead_letter(l, d->settings);
    if (dead)
        put(l, p, "RedrivePolicy.deadLetterTargetArn", dead);
    apply_properties(l, &d->settings->body, r);
}

/* Events come in one group, and carry nothing that says which are the same. */
static void fifo_target(struct lang *l, const struct delivery *d, struct value *target) {
    struct resource *queue = graph_find(l->graph, d->to->id);
    put(l, target, "SqsParameters.MessageGroupId", text_value(l, "events"));
    if (queue)
        value_put_c(l->values, queue->properties, "ContentBasedDeduplication",
                    value_bool(l->values, true));
}

/* EventBridge starts machines by a role, and sends to queues and topics by their policies. */
static void from_event(struct lang *l, const struct delivery *d) {
    struct value *role = NULL;
    if (d->to->kind == KIND_MACHINE)
        role = sender_role(l, d->to, d->id, "rule role", "events.amazonaws.com",
                           "states:StartExecution", d->cond);
    struct value *target = map_of(l, 4, "Id", text_value(l, kinds[d->to->kind].name), "Arn",
                                  thing_alias(l, d->to, "arn"), "RoleArn", role ? role : &value_nil,
                                  "Input", source_input(l, d->settings));
    if (is_fifo(l, d->to))
        fifo_target(l, d, target);
    lower_rule(l, d->to, d->settings, d->call, d->id, target, d->cond);
}

static void from_schedule(struct lang *l, const struct delivery *d) {
    const char *action = d->to->kind == KIND_QUEUE   ? "sqs:SendMessage"
                         : d->to->kind == KIND_TOPIC ? "sns:Publish"
                                                     : "states:StartExecution";
    lower_schedule(l, d->to, d->settings, d->call, d->id, action, d->cond);
    struct resource *r = graph_find(l->graph, d->id);
    if (r && is_fifo(l, d->to))
        fifo_target(l, d, value_get_c(r->properties, "Target"));
}

void lower_delivery(struct lang *l, struct thing *t, const struct clause *c) {
    struct span span = scope_span(c->scope, scope_node(c->scope, c->node)->value);
    struct delivery d = read_delivery(l, t, c, true);
    if (d.source != FROM_NONE)
        report_unfit_source(l, d.settings,
                            d.from ? kinds[d.from->kind].name : str_cstr(l->arena, d.call->text));
    l->values->place = (struct place){scope_span(c->scope, c->node), t->origin};
    switch (d.source) {
    case FROM_TOPIC:
        from_topic(l, &d, span);
        return;
    case FROM_EVENT:
        from_event(l, &d);
        return;
    case FROM_SCHEDULE:
        from_schedule(l, &d);
        return;
    case FROM_BUCKET:
        if (d.from->is_existing)
            diag_add(l->diags, RULE_WRONG_PLACE, span,
                     "an existing bucket can't be told to notify '%.*s'", STR_ARG(t->name));
        else if (is_fifo(l, t))
            diag_add(l->diags, RULE_WRONG_PLACE, span, "a bucket can't notify a FIFO %s",
                     kinds[t->kind].name);
        return;
    case FROM_NONE:
        return;
    }
}
