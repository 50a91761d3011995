#include "lang/compile.h"

#include "iam/evaluate.h"

/* can(who, what, on): asks the finished stack's policies. Only asserts ask, since the policies are not
   there before every thing is lowered. */

struct policies {
    struct formulas formulas;
    struct view view;
    struct holes holes;
    struct iam iam;
};

/* One action on one ARN. */
struct pair {
    struct str action;
    struct arn on;
    struct str target; /* logical id */
    struct str name;   /* of the thing, for messages */
};

struct question {
    struct lang *l;
    struct policies *p;
    struct span span;
    struct value *what;
    VEC(struct pair) pairs;
    uint32_t allowed, denied, depends;
    struct str first_allowed, first_denied, first_depends; /* "a may get on b" */
    struct answer depending;
    bool failed; /* reported */
};

static struct iam *iam_of(struct lang *l) {
    if (l->policies)
        return &l->policies->iam;
    struct policies *p = l->policies = arena_new(l->arena, struct policies);
    const struct str_vec *regions = &l->graph->regions;
    formulas_init(&p->formulas, l->arena, l->graph, regions);
    view_init(&p->view, l->arena, l->graph, &p->formulas, regions);
    holes_init(&p->holes, l->arena, regions);
    iam_read(&p->iam, l->arena, l->graph, l->options->schema, &p->formulas, &p->view, &p->holes);
    return &p->iam;
}

/* ---- what is asked ------------------------------------------------------------------ */

static struct arn asked_arn(struct question *q, struct value *x) {
    struct arn arn = arn_of(&q->p->iam.arns, finish_value(q->l, x, NULL));
    for (uint32_t i = 0; i < arn.count; i++)
        if (arn.items[i] == ARN_STAR || arn.items[i] == ARN_ONE)
            arn.items[i] = hole_symbol(&q->p->holes, STR("anything"), HOLE_ANY);
    return arn;
}

static void ask_verb(struct question *q, struct thing *on) {
    struct str verb = q->what->text;
    bool found = false;
    for (unsigned i = 0; i < verb_count; i++) {
        const struct verb *v = &verbs[i];
        if (v->kind != on->kind || !str_is(verb, v->name))
            continue;
        found = true;
        struct value *arns = scope_resources(q->l, on, v->scope);
        for (struct str rest = str_from(v->actions); rest.len;) {
            struct str action = str_split(rest, ' ', &rest);
            for (uint32_t k = 0; action.len && k < arns->count; k++)
                vec_push(q->l->arena, &q->pairs,
                         (struct pair){action, asked_arn(q, arns->items[k]), on->id, on->name});
        }
    }
    if (!found)
        unknown_verb(q->l, on, verb, q->what->span);
    q->failed = q->failed || !found;
}

static void unknown_action(struct question *q, struct str prefix, struct str name) {
    const struct schema *s = q->l->options->schema;
    struct iam_service_id service = iam_service_find(s, prefix);
    struct str near = service.n ? iam_action_name(s, iam_action_nearest(s, service, name))
                                : iam_service_prefix(s, iam_service_nearest(s, prefix));
    struct diag *d = diag_add(q->l->diags, RULE_UNKNOWN_VERB, q->what->span,
                              service.n ? "%.*s has no action '%.*s'"
                                        : "IAM knows no service '%.*s', of '%.*s'",
                              STR_ARG(prefix), STR_ARG(name));
    if (near.len)
        diag_label(q->l->diags, d, "did you mean '%.*s'?", STR_ARG(near));
    q->failed = true;
}

static struct str takes(struct question *q, struct iam_action_id action) {
    const struct schema *s = q->l->options->schema;
    struct buf b;
    buf_init(&b, q->l->arena, 0);
    for (uint32_t i = 0; i < iam_action_resource_count(s, action) && i < 4; i++) {
        struct str name = iam_resource_name(s, iam_action_resource_at(s, action, i).resource);
        buf_printf(&b, "%s%.*s", i ? " or " : "", STR_ARG(name));
    }
    return buf_view(&b);
}

/* "service:Action", also with wildcards: then every action that the thing's type takes. Of "*" it
   is asked on anything. */
static void ask_action(struct question *q, struct arn arn, struct str target, struct str name) {
    struct iam *iam = &q->p->iam;
    const struct schema *s = q->l->options->schema;
    struct str action, prefix = str_split(q->what->text, ':', &action);
    struct iam_service_id service = iam_service_find(s, prefix);
    bool wild = str_has(action, '*') || str_has(action, '?'), on_any = str_is(name, "*");
    uint32_t at = 0, found = 0, fit = 0;
    struct iam_action_id id = {0};
    for (uint32_t i = 0; (id = iam_action_match(s, service, action, i, &at)).n; i = at + 1) {
        struct pair pair = {str_printf(q->l->arena, "%.*s:%.*s", STR_ARG(prefix),
                                       STR_ARG(iam_action_name(s, id))), arn, target, name};
        found++;
        uint32_t takes_some = iam_action_resource_count(s, id);
        if (!(on_any && takes_some) && !iam_aim(iam, id, arn, &pair.on))
            continue;
        if (wild && !takes_some)
            continue;
        fit++;
        vec_push(q->l->arena, &q->pairs, pair);
    }
    if (!found) {
        unknown_action(q, prefix, action);
    } else if (!fit) {
        id = iam_action_match(s, service, action, 0, &at);
        diag_add(q->l->diags, RULE_VALUE_TYPE, q->what->span,
                 "'%.*s' is done to a %.*s, and '%.*s' is none", STR_ARG(q->what->text),
                 STR_ARG(takes(q, id)), STR_ARG(name));
        q->failed = true;
    }
}

static void ask_thing(struct question *q, struct thing *on) {
    if (on->is_collection) {
        for (uint32_t i = 0; i < on->entries.count; i++)
            ask_thing(q, on->entries.items[i].thing);
        return;
    }
    if (!str_has(q->what->text, ':')) {
        ask_verb(q, on);
        return;
    }
    const struct resource *r = graph_find(q->l->graph, on->id);
    struct arn arn = on->is_resource && r ? arn_of_resource(&q->p->iam.arns, r)
                                          : asked_arn(q, thing_alias(q->l, on, "arn"));
    ask_action(q, arn, on->id, on->name);
}

static void ask_on(struct question *q, struct value *on) {
    struct thing *t = thing_of(on);
    if (on->kind == VAL_LIST) {
        for (uint32_t i = 0; i < on->count; i++)
            ask_on(q, on->items[i]);
    } else if (t) {
        ask_thing(q, t);
    } else if ((on->kind == VAL_STRING || value_is_intrinsic(on)) && str_has(q->what->text, ':')) {
        const struct resource *r = iam_target(&q->p->iam, on);
        struct arn arn = asked_arn(q, on);
        ask_action(q, arn, r ? r->id : STR_NIL,
                   value_is_c(on, "*") ? on->text : arn_text(q->l->arena, &q->p->holes, arn));
    } else if (!is_error(on)) {
        bool is_text = on->kind == VAL_STRING || value_is_intrinsic(on);
        struct diag *d =
            diag_add(q->l->diags, RULE_VALUE_TYPE, on->span,
                     "'can' asks about a thing%s here, found %s", is_text ? "" : " or an ARN",
                     describe_value(on));
        if (is_text)
            diag_help(q->l->diags, d, "of an ARN ask for an action, such as \"dynamodb:GetItem\"");
        q->failed = true;
    }
}

/* ---- who asks ---------------------------------------------------------------------------- */

static void answer_pair(struct question *q, const struct holder *who, struct str name,
                        const struct pair *pair) {
    struct request request = {pair->action, pair->on, pair->target};
    struct answer a = iam_evaluate(&q->p->iam, who, &request);
    struct str said = str_printf(q->l->arena, "'%.*s' may %s%.*s on '%.*s'", STR_ARG(name),
                                 a.decision == DECISION_DENIED ? "not " : "", STR_ARG(pair->action),
                                 STR_ARG(pair->name));
    switch (a.decision) {
    case DECISION_ALLOWED:
        q->first_allowed = q->allowed++ ? q->first_allowed : said;
        break;
    case DECISION_DENIED:
        q->first_denied = q->denied++ ? q->first_denied : said;
        break;
    case DECISION_DEPENDS:
        if (!q->depends++) {
            q->first_depends = said;
            q->depending = a;
        }
    }
}

static void ask_who(struct question *q, const struct value *who) {
    struct thing *t = thing_of(who);
    for (uint32_t i = 0; who->kind == VAL_LIST && i < who->count; i++)
        ask_who(q, who->items[i]);
    if (who->kind == VAL_LIST)
        return;
    if (t && t->is_collection) {
        for (uint32_t i = 0; i < t->entries.count; i++)
            ask_who(q, value_of_thing(q->l, t->entries.items[i].thing));
        return;
    }
    struct iam *iam = &q->p->iam;
    const struct resource *r = t ? graph_find(q->l->graph, t->id) : iam_target(iam, who);
    const struct holder *h = r ? iam_principal(iam, r->id) : NULL;
    if (r && !h)
        h = iam_role_of(iam, r);
    struct str name = t ? t->name : r ? r->id : STR_NIL;
    if (!h) {
        struct diag *d =
            diag_add(q->l->diags, RULE_ASSERTION, q->span,
                     "%s%.*s%s has no role of this stack, so nobody knows what it may do",
                     name.len ? "'" : "what 'can' is asked of", STR_ARG(name), name.len ? "'" : "");
        diag_help(q->l->diags, d, "ask about a function, a machine or a role of the stack");
        q->failed = true;
        return;
    }
    for (uint32_t i = 0; i < q->pairs.count; i++)
        answer_pair(q, h, name, &q->pairs.items[i]);
}

static struct value *undecided(struct question *q) {
    struct lang *l = q->l;
    struct diag *d;
    if (q->depends) {
        d = diag_add(l->diags, RULE_ASSERTION, q->span, "whether %.*s isn't decided by the stack",
                     STR_ARG(q->first_depends));
        for (uint32_t i = 0; i < q->depending.reasons.count && i < 4; i++)
            diag_note(l->diags, d, q->depending.reasons.items[i].span, "%.*s",
                      STR_ARG(q->depending.reasons.items[i].text));
    } else {
        d = diag_add(l->diags, RULE_ASSERTION, q->span, "%.*s, but %.*s", STR_ARG(q->first_allowed),
                     STR_ARG(q->first_denied));
        diag_help(l->diags, d, "assert what holds of all, or of each by itself");
    }
    return value_error(l);
}

struct value *ask_can(struct lang *l, struct value *who, struct value *what, struct value *on,
                      struct span span) {
    if (!l->is_asserting) {
        struct diag *d =
            diag_add(l->diags, RULE_WRONG_PLACE, span,
                     "'can' asks the finished stack, so it stands in an 'assert' alone");
        diag_help(l->diags, d, "assert can(f, \"get\", t), \"why\"");
        return value_error(l);
    }
    if (!l->is_finished) {
        l->asks_policies = true; /* the assert is evaluated again, see compile.c */
        return value_error(l);
    }
    if (what->kind != VAL_STRING || !value_is_known(what)) {
        diag_add(l->diags, RULE_VALUE_TYPE, what->span,
                 "'can' needs a verb or an action such as \"dynamodb:GetItem\", found %s",
                 describe_value(what));
        return value_error(l);
    }
    iam_of(l);
    struct question q = {.l = l, .p = l->policies, .span = span, .what = what};
    ask_on(&q, on);
    if (!q.failed)
        ask_who(&q, who);
    if (q.failed)
        return value_error(l);
    if (q.depends || (q.allowed && q.denied))
        return undecided(&q);
    l->answer = q.allowed ? q.first_allowed : q.first_denied;
    return value_bool(l->values, q.allowed > 0);
}
