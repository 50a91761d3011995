/* The tables of resource types, IAM actions, regions and runtimes, and looking them up. */

#include "schema/describe.h"
#include "schema/iam.h"
#include "schema/pattern.h"
#include "schema/schema.h"
#include "unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct schema_property_id property(const struct schema *s, const char *type,
                                          const char *name) {
    return schema_property_find(s, schema_type_body(s, schema_type_find(s, str_from(type))),
                                str_from(name));
}

static struct schema_shape_id shape(const struct schema *s, const char *type, const char *name) {
    return schema_property_shape(s, property(s, type, name));
}

static double limit(const struct schema *s, struct schema_shape_id id, enum schema_limit which) {
    double value = -1;
    return schema_shape_limit(s, id, which, &value) ? value : -1;
}

#define ASSERT_STR(actual, expected)                                                              \
    do {                                                                                          \
        struct str got = (actual);                                                                \
        ck_assert_msg(str_is(got, expected), "'%.*s', expected '%s'", STR_ARG(got), expected);    \
    } while (0)

/* ---- the tables have what they should ---- */

START_TEST(test_counts) {
    struct schema s = schema_builtin();
    ck_assert_uint_ge(schema_type_count(&s), 1800);
    ck_assert_uint_ge(iam_action_total(&s), 20000);
    ck_assert_uint_ge(iam_service_count(&s), 450);
    ck_assert_uint_ge(schema_region_count(&s), 44);
    ck_assert_uint_ge(schema_runtime_count(&s), 45);
    ck_assert_uint_eq(schema_date(&s).len, 10);
    ck_assert(str_find(schema_sources(&s), STR("cfn-lint"), 0) < schema_sources(&s).len);
}
END_TEST

START_TEST(test_types) {
    struct schema s = schema_builtin();
    struct str before = STR_NIL;
    for (uint32_t i = 0; i < schema_type_count(&s); i++) {
        struct schema_type_id id = schema_type_at(&s, i);
        struct str name = schema_type_name(&s, id);
        ck_assert(str_cmp(before, name) < 0);
        ck_assert_uint_eq(schema_type_find(&s, name).n, id.n);
        before = name;
    }
    ck_assert_uint_eq(schema_type_find(&s, STR("AWS::Lambda::Funktion")).n, 0);
    ck_assert_uint_eq(schema_type_find(&s, STR("")).n, 0);
    ASSERT_STR(schema_type_name(&s, (struct schema_type_id){0}), "");
    ASSERT_STR(schema_type_name(&s, (struct schema_type_id){UINT32_MAX}), "");
}
END_TEST

START_TEST(test_lambda_function) {
    struct schema s = schema_builtin();
    struct schema_type_id type = schema_type_find(&s, STR("AWS::Lambda::Function"));
    struct schema_shape_id memory = shape(&s, "AWS::Lambda::Function", "MemorySize");
    ck_assert_uint_eq(schema_shape_kinds(&s, memory), SCHEMA_INTEGER);
    ck_assert(limit(&s, memory, SCHEMA_MIN_VALUE) == 128);
    ck_assert(limit(&s, memory, SCHEMA_MAX_VALUE) >= 10240);
    ck_assert(limit(&s, memory, SCHEMA_MAX_LENGTH) == -1);
    ck_assert(schema_property_is_required(&s, property(&s, "AWS::Lambda::Function", "Code")));
    ck_assert(!schema_property_is_required(&s, property(&s, "AWS::Lambda::Function", "Handler")));
    ck_assert_int_eq(
        schema_property_replacement(&s, property(&s, "AWS::Lambda::Function", "FunctionName")),
        SCHEMA_REPLACE_YES);
    ck_assert(schema_property_is_read_only(&s, property(&s, "AWS::Lambda::Function", "Arn")));
    ck_assert_int_eq(schema_type_ref_kind(&s, type), SCHEMA_REF_NAME);
    ASSERT_STR(schema_list_at(&s, schema_type_ref(&s, type), 0), "FunctionName");
    ck_assert(schema_attribute_find(&s, type, STR("Arn")).n);
    ck_assert(schema_attribute_find(&s, type, STR("SnapStartResponse.ApplyOn")).n);
    ck_assert(!schema_attribute_find(&s, type, STR("Name")).n);
    ASSERT_STR(schema_attribute_name(&s, schema_attribute_nearest(&s, type, STR("arn"))), "Arn");
    ck_assert_int_eq(schema_type_tag_style(&s, type), SCHEMA_TAGS_LIST);
    ASSERT_STR(schema_type_arn(&s, type),
               "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}");
    struct schema_shape_id runtime = shape(&s, "AWS::Lambda::Function", "Runtime");
    ck_assert(schema_shape_enum_has(&s, runtime, STR("python3.13")));
    ck_assert(!schema_shape_enum_has(&s, runtime, STR("python3.99")));
    ck_assert(schema_shape_enum_nearest(&s, runtime, STR("Python3.13")).len);
    ASSERT_STR(schema_shape_enum_nearest(&s, runtime, STR("Python3.13")), "python3.13");
    ASSERT_STR(schema_shape_enum_nearest(&s, runtime, STR("cobol")), "");
}
END_TEST

START_TEST(test_nested) {
    struct schema s = schema_builtin();
    struct schema_shape_id vpc = shape(&s, "AWS::Lambda::Function", "VpcConfig");
    ck_assert_uint_eq(schema_shape_kinds(&s, vpc), SCHEMA_OBJECT);
    struct schema_def_id def = schema_shape_def(&s, vpc);
    ASSERT_STR(schema_def_name(&s, def), "VpcConfig");
    ck_assert(!schema_def_is_open(&s, def));
    struct schema_property_id ids = schema_property_find(&s, def, STR("SecurityGroupIds"));
    struct schema_shape_id list = schema_property_shape(&s, ids);
    ck_assert_uint_eq(schema_shape_kinds(&s, list), SCHEMA_LIST);
    ASSERT_STR(schema_shape_format(&s, schema_shape_item(&s, list)), "AWS::EC2::SecurityGroup.Id");
    ASSERT_STR(schema_property_name(&s, schema_property_nearest(&s, def, STR("SubnetIDs"))),
               "SubnetIds");
}
END_TEST

START_TEST(test_dynamodb_table) {
    struct schema s = schema_builtin();
    const char *type = "AWS::DynamoDB::Table";
    struct schema_shape_id keys = shape(&s, type, "KeySchema");
    ck_assert_uint_eq(schema_shape_kinds(&s, keys), SCHEMA_LIST);
    ck_assert(limit(&s, keys, SCHEMA_MAX_ITEMS) == 2);
    ck_assert(schema_shape_is_unique(&s, keys));
    ck_assert_int_eq(schema_property_replacement(&s, property(&s, type, "KeySchema")),
                     SCHEMA_REPLACE_MAYBE);
    struct schema_def_id key = schema_shape_def(&s, schema_shape_item(&s, keys));
    struct schema_property_id key_type = schema_property_find(&s, key, STR("KeyType"));
    ck_assert_uint_eq(schema_shape_enum(&s, schema_property_shape(&s, key_type)).count, 2);
    ck_assert(schema_type_is_stateful(&s, schema_type_find(&s, str_from(type))));
    struct schema_shape_id billing = shape(&s, type, "BillingMode");
    ck_assert(schema_shape_enum_has(&s, billing, STR("PAY_PER_REQUEST")));
    struct schema_def_id sse = schema_shape_def(&s, shape(&s, type, "SSESpecification"));
    bool found = false;
    for (uint32_t i = 0; i < schema_def_group_count(&s, sse); i++) {
        struct schema_group group = schema_def_group_at(&s, sse, i);
        found |= group.kind == SCHEMA_GROUP_NEEDS && str_is(group.subject, "KMSMasterKeyId") &&
                 schema_list_has(&s, schema_group_set(&s, &group, 0), STR("SSEType"));
    }
    ck_assert(found);
}
END_TEST

START_TEST(test_other_types) {
    struct schema s = schema_builtin();
    struct schema_type_id api = schema_type_find(&s, STR("AWS::ApiGateway::RestApi"));
    ck_assert_int_eq(schema_type_ref_kind(&s, api), SCHEMA_REF_ID);
    ck_assert(schema_attribute_find(&s, api, STR("RootResourceId")).n);
    ck_assert(schema_shape_kinds(&s, shape(&s, "AWS::ApiGateway::RestApi", "Body")) & SCHEMA_JSON);
    struct schema_type_id vpc = schema_type_find(&s, STR("AWS::EC2::VPC"));
    ASSERT_STR(schema_shape_format(&s, schema_type_ref_shape(&s, vpc)), "AWS::EC2::VPC.Id");
    struct schema_type_id queue = schema_type_find(&s, STR("AWS::SQS::Queue"));
    ck_assert_int_eq(schema_type_ref_kind(&s, queue), SCHEMA_REF_URL);
    struct schema_type_id secret = schema_type_find(&s, STR("AWS::SecretsManager::Secret"));
    ck_assert_int_eq(schema_type_ref_kind(&s, secret), SCHEMA_REF_ARN);
    struct schema_type_id template = schema_type_find(&s, STR("AWS::SES::Template"));
    ck_assert_int_eq(schema_type_ref_kind(&s, template), SCHEMA_REF_UNKNOWN);
    struct schema_type_id topic = schema_type_find(&s, STR("AWS::SNS::Topic"));
    ck_assert_int_eq(schema_type_ref_kind(&s, topic), SCHEMA_REF_ARN);
    struct schema_type_id stack = schema_type_find(&s, STR("AWS::CloudFormation::Stack"));
    ck_assert(schema_type_has_open_attributes(&s, stack));
    struct schema_type_id http = schema_type_find(&s, STR("AWS::ApiGatewayV2::Api"));
    ck_assert_int_eq(schema_type_tag_style(&s, http), SCHEMA_TAGS_MAP);
    struct schema_list refers = schema_shape_refers(&s, shape(&s, "AWS::Lambda::Function", "Role"));
    ck_assert(schema_list_has(&s, refers, STR("AWS::IAM::Role.Arn")));
    ASSERT_STR(schema_type_name(&s, schema_type_nearest(&s, STR("AWS::lambda::function"))),
               "AWS::Lambda::Function");
    ASSERT_STR(schema_type_name(&s, schema_type_nearest(&s, STR("AWS::DynamoDB::Tabel"))),
               "AWS::DynamoDB::Table");
    ck_assert_uint_eq(schema_type_nearest(&s, STR("AWS::Nothing::Here")).n, 0);
    ck_assert_uint_eq(schema_type_nearest(&s, STR("Custom::Thing")).n, 0);
}
END_TEST

START_TEST(test_regions) {
    struct schema s = schema_builtin();
    struct schema_region_id east = schema_region_find(&s, STR("us-east-1"));
    struct schema_region_id china = schema_region_find(&s, STR("cn-north-1"));
    struct schema_region_id secret = schema_region_find(&s, STR("us-iso-east-1"));
    struct schema_type_id function = schema_type_find(&s, STR("AWS::Lambda::Function"));
    struct schema_type_id cloudfront = schema_type_find(&s, STR("AWS::CloudFront::Distribution"));
    ASSERT_STR(schema_region_partition(&s, east), "aws");
    ASSERT_STR(schema_region_partition(&s, china), "aws-cn");
    ASSERT_STR(schema_region_partition(&s, secret), "aws-iso");
    ck_assert_int_eq(schema_type_in_region(&s, function, east), SCHEMA_PRESENT);
    ck_assert_int_eq(schema_type_in_region(&s, function, secret), SCHEMA_PRESENCE_UNKNOWN);
    ck_assert_int_eq(schema_type_in_region(&s, cloudfront, east), SCHEMA_PRESENT);
    ck_assert_int_eq(schema_type_in_region(&s, function, (struct schema_region_id){0}),
                     SCHEMA_PRESENCE_UNKNOWN);
    ASSERT_STR(schema_region_name(&s, schema_region_nearest(&s, STR("eu-west1"))), "eu-west-1");
}
END_TEST

START_TEST(test_runtimes) {
    struct schema s = schema_builtin();
    struct schema_runtime_id python = schema_runtime_find(&s, STR("python3.8"));
    ASSERT_STR(schema_runtime_family(&s, python), "python");
    ASSERT_STR(schema_runtime_date(&s, python, SCHEMA_RUNTIME_DEPRECATED), "2024-10-14");
    ck_assert(schema_runtime_successor(&s, python).n);
    struct schema_runtime_id latest = schema_runtime_latest(&s, STR("nodejs"));
    ck_assert(str_starts(schema_runtime_name(&s, latest), STR("nodejs2")));
    ck_assert_uint_eq(schema_runtime_latest(&s, STR("cobol")).n, 0);
    struct schema_shape_id shape_id = shape(&s, "AWS::Lambda::Function", "Runtime");
    for (uint32_t i = 0; i < schema_runtime_count(&s); i++)
        ck_assert(schema_shape_enum_has(&s, shape_id,
                                        schema_runtime_name(&s, schema_runtime_at(&s, i))));
}
END_TEST

/* ---- SAM ---- */

START_TEST(test_sam) {
    struct schema s = schema_builtin();
    static const char *const types[] = {"Api", "Application", "CapacityProvider", "Connector",
                                        "Function", "GraphQLApi", "HttpApi", "LayerVersion",
                                        "MicrovmImage", "NetworkConnector", "SimpleTable",
                                        "StateMachine", "WebFunction", "WebSocketApi"};
    char name[64];
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        snprintf(name, sizeof name, "AWS::Serverless::%s", types[i]);
        struct schema_type_id type = schema_type_find(&s, str_from(name));
        ck_assert_msg(type.n && schema_type_is_sam(&s, type), "%s", name);
        ck_assert(!schema_def_is_open(&s, schema_type_body(&s, type)));
    }
    const char *function = "AWS::Serverless::Function";
    ck_assert(!schema_type_is_sam(&s, schema_type_find(&s, STR("AWS::Lambda::Function"))));
    ck_assert(limit(&s, shape(&s, function, "MemorySize"), SCHEMA_MIN_VALUE) == 128);
    struct schema_shape_id uri = shape(&s, function, "CodeUri");
    ck_assert_uint_eq(schema_shape_kinds(&s, uri), SCHEMA_STRING | SCHEMA_OBJECT);
    ck_assert(schema_property_is_required(&s, property(&s, "AWS::Serverless::Api", "StageName")));
    struct schema_shape_id event = schema_shape_value(&s, shape(&s, function, "Events"));
    struct schema_def_id def = schema_shape_def(&s, event), queue = {0};
    for (uint32_t i = 0; i < schema_def_group_count(&s, def); i++) {
        struct schema_group group = schema_def_group_at(&s, def, i);
        if (group.kind == SCHEMA_GROUP_WHEN_SHAPE && schema_list_has(&s, group.values, STR("SQS")))
            queue = schema_shape_def(&s, group.shape);
    }
    ASSERT_STR(schema_def_name(&s, queue), "SQSEventProperties");
    ck_assert(schema_property_is_required(&s, schema_property_find(&s, queue, STR("Queue"))));
    ASSERT_STR(schema_property_name(&s, schema_property_nearest(&s, queue, STR("Batchsize"))),
               "BatchSize");
    ck_assert(property(&s, "Globals", "Function").n);
}
END_TEST

/* ---- text for a person ---- */

struct text {
    char bytes[20000];
    size_t size;
};

static void take(void *user, const char *bytes, size_t size) {
    struct text *text = user;
    ck_assert_uint_lt(text->size + size, sizeof text->bytes);
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    text->bytes[text->size] = 0;
}

#define ASSERT_HAS(text, part) ck_assert_msg(strstr((text).bytes, part), "%s", (text).bytes)

START_TEST(test_describe) {
    struct schema s = schema_builtin();
    struct text text = {.size = 0};
    struct schema_sink sink = {take, &text};
    struct str nearest;
    ck_assert(schema_print_type(&s, STR("AWS::DynamoDB::Table"), &sink, &nearest));
    ASSERT_HAS(text, "AWS::DynamoDB::Table\n  Ref ");
    ASSERT_HAS(text, "TableName (a name)\n");
    ASSERT_HAS(text, "list of KeySchemaItem, 1 to 2 entries, no two equal, required, "
                     "a change may replace the resource\n");
    ASSERT_HAS(text, "string: PAY_PER_REQUEST, PROVISIONED\n");
    ASSERT_HAS(text, "\nattributes\n");
    text.size = 0;
    ck_assert(schema_print_type(&s, STR("AWS::Lambda::Function.VpcConfig.SubnetIds"), &sink, NULL));
    ASSERT_HAS(text, "list of string, at most 16 entries, at most 1024 characters\n");
    text.size = 0;
    ck_assert(schema_print_type(&s, STR("AWS::Lambda::Function.Code"), &sink, NULL));
    ASSERT_HAS(text, "ZipFile ");
    text.size = 0;
    ck_assert(!schema_print_type(&s, STR("AWS::Lambda::Function.Cod"), &sink, &nearest));
    ASSERT_STR(nearest, "Code");
    ck_assert(!schema_print_type(&s, STR("AWS::Lambda::function"), &sink, &nearest));
    ASSERT_STR(nearest, "AWS::Lambda::Function");
    ck_assert(!schema_print_type(&s, STR(""), &sink, &nearest));
    ck_assert_uint_eq(text.size, 0);
}
END_TEST

static void count_only(void *user, const char *bytes, size_t size) {
    (void)bytes;
    *(size_t *)user += size;
}

START_TEST(test_describe_all) {
    struct schema s = schema_builtin();
    size_t size = 0;
    struct schema_sink sink = {count_only, &size};
    for (uint32_t i = 0; i < schema_type_count(&s); i++)
        ck_assert(schema_print_type(&s, schema_type_name(&s, schema_type_at(&s, i)), &sink, NULL));
    ck_assert_uint_gt(size, 1000000);
}
END_TEST

/* ---- IAM ---- */

/* Wildcards at either end, in the middle, in both texts at once. */
START_TEST(test_iam_wildcards)
{
    static const struct {
        const char *service, *resource, *arn;
        bool matches;
    } cases[] = {
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:table/t/index/i", true},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:table/*", true},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:table/*/stream/*", true}, /* a name with slashes */
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:*/index/*", true},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:*index*", true},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:table/t", false},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:table/??????", false},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:table/???????", true},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:table/???????i", true},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:table/????????i", true},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:backup/*", false},
        {"dynamodb", "index", "arn:aws:dynamodb:*:*:TABLE/T/INDEX/I", true},
        {"s3", "object", "arn:aws:s3:::bucket/key", true},
        {"s3", "object", "arn:aws:s3:::bucket*", true},
        {"s3", "object", "arn:aws:s3:::bucket", false},
        {"s3", "bucket", "arn:aws:s3:::*", true},
        {"s3", "accessgrantsinstance", "arn:aws:s3:*:*:access-grants/default", true},
        {"s3", "accessgrantsinstance", "arn:aws:s3:*:*:access-grants/default?", false},
        {"s3", "accessgrantsinstance", "arn:aws:s3:*:*:*default", true},
        {"s3", "accessgrantsinstance", "arn:aws:s3:*:*:*-gr?nts/*", true},
        {"s3", "accessgrantsinstance", "arn:aws:s3:*:*:*-gr?ts/*", false},
    };
    struct schema s = schema_builtin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct iam_service_id service = iam_service_find(&s, str_from(cases[i].service));
        struct iam_resource_id resource = iam_resource_find(&s, service, str_from(cases[i].resource));
        ck_assert_msg(iam_resource_matches(&s, resource, str_from(cases[i].arn)) == cases[i].matches,
                      "%s, %s", cases[i].resource, cases[i].arn);
    }
}
END_TEST

START_TEST(test_iam) {
    struct schema s = schema_builtin();
    struct iam_service_id dynamodb = iam_service_find(&s, STR("DynamoDB"));
    ASSERT_STR(iam_service_prefix(&s, dynamodb), "dynamodb");
    struct iam_action_id get = iam_action_find(&s, dynamodb, STR("getitem"));
    ASSERT_STR(iam_action_name(&s, get), "GetItem");
    ck_assert_int_eq(iam_action_access(&s, get), IAM_ACCESS_READ);
    ck_assert_uint_eq(iam_action_find(&s, dynamodb, STR("GetItems")).n, 0);
    ASSERT_STR(iam_action_name(&s, iam_action_nearest(&s, dynamodb, STR("GetItems"))), "GetItem");
    bool table = false;
    for (uint32_t i = 0; i < iam_action_resource_count(&s, get); i++) {
        struct iam_action_resource on = iam_action_resource_at(&s, get, i);
        if (str_is(iam_resource_name(&s, on.resource), "table")) {
            table = on.required;
            ck_assert(iam_resource_matches(&s, on.resource, STR("arn:aws:dynamodb:*:*:table/x")));
            ck_assert(iam_resource_matches(&s, on.resource, STR("*")));
            ck_assert(iam_resource_matches(&s, on.resource, STR("arn:*")));
            ck_assert(!iam_resource_matches(&s, on.resource, STR("arn:aws:s3:::bucket")));
            ck_assert(!iam_resource_matches(&s, on.resource,
                                            STR("arn:aws:dynamodb:*:*:backup/x")));
        }
    }
    ck_assert(table);
    ck_assert_uint_gt(iam_action_match_count(&s, dynamodb, STR("*")), 50);
    ck_assert_uint_eq(iam_action_match_count(&s, dynamodb, STR("batchGET*")), 1);
    ck_assert_uint_eq(iam_action_match_count(&s, dynamodb, STR("Nope*")), 0);
    ck_assert_uint_eq(iam_action_match_count(&s, dynamodb, STR("?etItem")), 1);
}
END_TEST

START_TEST(test_iam_keys) {
    struct schema s = schema_builtin();
    struct iam_service_id s3 = iam_service_find(&s, STR("s3"));
    ASSERT_STR(iam_key_name(&s, iam_key_find(&s, s3, STR("s3:prefix"))), "s3:prefix");
    ASSERT_STR(iam_key_name(&s, iam_key_find(&s, s3, STR("aws:requesttag/Team"))),
               "aws:RequestTag/${TagKey}");
    ck_assert_uint_eq(iam_key_find(&s, s3, STR("s3:prefx")).n, 0);
    ASSERT_STR(iam_key_name(&s, iam_key_nearest(&s, s3, STR("s3:prefx"))), "s3:prefix");
    ASSERT_STR(iam_key_type(&s, iam_key_find(&s, s3, STR("s3:prefix"))), "String");
    ASSERT_STR(iam_key_type(&s, iam_key_find(&s, s3, STR("aws:SourceArn"))), "ARN");
    ASSERT_STR(iam_key_name(&s, iam_key_nearest(&s, s3, STR("aws:SourceArm"))), "aws:SourceArn");
    struct iam_service_id lambda = iam_service_find(&s, STR("lambda"));
    struct iam_action_id create = iam_action_find(&s, lambda, STR("CreateFunction"));
    bool passes = schema_list_has(&s, iam_action_depends(&s, create), STR("iam:PassRole"));
    for (uint32_t i = 0; i < iam_action_resource_count(&s, create); i++) {
        struct iam_action_resource on = iam_action_resource_at(&s, create, i);
        passes |= schema_list_has(&s, on.depends, STR("iam:PassRole"));
    }
    ck_assert(passes);
}
END_TEST

START_TEST(test_iam_all) {
    struct schema s = schema_builtin();
    for (uint32_t i = 0; i < iam_service_count(&s); i++) {
        struct iam_service_id service = iam_service_at(&s, i);
        ck_assert_uint_eq(iam_service_find(&s, iam_service_prefix(&s, service)).n, service.n);
        for (uint32_t n = 0; n < iam_service_action_count(&s, service); n++) {
            struct iam_action_id action = iam_service_action_at(&s, service, n);
            ck_assert_uint_eq(iam_action_find(&s, service, iam_action_name(&s, action)).n,
                              action.n);
        }
    }
}
END_TEST

START_TEST(test_wildcards) {
    ck_assert(iam_wildcard_match(STR("*"), STR("")));
    ck_assert(iam_wildcard_match(STR("Get*"), STR("getItem")));
    ck_assert(iam_wildcard_match(STR("*Item"), STR("GetItem")));
    ck_assert(iam_wildcard_match(STR("G*t*m"), STR("GetItem")));
    ck_assert(!iam_wildcard_match(STR("Get?"), STR("Get")));
    ck_assert(!iam_wildcard_match(STR(""), STR("x")));
    char many[2000];
    memset(many, '*', sizeof many);
    ck_assert(iam_wildcard_match((struct str){many, sizeof many}, STR("GetItem")));
}
END_TEST

/* ---- patterns ---- */

START_TEST(test_patterns) {
    struct pattern_cache *cache = pattern_cache_new();
    ck_assert_int_eq(pattern_match(cache, STR("^a+$"), STR("aaa")), PATTERN_MATCH);
    ck_assert_int_eq(pattern_match(cache, STR("^a+$"), STR("ab")), PATTERN_NO_MATCH);
    ck_assert_int_eq(pattern_match(cache, STR("^a+$"), STR("a\n")), PATTERN_NO_MATCH);
    ck_assert_int_eq(pattern_match(cache, STR("^$"), STR_NIL), PATTERN_MATCH);
    ck_assert_int_eq(pattern_match(cache, STR("("), STR("a")), PATTERN_UNKNOWN);
    ck_assert_int_eq(pattern_match(cache, STR("^\\p{L}+$"), STR("\xc3\xa9")), PATTERN_MATCH);
    ck_assert_int_eq(pattern_match(cache, STR("^.$"), STR("\xff")), PATTERN_UNKNOWN);
    ck_assert_int_eq(pattern_match(cache, STR("^(a+)+$"), STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")),
                     PATTERN_UNKNOWN);
    ck_assert_int_eq(pattern_match(NULL, STR("a"), STR("a")), PATTERN_UNKNOWN);
    pattern_cache_free(cache);
}
END_TEST

static void check_shape(const struct schema *s, struct pattern_cache *cache,
                        struct schema_shape_id id) {
    struct str pattern = schema_shape_pattern(s, id);
    if (pattern.len)
        ck_assert_msg(pattern_match(cache, pattern, STR("a")) != PATTERN_UNKNOWN,
                      "pcre2 refuses %.*s", STR_ARG(pattern));
    struct schema_shape_id item = schema_shape_item(s, id), value = schema_shape_value(s, id);
    if (item.n)
        check_shape(s, cache, item);
    if (value.n)
        check_shape(s, cache, value);
}

START_TEST(test_all_patterns) {
    struct schema s = schema_builtin();
    struct pattern_cache *cache = pattern_cache_new();
    for (uint32_t i = 0; i < schema_type_count(&s); i++) {
        struct schema_def_id body = schema_type_body(&s, schema_type_at(&s, i));
        for (uint32_t n = 0; n < schema_def_property_count(&s, body); n++)
            check_shape(&s, cache, schema_property_shape(&s, schema_def_property_at(&s, body, n)));
    }
    pattern_cache_free(cache);
}
END_TEST

/* ---- side files ---- */

static unsigned sum;

static void use(struct str s) {
    for (size_t i = 0; i < s.len; i++)
        sum += (unsigned char)s.ptr[i];
}

static void use_list(const struct schema *s, struct schema_list list) {
    for (uint32_t i = 0; i < list.count && i < 100; i++)
        use(schema_list_at(s, list, i));
}

static void use_shape(const struct schema *s, struct schema_shape_id id) {
    double value;
    sum += schema_shape_kinds(s, id) + schema_shape_is_unique(s, id);
    for (int i = 0; i < SCHEMA_LIMIT_COUNT; i++)
        sum += schema_shape_limit(s, id, (enum schema_limit)i, &value);
    use(schema_shape_format(s, id));
    use(schema_shape_pattern(s, id));
    use(schema_shape_key_pattern(s, id));
    use_list(s, schema_shape_enum(s, id));
    use_list(s, schema_shape_refers(s, id));
    use(schema_shape_enum_nearest(s, id, STR("value")));
    use(schema_def_name(s, schema_shape_def(s, id)));
    if (schema_shape_item(s, id).n)
        use_shape(s, schema_shape_item(s, id));
    if (schema_shape_value(s, id).n)
        use_shape(s, schema_shape_value(s, id));
}

static void use_def(const struct schema *s, struct schema_def_id def) {
    for (uint32_t i = 0; i < schema_def_property_count(s, def); i++) {
        struct schema_property_id id = schema_def_property_at(s, def, i);
        use(schema_property_name(s, id));
        use_shape(s, schema_property_shape(s, id));
    }
    for (uint32_t i = 0; i < schema_def_group_count(s, def); i++) {
        struct schema_group group = schema_def_group_at(s, def, i);
        use(group.subject);
        use_list(s, group.values);
        for (uint32_t n = 0; n < group.set_count && n < 10; n++)
            use_list(s, schema_group_set(s, &group, n));
    }
    sum += schema_property_nearest(s, def, STR("Nmae")).n;
}

static void use_schema(const struct schema *s) {
    for (uint32_t i = 0; i < schema_type_count(s); i += 37) {
        struct schema_type_id type = schema_type_at(s, i);
        use(schema_type_name(s, type));
        use(schema_type_arn(s, type));
        use_list(s, schema_type_ref(s, type));
        use_shape(s, schema_type_ref_shape(s, type));
        use_def(s, schema_type_body(s, type));
        for (uint32_t n = 0; n < schema_type_attribute_count(s, type); n++)
            use(schema_attribute_name(s, schema_type_attribute_at(s, type, n)));
        sum += schema_type_in_region(s, type, schema_region_at(s, i % 40));
    }
    for (uint32_t i = 0; i < iam_service_count(s); i += 29) {
        struct iam_service_id service = iam_service_at(s, i);
        for (uint32_t n = 0; n < iam_service_action_count(s, service) && n < 20; n++) {
            struct iam_action_id action = iam_service_action_at(s, service, n);
            for (uint32_t k = 0; k < iam_action_resource_count(s, action) && k < 20; k++)
                use(iam_resource_arn(s, iam_action_resource_at(s, action, k).resource));
            use_list(s, iam_action_depends(s, action));
        }
        sum += iam_key_find(s, service, STR("aws:SourceArn")).n;
    }
    sum += schema_type_find(s, STR("AWS::Lambda::Function")).n;
    sum += schema_type_nearest(s, STR("AWS::Lambda::Func")).n;
    use(schema_runtime_name(s, schema_runtime_latest(s, STR("python"))));
    use(schema_date(s));
}

START_TEST(test_open) {
    struct schema builtin = schema_builtin(), s;
    ck_assert_ptr_null(schema_open(builtin.bytes, builtin.size, &s));
    ck_assert_uint_eq(schema_type_count(&s), schema_type_count(&builtin));
    ck_assert_str_eq(schema_open(builtin.bytes, builtin.size - 1, &s),
                     "the schema file is cut off, or too long");
    ck_assert_str_eq(schema_open("short", 5, &s), "not a schema file");
    ck_assert_uint_eq(schema_type_count(&s), 0);
    ck_assert_uint_eq(schema_type_find(&s, STR("AWS::Lambda::Function")).n, 0);
    use_schema(&s);
}
END_TEST

/* Damage anywhere: refused, or harmless. The header and the first rows are damaged thoroughly. */
START_TEST(test_damaged)
{
    struct schema builtin = schema_builtin(), s;
    unsigned char *bytes = malloc(builtin.size);
    unsigned state = 12345, refused = 0;
    memcpy(bytes, builtin.bytes, builtin.size);
    for (unsigned i = 0; i < 400; i++) {
        state = state * 1103515245 + 12345;
        size_t at = i < 200 ? i : (state >> 4) % builtin.size;
        unsigned char was = bytes[at];
        bytes[at] ^= (unsigned char)(1 + (state >> 20) % 255);
        refused += schema_open(bytes, builtin.size, &s) != NULL;
        use_schema(&s);
        s = (struct schema){bytes, builtin.size}; /* even unchecked, but for the header */
        if (at >= 200)
            use_schema(&s);
        bytes[at] = was;
    }
    ck_assert_uint_gt(refused, 150);
    ck_assert_ptr_null(schema_open(bytes, builtin.size, &s));
    free(bytes);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("schema");
    TCase *tables = tcase_create("tables"), *files = tcase_create("files");
    tcase_add_test(tables, test_counts);
    tcase_add_test(tables, test_types);
    tcase_add_test(tables, test_lambda_function);
    tcase_add_test(tables, test_nested);
    tcase_add_test(tables, test_dynamodb_table);
    tcase_add_test(tables, test_other_types);
    tcase_add_test(tables, test_regions);
    tcase_add_test(tables, test_runtimes);
    tcase_add_test(tables, test_sam);
    tcase_add_test(tables, test_describe);
    tcase_add_test(tables, test_describe_all);
    tcase_add_test(tables, test_iam);
    tcase_add_test(tables, test_iam_wildcards);
    tcase_add_test(tables, test_iam_keys);
    tcase_add_test(tables, test_iam_all);
    tcase_add_test(tables, test_wildcards);
    tcase_add_test(tables, test_patterns);
    tcase_add_test(tables, test_all_patterns);
    tcase_add_test(files, test_open);
    tcase_add_test(files, test_damaged);
    tcase_set_timeout(tables, 120);
    tcase_set_timeout(files, 300);
    suite_add_tcase(suite, tables);
    suite_add_tcase(suite, files);
    return run_suite(suite);
}
