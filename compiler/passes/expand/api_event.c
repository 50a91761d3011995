#include "passes/expand/api_event.h"
#include "passes/expand/events.h"

struct link {
    struct str api_id;
    struct value *api;
    struct value *stage; /* a string */
};

void api_event_link(struct expand *e, struct event *event) {
    struct link *link = arena_new(e->arena, struct link);
    *link = (struct link){.api = &value_nil, .stage = sam_c(e, "AllStages")};
    event->linked = link;
    struct value *id = api_id_of(e, event_property(event, "RestApiId"));
    if (!sam_is_string(id))
        return;
    const struct resource *api = sam_source(e, id->text);
    if (!api)
        sam_fail_event(e, event->key, sam_span(id, event->span),
                       "RestApiId property of Api event must reference a valid resource in the "
                       "same template.");
    if (!sam_is_map(api->properties))
        sam_fail(e, id->text, sam_span(api->properties, api->span),
                 "Attribute 'Properties' should be a map.");
    struct value *stage = sam_get(e, api->properties, "StageName");
    if (sam_is_string(stage) && !stage->text.len)
        sam_fail(e, id->text, stage->span, "StageName cannot be empty.");
    link->api_id = id->text;
    link->api = api->properties;
    link->stage = sam_is_string(stage) ? stage : sam_c(e, "Stage");
}

struct api_event api_event_of(struct expand *e, struct event *event) {
    const struct link *link = event->linked;
    struct value *method = event_property(event, "Method");
    return (struct api_event){.event = event,
                              .api_id = link->api_id,
                              .api = link->api,
                              .path = value_text(event_property(event, "Path")),
                              .method = str_lower(e->arena, value_text(method)),
                              .auth = event_property(event, "Auth"),
                              .stage = link->stage};
}

void api_event_check_new(struct expand *e, const struct api_event *a, struct openapi *o) {
    if (openapi_has_integration(o, a->path, a->method))
        sam_fail_event(e, a->event->key, a->event->span,
                       "API method \"%.*s\" defined multiple times for path \"%.*s\".",
                       STR_ARG(a->method), STR_ARG(a->path));
}

/* --- Auth */

/* "Unable to set Authorizer [X] on API method [get] for path [/x]" and why. */
static _Noreturn void refuse_authorizer(struct expand *e, const struct api_event *a,
                                        const struct value *authorizer, const char *why) {
    struct str named = STR_NIL;
    if (authorizer)
        named = sam_id(e, " [%.*s]", STR_ARG(sam_text(e, authorizer)));
    sam_fail_event(e, a->event->key, sam_span(sam_get(e, a->auth, "Authorizer"), a->event->span),
                   "Unable to set Authorizer%.*s on API method [%.*s] for path [%.*s]%s",
                   STR_ARG(named), STR_ARG(a->method), STR_ARG(a->path), why);
}

static void check_authorizer(struct expand *e, const struct api_event *a,
                             const struct value *named, const struct value *api_auth) {
    struct value *authorizers = sam_get(e, api_auth, "Authorizers");
    if (sam_is_truthy(authorizers))
        sam_expect_map(e, a->api_id, "Auth.Authorizers", authorizers);
    if (value_is_c(named, "AWS_IAM"))
        return;
    if (value_is_c(named, "NONE")) {
        if (!sam_is_truthy(sam_get(e, api_auth, "DefaultAuthorizer")))
            refuse_authorizer(e, a, NULL,
                              " because 'NONE' is only a valid value when a DefaultAuthorizer on "
                              "the API is specified.");
        return;
    }
    if (!sam_is_truthy(authorizers))
        refuse_authorizer(e, a, named,
                          " because the related API does not define any Authorizers.");
    if (!sam_is_string(named))
        refuse_authorizer(e, a, named,
                          ". The method authorizer must be a string with a corresponding dict "
                          "entry in the api authorizer.");
    if (!sam_is_truthy(sam_get_str(e, authorizers, named->text)))
        refuse_authorizer(e, a, named, " because it wasn't defined in the API's Authorizers.");
}

static void check_auth(struct expand *e, const struct api_event *a) {
    const struct str key = a->event->key;
    struct value *api_auth = sam_get(e, a->api, "Auth");
    if (!value_is_nil(api_auth))
        api_auth = sam_resolve(e, api_auth);
    struct value *authorizer = sam_get(e, a->auth, "Authorizer");
    struct value *scopes = sam_get(e, a->auth, "AuthorizationScopes");
    struct value *keys = sam_get(e, a->auth, "ApiKeyRequired");
    if (sam_is_truthy(authorizer))
        check_authorizer(e, a, authorizer, api_auth);
    if (sam_is_truthy(scopes)) {
        sam_event_list(e, key, "Auth.AuthorizationScopes", scopes);
        if (!sam_is_truthy(authorizer))
            sam_fail_event(e, key, scopes->span,
                           "AuthorizationScopes works only when Authorizer is set");
    }
    if (!sam_is_none(keys) && !sam_is_truthy(keys) &&
        !sam_is_truthy(sam_get(e, api_auth, "ApiKeyRequired")))
        sam_fail_event(e, key, sam_span(keys, a->event->span),
                       "Unable to set ApiKeyRequired [False] on API method [%.*s] for path "
                       "[%.*s] because the related API does not specify any ApiKeyRequired.",
                       STR_ARG(a->method), STR_ARG(a->path));
}

void api_event_set_auth(struct expand *e, const struct api_event *a, struct openapi *o) {
    check_auth(e, a);
    rest_set_auth(o, a->path, a->method, a->auth, a->api);
    struct value *policy = sam_get(e, a->auth, "ResourcePolicy");
    if (!sam_is_truthy(policy))
        return;
    sam_expect_map(e, a->event->key, "Auth.ResourcePolicy", policy);
    rest_add_policy(o, policy, a->path, a->stage);
    struct value *statements = sam_get(e, policy, "CustomStatements");
    if (sam_is_truthy(statements))
        rest_add_statements(o, statements);
}

/* --- MergeDefinitions */

static struct value *own_method(struct expand *e, const struct api_event *a, struct value *paths) {
    if (!sam_is_map(paths))
        sam_fail(e, a->api_id, paths->span,
                 "Property 'DefinitionBody' is invalid: It should be a map");
    struct value *item = sam_get_str(e, paths, a->path);
    const struct member *at = value_member(paths, a->path);
    if (at && !sam_is_map(at->value))
        sam_fail(e, a->api_id, sam_span(at->value, at->span),
                 "Property 'DefinitionBody' is invalid: The value of '%.*s' should be a map",
                 STR_ARG(a->path));
    struct value *method = sam_get_str(e, item, a->method);
    struct str path = sam_id(e, "DefinitionBody.paths.%.*s.%.*s", STR_ARG(a->path),
                             STR_ARG(a->method));
    if (sam_is_truthy(method))
        sam_expect_map(e, a->api_id, str_cstr(e->arena, path), method);
    return method;
}

static struct value *merged_method(struct expand *e, struct value *own, struct value *generated) {
    if (!sam_is_truthy(own) && generated->kind != VAL_MAP)
        return generated;
    struct value *merged = openapi_plain(e, NULL);
    struct value *parts[] = {sam_entries(e, own), sam_entries(e, generated)};
    for (unsigned p = 0; p < 2; p++) {
        const struct member **walk = sam_walk(e, parts[p]);
        for (uint32_t i = 0; i < parts[p]->count; i++) {
            bool is_new = !value_has(merged, walk[i]->key);
            struct member *m = value_put(e->v, merged, walk[i]->key, walk[i]->value);
            if (is_new)
                m->span = walk[i]->span;
        }
    }
    return merged;
}

/* The API's definition with the method that a document has for the event: MergeDefinitions. */
static void merge_definition(struct expand *e, const struct api_event *a,
                             struct openapi *generated) {
    struct value *body = api_become_map(e->v, sam_get(e, a->api, "DefinitionBody"));
    struct value *paths = sam_get(e, body, "paths");
    api_reorder_flat(&apis_of(e)->orders, e->v, body);
    if (!sam_is_truthy(paths))
        return;
    struct value *own = own_method(e, a, paths);
    struct str name = openapi_method_name(e, a->method);
    struct value *made = sam_get_str(e, sam_get_str(e, generated->paths, a->path), name);
    struct span where = event_property(a->event, "Path")->span;
    made = merged_method(e, own, made);
    struct value *item = sam_get_str(e, paths, a->path);
    api_touch(&apis_of(e)->orders, paths, item);
    if (value_is_nil(item))
        item = openapi_set_at(generated, paths, a->path, where, openapi_plain(e, NULL));
    openapi_set_at(generated, item, a->method, where, made);
}

/* --- functions */

struct value *api_invocation_uri(struct expand *e, const struct target *target,
                                 const char *partition, bool streams) {
    const char *shorthand = target->is_alias ? "" : ".Arn";
    struct str text = str_printf(
        e->arena, "arn:%s:apigateway:${AWS::Region}:lambda:path/%s/functions/${%.*s%s}/%s",
        partition, streams ? "2021-11-15" : "2015-03-31", STR_ARG(target->id), shorthand,
        streams ? "response-streaming-invocations" : "invocations");
    struct value *uri = value_sub(e->v, text, NULL);
    if (!target->is_alias)
        uri->flags |= VALUE_PYTHON2;
    return uri;
}

/* Without the slash at its end, with "*" for placeholders. */
static struct str permitted_path(struct expand *e, struct str path) {
    if (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return openapi_permission_path(e, path, true);
}

static void permit(struct expand *e, const struct api_event *a, struct target *target) {
    struct str path = permitted_path(e, a->path), method = str_upper(e->arena, a->method);
    if (str_is(method, "ANY"))
        method = STR("*");
    struct str arn = str_printf(e->arena,
                                "arn:%.*s:execute-api:${AWS::Region}:${AWS::AccountId}:"
                                "${__ApiId__}/${__Stage__}/%.*s%.*s",
                                STR_ARG(e->partition), STR_ARG(method), STR_ARG(path));
    struct value *variables = openapi_plain(e, "__ApiId__", event_property(a->event, "RestApiId"),
                                            "__Stage__", sam_c(e, "*"), NULL);
    struct permission p = {.principal = "apigateway.amazonaws.com",
                           .source_arn = value_sub(e->v, arn, variables),
                           .suffix = a->stage->text};
    sam_push(e, a->event->owner, event_permission(e, a->event, target, &p));
}

/* The role that API Gateway takes to invoke the function; nil for none. */
static struct value *credentials(struct expand *e, const struct value *auth,
                                 const struct value *api_auth) {
    bool is_iam = value_is_c(sam_get(e, auth, "Authorizer"), "AWS_IAM") ||
                  (!sam_is_truthy(auth) &&
                   value_is_c(sam_get(e, api_auth, "DefaultAuthorizer"), "AWS_IAM"));
    if (!is_iam)
        return &value_nil;
    struct value *role = sam_get(e, auth, "InvokeRole");
    if (!sam_is_truthy(role) && sam_has(e, auth, "InvokeRole"))
        return &value_nil;
    if (!sam_is_truthy(role) && sam_has(e, api_auth, "InvokeRole")) {
        role = sam_get(e, api_auth, "InvokeRole");
        if (!sam_is_truthy(role))
            return &value_nil;
    }
    if (value_is_c(role, "NONE"))
        return &value_nil;
    if (sam_is_truthy(role) && !value_is_c(role, "CALLER_CREDENTIALS"))
        return role;
    return sam_string(e, "arn:%.*s:iam::*:user/*", STR_ARG(e->partition));
}

static void integrate(struct expand *e, const struct api_event *a, struct target *target) {
    struct value *body = sam_get(e, a->api, "DefinitionBody");
    bool merges = sam_is_truthy(sam_get(e, a->api, "MergeDefinitions"));
    if (value_is_nil(body) || api_is_included(e, body))
        return;
    struct openapi o = rest_open(e, merges ? rest_skeleton(e) : body);
    api_event_check_new(e, a, &o);
    const struct value *auth = a->auth, *api_auth = sam_get(e, a->api, "Auth");
    if (sam_is_truthy(auth))
        sam_event_map(e, a->event->key, "Auth", (struct value *)auth);
    if (sam_is_truthy(api_auth))
        sam_expect_map(e, a->api_id, "Auth", (struct value *)api_auth);
    bool streams = value_is_c(event_property(a->event, "ResponseTransferMode"), "RESPONSE_STREAM");
    const char *partition = str_cstr(e->arena, e->partition);
    struct rest_integration i = {.path = a->path,
                                 .method = a->method,
                                 .where = event_property(a->event, "Path")->span,
                                 .uri = api_invocation_uri(e, target, partition, streams),
                                 .condition = value_get_c(target->passed, "Condition"),
                                 .credentials = credentials(e, auth, api_auth),
                                 .streams = streams};
    rest_add_lambda(&o, &i);
    if (sam_is_truthy(auth))
        api_event_set_auth(e, a, &o);
    struct value *timeout = event_property(a->event, "TimeoutInMillis");
    if (sam_is_truthy(timeout))
        openapi_set_timeout(&o, a->path, a->method, timeout);
    api_event_set_request(e, a, &o);
    rest_close(&o);
    if (merges)
        merge_definition(e, a, &o);
}

/* Auth.OverrideApiAuth: the event's Auth goes into a definition that the user wrote. */
static void override_auth(struct expand *e, const struct api_event *a) {
    struct value *body = sam_get(e, a->api, "DefinitionBody");
    if (!sam_is_truthy(body) || !sam_is_truthy(sam_get(e, a->auth, "OverrideApiAuth")) ||
        api_is_included(e, body))
        return;
    if (!sam_is_truthy(sam_get(e, a->auth, "Authorizer")) &&
        !sam_is_truthy(sam_get(e, a->auth, "ApiKeyRequired")) &&
        !sam_is_truthy(sam_get(e, a->auth, "ResourcePolicy")))
        sam_fail_event(e, a->event->key, a->auth->span,
                       "Must define one of: Authorizer, ApiKeyRequired or ResourcePolicy when "
                       "using the OverrideApiAuth property.");
    struct openapi o = rest_open(e, body);
    api_event_set_auth(e, a, &o);
    rest_close(&o);
}

static void expand_event(struct expand *e, struct event *event, struct target *target) {
    struct api_event a = api_event_of(e, event);
    permit(e, &a, target);
    if (sam_is_truthy(sam_get(e, a.api, API_MANAGED)) ||
        sam_is_truthy(sam_get(e, a.api, "MergeDefinitions")))
        integrate(e, &a, target);
    override_auth(e, &a);
}

static const struct property rows[] = {
    {"Path", REQUIRED | IS_STR, 0, NULL},
    {"Method", REQUIRED | IS_STR, 0, NULL},
    {"RestApiId", REQUIRED | IS_STR, 0, NULL},
    {"Stage", IS_STR, 0, NULL},
    {"Auth", IS_MAP, 0, NULL},
    {"RequestModel", IS_MAP, 0, NULL},
    {"RequestParameters", IS_LIST, 0, NULL},
    {"TimeoutInMillis", IS_INT, 0, NULL},
    {"ResponseTransferMode", IS_STR, 0, NULL},
};

static const struct properties properties = {rows, sizeof rows / sizeof *rows};

const struct event_type event_api = {"Api", &properties, api_event_link, expand_event};
