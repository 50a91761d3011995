#include "passes/expand/expand.h"

#include <stdlib.h>

#include "passes/expand/api.h"
#include "passes/passes.h"

static const struct sam_type *const sam_types[] = {
    &sam_api,           &sam_application, &sam_capacity_provider, &sam_connector,
    &sam_function,      &sam_graphql_api, &sam_http_api,          &sam_layer_version,
    &sam_simple_table,  &sam_state_machine, &sam_web_socket_api,
};

enum { TYPE_COUNT = sizeof sam_types / sizeof *sam_types };

/* The row of a resource type, or NULL. */
static const struct sam_type *sam_type_find(struct str type) {
    for (unsigned i = 0; i < TYPE_COUNT; i++)
        if (str_is(type, sam_types[i]->name))
            return sam_types[i];
    return NULL;
}

/* --- sources ---------------------------------------------------------------------------------- */

struct resource *sam_source(struct expand *e, struct str id) {
    struct resource *r = map_get_ptr(&e->source_by_id, id);
    return r && r->id.ptr ? r : NULL;
}

static void add_source(struct expand *e, struct resource *r) {
    vec_push(e->arena, &e->sources, r);
    map_put_ptr(e->arena, &e->source_by_id, r->id, r);
    api_order_add(&e->source_order, r->id);
}

struct resource *sam_add_source(struct expand *e, struct str id, const char *type) {
    struct resource *r = sam_source(e, id);
    if (!r) {
        r = arena_new(e->arena, struct resource);
        r->id = id;
        add_source(e, r);
    }
    *r = (struct resource){.id = id,
                           .id_span = r->id_span,
                           .type = str_from(type),
                           .type_span = r->type_span,
                           .properties = value_map(e->v),
                           .attributes = value_map(e->v),
                           .origin = r->origin ? r->origin : e->v->place.origin,
                           .span = span_is_nil(r->span) ? e->v->place.span : r->span};
    return r;
}

void sam_put_sources(struct expand *e, struct resource *const *made, uint32_t count) {
    api_order_reserve(&e->source_order, count);
    for (uint32_t i = 0; i < count; i++) {
        struct resource *before = sam_source(e, made[i]->id);
        if (before)
            *before = *made[i];
        else
            add_source(e, made[i]);
    }
}

void sam_remove_source(struct expand *e, struct str id) {
    struct resource *r = sam_source(e, id);
    if (!r)
        return;
    map_put_ptr(e->arena, &e->source_by_id, id, &e->nothing);
    api_order_remove(&e->source_order, id);
    for (uint32_t i = 0; i < e->sources.count; i++)
        if (e->sources.items[i] == r)
            e->sources.items[i] = &e->nothing;
}

struct resource **sam_walk_sources(struct expand *e, uint32_t *count) {
    struct resource **walk = arena_array(e->arena, struct resource *, e->sources.count + 1);
    *count = 0;
    if (e->python2) {
        struct str *ids = api_order_keys(&e->source_order);
        for (uint32_t i = 0; i < e->source_order.used; i++)
            walk[(*count)++] = sam_source(e, ids[i]);
        return walk;
    }
    for (uint32_t i = 0; i < e->sources.count; i++)
        if (e->sources.items[i]->id.ptr)
            walk[(*count)++] = e->sources.items[i];
    return walk;
}

/* --- the result ------------------------------------------------------------------------------- */

struct resource *sam_product(struct expand *e, struct str id) {
    struct resource *r = map_get_ptr(&e->product_by_id, id);
    return r && r->id.ptr ? r : NULL;
}

void sam_add_product(struct expand *e, struct resource *r, uint32_t slot) {
    struct resource *before = sam_product(e, r->id);
    if (before) {
        *before = *r;
        return;
    }
    vec_push(e->arena, &e->products, (struct product){slot, e->products.count, r});
    map_put_ptr(e->arena, &e->product_by_id, r->id, r);
}

static void start_products(struct expand *e) {
    for (uint32_t i = 0; i < e->sources.count; i++) {
        if (!e->sources.items[i]->id.ptr)
            continue;
        struct resource *r = arena_new(e->arena, struct resource);
        *r = *e->sources.items[i];
        sam_add_product(e, r, i + 1);
    }
}

/* Types that one SAM type becomes under the id that it has itself. */
static bool may_take_over(struct str type, struct str source_type) {
    static const char *const pairs[][2] = {
        {"AWS::Lambda::Function", "AWS::Serverless::Function"},
        {"AWS::Lambda::LayerVersion", "AWS::Serverless::LayerVersion"},
        {"AWS::Lambda::CapacityProvider", "AWS::Serverless::CapacityProvider"},
        {"AWS::ApiGateway::RestApi", "AWS::Serverless::Api"},
        {"AWS::ApiGatewayV2::Api", "AWS::Serverless::HttpApi"},
        {"AWS::ApiGatewayV2::Api", "AWS::Serverless::WebSocketApi"},
        {"AWS::S3::Bucket", "AWS::S3::Bucket"},
        {"AWS::SNS::Topic", "AWS::SNS::Topic"},
        {"AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable"},
        {"AWS::CloudFormation::Stack", "AWS::Serverless::Application"},
        {"AWS::Cognito::UserPool", "AWS::Cognito::UserPool"},
        {"AWS::ApiGateway::DomainName", "AWS::ApiGateway::DomainName"},
        {"AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::BasePathMapping"},
        {"AWS::ApiGateway::DomainNameV2", "AWS::ApiGateway::DomainNameV2"},
        {"AWS::ApiGateway::BasePathMappingV2", "AWS::ApiGateway::BasePathMappingV2"},
        {"AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"},
        {"AWS::AppSync::GraphQLApi", "AWS::Serverless::GraphQLApi"},
    };
    for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (str_is(type, pairs[i][0]) && str_is(source_type, pairs[i][1]))
            return true;
    return false;
}

bool sam_check_id(struct expand *e, struct str by, const struct resource *r, struct span span) {
    const struct resource *taken = sam_source(e, r->id);
    if (!taken || may_take_over(r->type, taken->type))
        return true;
    sam_add_failure(e, span,
                    "Transforming resource with id [%.*s] attempts to create a new resource with "
                    "id [%.*s] and type \"%.*s\". A resource with that id already exists within "
                    "this template. Please use a different id for that resource.",
                    STR_ARG(by), STR_ARG(r->id), STR_ARG(r->type));
    return false;
}

static void add_references(struct expand *e, const struct sam *s, const struct sam_type *type) {
    for (const struct referable *row = type->referables; row && row->property; row++) {
        for (uint32_t i = s->made.count; i > 0; i--) {
            const struct resource *r = s->made.items[i - 1];
            if (!resource_is(r, row->type))
                continue;
            struct str name = str_printf(e->arena, "%.*s.%s", STR_ARG(s->id), row->property);
            value_put(e->v, e->references, name, value_string(e->v, r->id));
            break;
        }
    }
}

static void replace_source(struct expand *e, struct sam *s, const struct sam_type *type) {
    struct resource *own = sam_product(e, s->source->id);
    add_references(e, s, type);
    if (!str_eq(s->id, s->source->id))
        value_put(e->v, e->renamed, s->source->id, value_string(e->v, s->id));
    if (own)
        own->id = STR_NIL;
    for (uint32_t i = 0; i < s->made.count; i++) {
        struct resource *r = s->made.items[i];
        if (sam_check_id(e, s->source->id, r, r->span))
            sam_add_product(e, r, s->slot);
    }
}

/* --- one resource ----------------------------------------------------------------------------- */

/* Who wrote the resource: a construct of the language, or the template itself. */
static const struct origin *origin_of(struct expand *e, const struct resource *r) {
    if (r->origin)
        return r->origin;
    struct origin *origin = arena_new(e->arena, struct origin);
    origin->construct = str_printf(e->arena, "%.*s %.*s", STR_ARG(r->type), STR_ARG(r->id));
    origin->span = span_is_nil(r->id_span) ? r->span : r->id_span;
    return origin;
}

/* Those of some attributes that are there. */
static struct value *pick(struct expand *e, const struct value *attributes,
                          const char *const *names, unsigned count) {
    struct value *picked = value_map(e->v);
    for (unsigned i = 0; i < count; i++) {
        const struct member *m = value_member(attributes, str_from(names[i]));
        if (m)
            value_put(e->v, picked, m->key, m->value)->span = m->span;
    }
    return picked;
}

static const char *const known_attributes[] = {
    "Condition", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "Metadata", "DependsOn"};
enum { PASSED = 3, KNOWN = 5, KEPT = 6 }; /* how many of them */

struct value *sam_kept_attributes(struct expand *e, const struct resource *r) {
    struct value *kept = pick(e, r->attributes, known_attributes, KEPT);
    if (!sam_is_truthy(value_get_c(kept, "DependsOn")))
        value_remove(e->v, kept, STR("DependsOn"));
    return kept;
}

struct sam *sam_begin(struct expand *e, struct resource *r) {
    struct sam *s = arena_new(e->arena, struct sam);
    *s = (struct sam){.source = r,
                      .id = r->id,
                      .slot = (uint32_t)map_get(&e->slot_by_id, r->id),
                      .properties = sam_entries(e, r->properties),
                      .attributes = pick(e, r->attributes, known_attributes, KNOWN),
                      .passed = pick(e, r->attributes, known_attributes, PASSED),
                      .depends_on = value_get_c(r->attributes, "DependsOn"),
                      .origin = origin_of(e, r)};
    return s;
}

static void expand_one(struct expand *e, void *data) {
    struct sam *s = data;
    const struct sam_type *type = sam_type_find(s->source->type);
    e->v->place = (struct place){s->source->span, s->origin};
    sam_check_new_id(e, s->id, s->source->id_span);
    if (!sam_is_map(s->source->properties))
        sam_fail(e, s->id, sam_span(s->source->properties, s->source->span),
                 "Properties of a resource must be an object.");
    if (type->prepare)
        type->prepare(e, s);
    sam_check(e, s->id, type->name, type->properties, s->properties, s->source->span);
    type->expand(e, s);
    replace_source(e, s, type);
}

static void expand_turn(struct expand *e, unsigned turn) {
    uint32_t count;
    struct resource **walk = sam_walk_sources(e, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct sam_type *type = sam_type_find(walk[i]->type);
        if (!type || type->turn != turn)
            continue;
        e->current = sam_begin(e, walk[i]);
        sam_try(e, expand_one, e->current);
        e->current = NULL;
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

static struct str partition_of(struct str region) {
    static const char *const rows[][2] = {
        {"cn-", "aws-cn"},      {"us-iso-", "aws-iso"},  {"us-isob", "aws-iso-b"},
        {"us-gov", "aws-us-gov"}, {"eu-isoe", "aws-iso-e"}, {"us-isof", "aws-iso-f"},
        {"eusc-", "aws-eusc"},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_starts(region, str_from(rows[i][0])))
            return str_from(rows[i][1]);
    return STR("aws");
}

/* A value that a parameter without one may have: the first that is allowed, else its own name. */
static struct value *stand_in(struct expand *e, const struct member *parameter) {
    struct value *allowed = value_at(value_get_c(parameter->value, "AllowedValues"), 0);
    if (value_is_scalar(allowed)) {
        allowed = value_copy(e->v, allowed);
        allowed->flags |= VALUE_STAND_IN;
        return allowed;
    }
    bool is_number = value_is_c(value_get_c(parameter->value, "Type"), "Number");
    struct value *x = value_string(e->v, is_number ? STR("1") : parameter->key);
    x->flags |= VALUE_STAND_IN;
    return x;
}

static void take_parameters(struct expand *e, const struct value *given) {
    e->params = value_map(e->v);
    for (uint32_t i = 0; given && given->kind == VAL_MAP && i < given->count; i++)
        value_put(e->v, e->params, given->members[i].key, given->members[i].value);
    const struct value *declared = e->g->parameters;
    for (uint32_t i = 0; declared->kind == VAL_MAP && i < declared->count; i++) {
        const struct member *m = &declared->members[i];
        const struct member *fallback = value_member(m->value, STR("Default"));
        if (fallback && !value_has(e->params, m->key))
            value_put(e->v, e->params, m->key, fallback->value);
        else if (e->stand_ins && !value_has(e->params, m->key))
            value_put(e->v, e->params, m->key, stand_in(e, m));
        struct member *taken = (struct member *)value_member(e->params, m->key);
        if (taken && value_is_true(value_get_c(m->value, "NoEcho"))) {
            taken->value = value_copy(e->v, taken->value);
            taken->value->flags |= VALUE_SECRET;
        }
    }
    if (!value_has(e->params, STR("AWS::Region")))
        value_put_c(e->v, e->params, "AWS::Region", value_string(e->v, e->region));
    if (!value_has(e->params, STR("AWS::Partition")))
        value_put_c(e->v, e->params, "AWS::Partition", value_string(e->v, e->partition));
}

bool sam_is_checked_early(struct str type) {
    static const char *const names[] = {
        "Api",        "Function",     "SimpleTable",  "Application",      "LayerVersion",
        "HttpApi",    "WebSocketApi", "StateMachine", "CapacityProvider",
    };
    struct str prefix = STR("AWS::Serverless::");
    return str_starts(type, prefix) && str_in(str_slice(type, prefix.len, type.len), names);
}

static void check_template(struct expand *e) {
    struct graph *g = e->g;
    if (!value_is_nil(g->mappings) && !sam_is_map(g->mappings))
        sam_abort(e, g->mappings->span,
                  "'Mappings' or 'Parameters' is either null or not a valid dictionary.");
    if (!g->resources.count && !g->macros->count)
        sam_abort(e, SPAN_NIL, "'Resources' section is required");
    for (uint32_t i = 0; g->macros->kind == VAL_MAP && i < g->macros->count; i++)
        if (!sam_is_map(g->macros->members[i].value) &&
            !(e->local_code && str_starts(g->macros->members[i].key, STR("Fn::ForEach::"))))
            sam_abort(e, g->macros->members[i].value->span,
                      "All 'Resources' must be Objects. If you're using YAML, this may be an "
                      "indentation issue.");
    for (uint32_t i = 0; i < g->resources.count; i++) {
        struct resource *r = g->resources.items[i];
        const struct value *condition = value_get_c(r->attributes, "Condition");
        if (sam_is_truthy(condition) && !sam_is_string(condition))
            sam_abort(e, condition->span, "Every Condition member must be a string.");
        if (!sam_is_checked_early(r->type) || sam_is_map(r->properties))
            continue;
        uint32_t from = e->failures.count;
        sam_add_failure(e, sam_span(r->properties, r->span),
                        "Resource with id [%.*s] is invalid. Attribute 'Properties' should be a "
                        "map.",
                        STR_ARG(r->id));
        sam_abort_with(e, from);
    }
}

static int compare_products(const void *a, const void *b) {
    const struct product *x = a, *y = b;
    if (x->slot != y->slot)
        return x->slot < y->slot ? -1 : 1;
    return x->position < y->position ? -1 : 1;
}

/* Writes the result into the graph: what a resource became stands in its place. */
static void finish(struct expand *e) {
    struct graph *g = e->g;
    if (e->products.count)
        qsort(e->products.items, e->products.count, sizeof *e->products.items, compare_products);
    g->resources.count = 0;
    g->by_id = (struct map){0};
    for (uint32_t i = 0; i < e->products.count; i++) {
        struct resource *r = e->products.items[i].resource;
        if (!r->id.ptr)
            continue;
        value_remove(e->v, r->attributes, STR("Connectors"));
        vec_push(g->arena, &g->resources, r);
        map_put_ptr(g->arena, &g->by_id, r->id, r);
    }
    g->transform = &value_nil;
    g->globals = &value_nil;
    sam_rewrite_references(e);
}

/* What is done to the template as a whole before any resource is expanded. */
static void (*const steps[])(struct expand *e) = {
    sam_default_definitions, sam_implicit_rest_api, sam_implicit_http_api,
    sam_merge_globals,       sam_openapi_versions,  sam_report_silent_apis,
    sam_report_shared_names, sam_embedded_connectors,
};

static bool has_language_extensions(const struct value *x) {
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        if (has_language_extensions(x->items[i]))
            return true;
    return value_is_c(x, "AWS::LanguageExtensions");
}

/* AWS::LanguageExtensions, which runs before, hands strings on where they can be known. */
static void resolve_early(struct expand *e) {
    static const char *const names[] = {"AutoPublishAlias", "CodeUri", "ContentUri",
                                        "DefinitionUri"};
    if (!e->stand_ins || !has_language_extensions(e->g->transform))
        return;
    if (!value_has(e->params, STR("AWS::AccountId")))
        value_put_c(e->v, e->params, "AWS::AccountId", sam_c(e, "123456789012"));
    for (uint32_t i = 0; i < e->g->resources.count; i++)
        for (size_t j = 0; j < sizeof names / sizeof *names; j++) {
            struct value *properties = e->g->resources.items[i]->properties;
            struct value *x = value_get_c(properties, names[j]);
            if (x->kind != VAL_REF && x->kind != VAL_SUB)
                continue;
            x = sam_resolved(e, x);
            if (x->kind == VAL_SUB && str_find(x->text, STR("${"), 0) == x->text.len)
                x->kind = VAL_STRING;
            value_put_c(e->v, properties, names[j], x);
        }
}

static void run(struct expand *e) {
    check_template(e);
    resolve_early(e);
    sam_choose_order(e);
    for (uint32_t i = 0; i < e->g->resources.count; i++) {
        struct resource *r = e->g->resources.items[i];
        if (r->attributes->kind != VAL_MAP)
            r->attributes = value_map(e->v);
        add_source(e, r);
    }
    for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++)
        steps[i](e);
    for (uint32_t i = 0; i < e->sources.count; i++)
        map_put(e->arena, &e->slot_by_id, e->sources.items[i]->id, i + 1);
    start_products(e);
    for (unsigned turn = 0; turn < TURNS; turn++)
        expand_turn(e, turn);
    sam_deployments(e);
    if (e->failures.count)
        return;
    sam_report_partition(e);
    if (e->apis)
        api_orders_finish(&e->apis->orders, e->v);
    finish(e);
}

static void report(struct expand *e) {
    for (uint32_t i = 0; i < e->failures.count; i++) {
        const struct failure *f = &e->failures.items[i];
        struct diag *d = diag_add(e->diags, RULE_SAM_INVALID, f->span, "%.*s", STR_ARG(f->message));
        d->origin = f->origin;
    }
}

bool graph_is_sam(const struct graph *g) {
    static const struct str name = {"AWS::Serverless-2016-10-31", 26};
    if (value_is_c(g->transform, name.ptr))
        return true;
    for (uint32_t i = 0; g->transform->kind == VAL_LIST && i < g->transform->count; i++)
        if (value_is_c(g->transform->items[i], name.ptr))
            return true;
    for (uint32_t i = 0; !g->is_template && i < g->resources.count; i++)
        if (str_starts(g->resources.items[i]->type, STR("AWS::Serverless::")))
            return true;
    return false;
}

void expand_sam(struct graph *g, const struct expand_options *options, struct diags *d) {
    jmp_buf aborted;
    struct place place = g->values.place;
    struct expand *e = arena_new(g->arena, struct expand);
    *e = (struct expand){.g = g,
                         .arena = g->arena,
                         .v = &g->values,
                         .diags = d,
                         .region = options->region.len ? options->region : STR("us-east-1"),
                         .local_code = options->local_code,
                         .stand_ins = options->stand_ins,
                         .on_abort = &aborted};
    e->partition = partition_of(e->region);
    e->references = value_map(e->v);
    e->renamed = value_map(e->v);
    api_order_init(&e->source_order, e->arena);
    take_parameters(e, options->params);
    if (setjmp(aborted) == 0)
        run(e);
    g->values.place = place;
    report(e);
}
