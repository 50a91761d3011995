#include "base/buf.h"
#include "passes/expand/api.h"

bool rest_is_valid(struct expand *e, const struct value *body) {
    if (!sam_is_map(body) || !sam_is_map(sam_get(e, body, "paths")))
        return false;
    if (sam_is_truthy(sam_get(e, body, "swagger")))
        return true;
    const struct value *version = sam_get(e, body, "openapi");
    return sam_is_truthy(version) && openapi_is_version_3(e, version);
}

struct value *rest_skeleton(struct expand *e) {
    return openapi_skeleton(e, "swagger", "2.0");
}

struct openapi rest_open(struct expand *e, struct value *body) {
    if (!rest_is_valid(e, body))
        sam_abort(e, body->span,
                  "Invalid Swagger document or the Swagger document is not explicitly defined in "
                  "'DefinitionBody'.");
    api_reorder(&apis_of(e)->orders, e->v, body);
    struct openapi o = {
        .e = e, .doc = body, .paths = api_become_map(e->v, value_get_c(body, "paths"))};
    o.security = openapi_part(e, body, "securityDefinitions");
    o.responses = openapi_part(e, body, "x-amazon-apigateway-gateway-responses");
    o.definitions = openapi_part(e, body, "definitions");
    o.policy = openapi_part(e, body, OPENAPI_POLICY);
    openapi_check_paths(&o);
    return o;
}

static void put_back(struct openapi *o, const char *key, struct value *part) {
    if (sam_is_truthy(part))
        openapi_set(o, o->doc, key, part);
}

struct value *rest_close(struct openapi *o) {
    put_back(o, "securityDefinitions", o->security);
    put_back(o, "x-amazon-apigateway-gateway-responses", o->responses);
    put_back(o, "definitions", o->definitions);
    api_reorder(&apis_of(o->e)->orders, o->e->v, o->doc);
    return o->doc;
}

/* --- integrations */

static struct value *start_integration(struct openapi *o, const char *type, struct value *uri) {
    struct value *integration = openapi_map(o->e);
    openapi_set(o, integration, "type", sam_c(o->e, type));
    openapi_set(o, integration, "httpMethod", sam_c(o->e, "POST"));
    openapi_set(o, integration, "uri", uri);
    return integration;
}

static void finish_method(struct openapi *o, const struct rest_integration *i, struct value *item,
                          struct str name, struct value *definition, struct value *responses) {
    if (!sam_has(o->e, definition, "responses"))
        openapi_set(o, definition, "responses", responses);
    if (!value_is_nil(i->condition))
        openapi_set_at(o, item, name, SPAN_NIL, sam_if(o->e, i->condition, definition, NULL));
}

void rest_add_lambda(struct openapi *o, const struct rest_integration *i) {
    struct str name = openapi_method_name(o->e, i->method);
    openapi_add_path(o, i->path, i->where, i->method);
    struct value *uri = i->uri;
    if (!value_is_nil(i->condition))
        uri = sam_if(o->e, i->condition, uri, NULL);
    struct openapi_branches items = openapi_path_items(o, i->path);
    for (uint32_t n = 0; n < items.count; n++) {
        struct value *definition = openapi_method_to_fill(o, items.items[n], i->path, name);
        struct value *integration = start_integration(o, "aws_proxy", uri);
        openapi_set(o, definition, OPENAPI_INTEGRATION, integration);
        if (i->streams)
            openapi_set(o, integration, "responseTransferMode", sam_c(o->e, "STREAM"));
        if (!value_is_nil(i->credentials))
            openapi_set(o, integration, "credentials", i->credentials);
        finish_method(o, i, items.items[n], name, definition, openapi_map(o->e));
    }
}

static struct value *one_entry(struct openapi *o, const char *key, const char *text) {
    struct value *map = openapi_map(o->e);
    openapi_set(o, map, key, sam_c(o->e, text));
    return map;
}

void rest_add_state_machine(struct openapi *o, const struct rest_integration *i) {
    struct expand *e = o->e;
    struct str name = openapi_method_name(e, i->method);
    openapi_add_path(o, i->path, i->where, i->method);
    struct value *uri = i->uri;
    if (!value_is_nil(i->condition))
        uri = sam_if(e, i->condition, uri, NULL);
    struct openapi_branches items = openapi_path_items(o, i->path);
    for (uint32_t n = 0; n < items.count; n++) {
        struct value *definition = openapi_method_to_fill(o, items.items[n], i->path, name);
        struct value *statuses = openapi_map(e), *responses = openapi_map(e);
        openapi_set(o, statuses, "200", one_entry(o, "statusCode", "200"));
        openapi_set(o, statuses, "400", one_entry(o, "statusCode", "400"));
        openapi_set(o, responses, "200", one_entry(o, "description", "OK"));
        openapi_set(o, responses, "400", one_entry(o, "description", "Bad Request"));
        struct value *integration = start_integration(o, "aws", uri);
        openapi_set(o, definition, OPENAPI_INTEGRATION, integration);
        openapi_set(o, integration, "responses", statuses);
        openapi_set(o, integration, "credentials", i->credentials);
        if (!sam_has(e, definition, "responses"))
            openapi_set(o, definition, "responses", responses);
        api_merge(&apis_of(e)->orders, e->v, integration,
                  openapi_plain(e, "requestTemplates", i->templates, NULL));
        finish_method(o, i, items.items[n], name, definition, responses);
    }
}

/* --- other properties of an API that go into its document */

/* Sets map.endpoint-configuration.disableExecuteApiEndpoint; what isn't a map, or NULL. */
static const char *set_disabled(struct openapi *o, struct value *map, struct value *disable) {
    if (!sam_is_map(map))
        return "It should be a map";
    struct str key = STR("x-amazon-apigateway-endpoint-configuration");
    struct value *inner = value_get(map, key);
    if (value_is_nil(inner))
        inner = openapi_set_at(o, map, key, SPAN_NIL, openapi_map(o->e));
    if (!sam_is_map(inner))
        return "The value of 'x-amazon-apigateway-endpoint-configuration' should be a map";
    openapi_set(o, inner, "disableExecuteApiEndpoint", disable);
    return NULL;
}

void rest_disable_endpoint(struct openapi *o, struct value *disable) {
    const struct value *version = sam_get(o->e, o->doc, "openapi");
    if (!sam_is_truthy(version) || !openapi_is_version_3(o->e, version)) {
        const char *misfit = set_disabled(o, o->doc, disable);
        if (misfit)
            sam_abort(o->e, o->doc->span, "Invalid OpenAPI definition: %s.", misfit);
        return;
    }
    struct value *servers = value_get_c(o->doc, "servers");
    if (value_is_nil(servers))
        servers = sam_list(o->e, openapi_map(o->e), NULL);
    if (!sam_is_list(servers))
        sam_abort(o->e, sam_span(servers, o->doc->span),
                  "Invalid OpenAPI definition of 'servers[0]': It should be a map.");
    for (uint32_t i = 0; i < servers->count; i++) {
        const char *misfit = set_disabled(o, servers->items[i], disable);
        if (misfit)
            sam_abort(o->e, sam_span(servers->items[i], o->doc->span),
                      "Invalid OpenAPI definition of 'servers[%u]': %s.", i, misfit);
    }
    openapi_set(o, o->doc, "servers", servers);
}

/* JSON pointers' "~1" for "/", as media types are written in definitions' keys. */
static struct str without_pointer_slashes(struct expand *e, struct str s) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    for (size_t i = 0; i < s.len; i++) {
        bool is_slash = s.ptr[i] == '~' && i + 1 < s.len && s.ptr[i + 1] == '1';
        buf_char(&b, is_slash ? '/' : s.ptr[i]);
        i += is_slash;
    }
    return buf_view(&b);
}

static struct value *media_types(struct openapi *o, const struct value *types) {
    struct value *out = value_copy_shallow(o->e->v, types);
    if (out->text.len && out->kind != VAL_NUMBER)
        out->text = without_pointer_slashes(o->e, out->text);
    if (types->kind == VAL_MAP) {
        out->members = NULL;
        out->count = out->cap = 0;
        const struct member **walk = sam_walk(o->e, types);
        for (uint32_t i = 0; i < types->count; i++)
            openapi_set_at(o, out, without_pointer_slashes(o->e, walk[i]->key), walk[i]->span,
                           media_types(o, walk[i]->value));
        return out;
    }
    for (uint32_t i = 0; i < out->count; i++)
        out->items[i] = media_types(o, out->items[i]);
    return out;
}

void rest_add_binary_types(struct openapi *o, const struct value *types) {
    openapi_set(o, o->doc, "x-amazon-apigateway-binary-media-types", media_types(o, types));
}

void rest_add_models(struct openapi *o, const struct value *models) {
    const struct member **walk = sam_walk(o->e, models);
    for (uint32_t i = 0; i < models->count; i++) {
        if (!sam_is_truthy(sam_get(o->e, walk[i]->value, "type")))
            sam_abort(o->e, walk[i]->span, "'Models' schema is missing 'type'.");
        if (!sam_is_map(o->definitions))
            sam_abort(o->e, sam_span(o->definitions, o->doc->span),
                      "definitions must be a dictionary.");
        openapi_set_at(o, o->definitions, str_lower(o->e->arena, walk[i]->key), walk[i]->span,
                       walk[i]->value);
    }
}
