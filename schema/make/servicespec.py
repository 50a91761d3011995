"""Reads the resource types of @aws-cdk/aws-service-spec (Apache-2.0)."""

import gzip
import json

from model import Def, Prop, Shape, Type

REPLACE = {None: 0, "no": 0, "maybe": 1, "yes": 2}
SCALARS = {"string", "integer", "number", "boolean", "json"}
TAG_STYLES = {"standard": "list", "map": "map", "asg": "asg"}


class Reader:
    def __init__(self, file):
        schema = json.load(gzip.open(file))["schema"]
        self.resources = schema["resource"]["entities"]
        self.definitions = {d["$id"]: d for d in schema["typeDefinition"]["entities"]}

    def read(self):
        """All types but SAM's, by name. Those are written by hand (overlay/sam.txt)."""
        types = {}
        for resource in self.resources:
            if "cloudFormationTransform" not in resource:
                self.defs = {}
                types[resource["cloudFormationType"]] = self.type(resource)
        return types

    def type(self, resource):
        out = Type(resource["cloudFormationType"])
        out.body = Def(out.name)
        self.fill(out.body, resource["properties"])
        for name, attribute in resource["attributes"].items():
            out.attributes[name] = self.shape(attribute)
        out.identifier = resource.get("primaryIdentifier", [])
        out.identifier = [name.replace("/", ".") for name in out.identifier]
        out.ref = resource.get("cfnRefIdentifier") or None
        out.arn = resource.get("arnTemplate")
        tags = resource.get("tagInformation")
        if tags:
            out.tag_property = tags["tagPropertyName"]
            out.tag_style = TAG_STYLES[tags["variant"]]
        out.stateful = resource.get("isStateful", False)
        return out

    def fill(self, body, properties):
        for name, prop in properties.items():
            out = Prop(self.shape(prop), prop.get("required", False))
            out.replace = REPLACE[prop.get("causesReplacement")]
            out.deprecated = "deprecated" in prop
            body.props[name] = out

    def shape(self, prop):
        shape = self.kind(prop["type"])
        refers = {"%s.%s" % (r["cloudFormationType"], r["propertyName"].replace("/", "."))
                  for r in prop.get("relationshipRefs", [])}
        if refers:
            target = shape.item if "list" in shape.kinds and shape.item else shape
            target.refers |= refers
        return shape

    def kind(self, kind):
        word = kind["type"]
        if word in SCALARS:
            out = Shape(word)
            if "allowedValues" in kind:
                out.enum = {spell(v) for v in kind["allowedValues"]}
        elif word == "date-time":
            out = Shape("string")
            out.format = "date-time"
        elif word == "array":
            out = Shape("list")
            out.item = self.kind(kind["element"])
        elif word == "map":
            out = Shape("map")
            out.value = self.kind(kind["element"])
        elif word == "ref":
            out = Shape("object")
            out.body = self.definition(kind["reference"]["$ref"])
        elif word == "tag":
            out = Shape("object")
            out.body = self.tag()
        elif word == "union":
            out = self.union([self.kind(k) for k in kind["types"]])
        else:
            raise ValueError("service spec: unknown kind " + word)
        return out

    @staticmethod
    def union(shapes):
        out = shapes[0].copy()
        for shape in shapes[1:]:
            out.kinds |= shape.kinds
            for name in ("body", "item", "value"):
                mine, theirs = getattr(out, name), getattr(shape, name)
                if mine is None:
                    setattr(out, name, theirs)
                elif theirs is not None and name == "body" and theirs is not mine:
                    out.body = join_defs(mine, theirs)
            if out.enum and (shape.enum or shape.kinds & {"string"}):
                out.enum = out.enum | shape.enum if shape.enum else None
            elif shape.enum and not shapes[0].kinds & {"string"}:
                out.enum = shape.enum
        return out

    def definition(self, ref):
        if ref not in self.defs:
            source = self.definitions[ref]
            body = self.defs[ref] = Def(source["name"])
            self.fill(body, source["properties"])
        return self.defs[ref]

    def tag(self):
        if "tag" not in self.defs:
            body = self.defs["tag"] = Def("Tag")
            body.props["Key"] = Prop(Shape("string"), True)
            body.props["Value"] = Prop(Shape("string"), True)
        return self.defs["tag"]


def join_defs(a, b):
    out = Def(a.name)
    for name in set(a.props) | set(b.props):
        out.props[name] = (a.props.get(name) or b.props[name]).copy()
        out.props[name].required = name in a.props and name in b.props and \
            a.props[name].required and b.props[name].required
    return out


def spell(value):
    """A value of an enum as text, as JSON spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)
