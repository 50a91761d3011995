#include "lang/compile.h"

/* `alias` of a function: a version of what it is now, the alias through which all call it, and how
   calls go over from the version before (`deploy`, by CodeDeploy). */

enum { HASH_DIGITS = 10 };

/* ---- reading ------------------------------------------------------------------------------ */

struct str function_alias(struct lang *l, struct thing *f) {
    struct value *x = f->is_existing ? NULL : body_value(l, f, "alias");
    return x && x->kind == VAL_STRING ? x->text : STR_NIL;
}

struct value *function_callee(struct lang *l, struct thing *f) {
    return value_ref(l->values, function_alias(l, f).len ? part_id(l, f, "Alias") : f->id);
}

/* ---- the version ---------------------------------------------------------------------------- */

/* Settings of the function as a whole, that no version has. */
static const char *const unversioned[] = {"Tags", "ReservedConcurrentExecutions", "RecursiveLoop"};

/* The layers of the stack change with their content, which the function's properties don't show. */
static void add_layers(struct lang *l, struct thing *t, struct value *all) {
    struct value *list = body_value(l, t, "layers");
    for (uint32_t i = 0; list && list->kind == VAL_LIST && i < list->count; i++) {
        struct thing *layer = thing_of(list->items[i]);
        struct value *code = layer && layer->kind == KIND_LAYER && !layer->is_existing
                                 ? body_value(l, layer, "code")
                                 : NULL;
        struct str digest = code ? code_digest(l, code) : STR_NIL;
        if (digest.len)
            value_put(l->values, all, layer->id, value_string(l->values, digest));
    }
}

/* A version's id carries a hash of all that must make a new one: the function as it is, its
   code. */
static struct str version_id(struct lang *l, struct thing *t) {
    struct value *all =
        value_copy_shallow(l->values, finish_value(l, t->main->properties, t->cond));
    struct value *code = body_value(l, t, "code");
    for (size_t i = 0; i < sizeof unversioned / sizeof *unversioned; i++)
        value_remove(l->values, all, str_from(unversioned[i]));
    if (code && code->kind == VAL_STRING && !str_starts(code->text, STR("s3://"))) {
        struct str digest = code_digest(l, code);
        if (digest.len) {
            value_put_c(l->values, all, "CodeUri", value_string(l->values, digest));
        } else {
            struct diag *d = diag_add(
                l->diags, RULE_VERSION_CODE, code->span,
                "the code of '%.*s' isn't there, so its version can't follow it", STR_ARG(t->name));
            diag_help(l->diags, d,
                      "have '%.*s' before the template is built, or use s3(bucket, key, version)",
                      STR_ARG(code->text));
        }
    }
    add_layers(l, t, all);
    struct str hash = sha256_hex(l->arena, value_canonical(l->arena, all));
    struct str known = part_id(l, t, "Version");
    struct str id = str_printf(l->arena, "%.*s%.*s", STR_ARG(known), HASH_DIGITS, hash.ptr);
    struct str *to = arena_new(l->arena, struct str);
    *to = id;
    map_put_ptr(l->arena, &l->renamed, known, to);
    return id;
}

/* ---- gradual deployment ------------------------------------------------------------------ */

/* CodeDeploy's own configurations: "Working with deployment configurations in CodeDeploy". */
static const char *const predefined[] = {
    "Canary10Percent5Minutes",     "Canary10Percent10Minutes",     "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",    "Linear10PercentEvery1Minute",  "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes", "Linear10PercentEvery10Minutes"};

static struct value *own_configuration(struct lang *l, struct thing *t, bool canary,
                                       struct value *percent, struct value *minutes) {
    struct resource *r =
        add_resource(l, t, "deployment_config", "AWS::CodeDeploy::DeploymentConfig",
                     part_id(l, t, "DeploymentConfig"), t->cond);
    struct value *step = map_of(l, 2, canary ? "CanaryPercentage" : "LinearPercentage", percent,
                                canary ? "CanaryInterval" : "LinearInterval", minutes);
    const char *type = canary ? "TimeBasedCanary" : "TimeBasedLinear";
    value_put_c(l->values, r->properties, "ComputePlatform", text_value(l, "Lambda"));
    value_put_c(l->values, r->properties, "TrafficRoutingConfig",
                map_of(l, 2, "Type", text_value(l, type), type, step));
    return value_ref(l->values, r->id);
}

/* canary = 10, wait = 5m: a tenth of the calls, after five minutes all. linear = 10, every = 1m: a
   tenth more each minute. */
static struct value *configuration(struct lang *l, struct thing *t, struct value *x) {
    struct value *canary = field_value(l, x, "canary", ATTR_NUMBER);
    struct value *linear = field_value(l, x, "linear", ATTR_NUMBER);
    bool is_canary = !value_is_nil(canary);
    if (is_canary && !value_is_nil(linear)) {
        diag_add(l->diags, RULE_DUPLICATE_ATTRIBUTE, x->span,
                 "a deployment is 'canary' or 'linear', not both");
        return &value_nil;
    }
    if (!is_canary && value_is_nil(linear))
        return text_value(l, "CodeDeployDefault.LambdaAllAtOnce");
    struct value *percent = is_canary ? canary : linear;
    struct value *minutes = field_value(l, x, is_canary ? "wait" : "every", ATTR_MINUTES);
    if (value_is_nil(minutes)) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, x->span, "'%s' needs '%s'",
                                  is_canary ? "canary" : "linear", is_canary ? "wait" : "every");
        diag_help(l->diags, d, is_canary ? "wait = 5m: how long before all calls follow"
                                         : "every = 1m: how long between the steps");
        return &value_nil;
    }
    int64_t n = 0, share = 0;
    value_to_int(minutes, &n);
    value_to_int(percent, &share);
    struct str name =
        str_printf(l->arena, "%s%dPercent%s%dMinute%s", is_canary ? "Canary" : "Linear", (int)share,
                   is_canary ? "" : "Every", (int)n, n == 1 ? "" : "s");
    if (str_in(name, predefined))
        return value_string(l->values, str_concat(l->arena, STR("CodeDeployDefault.Lambda"), name));
    return own_configuration(l, t, is_canary, percent, minutes);
}

static struct value *alarm_names(struct lang *l, struct value *x) {
    struct value *list = one_or_more(l, field(l, x, "alarms")), *out = value_list(l->values);
    for (uint32_t i = 0; i < list->count; i++) {
        struct value *one = list->items[i];
        struct thing *alarm = thing_of(one);
        if (alarm && alarm->kind == KIND_ALARM && !alarm->is_collection)
            one = thing_alias(l, alarm, "name");
        else if (alarm && !alarm->is_resource) {
            diag_add(l->diags, RULE_VALUE_TYPE, list->span, "'alarms' takes alarms, found %s",
                     describe_value(one));
            continue;
        }
        struct value *named = map_of(l, 1, "Name", one);
        if (alarm && alarm->cond)
            named = logic_if(l, alarm->cond, named, value_null(l->values));
        value_push(l->values, out, named);
    }
    return out;
}

/* What CodeDeploy may do: move this alias, look at alarms, call the hooks, tell the topic. */
static struct value *deploy_role(struct lang *l, struct thing *t, bool alarms, struct value *hooks,
                                 struct value *topic) {
    struct thing *role = arena_new(l->arena, struct thing);
    *role = *t;
    role->statements.items = NULL;
    role->statements.count = role->statements.cap = 0;
    struct value *arn = value_getatt(l->values, t->id, STR("Arn"));
    grant_statement(l, role,
                    "lambda:GetAlias lambda:UpdateAlias lambda:GetProvisionedConcurrencyConfig",
                    list_of(l, 2, arn, sub(l, "%v:*", arn)), NULL);
    if (alarms)
        grant_statement(
            l, role, "cloudwatch:DescribeAlarms",
            sub(l, "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*"),
            NULL);
    if (hooks->count)
        grant_statement(l, role, "lambda:InvokeFunction", hooks, NULL);
    if (!value_is_nil(topic))
        grant_statement(l, role, "sns:Publish", topic, NULL);
    struct resource *r = add_resource(l, t, "deployment_role", "AWS::IAM::Role",
                                      part_id(l, t, "DeploymentRole"), t->cond);
    role_properties(l, role, r, "codedeploy.amazonaws.com");
    return value_getatt(l->values, r->id, STR("Arn"));
}

static struct value *hook(struct lang *l, struct value *x, const char *name, struct value *hooks) {
    struct value *f = field(l, x, name);
    struct value *arn = thing_arn(l, f, name, 1u << KIND_FUNCTION);
    bool had = value_is_nil(arn) || (hooks->count && value_equal(hooks->items[0], arn));
    if (!had)
        value_push(l->values, hooks, arn);
    return arn;
}

static void deploy(struct lang *l, struct thing *t, struct value *x, struct resource *alias) {
    if (!check_fields(l, x, "deploy", "canary wait linear every alarms before after notify"))
        return;
    struct value *hooks = value_list(l->values), *failures = value_list(l->values);
    struct value *before = hook(l, x, "before", hooks), *after = hook(l, x, "after", hooks);
    struct value *topic = thing_arn(l, field(l, x, "notify"), "notify", 1u << KIND_TOPIC);
    struct value *steps = configuration(l, t, x), *alarms = alarm_names(l, x);
    struct resource *app = add_resource(l, t, "application", "AWS::CodeDeploy::Application",
                                        part_id(l, t, "Application"), t->cond);
    value_put_c(l->values, app->properties, "ComputePlatform", text_value(l, "Lambda"));
    struct value *role = deploy_role(l, t, alarms->count > 0, hooks, topic);
    struct resource *group = add_resource(l, t, "deployment", "AWS::CodeDeploy::DeploymentGroup",
                                          part_id(l, t, "DeploymentGroup"), t->cond);
    value_push(l->values, failures, text_value(l, "DEPLOYMENT_FAILURE"));
    value_push(l->values, failures, text_value(l, "DEPLOYMENT_STOP_ON_REQUEST"));
    if (alarms->count)
        value_push(l->values, failures, text_value(l, "DEPLOYMENT_STOP_ON_ALARM"));
    struct value *yes = value_bool(l->values, true), *p = group->properties;
    value_put_c(l->values, p, "ApplicationName", value_ref(l->values, app->id));
    value_put_c(l->values, p, "ServiceRoleArn", role);
    value_put_c(l->values, p, "DeploymentConfigName", steps);
    value_put_c(l->values, p, "DeploymentStyle",
                map_of(l, 2, "DeploymentType", text_value(l, "BLUE_GREEN"), "DeploymentOption",
                       text_value(l, "WITH_TRAFFIC_CONTROL")));
    value_put_c(l->values, p, "AutoRollbackConfiguration",
                map_of(l, 2, "Enabled", yes, "Events", failures));
    if (alarms->count)
        value_put_c(l->values, p, "AlarmConfiguration",
                    map_of(l, 2, "Enabled", yes, "Alarms", alarms));
    if (!value_is_nil(topic))
        value_put_c(l->values, p, "TriggerConfigurations",
                    list_of(l, 1,
                            map_of(l, 3, "TriggerName", text_value(l, "notify"), "TriggerTargetArn",
                                   topic, "TriggerEvents",
                                   list_of(l, 2, text_value(l, "DeploymentFailure"),
                                           text_value(l, "DeploymentRollback")))));
    struct value *update = map_of(l, 4, "ApplicationName", value_ref(l->values, app->id),
                                  "DeploymentGroupName", value_ref(l->values, group->id),
                                  "BeforeAllowTrafficHook", before, "AfterAllowTrafficHook", after);
    put(l, alias->attributes, "UpdatePolicy.CodeDeployLambdaAliasUpdate", update);
}

/* A hook tells CodeDeploy what it found; its role is made before or after the function's. */
void note_hooks(struct lang *l, struct thing *t) {
    static const char *const names[] = {"before", "after"};
    struct value *x = function_alias(l, t).len ? body_value(l, t, "deploy") : NULL;
    struct thing *last = NULL;
    for (int i = 0; x && x->kind == VAL_MAP && i < 2; i++) {
        struct thing *f = thing_of(value_get_c(x, names[i]));
        if (f == last)
            continue;
        last = f;
        struct str id = part_id(l, t, "Application");
        if (f && f->kind == KIND_FUNCTION && !f->is_existing && !f->is_collection)
            grant_statement(l, f, "codedeploy:PutLifecycleEventHookExecutionStatus",
                            sub(l,
                                "arn:${AWS::Partition}:codedeploy:${AWS::Region}:${AWS::AccountId}:"
                                "deploymentgroup:${%S}/*",
                                &id),
                            t->cond);
    }
}

/* ---- provisioned concurrency ----------------------------------------------------------- */

/* provisioned = { min = 1, max = 20, target = 70 }: as many as are in use, and a reserve. */
static void scale(struct lang *l, struct thing *t, struct value *x, struct resource *alias,
                  struct str name) {
    struct scaling s = {.thing = t,
                        .part = "scaling",
                        .id = str_concat(l->arena, t->id, STR("Scaling")),
                        .namespace = "lambda",
                        .dimension = "lambda:function:ProvisionedConcurrency",
                        .metric = "LambdaProvisionedConcurrencyUtilization",
                        .share = true,
                        .resource = sub(l, "function:${%S}:%S", &t->id, &name)};
    struct value *floor = add_scaling(l, &s, x, "provisioned", 70);
    struct resource *target = map_get_ptr(&t->part_resources, STR("scaling"));
    if (target)
        value_put_c(l->values, target->attributes, "DependsOn", value_string(l->values, alias->id));
    if (!value_is_nil(floor))
        put(l, alias->properties, "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions",
            floor);
}

static void provisioned(struct lang *l, struct thing *t, struct resource *alias, struct str name) {
    struct value *x = body_value(l, t, "provisioned");
    if (!x || value_is_null(x) || is_error(x))
        return;
    if (x->kind == VAL_MAP)
        scale(l, t, x, alias, name);
    else
        put(l, alias->properties, "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions",
            x);
}

/* ---- the alias ------------------------------------------------------------------------- */

/* Attributes that are about versions, or calls that go through an alias. */
static void need_alias(struct lang *l, struct thing *t) {
    static const char *const names[] = {"deploy", "provisioned", "snapshot_start"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct value *x = body_value(l, t, names[i]);
        if (!x || value_is_null(x) || is_error(x) || (x->kind == VAL_BOOL && !x->truth))
            continue;
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, x->span,
                                  "'%s' is about versions, and '%.*s' has no alias", names[i],
                                  STR_ARG(t->name));
        diag_help(l->diags, d, "alias = \"live\"");
    }
}

static bool is_alias_name(struct str name) {
    bool only_digits = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool digit = c >= '0' && c <= '9';
        if (!digit && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '-' && c != '_')
            return false;
        only_digits &= digit;
    }
    return name.len && !only_digits;
}

void lower_alias(struct lang *l, struct thing *t) {
    struct str name = function_alias(l, t);
    struct value *given = body_value(l, t, "alias");
    if (!name.ptr) {
        if (!given || !is_error(given))
            need_alias(l, t);
        return;
    }
    if (!is_alias_name(name))
        diag_add(l->diags, RULE_VALUE_TYPE, given->span,
                 "'%.*s' is no alias: letters, digits, - and _, and not digits alone",
                 STR_ARG(name));
    struct resource *v =
        add_resource(l, t, "version", "AWS::Lambda::Version", version_id(l, t), t->cond);
    value_put_c(l->values, v->properties, "FunctionName", value_ref(l->values, t->id));
    set_retain(l, v, "Retain"); /* what the alias is moved back to */
    struct resource *a =
        add_resource(l, t, "alias", "AWS::Lambda::Alias", part_id(l, t, "Alias"), t->cond);
    value_put_c(l->values, a->properties, "Name", value_string(l->values, name));
    value_put_c(l->values, a->properties, "FunctionName", value_ref(l->values, t->id));
    value_put_c(l->values, a->properties, "FunctionVersion",
                value_getatt(l->values, v->id, STR("Version")));
    provisioned(l, t, a, name);
    struct value *x = body_value(l, t, "deploy");
    if (x && x->kind == VAL_MAP)
        deploy(l, t, x, a);
}
