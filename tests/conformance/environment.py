"""Where things are, and the python that runs the suite (build/venv, made when it is missing)."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build"
WORK = BUILD / "conformance"


def apic() -> Path:
    """The binary under test: $APIC, else build/apic."""
    return Path(os.environ.get("APIC") or BUILD / "apic").absolute()


def other_venv(name: str) -> Path | None:
    """The folder of programs of build/venv-NAME, made when it is missing; None if that fails."""
    made = subprocess.run([str(HERE / "venv.sh"), name], stdout=subprocess.PIPE, text=True, check=False)
    return Path(made.stdout.strip()).parent if made.returncode == 0 else None


def enter_venv() -> None:
    """Runs the calling script again under build/venv, unless that is what runs it."""
    if Path(sys.prefix).resolve() == (BUILD / "venv").resolve():
        return
    made = subprocess.run([str(HERE / "venv.sh")], stdout=subprocess.PIPE, text=True, check=False)
    if made.returncode != 0:
        sys.exit("conformance: the reference tools could not be installed")
    python = made.stdout.strip()
    os.execv(python, [python, *sys.argv])
