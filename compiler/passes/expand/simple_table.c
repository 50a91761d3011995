/* AWS::Serverless::SimpleTable: a DynamoDB table with a partition key. */
#include "passes/expand/expand.h"

static const struct property rows[] = {
    {"PointInTimeRecoverySpecification", IS_ANY, 0, NULL},
    {"PrimaryKey", IS_MAP, IS_STR, NULL},
    {"ProvisionedThroughput", IS_MAP, IS_INT | IS_MAP, NULL},
    {"TableName", IS_STR | IS_MAP, 0, NULL},
    {"Tags", IS_MAP, 0, NULL},
    {"SSESpecification", IS_MAP, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

static const char *key_type(struct expand *e, struct sam *s, struct value *type) {
    static const char *const types[][2] = {{"String", "S"}, {"Number", "N"}, {"Binary", "B"}};
    for (unsigned i = 0; i < sizeof types / sizeof *types; i++)
        if (value_is_c(type, types[i][0]))
            return types[i][1];
    sam_fail(e, s->id, type->span, "Invalid 'Type' \"%.*s\".", STR_ARG(sam_text(e, type)));
}

static struct value *primary_key(struct expand *e, struct sam *s) {
    struct value *key = sam_property(s, "PrimaryKey");
    if (!sam_is_truthy(key))
        return sam_map(e, "AttributeName", sam_c(e, "id"), "AttributeType", sam_c(e, "S"), NULL);
    struct value *name = sam_get(e, key, "Name"), *type = sam_get(e, key, "Type");
    sam_expect_present(e, s->id, "PrimaryKey.Name", name, key->span);
    sam_expect_present(e, s->id, "PrimaryKey.Type", type, key->span);
    return sam_map(e, "AttributeName", name, "AttributeType", sam_c(e, key_type(e, s, type)), NULL);
}

static void expand(struct expand *e, struct sam *s) {
    struct resource *table =
        sam_make(e, s, s->id, "AWS::DynamoDB::Table", s->attributes, NULL, SPAN_NIL);
    sam_depend(e, table, s->depends_on);
    struct value *key = primary_key(e, s);
    sam_set(e, table, "AttributeDefinitions", sam_list(e, key, NULL));
    struct value *element = sam_map(e, "AttributeName", sam_get(e, key, "AttributeName"), "KeyType",
                                    sam_c(e, "HASH"), NULL);
    sam_set(e, table, "KeySchema", sam_list(e, element, NULL));
    sam_set_truthy(e, table, "PointInTimeRecoverySpecification",
                   sam_property(s, "PointInTimeRecoverySpecification"));
    sam_set_truthy(e, table, "ProvisionedThroughput", sam_property(s, "ProvisionedThroughput"));
    if (!sam_is_truthy(sam_property(s, "ProvisionedThroughput")))
        sam_set(e, table, "BillingMode", sam_c(e, "PAY_PER_REQUEST"));
    sam_set_truthy(e, table, "SSESpecification", sam_property(s, "SSESpecification"));
    sam_set_truthy(e, table, "TableName", sam_property(s, "TableName"));
    struct value *tags = sam_property(s, "Tags");
    if (sam_is_truthy(tags))
        sam_set(e, table, "Tags", sam_tag_list(e, tags));
    sam_push(e, s, table);
}

const struct sam_type sam_simple_table = {"AWS::Serverless::SimpleTable", TURN_OTHER, &known,
                                          NULL, expand, NULL};
