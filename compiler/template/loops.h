/* Values that AWS::LanguageExtensions needs before deployment. */
#ifndef TEMPLATE_LOOPS_H
#define TEMPLATE_LOOPS_H

#include "base/diag.h"
#include "graph/graph.h"

/* What resolves references: the graph's mappings and parameters. */
struct resolver {
    struct graph *graph;
    const struct value *params; /* VAL_MAP of given values, or nil */
    bool guessed;               /* set when a parameter's default was taken for its value */
};

/* The string, number, boolean or list that x is known to give, or nil. */
struct value *resolve(struct resolver *r, struct value *x);

/* A deep copy of x in which a loop's placeholder is its element: ${Name} and &{Name} (that without
   what isn't a letter or digit) in keys and texts, and { Ref: Name }. Every value comes from origin. */
struct value *substitute(struct values *v, const struct value *x, struct str name,
                         struct str element, const struct origin *origin);

#endif
