"""apic expand against the reference translator, over the inputs in sam/ and the generated ones.

An input that the reference transforms must come out the same, in each of its regions; for one that
it refuses apic must refuse it with the same messages; where the reference itself fails, apic must
refuse too.
"""

import multiprocessing
import sys
from collections import Counter
from pathlib import Path

import environment
import expansion
from stages import Tally

KNOWN = environment.HERE / "known-differences.txt"


def _known() -> dict[str, str]:
    lines = [line for line in KNOWN.read_text(encoding="utf-8").splitlines()
             if line.strip() and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, reason in (line.split(":", 1) for line in lines)}


def _one(work: tuple[str, bool]) -> list[tuple]:
    """One input in all its regions (runs in a worker, which imports the reference once)."""
    path = Path(work[0])
    _, regions = expansion.directives(path.read_text(encoding="utf-8"))
    found = []
    for region in regions:
        try:
            result = expansion.compared(path, region, work[1])
            found.append((region, result.expected, result.same, result.failed_too, result.lines))
        except Exception as failure:  # the suite's own: say where
            found.append((region, "unread", False, False, [f"{type(failure).__name__}: {failure}"]))
    return found


def _must_be(path: Path) -> str | None:
    """What the folder of an input says that the reference makes of it."""
    return {"good": "template", "bad": "errors"}.get(path.parent.name)


def compare_all(paths: list[Path], args, tally: Tally, known: dict[str, str]) -> None:
    """Compares every input and counts; the inputs' names are unique."""
    work = [(str(path), args.normalise_deployments) for path in paths]
    seen = Counter()
    differ: dict[str, int] = Counter()
    families: Counter[str] = Counter()
    with multiprocessing.Pool(max(1, args.jobs)) as pool:
        for path, found in zip(paths, pool.imap(_one, work, chunksize=16)):
            for region, kind, same, failed_too, lines in found:
                seen[kind] += 1
                if kind == "errors" and failed_too:
                    seen["errors: apic fails too"] += 1
                if kind == "errors" and same:
                    seen["errors: the same messages"] += 1
                if kind == "template" and same:
                    seen["template: equal"] += 1
                wanted = _must_be(path)
                if wanted and kind != wanted:
                    tally.fail(f"{path.stem} ({region}): the reference gives {kind}, not {wanted}")
                elif same:
                    tally.ok()
                elif path.stem in known:
                    differ[path.stem] += 1
                    tally.skip("known difference: " + known[path.stem])
                else:
                    tally.check(f"{path.stem} ({region})", lines, 3)
                    families[path.stem.split("--")[0]] += 1
    for name in sorted(set(known) - set(differ)):
        if any(path.stem == name for path in paths):
            tally.fail(f"{name} no longer differs: take it out of {KNOWN.name}")
    for kind, title in (
        ("template", "inputs and regions that the reference transforms"),
        ("template: equal", "of them equal"),
        ("errors", "that it refuses"),
        ("errors: apic fails too", "of them refused by apic too"),
        ("errors: the same messages", "of them with the same messages"),
        ("crash", "at which it fails itself"),
        ("unread", "that could not be read"),
    ):
        if seen[kind]:
            tally.counts[title] = seen[kind]
    for family, count in families.most_common():
        tally.counts[f"failures in {family}"] = count


def run(args) -> Tally:
    tally = Tally()
    sys.path.insert(0, str(environment.HERE / "sam"))
    import generate

    folder = environment.WORK / "sam"
    generate.generate(folder)
    here = environment.HERE / "sam"
    paths = sorted(
        path for base in (here / "good", here / "bad", folder)
        for path in base.rglob("*") if path.suffix in (".yaml", ".yml", ".json")
    )
    compare_all(paths, args, tally, _known())
    return tally
