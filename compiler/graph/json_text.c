#include "graph/json_text.h"

#include "base/buf.h"
#include "base/limits.h"

/* A text that is being read. Variables of Fn::Sub may stand in strings, or for a value. */
struct reader {
    struct values *v;
    struct str text;
    size_t at;
    bool is_sub;
    struct value *variables; /* NULL: none */
    struct span whole;
    struct str raw; /* what the source has there; nil: no source */
    size_t raw_at;  /* up to where it was found again */
    unsigned depth;
};

static struct value *read_value(struct reader *r);

/* ---- places ---------------------------------------------------------------- */

/* Where a token stands in the source: tokens come in order, whatever quotes and indents are
   around them. */
static struct span place_of(struct reader *r, struct str token) {
    size_t found = token.len ? str_find(r->raw, token, r->raw_at) : r->raw.len;
    if (!r->raw.len || found >= r->raw.len)
        return r->whole;
    r->raw_at = found + token.len;
    return (struct span){r->whole.source, r->whole.start + (uint32_t)found,
                         r->whole.start + (uint32_t)r->raw_at};
}

static struct value *made(struct value *x) {
    x->flags |= VALUE_INNER;
    return x;
}

/* ---- tokens ---------------------------------------------------------------- */

static void skip_blanks(struct reader *r) {
    while (r->at < r->text.len && str_has(STR(" \t\r\n"), r->text.ptr[r->at]))
        r->at++;
}

static bool take(struct reader *r, char c) {
    skip_blanks(r);
    if (r->at >= r->text.len || r->text.ptr[r->at] != c)
        return false;
    r->at++;
    return true;
}

static bool hex(struct str digits, uint32_t *out) {
    *out = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        uint32_t n = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                     : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                     : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                            : 16;
        if (n == 16)
            return false;
        *out = *out * 16 + n;
    }
    return digits.len == 4;
}

static bool escape(struct reader *r, struct buf *b) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->text.len ? r->text.ptr[r->at++] : 0, bytes[4];
    const char *known = c ? strchr(from, c) : NULL;
    uint32_t code, low;
    if (known)
        buf_char(b, to[known - from]);
    if (c != 'u')
        return known != NULL;
    if (!hex(str_slice(r->text, r->at, r->at + 4), &code))
        return false;
    r->at += 4;
    if (code >= 0xd800 && code < 0xdc00 && r->at + 6 <= r->text.len &&
        r->text.ptr[r->at] == '\\' && r->text.ptr[r->at + 1] == 'u' &&
        hex(str_slice(r->text, r->at + 2, r->at + 6), &low) && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        r->at += 6;
    }
    unsigned n = utf8_put(code, bytes);
    buf_str(b, (struct str){bytes, n});
    return n > 0;
}

/* What stands between quotes, the first of which was taken. */
static bool read_string(struct reader *r, struct str *out, struct span *place) {
    struct buf b;
    size_t from = r->at;
    buf_init(&b, r->v->arena, 0);
    while (r->at < r->text.len && r->text.ptr[r->at] != '"') {
        char c = r->text.ptr[r->at++];
        if (c != '\\')
            buf_char(&b, c);
        else if (!escape(r, &b))
            return false;
    }
    *place = place_of(r, str_slice(r->text, from, r->at));
    *out = buf_view(&b);
    return take(r, '"');
}

/* ---- values ---------------------------------------------------------------- */

static struct value *text_value(struct reader *r, struct str text, struct span place) {
    r->v->place.span = place;
    if (r->is_sub && str_find(text, STR("${"), 0) < text.len)
        return made(value_sub(r->v, text, r->variables));
    return made(value_string(r->v, text));
}

static struct value *read_list(struct reader *r) {
    struct value *list = made(value_list(r->v));
    for (bool first = true; !take(r, ']'); first = false) {
        struct value *item = first || take(r, ',') ? read_value(r) : NULL;
        if (!item)
            return NULL;
        value_push(r->v, list, item);
        list->span = first ? item->span : span_join(list->span, item->span);
    }
    return list;
}

static struct value *read_map(struct reader *r) {
    struct value *map = made(value_map(r->v));
    for (bool first = true; !take(r, '}'); first = false) {
        struct str key;
        struct span place;
        if ((!first && !take(r, ',')) || !take(r, '"') || !read_string(r, &key, &place) ||
            !take(r, ':'))
            return NULL;
        struct value *item = read_value(r);
        if (!item)
            return NULL;
        r->v->place.span = place;
        value_put(r->v, map, key, item);
        map->span = span_join(first ? place : map->span, item->span);
    }
    return map;
}

/* A variable that is a whole value: "Resource": ${Arn}. */
static struct value *read_variable(struct reader *r) {
    size_t from = r->at, end = str_find_char(r->text, '}', from);
    if (!r->is_sub || end >= r->text.len)
        return NULL;
    r->at = end + 1;
    struct str text = str_slice(r->text, from, r->at);
    return text_value(r, text, place_of(r, text));
}

static struct value *read_word(struct reader *r) {
    size_t from = r->at;
    while (r->at < r->text.len && !str_has(STR(" \t\r\n,]}:"), r->text.ptr[r->at]))
        r->at++;
    struct str word = str_slice(r->text, from, r->at);
    r->v->place.span = r->whole;
    if (str_is(word, "true") || str_is(word, "false"))
        return made(value_bool(r->v, str_is(word, "true")));
    if (str_is(word, "null"))
        return made(value_null(r->v));
    return str_is_json_number(word) ? made(value_number(r->v, word)) : NULL;
}

static struct value *read_value(struct reader *r) {
    struct value *out;
    struct str text;
    struct span place;
    r->v->place.span = r->whole;
    if (++r->depth > LIMIT_DEPTH)
        return NULL;
    if (take(r, '{'))
        out = read_map(r);
    else if (take(r, '['))
        out = read_list(r);
    else if (take(r, '"'))
        out = read_string(r, &text, &place) ? text_value(r, text, place) : NULL;
    else if (r->at < r->text.len && r->text.ptr[r->at] == '$')
        out = read_variable(r);
    else
        out = read_word(r);
    r->depth--;
    return out;
}

/* ---- texts ----------------------------------------------------------------- */

/* A piece of an Fn::Join as a piece of an Fn::Sub; what no variable can say gets one of its own. */
static void add_piece(struct reader *r, struct buf *b, const struct value *x) {
    if (x->kind == VAL_REF) {
        buf_printf(b, "${%.*s}", STR_ARG(x->text));
    } else if (x->kind == VAL_GETATT && value_at(x, 0)->kind == VAL_STRING) {
        buf_printf(b, "${%.*s.%.*s}", STR_ARG(x->text), STR_ARG(value_at(x, 0)->text));
    } else if (x->kind == VAL_SUB && value_is_nil(value_at(x, 0))) {
        buf_str(b, x->text);
    } else if (x->kind == VAL_STRING || x->kind == VAL_NUMBER) {
        for (size_t i = 0; i < x->text.len; i++) {
            buf_char(b, x->text.ptr[i]);
            if (x->text.ptr[i] == '$' && i + 1 < x->text.len && x->text.ptr[i + 1] == '{') {
                buf_c(b, "{!");
                i++;
            }
        }
    } else {
        struct str name = str_printf(r->v->arena, "join.%u", r->variables->count);
        buf_printf(b, "${%.*s}", STR_ARG(name));
        value_put(r->v, r->variables, name, value_copy_shallow(r->v, x));
    }
}

static bool read_join(struct reader *r, const struct value *x) {
    const struct value *delimiter = value_at(x, 0), *list = value_at(x, 1);
    struct buf b;
    if (delimiter->kind != VAL_STRING || list->kind != VAL_LIST)
        return false;
    buf_init(&b, r->v->arena, LIMIT_STRING_BYTES);
    r->is_sub = true;
    r->variables = value_map(r->v);
    for (uint32_t i = 0; i < list->count; i++) {
        if (i)
            add_piece(r, &b, delimiter);
        add_piece(r, &b, list->items[i]);
    }
    r->text = buf_view(&b);
    if (!r->variables->count)
        r->variables = NULL;
    return !b.truncated;
}

struct value *json_text_read(struct values *v, const struct sources *sources,
                             const struct value *x) {
    if (x->kind == VAL_TO_JSON)
        return value_at(x, 0);
    struct place before = v->place;
    struct reader r = {.v = v, .text = x->text, .whole = x->span, .is_sub = x->kind == VAL_SUB};
    struct value *out = NULL;
    v->place = (struct place){x->span, x->origin};
    if (sources && !span_is_nil(x->span))
        r.raw = span_text(sources, x->span);
    if (r.is_sub && !value_is_nil(value_at(x, 0)))
        r.variables = value_at(x, 0);
    bool is_text = x->kind == VAL_STRING || r.is_sub || (x->kind == VAL_JOIN && read_join(&r, x));
    struct str start = str_trim(r.text);
    if (is_text && start.len && (start.ptr[0] == '{' || start.ptr[0] == '['))
        out = read_value(&r);
    skip_blanks(&r);
    v->place = before;
    return r.at == r.text.len ? out : NULL;
}
