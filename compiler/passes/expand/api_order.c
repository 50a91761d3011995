#include "passes/expand/api_order.h"

#include <string.h>

#include "base/arena.h"

enum { FIRST_SLOTS = 8, PERTURB_SHIFT = 5, GROW_SLOWLY_FROM = 50000 };

static uint32_t code_point(struct str s, size_t at, unsigned *length) {
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    *length = utf8_length(s, at);
    switch (*length) {
    case 2:
        return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    case 3:
        return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    case 4:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
               (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
    default:
        *length = 1;
        return p[0];
    }
}

static uint64_t string_hash(struct str s) {
    uint64_t hash = 0, count = 0;
    unsigned length;
    for (size_t at = 0; at < s.len; at += length, count++) {
        uint32_t c = code_point(s, at, &length);
        if (at == 0)
            hash = (uint64_t)c << 7;
        hash = (hash * 1000003) ^ c;
    }
    return hash ^ count;
}

void api_order_init(struct api_order *o, struct arena *a) {
    *o = (struct api_order){.arena = a, .mask = FIRST_SLOTS - 1};
    o->slots = arena_array(a, struct api_slot, FIRST_SLOTS);
}

/* The slot that holds key, or where it would be put. */
static struct api_slot *slot_of(const struct api_order *o, struct str key) {
    uint64_t perturb = string_hash(key), walker = perturb & o->mask;
    struct api_slot *removed = NULL, *s = &o->slots[walker];
    for (;;) {
        if (s->state == SLOT_FREE)
            return removed ? removed : s;
        if (s->state == SLOT_USED && str_eq(s->key, key))
            return s;
        if (s->state == SLOT_REMOVED && !removed)
            removed = s;
        walker = walker * 5 + perturb + 1;
        perturb >>= PERTURB_SHIFT;
        s = &o->slots[walker & o->mask];
    }
}

static void resize(struct api_order *o, uint32_t request) {
    struct api_slot *old = o->slots;
    uint32_t old_size = o->mask + 1, count = FIRST_SLOTS;
    while (count <= request)
        count <<= 1;
    if (o->spare_size < count)
        o->slots = arena_array(o->arena, struct api_slot, count);
    else
        o->slots = memset(o->spare, 0, count * sizeof *o->slots);
    o->mask = count - 1;
    o->used = o->fill = 0;
    for (uint32_t i = 0; i < old_size; i++)
        if (old[i].state == SLOT_USED)
            api_order_add(o, old[i].key);
    o->spare = old;
    o->spare_size = old_size;
}

void api_order_add(struct api_order *o, struct str key) {
    struct api_slot *s = slot_of(o, key);
    if (s->state == SLOT_USED)
        return;
    o->fill += s->state == SLOT_FREE;
    o->used++;
    *s = (struct api_slot){SLOT_USED, key};
    if (o->fill * 3 >= (o->mask + 1) * 2)
        resize(o, o->used * (o->used > GROW_SLOWLY_FROM ? 2 : 4));
}

void api_order_remove(struct api_order *o, struct str key) {
    struct api_slot *s = slot_of(o, key);
    if (s->state != SLOT_USED)
        return;
    s->state = SLOT_REMOVED;
    o->used--;
}

void api_order_reserve(struct api_order *o, uint32_t count) {
    if (count && (o->fill + count) * 3 >= (o->mask + 1) * 2)
        resize(o, (o->used + count) * 2);
}

struct str *api_order_keys(const struct api_order *o) {
    struct str *keys = arena_array(o->arena, struct str, o->used + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i <= o->mask; i++)
        if (o->slots[i].state == SLOT_USED)
            keys[count++] = o->slots[i].key;
    return keys;
}

void api_orders_init(struct api_orders *o, struct arena *a, uint8_t mark) {
    *o = (struct api_orders){.arena = a, .mark = mark};
    api_order_init(&o->work, a);
}

static struct str address_key(struct api_orders *o, const struct value *map) {
    char *bytes = arena_array(o->arena, char, sizeof map);
    memcpy(bytes, &map, sizeof map);
    return (struct str){bytes, sizeof map};
}

static struct api_order *table_kept(struct api_orders *o, const struct value *map) {
    struct str key = {(const char *)&map, sizeof map};
    return map_get_ptr(&o->tables, key);
}

static bool is_plain(const struct api_orders *o, const struct value *map) {
    return !(map->flags & o->mark);
}

static void add_members(struct api_order *t, const struct value *map) {
    for (uint32_t i = 0; i < map->count; i++)
        api_order_add(t, map->members[i].key);
}

/* Empties a table and lets it start small again, with the larger slots as the spare ones. */
static void start_over(struct api_order *t) {
    if (t->mask >= FIRST_SLOTS) {
        struct api_slot *large = t->slots;
        t->slots = t->spare;
        t->spare = large;
        t->spare_size = t->mask + 1;
    }
    t->mask = FIRST_SLOTS - 1;
    t->used = t->fill = 0;
    memset(t->slots, 0, FIRST_SLOTS * sizeof *t->slots);
}

/* The table of a map, to be looked at before the next call. */
static const struct api_order *table_seen(struct api_orders *o, const struct value *map) {
    struct api_order *kept = table_kept(o, map);
    if (kept)
        return kept;
    start_over(&o->work);
    add_members(&o->work, map);
    return &o->work;
}

static struct api_order *table_to_change(struct api_orders *o, const struct value *map) {
    struct api_order *t = table_kept(o, map);
    if (t)
        return t;
    t = arena_new(o->arena, struct api_order);
    api_order_init(t, o->arena);
    add_members(t, map);
    map_put_ptr(o->arena, &o->tables, address_key(o, map), t);
    return t;
}

uint32_t *api_walk(struct api_orders *o, const struct value *map) {
    uint32_t count = map->kind == VAL_MAP ? map->count : 0, next = 0;
    uint32_t *positions = arena_array(o->arena, uint32_t, count + 1);
    if (count < 2 || is_plain(o, map)) {
        for (uint32_t i = 0; i < count; i++)
            positions[i] = i;
        return positions;
    }
    const struct api_order *t = table_seen(o, map);
    for (uint32_t i = 0; i <= t->mask && next < count; i++)
        if (t->slots[i].state == SLOT_USED)
            positions[next++] = (uint32_t)(value_member(map, t->slots[i].key) - map->members);
    return positions;
}

struct value *api_argument(struct values *v, const struct value *x) {
    struct value *argument = value_argument(v, x);
    enum value_form form = value_intrinsic((enum value_kind)x->kind)->form;
    if (form == FORM_ONE || value_is_nil(argument))
        return argument;
    argument->flags |= x->flags;
    if (form != FORM_LIST && argument->kind == VAL_LIST && argument->count)
        argument->items[0]->flags |= x->flags;
    return argument;
}

struct value *api_become_map(struct values *v, struct value *x) {
    if (!value_is_intrinsic(x))
        return x;
    struct value *map = value_map(v);
    struct str name = x->kind == VAL_FN ? x->text : value_intrinsic((enum value_kind)x->kind)->name;
    value_put(v, map, name, api_argument(v, x))->span = x->origin ? SPAN_NIL : x->span;
    map->flags = x->flags;
    map->span = x->span;
    map->origin = x->origin;
    *x = *map;
    return x;
}

struct value *api_set(struct api_orders *o, struct values *v, struct value *map, struct str key,
                      struct value *item) {
    api_become_map(v, map);
    if (map->kind != VAL_MAP)
        return item;
    bool is_new = !value_has(map, key);
    struct api_order *t = is_new ? table_kept(o, map) : NULL;
    if (t)
        api_order_add(t, key);
    struct member *m = value_put(v, map, key, item);
    if (is_new)
        m->span = SPAN_NIL;
    return item;
}

void api_unset(struct api_orders *o, struct values *v, struct value *map, struct str key) {
    if (!value_has(map, key))
        return;
    if (!is_plain(o, map))
        api_order_remove(table_to_change(o, map), key);
    value_remove(v, map, key);
}

void api_merge(struct api_orders *o, struct values *v, struct value *map, const struct value *from) {
    if (from->kind != VAL_MAP || !from->count)
        return;
    if (!is_plain(o, map))
        api_order_reserve(table_to_change(o, map), from->count);
    uint32_t *walk = api_walk(o, from);
    for (uint32_t i = 0; i < from->count; i++) {
        const struct member *m = &from->members[walk[i]];
        bool is_new = !value_has(map, m->key);
        api_set(o, v, map, m->key, m->value);
        if (is_new)
            ((struct member *)value_member(map, m->key))->span = m->span;
    }
}

/* Whether the members stand in the order of the table already. */
static bool is_in_order(const struct api_order *t, const struct value *map) {
    uint32_t next = 0;
    for (uint32_t i = 0; i <= t->mask; i++)
        if (t->slots[i].state == SLOT_USED && !str_eq(t->slots[i].key, map->members[next++].key))
            return false;
    return true;
}

static void reorder_map(struct api_orders *o, struct values *v, struct value *map) {
    if (map->count < 2 || is_plain(o, map))
        return;
    struct api_order *kept = table_kept(o, map);
    if (!is_in_order(table_seen(o, map), map)) {
        uint32_t *walk = api_walk(o, map);
        struct value *copy = value_map(v);
        for (uint32_t i = 0; i < map->count; i++) {
            const struct member *m = &map->members[walk[i]];
            value_put(v, copy, m->key, m->value)->span = m->span;
        }
        map->members = copy->members;
        map->cap = copy->cap;
        map->index = copy->index;
    }
    if (kept) {
        api_order_init(kept, o->arena);
        add_members(kept, map);
    }
}

void api_reorder_flat(struct api_orders *o, struct values *v, struct value *map) {
    if (map->kind != VAL_MAP || is_plain(o, map))
        return;
    struct api_order *t = table_to_change(o, map);
    reorder_map(o, v, map);
    api_order_init(t, o->arena);
    api_order_reserve(t, map->count);
    add_members(t, map);
}

void api_reorder(struct api_orders *o, struct values *v, struct value *tree) {
    if (tree->kind == VAL_MAP)
        reorder_map(o, v, tree);
    for (uint32_t i = 0; i < tree->count && tree->kind != VAL_THING; i++)
        api_reorder(o, v, tree->kind == VAL_MAP ? tree->members[i].value : tree->items[i]);
}
