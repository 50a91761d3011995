/* Private to the rules: repairs of statements that allow more than is needed, where it is certain
   what that is. */
#ifndef RULES_NARROW_H
#define RULES_NARROW_H

#include "passes/rules/access.h"

/* Gives a diagnostic about Resource '*' the ARN to write instead: of the only resource that the
   role's functions are told of and that the actions are done to. Nothing where anything else may be
   meant. */
void narrow_resource(struct access *a, const struct holder *h, const struct statement *s,
                     const struct value *star, struct diag *d);
/* The same for a pattern of the only action that it means. */
void narrow_action(struct check *c, const struct value *pattern, struct str only, struct diag *d);
/* The same for a pattern that is a statement's whole Action, and what the stack shows to be needed of
   it: a proposal, since the code may do more than the stack shows. */
void narrow_actions(struct check *c, const struct statement *s, const struct value *pattern,
                    const struct str_vec *needed, struct diag *d);

#endif
