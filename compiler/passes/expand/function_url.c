/* FunctionUrlConfig: the URL, and who may call it. */
#include "passes/expand/function.h"

static void check_auth_type(struct expand *e, struct sam *s, struct value *config) {
    struct value *type = sam_get(e, config, "AuthType");
    if (sam_is_intrinsic(config) || (sam_is_truthy(type) && sam_is_intrinsic(type)))
        return;
    if (!value_is_c(type, "AWS_IAM") && !value_is_c(type, "NONE"))
        sam_fail(e, s->id, sam_span(type, sam_span_of(s, "FunctionUrlConfig")),
                 "AuthType is required to configure function property `FunctionUrlConfig`. Please "
                 "provide either AWS_IAM or NONE.");
}

static void check_cors_entry(struct expand *e, struct sam *s, const struct member *m) {
    static const struct {
        const char *name, *type;
        bool (*is)(const struct value *x);
    } rows[] = {
        {"AllowOrigins", "list", sam_is_list},   {"AllowMethods", "list", sam_is_list},
        {"AllowCredentials", "bool", sam_is_bool}, {"AllowHeaders", "list", sam_is_list},
        {"ExposeHeaders", "list", sam_is_list},  {"MaxAge", "int", sam_is_int},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!str_is(m->key, rows[i].name))
            continue;
        if (!sam_is_intrinsic(m->value) && !rows[i].is(m->value))
            sam_fail(e, s->id, m->span, "%s must be of type %s.", rows[i].name, rows[i].type);
        return;
    }
    sam_fail(e, s->id, m->span, "%.*s is not a valid property for configuring Cors.",
             STR_ARG(m->key));
}

static void check_cors(struct expand *e, struct sam *s, struct value *config) {
    struct value *cors = sam_get(e, config, "Cors");
    if (sam_is_intrinsic(config) || !sam_is_truthy(cors) || sam_is_intrinsic(cors))
        return;
    sam_expect_map(e, s->id, "FunctionUrlConfig.Cors", cors);
    for (uint32_t i = 0; i < cors->count; i++)
        check_cors_entry(e, s, &cors->members[i]);
}

static struct resource *make_permission(struct expand *e, struct function *f, const char *suffix,
                                        const char *action, struct span span) {
    struct str id = sam_id(e, "%.*s%s", STR_ARG(f->s->id), suffix);
    struct resource *r =
        sam_make(e, f->s, id, "AWS::Lambda::Permission", f->s->passed, "function URL", span);
    sam_set(e, r, "Action", sam_c(e, action));
    sam_set(e, r, "FunctionName", function_ref(e, f));
    sam_set(e, r, "Principal", sam_c(e, "*"));
    sam_push(e, f->s, r);
    return r;
}

void function_add_url(struct expand *e, struct function *f) {
    struct sam *s = f->s;
    struct value *config = sam_property(s, "FunctionUrlConfig");
    if (!sam_is_truthy(config))
        return;
    check_auth_type(e, s, config);
    check_cors(e, s, config);
    struct span span = sam_span_of(s, "FunctionUrlConfig");
    struct resource *url = sam_make(e, s, sam_id(e, "%.*sUrl", STR_ARG(s->id)),
                                    "AWS::Lambda::Url", s->passed, "function URL", span);
    struct value *type = sam_get(e, config, "AuthType");
    sam_set_truthy(e, url, "Cors", sam_get(e, config, "Cors"));
    sam_set(e, url, "AuthType", type);
    sam_set(e, url, "TargetFunctionArn", function_ref(e, f));
    sam_set(e, url, "InvokeMode", sam_get(e, config, "InvokeMode"));
    sam_push(e, s, url);
    if (!value_is_c(type, "NONE") || sam_is_intrinsic(config))
        return;
    struct resource *public = make_permission(e, f, "UrlPublicPermissions",
                                              "lambda:InvokeFunctionUrl", span);
    sam_set(e, public, "FunctionUrlAuthType", type);
    struct resource *invoke = make_permission(e, f, "URLInvokeAllowPublicAccess",
                                              "lambda:InvokeFunction", span);
    sam_set(e, invoke, "InvokedViaFunctionUrl", value_bool(e->v, true));
}
