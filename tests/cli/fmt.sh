#!/bin/bash
# The formatter's command: printing, listing, showing and writing.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1
printf 'table   data{\nkey (id:string)}\n' >messy.api
cp messy.api messy.kept
ends 0 fmt messy.api
check "formatting prints" grep -qx '  key (id: string)' out
check "and leaves the file" cmp -s messy.api messy.kept
cp out formatted.api
ends 1 fmt -l messy.api formatted.api
check "--list names what differs" [ "$(cat out)" = messy.api ]
ends 1 fmt -d messy.api
says "+  key (id: string)"
check "--diff is one that patch takes" sh -c 'cp messy.api patched.api && patch -s patched.api out 2>/dev/null && cmp -s patched.api formatted.api || ! command -v patch >/dev/null'
ends 0 fmt -d formatted.api
ends 0 fmt -w messy.api
check "--write writes" cmp -s messy.api formatted.api
ends 0 fmt -l messy.api
echo "let a = [1,," >broken.api
ends 1 fmt broken.api
check "what can't be parsed is not printed" [ ! -s out ]
finish fmt
