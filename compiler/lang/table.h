/* What the lowering of a table passes between its files; private to lang. */
#ifndef LANG_TABLE_H
#define LANG_TABLE_H

#include "lang/compile.h"

/* A global index. */
struct table_index {
    struct value *name;
    struct value *cond; /* deployed, or NULL */
};

struct table {
    struct thing *thing;
    struct resource *resource;
    struct value *definitions; /* AttributeDefinitions */
    struct value *global, *local;
    VEC(struct table_index) indexes;
    struct value *throughput; /* of provisioned tables, else NULL */
    struct value *most, *warm, *insights; /* as the table and its indexes have them, or NULL */
    struct value *partition;  /* name of the table's partition key */
};

/* capacity.c: how much the table and its indexes carry. */
void table_capacity(struct lang *l, struct table *t);
void capacity_put(struct lang *l, const struct table *t, struct value *properties);
void table_scaling(struct lang *l, struct table *t);
/* replica.c: makes the table a global one, if it has replicas. */
void table_replicas(struct lang *l, struct table *t);

#endif
