#!/bin/bash
# Every example builds for both targets without a message, formatted, and the same from a graph that was
# read back. Arguments of a build stand in a file `args` beside the stack.
. "$(dirname "$0")/cli/lib.sh"
cd "$ROOT" || exit 1
for stack in examples/*/*.api; do
    arguments=""
    [ -f "${stack%/*}/args" ] && arguments=$(cat "${stack%/*}/args")
    for target in cfn sam; do
        apic build "$stack" --target $target $arguments
        check "$stack is built for $target without a message" [ "$status" = 0 -a ! -s "$TEMP/err" ]
        cp "$TEMP/out" "$TEMP/$target.yaml"
    done
    apic check "$TEMP/cfn.yaml"
    check "the template of $stack is found without fault" [ "$status" = 0 ]
    apic fmt -l "$stack"
    check "$stack has the one layout" [ "$status" = 0 -a ! -s "$TEMP/out" ]
done
for module in stdlib/*.api tests/golden/*/*/*.api; do
    [ $module = tests/golden/lang/errors/in.api ] && continue # can't be parsed
    apic fmt -l "$module"
    check "$module has the one layout" [ "$status" = 0 -a ! -s "$TEMP/out" ]
done
finish examples
