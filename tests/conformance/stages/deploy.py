"""Stacks deployed with the AWS CLI to a simulator (moto), and read back through the services' APIs.

Each example is built in a copy of its folder with small sources for its functions, packaged and deployed;
then one source is changed, and packaged and deployed again: only what has this source may change. The
simulator doesn't make every type, so the packaged template is adapted first (deployed.py), and the stage
prints how. API definitions are imported with `import-rest-api`, and dynalite, another simulator, takes each
table's CreateTable. Servers listen on the loopback on free ports, and end with the stage.
"""

import json
import os
import shlex
import shutil
import socket
import subprocess
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import deployed
import environment
import readback
import templates
from stages import Tally

DYNALITE = "4.0.0"
BUCKET = "code"
FOLDER = environment.WORK / "deploy"
METHODS = {"get", "put", "post", "delete", "patch", "head"}


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def _server(command: list[str], port: int) -> Iterator[str]:
    """A server that runs as long as the block; gives its address."""
    log = (FOLDER / f"{Path(command[0]).name}.log").open("wb")
    running = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if running.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with status {running.returncode}: see {log.name}")
            time.sleep(0.2)
        yield f"http://localhost:{port}"  # moto finds a template in S3 under this name alone
    finally:
        running.terminate()
        running.wait(20)
        log.close()


def _environment(endpoint: str) -> dict[str, str]:
    return {**{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
            "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_DEFAULT_REGION": deployed.REGION, "AWS_PAGER": "", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


class Deployment:
    """One example, its folder, and the simulator that it is deployed to."""

    def __init__(self, tally: Tally, programs: Path, endpoint: str, example: Path) -> None:
        self.tally, self.programs, self.endpoint = tally, programs, endpoint
        self.name = example.parent.name
        self.folder = FOLDER / self.name
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(example.parent, self.folder)
        args = self.folder / "args"
        self.words = shlex.split(args.read_text(encoding="utf-8")) if args.exists() else []
        self.sources: dict[str, Path] = {}
        self.params: dict[str, str] = {}

    def client(self, service: str) -> Any:
        import boto3

        return boto3.client(service, endpoint_url=self.endpoint, region_name=deployed.REGION,
                            aws_access_key_id="none", aws_secret_access_key="none")

    def aws(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run([str(self.programs / "aws"), *words], cwd=self.folder, capture_output=True, text=True,
                              env=_environment(self.endpoint), timeout=120, check=False)

    def succeeds(self, what: str, ran: subprocess.CompletedProcess) -> bool:
        said = (ran.stderr or ran.stdout).strip()[-600:]
        self.tally.check(f"{self.name}: {what}", [f"status {ran.returncode}: {said}"] if ran.returncode else [])
        return ran.returncode == 0

    def build(self) -> dict[str, Any] | None:
        ran = subprocess.run([str(environment.apic()), "build", "--quiet", *self.words, "-o", "out.yaml", "stack.api"],
                             cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        if not self.succeeds("builds", ran):
            return None
        return templates.parse((self.folder / "out.yaml").read_text(encoding="utf-8"))

    def write_sources(self, template: dict[str, Any]) -> None:
        """A source for each function whose code is a file or a folder of its own."""
        for logical_id, made in template["Resources"].items():
            code = made.get("Properties", {}).get("Code")
            if made["Type"] == "AWS::Lambda::Function" and isinstance(code, str):
                self.sources[logical_id] = self.folder / code
                self.write_source(logical_id, "first")

    def write_source(self, logical_id: str, text: str) -> None:
        path, source = self.sources[logical_id], f"exports.handler = async () => '{logical_id} {text}'\n"
        if path.suffix == ".zip":
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(path, "w") as packed:
                packed.writestr(zipfile.ZipInfo("index.js"), source)
        else:
            path.mkdir(parents=True, exist_ok=True)
            (path / "index.js").write_text(source, encoding="utf-8")

    def set_parameters(self, template: dict[str, Any]) -> None:
        for name, row in template.get("Parameters", {}).items():
            if "Default" in row:
                continue
            if row["Type"] == "AWS::Route53::HostedZone::Id":
                zone = self.client("route53").create_hosted_zone(Name="example.com", CallerReference=self.name)
                self.params[name] = zone["HostedZone"]["Id"].rsplit("/", 1)[-1]
            else:
                self.params[name] = f"arn:aws:none:{deployed.REGION}:{deployed.ACCOUNT}:{name}"

    def package(self) -> dict[str, Any] | None:
        ran = self.aws("cloudformation", "package", "--template-file", "out.yaml", "--s3-bucket", BUCKET,
                       "--output-template-file", "packaged.yaml")
        if not self.succeeds("aws cloudformation package", ran):
            return None
        return templates.parse((self.folder / "packaged.yaml").read_text(encoding="utf-8"))

    def deploy(self, template: dict[str, Any]) -> bool:
        (self.folder / "adapted.json").write_text(json.dumps(template), encoding="utf-8")
        overrides = [f"{name}={value}" for name, value in self.params.items()]
        ran = self.aws("cloudformation", "deploy", "--template-file", "adapted.json", "--stack-name", self.name,
                       "--capabilities", "CAPABILITY_NAMED_IAM", "--s3-bucket", BUCKET,
                       *(["--parameter-overrides", *overrides] if overrides else []))
        return self.succeeds("aws cloudformation deploy", ran)

    def physical(self) -> dict[str, str]:
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {row["LogicalResourceId"]: row["PhysicalResourceId"]
                for page in pages for row in page["StackResourceSummaries"]}

    def hashes(self, physical: dict[str, str]) -> dict[str, str]:
        client = self.client("lambda")
        return {name: client.get_function_configuration(FunctionName=physical[name])["CodeSha256"]
                for name in self.sources}


def _check_change(d: Deployment, made: dict[str, Any], before: dict[str, str]) -> None:
    """Changes one source and deploys again: nothing else may change."""
    changed = sorted(d.sources)[0]
    shared = {name for name, path in d.sources.items() if path == d.sources[changed]}
    hashes = d.hashes(before)
    d.write_source(changed, "second")
    packaged = d.package()
    if packaged is None:
        return
    template, _ = deployed.adapted(packaged)
    differs = sorted(name for name, row in template["Resources"].items() if row != made["Resources"].get(name))
    d.tally.check(f"{d.name}: a changed source changes its functions' locations alone",
                  [] if differs == sorted(shared) else [f"changed: {', '.join(differs)}"])
    if not d.deploy(template):
        return
    topics = {name for name, row in template["Resources"].items() if row["Type"] == "AWS::SNS::Topic"}
    d.tally.counts["left out: topics, which moto makes again at each deployment"] += len(topics)
    after, hashes_now = d.physical(), d.hashes(before)
    d.tally.check(f"{d.name}: a changed source replaces no resource",
                  [f"{name}: {before[name]}, then {after.get(name)}" for name in sorted(set(before) - topics)
                   if after.get(name) != before[name]])
    d.tally.check(f"{d.name}: a changed source updates its functions' code alone",
                  [f"{name}: {'the same' if name in shared else 'other'} code than before"
                   for name in hashes if (hashes[name] != hashes_now[name]) != (name in shared)])
    client = d.client("cloudformation")
    sets = client.list_change_sets(StackName=d.name)["Summaries"]
    rows = {row["ResourceChange"]["LogicalResourceId"]
            for one in sets if one["StackName"] == d.name
            for row in client.describe_change_set(ChangeSetName=one["ChangeSetId"], StackName=d.name)["Changes"]
            if row["ResourceChange"]["Action"] == "Modify"} - topics
    d.tally.check(f"{d.name}: the change set modifies these functions alone",
                  [] if rows == shared else [f"it modifies {', '.join(sorted(rows)) or 'nothing'}"])


def _routes_of(body: dict[str, Any]) -> dict[str, str]:
    return {f"{method.upper()} {path}": operation.get("x-amazon-apigateway-integration", {}).get("uri", "")
            for path, item in body["paths"].items() for method, operation in item.items() if method in METHODS}


def _check_api(d: Deployment, settled: deployed.Settled, logical_id: str, made: dict[str, Any]) -> None:
    """Imports a REST API's definition by itself, and compares its routes."""
    body = settled.value(made["Properties"]["Body"])
    expected = _routes_of(body)
    for path, item in body["paths"].items():
        if item.pop("options", None):
            d.tally.counts["adapted: OPTIONS mocks that are not imported"] += 1
        if shared := item.pop("parameters", None):
            d.tally.counts["adapted: parameters of paths that are each operation's, as moto wants"] += 1
            for operation in item.values():
                operation["parameters"] = [*shared, *operation.get("parameters", [])]
    if "description" not in body["info"]:
        body["info"]["description"] = d.name
        d.tally.counts["adapted: API definitions that are given a description, which moto wants"] += 1
    (d.folder / "body.json").write_text(json.dumps(body), encoding="utf-8")
    ran = d.aws("apigateway", "import-rest-api", "--body", "fileb://body.json", "--output", "json")
    if not d.succeeds(f"aws apigateway import-rest-api: {logical_id}", ran):
        return
    pages = d.client("apigateway").get_paginator("get_resources").paginate(
        restApiId=json.loads(ran.stdout)["id"], embed=["methods"])
    found = {f"{method} {row['path']}": row_of.get("methodIntegration", {}).get("uri", "")
             for page in pages for row in page["items"] for method, row_of in row.get("resourceMethods", {}).items()}
    d.tally.counts["routes read back"] += len(found)
    d.tally.check(f"{d.name}: {logical_id} has the routes of the stack, each to its function",
                  [f"{name}: {expected.get(name)}, read back {found.get(name)}"
                   for name in sorted({*expected, *found}) if expected.get(name) != found.get(name)])


def _create_table(properties: dict[str, Any], name: str) -> dict[str, Any]:
    """The arguments of CreateTable; what other calls set is left out."""
    made = {key: properties[key] for key in (
        "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes") if key in properties}
    if "StreamSpecification" in properties:
        made["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    return {"TableName": properties.get("TableName", name), **made}


def _check_tables(d: Deployment, settled: deployed.Settled, dynalite: str) -> None:
    import boto3

    client = boto3.client("dynamodb", endpoint_url=dynalite, region_name=deployed.REGION,
                          aws_access_key_id="none", aws_secret_access_key="none")
    for logical_id, made in settled.template["Resources"].items():
        if made["Type"] != "AWS::DynamoDB::Table":
            continue
        lines, properties = [], settled.value(made["Properties"])
        try:
            asked = _create_table(properties, f"{d.name}-{logical_id}")
            client.create_table(**asked)
            found = client.describe_table(TableName=asked["TableName"])["Table"]
            lines = [f"{what}: {expected}, read back {got}"
                     for what, expected, got in readback.described_table(properties, found) if expected != got]
        except Exception as error:  # whatever it refuses is the finding
            lines.append(f"{type(error).__name__}: {error}"[:400])
        d.tally.counts["tables that dynalite made"] += not lines
        d.tally.check(f"{d.name}: dynalite takes CreateTable of {logical_id}", lines)


def _check(d: Deployment, dynalite: str) -> None:
    template = d.build()
    if template is None:
        return
    d.write_sources(template)
    d.set_parameters(template)
    packaged = d.package()
    if packaged is None:
        return
    made, done = deployed.adapted(packaged)
    for what, count in done.items():
        d.tally.counts[f"adapted: {what}"] += count
    if not d.deploy(made):
        return
    physical, params = d.physical(), {**d.params, "AWS::StackName": d.name}
    settled = deployed.Settled(packaged, params, physical)
    for what, lines in readback.differences(deployed.Settled(made, params, physical), d.client):
        d.tally.counts[f"read back: {what.split()[0]}"] += 1
        d.tally.check(f"{d.name}: {what} is as the template has it", lines)
    for logical_id, row in packaged["Resources"].items():
        if row["Type"] == "AWS::ApiGateway::RestApi" and "Body" in row.get("Properties", {}):
            _check_api(d, settled, logical_id, row)
    if dynalite:
        _check_tables(d, settled, dynalite)
    if d.sources:
        _check_change(d, made, physical)


def _install_dynalite(tally: Tally) -> Path | None:
    program = FOLDER / "dynalite" / "node_modules" / ".bin" / "dynalite"
    if not shutil.which("npm") or not shutil.which("node"):
        tally.skip("dynalite: npm or node is not installed")
        return None
    if not program.exists():
        ran = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(program.parents[2]),
                              f"dynalite@{DYNALITE}"], capture_output=True, text=True, timeout=300, check=False)
        if ran.returncode:
            tally.skip(f"dynalite: npm: {ran.stderr.strip()[:200]}")
            return None
    return program


def run(_args) -> Tally:
    tally = Tally()
    FOLDER.mkdir(parents=True, exist_ok=True)
    programs = environment.other_venv("deploy")
    if programs is None:
        tally.skip("the AWS CLI and the simulator could not be installed")
        return tally
    examples = sorted((environment.ROOT / "examples").glob("*/stack.api"))
    dynalite, port = _install_dynalite(tally), _free_port()
    moto = [str(programs / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with _server(moto, port) as endpoint:
        if dynalite:
            port = _free_port()
            with _server([str(dynalite), "--port", str(port), "--createTableMs", "0"], port) as tables:
                _check_all(tally, programs, endpoint, examples, tables)
        else:
            _check_all(tally, programs, endpoint, examples, "")
    return tally


def _check_all(tally: Tally, programs: Path, endpoint: str, examples: list[Path], dynalite: str) -> None:
    for number, example in enumerate(examples):
        d = Deployment(tally, programs, endpoint, example)
        if number == 0:
            d.client("s3").create_bucket(Bucket=BUCKET)
        _check(d, dynalite)
        tally.counts["stacks"] += 1
