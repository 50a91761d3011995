/* JSON that stands in a property as text: policies, definitions of state machines. */
#ifndef GRAPH_JSON_TEXT_H
#define GRAPH_JSON_TEXT_H

#include "graph/value.h"

struct json_text {
    const struct value *root; /* NULL: no document, or nothing is known about it */
    const char *mistake;      /* why it is no JSON; NULL: it is, or that isn't known */
    struct span at;           /* of the mistake */
};

/* What a text says: a string, an Fn::Sub, an Fn::Join of a known delimiter, or Fn::ToJsonString. A map
   or list is its own document. Variables stay: a text with one is an Fn::Sub, and one in the place of
   a value is that. Each value's span is where it stands in its source (NULL: the whole text's), its
   flags have VALUE_INNER. */
struct json_text json_text_read(struct values *v, const struct sources *sources,
                                const struct value *x);

#endif
