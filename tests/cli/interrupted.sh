#!/bin/bash
# Ended at any moment: every allocation fails once, every call that touches a file fails once or comes
# after a signal. The target is what it was, or all of what it should be, and nothing lies beside it.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1

case $APIC in
*sanitize*)
    skip "interrupted runs" "the sanitizers bring their own malloc"
    finish interrupted
    exit
    ;;
esac
[ -x "$APIC-shared" ] && APIC=$APIC-shared # nothing comes between a static program and its libraries
shim=$TEMP/interpose.so
if ! "${CC:-gcc}" -std=c11 -O1 -w -shared -fPIC -fno-builtin -o "$shim" "$ROOT/tests/cli/interpose.c" -ldl 2>log; then
    skip "interrupted runs" "the compiler makes no shared library: $(head -n 1 log)"
    finish interrupted
    exit
fi

cat >good.api <<'END2'
stack "shop" {
  region = "eu-west-1"
}

table data {
  key (id: string)
}

function service {
  code    = "service.zip"
  handler = "index.handler"
  runtime = "nodejs22.x"
  allow read on data
}

api shop {
  stage live {}
  crud "/things" -> service
}
END2
sed 's/  */ /g' good.api >wide.api
"$APIC" build --quiet good.api -o whole.yaml
"$APIC" build --quiet --target sam good.api >whole.sam.yaml

# A run with INTERPOSE=$1; the target `out` begins as $before (nothing: it isn't there). Sets $status.
interpose() { # WHAT COMMAND...
    local what=$1
    shift
    rm -f out.*
    rm -f out
    [ -z "$before" ] || cp "$before" out
    timeout 20 env LD_PRELOAD="$shim" INTERPOSE="$what" INTERPOSE_COUNT="$TEMP/count" "$APIC" "$@" >printed 2>log
    status=$?
}
# Tries every N of a kind; `fits` says whether a run ended well.
every() { # KIND WHOLE COMMAND...
    local kind=$1 whole=$2 n=1 last wrong=0
    left=0
    shift 2
    interpose "$kind 1000000000" "$@"
    case $kind in
    malloc | memory) last=$(cut -d ' ' -f 1 count) ;;
    *) last=$(cut -d ' ' -f 2 count) ;;
    esac
    local unnamed=$(cut -d ' ' -f 3 count) may=$last
    if [ "$unnamed" -gt 0 ]; then
        [ -z "$before" ] && may=0 || may=1 # between linkat and rename
    fi
    check "apic $1: $kind: there is something to interrupt" [ "$last" -gt 0 ]
    while [ "$n" -le "$last" ]; do
        interpose "$kind $n" "$@" 2>/dev/null
        if ! fits "$kind" "$whole"; then
            wrong=$((wrong + 1))
            [ $wrong -gt 3 ] || echo "  apic $1: $kind $n of $last: status $status: $(head -n 1 log)"
        fi
        n=$((n + 1))
    done
    check "apic $1: $kind: all $last places end in order" [ $wrong = 0 ]
    [ $kind != KILL ] || check "apic $1: KILL: $left of $last places leave a file beside" [ $left -le "$may" ]
}
fits() { # KIND WHOLE
    local found=old
    if cmp -s out "$2"; then
        found=new
    elif [ -n "$before" ]; then
        cmp -s out "$before" || return 1
    else
        [ ! -e out ] || return 1
    fi
    [ -z "$(ls out.* 2>/dev/null)" ] || left=$((left + 1))
    case $1 in
    malloc | memory | file)
        [ -z "$(ls out.* 2>/dev/null)" ] || return 1
        case $status in
        0) [ $found = new ] ;; # a library did without
        2) [ $found = old ] && [ -s log ] ;;
        139) # libfyaml 0.7.12 uses what it didn't get in fy_parse_input_append; compiler/template/yaml.c
            # sees to it that there is memory, so that it fails only by itself
            crashed=$((crashed + 1))
            [ $reads_yaml = yes ] && [ "$1" = malloc ] && [ $found = old ] ;;
        *) return 1 ;;
        esac ;;
    KILL) [ $status = 137 ] ;;
    INT) [ $status = 130 ] && [ -z "$(ls out.* 2>/dev/null)" ] ;;
    TERM) [ $status = 143 ] && [ -z "$(ls out.* 2>/dev/null)" ] ;;
    esac
}

crashed=0 reads_yaml=no
echo old >old
before=old
for kind in malloc memory file KILL INT TERM; do
    every $kind whole.yaml build --quiet good.api -o out
    [ $kind = memory ] || every $kind whole.sam.yaml build --quiet --target sam good.api -o out
done
before=
for kind in malloc file KILL TERM; do
    every $kind whole.yaml build --quiet good.api -o out
done
before=old
export INTERPOSE_NAMED=1 # the file system has only files with names
for kind in file KILL INT TERM; do
    every $kind whole.yaml build --quiet good.api -o out
done
unset INTERPOSE_NAMED
interpose "file 1000000000" build --quiet good.api -o out
[ "$(cut -d ' ' -f 3 count)" = 1 ] || skip "files without a name" "the file system of $TEMP has none"
reads_yaml=yes
for kind in malloc memory file TERM; do
    every $kind whole.yaml expand whole.yaml -o out
done
reads_yaml=no
[ $crashed = 0 ] || skip "$crashed allocations" "libfyaml crashes where they alone fail, which memory that ran out doesn't do"
"$APIC" fmt wide.api >formatted
before=wide.api
for kind in malloc memory file KILL INT TERM; do
    every $kind formatted fmt --write out
done
before=old
for n in 1 2 4; do
    interpose "memory $n" build good.api -o out
    check "too little memory is said" grep -q memory log
done

# ---- a disk that is full
if mkdir full && mount -t tmpfs -o size=8k tmpfs full 2>/dev/null; then
    echo old >full/out.yaml
    ends 2 build --quiet good.api -o full/out.yaml
    says "No space left on device"
    check "a full disk leaves the old file" [ "$(cat full/out.yaml)" = old ]
    check "a full disk keeps no temporary file" [ "$(ls full)" = out.yaml ]
    mount -o remount,ro full
    ends 2 build --quiet good.api -o full/out.yaml
    says "can't write"
    umount full
else
    skip "a full and a read-only disk" "no tmpfs may be mounted here"
fi

finish interrupted
