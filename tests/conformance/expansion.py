"""One input of the SAM transform, through the reference and through apic."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import compare
import environment
import reference
import templates

TIMEOUT = 60
DIRECTIVE = re.compile(r"^# (params|regions): (.*)$", re.MULTILINE)
SAID = re.compile(r"^(?:.*?: )?error: (.*?)(?: \[[a-z0-9-]+\])?$")


@dataclass
class Result:
    """What came of one input in one region: `same` is strict equality (of the template, or of the
    set of messages); `failed_too` is for erroneous inputs: apic fails, whatever it says."""

    path: Path
    region: str
    expected: str  # template, errors or crash
    same: bool = False
    failed_too: bool = False
    lines: list[str] = field(default_factory=list)


def directives(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Parameter values and regions that the comments at the top of an input ask for."""
    parameters: dict[str, str] = {}
    regions = reference.REGIONS
    for name, words in DIRECTIVE.findall(text.split("\nResources:")[0]):
        if name == "params":
            parameters.update(word.split("=", 1) for word in words.split())
        else:
            regions = tuple(words.split())
    return parameters, regions


def expected(path: Path, region: str, keep: bool = True) -> dict[str, Any]:
    """The reference's outcome for the input at `path`."""
    text = path.read_text(encoding="utf-8")
    parameters, _ = directives(text)
    return reference.outcome(text, parse, region, parameters, keep)


def parse(text: str) -> Any:
    """The template in `text`."""
    return json.loads(text) if text.lstrip().startswith("{") else templates.parse(text)


def actual(path: Path, region: str) -> dict[str, Any]:
    """apic's outcome: {"template": ..} or {"errors": [..]}, or {"crash": text}."""
    parameters, _ = directives(path.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        command = [str(environment.apic()), "expand", str(path), "--region", region]
        for name, value in parameters.items():
            command += ["--param", f"{name}={value}"]
        command += ["--format", "json", "-o", str(out)]
        try:
            ran = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)
        except subprocess.TimeoutExpired:
            return {"crash": f"apic did not end within {TIMEOUT} s"}
        said = ran.stderr.decode("utf-8", "replace")
        if ran.returncode < 0 or "Sanitizer" in said:
            return {"crash": f"apic ended with {ran.returncode}: {said[-2000:]}"}
        if ran.returncode == 0:
            try:
                return {"template": json.loads(out.read_text(encoding="utf-8"))}
            except (OSError, ValueError) as failure:
                return {"crash": f"apic's output is not JSON: {failure}"}
    found = [match for line in said.splitlines() if (match := SAID.match(line))]
    errors = [match.group(1) for match in found]
    return {"errors": errors} if errors else {"crash": f"apic failed without a message: {said}"}


def compared(path: Path, region: str, normalise_deployments: bool = False, keep: bool = True
             ) -> Result:
    """The input at `path` through both, in `region`."""
    want, got = expected(path, region, keep), actual(path, region)
    kind = next(iter(want))
    result = Result(path, region, kind)
    if kind == "template":
        if "template" in got:
            left, right = compare.settled(want["template"]), compare.settled(got["template"])
            # with AlwaysDeploy the hash is of the time
            if normalise_deployments or "AlwaysDeploy" in path.read_text(encoding="utf-8"):
                left = compare.without_deployment_hashes(left)
                right = compare.without_deployment_hashes(right)
            result.lines = list(compare.differences(left, right))
            result.same = not result.lines
        else:
            result.lines = [f"apic fails: {line}" for line in got.get("errors", [got.get("crash")])]
        return result
    result.failed_too = "errors" in got
    if kind == "crash":
        result.same = result.failed_too
        result.lines = [f"the reference itself fails: {want['crash']}"]
    else:
        wanted = [compare.plain(message) for message in want["errors"]]
        gotten = [compare.plain(message) for message in got.get("errors", [])]
        for message in wanted:
            if not any(message in said for said in gotten):
                result.lines.append(f"not said: {message}")
        for said in gotten:
            if not any(message in said for message in wanted):
                result.lines.append(f"said:     {said}")
        if "errors" not in got:
            result.lines.append(got.get("crash", "apic does not fail"))
        result.same = result.failed_too and not result.lines
    return result
