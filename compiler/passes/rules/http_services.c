/* How HTTP APIs call services of AWS: the parameters of each subtype, the role, and what else an
   HTTP API's integrations, routes and settings must be.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html */
#include "passes/rules/invocations.h"

static const struct subtype {
    struct str name;
    const char *action, *object, *required, *others;
} subtypes[] = {
#define SUBTYPE(name, action, object, required, others) {STR_ROW(name), action, object, required, others},
#include "passes/rules/http_services.def"
#undef SUBTYPE
};

/* ---- parameters ------------------------------------------------------------------------------ */

static void check_named(struct check *c, const struct resource *r, const struct subtype *s,
                        const struct value *parameters) {
    struct str required = str_from(s->required);
    for (uint32_t i = 0; i < parameters->count; i++) {
        struct str key = parameters->members[i].key;
        if (!str_has_word(required, ' ', key) && !str_has_word(str_from(s->others), ' ', key))
            check_report_span(c, RULE_SERVICE_PARAMETERS, r, parameters->members[i].span,
                              "%.*s takes no parameter '%.*s'", STR_ARG(s->name), STR_ARG(key));
    }
    while (required.ptr && required.len) {
        struct str key = str_split(required, ' ', &required);
        if (is_absent(value_get(parameters, key)))
            check_report(c, RULE_SERVICE_PARAMETERS, r, parameters, "%.*s lacks the parameter '%.*s'",
                         STR_ARG(s->name), STR_ARG(key));
    }
}

/* A selection begins with one of the sources; anything else that begins with a dollar is misspelt.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html */
static void check_sources(struct check *c, const struct resource *r,
                          const struct value *parameters) {
    static const struct str sources[] = {
        STR_ROW("$request.header."), STR_ROW("$request.querystring."), STR_ROW("$request.path."),
        STR_ROW("$request.path"), STR_ROW("$request.body"), STR_ROW("$context."),
        STR_ROW("$stageVariables."), STR_ROW("${"), STR_ROW("$response."),
    };
    for (uint32_t i = 0; i < parameters->count; i++) {
        const struct value *x = parameters->members[i].value;
        struct str s = check_text(c, x);
        bool known = !str_starts(s, STR("$"));
        for (size_t k = 0; k < sizeof sources / sizeof *sources; k++)
            known |= str_starts(s, sources[k]);
        if (!known)
            check_report(c, RULE_SERVICE_PARAMETERS, r, x, "'%.*s' selects nothing of the request",
                         STR_ARG(s));
    }
}

/* A reference to a thing of the stack gives what the parameter takes. */
static void check_object(struct check *c, const struct resource *r, const struct value *x,
                         const char *name) {
    static const struct {
        const char *parameter, *type, *takes;
        bool by_ref;
    } rows[] = {{"QueueUrl", "AWS::SQS::Queue", "its URL", true},
                {"StateMachineArn", "AWS::StepFunctions::StateMachine", "its ARN", true},
                {"StreamName", "AWS::Kinesis::Stream", "its name", true}};
    const struct resource *to = check_target(c, x);
    for (size_t i = 0; to && i < sizeof rows / sizeof *rows; i++) {
        if (!str_is(str_from(name), rows[i].parameter) || !str_starts(to->type, STR("AWS::")))
            continue;
        struct str attribute = x->kind == VAL_GETATT ? value_text(value_at(x, 0)) : STR_NIL;
        bool fits = x->kind != VAL_GETATT || str_is(attribute, "QueueUrl") ||
                    (i == 1 && str_is(attribute, "Arn"));
        if (resource_is(to, rows[i].type) && fits)
            continue;
        check_report(c, RULE_REFERENCE_KIND, r, x, "%s isn't given what it takes of '%.*s': %s",
                     name, STR_ARG(to->id), rows[i].takes);
    }
}

static void check_subtype(struct check *c, const struct resource *r) {
    struct str name = check_text(c, property(r, "IntegrationSubtype"));
    const struct value *parameters = view_only(&c->view, property(r, "RequestParameters"));
    for (size_t i = 0; i < sizeof subtypes / sizeof *subtypes; i++) {
        if (!str_eq(name, subtypes[i].name) || !check_is_closed(parameters))
            continue;
        check_named(c, r, &subtypes[i], parameters);
        check_sources(c, r, parameters);
        if (*subtypes[i].object)
            check_object(c, r, value_get_c(parameters, subtypes[i].object), subtypes[i].object);
        if (!is_absent(property(r, "CredentialsArn")))
            integration_check_role(c, r, property(r, "CredentialsArn"),
                                   str_from(subtypes[i].action),
                                   check_target(c, value_get_c(parameters, subtypes[i].object)),
                                   property(r, "IntegrationSubtype"));
        if (str_is(check_text(c, property(r, "PayloadFormatVersion")), "2.0"))
            check_report(c, RULE_SERVICE_PARAMETERS, r, property(r, "PayloadFormatVersion"),
                         "a service's PayloadFormatVersion is 2.0, expected 1.0");
    }
}

/* ---- what an HTTP API is made of -------------------------------------------------------------- */

/* The protocol of the API that a resource belongs to; nil: not known. */
static struct str protocol_of(struct check *c, const struct resource *r) {
    const struct resource *api = check_target_of(c, property(r, "ApiId"), "AWS::ApiGatewayV2::Api");
    return api ? check_text(c, property(api, "ProtocolType")) : STR_NIL;
}

/* https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html */
static void check_kind(struct check *c, const struct resource *r) {
    struct str type = check_text(c, property(r, "IntegrationType"));
    const struct value *uri = view_only(&c->view, property(r, "IntegrationUri"));
    struct str text = view_text(&c->view, uri).pattern;
    bool http = str_is(protocol_of(c, r), "HTTP");
    if (http && type.len && !str_is(type, "AWS_PROXY") && !str_is(type, "HTTP_PROXY"))
        check_report(c, RULE_INTEGRATION_URI, r, property(r, "IntegrationType"),
                     "an HTTP API has no integrations of type %.*s, expected AWS_PROXY or HTTP_PROXY",
                     STR_ARG(type));
    const struct resource *to = check_target(c, uri);
    bool linked = str_is(check_text(c, property(r, "ConnectionType")), "VPC_LINK");
    bool of_function = to && (resource_is(to, "AWS::Lambda::Function") ||
                              resource_is(to, "AWS::Lambda::Alias"));
    bool no_url = text.len && text.ptr[0] != TEXT_HOLE && !str_starts(text, STR("http://")) &&
                  !str_starts(text, STR("https://")) && !str_has(text, '$');
    if (str_starts(type, STR("HTTP")) && !linked && is_absent(property(r, "ConnectionType")) &&
        !is_absent(uri) && (of_function || no_url))
        check_report(c, RULE_INTEGRATION_URI, r, uri,
                     "the URI of an integration of type %.*s starts with http:// or https://",
                     STR_ARG(type));
}

/* https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html */
static void check_route(struct check *c, const struct resource *r) {
    const struct value *target = property(r, "Target");
    struct text t = view_text(&c->view, target);
    struct str protocol = protocol_of(c, r), key = check_text(c, property(r, "RouteKey"));
    static const char form[] = {'i', 'n', 't', 'e', 'g', 'r', 'a', 't', 'i', 'o', 'n', 's', '/',
                                TEXT_HOLE};
    bool is_alone = t.pattern.len == 1 && t.pattern.ptr[0] == TEXT_HOLE;
    if (!is_absent(target) && !is_alone &&
        !text_can_equal(t.pattern, (struct str){form, sizeof form}))
        check_report(c, RULE_REFERENCE_KIND, r, target, "Target doesn't start with integrations/");
    for (uint32_t i = 0; !is_alone && i < t.holes.items.count; i++) {
        const struct resource *to = check_target(c, t.holes.items.items[i]);
        if (to && str_starts(to->type, STR("AWS::")) &&
            !resource_is(to, "AWS::ApiGatewayV2::Integration") &&
            !str_starts(to->type, STR("AWS::CloudFormation::")))
            check_report(c, RULE_REFERENCE_KIND, r, target,
                         "Target leads to '%.*s', which is %.*s, expected an integration",
                         STR_ARG(to->id), STR_ARG(to->type));
    }
    if (str_is(protocol, "HTTP") && key.len && key.ptr[0] != '$' && !str_has(key, ' '))
        check_report(c, RULE_ROUTE_PATH, r, property(r, "RouteKey"),
                     "'%.*s' is no route of an HTTP API, expected METHOD /path or $default",
                     STR_ARG(key));
    struct str auth = check_text(c, property(r, "AuthorizationType"));
    if (str_is(protocol, "WEBSOCKET") && auth.len && !str_is(auth, "NONE") && key.len &&
        !str_is(key, "$connect"))
        check_report(c, RULE_ROUTE_AUTHORIZER, r, property(r, "AuthorizationType"),
                     "the route '%.*s' asks for authorization, which $connect alone can",
                     STR_ARG(key));
}

static void check_authorizer(struct check *c, const struct resource *r) {
    if (str_is(protocol_of(c, r), "HTTP") && check_is_closed(r->properties) &&
        str_is(check_text(c, property(r, "AuthorizerType")), "REQUEST") &&
        is_absent(property(r, "AuthorizerPayloadFormatVersion")))
        check_report_span(c, RULE_MISSING_PROPERTY, r, r->id_span,
                          "the authorizer '%.*s' has no AuthorizerPayloadFormatVersion, which HTTP "
                          "APIs require",
                          STR_ARG(r->id));
}

/* https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
static void check_cors(struct check *c, const struct resource *r) {
    const struct value *cors = view_only(&c->view, property(r, "CorsConfiguration"));
    if (!value_is_true(view_only(&c->view, value_get_c(cors, "AllowCredentials"))))
        return;
    struct items all = check_items(c, value_get_c(cors, "AllowOrigins"), BDD_TRUE);
    for (uint32_t i = 0; i < all.items.count; i++)
        if (str_is(check_text(c, all.items.items[i].value), "*"))
            check_report(c, RULE_SERVICE_PARAMETERS, r, all.items.items[i].value,
                         "AllowOrigins can't have '*' where AllowCredentials is true");
}

void check_http_apis(struct check *c) {
    static const struct {
        const char *type;
        void (*look)(struct check *c, const struct resource *r);
    } rows[] = {
        {"AWS::ApiGatewayV2::Integration", check_subtype},
        {"AWS::ApiGatewayV2::Integration", check_kind},
        {"AWS::ApiGatewayV2::Route", check_route},
        {"AWS::ApiGatewayV2::Authorizer", check_authorizer},
        {"AWS::ApiGatewayV2::Api", check_cors},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const struct resource_vec *list = check_type(c, rows[k].type);
        for (uint32_t i = 0; i < list->items.count; i++)
            rows[k].look(c, list->items.items[i]);
    }
}
