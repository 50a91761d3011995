#include "iam/evaluate.h"

#include "base/buf.h"
#include "iam/condition.h"

/* ---- one statement -------------------------------------------------------------------- */

static enum match any_term(const struct iam *iam, const struct term_vec *terms, struct bdd_id when,
                           struct arn asked) {
    enum match best = MATCH_NO;
    const struct term *same = iam_term_of(terms, asked);
    if (same && same->sure && iam_is_there(iam, same->when, when) == MATCH_YES)
        return MATCH_YES;
    for (uint32_t i = 0; i < terms->items.count && best < MATCH_YES; i++) {
        const struct term *t = &terms->items.items[i];
        enum match m = arn_match(iam->holes, t->pattern, asked);
        if (m == MATCH_YES && (!t->sure || iam_is_there(iam, t->when, when) != MATCH_YES))
            m = MATCH_MAYBE;
        best = match_most(best, m);
    }
    return best;
}

static uint32_t lower(char c) {
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Whether a pattern differs from a text before its first wildcard or hole, as most do. */
static bool differs(struct arn pattern, struct str action) {
    for (uint32_t i = 0; i < pattern.count && pattern.items[i] < ARN_STAR; i++)
        if (i >= action.len || pattern.items[i] != lower(action.ptr[i]))
            return true;
    return false;
}

enum match iam_speaks_of_action(const struct iam *iam, const struct statement *s,
                                struct str action) {
    uint32_t first = 0, begins = action.len ? lower(action.ptr[0]) : 0;
    for (; first < s->actions.items.count; first++) {
        struct arn x = s->actions.items.items[first].pattern;
        bool other = x.count && x.items[0] < ARN_STAR && x.items[0] != begins;
        if (!other && !differs(x, action))
            break;
    }
    enum match m = MATCH_NO;
    if (first < s->actions.items.count)
        m = any_term(iam, &s->actions, s->when,
                     arn_literal(iam->holes, str_lower(iam->arena, action)));
    if (m == MATCH_NO && !s->whole)
        m = MATCH_MAYBE;
    return s->not_action ? match_flip(m) : m;
}

/* The statement's resources with the policy variables that are known. False: one of NotResource
   would be what is asked for, if it weren't for a variable that requests don't have: it speaks of
   nothing. */
static bool resolve_terms(struct iam *iam, const struct holder *who, const struct statement *s,
                          struct arn on, struct term_vec *out) {
    for (uint32_t i = 0; i < s->resources.items.count; i++) {
        struct term t = s->resources.items.items[i];
        struct arn resolved;
        if (condition_resolve(iam, who, t.pattern, &resolved)) {
            t.pattern = resolved;
            vec_push(iam->arena, &out->items, t);
        } else if (s->not_resource && arn_match(iam->holes, t.pattern, on) != MATCH_NO) {
            return false;
        }
    }
    return true;
}

static bool has_variable(const struct iam *iam, const struct term_vec *terms) {
    if (terms->is_plain)
        return false;
    for (uint32_t i = 0; i < terms->items.count; i++) {
        struct arn x = terms->items.items[i].pattern;
        for (uint32_t k = 0; k < x.count; k++)
            if (hole_kind_of(iam->holes, x.items[k]) == HOLE_VARIABLE)
                return true;
    }
    return false;
}

static enum match speaks_of(struct iam *iam, const struct holder *who, const struct statement *s,
                            struct arn on) {
    bool is_own = s->kind == POLICY_RESOURCE || s->kind == POLICY_TRUST;
    if (!s->resources.items.count && s->whole)
        return is_own ? MATCH_YES : MATCH_NO;
    struct term_vec resolved = s->resources;
    if (has_variable(iam, &resolved)) {
        resolved = (struct term_vec){0};
        if (!resolve_terms(iam, who, s, on, &resolved))
            return MATCH_NO;
    }
    enum match m = any_term(iam, &resolved, s->when, on);
    if (m == MATCH_NO && !s->whole)
        m = MATCH_MAYBE;
    return s->not_resource ? match_flip(m) : m;
}

enum match iam_speaks_of_resource(struct iam *iam, const struct statement *s, struct arn on) {
    return speaks_of(iam, NULL, s, on);
}

enum match iam_is_there(const struct iam *iam, struct bdd_id statement, struct bdd_id other) {
    if (statement.n == other.n || statement.n == BDD_TRUE.n)
        return MATCH_YES;
    if (formula_meet(iam->formulas, statement, other) == TRUTH_NO)
        return MATCH_NO;
    return formula_implies(iam->formulas, other, statement) == TRUTH_YES ? MATCH_YES : MATCH_MAYBE;
}

static enum match holds(struct iam *iam, const struct holder *who, const struct statement *s,
                        struct str action, struct str *undecided) {
    struct str rest, service = str_split(action, ':', &rest);
    iam->arns.literal = s->literal;
    enum match m = condition_holds(iam, who, service, s->condition, undecided);
    iam->arns.literal = false;
    return m;
}

enum match iam_condition(struct iam *iam, const struct holder *who, const struct statement *s,
                         struct str action) {
    struct str undecided;
    return holds(iam, who, s, action, &undecided);
}

/* ---- principals of a resource's policy --------------------------------------------------- */

static bool is_account_id(struct str s) {
    size_t digits = 0;
    while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
        digits++;
    return s.len == 12 && digits == 12;
}

struct naming {
    enum match names;   /* the principal itself, or everybody */
    enum match account; /* the account, whose own policies then decide */
    bool unbounded; /* so that what a boundary doesn't allow doesn't matter: everybody, or a user */
};

/* The account that a principal names as a whole, by its id or its root; nil: none. */
static struct str account_of(struct str text) {
    if (str_is(text, "${AWS::AccountId}") || is_account_id(text))
        return text;
    if (!str_starts(text, STR("arn:")) || !str_ends(text, STR(":root")))
        return STR_NIL;
    struct str rest = str_slice(text, 0, text.len - 5);
    size_t at = str_find(rest, STR(":iam::"), 0);
    return at < rest.len ? str_slice(rest, at + 6, rest.len) : STR_NIL;
}

static void name_principal(struct iam *iam, const struct holder *who, const struct value *x,
                           struct naming *out) {
    struct arn pattern = arn_of(&iam->arns, x);
    struct arn own = arn_of_resource(&iam->arns, who->resource);
    struct str text = arn_text(iam->arena, iam->holes, pattern), account = account_of(text);
    if (str_is(text, "*")) {
        out->names = MATCH_YES;
        out->unbounded = true;
    } else if (account.len && (str_is(account, "${AWS::AccountId}") ||
                             (iam->holes->account.len && str_eq(account, iam->holes->account)))) {
        out->account = MATCH_YES;
    } else if (account.len) {
        out->account = match_most(out->account, iam->holes->account.len && is_account_id(account)
                                              ? MATCH_NO
                                              : MATCH_MAYBE);
    } else {
        out->names = match_most(out->names, arn_match(iam->holes, own, pattern));
        out->unbounded = out->unbounded || resource_is(who->resource, "AWS::IAM::User");
    }
}

static struct naming naming_of(struct iam *iam, const struct holder *who,
                               const struct statement *s) {
    struct naming out = {MATCH_NO, MATCH_NO, false};
    const struct value *x = s->principal;
    if (s->kind == POLICY_IDENTITY || s->kind == POLICY_BOUNDARY)
        return (struct naming){MATCH_YES, MATCH_NO, false};
    if (x->kind == VAL_MAP)
        x = value_get_c(x, "AWS");
    for (uint32_t i = 0; i < (x->kind == VAL_LIST ? x->count : 1); i++) {
        const struct value *one = x->kind == VAL_LIST ? x->items[i] : x;
        if (!value_is_null(one))
            name_principal(iam, who, one, &out);
    }
    if (!s->not_principal)
        return out;
    bool is_named = out.names != MATCH_NO || out.account != MATCH_NO;
    return (struct naming){is_named ? MATCH_MAYBE : MATCH_YES, MATCH_NO, false};
}

/* ---- a request -------------------------------------------------------------------------- */

struct asking {
    struct iam *iam;
    const struct holder *who;
    const struct request *what;
    struct bdd_id when; /* the principal and the target are there */
    struct answer *answer;
};

static void because(struct asking *q, struct span span, struct str text) {
    for (uint32_t i = 0; i < q->answer->reasons.count; i++)
        if (q->answer->reasons.items[i].span.start == span.start &&
            str_eq(q->answer->reasons.items[i].text, text))
            return;
    vec_push(q->iam->arena, &q->answer->reasons, (struct reason){span, text});
}

static struct str unknown_of(struct iam *iam, const struct statement *s) {
    for (uint32_t i = 0; i < s->resources.items.count; i++) {
        struct str name = arn_unknown(iam->holes, s->resources.items.items[i].pattern);
        if (name.ptr)
            return name;
    }
    for (uint32_t i = 0; i < s->actions.items.count; i++) {
        struct str name = arn_unknown(iam->holes, s->actions.items.items[i].pattern);
        if (name.ptr)
            return name;
    }
    return STR_NIL;
}

struct verdict {
    enum match holds;
    struct naming naming;
};

static const char *effect_of(const struct statement *s) {
    return s->allows ? "allows" : "denies";
}

/* Whether a statement decides the request; what makes it uncertain is kept as a reason. */
static struct verdict weigh(struct asking *q, const struct statement *s) {
    struct iam *iam = q->iam;
    struct verdict out = {MATCH_NO, {MATCH_NO, MATCH_NO, false}};
    struct str undecided = STR_NIL;
    enum match action = iam_speaks_of_action(iam, s, q->what->action);
    enum match on = action ? speaks_of(iam, q->who, s, q->what->on) : MATCH_NO;
    enum match condition = on ? holds(iam, q->who, s, q->what->action, &undecided) : MATCH_NO;
    enum match there = condition ? iam_is_there(iam, s->when, q->when) : MATCH_NO;
    if (!there)
        return out;
    out.naming = naming_of(iam, q->who, s);
    out.holds = match_least(match_least(action, on), match_least(condition, there));
    if (out.naming.names == MATCH_NO && out.naming.account == MATCH_NO)
        return (struct verdict){MATCH_NO, out.naming};
    if (condition == MATCH_MAYBE)
        because(q, s->condition->span.source ? s->condition->span : s->span,
                undecided.len
                    ? str_printf(iam->arena, "a statement %s it under a condition on '%.*s'",
                                 effect_of(s), STR_ARG(undecided))
                    : str_printf(iam->arena, "a statement %s it under a condition", effect_of(s)));
    if (there == MATCH_MAYBE)
        because(q, s->span,
                str_printf(iam->arena, "a statement that %s it isn't in every deployment",
                           effect_of(s)));
    if (match_least(action, on) != MATCH_MAYBE)
        return out;
    struct str unknown = unknown_of(iam, s);
    if (unknown.ptr)
        because(q, s->span, str_printf(iam->arena, "a statement %s it, if '%.*s' names it",
                                       effect_of(s), STR_ARG(unknown)));
    else
        because(q, s->span,
                str_printf(iam->arena, "a statement %s a part of it, or in some places",
                           effect_of(s)));
    return out;
}

/* The most that statements of one effect say: of the principal, of its account, and to whom no
   boundary matters. */
struct sum {
    enum match named, account, unbounded;
};

static struct sum sum(struct asking *q, const struct statement_vec *list, bool allows) {
    struct sum best = {MATCH_NO, MATCH_NO, MATCH_NO};
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct statement *s = list->items.items[i];
        if (s->allows != allows)
            continue;
        struct verdict v = weigh(q, s);
        enum match m = match_least(v.holds, v.naming.names);
        if (m > best.named)
            q->answer->by = s;
        best.named = match_most(best.named, m);
        best.account = match_most(best.account, match_least(v.holds, v.naming.account));
        if (v.naming.unbounded)
            best.unbounded = match_most(best.unbounded, m);
    }
    return best;
}

static enum match denied_by(struct asking *q, const struct statement_vec *list) {
    struct sum s = sum(q, list, false);
    return match_most(s.named, s.account);
}

/* Keys and roles are reached only where their own policy opens them, for their account or by name.
   https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html */
static bool needs_own_policy(const struct iam *iam, struct str target) {
    const struct resource *r = graph_find(iam->graph, target);
    return r && (resource_is(r, "AWS::KMS::Key") || resource_is(r, "AWS::KMS::ReplicaKey") ||
                 resource_is(r, "AWS::IAM::Role"));
}

static void unread_reasons(struct asking *q) {
    for (uint32_t i = 0; i < q->who->unread.count; i++)
        because(q, q->who->unread.items[i].span, q->who->unread.items[i].text);
}

static const struct holder *target_policy(struct asking *q) {
    return q->what->target.len ? iam_policy_of(q->iam, q->what->target) : NULL;
}

static enum match denied(struct asking *q) {
    const struct holder *policy = target_policy(q);
    enum match deny = denied_by(q, &q->who->own);
    if (deny < MATCH_YES && policy)
        deny = match_most(deny, denied_by(q, &policy->own));
    if (deny < MATCH_YES && q->who->bounded)
        deny = match_most(deny, denied_by(q, &q->who->boundary));
    for (uint32_t i = 0; i < q->who->unread.count && deny == MATCH_NO; i++)
        if (q->who->unread.items[i].may_deny) {
            unread_reasons(q);
            deny = MATCH_MAYBE;
        }
    return deny;
}

/* What is allowed before a boundary has its say; *unbounded: whatever that says. */
static enum match allowed(struct asking *q, enum match *unbounded) {
    const struct holder *policy = target_policy(q);
    struct sum by_resource = {MATCH_NO, MATCH_NO, MATCH_NO};
    if (policy)
        by_resource = sum(q, &policy->own, true);
    const struct statement *resource_by = q->answer->by;
    enum match own = sum(q, &q->who->own, true).named;
    if (own == MATCH_NO && by_resource.named != MATCH_NO)
        q->answer->by = resource_by;
    if (own < MATCH_YES && by_resource.named < MATCH_YES && q->who->unread.count) {
        unread_reasons(q);
        own = MATCH_MAYBE;
    }
    if (policy && needs_own_policy(q->iam, q->what->target))
        own = match_least(own, by_resource.account);
    *unbounded = by_resource.unbounded;
    return match_most(own, by_resource.named);
}

static enum match inside_boundary(struct asking *q) {
    if (!q->who->bounded)
        return MATCH_YES;
    enum match boundary = sum(q, &q->who->boundary, true).named;
    if (boundary == MATCH_YES || !q->who->boundary_unread)
        return boundary;
    because(q, q->who->resource->span, STR("what its permissions boundary allows isn't known"));
    return MATCH_MAYBE;
}

static void add_reasons(struct iam *iam, struct answer *to, const struct answer *from) {
    for (uint32_t i = 0; i < from->reasons.count; i++)
        vec_push(iam->arena, &to->reasons, from->reasons.items[i]);
}

/* A boundary confines what a role is allowed by its name too, but not what everybody is, and no
   user whom a resource's policy names.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html */
struct answer iam_evaluate(struct iam *iam, const struct holder *who, const struct request *what) {
    struct answer answer = {.decision = DECISION_DENIED}, denial = answer, bound = answer;
    const struct resource *target = graph_find(iam->graph, what->target);
    struct bdd_id when = formula_of_resource(iam->formulas, who->resource);
    if (target)
        when = formula_and(iam->formulas, when, formula_of_resource(iam->formulas, target));
    struct asking q = {iam, who, what, when, &denial};
    enum match unbounded, deny = denied(&q);
    if (deny == MATCH_YES) {
        answer.by = denial.by;
        return answer;
    }
    q.answer = &answer;
    enum match allow = allowed(&q, &unbounded);
    q.answer = &bound;
    enum match boundary = allow > unbounded ? inside_boundary(&q) : MATCH_YES;
    allow = match_most(unbounded, match_least(allow, boundary));
    if (allow == MATCH_NO) {
        answer.reasons.count = 0;
        return answer;
    }
    if (allow == MATCH_YES && deny == MATCH_NO) {
        answer.decision = DECISION_ALLOWED;
        answer.reasons.count = 0;
        return answer;
    }
    answer.decision = DECISION_DEPENDS;
    if (allow == MATCH_YES)
        answer.reasons.count = 0; /* of statements that another one outdoes */
    if (boundary == MATCH_MAYBE)
        add_reasons(iam, &answer, &bound);
    if (deny == MATCH_MAYBE)
        add_reasons(iam, &answer, &denial);
    if (!answer.reasons.count)
        vec_push(iam->arena, &answer.reasons,
                 (struct reason){answer.by ? answer.by->span : SPAN_NIL,
                                 STR("whom the statement names isn't known")});
    return answer;
}

/* ---- aiming --------------------------------------------------------------------------------- */

bool iam_aim(struct iam *iam, struct iam_action_id action, struct arn on, struct arn *out) {
    static const char *const insides[] = {"", "/*", ":*", "/*/*", "/index/*", ":log-stream:*"};
    uint32_t count = iam_action_resource_count(iam->schema, action);
    if (!count) {
        *out = arn_literal(iam->holes, STR("*"));
        return true;
    }
    for (size_t k = 0; k < sizeof insides / sizeof *insides; k++) {
        *out = arn_inside(iam->holes, on, str_from(insides[k]));
        struct buf sample;
        buf_init(&sample, iam->arena, 0);
        struct str text = arn_sample(iam->arena, iam->holes, *out);
        for (size_t i = 0; i < text.len; i++)
            buf_char(&sample, text.ptr[i] == '*' ? 'x' : text.ptr[i]);
        for (uint32_t i = 0; i < count; i++) {
            struct iam_action_resource r = iam_action_resource_at(iam->schema, action, i);
            if (!iam_resource_matches(iam->schema, r.resource, buf_view(&sample)))
                continue;
            if (k == 0 && str_is(iam_resource_name(iam->schema, r.resource), "log-group"))
                *out = arn_inside(iam->holes, on, STR(":*")); /* CloudWatch asks so */
            return true;
        }
    }
    *out = on;
    return false;
}
