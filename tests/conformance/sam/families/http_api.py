"""AWS::Serverless::HttpApi: each property, over a definition in S3, in the template, and made from
the events of functions; its authorizers; the implicit one."""

from book import STRINGS

TYPE = "AWS::Serverless::HttpApi"
BODY = """\
DefinitionBody:
  openapi: 3.0.1
  info: { version: '1' }
  paths:
    /items:
      get:
        responses: { default: { description: d } }
        x-amazon-apigateway-integration:
          type: aws_proxy
          httpMethod: POST
          payloadFormatVersion: '2.0'
          uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Other.Arn}/invocations"
      post:
        security: [{ given: [] }]
        x-amazon-apigateway-integration: { type: http_proxy, uri: 'https://example.com' }
    "/items/{id}":
      parameters: [{ name: id, in: path, required: true }]
      x-amazon-apigateway-any-method:
        x-amazon-apigateway-integration: { type: http_proxy, uri: 'https://example.com' }
      options: { responses: {} }
    /bare:
      get: { responses: {} }
"""
URI = "DefinitionUri: s3://code/api.yaml"
EVENTS = """
Caller:
  Type: AWS::Serverless::Function
  Properties:
    Runtime: python3.13
    Handler: a.b
    CodeUri: s3://code/a.zip
    Events:
      Get: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: /items, Method: get } }
      Post: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: /items, Method: POST } }
      Any: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: "/items/{id}", Method: any } }
"""
B, U, E = "body", "uri", "events"
BASES = {B: (BODY, ""), U: (URI, ""), E: ("", EVENTS)}
DOMAIN = "{{ DomainName: api.example.com, CertificateArn: c{} }}"

GOOD = [
    ("Name", [E, B], ["n", "!Ref Text"]),
    ("StageName", [E, U], ["dev", "$default", "my-stage", "!Ref Text", "!If [IsOn, a, b]"]),
    ("Tags", [E, B], ["{ A: b }", "{ A: !Ref Text, B: 1 }", "{}", "{ 'httpapi:createdBy': me }"]),
    ("PropagateTags", [E], ["true\nTags: { A: b }", "false\nTags: { A: b }"]),
    ("StageVariables", [E, U], ["{ A: b, C: !Ref Text }"]),
    ("AccessLogSettings", [E], ["{ DestinationArn: !GetAtt LogGroup.Arn, Format: f }"]),
    (
        "DefaultRouteSettings",
        [E],
        [
            "{ ThrottlingBurstLimit: 5 }",
            "!If [IsOn, { ThrottlingBurstLimit: 5 }, !Ref AWS::NoValue]",
        ],
    ),
    ("RouteSettings", [E], ["{ 'GET /items': { ThrottlingBurstLimit: 5 } }"]),
    ("FailOnWarnings", [E, B, U], ["true", "false", "!Ref Flag"]),
    ("Description", [E, B], ["d", "!Sub '${Text}'"]),
    ("DisableExecuteApiEndpoint", [E, B], ["true", "false", "!Ref Flag"]),
    (
        "CorsConfiguration",
        [E, B],
        [
            "true",
            "!Ref Text",
            "!If [IsOn, { AllowOrigins: [a] }, !Ref AWS::NoValue]",
            "{ AllowOrigins: ['*'] }",
            "{ AllowMethods: [GET] }",
            (
                "{ AllowOrigins: [a], AllowMethods: [GET], AllowHeaders: [h], ExposeHeaders: [e],"
                " MaxAge: 0, AllowCredentials: true }"
            ),
            "{ AllowOrigins: !Ref Words, MaxAge: !Ref Number }",
            "{ AllowCredentials: false, AllowOrigins: ['*'] }",
            "{}",
            "false",
        ],
    ),
    (
        "Domain",
        [E, U],
        [
            DOMAIN.format(rest)
            for rest in (
                "",
                ", EndpointConfiguration: REGIONAL, SecurityPolicy: TLS_1_2",
                ", BasePath: [a, /b/c-d_e/]",
                ", BasePath: one",
                ", BasePath: []",
                ", MutualTlsAuthentication: { TruststoreUri: s, TruststoreVersion: v }",
                ", MutualTlsAuthentication: {}",
                ", OwnershipVerificationCertificateArn: o",
                ", Route53: { HostedZoneId: Z1 }",
                ", Route53: { HostedZoneName: n., IpV6: true, EvaluateTargetHealth: false }",
                (
                    ", Route53: { HostedZoneId: Z1, HostedZoneName: n, SetIdentifier: s, Region: r,"
                    " IpV6: false }"
                ),
                ", Route53: { HostedZoneId: !Ref Text }",
                ", BasePath: !Ref Text",
                ", BasePath: !Ref Words",
            )
        ]
        + [
            "{ DomainName: !Ref Text, CertificateArn: !Ref Unset }",
            "{ DomainName: !Sub '${Text}.x', CertificateArn: !ImportValue c }",
        ],
    ),
]
MISTAKES = [
    ("Name", [U], ["n"]),
    ("Name", [B], ["n\n"]),
    ("StageName", [E], ["[a]", "7"]),
    ("Tags", [U, E], ["{ A: b }", "text", "[a]"]),
    ("PropagateTags", [U], ["text"]),
    ("CorsConfiguration", [U], ["true"]),
    (
        "CorsConfiguration",
        [E],
        [
            "text",
            "7",
            "[a]",
            "{ Nothing: a }",
            "{ AllowCredentials: true, AllowOrigins: ['*'] }",
            "{ AllowCredentials: true }",
        ],
    ),
    ("Description", [U, E], ["d", "[a]", "7"]),
    ("DisableExecuteApiEndpoint", [U, E], ["true", "text"]),
    ("FailOnWarnings", [U], ["text"]),
    ("StageVariables", [U], ["text"]),
    ("AccessLogSettings", [U], ["text"]),
    ("RouteSettings", [U, E], ["text"]),
    ("DefaultRouteSettings", [U], ["text"]),
    ("Auth", [U], ["{ DefaultAuthorizer: a }", "text"]),
    ("NoSuchProperty", [U], ["a"]),
    ("DefinitionBody", [U], ["{ openapi: 3.0.1, paths: {} }"]),
    ("DefinitionUri", [B], ["s3://a/b"]),
    (
        "DefinitionBody",
        [E],
        [
            "text",
            "[a]",
            "{}",
            "{ openapi: 3.0.1 }",
            "{ openapi: '2.0', paths: {} }",
            "{ swagger: '2.0', paths: {} }",
            "{ openapi: 3.0.1, paths: text }",
            "{ openapi: 3.0.1, paths: { /items: text } }",
            "{ openapi: 3.0.1, paths: { /items: { get: text } } }",
            "{ openapi: 3.0.1, paths: {}, tags: text }",
            "{ openapi: 3.0.1, paths: {}, components: text }",
            "{ openapi: 3.0.1, paths: {}, info: text }",
            "{ openapi: 3.0.1, paths: { /items: } }",
            "{ openapi: 3.0.1, paths: { /items: { get: } } }",
            "{ openapi: 3.0.1, paths: {}, components: }",
        ],
    ),
    (
        "Domain",
        [U],
        ["text", "{}", "{ DomainName: d }", "{ CertificateArn: c }"]
        + [
            DOMAIN.format(rest)
            for rest in (
                ", EndpointConfiguration: EDGE",
                ", EndpointConfiguration: !Ref Nothing",
                ", BasePath: [7]",
                ", BasePath: ['a b']",
                ", BasePath: ['$a']",
                ", BasePath: [!Sub '${Nothing}']",
                ", MutualTlsAuthentication: text",
                ", MutualTlsAuthentication: { Nothing: a, Another: b }",
                ", Route53: text",
                ", Route53: {}",
                ", Route53: { HostedZoneId: }",
            )
        ],
    ),
]
AUTHORIZERS = {
    "jwt": (
        "{ IdentitySource: $request.header.Authorization, JwtConfiguration: { issuer: i, audience:"
        " [a] } }"
    ),
    "jwt-upper": (
        "{ IdentitySource: $request.header.Authorization, JwtConfiguration: { Issuer: !Sub"
        " 'https://${Text}', Audience: [!Ref Text] } }"
    ),
    "jwt-scopes": (
        "{ IdentitySource: i, AuthorizationScopes: [a, b], JwtConfiguration: { issuer: i } }"
    ),
    "lambda": "{ FunctionArn: !GetAtt Other.Arn, AuthorizerPayloadFormatVersion: '2.0' }",
    "lambda-number": "{ FunctionArn: !GetAtt Other.Arn, AuthorizerPayloadFormatVersion: 2.0 }",
    "lambda-all": (
        "{ FunctionArn: !GetAtt Other.Arn, FunctionInvokeRole: !GetAtt Role.Arn,"
        " AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true,"
        " EnableFunctionDefaultPermissions: true, Identity: { Headers: [A], QueryStrings: [q],"
        " StageVariables: [s], Context: [c], ReauthorizeEvery: 30 } }"
    ),
    "lambda-permission": (
        "{ FunctionArn: !GetAtt Other.Arn, AuthorizerPayloadFormatVersion: '2.0',"
        " EnableFunctionDefaultPermissions: true }"
    ),
    "lambda-no-permission": (
        "{ FunctionArn: 'arn:aws:lambda:x', AuthorizerPayloadFormatVersion: '2.0',"
        " EnableFunctionDefaultPermissions: false, EnableSimpleResponses: false,"
        " FunctionInvokeRole: NONE }"
    ),
    "lambda-ttl": (
        "{ FunctionArn: !Ref Text, AuthorizerPayloadFormatVersion: '2.0', Identity: {"
        " ReauthorizeEvery: 0 } }"
    ),
}
WRONG_AUTHORIZERS = {
    "text": "text",
    "list": "[a]",
    "empty": "{}",
    "null": "",
    "openid": "{ OpenIdConnectUrl: u }",
    "jwt-no-source": "{ JwtConfiguration: { issuer: i } }",
    "jwt-text": "{ IdentitySource: i, JwtConfiguration: text }",
    "jwt-scopes-text": (
        "{ IdentitySource: i, AuthorizationScopes: a, JwtConfiguration: { issuer: i } }"
    ),
    "jwt-and-function": "{ IdentitySource: i, JwtConfiguration: { issuer: i }, FunctionArn: f }",
    "source-alone": "{ IdentitySource: i }",
    "scopes-alone": "{ AuthorizationScopes: [a] }",
    "lambda-no-version": "{ FunctionArn: f }",
    "lambda-no-function": "{ AuthorizerPayloadFormatVersion: '2.0' }",
    "lambda-source": "{ FunctionArn: f, AuthorizerPayloadFormatVersion: '2.0', IdentitySource: i }",
    "lambda-identity-text": (
        "{ FunctionArn: f, AuthorizerPayloadFormatVersion: '2.0', Identity: text }"
    ),
    "lambda-headers-text": (
        "{ FunctionArn: f, AuthorizerPayloadFormatVersion: '2.0', Identity: { Headers: text } }"
    ),
    "lambda-headers-number": (
        "{ FunctionArn: f, AuthorizerPayloadFormatVersion: '2.0', Identity: { Headers: [7] } }"
    ),
    "lambda-permission-text": (
        "{ FunctionArn: f, AuthorizerPayloadFormatVersion: '2.0', EnableFunctionDefaultPermissions:"
        " text }"
    ),
    "jwt-role": "{ IdentitySource: i, JwtConfiguration: { issuer: i }, FunctionInvokeRole: r }",
    "jwt-identity": "{ IdentitySource: i, JwtConfiguration: { issuer: i }, Identity: {} }",
    "jwt-version": (
        "{ IdentitySource: i, JwtConfiguration: { issuer: i }, AuthorizerPayloadFormatVersion:"
        " '1.0' }"
    ),
    "jwt-simple": (
        "{ IdentitySource: i, JwtConfiguration: { issuer: i }, EnableSimpleResponses: true }"
    ),
    "jwt-permission": (
        "{ IdentitySource: i, JwtConfiguration: { issuer: i }, EnableFunctionDefaultPermissions:"
        " true }"
    ),
}


def _event(auth: str, path: str = "/own") -> str:
    return (
        EVENTS
        + f"      Own: {{ Type: HttpApi, Properties: {{ ApiId: !Ref Thing, Path: {path}, Method:"
        f" get, Auth: {auth} }} }}\n"
    )


def cases(book) -> None:
    for name, (base, more) in BASES.items():
        book.resource("good", name, TYPE, base, more=more)
    for table, kind in ((GOOD, ""), (MISTAKES, "mistake-")):
        for row, (property_, bases, values) in enumerate(table):
            for name in bases:
                base, more = BASES[name]
                if property_ == "Name" and name == B:
                    base = (
                        base.replace("version: '1'", "version: '1', title: !Ref AWS::StackName")
                        if not kind
                        else base.replace("version: '1'", "version: '1', title: mine")
                    )
                for index, value in enumerate(values):
                    book.resource(
                        "any",
                        f"{kind}{property_}-{name}-{row}-{index}",
                        TYPE,
                        f"{base}\n{property_}: {value}".strip("\n").replace("\n\n", "\n"),
                        more=more,
                    )
    book.resource("any", "mistake-nothing", TYPE, "")
    book.template("any", "mistake-no-properties", "Thing: { Type: AWS::Serverless::HttpApi }")
    for value in (
        "./local",
        "{ Bucket: b }",
        "[a]",
        "s3://b",
        "7",
        "!Ref Text",
        "{ Bucket: b, Key: k, Version: '1' }",
        "s3://b/k?versionId=v",
        "{ Bucket: !Ref Text, Key: !Ref Text }",
    ):
        book.resource(
            "any",
            "uri-" + "".join(c for c in value if c.isalnum()),
            TYPE,
            f"DefinitionUri: {value}",
        )
    for form, value in STRINGS.items():
        book.resource("any", f"StageName-{form}", TYPE, f"{URI}\nStageName: {value}")
        book.resource(
            "any",
            f"Name-{form}",
            TYPE,
            f"Name: {value}\nDescription: {value}\nTags: {{ A: {value} }}",
            more=EVENTS,
        )
        book.resource("any", f"Cors-{form}", TYPE, f"CorsConfiguration: {value}", more=EVENTS)
        book.resource(
            "any",
            f"Cors-origins-{form}",
            TYPE,
            f"CorsConfiguration: {{ AllowOrigins: {value}, AllowMethods: [GET] }}",
            more=EVENTS,
        )
        book.resource(
            "any",
            f"Domain-{form}",
            TYPE,
            f"{URI}\nDomain: {{ DomainName: {value}, CertificateArn: {value}, Route53: {{"
            f" HostedZoneId: {value} }} }}",
        )
    for name, attributes in {
        "condition": "Condition: IsOn",
        "depends": "DependsOn: Queue",
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
                    "\nAuth: { Authorizers: { L: { FunctionArn: !GetAtt Other.Arn,"
                    " AuthorizerPayloadFormatVersion: '2.0', EnableFunctionDefaultPermissions: true"
                    " } } }"
                )
            book.resource(
                "any",
                f"attribute-{name}-{base}",
                TYPE,
                full.strip("\n").replace("\n\n", "\n"),
                attributes=attributes,
                more=more,
            )
    _authorization(book)
    _implicit(book)


def _authorization(book) -> None:
    def api(kind, name, auth, more=EVENTS, base=""):
        book.resource(
            kind, name, TYPE, f"{base}\nAuth: {auth}".strip("\n").replace("\n\n", "\n"), more=more
        )

    for name, text in AUTHORIZERS.items():
        api("good", f"auth-{name}", f"{{ Authorizers: {{ Mine: {text} }} }}")
        api(
            "good",
            f"auth-default-{name}",
            f"{{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {text} }} }}",
            _event("{ Authorizer: NONE }"),
        )
        api(
            "good",
            f"auth-body-{name}",
            f"{{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {text} }} }}",
            "",
            BODY,
        )
        api(
            "good",
            f"auth-event-{name}",
            f"{{ Authorizers: {{ Mine: {text} }} }}",
            _event("{ Authorizer: Mine }"),
        )
        api(
            "good",
            f"auth-scopes-{name}",
            f"{{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {text} }} }}",
            _event("{ AuthorizationScopes: [s] }"),
        )
    for name, text in WRONG_AUTHORIZERS.items():
        api("any", f"auth-wrong-{name}", f"{{ Authorizers: {{ Mine: {text} }} }}")
    jwt = AUTHORIZERS["jwt"]
    for name, (auth, more) in {
        "iam": ("{ EnableIamAuthorizer: true }", _event("{ Authorizer: AWS_IAM }")),
        "iam-default": ("{ EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM }", EVENTS),
        "iam-off": ("{ EnableIamAuthorizer: false }", EVENTS),
        "iam-ref": ("{ EnableIamAuthorizer: !Ref Flag }", EVENTS),
        "iam-not-enabled": ("{ DefaultAuthorizer: AWS_IAM }", EVENTS),
        "iam-event-not-enabled": ("{}", _event("{ Authorizer: AWS_IAM }")),
        "default-novalue": (
            f"{{ DefaultAuthorizer: !Ref AWS::NoValue, Authorizers: {{ Mine: {jwt} }} }}",
            EVENTS,
        ),
        "default-ref": (
            f"{{ DefaultAuthorizer: !Ref Text, Authorizers: {{ Mine: {jwt} }} }}",
            EVENTS,
        ),
        "default-unknown": (f"{{ DefaultAuthorizer: X, Authorizers: {{ Mine: {jwt} }} }}", EVENTS),
        "default-list": (f"{{ DefaultAuthorizer: [X], Authorizers: {{ Mine: {jwt} }} }}", EVENTS),
        "unknown-key": ("{ Nothing: a }", EVENTS),
        "authorizers-text": ("{ Authorizers: text }", EVENTS),
        "event-empty": (
            f"{{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {jwt} }} }}",
            _event("{}"),
        ),
        "event-no-default": (
            f"{{ Authorizers: {{ Mine: {jwt} }} }}",
            _event("{ AuthorizationScopes: [a] }"),
        ),
        "event-none-no-default": (
            f"{{ Authorizers: {{ Mine: {jwt} }} }}",
            _event("{ Authorizer: NONE }"),
        ),
        "event-unknown": (f"{{ Authorizers: {{ Mine: {jwt} }} }}", _event("{ Authorizer: X }")),
        "event-scopes-text": (
            f"{{ Authorizers: {{ Mine: {jwt} }} }}",
            _event("{ Authorizer: Mine, AuthorizationScopes: a }"),
        ),
        "event-list": (f"{{ Authorizers: {{ Mine: {jwt} }} }}", _event("{ Authorizer: [Mine] }")),
        "event-no-authorizers": ("{ EnableIamAuthorizer: true }", _event("{ Authorizer: X }")),
        "text": ("text", EVENTS),
        "list": ("[a]", EVENTS),
        "event-of-text": ("{ Authorizers: { Mine: text } }", _event("{ Authorizer: Mine }")),
        "event-scopes-iam": (
            "{ EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM }",
            _event("{ AuthorizationScopes: [a] }"),
        ),
    }.items():
        api("any", f"auth-{name}", auth, more)
        api("any", f"auth-{name}-body", auth, "", BODY)
    for name, paths in {
        "path-if": (
            "{ /a: !If [IsOn, { get: { x-amazon-apigateway-integration: { type: mock } } }, !Ref"
            " AWS::NoValue] }"
        ),
        "method-if": (
            "{ /a: { get: !If [IsOn, { x-amazon-apigateway-integration: { type: mock } }, !Ref"
            " AWS::NoValue] } }"
        ),
        "path-text": "{ /a: text }",
        "method-text": "{ /a: { get: text } }",
        "method-any": "{ /a: { ANY: { x-amazon-apigateway-integration: { type: mock } } } }",
        "security-text": (
            "{ /a: { get: { security: text, x-amazon-apigateway-integration: { type: mock } } } }"
        ),
        "upper": "{ /a: { GET: { x-amazon-apigateway-integration: { type: mock } } } }",
        "default": (
            "{ $default: { x-amazon-apigateway-any-method: { isDefaultRoute: true,"
            " x-amazon-apigateway-integration: { type: mock } } } }"
        ),
    }.items():
        for what, extra in {
            "plain": "",
            "auth": f"Auth: {{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {jwt} }} }}",
            "warnings": "FailOnWarnings: true",
            "cors": "CorsConfiguration: true",
        }.items():
            book.resource(
                "any",
                f"definition-{name}-{what}",
                TYPE,
                f"DefinitionBody: {{ openapi: 3.0.1, paths: {paths} }}\n{extra}",
            )
    for name, rest in {
        "servers": (
            "servers: [{ url: u }, { url: v, x-amazon-apigateway-endpoint-configuration: { a: b"
            " } }]"
        ),
        "servers-text": "servers: [text]",
        "cors": "x-amazon-apigateway-cors: { allowOrigins: [z], maxAge: 3 }",
        "cors-text": "x-amazon-apigateway-cors: text",
        "tags": "tags: [{ name: A, x-amazon-apigateway-tag-value: old }, { name: Z }]",
        "description": "info: { description: d, title: t }",
        "info-text": "info: text",
        "schemes": "components: { securitySchemes: { Old: { type: http } } }",
        "schemes-text": "components: { securitySchemes: text }",
        "title": "info: { title: !Ref AWS::StackName }",
    }.items():
        for what, extra in {
            "plain": "",
            "disabled": "DisableExecuteApiEndpoint: true",
            "cors": "CorsConfiguration: { AllowOrigins: [a], AllowMethods: [GET] }",
            "cors-if": "CorsConfiguration: { AllowOrigins: !If [IsOn, [a], [b]] }",
            "tags": "Tags: { A: b }",
            "description": "Description: d",
            "name": "Name: n",
            "auth": f"Auth: {{ Authorizers: {{ Mine: {jwt} }} }}",
        }.items():
            book.resource(
                "any",
                f"document-{name}-{what}",
                TYPE,
                f"DefinitionBody: {{ openapi: 3.0.1, paths: {{}}, {rest} }}\n{extra}",
            )
    for name, (events, props) in {
        "default-and-path": (
            (
                "A: { Type: HttpApi, Properties: { ApiId: !Ref Thing } }\nB: { Type: HttpApi,"
                " Properties: { ApiId: !Ref Thing, Path: /b, Method: get } }"
            ),
            "",
        ),
        "default-alias": (
            (
                "A: { Type: HttpApi, Properties: { ApiId: !Ref Thing } }\nB: { Type: HttpApi,"
                " Properties: { ApiId: !Ref Thing, Path: /b, Method: get } }"
            ),
            "AutoPublishAlias: live\n",
        ),
        "same-twice": (
            (
                "A: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: /b, Method: get } }\nB:"
                " { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: /b, Method: GET } }"
            ),
            "",
        ),
        "path-only": ("A: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: /b } }", ""),
        "method-only": ("A: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Method: get } }", ""),
        "api-text": (
            "A: { Type: HttpApi, Properties: { ApiId: Thing, Path: /b, Method: get } }",
            "",
        ),
        "any-default": (
            "A: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: $default, Method: ANY } }",
            "",
        ),
        "default-get": (
            "A: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: $default, Method: get } }",
            "",
        ),
        "route-settings": (
            (
                "A: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: /b, Method: get,"
                " RouteSettings: { ThrottlingBurstLimit: 7 } } }\nB: { Type: HttpApi, Properties: {"
                " ApiId: !Ref Thing, Path: /b, Method: any, RouteSettings: { ThrottlingRateLimit: 7"
                " } } }"
            ),
            "",
        ),
        "route-settings-merge": (
            (
                "A: { Type: HttpApi, Properties: { ApiId: !Ref Thing, Path: /items, Method: get,"
                " RouteSettings: { ThrottlingBurstLimit: 7 } } }"
            ),
            "",
        ),
    }.items():
        lines = "\n".join("      " + line for line in events.splitlines())
        function = (
            "Caller:\n  Type: AWS::Serverless::Function\n@  Properties:\n    Runtime: python3.13\n "
            "   Handler: a.b\n    CodeUri: s3://code/a.zip\n"
            + (f"    {props}" if props else "")
            + f"    Events:\n{lines}\n"
        )
        for what, (base, attributes) in {
            "": ("", ""),
            "-condition": ("", "  Condition: IsOn\n"),
            "-body": (BODY, ""),
            "-warnings": ("FailOnWarnings: true", ""),
            "-routes": ("RouteSettings: { 'GET /items': { ThrottlingRateLimit: 3 } }", ""),
        }.items():
            book.resource(
                "any", f"event-{name}{what}", TYPE, base, more=function.replace("@", attributes)
            )


def _implicit(book) -> None:
    function = (
        "{0}:\n  Type: AWS::Serverless::Function\n{2}  Properties:\n    Runtime: python3.13\n   "
        " Handler: a.b\n    CodeUri: s3://code/a.zip\n    Events:\n      E: {{ Type: {3},"
        " Properties: {{ {1} }} }}\n"
    )
    for type_, where in (
        ("HttpApi", "Path: /{0}, Method: get"),
        ("Api", "Path: /{0}, Method: get"),
    ):
        same = "Path: /a, Method: get"
        for name, functions in {
            "two": [("A", "a", ""), ("B", "b", "")],
            "conditions": [("A", "a", "  Condition: IsOn\n"), ("B", "b", "  Condition: IsOff\n")],
            "one-condition": [("A", "a", "  Condition: IsOn\n"), ("B", "b", "")],
            "same-condition": [
                ("A", "a", "  Condition: IsOn\n"),
                ("B", "b", "  Condition: IsOn\n"),
            ],
            "retain": [
                ("A", "a", "  DeletionPolicy: Retain\n  UpdateReplacePolicy: Retain\n"),
                ("B", "b", "  DeletionPolicy: Delete\n"),
            ],
            "policies": [
                ("A", "a", "  DeletionPolicy: Delete\n  UpdateReplacePolicy: Delete\n"),
                ("B", "b", "  DeletionPolicy: Delete\n  UpdateReplacePolicy: Snapshot\n"),
            ],
            "policy-of-one": [("A", "a", "  DeletionPolicy: Retain\n"), ("B", "b", "")],
            "alone-condition": [
                (
                    "A",
                    "a",
                    (
                        "  Condition: IsOn\n  DeletionPolicy: Retain\n  UpdateReplacePolicy:"
                        " Snapshot\n"
                    ),
                )
            ],
        }.items():
            book.template(
                "good",
                f"implicit-{type_}-{name}",
                "".join(
                    function.format(id_, where.format(path), attributes, type_)
                    for id_, path, attributes in functions
                ),
            )
        book.template(
            "any",
            f"implicit-{type_}-same-path",
            function.format("A", same, "", type_) + function.format("B", same, "", type_),
        )
        book.template(
            "any",
            f"implicit-{type_}-same-path-conditions",
            function.format("A", same, "  Condition: IsOn\n", type_)
            + function.format("B", same, "  Condition: IsOff\n", type_),
        )
        book.template(
            "any",
            f"implicit-{type_}-other-method-conditions",
            function.format("A", same, "  Condition: IsOn\n", type_)
            + function.format("B", "Path: /a, Method: post", "  Condition: IsOff\n", type_),
        )
        book.template(
            "any",
            f"implicit-{type_}-conditions-tree",
            function.format("A", same, "  Condition: IsOn\n", type_)
            + function.format("B", "Path: /a, Method: post", "  Condition: IsOff\n", type_)
            + function.format("C", "Path: /c, Method: post", "  Condition: IsOff\n", type_),
        )
        for name, globals_ in {
            "name": "Name: n",
            "cors": "Cors: \"'*'\"" if type_ == "Api" else "CorsConfiguration: true",
            "auth": (
                "Auth: { DefaultAuthorizer: AWS_IAM }"
                if type_ == "Api"
                else "Auth: { EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM }"
            ),
            "version": "OpenApiVersion: 3.0.1" if type_ == "Api" else "FailOnWarnings: true",
            "tags": "Tags: { A: b }",
            "domain": "Domain: { DomainName: d, CertificateArn: c, Route53: { HostedZoneId: Z } }",
            "propagate": "PropagateTags: true",
            "stage": "StageName: s",
        }.items():
            book.template(
                "any",
                f"implicit-{type_}-globals-{name}",
                function.format("A", same, "", type_),
                f"Globals: {{ {type_}: {{ {globals_} }} }}",
            )
        book.template(
            "any",
            f"implicit-{type_}-tags",
            function.format("A", same, "", type_).replace(
                "    Events", "    Tags: { A: b }\n    PropagateTags: true\n    Events"
            ),
        )
        book.template(
            "any",
            f"implicit-{type_}-tags-two",
            function.format("A", same, "", type_).replace(
                "    Events", "    Tags: { A: b, C: d }\n    PropagateTags: true\n    Events"
            )
            + function.format("B", "Path: /b, Method: get", "", type_).replace(
                "    Events", "    Tags: { A: z, E: f }\n    PropagateTags: true\n    Events"
            ),
        )
        book.template(
            "any",
            f"implicit-{type_}-refer",
            function.format("A", same, "", type_),
            "Outputs:\n  A: { Value: !Ref"
            f" {'ServerlessRestApi' if type_ == 'Api' else 'ServerlessHttpApi'} }}\n  B: {{ Value:"
            f" !Ref {'ServerlessRestApi' if type_ == 'Api' else 'ServerlessHttpApi'}.Stage }}\n  C:"
            " { Value: !Ref ServerlessRestApiProdStage }\n",
        )
        book.template(
            "any",
            f"implicit-{type_}-id-taken",
            function.format("A", same, "", type_)
            + f"{'ServerlessRestApi' if type_ == 'Api' else 'ServerlessHttpApi'}: {{ Type:"
            " AWS::SNS::Topic }\n",
        )
        book.template(
            "any",
            f"implicit-{type_}-id-given",
            function.format("A", same, "", type_)
            + (
                "ServerlessRestApi: { Type: AWS::Serverless::Api, Properties: { StageName: x } }\n"
                if type_ == "Api"
                else (
                    "ServerlessHttpApi: { Type: AWS::Serverless::HttpApi, Properties: { StageName:"
                    " x } }\n"
                )
            ),
        )
        paths = "".join(
            f"      E{i}: {{ Type: {type_}, Properties: {{ Path: '/{p}', Method: {m} }} }}\n"
            for i, (p, m) in enumerate(
                [
                    ("zebra", "get"),
                    ("apple", "put"),
                    ("mango/{id}", "delete"),
                    ("", "any"),
                    ("apple", "get"),
                    ("zebra", "any"),
                    ("{proxy+}", "any"),
                    ("a/b/c", "patch"),
                    ("x-y_z.w", "head"),
                    ("Über", "options"),
                ]
            )
        )
        book.template(
            "good",
            f"implicit-{type_}-many-paths",
            "A:\n  Type: AWS::Serverless::Function\n  Properties:\n    Runtime: python3.13\n   "
            " Handler: a.b\n    CodeUri: s3://code/a.zip\n    Events:\n"
            + paths,
        )
