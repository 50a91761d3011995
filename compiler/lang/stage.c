#include "lang/api.h"

/* The deployment of an API and its stages. */

enum { HASH_DIGITS = 10, SNAPSHOT_EXPECTED = 64 << 10 };

/* All that must make a new deployment: the API, and of a WebSocket API its routes. */
static struct str snapshot(struct lang *l, struct api *a) {
    struct buf all;
    buf_init(&all, l->arena, 0);
    buf_expect(&all, SNAPSHOT_EXPECTED);
    value_write_canonical(&all, finish_value(l, a->rest->properties, a->thing->cond));
    for (uint32_t i = 0; i < a->deploys.count; i++) {
        const struct resource *r = a->deploys.items[i];
        buf_printf(&all, "\n%.*s %.*s ", STR_ARG(r->id), STR_ARG(r->type));
        value_write_canonical(&all, finish_value(l, r->properties, a->thing->cond));
        value_write_canonical(&all, finish_value(l, r->attributes, a->thing->cond));
    }
    return sha256_hex(l->arena, buf_view(&all));
}

/* A deployment is a snapshot: its id carries a hash of all that must make a new one. */
static void deployment(struct lang *l, struct api *a) {
    struct str hash = snapshot(l, a);
    bool v2 = a->http || a->websocket;
    a->deployment =
        str_printf(l->arena, "%.*sDeployment%.*s", STR_ARG(a->thing->id), HASH_DIGITS, hash.ptr);
    struct resource *r =
        add_resource(l, a->thing, "deployment",
                     v2 ? "AWS::ApiGatewayV2::Deployment" : "AWS::ApiGateway::Deployment",
                     a->deployment, a->thing->cond);
    value_put_c(l->values, r->properties, v2 ? "ApiId" : "RestApiId",
                value_ref(l->values, a->thing->id));
    struct value *after = value_list(l->values);
    for (uint32_t i = 0; i < a->waits_for.count; i++)
        value_push(l->values, after, value_string(l->values, a->waits_for.items[i]));
    if (after->count)
        value_put_c(l->values, r->attributes, "DependsOn", after);
}

struct value *stage_throttle(struct lang *l, struct thing *stage) {
    struct value *own = body_value(l, stage, "throttle");
    struct value *usual = body_value(l, stage->owner, "throttle");
    check_fields(l, own, "throttle", "rate burst");
    check_fields(l, usual, "throttle", "rate burst");
    if (!own || value_is_null(own))
        own = usual;
    return own && own->kind == VAL_MAP ? own : &value_nil;
}

struct value *stage_log_level(struct lang *l, struct thing *stage) {
    struct value *x = body_value(l, stage, "logs");
    return !x || value_is_c(x, "none") ? &value_nil
                                       : text_value(l, value_is_c(x, "info") ? "INFO" : "ERROR");
}

void put_throttle(struct lang *l, struct value *throttle, struct value *settings) {
    struct value *rate = value_get_c(throttle, "rate"), *burst = value_get_c(throttle, "burst");
    if (!value_is_null(rate))
        value_put_c(l->values, settings, "ThrottlingRateLimit", rate);
    if (!value_is_null(burst))
        value_put_c(l->values, settings, "ThrottlingBurstLimit", burst);
}

struct value *route_settings_of(struct lang *l, const struct route *r, const struct value *all) {
    struct value *own = body_value(l, r->settings, "throttle");
    if (!own || own->kind != VAL_MAP)
        return &value_nil;
    struct value *out = value_copy_shallow(l->values, all);
    l->values->place = (struct place){own->span, r->settings->origin};
    check_fields(l, own, "throttle", "rate burst");
    put_throttle(l, own, out);
    return out;
}

static struct value *settings_of(struct lang *l, struct value *method, struct value *path,
                                 const struct value *set) {
    struct value *out = map_of(l, 2, "HttpMethod", method, "ResourcePath", path);
    for (uint32_t i = 0; i < set->count; i++)
        value_put(l->values, out, set->members[i].key, set->members[i].value);
    return out;
}

/* /items/{id} -> /~1items~1{id}: the first slash stands, those of the path are escaped.
   AWS CloudFormation User Guide, AWS::ApiGateway::Stage MethodSetting. */
static struct value *settings_path(struct lang *l, struct str path) {
    struct buf b;
    buf_init(&b, l->arena, 0);
    buf_char(&b, '/');
    for (size_t i = 0; i < path.len && path.len > 1; i++)
        buf_c(&b, path.ptr[i] == '/' ? "~1" : (char[]){path.ptr[i], 0});
    return value_string(l->values, buf_view(&b));
}

/* What is said of one method stands alone: the settings of all don't reach it. */
static void route_method_settings(struct lang *l, const struct route *r, const struct value *all,
                                  struct value *list) {
    struct value *set = route_settings_of(l, r, all);
    if (value_is_nil(set))
        return;
    bool any = str_is(r->method, "ANY");
    struct value *one =
        settings_of(l, any ? text_value(l, "*") : value_string(l->values, r->method),
                    settings_path(l, r->path), set);
    value_push(l->values, list, r->cond ? logic_if(l, r->cond, one, value_null(l->values)) : one);
}

static void method_settings(struct lang *l, struct api *a, struct thing *stage, struct value *p) {
    struct value *throttle = stage_throttle(l, stage), *cache = body_value(l, stage, "cache");
    struct value *metrics = body_value(l, stage, "metrics"), *level = stage_log_level(l, stage);
    check_fields(l, cache, "cache", "size ttl encrypted");
    struct value *set = value_map(l->values);
    put_throttle(l, throttle, set);
    if (!value_is_nil(level)) {
        value_put_c(l->values, set, "LoggingLevel", level);
        value_put_c(l->values, set, "DataTraceEnabled", value_bool(l->values, false));
    }
    if (metrics && !(metrics->kind == VAL_BOOL && !metrics->truth))
        value_put_c(l->values, set, "MetricsEnabled", metrics);
    if (cache && cache->kind == VAL_MAP) {
        struct attribute row = {.name = "ttl", .type = ATTR_SECONDS};
        struct value *ttl = value_get_c(cache, "ttl"), *size = value_get_c(cache, "size");
        struct value *encrypted = value_get_c(cache, "encrypted");
        value_put_c(l->values, set, "CachingEnabled", value_bool(l->values, true));
        value_put_c(l->values, set, "CacheDataEncrypted",
                    value_is_nil(encrypted) ? value_bool(l->values, true) : encrypted);
        ttl = value_is_nil(ttl) ? NULL : convert(l, ttl, &row);
        if (ttl)
            value_put_c(l->values, set, "CacheTtlInSeconds", ttl);
        value_put_c(l->values, p, "CacheClusterEnabled", value_bool(l->values, true));
        value_put_c(l->values, p, "CacheClusterSize",
                    value_is_nil(size) ? text_value(l, "0.5") : to_text(l, size, size->span));
    }
    struct value *list = value_list(l->values);
    if (set->count)
        value_push(l->values, list, settings_of(l, text_value(l, "*"), text_value(l, "/*"), set));
    for (uint32_t i = 0; i < a->routes.count; i++)
        route_method_settings(l, &a->routes.items[i], set, list);
    if (list->count)
        value_put_c(l->values, p, "MethodSettings", list);
}

/* A line of the access log; each kind of API has variables of its own. */
static const char *const access_formats[] = {
    [API_REST] = "{\"requestId\":\"$context.requestId\",\"time\":\"$context.requestTime\","
                 "\"ip\":\"$context.identity.sourceIp\",\"method\":\"$context.httpMethod\","
                 "\"path\":\"$context.path\",\"resource\":\"$context.resourcePath\","
                 "\"status\":\"$context.status\",\"latency\":\"$context.responseLatency\","
                 "\"bytes\":\"$context.responseLength\",\"error\":\"$context.error.message\"}",
    [API_HTTP] = "{\"requestId\":\"$context.requestId\",\"time\":\"$context.requestTime\","
                 "\"ip\":\"$context.identity.sourceIp\",\"method\":\"$context.httpMethod\","
                 "\"path\":\"$context.path\",\"route\":\"$context.routeKey\","
                 "\"status\":\"$context.status\",\"latency\":\"$context.responseLatency\","
                 "\"bytes\":\"$context.responseLength\",\"error\":\"$context.error.message\"}",
    [API_WEBSOCKET] =
        "{\"requestId\":\"$context.requestId\",\"time\":\"$context.requestTime\","
        "\"ip\":\"$context.identity.sourceIp\",\"connection\":\"$context.connectionId\","
        "\"event\":\"$context.eventType\",\"route\":\"$context.routeKey\","
        "\"status\":\"$context.status\",\"latency\":\"$context.integrationLatency\","
        "\"error\":\"$context.error.message\"}",
};

void stage_access_logs(struct lang *l, struct thing *stage, struct value *p, const char *property) {
    struct value *days = body_value(l, stage, "access_logs");
    if (!days || (days->flags & VALUE_WORD && value_is_c(days, "none")))
        return;
    struct resource *group = add_resource(l, stage, "logs", "AWS::Logs::LogGroup",
                                          part_id(l, stage, "AccessLogs"), stage->cond);
    if (!(days->flags & VALUE_WORD) && !value_is_null(days))
        value_put_c(l->values, group->properties, "RetentionInDays", days);
    value_put_c(l->values, p, property,
                map_of(l, 2, "DestinationArn", value_getatt(l->values, group->id, STR("Arn")),
                       "Format", text_value(l, access_formats[api_kind(l, stage->owner)])));
}

/* canary = { from = "ShopApiDeployment0123456789" }: the deployment that was before stays, and the
   new one is the canary's alone. */
static void former_deployment(struct lang *l, struct api *a, struct value *from, struct value *p) {
    struct str id = need_text(l, from, from->span, "from");
    struct str begin = str_concat(l->arena, a->thing->id, STR("Deployment"));
    if (!id.ptr)
        return;
    bool fits = str_starts(id, begin) && id.len == begin.len + HASH_DIGITS;
    for (size_t i = begin.len; i < id.len && fits; i++)
        fits = (id.ptr[i] >= '0' && id.ptr[i] <= '9') || (id.ptr[i] >= 'a' && id.ptr[i] <= 'f');
    if (!fits) {
        struct diag *d = diag_add(l->diags, RULE_LOGICAL_ID, from->span,
                                  "'%.*s' is no deployment of '%.*s'", STR_ARG(id),
                                  STR_ARG(a->thing->name));
        diag_help(l->diags, d, "%.*s and %d digits of 0-9a-f, as in the template that is deployed",
                  STR_ARG(begin), HASH_DIGITS);
        return;
    }
    if (!graph_find(l->graph, id)) {
        struct resource *r = add_resource(l, a->thing, "former deployment",
                                          "AWS::ApiGateway::Deployment", id, a->thing->cond);
        value_put_c(l->values, r->properties, "RestApiId", value_ref(l->values, a->thing->id));
    }
    value_put_c(l->values, p, "DeploymentId", value_ref(l->values, id));
}

static void canary(struct lang *l, struct api *a, struct thing *stage, struct value *p) {
    struct value *x = body_value(l, stage, "canary");
    check_fields(l, x, "canary", "percent variables from");
    if (!x || x->kind != VAL_MAP)
        return;
    value_put_c(l->values, p, "CanarySetting",
                map_of(l, 3, "DeploymentId", value_ref(l->values, a->deployment), "PercentTraffic",
                       value_get_c(x, "percent"), "StageVariableOverrides",
                       value_get_c(x, "variables")));
    if (!value_is_null(value_get_c(x, "from")))
        former_deployment(l, a, value_get_c(x, "from"), p);
}

static void web_acl(struct lang *l, struct api *a, struct thing *stage) {
    struct value *acl = a->web_acl;
    if (value_is_null(acl))
        return;
    struct resource *r = add_resource(l, stage, "waf", "AWS::WAFv2::WebACLAssociation",
                                      part_id(l, stage, "Waf"), stage->cond);
    value_put_c(l->values, r->properties, "ResourceArn",
                sub(l,
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${%S}/stages/${%S}",
                    &a->thing->id, &stage->id));
    value_put_c(l->values, r->properties, "WebACLArn", acl);
}

void stage_wait_for_account(struct lang *l, struct api *a, struct resource *stage) {
    struct resource *account = map_get_ptr(&a->thing->part_resources, STR("account"));
    if (account)
        value_put_c(l->values, stage->attributes, "DependsOn",
                    value_string(l->values, account->id));
}

static void one_stage(struct lang *l, struct api *a, struct thing *stage) {
    static const char *const none[] = {"auto_deploy", NULL};
    refuse_attributes(l, stage, none, "a stage of a REST API", NULL);
    claim_id(l, stage->id, stage->origin, stage->origin->span);
    struct resource *r =
        add_resource(l, stage, NULL, "AWS::ApiGateway::Stage", stage->id, stage->cond);
    struct value *p = r->properties;
    value_put_c(l->values, p, "RestApiId", value_ref(l->values, a->thing->id));
    value_put_c(l->values, p, "DeploymentId", value_ref(l->values, a->deployment));
    value_put_c(l->values, p, "StageName", stage_name(l, stage));
    copy_attributes(l, stage, r);
    method_settings(l, a, stage, p);
    canary(l, a, stage, p);
    stage_access_logs(l, stage, p, "AccessLogSetting");
    if (value_has(p, STR("MethodSettings")))
        stage_wait_for_account(l, a, r);
    web_acl(l, a, stage);
    l->values->place = (struct place){stage->origin->span, stage->origin};
    apply_properties(l, &stage->body, r);
    apply_part_blocks(l, stage);
}

bool stage_is_automatic(struct lang *l, struct api *a, struct thing *stage) {
    struct value *own = body_value(l, stage, "auto_deploy");
    if (!own || own->kind != VAL_BOOL)
        return a->http || a->varies;
    if (!own->truth && a->varies) {
        struct diag *d =
            diag_add(l->diags, RULE_KNOWN_VALUE, own->span,
                     "a parameter decides which routes '%.*s' has, and can't make a new deployment",
                     STR_ARG(a->thing->name));
        diag_help(l->diags, d, "leave 'auto_deploy' out: then it is true");
    }
    return own->truth;
}

static bool needs_deployment(struct lang *l, struct api *a) {
    for (uint32_t i = 0; i < a->thing->stages.count; i++)
        if (!stage_is_automatic(l, a, a->thing->stages.items[i]))
            return true;
    return !a->http &&
           a->thing->stages.count == 0; /* an error is reported, and the rest is as usual */
}

void api_stages(struct lang *l, struct api *a) {
    if (a->thing->stages.count == 0) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, a->thing->decl->span,
                                  "the api '%.*s' has no stage, so nobody can call it",
                                  STR_ARG(a->thing->name));
        diag_help(l->diags, d, "stage live { }");
    }
    if (needs_deployment(l, a))
        deployment(l, a);
    bool rest = !a->http && !a->websocket;
    struct value *acl = rest ? body_value(l, a->thing, "waf") : &value_nil;
    a->web_acl = acl && acl->kind == VAL_MAP ? api_web_acl(l, a, acl) : acl ? acl : &value_nil;
    for (uint32_t i = 0; i < a->thing->stages.count; i++)
        (rest ? one_stage : http_stage)(l, a, a->thing->stages.items[i]);
}
