#!/bin/bash
# Cases decided by AWS's documents, many of them where other linters say something else: each template in
# tests/decisions gives exactly the errors and warnings that its head names.
set -u
cd "$(dirname "$0")/../.." || exit 1
APIC=${APIC:-build/apic}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

for file in tests/decisions/*.txt; do
    rm -f "$work"/*
    awk -v work="$work" '/^=== /{ n++; split(substr($0, 5), part, " *[|] *")
        out = work "/" sprintf("%03d", n) ".yaml"; print part[1] "|" part[2] > (out ".head"); next }
        n { print > out }' "$file"
    for case in "$work"/*.yaml; do
        IFS='|' read -r name expected <"$case.head"
        found=$("$APIC" check "$case" 2>&1 | sed -n 's/^[^ ]*: \(error\|warning\): .*\[\([a-z-]*\)\]$/\2/p' |
            sort -u | paste -sd' ')
        if [ "$found" = "$(echo ${expected:-} | tr ' ' '\n' | sort -u | paste -sd' ')" ]; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "  ${file##*/}, $name: expected '$expected', found '$found'"
        fi
    done
done
# the table of cfn-lint's numbers is the one that the documentation shows
sed -n 's/^RULE(\([A-Z_]*\), "[^"]*", "\([a-z-]*\)".*/\1 \2/p' compiler/base/rules.def >"$work/names"
while read -r number rule; do
    name=$(sed -n "s/^$rule //p" "$work/names")
    if grep -q "^| $number .*\`$name\`" docs/cfn-lint.md; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "  docs/cfn-lint.md: $number isn't said to be '$name'"
    fi
done < <(sed -n 's/^CFN_LINT("\([EW0-9]*\)", \([A-Z_]*\))/\1 \2/p' compiler/template/cfn_lint.def)
echo "decisions: $passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
