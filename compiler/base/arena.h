/* Arena memory: objects live as long as their arena and are never freed one by one. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <setjmp.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *block; /* the newest, which links to the older ones */
    char *next, *end;          /* free bytes in it */
    size_t total;              /* bytes taken from the system */
    size_t limit;              /* refuse to take more than this; 0: no limit */
    jmp_buf *on_failure;       /* taken when memory runs out; without one, abort() */
};

/* An arena that jumps to on_failure (value 1) when the system or the limit refuses memory, so that
   callers never see NULL. */
void arena_init(struct arena *a, jmp_buf *on_failure, size_t limit);
/* Gives all of its memory back; the arena can be used again. */
void arena_free(struct arena *a);

/* Memory ran out elsewhere, in a library: ends as if the arena had none left. */
_Noreturn void arena_fail(struct arena *a);

/* count * size bytes, zeroed, aligned for any object. */
void *arena_alloc(struct arena *a, size_t count, size_t size);
/* Grows an array to new_count elements, in place where it is the newest object; the added bytes
   are zero. */
void *arena_grow(struct arena *a, void *old, size_t old_count, size_t new_count, size_t size);

#define arena_new(a, type) ((type *)arena_alloc((a), 1, sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_alloc((a), (count), sizeof(type)))

#endif
