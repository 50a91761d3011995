/* Growing arrays in an arena: struct { T *items; uint32_t count, cap; }. */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stdint.h>

#include "base/arena.h"

#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *items;                                                                               \
        uint32_t count, cap;                                                                       \
    }

/* Makes room for so many at once. */
#define vec_expect(arena, vec, expected)                                                           \
    do {                                                                                           \
        if ((vec)->cap < (expected)) {                                                             \
            (vec)->items = arena_grow((arena), (vec)->items, (vec)->cap, (expected),               \
                                      sizeof *(vec)->items);                                       \
            (vec)->cap = (uint32_t)(expected);                                                     \
        }                                                                                          \
    } while (0)

/* Appends; the element's address is good until the next push. */
#define vec_push(arena, vec, ...)                                                                  \
    do {                                                                                           \
        if ((vec)->count == (vec)->cap) {                                                          \
            uint32_t cap_ = (vec)->cap ? (vec)->cap * 2 : 4;                                       \
            (vec)->items =                                                                         \
                arena_grow((arena), (vec)->items, (vec)->cap, cap_, sizeof *(vec)->items);         \
            (vec)->cap = cap_;                                                                     \
        }                                                                                          \
        (vec)->items[(vec)->count++] = (__VA_ARGS__);                                              \
    } while (0)

#endif
