#ifndef PACK_H
#define PACK_H

/*
 * Packs the text tables of schema/ into the form of compiler/schema/format.h. Runs at build time;
 * needs nothing but libc. It keeps everything until it exits, and stops at the first error.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/format.h"

/* ---- text (text.c): lines with their place, and words of them ---- */

struct span {
    const char *ptr;
    size_t len;
};

#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

struct text_file {
    const char *path;
    char *bytes;
    size_t size;
    struct text_enum *enums; /* the long enums of the file */
    size_t enum_count;
};

struct text_line {
    const struct text_file *file;
    unsigned number;
    unsigned indent;
    struct span text; /* without the indent */
};

struct text_enum {
    struct span name;
    struct text_line *values;
    size_t count;
};

/* Reads words from a line. */
struct cursor {
    const struct text_line *line;
    const char *at;
    const char *end;
};

struct text_file *text_read(const char *path);
/* The next line that is neither empty nor a comment; false at the end. *at starts as 0. */
bool text_next(const struct text_file *file, size_t *at, unsigned *number, struct text_line *out);
_Noreturn void text_fail(const struct text_line *line, const char *format, ...);
struct cursor cursor_new(const struct text_line *line);
bool cursor_ended(struct cursor *c);             /* skips blanks */
bool cursor_take(struct cursor *c, char mark);   /* skips blanks, takes the mark if it is next */
void cursor_expect(struct cursor *c, char mark);
struct span cursor_word(struct cursor *c);       /* a word or quoted text; fails if there is none */
bool cursor_at_word(struct cursor *c);           /* whether cursor_word would succeed */
bool span_is(struct span s, const char *text);
bool span_eq(struct span a, struct span b);
int span_cmp(struct span a, struct span b);
int span_cmp_nocase(struct span a, struct span b);

void *pack_alloc(size_t size);
/* Makes room for one more row in a growing array. */
void *pack_grow(void *rows, size_t count, size_t size);

/* ---- blob (blob.c): sections and interning ---- */

void blob_init(void);
uint32_t blob_string(struct span s);
/* A list of strings; sorted by bytes and without repeats if `sort`. */
uint32_t blob_list(struct span *items, size_t count, bool sort);
uint32_t blob_number(double value);
/* Rows of a section, as words; returns the first row's index. An equal run of rows that is there
   already is used again if `share`. */
uint32_t blob_rows(enum schema_section section, const uint32_t *words, size_t rows, bool share);
uint32_t blob_count(enum schema_section section);
void blob_set_word(enum schema_section section, uint32_t row, unsigned word, uint32_t value);
uint32_t blob_get_word(enum schema_section section, uint32_t row, unsigned word);
void blob_write(const char *path, struct span date, struct span sources);

/* ---- shapes (shape.c) ---- */

/* Gives the def that a name stands for in the type that is being packed. */
typedef uint32_t shape_def_of(void *user, struct span name, const struct text_line *line);

uint32_t shape_parse(struct cursor *c, shape_def_of *def_of, void *user);
/* A shape for what Ref gives: the shape of the property itself, or a plain string. */
uint32_t shape_string(struct span format);

/* ---- what is packed ---- */

void types_read(const char *path);        /* types.c: types/, overlay/ */
void types_pack(void);
void regions_read(const char *path);      /* regions.c */
void availability_read(const char *path);
void regions_pack(void);
uint32_t regions_of(struct span type);    /* the set for a type, 0 if it isn't known */
void runtimes_read(const char *path);     /* runtimes.c */
void runtimes_pack(void);
uint32_t runtimes_enum(void);             /* the list of their names, "enum *runtimes" */
void iam_read(const char *path);          /* iam.c */
void iam_pack(void);
void managed_read(const char *path);      /* managed.c */
void managed_pack(void);

#endif
