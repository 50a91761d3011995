/* What a stack's wiring shows that a role needs: the verbs of the routes that its functions answer,
   what they know, what polls for them, what integrations and state machines call with it. */
#include "passes/rules/wiring.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "passes/rules/invocations.h"

enum method {
    METHOD_GET,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OTHER,
    METHODS
};

static const char *const method_names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

static const struct {
    const char *type, *actions[METHODS];
} wired[] = {
#define WIRED(type, get, post, put, patch, delete, other)                                          \
    {type, {get, post, put, patch, delete, other}},
#include "passes/rules/wiring.def"
#undef WIRED
};

struct suggestion {
    struct access *access;
    struct str pattern;
    struct str_vec found;
};

enum { MAX_SUGGESTED = 8 };

static void suggest(struct suggestion *s, struct str action) {
    const struct schema *schema = s->access->c->schema;
    struct str name, prefix = str_split(action, ':', &name);
    struct iam_service_id service = iam_service_find(schema, prefix);
    struct iam_action_id id = iam_action_find(schema, service, name);
    if (!id.n || !iam_wildcard_match(s->pattern, action) || s->found.items.count >= MAX_SUGGESTED)
        return;
    struct str known = str_printf(s->access->c->arena, "%.*s:%.*s",
                                  STR_ARG(iam_service_prefix(schema, service)),
                                  STR_ARG(iam_action_name(schema, id)));
    for (uint32_t i = 0; i < s->found.items.count; i++)
        if (str_eq(s->found.items.items[i], known))
            return;
    vec_push(s->access->c->arena, &s->found.items, known);
}

static void suggest_all(struct suggestion *s, struct str actions) {
    while (actions.len) {
        struct str rest, one = str_split(actions, ' ', &actions);
        suggest(s, str_split(one, '|', &rest));
    }
}

/* ---- functions ------------------------------------------------------------- */

/* What calls which function, found on first use. */
struct wiring {
    struct map methods; /* function id -> bits of enum method */
};

static struct wiring *wiring_of(struct access *a) {
    struct check *c = a->c;
    if (a->wiring)
        return a->wiring;
    struct wiring *w = a->wiring = arena_new(c->arena, struct wiring);
    const struct invocations *calls = invocations_of(c);
    for (uint32_t i = 0; i < calls->items.count; i++) {
        const struct invocation *in = &calls->items.items[i];
        struct str path, verb = str_split(in->route, ' ', &path);
        uintptr_t bit = 1 << METHOD_OTHER;
        for (int m = 0; m < METHOD_OTHER; m++)
            if (str_is(verb, method_names[m]))
                bit = 1u << m;
        map_put(c->arena, &w->methods, in->function->id,
                map_get(&w->methods, in->function->id) | bit);
    }
    return w;
}

static void from_knowledge(struct suggestion *s, const struct resource *f) {
    const struct edges *edges = &s->access->c->edges;
    uint32_t first, end = edges_from(edges, f, &first);
    uintptr_t methods = map_get(&wiring_of(s->access)->methods, f->id);
    for (uint32_t i = first; i < end; i++) {
        const struct edge *e = edges->items.items[i];
        const struct resource *r = e->kind <= EDGE_SUB_GETATT
                                       ? graph_find(s->access->c->graph, e->target)
                                       : NULL;
        for (size_t k = 0; r && k < sizeof wired / sizeof *wired; k++)
            for (int m = 0; resource_is(r, wired[k].type) && m < METHODS; m++)
                if (m == METHOD_OTHER || methods & (1u << m))
                    suggest_all(s, str_from(wired[k].actions[m]));
    }
}

static const struct {
    const char *service, *actions;
} polled[] = {
#define NEED_POLL(service, actions) {service, actions},
#define NEED_LETTER(service, actions)
#define NEED_ARRIVE(service, actions)
#define NEED_NETWORK(service, actions)
#define NEED_BESIDE(service, actions)
#define NEED_SECRET(service, actions)
#define NEED(use, service, actions) NEED_##use(service, actions)
#include "passes/rules/needs.def"
#undef NEED
};

static void from_sources(struct suggestion *s, const struct resource *f) {
    struct access *a = s->access;
    for (const struct edge *e = edges_to(&a->c->edges, f->id); e; e = e->next) {
        if (!e->from || !resource_is(e->from, "AWS::Lambda::EventSourceMapping"))
            continue;
        struct str service =
            access_service(a, arn_of(&a->iam.arns, property(e->from, "EventSourceArn")));
        for (size_t i = 0; i < sizeof polled / sizeof *polled; i++)
            if (str_is(service, polled[i].service))
                suggest_all(s, str_from(polled[i].actions));
    }
}

/* ---- state machines -------------------------------------------------------- */

/* All tasks that a text names: a definition may be one. */
static void from_task(struct suggestion *s, struct str text) {
    static const struct str mark = {":states:::", 10};
    for (size_t at = 0; (at = str_find(text, mark, at)) < text.len; at += mark.len) {
        size_t end = at;
        while (end < text.len && !strchr("\",", text.ptr[end]))
            end++;
        struct str action = access_task_action(s->access, str_slice(text, at, end));
        if (action.len)
            suggest(s, action);
    }
}

static void from_definition(struct suggestion *s, const struct value *x, unsigned depth) {
    if (depth > LIMIT_DEPTH || s->found.items.count >= MAX_SUGGESTED)
        return;
    if (x->kind == VAL_STRING || x->kind == VAL_SUB)
        from_task(s, x->text);
    for (uint32_t i = 0; i < x->count; i++)
        from_definition(s, x->kind == VAL_MAP ? x->members[i].value : x->items[i], depth + 1);
}

/* ---- integrations ---------------------------------------------------------- */

/* "arn:aws:apigateway:REGION:dynamodb:action/GetItem"; HTTP APIs say "SQS-SendMessage". */
static void from_integration(struct suggestion *s, const struct integration *in) {
    struct check *c = s->access->c;
    struct str subtype = check_text(c, property(in->r, "IntegrationSubtype")), name, rest;
    struct str uri = view_text(&c->view, in->uri).pattern;
    size_t at = str_find(uri, STR(":action/"), 0), from = at;
    if (subtype.len) {
        struct str service = str_lower(c->arena, str_split(subtype, '-', &name));
        if (str_is(service, "stepfunctions"))
            service = STR("states");
        else if (str_is(service, "eventbridge"))
            service = STR("events");
        suggest(s, str_printf(c->arena, "%.*s:%.*s", STR_ARG(service), STR_ARG(name)));
    }
    if (at == uri.len)
        return;
    while (from && uri.ptr[from - 1] != ':')
        from--;
    name = str_split(str_slice(uri, at + sizeof ":action/" - 1, uri.len), '&', &rest);
    suggest(s, str_printf(c->arena, "%.*s:%.*s", STR_ARG(str_slice(uri, from, at)), STR_ARG(name)));
}

static void from_integrations(struct suggestion *s, const struct holder *h) {
    const struct integrations *all = integrations_of(s->access->c);
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct value *role = all->items.items[i].credentials;
        if (!value_is_null(role) && check_target(s->access->c, role) == h->resource)
            from_integration(s, &all->items.items[i]);
    }
}

/* ---- the whole ------------------------------------------------------------- */

struct str_vec wiring_actions(struct access *a, const struct holder *h, struct str pattern) {
    struct suggestion s = {.access = a, .pattern = pattern};
    for (uint32_t i = 0; h && i < h->users.count; i++) {
        const struct resource *r = h->users.items[i];
        if (resource_is(r, "AWS::Lambda::Function")) {
            from_sources(&s, r);
            from_knowledge(&s, r);
        } else if (resource_is(r, "AWS::StepFunctions::StateMachine")) {
            from_definition(&s, property(r, "DefinitionString"), 0);
            from_definition(&s, property(r, "Definition"), 0);
        }
    }
    if (h)
        from_integrations(&s, h);
    return s.found;
}

static bool takes(struct access *a, struct iam_action_id action, const struct resource *r) {
    struct str sample = arn_sample(a->c->arena, &a->holes, access_arn(a, r));
    for (uint32_t i = 0; sample.len && i < iam_action_resource_count(a->c->schema, action); i++)
        if (iam_resource_matches(a->c->schema,
                                 iam_action_resource_at(a->c->schema, action, i).resource, sample))
            return true;
    return false;
}

struct str wiring_arns(struct access *a, const struct holder *h, struct str text) {
    struct check *c = a->c;
    struct str name, prefix = str_split(text, ':', &name);
    struct iam_action_id action =
        iam_action_find(c->schema, iam_service_find(c->schema, prefix), name);
    struct buf b;
    uint32_t found = 0;
    buf_init(&b, c->arena, 0);
    for (uint32_t i = 0; h && i < h->users.count; i++) {
        uint32_t first, end = edges_from(&c->edges, h->users.items[i], &first);
        for (uint32_t k = first; k < end && found < 3; k++) {
            const struct edge *e = c->edges.items.items[k];
            const struct resource *r = graph_find(c->graph, e->target);
            bool is_value = e->kind <= EDGE_SUB_GETATT;
            struct str one = r ? str_printf(c->arena, "!GetAtt %.*s.Arn", STR_ARG(r->id)) : STR_NIL;
            bool is_ref = r && resource_is(r, "AWS::SNS::Topic");
            if (is_ref)
                one = str_printf(c->arena, "!Ref %.*s", STR_ARG(r->id));
            if (!r || !is_value || !takes(a, action, r) ||
                str_find(buf_view(&b), one, 0) < buf_view(&b).len)
                continue;
            buf_printf(&b, "%s%.*s", found++ ? ", " : "", STR_ARG(one));
        }
    }
    return buf_view(&b);
}
