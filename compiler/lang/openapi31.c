#include "lang/definition.h"

#include <stdlib.h>

/* OpenAPI 3.1 says schemas in the words of JSON Schema 2020-12; API Gateway takes those of 3.0.
   Source: OpenAPI Initiative, "Migrating from OpenAPI 3.0 to 3.1.0"; API Gateway Developer Guide,
   "Supported OpenAPI features". */

static void lower_schema(struct lang *l, const struct newer *newer, struct value *x);

static void rename_member(struct lang *l, struct value *x, const char *from, const char *to,
                          struct value *value) {
    struct span span = value_member(x, str_from(from))->span;
    value_remove(l->values, x, str_from(from));
    if (!value_has(x, str_from(to)))
        value_put_c(l->values, x, to, value)->span = span;
}

/* anyOf: ANY, beside one that stands there already. */
static void add_any(struct lang *l, struct value *x, struct value *any) {
    struct value *had = value_get_c(x, "anyOf"), *all = value_get_c(x, "allOf");
    if (value_is_nil(had)) {
        value_put_c(l->values, x, "anyOf", any);
        return;
    }
    if (all->kind != VAL_LIST)
        all = value_put_c(l->values, x, "allOf", value_list(l->values))->value;
    value_push(l->values, all, map_of(l, 1, "anyOf", had));
    value_push(l->values, all, map_of(l, 1, "anyOf", any));
    value_remove(l->values, x, STR("anyOf"));
}

/* type: [string, "null"] */
static void lower_types(struct lang *l, struct value *x, struct value *types) {
    struct value *kept = value_list(l->values), *any = value_list(l->values);
    for (uint32_t i = 0; i < types->count; i++) {
        if (value_is_c(types->items[i], "null") || value_is_null(types->items[i]))
            value_put_c(l->values, x, "nullable", value_bool(l->values, true));
        else
            value_push(l->values, kept, types->items[i]);
    }
    value_remove(l->values, x, STR("type"));
    for (uint32_t i = 0; i < kept->count; i++)
        value_push(l->values, any, map_of(l, 1, "type", kept->items[i]));
    if (kept->count == 1)
        value_put_c(l->values, x, "type", kept->items[0]);
    else if (kept->count)
        add_any(l, x, any);
}

/* exclusiveMinimum: 5 is minimum: 5 and exclusiveMinimum: true; beside minimum: 10 it says
   nothing. */
static void lower_bound(struct lang *l, struct value *x, const char *exclusive, const char *bound) {
    struct value *limit = value_get_c(x, exclusive), *other = value_get_c(x, bound);
    if (limit->kind != VAL_NUMBER)
        return;
    double own = strtod(str_cstr(l->arena, limit->text), NULL);
    double said = other->kind == VAL_NUMBER ? strtod(str_cstr(l->arena, other->text), NULL) : own;
    if (str_is(str_from(bound), "minimum") ? said > own : said < own) {
        value_remove(l->values, x, str_from(exclusive));
        return;
    }
    value_put_c(l->values, x, bound, limit);
    value_put_c(l->values, x, exclusive, value_bool(l->values, true));
}

static bool is_newer(const struct newer *newer, struct span span) {
    bool found = newer->all;
    for (uint32_t i = 0; i < newer->sources.count && !found; i++)
        found = newer->sources.items[i] == span.source;
    return found;
}

static void report_words(struct lang *l, const struct newer *newer, const struct value *x) {
    static const char words[] =
        "if then else prefixItems contains minContains maxContains patternProperties propertyNames "
        "dependentRequired dependentSchemas unevaluatedItems unevaluatedProperties $dynamicRef "
        "$anchor";
    for (uint32_t i = 0; i < x->count; i++)
        if (has_word(words, x->members[i].key) && is_newer(newer, x->members[i].span)) {
            struct diag *d = diag_add(l->diags, RULE_UNKNOWN_KEY, x->members[i].span,
                                      "'%.*s' is of OpenAPI 3.1, and API Gateway takes 3.0",
                                      STR_ARG(x->members[i].key));
            diag_help(l->diags, d, "say the schema without it");
        }
}

static void lower_each(struct lang *l, const struct newer *newer, struct value *x) {
    for (uint32_t i = 0; i < x->count; i++)
        if (x->kind == VAL_MAP)
            lower_schema(l, newer, x->members[i].value);
        else if (x->kind == VAL_LIST)
            lower_schema(l, newer, x->items[i]);
}

static void lower_schema(struct lang *l, const struct newer *newer, struct value *x) {
    static const char *const inner[] = {"items", "additionalProperties", "not"};
    static const char *const several[] = {"properties", "allOf", "anyOf", "oneOf"};
    static const char *const dropped[] = {"$schema", "$id", "$comment", "contentMediaType",
                                          "contentEncoding"};
    if (x->kind != VAL_MAP)
        return;
    struct value *types = value_get_c(x, "type"), *constant = value_get_c(x, "const");
    struct value *examples = value_get_c(x, "examples");
    report_words(l, newer, x);
    if (types->kind == VAL_LIST)
        lower_types(l, x, types);
    if (!value_is_nil(constant))
        rename_member(l, x, "const", "enum", list_of(l, 1, constant));
    if (examples->kind == VAL_LIST)
        rename_member(l, x, "examples", "example", value_at(examples, 0));
    lower_bound(l, x, "exclusiveMinimum", "minimum");
    lower_bound(l, x, "exclusiveMaximum", "maximum");
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        value_remove(l->values, x, str_from(dropped[i]));
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
        lower_schema(l, newer, value_get_c(x, inner[i]));
    for (size_t i = 0; i < sizeof several / sizeof *several; i++)
        lower_each(l, newer, value_get_c(x, several[i]));
}

/* Schemas stand under `schema` and, by name, under `schemas`. */
static void find_schemas(struct lang *l, const struct newer *newer, struct value *x) {
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        find_schemas(l, newer, x->items[i]);
    for (uint32_t i = 0; x->kind == VAL_MAP && i < x->count; i++) {
        const struct member *m = &x->members[i];
        if (str_is(m->key, "schema"))
            lower_schema(l, newer, m->value);
        else if (str_is(m->key, "schemas"))
            lower_each(l, newer, m->value);
        else if (!has_word("example examples", m->key))
            find_schemas(l, newer, m->value);
    }
}

void definition_lower31(struct lang *l, struct value *doc, const struct newer *newer) {
    struct value *info = value_get_c(doc, "info");
    value_remove(l->values, doc, STR("jsonSchemaDialect"));
    value_remove(l->values, doc, STR("webhooks")); /* what others answer */
    if (info->kind == VAL_MAP)
        value_remove(l->values, info, STR("summary"));
    struct value *license = value_get_c(info, "license");
    if (license->kind == VAL_MAP)
        value_remove(l->values, license, STR("identifier"));
    struct value *components = value_get_c(doc, "components");
    if (components->kind == VAL_MAP)
        value_remove(l->values, components, STR("pathItems"));
    find_schemas(l, newer, doc);
}
