/* Roles that services of AWS's other than Lambda act with: those of schedules, rules, pipes, delivery
   streams, and of state machines for their tasks. Reported is only what certainly is denied. */
#include "base/limits.h"
#include "graph/json_text.h"
#include "passes/rules/access.h"

enum use { USE_SEND, USE_POLL, USE_ENRICH, USE_STORE, USE_STREAM };

static const struct {
    const char *type, *list, *at, *role;
    enum use use;
} acts[] = {
#define ACTS(type, list, at, role, use) {type, list, at, role, USE_##use},
#include "passes/rules/service_roles.def"
};

static const struct {
    enum use use;
    const char *service, *actions;
} needs[] = {
#define NEEDS(use, service, actions) {USE_##use, service, actions},
#include "passes/rules/service_roles.def"
};

static void report(struct access *a, const struct resource *r, const struct value *at,
                   const struct holder *role, struct str missing) {
    struct check *c = a->c;
    struct diag *d = check_report(c, RULE_SERVICE_ROLE, r, at,
                                  "'%.*s' acts with '%.*s', which doesn't allow %.*s here",
                                  STR_ARG(r->id), STR_ARG(role->resource->id), STR_ARG(missing));
    diag_note(c->diags, d, role->resource->id_span, "its role");
    diag_help(c->diags, d, "allow %.*s on what is named here, in a policy of the role",
              STR_ARG(missing));
}

/* ---- targets and sources --------------------------------------------------- */

static void check_use(struct access *a, const struct resource *r, enum use use,
                      const struct holder *role, const struct value *to) {
    struct str service = access_service(a, arn_of(&a->iam.arns, to));
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        if (needs[i].use != use || !service.ptr || !str_is(service, needs[i].service))
            continue;
        struct str missing = access_lacking(a, role, to, str_from(needs[i].actions));
        if (missing.len)
            report(a, r, to, role, missing);
    }
}

static void check_item(struct access *a, const struct resource *r, size_t row,
                       const struct value *item) {
    const struct holder *role = access_known_role(a, value_get_c(item, acts[row].role));
    const struct value *at = view_at_path(&a->c->view, item, acts[row].at);
    struct possibles all = {0};
    if (role && !is_absent(at))
        all = check_possible(a->c, r, at);
    for (uint32_t i = 0; i < all.items.count; i++)
        if (!value_is_null(all.items.items[i].value))
            check_use(a, r, acts[row].use, role, all.items.items[i].value);
}

static void check_acts(struct access *a, const struct resource *r) {
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (!resource_is(r, acts[i].type))
            continue;
        const struct value *list = *acts[i].list ? property(r, acts[i].list) : r->properties;
        for (uint32_t k = 0; list->kind == VAL_LIST && k < list->count; k++)
            check_item(a, r, i, list->items[k]);
        if (list->kind == VAL_MAP)
            check_item(a, r, i, list);
    }
}

/* ---- tasks of state machines ----------------------------------------------- */

struct machine {
    struct access *access;
    const struct resource *r;
    const struct holder *role;
    const struct value *substitutions;
    unsigned depth;
};

/* What a text says once "${Name}" is replaced by the machine's own substitutions. */
static const struct value *substituted(const struct machine *m, const struct value *x) {
    struct str text = x->kind == VAL_STRING || x->kind == VAL_SUB ? x->text : STR_NIL;
    if (!str_starts(text, STR("${")) || text.ptr[text.len - 1] != '}')
        return x;
    struct str name = str_slice(text, 2, text.len - 1);
    return value_has(m->substitutions, name) ? value_get(m->substitutions, name) : x;
}

/* The resource of the stack that a task names in its parameters, by reference; or NULL. */
static const struct value *object_of(const struct machine *m, const struct value *state) {
    static const char *const names[] = {"TableName", "FunctionName", "QueueUrl",
                                        "TopicArn",  "StateMachineArn"};
    const struct value *given = value_get_c(state, "Parameters");
    if (is_absent(given))
        given = value_get_c(state, "Arguments");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct value *x = substituted(m, value_get_c(given, names[i]));
        if (check_target(m->access->c, x))
            return x;
    }
    return NULL;
}

/* Whether the role lacks an action on a resource, whose own policy may allow it; NULL: on anything. */
static bool is_missing(const struct machine *m, struct str action, const struct resource *on) {
    struct arn own = on ? access_arn(m->access, on) : (struct arn){0}, asked;
    struct named_action is = iam_action_named(&m->access->iam, action);
    if (own.count && is.action.n && iam_aim(&m->access->iam, is.action, own, &asked) &&
        asked.count == own.count)
        return access_is_denied(m->access, m->role, action, own, on);
    return !access_speaks(m->access, m->role, action);
}

static void check_task(const struct machine *m, const struct value *state) {
    if (value_has(state, STR("Credentials"))) /* another role's affair */
        return;
    const struct value *at = value_get_c(state, "Resource"), *x = substituted(m, at);
    const struct resource *target = check_target(m->access->c, x);
    struct str action = STR("lambda:InvokeFunction");
    if (!target || !resource_is(target, "AWS::Lambda::Function")) {
        action = access_task_action(m->access, view_text(&m->access->c->view, x).pattern);
        const struct value *object = object_of(m, state);
        target = object ? check_target(m->access->c, object) : NULL;
    }
    if (action.len && is_missing(m, action, target))
        report(m->access, m->r, at, m->role, action);
}

static void check_states(struct machine m, const struct value *states);

/* The states inside of a state: those of its branches and of what it does for each item. */
static void check_inside(struct machine m, const struct value *state) {
    static const char *const holders[] = {"Branches", "Iterator", "ItemProcessor"};
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++) {
        const struct value *x = value_get_c(state, holders[i]);
        check_states(m, value_get_c(x, "States"));
        for (uint32_t k = 0; x->kind == VAL_LIST && k < x->count; k++)
            check_states(m, value_get_c(x->items[k], "States"));
    }
}

static void check_states(struct machine m, const struct value *states) {
    if (++m.depth > LIMIT_DEPTH)
        return;
    for (uint32_t i = 0; states->kind == VAL_MAP && i < states->count; i++) {
        const struct value *state = states->members[i].value;
        if (value_is_c(value_get_c(state, "Type"), "Task"))
            check_task(&m, state);
        check_inside(m, state);
    }
}

static void check_machine_role(struct access *a, const struct resource *r) {
    struct machine m = {.access = a, .r = r, .role = access_known_role(a, property(r, "RoleArn")),
                        .substitutions = property(r, "DefinitionSubstitutions")};
    const struct value *text = property(r, "DefinitionString"), *read;
    if (!m.role)
        return;
    check_states(m, value_get_c(property(r, "Definition"), "States"));
    read = json_text_read(&a->c->view.values, a->c->graph->sources, text).root;
    if (read)
        check_states(m, value_get_c(read, "States"));
}

void check_service_roles(struct check *c) {
    struct access *a = access_get(c);
    for (uint32_t i = 0; a && i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        if (resource_is(r, "AWS::StepFunctions::StateMachine"))
            check_machine_role(a, r);
        else
            check_acts(a, r);
    }
}
