#ifndef SCHEMA_FORMAT_H
#define SCHEMA_FORMAT_H

/*
 * The layout of a packed schema, for what packs it (schema/pack) and what looks it up. Private to
 * those two.
 *
 * Everything is little-endian. A header of 32-bit words: magic (2), version, size in bytes, and two
 * strings, the date and the sources; then for each section its offset in bytes and its number of
 * rows. Rows have a fixed size a section; row 0 is nil, all zeros. Sections begin at multiples
 * of 8.
 *
 * A string is an offset into STRINGS, where 16 bits of length and the bytes stand. A list is an
 * offset (in words) into LISTS, where a count and that many strings stand. A shape is a row of
 * SHAPES: the offset (in words) into WORDS, where stand: kinds (low 16 bits) and a mask of fields
 * (high 16), then one word for each field in the mask, lowest bit first. A shape refers to shapes
 * of smaller ids only.
 */

#include <stdint.h>

#define SCHEMA_MAGIC_0 0x43495041u /* "APIC" */
#define SCHEMA_MAGIC_1 0x0a484353u /* "SCH\n" */

enum { SCHEMA_VERSION = 2, SCHEMA_HEADER_WORDS = 6 };

/* name, bytes a row */
#define SCHEMA_SECTIONS(X) \
    X(STRINGS, 1)          \
    X(LISTS, 4)            \
    X(WORDS, 4)            \
    X(NUMBERS, 8)          \
    X(SHAPES, 4)           \
    X(PROPERTIES, 8)       \
    X(GROUPS, 24)          \
    X(SETS, 4)             \
    X(DEFS, 16)            \
    X(ATTRIBUTES, 8)       \
    X(TYPES, 52)           \
    X(TYPE_SLOTS, 4)       \
    X(REGIONS, 8)          \
    X(REGION_SETS, 8)      \
    X(RUNTIMES, 28)        \
    X(SERVICES, 32)        \
    X(ACTIONS, 20)         \
    X(ACTION_RESOURCES, 12) \
    X(RESOURCES, 12)       \
    X(KEYS, 8)             \
    X(MANAGED, 12)         \
    X(MANAGED_STATEMENTS, 16) \
    X(MANAGED_CONDITIONS, 12)

enum schema_section {
#define X(name, size) SECTION_##name,
    SCHEMA_SECTIONS(X)
#undef X
    SECTION_COUNT
};

/* Fields of a shape, in order of their bits in the mask. */
enum schema_field {
    FIELD_DEF,
    FIELD_ITEM,
    FIELD_VALUE,
    FIELD_KEYS,
    FIELD_ENUM,
    FIELD_PATTERN,
    FIELD_FORMAT,
    FIELD_REFERS,
    FIELD_LIMITS, /* six, in the order of enum schema_limit; indices into NUMBERS */
    FIELD_COUNT = FIELD_LIMITS + 6
};

/* Flags beside a shape's kinds (whose 8 bits are those of enum schema_kind). */
enum { SHAPE_UNIQUE = 1 << 8, SHAPE_ANYCASE = 1 << 9, SHAPE_ANY = 1 << 10 };

/* PROPERTIES: name; shape (low 24 bits), flags (high 8). */
enum {
    PROPERTY_REQUIRED = 1 << 0,
    PROPERTY_READ_ONLY = 1 << 1,
    PROPERTY_WRITE_ONLY = 1 << 2,
    PROPERTY_DEPRECATED = 1 << 3,
    PROPERTY_MAY_REPLACE = 1 << 4,
    PROPERTY_REPLACES = 1 << 5
};

/* DEFS: name; first property; first group; properties (low 16 bits), groups (8), flags (8). */
enum { DEF_OPEN = 1 << 0 };

/* GROUPS: kind (low 8 bits), sets (high 24); subject; values; target; shape; first set.
   SETS: a list each. */

/* ATTRIBUTES: name; shape. */

/* TYPES: name; body; first attribute; attributes; ref (list); identifier (list); arn; tag property;
   ref's shape; lifecycle; its date; region set (0: unknown); flags. */
enum {
    TYPE_REF_KIND = 0,   /* shift; 4 bits, enum schema_ref_kind */
    TYPE_TAG_STYLE = 4,  /* shift; 4 bits, enum schema_tag_style */
    TYPE_STATEFUL = 1 << 8,
    TYPE_SAM = 1 << 9,
    TYPE_OPEN_ATTRIBUTES = 1 << 10
};

/* TYPE_SLOTS: a power of two of them; the type at hash(name), or the next ones; 0 ends. */

/* REGIONS: name; partition. Sorted by name. REGION_SETS: bit n is region n (ids from 1);
   set 1 is the regions that are known about. */
enum { REGION_LIMIT = 63 };

/* RUNTIMES: name; family; three dates; successor; flags. Sorted by name. */
enum { RUNTIME_LATEST = 1 << 0 };

/* SERVICES: prefix; title; first action, actions; first resource, resources; first key, keys.
   Sorted by prefix; their actions, resources and keys by name in lower case.
   ACTIONS: name; keys (list); depends (list); first resource; access (low 8 bits), resources.
   ACTION_RESOURCES: resource (low 31 bits), required (high bit); keys (list); depends (list).
   RESOURCES: name; arn; keys (list). KEYS: name; type. */

/* MANAGED, sorted by name: name; first statement, statements. MANAGED_STATEMENTS: actions (list);
   resources (list); first condition; flags (low 8 bits), conditions.
   MANAGED_CONDITIONS: operator; key; values (list). */
enum { MANAGED_DENIES = 1 << 0, MANAGED_NOT_ACTION = 1 << 1, MANAGED_NOT_RESOURCE = 1 << 2 };

static inline uint32_t schema_format_hash(const char *ptr, uint32_t size) {
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)ptr[i]) * 16777619u;
    return hash ^ hash >> 15;
}

#endif
