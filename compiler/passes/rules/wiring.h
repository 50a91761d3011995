/* Private to the rules: what the stack's wiring shows that a role needs, and what it could gain. */
#ifndef RULES_WIRING_H
#define RULES_WIRING_H

#include "passes/rules/access.h"

/* The actions that a pattern allows and that the stack shows to be needed by who runs with the
   role: tasks of state machines, integrations, event sources, routes. */
struct str_vec wiring_actions(struct access *a, const struct holder *h, struct str pattern);
/* References to the resources that an action may be meant for: "!GetAtt Orders.Arn"; nil: none. */
struct str wiring_arns(struct access *a, const struct holder *h, struct str action);

/* A way to permissions that nobody gave: a row of iam/escalation.def. */
struct escalation {
    const char *action, *with, *gain;
};

/* The way that an action opens to who has it, and all else the principal has; or NULL. */
const struct escalation *escalation_find(const struct access *a, const struct holder *h,
                                         const struct statement *s, struct str action);
#endif
