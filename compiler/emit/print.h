/* Private to emit: the printers of the two formats, and how YAML scalars are written. */
#ifndef EMIT_PRINT_H
#define EMIT_PRINT_H

#include "base/buf.h"
#include "graph/value.h"

/* One value at the left margin, ending in a newline. `sections` puts a blank line between the
   members of the outermost map (YAML only). */
void json_print(struct buf *out, const struct value *x);
void yaml_print(struct buf *out, const struct value *x, bool sections);

/* A JSON number for YAML. One with an exponent gets what YAML 1.1 asks of it, a point and a sign,
   and would be a string without: 1e3 is 1.0e+3. */
void number_print(struct buf *out, struct str s);

enum scalar_style { SCALAR_PLAIN, SCALAR_SINGLE, SCALAR_DOUBLE, SCALAR_BLOCK };

/* The least noisy style in which every reader of YAML 1.1 and 1.2 sees exactly this string. */
enum scalar_style scalar_style(struct str text, bool in_flow);
/* Whether a plain scalar of this text is no string to some reader: yes, ~, 0x1f, 12:30,
   2012-10-17, .inf, =, << */
bool scalar_is_resolved(struct str text);
/* The text in single or double quotes, or plain; what fits a block in double quotes. */
void scalar_print(struct buf *out, struct str text, enum scalar_style style);
/* Text as the content of a JSON string, or of a double-quoted YAML scalar. */
void scalar_print_escaped(struct buf *out, struct str text, bool yaml);

#endif
