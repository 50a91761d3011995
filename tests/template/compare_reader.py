#!/usr/bin/env python3
"""Compares how apic reads templates with how PyYAML and cfn-lint do.

    APIC_CORPUS=FOLDER APIC_CORPUS_DUMP=DUMP build/unit/test_template
    compare_reader.py FOLDER DUMP

Differences that are meant, and taken back here before comparing:
  - numbers keep their spelling (0123, 12:30, 1_000, .inf); one that JSON has not is a string
  - dates are strings: CloudFormation has no type for them (cfn-lint makes dates of them)
  - keys are strings in their spelling, also those that YAML 1.1 would read as booleans or numbers
  - `Fn::GetAtt: a.b` in long form is split as `!GetAtt a.b` is
  - a duplicate key is an error to cfn-lint; apic reports it and reads on, the last value wins
"""
import json
import pathlib
import sys

import yaml

try:
    from cfnlint.decode import cfn_yaml
except ImportError:
    cfn_yaml = None


class Loader(yaml.SafeLoader):
    def flatten_mapping(self, node):
        for key, _ in node.value:
            plain = key.tag in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:int",
                                "tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")
            if isinstance(key, yaml.ScalarNode) and plain:
                key.tag = "tag:yaml.org,2002:str"
        super().flatten_mapping(node)


def spelled(loader, node):
    """A number in its spelling, if JSON has that; else its spelling as a string."""
    try:
        return json.loads(node.value)
    except ValueError:
        return node.value


def function(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


Loader.add_constructor("tag:yaml.org,2002:int", spelled)
Loader.add_constructor("tag:yaml.org,2002:float", spelled)
Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda l, n: n.value)
Loader.add_multi_constructor("!", function)


def canonical(x):
    """What is meant to be equal is equal after this."""
    if isinstance(x, dict):
        x = {str(k): canonical(v) for k, v in x.items()}
        if set(x) == {"Fn::GetAtt"}:
            argument = x["Fn::GetAtt"]
            if isinstance(argument, str) and "." in argument.strip("."):
                return {"Fn::GetAtt": argument.split(".", 1)}
            if isinstance(argument, list) and len(argument) == 1:
                return {"Fn::GetAtt": argument[0]}
            if isinstance(argument, list) and all(isinstance(a, str) for a in argument):
                return {"Fn::GetAtt": ".".join(argument).split(".", 1)}
        return x
    if isinstance(x, (list, tuple)):
        return [canonical(v) for v in x]
    return x


def loosely(x):
    """For cfn-lint, whose loader can't be told to keep spellings."""
    if isinstance(x, dict):
        return {str(k): loosely(v) for k, v in x.items()}
    if isinstance(x, list):
        return [loosely(v) for v in x]
    if isinstance(x, bool) or x is None:
        return x
    if isinstance(x, str) and x.startswith("0x") and x[2:].isalnum():
        return str(int(x, 16))
    return str(x)


def difference(a, b, path=""):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            if key not in a or key not in b:
                return f"{path}/{key}: only in {'theirs' if key in b else 'ours'}"
            found = difference(a[key], b[key], f"{path}/{key}")
            if found:
                return found
        return None
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return next(filter(None, (difference(x, y, f"{path}/{i}")
                                  for i, (x, y) in enumerate(zip(a, b)))), None)
    same = type(a) is type(b) and a == b
    return None if same else f"{path}: ours {a!r}, theirs {b!r}"


def read(load, text):
    try:
        return load(text), None
    except Exception as error:  # whatever a reader throws at broken input
        return None, str(error).splitlines()[0]


def main():
    corpus, dump = map(pathlib.Path, sys.argv[1:3])
    readers = {"PyYAML": (lambda t: yaml.load(t, Loader), lambda x: x)}
    if cfn_yaml:
        readers["cfn-lint"] = (lambda t: cfn_yaml.loads(t, "x"), loosely)
    count = failures = 0
    for path in sorted(dump.glob("*.json")):
        text = (corpus / path.stem).read_bytes().decode("utf-8-sig")
        ours = canonical(json.loads(path.read_bytes()))
        for name, (load, view) in readers.items():
            theirs, error = read(load, text)
            count += 1
            found = error and f"theirs fails: {error}" or difference(
                view(ours), view(canonical(theirs)))
            if error and (ours is None or error.startswith("Duplicate found")):
                found = None
            if found:
                failures += 1
                print(f"{path.stem}: {name}: {found}")
    print(f"{count} readings by {', '.join(readers)}, {failures} differ")
    sys.exit(1 if failures else 0)


main()
