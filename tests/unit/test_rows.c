/* Every row of the language's tables is used by a golden test that builds for both targets: each
   attribute and its words, alias, part, verb, target, metric, event source with each of its settings,
   builtin function, unit, type, clause. What a row is called here names what is missing. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/os.h"
#include "lang/compile.h"
#include "unit/suite.h"

#define FOLDER "tests/golden"

struct rows {
    struct arena arena;
    struct map wanted, used; /* "attribute table.billing", ... */
    VEC(struct str) order;   /* of what is wanted */
};

static void want(struct rows *r, struct str row) {
    if (!map_put(&r->arena, &r->wanted, row, 1))
        vec_push(&r->arena, &r->order, row);
}

static void use(struct rows *r, struct str row) {
    map_put(&r->arena, &r->used, row, 1);
}

static struct str row_of(struct rows *r, const char *sort, const char *kind, struct str name) {
    return str_printf(&r->arena, "%s %s%s%.*s", sort, kind, kind[0] ? "." : "", STR_ARG(name));
}

static void want_words(struct rows *r, const struct attribute *row) {
    struct str rest = str_from(row->words);
    while (rest.len) {
        struct str word = str_split(rest, '|', &rest);
        if (word.ptr[0] != '@')
            want(r, str_printf(&r->arena, "word %s.%s = %.*s", kinds[row->kind].name, row->name,
                               STR_ARG(word)));
    }
}

static void want_settings(struct rows *r, const char *source, const char *settings) {
    struct str rest = str_from(settings);
    want(r, row_of(r, "source", "", str_from(source)));
    while (rest.len) {
        struct str name = str_split(rest, ' ', &rest);
        want(r, row_of(r, "setting of source", source, name));
    }
}

static void want_tables(struct rows *r) {
    for (int i = 1; i < KIND_COUNT; i++)
        if (kinds[i].type[0])
            want(r, row_of(r, "kind", "", str_from(kinds[i].name)));
    for (unsigned i = 0; i < attribute_count; i++) {
        want(r, row_of(r, "attribute", kinds[attributes[i].kind].name, str_from(attributes[i].name)));
        want_words(r, &attributes[i]);
    }
    for (unsigned i = 0; i < alias_count; i++)
        want(r, row_of(r, "alias", kinds[aliases[i].kind].name, str_from(aliases[i].name)));
    for (unsigned i = 0; i < part_count; i++)
        want(r, row_of(r, "part", kinds[parts[i].kind].name, str_from(parts[i].name)));
    for (unsigned i = 0; i < verb_count; i++)
        want(r, row_of(r, "verb", kinds[verbs[i].kind].name, str_from(verbs[i].name)));
    for (unsigned i = 0; i < target_count; i++)
        want(r, row_of(r, "target", kinds[targets[i].kind].name, str_from(targets[i].name)));
#define METRIC(kind, word, namespace, metric, statistic, dimension, doc)                           \
    want(r, row_of(r, "metric", kinds[KIND_##kind].name, STR(#word)));
#define VARIANT(api_kind, name, metric)
#include "lang/metrics.def"
#undef METRIC
#undef VARIANT
#define SOURCE(word, takes, doc) want_settings(r, word, takes);
#include "lang/sources.def"
#undef SOURCE
#define BUILTIN(name, least, most, signature, doc) want(r, row_of(r, "function", "", STR(#name)));
#include "lang/builtins.def"
#undef BUILTIN
#define NODE(id, fields)                                                                           \
    if (NODE_##id != NODE_ERROR)                                                                   \
        want(r, row_of(r, "node", "", STR(#id)));
#include "lang/nodes.def"
#undef NODE
    for (int unit = UNIT_MS; unit <= UNIT_GB; unit++)
        want(r, str_printf(&r->arena, "unit %d", unit));
}

/* ---- what a source uses ------------------------------------------------------- */

struct walk {
    struct rows *rows;
    const struct tree *tree;
    struct map kinds_of; /* name -> kind + 1, of things, stages, indexes, parameters of modules */
    enum kind_id kind;   /* of the block */
    const struct attribute *row; /* whose value is walked, or NULL */
};

static void walk(struct walk *w, node_id id);

static void name_kind(struct walk *w, node_id name, enum kind_id kind) {
    const struct node *n = tree_node(w->tree, name);
    if (n->text.len && kind != KIND_NONE)
        map_put(&w->rows->arena, &w->kinds_of, n->text, (uintptr_t)kind + 1);
}

static enum kind_id kind_named(const struct walk *w, struct str name) {
    uintptr_t found = map_get(&w->kinds_of, name);
    return found ? (enum kind_id)(found - 1) : KIND_NONE;
}

/* What an expression is, as far as names tell. */
static enum kind_id kind_of(const struct walk *w, node_id id) {
    const struct node *n = tree_node(w->tree, id);
    if (n->kind == NODE_NAME)
        return kind_named(w, n->text);
    if (n->kind == NODE_INDEX_OF)
        return kind_of(w, n->value);
    if (n->kind == NODE_MEMBER) {
        enum kind_id of = kind_of(w, n->value), own = kind_named(w, n->text);
        bool part = (of == KIND_TABLE && own == KIND_INDEX) || (of == KIND_API && own == KIND_STAGE);
        return part ? own : of == KIND_API && str_is(n->text, "domain") ? KIND_DOMAIN : KIND_NONE;
    }
    return KIND_NONE;
}

/* First: what the names of a file are. Loops over things name things. */
static void name_all(struct walk *w) {
    for (uint32_t i = 1; i < w->tree->nodes.count; i++) {
        const struct node *n = &w->tree->nodes.items[i];
        if (n->kind == NODE_DECLARATION)
            name_kind(w, n->name, kind_find(str_is(n->text, "existing") ? tree_node(w->tree, n->type)->text : n->text));
        else if (n->kind == NODE_STAGE || n->kind == NODE_INDEX)
            name_kind(w, n->name, n->kind == NODE_STAGE ? KIND_STAGE : KIND_INDEX);
        else if (n->kind == NODE_FIELD)
            name_kind(w, n->name, kind_find(tree_node(w->tree, n->type)->text));
    }
    for (uint32_t i = 1; i < w->tree->nodes.count; i++) {
        const struct node *n = &w->tree->nodes.items[i];
        if (n->kind == NODE_LOOP_HEAD)
            name_kind(w, node_is_nil(n->extra) ? n->name : n->extra, kind_of(w, n->value));
    }
}

static void walk_list(struct walk *w, node_id id) {
    for (uint32_t i = 0; i < tree_node(w->tree, id)->count; i++)
        walk(w, tree_child(w->tree, id, i));
}

static void walk_block(struct walk *w, node_id block, enum kind_id kind) {
    struct walk inner = *w;
    inner.kind = kind;
    inner.row = NULL;
    walk_list(&inner, block);
}

static void walk_attribute(struct walk *w, const struct node *n) {
    struct walk inner = *w;
    struct str name = tree_node(w->tree, n->name)->text;
    const struct attribute *row = w->row ? NULL : attribute_find(w->kind, name);
    if (row) {
        use(w->rows, row_of(w->rows, "attribute", kinds[w->kind].name, name));
        inner.row = row;
    }
    walk(&inner, n->name);
    walk(&inner, n->value);
}

static void walk_declaration(struct walk *w, const struct node *n) {
    bool existing = str_is(n->text, "existing");
    enum kind_id kind = kind_find(existing ? tree_node(w->tree, n->type)->text : n->text);
    if (str_is(n->text, "defaults"))
        kind = kind_find(tree_node(w->tree, n->name)->text);
    if (node_is_nil(n->name) && part_find(w->kind, n->text)) {
        use(w->rows, row_of(w->rows, "part", kinds[w->kind].name, n->text));
        kind = KIND_NONE;
    } else if (kind != KIND_NONE) {
        use(w->rows, row_of(w->rows, "kind", "", str_from(kinds[kind].name)));
    }
    walk(w, n->type);
    walk(w, n->loop);
    walk(w, n->cond);
    walk(w, n->value);
    walk(w, n->extra);
    walk_block(w, n->block, existing ? KIND_NONE : kind);
}

static void walk_on(struct walk *w, const struct node *n) {
    const struct node *from = tree_node(w->tree, n->value);
    struct str word = {0};
    if (from->kind == NODE_CALL)
        word = tree_node(w->tree, from->value)->text;
    else if (kind_of(w, n->value) != KIND_NONE)
        word = str_from(kinds[kind_of(w, n->value)].name);
    use(w->rows, row_of(w->rows, "source", "", word));
    const struct node *block = tree_node(w->tree, n->block);
    for (uint32_t i = 0; i < block->count; i++) {
        const struct node *entry = tree_node(w->tree, tree_child(w->tree, n->block, i));
        if (entry->kind == NODE_ATTRIBUTE)
            use(w->rows, row_of(w->rows, "setting of source", str_cstr(&w->rows->arena, word),
                                tree_node(w->tree, entry->name)->text));
    }
    walk(w, n->value);
    walk(w, n->extra);
    walk(w, n->cond);
    walk_block(w, n->block, w->kind == KIND_API ? KIND_ROUTE : KIND_SOURCE);
}

static void walk_target(struct walk *w, node_id target) {
    const struct node *n = tree_node(w->tree, target);
    if (n->kind == NODE_MEMBER)
        use(w->rows, row_of(w->rows, "target", kinds[kind_of(w, n->value)].name, n->text));
    walk(w, target);
}

static void walk_allow(struct walk *w, node_id id, const struct node *n) {
    for (uint32_t i = 0; i < n->count; i++)
        use(w->rows, row_of(w->rows, "verb", kinds[kind_of(w, n->value)].name,
                            tree_node(w->tree, tree_child(w->tree, id, i))->text));
    walk_list(w, id);
    walk(w, n->value);
    walk(w, n->cond);
}

static void walk_member(struct walk *w, const struct node *n) {
    static const char *const sorts[] = {"alias", "part", "metric"};
    enum kind_id of = kind_of(w, n->value);
    for (int i = 0; i < 3 && of != KIND_NONE; i++)
        use(w->rows, row_of(w->rows, sorts[i], kinds[of].name, n->text));
    walk(w, n->value);
}

static void walk(struct walk *w, node_id id) {
    if (node_is_nil(id))
        return;
    const struct node *n = tree_node(w->tree, id);
    static const char *const names[] = {"",
#define NODE(id, fields) #id,
#include "lang/nodes.def"
#undef NODE
    };
    use(w->rows, row_of(w->rows, "node", "", str_from(names[n->kind])));
    switch (n->kind) {
    case NODE_DECLARATION:
        walk_declaration(w, n);
        return;
    case NODE_ATTRIBUTE:
        walk_attribute(w, n);
        return;
    case NODE_ON:
        walk_on(w, n);
        return;
    case NODE_ALLOW:
        walk_allow(w, id, n);
        return;
    case NODE_ROUTE:
        walk(w, n->name);
        walk_target(w, n->value);
        walk_block(w, n->block, KIND_ROUTE);
        return;
    case NODE_STAGE:
    case NODE_DOMAIN:
        walk(w, n->value);
        use(w->rows, row_of(w->rows, "kind", "", n->kind == NODE_STAGE ? STR("stage") : STR("domain")));
        walk_block(w, n->block, n->kind == NODE_STAGE ? KIND_STAGE : KIND_DOMAIN);
        return;
    case NODE_MODEL:
        walk_block(w, n->block, KIND_MODEL);
        return;
    case NODE_MEMBER:
        walk_member(w, n);
        return;
    case NODE_CALL:
        use(w->rows, row_of(w->rows, "function", "", tree_node(w->tree, n->value)->text));
        break;
    case NODE_NUMBER:
        use(w->rows, str_printf(&w->rows->arena, "unit %d", n->unit));
        break;
    case NODE_NAME:
        if (w->row)
            use(w->rows, str_printf(&w->rows->arena, "word %s.%s = %.*s", kinds[w->row->kind].name,
                                    w->row->name, STR_ARG(n->text)));
        break;
    }
    const node_id inside[] = {n->name, n->type, n->loop, n->cond, n->value, n->extra, n->block};
    for (int i = 0; i < 7; i++)
        walk(w, inside[i]);
    walk_list(w, id);
}

static bool is_there(struct arena *a, struct str folder, const char *file) {
    return os_kind_of(a, str_printf(a, "%.*s/%s", STR_ARG(folder), file)) == OS_FILE;
}

/* Folders whose stack builds for both targets, at any depth. */
static void use_folder(struct rows *r, struct str folder) {
    struct str_list names = {0};
    os_list(&r->arena, folder, &names);
    for (uint32_t i = 0; i < names.items.count; i++) {
        struct str path = str_printf(&r->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names.items.items[i]));
        if (os_kind_of(&r->arena, path) == OS_DIRECTORY)
            use_folder(r, path);
    }
    if (!is_there(&r->arena, folder, "in.api") || !is_there(&r->arena, folder, "cfn.yaml") ||
        !is_there(&r->arena, folder, "sam.yaml"))
        return;
    const char *error = NULL;
    struct str path = str_printf(&r->arena, "%.*s/in.api", STR_ARG(folder));
    struct str text = os_read(&r->arena, path, LIMIT_SOURCE_BYTES, &error);
    struct sources sources;
    struct diags diags;
    sources_init(&sources, &r->arena);
    diags_init(&diags, &r->arena, &sources);
    struct walk w = {.rows = r};
    w.tree = lang_parse(&r->arena, &diags, &sources, source_add(&sources, path, text));
    name_all(&w);
    walk(&w, w.tree->root);
}

START_TEST(finds_each_attribute) {
    for (unsigned i = 0; i < attribute_count; i++)
        ck_assert_msg(attribute_find(attributes[i].kind, str_from(attributes[i].name)) ==
                          &attributes[i],
                      "the rows of %s don't stand together, or two are called '%s'",
                      kinds[attributes[i].kind].name, attributes[i].name);
}
END_TEST

START_TEST(every_row_is_used_by_a_golden) {
    struct rows r = {0};
    want_tables(&r);
    use_folder(&r, STR(FOLDER));
    unsigned missing = 0;
    for (uint32_t i = 0; i < r.order.count; i++)
        if (!map_get(&r.used, r.order.items[i])) {
            missing++;
            fprintf(stderr, "  no golden test uses: %.*s\n", STR_ARG(r.order.items[i]));
        }
    ck_assert_msg(missing == 0, "%u of %u rows are used by no golden test for both targets", missing,
                  r.order.count);
    arena_free(&r.arena);
}
END_TEST

int main(void) {
    Suite *s = suite_create("rows");
    TCase *tc = tcase_create("rows");
    tcase_add_test(tc, finds_each_attribute);
    tcase_add_test(tc, every_row_is_used_by_a_golden);
    suite_add_tcase(s, tc);
    return run_suite(s);
}
