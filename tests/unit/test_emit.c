/* The printers: exact text of a few values, and random trees read back by libfyaml. With
   APIC_EMIT_DUMP=DIRECTORY the random trees are also written there, as YAML and JSON, for
   tests/template/compare_emit.py, which reads them with PyYAML and ruamel. */
#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "emit/emit.h"
#include "emit/print.h"
#include "unit/suite.h"

static struct arena arena;
static struct values v;

static void setup(void) {
    arena_init(&arena, NULL, 0);
    v = (struct values){.arena = &arena};
}

static void teardown(void) {
    arena_free(&arena);
}

static const char *emitted(const struct value *x, enum emit_format format) {
    struct buf b;
    buf_init(&b, &arena, 0);
    emit_value(&b, x, format);
    return str_cstr(&arena, buf_view(&b));
}

static struct value *list_of(unsigned count, ...) {
    struct value *list = value_list(&v);
    va_list args;
    va_start(args, count);
    for (unsigned i = 0; i < count; i++)
        value_push(&v, list, va_arg(args, struct value *));
    va_end(args);
    return list;
}

static struct value *under(const char *key, struct value *x) {
    struct value *map = value_map(&v);
    value_put_c(&v, map, key, x);
    return map;
}

static void ck_yaml(struct value *x, const char *expected) {
    ck_assert_str_eq(emitted(x, EMIT_YAML), expected);
}

START_TEST(quotes_only_what_would_be_misread) {
    static const char *const plain[] = {
        "a",         "nodejs22.x", "s3:GetObject", "arn:aws:s3:::b/*", "10.0.0.0/16", "1.2.3",
        "a, b",      "it's",       "-x",           "a#b",              "a:b",         "héllo",
        "AWS::Region", "1st",      "e3",           "0x",               "a[0]",        "12:30:x",
        "2012-10",    "yess",         ".info",            "a - b",       "+",
    };
    static const char *const quoted[] = {
        "",     "yes",     "No",    "on",    "OFF",      "y",     "null",  "~",          "true",
        "12",   "0123",    "1_000", "1e3",   "0x1F",     "0o17",  "0b11",  "12:30",      "1.5",
        ".5",   "5.",      "-1",    "+1",    ".inf",     "-.inf", ".nan",  "2012-10-17", "=",
        "<<",   "*",       "a: b",  "a:",    "a #b",     " a",    "a ",    "- a",        "-",
        "[a]",  "{a}",     "#a",    "&a",    "!a",       "|",     ">",     "%a",         "@a",
        "`a",   "'a'",     "? a",   "---",   "... a",    "a\tb",  "08",    "2001-1-1 0:00:00",
        "012345678901", "-_1",
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        ck_yaml(value_c(&v, plain[i]), str_printf(&arena, "%s\n", plain[i]).ptr);
    for (size_t i = 0; i < sizeof quoted / sizeof *quoted; i++) {
        const char *text = emitted(value_c(&v, quoted[i]), EMIT_YAML);
        ck_assert_msg(*text == '"' || *text == '\'', "%s is not quoted: %s", quoted[i], text);
    }
    ck_yaml(value_c(&v, "\"a\": \\d"), "'\"a\": \\d'\n");
    ck_yaml(value_c(&v, "\x01\xc2\x85\xe2\x80\xa8\xef\xbb\xbf"),
            "\"\\u0001\\u0085\\u2028\\ufeff\"\n");
    ck_yaml(value_string(&v, (struct str){"a\xff", 2}), "\"a\xef\xbf\xbd\"\n");
}
END_TEST

START_TEST(numbers_keep_their_spelling) {
    ck_yaml(value_number(&v, STR("1.50")), "1.50\n");
    ck_yaml(value_number(&v, STR("-0")), "-0\n");
    ck_yaml(value_number(&v, STR("0123")), "\"0123\"\n");
    ck_assert_str_eq(emitted(value_number(&v, STR("0123")), EMIT_JSON), "\"0123\"\n");
    ck_assert_str_eq(emitted(value_number(&v, STR("1E+2")), EMIT_JSON), "1E+2\n");
    ck_yaml(value_number(&v, STR("1E+2")),
            "1.0E+2\n"); /* without the point it is a string in YAML 1.1 */
    ck_yaml(value_number(&v, STR("-1e2")), "-1.0e+2\n");
    ck_yaml(value_number(&v, STR("1.5e-3")), "1.5e-3\n");
    struct str canonical = value_canonical(&arena, value_number(&v, STR("0123")));
    ck_assert_str_eq(str_cstr(&arena, canonical), "\"0123\"");
}
END_TEST

START_TEST(text_of_several_lines_is_a_block) {
    ck_yaml(under("a", value_c(&v, "x\ny")), "a: |-\n  x\n  y\n");
    ck_yaml(under("a", value_c(&v, "x\n\ny\n")), "a: |\n  x\n\n  y\n");
    ck_yaml(under("a", value_c(&v, "  x\ny\n\n")), "a: |2+\n    x\n  y\n\n");
    ck_yaml(under("a", value_c(&v, "\n")), "a: \"\\n\"\n");
    ck_yaml(under("a", value_c(&v, "x\r\ny")), "a: \"x\\r\\ny\"\n");
    ck_yaml(under("a", list_of(1, value_c(&v, "x\ny\n"))), "a:\n  - |\n    x\n    y\n");
    ck_yaml(under("a", value_sub(&v, STR("x\n${y}\n"), NULL)), "a: !Sub |\n  x\n  ${y}\n");
}
END_TEST

START_TEST(collections_are_blocks) {
    struct value *m = under("b", list_of(2, under("c", value_int(&v, 1)), list_of(0)));
    value_put_c(&v, m, "d", value_map(&v));
    value_put_c(&v, m, "e: f", list_of(1, list_of(2, value_null(&v), value_bool(&v, true))));
    ck_yaml(under("a", m), "a:\n"
                           "  b:\n"
                           "    - c: 1\n"
                           "    - []\n"
                           "  d: {}\n"
                           "  \"e: f\":\n"
                           "    - - null\n"
                           "      - true\n");
    ck_assert_str_eq(
        emitted(under("a", list_of(2, value_map(&v), value_c(&v, "\"\n\x7f"))), EMIT_JSON),
        "{\n  \"a\": [\n    {},\n    \"\\\"\\n\\u007f\"\n  ]\n}\n");
}
END_TEST

START_TEST(intrinsics_have_short_tags) {
    struct value *ref = value_ref(&v, STR("AWS::Region"));
    ck_yaml(under("a", ref), "a: !Ref AWS::Region\n");
    ck_yaml(under("a", value_getatt(&v, STR("T"), STR("S.Arn"))), "a: !GetAtt T.S.Arn\n");
    ck_yaml(under("a", value_sub(&v, STR("${A}"), NULL)), "a: !Sub ${A}\n");
    ck_yaml(under("a", value_sub(&v, STR("${A}"), under("A", ref))),
            "a: !Sub\n  - ${A}\n  - A: !Ref AWS::Region\n");
    ck_yaml(list_of(1, value_call(&v, VAL_IF, 3, value_c(&v, "C"), value_int(&v, 1), ref)),
            "- !If [C, 1, !Ref \"AWS::Region\"]\n");
    ck_yaml(under("a", value_call(&v, VAL_IF, 3, value_c(&v, "C"), under("b", ref), ref)),
            "a: !If\n  - C\n  - b: !Ref AWS::Region\n  - !Ref AWS::Region\n");
    ck_yaml(under("a", value_call(&v, VAL_BASE64, 1, value_sub(&v, STR("x\n${y}\n"), NULL))),
            "a:\n  Fn::Base64: !Sub |\n    x\n    ${y}\n");
    ck_yaml(list_of(1, value_call(&v, VAL_GET_AZS, 1, ref)), "- Fn::GetAZs: !Ref AWS::Region\n");
    ck_yaml(under("a", value_call(&v, VAL_NOT, 1,
                                  value_call(&v, VAL_EQUALS, 2, ref, value_c(&v, "")))),
            "a: !Not [!Equals [!Ref \"AWS::Region\", \"\"]]\n");
    ck_yaml(under("a", value_call(&v, VAL_TRANSFORM, 1, under("Name", value_c(&v, "M")))),
            "a: !Transform\n  Name: M\n");
    ck_assert_str_eq(emitted(value_getatt(&v, STR("T"), STR("Arn")), EMIT_JSON),
                     "{\n  \"Fn::GetAtt\": [\n    \"T\",\n    \"Arn\"\n  ]\n}\n");
}
END_TEST

START_TEST(templates_have_the_customary_order) {
    struct graph g;
    graph_init(&g, &arena);
    struct resource *r = graph_add(&g, STR("Queue"), STR("AWS::SQS::Queue"));
    value_put_c(&v, r->properties, "DelaySeconds", value_int(&v, 5));
    value_put_c(&v, r->attributes, "Metadata", under("a", value_int(&v, 1)));
    value_put_c(&v, r->attributes, "DeletionPolicy", value_c(&v, "Retain"));
    graph_add(&g, STR("Topic"), STR("AWS::SNS::Topic"));
    g.outputs = under("Url", under("Value", value_ref(&v, STR("Queue"))));
    g.version = value_c(&v, "2010-09-09");
    g.description = value_c(&v, "a\nb\n\n");
    struct buf b;
    buf_init(&b, &arena, 0);
    emit_template(&b, &g, EMIT_YAML);
    ck_assert_str_eq(str_cstr(&arena, buf_view(&b)), "AWSTemplateFormatVersion: \"2010-09-09\"\n"
                                                     "Description: |+\n"
                                                     "  a\n"
                                                     "  b\n"
                                                     "\n"
                                                     "Resources:\n"
                                                     "  Queue:\n"
                                                     "    Type: AWS::SQS::Queue\n"
                                                     "    DeletionPolicy: Retain\n"
                                                     "    Metadata:\n"
                                                     "      a: 1\n"
                                                     "    Properties:\n"
                                                     "      DelaySeconds: 5\n"
                                                     "  Topic:\n"
                                                     "    Type: AWS::SNS::Topic\n"
                                                     "\n"
                                                     "Outputs:\n"
                                                     "  Url:\n"
                                                     "    Value: !Ref Queue\n");
}
END_TEST

START_TEST(output_is_limited) {
    struct buf b;
    buf_init(&b, &arena, 10);
    emit_value(&b, under("a", value_c(&v, "0123456789\n0123456789\n")), EMIT_YAML);
    ck_assert(b.truncated);
    ck_assert_uint_le(b.len, 10);
}
END_TEST

/* Random trees. */

static uint64_t seed;

static unsigned pick(unsigned n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)((seed >> 11) % n);
}

static struct str random_text(void) {
    static const char *const whole[] = {
        "",      "yes",  "off",        "null",   "~",   "0123",  "1e3",  "0x1f",  "1:30:15",
        "1.0",   ".5",   "2012-10-17", "=",      "<<",  "---",   "...",  "- a",   "a: b",
        "a #b",  "\n",   "\n\n",       "a\nb",   "a\n", " a\nb", "a\n ", "\ta\n", "{{resolve:x}}",
        "a\n\n", "\n a", "a\n  \nb\n", "${A.B}", "*",   "\"",    "'",    "\\n",   "a'b\"c",
    };
    static const char *const parts[] = {
        "a", "B", "0", "9", "-", ".", "_", ":", " ", "#", ",", "[", "]", "{", "}", "?",
        "!", "&", "*", "|", ">", "%", "@", "`", "\"", "'", "\\", "\n", "\t", "\r", "e", "x",
        "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xc2\x85", "\xc2\xa0", "\xe2\x80\xa8",
        "\xef\xbb\xbf", "\x01", "\x7f", "~", "=", "<", "+", "T", "Z",
    };
    if (pick(3) == 0)
        return str_from(whole[pick(sizeof whole / sizeof *whole)]);
    struct buf b;
    buf_init(&b, &arena, 0);
    unsigned length = pick(50) == 0 ? 1100 : pick(8),
             few = pick(2) ? 8 : sizeof parts / sizeof *parts;
    for (unsigned i = 0; i < length; i++)
        buf_c(&b, parts[pick(few)]);
    return b.len ? buf_view(&b) : STR("");
}

static struct value *random_value(int depth);

static struct value *random_map(int depth) {
    struct value *map = value_map(&v);
    for (unsigned i = pick(4); i > 0; i--)
        value_put(&v, map, random_text(), random_value(depth - 1));
    return map;
}

static struct value *random_list(int depth) {
    struct value *list = value_list(&v);
    for (unsigned i = pick(4); i > 0; i--)
        value_push(&v, list, random_value(depth - 1));
    return list;
}

static struct value *random_intrinsic(int depth) {
    enum value_kind kind = VAL_FIRST_INTRINSIC + pick(VAL_LAST_INTRINSIC - VAL_FIRST_INTRINSIC);
    struct str name = value_intrinsic(kind)->name;
    switch (value_intrinsic(kind)->form) {
    case FORM_NAME:
        return value_from_function(&v, name, value_string(&v, random_text()));
    case FORM_GETATT:
        return value_getatt(&v, random_text(), random_text());
    case FORM_SUB:
        return value_sub(&v, random_text(), pick(2) ? random_map(depth) : NULL);
    case FORM_LIST:
        return value_from_function(&v, name, random_list(depth));
    default:
        return value_from_function(&v, pick(5) ? name : STR("Fn::Other"), random_value(depth - 1));
    }
}

static struct value *random_value(int depth) {
    static const char *const numbers[] = {"0", "-1", "12", "1.5", "1e3", "0123", "+1", "1_0"};
    switch (pick(depth > 0 ? 10 : 4)) {
    case 0:
        return value_number(&v, str_from(numbers[pick(8)]));
    case 1:
        return pick(2) ? value_bool(&v, pick(2)) : value_null(&v);
    case 2:
    case 3:
    case 4:
        return value_string(&v, random_text());
    case 5:
        return random_list(depth);
    case 6:
    case 7:
        return random_intrinsic(depth);
    default:
        return random_map(depth);
    }
}

static bool node_is(struct fy_node *node, const struct value *x);

static bool node_is_text(struct fy_node *node, struct str text) {
    size_t len = 0;
    const char *at = node ? fy_node_get_scalar(node, &len) : NULL;
    return (node && fy_node_is_scalar(node) && str_eq((struct str){at, len}, text));
}

static bool node_is_map(struct fy_node *node, const struct value *x) {
    if (!fy_node_is_mapping(node) || fy_node_mapping_item_count(node) != (int)x->count)
        return false;
    for (uint32_t i = 0; i < x->count; i++) {
        struct fy_node_pair *pair = fy_node_mapping_get_by_index(node, (int)i);
        if (!node_is_text(fy_node_pair_key(pair), x->members[i].key) ||
            !node_is(fy_node_pair_value(pair), x->members[i].value))
            return false;
    }
    return true;
}

static bool node_is_list(struct fy_node *node, const struct value *x) {
    if (!fy_node_is_sequence(node) || fy_node_sequence_item_count(node) != (int)x->count)
        return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (!node_is(fy_node_sequence_get_by_index(node, (int)i), x->items[i]))
            return false;
    return true;
}

static bool node_is_intrinsic(struct fy_node *node, const struct value *x) {
    struct str name = x->kind == VAL_FN ? x->text : value_intrinsic(x->kind)->name;
    struct value *argument = value_argument(&v, x);
    size_t len = 0;
    const char *tag = fy_node_get_tag(node, &len);
    if (!tag) {
        struct value *map = value_map(&v);
        value_put(&v, map, name, argument);
        return node_is_map(node, map);
    }
    if (!str_eq((struct str){tag + 1, len - 1}, value_intrinsic(x->kind)->tag))
        return false;
    if (x->kind == VAL_GETATT && fy_node_is_scalar(node)) {
        struct str dotted = str_concat(&arena, x->text, STR("."));
        return node_is_text(node, str_concat(&arena, dotted, x->items[0]->text));
    }
    return argument->kind == VAL_LIST  ? node_is_list(node, argument)
           : argument->kind == VAL_MAP ? node_is_map(node, argument)
                                       : node_is_text(node, argument->text);
}

static bool node_is(struct fy_node *node, const struct value *x) {
    if (value_is_intrinsic(x))
        return node_is_intrinsic(node, x);
    switch (x->kind) {
    case VAL_NULL:
        return node_is_text(node, STR("null")) && fy_node_get_style(node) == FYNS_PLAIN;
    case VAL_BOOL:
        return node_is_text(node, x->truth ? STR("true") : STR("false"));
    case VAL_MAP:
        return node_is_map(node, x);
    case VAL_LIST:
        return node_is_list(node, x);
    case VAL_NUMBER:;
        struct buf spelling;
        if (!str_is_json_number(x->text))
            return node_is_text(node, x->text) && fy_node_get_style(node) != FYNS_PLAIN;
        buf_init(&spelling, &arena, 0);
        number_print(&spelling, x->text);
        return node_is_text(node, buf_view(&spelling)) && fy_node_get_style(node) == FYNS_PLAIN;
    default:
        return node_is_text(node, x->text) &&
               !(fy_node_get_style(node) == FYNS_PLAIN && scalar_is_resolved(x->text));
    }
}

static void dump(int i, const char *suffix, const char *text) {
    const char *directory = getenv("APIC_EMIT_DUMP");
    FILE *f =
        directory ? fopen(str_printf(&arena, "%s/%05d.%s", directory, i, suffix).ptr, "w") : NULL;
    if (f) {
        fputs(text, f);
        fclose(f);
    }
}

static void ck_reads_back(const char *text, const struct value *x) {
    struct fy_parse_cfg config = {.flags = FYPCF_DEFAULT_DOC};
    struct fy_document *document = fy_document_build_from_string(&config, text, strlen(text));
    bool same = document && node_is(fy_document_root(document), x);
    fy_document_destroy(document);
    ck_assert_msg(same, "does not read back:\n%s\n%s", text, value_canonical(&arena, x).ptr);
}

START_TEST(random_trees_read_back) {
    seed = 0x9e3779b97f4a7c15u + (uint64_t)_i;
    for (int i = 0; i < 250; i++) {
        setup();
        struct value *x = under("x", random_value(5));
        const char *yaml = emitted(x, EMIT_YAML), *json = emitted(x, EMIT_JSON);
        dump(_i * 1000 + i, "yaml", yaml);
        dump(_i * 1000 + i, "json", json);
        ck_reads_back(yaml, x);
        ck_reads_back(emitted(x->members[0].value, EMIT_YAML), x->members[0].value);
        teardown();
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("emit");
    TCase *c = tcase_create("emit");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, quotes_only_what_would_be_misread);
    tcase_add_test(c, numbers_keep_their_spelling);
    tcase_add_test(c, text_of_several_lines_is_a_block);
    tcase_add_test(c, collections_are_blocks);
    tcase_add_test(c, intrinsics_have_short_tags);
    tcase_add_test(c, templates_have_the_customary_order);
    tcase_add_test(c, output_is_limited);
    suite_add_tcase(suite, c);
    TCase *trees = tcase_create("trees");
    tcase_set_timeout(trees, 60);
    tcase_add_loop_test(trees, random_trees_read_back, 0, 8);
    suite_add_tcase(suite, trees);
    return run_suite(suite);
}
