"""Lambda's runtimes: names from @aws-sdk/client-lambda, life cycle from cfn-lint."""

import json
import re
import tarfile

EVENTS = (("deprecated", "deprecated"), ("create-block", "no-create"),
          ("update-block", "no-update"))


def names(path):
    with tarfile.open(path) as tar:
        source = tar.extractfile("package/dist-types/models/enums.d.ts").read().decode()
    block = re.search(r"export declare const Runtime: \{(.*?)\};", source, re.S).group(1)
    return re.findall(r':\s*"([^"]+)"', block)


def family(name):
    if name.startswith("provided"):
        return "provided"
    return re.match(r"[a-z]+", name).group(0).replace("dotnetcore", "dotnet")


def version(name):
    """For order within a family; a variant (java8.al2023) comes after what it's a variant of."""
    number = re.search(r"\d+(\.\d+)?", name)
    core = name.startswith("dotnetcore")
    if name.startswith("provided"):
        return (0, [float(n) for n in re.findall(r"\d+", name)], name)
    return (not core, [float(n) for n in number.group(0).split(".")] if number else [], name)


def text(sdk_path, wheel, head):
    known = set(names(sdk_path))
    life = json.loads(wheel.read("cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json"))
    lines = ["# " + line for line in head] + [""]
    newest = {}
    for name in sorted(known, key=lambda n: (family(n), version(n))):
        if "-edge" not in name:
            newest[family(name)] = name
    for name in sorted(known, key=lambda n: (family(n), version(n))):
        words = ["runtime", name, family(name)]
        facts = life.get(name, {})
        for key, word in EVENTS:
            if facts.get(key):
                words += [word, facts[key]]
        successor = facts.get("successor")
        if successor and successor not in known:
            successor = newest[family(name)]
        if successor and successor != name:
            words += ["successor", successor]
        if newest[family(name)] == name:
            words.append("latest")
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"
