/* What a GraphQL API's properties may hold. */
#include "passes/expand/graphql.h"

#define ANY(name) {name, FIELD_ANY, false, NULL, NULL}
#define NEEDED(name) {name, FIELD_ANY, true, NULL, NULL}
#define PART(name, kind, model) {name, kind, false, model, NULL}

static const char *const auth_types[] = {"AWS_IAM", "API_KEY", "AWS_LAMBDA", "OPENID_CONNECT",
                                         "AMAZON_COGNITO_USER_POOLS", NULL};
static const char *const permissions[] = {"Read", "Write", NULL};

static const struct field lambda_auth_fields[] = {
    ANY("AuthorizerResultTtlInSeconds"), NEEDED("AuthorizerUri"),
    ANY("IdentityValidationExpression")};
static const struct model lambda_auth = MODEL("LambdaAuthorizerConfig", lambda_auth_fields);

static const struct field openid_fields[] = {ANY("AuthTTL"), ANY("ClientId"), ANY("IatTTL"),
                                             ANY("Issuer")};
static const struct model openid = MODEL("OpenIDConnectConfig", openid_fields);

static const struct field user_pool_fields[] = {ANY("AppIdClientRegex"), ANY("AwsRegion"),
                                                ANY("DefaultAction"), NEEDED("UserPoolId")};
static const struct model user_pool = MODEL("UserPoolConfig", user_pool_fields);

#define AUTHORIZER                                                                                 \
    {"Type", FIELD_WORD, true, NULL, auth_types},                                                  \
        PART("LambdaAuthorizer", FIELD_MODEL, &lambda_auth),                                       \
        PART("OpenIDConnect", FIELD_MODEL, &openid), PART("UserPool", FIELD_MODEL, &user_pool)

static const struct field authorizer_fields[] = {AUTHORIZER};
static const struct model authorizer = MODEL("Authorizer", authorizer_fields);
static const struct field auth_fields[] = {AUTHORIZER,
                                           PART("Additional", FIELD_MODELS, &authorizer)};
static const struct model auth = MODEL("Auth", auth_fields);

static const struct field key_fields[] = {ANY("ApiKeyId"), ANY("Description"), ANY("ExpiresOn")};
static const struct model key = MODEL("ApiKey", key_fields);

static const struct field logging_fields[] = {ANY("CloudWatchLogsRoleArn"),
                                              ANY("ExcludeVerboseContent"), ANY("FieldLogLevel")};
static const struct model logging = MODEL("Logging", logging_fields);

static const struct field delta_fields[] = {NEEDED("BaseTableTTL"), NEEDED("DeltaSyncTableName"),
                                            NEEDED("DeltaSyncTableTTL")};
static const struct model delta = MODEL("DeltaSync", delta_fields);

static const struct field table_fields[] = {
    NEEDED("TableName"),
    ANY("ServiceRoleArn"),
    ANY("TableArn"),
    {"Permissions", FIELD_WORDS, false, NULL, permissions},
    ANY("Name"),
    ANY("Description"),
    ANY("Region"),
    PART("DeltaSync", FIELD_MODEL, &delta),
    ANY("UseCallerCredentials"),
    ANY("Versioned"),
};
static const struct model table = MODEL("DynamoDBDataSource", table_fields);

static const struct field lambda_fields[] = {NEEDED("FunctionArn"), ANY("ServiceRoleArn"),
                                             ANY("Name"), ANY("Description")};
static const struct model lambda = MODEL("LambdaDataSource", lambda_fields);

static const struct field sources_fields[] = {PART("DynamoDb", FIELD_MODEL_MAP, &table),
                                              PART("Lambda", FIELD_MODEL_MAP, &lambda)};
static const struct model sources = MODEL("DataSources", sources_fields);

static const struct field runtime_fields[] = {NEEDED("Name"), NEEDED("Version")};
static const struct model runtime = MODEL("Runtime", runtime_fields);

static const struct field handler_fields[] = {NEEDED("LambdaConflictHandlerArn")};
static const struct model handler = MODEL("LambdaConflictHandlerConfig", handler_fields);

static const struct field sync_fields[] = {
    NEEDED("ConflictDetection"), ANY("ConflictHandler"),
    PART("LambdaConflictHandlerConfig", FIELD_MODEL, &handler)};
static const struct model sync = MODEL("Sync", sync_fields);

static const struct field function_fields[] = {
    PART("DataSource", FIELD_MAP_OR_TEXT, NULL),
    PART("Runtime", FIELD_MODEL, &runtime),
    ANY("InlineCode"),
    ANY("CodeUri"),
    ANY("Description"),
    ANY("MaxBatchSize"),
    PART("Name", FIELD_TEXT, NULL),
    ANY("Id"),
    PART("Sync", FIELD_MODEL, &sync),
};
static const struct model function = MODEL("Function", function_fields);

static const struct field caching_fields[] = {NEEDED("Ttl"),
                                              PART("CachingKeys", FIELD_ANYS, NULL)};
static const struct model caching = MODEL("Caching", caching_fields);

static const struct field resolver_fields[] = {
    PART("FieldName", FIELD_TEXT, NULL),
    PART("Caching", FIELD_MODEL, &caching),
    ANY("InlineCode"),
    ANY("CodeUri"),
    ANY("MaxBatchSize"),
    PART("Pipeline", FIELD_TEXTS, NULL),
    PART("Runtime", FIELD_MODEL, &runtime),
    PART("Sync", FIELD_MODEL, &sync),
};
static const struct model resolver = MODEL("Resolver", resolver_fields);

static const struct field domain_fields[] = {NEEDED("CertificateArn"), NEEDED("DomainName"),
                                             ANY("Description")};
static const struct model domain = MODEL("DomainName", domain_fields);

static const struct field cache_fields[] = {NEEDED("ApiCachingBehavior"), NEEDED("Ttl"),
                                            NEEDED("Type"), ANY("AtRestEncryptionEnabled"),
                                            ANY("TransitEncryptionEnabled")};
static const struct model cache = MODEL("Cache", cache_fields);

static const struct field fields[] = {
    {"Auth", FIELD_MODEL, true, &auth, NULL},
    PART("Tags", FIELD_MAP, NULL),
    ANY("Name"),
    PART("XrayEnabled", FIELD_BOOL, NULL),
    ANY("SchemaInline"),
    ANY("SchemaUri"),
    PART("Logging", FIELD_MODEL_OR_BOOL, &logging),
    PART("DataSources", FIELD_MODEL, &sources),
    PART("Functions", FIELD_MODEL_MAP, &function),
    PART("Resolvers", FIELD_MODEL_MAP_MAP, &resolver),
    PART("ApiKeys", FIELD_MODEL_MAP, &key),
    PART("DomainName", FIELD_MODEL, &domain),
    PART("Cache", FIELD_MODEL, &cache),
    ANY("Visibility"),
    ANY("OwnerContact"),
    ANY("IntrospectionConfig"),
    ANY("QueryDepthLimit"),
    ANY("ResolverCountLimit"),
};

const struct model graphql_model = MODEL("Properties", fields);
