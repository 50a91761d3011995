#!/usr/bin/env python3
"""Compares what apic and the reference translator make of SAM templates.

    sam_diff.py [options] FILE|FOLDER...

Prints a line for each input that is equal, and the differences of each that is not. The
reference's outcomes are kept under build/conformance, so a second run costs only apic's time.
"""

import argparse
import json
import sys
from pathlib import Path

import environment

environment.enter_venv()

import expansion  # noqa: E402
import reference  # noqa: E402


def inputs(names: list[str]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix in (".yaml", ".yml", ".json"))
        else:
            found.append(path)
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    options.add_argument("file", nargs="+", help="templates, or folders of them")
    options.add_argument("--region", default="us-east-1", help="a region, or 'all'")
    options.add_argument("--reference", action="store_true", help="print the reference's outcome")
    options.add_argument("--lines", type=int, default=20, help="differences to print an input")
    options.add_argument("-q", "--quiet", action="store_true", help="say nothing of equal inputs")
    args = options.parse_args()

    same = different = 0
    for path in inputs(args.file):
        regions = [args.region]
        if args.region == "all":
            _, regions = expansion.directives(path.read_text(encoding="utf-8"))
        for region in regions:
            if args.reference:
                print(json.dumps(expansion.expected(path, region), indent=2))
                continue
            result = expansion.compared(path, region)
            if result.same:
                same += 1
                if not args.quiet:
                    print(f"same       {path} ({region})")
                continue
            different += 1
            print(f"DIFFERENT  {path} ({region})")
            for line in result.lines[: args.lines]:
                print(f"           {line}")
            if len(result.lines) > args.lines:
                print(f"           and {len(result.lines) - args.lines} more")
    if not args.reference:
        print(f"{same} equal, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
