#include "passes/expand/api_order.h"

#include <string.h>

#include "base/arena.h"

enum {
    FIRST_SLOTS = 8,
    PERTURB_SHIFT = 5,
    GROW_SLOWLY_FROM = 50000,
    WORD = 64, /* bits of a word of api_layout.taken */
    MANY = 32, /* members of a map that isn't put in order anew at each copy */
};

static const uint32_t SLOT_REMOVED = UINT32_MAX; /* in place of a key's position */

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
        uint32_t c = (unsigned char)s.ptr[at];
        length = 1;
        if (c >= 0x80)
            c = code_point(s, at, &length);
        if (at == 0)
            hash = (uint64_t)c << 7;
        hash = (hash * 1000003) ^ c;
    }
    return hash ^ count;
}

/* --- one table */

static uint32_t words(uint32_t size) {
    return (size + WORD - 1) / WORD;
}

/* Frees all slots, of which there are `size` now. */
static void start(struct api_order *o, uint32_t size) {
    struct api_layout *l = &o->layout;
    if (l->cap < size) {
        l->slots = arena_array(o->arena, uint32_t, size);
        l->taken = arena_array(o->arena, uint64_t, words(size));
        l->cap = size;
    } else {
        memset(l->taken, 0, words(size) * sizeof *l->taken);
    }
    l->size = size;
    o->used = o->fill = 0;
}

void api_order_init(struct api_order *o, struct arena *a) {
    *o = (struct api_order){.arena = a, .copies_to_mark = 1};
    start(o, FIRST_SLOTS);
}

static bool is_taken(const struct api_layout *l, uint64_t at) {
    return l->taken[at / WORD] >> at % WORD & 1;
}

static void take(struct api_layout *l, uint64_t at, uint32_t slot) {
    l->taken[at / WORD] |= (uint64_t)1 << at % WORD;
    l->slots[at] = slot;
}

/* Walks the keys of a layout in its order. */
struct key_walk {
    const struct api_layout *layout;
    uint32_t word;
    uint64_t left; /* of that word */
};

static struct key_walk keys_of(const struct api_layout *l) {
    return (struct key_walk){l, 0, l->taken[0]};
}

/* The next key's position + 1; 0 after the last. */
static inline uint32_t next_key(struct key_walk *w) {
    const struct api_layout *l = w->layout;
    for (;;) {
        while (!w->left) {
            if (++w->word * WORD >= l->size)
                return 0;
            w->left = l->taken[w->word];
        }
        uint32_t slot = l->slots[w->word * WORD + (uint32_t)__builtin_ctzll(w->left)];
        w->left &= w->left - 1;
        if (slot != SLOT_REMOVED)
            return slot;
    }
}

static uint32_t keys_that_fill(uint32_t size) {
    return (size * 2 + 2) / 3;
}

static void pour(struct api_order *o, const struct api_layout *from);

static void resize(struct api_order *o, uint32_t request) {
    struct api_layout from = o->layout;
    uint32_t size = FIRST_SLOTS;
    while (size <= request)
        size <<= 1;
    o->layout = o->spare;
    start(o, size);
    pour(o, &from);
    o->spare = from;
}

static void grow(struct api_order *o) {
    resize(o, o->used * (o->used > GROW_SLOWLY_FROM ? 2 : 4));
}

/* Puts keys that aren't there, and of which none was removed, until the table is as full as it may
   be or no key is left, the first of which is `slot`. */
static uint32_t place_some(struct api_order *o, struct key_walk *from, uint32_t slot) {
    struct api_layout l = o->layout;
    struct key_walk walk = *from;
    const uint64_t *hashes = o->hashes.items, mask = l.size - 1;
    uint32_t count = o->used, full = keys_that_fill(l.size);
    for (; slot && count < full; slot = next_key(&walk), count++) {
        uint64_t perturb = hashes[slot - 1], walker = perturb, at = walker & mask;
        for (; is_taken(&l, at); at = walker & mask, perturb >>= PERTURB_SHIFT)
            walker = walker * 5 + perturb + 1;
        take(&l, at, slot);
    }
    o->used = o->fill = count;
    *from = walk;
    return slot;
}

/* Adds the keys of another layout in its order. */
static void pour(struct api_order *o, const struct api_layout *from) {
    struct key_walk walk = keys_of(from);
    uint32_t slot = next_key(&walk);
    while (slot) {
        slot = place_some(o, &walk, slot);
        if (o->used >= keys_that_fill(o->layout.size))
            grow(o);
    }
}

/* The slot that holds key, or where it would be put. */
static uint32_t slot_of(const struct api_order *o, struct str key, uint64_t hash) {
    const struct api_layout *l = &o->layout;
    uint64_t perturb = hash, mask = l->size - 1, walker = hash & mask, at = walker;
    uint64_t removed = UINT64_MAX;
    for (; is_taken(l, at); at = walker & mask) {
        uint32_t slot = l->slots[at];
        if (slot == SLOT_REMOVED)
            removed = removed == UINT64_MAX ? at : removed;
        else if (o->hashes.items[slot - 1] == hash && str_eq(o->keys.items[slot - 1], key))
            return (uint32_t)at;
        walker = walker * 5 + perturb + 1;
        perturb >>= PERTURB_SHIFT;
    }
    return (uint32_t)(removed == UINT64_MAX ? at : removed);
}

static bool is_key(const struct api_layout *l, uint32_t at) {
    return is_taken(l, at) && l->slots[at] != SLOT_REMOVED;
}

/* Something else than a copy comes: no copy may be pending. */
static void forget_copies(struct api_order *o) {
    o->period = o->copies = o->pending = 0;
    o->copies_to_mark = 1;
}

static bool make_room(struct api_order *o, uint32_t count) {
    if (!count || (o->fill + count) * 3 < o->layout.size * 2)
        return false;
    resize(o, (o->used + count) * 2);
    return true;
}

static bool is_same(const struct api_layout *a, const struct api_layout *b) {
    if (a->size != b->size || memcmp(a->taken, b->taken, words(a->size) * sizeof *a->taken))
        return false;
    struct key_walk in_a = keys_of(a), in_b = keys_of(b);
    for (uint32_t key; (key = next_key(&in_a));)
        if (next_key(&in_b) != key)
            return false;
    return true;
}

/* Copies a table in place: its keys are added in order to a new one, with room for `room` keys. */
static void copy_now(struct api_order *o, uint32_t room) {
    struct api_layout from = o->layout;
    o->layout = o->free;
    start(o, FIRST_SLOTS);
    if (room)
        make_room(o, room);
    pour(o, &from);
    o->free = o->copies ? from : o->mark;
    if (!o->copies)
        o->mark = from;
    o->copies++;
}

/* Keys that want the same slot often change places with each copy, some in turns of three or more:
   after a while all stands again as it did. Algorithm: R. P. Brent, An improved Monte Carlo
   factorization algorithm (1980), which finds such a period by one mark. */
void api_order_copy(struct api_order *o) {
    if (o->period) {
        o->pending = (o->pending + 1) % o->period;
        return;
    }
    copy_now(o, 0);
    if (is_same(&o->layout, &o->mark)) {
        o->period = o->copies;
    } else if (o->copies == o->copies_to_mark) {
        o->copies_to_mark *= 2;
        o->copies = 0;
    }
}

static void make_pending(struct api_order *o) {
    for (; o->pending; o->pending--)
        copy_now(o, 0);
}

void api_order_add(struct api_order *o, struct str key) {
    make_pending(o);
    uint64_t hash = string_hash(key);
    uint32_t at = slot_of(o, key, hash);
    if (is_key(&o->layout, at))
        return;
    o->fill += !is_taken(&o->layout, at);
    o->used++;
    forget_copies(o);
    vec_push(o->arena, &o->keys, key);
    vec_push(o->arena, &o->hashes, hash);
    take(&o->layout, at, o->keys.count);
    if (o->fill >= keys_that_fill(o->layout.size))
        grow(o);
}

void api_order_remove(struct api_order *o, struct str key) {
    make_pending(o);
    uint32_t at = slot_of(o, key, string_hash(key));
    if (!is_key(&o->layout, at))
        return;
    o->layout.slots[at] = SLOT_REMOVED;
    o->used--;
    forget_copies(o);
}

void api_order_reserve(struct api_order *o, uint32_t count) {
    make_pending(o);
    if (make_room(o, count))
        forget_copies(o);
}

struct str *api_order_keys(struct api_order *o) {
    make_pending(o);
    struct str *keys = arena_array(o->arena, struct str, o->used + 1);
    struct key_walk walk = keys_of(&o->layout);
    uint32_t count = 0;
    for (uint32_t key; (key = next_key(&walk));)
        keys[count++] = o->keys.items[key - 1];
    return keys;
}

/* --- the maps of a template */

void api_orders_init(struct api_orders *o, struct arena *a, uint16_t mark) {
    *o = (struct api_orders){.arena = a, .mark = mark};
    api_order_init(&o->work, a);
}

static struct str address_key(struct api_orders *o, const struct value *map) {
    char *bytes = arena_array(o->arena, char, sizeof map);
    memcpy(bytes, &map, sizeof map);
    return (struct str){bytes, sizeof map};
}

static struct api_kept *find_kept(const struct api_orders *o, const struct value *map) {
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

/* The table of a map, to be looked at before the next call. */
static const struct api_order *table_seen(struct api_orders *o, const struct value *map) {
    struct api_kept *kept = find_kept(o, map);
    if (kept) {
        make_pending(&kept->order);
        return &kept->order;
    }
    start(&o->work, FIRST_SLOTS);
    o->work.keys.count = o->work.hashes.count = 0;
    add_members(&o->work, map);
    return &o->work;
}

static struct api_kept *keep(struct api_orders *o, struct value *map) {
    struct api_kept *kept = find_kept(o, map);
    if (kept)
        return kept;
    kept = arena_new(o->arena, struct api_kept);
    kept->map = map;
    api_order_init(&kept->order, o->arena);
    add_members(&kept->order, map);
    map_put_ptr(o->arena, &o->tables, address_key(o, map), kept);
    vec_push(o->arena, &o->kept, kept);
    return kept;
}

/* Members aren't what they were. */
static void forget_members(struct api_kept *kept) {
    kept->seen = kept->known = kept->changing.count = 0;
}

uint32_t api_known(const struct api_orders *o, const struct value *map) {
    const struct api_kept *kept = find_kept(o, map);
    return kept ? kept->known : 0;
}

void api_set_known(struct api_orders *o, const struct value *map, uint32_t count) {
    struct api_kept *kept = find_kept(o, map);
    if (kept)
        kept->known = count;
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
    struct key_walk walk = keys_of(&t->layout);
    for (uint32_t key; next < count && (key = next_key(&walk));)
        positions[next++] = (uint32_t)(value_member(map, t->keys.items[key - 1]) - map->members);
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
    struct api_kept *kept = find_kept(o, map);
    if (kept && is_new)
        api_order_add(&kept->order, key);
    else if (kept)
        forget_members(kept);
    struct member *m = value_put(v, map, key, item);
    if (is_new)
        m->span = SPAN_NIL;
    return item;
}

void api_unset(struct api_orders *o, struct values *v, struct value *map, struct str key) {
    if (!value_has(map, key))
        return;
    if (!is_plain(o, map)) {
        struct api_kept *kept = keep(o, map);
        api_order_remove(&kept->order, key);
        forget_members(kept);
    }
    value_remove(v, map, key);
}

void api_merge(struct api_orders *o, struct values *v, struct value *map,
               const struct value *from) {
    if (from->kind != VAL_MAP || !from->count)
        return;
    if (!is_plain(o, map))
        api_order_reserve(&keep(o, map)->order, from->count);
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
    struct key_walk walk = keys_of(&t->layout);
    uint32_t next = 0;
    for (uint32_t key; (key = next_key(&walk));)
        if (!str_eq(t->keys.items[key - 1], map->members[next++].key))
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

/* True when the next copy would change nothing. */
static bool reorder_map(struct api_orders *o, struct values *v, struct value *map) {
    if (map->count < 2 || is_plain(o, map))
        return true;
    struct api_kept *kept = map->count >= MANY ? keep(o, map) : find_kept(o, map);
    if (kept) {
        api_order_copy(&kept->order);
        return kept->order.period == 1;
    }
    if (is_in_order(table_seen(o, map), map))
        return true;
    put_in_order(o, v, map);
    return false;
}

void api_reorder_flat(struct api_orders *o, struct values *v, struct value *map) {
    (void)v;
    if (map->kind != VAL_MAP || is_plain(o, map))
        return;
    struct api_order *t = &keep(o, map)->order;
    make_pending(t);
    copy_now(t, map->count);
    forget_copies(t);
}

static bool reorder(struct api_orders *o, struct values *v, struct value *tree);

/* True when nothing in it changes any more, until api_touch says that it does. */
static bool reorder_item(struct api_orders *o, struct values *v, struct value *item) {
    if (!(item->flags & VALUE_SETTLED) && !value_is_nil(item) && reorder(o, v, item))
        item->flags |= VALUE_SETTLED;
    return item->flags & VALUE_SETTLED;
}

/* The items under `paths`, of which one changes at a time; only api_touch leads to its inside. */
static void reorder_items(struct api_orders *o, struct values *v, struct value *paths) {
    reorder_map(o, v, paths);
    struct api_kept *kept = find_kept(o, paths);
    if (!kept) {
        for (uint32_t i = 0; i < paths->count; i++)
            reorder_item(o, v, paths->members[i].value);
        return;
    }
    for (; kept->seen < paths->count; kept->seen++)
        vec_push(o->arena, &kept->changing, paths->members[kept->seen].value);
    uint32_t left = 0;
    for (uint32_t i = 0; i < kept->changing.count; i++)
        if (!reorder_item(o, v, kept->changing.items[i]))
            kept->changing.items[left++] = kept->changing.items[i];
    kept->changing.count = left;
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

void api_touch(struct api_orders *o, const struct value *paths, struct value *item) {
    if (!(item->flags & VALUE_SETTLED))
        return;
    item->flags &= (uint16_t)~VALUE_SETTLED;
    struct api_kept *kept = find_kept(o, paths);
    if (kept)
        vec_push(o->arena, &kept->changing, item);
}

void api_orders_finish(struct api_orders *o, struct values *v) {
    for (uint32_t i = 0; i < o->kept.count; i++)
        if (o->kept.items[i]->map->kind == VAL_MAP)
            put_in_order(o, v, o->kept.items[i]->map);
}
