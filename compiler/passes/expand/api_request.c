/* What an Api event says of its requests: models, validators, parameters. */
#include "passes/expand/api_event.h"

static _Noreturn void refuse_model(struct expand *e, const struct api_event *a,
                                   const struct value *model, const char *why) {
    sam_fail_event(e, a->event->key, sam_span(model, a->event->span),
                   "Unable to set RequestModel [%.*s] on API method [%.*s] for path [%.*s] %s",
                   STR_ARG(sam_text(e, model)), STR_ARG(a->method), STR_ARG(a->path), why);
}

static void check_model(struct expand *e, const struct api_event *a, const struct value *model) {
    struct value *models = sam_get(e, a->api, "Models");
    if (!sam_is_truthy(models))
        refuse_model(e, a, model, "because the related API does not define any Models.");
    if (!sam_is_map(models))
        refuse_model(e, a, model, "because the related API Models defined is of invalid type.");
    if (!sam_is_string(model))
        refuse_model(e, a, model, "because the related API does not contain valid Models.");
    if (!sam_is_truthy(sam_get_str(e, models, model->text)))
        refuse_model(e, a, model, "because it wasn't defined in the API's Models.");
}

static void set_model(struct expand *e, const struct api_event *a, struct openapi *o) {
    struct value *request = event_property(a->event, "RequestModel");
    if (!sam_is_truthy(request))
        return;
    sam_event_map(e, a->event->key, "RequestModel", request);
    const struct value *model = sam_get(e, request, "Model");
    if (!sam_is_truthy(model))
        return;
    check_model(e, a, model);
    rest_set_model(o, a->path, a->method, request);
    const struct value *body = sam_get(e, request, "ValidateBody");
    const struct value *parameters = sam_get(e, request, "ValidateParameters");
    if (sam_is_none(body) && sam_is_none(parameters))
        return;
    if ((!sam_is_none(body) && body->kind != VAL_BOOL) ||
        (!sam_is_none(parameters) && parameters->kind != VAL_BOOL))
        sam_fail_event(e, a->event->key, request->span,
                       "Unable to set Validator to RequestModel [%.*s] on API method [%.*s] for "
                       "path [%.*s] ValidateBody and ValidateParameters must be a boolean type, "
                       "strings or intrinsics are not supported.",
                       STR_ARG(model->text), STR_ARG(a->method), STR_ARG(a->path));
    rest_set_validator(o, a->path, a->method, body->kind == VAL_BOOL && body->truth,
                       parameters->kind == VAL_BOOL && parameters->truth);
}

static void check_name(struct expand *e, const struct api_event *a, struct str name,
                       struct span span) {
    static const char *const prefixes[] = {"method.request.querystring.", "method.request.path.",
                                           "method.request.header."};
    for (unsigned i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (str_starts(name, str_from(prefixes[i])))
            return;
    sam_fail_event(e, a->event->key, span,
                   "Invalid value for 'RequestParameters' property. Keys must be in the format "
                   "'method.request.[querystring|path|header].{value}', e.g "
                   "'method.request.header.Authorization'.");
}

static void check_settings(struct expand *e, const struct api_event *a, struct value *settings) {
    struct value *entries = sam_entries(e, settings);
    bool fits = sam_is_map(settings);
    for (uint32_t i = 0; i < entries->count; i++)
        fits = fits && (str_is(entries->members[i].key, "Required") ||
                        str_is(entries->members[i].key, "Caching"));
    if (!fits)
        sam_fail_event(e, a->event->key, sam_span(settings, a->event->span),
                       "Invalid value for 'RequestParameters' property. Values must be an object, "
                       "e.g { Required: true, Caching: false }");
}

/* A setting of a parameter as written, even null; false where it isn't. */
static struct value *setting(struct expand *e, const struct value *settings, const char *name) {
    struct value *x = value_get_c(settings, name);
    return value_is_nil(x) ? value_bool(e->v, false) : x;
}

static struct rest_parameter parameter_of(struct expand *e, const struct api_event *a,
                                          struct value *given) {
    struct rest_parameter p = {.name = given};
    struct value *settings = &value_nil;
    if (sam_is_map(given) && sam_entries(e, given)->count) {
        const struct member *m = sam_walk(e, sam_entries(e, given))[0];
        p.name = value_string(e->v, m->key);
        p.name->span = m->span;
        p.name->flags |= VALUE_PYTHON2;
        settings = m->value;
        check_name(e, a, m->key, m->span);
        check_settings(e, a, settings);
    } else if (sam_is_string(given)) {
        check_name(e, a, given->text, given->span);
    } else {
        sam_fail_event(e, a->event->key, sam_span(given, a->event->span),
                       "Invalid value for 'RequestParameters' property. Property must be either "
                       "a string or an object");
    }
    p.required = setting(e, settings, "Required");
    p.caching = setting(e, settings, "Caching");
    return p;
}

static void set_parameters(struct expand *e, const struct api_event *a, struct openapi *o) {
    struct value *given = event_property(a->event, "RequestParameters");
    if (!sam_is_truthy(given))
        return;
    if (sam_is_map(given)) /* walked, it gives its keys, and an intrinsic's is no parameter */
        check_name(e, a, sam_entries(e, given)->members[0].key, given->span);
    struct rest_parameter *all = arena_array(e->arena, struct rest_parameter, given->count);
    for (uint32_t i = 0; i < given->count && sam_is_list(given); i++)
        all[i] = parameter_of(e, a, given->items[i]);
    if (sam_is_list(given))
        rest_add_parameters(o, a->path, a->method, all, given->count);
}

void api_event_set_request(struct expand *e, const struct api_event *a, struct openapi *o) {
    set_model(e, a, o);
    set_parameters(e, a, o);
}
