/* libFuzzer: any bytes as a template, as YAML and as JSON. What is read is printed in both formats,
   and what was printed has to be read again as the same, without new errors of syntax. */
#include "fuzz/again.h"

struct reading {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct graph graph;
};

static void reading_init(struct reading *r) {
    arena_init(&r->arena, NULL, 0);
    sources_init(&r->sources, &r->arena);
    diags_init(&r->diags, &r->arena, &r->sources);
    graph_init(&r->graph, &r->arena);
}

static void read_text(struct reading *r, const char *path, struct str text) {
    uint32_t source = source_add(&r->sources, str_from(path), text);
    template_read(&r->graph, &r->diags, &r->sources, source);
}

static void check_spans(const struct reading *r, const struct value *x) {
    if (x->span.start > x->span.end || x->span.end > source_get(&r->sources, 1)->text.len)
        abort();
    for (uint32_t i = 0; i < x->count; i++)
        check_spans(r, x->kind == VAL_MAP ? x->members[i].value : x->items[i]);
}

static const char changed[] = "what was printed is read as something else";

static void check(struct str text, const char *path) {
    struct reading r;
    reading_init(&r);
    read_text(&r, path, text);
    for (uint32_t i = 0; i < r.graph.resources.count; i++)
        check_spans(&r, r.graph.resources.items[i]->properties);
    check_spans(&r, r.graph.metadata);
    check_spans(&r, r.graph.others);
    if (r.graph.values.made < 100000 && r.diags.errors == 0) {
        struct str json = fuzz_print(&r.arena, &r.graph, EMIT_JSON);
        fuzz_same_json(json, fuzz_read_again(&r.arena, "again.json", json), changed);
        struct str yaml = fuzz_print(&r.arena, &r.graph, EMIT_YAML);
        fuzz_same_json(json, fuzz_read_again(&r.arena, "again.yaml", yaml), changed);
    }
    template_is_likely(text);
    arena_free(&r.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str text = {(const char *)data, size};
    check(text, "x.yaml");
    check(text, "x.json");
    return 0;
}
