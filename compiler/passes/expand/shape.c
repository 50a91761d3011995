#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "passes/expand/expand.h"

bool sam_is_none(const struct value *x) {
    return x->kind == VAL_NIL || x->kind == VAL_NULL;
}

bool sam_is_map(const struct value *x) {
    return x->kind == VAL_MAP || value_is_intrinsic(x);
}

bool sam_is_list(const struct value *x) {
    return x->kind == VAL_LIST;
}

bool sam_is_string(const struct value *x) {
    return x->kind == VAL_STRING;
}

bool sam_is_bool(const struct value *x) {
    return x->kind == VAL_BOOL;
}

bool sam_is_int(const struct value *x) {
    if (x->kind != VAL_NUMBER)
        return x->kind == VAL_BOOL;
    for (size_t i = 0; i < x->text.len; i++)
        if (!strchr("+-0123456789_", x->text.ptr[i]))
            return false;
    return true;
}

static bool is_zero(struct str number) {
    for (size_t i = 0; i < number.len && number.ptr[i] != 'e' && number.ptr[i] != 'E'; i++)
        if (number.ptr[i] >= '1' && number.ptr[i] <= '9')
            return false;
    return true;
}

bool sam_is_truthy(const struct value *x) {
    switch (x->kind) {
    case VAL_NIL:
    case VAL_NULL:
        return false;
    case VAL_BOOL:
        return x->truth;
    case VAL_NUMBER:
        return !is_zero(x->text);
    case VAL_STRING:
        return x->text.len > 0;
    case VAL_LIST:
    case VAL_MAP:
        return x->count > 0;
    default:
        return true;
    }
}

bool sam_is_single(const struct value *x) {
    return value_is_intrinsic(x) || (x->kind == VAL_MAP && x->count == 1);
}

bool sam_is_listed(struct str name, const char *const *names) {
    for (; *names; names++)
        if (str_is(name, *names))
            return true;
    return false;
}

bool sam_is_intrinsic(const struct value *x) {
    if (x->kind != VAL_MAP || x->count != 1)
        return value_is_intrinsic(x);
    struct str key = x->members[0].key;
    return str_is(key, "Ref") || str_is(key, "Condition") || str_starts(key, STR("Fn::"));
}

static bool is_function(const struct value *x, enum value_kind kind) {
    return x->kind == kind || (x->kind == VAL_MAP && x->count == 1 &&
                               str_eq(x->members[0].key, value_intrinsic(kind)->name));
}

bool sam_is_if(const struct value *x) {
    return is_function(x, VAL_IF);
}

bool sam_is_no_value(const struct value *x) {
    return x->kind == VAL_REF && str_is(x->text, "AWS::NoValue");
}

static struct str function_name(const struct value *x) {
    return x->kind == VAL_FN ? x->text : value_intrinsic(x->kind)->name;
}

struct value *sam_get_str(struct expand *e, const struct value *x, struct str key) {
    struct value *out = &value_nil;
    if (x->kind == VAL_MAP)
        out = value_get(x, key);
    else if (value_is_intrinsic(x) && str_eq(function_name(x), key))
        out = value_argument(e->v, x);
    return out->kind == VAL_NULL ? &value_nil : out;
}

struct value *sam_get(struct expand *e, const struct value *x, const char *key) {
    return sam_get_str(e, x, str_from(key));
}

bool sam_has(struct expand *e, const struct value *x, const char *key) {
    (void)e;
    if (value_is_intrinsic(x))
        return str_is(function_name(x), key);
    return value_has(x, str_from(key));
}

struct value *sam_entries(struct expand *e, struct value *x) {
    if (x->kind == VAL_MAP)
        return x;
    struct place before = e->v->place;
    e->v->place = (struct place){x->span, x->origin};
    struct value *map = value_map(e->v);
    if (value_is_intrinsic(x))
        value_put(e->v, map, function_name(x), api_argument(e->v, x));
    e->v->place = before;
    return map;
}

struct value *sam_open(struct expand *e, struct value *x) {
    if (value_is_intrinsic(x))
        *x = *sam_entries(e, x);
    return x;
}

struct value **sam_if_arguments(struct expand *e, const struct value *x) {
    if (x->kind == VAL_IF)
        return x->count == 3 ? x->items : NULL;
    struct value *list = sam_get(e, x, "Fn::If");
    return list->kind == VAL_LIST && list->count == 3 ? list->items : NULL;
}

struct str sam_id_of(const struct value *x) {
    if (x->kind == VAL_REF)
        return x->text;
    if (x->kind != VAL_GETATT)
        return STR_NIL;
    const struct value *written = value_at(x, 1);
    bool is_path = written->kind == VAL_LIST ||
                   (written->kind == VAL_STRING && str_has(value_text(value_at(x, 0)), '.'));
    return is_path ? STR_NIL : x->text;
}

struct span sam_span(const struct value *x, struct span other) {
    return span_is_nil(x->span) ? other : x->span;
}

struct span sam_span_of(const struct sam *s, const char *property) {
    const struct member *m = value_member(s->properties, str_from(property));
    if (m && !span_is_nil(m->span))
        return m->span;
    return s->source->span;
}
