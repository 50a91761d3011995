#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Blocks of this size come from the system page by page, as they are used. No long double and no
   vector lives in an arena. */
enum { BLOCK_SIZE = 256 * 1024, ALIGNMENT = 8 };

struct arena_block {
    struct arena_block *older;
    size_t size;
};

void arena_init(struct arena *a, jmp_buf *on_failure, size_t limit) {
    *a = (struct arena){.on_failure = on_failure, .limit = limit};
}

void arena_free(struct arena *a) {
    for (struct arena_block *b = a->block; b;) {
        struct arena_block *older = b->older;
        free(b);
        b = older;
    }
    arena_init(a, a->on_failure, a->limit);
}

_Noreturn void arena_fail(struct arena *a) {
    if (a->on_failure)
        longjmp(*a->on_failure, 1);
    abort();
}

static void arena_add_block(struct arena *a, size_t need) {
    size_t head = (sizeof(struct arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size_t size = head + (need > BLOCK_SIZE - head ? need : BLOCK_SIZE - head);
    if (size < need || (a->limit && (size > a->limit || a->total > a->limit - size)))
        arena_fail(a);
    struct arena_block *b = calloc(1, size);
    if (!b)
        arena_fail(a);
    *b = (struct arena_block){a->block, size};
    a->block = b;
    a->next = (char *)b + head;
    a->end = (char *)b + size;
    a->total += size;
}

void *arena_alloc(struct arena *a, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT)
        arena_fail(a);
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (bytes == 0)
        bytes = ALIGNMENT;
    if ((size_t)(a->end - a->next) < bytes)
        arena_add_block(a, bytes);
    void *p = a->next;
    a->next += bytes;
    return p;
}

void *arena_grow(struct arena *a, void *old, size_t old_count, size_t new_count, size_t size) {
    size_t had = (old_count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, bytes;
    if (__builtin_mul_overflow(new_count, size, &bytes))
        arena_fail(a);
    if (old && (char *)old + had == a->next && bytes > had) {
        size_t more = (bytes - had + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if ((size_t)(a->end - a->next) >= more) {
            a->next += more;
            return old;
        }
    }
    void *fresh = arena_alloc(a, new_count, size);
    if (old_count)
        memcpy(fresh, old, old_count * size);
    return fresh;
}
