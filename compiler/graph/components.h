/* The strongly connected components of a directed graph: nodes that lead to each other. */
#ifndef GRAPH_COMPONENTS_H
#define GRAPH_COMPONENTS_H

#include <stdint.h>

#include "base/arena.h"

struct components {
    uint32_t count;
    uint32_t *of;    /* by node; from 1 */
    uint32_t *sizes; /* by component */
};

/* Node n leads to to[first[n]] up to before to[first[n + 1]]. */
struct components components_find(struct arena *a, uint32_t nodes, const uint32_t *first,
                                  const uint32_t *to);

#endif
