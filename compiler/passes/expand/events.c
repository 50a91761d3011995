/* Events of functions and state machines: which there are, and what comes before and after their
   own files. */
#include <stdlib.h>

#include "passes/expand/events.h"

static const struct event_type *const function_events[] = {
    &event_api,         &event_http_api,
    &event_alexa_skill, &event_cloud_watch_event, &event_cloud_watch_logs, &event_cognito,
    &event_document_db, &event_dynamo_db,         &event_bridge_rule,      &event_iot_rule,
    &event_kinesis,     &event_mq,                &event_msk,              &event_s3,
    &event_schedule,    &event_schedule_v2,       &event_self_managed_kafka,
    &event_sns,         &event_sqs,
};

static const struct event_type *find(const struct event_type *const *rows, unsigned count,
                                     struct str name) {
    for (unsigned i = 0; i < count; i++)
        if (str_is(name, rows[i]->name))
            return rows[i];
    return NULL;
}

const struct event_type *event_of_function(struct str name) {
    return find(function_events, sizeof function_events / sizeof *function_events, name);
}

struct value *event_property(const struct event *event, const char *name) {
    struct value *x = value_get_c(event->properties, name);
    return x->kind == VAL_NULL ? &value_nil : x;
}

struct resource *event_make(struct expand *e, struct event *event, struct str id, const char *type,
                            struct value *attributes) {
    return sam_make(e, event->owner, id, type, attributes, event->part, event->span);
}

static const char *python_type(const struct value *x) {
    switch (x->kind) {
    case VAL_STRING:
        return x->flags & VALUE_PYTHON2 ? "Py27UniStr" : "str";
    case VAL_LIST:
        return "list";
    case VAL_BOOL:
        return "bool";
    case VAL_NUMBER:
        return sam_is_int(x) ? "int" : "float";
    default:
        return "NoneType";
    }
}

static void link_one(struct expand *e, struct sam *s, struct event *event, const struct member *m,
                     const struct event_type *(*find_type)(struct str)) {
    struct value *whole = m->value;
    *event = (struct event){.owner = s,
                            .key = m->key,
                            .id = sam_id(e, "%.*s%.*s", STR_ARG(s->id), STR_ARG(m->key)),
                            .whole = whole,
                            .span = m->span,
                            .part = sam_id(e, "event %.*s", STR_ARG(m->key)).ptr};
    if (!sam_is_map(whole))
        sam_fail_event(e, m->key, m->span, "'%s' object has no attribute 'get'",
                       python_type(whole));
    struct value *type = sam_get(e, whole, "Type");
    event->type = sam_is_string(type) ? find_type(type->text) : NULL;
    if (!event->type)
        sam_fail_event(e, m->key, sam_span(type, m->span),
                       "Resource dict has missing or invalid value for key Type. Event Type is: "
                       "%.*s.",
                       STR_ARG(sam_text(e, type)));
    sam_check_new_id(e, event->id, m->span);
    struct value *properties = value_get_c(whole, "Properties");
    if (!value_is_nil(properties) && !sam_is_map(properties))
        sam_fail(e, event->id, sam_span(properties, m->span),
                 "Properties of a resource must be an object.");
    event->properties = sam_entries(e, properties);
    sam_check(e, event->id, event->type->name, event->type->properties, event->properties, m->span);
    if (event->type->link)
        event->type->link(e, event);
}

struct events events_link(struct expand *e, struct sam *s,
                          const struct event_type *(*find_type)(struct str)) {
    struct value *given = sam_property(s, "Events");
    struct events events = {0};
    if (!sam_is_truthy(given))
        return events;
    const struct value *map = sam_entries(e, given);
    const struct member **walk = sam_walk(e, map);
    events.items = arena_array(e->arena, struct event, map->count);
    for (; events.count < map->count; events.count++)
        link_one(e, s, &events.items[events.count], walk[events.count], find_type);
    return events;
}

/* What a function's events are sorted by: the path, where they have one. */
static const struct value *sort_key(const struct event *event) {
    return value_get_c(event->properties, "Path");
}

static int compare_events(const void *a, const void *b) {
    const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;
    struct str left = value_text(sort_key(x)), right = value_text(sort_key(y));
    int order = str_cmp(left.ptr ? left : x->key, right.ptr ? right : y->key);
    return order ? order : x < y ? -1 : x > y;
}

void events_expand(struct expand *e, const struct events *events, struct target *target) {
    struct event **sorted = arena_array(e->arena, struct event *, events->count + 1);
    for (uint32_t i = 0; i < events->count; i++)
        sorted[i] = &events->items[i];
    if (events->count > 1)
        qsort(sorted, events->count, sizeof *sorted, compare_events);
    for (uint32_t i = 0; i < events->count; i++)
        sorted[i]->type->expand(e, sorted[i], target);
}

static bool is_alphanumeric(struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return false;
    }
    return s.len > 0;
}

struct resource *event_permission(struct expand *e, struct event *event,
                                  const struct target *target,
                                  const struct permission *permission) {
    struct str prefix = permission->prefix.len ? permission->prefix : event->id;
    struct str suffix = permission->suffix, id = sam_id(e, "%.*sPermission", STR_ARG(prefix));
    id = is_alphanumeric(suffix) ? str_concat(e->arena, id, suffix) : sam_hashed_id(e, id, suffix);
    struct resource *r = event_make(e, event, id, "AWS::Lambda::Permission", target->passed);
    sam_set(e, r, "Action", sam_c(e, "lambda:InvokeFunction"));
    sam_set(e, r, "FunctionName", target->name);
    sam_set(e, r, "Principal", sam_c(e, permission->principal));
    if (permission->source_arn)
        sam_set(e, r, "SourceArn", permission->source_arn);
    if (permission->source_account)
        sam_set(e, r, "SourceAccount", permission->source_account);
    if (permission->token)
        sam_set(e, r, "EventSourceToken", permission->token);
    return r;
}
