"""What the services say of each resource of a deployed stack, against its properties.

READERS maps a resource type to a function that yields (what, expected, found) for one resource: `p`
are its properties with all functions computed, `name` is its physical id, `client` makes boto3 clients.
"""

import ast
import base64
import hashlib
import json
from typing import Any, Callable, Iterator

import deployed

Row = tuple[str, Any, Any]
Client = Callable[[str], Any]


def _picked(p: dict[str, Any], found: dict[str, Any], *names: str) -> Iterator[Row]:
    """Properties that the service answers with under the same names; only those that the template sets."""
    for name in names:
        if name in p:
            yield name, p[name], found.get(name)


def function(p: dict, name: str, client: Client) -> Iterator[Row]:
    found = client("lambda").get_function_configuration(FunctionName=name)
    yield from _picked(p, found, "FunctionName", "Description", "Handler", "MemorySize", "Role", "Runtime",
                       "Timeout")
    yield "Environment", p.get("Environment", {}).get("Variables", {}), \
        found.get("Environment", {}).get("Variables", {})
    if "S3Bucket" in p["Code"]:
        body = client("s3").get_object(Bucket=p["Code"]["S3Bucket"], Key=p["Code"]["S3Key"])["Body"].read()
        yield "the code's hash", base64.b64encode(hashlib.sha256(body).digest()).decode(), found["CodeSha256"]


def permission(p: dict, _name: str, client: Client) -> Iterator[Row]:
    policy = json.loads(client("lambda").get_policy(FunctionName=p["FunctionName"])["Policy"])
    wanted = {"Action": p["Action"], "Principal": p["Principal"], "SourceArn": p.get("SourceArn"),
              "SourceAccount": p.get("SourceAccount")}
    found = []
    for statement in policy["Statement"]:
        principal, condition = statement["Principal"], statement.get("Condition", {})
        found.append({"Action": statement["Action"],
                      "Principal": principal.get("Service") if isinstance(principal, dict) else principal,
                      "SourceArn": condition.get("ArnLike", {}).get("AWS:SourceArn"),
                      "SourceAccount": condition.get("StringEquals", {}).get("AWS:SourceAccount")})
    yield "its statement in the function's policy", True, wanted in found or found


def table(p: dict, name: str, client: Client) -> Iterator[Row]:
    found = client("dynamodb").describe_table(TableName=name)["Table"]
    yield from described_table(p, found)
    if "TableName" in p:
        yield "TableName", p["TableName"], found["TableName"]
    if "DeletionProtectionEnabled" in p:
        yield "DeletionProtectionEnabled", p["DeletionProtectionEnabled"], found.get("DeletionProtectionEnabled")
    stream = p.get("StreamSpecification", {}).get("StreamViewType")
    yield "StreamViewType", stream, found.get("StreamSpecification", {}).get("StreamViewType")
    if p.get("SSESpecification", {}).get("SSEEnabled"):
        yield "SSEDescription.Status", "ENABLED", found.get("SSEDescription", {}).get("Status")


def described_table(p: dict, found: dict) -> Iterator[Row]:
    """The part of a table that CreateTable decides."""
    def by_name(rows: list[dict], key: str) -> list[dict]:
        return sorted(rows, key=lambda row: row[key])

    yield "KeySchema", p["KeySchema"], found["KeySchema"]
    yield "AttributeDefinitions", by_name(p["AttributeDefinitions"], "AttributeName"), \
        by_name(found["AttributeDefinitions"], "AttributeName")
    mode = found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    yield "BillingMode", p.get("BillingMode", "PROVISIONED"), mode
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        indexes = [{key: row[key] for key in ("IndexName", "KeySchema", "Projection")} for row in found.get(kind, [])]
        yield kind, [_index(row) for row in by_name(p.get(kind, []), "IndexName")], \
            [_index(row) for row in by_name(indexes, "IndexName")]


def _index(row: dict) -> dict:
    projection = dict(row["Projection"])
    if projection.get("NonKeyAttributes"):
        projection["NonKeyAttributes"] = sorted(projection["NonKeyAttributes"])
    else:
        projection.pop("NonKeyAttributes", None)
    return {"IndexName": row["IndexName"], "KeySchema": row["KeySchema"], "Projection": projection}


def role(p: dict, name: str, client: Client) -> Iterator[Row]:
    iam = client("iam")
    yield "AssumeRolePolicyDocument", p["AssumeRolePolicyDocument"], \
        iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    yield "policies", sorted(row["PolicyName"] for row in p.get("Policies", [])), \
        sorted(iam.list_role_policies(RoleName=name)["PolicyNames"])
    for row in p.get("Policies", []):
        document = iam.get_role_policy(RoleName=name, PolicyName=row["PolicyName"])["PolicyDocument"]
        if isinstance(document, str):  # moto keeps it as Python writes it
            document = ast.literal_eval(document)
        yield f"policy {row['PolicyName']}", row["PolicyDocument"], document
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    yield "ManagedPolicyArns", sorted(p.get("ManagedPolicyArns", [])), sorted(row["PolicyArn"] for row in attached)


def log_group(p: dict, name: str, client: Client) -> Iterator[Row]:
    rows = client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    found = next((row for row in rows if row["logGroupName"] == name), {})
    yield "LogGroupName", p.get("LogGroupName", name), found.get("logGroupName")
    yield "RetentionInDays", p.get("RetentionInDays"), found.get("retentionInDays")


def queue(p: dict, name: str, client: Client) -> Iterator[Row]:
    found = client("sqs").get_queue_attributes(QueueUrl=name, AttributeNames=["All"])["Attributes"]
    for key in ("VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "MaximumMessageSize"):
        if key in p:
            yield key, str(p[key]), found.get(key)
    if "RedrivePolicy" in p:
        yield "RedrivePolicy", p["RedrivePolicy"], json.loads(found.get("RedrivePolicy", "{}"))


def topic(_p: dict, name: str, client: Client) -> Iterator[Row]:
    yield "TopicArn", name, client("sns").get_topic_attributes(TopicArn=name)["Attributes"]["TopicArn"]


def mapping(p: dict, name: str, client: Client) -> Iterator[Row]:
    found = client("lambda").get_event_source_mapping(UUID=name)
    yield "EventSourceArn", p["EventSourceArn"], found["EventSourceArn"]
    yield "FunctionArn", p["FunctionName"], found["FunctionArn"].rsplit(":", 1)[-1]
    if "BatchSize" in p:
        yield "BatchSize", p["BatchSize"], found["BatchSize"]


def record(p: dict, _name: str, client: Client) -> Iterator[Row]:
    rows = client("route53").list_resource_record_sets(HostedZoneId=p["HostedZoneId"])["ResourceRecordSets"]
    wanted = p["Name"].rstrip(".")
    found = next((row for row in rows if row["Name"].rstrip(".") == wanted and row["Type"] == p["Type"]), None)
    yield "the record", True, found is not None
    if found and "AliasTarget" in p:
        yield "AliasTarget.DNSName", p["AliasTarget"]["DNSName"].rstrip("."), \
            found.get("AliasTarget", {}).get("DNSName", "").rstrip(".")


def rule(p: dict, name: str, client: Client) -> Iterator[Row]:
    found = client("events").describe_rule(Name=name.rsplit("/", 1)[-1])
    if "EventPattern" in p:
        yield "EventPattern", p["EventPattern"], json.loads(found["EventPattern"])
    yield "State", p.get("State", "ENABLED"), found["State"]


def bucket(_p: dict, name: str, client: Client) -> Iterator[Row]:
    buckets = client("s3").list_buckets()["Buckets"]
    yield "the bucket", True, name in {row["Name"] for row in buckets}


def rest_api(p: dict, name: str, client: Client) -> Iterator[Row]:
    found = client("apigateway").get_rest_api(restApiId=name)
    yield "name", p.get("Name", "api"), found["name"]


READERS: dict[str, Callable[[dict, str, Client], Iterator[Row]]] = {
    "AWS::ApiGateway::RestApi": rest_api, "AWS::DynamoDB::Table": table, "AWS::Events::Rule": rule,
    "AWS::IAM::Role": role, "AWS::Lambda::EventSourceMapping": mapping, "AWS::Lambda::Function": function,
    "AWS::Lambda::Permission": permission, "AWS::Logs::LogGroup": log_group,
    "AWS::Route53::RecordSet": record, "AWS::S3::Bucket": bucket, "AWS::SNS::Topic": topic,
    "AWS::SQS::Queue": queue,
}


NAMELESS = {"AWS::Lambda::Permission"}  # moto gives them no physical id


def differences(settled: deployed.Settled, client: Client) -> Iterator[tuple[str, list[str]]]:
    """For each deployed resource that can be asked for: its name, and what differs."""
    for logical_id, made in settled.template["Resources"].items():
        reader, physical = READERS.get(made["Type"]), settled.physical.get(logical_id)
        if reader is None or ("Condition" in made and not settled.condition(made["Condition"])):
            continue
        what = f"{made['Type']} {logical_id}"
        if not physical and made["Type"] not in NAMELESS:
            yield what, ["it was not made"]
            continue
        properties, lines = settled.value(made.get("Properties", {})), []
        try:
            for name, expected, found in reader(properties, physical, client):
                if expected != found:
                    lines.append(f"{name}: {json.dumps(expected)[:300]}, read back {json.dumps(found)[:300]}")
        except Exception as error:  # what the service refuses to tell is a difference
            lines.append(f"{type(error).__name__}: {error}"[:300])
        yield what, lines
