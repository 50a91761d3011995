#include "pack.h"

#include <stdlib.h>

struct region {
    struct span name, partition, code;
    bool known; /* whether the availability table covers it */
};

struct available {
    struct span type;
    uint64_t regions;
};

static struct region regions[REGION_LIMIT];
static size_t region_count;
static struct available *table;
static size_t table_count;

static int by_name(const void *a, const void *b) {
    return span_cmp(((const struct region *)a)->name, ((const struct region *)b)->name);
}

void regions_read(const char *path) {
    struct text_file *file = text_read(path);
    struct text_line line;
    size_t at = 0;
    unsigned number = 0;
    while (text_next(file, &at, &number, &line)) {
        struct cursor c = cursor_new(&line);
        if (!span_is(cursor_word(&c), "region"))
            text_fail(&line, "expected 'region'");
        if (region_count == REGION_LIMIT)
            text_fail(&line, "too many regions");
        struct region *region = &regions[region_count++];
        region->name = cursor_word(&c);
        region->partition = cursor_word(&c);
        region->code = cursor_word(&c);
        region->known = cursor_ended(&c);
        if (!region->known && !span_is(cursor_word(&c), "no-data"))
            text_fail(&line, "expected 'no-data'");
    }
    qsort(regions, region_count, sizeof *regions, by_name);
}

static uint64_t known_regions(void) {
    uint64_t set = 0;
    for (size_t i = 0; i < region_count; i++)
        set |= (uint64_t)regions[i].known << (i + 1);
    return set;
}

static uint64_t take_codes(struct cursor *c) {
    uint64_t set = 0;
    while (!cursor_ended(c)) {
        struct span code = cursor_word(c);
        size_t i = 0;
        while (i < region_count && !span_eq(regions[i].code, code))
            i++;
        if (i == region_count)
            text_fail(c->line, "no region has the code '%.*s'", (int)code.len, code.ptr);
        set |= (uint64_t)1 << (i + 1);
    }
    return set;
}

void availability_read(const char *path) {
    struct text_file *file = text_read(path);
    struct text_line line;
    size_t at = 0;
    unsigned number = 0;
    while (text_next(file, &at, &number, &line)) {
        struct cursor c = cursor_new(&line);
        table = pack_grow(table, table_count, sizeof *table);
        struct available *row = &table[table_count++];
        row->type = cursor_word(&c);
        struct span how = cursor_word(&c);
        uint64_t codes = take_codes(&c);
        if (span_is(how, "only"))
            row->regions = codes;
        else if (span_is(how, "all") || span_is(how, "all-but"))
            row->regions = known_regions() & ~codes;
        else
            text_fail(&line, "expected 'all', 'all-but' or 'only'");
        if (table_count > 1 && span_cmp(row[-1].type, row->type) >= 0)
            text_fail(&line, "the table isn't sorted");
    }
}

static uint32_t pack_set(uint64_t set) {
    return blob_rows(SECTION_REGION_SETS, (uint32_t[2]){(uint32_t)set, (uint32_t)(set >> 32)}, 1,
                     true);
}

void regions_pack(void) {
    for (size_t i = 0; i < region_count; i++)
        blob_rows(SECTION_REGIONS, (uint32_t[2]){blob_string(regions[i].name),
                                                 blob_string(regions[i].partition)}, 1, false);
    pack_set(known_regions());
}

uint32_t regions_of(struct span type) {
    size_t low = 0, high = table_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = span_cmp(table[middle].type, type);
        if (order == 0)
            return pack_set(table[middle].regions);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}
