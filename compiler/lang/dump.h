/* The syntax tree as text, for tests and for looking at it. */
#ifndef LANG_DUMP_H
#define LANG_DUMP_H

#include "base/buf.h"
#include "lang/tree.h"

/* One node a line, indented: (kind start-end field "text" ...). Spans are byte offsets. */
void tree_dump(struct buf *out, const struct tree *t);

#endif
