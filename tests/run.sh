#!/bin/bash
# Runs the golden tests: every folder of tests/golden with an in.api, in.yaml or in.json.
# See tests/README.md. REWRITE=1 writes what is expected instead of comparing.
#   APIC    the program (default build/apic)
#   GOLDEN  the folder (default tests/golden)
#   JOBS    how many folders at a time (default: the processors)
# Arguments choose folders whose path contains one of them.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

# runs apic in the folder; a status over 2 is a crash
run() { # NAME ARGUMENT...
    local name=$1
    shift
    (cd "$folder" && "$APIC" "$@") >"$work/$name.out" 2>"$work/$name.err" </dev/null
    status=$?
    if [ $status -gt 2 ]; then
        fail "apic $* ended with status $status"
        sed 's/^/    /' "$work/$name.err" | tail -n 30
    fi
}

fail() {
    echo "  $folder: $*"
    failed=1
}

# compares, or rewrites, one expected file; what isn't there is expected to be empty
expect() { # FILE ACTUAL
    local file=$folder/$1
    if [ "${REWRITE:-}" = 1 ]; then
        if [ -s "$2" ]; then cmp -s "$2" "$file" || cp "$2" "$file"; else rm -f "$file"; fi
        return
    fi
    local wanted=$file
    [ -e "$file" ] || wanted=/dev/null
    if ! cmp -s "$wanted" "$2"; then
        fail "$1 differs"
        diff -u --label "$1: expected" --label "$1: found" "$wanted" "$2" | head -n 60 | sed 's/^/    /'
    fi
}

# the products a folder expects; a new folder expects both targets
products() {
    local all="" p
    for p in cfn.yaml sam.yaml cfn.json sam.json; do
        [ -e "$folder/$p" ] && all="$all $p"
    done
    if [ -z "$all" ] && [ "${REWRITE:-}" = 1 ] && [ ! -e "$folder/cmd" ] &&
        ! ls "$folder"/err.txt >/dev/null 2>&1; then
        all="cfn.yaml"
        [ "$in" = in.api ] && all="cfn.yaml sam.yaml"
    fi
    echo $all
}

build_products() {
    local args=() p
    [ -e "$folder/args" ] && eval "args=($(cat "$folder/args"))"
    for p in $(products); do
        run "$p" build --quiet --target "${p%.*}" --format "${p#*.}" "${args[@]}" "$in"
        if [ $status != 0 ]; then
            [ "${REWRITE:-}" = 1 ] || fail "$p: the build failed"
            [ -s "$work/$p.out" ] && fail "$p: a failed build wrote a template"
        fi
        expect "$p" "$work/$p.out"
        expect err.txt "$work/$p.err"
    done
    [ -n "${p:-}" ] && return
    run check build --quiet --target cfn "${args[@]}" "$in"
    if [ $status = 0 ] && [ "${REWRITE:-}" != 1 ]; then
        fail "the build should fail: the folder expects no template"
    fi
    [ $status != 0 ] && [ -s "$work/check.out" ] && fail "a failed build wrote a template"
    expect err.txt "$work/check.err"
    if [ $status = 0 ] && [ "${REWRITE:-}" = 1 ]; then
        cp "$work/check.out" "$folder/cfn.yaml"
    fi
}

# what is formatted stays so, and means the same
check_format() {
    run formatted fmt "$in"
    [ $status = 0 ] || return # it can't be parsed
    cp -R "$folder" "$work/again"
    cp "$work/formatted.out" "$work/again/in.api"
    (cd "$work/again" && "$APIC" fmt in.api) >"$work/twice.out" 2>&1 </dev/null
    cmp -s "$work/formatted.out" "$work/twice.out" || {
        fail "formatting again changes it"
        diff "$work/formatted.out" "$work/twice.out" | head -n 20 | sed 's/^/    /'
    }
    [ -e "$folder/cfn.yaml" ] || return
    local args=()
    [ -e "$folder/args" ] && eval "args=($(cat "$folder/args"))"
    (cd "$work/again" && "$APIC" build --quiet "${args[@]}" in.api) >"$work/meant.out" 2>"$work/meant.err" </dev/null
    cmp -s "$folder/cfn.yaml" "$work/meant.out" || {
        fail "formatting changes what it means"
        diff "$folder/cfn.yaml" "$work/meant.out" | head -n 20 | sed 's/^/    /'
        head -n 20 "$work/meant.err" | sed 's/^/    /'
    }
}

# every line of `cmd` is a command line for apic; out.txt has what they print
run_commands() {
    local line n=0
    : >"$work/out.txt"
    : >"$work/err.txt"
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in '' | '#'*) continue ;; esac
        n=$((n + 1))
        (cd "$folder" && eval "\"\$APIC\" $line") >>"$work/out.txt" 2>>"$work/err.txt" </dev/null
        status=$?
        [ $status -gt 2 ] && fail "apic $line ended with status $status"
        [ $status = 0 ] || echo "[status $status]" >>"$work/out.txt"
    done <"$folder/cmd"
    [ $n = 0 ] && fail "cmd has no command"
    expect out.txt "$work/out.txt"
    expect err.txt "$work/err.txt"
}

# One folder: prints what fails; status 0 passed, 1 failed, 3 skipped.
one() {
    folder=$1
    failed=0
    work=$(mktemp -d) || exit 1
    trap 'rm -rf "$work"' EXIT
    for in in in.api in.yaml in.json; do [ -e "$folder/$in" ] && break; done
    if [ -e "$folder/skip" ]; then
        echo "  $folder: skipped: $(head -n 1 "$folder/skip")"
        exit 3
    fi
    if [ -e "$folder/cmd" ]; then run_commands; else build_products; fi
    [ "$in" = in.api ] && [ -e "$folder/in.api" ] && [ "${REWRITE:-}" != 1 ] && check_format
    exit $failed
}

if [ "${1:-}" = --one ]; then
    (one "$2") >"$RESULTS/$3.text" 2>&1
    echo $? >"$RESULTS/$3.status"
    exit 0
fi

APIC=$(realpath "${APIC:-build/apic}")
export APIC
[ -x "$APIC" ] || { echo "golden: no program at $APIC"; exit 1; }
# an error found by a sanitizer must not look like an error in a stack
export ASAN_OPTIONS="exitcode=99:detect_leaks=1:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="exitcode=99:print_stacktrace=1:${UBSAN_OPTIONS:-}"
export NO_COLOR=1
golden=${GOLDEN:-$here/golden}
RESULTS=$(mktemp -d) || exit 1
export RESULTS
trap 'rm -rf "$RESULTS"' EXIT

[ -d "$golden" ] || mkdir -p "$golden"
cd "$golden" || exit 1
find . -type f \( -name in.api -o -name in.yaml -o -name in.json -o -name cmd \) |
    sed -e 's|^\./||' -e 's|/[^/]*$||' | sort -u >"$RESULTS/all"
if [ $# -gt 0 ]; then
    printf '%s\n' "$@" >"$RESULTS/chosen"
    grep -F -f "$RESULTS/chosen" "$RESULTS/all" >"$RESULTS/some"
    mv "$RESULTS/some" "$RESULTS/all"
fi
n=0
while IFS= read -r folder; do
    n=$((n + 1))
    printf '%s\0%d\0' "$folder" $n
done <"$RESULTS/all" | xargs -0 -r -n 2 -P "${JOBS:-$(nproc 2>/dev/null || echo 2)}" "$here/run.sh" --one

passed=0 failed=0 skipped=0
for i in $(seq 1 "$(wc -l <"$RESULTS/all")"); do
    cat "$RESULTS/$i.text"
    case $(cat "$RESULTS/$i.status" 2>/dev/null) in
    0) passed=$((passed + 1)) ;;
    3) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
    esac
done
echo "golden: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $((passed + skipped)) -gt 0 ]
