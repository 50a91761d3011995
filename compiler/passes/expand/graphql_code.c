/* Functions of a GraphQL API, and the resolvers that call them one after the other. */
#include "passes/expand/graphql.h"

/* What a resolver without code does: it hands on the result of its last function. */
static const char resolver_code[] = "\n"
                                    "export function request(ctx) {\n"
                                    "    return {};\n"
                                    "}\n"
                                    "\n"
                                    "export function response(ctx) {\n"
                                    "    return ctx.prev.result;\n"
                                    "}\n";

static struct value *runtime(struct expand *e, const struct member *m) {
    struct value *given = graphql_get(m->value, "Runtime");
    if (sam_is_none(given))
        sam_fail(e, m->key, m->span, "'Runtime' must be defined as a property in %.*s.",
                 STR_ARG(m->key));
    return sam_map(e, "Name", graphql_get(given, "Name"), "RuntimeVersion",
                   graphql_get(given, "Version"), NULL);
}

static void check_code(struct expand *e, const struct member *m) {
    if (sam_is_truthy(graphql_get(m->value, "InlineCode")) &&
        sam_is_truthy(graphql_get(m->value, "CodeUri")))
        sam_fail(e, m->key, m->span,
                 "Both 'InlineCode' and 'CodeUri' cannot be defined at the same time.");
}

/* The data source that does nothing, one for the API. */
static struct value *none_source(struct expand *e, struct graphql *g) {
    struct str id = sam_id(e, "%.*sNoneDataSource", STR_ARG(g->s->id));
    if (!g->none) {
        g->none = graphql_make(e, g, id, "AWS::AppSync::DataSource", "data source", SPAN_NIL);
        sam_set(e, g->none, "ApiId", g->api_id);
        sam_set(e, g->none, "Name", value_string(e->v, id));
        sam_set(e, g->none, "Type", sam_c(e, "NONE"));
    }
    return sam_getatt(e, id, "Name");
}

static struct value *source_name(struct expand *e, struct graphql *g, const struct member *m) {
    struct value *source = graphql_get(m->value, "DataSource");
    if (!sam_is_truthy(source))
        sam_fail(e, m->key, m->span, "'DataSource' must be set.");
    if (!sam_is_string(source))
        return source;
    if (str_eq_nocase(source->text, STR("none")))
        return none_source(e, g);
    struct value *name = map_get_ptr(&g->sources, source->text);
    if (!name)
        sam_fail(
            e, m->key, sam_span(source, m->span),
            "Either define DataSource '%.*s' in 'DataSources' or use intrinsic function like "
            "GetAtt, ImportValue, Sub or another one to reference a DataSource defined outside "
            "of this GraphQLApi resource.",
            STR_ARG(source->text));
    return name;
}

static void make_function(struct expand *e, struct graphql *g, const struct member *m) {
    struct value *id = graphql_truthy(m->value, "Id");
    if (!sam_is_none(id)) {
        if (graphql_without_nulls(e, m->value)->count != 1)
            sam_fail(e, m->key, m->span,
                     "'Id' cannot be defined with other properties in Function.");
        map_put_ptr(e->arena, &g->functions, m->key, id);
        return;
    }
    struct resource *r = graphql_make(
        e, g, str_concat(e->arena, g->s->id, m->key), "AWS::AppSync::FunctionConfiguration",
        sam_id(e, "function %.*s", STR_ARG(m->key)).ptr, m->span);
    struct value *name = graphql_truthy(m->value, "Name");
    struct value *text = graphql_truthy(m->value, "InlineCode");
    struct value *uri = graphql_truthy(m->value, "CodeUri");
    sam_set(e, r, "ApiId", g->api_id);
    sam_set(e, r, "Name", sam_is_none(name) ? value_string(e->v, m->key) : name);
    check_code(e, m);
    if (sam_is_none(text) && sam_is_none(uri))
        sam_fail(e, m->key, m->span, "One of 'InlineCode' or 'CodeUri' must be set.");
    sam_set(e, r, "Code", text);
    sam_set(e, r, "CodeS3Location", uri);
    sam_set(e, r, "DataSourceName", source_name(e, g, m));
    sam_set(e, r, "MaxBatchSize", graphql_get(m->value, "MaxBatchSize"));
    sam_set(e, r, "Description", graphql_get(m->value, "Description"));
    sam_set(e, r, "Runtime", runtime(e, m));
    sam_set(e, r, "SyncConfig", graphql_get(m->value, "Sync"));
    map_put_ptr(e->arena, &g->functions, m->key, sam_getatt(e, r->id, "FunctionId"));
    sam_push(e, g->s, r);
}

void graphql_make_functions(struct expand *e, struct graphql *g) {
    const struct value *functions = graphql_get(g->model, "Functions");
    for (uint32_t i = 0; functions->kind == VAL_MAP && i < functions->count; i++)
        make_function(e, g, &functions->members[i]);
}

static struct value *pipeline(struct expand *e, struct graphql *g, const struct member *m) {
    struct value *names = graphql_truthy(m->value, "Pipeline"), *ids = value_list(e->v);
    if (sam_is_none(names))
        sam_fail(e, m->key, m->span,
                 "Resolver '%.*s' must have Pipeline defined. Unit resolvers are not supported. If "
                 "you need a Unit resolver you can use AppSync resource.",
                 STR_ARG(m->key));
    for (uint32_t i = 0; i < names->count; i++) {
        struct value *id = map_get_ptr(&g->functions, value_text(names->items[i]));
        if (!id)
            sam_fail(e, m->key, sam_span(names->items[i], m->span),
                     "Function '%.*s' does not exist.", STR_ARG(sam_text(e, names->items[i])));
        value_push(e->v, ids, id);
    }
    return sam_map(e, "Functions", ids, NULL);
}

static void set_code(struct expand *e, struct resource *r, const struct member *m) {
    struct value *text = graphql_get(m->value, "InlineCode");
    struct value *uri = graphql_get(m->value, "CodeUri");
    check_code(e, m);
    sam_set(e, r, "Code", text);
    sam_set(e, r, "CodeS3Location", uri);
    if (sam_is_truthy(text) || sam_is_truthy(uri)) {
        sam_set(e, r, "Runtime", runtime(e, m));
        return;
    }
    sam_set(e, r, "Code", sam_c(e, resolver_code));
    sam_set(e, r, "Runtime", sam_map(e, "Name", sam_c(e, "APPSYNC_JS"), "RuntimeVersion",
                                     sam_c(e, "1.0.0"), NULL));
}

static void make_resolver(struct expand *e, struct graphql *g, struct str type,
                          const struct member *m) {
    struct str id =
        sam_id(e, "%.*s%.*s%.*s", STR_ARG(g->s->id), STR_ARG(type), STR_ARG(m->key));
    struct resource *r =
        sam_make(e, g->s, id, "AWS::AppSync::Resolver", g->s->attributes,
                 sam_id(e, "resolver %.*s.%.*s", STR_ARG(type), STR_ARG(m->key)).ptr, m->span);
    sam_depend(e, r, sam_list(e, value_string(e->v, g->schema), NULL));
    set_code(e, r, m);
    struct value *field = graphql_truthy(m->value, "FieldName");
    sam_set(e, r, "ApiId", g->api_id);
    sam_set(e, r, "FieldName", sam_is_none(field) ? value_string(e->v, m->key) : field);
    sam_set(e, r, "TypeName", value_string(e->v, type));
    sam_set(e, r, "Kind", sam_c(e, "PIPELINE"));
    sam_set(e, r, "PipelineConfig", pipeline(e, g, m));
    sam_set(e, r, "CachingConfig", graphql_get(m->value, "Caching"));
    sam_set_truthy(e, r, "MaxBatchSize", graphql_get(m->value, "MaxBatchSize"));
    sam_push(e, g->s, r);
}

void graphql_make_resolvers(struct expand *e, struct graphql *g) {
    const struct value *types = graphql_get(g->model, "Resolvers");
    for (uint32_t i = 0; types->kind == VAL_MAP && i < types->count; i++) {
        const struct value *fields = types->members[i].value;
        for (uint32_t j = 0; fields->kind == VAL_MAP && j < fields->count; j++)
            make_resolver(e, g, types->members[i].key, &fields->members[j]);
    }
}
