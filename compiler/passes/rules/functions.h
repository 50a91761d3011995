/* Private to the rules: what intrinsic functions can't take. */
#ifndef RULES_FUNCTIONS_H
#define RULES_FUNCTIONS_H

#include "passes/check.h"

/* The first function in a value that depends on a resource, or, unless only those count, on an import
   or the account's zones: what CloudFormation doesn't know before it makes anything. NULL: none. */
const struct value *value_undecided(const struct check *c, const struct value *x,
                                    bool only_resources);

#endif
