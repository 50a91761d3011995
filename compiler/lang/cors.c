#include "lang/api.h"

/* CORS of a REST API: mock preflights that no authorizer guards, and headers on API Gateway's own
   errors. What functions answer carries the headers that functions set. */

static const char default_headers[] =
    "Content-Type,Authorization,X-Amz-Date,X-Api-Key,X-Amz-Security-Token";

static struct value *origins_of(struct lang *l, struct api *a) {
    struct value *x = value_get_c(a->cors, "origins");
    if (x->kind == VAL_LIST)
        return x;
    if (value_is_nil(x) || is_error(x))
        return value_list(l->values);
    return list_of(l, 1, x);
}

void cors_check(struct lang *l, struct api *a) {
    bool known =
        check_fields(l, a->cors, "cors", "origins headers methods max_age credentials expose");
    if (known && origins_of(l, a)->count == 0)
        diag_add(l->diags, RULE_MISSING_ATTRIBUTE, a->cors->span, "'cors' needs 'origins'");
}

static struct value *joined(struct lang *l, struct value *list, const char *otherwise) {
    if (list->kind != VAL_LIST)
        return value_is_nil(list) ? text_value(l, otherwise) : list;
    struct value *out = text_value(l, "");
    for (uint32_t i = 0; i < list->count; i++)
        out = concat(l, i ? concat(l, out, text_value(l, ",")) : out, list->items[i]);
    return out;
}

/* API Gateway wants static header values in single quotes. */
static struct value *quoted(struct lang *l, struct value *x) {
    return concat(l, concat(l, text_value(l, "'"), x), text_value(l, "'"));
}

static struct value *path_methods(struct lang *l, struct api *a, struct str path) {
    struct value *given = value_get_c(a->cors, "methods");
    if (!value_is_nil(given))
        return joined(l, given, "");
    struct value *list = value_list(l->values);
    for (uint32_t i = 0; i < a->routes.count; i++) {
        const struct route *r = &a->routes.items[i];
        if (!str_eq(r->path, path))
            continue;
        if (str_is(r->method, "ANY"))
            return text_value(l, "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS");
        value_push(l->values, list, value_string(l->values, r->method));
    }
    value_push(l->values, list, text_value(l, "OPTIONS"));
    return joined(l, list, "");
}

static bool allows_credentials(struct api *a) {
    return value_is_true(value_get_c(a->cors, "credentials"));
}

/* A template that answers with the caller's origin where it is one of the list. */
static struct value *origin_template(struct lang *l, struct value *origins) {
    struct value *out = text_value(l, "#set($origin = $input.params(\"Origin\"))\n#if(");
    for (uint32_t i = 0; i < origins->count; i++) {
        out = concat(l, out, text_value(l, i ? " || $origin == \"" : "$origin == \""));
        out = concat(l, concat(l, out, origins->items[i]), text_value(l, "\""));
    }
    out =
        concat(l, out,
               text_value(l, ")\n#set($context.responseOverride.header.Access-Control-Allow-Origin "
                             "= $origin)\n#end\n"));
    out->flags |= VALUE_BLOCK;
    return out;
}

struct header {
    const char *name;
    struct value *value;
};

static unsigned preflight_headers(struct lang *l, struct api *a, struct str path,
                                  struct value *origins, struct header out[6]) {
    unsigned n = 0;
    if (origins->count == 1)
        out[n++] = (struct header){"Access-Control-Allow-Origin", quoted(l, origins->items[0])};
    out[n++] = (struct header){"Access-Control-Allow-Methods", quoted(l, path_methods(l, a, path))};
    out[n++] = (struct header){
        "Access-Control-Allow-Headers",
        quoted(l, joined(l, value_get_c(a->cors, "headers"), default_headers))};
    struct attribute age = {.name = "max_age", .type = ATTR_SECONDS};
    struct value *max_age = value_get_c(a->cors, "max_age");
    if (!value_is_null(max_age)) {
        struct value *seconds = convert(l, max_age, &age);
        if (seconds)
            out[n++] = (struct header){"Access-Control-Max-Age", quoted(l, seconds)};
    }
    if (allows_credentials(a))
        out[n++] = (struct header){"Access-Control-Allow-Credentials", text_value(l, "'true'")};
    if (origins->count > 1)
        out[n++] = (struct header){"Vary", text_value(l, "'Origin'")};
    return n;
}

struct value *cors_preflight(struct lang *l, struct api *a, struct str path) {
    l->values->place = (struct place){a->cors->span, a->thing->origin};
    struct value *origins = origins_of(l, a);
    struct header headers[6];
    unsigned count = preflight_headers(l, a, path, origins, headers);
    struct value *declared = value_map(l->values), *values = value_map(l->values);
    struct value *text = map_of(l, 1, "schema", map_of(l, 1, "type", text_value(l, "string")));
    if (origins->count > 1)
        value_put_c(l->values, declared, "Access-Control-Allow-Origin", text);
    for (unsigned i = 0; i < count; i++) {
        value_put_c(l->values, declared, headers[i].name, text);
        value_put(l->values, values,
                  str_printf(l->arena, "method.response.header.%s", headers[i].name),
                  headers[i].value);
    }
    struct value *answer =
        map_of(l, 2, "statusCode", text_value(l, "204"), "responseParameters", values);
    if (origins->count > 1)
        value_put_c(l->values, answer, "responseTemplates",
                    map_of(l, 1, "application/json", origin_template(l, origins)));
    struct value *mock = map_of(
        l, 3, "type", text_value(l, "mock"), "requestTemplates",
        map_of(l, 1, "application/json", text_value(l, "{\"statusCode\": 204}")), "responses",
        map_of(l, 1, "default", answer));
    struct value *response =
        map_of(l, 2, "description", text_value(l, "CORS preflight"), "headers", declared);
    return map_of(l, 2, "responses", map_of(l, 1, "204", response),
                  "x-amazon-apigateway-integration", mock);
}

void cors_response(struct lang *l, struct api *a, struct value *parameters, struct value *headers,
                   struct value **template) {
    struct value *origins = origins_of(l, a);
    struct value *text = map_of(l, 1, "schema", map_of(l, 1, "type", text_value(l, "string")));
    struct value *expose = joined(l, value_get_c(a->cors, "expose"), "");
    struct header rows[] = {
        {"Access-Control-Allow-Origin", origins->count == 1 ? quoted(l, origins->items[0]) : NULL},
        {"Access-Control-Allow-Credentials",
         allows_credentials(a) ? text_value(l, "'true'") : NULL},
        {"Access-Control-Expose-Headers", value_text(expose).len ? quoted(l, expose) : NULL},
        {"Vary", origins->count > 1 ? text_value(l, "'Origin'") : NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].value && !(i == 0 && origins->count > 1))
            continue;
        value_put_c(l->values, headers, rows[i].name, text);
        if (rows[i].value)
            value_put(l->values, parameters,
                      str_printf(l->arena, "method.response.header.%s", rows[i].name),
                      rows[i].value);
    }
    if (origins->count < 2)
        return;
    struct value *which = origin_template(l, origins);
    *template = concat(l, which, *template ? *template : text_value(l, "$input.body"));
    (*template)->flags |= VALUE_BLOCK;
}

static struct value *error_response(struct lang *l, struct api *a) {
    struct value *origins = origins_of(l, a), *values = value_map(l->values);
    struct value *origin = origins->count == 1 ? quoted(l, origins->items[0])
                                               : text_value(l, "method.request.header.Origin");
    value_put_c(l->values, values, "gatewayresponse.header.Access-Control-Allow-Origin", origin);
    value_put_c(l->values, values, "gatewayresponse.header.Access-Control-Allow-Headers",
                quoted(l, joined(l, value_get_c(a->cors, "headers"), default_headers)));
    if (allows_credentials(a))
        value_put_c(l->values, values, "gatewayresponse.header.Access-Control-Allow-Credentials",
                    text_value(l, "'true'"));
    return map_of(l, 1, "responseParameters", values);
}

void cors_put_response(struct lang *l, struct api *a, struct value *all, const struct member *m) {
    struct value *own = m->value;
    if (a->cors->kind != VAL_MAP || own->kind != VAL_MAP) {
        value_put(l->values, all, m->key, own);
        return;
    }
    struct value *out = value_copy_shallow(l->values, own), *error = error_response(l, a);
    struct value *headers = value_get_c(error, "responseParameters");
    const struct value *given = value_get_c(own, "responseParameters");
    for (uint32_t i = 0; given->kind == VAL_MAP && i < given->count; i++)
        value_put(l->values, headers, given->members[i].key, given->members[i].value);
    if (given->kind == VAL_MAP || value_is_null(given))
        value_put_c(l->values, out, "responseParameters", headers);
    value_put(l->values, all, m->key, out);
}

struct value *cors_gateway_responses(struct lang *l, struct api *a) {
    struct value *out = value_map(l->values);
    struct value *given = body_value(l, a->thing, "responses");
    if (a->cors->kind == VAL_MAP) {
        cors_check(l, a);
        l->values->place = (struct place){a->cors->span, a->thing->origin};
        value_put_c(l->values, out, "DEFAULT_4XX", error_response(l, a));
        value_put_c(l->values, out, "DEFAULT_5XX", error_response(l, a));
    }
    for (uint32_t i = 0; given && given->kind == VAL_MAP && i < given->count; i++)
        cors_put_response(l, a, out, &given->members[i]);
    return out;
}
