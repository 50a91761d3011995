/* The second front end: hand-written templates, YAML or JSON, CloudFormation or SAM, into a graph.
   Reading never fails: what is broken is reported and left out or kept as an unknown. */
#ifndef TEMPLATE_TEMPLATE_H
#define TEMPLATE_TEMPLATE_H

#include "base/diag.h"
#include "graph/graph.h"

/* Fills g from source number `source` (an initialised, empty graph). Every value and key carries
   its exact span; aliases and merge keys are resolved; duplicate keys, unknown tags, unknown
   sections are diagnostics. */
void template_read(struct graph *g, struct diags *d, const struct sources *sources,
                   uint32_t source);

/* Does in memory what the transform AWS::LanguageExtensions does, as far as the values are known:
   expands Fn::ForEach in resources, conditions, outputs and properties; replaces Fn::Length,
   Fn::ToJsonString, Fn::FindInMap with a default, and functions in deletion policies by what they
   give. Parameters have the values of `params` (a VAL_MAP, or NULL), else their defaults. What isn't
   known stays as it is; in Resources that is graph.macros. Uses without the transform are errors. */
void template_expand_loops(struct graph *g, struct diags *d, const struct value *params);

/* Whether text seems to be a template (top-level Resources with types, or the format version):
   for finding templates in a folder by content. Cheap: looks at line starts and a few keys. */
bool template_is_likely(struct str text);

/* Any YAML or JSON document as a value, without a template's meaning (values files, OpenAPI files);
   intrinsic functions are recognised when `intrinsics`. nil after a reported error. */
struct value *template_read_value(struct values *v, struct diags *d, const struct sources *sources,
                                  uint32_t source, bool intrinsics);

#endif
