/* How Python writes values: for messages (str) and for hashes (JSON). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "passes/expand/expand.h"

/* Python's repr() of a float: the shortest digits that read back as the same number. */
static void put_float(struct buf *b, double d) {
    char digits[40];
    int precision = 1;
    do
        snprintf(digits, sizeof digits, "%.*e", precision - 1, d);
    while (strtod(digits, NULL) != d && ++precision <= 17);
    int exponent = atoi(strchr(digits, 'e') + 1);
    if (exponent < -4 || exponent >= 16) {
        *strchr(digits, 'e') = '\0';
        buf_printf(b, "%se%s%02d", digits, exponent < 0 ? "-" : "+", abs(exponent));
        return;
    }
    int decimals = precision - 1 - exponent;
    buf_printf(b, "%.*f", decimals > 1 ? decimals : 1, d);
}

static void put_number(struct expand *e, struct buf *b, const struct value *x) {
    if (sam_is_int(x)) {
        size_t i = 0;
        bool minus = x->text.len && x->text.ptr[0] == '-';
        while (i + 1 < x->text.len && strchr("+-0_", x->text.ptr[i]))
            i++;
        if (minus && !(i + 1 == x->text.len && x->text.ptr[i] == '0'))
            buf_char(b, '-');
        for (; i < x->text.len; i++)
            if (x->text.ptr[i] != '_')
                buf_char(b, x->text.ptr[i]);
        return;
    }
    double d = strtod(str_cstr(e->arena, x->text), NULL);
    if (isfinite(d))
        put_float(b, d);
    else
        buf_str(b, x->text);
}

static int compare_members(const void *a, const void *b) {
    return str_cmp((*(const struct member *const *)a)->key,
                   (*(const struct member *const *)b)->key);
}

static uint32_t code_point_at(struct str s, size_t at, unsigned length) {
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = (unsigned char)s.ptr[at] & masks[length];
    for (unsigned i = 1; i < length; i++)
        c = c << 6 | ((unsigned char)s.ptr[at + i] & 0x3f);
    return c;
}

static void json_string(struct buf *b, struct str s) {
    static const char plain[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    buf_char(b, '"');
    for (size_t i = 0; i < s.len;) {
        unsigned length = utf8_length(s, i);
        const char *escape = s.ptr[i] ? strchr(plain, s.ptr[i]) : NULL;
        uint32_t c = length ? code_point_at(s, i, length) : 0xfffd;
        if (escape)
            buf_printf(b, "\\%c", names[escape - plain]);
        else if (c >= 0x10000)
            buf_printf(b, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                       0xdc00 + ((c - 0x10000) & 0x3ff));
        else if (c < 0x20 || c >= 0x7f)
            buf_printf(b, "\\u%04x", c);
        else
            buf_char(b, (char)c);
        i += length ? length : 1;
    }
    buf_char(b, '"');
}

/* Separators of JSON on one line (indent < 0), or at this depth of indentation. */
static void json_break(struct buf *b, int indent) {
    if (indent < 0)
        return;
    buf_char(b, '\n');
    buf_repeat(b, ' ', 4 * (size_t)indent);
}

static void json(struct expand *e, struct buf *b, struct value *x, int indent);

static void json_list(struct expand *e, struct buf *b, const struct value *x, int indent) {
    int inner = indent < 0 ? indent : indent + 1;
    buf_char(b, '[');
    for (uint32_t i = 0; i < x->count; i++) {
        buf_c(b, i ? "," : "");
        json_break(b, inner);
        json(e, b, x->items[i], inner);
    }
    if (x->count)
        json_break(b, indent);
    buf_char(b, ']');
}

static void json_map(struct expand *e, struct buf *b, const struct value *x, int indent) {
    int inner = indent < 0 ? indent : indent + 1;
    const struct member **sorted = arena_array(e->arena, const struct member *, x->count + 1);
    for (uint32_t i = 0; i < x->count; i++)
        sorted[i] = &x->members[i];
    qsort(sorted, x->count, sizeof *sorted, compare_members);
    buf_char(b, '{');
    for (uint32_t i = 0; i < x->count; i++) {
        buf_c(b, i ? "," : "");
        json_break(b, inner);
        json_string(b, sorted[i]->key);
        buf_c(b, indent < 0 ? ":" : ": ");
        json(e, b, sorted[i]->value, inner);
    }
    if (x->count)
        json_break(b, indent);
    buf_char(b, '}');
}

static void json(struct expand *e, struct buf *b, struct value *x, int indent) {
    if (value_is_intrinsic(x))
        x = sam_entries(e, x);
    switch (x->kind) {
    case VAL_BOOL:
        buf_c(b, x->truth ? "true" : "false");
        return;
    case VAL_NUMBER:
        put_number(e, b, x);
        return;
    case VAL_STRING:
        json_string(b, x->text);
        return;
    case VAL_LIST:
        json_list(e, b, x, indent);
        return;
    case VAL_MAP:
        json_map(e, b, x, indent);
        return;
    default:
        buf_c(b, "null");
    }
}

struct str sam_json(struct expand *e, const struct value *x) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    json(e, &b, (struct value *)x, -1);
    return buf_view(&b);
}

struct str sam_json_lines(struct expand *e, const struct value *x) {
    struct buf b;
    buf_init(&b, e->arena, LIMIT_OUTPUT_BYTES);
    json(e, &b, (struct value *)x, 0);
    return buf_view(&b);
}

static size_t plain_run(struct str s, size_t from, char quote) {
    size_t at = from;
    while (at < s.len && s.ptr[at] >= 0x20 && s.ptr[at] < 0x7f && s.ptr[at] != quote &&
           s.ptr[at] != '\\')
        at++;
    return at - from;
}

/* In Python 2 what comes from the template is unicode: u'text', in ASCII. */
static void quoted(struct buf *b, struct str s, bool unicode) {
    char quote = str_has(s, '\'') && !str_has(s, '"') ? '"' : '\'';
    buf_c(b, unicode ? "u" : "");
    buf_char(b, quote);
    for (size_t i = 0; i < s.len;) {
        size_t plain = plain_run(s, i, quote);
        buf_str(b, str_slice(s, i, i + plain));
        i += plain;
        if (i == s.len)
            break;
        unsigned length = utf8_length(s, i);
        uint32_t c = length ? code_point_at(s, i, length) : (unsigned char)s.ptr[i];
        length = length ? length : 1;
        if (c == (unsigned char)quote || c == '\\')
            buf_printf(b, "\\%c", (char)c);
        else if (c == '\n' || c == '\r' || c == '\t')
            buf_printf(b, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else if (c < 0x20 || c == 0x7f || (c >= 0x80 && c < (unicode ? 0x100u : 0xa0u)))
            buf_printf(b, "\\x%02x", c);
        else if (c < 0x80 || !unicode)
            buf_str(b, str_slice(s, i, i + length));
        else
            buf_printf(b, c > 0xffff ? "\\U%08x" : "\\u%04x", c);
        i += length;
    }
    buf_char(b, quote);
}

static void repr(struct expand *e, struct buf *b, const struct value *x);

static void repr_map(struct expand *e, struct buf *b, const struct value *map) {
    const struct member **walk = sam_walk(e, map);
    buf_char(b, '{');
    for (uint32_t i = 0; i < map->count; i++) {
        bool is_written = map->flags & VALUE_PYTHON2 || map->origin;
        buf_c(b, i ? ", " : "");
        quoted(b, walk[i]->key, is_written && e->python2 && !span_is_nil(walk[i]->span));
        buf_c(b, ": ");
        repr(e, b, walk[i]->value);
    }
    buf_char(b, '}');
}

static void repr_items(struct expand *e, struct buf *b, const struct value *list) {
    buf_char(b, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        buf_c(b, i ? ", " : "");
        repr(e, b, list->items[i]);
    }
    buf_char(b, ']');
}

/* { Fn::Name: argument } */
static void repr_intrinsic(struct expand *e, struct buf *b, const struct value *x) {
    const struct intrinsic *row = value_intrinsic((enum value_kind)x->kind);
    bool unicode = x->flags & VALUE_PYTHON2;
    const struct value *written = row->form == FORM_GETATT ? value_at(x, 1) : &value_nil;
    bool is_pair = (row->form == FORM_GETATT && value_is_nil(written)) ||
                   (row->form == FORM_SUB && x->count);
    buf_char(b, '{');
    quoted(b, x->kind == VAL_FN ? x->text : row->name, unicode && !x->origin);
    buf_c(b, is_pair ? ": [" : ": ");
    if (row->form == FORM_LIST)
        repr_items(e, b, x);
    else if (row->form == FORM_ONE)
        repr(e, b, value_at(x, 0));
    else if (!value_is_nil(written))
        repr(e, b, written);
    else
        quoted(b, x->text, unicode);
    if (is_pair) {
        buf_c(b, ", ");
        repr(e, b, value_at(x, 0));
    }
    buf_c(b, is_pair ? "]}" : "}");
}

static void repr_number(struct expand *e, struct buf *b, const struct value *x) {
    size_t from = b->len;
    put_number(e, b, x);
    struct str digits = str_slice(buf_view(b), from, b->len), most = STR("9223372036854775807");
    bool is_long = e->python2 && sam_is_int(x) && !str_starts(digits, STR("-")) &&
                   (digits.len > most.len || (digits.len == most.len && str_cmp(digits, most) > 0));
    buf_c(b, is_long ? "L" : "");
}

static void repr(struct expand *e, struct buf *b, const struct value *x) {
    if (x->kind == VAL_BOOL)
        buf_c(b, x->truth ? "True" : "False");
    else if (x->kind == VAL_NUMBER)
        repr_number(e, b, x);
    else if (x->kind == VAL_STRING)
        quoted(b, x->text, x->flags & VALUE_PYTHON2);
    else if (x->kind == VAL_LIST)
        repr_items(e, b, x);
    else if (x->kind == VAL_MAP)
        repr_map(e, b, x);
    else if (value_is_intrinsic(x))
        repr_intrinsic(e, b, x);
    else
        buf_c(b, "None");
}

struct str sam_text(struct expand *e, const struct value *x) {
    if (x->kind == VAL_STRING)
        return x->text;
    struct buf b;
    buf_init(&b, e->arena, 0);
    repr(e, &b, x);
    return buf_view(&b);
}
