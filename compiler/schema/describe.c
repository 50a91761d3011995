#include "schema/describe.h"

#include <stdio.h>
#include <string.h>

struct out {
    const struct schema *s;
    const struct schema_sink *sink;
};

enum { NAME_WIDTH = 32, ENUM_SHOWN = 24 };

static void put(const struct out *o, struct str text) {
    o->sink->write(o->sink->user, text.ptr ? text.ptr : "", text.len);
}

static void put_text(const struct out *o, const char *text) {
    put(o, str_from(text));
}

static void put_number(const struct out *o, double value) {
    char text[32];
    snprintf(text, sizeof text, "%.15g", value);
    put_text(o, text);
}

static void put_list(const struct out *o, struct schema_list list, const char *between,
                     uint32_t most) {
    for (uint32_t i = 0; i < list.count && i < most; i++) {
        put_text(o, i ? between : "");
        put(o, schema_list_at(o->s, list, i));
    }
    if (list.count > most) {
        put_text(o, " and ");
        put_number(o, list.count - most);
        put_text(o, " more");
    }
}

/* A label at the start of a line, padded. */
static void put_label(const struct out *o, struct str label) {
    static const char blanks[] = "                                ";
    put_text(o, "  ");
    put(o, label);
    size_t pad = label.len < NAME_WIDTH ? NAME_WIDTH - label.len : 0;
    put(o, (struct str){blanks, pad ? pad : 1});
}

/* ---- shapes ---- */

static void put_kinds(const struct out *o, struct schema_shape_id shape);

static void put_kind(const struct out *o, struct schema_shape_id shape, unsigned kind) {
    switch (kind) {
    case SCHEMA_STRING: put_text(o, "string"); break;
    case SCHEMA_INTEGER: put_text(o, "integer"); break;
    case SCHEMA_NUMBER: put_text(o, "number"); break;
    case SCHEMA_BOOLEAN: put_text(o, "boolean"); break;
    case SCHEMA_JSON: put_text(o, "json"); break;
    case SCHEMA_OBJECT: put(o, schema_def_name(o->s, schema_shape_def(o->s, shape))); break;
    case SCHEMA_LIST:
        put_text(o, "list of ");
        put_kinds(o, schema_shape_item(o->s, shape));
        break;
    case SCHEMA_MAP:
        put_text(o, "map of ");
        put_kinds(o, schema_shape_value(o->s, shape));
        break;
    }
}

static void put_kinds(const struct out *o, struct schema_shape_id shape) {
    unsigned kinds = schema_shape_kinds(o->s, shape);
    bool first = true;
    if (kinds == SCHEMA_KIND_ANY) {
        put_text(o, "anything");
        return;
    }
    for (unsigned kind = SCHEMA_STRING; kind <= SCHEMA_JSON; kind <<= 1) {
        if (!(kinds & kind))
            continue;
        put_text(o, first ? "" : " or ");
        put_kind(o, shape, kind);
        first = false;
    }
}

static void put_range(const struct out *o, struct schema_shape_id shape, enum schema_limit low,
                      const char *what) {
    double least, most;
    bool has_least = schema_shape_limit(o->s, shape, low, &least);
    bool has_most = schema_shape_limit(o->s, shape, low + 1, &most);
    if (!has_least && !has_most)
        return;
    put_text(o, ", ");
    if (has_least && has_most && least == most) {
        put_number(o, least);
    } else if (!has_most) {
        put_text(o, "at least ");
        put_number(o, least);
    } else if (!has_least) {
        put_text(o, "at most ");
        put_number(o, most);
    } else {
        put_number(o, least);
        put_text(o, " to ");
        put_number(o, most);
    }
    put_text(o, what);
}

static void put_limits(const struct out *o, struct schema_shape_id shape) {
    struct schema_list values = schema_shape_enum(o->s, shape);
    put_range(o, shape, SCHEMA_MIN_LENGTH, " characters");
    put_range(o, shape, SCHEMA_MIN_VALUE, "");
    put_range(o, shape, SCHEMA_MIN_ITEMS, " entries");
    if (schema_shape_is_unique(o->s, shape))
        put_text(o, ", no two equal");
    if (values.count) {
        put_text(o, ": ");
        put_list(o, values, ", ", ENUM_SHOWN);
    }
}

/* The shape in a line; the limits of what is inside a list or map come after its own. */
static void put_shape(const struct out *o, struct schema_shape_id shape) {
    put_kinds(o, shape);
    put_limits(o, shape);
    for (int depth = 0; depth < 4; depth++) {
        struct schema_shape_id item = schema_shape_item(o->s, shape);
        shape = item.n ? item : schema_shape_value(o->s, shape);
        if (!shape.n)
            return;
        put_limits(o, shape);
    }
}

static void put_marks(const struct out *o, struct schema_property_id property) {
    enum schema_replacement replacement = schema_property_replacement(o->s, property);
    if (schema_property_is_required(o->s, property))
        put_text(o, ", required");
    if (schema_property_is_read_only(o->s, property))
        put_text(o, ", read-only");
    if (schema_property_is_write_only(o->s, property))
        put_text(o, ", write-only");
    if (schema_property_is_deprecated(o->s, property))
        put_text(o, ", deprecated");
    if (replacement == SCHEMA_REPLACE_YES)
        put_text(o, ", a change replaces the resource");
    if (replacement == SCHEMA_REPLACE_MAYBE)
        put_text(o, ", a change may replace the resource");
}

/* ---- defs ---- */

static void put_set(const struct out *o, const struct schema_group *group, uint32_t n) {
    put_list(o, schema_group_set(o->s, group, n), " and ", UINT32_MAX);
}

static void put_choice(const struct out *o, const struct schema_group *group, const char *how) {
    put_text(o, how);
    for (uint32_t i = 0; i < group->set_count; i++) {
        put_text(o, i ? ", or " : "");
        put_set(o, group, i);
    }
}

static void put_condition(const struct out *o, const struct schema_group *group) {
    put_text(o, "if ");
    put(o, group->subject);
    if (group->values.count) {
        put_text(o, " is ");
        put_list(o, group->values, " or ", UINT32_MAX);
    } else {
        put_text(o, " is there");
    }
}

static void put_group(const struct out *o, const struct schema_group *group) {
    put_text(o, "  ");
    switch (group->kind) {
    case SCHEMA_GROUP_ONE: put_choice(o, group, "exactly one of "); break;
    case SCHEMA_GROUP_SOME: put_choice(o, group, "at least one of "); break;
    case SCHEMA_GROUP_AT_MOST_ONE: put_choice(o, group, "at most one of "); break;
    case SCHEMA_GROUP_NEEDS:
    case SCHEMA_GROUP_WHEN_NEEDS:
        put_condition(o, group);
        put_text(o, ", also ");
        put_set(o, group, 0);
        break;
    case SCHEMA_GROUP_EXCLUDES:
    case SCHEMA_GROUP_WHEN_EXCLUDES:
        put_condition(o, group);
        put_text(o, ", not ");
        put_set(o, group, 0);
        break;
    case SCHEMA_GROUP_WHEN_SHAPE:
        put_condition(o, group);
        put_text(o, ", ");
        put(o, group->target);
        put_text(o, " is ");
        put_shape(o, group->shape);
        break;
    }
    put_text(o, "\n");
}

static void put_def(const struct out *o, struct schema_def_id def) {
    uint32_t count = schema_def_property_count(o->s, def);
    put_text(o, count ? "\nproperties\n" : "\nno properties\n");
    for (uint32_t i = 0; i < count; i++) {
        struct schema_property_id property = schema_def_property_at(o->s, def, i);
        put_label(o, schema_property_name(o->s, property));
        put_shape(o, schema_property_shape(o->s, property));
        put_marks(o, property);
        put_text(o, "\n");
    }
    if (schema_def_is_open(o->s, def))
        put_text(o, "  and others\n");
    if (schema_def_group_count(o->s, def))
        put_text(o, "\ntogether\n");
    for (uint32_t i = 0; i < schema_def_group_count(o->s, def); i++) {
        struct schema_group group = schema_def_group_at(o->s, def, i);
        put_group(o, &group);
    }
}

/* ---- types ---- */

static void put_ref(const struct out *o, struct schema_type_id type) {
    static const char *const kinds[] = {"", " (a name)", " (an ARN)", " (an id)", " (a URL)", ""};
    struct schema_list ref = schema_type_ref(o->s, type);
    if (ref.count == 0)
        return;
    put_label(o, STR("Ref"));
    put_list(o, ref, "|", UINT32_MAX);
    put_text(o, kinds[schema_type_ref_kind(o->s, type)]);
    put_text(o, "\n");
}

static void put_tags(const struct out *o, struct schema_type_id type) {
    static const char *const styles[] = {"", ", a list of {Key, Value}", ", a map",
                                         ", a list of {Key, Value, PropagateAtLaunch}"};
    enum schema_tag_style style = schema_type_tag_style(o->s, type);
    if (style == SCHEMA_TAGS_NONE)
        return;
    put_label(o, STR("tags"));
    put(o, schema_type_tag_property(o->s, type));
    put_text(o, styles[style]);
    put_text(o, "\n");
}

static void put_regions(const struct out *o, struct schema_type_id type) {
    uint32_t present = 0, absent = 0, count = schema_region_count(o->s), shown = 0;
    for (uint32_t i = 0; i < count; i++) {
        enum schema_presence p = schema_type_in_region(o->s, type, schema_region_at(o->s, i));
        present += p == SCHEMA_PRESENT;
        absent += p == SCHEMA_ABSENT;
    }
    if (present + absent == 0)
        return;
    bool lists_present = present < absent;
    put_label(o, STR("regions"));
    if (absent == 0)
        put_text(o, "all that are known about");
    else if (!lists_present)
        put_text(o, "all but ");
    for (uint32_t i = 0; i < count && absent; i++) {
        struct schema_region_id region = schema_region_at(o->s, i);
        enum schema_presence p = schema_type_in_region(o->s, type, region);
        if (p == (lists_present ? SCHEMA_PRESENT : SCHEMA_ABSENT)) {
            put_text(o, shown++ ? ", " : "");
            put(o, schema_region_name(o->s, region));
        }
    }
    put_text(o, "\n");
}

static void put_type(const struct out *o, struct schema_type_id type) {
    put(o, schema_type_name(o->s, type));
    put_text(o, "\n");
    put_ref(o, type);
    if (schema_type_arn(o->s, type).len) {
        put_label(o, STR("ARN"));
        put(o, schema_type_arn(o->s, type));
        put_text(o, "\n");
    }
    put_tags(o, type);
    if (schema_type_is_stateful(o->s, type)) {
        put_label(o, STR("stateful"));
        put_text(o, "replacing or deleting it loses data\n");
    }
    if (schema_type_lifecycle(o->s, type).len) {
        put_label(o, STR("life cycle"));
        put(o, schema_type_lifecycle(o->s, type));
        put_text(o, schema_type_lifecycle_date(o->s, type).len ? ", " : "");
        put(o, schema_type_lifecycle_date(o->s, type));
        put_text(o, "\n");
    }
    put_regions(o, type);
    put_def(o, schema_type_body(o->s, type));
    if (schema_type_attribute_count(o->s, type))
        put_text(o, "\nattributes\n");
    for (uint32_t i = 0; i < schema_type_attribute_count(o->s, type); i++) {
        struct schema_attribute_id attribute = schema_type_attribute_at(o->s, type, i);
        put_label(o, schema_attribute_name(o->s, attribute));
        put_shape(o, schema_attribute_shape(o->s, attribute));
        put_text(o, "\n");
    }
}

static void put_hint(const struct out *o, const char *label, struct str text) {
    if (text.len == 0)
        return;
    put_label(o, str_from(label));
    put(o, text);
    put_text(o, "\n");
}

/* The def that a shape leads to, through lists and maps. */
static struct schema_def_id inner_def(const struct schema *s, struct schema_shape_id shape) {
    while (shape.n && !schema_shape_def(s, shape).n) {
        struct schema_shape_id item = schema_shape_item(s, shape);
        shape = item.n ? item : schema_shape_value(s, shape);
    }
    return schema_shape_def(s, shape);
}

static void put_property(const struct out *o, struct str path, struct schema_property_id property) {
    struct schema_shape_id shape = schema_property_shape(o->s, property), inner = shape;
    put(o, path);
    put_text(o, "\n  ");
    put_shape(o, shape);
    put_marks(o, property);
    put_text(o, "\n");
    for (int depth = 0; depth < 4 && (depth == 0 || inner.n); depth++) {
        struct schema_list refers = schema_shape_refers(o->s, inner);
        struct schema_shape_id item = schema_shape_item(o->s, inner);
        put_hint(o, "pattern", schema_shape_pattern(o->s, inner));
        put_hint(o, "pattern of keys", schema_shape_key_pattern(o->s, inner));
        put_hint(o, "format", schema_shape_format(o->s, inner));
        if (refers.count) {
            put_label(o, STR("refers to"));
            put_list(o, refers, ", ", UINT32_MAX);
            put_text(o, "\n");
        }
        inner = item.n ? item : schema_shape_value(o->s, inner);
    }
    if (inner_def(o->s, shape).n)
        put_def(o, inner_def(o->s, shape));
}

bool schema_print_type(const struct schema *s, struct str path, const struct schema_sink *sink,
                       struct str *nearest) {
    struct out o = {s, sink};
    struct str rest, unused;
    struct str name = str_split(path, '.', &rest);
    struct schema_type_id type = schema_type_find(s, name);
    struct schema_def_id def = schema_type_body(s, type);
    struct schema_property_id property = {0};
    if (!nearest)
        nearest = &unused;
    *nearest = STR_NIL;
    if (!type.n) {
        *nearest = schema_type_name(s, schema_type_nearest(s, name));
        return false;
    }
    while (rest.len) {
        name = str_split(rest, '.', &rest);
        property = schema_property_find(s, def, name);
        if (!property.n) {
            *nearest = schema_property_name(s, schema_property_nearest(s, def, name));
            return false;
        }
        def = inner_def(s, schema_property_shape(s, property));
    }
    if (property.n)
        put_property(&o, path, property);
    else
        put_type(&o, type);
    return true;
}
