#!/usr/bin/env python3
"""Writes the systematic inputs of the SAM transform's tests from the tables in families/.

    generate.py [FOLDER]          (build/conformance/sam when not given)

Each table is a module with a function `cases(book)`. The same tables give the same files.
"""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import environment  # noqa: E402

environment.enter_venv()

from book import Book  # noqa: E402


def generate(folder: Path) -> Book:
    """Fills `folder` with good/, bad/ and any/ (what the reference decides)."""
    book = Book()
    for table in sorted((HERE / "families").glob("*.py")):
        book.family = table.stem.replace("_", "-")
        importlib.import_module(f"families.{table.stem}").cases(book)
    book.write(folder)
    return book


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else environment.WORK / "sam"
    made = generate(target)
    print(f"{len(made.cases)} inputs in {target}")
