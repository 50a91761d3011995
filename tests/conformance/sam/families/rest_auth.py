"""Authorization of REST APIs: authorizers, keys, usage plans, resource policies, on the API and on
the events."""

from families.rest_api import EVENTS, OPENAPI, SWAGGER, TYPE

AUTHORIZERS = {
    "cognito": "{ UserPoolArn: !GetAtt Pool.Arn }",
    "cognito-list": (
        "{ UserPoolArn: [!GetAtt Pool.Arn,"
        " 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/p'] }"
    ),
    "cognito-scopes": "{ UserPoolArn: !GetAtt Pool.Arn, AuthorizationScopes: [a, b] }",
    "cognito-identity": (
        "{ UserPoolArn: !GetAtt Pool.Arn, Identity: { Header: X-Token, ValidationExpression: v,"
        " ReauthorizeEvery: 5 } }"
    ),
    "token": "{ FunctionArn: !GetAtt Other.Arn }",
    "token-named": (
        "{ FunctionPayloadType: TOKEN, FunctionArn: !GetAtt Other.Arn, FunctionInvokeRole: !GetAtt"
        " Role.Arn, Identity: { Header: H, ValidationExpression: v, ReauthorizeEvery: 30 } }"
    ),
    "token-none-role": (
        "{ FunctionArn: !GetAtt Other.Arn, FunctionInvokeRole: NONE, Identity: { ReauthorizeEvery:"
        " 0 } }"
    ),
    "token-text": "{ FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f' }",
    "token-no-permission": (
        "{ FunctionArn: !GetAtt Other.Arn, DisableFunctionDefaultPermissions: true }"
    ),
    "token-permission": (
        "{ FunctionArn: !GetAtt Other.Arn, DisableFunctionDefaultPermissions: false }"
    ),
    "request": (
        "{ FunctionPayloadType: REQUEST, FunctionArn: !GetAtt Other.Arn, Identity: { Headers: [A],"
        " QueryStrings: [q], StageVariables: [s], Context: [c], ReauthorizeEvery: 60 } }"
    ),
    "request-no-cache": (
        "{ FunctionPayloadType: REQUEST, FunctionArn: !GetAtt Other.Arn, Identity: {"
        " ReauthorizeEvery: 0 } }"
    ),
    "request-scopes": (
        "{ FunctionPayloadType: REQUEST, FunctionArn: !GetAtt Other.Arn, Identity: { Headers: [A]"
        " }, AuthorizationScopes: [x] }"
    ),
    "request-ttl-ref": (
        "{ FunctionPayloadType: REQUEST, FunctionArn: !GetAtt Other.Arn, Identity: { Headers: [A],"
        " ReauthorizeEvery: !Ref Number } }"
    ),
    "request-ttl-if": (
        "{ FunctionPayloadType: REQUEST, FunctionArn: !GetAtt Other.Arn, Identity: { Headers: [A],"
        " ReauthorizeEvery: !If [IsOn, 1, 2] } }"
    ),
    "token-sub": "{ FunctionArn: !Sub '${Other.Arn}:live' }",
    "token-import": "{ FunctionArn: !ImportValue f }",
    "role-ref": "{ FunctionArn: !GetAtt Other.Arn, FunctionInvokeRole: !Ref Text }",
}
WRONG_AUTHORIZERS = {
    "text": "text",
    "list": "[a]",
    "empty": "{}",
    "null": "",
    "payload": "{ FunctionArn: a, FunctionPayloadType: OTHER }",
    "request-no-identity": "{ FunctionArn: a, FunctionPayloadType: REQUEST }",
    "request-empty-identity": (
        "{ FunctionArn: a, FunctionPayloadType: REQUEST, Identity: { ReauthorizeEvery: 10 } }"
    ),
    "request-identity-text": "{ FunctionArn: a, FunctionPayloadType: REQUEST, Identity: text }",
    "identity-text": "{ FunctionArn: a, Identity: text }",
    "request-headers-text": (
        "{ FunctionArn: a, FunctionPayloadType: REQUEST, Identity: { Headers: text } }"
    ),
    "request-headers-number": (
        "{ FunctionArn: a, FunctionPayloadType: REQUEST, Identity: { Headers: [7] } }"
    ),
    "scopes-text": "{ UserPoolArn: a, AuthorizationScopes: text }",
    "permission-text": "{ FunctionArn: a, DisableFunctionDefaultPermissions: text }",
    "ttl-text": (
        "{ FunctionArn: a, FunctionPayloadType: REQUEST, Identity: { ReauthorizeEvery: soon } }"
    ),
    "payload-ref": "{ FunctionArn: a, FunctionPayloadType: !Ref Nothing }",
    "payload-list": "{ FunctionArn: a, FunctionPayloadType: [TOKEN] }",
}
POLICIES = {
    "accounts": "{ AwsAccountWhitelist: ['123456789012'] }",
    "accounts-both": "{ AwsAccountWhitelist: ['1'], AwsAccountBlacklist: ['2', '3'] }",
    "account-map": "{ AwsAccountBlacklist: { a: b } }",
    "account-ref": "{ AwsAccountWhitelist: [!Ref Text] }",
    "ips": "{ IpRangeWhitelist: [1.2.3.4/32] }",
    "ips-both": "{ IpRangeWhitelist: [1.2.3.4], IpRangeBlacklist: [5.6.7.8, !Ref Text] }",
    "ip-text": "{ IpRangeBlacklist: 1.2.3.4 }",
    "vpcs": "{ SourceVpcWhitelist: [vpc-1, vpce-2, other] }",
    "vpcs-both": "{ SourceVpcBlacklist: [vpc-1], SourceVpcWhitelist: [vpce-2] }",
    "vpc-intrinsic": (
        "{ IntrinsicVpcWhitelist: [!Ref Text], IntrinsicVpceWhitelist: [!Ref Text],"
        " IntrinsicVpcBlacklist: [a], IntrinsicVpceBlacklist: [b] }"
    ),
    "vpc-mixed": "{ SourceVpcWhitelist: [vpc-1], IntrinsicVpcWhitelist: [!Ref Text] }",
    "custom": (
        "{ CustomStatements: [{ Effect: Allow, Principal: '*', Action: 'execute-api:Invoke',"
        " Resource: ['execute-api:/*'] }] }"
    ),
    "custom-map": "{ CustomStatements: { Effect: Allow } }",
    "custom-and-ips": "{ IpRangeBlacklist: [1.2.3.4], CustomStatements: [{ Effect: Allow }] }",
    "custom-twice": (
        "{ AwsAccountWhitelist: ['1'], CustomStatements: [{ Effect: Deny }, { Effect: Deny }] }"
    ),
    "all": (
        "{ AwsAccountWhitelist: ['1'], AwsAccountBlacklist: ['2'], IpRangeWhitelist: [a],"
        " IpRangeBlacklist: [b], SourceVpcWhitelist: [vpc-1], SourceVpcBlacklist: [vpce-1],"
        " CustomStatements: [{ A: b }] }"
    ),
    "empty-lists": "{ AwsAccountWhitelist: [], IpRangeWhitelist: [], SourceVpcWhitelist: [] }",
}
WRONG_POLICIES = {
    "text": "text",
    "list": "[a]",
    "accounts-text": "{ AwsAccountWhitelist: '123' }",
    "vpc-map": "{ SourceVpcWhitelist: [!Ref Nothing] }",
    "vpc-number": "{ SourceVpcBlacklist: [{ a: b }] }",
}
PLANS = {
    "per-api": "{ CreateUsagePlan: PER_API }",
    "shared": "{ CreateUsagePlan: SHARED }",
    "none": "{ CreateUsagePlan: NONE }",
    "per-api-all": (
        "{ CreateUsagePlan: PER_API, UsagePlanName: n, Description: d, Quota: { Limit: 5, Period:"
        " DAY }, Throttle: { BurstLimit: 1, RateLimit: 2 }, Tags: [{ Key: a, Value: b }] }"
    ),
    "shared-all": (
        "{ CreateUsagePlan: SHARED, UsagePlanName: !Ref Text, Description: d, Quota: { Limit: !Ref"
        " Number } }"
    ),
}
WRONG_PLANS = {
    "text": "text",
    "list": "[a]",
    "empty": "{}",
    "unknown": "{ CreateUsagePlan: PER_API, Nothing: a }",
    "value": "{ CreateUsagePlan: OTHER }",
    "ref": "{ CreateUsagePlan: !Ref Text }",
    "list-value": "{ CreateUsagePlan: [SHARED] }",
}


def _event(auth: str, path: str = "/own") -> str:
    return (
        EVENTS
        + f"      Own: {{ Type: Api, Properties: {{ RestApiId: !Ref Thing, Path: {path}, Method:"
        f" get, Auth: {auth} }} }}\n"
    )


def cases(book) -> None:
    def api(kind, name, auth, more=EVENTS, base="StageName: prod", extra="", **rest):
        book.resource(
            kind,
            name,
            TYPE,
            f"{base}\nAuth: {auth}\n{extra}".replace("\n\n", "\n"),
            more=more,
            **rest,
        )

    for name, text in AUTHORIZERS.items():
        api("good", f"{name}", f"{{ Authorizers: {{ Mine: {text} }} }}")
        api(
            "good",
            f"default-{name}",
            f"{{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {text} }} }}",
            _event("{ Authorizer: NONE }"),
        )
        api(
            "good",
            f"event-{name}",
            f"{{ Authorizers: {{ Mine: {text}, Spare: {{ UserPoolArn: p }} }} }}",
            _event("{ Authorizer: Mine }"),
        )
        api(
            "good",
            f"event-scopes-{name}",
            f"{{ DefaultAuthorizer: Spare, Authorizers: {{ Mine: {text}, Spare: {{ UserPoolArn: p"
            " } } }",
            _event("{ Authorizer: Mine, AuthorizationScopes: [s] }"),
        )
        api(
            "any",
            f"swagger-{name}",
            f"{{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {text} }} }}",
            "",
            SWAGGER,
        )
        api(
            "any",
            f"openapi-{name}",
            f"{{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {text} }} }}",
            "",
            OPENAPI,
            "OpenApiVersion: 3.0.1",
        )
        api(
            "good",
            f"version-{name}",
            f"{{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {text} }} }}",
            EVENTS,
            extra="OpenApiVersion: 3.0.1",
        )
    for name, text in WRONG_AUTHORIZERS.items():
        api("any", f"mistake-{name}", f"{{ Authorizers: {{ Mine: {text} }} }}")
        api(
            "any",
            f"mistake-default-is-{name}",
            f"{{ DefaultAuthorizer: Mine, Authorizers: {{ Mine: {text} }} }}",
        )
    for name, text in {
        **POLICIES,
        **{f"wrong-{key}": value for key, value in WRONG_POLICIES.items()},
    }.items():
        api("any", f"policy-{name}", f"{{ ResourcePolicy: {text} }}")
        api("any", f"policy-swagger-{name}", f"{{ ResourcePolicy: {text} }}", "", SWAGGER)
        api("any", f"policy-event-{name}", "{ }", _event(f"{{ ResourcePolicy: {text} }}"))
        api(
            "any",
            f"policy-twice-{name}",
            "{ ResourcePolicy: { IpRangeBlacklist: [9.9.9.9] } }",
            _event(f"{{ ResourcePolicy: {text} }}", "'/{id}/x'"),
        )
        api(
            "any",
            f"policy-stage-{name}",
            f"{{ ResourcePolicy: {text} }}",
            base="StageName: !Ref Text",
        )
    two = (
        EVENTS
        + "More:\n  Type: AWS::Serverless::Api\n@ATTRIBUTES  Properties: { StageName: dev,"
        " DefinitionBody: { swagger: '2.0', paths: {} }, Auth: { UsagePlan: @PLAN } }\n"
    )
    for name, text in {
        **PLANS,
        **{f"wrong-{key}": value for key, value in WRONG_PLANS.items()},
    }.items():
        api("any", f"plan-{name}", f"{{ ApiKeyRequired: true, UsagePlan: {text} }}")
        api("any", f"plan-alone-{name}", f"{{ UsagePlan: {text} }}", "", SWAGGER)
        for other, more in {
            "plain": "",
            "condition": "  Condition: IsOff\n",
            "delete": "  DeletionPolicy: Delete\n  UpdateReplacePolicy: Delete\n",
        }.items():
            api(
                "any",
                f"plan-two-{name}-{other}",
                f"{{ UsagePlan: {text} }}",
                two.replace("@ATTRIBUTES", more).replace("@PLAN", text),
            )
            api(
                "any",
                f"plan-conditions-{name}-{other}",
                f"{{ UsagePlan: {text} }}",
                two.replace("@ATTRIBUTES", more).replace("@PLAN", text),
                attributes="Condition: IsOn\nDeletionPolicy: Retain\nUpdateReplacePolicy: Snapshot",
            )
    for name, (auth, more) in {
        "iam": ("{ DefaultAuthorizer: AWS_IAM }", EVENTS),
        "iam-none": ("{ DefaultAuthorizer: AWS_IAM, InvokeRole: NONE }", EVENTS),
        "iam-caller": ("{ DefaultAuthorizer: AWS_IAM, InvokeRole: CALLER_CREDENTIALS }", EVENTS),
        "iam-role": ("{ DefaultAuthorizer: AWS_IAM, InvokeRole: !GetAtt Role.Arn }", EVENTS),
        "iam-null-role": ("{ DefaultAuthorizer: AWS_IAM, InvokeRole: }", EVENTS),
        "iam-event": (
            "{ DefaultAuthorizer: AWS_IAM }",
            _event("{ InvokeRole: NONE, Authorizer: AWS_IAM }"),
        ),
        "iam-event-role": (
            "{ DefaultAuthorizer: AWS_IAM, InvokeRole: NONE }",
            _event("{ Authorizer: AWS_IAM, InvokeRole: r }"),
        ),
        "iam-event-null-role": ("{}", _event("{ Authorizer: AWS_IAM, InvokeRole: }")),
        "iam-event-only": ("{ ApiKeyRequired: false }", _event("{ Authorizer: AWS_IAM }")),
        "iam-none-event": ("{ DefaultAuthorizer: AWS_IAM }", _event("{ Authorizer: NONE }")),
        "iam-and-others": (
            "{ DefaultAuthorizer: AWS_IAM, Authorizers: { L: { FunctionArn: a } } }",
            _event("{ Authorizer: L }"),
        ),
        "iam-preflight": (
            "{ DefaultAuthorizer: AWS_IAM, AddDefaultAuthorizerToCorsPreflight: false }",
            EVENTS,
        ),
        "key": ("{ ApiKeyRequired: true }", EVENTS),
        "key-off": ("{ ApiKeyRequired: true }", _event("{ ApiKeyRequired: false }")),
        "key-on-event": ("{ }", _event("{ ApiKeyRequired: true }")),
        "key-preflight": (
            "{ ApiKeyRequired: true, AddApiKeyRequiredToCorsPreflight: false }",
            EVENTS,
        ),
        "key-and-iam": (
            "{ ApiKeyRequired: true, DefaultAuthorizer: AWS_IAM }",
            _event("{ ApiKeyRequired: true, Authorizer: AWS_IAM }"),
        ),
        "key-none": (
            "{ ApiKeyRequired: true, DefaultAuthorizer: AWS_IAM }",
            _event("{ ApiKeyRequired: false, Authorizer: NONE }"),
        ),
        "cognito-preflight": (
            (
                "{ DefaultAuthorizer: C, AddDefaultAuthorizerToCorsPreflight: false, Authorizers: {"
                " C: { UserPoolArn: a } } }"
            ),
            EVENTS,
        ),
        "scopes-default": (
            (
                "{ DefaultAuthorizer: C, Authorizers: { C: { UserPoolArn: a, AuthorizationScopes:"
                " [x] } } }"
            ),
            _event("{ Authorizer: C, AuthorizationScopes: [] }"),
        ),
        "several": (
            (
                "{ DefaultAuthorizer: C, Authorizers: { C: { UserPoolArn: a }, L: { FunctionArn: b"
                " }, R: { FunctionArn: !GetAtt Other.Arn, FunctionPayloadType: REQUEST, Identity: {"
                " Headers: [h] } } } }"
            ),
            _event("{ Authorizer: R }"),
        ),
    }.items():
        for extra_name, extra in {
            "": "",
            "-cors": "Cors: \"'*'\"",
            "-version": "OpenApiVersion: 3.0.1\nCors: \"'*'\"",
        }.items():
            api("any", f"{name}{extra_name}", auth, more, extra=extra)
        api("any", f"{name}-in-openapi", auth, "", OPENAPI)
        api("any", f"{name}-in-swagger", auth, "", SWAGGER)
    for name, (auth, more) in {
        "unknown-key": ("{ Nothing: a }", EVENTS),
        "default-unknown": ("{ DefaultAuthorizer: X }", EVENTS),
        "default-unknown-of": (
            "{ DefaultAuthorizer: X, Authorizers: { Y: { UserPoolArn: a } } }",
            EVENTS,
        ),
        "default-list": (
            "{ DefaultAuthorizer: [a], Authorizers: { Y: { UserPoolArn: a } } }",
            EVENTS,
        ),
        "default-map": (
            "{ DefaultAuthorizer: { a: b }, Authorizers: { Y: { UserPoolArn: a } } }",
            EVENTS,
        ),
        "authorizers-text": ("{ Authorizers: text }", EVENTS),
        "authorizers-list": ("{ Authorizers: [a] }", EVENTS),
        "event-unknown": (
            "{ Authorizers: { Y: { UserPoolArn: a } } }",
            _event("{ Authorizer: X }"),
        ),
        "event-unknown-of-none": ("{}", _event("{ Authorizer: X }")),
        "event-none": (
            "{ Authorizers: { Y: { UserPoolArn: a } } }",
            _event("{ Authorizer: NONE }"),
        ),
        "event-list": ("{ Authorizers: { Y: { UserPoolArn: a } } }", _event("{ Authorizer: [Y] }")),
        "event-key-off": ("{}", _event("{ ApiKeyRequired: false }")),
        "event-scopes-alone": ("{}", _event("{ AuthorizationScopes: [a] }")),
        "event-scopes-text": (
            "{ Authorizers: { Y: { UserPoolArn: a } } }",
            _event("{ Authorizer: Y, AuthorizationScopes: text }"),
        ),
        "event-authorizers-text": ("{ Authorizers: text }", _event("{ Authorizer: Y }")),
        "event-authorizer-text": ("{ Authorizers: { Y: text } }", _event("{ Authorizer: Y }")),
        "auth-list": ("[a]", EVENTS),
        "auth-text": ("text", EVENTS),
        "event-text": ("{}", _event("text")),
        "event-policy-text": ("{}", _event("{ ResourcePolicy: text }")),
        "event-empty": ("{ DefaultAuthorizer: AWS_IAM }", _event("{}")),
    }.items():
        api("any", f"mistake-{name}", auth, more)
    for name, auth in {
        "iam": "{ OverrideApiAuth: true, Authorizer: AWS_IAM }",
        "none": "{ OverrideApiAuth: true, Authorizer: NONE }",
        "mine": "{ OverrideApiAuth: true, Authorizer: Mine }",
        "key": "{ OverrideApiAuth: true, ApiKeyRequired: true }",
        "policy": "{ OverrideApiAuth: true, ResourcePolicy: { IpRangeBlacklist: [a] } }",
        "nothing": "{ OverrideApiAuth: true }",
        "off": "{ OverrideApiAuth: false, Authorizer: AWS_IAM }",
        "unknown": "{ OverrideApiAuth: true, Authorizer: Nothing }",
    }.items():
        events = EVENTS.replace("Method: get }", f"Method: get, Auth: {auth} }}")
        api(
            "any",
            f"override-{name}",
            "{ DefaultAuthorizer: Mine, Authorizers: { Mine: { UserPoolArn: p } } }",
            events,
            SWAGGER,
        )
        api(
            "any",
            f"override-{name}-no-default",
            "{ Authorizers: { Mine: { UserPoolArn: p } } }",
            events,
            SWAGGER,
        )
    for name, model in {
        "plain": "{ Model: Item }",
        "required": "{ Model: Item, Required: true }",
        "body": "{ Model: Item, ValidateBody: true }",
        "parameters": "{ Model: Item, ValidateParameters: true }",
        "both": "{ Model: Item, Required: false, ValidateBody: true, ValidateParameters: true }",
        "neither": "{ Model: Item, ValidateBody: false }",
        "body-text": "{ Model: Item, ValidateBody: text }",
        "unknown": "{ Model: Other }",
        "list": "{ Model: [Item] }",
        "ref": "{ Model: !Ref Text }",
        "no-model": "{ Required: true }",
        "validate-ref": "{ Model: Item, ValidateBody: !Ref Flag }",
    }.items():
        events = EVENTS.replace("Method: get }", f"Method: get, RequestModel: {model} }}").replace(
            "Method: POST }", "Method: POST, RequestModel: { Model: Item, ValidateBody: true } }"
        )
        for kind, extra in {"": "", "-version": "OpenApiVersion: 3.0.1"}.items():
            book.resource(
                "any",
                f"model-{name}{kind}",
                TYPE,
                f"StageName: prod\nModels: {{ Item: {{ type: object }} }}\n{extra}",
                more=events,
            )
    for name, models in {
        "missing": "",
        "text": "Models: text",
        "if": "Models: !If [IsOn, { Item: { type: object } }, !Ref AWS::NoValue]",
    }.items():
        book.resource(
            "any",
            f"models-{name}",
            TYPE,
            f"StageName: prod\n{models}",
            more=EVENTS.replace("Method: get }", "Method: get, RequestModel: { Model: Item } }"),
        )
