/* Hash map from strings to pointers or small numbers, in an arena. Iteration order is the users'
   business: keep a vec beside it where order is wanted. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdint.h>

#include "base/str.h"

struct map_slot {
    struct str key; /* bytes belong to whoever put them */
    uintptr_t value;
};

struct map {
    struct map_slot *slots;
    uint32_t cap, count; /* cap is a power of two, at most 3/4 full */
};

/* The value under key, or 0. */
uintptr_t map_get(const struct map *m, struct str key);
/* Sets it, replacing what was there; value must not be 0. Returns what was there, or 0. */
uintptr_t map_put(struct arena *a, struct map *m, struct str key, uintptr_t value);

#define map_get_ptr(m, key) ((void *)map_get((m), (key)))
#define map_put_ptr(a, m, key, p) map_put((a), (m), (key), (uintptr_t)(p))

#endif
