/* What stands in a state: paths of JSONPath, calls of intrinsic functions, expressions of JSONata, the
   resource of a Task.
   https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
   https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
   https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
   https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html */
#include "base/limits.h"
#include "passes/rules/machine.h"

/* ---- expressions -------------------------------------------------------------------------------- */

static const char *const functions[] = {
    "Array",         "ArrayContains", "ArrayGetItem", "ArrayLength",  "ArrayPartition",
    "ArrayRange",    "ArrayUnique",   "Base64Decode", "Base64Encode", "Format",
    "Hash",          "JsonMerge",     "JsonToString", "MathAdd",      "MathRandom",
    "StringSplit",   "StringToJson",  "UUID",
};

/* States.Format('{}', $.x): the function exists, the brackets close. */
static void check_call(const struct machine *m, const struct value *x) {
    struct str name = str_slice(x->text, 7, str_find_char(x->text, '(', 0)), near = STR_NIL;
    bool known = false;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        known |= str_is(name, functions[i]);
        if (str_is_near(name, str_from(functions[i])))
            near = str_from(functions[i]);
    }
    if (!known) {
        struct diag *d =
            check_report(m->c, RULE_STATE_MACHINE, m->r, x,
                         "there is no intrinsic function 'States.%.*s'", STR_ARG(name));
        if (near.len)
            diag_label(m->c->diags, d, "did you mean 'States.%.*s'?", STR_ARG(near));
        return;
    }
    int open = 0;
    bool quoted = false;
    for (size_t i = 0; i < x->text.len; i++) {
        char ch = x->text.ptr[i];
        if (ch == '\\')
            i++;
        else if (ch == '\'')
            quoted = !quoted;
        else if (!quoted)
            open += ch == '(' ? 1 : ch == ')' ? -1 : 0;
    }
    if (open || quoted)
        check_report(m->c, RULE_STATE_MACHINE, m->r, x, "the call of States.%.*s isn't closed",
                     STR_ARG(name));
}

static void check_dynamic_value(const struct machine *m, const struct member *member) {
    const struct value *x = member->value;
    if (x->kind == VAL_NUMBER || x->kind == VAL_BOOL || x->kind == VAL_MAP || x->kind == VAL_LIST)
        check_report(m->c, RULE_STATE_MACHINE, m->r, x,
                     "'%.*s' ends in .$, expected a path or a call in a string",
                     STR_ARG(member->key));
    if (!machine_is_literal(x))
        return;
    if (str_starts(x->text, STR("States.")))
        check_call(m, x);
    else if (!str_starts(x->text, STR("$")))
        check_report(m->c, RULE_STATE_MACHINE, m->r, x,
                     "'%.*s' is no path and no intrinsic function, expected $.. or States...",
                     STR_ARG(x->text));
}

/* What calls take: keys that end in .$ are paths. */
static void check_payload(const struct machine *m, const struct value *x, unsigned depth) {
    if (depth > LIMIT_DEPTH || (x->kind != VAL_MAP && x->kind != VAL_LIST))
        return;
    for (uint32_t i = 0; i < x->count; i++) {
        if (x->kind == VAL_LIST)
            check_payload(m, x->items[i], depth + 1);
        else if (str_ends(x->members[i].key, STR(".$")))
            check_dynamic_value(m, &x->members[i]);
        else
            check_payload(m, x->members[i].value, depth + 1);
    }
}

static void check_path(const struct machine *m, const struct member *member) {
    const struct value *x = member->value;
    if (machine_is_literal(x) && !str_starts(x->text, STR("$")) &&
        !str_starts(x->text, STR("States.")))
        check_report(m->c, RULE_STATE_MACHINE, m->r, x, "%.*s is '%.*s', expected a path: $..",
                     STR_ARG(member->key), STR_ARG(x->text));
}

static bool is_payload(struct str key) {
    return str_is(key, "Parameters") || str_is(key, "ResultSelector") ||
           str_is(key, "ItemSelector") || str_is(key, "Assign");
}

static bool is_path(struct str key) {
    return str_is(key, "InputPath") || str_is(key, "OutputPath") || str_is(key, "ResultPath") ||
           str_is(key, "ItemsPath") || str_is(key, "SecondsPath") || str_is(key, "TimestampPath") ||
           str_is(key, "TimeoutSecondsPath") || str_is(key, "HeartbeatSecondsPath") ||
           str_is(key, "MaxConcurrencyPath");
}

static void check_expressions(const struct machine *m, const struct value *x, unsigned depth) {
    if (depth > LIMIT_DEPTH)
        return;
    if (machine_is_literal(x)) {
        struct str text = str_trim(x->text);
        if (str_starts(text, STR("{%")) && !str_ends(text, STR("%}")))
            check_report(m->c, RULE_STATE_MACHINE, m->r, x,
                         "an expression begins with {%% but doesn't end with %%}");
        return;
    }
    for (uint32_t i = 0; (x->kind == VAL_MAP || x->kind == VAL_LIST) && i < x->count; i++)
        check_expressions(m, x->kind == VAL_MAP ? x->members[i].value : x->items[i], depth + 1);
}

static bool holds_states(struct str key) {
    return str_is(key, "Branches") || str_is(key, "Iterator") || str_is(key, "ItemProcessor");
}

void machine_check_values(const struct machine *m, const struct value *state, bool is_jsonata) {
    for (uint32_t i = 0; i < state->count; i++) {
        const struct member *member = &state->members[i];
        if (holds_states(member->key) || str_is(member->key, "Comment"))
            continue;
        if (is_jsonata)
            check_expressions(m, member->value, 0);
        else if (is_payload(member->key))
            check_payload(m, member->value, 0);
        else if (is_path(member->key))
            check_path(m, member);
    }
}

/* ---- resources ------------------------------------------------------------------------------------ */

static const struct service {
    const char *name, *action, *patterns;
} services[] = {
#define SERVICE(name, action, patterns) {name, action, patterns},
#include "passes/rules/machine_services.def"
};

/* What follows the action: ".sync" and the like. */
static char pattern_letter(struct str rest) {
    return str_is(rest, "sync")             ? 'S'
           : str_is(rest, "sync:2")         ? '2'
           : str_is(rest, "waitForTaskToken") ? 'W'
                                            : '?';
}

static void check_action(const struct machine *m, const struct value *x, struct str service,
                         struct str action, struct str rest) {
    const struct service *found = NULL;
    struct str near = STR_NIL;
    bool known = false;
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        if (!str_is(service, services[i].name))
            continue;
        known = true;
        if (str_is(action, services[i].action))
            found = &services[i];
        if (str_eq_nocase(action, str_from(services[i].action)) ||
            str_is_near(action, str_from(services[i].action)))
            near = str_from(services[i].action);
    }
    if (!found && known && near.len) {
        struct diag *d =
            check_report(m->c, RULE_STATE_MACHINE, m->r, x, "%.*s has no action '%.*s' for a task",
                         STR_ARG(service), STR_ARG(action));
        check_suggest(m->c, d, action, near);
    } else if (found && rest.len && !str_has(str_from(found->patterns), pattern_letter(rest))) {
        check_report(m->c, RULE_STATE_MACHINE, m->r, x, "%.*s:%.*s can't be called with '.%.*s'",
                     STR_ARG(service), STR_ARG(action), STR_ARG(rest));
    } else if (m->is_express && rest.len) {
        check_report(m->c, RULE_STATE_MACHINE, m->r, x,
                     "an EXPRESS machine doesn't wait: '.%.*s' is for STANDARD ones", STR_ARG(rest));
    }
}

bool machine_task_read(struct str resource, struct machine_task *out) {
    static const struct str mark = {":states:::", 10};
    size_t at = str_find(resource, mark, 0);
    struct str rest = str_slice(resource, at + mark.len, resource.len);
    if (at == resource.len)
        return false;
    *out = (struct machine_task){.is_sdk = str_starts(rest, STR("aws-sdk:"))};
    if (out->is_sdk)
        str_split(rest, ':', &rest);
    out->service = str_split(rest, ':', &rest);
    out->action = str_split(rest, '.', &out->pattern);
    return true;
}

void machine_check_resource(const struct machine *m, const struct value *x) {
    struct machine_task task;
    if (x->kind != VAL_STRING && x->kind != VAL_SUB)
        return;
    struct str text = x->text;
    if (machine_is_literal(x) && !str_starts(text, STR("arn:"))) {
        check_report(m->c, RULE_STATE_MACHINE, m->r, x, "'%.*s' is no ARN, which a task runs",
                     STR_ARG(text));
        return;
    }
    if (!machine_task_read(text, &task) || task.is_sdk ||
        str_find(text, STR("${"), str_find(text, STR(":states:::"), 0)) < text.len)
        return;
    check_action(m, x, task.service, task.action, task.pattern);
}
