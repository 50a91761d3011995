"""cfn-lint reports what docs/cfn-lint.md says that it does.

Each template of tests/cfn-lint/cases.txt is given to cfn-lint, which must report the number of its head; where
the head goes on with "| NUMBER", that one instead, and with "| -" nothing is asked of it: cfn-lint splits
differently than its numbers are named, or goes by today's date. That apic reports them, tests/cli/cfn_lint.sh says.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import environment
from stages import Tally

CASES = environment.ROOT / "tests" / "cfn-lint" / "cases.txt"
HEAD = re.compile(r"^=== (\S+) ([a-z -]+?)(?: *\| *(\S+))?$")


def _cases() -> list[tuple[str, str, str]]:
    """Of each template: its number, what cfn-lint is to say, its text."""
    found: list[tuple[str, str, list[str]]] = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        head = HEAD.match(line)
        if head:
            found.append((head[1], head[3] or head[1], []))
        elif found and line.startswith("%repeat "):
            _, count, text = line.split(" ", 2)
            found[-1][2].extend(text.replace("#", str(i)) for i in range(int(count)))
        elif found:
            found[-1][2].append(line)
    return [(number, said, "\n".join(lines) + "\n") for number, said, lines in found]


def run(args) -> Tally:
    tally = Tally()
    cases = _cases()
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for i, (number, _, text) in enumerate(cases):
            names.append(Path(folder) / f"{i:03}-{number}.yaml")
            names[-1].write_text(text, encoding="utf-8")
        lint = [str(Path(sys.executable).parent / "cfn-lint"), "--format", "json", *map(str, names)]
        ran = subprocess.run(lint, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        try:
            reports = json.loads(ran.stdout)
        except ValueError:
            tally.fail(f"cfn-lint gives no report: {ran.stderr.strip()[:300]}")
            return tally
    said: dict[str, set[str]] = {}
    for report in reports:
        said.setdefault(Path(report["Filename"]).name, set()).add(report["Rule"]["Id"])
    for name, (number, expected, _) in zip(names, cases):
        found = said.get(name.name, set())
        if expected == "-":
            tally.skip("cfn-lint reports no template that was found for it, or goes by the date")
        else:
            tally.check(f"{name.name}: cfn-lint says {expected}",
                        [] if expected in found else [f"it says {', '.join(sorted(found)) or 'nothing'}"])
    return tally
