/* Definitions of state machines, as maps and as texts: states that are named exist and are reached,
   and each has what its type needs. https://states-language.net/spec.html
   https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html */
#include "base/limits.h"
#include "passes/rules/json_texts.h"
#include "passes/rules/machine.h"

static void check_machine(struct machine m, const struct value *definition, struct span at);

/* ---- ways from state to state -------------------------------------------------------------- */

/* States by position; what no literal names makes all of them reached. */
struct reach {
    const struct machine *m;
    VEC(uint32_t) queue;
    bool *reached;
    bool open;
};

static void reach_name(struct reach *g, const struct value *x) {
    if (value_is_nil(x))
        return;
    if (!machine_is_literal(x)) {
        g->open = true;
        return;
    }
    for (uint32_t i = 0; i < g->m->states->count; i++)
        if (str_eq(g->m->states->members[i].key, x->text) && !g->reached[i]) {
            g->reached[i] = true;
            vec_push(g->m->c->arena, &g->queue, i);
        }
}

static void reach_nexts(struct reach *g, const struct value *list) {
    if (value_is_intrinsic(list))
        g->open = true;
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++)
        reach_name(g, value_get_c(list->items[i], "Next"));
}

static void reach_state(struct reach *g, const struct value *state) {
    if (!check_is_closed(state))
        g->open = true;
    reach_name(g, value_get_c(state, "Next"));
    reach_name(g, value_get_c(state, "Default"));
    reach_nexts(g, value_get_c(state, "Choices"));
    reach_nexts(g, value_get_c(state, "Catch"));
}

static void check_reached(const struct machine *m, const struct value *start) {
    const struct value *states = m->states;
    struct reach g = {.m = m, .reached = arena_alloc(m->c->arena, states->count + 1, 1)};
    for (uint32_t i = 0; i < states->count; i++)
        g.reached[i] = false;
    reach_name(&g, start);
    for (uint32_t i = 0; i < g.queue.count && !g.open; i++)
        reach_state(&g, states->members[g.queue.items[i]].value);
    for (uint32_t i = 0; i < states->count && g.queue.count && !g.open; i++)
        if (!g.reached[i])
            check_report_span(m->c, RULE_STATE_MACHINE, m->r, states->members[i].span,
                              "no way leads to state '%.*s'", STR_ARG(states->members[i].key));
}

/* ---- names ------------------------------------------------------------------------------------ */

enum { MAX_STATE_NAME = 80 };

static bool is_literal_name(struct str key) {
    return str_find(key, STR("${"), 0) == key.len;
}

/* Whether a state is named that isn't there. */
static bool check_next(const struct machine *m, const struct value *x) {
    struct str near = STR_NIL;
    if (!machine_is_literal(x) || value_has(m->states, x->text))
        return true;
    for (uint32_t i = 0; i < m->states->count; i++) {
        if (!is_literal_name(m->states->members[i].key))
            return true;
        if (str_is_near(x->text, m->states->members[i].key))
            near = m->states->members[i].key;
    }
    struct diag *d = check_report(m->c, RULE_STATE_MACHINE, m->r, x,
                                  "there is no state '%.*s' here", STR_ARG(x->text));
    check_suggest(m->c, d, x->text, near);
    return false;
}

static bool check_nexts(const struct machine *m, const struct value *list) {
    bool fine = true;
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++)
        fine &= check_next(m, value_get_c(list->items[i], "Next"));
    return fine;
}

/* ---- states ------------------------------------------------------------------------------------ */

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

/* Whether all that the state names exists. */
static bool check_state(const struct machine *m, const struct member *member) {
    const struct value *state = member->value, *type = value_get_c(state, "Type");
    if (!check_is_closed(state))
        return true;
    if (is_literal_name(member->key) && member->key.len > MAX_STATE_NAME)
        check_report_span(m->c, RULE_STATE_MACHINE, m->r, member->span,
                          "a state's name has %zu characters, expected at most %d",
                          member->key.len, MAX_STATE_NAME);
    if (value_is_nil(type))
        report_lack(m, member, "'Type', which is required");
    char letter = machine_is_literal(type) ? machine_letter(type->text) : 0;
    if (machine_is_literal(type) && !letter) {
        check_report(
            m->c, RULE_STATE_MACHINE, m->r, type,
            "'%.*s' is no type of state, expected Task, Pass, Choice, Wait, Succeed, Fail, "
            "Parallel or Map",
            STR_ARG(type->text));
        return false;
    }
    bool fine = check_next(m, value_get_c(state, "Next"));
    fine &= check_next(m, value_get_c(state, "Default"));
    fine &= check_nexts(m, value_get_c(state, "Choices"));
    fine &= check_nexts(m, value_get_c(state, "Catch"));
    struct machine inner = *m;
    inner.any_language |= value_has(state, STR("QueryLanguage"));
    check_branches(&inner, value_get_c(state, "Branches"));
    check_inner(&inner, state, "Iterator");
    check_inner(&inner, state, "ItemProcessor");
    if (letter)
        machine_check_state(m, member, letter);
    return fine && letter;
}

static void check_language(struct machine *m, const struct value *definition) {
    const struct value *language = value_get_c(definition, "QueryLanguage");
    if (machine_is_literal(language))
        m->is_jsonata = str_is(language->text, "JSONata");
    if (machine_is_literal(language) && !str_is(language->text, "JSONata") &&
        !str_is(language->text, "JSONPath"))
        check_report(m->c, RULE_STATE_MACHINE, m->r, language,
                     "QueryLanguage is '%.*s', expected JSONata or JSONPath",
                     STR_ARG(language->text));
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
    check_language(&m, definition);
    if (!check_is_closed(m.states))
        return;
    bool fine = check_next(&m, value_get_c(definition, "StartAt"));
    for (uint32_t i = 0; i < m.states->count; i++)
        fine &= check_state(&m, &m.states->members[i]);
    if (fine)
        check_reached(&m, value_get_c(definition, "StartAt"));
}

/* ---- resources ----------------------------------------------------------------------------------- */

static void check_definition(struct check *c, const struct resource *r, const char *name,
                             const char *type) {
    const struct member *m = value_member(r->properties, str_from(name));
    if (!m)
        return;
    const struct value *root = check_json_text(c, r, m->value, m->key);
    if (root->kind != VAL_MAP)
        return;
    struct machine machine = {.c = c, .r = r};
    machine.is_express = str_is(check_text(c, property(r, type)), "EXPRESS");
    check_machine(machine, root, m->span);
}

/* What the SAM transform wrote has been checked where it comes from. */
static bool is_from_sam(const struct resource *r) {
    return r->origin && str_starts(r->origin->construct, STR("AWS::Serverless::"));
}

void check_machines(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::StepFunctions::StateMachine");
    for (uint32_t i = 0; i < list->items.count; i++) {
        if (is_from_sam(list->items.items[i]))
            continue;
        check_definition(c, list->items.items[i], "Definition", "StateMachineType");
        check_definition(c, list->items.items[i], "DefinitionString", "StateMachineType");
    }
}

void check_sam_machines(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::Serverless::StateMachine");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_definition(c, list->items.items[i], "Definition", "Type");
}
