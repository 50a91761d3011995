/* Regions and Lambda runtimes. */

#include "schema/view.h"

uint32_t schema_region_count(const struct schema *s) {
    return view_rows(s, SECTION_REGIONS);
}

struct schema_region_id schema_region_at(const struct schema *s, uint32_t n) {
    return (struct schema_region_id){n < view_rows(s, SECTION_REGIONS) ? n + 1 : 0};
}

struct schema_region_id schema_region_find(const struct schema *s, struct str name) {
    return (struct schema_region_id){
        view_find(s, SECTION_REGIONS, 1, view_rows(s, SECTION_REGIONS), name, false)};
}

struct schema_region_id schema_region_nearest(const struct schema *s, struct str name) {
    return (struct schema_region_id){
        view_nearest(s, SECTION_REGIONS, 1, view_rows(s, SECTION_REGIONS), name)};
}

struct str schema_region_name(const struct schema *s, struct schema_region_id region) {
    return view_text(s, SECTION_REGIONS, region.n, 0);
}

struct str schema_region_partition(const struct schema *s, struct schema_region_id region) {
    return view_text(s, SECTION_REGIONS, region.n, 1);
}

enum { RUNTIME_NAME, RUNTIME_FAMILY, RUNTIME_DATES, RUNTIME_SUCCESSOR = RUNTIME_DATES + 3,
       RUNTIME_FLAGS };

uint32_t schema_runtime_count(const struct schema *s) {
    return view_rows(s, SECTION_RUNTIMES);
}

struct schema_runtime_id schema_runtime_at(const struct schema *s, uint32_t n) {
    return (struct schema_runtime_id){n < view_rows(s, SECTION_RUNTIMES) ? n + 1 : 0};
}

struct schema_runtime_id schema_runtime_find(const struct schema *s, struct str name) {
    return (struct schema_runtime_id){
        view_find(s, SECTION_RUNTIMES, 1, view_rows(s, SECTION_RUNTIMES), name, false)};
}

struct schema_runtime_id schema_runtime_nearest(const struct schema *s, struct str name) {
    return (struct schema_runtime_id){
        view_nearest(s, SECTION_RUNTIMES, 1, view_rows(s, SECTION_RUNTIMES), name)};
}

struct str schema_runtime_name(const struct schema *s, struct schema_runtime_id runtime) {
    return view_text(s, SECTION_RUNTIMES, runtime.n, RUNTIME_NAME);
}

struct str schema_runtime_family(const struct schema *s, struct schema_runtime_id runtime) {
    return view_text(s, SECTION_RUNTIMES, runtime.n, RUNTIME_FAMILY);
}

struct str schema_runtime_date(const struct schema *s, struct schema_runtime_id runtime,
                               enum schema_runtime_event event) {
    if ((unsigned)event >= SCHEMA_RUNTIME_EVENT_COUNT)
        return STR_NIL;
    return view_text(s, SECTION_RUNTIMES, runtime.n, RUNTIME_DATES + event);
}

struct schema_runtime_id schema_runtime_successor(const struct schema *s,
                                                  struct schema_runtime_id runtime) {
    uint32_t row = view_word(s, SECTION_RUNTIMES, runtime.n, RUNTIME_SUCCESSOR);
    return (struct schema_runtime_id){row <= view_rows(s, SECTION_RUNTIMES) ? row : 0};
}

struct schema_runtime_id schema_runtime_latest(const struct schema *s, struct str family) {
    for (uint32_t i = 1; i < view_count(s, SECTION_RUNTIMES); i++)
        if (view_word(s, SECTION_RUNTIMES, i, RUNTIME_FLAGS) & RUNTIME_LATEST &&
            str_eq(view_text(s, SECTION_RUNTIMES, i, RUNTIME_FAMILY), family))
            return (struct schema_runtime_id){i};
    return (struct schema_runtime_id){0};
}
