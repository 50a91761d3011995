/* One resource of a template, and what its reader shares with that of the sections. */
#ifndef TEMPLATE_RESOURCE_H
#define TEMPLATE_RESOURCE_H

#include "base/diag.h"
#include "graph/graph.h"

/* Adds what stands under one key of Resources: a resource, or a macro that will make some. What it
   lacks is reported. Nothing happens when the id is taken. */
void template_read_resource(struct graph *g, struct diags *d, const struct member *m,
                            const struct origin *origin);

/* Reports an id that isn't of letters and digits. */
void template_check_id(struct diags *d, struct str id, struct span span);
/* Fn::Transform and Fn::ForEach::NAME: keys that stand for others. */
bool template_is_macro_key(struct str key);
/* "a list", "an intrinsic function": what a value is, to the user. */
const char *template_words_of(const struct value *x);

#endif
