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
    struct api_slot {
        uint32_t stamp; /* of the turn in which it was used, or removed; else it is free */
        uint64_t hash;
        struct str key;
    } *slots, *spare;
    uint32_t mask;           /* slots in use - 1 */
    uint32_t cap, spare_cap; /* memory of slots and of spare, in slots */
    uint32_t used;           /* keys */
    uint32_t fill;           /* keys and removed keys */
    uint32_t turn;           /* the stamp of now */
    bool is_settled;         /* a copy has the same order */
};

void api_order_init(struct api_order *o, struct arena *a);
void api_order_add(struct api_order *o, struct str key);
void api_order_remove(struct api_order *o, struct str key);
/* Makes room for `count` keys that will be merged in, as dict.update does before adding them. */
void api_order_reserve(struct api_order *o, uint32_t count);
/* The keys in the order of the table, `used` of them, in the arena. */
struct str *api_order_keys(const struct api_order *o);

/* In a value's flags, for an item under `paths`: copying it changes no order. */
enum { VALUE_SETTLED = 64 };

/* How marked maps are walked. A map's members stand in the order in which they were added; tables
   are kept only for large maps, and those where more happened than adding: there the table counts,
   and the members are put in order at the end. */
struct api_orders {
    struct arena *arena;
    uint8_t mark;          /* in the flags of a map: it is walked in this order, else as it stands */
    struct map tables;     /* address of a map -> struct api_order * */
    VEC(struct value *) kept; /* the maps that have one */
    struct api_order work; /* the table of the map that is looked at */
    struct api_slot *scratch;
    uint32_t scratch_cap;
};

void api_orders_init(struct api_orders *o, struct arena *a, uint8_t mark);
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
void api_touch(struct value *item);
/* Puts the members of all maps in order, when nothing changes any more. */
void api_orders_finish(struct api_orders *o, struct values *v);

#endif
