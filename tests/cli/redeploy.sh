#!/bin/bash
# A REST API's deployment is a snapshot: its logical id changes with all that must make a new one, and with
# nothing else. https://docs.aws.amazon.com/apigateway/latest/developerguide/updating-api.html
. "$(dirname "$0")/lib.sh"

cat >"$TEMP/base.api" <<'END'
stack "shop" { tags = { Team = "blue" } }

userpool people {}

authorizer staff { cognito = people }

authorizer token { lambda = decide, cache = 60s, header = "X-Token" }

function decide {
  code    = inline("exports.handler = async () => ({})")
  handler = "index.handler"
  runtime = "nodejs22.x"
}

function orders {
  code    = inline("exports.handler = async () => ({})")
  handler = "index.handler"
  runtime = "nodejs22.x"
  memory  = 128MB
}

api shop {
  name        = "shop"
  description = "orders"
  endpoint    = regional
  auth        = staff
  cors        = { origins = ["https://a.example.com"], max_age = 10m }
  throttle    = { rate = 100, burst = 200 }
  compression = 1024
  binary      = ["image/png"]
  key_source  = header
  responses   = { UNAUTHORIZED = { status = 401 } }
  keys        = { partner = { rate = 5, burst = 10 } }
  tags        = { Part = "one" }
  model Order { schema = { type = "object", required = ["id"] } }

  stage live {
    logs        = errors
    access_logs = 14d
    variables   = { COLOR = "blue" }
    cache       = { size = 0.5, ttl = 5m }
    description = "all"
  }

  GET / -> orders { auth = none }
  GET /orders/{id} -> orders { auth = token }
  POST /orders -> orders { request = Order, keys = required, params = { "query.dry" = false } }
  DELETE /orders/{id} -> orders { timeout = 10s, description = "removes one" }
}

output url = shop.url
END

deployment() { # FILE
    "$APIC" build "$1" 2>"$TEMP/err" | grep -oE '^  ShopApiDeployment[0-9a-f]{10}:'
}

base=$(deployment "$TEMP/base.api")
check "there is one deployment" [ "$(wc -w <<<"$base")" = 1 ]

becomes() { # "another"|"the same", SED-SCRIPT
    sed "$2" "$TEMP/base.api" >"$TEMP/now.api"
    check "'$2' changes the source" test "$(cmp -s "$TEMP/base.api" "$TEMP/now.api"; echo $?)" = 1
    now=$(deployment "$TEMP/now.api")
    cp "$TEMP/err" "$TEMP/log"
    check "'$2' builds" [ -n "$now" ]
    if [ "$1" = another ]; then
        check "'$2' makes another deployment" [ "$now" != "$base" ]
    else
        check "'$2' keeps the deployment" [ "$now" = "$base" ]
    fi
}

# routes, methods, integrations
becomes another 's|^  GET / |  GET /start |'
becomes another 's|^  GET / |  PUT / |'
becomes another '/^  GET \/ /d'
becomes another 's|^  GET / .*|&\n  PUT / -> orders|'
becomes another 's|^  GET / -> orders|  GET / -> decide|'
becomes another 's|timeout = 10s|timeout = 20s|'
becomes another 's|removes one|removes an order|'
becomes another 's|^  GET / -> orders {.*|  GET / -> proxy("https://example.com/") { auth = none }|'
becomes another 's|"query.dry" = false|"query.dry" = true|'
becomes another 's|request = Order, ||'
# models, authorizers, keys
becomes another 's|required = \["id"\]|required = ["id", "name"]|'
becomes another 's|  auth        = staff|  auth        = iam|'
becomes another 's|{ auth = none }|{ auth = iam }|'
becomes another 's|header = "X-Token"|header = "X-Key"|'
becomes another 's|cache = 60s|cache = 120s|'
becomes another 's|keys = required, ||'
becomes another 's|key_source  = header|key_source  = authorizer|'
# CORS, gateway responses
becomes another 's|https://a.example.com|https://b.example.com|'
becomes another 's|max_age = 10m|max_age = 20m|'
becomes another '/^  cors /d'
becomes another 's|status = 401|status = 403|'
becomes another '/^  responses /d'
# the API
becomes another 's|compression = 1024|compression = 2048|'
becomes another 's|image/png|image/gif|'
becomes another 's|endpoint    = regional|endpoint    = edge|'
becomes another 's|^  tags .*|&\n  default_endpoint = false|'
becomes another 's|^  tags .*|&\n  policy = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "*" }] }|'

# stages and what they share
becomes "the same" 's|rate = 100, burst = 200|rate = 10, burst = 20|'
becomes "the same" 's|logs        = errors|logs        = info|'
becomes "the same" 's|access_logs = 14d|access_logs = 30d|'
becomes "the same" 's|COLOR = "blue"|COLOR = "red"|'
becomes "the same" 's|ttl = 5m|ttl = 6m|'
becomes "the same" 's|description = "all"|description = "all of it"|'
becomes "the same" 's|^  stage live {|  stage beta {}\n&|;s|shop.url|shop.live.url|'
becomes "the same" 's|rate = 5, burst = 10|rate = 6, burst = 12|'
becomes "the same" 's|^  tags .*|&\n  domain "api.example.com" { certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/1c2d3e4f-1111-2222-3333-444455556666" }|'
# tags, functions, everything else
becomes "the same" 's|Part = "one"|Part = "two"|'
becomes "the same" 's|Team = "blue"|Team = "red"|'
becomes "the same" 's|memory  = 128MB|memory  = 256MB|'
becomes "the same" 's|^output url.*|&\nqueue jobs {}|'
becomes "the same" 's|^userpool people {}|userpool people { tags = { A = "b" } }|'
becomes "the same" 's|^# nothing||;s|^output url|# a remark\n&|'

finish redeploy
