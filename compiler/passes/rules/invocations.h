/* Private to the rules: which services of AWS call which functions of the stack. */
#ifndef RULES_INVOCATIONS_H
#define RULES_INVOCATIONS_H

#include "passes/check.h"

/* A service that calls a function by itself, not through a role. */
struct invocation {
    const struct resource *r;        /* the caller: a REST API, a method, a rule */
    const struct value *at;          /* where it names the function */
    const struct resource *function; /* a function, alias or version of this stack */
    const struct resource *source;   /* what a permission's SourceArn is about; NULL: not known */
    const char *principal;           /* "apigateway.amazonaws.com" */
    struct str route;                /* of an API: "GET /users/{id}"; or nil */
    struct bdd_id when;
};

struct invocations {
    VEC(struct invocation) items;
};

/* An integration of an API with something: Lambda, another service, an HTTP endpoint. */
struct integration {
    const struct resource *r;
    const struct value *body;   /* the object that describes it */
    struct span at;             /* the operation or the integration, for what is missing */
    struct span route_at;       /* the route */
    const struct value *type, *uri, *method, *credentials;
    const struct value
        *operation; /* of an OpenAPI body; or a method's or route's properties; or NULL */
    const struct value *document;  /* the OpenAPI body; NULL: not in one */
    const struct resource *api; /* NULL: not known */
    struct str route;           /* "GET /users/{id}"; nil where it isn't known */
    bool is_rest;
    struct bdd_id when;
};

struct integrations {
    VEC(struct integration) items;
};

/* All integrations of REST, HTTP and WebSocket APIs, in bodies and as resources; found on first
   use. */
const struct integrations *integrations_of(struct check *c);
/* All calls of functions, those of integrations among them; found on first use. */
const struct invocations *invocations_of(struct check *c);
/* The function, alias or version of the stack that a value (an ARN, an integration's URI) leads to. */
const struct resource *function_of(struct check *c, const struct value *x);
/* Reports that a role of the stack doesn't allow an API what it does to a resource (NULL: to anything);
   nothing where the role isn't known as a whole. */
void integration_check_role(struct check *c, const struct resource *r, const struct value *role,
                            struct str action, const struct resource *to, const struct value *at);

#endif
