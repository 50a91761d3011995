#!/bin/bash
# What docs/cfn-lint.md says of cfn-lint's numbers: each template of tests/cfn-lint/cases.txt is reported by
# one of the rules that its head names, and no number of the table is without a template.
set -u
cd "$(dirname "$0")/../.." || exit 1
APIC=${APIC:-build/apic}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

fail() {
    failed=$((failed + 1))
    echo "  $*"
}

mkdir "$work/cases"
awk -v work="$work/cases" '
    /^=== / { out = sprintf("%s/%03d-%s.yaml", work, ++n, $2); split($0, part, " *[|] *")
        sub(/^=== [^ ]* /, "", part[1]); print part[1] > (out ".head"); next }
    !n { next }
    /^%repeat / { text = $0; sub(/^%repeat [0-9]+ /, "", text)
        for (i = 0; i < $2; i++) { line = text; gsub(/#/, i, line); print line > out }
        next }
    { print > out }' tests/cfn-lint/cases.txt

# rules that are off by default are asked for
"$APIC" check --quiet -W redundant-dependency -W hard-coded-zone -W deletion-policy \
    -W snap-start-version "$work/cases" 2>&1 |
    sed -n 's#^.*/\([^/:]*\.yaml\):[0-9:]* \(error\|warning\): .*\[\([a-z-]*\)\]$#\1 \3#p' >"$work/found"
for head in "$work"/cases/*.head; do
    name=${head##*/} name=${name%.head} hit=
    read -r rules <"$head"
    for rule in $rules; do
        grep -qxF "$name $rule" "$work/found" && hit=1
    done
    if [ -n "$hit" ]; then
        passed=$((passed + 1))
    else
        fail "$name: none of '$rules', but $(sed -n "s/^$name //p" "$work/found" | paste -sd' ')"
    fi
done
for number in $(sed -n 's/^CFN_LINT("\([EW0-9]*\)".*/\1/p' compiler/template/cfn_lint.def | sort -u); do
    if grep -q "^=== $number " tests/cfn-lint/cases.txt; then
        passed=$((passed + 1))
    else
        fail "tests/cfn-lint/cases.txt has no template for $number"
    fi
done
echo "cfn-lint: $passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
