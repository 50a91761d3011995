/* Binary decision diagrams: boolean functions in a canonical form, so that equality is a comparison
   of numbers. Variables are numbered in the order in which they are decided. A function whose
   diagram or calculation would grow past the limits becomes BDD_UNKNOWN, and so does everything
   made from it. */
#ifndef GRAPH_BDD_H
#define GRAPH_BDD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

/* A function; only meaningful with the diagram that made it. */
struct bdd_id {
    uint32_t n;
};

#define BDD_UNKNOWN ((struct bdd_id){0})
#define BDD_FALSE ((struct bdd_id){1})
#define BDD_TRUE ((struct bdd_id){2})

enum {
    BDD_MAX_NODES = 200000,
    BDD_MAX_STEPS = 4000000, /* of all calculations together */
    BDD_MAX_VARIABLES = 2000,
};

struct bdd_node {
    uint32_t variable;
    uint32_t low, high; /* the function where the variable is false, where it is true */
};

struct bdd_result {
    uint32_t f, g, h, result;
};

struct bdd {
    struct arena *arena;
    VEC(struct bdd_node) nodes;
    uint32_t *unique; /* hash table: positions of nodes; 0 is free */
    uint32_t unique_cap;
    struct bdd_result *cache; /* results of if-then-else, overwritten when they collide */
    uint32_t steps;
};

/* The functions true and false alone; nodes are in the arena, and stay. */
void bdd_init(struct bdd *b, struct arena *a);
/* The function that is a variable; BDD_UNKNOWN from BDD_MAX_VARIABLES on. */
struct bdd_id bdd_variable(struct bdd *b, uint32_t variable);
struct bdd_id bdd_and(struct bdd *b, struct bdd_id f, struct bdd_id g);
struct bdd_id bdd_or(struct bdd *b, struct bdd_id f, struct bdd_id g);
struct bdd_id bdd_not(struct bdd *b, struct bdd_id f);
/* At most one of `count` variables from `first` on is true, or exactly one. Linear in count. */
struct bdd_id bdd_one_of(struct bdd *b, uint32_t first, uint32_t count, bool exactly);

#endif
