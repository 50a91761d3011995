/* Who refers to whom: every Ref, Fn::GetAtt, variable of an Fn::Sub, DependsOn, condition and mapping
   that a stack names, with the place and the circumstances. Built once, read by the rules and by what
   draws a stack. */
#ifndef GRAPH_EDGES_H
#define GRAPH_EDGES_H

#include "graph/formula.h"

enum edge_kind {
    EDGE_REF,
    EDGE_GETATT,
    EDGE_SUB,        /* ${Name} */
    EDGE_SUB_GETATT, /* ${Name.Attribute} */
    EDGE_DEPENDS_ON,
    EDGE_CONDITION, /* names a condition: Condition, Fn::If, { Condition: .. } */
    EDGE_MAPPING,
};

enum section {
    SECTION_RESOURCES,
    SECTION_OUTPUTS,
    SECTION_CONDITIONS,
    SECTION_RULES,
    SECTION_PARAMETERS,
    SECTION_GLOBALS,
    SECTION_OTHER, /* hooks and transforms */
};

/* Steps from a section's entry inwards; printed as "Properties.Targets[0].Arn". */
struct path {
    const struct path *outer;
    struct str key; /* nil: a list's position */
    uint32_t index;
};

struct edge {
    enum edge_kind kind;
    enum section section;
    const struct resource *from; /* in SECTION_RESOURCES */
    struct str entry;            /* logical id, or the entry's name in another section */
    const struct path *path;
    struct str target;    /* the name that is referred to */
    struct str attribute; /* of the attribute kinds; nil when it is computed */
    const struct value *at;
    bool in_loop; /* of a Fn::ForEach that isn't expanded: names may hold placeholders */
    struct bdd_id when;      /* entry's own condition and the Fn::Ifs around; in SECTION_CONDITIONS true */
    const struct edge *next; /* with the same target */
};

struct edges {
    struct arena *arena;
    struct formulas *formulas;
    VEC(struct edge *) items;  /* resources first, in their order */
    struct map from;           /* resource id -> position of its first edge + 1 */
    struct map to;             /* target -> struct edge *, the newest; follow next */
    bool any_computed_mapping; /* a Fn::FindInMap names its map by a function */
    bool any_macro;            /* somewhere a Fn::Transform stands */
    bool any_computed_name;    /* a Ref names its target by a function */
};

/* Finds all references of a graph, which outlives the edges, as do the formulas. */
void edges_init(struct edges *e, struct arena *a, const struct graph *g, struct formulas *f);
/* First of the edges to a name, or NULL. */
const struct edge *edges_to(const struct edges *e, struct str target);
/* Positions [*first, end) in items of a resource's own edges. */
uint32_t edges_from(const struct edges *e, const struct resource *r, uint32_t *first);
/* Whether the edge's target, if it is a resource, must exist first. */
bool edge_is_dependency(const struct edge *e);
struct str path_text(struct arena *a, const struct path *path);

#endif
