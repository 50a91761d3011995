#include <stdlib.h>
#include <string.h>

#include "base/render.h"
#include "unit/suite.h"

static struct arena arena;
static struct sources sources;
static struct diags diags;

static void begin(const char *text) {
    arena_init(&arena, NULL, 0);
    sources_init(&sources, &arena);
    diags_init(&diags, &arena, &sources);
    source_add(&sources, STR("stack.api"), str_from(text));
}

/* The span of the first occurrence of a piece of the source. */
static struct span span_of(const char *piece) {
    struct str text = source_get(&sources, 1)->text;
    size_t at = str_find(text, str_from(piece), 0);
    return (struct span){1, (uint32_t)at, (uint32_t)(at + strlen(piece))};
}

static void expect(const struct diag *d, unsigned width, const char *expected) {
    struct buf out;
    buf_init(&out, &arena, 0);
    render_diag(&out, &sources, d, &(struct render_options){.width = width});
    buf_char(&out, '\0');
    ck_assert_str_eq(buf_view(&out).ptr, expected);
    arena_free(&arena);
}

START_TEST(a_message_has_place_line_caret_and_help) {
    begin("table t {\n  index I (a: string) include (name, createdAt)\n}\n");
    struct diag *d = diag_add(&diags, RULE_GSI_KEY_PROJECTED, span_of("createdAt"),
                              "'createdAt' is a key of I and always projected");
    diag_label(&diags, d, "remove it");
    expect(d, 0,
           "stack.api:2:38: error: 'createdAt' is a key of I and always projected "
           "[gsi-key-projected]\n"
           "    2 |   index I (a: string) include (name, createdAt)\n"
           "      |                                      ^^^^^^^^^ remove it\n"
           "   = help: apic explain gsi-key-projected\n");
}
END_TEST

START_TEST(tabs_and_crlf_do_not_move_carets) {
    begin("a {\r\n\tb = \twrong\r\n}\r\n");
    struct diag *d = diag_add(&diags, RULE_SYNTAX, span_of("wrong"), "found 'wrong'");
    expect(d, 0,
           "stack.api:2:7: error: found 'wrong' [syntax]\n"
           "    2 |     b =     wrong\n"
           "      |             ^^^^^\n"
           "   = help: apic explain syntax\n");
}
END_TEST

START_TEST(wide_and_combining_characters_keep_columns) {
    begin("x = \"\xe6\x97\xa5\xe6\x9c\xac e\xcc\x81\" bad");
    struct diag *d = diag_add(&diags, RULE_SYNTAX, span_of("bad"), "found 'bad'");
    expect(d, 0,
           "stack.api:1:18: error: found 'bad' [syntax]\n"
           "    1 | x = \"\xe6\x97\xa5\xe6\x9c\xac e\xcc\x81\" bad\n"
           "      |              ^^^\n"
           "   = help: apic explain syntax\n");
}
END_TEST

START_TEST(long_lines_are_cut_around_the_place) {
    char line[1001];
    memset(line, 'a', 1000);
    memcpy(line + 500, "WRONG", 5);
    line[1000] = '\0';
    begin(line);
    struct diag *d = diag_add(&diags, RULE_SYNTAX, span_of("WRONG"), "found it");
    expect(d, 25,
           "stack.api:1:501: error: found it [syntax]\n"
           "    1 | ...aaaaaaaaaaWRONGaaaaaaaaaa...\n"
           "      |              ^^^^^\n"
           "   = help: apic explain syntax\n");
}
END_TEST

START_TEST(a_long_line_is_shown_from_its_start_where_the_place_is_near) {
    begin("WRONG aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    struct diag *d = diag_add(&diags, RULE_SYNTAX, span_of("WRONG"), "found it");
    expect(d, 20,
           "stack.api:1:1: error: found it [syntax]\n"
           "    1 | WRONG aaaaaaaaaaaaaa...\n"
           "      | ^^^^^\n"
           "   = help: apic explain syntax\n");
}
END_TEST

START_TEST(spans_over_lines_are_shown_while_they_are_short) {
    begin("a = [\n  1,\n  2]\nb = {\n1\n2\n3\n}\n");
    struct diag *d = diag_add(&diags, RULE_VALUE_TYPE, span_of("[\n  1,\n  2]"), "found a list");
    diag_label(&diags, d, "here");
    expect(d, 0,
           "stack.api:1:5: error: found a list [value-type]\n"
           "    1 | a = [\n"
           "      |     ^\n"
           "    2 |   1,\n"
           "      |   ^^\n"
           "    3 |   2]\n"
           "      |   ^^ here\n"
           "   = help: apic explain value-type\n");
    begin("b = {\n1\n2\n3\n}\n");
    d = diag_add(&diags, RULE_VALUE_TYPE, span_of("{\n1\n2\n3\n}"), "found a map");
    diag_label(&diags, d, "here");
    expect(d, 0,
           "stack.api:1:5: error: found a map [value-type]\n"
           "    1 | b = {\n"
           "      |     ^ here\n"
           "   = help: apic explain value-type\n");
}
END_TEST

START_TEST(an_empty_span_at_the_end_has_a_caret) {
    begin("a = [");
    struct diag *d = diag_add(&diags, RULE_BRACKET, (struct span){1, 5, 5}, "'[' isn't closed");
    diag_help(&diags, d, "write ']'");
    expect(d, 0,
           "stack.api:1:6: error: '[' isn't closed [bracket]\n"
           "    1 | a = [\n"
           "      |      ^\n"
           "   = help: write ']'\n");
}
END_TEST

START_TEST(notes_and_frames_have_their_own_places) {
    begin("let a = 1\nfunction f {\n  role {}\n}\nlet a = 2\nsite one {}\n");
    struct span second = {1, span_of("let a = 2").start + 4, span_of("let a = 2").start + 5};
    struct diag *d = diag_add(&diags, RULE_DUPLICATE_NAME, second, "'a' is declared twice");
    diag_note(&diags, d, span_of("a = 1"), "it was declared here first");
    diag_note(&diags, d, SPAN_NIL, "names are one namespace");
    struct origin chain[5] = {
        {STR("function f"), STR("role"), span_of("role {}"), &chain[1]},
        {STR("site one"), STR_NIL, span_of("site one {}"), &chain[2]},
        {STR("site two"), STR_NIL, span_of("site one {}"), &chain[3]},
        {STR("site three"), STR_NIL, span_of("site one {}"), &chain[4]},
        {STR("site four"), STR_NIL, span_of("site one {}"), NULL},
    };
    d->origin = &chain[0];
    d->more = 19;
    expect(d, 0,
           "stack.api:5:5: error: 'a' is declared twice [duplicate-name]\n"
           "    5 | let a = 2\n"
           "      |     ^\n"
           "   = note: and 19 more\n"
           "   = help: apic explain duplicate-name\n"
           "stack.api:1:5: note: it was declared here first\n"
           "    1 | let a = 1\n"
           "      |     ~~~~~\n"
           "   = note: names are one namespace\n"
           "stack.api:3:3: note: in role of function f\n"
           "stack.api:6:1: note: in site one\n"
           "stack.api:6:1: note: in site two\n"
           "   = note: in 2 more\n");
}
END_TEST

START_TEST(what_would_drive_a_terminal_is_shown_harmlessly) {
    begin("a = \"\x1b[2J\xff\xe2\x80\xae\" bad");
    struct diag *d = diag_add(&diags, RULE_SYNTAX, span_of("bad"), "found '\x1b[31m\xc2\x9b'");
    expect(d, 0,
           "stack.api:1:16: error: found ' [31m\xef\xbf\xbd' [syntax]\n"
           "    1 | a = \"\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd\" bad\n"
           "      |              ^^^\n"
           "   = help: apic explain syntax\n");
}
END_TEST

START_TEST(a_message_without_place_names_the_program) {
    begin("");
    struct diag *d = diag_add(&diags, RULE_FILE, SPAN_NIL, "'x.api': no such file");
    expect(d, 0, "apic: error: 'x.api': no such file [file]\n"
                 "   = help: apic explain file\n");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("render");
    TCase *tests = tcase_create("text");
    tcase_add_test(tests, a_message_has_place_line_caret_and_help);
    tcase_add_test(tests, tabs_and_crlf_do_not_move_carets);
    tcase_add_test(tests, wide_and_combining_characters_keep_columns);
    tcase_add_test(tests, long_lines_are_cut_around_the_place);
    tcase_add_test(tests, a_long_line_is_shown_from_its_start_where_the_place_is_near);
    tcase_add_test(tests, spans_over_lines_are_shown_while_they_are_short);
    tcase_add_test(tests, an_empty_span_at_the_end_has_a_caret);
    tcase_add_test(tests, notes_and_frames_have_their_own_places);
    tcase_add_test(tests, what_would_drive_a_terminal_is_shown_harmlessly);
    tcase_add_test(tests, a_message_without_place_names_the_program);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
