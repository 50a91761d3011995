/* One state of a state machine: the fields that its type and its language of expressions take, the
   ways on, choices, retriers and catchers.
   https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html
   https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
#include "passes/rules/machine.h"

#include <string.h>

static const struct field {
    const char *name, *states;
    char language;
} fields[] = {
#define FIELD(name, states, language) {name, states, language},
#include "passes/rules/machine_fields.def"
};

char machine_letter(struct str type) {
    static const struct {
        const char *type;
        char letter;
    } types[] = {{"Task", 'T'}, {"Pass", 'P'},    {"Choice", 'C'}, {"Wait", 'W'}, {"Succeed", 'S'},
                 {"Fail", 'F'}, {"Parallel", 'L'}, {"Map", 'M'}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(type, types[i].type))
            return types[i].letter;
    return 0;
}

static bool is_jsonata_state(const struct machine *m, const struct value *state) {
    const struct value *own = value_get_c(state, "QueryLanguage");
    return value_is_nil(own) ? m->is_jsonata : str_is(value_text(own), "JSONata");
}

struct state {
    const struct machine *m;
    const struct member *at;
    const struct value *x;
    struct str type;
    char letter;
    bool is_jsonata;
    bool knows_language;
};

static bool has(const struct state *s, const char *name) {
    return value_has(s->x, str_from(name));
}

static void report_lack(const struct state *s, const char *what) {
    check_report_span(s->m->c, RULE_STATE_MACHINE, s->m->r, s->at->span, "state '%.*s' lacks %s",
                      STR_ARG(s->at->key), what);
}

/* ---- fields -------------------------------------------------------------------------------- */

static const struct field *field_find(struct str name) {
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (str_is(name, fields[i].name))
            return &fields[i];
    return NULL;
}

static void check_unknown_field(const struct state *s, const struct member *m) {
    struct str near = STR_NIL;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strchr(fields[i].states, s->letter) && str_is_near(m->key, str_from(fields[i].name)))
            near = str_from(fields[i].name);
    if (!near.len)
        return; /* newer, perhaps */
    struct diag *d = check_report_span(s->m->c, RULE_STATE_MACHINE, s->m->r, m->span,
                                       "states have no field '%.*s'", STR_ARG(m->key));
    check_suggest(s->m->c, d, m->key, near);
}

static void check_field(const struct state *s, const struct member *m) {
    const struct field *f = field_find(m->key);
    if (!f)
        check_unknown_field(s, m);
    else if (!strchr(f->states, s->letter))
        check_report_span(s->m->c, RULE_STATE_MACHINE, s->m->r, m->span,
                          "a state of type %.*s takes no '%.*s'", STR_ARG(s->type),
                          STR_ARG(m->key));
    else if (f->language == 'P' && s->is_jsonata && s->knows_language)
        check_report_span(s->m->c, RULE_STATE_MACHINE, s->m->r, m->span,
                          "'%.*s' is for JSONPath, but the state's language is JSONata",
                          STR_ARG(m->key));
    else if (f->language == 'A' && !s->is_jsonata && s->knows_language)
        check_report_span(s->m->c, RULE_STATE_MACHINE, s->m->r, m->span,
                          "'%.*s' is for JSONata, but the state's language is JSONPath",
                          STR_ARG(m->key));
}

static unsigned count_of(const struct state *s, const char *const *names, size_t count) {
    unsigned n = 0;
    for (size_t i = 0; i < count; i++)
        n += has(s, names[i]);
    return n;
}

static void check_required(const struct state *s) {
    static const char *const waits[] = {"Seconds", "Timestamp", "SecondsPath", "TimestampPath"};
    bool goes_on = strchr("TPWLM", s->letter) != NULL;
    if (goes_on && !has(s, "Next") && !has(s, "End"))
        report_lack(s, "'Next' or 'End'");
    else if (goes_on && has(s, "Next") && has(s, "End"))
        check_report_span(s->m->c, RULE_STATE_MACHINE, s->m->r, s->at->span,
                          "state '%.*s' has 'Next' and 'End', expected one of them",
                          STR_ARG(s->at->key));
    if (s->letter == 'T' && !has(s, "Resource"))
        report_lack(s, "'Resource', which is required");
    if (s->letter == 'C' && !has(s, "Choices"))
        report_lack(s, "'Choices', which is required");
    if (s->letter == 'L' && !has(s, "Branches"))
        report_lack(s, "'Branches', which is required");
    if (s->letter == 'M' && !has(s, "ItemProcessor") && !has(s, "Iterator"))
        report_lack(s, "'ItemProcessor', which is required");
    unsigned n = count_of(s, waits, sizeof waits / sizeof *waits);
    if (s->letter == 'W' && n == 0)
        report_lack(s, "'Seconds' or 'Timestamp'");
    else if (s->letter == 'W' && n > 1)
        check_report_span(s->m->c, RULE_STATE_MACHINE, s->m->r, s->at->span,
                          "state '%.*s' says %u times how long to wait, expected once",
                          STR_ARG(s->at->key), n);
}

static void check_language(const struct state *s) {
    const struct value *own = value_get_c(s->x, "QueryLanguage");
    if (s->m->is_jsonata && machine_is_literal(own) && str_is(own->text, "JSONPath"))
        check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, own,
                     "a state can't go back to JSONPath in a machine of JSONata");
}

/* ---- choices ---------------------------------------------------------------------------------- */

static const char *const operators[] = {
    "And", "Or", "Not", "IsBoolean", "IsNull", "IsNumeric", "IsPresent", "IsString", "IsTimestamp",
    "BooleanEquals", "BooleanEqualsPath", "NumericEquals", "NumericEqualsPath",
    "NumericGreaterThan", "NumericGreaterThanPath", "NumericGreaterThanEquals",
    "NumericGreaterThanEqualsPath", "NumericLessThan", "NumericLessThanPath",
    "NumericLessThanEquals", "NumericLessThanEqualsPath", "StringEquals", "StringEqualsPath",
    "StringGreaterThan", "StringGreaterThanPath", "StringGreaterThanEquals",
    "StringGreaterThanEqualsPath", "StringLessThan", "StringLessThanPath", "StringLessThanEquals",
    "StringLessThanEqualsPath", "StringMatches", "TimestampEquals", "TimestampEqualsPath",
    "TimestampGreaterThan", "TimestampGreaterThanPath", "TimestampGreaterThanEquals",
    "TimestampGreaterThanEqualsPath", "TimestampLessThan", "TimestampLessThanPath",
    "TimestampLessThanEquals", "TimestampLessThanEqualsPath",
};

static bool is_operator(struct str name) {
    return str_in(name, operators);
}

static bool is_choice_field(struct str name) {
    return str_is(name, "Variable") || str_is(name, "Next") || str_is(name, "Comment") ||
           str_is(name, "Assign") || str_is(name, "Output") || str_is(name, "Condition");
}

static void check_comparison(const struct state *s, const struct value *rule, unsigned depth);

static void check_operator(const struct state *s, const struct member *m, unsigned depth) {
    if (str_is(m->key, "Not"))
        check_comparison(s, m->value, depth + 1);
    for (uint32_t i = 0; (str_is(m->key, "And") || str_is(m->key, "Or")) &&
                         m->value->kind == VAL_LIST && i < m->value->count;
         i++)
        check_comparison(s, m->value->items[i], depth + 1);
}

/* One comparison, with JSONPath. */
static void check_comparison(const struct state *s, const struct value *rule, unsigned depth) {
    const struct member *found = NULL;
    if (!check_is_closed(rule) || depth > 20)
        return;
    for (uint32_t i = 0; i < rule->count; i++) {
        const struct member *m = &rule->members[i];
        if (is_operator(m->key)) {
            found = m;
            check_operator(s, m, depth);
            continue;
        }
        if (is_choice_field(m->key))
            continue;
        struct str near = STR_NIL;
        for (size_t j = 0; j < sizeof operators / sizeof *operators; j++)
            if (str_is_near(m->key, str_from(operators[j])))
                near = str_from(operators[j]);
        struct diag *d = check_report_span(s->m->c, RULE_STATE_MACHINE, s->m->r, m->span,
                                           "'%.*s' is no comparison", STR_ARG(m->key));
        check_suggest(s->m->c, d, m->key, near);
        return;
    }
    bool alone = found && (str_is(found->key, "And") || str_is(found->key, "Or") ||
                           str_is(found->key, "Not"));
    if (!found)
        check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, rule, "a choice compares nothing");
    else if (!alone && !value_has(rule, STR("Variable")))
        check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, rule,
                     "a choice lacks 'Variable', what it compares");
}

static void check_choices(const struct state *s) {
    const struct value *list = value_get_c(s->x, "Choices");
    if (list->kind == VAL_LIST && !list->count)
        check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, list, "'Choices' is empty");
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++) {
        const struct value *rule = list->items[i];
        if (!check_is_closed(rule))
            continue;
        if (!value_has(rule, STR("Next")))
            check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, rule, "a choice lacks 'Next'");
        if (!s->is_jsonata)
            check_comparison(s, rule, 0);
        else if (!value_has(rule, STR("Condition")))
            check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, rule,
                         "a choice of JSONata lacks 'Condition'");
    }
}

/* ---- errors ------------------------------------------------------------------------------------- */

static void check_errors(const struct state *s, const char *name, bool goes_on) {
    const struct value *list = value_get_c(s->x, name);
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++) {
        const struct value *one = list->items[i], *errors = value_get_c(one, "ErrorEquals");
        if (!check_is_closed(one))
            continue;
        if (value_is_nil(errors) || (errors->kind == VAL_LIST && !errors->count))
            check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, one,
                         "an entry of %s names no error, expected ErrorEquals", name);
        if (goes_on && !value_has(one, STR("Next")))
            check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, one, "an entry of %s lacks 'Next'",
                         name);
        for (uint32_t j = 0; errors->kind == VAL_LIST && j < errors->count; j++) {
            if (!value_is_c(errors->items[j], "States.ALL"))
                continue;
            if (errors->count > 1)
                check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, errors->items[j],
                             "States.ALL stands alone, not beside other errors");
            else if (i + 1 < list->count)
                check_report(s->m->c, RULE_STATE_MACHINE, s->m->r, errors->items[j],
                             "States.ALL stands in the last entry of %s", name);
        }
    }
}

void machine_check_state(const struct machine *m, const struct member *at, char letter) {
    struct state s = {.m = m, .at = at, .x = at->value, .letter = letter};
    s.type = value_text(value_get_c(s.x, "Type"));
    s.is_jsonata = is_jsonata_state(m, s.x);
    s.knows_language = !m->any_language || has(&s, "QueryLanguage");
    for (uint32_t i = 0; i < s.x->count; i++)
        check_field(&s, &s.x->members[i]);
    check_required(&s);
    check_language(&s);
    if (letter == 'C' && s.knows_language)
        check_choices(&s);
    check_errors(&s, "Retry", false);
    check_errors(&s, "Catch", true);
    if (letter == 'T')
        machine_check_resource(m, value_get_c(s.x, "Resource"));
    if (s.knows_language)
        machine_check_values(m, s.x, s.is_jsonata);
}
