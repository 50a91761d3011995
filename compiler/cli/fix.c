#include "cli/fix.h"

#include <stdlib.h>

#include "base/limits.h"

struct fixes {
    VEC(struct diag_fix) items;
};

static bool overlap(struct span a, struct span b) {
    return a.source == b.source && a.start < b.end + (b.start == b.end) &&
           b.start < a.end + (a.start == a.end);
}

/* All fixes of a diagnostic, or none: they are one change. */
static bool can_take(const struct fixes *taken, const struct diag *d) {
    for (uint32_t i = 0; i < d->fixes.count; i++) {
        const struct diag_fix *fix = &d->fixes.items[i];
        if (!fix->safe || span_is_nil(fix->span))
            return false;
        for (uint32_t k = 0; k < taken->items.count; k++)
            if (overlap(fix->span, taken->items.items[k].span))
                return false;
    }
    return d->fixes.count > 0;
}

static int compare(const void *left, const void *right) {
    const struct diag_fix *a = left, *b = right;
    if (a->span.source != b->span.source)
        return a->span.source < b->span.source ? -1 : 1;
    return (a->span.start > b->span.start) - (a->span.start < b->span.start);
}

/* Writes one source with fixes [from, to) made, if the file still is what was checked. */
static const char *rewrite(struct arena *a, const struct source *source, const struct fixes *fixes,
                           uint32_t from, uint32_t to) {
    const char *error;
    struct str file = os_read(a, source->path, LIMIT_SOURCE_BYTES, &error), mark = STR_NIL;
    if (error)
        return error;
    if (str_starts(file, STR("\xef\xbb\xbf")))
        mark = str_slice(file, 0, 3);
    if (!str_eq(str_slice(file, mark.len, file.len), source->text))
        return "changed meanwhile";
    struct buf out;
    buf_init(&out, a, 0);
    buf_str(&out, mark);
    size_t at = 0;
    for (uint32_t i = from; i < to; i++) {
        const struct diag_fix *fix = &fixes->items.items[i];
        buf_str(&out, str_slice(source->text, at, fix->span.start));
        buf_str(&out, fix->text);
        at = fix->span.end;
    }
    buf_str(&out, str_slice(source->text, at, source->text.len));
    return os_write(a, source->path, buf_view(&out));
}

unsigned fix_apply(struct arena *a, const struct job *j, const char **error) {
    struct fixes fixes = {0};
    unsigned fixed = 0;
    for (uint32_t i = 0; i < j->diags.items.count; i++) {
        const struct diag *d = j->diags.items.items[i];
        if (!can_take(&fixes, d))
            continue;
        for (uint32_t k = 0; k < d->fixes.count; k++)
            vec_push(a, &fixes.items, d->fixes.items[k]);
        fixed++;
    }
    uint32_t count = fixes.items.count;
    if (count)
        qsort(fixes.items.items, count, sizeof *fixes.items.items, compare);
    for (uint32_t from = 0, to; from < count && !*error; from = to) {
        uint32_t source = fixes.items.items[from].span.source;
        for (to = from; to < count && fixes.items.items[to].span.source == source; to++)
            ;
        *error = rewrite(a, source_get(&j->sources, source), &fixes, from, to);
    }
    return *error ? 0 : fixed;
}
