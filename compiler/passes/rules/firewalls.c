/* WAF: sets of addresses, what a web ACL refers to, protects and logs to.
   https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html
   https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
   https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html */
#include "base/limits.h"
#include "passes/check.h"

/* ---- addresses ----------------------------------------------------------------------------- */

static const char *wrong_address(struct str s, bool is_v6) {
    struct str bits, address = str_split(s, '/', &bits);
    bool has_colon = str_has(address, ':');
    int64_t n;
    if (!str_has(s, '/'))
        return is_v6 ? "ADDRESS/128" : "ADDRESS/32";
    if (has_colon != is_v6)
        return is_v6 ? "an IPv6 network" : "an IPv4 network";
    if (!str_to_int(bits, &n) || n < 0 || n > (is_v6 ? 128 : 32))
        return is_v6 ? "a length up to 128" : "a length up to 32";
    return NULL;
}

static void check_addresses(struct check *c, const struct resource *r) {
    struct str version = check_text(c, property(r, "IPAddressVersion"));
    struct items all =
        check_items(c, property(r, "Addresses"), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; version.len && i < all.items.count; i++) {
        struct str s = check_text(c, all.items.items[i].value);
        const char *expected = s.len ? wrong_address(s, str_is(version, "IPV6")) : NULL;
        if (expected)
            check_report(c, RULE_WAF_REFERENCE, r, all.items.items[i].value,
                         "'%.*s' isn't what an IP set of %.*s takes, expected %s", STR_ARG(s),
                         STR_ARG(version), expected);
    }
}

/* ---- what a web ACL refers to --------------------------------------------------------------- */

static const struct {
    const char *type, *attribute;
} sets[] = {
    {"AWS::WAFv2::IPSet", "Arn"},
    {"AWS::WAFv2::RegexPatternSet", "Arn"},
    {"AWS::WAFv2::RuleGroup", "Arn"},
};

static void check_reference(struct check *c, const struct resource *r, const struct value *x) {
    const struct resource *to = check_target(c, x);
    for (size_t i = 0; to && i < sizeof sets / sizeof *sets; i++) {
        if (!resource_is(to, sets[i].type))
            continue;
        if (x->kind != VAL_GETATT || !value_is_c(value_at(x, 0), sets[i].attribute)) {
            check_report(c, RULE_REFERENCE_KIND, r, x, "Arn isn't given the Arn of '%.*s'",
                         STR_ARG(to->id));
            continue;
        }
        struct str own = check_text(c, property(r, "Scope")), its = check_text(c, property(to, "Scope"));
        if (own.len && its.len && !str_eq(own, its)) {
            struct diag *d = check_report(c, RULE_WAF_REFERENCE, r, x,
                                          "'%.*s' is of the scope %.*s, expected %.*s",
                                          STR_ARG(to->id), STR_ARG(its), STR_ARG(own));
            diag_note(c->diags, d, property(to, "Scope")->span, "its scope");
        }
    }
}

static void check_statement(struct check *c, const struct resource *r, const struct value *x,
                            unsigned depth) {
    if (depth > LIMIT_DEPTH)
        return;
    for (uint32_t i = 0; x->kind == VAL_MAP && i < x->count; i++) {
        if (str_is(x->members[i].key, "Arn") || str_is(x->members[i].key, "ARN"))
            check_reference(c, r, x->members[i].value);
        else
            check_statement(c, r, x->members[i].value, depth + 1);
    }
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        check_statement(c, r, x->items[i], depth + 1);
}

static void check_rule_names(struct check *c, const struct resource *r) {
    struct items all = check_items(c, property(r, "Rules"), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct value *at = value_get_c(all.items.items[i].value, "Name");
        struct str name = check_text(c, at);
        for (uint32_t k = 0; name.len && k < i; k++)
            if (str_eq(check_text(c, value_get_c(all.items.items[k].value, "Name")), name) &&
                check_meet(c, all.items.items[i].when, all.items.items[k].when)) {
                check_report(c, RULE_WAF_REFERENCE, r, at, "two rules have the name '%.*s'",
                             STR_ARG(name));
                break;
            }
    }
}

/* https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html */
static const struct str managed[] = {
    STR_ROW("AWSManagedRulesACFPRuleSet"),
    STR_ROW("AWSManagedRulesATPRuleSet"),
    STR_ROW("AWSManagedRulesAdminProtectionRuleSet"),
    STR_ROW("AWSManagedRulesAmazonIpReputationList"),
    STR_ROW("AWSManagedRulesAnonymousIpList"),
    STR_ROW("AWSManagedRulesAntiDDoSRuleSet"),
    STR_ROW("AWSManagedRulesBotControlRuleSet"),
    STR_ROW("AWSManagedRulesCommonRuleSet"),
    STR_ROW("AWSManagedRulesKnownBadInputsRuleSet"),
    STR_ROW("AWSManagedRulesLinuxRuleSet"),
    STR_ROW("AWSManagedRulesPHPRuleSet"),
    STR_ROW("AWSManagedRulesSQLiRuleSet"),
    STR_ROW("AWSManagedRulesUnixRuleSet"),
    STR_ROW("AWSManagedRulesWindowsRuleSet"),
    STR_ROW("AWSManagedRulesWordPressRuleSet"),
};

/* Only what is near a name that is known: AWS adds groups. */
static void check_group_names(struct check *c, const struct resource *r) {
    struct items all = check_items(c, property(r, "Rules"), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct value *group = value_get_c(value_get_c(all.items.items[i].value, "Statement"),
                                                "ManagedRuleGroupStatement");
        const struct value *at = value_get_c(group, "Name");
        struct str name = check_text(c, at);
        if (!value_is_c(value_get_c(group, "VendorName"), "AWS") || !name.len ||
            str_in(name, managed))
            continue;
        for (size_t k = 0; k < sizeof managed / sizeof *managed; k++)
            if (str_distance(name, managed[k], 4) < 4) {
                struct diag *d = check_report(c, RULE_WAF_REFERENCE, r, at,
                                              "AWS has no rule group '%.*s'", STR_ARG(name));
                check_suggest(c, d, name, managed[k]);
                break;
            }
    }
}

/* ---- what it protects, where it logs --------------------------------------------------------- */

static void check_association(struct check *c, const struct resource *r) {
    const struct value *at = property(r, "ResourceArn");
    const struct resource *acl = check_target_of(c, property(r, "WebACLArn"), "AWS::WAFv2::WebACL");
    if (acl && str_is(check_text(c, property(acl, "Scope")), "CLOUDFRONT"))
        check_report(c, RULE_WAF_REFERENCE, r, property(r, "WebACLArn"),
                     "'%.*s' is of the scope CLOUDFRONT, expected REGIONAL: a distribution names its "
                     "web ACL itself", STR_ARG(acl->id));
    struct str rest = view_text(&c->view, at).pattern, parts[5];
    for (size_t i = 0; i < 5; i++) {
        if (!str_has(rest, ':'))
            return;
        parts[i] = str_split(rest, ':', &rest);
        if (str_has(parts[i], TEXT_HOLE) && parts[i].len > 1)
            return;
    }
    bool of_api = str_find(rest, STR("restapis"), 0) < rest.len ||
                  str_find(rest, STR("stages"), 0) < rest.len;
    if (str_is(parts[2], "execute-api") || (of_api && parts[2].len > 1 && !str_is(parts[2], "apigateway")))
        check_report(c, RULE_WAF_REFERENCE, r, at,
                     "the ARN is of %.*s, expected apigateway for an API's stage", STR_ARG(parts[2]));
    if (!str_is(parts[2], "apigateway"))
        return;
    char form[] = {'/', 'r', 'e', 's', 't', 'a', 'p', 'i', 's', '/', TEXT_HOLE, '/', 's', 't',
                   'a', 'g', 'e', 's', '/', TEXT_HOLE};
    bool has_stage = str_find(rest, STR("/stages/"), 0) < rest.len;
    if (parts[4].len || !has_stage || !text_can_equal(rest, (struct str){form, sizeof form})) {
        struct diag *d = check_report(c, RULE_WAF_REFERENCE, r, at,
                                      "the ARN isn't one of a REST API's stage");
        diag_help(c->diags, d, "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Api}/"
                               "stages/${Stage}");
    }
}

/* A stage that is named by the same text, but not referred to, may not be there yet. */
static void check_association_order(struct check *c, const struct resource *r) {
    const struct resource_vec *stages = check_type(c, "AWS::ApiGateway::Stage");
    struct text t = view_text(&c->view, property(r, "ResourceArn"));
    struct map reach = {0};
    check_reach(c, r, &reach);
    for (uint32_t i = 0; i < stages->items.count; i++) {
        const struct resource *stage = stages->items.items[i];
        const struct resource *api = check_target(c, property(stage, "RestApiId"));
        bool names_api = false;
        for (uint32_t k = 0; k < t.holes.items.count; k++)
            names_api |= api && check_target(c, t.holes.items.items[k]) == api;
        if (!names_api)
            continue;
        if (map_get(&reach, stage->id))
            return;
        if (i + 1 == stages->items.count) {
            struct diag *d = check_report(c, RULE_NAME_ORDER, r, property(r, "ResourceArn"),
                                          "the stage is named, but may be made after '%.*s'",
                                          STR_ARG(r->id));
            diag_help(c->diags, d, "refer to it: ${%.*s}", STR_ARG(stage->id));
        }
    }
}

static void check_log_names(struct check *c, const struct resource *r) {
    static const struct {
        const char *type, *name;
    } rows[] = {{"AWS::Logs::LogGroup", "LogGroupName"},
                {"AWS::S3::Bucket", "BucketName"},
                {"AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName"}};
    struct items all = check_items(c, property(r, "LogDestinationConfigs"), BDD_TRUE);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct resource *to = check_target(c, all.items.items[i].value);
        for (size_t k = 0; to && k < sizeof rows / sizeof *rows; k++) {
            if (!resource_is(to, rows[k].type) || !check_is_closed(to->properties))
                continue;
            struct str name = view_text(&c->view, property(to, rows[k].name)).pattern;
            if (is_absent(property(to, rows[k].name)))
                name = STR("");
            if (!str_starts(name, STR("aws-waf-logs-")) && (!name.len || name.ptr[0] != TEXT_HOLE))
                check_report(c, RULE_WAF_REFERENCE, r, all.items.items[i].value,
                             "the name of '%.*s' doesn't start with aws-waf-logs-, so WAF can't log "
                             "there", STR_ARG(to->id));
        }
    }
}

void check_firewalls(struct check *c) {
    static const struct {
        const char *type;
        void (*look)(struct check *c, const struct resource *r);
    } rows[] = {
        {"AWS::WAFv2::IPSet", check_addresses},
        {"AWS::WAFv2::WebACL", check_rule_names},
        {"AWS::WAFv2::WebACL", check_group_names},
        {"AWS::WAFv2::RuleGroup", check_rule_names},
        {"AWS::WAFv2::WebACLAssociation", check_association},
        {"AWS::WAFv2::WebACLAssociation", check_association_order},
        {"AWS::WAFv2::LoggingConfiguration", check_log_names},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const struct resource_vec *list = check_type(c, rows[k].type);
        for (uint32_t i = 0; i < list->items.count; i++) {
            rows[k].look(c, list->items.items[i]);
            if (rows[k].look == check_rule_names)
                check_statement(c, list->items.items[i], property(list->items.items[i], "Rules"), 0);
        }
    }
}
