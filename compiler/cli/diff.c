#include "cli/diff.h"

#include "base/vec.h"

enum {
    CONTEXT = 3,
    TABLE_CELLS = 4000000, /* beyond, the changed middle is shown as one replacement */
};

struct lines {
    VEC(struct str) items; /* with their line ends */
};

static struct lines split(struct arena *a, struct str text) {
    struct lines lines = {0};
    for (size_t at = 0; at < text.len;) {
        size_t end = str_find_char(text, '\n', at);
        end += end < text.len;
        vec_push(a, &lines.items, str_slice(text, at, end));
        at = end;
    }
    return lines;
}

struct edit {
    char kind; /* ' ', '-', '+' */
    struct str text;
};

struct edits {
    VEC(struct edit) items;
};

/* The changed middle of two texts, by their longest common subsequence. */
static void compare(struct arena *a, struct edits *out, const struct str *x, uint32_t n,
                    const struct str *y, uint32_t m) {
    uint32_t i = 0, j = 0, row = m + 1;
    if ((uint64_t)(n + 1) * row <= TABLE_CELLS) {
        uint32_t *length = arena_array(a, uint32_t, (size_t)(n + 1) * row);
        for (uint32_t r = n; r-- > 0;)
            for (uint32_t c = m; c-- > 0;) {
                uint32_t down = length[(r + 1) * row + c], right = length[r * row + c + 1];
                length[r * row + c] = str_eq(x[r], y[c]) ? length[(r + 1) * row + c + 1] + 1
                                      : down > right     ? down
                                                         : right;
            }
        while (i < n && j < m) {
            if (str_eq(x[i], y[j])) {
                vec_push(a, &out->items, (struct edit){' ', x[i++]});
                j++;
            } else if (length[(i + 1) * row + j] >= length[i * row + j + 1]) {
                vec_push(a, &out->items, (struct edit){'-', x[i++]});
            } else {
                vec_push(a, &out->items, (struct edit){'+', y[j++]});
            }
        }
    }
    while (i < n)
        vec_push(a, &out->items, (struct edit){'-', x[i++]});
    while (j < m)
        vec_push(a, &out->items, (struct edit){'+', y[j++]});
}

static struct edits edits_of(struct arena *a, struct lines x, struct lines y) {
    struct edits out = {0};
    uint32_t start = 0, n = x.items.count, m = y.items.count;
    while (start < n && start < m && str_eq(x.items.items[start], y.items.items[start]))
        vec_push(a, &out.items, (struct edit){' ', x.items.items[start++]});
    uint32_t tail = 0;
    while (tail < n - start && tail < m - start &&
           str_eq(x.items.items[n - tail - 1], y.items.items[m - tail - 1]))
        tail++;
    compare(a, &out, x.items.items + start, n - start - tail, y.items.items + start,
            m - start - tail);
    for (uint32_t i = n - tail; i < n; i++)
        vec_push(a, &out.items, (struct edit){' ', x.items.items[i]});
    return out;
}

/* The end of the hunk that begins at `at`: where more unchanged lines follow than two contexts. */
static uint32_t hunk_end(const struct edits *edits, uint32_t at) {
    uint32_t same = 0, end = at;
    for (uint32_t i = at; i < edits->items.count && same <= 2 * CONTEXT; i++) {
        same = edits->items.items[i].kind == ' ' ? same + 1 : 0;
        if (same == 0)
            end = i + 1;
    }
    return end + CONTEXT < edits->items.count ? end + CONTEXT : edits->items.count;
}

static void print_hunk(struct buf *out, const struct edits *edits, uint32_t from, uint32_t to,
                       uint32_t line_before, uint32_t line_after) {
    uint32_t before = 0, after = 0;
    for (uint32_t i = from; i < to; i++) {
        before += edits->items.items[i].kind != '+';
        after += edits->items.items[i].kind != '-';
    }
    buf_printf(out, "@@ -%u,%u +%u,%u @@\n", line_before + (before > 0), before,
               line_after + (after > 0), after);
    for (uint32_t i = from; i < to; i++) {
        struct str text = edits->items.items[i].text;
        bool ended = text.len && text.ptr[text.len - 1] == '\n';
        buf_char(out, edits->items.items[i].kind);
        buf_str(out, text);
        if (!ended)
            buf_c(out, "\n\\ No newline at end of file\n");
    }
}

void diff_unified(struct buf *out, struct str name, struct str before, struct str after) {
    struct arena *a = out->arena;
    if (str_eq(before, after))
        return;
    struct edits edits = edits_of(a, split(a, before), split(a, after));
    buf_printf(out, "--- %.*s\n+++ %.*s\n", STR_ARG(name), STR_ARG(name));
    uint32_t line_before = 0, line_after = 0, done = 0;
    for (uint32_t i = 0; i < edits.items.count;) {
        if (edits.items.items[i].kind == ' ') {
            i++;
            continue;
        }
        uint32_t from = i > done + CONTEXT ? i - CONTEXT : done, to = hunk_end(&edits, i);
        line_before += from - done, line_after += from - done;
        print_hunk(out, &edits, from, to, line_before, line_after);
        for (; from < to; from++) {
            line_before += edits.items.items[from].kind != '+';
            line_after += edits.items.items[from].kind != '-';
        }
        i = done = to;
    }
}
