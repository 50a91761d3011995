#include "lang/compile.h"

/* `function`: AWS::Serverless::Function with a role and a log group of its own. */

static void code(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "code");
    bool raw = false; /* given by CloudFormation's own properties */
    static const char *const own[] = {"CodeUri", "InlineCode", "ImageUri"};
    for (int i = 0; i < 3; i++)
        raw |= body_is_set(t, own[i]);
    if (!x || is_error(x) || (raw && value_is_nil(x)))
        return;
    if (value_is_nil(x)) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->decl->span,
                                  "the function '%.*s' has no code", STR_ARG(t->name));
        diag_help(l->diags, d,
                  "code = \"folder\", or s3(bucket, key), image(uri), inline(\"...\")");
        return;
    }
    if (x->kind == VAL_STRING) {
        value_put_c(l->values, p, "CodeUri", code_path(l, x));
    } else if (x->kind == VAL_FN && str_is(x->text, "s3")) {
        value_put_c(l->values, p, "CodeUri",
                    map_of(l, 3, "Bucket", value_at(x, 0), "Key", value_at(x, 1), "Version",
                           value_at(x, 2)));
    } else if (x->kind == VAL_FN && str_is(x->text, "image")) {
        value_put_c(l->values, p, "PackageType", text_value(l, "Image"));
        value_put_c(l->values, p, "ImageUri", value_at(x, 0));
    } else if (x->kind == VAL_FN && str_is(x->text, "inline")) {
        value_put_c(l->values, p, "InlineCode", value_at(x, 0));
    } else {
        diag_add(l->diags, RULE_VALUE_TYPE, x->span,
                 "'code' takes a path, s3(..), image(..) or inline(..), found %s",
                 describe_value(x));
    }
}

static void need_handler(struct lang *l, struct thing *t) {
    const struct value *p = t->main->properties;
    if (value_has(p, STR("ImageUri")) || value_has(p, STR("PackageType")))
        return;
    static const char *const rows[][2] = {{"Handler", "handler"}, {"Runtime", "runtime"}};
    for (int i = 0; i < 2; i++) {
        if (value_has(p, str_from(rows[i][0])) || body_is_set(t, rows[i][1]))
            continue;
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->decl->span,
                                  "the function '%.*s' has no '%s'", STR_ARG(t->name), rows[i][1]);
        diag_help(l->diags, d, i ? "runtime = \"nodejs22.x\", say; an image needs none"
                                 : "handler = \"index.handler\", say; an image needs none");
    }
}

static void environment(struct lang *l, struct value *p) {
    struct value *variables = value_get_c(value_get_c(p, "Environment"), "Variables");
    if (variables->kind != VAL_MAP)
        return;
    for (uint32_t i = 0; i < variables->count; i++) {
        struct member *m = &variables->members[i];
        if (value_is_null(m->value))
            continue;
        m->value = to_text(l, m->value, span_is_nil(m->value->span) ? m->span : m->value->span);
    }
}

/* Layers of the stack by their name, others by their ARN. */
static void layers(struct lang *l, struct value *p) {
    struct value *list = value_get_c(p, "Layers"), *out = value_list(l->values);
    if (list->kind != VAL_LIST)
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        struct thing *layer = thing_of(list->items[i]);
        value_push(l->values, out, layer && layer->kind == KIND_LAYER ? thing_alias(l, layer, "arn")
                                                                      : list->items[i]);
    }
    value_put_c(l->values, p, "Layers", out);
}

static void vpc(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "vpc");
    if (!x || value_is_null(x))
        return;
    struct value *subnets = value_get_c(x, "subnets"), *groups = value_get_c(x, "security_groups");
    for (uint32_t i = 0; i < x->count && x->kind == VAL_MAP; i++)
        if (!str_is(x->members[i].key, "subnets") && !str_is(x->members[i].key, "security_groups"))
            diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, x->members[i].span,
                     "'vpc' takes subnets and security_groups, not '%.*s'",
                     STR_ARG(x->members[i].key));
    value_put_c(l->values, p, "VpcConfig",
                map_of(l, 2, "SubnetIds", subnets, "SecurityGroupIds", groups));
    grant_statement(l, t,
                    "ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets "
                    "ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses "
                    "ec2:UnassignPrivateIpAddresses",
                    text_value(l, "*"), NULL);
}

static void dead_letter(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "dead_letter");
    struct thing *to = x ? thing_of(x) : NULL;
    if (!x || value_is_null(x))
        return;
    if (!to || (to->kind != KIND_QUEUE && to->kind != KIND_TOPIC)) {
        diag_add(l->diags, RULE_VALUE_TYPE, x->span,
                 "'dead_letter' takes a queue or a topic, found %s", describe_value(x));
        return;
    }
    bool queue = to->kind == KIND_QUEUE;
    value_put_c(l->values, p, "DeadLetterQueue",
                map_of(l, 2, "Type", text_value(l, queue ? "SQS" : "SNS"), "TargetArn",
                       thing_alias(l, to, "arn")));
    grant_verb(l, t, to, queue ? "send" : "publish", NULL);
}

/* Lambda opens the environment in the function's name. */
static void environment_key(struct lang *l, struct thing *t) {
    struct value *key = body_value(l, t, "key");
    if (key && is_key_arn(key))
        grant_statement(l, t, "kms:Decrypt", key, NULL);
}

static void tracing(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "tracing");
    if (!x || value_is_null(x) || (x->kind == VAL_BOOL && !x->truth))
        return;
    struct value *active = text_value(l, "Active");
    struct value *cond = x->kind == VAL_BOOL ? NULL : x;
    if (cond)
        active = logic_if(l, cond, active, text_value(l, "PassThrough"));
    value_put_c(l->values, p, "Tracing", active);
    grant_statement(l, t, "xray:PutTraceSegments xray:PutTelemetryRecords", text_value(l, "*"),
                    cond);
}

static void log_levels(struct lang *l, struct thing *t, const struct value *format,
                       struct value *config) {
    static const char *const rows[][2] = {{"log_level", "ApplicationLogLevel"},
                                          {"system_log_level", "SystemLogLevel"}};
    for (int i = 0; i < 2; i++) {
        struct value *x = body_value(l, t, rows[i][0]);
        if (!x || value_is_null(x) || is_error(x))
            continue;
        if (!value_is_c(format, "json")) {
            struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, x->span,
                                      "'%s' needs 'log_format = json'", rows[i][0]);
            diag_help(l->diags, d, "logs that are text have no levels");
            continue;
        }
        value_put_c(l->values, config, rows[i][1],
                    value_string(l->values, str_upper(l->arena, x->text)));
    }
}

/* The log group, before the function writes into one that never expires. */
static void logs(struct lang *l, struct thing *t, struct value *p) {
    struct value *days = body_value(l, t, "logs");
    struct value *format = body_value(l, t, "log_format");
    if (!days || (days->flags & VALUE_WORD && value_is_c(days, "none")))
        return;
    struct resource *group =
        add_resource(l, t, "logs", "AWS::Logs::LogGroup", part_id(l, t, "Logs"), t->cond);
    if (!(days->flags & VALUE_WORD) && !value_is_null(days))
        value_put_c(l->values, group->properties, "RetentionInDays", days);
    struct value *config = map_of(l, 1, "LogGroup", value_ref(l->values, group->id));
    if (format && value_is_c(format, "json"))
        value_put_c(l->values, config, "LogFormat", text_value(l, "JSON"));
    log_levels(l, t, format, config);
    value_put_c(l->values, p, "LoggingConfig", config);
    grant_statement(l, t, "logs:CreateLogStream logs:PutLogEvents",
                    value_getatt(l->values, group->id, STR("Arn")), NULL);
}

/* "Configuring file system access": the mount is in the function's VPC. */
static void file_system(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "file_system");
    if (!x || x->kind != VAL_MAP || !check_fields(l, x, "file_system", "access_point path write"))
        return;
    struct value *point = thing_arn(l, field(l, x, "access_point"), "access_point", 0);
    struct value *path = field_value(l, x, "path", ATTR_STRING);
    struct thing *raw = thing_of(field(l, x, "access_point"));
    if (raw && str_is(raw->type, "AWS::EFS::AccessPoint"))
        point = value_getatt(l->values, raw->id, STR("Arn")); /* its Ref is an id */
    if (value_is_nil(point) || value_is_nil(path)) {
        diag_add(l->diags, RULE_MISSING_ATTRIBUTE, x->span,
                 "'file_system' needs 'access_point' and 'path'");
        return;
    }
    if (!body_is_set(t, "vpc") && !body_is_set(t, "VpcConfig")) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, x->span,
                                  "'file_system' needs 'vpc': the file system is reached there");
        diag_help(l->diags, d, "vpc = { subnets = [..], security_groups = [..] }");
    }
    struct value *writes = field_value(l, x, "write", ATTR_BOOL);
    value_put_c(l->values, p, "FileSystemConfigs",
                list_of(l, 1, map_of(l, 2, "Arn", point, "LocalMountPath", path)));
    struct value *through =
        map_of(l, 1, "StringEquals", map_of(l, 1, "elasticfilesystem:AccessPointArn", point));
    grant_statement_if(
        l, t,
        value_is_true(writes) ? "elasticfilesystem:ClientMount elasticfilesystem:ClientWrite"
                              : "elasticfilesystem:ClientMount",
        sub(l, "arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}:"
               "file-system/*"),
        through, NULL);
}

static bool can_snapshot(struct str runtime) {
    static const char *const none[] = {"nodejs", "ruby", "provided", "go", "java8", "python3.8",
                                       "python3.9", "python3.10", "python3.11", "dotnet6"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (str_starts(runtime, str_from(none[i])))
            return false;
    return true;
}

/* "Improving startup performance with Lambda SnapStart": what can't go with it. */
static void snapshot_start(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "snapshot_start"), *runtime = value_get_c(p, "Runtime");
    const char *wrong = NULL;
    if (!x || value_is_null(x) || is_error(x) || (x->kind == VAL_BOOL && !x->truth) ||
        !function_alias(l, t).len)
        return;
    int64_t storage = 0;
    value_to_int(value_get_c(value_get_c(p, "EphemeralStorage"), "Size"), &storage);
    if (runtime->kind == VAL_STRING && !can_snapshot(runtime->text))
        wrong = "its runtime";
    else if (value_has(p, STR("ImageUri")))
        wrong = "a container image";
    else if (value_has(p, STR("FileSystemConfigs")))
        wrong = "'file_system'";
    else if (body_is_set(t, "provisioned"))
        wrong = "'provisioned'";
    else if (storage > 512)
        wrong = "'storage' over 512MB";
    if (wrong) {
        struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, x->span,
                                  "'snapshot_start' doesn't go with %s", wrong);
        diag_help(l->diags, d, "Lambda takes it for Java 11, Python 3.12, .NET 8 and later");
        return;
    }
    struct value *versions = text_value(l, "PublishedVersions");
    if (x->kind != VAL_BOOL)
        versions = logic_if(l, x, versions, text_value(l, "None"));
    put(l, p, "SnapStart.ApplyOn", versions);
}

static void management(struct lang *l, struct thing *t, struct value *p) {
    struct value *loop = body_value(l, t, "recursive_loop");
    struct value *updates = body_value(l, t, "runtime_updates");
    if (loop && loop->kind == VAL_STRING)
        value_put_c(l->values, p, "RecursiveLoop",
                    text_value(l, value_is_c(loop, "allow") ? "Allow" : "Terminate"));
    if (!updates || value_is_null(updates) || is_error(updates))
        return;
    bool word = updates->flags & VALUE_WORD, now = word && value_is_c(updates, "auto");
    value_put_c(l->values, p, "RuntimeManagementConfig",
                map_of(l, 2, "UpdateRuntimeOn",
                       text_value(l, !word ? "Manual" : now ? "Auto" : "FunctionUpdate"),
                       "RuntimeVersionArn", word ? &value_nil : updates));
}

void lower_function(struct lang *l, struct thing *t) {
    struct resource *f =
        add_resource(l, t, NULL, "AWS::Serverless::Function", t->id, t->cond);
    struct value *p = f->properties;
    copy_attributes(l, t, f);
    code(l, t, p);
    environment(l, p);
    layers(l, p);
    struct value *arch = body_value(l, t, "arch");
    if (arch && !value_is_nil(arch))
        value_put_c(l->values, p, "Architectures",
                    list_of(l, 1, text_value(l, str_cstr(l->arena, arch->text))));
    value_put_c(l->values, p, "Role", value_getatt(l->values, part_id(l, t, "Role"), STR("Arn")));
    logs(l, t, p);
    l->values->place = (struct place){t->origin->span, t->origin};
    environment_key(l, t);
    tracing(l, t, p);
    vpc(l, t, p);
    dead_letter(l, t, p);
    file_system(l, t, p);
    snapshot_start(l, t, p);
    management(l, t, p);
    lower_async(l, t);
    lower_clauses(l, t);
    if (body_is_set(t, "Role"))
        value_remove(l->values, p, STR("Role"));
    else
        lower_role(l, t, "lambda.amazonaws.com");
    l->values->place = (struct place){t->origin->span, t->origin};
    apply_properties(l, &t->body, f);
    need_handler(l, t);
    lower_alias(l, t);
    lower_url(l, t);
}
