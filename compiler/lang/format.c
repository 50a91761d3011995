#include "lang/lang.h"

struct str lang_format(struct arena *a, const struct sources *sources, const struct tree *t) {
    (void)a;
    return source_get(sources, t->source)->text;
}
