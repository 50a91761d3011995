/* Types, attributes, defs, properties and groups. */

#include "schema/view.h"

/* Words of the rows; see format.h. */
enum { TYPE_NAME, TYPE_BODY, TYPE_ATTRIBUTE, TYPE_ATTRIBUTES, TYPE_REF, TYPE_IDENTIFIER, TYPE_ARN,
       TYPE_TAGS, TYPE_REF_SHAPE, TYPE_LIFE, TYPE_LIFE_DATE, TYPE_WHERE, TYPE_FLAGS };
enum { DEF_NAME, DEF_PROPERTY, DEF_GROUP, DEF_COUNTS };

static uint32_t type_word(const struct schema *s, struct schema_type_id type, unsigned word) {
    return view_word(s, SECTION_TYPES, type.n, word);
}

static struct str type_text(const struct schema *s, struct schema_type_id type, unsigned word) {
    return view_text(s, SECTION_TYPES, type.n, word);
}

/* ---- types ---- */

struct schema_type_id schema_type_find(const struct schema *s, struct str name) {
    uint32_t count = view_count(s, SECTION_TYPE_SLOTS) - 1;
    if (count == 0 || count & (count - 1) || name.len > UINT16_MAX)
        return (struct schema_type_id){0};
    uint32_t at = schema_format_hash(name.ptr, (uint32_t)name.len);
    for (uint32_t tries = 0; tries < count; tries++, at++) {
        struct schema_type_id type = {view_word(s, SECTION_TYPE_SLOTS, 1 + (at & (count - 1)), 0)};
        if (type.n == 0 || str_eq(schema_type_name(s, type), name))
            return type;
    }
    return (struct schema_type_id){0};
}

/* Whether each part of the name ("AWS", service, resource) is the other's, or near to it. */
static bool parts_are_near(struct str given, struct str known) {
    while (given.len && known.len) {
        size_t a = str_find(given, STR("::"), 0), b = str_find(known, STR("::"), 0);
        struct str x = str_slice(given, 0, a), y = str_slice(known, 0, b);
        if (!str_eq_nocase(x, y) && !str_is_near(x, y))
            return false;
        given = str_slice(given, a + 2, given.len);
        known = str_slice(known, b + 2, known.len);
    }
    return given.len == 0 && known.len == 0;
}

struct schema_type_id schema_type_nearest(const struct schema *s, struct str name) {
    struct nearest n = {.given = name};
    for (uint32_t i = 1; i < view_count(s, SECTION_TYPES); i++) {
        struct str known = view_text(s, SECTION_TYPES, i, 0);
        if (str_eq_nocase(name, known) || parts_are_near(name, known))
            nearest_offer(&n, known, i);
    }
    return (struct schema_type_id){n.id};
}

uint32_t schema_type_count(const struct schema *s) {
    return view_rows(s, SECTION_TYPES);
}

struct schema_type_id schema_type_at(const struct schema *s, uint32_t n) {
    return (struct schema_type_id){n < schema_type_count(s) ? n + 1 : 0};
}

struct str schema_type_name(const struct schema *s, struct schema_type_id type) {
    return type_text(s, type, TYPE_NAME);
}

struct schema_def_id schema_type_body(const struct schema *s, struct schema_type_id type) {
    return (struct schema_def_id){type_word(s, type, TYPE_BODY)};
}

enum schema_ref_kind schema_type_ref_kind(const struct schema *s, struct schema_type_id type) {
    unsigned kind = type_word(s, type, TYPE_FLAGS) >> TYPE_REF_KIND & 15;
    return kind <= SCHEMA_REF_OTHER ? kind : SCHEMA_REF_UNKNOWN;
}

struct schema_list schema_type_ref(const struct schema *s, struct schema_type_id type) {
    return view_list(s, type_word(s, type, TYPE_REF));
}

struct schema_shape_id schema_type_ref_shape(const struct schema *s, struct schema_type_id type) {
    return (struct schema_shape_id){type_word(s, type, TYPE_REF_SHAPE)};
}

struct schema_list schema_type_identifier(const struct schema *s, struct schema_type_id type) {
    return view_list(s, type_word(s, type, TYPE_IDENTIFIER));
}

struct str schema_type_arn(const struct schema *s, struct schema_type_id type) {
    return type_text(s, type, TYPE_ARN);
}

enum schema_tag_style schema_type_tag_style(const struct schema *s, struct schema_type_id type) {
    unsigned style = type_word(s, type, TYPE_FLAGS) >> TYPE_TAG_STYLE & 15;
    return style <= SCHEMA_TAGS_ASG ? style : SCHEMA_TAGS_NONE;
}

struct str schema_type_tag_property(const struct schema *s, struct schema_type_id type) {
    return type_text(s, type, TYPE_TAGS);
}

bool schema_type_is_stateful(const struct schema *s, struct schema_type_id type) {
    return type_word(s, type, TYPE_FLAGS) & TYPE_STATEFUL;
}

bool schema_type_is_sam(const struct schema *s, struct schema_type_id type) {
    return type_word(s, type, TYPE_FLAGS) & TYPE_SAM;
}

struct str schema_type_lifecycle(const struct schema *s, struct schema_type_id type) {
    return type_text(s, type, TYPE_LIFE);
}

struct str schema_type_lifecycle_date(const struct schema *s, struct schema_type_id type) {
    return type_text(s, type, TYPE_LIFE_DATE);
}

enum schema_presence schema_type_in_region(const struct schema *s, struct schema_type_id type,
                                           struct schema_region_id region) {
    uint32_t set = type_word(s, type, TYPE_WHERE);
    if (set == 0 || region.n == 0 || region.n >= view_count(s, SECTION_REGIONS))
        return SCHEMA_PRESENCE_UNKNOWN;
    unsigned word = region.n / 32 & 1, bit = region.n % 32;
    if (region.n > REGION_LIMIT || !(view_word(s, SECTION_REGION_SETS, 1, word) >> bit & 1))
        return SCHEMA_PRESENCE_UNKNOWN;
    return view_word(s, SECTION_REGION_SETS, set, word) >> bit & 1 ? SCHEMA_PRESENT : SCHEMA_ABSENT;
}

/* ---- attributes ---- */

uint32_t schema_type_attribute_count(const struct schema *s, struct schema_type_id type) {
    return type_word(s, type, TYPE_ATTRIBUTES);
}

struct schema_attribute_id schema_type_attribute_at(const struct schema *s,
                                                    struct schema_type_id type, uint32_t n) {
    if (n >= type_word(s, type, TYPE_ATTRIBUTES))
        return (struct schema_attribute_id){0};
    return (struct schema_attribute_id){type_word(s, type, TYPE_ATTRIBUTE) + n};
}

struct schema_attribute_id schema_attribute_find(const struct schema *s,
                                                 struct schema_type_id type, struct str name) {
    return (struct schema_attribute_id){
        view_find(s, SECTION_ATTRIBUTES, type_word(s, type, TYPE_ATTRIBUTE),
                  type_word(s, type, TYPE_ATTRIBUTES), name, false)};
}

struct schema_attribute_id schema_attribute_nearest(const struct schema *s,
                                                    struct schema_type_id type, struct str name) {
    return (struct schema_attribute_id){
        view_nearest(s, SECTION_ATTRIBUTES, type_word(s, type, TYPE_ATTRIBUTE),
                     type_word(s, type, TYPE_ATTRIBUTES), name)};
}

struct str schema_attribute_name(const struct schema *s, struct schema_attribute_id attribute) {
    return view_text(s, SECTION_ATTRIBUTES, attribute.n, 0);
}

struct schema_shape_id schema_attribute_shape(const struct schema *s,
                                              struct schema_attribute_id attribute) {
    return (struct schema_shape_id){view_word(s, SECTION_ATTRIBUTES, attribute.n, 1) & 0xffffff};
}

bool schema_type_has_open_attributes(const struct schema *s, struct schema_type_id type) {
    return type_word(s, type, TYPE_FLAGS) & TYPE_OPEN_ATTRIBUTES;
}

/* ---- defs and properties ---- */

static uint32_t def_word(const struct schema *s, struct schema_def_id def, unsigned word) {
    return view_word(s, SECTION_DEFS, def.n, word);
}

struct str schema_def_name(const struct schema *s, struct schema_def_id def) {
    return view_text(s, SECTION_DEFS, def.n, DEF_NAME);
}

bool schema_def_is_open(const struct schema *s, struct schema_def_id def) {
    return def_word(s, def, DEF_COUNTS) >> 24 & DEF_OPEN;
}

uint32_t schema_def_property_count(const struct schema *s, struct schema_def_id def) {
    return def_word(s, def, DEF_COUNTS) & 0xffff;
}

struct schema_property_id schema_def_property_at(const struct schema *s, struct schema_def_id def,
                                                 uint32_t n) {
    if (n >= schema_def_property_count(s, def))
        return (struct schema_property_id){0};
    return (struct schema_property_id){def_word(s, def, DEF_PROPERTY) + n};
}

struct schema_property_id schema_property_find(const struct schema *s, struct schema_def_id def,
                                               struct str name) {
    return (struct schema_property_id){view_find(s, SECTION_PROPERTIES,
                                                 def_word(s, def, DEF_PROPERTY),
                                                 schema_def_property_count(s, def), name, false)};
}

struct schema_property_id schema_property_nearest(const struct schema *s,
                                                  struct schema_def_id def, struct str name) {
    return (struct schema_property_id){view_nearest(s, SECTION_PROPERTIES,
                                                    def_word(s, def, DEF_PROPERTY),
                                                    schema_def_property_count(s, def), name)};
}

struct str schema_property_name(const struct schema *s, struct schema_property_id property) {
    return view_text(s, SECTION_PROPERTIES, property.n, 0);
}

struct schema_shape_id schema_property_shape(const struct schema *s,
                                             struct schema_property_id property) {
    return (struct schema_shape_id){view_word(s, SECTION_PROPERTIES, property.n, 1) & 0xffffff};
}

static unsigned property_flags(const struct schema *s, struct schema_property_id property) {
    return view_word(s, SECTION_PROPERTIES, property.n, 1) >> 24;
}

bool schema_property_is_required(const struct schema *s, struct schema_property_id property) {
    return property_flags(s, property) & PROPERTY_REQUIRED;
}

bool schema_property_is_read_only(const struct schema *s, struct schema_property_id property) {
    return property_flags(s, property) & PROPERTY_READ_ONLY;
}

bool schema_property_is_write_only(const struct schema *s, struct schema_property_id property) {
    return property_flags(s, property) & PROPERTY_WRITE_ONLY;
}

bool schema_property_is_deprecated(const struct schema *s, struct schema_property_id property) {
    return property_flags(s, property) & PROPERTY_DEPRECATED;
}

enum schema_replacement schema_property_replacement(const struct schema *s,
                                                    struct schema_property_id property) {
    unsigned flags = property_flags(s, property);
    if (flags & PROPERTY_REPLACES)
        return SCHEMA_REPLACE_YES;
    return flags & PROPERTY_MAY_REPLACE ? SCHEMA_REPLACE_MAYBE : SCHEMA_REPLACE_NO;
}

/* ---- groups ---- */

uint32_t schema_def_group_count(const struct schema *s, struct schema_def_id def) {
    return def_word(s, def, DEF_COUNTS) >> 16 & 0xff;
}

struct schema_group schema_def_group_at(const struct schema *s, struct schema_def_id def,
                                        uint32_t n) {
    uint32_t row = n < schema_def_group_count(s, def) ? def_word(s, def, DEF_GROUP) + n : 0;
    uint32_t kind = view_word(s, SECTION_GROUPS, row, 0);
    return (struct schema_group){
        .kind = (kind & 0xff) <= SCHEMA_GROUP_WHEN_SHAPE ? kind & 0xff : SCHEMA_GROUP_ONE,
        .subject = view_text(s, SECTION_GROUPS, row, 1),
        .values = view_list(s, view_word(s, SECTION_GROUPS, row, 2)),
        .target = view_text(s, SECTION_GROUPS, row, 3),
        .shape = {view_word(s, SECTION_GROUPS, row, 4)},
        .set_count = kind >> 8,
        .at = view_word(s, SECTION_GROUPS, row, 5),
    };
}

struct schema_list schema_group_set(const struct schema *s, const struct schema_group *group,
                                    uint32_t n) {
    if (n >= group->set_count)
        return (struct schema_list){0};
    return view_list(s, view_word(s, SECTION_SETS, group->at + n, 0));
}
