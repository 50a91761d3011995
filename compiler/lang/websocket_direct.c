#include "lang/api.h"

/* What a WebSocket API does with messages by itself: verbs of things, proxies, mocks; and models
   that messages must fit.
   Source: API Gateway Developer Guide, "Integrations for WebSocket APIs", "WebSocket API mapping template
   reference", "Request validation for WebSocket APIs". */

/* The key by which templates and models are found, whatever the message says. */
static struct value *always(struct lang *l) {
    return text_value(l, "\\$default");
}

static struct value *by_default(struct lang *l, struct value *x) {
    return map_of(l, 1, "$default", x);
}

static bool is_service(const struct route *r) {
    return r->target || r->is_mock;
}

void websocket_check_settings(struct lang *l, const struct route *r, bool replies) {
    static const char *const names[] = {"template", "response", "vpc_link", "request"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct setting *s = body_setting(&r->settings->body, names[i]);
        bool fits = i == 0   ? r->target != NULL
                    : i == 1 ? is_service(r) && replies
                    : i == 2 ? r->proxied != NULL
                             : is_service(r);
        if (!s || fits)
            continue;
        struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, s->span,
                                  "this route has no use for '%s'", names[i]);
        if (i == 1 && is_service(r))
            diag_help(l->diags, d, "reply = true sends it back");
        else if (i == 3)
            diag_help(l->diags, d,
                      "API Gateway checks messages for services that it calls itself; a function "
                      "checks its own");
    }
}

/* Without a message, the connection is all that is known. */
static void check_event(struct lang *l, const struct route *r) {
    struct table_key keys[2];
    if (!r->target || route_has_message(r) || body_is_set(r->settings, "template"))
        return;
    if (r->on->kind == KIND_BUCKET)
        return; /* said already */
    if (r->on->kind != KIND_TABLE && r->on->kind != KIND_INDEX)
        return;
    struct thing *table = r->on->kind == KIND_INDEX ? r->on->owner : r->on;
    unsigned count =
        table_keys(l, table, r->on->kind == KIND_INDEX ? r->on->name : STR_NIL, keys);
    bool by_key = str_is(str_from(r->target->name), "put") ||
                  str_is(str_from(r->target->name), "get") ||
                  str_is(str_from(r->target->name), "delete");
    for (unsigned i = 0; i < count && by_key; i++) {
        if (is_connection_key(keys[i].name))
            continue;
        struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, r->span,
                                  "'%.*s' carries no message, and no '%.*s' for the key of '%.*s'",
                                  STR_ARG(r->key), STR_ARG(keys[i].name), STR_ARG(table->name));
        diag_help(l->diags, d,
                  "a key called connectionId is the connection's id; else say a 'template'");
        return;
    }
    if (by_key)
        return;
    diag_add(l->diags, RULE_WRONG_PLACE, r->span, "'%.*s' carries no message for '%s'",
             STR_ARG(r->key), r->target->name);
}

static void service(struct lang *l, struct api *a, const struct route *r, struct value *p) {
    if (r->on->kind == KIND_BUCKET) {
        diag_add(l->diags, RULE_WRONG_PLACE, r->span,
                 "a message has no path, and an object's key comes from there: a function can");
        return;
    }
    check_event(l, r);
    struct value *headers = direct_headers(l, r);
    struct value *template = direct_template(l, a, r, "template", "request");
    value_put_c(l->values, p, "IntegrationType", text_value(l, "AWS"));
    value_put_c(l->values, p, "IntegrationMethod", text_value(l, r->target->method));
    value_put_c(l->values, p, "IntegrationUri", direct_uri(l, a, r));
    value_put_c(l->values, p, "CredentialsArn", direct_credentials(l, a));
    if (headers->count)
        value_put_c(l->values, p, "RequestParameters", headers);
    if (!template)
        return;
    value_put_c(l->values, p, "RequestTemplates", by_default(l, template));
    value_put_c(l->values, p, "TemplateSelectionExpression", always(l));
    value_put_c(l->values, p, "PassthroughBehavior", text_value(l, "NEVER"));
}

static void proxy(struct lang *l, const struct route *r, struct value *p) {
    struct value *link = body_value(l, r->settings, "vpc_link");
    value_put_c(l->values, p, "IntegrationType", text_value(l, "HTTP_PROXY"));
    value_put_c(l->values, p, "IntegrationMethod", text_value(l, "POST"));
    value_put_c(l->values, p, "IntegrationUri", r->proxied);
    value_put_c(l->values, p, "RequestParameters",
                map_of(l, 1, "integration.request.header.connectionId",
                       text_value(l, "context.connectionId")));
    if (!link || value_is_null(link))
        return;
    value_put_c(l->values, p, "ConnectionType", text_value(l, "VPC_LINK"));
    value_put_c(l->values, p, "ConnectionId", to_text(l, link, link->span));
}

void websocket_direct(struct lang *l, struct api *a, const struct route *r, struct value *p) {
    if (r->proxied) {
        proxy(l, r, p);
    } else if (r->is_mock) {
        value_put_c(l->values, p, "IntegrationType", text_value(l, "MOCK"));
        value_put_c(l->values, p, "RequestTemplates",
                    by_default(l, text_value(l, "{\"statusCode\": 200}")));
        value_put_c(l->values, p, "TemplateSelectionExpression", always(l));
    } else {
        service(l, a, r, p);
    }
}

void websocket_answer(struct lang *l, struct api *a, const struct route *r, struct value *p) {
    value_put_c(l->values, p, "IntegrationResponseKey", text_value(l, "$default"));
    struct value *template =
        route_has_message(r) ? direct_template(l, a, r, "response", "response") : NULL;
    if (!template)
        return;
    value_put_c(l->values, p, "ResponseTemplates", by_default(l, template));
    value_put_c(l->values, p, "TemplateSelectionExpression", always(l));
}

/* ---- models -------------------------------------------------------------------------------- */

void websocket_models(struct lang *l, struct api *a) {
    for (uint32_t i = 0; i < a->thing->body.clauses.count; i++) {
        const struct clause *c = &a->thing->body.clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        struct str word = n->kind == NODE_MODEL ? scope_node(c->scope, n->name)->text : STR_NIL;
        struct thing *model = word.len ? map_get_ptr(&a->thing->siblings, word) : NULL;
        if (!model)
            continue;
        struct value *schema = model_schema(l, c);
        struct str label = str_concat(l->arena, STR("model "), word);
        struct resource *r = add_resource(l, a->thing, str_cstr(l->arena, label),
                                          "AWS::ApiGatewayV2::Model", model->id, model->cond);
        if (!schema)
            continue;
        r->properties = map_of(l, 4, "ApiId", value_ref(l->values, a->thing->id), "Name",
                               value_string(l->values, camel(l->arena, word)), "ContentType",
                               text_value(l, "application/json"), "Schema", schema);
        vec_push(l->arena, &a->deploys, r);
    }
}

void websocket_request(struct lang *l, struct api *a, const struct route *r, struct value *p) {
    struct value *x = body_value(l, r->settings, "request");
    struct thing *model = x ? thing_of(x) : NULL;
    if (!x || value_is_null(x) || is_error(x))
        return;
    if (!model || model->kind != KIND_MODEL || model->owner != a->thing) {
        diag_add(l->diags, RULE_VALUE_TYPE, x->span,
                 "'request' takes a model of the api, found %s", describe_value(x));
        return;
    }
    struct str rest;
    str_split(model->name, '.', &rest);
    struct resource *made = graph_find(l->graph, model->id);
    value_put_c(l->values, p, "ModelSelectionExpression", always(l));
    value_put_c(l->values, p, "RequestModels",
                by_default(l, value_string(l->values, camel(l->arena, rest))));
    struct resource *route = graph_find(l->graph, websocket_route_id(l, a, r, "Route"));
    if (made && route) /* it is named, not referred to */
        value_put_c(l->values, route->attributes, "DependsOn", value_string(l->values, made->id));
}
