#ifndef SCHEMA_VIEW_H
#define SCHEMA_VIEW_H

/*
 * Reading the sections of a schema. Private to this folder. Every read is checked against the
 * section it reads from: a row, string or list that isn't there reads as nil. That holds for any
 * bytes whose header was checked by schema_open.
 */

#include <string.h>

#include "base/str.h"
#include "schema/format.h"
#include "schema/schema.h"

static inline uint32_t view_u32(const unsigned char *at) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint32_t value;
    memcpy(&value, at, 4);
    return value;
#else
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
#endif
}

static inline const unsigned char *view_section(const struct schema *s,
                                                enum schema_section section) {
    return s->bytes + view_u32(s->bytes + 4 * (SCHEMA_HEADER_WORDS + 2 * section));
}

/* Rows of a section, the nil row included. */
static inline uint32_t view_count(const struct schema *s, enum schema_section section) {
    return view_u32(s->bytes + 4 * (SCHEMA_HEADER_WORDS + 2 * section + 1));
}

/* The same without it: those that can be looked through, from row 1. */
static inline uint32_t view_rows(const struct schema *s, enum schema_section section) {
    uint32_t count = view_count(s, section);
    return count ? count - 1 : 0;
}

static inline uint32_t view_row_size(enum schema_section section) {
    static const unsigned char sizes[SECTION_COUNT] = {
#define X(name, size) size,
        SCHEMA_SECTIONS(X)
#undef X
    };
    return sizes[section];
}

/* The n-th word of a row. */
static inline uint32_t view_word(const struct schema *s, enum schema_section section, uint32_t row,
                                 unsigned word) {
    if (row >= view_count(s, section))
        return 0;
    return view_u32(view_section(s, section) + (size_t)row * view_row_size(section) + 4 * word);
}

static inline struct str view_str(const struct schema *s, uint32_t at) {
    uint32_t size = view_count(s, SECTION_STRINGS);
    const unsigned char *strings = view_section(s, SECTION_STRINGS);
    if (at >= size || size - at < 2)
        return STR_NIL;
    uint32_t len = strings[at] | (uint32_t)strings[at + 1] << 8;
    if (len > size - at - 2)
        return STR_NIL;
    return (struct str){(const char *)strings + at + 2, len};
}

/* A word of a row that is a string. */
static inline struct str view_text(const struct schema *s, enum schema_section section,
                                   uint32_t row, unsigned word) {
    return view_str(s, view_word(s, section, row, word));
}

static inline struct schema_list view_list(const struct schema *s, uint32_t at) {
    uint32_t size = view_count(s, SECTION_LISTS), count = view_word(s, SECTION_LISTS, at, 0);
    if (at >= size || count > size - at - 1)
        return (struct schema_list){0};
    return (struct schema_list){count, at};
}

/*
 * The row in [first, first + count) whose word 0 is this name, if they are sorted by bytes; 0 if
 * there is none. With `fold` they are sorted, and compared, in lower case.
 */
uint32_t view_find(const struct schema *s, enum schema_section section, uint32_t first,
                   uint32_t count, struct str name, bool fold);

/*
 * The search for the name nearest to a given one: offered all names, it keeps the first that
 * differs only in case, else the first at the smallest distance that is near enough.
 */
struct nearest {
    struct str given;
    struct str name; /* the best so far; empty if none */
    uint32_t id;     /* its id */
    unsigned distance;
};

/* Offers a name, whose id is the answer if it stays the nearest. */
void nearest_offer(struct nearest *n, struct str name, uint32_t id);
/* The row of [first, first + count) whose word 0 is nearest to a name; 0: none is near. */
uint32_t view_nearest(const struct schema *s, enum schema_section section, uint32_t first,
                      uint32_t count, struct str name);

#endif
