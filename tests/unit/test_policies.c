/* Policies: how conditions compare, where resources have their policies, what AWS's managed
   policies say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/driver.h"
#include "iam/compare.h"
#include "iam/condition.h"
#include "iam/evaluate.h"
#include "schema/managed.h"
#include "unit/stack.h"
#include "unit/suite.h"

static struct schema schema;

/* ---- comparisons ------------------------------------------------------------------------ */

static const struct {
    const char *operator, *wanted, *given;
    bool fits; /* of a Not: what its opposite says */
} comparisons[] = {
    {"StringEquals", "a", "a", true},
    {"StringEquals", "a", "A", false},
    {"StringEquals", "a*", "ab", false},
    {"StringEquals", "a*", "a*", true},
    {"StringEquals", "${*}", "*", true},
    {"StringEquals", "", "", true},
    {"stringequals", "a", "a", true},
    {"StringNotEquals", "a", "a", true},
    {"StringEqualsIgnoreCase", "aB", "Ab", true},
    {"StringNotEqualsIgnoreCase", "a", "b", false},
    {"StringLike", "a*", "ab", true},
    {"StringLike", "a${*}", "ab", false},
    {"StringLike", "a?c", "abc", true},
    {"StringLike", "*", "", true},
    {"StringLike", "*:x:*", "a:b:x:c", true},
    {"StringNotLike", "a*", "b", false},
    {"ArnLike", "arn:aws:sns:*:1:*", "arn:aws:sns:eu-west-1:1:t", true},
    {"ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:eu-west-1:1:t", false},
    {"ArnLike", "*", "arn:aws:sns:eu-west-1:1:t", false},
    {"ArnEquals", "arn:aws:s3:::b*", "arn:aws:s3:::bucket", true},
    {"ArnNotEquals", "arn:aws:s3:::b", "arn:aws:s3:::b", true},
    {"NumericEquals", "5", "5.0", true},
    {"NumericEquals", "5", "five", false},
    {"NumericLessThan", "5", "4.999", true},
    {"NumericLessThan", "5", "5", false},
    {"NumericLessThanEquals", "5", "5", true},
    {"NumericLessThan", "-1", "-2", true},
    {"NumericLessThan", "-0.5", "-0.75", true},
    {"NumericGreaterThan", "5", "10", true},
    {"NumericGreaterThanEquals", "5", "4", false},
    {"NumericGreaterThan", "1.000000001", "1.000000002", true},
    {"DateEquals", "2026-06-30T12:30:00Z", "2026-06-30T14:30:00+02:00", true},
    {"DateEquals", "2026-06-30", "2026-06-30T00:00:00Z", true},
    {"DateEquals", "1782864000", "2026-07-01T00:00:00Z", true},
    {"DateLessThan", "2026-07-01T00:00:00Z", "2026-06-30T23:59:59.9Z", true},
    {"DateLessThan", "2026-07-01", "2026-07-01", false},
    {"DateGreaterThan", "2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z", true},
    {"DateGreaterThanEquals", "2024-02-29", "2024-02-29", true},
    {"DateEquals", "2026-13-01", "2026-13-01", false},
    {"DateEquals", "soon", "soon", false},
    {"Bool", "true", "True", true},
    {"Bool", "true", "false", false},
    {"Bool", "yes", "yes", false},
    {"BinaryEquals", "QmluYXJ5", "QmluYXJ5", true},
    {"IpAddress", "10.0.0.0/8", "10.255.0.1", true},
    {"IpAddress", "10.0.0.0/8", "11.0.0.1", false},
    {"IpAddress", "10.1.2.3", "10.1.2.3", true},
    {"IpAddress", "0.0.0.0/0", "8.8.8.8", true},
    {"IpAddress", "10.1.2.128/25", "10.1.2.127", false},
    {"IpAddress", "10.1.2", "10.1.2.3", false},
    {"IpAddress", "10.0.0.0/8", "2001:db8::1", false},
    {"IpAddress", "::/0", "2001:db8::1", true},
    {"IpAddress", "2001:db8::/32", "2001:db8:ffff::1", true},
    {"IpAddress", "2001:db8::/32", "2001:db9::", false},
    {"IpAddress", "2001:db8:0:0:0:0:0:1", "2001:db8::1", true},
    {"IpAddress", "1::2::3", "1::2::3", false},
    {"IpAddress", "::1", "0:0:0:0:0:0:0:1", true},
    {"IpAddress", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", true},
    {"IpAddress", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", true},
    {"IpAddress", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7", false},
    {"IpAddress", "10.0.0.0/33", "10.0.0.0", false},
    {"NotIpAddress", "10.0.0.0/8", "9.9.9.9", false},
};

START_TEST(values_compare) {
    struct arena arena;
    struct holes h;
    arena_init(&arena, NULL, 0);
    holes_init(&h, &arena, NULL);
    const struct comparison_row *row = compare_find(str_from(comparisons[_i].operator));
    ck_assert(row);
    ck_assert(row->negated == (strstr(comparisons[_i].operator, "Not") != NULL));
    struct arn wanted = arn_of_text(&h, str_from(comparisons[_i].wanted));
    enum match found = row->compare(&h, wanted, arn_literal(&h, str_from(comparisons[_i].given)));
    ck_assert_msg((found == MATCH_YES) == comparisons[_i].fits && found != MATCH_MAYBE,
                  "%s %s %s: %d", comparisons[_i].operator, comparisons[_i].wanted,
                  comparisons[_i].given, found);
    arena_free(&arena);
}
END_TEST

START_TEST(operators_are_known) {
    ck_assert(!compare_find(STR("StringIs")));
    ck_assert(!compare_find(STR("")));
}
END_TEST

/* ---- stacks --------------------------------------------------------------------------------- */

static enum decision ask(struct stack *s, const char *action, const char *on) {
    struct iam *iam = &s->iam;
    const struct resource *r = graph_find(&s->job.graph, str_from(on));
    struct str name, prefix = str_split(str_from(action), ':', &name);
    struct iam_action_id id = iam_action_find(&schema, iam_service_find(&schema, prefix), name);
    struct request request = {str_from(action), {0}, STR_NIL};
    ck_assert(id.n);
    if (r) {
        request.target = r->id;
        ck_assert_msg(iam_aim(iam, id, arn_of_resource(&iam->arns, r), &request.on), "%s", action);
    } else {
        request.on = arn_literal(iam->holes, str_from(on));
    }
    return iam_evaluate(iam, iam_principal(iam, STR("R")), &request).decision;
}

/* ---- conditions -------------------------------------------------------------------------- */

/* A role may get an object if a condition holds, for requests with keys ("a=1 a=2 b" where b is not
   there). */
static const struct {
    const char *condition, *context;
    enum decision decision;
} conditions[] = {
    {"StringEquals: {aws:SourceVpce: v}", "", DECISION_DEPENDS},
    {"StringEquals: {aws:SourceVpce: v}", "aws:SourceVpce=v", DECISION_ALLOWED},
    {"StringEquals: {AWS:sourcevpce: v}", "aws:SourceVpce=v", DECISION_ALLOWED},
    {"StringEquals: {aws:SourceVpce: v}", "aws:SourceVpce=w", DECISION_DENIED},
    {"StringEquals: {aws:SourceVpce: v}", "aws:SourceVpce", DECISION_DENIED},
    {"StringEqualsIfExists: {aws:SourceVpce: v}", "aws:SourceVpce", DECISION_ALLOWED},
    {"StringEqualsIfExists: {aws:SourceVpce: v}", "aws:SourceVpce=w", DECISION_DENIED},
    {"StringNotEquals: {aws:SourceVpce: v}", "aws:SourceVpce", DECISION_ALLOWED},
    {"StringNotEquals: {aws:SourceVpce: [v, w]}", "aws:SourceVpce=w", DECISION_DENIED},
    {"StringNotEquals: {aws:SourceVpce: [v, w]}", "aws:SourceVpce=x", DECISION_ALLOWED},
    {"StringEquals: {aws:SourceVpce: {Ref: P}}", "aws:SourceVpce=w", DECISION_DEPENDS},
    {"StringEquals: {aws:SourceVpce: [w, {Ref: P}]}", "aws:SourceVpce=w", DECISION_ALLOWED},
    {"StringNotEquals: {aws:SourceVpce: [w, {Ref: P}]}", "aws:SourceVpce=w", DECISION_DENIED},
    {"StringEquals: {aws:SourceVpce: {Fn::If: [C, v, w]}}", "aws:SourceVpce=w", DECISION_DEPENDS},
    {"StringLike: {aws:SourceVpce: {Fn::Sub: 'v-${P}'}}", "aws:SourceVpce=w", DECISION_DENIED},
    {"'Null': {aws:SourceVpce: true}", "aws:SourceVpce", DECISION_ALLOWED},
    {"'Null': {aws:SourceVpce: 'false'}", "aws:SourceVpce", DECISION_DENIED},
    {"'Null': {aws:SourceVpce: 'false'}", "aws:SourceVpce=x", DECISION_ALLOWED},
    {"'Null': {aws:SourceVpce: 'false'}", "", DECISION_DEPENDS},
    {"ForAnyValue:StringEquals: {aws:CalledVia: [a, b]}", "aws:CalledVia=x aws:CalledVia=b",
     DECISION_ALLOWED},
    {"ForAllValues:StringEquals: {aws:CalledVia: [a, b]}", "aws:CalledVia=x aws:CalledVia=b",
     DECISION_DENIED},
    {"ForAllValues:StringEquals: {aws:CalledVia: [a, b]}", "aws:CalledVia=a aws:CalledVia=b",
     DECISION_ALLOWED},
    {"ForAllValues:StringEquals: {aws:CalledVia: a}", "aws:CalledVia", DECISION_ALLOWED},
    {"ForAnyValue:StringEquals: {aws:CalledVia: a}", "aws:CalledVia", DECISION_DENIED},
    {"ForAnyValue:StringNotEquals: {aws:CalledVia: a}", "aws:CalledVia=a aws:CalledVia=b",
     DECISION_ALLOWED},
    {"ForAllValues:StringNotEquals: {aws:CalledVia: a}", "aws:CalledVia=a aws:CalledVia=b",
     DECISION_DENIED},
    {"StringEquals: {aws:CalledVia: a}", "aws:CalledVia=a", DECISION_DENIED}, /* it is a list */
    {"StringEquals: {aws:SourceVpce: v}, IpAddress: {aws:SourceIp: 10.0.0.0/8}", "aws:SourceVpce=w",
     DECISION_DENIED},
    {"StringEquals: {aws:SourceVpce: v}, IpAddress: {aws:SourceIp: 10.0.0.0/8}", "aws:SourceVpce=v",
     DECISION_DEPENDS},
    {"StringSounds: {aws:SourceVpce: v}", "aws:SourceVpce=v", DECISION_DEPENDS},
    {"Bool: {aws:SecureTransport: 'true'}", "", DECISION_ALLOWED},
    {"Bool: {aws:SecureTransport: 'true'}", "aws:SecureTransport=false", DECISION_DENIED},
    {"Bool: {aws:PrincipalIsAWSService: 'true'}", "", DECISION_DENIED},
    {"ArnEquals: {aws:PrincipalArn: {Fn::GetAtt: [R, Arn]}}", "", DECISION_ALLOWED},
    {"ArnLike: {aws:PrincipalArn: {Fn::GetAtt: [Q, Arn]}}", "", DECISION_DENIED},
    {"ArnNotLike: {aws:PrincipalArn: 'arn:aws:iam::*:role/admin'}", "", DECISION_ALLOWED},
    {"ArnLike: {aws:PrincipalArn: 'arn:aws:iam::*:role/x*'}", "", DECISION_DEPENDS},
    {"StringEquals: {aws:PrincipalAccount: {Ref: AWS::AccountId}}", "", DECISION_ALLOWED},
    {"StringLike: {aws:username: '*'}", "", DECISION_DENIED},
    {"StringEquals: {aws:SourceVpce: '${aws:PrincipalTag/a}'}",
     "aws:SourceVpce=v aws:PrincipalTag/a=v", DECISION_ALLOWED},
    {"StringEquals: {aws:SourceVpce: '${aws:PrincipalTag/a}'}",
     "aws:SourceVpce=v aws:PrincipalTag/a", DECISION_DENIED},
    {"StringEquals: {aws:SourceVpce: \"${aws:PrincipalTag/a, 'v'}\"}",
     "aws:SourceVpce=v aws:PrincipalTag/a", DECISION_ALLOWED},
    {"StringNotEquals: {aws:SourceVpce: '${aws:PrincipalTag/a}'}",
     "aws:SourceVpce=v aws:PrincipalTag/a", DECISION_DENIED},
};

static void add_context(struct stack *s, const char *text) {
    for (struct str rest = str_from(text); rest.len;) {
        struct str value = STR_NIL, word = str_split(rest, ' ', &rest);
        struct str key = str_has(word, '=') ? str_split(word, '=', &value) : word;
        context_add(&s->job.arena, &s->context, key, value);
    }
}

static const char role[] =
    "Parameters: {P: {Type: String}}\n"
    "Conditions: {C: !Equals [!Ref P, x]}\n"
    "Resources:\n"
    "  B: {Type: AWS::S3::Bucket}\n"
    "  Q: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}\n"
    "  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, Policies: "
    "[{PolicyName: p, PolicyDocument: {Version: '%s', Statement: [{Effect: Allow, Action: "
    "'s3:GetObject', Resource: '%s', Condition: {%s}}]}}]}}\n";

START_TEST(conditions_decide) {
    char text[2048];
    snprintf(text, sizeof text, role, "2012-10-17", "*", conditions[_i].condition);
    struct stack *s = open_stack(&schema, "x.yaml", text);
    add_context(s, conditions[_i].context);
    enum decision found = ask(s, "s3:GetObject", "B");
    ck_assert_msg(found == conditions[_i].decision, "%s with '%s': %d", conditions[_i].condition,
                  conditions[_i].context, found);
    close_stack(s);
}
END_TEST

static const struct {
    const char *version, *resource, *context;
    enum decision decision;
} variables[] = {
    {"2012-10-17", "arn:aws:s3:::b/${aws:PrincipalTag/a}/*", "", DECISION_DEPENDS},
    {"2012-10-17", "arn:aws:s3:::b/${aws:PrincipalTag/a}/*", "aws:PrincipalTag/a=x",
     DECISION_ALLOWED},
    {"2012-10-17", "arn:aws:s3:::b/${aws:PrincipalTag/a}/*", "aws:PrincipalTag/a=y",
     DECISION_DENIED},
    {"2012-10-17", "arn:aws:s3:::b/${aws:PrincipalTag/a}/*", "aws:PrincipalTag/a", DECISION_DENIED},
    {"2012-10-17", "arn:aws:s3:::b/${aws:username}/*", "", DECISION_DENIED}, /* roles have none */
    {"2008-10-17", "arn:aws:s3:::b/${aws:PrincipalTag/a}/*", "aws:PrincipalTag/a=x",
     DECISION_DENIED},
    {"2012-10-17", "arn:aws:s3", "", DECISION_ALLOWED},
    {"2012-10-17", "arn:aws:s3:::b", "", DECISION_DENIED},
    {"2012-10-17", "arn:aws:sqs:*", "", DECISION_DENIED},
};

START_TEST(variables_decide) {
    char text[2048];
    snprintf(text, sizeof text, role, variables[_i].version, variables[_i].resource, "");
    struct stack *s = open_stack(&schema, "x.yaml", text);
    add_context(s, variables[_i].context);
    enum decision found = ask(s, "s3:GetObject", "arn:aws:s3:::b/x/y");
    ck_assert_msg(found == variables[_i].decision, "%s with '%s': %d", variables[_i].resource,
                  variables[_i].context, found);
    close_stack(s);
}
END_TEST

/* ---- where policies stand --------------------------------------------------------------- */

/* X has a policy that lets the role R do an action on it, and nothing else does. */
#define ROLE "{AWS: !GetAtt R.Arn}"
#define STATEMENT(action)                                                                          \
    "{Effect: Allow, Principal: " ROLE ", Action: '" action "', Resource: '*'}"
#define DOCUMENT(action) "{Version: '2012-10-17', Statement: [" STATEMENT(action) "]}"

static const struct {
    const char *action, *resources;
} placed[] = {
    {"s3:GetObject",
     "X: {Type: AWS::S3::Bucket}\n"
     "  Y: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref X, PolicyDocument: " DOCUMENT(
         "s3:GetObject") "}}"},
    {"s3:GetObject",
     "X: {Type: AWS::S3::Bucket, Properties: {BucketName: mine}}\n"
     "  Y: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: mine, PolicyDocument: " DOCUMENT(
         "s3:GetObject") "}}"},
    {"sqs:SendMessage",
     "X: {Type: AWS::SQS::Queue}\n"
     "  Y: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref X], PolicyDocument: " DOCUMENT(
         "sqs:*") "}}"},
    {"sqs:SendMessage", "X: {Type: AWS::SQS::Queue}\n"
                        "  Y: {Type: AWS::SQS::QueueInlinePolicy, Properties: {Queue: !Ref X, "
                        "PolicyDocument: " DOCUMENT("sqs:*") "}}"},
    {"sns:Publish",
     "X: {Type: AWS::SNS::Topic}\n"
     "  Y: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref X], PolicyDocument: " DOCUMENT(
         "sns:Publish") "}}"},
    {"sns:Publish", "X: {Type: AWS::SNS::Topic}\n"
                    "  Y: {Type: AWS::SNS::TopicInlinePolicy, Properties: {TopicArn: !Ref X, "
                    "PolicyDocument: " DOCUMENT("sns:Publish") "}}"},
    {"kms:Decrypt", "X: {Type: AWS::KMS::Key, Properties: {KeyPolicy: " DOCUMENT("kms:*") "}}"},
    {"secretsmanager:GetSecretValue",
     "X: {Type: AWS::SecretsManager::Secret}\n"
     "  Y: {Type: AWS::SecretsManager::ResourcePolicy, Properties: {SecretId: !Ref X, "
     "ResourcePolicy: " DOCUMENT("secretsmanager:GetSecretValue") "}}"},
    {"dynamodb:GetItem",
     "X: {Type: AWS::DynamoDB::Table, Properties: {ResourcePolicy: {PolicyDocument: " DOCUMENT(
         "dynamodb:GetItem") "}}}"},
    {"dynamodb:GetItem",
     "X: {Type: AWS::DynamoDB::GlobalTable, Properties: {Replicas: "
     "[{Region: eu-west-1, ResourcePolicy: {PolicyDocument: " DOCUMENT("dynamodb:GetItem") "}}]}}"},
    {"kinesis:PutRecord",
     "X: {Type: AWS::Kinesis::Stream}\n"
     "  Y: {Type: AWS::Kinesis::ResourcePolicy, Properties: {ResourceArn: !GetAtt X.Arn, "
     "ResourcePolicy: " DOCUMENT("kinesis:PutRecord") "}}"},
    {"events:PutEvents", "X: {Type: AWS::Events::EventBus, Properties: {Name: b, Policy: " DOCUMENT(
                             "events:PutEvents") "}}"},
    {"events:PutEvents",
     "X: {Type: AWS::Events::EventBus, Properties: {Name: b}}\n"
     "  Y: {Type: AWS::Events::EventBusPolicy, Properties: {EventBusName: !Ref X, StatementId: s, "
     "Statement: " STATEMENT("events:PutEvents") "}}"},
    {"events:PutEvents",
     "X: {Type: AWS::Events::EventBus, Properties: {Name: b}}\n"
     "  Y: {Type: AWS::Events::EventBusPolicy, Properties: {EventBusName: b, StatementId: s, "
     "Action: 'events:PutEvents', Principal: '*'}}"},
    {"lambda:InvokeFunction",
     "X: {Type: AWS::Lambda::Function}\n"
     "  Y: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref X, Action: "
     "'lambda:InvokeFunction', Principal: !GetAtt R.Arn}}"},
    {"lambda:GetLayerVersion", "X: {Type: AWS::Lambda::LayerVersion}\n"
                               "  Y: {Type: AWS::Lambda::LayerVersionPermission, Properties: "
                               "{LayerVersionArn: !Ref X, Action: "
                               "'lambda:GetLayerVersion', Principal: '*'}}"},
    {"execute-api:Invoke", "X: {Type: AWS::ApiGateway::RestApi, Properties: {Policy: " DOCUMENT(
                               "execute-api:Invoke") "}}"},
    {"execute-api:Invoke", "X: {Type: AWS::ApiGateway::RestApi, Properties: {Body: "
                           "{x-amazon-apigateway-policy: " DOCUMENT("execute-api:Invoke") "}}}"},
    {"ecr:BatchGetImage",
     "X: {Type: AWS::ECR::Repository, Properties: {RepositoryPolicyText: " DOCUMENT(
         "ecr:BatchGetImage") "}}"},
    {"es:ESHttpGet",
     "X: {Type: AWS::OpenSearchService::Domain, Properties: {AccessPolicies: " DOCUMENT(
         "es:*") "}}"},
    {"elasticfilesystem:ClientMount",
     "X: {Type: AWS::EFS::FileSystem, Properties: {FileSystemPolicy: " DOCUMENT(
         "elasticfilesystem:*") "}}"},
    /* as text, with variables in strings and for values */
    {"s3:GetObject", "X: {Type: AWS::S3::Bucket}\n"
                     "  Y: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref X, "
                     "PolicyDocument: !Sub '{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": "
                     "\"Allow\", \"Principal\": {\"AWS\": \"${R.Arn}\"}, \"Action\": "
                     "\"s3:Get\\u004fbject\", \"Resource\": [\"${X.Arn}/*\"]}}'}}"},
    {"s3:GetObject", "X: {Type: AWS::S3::Bucket}\n"
                     "  Y: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref X, "
                     "PolicyDocument: !Join ['', ['{\"Statement\": [{\"Effect\": \"Allow\", "
                     "\"Principal\": {\"AWS\": \"', !GetAtt R.Arn, '\"}, \"Action\": "
                     "\"s3:GetObject\", \"Resource\": \"', !Sub '${X.Arn}/', '*\"}]}']]}}"},
    {"kms:Decrypt", "X: {Type: AWS::KMS::Key, Properties: {KeyPolicy: !Sub ['{\"Statement\": "
                    "[{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": [\"${Who}\"]}, \"Action\": "
                    "\"kms:Decrypt\", \"Resource\": \"*\"}]}', {Who: !GetAtt R.Arn}]}}"},
    {"ecr:BatchGetImage",
     "X: {Type: AWS::ECR::Repository, Properties: {RepositoryPolicyText: {Fn::ToJsonString: "
     "" DOCUMENT("ecr:BatchGetImage") "}}}\nTransform: AWS::LanguageExtensions"},
    {"logs:PutLogEvents", "X: {Type: AWS::Logs::ResourcePolicy, Properties: {PolicyName: p, "
                          "PolicyDocument: '{\"Statement\": [{\"Effect\": \"Allow\", "
                          "\"Principal\": {\"AWS\": \"*\"}, \"Action\": "
                          "\"logs:*\", \"Resource\": \"*\"}]}'}}"},
    {"sts:AssumeRole",
     "X: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: "
     "{Statement: [{Effect: Allow, Principal: " ROLE ", Action: 'sts:AssumeRole'}]}}}"},
};

START_TEST(policies_are_read) {
    char text[2048];
    snprintf(text, sizeof text,
             "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}\n"
             "  O: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}\n  %s\n",
             placed[_i].resources);
    struct stack *s = open_stack(&schema, "x.yaml", text);
    const struct holder *h = iam_policy_of(&s->iam, STR("X"));
    ck_assert_msg(h && h->own.items.count == 1 && !h->unread.count, "%s", placed[_i].resources);
    const struct resource *x = graph_find(&s->job.graph, STR("X"));
    if (!str_is(x->type, "AWS::ApiGateway::RestApi") && arn_of_resource(&s->iam.arns, x).count)
        ck_assert_msg(ask(s, placed[_i].action, "X") == DECISION_ALLOWED, "%s",
                      placed[_i].resources);
    close_stack(s);
}
END_TEST

/* Texts that are no policies: what they would allow isn't known. */
static const char *const broken[] = {
    "", "{", "[1, 2]", "{\"Statement\": [}", "{\"Statement\": 1,}", "{\"a\\x\": 1}", "{\"a\": 01}",
    "{\"a\" 1}", "{} {}", "{\"Statement\": ${R}}", "null",
};

START_TEST(broken_texts_are_unread) {
    char text[1024];
    snprintf(text, sizeof text,
             "Resources:\n  B: {Type: AWS::S3::Bucket}\n  Y: {Type: AWS::S3::BucketPolicy, "
             "Properties: {Bucket: !Ref B, PolicyDocument: '%s'}}\n",
             broken[_i]);
    struct stack *s = open_stack(&schema, "x.yaml", text);
    const struct holder *h = iam_policy_of(&s->iam, STR("B"));
    ck_assert_msg(h && !h->own.items.count && h->unread.count == 1, "%s", broken[_i]);
    close_stack(s);
}
END_TEST

/* Nested deeper than anything that is meant. */
START_TEST(deep_texts_are_unread) {
    enum { DEEP = 5000 };
    static const char head[] = "Resources:\n  B: {Type: AWS::S3::Bucket}\n  Y: {Type: "
                               "AWS::S3::BucketPolicy, Properties: {Bucket: !Ref B, "
                               "PolicyDocument: '";
    char text[sizeof head + DEEP + 8];
    memcpy(text, head, sizeof head - 1);
    memset(text + sizeof head - 1, '[', DEEP);
    strcpy(text + sizeof head - 1 + DEEP, "'}}\n");
    struct stack *s = open_stack(&schema, "x.yaml", text);
    ck_assert_uint_eq(iam_policy_of(&s->iam, STR("B"))->unread.count, 1);
    close_stack(s);
}
END_TEST

/* ---- AWS's managed policies ------------------------------------------------------------- */

START_TEST(managed_policies_are_well_formed) {
    uint32_t count = managed_count(&schema), statements = 0;
    ck_assert_uint_gt(count, 1000);
    for (uint32_t i = 0; i < count; i++) {
        struct managed_id id = managed_at(&schema, i);
        struct str name = managed_name(&schema, id);
        ck_assert(managed_find(&schema, name).n == id.n);
        ck_assert_uint_gt(managed_statement_count(&schema, id), 0);
        for (uint32_t k = 0; k < managed_statement_count(&schema, id); k++) {
            struct managed_statement s = managed_statement_at(&schema, id, k);
            ck_assert_msg(s.actions.count && s.resources.count, "%.*s", STR_ARG(name));
            for (uint32_t c = 0; c < s.condition_count; c++)
                ck_assert(managed_condition_at(&schema, &s, c).values.count > 0);
            statements++;
        }
    }
    ck_assert_uint_gt(statements, 3000);
    ck_assert(!managed_find(&schema, STR("Nothing")).n);
    ck_assert(
        !managed_find(&schema, STR("AWSLambdaBasicExecutionRole")).n); /* its path is missing */
}
END_TEST

static const struct {
    const char *policy, *action, *on;
    enum decision decision;
} managed[] = {
    {"service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents", "G", DECISION_ALLOWED},
    {"service-role/AWSLambdaBasicExecutionRole", "logs:DeleteLogGroup", "G", DECISION_DENIED},
    {"service-role/AWSLambdaSQSQueueExecutionRole", "sqs:DeleteMessage", "Q", DECISION_ALLOWED},
    {"service-role/AWSLambdaSQSQueueExecutionRole", "sqs:SendMessage", "Q", DECISION_DENIED},
    {"service-role/AWSLambdaDynamoDBExecutionRole", "dynamodb:GetRecords",
     "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/x", DECISION_ALLOWED},
    {"service-role/AWSLambdaVPCAccessExecutionRole", "ec2:CreateNetworkInterface",
     "arn:aws:ec2:eu-west-1:123456789012:subnet/x", DECISION_ALLOWED},
    {"service-role/AmazonAPIGatewayPushToCloudWatchLogs", "logs:PutLogEvents", "G",
     DECISION_ALLOWED},
    {"AWSXRayDaemonWriteAccess", "xray:PutTraceSegments", "*", DECISION_ALLOWED},
    {"CloudWatchLambdaInsightsExecutionRolePolicy", "logs:PutLogEvents",
     "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda-insights:log-stream:x",
     DECISION_ALLOWED},
    {"CloudWatchLambdaInsightsExecutionRolePolicy", "logs:PutLogEvents",
     "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:log-stream:x", DECISION_DENIED},
    {"PowerUserAccess", "iam:CreateUser", "arn:aws:iam::123456789012:user/x", DECISION_DENIED},
    {"PowerUserAccess", "sqs:SendMessage", "Q", DECISION_ALLOWED},
    {"AWSLambda_FullAccess", "iam:PassRole", "R", DECISION_DEPENDS}, /* to which service */
    {"AWSDenyAll", "sqs:SendMessage", "Q", DECISION_DENIED},
};

START_TEST(managed_policies_decide) {
    char text[1024];
    snprintf(
        text, sizeof text,
        "Resources:\n  G: {Type: AWS::Logs::LogGroup}\n  Q: {Type: AWS::SQS::Queue}\n"
        "  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: "
        "Allow, Principal: {AWS: !Ref AWS::AccountId}, Action: '*'}]}, ManagedPolicyArns: "
        "['arn:aws:iam::aws:policy/%s']}}\n",
        managed[_i].policy);
    struct stack *s = open_stack(&schema, "x.yaml", text);
    enum decision found = ask(s, managed[_i].action, managed[_i].on);
    ck_assert_msg(found == managed[_i].decision, "%s %s: %d", managed[_i].policy,
                  managed[_i].action, found);
    close_stack(s);
}
END_TEST

/* ---- boundaries and resources' policies ------------------------------------------------- */

static const struct {
    const char *type, *principal;
    enum decision decision;
} bounded[] = {
    {"AWS::IAM::Role", ROLE, DECISION_DENIED},
    {"AWS::IAM::Role", "'*'", DECISION_ALLOWED},
    {"AWS::IAM::Role", "{AWS: '*'}", DECISION_ALLOWED},
    {"AWS::IAM::Role", "{AWS: !Ref AWS::AccountId}", DECISION_DENIED},
    {"AWS::IAM::User", ROLE, DECISION_ALLOWED},
};

START_TEST(boundaries_confine) {
    char text[1024];
    snprintf(
        text, sizeof text,
        "Resources:\n  X: {Type: AWS::SQS::Queue}\n"
        "  Y: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref X], PolicyDocument: "
        "{Statement: [{Effect: Allow, Principal: %s, Action: 'sqs:*', Resource: '*'}]}}}\n"
        "  B: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Effect: "
        "Allow, Action: 's3:*', Resource: '*'}]}}}\n"
        "  R: {Type: %s, Properties: {AssumeRolePolicyDocument: {}, PermissionsBoundary: !Ref "
        "B}}\n",
        bounded[_i].principal, bounded[_i].type);
    struct stack *s = open_stack(&schema, "x.yaml", text);
    enum decision found = ask(s, "sqs:SendMessage", "X");
    ck_assert_msg(found == bounded[_i].decision, "%s %s: %d", bounded[_i].type,
                  bounded[_i].principal, found);
    close_stack(s);
}
END_TEST

/* ---- tables that were written by hand ------------------------------------------------------ */

/* Words that must be actions of IAM, types or services, between blanks, '|' and a last '/'. */
static const char *const named_actions[] = {
#define ESCALATION(action, with, gain) action, with,
#include "iam/escalation.def"
#undef ESCALATION
#define KEY_USE(action, actions, more, document) action, actions, more,
#include "iam/key_uses.def"
#undef KEY_USE
#define AGENT(marks, actions, document) marks, actions,
#include "iam/agents.def"
#undef AGENT
#define NEED(use, service, actions) actions,
#include "passes/rules/needs.def"
#undef NEED
#define WIRED(type, get, post, put, patch, delete, other) get, post, put, patch, delete, other,
#include "passes/rules/wiring.def"
#undef WIRED
#define NEEDS(use, service, actions) actions,
#include "passes/rules/service_roles.def"
};

START_TEST(tables_name_actions) {
    struct str rest = str_from(named_actions[_i]);
    while (rest.len) {
        struct str name, words = str_split(rest, ' ', &rest);
        while (words.len) {
            struct str one = str_split(words, '|', &words);
            if (str_ends(one, STR("/")))
                one.len--;
            if (str_starts(one, STR("AWS::"))) {
                ck_assert_msg(schema_type_find(&schema, one).n, "%.*s", STR_ARG(one));
                continue;
            }
            if (str_ends(one, STR(".amazonaws.com"))) /* a service that takes on a role */
                continue;
            struct str prefix = str_split(one, ':', &name);
            struct iam_service_id service = iam_service_find(&schema, prefix);
            ck_assert_msg(iam_action_find(&schema, service, name).n, "%.*s", STR_ARG(one));
        }
    }
}
END_TEST

/* Types and a property of each, of which the first part counts. */
static const struct {
    const char *type, *property, *otherwise; /* where property is "" */
} named_properties[] = {
#define RESOURCE_POLICY(type, target, of, path) {type, target, ""}, {type, path, ""},
#include "iam/policies.def"
#define OTHER_POLICY(kind, type, path) {type, path, ""},
#include "iam/policies.def"
#define POLICY_SIZE(type, property, limit, name, document) {type, property, ""},
#include "iam/policy_sizes.def"
#define NAME(type, property, most) {type, property, ""},
#include "passes/rules/names.def"
#undef NAME
#define ACTS(type, list, at, role, use) {type, list, at}, {type, list, role},
#include "passes/rules/service_roles.def"
};

START_TEST(tables_name_properties) {
    const char *property = named_properties[_i].property;
    if (!*property)
        property = named_properties[_i].otherwise;
    struct str rest, first = str_split(str_from(property), '.', &rest);
    struct schema_type_id type = schema_type_find(&schema, str_from(named_properties[_i].type));
    ck_assert_msg(type.n, "%s", named_properties[_i].type);
    if (first.len)
        ck_assert_msg(schema_property_find(&schema, schema_type_body(&schema, type), first).n,
                      "%s %.*s", named_properties[_i].type, STR_ARG(first));
}
END_TEST

int main(void) {
    schema = schema_builtin();
    Suite *suite = suite_create("policies");
    TCase *tc = tcase_create("policies");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, values_compare, 0, COUNT(comparisons));
    tcase_add_test(tc, operators_are_known);
    tcase_add_loop_test(tc, conditions_decide, 0, COUNT(conditions));
    tcase_add_loop_test(tc, variables_decide, 0, COUNT(variables));
    tcase_add_loop_test(tc, policies_are_read, 0, COUNT(placed));
    tcase_add_loop_test(tc, broken_texts_are_unread, 0, COUNT(broken));
    tcase_add_test(tc, deep_texts_are_unread);
    tcase_add_test(tc, managed_policies_are_well_formed);
    tcase_add_loop_test(tc, managed_policies_decide, 0, COUNT(managed));
    tcase_add_loop_test(tc, boundaries_confine, 0, COUNT(bounded));
    tcase_add_loop_test(tc, tables_name_actions, 0, COUNT(named_actions));
    tcase_add_loop_test(tc, tables_name_properties, 0, COUNT(named_properties));
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
