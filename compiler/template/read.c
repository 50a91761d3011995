/* The sections of a template, into a graph. */
#include <string.h>

#include "template/accepts.h"
#include "template/document.h"
#include "template/resource.h"
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
    SECTION("Mappings", mappings, SHAPE_MAP, SHAPE_MAP, true),
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
                 STR_ARG(name), template_words_of(x), expected[shape]);
    return false;
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

static void keep_as_written(struct template_reader *r, const struct member *m) {
    r->g->values.place.span = m->span;
    value_put(&r->g->values, graph_section(r->g, &r->g->others), m->key, m->value);
}

static void read_section(struct template_reader *r, const struct section *section,
                         const struct member *m) {
    struct value *x = section->shape == SHAPE_MAP ? as_map(r->g, m->value) : m->value;
    if (!check_shape(r, "", m->key, x, section->shape)) {
        keep_as_written(r, m);
        return;
    }
    *(struct value **)((char *)r->g + section->field) = x;
    if (section->shape != SHAPE_MAP)
        return;
    mark_conditions(r, section, x);
    for (uint32_t i = 0; i < x->count; i++) {
        const struct member *entry = &x->members[i];
        if (template_is_macro_key(entry->key))
            continue;
        check_shape(r, "", entry->key, entry->value, section->entries);
        if (section->has_ids)
            template_check_id(r->d, entry->key, entry->span);
    }
}

/* Resources. */

static void read_resources(struct template_reader *r, const struct member *m) {
    r->has_resources = true;
    struct value *x = as_map(r->g, m->value);
    if (!check_shape(r, "", m->key, x, SHAPE_MAP)) {
        keep_as_written(r, m);
        return;
    }
    for (uint32_t i = 0; i < x->count; i++)
        template_read_resource(r->g, r->d, &x->members[i], NULL);
}

/* Macros. A macro of the user's, named in Transform or by Fn::Transform beside what it changes, may
   make anything of it; AWS::Include only adds.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html */

static bool is_private_macro(const struct value *x) {
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        if (is_private_macro(x->items[i]))
            return true;
    if (x->kind == VAL_MAP)
        x = value_get_c(x, "Name");
    return x->kind == VAL_STRING && !str_starts(x->text, STR("AWS::"));
}

static bool is_rewritten(const struct value *root) {
    return is_private_macro(value_get_c(root, "Transform")) ||
           is_private_macro(value_get_c(root, "Fn::Transform")) ||
           is_private_macro(value_get_c(value_get_c(root, "Resources"), "Fn::Transform"));
}

/* The whole. */

static void read_unknown_section(struct template_reader *r, const struct member *m) {
    keep_as_written(r, m);
    if (template_is_macro_key(m->key))
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
                 template_words_of(root));
        return;
    }
    struct diags unheard;
    diags_init(&unheard, g->arena, sources);
    g->is_rewritten = is_rewritten(root);
    struct template_reader r = {.g = g, .d = g->is_rewritten ? &unheard : d};
    for (uint32_t i = 0; i < root->count; i++)
        read_member(&r, &root->members[i]);
    check_version(&r);
    template_read_accepts(g, d, sources, source);
    if (!r.has_resources && value_is_nil(g->transform))
        diag_add(r.d, RULE_MALFORMED_SECTION, start, "the template has no Resources");
    g->values.place = (struct place){0};
}

struct value *template_read_value(struct values *v, struct diags *d, const struct sources *sources,
                                  uint32_t source, bool intrinsics) {
    uint32_t errors = d->errors;
    struct value *x =
        document_read(v, d, sources, source, (struct document_options){intrinsics, 0});
    return value_is_nil(x) && d->errors == errors ? value_null(v) : x;
}
