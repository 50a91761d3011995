/* The sections of a template, into a graph. */
#include <string.h>

#include "template/document.h"
#include "template/template.h"

enum shape { SHAPE_ANY, SHAPE_STRING, SHAPE_MAP, SHAPE_FUNCTION, SHAPE_TRANSFORM };

struct section {
    const char *name;
    size_t field; /* of struct graph */
    enum shape shape, entries;
    bool has_ids; /* its keys are logical ids: letters and digits */
};

#define SECTION(name, field, ...) {name, offsetof(struct graph, field), __VA_ARGS__}

static const struct section sections[] = {
    SECTION("AWSTemplateFormatVersion", version, SHAPE_STRING, SHAPE_ANY, false),
    SECTION("Transform", transform, SHAPE_TRANSFORM, SHAPE_ANY, false),
    SECTION("Description", description, SHAPE_STRING, SHAPE_ANY, false),
    SECTION("Metadata", metadata, SHAPE_MAP, SHAPE_ANY, false),
    SECTION("Parameters", parameters, SHAPE_MAP, SHAPE_MAP, true),
    SECTION("Mappings", mappings, SHAPE_MAP, SHAPE_MAP, false),
    SECTION("Rules", rules, SHAPE_MAP, SHAPE_MAP, false),
    SECTION("Conditions", conditions, SHAPE_MAP, SHAPE_FUNCTION, false),
    SECTION("Globals", globals, SHAPE_MAP, SHAPE_MAP, false),
    SECTION("Hooks", hooks, SHAPE_MAP, SHAPE_MAP, false),
    SECTION("Outputs", outputs, SHAPE_MAP, SHAPE_MAP, true),
    {"Resources", 0, SHAPE_MAP, SHAPE_ANY, true},
};

enum { SECTION_DEPTH = 2 }; /* of the map in a section: its keys are names */
enum { SECTION_COUNT = sizeof sections / sizeof *sections, RESOURCES = SECTION_COUNT - 1 };

struct template_reader {
    struct graph *g;
    struct diags *d;
    bool has_resources;
};

static const char *words_of(const struct value *x) {
    switch (x->kind) {
    case VAL_NULL:
        return "nothing";
    case VAL_BOOL:
        return "a boolean";
    case VAL_NUMBER:
        return "a number";
    case VAL_STRING:
        return "a string";
    case VAL_LIST:
        return "a list";
    case VAL_MAP:
        return "a map";
    default:
        return "an intrinsic function";
    }
}

static bool is_macro_key(struct str key) {
    return str_is(key, "Fn::Transform") || str_starts(key, STR("Fn::ForEach::"));
}

/* A section that is written as a tagged map, as if the function were a key of it. */
static struct value *as_map(struct graph *g, struct value *x) {
    if (x->kind != VAL_TRANSFORM)
        return x;
    g->values.place.span = x->span;
    struct value *map = value_map(&g->values);
    struct str name = value_intrinsic(x->kind)->name;
    uint32_t tag_length = 1 + (uint32_t)value_intrinsic(x->kind)->tag.len;
    value_put(&g->values, map, name, value_argument(&g->values, x))->span =
        (struct span){x->span.source, x->span.start, x->span.start + tag_length};
    return map;
}

static bool has_shape(const struct value *x, enum shape shape) {
    switch (shape) {
    case SHAPE_STRING:
        return x->kind == VAL_STRING;
    case SHAPE_MAP:
        return x->kind == VAL_MAP;
    case SHAPE_FUNCTION:
        return x->kind == VAL_MAP || value_is_intrinsic(x);
    case SHAPE_TRANSFORM:
        return x->kind == VAL_STRING || x->kind == VAL_LIST || x->kind == VAL_MAP;
    default:
        return true;
    }
}

/* Nulls are reported by the reader of the document. */
static bool check_shape(struct template_reader *r, const char *what, struct str name,
                        const struct value *x, enum shape shape) {
    static const char *const expected[] = {"", "a string", "a map", "a condition function",
                                           "a string or a list"};
    if (has_shape(x, shape))
        return true;
    if (x->kind != VAL_NULL)
        diag_add(r->d, RULE_MALFORMED_SECTION, x->span, "%s'%.*s' is %s, expected %s", what,
                 STR_ARG(name), words_of(x), expected[shape]);
    return false;
}

static void check_id(struct template_reader *r, struct str id, struct span span) {
    if (id.len == 0)
        diag_add(r->d, RULE_LOGICAL_ID, span, "a logical id is empty, expected letters and digits");
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool fits = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (fits)
            continue;
        diag_add(r->d, RULE_LOGICAL_ID, span,
                 "the logical id '%.*s' holds '%.*s', expected letters and digits", STR_ARG(id),
                 (int)(utf8_length(id, i) ? utf8_length(id, i) : 1), id.ptr + i);
        return;
    }
}

/* Conditions and rules are the places in which { Condition: x } is a function. */
static void mark_conditions(struct template_reader *r, const struct section *section,
                            struct value *map) {
    struct values *v = &r->g->values;
    for (uint32_t i = 0; i < map->count; i++) {
        struct value *entry = map->members[i].value;
        if (section->entries == SHAPE_FUNCTION)
            map->members[i].value = document_condition(v, entry);
        if (section->field != offsetof(struct graph, rules) || entry->kind != VAL_MAP)
            continue;
        for (uint32_t j = 0; j < entry->count; j++)
            if (str_is(entry->members[j].key, "RuleCondition"))
                entry->members[j].value = document_condition(v, entry->members[j].value);
    }
}

static void read_section(struct template_reader *r, const struct section *section,
                         const struct member *m) {
    struct value *x = section->shape == SHAPE_MAP ? as_map(r->g, m->value) : m->value;
    if (!check_shape(r, "", m->key, x, section->shape))
        return;
    *(struct value **)((char *)r->g + section->field) = x;
    if (section->shape != SHAPE_MAP)
        return;
    mark_conditions(r, section, x);
    for (uint32_t i = 0; i < x->count; i++) {
        const struct member *entry = &x->members[i];
        if (is_macro_key(entry->key))
            continue;
        check_shape(r, "", entry->key, entry->value, section->entries);
        if (section->has_ids)
            check_id(r, entry->key, entry->span);
    }
}

/* Resources. */

static const char *const resource_entries[] = {
    "Type",           "Properties",   "Condition",      "DependsOn",           "CreationPolicy",
    "UpdatePolicy",   "Metadata",     "DeletionPolicy", "UpdateReplacePolicy", "Description",
    "Connectors",     "IgnoreGlobals", "Version"};

enum { RESOURCE_ENTRIES = sizeof resource_entries / sizeof *resource_entries };

/* CloudFormation refuses what it doesn't know here; the SAM transform drops it in silence. */
static void check_resource_entry(struct template_reader *r, const struct resource *to,
                                 const struct member *m) {
    const char *near = NULL;
    for (size_t i = 0; i < RESOURCE_ENTRIES; i++) {
        if (str_is(m->key, resource_entries[i]))
            return;
        if (!near && str_is_near(m->key, str_from(resource_entries[i])))
            near = resource_entries[i];
    }
    if (!near && str_starts(to->type, STR("AWS::Serverless::")))
        return;
    struct diag *d = diag_add(r->d, RULE_MALFORMED_RESOURCE, m->span,
                              "a resource has no entry '%.*s'", STR_ARG(m->key));
    if (near) {
        diag_label(r->d, d, "did you mean '%s'?", near);
        diag_fix(r->d, d, m->span, str_from(near), false);
    } else {
        diag_help(r->d, d, "if it is a property, it belongs into 'Properties'");
    }
}

static void read_type(struct template_reader *r, struct resource *to, const struct value *body) {
    const struct value *type = value_get_c(body, "Type");
    if (type->kind == VAL_STRING) {
        to->type = type->text;
        to->type_span = type->span;
        return;
    }
    to->type_span = to->id_span;
    if (value_is_nil(type))
        diag_add(r->d, RULE_MALFORMED_RESOURCE, to->id_span, "the resource '%.*s' has no Type",
                 STR_ARG(to->id));
    else if (type->kind != VAL_NULL)
        diag_add(r->d, RULE_MALFORMED_RESOURCE, type->span,
                 "the Type of '%.*s' is %s, expected a string", STR_ARG(to->id), words_of(type));
}

static void read_properties(struct template_reader *r, struct resource *to, struct value *x) {
    if (x->kind == VAL_NULL)
        return;
    to->properties = x;
    bool is_known_map = x->kind == VAL_MAP || value_is_intrinsic(x);
    if (!is_known_map)
        diag_add(r->d, RULE_MALFORMED_RESOURCE, x->span,
                 "the Properties of '%.*s' are %s, expected a map", STR_ARG(to->id), words_of(x));
}

static void read_resource(struct template_reader *r, const struct member *m) {
    struct value *body = m->value;
    struct values *v = &r->g->values;
    v->place.span = m->span;
    struct resource *to = graph_add(r->g, m->key, STR_NIL);
    if (!to)
        return;
    to->span = span_join(m->span, body->span);
    to->attributes->span = body->span;
    read_type(r, to, body);
    for (uint32_t i = 0; i < body->count; i++) {
        const struct member *entry = &body->members[i];
        bool is_properties = str_is(entry->key, "Properties");
        if (is_properties)
            read_properties(r, to, entry->value);
        if (is_properties || str_is(entry->key, "Type"))
            continue;
        if (!is_macro_key(entry->key))
            check_resource_entry(r, to, entry);
        v->place.span = entry->span;
        value_put(v, to->attributes, entry->key, entry->value);
    }
}

static void read_resources(struct template_reader *r, const struct member *m) {
    r->has_resources = true;
    struct value *x = as_map(r->g, m->value);
    if (!check_shape(r, "", m->key, x, SHAPE_MAP))
        return;
    for (uint32_t i = 0; i < x->count; i++) {
        const struct member *entry = &x->members[i];
        const struct value *body = entry->value;
        bool is_macro = is_macro_key(entry->key) || body->kind == VAL_TRANSFORM;
        if (!is_macro)
            check_id(r, entry->key, entry->span);
        if (body->kind == VAL_MAP && !is_macro) {
            read_resource(r, entry);
        } else if (is_macro) {
            struct value *macros = graph_section(r->g, &r->g->macros);
            r->g->values.place.span = entry->span;
            value_put(&r->g->values, macros, entry->key, entry->value);
        } else if (body->kind != VAL_NULL) {
            diag_add(r->d, RULE_MALFORMED_RESOURCE, body->span,
                     "the resource '%.*s' is %s, expected a map with a Type", STR_ARG(entry->key),
                     words_of(body));
        }
    }
}

/* The whole. */

static void read_unknown_section(struct template_reader *r, const struct member *m) {
    struct values *v = &r->g->values;
    v->place.span = m->span;
    value_put(v, graph_section(r->g, &r->g->others), m->key, m->value);
    if (is_macro_key(m->key))
        return;
    struct diag *d = diag_add(r->d, RULE_UNKNOWN_SECTION, m->span,
                              "a template has no section '%.*s'", STR_ARG(m->key));
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        struct str known = str_from(sections[i].name);
        if (!str_is_near(m->key, known))
            continue;
        diag_label(r->d, d, "did you mean '%s'?", sections[i].name);
        diag_fix(r->d, d, m->span, known, false);
        r->has_resources = r->has_resources || i == RESOURCES;
        return;
    }
}

static void read_member(struct template_reader *r, const struct member *m) {
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (!str_is(m->key, sections[i].name))
            continue;
        if (i == RESOURCES)
            read_resources(r, m);
        else
            read_section(r, &sections[i], m);
        return;
    }
    read_unknown_section(r, m);
}

static void check_version(struct template_reader *r) {
    const struct value *version = r->g->version;
    if (!value_is_nil(version) && !value_is_c(version, "2010-09-09"))
        diag_add(r->d, RULE_MALFORMED_SECTION, version->span,
                 "the format version is '%.*s', expected '2010-09-09', the only one",
                 STR_ARG(version->text));
}

void template_read(struct graph *g, struct diags *d, const struct sources *sources,
                   uint32_t source) {
    g->is_template = true;
    uint32_t errors = d->errors;
    struct value *root = document_read(&g->values, d, sources, source,
                                       (struct document_options){true, SECTION_DEPTH});
    if (value_is_nil(root) && d->errors > errors)
        return;
    struct span start = {source, 0, 0};
    if (value_is_nil(root) || root->kind == VAL_NULL) {
        diag_add(d, RULE_MALFORMED_SECTION, start, "the template is empty");
        return;
    }
    root = as_map(g, root);
    if (root->kind != VAL_MAP) {
        diag_add(d, RULE_MALFORMED_SECTION, root->span, "the template is %s, expected a map",
                 words_of(root));
        return;
    }
    struct template_reader r = {.g = g, .d = d};
    for (uint32_t i = 0; i < root->count; i++)
        read_member(&r, &root->members[i]);
    check_version(&r);
    if (!r.has_resources && value_is_nil(g->transform))
        diag_add(d, RULE_MALFORMED_SECTION, start, "the template has no Resources");
    g->values.place = (struct place){0};
}

struct value *template_read_value(struct values *v, struct diags *d, const struct sources *sources,
                                  uint32_t source, bool intrinsics) {
    uint32_t errors = d->errors;
    struct value *x = document_read(v, d, sources, source, (struct document_options){intrinsics, 0});
    return value_is_nil(x) && d->errors == errors ? value_null(v) : x;
}
