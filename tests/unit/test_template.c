/* The reader of templates. Each folder of tests/template that holds an in.yaml or in.json is a case:
   the graph, with the place of every key and value, is compared with graph.txt, the diagnostics with
   err.txt; a file that is missing stands for nothing. REWRITE=1 rewrites them. What is read without
   error also has to come back the same through YAML and through JSON. Cases named extensions-* go
   through the transform AWS::LanguageExtensions first.

   APIC_CORPUS=FOLDER sends other people's templates the same way. With APIC_CORPUS_DUMP=FOLDER what
   was read is written there as JSON, for tests/template/compare_reader.py. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/os.h"
#include "base/render.h"
#include "emit/emit.h"
#include "template/template.h"
#include "unit/suite.h"

static const char *const folder = "tests/template";

static struct arena arena;
static struct sources sources;
static struct diags diags;

static void setup(void) {
    arena_init(&arena, NULL, 0);
    sources_init(&sources, &arena);
    diags_init(&diags, &arena, &sources);
    diags.levels[RULE_YAML_ALIAS] = LEVEL_OFF;
}

static void teardown(void) {
    arena_free(&arena);
}

static struct str text_file(const char *path) {
    const char *error = NULL;
    return os_read(&arena, str_from(path), LIMIT_SOURCE_BYTES, &error);
}

static const char *in_folder(struct str name, const char *file) {
    return str_printf(&arena, "%s/%.*s/%s", folder, STR_ARG(name), file).ptr;
}

/* The graph as text: a line a value, children indented. */

static void render_span(struct buf *b, struct span span) {
    struct position from = source_position(&sources, span.source, span.start);
    struct position to = source_position(&sources, span.source, span.end);
    if (span_is_nil(span))
        buf_c(b, "nowhere");
    else if (from.line == to.line)
        buf_printf(b, "%u:%u-%u", from.line, from.column, to.column);
    else
        buf_printf(b, "%u:%u-%u:%u", from.line, from.column, to.line, to.column);
}

static struct str quoted(struct str s) {
    struct values v = {.arena = &arena};
    return value_canonical(&arena, value_string(&v, s));
}

static void render_value(struct buf *b, const struct value *x, int depth) {
    static const char *const words[] = {[VAL_NIL] = "nil",       [VAL_NULL] = "null",
                                        [VAL_BOOL] = "bool",     [VAL_NUMBER] = "number",
                                        [VAL_STRING] = "string", [VAL_LIST] = "list",
                                        [VAL_MAP] = "map"};
    if (x->kind <= VAL_MAP)
        buf_c(b, words[x->kind]);
    else
        buf_str(b, x->kind == VAL_FN ? STR("unknown") : value_intrinsic(x->kind)->name);
    if (x->kind == VAL_BOOL)
        buf_c(b, x->truth ? " true" : " false");
    if (x->text.ptr) {
        buf_char(b, ' ');
        buf_str(b, quoted(x->text));
    }
    buf_char(b, ' ');
    render_span(b, x->span);
    buf_char(b, '\n');
    for (uint32_t i = 0; i < x->count; i++) {
        buf_repeat(b, ' ', (size_t)depth * 2 + 2);
        if (x->kind == VAL_MAP) {
            buf_str(b, x->members[i].key);
            buf_char(b, ' ');
            render_span(b, x->members[i].span);
            buf_c(b, ": ");
        } else {
            buf_c(b, "- ");
        }
        render_value(b, x->kind == VAL_MAP ? x->members[i].value : x->items[i], depth + 1);
    }
}

static void render_section(struct buf *b, const char *name, const struct value *x) {
    if (value_is_nil(x))
        return;
    buf_printf(b, "%s: ", name);
    render_value(b, x, 0);
}

static void render_resource(struct buf *b, const struct resource *r) {
    buf_printf(b, "resource %.*s ", STR_ARG(r->id));
    render_span(b, r->id_span);
    buf_printf(b, " %.*s ", STR_ARG(r->type));
    render_span(b, r->type_span);
    buf_c(b, " whole ");
    render_span(b, r->span);
    buf_char(b, '\n');
    if (r->attributes->count) {
        buf_c(b, "  attributes: ");
        render_value(b, r->attributes, 1);
    }
    buf_c(b, "  properties: ");
    render_value(b, r->properties, 1);
}

static struct str render_graph(const struct graph *g) {
    struct buf b;
    buf_init(&b, &arena, 0);
    render_section(&b, "version", g->version);
    render_section(&b, "transform", g->transform);
    render_section(&b, "description", g->description);
    render_section(&b, "metadata", g->metadata);
    render_section(&b, "parameters", g->parameters);
    render_section(&b, "mappings", g->mappings);
    render_section(&b, "rules", g->rules);
    render_section(&b, "conditions", g->conditions);
    render_section(&b, "globals", g->globals);
    for (uint32_t i = 0; i < g->resources.count; i++)
        render_resource(&b, g->resources.items[i]);
    render_section(&b, "macros", g->macros);
    render_section(&b, "hooks", g->hooks);
    render_section(&b, "outputs", g->outputs);
    render_section(&b, "others", g->others);
    return buf_view(&b);
}

static struct graph *read_text(const char *path, struct str text) {
    struct graph *g = arena_new(&arena, struct graph);
    graph_init(g, &arena);
    template_read(g, &diags, &sources, source_add(&sources, str_from(path), text));
    return g;
}

static struct str emitted(const struct graph *g, enum emit_format format) {
    struct buf b;
    buf_init(&b, &arena, 0);
    emit_template(&b, g, format);
    return buf_view(&b);
}

static struct str rendered_diags(void) {
    struct buf b;
    buf_init(&b, &arena, 0);
    diags_finish(&diags);
    render_diags(&b, &diags, &(struct render_options){.width = 100});
    return buf_view(&b);
}

/* A graph comes back the same through both formats, with no more errors than it had. */
static void ck_round_trip(const struct graph *g, const char *name, uint32_t errors) {
    struct str json = emitted(g, EMIT_JSON), yaml = emitted(g, EMIT_YAML);
    diags_init(&diags, &arena, &sources);
    struct graph *from_json = read_text("again.json", json);
    struct graph *from_yaml = read_text("again.yaml", yaml);
    ck_assert_msg(diags.errors <= errors * 2, "%s: what was emitted has errors:\n%.*s%.*s", name,
                  STR_ARG(rendered_diags()), STR_ARG(str_slice(yaml, 0, 2000)));
    ck_assert_msg(str_eq(json, emitted(from_json, EMIT_JSON)), "%s: differs through JSON", name);
    ck_assert_msg(str_eq(json, emitted(from_yaml, EMIT_JSON)), "%s: differs through YAML:\n%.*s",
                  name, STR_ARG(str_slice(yaml, 0, 2000)));
    ck_assert_msg(str_eq(yaml, emitted(from_yaml, EMIT_YAML)), "%s: YAML isn't stable", name);
}

/* A place is what stands there: quotes of quoted text, the | of a block, the text of what is plain, the
   bracket or the first key of a collection; children lie within. Values that an alias brought are
   elsewhere. */
static void ck_places(const struct value *x, const char *name) {
    struct str at = span_text(&sources, x->span);
    const struct source *source = source_get(&sources, x->span.source);
    const char *place = str_printf(&arena, "%s: bytes %u to %u: %.*s", name, x->span.start,
                                   x->span.end, STR_ARG(str_slice(at, 0, 200))).ptr;
    ck_assert_msg(x->span.start <= x->span.end && x->span.end <= source->text.len, "%s", place);
    bool tagged = at.len && at.ptr[0] == '!';
    if ((x->kind == VAL_NUMBER && !x->flags) || (x->kind == VAL_STRING && !x->flags && !str_has(at, '\n')))
        ck_assert_msg(str_eq(x->text, at) || tagged, "%s", place);
    if (x->kind == VAL_STRING && x->flags & VALUE_QUOTED)
        ck_assert_msg(tagged || (at.len >= 2 && str_has(STR("\"'"), at.ptr[0]) &&
                                 at.ptr[at.len - 1] == at.ptr[0]), "%s", place);
    if (x->kind == VAL_STRING && x->flags & VALUE_BLOCK)
        ck_assert_msg(tagged || (at.len && str_has(STR("|>"), at.ptr[0])), "%s", place);
    if (at.len && x->kind != VAL_STRING)
        ck_assert_msg(!strchr(" \t\r\n", at.ptr[0]) && !strchr(" \t\r\n", at.ptr[at.len - 1]),
                      "%s", place);
    for (uint32_t i = 0; i < x->count; i++) {
        const struct value *child = x->kind == VAL_MAP ? x->members[i].value : x->items[i];
        if (x->kind == VAL_MAP && span_covers(x->span, x->members[i].span)) {
            struct str key = span_text(&sources, x->members[i].span);
            ck_assert_msg(str_eq(key, x->members[i].key) || (key.len && strchr("\"'!*|>", key.ptr[0])),
                          "%s: key at %u: %.*s", name, x->members[i].span.start, STR_ARG(key));
        }
        ck_places(child, name);
    }
}

static void ck_graph_places(const struct graph *g, const char *name) {
    const struct value *const all[] = {g->version,    g->transform,  g->description, g->metadata,
                                       g->parameters, g->mappings,   g->rules,       g->conditions,
                                       g->globals,    g->macros,     g->hooks,       g->outputs};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ck_places(all[i], name);
    for (uint32_t i = 0; i < g->resources.count; i++)
        ck_places(g->resources.items[i]->properties, name);
}

static void ck_expected(const char *path, struct str found) {
    if (getenv("REWRITE")) {
        remove(path);
        if (found.len)
            ck_assert_ptr_null(os_write(&arena, str_from(path), found));
        return;
    }
    struct str expected = text_file(path);
    ck_assert_msg(str_eq(found, expected), "%s differs; found:\n%.*s", path, STR_ARG(found));
}

static struct str_list case_names(struct arena *a) {
    struct str_list names = {0}, cases = {0};
    os_list(a, str_from(folder), &names);
    for (uint32_t i = 0; i < names.items.count; i++) {
        struct str name = names.items.items[i];
        struct str path = str_printf(a, "%s/%.*s", folder, STR_ARG(name));
        if (os_kind_of(a, path) == OS_DIRECTORY)
            vec_push(a, &cases.items, name);
    }
    return cases;
}

START_TEST(cases_read_as_expected) {
    struct str name = case_names(&arena).items.items[_i];
    const char *path = "in.yaml";
    struct str text = text_file(in_folder(name, path));
    if (!text.ptr)
        text = text_file(in_folder(name, path = "in.json"));
    ck_assert_msg(text.ptr, "tests/template/%.*s has no in.yaml or in.json", STR_ARG(name));
    struct graph *g = read_text(path, text);
    ck_graph_places(g, str_cstr(&arena, name));
    if (str_starts(name, STR("extensions-")))
        template_expand_loops(g, &diags, NULL);
    ck_expected(in_folder(name, "graph.txt"), render_graph(g));
    uint32_t errors = diags.errors;
    ck_expected(in_folder(name, "err.txt"), rendered_diags());
    if (!errors)
        ck_round_trip(g, str_cstr(&arena, name), 0);
}
END_TEST

static void dump_value(struct str name, struct str path, struct str text) {
    const char *to = getenv("APIC_CORPUS_DUMP");
    if (!to)
        return;
    struct values v = {.arena = &arena};
    struct value *x =
        template_read_value(&v, &diags, &sources, source_add(&sources, path, text), true);
    struct buf b;
    buf_init(&b, &arena, 0);
    emit_value(&b, x, EMIT_JSON);
    struct str file = str_printf(&arena, "%s/%.*s.json", to, STR_ARG(name));
    ck_assert_ptr_null(os_write(&arena, file, buf_view(&b)));
}

/* The page behind the heap's break is taken, so malloc has to find memory elsewhere. */
START_TEST(a_stuck_break_is_no_lack_of_memory) {
    struct graph g;
    struct buf text;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), end = (uintptr_t)sbrk(0);
    void *next = (void *)((end + page - 1) / page * page);
    mmap(next, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    buf_init(&text, &arena, 0);
    buf_c(&text, "{\"Resources\": {");
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "%s\"T%d\": {\"Type\": \"AWS::SNS::Topic\"}", i ? "," : "", i);
    buf_c(&text, "}}");
    graph_init(&g, &arena);
    template_read(&g, &diags, &sources,
                  source_add(&sources, STR("x.json"), buf_view(&text)));
    ck_assert_uint_eq(diags.errors, 0);
    ck_assert_uint_eq(g.resources.count, 20000);
}
END_TEST

START_TEST(corpus_comes_back_the_same) {
    const char *corpus = getenv("APIC_CORPUS");
    struct str_list names = {0};
    ck_assert_ptr_null(os_list(&arena, str_from(corpus), &names));
    unsigned read = 0, broken = 0;
    for (uint32_t i = 0; i < names.items.count; i++) {
        struct str name = str_dup(&arena, names.items.items[i]);
        struct str path = str_printf(&arena, "%s/%.*s", corpus, STR_ARG(name));
        struct str text = text_file(path.ptr);
        if (!text.ptr || !template_is_likely(text))
            continue;
        struct graph *g = read_text(path.ptr, text);
        ck_graph_places(g, name.ptr);
        read++;
        broken += diags.errors > 0;
        dump_value(name, path, text);
        struct str said = rendered_diags();
        if (said.len)
            printf("%.*s", STR_ARG(said));
        ck_round_trip(g, name.ptr, diags.errors);
        diags_init(&diags, &arena, &sources);
    }
    printf("corpus: %u templates, %u with errors\n", read, broken);
}
END_TEST

START_TEST(templates_are_told_from_other_files) {
    static const char *const likely[] = {
        "AWSTemplateFormatVersion: '2010-09-09'\n",
        "# x\nResources:\n  A:\n    Type: AWS::SQS::Queue\n",
        "{\n  \"Resources\": {\"A\": {\"Type\": \"Custom::X\"}}}",
        "\"AWSTemplateFormatVersion\" : x",
    };
    static const char *const unlikely[] = {
        "", "{}", "resources:\n  Resources:\n    A: {Type: AWS::SQS::Queue}\n",
        "Resources:\n  - a\n", "openapi: 3.0.0\n", "# AWSTemplateFormatVersion",
    };
    for (size_t i = 0; i < sizeof likely / sizeof *likely; i++)
        ck_assert_msg(template_is_likely(str_from(likely[i])), "%s", likely[i]);
    for (size_t i = 0; i < sizeof unlikely / sizeof *unlikely; i++)
        ck_assert_msg(!template_is_likely(str_from(unlikely[i])), "%s", unlikely[i]);
}
END_TEST

START_TEST(other_documents_are_values) {
    struct values v = {.arena = &arena};
    uint32_t source = source_add(&sources, STR("a.yaml"), STR("a: {Ref: b}\n"));
    struct value *x = template_read_value(&v, &diags, &sources, source, false);
    ck_assert(str_is(value_canonical(&arena, x), "{\"a\":{\"Ref\":\"b\"}}"));
    ck_assert_int_eq(value_get_c(x, "a")->kind, VAL_MAP);
    x = template_read_value(&v, &diags, &sources, source, true);
    ck_assert_int_eq(value_get_c(x, "a")->kind, VAL_REF);
    source = source_add(&sources, STR("b.yaml"), STR("# nothing\n"));
    ck_assert_int_eq(template_read_value(&v, &diags, &sources, source, false)->kind, VAL_NULL);
    ck_assert_uint_eq(diags.errors, 0);
    source = source_add(&sources, STR("c.yaml"), STR("a: [\n"));
    ck_assert(value_is_nil(template_read_value(&v, &diags, &sources, source, false)));
    ck_assert_uint_eq(diags.errors, 1);
}
END_TEST

static struct str repeated(const char *part, unsigned count) {
    struct buf b;
    buf_init(&b, &arena, 0);
    for (unsigned i = 0; i < count; i++)
        buf_c(&b, part);
    return buf_view(&b);
}

START_TEST(hostile_input_is_bounded) {
    struct buf bomb;
    buf_init(&bomb, &arena, 0);
    buf_c(&bomb, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++)
        buf_printf(&bomb, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i,
                   i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    struct str deep_alias = str_concat(&arena, STR("a: &a "), repeated("[", 150));
    deep_alias = str_concat(&arena, deep_alias, repeated("]", 150));
    deep_alias = str_concat(&arena, deep_alias, STR("\nb: "));
    deep_alias = str_concat(&arena, deep_alias, repeated("[", 100));
    deep_alias = str_concat(&arena, deep_alias, STR("*a"));
    deep_alias = str_concat(&arena, deep_alias, repeated("]", 100));
    struct str texts[] = {buf_view(&bomb), deep_alias, repeated("[", 100000),
                          repeated("{\"a\":", 100000), repeated("- ", 100000),
                          repeated("? ", 100000)};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct graph g;
        graph_init(&g, &arena);
        uint32_t before = diags.items.count;
        template_read(&g, &diags, &sources, source_add(&sources, STR("x.yaml"), texts[i]));
        ck_assert_uint_eq(diags.items.count, before + 1);
        ck_assert_int_eq(diags.items.items[before]->rule, RULE_LIMIT);
    }
}
END_TEST

START_TEST(memory_that_runs_out_leaks_nothing) {
    jmp_buf out_of_memory;
    struct arena small;
    volatile int jumps = 0;
    arena_init(&small, &out_of_memory, 256 * 1024);
    if (setjmp(out_of_memory) == 0) {
        struct graph g;
        graph_init(&g, &small);
        struct str text = repeated("- [a, b, c]\n", 20000);
        template_read(&g, &diags, &sources, source_add(&sources, STR("x.yaml"), text));
    } else {
        jumps++;
    }
    ck_assert_int_eq(jumps, 1);
    ck_assert_ptr_eq(small.on_failure, &out_of_memory);
    arena_free(&small);
}
END_TEST

int main(void) {
    struct arena a;
    arena_init(&a, NULL, 0);
    int cases = (int)case_names(&a).items.count;
    arena_free(&a);
    Suite *suite = suite_create("template");
    TCase *c = tcase_create("template");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, cases_read_as_expected, 0, cases);
    tcase_add_test(c, templates_are_told_from_other_files);
    tcase_add_test(c, other_documents_are_values);
    tcase_add_test(c, hostile_input_is_bounded);
    tcase_add_test(c, memory_that_runs_out_leaks_nothing);
    tcase_add_test(c, a_stuck_break_is_no_lack_of_memory);
    if (getenv("APIC_CORPUS"))
        tcase_add_test(c, corpus_comes_back_the_same);
    else
        printf("skipped: corpus_comes_back_the_same (APIC_CORPUS isn't set)\n");
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
