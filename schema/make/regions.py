"""Regions: partition, a short code for the availability table, and that table."""

PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-isob-", "aws-iso-b"),
              ("us-isof-", "aws-iso-f"), ("us-iso-", "aws-iso"), ("eu-isoe-", "aws-iso-e"),
              ("eusc-", "aws-eusc"))
SHORT = {"east": "e", "west": "w", "north": "n", "south": "s", "central": "c", "northeast": "ne",
         "northwest": "nw", "southeast": "se", "southwest": "sw", "gov": "g"}


def partition(name):
    return next((p for prefix, p in PARTITIONS if name.startswith(prefix)), "aws")


def code(name):
    return "".join(SHORT.get(part, part) for part in name.split("-"))


def regions_text(regions, head):
    lines = ["# " + line for line in head] + [""]
    codes = [code(name) for name in regions]
    assert len(set(codes)) == len(codes), "two regions have one code"
    for name, known in sorted(regions.items()):
        lines.append("region %s %s %s%s" % (name, partition(name), code(name),
                                            "" if known else " no-data"))
    return "\n".join(lines) + "\n"


def availability_text(types, regions, head):
    known = {name for name, has in regions.items() if has}
    lines = ["# " + line for line in head] + [""]
    for name in sorted(types, key=str.encode):
        where = types[name].regions
        if where is None:
            continue
        missing = known - where
        if not missing:
            lines.append(name + " all")
        elif len(missing) <= len(where):
            lines.append(name + " all-but " + " ".join(sorted(map(code, missing))))
        else:
            lines.append(name + " only " + " ".join(sorted(map(code, where & known))))
    return "\n".join(lines) + "\n"
