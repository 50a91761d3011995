/* JSON that stands in a property as text: policies, definitions of state machines. */
#ifndef GRAPH_JSON_TEXT_H
#define GRAPH_JSON_TEXT_H

#include "graph/value.h"

/* The value that a text says: a string, an Fn::Sub, an Fn::Join of a known delimiter, or
   Fn::ToJsonString. Variables stay: a text with one is an Fn::Sub. Each value's span is where it
   stands in its source (NULL: the whole text's), its flags have VALUE_INNER. NULL: it isn't JSON. */
struct value *json_text_read(struct values *v, const struct sources *sources,
                             const struct value *x);

#endif
