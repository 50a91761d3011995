/* The folders of tests/lang: in.api with the expected tree.txt, err.txt and fmt.api, as far as they
   are there; without err.txt no error is expected. REWRITE=1 writes what came out instead, and
   begins a new folder with fmt.api if its name starts with "fmt-", else with tree.txt. */
#include <check.h>
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

#define FOLDER "tests/lang"

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
    ck_assert_msg(!error, "%.*s: %s", STR_ARG(path), error);
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
    ck_assert_msg(str_eq(expected, got), "%.*s differs; got:\n%.*s", STR_ARG(path), STR_ARG(got));
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

int main(void) {
    struct arena a = {0};
    int folders = (int)find_folders(&a).items.count;
    arena_free(&a);
    Suite *suite = suite_create("lang");
    TCase *golden = tcase_create("folders");
    tcase_add_loop_test(golden, folder_gives_what_is_expected, 0, folders);
    suite_add_tcase(suite, golden);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
