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
complete_line apic help ta; offers table
complete_line apic build --target =; offers cfn
complete_line apic build --target = s; offers sam; offers_not cfn
complete_line apic build fi; offers file.api
# the other shells, where they are
if command -v fish >/dev/null; then
    in_fish() { fish --no-config -c "source fish; complete -C '$1'" 2>/dev/null | cut -f 1 >log; COMP_WORDS=("$1"); }
    in_fish "apic b"; offers build
    in_fish "apic build --target "; offers cfn; offers sam
    in_fish "apic build --target="; offers --target=cfn
    in_fish "apic check -f "; offers sarif
    in_fish "apic explain certificate-r"; offers certificate-region
    in_fish "apic help ta"; offers table
    in_fish "apic build fi"; offers file.api
fi
if command -v zsh >/dev/null && zsh -fc 'zmodload zsh/zpty' 2>/dev/null; then
    mkdir functions && cp zsh functions/_apic
    cat >keys <<'END'
zmodload zsh/zpty
zpty z zsh -f -i
say() { zpty -w -n z "$1"; }
hear() { # until it appears, for 20 seconds
    local all= out i
    for i in {1..100}; do
        while zpty -rt z out; do all+=$out; done
        [[ $all == *$1* ]] && return 0
        sleep 0.2
    done
    print -r -- "$all"
    return 1
}
say $'fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -d $PWD/dump; bindkey "^I" complete-word; stty cols 200; print re""ady\n'
hear ready || exit 1
say $'apic build --ta\t' && hear 'build --target' || exit 1
say $'\x15apic check -f sa\t' && hear 'check -f sarif' || exit 1
say $'\x15apic check --format=ju\t' && hear '=junit' || exit 1
say $'\x15apic explain certificate-r\t' && hear certificate-region || exit 1
say $'\x15apic help tab\t' && hear 'help table' || exit 1
say $'\x15apic build fil\t' && hear 'build file.api' || exit 1
zpty -d z
END
    check "zsh completes" zsh -f keys
    check "zsh takes it from source, too" zsh -fc \
        'autoload -U compinit; compinit -D -u; source zsh && [ "$_comps[apic]" = _apic ]'
fi
# every option of the tables is in every shell's
for option in target baseline allow-outside; do
    for shell in bash zsh fish; do check "$shell knows $option" grep -q -- "$option" $shell; done
done
finish completion
