/* Private to the rules: which services send to queues and topics of the stack by themselves, and
   whether a policy speaks of a service. */
#ifndef RULES_SERVICES_H
#define RULES_SERVICES_H

#include "passes/rules/access.h"

/* A service that sends to a queue or topic, not through a role. */
struct sending {
    const struct resource *sender; /* a subscription, bucket, rule, alarm */
    const struct value *at;        /* where it names what it sends to */
    const struct resource *to;     /* a queue or topic of this stack */
    const char *principal;         /* "sns.amazonaws.com" */
};

struct sendings {
    VEC(struct sending) items;
};

/* Adds what the services of a stack send to its queues and topics: see services.def. */
void sendings_of(struct check *c, struct sendings *out);
/* Whether the name of a service may be another's, or that of a region: "states.us-east-1.amazonaws.com"
   is "states.amazonaws.com". What isn't known (nil, TEXT_HOLE) may be any. */
bool service_is(struct str given, struct str service);
/* Whether a statement's Principal may be a service, or everybody. */
bool principal_may_be(struct check *c, const struct value *principal, struct str service);

#endif
