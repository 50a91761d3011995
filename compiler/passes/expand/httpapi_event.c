/* The event HttpApi of functions. */
#include "passes/expand/api_event.h"
#include "passes/expand/events.h"

static void link_api(struct expand *e, struct event *event) {
    struct value *id = api_id_of(e, event_property(event, "ApiId"));
    const struct resource *api = sam_is_string(id) ? sam_source(e, id->text) : NULL;
    if (!api)
        sam_fail_event(e, event->key, event->span,
                       "ApiId must be a valid reference to an 'AWS::Serverless::HttpApi' resource "
                       "in same template.");
    event->linked = (void *)api;
}

static struct api_event event_of(struct expand *e, struct event *event) {
    const struct resource *api = event->linked;
    struct value *method = event_property(event, "Method");
    return (struct api_event){.event = event,
                              .api_id = api->id,
                              .api = api->properties,
                              .path = value_text(event_property(event, "Path")),
                              .method = str_lower(e->arena, value_text(method)),
                              .auth = event_property(event, "Auth")};
}

/* --- the permission */

/* Whether the API's $default route goes to the same function: then its permission serves. */
static bool is_permitted(struct expand *e, const struct api_event *a, const struct target *target) {
    struct value *body = sam_get(e, a->api, "DefinitionBody");
    if (!sam_is_truthy(body) || api_is_included(e, body))
        return false;
    struct str misfit = http_misfit(e, body);
    if (misfit.len)
        sam_fail(e, a->api_id, a->event->span, "Structure of the SAM template is invalid. %.*s",
                 STR_ARG(misfit));
    struct openapi o = http_open(e, body);
    bool is_default = str_is(a->path, "$default") || str_is(a->path, "$default/");
    return !is_default && http_is_function(&o, STR("$default"), STR(OPENAPI_ANY), target->id);
}

static struct str permitted_route(struct expand *e, const struct api_event *a) {
    struct str path = a->path, method = str_upper(e->arena, a->method);
    if (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    if (str_is(path, "$default"))
        path = STR_NIL;
    path = openapi_permission_path(e, path, false);
    if (str_is(a->method, "any") && str_is(path, "/$default"))
        return path;
    if (str_is(a->method, "any") || str_is(a->method, OPENAPI_ANY))
        method = STR("*");
    return str_printf(e->arena, "/%.*s%.*s", STR_ARG(method), STR_ARG(path));
}

static void permit(struct expand *e, const struct api_event *a, struct target *target) {
    if (is_permitted(e, a, target))
        return;
    struct str route = permitted_route(e, a);
    struct str arn = str_printf(e->arena,
                                "arn:${AWS::Partition}:execute-api:${AWS::Region}:"
                                "${AWS::AccountId}:${__ApiId__}/${__Stage__}%.*s",
                                STR_ARG(route));
    struct value *variables = openapi_plain(e, "__ApiId__", event_property(a->event, "ApiId"),
                                            "__Stage__", sam_c(e, "*"), NULL);
    struct permission p = {.principal = "apigateway.amazonaws.com",
                           .source_arn = value_sub(e->v, arn, variables)};
    sam_push(e, a->event->owner, event_permission(e, a->event, target, &p));
}

/* --- Auth */

static _Noreturn void refuse(struct expand *e, const struct api_event *a,
                             const struct value *authorizer, const char *why) {
    struct str named = STR_NIL;
    if (authorizer)
        named = sam_id(e, " [%.*s]", STR_ARG(sam_text(e, authorizer)));
    sam_fail_event(e, a->event->key, sam_span(a->auth, a->event->span),
                   "Unable to set Authorizer%.*s on API method [%.*s] for path [%.*s]%s",
                   STR_ARG(named), STR_ARG(a->method), STR_ARG(a->path), why);
}

/* The event's authorizer, or the API's default one, which then is the event's. */
static struct value *authorizer_of(struct expand *e, const struct api_event *a,
                                   const struct value *api_auth) {
    struct value *named = sam_get(e, a->auth, "Authorizer");
    if (sam_is_truthy(named))
        return named;
    named = sam_get(e, api_auth, "DefaultAuthorizer");
    if (!sam_is_truthy(named))
        sam_fail_event(e, a->event->key, sam_span(a->auth, a->event->span),
                       "'Auth' section requires either an explicit 'Authorizer' set or a "
                       "'DefaultAuthorizer' configured on the HttpApi.");
    struct openapi o = {.e = e};
    return openapi_set(&o, a->auth, "Authorizer", named);
}

static void check_authorizer(struct expand *e, const struct api_event *a,
                             const struct value *named, const struct value *api_auth) {
    struct value *authorizers = (struct value *)api_auth; /* where that is empty */
    if (sam_is_truthy(api_auth))
        authorizers = sam_get(e, api_auth, "Authorizers");
    const struct value *iam = sam_get(e, api_auth, "EnableIamAuthorizer");
    if (value_is_c(named, "NONE")) {
        if (!sam_is_truthy(sam_get(e, api_auth, "DefaultAuthorizer")))
            refuse(e, a, NULL,
                   " because 'NONE' is only a valid value when a DefaultAuthorizer on the API is "
                   "specified.");
        return;
    }
    if (value_is_c(named, "AWS_IAM") && iam->kind == VAL_BOOL && iam->truth)
        return;
    if (!sam_is_string(named) || !sam_is_map(authorizers))
        refuse(e, a, named,
               ". The method authorizer must be a string with a corresponding dict entry in the "
               "api authorizer.");
    if (!sam_is_truthy(authorizers))
        refuse(e, a, named, " because the related API does not define any Authorizers.");
    if (!sam_is_truthy(sam_get_str(e, authorizers, named->text)))
        refuse(e, a, named, " because it wasn't defined in the API's Authorizers.");
}

static void set_auth(struct expand *e, const struct api_event *a, struct openapi *o) {
    const struct member *m = value_member(a->api, STR("Auth"));
    const struct value *api_auth = m ? m->value : value_map(e->v);
    sam_expect_map(e, a->api_id, "Auth", (struct value *)api_auth);
    check_authorizer(e, a, authorizer_of(e, a, api_auth), api_auth);
    const struct value *scopes = sam_get(e, a->auth, "AuthorizationScopes");
    if (sam_is_truthy(scopes) && !sam_is_list(scopes))
        refuse(e, a, NULL, " because 'AuthorizationScopes' must be a list of strings.");
    http_set_auth(o, a->path, a->method, a->auth, a->api);
}

/* --- the integration */

static void integrate(struct expand *e, const struct api_event *a, struct target *target) {
    struct value *body = sam_get(e, a->api, "DefinitionBody");
    if (value_is_nil(body) || api_is_included(e, body))
        return;
    struct openapi o = http_open(e, body);
    if (sam_is_truthy(sam_get(e, a->api, API_MANAGED)) &&
        openapi_has_integration(&o, a->path, a->method))
        sam_fail_event(e, a->event->key, a->event->span,
                       "API method '%.*s' defined multiple times for path '%.*s'.",
                       STR_ARG(a->method), STR_ARG(a->path));
    struct http_integration i = {.path = a->path,
                                 .method = a->method,
                                 .where = event_property(a->event, "Path")->span,
                                 .uri = api_invocation_uri(e, target, "${AWS::Partition}", false),
                                 .condition = value_get_c(target->passed, "Condition")};
    http_add_lambda(&o, &i);
    if (sam_is_truthy(a->auth))
        set_auth(e, a, &o);
    struct value *timeout = event_property(a->event, "TimeoutInMillis");
    if (sam_is_truthy(timeout))
        openapi_set_timeout(&o, a->path, a->method, timeout);
    http_add_path_parameters(&o, a->path, a->method);
    struct value *version = event_property(a->event, "PayloadFormatVersion");
    if (sam_is_truthy(version))
        http_set_payload_version(&o, a->path, a->method, version);
    http_close(&o);
}

static void expand_event(struct expand *e, struct event *event, struct target *target) {
    struct api_event a = event_of(e, event);
    permit(e, &a, target);
    integrate(e, &a, target);
}

static const struct property rows[] = {
    {"Path", IS_STR, 0, NULL},
    {"Method", IS_STR, 0, NULL},
    {"ApiId", IS_STR, 0, NULL},
    {"Stage", IS_STR, 0, NULL},
    {"Auth", IS_MAP, 0, NULL},
    {"TimeoutInMillis", IS_INT, 0, NULL},
    {"RouteSettings", IS_MAP, 0, NULL},
    {"PayloadFormatVersion", IS_STR, 0, NULL},
};

static const struct properties properties = PROPERTIES(rows);

const struct event_type event_http_api = {"HttpApi", &properties, link_api, expand_event};
