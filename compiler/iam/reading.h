/* Private to iam: how policies are read. Terms (term.c), statements and documents (statement.c),
   AWS managed policies (managed.c), policies of resources (resource_policy.c); policy.c goes over
   the stack. */
#ifndef IAM_READING_H
#define IAM_READING_H

#include "iam/policy.h"

/* Where a policy is being read to. */
struct reading {
    struct iam *iam;
    enum policy_kind kind;
    const struct resource *owner;
    struct holder *to;
};

static inline const struct value *property(const struct resource *r, const char *name) {
    return value_get_c(r->properties, name);
}

/* ---- term.c ------------------------------------------------------------------------- */

/* The bytes of a pattern, as a key of maps. */
struct str arn_bytes(struct arn x);
/* As actions are compared, without case; of x itself. */
struct arn arn_lower(struct arn x);
/* What one value, or a list of them, may be: through Fn::If. False: some can't be seen. */
bool iam_each(struct iam *iam, const struct value *x, struct bdd_id when, struct possibles *out);
/* The same as terms; `fold` for actions. */
bool iam_terms(struct iam *iam, const struct value *x, struct bdd_id when, bool fold,
               struct term_vec *out);
/* Makes a statement's resources quick to look through. */
void iam_index_terms(struct iam *iam, struct term_vec *terms);

/* ---- statement.c ---------------------------------------------------------------------- */

/* Notes what of a holder can't be read, and may deny. */
void note_unread(struct iam *iam, struct holder *to, struct span span, struct str text);
void keep_statement(struct reading *r, struct statement *s);
void read_statement(struct reading *r, const struct value *x, struct bdd_id when);
/* A policy's document, as a map or as JSON text. */
void read_document(struct reading *r, const struct value *x, struct bdd_id when);

/* ---- managed.c -------------------------------------------------------------------------- */

/* A managed policy by what names it: of the stack, or AWS's own. False: not known. */
bool read_managed(struct reading *r, const struct possible *p);
/* A property ManagedPolicyArns; those that aren't known are noted. */
void read_managed_list(struct reading *r, const struct value *list, struct bdd_id when);

/* ---- policy.c --------------------------------------------------------------------------- */

/* The policy of a resource, made on first use. */
struct holder *policy_of(struct iam *iam, const struct resource *r);

/* ---- resource_policy.c -------------------------------------------------------------------- */

/* What a resource's policy, permissions and its like say of resources of the stack. */
void read_resource_policy(struct iam *iam, const struct resource *r);
/* What principals outside of the stack get, and what passes endpoints. */
void read_other_policy(struct iam *iam, const struct resource *r);

#endif
