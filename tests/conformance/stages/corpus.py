"""apic expand against the reference translator, over the SAM templates in the folder $APIC_CORPUS.

What is compared are copies, as JSON, with local code locations replaced with ones in S3, which is
what packaging does: the translator doesn't take local ones.
"""

import json
import os
from pathlib import Path

import environment
import templates
from stages import Tally
from stages.examples import packaged
from stages.expand import compare_all


def _sam_template(path: Path, tally: Tally) -> dict | None:
    """The template in the file, if it is one for the SAM transform."""
    try:
        template = templates.load_lenient(path)
    except Exception as failure:
        tally.skip(f"not readable as a template: {type(failure).__name__}")
        return None
    used = template.get("Transform") if isinstance(template, dict) else None
    wanted = "AWS::Serverless-2016-10-31" in (used if isinstance(used, list) else [used])
    return template if wanted else None


def run(args) -> Tally:
    tally = Tally()
    folder = os.environ.get("APIC_CORPUS")
    if not folder:
        tally.skip("APIC_CORPUS is not set: it names a folder of templates")
        return tally
    found = sorted(path for path in Path(folder).rglob("*")
                   if path.suffix in (".yaml", ".yml", ".json", ".template"))
    if not found:
        tally.fail(f"there are no templates in {folder}")
        return tally
    copies = environment.WORK / "corpus"
    copies.mkdir(parents=True, exist_ok=True)
    paths = []
    for path in found:
        template = _sam_template(path, tally)
        if template is not None:
            name = "--".join(path.relative_to(folder).with_suffix("").parts)
            paths.append(copies / f"{name}.json")
            paths[-1].write_text(json.dumps(packaged(template), indent=2), encoding="utf-8")
    tally.counts["files"] = len(found)
    tally.counts["SAM templates"] = len(paths)
    compare_all(paths, args, tally, {})
    return tally
