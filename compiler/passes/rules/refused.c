/* What services refuse when a resource is made, beyond its type's properties: what isn't allowed
   yet, what needs something beside it, and one thing of a resource where another is needed. */
#include "passes/check.h"
#include "schema/managed.h"

/* ---- APIs ---------------------------------------------------------------------------- */

/* "No integration defined for method".
   https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html */
static void check_method(struct check *c, const struct resource *r) {
    const struct resource *api = check_target(c, property(r, "RestApiId"));
    const struct resource_vec *all = check_type(c, "AWS::ApiGateway::Deployment");
    if (!check_is_closed(r->properties) || !is_absent(property(r, "Integration")))
        return;
    for (uint32_t i = 0; api && i < all->items.count; i++)
        if (check_target(c, property(all->items.items[i], "RestApiId")) == api &&
            check_coexist(c, r, all->items.items[i])) {
            check_report_span(c, RULE_INTEGRATION_URI, r, r->id_span,
                              "the method '%.*s' has no Integration, and so '%.*s' can't be "
                              "deployed", STR_ARG(r->id), STR_ARG(api->id));
            return;
        }
}

/* https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html */
static void check_http_integration(struct check *c, const struct resource *r) {
    const struct resource *api =
        check_target_of(c, property(r, "ApiId"), "AWS::ApiGatewayV2::Api");
    if (!api || !str_is(check_text(c, property(api, "ProtocolType")), "HTTP") ||
        !str_is(check_text(c, property(r, "IntegrationType")), "AWS_PROXY") ||
        !check_is_closed(r->properties) || !is_absent(property(r, "PayloadFormatVersion")))
        return;
    check_report_span(c, RULE_MISSING_PROPERTY, r, r->id_span,
                      "the integration '%.*s' has no PayloadFormatVersion, which HTTP APIs require",
                      STR_ARG(r->id));
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html */
static void check_route_target(struct check *c, const struct resource *r) {
    const struct value *x = property(r, "Target");
    const struct resource *to = check_target_of(c, x, "AWS::ApiGatewayV2::Integration");
    if (to)
        check_report(c, RULE_REFERENCE_KIND, r, x,
                     "Target is given the id of '%.*s', expected integrations/ before it",
                     STR_ARG(to->id));
}

/* ---- rules of web ACLs --------------------------------------------------------------- */

/* https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html */
static void check_acl_rule(struct check *c, const struct resource *r, const struct value *rule) {
    const struct value *statement = view_only(&c->view, value_get_c(rule, "Statement"));
    if (!check_is_closed(rule) || !check_is_closed(statement) || statement->count != 1)
        return;
    bool of_group = value_has(statement, STR("ManagedRuleGroupStatement")) ||
                    value_has(statement, STR("RuleGroupReferenceStatement"));
    const char *needed = of_group ? "OverrideAction" : "Action",
               *other = of_group ? "Action" : "OverrideAction";
    if (is_absent(value_get_c(rule, needed)))
        check_report(c, RULE_PROPERTY_GROUP, r, rule, "a rule %s a rule group has no %s",
                     of_group ? "that takes" : "without", needed);
    else if (!is_absent(value_get_c(rule, other)) && value_get_c(rule, other)->kind == VAL_MAP)
        check_report(c, RULE_PROPERTY_GROUP, r, value_get_c(rule, other),
                     "a rule %s a rule group has %s, expected %s alone",
                     of_group ? "that takes" : "without", other, needed);
}

/* AWS's own groups are of the vendor AWS, and what overrides an action is an object. */
static void check_rule_group(struct check *c, const struct resource *r, const struct value *rule) {
    static const char *const overrides[] = {"None", "Count"};
    const struct value *group =
        value_get_c(value_get_c(rule, "Statement"), "ManagedRuleGroupStatement");
    const struct value *vendor = value_get_c(group, "VendorName");
    struct str name = check_text(c, vendor);
    if (name.ptr && !str_is(name, "AWS") &&
        str_starts(check_text(c, value_get_c(group, "Name")), STR("AWSManagedRules")))
        check_report(c, RULE_PROPERTY_ENUM, r, vendor,
                     "'%.*s' has no rule group of this name, expected 'AWS'", STR_ARG(name));
    for (size_t i = 0; i < sizeof overrides / sizeof *overrides; i++) {
        const struct value *x = value_get_c(value_get_c(rule, "OverrideAction"), overrides[i]);
        if (x->kind == VAL_LIST || x->kind == VAL_STRING)
            check_report(c, RULE_PROPERTY_TYPE, r, x, "'%s' takes an object, as {}", overrides[i]);
    }
}

static void check_acl(struct check *c, const struct resource *r) {
    struct items all =
        check_items(c, property(r, "Rules"), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < all.items.count; i++)
        if (all.items.items[i].certainty == CERTAIN) {
            check_acl_rule(c, r, all.items.items[i].value);
            check_rule_group(c, r, all.items.items[i].value);
        }
}

/* ---- queues, streams, names ---------------------------------------------------------- */

/* https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
static void check_redrive(struct check *c, const struct resource *r) {
    static const char *const keys[] = {"deadLetterTargetArn", "maxReceiveCount"};
    const struct value *x = view_only(&c->view, property(r, "RedrivePolicy"));
    for (size_t i = 0; check_is_closed(x) && i < sizeof keys / sizeof *keys; i++)
        if (is_absent(value_get_c(x, keys[i])))
            check_report(c, RULE_MISSING_PROPERTY, r, x,
                         "RedrivePolicy lacks '%s', which is required", keys[i]);
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
static void check_stream(struct check *c, const struct resource *r) {
    const struct value *x = view_only(&c->view, property(r, "EventSourceArn"));
    const struct resource *table = x->kind == VAL_GETATT ? check_target(c, x) : NULL;
    bool is_table = table && (resource_is(table, "AWS::DynamoDB::Table") ||
                              resource_is(table, "AWS::DynamoDB::GlobalTable"));
    if (is_table && value_is_c(value_at(x, 0), "Arn"))
        check_report(c, RULE_REFERENCE_KIND, r, x,
                     "EventSourceArn is given the Arn of '%.*s', expected its StreamArn",
                     STR_ARG(table->id));
}

/* Roles, users and groups are attached by their names. */
static void check_attached(struct check *c, const struct resource *r) {
    static const char *const lists[] = {"Roles", "Users", "Groups"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct value *list = property(r, lists[i]);
        for (uint32_t k = 0; list->kind == VAL_LIST && k < list->count; k++) {
            const struct value *x = list->items[k];
            if (x->kind != VAL_GETATT || !value_is_c(value_at(x, 0), "Arn") || !check_target(c, x))
                continue;
            struct diag *d = check_report(c, RULE_REFERENCE_KIND, r, x,
                                          "an entry of %s is given the Arn of '%.*s', expected its "
                                          "name", lists[i], STR_ARG(x->text));
            diag_label(c->diags, d, "!Ref %.*s", STR_ARG(x->text));
        }
    }
}

/* ---- events, topics, alarms ---------------------------------------------------------- */

static bool is_fifo(struct check *c, const struct resource *r, const char *property_name) {
    return value_is_true(view_only(&c->view, property(r, property_name)));
}

/* https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html */
static void check_targets(struct check *c, const struct resource *r) {
    const struct value *list = property(r, "Targets");
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++) {
        const struct value *target = list->items[i];
        const struct resource *queue =
            check_target_of(c, value_get_c(target, "Arn"), "AWS::SQS::Queue");
        if (queue && is_fifo(c, queue, "FifoQueue") && check_is_closed(target) &&
            is_absent(value_get_c(target, "SqsParameters")))
            check_report(c, RULE_MISSING_PROPERTY, r, target,
                         "a target is the FIFO queue '%.*s', but has no SqsParameters",
                         STR_ARG(queue->id));
    }
}

/* https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-delivery.html */
static void check_protocol(struct check *c, const struct resource *r) {
    static const char *const others[] = {"email", "email-json", "sms", "http", "https",
                                         "application"};
    const struct resource *topic = check_target_of(c, property(r, "TopicArn"), "AWS::SNS::Topic");
    struct str protocol = check_text(c, property(r, "Protocol"));
    for (size_t i = 0; topic && i < sizeof others / sizeof *others; i++)
        if (str_is(protocol, others[i]) && is_fifo(c, topic, "FifoTopic"))
            check_report(c, RULE_FIFO_NAME, r, property(r, "Protocol"),
                         "the FIFO topic '%.*s' doesn't deliver by %s, expected sqs",
                         STR_ARG(topic->id), others[i]);
}

/* https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
static void check_datapoints(struct check *c, const struct resource *r) {
    int64_t datapoints, periods;
    if (check_int(c, property(r, "DatapointsToAlarm"), &datapoints) &&
        check_int(c, property(r, "EvaluationPeriods"), &periods) && datapoints > periods)
        check_report(c, RULE_ALARM_PERIOD, r, property(r, "DatapointsToAlarm"),
                     "DatapointsToAlarm is %lld, expected at most the %lld of EvaluationPeriods",
                     (long long)datapoints, (long long)periods);
}

/* ---- policies and roles -------------------------------------------------------------- */

/* Names of AWS's policies are unique, whatever their path: a policy of this name is elsewhere.
   https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
static struct str policy_elsewhere(const struct check *c, struct str path) {
    size_t cut = path.len;
    while (cut > 0 && path.ptr[cut - 1] != '/')
        cut--;
    struct str name = str_slice(path, cut, path.len);
    if (managed_find(c->schema, path).n)
        return STR_NIL;
    for (uint32_t i = 0; i < managed_count(c->schema); i++) {
        struct str known = managed_name(c->schema, managed_at(c->schema, i));
        size_t start = known.len > name.len ? known.len - name.len : 0;
        if (str_ends(known, name) && start > 0 && known.ptr[start - 1] == '/')
            return known;
        if (cut > 0 && str_eq(known, name))
            return known;
    }
    return STR_NIL;
}

static void check_managed(struct check *c, const struct resource *r) {
    static const struct str of_aws = STR_ROW(":iam::aws:policy/");
    const struct value *list = property(r, "ManagedPolicyArns");
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++) {
        struct str s = view_text(&c->view, list->items[i]).pattern;
        size_t at = str_find(s, of_aws, 0);
        if (at == s.len || str_has(str_slice(s, at, s.len), TEXT_HOLE))
            continue;
        struct str path = str_slice(s, at + of_aws.len, s.len), known = policy_elsewhere(c, path);
        if (!known.len)
            continue;
        struct diag *d = check_report_word(c, RULE_UNDEFINED_REFERENCE, r, list->items[i], path,
                                           "AWS has no managed policy '%.*s'", STR_ARG(path));
        check_suggest(c, d, path, known);
    }
}

void check_refused(struct check *c) {
    static const struct {
        struct str type;
        void (*look)(struct check *c, const struct resource *r);
    } rows[] = {
        {STR_ROW("AWS::ApiGateway::Method"), check_method},
        {STR_ROW("AWS::ApiGatewayV2::Integration"), check_http_integration},
        {STR_ROW("AWS::ApiGatewayV2::Route"), check_route_target},
        {STR_ROW("AWS::WAFv2::WebACL"), check_acl},
        {STR_ROW("AWS::SQS::Queue"), check_redrive},
        {STR_ROW("AWS::Events::Rule"), check_targets},
        {STR_ROW("AWS::SNS::Subscription"), check_protocol},
        {STR_ROW("AWS::CloudWatch::Alarm"), check_datapoints},
        {STR_ROW("AWS::Lambda::EventSourceMapping"), check_stream},
        {STR_ROW("AWS::IAM::InstanceProfile"), check_attached},
        {STR_ROW("AWS::IAM::Policy"), check_attached},
        {STR_ROW("AWS::IAM::ManagedPolicy"), check_attached},
        {STR_ROW("AWS::IAM::Role"), check_managed},
        {STR_ROW("AWS::IAM::User"), check_managed},
        {STR_ROW("AWS::IAM::Group"), check_managed},
    };
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
            if (str_eq(r->type, rows[k].type))
                rows[k].look(c, r);
    }
}
