#include "lang/format.h"

/* Padding of each mark: up to the widest of its run. `shift` is what was inserted before. */
static uint32_t *find_padding(struct format *f, const struct format_marks *marks,
                              const uint32_t *shift) {
    uint32_t *padding = arena_array(f->arena, uint32_t, marks->v.count + 1);
    for (uint32_t i = 0, end; i < marks->v.count; i = end) {
        uint32_t widest = 0;
        for (end = i; end < marks->v.count; end++) {
            const struct format_mark *mark = &marks->v.items[end];
            if (end > i && (mark->list != mark[-1].list || mark->line != mark[-1].line + 1))
                break;
            uint32_t column = mark->column + shift[mark->line];
            widest = column > widest ? column : widest;
        }
        for (uint32_t k = i; k < end; k++)
            padding[k] = widest - marks->v.items[k].column - shift[marks->v.items[k].line];
    }
    return padding;
}

/* The width of a line without its last comment. */
static uint32_t line_width(const struct format *f, struct str line, uint32_t number,
                           uint32_t next_comment) {
    const struct format_marks *comments = &f->comments;
    bool commented =
        next_comment < comments->v.count && comments->v.items[next_comment].line == number;
    return commented ? comments->v.items[next_comment].column : format_width(line);
}

/* Lines that alignment would make too long stay as they are. */
static void align_equals(struct format *f, uint32_t *shift) {
    uint32_t *padding = find_padding(f, &f->equals, shift);
    struct str rest = buf_view(&f->out);
    uint32_t next = 0, comment = 0;
    for (uint32_t number = 0; rest.ptr && next < f->equals.v.count; number++) {
        struct str line = str_split(rest, '\n', &rest);
        while (comment < f->comments.v.count && f->comments.v.items[comment].line < number)
            comment++;
        if (f->equals.v.items[next].line != number)
            continue;
        uint32_t width = line_width(f, line, number, comment);
        if (width > FORMAT_COLUMNS || width + padding[next] <= FORMAT_COLUMNS)
            shift[number] = padding[next];
        next++;
    }
}

static size_t offset_of_column(struct str line, uint32_t column) {
    size_t i = 0;
    for (uint32_t seen = 0; i < line.len; i++)
        if (((unsigned char)line.ptr[i] & 0xc0) != 0x80 && seen++ == column)
            break;
    return i;
}

static void put_padded(struct buf *out, struct str *line, uint32_t *taken, uint32_t column,
                       uint32_t padding) {
    size_t offset = offset_of_column(*line, column - *taken);
    buf_str(out, str_slice(*line, 0, offset));
    buf_repeat(out, ' ', padding);
    *line = str_slice(*line, offset, line->len);
    *taken = column;
}

struct str format_align(struct format *f) {
    uint32_t *shift = arena_array(f->arena, uint32_t, f->line + 2);
    align_equals(f, shift);
    uint32_t *padding = find_padding(f, &f->comments, shift);
    struct buf out;
    buf_init(&out, f->arena, 0);
    struct str rest = buf_view(&f->out);
    uint32_t equal = 0, comment = 0;
    for (uint32_t number = 0; rest.len; number++) {
        struct str line = str_split(rest, '\n', &rest);
        uint32_t taken = 0;
        if (equal < f->equals.v.count && f->equals.v.items[equal].line == number)
            put_padded(&out, &line, &taken, f->equals.v.items[equal++].column, shift[number]);
        if (comment < f->comments.v.count && f->comments.v.items[comment].line == number) {
            put_padded(&out, &line, &taken, f->comments.v.items[comment].column, padding[comment]);
            comment++;
        }
        buf_str(&out, line);
        buf_char(&out, '\n');
    }
    return buf_view(&out);
}
