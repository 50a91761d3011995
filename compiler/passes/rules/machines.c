/* Definitions of state machines that are written as maps: states that are named exist, and each has
   what its type needs. https://states-language.net/spec.html
   https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html */
#include "base/limits.h"
#include "passes/check.h"

struct machine {
    struct check *c;
    const struct resource *r;
    const struct value *states;
    unsigned depth;
};

static void check_machine(struct machine m, const struct value *definition, struct span at);

/* Text that substitution may still change says nothing. */
static bool is_literal(const struct value *x) {
    return x->kind == VAL_STRING && str_find(x->text, STR("${"), 0) == x->text.len;
}

static void check_next(const struct machine *m, const struct value *x) {
    struct str near = STR_NIL;
    if (!is_literal(x) || value_has(m->states, x->text))
        return;
    for (uint32_t i = 0; i < m->states->count; i++) {
        if (!is_literal(&(struct value){.kind = VAL_STRING, .text = m->states->members[i].key}))
            return;
        if (str_is_near(x->text, m->states->members[i].key))
            near = m->states->members[i].key;
    }
    struct diag *d = check_report(m->c, RULE_STATE_MACHINE, m->r, x,
                                  "there is no state '%.*s' here", STR_ARG(x->text));
    check_suggest(m->c, d, x->text, near);
}

static void check_nexts(const struct machine *m, const struct value *list) {
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++)
        check_next(m, value_get_c(list->items[i], "Next"));
}

static void check_inner(const struct machine *m, const struct value *state, const char *name) {
    const struct member *inner = value_member(state, str_from(name));
    if (inner)
        check_machine(*m, inner->value, inner->span);
}

static void check_branches(const struct machine *m, const struct value *branches) {
    for (uint32_t i = 0; branches->kind == VAL_LIST && i < branches->count; i++)
        check_machine(*m, branches->items[i], branches->items[i]->span);
}

static void report_lack(const struct machine *m, const struct member *state, const char *what) {
    check_report_span(m->c, RULE_STATE_MACHINE, m->r, state->span, "state '%.*s' lacks %s",
                      STR_ARG(state->key), what);
}

/* Task and those like it go on to another state, or end. */
static bool goes_on(struct str type) {
    static const char *const types[] = {"Task", "Pass", "Wait", "Parallel", "Map"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(type, types[i]))
            return true;
    return false;
}

static void check_state(const struct machine *m, const struct member *member) {
    const struct value *state = member->value, *type = value_get_c(state, "Type");
    if (!check_is_closed(state))
        return;
    bool is_final =
        is_literal(type) && (str_is(type->text, "Succeed") || str_is(type->text, "Fail"));
    bool is_choice = is_literal(type) && str_is(type->text, "Choice");
    if (value_is_nil(type))
        report_lack(m, member, "'Type', which is required");
    if (is_literal(type) && !is_final && !is_choice && !goes_on(type->text)) {
        check_report(
            m->c, RULE_STATE_MACHINE, m->r, type,
            "'%.*s' is no type of state, expected Task, Pass, Choice, Wait, Succeed, Fail, "
            "Parallel or Map",
            STR_ARG(type->text));
        return;
    }
    check_next(m, value_get_c(state, "Next"));
    check_next(m, value_get_c(state, "Default"));
    check_nexts(m, value_get_c(state, "Choices"));
    check_nexts(m, value_get_c(state, "Catch"));
    check_branches(m, value_get_c(state, "Branches"));
    check_inner(m, state, "Iterator");
    check_inner(m, state, "ItemProcessor");
    if (!is_literal(type))
        return;
    bool has_way = value_has(state, STR("Next")) || value_has(state, STR("End"));
    if (goes_on(type->text) && !has_way)
        report_lack(m, member, "'Next' or 'End'");
    if (str_is(type->text, "Task") && !value_has(state, STR("Resource")))
        report_lack(m, member, "'Resource', which is required");
    if (is_choice && !value_has(state, STR("Choices")))
        report_lack(m, member, "'Choices', which is required");
}

static void check_machine(struct machine m, const struct value *definition, struct span at) {
    m.states = value_get_c(definition, "States");
    if (++m.depth > LIMIT_DEPTH || !check_is_closed(definition))
        return;
    if (value_is_nil(m.states) || !value_has(definition, STR("StartAt"))) {
        check_report_span(m.c, RULE_STATE_MACHINE, m.r, at, "a state machine lacks '%s'",
                          value_is_nil(m.states) ? "States" : "StartAt");
        return;
    }
    if (!check_is_closed(m.states))
        return;
    check_next(&m, value_get_c(definition, "StartAt"));
    for (uint32_t i = 0; i < m.states->count; i++)
        check_state(&m, &m.states->members[i]);
}

static void check_all(struct check *c, const char *type) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct member *m = value_member(r->properties, STR("Definition"));
        if (m && m->value->kind == VAL_MAP)
            check_machine((struct machine){.c = c, .r = r}, m->value, m->span);
    }
}

void check_machines(struct check *c) {
    check_all(c, "AWS::StepFunctions::StateMachine");
}

void check_sam_machines(struct check *c) {
    check_all(c, "AWS::Serverless::StateMachine");
}
