#include "graph/json_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"

/* The text is put together with the place of every byte, then read strictly (RFC 8259). */

/* ---- places ---------------------------------------------------------------- */

enum { TRIAL = 24, MAX_TRIALS = 400 };

/* How far one byte of a scalar's text leads in what the source says. */
struct walk {
    struct str raw;
    size_t at;
    char quote; /* 0: plain or a block */
};

static size_t escape_length(struct str raw, size_t at) {
    char kind = at + 1 < raw.len ? raw.ptr[at + 1] : 0;
    size_t length = kind == 'x' ? 4 : kind == 'u' ? 6 : kind == 'U' ? 10 : 2;
    return at + length <= raw.len ? length : raw.len - at;
}

static bool is_space(char ch) {
    return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

/* The offset of the next byte of the text; false where the two don't agree. */
static bool walk_next(struct walk *w, char byte, size_t *offset) {
    while (w->at < w->raw.len) {
        char ch = w->raw.ptr[w->at];
        *offset = w->at;
        if (w->quote == '"' && ch == '\\') {
            char kind = w->at + 1 < w->raw.len ? w->raw.ptr[w->at + 1] : 0;
            w->at += escape_length(w->raw, w->at);
            if (kind == '\n' || kind == '\r')
                continue; /* a line that goes on */
            return true;
        }
        if (w->quote == '\'' && ch == '\'') {
            w->at += 2;
            return byte == '\'';
        }
        if (ch == byte) {
            w->at++;
            return true;
        }
        if (is_space(byte) && (is_space(ch) || w->quote == 0))
            return true; /* lines that are folded */
        if (!is_space(ch))
            return false;
        w->at++;
    }
    return is_space(byte);
}

static bool agrees(struct walk w, struct str text) {
    size_t offset;
    for (size_t i = 0; i < text.len && i < TRIAL; i++)
        if (!walk_next(&w, text.ptr[i], &offset))
            return false;
    return true;
}

/* Where a scalar's text begins in its source: after a tag, a quote, the head of a block, a key. */
static bool walk_start(struct walk *w, struct str text) {
    struct str head = str_trim(text);
    for (size_t i = 0, tries = 0; head.len && i < w->raw.len && tries < MAX_TRIALS; i++) {
        char before = i ? w->raw.ptr[i - 1] : 0;
        bool escaped = head.ptr[0] == '"' && w->raw.ptr[i] == '\\';
        if (w->raw.ptr[i] != head.ptr[0] && !escaped)
            continue;
        tries++;
        for (int style = 0; style < 3; style++) {
            w->quote = style == 0 ? (before == '"' || before == '\'' ? before : 0)
                                  : (style == 1 ? '"' : '\'');
            w->at = i;
            if (agrees(*w, head))
                return true;
        }
    }
    return false;
}

/* ---- the text -------------------------------------------------------------- */

struct reader {
    struct values *v;
    const struct sources *sources;
    struct span whole;
    struct buf text;
    VEC(uint32_t) places; /* a byte's offset in its source, + 1; 0: not known */
    bool is_sub;
    struct value *variables; /* of an Fn::Sub; NULL: none */
    size_t at;
    unsigned depth;
    bool unknown;        /* a variable stands where nothing but a value may: nothing is known */
    const char *mistake; /* the first; NULL: none */
    size_t mistake_at;
};

static void add_text(struct reader *r, struct str text, struct span span) {
    bool somewhere = r->sources && !span_is_nil(span) && span.source == r->whole.source;
    struct walk w = {.raw = somewhere ? span_text(r->sources, span) : STR_NIL};
    size_t lead = 0, offset;
    while (lead < text.len && is_space(text.ptr[lead]))
        lead++;
    bool placed = w.raw.len && walk_start(&w, text);
    for (size_t i = 0; i < text.len; i++) {
        placed = placed && (i < lead || walk_next(&w, text.ptr[i], &offset));
        vec_push(r->v->arena, &r->places,
                 placed && i >= lead ? span.start + (uint32_t)offset + 1 : 0);
    }
    buf_str(&r->text, text);
}

/* "${" as what an Fn::Sub leaves as it is. */
static struct str escaped(struct reader *r, struct str text) {
    struct buf b;
    buf_init(&b, r->v->arena, 0);
    for (size_t i = 0; i < text.len; i++) {
        bool opens = text.ptr[i] == '{' && i && text.ptr[i - 1] == '$';
        buf_char(&b, text.ptr[i]);
        buf_c(&b, opens ? "!" : "");
    }
    return buf_view(&b);
}

/* A piece of an Fn::Join as a piece of an Fn::Sub; what no variable can say gets one of its own. */
static void add_piece(struct reader *r, const struct value *x) {
    if (x->kind == VAL_REF) {
        add_text(r, str_printf(r->v->arena, "${%.*s}", STR_ARG(x->text)), SPAN_NIL);
    } else if (x->kind == VAL_GETATT && value_at(x, 0)->kind == VAL_STRING) {
        add_text(r, str_printf(r->v->arena, "${%.*s.%.*s}", STR_ARG(x->text),
                               STR_ARG(value_at(x, 0)->text)), SPAN_NIL);
    } else if (x->kind == VAL_SUB && value_is_nil(value_at(x, 0))) {
        add_text(r, x->text, x->span);
    } else if (x->kind == VAL_STRING || x->kind == VAL_NUMBER) {
        bool varies = str_find(x->text, STR("${"), 0) < x->text.len;
        add_text(r, varies ? escaped(r, x->text) : x->text, varies ? SPAN_NIL : x->span);
    } else {
        struct str name = str_printf(r->v->arena, "join.%u", r->variables->count);
        add_text(r, str_printf(r->v->arena, "${%.*s}", STR_ARG(name)), SPAN_NIL);
        value_put(r->v, r->variables, name, value_copy_shallow(r->v, x));
    }
}

static bool add_join(struct reader *r, const struct value *x) {
    const struct value *delimiter = value_at(x, 0), *list = value_at(x, 1);
    if (delimiter->kind != VAL_STRING || list->kind != VAL_LIST)
        return false;
    r->is_sub = true;
    r->variables = value_map(r->v);
    for (uint32_t i = 0; i < list->count; i++) {
        if (i)
            add_piece(r, delimiter);
        add_piece(r, list->items[i]);
    }
    if (!r->variables->count)
        r->variables = NULL;
    return true;
}

/* False where the value is no text. */
static bool assemble(struct reader *r, const struct value *x) {
    buf_init(&r->text, r->v->arena, LIMIT_STRING_BYTES);
    r->is_sub = x->kind == VAL_SUB;
    if (r->is_sub && !value_is_nil(value_at(x, 0)))
        r->variables = value_at(x, 0);
    if (x->kind == VAL_JOIN)
        return add_join(r, x) && !r->text.truncated;
    if (x->kind != VAL_STRING && !r->is_sub)
        return false;
    add_text(r, x->text, x->span);
    return !r->text.truncated;
}

/* ---- JSON ------------------------------------------------------------------ */

static struct value *read_value(struct reader *r);

static struct span place_of(const struct reader *r, size_t from, size_t to) {
    uint32_t start = from < r->places.count ? r->places.items[from] : 0;
    uint32_t end = to > from && to - 1 < r->places.count ? r->places.items[to - 1] : 0;
    if (!start || end < start)
        return r->whole;
    return (struct span){r->whole.source, start - 1, end};
}

static struct value *fail(struct reader *r, const char *mistake) {
    if (!r->mistake) {
        r->mistake = mistake;
        r->mistake_at = r->at;
    }
    return &value_nil;
}

static void skip_space(struct reader *r) {
    while (r->at < r->text.len && is_space(r->text.ptr[r->at]))
        r->at++;
}

static bool is_hole(const struct reader *r) {
    return r->at + 1 < r->text.len && r->text.ptr[r->at] == '$' && r->text.ptr[r->at + 1] == '{';
}

/* What is there instead of what had to be; a variable may stand for anything. */
static struct value *fail_unless_hole(struct reader *r, const char *mistake) {
    if (!is_hole(r))
        return fail(r, mistake);
    r->unknown = true;
    return &value_nil;
}

static bool take(struct reader *r, char ch) {
    skip_space(r);
    if (r->at >= r->text.len || r->text.ptr[r->at] != ch)
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

static bool read_escape(struct reader *r, struct buf *b) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->text.len ? r->text.ptr[r->at++] : 0, bytes[4];
    const char *known = c ? strchr(from, c) : NULL;
    uint32_t code, low;
    if (known)
        buf_char(b, to[known - from]);
    if (c != 'u')
        return known != NULL;
    if (!hex(str_slice(buf_view(&r->text), r->at, r->at + 4), &code))
        return false;
    r->at += 4;
    if (code >= 0xd800 && code < 0xdc00 && r->at + 6 <= r->text.len && r->text.ptr[r->at] == '\\' &&
        r->text.ptr[r->at + 1] == 'u' &&
        hex(str_slice(buf_view(&r->text), r->at + 2, r->at + 6), &low) && low >= 0xdc00 &&
        low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        r->at += 6;
    }
    if (code >= 0xd800 && code < 0xe000)
        code = 0xfffd; /* half of a pair: JSON, but no letter */
    buf_str(b, (struct str){bytes, utf8_put(code, bytes)});
    return true;
}

static struct str read_string(struct reader *r) {
    struct buf out;
    buf_init(&out, r->v->arena, 0);
    r->at++;
    while (r->at < r->text.len) {
        char ch = r->text.ptr[r->at++];
        if (ch == '"')
            return buf_view(&out).ptr ? buf_view(&out) : STR("");
        if ((unsigned char)ch < ' ') {
            r->at--;
            fail(r, ch == '\n' || ch == '\r' ? "a string goes over the end of its line"
                                            : "a control character stands in a string");
            return STR_NIL;
        }
        if (ch != '\\') {
            buf_char(&out, ch);
        } else if (!read_escape(r, &out)) {
            r->at--;
            fail(r, "a backslash begins no escape");
            return STR_NIL;
        }
    }
    fail(r, "a string isn't closed");
    return STR_NIL;
}

static struct value *text_value(struct reader *r, struct str text) {
    bool varies = r->is_sub && str_find(text, STR("${"), 0) < text.len;
    return varies ? value_sub(r->v, text, r->variables) : value_string(r->v, text);
}

static struct value *read_list(struct reader *r) {
    struct value *list = value_list(r->v);
    r->at++;
    if (take(r, ']'))
        return list;
    do {
        struct value *item = read_value(r);
        if (r->mistake || r->unknown)
            return &value_nil;
        value_push(r->v, list, item);
    } while (take(r, ','));
    if (!take(r, ']'))
        return fail_unless_hole(r, "a list goes on without ',' or ']'");
    return list;
}

static struct value *read_map(struct reader *r) {
    struct value *map = value_map(r->v);
    r->at++;
    if (take(r, '}'))
        return map;
    do {
        skip_space(r);
        size_t key_at = r->at;
        if (is_hole(r)) {
            r->unknown = true;
            return &value_nil;
        }
        if (r->at >= r->text.len || r->text.ptr[r->at] != '"')
            return fail(r, "a key in quotes was expected");
        struct str key = read_string(r);
        struct span span = place_of(r, key_at, r->at);
        if (!r->mistake && !take(r, ':'))
            return fail(r, "a key goes on without ':'");
        struct value *item = r->mistake ? &value_nil : read_value(r);
        if (r->mistake || r->unknown)
            return &value_nil;
        value_put(r->v, map, key, item)->span = span;
    } while (take(r, ','));
    if (!take(r, '}'))
        return fail_unless_hole(r, "an object goes on without ',' or '}'");
    return map;
}

static bool is_word_byte(char ch) {
    return (ch >= '0' && ch <= '9') || ((ch | 32) >= 'a' && (ch | 32) <= 'z') || ch == '-' ||
           ch == '+' || ch == '.';
}

static struct value *read_word(struct reader *r, size_t from) {
    while (r->at < r->text.len && is_word_byte(r->text.ptr[r->at]))
        r->at++;
    struct str word = str_slice(buf_view(&r->text), from, r->at);
    if (is_hole(r)) { /* 1${Zeros} */
        r->unknown = true;
        return &value_nil;
    }
    if (str_is(word, "true") || str_is(word, "false"))
        return value_bool(r->v, str_is(word, "true"));
    if (str_is(word, "null"))
        return value_null(r->v);
    if (str_is_json_number(word))
        return value_number(r->v, word);
    r->at = from;
    return fail(r, "no value of JSON begins so");
}

/* A variable in the place of a value. */
static struct value *read_hole(struct reader *r, size_t from) {
    r->at = str_find_char(buf_view(&r->text), '}', r->at);
    r->at += r->at < r->text.len;
    size_t end = r->at;
    skip_space(r);
    if (r->at < r->text.len && !str_has(STR(",]}"), r->text.ptr[r->at])) {
        r->unknown = true;
        return &value_nil;
    }
    return value_sub(r->v, str_slice(buf_view(&r->text), from, end), r->variables);
}

/* {{resolve:ssm:/name}}, which may say anything. */
static bool is_dynamic(const struct reader *r) {
    return str_starts(str_slice(buf_view(&r->text), r->at, r->text.len), STR("{{resolve:"));
}

static struct value *read_value(struct reader *r) {
    struct value *x;
    skip_space(r);
    size_t from = r->at;
    if (r->depth > LIMIT_DEPTH || is_dynamic(r)) {
        r->unknown = true;
        return &value_nil;
    }
    if (r->at >= r->text.len)
        return fail(r, "it ends before the document does");
    r->depth++;
    char ch = r->text.ptr[r->at];
    if (is_hole(r))
        x = read_hole(r, from);
    else if (ch == '{')
        x = read_map(r);
    else if (ch == '[')
        x = read_list(r);
    else if (ch == '"')
        x = text_value(r, read_string(r));
    else
        x = read_word(r, from);
    r->depth--;
    if (x != &value_nil) {
        x->span = place_of(r, from, r->at);
        x->flags |= VALUE_INNER;
    }
    return x;
}

struct json_text json_text_read(struct values *v, const struct sources *sources,
                                const struct value *x) {
    struct json_text out = {0};
    if (x->kind == VAL_TO_JSON)
        x = value_at(x, 0);
    if (x->kind == VAL_MAP || x->kind == VAL_LIST)
        out.root = x;
    struct place before = v->place;
    struct reader r = {.v = v, .sources = sources, .whole = x->span};
    v->place = (struct place){x->span, x->origin};
    if (!out.root && assemble(&r, x) && str_trim(buf_view(&r.text)).len) {
        struct value *root = read_value(&r);
        skip_space(&r);
        if (!r.mistake && is_hole(&r))
            r.unknown = true;
        if (!r.mistake && !r.unknown && r.at < r.text.len)
            fail(&r, "the document has ended, but more follows");
        if (!r.unknown && r.mistake)
            out = (struct json_text){NULL, r.mistake,
                                     place_of(&r, r.mistake_at, r.mistake_at + 1)};
        else if (!r.unknown)
            out.root = root;
    }
    v->place = before;
    return out;
}
