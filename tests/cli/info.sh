#!/bin/bash
# explain, schema, help, version: what apic tells.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1

ends 0 --version
says "apic "
says "resource types of 20"
ends 0 check --version
ends 0 --help
cp out overview
ends 0 help
check "--help is help" cmp -s out overview

# every rule is listed and explained, by name and by code
ends 0 explain
cp out rules
check "rules are listed" [ "$(wc -l <rules)" -gt 50 ]
unexplained=
while read -r code name level _; do
    "$APIC" explain "$name" >by-name && "$APIC" explain "$code" >by-code &&
        cmp -s by-name by-code && [ "$(wc -l <by-name)" -gt 5 ] || unexplained="$unexplained $name"
done <rules
check "rules have a text:$unexplained" [ -z "$unexplained" ]

ends 0 schema AWS::SQS::Queue
says "VisibilityTimeout"
ends 0 schema AWS::DynamoDB::Table.KeySchema
says "AttributeName"
ends 2 schema AWS::SQS::Queeu
says "did you mean 'AWS::SQS::Queue'?"
ends 2 schema AWS::SQS::Queue.VisibilityTimeuot
says "VisibilityTimeout"
ends 2 schema Nothing::Like::It
ends 2 schema
ends 2 schema --schema /dev/null AWS::SQS::Queue
ends 2 schema --schema rules AWS::SQS::Queue
says "can't use 'rules' as a schema"

# every command and construct has help
for command in build check fmt expand explain schema graph access completion; do
    ends 0 help $command
    cp out by-help
    ends 0 $command --help
    check "apic $command --help is apic help $command" grep -q "usage: apic $command" out
done
for topic in table function api stage domain queue cors key join functions gsi-key-projected; do
    ends 0 help $topic
    check "there is help on $topic" [ -s out ]
done
ends 2 help no-such-topic-at-all
ends 0 help
says "authorizer queue topic" # the constructs
ends 0 help metric
says "function.errors "
ends 0 help table
says "dynamodb:ConditionCheckItem dynamodb:Query" # a verb of two rows is one
check "a verb is listed once" [ "$(grep -c '^  read  ' out)" = 2 ] # the attribute, the verb
ends 0 man-piece rules
check "a subject is one section" [ -z "$(grep '^\.SS' out | sort | uniq -d)" ]

# regions
printf 'table t {\n  key (id: string)\n}\n' >good.api
ends 2 check --region eu-wets-1 good.api
says "did you mean 'eu-west-1'?"
ends 0 check --region mars-north-9 good.api
says "have no region 'mars-north-9'"
ends 0 check --quiet --region eu-west-1,us-east-1 -r eu-central-1 good.api
check "known regions are silent" [ ! -s log ]

# the picture
ends 0 graph good.api
says "<svg "
ends 0 graph -f dot good.api
says "digraph"
if command -v python3 >/dev/null; then
    "$APIC" graph good.api >good.svg
    check "a picture is XML" python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse("good.svg")'
fi
finish info
