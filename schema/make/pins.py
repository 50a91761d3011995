"""The packages the tables are made from: fixed names, versions and hashes, fetched with the
registries' own clients."""

import hashlib
import json
import os
import subprocess

FIELDS = ("kind", "name", "version", "sha256", "date", "licence", "held")


def read(path):
    with open(path) as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return [dict(zip(FIELDS, row + [""] * (len(FIELDS) - len(row)), strict=True)) for row in rows]


def write(path, pins):
    with open(path, "w") as file:
        file.write("# What the tables are made from. Fields: registry, package, version, "
                   "SHA-256 of the package file,\n"
                   "# day of publication, licence. `make schema NEWEST=1` moves the pins, but not\n"
                   "# those marked held: newer ones don't carry the data.\n")
        for pin in pins:
            file.write(" ".join(pin[f] for f in FIELDS).rstrip() + "\n")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def file_name(pin):
    base = pin["name"].lstrip("@").replace("/", "-")
    if pin["kind"] == "npm":
        return "%s-%s.tgz" % (base, pin["version"])
    return "%s-%s-py3-none-any.whl" % (base.replace("-", "_"), pin["version"])


def fetch(pin, folder):
    """The path of the pinned package's file, fetched unless it is there already."""
    path = os.path.join(folder, file_name(pin))
    if not os.path.exists(path):
        if pin["kind"] == "npm":
            run("npm", "pack", "--silent", "--pack-destination", folder,
                "%s@%s" % (pin["name"], pin["version"]))
        else:
            run("pip", "download", "--quiet", "--no-deps", "--dest", folder,
                "%s==%s" % (pin["name"], pin["version"]))
    with open(path, "rb") as file:
        found = hashlib.sha256(file.read()).hexdigest()
    if pin["sha256"] in ("-", found):
        pin["sha256"] = found
        return path
    raise SystemExit("%s has hash %s, pinned is %s" % (path, found, pin["sha256"]))


def to_newest(pin):
    """Moves a pin to the newest version, unless it is held."""
    if pin["held"]:
        return
    if pin["kind"] == "npm":
        version = run("npm", "view", pin["name"], "version").strip()
        times = json.loads(run("npm", "view", pin["name"], "time", "--json"))
        day = times[version][:10]
    else:
        said = run("pip", "index", "versions", pin["name"])
        version = said.split("(", 1)[1].split(")", 1)[0]
        day = "-"  # the registry's client doesn't say
    if version != pin["version"]:
        pin.update(version=version, sha256="-", date=day)
