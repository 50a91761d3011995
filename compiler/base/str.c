#include "base/str.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

static unsigned char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : (unsigned char)c;
}

bool str_eq_nocase(struct str a, struct str b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool str_in_c_list_nocase(struct str s, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(s, str_from(list[i])))
            return true;
    return false;
}

int str_cmp(struct str a, struct str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool str_has(struct str s, char c) {
    return str_find_char(s, c, 0) < s.len;
}

size_t str_find_char(struct str s, char c, size_t from) {
    if (from >= s.len)
        return s.len;
    const char *at = memchr(s.ptr + from, c, s.len - from);
    return at ? (size_t)(at - s.ptr) : s.len;
}

size_t str_find(struct str s, struct str needle, size_t from) {
    if (needle.len == 0)
        return from < s.len ? from : s.len;
    if (s.len < needle.len)
        return s.len;
    for (size_t at = from; (at = str_find_char(s, needle.ptr[0], at)) < s.len; at++)
        if (s.len - at >= needle.len && memcmp(s.ptr + at, needle.ptr, needle.len) == 0)
            return at;
    return s.len;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct str str_trim(struct str s) {
    size_t from = 0, to = s.len;
    while (from < to && is_blank(s.ptr[from]))
        from++;
    while (to > from && is_blank(s.ptr[to - 1]))
        to--;
    return str_slice(s, from, to);
}

struct str str_split(struct str s, char c, struct str *rest) {
    size_t at = str_find_char(s, c, 0);
    *rest = at < s.len ? str_slice(s, at + 1, s.len) : STR_NIL;
    return str_slice(s, 0, at);
}

bool str_has_word(struct str words, char separator, struct str word) {
    while (words.len)
        if (str_eq(str_split(words, separator, &words), word))
            return true;
    return false;
}

bool str_has_word_nocase(struct str words, char separator, struct str word) {
    while (words.len)
        if (str_eq_nocase(str_split(words, separator, &words), word))
            return true;
    return false;
}

bool str_to_int(struct str s, int64_t *out) {
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t i = negative;
    if (i == s.len)
        return false;
    int64_t n = 0;
    for (; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        int digit = s.ptr[i] - '0';
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, negative ? -digit : digit, &n))
            return false;
    }
    *out = n;
    return true;
}

static size_t skip_digits(struct str s, size_t i) {
    while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
        i++;
    return i;
}

int str_hex_digit(char c) {
    char lower = (char)(c | 0x20);
    if (c >= '0' && c <= '9')
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool str_is_json_number(struct str s) {
    size_t i = s.len && s.ptr[0] == '-', from = i;
    i = skip_digits(s, i);
    if (i == from || (s.ptr[from] == '0' && i > from + 1))
        return false;
    if (i < s.len && s.ptr[i] == '.') {
        from = ++i;
        i = skip_digits(s, i);
        if (i == from)
            return false;
    }
    if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
        i++;
        if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-'))
            i++;
        from = i;
        i = skip_digits(s, i);
        if (i == from)
            return false;
    }
    return i == s.len;
}

/* Eight bytes a step; the last step takes the last eight, or what there is. */
uint64_t str_hash(struct str s) {
    const uint64_t odd = 0x9e3779b97f4a7c15u;
    uint64_t h = s.len * odd, word = 0;
    for (size_t i = 0; i + sizeof word < s.len; i += sizeof word) {
        memcpy(&word, s.ptr + i, sizeof word);
        h = (h ^ word) * odd;
        h ^= h >> 32;
    }
    if (s.len >= sizeof word)
        memcpy(&word, s.ptr + s.len - sizeof word, sizeof word);
    else
        for (size_t i = 0; i < s.len; i++)
            word = word << 8 | (unsigned char)s.ptr[i];
    h = (h ^ word) * odd;
    h = (h ^ h >> 32) * odd; /* what the last bytes decide stands high: down to where maps look */
    return h ^ h >> 32;
}

struct str str_dup(struct arena *a, struct str s) {
    return (struct str){str_cstr(a, s), s.len};
}

const char *str_cstr(struct arena *a, struct str s) {
    char *copy = arena_alloc(a, s.len + 1, 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

struct str str_vprintf(struct arena *a, const char *format, va_list args) {
    char small[512]; /* most are shorter, and formatted once */
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, format, args);
    size_t len = n > 0 ? (size_t)n : 0;
    char *out = arena_alloc(a, len + 1, 1);
    if (len < sizeof small)
        memcpy(out, small, len);
    else
        vsnprintf(out, len + 1, format, again);
    va_end(again);
    return (struct str){out, len};
}

struct str str_printf(struct arena *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str out = str_vprintf(a, format, args);
    va_end(args);
    return out;
}

struct str str_concat(struct arena *a, struct str x, struct str y) {
    char *out = arena_alloc(a, x.len + y.len + 1, 1);
    if (x.len)
        memcpy(out, x.ptr, x.len);
    if (y.len)
        memcpy(out + x.len, y.ptr, y.len);
    return (struct str){out, x.len + y.len};
}

struct str str_upper(struct arena *a, struct str s) {
    char *out = arena_alloc(a, s.len + 1, 1);
    for (size_t i = 0; i < s.len; i++)
        out[i] = s.ptr[i] >= 'a' && s.ptr[i] <= 'z' ? (char)(s.ptr[i] - 32) : s.ptr[i];
    return (struct str){out, s.len};
}

struct str str_lower(struct arena *a, struct str s) {
    char *out = arena_alloc(a, s.len + 1, 1);
    for (size_t i = 0; i < s.len; i++)
        out[i] = (char)lower(s.ptr[i]);
    return (struct str){out, s.len};
}

enum { DISTANCE_MAX_LENGTH = 96 };

unsigned str_distance(struct str a, struct str b, unsigned limit) {
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (a.len > DISTANCE_MAX_LENGTH || b.len > DISTANCE_MAX_LENGTH || gap > limit)
        return limit + 1;
    unsigned rows[3][DISTANCE_MAX_LENGTH + 1];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a.len; i++) {
        unsigned *now = rows[i % 3], *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        unsigned best = now[0] = (unsigned)i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = lower(a.ptr[i - 1]) == lower(b.ptr[j - 1]);
            unsigned d = last[j - 1] + !same;
            if (last[j] + 1 < d)
                d = last[j] + 1;
            if (now[j - 1] + 1 < d)
                d = now[j - 1] + 1;
            if (i > 1 && j > 1 && lower(a.ptr[i - 1]) == lower(b.ptr[j - 2]) &&
                lower(a.ptr[i - 2]) == lower(b.ptr[j - 1]) && before[j - 2] + 1 < d)
                d = before[j - 2] + 1;
            now[j] = d;
            if (d < best)
                best = d;
        }
        if (best > limit)
            return limit + 1;
    }
    return rows[a.len % 3][b.len];
}

bool str_is_near(struct str given, struct str known) {
    if (given.len == 0)
        return false;
    unsigned limit = given.len >= 9 ? 3 : given.len >= 5 ? 2 : given.len >= 3 ? 1 : 0;
    return str_distance(given, known, limit) <= limit;
}

unsigned utf8_length(struct str s, size_t at) {
    unsigned char c = (unsigned char)s.ptr[at];
    if (c < 0x80)
        return 1;
    unsigned n = c >= 0xf0 && c < 0xf5   ? 4
                 : c >= 0xe0 && c < 0xf0 ? 3
                 : c >= 0xc2 && c < 0xe0 ? 2
                                         : 0;
    if (n == 0 || at + n > s.len)
        return 0;
    for (unsigned i = 1; i < n; i++)
        if (((unsigned char)s.ptr[at + i] & 0xc0) != 0x80)
            return 0;
    unsigned char second = (unsigned char)s.ptr[at + 1];
    bool overlong = (c == 0xe0 && second < 0xa0) || (c == 0xf0 && second < 0x90);
    bool beyond = (c == 0xed && second > 0x9f) || (c == 0xf4 && second > 0x8f);
    return overlong || beyond ? 0 : n;
}

/* Past what is ASCII from a place on, eight bytes a step. */
static size_t skip_ascii(struct str s, size_t at) {
    for (uint64_t word; at + sizeof word <= s.len; at += sizeof word) {
        memcpy(&word, s.ptr + at, sizeof word);
        if (word & 0x8080808080808080u)
            break;
    }
    return at;
}

size_t utf8_validate(struct str s) {
    size_t at = 0;
    while ((at = skip_ascii(s, at)) < s.len) {
        unsigned n = utf8_length(s, at);
        if (n == 0)
            return at;
        at += n;
    }
    return s.len;
}

unsigned utf8_put(uint32_t c, char out[4]) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        if (c >= 0xd800 && c <= 0xdfff)
            return 0;
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    if (c > 0x10ffff)
        return 0;
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}
