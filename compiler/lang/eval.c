#include "lang/compile.h"

#include "base/limits.h"

const struct node *scope_node(const struct scope *s, node_id id) {
    return tree_node(s->space->tree, id);
}

struct span scope_span(const struct scope *s, node_id id) {
    return scope_node(s, id)->span;
}

struct value *value_error(struct lang *l) {
    struct value *x = value_null(l->values);
    x->kind = VAL_ERROR;
    return x;
}

bool is_error(const struct value *x) {
    return x->kind == VAL_ERROR;
}

bool is_thing(const struct value *x) {
    return x->kind == VAL_THING;
}

struct thing *thing_of(const struct value *x) {
    return is_thing(x) ? x->handle : NULL;
}

struct value *value_of_thing(struct lang *l, struct thing *t) {
    struct value *x = value_null(l->values);
    x->kind = VAL_THING;
    x->handle = t;
    return x;
}

const char *describe_value(const struct value *x) {
    const struct thing *t = thing_of(x);
    if (t)
        return t->is_collection ? "a collection"
               : t->is_resource ? "a resource"
                                : kinds[t->kind].name;
    switch (x->kind) {
    case VAL_NIL:
    case VAL_NULL:
        return "null";
    case VAL_BOOL:
        return x->truth ? "true" : "false";
    case VAL_NUMBER:
        return "a number";
    case VAL_STRING:
        return x->flags & VALUE_WORD ? "a word" : "a string";
    case VAL_LIST:
        return "a list";
    case VAL_MAP:
        return "a map";
    default:
        return is_boolean(x) ? "a condition" : "a value of the deployment";
    }
}

struct scope *scope_bind(struct lang *l, struct scope *outer, struct str name,
                         struct value *value) {
    struct scope *s = arena_new(l->arena, struct scope);
    *s = (struct scope){outer, outer->space, name, value, outer->origin, STR_NIL};
    return s;
}

/* ---- names ------------------------------------------------------------------ */

struct decl *lookup(struct lang *l, struct scope *s, struct str name, struct scope **binding) {
    *binding = NULL;
    for (struct scope *at = s; at; at = at->outer)
        if (at->name.ptr && str_eq(at->name, name)) {
            *binding = at;
            return NULL;
        }
    for (struct space *in = s->space; in; in = in->outer) {
        struct decl *d = map_get_ptr(&in->names, name);
        if (d) {
            d->used = true;
            return d->class == DECL_IMPORT && d->module ? (d->module->used = true, d->module) : d;
        }
    }
    (void)l;
    return NULL;
}

static struct str nearest_name(struct scope *s, struct str name) {
    struct str best = STR_NIL;
    unsigned least = 4;
    for (struct scope *at = s; at; at = at->outer) {
        unsigned d = at->name.ptr ? str_distance(name, at->name, 3) : 4;
        if (d < least && str_is_near(name, at->name))
            best = at->name, least = d;
    }
    for (struct space *in = s->space; in; in = in->outer)
        for (uint32_t i = 0; i < in->names.cap; i++) {
            struct str known = in->names.slots[i].key;
            unsigned d = in->names.slots[i].value ? str_distance(name, known, 3) : 4;
            bool better = d < least || (d == least && best.ptr && str_cmp(known, best) < 0);
            if (d < 4 && better && str_is_near(name, known))
                best = known, least = d;
        }
    return best;
}

/* The words that an attribute has, "none, iam"; they are the innermost names, in front of its own text. */
static struct str words_here(struct lang *l, struct scope *s) {
    struct buf out;
    buf_init(&out, l->arena, 0);
    for (struct scope *at = s; at && at->value && at->value->flags & VALUE_WORD; at = at->outer) {
        struct str before = buf_view(&out);
        struct str one = before.len ? str_printf(l->arena, "%.*s, %.*s", STR_ARG(at->name), STR_ARG(before))
                                    : at->name;
        buf_init(&out, l->arena, 0);
        buf_str(&out, one);
    }
    return buf_view(&out);
}

/* Names of other languages, and what stands for them here. */
static const char *const foreign[][2] = {
    {"AWS", "write aws.region, aws.account, aws.partition, aws.stack, aws.stack_id or aws.suffix"},
    {"Ref", "things are read by their own names: jobs.url, jobs.arn; all else by cfn(\"Fn::..\", ..)"},
    {"GetAtt", "things are read by their own names: jobs.url, jobs.arn; all else by cfn(\"Fn::..\", ..)"},
    {"Sub", "any text in double quotes takes ${..}"},
    {"var", "a param or let is read by its own name"},
    {"local", "a param or let is read by its own name"},
    {"if", "a choice is written condition ? a : b"},
};

static struct value *undefined_name(struct lang *l, struct scope *s, const struct node *n) {
    struct diag *d = diag_add(l->diags, RULE_UNDEFINED_NAME, n->span, "'%.*s' isn't declared",
                              STR_ARG(n->text));
    struct str near = nearest_name(s, n->text);
    if (near.len) {
        diag_label(l->diags, d, "did you mean '%.*s'?", STR_ARG(near));
        diag_fix(l->diags, d, n->span, near, false);
        return value_error(l);
    }
    struct str words = words_here(l, s);
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (str_is(n->text, foreign[i][0])) {
            diag_help(l->diags, d, "%s", foreign[i][1]);
            return value_error(l);
        }
    if (words.len)
        diag_help(l->diags, d, "its words are %.*s; other text needs quotes", STR_ARG(words));
    else
        diag_help(l->diags, d, "text needs quotes: \"%.*s\"", STR_ARG(n->text));
    return value_error(l);
}

static void report_circle(struct lang *l, struct decl *d, struct span use) {
    struct diag *diag = diag_add(l->diags, RULE_CIRCULAR_VALUE, d->span,
                                 "the value of '%.*s' needs itself", STR_ARG(d->name));
    diag_note(l->diags, diag, use, "needed here again");
}

struct value *eval_decl(struct lang *l, struct decl *d, struct span use) {
    if (d->colour == GREY) {
        report_circle(l, d, use);
        d->value = value_error(l);
        d->colour = BLACK;
    }
    if (d->colour == BLACK)
        return d->value;
    d->colour = GREY;
    struct value *x, *given = l->given;
    l->given = d->space->cond; /* the value is kept for other places */
    switch (d->class) {
    case DECL_PARAM:
        x = param_value(l, d);
        break;
    case DECL_LET:
        x = let_value(l, d);
        break;
    case DECL_THING:
        x = make_things(l, d);
        break;
    default:
        diag_add(l->diags, RULE_VALUE_TYPE, use, "'%.*s' is a module, not a value",
                 STR_ARG(d->name));
        x = value_error(l);
    }
    l->given = given;
    if (d->colour == GREY)
        d->value = x;
    d->colour = BLACK;
    return d->value;
}

static struct value *eval_name(struct lang *l, struct scope *s, const struct node *n) {
    struct scope *binding;
    struct decl *d = lookup(l, s, n->text, &binding);
    if (binding)
        return binding->value;
    if (!d)
        return undefined_name(l, s, n);
    struct value *x = eval_decl(l, d, n->span);
    if (x->kind != VAL_REF || span_is_nil(n->span))
        return x;
    x = value_copy_shallow(l->values, x); /* a reference stands where it is used */
    x->span = n->span;
    return x;
}

/* ---- strings, lists, maps ------------------------------------------------------ */

struct value *eval_string_node(struct lang *l, struct scope *s, const struct node *n) {
    struct value *out = value_c(l->values, "");
    bool failed = false;
    for (uint32_t i = 0; i < n->count; i++) {
        node_id child = s->space->tree->children.items[n->list + i];
        const struct node *piece = scope_node(s, child);
        struct value *x;
        if (piece->kind == NODE_TEXT)
            x = value_string(l->values, piece->text);
        else
            x = to_text(l, eval(l, s, child), piece->span);
        if (is_error(x))
            failed = true;
        else
            out = concat(l, out, x);
    }
    if (failed)
        return value_error(l);
    if (out->kind == VAL_STRING)
        out->flags |= str_has(out->text, '\n') ? VALUE_BLOCK : 0;
    return out;
}

struct collect {
    struct value *into;
    const struct node *node;
    struct value *cond;
};

static void spread_item(struct lang *l, struct value *item, struct value *into,
                        struct value *cond) {
    value_push(l->values, into, cond ? logic_if(l, cond, item, value_null(l->values)) : item);
}

/* The entries of a list, under `cond` where that isn't NULL. */
static void list_spread(struct lang *l, struct value *x, struct value *into, struct value *cond,
                        struct span span) {
    struct thing *t = thing_of(x);
    if (x->kind == VAL_LIST) {
        for (uint32_t i = 0; i < x->count; i++)
            spread_item(l, x->items[i], into, cond);
    } else if (t && t->is_collection) {
        for (uint32_t i = 0; i < t->entries.count; i++)
            spread_item(l, value_of_thing(l, t->entries.items[i].thing), into, cond);
    } else if (x->kind == VAL_IF) {
        struct value *test = x->items[0];
        list_spread(l, x->items[1], into, logic_and(l, cond, test), span);
        list_spread(l, x->items[2], into, logic_and(l, cond, logic_not(l, test)), span);
    } else if (!is_error(x) && !value_is_null(x)) {
        diag_add(l->diags, RULE_VALUE_TYPE, span, "'...' in a list needs a list, found %s",
                 describe_value(x));
    }
}

static void eval_list_item(struct lang *l, struct scope *s, node_id item, struct value *into) {
    const struct node *n = scope_node(s, item);
    if (n->kind == NODE_SPREAD)
        list_spread(l, eval(l, s, n->value), into, NULL, n->span);
    else
        value_push(l->values, into, eval(l, s, item));
}

static struct value *eval_list(struct lang *l, struct scope *s, const struct node *n) {
    struct value *list = value_list(l->values);
    for (uint32_t i = 0; i < n->count; i++)
        eval_list_item(l, s, s->space->tree->children.items[n->list + i], list);
    return list;
}

static void comprehension_turn(struct lang *l, struct scope *turn, void *context) {
    struct collect *c = context;
    if (!node_is_nil(c->node->cond)) {
        struct value *keep = eval(l, turn, c->node->cond);
        if (is_error(keep) || !need_known(l, keep, scope_span(turn, c->node->cond), "a filter"))
            return;
        keep = to_boolean(l, keep, scope_span(turn, c->node->cond));
        if (!keep || !keep->truth)
            return;
    }
    value_push(l->values, c->into, eval(l, turn, c->node->value));
}

static void map_entries(struct lang *l, struct scope *s, const struct node *n, struct value *into,
                        struct value *cond);

static void map_turn(struct lang *l, struct scope *turn, void *context) {
    struct collect *c = context;
    map_entries(l, turn, c->node, c->into, c->cond);
}

static void map_set(struct lang *l, struct value *into, struct str key, struct span span,
                    struct value *x, struct value *cond, bool spread) {
    const struct member *before = value_member(into, key);
    if (before && !spread && !cond && before->span.source && !is_error(x)) {
        struct diag *d = diag_add(l->diags, RULE_DUPLICATE_ATTRIBUTE, span,
                                  "'%.*s' stands twice in this map", STR_ARG(key));
        diag_note(l->diags, d, before->span, "first here");
        return;
    }
    if (cond)
        x = logic_if(l, cond, x, before ? before->value : value_null(l->values));
    struct member *m = value_put(l->values, into, key, x);
    m->span = spread ? SPAN_NIL : span;
}

static void map_spread(struct lang *l, struct value *x, struct span span, struct value *into,
                       struct value *cond) {
    if (x->kind == VAL_IF) {
        struct value *test = x->items[0];
        map_spread(l, x->items[1], span, into, logic_and(l, cond, test));
        map_spread(l, x->items[2], span, into, logic_and(l, cond, logic_not(l, test)));
        return;
    }
    if (x->kind != VAL_MAP) {
        if (!is_error(x) && !value_is_null(x))
            diag_add(l->diags, RULE_VALUE_TYPE, span, "'...' in a map needs a map, found %s",
                     describe_value(x));
        return;
    }
    for (uint32_t i = 0; i < x->count; i++)
        map_set(l, into, x->members[i].key, x->members[i].span, x->members[i].value, cond, true);
}

static struct str map_key(struct lang *l, struct scope *s, node_id name) {
    const struct node *n = scope_node(s, name);
    if (n->kind != NODE_STRING)
        return n->text;
    struct value *key = eval_string_node(l, s, n);
    return is_error(key) ? STR_NIL : need_text(l, key, n->span, "a map's key");
}

static void map_entry(struct lang *l, struct scope *s, node_id entry, struct value *into,
                      struct value *cond) {
    const struct node *n = scope_node(s, entry);
    struct collect c = {into, NULL, cond};
    switch (n->kind) {
    case NODE_ATTRIBUTE: {
        struct str key = map_key(l, s, n->name);
        struct value *x = eval(l, s, n->value);
        if (key.ptr)
            map_set(l, into, key, scope_span(s, n->name), x, cond, false);
        return;
    }
    case NODE_LOOP:
        c.node = scope_node(s, n->block);
        for_each_turn(l, s, n->loop, map_turn, &c);
        return;
    case NODE_GUARD: {
        struct value *guard = to_boolean(l, eval(l, s, n->cond), scope_span(s, n->cond));
        if (guard && guard->kind == VAL_BOOL && !guard->truth)
            return;
        if (!guard)
            return;
        struct value *before = assume(l, guard);
        map_entries(l, s, scope_node(s, n->block), into, logic_and(l, cond, guard));
        l->given = before;
        return;
    }
    case NODE_SPREAD:
        map_spread(l, eval(l, s, n->value), n->span, into, cond);
        return;
    default:
        return; /* NODE_ERROR: reported */
    }
}

static void map_entries(struct lang *l, struct scope *s, const struct node *n, struct value *into,
                        struct value *cond) {
    if (cond && cond->kind == VAL_BOOL)
        cond = NULL;
    for (uint32_t i = 0; i < n->count; i++)
        map_entry(l, s, s->space->tree->children.items[n->list + i], into, cond);
}

/* ---- loops ------------------------------------------------------------------------ */

static void one_turn(struct lang *l, struct scope *s, const struct node *head, struct value *first,
                     struct value *second, struct str label, loop_turn *turn, void *context) {
    if (l->turns >= LIMIT_LOOP_TURNS)
        return;
    if (++l->turns == LIMIT_LOOP_TURNS)
        diag_add(l->diags, RULE_LIMIT, head->span, "the loops of this stack take over %d turns",
                 LIMIT_LOOP_TURNS);
    struct origin *origin = arena_new(l->arena, struct origin);
    const struct node *name = scope_node(s, head->name);
    *origin = (struct origin){str_printf(l->arena, "for %.*s = \"%.*s\"", STR_ARG(name->text),
                                         STR_ARG(label)),
                              STR_NIL, head->span, s->origin};
    struct scope *in = scope_bind(l, s, name->text, first);
    if (!node_is_nil(head->extra))
        in = scope_bind(l, in, scope_node(s, head->extra)->text, second);
    in->origin = origin;
    in->key = label;
    turn(l, in, context);
}

static void shadow_check(struct lang *l, struct scope *s, node_id name) {
    if (node_is_nil(name))
        return;
    const struct node *n = scope_node(s, name);
    struct scope *binding;
    struct decl *d = lookup(l, s, n->text, &binding);
    if (!d || d->space != s->space)
        return;
    struct diag *diag = diag_add(l->diags, RULE_DUPLICATE_NAME, n->span,
                                 "'%.*s' is declared in this file already", STR_ARG(n->text));
    diag_note(l->diags, diag, d->span, "declared here");
}

void for_each_turn(struct lang *l, struct scope *s, node_id head_id, loop_turn *turn,
                   void *context) {
    const struct node *head = scope_node(s, head_id);
    if (head->kind != NODE_LOOP_HEAD)
        return;
    shadow_check(l, s, head->name);
    shadow_check(l, s, head->extra);
    bool two = !node_is_nil(head->extra);
    struct span span = scope_span(s, head->value);
    struct value *over = eval(l, s, head->value);
    struct thing *t = thing_of(over);
    if (t && t->is_collection) {
        for (uint32_t i = 0; i < t->entries.count; i++) {
            struct value *key = value_string(l->values, t->entries.items[i].key);
            struct value *thing = value_of_thing(l, t->entries.items[i].thing);
            one_turn(l, s, head, two ? key : thing, thing, key->text, turn, context);
        }
    } else if (over->kind == VAL_MAP) {
        for (uint32_t i = 0; i < over->count; i++) {
            struct value *key = value_string(l->values, over->members[i].key);
            one_turn(l, s, head, two ? key : over->members[i].value, over->members[i].value,
                     key->text, turn, context);
        }
    } else if (over->kind == VAL_LIST) {
        for (uint32_t i = 0; i < over->count; i++) {
            struct value *item = over->items[i], *at = value_int(l->values, i);
            one_turn(l, s, head, two ? at : item, item,
                     value_text(item).ptr ? value_text(item) : at->text, turn, context);
        }
    } else if (!is_error(over) && !value_is_known(over) && !t) {
        need_known(l, over, span, "what a loop goes over");
    } else if (!is_error(over)) {
        diag_add(l->diags, RULE_VALUE_TYPE, span,
                 "a loop goes over a list, a map or a collection, found %s", describe_value(over));
    }
}

/* ---- operators ---------------------------------------------------------------------- */

static struct value *eval_logic(struct lang *l, struct scope *s, const struct node *n) {
    struct value *a = to_boolean(l, eval(l, s, n->value), scope_span(s, n->value));
    if (!a)
        return value_error(l);
    bool is_and = n->op == TOK_AND;
    if (a->kind == VAL_BOOL && a->truth != is_and)
        return a;
    struct value *b = eval_under(l, is_and ? a : logic_not(l, a), s, n->extra);
    b = to_boolean(l, b, scope_span(s, n->extra));
    if (!b)
        return value_error(l);
    return is_and ? logic_and(l, a, b) : logic_or(l, a, b);
}

/* `other` wherever `a` would be null. */
static struct value *with_default(struct lang *l, struct value *a, struct value *other) {
    if (a->kind == VAL_IF)
        return logic_if(l, a->items[0], with_default(l, a->items[1], other),
                        with_default(l, a->items[2], other));
    return logic_if(l, logic_is_null(l, a), other, a);
}

static struct value *eval_default(struct lang *l, struct scope *s, const struct node *n) {
    struct value *a = eval_soft(l, s, n->value);
    if (is_error(a))
        return a;
    struct value *absent = logic_is_null(l, a);
    if (absent->kind == VAL_BOOL)
        return absent->truth ? eval(l, s, n->extra) : a;
    struct value *other = eval(l, s, n->extra);
    return is_error(other) ? other : with_default(l, a, other);
}

static struct value *eval_binary(struct lang *l, struct scope *s, const struct node *n) {
    if (n->op == TOK_QUESTION_QUESTION)
        return eval_default(l, s, n);
    if (n->op == TOK_AND || n->op == TOK_OR)
        return eval_logic(l, s, n);
    struct value *a = eval(l, s, n->value), *b = eval(l, s, n->extra);
    if (is_error(a) || is_error(b))
        return value_error(l);
    switch (n->op) {
    case TOK_EQUAL_EQUAL:
        return logic_equal(l, a, b, n->span);
    case TOK_NOT_EQUAL: {
        struct value *same = logic_equal(l, a, b, n->span);
        return is_error(same) ? same : logic_not(l, same);
    }
    case TOK_LESS:
    case TOK_LESS_EQUAL:
    case TOK_GREATER:
    case TOK_GREATER_EQUAL:
        return eval_comparison(l, n, a, b);
    default:
        return eval_arithmetic(l, n, a, b);
    }
}

static struct value *eval_unary(struct lang *l, struct scope *s, const struct node *n) {
    struct value *x = eval(l, s, n->value);
    if (is_error(x))
        return x;
    if (n->op == TOK_NOT) {
        struct value *b = to_boolean(l, x, n->span);
        return b ? logic_not(l, b) : value_error(l);
    }
    struct value *zero = value_int(l->values, 0);
    zero->unit = x->unit;
    struct node minus = *n;
    minus.op = TOK_MINUS;
    return eval_arithmetic(l, &minus, zero, x);
}

static struct value *eval_ternary(struct lang *l, struct scope *s, const struct node *n) {
    struct value *c = to_boolean(l, eval(l, s, n->cond), scope_span(s, n->cond));
    if (!c)
        return value_error(l);
    if (c->kind == VAL_BOOL)
        return eval(l, s, c->truth ? n->value : n->extra);
    struct value *yes = eval_under(l, c, s, n->value);
    struct value *no = eval_under(l, logic_not(l, c), s, n->extra);
    return is_error(yes) || is_error(no) ? value_error(l) : logic_if(l, c, yes, no);
}

static struct value *eval_node(struct lang *l, struct scope *s, node_id id, bool soft) {
    const struct node *n = scope_node(s, id);
    struct collect c;
    switch (n->kind) {
    case NODE_NAME:
        return eval_name(l, s, n);
    case NODE_STRING:
        return eval_string_node(l, s, n);
    case NODE_NUMBER: {
        struct value *x = value_number(l->values, n->text);
        x->unit = n->unit;
        return x;
    }
    case NODE_BOOL:
        return value_bool(l->values, n->op == TOK_TRUE);
    case NODE_NULL:
        return value_null(l->values);
    case NODE_LIST:
        return eval_list(l, s, n);
    case NODE_MAP: {
        struct value *map = value_map(l->values);
        map_entries(l, s, n, map, NULL);
        return map;
    }
    case NODE_COMPREHENSION:
        c = (struct collect){value_list(l->values), n, NULL};
        for_each_turn(l, s, n->loop, comprehension_turn, &c);
        return c.into;
    case NODE_UNARY:
        return eval_unary(l, s, n);
    case NODE_BINARY:
        return eval_binary(l, s, n);
    case NODE_TERNARY:
        return eval_ternary(l, s, n);
    case NODE_MEMBER:
        return read_member(l, s, n, soft);
    case NODE_INDEX_OF: {
        struct value *of = soft ? eval_soft(l, s, n->value) : eval(l, s, n->value);
        return index_value(l, of, eval(l, s, n->extra), scope_span(s, n->extra), soft);
    }
    case NODE_CALL:
        return call_builtin(l, s, id);
    default:
        return value_error(l); /* NODE_ERROR: reported by the parser */
    }
}

static struct value *eval_at(struct lang *l, struct scope *s, node_id id, bool soft) {
    struct place before = l->values->place;
    l->values->place.span = scope_span(s, id);
    struct value *x;
    if (l->depth >= LIMIT_EVAL_DEPTH) {
        diag_add(l->diags, RULE_LIMIT, scope_span(s, id), "values need each other over %d levels",
                 LIMIT_EVAL_DEPTH);
        x = value_error(l);
    } else {
        l->depth++;
        x = eval_node(l, s, id, soft);
        l->depth--;
    }
    l->values->place = before;
    return x;
}

struct value *eval(struct lang *l, struct scope *s, node_id id) {
    return eval_at(l, s, id, false);
}

struct value *eval_soft(struct lang *l, struct scope *s, node_id id) {
    return eval_at(l, s, id, true);
}

struct value *assume(struct lang *l, struct value *cond) {
    struct value *before = l->given;
    l->given = logic_and(l, before, cond);
    return before;
}

struct value *eval_under(struct lang *l, struct value *cond, struct scope *s, node_id id) {
    struct value *before = assume(l, cond);
    struct value *x = eval(l, s, id);
    l->given = before;
    return x;
}
