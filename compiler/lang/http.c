#include "lang/api.h"

/* `kind = http`: what an HTTP API (API Gateway v2) says differently from a REST API. */

void refuse_attributes(struct lang *l, struct thing *t, const char *const *names, const char *what,
                       const char *help) {
    struct body *body = thing_body(l, t);
    for (; *names; names++) {
        const struct setting *s = body_setting(body, *names);
        if (!s || s->strength == BY_DEFAULTS)
            continue;
        struct diag *d =
            diag_add(l->diags, RULE_WRONG_PLACE, s->span, "%s has no '%s'", what, *names);
        if (help)
            diag_help(l->diags, d, "%s", help);
    }
}

void need_regional(struct lang *l, struct thing *t, const char *what) {
    struct value *x = body_value(l, t, "endpoint");
    if (x && !value_is_null(x) && !is_error(x) && !value_is_c(x, "regional"))
        diag_add(l->diags, RULE_WRONG_PLACE, x->span, "%s is regional, it has no other endpoint",
                 what);
}

static void check(struct lang *l, struct api *a) {
    static const char *const rest_only[] = {"compression",   "binary",       "policy", "key_source",
                                            "responses",     "account_role", "waf",    "keys",
                                            "vpc_endpoints", "select",       NULL};
    refuse_attributes(l, a->thing, rest_only, "an HTTP API", "REST APIs have it: kind = rest");
    need_regional(l, a->thing, "an HTTP API");
}

/* With credentials browsers take '*' for a method of that name (Fetch Standard, "CORS-preflight
   fetch"). */
static struct value *all_methods(struct lang *l, const struct value *credentials) {
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    struct value *out = value_list(l->values);
    if (value_is_null(credentials) || (credentials->kind == VAL_BOOL && !credentials->truth))
        return list_of(l, 1, text_value(l, "*"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        value_push(l->values, out, text_value(l, names[i]));
    return out;
}

struct value *http_cors(struct lang *l, struct api *a) {
    static const char *const rows[][2] = {{"origins", "allowOrigins"},
                                          {"methods", "allowMethods"},
                                          {"headers", "allowHeaders"},
                                          {"expose", "exposeHeaders"},
                                          {"credentials", "allowCredentials"}};
    struct value *out = value_map(l->values);
    l->values->place = (struct place){a->cors->span, a->thing->origin};
    cors_check(l, a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct value *x = value_get_c(a->cors, rows[i][0]);
        if (value_is_null(x))
            continue;
        bool single = i < 4 && x->kind != VAL_LIST;
        value_put_c(l->values, out, rows[i][1], single ? list_of(l, 1, x) : x);
    }
    struct value *methods = value_get_c(a->cors, "methods"),
                 *headers = value_get_c(a->cors, "headers");
    if (value_is_null(methods))
        value_put_c(l->values, out, "allowMethods",
                    all_methods(l, value_get_c(a->cors, "credentials")));
    if (value_is_null(headers))
        value_put_c(l->values, out, "allowHeaders",
                    list_of(l, 2, text_value(l, "content-type"), text_value(l, "authorization")));
    struct attribute age = {.name = "max_age", .type = ATTR_SECONDS};
    struct value *max_age = value_get_c(a->cors, "max_age");
    struct value *seconds = value_is_null(max_age) ? NULL : convert(l, max_age, &age);
    if (seconds)
        value_put_c(l->values, out, "maxAge", seconds);
    return out;
}

static struct value *audience(struct lang *l, struct thing *t, struct thing *pool) {
    struct value *given = body_value(l, t, "audience");
    if (given && given->kind == VAL_LIST)
        return given;
    struct value *client = pool->is_existing ? NULL : body_value(l, pool, "client");
    if (client && value_is_true(client))
        return list_of(l, 1, value_ref(l->values, part_id(l, pool, "Client")));
    struct diag *d = diag_add(
        l->diags, RULE_MISSING_ATTRIBUTE, t->decl->span,
        "the authorizer '%.*s' needs 'audience': whose tokens an HTTP API takes", STR_ARG(t->name));
    diag_help(l->diags, d, "audience = [the ids of the pool's clients]");
    return value_list(l->values);
}

static struct value *jwt(struct lang *l, struct thing *t) {
    struct value *given = body_value(l, t, "jwt"), *pool_value = body_value(l, t, "cognito");
    struct thing *pool = pool_value ? thing_of(pool_value) : NULL;
    struct value *header = body_value(l, t, "header");
    struct value *issuer = value_get_c(given, "issuer"), *who = value_get_c(given, "audience");
    check_fields(l, given, "jwt", "issuer audience");
    const struct setting *cache = body_setting(&t->body, "cache");
    if (cache && cache->strength != BY_DEFAULTS && pool)
        diag_add(l->diags, RULE_WRONG_PLACE, cache->span,
                 "an HTTP API keeps no answers about tokens: 'cache' has no meaning");
    if (pool && pool->kind == KIND_USERPOOL) {
        issuer = thing_alias(l, pool, "url");
        who = audience(l, t, pool);
    } else if (value_is_null(issuer) || value_is_null(who)) {
        diag_add(l->diags, RULE_MISSING_ATTRIBUTE, given->span,
                 "'jwt' needs 'issuer' and 'audience'");
    }
    struct value *config = map_of(l, 2, "issuer", issuer, "audience",
                                  who->kind == VAL_LIST ? who : list_of(l, 1, who));
    return map_of(l, 3, "type", text_value(l, "jwt"), "identitySource",
                  concat(l, text_value(l, "$request.header."), header), "jwtConfiguration", config);
}

static struct value *request_authorizer(struct lang *l, struct thing *t) {
    struct value *x = body_value(l, t, "lambda"), *identity = body_value(l, t, "identity");
    struct thing *f = thing_of(x);
    if (!f || f->kind != KIND_FUNCTION) {
        if (!is_error(x))
            diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'lambda' takes a function, found %s",
                     describe_value(x));
        return value_error(l);
    }
    struct value *text = text_value(l, "");
    for (uint32_t i = 0; identity && identity->kind == VAL_LIST && i < identity->count; i++)
        text = concat(l, i ? concat(l, text, text_value(l, ",")) : text, identity->items[i]);
    if (text->kind == VAL_STRING && text->text.len == 0)
        text = concat(l, text_value(l, "$request.header."), body_value(l, t, "header"));
    return map_of(l, 6, "type", text_value(l, "request"), "identitySource", text, "authorizerUri",
                  thing_alias(l, f, "invoke_arn"), "authorizerPayloadFormatVersion",
                  text_value(l, "2.0"), "authorizerResultTtlInSeconds", body_value(l, t, "cache"),
                  "enableSimpleResponses", value_bool(l->values, true));
}

struct value *http_security_scheme(struct lang *l, struct thing *t, const char *sort) {
    if (str_is(str_from(sort), "lambda"))
        return map_of(l, 4, "type", text_value(l, "apiKey"), "name", body_value(l, t, "header"),
                      "in", text_value(l, "header"), "x-amazon-apigateway-authorizer",
                      request_authorizer(l, t));
    return map_of(l, 3, "type", text_value(l, "oauth2"), "flows", value_map(l->values),
                  "x-amazon-apigateway-authorizer", jwt(l, t));
}

/* ---- stages ------------------------------------------------------------------------------ */

static void route_settings(struct lang *l, struct api *a, struct thing *stage, struct value *p) {
    struct value *throttle = stage_throttle(l, stage), *set = value_map(l->values);
    struct value *metrics = body_value(l, stage, "metrics");
    struct value *level = a->websocket ? stage_log_level(l, stage) : &value_nil;
    put_throttle(l, throttle, set);
    if (!value_is_nil(level)) {
        value_put_c(l->values, set, "LoggingLevel", level);
        value_put_c(l->values, set, "DataTraceEnabled", value_bool(l->values, false));
    }
    if (metrics && !(metrics->kind == VAL_BOOL && !metrics->truth))
        value_put_c(l->values, set, "DetailedMetricsEnabled", metrics);
    if (set->count)
        value_put_c(l->values, p, "DefaultRouteSettings", set);
    struct value *own = value_map(l->values);
    for (uint32_t i = 0; i < a->routes.count; i++) {
        const struct route *r = &a->routes.items[i];
        struct value *one = route_settings_of(l, r, set);
        if (value_is_nil(one))
            continue;
        struct str key =
            r->key.len ? r->key
                       : str_printf(l->arena, "%.*s %.*s", STR_ARG(r->method), STR_ARG(r->path));
        value_put(l->values, own, key,
                  r->cond ? logic_if(l, r->cond, one, value_null(l->values)) : one);
    }
    if (own->count)
        value_put_c(l->values, p, "RouteSettings", own);
}

static void check_stage(struct lang *l, struct api *a, struct thing *stage) {
    static const char *const none[] = {"cache", "tracing", "canary", NULL};
    static const char *const no_logs[] = {"logs", NULL};
    const char *what = a->http ? "a stage of an HTTP API" : "a stage of a WebSocket API";
    refuse_attributes(l, stage, none, what, NULL);
    if (a->http)
        refuse_attributes(l, stage, no_logs, what, "access_logs it has");
}

/* Settings name routes that must be there; those of an HTTP API come with it. */
static void stage_wait_for_routes(struct lang *l, struct api *a, struct resource *stage) {
    struct value *before = value_get_c(stage->attributes, "DependsOn");
    struct value *all = value_is_nil(before) ? value_list(l->values)
                        : before->kind == VAL_LIST ? before : list_of(l, 1, before);
    for (uint32_t i = 0; i < a->routes.count && a->websocket; i++) {
        const struct route *r = &a->routes.items[i];
        if (body_is_set(r->settings, "throttle"))
            value_push(l->values, all,
                       value_string(l->values, websocket_route_id(l, a, r, "Route")));
    }
    if (all->count)
        value_put_c(l->values, stage->attributes, "DependsOn",
                    all->count == 1 ? all->items[0] : all);
}

void http_stage(struct lang *l, struct api *a, struct thing *stage) {
    check_stage(l, a, stage);
    claim_id(l, stage->id, stage->origin, stage->origin->span);
    struct resource *r =
        add_resource(l, stage, NULL, "AWS::ApiGatewayV2::Stage", stage->id, stage->cond);
    struct value *p = r->properties;
    value_put_c(l->values, p, "ApiId", value_ref(l->values, a->thing->id));
    value_put_c(l->values, p, "StageName", stage_name(l, stage));
    if (stage_is_automatic(l, a, stage))
        value_put_c(l->values, p, "AutoDeploy", value_bool(l->values, true));
    else
        value_put_c(l->values, p, "DeploymentId", value_ref(l->values, a->deployment));
    struct value *text = body_value(l, stage, "description"),
                 *variables = body_value(l, stage, "variables");
    if (text && !value_is_null(text))
        value_put_c(l->values, p, "Description", text);
    if (variables && !value_is_null(variables))
        value_put_c(l->values, p, "StageVariables", variables);
    route_settings(l, a, stage, p);
    stage_access_logs(l, stage, p, "AccessLogSettings");
    if (value_has(value_get_c(p, "DefaultRouteSettings"), STR("LoggingLevel")))
        stage_wait_for_account(l, a, r);
    if (value_has(p, STR("RouteSettings")))
        stage_wait_for_routes(l, a, r);
    l->values->place = (struct place){stage->origin->span, stage->origin};
    apply_properties(l, &stage->body, r);
    apply_part_blocks(l, stage);
}

/* ---- the API ------------------------------------------------------------------------------- */

/* API Gateway takes the tags of an imported HTTP API from its definition. */
static struct value *body_tags(struct lang *l, struct api *a) {
    struct value *tags = thing_tags(l, a->thing), *list = value_list(l->values);
    for (uint32_t i = 0; tags->kind == VAL_MAP && i < tags->count; i++)
        value_push(l->values, list,
                   map_of(l, 2, "name", value_string(l->values, tags->members[i].key),
                          "x-amazon-apigateway-tag-value", tags->members[i].value));
    return list;
}

void http_api(struct lang *l, struct api *a, struct value *doc) {
    struct thing *t = a->thing;
    check(l, a);
    struct value *text = body_value(l, t, "description"), *tags = body_tags(l, a);
    struct value *info = value_get_c(doc, "info"), *had = value_get_c(doc, "tags");
    if (info->kind != VAL_MAP)
        info = value_put_c(l->values, doc, "info", map_of(l, 1, "version", text_value(l, "1.0")))
                   ->value;
    if (!body_is_set(t, "definition") || body_is_set(t, "name") || !value_has(info, STR("title")))
        value_put_c(l->values, info, "title", api_name(l, t));
    if (text && !value_is_null(text))
        value_put_c(l->values, info, "description", text);
    for (uint32_t i = 0; had->kind == VAL_LIST && i < had->count; i++)
        value_insert(l->values, tags, i, had->items[i]);
    if (tags->count)
        value_put_c(l->values, doc, "tags", tags);
    value_put_c(l->values, a->rest->properties, "Body", doc);
}
