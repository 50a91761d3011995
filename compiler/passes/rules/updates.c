/* CreationPolicy and UpdatePolicy against what the resource's type takes. Rows: updates.def. Types
   without a row are left alone. */
#include "passes/check.h"

enum kind { OBJECT, BOOLEAN, INTEGER, STRING, LIST, DURATION, ANY };

static const struct row {
    const char *type, *attribute, *path;
    enum kind kind;
} rows[] = {
#define UPDATE(type, attribute, path, kind) {type, attribute, path, kind},
#include "passes/rules/updates.def"
};

static const char *const words[] = {
    [OBJECT] = "an object",     [BOOLEAN] = "true or false", [INTEGER] = "a whole number",
    [STRING] = "a string",      [LIST] = "a list",           [DURATION] = "a duration such as PT5M",
    [ANY] = "a value",
};

struct place_of {
    struct check *c;
    const struct resource *r;
    const char *attribute;
    struct str inside; /* "AutoScalingRollingUpdate"; nil: the attribute itself */
};

/* The row's own name where the row stands directly in this place; nil where it doesn't. */
static struct str name_here(const struct place_of *p, const struct row *row) {
    struct str path = str_from(row->path);
    if (!resource_is(p->r, row->type) || !str_is(str_from(row->attribute), p->attribute))
        return STR_NIL;
    if (p->inside.len) {
        if (!str_starts(path, p->inside) || path.len <= p->inside.len ||
            path.ptr[p->inside.len] != '.')
            return STR_NIL;
        path = str_slice(path, p->inside.len + 1, path.len);
    }
    if (str_ends(path, STR("!")))
        path = str_slice(path, 0, path.len - 1);
    return str_has(path, '.') ? STR_NIL : path;
}

/* PT#H#M#S */
static bool is_duration(struct str s) {
    if (!str_starts(s, STR("PT")) || s.len < 4)
        return false;
    bool digits = false;
    for (size_t i = 2; i < s.len; i++) {
        bool digit = s.ptr[i] >= '0' && s.ptr[i] <= '9';
        if (!digit && s.ptr[i] != '.' && (!digits || !str_has(STR("HMS"), s.ptr[i])))
            return false;
        digits = digit;
    }
    return !digits;
}

static bool fits(enum kind kind, const struct value *x) {
    struct str text = value_text(x);
    int64_t n;
    switch (kind) {
    case OBJECT:
        return x->kind == VAL_MAP;
    case BOOLEAN:
        return x->kind == VAL_BOOL || str_eq_nocase(text, STR("true")) ||
               str_eq_nocase(text, STR("false"));
    case INTEGER:
        return value_to_int(x, &n);
    case STRING:
        return value_is_scalar(x);
    case LIST:
        return x->kind == VAL_LIST;
    case DURATION:
        return is_duration(text);
    case ANY:
        return true;
    }
    return true;
}

static void check_object(struct place_of p, const struct value *x, struct span key);

static void check_member(struct place_of p, const struct member *m) {
    struct str near = STR_NIL, all = STR_NIL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str name = name_here(&p, &rows[i]);
        if (str_eq(name, m->key) && name.len) {
            if (!value_is_intrinsic(m->value) && value_is_known(m->value) &&
                !fits(rows[i].kind, m->value))
                check_report(p.c, RULE_UPDATE_POLICY, p.r, m->value, "%.*s is expected to be %s",
                             STR_ARG(m->key), words[rows[i].kind]);
            if (rows[i].kind == OBJECT) {
                p.inside = m->key;
                check_object(p, m->value, m->span);
            }
            return;
        }
        if (name.len && str_is_near(m->key, name))
            near = name;
        if (name.len)
            all = str_printf(p.c->arena, "%.*s%s%.*s", STR_ARG(all), all.len ? ", " : "",
                             STR_ARG(name));
    }
    struct diag *d = check_report_span(p.c, RULE_UPDATE_POLICY, p.r, m->span,
                                       "%s of %.*s has no '%.*s', expected %.*s", p.attribute,
                                       STR_ARG(p.r->type), STR_ARG(m->key), STR_ARG(all));
    check_suggest(p.c, d, m->key, near);
}

static void check_object(struct place_of p, const struct value *x, struct span key) {
    if (!check_is_closed(x))
        return;
    for (uint32_t i = 0; i < x->count; i++)
        check_member(p, &x->members[i]);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str name = name_here(&p, &rows[i]);
        if (name.len && str_ends(str_from(rows[i].path), STR("!")) && !value_has(x, name))
            check_report_span(p.c, RULE_UPDATE_POLICY, p.r, key, "%.*s lacks '%.*s'",
                              STR_ARG(p.inside), STR_ARG(name));
    }
}

static void check_attribute(struct check *c, const struct resource *r, const char *name) {
    const struct member *m = value_member(r->attributes, str_from(name));
    bool known = false;
    if (!m)
        return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        known |= resource_is(r, rows[i].type) && str_is(str_from(rows[i].attribute), name);
    if (known)
        check_object((struct place_of){.c = c, .r = r, .attribute = name}, m->value, m->span);
}

void check_updates(struct check *c) {
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        if (r->attributes->kind != VAL_MAP)
            continue;
        check_attribute(c, r, "CreationPolicy");
        check_attribute(c, r, "UpdatePolicy");
    }
}
