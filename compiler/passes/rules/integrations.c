/* Integrations of APIs: what they call, and how.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-integration-types.html */
#include "passes/rules/invocations.h"

static bool has_type(struct check *c, const struct integration *in, const char *type) {
    return str_eq_nocase(check_text(c, in->type), str_from(type));
}

static bool is_mock(struct check *c, const struct integration *in) {
    return has_type(c, in, "MOCK");
}

/* Whether the URI is certainly Lambda's: it leads to a function of the stack, or says so. */
static bool calls_lambda(struct check *c, const struct integration *in) {
    struct str text = view_text(&c->view, in->uri).pattern;
    return function_of(c, in->uri) || str_find(text, STR(":lambda:path/"), 0) < text.len;
}

static void check_uri(struct check *c, const struct integration *in) {
    if (value_is_nil(in->type) || is_mock(c, in))
        return;
    struct str type = check_text(c, in->type);
    bool subtype = value_has(in->body, STR("IntegrationSubtype")) ||
                   value_has(in->body, STR("integrationSubtype"));
    if (value_is_nil(in->uri) && type.len && !subtype) {
        check_report_span(c, RULE_INTEGRATION_URI, in->r, in->at,
                          "the integration of type %.*s has no URI", STR_ARG(type));
        return;
    }
    /* a REST API takes a function's ARN only inside of an invocation path */
    bool bare = in->is_rest && check_target(c, in->uri) && function_of(c, in->uri);
    if (bare && (has_type(c, in, "AWS_PROXY") || has_type(c, in, "AWS"))) {
        struct diag *d =
            check_report(c, RULE_INTEGRATION_URI, in->r, in->uri,
                         "the URI is a function's name or ARN, expected its invocation path");
        diag_help(
            c->diags, d,
            "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
            "${Function.Arn}/invocations");
    }
}

/* https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html: the URI
   of an HTTP API's Lambda integration is a function's. */
static void check_target_kind(struct check *c, const struct integration *in) {
    const struct resource *to = check_target(c, in->uri);
    bool subtype = value_has(in->body, STR("IntegrationSubtype")) ||
                   value_has(in->body, STR("integrationSubtype"));
    if (in->is_rest || !to || subtype || !has_type(c, in, "AWS_PROXY") || function_of(c, in->uri) ||
        !str_starts(to->type, STR("AWS::")) || str_starts(to->type, STR("AWS::CloudFormation::")) ||
        str_starts(to->type, STR("AWS::SSM::")) || str_starts(to->type, STR("AWS::Serverless::")))
        return;
    check_report(c, RULE_INTEGRATION_URI, in->r, in->uri,
                 "the URI of a Lambda integration leads to '%.*s', which is %.*s", STR_ARG(to->id),
                 STR_ARG(to->type));
}

static void check_method(struct check *c, const struct integration *in) {
    struct str method = check_text(c, in->method);
    bool aws = has_type(c, in, "AWS_PROXY") || has_type(c, in, "AWS");
    if (!aws || !calls_lambda(c, in))
        return;
    if (method.len && !str_eq_nocase(method, STR("POST"))) {
        struct diag *d = check_report(c, RULE_INTEGRATION_METHOD, in->r, in->method,
                                      "the function is called by %.*s, expected POST",
                                      STR_ARG(method));
        diag_label(c->diags, d, "POST, whatever the route's method is");
    } else if (value_is_nil(in->method) && in->is_rest) {
        check_report_span(c, RULE_INTEGRATION_METHOD, in->r, in->at,
                          "the integration with a function has no method, expected POST");
    }
}

void check_integrations(struct check *c) {
    const struct integrations *all = integrations_of(c);
    for (uint32_t i = 0; i < all->items.count; i++) {
        check_uri(c, &all->items.items[i]);
        check_target_kind(c, &all->items.items[i]);
        check_method(c, &all->items.items[i]);
    }
}
