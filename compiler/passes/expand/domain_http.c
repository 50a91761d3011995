/* Custom domains of HTTP and WebSocket APIs. */
#include "passes/expand/api.h"

static struct value *configuration(const struct domain *d, struct value *certificate) {
    struct expand *e = d->e;
    struct openapi o = {.e = e};
    struct value *endpoint = sam_get(e, d->config, "EndpointConfiguration");
    struct value *verification = sam_get(e, d->config, "OwnershipVerificationCertificateArn");
    struct value *policy = sam_get(e, d->config, "SecurityPolicy");
    if (value_is_nil(endpoint))
        endpoint = openapi_set(&o, d->config, "EndpointConfiguration", sam_c(e, "REGIONAL"));
    if (!value_is_c(endpoint, "REGIONAL"))
        sam_fail(e, d->s->id, endpoint->span,
                 "EndpointConfiguration for Custom Domains must be one of ['REGIONAL'].");
    struct value *c = sam_map(e, "CertificateArn", certificate, "EndpointType", endpoint, NULL);
    if (sam_is_truthy(verification))
        sam_put(e, c, "OwnershipVerificationCertificateArn", verification);
    if (sam_is_truthy(policy))
        sam_put(e, c, "SecurityPolicy", policy);
    return sam_list(e, c, NULL);
}

static struct value *mutual_tls(const struct domain *d) {
    struct value *tls = sam_get(d->e, d->config, "MutualTlsAuthentication");
    if (!sam_is_truthy(tls))
        return &value_nil;
    if (!sam_is_map(tls))
        sam_fail(d->e, d->s->id, tls->span,
                 "MutualTlsAuthentication must be a map with at least one of the following fields "
                 "['TruststoreUri', 'TruststoreVersion'].");
    return domain_mutual_tls(d, tls, STR_NIL, "MutualTlsAuthentication");
}

static void add_name(struct domain *d, struct value *name, struct value *certificate,
                     const char *tag) {
    struct expand *e = d->e;
    struct openapi o = {.e = e};
    d->id = api_hashed_id(e, "ApiGatewayDomainNameV2", name);
    openapi_set(&o, d->config, "ApiDomainName", value_string(e->v, d->id));
    struct resource *r = sam_make(e, d->s, d->id, "AWS::ApiGatewayV2::DomainName", d->s->passed,
                                  "domain", d->span);
    sam_set(e, r, "DomainName", name);
    sam_set(e, r, "Tags", sam_map(e, tag, sam_c(e, "SAM"), NULL));
    sam_set(e, r, "DomainNameConfigurations", configuration(d, certificate));
    sam_set(e, r, "MutualTlsAuthentication", mutual_tls(d));
    sam_push(e, d->s, r);
}

static void add_mapping(const struct domain *d, struct str id, struct value *key) {
    struct expand *e = d->e;
    struct resource *r = sam_make(e, d->s, id, "AWS::ApiGatewayV2::ApiMapping", d->s->passed,
                                  "base path mapping", api_span_of(d->config, "BasePath"));
    sam_set(e, r, "DomainName", sam_ref(e, d->id));
    sam_set(e, r, "ApiId", sam_ref(e, d->s->id));
    sam_set(e, r, "Stage", domain_stage(d));
    sam_set(e, r, "ApiMappingKey", key);
    sam_push(e, d->s, r);
}

static bool is_path_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' ||
           c == '-' || c == '_';
}

static void check_path(const struct domain *d, const struct value *path) {
    bool fits = true;
    if (!sam_is_string(path))
        sam_fail(d->e, d->s->id, sam_span(path, d->span), "Basepath must be a string.");
    for (size_t i = 0; i < path->text.len; i++)
        fits = fits && is_path_byte(path->text.ptr[i]);
    if (!fits)
        sam_fail(d->e, d->s->id, path->span, "Invalid Basepath name provided.");
}

static struct str letters_of(struct expand *e, struct str path) {
    char *bytes = arena_array(e->arena, char, path.len + 1);
    size_t count = 0;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] != '/' && path.ptr[i] != '-' && path.ptr[i] != '_')
            bytes[count++] = path.ptr[i];
    return (struct str){bytes, count};
}

static struct str without_slashes(struct str path) {
    while (path.len && path.ptr[0] == '/')
        path = str_slice(path, 1, path.len);
    while (path.len && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

static void add_mappings(const struct domain *d) {
    struct expand *e = d->e;
    struct value *paths = sam_get(e, d->config, "BasePath");
    if (sam_is_truthy(paths) && sam_is_string(paths))
        paths = sam_list(e, paths, NULL);
    if (!sam_is_truthy(paths) || !sam_is_list(paths)) {
        add_mapping(d, sam_id(e, "%.*sApiMapping", STR_ARG(d->s->id)), &value_nil);
        return;
    }
    for (uint32_t i = 0; i < paths->count; i++) {
        check_path(d, paths->items[i]);
        struct str text = paths->items[i]->text, letters = letters_of(e, text);
        add_mapping(d, sam_id(e, "%.*s%.*sApiMapping", STR_ARG(d->s->id), STR_ARG(letters)),
                    value_string(e->v, without_slashes(text)));
    }
}

void domain_add_http(struct expand *e, struct sam *s, struct value *config, const char *tag,
                     bool shares_records) {
    if (sam_is_none(config))
        return;
    struct domain d = {.e = e, .s = s, .config = api_become_map(e->v, config),
                       .shares_records = shares_records};
    d.span = sam_span_of(s, "Domain");
    struct value *name = sam_get(e, config, "DomainName");
    struct value *certificate = sam_get(e, config, "CertificateArn");
    if (value_is_nil(name) || value_is_nil(certificate))
        sam_fail(e, s->id, sam_span(config, d.span),
                 "Custom Domains only works if both DomainName and CertificateArn are provided.");
    add_name(&d, name, certificate, tag);
    add_mappings(&d);
    domain_add_records(&d);
}
