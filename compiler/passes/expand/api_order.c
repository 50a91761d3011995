#include "passes/expand/api_order.h"

#include <string.h>

#include "base/arena.h"

enum {
    FIRST_SLOTS = 8,
    PERTURB_SHIFT = 5,
    GROW_SLOWLY_FROM = 50000,
    SLOT_REMOVED = 0,
    SLOT_USED = 1,
    SLOT_STAMPS = 2, /* of a turn */
    MANY = 32, /* members of a map that isn't put in order anew at each copy */
};

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
    *o = (struct api_order){.arena = a, .mask = FIRST_SLOTS - 1,
                            .cap = FIRST_SLOTS, .turn = SLOT_STAMPS};
    o->slots = arena_array(a, struct api_slot, FIRST_SLOTS);
}

/* A slot that was stamped in an earlier turn is free. */
static bool is_used(const struct api_order *o, const struct api_slot *s) {
    return s->stamp == o->turn + SLOT_USED;
}

static bool is_removed(const struct api_order *o, const struct api_slot *s) {
    return s->stamp == o->turn + SLOT_REMOVED;
}

/* The slot that holds key, or where it would be put. */
static struct api_slot *slot_of(const struct api_order *o, struct str key, uint64_t hash) {
    uint64_t perturb = hash, walker = hash & o->mask;
    struct api_slot *removed = NULL, *s = &o->slots[walker];
    for (;;) {
        if (is_used(o, s)) {
            if (s->hash == hash && str_eq(s->key, key))
                return s;
        } else if (!is_removed(o, s)) {
            return removed ? removed : s;
        } else if (!removed) {
            removed = s;
        }
        walker = walker * 5 + perturb + 1;
        perturb >>= PERTURB_SHIFT;
        s = &o->slots[walker & o->mask];
    }
}

/* Makes the spare slots the current ones, `count` of them and all free. */
static void change_slots(struct api_order *o, uint32_t count) {
    struct api_slot *old = o->slots;
    uint32_t old_cap = o->cap;
    if (o->spare_cap < count) {
        o->slots = arena_array(o->arena, struct api_slot, count);
        o->cap = count;
    } else {
        o->slots = o->spare;
        o->cap = o->spare_cap;
    }
    o->spare = old;
    o->spare_cap = old_cap;
    o->mask = count - 1;
    o->used = o->fill = 0;
    o->turn += SLOT_STAMPS;
}

static void add_hashed(struct api_order *o, struct str key, uint64_t hash);

static void resize(struct api_order *o, uint32_t request) {
    const struct api_slot *old = o->slots;
    uint32_t old_size = o->mask + 1, used = o->turn + SLOT_USED, count = FIRST_SLOTS;
    while (count <= request)
        count <<= 1;
    change_slots(o, count);
    for (uint32_t i = 0; i < old_size; i++)
        if (old[i].stamp == used)
            add_hashed(o, old[i].key, old[i].hash);
}

static void add_hashed(struct api_order *o, struct str key, uint64_t hash) {
    struct api_slot *s = slot_of(o, key, hash);
    if (is_used(o, s))
        return;
    o->fill += !is_removed(o, s);
    o->used++;
    o->is_settled = false;
    *s = (struct api_slot){o->turn + SLOT_USED, hash, key};
    if (o->fill * 3 >= (o->mask + 1) * 2)
        resize(o, o->used * (o->used > GROW_SLOWLY_FROM ? 2 : 4));
}

void api_order_add(struct api_order *o, struct str key) {
    add_hashed(o, key, string_hash(key));
}

void api_order_remove(struct api_order *o, struct str key) {
    struct api_slot *s = slot_of(o, key, string_hash(key));
    if (!is_used(o, s))
        return;
    s->stamp = o->turn + SLOT_REMOVED;
    o->used--;
    o->is_settled = false;
}

void api_order_reserve(struct api_order *o, uint32_t count) {
    if (count && (o->fill + count) * 3 >= (o->mask + 1) * 2)
        resize(o, (o->used + count) * 2);
}

struct str *api_order_keys(const struct api_order *o) {
    struct str *keys = arena_array(o->arena, struct str, o->used + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i <= o->mask; i++)
        if (is_used(o, &o->slots[i]))
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

/* Empties a table and lets it start small again. */
static void start_over(struct api_order *t) {
    change_slots(t, FIRST_SLOTS);
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

static struct api_order *table_to_change(struct api_orders *o, struct value *map) {
    struct api_order *t = table_kept(o, map);
    if (t)
        return t;
    t = arena_new(o->arena, struct api_order);
    api_order_init(t, o->arena);
    add_members(t, map);
    map_put_ptr(o->arena, &o->tables, address_key(o, map), t);
    vec_push(o->arena, &o->kept, map);
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
        if (is_used(t, &t->slots[i]))
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
        if (is_used(t, &t->slots[i]) && !str_eq(t->slots[i].key, map->members[next++].key))
            return false;
    return true;
}

static void put_in_order(struct api_orders *o, struct values *v, struct value *map) {
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

/* What is in use, in order, in memory that is used again. */
static struct api_slot *used_slots(struct api_orders *o, const struct api_order *t) {
    if (o->scratch_cap < t->used) {
        o->scratch_cap = t->used * 2;
        o->scratch = arena_array(o->arena, struct api_slot, o->scratch_cap);
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i <= t->mask; i++)
        if (is_used(t, &t->slots[i]))
            o->scratch[count++] = t->slots[i];
    return o->scratch;
}

/* Copies a table in place: its keys are added in order to a new one that has room for `room`. */
static void copy_table(struct api_orders *o, struct api_order *t, uint32_t room) {
    if (t->is_settled && !room)
        return;
    const struct api_slot *keys = used_slots(o, t);
    uint32_t count = t->used, next = 0;
    start_over(t);
    api_order_reserve(t, room);
    for (uint32_t i = 0; i < count; i++)
        add_hashed(t, keys[i].key, keys[i].hash);
    bool is_same = true;
    for (uint32_t i = 0; i <= t->mask && is_same; i++)
        if (is_used(t, &t->slots[i]))
            is_same = t->slots[i].key.ptr == keys[next++].key.ptr;
    t->is_settled = is_same && !room;
}

/* True when the next copy would change nothing. */
static bool reorder_map(struct api_orders *o, struct values *v, struct value *map) {
    if (map->count < 2 || is_plain(o, map))
        return true;
    struct api_order *kept = map->count >= MANY ? table_to_change(o, map) : table_kept(o, map);
    if (kept) {
        copy_table(o, kept, 0);
        return kept->is_settled;
    }
    if (is_in_order(table_seen(o, map), map))
        return true;
    put_in_order(o, v, map);
    return false;
}

void api_reorder_flat(struct api_orders *o, struct values *v, struct value *map) {
    (void)v;
    if (map->kind == VAL_MAP && !is_plain(o, map))
        copy_table(o, table_to_change(o, map), map->count);
}

static bool reorder(struct api_orders *o, struct values *v, struct value *tree);

/* The items under `paths`, of which one changes at a time; only api_touch leads to its inside. */
static bool reorder_items(struct api_orders *o, struct values *v, struct value *paths) {
    bool is_settled = reorder_map(o, v, paths);
    for (uint32_t i = 0; i < paths->count; i++) {
        struct value *item = paths->members[i].value;
        if (item->flags & VALUE_SETTLED)
            continue;
        if (!value_is_nil(item) && reorder(o, v, item))
            item->flags |= VALUE_SETTLED;
        else
            is_settled = false;
    }
    return is_settled;
}

static bool reorder(struct api_orders *o, struct values *v, struct value *tree) {
    bool is_settled = tree->kind != VAL_MAP || reorder_map(o, v, tree);
    for (uint32_t i = 0; i < tree->count && tree->kind != VAL_THING; i++)
        is_settled &=
            reorder(o, v, tree->kind == VAL_MAP ? tree->members[i].value : tree->items[i]);
    return is_settled;
}

void api_reorder(struct api_orders *o, struct values *v, struct value *document) {
    if (!o->mark)
        return;
    if (document->kind == VAL_MAP)
        reorder_map(o, v, document);
    for (uint32_t i = 0; i < document->count && document->kind != VAL_THING; i++) {
        struct value *x =
            document->kind == VAL_MAP ? document->members[i].value : document->items[i];
        if (document->kind == VAL_MAP && x->kind == VAL_MAP &&
            str_is(document->members[i].key, "paths"))
            reorder_items(o, v, x);
        else
            reorder(o, v, x);
    }
}

void api_touch(struct value *item) {
    if (item->flags & VALUE_SETTLED)
        item->flags &= (uint8_t)~VALUE_SETTLED;
}

void api_orders_finish(struct api_orders *o, struct values *v) {
    for (uint32_t i = 0; i < o->kept.count; i++)
        if (o->kept.items[i]->kind == VAL_MAP)
            put_in_order(o, v, o->kept.items[i]);
}
