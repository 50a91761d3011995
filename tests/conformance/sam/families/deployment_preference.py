"""Deployment preferences of functions: kinds, hooks, alarms, roles, conditions, many functions."""

ALIAS = "AutoPublishAlias: live"
GOOD = {
    **{
        kind: f"{{ Type: {kind} }}"
        for kind in (
            "AllAtOnce",
            "Canary10Percent5Minutes",
            "Canary10Percent10Minutes",
            "Canary10Percent15Minutes",
            "Canary10Percent30Minutes",
            "Linear10PercentEvery1Minute",
            "Linear10PercentEvery2Minutes",
            "Linear10PercentEvery3Minutes",
            "Linear10PercentEvery10Minutes",
        )
    },
    "own-type": "{ Type: MyOwnConfiguration }",
    "type-ref": "{ Type: !Ref Text }",
    "type-find": "{ Type: !FindInMap [Map, one, allatonce] }",
    "type-if": "{ Type: !If [IsOn, AllAtOnce, Canary10Percent5Minutes] }",
    "type-if-own": "{ Type: !If [IsOn, Mine, !If [IsOff, AllAtOnce, Other]] }",
    "type-sub": "{ Type: !Sub '${Text}' }",
    "type-sub-known": "{ Type: !Sub 'AllAtOnce' }",
    "type-resource": "{ Type: !Ref Queue }",
    "hooks": "{ Type: AllAtOnce, Hooks: { PreTraffic: !Ref Other, PostTraffic: !Ref Other } }",
    "hook-before": "{ Type: AllAtOnce, Hooks: { PreTraffic: !Ref Other } }",
    "hook-text": "{ Type: AllAtOnce, Hooks: { PostTraffic: name } }",
    "hooks-empty": "{ Type: AllAtOnce, Hooks: {} }",
    "alarms": "{ Type: AllAtOnce, Alarms: [!Ref Alarm, text] }",
    "alarms-if": "{ Type: AllAtOnce, Alarms: !If [IsOn, [!Ref Alarm], [text]] }",
    "alarms-if-novalue": "{ Type: AllAtOnce, Alarms: !If [IsOn, [!Ref Alarm], !Ref AWS::NoValue] }",
    "alarms-if-neither": (
        "{ Type: AllAtOnce, Alarms: !If [IsOn, !Ref AWS::NoValue, !Ref AWS::NoValue] }"
    ),
    "alarms-novalue-first": "{ Type: AllAtOnce, Alarms: !If [IsOn, !Ref AWS::NoValue, [a]] }",
    "alarms-empty": "{ Type: AllAtOnce, Alarms: [] }",
    "alarm-if": "{ Type: AllAtOnce, Alarms: [!If [IsOn, a, b]] }",
    "alarms-ref": "{ Type: AllAtOnce, Alarms: !Ref Words }",
    "alarm-novalue": "{ Type: AllAtOnce, Alarms: [!Ref AWS::NoValue] }",
    "alarms-nested-if": "{ Type: AllAtOnce, Alarms: !If [IsOn, !If [IsOff, [a], [b]], [c]] }",
    "role": "{ Type: AllAtOnce, Role: !GetAtt Role.Arn }",
    "role-text": "{ Type: AllAtOnce, Role: r }",
    "triggers": (
        "{ Type: AllAtOnce, TriggerConfigurations: [{ TriggerEvents: [DeploymentSuccess],"
        " TriggerName: n, TriggerTargetArn: !Ref Topic }] }"
    ),
    "disabled": "{ Enabled: false }",
    "disabled-text": "{ Enabled: 'false', Type: AllAtOnce }",
    "disabled-Text": "{ Enabled: 'False' }",
    "enabled": "{ Enabled: true, Type: AllAtOnce }",
    "enabled-ref": "{ Enabled: !Ref Flag, Type: AllAtOnce }",
    "enabled-find": "{ Enabled: !FindInMap [Map, one, flag], Type: AllAtOnce }",
    "enabled-if": "{ Enabled: !If [IsOn, true, false], Type: AllAtOnce }",
    "passthrough": "{ Type: AllAtOnce, PassthroughCondition: true }",
    "passthrough-text": "{ Type: AllAtOnce, PassthroughCondition: 'true' }",
    "passthrough-off": "{ Type: AllAtOnce, PassthroughCondition: false }",
    "passthrough-ref": "{ Type: AllAtOnce, PassthroughCondition: !Ref Flag }",
    "passthrough-find": "{ Type: AllAtOnce, PassthroughCondition: !FindInMap [Map, one, flag] }",
    "empty": "{}",
}
WRONG = {
    "no-type": "{ Alarms: [a] }",
    "hooks-text": "{ Type: AllAtOnce, Hooks: text }",
    "hooks-list": "{ Type: AllAtOnce, Hooks: [a] }",
    "alarms-text": "{ Type: AllAtOnce, Alarms: text }",
    "alarms-map": "{ Type: AllAtOnce, Alarms: { a: b } }",
    "alarms-if-two": "{ Type: AllAtOnce, Alarms: { 'Fn::If': [IsOn, [a]] } }",
    "alarms-if-text": "{ Type: AllAtOnce, Alarms: !If [IsOn, text, [a]] }",
    "passthrough-if": "{ Type: AllAtOnce, PassthroughCondition: !If [IsOn, true, false] }",
    "passthrough-yes": "{ Type: AllAtOnce, PassthroughCondition: 'yes' }",
    "passthrough-list": "{ Type: AllAtOnce, PassthroughCondition: [true] }",
    "unknown": "{ Type: AllAtOnce, Nothing: a }",
    "type-list": "{ Type: [AllAtOnce] }",
    "alarms-if-condition": "{ Type: AllAtOnce, Alarms: { 'Fn::If': text } }",
    "hooks-null": "{ Type: AllAtOnce, Hooks: }",
}


def cases(book) -> None:
    for table, kind in ((GOOD, ""), (WRONG, "mistake-")):
        for name, text in table.items():
            book.function("any", f"{kind}{name}", f"{ALIAS}\nDeploymentPreference: {text}")
            book.function(
                "any",
                f"{kind}{name}-of-conditional",
                f"{ALIAS}\nDeploymentPreference: {text}",
                attributes="Condition: IsOn",
            )
    book.function("bad", "no-alias", "DeploymentPreference: { Type: AllAtOnce }")
    book.function(
        "any", "no-alias-disabled", "DeploymentPreference: { Type: AllAtOnce, Enabled: false }"
    )
    book.function(
        "good",
        "tags",
        f"{ALIAS}\nTags: {{ A: b }}\nPropagateTags: true\nDeploymentPreference: {{ Type:"
        " AllAtOnce }",
    )
    book.function(
        "good",
        "tags-not-propagated",
        f"{ALIAS}\nTags: {{ A: b }}\nDeploymentPreference: {{ Type: AllAtOnce }}",
    )
    book.function(
        "any",
        "isolated",
        f"{ALIAS}\nDeploymentPreference: {{ Type: AllAtOnce }}\nTracing: Active",
        head="# regions: us-iso-east-1 us-isob-east-1",
    )
    book.function(
        "any",
        "name-taken",
        f"{ALIAS}\nDeploymentPreference: {{ Type: AllAtOnce }}",
        more="CodeDeployServiceRole: { Type: AWS::SNS::Topic }",
    )
    function = (
        "{0}:\n  Type: AWS::Serverless::Function\n{1}  Properties: {{ Runtime: python3.13, Handler:"
        " a.b, CodeUri: s3://b/k, AutoPublishAlias: live, {3}DeploymentPreference: {{ {2} }} }}\n"
    )
    through = "Type: AllAtOnce, PassthroughCondition: true"
    on, off = "  Condition: IsOn\n", "  Condition: IsOff\n"
    for name, functions in {
        "two": [("", "Type: AllAtOnce"), ("", "Type: Canary10Percent5Minutes")],
        "one-role": [("", "Type: AllAtOnce, Role: r"), ("", "Type: AllAtOnce")],
        "both-roles": [("", "Type: AllAtOnce, Role: r"), ("", "Type: AllAtOnce, Role: s")],
        "one-disabled": [("", "Enabled: false"), ("", "Type: AllAtOnce")],
        "same-condition": [(on, through), (on, through)],
        "two-conditions": [(on, through), (off, through)],
        "one-condition": [(on, through), ("", through)],
        "condition-and-disabled": [(on, through), (off, "Enabled: false")],
        "condition-no-passthrough": [(on, through), (off, "Type: AllAtOnce")],
    }.items():
        text = "".join(
            function.format(id_, attributes, preference, "")
            for id_, (attributes, preference) in zip(("One", "Two"), functions)
        )
        book.template("any", f"several-{name}", text)
        tagged = "".join(
            function.format(
                id_,
                attributes,
                preference,
                f"Tags: {{ {id_}: a, Both: {id_} }}, PropagateTags: true, ",
            )
            for id_, (attributes, preference) in zip(("One", "Two"), functions)
        )
        book.template("any", f"several-tagged-{name}", tagged)
    book.template(
        "good",
        "globals",
        function.format("One", "", "Alarms: [x]", "")
        + function.format("Two", on, "Enabled: false", ""),
        "Globals: { Function: { DeploymentPreference: { Type: AllAtOnce, Hooks: { PreTraffic: a },"
        " PassthroughCondition: true } } }",
    )
