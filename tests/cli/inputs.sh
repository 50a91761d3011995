#!/bin/bash
# Odd and hostile inputs: each ends with its exit code and a message, never with a crash.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1

cat >good.api <<'END'
table data {
  key (id: string)
}
END
cat >good.yaml <<'END'
Resources:
  Topic:
    Type: AWS::SNS::Topic
END

# every command that reads takes every input: the status is 0, 1 or 2, and errors have a message
survives() { # WHAT FILE
    local command
    for command in build check fmt expand graph; do
        apic $command "$2"
        check "$1: apic $command ends in time and order" [ "$status" -le 2 ]
        [ "$status" = 0 ] || check "$1: apic $command says why" [ -s "$TEMP/log" ]
    done
}
wrong() { # STATUS TEXT FILE
    survives "$3" "$3"
    ends "$1" check "$3"
    says "$2"
}

# ---- files
ends 0 check --quiet good.api good.yaml
check "a good stack has no messages" [ ! -s log ]
wrong 2 "No such file or directory" missing.api
wrong 2 "No such file or directory" missing/file.yaml
mkdir folder.api
ends 2 build folder.api
says "is a directory"
ends 2 check folder.api
says "there is no stack or template to check"
wrong 2 "Not a directory" good.api/in.api
wrong 2 "File name too long" "$(printf 'x%.0s' $(seq 300)).api"
ln -s loop.api loop.api
wrong 2 "symbolic link" loop.api
mkfifo pipe.api
cat good.api >pipe.api &
ends 0 build --quiet pipe.api
wait
ends 2 build /dev/null/x
wrong 2 "regular file" /dev/zero
cp "$APIC" apic-copy
chmod 755 apic-copy "$TEMP"
install -m 000 good.api secret.api
if [ "$(id -u)" != 0 ]; then
    ends 2 build secret.api
    says "Permission denied"
elif command -v setpriv >/dev/null && setpriv --reuid 65534 --clear-groups true 2>/dev/null; then
    setpriv --reuid 65534 --clear-groups "$TEMP/apic-copy" build "$TEMP/secret.api" >out 2>log
    check "a file that can't be read is a failure" [ $? = 2 ]
    says "Permission denied"
    mkdir closed && chmod 755 closed
    setpriv --reuid 65534 --clear-groups "$TEMP/apic-copy" build "$TEMP/good.api" -o "$TEMP/closed/out.yaml" 2>log
    check "a folder that can't be written is a failure" [ $? = 2 ]
    says "can't write"
else
    skip "unreadable files" "root reads everything"
fi

# ---- bytes
: >empty.api
: >empty.yaml
survives "an empty stack" empty.api
wrong 1 "" empty.yaml
head -c 5000 "$APIC" >binary.api
cp binary.api binary.yaml
wrong 2 "NUL byte" binary.api
wrong 2 "NUL byte" binary.yaml
printf 'table \xff\xfe {}\n' >latin.api
printf 'Resources:\n  A: "\xe9t\xe9"\n' >latin.yaml
wrong 2 "0xff" latin.api
wrong 2 "latin.yaml:2:7: error: found the byte 0xe9" latin.yaml
printf 'let a = "\xc0\xaf\xed\xa0\x80"\n' >surrogate.api
wrong 2 "expected UTF-8" surrogate.api
printf 'table a {\0}\n' >nul.api
wrong 2 "nul.api:1:10: error: found a NUL byte" nul.api
printf '\xef\xbb\xbf' | cat - good.api >bom.api
printf '\xef\xbb\xbf' | cat - good.yaml >bom.yaml
ends 0 check --quiet bom.api bom.yaml
printf '\xff\xfet\0a\0' >wide.api
wrong 2 "UTF-16" wide.api
sed 's/$/\r/' good.api >crlf.api
sed 's/$/\r/' good.yaml >crlf.yaml
ends 0 check --quiet crlf.api crlf.yaml
apic build crlf.api && cp out crlf.out
apic build good.api
check "line ends change nothing" cmp -s out crlf.out
printf 'table data {\r\n  kye (id: string)\r\n}\r\n' >crlf-wrong.api
wrong 1 "crlf-wrong.api:2:" crlf-wrong.api
check "no carriage return is printed" sh -c "! grep -q '$(printf '\r')' log"
printf 'table data { key (id: string) }' >unended.api
ends 0 check --quiet unended.api
printf '\033]0;title\007\033[2J\n' >escape.api
wrong 1 "" escape.api
check "no escape reaches the terminal" sh -c "! grep -q '$(printf '\033')' log"

# ---- sizes
head -c 104857600 /dev/zero | tr '\0' '#' >huge.api
ends 2 build huge.api
says "larger than apic takes"
ends 2 check - <huge.api
rm huge.api
nest() { # COUNT OPEN MIDDLE CLOSE
    printf "$2%.0s" $(seq "$1")
    printf '%s' "$3"
    printf "$4%.0s" $(seq "$1")
}
(printf 'let a = '; nest 10000 '[' 1 ']'; echo) >lists.api
(printf 'let a = '; nest 10000 '(' 1 ')'; echo) >parens.api
(printf 'let a = '; nest 10000 '{ a = ' 1 ' }'; echo) >maps.api
(printf 'let a = '; nest 10000 '"${' 1 '}"'; echo) >strings.api
(nest 10000 'when a { ' '' '}'; echo) >blocks.api
(printf 'let a = '; nest 10000 '!' true ''; echo) >not.api
(printf 'let a = 1'; nest 10000 ' + 1' '' ''; echo) >sum.api
(nest 10000 '{' '' ''; echo) >open.api
(nest 10000 ')' '' ''; echo) >closed.api
for f in open closed; do
    wrong 1 "more that are not shown" $f.api # as many mistakes as brackets
done
for f in lists parens maps strings blocks not; do
    wrong 1 "$f.api" $f.api
    check "$f: one mistake, few messages" [ "$(grep -c 'error: ' log)" -le 3 ]
done
survives "a long sum" sum.api
(printf 'Resources: '; nest 10000 '[' '' ']'; echo) >lists.yaml
(printf 'Resources: '; nest 10000 '{a: ' 1 '}'; echo) >maps.yaml
(printf '{"Resources": '; nest 10000 '{"a": ' 1 '}'; echo '}') >maps.json
awk 'BEGIN { print "Resources:"; for (i = 1; i <= 2000; i++) { printf "%*sa:\n", i, "" } }' >deep.yaml
(printf 'Resources: '; nest 10000 '!Sub ' x ''; echo) >tags.yaml
for f in lists.yaml maps.yaml maps.json deep.yaml tags.yaml; do wrong 1 "$f" $f; done
{
    echo 'a: &a [x, x, x, x, x, x, x, x, x]'
    for i in b c d e f g h i j; do
        p=$(echo $i | tr b-j a-i)
        echo "$i: &$i [*$p, *$p, *$p, *$p, *$p, *$p, *$p, *$p, *$p]"
    done
} >laughs.yaml
wrong 1 "" laughs.yaml
{
    for i in $(seq 0 39); do echo "module m$i() { m$((i + 1)) a {}, m$((i + 1)) b {} }"; done
    echo 'module m40() { queue q {} }'
    echo 'm0 x {}'
} >tower.api
wrong 1 "over 10000 instances of modules" tower.api
(printf 'let a = "'; head -c 3000000 /dev/zero | tr '\0' x; echo '"') >long-line.api
survives "a long line" long-line.api
apic check long-line.api
check "a long line is cut" [ "$(wc -c <log)" -lt 2000 ]

# schemas of one name from another file are numbered without a look at all that are there
seq 12000 | sed 's/.*/a&: {Item: {type: string}}/' >many.yaml
(
    echo '{openapi: 3.0.1, info: {title: a, version: "1"}, paths: {/a: {get: {responses: {"200": '
    echo '{description: x}}}}}, components: {schemas: {All: {anyOf: ['
    seq 12000 | sed 's/.*/{$ref: "many.yaml#\/a&\/Item"},/'
    echo ']}}}}'
) >copies.yaml
cat >copies.api <<'END'
function f { code = inline("x"), handler = "index.handler", runtime = "nodejs22.x" }
api a {
  definition = "copies.yaml"
  stage live {}
  GET /a -> f
}
END
check "12000 schemas are copied in time" timeout 20 "$APIC" build copies.api -o copies.out 2>err
check "each has its name" grep -q ' Item12000:' copies.out

# ---- little memory
case $APIC in
*sanitize*) skip "little memory" "the sanitizers need much" ;;
*)
    (echo 'Resources:'; for i in $(seq 20000); do printf '  T%s:\n    Type: AWS::SNS::Topic\n' "$i"; done) >big.yaml
    few=0
    for kilobytes in 14000 16000 18000 20000 22000 24000 26000 28000 30000 35000 40000 60000; do
        for file in big.yaml good.api; do
            bash -c 'ulimit -v $1 && exec "$0" check --jobs 1 "$2"' "$APIC" $kilobytes $file >out 2>err
            status=$?
            check "$file in $kilobytes KB ends in order" [ $status -le 2 ]
            grep -q 'needs more memory than there is' out && few=$((few + 1))
        done
    done
    check "too little memory is a message" [ $few -gt 0 ]
    ;;
esac

# ---- standard input
ends 0 build - <good.api
ends 0 build - <good.yaml
ends 1 check - <<<'tabel x {}'
says "<stdin>:1:"
ends 0 fmt <good.api

finish inputs
