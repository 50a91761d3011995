/* What REST integrations take from a request and give to a response, against what their methods declare.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping.html
   https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html
   https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html */
#include "passes/rules/invocations.h"

/* ---- mapping expressions ------------------------------------------------------------------ */

/* Whether a parameter's value is a static text in quotes, or begins with one of the sources. */
static bool is_expression(struct str s, bool in_response) {
    static const char *const request[] = {"method.request.", "integration.request."};
    static const char *const response[] = {"integration.response.", "method.response."};
    if (!s.len || s.ptr[0] == TEXT_HOLE)
        return true;
    if (s.ptr[0] == '\'')
        return s.len > 1 && (s.ptr[s.len - 1] == '\'' || s.ptr[s.len - 1] == TEXT_HOLE);
    for (size_t i = 0; i < 2; i++)
        if (str_starts(s, str_from(in_response ? response[i] : request[i])))
            return true;
    return str_starts(s, STR("context.")) || str_starts(s, STR("stageVariables."));
}

static void check_expressions(struct check *c, const struct resource *r, const struct value *map,
                              bool in_response) {
    for (uint32_t i = 0; map->kind == VAL_MAP && i < map->count; i++) {
        struct str s = view_text(&c->view, map->members[i].value).pattern;
        if (is_expression(s, in_response))
            continue;
        struct diag *d = check_report(c, RULE_MAPPING_EXPRESSION, r, map->members[i].value,
                                      "'%.*s' is no mapping expression", STR_ARG(s));
        diag_help(c->diags, d, "a text stands in quotes of its own: \"'%.*s'\"", STR_ARG(s));
    }
}

/* What is taken from the request must be declared by the method. */
static void check_sources(struct check *c, const struct resource *r, const struct value *mapped,
                          const struct value *declared) {
    for (uint32_t i = 0; mapped->kind == VAL_MAP && i < mapped->count; i++) {
        const struct value *x = mapped->members[i].value;
        struct str s = check_text(c, x);
        bool of_request = str_starts(s, STR("method.request.")) &&
                          !str_starts(s, STR("method.request.body")) &&
                          !str_starts(s, STR("method.request.multivalue"));
        if (of_request && !value_has(declared, s))
            check_report(c, RULE_MAPPING_EXPRESSION, r, x,
                         "'%.*s' isn't among the method's RequestParameters", STR_ARG(s));
    }
}

/* A parameter of the path stands in the path. */
static void check_path_names(struct check *c, const struct integration *in,
                             const struct value *declared) {
    static const struct str prefix = STR_ROW("method.request.path.");
    for (uint32_t i = 0; in->route.len && declared->kind == VAL_MAP && i < declared->count; i++) {
        const struct member *m = &declared->members[i];
        struct str name = str_slice(m->key, prefix.len, m->key.len);
        if (!str_starts(m->key, prefix) || str_has(in->route, TEXT_HOLE))
            continue;
        struct str one = str_printf(c->arena, "{%.*s}", STR_ARG(name));
        struct str rest = str_printf(c->arena, "{%.*s+}", STR_ARG(name));
        if (str_find(in->route, one, 0) == in->route.len &&
            str_find(in->route, rest, 0) == in->route.len)
            check_report_span(c, RULE_MAPPING_EXPRESSION, in->r, m->span,
                              "the path of %.*s has no variable '%.*s'", STR_ARG(in->route),
                              STR_ARG(name));
    }
}

/* ---- responses ---------------------------------------------------------------------------- */

/* The method's response of a status; NULL: none. known: every status is. */
static const struct value *response_of(struct check *c, const struct items *all, struct str status,
                                       bool *known) {
    *known = all->complete;
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct value *x = all->items.items[i].value;
        struct str code = check_text(c, value_get_c(x, "StatusCode"));
        if (!code.len || !check_is_closed(x))
            *known = false;
        else if (str_eq(code, status))
            return x;
    }
    return NULL;
}

static void check_response(struct check *c, const struct resource *r, const struct value *x,
                           const struct items *declared) {
    const struct value *code = value_get_c(x, "StatusCode");
    const struct value *parameters = value_get_c(x, "ResponseParameters");
    struct str status = check_text(c, code), pattern = check_text(c, value_get_c(x, "SelectionPattern"));
    bool known;
    const struct value *of = response_of(c, declared, status, &known);
    check_expressions(c, r, parameters, true);
    if (pattern.len && pattern_match(c->patterns, pattern, STR("")) == PATTERN_UNKNOWN)
        check_report(c, RULE_MAPPING_EXPRESSION, r, value_get_c(x, "SelectionPattern"),
                     "'%.*s' is no regular expression", STR_ARG(pattern));
    if (!of) {
        if (status.len && known)
            check_report(c, RULE_METHOD_RESPONSE, r, code,
                         "the method has no response %.*s in MethodResponses", STR_ARG(status));
        return;
    }
    const struct value *own = value_get_c(of, "ResponseParameters");
    for (uint32_t i = 0; parameters->kind == VAL_MAP && i < parameters->count; i++)
        if ((check_is_closed(own) || is_absent(own)) && !value_has(own, parameters->members[i].key))
            check_report_span(c, RULE_METHOD_RESPONSE, r, parameters->members[i].span,
                              "'%.*s' isn't declared by the method's response %.*s",
                              STR_ARG(parameters->members[i].key), STR_ARG(status));
}

/* ---- what can't answer ---------------------------------------------------------------------- */

/* A mock's request template must give a status. */
static void check_mock(struct check *c, const struct integration *in) {
    const struct value *templates = value_get_c(in->body, in->document ? "requestTemplates"
                                                                       : "RequestTemplates");
    if (is_absent(templates)) {
        check_report_span(c, RULE_DEAD_INTEGRATION, in->r, in->at,
                          "a mock without a request template answers with 500 only");
        return;
    }
    for (uint32_t i = 0; templates->kind == VAL_MAP && i < templates->count; i++) {
        struct text t = view_text(&c->view, templates->members[i].value);
        if (text_is_known(&t) && t.pattern.len &&
            str_find(t.pattern, STR("statusCode"), 0) == t.pattern.len)
            check_report(c, RULE_DEAD_INTEGRATION, in->r, templates->members[i].value,
                         "the mock's template gives no statusCode, so it answers with 500 only");
    }
}

static void check_answers(struct check *c, const struct integration *in, struct str type) {
    const struct value *list = value_get_c(in->body, in->document ? "responses"
                                                                  : "IntegrationResponses");
    bool is_mock = str_eq_nocase(type, STR("MOCK"));
    if (!is_mock && !str_eq_nocase(type, STR("AWS")) && !str_eq_nocase(type, STR("HTTP")))
        return;
    const struct value *templates = value_get_c(in->body, in->document ? "requestTemplates"
                                                                       : "RequestTemplates");
    bool none = is_absent(list) ||
                ((list->kind == VAL_LIST || list->kind == VAL_MAP) && !list->count);
    if (is_mock && none && is_absent(templates)) /* stands in for what is to come */
        return;
    if (none)
        check_report_span(c, RULE_DEAD_INTEGRATION, in->r, in->at,
                          "the integration of type %.*s has no integration response: each call fails",
                          STR_ARG(type));
    if (is_mock)
        check_mock(c, in);
}

static void check_method(struct check *c, const struct integration *in) {
    const struct value *declared = value_get_c(in->operation, "RequestParameters");
    const struct value *mapped = value_get_c(in->body, "RequestParameters");
    struct items all = check_items(c, value_get_c(in->operation, "MethodResponses"), in->when);
    struct items given = check_items(c, value_get_c(in->body, "IntegrationResponses"), in->when);
    check_path_names(c, in, declared);
    check_expressions(c, in->r, mapped, false);
    if (check_is_closed(declared) || is_absent(declared))
        check_sources(c, in->r, mapped, declared);
    for (uint32_t i = 0; i < given.items.count; i++)
        if (check_is_closed(given.items.items[i].value))
            check_response(c, in->r, given.items.items[i].value, &all);
}

void check_integration_responses(struct check *c) {
    const struct integrations *all = integrations_of(c);
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct integration *in = &all->items.items[i];
        if (!in->is_rest)
            continue;
        check_answers(c, in, check_text(c, in->type));
        if (!in->document && resource_is(in->r, "AWS::ApiGateway::Method"))
            check_method(c, in);
    }
    const struct resource_vec *list = check_type(c, "AWS::ApiGateway::GatewayResponse");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct value *map = property(r, "ResponseParameters");
        for (uint32_t k = 0; map->kind == VAL_MAP && k < map->count; k++) {
            struct str s = view_text(&c->view, map->members[k].value).pattern;
            if (!is_expression(s, true) && !str_starts(s, STR("method.request.")))
                check_report(c, RULE_MAPPING_EXPRESSION, r, map->members[k].value,
                             "'%.*s' is no mapping expression, expected a text in single quotes",
                             STR_ARG(s));
        }
    }
}
