/* YAML and JSON text as a value: types of scalars, intrinsic functions in both forms, anchors,
   merge keys. Knows nothing of a template's sections. */
#ifndef TEMPLATE_DOCUMENT_H
#define TEMPLATE_DOCUMENT_H

#include "base/diag.h"
#include "graph/value.h"

struct document_options {
    bool intrinsics;      /* recognise functions, and warn of what only templates can't hold */
    unsigned names_depth; /* maps down to this depth (the outermost is at 1) hold names: a single key
                             Ref makes no function of them, but a tag does */
};

/* The first document of a source. nil after an error that leaves nothing to work with (which is
   reported), and for a text without content (which is not). Whatever is merely doubtful in the
   document (a duplicate key, an unknown tag) is reported and the rest is kept. */
struct value *document_read(struct values *v, struct diags *d, const struct sources *sources,
                            uint32_t source, struct document_options options);

/* Turns { Condition: name } into the condition function, where x is one; for the places in which
   only a condition can stand. */
struct value *document_condition(struct values *v, struct value *x);

#endif
