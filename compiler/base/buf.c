#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

void buf_init(struct buf *b, struct arena *a, size_t limit) {
    *b = (struct buf){.arena = a, .limit = limit};
}

static bool buf_reserve(struct buf *b, size_t more) {
    if (b->truncated || (b->limit && more > b->limit - b->len)) {
        b->truncated = true;
        return false;
    }
    if (b->cap - b->len < more) {
        size_t cap = b->cap ? b->cap * 2 : 64;
        while (cap - b->len < more)
            cap *= 2;
        b->ptr = arena_grow(b->arena, b->ptr, b->cap, cap, 1);
        b->cap = cap;
    }
    return true;
}

void buf_expect(struct buf *b, size_t bytes) {
    if (b->cap < bytes) {
        b->ptr = arena_grow(b->arena, b->ptr, b->cap, bytes, 1);
        b->cap = bytes;
    }
}

void buf_char_grown(struct buf *b, char c) {
    if (buf_reserve(b, 1))
        b->ptr[b->len++] = c;
}

void buf_str(struct buf *b, struct str s) {
    if (s.len && buf_reserve(b, s.len)) {
        memcpy(b->ptr + b->len, s.ptr, s.len);
        b->len += s.len;
    }
}

void buf_c(struct buf *b, const char *c_string) {
    buf_str(b, str_from(c_string));
}

void buf_repeat(struct buf *b, char c, size_t count) {
    if (count && buf_reserve(b, count)) {
        memset(b->ptr + b->len, c, count);
        b->len += count;
    }
}

void buf_printf(struct buf *b, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    char text[512]; /* most are shorter, and formatted once */
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < sizeof text) {
        buf_str(b, (struct str){text, (size_t)n});
    } else if (n > 0 && buf_reserve(b, (size_t)n + 1)) {
        vsnprintf(b->ptr + b->len, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

struct str buf_view(const struct buf *b) {
    return (struct str){b->ptr, b->len};
}
