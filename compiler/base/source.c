#include "base/source.h"

void sources_init(struct sources *s, struct arena *a) {
    *s = (struct sources){.arena = a};
    vec_push(a, &s->items, (struct source){0});
}

uint32_t source_add(struct sources *s, struct str path, struct str text) {
    struct source added = {.path = path, .text = text};
    vec_push(s->arena, &added.lines, 0);
    for (size_t i = 0; (i = str_find_char(text, '\n', i)) < text.len; i++)
        vec_push(s->arena, &added.lines, (uint32_t)i + 1);
    vec_push(s->arena, &s->items, added);
    return s->items.count - 1;
}

uint32_t source_find(const struct sources *s, struct str path) {
    for (uint32_t i = 1; i < s->items.count; i++)
        if (str_eq(s->items.items[i].path, path))
            return i;
    return 0;
}

const struct source *source_get(const struct sources *s, uint32_t number) {
    return &s->items.items[number < s->items.count ? number : 0];
}

struct position source_position(const struct sources *s, uint32_t number, uint32_t offset) {
    const struct source *in = source_get(s, number);
    uint32_t low = 0, high = in->lines.count;
    if (high == 0)
        return (struct position){1, 1};
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (in->lines.items[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return (struct position){low + 1, offset - in->lines.items[low] + 1};
}

struct str source_line(const struct source *s, uint32_t n) {
    if (n == 0 || n > s->lines.count)
        return STR_NIL;
    size_t from = s->lines.items[n - 1], to = str_find_char(s->text, '\n', from);
    if (to > from && s->text.ptr[to - 1] == '\r')
        to--;
    return str_slice(s->text, from, to);
}

struct str span_text(const struct sources *s, struct span span) {
    return str_slice(source_get(s, span.source)->text, span.start, span.end);
}

struct span span_join(struct span a, struct span b) {
    if (span_is_nil(a) || a.source != b.source)
        return span_is_nil(a) ? b : a;
    return (struct span){a.source, a.start < b.start ? a.start : b.start,
                         a.end > b.end ? a.end : b.end};
}

bool span_is_nil(struct span s) {
    return s.source == 0;
}

bool span_covers(struct span outer, struct span inner) {
    return outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end;
}
