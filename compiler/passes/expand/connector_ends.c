/* The two ends of a connector: what they are, and what waits for what. */
#include <string.h>

#include "passes/expand/connector.h"

static const struct connector_row rows[] = {
#define CONNECTABLE(type, arn, url, id, name, qualifier, role)
#define PROFILE(source, destination, kind, whose, depended, combinations)                          \
    {source, destination,  KIND_##kind, WHOSE_##whose, DEPENDED_##depended,                        \
     combinations, NULL, NULL, NULL, NULL, NULL},
#define GRANT(permission, actions, resources, principal, account)                                  \
    {NULL, NULL, 0, 0, 0, NULL, permission, actions, resources, principal, account},
#include "passes/expand/connector_profiles.def"
#undef CONNECTABLE
#undef PROFILE
#undef GRANT
    {NULL, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};

const struct connector_row *connector_profile(struct str source, struct str destination) {
    for (const struct connector_row *row = rows; row->source || row->permission; row++)
        if (row->source && str_is(source, row->source) && str_is(destination, row->destination))
            return row;
    return NULL;
}

/* How a resource type gives what a connector asks for. */
static const struct connectable {
    const char *type, *arn, *url, *id, *name, *qualifier, *role;
} connectables[] = {
#define CONNECTABLE(type, arn, url, id, name, qualifier, role)                                     \
    {type, arn, url, id, name, qualifier, role},
#define PROFILE(source, destination, kind, whose, depended, combinations)
#define GRANT(permission, actions, resources, principal, account)
#include "passes/expand/connector_profiles.def"
#undef CONNECTABLE
#undef PROFILE
#undef GRANT
};

static const struct connectable *connectable_find(struct str type) {
    for (unsigned i = 0; i < sizeof connectables / sizeof *connectables; i++)
        if (str_is(type, connectables[i].type))
            return &connectables[i];
    return NULL;
}

/* The CloudFormation type that a SAM type stands for. */
static struct str plain_type(struct str type) {
    static const char *const pairs[][2] = {
        {"AWS::Serverless::Function", "AWS::Lambda::Function"},
        {"AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"},
        {"AWS::Serverless::Api", "AWS::ApiGateway::RestApi"},
        {"AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api"},
        {"AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table"},
    };
    for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (str_is(type, pairs[i][0]))
            return str_from(pairs[i][1]);
    return type;
}

/* "Ref", or the name of an attribute; "" is nil. */
static struct value *output(struct expand *e, struct str id, const char *form) {
    if (!*form)
        return &value_nil;
    return strcmp(form, "Ref") == 0 ? sam_ref(e, id) : sam_getatt(e, id, form);
}

/* RoleArn of the rule's target that the connector leads to, or nil. */
static struct value *target_role(struct expand *e, struct value *targets, struct value *other) {
    struct value *id = sam_get(e, other, "Id"), *arn = sam_get(e, other, "Arn");
    for (uint32_t i = 0; targets->kind == VAL_LIST && i < targets->count; i++) {
        struct value *to = sam_get(e, targets->items[i], "Arn");
        struct str to_id = sam_id_of(to);
        bool is_same = (to_id.len && sam_is_string(id) && str_eq(to_id, id->text)) ||
                       (sam_is_truthy(arn) && value_equal(arn, to));
        if (is_same)
            return sam_get(e, targets->items[i], "RoleArn");
    }
    return &value_nil;
}

static struct value *role_name(struct expand *e, const struct connectable *type,
                               const struct resource *r, struct value *other) {
    if (!*type->role)
        return &value_nil;
    struct value *role = sam_get(e, r->properties, type->role);
    if (strcmp(type->role, "Targets") == 0)
        role = target_role(e, role, other);
    struct str id = sam_id_of(role);
    return id.len ? sam_ref(e, id) : &value_nil;
}

static struct end nameless(void) {
    struct value *nil = &value_nil;
    return (struct end){STR_NIL, STR_NIL, nil, nil, nil, nil, nil, nil};
}

/* An end that is described by its properties. */
static struct end described(struct expand *e, const struct connector *c, struct value *given) {
    struct value *type = sam_get(e, given, "Type");
    if (!sam_is_string(type) || !type->text.len)
        sam_fail(e, c->id, sam_span(given, c->span), "'Type' is missing or not a string.");
    return (struct end){
        .type = plain_type(type->text),
        .arn = sam_get(e, given, "Arn"),
        .role_name = sam_get(e, given, "RoleName"),
        .queue_url = sam_get(e, given, "QueueUrl"),
        .resource_id = sam_get(e, given, "ResourceId"),
        .name = sam_get(e, given, "Name"),
        .qualifier = sam_get(e, given, "Qualifier"),
    };
}

/* Whether anything stands there; a resource that is an Fn::If is among the macros. */
static bool is_written(struct expand *e, const struct resource *r, struct str id) {
    if (!r)
        return sam_is_map(value_get(e->g->macros, id));
    return r->type.len || r->has_properties || r->properties->count || r->attributes->count;
}

/* An end that is a resource of the template. */
static struct end named(struct expand *e, const struct connector *c, struct value *given,
                        struct str id, struct value *other) {
    const struct resource *r = sam_product(e, id);
    struct span span = sam_span(given, c->span);
    if (!is_written(e, r, id))
        sam_fail(e, c->id, span, "Unable to find resource with logical ID '%.*s'.", STR_ARG(id));
    if (!r || !r->type.len)
        sam_fail(e, c->id, span, "'Type' is missing or not a string.");
    struct end end = nameless();
    const struct connectable *type = connectable_find(r->type);
    end.id = id;
    end.type = r->type;
    if (type) {
        end.arn = output(e, id, type->arn);
        end.queue_url = output(e, id, type->url);
        end.resource_id = output(e, id, type->id);
        end.name = output(e, id, type->name);
        end.qualifier = *type->qualifier ? sam_c(e, type->qualifier) : &value_nil;
        end.role_name = role_name(e, type, r, other);
    }
    if (sam_has(e, given, "Qualifier"))
        end.qualifier = sam_get(e, given, "Qualifier");
    return end;
}

struct end connector_end(struct expand *e, const struct connector *c, struct value *given,
                         struct value *other) {
    struct value *entries = sam_entries(e, given);
    bool has_id = value_has(entries, STR("Id"));
    uint32_t others = entries->count - has_id - value_has(entries, STR("Qualifier"));
    if (has_id == (others > 0))
        sam_fail(
            e, c->id, sam_span(given, c->span),
            "Must provide 'Id' (with optional 'Qualifier') or a supported combination of other "
            "properties.");
    struct value *id = sam_get(e, entries, "Id");
    if (!sam_is_truthy(id))
        return described(e, c, entries);
    if (!sam_is_string(id))
        sam_fail(e, c->id, sam_span(id, c->span), "'Id' is missing or not a string.");
    return named(e, c, entries, id->text, other);
}

/* --- what waits for what -------------------------------------------------------------------------- */

/* Resources by what connectors ask of them, gathered once. */
struct connections {
    struct map mappings;   /* "function source" -> struct resource *, the only one; or `several` */
    struct map dependants; /* id -> struct dependants * */
    struct resource several;
};

struct dependants {
    VEC(struct resource *) items;
};

static struct str pair(struct expand *e, struct str function, struct str source) {
    return str_printf(e->arena, "%.*s %.*s", STR_ARG(function), STR_ARG(source));
}

static void note_mapping(struct expand *e, struct connections *all, struct resource *r) {
    struct str function = sam_id_of(sam_get(e, r->properties, "FunctionName"));
    struct str source = sam_id_of(sam_get(e, r->properties, "EventSourceArn"));
    if (!resource_is(r, "AWS::Lambda::EventSourceMapping") || !function.len || !source.len)
        return;
    struct str key = pair(e, function, source);
    struct resource *before = map_get_ptr(&all->mappings, key);
    map_put_ptr(e->arena, &all->mappings, key, before ? &all->several : r);
}

static void note_dependant(struct expand *e, struct connections *all, struct resource *r,
                           const struct value *on) {
    if (!sam_is_string(on))
        return;
    struct dependants *list = map_get_ptr(&all->dependants, on->text);
    if (!list) {
        list = arena_new(e->arena, struct dependants);
        map_put_ptr(e->arena, &all->dependants, on->text, list);
    }
    if (!list->items.count || list->items.items[list->items.count - 1] != r)
        vec_push(e->arena, &list->items, r);
}

static void note_dependencies(struct expand *e, struct connections *all, struct resource *r) {
    const struct value *on = value_get_c(r->attributes, "DependsOn");
    note_dependant(e, all, r, on);
    for (uint32_t i = 0; on->kind == VAL_LIST && i < on->count; i++)
        note_dependant(e, all, r, on->items[i]);
}

/* Not of connectors that are still to be expanded: those keep what was written. */
static struct connections *connections(struct expand *e) {
    if (e->connections)
        return e->connections;
    e->connections = arena_new(e->arena, struct connections);
    for (uint32_t i = 0; i < e->products.count; i++) {
        struct resource *r = e->products.items[i].resource;
        if (!r->id.ptr)
            continue;
        note_mapping(e, e->connections, r);
        if (!str_is(r->type, sam_connector.name))
            note_dependencies(e, e->connections, r);
    }
    return e->connections;
}

/* DependsOn as a list of its own, without `without` (or nil). */
static struct value *dependencies(struct expand *e, struct resource *r, struct str without) {
    struct value *on = value_get_c(r->attributes, "DependsOn"), *list = value_list(e->v);
    uint32_t count = sam_is_list(on) ? on->count : !value_is_nil(on);
    for (uint32_t i = 0; i < count; i++) {
        struct value *x = sam_is_list(on) ? on->items[i] : on;
        if (without.len && sam_is_string(x) && str_eq(x->text, without))
            without = STR_NIL;
        else
            value_push(e->v, list, x);
    }
    value_put_c(e->v, r->attributes, "DependsOn", list);
    return list;
}

static void add_dependency(struct expand *e, struct value *list, struct str id) {
    struct value *x = value_string(e->v, id);
    if (!sam_contains(list, x))
        value_push(e->v, list, x);
}

void connector_order(struct expand *e, const struct connector *c, struct str policy) {
    struct resource *waits = NULL;
    if (c->profile->depended == DEPENDED_MAPPING && c->source.id.len && c->destination.id.len) {
        struct connections *all = connections(e);
        waits = map_get_ptr(&all->mappings, pair(e, c->destination.id, c->source.id));
        waits = waits == &all->several ? NULL : waits;
    }
    if (c->profile->depended == DEPENDED_SOURCE && c->source.id.len)
        waits = sam_product(e, c->source.id);
    if (waits)
        add_dependency(e, dependencies(e, waits, STR_NIL), policy);
}

void connector_replace_dependency(struct expand *e, struct str id, const struct sam *s,
                                  uint32_t from) {
    struct dependants *list = map_get_ptr(&connections(e)->dependants, id);
    for (uint32_t i = 0; list && i < list->items.count; i++) {
        struct value *on = dependencies(e, list->items.items[i], id);
        for (uint32_t j = from; j < s->made.count; j++)
            add_dependency(e, on, s->made.items[j]->id);
    }
    for (uint32_t i = from; i < s->made.count; i++)
        note_dependencies(e, connections(e), s->made.items[i]);
}
