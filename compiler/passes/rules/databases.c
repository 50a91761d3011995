/* Databases of RDS: engines and versions, and settings that exclude or need each other.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
   https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
#include "passes/check.h"

static const struct engine {
    struct str name;
    const char *versions, *words;
} engines[] = {
#define ENGINE(name, versions, words) {STR_ROW(name), versions, words},
#include "passes/rules/engines.def"
};

static bool is_engine(struct str given, struct str row) {
    return str_eq(given, row) || (str_ends(row, STR("-")) && str_starts(given, row));
}

static void check_version(struct check *c, const struct resource *r) {
    struct str engine = check_text(c, property(r, "Engine"));
    struct str version = check_text(c, property(r, "EngineVersion"));
    for (size_t i = 0; engine.len && version.len && i < sizeof engines / sizeof *engines; i++)
        if (is_engine(engine, engines[i].name) &&
            pattern_match(c->patterns, str_from(engines[i].versions), version) == PATTERN_NO_MATCH)
            check_report(c, RULE_DATABASE_SETTING, r, property(r, "EngineVersion"),
                         "'%.*s' is no version of %.*s, which has %s", STR_ARG(version),
                         STR_ARG(engine), engines[i].words);
}

/* "You can't set the AvailabilityZone parameter if the MultiAZ parameter is set to true." */
static void check_zone(struct check *c, const struct resource *r) {
    const struct value *zone = property(r, "AvailabilityZone"), *multi = property(r, "MultiAZ");
    if (!is_absent(view_only(&c->view, zone)) && zone->kind != VAL_IF &&
        value_is_true(view_only(&c->view, multi))) {
        struct diag *d = check_report(c, RULE_DATABASE_SETTING, r, zone,
                                      "AvailabilityZone is set though MultiAZ is true");
        diag_note(c->diags, d, multi->span, "MultiAZ");
    }
}

/* "If you specify io1, io2 .., you must also include a value for the Iops parameter", and the least
   that engines without sizes of their own take by storage type. */
static void check_storage(struct check *c, const struct resource *r) {
    static const char *const plain[] = {"mysql", "mariadb", "postgres"};
    struct str type = check_text(c, property(r, "StorageType"));
    struct str engine = check_text(c, property(r, "Engine"));
    bool provisioned = str_is(type, "io1") || str_is(type, "io2"), is_plain = false;
    bool general = str_is(type, "gp2") || str_is(type, "gp3");
    int64_t size, least = provisioned ? 100 : general ? 20 : 5;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        is_plain |= str_is(engine, plain[i]);
    if (provisioned && is_absent(property(r, "Iops")) &&
        is_absent(property(r, "DBSnapshotIdentifier")))
        check_report(c, RULE_DATABASE_SETTING, r, property(r, "StorageType"),
                     "StorageType is %.*s, but there is no Iops", STR_ARG(type));
    if (is_plain && type.len && check_int(c, property(r, "AllocatedStorage"), &size) &&
        size < least)
        check_report(c, RULE_DATABASE_SETTING, r, property(r, "AllocatedStorage"),
                     "AllocatedStorage is %lld, expected at least the %lld of %.*s",
                     (long long)size, (long long)least, STR_ARG(type));
}

/* "If MonitoringRoleArn is specified, then you must also set MonitoringInterval to a value other than
   0"; the other way round is in the tables. */
static void check_monitoring(struct check *c, const struct resource *r) {
    const struct value *at = property(r, "MonitoringInterval");
    const struct value *role = property(r, "MonitoringRoleArn");
    int64_t seconds = 0;
    if ((is_absent(at) || check_int(c, at, &seconds)) && seconds == 0 && !is_absent(role) &&
        role->kind != VAL_IF)
        check_report(c, RULE_DATABASE_SETTING, r, role,
                     "there is a MonitoringRoleArn, but no MonitoringInterval over 0");
}

/* "If you specify the KmsKeyId property, then you must set StorageEncrypted to true", unless it comes
   from what is encrypted. */
static void check_key(struct check *c, const struct resource *r) {
    static const char *const origins[] = {"SnapshotIdentifier", "DBSnapshotIdentifier",
                                          "SourceDBInstanceIdentifier",
                                          "SourceDBClusterIdentifier",
                                          "SourceDbiResourceId",
                                          "SourceDBInstanceAutomatedBackupsArn",
                                          "DBClusterSnapshotIdentifier", "DBClusterIdentifier",
                                          "GlobalClusterIdentifier", "ReplicationSourceIdentifier"};
    const struct value *key = property(r, "KmsKeyId"), *is = property(r, "StorageEncrypted");
    const struct value *only = view_only(&c->view, is);
    bool off = is_absent(only) || value_is_c(only, "false") ||
               (only->kind == VAL_BOOL && !only->truth);
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
        off = off && is_absent(property(r, origins[i]));
    if (off && !is_absent(key) && key->kind != VAL_IF)
        check_report(c, RULE_DATABASE_SETTING, r, key,
                     "there is a KmsKeyId, but StorageEncrypted isn't true");
}

/* "The name of the database engine" of an instance in a cluster is the cluster's. */
static void check_cluster(struct check *c, const struct resource *r) {
    const struct value *at = property(r, "Engine");
    const struct resource *cluster =
        check_target_of(c, property(r, "DBClusterIdentifier"), "AWS::RDS::DBCluster");
    struct str mine = check_text(c, at);
    struct str its = cluster ? check_text(c, property(cluster, "Engine")) : STR_NIL;
    if (!mine.len || !its.len || str_eq_nocase(mine, its))
        return;
    struct diag *d = check_report(c, RULE_DATABASE_SETTING, r, at,
                                  "Engine is '%.*s', expected the '%.*s' of its cluster '%.*s'",
                                  STR_ARG(mine), STR_ARG(its), STR_ARG(cluster->id));
    diag_note(c->diags, d, property(cluster, "Engine")->span, "the cluster's");
}

void check_databases(struct check *c) {
    static const char *const types[] = {"AWS::RDS::DBInstance", "AWS::RDS::DBCluster"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const struct resource_vec *list = check_type(c, types[i]);
        for (uint32_t k = 0; k < list->items.count; k++) {
            const struct resource *r = list->items.items[k];
            if (!check_is_closed(r->properties))
                continue;
            check_version(c, r);
            check_monitoring(c, r);
            check_key(c, r);
            if (i == 0) {
                check_zone(c, r);
                check_storage(c, r);
                check_cluster(c, r);
            }
        }
    }
}
