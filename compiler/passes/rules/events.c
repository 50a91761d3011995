/* Rules and schedules of EventBridge: expressions of time, patterns, ids of targets. */
#include "base/limits.h"
#include "passes/rules/json_texts.h"

/* ---- schedules ---------------------------------------------------------------------------- */
/* https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
   https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */

enum { CRON_FIELDS = 6, CRON_DAY = 2, CRON_WEEKDAY = 4, MAX_WORDS = 8 };

static uint32_t split_words(struct str s, struct str *words) {
    uint32_t count = 0;
    for (size_t at = 0; at < s.len;) {
        size_t end = str_find_char(s, ' ', at);
        if (end > at && count < MAX_WORDS)
            words[count++] = str_slice(s, at, end);
        at = end + 1;
    }
    return count;
}

static bool is_unit(struct str s, bool *plural) {
    static const char *const units[] = {"minute", "hour", "day"};
    *plural = str_ends(s, STR("s"));
    struct str one = *plural ? str_slice(s, 0, s.len - 1) : s;
    return str_in(one, units);
}

static const char *rate_mistake(struct str inner, bool is_rule) {
    struct str words[MAX_WORDS];
    int64_t n;
    bool plural;
    if (split_words(inner, words) != 2)
        return "a rate is a number and a unit, as in rate(5 minutes)";
    if (!str_to_int(words[0], &n) || n < 1)
        return "the number of a rate is 1 or more";
    if (!is_unit(words[1], &plural))
        return "the unit of a rate is minutes, hours or days";
    if (is_rule && plural != (n > 1))
        return n > 1 ? "the unit is plural after a number over 1" : "the unit is singular after 1";
    return NULL;
}

static const char *cron_mistake(struct str inner) {
    struct str words[MAX_WORDS];
    if (split_words(inner, words) != CRON_FIELDS)
        return "cron has six fields: minutes, hours, day of month, month, day of week, year";
    bool day = str_is(words[CRON_DAY], "?"), weekday = str_is(words[CRON_WEEKDAY], "?");
    return day == weekday ? "one of day of month and day of week is '?', the other isn't" : NULL;
}

static const char *schedule_mistake(struct str s, bool is_rule) {
    bool closed = str_ends(s, STR(")"));
    if (closed && str_starts(s, STR("rate(")))
        return rate_mistake(str_slice(s, 5, s.len - 1), is_rule);
    if (closed && str_starts(s, STR("cron(")))
        return cron_mistake(str_slice(s, 5, s.len - 1));
    if (closed && !is_rule && str_starts(s, STR("at(")))
        return NULL;
    return is_rule ? "a schedule is rate(..) or cron(..)"
                   : "a schedule is rate(..), cron(..) or at(..)";
}

static void check_schedule(struct check *c, const struct resource *r, bool is_rule) {
    struct possibles all = check_possible(c, r, property(r, "ScheduleExpression"));
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        struct str text = value_text(p->value);
        if (!text.len || !value_is_known(p->value))
            continue;
        const char *mistake = schedule_mistake(text, is_rule);
        if (mistake)
            diag_help(c->diags,
                      check_report(c, RULE_SCHEDULE_EXPRESSION, r, p->via ? p->via : p->value,
                                   "'%.*s' is no schedule", STR_ARG(text)),
                      "%s", mistake);
    }
}

/* ---- patterns: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html  */

static const char *const filters[] = {
    "anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix",
    "wildcard",
};

/* { prefix: shop. } */
static void check_filter(struct check *c, const struct resource *r, const struct value *x) {
    struct str near = STR_NIL;
    if (!check_is_closed(x) || x->count != 1)
        return;
    const struct member *m = &x->members[0];
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (str_is(m->key, filters[i]))
            return;
        if (str_is_near(m->key, str_from(filters[i])))
            near = str_from(filters[i]);
    }
    struct diag *d = check_report_span(c, RULE_EVENT_PATTERN, r, m->span,
                                       "'%.*s' is no filter of a pattern", STR_ARG(m->key));
    check_suggest(c, d, m->key, near);
}

static void check_pattern(struct check *c, const struct resource *r, const struct value *map,
                          unsigned depth) {
    for (uint32_t i = 0; check_is_closed(map) && i < map->count && depth < LIMIT_DEPTH; i++) {
        const struct member *m = &map->members[i];
        bool alternatives = str_is(m->key, "$or");
        if (m->value->kind == VAL_MAP)
            check_pattern(c, r, m->value, depth + 1);
        else if (value_is_scalar(m->value))
            check_report(c, RULE_EVENT_PATTERN, r, m->value,
                         "'%.*s' is one value in a pattern, expected a list", STR_ARG(m->key));
        else if (m->value->kind == VAL_LIST && !m->value->count)
            check_report(c, RULE_EVENT_PATTERN, r, m->value,
                         "'%.*s' is an empty list, which nothing matches", STR_ARG(m->key));
        for (uint32_t j = 0; m->value->kind == VAL_LIST && j < m->value->count; j++) {
            if (alternatives)
                check_pattern(c, r, m->value->items[j], depth + 1);
            else
                check_filter(c, r, m->value->items[j]);
        }
    }
}

/* https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html: what an event is
   made of; whatever its sender wrote stands in its detail. */
static void check_fields(struct check *c, const struct resource *r, const struct value *map,
                         unsigned depth) {
    static const char *const fields[] = {"account", "detail",    "detail-type", "id",
                                         "region",  "resources", "source",      "time",
                                         "version", "replay-name"};
    for (uint32_t i = 0; check_is_closed(map) && i < map->count && depth < LIMIT_DEPTH; i++) {
        const struct member *m = &map->members[i];
        struct str near = STR_NIL;
        if (str_is(m->key, "$or"))
            for (uint32_t j = 0; m->value->kind == VAL_LIST && j < m->value->count; j++)
                check_fields(c, r, m->value->items[j], depth + 1);
        if (str_in(m->key, fields) || str_is(m->key, "$or"))
            continue;
        for (size_t j = 0; j < sizeof fields / sizeof *fields; j++)
            if (str_is_near(m->key, str_from(fields[j])))
                near = str_from(fields[j]);
        struct diag *d =
            check_report_span(c, RULE_EVENT_PATTERN, r, m->span,
                              "'%.*s' is no field of an event, so nothing matches", STR_ARG(m->key));
        if (near.len)
            check_suggest(c, d, m->key, near);
        else
            diag_help(c->diags, d, "what the event's sender wrote is in its detail");
    }
}

/* https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html: what a rule
   reaches by a role, never by a policy of the target. */
static void check_role(struct check *c, const struct resource *r, const struct value *target) {
    static const char *const types[] = {
        "AWS::StepFunctions::StateMachine",     "AWS::Kinesis::Stream",
        "AWS::KinesisFirehose::DeliveryStream", "AWS::ECS::Cluster",
        "AWS::Events::ApiDestination",          "AWS::CodePipeline::Pipeline",
        "AWS::CodeBuild::Project",              "AWS::Batch::JobQueue",
    };
    const struct value *arn = value_get_c(target, "Arn");
    const struct resource *to = check_target(c, arn);
    if (!to || !str_in(to->type, types) || !check_is_closed(target) ||
        !is_absent(value_get_c(target, "RoleArn")))
        return;
    struct diag *d = check_report(c, RULE_EVENT_PATTERN, r, arn,
                                  "the target '%.*s' is reached by a role, expected RoleArn",
                                  STR_ARG(to->id));
    diag_help(c->diags, d, "name a role that events.amazonaws.com may assume");
}

static void check_targets(struct check *c, const struct resource *r) {
    struct items items =
        check_items(c, property(r, "Targets"), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < items.items.count; i++) {
        check_role(c, r, items.items.items[i].value);
        for (uint32_t j = 0; j < i; j++) {
            const struct value *a = value_get_c(items.items.items[j].value, "Id");
            const struct value *b = value_get_c(items.items.items[i].value, "Id");
            struct str id = check_text(c, b);
            if (!id.len || !str_eq(check_text(c, a), id) ||
                !check_meet(c, items.items.items[i].when, items.items.items[j].when))
                continue;
            struct diag *d =
                check_report(c, RULE_EVENT_PATTERN, r, b,
                             "two targets of the rule have the id '%.*s'", STR_ARG(id));
            diag_note(c->diags, d, a->span, "the first");
            break;
        }
    }
}

void check_events(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::Events::Rule");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        check_schedule(c, r, true);
        const struct value *pattern = property(r, "EventPattern");
        if (!value_is_null(pattern)) {
            const struct value *map = check_json_text(c, r, pattern, STR("EventPattern"));
            check_pattern(c, r, map, 0);
            check_fields(c, r, map, 0);
        }
        check_targets(c, r);
    }
    list = check_type(c, "AWS::Scheduler::Schedule");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_schedule(c, list->items.items[i], false);
}
