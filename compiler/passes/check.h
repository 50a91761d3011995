/* Private to the rules: what a rule is given, and how it reports. A rule is a row in base/rules.def
   and a function in rules/, listed in checks.def; it reads the graph and reports, nothing else. It is
   silent about what it can't know: see graph/view.h and graph/formula.h for what can be known. */
#ifndef PASSES_CHECK_H
#define PASSES_CHECK_H

#include "graph/edges.h"
#include "graph/view.h"
#include "passes/passes.h"
#include "schema/pattern.h"

struct resource_vec {
    VEC(const struct resource *) items;
};

struct check {
    const struct graph *graph;
    const struct schema *schema;
    const struct str_vec *regions; /* where the stack must be valid; empty: anywhere */
    struct diags *diags;
    struct arena *arena;
    struct formulas formulas;
    struct edges edges;
    struct view view;
    struct pattern_cache *patterns;
    struct map by_type; /* type -> struct resource_vec * */
    struct access *access; /* of rules/access.h, made on first use */
    struct integrations *integrations; /* of rules/invocations.h, the same */
    struct invocations *invocations;
    bool open; /* a macro or an unexpanded resource may add names: undefined is unknown */
};

/* The functions of checks.def. */
#define CHECK(name) void check_##name(struct check *c);
#include "passes/checks.def"
#undef CHECK

/* Not among them: runs before expand_sam. */
void check_unused(struct check *c);
void check_mapping_names(struct check *c);
void check_descriptions(struct check *c);
void check_sam_machines(struct check *c);
void check_sam_types(struct check *c);

/* ---- reporting ---------------------------------------------------------------- */

/* Reports at a value; where it has no place (generated), at the resource. Either may be NULL. */
struct diag *check_report(struct check *c, enum rule_id rule, const struct resource *r,
                          const struct value *at, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The same at a word inside of a value's text, such as a variable of an Fn::Sub. */
struct diag *check_report_word(struct check *c, enum rule_id rule, const struct resource *r,
                               const struct value *at, struct str word, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* The same at a place; for keys. */
struct diag *check_report_span(struct check *c, enum rule_id rule, const struct resource *r,
                               struct span span, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* "did you mean ..", with a fix where the text at the diagnostic's place is the wrong word; nothing
   for an empty suggestion. */
void check_suggest(struct check *c, struct diag *to, struct str wrong, struct str right);
/* The part of a place that holds a word, or the place itself. */
struct span check_narrow(const struct check *c, struct span span, struct str word);

/* ---- the stack ---------------------------------------------------------------- */

/* The resources of a type, in order; never NULL. */
const struct resource_vec *check_type(const struct check *c, const char *type);
static inline struct value *property(const struct resource *r, const char *name) {
    return value_get_c(r->properties, name);
}
/* The resource that a Ref, an Fn::GetAtt, or an Fn::Sub of nothing else, names; or NULL. */
const struct resource *check_target(struct check *c, const struct value *x);
/* The same, if it is of this type. */
const struct resource *check_target_of(struct check *c, const struct value *x, const char *type);
/* A value's text where it can have only one and that is known; otherwise nil. */
struct str check_text(struct check *c, const struct value *x);
/* A known whole number. */
bool check_int(struct check *c, const struct value *x, int64_t *out);
/* Whether two resources exist together in some deployment. */
bool check_coexist(struct check *c, const struct resource *a, const struct resource *b);
/* All that a resource waits for when it is made, itself too: logical id -> struct resource *. */
void check_reach(struct check *c, const struct resource *r, struct map *out);
/* The values x may have in r, see view_possible. */
struct possibles check_possible(struct check *c, const struct resource *r, const struct value *x);
/* The items of a list, through Fn::If around the list and around each item; left-out ones are left
   out. complete: nothing else can be among them. */
struct items {
    struct possible_vec items;
    bool complete;
};
struct items check_items(struct check *c, const struct value *list, struct bdd_id when);
/* Whether both circumstances can hold at once. */
bool check_meet(struct check *c, struct bdd_id a, struct bdd_id b);
/* Whether a property is certainly left out: absent or AWS::NoValue. */
static inline bool is_absent(const struct value *x) {
    return value_is_null(x);
}
/* Whether x is an object whose entries are all known: no Fn::Transform, no Fn::ForEach in it. */
bool check_is_closed(const struct value *x);
/* When a property is there, over all of its branches; BDD_UNKNOWN where that can't be said. */
struct bdd_id check_presence_of(struct check *c, const struct value *x, struct bdd_id when);
/* "function 'Users'": how a resource is named to the user, by who made it. */
struct str check_name(struct check *c, const struct resource *r);

#endif
