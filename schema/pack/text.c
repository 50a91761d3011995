#include "pack.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *pack_alloc(size_t size) {
    void *p = calloc(1, size ? size : 1);
    if (!p) {
        fputs("pack: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

void *pack_grow(void *rows, size_t count, size_t size) {
    if (count & (count - 1))
        return rows;
    size_t room = count ? count * 2 : 1;
    rows = realloc(rows, room * size);
    if (!rows) {
        fputs("pack: out of memory\n", stderr);
        exit(1);
    }
    memset((char *)rows + count * size, 0, (room - count) * size);
    return rows;
}

struct text_file *text_read(const char *path) {
    struct text_file *file = pack_alloc(sizeof *file);
    FILE *in = fopen(path, "rb");
    if (!in) {
        fprintf(stderr, "%s: can't be opened\n", path);
        exit(1);
    }
    file->path = path;
    fseek(in, 0, SEEK_END);
    file->size = (size_t)ftell(in);
    rewind(in);
    file->bytes = pack_alloc(file->size + 1);
    if (fread(file->bytes, 1, file->size, in) != file->size) {
        fprintf(stderr, "%s: can't be read\n", path);
        exit(1);
    }
    fclose(in);
    return file;
}

bool text_next(const struct text_file *file, size_t *at, unsigned *number, struct text_line *out) {
    while (*at < file->size) {
        const char *start = file->bytes + *at;
        const char *stop = memchr(start, '\n', file->size - *at);
        size_t len = stop ? (size_t)(stop - start) : file->size - *at;
        *at += len + 1;
        ++*number;
        unsigned indent = 0;
        while (indent < len && start[indent] == ' ')
            indent++;
        if (indent == len || start[indent] == '#')
            continue;
        *out = (struct text_line){file, *number, indent, {start + indent, len - indent}};
        return true;
    }
    return false;
}

void text_fail(const struct text_line *line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%u: ", line->file->path, line->number);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

struct cursor cursor_new(const struct text_line *line) {
    return (struct cursor){line, line->text.ptr, line->text.ptr + line->text.len};
}

bool cursor_ended(struct cursor *c) {
    while (c->at < c->end && *c->at == ' ')
        c->at++;
    return c->at == c->end;
}

bool cursor_take(struct cursor *c, char mark) {
    if (cursor_ended(c) || *c->at != mark)
        return false;
    c->at++;
    return true;
}

void cursor_expect(struct cursor *c, char mark) {
    if (!cursor_take(c, mark))
        text_fail(c->line, "expected '%c' at '%.*s'", mark, (int)(c->end - c->at), c->at);
}

bool cursor_at_word(struct cursor *c) {
    return !cursor_ended(c) && !strchr("(),", *c->at);
}

struct span cursor_word(struct cursor *c) {
    if (!cursor_at_word(c))
        text_fail(c->line, "expected a word at '%.*s'", (int)(c->end - c->at), c->at);
    const char *start = c->at;
    if (strchr("'\"`~", *start)) {
        const char *stop = memchr(start + 1, *start, (size_t)(c->end - start - 1));
        if (!stop)
            text_fail(c->line, "the quoted text isn't closed");
        c->at = stop + 1;
        return (struct span){start + 1, (size_t)(stop - start - 1)};
    }
    while (c->at < c->end && !strchr(" (),", *c->at))
        c->at++;
    return (struct span){start, (size_t)(c->at - start)};
}

bool span_is(struct span s, const char *text) {
    return s.len == strlen(text) && memcmp(s.ptr, text, s.len) == 0;
}

bool span_eq(struct span a, struct span b) {
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

int span_cmp(struct span a, struct span b) {
    size_t len = a.len < b.len ? a.len : b.len;
    int order = memcmp(a.ptr, b.ptr, len);
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static unsigned char lower(char c) {
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

int span_cmp_nocase(struct span a, struct span b) {
    for (size_t i = 0; i < a.len && i < b.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return lower(a.ptr[i]) < lower(b.ptr[i]) ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}
