"""The inputs that the tables of families/ describe, and the text they share.

A case is a whole template, made of the few lines that matter and what those lines refer to: the
parameters, conditions, mappings and resources below are put in where a case names them.
"""

import re
import textwrap
import zlib
from pathlib import Path

# What a case may refer to: name, and the text of its section when it is named.
PARAMETERS = {
    "Text": "{ Type: String, Default: text }",
    "Number": "{ Type: Number, Default: 5 }",
    "Flag": "{ Type: String, Default: 'true' }",
    "Words": "{ Type: CommaDelimitedList, Default: 'one,two' }",
    "Unset": "{ Type: String }",
    "Stored": "{ Type: 'AWS::SSM::Parameter::Value<String>', Default: /path/to/value }",
}
CONDITIONS = {
    "IsOn": "!Equals [!Ref AWS::Region, us-east-1]",
    "IsOff": "!Not [{ Condition: IsOn }]",
}
MAPPINGS = {
    "Map": "{ one: { text: mapped, number: 3, flag: 'true', allatonce: AllAtOnce } }",
}
RESOURCES = {
    "Queue": "{ Type: AWS::SQS::Queue }",
    "Topic": "{ Type: AWS::SNS::Topic }",
    "Bucket": "{ Type: AWS::S3::Bucket }",
    "Stream": "{ Type: AWS::Kinesis::Stream, Properties: { ShardCount: 1 } }",
    "Table": "{ Type: AWS::DynamoDB::Table, Properties: { BillingMode: PAY_PER_REQUEST } }",
    "Bus": "{ Type: AWS::Events::EventBus, Properties: { Name: bus } }",
    "Pool": "{ Type: AWS::Cognito::UserPool }",
    "Key": "{ Type: AWS::KMS::Key }",
    "Role": "{ Type: AWS::IAM::Role }",
    "LogGroup": "{ Type: AWS::Logs::LogGroup }",
    "Alarm": "{ Type: AWS::CloudWatch::Alarm }",
    "Group": "{ Type: AWS::EC2::SecurityGroup }",
    "Other": "{ Type: AWS::Serverless::Function, Properties: { Runtime: python3.13,"
             " Handler: other.main, CodeUri: s3://code/other.zip } }",
}

# Each intrinsic function where a string may stand.
STRINGS = {
    "ref": "!Ref Text",
    "ref-unset": "!Ref Unset",
    "ref-stored": "!Ref Stored",
    "ref-resource": "!Ref Queue",
    "ref-pseudo": "!Ref AWS::StackName",
    "getatt": "!GetAtt Queue.Arn",
    "sub": '!Sub "${Text}-${AWS::Region}-${Queue.Arn}"',
    "sub-map": '!Sub ["${a}-${Text}", { a: !Ref AWS::AccountId }]',
    "join": "!Join ['-', [a, !Ref Text, !GetAtt Queue.QueueName]]",
    "if": "!If [IsOn, yes-value, !Ref Text]",
    "if-novalue": "!If [IsOn, yes-value, !Ref AWS::NoValue]",
    "find": "!FindInMap [Map, one, text]",
    "import": "!ImportValue shared-value",
    "import-sub": "{ 'Fn::ImportValue': !Sub '${AWS::StackName}-value' }",
    "select": "!Select [0, !Ref Words]",
    "split": "!Select [1, !Split ['-', !Ref Text]]",
    "dynamic": "'{{resolve:ssm:/path/to/value:1}}'",
    "base64": "!Base64 text",
}


def indent(text: str, by: int) -> str:
    return textwrap.indent(textwrap.dedent(text).strip("\n"), " " * by)


def names(text: str) -> set[str]:
    """The words of a text that may be names of something above."""
    return set(re.findall(r"[A-Za-z][A-Za-z0-9]*", text))


def keys(text: str) -> set[str]:
    """The keys at the outermost level of a block."""
    return set(re.findall(r"^([A-Za-z][A-Za-z0-9]*):", textwrap.dedent(text), re.MULTILINE))


def without(base: str, props: str) -> str:
    """The lines of `base` (one property a line) whose keys `props` doesn't set."""
    mine = keys(props)
    return "\n".join(line for line in base.splitlines() if line.split(":")[0] not in mine)


# A generated case is tried in the first region, and every third one in one of the others too.
REGIONS = ("ap-southeast-1", "cn-north-1", "us-gov-west-1")


def _regions(name: str, text: str) -> str:
    """The comment that says where a case is tried, unless its text does."""
    if "# regions:" in text:
        return ""
    which, turn = divmod(zlib.crc32(name.encode()), 3)
    other = " " + REGIONS[which % len(REGIONS)] if turn == 0 else ""
    return f"# regions: us-east-1{other}\n"


FUNCTION = """\
Runtime: nodejs22.x
Handler: index.handler
CodeUri: s3://code/function.zip"""


class Book:
    """Collects cases; `family` is the first part of their names."""

    def __init__(self) -> None:
        self.family = ""
        self.cases: dict[tuple[str, str], str] = {}

    def add(self, kind: str, name: str, text: str) -> None:
        """A case with its whole text; `kind` is good, bad or any."""
        key = (kind, f"{self.family}--{name}")
        if any((other, key[1]) in self.cases for other in ("good", "bad", "any")):
            raise ValueError(f"two cases have the name {key[1]}")
        self.cases[key] = text

    def template(self, kind: str, name: str, resources: str, top: str = "", head: str = "") -> None:
        """A case with these resources, the sections `top`, and what both refer to."""
        resources = textwrap.dedent(resources).strip("\n")
        top = textwrap.dedent(top).strip("\n")
        used = names(resources + top)
        own = keys(resources)
        if "IsOff" in used:
            used.add("IsOn")
        sections = ["Transform: AWS::Serverless-2016-10-31"]
        for title, table in (
            ("Parameters", PARAMETERS), ("Conditions", CONDITIONS), ("Mappings", MAPPINGS)
        ):
            rows = [f"  {row}: {text}" for row, text in table.items() if row in used]
            if rows and not re.search(f"^{title}:", top, re.MULTILINE):
                sections.append("\n".join([f"{title}:", *rows]))
        if top:
            sections.append(top)
        rows = [f"  {row}: {text}" for row, text in RESOURCES.items()
                if re.search(rf"(!Ref |!GetAtt |\$\{{|Id: |DependsOn: |\[){row}\b", resources + top)
                and row not in own]
        sections.append("\n".join(["Resources:", indent(resources, 2), *rows]))
        head = head + "\n" if head else ""
        self.add(kind, name, head + "\n".join(sections) + "\n")

    def resource(self, kind: str, name: str, type_: str, props: str, *, base: str = "",
                 attributes: str = "", more: str = "", top: str = "", id_: str = "Thing",
                 head: str = "") -> None:
        """A case of one resource: `props` over `base`, with `attributes` beside Type."""
        base = without(base, props)
        text = f"{id_}:\n  Type: {type_}\n"
        if attributes:
            text += indent(attributes, 2) + "\n"
        body = "\n".join(part for part in (base, textwrap.dedent(props).strip("\n")) if part)
        if body:
            text += "  Properties:\n" + indent(body, 4) + "\n"
        if more:
            text += textwrap.dedent(more).strip("\n")
        self.template(kind, name, text, top, head)

    def function(self, kind: str, name: str, props: str, **more: str) -> None:
        """A case of one function."""
        self.resource(kind, name, "AWS::Serverless::Function", props,
                      **{"base": FUNCTION, **more})

    def event(self, kind: str, name: str, type_: str, needs: str, *, event: str = "",
              props: str = "", **more: str) -> None:
        """A case of one function with one event, whose properties are `needs`; `event` is what
        stands beside its Type, `props` other properties of the function."""
        text = f"Events:\n  Event:\n    Type: {type_}\n"
        if event:
            text += indent(event, 4) + "\n"
        if needs:
            text += "    Properties:\n" + indent(needs, 6) + "\n"
        if props:
            text = textwrap.dedent(props).strip("\n") + "\n" + text
        self.function(kind, name, text, **more)

    def write(self, folder: Path) -> None:
        """Writes the cases, and removes what earlier tables have left there."""
        wanted = {folder / kind / f"{name}.yaml": _regions(name, text) + text
                  for (kind, name), text in self.cases.items()}
        for kind in ("good", "bad", "any"):
            (folder / kind).mkdir(parents=True, exist_ok=True)
            for old in (folder / kind).glob("*.yaml"):
                if old not in wanted:
                    old.unlink()
        for path, text in wanted.items():
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
