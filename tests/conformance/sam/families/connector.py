"""Every connector profile: source, destination, permissions, by id and by properties."""

import itertools
import json
from importlib.resources import files

# A resource of each type that can be connected: alone, and as the SAM type that makes it.
FUNCTION = "Type: AWS::Lambda::Function\nProperties:\n  Role: !GetAtt Role.Arn"
PLAIN = {
    "AWS::Lambda::Function": FUNCTION,
    "AWS::DynamoDB::Table": (
        "Type: AWS::DynamoDB::Table\n"
        "Properties: { StreamSpecification: { StreamViewType: KEYS_ONLY } }"
    ),
    "AWS::StepFunctions::StateMachine": (
        "Type: AWS::StepFunctions::StateMachine\nProperties:\n  RoleArn: !GetAtt Role.Arn"
    ),
    "AWS::AppSync::DataSource": (
        "Type: AWS::AppSync::DataSource\nProperties:\n  ServiceRoleArn: !GetAtt Role.Arn"
    ),
    "AWS::Events::Rule": (
        "Type: AWS::Events::Rule\nProperties:\n  Targets:\n"
        "    - { Id: a, Arn: !GetAtt To.Arn, RoleArn: !GetAtt Role.Arn }\n"
        "    - { Id: b, Arn: !Ref To, RoleArn: !GetAtt Role.Arn }"
    ),
}
SAM = {
    "AWS::Lambda::Function": (
        "Type: AWS::Serverless::Function\nProperties:\n"
        "  Runtime: python3.13\n  Handler: a.b\n  CodeUri: s3://code/a.zip"
    ),
    "AWS::StepFunctions::StateMachine": (
        "Type: AWS::Serverless::StateMachine\nProperties:\n  DefinitionUri: s3://code/m.json"
    ),
    "AWS::ApiGateway::RestApi": (
        "Type: AWS::Serverless::Api\nProperties:\n  StageName: prod\n"
        "  DefinitionUri: s3://code/api.yaml"
    ),
    "AWS::ApiGatewayV2::Api": (
        "Type: AWS::Serverless::HttpApi\nProperties:\n  DefinitionUri: s3://code/api.yaml"
    ),
    "AWS::DynamoDB::Table": "Type: AWS::Serverless::SimpleTable",
}


def _resource(name: str, text: str) -> str:
    return f"{name}:\n" + "\n".join("  " + line for line in text.splitlines()) + "\n"


def _short(type_: str) -> str:
    return type_.replace("AWS::", "").replace("::", "")


def _connector(source: str, destination: str, permissions: str, more: str = "") -> str:
    return (
        f"Link:\n  Type: AWS::Serverless::Connector\n{more}  Properties:\n"
        f"    Source: {source}\n    Destination: {destination}\n"
        f"    Permissions: {permissions}\n"
    )


def cases(book) -> None:
    data = files("samtranslator.model.connector_profiles") / "profiles.json"
    profiles = json.loads(data.read_text(encoding="utf-8"))["Permissions"]
    for source, destinations in profiles.items():
        for destination, profile in destinations.items():
            _profile(book, source, destination, profile)
    _forms(book)
    _mistakes(book)


def _profile(book, source: str, destination: str, profile: dict) -> None:
    pair = f"{_short(source)}-{_short(destination)}"
    access = list(profile["Properties"]["AccessCategories"])
    ends = _resource("From", PLAIN.get(source, f"Type: {source}")) + _resource(
        "To", PLAIN.get(destination, f"Type: {destination}")
    )
    subsets = [
        list(subset)
        for size in range(1, len(access) + 1)
        for subset in itertools.combinations(access, size)
    ]
    for subset in subsets:
        book.template(
            "any",
            f"{pair}-{'-'.join(subset)}",
            _connector("{ Id: From }", "{ Id: To }", f"[{', '.join(subset)}]") + ends,
        )
    all_ = f"[{', '.join(reversed(access))}]"
    book.template(
        "bad", f"{pair}-permission", _connector("{ Id: From }", "{ Id: To }", "[Admin]") + ends
    )
    book.template("bad", f"{pair}-none", _connector("{ Id: From }", "{ Id: To }", "[]") + ends)
    if source in SAM or destination in SAM:
        ends = _resource("From", SAM.get(source, PLAIN.get(source, f"Type: {source}"))) + _resource(
            "To", SAM.get(destination, PLAIN.get(destination, f"Type: {destination}"))
        )
        book.template("any", f"{pair}-sam", _connector("{ Id: From }", "{ Id: To }", all_) + ends)
    full = (
        "Type: {}, Arn: !Sub 'arn:x:${{Text}}', RoleName: role, QueueUrl: !Ref Text,"
        " ResourceId: id, Name: name, Qualifier: '*'"
    )
    book.template(
        "any",
        f"{pair}-by-property",
        _connector("{ " + full.format(source) + " }", "{ " + full.format(destination) + " }", all_),
    )
    book.template(
        "any",
        f"{pair}-by-type-only",
        _connector(f"{{ Type: {source} }}", f"{{ Type: {destination} }}", all_),
    )
    book.template(
        "any",
        f"{pair}-several",
        _connector(
            "{ Id: From }", "[{ Id: To }, { Id: To }, { " + full.format(destination) + " }]", all_
        )
        + ends,
    )


TWO = _resource("From", SAM["AWS::Lambda::Function"]) + "To: { Type: AWS::SQS::Queue }\n"


def _forms(book) -> None:
    for name, attributes in {
        "condition": "  Condition: IsOn\n",
        "depends": "  DependsOn: To\n",
        "depends-list": "  DependsOn: [To, From]\n",
        "deletion": "  DeletionPolicy: Retain\n  UpdateReplacePolicy: Retain\n",
        "metadata": "  Metadata: { Owner: me }\n",
    }.items():
        book.template(
            "good",
            f"attribute-{name}",
            _connector("{ Id: From }", "{ Id: To }", "[Write]", attributes) + TWO,
        )
    for name, attribute in {"text": "Link", "list": "[Link, To]"}.items():
        book.template(
            "good",
            f"depended-on-{name}",
            _connector("{ Id: From }", "{ Id: To }", "[Write]")
            + TWO
            + f"After: {{ Type: AWS::SNS::Topic, DependsOn: {attribute} }}\n",
        )
    book.template(
        "good",
        "duplicate-permissions",
        _connector("{ Id: From }", "{ Id: To }", "[Write, Write, Read]") + TWO,
    )
    book.template(
        "good",
        "qualifier",
        _connector("{ Id: From, Qualifier: prod/GET/items }", "{ Id: To }", "[Write]")
        + _resource("From", SAM["AWS::ApiGateway::RestApi"])
        + _resource("To", SAM["AWS::Lambda::Function"]),
    )
    book.template(
        "good",
        "event-source-mapping",
        _connector("{ Id: From }", "{ Id: To }", "[Read, Write]")
        + "From: { Type: AWS::SQS::Queue }\n"
        + _resource(
            "To",
            SAM["AWS::Lambda::Function"]
            + "\n  Events:\n    E:\n      Type: SQS\n      Properties: { Queue: !GetAtt From.Arn }",
        ),
    )
    book.template(
        "good",
        "event-source-mapping-plain",
        _connector("{ Id: From }", "{ Id: To }", "[Read, Write]")
        + "From: { Type: AWS::SQS::Queue }\n"
        + _resource("To", FUNCTION)
        + "Mapping:\n  Type: AWS::Lambda::EventSourceMapping\n"
        "  DependsOn: From\n"
        "  Properties: { FunctionName: !Ref To, EventSourceArn: !GetAtt From.Arn }\n",
    )
    for name, properties in {
        "one": "Destination: { Id: To }\nPermissions: [Write]",
        "several": "Destination: [{ Id: To }, { Id: Again }]\nPermissions: [Write]",
        "source-reference": (
            "SourceReference: { Qualifier: q }\nDestination: { Id: To }\nPermissions: [Write]"
        ),
    }.items():
        _embedded(book, "good", f"embedded-{name}", properties)
    book.template(
        "good",
        "embedded-in-plain",
        "From:\n  Type: AWS::SNS::Topic\n  Connectors:\n"
        "    Link:\n      Properties: { Destination: { Id: To }, Permissions: [Write] }\n"
        "To: { Type: AWS::SQS::Queue }\n",
    )
    _embedded(
        book,
        "good",
        "embedded-depends",
        "Destination: { Id: To }\nPermissions: [Write]",
        "DependsOn: To",
    )


def _embedded(book, kind: str, name: str, properties: str, attributes: str = "") -> None:
    text = "From:\n  Type: AWS::Serverless::Function\n  Connectors:\n    Link:\n"
    for line in attributes.splitlines():
        text += f"      {line}\n"
    text += "      Properties:\n"
    text += "\n".join("        " + line for line in properties.splitlines()) + "\n"
    text += (
        "  Properties: { Runtime: python3.13, Handler: a.b, CodeUri: s3://code/a.zip }\n"
        "To: { Type: AWS::SQS::Queue }\nAgain: { Type: AWS::SNS::Topic }\n"
    )
    book.template(kind, name, text)


def _mistakes(book) -> None:
    for name, (source, destination, permissions) in {
        "no-such-source": ("{ Id: Nothing }", "{ Id: To }", "[Write]"),
        "no-such-destination": ("{ Id: From }", "{ Id: Nothing }", "[Write]"),
        "id-and-more": ("{ Id: From, Arn: a }", "{ Id: To }", "[Write]"),
        "neither": ("{}", "{ Id: To }", "[Write]"),
        "no-type": ("{ Arn: a }", "{ Id: To }", "[Write]"),
        "type-map": ("{ Type: { Ref: Text } }", "{ Id: To }", "[Write]"),
        "id-map": ("{ Id: !Ref Text }", "{ Id: To }", "[Write]"),
        "id-blank": ("{ Id: '' }", "{ Id: To }", "[Write]"),
        "source-list": ("[{ Id: From }]", "{ Id: To }", "[Write]"),
        "source-text": ("From", "{ Id: To }", "[Write]"),
        "destination-text": ("{ Id: From }", "To", "[Write]"),
        "destination-empty": ("{ Id: From }", "[]", "[Write]"),
        "destination-list-text": ("{ Id: From }", "[To]", "[Write]"),
        "permissions-text": ("{ Id: From }", "{ Id: To }", "Write"),
        "permissions-map": ("{ Id: From }", "{ Id: To }", "[{ Ref: Text }]"),
        "no-profile": ("{ Id: To }", "{ Id: To }", "[Write]"),
        "backwards": ("{ Id: To }", "{ Id: From }", "[Write]"),
        "role-missing": ("{ Id: Bare }", "{ Id: To }", "[Write]"),
        "role-text": ("{ Id: Named }", "{ Id: To }", "[Write]"),
    }.items():
        book.template(
            "any",
            f"mistake-{name}",
            _connector(source, destination, permissions)
            + TWO
            + "Bare: { Type: AWS::Lambda::Function }\n"
            + "Named: { Type: AWS::Lambda::Function,"
            " Properties: { Role: 'arn:aws:iam::123456789012:role/r' } }\n",
        )
    for name, text in {
        "no-source": "Destination: { Id: To }, Permissions: [Write]",
        "no-destination": "Source: { Id: From }, Permissions: [Write]",
        "no-permissions": "Source: { Id: From }, Destination: { Id: To }",
    }.items():
        book.template(
            "bad",
            f"mistake-{name}",
            f"Link: {{ Type: AWS::Serverless::Connector, Properties: {{ {text} }} }}\n" + TWO,
        )
    for name, properties in {
        "embedded-source": "Source: { Id: To }\nDestination: { Id: To }\nPermissions: [Write]",
        "embedded-id": "SourceReference: { Id: X }\nDestination: { Id: To }\nPermissions: [Write]",
        "embedded-reference-text": (
            "SourceReference: X\nDestination: { Id: To }\nPermissions: [Write]"
        ),
        "embedded-no-destination": "Permissions: [Write]",
    }.items():
        _embedded(book, "any", f"mistake-{name}", properties)
    rest = (
        "\n  Properties: { Runtime: python3.13, Handler: a.b, CodeUri: s3://code/a.zip }\n"
        "To: { Type: AWS::SQS::Queue }\n"
    )
    for name, connectors in {
        "embedded-list": "[{ Properties: {} }]",
        "embedded-text": "Link",
        "embedded-empty": "{}",
        "embedded-connector-text": "{ Link: text }",
        "embedded-no-properties": "{ Link: {} }",
        "embedded-properties-text": "{ Link: { Properties: x } }",
    }.items():
        book.template(
            "any",
            f"mistake-{name}",
            f"From:\n  Type: AWS::Serverless::Function\n  Connectors: {connectors}{rest}",
        )
    book.template(
        "any",
        "mistake-embedded-duplicate",
        "From:\n  Type: AWS::SNS::Topic\n  Connectors:\n    Link:\n      Properties:"
        " { Destination: { Id: To }, Permissions: [Write] }\n"
        "To: { Type: AWS::SQS::Queue }\nFromLink: { Type: AWS::SNS::Topic }\n",
    )
