/* Drawings of a stack. */
#ifndef EMIT_DRAW_H
#define EMIT_DRAW_H

#include "base/buf.h"
#include "emit/picture.h"

struct draw_colors {
    const char *fill, *line;
};

/* The colors of a class of boxes, for both kinds of pictures. */
const struct draw_colors *draw_colors_of(enum box_class class);

/* Input for Graphviz. */
void draw_dot(struct buf *out, const struct picture *p);
/* A picture, the same bytes for the same stack everywhere. */
void draw_svg(struct buf *out, const struct picture *p, struct str title);

#endif
