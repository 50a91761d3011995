#!/usr/bin/env python3
"""Reads what test_emit dumps (APIC_EMIT_DUMP=DIRECTORY build/unit/test_emit) with other people's
readers: each NAME.yaml has to hold the same document as NAME.json.

usage: compare_emit.py DIRECTORY
"""
import json
import pathlib
import sys

import yaml

try:
    import ruamel.yaml
except ImportError:
    ruamel = None

LONG = {"Ref": "Ref", "Condition": "Condition"}


def intrinsic(construct_scalar, construct_sequence, construct_mapping):
    def construct(loader, suffix, node):
        name = LONG.get(suffix, "Fn::" + suffix)
        if node.id == "scalar":
            value = construct_scalar(loader, node)
            if suffix == "GetAtt":
                value = value.split(".", 1)
        elif node.id == "sequence":
            value = construct_sequence(loader, node)
        else:
            value = construct_mapping(loader, node)
        return {name: value}
    return construct


class Loader(yaml.SafeLoader):
    pass


Loader.add_multi_constructor("!", intrinsic(
    lambda l, n: l.construct_scalar(n),
    lambda l, n: l.construct_sequence(n, deep=True),
    lambda l, n: l.construct_mapping(n, deep=True)))


def read_pyyaml(text):
    return yaml.load(text, Loader)


def read_ruamel(text):
    class Constructor(ruamel.yaml.constructor.SafeConstructor):
        pass
    Constructor.add_multi_constructor("!", intrinsic(
        lambda l, n: l.construct_scalar(n),
        lambda l, n: l.construct_sequence(n, deep=True),
        lambda l, n: l.construct_mapping(n, deep=True)))
    reader = ruamel.yaml.YAML(typ="safe", pure=True)
    reader.Constructor = Constructor
    return reader.load(text)


def same(a, b):
    """Equal, types too; a number with a bare exponent is a string to PyYAML and stays one."""
    if isinstance(a, dict):
        return (isinstance(b, dict) and a.keys() == b.keys()
                and all(same(a[k], b[k]) for k in a))
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(b, str) and isinstance(a, float) and "e" in b:
        return float(b) == a
    return type(a) is type(b) and a == b


def main():
    readers = {"PyYAML": read_pyyaml}
    if ruamel:
        readers["ruamel"] = read_ruamel
    failures = count = 0
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.yaml")):
        expected = json.loads(path.with_suffix(".json").read_bytes())
        text = path.read_bytes().decode()
        for name, read in readers.items():
            count += 1
            try:
                found = read(text)
            except Exception as error:
                found = repr(error)
            if not same(expected, found):
                failures += 1
                if failures < 10:
                    print(f"{path} read by {name}: {found!r}\nexpected {expected!r}")
    print(f"{count} readings by {', '.join(readers)}, {failures} differ")
    sys.exit(1 if failures else 0)


main()
