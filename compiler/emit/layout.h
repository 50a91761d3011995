/* Places boxes in layers from left to right so that arrows go right and cross little. */
#ifndef EMIT_LAYOUT_H
#define EMIT_LAYOUT_H

#include "emit/picture.h"

/* A box, or the place where a long arrow passes through a layer. */
struct layout_node {
    uint32_t layer, order; /* order: position in its layer */
    double y;              /* of the middle, in rows */
    bool is_pass;
};

/* An arrow as the nodes it goes through, from left to right. */
struct layout_line {
    uint32_t arrow;
    bool reversed;         /* it closes a circle and points to the left */
    uint32_t first, count; /* in layout.points */
};

struct layout {
    VEC(struct layout_node) nodes; /* the boxes first, in their order */
    VEC(struct layout_line) lines;
    VEC(uint32_t) points; /* node numbers */
    uint32_t layers;
    double rows; /* height */
};

/* False when the stack is too large for a picture that anyone could read. */
bool layout_make(struct layout *l, struct arena *a, const struct picture *p);

#endif
