#include "template/resource.h"

const char *template_words_of(const struct value *x) {
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

bool template_is_macro_key(struct str key) {
    return str_is(key, "Fn::Transform") || str_starts(key, STR("Fn::ForEach::"));
}

void template_check_id(struct diags *d, struct str id, struct span span) {
    if (id.len == 0)
        diag_add(d, RULE_LOGICAL_ID, span, "a logical id is empty, expected letters and digits");
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool fits = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (fits)
            continue;
        diag_add(d, RULE_LOGICAL_ID, span,
                 "the logical id '%.*s' holds '%.*s', expected letters and digits", STR_ARG(id),
                 (int)(utf8_length(id, i) ? utf8_length(id, i) : 1), id.ptr + i);
        return;
    }
}

static const char *const resource_entries[] = {
    "Type",           "Properties",   "Condition",      "DependsOn",           "CreationPolicy",
    "UpdatePolicy",   "Metadata",     "DeletionPolicy", "UpdateReplacePolicy", "Description",
    "Connectors",     "IgnoreGlobals", "Version"};

enum { RESOURCE_ENTRIES = sizeof resource_entries / sizeof *resource_entries };

/* CloudFormation refuses what it doesn't know here; the SAM transform drops it in silence. */
static void check_resource_entry(struct diags *d, const struct resource *to,
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
    struct diag *found = diag_add(d, RULE_MALFORMED_RESOURCE, m->span,
                              "a resource has no entry '%.*s'", STR_ARG(m->key));
    if (near) {
        diag_label(d, found, "did you mean '%s'?", near);
        diag_fix(d, found, m->span, str_from(near), false);
    } else {
        diag_help(d, found, "if it is a property, it belongs into 'Properties'");
    }
}

static void read_type(struct graph *g, struct diags *d, struct resource *to,
                      const struct value *body) {
    struct value *type = value_get_c(body, "Type");
    if (type->kind == VAL_STRING) {
        to->type = type->text;
        to->type_span = type->span;
        return;
    }
    to->type_span = to->id_span;
    if (!value_is_nil(type))
        value_put_c(&g->values, to->attributes, "Type", type);
    if (value_is_nil(type))
        diag_add(d, RULE_MALFORMED_RESOURCE, to->id_span, "the resource '%.*s' has no Type",
                 STR_ARG(to->id));
    else if (type->kind != VAL_NULL)
        diag_add(d, RULE_MALFORMED_RESOURCE, type->span,
                 "the Type of '%.*s' is %s, expected a string", STR_ARG(to->id),
                 template_words_of(type));
}

static void read_properties(struct diags *d, struct resource *to, struct value *x) {
    to->properties = x;
    to->has_properties = true;
    bool is_known_map = x->kind == VAL_MAP || value_is_intrinsic(x);
    if (!is_known_map && x->kind != VAL_NULL)
        diag_add(d, RULE_MALFORMED_RESOURCE, x->span,
                 "the Properties of '%.*s' are %s, expected a map", STR_ARG(to->id),
                 template_words_of(x));
}

/* Names, not references to them. */
static void check_depends_on(struct diags *d, const struct resource *to, const struct value *x) {
    for (uint32_t i = 0; i < (x->kind == VAL_LIST ? x->count : 1); i++) {
        const struct value *one = x->kind == VAL_LIST ? x->items[i] : x;
        bool is_macro = one->kind == VAL_TRANSFORM || value_has(one, STR("Fn::Transform"));
        if (one->kind != VAL_STRING && one->kind != VAL_NULL && !is_macro)
            diag_add(d, RULE_MALFORMED_RESOURCE, one->span,
                     "DependsOn of '%.*s' names %s, expected a logical id", STR_ARG(to->id),
                     template_words_of(one));
    }
}

static void add_resource(struct graph *g, struct diags *d, const struct member *m,
                         const struct origin *origin) {
    struct value *body = m->value;
    struct values *v = &g->values;
    v->place = (struct place){m->span, origin};
    struct resource *to = graph_add(g, m->key, STR_NIL);
    if (!to)
        return;
    to->span = span_join(m->span, body->span);
    to->attributes->span = body->span;
    read_type(g, d, to, body);
    for (uint32_t i = 0; i < body->count; i++) {
        const struct member *entry = &body->members[i];
        bool is_properties = str_is(entry->key, "Properties");
        if (is_properties)
            read_properties(d, to, entry->value);
        if (is_properties || str_is(entry->key, "Type"))
            continue;
        if (!template_is_macro_key(entry->key))
            check_resource_entry(d, to, entry);
        if (str_is(entry->key, "Condition") && entry->value->kind != VAL_STRING &&
            entry->value->kind != VAL_NULL)
            diag_add(d, RULE_MALFORMED_RESOURCE, entry->value->span,
                     "the Condition of '%.*s' is %s, expected a condition's name", STR_ARG(to->id),
                     template_words_of(entry->value));
        if (str_is(entry->key, "DependsOn"))
            check_depends_on(d, to, entry->value);
        v->place.span = entry->span;
        value_put(v, to->attributes, entry->key, entry->value);
    }
    v->place = (struct place){0};
}

void template_read_resource(struct graph *g, struct diags *d, const struct member *m,
                            const struct origin *origin) {
    const struct value *body = m->value;
    bool is_macro = template_is_macro_key(m->key) || body->kind == VAL_TRANSFORM ||
                    value_has(body, STR("Fn::Transform"));
    if (is_macro || body->kind != VAL_MAP) {
        g->values.place.span = m->span;
        value_put(&g->values, graph_section(g, &g->macros), m->key, m->value);
    }
    if (is_macro)
        return;
    template_check_id(d, m->key, m->span);
    if (body->kind == VAL_MAP)
        add_resource(g, d, m, origin);
    else if (body->kind != VAL_NULL)
        diag_add(d, RULE_MALFORMED_RESOURCE, body->span,
                 "the resource '%.*s' is %s, expected a map with a Type", STR_ARG(m->key),
                 template_words_of(body));
}
