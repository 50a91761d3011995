#include "schema/view.h"

static unsigned char lower(char c) {
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* ASCII order with letters in lower case. */
static int view_cmp_nocase(struct str a, struct str b) {
    for (size_t i = 0; i < a.len && i < b.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return lower(a.ptr[i]) < lower(b.ptr[i]) ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

static int compare(struct str found, struct str name, bool fold) {
    if (fold)
        return view_cmp_nocase(found, name);
    if (found.len && name.len && *found.ptr != *name.ptr) /* most often */
        return (unsigned char)*found.ptr - (unsigned char)*name.ptr;
    return str_cmp(found, name);
}

uint32_t view_find(const struct schema *s, enum schema_section section, uint32_t first,
                   uint32_t count, struct str name, bool fold) {
    const unsigned char *rows = view_section(s, section);
    uint32_t size = view_row_size(section), there = view_count(s, section);
    uint32_t low = first, high = first + count;
    if (first >= there || count > there - first)
        return 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare(view_str(s, view_u32(rows + (size_t)middle * size)), name, fold);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

void nearest_offer(struct nearest *n, struct str name, uint32_t id) {
    if (n->name.len && n->distance == 0)
        return;
    if (str_eq_nocase(n->given, name)) {
        *n = (struct nearest){n->given, name, id, 0};
        return;
    }
    if (!str_is_near(n->given, name))
        return;
    unsigned limit = n->name.len ? n->distance - 1 : 3;
    unsigned distance = limit ? str_distance(n->given, name, limit) : 1;
    if (distance <= limit)
        *n = (struct nearest){n->given, name, id, distance};
}

uint32_t view_nearest(const struct schema *s, enum schema_section section, uint32_t first,
                      uint32_t count, struct str name) {
    struct nearest n = {.given = name};
    for (uint32_t i = 0; i < count; i++)
        nearest_offer(&n, view_text(s, section, first + i, 0), first + i);
    return n.id;
}
