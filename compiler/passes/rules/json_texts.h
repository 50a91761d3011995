/* Private to the rules: documents in JSON that stand in a template as texts. */
#ifndef RULES_JSON_TEXTS_H
#define RULES_JSON_TEXTS_H

#include "passes/check.h"

/* The document in a property, see json_text_read; nil where there is none, or nothing is known about
   it. What is no JSON is reported; name: of the property. */
const struct value *check_json_text(struct check *c, const struct resource *r,
                                    const struct value *x, struct str name);

#endif
