/* Lambda's runtimes: unknown, past their support, past their creation, and what some can't do. The dates are compared with the
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

/* ---- what a runtime can't do -------------------------------------------------------------- */

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html */
static void check_inline(struct check *c, const struct resource *r, const struct possible *p) {
    const struct value *code = property(r, resource_is(r, "AWS::Lambda::Function") ? "Code"
                                                                                  : "InlineCode");
    struct str runtime = value_text(p->value);
    bool is_inline = resource_is(r, "AWS::Lambda::Function") ? value_has(code, STR("ZipFile"))
                                                             : !value_is_null(code);
    if (!is_inline || !runtime.len || !value_is_known(p->value) || p->certainty == DEFAULT ||
        str_starts(runtime, STR("nodejs")) || str_starts(runtime, STR("python")))
        return;
    check_report(c, RULE_INLINE_CODE, r, p->value,
                 "code in the template runs with Node.js or Python only, not with %.*s",
                 STR_ARG(runtime));
}

/* Without a runtime nothing can be made of the text. */
static void check_inline_runtimes(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::Lambda::Function");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct member *code = value_member(property(r, "Code"), STR("ZipFile"));
        if (code && value_is_null(property(r, "Runtime")) && check_is_closed(r->properties) &&
            value_is_null(property(r, "PackageType")))
            check_report_span(c, RULE_INLINE_CODE, r, code->span,
                              "code in the template needs a Runtime");
    }
}

/* https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html: Java from 11, Python from 3.12, .NET
   from 8; what is newer than this is taken for supported. */
static bool lacks_snap_start(struct str runtime) {
    static const char *const old[] = {"nodejs",  "ruby",    "provided", "go1.x",   "dotnetcore",
                                      "dotnet5", "dotnet6", "dotnet7",  "java8",   "python2",
                                      "python3.6", "python3.7", "python3.8", "python3.9",
                                      "python3.10", "python3.11"};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        if (str_starts(runtime, str_from(old[i])))
            return true;
    return false;
}

static bool snaps(struct check *c, const struct resource *r) {
    return str_is(check_text(c, value_get_c(property(r, "SnapStart"), "ApplyOn")),
                  "PublishedVersions");
}

static void check_snap_start(struct check *c, const struct resource *r, const struct possible *p) {
    struct str runtime = value_text(p->value);
    if (!snaps(c, r) || !value_is_known(p->value) || p->certainty == DEFAULT ||
        !lacks_snap_start(runtime))
        return;
    check_report(c, RULE_SNAP_START, r, p->value, "%.*s has no SnapStart", STR_ARG(runtime));
}

static void check_snap_versions(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::Lambda::Function");
    const struct resource_vec *versions = check_type(c, "AWS::Lambda::Version");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        bool published = c->open || !snaps(c, r);
        for (uint32_t j = 0; !published && j < versions->items.count; j++) {
            const struct value *of = property(versions->items.items[j], "FunctionName");
            const struct resource *to = check_target(c, view_only(&c->view, of));
            published = to == r || !to; /* another stack's, or this one by a name */
        }
        if (!published)
            check_report(c, RULE_SNAP_START_VERSION, r, property(r, "SnapStart"),
                         "SnapStart is for published versions, but the template has none of '%.*s'",
                         STR_ARG(r->id));
    }
}

static void check_each(struct check *c, const char *type,
                       void (*each)(struct check *, const struct resource *,
                                    const struct possible *)) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        struct possibles all = check_possible(c, r, property(r, "Runtime"));
        for (uint32_t j = 0; j < all.items.count; j++)
            each(c, r, &all.items.items[j]);
    }
}

void check_runtimes(struct check *c) {
    check_each(c, "AWS::Lambda::Function", check_inline);
    check_each(c, "AWS::Serverless::Function", check_inline);
    check_each(c, "AWS::Lambda::Function", check_snap_start);
    check_snap_versions(c);
    check_inline_runtimes(c);
    if (!schema_runtime_count(c->schema))
        return;
    check_each(c, "AWS::Lambda::Function", check_runtime);
    check_each(c, "AWS::Serverless::Function", check_runtime);
}
