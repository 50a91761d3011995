"""The mapping templates of routes without functions, evaluated by Velocity itself.

API Gateway evaluates them with Apache Velocity and Jayway's JSONPath; Maven brings both into build/.
The templates are those of tests/golden/lang/direct. Each is given plain bodies and hostile ones: what a
caller sends must come out as data, never as structure.
"""

import base64
import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import environment
from stages import Tally

SOURCE = environment.HERE / "velocity"
STACK = environment.ROOT / "tests/golden/lang/direct/in.api"
HOSTILE = ['"', "'", "\\", '"}', '"},"TableName":"x', "$util", "${x}", "#set($a=1)", "\n", "é", "<&>", "]]", "$.x", "a b"]
ITEM = {"id": {"S": 'it\'s "x"'}, "n": {"N": "5"}, "b": {"BOOL": True}, "z": {"NULL": True},
        "m": {"M": {"a": {"S": "x"}}}, "l": {"L": [{"N": "1"}]}, "s": {"SS": ["a", "b"]}}
PLAIN = {"id": 'it\'s "x"', "n": 5, "b": True, "z": None, "m": {"a": {"S": "x"}}, "l": [{"N": "1"}], "s": ["a", "b"]}


def _install(folder: Path) -> str:
    """Empty, or why Velocity isn't there."""
    for tool in ("mvn", "javac", "java"):
        if not shutil.which(tool):
            return f"{tool} is not installed"
    if not (folder / "lib").exists():
        ran = subprocess.run(["mvn", "-q", "-B", "-f", str(SOURCE / "pom.xml"), "dependency:copy-dependencies",
                              f"-DoutputDirectory={folder / 'lib'}"], capture_output=True, text=True, check=False)
        if ran.returncode:
            shutil.rmtree(folder / "lib", ignore_errors=True)
            return f"mvn: {(ran.stdout + ran.stderr).strip()[:200]}"
    subprocess.run(["javac", "-cp", f"{folder}/lib/*", "-d", str(folder), str(SOURCE / "Mapping.java")], check=True)
    return ""


def _text(template) -> str:
    """A template as CloudFormation hands it over, with NAME for each ${NAME}."""
    if isinstance(template, str):
        return template
    text = template["Fn::Sub"]
    text = text if isinstance(text, str) else text[0]
    return re.sub(r"\$\{(?!!)([^}]*)\}", r"\1", text).replace("${!", "${")


class Cases:
    """What to evaluate, and the check of what comes out."""

    def __init__(self, paths: dict) -> None:
        self.paths, self.cases, self.checks = paths, [], []

    def _add(self, what, template, body, params, check) -> None:
        body = body if isinstance(body, str) else json.dumps(body)
        self.cases.append({"template": _text(template), "body": body, "params": params})
        self.checks.append((what, check))

    def request(self, route: str, wanted, body="{}", **params) -> None:
        method, path = route.split()
        made = self.paths[path][method.lower()]["x-amazon-apigateway-integration"]["requestTemplates"]
        self._add(f"request of {route} with {params} {body}"[:200], made["application/json"], body, params, wanted)

    def response(self, route: str, wanted, body, status=None) -> None:
        method, path = route.split()
        made = self.paths[path][method.lower()]["x-amazon-apigateway-integration"]["responses"]["default"]
        self._add(f"response of {route} to {json.dumps(body)}"[:200], made["responseTemplates"]["application/json"],
                  body, {}, (wanted, status))


def _typed(value):
    """What an attribute of a body becomes."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, (int, float)):
        return {"N": json.dumps(value)}
    if isinstance(value, str):
        return {"S": value}
    return {"S": json.dumps(value, separators=(",", ":"), ensure_ascii=False)}


def _requests(c: Cases, rng: random.Random) -> None:
    table = {"TableName": "ItemsTable"}
    for turn in range(60):
        text = "".join(rng.choice(HOSTILE) for _ in range(rng.randrange(1, 4))) if turn else "x"
        body = {"id": text, "n": rng.randrange(9), "b": True, "z": None, "t": text, "o": {"k": "v"}, "l": [1]}
        item = {name: _typed(value) for name, value in body.items()}
        rest = {name: value for name, value in item.items() if name != "id"}
        c.request("GET /items/{id}", {**table, "Key": {"id": {"S": text}}}, id=text)
        c.request("DELETE /items/{id}", {**table, "Key": {"id": {"S": text}}}, id=text)
        c.request("POST /items", {**table, "Item": item}, body)
        c.request("PUT /items/{id}", {**table, "Item": {**item, "id": {"S": "7"}}}, body, id="7")
        numbers = range(len(rest))
        c.request("PATCH /items/{id}", {
            **table, "Key": {"id": {"S": text}}, "ReturnValues": "ALL_NEW",
            "UpdateExpression": "SET " + ", ".join(f"#{n} = :{n}" for n in numbers),
            "ExpressionAttributeNames": {f"#{n}": name for n, name in zip(numbers, rest)},
            "ExpressionAttributeValues": {f":{n}": value for n, value in zip(numbers, rest.values())}}, body, id=text)
        after = {"id": {"S": text}, "user": {"S": "u"}, "at": {"N": "3"}}
        following = base64.b64encode(json.dumps(after).encode()).decode()
        query = {**table, "IndexName": "ByUser", "KeyConditionExpression": "#key = :key",
                 "ExpressionAttributeNames": {"#key": "user"}, "ExpressionAttributeValues": {":key": {"S": text}}}
        c.request("GET /users/{user}/items", query, user=text, limit=text)
        c.request("GET /users/{user}/items", {**query, "Limit": 10, "ExclusiveStartKey": after}, user=text, limit="10",
                  next=following)
        c.request("GET /items/by-user", {**table, "IndexName": "ByUser", "ExclusiveStartKey": after}, next=following)
        c.request("GET /items", {**table, "ExclusiveStartKey": {"id": {"S": text}}}, next=following)
        c.request("GET /old/{pk}/{sk}", {"TableName": "old-items", "Key": {"pk": {"S": text}, "sk": {"N": "4"}}},
                  pk=text, sk="4")
        whole = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        c.request("POST /events", {"Entries": [{"Source": "shop", "DetailType": "POST /events", "Detail": whole,
                                                "EventBusName": "EventsBus"}]}, body)
        c.request("POST /quick", {"stateMachineArn": "QuickMachine", "input": whole}, body)
    c.request("POST /jobs", "Action=SendMessage&MessageBody=%7B%22a%22%3A%22%26b%22%7D", '{"a":"&b"}')
    c.request("POST /ordered", "Action=SendMessage&MessageBody=x&MessageGroupId=api&MessageDeduplicationId=request", "x")
    c.request("POST /news", "Action=Publish&TopicArn=NewsTopic&Message=a%26b%3Dc", "a&b=c")


def _responses(c: Cases) -> None:
    c.response("GET /items/{id}", PLAIN, {"Item": ITEM})
    c.response("GET /items/{id}", {"message": "Not Found"}, {}, 404)
    c.response("PATCH /items/{id}", PLAIN, {"Attributes": ITEM})
    c.response("GET /items", {"items": []}, {"Items": [], "Count": 0})
    c.response("GET /items", {"items": [PLAIN, {"id": "2"}]}, {"Items": [ITEM, {"id": {"S": "2"}}]})
    c.response("GET /items", {"items": [{"id": "2"}], "next": base64.b64encode(b'{"id":{"S":"2"}}').decode()},
               {"Items": [{"id": {"S": "2"}}], "LastEvaluatedKey": {"id": {"S": "2"}}})
    c.response("POST /jobs", {"id": "m"}, {"SendMessageResponse": {"SendMessageResult": {"MessageId": "m"}}})
    c.response("POST /news", {"id": "m"}, {"PublishResponse": {"PublishResult": {"MessageId": "m"}}})
    c.response("POST /events", {"id": "e"}, {"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]})
    c.response("POST /events", {"message": "Internal Server Error"}, {"FailedEntryCount": 1, "Entries": [{}]}, 500)
    c.response("POST /quick", {"a": 1}, {"status": "SUCCEEDED", "output": '{"a":1}'})
    c.response("POST /quick", {"message": "Internal Server Error"}, {"status": "FAILED"}, 500)


def _compare(wanted, made: dict) -> list[str]:
    wanted, status = wanted if isinstance(wanted, tuple) else (wanted, None)
    if "error" in made:
        return [made["error"]]
    found = made["text"]
    if not isinstance(wanted, str):
        try:
            found = json.loads(found)
        except ValueError:
            return [f"no JSON: {found}"]
    lines = [] if found == wanted else [f"wanted {wanted!r}", f"found  {found!r}"]
    return lines if made.get("status") == status else [*lines, f"status {made.get('status')}, wanted {status}"]


def run(_args) -> Tally:
    tally = Tally()
    folder = environment.WORK / "velocity"
    folder.mkdir(parents=True, exist_ok=True)
    missing = _install(folder)
    if missing:
        tally.skip(missing)
        return tally
    built = subprocess.run([str(environment.apic()), "build", "--format", "json", STACK.name], cwd=STACK.parent,
                           capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
    cases = Cases(json.loads(built.stdout)["Resources"]["ShopApi"]["Properties"]["Body"]["paths"])
    _requests(cases, random.Random(20261122))
    _responses(cases)
    (folder / "cases.json").write_text(json.dumps(cases.cases), encoding="utf-8")
    ran = subprocess.run(["java", "-cp", f"{folder}:{folder}/lib/*", "Mapping", str(folder / "cases.json")],
                         capture_output=True, text=True, check=True)
    for (what, wanted), made in zip(cases.checks, json.loads(ran.stdout), strict=True):
        tally.check(what, _compare(wanted, made))
    return tally
