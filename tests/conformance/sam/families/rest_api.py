"""AWS::Serverless::Api: each property, over a definition in S3, in the template (Swagger 2 and
OpenAPI 3), and made from the events of functions."""

from book import STRINGS

TYPE = "AWS::Serverless::Api"
PATHS = """\
  paths:
    /items:
      get:
        responses: {}
        x-amazon-apigateway-integration:
          type: aws_proxy
          httpMethod: POST
          uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Other.Arn}/invocations"
      post:
        responses: { "200": { description: ok } }
        x-amazon-apigateway-integration: { type: mock }
        security: [{ api_key: [] }]
    "/items/{id}":
      parameters: [{ name: id, in: path, required: true, type: string }]
      x-amazon-apigateway-any-method:
        x-amazon-apigateway-integration:
          { type: http_proxy, httpMethod: ANY, uri: "https://example.com" }
      options:
        produces: [application/json]
        consumes: [application/json]
        responses: { "200": { headers: { A: { type: string } } } }
    /bare:
      get: { responses: {} }
"""
SWAGGER = (
    "StageName: prod\nDefinitionBody:\n  swagger: '2.0'\n  info: { title: t, version: '1' }\n"
    + PATHS
)
OPENAPI = (
    "StageName: prod\nDefinitionBody:\n  openapi: 3.0.1\n  info: { title: t, version: '1' }\n"
    + PATHS
)
URI = "StageName: prod\nDefinitionUri: s3://code/api.yaml"
EVENTS = """
Caller:
  Type: AWS::Serverless::Function
  Properties:
    Runtime: python3.13
    Handler: a.b
    CodeUri: s3://code/a.zip
    Events:
      Get: { Type: Api, Properties: { RestApiId: !Ref Thing, Path: /items, Method: get } }
      Post: { Type: Api, Properties: { RestApiId: !Ref Thing, Path: /items, Method: POST } }
      Any: { Type: Api, Properties: { RestApiId: !Ref Thing, Path: "/items/{id}", Method: any } }
"""

S, O, U, E = "swagger", "openapi", "uri", "events"
BASES = {S: (SWAGGER, ""), O: (OPENAPI, ""), U: (URI, ""), E: ("StageName: prod", EVENTS)}

DOMAIN = "{{ DomainName: api.example.com, CertificateArn: c{} }}"

# Property, the definitions that it is tried with, its values.
GOOD = [
    ("Name", [U, E], ["n", "!Ref Text", "!Sub '${AWS::StackName}-x'"]),
    (
        "StageName",
        [U, E, S],
        [
            "dev",
            "my-stage",
            "!Ref Text",
            "!Sub '${Text}-x'",
            "!If [IsOn, a, b]",
            "!FindInMap [Map, one, text]",
            "!ImportValue s",
            "dev_1",
        ],
    ),
    ("Tags", [U, E], ["{ A: b }", "{ A: !Ref Text, B: 1 }", "{}"]),
    ("PropagateTags", [E], ["true\nTags: { A: b }", "false\nTags: { A: b }", "true"]),
    ("CacheClusterEnabled", [U], ["true", "!Ref Flag"]),
    ("CacheClusterSize", [U], ["'0.5'", "!Ref Text"]),
    ("Variables", [U, E], ["{ A: b, C: !Ref Text }"]),
    (
        "EndpointConfiguration",
        [U, E],
        [
            "REGIONAL",
            "EDGE",
            "PRIVATE",
            "!Ref Text",
            "{ Type: REGIONAL }",
            "{ Type: PRIVATE, VPCEndpointIds: [vpce-1] }",
            "{ Type: PRIVATE, VpcEndpointIds: [!Ref Text] }",
            "{ Type: REGIONAL, IpAddressType: dualstack }",
            "{ Type: !Ref Text }",
            "!If [IsOn, EDGE, REGIONAL]",
            "{ Types: [REGIONAL] }",
            "{ IpAddressType: dualstack }",
            "''",
        ],
    ),
    (
        "MethodSettings",
        [U, E],
        [
            "[{ ResourcePath: /*, HttpMethod: '*', LoggingLevel: INFO }]",
            "[]",
            "!If [IsOn, [a], [b]]",
        ],
    ),
    (
        "BinaryMediaTypes",
        [U, E, S, O],
        [
            "[image~1png]",
            "['*~1*', !Ref Text]",
            "!Ref Words",
            "[!Sub '${Text}~1x']",
            "[{ a~1b: [c~1d] }]",
            "[]",
        ],
    ),
    ("MinimumCompressionSize", [U], ["0", "1024", "!Ref Number"]),
    ("AccessLogSetting", [U], ["{ DestinationArn: !GetAtt LogGroup.Arn, Format: f }"]),
    (
        "CanarySetting",
        [U, E],
        ["{ PercentTraffic: 10, StageVariableOverrides: { A: b }, UseStageCache: false }"],
    ),
    ("TracingEnabled", [U, E], ["true", "!Ref Flag"]),
    ("OpenApiVersion", [U, E, S, O], ["3.0.1", "'3.0'", "'2.0'", "3.0", "!Ref Text", "3.1.0"]),
    ("FailOnWarnings", [U, E], ["true", "false", "!Ref Flag"]),
    ("Description", [U, E], ["d", "!Sub '${Text}'"]),
    ("Mode", [U, S], ["overwrite", "merge"]),
    ("DisableExecuteApiEndpoint", [U, E, S, O], ["true", "false", "!Ref Flag"]),
    ("ApiKeySourceType", [U, E], ["HEADER", "AUTHORIZER", "!Ref Text"]),
    ("AlwaysDeploy", [U, E, S], ["true", "false"]),
    ("Policy", [U, E], ["{ Version: '2012-10-17', Statement: [] }", "!Ref Text"]),
    ("SecurityPolicy", [U, E], ["TLS_1_2"]),
    ("EndpointAccessMode", [U], ["STRICT"]),
    ("MergeDefinitions", [E, S, U, O], ["true", "false"]),
    (
        "Models",
        [E, S, O, U],
        [
            "{ Item: { type: object, properties: { a: { type: string } } } }",
            "{ A: { type: object }, B: { type: array, items: { $ref: '#/definitions/a' } } }",
            "{}",
        ],
    ),
    (
        "Cors",
        [E, S, O, U],
        [
            "\"'*'\"",
            "'*'",
            "!Ref Text",
            "!Sub \"'${Text}'\"",
            "{ AllowOrigin: \"'a'\" }",
            "{ AllowMethods: \"'GET'\", AllowOrigin: \"'a'\" }",
            (
                "{ AllowOrigin: \"'a'\", AllowHeaders: \"'h'\", MaxAge: \"'600'\","
                " AllowCredentials: true }"
            ),
            "{ AllowHeaders: \"'h'\" }",
            "{ MaxAge: 0, AllowCredentials: false }",
            "{ AllowOrigin: !Ref Text, AllowMethods: !If [IsOn, a, b], MaxAge: !Ref Number }",
            "{ AllowCredentials: !Ref Flag }",
            "!If [IsOn, \"'a'\", \"'b'\"]",
            "{}",
        ],
    ),
    (
        "GatewayResponses",
        [E, S, O, U],
        [
            "{ DEFAULT_4XX: { ResponseParameters: { Headers: { A: \"'b'\" } } } }",
            (
                "{ UNAUTHORIZED: { StatusCode: 401, ResponseTemplates: { application/json: '{}' },"
                " ResponseParameters: { Headers: { A: b }, Paths: { P: q }, QueryStrings: { R: s }"
                " } } }"
            ),
            "{ DEFAULT_5XX: { StatusCode: '500' }, DEFAULT_4XX: {} }",
            "{ X: { ResponseParameters: { Headers: { A: !Ref Text } } } }",
            "{}",
        ],
    ),
    (
        "Domain",
        [E, U],
        [
            DOMAIN.format(rest)
            for rest in (
                "",
                ", EndpointConfiguration: EDGE",
                ", EndpointConfiguration: REGIONAL, SecurityPolicy: TLS_1_2",
                ", BasePath: [a, /b-c]",
                ", BasePath: one",
                ", BasePath: [/a_b/], NormalizeBasePath: false",
                ", BasePath: []",
                ", BasePath: ['/']",
                ", MutualTlsAuthentication: { TruststoreUri: s, TruststoreVersion: v }",
                ", MutualTlsAuthentication: {}",
                ", OwnershipVerificationCertificateArn: o",
                ", IpAddressType: dualstack",
                ", EndpointAccessMode: STRICT",
                ", Route53: { HostedZoneId: Z1 }",
                (
                    ", Route53: { HostedZoneName: example.com., IpV6: true, EvaluateTargetHealth:"
                    " true }"
                ),
                ", EndpointConfiguration: EDGE, Route53: { HostedZoneId: Z1 }",
                (
                    ", EndpointConfiguration: EDGE, Route53: { HostedZoneId: Z1,"
                    " DistributionDomainName: d }"
                ),
                ", Route53: { HostedZoneId: !Ref Text, SetIdentifier: s, Region: us-east-1 }",
                ", Route53: { HostedZoneId: Z1, SeparateRecordSetGroup: true }",
                ", Route53: { HostedZoneName: n., SeparateRecordSetGroup: true, IpV6: true }",
                ", Route53: { HostedZoneId: Z1, SeparateRecordSetGroup: false }",
                ", EndpointConfiguration: PRIVATE",
                (
                    ", EndpointConfiguration: PRIVATE, Policy: { Version: '2012-10-17' },"
                    " SecurityPolicy: TLS_1_2, BasePath: [a, b-c]"
                ),
                ", EndpointConfiguration: PRIVATE, BasePath: a, NormalizeBasePath: false",
                ", EndpointConfiguration: PRIVATE, AccessAssociation: { VpcEndpointId: vpce-1 }",
                (
                    ", EndpointConfiguration: PRIVATE, AccessAssociation: { VpcEndpointId: !Ref"
                    " Text }, IpAddressType: ipv4"
                ),
                (
                    ", EndpointConfiguration: PRIVATE, Route53: { HostedZoneId: Z1,"
                    " VpcEndpointDomainName: d, VpcEndpointHostedZoneId: Z2 }"
                ),
                (
                    ", EndpointConfiguration: PRIVATE, Route53: { HostedZoneName: n.,"
                    " SeparateRecordSetGroup: true, IpV6: true }"
                ),
                ", EndpointConfiguration: !Ref Text",
                ", BasePath: !Ref Text",
                ", BasePath: !Ref Words",
                ", BasePath: [!Ref Text]",
            )
        ]
        + [
            "{ DomainName: !Ref Text, CertificateArn: !Ref Unset }",
            "{ DomainName: !Sub '${Text}.example.com', CertificateArn: !ImportValue c }",
            (
                "{ DomainName: !If [IsOn, a, b], CertificateArn: c, Route53: { HostedZoneId: !If"
                " [IsOn, c, d] } }"
            ),
        ],
    ),
]

MISTAKES = [
    ("Name", [U], ["[a]"]),
    ("StageName", [U, E], ["", "[a]", "7", "''"]),
    ("Tags", [U], ["text", "[a]", "{ A: [b] }"]),
    ("PropagateTags", [U], ["text"]),
    ("CacheClusterEnabled", [U], ["text"]),
    ("CacheClusterSize", [U], ["[a]", "0.5"]),
    ("Variables", [U], ["text"]),
    (
        "EndpointConfiguration",
        [U],
        ["[a]", "7", "{ Type: PRIVATE, VPCEndpointIds: [a], VpcEndpointIds: [b] }"],
    ),
    ("MethodSettings", [U], ["text"]),
    ("BinaryMediaTypes", [E], ["text"]),
    ("MinimumCompressionSize", [U], ["text"]),
    ("TracingEnabled", [U], ["text"]),
    ("OpenApiVersion", [U, E], ["4.0", "'3'", "text", "7", "[a]"]),
    ("FailOnWarnings", [U], ["text"]),
    ("Description", [U], ["[a]"]),
    ("Mode", [U], ["7"]),
    ("AlwaysDeploy", [U], ["text", "!Ref Flag"]),
    ("DisableExecuteApiEndpoint", [U], ["true", "text"]),
    ("Models", [E], ["text", "{ A: text }", "{ A: {} }", "{ A: { properties: {} } }"]),
    ("DefinitionUri", [S], ["s3://code/a.yaml"]),
    ("DefinitionUri", [U], ["./local", "{ Bucket: b }", "{ Key: k }", "[a]", "s3://b", "7"]),
    ("DefinitionBody", [U], ["{ swagger: '2.0', paths: {} }"]),
    (
        "DefinitionBody",
        [E],
        [
            "text",
            "[a]",
            "{}",
            "{ swagger: '2.0' }",
            "{ paths: {} }",
            "{ swagger: '2.0', paths: text }",
            "{ swagger: '2.0', paths: [a] }",
            "{ openapi: 4.0.1, paths: {} }",
            "{ swagger: '2.0', paths: { /items: text } }",
            "{ swagger: '2.0', paths: { /items: { get: text } } }",
            "{ 'Fn::Transform': { Name: AWS::Include, Parameters: { Location: s3://b/k } } }",
        ],
    ),
    (
        "MergeDefinitions",
        [E],
        [
            "text",
            "true\nDefinitionBody: { swagger: '2.0', paths: text }",
            "true\nDefinitionBody: { swagger: '2.0', paths: { /items: text } }",
            "true\nDefinitionBody: { swagger: '2.0', paths: { /items: { get: text } } }",
        ],
    ),
    (
        "Cors",
        [E],
        [
            "7",
            "[a]",
            "{ Nothing: a }",
            "{ AllowCredentials: true }",
            "{ AllowOrigin: \"'*'\", AllowCredentials: true }",
            "{ AllowOrigin: '' }",
            "true",
        ],
    ),
    (
        "GatewayResponses",
        [E],
        [
            "text",
            "{ X: text }",
            "{ X: [a] }",
            "{ X: { Nothing: a } }",
            "{ X: !If [IsOn, {}, {}] }",
            "{ X: { ResponseParameters: text } }",
            "{ X: { ResponseParameters: { Headers: text } } }",
            "{ X: { ResponseParameters: { Paths: [a] } } }",
            "{ X: !Ref Text }",
            "{ X: }",
        ],
    ),
    (
        "Domain",
        [U],
        [
            "text",
            "{}",
            "{ DomainName: d }",
            "{ CertificateArn: c }",
            "{ DomainName: , CertificateArn: c }",
        ]
        + [
            DOMAIN.format(rest)
            for rest in (
                ", EndpointConfiguration: OTHER",
                ", EndpointConfiguration: [a]",
                ", BasePath: [7]",
                ", BasePath: [[a]]",
                ", BasePath: 7",
                ", MutualTlsAuthentication: text",
                ", MutualTlsAuthentication: { Nothing: a }",
                ", Route53: text",
                ", Route53: {}",
                ", Route53: { HostedZoneId: }",
                ", Route53: { HostedZoneId: Z, SeparateRecordSetGroup: text }",
                ", EndpointConfiguration: PRIVATE, Route53: {}",
                ", EndpointConfiguration: PRIVATE, Route53: text",
                ", EndpointConfiguration: PRIVATE, BasePath: [7]",
                (
                    ", EndpointConfiguration: PRIVATE, Route53: { HostedZoneId: Z,"
                    " SeparateRecordSetGroup: text }"
                ),
                ", EndpointConfiguration: PRIVATE, AccessAssociation: text",
            )
        ]
        + [
            "{ EndpointConfiguration: PRIVATE, DomainName: d }",
            "{ EndpointConfiguration: PRIVATE, CertificateArn: c }",
        ],
    ),
    ("NoSuchProperty", [U], ["a"]),
    ("Auth", [U], ["text", "{ DefaultAuthorizer: AWS_IAM }"]),
]


def cases(book) -> None:
    for name, (base, more) in BASES.items():
        book.resource("good", name, TYPE, base, more=more)
    for table, kind in ((GOOD, ""), (MISTAKES, "mistake-")):
        for property_, bases, values in table:
            for name in bases:
                base, more = BASES[name]
                for index, value in enumerate(values):
                    if property_ in ("StageName",):
                        text = base.replace("StageName: prod", f"StageName: {value}")
                    elif (
                        property_ in ("DefinitionUri", "DefinitionBody")
                        and kind
                        and name == U
                        and property_ == "DefinitionUri"
                    ):
                        text = f"StageName: prod\nDefinitionUri: {value}"
                    else:
                        text = f"{base}\n{property_}: {value}"
                    book.resource(
                        "any",
                        f"{kind}{property_}-{name}-{index}",
                        TYPE,
                        text.replace("\n\n", "\n"),
                        more=more,
                    )
    for form, value in STRINGS.items():
        book.resource("any", f"StageName-{form}", TYPE, f"StageName: {value}", more=EVENTS)
        book.resource("any", f"Name-{form}", TYPE, f"{URI}\nName: {value}")
        book.resource("any", f"Cors-{form}", TYPE, f"StageName: prod\nCors: {value}", more=EVENTS)
        book.resource(
            "any",
            f"Description-{form}",
            TYPE,
            f"StageName: prod\nDescription: {value}",
            more=EVENTS,
        )
        book.resource(
            "any",
            f"Domain-name-{form}",
            TYPE,
            f"StageName: prod\nDomain: {{ DomainName: {value}, CertificateArn: {value}, Route53: {{"
            f" HostedZoneId: {value} }} }}",
        )
        book.resource(
            "any",
            f"DefinitionUri-{form}",
            TYPE,
            f"StageName: prod\nDefinitionUri: {{ Bucket: {value}, Key: {value}, Version:"
            f" {value} }}",
        )
        book.resource(
            "any",
            f"body-title-{form}",
            TYPE,
            f"StageName: prod\nDefinitionBody: {{ swagger: '2.0', info: {{ title: {value} }},"
            " paths: {} }",
        )
        book.resource(
            "any",
            f"MinimumCompressionSize-{form}",
            TYPE,
            f"{URI}\nMinimumCompressionSize: {value}\nEndpointConfiguration: {value}",
        )
    for name, attributes in {
        "condition": "Condition: IsOn",
        "depends": "DependsOn: Queue",
        "depends-list": "DependsOn: [Queue, Topic]",
        "deletion": "DeletionPolicy: Retain\nUpdateReplacePolicy: Retain",
        "metadata": "Metadata: { a: b }",
    }.items():
        for base, (text, more) in BASES.items():
            full = (
                text
                + "\nDomain: { DomainName: d, CertificateArn: c, Route53: { HostedZoneId: Z } }"
            )
            if base != U:
                full += (
                    "\nAuth: { UsagePlan: { CreateUsagePlan: PER_API }, Authorizers: { L: {"
                    " FunctionArn: !GetAtt Other.Arn } } }"
                )
            book.resource(
                "any",
                f"attribute-{name}-{base}",
                TYPE,
                full.replace("\n\n", "\n"),
                attributes=attributes,
                more=more,
            )
    _references(book)
    _domains(book)
    _definitions(book)


def _references(book) -> None:
    for what in (
        "Stage",
        "Deployment",
        "DomainName",
        "UsagePlan",
        "UsagePlanKey",
        "ApiKey",
        "Nothing",
    ):
        outputs = (
            f"Outputs:\n  A: {{ Value: !Ref Thing.{what} }}\n  B: {{ Value: !Sub"
            f" '${{Thing.{what}}}/x' }}\n"
        )
        book.resource(
            "any",
            f"refer-{what}",
            TYPE,
            "StageName: prod\nDomain: { DomainName: d, CertificateArn: c }\nAuth: { UsagePlan: {"
            " CreateUsagePlan: PER_API } }",
            more=EVENTS,
            top=outputs,
        )
    book.resource(
        "any",
        "refer-private",
        TYPE,
        f"{URI}\nDomain: {DOMAIN.format(', EndpointConfiguration: PRIVATE')}",
        top=(
            "Outputs:\n  A: { Value: !Ref Thing.DomainNameV2 }\n  B: { Value: !GetAtt"
            " Thing.RootResourceId }\n"
        ),
    )


def _domains(book) -> None:
    def api(name: str, domain: str, attributes: str = "") -> str:
        return (
            f"{name}:\n  Type: {TYPE}\n{attributes}  Properties:\n    StageName: prod\n   "
            f" DefinitionUri: s3://code/a.yaml\n    Domain: {domain}\n"
        )

    zone = ", Route53: { HostedZoneId: Z1 }"
    book.template(
        "good",
        "domains-one-zone",
        api("A", "{ DomainName: a, CertificateArn: c" + zone + " }")
        + api("B", "{ DomainName: b, CertificateArn: c" + zone + " }"),
    )
    book.template(
        "good",
        "domains-two-zones",
        api("A", "{ DomainName: a, CertificateArn: c" + zone + " }")
        + api("B", "{ DomainName: b, CertificateArn: c, Route53: { HostedZoneId: Z2 } }"),
    )
    book.template(
        "good",
        "domains-separate",
        api(
            "A",
            "{ DomainName: a, CertificateArn: c, Route53: { HostedZoneId: Z,"
            " SeparateRecordSetGroup: true } }",
        )
        + api("B", "{ DomainName: b, CertificateArn: c, Route53: { HostedZoneId: Z } }"),
    )
    book.template(
        "any",
        "domains-shared-name",
        api("A", "{ DomainName: a, CertificateArn: c, BasePath: [a] }")
        + api("B", "{ DomainName: a, CertificateArn: c, BasePath: [b] }"),
    )
    book.template(
        "any",
        "domains-conditions",
        api("A", "{ DomainName: a, CertificateArn: c" + zone + " }", "  Condition: IsOn\n")
        + api("B", "{ DomainName: b, CertificateArn: c" + zone + " }"),
    )
    book.template(
        "any",
        "domains-private-zone",
        api("A", "{ DomainName: a, CertificateArn: c, EndpointConfiguration: PRIVATE" + zone + " }")
        + api(
            "B", "{ DomainName: b, CertificateArn: c, EndpointConfiguration: PRIVATE" + zone + " }"
        ),
    )


def _definitions(book) -> None:
    for name, body in {
        "merge-same": (
            "{ swagger: '2.0', info: { title: t }, paths: { /items: { get: { summary: s, responses:"
            " { '200': { description: d } } } } }, definitions: { A: { type: object } } }"
        ),
        "merge-other": (
            "{ swagger: '2.0', paths: { /others: { get: { responses: {} } } }, tags: [{ name: t"
            " }] }"
        ),
        "merge-openapi": (
            "{ openapi: 3.0.1, paths: { /items: { post: { requestBody: { required: true } } } } }"
        ),
        "merge-null-paths": "{ swagger: '2.0', paths: }",
        "merge-no-paths": "{ swagger: '2.0' }",
        "merge-null-path": "{ swagger: '2.0', paths: { /items: } }",
        "merge-integration": (
            "{ swagger: '2.0', paths: { /items: { get: { x-amazon-apigateway-integration: { type:"
            " mock } } } } }"
        ),
    }.items():
        book.resource(
            "any",
            name,
            TYPE,
            f"StageName: prod\nMergeDefinitions: true\nDefinitionBody: {body}",
            more=EVENTS,
        )
    book.resource(
        "any", "merge-no-body", TYPE, "StageName: prod\nMergeDefinitions: true", more=EVENTS
    )
    book.resource(
        "any",
        "merge-auth",
        TYPE,
        "StageName: prod\nMergeDefinitions: true\nAuth: { DefaultAuthorizer: AWS_IAM }\nCors:"
        " \"'*'\"\nDefinitionBody: { swagger: '2.0', paths: {} }",
        more=EVENTS,
    )
    for name, body in {
        "path-if": (
            "{ /a: !If [IsOn, { get: { x-amazon-apigateway-integration: { type: mock } } }, !Ref"
            " AWS::NoValue] }"
        ),
        "path-if-both": (
            "{ /a: !If [IsOn, { get: { x-amazon-apigateway-integration: { type: mock } } }, { post:"
            " { x-amazon-apigateway-integration: { type: mock } } }] }"
        ),
        "method-if": (
            "{ /a: { get: !If [IsOn, { x-amazon-apigateway-integration: { type: mock } }, !Ref"
            " AWS::NoValue] } }"
        ),
        "trailing-slash": (
            "{ /a: { get: { x-amazon-apigateway-integration: { type: mock } } }, /a/: { get: {"
            " x-amazon-apigateway-integration: { type: mock } } } }"
        ),
        "options-there": (
            "{ /a: { options: { responses: { '200': { headers: { B: { type: string } } } } }, get:"
            " {} } }"
        ),
        "options-text": "{ /a: { options: text } }",
        "options-responses-text": "{ /a: { options: { responses: text } } }",
        "options-headers-text": "{ /a: { options: { responses: { '200': { headers: text } } } } }",
        "path-text": "{ /a: text }",
        "path-null": "{ /a: }",
        "method-text": "{ /a: { get: text } }",
        "method-null": "{ /a: { get: } }",
        "security-text": (
            "{ /a: { get: { security: text, x-amazon-apigateway-integration: { type: mock } } } }"
        ),
        "security-list-text": (
            "{ /a: { get: { security: [text], x-amazon-apigateway-integration: { type: mock } } } }"
        ),
        "security-given": (
            "{ /a: { get: { security: [{ NONE: [] }, { api_key: [] }],"
            " x-amazon-apigateway-integration: { type: mock } }, post: { security: [{ AWS_IAM: []"
            " }], x-amazon-apigateway-integration: { type: mock } } } }"
        ),
    }.items():
        for version, head in {"2": "swagger: '2.0'", "3": "openapi: 3.0.1"}.items():
            for what, extra in {
                "plain": "",
                "cors": "Cors: \"'*'\"",
                "iam": "Auth: { DefaultAuthorizer: AWS_IAM }",
                "key": (
                    "Auth: { ApiKeyRequired: true, AddApiKeyRequiredToCorsPreflight: false }\nCors:"
                    " \"'*'\""
                ),
                "policy": "Auth: { ResourcePolicy: { IpRangeWhitelist: [1.2.3.4/32] } }",
                "version": "OpenApiVersion: 3.0.1",
            }.items():
                book.resource(
                    "any",
                    f"{name}-{version}-{what}",
                    TYPE,
                    f"StageName: prod\nDefinitionBody: {{ {head}, paths: {body} }}\n{extra}",
                )
    for name, body in {
        "definitions": (
            "{ openapi: 3.0.1, paths: {}, definitions: { A: { type: object } },"
            " securityDefinitions: { S: { type: apiKey } } }"
        ),
        "components": (
            "{ openapi: 3.0.1, paths: {}, components: { schemas: { B: {} } }, definitions: { A: {"
            " type: object } }, securityDefinitions: { S: {} } }"
        ),
        "components-null": (
            "{ openapi: 3.0.1, paths: {}, components: , definitions: { A: {} },"
            " securityDefinitions: { S: {} } }"
        ),
        "security-definitions-text": "{ swagger: '2.0', paths: {}, securityDefinitions: text }",
        "servers": "{ openapi: 3.0.1, paths: {}, servers: [{ url: u }] }",
        "servers-text": "{ openapi: 3.0.1, paths: {}, servers: [text] }",
        "endpoint-text": (
            "{ swagger: '2.0', paths: {}, x-amazon-apigateway-endpoint-configuration: text }"
        ),
        "openapi-number": "{ openapi: 3.0, paths: {} }",
        "swagger-number": "{ swagger: 2.0, paths: {} }",
    }.items():
        for what, extra in {
            "plain": "",
            "version": "OpenApiVersion: 3.0.1",
            "disabled": "DisableExecuteApiEndpoint: true",
            "models": "Models: { M: { type: object } }",
            "key": "Auth: { ApiKeyRequired: true }",
            "responses": "GatewayResponses: { DEFAULT_4XX: {} }",
        }.items():
            book.resource(
                "any", f"{name}-{what}", TYPE, f"StageName: prod\nDefinitionBody: {body}\n{extra}"
            )
