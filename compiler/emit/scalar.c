/* Which strings YAML readers would misread, and how they are written instead. The readers thought
   of: YAML 1.1 as its types are defined (yaml.org/type) and as PyYAML and SnakeYAML resolve them,
   the core schema of YAML 1.2 (libfyaml, ruamel). */
#include <string.h>

#include "emit/print.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t skip_digits(struct str s, size_t i, bool underscores) {
    while (i < s.len && (is_digit(s.ptr[i]) || (underscores && s.ptr[i] == '_')))
        i++;
    return i;
}

void number_print(struct buf *out, struct str s) {
    size_t e = 0;
    while (e < s.len && s.ptr[e] != 'e' && s.ptr[e] != 'E')
        e++;
    buf_str(out, str_slice(s, 0, e));
    if (e == s.len)
        return;
    if (!str_has(str_slice(s, 0, e), '.'))
        buf_c(out, ".0");
    buf_char(out, s.ptr[e]);
    if (is_digit(s.ptr[e + 1]))
        buf_char(out, '+');
    buf_str(out, str_slice(s, e + 1, s.len));
}

static bool all_in(struct str s, size_t from, const char *set) {
    for (size_t i = from; i < s.len; i++)
        if (!s.ptr[i] || !strchr(set, s.ptr[i]))
            return false;
    return s.len > from;
}

/* 0x1f, 0o17, 0b101, with a sign, with underscores */
static bool is_based_number(struct str s, size_t i) {
    if (s.len < i + 3 || s.ptr[i] != '0')
        return false;
    switch (s.ptr[i + 1]) {
    case 'x':
        return all_in(s, i + 2, "0123456789abcdefABCDEF_");
    case 'o':
        return all_in(s, i + 2, "01234567_");
    case 'b':
        return all_in(s, i + 2, "01_");
    default:
        return false;
    }
}

/* 12, 0123, 1_000, 12:30:45, 1.5, .5, 5., 1e3, 1.5e+3, 12:30.5 */
static bool is_decimal_number(struct str s, size_t i) {
    size_t from = i;
    i = skip_digits(s, i, true);
    bool whole = i > from && is_digit(s.ptr[from]);
    if (i > from && !whole)
        return false;
    while (whole && i + 1 < s.len && s.ptr[i] == ':' && is_digit(s.ptr[i + 1]))
        i = skip_digits(s, i + 1, false);
    if (i < s.len && s.ptr[i] == '.') {
        from = ++i;
        i = skip_digits(s, i, true);
        whole = whole || i > from;
    }
    if (whole && i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
        i++;
        if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-'))
            i++;
        from = i;
        i = skip_digits(s, i, false);
        whole = i > from;
    }
    return whole && i == s.len;
}

static bool is_word(struct str s) {
    static const char words[][6] = {
        "~",   "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE",
        "yes", "Yes",  "YES",  "no",   "No",   "NO",   "on",   "On",    "ON",    "off",
        "Off", "OFF",  "y",    "Y",    "n",    "N",    "=",    "<<",    ".inf",  ".Inf",
        ".INF", ".nan", ".NaN", ".NAN"};
    if (s.len > 5)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i][0] == s.ptr[0] && memcmp(s.ptr, words[i], s.len) == 0 &&
            words[i][s.len] == '\0')
            return true;
    return false;
}

/* 2012-10-17, 2001-12-14t21:59:43.10-05:00: any text of such characters that begins so */
static bool is_timestamp(struct str s) {
    size_t i = skip_digits(s, 0, false);
    if (i != 4 || s.len < 8 || s.ptr[4] != '-' || !is_digit(s.ptr[5]))
        return false;
    i = skip_digits(s, 5, false);
    if (i > 7 || i + 1 >= s.len || s.ptr[i] != '-' || !is_digit(s.ptr[i + 1]))
        return false;
    size_t day = skip_digits(s, i + 1, false);
    return day <= i + 3 && (day == s.len || all_in(s, day, "0123456789tTzZ:.+- "));
}

/* The first letters of all that is resolved. */
static const bool suspects[256] = {
    ['0' ... '9'] = true, ['+'] = true, ['-'] = true, ['.'] = true, ['~'] = true, ['='] = true,
    ['<'] = true,         ['n'] = true, ['N'] = true, ['t'] = true, ['T'] = true, ['f'] = true,
    ['F'] = true,         ['y'] = true, ['Y'] = true, ['o'] = true, ['O'] = true,
};

bool scalar_is_resolved(struct str s) {
    if (s.len && !suspects[(unsigned char)s.ptr[0]])
        return false;
    if (s.len == 0 || is_word(s))
        return true;
    size_t sign = s.ptr[0] == '-' || s.ptr[0] == '+';
    if (sign && (all_in(s, 1, "0123456789_") || /* ruamel reads "-_1" as a number */
                 (s.len > 1 && s.ptr[1] == '.' && is_word(str_slice(s, 1, s.len)))))
        return true;
    return is_based_number(s, sign) || is_decimal_number(s, sign) || is_timestamp(s);
}

/* What text holds, in one look: a set of these. */
enum trait {
    ESCAPED = 1,  /* characters that only double quotes can hold */
    NEWLINE = 2,
    TAB = 4,
    QUOTE = 8,    /* or backslash */
    FLOW = 16,    /* , [ ] { } and what else has a meaning inside [ ] */
    COMMENT = 32, /* " #"; ": " and ":" at the end, which make a key */
    UNCLEAR = 64, /* of a byte: what it is depends on its neighbours */
};

static const unsigned char traits[256] = {
    [0 ... 8] = ESCAPED,    ['\t'] = TAB,           ['\n'] = NEWLINE, [0xb ... 0x1f] = ESCAPED,
    ['"'] = QUOTE,          ['\\'] = QUOTE,         [0x7f] = ESCAPED, [0x80 ... 0xff] = UNCLEAR,
    ['#'] = FLOW | UNCLEAR, [':'] = FLOW | UNCLEAR, [','] = FLOW,     ['?'] = FLOW,
    ['['] = FLOW,           [']'] = FLOW,           ['{'] = FLOW,     ['}'] = FLOW,
};

static bool is_unprintable(struct str s, size_t i, unsigned n) {
    unsigned char c = (unsigned char)s.ptr[i], d = n > 1 ? (unsigned char)s.ptr[i + 1] : 0;
    if (n == 1)
        return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    if (n == 2)
        return c == 0xc2 && d < 0xa0; /* C1 controls and the NEL line break */
    if (n == 3) {
        unsigned char e = (unsigned char)s.ptr[i + 2];
        return (c == 0xe2 && d == 0x80 && (e == 0xa8 || e == 0xa9)) || /* LS, PS */
               (c == 0xef && d == 0xbb && e == 0xbf) ||                /* BOM */
               (c == 0xef && d == 0xbf && (e == 0xbe || e == 0xbf));
    }
    return n == 0;
}

static unsigned scan(struct str s) {
    unsigned found = 0;
    for (size_t i = 0; i < s.len; i++)
        found |= traits[(unsigned char)s.ptr[i]];
    for (size_t i = 0; found & UNCLEAR && i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (!(traits[c] & UNCLEAR))
            continue;
        unsigned n = utf8_length(s, i);
        if (is_unprintable(s, i, n))
            found |= ESCAPED;
        if ((c == '#' && i > 0 && s.ptr[i - 1] == ' ') ||
            (c == ':' && (i + 1 == s.len || s.ptr[i + 1] == ' ')))
            found |= COMMENT;
        i += n ? n - 1 : 0;
    }
    return found;
}

static bool starts_like_syntax(struct str s) {
    char c = s.ptr[0];
    if (strchr(",[]{}#&*!|>'\"%@`?: ", c))
        return true;
    bool alone = s.len == 1 || s.ptr[1] == ' ';
    bool marker = str_starts(s, STR("---")) || str_starts(s, STR("..."));
    return (c == '-' && alone) || (marker && (s.len == 3 || s.ptr[3] == ' '));
}

/* A literal block keeps every line, but a reader may strip lines of blanks at its end. */
static bool fits_block(struct str s) {
    size_t i = 0;
    while (i < s.len && s.ptr[i] == '\n')
        i++;
    size_t end = s.len;
    while (end > 0 && s.ptr[end - 1] == '\n')
        end--;
    return i < s.len && end > 0 && s.ptr[end - 1] != ' ' && s.ptr[end - 1] != '\t';
}

enum scalar_style scalar_style(struct str s, bool in_flow) {
    if (s.len == 0)
        return SCALAR_DOUBLE;
    unsigned found = scan(s);
    if (found & ESCAPED)
        return SCALAR_DOUBLE;
    if (found & NEWLINE)
        return !in_flow && fits_block(s) ? SCALAR_BLOCK : SCALAR_DOUBLE;
    if (found & TAB)
        return SCALAR_DOUBLE;
    if (!starts_like_syntax(s) && s.ptr[s.len - 1] != ' ' && !(found & COMMENT) &&
        !(in_flow && (found & FLOW || s.ptr[0] == '-')) && !scalar_is_resolved(s))
        return SCALAR_PLAIN;
    return found & QUOTE ? SCALAR_SINGLE : SCALAR_DOUBLE;
}

static void print_escape(struct buf *out, struct str s, size_t i, unsigned n) {
    static const char short_forms[] = "\"\"\\\\\nn\tt\rr\bb\ff";
    unsigned char c = (unsigned char)s.ptr[i], next = n > 1 ? (unsigned char)s.ptr[i + 1] : 0;
    const char *at = n == 1 && c ? strchr(short_forms, c) : NULL;
    if (n == 0) {
        buf_c(out, "\xef\xbf\xbd"); /* not UTF-8: the replacement character */
    } else if (at) {
        buf_char(out, '\\');
        buf_char(out, at[1]);
    } else {
        unsigned last = n == 3 ? (unsigned char)s.ptr[i + 2] : 0;
        buf_printf(out, "\\u%04x",
                   n == 1   ? c
                   : n == 2 ? (c & 0x1fu) << 6 | (next & 0x3fu)
                            : (c & 0x0fu) << 12 | (next & 0x3fu) << 6 | (last & 0x3fu));
    }
}

void scalar_print_escaped(struct buf *out, struct str s, bool yaml) {
    size_t plain = 0; /* from here to i nothing is escaped */
    for (size_t i = 0; i < s.len;) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            i++;
            continue;
        }
        unsigned n = utf8_length(s, i);
        if (n <= 1 || (yaml && is_unprintable(s, i, n))) {
            buf_str(out, str_slice(s, plain, i));
            print_escape(out, s, i, n);
            plain = i + (n ? n : 1);
        }
        i += n ? n : 1;
    }
    buf_str(out, str_slice(s, plain, s.len));
}

void scalar_print(struct buf *out, struct str s, enum scalar_style style) {
    switch (style) {
    case SCALAR_PLAIN:
        buf_str(out, s);
        break;
    case SCALAR_SINGLE:
        buf_char(out, '\'');
        for (size_t i = 0; i < s.len; i++) {
            buf_char(out, s.ptr[i]);
            if (s.ptr[i] == '\'')
                buf_char(out, '\'');
        }
        buf_char(out, '\'');
        break;
    default:
        buf_char(out, '"');
        scalar_print_escaped(out, s, true);
        buf_char(out, '"');
    }
}
