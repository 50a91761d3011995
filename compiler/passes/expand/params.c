/* What the translator knows of a deployment: parameter values and mappings, put in place of the
   functions that name them. It changes values where they stand, so whatever shares them changes
   too: the code of a function whose version is hashed, for one. */
#include "base/buf.h"
#include "base/limits.h"
#include "passes/expand/expand.h"

/* A value that only CloudFormation will know, while it computes a change set. */
static bool is_placeholder(const struct value *x) {
    return sam_is_string(x) && str_starts(x->text, STR("{{IntrinsicFunction:"));
}

static struct value *parameter(struct expand *e, struct str name) {
    struct value *x = value_get(e->params, name);
    return is_placeholder(x) ? &value_nil : x;
}

/* The length of "${name}" with letters, digits and dots, or a pseudo parameter, at s; or 0. */
static size_t variable_length(struct str s) {
    size_t i = 2;
    if (str_starts(s, STR("${AWS::"))) {
        i = 7;
        size_t from = i;
        while (i < s.len && ((s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') ||
                             (i > from && s.ptr[i] >= 'a' && s.ptr[i] <= 'z')))
            i++;
        return i > from && i < s.len && s.ptr[i] == '}' ? i + 1 : 0;
    }
    if (!str_starts(s, STR("${")))
        return 0;
    for (; i < s.len && s.ptr[i] != '}'; i++) {
        char c = s.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              c == '.'))
            return 0;
    }
    return i > 2 && i < s.len ? i + 1 : 0;
}

static struct str substitute(struct expand *e, struct value *x) {
    struct str s = x->text;
    struct buf b;
    buf_init(&b, e->arena, LIMIT_STRING_BYTES);
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        size_t length = s.ptr[i] == '$' ? variable_length(str_slice(s, i, s.len)) : 0;
        if (!length)
            continue;
        struct value *known = parameter(e, str_slice(s, i + 2, i + length - 1));
        if (value_is_nil(known)) {
            i += length - 1;
            continue;
        }
        if (!sam_is_string(known))
            sam_abort(e, x->span,
                      "Invalid Fn::Sub variable value %.*s. Fn::Sub expects all variables to be "
                      "strings.",
                      STR_ARG(sam_text(e, known)));
        buf_str(&b, str_slice(s, from, i));
        buf_str(&b, known->text);
        x->flags |= known->flags & (VALUE_STAND_IN | VALUE_SECRET);
        from = i + length;
        i = from - 1;
    }
    if (!from)
        return s;
    buf_str(&b, str_slice(s, from, s.len));
    return buf_view(&b);
}

static struct value *resolve(struct expand *e, struct value *x, unsigned depth) {
    if (depth > LIMIT_DEPTH)
        sam_abort(e, x->span, "A parameter's value contains itself.");
    if (x->kind == VAL_REF) {
        struct value *known = parameter(e, x->text);
        if (value_is_nil(known))
            return x;
        struct value *copy = value_copy(e->v, known);
        copy->span = x->span;
        x = copy;
    }
    if (x->kind == VAL_SUB)
        x->text = substitute(e, x);
    const struct value *parts = sam_is_single(x) ? value_get_c(x, "Fn::Sub") : &value_nil;
    if (parts->kind == VAL_LIST && sam_is_string(value_at(parts, 0))) /* not well formed */
        parts->items[0]->text = substitute(e, parts->items[0]);
    for (uint32_t i = 0; i < x->count; i++) {
        struct value **child = x->kind == VAL_MAP ? &x->members[i].value : &x->items[i];
        *child = resolve(e, *child, depth + 1);
    }
    return x;
}

/* Where nothing is built, the rules see the functions as they were written. */
struct value *sam_resolve(struct expand *e, struct value *x) {
    return resolve(e, e->stand_ins ? value_copy(e->v, x) : x, 0);
}

struct value *sam_resolved(struct expand *e, const struct value *x) {
    return resolve(e, value_copy(e->v, x), 0);
}

/* A FindInMap with other than three arguments. */
static void check_arguments(struct expand *e, struct value *x) {
    struct value *arguments = sam_get(e, x, "Fn::FindInMap");
    bool is_single = x->kind == VAL_FIND_IN_MAP || (x->kind == VAL_MAP && x->count == 1);
    if (is_single && !value_is_nil(arguments) &&
        !(sam_is_list(arguments) && arguments->count == 3))
        sam_abort(e, x->span,
                  "Invalid FindInMap value %.*s. FindInMap expects an array with 3 values.",
                  STR_ARG(sam_text(e, arguments)));
}

static struct value *find(struct expand *e, struct value *x) {
    check_arguments(e, x);
    if (x->kind != VAL_FIND_IN_MAP)
        return x;
    struct value *at = e->g->mappings;
    struct str keys[3];
    for (unsigned i = 0; i < 3; i++) {
        struct value *key = find(e, x->items[i]);
        if (!sam_is_string(key))
            return x;
        keys[i] = key->text;
    }
    for (unsigned i = 0; i < 3; i++) {
        if (i && !sam_is_map(at))
            sam_abort(e, x->span,
                      "Cannot use Fn::FindInMap on Mapping '%.*s' which is not a a two-level map.",
                      STR_ARG(keys[0]));
        const struct member *m = value_member(sam_entries(e, at), keys[i]);
        if (!m)
            return x;
        at = m->value;
    }
    struct value *copy = value_copy(e->v, at);
    copy->span = x->span;
    return copy;
}

static struct value *resolve_mappings(struct expand *e, struct value *x, unsigned depth) {
    x = find(e, x);
    for (uint32_t i = 0; i < x->count && depth < LIMIT_DEPTH; i++) {
        struct value **child = x->kind == VAL_MAP ? &x->members[i].value : &x->items[i];
        *child = resolve_mappings(e, *child, depth + 1);
    }
    return x;
}

struct value *sam_resolve_mappings(struct expand *e, struct value *x) {
    return e->g->mappings->count ? resolve_mappings(e, x, 0) : x;
}
