#!/usr/bin/env python3
"""Writes the tables of the SAM transform from the data of aws-sam-translator (Apache-2.0).

    sam_tables.py     in an environment that has the version in tests/conformance/requirements.txt

Facts only: names, actions, ARNs. What a table's form cannot hold stops the script.
"""

import importlib.metadata
import json
import textwrap
from pathlib import Path

import samtranslator

DATA = Path(samtranslator.__file__).parent
OUT = Path(__file__).resolve().parents[1] / "compiler" / "passes" / "expand"
SOURCE = f"aws-sam-translator {importlib.metadata.version('aws-sam-translator')}, by schema/sam_tables.py"

POLICIES_HEAD = """/* POLICY(name, parameters)
   ALLOW(actions, resources, condition key, condition value)
   The policy templates of SAM, and after each the statements that it stands for. Words are
   separated by blanks. In resources and condition values ${name} is the parameter of that name,
   whatever its case. One action or resource alone is a list where a comma ends it, in resources,
   and unless an equals sign precedes it, in actions. A condition is StringEquals.
   From %s. */
""" % SOURCE

MANAGED_HEAD = """/* MANAGED(name, path, partitions)
   AWS's managed policies: arn:PARTITION:iam::aws:policy/PATH/NAME. Paths are ROOT, SERVICE
   (service-role/), AWS (aws-service-role/) and JOB (job-function/); partitions are any of a (aws),
   c (aws-cn), g (aws-us-gov) and e (aws-eusc). Sorted by bytes.
   From %s. */
""" % SOURCE

CONNECTORS_HEAD = """/* CONNECTABLE(type, arn, url, id, name, qualifier, role)
     A resource type, how a connector gets what it needs of it (an attribute, or Ref; the qualifier
     is a literal), and the property that holds its role.
   PROFILE(source, destination, kind, whose, depended, combinations)
     What connects them: an IAM policy for the role of one, a policy of one's queue or topic, or a
     permission of one's function; what has to wait for it; which sets of permissions are valid
     where not all are.
   GRANT(permission, actions, resources, principal, account)
     The statements of the profile before it, by permission. ${Source.Arn} and the like stand for
     properties of the two ends. A resource with a comma at its end is in a list.
   From %s. */
""" % SOURCE


def quoted(text: str, indent: int = 6) -> str:
    """A C string, broken between words."""
    lines = textwrap.wrap(text, 86, break_long_words=False, break_on_hyphens=False)
    blank = "\n" + " " * indent
    return blank.join('"%s"' % (line + (" " if i + 1 < len(lines) else "")) for i, line in enumerate(lines)) or '""'


def resource(value: object, parameters: list[str]) -> str:
    if isinstance(value, list):
        return " ".join(resource(item, parameters) for item in value) + ("," if len(value) == 1 else "")
    if isinstance(value, str):
        assert "${" not in value
        return value
    (name, inner), = value.items()
    assert name == "Fn::Sub", value
    if isinstance(inner, str):
        return inner
    text, variables = inner
    known = {p.lower(): p for p in parameters}
    for variable, reference in variables.items():
        assert reference == {"Ref": known[variable.lower()]} and "${%s}" % variable in text
    return text


def policy_templates() -> str:
    templates = json.loads((DATA / "policy_templates_data/policy_templates.json").read_text())["Templates"]
    rows = []
    for name, template in sorted(templates.items()):
        parameters = sorted(template["Parameters"])
        rows.append('POLICY("%s", "%s")' % (name, " ".join(parameters)))
        for statement in template["Definition"]["Statement"]:
            assert statement.pop("Effect") == "Allow"
            actions = statement.pop("Action")
            condition = statement.pop("Condition", None)
            key = value = ""
            if condition:
                (key, inner), = condition["StringEquals"].items()
                value = resource(inner, parameters)
            words = "=" + actions if isinstance(actions, str) else " ".join(actions)
            rows.append("ALLOW(%s,\n      %s,\n      \"%s\", %s)" % (
                quoted(words), quoted(resource(statement.pop("Resource"), parameters)), key, quoted(value)))
            assert not statement, name
    return POLICIES_HEAD + "\n".join(rows) + "\n"


def managed_policies() -> str:
    partitions = json.loads((DATA / "internal/data/aws_managed_policies.json").read_text())
    letters = {"aws": "a", "aws-cn": "c", "aws-us-gov": "g", "aws-eusc": "e"}
    paths = {"": "ROOT", "service-role/": "SERVICE", "aws-service-role/": "AWS", "job-function/": "JOB"}
    found: dict[str, tuple[str, str]] = {}
    for partition, policies in partitions.items():
        for name, arn in policies.items():
            start = f"arn:{partition}:iam::aws:policy/"
            assert arn.startswith(start) and arn.endswith(name)
            path = paths[arn[len(start):len(arn) - len(name)]]
            before = found.get(name, (path, ""))
            assert before[0] == path
            found[name] = (path, before[1] + letters[partition])
    rows = [f'MANAGED("{name}", {path}, "{where}")' for name, (path, where) in sorted(found.items())]
    return MANAGED_HEAD + "\n".join(rows) + "\n"


def end(form: object) -> str:
    if not isinstance(form, dict):
        return str(form or "")
    if "Ref" in form:
        return "Ref"
    return form["Fn::GetAtt"][1]


def connector_resource(value: object) -> str:
    if isinstance(value, list):
        return " ".join(connector_resource(v) for v in value) + ("," if len(value) == 1 else "")
    return value.replace("%{", "${")


def connector_profiles() -> str:
    data = json.loads((DATA / "model/connector_profiles/profiles.json").read_text())
    rows = []
    for name, ends in data["CfnResourceProperties"].items():
        outputs, role = ends["Outputs"], ends.get("Inputs", {}).get("Role", "")
        role = role if isinstance(role, str) else "Targets"
        columns = [end(outputs.get(key)) for key in ("Arn", "Url", "Id", "Name", "Qualifier")]
        rows.append("CONNECTABLE(%s)" % ", ".join('"%s"' % c for c in [name, *columns, role]))
    kinds = {"AWS_IAM_ROLE_MANAGED_POLICY": "ROLE", "AWS_SQS_QUEUE_POLICY": "QUEUE",
             "AWS_SNS_TOPIC_POLICY": "TOPIC", "AWS_LAMBDA_PERMISSION": "FUNCTION"}
    depended = {None: "NONE", "SOURCE": "SOURCE", "DESTINATION_EVENT_SOURCE_MAPPING": "MAPPING"}
    for source, destinations in data["Permissions"].items():
        for destination, profile in destinations.items():
            properties = profile["Properties"]
            valid = " ".join("+".join(sorted(v)) for v in properties.get("ValidAccessCategories", []))
            rows.append('PROFILE("%s", "%s", %s, %s, %s, "%s")' % (
                source, destination, kinds[profile["Type"]],
                "SOURCE" if properties["SourcePolicy"] else "DESTINATION",
                depended[properties.get("DependedBy")], valid))
            for permission, granted in properties["AccessCategories"].items():
                rows += grants(permission, granted)
    return CONNECTORS_HEAD + "\n".join(rows) + "\n"


def grants(permission: str, granted: dict) -> list[str]:
    rows = []
    for statement in granted.get("Statement", [granted]):
        resources = connector_resource(statement.get("Resource", statement.get("SourceArn")))
        principal = statement.get("Principal", "")
        if isinstance(principal, dict):
            principal = principal["Service"]
            assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": "%{Source.Arn}"}}
        actions = statement["Action"]
        words = "=" + actions if isinstance(actions, str) else " ".join(actions)
        rows.append('GRANT("%s", %s,\n      %s,\n      "%s", "%s")' % (
            permission, quoted(words), quoted(resources), principal, statement.get("SourceAccount", "")))
    return rows


def main() -> None:
    for name, text in (("policy_templates", policy_templates()), ("managed_policies", managed_policies()),
                       ("connector_profiles", connector_profiles())):
        (OUT / f"{name}.def").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
