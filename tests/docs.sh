#!/bin/bash
# The code blocks of README, docs, CONTRIBUTING and the man pages are what they say they are:
#   ```api, ```yaml         a stack or template (one with Resources) that is built without a message
#   ```api wrong, yaml wrong   one with errors
#   ```api part             parses, but needs its surroundings
#   ```yaml part            sections of a template, without its resources
#   ```yaml after ```api    a piece of what is built from it; "..." leaves lines out
#   ```text after either    a piece of what apic says about it
#   ```c                    functions of a rule; RULE_.. may be one that isn't there yet
#   ```sh                   commands that end with 0 in a folder with a small stack.api
# Nothing else is taken. In man pages a block stands between .EX and .EE, after a comment like .\" api
set -u
. "$(dirname "$0")/cli/lib.sh"
cd "$ROOT" || exit 1

# one file for each block: NUMBER.KIND with its first line in NUMBER.line
extract() { # FILE FOLDER
    awk -v folder="$2" '
        BEGIN { man = ARGV[1] ~ /\.[15]\.in$/ }
        man && /^\.\\" (api|yaml|text|sh)/ { kind = substr($0, 5); next }
        man && /^\.EX/ { start(kind); next }
        man && /^\.EE/ { out = ""; kind = ""; next }
        !man && /^```/ && !out { start(substr($0, 4)); next }
        !man && /^```/ { close(out); out = ""; next }
        out && man { sub(/\\".*/, ""); gsub(/\\-/, "-"); gsub(/\\\(dq/, "\""); gsub(/\\e/, "\\"); sub(/^\\&/, "") }
        out { print > out }
        function start(k) {
            n++; gsub(/ /, "-", k)
            out = sprintf("%s/%03d.%s", folder, n, k)
            printf "" > out
            print FNR > (folder "/" sprintf("%03d", n) ".line")
        }' "$1"
}

# whether the lines of a file stand together in another; "..." stands for any lines
holds() { # PIECE WHOLE
    awk 'NR == FNR { piece[++n] = $0; next } { whole[++m] = $0 }
        function same(p, w) {
            for (; p <= n; p++) {
                if (piece[p] ~ /^ *(#? ?)\.\.\.$/) {
                    for (; w <= m + 1; w++) if (same(p + 1, w)) return 1
                    return 0
                }
                if (w > m || piece[p] != whole[w]) return 0
                w++
            }
            return 1
        }
        END { for (w = 1; w <= m; w++) if (same(1, w)) exit 0; exit 1 }' "$1" "$2"
}

block() { # FILE
    local at="$doc:$(cat "${1%.*}.line")"
    rm -f out err log built.yaml
    case $1 in
    *.api | *.api-wrong | *.api-part) cp "$1" stack.api; source=stack.api ;;
    *.yaml | *.yaml-wrong)
        if [ -n "$source" ] && [ "${1##*.}" = yaml ] && [ "$source" = stack.api ]; then
            apic build stack.api
            check "$at: a piece of what is built" holds "$1" out
            return
        fi
        cp "$1" template.yaml; source=template.yaml ;;
    *.yaml-part)
        { cat "$1"; echo 'Resources: {Topic: {Type: AWS::SNS::Topic}}'; } >template.yaml
        source=template.yaml ;;
    *.sh)
        mkdir run
        printf '%s\n' 'let env: string = "dev"' 'topic orders { title = env }' >run/stack.api
        (cd run && PATH=$(dirname "$APIC"):$PATH sh -e "../$1") >out 2>err
        status=$?
        cat out err >log
        check "$at: commands that work" [ $status = 0 ]
        rm -r run
        return ;;
    *.c)
        {
            echo '#include "passes/check.h"'
            for rule in $(grep -o 'RULE_[A-Z_]*' "$1" | sort -u); do
                grep -q "^RULE(${rule#RULE_}," "$ROOT/compiler/base/rules.def" || echo "#define $rule RULE_FILE"
            done
            cat "$1"
        } >rule.c
        gcc -std=c11 -Wall -Wextra -Werror -Wno-unused-function -fsyntax-only \
            -I"$ROOT/compiler" rule.c >log 2>&1
        status=$?
        check "$at: compiles" [ $status = 0 ]
        return ;;
    *.text)
        "$APIC" build "$source" -o template.yaml.new >out 2>err
        sed 's/template\.yaml\.new/template.yaml/g; s/template\.yaml\.packaged\.new/template.packaged.yaml/g' err >log
        check "$at: a piece of what apic says" holds "$1" log
        return ;;
    *)
        check "$at: a block of a kind that is checked" false
        return ;;
    esac
    case $1 in
    *-wrong)
        apic check --quiet $source
        check "$at: has errors" [ $status = 1 ] ;;
    *.api-part)
        apic fmt $source
        check "$at: parses" [ $status = 0 ] ;;
    *)
        apic build --quiet $source
        check "$at: is built without a message" [ "$status" = 0 -a ! -s err ]
        [ $source = stack.api ] || return
        apic fmt -d $source
        check "$at: has the one layout" [ $status = 0 ] ;;
    esac
}

for doc in README.md CONTRIBUTING.md docs/*.md man/*.in; do
    [ -e "$doc" ] || continue
    mkdir "$TEMP/blocks"
    extract "$doc" "$TEMP/blocks"
    cd "$TEMP" || exit 1
    source=
    for b in blocks/*; do case $b in *.line | blocks/\*) ;; *) block "$b" ;; esac; done
    rm -rf blocks
    cd "$ROOT" || exit 1
done

# links of the documents lead somewhere
for doc in README.md CONTRIBUTING.md tests/README.md docs/*.md; do
    for link in $(grep -oE '\]\([^)#: ]+\)' "$doc" | tr -d '()]'); do
        check "$doc: $link exists" [ -e "$(dirname "$doc")/$link" ]
    done
done
name=$(sed -n 's/^    RULE([^"]*"[^"]*", "\([a-z-]*\)".*/\1/p' CONTRIBUTING.md)
check "the rule that CONTRIBUTING.md makes isn't there: '$name'" sh -c \
    '[ -n "$1" ] && ! grep -qF "\"$1\"" compiler/base/rules.def' - "$name"
for name in tests/* tests/fuzz/fuzz_*.c; do
    [ $name = tests/README.md ] && continue
    name=${name##*/} name=${name#fuzz_}
    check "tests/README.md tells of $name" grep -qE "\`${name%.c}(/|\`)" tests/README.md
done
for hook in $(sed -n 's/^ *hooks: *//p' README.md | grep -oE 'apic-[a-z]+'); do
    check "README.md: there is a hook $hook" grep -q "^- id: $hook\$" .pre-commit-hooks.yaml
done
for input in $(sed -n 's/^ *with: {\(.*\)}/\1/p' README.md | grep -oE '[a-z]+:' | tr -d :); do
    check "README.md: the action has $input" grep -q "^  $input:\$" action.yml
done
for command in $("$APIC" help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    check "README.md: apic $command is told of" grep -q "^| .apic $command[ \`]" README.md
done
# the table of lines says what the files say
lines() { # FILE
    grep -cvE '^[[:space:]]*(#|$)' "$1"
}
row() { # STACK NUMBER...
    local name=$1 found
    shift
    found=$(awk -F '|' -v name="$name" 'index($0, name) {
        for (i = 3; i < NF; i++) { gsub(/ /, "", $i); if ($i ~ /^[0-9]+$/) printf "%s%s", n++ ? " " : "", $i }
    }' README.md)
    check "README: the lines of $name are $*, not $found" [ "$found" = "$*" ]
}
"$APIC" build examples/shop/stack.api >"$TEMP/shop.yaml" 2>/dev/null
"$APIC" build examples/twenty-services/stack.api --set env=prod >"$TEMP/twenty.yaml" 2>/dev/null
row '`examples/shop`' "$(lines examples/shop/stack.api)" "$(lines examples/shop/compare/main.tf)" \
    "$(lines examples/shop/compare/sam.yaml)" "$(lines "$TEMP/shop.yaml")"
row '`examples/twenty-services`' "$(lines examples/twenty-services/stack.api)" "$(lines "$TEMP/twenty.yaml")"
check "docs/reference.md is what the tables say (make docs)" sh -c \
    '"$0" man-piece reference | cmp -s - docs/reference.md' "$APIC"
check "the picture is what apic draws" sh -c \
    'awk "/^\`\`\`api\$/ { f = 1; next } /^\`\`\`/ { if (f) exit } f" README.md | "$0" graph - | cmp -s - docs/todo.svg' "$APIC"
for page in man/*.in; do
    if command -v man >/dev/null && command -v groff >/dev/null; then
        man/make.sh "$APIC" "$page" >"$TEMP/page"
        LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l "$TEMP/page" >/dev/null 2>"$TEMP/log"
        check "$page has no warnings" [ ! -s "$TEMP/log" ]
    else
        skip "$page" "no man"
    fi
done
finish docs
