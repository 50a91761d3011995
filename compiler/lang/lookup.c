#include "graph/formula.h"
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

/* All lists, or none: what reads a list and what reads a text differ. */
static bool are_mappable(const struct value *column) {
    for (uint32_t i = 0; i < column->count; i++) {
        const struct value *x = column->members[i].value;
        if (!is_mappable(x) ||
            (x->kind == VAL_LIST) != (column->members[0].value->kind == VAL_LIST))
            return false;
    }
    return true;
}

static bool is_row_of_maps(const struct value *of) {
    for (uint32_t i = 0; i < of->count; i++)
        if (of->members[i].value->kind != VAL_MAP)
            return false;
    return of->count > 0;
}

/* ---- what a key may be --------------------------------------------------------------- */

/* What a condition is where a param has this value. */
static enum truth truth_for(const struct value *x, struct str param, struct str text) {
    switch (x->kind) {
    case VAL_BOOL:
        return x->truth ? TRUTH_YES : TRUTH_NO;
    case VAL_EQUALS:
        if (x->items[0]->kind != VAL_REF || x->items[1]->kind != VAL_STRING ||
            !str_eq(x->items[0]->text, param))
            return TRUTH_UNKNOWN;
        return str_eq(x->items[1]->text, text) ? TRUTH_YES : TRUTH_NO;
    case VAL_NOT: {
        enum truth inner = truth_for(x->items[0], param, text);
        return inner == TRUTH_UNKNOWN ? inner : inner == TRUTH_YES ? TRUTH_NO : TRUTH_YES;
    }
    case VAL_AND:
    case VAL_OR: {
        enum truth decides = x->kind == VAL_AND ? TRUTH_NO : TRUTH_YES;
        bool open = false;
        for (uint32_t i = 0; i < x->count; i++) {
            enum truth one = truth_for(x->items[i], param, text);
            if (one == decides)
                return one;
            open |= one == TRUTH_UNKNOWN;
        }
        return open ? TRUTH_UNKNOWN : decides == TRUTH_NO ? TRUTH_YES : TRUTH_NO;
    }
    default:
        return TRUTH_UNKNOWN;
    }
}

static bool is_possible(const struct lang *l, struct str param, struct str text) {
    return !l->given || truth_for(l->given, param, text) != TRUTH_NO;
}

/* The texts that a condition compares a param with. */
static void add_compared(struct lang *l, const struct value *x, struct str param,
                         struct value *out) {
    if (x->kind == VAL_EQUALS && x->items[0]->kind == VAL_REF && x->items[1]->kind == VAL_STRING &&
        str_eq(x->items[0]->text, param))
        value_push(l->values, out, x->items[1]);
    else if (x->kind == VAL_NOT || x->kind == VAL_AND || x->kind == VAL_OR)
        for (uint32_t i = 0; i < x->count; i++)
            add_compared(l, x->items[i], param, out);
}

/* What a reference is said to be: one of a param's values, of the stack's regions, or else of those
   that a condition around asked for; NULL: anything. */
static struct value *listed(struct lang *l, struct str name) {
    struct value *out = value_list(l->values);
    const struct value *values =
        value_get_c(value_get(l->graph->parameters, name), "AllowedValues");
    for (uint32_t i = 0; i < values->count; i++)
        value_push(l->values, out, values->items[i]);
    for (uint32_t i = 0; str_is(name, "AWS::Region") && i < l->graph->regions.items.count; i++)
        value_push(l->values, out, value_string(l->values, l->graph->regions.items.items[i]));
    if (out->count || !l->given || is_possible(l, name, STR("\n")))
        return out->count ? out : NULL;
    add_compared(l, l->given, name, out);
    return out;
}

/* The values that a key may have where it is asked for, or NULL. */
static struct value *values_of(struct lang *l, const struct value *key) {
    struct value *out = value_list(l->values);
    if (key->kind == VAL_REF) {
        struct value *all = listed(l, key->text);
        for (uint32_t i = 0; all && i < all->count; i++)
            if (is_possible(l, key->text, value_text(all->items[i])))
                value_push(l->values, out, all->items[i]);
        return all ? out : NULL;
    }
    if (key->kind != VAL_FIND_IN_MAP)
        return NULL;
    const struct value *rows = value_get(l->graph->mappings, value_text(key->items[0]));
    struct value *inner = values_of(l, key->items[1]);
    for (uint32_t i = 0; i < rows->count; i++) {
        bool read = !inner;
        for (uint32_t k = 0; inner && k < inner->count; k++)
            read |= str_eq(value_text(inner->items[k]), rows->members[i].key);
        if (read)
            value_push(l->values, out,
                       value_get(rows->members[i].value, value_text(key->items[2])));
    }
    return out;
}

/* The first that is none of the map's, or nil. */
static const struct value *missing_of(const struct value *of, const struct value *values) {
    for (uint32_t i = 0; i < values->count; i++)
        if (!value_has(of, value_text(values->items[i])))
            return values->items[i];
    return &value_nil;
}

/* Whether a key is surely one of the map's. */
static bool is_covered(struct lang *l, const struct value *of, const struct value *key) {
    const struct value *values = values_of(l, key);
    return values && value_is_nil(missing_of(of, values));
}

/* A key that may be what the map hasn't: reported. */
static bool check_covered(struct lang *l, const struct value *of, const struct value *key,
                          struct span span) {
    const struct value *values = values_of(l, key);
    const struct value *missing = values ? missing_of(of, values) : &value_nil;
    if (value_is_nil(missing))
        return true;
    struct diag *d = diag_add(l->diags, RULE_UNKNOWN_KEY, span,
                              "the map has no entry '%.*s', which its key may be",
                              STR_ARG(value_text(missing)));
    diag_help(l->diags, d, "add the entry, or give what is absent a value: '?\? ...'");
    return false;
}

/* ---- mappings and choices ------------------------------------------------------------ */

/* Fn::FindInMap takes references as keys, and what is none of the map's fails. */
static bool fits_mapping(struct lang *l, const struct value *of, const struct value *key,
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

/* A choice among entries has no way to fail for what is none of them. */
static void report_open(struct lang *l, const struct value *key, struct span span) {
    bool region = key->kind == VAL_REF && str_is(key->text, "AWS::Region");
    struct diag *d = diag_add(l->diags, RULE_UNKNOWN_KEY, span,
                              "the map may have no entry for this key, which only the "
                              "deployment knows");
    diag_help(l->diags, d, "%s, or give what is absent a value: '?\? ...'",
              region ? "say the stack's regions" : "list the values of the param: \"a\" | \"b\"");
}

/* key == "a" ? A : key == "b" ? B : .. : null, or where the key must be one of them, the last. */
static struct value *choose(struct lang *l, const struct value *of, struct value *key,
                            struct span span, bool soft) {
    uint32_t last = of->count - 1;
    bool covered = is_covered(l, of, key), open = soft && !covered;
    if (!covered && !soft) {
        report_open(l, key, span);
        return value_error(l);
    }
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
    if (!fits_mapping(l, of, key, soft) || !are_mappable(of))
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
    bool fits = fits_mapping(l, of, key, soft);
    struct str *names = arena_array(l->arena, struct str, out->count + 1); /* nil: in no mapping */
    for (uint32_t k = 0; k < out->count; k++) {
        struct value *column = column_of(l, of, out->members[k].key);
        struct str name = camel(l->arena, out->members[k].key);
        if (!fits || !are_mappable(column) || !name.len ||
            value_has(rows->members[0].value, name)) {
            out->members[k].value = index_by_deployed(l, column, key, span, soft);
            continue;
        }
        names[k] = name;
        for (uint32_t i = 0; i < of->count; i++)
            value_put(l->values, rows->members[i].value, name, column->members[i].value);
    }
    struct value *mapping = rows->members[0].value->count ? mapping_of(l, rows) : NULL;
    for (uint32_t k = 0; k < out->count; k++)
        if (names[k].len)
            out->members[k].value = find_in(l, mapping, key, names[k]);
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
    if (is_boolean(key))
        key = logic_if(l, key, value_c(l->values, "true"), value_c(l->values, "false"));
    if (key->kind == VAL_IF) {
        struct value *test = key->items[0], *before = assume(l, test);
        struct value *yes = index_value(l, of, key->items[1], span, soft);
        l->given = before;
        assume(l, logic_not(l, test));
        struct value *no = index_value(l, of, key->items[2], span, soft);
        l->given = before;
        return logic_if(l, test, yes, no);
    }
    if (!soft && !check_covered(l, of, key, span))
        return value_error(l);
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

bool is_list(const struct lang *l, const struct value *x) {
    if (x->kind != VAL_FIND_IN_MAP)
        return x->kind == VAL_LIST;
    const struct value *rows = value_get(l->graph->mappings, value_text(x->items[0]));
    return rows->kind == VAL_MAP && rows->count &&
           value_get(rows->members[0].value, value_text(x->items[2]))->kind == VAL_LIST;
}
