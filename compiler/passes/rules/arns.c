/* ARNs that are written out: their partition. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
#include "base/limits.h"
#include "passes/rules/arns.h"

bool arn_read(struct check *c, const struct value *x, struct arn *out) {
    *out = (struct arn){.text = view_text(&c->view, x)};
    struct str s = out->text.pattern;
    uint32_t hole = 0;
    size_t at = 0;
    for (out->known = 0; out->known < ARN_PARTS; out->known++) {
        size_t end = out->known == ARN_PARTS - 1 ? s.len : str_find_char(s, ':', at);
        out->parts[out->known] = str_slice(s, at, end);
        for (; at < end; at++) {
            if (s.ptr[at] != TEXT_HOLE)
                continue;
            const struct value *x_hole = out->text.holes.items.items[hole++];
            if (x_hole->kind != VAL_REF || !is_pseudo_parameter(x_hole->text))
                return out->known > 0 && str_is(out->parts[0], "arn");
        }
        if (end == s.len) {
            out->known++;
            break;
        }
        at = end + 1;
    }
    return str_is(out->parts[0], "arn");
}

struct str arn_part(const struct arn *arn, enum arn_part part) {
    bool known = arn->known > (uint32_t)part && !str_has(arn->parts[part], TEXT_HOLE);
    return known ? arn->parts[part] : STR_NIL;
}

static struct str partition_of(struct check *c, struct str region) {
    return schema_region_partition(c->schema, schema_region_find(c->schema, region));
}

static void report_partition(struct check *c, const struct resource *r, const struct value *x,
                             const struct arn *arn, struct str region, struct str partition) {
    struct diag *d = check_report_word(
        c, RULE_ARN_PARTITION, r, x, arn->parts[ARN_PARTITION],
        "the ARN is of partition %.*s, but %.*s is in %.*s", STR_ARG(arn->parts[ARN_PARTITION]),
        STR_ARG(region), STR_ARG(partition));
    diag_label(c->diags, d, "use ${AWS::Partition}");
}

static void check_arn(struct check *c, const struct resource *r, const struct value *x) {
    struct arn arn;
    if (!arn_read(c, x, &arn))
        return;
    struct str partition = arn_part(&arn, ARN_PARTITION), region = arn_part(&arn, ARN_REGION);
    if (!partition.len || str_has(partition, '*'))
        return;
    struct str expected = partition_of(c, region);
    if (expected.len && !str_eq(expected, partition)) {
        report_partition(c, r, x, &arn, region, expected);
        return;
    }
    for (uint32_t i = 0; i < c->regions->items.count; i++) {
        region = c->regions->items.items[i];
        expected = partition_of(c, region);
        if (expected.len && !str_eq(expected, partition)) {
            report_partition(c, r, x, &arn, region, expected);
            return;
        }
    }
    if (str_is(partition, "aws"))
        check_report_word(c, RULE_HARD_CODED_PARTITION, r, x, STR("aws"),
                          "the ARN names the partition aws, expected ${AWS::Partition}");
}

static bool begins_arn(const struct value *x) {
    if (x->kind == VAL_STRING || x->kind == VAL_SUB)
        return str_starts(x->text, STR("arn:"));
    const struct value *list = value_at(x, 1);
    if (x->kind != VAL_JOIN || list->kind != VAL_LIST || !list->count)
        return false;
    const struct value *first = list->items[0];
    return first->kind == VAL_STRING && str_starts(first->text, STR("arn"));
}

/* The SAM transform writes the partition of the region where it runs: see sam-partition. */
static bool is_from_transform(const struct value *x) {
    return x->origin && str_starts(x->origin->construct, STR("AWS::Serverless::"));
}

static void walk(struct check *c, const struct resource *r, const struct value *x, unsigned depth) {
    if (depth > LIMIT_DEPTH)
        return;
    if (x->kind == VAL_STRING || x->kind == VAL_SUB || x->kind == VAL_JOIN) {
        if (begins_arn(x) && !is_from_transform(x))
            check_arn(c, r, x);
        if (x->kind == VAL_STRING)
            return;
    }
    for (uint32_t i = 0; i < x->count; i++)
        walk(c, r, x->kind == VAL_MAP ? x->members[i].value : x->items[i], depth + 1);
}

void check_arns(struct check *c) {
    if (!schema_region_count(c->schema))
        return;
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        walk(c, r, r->properties, 0);
    }
}
