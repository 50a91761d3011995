/* Lambda's handlers: functions of zip code without one, and those that their code hasn't.
   https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html */
#include "passes/check.h"

/* ---- what zip code needs ------------------------------------------------------------------ */

static bool is_zip(const struct value *code) {
    return code->kind == VAL_STRING ||
           (check_is_closed(code) && (value_has(code, STR("ZipFile")) ||
                                      value_has(code, STR("S3Bucket"))));
}

static void check_needs(struct check *c, const struct resource *r) {
    static const char *const needed[] = {"Handler", "Runtime"};
    const struct value *code = property(r, "Code");
    if (!check_is_closed(r->properties) || !is_absent(property(r, "PackageType")) || !is_zip(code))
        return;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        bool said = i == 1 && value_has(code, STR("ZipFile")); /* by inline-code */
        if (is_absent(property(r, needed[i])) && !said)
            check_report(c, RULE_MISSING_PROPERTY, r, NULL,
                         "%s is missing, which a function of zip code needs", needed[i]);
    }
}

/* ---- what the handler names --------------------------------------------------------------- */

static bool is_word_char(char ch) {
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           ch == '_' || ch == '$';
}

static bool has_name(struct str code, struct str name) {
    for (size_t at = str_find(code, name, 0); at < code.len; at = str_find(code, name, at + 1)) {
        size_t end = at + name.len;
        if ((at == 0 || !is_word_char(code.ptr[at - 1])) &&
            (end == code.len || !is_word_char(code.ptr[end])))
            return true;
    }
    return false;
}

/* Whether code may have names that don't stand in it. */
static bool takes_over(struct str code) {
    static const char *const ways[] = {"import *", "globals(", "setattr", "__getattr__", "exec(",
                                       "exports=", "exports =", "exports[", "export *", "assign("};
    if (str_has(code, TEXT_HOLE))
        return true;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (str_find(code, str_from(ways[i]), 0) < code.len)
            return true;
    return false;
}

/* Text that defines nothing stands in for code that is to come. */
static bool defines(struct str code) {
    return str_find(code, STR("def "), 0) < code.len || str_find(code, STR("export"), 0) < code.len;
}

static void check_inline_handler(struct check *c, const struct resource *r, struct str code) {
    const struct value *at = property(r, "Handler");
    struct str name, handler = check_text(c, at), file = str_split(handler, '.', &name);
    if (!handler.len || !defines(code))
        return;
    if (!str_is(file, "index")) {
        struct diag *d =
            check_report(c, RULE_INLINE_CODE, r, at,
                         "the handler is '%.*s', but code in the template is in the file 'index'",
                         STR_ARG(handler));
        diag_help(c->diags, d, "a handler is index and the name of a function, with a dot between");
        return;
    }
    name = str_split(name, '.', &file);
    if (name.len && !takes_over(code) && !has_name(code, name))
        check_report(c, RULE_INLINE_CODE, r, at,
                     "the handler is '%.*s', but the code has no '%.*s'", STR_ARG(handler),
                     STR_ARG(name));
}

static void check_handler(struct check *c, const struct resource *r) {
    const struct value *source = value_get_c(property(r, "Code"), "ZipFile");
    struct str runtime = check_text(c, property(r, "Runtime"));
    bool is_script = str_starts(runtime, STR("python")) || str_starts(runtime, STR("nodejs"));
    if (!is_script || !is_absent(property(r, "Layers"))) /* a layer may bring its own handler */
        return;
    struct str handler = check_text(c, property(r, "Handler"));
    if (!is_absent(source))
        check_inline_handler(c, r, view_text(&c->view, source).pattern);
    else if (handler.len && !str_has(handler, '.'))
        check_report(c, RULE_PROPERTY_PATTERN, r, property(r, "Handler"),
                     "the handler is '%.*s', expected a file and a function with a dot between",
                     STR_ARG(handler));
}

void check_handlers(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::Lambda::Function");
    for (uint32_t i = 0; i < list->items.count; i++) {
        check_needs(c, list->items.items[i]);
        check_handler(c, list->items.items[i]);
    }
}
