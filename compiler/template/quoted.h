/* What a quoted string of YAML says. */
#ifndef TEMPLATE_QUOTED_H
#define TEMPLATE_QUOTED_H

#include "base/str.h"

/* The text of what stands between two quotes (' or "), of one or several lines, well formed. Lines
   are folded, escapes (of line ends, too) resolved. */
struct str quoted_decode(struct arena *a, struct str raw, char quote);

#endif
