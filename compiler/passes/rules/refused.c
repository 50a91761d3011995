/* What services refuse when a resource is made, beyond its type's properties: what isn't allowed yet,
   what needs something beside it, and other resources' names where those of these are needed. */
#include "passes/rules/access.h"
#include "schema/managed.h"

/* ---- buckets that notify ---------------------------------------------------------------- */

static bool has_policy(struct check *c, const struct resource *target, const char *type,
                       const char *list) {
    const struct resource_vec *policies = check_type(c, type);
    for (uint32_t i = 0; i < policies->items.count; i++) {
        const struct resource *policy = policies->items.items[i];
        const struct value *to = property(policy, list);
        for (uint32_t k = 0; k < (to->kind == VAL_LIST ? to->count : 1); k++) {
            const struct value *one = view_only(&c->view, to->kind == VAL_LIST ? to->items[k] : to);
            if (!check_target(c, one) || check_target(c, one) == target)
                return true; /* a name or parameter may mean it */
        }
    }
    return false;
}

/* "Unable to validate the following destination configurations".
   https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html */
static void check_notifications(struct check *c, const struct resource *r) {
    static const struct {
        const char *list, *to, *type, *policy, *targets, *inline_policy, *target;
    } rows[] = {
        {"QueueConfigurations", "Queue", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues",
         "AWS::SQS::QueueInlinePolicy", "Queue"},
        {"TopicConfigurations", "Topic", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics",
         "AWS::SNS::TopicInlinePolicy", "TopicArn"},
    };
    const struct value *all = property(r, "NotificationConfiguration");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct value *list = value_get_c(all, rows[i].list);
        for (uint32_t k = 0; list->kind == VAL_LIST && k < list->count; k++) {
            const struct value *to = value_get_c(list->items[k], rows[i].to);
            const struct resource *target = check_target_of(c, to, rows[i].type);
            if (!target || has_policy(c, target, rows[i].policy, rows[i].targets) ||
                has_policy(c, target, rows[i].inline_policy, rows[i].target))
                continue;
            struct diag *d = check_report(c, RULE_INVOKE_PERMISSION, r, to,
                                          "no policy lets s3.amazonaws.com send to '%.*s'",
                                          STR_ARG(target->id));
            diag_help(c->diags, d, "add an %s, and let the bucket wait for it by DependsOn",
                      rows[i].policy);
        }
    }
}

/* ---- APIs --------------------------------------------------------------------------------- */

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

/* ---- rules of web ACLs ---------------------------------------------------------------------- */

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

static void check_acl(struct check *c, const struct resource *r) {
    struct items all =
        check_items(c, property(r, "Rules"), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < all.items.count; i++)
        if (all.items.items[i].certainty == CERTAIN)
            check_acl_rule(c, r, all.items.items[i].value);
}

/* ---- queues, streams, names ------------------------------------------------------------------ */

/* https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
static void check_redrive(struct check *c, const struct resource *r) {
    static const char *const keys[] = {"deadLetterTargetArn", "maxReceiveCount"};
    const struct value *x = view_only(&c->view, property(r, "RedrivePolicy"));
    for (size_t i = 0; check_is_closed(x) && i < sizeof keys / sizeof *keys; i++)
        if (is_absent(value_get_c(x, keys[i])))
            check_report(c, RULE_MISSING_PROPERTY, r, x, "RedrivePolicy lacks '%s', which is required",
                         keys[i]);
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

/* ---- policies and roles ----------------------------------------------------------------------- */

/* Names of AWS's policies are unique, whatever their path: a policy of this name is elsewhere.
   https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
static struct str policy_elsewhere(const struct check *c, struct str path) {
    size_t cut = path.len;
    while (cut > 0 && path.ptr[cut - 1] != '/')
        cut--;
    struct str name = str_slice(path, cut, path.len);
    for (uint32_t i = 0; !managed_find(c->schema, path).n && i < managed_count(c->schema); i++) {
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

static bool trusts(struct check *c, const struct statement *s, const char *service) {
    const struct value *x = view_only(&c->view, value_get_c(s->principal, "Service"));
    for (uint32_t i = 0; i < (x->kind == VAL_LIST ? x->count : 1); i++) {
        struct str text = check_text(c, x->kind == VAL_LIST ? x->items[i] : x);
        bool is_none = x->kind != VAL_LIST && value_is_null(x);
        if (!is_none && (!text.len || str_starts(text, str_from(service))))
            return true;
    }
    return false;
}

/* "The role defined for the function cannot be assumed by Lambda."
   https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
static void check_trusted(struct access *a, const struct resource *r, const char *name,
                          const char *service) {
    struct check *c = a->c;
    const struct value *x = property(r, name);
    const struct resource *role = check_target_of(c, x, "AWS::IAM::Role");
    const struct holder *h = role ? iam_policy_of(&a->iam, role->id) : NULL;
    if (!h || h->unread.count || !h->own.items.count)
        return;
    for (uint32_t i = 0; i < h->own.items.count; i++) {
        const struct statement *s = h->own.items.items[i];
        if (s->kind != POLICY_TRUST || !s->allows || s->not_principal || s->not_action ||
            s->principal->kind != VAL_MAP || !check_is_closed(s->principal) || trusts(c, s, service))
            return;
    }
    struct diag *d = check_report(c, RULE_EXECUTION_ROLE, r, x,
                                  "'%.*s' doesn't let %samazonaws.com take it on", STR_ARG(role->id),
                                  service);
    diag_note(c->diags, d, property(role, "AssumeRolePolicyDocument")->span, "the trust policy");
}

void check_refused(struct check *c) {
    static const struct {
        struct str type;
        void (*look)(struct check *c, const struct resource *r);
    } rows[] = {
        {STR_ROW("AWS::S3::Bucket"), check_notifications},
        {STR_ROW("AWS::ApiGateway::Method"), check_method},
        {STR_ROW("AWS::ApiGatewayV2::Integration"), check_http_integration},
        {STR_ROW("AWS::ApiGatewayV2::Route"), check_route_target},
        {STR_ROW("AWS::WAFv2::WebACL"), check_acl},
        {STR_ROW("AWS::SQS::Queue"), check_redrive},
        {STR_ROW("AWS::Lambda::EventSourceMapping"), check_stream},
        {STR_ROW("AWS::IAM::InstanceProfile"), check_attached},
        {STR_ROW("AWS::IAM::Policy"), check_attached},
        {STR_ROW("AWS::IAM::ManagedPolicy"), check_attached},
        {STR_ROW("AWS::IAM::Role"), check_managed},
        {STR_ROW("AWS::IAM::User"), check_managed},
        {STR_ROW("AWS::IAM::Group"), check_managed},
    };
    struct access *a = access_get(c);
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
            if (str_eq(r->type, rows[k].type))
                rows[k].look(c, r);
        if (a && resource_is(r, "AWS::Lambda::Function"))
            check_trusted(a, r, "Role", "lambda.");
        if (a && resource_is(r, "AWS::StepFunctions::StateMachine"))
            check_trusted(a, r, "RoleArn", "states.");
    }
}
