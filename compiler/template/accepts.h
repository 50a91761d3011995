/* What a template silences, and where. */
#ifndef TEMPLATE_ACCEPTS_H
#define TEMPLATE_ACCEPTS_H

#include "base/diag.h"
#include "graph/graph.h"

/* Adds the acceptances of source number `source`, which g was read from: comments, Metadata's
   apic: {allow: [RULE, ..]} and cfn-lint: {config: {ignore_checks: [NUMBER, ..]}}, of the template
   and of resources. A rule that doesn't exist is reported. */
void template_read_accepts(const struct graph *g, struct diags *d, const struct sources *sources,
                           uint32_t source);

#endif
