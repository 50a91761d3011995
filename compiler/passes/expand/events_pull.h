/* What functions' roles need for the sources that Lambda polls. */
#ifndef EXPAND_EVENTS_PULL_H
#define EXPAND_EVENTS_PULL_H

#include "passes/expand/events.h"

/* Adds a managed policy (or NULL) and policies (a list, or nil) unless the role has the same. */
void pull_extend_role(struct expand *e, struct resource *role, const char *managed,
                      struct value *policies);

/* events_access.c: lists of { PolicyName, PolicyDocument }, or nil. */
struct value *pull_msk_policies(struct expand *e, struct event *event);
struct value *pull_mq_policies(struct expand *e, struct event *event);
struct value *pull_kafka_policies(struct expand *e, struct event *event);
struct value *pull_document_db_policies(struct expand *e, struct event *event);

#endif
