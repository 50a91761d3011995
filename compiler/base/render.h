/* Diagnostics as text for a person: a line that editors and CI match as they match gcc's, the
   source line with carets, the help, the notes. Only appends to a buffer. */
#ifndef BASE_RENDER_H
#define BASE_RENDER_H

#include "base/buf.h"
#include "base/diag.h"

struct render_options {
    bool color;     /* ANSI colours */
    unsigned width; /* columns that a source line may take; longer ones are cut around the place */
};

/* One diagnostic, ending in a newline. */
void render_diag(struct buf *out, const struct sources *sources, const struct diag *d,
                 const struct render_options *options);
/* All of a unit, in their order, and how many were dropped. */
void render_diags(struct buf *out, const struct diags *d, const struct render_options *options);
/* "2 errors, 1 warning"; "no errors" when there is neither. */
void render_counts(struct buf *out, uint32_t errors, uint32_t warnings);
/* Text that may be anybody's, fit for a terminal: control characters, bidirectional overrides and
   bytes that are no UTF-8 become U+FFFD, so that it can't rewrite the line it stands in. */
void render_text(struct buf *out, struct str text);
const char *render_level(enum level level); /* "error" */

#endif
