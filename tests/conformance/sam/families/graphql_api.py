"""AWS::Serverless::GraphQLApi: authorization, data sources, functions, resolvers, the rest."""

from book import STRINGS

TYPE = "AWS::Serverless::GraphQLApi"
BASE = "SchemaInline: 'type Query { a: String }'\nAuth: { Type: API_KEY }"
RUNTIME = "Runtime: { Name: APPSYNC_JS, Version: 1.0.0 }"
CODE = f"InlineCode: c, {RUNTIME}"
GOOD = {
    "Name": ["n", "!Ref Text"],
    "Tags": ["{ A: b }", "{ A: !Ref Text }", "{}"],
    "XrayEnabled": ["true", "!Ref Flag"],
    "Visibility": ["PRIVATE", "!Ref Text"],
    "OwnerContact": ["me"],
    "IntrospectionConfig": ["DISABLED"],
    "QueryDepthLimit": ["5", "!Ref Number"],
    "ResolverCountLimit": ["7"],
    "Logging": [
        "true",
        "false",
        "{}",
        "{ FieldLogLevel: ERROR }",
        (
            "{ FieldLogLevel: ERROR, ExcludeVerboseContent: true, CloudWatchLogsRoleArn: !GetAtt"
            " Role.Arn }"
        ),
        "{ ExcludeVerboseContent: false }",
        "{ CloudWatchLogsRoleArn: r }",
    ],
    "Auth": [
        "{ Type: AWS_IAM }",
        "{ Type: AWS_LAMBDA, LambdaAuthorizer: { AuthorizerUri: !GetAtt Other.Arn } }",
        (
            "{ Type: AWS_LAMBDA, LambdaAuthorizer: { AuthorizerUri: f,"
            " AuthorizerResultTtlInSeconds: 10, IdentityValidationExpression: e } }"
        ),
        (
            "{ Type: OPENID_CONNECT, OpenIDConnect: { Issuer: i, AuthTTL: 1, ClientId: c, IatTTL:"
            " 2 } }"
        ),
        (
            "{ Type: AMAZON_COGNITO_USER_POOLS, UserPool: { UserPoolId: !Ref Pool, AwsRegion: r,"
            " DefaultAction: ALLOW, AppIdClientRegex: x } }"
        ),
        (
            "{ Type: API_KEY, Additional: [{ Type: AWS_IAM }, { Type: AWS_LAMBDA, LambdaAuthorizer:"
            " { AuthorizerUri: a } }, { Type: AMAZON_COGNITO_USER_POOLS, UserPool: { UserPoolId: p,"
            " DefaultAction: ALLOW } }, { Type: OPENID_CONNECT, OpenIDConnect: { Issuer: i } }] }"
        ),
        (
            "{ Type: AWS_LAMBDA, LambdaAuthorizer: { AuthorizerUri: a }, Additional: [{ Type:"
            " API_KEY }, { Type: AWS_LAMBDA, LambdaAuthorizer: { AuthorizerUri: !Ref Text } }] }"
        ),
    ],
    "ApiKeys": [
        "{ One: {} }",
        (
            "{ One: { ApiKeyId: i, Description: d, ExpiresOn: 1700000000 }, Two: { Description:"
            " !Ref Text } }"
        ),
        "{}",
    ],
    "DomainName": [
        "{ CertificateArn: c, DomainName: d }",
        "{ CertificateArn: !Ref Text, DomainName: !Sub '${Text}.x', Description: d }",
    ],
    "Cache": [
        "{ ApiCachingBehavior: FULL_REQUEST_CACHING, Ttl: 60, Type: SMALL }",
        (
            "{ ApiCachingBehavior: !Ref Text, Ttl: !Ref Number, Type: SMALL,"
            " AtRestEncryptionEnabled: true, TransitEncryptionEnabled: false }"
        ),
    ],
    "SchemaInline": ["!Sub '${Text}'"],
    "DataSources": [
        "{}",
        "{ DynamoDb: { T: { TableName: t } } }",
        "{ DynamoDb: { T: { TableName: !Ref Table, TableArn: !GetAtt Table.Arn } } }",
        "{ DynamoDb: { T: { TableName: t, Region: r, Permissions: [Read] } } }",
        (
            "{ DynamoDb: { T: { TableName: t, TableArn: a, ServiceRoleArn: r, Name: n, Description:"
            " d, UseCallerCredentials: true, Versioned: true, DeltaSync: { BaseTableTTL: 1,"
            " DeltaSyncTableName: d, DeltaSyncTableTTL: 2 } } } }"
        ),
        (
            "{ DynamoDb: { T: { TableName: !Ref Text, Region: !Ref Text, Permissions: [Write, Read]"
            " } } }"
        ),
        "{ Lambda: { L: { FunctionArn: !GetAtt Other.Arn } } }",
        "{ Lambda: { L: { FunctionArn: f, ServiceRoleArn: r, Name: n, Description: d } } }",
        (
            "{ DynamoDb: { A: { TableName: t }, B: { TableName: u } }, Lambda: { C: { FunctionArn:"
            " f }, D: { FunctionArn: !Ref Text } } }"
        ),
    ],
    "Functions": [
        f"{{ F: {{ DataSource: NONE, {CODE} }} }}",
        f"{{ F: {{ DataSource: none, {CODE} }}, G: {{ DataSource: None, {CODE} }} }}",
        f"{{ F: {{ DataSource: !GetAtt Queue.QueueName, CodeUri: s3://b/k, {RUNTIME} }} }}",
        (
            f"{{ F: {{ DataSource: NONE, {CODE}, Name: n, Description: d, MaxBatchSize: 3, Sync: {{"
            " ConflictDetection: VERSION, ConflictHandler: LAMBDA, LambdaConflictHandlerConfig: {"
            " LambdaConflictHandlerArn: a } } } }"
        ),
        "{ F: { Id: i } }",
        "{ F: { Id: !Ref Text } }",
        (
            f"{{ F: {{ DataSource: T, {CODE} }} }}\nDataSources: {{ DynamoDb: {{ T: {{ TableName: t"
            " } } }"
        ),
        (
            f"{{ F: {{ DataSource: L, {CODE} }} }}\nDataSources: {{ Lambda: {{ L: {{ FunctionArn:"
            " f, Name: other } } }"
        ),
    ],
    "Resolvers": [
        "{ Query: { a: { Pipeline: [F] } } }\nFunctions: { F: { Id: i } }",
        (
            f"{{ Query: {{ a: {{ Pipeline: [F, F], {CODE} }} }}, Mutation: {{ b: {{ FieldName: c,"
            f" Pipeline: [F], CodeUri: s3://b/k, {RUNTIME}, MaxBatchSize: 4, Caching: {{ Ttl: 5,"
            f" CachingKeys: [k] }} }} }} }}\nFunctions: {{ F: {{ DataSource: NONE, {CODE} }} }}"
        ),
        "{ Query: {} }",
        "{}",
        (
            "{ Query: { a: { Pipeline: [F], Caching: { Ttl: 5 } } } }\nFunctions: { F: { Id:"
            " !ImportValue i } }"
        ),
    ],
}
MISTAKES = {
    "Auth": [
        "",
        "text",
        "{}",
        "{ Type: OTHER }",
        "{ Type: AWS_LAMBDA }",
        "{ Type: OPENID_CONNECT }",
        "{ Type: AMAZON_COGNITO_USER_POOLS }",
        "{ Type: API_KEY, UserPool: { UserPoolId: p }, OpenIDConnect: { Issuer: i } }",
        "{ Type: API_KEY, Additional: text }",
        "{ Type: API_KEY, Additional: [{ Type: AWS_IAM }, { Type: AWS_LAMBDA }] }",
        "{ Type: API_KEY, Additional: [{ Type: OPENID_CONNECT }] }",
        "{ Type: API_KEY, Nothing: a }",
        "{ Type: AWS_LAMBDA, LambdaAuthorizer: {} }",
        (
            "{ Type: API_KEY, Additional: [{ Type: AWS_IAM }, { Type: API_KEY, UserPool: {"
            " UserPoolId: p }, OpenIDConnect: { Issuer: i } }] }"
        ),
        "{ Type: API_KEY, Additional: [{}] }",
        "{ Type: !Ref Text }",
    ],
    "SchemaInline": ["", "x\nSchemaUri: s3://b/k", "[a]"],
    "Name": ["[a]"],
    "Tags": ["text"],
    "Logging": ["text", "{ Nothing: a }"],
    "ApiKeys": ["text", "{ A: text }", "{ A: { Nothing: b } }"],
    "DomainName": ["text", "{ DomainName: d }"],
    "Cache": ["{ Ttl: 6 }", "text"],
    "DataSources": [
        "text",
        "{ Other: {} }",
        "{ DynamoDb: { T: {} } }",
        "{ DynamoDb: { T: { TableName: t, Permissions: [Admin] } } }",
        "{ Lambda: { L: {} } }",
        "{ Lambda: { L: text } }",
        "{ DynamoDb: { T: { TableName: t, DeltaSync: {} } } }",
    ],
    "Functions": [
        "text",
        "{ F: {} }",
        "{ F: { DataSource: NONE } }",
        f"{{ F: {{ DataSource: Missing, {CODE} }} }}",
        f"{{ F: {{ {CODE} }} }}",
        "{ F: { DataSource: NONE, InlineCode: c } }",
        f"{{ F: {{ DataSource: NONE, {RUNTIME} }} }}",
        f"{{ F: {{ DataSource: NONE, CodeUri: u, {CODE} }} }}",
        "{ F: { Id: i, Name: n } }",
        "{ F: { DataSource: NONE, InlineCode: c, Runtime: { Name: n } } }",
        "{ F: text }",
    ],
    "Resolvers": [
        "text",
        "{ Query: text }",
        "{ Query: { a: {} } }",
        "{ Query: { a: { Pipeline: [Missing] } } }",
        "{ Query: { a: { Pipeline: [] } } }",
        (
            f"{{ Query: {{ a: {{ Pipeline: [F], CodeUri: u, {CODE} }} }} }}\nFunctions: {{ F: {{"
            " Id: i } }"
        ),
        "{ Query: { a: { Pipeline: [F], InlineCode: c } } }\nFunctions: { F: { Id: i } }",
        "{ Query: { a: { Nothing: b } } }",
        "{ Query: { a: { Pipeline: F } } }\nFunctions: { F: { Id: i } }",
    ],
    "NoSuchProperty": ["a"],
    "XrayEnabled": ["[a]"],
    "IntrospectionConfig": ["[a]"],
}


def cases(book) -> None:
    def api(kind, name, props, **rest):
        book.resource(kind, name, TYPE, props, base=rest.pop("base", BASE), **rest)

    api("good", "plain", "")
    for table, kind in ((GOOD, ""), (MISTAKES, "mistake-")):
        for property_, values in table.items():
            for index, value in enumerate(values):
                api("any", f"{kind}{property_}-{index}", f"{property_}: {value}")
    api("good", "schema-uri", "SchemaUri: s3://b/k", base="Auth: { Type: AWS_IAM }")
    book.template("any", "mistake-no-properties", f"Thing: {{ Type: {TYPE} }}")
    for form, value in STRINGS.items():
        api("any", f"Name-{form}", f"Name: {value}\nOwnerContact: {value}")
        api(
            "any",
            f"table-{form}",
            f"DataSources: {{ DynamoDb: {{ T: {{ TableName: {value} }} }} }}",
        )
        api(
            "any",
            f"function-{form}",
            f"DataSources: {{ Lambda: {{ L: {{ FunctionArn: {value} }} }} }}",
        )
        api("any", f"source-{form}", f"Functions: {{ F: {{ DataSource: {value}, {CODE} }} }}")
        api(
            "any",
            f"authorizer-{form}",
            f"Auth: {{ Type: AWS_LAMBDA, LambdaAuthorizer: {{ AuthorizerUri: {value} }} }}",
        )
        api("any", f"schema-{form}", f"SchemaInline: {value}")
        api(
            "any",
            f"id-{form}",
            f"Functions: {{ F: {{ Id: {value} }} }}\nResolvers: {{ Query: {{ a: {{ Pipeline: [F] }}"
            " } }",
        )
    full = (
        "ApiKeys: { K: {} }\nCache: { ApiCachingBehavior: a, Ttl: 1, Type: t }\nDomainName:"
        " { CertificateArn: c, DomainName: d }\nDataSources: { DynamoDb: { T: { TableName: t"
        " } }, Lambda: { L: { FunctionArn: f } } }\nFunctions: { F: { DataSource: NONE,"
        f" {CODE} }} }}\nResolvers: {{ Query: {{ a: {{ Pipeline: [F] }} }} }}"
    )
    for name, attributes in {
        "none": "",
        "condition": "Condition: IsOn",
        "depends": "DependsOn: Queue",
        "deletion": "DeletionPolicy: Retain\nUpdateReplacePolicy: Retain",
        "metadata": "Metadata: { a: b }",
    }.items():
        api("good", f"attribute-{name}", full, attributes=attributes)
