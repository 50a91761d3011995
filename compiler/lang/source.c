#include "lang/feed.h"

/* `on SOURCE { }`: what makes a function run. */

struct str source_name(struct lang *l, const struct clause *c, struct str otherwise) {
    const struct node *n = scope_node(c->scope, c->node);
    const struct node *as = scope_node(c->scope, n->name);
    return camel(l->arena, as->text.len ? as->text : otherwise);
}

void note_notification(struct lang *l, struct thing *bucket, struct thing *settings,
                       const char *receiver, struct value *arn) {
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
    for (uint32_t i = 0; i < events->count; i++) {
        struct value *one =
            map_of(l, 3, "Event", events->items[i], receiver, arn, "Filter", filter);
        if (settings->cond)
            one = logic_if(l, settings->cond, one, value_null(l->values));
        vec_push(l->arena, &bucket->notifications, one);
    }
}

/* What S3 tells the function of, noted before the bucket is lowered. */
static void note_bucket(struct lang *l, struct thing *t, struct thing *bucket,
                        const struct clause *c) {
    struct thing *settings =
        make_part(l, t, KIND_SOURCE, c->scope, c->node, bucket->name, t->id, c->cond);
    note_notification(l, bucket, settings, "Function", thing_alias(l, t, "arn"));
    vec_push(l->arena, &bucket->waits_for,
             str_printf(l->arena, "%.*s%.*sPermission", STR_ARG(t->id),
                        STR_ARG(source_name(l, c, bucket->id))));
}

/* The queue that `dead_letter` names holds dead letters, and has none of its own. */
static void mark_dead_letters(struct value *x) {
    struct thing *to = x ? thing_of(x) : NULL;
    if (to && to->kind == KIND_QUEUE)
        to->holds_dead_letters = true;
}

/* The queue that takes what can't be delivered allows it, and is lowered before or after. */
static void note_dead_letters(struct lang *l, struct thing *t, const struct clause *c,
                              struct value *x) {
    struct thing *from = thing_of(x);
    bool event = is_source_call(x, "event"), topic = from && from->kind == KIND_TOPIC;
    if (!from && !(x->kind == VAL_FN && x->flags & VALUE_SOURCE))
        return;
    struct str word = from ? from->id : x->text;
    struct str id = str_concat(l->arena, t->id, source_name(l, c, word));
    struct thing *settings = make_part(l, t, KIND_SOURCE, c->scope, c->node, word, t->id, c->cond);
    if (event)
        note_dead_letter(l, settings, "events.amazonaws.com",
                         value_getatt(l->values, id, STR("Arn")));
    else if (topic)
        note_dead_letter(l, settings, "sns.amazonaws.com", thing_alias(l, from, "arn"));
    else
        mark_dead_letters(body_value(l, settings, "dead_letter"));
}

static void note_source(struct lang *l, struct thing *t, const struct clause *c) {
    struct value *x = clause_target(l, c);
    struct thing *from = thing_of(x);
    int64_t seconds;
    note_dead_letters(l, t, c, x);
    if (!from || from->is_existing || from->is_collection)
        return;
    if (from->kind == KIND_BUCKET)
        note_bucket(l, t, from, c);
    else if (from->kind == KIND_USERPOOL)
        note_userpool(l, t, from, c);
    else if (from->kind == KIND_ALARM)
        note_alarm(l, t, from, c);
    struct value *timeout = from->kind == KIND_QUEUE ? body_value(l, t, "timeout") : NULL;
    if (timeout && value_to_int(timeout, &seconds) && seconds > from->slowest)
        from->slowest = seconds;
}

void note_consumers(struct lang *l) {
    for (uint32_t i = 0; i < l->things.count; i++) {
        struct thing *t = l->things.items[i];
        if ((t->kind == KIND_QUEUE || t->kind == KIND_TOPIC || t->kind == KIND_MACHINE) &&
            !t->is_existing)
            note_deliveries(l, t);
        if ((t->kind == KIND_QUEUE || t->kind == KIND_FUNCTION) && !t->is_existing)
            mark_dead_letters(body_value(l, t, "dead_letter"));
        if (t->kind != KIND_FUNCTION)
            continue;
        note_hooks(l, t);
        for (uint32_t k = 0; k < t->body.clauses.count; k++)
            if (scope_node(t->body.clauses.items[k].scope, t->body.clauses.items[k].node)->kind ==
                NODE_ON)
                note_source(l, t, &t->body.clauses.items[k]);
    }
}

struct resource *may_invoke(struct lang *l, struct thing *t, const char *part, struct str id,
                            const char *service, struct value *source_arn, struct value *cond) {
    struct resource *p = add_resource(l, t, part, "AWS::Lambda::Permission", id, cond);
    p->properties = map_of(l, 4, "Action", text_value(l, "lambda:InvokeFunction"), "FunctionName",
                           function_callee(l, t), "Principal", text_value(l, service),
                           "SourceArn", source_arn ? source_arn : &value_nil);
    return p;
}

/* ---- events that can't be delivered ------------------------------------------------------- */

struct value *source_dead_letter(struct lang *l, struct thing *settings) {
    struct value *x = body_value(l, settings, "dead_letter");
    struct value *arn =
        x && !value_is_null(x) ? thing_arn(l, x, "dead_letter", 1u << KIND_QUEUE) : &value_nil;
    return value_is_nil(arn) ? NULL : arn;
}

void note_dead_letter(struct lang *l, struct thing *settings, const char *service,
                      struct value *from) {
    struct value *x = body_value(l, settings, "dead_letter");
    struct thing *queue = x ? thing_of(x) : NULL;
    mark_dead_letters(x);
    if (queue && queue->kind == KIND_QUEUE && !queue->is_existing && !queue->is_collection)
        allow_sender(l, queue, service, from, false, settings->cond);
}

/* How often a delivery is tried, and what becomes of it in the end. */
static void delivery_options(struct lang *l, struct thing *settings, struct value *target) {
    struct value *tries = body_value(l, settings, "retries"),
                 *age = body_value(l, settings, "max_age");
    struct value *dead = source_dead_letter(l, settings);
    struct value *policy =
        map_of(l, 2, "MaximumRetryAttempts", tries, "MaximumEventAgeInSeconds", age);
    if (policy->count)
        value_put_c(l->values, target, "RetryPolicy", policy);
    if (dead)
        value_put_c(l->values, target, "DeadLetterConfig", map_of(l, 1, "Arn", dead));
}

static void state(struct lang *l, struct thing *settings, struct value *p) {
    struct value *x = body_value(l, settings, "enabled"), *off = text_value(l, "DISABLED");
    if (!x || value_is_null(x) || is_error(x) || (x->kind == VAL_BOOL && x->truth))
        return;
    value_put_c(l->values, p, "State",
                x->kind == VAL_BOOL ? off : logic_if(l, x, text_value(l, "ENABLED"), off));
}

static void subscribe(struct lang *l, struct feed *s, struct thing *topic) {
    struct thing *t = s->function, *settings = s->settings;
    struct value *arn = s->arn;
    struct str part = str_printf(l->arena, "on %.*s", STR_ARG(topic->name));
    struct resource *r =
        add_resource(l, t, str_cstr(l->arena, part), "AWS::SNS::Subscription", s->id, s->cond);
    value_put_c(l->values, r->properties, "Protocol", text_value(l, "lambda"));
    value_put_c(l->values, r->properties, "Endpoint", thing_alias(l, t, "arn"));
    value_put_c(l->values, r->properties, "TopicArn", arn);
    topic_filter(l, settings, r->properties);
    struct value *dead = source_dead_letter(l, settings);
    if (dead)
        put(l, r->properties, "RedrivePolicy.deadLetterTargetArn", dead);
    apply_properties(l, &settings->body, r);
    may_invoke(l, t, "subscription permission", str_concat(l->arena, s->id, STR("Permission")),
               "sns.amazonaws.com", arn, s->cond);
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
struct value *sender_role(struct lang *l, struct thing *t, struct str id, const char *part,
                          const char *service, const char *action, struct value *cond) {
    struct resource *role =
        add_resource(l, t, part, "AWS::IAM::Role", str_concat(l->arena, id, STR("Role")), cond);
    struct value *only =
        map_of(l, 1, "StringEquals",
               map_of(l, 1, "aws:SourceAccount", value_ref(l->values, STR("AWS::AccountId"))));
    struct value *trust = map_of(l, 4, "Effect", text_value(l, "Allow"), "Principal",
                                 map_of(l, 1, "Service", text_value(l, service)), "Action",
                                 text_value(l, "sts:AssumeRole"), "Condition", only);
    struct value *may = map_of(l, 3, "Effect", text_value(l, "Allow"), "Action",
                               text_value(l, action), "Resource", thing_alias(l, t, "arn"));
    struct value *key = key_statement(l, t, list_of(l, 1, text_value(l, action)));
    struct value *statements = list_of(l, 1, may);
    if (!value_is_nil(key))
        value_push(l->values, statements, key);
    struct value *version = text_value(l, "2012-10-17");
    value_put_c(l->values, role->properties, "AssumeRolePolicyDocument",
                map_of(l, 2, "Version", version, "Statement", list_of(l, 1, trust)));
    value_put_c(l->values, role->properties, "Policies",
                list_of(l, 1,
                        map_of(l, 2, "PolicyName", text_value(l, "permissions"), "PolicyDocument",
                               map_of(l, 2, "Version", version, "Statement", statements))));
    return value_getatt(l->values, role->id, STR("Arn"));
}

/* The schedule's role sends what it can't deliver. */
static void may_send_dead(struct lang *l, struct str id, struct thing *settings,
                          struct value *queue) {
    struct resource *role = graph_find(l->graph, str_concat(l->arena, id, STR("Role")));
    struct value *policy =
        role ? value_at(value_get_c(role->properties, "Policies"), 0) : &value_nil;
    struct value *statements = value_get_c(value_get_c(policy, "PolicyDocument"), "Statement");
    if (!value_is_nil(queue) && statements->kind == VAL_LIST)
        value_push(l->values, statements,
                   map_of(l, 3, "Effect", text_value(l, "Allow"), "Action",
                          text_value(l, "sqs:SendMessage"), "Resource", queue));
    struct value *given = body_value(l, settings, "dead_letter");
    struct thing *to = given ? thing_of(given) : NULL;
    struct value *key = to && to->kind == KIND_QUEUE
                            ? key_statement(l, to, list_of(l, 1, text_value(l, "sqs:SendMessage")))
                            : &value_nil;
    if (!value_is_nil(key) && statements->kind == VAL_LIST)
        value_push(l->values, statements, key);
}

/* EventBridge Scheduler acts by a role that may do nothing else. */
void lower_schedule(struct lang *l, struct thing *t, struct thing *settings, struct value *x,
                    struct str id, const char *action, struct value *cond) {
    struct resource *r = add_resource(l, t, "schedule", "AWS::Scheduler::Schedule", id, cond);
    struct value *p = r->properties, *zone = body_value(l, settings, "timezone");
    value_put_c(l->values, p, "ScheduleExpression", value_at(x, 0));
    if (zone && !value_is_null(zone))
        value_put_c(l->values, p, "ScheduleExpressionTimezone", zone);
    put(l, p, "FlexibleTimeWindow.Mode", text_value(l, "OFF"));
    struct value *role =
        sender_role(l, t, id, "schedule role", "scheduler.amazonaws.com", action, cond);
    struct value *target = map_of(l, 3, "Arn", thing_alias(l, t, "arn"), "RoleArn", role, "Input",
                                  source_input(l, settings));
    delivery_options(l, settings, target);
    state(l, settings, p);
    value_put_c(l->values, p, "Target", target);
    may_send_dead(l, id, settings, value_get_c(value_get_c(target, "DeadLetterConfig"), "Arn"));
    apply_properties(l, &settings->body, r);
}

void lower_rule(struct lang *l, struct thing *t, struct thing *settings, struct value *x,
                struct str id, struct value *target, struct value *cond) {
    struct resource *r = add_resource(l, t, "rule", "AWS::Events::Rule", id, cond);
    struct thing *bus = thing_of(value_at(x, 1));
    struct value *pattern = value_at(x, 0);
    if (pattern->kind != VAL_MAP)
        diag_add(l->diags, RULE_VALUE_TYPE, pattern->span,
                 "'event' takes a pattern, a map, found %s", describe_value(pattern));
    value_put_c(l->values, r->properties, "EventPattern", pattern);
    if (bus)
        value_put_c(l->values, r->properties, "EventBusName", thing_alias(l, bus, "name"));
    delivery_options(l, settings, target);
    state(l, settings, r->properties);
    value_put_c(l->values, r->properties, "Targets", list_of(l, 1, target));
    apply_properties(l, &settings->body, r);
}

static void on_event(struct lang *l, struct feed *s, struct value *x) {
    struct thing *t = s->function;
    struct value *target = map_of(l, 3, "Id", text_value(l, "function"), "Arn",
                                  thing_alias(l, t, "arn"), "Input", source_input(l, s->settings));
    lower_rule(l, t, s->settings, x, s->id, target, s->cond);
    may_invoke(l, t, "rule permission", str_concat(l->arena, s->id, STR("Permission")),
               "events.amazonaws.com", value_getatt(l->values, s->id, STR("Arn")), s->cond);
}

/* Patterns that a topic's messages must match, one of them. */
void topic_filter(struct lang *l, struct thing *settings, struct value *p) {
    struct value *filter = body_value(l, settings, "filter");
    if (!filter || filter->kind != VAL_LIST || !filter->count)
        return;
    value_put_c(l->values, p, "FilterPolicy",
                filter->count == 1 ? filter->items[0] : map_of(l, 1, "$or", filter));
}

static void on_bucket(struct lang *l, struct thing *t, struct thing *bucket, struct str source,
                      struct value *cond) {
    if (bucket->is_existing) {
        struct diag *d =
            diag_add(l->diags, RULE_WRONG_PLACE, t->decl->span,
                     "an existing bucket can't be told to call '%.*s'", STR_ARG(t->name));
        diag_help(
            l->diags, d,
            "turn on EventBridge for the bucket, and use on event({ source = [\"aws.s3\"], .. })");
        return;
    }
    struct str id = str_concat(l->arena, source, STR("Permission"));
    may_invoke(l, t, "bucket permission", id, "s3.amazonaws.com", thing_alias(l, bucket, "arn"),
               cond);
    struct resource *p = graph_find(l->graph, id);
    if (p)
        value_put_c(l->values, p->properties, "SourceAccount",
                    value_ref(l->values, STR("AWS::AccountId")));
}

bool is_source_call(const struct value *x, const char *name) {
    return x->kind == VAL_FN && str_is(x->text, name);
}

/* ---- which source ---------------------------------------------------------------------- */

static const struct {
    const char *word, *takes;
} sources[] = {
#define SOURCE(word, takes, doc) {word, takes},
#include "lang/sources.def"
#undef SOURCE
};

void report_unfit_source(struct lang *l, struct thing *settings, const char *word) {
    const char *takes = "";
    bool queue =
        settings->owner && settings->owner->kind == KIND_QUEUE && str_is(str_from(word), "topic");
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (str_is(str_from(word), sources[i].word))
            takes = queue ? "filter raw dead_letter" : sources[i].takes;
    for (uint32_t i = 0; i < settings->body.settings.count; i++) {
        const struct setting *s = &settings->body.settings.items[i];
        if (s->strength != BY_STATEMENT || !attribute_find(KIND_SOURCE, s->name) ||
            has_word(takes, s->name))
            continue;
        struct diag *d =
            diag_add(l->diags, RULE_WRONG_PLACE, s->span,
                     "'%.*s' has no meaning for what comes from '%s'", STR_ARG(s->name), word);
        if (takes[0])
            diag_help(l->diags, d, "it takes %s", takes);
    }
}

/* Sources that are no things: schedule(..), kafka(..), .. */
static void lower_call(struct lang *l, struct feed *s, struct value *x) {
    static const struct {
        const char *name;
        void (*lower)(struct lang *l, struct feed *s, struct value *call);
    } rows[] = {{"kafka", poll_kafka},    {"mq", poll_mq},         {"docdb", poll_docdb},
                {"alexa", trigger_alexa}, {"iot", trigger_iot},    {"email", trigger_email}};
    if (is_source_call(x, "event"))
        on_event(l, s, x);
    else if (is_source_call(x, "schedule"))
        lower_schedule(l, s->function, s->settings, x, s->id, "lambda:InvokeFunction", s->cond);
    else if (is_source_call(x, "log_group"))
        trigger_logs(l, s, value_at(x, 0));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (is_source_call(x, rows[i].name))
            rows[i].lower(l, s, x);
}

static void lower_from(struct lang *l, struct feed *s, struct thing *from) {
    struct thing *t = s->function;
    struct value *cond = s->clause->cond;
    if (from->kind != KIND_NONE)
        s->arn = thing_alias(l, from, from->kind == KIND_TABLE ? "stream_arn" : "arn");
    switch (from->kind) {
    case KIND_QUEUE:
        grant_verb(l, t, from, "receive", cond);
        poll_queue(l, s);
        return;
    case KIND_TOPIC:
        subscribe(l, s, from);
        return;
    case KIND_BUCKET:
        on_bucket(l, t, from, s->id, s->cond);
        return;
    case KIND_STREAM:
        grant_verb(l, t, from, "read", cond);
        poll_stream(l, s);
        return;
    case KIND_TABLE:
        grant_statement(l, t,
                        "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator",
                        s->arn, cond);
        grant_statement(l, t, "dynamodb:ListStreams", text_value(l, "*"), cond);
        grant_key(l, t, from, list_of(l, 1, text_value(l, "dynamodb:GetRecords")), cond);
        poll_stream(l, s);
        return;
    case KIND_USERPOOL:
        trigger_userpool(l, s, from);
        return;
    case KIND_ALARM:
        trigger_alarm(l, s, from);
        return;
    case KIND_NONE:
        trigger_logs(l, s, value_ref(l->values, from->id));
        return;
    default:
        diag_add(l->diags, RULE_VALUE_TYPE, s->span, "a function can't run on events of a %s",
                 kinds[from->kind].name);
    }
}

void lower_source(struct lang *l, struct thing *t, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    struct value *x = clause_target(l, c);
    struct thing *from = thing_of(x);
    if (is_error(x) || value_is_null(x))
        return;
    bool call = x->kind == VAL_FN && x->flags & VALUE_SOURCE;
    bool group = from && from->is_resource && str_is(from->type, "AWS::Logs::LogGroup");
    if (!call && (!from || from->is_collection || (from->is_resource && !group))) {
        diag_add(l->diags, RULE_VALUE_TYPE, scope_span(c->scope, n->value),
                 "'on' needs a thing that gives events, found %s", describe_value(x));
        return;
    }
    struct feed s = {.function = t, .clause = c, .span = scope_span(c->scope, n->value)};
    s.label = call ? x->text : from->name;
    s.id = str_concat(l->arena, t->id, source_name(l, c, call ? x->text : from->id));
    s.cond = logic_and(l, t->cond, logic_and(l, c->cond, call ? NULL : from->cond));
    s.settings = make_part(l, t, KIND_SOURCE, c->scope, c->node, s.label, t->id, c->cond);
    s.settings->cond = s.cond;
    thing_body(l, s.settings);
    report_unfit_source(l, s.settings,
                        call    ? str_cstr(l->arena, x->text)
                        : group ? "log_group"
                                : kinds[from->kind].name);
    if (call)
        lower_call(l, &s, x);
    else
        lower_from(l, &s, from);
}
