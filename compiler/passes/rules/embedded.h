/* Private to the rules: documents in JSON that stand in a template as texts, such as a state machine's
   DefinitionString, read as values whose spans are the places in the template. */
#ifndef RULES_EMBEDDED_H
#define RULES_EMBEDDED_H

#include "passes/check.h"

struct embedded {
    const struct value *root; /* nil: no document, or nothing is known about it */
    const char *mistake;      /* why it is no JSON; NULL: it is, or that isn't known */
    struct span at;           /* of the mistake */
};

/* Reads a literal, an Fn::Sub, an Fn::Join of texts, or what Fn::ToJsonString is given. What is known
   only at deployment is a string with "${" in it, or an intrinsic where it stands for a whole value.
   A map or list is its own document. */
struct embedded embedded_read(struct check *c, const struct value *x);
/* The same, and reports json-text for what is no JSON; name: of the property. */
const struct value *embedded_check(struct check *c, const struct resource *r, const struct value *x,
                                   struct str name);

#endif
