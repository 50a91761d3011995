/* A stack as input for Graphviz. https://graphviz.org/doc/info/lang.html */
#include "base/render.h"
#include "emit/draw.h"

static void quoted(struct buf *out, struct str text) {
    struct buf clean;
    buf_init(&clean, out->arena, 0);
    render_text(&clean, text);
    struct str s = buf_view(&clean);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            buf_char(out, '\\');
        buf_char(out, s.ptr[i]);
    }
}

void draw_dot(struct buf *out, const struct picture *p) {
    buf_c(out, "digraph stack {\n"
               "  rankdir = LR\n"
               "  node [shape = box, style = \"rounded,filled\", fontname = \"Helvetica\"]\n");
    for (uint32_t i = 0; i < p->boxes.count; i++) {
        const struct box *box = &p->boxes.items[i];
        const struct draw_colors *colors = draw_colors_of(box->class);
        buf_printf(out, "  n%u [label = \"", i);
        quoted(out, box->title);
        buf_c(out, "\\n");
        quoted(out, box->subtitle);
        buf_printf(out, "\", fillcolor = \"%s\", color = \"%s\"]\n", colors->fill, colors->line);
    }
    for (uint32_t i = 0; i < p->arrows.count; i++) {
        const struct arrow *arrow = &p->arrows.items[i];
        buf_printf(out, "  n%u -> n%u%s\n", arrow->from, arrow->to,
                   arrow->only_order ? " [style = dashed]" : "");
    }
    buf_c(out, "}\n");
}
