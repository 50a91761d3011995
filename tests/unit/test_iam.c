/* Policies: matching of ARNs with holes, evaluation, and that every verb of the language allows exactly
   its actions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/driver.h"
#include "iam/evaluate.h"
#include "unit/stack.h"
#include "iam/grants.h"
#include "unit/suite.h"

static struct schema schema;

/* ---- matching --------------------------------------------------------------------------- */

/* In patterns and texts {P} {R} {A} are the pseudo parameters, {S} the stack's name, {X} {Y} names of
   resources of the stack, {p} {q} parameters; in texts '~' is a part of unknown text. */
static struct arn symbols(struct holes *h, const char *text, bool is_pattern) {
    static const struct {
        char letter;
        enum hole_kind kind;
    } rows[] = {{'P', HOLE_PARTITION}, {'R', HOLE_REGION}, {'A', HOLE_ACCOUNT}, {'S', HOLE_WORD},
                {'X', HOLE_OWN},       {'Y', HOLE_OWN},    {'p', HOLE_ANY},     {'q', HOLE_ANY}};
    struct arn out = {0};
    for (const char *c = text; *c; c++) {
        uint32_t symbol = (unsigned char)*c;
        for (size_t i = 0; *c == '{' && i < sizeof rows / sizeof *rows; i++)
            if (c[1] == rows[i].letter)
                symbol = hole_symbol(h, str_dup(h->arena, (struct str){c + 1, 1}), rows[i].kind);
        if (*c == '{')
            c += 2;
        else if (*c == '~' && !is_pattern)
            symbol = hole_symbol(h, STR("anything"), HOLE_ANY);
        else if (is_pattern)
            symbol = *c == '*' ? ARN_STAR : *c == '?' ? ARN_ONE : symbol;
        vec_push(h->arena, &out, symbol);
    }
    return out;
}

static const struct {
    const char *pattern, *asked;
    enum match match;
} matches[] = {
    {"", "", MATCH_YES}, {"a", "a", MATCH_YES}, {"a", "b", MATCH_NO}, {"a", "", MATCH_NO},
    {"", "a", MATCH_NO}, {"*", "", MATCH_YES}, {"*", "abc", MATCH_YES}, {"?", "a", MATCH_YES},
    {"?", "", MATCH_NO}, {"?", "ab", MATCH_NO}, {"a*", "a", MATCH_YES}, {"a*c", "abbc", MATCH_YES},
    {"a*c", "abbd", MATCH_NO}, {"*b*", "abc", MATCH_YES}, {"*b*", "acc", MATCH_NO},
    {"a?c", "abc", MATCH_YES}, {"a?c", "ac", MATCH_NO}, {"a**c", "ac", MATCH_YES},
    {"*a*a*a*", "aa", MATCH_NO}, {"*a*a*a*", "xaxaxa", MATCH_YES}, {"A", "a", MATCH_NO},
    {"*", "{X}", MATCH_YES}, {"{X}", "{X}", MATCH_YES}, {"{X}", "{Y}", MATCH_NO},
    {"{X}", "x", MATCH_NO}, {"x", "{X}", MATCH_NO}, {"x*", "{X}", MATCH_MAYBE},
    {"{S}-*", "{X}", MATCH_MAYBE}, {"*-x", "{X}", MATCH_MAYBE}, {"{X}*", "{X}", MATCH_YES},
    {"{X}/*", "{X}", MATCH_NO}, {"{X}/*", "{X}/a", MATCH_YES}, {"{X}/*", "{X}/~", MATCH_YES},
    {"{X}/a", "{X}/~", MATCH_MAYBE}, {"{X}/a*", "{X}/~", MATCH_MAYBE}, {"{X}/*", "{Y}/~", MATCH_NO},
    {"a/*", "{X}/~", MATCH_NO}, {"a*", "{X}/~", MATCH_MAYBE}, {"{p}", "x", MATCH_MAYBE},
    {"{p}", "{X}", MATCH_MAYBE}, {"{p}", "{p}", MATCH_YES}, {"{p}", "{q}", MATCH_MAYBE},
    {"x{p}", "y", MATCH_NO}, {"x{p}", "xy", MATCH_MAYBE}, {"*", "{p}", MATCH_YES},
    {"x", "{p}", MATCH_MAYBE}, {"x*", "{p}", MATCH_MAYBE}, {"x{p}y", "x{p}y", MATCH_YES},
    {"x{p}*", "x{p}y", MATCH_YES}, {"{S}", "{S}", MATCH_YES}, {"{S}", "prod", MATCH_MAYBE},
    {"{S}", "a/b", MATCH_NO}, {"{S}-x", "prod-x", MATCH_MAYBE}, {"{S}-x", "prod-y", MATCH_NO},
    {"{P}", "aws", MATCH_YES}, {"aws", "{P}", MATCH_YES}, {"aws-cn", "{P}", MATCH_YES},
    {"azure", "{P}", MATCH_NO}, {"{P}", "azure", MATCH_NO}, {"*", "{P}", MATCH_YES},
    {"{R}", "{R}", MATCH_YES}, {"eu-west-1", "{R}", MATCH_MAYBE}, {"{R}", "eu-west-1", MATCH_MAYBE},
    {"eu", "{R}", MATCH_NO}, {"eu-*", "{R}", MATCH_MAYBE}, {"{R}", "EU-WEST-1", MATCH_NO},
    {"{A}", "{A}", MATCH_YES}, {"{A}", "123456789012", MATCH_MAYBE},
    {"123456789012", "{A}", MATCH_MAYBE}, {"12345", "{A}", MATCH_NO}, {"{A}", "x", MATCH_NO},
    {"{A}", "{R}", MATCH_NO}, {"", "{A}", MATCH_NO}, {"", "{R}", MATCH_NO},
    {"arn:aws:dynamodb:*:*:table/*", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_YES},
    {"arn:aws:dynamodb:*:*:table/*", "arn:{P}:sqs:{R}:{A}:{X}", MATCH_NO},
    {"arn:aws:dynamodb:*:*:table/users", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_NO},
    {"arn:aws:dynamodb:*:*:table/users*", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_MAYBE},
    {"arn:aws:dynamodb:*:*:*", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_YES},
    {"arn:aws:dynamodb:*", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_YES},
    {"arn:*", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_YES},
    {"*", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_YES},
    {"arn:{P}:dynamodb:{R}:{A}:table/{X}", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_YES},
    {"arn:{P}:dynamodb:{R}:{A}:table/{X}", "arn:{P}:dynamodb:{R}:{A}:table/{X}/index/~", MATCH_NO},
    {"arn:{P}:dynamodb:{R}:{A}:table/{X}/index/*", "arn:{P}:dynamodb:{R}:{A}:table/{X}/index/~",
     MATCH_YES},
    {"arn:{P}:dynamodb:eu-west-1:{A}:table/{X}", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_MAYBE},
    {"arn:{P}:dynamodb:{R}:123456789012:table/{X}", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_MAYBE},
    {"arn:{P}:dynamodb:{R}:{A}:table/{p}", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_MAYBE},
    {"{p}", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_MAYBE},
    {"{p}/*", "arn:{P}:dynamodb:{R}:{A}:table/{X}", MATCH_MAYBE},
    {"arn:aws:s3:::*", "arn:{P}:s3:::{X}", MATCH_YES},
    {"arn:aws:s3:::*/*", "arn:{P}:s3:::{X}", MATCH_NO},
    {"arn:aws:s3:::*/*", "arn:{P}:s3:::{X}/~", MATCH_YES},
    {"arn:aws:s3:::{X}/*", "arn:{P}:s3:::{X}/~", MATCH_YES},
    {"arn:aws:s3:::{X}/public/*", "arn:{P}:s3:::{X}/~", MATCH_MAYBE},
    {"arn:aws:s3:::{X}", "arn:{P}:s3:::{X}/~", MATCH_NO},
    {"arn:aws:s3:::b*", "arn:aws:s3:::bucket/key", MATCH_YES},
    {"arn:aws:s3:::b?cket/*", "arn:aws:s3:::bucket/key", MATCH_YES},
    {"arn:*:x:x:x:f", "arn:aws:lambda:x:x:x:f", MATCH_NO}, /* no wildcard crosses a colon there */
    {"arn:aws:lambda:*:*:function:f", "arn:aws:lambda:eu-west-1:123456789012:function:f", MATCH_YES},
    {"arn:aws:lambda:*:*:function:f:*", "arn:aws:lambda:eu-west-1:123456789012:function:f", MATCH_NO},
    {"arn:aws:lambda:*:*:f*", "arn:aws:lambda:eu-west-1:123456789012:function:f", MATCH_YES},
    {"a*", "a*b", MATCH_YES}, {"s3:get*", "s3:getobject", MATCH_YES}, {"s3:*", "sqs:x", MATCH_NO},
    {"s3:get?bject", "s3:getobject", MATCH_YES}, {"*:getobject", "s3:getobject", MATCH_YES},
};

START_TEST(patterns_match) {
    struct arena arena;
    arena_init(&arena, NULL, 0);
    struct holes h;
    holes_init(&h, &arena, NULL);
    enum match found = arn_match(&h, symbols(&h, matches[_i].pattern, true),
                                 symbols(&h, matches[_i].asked, false));
    ck_assert_msg(found == matches[_i].match, "'%s' against '%s': %d, expected %d",
                  matches[_i].pattern, matches[_i].asked, found, matches[_i].match);
    arena_free(&arena);
}
END_TEST

/* A pattern covers another one only if it covers all that the other does. */
static const struct {
    const char *wide, *narrow;
    bool covers;
} inclusions[] = {
    {"*", "*", true}, {"*", "a*", true}, {"a*", "*", false}, {"a*", "ab*", true}, {"ab*", "a*", false},
    {"a*", "a?", true}, {"a?", "a*", false}, {"a?", "a?", true}, {"a?", "ab", true},
    {"a*c", "abc", true}, {"a*c", "ab*", false}, {"*/*", "a/*", true}, {"a/*", "*/*", false},
    {"{p}", "*", false}, {"{p}", "{p}", true}, {"{X}/*", "{X}/index/*", true},
    {"{X}/index/*", "{X}/*", false}, {"arn:aws:s3:::*", "arn:aws:s3:::b/*", true},
    {"arn:aws:s3:::b/*", "arn:aws:s3:::*", false}, {"arn:aws:s3:::b/*", "arn:aws:s3:::b/c*", true},
};

START_TEST(patterns_include) {
    struct arena arena;
    arena_init(&arena, NULL, 0);
    struct holes h;
    holes_init(&h, &arena, NULL);
    enum match found = arn_match(&h, symbols(&h, inclusions[_i].wide, true),
                                 symbols(&h, inclusions[_i].narrow, true));
    ck_assert_msg((found == MATCH_YES) == inclusions[_i].covers, "'%s' over '%s': %d",
                  inclusions[_i].wide, inclusions[_i].narrow, found);
    arena_free(&arena);
}
END_TEST

/* ---- evaluation ------------------------------------------------------------------------- */

#define ARN_T "{Fn::GetAtt: [T, Arn]}"
#define ALLOW(action, resource) "{Effect: Allow, Action: " action ", Resource: " resource "}"
#define DENY(action, resource) "{Effect: Deny, Action: " action ", Resource: " resource "}"
#define GET "'dynamodb:GetItem'"

/* Statements of a role; what the role may do with 'dynamodb:GetItem' on the table T. */
static const struct {
    const char *statements;
    enum decision decision;
} evaluations[] = {
    {"[]", DECISION_DENIED},
    {"[" ALLOW(GET, ARN_T) "]", DECISION_ALLOWED},
    {"[" ALLOW("'dynamodb:getitem'", ARN_T) "]", DECISION_ALLOWED},
    {"[" ALLOW("'DynamoDB:GetItem'", ARN_T) "]", DECISION_ALLOWED},
    {"[" ALLOW("['dynamodb:PutItem', 'dynamodb:GetItem']", ARN_T) "]", DECISION_ALLOWED},
    {"[" ALLOW("'dynamodb:PutItem'", ARN_T) "]", DECISION_DENIED},
    {"[" ALLOW("'dynamodb:Get*'", ARN_T) "]", DECISION_ALLOWED},
    {"[" ALLOW("'dynamodb:G?tItem'", ARN_T) "]", DECISION_ALLOWED},
    {"[" ALLOW("'*'", "'*'") "]", DECISION_ALLOWED},
    {"[" ALLOW(GET, "'*'") "]", DECISION_ALLOWED},
    {"[" ALLOW(GET, "'arn:aws:dynamodb:*:*:table/*'") "]", DECISION_ALLOWED},
    {"[" ALLOW(GET, "'arn:aws:dynamodb:*:*:table/other'") "]", DECISION_DENIED},
    {"[" ALLOW(GET, "'arn:aws:s3:::*'") "]", DECISION_DENIED},
    {"[" ALLOW(GET, "{Ref: P}") "]", DECISION_DEPENDS},
    {"[" ALLOW("{Ref: P}", "'*'") "]", DECISION_DEPENDS},
    {"[" ALLOW(GET, "{Fn::Sub: 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${T}'}")
     "]", DECISION_ALLOWED},
    {"[" ALLOW(GET, "{Fn::Sub: 'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${P}'}") "]",
     DECISION_DEPENDS},
    {"[" ALLOW(GET, "{Fn::Sub: '${T.Arn}/index/*'}") "]", DECISION_DENIED},
    {"[" ALLOW(GET, "{Fn::Sub: '${T.Arn}*'}") "]", DECISION_ALLOWED},
    {"[" ALLOW(GET, "{Fn::Join: ['', [{Fn::GetAtt: [T, Arn]}, '']]}") "]", DECISION_ALLOWED},
    {"[" ALLOW(GET, "{Fn::GetAtt: [U, Arn]}") "]", DECISION_DENIED},
    {"[" ALLOW(GET, "{Fn::ImportValue: x}") "]", DECISION_DEPENDS},
    {"[" ALLOW(GET, "{Fn::If: [C, {Fn::GetAtt: [T, Arn]}, {Fn::GetAtt: [U, Arn]}]}") "]", DECISION_DEPENDS},
    {"[" ALLOW(GET, "{Fn::If: [C, {Fn::GetAtt: [T, Arn]}, '*']}") "]", DECISION_DEPENDS},
    {"{Fn::If: [C, [" ALLOW(GET, ARN_T) "], []]}", DECISION_DEPENDS},
    {"[{Fn::If: [C, " ALLOW(GET, ARN_T) ", {Ref: AWS::NoValue}]}]", DECISION_DEPENDS},
    {"[" ALLOW(GET, ARN_T) ", " DENY(GET, ARN_T) "]", DECISION_DENIED},
    {"[" DENY(GET, "'*'") ", " ALLOW("'*'", "'*'") "]", DECISION_DENIED},
    {"[" DENY("'dynamodb:PutItem'", "'*'") ", " ALLOW("'*'", "'*'") "]", DECISION_ALLOWED},
    {"[" DENY(GET, "{Fn::GetAtt: [U, Arn]}") ", " ALLOW("'*'", "'*'") "]", DECISION_ALLOWED},
    {"[" DENY(GET, "{Ref: P}") ", " ALLOW("'*'", "'*'") "]", DECISION_DEPENDS},
    {"[" DENY(GET, "{Ref: P}") "]", DECISION_DENIED},
    {"[{Fn::If: [C, " DENY(GET, ARN_T) ", {Ref: AWS::NoValue}]}, " ALLOW(GET, ARN_T) "]",
     DECISION_DEPENDS},
    {"[{Effect: Allow, NotAction: 'dynamodb:GetItem', Resource: '*'}]", DECISION_DENIED},
    {"[{Effect: Allow, NotAction: 'dynamodb:PutItem', Resource: '*'}]", DECISION_ALLOWED},
    {"[{Effect: Allow, NotAction: {Ref: P}, Resource: '*'}]", DECISION_DEPENDS},
    {"[{Effect: Allow, Action: '*', NotResource: {Fn::GetAtt: [T, Arn]}}]", DECISION_DENIED},
    {"[{Effect: Allow, Action: '*', NotResource: {Fn::GetAtt: [U, Arn]}}]", DECISION_ALLOWED},
    {"[{Effect: Deny, NotAction: 'dynamodb:GetItem', Resource: '*'}, " ALLOW("'*'", "'*'") "]",
     DECISION_ALLOWED},
    {"[{Effect: Allow, Action: '*', Resource: '*', Condition: {StringEquals: {'aws:x': y}}}]",
     DECISION_DEPENDS},
    {"[{Effect: Allow, Action: '*', Resource: '*', Condition: {Bool: {'aws:SecureTransport': 'true'}}}]",
     DECISION_ALLOWED},
    {"[" ALLOW("'*'", "'*'")
     ", {Effect: Deny, Action: '*', Resource: '*', Condition: {Bool: {'aws:SecureTransport': false}}}]",
     DECISION_ALLOWED},
    {"[" ALLOW("'*'", "'*'")
     ", {Effect: Deny, Action: '*', Resource: '*', Condition: {StringEquals: {'aws:x': y}}}]",
     DECISION_DEPENDS},
    {"{Effect: Allow, Action: '*', Resource: '*'}", DECISION_ALLOWED},
};

#define TEMPLATE \
    "Parameters: {P: {Type: String}}\n" \
    "Conditions: {C: {Fn::Equals: [{Ref: P}, x]}}\n" \
    "Resources:\n" \
    "  T: {Type: AWS::DynamoDB::Table, Properties: {KeySchema: [{AttributeName: a, KeyType: HASH}]}}\n" \
    "  U: {Type: AWS::DynamoDB::Table, Properties: {KeySchema: [{AttributeName: a, KeyType: HASH}]}}\n" \
    "  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, %s\n" \
    "    Policies: [{PolicyName: p, PolicyDocument: {Statement: %s}}]}}\n%s"

static enum decision decide(const char *extra, const char *statements, const char *resources,
                            const char *action, const char *on) {
    char *text = malloc(8192);
    snprintf(text, 8192, TEMPLATE, extra, statements, resources);
    struct stack *s = open_stack(&schema, "x.yaml", text);
    struct iam *iam = &s->iam;
    const struct resource *r = graph_find(&s->job.graph, str_from(on));
    struct str name, prefix = str_split(str_from(action), ':', &name);
    struct iam_action_id id = iam_action_find(&schema, iam_service_find(&schema, prefix), name);
    struct request request = {str_from(action), {0}, r->id};
    ck_assert(iam_aim(iam, id, arn_of_resource(&iam->arns, r), &request.on));
    struct answer a = iam_evaluate(iam, iam_principal(iam, STR("R")), &request);
    ck_assert((a.decision == DECISION_DEPENDS) == (a.reasons.count > 0));
    close_stack(s);
    free(text);
    return a.decision;
}

START_TEST(statements_decide) {
    enum decision found = decide("", evaluations[_i].statements, "", "dynamodb:GetItem", "T");
    ck_assert_msg(found == evaluations[_i].decision, "%s: %d, expected %d", evaluations[_i].statements,
                  found, evaluations[_i].decision);
}
END_TEST

#define POLICY(type, more, statements) \
    "  Q: {Type: " type ", Properties: {PolicyName: q, " more ", PolicyDocument: {Statement: " statements \
    "}}}\n"
#define KEY(principal) \
    "  K: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: [{Effect: Allow, Principal: " \
    principal ", Action: 'kms:*', Resource: '*'}]}}}\n"
#define BUCKET(effect, principal) \
    "  B: {Type: AWS::S3::Bucket}\n" \
    "  BP: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: {Ref: B}, PolicyDocument: {Statement: " \
    "[{Effect: " effect ", Principal: " principal ", Action: 's3:*', Resource: ['*']}]}}}\n"
#define ROOT "{AWS: {Fn::Sub: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}}"
#define ROLE "{AWS: {Fn::GetAtt: [R, Arn]}}"

static const struct {
    const char *extra, *statements, *resources, *action, *on;
    enum decision decision;
} stacks[] = {
    {"", "[]", POLICY("AWS::IAM::Policy", "Roles: [{Ref: R}]", "[" ALLOW("'*'", "'*'") "]"),
     "dynamodb:GetItem", "T", DECISION_ALLOWED},
    {"", "[]", POLICY("AWS::IAM::RolePolicy", "RoleName: {Ref: R}", "[" ALLOW("'*'", "'*'") "]"),
     "dynamodb:GetItem", "T", DECISION_ALLOWED},
    {"", "[]", POLICY("AWS::IAM::ManagedPolicy", "Roles: [{Ref: R}]", "[" ALLOW("'*'", "'*'") "]"),
     "dynamodb:GetItem", "T", DECISION_ALLOWED},
    {"", "[]", POLICY("AWS::IAM::ManagedPolicy", "Users: [x]", "[" ALLOW("'*'", "'*'") "]"),
     "dynamodb:GetItem", "T", DECISION_DENIED},
    {"ManagedPolicyArns: [{Ref: Q}],", "[]",
     POLICY("AWS::IAM::ManagedPolicy", "Path: /", "[" ALLOW("'*'", "'*'") "]"), "dynamodb:GetItem",
     "T", DECISION_ALLOWED},
    {"ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],", "[]", "",
     "dynamodb:GetItem", "T", DECISION_ALLOWED},
    {"ManagedPolicyArns: [{Fn::Sub: 'arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess'}],",
     "[]", "", "dynamodb:GetItem", "T", DECISION_ALLOWED},
    {"ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],", "[]",
     "", "dynamodb:GetItem", "T", DECISION_DENIED},
    {"ManagedPolicyArns: ['arn:aws:iam::aws:policy/SomethingElse'],", "[]", "", "dynamodb:GetItem", "T",
     DECISION_DEPENDS},
    {"ManagedPolicyArns: {Ref: P},", "[]", "", "dynamodb:GetItem", "T", DECISION_DEPENDS},
    {"ManagedPolicyArns: ['arn:aws:iam::aws:policy/SomethingElse'],", "[" ALLOW("'*'", "'*'") "]", "",
     "dynamodb:GetItem", "T", DECISION_ALLOWED},
    {"ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSDenyAll'],", "[" ALLOW("'*'", "'*'") "]", "",
     "dynamodb:GetItem", "T", DECISION_DENIED},
    {"ManagedPolicyArns: [{Ref: P}],", "[" ALLOW("'*'", "'*'") "]", "", "dynamodb:GetItem", "T",
     DECISION_DEPENDS}, /* it may deny */
    {"PermissionsBoundary: {Ref: Q},", "[" ALLOW("'*'", "'*'") "]",
     POLICY("AWS::IAM::ManagedPolicy", "Path: /", "[" ALLOW("'s3:*'", "'*'") "]"), "dynamodb:GetItem",
     "T", DECISION_DENIED},
    {"PermissionsBoundary: {Ref: Q},", "[" ALLOW("'*'", "'*'") "]",
     POLICY("AWS::IAM::ManagedPolicy", "Path: /", "[" ALLOW("'dynamodb:*'", "'*'") "]"),
     "dynamodb:GetItem", "T", DECISION_ALLOWED},
    {"PermissionsBoundary: {Ref: Q},", "[]",
     POLICY("AWS::IAM::ManagedPolicy", "Path: /", "[" ALLOW("'dynamodb:*'", "'*'") "]"),
     "dynamodb:GetItem", "T", DECISION_DENIED},
    {"PermissionsBoundary: {Ref: Q},", "[" ALLOW("'*'", "'*'") "]",
     POLICY("AWS::IAM::ManagedPolicy", "Path: /", "[" ALLOW("'*'", "'*'") ", " DENY(GET, "'*'") "]"),
     "dynamodb:GetItem", "T", DECISION_DENIED},
    {"PermissionsBoundary: {Ref: P},", "[" ALLOW("'*'", "'*'") "]", "", "dynamodb:GetItem", "T",
     DECISION_DEPENDS},
    {"", "[]", KEY(ROOT), "kms:Decrypt", "K", DECISION_DENIED},
    {"", "[" ALLOW("'kms:Decrypt'", "'*'") "]", KEY(ROOT), "kms:Decrypt", "K", DECISION_ALLOWED},
    {"", "[]", KEY(ROLE), "kms:Decrypt", "K", DECISION_ALLOWED},
    {"", "[" ALLOW("'kms:Decrypt'", "'*'") "]", KEY("{AWS: 'arn:aws:iam::123456789012:role/other'}"),
     "kms:Decrypt", "K", DECISION_DENIED},
    {"", "[]", BUCKET("Allow", "'*'"), "s3:GetObject", "B", DECISION_ALLOWED},
    {"", "[]", BUCKET("Allow", ROLE), "s3:GetObject", "B", DECISION_ALLOWED},
    {"", "[]", BUCKET("Allow", ROOT), "s3:GetObject", "B", DECISION_DENIED},
    {"", "[]", BUCKET("Allow", "{Service: s3.amazonaws.com}"), "s3:GetObject", "B", DECISION_DENIED},
    {"", "[]", BUCKET("Allow", "{AWS: {Ref: P}}"), "s3:GetObject", "B", DECISION_DEPENDS},
    {"", "[" ALLOW("'*'", "'*'") "]", BUCKET("Deny", "'*'"), "s3:GetObject", "B", DECISION_DENIED},
    {"", "[" ALLOW("'*'", "'*'") "]", BUCKET("Deny", ROOT), "s3:GetObject", "B", DECISION_DENIED},
    {"", "[" ALLOW("'*'", "'*'") "]", BUCKET("Deny", ROLE), "s3:GetObject", "B", DECISION_DENIED},
    {"", "[" ALLOW("'*'", "'*'") "]", BUCKET("Deny", "{AWS: 'arn:aws:iam::123456789012:role/other'}"),
     "s3:GetObject", "B", DECISION_ALLOWED},
    {"", "[" ALLOW("'s3:GetObject'", "{Fn::Sub: '${B.Arn}/*'}") "]", "  B: {Type: AWS::S3::Bucket}\n",
     "s3:GetObject", "B", DECISION_ALLOWED},
    {"", "[" ALLOW("'s3:GetObject'", "{Fn::GetAtt: [B, Arn]}") "]", "  B: {Type: AWS::S3::Bucket}\n",
     "s3:GetObject", "B", DECISION_DENIED},
    {"", "[" ALLOW("'s3:GetObject'", "'arn:aws:s3:::mine/*'") "]",
     "  B: {Type: AWS::S3::Bucket, Properties: {BucketName: mine}}\n", "s3:GetObject", "B",
     DECISION_ALLOWED},
    {"", "[" ALLOW("'sqs:SendMessage'", "{Fn::GetAtt: [Q, Arn]}") "]", "  Q: {Type: AWS::SQS::Queue}\n",
     "sqs:SendMessage", "Q", DECISION_ALLOWED},
    {"", "[" ALLOW("'sns:Publish'", "{Ref: N}") "]", "  N: {Type: AWS::SNS::Topic}\n", "sns:Publish",
     "N", DECISION_ALLOWED},
    {"", "[" ALLOW("'dynamodb:GetItem'", ARN_T) "]", "", "dynamodb:ListTables", "T", DECISION_DENIED},
    {"", "[" ALLOW("'dynamodb:ListTables'", ARN_T) "]", "", "dynamodb:ListTables", "T",
     DECISION_DENIED}, /* it takes nothing but '*' */
    {"", "[" ALLOW("'dynamodb:ListTables'", "'*'") "]", "", "dynamodb:ListTables", "T", DECISION_ALLOWED},
};

START_TEST(stacks_decide) {
    enum decision found = decide(stacks[_i].extra, stacks[_i].statements, stacks[_i].resources,
                                 stacks[_i].action, stacks[_i].on);
    ck_assert_msg(found == stacks[_i].decision, "%s %s %s: %d, expected %d", stacks[_i].extra,
                  stacks[_i].statements, stacks[_i].resources, found, stacks[_i].decision);
}
END_TEST

/* ---- the verbs of the language --------------------------------------------------------------- */

enum kind_id {
#define KIND(id, name, suffix, type, doc) KIND_##id,
#define ALIAS(kind, name, how, argument, doc)
#define PART(kind, name, type, suffix, doc)
#include "lang/kinds.def"
#undef KIND
#undef ALIAS
#undef PART
};

static const struct verb {
    enum kind_id kind;
    const char *name, *actions, *construct, *scope;
} verbs[] = {
#define VERB(kind, name, scope, actions, doc) {KIND_##kind, #name, actions, #kind, #scope},
#include "lang/verbs.def"
#undef VERB
};

enum { VERB_COUNT = sizeof verbs / sizeof *verbs };

static const char *construct_of(enum kind_id kind) {
    switch (kind) {
    case KIND_TABLE:
        return "table x {\n  key (id: string)\n  index ByDate (date: string)\n}\n";
    case KIND_INDEX:
        return "table y {\n  key (id: string)\n  index ByDate (date: string)\n}\n";
    case KIND_API:
        return "api x {\n  kind = websocket\n  stage live {}\n  on default -> f\n}\n";
    case KIND_STAGE:
        return "api y {\n  kind = websocket\n  stage live {}\n  on default -> f\n}\n";
    case KIND_FUNCTION:
        return "function x { code = \"c\", runtime = \"nodejs22.x\", handler = \"h.h\" }\n";
    case KIND_MACHINE:
        return "existing machine x { arn = \"arn:aws:states:eu-west-1:123456789012:stateMachine:x\" }\n";
    default:
        return NULL;
    }
}

/* Whether the table says that a verb allows the action. */
static bool is_allowed_by_table(const struct verb *v, struct str action) {
    for (unsigned i = 0; i < VERB_COUNT; i++) {
        struct str rest = str_from(verbs[i].actions);
        while (verbs[i].kind == v->kind && !strcmp(verbs[i].name, v->name) && rest.len)
            if (str_eq(str_split(rest, ' ', &rest), action))
                return true;
    }
    return false;
}

/* What follows the thing's ARN in the statements of a scope; a scope without a row fails. */
static bool is_of_scope(const struct verb *v, struct str on) {
    static const struct {
        const char *scope, *rest;
    } rows[] = {{"THING", ""},  {"INDEXES", ""},     {"INDEXES", "/index/*"},
                {"INSIDE", "/*"}, {"POST", "/POST/@connections/*"}, {"GET", "/GET/@connections/*"},
                {"DELETE", "/DELETE/@connections/*"}};
    size_t name = 0;
    while (name < on.len && on.ptr[name] != '/')
        name++;
    struct str rest = str_slice(on, name, on.len);
    if (v->kind == KIND_INDEX)
        return str_is(rest, "/index/ByDate");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(v->scope, rows[i].scope) &&
            (v->kind == KIND_API || v->kind == KIND_STAGE ? str_ends(rest, str_from(rows[i].rest))
                                                          : str_is(rest, rows[i].rest)))
            return true;
    return false;
}

/* Each action of each statement is of a row of the verb, without wildcards, and stands on what that
   row's scope is, and on nothing else. */
static void check_statement(struct iam *iam, const struct verb *v, const struct statement *s) {
    ck_assert(s->allows && !s->not_action && !s->not_resource && value_is_null(s->condition));
    for (uint32_t i = 0; i < s->actions.items.count; i++) {
        struct str action = value_text(s->actions.items.items[i].value);
        ck_assert(is_allowed_by_table(v, action));
        for (uint32_t k = 0; k < s->resources.items.count; k++) {
            struct str on = grant_term(iam, &s->resources.items.items[k]);
            bool fits = false;
            for (unsigned n = 0; n < VERB_COUNT; n++)
                fits = fits || (verbs[n].kind == v->kind && !strcmp(verbs[n].name, v->name) &&
                                is_of_scope(&verbs[n], on));
            ck_assert_msg(fits, "%s.%s: %.*s on %.*s", v->construct, v->name, STR_ARG(action),
                          STR_ARG(on));
        }
    }
}

START_TEST(verbs_allow_what_they_say) {
    const struct verb *v = &verbs[_i];
    const char *made = construct_of(v->kind);
    struct arena arena;
    arena_init(&arena, NULL, 0);
    const char *target = v->kind == KIND_INDEX   ? "y.ByDate"
                         : v->kind == KIND_STAGE ? "y.live"
                                                 : "x";
    char text[1024];
    snprintf(text, sizeof text,
             "%s%s%sfunction f {\n  code = \"c\"\n  runtime = \"nodejs22.x\"\n  handler = \"h.h\"\n"
             "  logs = none\n  allow %s on %s\n}\nassert can(f, \"%s\", %s), \"asked by the verb\"\n",
             made ? made : str_cstr(&arena, str_lower(&arena, str_from(v->construct))),
             made ? "" : " x {}\n", "", v->name, target, v->name, target);
    struct stack *s = open_stack(&schema, "x.api", text);
    struct iam *iam = &s->iam;
    const struct holder *role = iam_principal(iam, STR("FFunctionRole"));
    ck_assert(role && role->own.items.count > 0);
    struct str service = str_split(str_from(v->actions), ':', &(struct str){0});
    struct iam_service_id id = iam_service_find(&schema, service);
    uint32_t count = iam_service_action_count(&schema, id), allowed = 0;
    for (uint32_t i = 0; i < role->own.items.count; i++)
        check_statement(iam, v, role->own.items.items[i]);
    ck_assert(count > 0);
    for (uint32_t i = 0; i < count; i++) {
        struct iam_action_id at = iam_service_action_at(&schema, id, i);
        struct str name = iam_action_name(&schema, at);
        struct str action = str_printf(&s->job.arena, "%.*s:%.*s", STR_ARG(service), STR_ARG(name));
        bool any = false;
        for (uint32_t k = 0; k < role->own.items.count; k++) {
            const struct term_vec *on = &role->own.items.items[k]->resources;
            for (uint32_t j = 0; j < on->items.count; j++) {
                struct request request = {action, on->items.items[j].pattern, STR_NIL};
                any = any || iam_evaluate(iam, role, &request).decision != DECISION_DENIED;
            }
        }
        allowed += any;
        ck_assert_msg(any == is_allowed_by_table(v, action), "%s.%s: %.*s is%s allowed",
                      v->construct, v->name, STR_ARG(action), any ? "" : " not");
    }
    ck_assert(allowed > 0);
    arena_free(&arena);
    close_stack(s);
}
END_TEST

int main(void) {
    schema = schema_builtin();
    Suite *suite = suite_create("iam");
    TCase *tc = tcase_create("iam");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, patterns_match, 0, COUNT(matches));
    tcase_add_loop_test(tc, patterns_include, 0, COUNT(inclusions));
    tcase_add_loop_test(tc, statements_decide, 0, COUNT(evaluations));
    tcase_add_loop_test(tc, stacks_decide, 0, COUNT(stacks));
    tcase_add_loop_test(tc, verbs_allow_what_they_say, 0, VERB_COUNT);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
