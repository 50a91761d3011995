#include "lang/feed.h"

/* Services that call a function by themselves: log groups, user pools, alarms, IoT, SES, Alexa. */

static struct resource *permission(struct lang *l, struct feed *s, const char *service,
                                   struct value *arn) {
    struct str id = str_concat(l->arena, s->id, STR("Permission"));
    struct str part = str_printf(l->arena, "permission of %.*s", STR_ARG(s->label));
    return may_invoke(l, s->function, str_cstr(l->arena, part), id, service, arn, s->cond);
}

static void of_account(struct lang *l, struct resource *permission) {
    value_put_c(l->values, permission->properties, "SourceAccount",
                value_ref(l->values, STR("AWS::AccountId")));
}

static struct resource *add(struct lang *l, struct feed *s, const char *type) {
    struct str part = str_printf(l->arena, "on %.*s", STR_ARG(s->label));
    return s->resource =
               add_resource(l, s->function, str_cstr(l->arena, part), type, s->id, s->cond);
}

void trigger_logs(struct lang *l, struct feed *s, struct value *group) {
    struct value *pattern = body_value(l, s->settings, "pattern");
    struct resource *may = permission(
        l, s, "logs.amazonaws.com",
        sub(l, "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:%v:*",
            group));
    struct resource *r = add(l, s, "AWS::Logs::SubscriptionFilter");
    r->properties = map_of(l, 3, "LogGroupName", group, "FilterPattern",
                           pattern && !value_is_null(pattern) ? pattern : text_value(l, ""),
                           "DestinationArn", thing_alias(l, s->function, "arn"));
    /* CloudWatch Logs tries the call when the filter is made */
    value_put_c(l->values, r->attributes, "DependsOn", value_string(l->values, may->id));
    apply_properties(l, &s->settings->body, r);
}

void trigger_alexa(struct lang *l, struct feed *s, struct value *call) {
    struct resource *may = permission(l, s, "alexa-appkit.amazon.com", NULL);
    if (call->count)
        value_put_c(l->values, may->properties, "EventSourceToken", value_at(call, 0));
    apply_properties(l, &s->settings->body, may);
}

void trigger_iot(struct lang *l, struct feed *s, struct value *call) {
    struct resource *r = add(l, s, "AWS::IoT::TopicRule");
    struct value *enabled = body_value(l, s->settings, "enabled"),
                 *off = value_bool(l->values, false);
    if (enabled && !value_is_null(enabled) && !is_error(enabled))
        off = enabled->kind == VAL_BOOL ? value_bool(l->values, !enabled->truth)
                                        : logic_not(l, enabled);
    struct value *action =
        map_of(l, 1, "Lambda", map_of(l, 1, "FunctionArn", thing_alias(l, s->function, "arn")));
    value_put_c(l->values, r->properties, "TopicRulePayload",
                map_of(l, 4, "Sql", value_at(call, 0), "AwsIotSqlVersion",
                       text_value(l, "2016-03-23"), "RuleDisabled", off, "Actions",
                       list_of(l, 1, action)));
    apply_properties(l, &s->settings->body, r);
    permission(l, s, "iot.amazonaws.com", value_getatt(l->values, r->id, STR("Arn")));
}

/* The stack's own rule set, one for all that mail reaches; somebody has to make it the active one. */
static struct value *own_rule_set(struct lang *l, struct feed *s) {
    struct str id = STR("MailRuleSet");
    struct resource *had = graph_find(l->graph, id);
    if (!had || !str_is(had->type, "AWS::SES::ReceiptRuleSet"))
        add_resource(l, s->function, "rule set", "AWS::SES::ReceiptRuleSet", id, NULL);
    return value_ref(l->values, id);
}

/* The account has one active rule set, which CloudFormation can't choose: the rule goes to the one
   that is named, else to the stack's own. */
void trigger_email(struct lang *l, struct feed *s, struct value *call) {
    struct value *set = body_value(l, s->settings, "rule_set");
    if (!set || value_is_null(set))
        set = own_rule_set(l, s);
    struct value *action = map_of(l, 2, "FunctionArn", thing_alias(l, s->function, "arn"),
                                  "InvocationType", text_value(l, "Event"));
    struct resource *may = permission(l, s, "ses.amazonaws.com", NULL);
    of_account(l, may);
    struct resource *r = add(l, s, "AWS::SES::ReceiptRule");
    struct value *rule = map_of(l, 5, "Enabled", value_bool(l->values, true), "ScanEnabled",
                                value_bool(l->values, true), "TlsPolicy", text_value(l, "Require"),
                                "Recipients", one_or_more(l, value_at(call, 0)), "Actions",
                                list_of(l, 1, map_of(l, 1, "LambdaAction", action)));
    r->properties = map_of(l, 2, "RuleSetName", set, "Rule", rule);
    value_put_c(l->values, r->attributes, "DependsOn", value_string(l->values, may->id));
    apply_properties(l, &s->settings->body, r);
}

/* ---- user pools ------------------------------------------------------------------------ */

static const char *const triggers[][2] = {{"pre_sign_up", "PreSignUp"},
                                          {"post_confirmation", "PostConfirmation"},
                                          {"pre_authentication", "PreAuthentication"},
                                          {"post_authentication", "PostAuthentication"},
                                          {"pre_token", "PreTokenGeneration"},
                                          {"custom_message", "CustomMessage"},
                                          {"user_migration", "UserMigration"},
                                          {"define_challenge", "DefineAuthChallenge"},
                                          {"create_challenge", "CreateAuthChallenge"},
                                          {"verify_challenge", "VerifyAuthChallengeResponse"}};

static const char *trigger_named(const struct value *x) {
    for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++)
        if (value_is_c(x, triggers[i][0]))
            return triggers[i][1];
    return NULL;
}

void note_userpool(struct lang *l, struct thing *function, struct thing *pool,
                   const struct clause *c) {
    struct thing *settings =
        make_part(l, function, KIND_SOURCE, c->scope, c->node, pool->name, function->id, c->cond);
    struct value *list = body_value(l, settings, "triggers");
    if (!pool->triggers)
        pool->triggers = value_map(l->values);
    for (uint32_t i = 0; list && list->kind == VAL_LIST && i < list->count; i++) {
        const char *name = trigger_named(list->items[i]);
        struct value *arn = thing_alias(l, function, "arn");
        if (!name) {
            if (!is_error(list->items[i]))
                diag_add(l->diags, RULE_WORD_VALUE, list->span, "'triggers' takes words, found %s",
                         describe_value(list->items[i]));
        } else if (value_has(pool->triggers, str_from(name))) {
            diag_add(l->diags, RULE_DUPLICATE_ATTRIBUTE, list->span,
                     "'%.*s' calls one function at '%s', and has one", STR_ARG(pool->name), name);
        } else {
            if (settings->cond)
                arn = logic_if(l, settings->cond, arn, value_null(l->values));
            value_put_c(l->values, pool->triggers, name, arn);
        }
    }
}

void trigger_userpool(struct lang *l, struct feed *s, struct thing *pool) {
    struct value *list = body_value(l, s->settings, "triggers");
    if (!list || list->kind != VAL_LIST || !list->count) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, s->span,
                                  "'on %.*s' needs 'triggers'", STR_ARG(pool->name));
        diag_help(l->diags, d, "triggers = [pre_sign_up, post_confirmation], say");
    }
    if (pool->is_existing)
        diag_add(l->diags, RULE_WRONG_PLACE, s->span,
                 "an existing pool can't be told to call '%.*s'", STR_ARG(s->function->name));
    else
        permission(l, s, "cognito-idp.amazonaws.com", thing_alias(l, pool, "arn"));
}

/* ---- alarms ---------------------------------------------------------------------------- */

void note_alarm(struct lang *l, struct thing *function, struct thing *alarm,
                const struct clause *c) {
    struct value *arn = thing_alias(l, function, "arn"),
                 *cond = logic_and(l, function->cond, c->cond);
    vec_push(l->arena, &alarm->notifications,
             cond ? logic_if(l, cond, arn, value_null(l->values)) : arn);
}

void trigger_alarm(struct lang *l, struct feed *s, struct thing *alarm) {
    if (alarm->is_existing)
        diag_add(l->diags, RULE_WRONG_PLACE, s->span,
                 "an existing alarm can't be told to call '%.*s'", STR_ARG(s->function->name));
    else
        of_account(l, permission(l, s, "lambda.alarms.cloudwatch.amazonaws.com",
                                 thing_alias(l, alarm, "arn")));
}
