/* What is known before deployment about a value that functions compute: all values it may have and
   when, and a string's known parts. */
#ifndef GRAPH_VIEW_H
#define GRAPH_VIEW_H

#include "graph/formula.h"

struct view {
    struct values values; /* makes the values that functions compute */
    const struct graph *graph;
    struct formulas *formulas;
    const struct str_vec *regions; /* where the stack must be valid; empty: anywhere */
    struct text_slot *slots;       /* texts of the functions that were asked for, by value */
    uint32_t slot_cap, slot_count; /* slot_cap is a power of two */
};

enum certainty {
    CERTAIN, /* the value, when `when` holds */
    ALLOWED, /* one of several that a parameter or mapping allows */
    DEFAULT, /* a parameter's default; others are possible */
};

/* One value that an expression may have: no If, no parameter or mapping that can be looked through.
   value is value_nil where the value is left out (AWS::NoValue). */
struct possible {
    const struct value *value;
    struct bdd_id when;
    enum certainty certainty;
    const struct value *via; /* the function it comes from, in the user's text; NULL: none */
};

struct possible_vec {
    struct possible *items;
    uint32_t count, cap;
};

struct possibles {
    struct possible_vec items;
    bool truncated; /* there are more than VIEW_MAX_POSSIBLE */
};

enum { VIEW_MAX_POSSIBLE = 200 };

/* A view of a graph; what it computes is in the arena. The graph, the formulas and the regions
   (NULL: anywhere) outlive it. */
void view_init(struct view *v, struct arena *a, const struct graph *g, struct formulas *f,
               const struct str_vec *regions);
/* Adds the values that x may have when `when` holds; those no deployment has are left out. */
void view_possible(struct view *v, const struct value *x, struct bdd_id when,
                   struct possibles *out);
/* The same of each item of a list that is written out, without those that are left out; false: one
   of them has more than VIEW_MAX_POSSIBLE. */
bool view_items(struct view *v, const struct value *list, struct bdd_id when,
                struct possible_vec *out);
/* The only value x can have, or x itself where it isn't known. */
const struct value *view_only(struct view *v, const struct value *x);
/* What stands at a path, of names and positions with dots between ("Rules.0.Key"), by view_only of
   each value on the way; nil where there is nothing. */
const struct value *view_at_path(struct view *v, const struct value *x, const char *path);

/* Stands in a text for what is known only at deployment. */
#define TEXT_HOLE '\001'
/* The same, but without a slash in it: for text_can_equal. */
#define TEXT_PART_HOLE '\002'

struct text {
    struct str pattern; /* with a TEXT_HOLE for each part that isn't known */
    struct value_vec {
        VEC(const struct value *) items;
    } holes; /* the functions in their places */
};

struct text_slot {
    const struct value *of; /* NULL: empty */
    struct text text;
};

/* A string, number, Fn::Sub, Fn::Join or reference as text; one hole for anything else. That of an
   Fn::Sub or Fn::Join is made once, so these stay as they are while there is a view. */
struct text view_text(struct view *v, const struct value *x);
bool text_is_known(const struct text *t);
/* Whether two patterns can be one text: every hole stands for anything, the empty text too.
   Asterisks and question marks stand for themselves. */
bool text_can_equal(struct str a, struct str b);
/* A name in the body of a Fn::ForEach with a TEXT_HOLE for each placeholder, ${X} or &{X}. */
struct str loop_name_pattern(struct arena *a, struct str name);

#endif
