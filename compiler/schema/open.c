/*
 * Checking a schema that comes from a file. The lookups stay in bounds for any rows, so this is
 * about saying that a file is damaged instead of finding nothing in it.
 */

#include "schema/view.h"

static const unsigned char nothing[4 * (SCHEMA_HEADER_WORDS + 2 * SECTION_COUNT)]
    __attribute__((aligned(8)));

/* What a word of a row is. */
enum role { PLAIN, STRING, LIST, SHAPE, DEF, SET, REGION_SET, RUNTIME };

/* Words of each section's rows that refer elsewhere. */
static const struct {
    enum schema_section section;
    unsigned char word;
    unsigned char role;
} references[] = {
    {SECTION_PROPERTIES, 0, STRING}, {SECTION_PROPERTIES, 1, SHAPE},
    {SECTION_ATTRIBUTES, 0, STRING}, {SECTION_ATTRIBUTES, 1, SHAPE},
    {SECTION_GROUPS, 1, STRING},     {SECTION_GROUPS, 2, LIST},
    {SECTION_GROUPS, 3, STRING},     {SECTION_GROUPS, 4, SHAPE},
    {SECTION_SETS, 0, LIST},         {SECTION_DEFS, 0, STRING},
    {SECTION_TYPES, 0, STRING},      {SECTION_TYPES, 1, DEF},
    {SECTION_TYPES, 4, LIST},        {SECTION_TYPES, 5, LIST},
    {SECTION_TYPES, 6, STRING},      {SECTION_TYPES, 7, STRING},
    {SECTION_TYPES, 8, SHAPE},       {SECTION_TYPES, 9, STRING},
    {SECTION_TYPES, 10, STRING},     {SECTION_TYPES, 11, REGION_SET},
    {SECTION_REGIONS, 0, STRING},    {SECTION_REGIONS, 1, STRING},
    {SECTION_RUNTIMES, 0, STRING},   {SECTION_RUNTIMES, 1, STRING},
    {SECTION_RUNTIMES, 2, STRING},   {SECTION_RUNTIMES, 3, STRING},
    {SECTION_RUNTIMES, 4, STRING},   {SECTION_RUNTIMES, 5, RUNTIME},
    {SECTION_SERVICES, 0, STRING},   {SECTION_SERVICES, 1, STRING},
    {SECTION_ACTIONS, 0, STRING},    {SECTION_ACTIONS, 1, LIST},
    {SECTION_ACTIONS, 2, LIST},      {SECTION_ACTION_RESOURCES, 1, LIST},
    {SECTION_ACTION_RESOURCES, 2, LIST}, {SECTION_RESOURCES, 0, STRING},
    {SECTION_RESOURCES, 1, STRING},  {SECTION_RESOURCES, 2, LIST},
    {SECTION_KEYS, 0, STRING},       {SECTION_KEYS, 1, STRING},
    {SECTION_MANAGED, 0, STRING},    {SECTION_MANAGED_STATEMENTS, 0, LIST},
    {SECTION_MANAGED_STATEMENTS, 1, LIST}, {SECTION_MANAGED_CONDITIONS, 0, STRING},
    {SECTION_MANAGED_CONDITIONS, 1, STRING}, {SECTION_MANAGED_CONDITIONS, 2, LIST},
};

static bool is_string(const struct schema *s, uint32_t at) {
    uint32_t size = view_count(s, SECTION_STRINGS);
    const unsigned char *strings = view_section(s, SECTION_STRINGS);
    return at < size && size - at >= 2 &&
           (strings[at] | (uint32_t)strings[at + 1] << 8) <= size - at - 2;
}

static bool is_list(const struct schema *s, uint32_t at) {
    uint32_t size = view_count(s, SECTION_LISTS), count = view_word(s, SECTION_LISTS, at, 0);
    return at < size && count <= size - at - 1;
}

/* The lists stand one after the other. */
static const char *check_lists(const struct schema *s) {
    uint32_t size = view_count(s, SECTION_LISTS);
    for (uint32_t at = 0; at < size;) {
        uint32_t count = view_word(s, SECTION_LISTS, at, 0);
        if (count > size - at - 1)
            return "the schema file is damaged: a list is too long";
        for (at++; count > 0; at++, count--)
            if (!is_string(s, view_word(s, SECTION_LISTS, at, 0)))
                return "the schema file is damaged: a list of strings that aren't there";
    }
    return NULL;
}

static bool refers_well(const struct schema *s, enum role role, uint32_t value) {
    switch (role) {
    case PLAIN: return true;
    case STRING: return is_string(s, value);
    case LIST: return is_list(s, value);
    case SHAPE: return (value & 0xffffff) < view_count(s, SECTION_SHAPES);
    case DEF: return value && value < view_count(s, SECTION_DEFS);
    case SET: return value < view_count(s, SECTION_SETS);
    case REGION_SET: return value < view_count(s, SECTION_REGION_SETS);
    case RUNTIME: return value < view_count(s, SECTION_RUNTIMES);
    }
    return false;
}

/* Whether rows [first, first + count) are in the section. */
static bool is_range(const struct schema *s, enum schema_section section, uint32_t first,
                     uint32_t count) {
    uint32_t rows = view_count(s, section);
    return first < rows && count <= rows - first && (count == 0 || first > 0);
}

static const char *check_header(const unsigned char *bytes, size_t size) {
    if (size < sizeof nothing || view_u32(bytes) != SCHEMA_MAGIC_0 ||
        view_u32(bytes + 4) != SCHEMA_MAGIC_1)
        return "not a schema file";
    if (view_u32(bytes + 8) != SCHEMA_VERSION)
        return "a schema file of another version";
    if (view_u32(bytes + 12) != size)
        return "the schema file is cut off, or too long";
    for (int i = 0; i < SECTION_COUNT; i++) {
        uint32_t at = view_u32(bytes + 4 * (SCHEMA_HEADER_WORDS + 2 * i));
        uint32_t count = view_u32(bytes + 4 * (SCHEMA_HEADER_WORDS + 2 * i + 1));
        uint32_t row = view_row_size((enum schema_section)i);
        if (at % 8 || at < sizeof nothing || at > size || count > (size - at) / row || count == 0)
            return "the schema file is damaged: a section lies outside";
    }
    return NULL;
}

static const char *check_references(const struct schema *s) {
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        enum schema_section section = references[i].section;
        for (uint32_t row = 1; row < view_count(s, section); row++)
            if (!refers_well(s, (enum role)references[i].role,
                             view_word(s, section, row, references[i].word)))
                return "the schema file is damaged: a row refers to what isn't there";
    }
    return NULL;
}

static bool shape_is_well(const struct schema *s, uint32_t id) {
    static const unsigned char roles[FIELD_COUNT] = {DEF, SHAPE, SHAPE, STRING, LIST,
                                                     STRING, STRING, LIST};
    uint32_t at = view_word(s, SECTION_SHAPES, id, 0), words = view_count(s, SECTION_WORDS);
    uint32_t mask = view_word(s, SECTION_WORDS, at, 0) >> 16;
    if (at == 0 || at >= words || mask >> FIELD_COUNT)
        return false;
    if ((uint32_t)__builtin_popcount(mask) > words - at - 1)
        return false;
    for (unsigned field = 0, n = 0; field < FIELD_COUNT; field++) {
        if (!(mask >> field & 1))
            continue;
        uint32_t value = view_word(s, SECTION_WORDS, at + 1 + n++, 0);
        if (field >= FIELD_LIMITS ? value >= view_count(s, SECTION_NUMBERS)
                                  : !refers_well(s, (enum role)roles[field], value))
            return false;
        if (roles[field] == SHAPE && value >= id)
            return false;
    }
    return true;
}

static const char *check_ranges(const struct schema *s) {
    for (uint32_t i = 1; i < view_count(s, SECTION_SHAPES); i++)
        if (!shape_is_well(s, i))
            return "the schema file is damaged: a shape is not well formed";
    for (uint32_t i = 1; i < view_count(s, SECTION_DEFS); i++) {
        uint32_t counts = view_word(s, SECTION_DEFS, i, 3);
        if (!is_range(s, SECTION_PROPERTIES, view_word(s, SECTION_DEFS, i, 1), counts & 0xffff) ||
            !is_range(s, SECTION_GROUPS, view_word(s, SECTION_DEFS, i, 2), counts >> 16 & 0xff))
            return "the schema file is damaged: a definition's rows aren't there";
    }
    for (uint32_t i = 1; i < view_count(s, SECTION_GROUPS); i++) {
        uint32_t kind = view_word(s, SECTION_GROUPS, i, 0);
        if ((kind & 0xff) > SCHEMA_GROUP_WHEN_SHAPE ||
            !is_range(s, SECTION_SETS, view_word(s, SECTION_GROUPS, i, 5), kind >> 8))
            return "the schema file is damaged: a group's rows aren't there";
    }
    for (uint32_t i = 1; i < view_count(s, SECTION_TYPES); i++)
        if (!is_range(s, SECTION_ATTRIBUTES, view_word(s, SECTION_TYPES, i, 2),
                      view_word(s, SECTION_TYPES, i, 3)))
            return "the schema file is damaged: a type's attributes aren't there";
    for (uint32_t i = 1; i < view_count(s, SECTION_TYPE_SLOTS); i++)
        if (view_word(s, SECTION_TYPE_SLOTS, i, 0) >= view_count(s, SECTION_TYPES))
            return "the schema file is damaged: the index of types";
    return NULL;
}

static const char *check_iam(const struct schema *s) {
    static const enum schema_section parts[3] = {SECTION_ACTIONS, SECTION_RESOURCES, SECTION_KEYS};
    for (uint32_t i = 1; i < view_count(s, SECTION_SERVICES); i++)
        for (unsigned n = 0; n < 3; n++)
            if (!is_range(s, parts[n], view_word(s, SECTION_SERVICES, i, 2 + 2 * n),
                          view_word(s, SECTION_SERVICES, i, 3 + 2 * n)) &&
                view_word(s, SECTION_SERVICES, i, 3 + 2 * n))
                return "the schema file is damaged: a service's rows aren't there";
    for (uint32_t i = 1; i < view_count(s, SECTION_ACTIONS); i++)
        if (!is_range(s, SECTION_ACTION_RESOURCES, view_word(s, SECTION_ACTIONS, i, 3),
                      view_word(s, SECTION_ACTIONS, i, 4) >> 8))
            return "the schema file is damaged: an action's resources aren't there";
    for (uint32_t i = 1; i < view_count(s, SECTION_ACTION_RESOURCES); i++)
        if ((view_word(s, SECTION_ACTION_RESOURCES, i, 0) & 0x7fffffff) >=
            view_count(s, SECTION_RESOURCES))
            return "the schema file is damaged: an action's resource isn't there";
    return NULL;
}

static const char *check_managed(const struct schema *s) {
    for (uint32_t i = 1; i < view_count(s, SECTION_MANAGED); i++)
        if (!is_range(s, SECTION_MANAGED_STATEMENTS, view_word(s, SECTION_MANAGED, i, 1),
                      view_word(s, SECTION_MANAGED, i, 2)))
            return "the schema file is damaged: a policy's statements aren't there";
    for (uint32_t i = 1; i < view_count(s, SECTION_MANAGED_STATEMENTS); i++) {
        uint32_t count = view_word(s, SECTION_MANAGED_STATEMENTS, i, 3) >> 8;
        if (count && !is_range(s, SECTION_MANAGED_CONDITIONS,
                               view_word(s, SECTION_MANAGED_STATEMENTS, i, 2), count))
            return "the schema file is damaged: a statement's conditions aren't there";
    }
    return NULL;
}

const char *schema_open(const void *bytes, size_t size, struct schema *out) {
    struct schema s = {bytes, size};
    *out = (struct schema){nothing, sizeof nothing};
    const char *error = check_header(bytes, size);
    if (!error &&
        (!is_string(&s, view_u32(s.bytes + 16)) || !is_string(&s, view_u32(s.bytes + 20))))
        error = "the schema file is damaged: its date or sources";
    if (!error)
        error = check_lists(&s);
    if (!error)
        error = check_references(&s);
    if (!error)
        error = check_ranges(&s);
    if (!error)
        error = check_iam(&s);
    if (!error)
        error = check_managed(&s);
    if (!error)
        *out = s;
    return error;
}
