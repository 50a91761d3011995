#include "schema/view.h"

extern const unsigned char schema_blob[];
extern const unsigned char schema_blob_end[];

struct schema schema_builtin(void) {
    return (struct schema){schema_blob, (size_t)(schema_blob_end - schema_blob)};
}

struct str schema_date(const struct schema *s) {
    return view_str(s, view_u32(s->bytes + 16));
}

struct str schema_sources(const struct schema *s) {
    return view_str(s, view_u32(s->bytes + 20));
}

struct str schema_list_at(const struct schema *s, struct schema_list list, uint32_t n) {
    return n < list.count ? view_text(s, SECTION_LISTS, list.at + 1 + n, 0) : STR_NIL;
}

bool schema_list_has(const struct schema *s, struct schema_list list, struct str text) {
    return list.count && view_find(s, SECTION_LISTS, list.at + 1, list.count, text, false) != 0;
}
