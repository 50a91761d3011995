/* Errors of a program and what follows from them. A statement with an error makes less than it
   says, so what the rules find in it, or in what it makes, may be no mistake of the user's;
   elsewhere they are right, and all errors are wanted in one run. */
#ifndef DRIVER_FOLLOW_H
#define DRIVER_FOLLOW_H

#include "driver/driver.h"

/* Whether the errors so far leave anything that rules can judge: none where the text can't be
   parsed, or a value, a parameter or a module is broken that anything may depend on. */
bool follow_can_go_on(struct job *j);
/* Takes out the diagnostics from number `first` on that are about a statement, or a template's
   value, in which an earlier one found an error. */
void follow_drop(struct job *j, uint32_t first);
/* Takes out the warnings of the rules that stand where an error stands, which says the same. */
void follow_drop_repeated(struct job *j, const enum rule_id *rules, size_t count);

#endif
