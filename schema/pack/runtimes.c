#include "pack.h"

#include <stdlib.h>

struct runtime {
    struct text_line place;
    struct span name, family, dates[3], successor;
    bool latest;
};

static struct runtime *all;
static size_t count;

static const char *const date_words[3] = {"deprecated", "no-create", "no-update"};

static int by_name(const void *a, const void *b) {
    return span_cmp(((const struct runtime *)a)->name, ((const struct runtime *)b)->name);
}

static void read_runtime(const struct text_line *line, struct runtime *out) {
    struct cursor c = cursor_new(line);
    if (!span_is(cursor_word(&c), "runtime"))
        text_fail(line, "expected 'runtime'");
    out->place = *line;
    out->name = cursor_word(&c);
    out->family = cursor_word(&c);
    while (!cursor_ended(&c)) {
        struct span word = cursor_word(&c);
        int i = 0;
        while (i < 3 && !span_is(word, date_words[i]))
            i++;
        if (i < 3)
            out->dates[i] = cursor_word(&c);
        else if (span_is(word, "successor"))
            out->successor = cursor_word(&c);
        else if (span_is(word, "latest"))
            out->latest = true;
        else
            text_fail(line, "'%.*s' is nothing a runtime has", (int)word.len, word.ptr);
    }
}

static uint32_t id_of(const struct runtime *wanting) {
    if (!wanting->successor.len)
        return 0;
    for (size_t i = 0; i < count; i++)
        if (span_eq(all[i].name, wanting->successor))
            return (uint32_t)i + 1;
    text_fail(&wanting->place, "the successor isn't in the table");
}

void runtimes_read(const char *path) {
    struct text_file *file = text_read(path);
    struct text_line line;
    size_t at = 0;
    unsigned number = 0;
    while (text_next(file, &at, &number, &line)) {
        all = pack_grow(all, count, sizeof *all);
        read_runtime(&line, &all[count++]);
    }
    qsort(all, count, sizeof *all, by_name);
}

void runtimes_pack(void) {
    for (size_t i = 0; i < count; i++) {
        uint32_t row[7] = {blob_string(all[i].name), blob_string(all[i].family)};
        for (int n = 0; n < 3; n++)
            row[2 + n] = blob_string(all[i].dates[n]);
        row[5] = id_of(&all[i]);
        row[6] = all[i].latest ? RUNTIME_LATEST : 0;
        blob_rows(SECTION_RUNTIMES, row, 1, false);
    }
}

uint32_t runtimes_enum(void) {
    struct span *names = pack_alloc(count * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = all[i].name;
    return blob_list(names, count, true);
}
