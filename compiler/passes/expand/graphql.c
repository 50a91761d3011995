/* AWS::Serverless::GraphQLApi: an AppSync API with its schema, keys, cache, domain, data sources,
   functions and resolvers. */
#include "passes/expand/graphql.h"

static const struct property rows[] = {
    {"Name", IS_ANY, 0, NULL},
    {"Tags", IS_MAP | STRICT, 0, NULL},
    {"XrayEnabled", IS_ANY, 0, NULL},
    {"Auth", IS_MAP | REQUIRED | STRICT, 0, NULL},
    {"SchemaInline", IS_STR | STRICT, 0, NULL},
    {"SchemaUri", IS_STR | STRICT, 0, NULL},
    {"Logging", IS_MAP | IS_BOOL | STRICT, 0, NULL},
    {"DataSources", IS_MAP | STRICT, 0, NULL},
    {"Functions", IS_MAP | STRICT, 0, NULL},
    {"Resolvers", IS_MAP | STRICT, 0, NULL},
    {"ApiKeys", IS_MAP | STRICT, 0, NULL},
    {"DomainName", IS_MAP | STRICT, 0, NULL},
    {"Cache", IS_MAP | STRICT, 0, NULL},
    {"Visibility", IS_ANY, 0, NULL},
    {"OwnerContact", IS_ANY, 0, NULL},
    {"IntrospectionConfig", IS_ANY, 0, NULL},
    {"QueryDepthLimit", IS_ANY, 0, NULL},
    {"ResolverCountLimit", IS_ANY, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

struct value *graphql_get(const struct value *x, const char *name) {
    struct value *out = value_get_c(x, name);
    return out->kind == VAL_NULL ? &value_nil : out;
}

struct value *graphql_truthy(const struct value *x, const char *name) {
    struct value *out = value_get_c(x, name);
    return sam_is_truthy(out) ? out : &value_nil;
}

struct value *graphql_without_nulls(struct expand *e, const struct value *x) {
    struct value *copy = value_map(e->v);
    for (uint32_t i = 0; x->kind == VAL_MAP && i < x->count; i++)
        if (!sam_is_none(x->members[i].value))
            value_put(e->v, copy, x->members[i].key, x->members[i].value);
    return copy;
}

struct resource *graphql_make(struct expand *e, struct graphql *g, struct str id, const char *type,
                              const char *part, struct span span) {
    struct resource *r = sam_make(e, g->s, id, type, g->s->attributes, part, span);
    sam_depend(e, r, g->s->depends_on);
    return r;
}

static struct str id_of(struct expand *e, const struct graphql *g, const char *suffix) {
    return sam_id(e, "%.*s%s", STR_ARG(g->s->id), suffix);
}

static struct value *make_log_role(struct expand *e, struct graphql *g) {
    struct resource *r =
        graphql_make(e, g, id_of(e, g, "CloudWatchRole"), "AWS::IAM::Role", "logging",
                     sam_span_of(g->s, "Logging"));
    struct value *policy = sam_sub(e, "arn:${AWS::Partition}:iam::aws:policy/service-role/"
                                      "AWSAppSyncPushToCloudWatchLogs", NULL);
    sam_set(e, r, "AssumeRolePolicyDocument", sam_assume_role(e, "appsync.amazonaws.com"));
    sam_set(e, r, "ManagedPolicyArns", sam_list(e, policy, NULL));
    sam_push(e, g->s, r);
    return sam_getatt(e, r->id, "Arn");
}

static void set_logging(struct expand *e, struct graphql *g, struct resource *api) {
    struct value *given = graphql_get(g->model, "Logging");
    if (sam_is_bool(given) && !given->truth)
        return;
    struct value *level = graphql_truthy(given, "FieldLogLevel");
    struct value *role = graphql_truthy(given, "CloudWatchLogsRoleArn");
    struct value *config = sam_map(e, "ExcludeVerboseContent",
                                   graphql_truthy(given, "ExcludeVerboseContent"), "FieldLogLevel",
                                   sam_is_none(level) ? sam_c(e, "ALL") : level, NULL);
    sam_put(e, config, "CloudWatchLogsRoleArn", sam_is_none(role) ? make_log_role(e, g) : role);
    sam_set(e, api, "LogConfig", config);
}

static void make_api(struct expand *e, struct graphql *g) {
    static const char *const copied[] = {"Visibility", "OwnerContact", "IntrospectionConfig",
                                         "QueryDepthLimit", "ResolverCountLimit"};
    struct sam *s = g->s;
    struct resource *api = graphql_make(e, g, s->id, "AWS::AppSync::GraphQLApi", NULL, SPAN_NIL);
    sam_push(e, s, api);
    struct value *name = graphql_truthy(g->model, "Name");
    sam_set(e, api, "Name", sam_is_none(name) ? value_string(e->v, s->id) : name);
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set_truthy(e, api, copied[i], graphql_get(g->model, copied[i]));
    sam_set(e, api, "XrayEnabled", graphql_get(g->model, "XrayEnabled"));
    graphql_set_auth(e, g, api);
    struct value *tags = value_copy_shallow(e->v, sam_entries(e, graphql_get(g->model, "Tags")));
    if (e->g->is_template)
        value_put_c(e->v, tags, "graphqlapi:createdBy", sam_c(e, "SAM"));
    sam_set(e, api, "Tags", sam_tag_list(e, tags));
    set_logging(e, g, api);
}

static void make_schema(struct expand *e, struct graphql *g) {
    struct value *text = graphql_get(g->model, "SchemaInline");
    struct value *uri = graphql_get(g->model, "SchemaUri");
    struct resource *r = graphql_make(e, g, id_of(e, g, "Schema"), "AWS::AppSync::GraphQLSchema",
                                      "schema", SPAN_NIL);
    if (!sam_is_truthy(text) && !sam_is_truthy(uri))
        sam_fail(e, g->s->id, SPAN_NIL, "One of 'SchemaInline' or 'SchemaUri' must be set.");
    if (sam_is_truthy(text) && sam_is_truthy(uri))
        sam_fail(e, g->s->id, sam_span_of(g->s, "SchemaUri"),
                 "Both 'SchemaInline' and 'SchemaUri' cannot be defined at the same time.");
    sam_set(e, r, "ApiId", g->api_id);
    sam_set(e, r, "Definition", text);
    sam_set(e, r, "DefinitionS3Location", uri);
    sam_push(e, g->s, r);
    g->schema = r->id;
}

static void make_keys(struct expand *e, struct graphql *g) {
    struct value *keys = graphql_get(g->model, "ApiKeys");
    for (uint32_t i = 0; keys->kind == VAL_MAP && i < keys->count; i++) {
        const struct member *m = &keys->members[i];
        struct resource *r = graphql_make(e, g, str_concat(e->arena, g->s->id, m->key),
                                          "AWS::AppSync::ApiKey", "API key", m->span);
        sam_set(e, r, "ApiId", g->api_id);
        sam_set(e, r, "ApiKeyId", graphql_get(m->value, "ApiKeyId"));
        sam_set(e, r, "Description", graphql_get(m->value, "Description"));
        sam_set(e, r, "Expires", graphql_get(m->value, "ExpiresOn"));
        sam_push(e, g->s, r);
    }
}

static void make_cache(struct expand *e, struct graphql *g) {
    static const char *const copied[] = {"ApiCachingBehavior", "Type", "Ttl",
                                         "AtRestEncryptionEnabled", "TransitEncryptionEnabled"};
    struct value *cache = graphql_get(g->model, "Cache");
    if (sam_is_none(cache))
        return;
    struct resource *r = graphql_make(e, g, id_of(e, g, "ApiCache"), "AWS::AppSync::ApiCache",
                                      "cache", sam_span_of(g->s, "Cache"));
    sam_set(e, r, "ApiId", g->api_id);
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], graphql_get(cache, copied[i]));
    sam_push(e, g->s, r);
}

static void make_domain(struct expand *e, struct graphql *g) {
    static const char *const copied[] = {"CertificateArn", "DomainName", "Description"};
    struct value *domain = graphql_get(g->model, "DomainName");
    struct span span = sam_span_of(g->s, "DomainName");
    if (sam_is_none(domain))
        return;
    struct resource *r = graphql_make(e, g, id_of(e, g, "DomainName"), "AWS::AppSync::DomainName",
                                      "domain", span);
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        sam_set(e, r, copied[i], graphql_get(domain, copied[i]));
    sam_push(e, g->s, r);
    struct resource *to = graphql_make(e, g, id_of(e, g, "DomainNameApiAssociation"),
                                       "AWS::AppSync::DomainNameApiAssociation", "domain", span);
    sam_set(e, to, "ApiId", g->api_id);
    sam_set(e, to, "DomainName", sam_ref(e, r->id));
    sam_push(e, g->s, to);
}

/* The translator takes no notice of properties that it doesn't know, in this type alone. */
static void drop_unknown(struct expand *e, struct sam *s) {
    struct value *kept = value_map(e->v);
    for (unsigned i = 0; i < known.count; i++) {
        const struct member *m = value_member(s->properties, str_from(rows[i].name));
        if (m)
            value_put(e->v, kept, m->key, m->value)->span = m->span;
    }
    s->properties = kept;
}

static void expand(struct expand *e, struct sam *s) {
    struct graphql g = {.s = s,
                        .model = model_of(e, s, &graphql_model),
                        .api_id = sam_getatt(e, s->id, "ApiId")};
    make_api(e, &g);
    make_schema(e, &g);
    graphql_connect_auth(e, &g);
    make_keys(e, &g);
    make_cache(e, &g);
    graphql_make_sources(e, &g);
    make_domain(e, &g);
    graphql_make_functions(e, &g);
    graphql_make_resolvers(e, &g);
    if (g.none)
        sam_push(e, s, g.none);
}

const struct sam_type sam_graphql_api = {"AWS::Serverless::GraphQLApi", TURN_OTHER, &known,
                                         drop_unknown, expand, NULL};
