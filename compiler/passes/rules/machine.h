/* Private to the rules about state machines: machines.c walks a definition, machine_states.c looks at
   one state, machine_values.c at paths, expressions and resources. */
#ifndef RULES_MACHINE_H
#define RULES_MACHINE_H

#include "passes/check.h"

/* A machine, a branch of a Parallel, the processor of a Map: states that know each other. */
struct machine {
    struct check *c;
    const struct resource *r;
    const struct value *states;
    unsigned depth;
    bool is_jsonata; /* the language of states that don't say their own */
    bool any_language; /* of a state around, so that it isn't known */
    bool is_express; /* certainly */
};

/* Text that no substitution changes any more. */
static inline bool machine_is_literal(const struct value *x) {
    return x->kind == VAL_STRING && str_find(x->text, STR("${"), 0) == x->text.len;
}

/* "arn:aws:states:::dynamodb:putItem", "..:::aws-sdk:s3:getObject", "..:::ecs:runTask.sync:2" */
struct machine_task {
    struct str service, action;
    struct str pattern; /* "sync:2"; nil: none */
    bool is_sdk;
};

/* False where a text is no such ARN. */
bool machine_task_read(struct str resource, struct machine_task *out);

/* The letter of a type in machine_fields.def; 0: no type. */
char machine_letter(struct str type);
/* The state's fields: known, allowed, there; its choices, retriers, catchers. */
void machine_check_state(const struct machine *m, const struct member *state, char letter);
/* Paths and calls of intrinsic functions in a state, where it uses JSONPath; expressions of JSONata. */
void machine_check_values(const struct machine *m, const struct value *state, bool is_jsonata);
/* What a Task runs. */
void machine_check_resource(const struct machine *m, const struct value *resource);

#endif
