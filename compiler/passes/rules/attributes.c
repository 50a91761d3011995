/* Resource attributes: what happens to a resource that is deleted or replaced; and what ties a
   template to one region.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
 */
#include "base/limits.h"
#include "passes/check.h"

/* ---- policies ------------------------------------------------------------------------- */

static const char *const policies[] = {"Delete", "Retain", "Snapshot", "RetainExceptOnCreate"};

static const char *const with_snapshots[] = {
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
};

static bool has_snapshots(struct str type) {
    return str_in(type, with_snapshots) || str_starts(type, STR("AWS::Serverless::"));
}

static void check_policy(struct check *c, const struct resource *r, const char *name,
                         size_t count) {
    const struct value *x = value_get_c(r->attributes, name);
    struct str text = value_text(x), near = STR_NIL;
    if (value_is_intrinsic(x) && value_is_nil(c->graph->transform)) {
        struct diag *d = check_report(c, RULE_POLICY_VALUE, r, x, "%s is computed, expected a word",
                                      name);
        diag_help(c->diags, d, "the transform AWS::LanguageExtensions allows it");
        return;
    }
    if (x->kind != VAL_STRING)
        return;
    for (size_t i = 0; i < count; i++) {
        if (str_is(text, policies[i])) {
            if (str_is(text, "Snapshot") && !has_snapshots(r->type))
                check_report(c, RULE_POLICY_VALUE, r, x,
                             "%.*s has no snapshots, expected Retain or Delete", STR_ARG(r->type));
            return;
        }
        if (str_is_near(text, str_from(policies[i])) ||
            str_eq_nocase(text, str_from(policies[i])))
            near = str_from(policies[i]);
    }
    struct diag *d = check_report(
        c, RULE_POLICY_VALUE, r, x, "%s is '%.*s', expected Delete, Retain%s", name, STR_ARG(text),
        count > 3 ? ", Snapshot or RetainExceptOnCreate" : " or Snapshot");
    check_suggest(c, d, text, near);
}

/* ---- availability zones ------------------------------------------------------------------ */

/* "eu-west-1a", of a region that the tables know. */
static bool is_zone(const struct check *c, struct str s) {
    if (s.len < 2 || s.ptr[s.len - 1] < 'a' || s.ptr[s.len - 1] > 'f')
        return false;
    return schema_region_find(c->schema, str_slice(s, 0, s.len - 1)).n != 0;
}

static void check_zones(struct check *c, const struct resource *r, const struct value *x,
                        unsigned depth) {
    if (depth > LIMIT_DEPTH)
        return;
    if (x->kind == VAL_STRING && is_zone(c, x->text)) {
        struct diag *d = check_report(c, RULE_HARD_CODED_ZONE, r, x,
                                      "'%.*s' exists in one region only", STR_ARG(x->text));
        diag_label(c->diags, d, "!Select [0, !GetAZs '']");
        return;
    }
    for (uint32_t i = 0; i < x->count; i++)
        check_zones(c, r, x->kind == VAL_MAP ? x->members[i].value : x->items[i], depth + 1);
}

static void check_zone_properties(struct check *c, const struct resource *r,
                                  const struct value *x, unsigned depth) {
    if (depth > LIMIT_DEPTH)
        return;
    for (uint32_t i = 0; i < x->count; i++) {
        if (x->kind != VAL_MAP) {
            check_zone_properties(c, r, x->items[i], depth + 1);
            continue;
        }
        const struct member *m = &x->members[i];
        if (str_starts(m->key, STR("AvailabilityZone")) ||
            str_is(m->key, "PreferredAvailabilityZone"))
            check_zones(c, r, m->value, depth + 1);
        else
            check_zone_properties(c, r, m->value, depth + 1);
    }
}

void check_attributes(struct check *c) {
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        check_policy(c, r, "DeletionPolicy", 4);
        check_policy(c, r, "UpdateReplacePolicy", 3);
        if (!str_starts(r->type, STR("Custom::")))
            check_zone_properties(c, r, r->properties, 0);
    }
}
