"""The text form of the tables: writing it, and giving nested defs their names.

See schema/FORM for the form itself.
"""

import re

from model import LIMITS, def_children, shape_defs, type_defs

WORD = re.compile(r"^[A-Za-z0-9_./:+@#$%<>=&?\[\]{};^!\\-][A-Za-z0-9_./:+@#$%<>=&?\[\]{};^!\\*-]*$")
NAME = re.compile(r"^[A-Za-z0-9_.:-]+$")
QUOTES = "'\"`~"
LONG_ENUM = 12


def quote(text):
    """A word as it is, or between quotes that don't occur in it; None if that can't be."""
    if WORD.match(text):
        return text
    return quote_always(text)


def quote_always(text):
    for mark in QUOTES:
        if mark not in text and text.isprintable():
            return mark + text + mark
    return None


def number(value):
    value = float(value)
    return str(int(value)) if value == int(value) else repr(value)


class Names:
    """Names for a type's nested defs; those with equal contents share one."""

    def __init__(self, kind):
        self.defs = type_defs(kind)
        self.body = kind.body
        self.classes = {id(d): d.name for d in self.defs}
        self.refine()
        self.assign()

    def refine(self):
        count = len(set(self.classes.values()))
        self.classes[id(self.body)] = -1
        while True:
            keys = {id(d): (self.classes[id(d)], self.content(d)) for d in self.defs}
            order = {}
            for d in self.defs:
                order.setdefault(keys[id(d)], len(order))
            self.classes = {i: order[k] for i, k in keys.items()}
            self.classes[id(self.body)] = -1
            if len(order) == count:
                return
            count = len(order)

    def content(self, body):
        namer = lambda d: "@%s" % self.classes[id(d)]
        return "\n".join(def_lines(body, namer, {})) + str(body.open)

    def assign(self):
        self.names, self.unique, used = {}, [], set()
        for d in self.defs:
            key = self.classes[id(d)]
            if key in self.names:
                continue
            base = d.name
            name, n = base, 2
            while name in used:
                name, n = "%s%d" % (base, n), n + 1
            used.add(name)
            self.names[key] = name
            self.unique.append((name, d))
        self.unique.sort(key=lambda pair: pair[0])

    def of(self, body):
        return "@" if body is self.body else "@" + self.names[self.classes[id(body)]]


def shape_text(shape, namer, enums):
    options = []
    for limit, word in (("length", "len"), ("value", "value"), ("items", "items")):
        low, high = shape.limits.get("min_" + limit), shape.limits.get("max_" + limit)
        if low is not None or high is not None:
            options.append("%s %s..%s" % (word, "" if low is None else number(low),
                                          "" if high is None else number(high)))
    if shape.unique:
        options.append("unique")
    if shape.enum:
        options.append("enum " + enum_text(shape.enum, enums))
    if shape.fold:
        options.append("anycase")
    if shape.format:
        options.append("format " + quote(shape.format))
    if shape.refers:
        options.append("to " + " ".join(sorted(shape.refers)))
    if shape.keys:
        options.append("keys " + quote_always(shape.keys))
    if shape.pattern:
        options.append("pattern " + quote_always(shape.pattern))
    text = "|".join(kind_text(shape, kind, namer, enums)
                    for kind in ("string", "integer", "number", "boolean", "list", "map",
                                 "object", "json") if kind in shape.kinds) or "any"
    return text + ("(" + ", ".join(options) + ")" if options else "")


def kind_text(shape, kind, namer, enums):
    if kind == "list":
        return "[" + (shape_text(shape.item, namer, enums) if shape.item else "any") + "]"
    if kind == "map":
        return "{" + (shape_text(shape.value, namer, enums) if shape.value else "any") + "}"
    return namer(shape.body) if kind == "object" else kind


def enum_text(values, enums):
    key = tuple(sorted(values, key=lambda v: v.encode()))
    return "*" + enums[key] if key in enums else " ".join(quote(v) for v in key)


def prop_line(name, prop, namer, enums):
    words = [name, shape_text(prop.shape, namer, enums)]
    for flag, word in (("required", "required"), ("read_only", "read-only"),
                       ("write_only", "write-only")):
        if getattr(prop, flag):
            words.append(word)
    if prop.replace:
        words.append((None, "may-replace", "replaces")[prop.replace])
    if prop.deprecated:
        words.append("deprecated")
    return " ".join(words)


def group_line(group, namer, enums):
    kind, subject, values, sets = group
    if kind == "when-shape":
        return "(when %s = %s shape %s %s)" % (
            subject, " ".join(quote(v) for v in sorted(values)), sets[0],
            shape_text(sets[1], namer, enums))
    if kind.startswith("when-"):
        return "(when %s = %s %s %s)" % (subject, " ".join(quote(v) for v in sorted(values)),
                                         kind[5:], " ".join(sets[0]))
    if kind in ("needs", "excludes"):
        return "(%s %s: %s)" % (kind, subject, " ".join(sets[0]))
    return "(%s %s)" % (kind, " ".join("+".join(s) for s in sets))


def def_lines(body, namer, enums):
    lines = [prop_line(name, body.props[name], namer, enums)
             for name in sorted(body.props, key=str.encode)]
    lines += sorted(set(group_line(g, namer, enums) for g in body.groups))
    return lines


def type_lines(kind, enums):
    names = Names(kind)
    lines = ["type " + kind.name]
    if kind.ref:
        lines.append("  ref " + " ".join(kind.ref))
    if kind.identifier:
        lines.append("  identifier " + " ".join(kind.identifier))
    if kind.arn:
        lines.append("  arn " + kind.arn)
    if kind.tag_property:
        lines.append("  tags %s %s" % (kind.tag_property, kind.tag_style or "list"))
    if kind.stateful:
        lines.append("  stateful")
    if kind.lifecycle:
        lines.append("  lifecycle " + " ".join(kind.lifecycle))
    if kind.attributes or kind.open_attributes:
        lines.append("  attributes" + (" open" if kind.open_attributes else ""))
        lines += ["    %s %s" % (name, shape_text(kind.attributes[name], names.of, enums))
                  for name in sorted(kind.attributes, key=str.encode)]
    lines.append("  properties" + (" open" if kind.body.open else ""))
    lines += ["    " + line for line in def_lines(kind.body, names.of, enums)]
    for name, body in names.unique:
        lines.append("  def " + name + (" open" if body.open else ""))
        lines += ["    " + line for line in def_lines(body, names.of, enums)]
    return lines


def shape_enums(shape, path):
    if shape is None:
        return
    if shape.enum and len(shape.enum) > LONG_ENUM:
        yield path, tuple(sorted(shape.enum, key=lambda v: v.encode()))
    yield from shape_enums(shape.item, path)
    yield from shape_enums(shape.value, path)


def long_enums(kinds):
    """Names for the long enums of a file; the first place (in order) that has it names it."""
    enums, used = {}, set()
    for kind in kinds:
        short = kind.name.rsplit("::", 1)[-1]
        for body in [kind.body] + sorted(type_defs(kind), key=lambda d: d.name):
            where = short if body is kind.body else short + "." + body.name
            for name in sorted(body.props):
                for path, values in shape_enums(body.props[name].shape, where + "." + name):
                    add_enum(enums, used, path, values)
        for name in sorted(kind.attributes):
            for path, values in shape_enums(kind.attributes[name], short + "." + name):
                add_enum(enums, used, path, values)
    return enums


def add_enum(enums, used, path, values):
    if values in enums:
        return
    name, n = path, 2
    while name in used:
        name, n = "%s:%d" % (path, n), n + 1
    used.add(name)
    enums[values] = name


def file_text(kinds, head):
    """The text of one service's file."""
    kinds = sorted(kinds, key=lambda k: k.name.encode())
    enums = long_enums(kinds)
    lines = ["# " + line for line in head]
    for values, name in sorted(enums.items(), key=lambda pair: pair[1].encode()):
        lines += ["", "enum " + name] + ["  " + quote(v) for v in values]
    for kind in kinds:
        lines += [""] + type_lines(kind, enums)
    return "\n".join(lines) + "\n"
