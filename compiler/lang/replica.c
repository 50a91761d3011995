#include "lang/table.h"

/* `replicas` of a table: an AWS::DynamoDB::GlobalTable, which says most settings once a region.
   "Global tables - how it works" */

/* Settings that each replica has by itself; the last two only where the stack is. */
static const char *const regional[] = {"PointInTimeRecoverySpecification",
                                       "DeletionProtectionEnabled",
                                       "TableClass",
                                       "ContributorInsightsSpecification",
                                       "ResourcePolicy",
                                       "KinesisStreamSpecification"};
enum { REGIONAL_COUNT = sizeof regional / sizeof *regional, EVERYWHERE = 4 };

/* { min, max, target } as global tables scale by themselves. */
static struct value *follow(struct lang *l, struct table *t, const char *way) {
    struct value *x = body_value(l, t->thing, "autoscale");
    if (!x || x->kind != VAL_MAP)
        return &value_nil;
    if (value_has(x, STR("read")) || value_has(x, STR("write")))
        x = field(l, x, way);
    struct value *least = field_value(l, x, "min", ATTR_NUMBER),
                 *most = field_value(l, x, "max", ATTR_NUMBER);
    struct value *target = field_value(l, x, "target", ATTR_NUMBER);
    check_fields(l, x, "autoscale", "min max target");
    if (value_is_nil(least) || value_is_nil(most))
        return &value_nil;
    struct value *aim =
        map_of(l, 1, "TargetValue", value_is_nil(target) ? value_int(l->values, 70) : target);
    return map_of(l, 3, "MinCapacity", least, "MaxCapacity", most,
                  "TargetTrackingScalingPolicyConfiguration", aim);
}

/* Units of writing are the table's, units of reading each replica's. */
static void split_capacity(struct lang *l, struct table *t, struct value *p,
                           struct value *replica) {
    struct value *units = value_get_c(p, "ProvisionedThroughput"),
                 *most = value_get_c(p, "OnDemandThroughput");
    struct value *writes = follow(l, t, "write"), *reads = follow(l, t, "read");
    struct value *read_limit = value_get_c(most, "MaxReadRequestUnits");
    struct value *write_limit = value_get_c(most, "MaxWriteRequestUnits");
    if (!value_is_nil(units)) {
        if (!value_is_nil(writes))
            put(l, p, "WriteProvisionedThroughputSettings.WriteCapacityAutoScalingSettings",
                writes);
        value_put_c(l->values, replica, "ReadProvisionedThroughputSettings",
                    value_is_nil(reads)
                        ? map_of(l, 1, "ReadCapacityUnits", value_get_c(units, "ReadCapacityUnits"))
                        : map_of(l, 1, "ReadCapacityAutoScalingSettings", reads));
    }
    if (!value_is_nil(write_limit))
        put(l, p, "WriteOnDemandThroughputSettings.MaxWriteRequestUnits", write_limit);
    if (!value_is_nil(read_limit))
        put(l, replica, "ReadOnDemandThroughputSettings.MaxReadRequestUnits", read_limit);
    value_remove(l->values, p, STR("ProvisionedThroughput"));
    value_remove(l->values, p, STR("OnDemandThroughput"));
}

/* What a replica says of an index. */
static struct value *index_replica(struct lang *l, struct table *t, struct value *index) {
    if (index->kind == VAL_IF) {
        struct value *of = index_replica(l, t, index->items[1]);
        return value_is_nil(of) ? of : logic_if(l, index->items[0], of, value_null(l->values));
    }
    struct value *out = map_of(l, 1, "IndexName", value_get_c(index, "IndexName"));
    split_capacity(l, t, index, out);
    struct value *insights = value_get_c(index, "ContributorInsightsSpecification");
    if (!value_is_nil(insights))
        value_put_c(l->values, out, "ContributorInsightsSpecification", insights);
    value_remove(l->values, index, STR("ContributorInsightsSpecification"));
    return out->count > 1 ? out : &value_nil;
}

static struct value *tag_list(struct lang *l, struct thing *t) {
    struct value *tags = thing_tags(l, t), *list = value_list(l->values);
    for (uint32_t i = 0; tags->kind == VAL_MAP && i < tags->count; i++)
        if (!value_is_null(tags->members[i].value))
            value_push(l->values, list,
                       map_of(l, 2, "Key", value_string(l->values, tags->members[i].key), "Value",
                              to_text(l, tags->members[i].value, tags->members[i].span)));
    return list->count ? list : &value_nil;
}

/* A global table keeps its replicas in step by its stream. */
static void need_stream(struct lang *l, struct table *t, struct value *p) {
    struct value *stream = body_value(l, t->thing, "stream");
    bool own =
        stream && !value_is_c(stream, "none") && !value_is_c(stream, "both") && !is_error(stream);
    if (own)
        diag_add(l->diags, RULE_VALUE_TYPE, stream->span,
                 "a table with replicas has 'stream = both', not '%.*s'",
                 STR_ARG(value_text(stream)));
    put(l, p, "StreamSpecification.StreamViewType", text_value(l, "NEW_AND_OLD_IMAGES"));
}

static void need_fit(struct lang *l, struct table *t) {
    struct value *key = body_value(l, t->thing, "encryption");
    if (key && !is_error(key) && !value_is_c(key, "default") && !value_is_c(key, "aws")) {
        struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, key->span,
                                  "a key is of one region, and the table '%.*s' is in several",
                                  STR_ARG(t->thing->name));
        diag_help(l->diags, d,
                  "encryption = aws, each region's own; or set Replicas and SSESpecification");
    }
    if (t->throughput && value_is_nil(follow(l, t, "write")))
        diag_add(
            l->diags, RULE_MISSING_ATTRIBUTE, t->thing->decl->span,
            "a provisioned table with replicas needs 'autoscale', with min and max for writes");
}

/* The stack's own region is a replica by itself, and each other is one once. */
static void check_regions(struct lang *l, const struct value *regions) {
    for (uint32_t i = 0; i < regions->count; i++) {
        const struct value *x = regions->items[i];
        struct str region = value_text(x);
        for (uint32_t k = 0; region.len && k < l->graph->regions.items.count; k++)
            if (str_eq(l->graph->regions.items.items[k], region)) {
                struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, x->span,
                                          "the stack is in '%.*s' itself", STR_ARG(region));
                diag_help(l->diags, d, "'replicas' are the other regions");
            }
        for (uint32_t k = 0; k < i; k++)
            if (value_equal(regions->items[k], x))
                diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'%.*s' stands twice in 'replicas'",
                         STR_ARG(region));
    }
}

void table_replicas(struct lang *l, struct table *t) {
    struct value *regions = body_value(l, t->thing, "replicas"), *p = t->resource->properties;
    if (!regions || regions->kind != VAL_LIST)
        return;
    l->values->place = (struct place){t->thing->origin->span, t->thing->origin};
    struct value *settings = value_map(l->values), *list = value_list(l->values),
                 *of_indexes = value_list(l->values);
    check_regions(l, regions);
    t->resource->type = STR("AWS::DynamoDB::GlobalTable");
    need_stream(l, t, p);
    need_fit(l, t);
    split_capacity(l, t, p, settings);
    for (uint32_t i = 0; i < t->global->count; i++) {
        struct value *one = index_replica(l, t, t->global->items[i]);
        if (!value_is_nil(one))
            value_push(l->values, of_indexes, one);
    }
    if (of_indexes->count)
        value_put_c(l->values, settings, "GlobalSecondaryIndexes", of_indexes);
    struct value *tags = tag_list(l, t->thing);
    for (uint32_t i = 0; i <= regions->count; i++) {
        struct value *replica = map_of(
            l, 1, "Region", i ? regions->items[i - 1] : value_ref(l->values, STR("AWS::Region")));
        for (int k = 0; k < (i ? EVERYWHERE : REGIONAL_COUNT); k++) {
            struct value *x = value_get_c(p, regional[k]);
            if (!value_is_nil(x))
                value_put_c(l->values, replica, regional[k], x);
        }
        for (uint32_t k = 0; k < settings->count; k++)
            value_put(l->values, replica, settings->members[k].key, settings->members[k].value);
        if (!value_is_nil(tags))
            value_put_c(l->values, replica, "Tags", tags);
        value_push(l->values, list, replica);
    }
    for (int k = 0; k < REGIONAL_COUNT; k++)
        value_remove(l->values, p, str_from(regional[k]));
    value_put_c(l->values, p, "Replicas", list);
}
