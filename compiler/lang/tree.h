/* The syntax tree of one file: flat arrays, 32-bit ids, 0 is nil and safe to read. Immutable once
   parsed; it outlives parsing, since formatter and editor need it with its tokens. */
#ifndef LANG_TREE_H
#define LANG_TREE_H

#include "base/source.h"
#include "graph/value.h"
#include "lang/token.h"

typedef struct {
    uint32_t i;
} node_id;

#define NODE_NIL ((node_id){0})

enum node_kind {
    NODE_NIL_KIND,
#define NODE(id, fields) NODE_##id,
#include "lang/nodes.def"
#undef NODE
    NODE_KINDS
};

struct node {
    uint8_t kind; /* enum node_kind */
    uint8_t op;   /* enum token_kind, where the kind has one */
    uint8_t unit; /* enum unit of a NODE_NUMBER */
    struct span span;
    uint32_t first_token, end_token; /* [first, end) in tree.tokens */
    struct str text;
    struct str doc; /* the ## lines above an entry, without marks, joined by newlines */
    node_id name, type, loop, cond, value, extra, block;
    uint32_t list, count; /* children: tree.children[list .. list + count) */
};

struct tree {
    struct arena *arena;
    uint32_t source;
    VEC(struct token) tokens; /* all, comments and newlines too */
    VEC(struct node) nodes;   /* nodes.items[0] is nil */
    VEC(node_id) children;
    node_id root; /* NODE_FILE */
    bool broken;  /* the file has syntax errors */
};

/* The node, or the nil node. */
const struct node *tree_node(const struct tree *t, node_id id);
/* Child i of its list, or nil. */
node_id tree_child(const struct tree *t, node_id id, uint32_t i);
static inline bool node_is_nil(node_id id) {
    return id.i == 0;
}

#endif
