#include "passes/expand/api.h"

#include "base/limits.h"

struct apis *apis_of(struct expand *e) {
    if (!e->apis) {
        e->apis = arena_new(e->arena, struct apis);
        api_orders_init(&e->apis->orders, e->arena, VALUE_PYTHON2);
    }
    return e->apis;
}

static bool holds_macro(const struct value *x, unsigned depth) {
    if (x->kind == VAL_TRANSFORM || value_has(x, STR("Fn::Transform")))
        return true;
    for (uint32_t i = 0; i < x->count && depth < LIMIT_DEPTH; i++)
        if (holds_macro(x->kind == VAL_MAP ? x->members[i].value : x->items[i], depth + 1))
            return true;
    return false;
}

bool api_is_included(const struct expand *e, const struct value *body) {
    return e->local_code && holds_macro(body, 0);
}

struct value *api_id_of(struct expand *e, struct value *reference) {
    if (reference->kind == VAL_REF)
        return value_argument(e->v, reference);
    if (reference->kind == VAL_MAP && value_has(reference, STR("Ref")))
        return value_get_c(reference, "Ref");
    return reference;
}

bool api_is_alphanumeric(struct str text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return false;
    }
    return text.len > 0;
}

struct str api_hashed_id(struct expand *e, const char *prefix, const struct value *of) {
    struct str data = STR_NIL;
    if (sam_is_truthy(of))
        data = sam_is_string(of) ? of->text : sam_json(e, of);
    return sam_hashed_id(e, str_from(prefix), data);
}

struct span api_span_of(const struct value *map, const char *key) {
    const struct member *m = value_member(map, str_from(key));
    return m && !span_is_nil(m->span) ? m->span : map->span;
}

void api_expect_bool(struct expand *e, struct str id, struct str path, const struct value *x) {
    if (x->kind != VAL_BOOL)
        sam_fail(e, id, x->span, "Property '%.*s' should be a boolean.", STR_ARG(path));
}

void api_need_body(struct expand *e, const struct sam *s, const struct value *body,
                   const char *property, const char *message) {
    if (!sam_is_truthy(body))
        sam_fail(e, s->id, sam_span_of(s, property), "%s", message);
}

void api_need_valid(struct expand *e, const struct sam *s, bool is_valid, const char *what,
                    const char *standard) {
    if (!is_valid)
        sam_fail(e, s->id, sam_span_of(s, "DefinitionBody"),
                 "Unable to add %s because 'DefinitionBody' does not contain a valid %s "
                 "definition.",
                 what, standard);
}

void api_check_cors(struct expand *e, const struct sam *s, const struct value *given,
                    const char *const *names) {
    const struct member **walk = sam_walk(e, given);
    for (uint32_t i = 0; i < given->count; i++)
        if (!sam_is_listed(walk[i]->key, names))
            sam_fail(e, s->id, walk[i]->span, "Invalid key '%.*s' for 'Cors' property.",
                     STR_ARG(walk[i]->key));
}

void api_check_auth(struct expand *e, const struct sam *s, struct value *auth,
                    const char *const *names) {
    const struct value *entries = sam_entries(e, auth);
    /* What a parameter stands for was not looked at until now. */
    if (auth->kind == VAL_STRING || auth->kind == VAL_LIST || auth->kind == VAL_NUMBER ||
        auth->kind == VAL_BOOL)
        sam_fail(e, s->id, sam_span(auth, sam_span_of(s, "Auth")),
                 "Invalid value for 'Auth' property");
    for (uint32_t i = 0; i < entries->count; i++)
        if (!sam_is_listed(entries->members[i].key, names))
            sam_fail(e, s->id, sam_span(auth, sam_span_of(s, "Auth")),
                     "Invalid value for 'Auth' property");
}

void api_fail_default_authorizer(struct expand *e, const struct sam *s, const struct value *name) {
    sam_fail(e, s->id, name->span,
             "Unable to set DefaultAuthorizer because '%.*s' was not defined in 'Authorizers'.",
             STR_ARG(name->text));
}
