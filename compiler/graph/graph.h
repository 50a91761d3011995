/* The graph of a stack: what a template says, whoever wrote it. Two front ends fill it (lang and
   template), expand turns its SAM resources into CloudFormation resources, rules read it, back ends
   print it. Sections other than Resources are VAL_MAPs, nil where the stack has none, so that every
   entry has its spans and its order.

   Invariants: ids are unique; `properties` and `attributes` are VAL_MAPs (never nil) or, in a broken
   template, whatever stood there; no VAL_THING or VAL_ERROR in a finished graph. */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include "graph/value.h"

struct resource {
    struct str id; /* logical id */
    struct span id_span;
    struct str type; /* "AWS::DynamoDB::Table" */
    struct span type_span;
    struct value *properties;
    bool has_properties; /* printed though they are empty: the source, or SAM, writes them */
    struct value *attributes;    /* Condition, DependsOn, DeletionPolicy, Metadata, ... as written */
    const struct origin *origin; /* the construct or SAM resource that made it, or NULL */
    struct span span;            /* of the whole resource */
};

/* What the template of a nested stack takes and gives, where it is at hand. */
struct child {
    const struct value *parameters; /* VAL_MAP, or nil */
    const struct value *outputs;
    bool is_open; /* it may have others, too */
};

struct graph {
    struct arena *arena;
    const struct sources *sources; /* what spans speak of; NULL: not at hand */
    struct values values; /* the maker of this graph's values */
    VEC(struct resource *) resources; /* in order */
    struct map by_id;                 /* logical id -> struct resource * */
    struct value *version;     /* AWSTemplateFormatVersion */
    struct value *description; /* a string */
    struct value *metadata;
    struct value *transform; /* a string or a list, as written */
    struct value *globals;   /* SAM's */
    struct value *parameters;
    struct value *mappings;
    struct value *conditions;
    struct value *rules;
    struct value *outputs;
    struct value *hooks;
    struct value *macros; /* entries of Resources that are no resources (yet): Fn::ForEach::X */
    struct value *others; /* top-level keys that aren't a template's or are malformed, as written */
    struct str_vec {
        VEC(struct str) items;
    } guesses; /* names that loops make, with '\001' for what depends on parameters */
    struct str_vec regions; /* where the stack must be valid; empty: anywhere */
    struct str name;  /* of the stack, where the source gives one */
    bool is_rewritten; /* a macro that AWS doesn't own changes the template as it likes */
    bool has_hole;    /* a value is missing, because of an error that was reported .. */
    struct span hole; /* .. here */
    struct map children; /* logical id of a nested stack -> struct child * */
    bool is_template; /* hand-written: ids and spans are the user's own */
};

/* An empty graph, whose resources and values are in the arena. */
void graph_init(struct graph *g, struct arena *a);

/* Adds a resource with empty properties and attributes, at the current place. NULL when the id is
   taken: the caller says so to the user. */
struct resource *graph_add(struct graph *g, struct str id, struct str type);
struct resource *graph_find(const struct graph *g, struct str id); /* or NULL */
/* Resource attributes that name things. */
struct str resource_condition(const struct resource *r); /* name, or nil */
static inline bool resource_is(const struct resource *r, const char *type) {
    return str_is(r->type, type);
}

/* A section as a map, made on first use: graph_section(g, &g->outputs). */
struct value *graph_section(struct graph *g, struct value **section);

/* Whether a name is a pseudo parameter: AWS::Region and the like. */
bool is_pseudo_parameter(struct str name);

#endif
