#!/bin/bash
# Completions: bash's is used as bash would, zsh's and fish's are at least read by their shells.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1
for shell in bash zsh fish; do
    ends 0 completion $shell
    cp out $shell
    if command -v $shell >/dev/null; then
        check "$shell can read it" $shell -n $shell
    else
        skip "$shell reads its completions" "no $shell"
    fi
done
. ./bash
: >file.api
complete_line() { # WORD...: the words typed; sets COMPREPLY
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _apic
    printf '%s\n' "${COMPREPLY[@]}" >log
}
offers() { check "'${COMP_WORDS[*]}' offers $1" grep -qxF -- "$1" log; }
offers_not() { check "'${COMP_WORDS[*]}' doesn't offer $1" sh -c '! grep -qxF -- "$1" log' - "$1"; }
complete_line apic b; offers build; offers_not check
complete_line apic ''; offers schema; offers --version; offers_not man-piece
complete_line apic build --t; offers --target; offers_not --fix
complete_line apic build --target ''; offers cfn; offers sam
complete_line apic build -f ''; offers yaml; offers_not sarif
complete_line apic check -f ''; offers sarif; offers_not yaml
complete_line apic check -W gsi; offers gsi-key-projected
complete_line apic explain certificate-r; offers certificate-region
complete_line apic help ch; offers check
complete_line apic completion ''; offers fish
complete_line apic build fi; offers file.api
# every option of the tables is in every shell's
for option in target baseline allow-outside; do
    for shell in bash zsh fish; do check "$shell knows $option" grep -q -- "$option" $shell; done
done
finish completion
