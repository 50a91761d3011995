/* ARNs as policies write them: text, wildcards, and holes for what only the deployment knows. Two
   holes with one key are the same text. What Ref and Fn::GetAtt give of a resource of the stack is
   written out by its type's ARN, so that arn:aws:dynamodb:*:*:table/x meets a table's Arn. */
#ifndef IAM_ARN_H
#define IAM_ARN_H

#include "graph/view.h"
#include "schema/schema.h"

enum hole_kind {
    HOLE_PARTITION,
    HOLE_REGION,
    HOLE_ACCOUNT,
    HOLE_WORD, /* a name that isn't known, without ':' and '/': the stack's */
    HOLE_OWN,  /* a name or id that a resource of the stack gets: equal to no other text */
    HOLE_ANY,  /* any text, also with ':' and '/': a parameter, an import */
    HOLE_VARIABLE, /* the same of a policy variable, ${aws:username}: the request's */
    HOLE_PART, /* a parameter that a bucket's name is made of, so without ':' and '/' */
};

struct hole {
    struct str key;
    enum hole_kind kind;
};

/* The holes of one or several stacks; those that are compared share one of these. */
struct holes {
    struct arena *arena;
    VEC(struct hole) items;
    struct map by_key;             /* key -> position + 1 */
    const struct str_vec *regions; /* where the stack must be valid; NULL or empty: anywhere */
    struct str account;            /* the stack's, where somebody has said it; else nil */
};

/* A byte, ARN_STAR, ARN_ONE, or ARN_HOLE + position in holes. */
enum { ARN_STAR = 256, ARN_ONE, ARN_HOLE = 512 };

struct arn {
    uint32_t *items;
    uint32_t count, cap;
};

/* Turns values of one stack into ARNs. */
struct arns {
    struct holes *holes;
    struct view *view;
    const struct schema *schema;
    unsigned depth;
    bool literal; /* ${aws:username} is just text: of a policy of the version before 2012 */
    bool cut;     /* something was nested too deep, and is left out */
    struct map of; /* logical id -> struct arn *, of resources whose ARN was asked for */
};

/* No holes; regions as in `struct holes`, which outlive it. */
void holes_init(struct holes *h, struct arena *a, const struct str_vec *regions);
/* The symbol of the hole with this key, made on first use. */
uint32_t hole_symbol(struct holes *h, struct str key, enum hole_kind kind);

enum hole_kind hole_kind_of(const struct holes *h, uint32_t symbol); /* -1: it is none */
struct str hole_key_of(const struct holes *h, uint32_t symbol);

/* A value as it stands in Resource: '*' and '?' are wildcards, ${aws:username} a hole. */
struct arn arn_of(struct arns *a, const struct value *x);
/* The same of a text alone. */
struct arn arn_of_text(struct holes *h, struct str text);
/* A text in which nothing is a wildcard: what is asked for. */
struct arn arn_literal(struct holes *h, struct str text);
/* An ARN, then a text in which '*' stands for some one text that isn't known: "/" and "*" make
   ARN/anything. */
struct arn arn_inside(struct holes *h, struct arn of, struct str suffix);
/* The ARN of a resource of the stack; empty where its type has none that is known. */
struct arn arn_of_resource(struct arns *a, const struct resource *r);
/* What Ref gives of it. */
struct arn arn_of_ref(struct arns *a, const struct resource *r);
/* With ${Key} for holes; partition, region and account are left out as AWS's own. */
struct str arn_text(struct arena *a, const struct holes *h, struct arn x);
/* As if every hole had some fixed text: for comparing with the forms of resource types. */
struct str arn_sample(struct arena *a, const struct holes *h, struct arn x);

enum match { MATCH_NO, MATCH_MAYBE, MATCH_YES };

static inline enum match match_flip(enum match m) {
    return m == MATCH_YES ? MATCH_NO : m == MATCH_NO ? MATCH_YES : MATCH_MAYBE;
}

static inline enum match match_least(enum match a, enum match b) {
    return a < b ? a : b;
}

static inline enum match match_most(enum match a, enum match b) {
    return a > b ? a : b;
}

/* Whether a pattern covers what is asked for, in every deployment (YES), in none (NO), or in some.
   A wildcard in `asked` is covered by one in the pattern alone: YES means that the pattern includes
   it. An asterisk doesn't cross the first five colons, unless it is the whole pattern.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
enum match arn_match(const struct holes *h, struct arn pattern, struct arn asked);
/* The same of texts that aren't ARNs: an asterisk crosses everything. */
enum match arn_match_text(const struct holes *h, struct arn pattern, struct arn asked);
/* Whether a hole may hold ':' or '/', so that the form of the ARN isn't known. */
bool arn_is_open(const struct holes *h, struct arn x);
/* The first hole of an ARN whose text isn't known, or nil. */
struct str arn_unknown(const struct holes *h, struct arn x);

#endif
