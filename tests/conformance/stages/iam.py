"""What policies decide, against an independent evaluator: @cloud-copilot/iam-simulate.

Generated roles (statements that allow and deny, wildcards, NotAction, NotResource, boundaries) are asked
about generated actions on generated ARNs: `apic access --who ACTION --on ARN` must name exactly the roles
that the evaluator allows. One form is left out: a wildcard inside of a resource type that a slash follows
(`ta*/orders`), which the evaluator never matches, and apic matches as any other text; which of
them is right was not found out. The evaluator is installed into build/ to be run, and is no part of apic.
"""

import json
import random
import shutil
import subprocess
from pathlib import Path

import environment
from stages import Tally

VERSION = "0.1.173"
TEMPLATES, ROLES, QUESTIONS = 40, 50, 5
ACCOUNT = "123456789012"
SERVICES = {
    "s3": (["GetObject", "PutObject", "DeleteObject", "GetObjectTagging"],
           [f"arn:aws:s3:::{b}/{k}" for b in ("files", "files-2", "logs") for k in ("a", "a/b", "x.txt")]),
    "sqs": (["SendMessage", "ReceiveMessage", "DeleteQueue"],
            [f"arn:aws:sqs:{r}:{ACCOUNT}:{q}" for r in ("us-east-1", "eu-west-1")
             for q in ("jobs", "jobs-dead", "mail")]),
    "dynamodb": (["GetItem", "PutItem", "DeleteItem", "DeleteTable"],
                 [f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{t}" for t in ("users", "orders")]),
    "lambda": (["InvokeFunction", "DeleteFunction", "GetFunction"],
               [f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{f}" for f in ("api", "worker", "api-2")]),
}
SIMULATE = """
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { readFileSync } from 'node:fs'
const out = []
for (const s of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const made = await runSimulation(s, {})
  out.push(made.resultType === 'error' ? JSON.stringify(made.errors) : made.overallResult)
}
console.log(JSON.stringify(out))
"""


def blurred(rng: random.Random, text: str, keep: int) -> str:
    """A pattern made of a text, which may or may not still match it."""
    for _ in range(rng.randrange(3)):
        at = rng.randrange(keep, len(text) + 1)
        end = rng.randrange(at, len(text) + 1)
        text = text[:at] + rng.choice(["*", "?", "*"]) + text[end:]
    return text


def action(rng: random.Random, service: str) -> str:
    name = rng.choice(SERVICES[service][0])
    if rng.random() < 0.05:
        return "*"
    return f"{service}:{blurred(rng, name, 0)}" if rng.random() < 0.5 else f"{service}:{name}"


def resource(rng: random.Random, service: str) -> str:
    arn = rng.choice(SERVICES[service][1])
    if rng.random() < 0.15:
        return "*"
    keep = arn.index("table/") + 6 if ":table/" in arn else arn.rindex(":") + 1
    return blurred(rng, arn, keep) if rng.random() < 0.6 else arn


def statement(rng: random.Random) -> dict:
    service = rng.choice(list(SERVICES))
    other = service if rng.random() < 0.9 else rng.choice(list(SERVICES))
    return {"Effect": "Deny" if rng.random() < 0.25 else "Allow",
            "NotAction" if rng.random() < 0.1 else "Action":
                [action(rng, service) for _ in range(rng.randint(1, 3))],
            "NotResource" if rng.random() < 0.1 else "Resource":
                [resource(rng, other) for _ in range(rng.randint(1, 2))]}


def policy(rng: random.Random) -> dict:
    return {"Version": "2012-10-17", "Statement": [statement(rng) for _ in range(rng.randint(1, 4))]}


def template(roles: list[tuple[dict, dict | None]]) -> dict:
    resources = {}
    for number, (own, boundary) in enumerate(roles):
        properties = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
                      "Policies": [{"PolicyName": "own", "PolicyDocument": own}]}
        if boundary:
            resources[f"B{number}"] = {"Type": "AWS::IAM::ManagedPolicy",
                                       "Properties": {"PolicyDocument": boundary}}
            properties["PermissionsBoundary"] = {"Ref": f"B{number}"}
        resources[f"R{number}"] = {"Type": "AWS::IAM::Role", "Properties": properties}
    return {"Resources": resources}


def simulation(own: dict, boundary: dict | None, asked: str, arn: str) -> dict:
    made = {"request": {"principal": f"arn:aws:iam::{ACCOUNT}:role/R", "action": asked,
                        "resource": {"resource": arn, "accountId": ACCOUNT}, "contextVariables": {}},
            "identityPolicies": [{"name": "own", "policy": own}],
            "serviceControlPolicies": [], "resourceControlPolicies": []}
    if boundary:
        made["permissionBoundaryPolicies"] = [{"name": "boundary", "policy": boundary}]
    return made


def _install(folder: Path) -> str:
    """Empty, or why the evaluator isn't there."""
    if not shutil.which("npm"):
        return "npm is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "simulate.mjs").write_text(SIMULATE, encoding="utf-8")
    if not (folder / "node_modules").exists():
        ran = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent",
                              f"@cloud-copilot/iam-simulate@{VERSION}"],
                             cwd=folder, capture_output=True, text=True, check=False)
        if ran.returncode:
            return f"npm: {ran.stderr.strip()[:200]}"
    return ""


def run(_args) -> Tally:
    tally = Tally()
    folder = environment.WORK / "iam"
    missing = _install(folder)
    if missing:
        tally.skip(missing)
        return tally
    rng = random.Random(20261122)
    simulations, answers, shown = [], [], []
    for number in range(TEMPLATES):
        roles = [(policy(rng), policy(rng) if rng.random() < 0.2 else None) for _ in range(ROLES)]
        path = folder / f"{number}.json"
        path.write_text(json.dumps(template(roles)), encoding="utf-8")
        for _ in range(QUESTIONS):
            service = rng.choice(list(SERVICES))
            asked = f"{service}:{rng.choice(SERVICES[service][0])}"
            arn = rng.choice(SERVICES[service][1])
            ran = subprocess.run([str(environment.apic()), "access", "--who", asked, "--on", arn,
                                  "--format", "json", str(path)], capture_output=True, text=True, check=False)
            if ran.returncode:
                tally.fail(f"{path.name}: {asked} {arn}: status {ran.returncode} {ran.stderr[:300]}")
                continue
            allowed = {row["principal"]: row["depends"] for row in json.loads(ran.stdout)}
            for at, (own, boundary) in enumerate(roles):
                simulations.append(simulation(own, boundary, asked, arn))
                depends = allowed.get(f"R{at}")
                answers.append("Denied" if depends is None else "Depends" if depends else "Allowed")
                shown.append(f"{path.name} R{at}: {asked} on {arn}")
    (folder / "simulations.json").write_text(json.dumps(simulations), encoding="utf-8")
    ran = subprocess.run(["node", "simulate.mjs", "simulations.json"], cwd=folder, capture_output=True,
                         text=True, check=False)
    if ran.returncode:
        tally.fail(f"the evaluator: {ran.stderr[:300]}")
        return tally
    for expected, found, name in zip(json.loads(ran.stdout), answers, shown):
        expected = {"ImplicitlyDenied": "Denied", "ExplicitlyDenied": "Denied"}.get(expected, expected)
        tally.counts[f"answers: {expected[:60]}"] += 1
        tally.check(name, [] if expected == found else [f"apic: {found}, the evaluator: {expected[:200]}"])
    return tally
