/* Private to the rules: the policies of the stack, read once; which resources a statement names;
   and what the code of a function can know of the stack. */
#ifndef RULES_ACCESS_H
#define RULES_ACCESS_H

#include "iam/evaluate.h"
#include "passes/check.h"

/* A place where a statement names a resource of the stack. */
struct mention {
    const struct holder *holder; /* who is allowed; NULL: nobody of the stack */
    const struct statement *statement;
    const struct term *term;
    const struct resource *resource;
};

struct mention_vec {
    VEC(struct mention) items;
};

struct access {
    struct check *c;
    struct holes holes;
    struct iam iam;
    struct mention_vec mentions; /* of principals' own statements that allow, in order */
    struct map by_resource;      /* logical id -> struct mention_vec * */
    struct wiring *wiring;       /* of wiring.c, made on first use */
    struct map agents;           /* action -> agents that do it, of policies.c */
};

/* Read on first use; NULL where the tables have no actions. */
struct access *access_get(struct check *c);
/* What allows something on a resource by naming it; never NULL. */
const struct mention_vec *access_mentions(const struct access *a, const struct resource *r);
struct arn access_arn(struct access *a, const struct resource *r); /* as arn_of_resource */
/* The one resource of the stack that an ARN is built of, or NULL. */
const struct resource *access_named(struct access *a, const struct value *x);
/* Whether all that a role may do is known: its policies, and that no others are added. */
bool access_is_whole(const struct access *a, const struct holder *h);
/* The role of the stack that a value names, where all that it may do is known; or NULL. */
const struct holder *access_known_role(struct access *a, const struct value *x);
/* Whether an action is certainly denied, though the role is known. */
bool access_is_denied(struct access *a, const struct holder *h, struct str action, struct arn on,
                      const struct resource *target);
/* The action that a task of a state machine takes: dynamodb:PutItem for
   "arn:aws:states:::dynamodb:putItem"; nil where the text is no such ARN, IAM calls it otherwise, or
   nothing needs to allow it.
   https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html */
struct str access_task_action(struct access *a, struct str resource);
/* "a, b and c" */
struct str access_words(struct check *c, const struct str_vec *items);
/* What a holder certainly lacks of some actions on something (NULL: on anything), as "a, b and c";
   nil: nothing. Of alternatives ("a|b") one is enough; one that ends with '/' is done to what is in
   it. */
struct str access_lacking(struct access *a, const struct holder *h, const struct value *to,
                          struct str actions);
/* Whether some statement allows an action on anything. */
bool access_speaks(const struct access *a, const struct holder *h, struct str action);
/* Whether a statement was written by the SAM transform, so that nobody can repair it. */
bool access_is_generated(const struct access *a, const struct statement *s);
/* Whether a Condition leaves only some of what a statement speaks of; what can't be read may. */
bool access_is_confined(const struct statement *s);
/* Whether it leaves only some of a service's actions: ForAllValues holds where a key is missing. */
bool access_limits_actions(const struct statement *s);
/* Whether a Condition lets in only some of everybody: not by what whoever asks may claim, nor by what
   holds, too, where it isn't said. */
bool access_bars_strangers(const struct statement *s);
/* Whether a pattern has an asterisk. */
bool access_has_star(struct arn pattern);
/* Whether an action needs a resource of a type: one that is required, or of which it needs one
   though another type may take its place (an object for an object of an access point). */
bool access_needs(const struct schema *s, struct iam_action_resource r);
/* Whether an action is always done to something that has an ARN. */
bool access_takes(const struct schema *s, struct iam_action_id action);
/* Whether a pattern covers all resources of a type that an action must be given, in some
   account; of connections of APIs those of all APIs. */
bool access_is_wide(const struct access *a, struct iam_action_id action, struct arn pattern);
/* The third part of an ARN, "sqs"; nil where it isn't known. */
struct str access_service(const struct access *a, struct arn x);

/* Whether the name of a resource is made at deployment, so that no code can hold it. */
bool access_has_own_name(const struct resource *r);
/* Whether a function can learn of a resource: it refers to it, is called for it, or something may
   tell it the name. */
bool access_knows(const struct access *a, const struct resource *function,
                  const struct resource *r);
/* Whether events, messages or machines call a function, which may carry any name. */
bool access_hears(const struct access *a, const struct resource *function);

#endif
