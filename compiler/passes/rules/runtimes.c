/* Lambda's runtimes: unknown, past their support, past their creation. The dates are compared with the
   date of the tables, never with today's, so that one input gives one result.
   https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
#include "passes/check.h"

/* "python3.13" and "python3.15" differ in digits alone: newer, not misspelt. */
static bool is_other_version(struct str a, struct str b) {
    size_t i = 0, j = 0;
    for (;;) {
        size_t from_a = i, from_b = j;
        while (i < a.len && a.ptr[i] >= '0' && a.ptr[i] <= '9')
            i++;
        while (j < b.len && b.ptr[j] >= '0' && b.ptr[j] <= '9')
            j++;
        if ((i == from_a) != (j == from_b))
            return false;
        if (i == a.len || j == b.len)
            return i == a.len && j == b.len;
        if (a.ptr[i++] != b.ptr[j++])
            return false;
    }
}

static void report_unknown(struct check *c, const struct resource *r, const struct value *x) {
    struct schema_runtime_id near = schema_runtime_nearest(c->schema, x->text);
    struct str date = schema_date(c->schema);
    for (uint32_t i = 0; i < schema_runtime_count(c->schema); i++) {
        struct str known = schema_runtime_name(c->schema, schema_runtime_at(c->schema, i));
        if (!is_other_version(x->text, known))
            continue;
        check_report(c, RULE_RUNTIME_NEW, r, x, "runtime '%.*s' isn't in the tables of %.*s",
                     STR_ARG(x->text), STR_ARG(date));
        return;
    }
    struct diag *d = check_report(c, RULE_RUNTIME_UNKNOWN, r, x, "there is no runtime '%.*s'",
                                  STR_ARG(x->text));
    check_suggest(c, d, x->text, schema_runtime_name(c->schema, near));
}

static bool is_past(struct check *c, struct schema_runtime_id runtime,
                    enum schema_runtime_event event, struct str *date) {
    *date = schema_runtime_date(c->schema, runtime, event);
    return date->len && str_cmp(*date, schema_date(c->schema)) <= 0;
}

static void check_runtime(struct check *c, const struct resource *r, const struct possible *p) {
    const struct value *x = p->value;
    if (x->kind != VAL_STRING || !value_is_known(x))
        return;
    struct schema_runtime_id runtime = schema_runtime_find(c->schema, x->text);
    struct str date, next;
    struct diag *d;
    if (!runtime.n) {
        report_unknown(c, r, x);
        return;
    }
    next = schema_runtime_name(c->schema, schema_runtime_successor(c->schema, runtime));
    if (is_past(c, runtime, SCHEMA_RUNTIME_BLOCK_CREATE, &date))
        d = check_report(c, RULE_RUNTIME_BLOCKED, r, x,
                         "no function can be created with %.*s since %.*s", STR_ARG(x->text),
                         STR_ARG(date));
    else if (is_past(c, runtime, SCHEMA_RUNTIME_DEPRECATED, &date))
        d = check_report(c, RULE_RUNTIME_DEPRECATED, r, x, "%.*s is without support since %.*s",
                         STR_ARG(x->text), STR_ARG(date));
    else
        return;
    if (next.len)
        diag_label(c->diags, d, "use %.*s", STR_ARG(next));
}

static void check_all(struct check *c, const char *type) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        struct possibles all = check_possible(c, r, property(r, "Runtime"));
        for (uint32_t j = 0; j < all.items.count; j++)
            check_runtime(c, r, &all.items.items[j]);
    }
}

void check_runtimes(struct check *c) {
    if (!schema_runtime_count(c->schema))
        return;
    check_all(c, "AWS::Lambda::Function");
    check_all(c, "AWS::Serverless::Function");
}
