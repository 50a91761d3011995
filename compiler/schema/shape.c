#include "schema/view.h"

#include <math.h>

/* The head word of a shape: kinds and flags, and the mask of its fields. 0 for nil. */
static uint32_t shape_head(const struct schema *s, struct schema_shape_id shape) {
    return view_word(s, SECTION_WORDS, view_word(s, SECTION_SHAPES, shape.n, 0), 0);
}

static uint32_t shape_field(const struct schema *s, struct schema_shape_id shape,
                            enum schema_field field) {
    uint32_t at = view_word(s, SECTION_SHAPES, shape.n, 0);
    uint32_t mask = view_word(s, SECTION_WORDS, at, 0) >> 16;
    if (!(mask >> field & 1))
        return 0;
    unsigned before = (unsigned)__builtin_popcount(mask & ((1u << field) - 1));
    return view_word(s, SECTION_WORDS, at + 1 + before, 0);
}

/* A shape inside another has a smaller id, so descending ends. */
static struct schema_shape_id inner(struct schema_shape_id outer, uint32_t id) {
    return (struct schema_shape_id){id < outer.n ? id : 0};
}

unsigned schema_shape_kinds(const struct schema *s, struct schema_shape_id shape) {
    uint32_t head = shape_head(s, shape);
    return head & SHAPE_ANY || (head & 0xff) == 0 ? SCHEMA_KIND_ANY : head & 0xff;
}

struct schema_def_id schema_shape_def(const struct schema *s, struct schema_shape_id shape) {
    return (struct schema_def_id){shape_field(s, shape, FIELD_DEF)};
}

struct schema_shape_id schema_shape_item(const struct schema *s, struct schema_shape_id shape) {
    return inner(shape, shape_field(s, shape, FIELD_ITEM));
}

struct schema_shape_id schema_shape_value(const struct schema *s, struct schema_shape_id shape) {
    return inner(shape, shape_field(s, shape, FIELD_VALUE));
}

struct str schema_shape_key_pattern(const struct schema *s, struct schema_shape_id shape) {
    return view_str(s, shape_field(s, shape, FIELD_KEYS));
}

struct schema_list schema_shape_enum(const struct schema *s, struct schema_shape_id shape) {
    return view_list(s, shape_field(s, shape, FIELD_ENUM));
}

bool schema_shape_enum_has(const struct schema *s, struct schema_shape_id shape, struct str value) {
    struct schema_list list = schema_shape_enum(s, shape);
    if (list.count == 0 || schema_list_has(s, list, value))
        return true;
    if (!(shape_head(s, shape) & SHAPE_ANYCASE))
        return false;
    for (uint32_t i = 0; i < list.count; i++)
        if (str_eq_nocase(schema_list_at(s, list, i), value))
            return true;
    return false;
}

struct str schema_shape_enum_nearest(const struct schema *s, struct schema_shape_id shape,
                                     struct str value) {
    struct schema_list list = schema_shape_enum(s, shape);
    struct nearest n = {.given = value};
    for (uint32_t i = 0; i < list.count; i++)
        nearest_offer(&n, schema_list_at(s, list, i), i);
    return n.name;
}

struct str schema_shape_pattern(const struct schema *s, struct schema_shape_id shape) {
    return view_str(s, shape_field(s, shape, FIELD_PATTERN));
}

bool schema_shape_limit(const struct schema *s, struct schema_shape_id shape,
                        enum schema_limit which, double *out) {
    if ((unsigned)which >= SCHEMA_LIMIT_COUNT)
        return false;
    uint32_t row = shape_field(s, shape, FIELD_LIMITS + which);
    if (row == 0 || row >= view_count(s, SECTION_NUMBERS))
        return false;
    uint64_t bits = view_word(s, SECTION_NUMBERS, row, 0) |
                    (uint64_t)view_word(s, SECTION_NUMBERS, row, 1) << 32;
    memcpy(out, &bits, sizeof bits);
    return isfinite(*out);
}

bool schema_shape_is_unique(const struct schema *s, struct schema_shape_id shape) {
    return shape_head(s, shape) & SHAPE_UNIQUE;
}

struct str schema_shape_format(const struct schema *s, struct schema_shape_id shape) {
    return view_str(s, shape_field(s, shape, FIELD_FORMAT));
}

struct schema_list schema_shape_refers(const struct schema *s, struct schema_shape_id shape) {
    return view_list(s, shape_field(s, shape, FIELD_REFERS));
}
