/* Who may do what to which resource, as rows for a person: all of a stack, of one action, or what
   one stack grants and another doesn't. */
#ifndef IAM_GRANTS_H
#define IAM_GRANTS_H

#include "iam/evaluate.h"

struct str_row {
    VEC(struct str) items;
};

struct grant {
    struct str who;       /* logical id of the principal, or who a resource's policy names */
    struct str_row users; /* functions and machines that run with it */
    bool allows;
    bool depends;           /* on something at deployment, or a Condition with each request */
    struct str_row actions; /* patterns, or actions */
    struct str_row on;      /* resources of the stack by their logical ids, else ARNs */
    struct str condition;   /* canonical JSON, or nil */
    struct str under;       /* the same for a person: "aws:SourceArn ArnLike arn:..", or nil */
    struct str managed;     /* the AWS managed policy that says it, or nil */
    struct str reason;      /* of what depends, or why a grant is new */
    struct span span;
};

struct grants {
    VEC(struct grant) items;
};

/* A row for every statement: principals first, then the policies of resources, and of roles' trust
   policies what lets in others than services. What can't be read
   has a row with a reason and without actions. */
void iam_grants(struct iam *iam, struct grants *out);
/* Who may do an action, on what; Deny and boundaries are taken off, and what depends says why. */
void iam_grants_of(struct iam *iam, struct str action, struct grants *out);
/* Who may do an action on one ARN, which is taken literally. */
void iam_grants_on(struct iam *iam, struct str action, struct str arn, struct grants *out);
/* What `now` allows and `before` didn't, principal by principal (by logical ids): actions on
   resource patterns that no statement of before includes, denials and boundaries that are gone or
   less. Both must share their holes. Empty: proven that nothing is new. */
void iam_grants_new(struct iam *before, struct iam *now, struct grants *out);

/* A row of what a statement says; of its holder alone; a term as the user knows it, with resources
   of the stack by their logical ids. */
struct grant grant_of(struct iam *iam, const struct holder *h, const struct statement *s);
struct grant grant_begin(struct iam *iam, const struct holder *h);
struct str grant_term(struct iam *iam, const struct term *t);

/* What a principal may do to a resource, as letters of access levels: L list, R read, W write,
   T tag, P change permissions; in lower case where that depends. Empty: nothing. */
struct str iam_letters(struct iam *iam, const struct holder *who, const struct resource *r);

#endif
