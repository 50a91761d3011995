/* Private to the rules: ARNs, as far as they are known. */
#ifndef RULES_ARNS_H
#define RULES_ARNS_H

#include "passes/check.h"

enum arn_part { ARN_PREFIX, ARN_PARTITION, ARN_SERVICE, ARN_REGION, ARN_ACCOUNT, ARN_RESOURCE };

enum { ARN_PARTS = 6 };

struct arn {
    struct text text;
    struct str parts[ARN_PARTS]; /* may have holes */
    uint32_t known;              /* how many parts are certain to be where they are */
};

/* Reads a value that starts with "arn:"; false where it isn't known to. Parts behind a hole that may
   hold colons are not known. */
bool arn_read(struct check *c, const struct value *x, struct arn *out);
/* A part without holes; nil where it isn't known. An empty part is not nil, but of length 0. */
struct str arn_part(const struct arn *arn, enum arn_part part);

#endif
