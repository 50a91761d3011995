"""What a template means once it is deployed: its functions replaced with what they give.

`Settled` knows the parameters, conditions and physical ids of one stack; `adapted` makes of a template one
that the simulator can deploy.
"""

import copy
import re
from collections import Counter
from typing import Any

ACCOUNT, REGION = "123456789012", "us-east-1"
PSEUDO = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws",
          "AWS::URLSuffix": "amazonaws.com"}
NOTHING = object()  # AWS::NoValue
VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")

# What moto 5.2 really makes of a stack, and all that is asked of it here. It ignores other types in
# silence, and fails on what refers to their attributes.
MADE = {
    "AWS::ApiGateway::RestApi", "AWS::CloudWatch::Dashboard", "AWS::DynamoDB::Table", "AWS::Events::EventBus",
    "AWS::Events::Rule", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::KMS::Alias", "AWS::KMS::Key",
    "AWS::Kinesis::Stream", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::Lambda::Version", "AWS::Logs::LogGroup",
    "AWS::Route53::HostedZone", "AWS::Route53::RecordSet", "AWS::S3::Bucket", "AWS::SNS::Topic",
    "AWS::SQS::Queue", "AWS::SSM::Parameter", "AWS::StepFunctions::StateMachine",
}
# Attributes as the simulator builds them.
ATTRIBUTES = {
    ("AWS::Lambda::Function", "Arn"): "arn:aws:lambda:{region}:{account}:function:{id}",
    ("AWS::DynamoDB::Table", "Arn"): "arn:aws:dynamodb:{region}:{account}:table/{id}",
    ("AWS::IAM::Role", "Arn"): "arn:aws:iam::{account}:role/{id}",
    ("AWS::S3::Bucket", "Arn"): "arn:aws:s3:::{id}",
    ("AWS::Events::Rule", "Arn"): "arn:aws:events:{region}:{account}:rule/{id}",
    ("AWS::SNS::Topic", "TopicArn"): "{id}",
    ("AWS::Logs::LogGroup", "Arn"): "arn:aws:logs:{region}:{account}:log-group:{id}",  # moto has no :* here
    ("AWS::KMS::Key", "Arn"): "arn:aws:kms:{region}:{account}:key/{id}",
}


def placeholder(logical_id: str, attribute: str = "") -> str:
    """What stands for a resource that is left out, or for its attribute."""
    if attribute.endswith("Arn"):
        return f"arn:aws:none:{REGION}:{ACCOUNT}:{logical_id}"
    return f"left-out-{logical_id.lower()}"


class Settled:
    """Values of a deployed stack, with every function computed."""

    def __init__(self, template: dict[str, Any], params: dict[str, str], physical: dict[str, str]) -> None:
        self.template, self.physical = template, physical
        self.pseudo = {**PSEUDO, "AWS::StackName": params.get("AWS::StackName", "stack")}
        self.types = {name: made["Type"] for name, made in template["Resources"].items()}
        self.params = {name: params.get(name, row.get("Default"))
                       for name, row in template.get("Parameters", {}).items()}

    def condition(self, name: str) -> bool:
        return bool(self.value(self.template["Conditions"][name]))

    def reference(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.params:
            return self.params[name]
        return self.physical.get(name) or placeholder(name)

    def attribute(self, name: str, attribute: str) -> Any:
        form = ATTRIBUTES.get((self.types.get(name, ""), attribute))
        physical = self.physical.get(name)
        if physical and self.types.get(name) == "AWS::SQS::Queue":
            last = physical.rsplit("/", 1)[-1]
            return last if attribute == "QueueName" else f"arn:aws:sqs:{REGION}:{ACCOUNT}:{last}"
        if form and physical:
            return form.format(region=REGION, account=ACCOUNT, id=physical)
        return placeholder(name, attribute)

    def text(self, name: str) -> str:
        head, _, attribute = name.partition(".")
        return str(self.attribute(head, attribute) if attribute else self.reference(name))

    def value(self, x: Any) -> Any:
        if isinstance(x, list):
            return [made for item in x if (made := self.value(item)) is not NOTHING]
        if not isinstance(x, dict):
            return x
        if len(x) == 1:
            name, argument = next(iter(x.items()))
            call = getattr(self, "_" + name.removeprefix("Fn::").lower(), None)
            if call and (name.startswith("Fn::") or name == "Ref" or (name == "Condition" and isinstance(argument, str))):
                return call(argument)
        return {key: made for key, item in x.items() if (made := self.value(item)) is not NOTHING}

    def _ref(self, name: str) -> Any:
        return self.reference(name)

    def _condition(self, name: str) -> bool:
        return self.condition(name)

    def _getatt(self, path: Any) -> Any:
        name, attribute = path if isinstance(path, list) else path.split(".", 1)
        return self.attribute(name, attribute)

    def _sub(self, argument: Any) -> str:
        text, given = argument if isinstance(argument, list) else (argument, {})
        given = self.value(given)
        made = VARIABLE.sub(lambda m: str(given[m[1]]) if m[1] in given else self.text(m[1]), text)
        return made.replace("${!", "${")

    def _join(self, argument: list) -> str:
        return self.value(argument[0]).join(str(item) for item in self.value(argument[1]))

    def _select(self, argument: list) -> Any:
        return self.value(argument[1])[int(self.value(argument[0]))]

    def _split(self, argument: list) -> list[str]:
        return self.value(argument[1]).split(argument[0])

    def _if(self, argument: list) -> Any:
        return self.value(argument[1 if self.condition(argument[0]) else 2])

    def _equals(self, argument: list) -> bool:
        return str(self.value(argument[0])) == str(self.value(argument[1]))

    def _not(self, argument: list) -> bool:
        return not self.value(argument[0])

    def _and(self, argument: list) -> bool:
        return all(self.value(item) for item in argument)

    def _or(self, argument: list) -> bool:
        return any(self.value(item) for item in argument)

    def _findinmap(self, argument: list) -> Any:
        first, second, third = (self.value(item) for item in argument)
        return self.template["Mappings"][first][second][third]


def _is_lost(made: dict[str, Any], gone: set[str]) -> bool:
    """Whether a resource belongs to an alias that is left out, or to a hosted zone outside of the stack."""
    p = made.get("Properties", {})
    if made["Type"] == "AWS::Route53::RecordSet":
        return isinstance(p.get("HostedZoneId"), str)
    return made["Type"].startswith("AWS::Lambda::") and p.get("FunctionName", {}) in [{"Ref": name} for name in gone]


def adapted(template: dict[str, Any]) -> tuple[dict[str, Any], Counter]:
    """The template as the simulator can deploy it, and what was done to it: types that it doesn't make are
    left out, what refers to them refers to a text, and a REST API has no body (those are imported)."""
    template, done = copy.deepcopy(template), Counter()
    resources = template["Resources"]
    gone = {name for name, made in resources.items() if made["Type"] not in MADE}
    for name in gone:
        done[f"left out {resources.pop(name)['Type']}"] += 1
    for name in [name for name, made in resources.items() if _is_lost(made, gone)]:
        gone.add(name)
        done[f"left out {resources.pop(name)['Type']} of what is left out, or isn't there"] += 1
    for made in resources.values():
        if made["Type"] == "AWS::ApiGateway::RestApi" and made["Properties"].pop("Body", None):
            done["AWS::ApiGateway::RestApi without its Body, which is imported by itself"] += 1
            made["Properties"].setdefault("Name", "api")
        if made["Type"] == "AWS::KMS::Key" and made["Properties"].pop("Tags", None):
            done["keys without their tags, which moto fails on"] += 1
        needs = made.pop("DependsOn", [])
        needs = [name for name in ([needs] if isinstance(needs, str) else needs) if name not in gone]
        if needs:
            made["DependsOn"] = needs
    return _without(template, gone, done), done


def _without(x: Any, gone: set[str], done: Counter) -> Any:
    if isinstance(x, list):
        return [_without(item, gone, done) for item in x]
    if not isinstance(x, dict):
        return x
    if set(x) == {"Ref"} and x["Ref"] in gone:
        done["references to what is left out are texts"] += 1
        return placeholder(x["Ref"])
    if set(x) == {"Fn::GetAtt"}:
        path = x["Fn::GetAtt"] if isinstance(x["Fn::GetAtt"], list) else x["Fn::GetAtt"].split(".", 1)
        if path[0] in gone:
            done["references to what is left out are texts"] += 1
            return placeholder(*path)
    if set(x) == {"Fn::Sub"}:
        argument = x["Fn::Sub"]
        text, rest = (argument[0], argument[1:]) if isinstance(argument, list) else (argument, [])

        def put(match: re.Match) -> str:
            head, _, attribute = match[1].partition(".")
            if head not in gone:
                return match[0]
            done["references to what is left out are texts"] += 1
            return placeholder(head, attribute)

        text = VARIABLE.sub(put, text)
        return {"Fn::Sub": [text, *_without(rest, gone, done)] if rest else text}
    return {key: _without(item, gone, done) for key, item in x.items()}
