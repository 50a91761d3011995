# The stack of ../stack.api for Terraform, as one would write it by hand: its loops leave each service
# to one block, as in the language.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
  default_tags {
    tags = {
      Project     = "MyProject"
      Environment = "Production"
    }
  }
}

locals {
  services = toset(["users", "products", "orders"])
  origin   = "https://app.example.com"
  routes = merge([
    for s in local.services : {
      "${s} GET"         = { service = s, method = "get", path = "/${s}" }
      "${s} POST"        = { service = s, method = "post", path = "/${s}" }
      "${s} GET item"    = { service = s, method = "get", path = "/${s}/{id}" }
      "${s} PUT item"    = { service = s, method = "put", path = "/${s}/{id}" }
      "${s} DELETE item" = { service = s, method = "delete", path = "/${s}/{id}" }
    }
  ]...)
  paths = toset([for r in local.routes : r.path])
}

resource "aws_dynamodb_table" "data" {
  name         = "my-api-data"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "userType"
    type = "S"
  }
  attribute {
    name = "createdAt"
    type = "S"
  }
  global_secondary_index {
    name               = "UserTypeIndex"
    hash_key           = "userType"
    range_key          = "createdAt"
    projection_type    = "INCLUDE"
    non_key_attributes = ["name", "email"]
  }
  point_in_time_recovery {
    enabled = true
  }
  lifecycle {
    prevent_destroy = true
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "service" {
  for_each = local.services
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.service[each.key].arn}:*"]
  }
  statement {
    actions = [
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:BatchWriteItem",
    ]
    resources = [aws_dynamodb_table.data.arn]
  }
  statement {
    actions   = ["dynamodb:Query", "dynamodb:Scan"]
    resources = [aws_dynamodb_table.data.arn, "${aws_dynamodb_table.data.arn}/index/*"]
  }
}

resource "aws_iam_role" "service" {
  for_each           = local.services
  name               = "my-api-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "service" {
  for_each = local.services
  name     = "permissions"
  role     = aws_iam_role.service[each.key].id
  policy   = data.aws_iam_policy_document.service[each.key].json
}

resource "aws_cloudwatch_log_group" "service" {
  for_each          = local.services
  name              = "/aws/lambda/my-api-${each.key}"
  retention_in_days = 30
}

resource "aws_lambda_function" "service" {
  for_each         = local.services
  function_name    = "my-api-${each.key}"
  description      = "${each.key} microservice"
  filename         = "${path.module}/../lambda/${each.key}.zip"
  source_code_hash = filebase64sha256("${path.module}/../lambda/${each.key}.zip")
  handler          = "index.handler"
  runtime          = "nodejs22.x"
  timeout          = 10
  role             = aws_iam_role.service[each.key].arn

  environment {
    variables = {
      STAGE = "production"
      TABLE = aws_dynamodb_table.data.name
    }
  }
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.service[each.key].name
  }
}

resource "aws_lambda_permission" "route" {
  for_each      = local.routes
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.service[each.value.service].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.shop.execution_arn}/*/${upper(each.value.method)}${replace(each.value.path, "{id}", "*")}"
}

resource "aws_api_gateway_rest_api" "shop" {
  name        = "shop"
  description = "My API with Microservices"
  endpoint_configuration {
    types = ["REGIONAL"]
  }
  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "shop", version = "1.0" }
    paths = {
      for p in local.paths : p => merge(
        {
          for r in local.routes : r.method => {
            responses = { default = { description = "What the function answers" } }
            x-amazon-apigateway-integration = {
              type       = "aws_proxy"
              httpMethod = "POST"
              uri        = aws_lambda_function.service[r.service].invoke_arn
            }
          } if r.path == p
        },
        {
          options = {
            responses = {
              "204" = {
                description = "CORS preflight"
                headers = {
                  for h in ["Origin", "Methods", "Headers"] :
                  "Access-Control-Allow-${h}" => { schema = { type = "string" } }
                }
              }
            }
            x-amazon-apigateway-integration = {
              type             = "mock"
              requestTemplates = { "application/json" = "{\"statusCode\": 204}" }
              responses = {
                default = {
                  statusCode = "204"
                  responseParameters = {
                    "method.response.header.Access-Control-Allow-Origin"  = "'${local.origin}'"
                    "method.response.header.Access-Control-Allow-Methods" = "'${join(",", [for r in local.routes : upper(r.method) if r.path == p])},OPTIONS'"
                    "method.response.header.Access-Control-Allow-Headers" = "'Content-Type,Authorization,X-Amz-Date,X-Api-Key,X-Amz-Security-Token'"
                  }
                }
              }
            }
          }
        }
      )
    }
  })
}

resource "aws_api_gateway_gateway_response" "error" {
  for_each      = toset(["DEFAULT_4XX", "DEFAULT_5XX"])
  rest_api_id   = aws_api_gateway_rest_api.shop.id
  response_type = each.key
  response_parameters = {
    "gatewayresponse.header.Access-Control-Allow-Origin" = "'${local.origin}'"
  }
}

resource "aws_api_gateway_deployment" "shop" {
  rest_api_id = aws_api_gateway_rest_api.shop.id
  triggers = {
    body = sha1(aws_api_gateway_rest_api.shop.body)
  }
  depends_on = [aws_api_gateway_gateway_response.error]
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.shop.id
  deployment_id = aws_api_gateway_deployment.shop.id
  stage_name    = "prod"
}

resource "aws_api_gateway_domain_name" "shop" {
  domain_name              = "api.example.com"
  regional_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abcd1234-ef56-7890-abcd-1234567890ab"
  security_policy          = "TLS_1_2"
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_base_path_mapping" "shop" {
  api_id      = aws_api_gateway_rest_api.shop.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  domain_name = aws_api_gateway_domain_name.shop.domain_name
}

output "url" {
  value = "https://${aws_api_gateway_domain_name.shop.domain_name}"
}
