"""AWS::Serverless::WebSocketApi: routes, authorization, stages, domains."""

from book import STRINGS

TYPE = "AWS::Serverless::WebSocketApi"
BASE = """\
RouteSelectionExpression: $request.body.action
Routes: { $connect: { FunctionArn: !GetAtt Other.Arn }, send: { FunctionArn: !GetAtt Other.Arn } }"""
DOMAIN = "{{ DomainName: ws.example.com, CertificateArn: c{} }}"
GOOD = {
    "Name": ["n", "!Ref Text"],
    "StageName": ["live", "!Ref Text", "$default", "a-b", "!If [IsOn, a, b]", "!Sub '${Text}'"],
    "StageVariables": ["{ A: b }"],
    "Tags": ["{ A: b }", "{}", "!Ref Text"],
    "PropagateTags": [
        "true\nTags: { A: b }\nDomain: { DomainName: d, CertificateArn: c }",
        "false",
    ],
    "ApiKeySelectionExpression": ["$request.header.x-api-key"],
    "AccessLogSettings": ["{ DestinationArn: !GetAtt LogGroup.Arn, Format: f }"],
    "DefaultRouteSettings": ["{ ThrottlingBurstLimit: 5 }"],
    "RouteSettings": [
        "{ send: { ThrottlingBurstLimit: 5 } }",
        "{ $connect: { LoggingLevel: INFO } }",
    ],
    "Description": ["d", "!Sub '${Text}'"],
    "DisableExecuteApiEndpoint": ["true", "!Ref Flag"],
    "DisableSchemaValidation": ["true", "!Ref Flag"],
    "FailOnWarnings": ["true"],
    "IpAddressType": ["ipv4", "dualstack", "!Ref Text", "!If [IsOn, ipv4, dualstack]"],
    "RouteSelectionExpression": ["!Ref Text"],
    "Routes": [
        "{ $default: { FunctionArn: !GetAtt Other.Arn } }",
        (
            "{ $disconnect: { FunctionArn: f }, a1B2: { FunctionArn: !Sub '${Other.Arn}:live',"
            " IntegrationTimeout: 100, OperationName: o, ApiKeyRequired: true,"
            " ModelSelectionExpression: m, RequestModels: { a: b },"
            " RouteResponseSelectionExpression: $default } }"
        ),
        (
            "{ $connect: { FunctionArn: f, RequestParameters: { route.request.querystring.a: {"
            " Required: true } } } }"
        ),
        "{ z: { FunctionArn: !Ref Text }, a: { FunctionArn: !ImportValue f } }",
        "{ send: { FunctionArn: !If [IsOn, a, b], Nothing: x } }",
    ],
    "Auth": [
        "{ AuthType: AWS_IAM }",
        "{ AuthType: NONE }",
        "{ AuthType: CUSTOM, AuthArn: !GetAtt Other.Arn }",
        (
            "{ AuthType: CUSTOM, AuthArn: a, IdentitySource: [route.request.header.A], Name: n,"
            " InvokeRole: !GetAtt Role.Arn }"
        ),
        "{ AuthType: CUSTOM, AuthArn: !Ref Text, IdentitySource: [a, b] }",
        "{ AuthType: CUSTOM, AuthArn: a, InvokeRole: '' }",
        "{ AuthType: custom, AuthArn: a }",
        "{ AuthType: !Ref Text, AuthArn: a }",
    ],
    "Domain": (
        [
            DOMAIN.format(rest)
            for rest in (
                "",
                ", BasePath: [a, b/c]",
                (
                    ", EndpointConfiguration: REGIONAL, SecurityPolicy: TLS_1_2,"
                    " OwnershipVerificationCertificateArn: o"
                ),
                ", Route53: { HostedZoneId: Z }",
                (
                    ", Route53: { HostedZoneName: n., IpV6: true, EvaluateTargetHealth: true,"
                    " SetIdentifier: s, Region: r }"
                ),
                ", MutualTlsAuthentication: {}",
                ", BasePath: one",
            )
        ]
        + ["{ DomainName: !Ref Text, CertificateArn: !Ref Unset }"]
    ),
}
MISTAKES = {
    "Name": ["[a]"],
    "StageName": ["[a]", "7"],
    "StageVariables": ["text"],
    "Tags": ["text", "[a]"],
    "PropagateTags": ["text"],
    "AccessLogSettings": ["text"],
    "DefaultRouteSettings": ["text"],
    "RouteSettings": ["text"],
    "Description": ["[a]"],
    "DisableExecuteApiEndpoint": ["text"],
    "IpAddressType": ["ipv6", "[a]"],
    "RouteSelectionExpression": ["", "[a]"],
    "NoSuchProperty": ["a"],
    "Routes": [
        "",
        "{}",
        "text",
        "[a]",
        "{ 'a-b': { FunctionArn: f } }",
        "{ $other: { FunctionArn: f } }",
        "{ a: {} }",
        "{ a: text }",
        "{ a: { FunctionArn: f, RequestParameters: { a: b } } }",
        "{ a: }",
        "{ send: { FunctionArn: f }, Send: { FunctionArn: f } }",
    ],
    "Auth": [
        "text",
        "{}",
        "{ AuthArn: a }",
        "{ AuthType: OTHER }",
        "{ AuthType: CUSTOM }",
        "{ AuthType: AWS_IAM, AuthArn: a }",
        "{ AuthType: NONE, Name: n }",
        "{ AuthType: [NONE] }",
        "{ AuthType: CUSTOM, AuthArn: a }\nRoutes: { send: { FunctionArn: f } }",
        "{ AuthType: AWS_IAM }\nRoutes: { $default: { FunctionArn: f } }",
    ],
    "Domain": (
        ["text", "{}", "{ DomainName: d }", "{ CertificateArn: c }"]
        + [
            DOMAIN.format(rest)
            for rest in (
                ", EndpointConfiguration: EDGE",
                ", BasePath: ['a b']",
                ", BasePath: [7]",
                ", MutualTlsAuthentication: { TruststoreUri: t }",
                ", Route53: {}",
                ", Route53: text",
            )
        ]
    ),
}


def cases(book) -> None:
    def api(kind, name, props, **rest):
        book.resource(
            kind,
            name,
            TYPE,
            props,
            base=BASE if "Routes" not in props or "RouteSelectionExpression" in props else BASE,
            **rest,
        )

    api("good", "plain", "")
    for table, kind in ((GOOD, ""), (MISTAKES, "mistake-")):
        for property_, values in table.items():
            for index, value in enumerate(values):
                api("any", f"{kind}{property_}-{index}", f"{property_}: {value}")
    for form, value in STRINGS.items():
        for property_ in ("Name", "StageName", "Description", "RouteSelectionExpression"):
            api("any", f"{property_}-{form}", f"{property_}: {value}")
        api(
            "any",
            f"Routes-function-{form}",
            f"Routes: {{ $connect: {{ FunctionArn: {value} }} }}\nAuth: {{ AuthType: CUSTOM,"
            f" AuthArn: {value} }}",
        )
        api(
            "any",
            f"Domain-{form}",
            f"Domain: {{ DomainName: {value}, CertificateArn: {value}, Route53: {{ HostedZoneId:"
            f" {value} }} }}",
        )
    full = (
        "Domain: { DomainName: d, CertificateArn: c, Route53: { HostedZoneId: Z } }\nAuth: {"
        " AuthType: CUSTOM, AuthArn: !GetAtt Other.Arn }\nRouteSettings: { send: {"
        " ThrottlingBurstLimit: 5 } }"
    )
    for name, attributes in {
        "condition": "Condition: IsOn",
        "depends": "DependsOn: Queue",
        "deletion": "DeletionPolicy: Retain\nUpdateReplacePolicy: Retain",
        "metadata": "Metadata: { a: b }",
    }.items():
        api("good", f"attribute-{name}", full, attributes=attributes)
    api(
        "good",
        "globals",
        "Name: n",
        top=(
            "Globals: { WebSocketApi: { Tags: { A: b }, PropagateTags: true,"
            " DisableSchemaValidation: true, RouteSettings: { send: { LoggingLevel: INFO } },"
            " StageVariables: { A: b }, IpAddressType: ipv4 } }"
        ),
    )
    api(
        "any",
        "refer",
        full,
        top=(
            "Outputs:\n  A: { Value: !Ref Thing.Stage }\n  B: { Value: !Ref Thing.DomainName }\n "
            " C: { Value: !GetAtt Thing.ApiEndpoint }\n  D: { Value: !Sub '${Thing.Stage}' }\n"
        ),
    )
    book.template("any", "mistake-no-properties", "Thing: { Type: AWS::Serverless::WebSocketApi }")
    two = (
        "{0}:\n  Type: AWS::Serverless::WebSocketApi\n  Properties:\n    RouteSelectionExpression:"
        " r\n    Routes: {{ a: {{ FunctionArn: f }} }}\n    Domain: {{ DomainName: {0},"
        " CertificateArn: c, Route53: {{ HostedZoneId: Z }} }}\n"
    )
    book.template("any", "two-in-one-zone", two.format("One") + two.format("Two"))
