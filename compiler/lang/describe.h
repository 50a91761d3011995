/* Pieces of the tables' descriptions that the text and the man page share. */
#ifndef LANG_DESCRIBE_H
#define LANG_DESCRIBE_H

#include "lang/compile.h"

/* What an attribute takes: "string | auto | one of its stages". */
struct str describe_takes(struct arena *a, const struct attribute *row);
/* The unit that its default stands in, or "". */
const char *describe_unit(const struct attribute *row);
/* The actions of a verb, which may stand in several rows: those after the first have no text. */
struct str describe_actions(struct arena *a, unsigned verb);

#endif
