#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "base/sha.h"
#include "base/str.h"
#include "graph/value.h"
#include "unit/suite.h"

START_TEST(digests_are_the_standards) {
    struct arena a;
    arena_init(&a, NULL, 0);
    ck_assert(str_is(sha1_hex(&a, STR("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d"));
    ck_assert(str_is(sha256_hex(&a, STR("abc")),
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    struct str long_text = STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
    ck_assert(str_is(sha256_hex(&a, long_text),
                     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    ck_assert(str_is(sha1_hex(&a, long_text), "84983e441c3bd26ebaae4aa1f95129e5e54670f1"));
    arena_free(&a);
}
END_TEST

/* How many bytes an arena gives out, piece by piece, until its limit; all are zero at first. */
static size_t filled(size_t limit) {
    enum { PIECE = 1000 };
    static const char zero[PIECE];
    static size_t given;
    struct arena a;
    jmp_buf full;
    given = 0;
    arena_init(&a, &full, limit);
    if (setjmp(full) == 0)
        for (;;) {
            char *p = arena_alloc(&a, PIECE, 1);
            ck_assert(memcmp(p, zero, PIECE) == 0);
            memset(p, 'x', PIECE);
            given += PIECE;
        }
    ck_assert_uint_le(a.total, limit);
    arena_free(&a);
    ck_assert_uint_eq(a.total, 0);
    return given;
}

START_TEST(arenas_fill_to_their_limit) {
    for (size_t megabytes = 1; megabytes < 20; megabytes += 3)
        ck_assert_uint_gt(filled(megabytes << 20), (megabytes << 20) - (300 << 10));
}
END_TEST

START_TEST(hex_digits_are_of_either_case) {
    for (int c = 0; c < 256; c++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *at = c ? strchr(digits, c) : NULL;
        ck_assert_int_eq(str_hex_digit((char)c), at ? (int)(at - digits) % 16 : -1);
    }
}
END_TEST

START_TEST(near_names_are_near) {
    ck_assert(str_is_near(STR("memroy"), STR("memory")));
    ck_assert(str_is_near(STR("RUNTIME"), STR("Runtime")));
    ck_assert(!str_is_near(STR("ttl"), STR("arn")));
    ck_assert_uint_eq(str_distance(STR("abcd"), STR("acbd"), 3), 1);
}
END_TEST

START_TEST(sub_templates_fall_into_pieces) {
    struct str t = STR("a${B}c${!D}${E.F}");
    uint32_t at = 0;
    struct sub_piece p;
    const char *expected[] = {"a", "B", "c", "${", "D}", "E.F"};
    bool variable[] = {false, true, false, false, false, true};
    for (int i = 0; i < 6; i++) {
        ck_assert(sub_next(t, &at, &p));
        ck_assert(str_is(p.text, expected[i]));
        ck_assert_int_eq(p.is_variable, variable[i]);
    }
    ck_assert(!sub_next(t, &at, &p));
}
END_TEST

START_TEST(maps_keep_order_and_find_keys) {
    struct arena a;
    arena_init(&a, NULL, 0);
    struct values v = {.arena = &a};
    struct value *m = value_map(&v);
    for (int i = 0; i < 100; i++)
        value_put(&v, m, str_printf(&a, "k%d", i), value_int(&v, i));
    value_remove(&v, m, STR("k50"));
    ck_assert_uint_eq(m->count, 99);
    ck_assert(value_is_nil(value_get_c(m, "k50")));
    ck_assert(str_is(value_text(value_get_c(m, "k51")), "51"));
    ck_assert(str_is(m->members[50].key, "k51"));
    ck_assert(value_is_nil(value_get_c(value_get_c(m, "no"), "where")));
    arena_free(&a);
}
END_TEST

/* Names that only differ in a number, at any place and length, fall on different places of a map. */
START_TEST(numbered_names_are_spread) {
    enum { NAMES = 1024, PLACES = 2048 };
    static const char *const forms[] = {"F%u", "ANY /s%u", "%uName", "Function%uRole",
                                        "AWS::Type::Of%u::AndMore", "arn:aws:sqs:*:*:queue-%u"};
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        unsigned char taken[PLACES] = {0};
        unsigned used = 0;
        for (unsigned i = 0; i < NAMES; i++) {
            char name[64];
            struct str s = {name, (size_t)snprintf(name, sizeof name, forms[f], i)};
            used += !taken[str_hash(s) % PLACES]++;
        }
        ck_assert_msg(used > NAMES * 7 / 10, "%s: %u places", forms[f], used); /* 79 % by chance */
    }
}
END_TEST

START_TEST(folders_are_reached_from_each_other) {
    struct arena a;
    arena_init(&a, NULL, 0);
    ck_assert(str_is(path_folder(STR("a/b.api")), "a/"));
    ck_assert_uint_eq(path_folder(STR("b.api")).len, 0);
    ck_assert_uint_eq(path_between(&a, STR("/usr/"), STR("/usr/")).len, 0);
    ck_assert(str_is(path_between(&a, STR("/usr/"), STR("/usr/include/")), "include/"));
    ck_assert(str_is(path_between(&a, STR("/usr/include/"), STR("/usr/")), "../"));
    ck_assert(str_is(path_between(&a, STR("/usr/include/"), STR("/etc/")), "../../etc/"));
    ck_assert(str_is(path_between(&a, STR("/"), STR("/etc/")), "etc/"));
    ck_assert(str_is(path_between(&a, STR("/no/such/"), STR("x/")), "x/"));
    ck_assert(path_is_below(&a, STR("/usr/include"), STR("/usr/")));
    ck_assert(!path_is_below(&a, STR("/etc"), STR("/usr/")));
    ck_assert(!path_is_below(&a, STR("/usr/../etc"), STR("/usr/")));
    arena_free(&a);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("base");
    TCase *c = tcase_create("base");
    tcase_add_test(c, digests_are_the_standards);
    tcase_add_test(c, arenas_fill_to_their_limit);
    tcase_add_test(c, hex_digits_are_of_either_case);
    tcase_add_test(c, near_names_are_near);
    tcase_add_test(c, sub_templates_fall_into_pieces);
    tcase_add_test(c, maps_keep_order_and_find_keys);
    tcase_add_test(c, numbered_names_are_spread);
    tcase_add_test(c, folders_are_reached_from_each_other);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
