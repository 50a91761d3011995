/* The conditions of a stack as boolean formulas: whether something can be there while something else
   is not is decided here, over all deployments at once, not by trying cases. Comparisons are the
   variables: the same left side against different literals excludes itself, and a parameter's
   AllowedValues, or the stack's regions, bound what it can be. What can't be understood (an
   undefined condition, a circle, a formula over the limits) is unknown, and every answer about it
   is TRUTH_UNKNOWN: a rule then stays silent. */
#ifndef GRAPH_FORMULA_H
#define GRAPH_FORMULA_H

#include "graph/bdd.h"
#include "graph/graph.h"

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

/* An expression that conditions compare with literals, or a comparison that stands for itself. */
struct subject {
    struct str key;            /* canonical text */
    struct str_vec literals;   /* what it is compared with, or may be */
    uint32_t first;            /* its first variable; one for each literal */
    bool exhaustive;           /* it is one of the literals */
};

struct formulas {
    struct arena *arena;
    const struct graph *graph;
    const struct str_vec *regions;
    struct bdd bdd;
    VEC(struct subject) subjects;
    struct map by_key;     /* key -> position in subjects + 1 */
    struct map conditions; /* name -> formula + 1; FORMULA_BUSY while it is being made */
    uint32_t variables;
    struct bdd_id base;  /* what parameters' allowed values and the regions leave */
    struct bdd_id world; /* what holds in every deployment: the base, and the template's Rules */
    VEC(uint8_t) known;  /* by formula: the answer of formula_is_possible + 1 */
};

/* Reads the conditions of a graph; regions may be NULL or empty: anywhere. */
void formulas_init(struct formulas *f, struct arena *a, const struct graph *g,
                   const struct str_vec *regions);
/* The formula of a named condition; BDD_UNKNOWN where there is none such. */
struct bdd_id formula_named(struct formulas *f, struct str name);
/* That an expression has a value; BDD_UNKNOWN where no condition compares it with that. */
struct bdd_id formula_equals(struct formulas *f, const struct value *x, struct str literal);
/* What an entry of Rules asserts; BDD_UNKNOWN where that can't be understood in full. */
struct bdd_id formula_of_rule(struct formulas *f, const struct value *rule);
/* That all parameters in conditions and rules have their defaults. */
struct bdd_id formula_of_defaults(struct formulas *f);
/* When a resource exists: its Condition, or always. */
struct bdd_id formula_of_resource(struct formulas *f, const struct resource *r);
struct bdd_id formula_and(struct formulas *f, struct bdd_id a, struct bdd_id b);
struct bdd_id formula_not(struct formulas *f, struct bdd_id a);

/* Whether some deployment makes it true. */
enum truth formula_is_possible(struct formulas *f, struct bdd_id a);
/* Whether some deployment makes both true. */
enum truth formula_meet(struct formulas *f, struct bdd_id a, struct bdd_id b);
/* Whether b holds in every deployment in which a does. */
enum truth formula_implies(struct formulas *f, struct bdd_id a, struct bdd_id b);

#endif
