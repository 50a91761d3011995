/* What the reading of an OpenAPI definition passes between its files; private to lang. */
#ifndef LANG_DEFINITION_H
#define LANG_DEFINITION_H

#include "lang/api.h"

/* A document that an API's `definition` names; nil after a message. */
struct value *definition_read(struct lang *l, struct str path, struct span given);
/* references.c: brings what a document refers to in other files into it, and reports what leads
   nowhere. */
void definition_bundle(struct lang *l, struct value *doc, bool swagger);
/* openapi31.c: writes what is of OpenAPI 3.1 as OpenAPI 3.0, which API Gateway takes; what 3.0
   can't say is reported. */
void definition_lower31(struct lang *l, struct value *doc);

#endif
