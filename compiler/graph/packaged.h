/* What `aws cloudformation package` uploads: properties that name local files.
   https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html */
#ifndef GRAPH_PACKAGED_H
#define GRAPH_PACKAGED_H

#include "graph/graph.h"

/* Whether the property of a type may be a path of this machine, which packaging replaces. For a
   nested one (Command of AWS::Glue::Job) ask by the inner name. */
bool property_is_packaged(struct str type, struct str property);
/* Whether packaging would upload something for the resource. */
bool resource_has_local_files(const struct resource *r);

#endif
