#include "lang/tree.h"

static const struct node nil_node;

const struct node *tree_node(const struct tree *t, node_id id) {
    return id.i < t->nodes.count ? &t->nodes.items[id.i] : &nil_node;
}

node_id tree_child(const struct tree *t, node_id id, uint32_t i) {
    const struct node *n = tree_node(t, id);
    return i < n->count ? t->children.items[n->list + i] : NODE_NIL;
}
