/* What a drawing of a stack shows: boxes and arrows. A box is a construct with all that it makes,
   or a resource that nobody made; an arrow goes from what refers to what is referred to. */
#ifndef EMIT_PICTURE_H
#define EMIT_PICTURE_H

#include "graph/graph.h"

/* Columns from left to right by role, and the colour. */
enum box_class { BOX_OTHER, BOX_API, BOX_COMPUTE, BOX_DATA, BOX_MESSAGE, BOX_IDENTITY };

struct box {
    struct str title;    /* "users", "DataTable" */
    struct str subtitle; /* "function", "DynamoDB Table" */
    enum box_class class;
    uint32_t resources; /* how many it stands for */
};

struct arrow {
    uint32_t from, to; /* boxes */
    bool only_order;   /* DependsOn and nothing else */
};

struct picture {
    VEC(struct box) boxes;
    VEC(struct arrow) arrows; /* each pair once, no loops, sorted */
};

/* With each_resource every resource is a box of its own. */
void picture_make(struct picture *p, struct arena *a, const struct graph *g, bool each_resource);

#endif
