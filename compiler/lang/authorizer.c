#include "lang/api.h"

/* `authorizer`: part of the definition of each API that uses it. */

void api_use_authorizer(struct lang *l, struct api *a, struct thing *authorizer) {
    for (uint32_t i = 0; i < a->authorizers.count; i++)
        if (a->authorizers.items[i] == authorizer)
            return;
    vec_push(l->arena, &a->authorizers, authorizer);
    authorizer->used = true;
}

/* Reports what is set but means nothing to who decides. */
static void report_unfit(struct lang *l, struct thing *t, const char *sort, const char *takes) {
    for (uint32_t i = 0; i < t->body.settings.count; i++) {
        const struct setting *s = &t->body.settings.items[i];
        if (s->strength != BY_STATEMENT || str_is(s->name, sort) || has_word(takes, s->name) ||
            !attribute_find(KIND_AUTHORIZER, s->name))
            continue;
        struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, s->span,
                                  "'%.*s' has no meaning for an authorizer of '%s'",
                                  STR_ARG(s->name), sort);
        diag_help(l->diags, d, "it takes %s", takes);
    }
}

/* Exactly one of cognito, lambda, jwt; NULL after a message. */
static const char *sort_of(struct lang *l, struct thing *t) {
    static const char *const sorts[] = {"cognito", "lambda", "jwt"};
    const char *found = NULL;
    thing_body(l, t);
    for (int i = 0; i < 3; i++) {
        if (!body_is_set(t, sorts[i]))
            continue;
        if (found) {
            diag_add(l->diags, RULE_DUPLICATE_ATTRIBUTE, body_setting(&t->body, sorts[i])->span,
                     "an authorizer has one of cognito, lambda, jwt; '%s' is set already", found);
            return NULL;
        }
        found = sorts[i];
    }
    if (!found) {
        struct diag *d =
            diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->decl->span,
                     "the authorizer '%.*s' doesn't say who decides", STR_ARG(t->name));
        diag_help(l->diags, d,
                  "cognito = a user pool, lambda = a function, or jwt = { issuer, audience }");
    }
    return found;
}

static struct value *cognito_arns(struct lang *l, struct thing *t) {
    struct value *x = body_value(l, t, "cognito"), *list = value_list(l->values);
    for (uint32_t i = 0; x && i < (x->kind == VAL_LIST ? x->count : 1); i++) {
        struct value *one = x->kind == VAL_LIST ? x->items[i] : x;
        struct thing *pool = thing_of(one);
        if (pool && pool->kind == KIND_USERPOOL)
            value_push(l->values, list, thing_alias(l, pool, "arn"));
        else if (!is_error(one))
            diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'cognito' takes a user pool, found %s",
                     describe_value(one));
    }
    return list;
}

static struct value *lambda_authorizer(struct lang *l, struct thing *t) {
    struct value *x = body_value(l, t, "lambda"), *kind = body_value(l, t, "kind");
    struct thing *f = x ? thing_of(x) : NULL;
    if (!f || f->kind != KIND_FUNCTION) {
        if (x && !is_error(x))
            diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'lambda' takes a function, found %s",
                     describe_value(x));
        return value_map(l->values);
    }
    bool request = kind && value_is_c(kind, "request");
    struct value *out = map_of(l, 3, "type", text_value(l, request ? "request" : "token"),
                               "authorizerUri", thing_alias(l, f, "invoke_arn"),
                               "authorizerResultTtlInSeconds", body_value(l, t, "cache"));
    struct value *identity = body_value(l, t, "identity"), *text = text_value(l, "");
    for (uint32_t i = 0; identity && identity->kind == VAL_LIST && i < identity->count; i++)
        text = concat(l, i ? concat(l, text, text_value(l, ", ")) : text, identity->items[i]);
    if (request && text->text.len == 0)
        text = concat(l, text_value(l, "method.request.header."), body_value(l, t, "header"));
    if (request)
        value_put_c(l->values, out, "identitySource", text);
    return out;
}

struct value *security_scheme(struct lang *l, struct api *a, struct thing *t) {
    l->values->place = (struct place){t->origin->span, t->origin};
    const char *sort = sort_of(l, t);
    if (a->http && sort)
        return http_security_scheme(l, t, sort);
    struct value *header = body_value(l, t, "header");
    struct value *kind = body_value(l, t, "kind");
    bool request = sort && str_is(str_from(sort), "lambda") && kind && value_is_c(kind, "request");
    struct value *out =
        map_of(l, 3, "type", text_value(l, "apiKey"), "name",
               request ? text_value(l, "Unused") : header, "in", text_value(l, "header"));
    if (!sort)
        return out;
    if (str_is(str_from(sort), "jwt")) {
        struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, body_setting(&t->body, "jwt")->span,
                                  "a REST API takes no JWT authorizer");
        diag_help(l->diags, d, "use 'cognito' or 'lambda', or make the api 'kind = http'");
        return out;
    }
    bool cognito = str_is(str_from(sort), "cognito");
    value_put_c(l->values, out, "x-amazon-apigateway-authtype",
                text_value(l, cognito ? "cognito_user_pools" : "custom"));
    value_put_c(l->values, out, "x-amazon-apigateway-authorizer",
                cognito ? map_of(l, 3, "type", text_value(l, "cognito_user_pools"), "providerARNs",
                                 cognito_arns(l, t), "authorizerResultTtlInSeconds",
                                 body_is_set(t, "cache") ? body_value(l, t, "cache") : &value_nil)
                        : lambda_authorizer(l, t));
    return out;
}

void lower_authorizer(struct lang *l, struct thing *t) {
    const char *sort = sort_of(l, t);
    if (!sort)
        return;
    report_unfit(l, t, sort,
                 str_is(str_from(sort), "lambda")    ? "kind header identity cache"
                 : str_is(str_from(sort), "cognito") ? "header scopes cache audience"
                                                     : "header scopes");
}
