"""Types, defs, properties and shapes, and how two accounts of the same thing are joined."""

KINDS = ("string", "integer", "number", "boolean", "list", "map", "object", "json")
LIMITS = ("min_length", "max_length", "min_value", "max_value", "min_items", "max_items")
LIMIT_KINDS = {
    "length": {"string"},
    "value": {"integer", "number"},
    "items": {"list", "map"},
}


class Shape:
    """What a value may be. No kinds at all means: anything."""

    __slots__ = ("kinds", "body", "item", "value", "keys", "enum", "fold", "pattern", "limits",
                 "format", "refers", "unique")

    def __init__(self, *kinds):
        self.kinds = set(kinds)
        self.body = None      # object: Def
        self.item = None      # list: Shape
        self.value = None     # map: Shape
        self.keys = None      # map: pattern of the keys
        self.enum = None      # set of strings
        self.fold = False     # enum in any case
        self.pattern = None
        self.limits = {}
        self.format = None
        self.refers = set()
        self.unique = False

    def copy(self):
        new = Shape(*self.kinds)
        for name in self.__slots__[1:]:
            value = getattr(self, name)
            setattr(new, name, value.copy() if isinstance(value, (set, dict)) else value)
        return new


class Prop:
    __slots__ = ("shape", "required", "read_only", "write_only", "replace", "deprecated")

    def __init__(self, shape, required=False):
        self.shape = shape
        self.required = required
        self.read_only = False
        self.write_only = False
        self.replace = 0      # 0 no, 1 maybe, 2 yes
        self.deprecated = False

    def copy(self):
        new = Prop(self.shape, self.required)
        for name in self.__slots__[2:]:
            setattr(new, name, getattr(self, name))
        return new


class Def:
    __slots__ = ("name", "props", "groups", "open")

    def __init__(self, name):
        self.name = name
        self.props = {}
        self.groups = []      # (kind, subject, values, sets or (target, shape))
        self.open = False


class Type:
    def __init__(self, name):
        self.name = name
        self.body = Def(name)
        self.attributes = {}  # name -> Shape
        self.ref = None       # list of names
        self.identifier = []
        self.arn = None
        self.tag_property = None
        self.tag_style = None
        self.stateful = False
        self.open_attributes = False
        self.lifecycle = None  # (status, date)
        self.regions = None    # set of names, None when not known


class Joiner:
    """
    Joins two accounts. `either`: they are alternatives, a value that suits one suits the whole
    (the same type in two regions, branches of a oneOf). Otherwise the first is the account
    with limits, the second the newer one.
    """

    def __init__(self, either):
        self.either = either
        self.defs = {}
        self.root = None
        self.held = []  # keeps ids in self.defs from being reused

    def shape(self, a, b):
        if a is None or b is None:
            return a or b
        if a is b:
            return a
        if not a.kinds or not b.kinds:
            return self.open_shape(a, b)
        if not self.either:
            b = self.without_vague_json(a, b)
        out = Shape(*(a.kinds | b.kinds))
        out.body = self.body(a.body, b.body)
        out.item = self.shape(a.item, b.item)
        out.value = self.shape(a.value, b.value)
        out.keys = a.keys if a.keys == b.keys else (None if a.value and b.value
                                                    else a.keys or b.keys)
        scalars = {"string", "integer", "number", "boolean"}
        out.enum = self.one(a, b, a.enum, b.enum, scalars, lambda x, y: x | y)
        out.fold = a.fold or b.fold
        out.pattern = self.one(a, b, a.pattern, b.pattern, {"string"}, self.patterns)
        for limit in LIMITS:
            pick = min if limit.startswith("min") else max
            value = self.one(a, b, a.limits.get(limit), b.limits.get(limit),
                             LIMIT_KINDS[limit[4:]], pick)
            if value is not None:
                out.limits[limit] = value
        out.format = self.one(a, b, a.format, b.format, {"string", "list", "json"},
                              lambda x, y: x if x == y else None)
        out.refers = a.refers | b.refers
        if self.either and a.format != b.format:
            out.refers |= {f for f in (a.format, b.format) if f and "::" in f}
        out.unique = (a.unique and b.unique) if self.either else a.unique or b.unique
        return out

    def open_shape(self, a, b):
        if self.either:
            return Shape()
        return a if a.kinds else b

    @staticmethod
    def without_vague_json(a, b):
        """The service spec says `json` where it knows no better."""
        known = a.kinds & {"object", "map", "list"}
        if not known or "json" not in b.kinds:
            return b
        b = b.copy()
        b.kinds.discard("json")
        return b

    @staticmethod
    def patterns(x, y):
        return x if x == y else None

    def one(self, a, b, x, y, kinds, join):
        if x is not None and y is not None:
            return join(x, y)
        if not self.either:
            return x if x is not None else y
        present, other = (x, b) if x is not None else (y, a)
        return None if present is None or other.kinds & kinds else present

    def body(self, a, b):
        if a is None or b is None:
            return a or b
        if a is b:
            return a
        key = (id(a), id(b))
        if key in self.defs:
            return self.defs[key]
        out = Def(a.name)
        self.defs[key] = out
        self.held += [a, b]
        self.fill(out, a, b)
        return out

    def fill(self, out, a, b):
        for name in sorted(set(a.props) | set(b.props)):
            out.props[name] = self.prop(a.props.get(name), b.props.get(name), a is self.root)
        if self.either:
            out.open = a.open or b.open
            out.groups = [g for g in a.groups if g in b.groups]
        else:
            out.open = a.open and b.open
            out.groups = list(a.groups)

    def prop(self, a, b, outer=True):
        """`outer`: of a type's body, whose read-only properties the service spec leaves out."""
        if a is None or b is None:
            out = (a or b).copy()
            if self.either:
                out.required = False
            return out
        out = Prop(self.shape(a.shape, b.shape), a.required and b.required)
        out.read_only = a.read_only and (b.read_only or not (self.either or outer))
        out.write_only = a.write_only or b.write_only
        out.deprecated = a.deprecated or b.deprecated
        out.replace = a.replace if a.replace == b.replace else self.replaced(a, b, outer)
        return out

    def replaced(self, a, b, outer):
        """
        The registry decides; where only the service spec knows of replacement, it's "maybe", but
        not for nested properties, to which the service spec hands down what their owner has.
        """
        if self.either:
            return 1
        return 1 if outer and a.replace == 0 else a.replace

    def type(self, a, b):
        out = Type(a.name)
        self.root = a.body
        out.body = self.body(a.body, b.body)
        for name in sorted(set(a.attributes) | set(b.attributes)):
            out.attributes[name] = self.shape(a.attributes.get(name), b.attributes.get(name))
        out.identifier = b.identifier or a.identifier
        out.ref = b.ref or a.ref
        out.arn = a.arn or b.arn
        out.tag_property = a.tag_property or b.tag_property
        out.tag_style = a.tag_style or b.tag_style
        out.stateful = a.stateful or b.stateful
        out.open_attributes = a.open_attributes or b.open_attributes
        out.lifecycle = a.lifecycle or b.lifecycle
        if a.regions is not None or b.regions is not None:
            out.regions = (a.regions or set()) | (b.regions or set())
        return out


def shape_defs(shape):
    """The defs a shape leads to directly."""
    if shape is None:
        return
    if shape.body is not None and "object" in shape.kinds:
        yield shape.body
    if "list" in shape.kinds:
        yield from shape_defs(shape.item)
    if "map" in shape.kinds:
        yield from shape_defs(shape.value)


def def_children(body):
    for name in sorted(body.props):
        yield from shape_defs(body.props[name].shape)
    for group in body.groups:
        if group[0] == "when-shape":
            yield from shape_defs(group[3][1])


def type_roots(kind):
    yield kind.body
    for name in sorted(kind.attributes):
        yield from shape_defs(kind.attributes[name])


def type_defs(kind):
    """All defs of a type but its body, breadth first, in a fixed order."""
    seen, order, queue = set(), [], list(type_roots(kind))
    while queue:
        body = queue.pop(0)
        if id(body) in seen:
            continue
        seen.add(id(body))
        order.append(body)
        queue.extend(def_children(body))
    return order[1:]
