#include "passes/expand/api.h"

bool http_is_valid(struct expand *e, const struct value *body) {
    if (!sam_is_map(body) || !sam_is_map(sam_get(e, body, "paths")))
        return false;
    const struct value *version = sam_get(e, body, "openapi");
    return sam_is_truthy(version) && openapi_is_version_3(e, version);
}

struct value *http_skeleton(struct expand *e) {
    return openapi_skeleton(e, "openapi", "3.0.1");
}

struct str http_misfit(struct expand *e, const struct value *body) {
    if (!http_is_valid(e, body))
        return STR("Invalid OpenApi document. Invalid values or missing keys for 'openapi' or "
                   "'paths' in 'DefinitionBody'.");
    const struct value *components = sam_get(e, body, "components");
    if (!value_is_nil(components) && !sam_is_map(components))
        return STR("Invalid OpenApi document: The value of 'components' should be a map");
    return STR_NIL;
}

struct openapi http_open(struct expand *e, struct value *body) {
    struct str misfit = http_misfit(e, body);
    if (misfit.len)
        sam_abort(e, body->span, "%.*s", STR_ARG(misfit));
    api_reorder(&apis_of(e)->orders, e->v, body);
    struct openapi o = {.e = e, .doc = body};
    o.paths = api_become_map(e->v, value_get_c(body, "paths"));
    o.security = openapi_part(e, sam_get(e, body, "components"), "securitySchemes");
    o.info = openapi_part(e, body, "info");
    o.tags = sam_get(e, body, "tags");
    if (!sam_is_truthy(o.tags))
        o.tags = value_list(e->v);
    return o;
}

struct value *http_close(struct openapi *o) {
    if (sam_is_truthy(o->tags))
        openapi_set(o, o->doc, "tags", o->tags);
    if (sam_is_truthy(o->security)) {
        struct value *components = sam_get(o->e, o->doc, "components");
        if (!sam_is_truthy(components))
            components = openapi_set(o, o->doc, "components", openapi_map(o->e));
        openapi_set(o, components, "securitySchemes", o->security);
    }
    if (sam_is_truthy(o->info))
        openapi_set(o, o->doc, "info", o->info);
    api_reorder(&apis_of(o->e)->orders, o->e->v, o->doc);
    return o->doc;
}

/* --- integrations */

void http_add_lambda(struct openapi *o, const struct http_integration *i) {
    struct expand *e = o->e;
    struct str name = openapi_method_name(e, i->method);
    if (openapi_has_integration(o, i->path, name))
        return;
    openapi_add_path(o, i->path, i->where, i->method);
    struct value *uri = i->uri;
    if (!value_is_nil(i->condition))
        uri = sam_if(e, i->condition, uri, NULL);
    struct openapi_branches items = openapi_path_items(o, i->path);
    for (uint32_t n = 0; n < items.count; n++) {
        struct value *item = items.items[n], *integration = openapi_map(e);
        if (value_is_nil(sam_get_str(e, item, name)))
            openapi_set_at(o, item, name, SPAN_NIL, openapi_map(e));
        struct value *definition = openapi_method_to_fill(o, item, i->path, name);
        openapi_set(o, definition, OPENAPI_INTEGRATION, integration);
        openapi_set(o, integration, "type", sam_c(e, "aws_proxy"));
        openapi_set(o, integration, "httpMethod", sam_c(e, "POST"));
        openapi_set(o, integration, "payloadFormatVersion", sam_c(e, "2.0"));
        openapi_set(o, integration, "uri", uri);
        if (str_is(i->path, "$default") && str_is(name, OPENAPI_ANY))
            openapi_set(o, definition, "isDefaultRoute", value_bool(e->v, true));
        if (!sam_has(e, definition, "responses"))
            openapi_set(o, definition, "responses", openapi_map(e));
        if (!value_is_nil(i->condition))
            openapi_set_at(o, item, name, SPAN_NIL, sam_if(e, i->condition, definition, NULL));
    }
}

static bool is_id_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The word before the first ".Arn" in an integration's address. */
static struct str function_in(struct str uri) {
    for (size_t at = 0; at < uri.len; at++) {
        at = str_find(uri, STR(".Arn"), at);
        size_t start = at;
        while (at < uri.len && start > 0 && is_id_byte(uri.ptr[start - 1]))
            start--;
        if (start < at && at < uri.len)
            return str_slice(uri, start, at);
    }
    return STR_NIL;
}

static bool is_uri_of(struct openapi *o, struct value *uri, struct str id) {
    if (!sam_is_map(uri))
        return false;
    struct openapi_branches branches = openapi_branches(o->e, uri);
    for (uint32_t i = 0; i < branches.count; i++) {
        struct value *text = sam_get(o->e, branches.items[i], "Fn::Sub");
        if (!sam_is_map(branches.items[i]) || (!value_is_nil(text) && !sam_is_string(text)))
            sam_abort(o->e, sam_span(uri, o->doc->span), "Invalid uri of an integration.");
        if (!str_eq(function_in(value_text(text)), id))
            return false;
    }
    return true;
}

bool http_is_function(struct openapi *o, struct str path, struct str method, struct str id) {
    if (!openapi_has_integration(o, path, method))
        return false;
    struct openapi_methods all = openapi_definitions_at(o, path, method);
    for (uint32_t i = 0; i < all.list.count; i++) {
        struct value *integration =
            sam_get(o->e, all.list.items[i].definition, OPENAPI_INTEGRATION);
        if (value_is_nil(integration))
            return false;
        if (!sam_is_map(integration))
            sam_abort(o->e, sam_span(integration, o->doc->span),
                      "Value of '" OPENAPI_INTEGRATION
                      "' must be a dictionary according to Swagger spec.");
        if (!is_uri_of(o, sam_get(o->e, integration, "uri"), id))
            return false;
    }
    return true;
}

/* --- methods */

static struct value *named_parameter(struct openapi *o, struct value *parameters,
                                     struct str name) {
    for (uint32_t i = 0; i < parameters->count; i++) {
        struct value *given = sam_get(o->e, parameters->items[i], "name");
        if (!sam_is_map(parameters->items[i]))
            sam_abort(o->e, sam_span(parameters->items[i], o->doc->span),
                      "A parameter must be a dictionary.");
        if (sam_is_string(given) && str_eq(given->text, name))
            return parameters->items[i];
    }
    return NULL;
}

static void add_path_parameter(struct openapi *o, struct value *parameters, struct str name) {
    struct expand *e = o->e;
    struct value *parameter = named_parameter(o, parameters, name);
    bool is_new = !parameter;
    if (is_new) {
        parameter = openapi_map(e);
        openapi_set(o, parameter, "name", value_string(e->v, name));
    }
    openapi_set(o, parameter, "in", sam_c(e, "path"));
    openapi_set(o, parameter, "required", value_bool(e->v, true));
    if (is_new)
        value_push(e->v, parameters, parameter);
}

void http_add_path_parameters(struct openapi *o, struct str path, struct str method) {
    struct expand *e = o->e;
    if (str_find_char(path, '}', str_find_char(path, '{', 0)) == path.len)
        return;
    struct openapi_methods methods = openapi_methods_at(o, path, method);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        struct value *definition = methods.list.items[i].definition;
        struct value *parameters = value_get_c(definition, "parameters");
        if (value_is_nil(parameters))
            parameters = openapi_set(o, definition, "parameters", value_list(e->v));
        if (!sam_is_list(parameters))
            sam_abort(e, sam_span(parameters, definition->span), "parameters must be a list.");
        for (size_t at = str_find_char(path, '{', 0); at < path.len;
             at = str_find_char(path, '{', at)) {
            size_t end = str_find_char(path, '}', at);
            if (end < path.len)
                add_path_parameter(o, parameters, str_slice(path, at + 1, end));
            at = end;
        }
    }
}

void http_set_payload_version(struct openapi *o, struct str path, struct str method,
                              struct value *version) {
    struct openapi_methods methods = openapi_methods_at(o, path, method);
    for (uint32_t i = 0; i < methods.list.count; i++)
        openapi_set(o, sam_get(o->e, methods.list.items[i].definition, OPENAPI_INTEGRATION),
                    "payloadFormatVersion", version);
}

/* --- authorizers */

void http_add_schemes(struct openapi *o, const struct authorizers *all) {
    for (uint32_t i = 0; i < all->list.count; i++) {
        const struct authorizer *a = &all->list.items[i];
        if (!sam_is_map(o->security))
            sam_abort(o->e, sam_span(o->security, o->doc->span),
                      "securitySchemes must be a dictionary.");
        openapi_set_at(o, o->security, a->name, a->span, auth_http_scheme(o->e, all->api, a));
    }
}

static struct value *default_scopes(const struct authorizers *all, struct str name) {
    const struct authorizer *a = authorizer_find(all, name);
    return a && !sam_is_none(a->scopes) ? a->scopes : NULL;
}

static void secure_method(struct openapi *o, struct value *whole, struct str path, struct str name,
                          struct str by_default, struct value *scopes) {
    struct expand *e = o->e;
    struct openapi_branches definitions = openapi_branches(e, whole);
    for (uint32_t i = 0; i < definitions.count; i++) {
        struct value *definition = definitions.items[i];
        if (!sam_is_map(definition))
            sam_abort(e, sam_span(definition, o->doc->span),
                      "Definition of method '%.*s' for path '%.*s' should be a map.",
                      STR_ARG(name), STR_ARG(path));
        if (!sam_is_truthy(sam_get(e, definition, OPENAPI_INTEGRATION)) ||
            sam_is_truthy(sam_get(e, definition, "security")))
            continue;
        struct value *requirement = openapi_plain(e, NULL);
        openapi_set_at(o, requirement, by_default, SPAN_NIL, scopes ? scopes : value_list(e->v));
        openapi_set(o, definition, "security", sam_list(e, requirement, NULL));
    }
}

void http_set_default_authorizer(struct openapi *o, struct str path, struct str name,
                                 const struct authorizers *all) {
    struct expand *e = o->e;
    struct openapi_branches items = openapi_path_items(o, path);
    for (uint32_t i = 0; i < items.count; i++) {
        struct value *entries = sam_entries(e, items.items[i]);
        const struct member **walk = sam_walk(e, entries);
        for (uint32_t m = 0; m < entries->count; m++) {
            struct str method = openapi_method_name(e, walk[m]->key);
            if (str_is(method, "parameters") || str_is(method, "options"))
                continue;
            if (!value_has(entries, method))
                sam_abort(e, walk[m]->span, "Could not find %.*s in %.*s within DefinitionBody.",
                          STR_ARG(method), STR_ARG(path));
            secure_method(o, walk[m]->value, path, walk[m]->key, name, default_scopes(all, name));
        }
    }
}

/* The scopes of an authorizer, unless the event has its own. */
static struct value *scopes_of(struct openapi *o, struct str name, struct value *scopes,
                               const struct value *authorizers) {
    if (str_is(name, "NONE") || str_is(name, "AWS_IAM"))
        return NULL;
    struct value *a = sam_get_str(o->e, authorizers, name);
    if (!sam_is_map(a))
        sam_abort(o->e, sam_span(a, authorizers->span),
                  "Type of authorizer '%.*s' must be a dictionary", STR_ARG(name));
    if (!sam_is_truthy(scopes))
        scopes = sam_get(o->e, a, "AuthorizationScopes");
    return sam_is_truthy(a) && sam_is_truthy(scopes) ? scopes : NULL;
}

void http_set_auth(struct openapi *o, struct str path, struct str method, const struct value *auth,
                   const struct value *api) {
    struct expand *e = o->e;
    struct value *named = sam_get(e, auth, "Authorizer");
    const struct value *authorizers = sam_get(e, sam_get(e, api, "Auth"), "Authorizers");
    if (!sam_is_string(named) || !named->text.len)
        return;
    struct openapi_methods methods = openapi_methods_at(o, path, method);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        struct value *scopes = sam_get(e, auth, "AuthorizationScopes");
        scopes = scopes_of(o, named->text, scopes, authorizers);
        struct value *requirement = openapi_plain(e, NULL);
        openapi_set_at(o, requirement, named->text, named->span,
                       scopes ? scopes : value_list(e->v));
        struct value *before = openapi_security(o, &methods.list.items[i], path);
        struct value *security = value_copy_shallow(e->v, before);
        value_push(e->v, security, requirement);
        openapi_set(o, methods.list.items[i].definition, "security", security);
    }
}
