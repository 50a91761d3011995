#define _GNU_SOURCE
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Blocks of this size come from the system page by page, as they are used. No long double and no
   vector lives in an arena. */
enum { BLOCK_SIZE = 256 * 1024, ALIGNMENT = 8 };

/* What an arena takes once it has grown so large: the system may make a large page of it at once,
   which takes as long as 60 small ones, of which it would need 512. */
enum { LARGE_FROM = 4 * BLOCK_SIZE, LARGE_PAGE = 2 << 20, LARGE_SIZE = 2 * LARGE_PAGE };

struct arena_block {
    struct arena_block *older;
    size_t size;
    bool is_mapped;
};

void arena_init(struct arena *a, jmp_buf *on_failure, size_t limit) {
    *a = (struct arena){.on_failure = on_failure, .limit = limit};
}

void arena_free(struct arena *a) {
    for (struct arena_block *b = a->block; b;) {
        struct arena_block *older = b->older;
        if (b->is_mapped)
            munmap(b, b->size);
        else
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

/* From the start of a large page on; or NULL. See madvise(2), MADV_HUGEPAGE. */
static struct arena_block *new_large_block(size_t *size) {
    char *p = mmap(NULL, LARGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    size_t before = -(uintptr_t)p % LARGE_PAGE;
    if (before)
        munmap(p, before);
    *size = LARGE_SIZE - before;
    madvise(p + before, *size, MADV_HUGEPAGE);
    return (struct arena_block *)(p + before);
}

static bool is_refused(const struct arena *a, size_t size) {
    return a->limit && (size > a->limit || a->total > a->limit - size);
}

static void arena_add_block(struct arena *a, size_t need) {
    size_t head = (sizeof(struct arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size_t size = head + (need > BLOCK_SIZE - head ? need : BLOCK_SIZE - head);
    if (size < need || is_refused(a, size))
        arena_fail(a);
    bool is_large = size == BLOCK_SIZE && a->total >= LARGE_FROM && !is_refused(a, LARGE_SIZE);
    struct arena_block *b = is_large ? new_large_block(&size) : NULL;
    bool is_mapped = b != NULL;
    if (!b)
        b = calloc(1, size);
    if (!b)
        arena_fail(a);
    *b = (struct arena_block){a->block, size, is_mapped};
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
