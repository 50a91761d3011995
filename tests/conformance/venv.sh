#!/bin/sh
# Makes build/venv, once, with the reference tools that requirements.txt pins; prints its python. With an
# argument NAME it is build/venv-NAME, with those of requirements-NAME.txt.
# The stamp is the hash of the requirements: change a pin and the next run installs anew.
set -eu
cd "$(dirname "$0")/../.."
want=tests/conformance/requirements${1:+-$1}.txt
venv=build/venv${1:+-$1}
stamp=$(sha256sum "$want" | cut -d ' ' -f 1)
if [ ! -x "$venv/bin/python" ] || [ "$(cat "$venv/stamp" 2>/dev/null || true)" != "$stamp" ]; then
    echo "conformance: making $venv with the packages below, and what they need:" >&2
    grep -v '^#' "$want" | sed 's/^/    /' >&2
    rm -rf "$venv"
    mkdir -p build
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$want" >&2
    echo "$stamp" >"$venv/stamp"
fi
echo "$PWD/$venv/bin/python"
