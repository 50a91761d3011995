/* Passes over the graph: expand (the SAM transform) and the rules. */
#ifndef PASSES_PASSES_H
#define PASSES_PASSES_H

#include "base/diag.h"
#include "graph/graph.h"
#include "schema/schema.h"

struct expand_options {
    struct str region;        /* for partition-dependent output; nil: us-east-1 */
    const struct value *params; /* VAL_MAP of parameter values, or nil: defaults apply */
    bool stand_ins;  /* a parameter without a value has one that it may have: nothing is built */
    bool local_code; /* take paths of this machine where the transform wants a location in S3, and
                        hand them on as they are, for `aws cloudformation package` to upload; and
                        leave definitions alone that Fn::Transform will fill in before SAM */
};

/* Whether the graph is a SAM application: its Transform names AWS::Serverless-2016-10-31, or it
   holds AWS::Serverless::* resources that lang made. */
bool graph_is_sam(const struct graph *g);

/* Does in memory what the SAM transform does: rewrites every AWS::Serverless::* resource, merges
   Globals, resolves parameter references where the transform does, and removes the transform. What
   it refuses is reported (RULE_SAM_INVALID) on the SAM source; then resources may be left as they
   were. Every generated resource has an origin that leads to the SAM resource and event. */
void expand_sam(struct graph *g, const struct expand_options *options, struct diags *d);

struct check_options {
    const struct schema *schema;
    struct str_vec regions; /* from --region; the graph's own count when empty */
};

/* The rules about what a template's author wrote and uses nowhere: before expand_sam, which resolves
   parameters and conditions away. Nothing for a graph that lang made. */
void check_source(const struct graph *g, const struct check_options *options, struct diags *d);

/* Runs all other rules on an expanded graph. */
void check_rules(const struct graph *g, const struct check_options *options, struct diags *d);

#endif
