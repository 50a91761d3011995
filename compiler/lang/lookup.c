#include "lang/compile.h"

/* Entries of known maps by what only the deployment knows: a mapping of the template where one can
   hold the map, else a choice among its values. */

static bool is_plain_name(struct str s, bool dots) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && !(dots && (c == '.' || c == '-')))
            return false;
    }
    return s.len > 0;
}

/* What a mapping holds: texts, numbers, and lists of them. A number with a unit says nothing there. */
static bool is_mappable(const struct value *x) {
    if (x->kind == VAL_LIST) {
        for (uint32_t i = 0; i < x->count; i++)
            if (x->items[i]->kind == VAL_LIST || !is_mappable(x->items[i]))
                return false;
        return x->count > 0;
    }
    bool scalar = x->kind == VAL_STRING || x->kind == VAL_NUMBER;
    return scalar && !x->unit && value_is_known(x);
}

static bool is_row_of_maps(const struct value *of) {
    for (uint32_t i = 0; i < of->count; i++)
        if (of->members[i].value->kind != VAL_MAP)
            return false;
    return of->count > 0;
}

/* Whether a key is surely one of the map's: a param's values, and the stack's regions, are known. */
static bool is_covered(const struct lang *l, const struct value *of, const struct value *key) {
    if (key->kind != VAL_REF)
        return false;
    const struct value *values =
        value_get_c(value_get(l->graph->parameters, key->text), "AllowedValues");
    for (uint32_t i = 0; i < values->count; i++)
        if (!value_has(of, value_text(values->items[i])))
            return false;
    if (!str_is(key->text, "AWS::Region"))
        return values->count > 0;
    for (uint32_t i = 0; i < l->graph->regions.items.count; i++)
        if (!value_has(of, l->graph->regions.items.items[i]))
            return false;
    return l->graph->regions.items.count > 0;
}

/* Fn::FindInMap takes references as keys, and what is none of the map's fails. */
static bool fits_mapping(const struct lang *l, const struct value *of, const struct value *key,
                         bool soft) {
    if (key->kind != VAL_REF && key->kind != VAL_FIND_IN_MAP)
        return false;
    if (soft && !is_covered(l, of, key))
        return false;
    for (uint32_t i = 0; i < of->count; i++)
        if (!is_plain_name(of->members[i].key, true))
            return false;
    return true;
}

/* The mapping with these rows, made on first use; its name. */
static struct value *mapping_of(struct lang *l, struct value *rows) {
    struct str hash = sha256_hex(l->arena, value_canonical(l->arena, rows));
    struct str name = str_printf(l->arena, "Map%.*s", 10, hash.ptr);
    struct value *mappings = graph_section(l->graph, &l->graph->mappings);
    if (!value_has(mappings, name))
        value_put(l->values, mappings, name, rows);
    return value_string(l->values, name);
}

static struct value *find_in(struct lang *l, struct value *mapping, struct value *key,
                             struct str column) {
    return value_call(l->values, VAL_FIND_IN_MAP, 3, mapping, key,
                      value_string(l->values, column));
}

/* key == "a" ? A : key == "b" ? B : .. : null, or where the key must be one of them, the last. */
static struct value *choose(struct lang *l, const struct value *of, struct value *key,
                            struct span span, bool soft) {
    uint32_t last = of->count - 1;
    bool open = soft && !is_covered(l, of, key);
    struct value *out = open ? value_null(l->values) : of->members[last].value;
    for (uint32_t i = open ? of->count : last; i-- > 0;) {
        struct value *is =
            logic_equal(l, key, value_string(l->values, of->members[i].key), span);
        if (is_error(is))
            return is;
        out = logic_if(l, is, of->members[i].value, out);
    }
    return out;
}

/* One value a row. */
static struct value *index_flat(struct lang *l, const struct value *of, struct value *key,
                                struct span span, bool soft) {
    bool fits = fits_mapping(l, of, key, soft);
    for (uint32_t i = 0; i < of->count; i++)
        fits &= is_mappable(of->members[i].value);
    if (!fits)
        return choose(l, of, key, span, soft);
    struct value *rows = value_map(l->values);
    for (uint32_t i = 0; i < of->count; i++)
        value_put(l->values, rows, of->members[i].key,
                  map_of(l, 1, "value", of->members[i].value));
    return find_in(l, mapping_of(l, rows), key, STR("value"));
}

/* One column of rows that are maps; what a row lacks is null. */
static struct value *column_of(struct lang *l, const struct value *of, struct str name) {
    struct value *column = value_map(l->values);
    for (uint32_t i = 0; i < of->count; i++) {
        struct value *x = value_get(of->members[i].value, name);
        value_put(l->values, column, of->members[i].key,
                  value_is_nil(x) ? value_null(l->values) : x);
    }
    return column;
}

static bool is_column(const struct value *column) {
    for (uint32_t i = 0; i < column->count; i++)
        if (!is_mappable(column->members[i].value))
            return false;
    return true;
}

static void add_columns(struct lang *l, struct value *to, const struct value *row) {
    for (uint32_t i = 0; i < row->count; i++)
        if (!value_has(to, row->members[i].key))
            value_put(l->values, to, row->members[i].key, value_null(l->values))->span =
                row->members[i].span;
}

/* Rows that are maps: a map of what each column would be. */
static struct value *index_rows(struct lang *l, const struct value *of, struct value *key,
                                struct span span, bool soft) {
    struct value *out = value_map(l->values), *rows = value_map(l->values);
    for (uint32_t i = 0; i < of->count; i++) {
        add_columns(l, out, of->members[i].value);
        value_put(l->values, rows, of->members[i].key, value_map(l->values));
    }
    bool fits = fits_mapping(l, of, key, soft), any = false;
    for (uint32_t k = 0; k < out->count; k++) {
        struct value *column = column_of(l, of, out->members[k].key);
        struct str name = camel(l->arena, out->members[k].key);
        if (!fits || !is_column(column) || !name.len || value_has(rows->members[0].value, name)) {
            out->members[k].value = index_by_deployed(l, column, key, span, soft);
            continue;
        }
        any = true;
        for (uint32_t i = 0; i < of->count; i++)
            value_put(l->values, rows->members[i].value, name, column->members[i].value);
        out->members[k].value = find_in(l, NULL, key, name);
    }
    struct value *mapping = any ? mapping_of(l, rows) : NULL;
    for (uint32_t k = 0; k < out->count && any; k++) {
        struct value *x = out->members[k].value;
        if (x->kind == VAL_FIND_IN_MAP && !x->items[0])
            x->items[0] = mapping;
    }
    return out;
}

struct value *index_by_deployed(struct lang *l, struct value *of, struct value *key,
                                struct span span, bool soft) {
    if (of->kind == VAL_LIST)
        return value_call(l->values, VAL_SELECT, 2, key, of);
    if (of->kind != VAL_MAP || of->count == 0) {
        need_known(l, key, span, "an index");
        return value_error(l);
    }
    if (key->kind == VAL_IF)
        return logic_if(l, key->items[0], index_value(l, of, key->items[1], span, soft),
                        index_value(l, of, key->items[2], span, soft));
    return is_row_of_maps(of) ? index_rows(l, of, key, span, soft)
                              : index_flat(l, of, key, span, soft);
}

struct value *contains_deployed(struct lang *l, struct value *keys, struct value *x,
                                struct span span) {
    struct value *found = value_bool(l->values, false);
    for (uint32_t i = 0; i < keys->count; i++) {
        struct value *same = logic_equal(l, keys->items[i], x, span);
        if (is_error(same))
            return same;
        found = logic_or(l, found, same);
    }
    return found;
}
