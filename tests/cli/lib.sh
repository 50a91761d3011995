# Shared by the tests of the command line: source it, `check` things, end with `finish NAME`.
export LC_ALL=C NO_COLOR=1
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
APIC=$(realpath "${APIC:-$ROOT/build/apic}")
TEMP=$(mktemp -d) || exit 1
ulimit -c 0 # what is made to crash leaves no core behind
trap 'chmod -R u+rwx "$TEMP" 2>/dev/null; rm -rf "$TEMP"' EXIT
export ASAN_OPTIONS="exitcode=99:${ASAN_OPTIONS:-}" UBSAN_OPTIONS="exitcode=99:${UBSAN_OPTIONS:-}"
passed=0 failed=0 skipped=0

check() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "  FAILED: $what: $*"
        [ -s "$TEMP/log" ] && sed 's/^/    /' "$TEMP/log" | head -n 20
    fi
}

skip() { # WHAT WHY
    skipped=$((skipped + 1))
    echo "  skipped: $1: $2"
}

# Runs apic with output in $TEMP/out and $TEMP/err, both in $TEMP/log, status in $status.
apic() {
    "$APIC" "$@" >"$TEMP/out" 2>"$TEMP/err"
    status=$?
    cat "$TEMP/out" "$TEMP/err" 2>/dev/null | head -c 4000 | tr -d '\0' >"$TEMP/log"
}

# Checks the status of an apic command line.
ends() { # STATUS ARGUMENT...
    local wanted=$1
    shift
    apic "$@"
    check "apic $(printf '%.60s' "$*") ends with $wanted" [ "$status" = "$wanted" ]
}

says() { # TEXT: somewhere in what the last apic printed
    check "it says '$1'" grep -qaF -- "$1" "$TEMP/out" "$TEMP/err" "$TEMP/log"
}

finish() { # NAME
    echo "$1: $passed passed, $failed failed, $skipped skipped"
    [ $failed = 0 ]
}
