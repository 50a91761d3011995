/* How condition operators compare one value of a policy with one of a request. Each gives whether
   the values fit in every deployment, in none, or in some.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
#ifndef IAM_COMPARE_H
#define IAM_COMPARE_H

#include "iam/arn.h"

struct comparison_row {
    const char *name;
    bool negated; /* StringNotEquals: the opposite of what compare says */
    enum match (*compare)(const struct holes *h, struct arn wanted, struct arn given);
};

/* By an operator's name without ForAnyValue:, ForAllValues: and IfExists, in any case; NULL:
   none. */
const struct comparison_row *compare_find(struct str name);

#endif
