/* How a template is deployed with the AWS CLI: what CloudFormation must be told about it. */
#ifndef DRIVER_DEPLOY_H
#define DRIVER_DEPLOY_H

#include "driver/driver.h"

struct deploy_plan {
    uint32_t resources;
    size_t bytes;          /* of the template */
    bool needs_bucket;     /* too large to be passed in the request */
    bool needs_package;    /* names local files that must be uploaded first */
    bool iam, named_iam;   /* CAPABILITY_IAM, CAPABILITY_NAMED_IAM */
    bool auto_expand;      /* CAPABILITY_AUTO_EXPAND: macros, or nested stacks that may have some */
    struct str stack_name; /* the stack's own, else made from the file's name */
    struct str_vec regions;
    struct str_vec parameters; /* without a default */
};

/* The plan of a job that has been emitted. */
struct deploy_plan deploy_plan_of(struct arena *a, const struct job *j);
/* The commands, a line each, as typed into a shell, for a template in `file`. */
void deploy_commands(struct buf *out, const struct deploy_plan *plan, struct str file);

#endif
