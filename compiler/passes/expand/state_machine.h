/* What the files of AWS::Serverless::StateMachine share. */
#ifndef EXPAND_STATE_MACHINE_H
#define EXPAND_STATE_MACHINE_H

#include "passes/expand/events.h"

/* The event types of state machines (state_machine_events.c). */
const struct event_type *event_of_state_machine(struct str name);
/* state_machine_definition.c: sets the definition, from Definition or DefinitionUri. */
void state_machine_define(struct expand *e, struct sam *s, struct resource *machine);

#endif
