/* Routes that anybody may call, and what they can write to.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
   https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html */
#include "iam/grants.h"
#include "passes/rules/access.h"
#include "passes/rules/invocations.h"

enum guard { OPEN, GUARDED, UNSURE };

/* The routes of one API. */
struct door {
    const struct resource *api;
    VEC(const struct integration *) routes;
    const struct integration *guarded; /* one that asks for something; NULL: none does */
    bool unsure;
};

struct doors {
    struct check *c;
    struct map by_api;
    VEC(struct door *) items;
};

/* ---- who may call ------------------------------------------------------------------------ */

static enum guard guard_of_list(const struct value *security) {
    if (security->kind != VAL_LIST)
        return UNSURE;
    for (uint32_t i = 0; i < security->count; i++) {
        const struct value *one = security->items[i];
        if (one->kind != VAL_MAP || !one->count)
            return UNSURE;
        if (security->count == 1 && one->count == 1 && str_is(one->members[0].key, "NONE"))
            return OPEN; /* as the SAM transform says it */
    }
    return security->count ? GUARDED : OPEN;
}

static enum guard guard_of_operation(const struct integration *in) {
    const struct value *own = value_get_c(in->operation, "security");
    const struct value *all = value_get_c(in->document, "security");
    if (value_has(in->operation, STR("x-amazon-apigateway-auth")))
        return value_is_c(
                   value_get_c(value_get_c(in->operation, "x-amazon-apigateway-auth"), "type"),
                   "NONE")
                   ? OPEN
                   : GUARDED;
    if (!check_is_closed(in->operation) || !check_is_closed(in->document))
        return UNSURE;
    if (!value_is_nil(own))
        return guard_of_list(own);
    return value_is_nil(all) ? OPEN : guard_of_list(all);
}

/* Of a method or route as a resource. */
static enum guard guard_of_resource(struct check *c, const struct integration *in) {
    const struct value *type = value_get_c(in->operation, "AuthorizationType");
    const struct value *key = value_get_c(in->operation, "ApiKeyRequired");
    struct str text = check_text(c, type);
    if (value_is_true(key) || (text.len && !str_is(text, "NONE")))
        return GUARDED;
    bool open = value_is_nil(type) || text.len;
    bool keyless = value_is_nil(key) || (key->kind == VAL_BOOL && !key->truth);
    return open && keyless && check_is_closed(in->operation) ? OPEN : UNSURE;
}

static enum guard guard_of(struct check *c, const struct integration *in) {
    if (!in->operation)
        return UNSURE;
    return in->document ? guard_of_operation(in) : guard_of_resource(c, in);
}

/* Policies, private endpoints and client certificates guard all routes at once. */
static bool is_guarded_as_a_whole(struct check *c, const struct resource *api) {
    const struct value *types = value_get_c(property(api, "EndpointConfiguration"), "Types");
    const struct value *body = property(api, "Body");
    bool one = types->kind == VAL_LIST && types->count == 1;
    bool has_private =
        !value_is_nil(types) && (!one || str_is(check_text(c, types->items[0]), "PRIVATE"));
    return has_private || !value_is_null(property(api, "Policy")) ||
           !value_is_null(property(api, "DisableExecuteApiEndpoint")) ||
           value_has(body, STR("x-amazon-apigateway-policy"));
}

/* ---- what a call can do -------------------------------------------------------------------- */

static const struct resource *unaliased(struct check *c, const struct resource *function) {
    for (int i = 0; i < 3 && function && !resource_is(function, "AWS::Lambda::Function"); i++)
        function = check_target(c, property(function, "FunctionName"));
    return function;
}

static const struct holder *role_behind(struct access *a, const struct integration *in) {
    const struct resource *function = unaliased(a->c, function_of(a->c, in->uri));
    const struct resource *role = check_target(a->c, in->credentials);
    return function ? iam_role_of(&a->iam, function)
           : role   ? iam_principal(&a->iam, role->id)
                    : NULL;
}

/* A table or bucket that the route can write to, as far as a statement names it; or NULL. */
static const struct resource *written(struct access *a, const struct integration *in) {
    const struct holder *h = role_behind(a, in);
    for (uint32_t i = 0; h && i < a->mentions.items.count; i++) {
        const struct mention *m = &a->mentions.items.items[i];
        bool keeps = resource_is(m->resource, "AWS::DynamoDB::Table") ||
                     resource_is(m->resource, "AWS::S3::Bucket");
        if (m->holder == h && keeps && str_has(iam_letters(&a->iam, h, m->resource), 'W'))
            return m->resource;
    }
    return NULL;
}

static bool is_writing(struct str route) {
    static const char *const methods[] = {"POST", "PUT", "DELETE", "PATCH", "ANY"};
    struct str path, method = str_split(route, ' ', &path);
    return str_in(method, methods);
}

/* What strangers are meant to call, beside routes for those who are signed in. */
static bool is_entrance(struct check *c, struct str route) {
    static const char *const words[] = {
        "login",  "logout", "signin", "sign-in", "signup",   "sign-up", "register", "registration",
        "token",  "refresh", "oauth", "oauth2",  "auth",     "webhook", "webhooks", "callback",
        "hook",   "hooks",  "confirm", "verify", "password", "forgot",  "reset",    "contact",
        "subscribe", "unsubscribe", "feedback", "public", "health", "session", "sessions",
    };
    struct str rest = str_lower(c->arena, route);
    while (rest.ptr) {
        struct str part = str_split(rest, '/', &rest);
        if (str_in(part, words))
            return true;
    }
    return false;
}

/* ---- reporting --------------------------------------------------------------------------- */

static struct span place_of(const struct integration *in) {
    const struct value *type = in->document || !in->operation
                                   ? &value_nil
                                   : value_get_c(in->operation, "AuthorizationType");
    struct span route = span_is_nil(in->route_at) ? in->at : in->route_at;
    return span_is_nil(type->span) ? route : type->span;
}

static void report(struct check *c, const struct door *door, const struct integration *in,
                   const struct resource *store) {
    enum rule_id rule = door->guarded ? RULE_OPEN_WRITE : RULE_OPEN_API;
    struct str api = check_name(c, door->api), to = check_name(c, store);
    struct diag *d;
    if (door->guarded)
        d = check_report_span(
            c, rule, in->r, place_of(in),
            "anybody may call %.*s, which can write to %.*s, but other routes are "
            "guarded",
            STR_ARG(in->route), STR_ARG(to));
    else
        d = check_report(c, rule, door->api, NULL,
                         "anybody may call %.*s, whose %.*s can write to %.*s", STR_ARG(api),
                         STR_ARG(in->route), STR_ARG(to));
    if (door->guarded && !span_is_nil(place_of(door->guarded)))
        diag_note(c->diags, d, place_of(door->guarded), "%.*s is guarded",
                  STR_ARG(door->guarded->route));
    if (c->graph->is_template)
        diag_help(c->diags, d,
                  "ask for IAM, a token or an API key, or say why not in the Metadata");
    else
        diag_help(c->diags, d, "auth = an authorizer or iam; or @accept(\"%s\", \"why\")",
                  rules[rule].name);
}

static void check_door(struct access *a, const struct door *door) {
    struct check *c = a->c;
    for (uint32_t i = 0; i < door->routes.count; i++) {
        const struct integration *in = door->routes.items[i];
        if (!is_writing(in->route) || guard_of(c, in) != OPEN ||
            (door->guarded && is_entrance(c, in->route)))
            continue;
        const struct resource *store = written(a, in);
        if (!store)
            continue;
        report(c, door, in, store);
        if (!door->guarded)
            return;
    }
}

static void add(struct doors *all, const struct integration *in) {
    struct check *c = all->c;
    bool is_preflight = str_starts(in->route, STR("OPTIONS "));
    if (!in->api || !in->route.len || is_preflight || is_guarded_as_a_whole(c, in->api))
        return;
    struct door *door = map_get_ptr(&all->by_api, in->api->id);
    if (!door) {
        door = arena_new(c->arena, struct door);
        door->api = in->api;
        map_put_ptr(c->arena, &all->by_api, in->api->id, door);
        vec_push(c->arena, &all->items, door);
    }
    enum guard guard = guard_of(c, in);
    vec_push(c->arena, &door->routes, in);
    door->unsure = door->unsure || guard == UNSURE;
    if (guard == GUARDED && !door->guarded)
        door->guarded = in;
}

void check_openings(struct check *c) {
    const struct integrations *found = integrations_of(c);
    struct doors all = {.c = c};
    for (uint32_t i = 0; i < found->items.count; i++)
        add(&all, &found->items.items[i]);
    struct access *a = all.items.count && !c->open ? access_get(c) : NULL;
    for (uint32_t i = 0; a && i < all.items.count; i++)
        if (all.items.items[i]->guarded || !all.items.items[i]->unsure)
            check_door(a, all.items.items[i]);
}
