#include "iam/compare.h"

#include <string.h>

static enum match yes(bool truth) {
    return truth ? MATCH_YES : MATCH_NO;
}

/* ---- texts ---------------------------------------------------------------------------------- */

/* Asterisks and question marks as themselves. */
static struct arn without_wildcards(const struct holes *h, struct arn x) {
    struct arn out = {0};
    for (uint32_t i = 0; i < x.count; i++) {
        uint32_t c = x.items[i];
        vec_push(h->arena, &out, c == ARN_STAR ? '*' : c == ARN_ONE ? '?' : c);
    }
    return out;
}

static struct arn lower(const struct holes *h, struct arn x) {
    struct arn out = {0};
    for (uint32_t i = 0; i < x.count; i++) {
        uint32_t c = x.items[i];
        vec_push(h->arena, &out, c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return out;
}

static enum match string_equals(const struct holes *h, struct arn wanted, struct arn given) {
    return arn_match_text(h, without_wildcards(h, wanted), given);
}

static enum match string_equals_nocase(const struct holes *h, struct arn wanted, struct arn given) {
    return arn_match_text(h, lower(h, without_wildcards(h, wanted)), lower(h, given));
}

static enum match string_like(const struct holes *h, struct arn wanted, struct arn given) {
    return arn_match_text(h, wanted, given);
}

/* Part by part, so that an asterisk alone is no ARN. */
static enum match arn_like(const struct holes *h, struct arn wanted, struct arn given) {
    uint32_t colons = 0, unknown = 0;
    for (uint32_t i = 0; i < wanted.count; i++) {
        colons += wanted.items[i] == ':';
        unknown += wanted.items[i] >= ARN_HOLE;
    }
    if (colons < 5)
        return unknown ? MATCH_MAYBE : MATCH_NO;
    colons = 0;
    for (uint32_t i = 0; i < given.count; i++)
        colons += given.items[i] == ':';
    return colons < 5 ? MATCH_NO : arn_match(h, wanted, given);
}

/* The text of a value in which nothing is unknown; nil otherwise. */
static struct str text_of(const struct holes *h, struct arn x) {
    for (uint32_t i = 0; i < x.count; i++)
        if (x.items[i] >= ARN_HOLE)
            return STR_NIL;
    struct str text = arn_text(h->arena, h, x);
    return text.ptr ? text : STR("");
}

static bool parse_bool(struct str s, bool *out) {
    *out = str_eq_nocase(s, STR("true"));
    return *out || str_eq_nocase(s, STR("false"));
}

static enum match bool_equals(const struct holes *h, struct arn wanted, struct arn given) {
    struct str x = text_of(h, wanted), y = text_of(h, given);
    bool a, b;
    if (!x.ptr || !y.ptr)
        return MATCH_MAYBE;
    return yes(parse_bool(x, &a) && parse_bool(y, &b) && a == b);
}

/* ---- numbers and dates ------------------------------------------------------------------- */

/* A decimal number as whole part and billionths, so that none is rounded. */
struct decimal {
    int64_t whole, part;
};

static bool digits(struct str *s, unsigned most, int64_t *out) {
    size_t n = 0;
    *out = 0;
    while (n < s->len && n < most && s->ptr[n] >= '0' && s->ptr[n] <= '9')
        *out = *out * 10 + (s->ptr[n++] - '0');
    *s = str_slice(*s, n, s->len);
    return n > 0;
}

static bool take(struct str *s, char c) {
    bool has = s->len && s->ptr[0] == c;
    if (has)
        *s = str_slice(*s, 1, s->len);
    return has;
}

/* Billionths after a point. */
static bool fraction(struct str *s, int64_t *out) {
    size_t before = s->len;
    if (!digits(s, 9, out))
        return false;
    for (size_t n = before - s->len; n < 9; n++)
        *out *= 10;
    int64_t rest;
    digits(s, 18, &rest);
    return true;
}

static bool parse_number(struct str s, struct decimal *out) {
    bool negative = take(&s, '-');
    *out = (struct decimal){0, 0};
    if (!digits(&s, 18, &out->whole) || (take(&s, '.') && !fraction(&s, &out->part)))
        return false;
    if (negative)
        *out = (struct decimal){-out->whole, -out->part};
    return s.len == 0;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool parse_time(struct str *s, int64_t *seconds, int64_t *part) {
    int64_t hour, minute, second = 0, zone_hour = 0, zone_minute = 0;
    if (!digits(s, 2, &hour) || !take(s, ':') || !digits(s, 2, &minute))
        return false;
    if (take(s, ':') && (!digits(s, 2, &second) || (take(s, '.') && !fraction(s, part))))
        return false;
    bool east = s->len && s->ptr[0] == '+', zoned = take(s, '+') || take(s, '-');
    if (!take(s, 'Z') &&
        (!zoned || !digits(s, 2, &zone_hour) || !take(s, ':') || !digits(s, 2, &zone_minute)))
        return false;
    *seconds = hour * 3600 + minute * 60 + second +
               (zone_hour * 3600 + zone_minute * 60) * (east ? -1 : 1);
    return hour < 24 && minute < 60 && second < 61;
}

/* ISO 8601 as of https://www.w3.org/TR/NOTE-datetime, or seconds since 1970. */
static bool parse_date(struct str s, struct decimal *out) {
    int64_t year, month = 1, day = 1, seconds = 0, part = 0;
    struct str rest = s;
    bool is_year =
        digits(&rest, 4, &year) && s.len - rest.len == 4 && (!rest.len || rest.ptr[0] == '-');
    if (!is_year)
        return parse_number(s, out);
    if (take(&rest, '-') &&
        (!digits(&rest, 2, &month) || (take(&rest, '-') && !digits(&rest, 2, &day))))
        return false;
    if (take(&rest, 'T') && !parse_time(&rest, &seconds, &part))
        return false;
    *out = (struct decimal){days_of(year, month, day) * 86400 + seconds, part};
    return rest.len == 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

typedef bool parser(struct str, struct decimal *);

/* -1, 0, 1: how the request's value stands to the policy's; 2: one of them is none; 3: not
   known. */
static int order(const struct holes *h, struct arn wanted, struct arn given, parser *parse) {
    struct str x = text_of(h, wanted), y = text_of(h, given);
    struct decimal a, b;
    if (!x.ptr || !y.ptr)
        return 3;
    if (!parse(x, &a) || !parse(y, &b))
        return 2;
    if (a.whole != b.whole)
        return b.whole < a.whole ? -1 : 1;
    return (b.part > a.part) - (b.part < a.part);
}

#define ORDERED(name, parse, test)                                                                 \
    static enum match name(const struct holes *h, struct arn wanted, struct arn given) {           \
        int o = order(h, wanted, given, parse);                                                    \
        return o == 3 ? MATCH_MAYBE : yes(o < 2 && (test));                                        \
    }
ORDERED(number_equals, parse_number, o == 0)
ORDERED(number_less, parse_number, o < 0)
ORDERED(number_less_equals, parse_number, o <= 0)
ORDERED(number_greater, parse_number, o > 0)
ORDERED(number_greater_equals, parse_number, o >= 0)
ORDERED(date_equals, parse_date, o == 0)
ORDERED(date_less, parse_date, o < 0)
ORDERED(date_less_equals, parse_date, o <= 0)
ORDERED(date_greater, parse_date, o > 0)
ORDERED(date_greater_equals, parse_date, o >= 0)

/* ---- addresses --------------------------------------------------------------------------- */

struct address {
    unsigned char bytes[16];
    unsigned size, bits; /* 4 or 16; of the prefix */
};

static bool parse_v4(struct str *s, unsigned char *out) {
    for (int i = 0; i < 4; i++) {
        int64_t n;
        if ((i && !take(s, '.')) || !digits(s, 3, &n) || n > 255)
            return false;
        out[i] = (unsigned char)n;
    }
    return true;
}

static bool group_of(struct str *s, unsigned *out) {
    size_t n = 0;
    *out = 0;
    for (; n < s->len && n < 4; n++) {
        char c = s->ptr[n];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            break;
        *out = *out * 16 + (unsigned)digit;
    }
    *s = str_slice(*s, n, s->len);
    return n > 0;
}

static bool parse_v6(struct str *s, unsigned char out[16]) {
    unsigned groups[8] = {0}, count = 0, gap = 8;
    if (s->len > 1 && s->ptr[0] == ':' && s->ptr[1] == ':') {
        gap = 0;
        *s = str_slice(*s, 2, s->len);
    }
    while (count < 8 && s->len && s->ptr[0] != '/') {
        if (count && gap != count && !take(s, ':'))
            return false;
        if (gap == 8 && count && take(s, ':')) {
            gap = count;
            continue;
        }
        if (!group_of(s, &groups[count++]))
            return false;
    }
    if (gap == 8 ? count != 8 : count > 7)
        return false;
    for (unsigned i = 0; i < 8; i++) {
        unsigned skipped = 8 - count, from = i < gap ? i : i - skipped;
        unsigned g = i >= gap && i < gap + skipped ? 0 : groups[from];
        out[2 * i] = (unsigned char)(g >> 8);
        out[2 * i + 1] = (unsigned char)g;
    }
    return true;
}

static bool parse_address(struct str s, struct address *out) {
    *out = (struct address){.size = str_has(s, ':') ? 16 : 4};
    if (out->size == 16 ? !parse_v6(&s, out->bytes) : !parse_v4(&s, out->bytes))
        return false;
    int64_t bits = out->size * 8;
    if (take(&s, '/') && !digits(&s, 3, &bits))
        return false;
    out->bits = (unsigned)bits;
    return s.len == 0 && bits <= out->size * 8;
}

static enum match address_in(const struct holes *h, struct arn wanted, struct arn given) {
    struct str x = text_of(h, wanted), y = text_of(h, given);
    struct address range, one;
    if (!x.ptr || !y.ptr)
        return MATCH_MAYBE;
    if (!parse_address(x, &range) || !parse_address(y, &one) || range.size != one.size)
        return MATCH_NO;
    for (unsigned i = 0; i < range.bits; i++)
        if ((range.bytes[i / 8] ^ one.bytes[i / 8]) >> (7 - i % 8) & 1)
            return MATCH_NO;
    return MATCH_YES;
}

/* ---- the table ---------------------------------------------------------- */

const struct comparison_row *compare_find(struct str name) {
    static const struct comparison_row rows[] = {
        {"StringEquals", false, string_equals},
        {"StringNotEquals", true, string_equals},
        {"StringEqualsIgnoreCase", false, string_equals_nocase},
        {"StringNotEqualsIgnoreCase", true, string_equals_nocase},
        {"StringLike", false, string_like},
        {"StringNotLike", true, string_like},
        {"ArnEquals", false, arn_like},
        {"ArnNotEquals", true, arn_like},
        {"ArnLike", false, arn_like},
        {"ArnNotLike", true, arn_like},
        {"NumericEquals", false, number_equals},
        {"NumericNotEquals", true, number_equals},
        {"NumericNotEquals", true, number_equals},
        {"NumericLessThan", false, number_less},
        {"NumericLessThanEquals", false, number_less_equals},
        {"NumericGreaterThan", false, number_greater},
        {"NumericGreaterThanEquals", false, number_greater_equals},
        {"DateEquals", false, date_equals},
        {"DateNotEquals", true, date_equals},
        {"DateLessThan", false, date_less},
        {"DateLessThanEquals", false, date_less_equals},
        {"DateGreaterThan", false, date_greater},
        {"DateGreaterThanEquals", false, date_greater_equals},
        {"Bool", false, bool_equals},
        {"BinaryEquals", false, string_equals},
        {"IpAddress", false, address_in},
        {"NotIpAddress", true, address_in},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_eq_nocase(name, str_from(rows[i].name)))
            return &rows[i];
    return NULL;
}
