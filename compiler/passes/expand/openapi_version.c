/* Swagger 2 to OpenAPI 3, as far as the SAM transform does it. */
#include "passes/expand/api.h"

/* Moves a top-level entry under components. */
static void move_to_components(struct openapi *o, const char *from, const char *to) {
    struct value *part = sam_get(o->e, o->doc, from);
    if (!sam_is_truthy(part))
        return;
    struct value *components = sam_get(o->e, o->doc, "components");
    if (!sam_is_truthy(components))
        components = openapi_map(o->e);
    if (!sam_is_map(components))
        sam_abort(o->e, sam_span(components, o->doc->span), "components must be a dictionary.");
    openapi_set(o, components, to, part);
    openapi_set(o, o->doc, "components", components);
    api_unset(&apis_of(o->e)->orders, o->e->v, o->doc, str_from(from));
}

/* The map at responses.200.headers; nil where there is none. */
static struct value *headers_of(struct openapi *o, struct value *responses, struct str path) {
    const char *misfit = NULL;
    struct value *ok = &value_nil, *headers = &value_nil;
    if (sam_is_map(responses))
        ok = sam_get(o->e, responses, "200");
    else if (!sam_is_none(responses))
        misfit = "It should be a map";
    if (sam_is_map(ok))
        headers = sam_get(o->e, ok, "headers");
    else if (!sam_is_none(ok))
        misfit = "The value of '200' should be a map";
    if (misfit)
        sam_abort(o->e, sam_span(responses, o->doc->span),
                  "Invalid responses in options method for path %.*s: %s.", STR_ARG(path), misfit);
    if (sam_is_truthy(headers) && !sam_is_map(headers))
        sam_abort(o->e, sam_span(headers, o->doc->span),
                  "Value of response's headers in options method for path %.*s must be a "
                  "dictionary according to Swagger spec.",
                  STR_ARG(path));
    return headers;
}

static void convert_options(struct openapi *o, struct value *options, struct str path) {
    struct api_orders *orders = &apis_of(o->e)->orders;
    api_unset(orders, o->e->v, options, STR("produces"));
    api_unset(orders, o->e->v, options, STR("consumes"));
    struct value *headers =
        api_become_map(o->e->v, headers_of(o, sam_get(o->e, options, "responses"), path));
    for (uint32_t i = 0; i < headers->count; i++) {
        struct value *typed = openapi_map(o->e);
        openapi_set(o, typed, "schema", headers->members[i].value);
        headers->members[i].value = typed;
    }
}

static void convert_paths(struct openapi *o) {
    struct value *paths = sam_get(o->e, o->doc, "paths");
    if (!sam_is_truthy(paths))
        return;
    if (!sam_is_map(paths))
        sam_abort(o->e, sam_span(paths, o->doc->span),
                  "Value of paths must be a dictionary according to Swagger spec.");
    paths = api_become_map(o->e->v, paths);
    const struct member **walk = sam_walk(o->e, paths);
    for (uint32_t i = 0; i < paths->count; i++) {
        if (!sam_is_map(walk[i]->value))
            sam_abort(o->e, walk[i]->span,
                      "Value of '%.*s' path must be a dictionary according to Swagger spec.",
                      STR_ARG(walk[i]->key));
        struct value *options = sam_get(o->e, walk[i]->value, "options");
        if (!sam_is_truthy(options))
            continue;
        if (!sam_is_map(options))
            sam_abort(o->e, sam_span(options, walk[i]->span),
                      "Value of options method for path %.*s must be a dictionary according to "
                      "Swagger spec.",
                      STR_ARG(walk[i]->key));
        api_touch(&apis_of(o->e)->orders, paths, walk[i]->value);
        convert_options(o, options, walk[i]->key);
    }
}

struct value *rest_to_version_3(struct expand *e, struct value *body, const struct value *version) {
    struct openapi o = {.e = e, .doc = body};
    if (!sam_is_map(body) || !sam_is_none(sam_get(e, body, "swagger")))
        return body;
    if (sam_is_none(version))
        version = sam_get(e, body, "openapi");
    if (!sam_is_truthy(version) || !openapi_is_version_3(e, version))
        return body;
    api_become_map(e->v, body);
    move_to_components(&o, "securityDefinitions", "securitySchemes");
    move_to_components(&o, "definitions", "schemas");
    convert_paths(&o);
    return body;
}
