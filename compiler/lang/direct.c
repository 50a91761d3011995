#include "lang/api.h"

/* Routes without a function: verbs of things (`-> items.get`), `proxy("https://..")`, `mock`. */

static const struct target *target_find(enum kind_id kind, struct str verb) {
    for (unsigned i = 0; i < target_count; i++)
        if (targets[i].kind == kind && str_is(verb, targets[i].name))
            return &targets[i];
    return NULL;
}

static void unknown_target(struct lang *l, const struct thing *t, struct str verb,
                           struct span span) {
    struct buf known;
    buf_init(&known, l->arena, 0);
    struct diag *d = diag_add(l->diags, RULE_UNKNOWN_VERB, span, "a route can't '%.*s' a %s",
                              STR_ARG(verb), kinds[t->kind].name);
    for (unsigned i = 0; i < target_count; i++) {
        if (targets[i].kind != t->kind)
            continue;
        buf_printf(&known, "%s%s", known.len ? ", " : "", targets[i].name);
        if (str_is_near(verb, str_from(targets[i].name)))
            diag_label(l->diags, d, "did you mean '%s'?", targets[i].name);
    }
    diag_help(l->diags, d, "it can %.*s", STR_ARG(buf_view(&known)));
}

static bool has_targets(enum kind_id kind) {
    for (unsigned i = 0; i < target_count; i++)
        if (targets[i].kind == kind)
            return true;
    return false;
}

/* `items.get`: a thing that routes can use, and a verb behind it. */
static bool verb_target(struct lang *l, struct scope *s, const struct node *n, struct route *r) {
    struct value *of = eval(l, s, n->value);
    struct thing *t = thing_of(of);
    if (!t || t->is_collection || t->space || t->is_resource || !has_targets(t->kind))
        return false;
    if (!n->text.len)
        return true; /* reported: a name is missing behind the dot */
    r->target = target_find(t->kind, n->text);
    if (r->target) {
        r->on = t;
        r->cond = logic_and(l, r->cond, t->cond);
        return true;
    }
    if (part_find(t->kind, n->text) || (n->text.ptr[0] >= 'A' && n->text.ptr[0] <= 'Z'))
        return false; /* a part, an index, an attribute: the route says what it takes instead */
    unknown_target(l, t, n->text, scope_span(s, n->name));
    return true;
}

static bool proxy_target(struct lang *l, struct scope *s, node_id target, struct route *r) {
    const struct node *n = scope_node(s, target);
    if (n->count != 1) {
        struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, n->span, "proxy(..) takes one URL");
        diag_help(l->diags, d, "GET /rates -> proxy(\"https://rates.example.com/latest\")");
        return true;
    }
    node_id argument = tree_child(s->space->tree, target, 0);
    struct value *url = to_text(l, eval(l, s, argument), scope_span(s, argument));
    if (is_error(url))
        return true;
    struct str text = value_text(url);
    if (url->kind == VAL_STRING && !str_starts(text, STR("https://")) &&
        !str_starts(text, STR("http://")) && !str_starts(text, STR("arn:")))
        diag_add(l->diags, RULE_VALUE_TYPE, scope_span(s, argument),
                 "'%.*s' is no URL: it begins with https://", STR_ARG(text));
    else
        r->proxied = url;
    return true;
}

bool direct_target(struct lang *l, struct scope *s, node_id target, struct route *r) {
    const struct node *n = scope_node(s, target);
    struct scope *binding;
    if (n->kind == NODE_MEMBER)
        return verb_target(l, s, n, r);
    if (n->kind == NODE_CALL && str_is(scope_node(s, n->value)->text, "proxy"))
        return proxy_target(l, s, target, r);
    if (n->kind == NODE_NAME && str_is(n->text, "mock") && !lookup(l, s, n->text, &binding) &&
        !binding)
        return r->is_mock = true;
    return false;
}

/* crud on a table: its items by key, without a function. */
void direct_crud(struct lang *l, struct api *a, const struct route *like, struct str path) {
    static const char *const rows[][3] = {{"GET", "", "scan"},
                                          {"GET", "item", "get"},
                                          {"POST", "", "put"},
                                          {"PUT", "item", "put"},
                                          {"DELETE", "item", "delete"}};
    struct table_key keys[2];
    unsigned count = table_keys(l, like->on, STR_NIL, keys);
    struct str root = str_is(path, "/") ? STR("") : path, item = root;
    for (unsigned i = 0; i < count; i++)
        item = str_printf(l->arena, "%.*s/{%.*s}", STR_ARG(item), STR_ARG(keys[i].name));
    if (!count)
        diag_add(l->diags, RULE_MISSING_ATTRIBUTE, like->span, "the route needs the key of '%.*s'",
                 STR_ARG(like->on->name));
    for (size_t i = 0; i < sizeof rows / sizeof *rows && count; i++) {
        struct route r = *like;
        r.target = target_find(KIND_TABLE, str_from(rows[i][2]));
        add_route(l, a, &r, rows[i][0], rows[i][1][0] ? item : path);
    }
}

/* ---- the role ------------------------------------------------------------------------------- */

static bool is_alike(const struct route *a, const struct route *b) {
    return a->target && b->target && a->target->scope == b->target->scope && !a->cond && !b->cond &&
           a->on->owner == b->on->owner && str_eq(a->on->id, b->on->id) &&
           str_eq(a->on->name, b->on->name);
}

/* Whether none of the routes from `at` on that are like route i says the same verb before it. */
static bool is_new_verb(const struct api *a, uint32_t at, uint32_t i) {
    const struct route *r = &a->routes.items[i];
    for (; at < i; at++)
        if (is_alike(&a->routes.items[at], r) && a->routes.items[at].target == r->target)
            return false;
    return true;
}

/* One statement a thing, with the actions of all its routes that are always there. */
static void grant_routes(struct lang *l, struct api *a, uint32_t at) {
    const struct route *r = &a->routes.items[at];
    struct buf actions;
    buf_init(&actions, l->arena, 0);
    struct value *granted = value_list(l->values);
    for (uint32_t i = 0; i < at; i++)
        if (is_alike(r, &a->routes.items[i]))
            return;
    for (uint32_t i = at; i < a->routes.count; i++) {
        const struct route *other = &a->routes.items[i];
        if (i != at && (!is_alike(r, other) || !is_new_verb(a, at, i)))
            continue;
        buf_printf(&actions, "%s%s", granted->count ? " " : "", other->target->action);
        value_push(l->values, granted, text_value(l, other->target->action));
    }
    l->values->place = (struct place){r->span, origin_part(l, a->thing, "role", r->span)};
    grant_statement(l, a->thing, str_cstr(l->arena, buf_view(&actions)),
                    scope_resources(l, r->on, r->target->scope), r->cond);
    grant_key(l, a->thing, r->on, granted, r->cond);
}

void direct_role(struct lang *l, struct api *a) {
    bool any = false;
    for (uint32_t i = 0; i < a->routes.count; i++) {
        if (!a->routes.items[i].target)
            continue;
        any = true;
        grant_routes(l, a, i);
    }
    if (any)
        lower_role(l, a->thing, "apigateway.amazonaws.com");
}

/* ---- REST -------------------------------------------------------------------------------- */

struct answer {
    struct value *responses; /* of the integration, by pattern */
    struct value *declared;  /* of the operation, by status */
};

static struct value *json_only(struct lang *l, struct value *template) {
    return map_of(l, 1, "application/json", template);
}

static void add_response(struct lang *l, struct api *a, struct answer *out, struct str pattern,
                         struct value *status, struct value *template, bool with_type) {
    struct value *parameters = value_map(l->values), *headers = value_map(l->values),
                 *given = template;
    if (with_type) {
        value_put_c(l->values, parameters, "method.response.header.Content-Type",
                    text_value(l, "integration.response.header.Content-Type"));
        value_put_c(l->values, headers, "Content-Type",
                    map_of(l, 1, "schema", map_of(l, 1, "type", text_value(l, "string"))));
    }
    if (a->cors->kind == VAL_MAP)
        cors_response(l, a, parameters, headers, &template);
    if (with_type && template != given) { /* a template would take an object for text */
        struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, l->values->place.span,
                                  "an object's answer can't choose among the origins of 'cors'");
        diag_help(l->diags, d, "say one origin, or let a function answer");
    }
    struct value *one = map_of(l, 1, "statusCode", status);
    if (parameters->count)
        value_put_c(l->values, one, "responseParameters", parameters);
    if (template)
        value_put_c(l->values, one, "responseTemplates", json_only(l, template));
    value_put(l->values, out->responses, pattern, one);
    struct value *said = map_of(l, 1, "description", text_value(l, "What API Gateway answers"));
    if (headers->count)
        value_put_c(l->values, said, "headers", headers);
    value_put(l->values, out->declared, value_text(status), said);
}

static struct value *status_text(struct lang *l, const struct route *r) {
    struct value *own = body_value(l, r->settings, "status");
    int64_t status = r->target ? r->target->status : 200;
    if (own && value_to_int(own, &status) && (status < 100 || status > 599))
        diag_add(l->diags, RULE_VALUE_TYPE, own->span, "a status is from 100 to 599, found %lld",
                 (long long)status);
    return value_string(l->values, str_printf(l->arena, "%lld", (long long)status));
}

static void add_errors(struct lang *l, struct api *a, const struct route *r, struct answer *out) {
    static const char *const usual[][3] = {
        {"4\\d{2}", "400", "{\"message\": \"Bad Request\"}"},
        {"5\\d{2}", "500", "{\"message\": \"Internal Server Error\"}"}};
    struct value *own = body_value(l, r->settings, "errors");
    for (uint32_t i = 0; own && own->kind == VAL_MAP && i < own->count; i++) {
        struct value *status = to_text(l, own->members[i].value, own->members[i].span);
        struct str text = value_text(status);
        if (text.len != 3 || text.ptr[0] < '1' || text.ptr[0] > '5')
            diag_add(l->diags, RULE_VALUE_TYPE, own->members[i].span,
                     "'errors' gives patterns of statuses their status: { \"404\" = 404 }");
        else
            add_response(l, a, out, own->members[i].key, value_string(l->values, text), NULL,
                         false);
    }
    /* S3 says 403 for an object that isn't there to who may not list the bucket */
    if (r->target->kind == KIND_BUCKET && (!own || value_is_nil(own)))
        add_response(l, a, out, STR("40[34]"), text_value(l, "404"),
                     text_value(l, "{\"message\": \"Not Found\"}"), false);
    for (size_t i = 0; i < 2; i++)
        if (!value_has(out->responses, str_from(usual[i][0])))
            add_response(l, a, out, str_from(usual[i][0]), text_value(l, usual[i][1]),
                         text_value(l, usual[i][2]), false);
}

struct value *direct_template(struct lang *l, struct api *a, const struct route *r,
                              const char *attribute, const char *sort) {
    struct value *own = body_value(l, r->settings, attribute);
    const char *name = !r->target ? "" : str_is(str_from(sort), "request") ? r->target->request
                                                                         : r->target->response;
    if (own && !value_is_null(own))
        return own;
    return name[0] ? mapping_template(l, a, r, name, sort) : NULL;
}

struct value *direct_credentials(struct lang *l, struct api *a) {
    return value_getatt(l->values, part_id(l, a->thing, "Role"), STR("Arn"));
}

/* The name of a path's last parameter, or nil. */
static struct str last_parameter(struct str path) {
    size_t open = path.len;
    while (open > 0 && path.ptr[open - 1] != '{')
        open--;
    struct str name = open ? str_slice(path, open, str_find_char(path, '}', open)) : STR_NIL;
    return str_ends(name, STR("+")) ? str_slice(name, 0, name.len - 1) : name;
}

static void object_key(struct lang *l, const struct route *r, struct value *parameters) {
    struct str name = last_parameter(r->path);
    if (name.len) {
        value_put_c(l->values, parameters, "integration.request.path.key",
                    value_string(l->values,
                                 str_printf(l->arena, "method.request.path.%.*s", STR_ARG(name))));
        return;
    }
    struct diag *d =
        diag_add(l->diags, RULE_ROUTE_PATH, r->span, "the path says no key of an object");
    diag_help(l->diags, d, "GET /files/{key+} -> %.*s.%s", STR_ARG(r->on->name), r->target->name);
}

struct value *direct_uri(struct lang *l, struct api *a, const struct route *r) {
    return concat(l, sub(l, "arn:${AWS::Partition}:apigateway:${AWS::Region}:"),
                  mapping_fill(l, a, r, r->target->uri));
}

struct value *direct_headers(struct lang *l, const struct route *r) {
    const struct target *t = r->target;
    struct value *parameters = value_map(l->values);
#define TARGET(kind, name, uri, method, action, scope, request, response, status, doc)
#define SUBTYPE(kind, verb, subtype, parameters)
#define HEADER(of, verb, header, text)                                                             \
    if (t->kind == KIND_##of && str_is(str_from(t->name), #verb))                                  \
        value_put_c(l->values, parameters, "integration.request.header." header,                   \
                    text_value(l, "'" text "'"));
#include "lang/targets.def"
#undef TARGET
#undef SUBTYPE
#undef HEADER
    return parameters;
}

static struct value *service_integration(struct lang *l, struct api *a, const struct route *r) {
    const struct target *t = r->target;
    struct value *uri = direct_uri(l, a, r), *parameters = direct_headers(l, r);
    if (t->kind == KIND_BUCKET)
        object_key(l, r, parameters);
    struct value *x =
        map_of(l, 4, "type", text_value(l, "aws"), "httpMethod", text_value(l, t->method), "uri",
               uri, "credentials", direct_credentials(l, a));
    if (parameters->count)
        value_put_c(l->values, x, "requestParameters", parameters);
    struct value *template = direct_template(l, a, r, "template", "request");
    if (!template)
        return x;
    value_put_c(l->values, x, "requestTemplates", json_only(l, template));
    value_put_c(l->values, x, "passthroughBehavior", text_value(l, "never"));
    return x;
}

static struct value *mock_integration(struct lang *l, struct value *status) {
    struct str text = str_printf(l->arena, "{\"statusCode\": %.*s}", STR_ARG(value_text(status)));
    return map_of(l, 2, "type", text_value(l, "mock"), "requestTemplates",
                  json_only(l, value_string(l->values, text)));
}

/* {id} of the URL is the route's own parameter. */
static struct value *proxy_integration(struct lang *l, const struct route *r, bool http) {
    struct value *parameters = value_map(l->values), *link = body_value(l, r->settings, "vpc_link");
    struct str url = value_text(r->proxied);
    for (size_t open = 0; !http && (open = str_find_char(url, '{', open)) < url.len; open++) {
        struct str name = str_slice(url, open + 1, str_find_char(url, '}', open));
        struct str in_path = str_printf(l->arena, "{%.*s}", STR_ARG(name));
        struct str greedy = str_printf(l->arena, "{%.*s+}", STR_ARG(name));
        if (str_find(r->path, in_path, 0) == r->path.len &&
            str_find(r->path, greedy, 0) == r->path.len) {
            diag_add(l->diags, RULE_ROUTE_PATH, r->proxied->span, "the path '%.*s' has no '{%.*s}'",
                     STR_ARG(r->path), STR_ARG(name));
            continue;
        }
        value_put(l->values, parameters,
                  str_printf(l->arena, "integration.request.path.%.*s", STR_ARG(name)),
                  value_string(l->values,
                               str_printf(l->arena, "method.request.path.%.*s", STR_ARG(name))));
    }
    struct value *x = map_of(l, 3, "type", text_value(l, "http_proxy"), "httpMethod",
                             value_string(l->values, r->method), "uri", r->proxied);
    if (http)
        value_put_c(l->values, x, "payloadFormatVersion", text_value(l, "1.0"));
    if (link && !value_is_null(link)) {
        value_put_c(l->values, x, "connectionType", text_value(l, "VPC_LINK"));
        value_put_c(l->values, x, "connectionId", to_text(l, link, link->span));
    }
    if (parameters->count)
        value_put_c(l->values, x, "requestParameters", parameters);
    return x;
}

/* ---- HTTP APIs ------------------------------------------------------------------------- */

static struct value *subtype_parameters(struct lang *l, struct api *a, const struct route *r,
                                        const char *text) {
    struct value *out = value_map(l->values);
    struct str rest = str_from(text);
    while (rest.len) {
        struct str name, value;
        name = str_split(str_split(rest, ' ', &rest), '=', &value);
        value_put(l->values, out, name, mapping_fill(l, a, r, str_cstr(l->arena, value)));
    }
    return out;
}

static struct value *first_class(struct lang *l, struct api *a, const struct route *r) {
    const struct target *t = r->target;
    const char *subtype = NULL, *parameters = NULL;
#define TARGET(kind, name, uri, method, action, scope, request, response, status, doc)
#define HEADER(kind, verb, name, value)
#define SUBTYPE(of, verb, is, takes)                                                               \
    if (t->kind == KIND_##of && str_is(str_from(t->name), #verb))                                  \
        subtype = is, parameters = takes;
#include "lang/targets.def"
#undef TARGET
#undef SUBTYPE
#undef HEADER
    if (!subtype) {
        struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, r->span,
                                  "an HTTP API can't reach a %s by itself", kinds[t->kind].name);
        diag_help(l->diags, d, "REST APIs can: kind = rest; or a function does");
        return &value_nil;
    }
    return map_of(l, 6, "type", text_value(l, "aws_proxy"), "integrationSubtype",
                  text_value(l, subtype), "credentials", direct_credentials(l, a),
                  "requestParameters", subtype_parameters(l, a, r, parameters),
                  "payloadFormatVersion", text_value(l, "1.0"), "connectionType",
                  text_value(l, "INTERNET"));
}

void direct_check_settings(struct lang *l, struct api *a, const struct route *r) {
    static const char *const names[] = {"template", "response", "status", "errors", "vpc_link"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct setting *s = body_setting(&r->settings->body, names[i]);
        bool mapped = r->target && !a->http;
        if (s && !(i == 4 ? r->proxied != NULL : i == 1 || i == 2 ? mapped || r->is_mock : mapped))
            diag_add(l->diags, RULE_WRONG_PLACE, s->span, "this route has no use for '%s'",
                     names[i]);
    }
}

void direct_integration(struct lang *l, struct api *a, const struct route *r,
                        struct value *operation) {
    struct answer answer = {value_map(l->values), value_map(l->values)};
    struct value *x, *status = status_text(l, r);
    if (r->proxied)
        x = proxy_integration(l, r, a->http);
    else if (a->http)
        x = r->is_mock ? &value_nil : first_class(l, a, r);
    else
        x = r->is_mock ? mock_integration(l, status) : service_integration(l, a, r);
    if (r->is_mock && a->http)
        diag_add(l->diags, RULE_WRONG_PLACE, r->span, "an HTTP API has no mocks");
    if (!r->proxied && !a->http) {
        add_response(l, a, &answer, STR("default"), status,
                     direct_template(l, a, r, "response", "response"),
                     r->target && r->target->kind == KIND_BUCKET && !r->target->response[0]);
        if (r->target)
            add_errors(l, a, r, &answer);
        value_put_c(l->values, x, "responses", answer.responses);
    }
    if (!answer.declared->count)
        value_put_c(l->values, answer.declared, "default",
                    map_of(l, 1, "description", text_value(l, "What the target answers")));
    value_put_c(l->values, operation, "responses", answer.declared);
    value_put_c(l->values, operation, "x-amazon-apigateway-integration", x);
}
