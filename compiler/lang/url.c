#include "lang/compile.h"

/* `url` of a function, and what becomes of its asynchronous calls. */

/* Calls through a URL need both actions: "Control access to Lambda function URLs". */
static void open_to_all(struct lang *l, struct thing *t) {
    static const struct {
        const char *part, *suffix, *action;
    } rows[] = {{"url permission", "UrlPermission", "lambda:InvokeFunctionUrl"},
                {"url invoke permission", "UrlInvokePermission", "lambda:InvokeFunction"}};
    for (int i = 0; i < 2; i++) {
        struct resource *p =
            add_resource(l, t, rows[i].part, "AWS::Lambda::Permission",
                         str_concat(l->arena, t->id, str_from(rows[i].suffix)), t->cond);
        p->properties = map_of(l, 3, "Action", text_value(l, rows[i].action), "FunctionName",
                               function_callee(l, t), "Principal", text_value(l, "*"));
        if (i == 0)
            value_put_c(l->values, p->properties, "FunctionUrlAuthType", text_value(l, "NONE"));
        else
            value_put_c(l->values, p->properties, "InvokedViaFunctionUrl",
                        value_bool(l->values, true));
    }
}

static struct value *url_cors(struct lang *l, struct value *x) {
    static const char *const rows[][2] = {{"origins", "AllowOrigins"}, {"methods", "AllowMethods"},
                                          {"headers", "AllowHeaders"}, {"expose", "ExposeHeaders"}};
    struct value *out = value_map(l->values);
    check_fields(l, x, "cors", "origins methods headers expose credentials max_age");
    for (int i = 0; i < 4; i++) {
        struct value *one = field(l, x, rows[i][0]);
        if (!value_is_null(one))
            value_put_c(l->values, out, rows[i][1], one_or_more(l, one));
    }
    struct value *credentials = field_value(l, x, "credentials", ATTR_BOOL);
    struct value *age = field_value(l, x, "max_age", ATTR_SECONDS);
    if (!value_is_nil(credentials))
        value_put_c(l->values, out, "AllowCredentials", credentials);
    if (!value_is_nil(age))
        value_put_c(l->values, out, "MaxAge", age);
    return out;
}

/* One of an attribute's words where a field of its map stands. */
static bool is_word(struct lang *l, struct value *x, const char *field, const char *a,
                    const char *b) {
    if (value_is_null(x) || is_error(x) || value_is_c(x, a))
        return false;
    if (value_is_c(x, b))
        return true;
    struct diag *d = diag_add(l->diags, RULE_WORD_VALUE, x->span, "'%s' takes a word, found %s",
                              field, describe_value(x));
    diag_help(l->diags, d, "one of: %s, %s", a, b);
    return false;
}

void lower_url(struct lang *l, struct thing *t) {
    struct value *x = body_value(l, t, "url");
    if (!x || x->kind != VAL_MAP || !check_fields(l, x, "url", "auth cors mode"))
        return;
    struct resource *r =
        add_resource(l, t, "endpoint", "AWS::Lambda::Url", part_id(l, t, "Url"), t->cond);
    struct value *cors = field(l, x, "cors");
    bool open = is_word(l, field(l, x, "auth"), "auth", "iam", "none");
    struct str alias = function_alias(l, t);
    r->properties = map_of(l, 3, "TargetFunctionArn", value_ref(l->values, t->id), "Qualifier",
                           alias.len ? value_string(l->values, alias) : &value_nil, "AuthType",
                           text_value(l, open ? "NONE" : "AWS_IAM"));
    if (alias.len)
        value_put_c(l->values, r->attributes, "DependsOn",
                    value_string(l->values, part_id(l, t, "Alias")));
    if (is_word(l, field(l, x, "mode"), "mode", "buffered", "stream"))
        value_put_c(l->values, r->properties, "InvokeMode", text_value(l, "RESPONSE_STREAM"));
    if (cors->kind == VAL_MAP)
        value_put_c(l->values, r->properties, "Cors", url_cors(l, cors));
    if (open)
        open_to_all(l, t);
}

struct value *function_url(struct lang *l, struct thing *t, struct span span) {
    struct value *x = body_value(l, t, "url");
    if (x && x->kind == VAL_MAP)
        return value_getatt(l->values, part_id(l, t, "Url"), STR("FunctionUrl"));
    struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, span, "'%.*s' has no URL",
                              STR_ARG(t->name));
    diag_help(l->diags, d, "give it one: url = { auth = iam }");
    return value_error(l);
}

/* ---- asynchronous calls ---------------------------------------------------------------- */

static const unsigned destinations =
    1u << KIND_QUEUE | 1u << KIND_TOPIC | 1u << KIND_FUNCTION | 1u << KIND_BUS;

void lower_async(struct lang *l, struct thing *t) {
    static const char *const rows[][2] = {{"on_success", "OnSuccess"}, {"on_failure", "OnFailure"}};
    struct value *to = value_map(l->values);
    for (int i = 0; i < 2; i++) {
        struct value *x = body_value(l, t, rows[i][0]);
        if (!x || value_is_null(x) || is_error(x))
            continue;
        unsigned allowed = destinations | (i ? 1u << KIND_BUCKET : 0);
        struct thing *end = thing_of(x);
        struct value *arn = send_to(l, t, x, rows[i][0], allowed, NULL);
        if (value_is_nil(arn))
            continue;
        struct value *one = map_of(l, 1, "Destination", arn);
        if (end && end->cond)
            one = logic_if(l, end->cond, one, value_null(l->values));
        value_put_c(l->values, to, rows[i][1], one);
    }
    struct value *retries = body_value(l, t, "retries"), *age = body_value(l, t, "max_age");
    bool tries = retries && !value_is_null(retries), ages = age && !value_is_null(age);
    if (!to->count && !tries && !ages)
        return;
    struct resource *r = add_resource(l, t, "async", "AWS::Lambda::EventInvokeConfig",
                                      part_id(l, t, "Async"), t->cond);
    struct str alias = function_alias(l, t);
    value_put_c(l->values, r->properties, "FunctionName", value_ref(l->values, t->id));
    value_put_c(l->values, r->properties, "Qualifier",
                value_string(l->values, alias.len ? alias : STR("$LATEST")));
    if (alias.len)
        value_put_c(l->values, r->attributes, "DependsOn",
                    value_string(l->values, part_id(l, t, "Alias")));
    if (tries)
        value_put_c(l->values, r->properties, "MaximumRetryAttempts", retries);
    if (ages)
        value_put_c(l->values, r->properties, "MaximumEventAgeInSeconds", age);
    if (to->count)
        value_put_c(l->values, r->properties, "DestinationConfig", to);
}
