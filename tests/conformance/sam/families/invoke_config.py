"""EventInvokeConfig: destinations of each type, made or given, with conditions and aliases."""


def cases(book) -> None:
    given = {
        "SQS": "!GetAtt Queue.Arn",
        "SNS": "!Ref Topic",
        "Lambda": "!GetAtt Other.Arn",
        "EventBridge": "!GetAtt Bus.Arn",
        "S3Bucket": "!GetAtt Bucket.Arn",
    }
    for type_, arn in given.items():
        for name, value in {
            "given": f", Destination: {arn}",
            "text": f", Destination: 'arn:aws:x:us-east-1:123456789012:{type_}'",
            "ref": ", Destination: !Ref Text",
            "missing": "",
            "if": f", Destination: !If [IsOn, {arn}, !Ref AWS::NoValue]",
            "if-not": f", Destination: !If [IsOn, !Ref AWS::NoValue, {arn}]",
            "if-neither": ", Destination: !If [IsOn, !Ref AWS::NoValue, !Ref AWS::NoValue]",
            "if-both": f", Destination: !If [IsOn, {arn}, 'arn:aws:other']",
        }.items():
            for side in ("OnSuccess", "OnFailure"):
                if side == "OnFailure" and name not in ("given", "missing", "if-not"):
                    continue
                book.function(
                    "any",
                    f"{type_}-{name}-{side}",
                    f"EventInvokeConfig: {{ DestinationConfig: {{ {side}: {{ Type: {type_}{value}"
                    " } } }",
                )
    made = (
        "OnSuccess: { Type: SNS }, OnFailure: { Type: SQS, Destination: !If [IsOff, !Ref"
        " AWS::NoValue, !GetAtt Queue.Arn] }"
    )
    for name, (props, attributes) in {
        "both": (f"EventInvokeConfig: {{ DestinationConfig: {{ {made} }} }}", ""),
        "both-alias": (
            f"AutoPublishAlias: live\nEventInvokeConfig: {{ DestinationConfig: {{ {made} }} }}",
            "",
        ),
        "both-condition": (
            f"EventInvokeConfig: {{ DestinationConfig: {{ {made} }} }}",
            "Condition: IsOn",
        ),
        "both-condition-alias": (
            f"AutoPublishAlias: live\nEventInvokeConfig: {{ DestinationConfig: {{ {made} }} }}",
            "Condition: IsOn",
        ),
        "limits": (
            "EventInvokeConfig: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 }",
            "",
        ),
        "limits-ref": (
            (
                "EventInvokeConfig: { MaximumEventAgeInSeconds: !Ref Number, MaximumRetryAttempts:"
                " !If [IsOn, 1, 2] }"
            ),
            "",
        ),
        "empty": ("EventInvokeConfig: {}", ""),
        "empty-destinations": ("EventInvokeConfig: { DestinationConfig: {} }", ""),
        "null-destinations": ("EventInvokeConfig: { DestinationConfig: }", ""),
        "null-side": (
            "EventInvokeConfig: { DestinationConfig: { OnSuccess: , OnFailure: { Type: SQS } } }",
            "",
        ),
        "role-given": (
            f"Role: !GetAtt Role.Arn\nEventInvokeConfig: {{ DestinationConfig: {{ {made} }} }}",
            "",
        ),
        "tags": (
            (
                "Tags: { A: b }\nPropagateTags: true\nEventInvokeConfig: { DestinationConfig:"
                f" {{ {made} }} }}"
            ),
            "",
        ),
        "policies": (
            (
                "Policies: [{ Statement: [] }]\nEventInvokeConfig: { DestinationConfig: {"
                f" {made} }} }}"
            ),
            "",
        ),
        "referable": (
            (
                "Environment: { Variables: { A: !Ref Thing.DestinationTopic, B: !Ref"
                f" Thing.DestinationQueue }} }}\nEventInvokeConfig: {{ DestinationConfig: {{ {made}"
                " } }"
            ),
            "",
        ),
        "deletion": (
            f"EventInvokeConfig: {{ DestinationConfig: {{ {made} }} }}",
            "DeletionPolicy: Retain\nDependsOn: Queue",
        ),
    }.items():
        book.function("good", name, props, attributes=attributes)
    for name, value in {
        "destinations-text": "{ DestinationConfig: text }",
        "destinations-list": "{ DestinationConfig: [a] }",
        "side-text": "{ DestinationConfig: { OnSuccess: text } }",
        "side-list": "{ DestinationConfig: { OnFailure: [a] } }",
        "no-type": "{ DestinationConfig: { OnSuccess: { Destination: a } } }",
        "type": "{ DestinationConfig: { OnSuccess: { Type: Kafka, Destination: a } } }",
        "if-two": (
            "{ DestinationConfig: { OnSuccess: { Type: SQS, Destination: { 'Fn::If': [IsOn, a] }"
            " } } }"
        ),
        "if-text": (
            "{ DestinationConfig: { OnSuccess: { Type: SQS, Destination: { 'Fn::If': IsOn } } } }"
        ),
    }.items():
        book.function("bad", f"mistake-{name}", f"EventInvokeConfig: {value}")
