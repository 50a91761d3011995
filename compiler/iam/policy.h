/* The policies of a stack: what roles, users and groups may do, what the policies of buckets,
   queues, topics, keys, functions, APIs and secrets say, boundaries and trust policies, as
   statements whose actions and ARNs are patterns with unknown parts. What can't be read (a
   document made by a macro, a managed policy that only the account knows) is noted with its
   holder, and evaluation says so. */
#ifndef IAM_POLICY_H
#define IAM_POLICY_H

#include "iam/arn.h"
#include "schema/iam.h"

enum policy_kind {
    POLICY_IDENTITY, /* of a role, user or group */
    POLICY_BOUNDARY,
    POLICY_RESOURCE, /* of a bucket, queue, ... */
    POLICY_TRUST,    /* who may assume a role */
    POLICY_ENDPOINT, /* what may pass through a VPC endpoint: it grants nothing */
};

/* A text of a statement: an action, an ARN. */
struct term {
    const struct value *value; /* NULL: of an AWS managed policy */
    struct arn pattern; /* of an action: in lower case */
    struct bdd_id when;
    bool sure; /* not only one of several that a parameter allows */
};

struct term_vec {
    VEC(struct term) items;
    struct map by_pattern; /* where there are many: bytes of a pattern -> position + 1 of its first */
    bool is_plain;         /* it is known that no policy variables are in them */
};

struct statement {
    enum policy_kind kind;
    bool allows;
    bool not_action, not_resource, not_principal;
    bool literal; /* its ${..} are texts, since the policy's version is that of 2008 */
    bool whole; /* nothing in Action or Resource is left unread */
    struct term_vec actions;
    struct term_vec resources; /* of a resource's policy without Resource: none, it is that */
    const struct value *principal;
    const struct value *condition; /* nil: none */
    struct bdd_id when;            /* the policy's condition and the Fn::Ifs around */
    const struct value *value;     /* as it stands; NULL: of an AWS managed policy */
    const struct resource *owner;  /* the resource that holds the policy */
    struct str managed;            /* the AWS managed policy */
    struct span span;
};

struct statement_vec {
    VEC(struct statement *) items;
};

/* Something about a holder that can't be read: why an answer depends. */
struct unread {
    struct span span;
    struct str text; /* "the managed policy 'X' isn't known" */
    bool may_deny;   /* AWS's own managed policies only allow, but for one that is known */
};

/* A role, user or group, or a resource with a policy. */
struct holder {
    const struct resource *resource;
    struct statement_vec own;      /* identity statements, or those of a resource's policy */
    struct statement_vec boundary; /* where there is one */
    bool bounded, boundary_unread;
    VEC(struct unread) unread;
    VEC(const struct resource *) users; /* functions and machines that run with the role */
};

struct iam {
    struct arena *arena;
    const struct graph *graph;
    const struct schema *schema;
    struct formulas *formulas;
    struct view *view;
    struct holes *holes;
    struct arns arns;
    const struct context *context; /* what is known of requests; NULL: nothing. See condition.h */
    VEC(struct holder *) principals; /* roles, users, groups, in order */
    struct statement_vec statements; /* all, in order of the resources that hold them */
    struct map by_id;                /* logical id of a principal -> struct holder * */
    struct map policies;             /* logical id of a resource -> struct holder *, its policy */
    struct map managed;              /* name of an AWS managed policy -> struct statement_vec * */
    struct map named;                /* type -> its resources by their names */
    struct map actions;              /* text -> struct named_action *, of those asked for */
    struct map action_patterns;      /* text -> struct arn *, of those in statements */
};

/* An action by its text, and what it is to IAM; nil where IAM doesn't know it. */
struct named_action {
    struct str prefix, name; /* "s3", "GetObject" as they stand; name is nil without a colon */
    struct iam_service_id service;
    struct iam_action_id action;
};

/* Reads the policies of a graph. The formulas, the view and the holes belong to the caller and
   outlive it; the view and formulas are of this graph. */
void iam_read(struct iam *iam, struct arena *a, const struct graph *g, const struct schema *s,
              struct formulas *f, struct view *v, struct holes *h);
/* What a text names that stays as it is; looked up once. */
struct named_action iam_action_named(struct iam *iam, struct str text);
/* Of many terms the first whose pattern is this one, symbol by symbol; or NULL. */
const struct term *iam_term_of(const struct term_vec *terms, struct arn pattern);
/* The role, user or group with this logical id, or NULL. */
struct holder *iam_principal(const struct iam *iam, struct str id);
/* The policy of a resource, or NULL. */
struct holder *iam_policy_of(const struct iam *iam, struct str id);
/* The resource of the stack that a Ref, Fn::GetAtt or Fn::Sub of nothing else names, or NULL. */
const struct resource *iam_target(const struct iam *iam, const struct value *x);
/* The role that a function or machine runs with; NULL where it isn't of the stack. */
struct holder *iam_role_of(const struct iam *iam, const struct resource *r);

#endif
