/* A stack as a picture. https://www.w3.org/TR/SVG2/ */
#include "emit/draw.h"
#include "emit/layout.h"

enum {
    BOX_HEIGHT = 44,
    ROW = 62, /* from box to box, downwards */
    GAP = 72, /* between columns */
    MARGIN = 24,
    LEAST_WIDTH = 96,
    LONGEST = 34, /* characters of a label; longer ones are cut */
    CORNER = 6,
};

static const struct draw_colors colors[] = {
    [BOX_OTHER] = {"#f3f4f6", "#6b7280"},   [BOX_API] = {"#ede9fe", "#6d28d9"},
    [BOX_COMPUTE] = {"#ffedd5", "#c2410c"}, [BOX_DATA] = {"#dbeafe", "#1d4ed8"},
    [BOX_MESSAGE] = {"#fce7f3", "#be185d"}, [BOX_IDENTITY] = {"#dcfce7", "#15803d"},
};

const struct draw_colors *draw_colors_of(enum box_class class) {
    return &colors[class];
}

static size_t characters(struct str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.len; n++) {
        unsigned length = utf8_length(s, i);
        i += length ? length : 1;
    }
    return n;
}

static void label(struct buf *out, struct str s) {
    bool cut = characters(s) > LONGEST;
    size_t left = cut ? LONGEST - 1 : LONGEST;
    for (size_t i = 0; i < s.len && left; left--) {
        unsigned length = utf8_length(s, i);
        struct str c = length ? str_slice(s, i, i + length) : STR("\xef\xbf\xbd");
        if (str_is(c, "<"))
            buf_c(out, "&lt;");
        else if (str_is(c, ">"))
            buf_c(out, "&gt;");
        else if (str_is(c, "&"))
            buf_c(out, "&amp;");
        else
            buf_str(out, (unsigned char)c.ptr[0] < 0x20 ? STR(" ") : c);
        i += length ? length : 1;
    }
    if (cut)
        buf_c(out, "\xe2\x80\xa6");
}

/* Room for a label, in pixels; fonts differ, so it's on the generous side. */
static unsigned label_width(struct str s, unsigned per_character) {
    size_t n = characters(s);
    return (unsigned)((n > LONGEST ? LONGEST : n) * per_character / 10) + 24;
}

struct drawing {
    struct buf *out;
    const struct picture *picture;
    const struct layout *layout;
    unsigned *x, *width; /* of each column */
};

static void measure_columns(struct drawing *d) {
    const struct layout *l = d->layout;
    d->x = arena_array(d->out->arena, unsigned, l->layers + 1);
    d->width = arena_array(d->out->arena, unsigned, l->layers + 1);
    for (uint32_t i = 0; i < l->layers; i++)
        d->width[i] = LEAST_WIDTH;
    for (uint32_t n = 0; n < d->picture->boxes.count; n++) {
        const struct box *box = &d->picture->boxes.items[n];
        unsigned *width = &d->width[l->nodes.items[n].layer];
        unsigned title = label_width(box->title, 78), subtitle = label_width(box->subtitle, 62);
        *width = title > *width ? title : *width;
        *width = subtitle > *width ? subtitle : *width;
    }
    d->x[0] = MARGIN;
    for (uint32_t i = 1; i <= l->layers; i++)
        d->x[i] = d->x[i - 1] + (i <= l->layers ? d->width[i - 1] : 0) + GAP;
}

static int middle(const struct layout_node *n) {
    return (int)(n->y * ROW + BOX_HEIGHT / 2.0 + 0.5) + MARGIN;
}

static void draw_box(struct drawing *d, uint32_t n) {
    const struct box *box = &d->picture->boxes.items[n];
    const struct layout_node *node = &d->layout->nodes.items[n];
    const struct draw_colors *c = draw_colors_of(box->class);
    unsigned x = d->x[node->layer], width = d->width[node->layer];
    int y = middle(node) - BOX_HEIGHT / 2;
    buf_printf(d->out,
               "<g><title>%u resource%s</title><rect x=\"%u\" y=\"%d\" width=\"%u\" height=\"%d\" "
               "rx=\"%d\" fill=\"%s\" stroke=\"%s\"/>\n",
               box->resources, box->resources == 1 ? "" : "s", x, y, width, BOX_HEIGHT, CORNER,
               c->fill, c->line);
    buf_printf(d->out, "<text class=\"t\" x=\"%u\" y=\"%d\">", x + width / 2, y + 19);
    label(d->out, box->title);
    buf_printf(d->out, "</text><text class=\"s\" x=\"%u\" y=\"%d\" fill=\"%s\">", x + width / 2,
               y + 34, c->line);
    label(d->out, box->subtitle);
    buf_c(d->out, "</text></g>\n");
}

/* From box to box through its passes: curves in the gaps, straight lines beside the boxes. */
static void draw_line(struct drawing *d, const struct layout_line *line) {
    const struct layout *l = d->layout;
    const struct arrow *arrow = &d->picture->arrows.items[line->arrow];
    const uint32_t *points = &l->points.items[line->first];
    buf_c(d->out, "<path d=\"");
    for (uint32_t i = 0; i + 1 < line->count; i++) {
        const struct layout_node *from = &l->nodes.items[points[i]];
        const struct layout_node *to = &l->nodes.items[points[i + 1]];
        int x1 = (int)(d->x[from->layer] + d->width[from->layer]), x2 = (int)d->x[to->layer];
        if (i == 0)
            buf_printf(d->out, "M%d %d", x1, middle(from));
        buf_printf(d->out, "C%d %d %d %d %d %d", x1 + GAP / 2, middle(from), x2 - GAP / 2,
                   middle(to), x2, middle(to));
        if (to->is_pass)
            buf_printf(d->out, "H%d", x2 + (int)d->width[to->layer]);
    }
    buf_printf(d->out, "\"%s %s/>\n", arrow->only_order ? " stroke-dasharray=\"5 4\"" : "",
               line->reversed ? "marker-start=\"url(#a)\"" : "marker-end=\"url(#a)\"");
}

void draw_svg(struct buf *out, const struct picture *p, struct str title) {
    struct layout l;
    if (!layout_make(&l, out->arena, p)) {
        l = (struct layout){0};
        p = &(struct picture){0};
        title = STR("too large to be drawn; use the dot format");
    }
    struct drawing d = {.out = out, .picture = p, .layout = &l};
    measure_columns(&d);
    unsigned width = l.layers ? d.x[l.layers] - GAP + MARGIN : 400;
    unsigned height = (unsigned)(l.rows * ROW + 0.5) - (l.rows ? ROW - BOX_HEIGHT : 0) + 2 * MARGIN;
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
               "viewBox=\"0 0 %u %u\" font-family=\"Helvetica,Arial,sans-serif\">\n<title>",
               width, height, width, height);
    label(out, title);
    buf_printf(out,
               "</title>\n<style>.t{font-size:13px;font-weight:bold;text-anchor:middle;"
               "fill:#111827}.s{font-size:11px;text-anchor:middle}</style>\n"
               "<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" "
               "markerHeight=\"8\" orient=\"auto-start-reverse\"><path d=\"M0 0L8 4L0 8z\" "
               "fill=\"#6b7280\"/></marker></defs>\n"
               "<rect width=\"%u\" height=\"%u\" fill=\"#ffffff\"/>\n"
               "<g fill=\"none\" stroke=\"#9ca3af\" stroke-width=\"1.3\">\n",
               width, height);
    for (uint32_t i = 0; i < l.lines.count; i++)
        draw_line(&d, &l.lines.items[i]);
    buf_c(out, "</g>\n");
    for (uint32_t n = 0; n < p->boxes.count; n++)
        draw_box(&d, n);
    if (p->boxes.count == 0) {
        buf_printf(out, "<text class=\"t\" x=\"%u\" y=\"%u\">", width / 2, MARGIN + 5);
        label(out, title);
        buf_c(out, "</text>\n");
    }
    buf_c(out, "</svg>\n");
}
