/* The method of Sugiyama: break circles, assign layers, order each layer by its neighbours, then
   pull the nodes towards their neighbours without changing the order. */
#include "emit/layout.h"

#include <stdlib.h>

enum {
    SWEEPS = 24,
    MAX_BOXES = 2000,
    MAX_ARROWS = 20000,
    MAX_NODES = 20000,  /* boxes and passes */
    ALONE_IN_A_ROW = 5, /* boxes without arrows, below the others, at least */
};

#define PASS_HEIGHT 0.3 /* rows that a passing arrow needs */

struct link {
    uint32_t from, to; /* nodes, from left to right */
};

struct node_list {
    VEC(uint32_t) items;
};

struct work {
    struct arena *arena;
    const struct picture *picture;
    struct layout *layout;
    bool *reversed;                 /* by arrow */
    bool *is_pointed_at;            /* by box */
    bool *is_alone;                 /* by box: no arrow */
    struct node_list *left, *right; /* by node: its neighbours in the layers beside its own */
    struct node_list *layers;       /* nodes in order */
};

/* ---- layers -------------------------------------------------------------------- */

/* Marks the arrows that lead back into the path they come from. Without recursion: stacks of
   thousands of resources in a row are possible. */
static void break_circles(struct work *w) {
    const struct picture *p = w->picture;
    uint32_t n = p->boxes.count, *first = arena_array(w->arena, uint32_t, n + 2);
    for (uint32_t i = 0; i < p->arrows.count; i++)
        first[p->arrows.items[i].from + 1]++;
    for (uint32_t i = 0; i < n; i++)
        first[i + 1] += first[i];
    uint32_t *next = arena_array(w->arena, uint32_t, n + 1);
    uint32_t *path = arena_array(w->arena, uint32_t, n + 1);
    char *state = arena_array(w->arena, char, n + 1); /* 0 new, 1 on the path, 2 done */
    for (uint32_t root = 0; root < n; root++) {
        uint32_t depth = 0;
        if (state[root])
            continue;
        path[depth++] = root, state[root] = 1, next[root] = first[root];
        while (depth) {
            uint32_t at = path[depth - 1];
            if (next[at] == first[at + 1]) {
                state[at] = 2, depth--;
                continue;
            }
            uint32_t arrow = next[at]++, to = p->arrows.items[arrow].to;
            if (state[to] == 1)
                w->reversed[arrow] = true;
            else if (state[to] == 0)
                path[depth++] = to, state[to] = 1, next[to] = first[to];
        }
    }
}

static struct link link_of(const struct work *w, uint32_t arrow) {
    const struct arrow *x = &w->picture->arrows.items[arrow];
    return w->reversed[arrow] ? (struct link){x->to, x->from} : (struct link){x->from, x->to};
}

/* The longest path to each node; then each moves right as far as what it points to allows. */
static void assign_layers(struct work *w) {
    struct layout *l = w->layout;
    uint32_t arrows = w->picture->arrows.count;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < arrows; i++) {
            struct link link = link_of(w, i);
            uint32_t least = l->nodes.items[link.from].layer + 1;
            if (l->nodes.items[link.to].layer < least)
                l->nodes.items[link.to].layer = least, changed = true;
        }
    }
    uint32_t *most = arena_array(w->arena, uint32_t, l->nodes.count + 1); /* 0: any */
    for (uint32_t i = 0; i < arrows; i++) {
        struct link link = link_of(w, i);
        uint32_t layer = l->nodes.items[link.to].layer;
        w->is_pointed_at[link.to] = true;
        if (most[link.from] == 0 || layer < most[link.from])
            most[link.from] = layer;
    }
    for (uint32_t n = 0; n < l->nodes.count; n++) {
        if (most[n] && !w->is_pointed_at[n])
            l->nodes.items[n].layer = most[n] - 1;
        w->is_alone[n] = most[n] == 0 && !w->is_pointed_at[n];
    }
    for (uint32_t n = 0; n < l->nodes.count; n++)
        if (!w->is_alone[n] && l->nodes.items[n].layer >= l->layers)
            l->layers = l->nodes.items[n].layer + 1;
}

/* ---- order ---------------------------------------------------------------------- */

static void connect(struct work *w, uint32_t from, uint32_t to) {
    vec_push(w->arena, &w->right[from].items, to);
    vec_push(w->arena, &w->left[to].items, from);
}

/* Every arrow becomes links between neighbouring layers, with passes between. */
static bool make_lines(struct work *w) {
    struct layout *l = w->layout;
    uint64_t nodes = l->nodes.count;
    for (uint32_t i = 0; i < w->picture->arrows.count; i++) {
        struct link link = link_of(w, i);
        nodes += l->nodes.items[link.to].layer - l->nodes.items[link.from].layer - 1;
    }
    if (nodes > MAX_NODES)
        return false;
    w->left = arena_array(w->arena, struct node_list, nodes + 1);
    w->right = arena_array(w->arena, struct node_list, nodes + 1);
    for (uint32_t i = 0; i < w->picture->arrows.count; i++) {
        struct link link = link_of(w, i);
        struct layout_line line = {i, w->reversed[i], l->points.count, 0};
        uint32_t at = link.from, end = l->nodes.items[link.to].layer;
        vec_push(w->arena, &l->points, at);
        for (uint32_t layer = l->nodes.items[at].layer + 1; layer < end; layer++) {
            vec_push(w->arena, &l->nodes, (struct layout_node){.layer = layer, .is_pass = true});
            connect(w, at, l->nodes.count - 1);
            at = l->nodes.count - 1;
            vec_push(w->arena, &l->points, at);
        }
        connect(w, at, link.to);
        vec_push(w->arena, &l->points, link.to);
        line.count = l->points.count - line.first;
        vec_push(w->arena, &l->lines, line);
    }
    return true;
}

struct key {
    double at;
    uint32_t node, order;
};

static int compare_keys(const void *left, const void *right) {
    const struct key *a = left, *b = right;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static double mean_order(const struct work *w, const struct node_list *of, double otherwise) {
    double sum = 0;
    for (uint32_t i = 0; i < of->items.count; i++)
        sum += w->layout->nodes.items[of->items.items[i]].order;
    return of->items.count ? sum / of->items.count : otherwise;
}

static void number_layer(struct work *w, uint32_t layer) {
    for (uint32_t i = 0; i < w->layers[layer].items.count; i++)
        w->layout->nodes.items[w->layers[layer].items.items[i]].order = i;
}

/* Sorts a layer by where its neighbours on one side stand. */
static void order_layer(struct work *w, uint32_t layer, const struct node_list *side,
                        struct key *keys) {
    uint32_t count = w->layers[layer].items.count, *nodes = w->layers[layer].items.items;
    for (uint32_t i = 0; i < count; i++)
        keys[i] = (struct key){mean_order(w, &side[nodes[i]], i), nodes[i], i};
    if (count)
        qsort(keys, count, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < count; i++)
        nodes[i] = keys[i].node;
    number_layer(w, layer);
}

static void order_layers(struct work *w) {
    struct layout *l = w->layout;
    struct key *keys = arena_array(w->arena, struct key, l->nodes.count + 1);
    w->layers = arena_array(w->arena, struct node_list, l->layers + 1);
    for (uint32_t n = 0; n < l->nodes.count; n++)
        if (n >= w->picture->boxes.count || !w->is_alone[n])
            vec_push(w->arena, &w->layers[l->nodes.items[n].layer].items, n);
    for (uint32_t layer = 0; layer < l->layers; layer++)
        number_layer(w, layer);
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (uint32_t i = 1; i < l->layers; i++) {
            bool forward = sweep % 2 == 0;
            order_layer(w, forward ? i : l->layers - 1 - i, forward ? w->left : w->right, keys);
        }
}

/* ---- places ---------------------------------------------------------------------- */

static double height(const struct layout_node *n) {
    return n->is_pass ? PASS_HEIGHT : 1;
}

/* A run of nodes that stand as close as they can, at the mean of what each wants. */
struct block {
    double sum;
    uint32_t count;
};

/* Gives a layer's nodes the places nearest to what they want, in order and apart: the least squares
   under these constraints, by merging neighbours that would overlap. */
static void place_layer(struct work *w, uint32_t layer, const double *wanted,
                        struct block *blocks) {
    uint32_t count = w->layers[layer].items.count, used = 0, *nodes = w->layers[layer].items.items;
    struct layout_node *all = w->layout->nodes.items;
    double offset = 0;
    for (uint32_t i = 0; i < count; i++) {
        offset += i ? (height(&all[nodes[i - 1]]) + height(&all[nodes[i]])) / 2 : 0;
        blocks[used++] = (struct block){wanted[nodes[i]] - offset, 1};
        while (used > 1 && blocks[used - 2].sum / blocks[used - 2].count >
                               blocks[used - 1].sum / blocks[used - 1].count) {
            blocks[used - 2].sum += blocks[used - 1].sum;
            blocks[used - 2].count += blocks[used - 1].count;
            used--;
        }
    }
    offset = 0;
    for (uint32_t b = 0, i = 0; b < used; b++)
        for (uint32_t k = 0; k < blocks[b].count; k++, i++) {
            offset += i ? (height(&all[nodes[i - 1]]) + height(&all[nodes[i]])) / 2 : 0;
            all[nodes[i]].y = blocks[b].sum / blocks[b].count + offset;
        }
}

static double mean_place(const struct work *w, uint32_t node) {
    double sum = 0;
    uint32_t count = w->left[node].items.count + w->right[node].items.count;
    for (uint32_t i = 0; i < w->left[node].items.count; i++)
        sum += w->layout->nodes.items[w->left[node].items.items[i]].y;
    for (uint32_t i = 0; i < w->right[node].items.count; i++)
        sum += w->layout->nodes.items[w->right[node].items.items[i]].y;
    return count ? sum / count : w->layout->nodes.items[node].y;
}

static void place_nodes(struct work *w) {
    struct layout *l = w->layout;
    double *wanted = arena_array(w->arena, double, l->nodes.count + 1);
    struct block *blocks = arena_array(w->arena, struct block, l->nodes.count + 1);
    for (uint32_t layer = 0; layer < l->layers; layer++)
        place_layer(w, layer, wanted, blocks);
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (uint32_t i = 0; i < l->layers; i++) {
            uint32_t layer = sweep % 2 ? l->layers - 1 - i : i;
            for (uint32_t k = 0; k < w->layers[layer].items.count; k++) {
                uint32_t node = w->layers[layer].items.items[k];
                wanted[node] = mean_place(w, node);
            }
            place_layer(w, layer, wanted, blocks);
        }
}

/* Moves all to begin at 0; what has no arrows goes into rows below. */
static void place_whole(struct work *w) {
    struct layout *l = w->layout;
    double top = 0, bottom = 0;
    bool any = false;
    uint32_t alone = 0, boxes = w->picture->boxes.count;
    for (uint32_t n = 0; n < l->nodes.count; n++) {
        if (n < boxes && w->is_alone[n])
            continue;
        double y = l->nodes.items[n].y;
        top = !any || y < top ? y : top;
        bottom = !any || y > bottom ? y : bottom;
        any = true;
    }
    for (uint32_t n = 0; n < l->nodes.count; n++)
        l->nodes.items[n].y -= top;
    l->rows = any ? bottom - top + 1 : 0;
    uint32_t columns = l->layers > ALONE_IN_A_ROW ? l->layers : ALONE_IN_A_ROW;
    for (uint32_t n = 0; n < boxes; n++) {
        if (!w->is_alone[n])
            continue;
        l->nodes.items[n].layer = alone % columns;
        l->nodes.items[n].y = l->rows + alone / columns;
        if (l->nodes.items[n].layer >= l->layers)
            l->layers = l->nodes.items[n].layer + 1;
        alone++;
    }
    l->rows += (alone + columns - 1) / columns;
}

bool layout_make(struct layout *l, struct arena *a, const struct picture *p) {
    struct work w = {.arena = a, .picture = p, .layout = l};
    *l = (struct layout){0};
    if (p->boxes.count > MAX_BOXES || p->arrows.count > MAX_ARROWS)
        return false;
    w.is_alone = arena_array(a, bool, p->boxes.count + 1);
    w.is_pointed_at = arena_array(a, bool, p->boxes.count + 1);
    w.reversed = arena_array(a, bool, p->arrows.count + 1);
    for (uint32_t i = 0; i < p->boxes.count; i++)
        vec_push(a, &l->nodes, (struct layout_node){0});
    break_circles(&w);
    assign_layers(&w);
    if (!make_lines(&w))
        return false;
    order_layers(&w);
    place_nodes(&w);
    place_whole(&w);
    return true;
}
