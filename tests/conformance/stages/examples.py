"""The templates that apic builds from the examples and the golden tests, judged by others.

For each stack: both targets in both formats build; JSON and YAML are the same document; cfn-lint
finds no error; every OpenAPI or Swagger body is valid; and the reference translator makes of the
SAM target exactly the CloudFormation target.

Two things are done before the last: local code locations are replaced with ones in S3, in both
targets alike, since the translator doesn't take local ones; and the tags lambda:createdBy,
httpapi:createdBy and stateMachine:createdBy, which the transform adds, are taken out.
"""

import copy
import json
import multiprocessing
import re
import shlex
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import compare
import environment
import reference
import templates
from stages import Tally

TARGETS = ("cfn", "sam")
FORMATS = ("yaml", "json")
TIMEOUT = 60
USED = re.compile(r'^\s*use\b.*?\bfrom\s+"([^"]+)"', re.MULTILINE)
REGION = re.compile(r'^\s*region\s*=\s*\[?\s*"([a-z0-9-]+)"', re.MULTILINE)
CREATED_BY = ("lambda:createdBy", "httpapi:createdBy", "stateMachine:createdBy")

# Properties that hold a local path until the template is packaged: type, property, and the names
# of bucket and key in CloudFormation's form of an S3 location (None: a text, s3://bucket/key).
LOCAL = {
    ("AWS::Serverless::Function", "CodeUri"): None,
    ("AWS::Serverless::LayerVersion", "ContentUri"): None,
    ("AWS::Serverless::StateMachine", "DefinitionUri"): None,
    ("AWS::Serverless::Api", "DefinitionUri"): None,
    ("AWS::Serverless::HttpApi", "DefinitionUri"): None,
    ("AWS::Serverless::GraphQLApi", "SchemaUri"): None,
    ("AWS::Lambda::Function", "Code"): ("S3Bucket", "S3Key"),
    ("AWS::Lambda::LayerVersion", "Content"): ("S3Bucket", "S3Key"),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"): ("Bucket", "Key"),
    ("AWS::ApiGateway::RestApi", "BodyS3Location"): ("Bucket", "Key"),
    ("AWS::ApiGatewayV2::Api", "BodyS3Location"): ("Bucket", "Key"),
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location"): None,
    ("AWS::AppSync::Resolver", "CodeS3Location"): None,
    ("AWS::AppSync::FunctionConfiguration", "CodeS3Location"): None,
}
BUCKET = "code-bucket"


def packaged(template: dict[str, Any]) -> dict[str, Any]:
    """A copy of the template with every local code location replaced with one in S3."""
    template = copy.deepcopy(template)
    globals_ = template.get("Globals")
    places = [("AWS::Serverless::" + section, properties)
              for section, properties in (globals_ if isinstance(globals_, dict) else {}).items()]
    places += [(resource.get("Type"), resource.get("Properties"))
               for resource in template.get("Resources", {}).values() if isinstance(resource, dict)]
    for kind, properties in places:
        for (type_, name), form in LOCAL.items():
            value = properties.get(name) if isinstance(properties, dict) else None
            if kind != type_ or not isinstance(value, str):
                continue
            if value.startswith(("s3://", "https://")):
                continue
            key = value.removeprefix("./").replace("../", "up/")
            properties[name] = f"s3://{BUCKET}/{key}" if form is None else {
                form[0]: BUCKET, form[1]: key}
    return template


def without_created_by(value: Any) -> Any:
    """The template without the tags that the transform adds, in any of their three forms."""
    if isinstance(value, list):
        return [without_created_by(item) for item in value if not _is_created_by(item)]
    if not isinstance(value, dict):
        return value
    made = {}
    for key, item in value.items():
        if key in CREATED_BY and item == "SAM":
            continue
        kept = without_created_by(item)
        if key in ("Tags", "tags") and item and not kept:
            continue
        made[key] = kept
    return made


def _is_created_by(item: Any) -> bool:
    return isinstance(item, dict) and (item.get("Key") or item.get("name")) in CREATED_BY


def settled(value: Any, branch: int) -> Any:
    """A document without intrinsic functions: each is a text, an Fn::If one of its branches, and
    AWS::NoValue is nothing."""
    if isinstance(value, list):
        return [kept for item in value if (kept := settled(item, branch)) is not _NOTHING]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        name, argument = next(iter(value.items()))
        if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            return settled(argument[branch], branch)
        if name == "Ref" and argument == "AWS::NoValue":
            return _NOTHING
        if (name == "Ref" and isinstance(argument, str)) or name.startswith("Fn::"):
            return "x"
    return {key: kept for key, item in value.items()
            if (kept := settled(item, branch)) is not _NOTHING}


_NOTHING = object()


def plain_paths(document: Any) -> Any:
    """API Gateway's greedy path parameters, /{proxy+}, are called proxy: the validator is shown
    /{proxy}."""
    paths = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(paths, dict):
        return document
    return {**document, "paths": {path.replace("+}", "}"): item for path, item in paths.items()}}


def _openapi_errors(body: Any) -> list[str]:
    from openapi_spec_validator import (
        OpenAPIV2SpecValidator, OpenAPIV30SpecValidator, OpenAPIV31SpecValidator)

    lines = []
    for branch in (1, 2):
        document = plain_paths(settled(body, branch))
        version = str(document.get("openapi", document.get("swagger", ""))) \
            if isinstance(document, dict) else ""
        validators = {"2": OpenAPIV2SpecValidator, "3.0": OpenAPIV30SpecValidator,
                      "3.1": OpenAPIV31SpecValidator}
        found = [made for prefix, made in validators.items() if version.startswith(prefix)]
        if not found:
            return [f"the body is not OpenAPI: its version is '{version}'"]
        try:
            said = ["/".join(map(str, error.absolute_path)) + f": {compare.plain(error.message)[:300]}"
                    for error in found[0](document).iter_errors()]
        except Exception as error:  # a reference that leads nowhere, say; it may not be picklable
            said = [f"{type(error).__name__}: {compare.plain(str(error))[:300]}"]
        lines += [line for line in said if line not in lines]
    return lines


def _lint_errors(text: str, region: str) -> list[str]:
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    found = lint(text, config=ManualArgs(regions=[region]))
    return [f"{match.rule.id} {'/'.join(map(str, getattr(match, 'path', None) or []))}:"
            f" {compare.plain(match.message)}" for match in found if match.rule.id.startswith("E")]


def _stacks(tally: Tally) -> list[tuple[Path, list[str]]]:
    """The files that should build, and the arguments that they need."""
    examples = environment.ROOT / "examples"
    found = sorted(examples.rglob("*.api"))
    used = {(path.parent / name).resolve() for path in found
            for name in USED.findall(path.read_text(encoding="utf-8"))}
    stacks = [(path, _arguments(path)) for path in found if path.resolve() not in used]
    tally.counts["examples (files that no other one uses)"] = len(stacks)

    golden = environment.ROOT / "tests" / "golden"
    should = [path for path in sorted(golden.rglob("in.api"))
              if any((path.parent / f"{target}.{form}").exists()
                     for target in TARGETS for form in FORMATS)
              and not (path.parent / "skip").exists()]
    tally.counts["golden tests that expect a template"] = len(should)
    return stacks + [(path, _arguments(path)) for path in should]


def _arguments(path: Path) -> list[str]:
    """The arguments that the file `args` beside a stack asks for."""
    extra = path.parent / "args"
    return shlex.split(extra.read_text(encoding="utf-8")) if extra.exists() else []


def _build(path: Path, words: list[str], target: str, form: str) -> tuple[str, str]:
    """What one build wrote, or "" and what it said."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [str(environment.apic()), "build", "--target", target, "--format", form,
                   *words, "-o", str(out), path.name]
        try:
            ran = subprocess.run(command, capture_output=True, timeout=TIMEOUT, cwd=path.parent,
                                 check=False)
        except subprocess.TimeoutExpired:
            return "", f"it did not end within {TIMEOUT} s"
        if ran.returncode == 0 and out.exists():
            return out.read_text(encoding="utf-8"), ""
        return "", ran.stderr.decode("utf-8", "replace").strip() or f"status {ran.returncode}"


def _one(work: tuple[str, list[str], bool]) -> tuple[Counter, list[tuple[str, list[str]]]]:
    """All that is asked of one stack: counts of what was looked at, and (question, errors)."""
    path, words, normalise = Path(work[0]), work[1], work[2]
    name = str(path.relative_to(environment.ROOT))
    region = next(iter(REGION.findall(path.read_text(encoding="utf-8"))), "us-east-1")
    asked: list[tuple[str, list[str]]] = []
    counts: Counter = Counter()
    documents: dict[str, dict[str, Any]] = {}
    for target in TARGETS:
        made = {}
        for form in FORMATS:
            text, said = _build(path, words, target, form)
            asked.append((f"{name}: --target {target} --format {form} builds", said.splitlines()))
            if text:
                counts["templates built"] += 1
                made[form] = text
        if len(made) < len(FORMATS):
            continue
        documents[target] = json.loads(made["json"])
        asked.append((f"{name}: {target}: JSON and YAML are the same document",
                      list(compare.differences(documents[target], templates.parse(made["yaml"])))))
        asked.append((f"{name}: {target}: cfn-lint finds no error",
                      _lint_errors(made["yaml"], region)))
        for logical_id, resource in documents[target].get("Resources", {}).items():
            body = resource.get("Properties", {}).get("Body")
            if body and resource.get("Type") in ("AWS::ApiGateway::RestApi",
                                                 "AWS::ApiGatewayV2::Api"):
                counts["API definitions"] += 1
                asked.append((f"{name}: {target}: the body of {logical_id} is valid OpenAPI",
                              _openapi_errors(body)))
    if len(documents) == len(TARGETS):
        counts["SAM targets transformed"] += 1
        asked.append((f"{name}: the SAM target, transformed, is the CloudFormation target",
                      _transform_differences(documents, region, normalise)))
    return counts, asked


def _transform_differences(documents: dict[str, Any], region: str, normalise: bool) -> list[str]:
    expected = packaged(documents["cfn"])
    made = reference.transform(packaged(documents["sam"]), region, {})
    if "template" not in made:
        return [f"the translator refuses it: {line}"
                for line in made.get("errors", [made.get("crash")])]
    actual = without_created_by(made["template"])
    if isinstance(documents["sam"].get("Transform"), list):  # other macros stay; the translator drops all
        actual["Transform"] = documents["sam"]["Transform"][0]
    expected = without_created_by(expected)
    if normalise:
        expected = compare.without_deployment_hashes(expected)
        actual = compare.without_deployment_hashes(actual)
    return list(compare.differences(expected, actual))


def run(args) -> Tally:
    tally = Tally()
    stacks = _stacks(tally)
    if not stacks:
        tally.skip("there are no examples and no golden tests that expect a template")
        return tally
    work = [(str(path), words, args.normalise_deployments) for path, words in stacks]
    with multiprocessing.Pool(max(1, args.jobs)) as pool:
        for counts, asked in pool.imap(_one, work):
            tally.counts.update(counts)
            for what, lines in asked:
                tally.check(what, lines)
    return tally
