#!/bin/sh
# make.sh APIC IN: a man page with its pieces put in; to standard output
set -eu
version=$("$1" --version | sed -n 's/^apic //p')
while IFS= read -r line; do
    case $line in
    @*@)
        piece=${line#@}
        "$1" man-piece "${piece%@}"
        ;;
    *) printf '%s\n' "$line" | sed "s/@VERSION@/$version/" ;;
    esac
done <"$2"
