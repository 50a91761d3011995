/* Custom domains of REST APIs. Private ones are of another type. */
#include "passes/expand/api.h"

static void check_endpoint(const struct domain *d, const struct value *endpoint) {
    if (!value_is_c(endpoint, "EDGE") && !value_is_c(endpoint, "REGIONAL") &&
        !value_is_c(endpoint, "PRIVATE"))
        sam_fail(d->e, d->s->id, sam_span(endpoint, d->span),
                 "EndpointConfiguration for Custom Domains must be one of "
                 "['EDGE', 'REGIONAL', 'PRIVATE'].");
}

static bool is_private(const struct domain *d) {
    return value_is_c(sam_get(d->e, d->config, "EndpointConfiguration"), "PRIVATE");
}

/* Properties that one of the two types doesn't have are mistakes of the domain's resource. */
static void set_optional(const struct domain *d, struct resource *r) {
    static const struct {
        const char *name;
        bool of_public, of_private;
    } rows[] = {
        {"SecurityPolicy", true, true},
        {"EndpointAccessMode", true, true},
        {"Policy", false, true},
        {"OwnershipVerificationCertificateArn", true, false},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct value *x = sam_get(d->e, d->config, rows[i].name);
        if (!sam_is_truthy(x))
            continue;
        if (!(is_private(d) ? rows[i].of_private : rows[i].of_public))
            sam_fail(d->e, d->id, api_span_of(d->config, rows[i].name),
                     "property %s not defined for resource of type %.*s", rows[i].name,
                     STR_ARG(r->type));
        sam_set(d->e, r, rows[i].name, x);
    }
}

static void add_public_name(struct domain *d, struct value *name, struct value *certificate) {
    struct expand *e = d->e;
    struct openapi o = {.e = e};
    d->id = api_hashed_id(e, "ApiGatewayDomainName", name);
    openapi_set(&o, d->config, "ApiDomainName", value_string(e->v, d->id));
    struct resource *r = sam_make(e, d->s, d->id, "AWS::ApiGateway::DomainName", d->s->passed,
                                  "domain", d->span);
    struct value *endpoint = sam_get(e, d->config, "EndpointConfiguration");
    struct value *tls = sam_get(e, d->config, "MutualTlsAuthentication");
    if (value_is_nil(endpoint))
        endpoint = openapi_set(&o, d->config, "EndpointConfiguration", sam_c(e, "REGIONAL"));
    check_endpoint(d, endpoint);
    sam_set(e, r, "DomainName", name);
    sam_set(e, r, value_is_c(endpoint, "REGIONAL") ? "RegionalCertificateArn" : "CertificateArn",
            certificate);
    sam_set(e, r, "EndpointConfiguration", domain_endpoint(d, endpoint));
    if (sam_is_truthy(tls)) {
        sam_expect_map(e, d->s->id, "Domain.MutualTlsAuthentication", tls);
        sam_set(e, r, "MutualTlsAuthentication",
                domain_mutual_tls(d, tls, d->s->id, "Domain.MutualTlsAuthentication"));
    }
    set_optional(d, r);
    sam_push(e, d->s, r);
}

static void add_private_name(struct domain *d, struct value *name, struct value *certificate) {
    struct expand *e = d->e;
    d->id = api_hashed_id(e, "ApiGatewayDomainNameV2", name);
    struct resource *r = sam_make(e, d->s, d->id, "AWS::ApiGateway::DomainNameV2", d->s->passed,
                                  "domain", d->span);
    sam_set(e, r, "DomainName", name);
    sam_set(e, r, "CertificateArn", certificate);
    sam_set(e, r, "EndpointConfiguration",
            domain_endpoint(d, sam_get(e, d->config, "EndpointConfiguration")));
    set_optional(d, r);
    sam_push(e, d->s, r);
}

/* --- base paths */

static void add_mapping(const struct domain *d, struct str id, struct value *path) {
    struct expand *e = d->e;
    const char *type = is_private(d) ? "AWS::ApiGateway::BasePathMappingV2"
                                     : "AWS::ApiGateway::BasePathMapping";
    struct resource *r = sam_make(e, d->s, id, type, d->s->passed, "base path mapping",
                                  api_span_of(d->config, "BasePath"));
    sam_set(e, r, is_private(d) ? "DomainNameArn" : "DomainName", sam_ref(e, d->id));
    sam_set(e, r, "RestApiId", sam_ref(e, d->s->id));
    sam_set(e, r, "Stage", domain_stage(d));
    sam_set(e, r, "BasePath", path);
    sam_push(e, d->s, r);
}

static bool is_alphanumeric(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static struct str letters_of(struct expand *e, struct str path) {
    char *bytes = arena_array(e->arena, char, path.len + 1);
    size_t count = 0;
    for (size_t i = 0; i < path.len; i++)
        if (is_alphanumeric((unsigned char)path.ptr[i]))
            bytes[count++] = path.ptr[i];
    return (struct str){bytes, count};
}

static void add_mappings(const struct domain *d) {
    struct expand *e = d->e;
    struct value *paths = sam_get(e, d->config, "BasePath");
    const struct member *normalize = value_member(d->config, STR("NormalizeBasePath"));
    if (sam_is_truthy(paths) && sam_is_string(paths))
        paths = sam_list(e, paths, NULL);
    if (!sam_is_truthy(paths) || !sam_is_list(paths)) {
        add_mapping(d, sam_id(e, "%.*sBasePathMapping", STR_ARG(d->s->id)), &value_nil);
        return;
    }
    for (uint32_t i = 0; i < paths->count; i++)
        sam_expect_string(e, d->s->id,
                          str_cstr(e->arena, sam_id(e, "Domain.BasePath[%u]", i)),
                          paths->items[i]);
    for (uint32_t i = 0; i < paths->count; i++) {
        struct str letters = letters_of(e, paths->items[i]->text);
        bool as_written = normalize && !sam_is_truthy(normalize->value);
        add_mapping(d, sam_id(e, "%.*s%.*sBasePathMapping", STR_ARG(d->s->id), STR_ARG(letters)),
                    as_written ? paths->items[i] : value_string(e->v, letters));
    }
}

static void add_access(const struct domain *d) {
    struct expand *e = d->e;
    struct value *access = sam_get(e, d->config, "AccessAssociation");
    if (value_is_nil(access))
        return;
    if (!sam_is_map(access))
        sam_fail(e, d->s->id, access->span, "Property 'Domain.AccessAssociation' should be a map.");
    struct value *endpoint = sam_get(e, access, "VpcEndpointId");
    struct value *what = sam_list(e, value_is_nil(endpoint) ? value_null(e->v) : endpoint,
                                  value_string(e->v, d->id), NULL);
    struct resource *r = sam_make(e, d->s, api_hashed_id(e, "DomainNameAccessAssociation", what),
                                  "AWS::ApiGateway::DomainNameAccessAssociation", d->s->passed,
                                  "domain access", api_span_of(d->config, "AccessAssociation"));
    sam_set(e, r, "DomainNameArn", sam_ref(e, d->id));
    sam_set(e, r, "AccessAssociationSourceType", sam_c(e, "VPCE"));
    sam_set(e, r, "AccessAssociationSource", endpoint);
    sam_push(e, d->s, r);
}

void domain_add_rest(struct expand *e, struct sam *s, struct value *config) {
    if (sam_is_none(config))
        return;
    sam_expect_map(e, s->id, "Domain", config);
    struct domain d = {.e = e, .s = s, .config = api_become_map(e->v, config), .is_rest = true,
                       .shares_records = true};
    d.span = sam_span_of(s, "Domain");
    struct value *name = sam_get(e, config, "DomainName");
    struct value *certificate = sam_get(e, config, "CertificateArn");
    sam_expect_present(e, s->id, "Domain.DomainName", name, config->span);
    sam_expect_present(e, s->id, "Domain.CertificateArn", certificate, config->span);
    if (is_private(&d))
        add_private_name(&d, name, certificate);
    else
        add_public_name(&d, name, certificate);
    add_mappings(&d);
    if (is_private(&d))
        add_access(&d);
    domain_add_records(&d);
}
