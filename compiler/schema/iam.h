#ifndef SCHEMA_IAM_H
#define SCHEMA_IAM_H

/*
 * What AWS says about IAM: services, their actions, the resources and condition keys that each
 * action takes. The rules of schema.h hold: looked up in place, 0 is nil, nothing allocated.
 * IAM ignores the case of a service and action, so finding does too; what is returned is in
 * AWS's spelling.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */

#include "schema/schema.h"

/* A service by its prefix in an action: "s3", "execute-api". */
struct iam_service_id {
    uint32_t n;
};

/* An action of a service. */
struct iam_action_id {
    uint32_t n;
};

/* A resource type of a service, as policies name it: "function", "object". */
struct iam_resource_id {
    uint32_t n;
};

/* A condition key of a service, or a global one. */
struct iam_key_id {
    uint32_t n;
};

/* ---- services ---------------------------------------------------------------- */

/* Among them "aws", which has no actions: its keys are the global condition keys. */
uint32_t iam_service_count(const struct schema *s);
struct iam_service_id iam_service_at(const struct schema *s, uint32_t n);
struct iam_service_id iam_service_find(const struct schema *s, struct str prefix);
struct iam_service_id iam_service_nearest(const struct schema *s, struct str prefix);
struct str iam_service_prefix(const struct schema *s, struct iam_service_id service);

/* ---- actions ------------------------------------------------------------------- */

/* All actions of all services. */
uint32_t iam_action_total(const struct schema *s);

/* The service's actions, in order of their names in lower case. */
uint32_t iam_service_action_count(const struct schema *s, struct iam_service_id service);
struct iam_action_id iam_service_action_at(const struct schema *s, struct iam_service_id service,
                                           uint32_t n);

/* The action with this name without prefix, "GetItem", in any case. */
struct iam_action_id iam_action_find(const struct schema *s, struct iam_service_id service,
                                     struct str name);
struct iam_action_id iam_action_nearest(const struct schema *s, struct iam_service_id service,
                                        struct str name);

/*
 * The first action at or after position `from` whose name matches a pattern of `*` and `?`
 * (in any case); nil when there is none. *at receives its position, so that
 *     for (uint32_t i = 0; iam_action_match(s, svc, pat, i, &i).n; i++)
 * visits all. Time is linear in the name for each action.
 */
struct iam_action_id iam_action_match(const struct schema *s, struct iam_service_id service,
                                      struct str pattern, uint32_t from, uint32_t *at);

/* How many actions of the service match the pattern. */
uint32_t iam_action_match_count(const struct schema *s, struct iam_service_id service,
                                struct str pattern);

/* Whether the text matches the pattern of `*` and `?`, ignoring case. */
bool iam_wildcard_match(struct str pattern, struct str text);

/* The action's name without the prefix: "GetItem". */
struct str iam_action_name(const struct schema *s, struct iam_action_id action);

enum iam_access {
    IAM_ACCESS_UNKNOWN,
    IAM_ACCESS_LIST,
    IAM_ACCESS_READ,
    IAM_ACCESS_WRITE,
    IAM_ACCESS_TAGGING,
    IAM_ACCESS_PERMISSIONS /* changes who may do what */
};
enum iam_access iam_action_access(const struct schema *s, struct iam_action_id action);

/* A resource type that an action takes. */
struct iam_action_resource {
    struct iam_resource_id resource;
    bool required;              /* the action is denied without one of these */
    struct schema_list keys;    /* condition keys that hold for this pair */
    struct schema_list depends; /* other actions needed with this pair, "iam:PassRole" */
};

/* The resource types an action takes; 0 when it only takes "*". */
uint32_t iam_action_resource_count(const struct schema *s, struct iam_action_id action);
struct iam_action_resource iam_action_resource_at(const struct schema *s,
                                                  struct iam_action_id action, uint32_t n);

/* The actions that are also needed, "iam:PassRole"; those of its resource types are apart. */
struct schema_list iam_action_depends(const struct schema *s, struct iam_action_id action);

/* ---- resource types -------------------------------------------------------------- */

/* The service's resource type of this name, in any case; nil: none. */
struct iam_resource_id iam_resource_find(const struct schema *s, struct iam_service_id service,
                                         struct str name);
struct str iam_resource_name(const struct schema *s, struct iam_resource_id resource);

/* The resource's ARN with ${Partition}, ${Region}, ${Account} and other placeholders. */
struct str iam_resource_arn(const struct schema *s, struct iam_resource_id resource);

/*
 * Whether an ARN, or a pattern of one with `*` and `?`, can name a resource of the type. Part
 * by part: a placeholder stands for any text, and an empty part or "*" matches any.
 */
bool iam_resource_matches(const struct schema *s, struct iam_resource_id resource, struct str arn);

/* ---- condition keys ---------------------------------------------------------------- */

/* The keys that a service defines (not the global aws:*), in order of lower case. */
uint32_t iam_service_key_count(const struct schema *s, struct iam_service_id service);
struct iam_key_id iam_service_key_at(const struct schema *s, struct iam_service_id service,
                                     uint32_t n);

/*
 * A key such as "s3:prefix" or "aws:ResourceTag/team": placeholders in the table's key (the part
 * after "/") match any text. The service is the one whose policy statement it stands in. Global
 * aws:* keys are found for any service.
 */
struct iam_key_id iam_key_find(const struct schema *s, struct iam_service_id service,
                               struct str key);
struct iam_key_id iam_key_nearest(const struct schema *s, struct iam_service_id service,
                                  struct str key);
struct str iam_key_name(const struct schema *s, struct iam_key_id key);

/* "String", "ARN", "Bool", "Numeric", "Date", "ArrayOfString"... */
struct str iam_key_type(const struct schema *s, struct iam_key_id key);

#endif
