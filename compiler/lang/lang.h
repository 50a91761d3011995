/* The first front end: .api sources into a graph. */
#ifndef LANG_LANG_H
#define LANG_LANG_H

#include "base/buf.h"
#include "base/diag.h"
#include "graph/graph.h"
#include "lang/tree.h"
#include "schema/schema.h"

/* Parses a source; never fails: broken statements are reported and become NODE_ERRORs. */
struct tree *lang_parse(struct arena *a, struct diags *d, const struct sources *sources,
                        uint32_t source);

/* The file in the one layout (apic fmt). Comments are kept; nil when the tree has errors. */
struct str lang_format(struct arena *a, const struct sources *sources, const struct tree *t);

/* A build input: --set name=text, or an entry of a --values file. */
struct lang_input {
    struct str name;
    struct str text;     /* of --set: raw for strings, else a literal */
    struct value *value; /* of --values; NULL for --set */
    struct span span;
    bool used;
};

struct lang_options {
    struct lang_input *inputs;
    uint32_t input_count;
    const struct schema *schema;
    struct str code_folder; /* how the source's folder is reached from the template's: "../src/" */
    struct str stdlib;    /* folder of "std/..." modules */
    /* A YAML or JSON source that a stack names, as a value; nil after a reported error. */
    struct value *(*read_document)(struct values *v, struct diags *d, const struct sources *sources,
                                   uint32_t source);
    bool allow_outside;   /* `use` and file() may leave the folder of the root file */
};

/* Evaluates the stack of a root source and fills the graph (initialised, empty). Files that it
   uses are read and added to sources. */
void lang_compile(struct graph *g, struct diags *d, struct sources *sources, uint32_t source,
                  const struct lang_options *options);

/* The language's tables, for help, docs and completion: `apic help table`, `apic help cors`, ... */
void lang_describe(struct buf *out, struct str topic);
/* Appends its topics, each behind a blank. */
void lang_topics(struct buf *out);
/* The same as pieces of the man page, in roff: "constructs", "functions"; false for another. */
bool lang_describe_man(struct buf *out, struct str piece);

#endif
