/* Components of directed graphs, against what reaches what, on graphs of every form. */
#include <stdbool.h>
#include <stdlib.h>

#include "graph/components.h"
#include "unit/suite.h"

enum { NODES = 7, GRAPHS = 3000 };

static void reach(bool on[NODES][NODES]) {
    for (int k = 0; k < NODES; k++)
        for (int i = 0; i < NODES; i++)
            for (int j = 0; j < NODES; j++)
                on[i][j] |= on[i][k] && on[k][j];
}

static void compare(struct arena *a, uint32_t bits, unsigned share) {
    bool on[NODES][NODES] = {{false}};
    uint32_t first[NODES + 1], to[NODES * NODES], count = 0;
    for (int i = 0; i < NODES; i++) {
        first[i] = count;
        for (int j = 0; j < NODES; j++) {
            bits = bits * 1664525u + 1013904223u;
            if ((bits >> 16) % 16 >= share)
                continue;
            on[i][j] = true;
            to[count++] = (uint32_t)j;
        }
        on[i][i] = true;
    }
    first[NODES] = count;
    struct components found = components_find(a, NODES, first, to);
    reach(on);
    for (int i = 0; i < NODES; i++) {
        uint32_t size = 0;
        for (int j = 0; j < NODES; j++) {
            bool same = on[i][j] && on[j][i];
            size += same;
            ck_assert_int_eq(found.of[i] == found.of[j], same);
        }
        ck_assert(found.of[i] >= 1 && found.of[i] <= found.count);
        ck_assert_uint_eq(found.sizes[found.of[i]], size);
    }
}

START_TEST(finds_what_leads_to_each_other) {
    struct arena a = {0};
    for (uint32_t i = 0; i < GRAPHS; i++)
        compare(&a, i * 2654435761u, i % 7);
    arena_free(&a);
}
END_TEST

START_TEST(takes_no_nodes_and_long_chains) {
    struct arena a = {0};
    uint32_t none = 0, count = 200000;
    ck_assert_uint_eq(components_find(&a, 0, &none, NULL).count, 0);
    uint32_t *first = arena_array(&a, uint32_t, count + 1), *to = arena_array(&a, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        first[i] = i, to[i] = (i + 1) % count;
    first[count] = count;
    ck_assert_uint_eq(components_find(&a, count, first, to).count, 1);
    arena_free(&a);
}
END_TEST

int main(void) {
    Suite *s = suite_create("components");
    TCase *tc = tcase_create("components");
    tcase_add_test(tc, finds_what_leads_to_each_other);
    tcase_add_test(tc, takes_no_nodes_and_long_chains);
    suite_add_tcase(s, tc);
    return run_suite(s);
}
