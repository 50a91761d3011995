#include "lang/compile.h"

/* Maps that attributes take, `deploy = { canary = 10, wait = 5m }`: their fields, and things that
   stand in them. */

bool has_word(const char *known, struct str key) {
    return str_has_word(str_from(known), ' ', key);
}

bool check_fields(struct lang *l, const struct value *x, const char *of, const char *known) {
    bool good = true;
    for (uint32_t i = 0; x && x->kind == VAL_MAP && i < x->count; i++) {
        struct str key = x->members[i].key;
        if (has_word(known, key))
            continue;
        struct diag *d = diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, x->members[i].span,
                                  "'%s' has no '%.*s'", of, STR_ARG(key));
        struct buf text;
        buf_init(&text, l->arena, 0);
        struct str rest = str_from(known);
        while (rest.len) {
            struct str one = str_split(rest, ' ', &rest);
            buf_printf(&text, "%s%.*s", text.len ? ", " : "", STR_ARG(one));
            if (str_is_near(key, one))
                diag_label(l->diags, d, "did you mean '%.*s'?", STR_ARG(one));
        }
        diag_help(l->diags, d, "it has %.*s", STR_ARG(buf_view(&text)));
        good = false;
    }
    return good;
}

struct value *field(struct lang *l, const struct value *x, const char *name) {
    const struct member *m = value_member(x, str_from(name));
    if (!m || value_is_null(m->value) || is_error(m->value))
        return &value_nil;
    struct value *given = value_copy_shallow(l->values, m->value);
    if (span_is_nil(given->span))
        given->span = span_is_nil(m->span) ? x->span : m->span;
    return given;
}

struct value *field_value(struct lang *l, const struct value *x, const char *name,
                          enum attr_type type) {
    struct attribute row = {.name = name, .type = type, .words = "", .value = ""};
    struct value *given = field(l, x, name);
    struct value *out = value_is_nil(given) ? given : convert(l, given, &row);
    return out ? out : &value_nil;
}

struct value *one_or_more(struct lang *l, struct value *x) {
    if (x->kind == VAL_LIST)
        return x;
    return value_is_null(x) || is_error(x) ? value_list(l->values) : list_of(l, 1, x);
}

struct value *thing_arn(struct lang *l, struct value *x, const char *attribute, unsigned allowed) {
    struct thing *t = thing_of(x);
    if (is_error(x) || value_is_null(x))
        return &value_nil;
    if (!t && (x->kind == VAL_STRING || value_is_intrinsic(x)))
        return x;
    if (t && t->is_resource && !t->is_collection)
        return value_ref(l->values, t->id);
    if (t && !t->is_collection && !t->space && allowed & 1u << t->kind)
        return thing_alias(l, t, "arn");
    struct buf text;
    buf_init(&text, l->arena, 0);
    for (int k = 1; k < KIND_COUNT; k++)
        if (allowed & 1u << k)
            buf_printf(&text, "%s%s", !text.len ? "a " : allowed >> (k + 1) ? ", " : " or ",
                       kinds[k].name);
    diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'%s' takes %s, found %s", attribute,
             text.len ? str_cstr(l->arena, buf_view(&text)) : "an ARN", describe_value(x));
    return &value_nil;
}

struct value *send_to(struct lang *l, struct thing *by, struct value *x, const char *attribute,
                      unsigned allowed, struct value *cond) {
    struct value *arn = thing_arn(l, x, attribute, allowed);
    struct thing *t = thing_of(x);
    if (!value_is_nil(arn) && t && !t->is_resource) {
        static const char *const verbs_of[KIND_COUNT] = {
            [KIND_QUEUE] = "send",      [KIND_TOPIC] = "publish", [KIND_BUS] = "publish",
            [KIND_FUNCTION] = "invoke", [KIND_BUCKET] = "put",    [KIND_MACHINE] = "start",
            [KIND_STREAM] = "put"};
        if (verbs_of[t->kind])
            grant_verb(l, by, t, verbs_of[t->kind], cond);
        if (t->kind == KIND_BUCKET)
            grant_verb(l, by, t, "list", cond);
    }
    return arn;
}
