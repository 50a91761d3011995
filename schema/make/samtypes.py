"""Reads the AWS::Serverless types of aws-sam-translator (Apache-2.0): properties and kinds.

Its classes are read as syntax, never run. A property that the transform hands on has the shape of
the CloudFormation property it ends up in.
"""

import ast
import re
import zipfile

from model import Def, Joiner, Prop, Shape, Type, type_defs

FOLDER = "samtranslator/internal/schema_source/"
SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}

# What becomes of a resource: where its attributes, Ref and ARN come from.
BECOMES = {
    "Function": "AWS::Lambda::Function", "WebFunction": "AWS::Lambda::Function",
    "Api": "AWS::ApiGateway::RestApi", "HttpApi": "AWS::ApiGatewayV2::Api",
    "WebSocketApi": "AWS::ApiGatewayV2::Api", "SimpleTable": "AWS::DynamoDB::Table",
    "LayerVersion": "AWS::Lambda::LayerVersion", "Application": "AWS::CloudFormation::Stack",
    "StateMachine": "AWS::StepFunctions::StateMachine", "GraphQLApi": "AWS::AppSync::GraphQLApi",
    "CapacityProvider": "AWS::Lambda::CapacityProvider",
    "MicrovmImage": "AWS::Lambda::MicrovmImage",
    "NetworkConnector": "AWS::Lambda::NetworkConnector",
}

# Where properties that are handed on end up, by class; their names are the same there.
MAPPING = ("AWS::Lambda::EventSourceMapping",)
RULE = ("AWS::Events::Rule.Target", "AWS::Events::Rule")
RECORD = ("AWS::Route53::RecordSet", "AWS::Route53::RecordSet.AliasTarget")
TARGETS = {
    "KinesisEventProperties": MAPPING, "DynamoDBEventProperties": MAPPING,
    "DocumentDBEventProperties": MAPPING, "SQSEventProperties": MAPPING,
    "MSKEventProperties": MAPPING, "MQEventProperties": MAPPING,
    "SelfManagedKafkaEventProperties": MAPPING,
    "SNSEventProperties": ("AWS::SNS::Subscription",),
    "CloudWatchLogsEventProperties": ("AWS::Logs::SubscriptionFilter",),
    "IoTRuleEventProperties": ("AWS::IoT::TopicRule.TopicRulePayload",),
    "ScheduleV2EventProperties": ("AWS::Scheduler::Schedule", "AWS::Scheduler::Schedule.Target"),
    "CloudWatchEventProperties": RULE, "EventBridgeRuleEventProperties": RULE,
    "EventsScheduleProperties": RULE, "ScheduleEventProperties": RULE,
    "FunctionUrlConfig": ("AWS::Lambda::Url",),
    "UsagePlan": ("AWS::ApiGateway::UsagePlan",),
    "Route53": RECORD,
    "Domain": ("AWS::ApiGatewayV2::DomainName",
               "AWS::ApiGatewayV2::DomainName.DomainNameConfiguration"),
    "LambdaAuthorizerConfig": ("AWS::AppSync::GraphQLApi.LambdaAuthorizerConfig",),
    "OpenIDConnectConfig": ("AWS::AppSync::GraphQLApi.OpenIDConnectConfig",),
    "UserPoolConfig": ("AWS::AppSync::GraphQLApi.UserPoolConfig",),
    "ApiKey": ("AWS::AppSync::ApiKey",), "DomainName": ("AWS::AppSync::DomainName",),
    "Cache": ("AWS::AppSync::ApiCache",), "Function": ("AWS::AppSync::FunctionConfiguration",),
    "Resolver": ("AWS::AppSync::Resolver",), "Caching": ("AWS::AppSync::Resolver.CachingConfig",),
    "DeltaSync": ("AWS::AppSync::DataSource.DeltaSyncConfig",),
    "Sync": ("AWS::AppSync::FunctionConfiguration.SyncConfig",),
}

# Beside what a resource becomes: another that its own properties end up in.
BESIDE = {"HttpApi": "AWS::ApiGatewayV2::Stage", "WebSocketApi": "AWS::ApiGatewayV2::Stage",
          "Api": "AWS::ApiGateway::Stage"}


class Source:
    """One file: its classes and the names it gives to kinds."""

    def __init__(self, tree):
        self.classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
        self.aliases = {}
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.aliases[node.targets[0].id] = node.value


class Reader:
    def __init__(self, path, types):
        self.wheel = zipfile.ZipFile(path)
        self.types = types
        self.common = self.source(FOLDER + "common.py")

    def source(self, name):
        return Source(ast.parse(self.wheel.read(name)))

    def read(self):
        found = {}
        known = self.transform_properties()
        for name in sorted(self.wheel.namelist()):
            if re.match(FOLDER + r"aws_serverless_\w+\.py$", name):
                kind = FileReader(self, self.source(name)).type()
                found[kind.name] = kind
        for name, kind in found.items():
            self.complete(kind, known.get(name, set()))
        found["Globals"] = self.globals(found)
        return found

    # ---- what the schema's classes don't say

    def transform_properties(self):
        """type -> the properties that the transform itself takes."""
        tree = ast.parse(self.wheel.read("samtranslator/model/sam_resources.py"))
        found = {}
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                values = {n.targets[0].id: n.value for n in node.body if isinstance(n, ast.Assign)
                          and isinstance(n.targets[0], ast.Name)}
                if "resource_type" in values and isinstance(values.get("property_types"), ast.Dict):
                    found[values["resource_type"].value] = {
                        k.value for k in values["property_types"].keys
                        if isinstance(k, ast.Constant)}
        return found

    def complete(self, kind, known):
        for name in known - set(kind.body.props) - {"__MANAGE_SUBSCRIPTIONS"}:
            if not name.startswith("_"):
                kind.body.props[name] = Prop(Shape())
        becomes = self.types.get(BECOMES.get(kind.name.rsplit("::", 1)[-1]))
        if becomes:
            kind.attributes = dict(becomes.attributes)
            kind.open_attributes = becomes.open_attributes
            kind.ref = becomes.ref or becomes.identifier
            kind.arn = becomes.arn
            kind.stateful = becomes.stateful
        tags = kind.body.props.get("Tags")
        if tags:
            tags.shape = Shape("map")
            tags.shape.value = Shape("string")
            kind.tag_property, kind.tag_style = "Tags", "map"

    def globals(self, found):
        """The section Globals as if it were a type: a property for each type it takes."""
        resources = self.source("samtranslator/sdk/resource.py").classes["SamResourceType"]
        names = {n.targets[0].id: n.value.value for n in resources.body
                 if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant)}
        tree = ast.parse(self.wheel.read("samtranslator/plugins/globals/globals.py"))
        out = Type("Globals")
        for node in ast.walk(tree):
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and \
                    getattr(targets[0], "id", "") == "supported_properties":
                for key, value in zip(node.value.keys, node.value.values):
                    self.globals_of(out, found, names[key.value.attr], ast.literal_eval(value))
        return out

    @staticmethod
    def globals_of(out, found, name, properties):
        short = name.rsplit("::", 1)[-1]
        body = Def(short + "Globals")
        for prop in properties:
            known = found[name].body.props.get(prop) if name in found else None
            body.props[prop] = Prop(known.shape if known else Shape())
        shape = Shape("object")
        shape.body = body
        out.body.props[short] = Prop(shape)


class FileReader:
    def __init__(self, reader, source):
        self.reader, self.file = reader, source
        self.defs = {}
        self.own = ()

    def type(self):
        resource = self.file.classes["Resource"]
        name = next(self.literals(n.annotation)[0] for n in resource.body
                    if isinstance(n, ast.AnnAssign) and n.target.id == "Type")
        out = Type(name)
        short = name.rsplit("::", 1)[-1]
        self.own = (BECOMES.get(short, ""), BESIDE.get(short, ""))
        out.body = self.definition("Properties")
        out.body.name = name
        return out

    @staticmethod
    def literals(node):
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return [item.value for item in items]

    def lookup(self, table, name):
        for source in (self.file, self.reader.common):
            if name in getattr(source, table):
                return getattr(source, table)[name]
        return None

    def definition(self, name):
        if name not in self.defs:
            body = self.defs[name] = Def(name)
            self.fill(body, self.lookup("classes", name), name)
        return self.defs[name]

    def fill(self, body, node, where):
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id in self.file.classes:
                self.fill(body, self.file.classes[base.id], where)
        for item in node.body:
            if isinstance(item, ast.AnnAssign):
                name = item.target.id
                shape = self.handed_on(item.value) or self.shape(item.annotation, where, name)
                prop = Prop(shape.copy(), not is_optional(item.annotation))
                body.props[name] = prop

    def handed_on(self, value):
        """passthrough_prop(stem, name, path): the shape of the CloudFormation property there."""
        called = getattr(value, "func", None)
        if getattr(called, "id", "") != "passthrough_prop":
            return None
        path = [p.value for p in value.args[2].elts]
        return self.reader_shape(path[0], path[-1])

    def reader_shape(self, where, name):
        """The shape of a property of "AWS::S::T" or "AWS::S::T.Def"."""
        type_name, _, def_name = where.partition(".")
        kind = self.reader.types.get(type_name)
        if kind is None:
            return None
        bodies = [kind.body] if not def_name else [d for d in type_defs(kind)
                                                   if d.name in (def_name, singular(def_name))]
        for body in bodies:
            if name in body.props:
                return body.props[name].shape
        return None

    # ---- annotations

    def shape(self, node, where, name):
        if isinstance(node, ast.Constant) and node.value is None:
            return None
        if isinstance(node, ast.BinOp):
            return self.union([node.left, node.right], where, name)
        if isinstance(node, ast.Name):
            return self.named(node.id, where, name)
        if isinstance(node, ast.Subscript):
            return self.subscript(node, where, name)
        raise ValueError("aws-sam-translator: can't read " + ast.dump(node))

    def named(self, word, where, name):
        if word in SCALARS:
            return Shape(SCALARS[word])
        if word == "DictStrAny" or word == "dict":
            return Shape("json")
        if word == "Ref":
            return Shape("string")
        if word in ("PassThroughProp", "Any", "Unknown", "PassThrough", "SamIntrinsic"):
            targets = self.own if where == "Properties" else TARGETS.get(where, ())
            shapes = (self.reader_shape(target, name) for target in targets)
            return next((s for s in shapes if s is not None), Shape())
        alias = self.lookup("aliases", word)
        if alias is not None:
            return self.shape(alias, where, name)
        if self.lookup("classes", word) is None:
            return Shape()
        out = Shape("object")
        out.body = self.definition(word)
        return out

    def subscript(self, node, where, name):
        word = node.value.id
        if word == "Literal":
            out = Shape("string")
            out.enum = set(map(str, self.literals(node)))
            return out
        if word == "list":
            out = Shape("list")
            out.item = self.shape(node.slice, where, singular(name))
            return out
        if word == "dict":
            value = node.slice.elts[1]
            if isinstance(value, ast.Name) and value.id == "Any":
                return Shape("json")
            out = Shape("map")
            out.value = self.shape(value, where, singular(name))
            return out
        if word in ("Union", "Optional", "SamIntrinsicable"):
            items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return self.union(items, where, name)
        return Shape()

    def union(self, nodes, where, name):
        events = [n.id for n in nodes if isinstance(n, ast.Name) and self.is_event(n.id)]
        if len(events) == len(nodes) > 1:
            return self.events(events)
        out = None
        for node in nodes:
            shape = self.shape(node, where, name)
            if shape is not None:
                out = shape if out is None else Joiner(either=True).shape(out, shape)
        if out.body is not None and len(nodes) > 1 and \
                sum(1 for n in nodes if getattr(n, "id", "") in self.file.classes) > 1:
            out = out.copy()
            out.body.name = singular(name)
        return out

    def is_event(self, name):
        node = self.file.classes.get(name)
        fields = {n.target.id for n in node.body if isinstance(n, ast.AnnAssign)} if node else set()
        return fields == {"Type", "Properties"}

    def events(self, names):
        """One def for all events: Type decides what Properties is."""
        body = self.defs.setdefault("Event", Def("Event"))
        kinds, needing = set(), set()
        for name in names:
            fields = {n.target.id: n.annotation for n in self.file.classes[name].body
                      if isinstance(n, ast.AnnAssign)}
            word = self.literals(fields["Type"])[0]
            shape = self.shape(fields["Properties"], name, "Properties")
            kinds.add(word)
            body.groups.append(("when-shape", "Type", {word}, ("Properties", shape)))
            if any(p.required for p in shape.body.props.values()):
                needing.add(word)
        body.groups.append(("when-needs", "Type", needing, [["Properties"]]))
        kind = Shape("string")
        kind.enum = kinds
        body.props = {"Type": Prop(kind, True), "Properties": Prop(Shape())}
        out = Shape("object")
        out.body = body
        return out


def is_optional(node):
    if isinstance(node, ast.BinOp):
        return is_optional(node.left) or is_optional(node.right)
    return isinstance(node, ast.Constant) and node.value is None or \
        isinstance(node, ast.Subscript) and node.value.id == "Optional"


def singular(name):
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name
