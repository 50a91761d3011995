#include "pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct section {
    unsigned char *bytes;
    size_t size;
    size_t room;
    unsigned row_size;
    uint32_t *slots; /* for sharing: where a run begins + 1, by hash */
    size_t slot_count;
    size_t used;
};

static struct section sections[SECTION_COUNT] = {
#define X(name, size) {.row_size = size},
    SCHEMA_SECTIONS(X)
#undef X
};

static void append(struct section *sec, const void *bytes, size_t size) {
    if (sec->size + size > sec->room) {
        sec->room = (sec->size + size) * 2 + 256;
        sec->bytes = realloc(sec->bytes, sec->room);
        if (!sec->bytes)
            exit(1);
    }
    memcpy(sec->bytes + sec->size, bytes, size);
    sec->size += size;
}

static void put32(unsigned char *at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

static uint32_t get32(const unsigned char *at) {
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void grow_slots(struct section *sec) {
    size_t count = sec->slot_count ? sec->slot_count * 2 : 1024;
    uint32_t *slots = pack_alloc(count * 2 * sizeof *slots);
    for (size_t i = 0; i < sec->slot_count; i++) {
        if (!sec->slots[2 * i])
            continue;
        size_t at = sec->slots[2 * i + 1] & (count - 1);
        while (slots[2 * at])
            at = (at + 1) & (count - 1);
        slots[2 * at] = sec->slots[2 * i];
        slots[2 * at + 1] = sec->slots[2 * i + 1];
    }
    free(sec->slots);
    sec->slots = slots;
    sec->slot_count = count;
}

/* The offset of these bytes in the section; appended if they don't begin a shared run there yet. */
static size_t share(struct section *sec, const void *bytes, size_t size) {
    if (sec->used * 2 >= sec->slot_count)
        grow_slots(sec);
    uint32_t hash = schema_format_hash(bytes, (uint32_t)size);
    size_t at = hash & (sec->slot_count - 1);
    for (; sec->slots[2 * at]; at = (at + 1) & (sec->slot_count - 1)) {
        size_t found = sec->slots[2 * at] - 1;
        if (sec->slots[2 * at + 1] == hash && found + size <= sec->size &&
            memcmp(sec->bytes + found, bytes, size) == 0)
            return found;
    }
    sec->used++;
    sec->slots[2 * at] = (uint32_t)sec->size + 1;
    sec->slots[2 * at + 1] = hash;
    append(sec, bytes, size);
    return sec->size - size;
}

void blob_init(void) {
    static const unsigned char nil[64];
    for (int i = 0; i < SECTION_COUNT; i++)
        append(&sections[i], nil, i == SECTION_STRINGS ? 2 : sections[i].row_size);
}

uint32_t blob_string(struct span s) {
    static unsigned char bytes[65538];
    if (s.len == 0)
        return 0;
    if (s.len > 65535) {
        fprintf(stderr, "pack: a string is too long: %.40s...\n", s.ptr);
        exit(1);
    }
    bytes[0] = (unsigned char)s.len;
    bytes[1] = (unsigned char)(s.len >> 8);
    memcpy(bytes + 2, s.ptr, s.len);
    return (uint32_t)share(&sections[SECTION_STRINGS], bytes, s.len + 2);
}

static int by_bytes(const void *a, const void *b) {
    return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

uint32_t blob_list(struct span *items, size_t count, bool sort) {
    if (count == 0)
        return 0;
    size_t kept = 0;
    if (sort)
        qsort(items, count, sizeof *items, by_bytes);
    for (size_t i = 0; i < count; i++)
        if (!sort || kept == 0 || !span_eq(items[i], items[kept - 1]))
            items[kept++] = items[i];
    unsigned char *words = pack_alloc((kept + 1) * 4);
    put32(words, (uint32_t)kept);
    for (size_t i = 0; i < kept; i++)
        put32(words + 4 + 4 * i, blob_string(items[i]));
    uint32_t at = (uint32_t)(share(&sections[SECTION_LISTS], words, (kept + 1) * 4) / 4);
    free(words);
    return at;
}

uint32_t blob_number(double value) {
    unsigned char bytes[8];
    uint64_t bits;
    memcpy(&bits, &value, 8);
    put32(bytes, (uint32_t)bits);
    put32(bytes + 4, (uint32_t)(bits >> 32));
    return (uint32_t)(share(&sections[SECTION_NUMBERS], bytes, 8) / 8);
}

uint32_t blob_rows(enum schema_section section, const uint32_t *words, size_t rows, bool shared) {
    struct section *sec = &sections[section];
    size_t size = rows * sec->row_size;
    if (rows == 0)
        return 0;
    unsigned char *bytes = pack_alloc(size);
    for (size_t i = 0; i < size / 4; i++)
        put32(bytes + 4 * i, words[i]);
    size_t at = sec->size;
    if (shared)
        at = share(sec, bytes, size);
    else
        append(sec, bytes, size);
    free(bytes);
    return (uint32_t)(at / sec->row_size);
}

uint32_t blob_count(enum schema_section section) {
    return (uint32_t)(sections[section].size / sections[section].row_size);
}

void blob_set_word(enum schema_section section, uint32_t row, unsigned word, uint32_t value) {
    put32(sections[section].bytes + row * sections[section].row_size + 4 * word, value);
}

uint32_t blob_get_word(enum schema_section section, uint32_t row, unsigned word) {
    return get32(sections[section].bytes + row * sections[section].row_size + 4 * word);
}

void blob_write(const char *path, struct span date, struct span sources) {
    unsigned char head[4 * (SCHEMA_HEADER_WORDS + 2 * SECTION_COUNT) + 8] = {0};
    static const unsigned char pad[8];
    uint32_t date_at = blob_string(date), sources_at = blob_string(sources);
    size_t head_size = (4 * (SCHEMA_HEADER_WORDS + 2 * SECTION_COUNT) + 7) & ~(size_t)7;
    size_t at = head_size;
    for (int i = 0; i < SECTION_COUNT; i++) {
        put32(head + 4 * (SCHEMA_HEADER_WORDS + 2 * i), (uint32_t)at);
        put32(head + 4 * (SCHEMA_HEADER_WORDS + 2 * i + 1), blob_count(i));
        at = (at + sections[i].size + 7) & ~(size_t)7;
    }
    put32(head, SCHEMA_MAGIC_0);
    put32(head + 4, SCHEMA_MAGIC_1);
    put32(head + 8, SCHEMA_VERSION);
    put32(head + 12, (uint32_t)at);
    put32(head + 16, date_at);
    put32(head + 20, sources_at);
    FILE *out = fopen(path, "wb");
    bool ok = out && fwrite(head, 1, head_size, out) == head_size;
    for (int i = 0; i < SECTION_COUNT && ok; i++) {
        size_t size = sections[i].size, rest = -size & 7;
        ok = fwrite(sections[i].bytes, 1, size, out) == size && fwrite(pad, 1, rest, out) == rest;
    }
    if (!ok || fclose(out) != 0) {
        fprintf(stderr, "%s: can't be written\n", path);
        exit(1);
    }
}
