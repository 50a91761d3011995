#include "lang/api.h"

#define VALIDATOR "x-amazon-apigateway-request-validator"

/* The OpenAPI 3.0.1 document of a REST API, with API Gateway's extensions. */

static struct value *auth_of(struct lang *l, struct api *a, const struct route *r) {
    struct value *own = body_value(l, r->settings, "auth");
    if (own && !value_is_null(own))
        return own;
    struct value *of_api = body_value(l, a->thing, "auth");
    return of_api ? of_api : &value_nil;
}

static struct value *scopes_of(struct lang *l, const struct route *r, struct thing *authorizer) {
    struct value *own = body_value(l, r->settings, "scopes");
    if (own && own->kind == VAL_LIST)
        return own;
    struct value *all = body_value(l, authorizer, "scopes");
    return all && all->kind == VAL_LIST ? all : value_list(l->values);
}

struct value *operation_security(struct lang *l, struct api *a, const struct route *r) {
    struct value *auth = auth_of(l, a, r);
    struct value *need = value_map(l->values), *all = value_list(l->values);
    struct thing *authorizer = thing_of(auth);
    if (authorizer && authorizer->kind == KIND_AUTHORIZER && !authorizer->is_collection) {
        api_use_authorizer(l, a, authorizer);
        value_put(l->values, need, authorizer->name, scopes_of(l, r, authorizer));
    } else if (auth->flags & VALUE_WORD) {
        if (value_is_c(auth, "iam") && !a->http) {
            a->uses_iam = true;
            value_put_c(l->values, need, "sigv4", value_list(l->values));
        }
    } else if (!value_is_null(auth) && !is_error(auth)) {
        struct diag *d =
            diag_add(l->diags, RULE_VALUE_TYPE, auth->span,
                     "'auth' takes none, iam or an authorizer, found %s", describe_value(auth));
        if (authorizer && authorizer->kind == KIND_USERPOOL)
            diag_help(l->diags, d, "authorizer people { cognito = %.*s }",
                      STR_ARG(authorizer->name));
    }
    if (need->count)
        value_push(l->values, all, need);
    struct value *keys = body_value(l, r->settings, "keys");
    if (keys && value_is_c(keys, "required") && a->http) {
        diag_add(l->diags, RULE_WRONG_PLACE, keys->span, "an HTTP API has no API keys");
    } else if (keys && value_is_c(keys, "required")) {
        a->uses_keys = true;
        value_push(l->values, all, map_of(l, 1, "api_key", value_list(l->values)));
    }
    return all->count ? all : &value_nil;
}

static void add_integration(struct lang *l, struct api *a, const struct route *r,
                            struct value *operation) {
    struct value *x =
        map_of(l, 3, "type", text_value(l, "aws_proxy"), "httpMethod", text_value(l, "POST"), "uri",
               thing_alias(l, r->function, "invoke_arn"));
    if (a->http)
        value_put_c(l->values, x, "payloadFormatVersion", text_value(l, "2.0"));
    struct value *timeout = body_value(l, r->settings, "timeout");
    int64_t seconds;
    if (timeout && value_to_int(timeout, &seconds))
        value_put_c(l->values, x, "timeoutInMillis", value_int(l->values, seconds * 1000));
    struct value *response =
        map_of(l, 1, "description", text_value(l, "What the function answers"));
    value_put_c(l->values, operation, "responses", map_of(l, 1, "default", response));
    value_put_c(l->values, operation, "x-amazon-apigateway-integration", x);
}

void operation_target(struct lang *l, struct api *a, const struct route *r,
                      struct value *operation) {
    if (r->function)
        add_integration(l, a, r, operation);
    else
        direct_integration(l, a, r, operation);
}

bool operation_is_iam(struct lang *l, struct api *a, const struct route *r) {
    struct value *auth = auth_of(l, a, r);
    return auth->flags & VALUE_WORD && value_is_c(auth, "iam");
}

static const char *place_of(struct str key, struct str *name) {
    struct str kind = str_split(key, '.', name);
    return str_is(kind, "header")  ? "header"
           : str_is(kind, "query") ? "query"
           : str_is(kind, "path")  ? "path"
                                   : NULL;
}

/* params = { "query.page" = true, "header.X-Id" = false } */
static void add_parameters(struct lang *l, const struct route *r, struct value *operation) {
    struct value *params = body_value(l, r->settings, "params");
    struct value *list = value_list(l->values);
    if (!params || params->kind != VAL_MAP)
        return;
    for (uint32_t i = 0; i < params->count; i++) {
        const struct member *m = &params->members[i];
        struct str name;
        const char *in = place_of(m->key, &name);
        if (is_error(m->value))
            continue;
        if (!in || !name.len || m->value->kind != VAL_BOOL) {
            bool named = in && name.len;
            struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, named ? m->value->span : m->span,
                                      named ? "'%.*s' is true, for required, or false, found %s"
                                            : "'%.*s' is no request parameter",
                                      STR_ARG(m->key), describe_value(m->value));
            diag_help(l->diags, d, "\"query.page\" = true (required), \"header.X-Id\" = false");
            continue;
        }
        value_push(l->values, list,
                   map_of(l, 4, "name", value_string(l->values, name), "in", text_value(l, in),
                          "required", m->value, "schema",
                          map_of(l, 1, "type", text_value(l, "string"))));
    }
    if (!list->count)
        return;
    value_put_c(l->values, operation, "parameters", list);
    value_put_c(l->values, operation, VALIDATOR, text_value(l, "params"));
}

static void add_request(struct lang *l, const struct route *r, struct value *operation) {
    struct value *x = body_value(l, r->settings, "request");
    struct thing *model = x ? thing_of(x) : NULL;
    if (!model || model->kind != KIND_MODEL) {
        if (x && !value_is_null(x) && !is_error(x))
            diag_add(l->diags, RULE_VALUE_TYPE, x->span,
                     "'request' takes a model of the api, found %s", describe_value(x));
        return;
    }
    struct str rest;
    str_split(model->name, '.', &rest);
    struct str ref = str_concat(l->arena, STR("#/components/schemas/"), camel(l->arena, rest));
    struct value *schema = map_of(l, 1, "$ref", value_string(l->values, ref));
    struct value *content = map_of(l, 1, "application/json", map_of(l, 1, "schema", schema));
    value_put_c(l->values, operation, "requestBody",
                map_of(l, 2, "required", value_bool(l->values, true), "content", content));
    value_put_c(l->values, operation, VALIDATOR,
                text_value(l, value_has(operation, STR("parameters")) ? "all" : "body"));
}

static struct value *operation(struct lang *l, struct api *a, const struct route *r) {
    l->values->place = (struct place){r->span, r->settings->origin};
    struct value *op = value_map(l->values);
    struct value *text = body_value(l, r->settings, "description");
    if (text && !value_is_null(text))
        value_put_c(l->values, op, "description", text);
    add_parameters(l, r, op);
    add_request(l, r, op);
    struct value *need = operation_security(l, a, r);
    if (!value_is_nil(need))
        value_put_c(l->values, op, "security", need);
    direct_check_settings(l, a, r);
    operation_target(l, a, r, op);
    l->values->place = (struct place){r->span, r->settings->origin};
    if (a->http && operation_is_iam(l, a, r))
        value_put_c(l->values, op, "x-amazon-apigateway-auth",
                    map_of(l, 1, "type", text_value(l, "AWS_IAM")));
    return op;
}

struct value *path_parameters(struct lang *l, struct str path) {
    struct value *list = value_list(l->values);
    for (size_t open = 0; (open = str_find_char(path, '{', open)) < path.len; open++) {
        struct str name = str_slice(path, open + 1, str_find_char(path, '}', open));
        if (str_ends(name, STR("+")))
            name = str_slice(name, 0, name.len - 1);
        value_push(l->values, list,
                   map_of(l, 4, "name", value_string(l->values, name), "in", text_value(l, "path"),
                          "required", value_bool(l->values, true), "schema",
                          map_of(l, 1, "type", text_value(l, "string"))));
    }
    return list;
}

static struct value *paths(struct lang *l, struct api *a) {
    struct value *paths = value_map(l->values);
    for (uint32_t i = 0; i < a->routes.count; i++) {
        const struct route *r = &a->routes.items[i];
        struct value *item = value_get(paths, r->path);
        l->values->place = (struct place){r->span, r->settings->origin};
        if (value_is_nil(item)) {
            item = value_map(l->values);
            value_put(l->values, paths, r->path, item);
            struct value *parameters = path_parameters(l, r->path);
            if (parameters->count)
                value_put_c(l->values, item, "parameters", parameters);
        }
        struct str key = str_is(r->method, "ANY") ? STR("x-amazon-apigateway-any-method")
                                                  : str_lower(l->arena, r->method);
        struct value *op = operation(l, a, r), *before = value_get(item, key);
        if (r->cond)
            op = logic_if(l, r->cond, op, value_is_nil(before) ? value_null(l->values) : before);
        value_put(l->values, item, key, op);
    }
    for (uint32_t i = 0; i < paths->count && a->cors->kind == VAL_MAP && !a->http; i++) {
        struct value *item = paths->members[i].value;
        if (!value_has(item, STR("options")))
            value_put_c(l->values, item, "options", cors_preflight(l, a, paths->members[i].key));
    }
    return paths;
}

static struct value *header_scheme(struct lang *l, const char *header, const char *type) {
    struct value *x = map_of(l, 3, "type", text_value(l, "apiKey"), "name", text_value(l, header),
                             "in", text_value(l, "header"));
    if (type)
        value_put_c(l->values, x, "x-amazon-apigateway-authtype", text_value(l, type));
    return x;
}

struct value *security_schemes(struct lang *l, struct api *a) {
    struct value *schemes = value_map(l->values);
    for (uint32_t i = 0; i < a->authorizers.count; i++)
        value_put(l->values, schemes, a->authorizers.items[i]->name,
                  security_scheme(l, a, a->authorizers.items[i]));
    if (a->uses_iam)
        value_put_c(l->values, schemes, "sigv4", header_scheme(l, "Authorization", "awsSigv4"));
    if (a->uses_keys)
        value_put_c(l->values, schemes, "api_key", header_scheme(l, "x-api-key", NULL));
    return schemes;
}

struct value *model_schema(struct lang *l, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    struct body b = {0};
    eval_open_block(l, &b, c->scope, n->block);
    const struct setting *schema = body_setting(&b, "schema");
    if (!schema) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, scope_span(c->scope, n->name),
                                  "a model needs its 'schema'");
        diag_help(l->diags, d,
                  "schema = { type = \"object\", required = [..], properties = { .. } }");
        return NULL;
    }
    for (uint32_t i = 0; i < b.settings.count; i++)
        if (!str_is(b.settings.items[i].name, "schema"))
            diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, b.settings.items[i].span,
                     "a model has no attribute '%.*s'", STR_ARG(b.settings.items[i].name));
    return setting_value(l, schema);
}

static struct value *components(struct lang *l, struct api *a) {
    struct value *schemes = security_schemes(l, a), *schemas = value_map(l->values);
    for (uint32_t i = 0; i < a->thing->body.clauses.count; i++) {
        const struct clause *c = &a->thing->body.clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        if (n->kind != NODE_MODEL)
            continue;
        struct value *schema = model_schema(l, c);
        if (schema)
            value_put(l->values, schemas, camel(l->arena, scope_node(c->scope, n->name)->text),
                      schema);
    }
    struct value *out = value_map(l->values);
    if (schemas->count)
        value_put_c(l->values, out, "schemas", schemas);
    if (schemes->count)
        value_put_c(l->values, out, "securitySchemes", schemes);
    return out;
}

/* Whether the operation names this validator; a condition may choose between two operations. */
static bool is_validated_by(const struct value *operation, const char *name) {
    if (operation->kind == VAL_IF)
        return is_validated_by(value_at(operation, 1), name) ||
               is_validated_by(value_at(operation, 2), name);
    return value_is_c(value_get_c(operation, VALIDATOR), name);
}

static bool any_validated_by(const struct value *paths, const char *name) {
    for (uint32_t i = 0; i < paths->count; i++) {
        const struct value *path = paths->members[i].value;
        for (uint32_t n = 0; n < path->count; n++)
            if (is_validated_by(path->members[n].value, name))
                return true;
    }
    return false;
}

/* The request validators that operations name. */
static struct value *validators(struct lang *l, const struct value *paths) {
    static const char *const names[] = {"params", "body", "all"};
    struct value *out = value_map(l->values);
    for (int i = 0; i < 3; i++) {
        if (!any_validated_by(paths, names[i]))
            continue;
        value_put_c(l->values, out, names[i],
                    map_of(l, 2, "validateRequestParameters", value_bool(l->values, i != 1),
                           "validateRequestBody", value_bool(l->values, i != 0)));
    }
    return out;
}

/* Whether routes are written, though what is wrong with them is reported. */
static bool names_routes(const struct thing *t) {
    if (t->scope->space->tree->broken)
        return true; /* what the parser didn't understand may have been one */
    for (uint32_t i = 0; i < t->body.clauses.count; i++)
        if (scope_node(t->body.clauses.items[i].scope, t->body.clauses.items[i].node)->kind ==
            NODE_ROUTE)
            return true;
    return false;
}

struct value *api_definition(struct lang *l, struct api *a) {
    struct value *doc = value_map(l->values);
    value_put_c(l->values, doc, "openapi", text_value(l, "3.0.1"));
    value_put_c(l->values, doc, "info",
                map_of(l, 2, "title", value_string(l->values, a->thing->name), "version",
                       text_value(l, "1.0")));
    if (a->routes.count == 0 && !names_routes(a->thing))
        diag_add(l->diags, RULE_MISSING_ATTRIBUTE, a->thing->decl->span,
                 "the api '%.*s' has no routes", STR_ARG(a->thing->name));
    struct value *all = paths(l, a);
    l->values->place = (struct place){a->thing->origin->span, a->thing->origin};
    value_put_c(l->values, doc, "paths", all);
    struct value *shared = components(l, a), *checks = validators(l, all);
    if (shared->count)
        value_put_c(l->values, doc, "components", shared);
    if (checks->count)
        value_put_c(l->values, doc, "x-amazon-apigateway-request-validators", checks);
    if (a->http) {
        if (a->cors->kind == VAL_MAP)
            value_put_c(l->values, doc, "x-amazon-apigateway-cors", http_cors(l, a));
        return doc;
    }
    struct value *responses = cors_gateway_responses(l, a);
    if (responses->count)
        value_put_c(l->values, doc, "x-amazon-apigateway-gateway-responses", responses);
    return doc;
}
