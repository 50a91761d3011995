/* Settings of a whole HTTP API that go into its document. */
#include "base/buf.h"
#include "passes/expand/api.h"

static struct value *tag_of(struct openapi *o, struct str name) {
    for (uint32_t i = 0; i < o->tags->count; i++) {
        struct value *tag = o->tags->items[i];
        if (!sam_is_map(tag))
            sam_abort(o->e, sam_span(tag, o->doc->span), "A tag must be a dictionary.");
        const struct value *given = sam_get(o->e, tag, "name");
        if (sam_is_string(given) && str_eq(given->text, name))
            return tag;
    }
    return NULL;
}

static const char *python_type(const struct value *x) {
    return sam_is_map(x) ? "dict" : sam_is_string(x) ? "str" : x->kind == VAL_BOOL ? "bool"
                                                           : sam_is_int(x)         ? "int"
                                                                                   : "float";
}

void http_add_tags(struct openapi *o, const struct value *tags) {
    static const char key[] = "x-amazon-apigateway-tag-value";
    struct expand *e = o->e;
    const struct member **walk = sam_walk(e, tags);
    for (uint32_t i = 0; i < tags->count; i++) {
        if (!sam_is_list(o->tags))
            sam_abort(e, sam_span(o->tags, o->doc->span),
                      "Tags in OpenApi DefinitionBody needs to be a list. %.*s is a %s not a list.",
                      STR_ARG(sam_text(e, o->tags)), python_type(o->tags));
        struct value *tag = tag_of(o, walk[i]->key);
        if (tag) {
            openapi_set(o, tag, key, walk[i]->value);
            continue;
        }
        tag = openapi_map(e);
        openapi_set(o, tag, "name", value_string(e->v, walk[i]->key));
        openapi_set(o, tag, key, walk[i]->value);
        value_push(e->v, o->tags, tag);
    }
}

void http_disable_endpoint(struct openapi *o, struct value *disable) {
    static const char key[] = "x-amazon-apigateway-endpoint-configuration";
    struct expand *e = o->e;
    struct value *servers = value_get_c(o->doc, "servers");
    if (value_is_nil(servers))
        servers = sam_list(e, openapi_map(e), NULL);
    if (!sam_is_list(servers))
        servers = sam_list(e, servers, NULL);
    for (uint32_t i = 0; i < servers->count; i++) {
        struct value *server = servers->items[i], *config = sam_get(e, server, key);
        if (!sam_is_map(server) || (!value_is_nil(config) && !sam_is_map(config)))
            sam_abort(e, sam_span(server, o->doc->span),
                      "Value of 'servers' item must be a dictionary according to Swagger spec.");
        if (value_is_nil(config))
            config = openapi_set(o, server, key, openapi_plain(e, NULL));
        openapi_set(o, config, "disableExecuteApiEndpoint", disable);
    }
    openapi_set(o, o->doc, "servers", servers);
}

/* --- CORS */

/* Properties of the CORS configuration as OpenAPI spells them. */
static struct str openapi_spelling(struct expand *e, struct str s) {
    static const char *const names[] = {"AllowOrigins",  "AllowHeaders", "AllowMethods",
                                        "ExposeHeaders", "MaxAge",       "AllowCredentials"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        struct str name = str_from(names[i]);
        for (size_t at = str_find(s, name, 0); at < s.len; at = str_find(s, name, at + 1)) {
            char *copy = (char *)str_cstr(e->arena, s);
            copy[at] = (char)(copy[at] - 'A' + 'a');
            s.ptr = copy;
        }
    }
    return s;
}

static struct value *respelt(struct expand *e, const struct value *x) {
    struct value *out = value_copy_shallow(e->v, x);
    if (x->kind != VAL_NUMBER && x->text.len)
        out->text = openapi_spelling(e, x->text);
    if (x->kind == VAL_MAP) {
        out->members = NULL;
        out->count = out->cap = 0;
        for (uint32_t i = 0; i < x->count; i++)
            value_put(e->v, out, openapi_spelling(e, x->members[i].key),
                      respelt(e, x->members[i].value));
        return out;
    }
    for (uint32_t i = 0; i < out->count; i++)
        out->items[i] = respelt(e, out->items[i]);
    return out;
}

static void add_header(struct openapi *o, struct value *config, const char *key, struct value *x) {
    if (sam_is_truthy(x))
        openapi_set(o, config, key, x);
}

void http_add_cors(struct openapi *o, const struct http_cors *cors) {
    static const char key[] = "x-amazon-apigateway-cors";
    struct expand *e = o->e;
    struct value *config = value_get_c(o->doc, key);
    if (value_is_nil(config))
        config = openapi_plain(e, NULL);
    if (!sam_is_map(config))
        sam_abort(e, sam_span(config, o->doc->span),
                  "Value of '%s' must be a dictionary according to Swagger spec.", key);
    openapi_set(o, o->doc, key, config);
    if (sam_is_intrinsic(cors->origins)) {
        struct value *whole = respelt(e, cors->origins);
        if (config->kind == VAL_MAP && !config->count)
            openapi_set(o, o->doc, key, whole);
        else
            api_merge(&apis_of(e)->orders, e->v, config, sam_entries(e, whole));
        return;
    }
    add_header(o, config, "allowOrigins", cors->origins);
    add_header(o, config, "allowHeaders", cors->headers);
    add_header(o, config, "allowMethods", cors->methods);
    add_header(o, config, "exposeHeaders", cors->exposed);
    if (!sam_is_none(cors->max_age))
        openapi_set(o, config, "maxAge", cors->max_age);
    if (cors->credentials->kind == VAL_BOOL && cors->credentials->truth)
        openapi_set(o, config, "allowCredentials", cors->credentials);
}
