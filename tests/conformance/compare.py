"""Strict comparison of templates: maps without order, lists with it, types included."""

import functools
import json
import re
from typing import Any, Iterator

WIDTH = 160  # of a value in a difference
HASH = re.compile(r"[0-9a-f]{10}$")

# Lists that the translator makes of sets: their order is drawn anew in each of its processes, and
# means nothing to CloudFormation.
UNORDERED = {"DependsOn", "Fn::Or"}
UNORDERED_NAMES = re.compile(r"(?<=don't have values: )\[[^\]]*\]")


def _short(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= WIDTH else text[:WIDTH] + "..."


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return type(value).__name__


def _is_nothing(path: str, value: Any) -> bool:
    """Properties without any are the same as none, to CloudFormation."""
    return path.startswith("/Resources/") and path.endswith("/Properties") and value == {}


def differences(expected: Any, actual: Any, path: str = "") -> Iterator[str]:
    """One line for each place where the two differ."""
    if _kind(expected) != _kind(actual):
        yield f"{path or '/'}: expected {_short(expected)}, got {_short(actual)}"
    elif isinstance(expected, dict):
        for key in expected:
            if key not in actual and not _is_nothing(f"{path}/{key}", expected[key]):
                yield f"{path}/{key}: missing, expected {_short(expected[key])}"
            elif key in actual:
                yield from differences(expected[key], actual[key], f"{path}/{key}")
        for key in actual:
            if key not in expected and not _is_nothing(f"{path}/{key}", actual[key]):
                yield f"{path}/{key}: not expected, got {_short(actual[key])}"
    elif isinstance(expected, list):
        if path.rpartition("/")[2] in UNORDERED:
            expected, actual = (sorted(side, key=_short) for side in (expected, actual))
        for index, (left, right) in enumerate(zip(expected, actual)):
            yield from differences(left, right, f"{path}/{index}")
        for index in range(len(actual), len(expected)):
            yield f"{path}/{index}: missing, expected {_short(expected[index])}"
        for index in range(len(expected), len(actual)):
            yield f"{path}/{index}: not expected, got {_short(actual[index])}"
    elif expected != actual:
        yield f"{path}: expected {_short(expected)}, got {_short(actual)}"


def _replace(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in names.items():
            if old in value:
                value = value.replace(old, new)
        return value
    if isinstance(value, list):
        return [_replace(item, names) for item in value]
    if isinstance(value, dict):
        return {_replace(key, names): _replace(item, names) for key, item in value.items()}
    return value


def without_deployment_hashes(template: Any) -> Any:
    """The template with the hash at the end of each REST deployment's id (and in its description)
    replaced with a mark, in the id and wherever it is referred to. The translator computes it from
    the text of a Python 2 dictionary; everything else about the deployment stays as it is."""
    resources = template.get("Resources") if isinstance(template, dict) else None
    if not isinstance(resources, dict):
        return template
    names = {}
    for logical_id, resource in resources.items():
        if not isinstance(resource, dict) or resource.get("Type") != "AWS::ApiGateway::Deployment":
            continue
        if not HASH.search(logical_id):
            continue
        names[logical_id] = logical_id[:-10] + "<hash>"
        properties = resource.get("Properties")
        words = str(properties.get("Description", "")) if isinstance(properties, dict) else ""
        if words.startswith("RestApi deployment id: "):
            names[words] = "RestApi deployment id: <hash>"
    return _replace(template, names) if names else template


def settled(template: Any) -> Any:
    """The template with the three lists in order whose order the translator takes from a Python
    set, so that it differs from run to run: what a bucket depends on because of its events, and the
    two conditions made of others."""
    if not isinstance(template, dict):
        return template
    template = dict(template)
    conditions = template.get("Conditions")
    if isinstance(conditions, dict):
        template["Conditions"] = {
            name: _sorted(value) if name.startswith(ANY_ORDER) else value
            for name, value in conditions.items()
        }
    resources = template.get("Resources")
    if isinstance(resources, dict):
        template["Resources"] = {
            name: {**resource, "DependsOn": sorted(resource["DependsOn"], key=str)}
            if isinstance(resource, dict) and resource.get("Type") == "AWS::S3::Bucket"
            and isinstance(resource.get("DependsOn"), list) else resource
            for name, resource in resources.items()
        }
    return template


ANY_ORDER = ("SharedUsagePlanCondition", "ServerlessCodeDeployCondition")


def _sorted(condition: Any) -> Any:
    if isinstance(condition, dict) and isinstance(condition.get("Fn::Or"), list):
        by_text = functools.partial(json.dumps, sort_keys=True)
        return {**condition, "Fn::Or": sorted(condition["Fn::Or"], key=by_text)}
    return condition


def plain(message: str) -> str:
    """A message on one line, with the one list in order whose order the translator takes from a
    Python set: the parameters that a policy template misses."""
    text = " ".join(message.split())
    found = re.search(r"don't have values: \[(.*)\]$", text)
    if found:
        names = ", ".join(sorted(found.group(1).split(", ")))
        text = f"{text[: found.start(1)]}{names}]"
    return text
