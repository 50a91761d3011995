#include <stdlib.h>

#include "base/buf.h"
#include "passes/expand/api.h"

static int compare_names(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* "'DELETE,GET,OPTIONS'": the methods of a path, sorted; all of them where it takes any. */
static struct value *allowed_methods(struct openapi *o, struct value *item) {
    struct expand *e = o->e;
    struct value *entries = sam_entries(e, item);
    if (value_has(entries, STR(OPENAPI_ANY)))
        return sam_c(e, "'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'");
    struct str *names = arena_array(e->arena, struct str, entries->count + 1);
    for (uint32_t i = 0; i < entries->count; i++)
        names[i] = str_upper(e->arena, entries->members[i].key);
    names[entries->count] = STR("OPTIONS");
    qsort(names, entries->count + 1, sizeof *names, compare_names);
    struct buf b;
    buf_init(&b, e->arena, 0);
    buf_char(&b, '\'');
    for (uint32_t i = 0; i <= entries->count; i++) {
        if (i && str_eq(names[i], names[i - 1]))
            continue;
        buf_c(&b, i ? "," : "");
        buf_str(&b, names[i]);
    }
    buf_char(&b, '\'');
    return value_string(e->v, buf_view(&b));
}

struct headers {
    struct value *parameters; /* method.response.header.NAME -> value */
    struct value *types;      /* NAME -> { type } */
};

static void add_header(struct openapi *o, struct headers *to, const char *name, struct value *x,
                       const char *type) {
    struct str key = str_printf(o->e->arena, "method.response.header.%s", name);
    openapi_set_at(o, to->parameters, key, SPAN_NIL, x);
    openapi_set(o, to->types, name, openapi_plain(o->e, "type", sam_c(o->e, type), NULL));
}

static struct headers headers_of(struct openapi *o, const struct rest_cors *cors,
                                 struct value *methods) {
    struct headers h = {openapi_map(o->e), openapi_map(o->e)};
    add_header(o, &h, "Access-Control-Allow-Origin", cors->origin, "string");
    if (sam_is_truthy(cors->headers))
        add_header(o, &h, "Access-Control-Allow-Headers", cors->headers, "string");
    if (sam_is_truthy(methods))
        add_header(o, &h, "Access-Control-Allow-Methods", methods, "string");
    if (!sam_is_none(cors->max_age))
        add_header(o, &h, "Access-Control-Max-Age", cors->max_age, "integer");
    if (cors->credentials->kind == VAL_BOOL && cors->credentials->truth)
        add_header(o, &h, "Access-Control-Allow-Credentials", sam_c(o->e, "'true'"), "string");
    return h;
}

static struct value *mock_integration(struct openapi *o, const struct headers *h) {
    struct expand *e = o->e;
    struct value *integration = openapi_map(e), *responses = openapi_map(e);
    struct value *otherwise = openapi_map(e);
    openapi_set(o, integration, "type", sam_c(e, "mock"));
    openapi_set(
        o, integration, "requestTemplates",
        openapi_plain(e, "application/json", sam_c(e, "{\n  \"statusCode\" : 200\n}\n"), NULL));
    openapi_set(o, integration, "responses", responses);
    openapi_set(o, responses, "default", otherwise);
    openapi_set(o, otherwise, "statusCode", sam_c(e, "200"));
    openapi_set(o, otherwise, "responseParameters", h->parameters);
    openapi_set(o, otherwise, "responseTemplates",
                openapi_plain(e, "application/json", sam_c(e, "{}\n"), NULL));
    return integration;
}

static struct value *options_method(struct openapi *o, const struct headers *h) {
    struct expand *e = o->e;
    struct value *method = openapi_map(e), *responses = openapi_map(e), *ok = openapi_map(e);
    openapi_set(o, method, "summary", sam_c(e, "CORS support"));
    openapi_set(o, method, "consumes", sam_list(e, sam_c(e, "application/json"), NULL));
    openapi_set(o, method, "produces", sam_list(e, sam_c(e, "application/json"), NULL));
    openapi_set(o, method, OPENAPI_INTEGRATION, mock_integration(o, h));
    openapi_set(o, method, "responses", responses);
    openapi_set(o, responses, "200", ok);
    openapi_set(o, ok, "description", sam_c(e, "Default response for CORS method"));
    openapi_set(o, ok, "headers", h->types);
    return method;
}

bool rest_add_cors(struct openapi *o, struct str path, const struct rest_cors *cors) {
    struct openapi_branches items = openapi_path_items(o, path);
    struct value *methods = cors->methods;
    for (uint32_t i = 0; i < items.count; i++) {
        if (sam_has(o->e, items.items[i], "options"))
            continue;
        if (!sam_is_truthy(cors->origin))
            return false;
        /* the methods of the first branch serve for the second, too */
        if (!sam_is_truthy(methods))
            methods = allowed_methods(o, items.items[i]);
        struct headers h = headers_of(o, cors, methods);
        openapi_set(o, items.items[i], "options", options_method(o, &h));
    }
    return true;
}
