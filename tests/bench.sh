#!/bin/bash
# How long apic takes, in milliseconds: the best of several runs. Numbers to look at, not a test.
set -u
export LC_ALL=C
cd "$(dirname "$0")/.." || exit 1
APIC=${APIC:-build/apic}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

bench() { # WHAT ARGUMENT...
    local what=$1 best=99999999 took begin i
    shift
    for i in 1 2 3 4 5 6 7 8 9 10; do
        begin=${EPOCHREALTIME/./}
        "$APIC" "$@" >/dev/null 2>&1
        took=$((${EPOCHREALTIME/./} - begin))
        [ $took -lt $best ] && best=$took
    done
    printf '%8d.%02d ms  %s\n' $((best / 1000)) $((best % 1000 / 10)) "$what"
}

services() { # COUNT
    printf 'table data {\n  key (id: string)\n}\n\nlet names = ['
    for i in $(seq "$1"); do printf '"s%s", ' "$i"; done
    cat <<'END'
]

function service for name in names {
  code    = "lambda/${name}"
  handler = "index.handler"
  runtime = "nodejs22.x"
  allow read, write on data
}

api shop {
  stage live {}
  for name, f in service {
    crud "/${name}" -> f
  }
}
END
}
services 20 >"$work/small.api"
services 60 >"$work/large.api"
"$APIC" build "$work/large.api" >"$work/large.yaml" 2>/dev/null
"$APIC" build "$work/large.api" --format json >"$work/large.json" 2>/dev/null
mkdir "$work/many"
for i in $(seq 100); do cp "$work/large.yaml" "$work/many/$i.yaml"; done

bench "start" --version
bench "build: 20 services behind an API" build "$work/small.api"
bench "build: 60 services behind an API" build "$work/large.api"
bench "build as SAM" build --target sam "$work/large.api"
bench "check: the template of 60 services, YAML" check "$work/large.yaml"
bench "check: the same, JSON" check "$work/large.json"
bench "check: 100 such templates" check "$work/many"
bench "fmt" fmt "$work/large.api"
bench "graph" graph "$work/large.api"
