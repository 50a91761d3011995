/* AWS::Serverless::Function: a Lambda function, its role, and what its other properties ask for. */
#include "passes/expand/function.h"

#include "base/buf.h"
#include "passes/expand/events.h"

static const char *const deletion_policies[] = {"Delete", "Retain", NULL};

static const struct property rows[] = {
    {"FunctionName", IS_STR | IS_MAP, 0, NULL},
    {"Handler", IS_ANY, 0, NULL},
    {"Runtime", IS_ANY, 0, NULL},
    {"CodeUri", IS_ANY, 0, NULL},
    {"ImageUri", IS_ANY, 0, NULL},
    {"PackageType", IS_ANY, 0, NULL},
    {"InlineCode", IS_ANY, 0, NULL},
    {"DeadLetterQueue", IS_MAP, 0, NULL},
    {"Description", IS_ANY, 0, NULL},
    {"MemorySize", IS_ANY, 0, NULL},
    {"Timeout", IS_ANY, 0, NULL},
    {"VpcConfig", IS_ANY, 0, NULL},
    {"Role", IS_STR, 0, NULL},
    {"AssumeRolePolicyDocument", IS_MAP, 0, NULL},
    {"Policies", IS_STR | IS_MAP | IS_LIST, IS_STR | IS_MAP, NULL},
    {"RolePath", IS_ANY, 0, NULL},
    {"PermissionsBoundary", IS_STR, 0, NULL},
    {"Environment", IS_MAP, IS_MAP, NULL},
    {"Events", IS_MAP, IS_MAP, NULL},
    {"Tags", IS_MAP, 0, NULL},
    {"PropagateTags", IS_BOOL, 0, NULL},
    {"Tracing", IS_MAP | IS_STR, 0, NULL},
    {"KmsKeyArn", IS_ANY, 0, NULL},
    {"DeploymentPreference", IS_MAP, 0, NULL},
    {"ReservedConcurrentExecutions", IS_ANY, 0, NULL},
    {"Layers", IS_LIST, IS_STR | IS_MAP, NULL},
    {"EventInvokeConfig", IS_MAP, 0, NULL},
    {"EphemeralStorage", IS_ANY, 0, NULL},
    {"AutoPublishAlias", IS_STR | UNNAMED, 0, NULL},
    {"AutoPublishCodeSha256", IS_STR | UNNAMED, 0, NULL},
    {"AutoPublishAliasAllProperties", IS_BOOL | STRICT, 0, NULL},
    {"VersionDescription", IS_ANY, 0, NULL},
    {"ProvisionedConcurrencyConfig", IS_ANY, 0, NULL},
    {"FileSystemConfigs", IS_ANY, 0, NULL},
    {"ImageConfig", IS_ANY, 0, NULL},
    {"CodeSigningConfigArn", IS_ANY, 0, NULL},
    {"Architectures", IS_ANY, 0, NULL},
    {"SnapStart", IS_MAP, 0, NULL},
    {"FunctionUrlConfig", IS_MAP, 0, NULL},
    {"RuntimeManagementConfig", IS_ANY, 0, NULL},
    {"LoggingConfig", IS_ANY, 0, NULL},
    {"RecursiveLoop", IS_ANY, 0, NULL},
    {"SourceKMSKeyArn", IS_ANY, 0, NULL},
    {"CapacityProviderConfig", IS_MAP, 0, NULL},
    {"FunctionScalingConfig", IS_MAP, 0, NULL},
    {"VersionDeletionPolicy", IS_STR, 0, deletion_policies},
    {"PublishToLatestPublished", IS_ANY, 0, NULL},
    {"TenancyConfig", IS_ANY, 0, NULL},
    {"DurableConfig", IS_MAP, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

/* Properties that the Lambda function has under the same name. */
static const char *const copied[] = {
    "Handler",       "Runtime",     "Description",
    "MemorySize",    "Timeout",     "VpcConfig",
    "Role",          "Environment", "KmsKeyArn",
    "ReservedConcurrentExecutions", "Layers",
    "FileSystemConfigs",            "ImageConfig",
    "PackageType",   "Architectures",
    "SnapStart",     "EphemeralStorage",
    "CodeSigningConfigArn",         "RuntimeManagementConfig",
    "LoggingConfig", "TenancyConfig",
    "RecursiveLoop", "DurableConfig",
    "PublishToLatestPublished",
};

static const struct referable referables[] = {
    {"Alias", "AWS::Lambda::Alias"},
    {"Version", "AWS::Lambda::Version"},
    {"DestinationTopic", "AWS::SNS::Topic"},
    {"DestinationQueue", "AWS::SQS::Queue"},
    {NULL, NULL},
};

static bool has(const struct sam *s, const char *property) {
    return !sam_is_none(sam_property(s, property));
}

static bool is_set(const struct sam *s, const char *property) {
    return sam_is_truthy(sam_property(s, property));
}

/* Properties that exclude or need each other: all of it in one message. */
static void check_combinations(struct expand *e, struct sam *s) {
    static const struct {
        const char *one, *other;
        bool exclusive;
    } pairs[] = {
        {"CapacityProviderConfig", "ProvisionedConcurrencyConfig", true},
        {"CapacityProviderConfig", "VpcConfig", true},
        {"FunctionScalingConfig", "CapacityProviderConfig", false},
        {"VersionDeletionPolicy", "AutoPublishAlias", false},
    };
    struct buf b;
    buf_init(&b, e->arena, 0);
    struct span span = SPAN_NIL;
    for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *one = pairs[i].one, *other = pairs[i].other;
        if (!has(s, one) || has(s, other) != pairs[i].exclusive)
            continue;
        if (!b.len)
            span = sam_span_of(s, one);
        const char *between = b.len ? " " : "";
        if (pairs[i].exclusive)
            buf_printf(&b, "%sCannot specify '%s' and '%s' together.", between, one, other);
        else
            buf_printf(&b, "%s'%s' requires '%s'.", between, one, other);
    }
    if (b.len)
        sam_fail(e, s->id, span, "%.*s", STR_ARG(buf_view(&b)));
}

static const char *const queue_actions[][2] = {{"SQS", "sqs:SendMessage"}, {"SNS", "sns:Publish"}};

static const char *queue_action(const struct value *type) {
    for (unsigned i = 0; i < 2; i++)
        if (value_is_c(type, queue_actions[i][0]))
            return queue_actions[i][1];
    return NULL;
}

static void check_dead_letter_queue(struct expand *e, struct sam *s) {
    struct value *queue = sam_property(s, "DeadLetterQueue");
    if (!sam_is_truthy(queue))
        return;
    struct span span = sam_span_of(s, "DeadLetterQueue");
    struct value *type = sam_get(e, queue, "Type");
    if (!sam_is_truthy(type) || !sam_is_truthy(sam_get(e, queue, "TargetArn")))
        sam_fail(e, s->id, span,
                 "'DeadLetterQueue' requires Type and TargetArn properties to be specified.");
    sam_expect_string(e, s->id, "DeadLetterQueue.Type", type);
    if (!queue_action(type))
        sam_fail(e, s->id, sam_span(type, span),
                 "'DeadLetterQueue' requires Type of ['SQS', 'SNS']");
}

static void check_tenancy(struct expand *e, struct sam *s) {
    static const char *const refused[][2] = {
        {"ProvisionedConcurrencyConfig", "Provisioned concurrency"},
        {"FunctionUrlConfig", "Function URL"},
        {"SnapStart", "SnapStart"},
    };
    if (!is_set(s, "TenancyConfig"))
        return;
    for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++)
        if (is_set(s, refused[i][0]))
            sam_fail(e, s->id, sam_span_of(s, refused[i][0]),
                     "%s is not supported for functions enabled with tenancy configuration.",
                     refused[i][1]);
    const struct value *events = sam_entries(e, sam_property(s, "Events"));
    const struct member **walk = sam_walk(e, events);
    for (uint32_t i = 0; i < events->count; i++) {
        struct value *type = sam_get(e, walk[i]->value, "Type");
        if (!value_is_c(type, "Api") && !value_is_c(type, "HttpApi"))
            sam_fail(e, s->id, walk[i]->span,
                     "Event source '%.*s' is not supported for functions enabled with tenancy "
                     "configuration. Only Api and HttpApi event sources are supported.",
                     STR_ARG(sam_text(e, type)));
    }
}

static bool is_traced(struct expand *e, struct sam *s) {
    struct value *tracing = sam_property(s, "Tracing");
    return sam_is_truthy(tracing) && !value_is_c(sam_resolve(e, tracing), "Disabled");
}

static void make_lambda(struct expand *e, struct function *f) {
    struct sam *s = f->s;
    struct resource *r =
        sam_make(e, s, s->id, "AWS::Lambda::Function", s->attributes, NULL, SPAN_NIL);
    f->lambda = r;
    sam_depend(e, r, s->depends_on);
    sam_set_truthy(e, r, "FunctionName", sam_property(s, "FunctionName"));
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], sam_property(s, copied[i]));
    sam_set(e, r, "Code", function_code(e, s));
    sam_set(e, r, "Tags", sam_tags(e, s, NULL, sam_property(s, "Tags")));
    if (is_traced(e, s))
        sam_set(e, r, "TracingConfig", sam_map(e, "Mode", sam_property(s, "Tracing"), NULL));
    struct value *queue = sam_property(s, "DeadLetterQueue");
    if (sam_is_truthy(queue))
        sam_set(e, r, "DeadLetterConfig",
                sam_map(e, "TargetArn", sam_get(e, queue, "TargetArn"), NULL));
    sam_set(e, r, "CapacityProviderConfig", function_capacity_provider(e, s));
    sam_set_truthy(e, r, "FunctionScalingConfig", sam_property(s, "FunctionScalingConfig"));
    function_check_package(e, s);
}

static struct value *managed_policies(struct expand *e, struct sam *s) {
    struct value *list = value_list(e->v);
    value_push(e->v, list,
               sam_policy_arn(e, is_set(s, "DurableConfig")
                                     ? "service-role/AWSLambdaBasicDurableExecutionRolePolicy"
                                     : "service-role/AWSLambdaBasicExecutionRole"));
    if (is_traced(e, s))
        value_push(e->v, list, sam_policy_arn(e, sam_xray_policy_name(e)));
    if (is_set(s, "VpcConfig"))
        value_push(e->v, list, sam_policy_arn(e, "service-role/AWSLambdaVPCAccessExecutionRole"));
    return list;
}

static struct value *policy_documents(struct expand *e, struct function *f) {
    struct value *list = value_list(e->v), *queue = sam_property(f->s, "DeadLetterQueue");
    if (sam_is_truthy(queue)) {
        struct value *statement =
            sam_allow(e, queue_action(sam_get(e, queue, "Type")), sam_get(e, queue, "TargetArn"));
        struct value *document = sam_map(e, "Version", sam_c(e, "2012-10-17"), "Statement",
                                         sam_list(e, statement, NULL), NULL);
        value_push(e->v, list, sam_map(e, "PolicyName", sam_c(e, "DeadLetterQueuePolicy"),
                                       "PolicyDocument", document, NULL));
    }
    for (uint32_t i = 0; i < f->policies->count; i++)
        value_push(e->v, list, f->policies->items[i]);
    return list;
}

static void make_role(struct expand *e, struct function *f) {
    struct sam *s = f->s;
    e->v->place = (struct place){s->source->span, s->origin};
    struct value *assume = sam_property(s, "AssumeRolePolicyDocument");
    struct role role = {
        .assume = sam_is_none(assume) ? sam_assume_role(e, "lambda.amazonaws.com") : assume,
        .managed = managed_policies(e, s),
        .policies = sam_property(s, "Policies"),
        .documents = policy_documents(e, f),
        .path = sam_property(s, "RolePath"),
        .boundary = sam_property(s, "PermissionsBoundary"),
        .tags = sam_tags(e, s, NULL, sam_property(s, "Tags")),
    };
    f->role = sam_make_role(e, s, sam_id(e, "%.*sRole", STR_ARG(s->id)), &role);
}

/* A role that the function has only under a condition: it gets ours otherwise. */
static void choose_role(struct expand *e, struct function *f, struct value *role) {
    struct sam *s = f->s;
    struct value **arguments = sam_if_arguments(e, e->stand_ins ? role : sam_resolve(e, role));
    if (!arguments)
        sam_fail(e, s->id, role->span, "Malformed 'Role' property: Fn::If requires 3 arguments.");
    struct value *condition = arguments[0], *then = arguments[1], *otherwise = arguments[2];
    struct value *ours = sam_getatt(e, f->role->id, "Arn");
    if (!sam_is_no_value(then) && !sam_is_no_value(otherwise))
        return;
    if (sam_is_no_value(then) && sam_is_no_value(otherwise)) {
        sam_set(e, f->lambda, "Role", ours);
    } else if (sam_is_no_value(then)) {
        sam_set(e, f->lambda, "Role", sam_if(e, condition, ours, otherwise));
        value_put_c(e->v, f->role->attributes, "Condition", condition);
    } else {
        struct str unless = sam_id(e, "NOT%.*s", STR_ARG(sam_text(e, condition)));
        sam_set(e, f->lambda, "Role", sam_if(e, condition, then, ours));
        value_put_c(e->v, f->role->attributes, "Condition", value_string(e->v, unless));
        function_add_condition(e, f, unless, sam_not(e, sam_text(e, condition)));
    }
    sam_push(e, s, f->role);
}

static void set_role(struct expand *e, struct function *f) {
    struct value *role = sam_property(f->s, "Role");
    if (sam_is_none(role)) {
        sam_set(e, f->lambda, "Role", sam_getatt(e, f->role->id, "Arn"));
        sam_push(e, f->s, f->role);
    } else if (sam_is_if(role)) {
        choose_role(e, f, role);
    }
}

static void expand_events(struct expand *e, struct function *f, struct events *events) {
    struct sam *s = f->s;
    struct str id = f->alias ? f->alias->id : s->id;
    struct target target = {.owner = s,
                            .function = s->id,
                            .id = id,
                            .is_alias = f->alias != NULL,
                            .name = sam_ref(e, id),
                            .arn = f->alias ? sam_ref(e, id) : sam_getatt(e, id, "Arn"),
                            .passed = s->passed,
                            .role = f->role};
    events_expand(e, events, &target);
}

static void expand(struct expand *e, struct sam *s) {
    struct function f = {.s = s, .policies = value_list(e->v)};
    struct events events = events_link(e, s, event_of_function);
    check_combinations(e, s);
    check_dead_letter_queue(e, s);
    check_tenancy(e, s);
    make_lambda(e, &f);
    sam_push(e, s, f.lambda);
    if (is_set(s, "ProvisionedConcurrencyConfig") && !is_set(s, "AutoPublishAlias"))
        sam_fail(e, s->id, sam_span_of(s, "ProvisionedConcurrencyConfig"),
                 "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the "
                 "function");
    function_publish(e, &f);
    function_add_url(e, &f);
    function_add_deployment(e, &f);
    function_configure_invocation(e, &f);
    make_role(e, &f);
    set_role(e, &f);
    expand_events(e, &f, &events);
    sam_propagate_tags(e, s, sam_property(s, "Tags"), sam_property(s, "PropagateTags"));
}

struct str function_condition(struct expand *e, struct str name, struct str hashed) {
    return sam_hashed_id(e, name, hashed);
}

void function_add_condition(struct expand *e, struct function *f, struct str name,
                            struct value *condition) {
    if (!sam_is_map(e->g->conditions))
        sam_fail(e, f->s->id, f->s->source->span,
                 "A condition is used, but the template has no 'Conditions'.");
    value_put(e->v, sam_open(e, e->g->conditions), name, condition);
}

struct value *function_ref(struct expand *e, const struct function *f) {
    return sam_ref(e, f->alias ? f->alias->id : f->s->id);
}

const struct sam_type sam_function = {"AWS::Serverless::Function",
                                      TURN_FUNCTION,
                                      &known,
                                      sam_apply_policy_templates,
                                      expand,
                                      referables};
