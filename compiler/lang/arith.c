#include "lang/compile.h"

/* Operators on known numbers, and on the texts and lists that `+` joins. */

static struct value *arithmetic_error(struct lang *l, struct span span, const char *text) {
    diag_add(l->diags, RULE_ARITHMETIC, span, "%s", text);
    return value_error(l);
}

/* Decimal numbers as scaled integers: 1.5 is 15 and one digit behind the point. */
struct decimal {
    int64_t digits;
    unsigned scale;
};

static bool to_decimal(struct str s, struct decimal *out) {
    size_t point = str_find_char(s, '.', 0);
    char digits[24];
    if (s.len > 20)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        if (i != point)
            digits[n++] = s.ptr[i];
    out->scale = point < s.len ? (unsigned)(s.len - point - 1) : 0;
    return str_to_int((struct str){digits, n}, &out->digits);
}

static bool align(struct decimal *a, struct decimal *b) {
    while (a->scale < b->scale) {
        if (__builtin_mul_overflow(a->digits, 10, &a->digits))
            return false;
        a->scale++;
    }
    return a->scale == b->scale || align(b, a);
}

static struct value *from_decimal(struct lang *l, struct decimal d) {
    while (d.scale && d.digits % 10 == 0)
        d.digits /= 10, d.scale--;
    if (d.scale == 0)
        return value_int(l->values, d.digits);
    int64_t power = 1;
    for (unsigned i = 0; i < d.scale; i++)
        power *= 10;
    int64_t rest = d.digits % power;
    return value_number(l->values, str_printf(l->arena, "%s%lld.%0*lld",
                                              d.digits < 0 && d.digits / power == 0 ? "-" : "",
                                              (long long)(d.digits / power), (int)d.scale,
                                              (long long)(rest < 0 ? -rest : rest)));
}

static bool calculate(enum token_kind op, struct decimal a, struct decimal b, struct decimal *out) {
    if (op != TOK_STAR && !align(&a, &b))
        return false;
    *out = (struct decimal){0, a.scale};
    switch (op) {
    case TOK_PLUS:
        return !__builtin_add_overflow(a.digits, b.digits, &out->digits);
    case TOK_MINUS:
        return !__builtin_sub_overflow(a.digits, b.digits, &out->digits);
    case TOK_STAR:
        out->scale = a.scale + b.scale;
        return out->scale <= 18 && !__builtin_mul_overflow(a.digits, b.digits, &out->digits);
    case TOK_PERCENT:
        out->digits = b.digits == -1 ? 0 : a.digits % b.digits;
        return true;
    default:
        if (b.digits == -1 && a.digits == INT64_MIN)
            return false;
        out->scale = 0;
        if (a.digits % b.digits == 0) {
            out->digits = a.digits / b.digits;
            return true;
        }
        for (out->scale = 0; out->scale < 9; out->scale++)
            if (__builtin_mul_overflow(a.digits, 10, &a.digits))
                return false;
        out->digits = a.digits / b.digits;
        return true;
    }
}

static const char *const unit_names[] = {"", "ms", "s", "m", "h", "d", "B", "KB", "MB", "GB"};

/* Brings b to a's unit; false when the two can't meet. */
static bool meet_units(struct lang *l, struct value **a, struct value **b) {
    if ((*a)->unit == (*b)->unit)
        return true;
    bool a_time, b_time;
    double fa = unit_factor((*a)->unit, &a_time), fb = unit_factor((*b)->unit, &b_time);
    if (fa == 0 || fb == 0 || a_time != b_time)
        return false;
    struct value **coarse = fa > fb ? a : b;
    const struct value *fine = fa > fb ? *b : *a;
    int64_t n;
    double ratio = fa > fb ? fa / fb : fb / fa;
    if (!value_to_int(*coarse, &n) || __builtin_mul_overflow(n, (int64_t)ratio, &n))
        return false;
    *coarse = value_int(l->values, n);
    (*coarse)->unit = fine->unit;
    return true;
}

struct value *eval_arithmetic(struct lang *l, const struct node *n, struct value *a,
                              struct value *b) {
    enum token_kind op = n->op;
    if (op == TOK_PLUS && a->kind != VAL_NUMBER && b->kind != VAL_NUMBER) {
        if (a->kind == VAL_LIST && b->kind == VAL_LIST) {
            struct value *out = value_copy_shallow(l->values, a);
            for (uint32_t i = 0; i < b->count; i++)
                value_push(l->values, out, b->items[i]);
            return out;
        }
        struct value *x = to_text(l, a, n->span), *y = to_text(l, b, n->span);
        return is_error(x) || is_error(y) ? value_error(l) : concat(l, x, y);
    }
    if (!need_known(l, a, n->span, "arithmetic") || !need_known(l, b, n->span, "arithmetic"))
        return value_error(l);
    struct decimal x, y, out;
    if (a->kind != VAL_NUMBER || b->kind != VAL_NUMBER || !to_decimal(a->text, &x) ||
        !to_decimal(b->text, &y)) {
        diag_add(l->diags, RULE_VALUE_TYPE, n->span, "'%s' takes two numbers, found %s and %s",
                 op == TOK_PLUS    ? "+"
                 : op == TOK_MINUS ? "-"
                 : op == TOK_STAR  ? "*"
                 : op == TOK_SLASH ? "/"
                                   : "%",
                 describe_value(a), describe_value(b));
        return value_error(l);
    }
    bool sum = op == TOK_PLUS || op == TOK_MINUS;
    if (sum ? !meet_units(l, &a, &b) : a->unit && b->unit) {
        diag_add(l->diags, RULE_MISSING_UNIT, n->span, "%s%s and %s%s don't go together",
                 str_cstr(l->arena, a->text), unit_names[a->unit], str_cstr(l->arena, b->text),
                 unit_names[b->unit]);
        return value_error(l);
    }
    if (sum)
        to_decimal(a->text, &x), to_decimal(b->text, &y);
    if ((op == TOK_SLASH || op == TOK_PERCENT) && y.digits == 0)
        return arithmetic_error(l, n->span, "this divides by zero");
    if (!calculate(op, x, y, &out))
        return arithmetic_error(l, n->span, "the result is too large for a number");
    struct value *result = from_decimal(l, out);
    result->unit = a->unit ? a->unit : b->unit;
    return result;
}

struct value *eval_comparison(struct lang *l, const struct node *n, struct value *a,
                                     struct value *b) {
    if (!need_known(l, a, n->span, "a comparison by size") ||
        !need_known(l, b, n->span, "a comparison by size"))
        return value_error(l);
    int c;
    struct decimal x, y;
    if (a->kind == VAL_STRING && b->kind == VAL_STRING) {
        c = str_cmp(a->text, b->text);
    } else if (a->kind == VAL_NUMBER && b->kind == VAL_NUMBER && meet_units(l, &a, &b) &&
               to_decimal(a->text, &x) && to_decimal(b->text, &y) && align(&x, &y)) {
        c = (x.digits > y.digits) - (x.digits < y.digits);
    } else {
        diag_add(l->diags, RULE_VALUE_TYPE, n->span, "%s and %s can't be compared by size",
                 describe_value(a), describe_value(b));
        return value_error(l);
    }
    bool truth = n->op == TOK_LESS            ? c < 0
                 : n->op == TOK_LESS_EQUAL    ? c <= 0
                 : n->op == TOK_GREATER       ? c > 0
                                              : c >= 0;
    return value_bool(l->values, truth);
}

struct value *value_in_unit(struct lang *l, const struct value *x, enum unit to) {
    bool is_time;
    double from = unit_factor((enum unit)x->unit, &is_time), target = unit_factor(to, &is_time);
    struct decimal number, out;
    struct decimal up = {(int64_t)(from >= target ? from / target + 0.5 : 1), 0};
    struct decimal down = {(int64_t)(from < target ? target / from + 0.5 : 1), 0};
    if (!to_decimal(x->text, &number) || !calculate(TOK_STAR, number, up, &out) ||
        !calculate(TOK_SLASH, out, down, &out))
        return NULL;
    struct value *in = from_decimal(l, out);
    in->unit = to;
    return in;
}
