#!/bin/bash
# Single mistakes in clean templates (tests/mutants): each must be found by the rule that is named, and
# the clean template must be silent.
set -u
cd "$(dirname "$0")/../.." || exit 1
APIC=${APIC:-build/apic}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

complain() {
    echo "  $1: $2"
    failed=$((failed + 1))
}

for clean in tests/mutants/*.yaml; do
    list=${clean%.yaml}.mutants
    name=${clean##*/}
    if out=$("$APIC" check --quiet "$clean" 2>&1) && [ -z "$out" ]; then
        passed=$((passed + 1))
    else
        complain "$name" "the clean template gives: $out"
    fi
    while IFS=$'\t' read -r rule script; do
        case $rule in '' | '#'*) continue ;; esac
        sed "$script" "$clean" >"$work/$name"
        if cmp -s "$work/$name" "$clean"; then
            complain "$name" "'$script' changes nothing"
        elif "$APIC" check --quiet "$work/$name" 2>&1 | grep -q "\[$rule\]"; then
            passed=$((passed + 1))
        else
            complain "$name" "'$script' isn't found by $rule: $("$APIC" check --quiet "$work/$name" 2>&1 | grep -E ': (error|warning):' | head -3)"
        fi
    done <"$list"
done
echo "mutants: $passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
