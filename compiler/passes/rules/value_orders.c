/* Pairs of numbers, a least and a greatest, in wrong order. */
#include <stdlib.h>

#include "passes/check.h"

static const struct pair {
    const char *type, *less, *more;
} pairs[] = {
#define ORDERED(type, less, more) {type, less, more},
#include "passes/rules/value_orders.def"
};

/* A known number, which may have a fraction, as capacities do. */
static bool number_of(struct check *c, const struct value *x, double *out) {
    char copy[32], *end;
    struct str text = check_text(c, x);
    if (!text.len || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    *out = strtod(copy, &end);
    return *end == '\0';
}

static const char *last_name(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

static void check_pair(struct check *c, const struct resource *r, const struct pair *p) {
    const struct value *less = view_at_path(&c->view, r->properties, p->less);
    const struct value *more = view_at_path(&c->view, r->properties, p->more);
    double a, b;
    if (!number_of(c, less, &a) || !number_of(c, more, &b) || a <= b)
        return;
    struct diag *d = check_report(c, RULE_VALUE_ORDER, r, less,
                                  "%s is %.15g, expected at most the %.15g of %s",
                                  last_name(p->less), a, b, last_name(p->more));
    diag_note(c->diags, d, more->span, "%s", last_name(p->more));
}

/* "the value must be less than or equal to the reserved concurrent executions of the function".
   https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html */
static void check_provisioned(struct check *c, const struct resource *r) {
    const struct value *at = view_at_path(
        &c->view, r->properties, "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions");
    const struct resource *function =
        check_target_of(c, property(r, "FunctionName"), "AWS::Lambda::Function");
    const struct value *reserved =
        function ? property(function, "ReservedConcurrentExecutions") : &value_nil;
    int64_t provisioned, all;
    if (!check_int(c, at, &provisioned) || !check_int(c, reserved, &all) || provisioned <= all)
        return;
    struct diag *d = check_report(c, RULE_VALUE_ORDER, r, at,
                                  "ProvisionedConcurrentExecutions is %lld, expected at most the "
                                  "%lld that '%.*s' reserves", (long long)provisioned,
                                  (long long)all, STR_ARG(function->id));
    diag_note(c->diags, d, reserved->span, "what it reserves");
}

void check_value_orders(struct check *c) {
    static const char *const provisioned[] = {"AWS::Lambda::Alias", "AWS::Lambda::Version"};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct resource_vec *list = check_type(c, pairs[i].type);
        for (uint32_t k = 0; k < list->items.count; k++)
            check_pair(c, list->items.items[k], &pairs[i]);
    }
    for (size_t i = 0; i < sizeof provisioned / sizeof *provisioned; i++) {
        const struct resource_vec *list = check_type(c, provisioned[i]);
        for (uint32_t k = 0; k < list->items.count; k++)
            check_provisioned(c, list->items.items[k]);
    }
}
