/* Whether a principal of the stack may do something, as IAM decides it inside of one account: an
   explicit Deny wins, then what the principal's policies or the resource's own allow, confined by
   the boundary. What isn't known before deployment (parameters, conditions, managed policies that
   only the account knows) makes an answer depend, and is named.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
#ifndef IAM_EVALUATE_H
#define IAM_EVALUATE_H

#include "iam/policy.h"

enum decision { DECISION_DENIED, DECISION_ALLOWED, DECISION_DEPENDS };

struct request {
    struct str action;  /* "dynamodb:GetItem" */
    struct arn on;      /* what it is done to; "*" for actions that take no ARN */
    struct str target;  /* logical id of the resource whose policy counts too; nil: none */
};

/* What an answer depends on, or what decided it. */
struct reason {
    struct span span;
    struct str text;
};

struct answer {
    enum decision decision;
    const struct statement *by; /* the statement that decided, or NULL */
    VEC(struct reason) reasons; /* of DECISION_DEPENDS; never empty then */
};

/* Whether a principal may do what is asked for: denials, boundary, own policies and that of the
   resource, in IAM's order. Statements that can't be read make it depend.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
struct answer iam_evaluate(struct iam *iam, const struct holder *who, const struct request *what);
/* Whether a statement's Condition holds for every request of a principal (NULL: somebody) with an
   action (nil: any), for none, or depends. */
enum match iam_condition(struct iam *iam, const struct holder *who, const struct statement *s,
                         struct str action);
/* Whether a statement speaks of an action (in lower case), whatever its Effect and Condition. */
enum match iam_speaks_of_action(const struct iam *iam, const struct statement *s,
                                struct str action);
enum match iam_speaks_of_resource(struct iam *iam, const struct statement *s, struct arn on);
/* Whether a statement is there whenever something else is. */
enum match iam_is_there(const struct iam *iam, struct bdd_id statement, struct bdd_id other);

/* How an action is asked on a thing with a given ARN: on the ARN itself, on something inside of it
   ("/" and anything), or on everything ("*"), by the resource types that the action takes. False:
   the action takes other resource types. */
bool iam_aim(struct iam *iam, struct iam_action_id action, struct arn on, struct arn *out);

#endif
