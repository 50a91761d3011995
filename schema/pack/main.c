/*
 * pack SCHEMA_FOLDER OUTPUT: packs the text tables into one file. Files are read in the order of
 * their names, the overlay last, so the result depends on their contents alone.
 */
#include "pack.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *join(const char *folder, const char *name) {
    char *path = pack_alloc(strlen(folder) + strlen(name) + 2);
    sprintf(path, "%s/%s", folder, name);
    return path;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void each_file(const char *root, const char *folder, void read_file(const char *path)) {
    char *full = join(root, folder), **names = NULL;
    size_t count = 0;
    DIR *dir = opendir(full);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        size_t len = strlen(entry->d_name);
        if (len < 4 || strcmp(entry->d_name + len - 4, ".txt"))
            continue;
        names = pack_grow(names, count, sizeof *names);
        names[count++] = join(full, entry->d_name);
    }
    if (!dir || count == 0) {
        fprintf(stderr, "%s: no tables there\n", full);
        exit(1);
    }
    closedir(dir);
    qsort(names, count, sizeof *names, by_text);
    for (size_t i = 0; i < count; i++)
        read_file(names[i]);
}

/* The sources, "name version, name version", and the first one's day. */
static struct span read_pins(const char *path, struct span *date) {
    struct text_file *file = text_read(path);
    struct text_line line;
    size_t at = 0, size = 0;
    unsigned number = 0;
    char *text = pack_alloc(file->size + 64);
    while (text_next(file, &at, &number, &line)) {
        struct cursor c = cursor_new(&line);
        cursor_word(&c);
        struct span name = cursor_word(&c), version = cursor_word(&c);
        cursor_word(&c);
        if (!date->len)
            *date = cursor_word(&c);
        size += (size_t)sprintf(text + size, "%s%.*s %.*s", size ? ", " : "", (int)name.len,
                                name.ptr, (int)version.len, version.ptr);
    }
    return (struct span){text, size};
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: pack SCHEMA_FOLDER OUTPUT\n", stderr);
        return 2;
    }
    const char *root = argv[1];
    struct span date = {0}, sources = read_pins(join(root, "PINS"), &date);
    blob_init();
    regions_read(join(root, "regions.txt"));
    availability_read(join(root, "availability.txt"));
    regions_pack();
    runtimes_read(join(root, "runtimes.txt"));
    each_file(root, "types", types_read);
    each_file(root, "overlay", types_read);
    types_pack();
    runtimes_pack();
    each_file(root, "iam", iam_read);
    each_file(root, "overlay/iam", iam_read);
    iam_pack();
    managed_read(join(root, "managed.txt"));
    managed_pack();
    blob_write(argv[2], date, sources);
    return 0;
}
