/* What changes between two texts, as `diff -u` shows it. */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "base/buf.h"

/* Appends nothing when they are equal. */
void diff_unified(struct buf *out, struct str name, struct str before, struct str after);

#endif
