"""Corners that the other tables don't reach: odd documents, long names, many conditions."""

import textwrap

FUNCTION = """\
{0}:
  Type: AWS::Serverless::Function
{2}  Properties:
    Runtime: python3.13
    Handler: a.b
    CodeUri: s3://code/a.zip
    Events:
      {1}
"""
REST = "AWS::Serverless::Api"
HTTP = "AWS::Serverless::HttpApi"


def _function(name: str, events: str, attributes: str = "") -> str:
    events = events.strip("\n").replace("\n", "\n      ")
    return FUNCTION.format(name, events, attributes)


def cases(book) -> None:
    _conditions(book)
    _documents(book)
    _names(book)
    _intrinsics(book)
    _connectors(book)
    _rest(book)


def _conditions(book) -> None:
    for type_ in ("Api", "HttpApi"):
        for count in (2, 10, 11, 12, 21, 31):
            conditions = "Conditions:\n" + "".join(
                f"  C{index}: !Equals [!Ref AWS::Region, r{index}]\n" for index in range(count)
            )
            functions = "".join(
                _function(
                    f"F{index}",
                    f"E: {{ Type: {type_}, Properties: {{ Path: /p{index}, Method: get }} }}",
                    f"  Condition: C{index}\n",
                )
                for index in range(count)
            )
            book.template("good", f"conditions-{type_}-{count}", functions, conditions)
        for policy in ("Delete", "Snapshot", "Retain"):
            functions = "".join(
                _function(
                    f"F{index}",
                    f"E: {{ Type: {type_}, Properties: {{ Path: /p{index}, Method: get }} }}",
                    f"  DeletionPolicy: {policy}\n  UpdateReplacePolicy: {policy}\n",
                )
                for index in range(2)
            )
            book.template("good", f"policies-{type_}-{policy}", functions)
    api = (
        "{0}:\n  Type: AWS::Serverless::Api\n{1}  Properties: {{ StageName: prod, DefinitionBody:"
        " {{ swagger: '2.0', paths: {{}} }}, Auth: {{ UsagePlan: {{ CreateUsagePlan: SHARED }} }}"
        " }}\n"
    )
    for name, policies in {
        "delete-retain": ("Delete", "Retain"),
        "retain-delete": ("Retain", "Delete"),
        "delete-snapshot": ("Delete", "Snapshot"),
        "snapshot-delete": ("Snapshot", "Delete"),
        "snapshot-retain": ("Snapshot", "Retain"),
    }.items():
        book.template(
            "good",
            f"usage-plan-policies-{name}",
            "".join(
                api.format(id_, f"  DeletionPolicy: {policy}\n  UpdateReplacePolicy: {policy}\n")
                for id_, policy in zip("AB", policies)
            ),
        )
    book.template(
        "any",
        "usage-plan-three-conditions",
        "".join(
            api.format(id_, f"  Condition: {condition}\n")
            for id_, condition in zip("ABCD", ("IsOn", "IsOff", "IsOn", "Third"))
        ),
        "Conditions: { IsOn: !Equals [a, b], IsOff: !Equals [c, d], Third: !Equals [e, f] }",
    )
    book.template(
        "any",
        "usage-plan-last-unconditional",
        api.format("A", "  Condition: IsOn\n")
        + api.format("B", "  Condition: IsOff\n")
        + api.format("C", ""),
    )
    book.add(
        "any",
        "usage-plan-no-conditions",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n"
        + textwrap.indent(api.format("A", "  Condition: IsOn\n"), "  "),
    )
    preference = (
        "{0}:\n  Type: AWS::Serverless::Function\n  Condition: C{1}\n  Properties: {{ Runtime:"
        " python3.13, Handler: a.b, CodeUri: s3://b/k, AutoPublishAlias: live,"
        " DeploymentPreference: {{ Type: AllAtOnce, PassthroughCondition: true }} }}\n"
    )
    book.template(
        "good",
        "preferences-three-conditions",
        "".join(preference.format(f"F{index}", index) for index in range(3)),
        "Conditions: { C0: !Equals [a, b], C1: !Equals [c, d], C2: !Equals [e, f] }",
    )
    for name, value in {
        "one": "{ 'Fn::If': [IsOn] }",
        "text": "{ 'Fn::If': text }",
        "four": "{ 'Fn::If': [IsOn, {}, {}, {}] }",
    }.items():
        for kind, head in (
            (REST, "StageName: prod\nDefinitionBody: { swagger: '2.0', paths: "),
            (HTTP, "DefinitionBody: { openapi: 3.0.1, paths: "),
        ):
            for what, extra in {
                "cors": "Cors: \"'*'\"" if kind == REST else "CorsConfiguration: true",
                "iam": (
                    "Auth: { DefaultAuthorizer: AWS_IAM }"
                    if kind == REST
                    else "Auth: { EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM }"
                ),
            }.items():
                book.resource(
                    "any",
                    f"if-{name}-path-{kind[17:]}-{what}",
                    kind,
                    f"{head}{{ /a: {value} }} }}\n{extra}",
                )
                book.resource(
                    "any",
                    f"if-{name}-method-{kind[17:]}-{what}",
                    kind,
                    f"{head}{{ /a: {{ get: {value} }} }} }}\n{extra}",
                )


def _documents(book) -> None:
    for name, body in {
        "no-paths": "{ swagger: '2.0' }",
        "other": "{ a: b }",
        "old": "{ swagger: '', paths: {} }",
        "openapi-4": "{ openapi: 4.0.0, paths: {} }",
        "openapi-list": "{ openapi: [a], paths: {} }",
    }.items():
        for what, extra in {
            "cors": "Cors: \"'*'\"",
            "auth": "Auth: { DefaultAuthorizer: AWS_IAM }",
            "responses": "GatewayResponses: { DEFAULT_4XX: {} }",
            "models": "Models: { M: { type: object } }",
            "disabled": "DisableExecuteApiEndpoint: true",
            "binary": "BinaryMediaTypes: [a]",
            "plain": "",
        }.items():
            book.resource(
                "any",
                f"rest-body-{name}-{what}",
                REST,
                f"StageName: prod\nDefinitionBody: {body}\n{extra}",
            )
        for what, extra in {
            "cors": "CorsConfiguration: true",
            "auth": "Auth: { EnableIamAuthorizer: true }",
            "tags": "Tags: { A: b }",
            "name": "Name: n",
            "description": "Description: d",
            "disabled": "DisableExecuteApiEndpoint: true",
            "plain": "",
            "warnings": "FailOnWarnings: true",
        }.items():
            book.resource(
                "any", f"http-body-{name}-{what}", HTTP, f"DefinitionBody: {body}\n{extra}"
            )
    book.resource("any", "http-uri-empty", HTTP, "DefinitionUri: ''")
    event = "E: {{ Type: HttpApi, Properties: {{ ApiId: !Ref Thing, Path: {0}, Method: {1}{2} }} }}"
    for name, paths in {
        "integration-text": (
            "{ $default: { x-amazon-apigateway-any-method: { x-amazon-apigateway-integration: text"
            " } } }"
        ),
        "integration-uri-text": (
            "{ $default: { x-amazon-apigateway-any-method: { x-amazon-apigateway-integration: {"
            " uri: text } } } }"
        ),
        "integration-uri-if": (
            "{ $default: { x-amazon-apigateway-any-method: { x-amazon-apigateway-integration: {"
            " uri: !If [IsOn, { 'Fn::Sub': '${F.Arn}' }, { 'Fn::Sub': '${G.Arn}' }] } } } }"
        ),
        "integration-uri-own": (
            "{ $default: { x-amazon-apigateway-any-method: { x-amazon-apigateway-integration: {"
            " uri: { 'Fn::Sub': '${F.Arn}' } } } } }"
        ),
        "parameters": (
            "{ '/{id}': { get: { parameters: [{ name: id, in: query }, { name: other }] } } }"
        ),
        "parameters-text": "{ '/{id}': { get: { parameters: text } } }",
        "security-text": "{ '/{id}': { get: { security: text } } }",
        "method-null": "{ '/{id}': { get: } }",
        "method-if": "{ '/{id}': { get: !If [IsOn, { summary: a }, { summary: b }] } }",
        "path-if": "{ '/{id}': !If [IsOn, { get: { summary: a } }, { post: { summary: b } }] }",
        "any": "{ '/{id}': { ANY: { x-amazon-apigateway-integration: { type: mock } } } }",
    }.items():
        for what, (path, method, more) in {
            "path": ("'/{id}'", "get", ""),
            "auth": ("'/{id}'", "get", ", Auth: { Authorizer: AWS_IAM }"),
            "default": ("$default", "any", ""),
            "format": ("'/{id}'", "get", ", PayloadFormatVersion: '1.0', TimeoutInMillis: 5"),
        }.items():
            book.resource(
                "any",
                f"http-event-{name}-{what}",
                HTTP,
                "Auth: { EnableIamAuthorizer: true }\nDefinitionBody: { openapi: 3.0.1, paths:"
                f" {paths} }}",
                more=_function("F", event.format(path, method, more)),
            )
    event = "E: {{ Type: Api, Properties: {{ RestApiId: !Ref Thing, Path: /a, Method: get{0} }} }}"
    for name, (props, more) in {
        "uri-merge": ("DefinitionUri: s3://b/k\nMergeDefinitions: true", ""),
        "uri": ("DefinitionUri: s3://b/k", ""),
        "uri-version": ("DefinitionUri: s3://b/k?versionId=v", ""),
        "uri-map-version": ("DefinitionUri: { Bucket: b, Key: k, Version: v }", ""),
        "override-security-text": (
            (
                "DefinitionBody: { swagger: '2.0', paths: { /a: { get: { security: text,"
                " x-amazon-apigateway-integration: { type: mock } } } } }"
            ),
            ", Auth: { OverrideApiAuth: true, Authorizer: AWS_IAM }",
        ),
        "override-key-security-text": (
            (
                "DefinitionBody: { swagger: '2.0', paths: { /a: { get: { security: text,"
                " x-amazon-apigateway-integration: { type: mock } } } } }"
            ),
            ", Auth: { OverrideApiAuth: true, ApiKeyRequired: true }",
        ),
        "override-policy": (
            (
                "DefinitionBody: { swagger: '2.0', paths: { /a: { get: {} } },"
                " x-amazon-apigateway-policy: { Version: '2012-10-17', Statement: { Effect: Allow"
                " } } }"
            ),
            ", Auth: { OverrideApiAuth: true, ResourcePolicy: { IpRangeWhitelist: [a] } }",
        ),
        "policy-there": (
            (
                "DefinitionBody: { swagger: '2.0', paths: { /a: { get: {} } },"
                " x-amazon-apigateway-policy: { Version: v, Statement: [{ Effect: Deny }] }"
                " }\nAuth: { ResourcePolicy: { AwsAccountWhitelist: ['1'], CustomStatements: {"
                " Effect: Allow } } }"
            ),
            "",
        ),
        "version-options": (
            (
                "OpenApiVersion: 3.0.1\nDefinitionBody: { openapi: 3.0.1, paths: { /a: { options: {"
                " responses: { '200': { description: d } } } } } }"
            ),
            "",
        ),
        "models-there": (
            (
                "Models: { A: { type: object } }\nDefinitionBody: { swagger: '2.0', paths: {},"
                " definitions: { b: {} } }"
            ),
            "",
        ),
        "responses-there": (
            (
                "GatewayResponses: { DEFAULT_4XX: { StatusCode: 400 } }\nDefinitionBody: { swagger:"
                " '2.0', paths: {}, x-amazon-apigateway-gateway-responses: { DEFAULT_5XX: {} } }"
            ),
            "",
        ),
        "response-parameters": (
            "GatewayResponses: { X: { ResponseParameters: { Nothing: {} } } }",
            "",
        ),
        "response-status": ("GatewayResponses: { X: { StatusCode: abc } }", ""),
        "response-status-long": ("GatewayResponses: { X: { StatusCode: 12345 } }", ""),
        "binary-number": ("BinaryMediaTypes: [7, true, { a: 1 }]", ""),
        "big-numbers": (
            (
                "Models: { A: { type: object, maximum: 9223372036854775808, minimum:"
                " -9223372036854775809, x: 9223372036854775807, y: 1.5, z: true } }"
            ),
            "",
        ),
        "unicode": ("Models: { A: { type: object, description: 'naïve ☃ 𝄞' } }", ""),
        "null-values": ("Models: { A: { type: object, x: , y: [] } }", ""),
        "body-null": ("DefinitionBody:", ""),
        "auth-null": ("Auth:", ""),
    }.items():
        book.resource(
            "any",
            f"rest-event-{name}",
            REST,
            f"StageName: prod\n{props}",
            more=_function("F", event.format(more)),
        )
    book.template(
        "any",
        "http-two-in-one-zone",
        "".join(
            f"{id_}: {{ Type: {HTTP}, Properties: {{ DefinitionUri: s3://b/k, Domain: {{"
            f" DomainName: {id_}, CertificateArn: c, Route53: {{ HostedZoneName: z }} }} }} }}\n"
            for id_ in "AB"
        ),
    )
    book.template(
        "any",
        "rest-and-http-in-one-zone",
        f"A: {{ Type: {HTTP}, Properties: {{ DefinitionUri: s3://b/k, Domain: {{ DomainName: a,"
        f" CertificateArn: c, Route53: {{ HostedZoneId: z }} }} }} }}\nB: {{ Type: {REST},"
        " Properties: { StageName: p, DefinitionUri: s3://b/k, Domain: { DomainName: b,"
        " CertificateArn: c, Route53: { HostedZoneId: z } } } }\n",
    )
    book.template(
        "good",
        "machine-api-uri",
        f"Front: {{ Type: {REST}, Properties: {{ StageName: p, DefinitionUri: s3://b/k }} }}\nM: {{"
        " Type: AWS::Serverless::StateMachine, Properties: { DefinitionUri: s3://b/k, Events: {"
        " E: { Type: Api, Properties: { RestApiId: !Ref Front, Path: /a, Method: get } } } }"
        " }\n",
    )
    book.template(
        "good",
        "http-default-route-settings",
        _function(
            "F",
            "A: { Type: HttpApi, Properties: { RouteSettings: { ThrottlingBurstLimit: 3 } } }\nB: {"
            " Type: HttpApi, Properties: { Path: /b, Method: ANY, RouteSettings: {"
            " ThrottlingBurstLimit: 4 } } }",
        ),
    )
    book.template(
        "any",
        "own-implicit-id",
        "ServerlessRestApi: { Type: AWS::Serverless::Api, Properties: { StageName: x,"
        " DefinitionUri: s3://b/k } }\nServerlessHttpApi: { Type: AWS::Serverless::HttpApi,"
        " Properties: { DefinitionUri: s3://b/k } }\n",
    )


def _names(book) -> None:
    long = "AFunctionWhoseNameIsSoLongThatTheNameOfItsRuleTargetMustBeCut"
    for size in (30, 40, 45, 50, 52, 53, 60):
        book.template(
            "good",
            f"target-id-{size}",
            _function(
                long[:size],
                "Tick: { Type: Schedule, Properties: { Schedule: rate(1 day) } }\nRule: { Type:"
                " EventBridgeRule, Properties: { Pattern: { a: [b] } } }",
            )
            + f"M{long[:size]}: {{ Type: AWS::Serverless::StateMachine, Properties: {{"
            " DefinitionUri: s3://b/k, Events: { Tick: { Type: Schedule, Properties: {"
            " Schedule: rate(1 day) } } } } }\n",
        )
    for name, function in {
        "text": "service",
        "ref": "!Ref Text",
        "sub": "!Sub '${AWS::StackName}-f'",
        "number": "'7'",
    }.items():
        api = f"Front: {{ Type: {REST}, Properties: {{ StageName: prod }} }}\n"
        for id_, rest in {"ref": "!Ref Front", "text": "Front"}.items():
            book.template(
                "any",
                f"function-name-{name}-{id_}",
                api
                + _function(
                    "F",
                    f"E: {{ Type: Api, Properties: {{ RestApiId: {rest}, Path: /a, Method: get"
                    " } }",
                ).replace("    Handler", f"    FunctionName: {function}\n    Handler")
                + _function(
                    "G",
                    f"E: {{ Type: Api, Properties: {{ RestApiId: {rest}, Path: /b, Method: get"
                    " } }",
                ).replace("    Handler", f"    FunctionName: {function}\n    Handler"),
            )
    for id_ in ("ApiDeployment", "AVeryLongNameOfAnApi", "Api1234567890"):
        book.template(
            "good",
            f"api-named-{id_}",
            f"{id_}: {{ Type: {REST}, Properties: {{ StageName: prod, AlwaysDeploy: true }} }}\n"
            + _function(
                "F",
                f"E: {{ Type: Api, Properties: {{ RestApiId: !Ref {id_}, Path: /a, Method: get"
                " } }",
            ).replace("    Handler", "    FunctionName: n\n    Handler"),
        )
    book.template(
        "any",
        "api-id-getatt",
        f"Front: {{ Type: {REST}, Properties: {{ StageName: prod }} }}\n"
        + _function(
            "F",
            "E: { Type: Api, Properties: { RestApiId: !GetAtt Front.Id, Path: /a, Method: get } }",
        ).replace("    Handler", "    FunctionName: n\n    Handler"),
    )
    for count in (3, 9, 17, 40):
        events = "".join(
            f"E{index}: {{ Type: Api, Properties: {{ Path: /path{index * 7919 % 1009}, Method:"
            f" {('get', 'put', 'post', 'delete')[index % 4]} }} }}\n"
            for index in range(count)
        )
        book.template("good", f"many-events-{count}", _function("F", events))
        book.template(
            "good",
            f"many-http-events-{count}",
            _function("F", events.replace("Type: Api", "Type: HttpApi")),
        )
        book.resource(
            "good",
            f"many-tags-{count}",
            "AWS::Serverless::Function",
            "Runtime: python3.13\nHandler: a.b\nCodeUri: s3://b/k\nTags: { "
            + ", ".join(f"t{index * 7919 % 1009}: v" for index in range(count))
            + " }",
        )
        book.resource(
            "good",
            f"many-authorizers-{count}",
            REST,
            "StageName: prod\nAuth: { DefaultAuthorizer: a0, Authorizers: { "
            + ", ".join(
                f"a{index * 7919 % 1009}: {{ FunctionArn: f{index} }}" for index in range(count)
            )
            + " } }\nTags: { "
            + ", ".join(f"t{index * 7919 % 1009}: v" for index in range(count))
            + " }",
            more=_function(
                "F",
                "E: { Type: Api, Properties: { RestApiId: !Ref Thing, Path: /a, Method: get } }",
            ),
        )
    book.resource(
        "good",
        "params-with-api",
        REST,
        "StageName: !Ref Text\nAuth: { Authorizers: { C: { UserPoolArn: !Ref Unset } } }\nDomain: {"
        " DomainName: !Ref Unset, CertificateArn: !Ref Text }",
        more=_function(
            "F", "E: { Type: Api, Properties: { RestApiId: !Ref Thing, Path: /a, Method: get } }"
        ),
        head="# params: Text=given Unset=there.example.com",
    )


def _intrinsics(book) -> None:
    for name, value in {
        "two": "[Map, one]",
        "text": "text",
        "map-ref": "[!Ref Text, one, text]",
        "map-map": "[{ a: b }, one, text]",
        "no-map": "[Missing, one, text]",
        "no-key": "[Map, two, text]",
        "no-second": "[Map, one, nothing]",
        "key-ref": "[Map, !Ref Which, text]",
        "flat": "[Flat, one, text]",
        "flat-second": "[Half, one, text]",
        "key-region": "[Map, !Ref 'AWS::Region', text]",
        "four": "[Map, one, text, { DefaultValue: d }]",
        "nested": "[Map, !FindInMap [Map, one, text], text]",
    }.items():
        top = (
            "Mappings: { Map: { one: { text: AllAtOnce, flag: 'true' }, us-east-1: { text: Mine }"
            " }, Flat: text, Half: { one: text } }\nParameters: { Which: { Type: String, Default:"
            " one } }"
        )
        book.function(
            "any",
            f"find-{name}-type",
            f"AutoPublishAlias: live\nDeploymentPreference: {{ Type: {{ 'Fn::FindInMap': {value}"
            " } }",
            top=top,
        )
        book.function(
            "any", f"find-{name}-value", f"Description: {{ 'Fn::FindInMap': {value} }}", top=top
        )
        book.resource(
            "any",
            f"find-{name}-application",
            "AWS::Serverless::Application",
            f"Location: {{ ApplicationId: {{ 'Fn::FindInMap': {value} }}, SemanticVersion:"
            " 1.0.0 }",
            top=top,
        )
    for name, value in {
        "list-number": "[7, {}]",
        "list-empty": "[]",
        "list-one": "['${Text}']",
        "list-map-text": "['${Text}', text]",
        "number": "7",
        "map": "{ a: b }",
        "list-ref": "[!Ref Text, {}]",
        "null": "",
        "odd": "'${} ${!x} ${a b} $${Text} ${Text'",
        "nested": "['${a}', { a: !Sub '${Text}' }]",
        "shadow": "['${Text}', { Text: own }]",
        "shadow-resource": "['${Thing.Alias}', { Thing.Alias: own }]",
    }.items():
        book.function(
            "any", f"sub-{name}", f"AutoPublishAlias: live\nDescription: {{ 'Fn::Sub': {value} }}"
        )
        book.function(
            "any",
            f"sub-hashed-{name}",
            f"AutoPublishAlias: live\nCodeUri: {{ Bucket: b, Key: {{ 'Fn::Sub': {value} }} }}",
        )
        book.template(
            "any",
            f"sub-output-{name}",
            "F: { Type: AWS::Serverless::Function, Properties: { Runtime: python3.13, Handler: a.b,"
            " CodeUri: s3://b/k, AutoPublishAlias: live } }",
            f"Outputs: {{ A: {{ Value: {{ 'Fn::Sub': {value} }} }} }}",
        )
    for name, default in {
        "empty": "''",
        "number": "7",
        "list": "[a]",
        "map": "{ a: b }",
        "null": "",
        "true": "true",
    }.items():
        top = f"Parameters: {{ Mine: {{ Type: String, Default: {default} }} }}"
        book.function("any", f"default-{name}-alias", "AutoPublishAlias: !Ref Mine", top=top)
        book.function("any", f"default-{name}-tracing", "Tracing: !Ref Mine", top=top)
        book.function(
            "any",
            f"default-{name}-sha",
            "AutoPublishAlias: live\nAutoPublishCodeSha256: !Ref Mine",
            top=top,
        )
        book.resource(
            "any",
            f"default-{name}-retention",
            "AWS::Serverless::LayerVersion",
            "ContentUri: s3://b/k\nRetentionPolicy: !Ref Mine\nDescription: !Ref Mine",
            top=top,
        )
        book.resource(
            "any",
            f"default-{name}-domain",
            REST,
            "StageName: p\nDefinitionUri: s3://b/k\nDomain: !Ref Mine\nAuth: !Ref Mine",
            top=top,
        )
    for name, props in {
        "url-if": "FunctionUrlConfig: !If [IsOn, { AuthType: NONE }, !Ref AWS::NoValue]",
        "url-ref": "FunctionUrlConfig: !Ref Text",
        "destination-if-first": (
            "EventInvokeConfig: !If [IsOn, { MaximumRetryAttempts: 1 }, !Ref AWS::NoValue]"
        ),
        "uri-brackets": "CodeUri: s3://[TOKEN.25]/key",
        "uri-dynamic": "CodeUri: '{{resolve:ssm:/a/b:1}}'",
        "uri-dynamic-short": "CodeUri: '{{resolve:ssm:name:1}}'",
        "uri-in-dynamic": "CodeUri: 's3://b/{{resolve:ssm:/a/b:1}}'",
        "policies-if": "Policies: !If [IsOn, [AWSLambdaExecute], !Ref AWS::NoValue]",
        "events-if": "Events: !If [IsOn, {}, {}]",
        "deadletter-if": (
            "DeadLetterQueue: !If [IsOn, { Type: SQS, TargetArn: a }, !Ref AWS::NoValue]"
        ),
        "snapstart-ref": (
            "AutoPublishAlias: live\nSnapStart: !If [IsOn, { ApplyOn: PublishedVersions }, !Ref"
            " AWS::NoValue]"
        ),
        "tags-if-alias": "Tags: !If [IsOn, { A: b }, !Ref AWS::NoValue]\nAutoPublishAlias: live",
        "deletion-list": "AutoPublishAlias: live\nVersionDeletionPolicy: [Delete]",
        "deletion-other": "AutoPublishAlias: live\nVersionDeletionPolicy: Snapshot",
        "deletion-ref": "AutoPublishAlias: live\nVersionDeletionPolicy: !Ref Text",
        "version-uri": "AutoPublishAlias: live\nCodeUri: s3://b/k?versionId=9",
        "environment-if": (
            "AutoPublishAlias: live\nEnvironment: !If [IsOn, { Variables: { A: b } }, !Ref"
            " AWS::NoValue]"
        ),
        "preference-if": (
            "AutoPublishAlias: live\nDeploymentPreference: !If [IsOn, { Type: AllAtOnce }, { Type:"
            " Linear }]"
        ),
        "capacity-if": "CapacityProviderConfig: !If [IsOn, { Arn: a }, !Ref AWS::NoValue]",
    }.items():
        book.function("any", props.split(":")[0] + "-" + name, props)
    book.resource(
        "any", "image-empty", "AWS::Serverless::Function", "PackageType: Image\nImageUri: ''"
    )
    for value in ("true", "10", "1.5", "'é'", "[a]", "{ a: b }", "''"):
        name = "".join(c for c in value if c.isalnum()) or "empty"
        book.function(
            "any",
            f"hash-{name}",
            f"AutoPublishAlias: live\nEnvironment: {{ Variables: {{ A: {value} }} }}\nMemorySize:"
            f" {value}",
        )
        book.resource(
            "any",
            f"layer-hash-{name}",
            "AWS::Serverless::LayerVersion",
            f"ContentUri: {{ Bucket: b, Key: k, Version: {value} }}\nCompatibleRuntimes: [{value}]",
        )


def _connectors(book) -> None:
    for name, (source, destination) in {
        "lambda-no-arn": ("{ Id: T }", "{ Type: AWS::Lambda::Function }"),
        "queue-no-url": ("{ Id: T }", "{ Type: AWS::SQS::Queue, Arn: a }"),
        "topic-no-arn": ("{ Type: AWS::Events::Rule, Arn: r }", "{ Type: AWS::SNS::Topic }"),
        "no-type": ("{ Id: Bare }", "{ Id: T }"),
        "type-list": ("{ Id: T }", "{ Id: Odd }"),
        "role-getatt-text": ("{ Id: G }", "{ Id: T }"),
        "role-getatt-deep": ("{ Id: H }", "{ Id: T }"),
        "role-sub": ("{ Id: I }", "{ Id: T }"),
        "own-arn-empty": ("{ Id: T }", "{ Type: AWS::Lambda::Function, Arn: '' }"),
    }.items():
        book.template(
            "any",
            f"connector-{name}",
            f"Link: {{ Type: AWS::Serverless::Connector, Properties: {{ Source: {source},"
            f" Destination: {destination}, Permissions: [Write] }} }}\nT: {{ Type: AWS::SNS::Topic"
            " }\nBare: { Properties: {} }\nOdd: { Type: [a] }\nG: { Type:"
            " AWS::Lambda::Function, Properties: { Role: { 'Fn::GetAtt': R.Arn } } }\nH: {"
            " Type: AWS::Lambda::Function, Properties: { Role: { 'Fn::GetAtt': [R, A, B] } }"
            " }\nI: { Type: AWS::Lambda::Function, Properties: { Role: !Sub '${R.Arn}' }"
            " }\nR: { Type: AWS::IAM::Role }\n",
        )


def _rest(book) -> None:
    for name, text in {
        "topic-text": "Topic: arn:aws:sns:x\nSqsSubscription: true",
        "topic-import": "Topic: !ImportValue t\nSqsSubscription: true",
        "topic-getatt": "Topic: !GetAtt Topic.TopicArn\nSqsSubscription: true",
        "subscription-empty": "Topic: !Ref Topic\nSqsSubscription: {}",
    }.items():
        book.event("any", f"sns-{name}", "SNS", text)
    book.template(
        "any",
        "events-share-queue",
        _function(
            "F",
            "A: { Type: EventBridgeRule, Properties: { Pattern: { a: [b] }, DeadLetterConfig: {"
            " Type: SQS, QueueLogicalId: Shared } } }\nB: { Type: Schedule, Properties: { Schedule:"
            " rate(1 day), DeadLetterConfig: { Type: SQS, QueueLogicalId: Shared } } }",
        ),
    )
    book.template(
        "any",
        "event-makes-taken-id",
        _function(
            "F",
            "A: { Type: EventBridgeRule, Properties: { Pattern: { a: [b] }, DeadLetterConfig: {"
            " Type: SQS, QueueLogicalId: Taken } } }",
        )
        + "Taken: { Type: AWS::SNS::Topic }\n",
    )
    book.template(
        "any",
        "event-makes-taken-id-same-type",
        _function(
            "F",
            "A: { Type: EventBridgeRule, Properties: { Pattern: { a: [b] }, DeadLetterConfig: {"
            " Type: SQS, QueueLogicalId: Taken } } }",
        )
        + "Taken: { Type: AWS::SQS::Queue }\n",
    )
    book.template(
        "any",
        "event-ids-collide",
        _function(
            "F",
            "Role: { Type: Schedule, Properties: { Schedule: rate(1 day) } }\nAB: { Type: SQS,"
            " Properties: { Queue: q } }",
        )
        + _function("FA", "B: { Type: SQS, Properties: { Queue: r } }"),
    )
