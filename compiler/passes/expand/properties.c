#include <string.h>

#include "passes/expand/expand.h"

static bool has_shape(const struct value *x, unsigned shape) {
    unsigned kinds = shape & (IS_STR | IS_MAP | IS_LIST | IS_BOOL | IS_INT);
    return !kinds || (kinds & IS_STR && sam_is_string(x)) || (kinds & IS_MAP && sam_is_map(x)) ||
           (kinds & IS_LIST && sam_is_list(x)) || (kinds & IS_BOOL && x->kind == VAL_BOOL) ||
           (kinds & IS_INT && sam_is_int(x));
}

static bool items_fit(const struct value *x, unsigned shape) {
    for (uint32_t i = 0; i < x->count; i++)
        if (!has_shape(x->kind == VAL_MAP ? x->members[i].value : x->items[i], shape))
            return false;
    return true;
}

static bool is_word(const struct value *x, const char *const *words) {
    for (; *words; words++)
        if (value_is_c(x, *words))
            return true;
    return false;
}

static bool fits(const struct value *x, const struct property *row) {
    if (!has_shape(x, row->shape))
        return false;
    if (row->words && !is_word(x, row->words))
        return false;
    int holder = row->shape & IS_LIST ? VAL_LIST : VAL_MAP;
    return !row->items || x->kind != holder || items_fit(x, row->items);
}

/* The translator names the expected type only where it is exactly a map, a string, or words. */
static struct str misfit(struct expand *e, const struct property *row) {
    unsigned kinds = row->shape & (IS_STR | IS_MAP | IS_LIST | IS_BOOL | IS_INT);
    if (row->words)
        return str_printf(e->arena,
                          "Property '%s' should be a one of the strings: '%s' or '%s'.", row->name,
                          row->words[0], row->words[1]);
    if (!row->items && !(row->shape & UNNAMED) && (kinds == IS_MAP || kinds == IS_STR))
        return str_printf(e->arena, "Property '%s' should be a %s.", row->name,
                          kinds == IS_MAP ? "map" : "string");
    return str_printf(e->arena, "Type of property '%s' is invalid.", row->name);
}

static const struct property *row_of(const struct properties *known, struct str name) {
    for (unsigned i = 0; i < known->count; i++)
        if (str_is(name, known->rows[i].name))
            return &known->rows[i];
    return NULL;
}

void sam_check(struct expand *e, struct str id, const char *type, const struct properties *known,
               const struct value *properties, struct span span) {
    for (uint32_t i = 0; i < properties->count; i++) {
        const struct member *m = &properties->members[i];
        if (!row_of(known, m->key))
            sam_fail(e, id, m->span, "property %.*s not defined for resource of type %s",
                     STR_ARG(m->key), type);
    }
    for (unsigned i = 0; i < known->count; i++) {
        const struct property *row = &known->rows[i];
        const struct value *x = value_get_c(properties, row->name);
        if (!(row->shape & STRICT) && sam_is_single(x))
            continue;
        if (sam_is_none(x)) {
            if (row->shape & REQUIRED)
                sam_fail(e, id, span, "Missing required property '%s'.", row->name);
        } else if (!fits(x, row)) {
            sam_fail(e, id, sam_span(x, span), "%.*s", STR_ARG(misfit(e, row)));
        }
    }
}

struct value *sam_property(const struct sam *s, const char *name) {
    struct value *x = value_get_c(s->properties, name);
    return x->kind == VAL_NULL ? &value_nil : x;
}
