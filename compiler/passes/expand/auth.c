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
