#!/bin/bash
# What `make install` puts under DESTDIR and PREFIX works from there, and `make uninstall` takes away.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1
B=$(dirname "$APIC")
with_make() { env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C "$ROOT" B="$B" DESTDIR="$TEMP/root" PREFIX=/opt/tools "$@" >log 2>&1; }
cp -p "$APIC" before
check "make install" with_make install
check "it builds nothing new" cmp -s "$APIC" before
there=$TEMP/root/opt/tools
for file in bin/apic share/man/man1/apic.1 share/man/man5/apic.5 share/apic/stdlib/waf.api \
    share/bash-completion/completions/apic share/zsh/site-functions/_apic \
    share/fish/vendor_completions.d/apic.fish share/doc/apic/LICENSE share/doc/apic/NOTICE; do
    check "$file is there" [ -s "$there/$file" ]
done
check "nothing is elsewhere" [ "$(cd root && find . -type f | grep -cv '^./opt/tools/')" = 0 ]
APIC=$there/bin/apic
cat >stack.api <<'END'
use queue_worker from "std/queue-worker"

queue_worker mails {
  code    = inline("exports.handler = async () => ({})")
  handler = "index.handler"
  runtime = "nodejs22.x"
}
END
ends 0 build --quiet stack.api
check "the standard library is found" grep -q AWS::SQS::Queue out
mv root moved
APIC=$TEMP/moved/opt/tools/bin/apic
ends 0 build --quiet stack.api
cp "$APIC" alone
APIC=$TEMP/alone
ends 1 build --quiet stack.api
says "'std/queue-worker' can't be read: the library isn't beside the program"
mv moved root
check "make uninstall" with_make uninstall
check "nothing stays" [ -z "$(find root -type f)" ]
finish install
