#include "base/render.h"

enum {
    GUTTER = 5,     /* least width of the line numbers */
    TAB_WIDTH = 4,  /* a tab reaches to the next multiple of it */
    WHOLE_SPAN = 3, /* spans of more lines show their first alone */
    FRAMES = 3,     /* origins shown of one diagnostic */
    DEFAULT_WIDTH = 100,
};

#define BOLD "\033[1m"
#define RED "\033[1;31m"
#define MAGENTA "\033[1;35m"
#define CYAN "\033[1;36m"
#define BLUE "\033[1;34m"
#define PLAIN "\033[0m"

struct range {
    uint32_t first, last;
};

/* Unicode 15: what takes two columns of a terminal (East Asian Width W and F), and none. */
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x26a1, 0x26a1},   {0x26bd, 0x26be},   {0x2705, 0x2705},
    {0x270a, 0x270b},   {0x2728, 0x2728},   {0x274c, 0x274c},   {0x2753, 0x2755},
    {0x2795, 0x2797},   {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},   {0xa960, 0xa97f},
    {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},
    {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x17000, 0x18cff}, {0x1b000, 0x1b2ff},
    {0x1f300, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393},
    {0x1f3a0, 0x1f3ca}, {0x1f3e0, 0x1f3f0}, {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440},
    {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5},
    {0x1f6d5, 0x1f6d7}, {0x1f7e0, 0x1f7eb}, {0x1f90c, 0x1f9ff}, {0x1fa70, 0x1faff},
    {0x20000, 0x3fffd},
};
static const struct range narrow[] = {
    {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},     {0x610, 0x61a},   {0x64b, 0x65f},
    {0x6d6, 0x6dc},   {0x93a, 0x93a},   {0x93c, 0x93c},     {0x941, 0x948},   {0x94d, 0x94d},
    {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},     {0x1ab0, 0x1ace}, {0x1dc0, 0x1dff},
    {0x200b, 0x200d}, {0x20d0, 0x20f0}, {0x302a, 0x302d},   {0x3099, 0x309a}, {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};
/* What must not reach a terminal: controls, and what reorders or hides the text around it. */
static const struct range unsafe[] = {
    {0, 0x1f}, {0x7f, 0x9f}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x2069},
};

#define IS_IN(table, c) is_in((table), sizeof(table) / sizeof *(table), (c))

static bool is_in(const struct range *table, size_t count, uint32_t c) {
    for (size_t i = 0; i < count; i++)
        if (c >= table[i].first && c <= table[i].last)
            return true;
    return false;
}

/* One character of a line as a terminal shows it. */
struct glyph {
    size_t bytes;     /* in the source */
    unsigned columns; /* on the screen */
    struct str text;
};

static uint32_t decode(struct str s, size_t at, unsigned length) {
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    if (length == 1)
        return p[0];
    uint32_t c = p[0] & (0xff >> (length + 1));
    for (unsigned i = 1; i < length; i++)
        c = c << 6 | (p[i] & 0x3f);
    return c;
}

static struct glyph glyph_at(struct str line, size_t at, unsigned column) {
    unsigned length = utf8_length(line, at);
    uint32_t c = length ? decode(line, at, length) : 0;
    if (c == '\t') {
        unsigned blanks = TAB_WIDTH - column % TAB_WIDTH;
        return (struct glyph){1, blanks, str_slice(STR("    "), 0, blanks)};
    }
    if (length == 0 || IS_IN(unsafe, c))
        return (struct glyph){length ? length : 1, 1, STR("\xef\xbf\xbd")};
    unsigned columns = c < 0x300 ? 1 : IS_IN(narrow, c) ? 0 : IS_IN(wide, c) ? 2 : 1;
    return (struct glyph){length, columns, str_slice(line, at, at + length)};
}

/* The letters from a place on that are shown as they are, each in a column: most of a line. */
static struct str plain_run(struct str s, size_t at) {
    size_t end = at;
    while (end < s.len && s.ptr[end] >= ' ' && s.ptr[end] < 0x7f)
        end++;
    return str_slice(s, at, end);
}

/* The column at which the character at a byte offset begins. */
static unsigned column_at(struct str line, size_t offset) {
    unsigned column = 0;
    for (size_t at = 0; at < offset && at < line.len;) {
        size_t run = plain_run(str_slice(line, 0, offset), at).len;
        at += run;
        column += (unsigned)run;
        if (run)
            continue;
        struct glyph g = glyph_at(line, at, column);
        at += g.bytes;
        column += g.columns;
    }
    return column;
}

void render_text(struct buf *out, struct str text) {
    for (size_t at = 0; at < text.len;) {
        struct str run = plain_run(text, at);
        buf_str(out, run);
        at += run.len;
        if (run.len)
            continue;
        struct glyph g = glyph_at(text, at, 0);
        buf_str(out, text.ptr[at] == '\t' ? STR(" ") : g.text);
        at += g.bytes;
    }
}

const char *render_level(enum level level) {
    static const char *const names[] = {"off", "info", "warning", "error"};
    return names[level];
}

static void paint(struct buf *out, const struct render_options *o, const char *code) {
    if (o->color)
        buf_c(out, code);
}

static const char *level_color(enum level level) {
    return level == LEVEL_ERROR ? RED : level == LEVEL_WARNING ? MAGENTA : CYAN;
}

static void gutter(struct buf *out, const struct render_options *o, uint32_t line) {
    paint(out, o, BLUE);
    if (line)
        buf_printf(out, "%*u |", GUTTER, line);
    else
        buf_printf(out, "%*s |", GUTTER, "");
    paint(out, o, PLAIN);
}

/* Columns [from, to) of a line that are shown, around the columns of a place. */
static struct range window(unsigned length, struct range place, unsigned width) {
    if (length <= width)
        return (struct range){0, length};
    unsigned size = place.last - place.first;
    unsigned before = size + 10 < width ? (width - size) / 2 : 10;
    unsigned from = place.first > before && place.last + 10 > width ? place.first - before : 0;
    return (struct range){from, from + width < length ? from + width : length};
}

static void line_window(struct buf *out, struct str line, struct range shown, bool cut_right) {
    buf_char(out, ' ');
    if (shown.first)
        buf_c(out, "...");
    unsigned column = 0;
    for (size_t at = 0; at < line.len && column < shown.last;) {
        struct str run = plain_run(line, at);
        size_t from = column < shown.first ? shown.first - column : 0;
        buf_str(out, str_slice(run, from, shown.last - column));
        at += run.len;
        column += (unsigned)run.len;
        if (run.len)
            continue;
        struct glyph g = glyph_at(line, at, column);
        if (column >= shown.first && column + g.columns <= shown.last)
            buf_str(out, g.text);
        else if (column + g.columns > shown.first)
            buf_repeat(out, ' ', 1); /* half of a wide character */
        column += g.columns;
        at += g.bytes;
    }
    buf_c(out, cut_right ? "...\n" : "\n");
}

/* A line of source with bytes [start, end) underlined, and a label beside them. */
static void excerpt_line(struct buf *out, struct str line, uint32_t number, size_t start,
                         size_t end, const char *color, char mark, struct str label,
                         const struct render_options *o) {
    unsigned width = o->width ? o->width : DEFAULT_WIDTH;
    unsigned length = column_at(line, line.len);
    struct range place = {column_at(line, start), column_at(line, end)};
    struct range shown = window(length, place, width);
    gutter(out, o, number);
    line_window(out, line, shown, shown.last < length);
    gutter(out, o, 0);
    unsigned last = place.last < shown.last ? place.last : shown.last;
    unsigned carets = last > place.first ? last - place.first : 1;
    buf_repeat(out, ' ', 1 + place.first - shown.first + (shown.first ? 3 : 0));
    paint(out, o, color);
    buf_repeat(out, mark, carets);
    if (label.len) {
        buf_char(out, ' ');
        render_text(out, label);
    }
    paint(out, o, PLAIN);
    buf_char(out, '\n');
}

static size_t first_visible(struct str line) {
    size_t at = 0;
    while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    return at;
}

static void excerpt(struct buf *out, const struct sources *s, struct span span, const char *color,
                    char mark, struct str label, const struct render_options *o) {
    const struct source *source = source_get(s, span.source);
    struct position first = source_position(s, span.source, span.start);
    uint32_t end = span.end > span.start ? span.end : span.start;
    struct position last = source_position(s, span.source, end);
    if (last.column == 1 && last.line > first.line)
        last.line--, last.column = (uint32_t)source_line(source, last.line).len + 1;
    bool whole = last.line - first.line < WHOLE_SPAN;
    for (uint32_t n = first.line; n <= (whole ? last.line : first.line); n++) {
        struct str line = source_line(source, n);
        size_t from = n == first.line ? first.column - 1 : first_visible(line);
        size_t to = n == last.line ? last.column - 1 : line.len;
        if (from > line.len)
            from = line.len;
        bool ends = !whole || n == last.line;
        excerpt_line(out, line, n, from, to, color, mark, ends ? label : STR_NIL, o);
    }
}

static void place(struct buf *out, const struct sources *s, struct span span,
                  const struct render_options *o) {
    paint(out, o, BOLD);
    if (span_is_nil(span)) {
        buf_c(out, "apic: ");
    } else {
        struct position at = source_position(s, span.source, span.start);
        render_text(out, source_get(s, span.source)->path);
        buf_printf(out, ":%u:%u: ", at.line, at.column);
    }
    paint(out, o, PLAIN);
}

static void remark(struct buf *out, const char *kind, const struct render_options *o) {
    paint(out, o, BLUE);
    buf_c(out, "   = ");
    paint(out, o, PLAIN);
    paint(out, o, BOLD);
    buf_c(out, kind);
    paint(out, o, PLAIN);
}

/* Whether a place is in the statement that begins at, or around, another: nothing between them
   begins in the first column. */
static bool is_inside(const struct sources *s, struct span statement, struct span place) {
    if (span_covers(statement, place))
        return true;
    if (statement.source != place.source || place.start < statement.start)
        return false;
    struct str between = str_slice(source_get(s, place.source)->text, statement.start, place.start);
    for (size_t i = 0; (i = str_find_char(between, '\n', i)) + 1 < between.len; i++)
        if (!str_has(STR(" \t\r\n#}])"), between.ptr[i + 1]))
            return false;
    return true;
}

/* Whether the only frame says what the place shows: the thing that the place is in. */
static bool origin_is_obvious(const struct sources *s, const struct origin *frame,
                              struct span span) {
    return frame && frame->part.len == 0 && !frame->outer && is_inside(s, frame->span, span);
}

static void frames(struct buf *out, const struct sources *s, const struct diag *d,
                   const struct render_options *o) {
    unsigned shown = 0, hidden = 0;
    if (origin_is_obvious(s, d->origin, d->span))
        return;
    for (const struct origin *frame = d->origin; frame; frame = frame->outer) {
        if (frame->construct.len == 0)
            continue;
        if (shown == FRAMES) {
            hidden++;
            continue;
        }
        shown++;
        place(out, s, frame->span, o);
        paint(out, o, CYAN);
        buf_c(out, "note: ");
        paint(out, o, PLAIN);
        buf_c(out, "in ");
        if (frame->part.len) {
            render_text(out, frame->part);
            buf_c(out, " of ");
        }
        render_text(out, frame->construct);
        buf_char(out, '\n');
    }
    if (hidden) {
        remark(out, "note: ", o);
        buf_printf(out, "in %u more\n", hidden);
    }
}

static void notes(struct buf *out, const struct sources *s, const struct diag *d,
                  const struct render_options *o) {
    for (uint32_t i = 0; i < d->notes.count; i++) {
        const struct diag_note *note = &d->notes.items[i];
        if (span_is_nil(note->span)) {
            remark(out, "note: ", o);
            render_text(out, note->text);
            buf_char(out, '\n');
            continue;
        }
        place(out, s, note->span, o);
        paint(out, o, CYAN);
        buf_c(out, "note: ");
        paint(out, o, PLAIN);
        render_text(out, note->text);
        buf_char(out, '\n');
        excerpt(out, s, note->span, CYAN, '~', STR_NIL, o);
    }
}

static void help(struct buf *out, const struct diag *d, const struct render_options *o) {
    remark(out, "help: ", o);
    if (d->help.len)
        render_text(out, d->help);
    else
        buf_printf(out, "apic explain %s", rules[d->rule].name);
    buf_char(out, '\n');
}

void render_diag(struct buf *out, const struct sources *s, const struct diag *d,
                 const struct render_options *o) {
    place(out, s, d->span, o);
    paint(out, o, level_color(d->level));
    buf_printf(out, "%s: ", render_level(d->level));
    paint(out, o, PLAIN);
    paint(out, o, BOLD);
    render_text(out, d->message);
    paint(out, o, PLAIN);
    buf_printf(out, " [%s]\n", rules[d->rule].name);
    if (!span_is_nil(d->span))
        excerpt(out, s, d->span, level_color(d->level), '^', d->label, o);
    if (d->more) {
        remark(out, "note: ", o);
        buf_printf(out, "and %u more\n", d->more);
    }
    help(out, d, o);
    notes(out, s, d, o);
    frames(out, s, d, o);
}

void render_diags(struct buf *out, const struct diags *d, const struct render_options *o) {
    for (uint32_t i = 0; i < d->items.count; i++)
        render_diag(out, d->sources, d->items.items[i], o);
    if (d->dropped)
        buf_printf(out, "apic: %u more that are not shown\n", d->dropped);
}

void render_counts(struct buf *out, uint32_t errors, uint32_t warnings) {
    if (errors == 0 && warnings == 0) {
        buf_c(out, "no errors");
        return;
    }
    if (errors)
        buf_printf(out, "%u error%s", errors, errors == 1 ? "" : "s");
    if (errors && warnings)
        buf_c(out, ", ");
    if (warnings)
        buf_printf(out, "%u warning%s", warnings, warnings == 1 ? "" : "s");
}
