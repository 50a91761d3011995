/* Tables of DynamoDB: keys, indexes, projections, billing. What CreateTable refuses, and says only
   after the stack has begun to deploy.
   https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
   https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
#include "passes/check.h"

enum {
    MAX_GLOBAL = 20,
    MAX_LOCAL = 5,
    MAX_PROJECTED = 100, /* non-key attributes over all indexes */
    MAX_INDEX_KEYS = 4,  /* partition, and sort, key attributes of a global index */
};

/* A use of an attribute as a key. */
struct key {
    struct str name;
    const struct value *at;
    bool is_sort;
    struct bdd_id when;
};

struct keys {
    VEC(struct key) items;
    bool complete;
};

struct index {
    const struct value *body;
    const struct value *name_at;
    struct str name; /* nil: not known */
    bool local;
    struct bdd_id when;
    struct keys keys;
};

struct table {
    struct check *c;
    const struct resource *r;
    struct bdd_id when;
    struct keys keys;
    VEC(struct index) indexes;
    bool complete;
};

/* ---- reading -------------------------------------------------------------------- */

static struct keys read_keys(struct check *c, const struct value *schema, struct bdd_id when) {
    struct items items = check_items(c, schema, when);
    struct keys keys = {.complete = items.complete};
    for (uint32_t i = 0; i < items.items.count; i++) {
        const struct possible *p = &items.items.items[i];
        const struct value *name = value_get_c(p->value, "AttributeName");
        struct str text = check_text(c, name);
        struct str type = check_text(c, value_get_c(p->value, "KeyType"));
        if (!text.ptr || !(str_is(type, "HASH") || str_is(type, "RANGE"))) {
            keys.complete = false;
            continue;
        }
        vec_push(c->arena, &keys.items, (struct key){text, name, str_is(type, "RANGE"), p->when});
    }
    return keys;
}

static void read_indexes(struct table *t, const char *name, bool local) {
    struct items items = check_items(t->c, property(t->r, name), t->when);
    t->complete = t->complete && items.complete;
    for (uint32_t i = 0; i < items.items.count; i++) {
        const struct possible *p = &items.items.items[i];
        if (!check_is_closed(p->value)) {
            t->complete = false;
            continue;
        }
        const struct value *name_at = value_get_c(p->value, "IndexName");
        struct index index = {.body = p->value,
                              .name_at = name_at,
                              .name = check_text(t->c, name_at),
                              .local = local,
                              .when = p->when,
                              .keys = read_keys(t->c, value_get_c(p->value, "KeySchema"),
                                                p->when)};
        t->complete = t->complete && index.keys.complete;
        vec_push(t->c->arena, &t->indexes, index);
    }
}

static struct str index_name(const struct index *index) {
    return index->name.ptr ? index->name : STR("the index");
}

static const struct key *find_key(struct check *c, const struct keys *keys, struct str name,
                                  struct bdd_id when) {
    for (uint32_t i = 0; i < keys->items.count; i++)
        if (str_eq(keys->items.items[i].name, name) &&
            check_meet(c, keys->items.items[i].when, when))
            return &keys->items.items[i];
    return NULL;
}

static const struct key *find_role(const struct keys *keys, bool is_sort) {
    for (uint32_t i = 0; i < keys->items.count; i++)
        if (keys->items.items[i].is_sort == is_sort)
            return &keys->items.items[i];
    return NULL;
}

/* ---- keys ----------------------------------------------------------------------- */

static void check_key_schema(struct table *t, const struct keys *keys, const struct value *at,
                             struct str what, uint32_t most) {
    uint32_t partition = 0, sort = 0;
    for (uint32_t i = 0; i < keys->items.count; i++) {
        const struct key *key = &keys->items.items[i];
        if (key->when.n != keys->items.items[0].when.n)
            return; /* depends on conditions */
        partition += !key->is_sort;
        sort += key->is_sort;
    }
    if (!keys->complete || keys->items.count == 0)
        return;
    if (partition == 0)
        check_report(t->c, RULE_KEY_SCHEMA, t->r, at, "%.*s has no partition key (HASH)",
                     STR_ARG(what));
    else if (keys->items.items[0].is_sort)
        check_report(t->c, RULE_KEY_SCHEMA, t->r, keys->items.items[0].at,
                     "the sort key of %.*s stands before the partition key, expected HASH first",
                     STR_ARG(what));
    else if (partition > most || sort > most)
        check_report(
            t->c, RULE_KEY_SCHEMA, t->r, at,
            "%.*s has %u partition and %u sort key attributes, expected at most %u of each",
            STR_ARG(what), partition, sort, most);
}

static void check_local_index(struct table *t, const struct index *index) {
    const struct key *own = find_role(&index->keys, false), *table = find_role(&t->keys, false);
    struct str name = index_name(index);
    if (index->keys.complete && !find_role(&index->keys, true))
        check_report(t->c, RULE_LSI_SORT_KEY, t->r,
                     value_is_nil(index->name_at) ? index->body : index->name_at,
                     "local index '%.*s' has no sort key, expected one", STR_ARG(name));
    else if (t->keys.complete && t->keys.items.count && !find_role(&t->keys, true))
        check_report(t->c, RULE_LSI_SORT_KEY, t->r,
                     value_is_nil(index->name_at) ? index->body : index->name_at,
                     "local index '%.*s' stands on a table without a sort key", STR_ARG(name));
    if (own && table && t->keys.complete && !str_eq(own->name, table->name) &&
        check_meet(t->c, own->when, table->when))
        check_report(t->c, RULE_LSI_PARTITION_KEY, t->r, own->at,
                     "local index '%.*s' has partition key '%.*s', expected the table's, '%.*s'",
                     STR_ARG(name), STR_ARG(own->name), STR_ARG(table->name));
}

/* ---- attribute definitions --------------------------------------------------------- */

struct definition {
    struct str name, type;
    const struct value *at;
    struct bdd_id when;
};

struct definitions {
    VEC(struct definition) items;
    bool complete;
};

static struct definitions read_definitions(struct table *t) {
    struct items items = check_items(t->c, property(t->r, "AttributeDefinitions"), t->when);
    struct definitions out = {.complete = items.complete};
    for (uint32_t i = 0; i < items.items.count; i++) {
        const struct possible *p = &items.items.items[i];
        const struct value *name = value_get_c(p->value, "AttributeName");
        struct definition d = {check_text(t->c, name),
                               check_text(t->c, value_get_c(p->value, "AttributeType")), name,
                               p->when};
        if (d.name.ptr)
            vec_push(t->c->arena, &out.items, d);
        else
            out.complete = false;
    }
    return out;
}

static void check_defined_twice(struct table *t, const struct definitions *d) {
    for (uint32_t i = 0; i < d->items.count; i++)
        for (uint32_t j = 0; j < i; j++) {
            const struct definition *a = &d->items.items[j], *b = &d->items.items[i];
            if (!str_eq(a->name, b->name) || !check_meet(t->c, a->when, b->when))
                continue;
            bool conflict = a->type.ptr && b->type.ptr && !str_eq(a->type, b->type);
            struct diag *diag = check_report(
                t->c, conflict ? RULE_KEY_TYPE_CONFLICT : RULE_KEY_ATTRIBUTES, t->r, b->at,
                conflict ? "attribute '%.*s' is defined as %.*s and as %.*s"
                         : "attribute '%.*s' is defined twice",
                STR_ARG(b->name), STR_ARG(a->type), STR_ARG(b->type));
            diag_note(t->c->diags, diag, a->at->span, "the first definition");
            break;
        }
}

struct use {
    struct table *table;
    const struct definitions *definitions;
    struct bdd_id *used; /* by definition */
};

static void use_keys(struct use *u, const struct keys *keys) {
    struct table *t = u->table;
    struct bdd *bdd = &t->c->formulas.bdd;
    for (uint32_t i = 0; i < keys->items.count; i++) {
        const struct key *key = &keys->items.items[i];
        struct bdd_id defined = BDD_FALSE;
        struct str nearest = STR_NIL;
        for (uint32_t j = 0; j < u->definitions->items.count; j++) {
            const struct definition *d = &u->definitions->items.items[j];
            if (str_eq(d->name, key->name)) {
                defined = bdd_or(bdd, defined, d->when);
                u->used[j] = bdd_or(bdd, u->used[j], key->when);
            } else if (str_is_near(key->name, d->name)) {
                nearest = d->name;
            }
        }
        if (!u->definitions->complete || !check_meet(t->c, key->when, bdd_not(bdd, defined)))
            continue;
        struct diag *diag =
            check_report(t->c, RULE_KEY_ATTRIBUTES, t->r, key->at,
                         "key attribute '%.*s' is not in AttributeDefinitions", STR_ARG(key->name));
        check_suggest(t->c, diag, key->name, nearest);
    }
}

static void check_definitions(struct table *t) {
    struct definitions d = read_definitions(t);
    check_defined_twice(t, &d);
    struct use u = {t, &d, arena_array(t->c->arena, struct bdd_id, d.items.count)};
    for (uint32_t i = 0; i < d.items.count; i++)
        u.used[i] = BDD_FALSE;
    use_keys(&u, &t->keys);
    for (uint32_t i = 0; i < t->indexes.count; i++)
        use_keys(&u, &t->indexes.items[i].keys);
    if (!t->complete || !t->keys.complete)
        return;
    for (uint32_t i = 0; i < d.items.count; i++) {
        const struct definition *def = &d.items.items[i];
        if (!check_meet(t->c, def->when, bdd_not(&t->c->formulas.bdd, u.used[i])))
            continue;
        struct diag *diag = check_report(t->c, RULE_KEY_ATTRIBUTES, t->r, def->at,
                                         "attribute '%.*s' is defined, but no key uses it",
                                         STR_ARG(def->name));
        diag_help(t->c->diags, diag, "define key attributes only; others need no definition");
    }
}

/* ---- indexes ---------------------------------------------------------------------- */

static void check_index_names(struct table *t) {
    for (uint32_t i = 0; i < t->indexes.count; i++)
        for (uint32_t j = 0; j < i; j++) {
            const struct index *a = &t->indexes.items[j], *b = &t->indexes.items[i];
            if (!b->name.ptr || !str_eq(a->name, b->name) || !check_meet(t->c, a->when, b->when))
                continue;
            struct diag *d = check_report(t->c, RULE_INDEX_NAME, t->r, b->name_at,
                                          "two indexes of the table are named '%.*s'",
                                          STR_ARG(b->name));
            diag_note(t->c->diags, d, a->name_at->span, "the first");
            break;
        }
}

/* The most indexes that exist at once, as far as that is certain: those of one set of conditions. */
static void check_index_count(struct table *t, bool local) {
    uint32_t count = 0, most = local ? MAX_LOCAL : MAX_GLOBAL;
    const struct index *last = NULL;
    for (uint32_t i = 0; i < t->indexes.count; i++) {
        const struct index *index = &t->indexes.items[i];
        if (index->local != local || (last && index->when.n != last->when.n))
            continue;
        last = index;
        if (++count == most + 1)
            break;
    }
    if (count > most)
        check_report(t->c, RULE_INDEX_COUNT, t->r,
                     property(t->r, local ? "LocalSecondaryIndexes" : "GlobalSecondaryIndexes"),
                     "the table has more than %u %s indexes, the most that DynamoDB takes", most,
                     local ? "local" : "global");
}

static void check_projected(struct table *t, const struct index *index,
                            const struct possible *attribute) {
    struct str name = check_text(t->c, attribute->value);
    if (!name.ptr)
        return;
    const struct key *own = find_key(t->c, &index->keys, name, attribute->when);
    const struct key *key = own ? own : find_key(t->c, &t->keys, name, attribute->when);
    if (!key)
        return;
    struct diag *d;
    if (own)
        d = check_report(t->c, RULE_GSI_KEY_PROJECTED, t->r, attribute->value,
                         "'%.*s' is a key of '%.*s' and always projected", STR_ARG(name),
                         STR_ARG(index_name(index)));
    else
        d = check_report(t->c, RULE_GSI_KEY_PROJECTED, t->r, attribute->value,
                         "'%.*s' is a key of the table and always projected", STR_ARG(name));
    diag_label(t->c->diags, d, "remove it");
    diag_note(t->c->diags, d, key->at->span, "the key");
}

/* Returns how many attributes the index projects besides keys. */
static uint32_t check_projection(struct table *t, const struct index *index) {
    const struct value *projection = value_get_c(index->body, "Projection");
    struct str type = check_text(t->c, value_get_c(projection, "ProjectionType"));
    const struct value *attributes = value_get_c(projection, "NonKeyAttributes");
    struct items items = check_items(t->c, attributes, index->when);
    for (uint32_t i = 0; i < items.items.count; i++)
        check_projected(t, index, &items.items.items[i]);
    if (type.ptr && !str_is(type, "INCLUDE") && items.items.count)
        check_report(t->c, RULE_INDEX_PROJECTION, t->r, attributes,
                     "index '%.*s' lists attributes, but projects %.*s, expected INCLUDE",
                     STR_ARG(index_name(index)), STR_ARG(type));
    else if (str_is(type, "INCLUDE") && items.complete && items.items.count == 0)
        check_report(t->c, RULE_INDEX_PROJECTION, t->r, value_get_c(projection, "ProjectionType"),
                     "index '%.*s' projects INCLUDE, expected NonKeyAttributes",
                     STR_ARG(index_name(index)));
    return str_is(type, "INCLUDE") ? items.items.count : 0;
}

static void check_projections(struct table *t) {
    uint32_t total = 0;
    const struct index *last = NULL;
    for (uint32_t i = 0; i < t->indexes.count; i++) {
        const struct index *index = &t->indexes.items[i];
        uint32_t count = check_projection(t, index);
        if (last && index->when.n != last->when.n)
            continue;
        last = index;
        total += count;
    }
    if (total > MAX_PROJECTED)
        check_report(t->c, RULE_INDEX_PROJECTION_SIZE, t->r,
                     value_get_c(value_get_c(last->body, "Projection"), "NonKeyAttributes"),
                     "the indexes of the table project %u attributes besides keys, expected at "
                     "most %u over all indexes",
                     total, MAX_PROJECTED);
}

/* ---- billing ---------------------------------------------------------------------- */

struct billing {
    struct table *table;
    struct bdd_id on_demand, provisioned; /* when it is certainly so */
};

static struct billing read_billing(struct table *t) {
    struct billing b = {t, BDD_FALSE, BDD_FALSE};
    struct possibles modes = {0};
    view_possible(&t->c->view, property(t->r, "BillingMode"), t->when, &modes);
    for (uint32_t i = 0; i < modes.items.count; i++) {
        const struct possible *p = &modes.items.items[i];
        if (p->certainty == DEFAULT)
            continue;
        if (value_is_c(p->value, "PAY_PER_REQUEST"))
            b.on_demand = bdd_or(&t->c->formulas.bdd, b.on_demand, p->when);
        else if (value_is_nil(p->value) || value_is_c(p->value, "PROVISIONED"))
            b.provisioned = bdd_or(&t->c->formulas.bdd, b.provisioned, p->when);
    }
    return b;
}

/* A capacity setting where the billing mode excludes it. */
static void check_excluded(const struct billing *b, const struct value *owner, struct bdd_id when,
                           const char *setting, struct bdd_id mode, const char *mode_name) {
    struct check *c = b->table->c;
    const struct member *m = value_member(owner, str_from(setting));
    if (!m)
        return;
    struct bdd_id there = check_presence_of(c, m->value, when);
    if (check_meet(c, there, mode))
        check_report_span(c, RULE_BILLING_CAPACITY, b->table->r, m->span,
                          "%s contradicts billing mode %s", setting, mode_name);
}

static void check_needed(const struct billing *b, const struct value *owner, struct bdd_id when,
                         const char *setting, const struct value *at, struct str what) {
    struct check *c = b->table->c;
    struct bdd_id there = check_presence_of(c, value_get_c(owner, setting), when);
    struct bdd_id lacking = formula_and(&c->formulas, when, formula_not(&c->formulas, there));
    if (check_is_closed(owner) && check_meet(c, lacking, b->provisioned)) {
        struct diag *d = check_report(c, RULE_BILLING_CAPACITY, b->table->r, at,
                                      "%.*s is provisioned but has no %s", STR_ARG(what), setting);
        diag_help(c->diags, d, "set BillingMode: PAY_PER_REQUEST, or give capacities");
    }
}

static void check_billing(struct table *t, bool is_global) {
    struct billing b = read_billing(t);
    const char *capacity =
        is_global ? "WriteProvisionedThroughputSettings" : "ProvisionedThroughput";
    const char *limit = is_global ? "WriteOnDemandThroughputSettings" : "OnDemandThroughput";
    const struct value *owner = t->r->properties;
    const struct value *mode = value_get_c(owner, "BillingMode");
    check_excluded(&b, owner, t->when, capacity, b.on_demand, "PAY_PER_REQUEST");
    check_excluded(&b, owner, t->when, limit, b.provisioned, "PROVISIONED");
    if (is_global)
        return;
    check_needed(&b, owner, t->when, capacity, value_is_nil(mode) ? NULL : mode, STR("the table"));
    for (uint32_t i = 0; i < t->indexes.count; i++) {
        const struct index *index = &t->indexes.items[i];
        if (index->local)
            continue;
        struct str name = index_name(index);
        check_excluded(&b, index->body, index->when, capacity, b.on_demand, "PAY_PER_REQUEST");
        check_excluded(&b, index->body, index->when, limit, b.provisioned, "PROVISIONED");
        check_needed(&b, index->body, index->when, capacity, index->name_at,
                     str_printf(t->c->arena, "index '%.*s'", STR_ARG(name)));
    }
}

/* ---- the table ---------------------------------------------------------------------- */

static void check_table(struct check *c, const struct resource *r, bool is_global) {
    struct table t = {.c = c, .r = r, .when = formula_of_resource(&c->formulas, r),
                      .complete = true};
    if (!check_is_closed(r->properties))
        return;
    t.keys = read_keys(c, property(r, "KeySchema"), t.when);
    read_indexes(&t, "GlobalSecondaryIndexes", false);
    read_indexes(&t, "LocalSecondaryIndexes", true);
    check_key_schema(&t, &t.keys, property(r, "KeySchema"), STR("the table"), 1);
    for (uint32_t i = 0; i < t.indexes.count; i++) {
        const struct index *index = &t.indexes.items[i];
        struct str name = index_name(index);
        check_key_schema(&t, &index->keys, value_get_c(index->body, "KeySchema"),
                         str_printf(c->arena, "index '%.*s'", STR_ARG(name)),
                         index->local ? 1 : MAX_INDEX_KEYS);
        if (index->local)
            check_local_index(&t, index);
    }
    check_definitions(&t);
    check_index_names(&t);
    check_index_count(&t, false);
    check_index_count(&t, true);
    check_projections(&t);
    check_billing(&t, is_global);
}

void check_tables(struct check *c) {
    const struct resource_vec *tables = check_type(c, "AWS::DynamoDB::Table");
    for (uint32_t i = 0; i < tables->items.count; i++)
        check_table(c, tables->items.items[i], false);
    tables = check_type(c, "AWS::DynamoDB::GlobalTable");
    for (uint32_t i = 0; i < tables->items.count; i++)
        check_table(c, tables->items.items[i], true);
}
