#include "lang/table.h"

/* What a table and its indexes may carry: provisioned units, fixed or following their use, limits
   of on-demand tables, warm throughput. */

static const char *const names[] = {"read", "write"};

/* autoscale = { read = { min, max, target }, write = .. }, or one { min, max, target } for both. */
static struct value *scaling_of(struct lang *l, struct table *t, int i) {
    struct value *x = body_value(l, t->thing, "autoscale");
    if (!x || x->kind != VAL_MAP)
        return &value_nil;
    return value_has(x, STR("read")) || value_has(x, STR("write")) ? field(l, x, names[i]) : x;
}

static struct value *units(struct lang *l, struct table *t, int i) {
    struct value *x = body_value(l, t->thing, names[i]);
    if (x && !value_is_nil(x))
        return x;
    return field_value(l, scaling_of(l, t, i), "min", ATTR_NUMBER);
}

static void provisioned(struct lang *l, struct table *t) {
    struct value *read = units(l, t, 0), *write = units(l, t, 1);
    t->throughput = map_of(l, 2, "ReadCapacityUnits", read, "WriteCapacityUnits", write);
    if (!value_is_nil(read) && !value_is_nil(write))
        return;
    struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->thing->decl->span,
                              "'billing = provisioned' needs 'read' and 'write'");
    diag_help(l->diags, d,
              "capacity units, such as read = 5, or autoscale = { min = 5, max = 50 }");
}

/* Attributes of the other way of billing. */
static void report_unfit(struct lang *l, struct table *t, bool is_provisioned) {
    static const char *const of[][2] = {{"autoscale", "provisioned"},
                                        {"read", "provisioned"},
                                        {"write", "provisioned"},
                                        {"max", "on_demand"}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        const struct setting *s = body_setting(&t->thing->body, of[i][0]);
        bool wants_provisioned = i < 3;
        if (!s || wants_provisioned == is_provisioned || value_is_null(setting_value(l, s)))
            continue;
        struct diag *d = diag_add(l->diags, RULE_BILLING_CAPACITY, s->span,
                                  "'%s' needs 'billing = %s'", of[i][0], of[i][1]);
        diag_help(l->diags, d, "the table is %s", is_provisioned ? "provisioned" : "on demand");
    }
}

static struct value *pair(struct lang *l, struct table *t, const char *attribute, const char *read,
                          const char *write) {
    struct value *x = body_value(l, t->thing, attribute);
    if (!x || x->kind != VAL_MAP || !check_fields(l, x, attribute, "read write"))
        return NULL;
    return map_of(l, 2, read, field_value(l, x, "read", ATTR_NUMBER), write,
                  field_value(l, x, "write", ATTR_NUMBER));
}

void table_capacity(struct lang *l, struct table *t) {
    struct value *mode = body_value(l, t->thing, "billing"), *p = t->resource->properties;
    bool is_provisioned = mode && value_is_c(mode, "provisioned");
    value_put_c(l->values, p, "BillingMode",
                text_value(l, is_provisioned ? "PROVISIONED" : "PAY_PER_REQUEST"));
    report_unfit(l, t, is_provisioned);
    if (is_provisioned)
        provisioned(l, t);
    else
        t->most = pair(l, t, "max", "MaxReadRequestUnits", "MaxWriteRequestUnits");
    t->warm = pair(l, t, "warm", "ReadUnitsPerSecond", "WriteUnitsPerSecond");
    struct value *insights = body_value(l, t->thing, "insights");
    if (insights && !value_is_null(insights) && !(insights->kind == VAL_BOOL && !insights->truth))
        t->insights = map_of(l, 1, "Enabled", insights);
    capacity_put(l, t, p);
}

/* The same for the table and each of its global indexes. */
void capacity_put(struct lang *l, const struct table *t, struct value *p) {
    if (t->throughput)
        value_put_c(l->values, p, "ProvisionedThroughput", t->throughput);
    if (t->most)
        value_put_c(l->values, p, "OnDemandThroughput", t->most);
    if (t->warm)
        value_put_c(l->values, p, "WarmThroughput", t->warm);
    if (t->insights)
        value_put_c(l->values, p, "ContributorInsightsSpecification", t->insights);
}

/* Of the table (index nil), or of one of its indexes. "Using the DynamoDB API to manage auto
 * scaling" */
static void scale(struct lang *l, struct table *t, struct value *index, struct value *cond) {
    static const char *const dimensions[2][2] = {
        {"dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits"},
        {"dynamodb:index:ReadCapacityUnits", "dynamodb:index:WriteCapacityUnits"}};
    static const char *const metrics[] = {"DynamoDBReadCapacityUtilization",
                                          "DynamoDBWriteCapacityUtilization"};
    bool of_index = !value_is_nil(index);
    struct thing *thing = t->thing;
    struct str word = of_index ? camel(l->arena, value_text(index)) : STR("");
    struct value *name = sub(l, "table/${%S}", &thing->id);
    for (int i = 0; i < 2; i++) {
        struct value *x = scaling_of(l, t, i);
        if (value_is_nil(x))
            continue;
        struct str part = str_printf(l->arena, "%s_scaling%s%.*s", names[i],
                                     of_index ? " of index " : "", STR_ARG(value_text(index)));
        struct scaling s = {.thing = thing,
                            .part = str_cstr(l->arena, part),
                            .id = str_printf(l->arena, "%.*s%.*s%sScaling", STR_ARG(thing->id),
                                             STR_ARG(word), i ? "Write" : "Read"),
                            .namespace = "dynamodb",
                            .dimension = dimensions[of_index][i],
                            .metric = metrics[i],
                            .resource = of_index ? sub(l, "%v/index/%v", name, index) : name,
                            .cond = logic_and(l, thing->cond, cond)};
        add_scaling(l, &s, x, "autoscale", 70);
    }
}

void table_scaling(struct lang *l, struct table *t) {
    struct value *x = body_value(l, t->thing, "autoscale");
    if (!t->throughput || !x || x->kind != VAL_MAP)
        return;
    scale(l, t, &value_nil, NULL);
    for (uint32_t i = 0; i < t->indexes.count; i++)
        scale(l, t, t->indexes.items[i].name, t->indexes.items[i].cond);
}
