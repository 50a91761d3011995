#include "passes/expand/api.h"

/* The parameters of a method, a list that may be added to. */
static struct value *parameters_of(struct openapi *o, struct value *definition) {
    struct value *parameters = value_get_c(definition, "parameters");
    if (value_is_nil(parameters))
        return openapi_set(o, definition, "parameters", value_list(o->e->v));
    if (!sam_is_list(parameters))
        sam_abort(o->e, sam_span(parameters, definition->span), "parameters must be a list.");
    return parameters;
}

static struct value *reference_to(struct openapi *o, const char *folder, struct str model) {
    return openapi_plain(o->e, "$ref", sam_string(o->e, "#/%s/%.*s", folder, STR_ARG(model)), NULL);
}

static void add_body_parameter(struct openapi *o, struct value *definition, struct str model,
                               struct value *required) {
    struct value *name = value_string(o->e->v, model);
    name->flags |= VALUE_PYTHON2;
    struct value *parameters = parameters_of(o, definition);
    struct value *parameter = openapi_map(o->e);
    openapi_set(o, parameter, "in", sam_c(o->e, "body"));
    openapi_set(o, parameter, "name", name);
    openapi_set(o, parameter, "schema", reference_to(o, "definitions", model));
    if (!sam_is_none(required))
        openapi_set(o, parameter, "required", required);
    value_push(o->e->v, parameters, parameter);
}

static void set_request_body(struct openapi *o, struct value *definition, struct str model,
                             struct value *required) {
    struct expand *e = o->e;
    struct value *schema = reference_to(o, "components/schemas", model);
    struct value *media = openapi_plain(e, "schema", schema, NULL);
    struct value *content = openapi_plain(e, "application/json", media, NULL);
    struct value *body = openapi_plain(e, "content", content, NULL);
    if (!sam_is_none(required))
        openapi_set(o, body, "required", required);
    openapi_set(o, definition, "requestBody", body);
}

void rest_set_model(struct openapi *o, struct str path, struct str method,
                    const struct value *model) {
    struct expand *e = o->e;
    struct str name = str_lower(e->arena, value_text(sam_get(e, model, "Model")));
    struct value *required = sam_get(e, model, "Required");
    const struct value *version = sam_get(e, o->doc, "openapi");
    bool is_swagger = !sam_is_none(sam_get(e, o->doc, "swagger"));
    bool is_version_3 = sam_is_truthy(version) && openapi_is_version_3(e, version);
    struct openapi_methods methods = openapi_methods_at(o, path, method);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        struct value *definition = methods.list.items[i].definition;
        if (is_swagger)
            add_body_parameter(o, definition, name, required);
        else if (is_version_3)
            set_request_body(o, definition, name, required);
    }
}

static const char *validator_name(bool body, bool parameters) {
    if (body)
        return parameters ? "body-and-params" : "body-only";
    return parameters ? "params-only" : "no-validation";
}

void rest_set_validator(struct openapi *o, struct str path, struct str method, bool body,
                        bool parameters) {
    static const char key[] = "x-amazon-apigateway-request-validators";
    struct expand *e = o->e;
    struct api_orders *orders = &apis_of(e)->orders;
    const char *name = validator_name(body, parameters);
    struct value *all = sam_get(e, o->doc, key);
    if (!sam_is_truthy(all))
        all = openapi_set(o, o->doc, key, openapi_map(e));
    if (!sam_is_map(all))
        sam_abort(e, sam_span(all, o->doc->span), "%s must be a dictionary.", key);
    if (!sam_is_truthy(sam_get(e, all, name))) {
        struct value *validator = openapi_map(e), *named = openapi_map(e);
        openapi_set(o, validator, "validateRequestBody", value_bool(e->v, body));
        openapi_set(o, validator, "validateRequestParameters", value_bool(e->v, parameters));
        openapi_set(o, named, name, validator);
        api_merge(orders, e->v, api_become_map(e->v, all), named);
    }
    struct openapi_methods methods = openapi_methods_at(o, path, method);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        struct value *named = openapi_map(e);
        openapi_set(o, named, "x-amazon-apigateway-request-validator", sam_c(e, name));
        api_merge(orders, e->v, methods.list.items[i].definition, named);
    }
}

static struct str without_prefixes(struct expand *e, struct str name) {
    struct str prefix = STR("method.request."), out = STR_NIL;
    for (size_t at = 0; at < name.len;) {
        size_t next = str_find(name, prefix, at);
        out = str_concat(e->arena, out, str_slice(name, at, next));
        at = next < name.len ? next + prefix.len : name.len;
    }
    return out;
}

static void add_parameter(struct openapi *o, struct value *definition,
                          const struct rest_parameter *p) {
    struct expand *e = o->e;
    struct str name, location = str_split(without_prefixes(e, p->name->text), '.', &name);
    if (str_is(location, "querystring"))
        location = STR("query");
    struct value *parameter = openapi_map(e), *named = value_copy_shallow(e->v, p->name);
    named->text = name;
    openapi_set(o, parameter, "in", value_copy_shallow(e->v, named))->text = location;
    if (str_is(location, "query"))
        openapi_set(o, parameter, "in", sam_c(e, "query"));
    openapi_set(o, parameter, "name", named);
    openapi_set(o, parameter, "required", p->required);
    openapi_set(o, parameter, "type", sam_c(e, "string"));
    value_push(e->v, parameters_of(o, definition), parameter);
    if (!sam_is_truthy(p->caching))
        return;
    struct value *integration = sam_get(e, definition, OPENAPI_INTEGRATION);
    struct value *keys = sam_get(e, integration, "cacheKeyParameters");
    if (value_is_nil(keys))
        keys = openapi_set(o, integration, "cacheKeyParameters", value_list(e->v));
    if (!sam_is_list(keys))
        sam_abort(e, sam_span(keys, definition->span), "cacheKeyParameters must be a list.");
    value_push(e->v, keys, p->name);
}

void rest_add_parameters(struct openapi *o, struct str path, struct str method,
                         const struct rest_parameter *parameters, uint32_t count) {
    struct openapi_methods methods = openapi_methods_at(o, path, method);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        struct value *definition = methods.list.items[i].definition;
        for (uint32_t p = 0; p < count; p++)
            add_parameter(o, definition, &parameters[p]);
        parameters_of(o, definition);
    }
}
