#include "template/scalar.h"

#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t skip(struct str s, size_t i, const char *set) {
    while (i < s.len && s.ptr[i] && strchr(set, s.ptr[i]))
        i++;
    return i;
}

static size_t skip_sign(struct str s) {
    return s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
}

/* Groups of `:5` or `:59` from i on; the end, or i where there is none. */
static size_t skip_sixties(struct str s, size_t i) {
    while (i + 1 < s.len && s.ptr[i] == ':' && is_digit(s.ptr[i + 1])) {
        bool two = i + 2 < s.len && is_digit(s.ptr[i + 2]);
        if (two && s.ptr[i + 1] > '5')
            break;
        i += two ? 3 : 2;
    }
    return i;
}

static bool is_int(struct str s) {
    size_t i = skip_sign(s);
    if (i >= s.len || !is_digit(s.ptr[i]))
        return false;
    if (s.ptr[i] == '0') {
        if (i + 1 == s.len)
            return true;
        char base = s.ptr[i + 1];
        if (base == 'b' || base == 'x')
            return i + 2 < s.len &&
                   skip(s, i + 2, base == 'b' ? "01_" : "0123456789abcdefABCDEF_") == s.len;
        return skip(s, i + 1, "01234567_") == s.len;
    }
    i = skip(s, i, "0123456789_");
    return i == s.len || skip_sixties(s, i) == s.len;
}

static bool is_float(struct str s) {
    size_t i = skip_sign(s);
    struct str unsigned_part = str_slice(s, i, s.len);
    if (str_is(unsigned_part, ".inf") || str_is(unsigned_part, ".Inf") ||
        str_is(unsigned_part, ".INF"))
        return true;
    if (str_is(s, ".nan") || str_is(s, ".NaN") || str_is(s, ".NAN"))
        return true;
    bool has_whole = i < s.len && is_digit(s.ptr[i]);
    if (has_whole)
        i = skip(s, i, "0123456789_");
    size_t after_sixties = has_whole ? skip_sixties(s, i) : i;
    if (after_sixties > i)
        return after_sixties < s.len && s.ptr[after_sixties] == '.' &&
               skip(s, after_sixties + 1, "0123456789_") == s.len;
    if (i >= s.len || s.ptr[i] != '.' || (!has_whole && i > 0))
        return false;
    i++;
    if (!has_whole && (i >= s.len || !is_digit(s.ptr[i])))
        return false;
    i = skip(s, i, "0123456789_");
    if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
        bool has_sign = i + 1 < s.len && (s.ptr[i + 1] == '+' || s.ptr[i + 1] == '-');
        return has_sign && i + 2 < s.len && skip(s, i + 2, "0123456789") == s.len;
    }
    return i == s.len;
}

enum scalar_type scalar_type(struct str s) {
    static const char *const nulls[] = {"~", "null", "Null", "NULL"};
    static const char *const trues[] = {"true", "True", "TRUE", "yes", "Yes",
                                        "YES",  "on",   "On",   "ON"};
    static const char *const falses[] = {"false", "False", "FALSE", "no", "No",
                                         "NO",    "off",   "Off",   "OFF"};
    if (s.len == 0)
        return TYPE_NULL;
    if (strchr("0123456789+-.", s.ptr[0]))
        return is_int(s) || is_float(s) ? TYPE_NUMBER : TYPE_STRING;
    if (s.len > 5 || !strchr("~nNtTfFyYoO<", s.ptr[0]))
        return TYPE_STRING;
    return str_in(s, nulls)    ? TYPE_NULL
           : str_in(s, trues)  ? TYPE_TRUE
           : str_in(s, falses) ? TYPE_FALSE
           : str_is(s, "<<")   ? TYPE_MERGE
                               : TYPE_STRING;
}

enum scalar_type scalar_type_json(struct str s) {
    return str_is(s, "null")    ? TYPE_NULL
           : str_is(s, "true")  ? TYPE_TRUE
           : str_is(s, "false") ? TYPE_FALSE
                                : TYPE_NUMBER;
}

bool scalar_is_misread(struct str s, int64_t *value) {
    size_t i = skip_sign(s);
    bool is_octal = s.len > i + 1 && s.ptr[i] == '0' && skip(s, i, "01234567_") == s.len;
    bool is_sixties = str_has(s, ':') && is_int(s);
    if (!is_octal && !is_sixties)
        return false;
    int64_t total = 0, group = 0;
    for (; i < s.len; i++) {
        if (s.ptr[i] == '_')
            continue;
        bool next = s.ptr[i] == ':';
        int64_t factor = next ? 60 : is_octal ? 8 : 10, digit = next ? 0 : s.ptr[i] - '0';
        if (next) {
            if (__builtin_add_overflow(total, group, &total) ||
                __builtin_mul_overflow(total, 60, &total))
                return false;
            group = 0;
        } else if (__builtin_mul_overflow(group, factor, &group) ||
                   __builtin_add_overflow(group, digit, &group)) {
            return false;
        }
    }
    if (__builtin_add_overflow(total, group, &total))
        return false;
    *value = s.ptr[0] == '-' ? -total : total;
    return true;
}
