"""Random SAM templates by the models that the translator itself checks resources with: each property
of each type, in each form, with an intrinsic function at any place. fuzz_sam.py --modelled."""

import importlib
import types
import typing
from typing import Any, Callable

NAMES = ("api", "application", "capacity_provider", "connector", "function", "graphqlapi", "httpapi",
         "layerversion", "simpletable", "statemachine", "websocketapi")
# How often a type is made, where not once.
WEIGHTS = {"function": 5, "api": 3, "httpapi": 2, "statemachine": 2, "graphqlapi": 2,
           "websocketapi": 2, "connector": 2}
GLOBALS = {"function": "Function", "api": "Api", "httpapi": "HttpApi", "simpletable": "SimpleTable",
           "websocketapi": "WebSocketApi", "statemachine": "StateMachine",
           "layerversion": "LayerVersion", "capacity_provider": "CapacityProvider"}
AUTHORIZERS = ("Own", "Jwt")
PLAIN = {"Queue": "AWS::SQS::Queue", "Topic": "AWS::SNS::Topic", "Bucket": "AWS::S3::Bucket",
         "Role": "AWS::IAM::Role", "Pool": "AWS::Cognito::UserPool", "Table": "AWS::DynamoDB::Table",
         "Bus": "AWS::Events::EventBus", "Rule": "AWS::Events::Rule",
         "Machine": "AWS::StepFunctions::StateMachine", "Plain": "AWS::Lambda::Function"}

# What the values of a property are where its model says only "anything", or any text: by its name.
Hint = Callable[["Modelled"], Any]
HINTS: dict[str, Hint] = {
    "CodeUri": lambda m: m.location(), "ContentUri": lambda m: m.location(),
    "DefinitionUri": lambda m: m.location(), "SchemaUri": lambda m: "s3://bucket/schema",
    "Runtime": lambda m: m.pick(("python3.13", "nodejs22.x", {"Ref": "Name"})),
    "StageName": lambda m: m.pick(("prod", "v-1", "$default", {"Ref": "Name"})),
    "RestApiId": lambda m: m.reference("api"), "ApiId": lambda m: m.reference("httpapi"),
    "Path": lambda m: m.pick(("/", "/a", "/a/{id}", "/{proxy+}", "/b-c/", "$default")),
    "Method": lambda m: m.pick(("get", "POST", "any", "ANY", "head", "x-amazon-apigateway-any-method")),
    "Authorizer": lambda m: m.pick((*AUTHORIZERS, "AWS_IAM", "NONE", "Other")),
    "DefaultAuthorizer": lambda m: m.pick((*AUTHORIZERS, "Own", "AWS_IAM", "NONE")),
    "Policies": lambda m: m.policies(),
    "Events": lambda m: m.pick(("s3:ObjectCreated:*", ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"])),
    "Bucket": lambda m: m.pick(({"Ref": "Bucket"}, "bucket")),
    "Topic": lambda m: m.pick(({"Ref": "Topic"}, {"Fn::GetAtt": ["Topic", "TopicArn"]}, "arn:t")),
    "UserPool": lambda m: {"Ref": "Pool"}, "Trigger": lambda m: m.pick(("PreSignUp", ["PreSignUp", "PostConfirmation"])),
    "Pattern": lambda m: {"source": [m.text()]}, "EventPattern": lambda m: {"source": [m.text()]},
    "Role": lambda m: m.pick(({"Fn::GetAtt": ["Role", "Arn"]}, "arn:aws:iam::1:role/r", {"Fn::If": [
        "IsMain", {"Fn::GetAtt": ["Role", "Arn"]}, {"Ref": "AWS::NoValue"}]})),
    "InvokeRole": lambda m: m.pick(("CALLER_CREDENTIALS", "NONE", "arn:aws:iam::1:role/r", {"Fn::GetAtt": ["Role", "Arn"]})),
    "Definition": lambda m: {"StartAt": "A", "States": {"A": {
        "Type": "Task", "Resource": m.text(), "Parameters": {"b": m.text()}, "End": True}}},
    "DefinitionBody": lambda m: m.body(), "GatewayResponses": lambda m: {m.pick(("DEFAULT_4XX", "UNAUTHORIZED")): {
        "StatusCode": m.pick((400, "401")), "ResponseParameters": {"Headers": {"A": "'a'"}}}},
    "Models": lambda m: {"Item": {"type": "object"}},
    "DestinationConfig": lambda m: {"OnFailure": {"Destination": m.text(), **m.some(
        {"Type": lambda: m.pick(("SQS", "SNS", "S3", "Kafka"))}, 0.7)}},
    "FilterCriteria": lambda m: {"Filters": [{"Pattern": "{}"}]},
    "StartingPosition": lambda m: m.pick(("LATEST", "TRIM_HORIZON", "AT_TIMESTAMP")),
    "SourceAccessConfigurations": lambda m: [{"Type": m.pick((
        "SASL_SCRAM_512_AUTH", "BASIC_AUTH", "VPC_SUBNET", "VPC_SECURITY_GROUP", "VIRTUAL_HOST",
        "CLIENT_CERTIFICATE_TLS_AUTH", "SERVER_ROOT_CA_CERTIFICATE")), "URI": m.text()}
        for _ in range(m.random.randrange(1, 4))],
    "SchemaRegistryConfig": lambda m: {"AccessConfigs": [{"Type": "BASIC_AUTH", "URI": m.text()}],
                                       "SchemaRegistryURI": m.pick(("arn:aws:glue:r", m.text()))},
    "KafkaBootstrapServers": lambda m: ["a:9092", m.text()], "Topics": lambda m: [m.text()],
    "Queues": lambda m: [m.text()], "Layers": lambda m: [m.text()],
    "DeadLetterConfig": lambda m: m.pick(({"Type": "SQS"}, {"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}},
                                          {"Type": "SQS", "QueueLogicalId": "OwnDlq"})),
    "AutoPublishAlias": lambda m: m.pick(("live", "live", "my-alias", {"Ref": "Plain1"})),
    "VpcConfig": lambda m: {"SubnetIds": [m.text()], "SecurityGroupIds": [m.text()]},
    "PrimaryKey": lambda m: {"Name": "id", "Type": m.pick(("String", "Number", "Binary"))},
    "Environment": lambda m: {"Variables": {m.pick("ABC"): m.text()}},
    "AuthType": lambda m: m.pick(("NONE", "AWS_IAM", "CUSTOM")),
    "BasePath": lambda m: m.pick((["a"], ["a", "b-c"], ["/"], "one")),
    "Domain": lambda m: {"DomainName": m.text(), "CertificateArn": "c"},
    "DomainName": lambda m: m.pick(("a.example.com", {"Ref": "Name"}, {"Fn::Sub": "${Name}.example.com"})),
    "Id": lambda m: m.pick((*m.made(), *PLAIN)), "Destination": lambda m: m.text(),
    "DataSource": lambda m: m.pick(("data", "other", "NONE", "None")),
    "Pipeline": lambda m: [m.pick(("one", "two")) for _ in range(m.random.randrange(1, 3))],
    "InlineCode": lambda m: "code", "Schema": lambda m: "schema", "SchemaInline": lambda m: "type Query { a: Int }",
    "FunctionArn": lambda m: m.pick(({"Fn::GetAtt": ["Plain", "Arn"]}, m.text())),
    "AuthArn": lambda m: {"Fn::GetAtt": ["Plain", "Arn"]},
    "Location": lambda m: m.pick(("https://s3.amazonaws.com/b/k", {"ApplicationId": "arn:a", "SemanticVersion": "1.0.0"})),
    "Parameters": lambda m: {"A": m.text()}, "CompatibleRuntimes": lambda m: [m.text()],
    "RequestParameters": lambda m: [m.pick(("method.request.querystring.a", "method.request.header.B",
                                            {"method.request.path.id": {"Required": True, "Caching": False}}))],
    "Cors": lambda m: m.pick(("'*'", {"AllowOrigin": "'a'"})), "CorsConfiguration": lambda m: m.pick((
        True, False, "x", {"AllowOrigins": ["a"], "AllowMethods": ["GET"]})),
    "Alarms": lambda m: m.pick(([m.text()], [{"Ref": "Queue"}, {"Fn::If": ["IsMain", "a", {"Ref": "AWS::NoValue"}]}])),
    "MethodSettings": lambda m: [{"HttpMethod": "*", "ResourcePath": "/*"}],
    "OpenApiVersion": lambda m: m.pick(("3.0.1", "2.0", 3.0, "3.0")),
    "EndpointConfiguration": lambda m: m.pick(("EDGE", "REGIONAL", {"Type": "PRIVATE", "VPCEndpointIds": ["v"]})),
    "CapacityProviderConfig": lambda m: {"Arn": m.text()}, "RouteSettings": lambda m: {"a": {"ThrottlingBurstLimit": 3}},
    "FunctionPayloadType": lambda m: m.pick(("REQUEST", "TOKEN")), "BinaryMediaTypes": lambda m: ["image~1png", m.text()],
    "RetentionPolicy": lambda m: m.pick(("Retain", "Delete", "retain", {"Ref": "Name"})),
    "PermissionsBoundary": lambda m: m.text(), "SnapStart": lambda m: {"ApplyOn": "PublishedVersions"},
    "VersionDeletionPolicy": lambda m: m.pick(("Delete", "Retain", True)), "PackageType": lambda m: m.pick(("Zip", "Zip", "Image")), "IdentitySource": lambda m: m.pick((["$request.header.A"], "$request.header.A")),
    "TargetArn": lambda m: m.text(), "Stage": lambda m: {"Ref": "Name"}, "Stream": lambda m: m.text(),
    "Target": lambda m: {"Id": "t"}, "QueuePolicyLogicalId": lambda m: "OwnQueuePolicy",
    "Model": lambda m: m.pick(("Item", "item", "Other")), "Quota": lambda m: {"Limit": 3},
    "RouteSelectionExpression": lambda m: "$request.body.action", "Description": lambda m: m.text(),
    "JwtConfiguration": lambda m: {"issuer": m.text(), "audience": ["a"]}, "LogFormat": lambda m: "JSON",
    "VersionDescription": lambda m: m.text(), "LayerName": lambda m: m.pick(("layer", {"Fn::Sub": "${Name}-l"})),
    "Architectures": lambda m: ["arm64"], "Tracing": lambda m: m.pick(("Active", "PassThrough", "Disabled", {"Enabled": True})),
}
# The keys of maps whose entries are named elsewhere.
WHOLE = ("MinimumCompressionSize", "TimeoutInMillis", "TimeoutInMinutes", "MemorySize", "Timeout", "BatchSize",
         "ReservedConcurrentExecutions", "MaximumRetryAttempts", "MaximumBatchingWindowInSeconds")
KEYS = {"Authorizers": AUTHORIZERS, "DynamoDb": ("data", "other"), "Lambda": ("data", "third"),
        "Functions": ("one", "two"), "Resolvers": ("Query", "Mutation"), "Query": ("get", "list"),
        "Routes": ("$connect", "$default", "ab", "c1", "d"), "ApiKeys": ("k", "l")}
# A property that others need, or can't stand; so it comes seldom.
SELDOM = {"Properties": 0.97, "TenancyConfig": 0.05, "SourceReference": 0.3,
          "Schedule": 1.0, "IpAddressType": 0.1,
          "FunctionScalingConfig": 0.03, "UseAliasAsEventTarget": 0.05, "VersionDeletionPolicy": 0.1, "StartingPosition": 0.95,
          "VersionDescription": 0.1, "ProvisionedConcurrencyConfig": 0.1, "PublishToLatestPublished": 0.05,
"DefinitionUri": 0.1, "DefinitionBody": 0.2, "MergeDefinitions": 0.1, "ImageUri": 0.03, "ImageConfig": 0.03,
          "PackageType": 0.05, "InlineCode": 0.02, "CapacityProviderConfig": 0.1, "DurableConfig": 0.15,
          "CodeUri": 1.0, "ScheduleExpression": 1.0, "Routes": 1.0, "Handler": 1.0, "Runtime": 1.0, "Policy": 0.1, "Events": 0.8, "Role": 0.15,
          "SchemaInline": 1.0, "SchemaUri": 0.02, "Auth": 0.6, "DefinitionSubstitutions": 0.3, "Definition": 1.0,
          "DeploymentPreference": 0.3, "AutoPublishAlias": 0.4, "StageName": 0.9, "VersionDeletionPolicy": 0.15}


class Modelled:
    """A part of fuzz_sam.Maker: values by the translator's models."""

    share = 0.25     # of the optional properties
    intrinsics = 0.1  # of the values

    def location(self) -> Any:
        return self.pick(["s3://bucket/key", {"Bucket": "b", "Key": "k"},
                          {"Bucket": self.text(), "Key": self.text(), "Version": "1"}])

    def made(self) -> list[str]:
        return list(self.resources) or ["Queue"]

    def reference(self, kind: str) -> Any:
        found = self.by_kind.get(kind, []) or self.by_kind.get("api", []) or ["Missing"]
        return self.pick([{"Ref": self.pick(found)}] * 4 + [self.pick(found), {"Ref": "Name"}])

    def body(self) -> Any:
        uri = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Plain.Arn}/invocations"}
        version = self.pick([{"swagger": "2.0"}, {"openapi": "3.0.1"}])
        method = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}}
        return self.pick([
            {**version, "info": {"title": "t", "version": "1"}, "paths": {
                "/a": {self.pick(("get", "post", "x-amazon-apigateway-any-method")): method, **self.some({
                    "options": lambda: {}, "parameters": lambda: []})},
                "/c": {"get": {"Fn::If": ["IsMain", method, {"Ref": "AWS::NoValue"}]}}}},
            {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}}])

    def intrinsic(self, value: Any) -> Any:
        return self.pick([
            {"Ref": self.pick(("Name", "Plain1", "Count", "Unset", "Ssm", "Queue"))},
            {"Fn::If": [self.pick(("IsMain", "IsOther")), value, {"Ref": "AWS::NoValue"}]},
            {"Fn::If": ["IsMain", value, value]}, {"Fn::Sub": "${Name}-${Queue}"}, {"Fn::ImportValue": "x"},
            {"Fn::GetAtt": [self.pick(("Queue", "Table", "Topic")), "Arn"]}, {"Fn::GetAtt": "Queue.Arn"},
            {"Fn::FindInMap": ["Map", "one", "two"]}, {"Ref": "AWS::NoValue"},
            {"Fn::Join": ["", ["a", {"Ref": "Name"}]]}, "{{resolve:ssm:/a:1}}"])

    def modelled(self, name: str, kind: Any) -> Any:
        value = self.bare(name, kind)
        share = self.intrinsics if name not in ("Properties", "Events", *KEYS) else 0.003
        return self.intrinsic(value) if self.chance(share) else value

    def bare(self, name: str, kind: Any) -> Any:
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Literal:
            return self.pick(arguments)
        if origin in (typing.Union, types.UnionType):
            wanted = [one for one in arguments if one is not type(None) and one != dict[str, Any]]
            if all(one in (str, Any) for one in wanted) and name in HINTS:
                return HINTS[name](self)
            return self.bare(name, self.pick(wanted or [str]))
        if origin is list:
            return [self.modelled("", arguments[0]) for _ in range(self.random.randrange(1, 3))]
        if origin is dict and arguments != (str, Any):
            keys = [key for key in KEYS.get(name, ("E1", "E2", "E3")) if self.chance(0.6)]
            return {key: self.modelled(key, arguments[1]) for key in keys}
        fields = getattr(kind, "__fields__", None)
        if fields and list(fields) != ["__root__"]:
            return self.model(kind)
        if name in HINTS:
            return HINTS[name](self)
        if kind is bool:
            return self.chance(0.5)
        if kind in (int, float):
            return self.number()
        if kind == dict[str, Any] or origin is dict or kind is dict:
            return {self.pick("ab"): self.text()}
        if name.startswith(("Enable", "Disable", "Is")) or name.endswith("Enabled"):
            return self.chance(0.5)
        if "Tags" in name:
            return self.tags()
        if name.endswith(("Setting", "Settings", "Config", "Configuration", "Variables")):
            return {"A": self.text()}
        if name.endswith(("Size", "Type", "Name", "Policy", "Sha256")) or name in ("Mode", "Region"):
            return self.text()
        if name in WHOLE:
            return 5
        return self.pick([self.text, self.text, self.number, lambda: {"A": self.text()}])() if kind is not str else self.text()

    def model(self, kind: Any) -> dict[str, Any]:
        rows = {}
        for name, field in kind.__fields__.items():
            share = 1.0 if field.required else SELDOM.get(name, self.share)
            if self.chance(share):
                rows[name] = self.modelled(name, field.outer_type_) if name != "Type" else self.bare(name, field.outer_type_)
        self.mend(rows)
        names = list(rows)
        self.random.shuffle(names)
        return {name: rows[name] for name in names}

    def mend(self, rows: dict[str, Any]) -> None:
        """Mostly takes away what the translator would refuse beside other properties."""
        if self.chance(0.1):
            return
        for one, others in (("InlineCode", ("CodeUri",)), ("DefinitionUri", ("DefinitionBody", "Definition")),
                            ("State", ("Enabled",)), ("SchemaUri", ("SchemaInline",)), ("Role", ("Policies",)),
                            ("CapacityProviderConfig", ("VpcConfig",)), ("TenancyConfig", ("SnapStart", "Events")),
                            ("AllowedTypes", ("ExcludedTypes",))):
            if one in rows and any(other in rows for other in others):
                del rows[one]
        for one, other in (("UseAliasAsEventTarget", "AutoPublishAlias"), ("DeploymentPreference", "AutoPublishAlias"),
                           ("VersionDeletionPolicy", "AutoPublishAlias"), ("VersionDescription", "AutoPublishAlias"),
                           ("ProvisionedConcurrencyConfig", "AutoPublishAlias")):
            if one in rows and other not in rows and "Handler" in rows:
                rows[other] = "live"
        kind = rows.get("Type")
        for type_, name in (("AMAZON_COGNITO_USER_POOLS", "UserPool"), ("OPENID_CONNECT", "OpenIDConnect"),
                            ("AWS_LAMBDA", "LambdaAuthorizer")):
            if kind == type_ and not isinstance(rows.get(name), dict):
                rows[name] = {"UserPoolId": "p"} if name == "UserPool" else {
                    "Issuer": "i", "AuthorizerUri": {"Fn::GetAtt": ["Plain", "Arn"]}}
                if name != "UserPool":
                    rows[name].pop("Issuer" if name == "LambdaAuthorizer" else "AuthorizerUri")
        if isinstance(rows.get("Authorizer"), str) and self.chance(0.7):
            del rows["Authorizer"]
        if isinstance(rows.get("DefaultAuthorizer"), str) and not rows.get("Authorizers") and self.chance(0.8):
            rows["DefaultAuthorizer"] = "AWS_IAM"
        if {"Id", "Arn", "ResourceId", "RoleName"} & set(rows) and "Id" in rows:
            for other in [name for name in rows if name not in ("Id", "Qualifier")]:
                del rows[other]

    def template(self) -> dict[str, Any]:
        template = super().template() if self.chance(0.1) else self.modelled_template()
        return template

    def modelled_template(self) -> dict[str, Any]:
        modules = {name: importlib.import_module(f"samtranslator.internal.schema_source.aws_serverless_{name}") for name in NAMES}
        self.by_kind: dict[str, list[str]] = {}
        self.share = self.pick((0.08, 0.2, 0.4))
        self.intrinsics = self.pick((0, 0.03, 0.1))
        chosen = self.random.choices(NAMES, [WEIGHTS.get(name, 1) for name in NAMES], k=self.random.randrange(1, 4))
        chosen.sort(key=lambda name: ("api" not in name, name == "connector"))  # what is referred to comes first
        for name in chosen:
            resource = self.model(modules[name].Resource)
            for attribute in ("Condition", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Metadata", "IgnoreGlobals"):
                resource.pop(attribute, None)
            if self.chance(0.1):
                resource["IgnoreGlobals"] = self.pick(("*", ["Timeout", "Tags"]))
            if self.chance(0.1):
                resource["Metadata"] = {"a": self.text()}
            if self.chance(0.7):
                resource.pop("Connectors", None)
            self.by_kind.setdefault(name, []).append(self.add(name.replace("_", ""), resource))
        globals_ = {}
        for name in dict.fromkeys(chosen):
            if name in GLOBALS and self.chance(0.35):
                made = self.model(modules[name].Globals)
                for left in ("CodeUri", "DefinitionUri", "Role", "AutoPublishAlias") if self.chance(0.7) else ():
                    made.pop(left, None)
                globals_[GLOBALS[name]] = made
        return {
            "Transform": "AWS::Serverless-2016-10-31",
            "Parameters": {"Name": {"Type": "String", "Default": "name"}, "Plain1": {"Type": "String", "Default": "plain"},
                           "Count": {"Type": "Number", "Default": 7}, "Unset": {"Type": "String"},
                           "Ssm": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a/b"}},
            "Conditions": {name: {"Fn::Equals": [{"Ref": "Name"}, name]} for name in ("IsMain", "IsOther", "IsThird")},
            "Mappings": {"Map": {"one": {"two": "three"}}}, **({"Globals": globals_} if globals_ else {}),
            "Resources": {**self.resources, **{name: {"Type": type_} for name, type_ in PLAIN.items()}},
        }
