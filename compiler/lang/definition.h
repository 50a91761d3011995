/* What the reading of an OpenAPI definition passes between its files; private to lang. */
#ifndef LANG_DEFINITION_H
#define LANG_DEFINITION_H

#include "lang/api.h"

/* A document that an API's `definition` names; nil after a message. */
struct value *definition_read(struct lang *l, struct str path, struct span given);

/* Which parts of a definition are of OpenAPI 3.1. */
struct newer {
    bool all;              /* the document says so itself */
    VEC(uint32_t) sources; /* files that say so, and that the document takes from */
};
bool definition_is_newer(const struct value *doc);

/* references.c: brings what a document refers to in other files into it, notes which of them are of
   OpenAPI 3.1, and reports what leads nowhere. */
void definition_bundle(struct lang *l, struct value *doc, bool swagger, struct newer *newer);
/* openapi31.c: writes what is of OpenAPI 3.1 as OpenAPI 3.0, which API Gateway takes; what 3.0
   can't say is reported where it comes from 3.1. */
void definition_lower31(struct lang *l, struct value *doc, const struct newer *newer);

#endif
