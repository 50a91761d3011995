#include "graph/bdd.h"

enum {
    CACHE_SIZE = 1 << 13,
    UNIQUE_START = 1 << 8,
    TERMINAL = UINT32_MAX >> 1, /* the "variable" of constants: after all others */
};

void bdd_init(struct bdd *b, struct arena *a) {
    *b = (struct bdd){.arena = a};
    for (int i = 0; i < 3; i++)
        vec_push(a, &b->nodes, (struct bdd_node){.variable = TERMINAL});
}

static uint32_t hash3(uint32_t x, uint32_t y, uint32_t z) {
    uint64_t h = x * 0x9e3779b97f4a7c15u;
    h = (h ^ y) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 29 ^ z) * 0x94d049bb133111ebu;
    return (uint32_t)(h >> 32);
}

static void unique_insert(struct bdd *b, uint32_t n) {
    const struct bdd_node *node = &b->nodes.items[n];
    uint32_t at = hash3(node->variable, node->low, node->high) & (b->unique_cap - 1);
    while (b->unique[at])
        at = (at + 1) & (b->unique_cap - 1);
    b->unique[at] = n;
}

static void unique_grow(struct bdd *b) {
    b->unique_cap = b->unique_cap ? b->unique_cap * 2 : UNIQUE_START;
    b->unique = arena_array(b->arena, uint32_t, b->unique_cap);
    for (uint32_t n = 3; n < b->nodes.count; n++)
        unique_insert(b, n);
}

/* The node of these parts, made when it isn't there yet; 0 past the limit. */
static uint32_t node_get(struct bdd *b, uint32_t variable, uint32_t low, uint32_t high) {
    if (low == 0 || high == 0)
        return 0;
    if (low == high)
        return low;
    if (b->nodes.count * 2 >= b->unique_cap)
        unique_grow(b);
    uint32_t at = hash3(variable, low, high) & (b->unique_cap - 1);
    for (; b->unique[at]; at = (at + 1) & (b->unique_cap - 1)) {
        const struct bdd_node *node = &b->nodes.items[b->unique[at]];
        if (node->variable == variable && node->low == low && node->high == high)
            return b->unique[at];
    }
    if (b->nodes.count >= BDD_MAX_NODES)
        return 0;
    b->unique[at] = b->nodes.count;
    vec_push(b->arena, &b->nodes, (struct bdd_node){variable, low, high});
    return b->nodes.count - 1;
}

struct bdd_id bdd_variable(struct bdd *b, uint32_t variable) {
    if (variable >= BDD_MAX_VARIABLES)
        return BDD_UNKNOWN;
    return (struct bdd_id){node_get(b, variable, BDD_FALSE.n, BDD_TRUE.n)};
}

static uint32_t branch(const struct bdd *b, uint32_t f, uint32_t variable, bool high) {
    const struct bdd_node *node = &b->nodes.items[f];
    if (node->variable != variable)
        return f;
    return high ? node->high : node->low;
}

/* Recursion is as deep as there are variables. */
static uint32_t choose(struct bdd *b, uint32_t f, uint32_t g, uint32_t h) {
    if (f == 0 || g == 0 || h == 0 || ++b->steps > BDD_MAX_STEPS)
        return 0;
    if (f == BDD_TRUE.n || g == h)
        return g;
    if (f == BDD_FALSE.n)
        return h;
    if (g == BDD_TRUE.n && h == BDD_FALSE.n)
        return f;
    if (!b->cache)
        b->cache = arena_array(b->arena, struct bdd_result, CACHE_SIZE);
    uint32_t slot = hash3(f, g, h) & (CACHE_SIZE - 1);
    struct bdd_result *cached = &b->cache[slot];
    if (cached->f == f && cached->g == g && cached->h == h)
        return cached->result;
    uint32_t variable = b->nodes.items[f].variable;
    if (b->nodes.items[g].variable < variable)
        variable = b->nodes.items[g].variable;
    if (b->nodes.items[h].variable < variable)
        variable = b->nodes.items[h].variable;
    uint32_t low = choose(b, branch(b, f, variable, false), branch(b, g, variable, false),
                          branch(b, h, variable, false));
    uint32_t high = choose(b, branch(b, f, variable, true), branch(b, g, variable, true),
                           branch(b, h, variable, true));
    uint32_t result = node_get(b, variable, low, high);
    if (result)
        b->cache[slot] = (struct bdd_result){f, g, h, result};
    return result;
}

static struct bdd_id bdd_if(struct bdd *b, struct bdd_id f, struct bdd_id g, struct bdd_id h) {
    return (struct bdd_id){choose(b, f.n, g.n, h.n)};
}

struct bdd_id bdd_and(struct bdd *b, struct bdd_id f, struct bdd_id g) {
    return bdd_if(b, f, g, BDD_FALSE);
}

struct bdd_id bdd_or(struct bdd *b, struct bdd_id f, struct bdd_id g) {
    return bdd_if(b, f, BDD_TRUE, g);
}

struct bdd_id bdd_not(struct bdd *b, struct bdd_id f) {
    return bdd_if(b, f, BDD_FALSE, BDD_TRUE);
}

struct bdd_id bdd_one_of(struct bdd *b, uint32_t first, uint32_t count, bool exactly) {
    if (first + count > BDD_MAX_VARIABLES)
        return BDD_UNKNOWN;
    /* from the last variable upwards: what must hold below when none, or one, was true above */
    uint32_t none = exactly ? BDD_FALSE.n : BDD_TRUE.n, one = BDD_TRUE.n;
    for (uint32_t i = count; i-- > 0;) {
        uint32_t none_here = node_get(b, first + i, none, one);
        one = node_get(b, first + i, one, BDD_FALSE.n);
        none = none_here;
    }
    return (struct bdd_id){none};
}
