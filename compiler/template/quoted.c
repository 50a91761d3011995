#include "template/quoted.h"

#include <string.h>

#include "base/arena.h"

struct decoder {
    struct str raw;
    size_t at;
    char *out; /* never longer than raw, but for \N, \_, \L and \P */
    size_t len;
    size_t solid; /* bytes of out that folding doesn't take away */
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static char peek(const struct decoder *d, size_t ahead) {
    return d->at + ahead < d->raw.len ? d->raw.ptr[d->at + ahead] : 0;
}

/* Past a line end, if one is here. */
static bool skip_break(struct decoder *d) {
    if (peek(d, 0) == '\r')
        d->at++;
    else if (peek(d, 0) != '\n')
        return false;
    if (peek(d, 0) == '\n')
        d->at++;
    return true;
}

/* Past blank lines and the next line's indentation; how many blank lines there were. */
static unsigned skip_blank_lines(struct decoder *d) {
    unsigned lines = 0;
    for (;;) {
        while (is_blank(peek(d, 0)))
            d->at++;
        if (!skip_break(d))
            return lines;
        lines++;
    }
}

static void put_lines(struct decoder *d, unsigned count) {
    memset(d->out + d->len, '\n', count);
    d->len += count;
}

static uint32_t hex(struct decoder *d, unsigned digits) {
    uint32_t code = 0;
    for (unsigned i = 0; i < digits && d->at < d->raw.len; i++, d->at++) {
        char c = d->raw.ptr[d->at];
        code = code << 4 | (uint32_t)(c <= '9' ? c - '0' : (c & ~0x20) - 'A' + 10);
    }
    return code;
}

static uint32_t escaped(struct decoder *d) {
    static const char names[] = "0abtnvfre \"/\\";
    static const char codes[] = "\0\a\b\t\n\v\f\r\x1b \"/\\";
    char c = peek(d, 0);
    d->at++;
    const char *found = c ? strchr(names, c) : NULL;
    if (found)
        return (uint32_t)codes[found - names];
    switch (c) {
    case 'N':
        return 0x85;
    case '_':
        return 0xa0;
    case 'L':
        return 0x2028;
    case 'P':
        return 0x2029;
    case 'x':
        return hex(d, 2);
    case 'U':
        return hex(d, 8);
    case 'u':
        break;
    default:
        return (unsigned char)c;
    }
    uint32_t code = hex(d, 4);
    if (code >= 0xd800 && code < 0xdc00 && peek(d, 0) == '\\' && peek(d, 1) == 'u') {
        d->at += 2;
        code = 0x10000 + ((code - 0xd800) << 10) + (hex(d, 4) - 0xdc00);
    }
    return code;
}

static void decode_escape(struct decoder *d) {
    d->at++;
    if (skip_break(d))
        put_lines(d, skip_blank_lines(d));
    else
        d->len += utf8_put(escaped(d), d->out + d->len);
    d->solid = d->len;
}

static void fold(struct decoder *d) {
    d->len = d->solid;
    skip_break(d);
    unsigned lines = skip_blank_lines(d);
    if (lines)
        put_lines(d, lines);
    else
        d->out[d->len++] = ' ';
    d->solid = d->len;
}

struct str quoted_decode(struct arena *a, struct str raw, char quote) {
    struct decoder d = {.raw = raw, .out = arena_alloc(a, raw.len * 2 + 4, 1)};
    while (d.at < raw.len) {
        char c = raw.ptr[d.at];
        d.at += quote == '\'' && c == '\'' && peek(&d, 1) == '\''; /* written twice */
        if (quote == '"' && c == '\\') {
            decode_escape(&d);
        } else if (c == '\n' || c == '\r') {
            fold(&d);
        } else {
            d.out[d.len++] = c;
            d.at++;
            if (!is_blank(c))
                d.solid = d.len;
        }
    }
    return (struct str){d.out, d.len};
}
