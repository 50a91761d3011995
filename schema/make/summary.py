"""What a new run changed: for whoever reviews the update."""

import os
import re

TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|~[^~]*~|[(),]|[^\s(),]+")


def load(folder):
    """(type, def, property) -> its line, without what is only a name of a long enum."""
    found = {}
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            read_file(file.read().split("\n"), found)
    return found


def read_file(lines, found):
    enums, kind, where, enum = {}, None, None, None
    for line in lines:
        if line.startswith("enum "):
            enum = enums.setdefault(line[5:], [])
        elif line.startswith("type "):
            kind, where, enum = line[5:], None, None
            found[(kind, "", "")] = ("", set())
        elif line.startswith("    ") and where and not line.startswith("    ("):
            name, rest = line.strip().split(" ", 1)
            found[(kind, where, name)] = (rest, enum_values(rest, enums))
        elif line.startswith("  ") and enum is not None and kind is None:
            enum.append(line.strip())
        elif line.startswith("  "):
            where = line.strip().removesuffix(" open")
            where = where if where == "properties" or where.startswith("def ") else None
        if not line:
            enum = None


def enum_values(rest, enums):
    values, inside = set(), False
    for token in TOKEN.findall(rest):
        if token in ("(", ",", ")"):
            inside = False
        elif inside:
            values |= set(enums.get(token[1:], [])) if token.startswith("*") else {token}
        elif token == "enum":
            inside = True
    return values


def flags(rest):
    return set(rest.rsplit(")", 1)[-1].split())


def report(old, new):
    lines = []
    types_old = {k[0] for k in old if k[1] == ""}
    types_new = {k[0] for k in new if k[1] == ""}
    props = lambda t: {k for k in t if k[2]}
    tell(lines, "types gone", sorted(types_old - types_new))
    tell(lines, "types new", sorted(types_new - types_old))
    both = types_old & types_new
    tell(lines, "properties gone", names(k for k in props(old) - props(new) if k[0] in both))
    tell(lines, "properties new", names(k for k in props(new) - props(old) if k[0] in both))
    shared = props(old) & props(new)
    lost = {k: old[k][1] - new[k][1] for k in shared if new[k][1]}
    tell(lines, "enum values gone", sorted("%s: %s" % (name(k), " ".join(sorted(values)))
                                           for k, values in lost.items() if values))
    tell(lines, "enums gone", names(k for k in shared if old[k][1] and not new[k][1]))
    for flag in ("required", "replaces", "may-replace", "read-only"):
        tell(lines, "became " + flag, names(k for k in shared if flag in flags(new[k][0])
                                            and flag not in flags(old[k][0])))
        tell(lines, "no longer " + flag, names(k for k in shared if flag in flags(old[k][0])
                                               and flag not in flags(new[k][0])))
    return "\n".join(lines) or "nothing changed in types and properties"


def load_iam(folder):
    """service:Action -> its line and those of its resources."""
    found = {}
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        action = None
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            for line in file.read().split("\n"):
                if line.startswith("  action "):
                    action = name.removesuffix(".txt") + ":" + line.split()[1]
                    found[action] = line.split(" ", 4)[-1]
                elif line.startswith("    on "):
                    found[action] += line
    return found


def report_iam(old, new):
    lines = []
    tell(lines, "actions gone", sorted(set(old) - set(new)))
    tell(lines, "actions new", sorted(set(new) - set(old)))
    tell(lines, "actions changed", sorted(a for a in set(old) & set(new) if old[a] != new[a]))
    return "\n".join(lines) or "nothing changed in IAM actions"


def load_managed(path):
    """policy -> its statements."""
    found = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for part in file.read().split("\npolicy ")[1:]:
                policy, _, statements = part.partition("\n")
                found[policy] = statements
    return found


def report_managed(old, new):
    lines = []
    tell(lines, "managed policies gone", sorted(set(old) - set(new)))
    tell(lines, "managed policies new", sorted(set(new) - set(old)))
    tell(lines, "managed policies changed", sorted(p for p in set(old) & set(new) if old[p] != new[p]))
    return "\n".join(lines) or "nothing changed in managed policies"


def name(key):
    where = "" if key[1] == "properties" else key[1].removeprefix("def ") + "."
    return key[0] + "." + where + key[2]


def names(keys):
    return sorted(map(name, keys))


def tell(lines, what, items):
    if items:
        lines.append("%s: %d" % (what, len(items)))
        lines.extend("  " + item for item in items[:40])
        if len(items) > 40:
            lines.append("  ... and %d more" % (len(items) - 40))
