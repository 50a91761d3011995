/* Data sources of a GraphQL API: tables and functions, with roles that may use them. */
#include "passes/expand/connector.h"
#include "passes/expand/graphql.h"

struct data_source {
    const struct member *entry;
    struct resource *made;
    struct str id;
};

static struct value *given(const struct data_source *source, const char *name) {
    return graphql_get(source->entry->value, name);
}

static struct data_source make_source(struct expand *e, struct graphql *g, const struct member *m,
                                 const char *kind, const char *type) {
    struct data_source source = {m, NULL,
                            sam_id(e, "%.*s%.*s%sDataSource", STR_ARG(g->s->id), STR_ARG(m->key),
                                   kind)};
    struct resource *r = graphql_make(e, g, source.id, "AWS::AppSync::DataSource",
                                      sam_id(e, "data source %.*s", STR_ARG(m->key)).ptr, m->span);
    struct value *name = graphql_truthy(m->value, "Name");
    sam_set(e, r, "Name", sam_is_none(name) ? value_string(e->v, m->key) : name);
    sam_set(e, r, "Type", sam_c(e, type));
    sam_set(e, r, "ApiId", g->api_id);
    sam_set(e, r, "Description", given(&source, "Description"));
    sam_push(e, g->s, r);
    map_put_ptr(e->arena, &g->sources, m->key, sam_getatt(e, r->id, "Name"));
    source.made = r;
    return source;
}

/* A role for AppSync, and a connector that gives it what it needs. */
static void make_role(struct expand *e, struct graphql *g, struct data_source *source,
                      const char *suffix, const char *type, struct value *arn,
                      struct value *permissions) {
    struct resource *r = graphql_make(e, g, sam_id(e, "%.*sRole", STR_ARG(source->id)),
                                      "AWS::IAM::Role",
                                      sam_id(e, "data source %.*s",
                                             STR_ARG(source->entry->key)).ptr,
                                      source->entry->span);
    sam_set(e, r, "AssumeRolePolicyDocument", sam_assume_role(e, "appsync.amazonaws.com"));
    sam_push(e, g->s, r);
    sam_set(e, source->made, "ServiceRoleArn", sam_getatt(e, r->id, "Arn"));
    struct value *from = sam_map(e, "Type", sam_c(e, "AWS::AppSync::DataSource"), "Arn",
                                 sam_getatt(e, source->id, "DataSourceArn"), "RoleName",
                                 sam_ref(e, r->id), NULL);
    struct value *to = sam_map(e, "Type", sam_c(e, type), "Arn", arn, NULL);
    struct value *properties =
        sam_map(e, "Source", from, "Destination", to, "Permissions", permissions, NULL);
    connector_make(e, g->s, sam_id(e, "%.*s%s", STR_ARG(source->id), suffix), properties,
                   sam_id(e, "data source %.*s", STR_ARG(source->entry->key)).ptr,
                   source->entry->span);
}

static struct value *region(struct expand *e, const struct data_source *source) {
    struct value *x = graphql_truthy(source->entry->value, "Region");
    return sam_is_none(x) ? sam_ref(e, STR("AWS::Region")) : x;
}

static struct value *table_arn(struct expand *e, const struct data_source *source) {
    struct value *arn = graphql_truthy(source->entry->value, "TableArn");
    if (!sam_is_none(arn))
        return arn;
    return sam_sub(e,
                   "arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/"
                   "${__TableName__}",
                   sam_map(e, "__TableName__", given(source, "TableName"), "__Region__",
                           region(e, source), NULL));
}

static void make_table_source(struct expand *e, struct graphql *g, const struct member *m) {
    struct data_source source = make_source(e, g, m, "DynamoDB", "AMAZON_DYNAMODB");
    struct value *config =
        sam_map(e, "AwsRegion", region(e, &source), "TableName", given(&source, "TableName"),
                "UseCallerCredentials", graphql_truthy(m->value, "UseCallerCredentials"),
                "Versioned", graphql_truthy(m->value, "Versioned"), "DeltaSyncConfig",
                given(&source, "DeltaSync"), NULL);
    sam_set(e, source.made, "DynamoDBConfig", config);
    struct value *role = graphql_truthy(m->value, "ServiceRoleArn");
    if (!sam_is_none(role)) {
        sam_set(e, source.made, "ServiceRoleArn", role);
        return;
    }
    struct value *permissions = graphql_truthy(m->value, "Permissions");
    if (sam_is_none(permissions))
        permissions = sam_list(e, sam_c(e, "Read"), sam_c(e, "Write"), NULL);
    make_role(e, g, &source, "ToTableConnector", "AWS::DynamoDB::Table", table_arn(e, &source),
              permissions);
}

static void make_lambda_source(struct expand *e, struct graphql *g, const struct member *m) {
    struct data_source source = make_source(e, g, m, "Lambda", "AWS_LAMBDA");
    struct value *function = given(&source, "FunctionArn");
    sam_set(e, source.made, "LambdaConfig", sam_map(e, "LambdaFunctionArn", function, NULL));
    struct value *role = graphql_truthy(m->value, "ServiceRoleArn");
    if (!sam_is_none(role))
        sam_set(e, source.made, "ServiceRoleArn", role);
    else
        make_role(e, g, &source, "ToLambdaConnector", "AWS::Lambda::Function", function,
                  sam_list(e, sam_c(e, "Write"), NULL));
}

void graphql_make_sources(struct expand *e, struct graphql *g) {
    const struct value *sources = graphql_get(g->model, "DataSources");
    const struct value *tables = graphql_get(sources, "DynamoDb");
    const struct value *functions = graphql_get(sources, "Lambda");
    for (uint32_t i = 0; tables->kind == VAL_MAP && i < tables->count; i++)
        make_table_source(e, g, &tables->members[i]);
    for (uint32_t i = 0; functions->kind == VAL_MAP && i < functions->count; i++)
        make_lambda_source(e, g, &functions->members[i]);
}
