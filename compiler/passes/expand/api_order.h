/* The order in which the SAM transform walks maps. The transform was written for Python 2.7 and
   still walks the maps of an API as that would: by hash, in a table whose layout depends on what
   was added, removed and merged, and when. What it puts into lists, which of two mistakes it names,
   and the hash in a deployment's id follow from that order. Algorithm: CPython 2.7,
   Objects/dictobject.c and stringobject.c. */
#ifndef EXPAND_API_ORDER_H
#define EXPAND_API_ORDER_H

#include "graph/value.h"

/* The keys of one such table. */
struct api_order {
    struct arena *arena;
    VEC(struct str) keys;    /* ever added */
    VEC(uint64_t) hashes;    /* theirs */
    /* Where each key stands: its position in keys + 1, in the slots that are taken. */
    struct api_layout {
        uint32_t *slots;
        uint64_t *taken; /* a bit for each slot */
        uint32_t size, cap;
    } layout, mark, free, spare; /* now, at an earlier copy, and two without a use */
    uint32_t used;    /* keys */
    uint32_t fill;    /* keys and removed keys */
    /* So many copies after which the order is the same again, 1 when it's settled; 0 if that isn't
       known. Copies are counted from `mark`, which is the layout now where none was made. */
    uint32_t period, copies, copies_to_mark;
    uint32_t pending; /* copies that are left to make: fewer than the period */
};

/* An empty table; adds a key where it isn't in it, removes it where it is. */
void api_order_init(struct api_order *o, struct arena *a);
void api_order_add(struct api_order *o, struct str key);
void api_order_remove(struct api_order *o, struct str key);
/* Makes room for `count` keys that will be merged in, as dict.update does before adding them. */
void api_order_reserve(struct api_order *o, uint32_t count);
/* Copies the table in place: its keys are added in order to a new one. */
void api_order_copy(struct api_order *o);
/* The keys in the order of the table, `used` of them, in the arena. */
struct str *api_order_keys(struct api_order *o);

/* In a value's flags, for an item under `paths`: copying it changes no order. */
enum { VALUE_SETTLED = 256 };

/* A marked map whose table is kept. */
struct api_kept {
    struct value *map;
    struct api_order order;
    /* Where the map is a document's `paths`: */
    uint32_t seen;               /* its first members, of which those that aren't settled are in */
    VEC(struct value *) changing; /* this list */
    uint32_t known;              /* api_known() */
};

/* How marked maps are walked. A map's members stand in the order in which they were added; tables
   are kept only for large maps, and those where more happened than adding: there the table counts,
   and the members are put in order at the end. */
struct api_orders {
    struct arena *arena;
    uint16_t mark;         /* in the flags of a map: it is walked in this order, else as it stands */
    struct map tables;     /* address of a map -> struct api_kept * */
    VEC(struct api_kept *) kept;
    struct api_order work; /* the table of the map that is looked at */
};

/* No tables; `mark` is the flag of the maps whose order is followed. */
void api_orders_init(struct api_orders *o, struct arena *a, uint16_t mark);
/* The members of a map in the order in which it is walked: positions, map->count of them. */
uint32_t *api_walk(struct api_orders *o, const struct value *map);

/* The argument of an intrinsic in long form, marked where that is. */
struct value *api_argument(struct values *v, const struct value *x);
/* Makes a map with one member of an intrinsic, in place; others stay as they are. */
struct value *api_become_map(struct values *v, struct value *x);
/* Changes to maps that may be walked later. An intrinsic that is given a member becomes a map. */
struct value *api_set(struct api_orders *o, struct values *v, struct value *map, struct str key,
                      struct value *item);
void api_unset(struct api_orders *o, struct values *v, struct value *map, struct str key);
/* Adds the members of `from`, making room first. */
void api_merge(struct api_orders *o, struct values *v, struct value *map, const struct value *from);
/* What copying a map, but not its values, does to its order. Nothing is copied. */
void api_reorder_flat(struct api_orders *o, struct values *v, struct value *map);
/* What copying a whole document does to the order of its maps. Nothing is copied. */
void api_reorder(struct api_orders *o, struct values *v, struct value *document);
/* Must be called before anything inside an item under `paths` is changed. */
void api_touch(struct api_orders *o, const struct value *paths, struct value *item);
/* How many of a map's first members the caller has looked at, as it said; 0 after one of them was
   replaced or removed, and for maps of which nothing is kept. */
uint32_t api_known(const struct api_orders *o, const struct value *map);
void api_set_known(struct api_orders *o, const struct value *map, uint32_t count);
/* Puts the members of all maps in order, when nothing changes any more. */
void api_orders_finish(struct api_orders *o, struct values *v);

#endif
