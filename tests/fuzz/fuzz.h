/* Shared by the fuzz targets: what a target is, and how it says what went wrong. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/str.h"

/* One input. Ends the process (abort) when something that must hold doesn't. libFuzzer calls it,
   and so does replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline _Noreturn void fuzz_fail(const char *what, struct str a, struct str b) {
    fprintf(stderr, "%s\n", what);
    for (struct str *text = (struct str[]){a, b, STR_NIL}; text->len; text++)
        fprintf(stderr, "---\n%.*s\n", STR_ARG(*text));
    abort();
}

static inline void fuzz_require(bool condition, const char *what) {
    if (!condition)
        fuzz_fail(what, STR_NIL, STR_NIL);
}

/* The two have to be the same. */
static inline void fuzz_same(struct str a, struct str b, const char *what) {
    if (!str_eq(a, b))
        fuzz_fail(what, a, b);
}

/* The two have to be the same JSON document; a number may be spelled in two ways. */
static inline void fuzz_same_json(struct str a, struct str b, const char *what) {
    if (str_eq(a, b))
        return;
    json_error_t of_a, of_b;
    json_t *x = json_loadb(a.ptr, a.len, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &of_a);
    json_t *y = json_loadb(b.ptr, b.len, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &of_b);
    bool too_large = !x && !y && json_error_code(&of_a) == json_error_numeric_overflow &&
                     json_error_code(&of_b) == json_error_numeric_overflow;
    if (too_large) /* a number that no double holds: jansson can't compare them */
        return;
    if (!x || !y || !json_equal(x, y))
        fuzz_fail(what, a, b);
    json_decref(x);
    json_decref(y);
}

#endif
