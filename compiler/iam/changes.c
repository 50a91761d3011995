/* What one stack grants and another doesn't, by patterns: a statement is new unless some statement
   of before includes its actions on its resources, for its principals, under no stronger condition,
   in every deployment in which it is there. What can't be proven to have been there is new. */
#include "iam/grants.h"
#include "iam/condition.h"

struct comparison {
    struct iam *before, *now;
    const struct holder *old, *new; /* old: NULL where there was none */
    struct grants *out;
    bool same_mappings;
};

/* Statements to be found again in others: of a role in the old role, of denials in the new one. */
struct search {
    struct comparison *c;
    struct iam *from, *in;
    const struct holder *owner, *other;
    const struct statement_vec *list;
};

/* ---- in which deployments ------------------------------------------------------------------- */

enum { MAX_DEPTH = 32 };

static bool is_same_named(const struct comparison *c, struct str name, int depth);

/* Whether the conditions in an expression are defined alike in both stacks. */
static bool are_same_in(const struct comparison *c, const struct value *x, int depth) {
    if (x->kind == VAL_CONDITION)
        return is_same_named(c, x->text, depth + 1);
    if (x->kind == VAL_FIND_IN_MAP && !c->same_mappings)
        return false;
    for (uint32_t i = 0; x->kind != VAL_MAP && x->kind != VAL_STRING && i < x->count; i++)
        if (!are_same_in(c, x->items[i], depth))
            return false;
    return true;
}

static bool is_same_named(const struct comparison *c, struct str name, int depth) {
    const struct value *a = value_get(c->before->graph->conditions, name);
    const struct value *b = value_get(c->now->graph->conditions, name);
    return depth < MAX_DEPTH && !value_is_nil(a) && value_equal(a, b) && are_same_in(c, a, depth);
}

/* Whether a formula says nothing but that its holder is there and a named condition holds, or
   not. */
static bool is_named(struct iam *iam, const struct holder *h, struct bdd_id when, struct str name,
                     bool negated) {
    struct bdd_id f = formula_named(iam->formulas, name);
    if (f.n == BDD_UNKNOWN.n)
        return false;
    if (negated)
        f = formula_not(iam->formulas, f);
    f = formula_and(iam->formulas, formula_of_resource(iam->formulas, h->resource), f);
    return f.n == when.n;
}

/* Whether what is there `then` is there whenever the other is, `when` its own holder is. */
static bool is_there_too(const struct search *s, struct bdd_id when, struct bdd_id then) {
    struct bdd_id holder = formula_of_resource(s->in->formulas, s->other->resource);
    const struct value *names = s->in->graph->conditions;
    if (iam_is_there(s->in, then, holder) == MATCH_YES)
        return true;
    for (uint32_t i = 0; names->kind == VAL_MAP && i < names->count; i++)
        for (int negated = 0; negated < 2; negated++)
            if (is_named(s->in, s->other, then, names->members[i].key, negated) &&
                is_named(s->from, s->owner, when, names->members[i].key, negated) &&
                is_same_named(s->c, names->members[i].key, 0))
                return true;
    return false;
}

/* ---- patterns ---------------------------------------------------------------------------- */

/* Whether a parameter, or a mapping, in a pattern is another one now. */
static bool has_changed(const struct comparison *c, struct arn x) {
    for (uint32_t i = 0; i < x.count; i++) {
        struct str key = hole_key_of(c->now->holes, x.items[i]);
        enum hole_kind kind = hole_kind_of(c->now->holes, x.items[i]);
        if (kind != HOLE_ANY && kind != HOLE_PART)
            continue;
        if (str_starts(key, STR("{")) ? !c->same_mappings
                                      : !value_equal(value_get(c->before->graph->parameters, key),
                                                     value_get(c->now->graph->parameters, key)))
            return true;
    }
    return false;
}

/* Patterns of one statement, or all but they. */
struct patterns {
    const struct term_vec *terms;
    bool negated;
    struct bdd_id when; /* of their statement */
};

static bool is_sure(struct iam *iam, const struct term *t, struct bdd_id when) {
    return t->sure && iam_is_there(iam, t->when, when) == MATCH_YES;
}

static bool covers_one(const struct search *s, struct patterns wide, struct arn x) {
    bool is_overlapped = false;
    if (has_changed(s->c, x))
        return false;
    for (uint32_t i = 0; i < wide.terms->items.count; i++) {
        const struct term *t = &wide.terms->items.items[i];
        enum match m = arn_match(s->in->holes, t->pattern, x);
        is_overlapped = is_overlapped || m != MATCH_NO;
        if (!wide.negated && m == MATCH_YES && is_sure(s->in, t, wide.when))
            return true;
    }
    return wide.negated && !is_overlapped;
}

/* The same of all but some patterns: what wide leaves out, they leave out too. */
static bool covers_rest(const struct search *s, struct patterns wide, struct patterns narrow) {
    struct arn all = arn_of_text(s->in->holes, STR("*"));
    if (!wide.negated)
        return covers_one(s, wide, all);
    for (uint32_t i = 0; i < wide.terms->items.count; i++) {
        struct arn x = wide.terms->items.items[i].pattern;
        bool found = false;
        for (uint32_t k = 0; k < narrow.terms->items.count && !has_changed(s->c, x); k++) {
            const struct term *t = &narrow.terms->items.items[k];
            found = found || (arn_match(s->in->holes, t->pattern, x) == MATCH_YES &&
                              is_sure(s->from, t, narrow.when));
        }
        if (!found)
            return false;
    }
    return true;
}

/* ---- conditions and principals ----------------------------------------------------------- */

/* Whether each value of a list is in another one. */
static bool are_among(const struct value *some, const struct value *all) {
    for (uint32_t i = 0; i < (some->kind == VAL_LIST ? some->count : 1); i++) {
        const struct value *x = some->kind == VAL_LIST ? some->items[i] : some;
        bool found = false;
        for (uint32_t k = 0; k < (all->kind == VAL_LIST ? all->count : 1); k++)
            found = found || value_equal(x, all->kind == VAL_LIST ? all->items[k] : all);
        if (!found)
            return false;
    }
    return true;
}

static const struct value *get_nocase(const struct value *map, struct str key) {
    for (uint32_t i = 0; map->kind == VAL_MAP && i < map->count; i++)
        if (str_eq_nocase(map->members[i].key, key))
            return map->members[i].value;
    return &value_nil;
}

static bool is_written_out(const struct value *x) {
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        if (!is_written_out(x->items[i]))
            return false;
    return x->kind == VAL_LIST || !value_is_intrinsic(x);
}

/* Whether a Condition holds whenever another one does: each of its entries is there too, with the
   same values, or with fewer (of a Not: with more). */
static bool holds_too(const struct value *weak, const struct value *strong) {
    if (value_is_null(weak) || value_equal(weak, strong))
        return true;
    for (uint32_t i = 0; i < weak->count; i++) {
        struct str operator= weak->members[i].key;
        const struct value *keys = weak->members[i].value, *others = get_nocase(strong, operator);
        for (uint32_t k = 0; keys->kind == VAL_MAP && k < keys->count; k++) {
            const struct value *x = keys->members[k].value,
                               *y = get_nocase(others, keys->members[k].key);
            bool is_plain = is_written_out(x) && is_written_out(y) && !value_is_nil(y);
            if (!value_equal(x, y) &&
                (!is_plain ||
                 !(condition_is_negative(operator) ? are_among(x, y) : are_among(y, x))))
                return false;
        }
        if (keys->kind != VAL_MAP)
            return false;
    }
    return weak->kind == VAL_MAP;
}

static bool is_everybody(const struct value *x) {
    return value_is_c(x, "*") ||
           (x->kind == VAL_MAP && value_is_c(value_get_c(x, "AWS"), "*"));
}

static bool names_too(const struct statement *wide, const struct statement *narrow) {
    const struct value *x = wide->principal, *y = narrow->principal;
    if (narrow->kind != POLICY_RESOURCE && narrow->kind != POLICY_TRUST)
        return true;
    if (wide->not_principal || narrow->not_principal)
        return wide->not_principal == narrow->not_principal && value_equal(x, y);
    if (value_equal(x, y) || value_is_c(x, "*"))
        return true;
    if (y->kind == VAL_STRING)
        return value_is_c(y, "*") ? is_everybody(x) : false;
    for (uint32_t i = 0; y->kind == VAL_MAP && i < y->count; i++) {
        const struct value *others = value_get(x, y->members[i].key);
        bool is_all = str_is(y->members[i].key, "AWS") && is_everybody(x);
        if (!is_all && (value_is_nil(others) || !are_among(y->members[i].value, others)))
            return false;
    }
    return y->kind == VAL_MAP;
}

/* ---- statements --------------------------------------------------------- */

static bool same_terms(const struct comparison *c, const struct term_vec *a,
                       const struct term_vec *b) {
    for (uint32_t i = 0; i < a->items.count && i < b->items.count; i++) {
        struct arn x = a->items.items[i].pattern, y = b->items.items[i].pattern;
        if (has_changed(c, x) || arn_match_text(c->now->holes, x, y) != MATCH_YES ||
            arn_match_text(c->now->holes, y, x) != MATCH_YES)
            return false;
    }
    return a->items.count == b->items.count;
}

/* The same text, which still means the same. */
static bool is_same(const struct search *s, const struct statement *a, const struct statement *b) {
    return a->value && b->value && value_equal(a->value, b->value) &&
           same_terms(s->c, &a->actions, &b->actions) &&
           same_terms(s->c, &a->resources, &b->resources);
}

/* Whether a statement is one that may be looked in for another: it has at least its principals, its
   condition, its deployments. */
static bool is_candidate(const struct search *s, const struct statement *wide,
                         const struct statement *narrow) {
    return wide->allows == narrow->allows && wide->literal == narrow->literal &&
           is_there_too(s, narrow->when, wide->when) &&
           holds_too(wide->condition, narrow->condition) && names_too(wide, narrow);
}

/* Resources: the pattern `on`, or those of the statement (all but them, or the resource itself). */
static bool covers_resources(const struct search *s, const struct statement *wide,
                             const struct statement *narrow, const struct term *on) {
    struct patterns all = {&wide->resources, wide->not_resource, wide->when};
    struct patterns rest = {&narrow->resources, narrow->not_resource, narrow->when};
    if (on)
        return covers_one(s, all, on->pattern);
    if (narrow->not_resource)
        return covers_rest(s, all, rest);
    return !wide->not_resource && !wide->resources.items.count;
}

/* Whether some statement of the list includes an action (NULL: all but those of the statement) on a
   resource (NULL: see covers_resources). */
static bool is_found(const struct search *s, const struct statement *narrow,
                     const struct arn *action, const struct term *on) {
    for (uint32_t i = 0; s->list && i < s->list->items.count; i++) {
        const struct statement *wide = s->list->items.items[i];
        struct patterns actions = {&wide->actions, wide->not_action, wide->when};
        struct patterns rest = {&narrow->actions, narrow->not_action, narrow->when};
        if (!is_candidate(s, wide, narrow))
            continue;
        if (is_same(s, wide, narrow))
            return true;
        if ((wide->not_action || wide->not_resource) && !wide->whole)
            continue; /* more may be left out */
        if ((action ? covers_one(s, actions, *action) : covers_rest(s, actions, rest)) &&
            covers_resources(s, wide, narrow, on))
            return true;
    }
    return false;
}

/* ---- what is allowed ---------------------------------------------------- */

/* The actions of a pattern that aren't found; the pattern itself where that is all of them. */
static void new_actions(const struct search *s, const struct statement *st,
                        const struct term *action, const struct term *on, struct str_row *out) {
    struct iam *iam = s->from;
    if (is_found(s, st, &action->pattern, on))
        return;
    struct str name, text = grant_term(iam, action), prefix = str_split(text, ':', &name);
    struct iam_service_id service = iam_service_find(iam->schema, prefix);
    uint32_t at = 0, found = 0, before = out->items.count;
    for (uint32_t i = 0;; i = at + 1) {
        struct iam_action_id id = iam_action_match(iam->schema, service, name, i, &at);
        if (!id.n)
            break;
        struct str full = str_printf(iam->arena, "%.*s:%.*s",
                                     STR_ARG(iam_service_prefix(iam->schema, service)),
                                     STR_ARG(iam_action_name(iam->schema, id)));
        struct arn one = arn_literal(iam->holes, str_lower(iam->arena, full));
        found++;
        if (!is_found(s, st, &one, on))
            vec_push(iam->arena, &out->items, full);
    }
    if (out->items.count - before < found)
        return;
    out->items.count = before; /* none of the pattern's was there */
    vec_push(iam->arena, &out->items, text);
}

static void compare_term(const struct search *s, const struct statement *st,
                         const struct term *on) {
    struct iam *iam = s->from;
    struct grant g = grant_of(iam, s->owner, st);
    if (!st->not_action)
        g.actions.items.count = 0;
    for (uint32_t i = 0; !st->not_action && i < st->actions.items.count; i++)
        new_actions(s, st, &st->actions.items.items[i], on, &g.actions);
    if (st->not_action ? is_found(s, st, NULL, on) : !g.actions.items.count)
        return;
    if (on && st->kind != POLICY_RESOURCE && st->kind != POLICY_TRUST) {
        g.on.items.count = 0;
        vec_push(iam->arena, &g.on.items, grant_term(iam, on));
    }
    vec_push(iam->arena, &s->c->out->items, g);
}

static bool has_same(const struct search *s, const struct statement *st) {
    for (uint32_t i = 0; s->list && i < s->list->items.count; i++)
        if (is_candidate(s, s->list->items.items[i], st) && is_same(s, s->list->items.items[i], st))
            return true;
    return false;
}

static void compare_allow(const struct search *s, const struct statement *st) {
    if (!st->whole && !st->not_action && !st->not_resource && !has_same(s, st)) {
        struct grant g = grant_of(s->from, s->owner, st);
        g.depends = true;
        g.reason = STR("its actions or resources can't all be read");
        vec_push(s->from->arena, &s->c->out->items, g);
        return;
    }
    for (uint32_t i = 0; !st->not_resource && i < st->resources.items.count; i++)
        compare_term(s, st, &st->resources.items.items[i]);
    if (st->not_resource || !st->resources.items.count)
        compare_term(s, st, NULL);
}

/* ---- what is denied no longer ------------------------------------------- */

static void lost(struct comparison *c, struct span span, const struct statement *s,
                 struct str why) {
    struct grant g = s ? grant_of(c->before, c->old, s) : grant_begin(c->now, c->new);
    g.span = span;
    g.depends = false;
    g.reason = why;
    vec_push(c->now->arena, &c->out->items, g);
}

/* Whether all that a statement says is found, action by action. */
static bool is_kept(const struct search *s, const struct statement *st) {
    bool by_term = !st->not_resource && st->resources.items.count;
    uint32_t actions = st->not_action ? 1 : st->actions.items.count;
    uint32_t resources = by_term ? st->resources.items.count : 1;
    if (has_same(s, st))
        return true;
    for (uint32_t i = 0; st->whole && i < actions; i++)
        for (uint32_t k = 0; k < resources; k++)
            if (!is_found(s, st, st->not_action ? NULL : &st->actions.items.items[i].pattern,
                          by_term ? &st->resources.items.items[k] : NULL))
                return false;
    return st->whole;
}

static void compare_denials(struct comparison *c, struct span span) {
    static const struct statement_vec none = {0};
    struct search back = {c, c->before, c->now, c->old, c->new ? c->new : c->old,
                          c->new ? &c->new->own : &none};
    for (uint32_t i = 0; c->old && i < c->old->own.items.count; i++) {
        const struct statement *st = c->old->own.items.items[i];
        if (!st->allows && !is_kept(&back, st))
            lost(c, span, st, STR("a denial is gone or denies less"));
    }
}

/* ---- boundaries --------------------------------------------------------- */

/* Whether the new boundary allows no more than the old one, and denies no less. */
static bool is_inside(struct comparison *c) {
    if (!c->old || !c->old->bounded)
        return true;
    if (!c->new->bounded)
        return false;
    struct search there = {c, c->now, c->before, c->new, c->old, &c->old->boundary};
    struct search back = {c, c->before, c->now, c->old, c->new, &c->new->boundary};
    const struct value *a = value_get_c(c->old->resource->properties, "PermissionsBoundary");
    const struct value *b = value_get_c(c->new->resource->properties, "PermissionsBoundary");
    if ((c->old->boundary_unread || c->new->boundary_unread) && !value_equal(a, b))
        return false;
    for (uint32_t i = 0; i < c->new->boundary.items.count; i++)
        if (c->new->boundary.items.items[i]->allows &&
            !is_kept(&there, c->new->boundary.items.items[i]))
            return false;
    for (uint32_t i = 0; i < c->old->boundary.items.count; i++)
        if (!c->old->boundary.items.items[i]->allows &&
            !is_kept(&back, c->old->boundary.items.items[i]))
            return false;
    return true;
}

/* ---- principals ----------------------------------------------------------------------------- */

static bool was_unread(const struct holder *old, struct str text) {
    for (uint32_t i = 0; old && i < old->unread.count; i++)
        if (str_eq(old->unread.items[i].text, text))
            return true;
    return false;
}

static void compare(struct comparison *c) {
    struct search s = {c, c->now, c->before, c->new, c->old, c->old ? &c->old->own : NULL};
    for (uint32_t i = 0; i < c->new->own.items.count; i++)
        if (c->new->own.items.items[i]->allows)
            compare_allow(&s, c->new->own.items.items[i]);
    compare_denials(c, c->new->resource->span);
    if (!is_inside(c))
        lost(c, c->new->resource->span, NULL,
             STR("its permissions boundary is gone, or allows more"));
    for (uint32_t i = 0; i < c->new->unread.count; i++)
        if (!was_unread(c->old, c->new->unread.items[i].text))
            lost(c, c->new->unread.items[i].span, NULL, c->new->unread.items[i].text);
}

/* The holder of before, if that was there in every deployment in which this one is. */
static const struct holder *counterpart(const struct comparison *c, const struct holder *old,
                                        const struct holder *new) {
    struct str before = old ? resource_condition(old->resource) : STR_NIL;
    struct str now = resource_condition(new->resource);
    bool is_there = !before.len || (str_eq(before, now) && is_same_named(c, now, 0));
    return is_there ? old : NULL;
}

/* Functions that ran with one role and run with another one now may do what that allows. */
static void compare_users(struct comparison *c, const struct holder *h) {
    uint32_t first = c->out->items.count;
    for (uint32_t i = 0; i < h->users.count; i++) {
        const struct resource *user = graph_find(c->before->graph, h->users.items[i]->id);
        const struct holder *old = user ? iam_role_of(c->before, user) : NULL;
        if (!old || str_eq(old->resource->id, h->resource->id))
            continue;
        c->old = counterpart(c, old, h);
        c->new = h;
        compare(c);
        for (uint32_t k = first; k < c->out->items.count; k++) {
            struct grant *g = &c->out->items.items[k];
            if (!g->reason.len)
                g->reason = str_printf(c->now->arena, "'%.*s' runs with this role now",
                                       STR_ARG(h->users.items[i]->id));
        }
        first = c->out->items.count;
    }
}

void iam_grants_new(struct iam *before, struct iam *now, struct grants *out) {
    struct comparison c = {.before = before, .now = now, .out = out};
    c.same_mappings = value_equal(before->graph->mappings, now->graph->mappings);
    for (uint32_t i = 0; i < now->principals.count; i++) {
        const struct holder *h = now->principals.items[i];
        c.new = h;
        c.old = counterpart(&c, iam_principal(before, h->resource->id), h);
        compare(&c);
        if (iam_principal(before, h->resource->id))
            compare_users(&c, h); /* of a new role, everything is new already */
    }
    for (uint32_t i = 0; i < now->graph->resources.count; i++) {
        const struct resource *r = now->graph->resources.items[i];
        const struct holder *h = iam_policy_of(now, r->id), *old = iam_policy_of(before, r->id);
        c.new = h;
        c.old = h && old ? counterpart(&c, old, h) : old;
        if (h)
            compare(&c);
        else if (old)
            compare_denials(&c, r->span);
    }
}
