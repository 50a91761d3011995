#include "lang/api.h"

/* `domain`: a custom domain with its certificate, base path mapping and alias records. */

struct value *domain_host(struct lang *l, struct thing *domain) {
    node_id host = scope_node(domain->scope, domain->statement)->value;
    struct value *x = eval(l, domain->scope, host);
    return to_text(l, x, scope_span(domain->scope, host));
}

struct thing *domain_part(struct lang *l, struct thing *api, const struct clause *c) {
    struct thing *t =
        make_part(l, api, KIND_DOMAIN, c->scope, c->node, STR("domain"), api->id, c->cond);
    struct str host = value_text(domain_host(l, t));
    t->id =
        str_printf(l->arena, "%.*s%.*sDomain", STR_ARG(api->id), STR_ARG(camel(l->arena, host)));
    return t;
}

/* What `shop.domain` reads: the API's domain; of several hosts a collection by host; NULL without
   one. */
struct value *api_domain(struct lang *l, struct thing *api) {
    struct body *body = thing_body(l, api);
    struct thing *all = arena_new(l->arena, struct thing);
    *all = (struct thing){.decl = api->decl, .kind = KIND_DOMAIN, .is_collection = true,
                          .origin = api->origin, .colour = BLACK};
    all->name = str_printf(l->arena, "%.*s.domain", STR_ARG(api->name));
    for (uint32_t i = 0; i < body->clauses.count; i++) {
        const struct clause *c = &body->clauses.items[i];
        if (scope_node(c->scope, c->node)->kind != NODE_DOMAIN)
            continue;
        struct thing *domain = domain_part(l, api, c);
        struct str host = value_text(domain_host(l, domain));
        if (map_get(&all->by_key, host))
            continue; /* another base path, or another condition */
        vec_push(l->arena, &all->entries, (struct thing_entry){host, domain});
        map_put_ptr(l->arena, &all->by_key, host, domain);
    }
    if (all->entries.count == 0)
        return NULL;
    return value_of_thing(l, all->entries.count == 1 ? all->entries.items[0].thing : all);
}

/* What the domain says, else its API. */
static bool has_endpoint(struct lang *l, struct thing *domain, const char *word) {
    struct value *own = body_value(l, domain, "endpoint");
    if (!own || value_is_null(own))
        own = body_value(l, domain->owner, "endpoint");
    return own && value_is_c(own, word);
}

static bool is_edge(struct lang *l, struct thing *domain) {
    return api_kind(l, domain->owner) == API_REST && has_endpoint(l, domain, "edge");
}

struct value *domain_target(struct lang *l, struct thing *domain) {
    return value_getatt(l->values, domain->id,
                        is_edge(l, domain) ? STR("DistributionDomainName")
                                           : STR("RegionalDomainName"));
}

/* A host may have several mappings, one a base path. */
struct str domain_mapping_id(struct lang *l, struct thing *domain) {
    struct str id = part_id(l, domain, "Mapping");
    struct value *base = body_value(l, domain, "base_path");
    if (!base || !str_eq(id, str_concat(l->arena, domain->id, STR("Mapping"))))
        return id;
    return str_printf(l->arena, "%.*s%.*sMapping", STR_ARG(domain->id),
                      STR_ARG(camel(l->arena, value_text(base))));
}

/* HTTP and WebSocket APIs have the domains of API Gateway's second version. */
static bool is_v2(const struct api *a) {
    return a->http || a->websocket;
}

static struct value *zone_id(struct lang *l, struct thing *domain) {
    struct value *x = body_value(l, domain, "zone");
    if (!x || value_is_null(x))
        return &value_nil;
    struct thing *zone = thing_of(x);
    if (!zone || zone->is_resource)
        return zone ? value_ref(l->values, zone->id) : to_text(l, x, x->span);
    if (zone->kind == KIND_ZONE)
        return thing_alias(l, zone, "id");
    diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'zone' takes a hosted zone or its id, found %s",
             describe_value(x));
    return value_error(l);
}

static struct value *own_certificate(struct lang *l, struct thing *domain, struct value *host) {
    struct value *zone = zone_id(l, domain);
    if (value_is_nil(zone)) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, domain->origin->span,
                                  "'certificate = auto' needs 'zone', in which it is validated");
        diag_help(l->diags, d, "zone = the id of the hosted zone, or an existing zone");
        return value_error(l);
    }
    struct resource *c =
        add_resource(l, domain, "certificate", "AWS::CertificateManager::Certificate",
                     part_id(l, domain, "Certificate"), domain->cond);
    struct value *option = map_of(l, 2, "DomainName", host, "HostedZoneId", zone);
    value_put_c(l->values, c->properties, "DomainName", host);
    value_put_c(l->values, c->properties, "ValidationMethod", text_value(l, "DNS"));
    value_put_c(l->values, c->properties, "DomainValidationOptions", list_of(l, 1, option));
    return value_ref(l->values, c->id);
}

static void record(struct lang *l, struct thing *domain, struct value *host, struct value *zone,
                   bool edge, bool ipv6) {
    struct resource *r =
        add_resource(l, domain, ipv6 ? "record6" : "record", "AWS::Route53::RecordSet",
                     part_id(l, domain, ipv6 ? "Record6" : "Record"), domain->cond);
    struct value *name = domain_target(l, domain);
    struct value *target_zone =
        value_getatt(l->values, domain->id,
                     edge ? STR("DistributionHostedZoneId") : STR("RegionalHostedZoneId"));
    value_put_c(l->values, r->properties, "HostedZoneId", zone);
    value_put_c(l->values, r->properties, "Name", host);
    value_put_c(l->values, r->properties, "Type", text_value(l, ipv6 ? "AAAA" : "A"));
    value_put_c(l->values, r->properties, "AliasTarget",
                map_of(l, 2, "DNSName", name, "HostedZoneId", target_zone));
}

/* A record can't be made in a zone that its name doesn't lie in. */
static void check_zone(struct lang *l, struct thing *domain, const struct value *host) {
    struct value *x = body_value(l, domain, "zone");
    struct thing *zone = x ? thing_of(x) : NULL;
    const struct setting *name =
        zone && zone->is_existing ? body_setting(thing_body(l, zone), "name") : NULL;
    struct str in = name ? value_text(setting_value(l, name)) : STR_NIL, of = value_text(host);
    if (str_ends(in, STR(".")))
        in.len--;
    if (!in.len || !of.len || str_eq_nocase(in, of) ||
        (of.len > in.len && of.ptr[of.len - in.len - 1] == '.' &&
         str_eq_nocase(in, str_slice(of, of.len - in.len, of.len))))
        return;
    struct diag *d = diag_add(l->diags, RULE_RECORD_ZONE, x->span,
                              "'%.*s' doesn't lie in the zone '%.*s'", STR_ARG(of), STR_ARG(in));
    diag_note(l->diags, d, name->span, "the zone's name");
}

/* The stage that a domain leads to; NULL after a message. */
static struct thing *stage_of(struct lang *l, struct api *a, struct thing *domain) {
    struct value *x = body_value(l, domain, "stage");
    struct thing *stage = x ? thing_of(x) : NULL;
    if (stage && stage->kind == KIND_STAGE && stage->owner == a->thing)
        return stage;
    if (x && !value_is_null(x)) {
        if (!is_error(x))
            diag_add(l->diags, RULE_VALUE_TYPE, x->span,
                     "'stage' takes a stage of '%.*s', found %s", STR_ARG(a->thing->name),
                     describe_value(x));
        return NULL;
    }
    if (a->thing->stages.count == 1)
        return a->thing->stages.items[0];
    if (a->thing->stages.count == 0)
        return NULL; /* said already */
    struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, domain->origin->span,
                              "'%.*s' has %u stages: which one does the domain lead to?",
                              STR_ARG(a->thing->name), a->thing->stages.count);
    diag_help(l->diags, d, "stage = one of them, by its name");
    return NULL;
}

bool api_is_private(struct lang *l, struct thing *api) {
    struct value *own = body_value(l, api, "endpoint");
    return own && value_is_c(own, "private");
}

/* Private APIs are reached by domains of another kind of resource. */
static bool is_private(struct lang *l, struct api *a, struct thing *domain) {
    return has_endpoint(l, domain, "private") || api_is_private(l, a->thing);
}

static void mapping(struct lang *l, struct api *a, struct thing *domain) {
    struct thing *stage = stage_of(l, a, domain);
    if (!stage)
        return;
    struct value *cond = logic_and(l, domain->cond, stage->cond);
    struct value *base = body_value(l, domain, "base_path");
    struct str id = domain_mapping_id(l, domain);
    bool private = !is_v2(a) && is_private(l, a, domain);
    const char *type = is_v2(a)  ? "AWS::ApiGatewayV2::ApiMapping"
                       : private ? "AWS::ApiGateway::BasePathMappingV2"
                                 : "AWS::ApiGateway::BasePathMapping";
    struct resource *r = add_resource(l, domain, "mapping", type, id, cond);
    value_put_c(l->values, r->properties, private ? "DomainNameArn" : "DomainName",
                value_ref(l->values, domain->id));
    value_put_c(l->values, r->properties, is_v2(a) ? "ApiId" : "RestApiId",
                value_ref(l->values, a->thing->id));
    value_put_c(l->values, r->properties, "Stage", value_ref(l->values, stage->id));
    if (base && !value_is_null(base))
        value_put_c(l->values, r->properties, is_v2(a) ? "ApiMappingKey" : "BasePath", base);
}

/* What a private domain can't have; false after a message. */
static bool fits_private(struct lang *l, struct api *a, struct thing *domain) {
    static const char *const others[] = {"mtls", NULL};
    struct value *endpoints = body_value(l, a->thing, "vpc_endpoints");
    const struct setting *zone = body_setting(&domain->body, "zone");
    struct value *certificate = body_value(l, domain, "certificate");
    refuse_attributes(l, domain, others, "a private domain", NULL);
    if (zone && certificate && !(certificate->flags & VALUE_WORD)) {
        struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, zone->span,
                                  "the record of a private domain leads to its VPC endpoint");
        diag_help(l->diags, d,
                  "make it in the VPC's own zone: resource x: AWS::Route53::RecordSet");
    }
    struct diag *d = NULL;
    if (!api_is_private(l, a->thing))
        d = diag_add(l->diags, RULE_WRONG_PLACE, domain->origin->span,
                     "the domain is private, and '%.*s' is not", STR_ARG(a->thing->name));
    else if (body_is_set(domain, "endpoint") && !has_endpoint(l, domain, "private"))
        d = diag_add(l->diags, RULE_WRONG_PLACE, domain->origin->span,
                     "'%.*s' is private, and its domain is not", STR_ARG(a->thing->name));
    else if (endpoints && endpoints->kind != VAL_LIST && !value_is_null(endpoints))
        return need_known(l, endpoints, endpoints->span, "vpc_endpoints");
    else if (!endpoints || endpoints->kind != VAL_LIST || !endpoints->count)
        d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, domain->origin->span,
                     "a private domain needs the 'vpc_endpoints' of '%.*s'",
                     STR_ARG(a->thing->name));
    return !d;
}

struct value *endpoint_policy(struct lang *l, struct thing *api) {
    struct value *only =
        map_of(l, 1, "StringEquals",
               map_of(l, 1, "aws:SourceVpce", body_value(l, api, "vpc_endpoints")));
    struct value *statement =
        map_of(l, 5, "Effect", text_value(l, "Allow"), "Principal", text_value(l, "*"), "Action",
               text_value(l, "execute-api:Invoke"), "Resource", text_value(l, "execute-api:/*"),
               "Condition", only);
    return map_of(l, 2, "Version", text_value(l, "2012-10-17"), "Statement",
                  list_of(l, 1, statement));
}

static void associations(struct lang *l, struct api *a, struct thing *domain) {
    struct value *endpoints = body_value(l, a->thing, "vpc_endpoints");
    for (uint32_t i = 0; i < endpoints->count; i++) {
        struct str number = i ? str_printf(l->arena, "%u", i + 1) : STR("");
        struct str label = str_concat(l->arena, STR("association"), number);
        struct resource *r = add_resource(
            l, domain, str_cstr(l->arena, label), "AWS::ApiGateway::DomainNameAccessAssociation",
            str_printf(l->arena, "%.*sAssociation%.*s", STR_ARG(domain->id), STR_ARG(number)),
            domain->cond);
        r->properties = map_of(l, 3, "DomainNameArn", value_ref(l->values, domain->id),
                               "AccessAssociationSource", endpoints->items[i],
                               "AccessAssociationSourceType", text_value(l, "VPCE"));
    }
}

static void mutual_tls(struct lang *l, struct thing *domain, struct value *p) {
    struct value *x = body_value(l, domain, "mtls");
    if (!x || x->kind != VAL_MAP)
        return;
    check_fields(l, x, "mtls", "truststore version");
    value_put_c(l->values, p, "MutualTlsAuthentication",
                map_of(l, 2, "TruststoreUri", value_get_c(x, "truststore"), "TruststoreVersion",
                       value_get_c(x, "version")));
}

/* Another base path of a host that has its domain already. */
static bool is_further_path(struct api *a, const struct thing *domain) {
    for (uint32_t i = 0; a->domains.items[i] != domain; i++)
        if (str_eq(a->domains.items[i]->id, domain->id) && !a->domains.items[i]->cond)
            return true;
    return false;
}

/* The certificate that a domain names, or has made; nil after a message. */
static struct value *domain_certificate(struct lang *l, struct thing *domain, struct value *host,
                                        struct value *given) {
    if (value_is_nil(given)) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, domain->origin->span,
                                  "a domain needs a 'certificate'");
        diag_help(l->diags, d, "the ARN of one of ACM's, or auto with a zone");
    }
    return given->flags & VALUE_WORD ? own_certificate(l, domain, host) : given;
}

static void endpoint_of_v2(struct lang *l, struct thing *domain, struct resource *d,
                           struct value *certificate) {
    struct value *endpoint =
        map_of(l, 3, "CertificateArn", certificate, "EndpointType", text_value(l, "REGIONAL"),
               "SecurityPolicy", body_value(l, domain, "policy"));
    value_put_c(l->values, d->properties, "DomainNameConfigurations", list_of(l, 1, endpoint));
}

static void endpoint_of_rest(struct lang *l, struct resource *d, struct value *certificate,
                             const char *type) {
    const char *name =
        strcmp(type, "REGIONAL") == 0 ? "RegionalCertificateArn" : "CertificateArn";
    value_put_c(l->values, d->properties, name, certificate);
    put(l, d->properties, "EndpointConfiguration.Types", list_of(l, 1, text_value(l, type)));
}

static void one_domain(struct lang *l, struct api *a, struct thing *domain) {
    thing_body(l, domain);
    if (is_further_path(a, domain)) {
        mapping(l, a, domain);
        return;
    }
    struct value *host = domain_host(l, domain),
                 *certificate = body_value(l, domain, "certificate");
    if (is_error(host) || !certificate)
        return;
    bool edge = is_edge(l, domain);
    if (is_v2(a))
        need_regional(l, domain,
                      a->http ? "the domain of an HTTP API" : "the domain of a WebSocket API");
    bool private = !is_v2(a) && is_private(l, a, domain);
    if (private && !fits_private(l, a, domain))
        return;
    claim_id(l, domain->id, domain->origin, domain->origin->span);
    const char *type = is_v2(a)  ? "AWS::ApiGatewayV2::DomainName"
                       : private ? "AWS::ApiGateway::DomainNameV2"
                                 : "AWS::ApiGateway::DomainName";
    struct resource *d = add_resource(l, domain, NULL, type, domain->id, domain->cond);
    value_put_c(l->values, d->properties, "DomainName", host);
    certificate = domain_certificate(l, domain, host, certificate);
    l->values->place = (struct place){domain->origin->span, domain->origin};
    if (is_v2(a))
        endpoint_of_v2(l, domain, d, certificate);
    else
        endpoint_of_rest(l, d, certificate,
                         private ? "PRIVATE" : edge ? "EDGE" : "REGIONAL");
    if (private)
        value_put_c(l->values, d->properties, "Policy", endpoint_policy(l, a->thing));
    if (!is_v2(a))
        copy_attributes(l, domain, d);
    mutual_tls(l, domain, d->properties);
    apply_properties(l, &domain->body, d);
    mapping(l, a, domain);
    if (private)
        associations(l, a, domain);
    struct value *zone = private ? &value_nil : zone_id(l, domain);
    if (!value_is_nil(zone)) {
        check_zone(l, domain, host);
        record(l, domain, host, zone, edge, false);
        record(l, domain, host, zone, edge, true);
    }
    apply_part_blocks(l, domain);
}

void api_domains(struct lang *l, struct api *a) {
    for (uint32_t i = 0; i < a->domains.count; i++)
        one_domain(l, a, a->domains.items[i]);
}
