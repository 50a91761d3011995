#!/bin/bash
# Mistakes of every kind in a stack: exit code 1, a message that says what and where, no output touched.
set -u
. "$(dirname "$0")/lib.sh"
cd "$TEMP" || exit 1

mistake() { # MESSAGE: the source is standard input
    cat >in.api
    echo old >out.yaml
    ends 1 build in.api -o out.yaml
    says "$1"
    check "the target is untouched" [ "$(cat out.yaml)" = old ]
    check "nothing lies beside it" [ "$(echo out.yaml*)" = out.yaml ]
}

single() { # MESSAGE: and no other error
    mistake "$1"
    check "it is the only error" [ "$(grep -c ': error: ' "$TEMP/err")" = 1 ]
}

# ---- what has no end
mistake "in.api:1:9: error: the string isn't closed on its line" <<<'let a = "abc'
mistake "in.api:1:11: error: '\${' isn't closed on its line" <<<'let a = "x${b'
mistake "in.api:1:9: error: '{' isn't closed" <<<'table t {
  key (id: string)'

# ---- what is unknown
single "property 'DisplayNam' of AWS::SNS::Topic doesn't exist [unknown-property]" <<<'topic t { DisplayNam = "x" }'
mistake "'tabel' is no construct and no module" <<<'tabel t {}'
mistake "a table has no attribute 'kye'" <<<'table t {
  key (id: string)
  kye = 1
}'
mistake "in.api:1:77: error: 'timeout' needs a unit" \
    <<<'function f { code = "a", handler = "a.b", runtime = "nodejs22.x", timeout = 5x }'
mistake "unknown escape '\q'" <<<'let a = "\q"'
mistake "a broken '\u' escape" <<<'let a = "\u{110000}"'

# ---- what stands in the wrong order
single "in.api:1:12: error: 'for' stands behind the type" \
    <<<'resource t for i in ["a", "b"]: AWS::SNS::Topic { DisplayName = i }'
single "in.api:1:12: error: 'when' stands behind the type" \
    <<<'resource t when true: AWS::SNS::Topic { DisplayName = "x" }'

# ---- what other languages write
single "in.api:2:1: error: this is a template, not a stack in the language" <<<'# by hand
Resources:
  Jobs:
    Type: AWS::SQS::Queue'
single "give it the ending .json" <<<'{ "Resources": { "Jobs": { "Type": "AWS::SQS::Queue" } } }'
single "it is written key (id: string), without '='" <<<'let a = 1
table t { key (id: string), key = "id" }
output a = a'
single "in.api:1:18: error: expected ':' and a type, found a string" <<<'resource storage "x" = { name = "x" }'
mistake "an input is written param name: type" <<<'variable "env" { type = string }'
single "in.api:1:11: error: expected ':' and a type, found '='" <<<'param env = "dev"'
mistake "things are read by their own names" <<<'let a = !Ref Jobs
output a = a'
mistake "write aws.region, aws.account" <<<'output a = "${AWS::Region}"'
mistake "a choice is written condition ? a : b" <<<'output a = if true { 1 }'
single "a schedule is a text: schedule(\"cron(..)\")" <<<'function f {
  code = inline("x"), handler = "a.b", runtime = "nodejs22.x"
  on cron("0 8 * * ? *")
}'
single "'/x/:id' is no path of an API: a parameter is written /{id}" <<<'function f { code = inline("x"), handler = "a.b", runtime = "nodejs22.x" }
api a { stage live {}, GET "/x/:id" -> f }'
single "expected '=', a name or '{', found 'GET'" <<<'function f { code = inline("x"), handler = "a.b", runtime = "nodejs22.x" }
api a { stage live {}, route GET /x { target = f } }'

# ---- what is of another type, or mistyped
single "its words are none, iam; other text needs quotes" <<<'function f { code = inline("x"), handler = "a.b", runtime = "nodejs22.x" }
api a { stage live {}, auth = cognito, GET /x -> f }'
single "'ttl' takes a string, found true" <<<'table t { key (id: string), ttl = true }'
single "{ origins, headers, methods, max_age, credentials, expose }" \
    <<<'function f { code = inline("x"), handler = "a.b", runtime = "nodejs22.x" }
api a { stage live {}, cors = true, GET /x -> f }'
single "compare it with something, or make it a bool" <<<'param p: string
queue q when p {}'
single "in.api:2:93: error: 'jobs' is a queue, not a string" <<<'queue jobs {}
function f { code = inline("x"), handler = "index.handler", runtime = "nodejs22.x", env = { JOBS = jobs } }'
single "there is no region 'eu-wset-1'" <<<'stack "s" { region = "eu-wset-1" }
queue q {}'
mistake "guard it with 'when', or read it with '?.'" <<<'param p: bool
queue q when p {}
function f {
  code = inline("x"), handler = "a.b", runtime = "nodejs22.x"
  env  = { JOBS = q.url }
  allow send on q
}'

# ---- what stands twice, or needs itself
mistake "'a' is declared twice" <<<'let a = 1
let a = 2'
mistake "declared twice" <<<'table t { key (id: string) }
table t { key (id: string) }'
mistake "would both have the logical id 'MailRuleSet'" \
    <<<'resource mail_rule_set: AWS::SNS::Topic { DisplayName = "x" }
function f {
  code    = inline("x")
  handler = "index.handler"
  runtime = "nodejs22.x"
  on email("a@example.com")
}'
mistake "the value of 'a' needs itself" <<<'let a = b
let b = a
output a = a'
mistake "the value of 'a' needs itself" <<<'let a = a + 1
output a = a'

# ---- what is too large
mistake "the result is too large for a number" <<<'let a = 9223372036854775807 + 1
output a = a'
mistake "the result is too large for a number" <<<'let a = 9223372036854775807 * 2
output a = a'
mistake "a number has too many digits" <<<'let a = 99999999999999999999999999'
mistake "this range has over 100000 numbers" <<<'queue q for i in range(0, 10000000)'
mistake "this range has over 100000 numbers" <<<'let a = [for i in range(0, 10000000): i]
output n = length(a)'
mistake "the loops of this stack take over 100000 turns" \
    <<<'let a = [for i in range(0, 5000): [for j in range(0, 5000): i * j]]
output n = length(a)'

doubling() { # LAST LINE: each value holds the one before twice
    echo 'param env: "a" | "b"'
    echo 'let x0 = { a = "p", b = "q" }'
    echo 'let y0 = { a = "p", b = "q" }'
    for i in $(seq 39); do
        echo "let x$i = { a = x$((i - 1)), b = x$((i - 1)) }"
        echo "let y$i = { a = y$((i - 1)), b = y$((i - 1)) }"
    done
    echo "$1"
}
for last in 'output o = x39[env].a' 'output o = x39 == y39 ? env : "b"' \
    'resource r: AWS::S3::Bucket { Tags = x39 }'; do
    doubling "$last" >in.api
    ends 2 build in.api -o out.yaml
    says "'in.api' needs more memory than there is"
done

# ---- what is written as in another language
mistake "in.api:2:10: error: expected '{', found 'http'" <<<'function f { code = "a", handler = "a.b", runtime = "nodejs22.x" }
api shop http {
  GET /a -> f
}'
mistake "it is a setting, written 'stream = none|keys|new|old|both'" <<<'table t {
  key (id: string)
  stream both
}'
mistake "in.api:3:9: error: expected '=', found '5'" <<<'queue q {
  fifo = true
  delay 5s
}'
mistake "a setting is written 'dead_letter = value'" <<<'queue q {
  dead_letter after 3
}'
mistake "it stands on its own, outside of the api" <<<'api shop {
  authorizer a { jwt = { issuer = "https://example.com", audience = ["x"] } }
}'
mistake "what a route sets stands in a block" \
    <<<'function f { code = "a", handler = "a.b", runtime = "nodejs22.x" }
api shop { POST /a -> f auth iam }'

mistake "lists and maps are written list<string> and map<string>" <<<'param a: list(string)'
mistake "its modules are queue_worker" <<<'use worker from "std/queue-worker"
worker a { x = 1 }'
check "what isn't there to import is said once" [ "$(grep -c 'in.api:' err)" = 1 ]
mistake "what it takes stands in braces: queue_worker name { setting = value }" \
    <<<'use queue_worker from "std/queue-worker"
queue_worker a(x = 1)'
mistake "write 'existing KIND name { ... }'" <<<'existing zone: AWS::Route53::HostedZone { id = "Z1" }'
mistake "did you mean 'dead_letter'?" <<<'queue q { letter = 1 }'
mistake "AWS::RDS::DBCluster has no attribute 'Endpoint.Adress'" \
    <<<'resource db: AWS::RDS::DBCluster { Engine = "aurora-postgresql" }
output a = db.Endpoint.Adress'

mistake "in.api:4:23: error: expected a name after the dot" <<<'queue jobs {}
api shop {
  kind = http
  POST /jobs -> jobs. "x"
}'

# ---- what would get lost in silence
mistake "the map has no entry 'siez'" <<<'param on: bool
let s = on ? { size = 1024 } : { size = 256 }
output a = s.siez'
mistake "the list has 1 entries, and none at 4" <<<'param on: bool
output a = (on ? ["a"] : ["b", "c"])[4]'
mistake "in.api:6:3: error: 'layers' is set twice" <<<'layer a { code = "a" }
layer b { code = "b" }
function f {
  code = "a", handler = "a.b", runtime = "nodejs22.x"
  layers += [a]
  layers = [b]
}'
mistake "'layers' is set twice" <<<'layer a { code = "a" }
function f { code = "a", handler = "a.b", runtime = "nodejs22.x" }
extend f { layers += [a] }
extend f { layers = [a] }'
mistake "'metadata' needs a value known at build time" <<<'param on: bool
stack "s" { metadata = { owner = on ? "a" : null } }'
mistake "'abc' is no ARN of a function" <<<'existing function f { arn = "abc" }
output a = f.name'
mistake "a string is needed, found a list" <<<'param env: "a" | "b"
let lists = { a = ["x"], b = ["y"] }
output a = "all: ${lists[env]}"'

finish mistakes
