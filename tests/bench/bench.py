#!/usr/bin/env python3
"""What apic costs, as ratios of one run: against a program that does nothing, cfn-lint, the reference
transform; and instructions by the size of the input. Numbers to look at, not a test.

    make bench          (the tools of tests/conformance are used where build/venv has them)

Wall times are the least of several runs, in turn where they are compared; instructions are counted by valgrind, and don't depend on what
else the machine does. APIC_CORPUS=FOLDER adds a folder of templates.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APIC = Path(os.environ.get("APIC") or ROOT / "build/apic").absolute()
VENV = ROOT / "build/venv/bin"
WORK = Path(tempfile.mkdtemp(prefix="apic-bench-"))


def started(runs: int, *command) -> list[int]:
    """Least wall time in microseconds, peak memory in KiB, page faults."""
    ran = subprocess.run([WORK / "spawn", str(runs), *map(str, command)], capture_output=True, text=True, check=True)
    return [int(n) for n in ran.stdout.split()]


def spawn(runs: int, *command) -> tuple[float, int]:
    """Least wall time in ms, peak memory in KiB."""
    micro, peak, _ = started(runs, *command)
    return micro / 1000, peak


def in_turn(rounds: int, measures: dict[str, Callable[[], list[float]]]) -> dict[str, list[float]]:
    """The least of each, taken in turn, so that what else the machine does weighs on all."""
    least = {}
    for _ in range(rounds):
        for what, measure in measures.items():
            now = measure()
            least[what] = [min(pair) for pair in zip(least.get(what, now), now)]
    return least


def instructions(*command, fine: tuple[int, ...] = (0,)) -> int:
    """Instructions, counted; 0 without valgrind. Other exit codes than the fine ones end the bench."""
    if not shutil.which("valgrind"):
        return 0
    ran = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={WORK}/callgrind", *map(str, command)],
                         capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", ran.stderr)
    if ran.returncode not in fine or not found:
        sys.exit(f"bench: {' '.join(map(str, command))} failed under valgrind: {ran.stderr[-300:]}")
    return int(found.group(1))


def inclusive(function: str) -> int:
    """Of the last run that was counted: the instructions of a function and all it calls."""
    ran = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", WORK / "callgrind"],
                         capture_output=True, text=True, check=False)
    for line in ran.stdout.splitlines():
        if re.search(rf":{function} ", line):
            return int(re.match(r"\s*([\d,]+)", line).group(1).replace(",", ""))
    return 0


def line(what: str, value: str, aim: str = "") -> None:
    print(f"  {what:<58} {value:>14}" + (f"   (aim: {aim})" if aim else ""), flush=True)


def services(count: int) -> Path:
    """A stack of so many functions behind an API, on one table."""
    path = WORK / f"{count}.api"
    names = ", ".join(f'"s{i}"' for i in range(count))
    path.write_text(f"""table data {{
  key (id: string)
}}

let names = [{names}]

@accept("template-limit", "only the cost matters here")
function service for name in names {{
  code    = "lambda/${{name}}"
  handler = "index.handler"
  runtime = "nodejs22.x"
  allow read, write on data
}}

api shop {{
  stage live {{}}
  for name, f in service {{
    ANY "/${{name}}" -> f
  }}
}}
""")
    return path


def sam(count: int, events: bool) -> Path:
    """A SAM template of so many functions; with events, each has two routes of the implicit API."""
    def function(i: int) -> dict:
        made = {"CodeUri": "s3://bucket/key", "Handler": "a.b", "Runtime": "nodejs22.x"}
        if events:
            made["Events"] = {e: {"Type": "Api", "Properties": {"Path": f"/{e}/{i}", "Method": "get"}} for e in "ab"}
        return {"Type": "AWS::Serverless::Function", "Properties": made}
    path = WORK / f"sam-{count}-{events}.json"
    path.write_text(json.dumps({"Transform": "AWS::Serverless-2016-10-31",
                                "Resources": {f"F{i}": function(i) for i in range(count)}}))
    return path


def bench_build() -> None:
    print("building")
    shop = ROOT / "examples/shop/stack.api"
    installed = WORK / "bin/apic"  # in one piece, as install(1) writes it; the linker doesn't
    installed.parent.mkdir()
    shutil.copy2(APIC, installed)
    (WORK / "stdlib").symlink_to(ROOT / "stdlib")
    runs = {"nothing": (WORK / "empty",), "shop": (installed, "build", shop), "version": (installed, "--version")}
    least = in_turn(20, {what: lambda command=command: started(50, *command) for what, command in runs.items()})
    (nothing, _, _), (build, _, faults), (version, _, _) = least.values()
    _, peak = spawn(5, *runs["shop"])
    line("a program that does nothing, ms", f"{nothing / 1000:.2f}")
    line("examples/shop, ms", f"{build / 1000:.2f}")
    line("examples/shop against nothing", f"{build / nothing:.2f} x", "under 3")
    line("examples/shop: starting, of its time", f"{version / build * 100:.0f} %")
    line("examples/shop: instructions, page faults", f"{instructions(*runs['shop']):,}, {faults}")
    line("examples/shop, peak memory, MB", f"{peak / 1024:.1f}", "under 15")
    ratios = []
    for count in (10, 100, 400):
        path = services(count)
        made = subprocess.run([APIC, "build", "--format", "json", path], capture_output=True, text=True, check=True)
        resources = len(json.loads(made.stdout)["Resources"])
        ratios.append(instructions(APIC, "build", path) / resources)
        _, peak = spawn(5, APIC, "build", path)
        line(f"{count} functions: {resources} resources, instructions a resource", f"{ratios[-1]:,.0f}")
        line(f"{count} functions: peak memory, MB", f"{peak / 1024:.1f}")
    line("10, 100, 400 functions: instructions a resource differ by",
         f"{(max(ratios) / min(ratios) - 1) * 100:.1f} %" if all(ratios) else "?", "within 10 %")


LIBRARIES = ["-lfyaml", "-ljansson", "-lpcre2-8", "-lpthread", "-lm"]


def compiled(name: str, *more) -> Path:
    """A C program of this folder, without shared libraries where that can be, as apic is."""
    command = ["cc", "-O2", "-o", WORK / f"{name}-alone", ROOT / f"tests/bench/{name}.c", *more]
    if subprocess.run([*command, "-static"], capture_output=True, check=False).returncode:
        subprocess.run(command, check=True)
    return WORK / f"{name}-alone"


def bench_start() -> None:
    """What a start costs before anything is built, and what of it the tables of types and actions cost."""
    print("starting")
    nothing = compiled("empty")
    tables = compiled("tables", f"-I{ROOT}/compiler", APIC.parent / "libapic.a")
    runs = {"nothing": (nothing,), "apic --version": (APIC, "--version"), "tables untouched": (tables,),
            "tables, first look": (tables, "look")}
    costs = in_turn(5, {what: lambda command=command: started(200, *command) for what, command in runs.items()})
    least, _, faults = costs.pop("nothing")
    counted = instructions(nothing)
    for what, (micro, _, faulted) in costs.items():
        line(f"{what}: us, page faults, instructions added",
             f"{micro - least:+}, {faulted - faults:+}, {instructions(*runs[what]) - counted:+,}",
             "under 50 us" if what == "tables untouched" else "")


def bench_check() -> None:
    print("checking a template")
    template = WORK / "400.yaml"
    template.write_text(subprocess.run([APIC, "build", services(100)], capture_output=True, text=True,
                                       check=True).stdout)
    json_form = WORK / "400.json"
    json_form.write_text(subprocess.run([APIC, "build", "--format", "json", services(100)], capture_output=True, text=True,
                                        check=True).stdout)
    resources = len(json.loads(json_form.read_text())["Resources"])
    own, peak = spawn(20, APIC, "check", template)
    line(f"{resources} resources as YAML, ms", f"{own:.1f}")
    line("peak memory, MB", f"{peak / 1024:.1f}", "under 30")
    alone = compiled("rules", f"-I{ROOT}/compiler", APIC.parent / "libapic.a", *LIBRARIES)
    taken = in_turn(20, {"rules": lambda: [float(subprocess.check_output([alone, template]))]})["rules"][0]
    line(f"all rules and policies on {resources} resources, ms", f"{taken / 1000:.2f}", "under 5")
    total = instructions(APIC, "check", template)
    parsing = inclusive("yaml_next")
    if parsing:
        rules = inclusive("check_rules")
        line("all rules: instructions", f"{rules:,}")
        line("all rules against parsing the YAML, instructions", f"{rules / parsing:.2f} x", "at most 1")
        line("all but parsing against parsing, instructions", f"{(total - parsing) / parsing:.2f} x")
    if (VENV / "cfn-lint").exists():
        other, _ = spawn(2, VENV / "cfn-lint", template)
        line("cfn-lint on the same, ms", f"{other:,.0f}")
        line("cfn-lint against apic", f"{other / own:,.0f} x", "500")
        shop = WORK / "shop.yaml"
        shop.write_text(subprocess.run([APIC, "build", ROOT / "examples/shop/stack.api"], capture_output=True, text=True,
                                       check=True).stdout)
        build, _ = spawn(50, APIC, "build", ROOT / "examples/shop/stack.api")
        other, _ = spawn(3, VENV / "cfn-lint", shop)
        line("cfn-lint on examples/shop's template against its build", f"{other / build:,.0f} x", "500")
    else:
        print("  SKIPPED: no cfn-lint in build/venv (tests/conformance/venv.sh makes it)")
    corpus = os.environ.get("APIC_CORPUS")
    if corpus:
        took, peak = spawn(5, APIC, "check", corpus)
        line(f"the folder {Path(corpus).name}, ms", f"{took:,.0f}", "under 1,000")
        if (VENV / "cfn-lint").exists():
            files = [str(p) for p in Path(corpus).rglob("*") if p.suffix in (".yaml", ".yml", ".json", ".template")]
            other, _ = spawn(1, VENV / "cfn-lint", *files)
            line("cfn-lint on the same folder against apic", f"{other / took:,.0f} x")


def role(*statements: dict) -> dict:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {"Type": "AWS::IAM::Role", "Properties": {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}]}}


def function(**more) -> dict:
    return {"Type": "AWS::Lambda::Function", "Properties": {
        "Handler": "a.b", "Runtime": "nodejs22.x", "Role": {"Fn::GetAtt": ["R", "Arn"]},
        "Code": {"S3Bucket": "bucket", "S3Key": "key"}, **more}}


def table(**more) -> dict:
    return {"Type": "AWS::DynamoDB::Table", **more, "Properties": {
        "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}}


def parameter(value: object) -> dict:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


def arn(name: str) -> dict:
    return {"Fn::GetAtt": [name, "Arn"]}


def allow(actions: list[str], resource: object, **more) -> dict:
    return {**more, "Effect": "Allow", "Action": actions, "Resource": resource}


def shapes(n: int) -> dict[str, dict]:
    """Templates with n of one thing, where something may be compared each with each."""
    every = range(n)
    poll = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    return {
        "statements in one role": {"Resources": {
            "R": role(*(allow(["dynamodb:GetItem"], arn(f"T{i % 50}"), Sid=f"S{i}") for i in every)), "F": function(),
            **{f"T{i}": table() for i in range(50)}}},
        "conditions": {
            "Parameters": {"P": {"Type": "String"}},
            "Conditions": {f"C{i}": {"Fn::Equals": [{"Ref": "P"}, f"v{i}"]} for i in every},
            "Resources": {f"T{i}": table(Condition=f"C{i}") for i in every}},
        "event source mappings of one function": {"Resources": {
            "R": role(allow(poll, [arn(f"Q{i}") for i in every])), "F": function(),
            **{f"Q{i}": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}} for i in every},
            **{f"E{i}": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
                "EventSourceArn": arn(f"Q{i}"), "FunctionName": {"Ref": "F"}}} for i in every}}},
        "functions that share a role": {"Resources": {
            "R": role(allow(["dynamodb:GetItem"], arn("T"))), "T": table(),
            **{f"F{i}": function(Environment={"Variables": {"T": {"Ref": "T"}}}) for i in every}}},
        "permissions for functions by name": {"Resources": {
            "R": role(),
            **{f"F{i}": function(FunctionName=f"fun{i}") for i in every},
            **{f"E{i}": {"Type": "AWS::Events::Rule", "Properties": {
                "ScheduleExpression": "rate(1 day)", "Targets": [{"Id": "x", "Arn": arn(f"F{i}")}]}} for i in every},
            **{f"P{i}": {"Type": "AWS::Lambda::Permission", "Properties": {
                "Action": "lambda:InvokeFunction", "FunctionName": f"fun{i}", "Principal": "events.amazonaws.com",
                "SourceArn": arn(f"E{i}")}} for i in every}}},
        "outputs": {"Resources": {"T": table()},
                    "Outputs": {f"O{i}": {"Value": {"Ref": "T"}, "Export": {"Name": f"e{i}"}} for i in every}},
        "parameters": {"Parameters": {f"P{i}": {"Type": "String", "AllowedValues": ["a", "b"]} for i in every},
                       "Resources": {f"S{i}": parameter({"Ref": f"P{i}"}) for i in every}},
        "variables of one Fn::Sub": {"Resources": {"T": table(), "S": parameter(
            {"Fn::Sub": ["".join(f"${{V{i}}}" for i in every), {f"V{i}": arn("T") for i in every}]})}},
        "members of one list": {"Resources": {"G": {"Type": "AWS::EC2::SecurityGroup", "Properties": {
            "GroupDescription": "g", "SecurityGroupIngress": [
                {"IpProtocol": "tcp", "FromPort": i, "ToPort": i, "CidrIp": "10.0.0.0/8"} for i in every]}}}},
    }


def bench_shapes() -> None:
    print("checking many of one thing: instructions for each, from 400 on")
    few, many = shapes(400), shapes(1600)
    for what, template in few.items():
        counted = []
        for t in (template, many[what]):
            path = WORK / "shape.json"
            path.write_text(json.dumps(t, indent=1))
            counted.append(instructions(APIC, "check", path, fine=(0, 1)))
        if counted[0]:
            line(f"{what}, and how that grows to 1,600",
                 f"{counted[0] / 400:,.0f}, {(counted[1] / 4 / counted[0] - 1) * 100:+.0f} %", "linear")


def bench_expand() -> None:
    print("the SAM transform")
    sys.path.insert(0, str(ROOT / "tests/conformance"))
    try:
        import reference
        reference.transform(json.loads(sam(1, True).read_text()), "us-east-1", {})
    except ImportError:
        reference = None
        print("  SKIPPED: no aws-sam-translator here (run with build/venv/bin/python)")
    for events in (False, True):
        counted = []
        for count in (10, 60, 120, 500):
            path = sam(count, events)
            own, _ = spawn(10, APIC, "expand", path)
            counted.append(instructions(APIC, "expand", path) / count)
            said = f"{own:.2f} ms"
            if reference:
                template = json.loads(path.read_text())
                began = time.monotonic()
                reference.transform(template, "us-east-1", {})
                said += f", {(time.monotonic() - began) * 1000 / own:,.0f} x"
            line(f"{count} functions{' with two routes each' if events else ''}: own time, the reference's against it", said,
                 "500" if reference else "")
        if counted[1]:
            line("from 60 to 500 functions, instructions a function grow by", f"{(counted[3] / counted[1] - 1) * 100:+.1f} %",
                 "linear")


def main() -> None:
    for name in ("empty", "spawn"):
        subprocess.run(["cc", "-O2", "-o", WORK / name, ROOT / f"tests/bench/{name}.c"], check=True)
    try:
        for part in (bench_start, bench_build, bench_check, bench_shapes, bench_expand):
            if not sys.argv[1:] or part.__name__.removeprefix("bench_") in sys.argv[1:]:
                part()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    main()
