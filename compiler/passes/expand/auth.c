#include "passes/expand/api.h"

const struct authorizer *authorizer_find(const struct authorizers *all, struct str name) {
    for (uint32_t i = 0; i < all->list.count; i++)
        if (str_eq(all->list.items[i].name, name))
            return &all->list.items[i];
    return NULL;
}

void authorizer_add(struct expand *e, struct authorizers *all, struct authorizer added) {
    struct authorizer *there = (struct authorizer *)authorizer_find(all, added.name);
    if (there)
        *there = added;
    else
        vec_push(e->arena, &all->list, added);
}

void authorizers_add(struct expand *e, struct authorizers *all, struct value *config,
                     void (*check)(struct expand *e, struct str api, const struct authorizer *a)) {
    if (!sam_is_truthy(config))
        return;
    config = sam_entries(e, sam_expect_map(e, all->api, "Auth.Authorizers", config));
    const struct member **walk = sam_walk(e, config);
    for (uint32_t i = 0; i < config->count; i++) {
        const struct member *m = walk[i];
        struct str path = sam_id(e, "Auth.Authorizers.%.*s", STR_ARG(m->key));
        sam_expect_map(e, all->api, str_cstr(e->arena, path), m->value);
        struct authorizer a = {m->key, m->span, m->value,
                               sam_get(e, m->value, "AuthorizationScopes"), false};
        check(e, all->api, &a);
        authorizer_add(e, all, a);
    }
}

struct value *authorizer_uri(struct expand *e, struct value *function) {
    struct str text = str_printf(e->arena,
                                 "arn:%.*s:apigateway:${AWS::Region}:lambda:path/2015-03-31/"
                                 "functions/${__FunctionArn__}/invocations",
                                 STR_ARG(e->partition));
    return value_sub(e->v, text, openapi_plain(e, "__FunctionArn__", function, NULL));
}

struct value *authorizer_role(struct expand *e, const struct authorizer *a) {
    struct value *role = sam_get(e, a->whole, "FunctionInvokeRole");
    return sam_is_truthy(role) && !value_is_c(role, "NONE") ? role : &value_nil;
}

void authorizer_permit(struct expand *e, struct sam *s, struct str id, const struct authorizer *a,
                       const char *partition) {
    const char *part = str_cstr(e->arena, sam_id(e, "authorizer %.*s", STR_ARG(a->name)));
    struct resource *r = sam_make(e, s, id, "AWS::Lambda::Permission", s->passed, part, a->span);
    struct str arn = str_printf(e->arena,
                                "arn:%s:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/"
                                "authorizers/*",
                                partition);
    sam_set(e, r, "Action", sam_c(e, "lambda:InvokeFunction"));
    sam_set(e, r, "FunctionName", sam_get(e, a->whole, "FunctionArn"));
    sam_set(e, r, "Principal", sam_c(e, "apigateway.amazonaws.com"));
    sam_set(e, r, "SourceArn",
            value_sub(e->v, arn, openapi_plain(e, "__ApiId__", sam_ref(e, s->id), NULL)));
    sam_push(e, s, r);
}
