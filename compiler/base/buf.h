/* A string that is being built, in an arena, up to a limit. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
    struct arena *arena;
    char *ptr;
    size_t len, cap;
    size_t limit;   /* bytes; 0: none */
    bool truncated; /* something did not fit the limit; later additions are dropped */
};

/* An empty buffer whose bytes are in the arena; limit in bytes, 0: none. */
void buf_init(struct buf *b, struct arena *a, size_t limit);
void buf_char_grown(struct buf *b, char c); /* buf_char where there may be no room */
static inline void buf_char(struct buf *b, char c) {
    if (b->len < b->cap && b->len != b->limit && !b->truncated)
        b->ptr[b->len++] = c;
    else
        buf_char_grown(b, c);
}
void buf_str(struct buf *b, struct str s);
void buf_c(struct buf *b, const char *c_string);
void buf_repeat(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Makes room for so much at once. Memory that stays unused is only addresses, so a generous guess
   costs less than growing; but not for small strings, which it would scatter. */
void buf_expect(struct buf *b, size_t bytes);
/* What was built so far; the bytes move when more is added. */
struct str buf_view(const struct buf *b);

#endif
