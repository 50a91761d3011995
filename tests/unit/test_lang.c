/* The folders of tests/lang: in.api with the expected tree.txt, err.txt and fmt.api, as far as they
   are there; without err.txt no error is expected. REWRITE=1 writes what came out instead, and
   begins a new folder with fmt.api if its name starts with "fmt-", else with tree.txt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/os.h"
#include "base/render.h"
#include "lang/dump.h"
#include "lang/lang.h"
#include "unit/suite.h"

#define FOLDER "tests/lang"

/* ck_assert_msg tells the runner of every success, which is slow. */
#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg(__VA_ARGS__);                                                             \
    } while (0)

struct parsed {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    const struct tree *tree;
};

static void parse_text(struct parsed *p, struct str path, struct str text) {
    sources_init(&p->sources, &p->arena);
    diags_init(&p->diags, &p->arena, &p->sources);
    uint32_t source = source_add(&p->sources, path, text);
    p->tree = lang_parse(&p->arena, &p->diags, &p->sources, source);
}

static struct str_list find_folders(struct arena *a) {
    struct str_list all = {0}, found = {0};
    const char *error = os_list(a, STR(FOLDER), &all);
    if (error)
        fprintf(stderr, "%s: %s\n", FOLDER, error);
    for (uint32_t i = 0; i < all.items.count; i++)
        if (os_kind_of(a, str_printf(a, FOLDER "/%.*s/in.api", STR_ARG(all.items.items[i]))) == OS_FILE)
            vec_push(a, &found.items, all.items.items[i]);
    return found;
}

static struct str read_file(struct arena *a, struct str path) {
    const char *error = NULL;
    struct str text = os_read(a, path, LIMIT_SOURCE_BYTES + 1, &error);
    CHECK(!error, "%.*s: %s", STR_ARG(path), error);
    return text;
}

static void compare(struct arena *a, struct str folder, const char *file, struct str got, bool wanted) {
    struct str path = str_printf(a, FOLDER "/%.*s/%s", STR_ARG(folder), file);
    bool there = os_kind_of(a, path) == OS_FILE;
    if (getenv("REWRITE")) {
        if (wanted)
            os_write(a, path, got);
        else if (there)
            unlink(str_cstr(a, path));
        return;
    }
    struct str expected = there ? read_file(a, path) : STR_NIL;
    CHECK(str_eq(expected, got), "%.*s differs; got:\n%.*s", STR_ARG(path), STR_ARG(got));
}

static void check_folder(struct arena *a, struct str folder) {
    struct parsed p = {0};
    parse_text(&p, STR("in.api"), read_file(a, str_printf(a, FOLDER "/%.*s/in.api", STR_ARG(folder))));
    bool format = str_starts(folder, STR("fmt-"));
    struct buf errors, tree;
    buf_init(&errors, a, 0);
    buf_init(&tree, a, 0);
    struct str formatted = lang_format(a, &p.sources, p.tree);
    diags_finish(&p.diags);
    render_diags(&errors, &p.diags, &(struct render_options){.width = 120});
    tree_dump(&tree, p.tree);
    compare(a, folder, "err.txt", buf_view(&errors), errors.len > 0);
    if (format)
        compare(a, folder, "fmt.api", formatted, true);
    else
        compare(a, folder, "tree.txt", buf_view(&tree), true);
    arena_free(&p.arena);
}

START_TEST(folder_gives_what_is_expected) {
    struct arena a = {0};
    struct str_list folders = find_folders(&a);
    check_folder(&a, folders.items.items[_i]);
    arena_free(&a);
}
END_TEST

/* Everything but places and the layout's commas is the same. */
static bool same_tree(const struct tree *a, node_id x, const struct tree *b, node_id y) {
    if (node_is_nil(x) || node_is_nil(y))
        return node_is_nil(x) && node_is_nil(y);
    const struct node *n = tree_node(a, x), *m = tree_node(b, y);
    const node_id left[] = {n->name, n->type, n->loop, n->cond, n->value, n->extra, n->block};
    const node_id right[] = {m->name, m->type, m->loop, m->cond, m->value, m->extra, m->block};
    if (n->kind != m->kind || n->op != m->op || n->unit != m->unit || n->count != m->count ||
        !str_eq(n->text, m->text) || !str_eq(n->doc, m->doc))
        return false;
    for (int i = 0; i < 7; i++)
        if (!same_tree(a, left[i], b, right[i]))
            return false;
    for (uint32_t i = 0; i < n->count; i++)
        if (!same_tree(a, tree_child(a, x, i), b, tree_child(b, y, i)))
            return false;
    return true;
}

/* The next token from i on that isn't layout. */
static uint32_t next_token(const struct tree *t, uint32_t i, bool comments) {
    for (; i < t->tokens.count; i++) {
        uint8_t kind = t->tokens.items[i].kind;
        bool comment = kind == TOK_COMMENT || kind == TOK_DOC;
        if (comment == comments && kind != TOK_NEWLINE && kind != TOK_COMMA)
            break;
    }
    return i;
}

static bool same_tokens(const struct parsed *a, const struct parsed *b, bool comments) {
    uint32_t i = 0, k = 0;
    for (;; i++, k++) {
        i = next_token(a->tree, i, comments);
        k = next_token(b->tree, k, comments);
        if (i == a->tree->tokens.count || k == b->tree->tokens.count)
            return i - a->tree->tokens.count == k - b->tree->tokens.count;
        const struct token *x = &a->tree->tokens.items[i], *y = &b->tree->tokens.items[k];
        struct str left = x->text, right = y->text;
        if (comments) {
            left = str_trim(span_text(&a->sources, x->span));
            right = str_trim(span_text(&b->sources, y->span));
        }
        if ((x->kind != y->kind && !comments) || x->unit != y->unit || !str_eq(left, right))
            return false;
    }
}

/* Formatting a good file changes nothing but its layout, and nothing when done again. */
static void check_format(const struct parsed *p, struct str path) {
    struct parsed again = {0};
    struct str once = lang_format(&again.arena, &p->sources, p->tree);
    parse_text(&again, STR("formatted.api"), once);
    CHECK(!again.tree->broken, "%.*s: formatted, it is broken:\n%.*s", STR_ARG(path),
                  STR_ARG(once));
    CHECK(same_tokens(p, &again, false) && same_tokens(p, &again, true) &&
                      same_tree(p->tree, p->tree->root, again.tree, again.tree->root),
                  "%.*s: formatting changes the meaning:\n%.*s\nof:\n%.*s", STR_ARG(path),
          STR_ARG(once), STR_ARG(source_get(&p->sources, p->tree->source)->text));
    struct str twice = lang_format(&again.arena, &again.sources, again.tree);
    CHECK(str_eq(once, twice), "%.*s: formatting twice differs:\n%.*s\nand:\n%.*s",
                  STR_ARG(path), STR_ARG(once), STR_ARG(twice));
    arena_free(&again.arena);
}

/* Spans lie within the file and within the parent's. */
static void check_spans(const struct tree *t, node_id id, struct str path) {
    const struct node *n = tree_node(t, id);
    const node_id fields[] = {n->name, n->type, n->loop, n->cond, n->value, n->extra, n->block};
    CHECK(n->span.start <= n->span.end && n->first_token <= n->end_token,
                  "%.*s: a node ends before it starts", STR_ARG(path));
    for (uint32_t i = 0; i < 7 + n->count; i++) {
        node_id child = i < 7 ? fields[i] : tree_child(t, id, i - 7);
        const struct node *c = tree_node(t, child);
        if (node_is_nil(child))
            continue;
        CHECK(span_covers(n->span, c->span), "%.*s: a node of kind %d at %u-%u isn't in its parent, kind %d at %u-%u",
                      STR_ARG(path), c->kind, c->span.start, c->span.end, n->kind, n->span.start, n->span.end);
        check_spans(t, child, path);
    }
}

static void check_text(struct str path, struct str text) {
    struct parsed p = {0};
    parse_text(&p, path, text);
    check_spans(p.tree, p.tree->root, path);
    if (!p.tree->broken)
        check_format(&p, path);
    arena_free(&p.arena);
}

enum { FOLDER_DEPTH = 6, MUTATIONS = 5000 }; /* of all files together */

static void find_sources(struct arena *a, struct str folder, unsigned depth, struct str_list *out) {
    struct str_list names = {0};
    if (os_list(a, folder, &names))
        return;
    for (uint32_t i = 0; i < names.items.count; i++) {
        struct str name = names.items.items[i];
        struct str path = str_printf(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
        if (str_ends(name, STR(".api")))
            vec_push(a, &out->items, path);
        else if (depth < FOLDER_DEPTH && os_kind_of(a, path) == OS_DIRECTORY)
            find_sources(a, path, depth + 1, out);
    }
}

/* All .api files of the repository. */
static struct str_list all_sources(struct arena *a) {
    static const char *const folders[] = {"examples", "stdlib", "tests", "docs"};
    struct str_list found = {0};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        find_sources(a, str_from(folders[i]), 0, &found);
    return found;
}

START_TEST(formatting_changes_layout_only) {
    struct arena a = {0};
    struct str_list paths = all_sources(&a);
    for (uint32_t i = 0; i < paths.items.count; i++)
        check_text(paths.items.items[i], read_file(&a, paths.items.items[i]));
    arena_free(&a);
}
END_TEST

/* `text` without [from, to), or with it twice. */
static void check_mutation(struct arena *a, struct str path, struct str text, size_t from, size_t to) {
    char *out = arena_alloc(a, text.len * 2 + 1, 1);
    memcpy(out, text.ptr, from);
    memcpy(out + from, text.ptr + to, text.len - to);
    check_text(path, (struct str){out, text.len - (to - from)});
    memcpy(out, text.ptr, to);
    memcpy(out + to, text.ptr + from, text.len - from);
    check_text(path, (struct str){out, text.len + (to - from)});
}

START_TEST(mutations_do_no_harm) {
    struct arena a = {0};
    struct str_list paths = all_sources(&a);
    uint32_t share = MUTATIONS / (paths.items.count + 1) + 1;
    for (uint32_t i = 0; i < paths.items.count; i++) {
        struct arena scratch = {0};
        struct parsed p = {0};
        struct str text = read_file(&scratch, paths.items.items[i]);
        parse_text(&p, paths.items.items[i], text);
        uint32_t step = 1 + p.tree->tokens.count / share;
        for (uint32_t k = i % step; k < p.tree->tokens.count; k += step) {
            struct span span = p.tree->tokens.items[k].span;
            check_mutation(&scratch, paths.items.items[i], text, span.start, span.end);
        }
        step = 1 + (uint32_t)text.len / share;
        for (uint32_t k = i % step; k < text.len; k += step)
            check_mutation(&scratch, paths.items.items[i], text, k, k + 1);
        arena_free(&p.arena);
        arena_free(&scratch);
    }
    arena_free(&a);
}
END_TEST

int main(void) {
    struct arena a = {0};
    int folders = (int)find_folders(&a).items.count;
    arena_free(&a);
    Suite *suite = suite_create("lang");
    TCase *golden = tcase_create("folders");
    tcase_add_loop_test(golden, folder_gives_what_is_expected, 0, folders);
    suite_add_tcase(suite, golden);
    TCase *properties = tcase_create("properties");
    tcase_set_timeout(properties, 300);
    tcase_add_test(properties, formatting_changes_layout_only);
    tcase_add_test(properties, mutations_do_no_harm);
    suite_add_tcase(suite, properties);
    return run_suite(suite);
}
