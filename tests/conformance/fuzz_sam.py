#!/usr/bin/env python3
"""Random SAM templates, through apic expand and through the reference translator.

    fuzz_sam.py [--seed S] [--count N] [--jobs J] [--changed | --modelled]

They are made from nothing; with --modelled by the models of resources that the translator carries;
with --changed from the inputs of the stage `expand`: two of them together, with a value taken away,
put elsewhere or replaced with one of another kind.
Template number I of seed S is always the same one. What differs is left in build/conformance/fuzz,
for sam_diff.py.
"""

import argparse
import copy
import json
import multiprocessing
import random
import sys
from pathlib import Path
from typing import Any, Callable

import environment

environment.enter_venv()

import yaml  # noqa: E402

import expansion  # noqa: E402
import reference  # noqa: E402
import sam_diff  # noqa: E402
import sam_models  # noqa: E402

FOLDER = environment.WORK / "fuzz"
CONDITIONS = ("IsMain", "IsOther", "IsThird")
WORDS = ("alpha", "beta", "gamma", "delta", "omega", "prod", "x-1", "Y_2", "ä")
METHODS = ("get", "post", "PUT", "delete", "any", "patch", "Head")
MANAGED = ("AWSLambdaExecute", "AmazonS3ReadOnlyAccess", "NotAPolicy",
           "arn:aws:iam::aws:policy/AmazonSQSFullAccess")


class Maker:
    """Makes one template: each method adds to it or returns a value for it."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.resources: dict[str, Any] = {}
        self.apis: list[str] = []
        self.https: list[str] = []
        self.functions: list[str] = []

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, values: Any) -> Any:
        return self.random.choice(list(values))

    def text(self) -> Any:
        """A text, plain or by an intrinsic function."""
        word = self.pick(WORDS)
        return self.pick([
            word, word, word, {"Ref": "Name"}, {"Ref": "Unset"}, {"Fn::Sub": "${Name}-" + word},
            {"Fn::Sub": ["${a}-${AWS::Region}", {"a": {"Ref": "Name"}}]},
            {"Fn::If": ["IsMain", word, {"Ref": "Name"}]}, {"Fn::GetAtt": ["Queue", "Arn"]},
            {"Fn::FindInMap": ["Map", "one", "two"]}, {"Fn::ImportValue": word},
            {"Fn::Join": ["-", [word, {"Ref": "AWS::StackName"}]]},
        ])

    def number(self) -> Any:
        return self.pick([1, 5, 128, "256", {"Ref": "Count"}, {"Fn::If": ["IsOther", 1, 2]}])

    def some(self, rows: dict[str, Callable[[], Any]], share: float = 0.25) -> dict[str, Any]:
        """Some of the properties, in any order."""
        names = [name for name in rows if self.chance(share)]
        self.random.shuffle(names)
        return {name: rows[name]() for name in names}

    def tags(self) -> dict[str, Any]:
        return {self.pick(WORDS): self.text() for _ in range(self.random.randrange(4))}

    def add(self, prefix: str, resource: dict[str, Any]) -> str:
        name = f"{prefix}{len(self.resources)}"
        for attribute, values, share in (
            ("Condition", CONDITIONS, 0.15), ("DeletionPolicy", ("Retain", "Delete"), 0.1),
            ("UpdateReplacePolicy", ("Retain", "Delete"), 0.1), ("DependsOn", ("Queue",), 0.1),
        ):
            if self.chance(share):
                resource[attribute] = self.pick(values)
        self.resources[name] = resource
        return name

    def policies(self) -> Any:
        one = [
            lambda: self.pick(MANAGED), lambda: {"Ref": "Name"},
            lambda: {"S3ReadPolicy": {"BucketName": self.text()}},
            lambda: {"DynamoDBCrudPolicy": {"TableName": self.text()}},
            lambda: {"VPCAccessPolicy": {}},
            lambda: {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": self.text()}]},
            lambda: {"Fn::If": ["IsMain", self.pick(MANAGED), {"Ref": "AWS::NoValue"}]},
        ]
        return [self.pick(one)() for _ in range(self.random.randrange(1, 4))]

    def rest_event(self) -> dict[str, Any]:
        props = {"Path": self.path(), "Method": self.pick(METHODS)}
        if self.apis and self.chance(0.6):
            props["RestApiId"] = {"Ref": self.pick(self.apis)}
        props.update(self.some({
            "TimeoutInMillis": lambda: 5000,
            "RequestParameters": lambda: ["method.request.querystring.a"],
            "Auth": lambda: self.pick([{"ApiKeyRequired": True}, {"Authorizer": "AWS_IAM"},
                                       {"Authorizer": "Own"}, {"Authorizer": "NONE"}]),
        }, 0.2))
        return {"Type": "Api", "Properties": props}

    def http_event(self) -> dict[str, Any]:
        props: dict[str, Any] = {}
        if self.chance(0.9):
            props = {"Path": self.path(), "Method": self.pick(METHODS)}
        if self.https and self.chance(0.6):
            props["ApiId"] = {"Ref": self.pick(self.https)}
        props.update(self.some({
            "TimeoutInMillis": lambda: 5000, "PayloadFormatVersion": lambda: "1.0",
            "RouteSettings": lambda: {"ThrottlingBurstLimit": 3},
            "Auth": lambda: self.pick([{"Authorizer": "Jwt"}, {"Authorizer": "NONE"}]),
        }, 0.15))
        return {"Type": "HttpApi", "Properties": props} if props else {"Type": "HttpApi"}

    def path(self) -> str:
        parts = [self.pick(("a", "b", "items", "{id}", "x-y")) for _ in
                 range(self.random.randrange(3))]
        return "/" + "/".join(parts) + self.pick(("", "", "", "/{proxy+}"))

    def event(self) -> dict[str, Any]:
        queue = {"Fn::GetAtt": ["Queue", "Arn"]}
        polled = lambda: self.some({  # noqa: E731
            "BatchSize": self.number, "Enabled": lambda: self.chance(0.5),
            "FilterCriteria": lambda: {"Filters": [{"Pattern": "{}"}]},
            "DestinationConfig": lambda: {"OnFailure": {
                "Type": self.pick(("SQS", "SNS", "S3")), "Destination": self.text()}},
        })
        made = [
            self.rest_event, self.rest_event, self.http_event, self.http_event,
            lambda: {"Type": "Schedule", "Properties": {"Schedule": self.text(), **self.some({
                "Input": self.text, "Enabled": lambda: self.chance(0.5), "Name": self.text,
                "DeadLetterConfig": lambda: self.pick([{"Type": "SQS"}, {"Arn": queue}])})}},
            lambda: {"Type": "ScheduleV2", "Properties": {
                "ScheduleExpression": self.text(), **self.some({
                    "Input": self.text, "GroupName": self.text, "OmitName": lambda: True,
                    "DeadLetterConfig": lambda: self.pick([{"Type": "SQS"}, {"Arn": queue}])})}},
            lambda: {"Type": self.pick(("EventBridgeRule", "CloudWatchEvent")), "Properties": {
                "Pattern": {"source": [self.pick(WORDS)]}, **self.some({
                    "EventBusName": self.text, "InputPath": lambda: "$.a",
                    "Target": lambda: {"Id": "t"}})}},
            lambda: {"Type": "SQS", "Properties": {"Queue": self.text(), **polled()}},
            lambda: {"Type": self.pick(("Kinesis", "DynamoDB")), "Properties": {
                "Stream": self.text(), "StartingPosition": "LATEST", **polled()}},
            lambda: {"Type": "SNS", "Properties": {"Topic": {"Ref": "Topic"}, **self.some({
                "FilterPolicy": lambda: {"a": ["b"]}, "SqsSubscription": lambda: True})}},
            lambda: {"Type": "S3", "Properties": {
                "Bucket": {"Ref": "Bucket"}, "Events": self.pick(
                    ("s3:ObjectCreated:*", ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"]))}},
            lambda: {"Type": "CloudWatchLogs", "Properties": {
                "LogGroupName": self.text(), "FilterPattern": ""}},
            lambda: {"Type": "IoTRule", "Properties": {"Sql": self.text()}},
            lambda: {"Type": "AlexaSkill"},
        ]
        return self.pick(made)()

    def function(self) -> None:
        props: dict[str, Any] = {"Runtime": "python3.13", "Handler": "a.b", "CodeUri": self.pick([
            "s3://bucket/key.zip", {"Bucket": self.text(), "Key": self.text()}])}
        props.update(self.some({
            "FunctionName": self.text, "Description": self.text, "MemorySize": self.number,
            "Timeout": self.number, "Tags": self.tags, "PropagateTags": lambda: self.chance(0.7),
            "Environment": lambda: {"Variables": {self.pick("ABC"): self.text()}},
            "Policies": self.policies, "Tracing": lambda: self.pick(("Active", "Disabled")),
            "Role": lambda: self.pick([{"Fn::GetAtt": ["Role", "Arn"]}, {"Fn::If": [
                "IsMain", {"Fn::GetAtt": ["Role", "Arn"]}, {"Ref": "AWS::NoValue"}]}]),
            "VpcConfig": lambda: {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]},
            "FunctionUrlConfig": lambda: {"AuthType": self.pick(("NONE", "AWS_IAM"))},
            "DeadLetterQueue": lambda: {"Type": "SQS", "TargetArn": self.text()},
            "EventInvokeConfig": lambda: {"DestinationConfig": {
                "OnFailure": {"Type": self.pick(("SQS", "SNS"))}}},
            "PermissionsBoundary": self.text, "Layers": lambda: [self.text()],
        }))
        if self.chance(0.3):
            props["AutoPublishAlias"] = self.pick(("live", "my-alias", {"Ref": "Plain"}))
            props.update(self.some({
                "DeploymentPreference": lambda: {
                    "Type": self.pick(("AllAtOnce", "Canary10Percent5Minutes", "Own")),
                    **self.some({"Alarms": lambda: [self.text()], "Role": self.text,
                                 "PassthroughCondition": lambda: True})},
                "AutoPublishAliasAllProperties": lambda: True,
                "ProvisionedConcurrencyConfig": lambda: {"ProvisionedConcurrentExecutions": 2},
            }))
        events = {f"E{index}": self.event() for index in range(self.random.randrange(4))}
        if events:
            props["Events"] = events
        self.functions.append(self.add("Function", {
            "Type": "AWS::Serverless::Function", "Properties": props}))

    def rest_api(self) -> None:
        props: dict[str, Any] = {"StageName": self.pick(("prod", "v-1", {"Ref": "Name"}))}
        authorizers = {"Own": self.pick([
            {"UserPoolArn": self.text()}, {"FunctionArn": self.text()},
            {"FunctionArn": self.text(), "FunctionPayloadType": "REQUEST",
             "Identity": {"Headers": ["A"], "ReauthorizeEvery": 10}}])}
        props.update(self.some({
            "Name": self.text, "Tags": self.tags, "PropagateTags": lambda: True,
            "Cors": lambda: self.pick(["'*'", {"AllowOrigin": "'a'", "AllowHeaders": "'b'"}]),
            "Auth": lambda: {"Authorizers": authorizers, **self.some({
                "DefaultAuthorizer": lambda: self.pick(("Own", "AWS_IAM")),
                "ApiKeyRequired": lambda: True,
                "UsagePlan": lambda: {"CreateUsagePlan": self.pick(("PER_API", "SHARED"))},
                "ResourcePolicy": lambda: {"IpRangeWhitelist": ["1.2.3.4"]},
                "AddDefaultAuthorizerToCorsPreflight": lambda: False})},
            "EndpointConfiguration": lambda: self.pick(("EDGE", {"Type": "REGIONAL"})),
            "OpenApiVersion": lambda: self.pick(("3.0.1", "2.0")),
            "BinaryMediaTypes": lambda: ["image~1png", self.text()],
            "Models": lambda: {"Item": {"type": "object"}},
            "GatewayResponses": lambda: {"DEFAULT_4XX": {"StatusCode": 400}},
            "Domain": lambda: {"DomainName": self.text(), "CertificateArn": "c", **self.some({
                "BasePath": lambda: ["a", "b-c"], "Route53": lambda: {"HostedZoneId": "Z"}})},
            "MethodSettings": lambda: [{"HttpMethod": "*", "ResourcePath": "/*"}],
            "Variables": lambda: {"a": self.text()}, "TracingEnabled": lambda: True,
        }))
        self.apis.append(self.add("Rest", {"Type": "AWS::Serverless::Api", "Properties": props}))

    def http_api(self) -> None:
        jwt = {"IdentitySource": "$request.header.A", "JwtConfiguration": {
            "issuer": self.text(), "audience": ["a"]}}
        props = self.some({
            "Name": self.text, "Tags": self.tags,
            "StageName": lambda: self.pick(("live", "$default")),
            "CorsConfiguration": lambda: self.pick([True, {"AllowOrigins": ["a"]}]),
            "Auth": lambda: {"Authorizers": {"Jwt": jwt}, **self.some(
                {"DefaultAuthorizer": lambda: "Jwt", "EnableIamAuthorizer": lambda: True}, 0.5)},
            "FailOnWarnings": lambda: True, "Description": self.text,
            "StageVariables": lambda: {"a": self.text()},
            "Domain": lambda: {"DomainName": self.text(), "CertificateArn": "c"},
            "DisableExecuteApiEndpoint": lambda: True,
        })
        self.https.append(self.add("Http", {
            "Type": "AWS::Serverless::HttpApi", "Properties": props}))

    def machine(self) -> None:
        props: dict[str, Any] = {"Definition": {"StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": self.text(), "End": True}}}}
        props.update(self.some({
            "Name": self.text, "Type": lambda: "EXPRESS", "Tags": self.tags,
            "Policies": self.policies, "Tracing": lambda: {"Enabled": True},
            "AutoPublishAlias": lambda: "live", "PermissionsBoundary": self.text,
            "Events": lambda: {"E": self.pick([
                {"Type": "Schedule", "Properties": {"Schedule": self.text()}},
                {"Type": "Api", "Properties": {"Path": self.path(), "Method": "post"}},
                {"Type": "EventBridgeRule", "Properties": {"Pattern": {"a": ["b"]}}}])},
        }))
        self.add("Machine", {"Type": "AWS::Serverless::StateMachine", "Properties": props})

    def small(self) -> None:
        kind, props = self.pick([
            ("SimpleTable", {"TableName": self.text()}), ("SimpleTable", {}),
            ("LayerVersion", {"ContentUri": "s3://b/k", "CompatibleRuntimes": [self.text()]}),
            ("Application", {"Location": "https://s3.amazonaws.com/b/k",
                             "Parameters": {"A": self.text()}}),
        ])
        self.add(kind, {"Type": f"AWS::Serverless::{kind}", "Properties": props})

    def connector(self) -> None:
        if self.functions:
            self.add("Link", {"Type": "AWS::Serverless::Connector", "Properties": {
                "Source": {"Id": self.pick(self.functions)},
                "Destination": {"Id": self.pick(("Queue", "Topic", "Bucket"))},
                "Permissions": ["Write"]}})

    def template(self) -> dict[str, Any]:
        for make, most in ((self.rest_api, 2), (self.http_api, 2), (self.function, 4),
                           (self.machine, 1), (self.small, 2), (self.connector, 1)):
            for _ in range(self.random.randrange(most + 1)):
                make()
        if not self.resources:
            self.function()
        globals_ = self.some({"Function": lambda: self.some({
            "Timeout": self.number, "Tags": self.tags, "Tracing": lambda: "Active",
            "Environment": lambda: {"Variables": {"G": self.text()}}}, 0.5),
            "Api": lambda: self.some({"Cors": lambda: "'g'", "Name": self.text}, 0.5)}, 0.3)
        return {
            "Transform": "AWS::Serverless-2016-10-31",
            "Parameters": {"Name": {"Type": "String", "Default": "name"},
                           "Plain": {"Type": "String", "Default": "plain"},
                           "Count": {"Type": "Number", "Default": 7}, "Unset": {"Type": "String"}},
            "Conditions": {name: {"Fn::Equals": [{"Ref": "Name"}, name]} for name in CONDITIONS},
            "Mappings": {"Map": {"one": {"two": "three"}}},
            **({"Globals": globals_} if globals_ else {}),
            "Resources": {
                **self.resources, "Queue": {"Type": "AWS::SQS::Queue"},
                "Topic": {"Type": "AWS::SNS::Topic"}, "Bucket": {"Type": "AWS::S3::Bucket"},
                "Role": {"Type": "AWS::IAM::Role"},
            },
        }


class Changer(Maker):
    """Makes one template of two inputs."""

    inputs: list[Path] = []

    def places(self, value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        """All places of a document: (map or list, key or index)."""
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in entries:
            found.append((value, key))
            if isinstance(item, (dict, list)):
                self.places(item, found)
        return found

    def other(self, places: list[tuple[Any, Any]]) -> Any:
        """A value of any kind, or a copy of one that stands elsewhere."""
        if self.chance(0.3):
            holder, key = self.pick(places)
            return copy.deepcopy(holder[key])
        return self.pick([
            None, True, False, 0, 5, 1.5, "", "text", "*", [], {}, ["a"], [{"a": "b"}], {"a": "b"},
            {"Ref": "Name"}, {"Ref": "AWS::NoValue"}, {"Ref": ["a"]}, {"Fn::Sub": "${Name}"},
            {"Fn::If": ["IsMain", "a", {"Ref": "AWS::NoValue"}]}, {"Fn::If": ["IsMain", {"a": "b"}]},
            {"Fn::GetAtt": ["Queue", "Arn"]}, {"Fn::GetAtt": "Queue.Arn"},
            {"Fn::ImportValue": "x"}, {"Fn::Join": ["", ["a", {"Ref": "Name"}]]}, "{{resolve:ssm:/a:1}}",
        ])

    def change(self, template: dict[str, Any]) -> None:
        places = self.places(template["Resources"], [])
        if self.chance(0.15) and isinstance(template.get("Globals"), dict):
            places = self.places(template["Globals"], []) or places
        if not places:
            return
        holder, key = self.pick(places)
        kind = self.random.randrange(10)
        if kind < 3 and isinstance(holder, dict) and key != "Type":
            del holder[key]
        elif kind < 5 and isinstance(holder, dict) and key != "Type":
            name = self.pick([one for _, one in places if isinstance(one, str)])
            if name not in holder:
                holder[name] = holder.pop(key)
        elif kind == 5 and isinstance(holder, dict):
            holder.setdefault("Unknown", self.other(places))
        elif kind == 6 and isinstance(holder, list):
            holder.insert(key, self.other(places))
        elif kind == 7 and isinstance(holder[key], (dict, list)):
            holder[key] = {"Fn::If": ["IsMain", holder[key], self.other(places)]}
        else:
            holder[key] = self.other(places)

    def template(self) -> dict[str, Any]:
        template = super().template()
        del template["Resources"]
        template.pop("Globals", None)
        for _ in range(self.random.randrange(1, 3)):
            taken = self.taken()
            for section, entries in taken.items():
                known = template.get(section)
                if isinstance(known, dict) and isinstance(entries, dict):
                    known.update(entries)
                elif section != "Transform" and entries:
                    template[section] = entries
        if not isinstance(template.get("Resources"), dict) or not template["Resources"]:
            return super().template()
        for _ in range(self.random.randrange(4)):
            self.change(template)
        return template

    def taken(self) -> dict[str, Any]:
        try:
            found = expansion.parse(self.pick(self.inputs).read_text(encoding="utf-8"))
            json.dumps(found, sort_keys=True)  # no keys of several kinds
        except (TypeError, ValueError, yaml.YAMLError):
            return {}
        return json.loads(json.dumps(found)) if isinstance(found, dict) else {}


class ModelMaker(sam_models.Modelled, Maker):
    """Makes one template by the translator's models."""


MAKERS = {"": Maker, "c": Changer, "m": ModelMaker}


def _one(work: tuple[int, int, bool, str]) -> tuple[str, str, bool, list[str]]:
    seed, index, normalise, kind = work
    maker = MAKERS[kind](f"{seed}-{index}")
    path = FOLDER / f"{seed}-{index}{kind}.json"
    path.write_text(json.dumps(maker.template(), indent=2), encoding="utf-8")
    region = maker.pick(reference.REGIONS)
    result = expansion.compared(path, region, normalise, keep=False)
    if result.same:
        path.unlink()
    return f"{path} ({region})", result.expected, result.same, result.lines


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=200, help="templates (200)")
    options.add_argument("--jobs", type=int, default=2, help="processes (2)")
    options.add_argument("--normalise-deployments", default=False,
                         action=argparse.BooleanOptionalAction)
    options.add_argument("--changed", dest="kind", action="store_const", const="c", default="",
                         help="change inputs that there are")
    options.add_argument("--modelled", dest="kind", action="store_const", const="m",
                         help="by the translator's models")
    args = options.parse_args()
    if args.kind == "c":
        sys.path.insert(0, str(environment.HERE / "sam"))
        import generate

        generate.generate(environment.WORK / "sam")
        Changer.inputs = sam_diff.inputs([str(environment.HERE / "sam"), str(environment.WORK / "sam")])
    FOLDER.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    kinds = {"template": 0, "errors": 0, "crash": 0}
    work = [(args.seed, index, args.normalise_deployments, args.kind) for index in range(args.count)]
    with multiprocessing.Pool(args.jobs) as pool:
        for name, kind, same, lines in pool.imap(_one, work, chunksize=8):
            kinds[kind] += 1
            if same:
                passed += 1
                continue
            failed += 1
            print(f"DIFFERENT  {name}")
            for line in lines[:5]:
                print(f"           {line}")
    print(f"the reference transforms {kinds['template']}, refuses {kinds['errors']},"
          f" fails at {kinds['crash']}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
