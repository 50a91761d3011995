#include "lang/api.h"

/* `api`: a RestApi whose Body is an OpenAPI document, a deployment, stages, domains. What the other
   kinds do otherwise is in http.c and websocket.c. */

enum api_kind api_kind(struct lang *l, struct thing *t) {
    struct value *kind = t->is_existing ? &value_nil : body_value(l, t, "kind");
    return kind && value_is_c(kind, "http")        ? API_HTTP
           : kind && value_is_c(kind, "websocket") ? API_WEBSOCKET
                                                   : API_REST;
}

static void declare_stage(struct lang *l, struct thing *t, node_id id, struct value *cond) {
    const struct node *n = scope_node(t->scope, id), *name = scope_node(t->scope, n->name);
    if (!name->text.len)
        return;
    bool stage = n->kind == NODE_STAGE;
    struct thing *before = map_get_ptr(&t->siblings, name->text);
    if (before) {
        struct diag *d = diag_add(l->diags, RULE_DUPLICATE_NAME, name->span,
                                  "the api '%.*s' has two parts called '%.*s'", STR_ARG(t->name),
                                  STR_ARG(name->text));
        diag_note(l->diags, d, before->origin->span, "first here");
        return;
    }
    struct str made = str_printf(l->arena, "%.*s%.*s%s", STR_ARG(t->id),
                                 STR_ARG(camel(l->arena, name->text)), stage ? "Stage" : "Model");
    struct thing *part = make_part(l, t, stage ? KIND_STAGE : KIND_MODEL, t->scope, id, name->text,
                                   made, cond);
    map_put_ptr(l->arena, &t->siblings, name->text, part);
    if (stage)
        vec_push(l->arena, &t->stages, part);
}

/* Stages and models are names, so they are known before the block is evaluated. */
static void declare_entries(struct lang *l, struct thing *t, node_id block, struct value *cond) {
    const struct node *b = scope_node(t->scope, block);
    for (uint32_t i = 0; i < b->count; i++) {
        node_id id = tree_child(t->scope->space->tree, block, i);
        const struct node *n = scope_node(t->scope, id);
        if (n->kind == NODE_ACCEPTED) {
            id = n->value;
            n = scope_node(t->scope, id);
        }
        if (n->kind == NODE_STAGE || n->kind == NODE_MODEL) {
            declare_stage(l, t, id, cond);
        } else if (n->kind == NODE_GUARD) {
            struct value *c =
                to_boolean(l, eval(l, t->scope, n->cond), scope_span(t->scope, n->cond));
            if (c && !(c->kind == VAL_BOOL && !c->truth))
                declare_entries(l, t, n->block, logic_and(l, cond, c->kind == VAL_BOOL ? NULL : c));
        }
    }
}

void api_declare_parts(struct lang *l, struct thing *t) {
    declare_entries(l, t, t->block, NULL);
}

/* ---- aliases --------------------------------------------------------------------------- */

struct value *stage_name(struct lang *l, struct thing *stage) {
    struct value *given = body_value(l, stage, "name");
    if (given && !value_is_null(given))
        return given;
    struct str rest, name = stage->name;
    str_split(name, '.', &rest);
    return value_string(l->values, rest);
}

static const char *scheme_of(struct lang *l, struct thing *api) {
    return api_kind(l, api) == API_WEBSOCKET ? "wss" : "https";
}

static struct value *domain_url(struct lang *l, struct thing *domain, const char *scheme) {
    struct value *base = body_value(l, domain, "base_path");
    struct value *host = domain_host(l, domain);
    return base && !value_is_null(base) ? sub(l, "%s://%v/%v", scheme, host, base)
                                        : sub(l, "%s://%v", scheme, host);
}

static struct value *stage_url(struct lang *l, struct thing *stage, const char *scheme) {
    return sub(l, "%s://${%S}.execute-api.${AWS::Region}.${AWS::URLSuffix}/%v", scheme,
               &stage->owner->id, stage_name(l, stage));
}

/* The only unconditional domain, as a part of the api, or NULL. */
static struct thing *only_domain(struct lang *l, struct thing *t) {
    struct body *body = thing_body(l, t);
    struct thing *found = NULL;
    for (uint32_t i = 0; i < body->clauses.count; i++) {
        const struct clause *c = &body->clauses.items[i];
        if (scope_node(c->scope, c->node)->kind != NODE_DOMAIN || c->cond)
            continue;
        if (found)
            return NULL;
        found = domain_part(l, t, c);
    }
    return found;
}

/* `alias` is what was asked for, for the message: a stage has it too. */
static struct value *api_url(struct lang *l, struct thing *t, struct thing *domain,
                             const char *scheme, const char *alias, struct span span) {
    if (domain)
        return domain_url(l, domain, scheme);
    if (t->stages.count == 1)
        return stage_url(l, t->stages.items[0], scheme);
    struct diag *d =
        diag_add(l->diags, RULE_UNKNOWN_KEY, span,
                 "'%.*s' has %u stages, and no domain that is always there: which url?",
                 STR_ARG(t->name), t->stages.count);
    struct buf names;
    buf_init(&names, l->arena, 0);
    for (uint32_t i = 0; i < t->stages.count; i++)
        buf_printf(&names, "%s%.*s.%s", i ? ", " : "", STR_ARG(t->stages.items[i]->name), alias);
    if (names.len)
        diag_help(l->diags, d, "say one of: %.*s", STR_ARG(buf_view(&names)));
    else
        diag_help(l->diags, d, "an api needs a stage: stage live { }");
    return value_error(l);
}

static bool answers_itself(struct lang *l, struct thing *t) {
    struct value *own = body_value(l, t, "default_endpoint");
    return !(own && own->kind == VAL_BOOL && !own->truth);
}

/* Where what runs behind a WebSocket API sends to its connections: a stage by API Gateway's own
   host, or the domain where that host is turned off. */
static struct value *connections_url(struct lang *l, struct thing *t, struct span span) {
    struct thing *api = t->kind == KIND_STAGE ? t->owner : t;
    if (api_kind(l, api) != API_WEBSOCKET) {
        struct diag *d = diag_add(l->diags, RULE_UNKNOWN_KEY, span, "'%.*s' keeps no connections",
                                  STR_ARG(t->name));
        diag_help(l->diags, d, "WebSocket APIs do: kind = websocket");
        return value_error(l);
    }
    if (t->kind == KIND_STAGE)
        return stage_url(l, t, "https");
    return api_url(l, t, answers_itself(l, t) ? NULL : only_domain(l, t), "https",
                   "connections_url", span);
}

struct value *api_name(struct lang *l, struct thing *t) {
    struct value *given = body_value(l, t, "name");
    return given && !value_is_null(given) ? given : value_string(l->values, t->name);
}

struct value *api_alias(struct lang *l, struct thing *t, const char *name, struct span span) {
    struct str alias = str_from(name);
    if (str_is(alias, "connections_url"))
        return connections_url(l, t, span);
    if (t->kind == KIND_STAGE) {
        if (str_is(alias, "url"))
            return stage_url(l, t, scheme_of(l, t->owner));
        return sub(l, "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${%S}/%v",
                   &t->owner->id, stage_name(l, t));
    }
    if (t->kind == KIND_DOMAIN)
        return str_is(alias, "url") ? domain_url(l, t, scheme_of(l, t->owner))
                                    : domain_target(l, t);
    if (str_is(alias, "name"))
        return api_name(l, t);
    if (str_is(alias, "arn"))
        return sub(l, "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${%S}/*",
                   &t->id);
    if (str_is(alias, "host")) {
        struct thing *domain = only_domain(l, t);
        return domain ? domain_host(l, domain)
                      : sub(l, "${%S}.execute-api.${AWS::Region}.${AWS::URLSuffix}", &t->id);
    }
    return api_url(l, t, only_domain(l, t), scheme_of(l, t), "url", span);
}

/* ---- lowering ------------------------------------------------------------------------------ */

static void endpoint(struct lang *l, struct api *a) {
    struct value *x = body_value(l, a->thing, "endpoint");
    const char *type = x && value_is_c(x, "edge")      ? "EDGE"
                       : x && value_is_c(x, "private") ? "PRIVATE"
                                                       : "REGIONAL";
    put(l, a->rest->properties, "EndpointConfiguration.Types", list_of(l, 1, text_value(l, type)));
}

static void key_source(struct lang *l, struct api *a) {
    struct value *x = body_value(l, a->thing, "key_source");
    if (x && !value_is_nil(x))
        value_put_c(l->values, a->rest->properties, "ApiKeySourceType",
                    text_value(l, value_is_c(x, "header") ? "HEADER" : "AUTHORIZER"));
}

/* One role a region, whoever makes it: it stays when the stack goes. */
static void account(struct lang *l, struct api *a) {
    struct value *x = body_value(l, a->thing, "account_role");
    if (!x || !value_is_c(x, "create"))
        return;
    struct thing *t = a->thing;
    struct resource *role = add_resource(l, t, "account role", "AWS::IAM::Role",
                                         part_id(l, t, "AccountRole"), t->cond);
    struct value *principal = map_of(l, 1, "Service", text_value(l, "apigateway.amazonaws.com"));
    struct value *trust = map_of(l, 3, "Effect", text_value(l, "Allow"), "Principal", principal,
                                 "Action", text_value(l, "sts:AssumeRole"));
    value_put_c(
        l->values, role->properties, "AssumeRolePolicyDocument",
        map_of(l, 2, "Version", text_value(l, "2012-10-17"), "Statement", list_of(l, 1, trust)));
    value_put_c(l->values, role->properties, "ManagedPolicyArns",
                list_of(l, 1, sub(l, "arn:${AWS::Partition}:iam::aws:policy/service-role/"
                                     "AmazonAPIGatewayPushToCloudWatchLogs")));
    set_retain(l, role, "Retain");
    struct resource *r = add_resource(l, t, "account", "AWS::ApiGateway::Account",
                                      part_id(l, t, "Account"), t->cond);
    value_put_c(l->values, r->properties, "CloudWatchRoleArn",
                value_getatt(l->values, role->id, STR("Arn")));
    set_retain(l, r, "Retain");
}

/* Routes of the other kind of API. */
static void foreign_route(struct lang *l, struct api *a, const struct node *n) {
    struct span word = {n->span.source, n->span.start, n->span.start + 2};
    struct diag *d;
    if (a->websocket) {
        word.end = word.start + (uint32_t)n->text.len;
        d = diag_add(l->diags, RULE_WRONG_PLACE, word, "a WebSocket API has no methods and paths");
        diag_help(l->diags, d, "on connect, on disconnect, on message \"send\", on default");
    } else {
        d = diag_add(l->diags, RULE_WRONG_PLACE, word, "this API has methods and paths, no events");
        diag_help(l->diags, d,
                  "GET /items -> a function; or make the api 'kind = websocket', or give it a "
                  "'definition'");
    }
}

static void collect_domains(struct lang *l, struct api *a) {
    bool defined = body_is_set(a->thing, "definition");
    for (uint32_t i = 0; i < a->thing->body.clauses.count; i++) {
        const struct clause *c = &a->thing->body.clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        if (n->kind == NODE_DOMAIN) {
            vec_push(l->arena, &a->domains, domain_part(l, a->thing, c));
        } else if (n->kind == NODE_ROUTE ? a->websocket
                                         : n->kind == NODE_ON && !a->websocket && !defined) {
            foreign_route(l, a, n);
        } else if (n->kind != NODE_ROUTE && n->kind != NODE_ON && n->kind != NODE_STAGE &&
                   (defined || n->kind != NODE_MODEL) &&
                   !(n->kind == NODE_DECLARATION && node_is_nil(n->name))) {
            report_misplaced(l, a->thing, c);
        }
    }
}

static const char *const resource_types[] = {
    [API_REST] = "AWS::ApiGateway::RestApi",
    [API_HTTP] = "AWS::ApiGatewayV2::Api",
    [API_WEBSOCKET] = "AWS::ApiGatewayV2::Api",
};

/* A private API is not deployed without a policy: by itself, it lets its VPC endpoints in. */
static void private_policy(struct lang *l, struct api *a) {
    struct thing *t = a->thing;
    struct str own = STR("Policy");
    const struct value *body = value_get_c(a->rest->properties, "Body");
    if (!api_is_private(l, t) || body_is_set(t, "policy") || body_is_set(t, "Policy") ||
        is_error(body) || value_has(body, STR("x-amazon-apigateway-policy")))
        return;
    struct value *endpoints = body_value(l, t, "vpc_endpoints");
    if (endpoints && !value_is_null(endpoints) &&
        !(endpoints->kind == VAL_LIST && !endpoints->count)) {
        if (!is_error(endpoints))
            value_put(l->values, a->rest->properties, own, endpoint_policy(l, t));
        return;
    }
    struct diag *d =
        diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->origin->span,
                 "a private api needs 'vpc_endpoints' or a 'policy': nobody could call it");
    diag_help(l->diags, d, "vpc_endpoints = [the ids of the VPC endpoints that may call it]");
}

/* What a REST API says of itself, beside its definition. */
static void rest_api(struct lang *l, struct api *a) {
    value_put_c(l->values, a->rest->properties, "Name", api_name(l, a->thing));
    copy_attributes(l, a->thing, a->rest);
    endpoint(l, a);
    key_source(l, a);
}

static void own_endpoint(struct lang *l, struct api *a) {
    struct value *own = body_value(l, a->thing, "default_endpoint");
    if (own && !value_is_true(own) && !is_error(own))
        value_put_c(l->values, a->rest->properties, "DisableExecuteApiEndpoint", logic_not(l, own));
}

static void define(struct lang *l, struct api *a) {
    if (a->websocket) {
        websocket_api(l, a);
        return;
    }
    struct value *doc;
    if (body_is_set(a->thing, "definition")) {
        doc = api_read_definition(l, a);
    } else {
        api_routes(l, a);
        direct_role(l, a);
        doc = api_definition(l, a);
    }
    if (a->http && !is_error(doc))
        http_api(l, a, doc);
    else
        value_put_c(l->values, a->rest->properties, "Body", doc);
}

void lower_api(struct lang *l, struct thing *t) {
    enum api_kind kind = api_kind(l, t);
    struct api a = {.thing = t, .http = kind == API_HTTP, .websocket = kind == API_WEBSOCKET};
    a.rest = add_resource(l, t, NULL, resource_types[kind], t->id, t->cond);
    if (kind == API_REST)
        rest_api(l, &a);
    a.cors = body_value(l, t, "cors");
    if (!a.cors || a.cors->kind != VAL_MAP)
        a.cors = &value_nil;
    collect_domains(l, &a);
    own_endpoint(l, &a);
    define(l, &a);
    if (kind == API_REST)
        private_policy(l, &a);
    l->values->place = (struct place){t->origin->span, t->origin};
    apply_properties(l, &t->body, a.rest);
    if (a.websocket)
        websocket_routes(l, &a);
    if (!a.http)
        account(l, &a);
    api_stages(l, &a);
    if (!a.http)
        api_plans(l, &a);
    api_domains(l, &a);
    api_permissions(l, &a);
}
