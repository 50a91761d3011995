#include <stdio.h>

#include "base/sha.h"
#include "passes/expand/expand.h"

struct str sam_format(struct expand *e, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    size_t size = length < 0 ? 1 : (size_t)length + 1;
    char *text = arena_alloc(e->arena, size, 1);
    vsnprintf(text, size, format, again);
    va_end(again);
    return (struct str){text, size - 1};
}

struct value *sam_c(struct expand *e, const char *text) {
    return value_c(e->v, text);
}

struct value *sam_string(struct expand *e, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str text = sam_format(e, format, args);
    va_end(args);
    return value_string(e->v, text);
}

struct str sam_id(struct expand *e, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str text = sam_format(e, format, args);
    va_end(args);
    return text;
}

struct value *sam_ref(struct expand *e, struct str id) {
    return value_ref(e->v, id);
}

struct value *sam_getatt(struct expand *e, struct str id, const char *attribute) {
    return value_getatt(e->v, id, str_from(attribute));
}

struct value *sam_sub(struct expand *e, const char *text, struct value *variables) {
    return value_sub(e->v, str_from(text), variables);
}

struct value *sam_map(struct expand *e, ...) {
    struct value *map = value_map(e->v);
    va_list args;
    va_start(args, e);
    for (const char *key = va_arg(args, const char *); key; key = va_arg(args, const char *)) {
        struct value *x = va_arg(args, struct value *);
        if (!value_is_nil(x))
            value_put_c(e->v, map, key, x);
    }
    va_end(args);
    return map;
}

struct value *sam_list(struct expand *e, ...) {
    struct value *list = value_list(e->v);
    va_list args;
    va_start(args, e);
    for (struct value *x = va_arg(args, struct value *); x; x = va_arg(args, struct value *))
        value_push(e->v, list, x);
    va_end(args);
    return list;
}

void sam_put(struct expand *e, struct value *map, const char *key, struct value *x) {
    if (!sam_is_none(x))
        value_put_c(e->v, map, key, x);
}

struct value *sam_if(struct expand *e, struct value *condition, struct value *then,
                     struct value *otherwise) {
    if (!otherwise)
        otherwise = value_ref(e->v, STR("AWS::NoValue"));
    return value_call(e->v, VAL_IF, 3, condition, then, otherwise);
}

struct value *sam_not(struct expand *e, struct str condition) {
    struct value *named = value_from_function(e->v, STR("Condition"),
                                              value_string(e->v, condition));
    return value_call(e->v, VAL_NOT, 1, named);
}

struct value *sam_policy_arn(struct expand *e, const char *name) {
    return sam_string(e, "arn:%.*s:iam::aws:policy/%s", STR_ARG(e->partition), name);
}

struct str sam_hashed_id(struct expand *e, struct str text, struct str data) {
    if (!data.len)
        return text;
    return str_concat(e->arena, text, str_slice(sha1_hex(e->arena, data), 0, 10));
}

void sam_check_new_id(struct expand *e, struct str id, struct span span) {
    bool fits = id.len > 0;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        fits = fits && ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
    }
    if (!fits)
        sam_fail(e, id, span, "Logical ids must be alphanumeric.");
}

static const struct origin *origin_of(struct expand *e, struct sam *s, const char *part,
                                      struct span span) {
    if (!part)
        return s->origin;
    struct origin *origin = arena_new(e->arena, struct origin);
    *origin = *s->origin;
    origin->part = str_from(part);
    if (!span_is_nil(span))
        origin->span = span;
    return origin;
}

struct resource *sam_make(struct expand *e, struct sam *s, struct str id, const char *type,
                          struct value *attributes, const char *part, struct span span) {
    if (span_is_nil(span))
        span = s->source->span;
    sam_check_new_id(e, id, span);
    e->v->place = (struct place){span, origin_of(e, s, part, span)};
    struct resource *r = arena_new(e->arena, struct resource);
    *r = (struct resource){.id = id,
                           .has_properties = true,
                           .id_span = s->source->id_span,
                           .type = str_from(type),
                           .type_span = s->source->type_span,
                           .properties = value_map(e->v),
                           .attributes = attributes ? value_copy_shallow(e->v, attributes)
                                                    : value_map(e->v),
                           .origin = e->v->place.origin,
                           .span = span};
    return r;
}

void sam_set(struct expand *e, struct resource *r, const char *name, struct value *x) {
    sam_put(e, r->properties, name, x);
}

void sam_set_truthy(struct expand *e, struct resource *r, const char *name, struct value *x) {
    if (sam_is_truthy(x))
        value_put_c(e->v, r->properties, name, x);
}

void sam_push(struct expand *e, struct sam *s, struct resource *r) {
    vec_push(e->arena, &s->made, r);
}

void sam_depend(struct expand *e, struct resource *r, struct value *on) {
    if (sam_is_truthy(on))
        value_put_c(e->v, r->attributes, "DependsOn", on);
}
