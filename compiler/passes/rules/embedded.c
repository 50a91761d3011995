/* Documents in JSON that stand in a template as texts. Their text is put together with the place of
   every byte, then read strictly (RFC 8259); a variable of an Fn::Sub may stand in a string, or for a
   whole value. */
#include "passes/rules/embedded.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"

/* ---- the text and its places ------------------------------------------------------------- */

enum { MAX_TEXT = 2 << 20, TRIAL = 24, MAX_TRIALS = 400 };

struct assembled {
    struct check *c;
    struct buf text;
    VEC(uint32_t) places; /* a byte's offset in its source; 0: not known */
    struct span whole;
    bool known; /* false: there is more that can't be known */
};

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

static void add_text(struct assembled *a, struct str text, struct span span) {
    const struct sources *sources = a->c->diags->sources;
    struct walk w = {.raw = sources ? span_text(sources, span) : STR_NIL};
    size_t lead = 0, offset;
    while (lead < text.len && is_space(text.ptr[lead]))
        lead++;
    bool placed = w.raw.len && walk_start(&w, text);
    for (size_t i = 0; i < text.len && a->text.len < MAX_TEXT; i++) {
        placed = placed && (i < lead || walk_next(&w, text.ptr[i], &offset));
        uint32_t place = placed && i >= lead ? span.start + (uint32_t)offset : 0;
        buf_char(&a->text, text.ptr[i]);
        vec_push(a->c->arena, &a->places, place);
    }
    if (text.len > MAX_TEXT || a->text.len >= MAX_TEXT)
        a->known = false;
}

static void add_value(struct assembled *a, const struct value *x, unsigned depth) {
    x = view_only(&a->c->view, x);
    if (x->kind == VAL_STRING || x->kind == VAL_NUMBER || x->kind == VAL_SUB) {
        add_text(a, x->text, x->span);
    } else if (x->kind == VAL_JOIN && depth < LIMIT_DEPTH && value_at(x, 0)->kind == VAL_STRING &&
               value_at(x, 1)->kind == VAL_LIST) {
        for (uint32_t i = 0; i < value_at(x, 1)->count; i++) {
            if (i)
                add_text(a, value_at(x, 0)->text, SPAN_NIL);
            add_value(a, value_at(x, 1)->items[i], depth + 1);
        }
    } else if (value_is_intrinsic(x)) {
        add_text(a, STR("${}"), SPAN_NIL);
    } else {
        a->known = false;
    }
}

/* ---- JSON ---------------------------------------------------------------------------------- */

struct reader {
    struct assembled *text;
    struct values *values;
    struct str s;
    size_t at;
    unsigned depth;
    bool unknown;        /* a variable stands where nothing but a value may: nothing is known */
    const char *mistake; /* the first; NULL: none */
    size_t mistake_at;
};

static struct value *read_value(struct reader *r);

static struct span place_of(const struct reader *r, size_t from, size_t to) {
    const struct assembled *a = r->text;
    uint32_t start = from < a->places.count ? a->places.items[from] : 0;
    uint32_t end = to > from && to - 1 < a->places.count ? a->places.items[to - 1] : 0;
    if (!start || end < start)
        return a->whole;
    return (struct span){a->whole.source, start, end + 1};
}

static struct value *fail(struct reader *r, const char *mistake) {
    if (!r->mistake) {
        r->mistake = mistake;
        r->mistake_at = r->at;
    }
    return &value_nil;
}

/* What is there instead of what had to be; a variable may stand for anything. */
static struct value *fail_unless_hole(struct reader *r, const char *mistake) {
    bool hole = r->at + 1 < r->s.len && r->s.ptr[r->at] == '$' && r->s.ptr[r->at + 1] == '{';
    r->unknown |= hole;
    return hole ? &value_nil : fail(r, mistake);
}

static void skip_space(struct reader *r) {
    while (r->at < r->s.len && is_space(r->s.ptr[r->at]))
        r->at++;
}

static bool is_hole(const struct reader *r) {
    return r->at + 1 < r->s.len && r->s.ptr[r->at] == '$' && r->s.ptr[r->at + 1] == '{';
}

static bool take(struct reader *r, char ch) {
    skip_space(r);
    if (r->at >= r->s.len || r->s.ptr[r->at] != ch)
        return false;
    r->at++;
    return true;
}

static int hex(char ch) {
    return ch >= '0' && ch <= '9' ? ch - '0' : (ch | 32) >= 'a' && (ch | 32) <= 'f' ? (ch | 32) - 'a' + 10
                                                                                   : -1;
}

/* The four digits after \u. */
static bool read_unit(struct reader *r, uint32_t *out) {
    *out = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        int digit = r->at < r->s.len ? hex(r->s.ptr[r->at]) : -1;
        if (digit < 0)
            return false;
        *out = *out << 4 | (uint32_t)digit;
    }
    return true;
}

static bool read_escape(struct reader *r, struct buf *out) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char ch = r->at < r->s.len ? r->s.ptr[r->at++] : 0;
    const char *simple = ch ? strchr(from, ch) : NULL;
    uint32_t unit;
    char utf8[4];
    if (simple) {
        buf_char(out, to[simple - from]);
        return true;
    }
    if (ch != 'u' || !read_unit(r, &unit))
        return false;
    if (unit >= 0xd800 && unit < 0xe000)
        unit = 0xfffd; /* half of a pair: no rule looks at it */
    buf_str(out, (struct str){utf8, utf8_put(unit, utf8)});
    return true;
}

static struct str read_string(struct reader *r) {
    struct buf out;
    buf_init(&out, r->values->arena, MAX_TEXT);
    r->at++;
    while (r->at < r->s.len) {
        char ch = r->s.ptr[r->at++];
        if (ch == '"')
            return buf_view(&out).ptr ? buf_view(&out) : STR("");
        if ((unsigned char)ch < ' ') {
            r->at--;
            fail(r, "a string goes over the end of its line");
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

static struct value *read_list(struct reader *r, size_t from) {
    struct value *list = value_list(r->values);
    r->at++;
    if (take(r, ']'))
        return list;
    do {
        struct value *item = read_value(r);
        if (r->mistake || r->unknown)
            return &value_nil;
        value_push(r->values, list, item);
    } while (take(r, ','));
    if (!take(r, ']'))
        return fail_unless_hole(r, "a list goes on without ',' or ']'");
    list->span = place_of(r, from, r->at);
    return list;
}

static struct value *read_map(struct reader *r, size_t from) {
    struct value *map = value_map(r->values);
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
        if (r->at >= r->s.len || r->s.ptr[r->at] != '"')
            return fail(r, "a key in quotes was expected");
        struct str key = read_string(r);
        struct span span = place_of(r, key_at, r->at);
        if (!r->mistake && !take(r, ':'))
            return fail(r, "a key goes on without ':'");
        struct value *item = r->mistake ? &value_nil : read_value(r);
        if (r->mistake || r->unknown)
            return &value_nil;
        value_put(r->values, map, key, item)->span = span;
    } while (take(r, ','));
    if (!take(r, '}'))
        return fail_unless_hole(r, "an object goes on without ',' or '}'");
    map->span = place_of(r, from, r->at);
    return map;
}

static bool is_word_byte(char ch) {
    return (ch >= '0' && ch <= '9') || ((ch | 32) >= 'a' && (ch | 32) <= 'z') || ch == '-' ||
           ch == '+' || ch == '.';
}

static struct value *read_word(struct reader *r, size_t from) {
    while (r->at < r->s.len && is_word_byte(r->s.ptr[r->at]))
        r->at++;
    struct str word = str_slice(r->s, from, r->at);
    if (is_hole(r)) { /* 1${Zeros} */
        r->unknown = true;
        return &value_nil;
    }
    if (str_is(word, "true") || str_is(word, "false"))
        return value_bool(r->values, str_is(word, "true"));
    if (str_is(word, "null"))
        return value_null(r->values);
    if (str_is_json_number(word))
        return value_number(r->values, word);
    r->at = from;
    return fail(r, "no value of JSON begins so");
}

/* A variable in the place of a value. */
static struct value *read_hole(struct reader *r, size_t from) {
    r->at = str_find_char(r->s, '}', r->at);
    r->at += r->at < r->s.len;
    skip_space(r);
    if (r->at < r->s.len && !str_has(STR(",]}"), r->s.ptr[r->at])) {
        r->unknown = true;
        return &value_nil;
    }
    return value_sub(r->values, str_slice(r->s, from, r->at), NULL);
}

static struct value *read_value(struct reader *r) {
    struct value *x;
    skip_space(r);
    size_t from = r->at;
    if (r->depth > LIMIT_DEPTH) {
        r->unknown = true;
        return &value_nil;
    }
    if (r->at >= r->s.len)
        return fail(r, "it ends before the document does");
    r->depth++;
    char ch = r->s.ptr[r->at];
    if (is_hole(r))
        x = read_hole(r, from);
    else if (ch == '{')
        x = read_map(r, from);
    else if (ch == '[')
        x = read_list(r, from);
    else if (ch == '"')
        x = value_string(r->values, read_string(r));
    else
        x = read_word(r, from);
    r->depth--;
    if (x != &value_nil)
        x->span = place_of(r, from, r->at);
    return x;
}

/* ---- all of it -------------------------------------------------------------------------------- */

static bool is_readable(const struct value *x) {
    return x->kind == VAL_STRING || x->kind == VAL_SUB || x->kind == VAL_JOIN;
}

struct embedded embedded_read(struct check *c, const struct value *x) {
    struct embedded out = {.root = &value_nil};
    x = view_only(&c->view, x);
    if (x->kind == VAL_TO_JSON)
        x = value_at(x, 0);
    if (x->kind == VAL_MAP || x->kind == VAL_LIST)
        out.root = x;
    if (!is_readable(x))
        return out;
    struct assembled a = {.c = c, .whole = x->span, .known = true};
    buf_init(&a.text, c->arena, MAX_TEXT + 1);
    add_value(&a, x, 0);
    struct values values = {.arena = c->arena, .place = {x->span, x->origin}};
    struct reader r = {.text = &a, .values = &values, .s = buf_view(&a.text)};
    if (!a.known || !str_trim(r.s).len)
        return out;
    struct value *root = read_value(&r);
    skip_space(&r);
    if (!r.mistake && !r.unknown && r.at < r.s.len) {
        if (is_hole(&r))
            return out;
        fail(&r, "the document has ended, but more follows");
    }
    if (r.unknown)
        return out;
    out.mistake = r.mistake;
    if (r.mistake)
        out.at = place_of(&r, r.mistake_at, r.mistake_at + 1);
    else
        out.root = root;
    return out;
}

const struct value *embedded_check(struct check *c, const struct resource *r, const struct value *x,
                                   struct str name) {
    struct embedded e = embedded_read(c, x);
    if (e.mistake)
        check_report_span(c, RULE_JSON_TEXT, r, e.at, "%.*s is no JSON: %s", STR_ARG(name),
                          e.mistake);
    return e.root;
}
