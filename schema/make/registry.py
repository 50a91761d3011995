"""Reads the registry schemas, with AWS's enhancements, of cfn-lint (MIT-0)."""

import ast
import json
import re
import zipfile

from model import Def, Joiner, Prop, Shape, Type
from servicespec import spell

DATA = "cfnlint/data/"
FIRST = "us-east-1"
KINDS = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean",
         "array": "list", "object": "object"}
NOT_TYPES = {"AWS::GammaDilithium::JobDefinition"}  # a test type of AWS's own
HUGE = 2 ** 31 - 1
FORMATS = {"date-time", "json", "uri", "ipv4-network", "ipv6-network"}


class Registry:
    def __init__(self, path):
        self.wheel = zipfile.ZipFile(path)
        self.files = set(self.wheel.namelist())
        self.providers = self.read_providers()
        self.attributes_all, self.attributes_more = self.read_attribute_facts()
        stateful = json.loads(self.wheel.read(DATA + "AdditionalSpecs/StatefulResources.json"))
        self.stateful = set(stateful["ResourceTypes"])

    def read_providers(self):
        """region -> {type: schema file}; regions whose table is a copy of another's have None."""
        found = {}
        for name in sorted(self.files):
            match = re.match(DATA + r"schemas/providers/([a-z]+-[a-z-]+-\d+)\.json$", name)
            if match:
                found[match.group(1)] = json.loads(self.wheel.read(name))
        first = found[FIRST]
        return {r: (None if r != FIRST and t == first else t) for r, t in found.items()}

    def read_attribute_facts(self):
        """Which types of old style give attributes that their schemas don't call read-only."""
        tree = ast.parse(self.wheel.read("cfnlint/schema/_getatts.py"))
        values = {n.targets[0].id: n.value for n in tree.body if isinstance(n, ast.Assign)}
        return (set(ast.literal_eval(values["_all_property_types"])),
                ast.literal_eval(values["_exceptions"]))

    def regions(self):
        """region -> whether it has a table of its own."""
        return {name: table is not None for name, table in self.providers.items()}

    def read(self):
        tables = {r: t for r, t in self.providers.items() if t is not None}
        names = sorted({name for table in tables.values() for name in table
                        if name.startswith("AWS::") and name not in NOT_TYPES})
        order = [FIRST] + sorted(set(tables) - {FIRST})
        types = {}
        for name in names:
            hashes = []
            for region in order:
                file = tables[region].get(name)
                if file and file not in hashes:
                    hashes.append(file)
            out = self.variant(name, hashes[0])
            for file in hashes[1:]:
                out = Joiner(either=True).type(out, self.variant(name, file))
            out.regions = {r for r in order if name in tables[r]}
            types[name] = out
        return types

    def variant(self, name, file):
        raw = json.loads(self.wheel.read(DATA + "schemas/resources/%s.json" % file))
        return TypeReader(name, raw, self).read()


class TypeReader:
    def __init__(self, name, raw, registry):
        self.name, self.raw, self.registry = name, raw, registry
        self.refs = {}
        self.owned = set()
        self.held = []

    def read(self):
        out = Type(self.name)
        shape = self.shape(self.raw, self.name)
        out.body = shape.body or Def(self.name)
        out.body.name = self.name
        self.mark_all(out)
        self.attributes(out)
        out.identifier = [p.split("/properties/", 1)[1].replace("/", ".")
                          for p in self.raw.get("primaryIdentifier", [])]
        tagging = self.raw.get("tagging", {})
        if tagging.get("taggable") and "tagProperty" in tagging:
            out.tag_property = tagging["tagProperty"].split("/")[-1]
            prop = out.body.props.get(out.tag_property)
            out.tag_style = "map" if prop and "list" not in prop.shape.kinds else "list"
            if prop is None:
                out.tag_property = out.tag_style = None
        out.stateful = self.name in self.registry.stateful
        life = self.raw.get("lifecycle")
        if life:
            out.lifecycle = (life["status"],) + ((life["date"],) if "date" in life else ())
        return out

    # ---- shapes

    def shape(self, raw, hint):
        if raw is True or raw == {}:
            return Shape()
        if raw is False:
            return Shape()
        if "$ref" in raw:
            return self.ref(raw, hint)
        raw = self.with_all_of(raw)
        kinds = raw.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else [k for k in kinds if k != "null"]
        out = Shape(*(KINDS[k] for k in kinds))
        alternatives = raw.get("oneOf") or raw.get("anyOf") or []
        if any(k in raw for k in ("properties", "patternProperties")) and not kinds:
            out.kinds.add("object")
        if "items" in raw and not kinds:
            out.kinds.add("list")
        if "object" in out.kinds:
            self.object(out, raw, hint, alternatives)
        self.scalars(out, raw)
        if "list" in out.kinds:
            items = raw.get("items", {})
            out.item = self.shape(items if isinstance(items, dict) else {}, singular(hint))
        return self.alternatives(out, raw, hint, alternatives)

    def ref(self, raw, hint):
        path = raw["$ref"]
        rest = {k: v for k, v in raw.items() if k not in ("$ref", "title", "default")}
        if rest:
            target = self.pointer(path)
            if not self.is_recursive(target, path):
                merged = {**target, **rest}
                return self.shape(merged, path.rsplit("/", 1)[-1])
        if path not in self.refs:
            hole = self.refs[path] = Shape()
            shape = self.shape(self.pointer(path), path.rsplit("/", 1)[-1])
            for name in Shape.__slots__:
                setattr(hole, name, getattr(shape, name))
        return self.refs[path]

    def pointer(self, path):
        node = self.raw
        for part in path.lstrip("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def is_recursive(self, target, path):
        return json.dumps(path) in json.dumps(target)

    def with_all_of(self, raw):
        out = dict(raw)
        for part in raw.get("allOf", []):
            if "$ref" in part:
                part = {**self.pointer(part["$ref"]), **{k: v for k, v in part.items()
                                                         if k != "$ref"}}
            if "if" in part:
                continue
            for key, value in part.items():
                if key == "properties":
                    out[key] = {**value, **out.get(key, {})}
                elif key == "required":
                    out[key] = sorted(set(out.get(key, [])) | set(value))
                elif key in ("oneOf", "anyOf") and key in out:
                    continue
                else:
                    out.setdefault(key, value)
        return out

    def scalars(self, out, raw):
        if "enum" in raw or "enumCaseInsensitive" in raw or "const" in raw:
            values = raw.get("enum") or raw.get("enumCaseInsensitive") or [raw["const"]]
            out.enum = {spell(v) for v in values}
            out.fold = "enumCaseInsensitive" in raw
        if isinstance(raw.get("pattern"), str):
            out.pattern = raw["pattern"]
        for key, limit in (("minLength", "min_length"), ("maxLength", "max_length"),
                           ("minimum", "min_value"), ("maximum", "max_value"),
                           ("minItems", "min_items"), ("maxItems", "max_items"),
                           ("minProperties", "min_items"), ("maxProperties", "max_items")):
            if key in raw:
                value = float(raw[key])
                if abs(value) < HUGE and not (value == 0 and limit in ("min_length", "min_items")):
                    out.limits[limit] = value
        out.unique = bool(raw.get("uniqueItems"))
        self.hints(out, raw)

    def hints(self, out, raw):
        kind = raw.get("format")
        if kind in FORMATS or (kind and re.match(r"^AWS::\w+::\w+\.\w+$", kind)):
            out.format = kind
            if kind == "json":
                out.kinds.discard("object")
                out.kinds.add("json")
        refer = raw.get("relationshipRef")
        if refer:
            out.refers.add("%s.%s" % (refer["typeName"],
                                      refer["propertyPath"].split("/", 2)[2].replace("/", ".")))

    def object(self, out, raw, hint, alternatives):
        branches = [b for b in map(self.resolved, alternatives) if "properties" in b]
        props = raw.get("properties", {})
        if props or branches:
            out.body = self.body(raw, hint)
            return
        out.kinds.discard("object")
        more = raw.get("additionalProperties")
        patterns = raw.get("patternProperties", {})
        if patterns:
            out.kinds.add("map")
            if len(patterns) == 1:
                out.keys = next(iter(patterns))
            for sub in patterns.values():
                shape = self.shape(sub, singular(hint))
                out.value = Joiner(True).shape(out.value, shape) if out.value else shape
        elif isinstance(more, dict) and more:
            out.kinds.add("map")
            out.value = self.shape(more, singular(hint))
        else:
            out.kinds.add("json")

    def resolved(self, raw):
        return self.pointer(raw["$ref"]) if "$ref" in raw else raw

    def body(self, raw, hint):
        body = Def(hint)
        required = set(raw.get("required", []))
        for name, sub in raw.get("properties", {}).items():
            body.props[name] = Prop(self.shape(sub, name), name in required)
        more = raw.get("additionalProperties")
        body.open = more is not False or bool(raw.get("patternProperties"))
        if set(raw.get("required", [])) - set(body.props):
            body.open = body.open and not body.props
        self.groups(body, raw)
        return body

    @staticmethod
    def groups(body, raw):
        if "requiredXor" in raw:
            body.groups.append(("one", None, None, [[n] for n in sorted(raw["requiredXor"])]))
        if "requiredOr" in raw:
            body.groups.append(("some", None, None, [[n] for n in sorted(raw["requiredOr"])]))
        for key, kind in (("dependentRequired", "needs"), ("dependencies", "needs"),
                          ("dependentExcluded", "excludes")):
            for subject, names in raw.get(key, {}).items():
                if isinstance(names, list):
                    body.groups.append((kind, subject, None, [sorted(names)]))

    # ---- oneOf and anyOf

    def alternatives(self, out, raw, hint, branches):
        branches = [self.resolved(b) | {k: v for k, v in b.items() if k != "$ref"}
                    for b in branches if isinstance(b, dict)]
        if not branches:
            return out
        exactly = "oneOf" in raw
        if all(set(b) <= {"required", "description", "title"} for b in branches):
            if out.body:
                add_choice(out.body, [b.get("required", []) for b in branches], exactly)
            return out
        if all(set(b) <= {"format"} or set(b) <= {"relationshipRef"} for b in branches):
            for b in branches:
                self.refer(out, b)
            return out
        bodies = [b for b in branches if "properties" in b]
        if out.body and bodies and len(bodies) == len(branches):
            self.join_bodies(out.body, bodies, hint, exactly)
            return out
        return self.join_shapes(out, raw, branches, hint)

    def refer(self, out, branch):
        if "relationshipRef" in branch:
            self.hints(out, branch)
        elif "::" in branch.get("format", ""):
            out.refers.add(branch["format"])

    def join_bodies(self, body, branches, hint, exactly):
        joined = None
        for branch in branches:
            part = self.body(self.with_all_of(branch), branch.get("title", hint))
            joined = Joiner(True).body(joined, part)
        for name, prop in joined.props.items():
            if name in body.props:
                prop = Joiner(True).prop(body.props[name], prop)
            body.props[name] = prop
            prop.required = False
        sets = [b.get("required", []) for b in branches]
        common = set.intersection(*(set(s) for s in sets))
        own = {n for n in common if all(n in b.get("properties", {}) for b in branches)}
        for name in own:
            body.props[name].required = True
        body.open = body.open and joined.open
        add_choice(body, [[n for n in s if n not in own] for s in sets], exactly)

    def join_shapes(self, out, raw, branches, hint):
        joined = None
        for branch in branches:
            own = dict(branch)
            if "type" not in own and "type" in raw and "properties" not in own:
                own["type"] = raw["type"]
            if own.get("properties") is None and "properties" in raw:
                own["properties"] = raw["properties"]
                own.setdefault("additionalProperties", raw.get("additionalProperties", True))
            shape = self.shape(own, hint)
            joined = shape if joined is None else Joiner(True).shape(joined, shape)
        if not out.kinds:
            return joined
        for name in ("enum", "pattern", "body", "item", "value"):
            if getattr(out, name) is None and out.kinds & joined.kinds:
                setattr(out, name, getattr(joined, name))
        for limit, value in joined.limits.items():
            out.limits.setdefault(limit, value)
        if raw.get("type") is None:
            out.kinds |= joined.kinds
        return out

    # ---- marks given by paths

    def mark_all(self, out):
        def setter(name, value):
            return lambda prop: setattr(prop, name, value)
        for key, act in (("readOnlyProperties", setter("read_only", True)),
                         ("writeOnlyProperties", setter("write_only", True)),
                         ("deprecatedProperties", setter("deprecated", True)),
                         ("conditionalCreateOnlyProperties", setter("replace", 1)),
                         ("createOnlyProperties", setter("replace", 2))):
            for path in self.raw.get(key, []):
                tokens = [t for t in path.split("/")[2:] if t not in ("properties", "items")]
                self.mark(out.body, tokens, act)

    def mark(self, body, tokens, act):
        while tokens and tokens[0] == "*":
            tokens = tokens[1:]
        if not tokens or tokens[0] not in body.props:
            return
        prop = body.props[tokens[0]]
        rest = [t for t in tokens[1:] if t != "*"]
        if not rest:
            if tokens[-1] != "*":
                act(prop)
            return
        prop.shape = self.own(prop.shape)
        target = prop.shape
        while target is not None and target.body is None:
            target = target.item or target.value
        if target is not None:
            self.mark(target.body, rest, act)

    def own(self, shape):
        """A copy of the way from a shape to its def, so that a mark holds for this path only."""
        if shape is None:
            return None
        if id(shape) in self.owned:
            return shape
        new = shape.copy()
        self.held.append(new)
        self.owned.add(id(new))
        if shape.body is not None:
            new.body = Def(shape.body.name)
            new.body.open = shape.body.open
            new.body.groups = list(shape.body.groups)
            new.body.props = {n: p.copy() for n, p in shape.body.props.items()}
        new.item, new.value = self.own(shape.item), self.own(shape.value)
        return new

    # ---- attributes

    def attributes(self, out):
        if self.name in self.registry.attributes_all:
            for name, prop in out.body.props.items():
                self.attribute_leaves(out, prop.shape, name, 0)
            return
        paths = ["/properties/" + n for n in self.registry.attributes_more.get(self.name, [])]
        for path in paths + self.raw.get("readOnlyProperties", []):
            tokens = path.split("/")[2:]
            if "*" in tokens or "items" in tokens:
                continue
            shape = self.find(out.body, tokens)
            if shape is not None:
                out.attributes[".".join(tokens)] = shape

    def attribute_leaves(self, out, shape, name, depth):
        if "object" in shape.kinds and shape.body and depth < 4:
            for sub, prop in shape.body.props.items():
                self.attribute_leaves(out, prop.shape, name + "." + sub, depth + 1)
        elif "list" in shape.kinds and shape.item and shape.item.kinds & {"object", "list"}:
            return
        else:
            out.attributes[name] = shape

    @staticmethod
    def find(body, tokens):
        shape = None
        for token in tokens:
            if body is None or token not in body.props:
                return None
            shape = body.props[token].shape
            body = shape.body
        return shape


def singular(name):
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith("s") and not name.endswith("ss"):
        return name[:-1]
    return name + "Item" if not name.endswith("Item") else name


def add_choice(body, sets, exactly):
    """A choice between sets of required names, if it says anything."""
    sets = [sorted(set(s)) for s in sets]
    if not all(sets) or len(sets) < 2:
        return
    common = set.intersection(*map(set, sets))
    if common:
        sets = [[n for n in s if n not in common] for s in sets]
        for name in common & set(body.props):
            body.props[name].required = True
        if not all(sets):
            return
    unknown = {n for s in sets for n in s} - set(body.props)
    if unknown and not body.open:
        return
    nested = any(set(a) <= set(b) for a in sets for b in sets if a is not b)
    body.groups.append(("one" if exactly and not nested else "some", None, None, sorted(sets)))
