"""What policies decide, against an independent evaluator: @cloud-copilot/iam-simulate.

Generated roles and policies of buckets and queues (statements that allow and deny, wildcards, NotAction,
NotResource, conditions with every operator, policy variables, principals, boundaries, AWS managed
policies) are asked about generated actions on generated ARNs in generated circumstances:
`apic access --who ACTION --on ARN --with KEY=VALUE` must name exactly the roles that the evaluator
allows. Each question is also asked without its circumstances: what apic then says for certain must be so
in them too. The evaluator is installed into build/ to be run, and is no part of apic.

Where the evaluator is known to do otherwise than IAM, it is given what means the same to it:

- A wildcard in a resource's type (`ta*/orders`) matches nothing for it. AWS's managed policies rely on
  it matching as any other text (`arn:aws:bedrock:*:*:*-model/*`,
  `arn:aws:autoscaling:*:*:*:autoScalingGroupName/eks-*`). It gets the ARN that is asked about where the
  text matches, else an ARN of nothing.
- It resolves policy variables in policies of the version 2008-10-17, where they are texts. It gets
  `${$}` for their `$`.

and left out are: empty values of keys that are variables (it takes them for missing), the address range
`0.0.0.0/0` (it shifts by 32), addresses of the other family than a bare address (neither IpAddress nor
NotIpAddress is true for it), ARNs with fewer than six parts in NotResource (it says neither), variables
without value inside of a longer text (a Not operator, or NotResource, is false for it, even where the rest
can't fit), and values that aren't of the operator's kind (AWS doesn't say what becomes of them).

apic takes for granted that a role calls by TLS, so without circumstances it is compared where that is so.
"""

import concurrent.futures
import fnmatch
import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import environment
from stages import Tally

VERSION = "0.1.173"
TEMPLATES, ROLES, QUESTIONS = 60, 40, 5
ACCOUNT, OTHER = "123456789012", "999999999999"
REGION = "us-east-1"
BUCKETS, QUEUES = ("files", "files-2", "logs"), ("jobs", "jobs-dead", "mail")
SERVICES = {
    "s3": (["GetObject", "PutObject", "DeleteObject", "GetObjectTagging"],
           [f"arn:aws:s3:::{b}/{k}" for b in BUCKETS for k in ("a", "a/b", "x.txt", "red/x")]),
    "sqs": (["SendMessage", "ReceiveMessage", "DeleteQueue"],
            [f"arn:aws:sqs:{r}:{ACCOUNT}:{q}" for r in (REGION, "eu-west-1") for q in QUEUES]),
    "dynamodb": (["GetItem", "PutItem", "DeleteItem", "DeleteTable"],
                 [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{t}" for t in ("users", "orders", "red")]),
    "lambda": (["InvokeFunction", "DeleteFunction", "GetFunction"],
               [f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{f}" for f in ("api", "worker", "api-2")]),
}
MANAGED = ["AmazonDynamoDBReadOnlyAccess", "AmazonS3ReadOnlyAccess", "AmazonSQSFullAccess",
           "AWSLambda_ReadOnlyAccess", "service-role/AWSLambdaRole", "AWSDenyAll", "PowerUserAccess"]

# ---- conditions: operators with the values that policies and requests have

STRINGS = ["red", "green", "blue-1", "Red", "a*c", "x y"]
LIKES = STRINGS + ["r*", "*e*", "?ed", "blue-?", "*", "${aws:PrincipalTag/team}", "${*}", "a${*}c",
                   "${aws:PrincipalTag/none, 'red'}", "${aws:SourceVpce}",
                  "x${aws:PrincipalTag/none, 'y'}"]
ARNS = ["arn:aws:sns:us-east-1:123456789012:topic", "arn:aws:s3:::files", "arn:aws:s3:::files/a/b",
        "arn:aws:events:eu-west-1:123456789012:rule/nightly"]
ARN_PATTERNS = ARNS + ["arn:aws:sns:*:123456789012:*", "arn:*:s3:::files*", "arn:aws:s3:*:*:?iles",
                       "arn:aws:events:eu-*:*:rule/*", "arn:aws:*:*:*:*", "arn:aws:s3:::${aws:SourceVpce}"]
NUMBERS = ["0", "1", "5", "10", "3600", "-2", "2.5", "5.0"]
DATES = ["2026-01-01T00:00:00Z", "2026-06-30T12:30:00Z", "2026-06-30T14:30:00+02:00", "2026-06-30",
         "2027-01-01T00:00:00.500Z", "2025-12-31T23:59:59Z"]
RANGES = ["10.0.0.0/8", "10.1.2.3/32", "192.168.0.0/16", "0.0.0.0/1", "2001:db8::/32", "128.0.0.0/1",
          "2001:db8::1/128", "10.1.2.0/25"]
ADDRESSES = ["10.1.2.3", "10.200.0.1", "192.168.3.4", "8.8.8.8", "10.1.2.200", "2001:db8::1", "2001:db9::1"]
TRUTHS = ["true", "false"]
KINDS = {
    "string": (["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
               STRINGS + ["${aws:PrincipalTag/team}"], STRINGS),
    "like": (["StringLike", "StringNotLike"], LIKES, STRINGS),
    "arn": (["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"], ARN_PATTERNS, ARNS),
    "number": (["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
                "NumericGreaterThan", "NumericGreaterThanEquals"], NUMBERS, NUMBERS),
    "date": (["DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
              "DateGreaterThanEquals"], DATES, DATES),
    "bool": (["Bool"], TRUTHS, TRUTHS),
    "address": (["IpAddress", "NotIpAddress"], RANGES, ADDRESSES),
}
KEYS = {"aws:PrincipalTag/team": ("string", "like"), "aws:SourceVpce": ("string", "like"),
        "aws:UserAgent": ("like",), "aws:SourceArn": ("arn",), "aws:MultiFactorAuthAge": ("number",),
        "aws:CurrentTime": ("date",), "aws:SecureTransport": ("bool",),
        "aws:MultiFactorAuthPresent": ("bool",), "aws:SourceIp": ("address",)}
LISTS = {"aws:CalledVia": ("string", "like"), "aws:PrincipalOrgPaths": ("string", "like")}

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


def resource(rng: random.Random, service: str, whole: bool = False) -> str:
    arn = rng.choice(SERVICES[service][1])
    chance = rng.random()
    if chance < 0.15:
        return "*"
    if chance < 0.25 and not whole:
        return re.sub(r"\b(red|a)\b(?!.*:)", "${aws:PrincipalTag/team}", arn)
    if chance < 0.3:
        return re.sub(r"[^/:]+$", "${aws:PrincipalTag/team, 'red'}", arn)
    keep = len("arn:aws:") if rng.random() < 0.2 and not whole else arn.rindex(":") + 1
    return blurred(rng, arn, keep) if rng.random() < 0.6 else arn


def condition(rng: random.Random) -> dict:
    made: dict = {}
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        many = rng.random() < 0.25
        key = rng.choice(list(LISTS if many else KEYS))
        if rng.random() < 0.1:
            made.setdefault("Null", {})[key] = rng.choice(TRUTHS)
            continue
        operators, values, _ = KINDS[rng.choice((LISTS if many else KEYS)[key])]
        operator = rng.choice(operators)
        if rng.random() < (0.85 if many else 0.05):
            operator = rng.choice(["ForAnyValue:", "ForAllValues:"]) + operator
        if rng.random() < 0.2:
            operator += "IfExists"
        chosen = rng.sample(values, rng.choice([1, 1, 2, 3]) if len(values) > 2 else 1)
        spelt = key if rng.random() < 0.9 else key.lower()
        made.setdefault(operator, {})[spelt] = chosen[0] if len(chosen) == 1 else chosen
    return made


def circumstances(rng: random.Random) -> dict:
    made: dict = {}
    for key, kinds in KEYS.items():
        if rng.random() < 0.7:
            made[key] = rng.choice(KINDS[kinds[0]][2])
    for key, kinds in LISTS.items():
        if rng.random() < 0.7:
            made[key] = rng.sample(KINDS[kinds[0]][2], rng.randint(1, 3))
    return made


def statement(rng: random.Random) -> dict:
    service = rng.choice(list(SERVICES))
    other = service if rng.random() < 0.9 else rng.choice(list(SERVICES))
    made = {"Effect": "Deny" if rng.random() < 0.25 else "Allow",
            "NotAction" if rng.random() < 0.1 else "Action":
                [action(rng, service) for _ in range(rng.randint(1, 3))]}
    key = "NotResource" if rng.random() < 0.1 else "Resource"
    made[key] = [resource(rng, other, key == "NotResource") for _ in range(rng.randint(1, 2))]
    if rng.random() < 0.4:
        made["Condition"] = condition(rng)
    return made


def policy(rng: random.Random) -> dict:
    version = "2012-10-17" if rng.random() < 0.95 else "2008-10-17"
    return {"Version": version, "Statement": [statement(rng) for _ in range(rng.randint(1, 4))]}


def principal(rng: random.Random):
    roles = [f"arn:aws:iam::{ACCOUNT}:role/R{n}" for n in rng.sample(range(ROLES), rng.randint(1, min(12, ROLES)))]
    return rng.choice(["*", {"AWS": "*"}, {"AWS": roles}, {"AWS": roles}, {"AWS": ACCOUNT},
                       {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {"AWS": f"arn:aws:iam::{OTHER}:root"},
                       {"AWS": OTHER}, {"Service": "s3.amazonaws.com"},
                       {"AWS": f"arn:aws:iam::{OTHER}:role/R1"}])


def resource_policy(rng: random.Random, service: str, own: str) -> dict:
    made = policy(rng)
    for item in made["Statement"]:
        item["Principal"] = principal(rng)
        for key in ("Action", "NotAction"):
            if key in item:
                item[key] = [action(rng, service) for _ in item[key]]
        for key in ("Resource", "NotResource"):
            if key in item:
                item[key] = [own if rng.random() < 0.5 else resource(rng, service, key == "NotResource") for _ in item[key]]
    return made


class Role:
    def __init__(self, rng: random.Random):
        self.own = policy(rng)
        self.boundary = policy(rng) if rng.random() < 0.2 else None
        self.managed = rng.sample(MANAGED, 1) if rng.random() < 0.15 else []


class Stack:
    def __init__(self, rng: random.Random):
        self.roles = [Role(rng) for _ in range(ROLES)]
        self.policies = {}
        for name in BUCKETS:
            self.policies["s3", name] = resource_policy(rng, "s3", f"arn:aws:s3:::{name}/*")
        for name in QUEUES:
            arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
            self.policies["sqs", name] = resource_policy(rng, "sqs", arn)

    def template(self) -> dict:
        resources = {}
        for number, role in enumerate(self.roles):
            properties = {"RoleName": f"R{number}",
                          "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
                          "ManagedPolicyArns": [f"arn:aws:iam::aws:policy/{m}" for m in role.managed],
                          "Policies": [{"PolicyName": "own", "PolicyDocument": role.own}]}
            if role.boundary:
                resources[f"B{number}"] = {"Type": "AWS::IAM::ManagedPolicy",
                                           "Properties": {"PolicyDocument": role.boundary}}
                properties["PermissionsBoundary"] = {"Ref": f"B{number}"}
            resources[f"R{number}"] = {"Type": "AWS::IAM::Role", "Properties": properties}
        for (service, name), document in self.policies.items():
            number = f"{service}{name.replace('-', '')}"
            bucket = service == "s3"
            resources[number] = {"Type": "AWS::S3::Bucket" if bucket else "AWS::SQS::Queue",
                                 "Properties": {"BucketName" if bucket else "QueueName": name}}
            resources[number + "Policy"] = {
                "Type": "AWS::S3::BucketPolicy" if bucket else "AWS::SQS::QueuePolicy",
                "Properties": {"PolicyDocument": document,
                               "Bucket" if bucket else "Queues": {"Ref": number} if bucket
                               else [{"Ref": number}]}}
        return {"Resources": resources}

    def policy_of(self, arn: str) -> dict | None:
        parts = arn.split(":")
        if parts[2] == "s3":
            return self.policies["s3", parts[5].split("/")[0]]
        return self.policies.get(("sqs", parts[5])) if parts[2:4] == ["sqs", REGION] else None


def matches(pattern: str, arn: str) -> bool:
    """As text, part by part; what has variables isn't blurred before them."""
    left, right = pattern.split(":", 5), arn.split(":", 5)
    return len(left) == 6 and all(
        fnmatch.fnmatchcase(b, a.replace("[", "[[]")) for a, b in zip(left, right, strict=True))


def settled(document: dict | None, arn: str) -> dict | None:
    """The document with wildcards in resource types written out for one ARN."""
    if not document:
        return None
    made = json.loads(json.dumps(document))
    if document["Version"] != "2012-10-17":
        made = json.loads(json.dumps(document).replace("${", "${$}{"))
    for item in made["Statement"]:
        for key in ("Resource", "NotResource"):
            for at, pattern in enumerate(item.get(key, [])):
                parts = pattern.split(":", 5)
                if len(parts) < 6 or parts[2] == "s3":
                    continue
                kind = re.match(r"[^/:]*[*?][^/:]*[/:]", parts[5])
                if kind and "${" not in pattern:
                    item[key][at] = arn if matches(pattern, arn) else "arn:aws:s3:::nothing"
    return made


def managed_documents(wheel_table: Path) -> dict:
    """The managed policies of the table that apic is built from."""
    made: dict = {}
    name = ""
    for line in wheel_table.read_text(encoding="utf-8").split("\n"):
        if line.startswith("policy "):
            name = line[7:]
            made[name] = {"Version": "2012-10-17", "Statement": []}
        elif line.startswith("  ") and name in MANAGED:
            item: dict = {"Effect": "Allow" if line.startswith("  allow") else "Deny"}
            for group in re.findall(r"\(([^)]*)\)", line):
                word, *values = [w.strip("'") for w in group.split(" ")]
                if word == "if":
                    item.setdefault("Condition", {}).setdefault(values[0], {})[values[1]] = values[2:]
                else:
                    item[{"do": "Action", "not-do": "NotAction", "on": "Resource",
                          "not-on": "NotResource"}[word]] = values
            made[name]["Statement"].append(item)
    return made


def simulation(stack: Stack, number: int, documents: dict, asked: str, arn: str, context: dict) -> dict:
    role = stack.roles[number]
    own = [{"name": "own", "policy": settled(role.own, arn)}]
    own += [{"name": m.split("/")[-1], "policy": settled(documents[m], arn)} for m in role.managed]
    made = {"request": {"principal": f"arn:aws:iam::{ACCOUNT}:role/R{number}", "action": asked,
                        "resource": {"resource": arn, "accountId": ACCOUNT},
                        "contextVariables": context},
            "identityPolicies": own, "serviceControlPolicies": [], "resourceControlPolicies": []}
    if role.boundary:
        made["permissionBoundaryPolicies"] = [
            {"name": "boundary", "policy": settled(role.boundary, arn)}]
    if stack.policy_of(arn):
        made["resourcePolicy"] = settled(stack.policy_of(arn), arn)
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


def _ask(path: Path, asked: str, arn: str, context: dict | None) -> dict | str:
    """Principals that may, and whether that depends; or what went wrong."""
    more = []
    if context is not None:
        for key in [*KEYS, *LISTS, "aws:PrincipalTag/none"]:
            values = context.get(key)
            for value in values if isinstance(values, list) else [values]:
                more += ["--without", key] if value is None else ["--with", f"{key}={value}"]
    ran = subprocess.run([str(environment.apic()), "access", "--who", asked, "--on", arn, "--region", REGION,
                          "--with", f"aws:PrincipalAccount={ACCOUNT}", *more, "--format", "json",
                          str(path)], capture_output=True, text=True, check=False)
    if ran.returncode:
        return f"status {ran.returncode} {ran.stderr[:300]}"
    return {row["principal"]: row["depends"] for row in json.loads(ran.stdout)}


def _said(answers: dict, principal: str) -> str:
    depends = answers.get(principal)
    return "Denied" if depends is None else "Depends" if depends else "Allowed"


def _simulate(folder: Path, number: int, simulations: list) -> list | str:
    (folder / f"simulations{number}.json").write_text(json.dumps(simulations), encoding="utf-8")
    ran = subprocess.run(["node", "simulate.mjs", f"simulations{number}.json"], cwd=folder,
                         capture_output=True, text=True, check=False)
    return ran.stderr[:300] if ran.returncode else json.loads(ran.stdout)


def run(_args) -> Tally:
    tally = Tally()
    folder = environment.WORK / "iam"
    missing = _install(folder)
    if missing:
        tally.skip(missing)
        return tally
    rng = random.Random(20261122)
    documents = managed_documents(environment.ROOT / "schema" / "managed.txt")
    simulations, asked_all = [], []
    for number in range(TEMPLATES):
        stack = Stack(rng)
        path = folder / f"{number}.json"
        path.write_text(json.dumps(stack.template()), encoding="utf-8")
        for _ in range(QUESTIONS):
            service = rng.choice(list(SERVICES))
            asked = f"{service}:{rng.choice(SERVICES[service][0])}"
            arn = rng.choice(SERVICES[service][1])
            context = circumstances(rng)
            found, unknown = _ask(path, asked, arn, context), _ask(path, asked, arn, None)
            if isinstance(found, str) or isinstance(unknown, str):
                tally.fail(f"{path.name}: {asked} {arn}: {found} {unknown}")
                continue
            for at in range(ROLES):
                simulations.append(simulation(stack, at, documents, asked, arn, context))
                asked_all.append((f"{path.name} R{at}: {asked} on {arn} with {context}",
                                  _said(found, f"R{at}"), _said(unknown, f"R{at}")))
    half = len(simulations) // 2
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(_simulate, [folder] * 2, (0, 1), (simulations[:half], simulations[half:])))
    for part in parts:
        if isinstance(part, str):
            tally.fail(f"the evaluator: {part}")
            return tally
    for expected, (name, found, unknown) in zip(parts[0] + parts[1], asked_all, strict=True):
        expected = {"ImplicitlyDenied": "Denied", "ExplicitlyDenied": "Denied"}.get(expected, expected)
        tally.counts[f"answers: {expected[:60]}"] += 1
        tally.counts[f"without circumstances: {unknown}"] += 1
        wrong = [f"apic: {found}, the evaluator: {expected[:200]}"] if expected != found else []
        if unknown not in ("Depends", expected) and "'aws:SecureTransport': 'true'" in name:
            wrong.append(f"apic without circumstances: {unknown}, the evaluator with: {expected[:200]}")
        tally.check(name, wrong)
    return tally
