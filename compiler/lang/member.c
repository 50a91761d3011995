#include "lang/compile.h"

/* What stands in brackets or behind a dot: entries of lists, maps and collections, members of things. */

/* ---- entries -------------------------------------------------------------------------- */

static struct value *unknown_key(struct lang *l, struct value *of, struct str key,
                                 struct span span) {
    struct diag *d;
    struct thing *t = thing_of(of);
    struct str near = STR_NIL;
    if (t) {
        d = diag_add(l->diags, RULE_UNKNOWN_KEY, span, "'%.*s' has no entry '%.*s'",
                     STR_ARG(t->name), STR_ARG(key));
        for (uint32_t i = 0; i < t->entries.count && !near.len; i++)
            if (str_is_near(key, t->entries.items[i].key))
                near = t->entries.items[i].key;
    } else {
        d = diag_add(l->diags, RULE_UNKNOWN_KEY, span, "the map has no entry '%.*s'", STR_ARG(key));
        for (uint32_t i = 0; i < of->count && !near.len; i++)
            if (str_is_near(key, of->members[i].key))
                near = of->members[i].key;
    }
    if (near.len)
        diag_label(l->diags, d, "did you mean '%.*s'?", STR_ARG(near));
    else
        diag_help(l->diags, d, "what may be absent is read with '?.' or given a value with '?\?'");
    return value_error(l);
}

static struct value *index_list(struct lang *l, struct value *of, struct value *key,
                                struct span span, bool soft) {
    int64_t i;
    if (!value_to_int(key, &i) || key->kind != VAL_NUMBER) {
        diag_add(l->diags, RULE_VALUE_TYPE, span, "a list is indexed by a number, found %s",
                 describe_value(key));
        return value_error(l);
    }
    if (i >= 0 && i < (int64_t)of->count)
        return of->items[i];
    if (soft)
        return value_null(l->values);
    diag_add(l->diags, RULE_UNKNOWN_KEY, span, "the list has %u entries, and none at %lld",
             of->count, (long long)i);
    return value_error(l);
}

/* The first map or list of a choice, which a message is about; *all stays true where none of them has
   the entry. */
static struct value *lacking(struct value *of, const struct value *key, bool *all) {
    int64_t at;
    if (of->kind == VAL_IF) {
        struct value *yes = lacking(of->items[1], key, all), *no = lacking(of->items[2], key, all);
        return yes ? yes : no;
    }
    if (of->kind == VAL_MAP)
        *all &= key->kind == VAL_STRING && !value_has(of, key->text);
    else if (of->kind == VAL_LIST)
        *all &= key->kind == VAL_NUMBER && value_to_int(key, &at) && at >= (int64_t)of->count;
    else if (!value_is_null(of))
        *all = false;
    return value_is_null(of) ? NULL : of;
}

static struct value *index_choice(struct lang *l, struct value *of, struct value *key,
                                  struct span span, bool soft) {
    bool all = !soft;
    struct value *first = lacking(of, key, &all);
    if (first && all)
        return index_value(l, first, key, span, false);
    struct value *test = of->items[0], *before = assume(l, test);
    struct value *yes = index_value(l, of->items[1], key, span, true);
    l->given = before;
    assume(l, logic_not(l, test));
    struct value *no = index_value(l, of->items[2], key, span, true);
    l->given = before;
    return logic_if(l, test, yes, no);
}

struct value *index_value(struct lang *l, struct value *of, struct value *key, struct span span,
                          bool soft) {
    if (is_error(of) || is_error(key))
        return value_error(l);
    if (soft && value_is_null(of))
        return value_null(l->values);
    if (of->kind == VAL_IF)
        return index_choice(l, of, key, span, soft);
    struct thing *t = thing_of(of);
    if (!value_is_known(key) && (!t || !t->is_collection))
        return value_is_known(of) || of->kind == VAL_MAP || of->kind == VAL_LIST
                   ? index_by_deployed(l, of, key, span, soft)
                   : value_call(l->values, VAL_SELECT, 2, key, of);
    if (of->kind == VAL_LIST)
        return index_list(l, of, key, span, soft);
    if (of->kind != VAL_MAP && !(t && t->is_collection)) {
        if (!t && value_is_intrinsic(of) && key->kind == VAL_NUMBER)
            return value_call(l->values, VAL_SELECT, 2, key, of);
        diag_add(l->diags, RULE_VALUE_TYPE, span, "%s has no entries", describe_value(of));
        return value_error(l);
    }
    struct str name = need_text(l, key, span, "an index");
    if (!name.ptr)
        return value_error(l);
    if (t) {
        struct thing *entry = map_get_ptr(&t->by_key, name);
        if (entry)
            return value_of_thing(l, entry);
    } else if (value_has(of, name)) {
        return value_get(of, name);
    }
    return soft ? value_null(l->values) : unknown_key(l, of, name, span);
}

/* ---- members -------------------------------------------------------------------------- */

struct member_name {
    struct str name;
    struct span span;
    bool soft, optional; /* absent is null; `?.` */
};

/* `cluster.Endpoint.Address`: the attribute of a resource whose name has dots. */
static struct value *dotted_attribute(struct lang *l, const struct value *of, struct str name) {
    bool upper = name.len && name.ptr[0] >= 'A' && name.ptr[0] <= 'Z';
    if (of->kind != VAL_GETATT || of->items[0]->kind != VAL_STRING || !upper)
        return NULL;
    return value_getatt(
        l->values, of->text,
        str_printf(l->arena, "%.*s.%.*s", STR_ARG(of->items[0]->text), STR_ARG(name)));
}

static struct value *member_of(struct lang *l, struct value *of, const struct member_name *m) {
    struct thing *t = thing_of(of);
    bool soft = m->soft || m->optional;
    if (is_error(of) || m->name.len == 0)
        return value_error(l);
    if (soft && value_is_null(of))
        return value_null(l->values);
    if (of->kind == VAL_IF) { /* whichever it will be; null has nothing */
        struct value *key = value_string(l->values, m->name);
        bool all = !soft;
        struct value *first = lacking(of, key, &all);
        if (first && all)
            return index_value(l, first, key, m->span, false);
        struct member_name either = *m;
        either.optional = true;
        return logic_if(l, of->items[0], member_of(l, of->items[1], &either),
                        member_of(l, of->items[2], &either));
    }
    if (t && !t->is_collection) {
        struct value *x = thing_member(l, t, m->name, m->span);
        return m->optional && t->cond ? logic_if(l, t->cond, x, value_null(l->values)) : x;
    }
    if (t && !map_get_ptr(&t->by_key, m->name)) {
        struct value *all = value_list(l->values); /* users.arn over a collection */
        for (uint32_t i = 0; i < t->entries.count; i++)
            value_push(l->values, all,
                       thing_member(l, t->entries.items[i].thing, m->name, m->span));
        return all;
    }
    struct value *dotted = dotted_attribute(l, of, m->name);
    if (dotted)
        return dotted;
    if (!value_is_null(of))
        return index_value(l, of, value_string(l->values, m->name), m->span, soft);
    struct diag *d =
        diag_add(l->diags, RULE_VALUE_TYPE, m->span, "null has no '%.*s'", STR_ARG(m->name));
    diag_help(l->diags, d, "what may be null is read with '?.'");
    return value_error(l);
}

struct value *read_member(struct lang *l, struct scope *s, const struct node *n, bool soft) {
    const struct node *left = scope_node(s, n->value);
    bool optional = n->op == TOK_QUESTION_DOT;
    if (left->kind == NODE_NAME && str_is(left->text, "aws"))
        return read_aws(l, n->text, n->span);
    struct value *of = soft || optional ? eval_soft(l, s, n->value) : eval(l, s, n->value);
    struct member_name m = {n->text, node_is_nil(n->name) ? n->span : scope_span(s, n->name), soft,
                          optional};
    return member_of(l, of, &m);
}
