/* Back ends: print a finished graph. They can't fail but for the limit on the output's size. */
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H

#include "base/buf.h"
#include "graph/graph.h"

enum emit_format { EMIT_YAML, EMIT_JSON };

/* The template of the graph, sections in the customary order (version, transform, description,
   metadata, parameters, mappings, rules, conditions, globals, resources, outputs), ending in a
   newline. YAML is what a person would write: short tags, block style, quotes only where a YAML 1.1
   or 1.2 reader would misread, block scalars for text of several lines; JSON has long intrinsics
   and two blanks a level. Both carry the same document. */
void emit_template(struct buf *out, const struct graph *g, enum emit_format format);

/* One value, as it would stand at the left margin of such a template. */
void emit_value(struct buf *out, const struct value *x, enum emit_format format);

#endif
