#!/usr/bin/env python3
"""How much of the reference translator the inputs exercise.

    reference_coverage.py [--missing] [FILE|FOLDER...]

Runs the translator over the inputs (sam/good, sam/bad and the generated ones when none are named)
and prints the lines of each of its files that were run, and with --missing those that were not.
"""

import argparse
import sys
from pathlib import Path

import environment

environment.enter_venv()

import coverage  # noqa: E402

import expansion  # noqa: E402
import reference  # noqa: E402
import sam_diff  # noqa: E402

# What the transform is made of; the rest of the package is validation, schemas and metrics.
PARTS = ("model/", "plugins/", "swagger/", "open_api/", "translator/", "intrinsics/", "sdk/",
         "policy_template_processor/", "internal/model/", "utils/", "validator/value_validator.py")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    options.add_argument("--missing", action="store_true", help="print the lines that were not run")
    options.add_argument("--all-regions", action="store_true", help="not only the first region")
    options.add_argument("--only", default="", help="a part of the file's name")
    options.add_argument("file", nargs="*", help="inputs")
    args = options.parse_args()
    names = args.file or [str(environment.HERE / "sam"), str(environment.WORK / "sam")]

    measured = coverage.Coverage(source_pkgs=["samtranslator"], data_file=None, branch=False)
    measured.start()
    for path in sam_diff.inputs(names):
        text = path.read_text(encoding="utf-8")
        parameters, regions = expansion.directives(text)
        for region in regions if args.all_regions else regions[:1]:
            try:
                reference.transform(expansion.parse(text), region, parameters)
            except ValueError:
                print(f"not read: {path}")
    measured.stop()

    total = run = 0
    for name in sorted(measured.get_data().measured_files()):
        part = name.split("/samtranslator/", 1)[-1]
        if not part.startswith(PARTS) or args.only not in part:
            continue
        _, lines, _, missing, ranges = measured.analysis2(name)
        if not lines:
            continue
        total += len(lines)
        run += len(lines) - len(missing)
        share = 100 * (len(lines) - len(missing)) / len(lines)
        print(f"{share:6.1f} %  {len(missing):4} of {len(lines):4} not run  {part}")
        if args.missing and ranges:
            print(f"          {ranges}")
    print(f"{100 * run / max(total, 1):6.1f} %  in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
