#!/bin/bash
# The golden runner itself: it must find tests, fail where it should, and rewrite.
set -u
. "$(dirname "$0")/lib.sh"
golden=$TEMP/golden
runner() { GOLDEN=$golden APIC=$FAKE JOBS=1 "$ROOT/tests/run.sh" "$@" >"$TEMP/log" 2>&1; }

# a stand-in for apic: prints the input, fails on "bad", crashes on "crash"
FAKE=$TEMP/apic
cat >"$FAKE" <<'END'
#!/bin/bash
for last; do :; done
text=$(cat "$last")
case $text in
bad) echo "$last:1:1: error: bad" >&2; exit 1 ;;
torn) echo half; echo "$last:1:1: error: torn" >&2; exit 1 ;;
crash) exit 99 ;;
unstable*) [ "$1" = fmt ] && text=$text! ;;
esac
echo "$text"
END
chmod +x "$FAKE"

mkdir -p "$golden"
runner
check "no tests at all is a failure" [ $? = 1 ]

mkdir -p "$golden/a/good" "$golden/bad"
echo text >"$golden/a/good/in.api"
echo bad >"$golden/bad/in.api"
runner
check "a folder that expects nothing fails" [ $? = 1 ]
REWRITE=1 runner
check "rewriting succeeds" [ $? = 0 ]
check "templates are written" [ "$(cat "$golden/a/good/cfn.yaml" "$golden/a/good/sam.yaml")" = "text
text" ]
check "errors are written" [ "$(cat "$golden/bad/err.txt")" = "in.api:1:1: error: bad" ]
check "a failed build has no template" [ ! -e "$golden/bad/cfn.yaml" ]
runner
check "what was rewritten passes" [ $? = 0 ]
check "it is counted" grep -qx "golden: 2 passed, 0 failed, 0 skipped" "$TEMP/log"

echo other >"$golden/a/good/cfn.yaml"
runner
check "another template fails" [ $? = 1 ]
check "the difference is shown" grep -q "^ *-other" "$TEMP/log"
check "the failure is counted" grep -qx "golden: 1 passed, 1 failed, 0 skipped" "$TEMP/log"
runner bad
check "folders can be chosen" [ $? = 0 ]
echo text >"$golden/a/good/cfn.yaml"

echo bad >"$golden/a/good/in.api"
runner
check "a build that fails unexpectedly fails" [ $? = 1 ]
echo text >"$golden/a/good/in.api"

for kind in torn crash unstable; do
    mkdir -p "$golden/$kind"
    echo $kind >"$golden/$kind/in.api"
    REWRITE=1 runner $kind
    runner $kind
    check "$kind can't be made to pass" [ $? = 1 ]
    rm -r "$golden/$kind"
done

mkdir -p "$golden/skipped"
cp "$golden/bad/in.api" "$golden/skipped"
echo "not today" >"$golden/skipped/skip"
runner
check "a skipped test is named" grep -q "skipped: not today" "$TEMP/log"
check "it is counted apart" grep -qx "golden: 2 passed, 0 failed, 1 skipped" "$TEMP/log"

mkdir -p "$golden/cmd"
printf 'show in.api\nshow bad.api\n' >"$golden/cmd/cmd"
echo text >"$golden/cmd/in.api"
echo bad >"$golden/cmd/bad.api"
REWRITE=1 runner
check "command lines print to out.txt, with their status" [ "$(cat "$golden/cmd/out.txt")" = "text
[status 1]" ]
finish runner
