/* The URIs by which APIs call functions and services, part by part, and the role that they need for it.
   https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html#apigw-PutIntegration-request-uri
   https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html */
#include "passes/rules/access.h"
#include "passes/rules/invocations.h"

/* One URI: arn:PARTITION:apigateway:REGION:SERVICE:path/.. or :action/.. */
struct uri {
    struct check *c;
    const struct resource *r;
    const struct value *at;
    struct text text;
    struct str service, rest; /* nil: not known */
};

static const char FUNCTION_FORM[] =
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "${Function.Arn}/invocations";

static struct diag *report(struct uri *u, const char *why) {
    return check_report(u->c, RULE_INTEGRATION_URI, u->r, u->at, "the URI %s", why);
}

/* The function that stands at a byte of the text. */
static const struct value *hole_at(const struct uri *u, size_t at) {
    uint32_t n = 0;
    for (size_t i = 0; i < at && i < u->text.pattern.len; i++)
        n += u->text.pattern.ptr[i] == TEXT_HOLE;
    bool is_hole = at < u->text.pattern.len && u->text.pattern.ptr[at] == TEXT_HOLE;
    return is_hole && n < u->text.holes.items.count ? u->text.holes.items.items[n] : &value_nil;
}

/* ---- functions --------------------------------------------------------------------------- */

/* What stands between functions/ and /invocations is a function's ARN. */
static void check_function(struct uri *u, size_t from, size_t to) {
    struct str name = str_slice(u->text.pattern, from, to);
    const struct value *hole = hole_at(u, from);
    const struct resource *r = check_target(u->c, hole);
    bool is_name = r && hole->kind == VAL_REF && resource_is(r, "AWS::Lambda::Function");
    if (!name.len || (name.ptr[0] != TEXT_HOLE && !str_starts(name, STR("arn:")))) {
        diag_help(u->c->diags, report(u, "names no function by its ARN"), "%s", FUNCTION_FORM);
    } else if (name.len == 1 && is_name) {
        struct diag *d = check_report(u->c, RULE_INTEGRATION_URI, u->r, u->at,
                                      "the URI has the name of '%.*s', expected its ARN",
                                      STR_ARG(r->id));
        diag_help(u->c->diags, d, "${%.*s.Arn}", STR_ARG(r->id));
    } else if (name.len == 1 && r && str_starts(r->type, STR("AWS::")) && !function_of(u->c, hole) &&
               !str_starts(r->type, STR("AWS::CloudFormation::")) &&
               !str_starts(r->type, STR("AWS::SSM::")) &&
               !str_starts(r->type, STR("AWS::Serverless::"))) {
        check_report(u->c, RULE_INTEGRATION_URI, u->r, u->at,
                     "the URI calls '%.*s', which is %.*s, expected a function", STR_ARG(r->id),
                     STR_ARG(r->type));
    }
}

/* The whole of an ARN is in the hole, so nothing that's needed after it can be. */
static bool ends_with_function(const struct uri *u) {
    const struct value *last = hole_at(u, u->text.pattern.len - 1);
    return function_of(u->c, last) && check_target(u->c, last);
}

static void check_invocation(struct uri *u) {
    static const struct {
        struct str before, after;
    } forms[] = {
        {STR_ROW("path/2015-03-31/functions/"), STR_ROW("/invocations")},
        {STR_ROW("path/2021-11-15/functions/"), STR_ROW("/response-streaming-invocations")},
    };
    static const char hole[] = {TEXT_HOLE};
    size_t start = u->text.pattern.len - u->rest.len;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct str before = forms[i].before, after = forms[i].after;
        struct str form = str_concat(u->c->arena, before, (struct str){hole, 1});
        form = str_concat(u->c->arena, form, after);
        if (str_starts(u->rest, before) && str_ends(u->rest, after)) {
            check_function(u, start + before.len, u->text.pattern.len - after.len);
            return;
        }
        if (text_can_equal(u->rest, form) && !ends_with_function(u))
            return;
    }
    diag_help(u->c->diags, report(u, "doesn't call a function, expected its invocation path"), "%s",
              FUNCTION_FORM);
}

/* ---- other services ------------------------------------------------------------------------ */

/* https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html:
   a queue is ACCOUNT/NAME in a path. */
static void check_queue(struct uri *u) {
    size_t slash = str_find_char(u->rest, '/', sizeof "path/" - 1);
    size_t start = u->text.pattern.len - u->rest.len;
    const struct value *whole = hole_at(u, start + sizeof "path/" - 1);
    const struct value *last = hole_at(u, u->text.pattern.len - 1);
    const struct resource *queue = check_target_of(u->c, last, "AWS::SQS::Queue");
    bool is_name = last->kind == VAL_GETATT && value_is_c(value_at(last, 0), "QueueName");
    if (queue && !is_name) {
        check_report(u->c, RULE_INTEGRATION_URI, u->r, u->at,
                     "the URI has the %s of '%.*s', expected its QueueName",
                     last->kind == VAL_REF ? "URL" : "ARN", STR_ARG(queue->id));
    } else if (queue && whole == last && slash == u->rest.len) {
        report(u, "has the queue's name alone, expected path/${AWS::AccountId}/ before it");
    }
}

static void check_service(struct uri *u, bool is_proxy) {
    bool is_path = str_starts(u->rest, STR("path/"));
    bool is_action = str_starts(u->rest, STR("action/"));
    if (str_is(u->service, "lambda")) {
        check_invocation(u);
    } else if (is_proxy && !str_is(u->service, "firehose")) {
        check_report(u->c, RULE_INTEGRATION_URI, u->r, u->at,
                     "the URI is of %.*s, but AWS_PROXY calls functions: expected the type AWS",
                     STR_ARG(u->service));
    } else if (u->rest.len && u->rest.ptr[0] != TEXT_HOLE && !is_path && !is_action) {
        report(u, "has neither path/ nor action/ after the service");
    } else if (is_action && str_has(str_slice(u->rest, sizeof "action/" - 1, u->rest.len), '/') &&
               !str_has(u->rest, '&') && !str_has(u->rest, '?')) {
        report(u, "has a path after action/, expected an action's name");
    } else if (is_path && str_is(u->service, "sqs")) {
        check_queue(u);
    }
}

/* Reads the parts that come before a hole that may hold a colon; those after it aren't known. */
static bool split(struct uri *u) {
    struct str part, rest = u->text.pattern;
    const char *const expected[] = {"arn", NULL, "apigateway", NULL};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        if (!str_has(rest, ':'))
            return false;
        size_t at = (size_t)(rest.ptr - u->text.pattern.ptr);
        part = str_split(rest, ':', &rest);
        bool is_hole = part.len == 1 && part.ptr[0] == TEXT_HOLE;
        if (str_has(part, TEXT_HOLE) && !is_hole)
            return false;
        if (expected[i] && !is_hole && !str_eq(part, str_from(expected[i])))
            return false;
        const struct value *hole = hole_at(u, at);
        if (i == 3 && hole->kind == VAL_REF && str_is(hole->text, "AWS::AccountId"))
            report(u, "has an account where the region stands, expected ${AWS::Region}");
    }
    if (!str_has(rest, ':'))
        return false;
    u->service = str_split(rest, ':', &u->rest);
    /* a subdomain may stand before the service: my-bucket.s3 */
    size_t dot = str_find_char(u->service, '.', 0);
    if (dot < u->service.len)
        u->service = str_slice(u->service, dot + 1, u->service.len);
    return !str_has(u->service, TEXT_HOLE);
}

static bool begin(struct uri *u, struct check *c, const struct resource *r, const struct value *at) {
    *u = (struct uri){.c = c, .r = r, .at = at, .text = view_text(&c->view, at)};
    struct str s = u->text.pattern;
    return s.len && s.ptr[0] != TEXT_HOLE && str_find(s, STR("stageVariables"), 0) == s.len;
}

/* ---- roles ----------------------------------------------------------------------------------- */

void integration_check_role(struct check *c, const struct resource *r,
                            const struct value *role_value, struct str action,
                            const struct resource *to, const struct value *at) {
    struct access *a = access_get(c);
    const struct value *role = view_only(&c->view, role_value);
    const struct holder *h = a ? access_known_role(a, role) : NULL;
    struct arn own, asked;
    if (!h)
        return;
    struct named_action is = iam_action_named(&a->iam, action);
    if (!is.action.n)
        return;
    own = to ? access_arn(a, to) : (struct arn){0};
    bool aimed = own.count && iam_aim(&a->iam, is.action, own, &asked) && asked.count == own.count;
    if (aimed ? !access_is_denied(a, h, action, own, to) : access_speaks(a, h, action))
        return;
    struct diag *d = check_report(c, RULE_SERVICE_ROLE, r, at,
                                  "the API calls this with '%.*s', which doesn't allow %.*s here",
                                  STR_ARG(h->resource->id), STR_ARG(action));
    diag_note(c->diags, d, h->resource->id_span, "its role");
}

/* action/GetItem or action/SendMessage&..; of functions what is invoked, of queues what the message
   that is written for them says. Other paths (s3:path/..) are read by nobody here. */
static void check_rights(struct uri *u, const struct integration *in) {
    struct str name;
    const struct resource *to = NULL;
    if (str_starts(u->rest, STR("action/"))) {
        name = str_slice(u->rest, sizeof "action/" - 1, u->rest.len);
        name = str_slice(name, 0, str_find_char(name, '&', 0));
        name = str_slice(name, 0, str_find_char(name, '?', 0));
        if (!name.len || str_has(name, TEXT_HOLE) || str_has(name, '/'))
            return;
    } else if (str_is(u->service, "lambda")) {
        static const char form[] = {'/', TEXT_HOLE, '/', 'i', 'n', 'v', 'o', 'c', 'a', 't', 'i',
                                    'o', 'n', 's'};
        name = STR("InvokeFunction");
        to = function_of(u->c, in->uri);
        if (!to || !resource_is(to, "AWS::Lambda::Function") ||
            !str_ends(u->rest, (struct str){form, sizeof form}))
            return;
    } else if (str_is(u->service, "sqs")) {
        const struct value *texts = value_get_c(in->body, in->document ? "requestTemplates"
                                                                       : "RequestTemplates");
        for (uint32_t i = 0; texts->kind == VAL_MAP && i < texts->count; i++)
            if (!str_starts(view_text(&u->c->view, texts->members[i].value).pattern,
                            STR("Action=SendMessage&")))
                return;
        if (texts->kind != VAL_MAP || !texts->count)
            return;
        name = STR("SendMessage");
        to = check_target_of(u->c, hole_at(u, u->text.pattern.len - 1), "AWS::SQS::Queue");
    } else {
        return;
    }
    struct str action =
        str_printf(u->c->arena, "%.*s:%.*s", STR_ARG(u->service), STR_ARG(name));
    integration_check_role(u->c, in->r, in->credentials, action, to, in->uri);
}

/* ---- integrations -------------------------------------------------------------------------- */

static bool is_websocket(struct check *c, const struct integration *in) {
    return in->api && str_is(check_text(c, property(in->api, "ProtocolType")), "WEBSOCKET");
}

static bool may_be_http(struct str s) {
    return str_starts(s, STR("http://")) || str_starts(s, STR("https://")) ||
           str_starts(s, STR("${"));
}

static void check_aws(struct check *c, const struct integration *in, bool is_proxy) {
    struct uri u;
    const struct value *only = view_only(&c->view, in->uri);
    if (!begin(&u, c, in->r, only) || function_of(c, only) == check_target(c, only))
        if (value_is_nil(in->uri) || check_target(c, only) || !u.text.pattern.len)
            return;
    if (!split(&u)) {
        bool known = text_is_known(&u.text) || str_starts(u.text.pattern, STR("arn:aws:lambda:"));
        if (known && u.text.pattern.len && u.text.pattern.ptr[0] != TEXT_HOLE &&
            str_find(u.text.pattern, STR("stageVariables"), 0) == u.text.pattern.len)
            diag_help(c->diags, report(&u, "is no ARN of apigateway"), "%s", FUNCTION_FORM);
        return;
    }
    check_service(&u, is_proxy);
    if (!is_absent(in->credentials))
        check_rights(&u, in);
    if (!is_proxy && !str_is(u.service, "lambda") && is_absent(in->credentials))
        check_report_span(c, RULE_INTEGRATION_ROLE, in->r, in->at,
                          "the integration calls %.*s without a role", STR_ARG(u.service));
}

void check_integration_uris(struct check *c) {
    const struct integrations *all = integrations_of(c);
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct integration *in = &all->items.items[i];
        struct str type = check_text(c, in->type);
        bool proxy = str_eq_nocase(type, STR("AWS_PROXY"));
        if (!in->is_rest && !is_websocket(c, in))
            continue;
        struct str text = view_text(&c->view, in->uri).pattern;
        if (proxy || str_eq_nocase(type, STR("AWS")))
            check_aws(c, in, proxy);
        else if ((str_eq_nocase(type, STR("HTTP")) || str_eq_nocase(type, STR("HTTP_PROXY"))) &&
                 text.len && text.ptr[0] != TEXT_HOLE && !may_be_http(text))
            check_report(c, RULE_INTEGRATION_URI, in->r, in->uri,
                         "the URI of an integration of type %.*s starts with http:// or https://",
                         STR_ARG(type));
        else if (str_eq_nocase(type, STR("MOCK")) && !is_absent(in->uri))
            check_report(c, RULE_DEAD_INTEGRATION, in->r, in->uri,
                         "an integration of type MOCK calls nothing, also not this URI");
    }
}

/* ---- authorizers --------------------------------------------------------------------------- */

static void check_authorizer(struct check *c, const struct resource *r, const struct value *at) {
    struct uri u;
    if (!begin(&u, c, r, view_only(&c->view, at))) {
        const struct resource *to = check_target(c, u.at);
        if (to && function_of(c, u.at) == to)
            diag_help(c->diags, report(&u, "is a function's name or ARN, expected its invocation path"),
                      "%s", FUNCTION_FORM);
        return;
    }
    if (split(&u) && str_is(u.service, "lambda"))
        check_invocation(&u);
    else if (u.service.len || text_is_known(&u.text))
        diag_help(c->diags, report(&u, "calls no function"), "%s", FUNCTION_FORM);
}

static void check_body(struct check *c, const struct resource *r) {
    struct possibles bodies = check_possible(c, r, property(r, "Body"));
    for (uint32_t b = 0; b < bodies.items.count; b++) {
        const struct value *body = bodies.items.items[b].value;
        const struct value *all = value_get_c(value_get_c(body, "components"), "securitySchemes");
        if (value_is_nil(all))
            all = value_get_c(body, "securityDefinitions");
        for (uint32_t i = 0; all->kind == VAL_MAP && i < all->count; i++) {
            const struct value *x = value_get_c(all->members[i].value,
                                                "x-amazon-apigateway-authorizer");
            struct str type = check_text(c, value_get_c(x, "type"));
            const struct value *at = value_get_c(x, "authorizerUri");
            if (!value_is_nil(at))
                check_authorizer(c, r, at);
            else if (check_is_closed(x) && (str_is(type, "token") || str_is(type, "request")))
                check_report_span(c, RULE_INTEGRATION_URI, r, all->members[i].span,
                                  "the authorizer '%.*s' has no authorizerUri",
                                  STR_ARG(all->members[i].key));
        }
    }
}

void check_authorizer_uris(struct check *c) {
    static const char *const types[] = {"AWS::ApiGateway::Authorizer",
                                        "AWS::ApiGatewayV2::Authorizer"};
    static const char *const apis[] = {"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        const struct resource_vec *list = check_type(c, types[t]);
        for (uint32_t i = 0; i < list->items.count; i++)
            if (!is_absent(property(list->items.items[i], "AuthorizerUri")))
                check_authorizer(c, list->items.items[i],
                                 property(list->items.items[i], "AuthorizerUri"));
        list = check_type(c, apis[t]);
        for (uint32_t i = 0; i < list->items.count; i++)
            check_body(c, list->items.items[i]);
    }
}
