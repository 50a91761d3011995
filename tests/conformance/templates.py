"""Templates as CloudFormation reads them: YAML 1.1 with short tags, without YAML's dates.

A date (Version: 2012-10-17) is a string, a number with a leading zero keeps its spelling as a
string, since it is an account id or the like. A key that stands twice is an error, or in lenient
reading the last one wins.
"""

import json
import re
from pathlib import Path
from typing import Any

import yaml


class TemplateLoader(yaml.SafeLoader):
    """SafeLoader with CloudFormation's tags and without timestamps and octal numbers."""

    lenient = False


class LenientLoader(TemplateLoader):
    """The same, for templates in which a key stands twice."""

    lenient = True


def _without(resolvers: dict, *tags: str) -> dict:
    return {
        first: [(tag, pattern) for tag, pattern in rows if tag not in tags]
        for first, rows in resolvers.items()
    }


TemplateLoader.yaml_implicit_resolvers = _without(
    yaml.SafeLoader.yaml_implicit_resolvers,
    "tag:yaml.org,2002:timestamp",
    "tag:yaml.org,2002:int",
)
TemplateLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)


def _map(loader: TemplateLoader, node: yaml.MappingNode, deep: bool = False) -> dict:
    seen = set()
    for key, _ in node.value:
        twice = isinstance(key.value, str) and key.value in seen \
            and key.tag != "tag:yaml.org,2002:merge"
        if twice and not loader.lenient:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key '{key.value}' stands twice", key.start_mark
            )
        if isinstance(key.value, str):
            seen.add(key.value)
    loader.flatten_mapping(node)
    return {
        key.value if isinstance(key, yaml.ScalarNode) else loader.construct_object(key):
            loader.construct_object(value, deep=True)
        for key, value in node.value
    }


def _intrinsic(loader: TemplateLoader, suffix: str, node: yaml.Node) -> dict:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = _map(loader, node)
    return {name: value}


TemplateLoader.add_constructor("tag:yaml.org,2002:map", _map)
TemplateLoader.add_multi_constructor("!", _intrinsic)


def parse(text: str, loader: type[TemplateLoader] = TemplateLoader) -> Any:
    """The document in `text`, JSON or YAML."""
    return yaml.load(text, Loader=loader)  # noqa: S506 (a SafeLoader)


def load_lenient(path: Path) -> Any:
    """The document in the file `path`; JSON is read as JSON when it is JSON."""
    text = Path(path).read_text(encoding="utf-8")
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            pass
    return parse(text, LenientLoader)
