#include <stdio.h>
#include <stdlib.h>

#include "emit/draw.h"
#include "emit/layout.h"
#include "unit/suite.h"

static struct arena arena;
static struct graph graph;

static struct resource *add(const char *id, const char *type) {
    return graph_add(&graph, str_from(id), str_from(type));
}

static void refer(struct resource *from, const char *to) {
    struct str name = str_printf(&arena, "To%s", to);
    value_put(&graph.values, from->properties, name, value_ref(&graph.values, str_from(to)));
}

static struct picture picture(bool each_resource) {
    struct picture p;
    picture_make(&p, &arena, &graph, each_resource);
    return p;
}

static void begin(void) {
    arena_init(&arena, NULL, 0);
    graph_init(&graph, &arena);
}

static void end(void) {
    arena_free(&arena);
}

START_TEST(arrows_are_there_once_and_lead_to_resources) {
    struct resource *api = add("Api", "AWS::ApiGateway::RestApi");
    struct resource *function = add("Users", "AWS::Lambda::Function");
    add("Table", "AWS::DynamoDB::Table");
    refer(api, "Users");
    refer(function, "Table");
    refer(function, "Stage"); /* a parameter, say */
    refer(function, "Users");
    value_put_c(&graph.values, function->attributes, "DependsOn",
                value_c(&graph.values, "Table"));
    struct picture p = picture(false);
    ck_assert_uint_eq(p.boxes.count, 3);
    ck_assert_uint_eq(p.arrows.count, 2);
    ck_assert(!p.arrows.items[1].only_order);
    ck_assert_int_eq(p.boxes.items[2].class, BOX_DATA);
    ck_assert(str_is(p.boxes.items[2].subtitle, "DynamoDB Table"));
    struct layout l;
    ck_assert(layout_make(&l, &arena, &p));
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_uint_eq(l.nodes.items[i].layer, i);
}
END_TEST

START_TEST(a_construct_is_one_box) {
    struct origin users = {.construct = STR("function users")};
    struct origin role = {.construct = STR("function users"), .part = STR("role")};
    struct origin other = {.construct = STR("function orders")};
    add("UsersFunction", "AWS::Lambda::Function")->origin = &users;
    add("UsersFunctionRole", "AWS::IAM::Role")->origin = &role;
    struct resource *orders = add("OrdersFunction", "AWS::Lambda::Function");
    orders->origin = &other;
    refer(orders, "UsersFunctionRole");
    struct picture p = picture(false);
    ck_assert_uint_eq(p.boxes.count, 2);
    ck_assert(str_is(p.boxes.items[0].title, "users"));
    ck_assert(str_is(p.boxes.items[0].subtitle, "function"));
    ck_assert_uint_eq(p.boxes.items[0].resources, 2);
    ck_assert_int_eq(p.boxes.items[0].class, BOX_COMPUTE);
    ck_assert_uint_eq(p.arrows.count, 1);
    ck_assert_uint_eq(picture(true).boxes.count, 3);
}
END_TEST

static void check_apart(const struct picture *p, const struct layout *l) {
    for (uint32_t i = 0; i < l->nodes.count; i++) {
        const struct layout_node *a = &l->nodes.items[i];
        ck_assert(a->y > -0.001 && a->y <= l->rows);
        for (uint32_t k = 0; k < i && i < p->boxes.count; k++) {
            const struct layout_node *b = &l->nodes.items[k];
            double distance = a->y > b->y ? a->y - b->y : b->y - a->y;
            ck_assert(a->layer != b->layer || distance > 0.999);
        }
    }
    for (uint32_t i = 0; i < l->lines.count; i++)
        for (uint32_t k = 1; k < l->lines.items[i].count; k++) {
            uint32_t at = l->lines.items[i].first + k;
            ck_assert_uint_eq(l->nodes.items[l->points.items[at]].layer,
                              l->nodes.items[l->points.items[at - 1]].layer + 1);
        }
}

START_TEST(boxes_never_overlap_and_lines_go_right) {
    uint32_t seed = 1;
    for (int i = 0; i < 60; i++)
        add(str_printf(&arena, "R%d", i).ptr, "AWS::SNS::Topic");
    for (int i = 0; i < 90; i++) {
        seed = seed * 1103515245 + 12345;
        refer(graph.resources.items[seed / 65536 % 50],
              str_printf(&arena, "R%u", seed / 131072 % 50).ptr);
    }
    struct picture p = picture(false);
    struct layout l;
    ck_assert(layout_make(&l, &arena, &p));
    check_apart(&p, &l);
    struct buf one, two;
    buf_init(&one, &arena, 0);
    buf_init(&two, &arena, 0);
    draw_svg(&one, &p, STR("x"));
    draw_svg(&two, &p, STR("x"));
    ck_assert(str_eq(buf_view(&one), buf_view(&two)));
}
END_TEST

START_TEST(a_circle_is_drawn) {
    refer(add("A", "AWS::SNS::Topic"), "B");
    refer(add("B", "AWS::SNS::Topic"), "C");
    refer(add("C", "AWS::SNS::Topic"), "A");
    struct picture p = picture(false);
    struct layout l;
    ck_assert(layout_make(&l, &arena, &p));
    ck_assert_uint_eq(l.layers, 3);
    unsigned reversed = 0;
    for (uint32_t i = 0; i < l.lines.count; i++)
        reversed += l.lines.items[i].reversed;
    ck_assert_uint_eq(reversed, 1);
    check_apart(&p, &l);
}
END_TEST

START_TEST(an_empty_stack_and_hostile_names_can_be_drawn) {
    struct picture p = picture(false);
    struct buf out;
    buf_init(&out, &arena, 0);
    draw_svg(&out, &p, STR("<&>"));
    ck_assert(str_find(buf_view(&out), STR("&lt;&amp;&gt;"), 0) < out.len);
    add("A\"\\</text>", "Custom::\xff");
    p = picture(false);
    buf_init(&out, &arena, 0);
    draw_dot(&out, &p);
    ck_assert(str_find(buf_view(&out), STR("A\\\"\\\\</text>"), 0) < out.len);
    buf_init(&out, &arena, 0);
    draw_svg(&out, &p, STR_NIL);
    ck_assert(str_find(buf_view(&out), STR("A\"\\&lt;/text&gt;"), 0) < out.len);
    ck_assert_uint_eq(utf8_validate(buf_view(&out)), out.len);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("draw");
    TCase *tests = tcase_create("pictures");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, arrows_are_there_once_and_lead_to_resources);
    tcase_add_test(tests, a_construct_is_one_box);
    tcase_add_test(tests, boxes_never_overlap_and_lines_go_right);
    tcase_add_test(tests, a_circle_is_drawn);
    tcase_add_test(tests, an_empty_stack_and_hostile_names_can_be_drawn);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
