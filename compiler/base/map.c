#include "base/map.h"

#include "base/arena.h"

static struct map_slot *map_find(const struct map *m, struct str key) {
    for (uint64_t at = str_hash(key);; at++) {
        struct map_slot *slot = &m->slots[at & (m->cap - 1)];
        if (!slot->value || str_eq(slot->key, key))
            return slot;
    }
}

uintptr_t map_get(const struct map *m, struct str key) {
    return m->cap ? map_find(m, key)->value : 0;
}

static void map_grow(struct arena *a, struct map *m) {
    struct map old = *m;
    m->cap = old.cap ? old.cap * 2 : 8;
    m->slots = arena_array(a, struct map_slot, m->cap);
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.slots[i].value)
            *map_find(m, old.slots[i].key) = old.slots[i];
}

uintptr_t map_put(struct arena *a, struct map *m, struct str key, uintptr_t value) {
    if (m->count + 1 > m->cap / 4 * 3)
        map_grow(a, m);
    struct map_slot *slot = map_find(m, key);
    uintptr_t before = slot->value;
    if (!before)
        m->count++;
    *slot = (struct map_slot){key, value};
    return before;
}
