/* References to what the transform made or renamed: Function.Alias becomes the alias, a layer gets
   the id of its version. All of the template is searched, outputs and conditions too. */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "passes/expand/expand.h"

/* The id that "id.Property" stands for, or nil. */
static struct str product_of(struct expand *e, struct str id, struct str property) {
    struct str name = str_printf(e->arena, "%.*s.%.*s", STR_ARG(id), STR_ARG(property));
    return value_text(value_get(e->references, name));
}

static void rewrite_ref(struct expand *e, struct value *x) {
    if (!str_has(x->text, '.')) {
        struct value *renamed = value_get(e->renamed, x->text);
        if (!value_is_nil(renamed))
            x->text = renamed->text;
    }
    struct str property, id = str_split(x->text, '.', &property);
    if (!id.len || !property.len)
        return;
    struct str product = product_of(e, id, property);
    if (product.len)
        x->text = product;
}

/* Fn::GetAtt of id and the parts of a path; the translator leaves one without any, and cuts every
   path into its parts. */
static void become_getatt(struct expand *e, struct value *x, struct str id, struct str path) {
    struct value *list = value_list(e->v);
    value_push(e->v, list, value_string(e->v, id));
    if (!path.ptr) {
        *x = (struct value){.kind = VAL_MAP, .span = x->span, .origin = x->origin};
        value_put_c(e->v, x, "Fn::GetAtt", list);
        return;
    }
    struct value *attribute = value_string(e->v, path);
    attribute->span = value_at(x, 0)->span;
    for (struct str rest = path; rest.ptr;)
        value_push(e->v, list, value_string(e->v, str_split(rest, '.', &rest)));
    x->text = id;
    x->count = 0;
    value_push(e->v, x, attribute);
    if (list->count > 2)
        value_push(e->v, x, list);
}

static void rewrite_getatt(struct expand *e, struct value *x) {
    struct value *attribute = value_at(x, 0);
    if (!sam_is_string(attribute) || sam_is_string(value_at(x, 1)))
        return;
    struct str whole =
        str_printf(e->arena, "%.*s.%.*s", STR_ARG(x->text), STR_ARG(attribute->text));
    struct str path, id = str_split(whole, '.', &path);
    struct value *renamed = value_get(e->renamed, id);
    if (!value_is_nil(renamed)) {
        id = renamed->text;
        become_getatt(e, x, id, path);
    }
    struct str rest, property = str_split(path, '.', &rest);
    struct str product = product_of(e, id, property);
    if (product.len)
        become_getatt(e, x, product, rest);
}

static bool is_name(struct str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.", s.ptr[i]))
            return false;
    return s.len > 0;
}

/* What stands for "id.property.rest" in a Fn::Sub, or the name itself. */
static struct str rewrite_name(struct expand *e, struct str name) {
    struct str rest, id = str_split(name, '.', &rest);
    struct value *renamed = value_get(e->renamed, id);
    if (!value_is_nil(renamed)) {
        id = renamed->text;
        name = rest.ptr ? str_printf(e->arena, "%.*s.%.*s", STR_ARG(id), STR_ARG(rest)) : id;
    }
    if (!rest.ptr)
        return name;
    struct str more, property = str_split(rest, '.', &more);
    struct str product = product_of(e, id, property);
    if (!product.len)
        return name;
    return more.ptr ? str_printf(e->arena, "%.*s.%.*s", STR_ARG(product), STR_ARG(more)) : product;
}

/* x has the template of a Fn::Sub as its text. */
static void rewrite_sub(struct expand *e, struct value *x) {
    struct str s = x->text;
    struct buf b;
    buf_init(&b, e->arena, LIMIT_STRING_BYTES);
    size_t from = 0;
    for (size_t i = str_find(s, STR("${"), 0); i < s.len; i = str_find(s, STR("${"), i + 2)) {
        size_t end = str_find_char(s, '}', i);
        struct str name = str_slice(s, i + 2, end);
        if (end >= s.len || !is_name(name))
            continue;
        struct str now = rewrite_name(e, name);
        if (str_eq(now, name))
            continue;
        buf_str(&b, str_slice(s, from, i + 2));
        buf_str(&b, now);
        from = end;
    }
    if (!from)
        return;
    buf_str(&b, str_slice(s, from, s.len));
    x->text = buf_view(&b);
}

/* DependsOn of a resource, or an entry of that name anywhere else, as the translator has it. */
static void rewrite_depends_on(struct expand *e, struct value *map) {
    struct value *on = value_get_c(map, "DependsOn");
    uint32_t count = sam_is_list(on) ? on->count : 1;
    for (uint32_t i = 0; i < count; i++) {
        struct value *name = sam_is_list(on) ? on->items[i] : on;
        struct value *renamed =
            sam_is_string(name) ? value_get(e->renamed, name->text) : &value_nil;
        if (!value_is_nil(renamed))
            name->text = renamed->text;
    }
}

static void rewrite_map(struct expand *e, struct value *x) {
    rewrite_depends_on(e, x);
    const struct value *parts = x->count == 1 ? value_get_c(x, "Fn::Sub") : &value_nil;
    if (parts->kind == VAL_LIST && sam_is_string(value_at(parts, 0)))
        rewrite_sub(e, parts->items[0]); /* a Fn::Sub with more or fewer arguments than it has */
}

static void rewrite(struct expand *e, struct value *x, unsigned depth) {
    if (depth > 2 * LIMIT_DEPTH || (!x->count && x->kind != VAL_REF && x->kind != VAL_SUB))
        return;
    if (x->kind == VAL_REF)
        rewrite_ref(e, x);
    else if (x->kind == VAL_GETATT)
        rewrite_getatt(e, x);
    else if (x->kind == VAL_SUB)
        rewrite_sub(e, x);
    else if (x->kind == VAL_MAP)
        rewrite_map(e, x);
    for (uint32_t i = 0; i < x->count; i++)
        rewrite(e, x->kind == VAL_MAP ? x->members[i].value : x->items[i], depth + 1);
}

void sam_rewrite_references(struct expand *e) {
    if (!e->references->count && !e->renamed->count)
        return;
    struct graph *g = e->g;
    struct value *sections[] = {g->metadata, g->parameters, g->mappings, g->conditions,
                                g->rules,    g->outputs,    g->hooks,    g->others};
    for (unsigned i = 0; i < sizeof sections / sizeof *sections; i++)
        rewrite(e, sections[i], 0);
    for (uint32_t i = 0; i < g->resources.count; i++) {
        rewrite(e, g->resources.items[i]->properties, 0);
        rewrite(e, g->resources.items[i]->attributes, 0);
    }
}
