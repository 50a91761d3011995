"""Whole templates, one a topic: what several features make of each other, and mistakes that the
tables of single properties don't reach."""

F = """\
  Type: AWS::Serverless::Function
  Properties:
    Runtime: python3.13
    Handler: a.b
    CodeUri: s3://code/a.zip
"""


def function(name: str, props: str = "", attributes: str = "") -> str:
    """A function with more properties, each on its line."""
    text = f"{name}:\n{F}"
    for line in props.strip("\n").splitlines():
        text += f"    {line}\n"
    for line in attributes.strip("\n").splitlines():
        text += f"  {line}\n"
    return text


def events(*rows: str) -> str:
    return "Events:\n" + "".join(f"  E{i}: {row}\n" for i, row in enumerate(rows))


def rest(path: str = "/a", method: str = "get", more: str = "") -> str:
    return f"{{ Type: Api, Properties: {{ Path: '{path}', Method: {method}{more} }} }}"


def http(path: str = "/a", method: str = "get", more: str = "") -> str:
    return f"{{ Type: HttpApi, Properties: {{ Path: '{path}', Method: {method}{more} }} }}"


def many(count: int, make, more: str = "") -> str:
    methods = ("get", "post", "any", "DELETE", "put")
    return events(*(make(f"/p{i % (count * 2 // 3)}/{{id}}/x{i % 7}", methods[i % 5], more)
                    for i in range(count)))


API = "Api:\n  Type: AWS::Serverless::Api\n  Properties:\n    StageName: prod\n"
HTTP = "Api:\n  Type: AWS::Serverless::HttpApi\n  Properties:\n    Description: d\n"
AUTH = """\
    Auth:
      DefaultAuthorizer: Pool
      Authorizers:
        Pool: { UserPoolArn: !GetAtt Users.Arn }
        Own: { FunctionArn: !GetAtt F.Arn }
        Request: { FunctionArn: !GetAtt F.Arn, FunctionPayloadType: REQUEST, Identity: { Headers: [A, B], QueryStrings: [c], StageVariables: [d], Context: [e], ReauthorizeEvery: 20 } }
"""
USERS = "Users:\n  Type: AWS::Cognito::UserPool\n"
JWT = """\
    Auth:
      DefaultAuthorizer: Jwt
      EnableIamAuthorizer: true
      Authorizers:
        Jwt: { IdentitySource: $request.header.Authorization, JwtConfiguration: { issuer: i, audience: [a] }, AuthorizationScopes: [s] }
        Own: { FunctionArn: !GetAtt F.Arn, AuthorizerPayloadFormatVersion: 2.0, EnableSimpleResponses: true, EnableFunctionDefaultPermissions: true }
"""

# name: resources, or (resources, sections above)
WHOLE = {
    "many-rest-routes": API + function("F", many(70, rest, ", RestApiId: !Ref Api")),
    "many-rest-routes-cors": API + "    Cors: \"'*'\"\n" + AUTH + USERS
    + function("F", many(90, rest, ", RestApiId: !Ref Api")),
    "many-rest-routes-3": API + "    OpenApiVersion: 3.0.1\n    Cors: { AllowOrigin: \"'*'\", AllowMethods: \"'GET'\" }\n"
    + function("F", many(120, rest, ", RestApiId: !Ref Api")),
    "many-implicit-routes": "".join(
        function(f"F{i}", events(rest(f"/r{i % 40}", "get" if i % 2 else "post"))) for i in range(75)),
    "many-http-routes": HTTP + JWT + function("F", many(110, http, ", ApiId: !Ref Api")),
    "many-http-routes-open": HTTP + function("F", many(80, http, ", ApiId: !Ref Api")),
    "many-merged-routes": API + "    MergeDefinitions: true\n    DefinitionBody:\n      swagger: '2.0'\n      paths:\n"
    + "".join(f"        /p{i}/{{id}}/x{i % 7}: {{ get: {{ responses: {{ '200': {{}} }} }} }}\n" for i in range(0, 60, 2))
    + function("F", events(*(rest(f"/p{i}/{{id}}/x{i % 7}", "get", ", RestApiId: !Ref Api, Auth: { ApiKeyRequired: true }")
                             for i in range(50)))),
    "many-conditions": "".join(
        function(f"F{i}", events(rest(f"/r{i % 9}", "get" if i % 2 else "post"), http(f"/h{i % 5}", "put" if i % 3 else "get")),
                 "Condition: IsOn" if i % 3 else "Condition: IsOff") for i in range(12)),
    "same-route-twice-implicit": function("A", events(rest())) + function("B", events(rest())),
    "same-route-case": function("A", events(rest("/a", "get"), rest("/a", "GET"))),
    "same-route-any": function("A", events(rest("/a", "any"), rest("/a", "get"))),
    "same-http-route-twice": function("A", events(http())) + function("B", events(http())),
    "root-paths": function("A", events(rest("/"), rest("/{proxy+}", "any"), http("/"), http("/{proxy+}", "any"))),
    "http-default": function("A", events("{ Type: HttpApi }")),
    "http-defaults-two": function("A", events("{ Type: HttpApi }")) + function("B", events("{ Type: HttpApi }")),
    "http-event-without-method": function("A", events("{ Type: HttpApi, Properties: { Path: /a } }")),
    "http-event-without-path": function("A", events("{ Type: HttpApi, Properties: { Method: get } }")),
    "rest-event-path-number": function("A", events("{ Type: Api, Properties: { Path: 5, Method: get } }")),
    "rest-event-path-map": function("A", events("{ Type: Api, Properties: { Path: { a: b }, Method: get } }")),
    "rest-event-method-list": function("A", events("{ Type: Api, Properties: { Path: /a, Method: [get] } }")),
    "rest-event-text": function("A", events("text")),
    "rest-event-list": function("A", events("[a]")),
    "event-no-type": function("A", events("{ Properties: { Path: /a } }")),
    "event-null": function("A", "Events:\n  E:\n"),
    "events-null": function("A", "Events:\n"),
    "events-list": function("A", "Events: [a]\n"),
    "events-text": function("A", "Events: a\n"),
    "event-properties-null": function("A", events("{ Type: Api, Properties: }")),
    "event-properties-text": function("A", events("{ Type: Api, Properties: text }")),
    "event-properties-list": function("A", events("{ Type: SQS, Properties: [a] }")),
    "event-unknown-property": function("A", events("{ Type: SQS, Properties: { Queue: q, Nothing: 1 } }")),
    "event-unknown-type": function("A", events("{ Type: Nothing, Properties: { Queue: q } }")),
    "event-id-odd": function("A", "Events:\n  a-b: { Type: SQS, Properties: { Queue: q } }\n"),
    "event-id-number": function("A", "Events:\n  5: { Type: Schedule, Properties: { Schedule: rate(1 day) } }\n"),
    "api-of-import": function("A", events(rest("/a", "get", ", RestApiId: !ImportValue x"))),
    "api-of-parameter": function("A", events(rest("/a", "get", ", RestApiId: !Ref Text"))),
    "api-of-text": function("A", events(rest("/a", "get", ", RestApiId: Api"))) + API,
    "api-of-getatt": function("A", events(rest("/a", "get", ", RestApiId: !GetAtt Api.Id"))) + API,
    "api-of-plain": function("A", events(rest("/a", "get", ", RestApiId: !Ref Plain")))
    + "Plain:\n  Type: AWS::ApiGateway::RestApi\n  Properties: { Name: n }\n",
    "api-of-queue": function("A", events(rest("/a", "get", ", RestApiId: !Ref Queue"))),
    "http-of-plain": function("A", events(http("/a", "get", ", ApiId: !Ref Plain")))
    + "Plain:\n  Type: AWS::ApiGatewayV2::Api\n  Properties: { Name: n, ProtocolType: HTTP }\n",
    "http-of-rest": function("A", events(http("/a", "get", ", ApiId: !Ref Api"))) + API,
    "rest-of-http": function("A", events(rest("/a", "get", ", RestApiId: !Ref Api"))) + HTTP,
    "http-of-parameter": function("A", events(http("/a", "get", ", ApiId: !Ref Text"))),
    "implicit-named-by-user": "ServerlessRestApi:\n  Type: AWS::Serverless::Api\n  Properties: { StageName: x }\n"
    + function("A", events(rest())),
    "implicit-named-by-other": "ServerlessRestApi:\n  Type: AWS::ApiGateway::RestApi\n  Properties: { Name: x }\n"
    + function("A", events(rest())),
    "implicit-http-named-by-other": "ServerlessHttpApi:\n  Type: AWS::ApiGatewayV2::Api\n  Properties: { Name: x }\n"
    + function("A", events(http())),
    "implicit-named-and-referred": function("A", events(rest("/a", "get", ", RestApiId: !Ref ServerlessRestApi"))),
    "stage-default": (function("A", events(rest())), "Outputs: { U: { Value: !Sub 'https://${ServerlessRestApi}.x/${ServerlessRestApi.Stage}/' }, V: { Value: !Ref ServerlessRestApiProdStage } }"),
    "references-of-everything": (
        API + HTTP.replace("Api:", "Web:", 1) + function("F", "AutoPublishAlias: live\n" + events(rest("/a", "get", ", RestApiId: !Ref Api"), http("/a", "get", ", ApiId: !Ref Web")))
        + "L:\n  Type: AWS::Serverless::LayerVersion\n  Properties: { ContentUri: s3://b/k }\n",
        """Outputs:
  A: { Value: !Ref F.Alias }
  B: { Value: !Ref F.Version }
  C: { Value: !Ref Api.Stage }
  D: { Value: !Ref Api.Deployment }
  E: { Value: !Ref Web.Stage }
  G: { Value: !Sub '${F.Alias} ${F.Version} ${Api.Stage} ${Api.Deployment} ${L} ${F.Role} ${F.Arn}' }
  H: { Value: !GetAtt F.Alias.Arn }
  I: { Value: !Ref L }
  J: { Value: !Ref F.Nothing }
  K: { Value: !Ref F.Role }
  M: { Value: !GetAtt F.Version.Version }
  N: { Value: !Sub ['${x} ${F.Alias}', { x: !Ref F.Version }] }
  O: { Value: { Ref: [F.Alias] } }
  P: { Value: !Join [',', [!Ref F.Alias, !Ref L]] }""",
    ),
    "ref-in-conditions-of-alias": (function("F", "AutoPublishAlias: live"), "Conditions: { C: !Equals [!Ref F.Alias, x] }"),
    "two-mistakes-of-one-function": function("A", "Nothing: 1\nMemorySize: []"),
    "mistakes-of-many": function("A", "Nothing: 1") + function("B", "Timeout: []\n" + events("{ Type: Nothing }")) + API.replace("StageName: prod", "Name: n")
    + "T:\n  Type: AWS::Serverless::SimpleTable\n  Properties: { PrimaryKey: { Name: n } }\nL:\n  Type: AWS::Serverless::LayerVersion\n  Properties: { LayerName: n }\n",
    "unknown-sam-type": "A:\n  Type: AWS::Serverless::Nothing\n  Properties: { a: b }\n",
    "unknown-sam-type-beside": "A:\n  Type: AWS::Serverless::Nothing\n" + function("F", ""),
    "resource-attributes": function("F", "AutoPublishAlias: live\n" + events(rest()), "DependsOn: [Queue, Topic]\nDeletionPolicy: Retain\nUpdateReplacePolicy: Retain\nMetadata: { a: b }\nCondition: IsOn\nUpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: a, DeploymentGroupName: b } }\nCreationPolicy: { ResourceSignal: { Count: 1 } }\nDescription: d"),
    "depends-on-sam": API + function("F", events("{ Type: Schedule, Properties: { Schedule: rate(1 day) } }"), "DependsOn: Api") + function("G", "", "DependsOn: [F, L]")
    + "L:\n  Type: AWS::Serverless::LayerVersion\n  Properties: { ContentUri: s3://b/k }\n",
    "depends-on-map": function("F", "", "DependsOn: { a: b }"),
    "condition-list": function("F", "", "Condition: [IsOn]"),
    "condition-map": function("F", "", "Condition: { a: b }"),
    "deletion-policy-of-parameter": function("F", "", "DeletionPolicy: !Ref Text"),
    "metadata-sam": function("F", "", "Metadata: { SamResourceId: F, BuildMethod: makefile }"),
    "function-type-lower": "F:\n  Type: AWS::serverless::Function\n",
    "connector-and-policies": function("F", "Policies: [S3ReadPolicy: { BucketName: b }]", "Connectors:\n  C: { Properties: { Destination: { Id: Queue }, Permissions: [Write] } }\n  D: { Properties: { Destination: [{ Id: Topic }, { Id: Queue }], Permissions: [Write] } }")
    + "Queue:\n  Type: AWS::SQS::Queue\nTopic:\n  Type: AWS::SNS::Topic\n",
    "connectors-text": function("F", "", "Connectors: text"),
    "connectors-list": function("F", "", "Connectors: [a]"),
    "connector-entry-text": function("F", "", "Connectors: { C: text }"),
    "connector-no-properties": function("F", "", "Connectors: { C: { } }"),
    "connector-no-destination": function("F", "", "Connectors: { C: { Properties: { Permissions: [Read] } } }"),
    "connector-no-permissions": function("F", "", "Connectors: { C: { Properties: { Destination: { Id: Queue } } } }"),
    "connector-permission-unknown": function("F", "", "Connectors: { C: { Properties: { Destination: { Id: Queue }, Permissions: [Delete] } } }") + "Queue:\n  Type: AWS::SQS::Queue\n",
    "connector-read-queue": function("F", "", "Connectors: { C: { Properties: { Destination: { Id: Queue }, Permissions: [Read, Write] } } }") + "Queue:\n  Type: AWS::SQS::Queue\n",
    "connector-destination-missing": function("F", "", "Connectors: { C: { Properties: { Destination: { Id: Gone }, Permissions: [Read] } } }"),
    "connector-type-only": "C:\n  Type: AWS::Serverless::Connector\n  Properties: { Source: { Type: 'AWS::Lambda::Function', RoleName: r, Arn: a }, Destination: { Type: 'AWS::SQS::Queue', Arn: b }, Permissions: [Write] }\n",
    "connector-type-incomplete": "C:\n  Type: AWS::Serverless::Connector\n  Properties: { Source: { Type: 'AWS::Lambda::Function' }, Destination: { Type: 'AWS::SQS::Queue' }, Permissions: [Write] }\n",
    "connector-id-and-type": "C:\n  Type: AWS::Serverless::Connector\n  Properties: { Source: { Id: F, Type: 'AWS::Lambda::Function' }, Destination: { Type: 'AWS::SQS::Queue', Arn: b }, Permissions: [Write] }\n" + function("F"),
    "connector-table-of-sam": function("F", "", "Connectors: { C: { Properties: { Destination: { Id: T }, Permissions: [Read, Write] } } }") + "T:\n  Type: AWS::Serverless::SimpleTable\n",
    "connector-api": API + function("F", "") + "C:\n  Type: AWS::Serverless::Connector\n  Properties: { Source: { Id: Api, Qualifier: 'prod/GET/a' }, Destination: { Id: F }, Permissions: [Write] }\n",
    "connector-http": HTTP + function("F", "") + "C:\n  Type: AWS::Serverless::Connector\n  Properties: { Source: { Id: Api }, Destination: { Id: F }, Permissions: [Write] }\n",
    "connector-machine": "M:\n  Type: AWS::Serverless::StateMachine\n  Connectors: { C: { Properties: { Destination: { Id: F }, Permissions: [Write] } }, D: { Properties: { Destination: { Id: N }, Permissions: [Read, Write] } } }\n  Properties: { Definition: { StartAt: a } }\nN:\n  Type: AWS::Serverless::StateMachine\n  Properties: { Definition: { StartAt: a }, Type: EXPRESS }\n" + function("F"),
    "policy-empty-string": function("F", "Policies: ''"),
    "policy-empty-list": function("F", "Policies: []"),
    "policies-of-parameter-list": function("F", "Policies: !Ref Words"),
    "policies-of-split": function("F", "Policies: !Split [',', !Ref Text]"),
    "policy-of-number": function("F", "Policies: [5]"),
    "policy-of-list": function("F", "Policies: [[a]]"),
    "policy-statement-direct": function("F", "Policies: { Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }"),
    "policy-with-version": function("F", "Policies: [{ Version: '2008-10-17', Id: x, Statement: { Effect: Allow, Action: '*', Resource: '*' } }]"),
    "policy-two-keys": function("F", "Policies: [{ S3ReadPolicy: { BucketName: b }, SQSPollerPolicy: { QueueName: q } }]"),
    "policy-template-extra": function("F", "Policies: [{ S3ReadPolicy: { BucketName: b, More: c } }]"),
    "policy-template-text": function("F", "Policies: [{ S3ReadPolicy: b }]"),
    "policy-if": function("F", "Policies: [!If [IsOn, { S3ReadPolicy: { BucketName: b } }, { Ref: 'AWS::NoValue' }], !If [IsOff, AWSLambdaExecute, !Ref Text]]"),
    "policy-if-whole": function("F", "Policies: !If [IsOn, AWSLambdaExecute, !Ref 'AWS::NoValue']"),
    "policy-mixed": function("F", "Policies:\n- AWSLambdaExecute\n- AmazonDynamoDBFullAccess\n- AWSLambdaRole\n- arn:aws:iam::aws:policy/x\n- { Statement: [] }\n- { SQSPollerPolicy: { QueueName: !GetAtt Queue.QueueName } }\n- !Sub 'arn:${AWS::Partition}:iam::aws:policy/y'"),
    "role-and-policies": function("F", "Role: !GetAtt Role.Arn\nPolicies: [AWSLambdaExecute]"),
    "role-if": function("F", "Role: !If [IsOn, !GetAtt Role.Arn, !Ref 'AWS::NoValue']\nPolicies: [AWSLambdaExecute]\nTracing: Active"),
    "role-empty": function("F", "Role: ''"),
    "role-path-boundary": function("F", "RolePath: /a/\nPermissionsBoundary: !Sub 'arn:${AWS::Partition}:iam::1:policy/b'\nPropagateTags: true\nTags: { a: b }"),
    "vpc-and-tracing": function("F", "VpcConfig: { SubnetIds: !Ref Words, SecurityGroupIds: [!Ref Text] }\nTracing: Active\nDeadLetterQueue: { Type: SNS, TargetArn: !Ref Topic }\nKmsKeyArn: k\nReservedConcurrentExecutions: 5\nLayers: !If [IsOn, [a], [b]]"),
    "dead-letter-conditional": function("F", "DeadLetterQueue: !If [IsOn, { Type: SQS, TargetArn: a }, !Ref 'AWS::NoValue']"),
    "alias-of-parameter": function("F", "AutoPublishAlias: !Ref Text\nDeploymentPreference: { Type: !Ref Text, Enabled: !Ref Flag }"),
    "alias-of-sub": function("F", "AutoPublishAlias: !Sub '${Text}'"),
    "alias-of-join": function("F", "AutoPublishAlias: !Join ['', [a, b]]"),
    "alias-of-map": function("F", "AutoPublishAlias: !FindInMap [Map, one, text]"),
    "alias-odd": function("F", "AutoPublishAlias: 'a b'"),
    "alias-number": function("F", "AutoPublishAlias: 5"),
    "alias-sha": function("F", "AutoPublishAlias: live\nAutoPublishCodeSha256: 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b\nVersionDescription: !Ref Text\nVersionDeletionPolicy: Retain"),
    "preference-without-alias": function("F", "DeploymentPreference: { Type: Canary10Percent5Minutes }"),
    "preference-hooks": function("F", "AutoPublishAlias: live\nDeploymentPreference: { Type: Linear10PercentEvery1Minute, Hooks: { PreTraffic: !Ref G, PostTraffic: !Ref G }, Alarms: [!Ref Alarm, !Ref Text], Role: !GetAtt Role.Arn, TriggerConfigurations: [{ TriggerTargetArn: t, TriggerName: n, TriggerEvents: [e] }] }") + function("G", "DeploymentPreference: { Enabled: false, Role: '' }"),
    "preference-conditions": function("F", "AutoPublishAlias: live\nDeploymentPreference: { Type: AllAtOnce, PassthroughCondition: true }", "Condition: IsOn") + function("G", "AutoPublishAlias: live\nDeploymentPreference: { Type: AllAtOnce }", "Condition: IsOff"),
    "provisioned": function("F", "AutoPublishAlias: live\nProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: !Ref Number }"),
    "invoke-config-conditional": function("F", "EventInvokeConfig: { MaximumEventAgeInSeconds: 70, MaximumRetryAttempts: 1, DestinationConfig: { OnSuccess: { Type: SQS, Destination: !If [IsOn, !GetAtt Queue.Arn, !Ref 'AWS::NoValue'] }, OnFailure: { Type: EventBridge, Destination: !Ref Text } } }"),
    "invoke-config-no-destination": function("F", "EventInvokeConfig: { DestinationConfig: { OnSuccess: { Type: Lambda }, OnFailure: { Type: S3Bucket } } }"),
    "url-cors": function("F", "AutoPublishAlias: live\nFunctionUrlConfig: { AuthType: NONE, Cors: { AllowOrigins: ['*'], MaxAge: 5 }, InvokeMode: RESPONSE_STREAM }"),
    "url-auth-ref": function("F", "FunctionUrlConfig: { AuthType: !Ref Text }"),
    "url-cors-text": function("F", "FunctionUrlConfig: { AuthType: NONE, Cors: text }"),
    "url-cors-unknown": function("F", "FunctionUrlConfig: { AuthType: NONE, Cors: { Origin: a } }"),
    "image": "F:\n  Type: AWS::Serverless::Function\n  Properties: { PackageType: Image, ImageUri: 1.dkr.ecr.us-east-1.amazonaws.com/x:1, ImageConfig: { Command: [a], EntryPoint: [b], WorkingDirectory: c } }\n",
    "image-with-runtime": "F:\n  Type: AWS::Serverless::Function\n  Properties: { PackageType: Image, ImageUri: x, Runtime: python3.13, Layers: [a] }\n",
    "image-without-uri": "F:\n  Type: AWS::Serverless::Function\n  Properties: { PackageType: Image, CodeUri: s3://b/k }\n",
    "package-unknown": function("F", "PackageType: Tar"),
    "zip-without-handler": "F:\n  Type: AWS::Serverless::Function\n  Properties: { CodeUri: s3://b/k, Runtime: python3.13 }\n",
    "zip-without-runtime": "F:\n  Type: AWS::Serverless::Function\n  Properties: { CodeUri: s3://b/k, Handler: a.b }\n",
    "zip-without-both": "F:\n  Type: AWS::Serverless::Function\n  Properties: { InlineCode: x }\n",
    "code-both": function("F", "InlineCode: x"),
    "code-map-incomplete": "F:\n  Type: AWS::Serverless::Function\n  Properties: { Runtime: python3.13, Handler: a.b, CodeUri: { Bucket: b } }\n",
    "code-list": "F:\n  Type: AWS::Serverless::Function\n  Properties: { Runtime: python3.13, Handler: a.b, CodeUri: [a] }\n",
    "tags-reserved": function("F", "Tags: { 'lambda:createdBy': me }"),
    "tags-list": function("F", "Tags: [{ Key: a, Value: b }]"),
    "tags-empty-value": function("F", "Tags: { a: , b: '', c: 5, d: true }"),
    "environment-text": function("F", "Environment: text"),
    "environment-list": function("F", "Environment: { Variables: [a] }"),
    "function-name-and-everything": function("F", "FunctionName: !Sub '${AWS::StackName}-f'\nArchitectures: [arm64]\nEphemeralStorage: { Size: 1024 }\nSnapStart: { ApplyOn: PublishedVersions }\nRuntimeManagementConfig: { UpdateRuntimeOn: Manual, RuntimeVersionArn: a }\nLoggingConfig: { LogFormat: JSON, ApplicationLogLevel: INFO, SystemLogLevel: WARN, LogGroup: !Ref LogGroup }\nFileSystemConfigs: [{ Arn: a, LocalMountPath: /mnt/a }]\nCodeSigningConfigArn: c\nRecursiveLoop: Allow\nSourceKMSKeyArn: k"),
    "table-everything": "T:\n  Type: AWS::Serverless::SimpleTable\n  Properties: { PrimaryKey: { Name: id, Type: Number }, ProvisionedThroughput: { ReadCapacityUnits: !Ref Number, WriteCapacityUnits: 5 }, SSESpecification: { SSEEnabled: true }, TableName: t, Tags: { a: b }, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }\n  Condition: IsOn\n",
    "table-key-type-odd": "T:\n  Type: AWS::Serverless::SimpleTable\n  Properties: { PrimaryKey: { Name: id, Type: Nothing } }\n",
    "table-key-no-name": "T:\n  Type: AWS::Serverless::SimpleTable\n  Properties: { PrimaryKey: { Type: String } }\n",
    "table-key-text": "T:\n  Type: AWS::Serverless::SimpleTable\n  Properties: { PrimaryKey: id }\n",
    "layer-everything": "L:\n  Type: AWS::Serverless::LayerVersion\n  Properties: { ContentUri: { Bucket: b, Key: k, Version: v }, LayerName: !Sub '${Text}-l', Description: d, LicenseInfo: MIT, CompatibleRuntimes: [python3.13], CompatibleArchitectures: [x86_64], RetentionPolicy: !Ref Text }\n",
    "layer-retention-odd": "L:\n  Type: AWS::Serverless::LayerVersion\n  Properties: { ContentUri: s3://b/k, RetentionPolicy: Sometimes }\n",
    "layer-retention-if": "L:\n  Type: AWS::Serverless::LayerVersion\n  Properties: { ContentUri: s3://b/k, RetentionPolicy: !If [IsOn, Retain, Delete] }\n",
    "layer-deletion-policy": "L:\n  Type: AWS::Serverless::LayerVersion\n  DeletionPolicy: Delete\n  Condition: IsOn\n  Properties: { ContentUri: s3://b/k }\n",
    "layer-and-functions": "L:\n  Type: AWS::Serverless::LayerVersion\n  Properties: { ContentUri: s3://b/k, LayerName: !Ref Text }\n" + function("F", "Layers: [!Ref L, !Sub '${L}', arn]"),
    "application-everything": "N:\n  Type: AWS::Serverless::Application\n  Properties: { Location: { ApplicationId: !FindInMap [Map, one, text], SemanticVersion: !Ref Text }, Parameters: { A: !Ref Text, B: !GetAtt Queue.Arn }, NotificationArns: [!Ref Topic], Tags: { a: b }, TimeoutInMinutes: 5 }\n",
    "application-intrinsic-id": "N:\n  Type: AWS::Serverless::Application\n  Properties: { Location: { ApplicationId: !Sub '${Text}', SemanticVersion: 1.0.0 } }\n",
    "application-no-location": "N:\n  Type: AWS::Serverless::Application\n  Properties: { Parameters: {} }\n",
    "application-location-list": "N:\n  Type: AWS::Serverless::Application\n  Properties: { Location: [a] }\n",
    "application-location-ref": "N:\n  Type: AWS::Serverless::Application\n  Properties: { Location: !Ref Text }\n",
    "application-no-id": "N:\n  Type: AWS::Serverless::Application\n  Properties: { Location: { SemanticVersion: 1.0.0 } }\n",
    "application-output": ("N:\n  Type: AWS::Serverless::Application\n  Properties: { Location: 'https://x/y' }\n" + function("F", "Environment: { Variables: { A: !GetAtt N.Outputs.A } }"), "Outputs: { O: { Value: !GetAtt N.Outputs.B } }"),
}


def cases(book) -> None:
    for name, whole in WHOLE.items():
        resources, top = whole if isinstance(whole, tuple) else (whole, "")
        book.template("any", name, resources, top)
