#include "lang/api.h"

/* Metrics of things (users.errors) and the alarms on them. */

static const struct {
    enum api_kind api;
    const char *name, *metric;
} variants[] = {
#define METRIC(kind, name, namespace, metric, statistic, dimension, doc)
#define VARIANT(api_kind, name, metric) {API_##api_kind, #name, metric},
#include "lang/metrics.def"
#undef METRIC
#undef VARIANT
};

static const struct metric *metric_find(enum kind_id kind, struct str name) {
    for (unsigned i = 0; i < metric_count; i++)
        if (metric_rows[i].kind == kind && str_is(name, metric_rows[i].name))
            return &metric_rows[i];
    return NULL;
}

/* The kind whose metrics a thing has: a queue's dead-letter queue is one, too. */
static enum kind_id kind_measured(const struct thing *t) {
    return t->is_part && str_is(t->type, "AWS::SQS::Queue") ? KIND_QUEUE : t->kind;
}

struct value *metric_member(struct lang *l, struct thing *t, struct str name) {
    if (!metric_find(kind_measured(t), name))
        return NULL;
    struct thing *m = arena_new(l->arena, struct thing);
    *m = (struct thing){.decl = t->decl, .kind = KIND_METRIC, .owner = t, .name = name,
                        .cond = t->cond, .origin = t->origin, .colour = BLACK};
    return value_of_thing(l, m);
}

static struct value *dimension(struct lang *l, const char *name, struct value *value) {
    return map_of(l, 2, "Name", text_value(l, name), "Value", value);
}

/* The metrics' names, METRIC or METRIC/OPERATION, with blanks between. */
static struct str metric_names(struct lang *l, const struct metric *m, struct thing *of) {
    enum api_kind api = of->kind == KIND_STAGE ? api_kind(l, of->owner) : API_REST;
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (api == variants[i].api && str_is(str_from(m->name), variants[i].name))
            return str_from(variants[i].metric);
    return str_from(m->metric);
}

static struct value *dimensions(struct lang *l, const struct metric *m, struct thing *of) {
    if (of->kind == KIND_STAGE) {
        bool rest = api_kind(l, of->owner) == API_REST;
        struct value *api = thing_alias(l, of->owner, rest ? "name" : "id");
        return list_of(l, 2, dimension(l, rest ? m->dimension : "ApiId", api),
                       dimension(l, "Stage", thing_alias(l, of, "name")));
    }
    bool by_arn = of->kind == KIND_MACHINE;
    if (of->is_part)
        return list_of(
            l, 1, dimension(l, m->dimension, value_getatt(l->values, of->id, STR("QueueName"))));
    return list_of(l, 1, dimension(l, m->dimension, thing_alias(l, of, by_arn ? "arn" : "name")));
}

/* One metric: what `Metrics` and the alarm itself say of it. */
static struct value *one_metric(struct lang *l, const struct metric *m, struct thing *of,
                                struct str name) {
    struct str operation, metric = str_split(name, '/', &operation);
    struct value *by = dimensions(l, m, of);
    if (operation.len)
        value_push(l->values, by, dimension(l, "Operation", value_string(l->values, operation)));
    return map_of(l, 3, "Namespace", text_value(l, m->namespace), "MetricName",
                  value_string(l->values, metric), "Dimensions", by);
}

/* What an alarm is on: a metric, or the sum of several; one without data counts as 0. */
static void put_metrics(struct lang *l, struct value *p, const struct metric *m, struct thing *of,
                        struct str statistic) {
    struct str rest, names = metric_names(l, m, of), name = str_split(names, ' ', &rest);
    if (!rest.len) {
        struct value *one = one_metric(l, m, of, name);
        for (uint32_t i = 0; i < one->count; i++)
            value_put(l->values, p, one->members[i].key, one->members[i].value);
        value_put_c(l->values, p, statistic.ptr[0] == 'p' ? "ExtendedStatistic" : "Statistic",
                    value_string(l->values, statistic));
        return;
    }
    struct value *all = list_of(l, 1, map_of(l, 2, "Id", text_value(l, "total"), "Expression",
                                             text_value(l, "SUM(FILL(METRICS(), 0))")));
    struct value *period = value_get_c(p, "Period");
    for (unsigned i = 1; names.len; i++) {
        name = str_split(names, ' ', &names);
        struct value *stat = map_of(l, 3, "Metric", one_metric(l, m, of, name), "Period", period,
                                    "Stat", value_string(l->values, statistic));
        value_push(l->values, all,
                   map_of(l, 3, "Id", value_string(l->values, str_printf(l->arena, "m%u", i)),
                          "MetricStat", stat, "ReturnData", value_bool(l->values, false)));
    }
    value_remove(l->values, p, STR("Period"));
    value_put_c(l->values, p, "Metrics", all);
}

static void threshold(struct lang *l, struct thing *t, struct value *p) {
    struct value *above = body_value(l, t, "above"), *below = body_value(l, t, "below");
    if (value_is_nil(above) == value_is_nil(below)) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->decl->span,
                                  "an alarm needs 'above' or 'below', one of them");
        diag_help(l->diags, d, "above = 0 goes off with the first");
        return;
    }
    bool up = value_is_nil(below);
    value_put_c(l->values, p, "Threshold", up ? above : below);
    value_put_c(l->values, p, "ComparisonOperator",
                text_value(l, up ? "GreaterThanThreshold" : "LessThanThreshold"));
}

static void notify(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "notify"), *out = value_list(l->values);
    struct value *list = one_or_more(l, x ? x : &value_nil);
    for (uint32_t i = 0; i < list->count; i++) {
        struct thing *topic = thing_of(list->items[i]);
        if (topic && topic->kind == KIND_TOPIC)
            value_push(l->values, out, thing_alias(l, topic, "arn"));
        else if (topic && !topic->is_resource)
            diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'notify' takes topics, found %s",
                     describe_value(list->items[i]));
        else
            value_push(l->values, out, list->items[i]);
    }
    for (uint32_t i = 0; i < t->notifications.count; i++)
        value_push(l->values, out, t->notifications.items[i]);
    if (out->count)
        value_put_c(l->values, p, "AlarmActions", out);
}

void lower_alarm(struct lang *l, struct thing *t) {
    struct value *on = body_value(l, t, "on");
    struct thing *m = on ? thing_of(on) : NULL;
    bool by_hand = body_is_set(t, "MetricName") || body_is_set(t, "Metrics");
    if (!by_hand && (!m || m->kind != KIND_METRIC)) {
        if (on && is_error(on))
            return;
        struct diag *d =
            diag_add(l->diags, on && !value_is_nil(on) ? RULE_VALUE_TYPE : RULE_MISSING_ATTRIBUTE,
                     on && !value_is_nil(on) ? on->span : t->decl->span,
                     "an alarm needs the metric that it is on");
        diag_help(l->diags, d,
                  "on = users.errors, say; 'apic help function' lists a function's metrics");
        return;
    }
    if (m)
        t->cond = logic_and(l, t->cond, m->cond);
    struct resource *r = add_resource(l, t, NULL, "AWS::CloudWatch::Alarm", t->id, t->cond);
    struct value *p = r->properties, *stat = body_value(l, t, "stat");
    copy_attributes(l, t, r);
    if (m) {
        const struct metric *row = metric_find(kind_measured(m->owner), m->name);
        struct str statistic =
            stat && value_text(stat).len ? value_text(stat) : str_from(row->statistic);
        put_metrics(l, p, row, m->owner, statistic);
        threshold(l, t, p);
    }
    struct value *missing = body_value(l, t, "missing");
    value_put_c(l->values, p, "TreatMissingData",
                text_value(l, value_is_c(missing, "alarm")    ? "breaching"
                              : value_is_c(missing, "ignore") ? "ignore"
                                                              : "notBreaching"));
    notify(l, t, p);
    apply_properties(l, &t->body, r);
}
