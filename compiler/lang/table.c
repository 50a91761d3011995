#include "lang/table.h"

/* `table`: keys and indexes to AWS::DynamoDB::Table. */

bool table_has_indexes(struct lang *l, struct thing *t) {
    struct body *body = thing_body(l, t);
    for (uint32_t i = 0; i < body->clauses.count; i++) {
        const struct clause *c = &body->clauses.items[i];
        if (scope_node(c->scope, c->node)->kind == NODE_INDEX)
            return true;
    }
    return false;
}

static struct value *field_name(struct lang *l, struct scope *s, node_id name) {
    const struct node *n = scope_node(s, name);
    l->values->place.span = n->span;
    if (n->kind == NODE_NAME)
        return value_string(l->values, n->text);
    struct value *x = eval(l, s, name);
    struct str text = need_text(l, x, n->span, "a key's name");
    return text.ptr ? value_string(l->values, text) : value_error(l);
}

static const char *field_type(struct lang *l, struct scope *s, node_id type) {
    const struct node *n = scope_node(s, type);
    if (node_is_nil(type) || n->kind == NODE_ERROR)
        return NULL;
    struct str word = n->text;
    if (n->kind == NODE_TYPE_UNION && n->count == 1) { /* a text: the type is computed */
        word =
            need_text(l, eval(l, s, tree_child(s->space->tree, type, 0)), n->span, "a key's type");
        if (!word.ptr)
            return NULL;
    }
    if (str_is(word, "string"))
        return "S";
    if (str_is(word, "number"))
        return "N";
    if (str_is(word, "binary"))
        return "B";
    diag_add(l->diags, RULE_VALUE_TYPE, n->span, "a key is a string, number or binary, not '%.*s'",
             STR_ARG(word));
    return NULL;
}

/* The branch of a choice between something and nothing that is something. */
static struct value *or_else(const struct value *choice, uint32_t i) {
    return value_is_null(value_at(choice, i)) ? value_at(choice, 3 - i) : value_at(choice, i);
}

/* AttributeDefinitions holds each attribute once; one with two types twice, for the rule to see. */
static void define_attribute(struct lang *l, struct table *t, struct value *name, const char *type,
                             struct value *cond) {
    if (is_error(name) || !type)
        return;
    struct value *plain =
        map_of(l, 2, "AttributeName", name, "AttributeType", text_value(l, type));
    struct value *definition = cond ? logic_if(l, cond, plain, value_null(l->values)) : plain;
    for (uint32_t i = 0; i < t->definitions->count; i++) {
        struct value *d = t->definitions->items[i];
        if (d->kind == VAL_MAP && value_equal(d, plain))
            return;
        if (d->kind != VAL_IF || !value_equal(or_else(d, 1), plain))
            continue;
        struct value *had = or_else(d, 1) == value_at(d, 1) ? value_at(d, 0)
                                                            : logic_not(l, value_at(d, 0));
        t->definitions->items[i] =
            cond ? logic_if(l, logic_or(l, had, cond), plain, value_null(l->values)) : plain;
        return;
    }
    value_push(l->values, t->definitions, definition);
}

static struct value *key_element(struct lang *l, struct value *name, const char *type) {
    return map_of(l, 2, "AttributeName", name, "KeyType", text_value(l, type));
}

/* The key schema of `key` and `index` fields: first the partition key, then the sort key. */
static struct value *key_schema(struct lang *l, struct table *t, const struct clause *c,
                                bool local) {
    const struct node *n = scope_node(c->scope, c->node);
    struct value *schema = value_list(l->values);
    if (local && n->count == 1 && t->partition)
        value_push(l->values, schema, key_element(l, t->partition, "HASH"));
    for (uint32_t i = 0; i < n->count; i++) {
        const struct node *field =
            scope_node(c->scope, tree_child(c->scope->space->tree, c->node, i));
        if (field->kind != NODE_FIELD)
            continue;
        struct value *name = field_name(l, c->scope, field->name);
        define_attribute(l, t, name, field_type(l, c->scope, field->type), c->cond);
        value_push(l->values, schema, key_element(l, name, schema->count ? "RANGE" : "HASH"));
        if (n->kind == NODE_KEY && !t->partition)
            t->partition = name;
        if (i == 2)
            diag_add(l->diags, RULE_VALUE_TYPE, field->span,
                     "a key has a partition key and a sort key, and no third");
    }
    return schema;
}

unsigned table_keys(struct lang *l, struct thing *table, struct str index,
                    struct table_key out[2]) {
    const struct body *body = thing_body(l, table);
    unsigned count = 0;
    for (uint32_t i = 0; i < body->clauses.count; i++) {
        const struct clause *c = &body->clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        if (n->kind != (index.len ? NODE_INDEX : NODE_KEY))
            continue;
        if (index.len && !str_eq(value_text(field_name(l, c->scope, n->name)), index))
            continue;
        if (index.len && str_is(n->text, "local") && n->count == 1)
            count = table_keys(l, table, STR_NIL, out) ? 1 : 0;
        for (uint32_t k = 0; k < n->count && count < 2; k++) {
            const struct node *field =
                scope_node(c->scope, tree_child(c->scope->space->tree, c->node, k));
            const char *type =
                field->kind == NODE_FIELD ? field_type(l, c->scope, field->type) : NULL;
            struct str name = type ? value_text(field_name(l, c->scope, field->name)) : STR_NIL;
            if (name.len)
                out[count++] = (struct table_key){name, type};
        }
        break;
    }
    return count;
}

static struct value *projection(struct lang *l, const struct clause *c, const struct node *n) {
    const struct node *extra = scope_node(c->scope, n->extra);
    if (extra->kind == NODE_KEYS_ONLY)
        return map_of(l, 1, "ProjectionType", text_value(l, "KEYS_ONLY"));
    if (extra->kind != NODE_INCLUDE)
        return map_of(l, 1, "ProjectionType", text_value(l, "ALL"));
    struct value *names = value_list(l->values);
    for (uint32_t i = 0; i < extra->count; i++)
        value_push(l->values, names,
                   field_name(l, c->scope, tree_child(c->scope->space->tree, n->extra, i)));
    return map_of(l, 2, "ProjectionType", text_value(l, "INCLUDE"), "NonKeyAttributes", names);
}

static void add_index(struct lang *l, struct table *t, const struct clause *c,
                      const struct node *n) {
    bool local = str_is(n->text, "local");
    l->values->place = (struct place){n->span, t->resource->origin};
    struct value *name = field_name(l, c->scope, n->name);
    struct value *index = map_of(l, 3, "IndexName", name, "KeySchema", key_schema(l, t, c, local),
                                 "Projection", projection(l, c, n));
    if (!local) {
        capacity_put(l, t, index);
        vec_push(l->arena, &t->indexes, (struct table_index){name, c->cond});
    }
    if (c->cond)
        index = logic_if(l, c->cond, index, value_null(l->values));
    value_push(l->values, local ? t->local : t->global, index);
}

static void add_clauses(struct lang *l, struct table *t) {
    const struct body *body = &t->thing->body;
    struct value *schema = NULL;
    for (uint32_t i = 0; i < body->clauses.count; i++) {
        const struct clause *c = &body->clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        if (n->kind != NODE_KEY)
            continue;
        l->values->place.span = n->span;
        if (schema)
            diag_add(l->diags, RULE_DUPLICATE_ATTRIBUTE, n->span, "a table has one 'key'");
        else
            schema = key_schema(l, t, c, false);
    }
    for (uint32_t i = 0; i < body->clauses.count; i++) {
        const struct clause *c = &body->clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        if (n->kind == NODE_INDEX)
            add_index(l, t, c, n);
        else if (n->kind != NODE_KEY && !(n->kind == NODE_DECLARATION && node_is_nil(n->name)))
            report_misplaced(l, t->thing, c);
    }
    if (!schema) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->thing->decl->span,
                                  "the table '%.*s' has no key", STR_ARG(t->thing->name));
        diag_help(l->diags, d, "say what identifies an item: key (id: string)");
        return;
    }
    value_put_c(l->values, t->resource->properties, "KeySchema", schema);
}

static void encryption(struct lang *l, struct table *t) {
    struct value *x = body_value(l, t->thing, "encryption");
    if (!x || value_is_c(x, "default"))
        return;
    struct value *key = x->flags & VALUE_WORD
                            ? value_is_c(x, "own") ? own_key(l, t->thing) : &value_nil
                            : x;
    value_put_c(l->values, t->resource->properties, "SSESpecification",
                map_of(l, 3, "SSEEnabled", value_bool(l->values, true), "SSEType",
                       text_value(l, "KMS"), "KMSMasterKeyId", key));
}

static void sharing(struct lang *l, struct table *t) {
    struct value *properties = t->resource->properties, *policy = body_value(l, t->thing, "policy");
    if (policy && policy->kind == VAL_MAP)
        put(l, properties, "ResourcePolicy.PolicyDocument", policy);
    struct value *to = body_value(l, t->thing, "kinesis");
    struct value *arn =
        to && !value_is_null(to) ? thing_arn(l, to, "kinesis", 1u << KIND_STREAM) : &value_nil;
    struct thing *raw = to ? thing_of(to) : NULL;
    if (raw && raw->is_resource) /* a stream's Ref is its name */
        arn = value_getatt(l->values, raw->id, STR("Arn"));
    if (!value_is_nil(arn))
        put(l, properties, "KinesisStreamSpecification.StreamArn", arn);
}

static void settings(struct lang *l, struct table *t) {
    struct value *properties = t->resource->properties;
    struct value *recovery = body_value(l, t->thing, "recovery");
    if (recovery && !(recovery->kind == VAL_BOOL && !recovery->truth))
        put(l, properties, "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", recovery);
    struct value *ttl = body_value(l, t->thing, "ttl");
    if (ttl && !value_is_null(ttl)) {
        put(l, properties, "TimeToLiveSpecification.AttributeName", ttl);
        put(l, properties, "TimeToLiveSpecification.Enabled", value_bool(l->values, true));
    }
    struct value *stream = body_value(l, t->thing, "stream");
    static const char *const views[][2] = {{"keys", "KEYS_ONLY"},
                                           {"new", "NEW_IMAGE"},
                                           {"old", "OLD_IMAGE"},
                                           {"both", "NEW_AND_OLD_IMAGES"}};
    for (int i = 0; stream && i < 4; i++)
        if (value_is_c(stream, views[i][0]))
            put(l, properties, "StreamSpecification.StreamViewType", text_value(l, views[i][1]));
    struct value *protect = body_value(l, t->thing, "protect");
    if (protect && !(protect->kind == VAL_BOOL && !protect->truth))
        put(l, properties, "DeletionProtectionEnabled", protect);
    struct value *class = body_value(l, t->thing, "class");
    if (class && value_is_c(class, "infrequent"))
        put(l, properties, "TableClass", text_value(l, "STANDARD_INFREQUENT_ACCESS"));
}

void lower_table(struct lang *l, struct thing *thing) {
    struct table t = {.thing = thing};
    t.resource = add_resource(l, thing, NULL, "AWS::DynamoDB::Table", thing->id, thing->cond);
    t.definitions = value_list(l->values);
    t.global = value_list(l->values);
    t.local = value_list(l->values);
    struct value *properties = t.resource->properties;
    copy_attributes(l, thing, t.resource);
    value_put_c(l->values, properties, "AttributeDefinitions", t.definitions);
    value_put_c(l->values, properties, "KeySchema", &value_nil);
    table_capacity(l, &t);
    add_clauses(l, &t);
    if (t.global->count)
        value_put_c(l->values, properties, "GlobalSecondaryIndexes", t.global);
    if (t.local->count)
        value_put_c(l->values, properties, "LocalSecondaryIndexes", t.local);
    if (value_is_nil(value_get_c(properties, "KeySchema")))
        value_remove(l->values, properties, STR("KeySchema"));
    encryption(l, &t);
    settings(l, &t);
    sharing(l, &t);
    table_replicas(l, &t);
    set_retain(l, t.resource, "Retain");
    if (!body_is_set(thing, "replicas"))
        table_scaling(l, &t);
    l->values->place = (struct place){thing->origin->span, thing->origin};
    apply_properties(l, &thing->body, t.resource);
}
