/* EventInvokeConfig: retries of asynchronous invocations, and where their results go. */
#include "passes/expand/function.h"

struct destination {
    const char *name;      /* OnSuccess, OnFailure */
    struct value *config;  /* { Type, Destination } */
    struct value *type;
    struct value *given;   /* Destination; nil */
    struct value *when;    /* name of the condition under which ours is used, or nil */
    struct value *other;   /* what is used otherwise, with `when` */
    struct str id;         /* prefix of generated ids */
};

static bool is_type(const struct value *type) {
    static const char *const types[] = {"SQS", "SNS", "EventBridge", "Lambda", "S3Bucket"};
    for (unsigned i = 0; i < sizeof types / sizeof *types; i++)
        if (value_is_c(type, types[i]))
            return true;
    return false;
}

/* A destination that exists only under a condition: the condition under which it doesn't. */
static void split_condition(struct expand *e, struct function *f, struct destination *d,
                            struct str config_id) {
    if (!sam_is_if(d->given))
        return;
    struct value **arguments = sam_if_arguments(e, d->given);
    if (!arguments)
        sam_fail(e, config_id, d->given->span,
                 "Malformed 'Destination' property: Fn::If requires 3 arguments.");
    bool lacks_then = sam_is_no_value(arguments[1]), lacks_else = sam_is_no_value(arguments[2]);
    if (lacks_then == lacks_else)
        return;
    d->when = arguments[0];
    d->other = arguments[lacks_then ? 2 : 1];
    if (lacks_then)
        return;
    struct str condition = sam_text(e, arguments[0]);
    struct str unless = function_condition(e, sam_id(e, "NOT%.*s", STR_ARG(condition)), config_id);
    function_add_condition(e, f, unless, sam_not(e, condition));
    d->when = value_string(e->v, unless);
}

/* Two conditions as one: the function's and the destination's; either may be nil. */
static struct value *both(struct expand *e, struct function *f, struct value *when) {
    struct value *own = value_get_c(f->s->passed, "Condition");
    if (sam_is_none(own) || sam_is_none(when))
        return sam_is_none(own) ? when : own;
    struct value *sides[] = {own, when}, *list = value_list(e->v);
    for (unsigned i = 0; i < 2; i++) {
        struct value *named = value_from_function(e->v, STR("Condition"), sides[i]);
        value_push(e->v, list, sam_map(e, "Condition", named ? named : sides[i], NULL));
    }
    struct value *and = value_from_function(e->v, STR("Fn::And"), list);
    struct str name = sam_id(e, "%.*sAND%.*s", STR_ARG(sam_text(e, own)),
                             STR_ARG(sam_text(e, when)));
    name = function_condition(e, name, f->s->id);
    function_add_condition(e, f, name, and);
    return value_string(e->v, name);
}

/* A queue or topic of our own; its ARN. */
static struct value *make_destination(struct expand *e, struct function *f,
                                      struct destination *d) {
    bool is_queue = value_is_c(d->type, "SQS");
    struct value *condition = both(e, f, d->when);
    if (!is_queue && !value_is_c(d->type, "SNS"))
        sam_fail(e, f->s->id, d->config->span,
                 "Destination is required if Type is not ['SQS', 'SNS']");
    struct resource *r = sam_make(
        e, f->s, sam_id(e, "%.*s%s", STR_ARG(d->id), is_queue ? "Queue" : "Topic"),
        is_queue ? "AWS::SQS::Queue" : "AWS::SNS::Topic", f->s->passed, d->name, d->config->span);
    if (sam_is_truthy(condition))
        value_put_c(e->v, r->attributes, "Condition", condition);
    sam_push(e, f->s, r);
    struct value *arn = is_queue ? sam_getatt(e, r->id, "Arn") : sam_ref(e, r->id);
    return sam_is_none(d->when) ? arn : sam_if(e, d->when, arn, d->other);
}

static struct value *destination(struct expand *e, struct function *f, struct str config_id,
                                 const char *name, struct value *config) {
    struct destination d = {.name = name,
                            .config = config,
                            .type = sam_get(e, config, "Type"),
                            .given = sam_get(e, config, "Destination"),
                            .when = &value_nil,
                            .id = sam_id(e, "%.*s%s", STR_ARG(config_id), name)};
    if (!is_type(d.type))
        sam_fail(e, f->s->id, sam_span(d.type, config->span),
                 "'Type: %.*s' must be one of ['SQS', 'SNS', 'EventBridge', 'Lambda', 'S3Bucket']",
                 STR_ARG(sam_text(e, d.type)));
    split_condition(e, f, &d, config_id);
    struct value *arn = d.given;
    if (sam_is_none(d.given) || !sam_is_none(d.when))
        arn = make_destination(e, f, &d);
    value_push(e->v, f->policies,
               sam_destination_policy(e, str_cstr(e->arena, d.type->text), arn, d.id));
    return arn;
}

static struct value *destinations(struct expand *e, struct function *f, struct str config_id,
                                  struct value *given) {
    static const char *const names[] = {"OnSuccess", "OnFailure"};
    static const char *const paths[] = {"EventInvokeConfig.DestinationConfig.OnSuccess",
                                        "EventInvokeConfig.DestinationConfig.OnFailure"};
    struct value *out = value_map(e->v);
    if (!sam_is_truthy(given))
        return out;
    sam_expect_map(e, f->s->id, "EventInvokeConfig.DestinationConfig", given);
    for (unsigned i = 0; i < 2; i++) {
        struct value *config = sam_get(e, given, names[i]);
        if (sam_is_none(config))
            continue;
        sam_expect_map(e, f->s->id, paths[i], config);
        struct value *arn = destination(e, f, config_id, names[i], config);
        sam_put(e, out, names[i], sam_map(e, "Destination", arn, NULL));
        if (config->kind == VAL_MAP) /* functions that share it by Globals get the same */
            value_put_c(e->v, config, "Destination", arn);
    }
    return out;
}

void function_configure_invocation(struct expand *e, struct function *f) {
    struct sam *s = f->s;
    struct value *config = sam_property(s, "EventInvokeConfig");
    if (!sam_is_truthy(config))
        return;
    config = sam_resolve(e, config);
    struct str id = sam_id(e, "%.*sEventInvokeConfig", STR_ARG(s->id));
    struct value *on = destinations(e, f, id, sam_get(e, config, "DestinationConfig"));
    struct resource *r =
        sam_make(e, s, id, "AWS::Lambda::EventInvokeConfig", s->attributes, "asynchronous calls",
                 sam_span_of(s, "EventInvokeConfig"));
    if (f->alias)
        sam_depend(e, r, sam_list(e, value_string(e->v, f->alias->id), NULL));
    sam_set(e, r, "FunctionName", sam_ref(e, s->id));
    sam_set(e, r, "Qualifier",
            f->alias_name.len ? value_string(e->v, f->alias_name) : sam_c(e, "$LATEST"));
    sam_set(e, r, "DestinationConfig", on);
    sam_set(e, r, "MaximumEventAgeInSeconds", sam_get(e, config, "MaximumEventAgeInSeconds"));
    sam_set(e, r, "MaximumRetryAttempts", sam_get(e, config, "MaximumRetryAttempts"));
    sam_push(e, s, r);
}
