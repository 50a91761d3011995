"""What is true of the whole template: sections, globals, references, resources of others."""

from book import FUNCTION, STRINGS

F = (
    "F:\n  Type: AWS::Serverless::Function\n@  Properties: { Runtime: nodejs22.x, Handler: a.b,"
    " CodeUri: s3://b/k }\n"
)
PLAIN = F.replace("@", "")

GLOBALS = {
    "Function": {
        "Runtime": "python3.13",
        "Handler": "g.h",
        "CodeUri": "s3://g/k",
        "MemorySize": "512",
        "Timeout": "9",
        "Description": "d",
        "Environment": "{ Variables: { A: global, B: global } }",
        "Tags": "{ A: global, B: global }",
        "PropagateTags": "true",
        "Tracing": "Active",
        "KmsKeyArn": "k",
        "AutoPublishAlias": "live",
        "AutoPublishAliasAllProperties": "true",
        "Layers": "[global]",
        "DeploymentPreference": "{ Type: AllAtOnce, Enabled: false }",
        "RolePath": "/g/",
        "PermissionsBoundary": "b",
        "ReservedConcurrentExecutions": "3",
        "ProvisionedConcurrencyConfig": "{ ProvisionedConcurrentExecutions: 1 }",
        "AssumeRolePolicyDocument": "{ Version: '2012-10-17', Statement: [] }",
        "EventInvokeConfig": "{ MaximumRetryAttempts: 1 }",
        "FileSystemConfigs": "[{ Arn: a, LocalMountPath: /mnt/a }]",
        "CodeSigningConfigArn": "c",
        "Architectures": "[arm64]",
        "SnapStart": "{ ApplyOn: PublishedVersions }",
        "EphemeralStorage": "{ Size: 1024 }",
        "FunctionUrlConfig": "{ AuthType: NONE }",
        "RuntimeManagementConfig": "{ UpdateRuntimeOn: Auto }",
        "LoggingConfig": "{ LogFormat: JSON }",
        "RecursiveLoop": "Allow",
        "SourceKMSKeyArn": "s",
        "TenancyConfig": "{ TenantIsolationMode: PER_TENANT }",
        "DurableConfig": "{ ExecutionTimeout: 5 }",
        "CapacityProviderConfig": "{ Arn: a }",
        "PublishToLatestPublished": "true",
        "DeadLetterQueue": "{ Type: SQS, TargetArn: a }",
        "VpcConfig": "{ SubnetIds: [global], SecurityGroupIds: [g] }",
        "VersionDeletionPolicy": "Delete",
    },
    "Api": {
        "Name": "n",
        "DefinitionUri": "s3://b/k",
        "CacheClusterEnabled": "true",
        "CacheClusterSize": "'0.5'",
        "Variables": "{ A: global, B: global }",
        "EndpointConfiguration": "REGIONAL",
        "MethodSettings": "[{ A: global }]",
        "BinaryMediaTypes": "[a~1b]",
        "MinimumCompressionSize": "5",
        "Cors": "\"'*'\"",
        "GatewayResponses": "{ DEFAULT_4XX: { StatusCode: 400 } }",
        "AccessLogSetting": "{ Format: f }",
        "CanarySetting": "{ PercentTraffic: 5 }",
        "TracingEnabled": "true",
        "OpenApiVersion": "3.0.1",
        "Domain": "{ DomainName: d, CertificateArn: c }",
        "AlwaysDeploy": "true",
        "PropagateTags": "true",
        "SecurityPolicy": "TLS_1_2",
        "EndpointAccessMode": "STRICT",
        "Auth": "{ DefaultAuthorizer: AWS_IAM }",
        "MergeDefinitions": "true",
    },
    "HttpApi": {
        "Auth": "{ EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM }",
        "AccessLogSettings": "{ Format: f }",
        "StageVariables": "{ A: global }",
        "Tags": "{ A: global }",
        "CorsConfiguration": "true",
        "DefaultRouteSettings": "{ ThrottlingBurstLimit: 1 }",
        "Domain": "{ DomainName: d, CertificateArn: c }",
        "RouteSettings": "{ 'GET /a': { ThrottlingBurstLimit: 1 } }",
        "FailOnWarnings": "true",
        "PropagateTags": "true",
    },
    "SimpleTable": {"SSESpecification": "{ SSEEnabled: true }"},
    "StateMachine": {"PropagateTags": "true"},
    "LayerVersion": {"PublishLambdaVersion": "true"},
    "CapacityProvider": {
        "VpcConfig": "{ SubnetIds: [global] }",
        "OperatorRole": "r",
        "Tags": "{ A: global }",
        "InstanceRequirements": "{ Architectures: [arm64] }",
        "ScalingConfig": "{ MaxVCpuCount: 5 }",
        "KmsKeyArn": "k",
        "PropagateTags": "true",
    },
}
BODIES = {
    "Function": (
        FUNCTION
        + "\nEnvironment: { Variables: { B: own, C: own } }\nTags: { B: own }\nLayers: [own]"
    ),
    "Api": (
        "StageName: prod\nVariables: { B: own }\nMethodSettings: [{ A: own }]\nDefinitionBody: {"
        " swagger: '2.0', paths: { /a: { get: { x-amazon-apigateway-integration: { type: mock } }"
        " } } }"
    ),
    "HttpApi": (
        "Tags: { B: own }\nDefinitionBody: { openapi: 3.0.1, paths: { /a: { get: {"
        " x-amazon-apigateway-integration: { type: mock } } } } }"
    ),
    "SimpleTable": "TableName: t",
    "StateMachine": "DefinitionUri: s3://b/k\nTags: { A: b }",
    "LayerVersion": "ContentUri: s3://b/k",
    "CapacityProvider": "VpcConfig: { SubnetIds: [own] }\nTags: { B: own }",
}


def cases(book) -> None:
    _globals(book)
    _references(book)
    _sections(book)
    _others(book)


def _globals(book) -> None:
    for kind, properties in GLOBALS.items():
        type_ = f"AWS::Serverless::{kind}"
        for property_, value in properties.items():
            top = f"Globals: {{ {kind}: {{ {property_}: {value} }} }}"
            extra = (
                "\nAutoPublishAlias: live"
                if property_ in (
                    "ProvisionedConcurrencyConfig",
                    "VersionDeletionPolicy",
                    "AutoPublishAliasAllProperties",
                    "SnapStart",
                )
                else ""
            )
            body = BODIES[kind] + extra
            if property_ == "DefinitionUri":
                body = "StageName: prod"
            book.resource("any", f"globals-{kind}-{property_}", type_, body, top=top)
            book.resource(
                "any",
                f"ignore-all-{kind}-{property_}",
                type_,
                body,
                top=top,
                attributes="IgnoreGlobals: '*'",
            )
            book.resource(
                "any",
                f"ignore-one-{kind}-{property_}",
                type_,
                body,
                top=top,
                attributes=f"IgnoreGlobals: [{property_}]",
            )
            if kind == "Function":
                bare = (
                    "\n".join(
                        line
                        for line in FUNCTION.splitlines()
                        if not line.startswith(property_ + ":")
                    )
                    + extra
                )
                book.resource("any", f"globals-bare-{property_}", type_, bare, top=top)
    for name, (global_, own) in {
        "list-and-list": ("Layers: [a, b]", "Layers: [b, c]"),
        "list-and-if": ("Layers: [a]", "Layers: !If [IsOn, [b], [c]]"),
        "map-and-text": ("CodeUri: { Bucket: b, Key: k }", "CodeUri: s3://own/k"),
        "text-and-map": ("CodeUri: s3://b/k", "CodeUri: { Bucket: o, Key: k }"),
        "map-and-map": ("CodeUri: { Bucket: b, Key: k, Version: v }", "CodeUri: { Key: own }"),
        "map-and-intrinsic": (
            "VpcConfig: { SubnetIds: [a] }",
            "VpcConfig: !If [IsOn, { SubnetIds: [b] }, !Ref AWS::NoValue]",
        ),
        "intrinsic-and-map": ("Tags: !If [IsOn, { A: b }, { C: d }]", "Tags: { E: f }"),
        "intrinsic-and-intrinsic": ("MemorySize: !Ref Number", "MemorySize: !If [IsOn, 1, 2]"),
        "deep": (
            (
                "EventInvokeConfig: { DestinationConfig: { OnSuccess: { Type: SQS } },"
                " MaximumRetryAttempts: 1 }"
            ),
            (
                "EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SNS } },"
                " MaximumRetryAttempts: 2 }"
            ),
        ),
        "null-own": ("Timeout: 5", "Timeout:"),
        "null-global": ("Timeout:", "Timeout: 5"),
        "variable-intrinsic": (
            "Environment: { Variables: { A: !Ref Text, B: c } }",
            "Environment: { Variables: { A: own, B: !Sub '${Text}' } }",
        ),
        "number-and-text": ("MemorySize: 128", "MemorySize: '256'"),
        "bool-and-bool": ("PropagateTags: true", "PropagateTags: false"),
        "empty-map": ("Tags: { A: b }", "Tags: {}"),
        "empty-list": ("Layers: [a]", "Layers: []"),
        "one-key-map": (
            "Environment: { Variables: { Ref: x } }",
            "Environment: { Variables: { A: b } }",
        ),
    }.items():
        base = "\n".join(
            line for line in FUNCTION.splitlines() if not own.startswith(line.split(":")[0] + ":")
        )
        book.function(
            "any", f"merge-{name}", own, base=base, top=f"Globals: {{ Function: {{ {global_} }} }}"
        )
    for name, globals_ in {
        "text": "text",
        "list": "[a]",
        "null": "",
        "section": "{ Nothing: {} }",
        "section-connector": "{ Connector: {} }",
        "property": "{ Function: { Nothing: a } }",
        "property-policies": "{ Function: { Policies: [a] } }",
        "section-text": "{ Function: text }",
        "section-null": "{ Function: }",
        "api-property": "{ Api: { StageName: s } }",
        "http-property": "{ HttpApi: { Name: n } }",
        "empty": "{}",
        "empty-section": "{ Function: {} }",
        "websocket": "{ WebSocketApi: { Name: n } }",
        "application": "{ Application: { Tags: {} } }",
        "table": "{ SimpleTable: { TableName: t } }",
        "machine": "{ StateMachine: { Tags: {} } }",
        "layer": "{ LayerVersion: { LayerName: n } }",
        "provider": "{ CapacityProvider: { CapacityProviderName: n } }",
        "two-mistakes": "{ Function: { Nothing: a }, Api: { Nothing: b } }",
    }.items():
        book.template("any", f"globals-mistake-{name}", PLAIN, f"Globals: {globals_}")
    top = "Globals: { Function: { Timeout: 5, Tags: { A: b }, MemorySize: 256 } }"
    for name, ignore in {
        "two": "[Timeout, Tags]",
        "unknown": "[Nothing]",
        "not-set": "[Handler]",
        "text": "Timeout",
        "map": "{ a: b }",
        "empty": "[]",
        "star-list": "['*']",
        "null": "",
        "number": "7",
        "true": "true",
    }.items():
        book.function("any", f"ignore-{name}", "", attributes=f"IgnoreGlobals: {ignore}", top=top)
    book.function("any", "ignore-no-globals", "", attributes="IgnoreGlobals: [Timeout]")
    book.function("any", "ignore-no-globals-star", "", attributes="IgnoreGlobals: '*'")
    book.template(
        "any",
        "ignore-plain-resource",
        PLAIN + "T: { Type: AWS::SNS::Topic, IgnoreGlobals: '*' }\n",
        top,
    )
    book.template(
        "good",
        "globals-two-functions",
        PLAIN + PLAIN.replace("F:", "G:"),
        "Globals: { Function: { Environment: { Variables: { A: b } }, Tags: { C: d } } }",
    )


def _references(book) -> None:
    alias = "AutoPublishAlias: live\n" + FUNCTION
    for name, value in {
        "ref": "!Ref Thing",
        "version": "!Ref Thing.Version",
        "alias": "!Ref Thing.Alias",
        "getatt-version": "!GetAtt Thing.Version",
        "getatt-version-deep": "!GetAtt Thing.Version.Version",
        "getatt-alias": "!GetAtt Thing.Alias",
        "sub": "!Sub '${Thing.Version} ${Thing.Alias}'",
        "sub-list": "!Sub ['${Thing.Version} ${x}', { x: !Ref Thing.Alias }]",
        "sub-literal": "!Sub '${!Thing.Version}'",
        "sub-arn": "!Sub '${Thing.Arn} ${Thing.Version.Arn}'",
        "unknown": "!Ref Thing.Nothing",
        "sub-unknown": "!Sub '${Thing.Nothing}'",
        "role": "!GetAtt ThingRole.Arn",
        "if": "!If [IsOn, !Ref Thing.Version, !Ref Thing.Alias]",
        "join": "!Join ['', [!Ref Thing.Version, x]]",
        "list-getatt": "{ 'Fn::GetAtt': [Thing, Version] }",
        "getatt-text": "{ 'Fn::GetAtt': 'Thing.Version' }",
        "getatt-three": "{ 'Fn::GetAtt': [Thing, Version, X] }",
        "ref-list": "{ Ref: [Thing.Version] }",
        "sub-map": "{ 'Fn::Sub': { a: b } }",
        "sub-three": "{ 'Fn::Sub': ['${Thing.Version}', {}, x] }",
        "getatt-ref": "{ 'Fn::GetAtt': [Thing, !Ref Text] }",
        "sub-spaces": "!Sub '${ Thing.Version }'",
        "sub-twice": "!Sub '${Thing.Version}${Thing.Version}'",
        "import-sub": "{ 'Fn::ImportValue': !Sub '${Thing.Alias}' }",
        "equals-text": "Thing.Version",
    }.items():
        book.function(
            "any", f"refer-{name}", "", base=alias, top=f"Outputs: {{ A: {{ Value: {value} }} }}"
        )
        book.function(
            "any",
            f"refer-from-resource-{name}",
            "",
            base=alias,
            more=f"T: {{ Type: AWS::SNS::Topic, Properties: {{ DisplayName: {value} }} }}",
        )
        book.function(
            "any",
            f"refer-no-alias-{name}",
            "",
            base=FUNCTION,
            top=f"Outputs: {{ A: {{ Value: {value} }} }}",
        )
    for form, value in STRINGS.items():
        book.template(
            "good",
            f"plain-resource-{form}",
            PLAIN + f"T: {{ Type: AWS::SNS::Topic, Properties: {{ DisplayName: {value} }} }}\n",
        )
        book.template(
            "good",
            f"output-{form}",
            PLAIN,
            f"Outputs: {{ A: {{ Value: {value}, Export: {{ Name: {value} }}, Description: d,"
            " Condition: IsOn } }",
        )
    for name, text in {
        "function-depends-function": "DependsOn: G",
        "function-depends-role": "DependsOn: GRole",
        "function-depends-api": "DependsOn: ServerlessRestApi",
    }.items():
        book.template("good", name, F.replace("@", f"  {text}\n") + PLAIN.replace("F:", "G:"))


def _sections(book) -> None:
    for name, top in {
        "metadata": (
            "Metadata: { a: { b: c }, AWS::CloudFormation::Interface: { ParameterGroups: [] } }"
        ),
        "description": "Description: words",
        "version": "AWSTemplateFormatVersion: '2010-09-09'",
        "parameters": (
            "Parameters: { A: { Type: String }, B: { Type: Number, Default: 3, Description: d } }"
        ),
        "rules": "Rules: { R: { Assertions: [{ Assert: !Equals [a, b], AssertDescription: d }] } }",
        "hooks": "Hooks: { H: { Type: AWS::CodeDeploy::BlueGreen } }",
        "conditions": (
            "Conditions: { A: !Equals [a, b], B: !And [{ Condition: A }, !Not [{ Condition: A }]] }"
        ),
        "mappings": "Mappings: { M: { a: { b: c, d: [e, f], g: 1 } } }",
        "outputs": (
            "Outputs: { A: { Value: !GetAtt F.Arn }, B: { Value: !Ref FRole, Export: { Name: b"
            " } } }"
        ),
        "unknown": "Nothing: { a: b }",
    }.items():
        book.template("good", f"section-{name}", PLAIN, top)
    for name, transform in {
        "list": "[AWS::Serverless-2016-10-31]",
        "two": "[AWS::LanguageExtensions, AWS::Serverless-2016-10-31]",
        "own": "[AWS::Serverless-2016-10-31, MyMacro]",
    }.items():
        book.add(
            "any",
            f"transform-{name}",
            f"Transform: {transform}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n   "
            " Properties: { Runtime: nodejs22.x, Handler: a.b, CodeUri: s3://b/k }\n",
        )
    for name, resources in {
        "empty": "{}",
        "null": "",
        "text": "text",
        "list": "[a]",
        "of-text": "{ A: text }",
        "of-list": "{ A: [b] }",
        "of-null": "{ A: }",
        "no-type": "{ A: { Properties: {} } }",
        "type-list": "{ A: { Type: [a] } }",
        "type-unknown": "{ A: { Type: AWS::Serverless::Nothing, Properties: {} } }",
        "type-null": "{ A: { Type: } }",
        "type-space": "{ A: { Type: 'AWS::Serverless::SimpleTable ' } }",
        "id-odd": "{ 'a-b': { Type: AWS::Serverless::SimpleTable } }",
        "id-empty": "{ '': { Type: AWS::Serverless::SimpleTable } }",
        "id-long": "{ " + "A" * 200 + ": { Type: AWS::Serverless::SimpleTable } }",
        "properties-text": "{ A: { Type: AWS::Serverless::SimpleTable, Properties: text } }",
        "properties-null": "{ A: { Type: AWS::Serverless::SimpleTable, Properties: } }",
        "plain-properties-text": "{ A: { Type: AWS::SNS::Topic, Properties: text } }",
    }.items():
        book.add(
            "any",
            f"resources-{name}",
            f"Transform: AWS::Serverless-2016-10-31\nResources: {resources}\n",
        )
    book.add(
        "any", "resources-none", "Transform: AWS::Serverless-2016-10-31\nDescription: nothing\n"
    )
    for name, parameters in {
        "text": "text",
        "null": "",
        "of-text": "{ Text: text }",
        "of-null": "{ Text: }",
        "list-default": "{ Text: { Type: String, Default: [a] } }",
    }.items():
        book.add(
            "any",
            f"parameters-{name}",
            f"Transform: AWS::Serverless-2016-10-31\nParameters: {parameters}\nResources:\n  F:\n  "
            "  Type: AWS::Serverless::Function\n    Properties: { Runtime: nodejs22.x, Handler:"
            " !Ref Text, CodeUri: s3://b/k, AutoPublishAlias: !Ref Text }\n",
        )
    for name, head in {
        "given": "# params: Text=given Unset=there",
        "region": "# params: AWS::Region=eu-west-1",
        "flag": "# params: Flag=false Number=9",
    }.items():
        book.function(
            "any",
            f"parameters-{name}",
            "AutoPublishAlias: !Ref Text\nMemorySize: !Ref Number\nCodeUri: { Bucket: b, Key: !Ref"
            " Unset }\nEnvironment: { Variables: { R: !Ref AWS::Region, P: !Ref AWS::Partition }"
            " }\nDeploymentPreference: { Type: AllAtOnce, Enabled: !Ref Flag }",
            head=head,
        )
    for pseudo in (
        "AccountId",
        "NotificationARNs",
        "NoValue",
        "Partition",
        "Region",
        "StackId",
        "StackName",
        "URLSuffix",
    ):
        book.function(
            "any",
            f"pseudo-{pseudo}",
            f"AutoPublishAlias: live\nCodeUri: {{ Bucket: b, Key: !Ref 'AWS::{pseudo}'"
            f" }}\nEnvironment: {{ Variables: {{ A: !Ref 'AWS::{pseudo}' }} }}\nDescription: !Sub"
            f" '${{AWS::{pseudo}}}'",
        )
        book.function("any", f"pseudo-alias-{pseudo}", f"AutoPublishAlias: !Ref 'AWS::{pseudo}'")


def _others(book) -> None:
    for name, text in {
        "topic": (
            "T: { Type: AWS::SNS::Topic, Properties: { DisplayName: d }, Metadata: { a: b },"
            " DependsOn: F, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Condition: IsOn }"
        ),
        "function": (
            "T: { Type: AWS::Lambda::Function, Properties: { Code: { ZipFile: x }, Role: r } }"
        ),
        "custom": (
            "T: { Type: Custom::Mine, Properties: { ServiceToken: !GetAtt F.Arn, A: 1, B: 1.5, C:"
            " true, D: null, E: [1, x], F: { g: h } } }"
        ),
        "stack": "T: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: u } }",
        "policies": "T: { Type: AWS::IAM::Policy, Properties: { Roles: [!Ref FRole] } }",
        "asg": (
            "T: { Type: AWS::AutoScaling::AutoScalingGroup, CreationPolicy: { ResourceSignal: {"
            " Count: 1 } }, UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: '1'"
            " } } }"
        ),
        "transform": "T: { Type: AWS::S3::Bucket, Properties: { 'Fn::Transform': { Name: X } } }",
        "foreach": (
            "'Fn::ForEach::Topics': [Name, [A, B], { 'T${Name}': { Type: AWS::SNS::Topic } }]"
        ),
        "no-type": "T: { Properties: {} }",
        "deep": (
            "T: { Type: X::Y::Z, Properties: { " + "a: { " * 30 + "b: !Ref F" + " }" * 30 + " } }"
        ),
        "number-keys": "T: { Type: AWS::S3::Bucket, Properties: { 1: a, true: b, 1.5: c } }",
        "unicode": (
            'T: { Type: AWS::SNS::Topic, Properties: { DisplayName: \'naïve ☃ 𝄞 "quotes" \\'
            " back' } }"
        ),
        "big-number": (
            "T: { Type: AWS::X::Y, Properties: { A: 123456789012345678901234567890, B: 1e10, C: -0,"
            " D: 0.1 } }"
        ),
    }.items():
        book.template("any", f"beside-{name}", PLAIN + text + "\n")
