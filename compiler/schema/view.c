#include "schema/view.h"

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

int view_cmp_nocase(struct str a, struct str b)
{
    for (size_t i = 0; i < a.len && i < b.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return lower(a.ptr[i]) < lower(b.ptr[i]) ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

uint32_t view_find(const struct schema *s, enum schema_section section, uint32_t first,
                   uint32_t count, struct str name, bool fold)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct str found = view_text(s, section, first + middle, 0);
        int order = fold ? view_cmp_nocase(found, name) : str_cmp(found, name);
        if (order == 0)
            return first + middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

void nearest_offer(struct nearest *n, struct str name, uint32_t id)
{
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
                      uint32_t count, struct str name)
{
    struct nearest n = {.given = name};
    for (uint32_t i = 0; i < count; i++)
        nearest_offer(&n, view_text(s, section, first + i, 0), first + i);
    return n.id;
}
