#include "iam/grants.h"

#include "base/buf.h"

/* ---- words --------------------------------------------------------------------------- */

/* The resource whose ARN a pattern is, or begins with, and what follows; nil: none. */
static struct str own_name(struct iam *iam, struct arn x) {
    for (uint32_t i = 0; x.count > 4 && i < iam->graph->resources.count; i++) {
        const struct resource *r = iam->graph->resources.items[i];
        struct arn own = arn_of_resource(&iam->arns, r), rest = x;
        uint32_t n = 0;
        while (n < own.count && n < x.count && own.items[n] == x.items[n])
            n++;
        if (!n || n < own.count || (n < x.count && x.items[n] != '/' && x.items[n] != ':'))
            continue;
        rest.items += n;
        rest.count -= n;
        return str_concat(iam->arena, r->id, arn_text(iam->arena, iam->holes, rest));
    }
    return STR_NIL;
}

/* An action of an AWS managed policy in IAM's spelling, or a pattern of one. */
static struct str managed_name(struct iam *iam, struct arn pattern) {
    struct str name, text = arn_text(iam->arena, iam->holes, pattern);
    struct str prefix = str_split(text, ':', &name);
    struct iam_action_id id =
        iam_action_find(iam->schema, iam_service_find(iam->schema, prefix), name);
    return id.n ? str_printf(iam->arena, "%.*s:%.*s", STR_ARG(prefix),
                             STR_ARG(iam_action_name(iam->schema, id)))
                : text;
}

/* A term as the user knows it: resources of the stack by their logical ids. */
struct str grant_term(struct iam *iam, const struct term *t) {
    struct str own = own_name(iam, t->pattern);
    if (own.len)
        return own;
    if (!t->value)
        return managed_name(iam, t->pattern);
    struct text text = view_text(iam->view, t->value);
    struct buf b;
    buf_init(&b, iam->arena, 0);
    uint32_t hole = 0;
    for (size_t from = 0; from <= text.pattern.len;) {
        size_t at = str_find_char(text.pattern, TEXT_HOLE, from);
        buf_str(&b, str_slice(text.pattern, from, at));
        if (at < text.pattern.len) {
            const struct value *x = text.holes.items.items[hole++];
            bool is_own = graph_find(iam->graph, x->text) != NULL;
            bool is_arn = x->kind == VAL_GETATT && value_is_c(value_at(x, 0), "Arn");
            if (is_own && (is_arn || x->kind == VAL_REF))
                buf_str(&b, x->text);
            else if (x->kind == VAL_GETATT)
                buf_printf(&b, "%.*s.%.*s", STR_ARG(x->text), STR_ARG(value_text(value_at(x, 0))));
            else if (x->kind == VAL_REF)
                buf_printf(&b, "${%.*s}", STR_ARG(x->text));
            else
                buf_str(&b, value_canonical(iam->arena, x));
        }
        from = at + 1;
    }
    return buf_view(&b);
}

static void push_terms(struct iam *iam, struct str_row *out, const struct term_vec *terms,
                       bool negated) {
    for (uint32_t i = 0; i < terms->items.count; i++) {
        struct str text = grant_term(iam, &terms->items.items[i]);
        vec_push(iam->arena, &out->items,
                 negated ? str_concat(iam->arena, STR("not "), text) : text);
    }
}

static struct str principal_text(struct iam *iam, const struct statement *s) {
    const struct value *x = s->principal;
    struct buf b;
    buf_init(&b, iam->arena, 0);
    if (s->not_principal)
        buf_c(&b, "everybody but ");
    uint32_t before = b.len;
    if (x->kind != VAL_MAP) {
        struct term t = {x, {0}, BDD_TRUE, true};
        buf_str(&b, grant_term(iam, &t));
    }
    for (uint32_t i = 0; x->kind == VAL_MAP && i < x->count; i++) {
        const struct value *list = x->members[i].value;
        for (uint32_t j = 0; j < (list->kind == VAL_LIST ? list->count : 1); j++) {
            const struct value *one = list->kind == VAL_LIST ? list->items[j] : list;
            struct term t = {one, {0}, BDD_TRUE, true};
            buf_printf(&b, "%s%.*s", b.len > before ? ", " : "", STR_ARG(grant_term(iam, &t)));
        }
    }
    if (b.len == before)
        buf_str(&b, value_canonical(iam->arena, x));
    return buf_view(&b);
}

/* "KEY OPERATOR VALUE or VALUE and KEY ..": a Condition in one line. */
static struct str condition_text(struct iam *iam, const struct value *c) {
    struct buf b;
    buf_init(&b, iam->arena, 0);
    for (uint32_t i = 0; c->kind == VAL_MAP && i < c->count; i++) {
        const struct value *keys = c->members[i].value;
        if (keys->kind != VAL_MAP)
            return value_canonical(iam->arena, c);
        for (uint32_t k = 0; k < keys->count; k++) {
            const struct value *list = keys->members[k].value;
            bool is_list = list->kind == VAL_LIST;
            buf_printf(&b, "%s%.*s %.*s", b.len ? " and " : "", STR_ARG(keys->members[k].key),
                       STR_ARG(c->members[i].key));
            for (uint32_t n = 0; n < (is_list ? list->count : 1); n++) {
                const struct value *one = is_list ? list->items[n] : list;
                struct term t = {one, {0}, BDD_TRUE, true};
                struct str text = one->kind == VAL_BOOL ? value_canonical(iam->arena, one)
                                                        : grant_term(iam, &t);
                buf_printf(&b, "%s %.*s", n ? " or" : "", STR_ARG(text));
            }
        }
    }
    return b.len ? buf_view(&b) : value_canonical(iam->arena, c);
}

struct grant grant_begin(struct iam *iam, const struct holder *h) {
    struct grant g = {.who = h->resource->id};
    for (uint32_t i = 0; i < h->users.count; i++)
        vec_push(iam->arena, &g.users.items, h->users.items[i]->id);
    return g;
}

static struct bdd_id when_of(struct iam *iam, const struct holder *h) {
    return formula_of_resource(iam->formulas, h->resource);
}

struct grant grant_of(struct iam *iam, const struct holder *h, const struct statement *s) {
    struct grant g = grant_begin(iam, h);
    g.allows = s->allows;
    g.span = s->span;
    g.managed = s->managed;
    const struct holder *who = s->kind == POLICY_IDENTITY ? h : NULL;
    g.depends = iam_condition(iam, who, s, STR_NIL) != MATCH_YES ||
                iam_is_there(iam, s->when, when_of(iam, h)) != MATCH_YES;
    if (!value_is_null(s->condition)) {
        g.condition = value_canonical(iam->arena, s->condition);
        g.under = condition_text(iam, s->condition);
    }
    push_terms(iam, &g.actions, &s->actions, s->not_action);
    push_terms(iam, &g.on, &s->resources, s->not_resource);
    if (s->kind == POLICY_RESOURCE || s->kind == POLICY_TRUST) {
        g.who = principal_text(iam, s);
        g.users.items.count = 0;
        g.on.items.count = 0;
        vec_push(iam->arena, &g.on.items, h->resource->id);
    }
    return g;
}

/* ---- all -------------------------------------------------------------------------------- */

/* What of a holder's policies can't be read may allow anything. */
static void add_unread(struct iam *iam, const struct holder *h, struct grants *out) {
    for (uint32_t i = 0; i < h->unread.count; i++) {
        struct grant g = grant_begin(iam, h);
        g.depends = true;
        g.reason = h->unread.items[i].text;
        g.span = h->unread.items[i].span;
        vec_push(iam->arena, &out->items, g);
    }
}

static void add_holder(struct iam *iam, const struct holder *h, struct grants *out) {
    for (uint32_t i = 0; i < h->own.items.count; i++)
        vec_push(iam->arena, &out->items, grant_of(iam, h, h->own.items.items[i]));
    add_unread(iam, h, out);
}

/* Whether anybody but services takes on a role: those are who uses it. */
static bool is_telling(const struct statement *s) {
    const struct value *to = s->principal;
    return s->kind == POLICY_RESOURCE ||
           (s->kind == POLICY_TRUST &&
            (to->kind != VAL_MAP || to->count != 1 || !value_has(to, STR("Service"))));
}

void iam_grants(struct iam *iam, struct grants *out) {
    for (uint32_t i = 0; i < iam->principals.count; i++)
        add_holder(iam, iam->principals.items[i], out);
    for (uint32_t i = 0; i < iam->graph->resources.count; i++) {
        const struct holder *h = iam_policy_of(iam, iam->graph->resources.items[i]->id);
        bool is_own = h && h->own.items.count && h->own.items.items[0]->kind == POLICY_RESOURCE;
        for (uint32_t k = 0; h && k < h->own.items.count; k++)
            if (is_telling(h->own.items.items[k]))
                vec_push(iam->arena, &out->items, grant_of(iam, h, h->own.items.items[k]));
        if (is_own)
            add_unread(iam, h, out);
    }
}

/* ---- one action --------------------------------------------------------------------------- */

static void ask_term(struct iam *iam, const struct holder *h, struct str action,
                     const struct statement *s, const struct term *t, struct grants *out) {
    struct request request = {action, t->pattern, STR_NIL};
    const struct resource *target = t->value ? iam_target(iam, t->value) : NULL;
    request.target = target ? target->id : STR_NIL;
    struct answer a = iam_evaluate(iam, h, &request);
    if (a.decision == DECISION_DENIED)
        return;
    struct grant g = grant_begin(iam, h);
    g.allows = true;
    g.span = s->span;
    g.depends = a.decision == DECISION_DEPENDS;
    if (g.depends)
        g.reason = a.reasons.items[0].text;
    vec_push(iam->arena, &g.actions.items, action);
    vec_push(iam->arena, &g.on.items,
             s->not_resource ? str_concat(iam->arena, STR("not "), grant_term(iam, t))
                             : grant_term(iam, t));
    vec_push(iam->arena, &out->items, g);
}

void iam_grants_of(struct iam *iam, struct str action, struct grants *out) {
    for (uint32_t i = 0; i < iam->principals.count; i++) {
        const struct holder *h = iam->principals.items[i];
        for (uint32_t j = 0; j < h->own.items.count; j++) {
            const struct statement *s = h->own.items.items[j];
            if (!s->allows || iam_speaks_of_action(iam, s, action) == MATCH_NO)
                continue;
            for (uint32_t k = 0; k < s->resources.items.count; k++)
                ask_term(iam, h, action, s, &s->resources.items.items[k], out);
        }
        add_unread(iam, h, out);
    }
    for (uint32_t i = 0; i < iam->graph->resources.count; i++) {
        const struct holder *h = iam_policy_of(iam, iam->graph->resources.items[i]->id);
        for (uint32_t j = 0; h && j < h->own.items.count; j++) {
            const struct statement *s = h->own.items.items[j];
            if (s->allows && iam_speaks_of_action(iam, s, action) != MATCH_NO)
                vec_push(iam->arena, &out->items, grant_of(iam, h, s));
        }
    }
}

/* The resource of the stack that an ARN is, or is inside of; nil: none. */
static struct str owner_of(struct iam *iam, struct arn on) {
    for (uint32_t i = 0; i < iam->graph->resources.count; i++) {
        const struct resource *r = iam->graph->resources.items[i];
        struct arn own = arn_of_resource(&iam->arns, r);
        if (!own.count)
            continue;
        struct arn inside = arn_inside(iam->holes, own, STR("/*"));
        if (arn_match(iam->holes, own, on) == MATCH_YES ||
            arn_match(iam->holes, inside, on) != MATCH_NO)
            return r->id;
    }
    return STR_NIL;
}

void iam_grants_on(struct iam *iam, struct str action, struct str arn, struct grants *out) {
    struct request request = {action, arn_literal(iam->holes, arn), STR_NIL};
    request.target = owner_of(iam, request.on);
    for (uint32_t i = 0; i < iam->principals.count; i++) {
        const struct holder *h = iam->principals.items[i];
        struct answer a = iam_evaluate(iam, h, &request);
        struct grant g = grant_begin(iam, h);
        if (a.decision == DECISION_DENIED)
            continue;
        g.allows = true;
        g.span = a.by ? a.by->span : h->resource->span;
        g.depends = a.decision == DECISION_DEPENDS;
        g.reason = g.depends ? a.reasons.items[0].text : STR_NIL;
        vec_push(iam->arena, &g.actions.items, action);
        vec_push(iam->arena, &g.on.items, arn);
        vec_push(iam->arena, &out->items, g);
    }
}

/* ---- the matrix ------------------------------------------------------------------------------ */

static bool is_touched(struct iam *iam, const struct holder *who, const struct resource *r,
                       struct arn on) {
    const struct holder *policy = iam_policy_of(iam, r->id);
    struct arn inside = arn_inside(iam->holes, on, STR("/*"));
    if (policy || who->unread.count)
        return true;
    for (uint32_t i = 0; i < who->own.items.count; i++) {
        const struct statement *s = who->own.items.items[i];
        if (s->allows &&
            (iam_speaks_of_resource(iam, s, on) || iam_speaks_of_resource(iam, s, inside)))
            return true;
    }
    return false;
}

struct str iam_letters(struct iam *iam, const struct holder *who, const struct resource *r) {
    static const char letters[] = "?LRWTP";
    enum decision best[sizeof letters] = {0};
    struct arn on = arn_of_resource(&iam->arns, r);
    struct str rest = arn_sample(iam->arena, iam->holes, on);
    for (int i = 0; i < 2; i++)
        str_split(rest, ':', &rest);
    struct iam_service_id service = iam_service_find(iam->schema, str_split(rest, ':', &rest));
    uint32_t count = iam_service_action_count(iam->schema, service);
    if (!on.count || !is_touched(iam, who, r, on))
        return STR_NIL;
    for (uint32_t i = 0; i < count; i++) {
        struct iam_action_id id = iam_service_action_at(iam->schema, service, i);
        struct request request = {.target = r->id};
        enum iam_access level = iam_action_access(iam->schema, id);
        if (!iam_action_resource_count(iam->schema, id) || best[level] == DECISION_ALLOWED ||
            !iam_aim(iam, id, on, &request.on))
            continue;
        request.action = str_printf(iam->arena, "%.*s:%.*s",
                                    STR_ARG(iam_service_prefix(iam->schema, service)),
                                    STR_ARG(iam_action_name(iam->schema, id)));
        enum decision d = iam_evaluate(iam, who, &request).decision;
        if (d == DECISION_ALLOWED || best[level] == DECISION_DENIED)
            best[level] = d;
    }
    struct buf b;
    buf_init(&b, iam->arena, 0);
    for (size_t i = 1; i < sizeof letters - 1; i++)
        if (best[i] != DECISION_DENIED)
            buf_char(&b, best[i] == DECISION_ALLOWED ? letters[i] : (char)(letters[i] + 'a' - 'A'));
    return buf_view(&b);
}
