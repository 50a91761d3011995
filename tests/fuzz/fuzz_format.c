/* libFuzzer target: any bytes as a source. What is formatted stays as it is when formatted again,
   and means what it meant: the same graph, or the same errors. */
#include "emit/emit.h"
#include "fuzz/fuzz.h"
#include "lang/lang.h"
#include "schema/schema.h"

struct reading {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    uint32_t source;
};

static void reading_init(struct reading *r, struct str text) {
    arena_init(&r->arena, NULL, 0);
    sources_init(&r->sources, &r->arena);
    diags_init(&r->diags, &r->arena, &r->sources);
    r->source = source_add(&r->sources, STR("nowhere/x.api"), text);
}

/* The layout of a source; nil if its syntax is wrong. */
static struct str formatted(struct reading *r) {
    const struct tree *t = lang_parse(&r->arena, &r->diags, &r->sources, r->source);
    return diags_have_errors(&r->diags) ? STR_NIL : lang_format(&r->arena, &r->sources, t);
}

/* What a source means: a template, or the rules that it breaks in their order. Where a message
   stands and the lines it quotes may differ. */
static struct str meaning(struct reading *r) {
    struct schema schema = schema_builtin();
    struct lang_options options = {.schema = &schema, .stdlib = STR("stdlib")};
    struct graph graph;
    struct buf out;
    graph_init(&graph, &r->arena);
    buf_init(&out, &r->arena, 0);
    lang_compile(&graph, &r->diags, &r->sources, r->source, &options);
    if (!diags_have_errors(&r->diags))
        emit_template(&out, &graph, EMIT_JSON);
    for (uint32_t i = 0; i < r->diags.items.count; i++)
        buf_printf(&out, "%s\n", rules[r->diags.items.items[i]->rule].name);
    return buf_view(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct reading once, again;
    struct str text = {(const char *)data, size};
    if (utf8_validate(text) < size)
        return -1; /* the driver refuses it */
    reading_init(&once, text);
    struct str layout = formatted(&once);
    if (layout.ptr) {
        reading_init(&again, layout);
        fuzz_same(layout, formatted(&again), "formatting again changes it");
        fuzz_same(meaning(&once), meaning(&again), "formatting changes what it means");
        arena_free(&again.arena);
    }
    arena_free(&once.arena);
    return 0;
}
