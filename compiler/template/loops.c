#include "template/loops.h"

#include "base/buf.h"
#include "base/limits.h"

/* ---- known values ---------------------------------------------------------------- */

static bool is_list_type(struct str type) {
    return str_is(type, "CommaDelimitedList") || str_starts(type, STR("List<"));
}

static struct value *split(struct values *v, struct str text, struct str delimiter, bool trim) {
    struct value *list = value_list(v);
    for (size_t at = 0; at <= text.len;) {
        size_t end = str_find(text, delimiter, at);
        struct str item = str_slice(text, at, end);
        value_push(v, list, value_string(v, trim ? str_trim(item) : item));
        at = end + delimiter.len;
        if (end == text.len)
            break;
    }
    return list;
}

static struct value *resolve_parameter(struct resolver *r, const struct value *ref) {
    struct values *v = &r->graph->values;
    const struct value *parameter = value_get(r->graph->parameters, ref->text);
    struct str type = value_text(value_get_c(parameter, "Type"));
    struct value *x = r->params ? value_get(r->params, ref->text) : &value_nil;
    bool is_given = !value_is_nil(x);
    if (!is_given)
        x = value_get_c(parameter, "Default");
    if (!value_is_scalar(x) || !type.len || str_starts(type, STR("AWS::SSM::Parameter")))
        return &value_nil;
    r->guessed |= !is_given;
    return is_list_type(type) ? split(v, value_text(x), STR(","), true) : x;
}

static struct value *resolve_mapping(struct resolver *r, const struct value *find) {
    struct value *map = r->graph->mappings;
    for (uint32_t i = 0; i < 3; i++) {
        struct str key = value_text(resolve(r, value_at(find, i)));
        if (!key.ptr)
            return &value_nil;
        map = value_get(map, key);
    }
    if (value_is_nil(map))
        map = resolve(r, value_get_c(value_at(find, 3), "DefaultValue"));
    return value_is_scalar(map) || map->kind == VAL_LIST ? map : &value_nil;
}

static struct value *resolve_join(struct resolver *r, const struct value *join) {
    struct str delimiter = value_text(resolve(r, value_at(join, 0)));
    const struct value *list = resolve(r, value_at(join, 1));
    struct buf b;
    buf_init(&b, r->graph->arena, LIMIT_STRING_BYTES);
    if (!delimiter.ptr || list->kind != VAL_LIST)
        return &value_nil;
    for (uint32_t i = 0; i < list->count; i++) {
        struct str text = value_text(resolve(r, list->items[i]));
        if (!text.ptr)
            return &value_nil;
        buf_str(&b, i ? delimiter : STR_NIL);
        buf_str(&b, text);
    }
    return value_string(&r->graph->values, b.len ? buf_view(&b) : STR(""));
}

static struct value *resolve_sub(struct resolver *r, const struct value *sub) {
    struct sub_piece piece;
    struct buf b;
    buf_init(&b, r->graph->arena, LIMIT_STRING_BYTES);
    for (uint32_t at = 0; sub_next(sub->text, &at, &piece);) {
        struct str text = piece.text;
        if (piece.is_variable) {
            struct value ref = {.kind = VAL_REF, .text = piece.text};
            struct value *given = value_get(value_at(sub, 0), piece.text);
            text = value_text(value_is_nil(given) ? resolve_parameter(r, &ref) : resolve(r, given));
        }
        if (!text.ptr)
            return &value_nil;
        buf_str(&b, text);
    }
    return value_string(&r->graph->values, b.len ? buf_view(&b) : STR(""));
}

static struct value *resolve_select(struct resolver *r, const struct value *select) {
    int64_t n;
    struct value *list = resolve(r, value_at(select, 1));
    if (list->kind != VAL_LIST || !value_to_int(resolve(r, value_at(select, 0)), &n) || n < 0 ||
        n >= (int64_t)list->count)
        return &value_nil;
    return resolve(r, list->items[n]);
}

struct value *resolve(struct resolver *r, struct value *x) {
    struct values *v = &r->graph->values;
    switch (x->kind) {
    case VAL_STRING:
    case VAL_NUMBER:
    case VAL_BOOL:
    case VAL_LIST:
        return x;
    case VAL_REF:
        return resolve_parameter(r, x);
    case VAL_FIND_IN_MAP:
        return resolve_mapping(r, x);
    case VAL_JOIN:
        return resolve_join(r, x);
    case VAL_SUB:
        return resolve_sub(r, x);
    case VAL_SELECT:
        return resolve_select(r, x);
    case VAL_LENGTH: {
        const struct value *list = resolve(r, value_at(x, 0));
        return list->kind == VAL_LIST ? value_int(v, list->count) : &value_nil;
    }
    case VAL_SPLIT: {
        struct str delimiter = value_text(resolve(r, value_at(x, 0)));
        struct str text = value_text(resolve(r, value_at(x, 1)));
        return delimiter.len && text.ptr ? split(v, text, delimiter, false) : &value_nil;
    }
    default:
        return &value_nil;
    }
}

/* ---- placeholders ---------------------------------------------------------------- */

static bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_placeholder(struct str text, size_t at, struct str name) {
    return (text.ptr[at] == '$' || text.ptr[at] == '&') && at + name.len + 2 < text.len &&
           text.ptr[at + 1] == '{' && text.ptr[at + 2 + name.len] == '}' &&
           str_eq(str_slice(text, at + 2, at + 2 + name.len), name);
}

static struct str substitute_text(struct arena *a, struct str text, struct str name,
                                  struct str element) {
    struct buf b;
    size_t done = 0;
    buf_init(&b, a, LIMIT_STRING_BYTES);
    for (size_t i = 0; i < text.len; i++) {
        if (!is_placeholder(text, i, name))
            continue;
        buf_str(&b, str_slice(text, done, i));
        for (size_t j = 0; j < element.len; j++)
            if (text.ptr[i] == '$' || is_alphanumeric(element.ptr[j]))
                buf_char(&b, element.ptr[j]);
        i += name.len + 2;
        done = i + 1;
    }
    if (done == 0)
        return text;
    buf_str(&b, str_slice(text, done, text.len));
    return b.len ? buf_view(&b) : STR("");
}

struct value *substitute(struct values *v, const struct value *x, struct str name,
                         struct str element, const struct origin *origin) {
    if (value_is_nil(x))
        return &value_nil;
    v->place = (struct place){x->span, origin};
    if (x->kind == VAL_REF && str_eq(x->text, name))
        return value_string(v, element);
    struct value *copy = value_copy_shallow(v, x);
    copy->origin = origin;
    if (x->kind != VAL_NUMBER && x->text.len)
        copy->text = substitute_text(v->arena, x->text, name, element);
    if (x->kind != VAL_MAP) {
        for (uint32_t i = 0; i < copy->count; i++)
            copy->items[i] = substitute(v, x->items[i], name, element, origin);
        return copy;
    }
    copy->count = 0;
    for (uint32_t i = 0; i < x->count; i++) {
        const struct member *m = &x->members[i];
        struct value *item = substitute(v, m->value, name, element, origin);
        struct str key = substitute_text(v->arena, m->key, name, element);
        value_put(v, copy, key, item)->span = m->span;
    }
    return copy;
}
