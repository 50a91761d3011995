/* Custom domains and their certificates.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains-prerequisites.html */
#include "passes/rules/arns.h"

/* A place where a certificate serves hosts. */
struct use {
    const struct resource *r;
    const struct value *certificate;
    const struct value *hosts; /* one, or a list */
    struct bdd_id when;
    bool in_us_east_1;      /* edge-optimized: the certificate must be there */
    const char *what;       /* "an edge-optimized domain" */
};

/* ---- the certificate's ARN ------------------------------------------------------------ */

static bool is_uuid(struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F');
        if (dash ? ch != '-' : !hex)
            return false;
    }
    return s.len == 36;
}

static bool is_acm(const struct arn *arn) {
    struct str service = arn_part(arn, ARN_SERVICE), resource = arn->parts[ARN_RESOURCE];
    if (arn->known > ARN_SERVICE && service.ptr && !str_is(service, "acm"))
        return false;
    return arn->known < ARN_PARTS || str_has(resource, TEXT_HOLE) ||
           str_starts(resource, STR("certificate/"));
}

static void check_region(struct check *c, const struct use *use, const struct value *x,
                         struct str region) {
    if (use->in_us_east_1) {
        if (!str_is(region, "us-east-1") && !str_starts(region, STR("cn-")))
            check_report_word(c, RULE_CERTIFICATE_REGION, use->r, x, region,
                              "the certificate is in %.*s, %s needs one in us-east-1",
                              STR_ARG(region), use->what);
        return;
    }
    for (uint32_t i = 0; i < c->regions->items.count; i++) {
        struct str own = c->regions->items.items[i];
        if (str_eq(own, region))
            continue;
        check_report_word(c, RULE_CERTIFICATE_REGION, use->r, x, region,
                          "the certificate is in %.*s, %s in %.*s needs one there", STR_ARG(region),
                          use->what, STR_ARG(own));
        return;
    }
}

static void check_written_arn(struct check *c, const struct use *use, const struct value *x) {
    struct arn arn;
    bool is_arn = arn_read(c, x, &arn);
    if (!is_arn && (!text_is_known(&arn.text) || arn.text.pattern.len == 0))
        return;
    if (!is_arn || !is_acm(&arn) ||
        (text_is_known(&arn.text) && (arn.known < ARN_PARTS || !arn.parts[ARN_REGION].len))) {
        check_report(c, RULE_CERTIFICATE_ARN, use->r, x,
                     "'%.*s' is no certificate of ACM, expected "
                     "arn:aws:acm:REGION:ACCOUNT:certificate/ID",
                     STR_ARG(arn.text.pattern));
        return;
    }
    struct str region = arn_part(&arn, ARN_REGION), resource = arn_part(&arn, ARN_RESOURCE);
    if (region.len)
        check_region(c, use, x, region);
    struct str id = str_slice(resource, sizeof "certificate/" - 1, resource.len);
    if (id.len && !is_uuid(id))
        check_report_word(c, RULE_CERTIFICATE_PLACEHOLDER, use->r, x, id,
                          "'%.*s' is no certificate's id, but a placeholder", STR_ARG(id));
}

/* ---- a certificate of this stack --------------------------------------------------------- */

/* Whether a certificate's name may cover a host; both may have holes. */
static bool may_cover(struct check *c, struct str name, struct str host) {
    if (!str_starts(name, STR("*.")))
        return text_can_equal(name, host);
    struct str parent = str_slice(name, 2, name.len);
    size_t dot = str_find_char(host, '.', 0), hole = str_find_char(host, TEXT_HOLE, 0);
    if (hole < dot || hole < host.len) {
        char any[] = {TEXT_HOLE, '.'};
        return text_can_equal(str_concat(c->arena, (struct str){any, 2}, parent), host);
    }
    return text_can_equal(parent, str_slice(host, dot + 1, host.len));
}

static struct str lower_text(struct check *c, const struct value *x) {
    return str_lower(c->arena, view_text(&c->view, x).pattern);
}

static bool certificate_may_cover(struct check *c, const struct resource *certificate,
                                  struct str host) {
    if (may_cover(c, lower_text(c, property(certificate, "DomainName")), host))
        return true;
    struct items names =
        check_items(c, property(certificate, "SubjectAlternativeNames"), BDD_TRUE);
    if (!names.complete)
        return true;
    for (uint32_t i = 0; i < names.items.count; i++)
        if (may_cover(c, lower_text(c, names.items.items[i].value), host))
            return true;
    return false;
}

static void check_host(struct check *c, const struct use *use, const struct resource *certificate,
                       const struct value *host) {
    struct str text = lower_text(c, host);
    if (!text.len || certificate_may_cover(c, certificate, text))
        return;
    struct text shown = view_text(&c->view, host);
    struct str name = text_is_known(&shown) ? shown.pattern : STR("the host");
    struct diag *d = check_report(c, RULE_CERTIFICATE_HOST, use->r, host,
                                  "'%.*s' isn't covered by the names of certificate '%.*s'",
                                  STR_ARG(name), STR_ARG(certificate->id));
    diag_note(c->diags, d, property(certificate, "DomainName")->span, "the certificate's name");
}

static void check_own_certificate(struct check *c, const struct use *use,
                                  const struct resource *certificate) {
    for (uint32_t i = 0; use->in_us_east_1 && i < c->regions->items.count; i++) {
        struct str region = c->regions->items.items[i];
        if (!str_is(region, "us-east-1") && !str_starts(region, STR("cn-"))) {
            check_report(c, RULE_CERTIFICATE_REGION, use->r, use->certificate,
                         "the certificate is made in %.*s, %s needs one in us-east-1",
                         STR_ARG(region), use->what);
            return;
        }
    }
    struct items hosts = {0};
    if (use->hosts->kind == VAL_LIST)
        hosts = check_items(c, use->hosts, use->when);
    else if (!value_is_nil(use->hosts))
        vec_push(c->arena, &hosts.items, (struct possible){.value = use->hosts});
    for (uint32_t i = 0; i < hosts.items.count; i++)
        check_host(c, use, certificate, hosts.items.items[i].value);
}

static void check_use(struct check *c, const struct use *use) {
    struct possibles all = {0};
    view_possible(&c->view, use->certificate, use->when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct value *x = all.items.items[i].value;
        const struct resource *own =
            x->kind == VAL_REF ? check_target_of(c, x, "AWS::CertificateManager::Certificate")
                               : NULL;
        if (own)
            check_own_certificate(c, use, own);
        else if (all.items.items[i].certainty == CERTAIN &&
                 (x->kind == VAL_STRING || x->kind == VAL_SUB || x->kind == VAL_JOIN))
            check_written_arn(c, use, x);
    }
}

/* ---- API Gateway ---------------------------------------------------------------------------- */

enum endpoint { ENDPOINT_UNKNOWN, ENDPOINT_EDGE, ENDPOINT_REGIONAL, ENDPOINT_PRIVATE };

static enum endpoint endpoint_of(struct check *c, const struct resource *r) {
    const struct value *configuration = property(r, "EndpointConfiguration");
    const struct value *types = value_get_c(configuration, "Types");
    if (value_is_nil(configuration))
        return ENDPOINT_EDGE;
    struct str type = check_text(c, value_at(types, 0));
    return types->kind != VAL_LIST || types->count != 1 ? ENDPOINT_UNKNOWN
           : str_is(type, "EDGE")                       ? ENDPOINT_EDGE
           : str_is(type, "REGIONAL")                   ? ENDPOINT_REGIONAL
           : str_is(type, "PRIVATE")                    ? ENDPOINT_PRIVATE
                                                        : ENDPOINT_UNKNOWN;
}

static void check_policy(struct check *c, const struct resource *r, const struct value *policy,
                         const struct value *mutual, enum endpoint endpoint, bool is_v2) {
    struct str name = check_text(c, policy);
    if (!name.len)
        return;
    bool old = str_is(name, "TLS_1_0");
    bool edge = str_starts(name, STR("SecurityPolicy_")) && str_ends(name, STR("_EDGE"));
    bool not_edge = str_starts(name, STR("SecurityPolicy_")) && !edge;
    if (old && is_v2)
        check_report(c, RULE_TLS_POLICY, r, policy,
                     "domains of this kind don't take TLS_1_0, expected TLS_1_2");
    else if (old && !value_is_null(mutual))
        check_report(c, RULE_TLS_POLICY, r, policy,
                     "mutual TLS doesn't go with TLS_1_0, expected TLS_1_2");
    else if ((edge && endpoint == ENDPOINT_REGIONAL) || (not_edge && endpoint == ENDPOINT_EDGE))
        check_report(c, RULE_TLS_POLICY, r, policy, "%.*s is no policy of %s domain",
                     STR_ARG(name), edge ? "a regional" : "an edge-optimized");
}

static bool lacks(struct check *c, const struct value *x, struct bdd_id when) {
    struct bdd_id there = check_presence_of(c, x, when);
    return check_meet(c, when, formula_not(&c->formulas, there));
}

static void check_rest_domain(struct check *c, const struct resource *r) {
    enum endpoint endpoint = endpoint_of(c, r);
    struct bdd_id when = formula_of_resource(&c->formulas, r);
    const struct value *host = property(r, "DomainName");
    const struct value *edge = property(r, "CertificateArn");
    const struct value *regional = property(r, "RegionalCertificateArn");
    if (endpoint == ENDPOINT_EDGE || endpoint == ENDPOINT_UNKNOWN)
        check_use(c, &(struct use){r, edge, host, when, endpoint == ENDPOINT_EDGE,
                                   "an edge-optimized domain"});
    if (endpoint != ENDPOINT_EDGE)
        check_use(c, &(struct use){r, regional, host, when, false, "a regional domain"});
    check_policy(c, r, property(r, "SecurityPolicy"), property(r, "MutualTlsAuthentication"),
                 endpoint, false);
    if (!check_is_closed(r->properties))
        return;
    if (endpoint == ENDPOINT_EDGE && lacks(c, edge, when))
        check_report(c, RULE_DOMAIN_CERTIFICATE, r, NULL,
                     "the edge-optimized domain has no CertificateArn");
    else if (endpoint == ENDPOINT_REGIONAL && lacks(c, regional, when))
        check_report(c, RULE_DOMAIN_CERTIFICATE, r, NULL,
                     "the regional domain has no RegionalCertificateArn");
}

static void check_http_domain(struct check *c, const struct resource *r) {
    struct items configurations = check_items(c, property(r, "DomainNameConfigurations"),
                                              formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < configurations.items.count; i++) {
        const struct possible *p = &configurations.items.items[i];
        const struct value *certificate = value_get_c(p->value, "CertificateArn");
        struct str type = check_text(c, value_get_c(p->value, "EndpointType"));
        check_use(c, &(struct use){r, certificate, property(r, "DomainName"), p->when,
                                   str_is(type, "EDGE"),
                                   str_is(type, "EDGE") ? "an edge-optimized domain"
                                                        : "a regional domain"});
        check_policy(c, r, value_get_c(p->value, "SecurityPolicy"),
                     property(r, "MutualTlsAuthentication"), ENDPOINT_REGIONAL, true);
        if (check_is_closed(p->value) && lacks(c, certificate, p->when))
            check_report(c, RULE_DOMAIN_CERTIFICATE, r, NULL, "the domain has no CertificateArn");
    }
}

/* ---- mappings -------------------------------------------------------------------------------- */

static struct str domain_key(struct check *c, const struct value *domain) {
    const struct resource *own = check_target(c, domain);
    if (own)
        domain = property(own, "DomainName");
    return value_canonical(c->arena, view_only(&c->view, domain));
}

static void check_mappings(struct check *c, const char *type, const char *path_name,
                           struct map *taken) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct value *path = property(r, path_name);
        struct str text = check_text(c, path);
        if ((!value_is_null(path) && !text.ptr) || value_is_null(property(r, "DomainName")))
            continue;
        if (str_is(text, "(none)"))
            text = STR_NIL;
        struct str domain = domain_key(c, property(r, "DomainName"));
        struct str key = str_printf(c->arena, "%.*s/%.*s", STR_ARG(domain), STR_ARG(text));
        const struct resource *other = map_get_ptr(taken, key);
        if (!other) {
            map_put_ptr(c->arena, taken, key, r);
        } else if (check_coexist(c, r, other)) {
            struct diag *d = check_report(c, RULE_BASE_PATH_CONFLICT, r,
                                          value_is_nil(path) ? NULL : path,
                                          "base path '%.*s' of the domain is mapped twice",
                                          STR_ARG(text));
            diag_note(c->diags, d, other->id_span, "by '%.*s' too", STR_ARG(other->id));
        }
    }
}

/* Whether an API may answer at API Gateway's own host, where no domain asks for certificates. */
static bool answers_itself(const struct resource *api) {
    const struct value *off = property(api, "DisableExecuteApiEndpoint");
    const struct value *body = property(api, "Body");
    bool elsewhere = !value_is_null(property(api, "BodyS3Location")) ||
                     (!value_is_null(body) && body->kind != VAL_MAP);
    if (value_is_null(off) && elsewhere)
        return false; /* what isn't seen may turn it off */
    if (value_is_null(off))
        off = value_get_c(value_get_c(body, "x-amazon-apigateway-endpoint-configuration"),
                          "disableExecuteApiEndpoint");
    return value_is_null(off) || (value_is_scalar(off) && !value_is_true(off));
}

static void check_mutual_tls(struct check *c, const char *type, const char *api_name) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct resource *domain = check_target(c, property(r, "DomainName"));
        const struct resource *api = check_target(c, property(r, api_name));
        const struct value *mutual = domain ? property(domain, "MutualTlsAuthentication") : NULL;
        if (!api || !mutual || mutual->kind != VAL_MAP || !check_is_closed(api->properties) ||
            !answers_itself(api) || !check_coexist(c, r, domain))
            continue;
        struct diag *d = check_report(c, RULE_MUTUAL_TLS_BYPASS, api, NULL,
                                      "'%.*s' answers at API Gateway's own host too, where nobody "
                                      "asks for client certificates", STR_ARG(api->id));
        diag_note(c->diags, d, mutual->span, "'%.*s' asks for them", STR_ARG(domain->id));
        diag_help(c->diags, d, "turn that host off: default_endpoint = false, in a template "
                               "DisableExecuteApiEndpoint: true");
    }
}

/* ---- others that need a certificate in us-east-1 ------------------------------------------------ */

static void check_distribution(struct check *c, const struct resource *r) {
    const struct value *config = property(r, "DistributionConfig");
    const struct value *viewer = value_get_c(config, "ViewerCertificate");
    const struct value *aliases = value_get_c(config, "Aliases");
    struct bdd_id when = formula_of_resource(&c->formulas, r);
    check_use(c, &(struct use){r, value_get_c(viewer, "AcmCertificateArn"), aliases, when, true,
                               "a distribution"});
    bool closed = check_is_closed(config);
    if (closed && aliases->kind == VAL_LIST && aliases->count && lacks(c, viewer, when)) {
        struct possibles all = check_possible(c, r, aliases->items[0]);
        if (all.items.count && !value_is_nil(all.items.items[0].value) && value_is_nil(viewer))
            check_report(c, RULE_DOMAIN_CERTIFICATE, r, aliases,
                         "the distribution has aliases but no ViewerCertificate");
    }
}

static void check_each(struct check *c, const char *type,
                       void (*run)(struct check *, const struct resource *)) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++)
        run(c, list->items.items[i]);
}

static void check_pool_domain(struct check *c, const struct resource *r) {
    const struct value *config = property(r, "CustomDomainConfig");
    check_use(c, &(struct use){r, value_get_c(config, "CertificateArn"), property(r, "Domain"),
                               formula_of_resource(&c->formulas, r), true, "a user pool's domain"});
}

static void check_appsync_domain(struct check *c, const struct resource *r) {
    check_use(c, &(struct use){r, property(r, "CertificateArn"), property(r, "DomainName"),
                               formula_of_resource(&c->formulas, r), true, "an AppSync domain"});
}

static struct str without_star(struct str s) {
    return str_starts(s, STR("*.")) ? str_slice(s, 2, s.len) : s;
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-certificatemanager-certificate-domainvalidationoption.html:
   an option is for a name of the certificate, and only records are put into a zone. */
static void check_option(struct check *c, const struct resource *r, const struct value *option) {
    const struct value *at = value_get_c(option, "DomainName");
    const struct value *zone = value_get_c(option, "HostedZoneId");
    struct str name = without_star(lower_text(c, at));
    struct items names = check_items(c, property(r, "SubjectAlternativeNames"), BDD_TRUE);
    bool found = !names.complete || !name.len ||
                 text_can_equal(name, without_star(lower_text(c, property(r, "DomainName"))));
    for (uint32_t i = 0; !found && i < names.items.count; i++)
        found = text_can_equal(name, without_star(lower_text(c, names.items.items[i].value)));
    if (!found)
        check_report(c, RULE_CERTIFICATE_HOST, r, at,
                     "the option is for a name that the certificate doesn't have");
    if (!is_absent(zone) && str_is(check_text(c, property(r, "ValidationMethod")), "EMAIL"))
        check_report(c, RULE_CERTIFICATE_HOST, r, zone,
                     "mail proves nothing by a hosted zone, expected ValidationMethod DNS");
}

/* https://docs.aws.amazon.com/acm/latest/APIReference/API_DomainValidationOption.html: the domain whose
   owner is asked holds the certificate's. */
static void check_validation(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::CertificateManager::Certificate");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        struct items options = check_items(c, property(r, "DomainValidationOptions"),
                                           formula_of_resource(&c->formulas, r));
        for (uint32_t j = 0; j < options.items.count; j++) {
            const struct value *x = options.items.items[j].value;
            const struct value *at = value_get_c(x, "ValidationDomain");
            if (check_is_closed(x) && check_is_closed(r->properties))
                check_option(c, r, x);
            struct str above = check_text(c, at),
                       name = check_text(c, value_get_c(x, "DomainName"));
            struct str end = str_printf(c->arena, ".%.*s", STR_ARG(above));
            if (!above.len || !name.len || str_eq_nocase(above, name) ||
                str_ends(str_lower(c->arena, name), str_lower(c->arena, end)))
                continue;
            check_report(c, RULE_CERTIFICATE_HOST, r, at,
                         "'%.*s' is no domain above '%.*s', expected one", STR_ARG(above),
                         STR_ARG(name));
        }
    }
}

void check_domains(struct check *c) {
    check_validation(c);
    struct map taken = {0};
    check_each(c, "AWS::ApiGateway::DomainName", check_rest_domain);
    check_each(c, "AWS::ApiGatewayV2::DomainName", check_http_domain);
    check_mappings(c, "AWS::ApiGateway::BasePathMapping", "BasePath", &taken);
    check_mappings(c, "AWS::ApiGatewayV2::ApiMapping", "ApiMappingKey", &taken);
    check_mutual_tls(c, "AWS::ApiGateway::BasePathMapping", "RestApiId");
    check_mutual_tls(c, "AWS::ApiGatewayV2::ApiMapping", "ApiId");
    check_each(c, "AWS::CloudFront::Distribution", check_distribution);
    check_each(c, "AWS::Cognito::UserPoolDomain", check_pool_domain);
    check_each(c, "AWS::AppSync::DomainName", check_appsync_domain);
}
