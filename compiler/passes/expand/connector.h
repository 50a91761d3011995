/* What the files of connectors share. */
#ifndef EXPAND_CONNECTOR_H
#define EXPAND_CONNECTOR_H

#include "passes/expand/expand.h"

/* A row of connector_profiles.def: a profile, or a grant of the profile before it. */
struct connector_row {
    const char *source, *destination; /* types of a profile */
    enum { KIND_ROLE, KIND_QUEUE, KIND_TOPIC, KIND_FUNCTION } kind;
    enum { WHOSE_SOURCE, WHOSE_DESTINATION } whose;
    enum { DEPENDED_NONE, DEPENDED_SOURCE, DEPENDED_MAPPING } depended;
    const char *combinations;
    const char *permission; /* NULL in a profile */
    const char *actions, *resources, *principal, *account;
};

/* One of the two resources; what isn't known of it is nil. */
struct end {
    struct str id;   /* nil: it isn't in the template */
    struct str type; /* of CloudFormation */
    struct value *arn, *role_name, *queue_url, *resource_id, *name, *qualifier;
};

struct connector {
    struct sam *s; /* the connector, or the resource that has it among its own */
    struct str id;
    struct span span;
    const char *part; /* of s, or NULL */
    struct value *attributes;
    struct value *depends_on;
    struct value *permissions;
    int number; /* of the destination, where there is a list of them; else -1 */
    struct end source, destination;
    const struct connector_row *profile;
    VEC(struct resource *) made; /* for this destination */
};

/* connector_ends.c */
const struct connector_row *connector_profile(struct str source, struct str destination);
/* What Source or Destination refers to; `other` is the other of the two. */
struct end connector_end(struct expand *e, const struct connector *c, struct value *given,
                         struct value *other);
/* Lets what needs the policy wait for it: the source, or the event source mapping. */
void connector_order(struct expand *e, const struct connector *c, struct str policy);
/* Puts what s made, from that position on, in place of the connector's id in every DependsOn. */
void connector_replace_dependency(struct expand *e, struct str id, const struct sam *s,
                                  uint32_t from);

/* A connector with these properties as a part of another resource (GraphQL APIs). */
void connector_make(struct expand *e, struct sam *s, struct str id, struct value *properties,
                    const char *part, struct span span);

#endif
