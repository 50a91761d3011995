/* Conditions of statements, and what is known of a request without anybody having said it: a role
   of the stack calls by TLS, is no service, and has its ARN. What isn't known makes an answer
   depend.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
#ifndef IAM_CONDITION_H
#define IAM_CONDITION_H

#include "iam/policy.h"

/* What a person says about requests: the values of a condition key, or that it isn't there. */
struct context_key {
    struct str key;
    struct str_vec values; /* none: requests don't carry the key */
};

struct context {
    VEC(struct context_key) items;
};

/* Adds a value to a key, or with nil the fact that there is none. */
void context_add(struct arena *a, struct context *c, struct str key, struct str value);

/* Whether a Condition holds for a principal's (NULL: somebody's) requests: for all, for none, or
   that depends; *undecided is then the first key that decides it, or nil. The service is that of
   the action: its condition keys have types; nil: not known. */
enum match condition_holds(struct iam *iam, const struct holder *who, struct str service,
                           const struct value *condition, struct str *undecided);

/* Whether an operator asks that something isn't so: "StringNotEquals", or "Null". */
bool condition_is_negative(struct str operator);
/* A pattern with the policy variables that are known replaced by their values. False: it names a
   variable that requests don't have, so that it matches nothing.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
 */
bool condition_resolve(struct iam *iam, const struct holder *who, struct arn in, struct arn *out);

#endif
