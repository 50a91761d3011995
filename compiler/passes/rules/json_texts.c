/* Texts that must be JSON, wherever nothing else reads them. Rows: json_texts.def. */
#include "passes/rules/json_texts.h"

#include "graph/json_text.h"

static const struct row {
    const char *type, *path;
} rows[] = {
#define JSON_TEXT(type, path) {type, path},
#include "passes/rules/json_texts.def"
};

const struct value *check_json_text(struct check *c, const struct resource *r,
                                    const struct value *x, struct str name) {
    struct json_text read =
        json_text_read(&c->view.values, c->diags->sources, view_only(&c->view, x));
    if (read.mistake)
        check_report_span(c, RULE_JSON_TEXT, r, read.at, "%.*s is no JSON: %s", STR_ARG(name),
                          read.mistake);
    return read.root ? read.root : &value_nil;
}

static void check_path(struct check *c, const struct resource *r, const struct value *x,
                       struct str path, struct str name) {
    struct str rest;
    if (!path.len) {
        if (!value_is_null(x))
            check_json_text(c, r, x, name);
        return;
    }
    struct str step = str_split(path, '.', &rest);
    if (!str_is(step, "*")) {
        check_path(c, r, value_get(x, step), rest, step);
        return;
    }
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        check_path(c, r, x->items[i], rest, name);
}

void check_json_texts(struct check *c) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct resource_vec *list = check_type(c, rows[i].type);
        for (uint32_t j = 0; j < list->items.count; j++)
            check_path(c, list->items.items[j], list->items.items[j]->properties,
                       str_from(rows[i].path), STR_NIL);
    }
}
