/* Private to the rules: names of services as principals, "lambda.amazonaws.com". */
#ifndef RULES_SERVICE_NAMES_H
#define RULES_SERVICE_NAMES_H

#include "passes/check.h"

/* The principal that a misspelt one was to be: of lamda.amazonaws.com, lambda.amazonaws.co or lambda
   it is lambda.amazonaws.com. nil where the name is known, may be, or is like no other. */
struct str service_meant(const struct check *c, struct str given);
/* Reports a value of Service in a Principal that is misspelt. */
void service_name_check(struct check *c, const struct resource *r, const struct value *x);

#endif
