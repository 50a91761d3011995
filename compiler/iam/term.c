#include "iam/reading.h"

bool iam_each(struct iam *iam, const struct value *x, struct bdd_id when, struct possibles *out) {
    struct possibles all = {0};
    bool whole = true;
    view_possible(iam->view, x, when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct possible p = all.items.items[i];
        whole = whole && p.certainty == CERTAIN;
        if (p.value->kind == VAL_LIST)
            whole = view_items(iam->view, p.value, p.when, &out->items) && whole;
        else if (!value_is_nil(p.value))
            vec_push(iam->arena, &out->items, p);
    }
    return whole && !all.truncated;
}

struct arn arn_lower(struct arn x) {
    for (uint32_t i = 0; i < x.count; i++)
        if (x.items[i] >= 'A' && x.items[i] <= 'Z')
            x.items[i] += 'a' - 'A';
    return x;
}

/* Most actions are texts that many statements have. */
static struct arn action_of(struct iam *iam, const struct value *x) {
    bool is_text = x->kind == VAL_STRING && !iam->arns.literal;
    const struct arn *known = is_text ? map_get_ptr(&iam->action_patterns, x->text) : NULL;
    if (known)
        return *known;
    struct arn *made = arena_new(iam->arena, struct arn);
    *made = arn_lower(arn_of(&iam->arns, x));
    if (is_text)
        map_put_ptr(iam->arena, &iam->action_patterns, x->text, made);
    return *made;
}

bool iam_terms(struct iam *iam, const struct value *x, struct bdd_id when, bool fold,
               struct term_vec *out) {
    struct possibles all = {0};
    bool whole = iam_each(iam, x, when, &all);
    vec_expect(iam->arena, &out->items, out->items.count + all.items.count);
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct possible *p = &all.items.items[i];
        /* a parameter's default is one of many: the parameter itself is what is known */
        const struct value *value = p->certainty == DEFAULT && p->via ? p->via : p->value;
        struct arn pattern = fold ? action_of(iam, value) : arn_of(&iam->arns, value);
        struct term t = {value, pattern, p->when, p->certainty == CERTAIN};
        vec_push(iam->arena, &out->items, t);
    }
    return whole;
}

enum { MANY_TERMS = 16 };

struct str arn_bytes(struct arn x) {
    return (struct str){(const char *)x.items, x.count * sizeof *x.items};
}

void iam_index_terms(struct iam *iam, struct term_vec *terms) {
    terms->is_plain = true;
    for (uint32_t i = 0; i < terms->items.count; i++) {
        struct arn x = terms->items.items[i].pattern;
        for (uint32_t k = 0; k < x.count; k++)
            if (hole_kind_of(iam->holes, x.items[k]) == HOLE_VARIABLE)
                terms->is_plain = false;
        if (terms->items.count >= MANY_TERMS && !map_get(&terms->by_pattern, arn_bytes(x)))
            map_put(iam->arena, &terms->by_pattern, arn_bytes(x), i + 1);
    }
}

const struct term *iam_term_of(const struct term_vec *terms, struct arn pattern) {
    uintptr_t at = map_get(&terms->by_pattern, arn_bytes(pattern));
    return at ? &terms->items.items[at - 1] : NULL;
}
