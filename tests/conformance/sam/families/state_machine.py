"""AWS::Serverless::StateMachine: properties, definitions with substitutions, aliases, events."""

from book import STRINGS

TYPE = "AWS::Serverless::StateMachine"
URI = "DefinitionUri: s3://code/machine.json"
STATES = "Definition: { StartAt: A, States: { A: { Type: Pass, End: true } } }"

GOOD = {
    "Name": ["n", "!Ref Text"],
    "Type": ["EXPRESS", "STANDARD", "!Ref Text"],
    "Tags": ["{ A: b, C: !Ref Text }", "{}", "{ 'stateMachine:createdBy': x }"],
    "PropagateTags": ["true\nTags: { A: b }", "false\nTags: { A: b }"],
    "Logging": [
        "{ Level: ALL, Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: !GetAtt LogGroup.Arn"
        " } }] }"
    ],
    "Tracing": [
        "{ Enabled: true }",
        "{ Enabled: false }",
        "{ Enabled: !Ref Flag }",
        "{}",
        "{ Enabled: 'true' }",
    ],
    "Role": ["!GetAtt Role.Arn", "r", "!If [IsOn, a, b]"],
    "RolePath": ["/p/", "!Ref Text"],
    "PermissionsBoundary": ["b", "!Ref Text"],
    "DefinitionSubstitutions": ["{ A: b, C: !GetAtt Queue.Arn }", "{}"],
    "DefinitionUri": [
        "s3://b/k",
        "s3://b/k?versionId=v",
        "{ Bucket: b, Key: k }",
        "{ Bucket: !Ref Bucket, Key: !Sub '${Text}', Version: '1' }",
    ],
    "Policies": [
        "AWSLambdaExecute",
        "[]",
        "[AWSLambdaExecute, !Ref Text]",
        "[{ Statement: [] }, { Version: '2012-10-17', Statement: [] }]",
        "[!If [IsOn, AWSLambdaExecute, !Ref AWS::NoValue]]",
        "[!If [IsOn, { Statement: [] }, !Ref AWS::NoValue]]",
        "[AWSLambdaExecute, AWSLambdaExecute]",
        "[AWSXrayWriteOnlyAccess]\nTracing: { Enabled: true }",
        "[{ Statement: [] }]\nTracing: { Enabled: true }",
        "[NoSuchPolicy]",
        "[!Sub '${Text}']",
        "[!GetAtt Queue.Arn]",
    ],
    "AutoPublishAlias": ["live", "!Ref Text"],
    "DeploymentPreference": [
        "{ Type: CANARY, Percentage: 10, Interval: 5 }\nAutoPublishAlias: live",
        "{ Type: ALL_AT_ONCE, Alarms: [!Ref Alarm] }\nAutoPublishAlias: live",
    ],
    "UseAliasAsEventTarget": [
        "true\nAutoPublishAlias: live",
        "false\nAutoPublishAlias: live",
        "false",
    ],
}
MISTAKES = {
    "Name": ["[a]"],
    "Type": ["[a]"],
    "Tags": ["text", "[a]", "{ A: [b] }"],
    "PropagateTags": ["text"],
    "Logging": ["text"],
    "Tracing": ["text", "[a]"],
    "Role": ["[a]", "r\nPolicies: [AWSLambdaExecute]"],
    "PermissionsBoundary": ["[a]"],
    "DefinitionSubstitutions": ["text"],
    "DefinitionUri": [
        "./local",
        "{ Bucket: b }",
        "[a]",
        "s3://b",
        "7",
        "!Ref Text",
        "s3://b/k\nDefinition: { a: b }",
    ],
    "Definition": ["text", "[a]"],
    "NoSuchProperty": ["a"],
    "Policies": ["7", "{ Statement: [] }", "[7]", "[{}]", "[{ NoSuchPolicy: { A: b } }]"],
    "Events": [
        "text",
        "[a]",
        "{ E: text }",
        "{ E: {} }",
        "{ E: { Type: SQS, Properties: { Queue: q } } }",
        "{ E: { Type: Nothing } }",
        "{ E: }",
    ],
    "DeploymentPreference": [
        "{ Type: ALL_AT_ONCE }",
        "128\nAutoPublishAlias: live",
        "[a]\nAutoPublishAlias: live",
    ],
    "UseAliasAsEventTarget": ["true", "text"],
}
DEFINITIONS = {
    "plain": STATES,
    "getatt": "Definition: { States: { A: { Resource: !GetAtt Other.Arn } } }",
    "several": (
        "Definition: { Z: !Ref Queue, A: { B: [!GetAtt Other.Arn, x, !Sub '${Text}', { C: !Ref Text"
        " }] }, M: { N: !If [IsOn, a, b], O: '{{resolve:ssm:/a:1}}' } }"
    ),
    "given": (
        "Definition: { A: !Ref Queue, B: '${Mine}' }\nDefinitionSubstitutions: { Mine: !Ref Text }"
    ),
    "name-taken": (
        "Definition: { A: !Ref Queue }\nDefinitionSubstitutions: { definition_substitution_1:"
        " taken }"
    ),
    "numbers": (
        "Definition: { A: 1, B: 1.5, C: true, D: false, E: null, F: -3, G: 1.0, H:"
        " 12345678901234567890 }"
    ),
    "strings": (
        "Definition: { A: 'quote \" back \\ slash', B: \"tab\\tline\\nend\", C: 'naïve ☃ 𝄞', D: '',"
        " E: '</script>', F: \"\\x7f\\x01\" }"
    ),
    "nested": "Definition: { A: { B: { C: { D: [[], {}, [{}], { E: [] }] } } } }",
    "keys": "Definition: { b: 1, a: 2, B: 3, A: 4, '10': 5, '9': 6, _: 7, 'é': 8 }",
    "many": "Definition: { " + ", ".join(f"K{index}: !Ref Text" for index in range(12)) + " }",
    "list-order": (
        "Definition: { L: ["
        + ", ".join(f"{{ V: !Ref Text, I: {index} }}" for index in range(11))
        + "] }"
    ),
    "secret": (
        "Definition: { A: '{{resolve:secretsmanager:s:SecretString:k}}', B:"
        " '{{resolve:ssm-secure:/a:1}}', C: 'x {{resolve:ssm:/a:1}}' }"
    ),
    "intrinsic-like": (
        "Definition: { A: { Ref: B, C: d }, E: { 'Fn::Nothing': x }, F: { Ref: G }, H: {"
        " 'Fn::GetAtt': [a, b], I: j } }"
    ),
    "condition": "Definition: { A: { Condition: x }, B: { Condition: { c: d } } }",
    "transform": (
        "Definition: { 'Fn::Transform': { Name: AWS::Include, Parameters: { Location: s3://b/k"
        " } } }"
    ),
    "empty": "Definition: {}",
}
NEEDS = {
    "Schedule": "Schedule: rate(1 hour)",
    "ScheduleV2": "ScheduleExpression: rate(1 hour)",
    "CloudWatchEvent": "Pattern: { source: [a] }",
    "EventBridgeRule": "Pattern: { source: [a] }",
    "Api": "Path: /start\nMethod: post",
}
DLQ = [
    "{ Type: SQS }",
    "{ Type: SQS, QueueLogicalId: Mine }",
    "{ Arn: !GetAtt Queue.Arn }",
    "{}",
    "{ Type: SNS }",
    "{ Type: SQS, Arn: a }",
    "{ Type: SQS, QueueLogicalId: [a] }",
]
EVENTS = {
    "Schedule": {
        "Name": ["n"],
        "Description": ["d"],
        "Input": ["'{}'", "!Sub '${Text}'"],
        "Enabled": ["true", "false", "text"],
        "State": ["DISABLED", "!Ref Text", "ENABLED\nEnabled: true"],
        "DeadLetterConfig": DLQ,
        "RetryPolicy": ["{ MaximumRetryAttempts: 1 }"],
        "Target": ["{ Id: t }", "{}", "text"],
        "RoleArn": ["r", "!GetAtt Role.Arn", "[a]"],
        "NoSuch": ["a"],
        "Schedule": ["!Ref Text", "[a]"],
    },
    "ScheduleV2": {
        "Name": ["n"],
        "OmitName": ["true"],
        "DeadLetterConfig": DLQ,
        "RoleArn": ["r"],
        "Input": ["'{}'"],
        "PermissionsBoundary": ["b"],
        "FlexibleTimeWindow": ["{ Mode: FLEXIBLE }"],
        "GroupName": ["g"],
        "State": ["DISABLED"],
    },
    "EventBridgeRule": {
        "EventBusName": ["!Ref Bus"],
        "RuleName": ["n"],
        "Input": ["i"],
        "InputPath": ["$.a"],
        "DeadLetterConfig": DLQ,
        "RetryPolicy": ["{ MaximumRetryAttempts: 1 }"],
        "State": ["DISABLED", "!Ref Text"],
        "Target": ["{ Id: t }", "{}"],
        "InputTransformer": ["{ InputTemplate: t }"],
        "Enabled": ["true"],
        "Pattern": ["text"],
        "NoSuch": ["a"],
    },
    "Api": {
        "Method": ["GET", "any"],
        "Path": ["/", "'/{id}'"],
        "Auth": [
            "{ Authorizer: AWS_IAM }",
            "{ ApiKeyRequired: true }",
            "{ ResourcePolicy: { IpRangeWhitelist: [a] } }",
            "{ Authorizer: X }",
            "text",
            "{ Authorizer: NONE }",
        ],
        "UnescapeMappingTemplate": ["true", "false", "text"],
        "RestApiId": ["!Ref Nothing", "!Ref Queue", "[a]", "!ImportValue a"],
        "Stage": ["s"],
        "NoSuch": ["a"],
    },
}
EVENTS["CloudWatchEvent"] = {"RuleName": ["n"], "State": ["ENABLED"]}


def _props(needs: str, property_: str, value: str) -> str:
    lines = [line for line in needs.splitlines() if not line.startswith(property_ + ":")]
    return "\n".join([*lines, f"{property_}: {value}"])


def cases(book) -> None:
    def machine(kind, name, props, base=URI, **rest):
        book.resource(kind, name, TYPE, props, base=base, **rest)

    def event(kind, name, type_, needs, extra="", **rest):
        lines = "\n".join("      " + line for line in needs.splitlines())
        text = f"Events:\n  Event:\n    Type: {type_}\n" + (
            f"    Properties:\n{lines}\n" if needs else ""
        )
        machine(kind, name, f"{extra}\n{text}".strip("\n"), **rest)

    machine("good", "uri", "")
    for name, props in DEFINITIONS.items():
        machine("any", f"definition-{name}", props, base="")
    for table, kind in ((GOOD, ""), (MISTAKES, "mistake-")):
        for property_, values in table.items():
            for index, value in enumerate(values):
                machine(
                    "any",
                    f"{kind}{property_}-{index}",
                    f"{property_}: {value}",
                    base=URI if property_ != "Definition" else "",
                )
    machine("bad", "mistake-nothing", "Name: n", base="")
    book.template("any", "mistake-no-properties", f"Thing: {{ Type: {TYPE} }}")
    for form, value in STRINGS.items():
        machine("any", f"Name-{form}", f"Name: {value}\nType: {value}")
        machine("any", f"Role-{form}", f"Role: {value}")
        machine(
            "any",
            f"definition-value-{form}",
            f"Definition: {{ States: {{ A: {{ Resource: {value} }} }} }}",
            base="",
        )
        machine("any", f"substitution-{form}", f"DefinitionSubstitutions: {{ A: {value} }}")
        machine(
            "any",
            f"uri-{form}",
            f"DefinitionUri: {{ Bucket: {value}, Key: {value}, Version: {value} }}",
            base="",
        )
        machine("any", f"policy-{form}", f"Policies: [{value}]\nPermissionsBoundary: {value}")
        event(
            "any",
            f"Schedule-input-{form}",
            "Schedule",
            f"Schedule: rate(1 day)\nInput: {value}\nName: {value}",
        )
    for type_, needs in NEEDS.items():
        event("good", f"event-{type_}", type_, needs)
        event(
            "good",
            f"event-{type_}-alias",
            type_,
            needs,
            "AutoPublishAlias: live\nUseAliasAsEventTarget: true",
        )
        event(
            "good",
            f"event-{type_}-boundary",
            type_,
            needs,
            "PermissionsBoundary: b\nTags: { A: b }\nPropagateTags: true",
        )
        event(
            "good",
            f"event-{type_}-attributes",
            type_,
            needs,
            attributes=(
                "Condition: IsOn\nDeletionPolicy: Retain\nUpdateReplacePolicy: Retain\nDependsOn:"
                " Queue\nMetadata: { a: b }"
            ),
        )
        event("any", f"event-{type_}-nothing", type_, "")
        event("any", f"event-{type_}-role", type_, needs, "Role: r")
        for property_, values in EVENTS[type_].items():
            for index, value in enumerate(values):
                event(
                    "any",
                    f"event-{type_}-{property_}-{index}",
                    type_,
                    _props(needs, property_, value),
                )
    api = (
        "Front: { Type: AWS::Serverless::Api, Properties: { StageName: prod, Auth: {"
        " DefaultAuthorizer: C, Authorizers: { C: { UserPoolArn: p } } }, Cors: \"'*'\" } }"
    )
    for name, auth in {
        "default": "{}",
        "none": "{ Authorizer: NONE }",
        "iam": "{ Authorizer: AWS_IAM }",
        "named": "{ Authorizer: C, AuthorizationScopes: [s] }",
        "key": "{ ApiKeyRequired: true }",
    }.items():
        event(
            "good",
            f"api-{name}",
            "Api",
            f"RestApiId: !Ref Front\nPath: /start\nMethod: post\nAuth: {auth}",
            more=api,
        )
        event(
            "good",
            f"api-condition-{name}",
            "Api",
            f"RestApiId: !Ref Front\nPath: /start\nMethod: post\nAuth: {auth}",
            more=api,
            attributes="Condition: IsOn",
        )
    event(
        "any",
        "api-with-body",
        "Api",
        "RestApiId: !Ref Front\nPath: /start\nMethod: post",
        more=(
            "Front: { Type: AWS::Serverless::Api, Properties: { StageName: prod, DefinitionBody: {"
            " swagger: '2.0', paths: {} } } }"
        ),
    )
    event(
        "any",
        "api-version-3",
        "Api",
        "RestApiId: !Ref Front\nPath: /start\nMethod: post",
        more=(
            "Front: { Type: AWS::Serverless::Api, Properties: { StageName: prod, OpenApiVersion:"
            " 3.0.1 } }"
        ),
    )
    machine(
        "any",
        "api-twice",
        "Events:\n  A: { Type: Api, Properties: { Path: /a, Method: get } }\n  B: { Type: Api,"
        " Properties: { Path: /a, Method: GET } }",
    )
    machine(
        "good",
        "api-and-function",
        "Events:\n  A: { Type: Api, Properties: { Path: /a, Method: get } }",
        more=(
            "F: { Type: AWS::Serverless::Function, Properties: { Runtime: python3.13, Handler: a.b,"
            " CodeUri: s3://b/k, Events: { E: { Type: Api, Properties: { Path: /b, Method: get } }"
            " } } }"
        ),
    )
    for name, attributes in {
        "condition": "Condition: IsOn",
        "depends": "DependsOn: Queue",
        "deletion": "DeletionPolicy: Delete\nUpdateReplacePolicy: Delete",
        "metadata": "Metadata: { a: b }",
    }.items():
        machine("good", f"attribute-{name}", "AutoPublishAlias: live", attributes=attributes)
    machine(
        "any",
        "refer",
        "AutoPublishAlias: live",
        top=(
            "Outputs:\n  A: { Value: !Ref Thing.Alias }\n  B: { Value: !GetAtt ThingRole.Arn }\n "
            " C: { Value: !Ref ThingAliaslive }\n"
        ),
    )
    machine("good", "globals", "", top="Globals: { StateMachine: { PropagateTags: true } }")
