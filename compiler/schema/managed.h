#ifndef SCHEMA_MANAGED_H
#define SCHEMA_MANAGED_H

/*
 * What AWS's managed policies say, those that stacks attach: https://docs.aws.amazon.com/
 * aws-managed-policy/latest/reference/policy-list.html. The rules of schema.h hold: looked up in
 * place, 0 is nil, nothing allocated. A policy that isn't here is one that nothing is known of.
 */

#include "schema/schema.h"

struct managed_id {
    uint32_t n;
};

/* Policies that are known. */
uint32_t managed_count(const struct schema *s);
struct managed_id managed_at(const struct schema *s, uint32_t n);
/* By what follows "policy/" in its ARN: "service-role/AWSLambdaRole". */
struct managed_id managed_find(const struct schema *s, struct str name);
struct str managed_name(const struct schema *s, struct managed_id policy);

struct managed_statement {
    bool denies, not_action, not_resource;
    struct schema_list actions, resources; /* or those of NotAction, NotResource */
    uint32_t first_condition, condition_count;
};

/* Its statements, in order; one without actions where there are not so many. */
uint32_t managed_statement_count(const struct schema *s, struct managed_id policy);
struct managed_statement managed_statement_at(const struct schema *s, struct managed_id policy,
                                              uint32_t n);

/* "StringEquals", "iam:PassedToService", and the values, texts all. */
struct managed_condition {
    struct str operator, key;
    struct schema_list values;
};

struct managed_condition
managed_condition_at(const struct schema *s, const struct managed_statement *statement, uint32_t n);

#endif
