#include "lang/api.h"

/* `kind = websocket`: routes chosen by an expression over the message, each with its integration;
   authorizers guard $connect alone. */

/* The events that API Gateway itself knows; every other route is a message's. */
static const struct event {
    const char *word, *key;
} events[] = {{"connect", "$connect"}, {"disconnect", "$disconnect"}, {"default", "$default"}};
enum { EVENTS = sizeof events / sizeof *events };

static bool is_connect(const struct route *r) {
    return str_is(r->key, "$connect");
}

bool route_has_message(const struct route *r) {
    return !is_connect(r) && !str_is(r->key, "$disconnect");
}

/* ---- the API ----------------------------------------------------------------------------- */

static void check(struct lang *l, struct api *a) {
    static const char *const others[] = {"cors",  "compression",   "binary", "policy", "responses",
                                         "waf",   "vpc_endpoints", "definition", NULL};
    refuse_attributes(l, a->thing, others, "a WebSocket API", NULL);
    need_regional(l, a->thing, "a WebSocket API");
    struct value *select = body_value(l, a->thing, "select");
    struct str text = select ? value_text(select) : STR_NIL;
    if (!text.len || str_find(text, STR("$request.body."), 0) < text.len ||
        str_find(text, STR("${request.body."), 0) < text.len)
        return;
    struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, select->span,
                              "'%.*s' chooses no route: it looks at nothing of a message",
                              STR_ARG(text));
    diag_help(l->diags, d, "$request.body.action, or \\${request.body.a}/\\${request.body.b}");
}

void websocket_api(struct lang *l, struct api *a) {
    struct thing *t = a->thing;
    struct value *p = a->rest->properties, *text = body_value(l, t, "description");
    struct value *keys = body_value(l, t, "key_source");
    check(l, a);
    value_put_c(l->values, p, "Name", api_name(l, t));
    value_put_c(l->values, p, "ProtocolType", text_value(l, "WEBSOCKET"));
    value_put_c(l->values, p, "RouteSelectionExpression", body_value(l, t, "select"));
    if (text && !value_is_null(text))
        value_put_c(l->values, p, "Description", text);
    if (keys && !value_is_nil(keys))
        value_put_c(l->values, p, "ApiKeySelectionExpression",
                    text_value(l, value_is_c(keys, "header")
                                      ? "$request.header.x-api-key"
                                      : "$context.authorizer.usageIdentifierKey"));
}

/* ---- authorizers --------------------------------------------------------------------------- */

/* What the function sees, and without which API Gateway answers 401 by itself. */
static struct value *identity(struct lang *l, struct thing *t) {
    static const char *const places[] = {"route.request.header.", "route.request.querystring.",
                                         "context.", "stageVariables."};
    struct value *given = body_value(l, t, "identity");
    if (!given || given->kind != VAL_LIST || !given->count)
        return list_of(l, 1, concat(l, text_value(l, places[0]), body_value(l, t, "header")));
    for (uint32_t i = 0; i < given->count; i++) {
        struct str text = value_text(given->items[i]);
        bool fits = false;
        for (size_t k = 0; k < sizeof places / sizeof *places; k++)
            fits |= str_starts(text, str_from(places[k]));
        if (fits || is_error(given->items[i]))
            continue;
        struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, given->items[i]->span,
                                  "a WebSocket API's identity is no '%.*s'", STR_ARG(text));
        diag_help(l->diags, d,
                  "\"route.request.querystring.token\", \"route.request.header.Authorization\"");
    }
    return given;
}

static void check_authorizer(struct lang *l, struct thing *t) {
    static const char *const others[] = {"cognito", "jwt", "scopes", "audience", NULL};
    refuse_attributes(l, t, others, "the authorizer of a WebSocket API",
                      "lambda = a function, which sees the request");
    const struct setting *kind = body_setting(&t->body, "kind");
    struct value *x = kind ? body_value(l, t, "kind") : NULL;
    if (x && value_is_c(x, "token"))
        diag_add(l->diags, RULE_WRONG_PLACE, x->span,
                 "the authorizer of a WebSocket API sees requests, not tokens");
}

static struct str authorizer(struct lang *l, struct api *a, struct thing *t) {
    struct str id = str_concat(l->arena, a->thing->id, t->id);
    for (uint32_t i = 0; i < a->authorizers.count; i++)
        if (a->authorizers.items[i] == t)
            return id;
    api_use_authorizer(l, a, t);
    check_authorizer(l, t);
    struct value *x = body_value(l, t, "lambda");
    struct thing *f = x ? thing_of(x) : NULL;
    if (!f || f->kind != KIND_FUNCTION || f->is_collection) {
        if (x && !value_is_null(x) && !is_error(x))
            diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'lambda' takes a function, found %s",
                     describe_value(x));
        return id;
    }
    struct str label = str_concat(l->arena, STR("authorizer "), t->name);
    struct resource *r = add_resource(l, a->thing, str_cstr(l->arena, label),
                                      "AWS::ApiGatewayV2::Authorizer", id, a->thing->cond);
    r->properties =
        map_of(l, 5, "ApiId", value_ref(l->values, a->thing->id), "Name",
               value_string(l->values, t->name), "AuthorizerType", text_value(l, "REQUEST"),
               "AuthorizerUri", thing_alias(l, f, "invoke_arn"), "IdentitySource", identity(l, t));
    vec_push(l->arena, &a->deploys, r);
    api_permission(l, a, f, str_printf(l->arena, "%.*s%.*sPermission", STR_ARG(f->id), STR_ARG(id)),
                   str_cstr(l->arena, str_concat(l->arena, STR("permission of the "), label)),
                   sub(l, "authorizers/${%S}", &id), NULL);
    return id;
}

/* Who may connect; later messages come over what was allowed then. */
static void authorize(struct lang *l, struct api *a, const struct route *r, struct value *p) {
    struct value *own = body_value(l, r->settings, "auth");
    bool is_own = own && !value_is_null(own);
    struct value *auth = is_own ? own : body_value(l, a->thing, "auth");
    struct thing *t = auth ? thing_of(auth) : NULL;
    if (!is_connect(r)) {
        if (is_own && !value_is_c(own, "none")) {
            struct diag *d =
                diag_add(l->diags, RULE_WRONG_PLACE, own->span, "'auth' guards connecting alone");
            diag_help(l->diags, d, "give it to 'on connect', or to the api");
        }
        auth = &value_nil, t = NULL;
    }
    const char *type = "NONE";
    if (t && t->kind == KIND_AUTHORIZER && !t->is_collection) {
        type = "CUSTOM";
        t->used = true;
        value_put_c(l->values, p, "AuthorizerId", value_ref(l->values, authorizer(l, a, t)));
    } else if (auth && auth->flags & VALUE_WORD && value_is_c(auth, "iam")) {
        type = "AWS_IAM";
    } else if (auth && !value_is_null(auth) && !(auth->flags & VALUE_WORD) && !is_error(auth)) {
        diag_add(l->diags, RULE_VALUE_TYPE, auth->span,
                 "'auth' takes none, iam or an authorizer, found %s", describe_value(auth));
    }
    value_put_c(l->values, p, "AuthorizationType", text_value(l, type));
}

/* ---- routes ---------------------------------------------------------------------------------- */

struct str websocket_route_id(struct lang *l, const struct api *a, const struct route *r,
                              const char *suffix) {
    return str_printf(l->arena, "%.*s%.*s%s", STR_ARG(a->thing->id), STR_ARG(r->word), suffix);
}

static struct resource *route_resource(struct lang *l, struct api *a, const struct route *r,
                                       const char *what, const char *type, const char *suffix) {
    struct str part = str_printf(l->arena, "%s of %.*s", what, STR_ARG(r->key));
    struct resource *made =
        add_resource(l, a->thing, str_cstr(l->arena, part), type,
                     websocket_route_id(l, a, r, suffix), logic_and(l, a->thing->cond, r->cond));
    made->span = r->span;
    l->values->place = (struct place){r->span, r->settings->origin};
    value_put_c(l->values, made->properties, "ApiId", value_ref(l->values, a->thing->id));
    vec_push(l->arena, &a->deploys, made);
    return made;
}

static void integration(struct lang *l, struct api *a, const struct route *r, bool replies) {
    struct resource *made =
        route_resource(l, a, r, "integration", "AWS::ApiGatewayV2::Integration", "Integration");
    struct value *p = made->properties;
    struct value *timeout = body_value(l, r->settings, "timeout"),
                 *text = body_value(l, r->settings, "description");
    int64_t seconds;
    if (r->function) {
        value_put_c(l->values, p, "IntegrationType", text_value(l, "AWS_PROXY"));
        value_put_c(l->values, p, "IntegrationMethod", text_value(l, "POST"));
        value_put_c(l->values, p, "IntegrationUri", thing_alias(l, r->function, "invoke_arn"));
    } else {
        websocket_direct(l, a, r, p);
    }
    if (timeout && value_to_int(timeout, &seconds))
        value_put_c(l->values, p, "TimeoutInMillis", value_int(l->values, seconds * 1000));
    if (text && !value_is_null(text))
        value_put_c(l->values, p, "Description", text);
    if (r->function || r->proxied || !(replies || is_connect(r)))
        return;
    struct resource *answer = route_resource(
        l, a, r, "answer", "AWS::ApiGatewayV2::IntegrationResponse", "IntegrationResponse");
    value_put_c(l->values, answer->properties, "IntegrationId", value_ref(l->values, made->id));
    websocket_answer(l, a, r, answer->properties);
    vec_push(l->arena, &a->waits_for, answer->id);
}

/* params = { "query.token" = true }: API Gateway refuses to connect without it. */
static void parameters(struct lang *l, const struct route *r, struct value *p) {
    struct value *params = body_value(l, r->settings, "params"), *out = value_map(l->values);
    for (uint32_t i = 0; params && params->kind == VAL_MAP && i < params->count; i++) {
        const struct member *m = &params->members[i];
        if (is_error(m->value))
            continue;
        struct str name, place = str_split(m->key, '.', &name);
        const char *in = str_is(place, "query")    ? "querystring"
                         : str_is(place, "header") ? "header"
                                                   : NULL;
        if (in && name.len && m->value->kind == VAL_BOOL && is_connect(r)) {
            value_put(l->values, out,
                      str_printf(l->arena, "route.request.%s.%.*s", in, STR_ARG(name)),
                      map_of(l, 1, "Required", m->value));
            continue;
        }
        struct diag *d =
            diag_add(l->diags, is_connect(r) ? RULE_VALUE_TYPE : RULE_WRONG_PLACE, m->span,
                     is_connect(r) ? "'%.*s' is no request parameter"
                                   : "'%.*s': a message has no request parameters",
                     STR_ARG(m->key));
        if (is_connect(r))
            diag_help(l->diags, d, "\"query.token\" = true (required), \"header.X-Id\" = false");
    }
    if (out->count)
        value_put_c(l->values, p, "RequestParameters", out);
}

/* reply = true: what the function answers goes back over the connection. */
static bool replies(struct lang *l, const struct route *r) {
    struct value *x = body_value(l, r->settings, "reply");
    if (!x || !value_is_true(x))
        return false;
    if (!str_is(r->key, "$disconnect") && !is_connect(r))
        return true;
    diag_add(l->diags, RULE_WRONG_PLACE, x->span,
             "'reply': messages have one, connecting and disconnecting have none");
    return false;
}

static void route(struct lang *l, struct api *a, const struct route *r) {
    static const char *const others[] = {"scopes", "status", "errors", NULL};
    refuse_attributes(l, r->settings, others, "a route of a WebSocket API", NULL);
    bool two_way = replies(l, r);
    websocket_check_settings(l, r, two_way);
    integration(l, a, r, two_way);
    struct resource *made = route_resource(l, a, r, "route", "AWS::ApiGatewayV2::Route", "Route");
    struct value *p = made->properties, *keys = body_value(l, r->settings, "keys");
    struct str target = websocket_route_id(l, a, r, "Integration");
    value_put_c(l->values, p, "RouteKey", value_string(l->values, r->key));
    authorize(l, a, r, p);
    l->values->place = (struct place){r->span, r->settings->origin};
    if (keys && value_is_c(keys, "required")) {
        if (is_connect(r))
            value_put_c(l->values, p, "ApiKeyRequired", value_bool(l->values, true));
        else
            diag_add(l->diags, RULE_WRONG_PLACE, keys->span,
                     "'keys': API keys are asked for on connecting alone");
    }
    parameters(l, r, p);
    websocket_request(l, a, r, p);
    value_put_c(l->values, p, "Target", sub(l, "integrations/${%S}", &target));
    vec_push(l->arena, &a->waits_for, made->id);
    a->varies |= r->cond != NULL;
    if (two_way) {
        value_put_c(l->values, p, "RouteResponseSelectionExpression", text_value(l, "$default"));
        struct resource *answer =
            route_resource(l, a, r, "reply", "AWS::ApiGatewayV2::RouteResponse", "Reply");
        value_put_c(l->values, answer->properties, "RouteId", value_ref(l->values, made->id));
        value_put_c(l->values, answer->properties, "RouteResponseKey", text_value(l, "$default"));
        vec_push(l->arena, &a->waits_for, answer->id);
    }
    apply_properties(l, &r->settings->body, made);
    if (!r->function)
        return;
    struct str id = str_printf(l->arena, "%.*s%.*s%.*sPermission", STR_ARG(r->function->id),
                               STR_ARG(a->thing->id), STR_ARG(r->word));
    struct str part = str_concat(l->arena, STR("permission of "), r->key);
    api_permission(l, a, r->function, id, str_cstr(l->arena, part),
                   sub(l, "%v/%v", route_stage(l, r->settings), value_string(l->values, r->key)),
                   r->cond);
}

/* The key and the word of ids; false after a message. */
static bool name_route(struct lang *l, const struct clause *c, struct route *r) {
    const struct node *n = scope_node(c->scope, c->node), *event = scope_node(c->scope, n->value);
    bool message = event->kind == NODE_NAME && str_is(event->text, "message");
    for (int i = 0; i < EVENTS && event->kind == NODE_NAME; i++) {
        if (!str_is(event->text, events[i].word))
            continue;
        r->key = str_from(events[i].key);
        r->word = camel(l->arena, event->text);
        return true;
    }
    if (message && !node_is_nil(n->extra)) {
        struct span span = scope_span(c->scope, n->extra);
        r->key = need_text(l, eval(l, c->scope, n->extra), span, "a message's key");
        r->word = str_concat(l->arena, STR("Message"), camel(l->arena, r->key));
        if (!r->key.ptr)
            return false;
        if (r->key.len && r->key.ptr[0] != '$')
            return true;
        struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, span, "'%.*s' is no key of messages",
                                  STR_ARG(r->key));
        diag_help(l->diags, d,
                  "on connect, on disconnect and on default are the keys that begin with '$'");
        return false;
    }
    struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, event->span,
                              message ? "which message?" : "a WebSocket API has no such event");
    diag_help(l->diags, d, "on connect, on disconnect, on message \"send\", on default");
    return false;
}

static bool is_twice(struct lang *l, const struct api *a, const struct route *r) {
    const struct route *list = a->routes.items;
    for (uint32_t i = 0; i < a->routes.count; i++) {
        if (!str_eq(list[i].key, r->key) || list[i].cond || r->cond)
            continue;
        struct diag *d = diag_add(l->diags, RULE_ROUTE_CONFLICT, r->span, "'%.*s' is routed twice",
                                  STR_ARG(r->key));
        diag_note(l->diags, d, list[i].span, "first here");
        return true;
    }
    return false;
}

static void gather_route(struct lang *l, struct api *a, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    struct route r = {.cond = c->cond, .method = STR("POST"), .path = STR("/")};
    if (n->kind != NODE_ON || !name_route(l, c, &r))
        return;
    r.span = scope_span(c->scope, n->value);
    if (node_is_nil(n->cond)) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, r.span, "what runs on '%.*s'?",
                                  STR_ARG(r.key));
        diag_help(l->diags, d, "on connect -> a function");
        return;
    }
    if (!route_target(l, c->scope, clause_leads_to(c), false, &r) || is_twice(l, a, &r))
        return;
    r.settings = make_part(l, a->thing, KIND_ROUTE, c->scope, c->node, r.key, a->thing->id, r.cond);
    thing_body(l, r.settings);
    vec_push(l->arena, &a->routes, r);
}

void websocket_routes(struct lang *l, struct api *a) {
    websocket_models(l, a);
    for (uint32_t i = 0; i < a->thing->body.clauses.count; i++) {
        const struct clause *c = &a->thing->body.clauses.items[i];
        struct value *before = assume(l, c->cond);
        gather_route(l, a, c);
        l->given = before;
    }
    direct_role(l, a);
    for (uint32_t i = 0; i < a->routes.count; i++)
        route(l, a, &a->routes.items[i]);
    if (a->routes.count == 0)
        diag_add(l->diags, RULE_MISSING_ATTRIBUTE, a->thing->decl->span,
                 "the api '%.*s' has no routes", STR_ARG(a->thing->name));
}
