#!/bin/bash
# Includes point downwards only, and nothing below cli/ prints, exits or reads the environment.
# Arguments: the folder of the compiler (default compiler).
set -u
cd "$(dirname "$0")/.." || exit 1
root=${1:-compiler}
layers="base schema graph iam lang template passes emit driver lsp cli"
strangers="lang:template template:lang passes:emit emit:passes passes:lang passes:template emit:template"
failed=0

rank() {
    local i=0 l
    for l in $layers; do
        [ "$l" = "$1" ] && { echo $i; return; }
        i=$((i + 1))
    done
    echo -1
}

complain() {
    echo "  $*"
    failed=1
}

for layer in $layers; do
    [ -d "$root/$layer" ] || continue
    mine=$(rank "$layer")
    while IFS=: read -r file line include; do
        other=${include#*\"}
        other=${other%%/*}
        case $include in *'"'*/*) ;; *) complain "$file:$line: include by the path from compiler/: $include"; continue ;; esac
        [ "$other" = gen ] && continue
        theirs=$(rank "$other")
        [ "$theirs" = -1 ] && { complain "$file:$line: no layer '$other'"; continue; }
        [ "$theirs" -le "$mine" ] || complain "$file:$line: $layer must not include $other"
        case " $strangers " in *" $layer:$other "*) complain "$file:$line: $layer must not know $other" ;; esac
    done < <(grep -rnE '^ *# *include *"' --include='*.[ch]' --include='*.def' "$root/$layer")
done

found=$(grep -rnE '(^|[^a-zA-Z_0-9>.])(exit|printf|fprintf|puts|fputs|putchar|perror|getenv|setlocale|system|popen|rand|time|localtime) ?\(' \
    --include='*.c' $(for l in ${layers% lsp cli}; do [ -d "$root/$l" ] && echo "$root/$l"; done) |
    grep -vE "^[^:]*:[0-9]+: *(/?\\*|//)|__attribute__")
[ -n "$found" ] && complain "below cli/ nothing prints, exits, reads the environment or a clock:
$found"

for use in fyaml:template jansson:cli,lsp pcre2:schema; do
    library=${use%:*}
    homes=${use#*:}
    for file in $(grep -rlE "# *include *<($library|lib$library)\.h>" "$root" 2>/dev/null); do
        home=${file#"$root"/}
        home=${home%%/*}
        case ",$homes," in *",$home,"*) ;; *) complain "$file: $library belongs to $homes" ;; esac
    done
done
[ $failed = 0 ] && echo "includes: 1 passed, 0 failed, 0 skipped" || echo "includes: 0 passed, 1 failed, 0 skipped"
exit $failed
