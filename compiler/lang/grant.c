#include "lang/api.h"

#include "schema/schema.h"

/* Statements of execution roles: exactly what `allow`, events and settings need. */

static struct value *actions_of(struct lang *l, const char *actions) {
    struct value *list = value_list(l->values);
    struct str rest = str_from(actions);
    while (rest.len) {
        struct str one = str_split(rest, ' ', &rest);
        if (one.len)
            value_push(l->values, list, value_string(l->values, one));
    }
    return list;
}

static struct value *one_or_list(struct value *list) {
    return list->kind == VAL_LIST && list->count == 1 ? list->items[0] : list;
}

static void push_statement(struct lang *l, struct thing *to, const char *effect,
                           struct value *actions, struct value *resources, struct value *condition,
                           struct value *guard) {
    struct value *s = map_of(l, 3, "Effect", text_value(l, effect), "Action", one_or_list(actions),
                             "Resource", one_or_list(resources));
    if (condition)
        value_put_c(l->values, s, "Condition", condition);
    if (guard)
        s = logic_if(l, guard, s, value_null(l->values));
    for (uint32_t i = 0; i < to->statements.count; i++)
        if (value_equal(to->statements.items[i], s))
            return;
    vec_push(l->arena, &to->statements, s);
}

void grant_statement(struct lang *l, struct thing *to, const char *actions,
                     struct value *resources, struct value *cond) {
    push_statement(l, to, "Allow", actions_of(l, actions), resources, NULL, cond);
}

/* API/STAGE/METHOD/@connections/ID, as execute-api:ManageConnections is decided on. */
static struct value *connections(struct lang *l, struct thing *on, const char *method) {
    if (on->kind == KIND_STAGE)
        return sub(l, "%v/%s/@connections/*", thing_alias(l, on, "arn"), method);
    return sub(
        l,
        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:%v/*/%s/@connections/*",
        thing_alias(l, on, "id"), method);
}

void grant_statement_if(struct lang *l, struct thing *to, const char *actions,
                        struct value *resources, struct value *condition, struct value *cond) {
    push_statement(l, to, "Allow", actions_of(l, actions), resources, condition, cond);
}

/* The resources of one scope of a thing. */
struct value *scope_resources(struct lang *l, struct thing *on, enum verb_scope scope) {
    struct value *arn = thing_alias(l, on, "arn");
    struct value *list = value_list(l->values);
    switch (scope) {
    case SCOPE_THING:
        value_push(l->values, list, arn);
        break;
    case SCOPE_INDEXES:
        value_push(l->values, list, arn);
        if (on->is_existing || table_has_indexes(l, on))
            value_push(l->values, list, sub(l, "%v/index/*", arn));
        break;
    case SCOPE_INSIDE:
        value_push(l->values, list, on->kind == KIND_API ? arn : sub(l, "%v/*", arn));
        break;
    case SCOPE_POST:
        value_push(l->values, list, connections(l, on, "POST"));
        break;
    case SCOPE_GET:
        value_push(l->values, list, connections(l, on, "GET"));
        break;
    case SCOPE_DELETE:
        value_push(l->values, list, connections(l, on, "DELETE"));
        break;
    case SCOPE_ANY:
        value_push(l->values, list, text_value(l, "*"));
        break;
    }
    return list;
}

struct allowed {
    struct value *actions[SCOPE_ANY + 1]; /* by scope */
};

static bool add_verb(struct lang *l, struct thing *on, struct str verb, struct allowed *out) {
    bool found = false;
    for (unsigned i = 0; i < verb_count; i++) {
        const struct verb *v = &verbs[i];
        if (v->kind != on->kind || !str_is(verb, v->name))
            continue;
        found = true;
        enum verb_scope scope = v->scope;
        if (scope == SCOPE_INDEXES && !on->is_existing && !table_has_indexes(l, on))
            scope = SCOPE_THING;
        struct value *more = actions_of(l, v->actions);
        if (!out->actions[scope])
            out->actions[scope] = value_list(l->values);
        for (uint32_t k = 0; k < more->count; k++) {
            bool had = false;
            for (uint32_t j = 0; j < out->actions[scope]->count; j++)
                had |= value_equal(out->actions[scope]->items[j], more->items[k]);
            if (!had)
                value_push(l->values, out->actions[scope], more->items[k]);
        }
    }
    return found;
}

/* Whether verbs of connections are asked of an API that has none. */
static bool needs_connections(struct lang *l, struct thing *on, const struct allowed *a) {
    struct thing *api = on->kind == KIND_STAGE ? on->owner : on;
    return (a->actions[SCOPE_POST] || a->actions[SCOPE_GET] || a->actions[SCOPE_DELETE]) &&
           !api->is_existing && api_kind(l, api) != API_WEBSOCKET;
}

void unknown_verb(struct lang *l, struct thing *on, struct str verb, struct span span) {
    struct buf known;
    buf_init(&known, l->arena, 0);
    const char *near = NULL;
    for (unsigned i = 0; i < verb_count; i++)
        if (verbs[i].kind == on->kind && verbs[i].doc[0]) {
            buf_printf(&known, "%s%s", known.len ? ", " : "", verbs[i].name);
            if (!near && str_is_near(verb, str_from(verbs[i].name)))
                near = verbs[i].name;
        }
    struct diag *d = diag_add(l->diags, RULE_UNKNOWN_VERB, span, "%s %s has no verb '%.*s'",
                              kind_article(on->kind), kinds[on->kind].name, STR_ARG(verb));
    if (near) {
        diag_label(l->diags, d, "did you mean '%s'?", near);
        diag_fix(l->diags, d, span, str_from(near), false);
    }
    if (known.len)
        diag_help(l->diags, d,
                  "its verbs are %.*s; an action in quotes (\"s3:GetObject\") is taken too",
                  STR_ARG(buf_view(&known)));
}

/* The actions of all scopes, for the thing's key. */
static void grant_key_of(struct lang *l, struct thing *to, struct thing *on,
                         const struct allowed *a, struct value *guard) {
    struct value *all = value_list(l->values);
    for (int scope = 0; scope <= SCOPE_ANY; scope++)
        for (uint32_t i = 0; a->actions[scope] && i < a->actions[scope]->count; i++)
            value_push(l->values, all, a->actions[scope]->items[i]);
    if (all->count)
        grant_key(l, to, on, all, guard);
}

void grant_verb(struct lang *l, struct thing *to, struct thing *on, const char *verb,
                struct value *cond) {
    struct allowed a = {0};
    add_verb(l, on, str_from(verb), &a);
    for (int scope = 0; scope <= SCOPE_ANY; scope++)
        if (a.actions[scope])
            push_statement(l, to, "Allow", a.actions[scope],
                           scope_resources(l, on, (enum verb_scope)scope), NULL,
                           logic_and(l, cond, on->cond));
    grant_key_of(l, to, on, &a, logic_and(l, cond, on->cond));
}

/* The things that `allow .. on X` names: one, or every entry of a collection. */
static void allow_on_thing(struct lang *l, struct thing *to, struct thing *on,
                           const struct clause *c, struct value *condition) {
    const struct node *n = scope_node(c->scope, c->node);
    const char *effect = str_is(n->text, "deny") ? "Deny" : "Allow";
    if (on->is_collection) {
        for (uint32_t i = 0; i < on->entries.count; i++)
            allow_on_thing(l, to, on->entries.items[i].thing, c, condition);
        return;
    }
    struct allowed a = {0};
    struct value *written = value_list(l->values);
    for (uint32_t i = 0; i < n->count; i++) {
        node_id id = tree_child(c->scope->space->tree, c->node, i);
        const struct node *verb = scope_node(c->scope, id);
        if (verb->kind == NODE_STRING) {
            struct value *action = eval(l, c->scope, id);
            if (!is_error(action))
                value_push(l->values, written, action);
        } else if (verb->kind == NODE_NAME && !add_verb(l, on, verb->text, &a)) {
            unknown_verb(l, on, verb->text, verb->span);
        } else if (verb->kind == NODE_NAME && needs_connections(l, on, &a)) {
            struct diag *d = diag_add(l->diags, RULE_UNKNOWN_VERB, verb->span,
                                      "'%.*s' keeps no connections to '%.*s'", STR_ARG(on->name),
                                      STR_ARG(verb->text));
            diag_help(l->diags, d, "WebSocket APIs do: kind = websocket");
            return;
        }
    }
    struct value *guard = on->cond ? logic_and(l, c->cond, on->cond) : c->cond;
    for (int scope = 0; scope <= SCOPE_ANY; scope++)
        if (a.actions[scope])
            push_statement(l, to, effect, a.actions[scope],
                           scope_resources(l, on, (enum verb_scope)scope), condition, guard);
    if (written->count)
        push_statement(l, to, effect, written, scope_resources(l, on, SCOPE_THING), condition,
                       guard);
    if (str_is(str_from(effect), "Deny"))
        return;
    grant_key_of(l, to, on, &a, guard);
    if (written->count)
        grant_key(l, to, on, written, guard);
}

static void allow_on_arn(struct lang *l, struct thing *to, struct value *arn,
                         const struct clause *c, struct value *condition) {
    const struct node *n = scope_node(c->scope, c->node);
    struct value *actions = value_list(l->values);
    for (uint32_t i = 0; i < n->count; i++) {
        node_id id = tree_child(c->scope->space->tree, c->node, i);
        const struct node *verb = scope_node(c->scope, id);
        if (verb->kind == NODE_NAME) {
            struct diag *d = diag_add(l->diags, RULE_UNKNOWN_VERB, verb->span,
                                      "'%.*s' is a verb of things, and an ARN needs actions",
                                      STR_ARG(verb->text));
            diag_help(l->diags, d, "name the action: \"service:Action\"");
            continue;
        }
        struct value *action = eval(l, c->scope, id);
        if (!is_error(action))
            value_push(l->values, actions, action);
    }
    if (actions->count)
        push_statement(l, to, str_is(n->text, "deny") ? "Deny" : "Allow", actions, arn, condition,
                       c->cond);
}

/* The ARN of a raw resource: its attribute Arn; a type without one returns an ARN by Ref, or has
 * none. */
static struct value *resource_arn(struct lang *l, const struct thing *t) {
    const struct schema *s = l->options->schema;
    struct schema_type_id type = schema_type_find(s, t->type);
    bool known = type.n && !schema_attribute_find(s, type, STR("Arn")).n;
    return known ? value_ref(l->values, t->id) : value_getatt(l->values, t->id, STR("Arn"));
}

void lower_allow(struct lang *l, struct thing *to, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    struct value *on = clause_target(l, c);
    if (is_error(on))
        return;
    l->values->place = (struct place){n->span, origin_part(l, to, "role", n->span)};
    struct value *condition = node_is_nil(n->cond) ? NULL : eval(l, c->scope, n->cond);
    struct thing *t = thing_of(on);
    if (t && !t->is_resource)
        allow_on_thing(l, to, t, c, condition);
    else if (value_is_null(on))
        return; /* what isn't there needs no permission */
    else if (on->kind == VAL_LIST || t || on->kind == VAL_STRING || value_is_intrinsic(on))
        allow_on_arn(l, to, t ? resource_arn(l, t) : on, c, condition);
    else
        diag_add(l->diags, RULE_VALUE_TYPE, scope_span(c->scope, n->value),
                 "'allow' needs a thing or an ARN behind 'on', found %s", describe_value(on));
}

void role_properties(struct lang *l, struct thing *t, struct resource *role, const char *service) {
    struct value *principal = map_of(l, 1, "Service", text_value(l, service));
    struct value *trust = map_of(l, 3, "Effect", text_value(l, "Allow"), "Principal", principal,
                                 "Action", text_value(l, "sts:AssumeRole"));
    value_put_c(l->values, role->properties, "AssumeRolePolicyDocument",
                map_of(l, 2, "Version", text_value(l, "2012-10-17"), "Statement",
                       list_of(l, 1, trust)));
    if (!t->statements.count)
        return;
    struct value *statements = value_list(l->values);
    for (uint32_t i = 0; i < t->statements.count; i++)
        value_push(l->values, statements, t->statements.items[i]);
    struct value *document = map_of(l, 2, "Version", text_value(l, "2012-10-17"), "Statement",
                                    statements);
    struct value *policy = map_of(l, 2, "PolicyName", text_value(l, "permissions"),
                                  "PolicyDocument", document);
    value_put_c(l->values, role->properties, "Policies", list_of(l, 1, policy));
}

struct resource *lower_role(struct lang *l, struct thing *t, const char *service) {
    struct resource *role =
        add_resource(l, t, "role", "AWS::IAM::Role", part_id(l, t, "Role"), t->cond);
    role_properties(l, t, role, service);
    return role;
}
