/* What is printed, and read again. */
#ifndef FUZZ_AGAIN_H
#define FUZZ_AGAIN_H

#include "emit/emit.h"
#include "fuzz/fuzz.h"
#include "template/template.h"

static inline struct str fuzz_print(struct arena *a, const struct graph *g,
                                    enum emit_format format) {
    struct buf b;
    buf_init(&b, a, 0);
    emit_template(&b, g, format);
    return buf_view(&b);
}

/* The document in a template's text, as JSON; `path` says in which format it is. */
static inline struct str fuzz_read_again(struct arena *a, const char *path, struct str text) {
    struct sources sources;
    struct diags diags;
    struct graph graph;
    sources_init(&sources, a);
    diags_init(&diags, a, &sources);
    graph_init(&graph, a);
    template_read(&graph, &diags, &sources, source_add(&sources, str_from(path), text));
    for (uint32_t i = 0; i < diags.items.count; i++)
        if (diags.items.items[i]->rule == RULE_TEMPLATE_SYNTAX)
            fuzz_fail("what was printed can't be read", text, diags.items.items[i]->message);
    return fuzz_print(a, &graph, EMIT_JSON);
}

#endif
