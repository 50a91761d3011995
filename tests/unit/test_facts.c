/* Conditions as formulas, edges, possible values: what the rules stand on. */
#include <stdlib.h>

#include "graph/edges.h"
#include "graph/view.h"
#include "unit/suite.h"

static struct arena arena;
static struct graph graph;
static struct values *v;

static void setup(void) {
    arena_init(&arena, NULL, 0);
    graph_init(&graph, &arena);
    v = &graph.values;
    graph_section(&graph, &graph.parameters);
    graph_section(&graph, &graph.conditions);
    graph_section(&graph, &graph.mappings);
}

static void teardown(void) {
    arena_free(&arena);
}

static struct value *parameter(const char *name, const char *const *allowed) {
    struct value *p = value_map(v);
    value_put_c(v, p, "Type", value_c(v, "String"));
    if (allowed) {
        struct value *list = value_list(v);
        for (; *allowed; allowed++)
            value_push(v, list, value_c(v, *allowed));
        value_put_c(v, p, "AllowedValues", list);
    }
    value_put_c(v, graph.parameters, name, p);
    return p;
}

static struct value *equals(const char *name, const char *literal) {
    return value_call(v, VAL_EQUALS, 2, value_ref(v, str_from(name)), value_c(v, literal));
}

static struct value *condition(const char *name) {
    struct value *x = value_call(v, VAL_CONDITION, 0);
    x->text = str_from(name);
    return x;
}

START_TEST(one_parameter_has_one_value) {
    struct formulas f;
    parameter("Env", NULL);
    value_put_c(v, graph.conditions, "Prod", equals("Env", "prod"));
    value_put_c(v, graph.conditions, "Test", equals("Env", "test"));
    value_put_c(v, graph.conditions, "Either",
                value_call(v, VAL_OR, 2, condition("Prod"), condition("Test")));
    formulas_init(&f, &arena, &graph, NULL);
    struct bdd_id prod = formula_named(&f, STR("Prod")), test = formula_named(&f, STR("Test"));
    struct bdd_id either = formula_named(&f, STR("Either"));
    ck_assert_int_eq(formula_meet(&f, prod, test), TRUTH_NO);
    ck_assert_int_eq(formula_implies(&f, prod, either), TRUTH_YES);
    ck_assert_int_eq(formula_implies(&f, either, prod), TRUTH_NO);
    ck_assert_int_eq(formula_implies(&f, BDD_TRUE, either), TRUTH_NO);
    ck_assert_int_eq(formula_implies(&f, formula_named(&f, STR("None")), prod), TRUTH_UNKNOWN);
}
END_TEST

START_TEST(allowed_values_bound_a_parameter) {
    struct formulas f;
    parameter("Env", (const char *const[]){"prod", "test", NULL});
    value_put_c(v, graph.conditions, "Prod", equals("Env", "prod"));
    value_put_c(v, graph.conditions, "Test", equals("Env", "test"));
    value_put_c(v, graph.conditions, "Other", equals("Env", "dev"));
    formulas_init(&f, &arena, &graph, NULL);
    struct bdd_id prod = formula_named(&f, STR("Prod")), test = formula_named(&f, STR("Test"));
    ck_assert_int_eq(formula_implies(&f, formula_not(&f, prod), test), TRUTH_YES);
    ck_assert_int_eq(formula_is_possible(&f, formula_named(&f, STR("Other"))), TRUTH_NO);
}
END_TEST

START_TEST(regions_bound_the_region) {
    struct formulas f;
    struct str_vec regions = {0};
    vec_push(&arena, &regions.items, STR("eu-west-1"));
    vec_push(&arena, &regions.items, STR("us-east-1"));
    struct value *not_east =
        value_call(v, VAL_NOT, 1, equals("AWS::Region", "us-east-1"));
    value_put_c(v, graph.conditions, "Europe", equals("AWS::Region", "eu-west-1"));
    value_put_c(v, graph.conditions, "NotEast", not_east);
    formulas_init(&f, &arena, &graph, &regions);
    ck_assert_int_eq(formula_implies(&f, formula_named(&f, STR("NotEast")),
                                     formula_named(&f, STR("Europe"))),
                     TRUTH_YES);
}
END_TEST

START_TEST(circles_of_conditions_are_unknown) {
    struct formulas f;
    value_put_c(v, graph.conditions, "A", condition("B"));
    value_put_c(v, graph.conditions, "B", condition("A"));
    formulas_init(&f, &arena, &graph, NULL);
    ck_assert_int_eq(formula_is_possible(&f, formula_named(&f, STR("A"))), TRUTH_UNKNOWN);
}
END_TEST

START_TEST(forty_conditions_make_few_nodes) {
    struct formulas f;
    const char *last = NULL;
    for (int i = 0; i < 40; i++) {
        const char *name = str_printf(&arena, "C%d", i).ptr;
        const char *param = str_printf(&arena, "P%d", i % 13).ptr;
        struct value *own = equals(param, str_printf(&arena, "v%d", i % 3).ptr);
        parameter(param, (const char *const[]){"v0", "v1", "v2", NULL});
        struct value *both = last ? value_call(v, i % 2 ? VAL_AND : VAL_OR, 2, condition(last),
                                               value_call(v, VAL_NOT, 1, own))
                                  : own;
        value_put_c(v, graph.conditions, name, both);
        last = name;
    }
    formulas_init(&f, &arena, &graph, NULL);
    for (int i = 0; i < 40; i++)
        for (int j = 0; j < 40; j++) {
            struct bdd_id a = formula_named(&f, str_printf(&arena, "C%d", i));
            struct bdd_id b = formula_named(&f, str_printf(&arena, "C%d", j));
            ck_assert_int_ne(formula_implies(&f, a, b), TRUTH_UNKNOWN);
        }
    /* of 1,600 questions; the work is linear in these */
    ck_assert_uint_lt(f.bdd.nodes.count, 200000);
}
END_TEST

START_TEST(edges_know_their_circumstances) {
    struct formulas f;
    struct edges e;
    parameter("Env", NULL);
    value_put_c(v, graph.conditions, "Prod", equals("Env", "prod"));
    struct resource *a = graph_add(&graph, STR("A"), STR("AWS::SNS::Topic"));
    struct value *text = value_sub(v, STR("${B}-${B.Arn}-${!C}-${AWS::Region}"), NULL);
    value_put_c(v, a->properties, "TopicName",
                value_call(v, VAL_IF, 3, value_c(v, "Prod"), text,
                           value_ref(v, STR("AWS::NoValue"))));
    value_put_c(v, a->attributes, "DependsOn", value_c(v, "D"));
    formulas_init(&f, &arena, &graph, NULL);
    edges_init(&e, &arena, &graph, &f);
    const struct edge *b = edges_to(&e, STR("B"));
    ck_assert_ptr_nonnull(b);
    ck_assert_int_eq(b->kind, EDGE_SUB_GETATT);
    ck_assert(str_is(b->attribute, "Arn"));
    ck_assert_int_eq(b->next->kind, EDGE_SUB);
    ck_assert_int_eq(formula_implies(&f, b->when, formula_named(&f, STR("Prod"))), TRUTH_YES);
    ck_assert(str_is(path_text(&arena, b->path), "Properties.TopicName"));
    ck_assert_ptr_null(edges_to(&e, STR("C")));
    ck_assert_int_eq(edges_to(&e, STR("D"))->kind, EDGE_DEPENDS_ON);
    uint32_t first, end = edges_from(&e, a, &first);
    ck_assert_uint_eq(end - first, 6);
}
END_TEST

START_TEST(possible_values_come_from_branches_and_parameters) {
    struct formulas f;
    struct view view;
    parameter("Env", (const char *const[]){"prod", "test", "dev", NULL});
    value_put_c(v, graph.conditions, "Prod", equals("Env", "prod"));
    formulas_init(&f, &arena, &graph, NULL);
    view_init(&view, &arena, &graph, &f, NULL);
    struct value *x = value_call(v, VAL_IF, 3, value_c(v, "Prod"), value_int(v, 1),
                                 value_ref(v, STR("Env")));
    struct possibles all = {0};
    view_possible(&view, x, BDD_TRUE, &all);
    ck_assert_uint_eq(all.items.count, 3); /* 1, test, dev: not prod, where Prod is false */
    ck_assert(str_is(all.items.items[1].value->text, "test"));
    ck_assert_int_eq(all.items.items[1].certainty, ALLOWED);
}
END_TEST

static bool absorbs(char hole, char c) {
    return hole == TEXT_HOLE || (hole == TEXT_PART_HOLE && c != '/');
}

/* The same question, answered for every pair of beginnings. */
static bool can_equal_slowly(struct str a, struct str b) {
    static bool can[200][200];
    for (size_t i = 0; i <= a.len; i++)
        for (size_t j = 0; j <= b.len; j++) {
            char x = i ? a.ptr[i - 1] : 0, y = j ? b.ptr[j - 1] : 0;
            bool hole_x = x == TEXT_HOLE || x == TEXT_PART_HOLE;
            bool hole_y = y == TEXT_HOLE || y == TEXT_PART_HOLE;
            can[i][j] = (!i && !j) || (hole_x && can[i - 1][j]) || (hole_y && can[i][j - 1]) ||
                        (i && j && x == y && can[i - 1][j - 1]);
            /* the last byte of one is in a hole of the other, which may have taken others before */
            for (size_t n = j; hole_x && !can[i][j] && n > 0 && absorbs(x, b.ptr[n - 1]); n--)
                can[i][j] = can[i - 1][n - 1];
            for (size_t n = i; hole_y && !can[i][j] && n > 0 && absorbs(y, a.ptr[n - 1]); n--)
                can[i][j] = can[n - 1][j - 1];
        }
    return can[a.len][b.len];
}

START_TEST(texts_are_compared_as_every_pair_of_beginnings) {
    static const char letters[] = "ab/\001\002";
    char text[2][180];
    unsigned state = 1, equal = 0;
    for (int turn = 0; turn < 5000; turn++) {
        size_t len[2], middle = turn % 4 ? 0 : 130; /* also of more than a machine word or two */
        for (int t = 0; t < 2; t++) {
            size_t before = (state = state * 1103515245 + 12345) >> 16 & 7, at;
            len[t] = before + middle + ((state = state * 1103515245 + 12345) >> 16 & 7);
            for (at = 0; at < len[t]; at++)
                text[t][at] = at >= before && at < before + middle
                                  ? 'a'
                                  : letters[((state = state * 1103515245 + 12345) >> 16) % 5];
        }
        struct str a = {text[0], len[0]}, b = {text[1], len[1]};
        bool slowly = can_equal_slowly(a, b);
        equal += slowly;
        ck_assert_msg(text_can_equal(a, b) == slowly, "turn %d", turn);
        ck_assert_msg(text_can_equal(b, a) == slowly, "turn %d, the other way round", turn);
    }
    ck_assert_uint_gt(equal, 500);
    ck_assert_uint_lt(equal, 4500);
}
END_TEST

START_TEST(texts_have_holes) {
    struct formulas f;
    struct view view;
    formulas_init(&f, &arena, &graph, NULL);
    view_init(&view, &arena, &graph, &f, NULL);
    struct value *list = value_list(v);
    value_push(v, list, value_c(v, "a"));
    value_push(v, list, value_sub(v, STR("b${AWS::Region}c"), NULL));
    struct text t = view_text(&view, value_call(v, VAL_JOIN, 2, value_c(v, "/"), list));
    ck_assert(str_is(t.pattern, "a/b\001c"));
    ck_assert_uint_eq(t.holes.items.count, 1);
    ck_assert(str_is(t.holes.items.items[0]->text, "AWS::Region"));
    ck_assert(text_can_equal(t.pattern, STR("a/bxyzc")));
    ck_assert(text_can_equal(t.pattern, STR("a/\001")));
    ck_assert(!text_can_equal(t.pattern, STR("a/bxyzd")));
    ck_assert(text_can_equal(STR("\002/GET/users/\002"), STR("\001/GET/users/\001")));
    ck_assert(!text_can_equal(STR("\002/GET/users/\002"), STR("\001/GET/user/\001")));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("facts");
    TCase *c = tcase_create("facts");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, one_parameter_has_one_value);
    tcase_add_test(c, allowed_values_bound_a_parameter);
    tcase_add_test(c, regions_bound_the_region);
    tcase_add_test(c, circles_of_conditions_are_unknown);
    tcase_add_test(c, forty_conditions_make_few_nodes);
    tcase_add_test(c, edges_know_their_circumstances);
    tcase_add_test(c, possible_values_come_from_branches_and_parameters);
    tcase_add_test(c, texts_have_holes);
    tcase_add_test(c, texts_are_compared_as_every_pair_of_beginnings);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
