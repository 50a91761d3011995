#!/usr/bin/env python3
"""Single mistakes made by rule in every clean template of tests/mutants: each property misspelt, dropped where it is
required, given another kind of value, a value that no enumeration has; each reference turned to another attribute or
resource. Prints how many of them apic finds, and which not; those that are no mistakes are left out (FINE).

    tests/mutants/generate.py [TEMPLATE...]     needs PyYAML; APIC names the program
"""
import copy, glob, json, os, re, subprocess, sys, tempfile
import yaml

APIC = os.environ.get("APIC", "build/apic")
HERE = os.path.dirname(os.path.abspath(__file__))


class Loader(yaml.SafeLoader):
    pass


def short(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, True)
    else:
        value = loader.construct_mapping(node, True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    name = suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix
    return {name: value}


Loader.add_multi_constructor("!", short)


def report(template):
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as f:
        json.dump(template, f)
    try:
        out = subprocess.run([APIC, "check", "--quiet", "--format", "json", f.name], capture_output=True, text=True)
        return [d for d in json.loads(out.stdout)["diagnostics"] if d["level"] in ("error", "warning")]
    finally:
        os.unlink(f.name)


SCHEMAS = {}


def required(kind):
    """The properties that a type needs, as `apic schema` prints them."""
    if kind not in SCHEMAS:
        out = subprocess.run([APIC, "schema", kind], capture_output=True, text=True).stdout
        SCHEMAS[kind] = set(re.findall(r"^  (\w+) .*\brequired\b", out, re.M))
    return SCHEMAS[kind]


def is_function(x):
    return isinstance(x, dict) and len(x) == 1 and next(iter(x)).split("::")[0] in ("Ref", "Fn", "Condition")


def walk(x, path=()):
    """Every (path, value) below a resource's Properties; functions are leaves."""
    yield path, x
    if is_function(x):
        return
    items = x.items() if isinstance(x, dict) else enumerate(x) if isinstance(x, list) else ()
    for key, value in items:
        yield from walk(value, path + (key,))


def changed(template, path, change):
    t = copy.deepcopy(template)
    at = t
    for key in path[:-1]:
        at = at[key]
    change(at, path[-1])
    return t


def rename(at, key, new):
    value = at.pop(key)
    at[new] = value


FREE = re.compile(r"Tags|Variables|PolicyDocument|KeyPolicy|Definition|EventPattern|FilterPolicy|RequestTemplates|"
                  r"RequestParameters|ResponseParameters|Substitutions|Body|Attributes|Condition|InputPath|Claims")


def mistakes(template):
    resources = template["Resources"]
    for name, r in resources.items():
        base = ("Resources", name, "Properties")
        for path, value in walk(r.get("Properties", {})):
            if not path or any(FREE.search(str(k)) for k in path[:-1]):
                continue
            full, key = base + path, path[-1]
            where = name + "." + ".".join(map(str, path))
            if isinstance(key, str) and len(key) > 3 and not FREE.search(key):
                yield "misspelt", where, changed(template, full, lambda at, k: rename(at, k, k[:-2] + k[-1] + k[-2] + "x"))
            if len(path) == 1 and key in required(r["Type"]):
                yield "dropped", where, changed(template, full, lambda at, k: at.pop(k))
            if isinstance(key, str) and FREE.search(key):
                continue
            if is_function(value):
                kind = next(iter(value))
                if kind == "Ref" and value["Ref"] in resources:
                    for other in resources:
                        if resources[other]["Type"] != resources[value["Ref"]]["Type"]:
                            yield "other resource", where, changed(template, full, lambda at, k: at.__setitem__(k, {"Ref": other}))
                            break
                elif kind == "Fn::GetAtt" and value[kind][1].endswith("Arn"):
                    yield "Ref for ARN", where, changed(template, full, lambda at, k: at.__setitem__(k, {"Ref": value[kind][0]}))
                yield "attribute", where, changed(template, full, lambda at, k: at.__setitem__(k, {"Fn::GetAtt": [name, "Nowhere"]}))
            elif isinstance(value, bool):
                yield "kind", where, changed(template, full, lambda at, k: at.__setitem__(k, "perhaps"))
            elif isinstance(value, int):
                yield "kind", where, changed(template, full, lambda at, k: at.__setitem__(k, "many"))
            elif isinstance(value, str):
                yield "kind", where, changed(template, full, lambda at, k: at.__setitem__(k, {"a": "b"}))
                if re.fullmatch(r"[A-Z][A-Z_0-9]+|[A-Z][a-z]+[A-Za-z]*", value) and isinstance(key, str):
                    yield "value", where, changed(template, full, lambda at, k: at.__setitem__(k, value + "x"))
            elif isinstance(value, list):
                yield "kind", where, changed(template, full, lambda at, k: at.__setitem__(k, {"a": "b"}))
            elif isinstance(value, dict):
                yield "kind", where, changed(template, full, lambda at, k: at.__setitem__(k, ["a"]))


# What is as good as it was: names that anybody may choose, a function's name where its ARN is taken, too.
FINE = re.compile(r"value at .*(IndexName|DisplayName|Acl[.]Rules[.][01][.]Name|Metric(Name|Namespace)|FilterPattern|"
                  r"Dimensions[.]0[.]Name)$|Ref for ARN at (OrdersPermission[.]FunctionName|WorkerUrl[.]TargetFunctionArn)$|"
                  r"other resource at Errors[.]Dimensions[.]0[.]Value$")


def main():
    found, all_of, missed = {}, {}, []
    for path in sys.argv[1:] or sorted(glob.glob(os.path.join(HERE, "*.yaml"))):
        template = yaml.load(open(path), Loader)
        if report(template):
            sys.exit(path + " isn't clean: " + str(report(template)[:3]))
        for what, where, mutant in mistakes(template):
            if FINE.search(what + " at " + where):
                continue
            all_of[what] = all_of.get(what, 0) + 1
            if report(mutant):
                found[what] = found.get(what, 0) + 1
            else:
                missed.append("%s: %s at %s" % (os.path.basename(path), what, where))
    for line in missed:
        print("  missed " + line)
    for what in all_of:
        print("%s: %d of %d" % (what, found.get(what, 0), all_of[what]))
    print("all: %d of %d" % (sum(found.values()), sum(all_of.values())))
    sys.exit(1 if missed else 0)


main()
