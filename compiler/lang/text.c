#include "lang/compile.h"

#include <stdarg.h>

#include "base/limits.h"

static bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct str camel(struct arena *a, struct str name) {
    char *out = arena_alloc(a, name.len + 1, 1);
    size_t len = 0;
    bool up = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!is_alnum(c)) {
            up = true;
            continue;
        }
        out[len++] = up && c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
        up = false;
    }
    return (struct str){out, len};
}

/* Text that goes into an Fn::Sub template as it is. */
static void sub_literal(struct buf *b, struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        buf_char(b, s.ptr[i]);
        if (s.ptr[i] == '$' && i + 1 < s.len && s.ptr[i + 1] == '{') {
            buf_c(b, "{!");
            i++;
        }
    }
}

static void sub_append(struct lang *l, struct buf *b, struct value *vars, struct value *x) {
    struct str attribute = x->kind == VAL_GETATT ? value_text(value_at(x, 0)) : STR_NIL;
    if (value_is_scalar(x) && x->kind != VAL_BOOL) {
        sub_literal(b, x->text);
    } else if (x->kind == VAL_BOOL) {
        buf_c(b, x->truth ? "true" : "false");
    } else if (x->kind == VAL_REF) {
        buf_printf(b, "${%.*s}", STR_ARG(x->text));
    } else if (attribute.len) {
        buf_printf(b, "${%.*s.%.*s}", STR_ARG(x->text), STR_ARG(attribute));
    } else if (x->kind == VAL_SUB && x->count == 0) {
        buf_str(b, x->text);
    } else {
        struct str name = str_printf(l->arena, "v%u", vars->count + 1);
        for (uint32_t i = 0; i < vars->count; i++)
            if (value_equal(vars->members[i].value, x))
                name = vars->members[i].key;
        if (!value_has(vars, name))
            value_put(l->values, vars, name, x);
        buf_printf(b, "${%.*s}", STR_ARG(name));
    }
}

struct value *concat(struct lang *l, struct value *a, struct value *b) {
    if (a->kind == VAL_STRING && a->text.len == 0 && b->kind != VAL_NUMBER && b->kind != VAL_BOOL)
        return b;
    if (b->kind == VAL_STRING && b->text.len == 0 && a->kind != VAL_NUMBER && a->kind != VAL_BOOL)
        return a;
    struct value *out;
    if (value_is_scalar(a) && value_is_scalar(b)) {
        struct str x = a->kind == VAL_BOOL ? (a->truth ? STR("true") : STR("false")) : a->text;
        struct str y = b->kind == VAL_BOOL ? (b->truth ? STR("true") : STR("false")) : b->text;
        if (x.len + y.len > LIMIT_STRING_BYTES) {
            diag_add(l->diags, RULE_LIMIT, l->values->place.span, "a string grows over %d bytes",
                     LIMIT_STRING_BYTES);
            return value_error(l);
        }
        out = value_string(l->values, str_concat(l->arena, x, y));
    } else {
        struct buf text;
        buf_init(&text, l->arena, LIMIT_STRING_BYTES);
        struct value *vars = value_map(l->values);
        if (a->kind == VAL_SUB && a->count) {
            buf_str(&text, a->text);
            vars = value_copy_shallow(l->values, a->items[0]);
        } else {
            sub_append(l, &text, vars, a);
        }
        sub_append(l, &text, vars, b);
        out = value_sub(l->values, buf_view(&text), vars->count ? vars : NULL);
    }
    out->flags |= (a->flags | b->flags) & VALUE_SECRET;
    return out;
}

static struct value *no_text(struct lang *l, struct value *x, struct span span) {
    struct thing *t = thing_of(x);
    struct diag *d;
    if (t && !t->is_collection) {
        d = diag_add(l->diags, RULE_VALUE_TYPE, span, "'%.*s' is %s %s, not a string",
                     STR_ARG(t->name), t->is_resource ? "a" : kind_article(t->kind),
                     t->is_resource ? "resource" : kinds[t->kind].name);
        struct buf names;
        buf_init(&names, l->arena, 0);
        for (unsigned i = 0; i < alias_count; i++)
            if (aliases[i].kind == t->kind)
                buf_printf(&names, "%s'.%s'", names.len ? ", " : "", aliases[i].name);
        if (names.len)
            diag_help(l->diags, d, "say which text of it: %.*s", STR_ARG(buf_view(&names)));
    } else {
        bool list = is_list(l, x);
        d = diag_add(l->diags, RULE_VALUE_TYPE, span, "a string is needed, found %s",
                     list ? "a list" : describe_value(x));
        if (list)
            diag_help(l->diags, d, "join(\",\", ..) makes a text of it");
        if (value_is_null(x))
            diag_help(l->diags, d, "give what may be null a value: '?\? \"...\"'");
        if (t)
            diag_help(l->diags, d, "name one entry: %.*s[\"...\"]", STR_ARG(t->name));
    }
    return value_error(l);
}

struct value *to_text(struct lang *l, struct value *x, struct span span) {
    if (is_error(x))
        return x;
    struct thing *t = thing_of(x);
    if (t && t->is_resource && !t->is_collection)
        return value_ref(l->values, t->id);
    if (value_is_null(x) || t || is_list(l, x) || x->kind == VAL_MAP)
        return no_text(l, x, span);
    if (x->kind != VAL_BOOL && is_boolean(x)) {
        struct value *p = value_at(x, 0);
        if (x->kind == VAL_EQUALS && p->kind == VAL_REF && value_is_c(value_at(x, 1), "true"))
            return p; /* a bool param */
        return logic_if(l, x, value_c(l->values, "true"), value_c(l->values, "false"));
    }
    return x;
}

struct value *sub(struct lang *l, const char *format, ...) {
    struct buf b;
    buf_init(&b, l->arena, LIMIT_STRING_BYTES);
    struct value *vars = value_map(l->values);
    va_list args;
    va_start(args, format);
    for (const char *p = format; *p; p++) {
        if (*p != '%') {
            buf_char(&b, *p);
            continue;
        }
        p++;
        if (*p == 's') {
            buf_c(&b, va_arg(args, const char *));
        } else if (*p == 'S') {
            buf_str(&b, *va_arg(args, struct str *));
        } else if (*p == 'v') {
            sub_append(l, &b, vars, va_arg(args, struct value *));
        } else {
            buf_char(&b, *p);
        }
    }
    va_end(args);
    struct str text = buf_view(&b);
    if (str_find(text, STR("${"), 0) == text.len)
        return value_string(l->values, text);
    return value_sub(l->values, text, vars->count ? vars : NULL);
}
