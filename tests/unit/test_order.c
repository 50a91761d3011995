/* The order of a table, after any changes and copies: that of a model which makes each copy, one
   key after the other, as CPython 2.7's Objects/dictobject.c does. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "passes/expand/api_order.h"

enum { MOST = 8192 };

struct model {
    int slots[MOST]; /* number of a key + 1, or -1 where one was removed */
    unsigned size, used, fill;
};

static uint64_t hash_of(const char *s) {
    uint64_t hash = (uint64_t)(unsigned char)*s << 7, count = 0;
    for (; s[count]; count++)
        hash = (hash * 1000003) ^ (unsigned char)s[count];
    return hash ^ count;
}

static char names[2000][16];

static struct model *model_new(void) {
    struct model *m = calloc(1, sizeof *m);
    m->size = 8;
    return m;
}

static void model_add(struct model *m, int key);

static void model_pour(struct model *m, const struct model *from) {
    for (unsigned i = 0; i < from->size; i++)
        if (from->slots[i] > 0)
            model_add(m, from->slots[i]);
}

static void model_resize(struct model *m, unsigned request) {
    struct model *from = malloc(sizeof *from);
    *from = *m;
    *m = (struct model){.size = 8};
    while (m->size <= request)
        m->size *= 2;
    model_pour(m, from);
    free(from);
}

static int *model_slot(struct model *m, int key) {
    uint64_t hash = hash_of(names[key - 1]), at = hash, perturb = hash;
    int *removed = NULL;
    for (;; perturb >>= 5) {
        int *slot = &m->slots[at & (m->size - 1)];
        if (!*slot || *slot == key)
            return *slot || !removed ? slot : removed;
        if (*slot < 0 && !removed)
            removed = slot;
        at = at * 5 + perturb + 1;
    }
}

static void model_add(struct model *m, int key) {
    int *slot = model_slot(m, key);
    if (*slot == key)
        return;
    m->fill += !*slot;
    m->used++;
    *slot = key;
    if (m->fill * 3 >= m->size * 2)
        model_resize(m, m->used * 4);
}

static void model_remove(struct model *m, int key) {
    int *slot = model_slot(m, key);
    if (*slot == key) {
        *slot = -1;
        m->used--;
    }
}

static struct model *model_copy(struct model *m) {
    struct model *copy = model_new();
    model_pour(copy, m);
    free(m);
    return copy;
}

static void check_same(struct api_order *o, const struct model *m, unsigned seed) {
    ck_assert_uint_eq(o->used, m->used);
    struct str *keys = api_order_keys(o);
    for (unsigned i = 0, next = 0; i < m->size; i++)
        if (m->slots[i] > 0)
            ck_assert_msg(str_is(keys[next++], names[m->slots[i] - 1]), "seed %u, key %u: %.*s",
                          seed, next - 1, STR_ARG(keys[next - 1]));
}

static unsigned state;

static unsigned below(unsigned limit) {
    state = state * 1103515245 + 12345;
    return (state >> 16) % limit;
}

static void try_one(unsigned seed, unsigned most, unsigned steps) {
    struct arena arena;
    arena_init(&arena, NULL, 0);
    struct api_order o;
    api_order_init(&o, &arena);
    struct model *m = model_new();
    state = seed;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        snprintf(names[i], sizeof names[i], "/%c/%u", "abxyz"[below(5)], i * (1 + seed % 7));
    for (unsigned step = 0; step < steps; step++) {
        unsigned what = below(20), times = what < 16 ? below(4) : below(300) * (what == 19);
        int key = (int)below(most) + 1;
        if (what < 16)
            api_order_add(&o, str_from(names[key - 1])), model_add(m, key);
        else if (what == 16)
            api_order_remove(&o, str_from(names[key - 1])), model_remove(m, key);
        for (; times; times--)
            api_order_copy(&o), m = model_copy(m);
        if (!below(8))
            check_same(&o, m, seed);
    }
    check_same(&o, m, seed);
    free(m);
    arena_free(&arena);
}

START_TEST(copies_are_as_the_model_makes_them) {
    for (unsigned seed = 1; seed <= 20; seed++)
        try_one(seed, seed % 2 ? 60 : 400, 150);
    try_one(21, 2000, 1500);
}
END_TEST

START_TEST(periods_are_found) {
    struct arena arena;
    arena_init(&arena, NULL, 0);
    struct api_order o;
    api_order_init(&o, &arena);
    char name[16];
    for (unsigned i = 0; i < 240; i++) {
        snprintf(name, sizeof name, "/%c/%u", i % 2 ? 'b' : 'a', i / 2);
        api_order_add(&o, str_dup(&arena, str_from(name)));
    }
    for (unsigned i = 0; i < 100; i++)
        api_order_copy(&o);
    ck_assert_uint_eq(o.period, 6);
    arena_free(&arena);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("order");
    TCase *c = tcase_create("copies");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, copies_are_as_the_model_makes_them);
    tcase_add_test(c, periods_are_found);
    suite_add_tcase(suite, c);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
