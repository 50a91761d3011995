/* Length-counted strings. A str never owns its bytes: they live in an arena, a source or .rodata. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
    const char *ptr; /* not NUL-terminated unless made by str_cstr or str_printf */
    size_t len;      /* bytes */
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NIL ((struct str){0})
#define STR_ROW(literal) {(literal), sizeof(literal) - 1} /* in a table */

/* printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).len, (s).ptr

static inline struct str str_from(const char *c_string) {
    return (struct str){c_string, c_string ? strlen(c_string) : 0};
}
static inline bool str_eq(struct str a, struct str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
/* Inline: the length of a literal is free. */
static inline bool str_is(struct str a, const char *c_string) {
    size_t len = strlen(c_string);
    return a.len == len && (len == 0 || memcmp(a.ptr, c_string, len) == 0);
}
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
/* Whether a table has it, of struct str or of C strings: str_in(s, table); the same whatever the
   case, of C strings: str_in_nocase(s, table). */
static inline bool str_in_list(struct str s, const struct str *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_eq(s, list[i]))
            return true;
    return false;
}
static inline bool str_in_c_list(struct str s, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_is(s, list[i]))
            return true;
    return false;
}
bool str_in_c_list_nocase(struct str s, const char *const *list, size_t count);
#define str_in(s, table)                                                                           \
    _Generic(*(table), struct str: str_in_list, const char *: str_in_c_list)(                      \
        (s), (table), sizeof(table) / sizeof *(table))
#define str_in_nocase(s, table) str_in_c_list_nocase((s), (table), sizeof(table) / sizeof *(table))
int str_cmp(struct str a, struct str b);        /* by bytes, as memcmp, the shorter first */
static inline bool str_starts(struct str s, struct str prefix) {
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}
static inline bool str_ends(struct str s, struct str suffix) {
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}
bool str_has(struct str s, char c);

/* Bytes [from, to), clamped to the string. */
static inline struct str str_slice(struct str s, size_t from, size_t to) {
    to = to > s.len ? s.len : to;
    return from < to ? (struct str){s.ptr + from, to - from} : (struct str){s.ptr, 0};
}
/* Offset of the first occurrence at or after from, or s.len. */
size_t str_find_char(struct str s, char c, size_t from);
size_t str_find(struct str s, struct str needle, size_t from);
struct str str_trim(struct str s); /* without leading and trailing blanks, tabs, newlines */
/* The part before the first c; *rest is what follows it (nil when there is none). */
struct str str_split(struct str s, char c, struct str *rest);
/* Whether a word is one of those that a separator stands between. */
bool str_has_word(struct str words, char separator, struct str word);
bool str_has_word_nocase(struct str words, char separator, struct str word);
/* Whole string as a decimal integer; false when it isn't one or overflows. */
bool str_to_int(struct str s, int64_t *out);
/* What a hexadecimal digit of either case is worth, 0..15; -1 for any other character. */
int str_hex_digit(char c);
/* Whether JSON takes this spelling of a number: 0123, 1_000 and 0x1f aren't. */
bool str_is_json_number(struct str s);
uint64_t str_hash(struct str s);

/* Copies into the arena; str_cstr and str_printf add a NUL after the bytes. */
struct str str_dup(struct arena *a, struct str s);
const char *str_cstr(struct arena *a, struct str s);
struct str str_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same with the arguments of a function that takes some. */
struct str str_vprintf(struct arena *a, const char *format, va_list args);
struct str str_concat(struct arena *a, struct str x, struct str y);
struct str str_upper(struct arena *a, struct str s);
struct str str_lower(struct arena *a, struct str s);

/* Damerau-Levenshtein distance over bytes, case-insensitive for ASCII; stops at limit + 1. */
unsigned str_distance(struct str a, struct str b, unsigned limit);
/* Whether a suggestion of `known` for `given` would be read as help: another case, 1 edit from 3
   letters on, 2 from 5, 3 from 9; never for an empty string. */
bool str_is_near(struct str given, struct str known);

/* Bytes of the UTF-8 sequence at s.ptr[at] (1..4), or 0 where it is not valid UTF-8. */
unsigned utf8_length(struct str s, size_t at);
/* Offset of the first byte that is not valid UTF-8, or s.len. */
size_t utf8_validate(struct str s);
/* Encodes a code point; returns the bytes written (0 for surrogates and beyond U+10FFFF). */
unsigned utf8_put(uint32_t code_point, char out[4]);

#endif
