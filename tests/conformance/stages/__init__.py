"""The stages, in order: a module each, with a function run(args) that returns a Tally."""

import importlib
from collections import Counter

import environment

ORDER = ["examples", "expand", "corpus", "iam", "mapping", "cfn_lint", "deploy"]


class Tally:
    """What a stage counted. A failure has its text, a skip its reason."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0
        self.failures: list[str] = []
        self.reasons: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()  # what else there is to know

    def ok(self, count: int = 1) -> None:
        self.passed += count

    def fail(self, text: str) -> None:
        self.failed += 1
        self.failures.append(text)

    def skip(self, reason: str, count: int = 1) -> None:
        self.skipped += count
        self.reasons[reason] += count

    def check(self, what: str, lines: list[str], most: int = 5) -> None:
        """A check that passed if there are no lines to say against it."""
        if not lines:
            self.ok()
            return
        more = [f"and {len(lines) - most} more"] if len(lines) > most else []
        self.fail("\n            ".join([what, *lines[:most], *more]))

    def add(self, other: "Tally") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run(name: str, args) -> Tally:
    """Runs one stage. Without a program to test there is one failure, which says so."""
    environment.WORK.mkdir(parents=True, exist_ok=True)
    if not environment.apic().exists():
        tally = Tally()
        tally.fail(f"there is no program at {environment.apic()}: run make first, or set APIC")
        return tally
    return importlib.import_module(f"stages.{name}").run(args)
