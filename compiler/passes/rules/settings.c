/* Settings that contradict each other, or are forgotten, in types that need no file of their own: web
   ACLs, clients of user pools, log groups, what holds data. */
#include "passes/check.h"

/* ---- WAF: https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-priority.html ------ */

static void check_priorities(struct check *c, const struct resource *r) {
    struct items items = check_items(c, property(r, "Rules"), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < items.items.count; i++) {
        const struct value *at = value_get_c(items.items.items[i].value, "Priority");
        struct str now = check_text(c, at);
        for (uint32_t j = 0; now.ptr && j < i; j++) {
            const struct value *other = value_get_c(items.items.items[j].value, "Priority");
            if (!str_eq(check_text(c, other), now) ||
                !check_meet(c, items.items.items[i].when, items.items.items[j].when))
                continue;
            struct diag *d = check_report(c, RULE_WAF_PRIORITY, r, at,
                                          "two rules have priority %.*s", STR_ARG(now));
            diag_note(c->diags, d, other->span, "the first");
            break;
        }
    }
    struct str scope = check_text(c, property(r, "Scope"));
    for (uint32_t i = 0; str_is(scope, "CLOUDFRONT") && i < c->regions->items.count; i++) {
        struct str region = c->regions->items.items[i];
        if (str_is(region, "us-east-1"))
            continue;
        check_report(c, RULE_WAF_SCOPE, r, property(r, "Scope"),
                     "what CLOUDFRONT uses is made in us-east-1, but the stack is for %.*s",
                     STR_ARG(region));
        break;
    }
}

/* ---- Cognito: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */

static bool has_item(struct check *c, const struct items *items, const char *name) {
    for (uint32_t i = 0; i < items->items.count; i++)
        if (str_is(check_text(c, items->items.items[i].value), name))
            return true;
    return false;
}

static void check_auth_flows(struct check *c, const struct resource *r) {
    const struct value *list = property(r, "ExplicitAuthFlows");
    struct items items = check_items(c, list, formula_of_resource(&c->formulas, r));
    const struct value *old = NULL, *new = NULL;
    for (uint32_t i = 0; i < items.items.count; i++) {
        const struct value *x = items.items.items[i].value;
        struct str text = check_text(c, x);
        if (text.len && str_starts(text, STR("ALLOW_")))
            new = x;
        else if (text.len)
            old = x;
    }
    if (!old || !new)
        return;
    struct diag *d = check_report(c, RULE_AUTH_FLOW, r, old,
                                  "'%.*s' doesn't go with the flows that start with ALLOW_",
                                  STR_ARG(old->text));
    diag_note(c->diags, d, new->span, "one of those");
}

static void check_oauth(struct check *c, const struct resource *r) {
    const struct value *list = property(r, "AllowedOAuthFlows");
    struct items flows = check_items(c, list, formula_of_resource(&c->formulas, r));
    bool machine = has_item(c, &flows, "client_credentials");
    bool person = has_item(c, &flows, "code") || has_item(c, &flows, "implicit");
    const struct value *secret = view_only(&c->view, property(r, "GenerateSecret"));
    bool no_secret =
        value_is_nil(secret) || (!value_is_intrinsic(secret) && !value_is_true(secret));
    if (machine && person)
        check_report(
            c, RULE_OAUTH_FLOW, r, list,
            "client_credentials doesn't go with other flows, expected a client of its own");
    else if (machine && no_secret)
        check_report(c, RULE_OAUTH_FLOW, r, list,
                     "client_credentials needs a secret, expected GenerateSecret: true");
    else if (person && value_is_nil(property(r, "CallbackURLs")) && check_is_closed(r->properties))
        check_report(c, RULE_OAUTH_FLOW, r, list,
                     "the flows lead back to the application, expected CallbackURLs");
}

/* ---- alarms: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html -- */

static void check_period(struct check *c, const struct resource *r) {
    struct possibles all = check_possible(c, r, property(r, "Period"));
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        int64_t n;
        if (p->certainty == DEFAULT || !value_is_known(p->value) || !value_to_int(p->value, &n) ||
            n == 10 || n == 20 || n == 30 || (n > 0 && n % 60 == 0))
            continue;
        check_report(c, RULE_ALARM_PERIOD, r, p->via ? p->via : p->value,
                     "the period is %lld s, expected 10, 20, 30 or a multiple of 60", (long long)n);
    }
}

/* ---- SNS: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html ---------------------- */

static void check_endpoint(struct check *c, const struct resource *r) {
    static const struct {
        const char *protocol, *service, *words;
    } rows[] = {{"sqs", "AWS::SQS::Queue", "a queue's ARN"},
                {"lambda", "AWS::Lambda::", "a function's ARN"},
                {"firehose", "AWS::KinesisFirehose::", "a delivery stream's ARN"}};
    const struct value *endpoint = view_only(&c->view, property(r, "Endpoint"));
    struct str protocol = check_text(c, property(r, "Protocol"));
    const struct resource *to = check_target(c, endpoint);
    for (size_t i = 0; to && i < sizeof rows / sizeof *rows; i++)
        if (str_is(protocol, rows[i].protocol) && str_starts(to->type, STR("AWS::")) &&
            !str_starts(to->type, str_from(rows[i].service)) &&
            !str_starts(to->type, STR("AWS::CloudFormation::")) &&
            !str_starts(to->type, STR("AWS::SSM::")) &&
            !str_starts(to->type, STR("AWS::Serverless::")))
            check_report(
                c, RULE_REFERENCE_KIND, r, endpoint,
                "Endpoint is given '%.*s', which is %.*s, but Protocol is %.*s: expected %s",
                STR_ARG(to->id), STR_ARG(to->type), STR_ARG(protocol), rows[i].words);
}

/* ---- what is forgotten ------------------------------------------------------------------------ */

static void check_retention(struct check *c, const struct resource *r) {
    const struct value *class = property(r, "LogGroupClass");
    bool delivery = value_is_c(class, "DELIVERY") || value_is_intrinsic(class); /* keeps for two days */
    if (!delivery && check_is_closed(r->properties) &&
        value_is_null(property(r, "RetentionInDays")))
        check_report(c, RULE_LOG_RETENTION, r, NULL,
                     "log group '%.*s' keeps everything for ever, expected RetentionInDays",
                     STR_ARG(r->id));
}

/* Whether the group's name can be the one that Lambda takes for the function. */
static bool is_group_of(struct check *c, const struct resource *group,
                        const struct resource *function) {
    struct text name = view_text(&c->view, property(group, "LogGroupName"));
    struct text own = view_text(&c->view, property(function, "FunctionName"));
    struct str whole = str_printf(c->arena, "/aws/lambda/%.*s", STR_ARG(own.pattern));
    for (uint32_t i = 0; i < name.holes.items.count; i++)
        if (check_target(c, name.holes.items.items[i]) == function)
            return true;
    if (value_is_null(property(function, "FunctionName")))
        return false;
    return text_can_equal(name.pattern, whole);
}

static void check_log_group(struct check *c, const struct resource *r) {
    const struct resource_vec *groups = check_type(c, "AWS::Logs::LogGroup");
    if (c->open || !check_is_closed(r->properties) ||
        !value_is_null(value_get_c(property(r, "LoggingConfig"), "LogGroup")) ||
        value_is_intrinsic(property(r, "LoggingConfig")))
        return;
    for (uint32_t i = 0; i < groups->items.count; i++)
        if (is_group_of(c, groups->items.items[i], r))
            return;
    struct str name = check_name(c, r);
    struct diag *d = check_report(
        c, RULE_IMPLICIT_LOG_GROUP, r, NULL,
        "the log group of %.*s isn't in the template, so it never expires", STR_ARG(name));
    diag_help(c->diags, d, "make an AWS::Logs::LogGroup with RetentionInDays and name it in "
                           "LoggingConfig.LogGroup");
}

/* Queues hold messages for days at most; the rest holds what nobody can make again. */
static void check_stateful(struct check *c, const struct resource *r) {
    struct schema_type_id type = schema_type_find(c->schema, r->type);
    if (!schema_type_is_stateful(c->schema, type) || resource_is(r, "AWS::SQS::Queue") ||
        resource_is(r, "AWS::Logs::LogGroup"))
        return;
    const char *missing = value_has(r->attributes, STR("DeletionPolicy")) ? NULL : "DeletionPolicy";
    if (missing)
        check_report(c, RULE_DELETION_POLICY, r, NULL,
                     "'%.*s' holds data, but has no %s: it goes with the stack", STR_ARG(r->id),
                     missing);
}

static void check_each(struct check *c, const char *type,
                       void (*run)(struct check *, const struct resource *)) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++)
        run(c, list->items.items[i]);
}

void check_settings(struct check *c) {
    check_each(c, "AWS::WAFv2::WebACL", check_priorities);
    check_each(c, "AWS::WAFv2::RuleGroup", check_priorities);
    check_each(c, "AWS::Cognito::UserPoolClient", check_auth_flows);
    check_each(c, "AWS::Cognito::UserPoolClient", check_oauth);
    check_each(c, "AWS::CloudWatch::Alarm", check_period);
    check_each(c, "AWS::SNS::Subscription", check_endpoint);
    check_each(c, "AWS::Logs::LogGroup", check_retention);
    check_each(c, "AWS::Lambda::Function", check_log_group);
    for (uint32_t i = 0; i < c->graph->resources.count; i++)
        check_stateful(c, c->graph->resources.items[i]);
}
