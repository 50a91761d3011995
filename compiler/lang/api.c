#include "lang/api.h"

/* `api`: a RestApi whose Body is an OpenAPI document, a deployment, stages, domains. */

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
            struct value *c = to_boolean(l, eval(l, t->scope, n->cond), scope_span(t->scope, n->cond));
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

static struct value *domain_url(struct lang *l, struct thing *domain) {
    struct value *base = body_value(l, domain, "base_path");
    struct value *host = domain_host(l, domain);
    return base && !value_is_null(base) ? sub(l, "https://%v/%v", host, base)
                                        : sub(l, "https://%v", host);
}

static struct value *stage_url(struct lang *l, struct thing *stage) {
    return sub(l, "https://${%S}.execute-api.${AWS::Region}.${AWS::URLSuffix}/%v", &stage->owner->id,
               stage_name(l, stage));
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

static struct value *api_url(struct lang *l, struct thing *t, struct span span) {
    struct thing *domain = only_domain(l, t);
    if (domain)
        return domain_url(l, domain);
    if (t->stages.count == 1)
        return stage_url(l, t->stages.items[0]);
    struct diag *d = diag_add(l->diags, RULE_UNKNOWN_KEY, span,
                              "'%.*s' has %u stages, and no domain that is always there: which url?",
                              STR_ARG(t->name), t->stages.count);
    struct buf names;
    buf_init(&names, l->arena, 0);
    for (uint32_t i = 0; i < t->stages.count; i++)
        buf_printf(&names, "%s%.*s.url", i ? ", " : "", STR_ARG(t->stages.items[i]->name));
    if (names.len)
        diag_help(l->diags, d, "say one of: %.*s", STR_ARG(buf_view(&names)));
    else
        diag_help(l->diags, d, "an api needs a stage: stage live { }");
    return value_error(l);
}

struct value *api_name(struct lang *l, struct thing *t) {
    struct value *given = body_value(l, t, "name");
    return given && !value_is_null(given) ? given : value_string(l->values, t->name);
}

struct value *api_alias(struct lang *l, struct thing *t, const char *name, struct span span) {
    struct str alias = str_from(name);
    if (t->kind == KIND_STAGE) {
        if (str_is(alias, "url"))
            return stage_url(l, t);
        return sub(l, "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${%S}/%v",
                   &t->owner->id, stage_name(l, t));
    }
    if (t->kind == KIND_DOMAIN)
        return domain_url(l, t);
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
    return api_url(l, t, span);
}

/* ---- lowering ------------------------------------------------------------------------------ */

static void endpoint(struct lang *l, struct api *a) {
    struct value *x = body_value(l, a->thing, "endpoint");
    const char *type = x && value_is_c(x, "edge")      ? "EDGE"
                       : x && value_is_c(x, "private") ? "PRIVATE"
                                                       : "REGIONAL";
    put(l, a->rest->properties, "EndpointConfiguration.Types", list_of(l, 1, text_value(l, type)));
    struct value *own = body_value(l, a->thing, "default_endpoint");
    if (own && own->kind == VAL_BOOL && !own->truth)
        value_put_c(l->values, a->rest->properties, "DisableExecuteApiEndpoint",
                    value_bool(l->values, true));
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
    value_put_c(l->values, role->properties, "AssumeRolePolicyDocument",
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

static void collect_domains(struct lang *l, struct api *a) {
    for (uint32_t i = 0; i < a->thing->body.clauses.count; i++) {
        const struct clause *c = &a->thing->body.clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        if (n->kind == NODE_DOMAIN) {
            vec_push(l->arena, &a->domains, domain_part(l, a->thing, c));
        } else if (n->kind != NODE_ROUTE && n->kind != NODE_STAGE && n->kind != NODE_MODEL &&
                   !(n->kind == NODE_DECLARATION && node_is_nil(n->name))) {
            report_misplaced(l, a->thing, c);
        }
    }
}

void lower_api(struct lang *l, struct thing *t) {
    struct value *kind = body_value(l, t, "kind");
    if (kind && value_is_c(kind, "websocket")) {
        diag_add(l->diags, RULE_WRONG_PLACE, kind->span, "'kind = websocket' isn't supported yet");
        return;
    }
    struct api a = {.thing = t, .http = kind && value_is_c(kind, "http")};
    a.rest = add_resource(l, t, NULL, a.http ? "AWS::ApiGatewayV2::Api" : "AWS::ApiGateway::RestApi",
                          t->id, t->cond);
    if (!a.http) {
        value_put_c(l->values, a.rest->properties, "Name", api_name(l, t));
        copy_attributes(l, t, a.rest);
        endpoint(l, &a);
        key_source(l, &a);
    }
    a.cors = body_value(l, t, "cors");
    if (!a.cors || a.cors->kind != VAL_MAP)
        a.cors = &value_nil;
    collect_domains(l, &a);
    api_routes(l, &a);
    direct_role(l, &a);
    if (a.http)
        http_api(l, &a);
    else
        value_put_c(l->values, a.rest->properties, "Body", api_definition(l, &a));
    l->values->place = (struct place){t->origin->span, t->origin};
    apply_properties(l, &t->body, a.rest);
    if (!a.http) {
        account(l, &a);
        api_deployment(l, &a);
    }
    api_stages(l, &a);
    if (!a.http)
        api_plans(l, &a);
    api_domains(l, &a);
    api_permissions(l, &a);
}
