/* Route 53's records: their values, their zones, and where aliases lead.
   https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html */
#include <string.h>

#include "passes/check.h"

#define CLOUDFRONT_ZONE "Z2FDTNDATAQYW2"

struct record {
    struct check *c;
    const struct resource *r;
    const struct value *body;
    struct span at;
    struct bdd_id when;
    struct str name; /* lower case, without the final dot; may have holes */
    struct str type; /* nil: not known */
};

static struct str host_text(struct check *c, const struct value *x) {
    struct str s = str_lower(c->arena, view_text(&c->view, x).pattern);
    return str_ends(s, STR(".")) ? str_slice(s, 0, s.len - 1) : s;
}

/* ---- zones ------------------------------------------------------------------------------ */

static void check_zone_name(struct record *t, const struct value *at, struct str zone) {
    char hole_dot[] = {TEXT_HOLE, '.'};
    struct str inside = str_concat(t->c->arena, (struct str){hole_dot, 2}, zone);
    if (!zone.len || text_can_equal(t->name, zone) || text_can_equal(t->name, inside))
        return;
    check_report(t->c, RULE_RECORD_ZONE, t->r, at, "'%.*s' is no name in zone '%.*s'",
                 STR_ARG(t->name), STR_ARG(zone));
}

static void check_zone(struct record *t, const struct value *owner) {
    const struct value *name = value_get_c(owner, "HostedZoneName");
    const struct value *id = value_get_c(owner, "HostedZoneId");
    struct str text = check_text(t->c, name), id_text = check_text(t->c, id);
    const struct value *record_name = value_get_c(t->body, "Name");
    if (text.len && !str_ends(text, STR("."))) {
        struct diag *d = check_report(t->c, RULE_RECORD_ZONE, t->r, name,
                                      "HostedZoneName is '%.*s', expected a final dot",
                                      STR_ARG(text));
        diag_label(t->c->diags, d, "'%.*s.'", STR_ARG(text));
    } else if (text.len) {
        check_zone_name(t, record_name, host_text(t->c, name));
    }
    if (id_text.len && str_has(id_text, '.')) {
        struct diag *d = check_report(t->c, RULE_RECORD_ZONE, t->r, id,
                                      "HostedZoneId is a name, expected the zone's id");
        diag_label(t->c->diags, d, "HostedZoneName takes a name");
    }
    const struct resource *own = check_target_of(t->c, id, "AWS::Route53::HostedZone");
    if (own && id->kind == VAL_REF)
        check_zone_name(t, record_name, host_text(t->c, property(own, "Name")));
}

/* ---- aliases ------------------------------------------------------------------------------ */

static const struct {
    const char *type, *name, *zone; /* zone: an attribute, or CloudFront's literal */
} targets[] = {
    {"AWS::ApiGateway::DomainName", "RegionalDomainName", "RegionalHostedZoneId"},
    {"AWS::ApiGateway::DomainName", "DistributionDomainName", "DistributionHostedZoneId"},
    {"AWS::ApiGatewayV2::DomainName", "RegionalDomainName", "RegionalHostedZoneId"},
    {"AWS::CloudFront::Distribution", "DomainName", CLOUDFRONT_ZONE},
    {"AWS::Cognito::UserPoolDomain", "CloudFrontDistribution", CLOUDFRONT_ZONE},
    {"AWS::AppSync::DomainName", "AppSyncDomainName", "HostedZoneId"},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "DNSName", "CanonicalHostedZoneID"},
    {"AWS::ElasticLoadBalancing::LoadBalancer", "DNSName", "CanonicalHostedZoneNameID"},
};

enum { TARGETS = sizeof targets / sizeof *targets };

static bool serves_by_cloudfront(const char *zone) {
    return strcmp(zone, CLOUDFRONT_ZONE) == 0 || strcmp(zone, "DistributionHostedZoneId") == 0;
}

/* Whether the zone's id goes with the name of this row. */
static bool is_zone_of(struct record *t, const struct value *zone, const struct resource *target,
                       size_t row) {
    struct str text = check_text(t->c, zone);
    if (text.len)
        return !serves_by_cloudfront(targets[row].zone) ? !str_is(text, CLOUDFRONT_ZONE)
                                                        : str_is(text, CLOUDFRONT_ZONE) ||
                                                              str_is(text, "Z3RFFRIM2A3IF5");
    const struct resource *given = check_target(t->c, zone);
    if (zone->kind != VAL_GETATT || !given)
        return zone->kind != VAL_REF || !given;
    return given == target && str_is(value_text(value_at(zone, 0)), targets[row].zone);
}

static void check_endpoint(struct record *t, const struct resource *domain, const struct value *dns,
                           const char *attribute) {
    const struct value *configuration = property(domain, "EndpointConfiguration");
    const struct value *types = value_get_c(configuration, "Types");
    if (types->kind != VAL_LIST || types->count != 1)
        return;
    struct str type = check_text(t->c, types->items[0]);
    bool regional = strcmp(attribute, "RegionalDomainName") == 0;
    if ((str_is(type, "EDGE") && regional) || (str_is(type, "REGIONAL") && !regional))
        check_report(t->c, RULE_ALIAS_TARGET, t->r, dns,
                     "'%.*s' is %s domain, which has no %s", STR_ARG(domain->id),
                     regional ? "an edge-optimized" : "a regional", attribute);
}

/* Whether the domain or distribution answers for the record's name. */
static void check_host(struct record *t, const struct resource *target) {
    const struct value *hosts = NULL;
    if (resource_is(target, "AWS::ApiGateway::DomainName") ||
        resource_is(target, "AWS::ApiGatewayV2::DomainName"))
        hosts = property(target, "DomainName");
    if (!hosts || value_is_nil(hosts))
        return;
    struct str host = host_text(t->c, hosts);
    if (!host.len || str_starts(host, STR("*")) || text_can_equal(host, t->name) ||
        str_has(host, TEXT_HOLE) || str_has(t->name, TEXT_HOLE))
        return;
    struct diag *d = check_report(t->c, RULE_ALIAS_TARGET, t->r, value_get_c(t->body, "Name"),
                                  "'%.*s' leads to '%.*s', which answers for '%.*s' only",
                                  STR_ARG(t->name), STR_ARG(target->id), STR_ARG(host));
    diag_note(t->c->diags, d, hosts->span, "the domain's name");
}

static void check_alias(struct record *t, const struct value *alias) {
    const struct value *dns = value_get_c(alias, "DNSName"),
                       *zone = value_get_c(alias, "HostedZoneId");
    struct str text = view_text(&t->c->view, dns).pattern;
    if (str_find(text, STR(".execute-api."), 0) < text.len) {
        check_report(
            t->c, RULE_ALIAS_TARGET, t->r, dns,
            "an alias can't lead to an API's own name, expected that of its custom domain");
        return;
    }
    const struct resource *target = check_target(t->c, dns);
    if (!target || dns->kind != VAL_GETATT)
        return;
    struct str attribute = value_text(value_at(dns, 0));
    for (size_t i = 0; i < TARGETS; i++) {
        if (!resource_is(target, targets[i].type) || !str_is(attribute, targets[i].name))
            continue;
        if (!is_zone_of(t, zone, target, i))
            check_report(t->c, RULE_ALIAS_TARGET, t->r, zone,
                         "the zone isn't the one of '%.*s.%.*s', expected %s%.*s%s",
                         STR_ARG(target->id), STR_ARG(attribute),
                         targets[i].zone[0] == 'Z' ? "" : "!GetAtt ",
                         targets[i].zone[0] == 'Z' ? 0 : (int)target->id.len, target->id.ptr,
                         targets[i].zone[0] == 'Z'
                             ? targets[i].zone
                             : str_printf(t->c->arena, ".%s", targets[i].zone).ptr);
        if (i < 2)
            check_endpoint(t, target, dns, targets[i].name);
        check_host(t, target);
        if (t->type.len && !str_is(t->type, "A") && !str_is(t->type, "AAAA") &&
            !str_is(t->type, "HTTPS"))
            check_report(t->c, RULE_ALIAS_TARGET, t->r, value_get_c(t->body, "Type"),
                         "an alias of type %.*s can't lead to '%.*s', expected A or AAAA",
                         STR_ARG(t->type), STR_ARG(target->id));
        return;
    }
}

/* ---- values ------------------------------------------------------------------------------- */

static bool is_ipv4(struct str s) {
    unsigned parts = 0;
    for (struct str rest = s; rest.ptr; parts++) {
        int64_t n;
        struct str part = str_split(rest, '.', &rest);
        if (!str_to_int(part, &n) || n < 0 || n > 255 || part.len > 3)
            return false;
    }
    return parts == 4;
}

static bool is_ipv6(struct str s) {
    unsigned colons = 0;
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        bool hex = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F');
        colons += ch == ':';
        if (!hex && ch != ':' && ch != '.')
            return false;
    }
    return colons >= 2 && colons <= 7;
}

/* The words of a value, with blanks between: numbers up to a greatest one first, then `more`. */
static bool has_form(struct str s, unsigned numbers, int64_t greatest, unsigned more) {
    unsigned count = 0;
    for (struct str rest = s; rest.ptr;) {
        struct str word = str_split(rest, ' ', &rest);
        int64_t n;
        if (!word.len)
            continue;
        if (count++ < numbers && (!str_to_int(word, &n) || n < 0 || n > greatest))
            return false;
    }
    return count == numbers + more;
}

static bool is_caa(struct str s) {
    size_t quote = str_find_char(s, '"', 0);
    return quote < s.len && s.ptr[s.len - 1] == '"' && quote < s.len - 1 &&
           has_form(str_slice(s, 0, quote), 1, 255, 1);
}

static void check_values(struct record *t, const struct value *values) {
    struct items items = check_items(t->c, values, t->when);
    if (str_is(t->type, "CNAME") && values->kind == VAL_LIST && values->count > 1 &&
        !value_has(t->body, STR("SetIdentifier")))
        check_report(t->c, RULE_RECORD_VALUE, t->r, values,
                     "a CNAME record has %u values, expected one", values->count);
    for (uint32_t i = 0; i < items.items.count; i++) {
        struct str text = check_text(t->c, items.items.items[i].value);
        const char *expected = NULL;
        if (!text.len)
            continue;
        if (str_is(t->type, "A") && !is_ipv4(text))
            expected = "an IPv4 address";
        else if (str_is(t->type, "AAAA") && !is_ipv6(text))
            expected = "an IPv6 address";
        else if (str_is(t->type, "TXT") && text.ptr[0] != '"')
            expected = "text in double quotes";
        else if (str_is(t->type, "MX") && !has_form(text, 1, UINT16_MAX, 1))
            expected = "a priority and a host, as in '10 mail.example.com'";
        else if (str_is(t->type, "SRV") && !has_form(text, 3, UINT16_MAX, 1))
            expected = "a priority, a weight, a port and a host";
        else if (str_is(t->type, "CAA") && !is_caa(text))
            expected = "flags, a tag and a value in double quotes";
        if (expected)
            check_report(t->c, RULE_RECORD_VALUE, t->r, items.items.items[i].value,
                         "a value of the %.*s record is '%.*s', expected %s", STR_ARG(t->type),
                         STR_ARG(text), expected);
    }
}

static struct bdd_id there(struct record *t, const char *name) {
    return check_presence_of(t->c, value_get_c(t->body, name), t->when);
}

static void check_parts(struct record *t) {
    struct formulas *f = &t->c->formulas;
    struct bdd_id alias = there(t, "AliasTarget"), values = there(t, "ResourceRecords");
    struct bdd_id ttl = there(t, "TTL");
    if (check_meet(t->c, alias, values) || check_meet(t->c, alias, ttl)) {
        const char *other = check_meet(t->c, alias, values) ? "ResourceRecords" : "TTL";
        check_report_span(t->c, RULE_RECORD_VALUE, t->r,
                          value_member(t->body, str_from(other))->span,
                          "an alias has no %s of its own", other);
        return;
    }
    struct bdd_id neither = formula_and(f, formula_not(f, alias), formula_not(f, values));
    if (check_meet(t->c, t->when, neither))
        check_report_span(t->c, RULE_RECORD_VALUE, t->r, t->at,
                          "the record has no value, expected ResourceRecords or AliasTarget");
    else if (check_meet(t->c, values, formula_not(f, ttl)))
        check_report_span(t->c, RULE_RECORD_VALUE, t->r, t->at, "the record has no TTL");
}

static void check_record(struct check *c, const struct resource *r, const struct value *body,
                         const struct value *owner, struct span at, struct bdd_id when) {
    struct record t = {c, r, body, at, when, host_text(c, value_get_c(body, "Name")),
                       check_text(c, value_get_c(body, "Type"))};
    if (!check_is_closed(body))
        return;
    if (owner)
        check_zone(&t, owner);
    check_zone(&t, body);
    check_parts(&t);
    check_values(&t, value_get_c(body, "ResourceRecords"));
    check_alias(&t, value_get_c(body, "AliasTarget"));
}

void check_records(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::Route53::RecordSet");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        check_record(c, r, r->properties, NULL, r->id_span, formula_of_resource(&c->formulas, r));
    }
    list = check_type(c, "AWS::Route53::RecordSetGroup");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        struct items items = check_items(c, property(r, "RecordSets"),
                                         formula_of_resource(&c->formulas, r));
        for (uint32_t j = 0; j < items.items.count; j++) {
            const struct possible *p = &items.items.items[j];
            check_record(c, r, p->value, r->properties, p->value->span, p->when);
        }
    }
}
