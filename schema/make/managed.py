"""Reads the documents of AWS's managed policies from moto (Apache-2.0), which carries them as IAM
gives them."""

import json
import zipfile

from text import quote

# A document above this is one that hardly any stack attaches; those that some do are named.
MOST_BYTES = 4000
LARGE = {"AmazonBedrockFullAccess", "AmazonSageMakerFullAccess", "ReadOnlyAccess",
         "SecurityAudit", "ViewOnlyAccess"}
# The policies of service-linked roles: nobody else can attach them.
LINKED = "/aws-service-role/"
FILE = "moto/iam/aws_managed_policies.py"


def load(wheel):
    with zipfile.ZipFile(wheel) as archive:
        source = archive.read(FILE).decode("utf-8")
    return json.loads(source.split('"""')[1])


def chosen(wheel):
    """(path and name, document) of each policy, sorted."""
    found = []
    for name, policy in load(wheel).items():
        document, path = policy["Document"], policy.get("Path", "/")
        size = len(json.dumps(document, separators=(",", ":")))
        if path.startswith(LINKED) or (size > MOST_BYTES and name not in LARGE):
            continue
        found.append((path.lstrip("/") + name, document))
    return sorted(found)


def several(value):
    values = value if isinstance(value, list) else [value]
    return [v if isinstance(v, str) else json.dumps(v) for v in values]


def group(word, values):
    return "(%s)" % " ".join([word] + [quote(v) for v in values])


def statement(item):
    words = ["  allow" if item["Effect"] == "Allow" else "  deny"]
    for key, word in (("Action", "do"), ("NotAction", "not-do"), ("Resource", "on"),
                      ("NotResource", "not-on")):
        if key in item:
            words.append(group(word, sorted(set(several(item[key])))))
    for operator, keys in sorted(item.get("Condition", {}).items()):
        for key, values in sorted(keys.items()):
            words.append(group("if", [operator, key] + sorted(set(several(values)))))
    return " ".join(words)


def text(wheel, head):
    lines = ["# " + line for line in head]
    policies = chosen(wheel)
    for name, document in policies:
        if document.get("Version") != "2012-10-17":
            raise SystemExit("%s is of another version" % name)
        statements = document["Statement"]
        lines += ["", "policy " + quote(name)]
        lines += [statement(s) for s in (statements if isinstance(statements, list) else [statements])]
    print("managed policies: %d" % len(policies))
    return "\n".join(lines) + "\n"
