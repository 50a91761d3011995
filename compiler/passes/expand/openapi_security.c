#include "passes/expand/api.h"

static const char *const no_methods[] = {"summary", "description", "parameters", NULL};

static struct value *schemes(struct openapi *o) {
    if (!sam_is_map(o->security))
        sam_abort(o->e, sam_span(o->security, o->doc->span),
                  "securityDefinitions must be a dictionary.");
    return o->security;
}

void rest_add_schemes(struct openapi *o, const struct authorizers *all) {
    for (uint32_t i = 0; i < all->list.count; i++) {
        const struct authorizer *a = &all->list.items[i];
        openapi_set_at(o, schemes(o), a->name, a->span, auth_rest_scheme(o->e, all->api, a));
    }
}

/* Adds a scheme unless there is one of its name. */
static void add_scheme(struct openapi *o, const char *name, struct value *scheme) {
    struct value *named = openapi_map(o->e);
    openapi_set(o, named, name, scheme);
    if (!sam_has(o->e, schemes(o), name))
        api_merge(&apis_of(o->e)->orders, o->e->v, api_become_map(o->e->v, o->security), named);
}

static void rest_add_iam_scheme(struct openapi *o) {
    add_scheme(o, "AWS_IAM", openapi_iam_scheme(o, false));
}

void rest_add_key_scheme(struct openapi *o) {
    struct value *scheme = openapi_map(o->e);
    openapi_set(o, scheme, "type", sam_c(o->e, "apiKey"));
    openapi_set(o, scheme, "name", sam_c(o->e, "x-api-key"));
    openapi_set(o, scheme, "in", sam_c(o->e, "header"));
    add_scheme(o, "api_key", scheme);
}

static void set_security(struct openapi *o, struct value *definition, struct value *security) {
    if (!security->count)
        return;
    openapi_set(o, definition, "security", security);
    if (sam_has(o->e, security->items[0], "AWS_IAM"))
        rest_add_iam_scheme(o);
}

static void check_requirement(struct openapi *o, const struct value *one,
                              const struct openapi_method *method, struct str path) {
    if (!sam_is_map(one))
        sam_abort(o->e, sam_span(one, method->definition->span),
                  "%.*s in Security for path %.*s method %.*s is not a valid dictionary.",
                  STR_ARG(sam_text(o->e, one)), STR_ARG(path), STR_ARG(method->name));
}

static bool is_authorizer(struct openapi *o, struct value *one, const struct authorizers *all) {
    struct value *entries = sam_entries(o->e, one);
    for (uint32_t i = 0; i < entries->count; i++)
        if (str_is(entries->members[i].key, "AWS_IAM") ||
            authorizer_find(all, entries->members[i].key))
            return true;
    return false;
}

struct split_security {
    struct value *others, *authorizers; /* lists */
    int64_t none;                       /* position of { NONE: [] } among the others, or -1 */
};

static struct split_security split(struct openapi *o, const struct openapi_method *method,
                                   struct str path, const struct authorizers *all) {
    struct value *security = openapi_security(o, method, path);
    struct split_security s = {value_list(o->e->v), value_list(o->e->v), -1};
    for (uint32_t i = 0; i < security->count; i++) {
        struct value *one = security->items[i];
        check_requirement(o, one, method, path);
        if (is_authorizer(o, one, all)) {
            value_push(o->e->v, s.authorizers, one);
            continue;
        }
        if (s.none < 0 && sam_has(o->e, one, "NONE"))
            s.none = s.others->count;
        value_push(o->e->v, s.others, one);
    }
    return s;
}

static void append(struct openapi *o, struct value *list, const struct value *more) {
    for (uint32_t i = 0; i < more->count; i++)
        value_push(o->e->v, list, more->items[i]);
}

static struct value *scopes_of(const struct authorizers *all, struct str name) {
    const struct authorizer *a = authorizer_find(all, name);
    return a && !sam_is_none(a->scopes) ? a->scopes : NULL;
}

/* { name: scopes }, the key where the name stands. */
static struct value *requirement(struct openapi *o, const struct value *name,
                                 struct value *scopes) {
    struct value *map = openapi_map(o->e);
    openapi_set_at(o, map, name->text, name->span, scopes ? scopes : value_list(o->e->v));
    return map;
}

void rest_set_default_authorizer(struct openapi *o, struct str path, const struct value *name,
                                 const struct authorizers *all, bool preflight_too) {
    struct openapi_methods methods = openapi_methods_of(o, path, no_methods);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        const struct openapi_method *method = &methods.list.items[i];
        if (!preflight_too && str_is(method->name, "options"))
            continue;
        struct split_security s = split(o, method, path, all);
        struct value *security = value_list(o->e->v);
        for (uint32_t n = 0; n < s.others->count; n++)
            if (n != s.none)
                value_push(o->e->v, security, s.others->items[n]);
        if (s.none < 0 && s.authorizers->count)
            append(o, security, s.authorizers);
        else if (s.none < 0)
            value_push(o->e->v, security, requirement(o, name, scopes_of(all, name->text)));
        set_security(o, method->definition, security);
    }
}

void rest_require_key(struct openapi *o, struct str path, bool preflight_too) {
    struct openapi_methods methods = openapi_methods_of(o, path, no_methods);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        const struct openapi_method *method = &methods.list.items[i];
        struct value *before = openapi_security(o, method, path);
        struct value *security = value_list(o->e->v);
        bool is_refused = false;
        for (uint32_t n = 0; n < before->count; n++) {
            struct value *one = before->items[n];
            check_requirement(o, one, method, path);
            is_refused |= sam_has(o->e, one, "api_key_false");
            if (!sam_has(o->e, one, "api_key_false") && !sam_has(o->e, one, "api_key"))
                value_push(o->e->v, security, one);
        }
        bool is_exempt = str_is(method->name, "options") && !preflight_too;
        if (!is_refused && !is_exempt)
            value_push(o->e->v, security, openapi_requirement(o, STR("api_key"), NULL));
        if (!value_equal(before, security))
            openapi_set(o, method->definition, "security", security);
    }
}

/* The scopes of an authorizer that an event names, in the event or at the authorizer, or NULL. */
static struct value *event_scopes(struct openapi *o, struct str name, const struct value *scopes,
                                  const struct value *authorizers) {
    if (str_is(name, "NONE") || !sam_is_truthy(authorizers))
        return NULL;
    struct value *a = sam_get_str(o->e, authorizers, name);
    bool is_null = value_is_nil(a) && value_has(authorizers, name);
    if (is_null || (!value_is_nil(a) && !sam_is_map(a)))
        sam_abort(o->e, sam_span(a, authorizers->span),
                  "Type of authorizer '%.*s' must be a dictionary", STR_ARG(name));
    if (value_is_nil(a))
        return NULL;
    if (!sam_is_none(scopes))
        return (struct value *)scopes;
    struct value *own = sam_get(o->e, a, "AuthorizationScopes");
    return sam_is_none(own) ? NULL : own;
}

static void set_authorizer(struct openapi *o, struct str path, struct str method,
                           const struct value *named, const struct value *scopes,
                           const struct value *authorizers) {
    struct openapi_methods methods = openapi_methods_at(o, path, method);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        struct value *before = openapi_security(o, &methods.list.items[i], path);
        struct value *security = value_copy_shallow(o->e->v, before);
        struct value *wanted = event_scopes(o, named->text, scopes, authorizers);
        value_push(o->e->v, security, requirement(o, named, wanted));
        set_security(o, methods.list.items[i].definition, security);
    }
}

static void set_key(struct openapi *o, struct str path, struct str method, bool is_required) {
    struct openapi_methods methods = openapi_methods_at(o, path, method);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        if (is_required)
            rest_add_key_scheme(o);
        struct value *before = openapi_security(o, &methods.list.items[i], path);
        struct value *security = value_copy_shallow(o->e->v, before);
        struct str name = is_required ? STR("api_key") : STR("api_key_false");
        value_push(o->e->v, security, openapi_requirement(o, name, NULL));
        openapi_set(o, methods.list.items[i].definition, "security", security);
    }
}

void rest_set_auth(struct openapi *o, struct str path, struct str method, const struct value *auth,
                   const struct value *api) {
    struct value *authorizer = sam_get(o->e, auth, "Authorizer");
    struct value *key = sam_get(o->e, auth, "ApiKeyRequired");
    const struct value *api_auth = sam_get(o->e, api, "Auth");
    if (sam_is_truthy(authorizer) && sam_is_string(authorizer))
        set_authorizer(o, path, method, authorizer, sam_get(o->e, auth, "AuthorizationScopes"),
                       sam_get(o->e, api_auth, "Authorizers"));
    if (!sam_is_none(key))
        set_key(o, path, method, sam_is_truthy(key));
}
