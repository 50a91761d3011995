#!/bin/bash
# Where products go: nothing is written unless all succeeded, and never in part.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1
cat >good.api <<'END'
stack "shop" {
  region = "eu-west-1"
}

table data {
  key (id: string)
}
END
echo 'tabel x {}' >bad.api

# ---- --output
ends 0 build good.api -o out.yaml
check "a file has what standard output would" cmp -s out.yaml <("$APIC" build good.api)
says "out.yaml: 1 resource, "
says "aws cloudformation deploy --template-file out.yaml --stack-name shop --region eu-west-1"
ends 0 build good.api -o out.yaml --quiet
check "--quiet has no summary" [ ! -s log ]
echo old >out.yaml
ends 1 build bad.api -o out.yaml
check "a failed build leaves the old file" [ "$(cat out.yaml)" = old ]
ends 1 build bad.api -o new.yaml
check "a failed build makes no file" [ ! -e new.yaml ]
ends 1 build bad.api
check "a failed build prints no template" [ ! -s out ]
ends 2 build good.api -o missing/out.yaml
says "can't write 'missing/out.yaml': No such file or directory"
mkdir folder
ends 2 build good.api -o folder
says "is a directory"
ends 2 build good.api -o ''
install -m 444 out.yaml protected.yaml
if [ "$(id -u)" != 0 ]; then
    ends 2 build good.api -o protected.yaml
    check "a write-protected file stays" cmp -s out.yaml protected.yaml
fi
ln -s out.yaml link.yaml
ends 0 build good.api -o link.yaml --quiet
check "a link stays one" [ -L link.yaml ]
check "what it leads to is written" grep -q AWS::DynamoDB::Table out.yaml
chmod 640 out.yaml
ends 0 build good.api -o out.yaml --quiet
check "the mode stays" [ "$(stat -c %a out.yaml)" = 640 ]
check "no temporary files stay" [ -z "$(ls -d ./*.yaml.* 2>/dev/null)" ]

# ---- full and closed targets
for command in "build good.api" "check --format json good.api" "fmt good.api" "graph good.api" help explain \
    "schema AWS::SQS::Queue" "completion bash" "expand good.api"; do
    "$APIC" $command >/dev/full 2>log
    check "apic $command >/dev/full ends with 2" [ $? = 2 ]
    says "No space left on device"
    "$APIC" $command >&- 2>log
    check "apic $command >&- ends with 2" [ $? = 2 ]
done
ends 2 build good.api -o /dev/full
ends 0 build good.api -o /dev/stdout --quiet
check "/dev/stdout is standard output" grep -q AWS::DynamoDB::Table out
"$APIC" build bad.api 2>/dev/full
check "messages that can't be written change no exit code" [ $? = 1 ]

# ---- ended while writing
{
    echo 'Resources:'
    for i in $(seq 400); do printf '  Topic%s:\n    Type: AWS::SNS::Topic\n' "$i"; done
} >many.yaml
echo old >kept.yaml
bash -c 'ulimit -f 4 && "$0" build many.yaml -o kept.yaml; :' "$APIC" >/dev/null 2>&1
check "a build that is killed while writing leaves the old file" [ "$(cat kept.yaml)" = old ]
"$APIC" build many.yaml -o whole.yaml --quiet
for delay in 0.002 0.004 0.006 0.008 0.01 0.015 0.02; do
    echo old >kept.yaml
    bash -c 'timeout -s KILL $1 "$0" build many.yaml -o kept.yaml; :' "$APIC" $delay >/dev/null 2>&1
    check "a file is whole whenever the build is killed" \
        sh -c '[ "$(cat kept.yaml)" = old ] || cmp -s kept.yaml whole.yaml'
done
rm -f kept.yaml.*

# ---- determinism
for i in 1 2 3; do "$APIC" build good.api >again.$i; done
check "the same input gives the same bytes" sh -c 'cmp -s again.1 again.2 && cmp -s again.2 again.3'
(cd / && LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo "$APIC" build "$TEMP/good.api") >again.4
check "folder, locale and zone change nothing" cmp -s again.1 again.4

finish outputs
