/* Names that two resources would get, and tags that one resource has twice.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
   https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
#include "passes/check.h"

static const struct row {
    const char *type, *property, *within;
} rows[] = {
#define UNIQUE(type, property, within) {type, property, within},
#include "passes/rules/unique_names.def"
};

/* Whether a value is one thing in one stack: its text, or the same functions of the same arguments. */
static struct str identity(struct check *c, const struct value *x) {
    const struct value *only = view_only(&c->view, x);
    if (value_is_null(only))
        return STR_NIL;
    if (only->kind == VAL_IMPORT || only->kind == VAL_FN || only->kind == VAL_TRANSFORM)
        return STR_NIL;
    return value_canonical(c->arena, only);
}

struct holder_of_name {
    const struct resource *r;
    const struct value *at;
    const struct holder_of_name *next;
};

/* A rule without EventBusName is of the bus that is there without being made. */
static bool is_default_bus(const struct value *x) {
    return value_is_null(x) || value_is_c(x, "default");
}

static void check_row(struct check *c, const struct row *row) {
    const struct resource_vec *list = check_type(c, row->type);
    struct map seen = {0};
    for (uint32_t i = 0; list->items.count > 1 && i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct value *at = view_at_path(&c->view, r->properties, row->property);
        struct str name = identity(c, at);
        if (!name.len || value_is_null(at))
            continue;
        const struct value *of = row->within[0] ? property(r, row->within) : &value_nil;
        struct str within = is_default_bus(of) ? STR_NIL : identity(c, of);
        struct str key = str_printf(c->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(within));
        const struct holder_of_name *first = map_get_ptr(&seen, key), *other = first;
        while (other && !check_coexist(c, other->r, r))
            other = other->next;
        if (other) {
            struct diag *d = check_report(c, RULE_NAME_CONFLICT, r, at,
                                          "'%.*s' gets the same %s as '%.*s'", STR_ARG(r->id),
                                          row->property, STR_ARG(other->r->id));
            diag_note(c->diags, d, other->at->span, "the first");
            continue;
        }
        struct holder_of_name *mine = arena_new(c->arena, struct holder_of_name);
        *mine = (struct holder_of_name){r, at, first};
        map_put_ptr(c->arena, &seen, key, mine);
    }
}

/* ---- tags --------------------------------------------------------------------------------- */

/* Whether the Tags of a resource are AWS's, and no input of a custom one's. */
static bool has_tags(struct check *c, const struct resource *r) {
    struct schema_type_id type = schema_type_find(c->schema, r->type);
    struct schema_def_id body = schema_type_body(c->schema, type);
    return type.n && schema_property_find(c->schema, body, STR("Tags")).n;
}

static void check_tags(struct check *c, const struct resource *r) {
    const struct value *tags = property(r, "Tags");
    struct map seen = {0};
    if (tags->kind != VAL_LIST || !has_tags(c, r))
        return;
    for (uint32_t i = 0; i < tags->count; i++) {
        const struct value *key = value_get_c(tags->items[i], "Key");
        struct str text = key->kind == VAL_STRING && value_is_known(key) ? key->text : STR_NIL;
        const struct value *first = text.len ? map_get_ptr(&seen, text) : NULL;
        if (first) {
            struct diag *d = check_report(c, RULE_PROPERTY_UNIQUE, r, key,
                                          "'%.*s' is tagged with '%.*s' twice", STR_ARG(r->id),
                                          STR_ARG(text));
            diag_note(c->diags, d, first->span, "the first");
        } else if (text.len) {
            map_put_ptr(c->arena, &seen, text, (void *)key);
        }
        if (str_starts(text, STR("aws:")))
            check_report(c, RULE_PROPERTY_PATTERN, r, key,
                         "the tag '%.*s' begins with aws:, which only AWS uses", STR_ARG(text));
    }
}

void check_unique_names(struct check *c) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_row(c, &rows[i]);
    for (uint32_t i = 0; i < c->graph->resources.count; i++)
        check_tags(c, c->graph->resources.items[i]);
}
