"""Every policy template, with each of its parameters as text and as intrinsic functions."""

import json
from importlib.resources import files

VALUES = {
    "text": "name",
    "ref": "!Ref Text",
    "getatt": "!GetAtt Queue.QueueName",
    "sub": '!Sub "${Text}-x"',
}


def cases(book) -> None:
    data = files("samtranslator.policy_templates_data") / "policy_templates.json"
    templates = json.loads(data.read_text(encoding="utf-8"))["Templates"]
    for name, template in sorted(templates.items()):
        parameters = sorted(template.get("Parameters", {}))
        if not parameters:
            book.function("good", name, f"Policies:\n  - {name}: {{}}")
            continue
        for form, value in VALUES.items():
            given = ", ".join(f"{parameter}: {value}" for parameter in parameters)
            book.function("good", f"{name}-{form}", f"Policies:\n  - {name}: {{ {given} }}")
        book.function("bad", f"{name}-missing", f"Policies:\n  - {name}: {{}}")
        extra = ", ".join(f"{parameter}: x" for parameter in [*parameters, "Surplus"])
        book.function("good", f"{name}-surplus", f"Policies:\n  - {name}: {{ {extra} }}")

    machine = "AWS::Serverless::StateMachine"
    base = "DefinitionUri: s3://code/machine.json"
    for name in ("S3ReadPolicy: { BucketName: b }", "LambdaInvokePolicy: { FunctionName: f }"):
        book.resource(
            "good", "machine-" + name.split(":")[0], machine, f"Policies:\n  - {name}", base=base
        )
    for name, policies in {
        "several": "[{ S3ReadPolicy: { BucketName: a } }, { SQSPollerPolicy: { QueueName: b } }]",
        "not-in-list": "{ S3ReadPolicy: { BucketName: a } }",
        "if": (
            "[!If [IsOn, { S3ReadPolicy: { BucketName: a } }, { S3CrudPolicy: { BucketName: a } }]]"
        ),
        "if-novalue": "[!If [IsOn, { S3ReadPolicy: { BucketName: a } }, !Ref AWS::NoValue]]",
        "if-novalue-first": "[!If [IsOn, !Ref AWS::NoValue, { VPCAccessPolicy: {} }]]",
        "with-managed": "[AWSLambdaExecute, { S3ReadPolicy: { BucketName: a } }]",
        "with-statement": (
            "[{ Statement: [{ Effect: Allow, Action: 's3:*', Resource: '*' }] },"
            " { S3ReadPolicy: { BucketName: a } }]"
        ),
        "value-if": "[{ S3ReadPolicy: { BucketName: !If [IsOn, a, b] } }]",
        "value-import": "[{ S3ReadPolicy: { BucketName: !ImportValue shared } }]",
        "value-join": "[{ S3ReadPolicy: { BucketName: !Join ['-', [a, !Ref Text]] } }]",
        "value-number": "[{ S3ReadPolicy: { BucketName: 7 } }]",
        "value-dynamic": "[{ S3ReadPolicy: { BucketName: '{{resolve:ssm:/b:1}}' } }]",
    }.items():
        book.function("good", name, f"Policies: {policies}")
    for name, policies in {
        "unknown-alone": "[{ NoSuchPolicy: { A: b } }]",
        "two-in-one-entry": (
            "[{ S3ReadPolicy: { BucketName: a }, S3CrudPolicy: { BucketName: a } }]"
        ),
        "parameters-null": "[{ S3ReadPolicy: }]",
        "parameters-text": "[{ S3ReadPolicy: b }]",
        "parameters-list": "[{ S3ReadPolicy: [b] }]",
        "if-mixed": "[!If [IsOn, { S3ReadPolicy: { BucketName: a } }, AWSLambdaExecute]]",
    }.items():
        book.function("any", name, f"Policies: {policies}")
