#include "graph/components.h"

/* Tarjan's search, without recursion. */
struct search {
    const uint32_t *first, *to;
    struct components found;
    uint32_t *next;        /* by node: the edge that is looked at next */
    uint32_t *order, *low; /* by node; 0: not seen */
    uint32_t *stack, *path;
    uint32_t stack_count, path_count, seen;
};

static void enter(struct search *s, uint32_t n) {
    s->order[n] = s->low[n] = ++s->seen;
    s->next[n] = s->first[n];
    s->stack[s->stack_count++] = n;
    s->path[s->path_count++] = n;
}

static void leave(struct search *s, uint32_t n) {
    s->path_count--;
    if (s->path_count) {
        uint32_t outer = s->path[s->path_count - 1];
        if (s->low[n] < s->low[outer])
            s->low[outer] = s->low[n];
    }
    if (s->low[n] != s->order[n])
        return;
    uint32_t member, component = ++s->found.count;
    do {
        member = s->stack[--s->stack_count];
        s->found.of[member] = component;
        s->found.sizes[component]++;
    } while (member != n);
}

static void search_from(struct search *s, uint32_t start) {
    enter(s, start);
    while (s->path_count) {
        uint32_t n = s->path[s->path_count - 1];
        if (s->next[n] == s->first[n + 1]) {
            leave(s, n);
            continue;
        }
        uint32_t to = s->to[s->next[n]++];
        if (!s->order[to])
            enter(s, to);
        else if (!s->found.of[to] && s->order[to] < s->low[n])
            s->low[n] = s->order[to];
    }
}

struct components components_find(struct arena *a, uint32_t nodes, const uint32_t *first,
                                  const uint32_t *to) {
    struct search s = {.first = first, .to = to};
    s.found.of = arena_array(a, uint32_t, nodes + 1);
    s.found.sizes = arena_array(a, uint32_t, nodes + 1);
    s.next = arena_array(a, uint32_t, nodes + 1);
    s.order = arena_array(a, uint32_t, nodes + 1);
    s.low = arena_array(a, uint32_t, nodes + 1);
    s.stack = arena_array(a, uint32_t, nodes + 1);
    s.path = arena_array(a, uint32_t, nodes + 1);
    for (uint32_t n = 0; n < nodes; n++)
        if (!s.order[n])
            search_from(&s, n);
    return s.found;
}
