#include "iam/condition.h"

#include <string.h>

#include "iam/compare.h"

/* ---- what is known of a request ------------------------------------------------------------- */

void context_add(struct arena *a, struct context *c, struct str key, struct str value) {
    struct context_key *found = NULL;
    for (uint32_t i = 0; i < c->items.count; i++)
        if (str_eq_nocase(c->items.items[i].key, key))
            found = &c->items.items[i];
    if (!found) {
        vec_push(a, &c->items, (struct context_key){.key = key});
        found = &c->items.items[c->items.count - 1];
    }
    if (value.ptr)
        vec_push(a, &found->values.items, value);
    else
        found->values.items.count = 0;
}

struct fact {
    bool known, absent;
    bool many; /* the key has a list of values, which only set operators compare */
    VEC(struct arn) values;
};

static bool is_many(const struct iam *iam, struct str service, struct str key) {
    struct iam_service_id id = iam_service_find(iam->schema, service);
    if (!id.n)
        id = iam_service_find(iam->schema, STR("aws"));
    return str_starts(iam_key_type(iam->schema, iam_key_find(iam->schema, id, key)),
                      STR("ArrayOf"));
}

/* Facts of every request that a principal of the stack makes by itself.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
static bool fact_of_principal(struct iam *iam, const struct holder *who, struct str key,
                              struct fact *out) {
    struct arn value = {0};
    bool is_role = who && resource_is(who->resource, "AWS::IAM::Role");
    if (str_eq_nocase(key, STR("aws:SecureTransport"))) {
        value = arn_literal(iam->holes, STR("true"));
    } else if (is_role && str_eq_nocase(key, STR("aws:PrincipalIsAWSService"))) {
        value = arn_literal(iam->holes, STR("false"));
    } else if (is_role && str_eq_nocase(key, STR("aws:PrincipalArn"))) {
        value = arn_of_resource(&iam->arns, who->resource);
    } else if (is_role && str_eq_nocase(key, STR("aws:PrincipalAccount"))) {
        vec_push(iam->arena, &value, hole_symbol(iam->holes, STR("AWS::AccountId"), HOLE_ACCOUNT));
    } else {
        out->absent = is_role && str_eq_nocase(key, STR("aws:username"));
        return out->absent;
    }
    vec_push(iam->arena, &out->values, value);
    return value.count > 0;
}

static struct fact fact_of(struct iam *iam, const struct holder *who, struct str service,
                           struct str key) {
    struct fact out = {0};
    for (uint32_t i = 0; iam->context && i < iam->context->items.count; i++) {
        const struct context_key *k = &iam->context->items.items[i];
        if (!str_eq_nocase(k->key, key))
            continue;
        for (uint32_t j = 0; j < k->values.items.count; j++)
            vec_push(iam->arena, &out.values, arn_literal(iam->holes, k->values.items.items[j]));
        out.known = true;
        out.absent = out.values.count == 0;
        out.many = out.values.count > 1 || is_many(iam, service, key);
        return out;
    }
    out.known = fact_of_principal(iam, who, key, &out);
    return out;
}

/* ---- policy variables ------------------------------------------------------------------------ */

/* "aws:PrincipalTag/team, 'none'": the name, and the default, which may be nil. */
static struct str variable_name(struct str text, struct str *otherwise) {
    size_t comma = str_find_char(text, ',', 0);
    struct str name = str_trim(str_slice(text, 0, comma)), rest = STR_NIL;
    *otherwise = STR_NIL;
    if (comma < text.len)
        rest = str_trim(str_slice(text, comma + 1, text.len));
    if (rest.len >= 2 && rest.ptr[0] == '\'' && rest.ptr[rest.len - 1] == '\'')
        *otherwise = str_slice(rest, 1, rest.len - 1);
    return name;
}

bool condition_resolve(struct iam *iam, const struct holder *who, struct arn in, struct arn *out) {
    uint32_t first = 0;
    while (first < in.count && hole_kind_of(iam->holes, in.items[first]) != HOLE_VARIABLE)
        first++;
    *out = in;
    if (first == in.count)
        return true;
    *out = (struct arn){0};
    for (uint32_t i = 0; i < in.count; i++) {
        struct str otherwise, name;
        if (hole_kind_of(iam->holes, in.items[i]) != HOLE_VARIABLE) {
            vec_push(iam->arena, out, in.items[i]);
            continue;
        }
        name = variable_name(hole_key_of(iam->holes, in.items[i]), &otherwise);
        struct fact fact = fact_of(iam, who, STR_NIL, name);
        if (!fact.known) {
            vec_push(iam->arena, out, in.items[i]);
            continue;
        }
        struct arn value = arn_literal(iam->holes, otherwise);
        if (!fact.absent && !fact.many)
            value = fact.values.items[0];
        else if (!otherwise.ptr)
            return false;
        for (uint32_t k = 0; k < value.count; k++)
            vec_push(iam->arena, out, value.items[k]);
    }
    return true;
}

/* ---- operators --------------------------------------------------------------------------- */

enum set { SET_NONE, SET_ANY, SET_ALL };

struct operation {
    const struct comparison_row *row;
    enum set set;
    bool if_exists, is_null;
};

static bool cut_front(struct str *s, const char *word) {
    struct str w = str_from(word);
    bool has = s->len > w.len && str_eq_nocase(str_slice(*s, 0, w.len), w);
    if (has)
        *s = str_slice(*s, w.len, s->len);
    return has;
}

/* False: IAM has no such operator. */
static bool parse(struct str text, struct operation *out) {
    static const char if_exists[] = "IfExists";
    size_t n = sizeof if_exists - 1;
    *out = (struct operation){0};
    if (cut_front(&text, "ForAnyValue:"))
        out->set = SET_ANY;
    else if (cut_front(&text, "ForAllValues:"))
        out->set = SET_ALL;
    if (text.len > n &&
        str_eq_nocase(str_slice(text, text.len - n, text.len), str_from(if_exists))) {
        out->if_exists = true;
        text = str_slice(text, 0, text.len - n);
    }
    out->is_null = str_eq_nocase(text, STR("Null"));
    out->row = compare_find(text);
    return out->is_null || out->row;
}

/* Whether one value of the request fits any of the policy's (or, for a Not, none). */
static enum match fits(struct iam *iam, const struct holder *who, const struct operation *op,
                       const struct value *values, struct arn given) {
    enum match best = MATCH_NO;
    for (uint32_t i = 0; i < (values->kind == VAL_LIST ? values->count : 1); i++) {
        const struct value *x = values->kind == VAL_LIST ? values->items[i] : values;
        struct arn wanted = arn_of(&iam->arns, view_only(iam->view, x)), resolved;
        bool is_there = condition_resolve(iam, who, wanted, &resolved);
        enum match m = op->row->compare(iam->holes, is_there ? resolved : wanted, given);
        if (is_there)
            best = match_most(best, m);
        else if (op->row->negated && m != MATCH_NO)
            return MATCH_NO; /* a variable without value fits nothing, and its opposite neither */
    }
    return op->row->negated ? match_flip(best) : best;
}

/* { Null: { key: "true" } }: the key isn't there. */
static enum match is_null(const struct value *values, const struct fact *fact) {
    enum match best = MATCH_NO;
    for (uint32_t i = 0; i < (values->kind == VAL_LIST ? values->count : 1); i++) {
        const struct value *x = values->kind == VAL_LIST ? values->items[i] : values;
        struct str text = value_text(x);
        bool wants = x->kind == VAL_BOOL ? x->truth : str_eq_nocase(text, STR("true"));
        bool is_bool = x->kind == VAL_BOOL || wants || str_eq_nocase(text, STR("false"));
        if (!is_bool && !value_is_known(x))
            best = match_most(best, MATCH_MAYBE);
        else if (is_bool && wants == fact->absent)
            best = MATCH_YES;
    }
    return best;
}

static enum match entry_holds(struct iam *iam, const struct holder *who, struct str service,
                              struct str operator, struct str key, const struct value *values) {
    struct operation op;
    if (!parse(operator, &op))
        return MATCH_MAYBE;
    struct fact fact = fact_of(iam, who, service, key);
    if (!fact.known)
        return MATCH_MAYBE;
    if (op.is_null)
        return is_null(values, &fact);
    if (fact.absent)
        return op.set == SET_ALL || (op.set != SET_ANY && (op.if_exists || op.row->negated))
                   ? MATCH_YES
                   : MATCH_NO;
    if (op.set == SET_NONE)
        return fact.many ? MATCH_NO : fits(iam, who, &op, values, fact.values.items[0]);
    enum match all = MATCH_YES, any = MATCH_NO;
    for (uint32_t i = 0; i < fact.values.count; i++) {
        enum match m = fits(iam, who, &op, values, fact.values.items[i]);
        all = match_least(all, m);
        any = match_most(any, m);
    }
    return op.set == SET_ALL ? all : any;
}

bool condition_is_negative(struct str operator) {
    return str_find(operator, STR("Not"), 0) < operator.len || str_is(operator, "Null");
}

enum match condition_holds(struct iam *iam, const struct holder *who, struct str service,
                           const struct value *condition, struct str *undecided) {
    enum match all = MATCH_YES;
    *undecided = STR_NIL;
    if (value_is_null(condition))
        return MATCH_YES;
    if (condition->kind != VAL_MAP)
        return MATCH_MAYBE;
    for (uint32_t i = 0; i < condition->count && all; i++) {
        const struct value *keys = view_only(iam->view, condition->members[i].value);
        if (keys->kind != VAL_MAP) {
            all = match_least(all, MATCH_MAYBE);
            continue;
        }
        for (uint32_t j = 0; j < keys->count && all; j++) {
            enum match m = entry_holds(iam, who, service, condition->members[i].key,
                                       keys->members[j].key,
                                       view_only(iam->view, keys->members[j].value));
            if (m == MATCH_MAYBE && !undecided->len)
                *undecided = keys->members[j].key;
            all = match_least(all, m);
        }
    }
    return all;
}
