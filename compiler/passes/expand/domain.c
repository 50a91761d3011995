#include <stdlib.h>

#include "passes/expand/api.h"

struct value *domain_endpoint(const struct domain *d, struct value *type) {
    struct expand *e = d->e;
    struct value *address = sam_get(e, d->config, "IpAddressType");
    struct value *endpoint = sam_map(e, "Types", sam_list(e, type, NULL), NULL);
    if (sam_is_truthy(address))
        sam_put(e, endpoint, "IpAddressType", address);
    return endpoint;
}

struct value *domain_stage(const struct domain *d) {
    return sam_ref(d->e, sam_id(d->e, "%.*s.Stage", STR_ARG(d->s->id)));
}

static int compare_names(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* "b,a" of a map's keys that aren't known, sorted; nil where all are. */
static struct str unknown_names(struct expand *e, struct value *given) {
    struct value *entries = sam_entries(e, given);
    struct str *names = arena_array(e->arena, struct str, entries->count + 1), out = STR_NIL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < entries->count; i++)
        if (!str_is(entries->members[i].key, "TruststoreUri") &&
            !str_is(entries->members[i].key, "TruststoreVersion"))
            names[count++] = entries->members[i].key;
    if (count)
        qsort(names, count, sizeof *names, compare_names);
    for (uint32_t i = 0; i < count; i++)
        out = str_printf(e->arena, "%.*s%s%.*s", STR_ARG(out), i ? "," : "", STR_ARG(names[i]));
    return count && !out.len ? STR(" ") : out;
}

struct value *domain_mutual_tls(const struct domain *d, struct value *given, struct str of,
                                const char *property) {
    struct expand *e = d->e;
    struct value *tls = value_map(e->v);
    struct str unknown = unknown_names(e, given);
    if (unknown.len)
        sam_fail(e, of.len ? of : unknown, given->span,
                 "Available %s fields are ['TruststoreUri', 'TruststoreVersion'].", property);
    struct value *uri = sam_get(e, given, "TruststoreUri");
    struct value *version = sam_get(e, given, "TruststoreVersion");
    if (sam_is_truthy(uri))
        sam_put(e, tls, "TruststoreUri", uri);
    if (sam_is_truthy(version))
        sam_put(e, tls, "TruststoreVersion", version);
    return tls;
}

/* --- records */

static struct value *or_null(struct expand *e, struct value *x) {
    return value_is_nil(x) ? value_null(e->v) : x;
}

static struct value *alias_target(const struct domain *d, struct value *route53) {
    struct expand *e = d->e;
    struct value *target = value_map(e->v), *zone, *name;
    sam_put(e, target, "EvaluateTargetHealth", sam_get(e, route53, "EvaluateTargetHealth"));
    const struct value *endpoint = sam_get(e, d->config, "EndpointConfiguration");
    if (value_is_c(endpoint, "PRIVATE")) {
        zone = or_null(e, sam_get(e, route53, "VpcEndpointHostedZoneId"));
        name = or_null(e, sam_get(e, route53, "VpcEndpointDomainName"));
    } else if (value_is_c(endpoint, "EDGE")) {
        struct openapi o = {.e = e};
        if (value_is_nil(sam_get(e, route53, "DistributionDomainName")))
            openapi_set(&o, route53, "DistributionDomainName",
                        sam_getatt(e, d->id, "DistributionDomainName"));
        zone = sam_c(e, "Z2FDTNDATAQYW2"); /* that of all CloudFront distributions */
        name = sam_get(e, route53, "DistributionDomainName");
    } else {
        zone = sam_getatt(e, d->id, "RegionalHostedZoneId");
        name = sam_getatt(e, d->id, "RegionalDomainName");
    }
    value_put_c(e->v, target, "HostedZoneId", zone);
    value_put_c(e->v, target, "DNSName", name);
    return target;
}

static void push_record(const struct domain *d, struct value *records, struct value *route53,
                        const char *type) {
    struct expand *e = d->e;
    struct value *record = value_map(e->v);
    sam_put(e, record, "Name", sam_get(e, d->config, "DomainName"));
    sam_put(e, record, "Type", sam_c(e, type));
    sam_put(e, record, "AliasTarget", alias_target(d, route53));
    sam_put(e, record, "Region", sam_get(e, route53, "Region"));
    sam_put(e, record, "SetIdentifier", sam_get(e, route53, "SetIdentifier"));
    value_push(e->v, records, record);
}

static void push_records(const struct domain *d, struct resource *group, struct value *route53) {
    struct expand *e = d->e;
    struct value *records = value_get_c(group->properties, "RecordSets");
    const struct value *version_6 = sam_get(e, route53, "IpV6");
    if (value_is_nil(records))
        records = value_put_c(e->v, group->properties, "RecordSets", value_list(e->v))->value;
    push_record(d, records, route53, "A");
    if (version_6->kind == VAL_BOOL && version_6->truth)
        push_record(d, records, route53, "AAAA");
}

static struct resource *make_group(const struct domain *d, struct str id, struct value *zone_id,
                                   struct value *zone_name) {
    struct expand *e = d->e;
    struct resource *r = sam_make(e, d->s, id, "AWS::Route53::RecordSetGroup", d->s->passed,
                                  "domain records", api_span_of(d->config, "Route53"));
    sam_set(e, r, "HostedZoneId", zone_id);
    sam_set(e, r, "HostedZoneName", zone_name);
    return r;
}

/* A group of the domain's own. */
static void add_separate_group(const struct domain *d, struct value *route53, struct value *zone_id,
                               struct value *zone_name) {
    struct expand *e = d->e;
    api_expect_bool(e, d->s->id, STR("Domain.Route53.SeparateRecordSetGroup"),
                    sam_get(e, route53, "SeparateRecordSetGroup"));
    struct value *zone = sam_is_truthy(zone_id) ? zone_id : or_null(e, zone_name);
    struct value *what = sam_list(e, zone, sam_get(e, d->config, "DomainName"), NULL);
    struct resource *r = make_group(d, api_hashed_id(e, "RecordSetGroup", what),
                                    sam_is_truthy(zone_id) ? zone_id : &value_nil,
                                    sam_is_truthy(zone_name) ? zone_name : &value_nil);
    push_records(d, r, route53);
    sam_push(e, d->s, r);
}

void domain_add_records(const struct domain *d) {
    struct expand *e = d->e;
    struct value *route53 = sam_get(e, d->config, "Route53");
    if (value_is_nil(route53))
        return;
    sam_expect_map(e, d->s->id, "Domain.Route53", route53);
    struct value *zone_id = sam_get(e, route53, "HostedZoneId");
    struct value *zone_name = sam_get(e, route53, "HostedZoneName");
    if (value_is_nil(zone_id) && value_is_nil(zone_name))
        sam_fail(e, d->s->id, route53->span,
                 "HostedZoneId or HostedZoneName is required to enable Route53 support on Custom "
                 "Domains.");
    if (d->is_rest && sam_is_truthy(sam_get(e, route53, "SeparateRecordSetGroup"))) {
        add_separate_group(d, route53, zone_id, zone_name);
        return;
    }
    struct map *groups = &apis_of(e)->record_groups;
    struct str id =
        api_hashed_id(e, "RecordSetGroup", sam_is_truthy(zone_id) ? zone_id : zone_name);
    struct resource *r = d->shares_records ? map_get_ptr(groups, id) : NULL;
    if (!r) {
        if (!d->is_rest && sam_has(e, route53, "HostedZoneId"))
            zone_name = &value_nil;
        r = make_group(d, id, zone_id, zone_name);
        if (d->shares_records)
            map_put_ptr(e->arena, groups, id, r);
    }
    push_records(d, r, route53);
    sam_push(e, d->s, r);
}
