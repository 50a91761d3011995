"""The small resources: tables, applications, layers, capacity providers."""

from book import STRINGS

GOOD = {
    "SimpleTable": (
        "",
        {
            "PrimaryKey": [
                "{ Name: id, Type: String }",
                "{ Name: n, Type: Number }",
                "{ Name: !Ref Text, Type: Binary }",
            ],
            "TableName": ["t", "!Ref Text"],
            "Tags": ["{ A: b }", "{}", "{ A: !Ref Text }"],
            "SSESpecification": ["{ SSEEnabled: true }", "{}"],
            "ProvisionedThroughput": [
                "{ ReadCapacityUnits: 1, WriteCapacityUnits: 2 }",
                "{ WriteCapacityUnits: !Ref Number }",
                "{}",
            ],
            "PointInTimeRecoverySpecification": ["{ PointInTimeRecoveryEnabled: true }"],
        },
    ),
    "Application": (
        "Location: https://s3.amazonaws.com/b/k",
        {
            "Location": [
                "{ ApplicationId: a, SemanticVersion: 1.0.0 }",
                "{ ApplicationId: !Ref Text, SemanticVersion: !FindInMap [Map, one, text] }",
                (
                    "{ ApplicationId:"
                    " 'arn:aws:serverlessrepo:us-east-1:123456789012:applications/a',"
                    " SemanticVersion: '1.0' }"
                ),
                "template.yaml",
                "{ ApplicationId: a, SemanticVersion: 1.0.0 }\nTags: { A: b }",
            ],
            "Parameters": ["{ A: b, C: !Ref Text }"],
            "NotificationARNs": ["[!Ref Topic, a]", "[]"],
            "Tags": ["{ A: b }", "{}"],
            "TimeoutInMinutes": ["5", "!Ref Number"],
            "TemplateUrl": ["u"],
        },
    ),
    "LayerVersion": (
        "ContentUri: s3://code/layer.zip",
        {
            "ContentUri": [
                "s3://b/k?versionId=v",
                "{ Bucket: b, Key: k }",
                "{ Bucket: !Ref Bucket, Key: !Ref Text, Version: '2' }",
            ],
            "LayerName": ["n", "!Ref Text", "!FindInMap [Map, one, text]"],
            "Description": ["d", "!Ref Text"],
            "LicenseInfo": ["MIT", "!Ref Text"],
            "CompatibleArchitectures": [
                "[arm64]",
                "[x86_64, arm64]",
                "[!Ref Text]",
                "!Ref Words",
                "[!If [IsOn, arm64, x86_64]]",
                "[]",
            ],
            "CompatibleRuntimes": ["[python3.13]", "[!Ref Text]", "!Ref Words"],
            "RetentionPolicy": ["Retain", "Delete", "retain", "DELETE", "!Ref Policy"],
            "PublishLambdaVersion": ["true", "false"],
        },
    ),
    "CapacityProvider": (
        "VpcConfig: { SubnetIds: [s], SecurityGroupIds: [g] }",
        {
            "VpcConfig": [
                "{ SubnetIds: [s] }",
                "{ SubnetIds: !Ref Words, SecurityGroupIds: [!Ref Text] }",
                "{ SubnetIds: !Split [',', !Ref Text], SecurityGroupIds: !Ref Words }",
            ],
            "CapacityProviderName": ["n", "!Ref Text"],
            "OperatorRole": ["r", "!GetAtt Role.Arn"],
            "Tags": ["{ A: b }", "{ A: !Ref Text }", "{}"],
            "PropagateTags": ["true\nTags: { A: b }", "false\nTags: { A: b }", "true"],
            "KmsKeyArn": ["k", "!GetAtt Key.Arn"],
            "InstanceRequirements": [
                "{ Architectures: [arm64] }",
                "{ AllowedTypes: [a, b] }",
                "{ ExcludedTypes: [!Ref Text] }",
                "{}",
                "{ Architectures: !Ref Words, AllowedTypes: !Ref Words }",
            ],
            "ScalingConfig": [
                "{ MaxVCpuCount: 10 }",
                "{ AverageCPUUtilization: 70 }",
                "{ MaxVCpuCount: !Ref Number, AverageCPUUtilization: 70.5 }",
                "{}",
            ],
        },
    ),
}
MISTAKES = {
    "SimpleTable": {
        "PrimaryKey": [
            "text",
            "{ Name: id }",
            "{ Type: String }",
            "{ Name: id, Type: Text }",
            "{ Name: id, Type: !Ref Text }",
            "{}",
            "[a]",
        ],
        "TableName": ["[a]", "7"],
        "Tags": ["text", "{ A: [b] }"],
        "SSESpecification": ["text"],
        "ProvisionedThroughput": ["text", "{ Nothing: 1 }"],
        "PointInTimeRecoverySpecification": ["text"],
        "NoSuchProperty": ["a"],
    },
    "Application": {
        "Location": [
            "",
            "[a]",
            "7",
            "{}",
            "{ ApplicationId: a }",
            "{ SemanticVersion: 1.0.0 }",
            "{ ApplicationId: a, SemanticVersion: '' }",
            "{ ApplicationId: , SemanticVersion: 1.0.0 }",
            "{ ApplicationId: !Sub '${Text}', SemanticVersion: 1.0.0 }",
            "{ ApplicationId: a, SemanticVersion: !GetAtt Queue.Arn }",
            "{ ApplicationId: [a], SemanticVersion: 1.0.0 }",
            "{ ApplicationId: a, SemanticVersion: 1.0 }",
            "{ ApplicationId: '{{resolve:ssm:/a:1}}', SemanticVersion: 1.0.0 }",
            "!Ref Text",
            "!Sub '${Text}'",
        ],
        "Parameters": ["text"],
        "NotificationARNs": ["text", "[7]"],
        "Tags": ["text"],
        "TimeoutInMinutes": ["text"],
        "NoSuchProperty": ["a"],
    },
    "LayerVersion": {
        "ContentUri": ["", "./local", "{ Bucket: b }", "[a]", "s3://b", "!Ref Text"],
        "LayerName": ["[a]", "7", "!Sub '${Text}'", "!GetAtt Queue.Arn"],
        "Description": ["[a]", "!Sub '${Text}'"],
        "LicenseInfo": ["[a]", "!If [IsOn, a, b]"],
        "CompatibleArchitectures": ["text", "[mips]", "[7]"],
        "CompatibleRuntimes": ["text", "[7]"],
        "RetentionPolicy": ["Keep", "!Ref Text", "!If [IsOn, Retain, Delete]", "7", "[a]"],
        "PublishLambdaVersion": ["text"],
        "NoSuchProperty": ["a"],
    },
    "CapacityProvider": {
        "VpcConfig": [
            "",
            "text",
            "{}",
            "{ SecurityGroupIds: [g] }",
            "{ SubnetIds: s }",
            "{ SubnetIds: [s], Nothing: a }",
        ],
        "CapacityProviderName": ["[a]", "7"],
        "OperatorRole": ["[a]"],
        "Tags": ["text", "[a]"],
        "PropagateTags": ["text"],
        "InstanceRequirements": [
            "text",
            "{ AllowedTypes: [a], ExcludedTypes: [b] }",
            "{ Nothing: a }",
            "{ Architectures: arm64 }",
        ],
        "ScalingConfig": [
            "text",
            "{ MaxVCpuCount: many }",
            "{ Nothing: a }",
            "{ MaxVCpuCount: 1.5 }",
        ],
        "KmsKeyArn": ["[a]"],
        "NoSuchProperty": ["a"],
    },
}
POSITIONS = {
    "SimpleTable": [
        "TableName: {0}",
        "PrimaryKey: {{ Name: {0}, Type: String }}",
        "Tags: {{ A: {0} }}",
        "SSESpecification: {{ SSEEnabled: {0} }}",
    ],
    "Application": [
        "Parameters: {{ A: {0} }}",
        "NotificationARNs: [{0}]",
        "TimeoutInMinutes: {0}",
        "Location: {{ ApplicationId: {0}, SemanticVersion: 1.0.0 }}",
        "Location: {{ ApplicationId: a, SemanticVersion: {0} }}",
        "Location: {0}",
    ],
    "LayerVersion": [
        "LayerName: {0}",
        "Description: {0}",
        "LicenseInfo: {0}",
        "ContentUri: {{ Bucket: {0}, Key: {0} }}",
        "CompatibleRuntimes: [{0}]",
        "CompatibleArchitectures: [{0}]",
        "RetentionPolicy: {0}",
    ],
    "CapacityProvider": [
        "CapacityProviderName: {0}",
        "OperatorRole: {0}",
        "KmsKeyArn: {0}",
        "VpcConfig: {{ SubnetIds: [{0}] }}",
        "ScalingConfig: {{ MaxVCpuCount: {0} }}",
        "Tags: {{ A: {0} }}",
    ],
}
ATTRIBUTES = {
    "condition": "Condition: IsOn",
    "depends": "DependsOn: Queue",
    "depends-list": "DependsOn: [Queue, Topic]",
    "retain": "DeletionPolicy: Retain",
    "delete": "DeletionPolicy: Delete\nUpdateReplacePolicy: Delete",
    "metadata": "Metadata: { a: b }",
}


def cases(book) -> None:
    for name, (base, properties) in GOOD.items():
        type_ = f"AWS::Serverless::{name}"
        book.resource("good", name, type_, "", base=base)
        book.template("any", f"{name}-no-properties", f"Thing: {{ Type: {type_} }}")
        for table, kind in ((properties, ""), (MISTAKES[name], "mistake-")):
            for property_, values in table.items():
                for index, value in enumerate(values):
                    top = (
                        "Parameters: { Policy: { Type: String, Default: Delete } }"
                        if "Ref Policy" in value
                        else ""
                    )
                    book.resource(
                        "any",
                        f"{name}-{kind}{property_}-{index}",
                        type_,
                        f"{property_}: {value}",
                        base=base,
                        top=top,
                    )
        for index, position in enumerate(POSITIONS[name]):
            for form, value in STRINGS.items():
                book.resource(
                    "any",
                    f"{name}-position-{index}-{form}",
                    type_,
                    position.format(value),
                    base=base,
                )
        for attribute, text in ATTRIBUTES.items():
            book.resource(
                "good", f"{name}-attribute-{attribute}", type_, "", base=base, attributes=text
            )
    layer = "AWS::Serverless::LayerVersion"
    base = "ContentUri: s3://code/layer.zip"
    for name, top in {
        "ref": "Outputs: { A: { Value: !Ref Thing } }",
        "getatt": "Outputs: { A: { Value: !GetAtt Thing.LayerVersionArn } }",
        "sub": "Outputs: { A: { Value: !Sub 'x${Thing}y${!Thing}' } }",
        "sub-attribute": "Outputs: { A: { Value: !Sub '${Thing.Arn}' } }",
        "sub-list": "Outputs: { A: { Value: !Sub ['${Thing}-${a}', { a: !Ref Thing }] } }",
        "if": "Outputs: { A: { Value: !If [IsOn, !Ref Thing, !GetAtt Thing.X] } }",
    }.items():
        book.resource("good", f"LayerVersion-refer-{name}", layer, "", base=base, top=top)
    for name, more in {
        "depends": "After: { Type: AWS::SNS::Topic, DependsOn: Thing }",
        "depends-list": "After: { Type: AWS::SNS::Topic, DependsOn: [Queue, Thing] }",
        "function": (
            "F: { Type: AWS::Serverless::Function, Properties: { Runtime: python3.13,"
            " Handler: a.b, CodeUri: s3://b/k, Layers: [!Ref Thing, !Sub '${Thing}'] } }"
        ),
        "two": f"Again: {{ Type: {layer}, Properties: {{ ContentUri: s3://code/layer.zip }} }}",
    }.items():
        book.resource("good", f"LayerVersion-refer-{name}", layer, "", base=base, more=more)
    book.resource(
        "good",
        "LayerVersion-retention-and-attribute",
        layer,
        "RetentionPolicy: Delete",
        base=base,
        attributes="DeletionPolicy: Retain",
    )
    for kind, body in {
        "Application": "Location: { ApplicationId: a, SemanticVersion: 1.0.0 }"
    }.items():
        book.template(
            "good",
            f"{kind}-same-twice",
            "".join(
                f"{id_}: {{ Type: AWS::Serverless::{kind}, Properties: {{ {body} }} }}\n"
                for id_ in ("One", "Two")
            ),
        )
        book.template(
            "any",
            f"{kind}-isolated",
            f"One: {{ Type: AWS::Serverless::{kind}, Properties: {{ {body} }} }}\n",
            head="# regions: us-iso-east-1",
        )
