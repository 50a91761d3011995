#include "lang/compile.h"

/* Entries of every block that become resource attributes, not properties. */
static const char *const common[] = {"id",       "retain",        "snapshot",       "depends",
                                     "metadata", "update_policy", "creation_policy"};

static bool is_common(struct str name) {
    return str_in(name, common);
}

static bool is_upper(struct str name) {
    return name.len && name.ptr[0] >= 'A' && name.ptr[0] <= 'Z';
}

const struct setting *body_setting(const struct body *b, const char *name) {
    const struct setting *best = NULL;
    for (uint32_t i = 0; i < b->settings.count; i++) {
        const struct setting *s = &b->settings.items[i];
        if (str_is(s->name, name) && (!best || s->strength >= best->strength))
            best = s;
    }
    return best;
}

bool body_is_set(const struct thing *t, const char *name) {
    return body_setting(&t->body, name) != NULL;
}

struct value *setting_value(struct lang *l, const struct setting *s) {
    return s->value ? s->value : eval_under(l, s->cond, s->scope, s->node);
}

/* ---- gathering -------------------------------------------------------------------------- */

struct gather {
    struct body *out;
    enum kind_id kind;
    enum strength strength;
    struct value *cond;
    const struct node *block;
    bool open; /* any name: module instances, existing things, raw resources' parts */
};

static void unknown_attribute(struct lang *l, struct gather *g, struct str name,
                              struct span span) {
    const char *kind = kinds[g->kind].name;
    struct diag *d =
        diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, span, "%s %s has no attribute '%.*s'",
                 kind_article(g->kind), kind, STR_ARG(name));
    const char *near = NULL;
    for (unsigned i = 0; i < attribute_count && !near; i++)
        if (attributes[i].kind == g->kind && str_is_near(name, str_from(attributes[i].name)))
            near = attributes[i].name;
    for (unsigned i = 0; i < attribute_count && !near; i++)
        if (attributes[i].kind == g->kind && str_has_word(str_from(attributes[i].name), '_', name))
            near = attributes[i].name;
    if (near) {
        diag_label(l->diags, d, "did you mean '%s'?", near);
        diag_fix(l->diags, d, span, str_from(near), false);
    } else if (g->kind == KIND_TABLE && str_is(name, "key")) {
        diag_help(l->diags, d, "it is written key (id: string), without '='");
    } else {
        diag_help(l->diags, d,
                  "'apic help %s' lists them; CloudFormation's properties begin in upper case",
                  kind);
    }
}

static bool attribute_fits(struct lang *l, struct gather *g, struct str name, struct span span) {
    if (g->open || is_common(name) || is_upper(name) ||
        (g->kind != KIND_NONE && attribute_find(g->kind, name)))
        return true;
    if (g->kind == KIND_NONE) {
        struct diag *d = diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, span,
                                  "a resource has no attribute '%.*s'", STR_ARG(name));
        diag_help(l->diags, d,
                  "properties begin in upper case; the others are id, retain, snapshot, "
                  "depends, metadata, update_policy, creation_policy");
    } else {
        unknown_attribute(l, g, name, span);
    }
    return false;
}

static void add_setting(struct lang *l, struct gather *g, struct setting s) {
    if (!attribute_fits(l, g, s.name, s.span))
        return;
    for (uint32_t i = 0; i < g->out->settings.count; i++) {
        const struct setting *before = &g->out->settings.items[i];
        if (s.strength < BY_STATEMENT || before->strength != s.strength || s.append || s.cond ||
            before->cond || !str_eq(before->name, s.name))
            continue;
        struct diag *d = diag_add(l->diags, RULE_DUPLICATE_ATTRIBUTE, s.span, "'%.*s' is set twice",
                                  STR_ARG(s.name));
        diag_note(l->diags, d, before->span, "first here");
        return;
    }
    vec_push(l->arena, &g->out->settings, s);
}

static void gather_entries(struct lang *l, struct scope *s, struct gather *g);

static void gather_turn(struct lang *l, struct scope *turn, void *context) {
    gather_entries(l, turn, context);
}

static void spread_map(struct lang *l, struct scope *s, struct gather *g, const struct node *n,
                       struct value *x) {
    if (is_error(x) || value_is_null(x))
        return;
    if (x->kind == VAL_IF) { /* each under its condition */
        struct gather yes = *g, no = *g;
        yes.cond = logic_and(l, g->cond, x->items[0]);
        no.cond = logic_and(l, g->cond, logic_not(l, x->items[0]));
        spread_map(l, s, &yes, n, x->items[1]);
        spread_map(l, s, &no, n, x->items[2]);
        return;
    }
    if (x->kind != VAL_MAP) {
        diag_add(l->diags, RULE_VALUE_TYPE, n->span, "'...' in a block needs a map, found %s",
                 describe_value(x));
        return;
    }
    enum strength strength = g->strength == BY_STATEMENT ? BY_SPREAD : g->strength;
    for (uint32_t i = 0; i < x->count; i++)
        add_setting(
            l, g,
            (struct setting){.name = x->members[i].key,
                             .span = span_is_nil(x->members[i].span) ? n->span : x->members[i].span,
                             .value = x->members[i].value,
                             .scope = s,
                             .strength = strength,
                             .cond = g->cond});
}

static void gather_spread(struct lang *l, struct scope *s, struct gather *g,
                          const struct node *n) {
    spread_map(l, s, g, n, eval(l, s, n->value));
}

static struct str attribute_name(struct lang *l, struct scope *s, node_id name) {
    const struct node *n = scope_node(s, name);
    if (n->kind != NODE_STRING)
        return n->text;
    return need_text(l, eval_string_node(l, s, n), n->span, "an attribute's name");
}

static void gather_entry(struct lang *l, struct scope *s, struct gather *g, node_id id) {
    const struct node *n = scope_node(s, id);
    struct gather inner = *g;
    switch (n->kind) {
    case NODE_ATTRIBUTE:
        add_setting(l, g, (struct setting){.name = attribute_name(l, s, n->name),
                                           .span = scope_span(s, n->name),
                                           .node = n->value,
                                           .scope = s,
                                           .strength = g->strength,
                                           .append = n->op == TOK_PLUS_EQUAL,
                                           .cond = g->cond});
        return;
    case NODE_SPREAD:
        gather_spread(l, s, g, n);
        return;
    case NODE_LOOP:
        inner.block = scope_node(s, n->block);
        for_each_turn(l, s, n->loop, gather_turn, &inner);
        return;
    case NODE_GUARD: {
        struct value *c = to_boolean(l, eval(l, s, n->cond), scope_span(s, n->cond));
        if (!c || (c->kind == VAL_BOOL && !c->truth))
            return;
        inner.block = scope_node(s, n->block);
        inner.cond = c->kind == VAL_BOOL ? g->cond : logic_and(l, g->cond, c);
        struct value *before = assume(l, inner.cond);
        gather_entries(l, s, &inner);
        l->given = before;
        return;
    }
    case NODE_ACCEPTED:
        note_accepts(l, s, n);
        gather_entry(l, s, g, n->value);
        return;
    case NODE_ERROR:
        return;
    default:
        vec_push(l->arena, &g->out->clauses,
                 (struct clause){.node = id, .scope = s, .cond = g->cond, .origin = s->origin});
    }
}

static void gather_entries(struct lang *l, struct scope *s, struct gather *g) {
    const struct node *block = g->block;
    for (uint32_t i = 0; i < block->count; i++)
        gather_entry(l, s, g, s->space->tree->children.items[block->list + i]);
}

void eval_block(struct lang *l, struct body *out, struct scope *s, node_id block,
                enum kind_id kind) {
    struct gather g = {.out = out, .kind = kind};
    for (uint32_t i = 0; i < l->defaults.count && kind != KIND_NONE; i++) {
        const struct clause *c = &l->defaults.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        const struct node *of = scope_node(c->scope, n->name);
        if (!str_is(of->text, kinds[kind].name))
            continue;
        g.strength = BY_DEFAULTS;
        g.block = scope_node(c->scope, n->block);
        gather_entries(l, c->scope, &g);
    }
    g.strength = BY_STATEMENT;
    g.block = scope_node(s, block);
    gather_entries(l, s, &g);
}

void eval_extension(struct lang *l, struct body *out, struct scope *s, node_id block,
                    enum kind_id kind, struct value *cond) {
    struct gather g = {.out = out, .kind = kind, .strength = BY_EXTEND, .cond = cond,
                       .block = scope_node(s, block)};
    gather_entries(l, s, &g);
}

void eval_open_block(struct lang *l, struct body *out, struct scope *s, node_id block) {
    struct gather g = {
        .out = out, .open = true, .strength = BY_STATEMENT, .block = scope_node(s, block)};
    gather_entries(l, s, &g);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* The scope of an attribute's value: its own words win, then its siblings. */
static struct scope *bind_words(struct lang *l, struct thing *t, struct scope *s,
                                const struct attribute *row) {
    struct str rest = str_from(row->words);
    while (rest.len) {
        struct str word = str_split(rest, '|', &rest);
        if (word.ptr[0] == '@') {
            struct thing *owner = t->owner ? t->owner : t;
            for (uint32_t i = 0; i < owner->siblings.cap; i++) {
                struct map_slot *slot = &owner->siblings.slots[i];
                if (slot->value)
                    s = scope_bind(l, s, slot->key,
                                   value_of_thing(l, (struct thing *)slot->value));
            }
            continue;
        }
        struct value *x = value_string(l->values, word);
        x->flags |= VALUE_WORD;
        s = scope_bind(l, s, word, x);
    }
    return s;
}

static struct value *row_default(struct lang *l, const struct attribute *row) {
    if (!row->value[0])
        return &value_nil;
    struct str text = str_from(row->value);
    if (str_is(text, "true") || str_is(text, "false"))
        return value_bool(l->values, str_is(text, "true"));
    int64_t n;
    if (str_to_int(text, &n))
        return value_int(l->values, n);
    struct value *x = value_string(l->values, text);
    if (row->words[0])
        x->flags |= VALUE_WORD;
    return x;
}

static bool is_row_word(const struct attribute *row, struct str text) {
    return text.len > 0 && str_has_word(str_from(row->words), '|', text);
}

static struct value *read_setting(struct lang *l, struct thing *t, const struct setting *s,
                                  const struct attribute *row) {
    struct value *x = s->value ? s->value
                               : eval_under(l, logic_and(l, t->cond, s->cond),
                                            bind_words(l, t, s->scope, row), s->node);
    x = value_copy_shallow(l->values, x);
    bool literal = !s->value && scope_node(s->scope, s->node)->kind == NODE_STRING;
    if (x->kind == VAL_STRING && !literal && is_row_word(row, x->text))
        x->flags |= VALUE_WORD; /* a computed text that is one of the words */
    if (!s->value || span_is_nil(x->span))
        x->span = s->value ? s->span : scope_span(s->scope, s->node);
    return convert(l, x, row);
}

/* Maps that the levels fill together: env and tags. */
static bool merges(const struct attribute *row) {
    return row->type == ATTR_MAP && (str_is(str_from(row->name), "env") ||
                                     str_is(str_from(row->name), "tags"));
}

struct value *value_join(struct lang *l, const struct value *a, const struct value *b,
                         struct value *cond) {
    struct value *out = value_copy_shallow(l->values, a), *none = value_null(l->values);
    for (uint32_t i = 0; i < b->count && b->kind == VAL_LIST; i++) {
        struct value *x = b->items[i];
        value_push(l->values, out, cond ? logic_if(l, cond, x, none) : x);
    }
    for (uint32_t i = 0; i < b->count && b->kind == VAL_MAP; i++) {
        const struct member *from = &b->members[i], *had = value_member(a, from->key);
        struct value *x = from->value;
        x = cond ? logic_if(l, cond, x, had ? had->value : none) : x;
        value_put(l->values, out, from->key, x)->span = from->span;
    }
    return out;
}

struct value *body_value(struct lang *l, struct thing *t, const char *name) {
    const struct attribute *row = attribute_find(t->kind, str_from(name));
    struct body *b = thing_body(l, t);
    struct value *out = row_default(l, row);
    for (int strength = BY_DEFAULTS; strength <= BY_EXTEND; strength++)
        for (uint32_t i = 0; i < b->settings.count; i++) {
            const struct setting *s = &b->settings.items[i];
            if ((int)s->strength != strength || !str_is(s->name, name))
                continue;
            struct value *x = read_setting(l, t, s, row);
            if (!x)
                x = value_error(l);
            bool joins = (merges(row) && x->kind == VAL_MAP) ||
                         (s->append && (x->kind == VAL_MAP || x->kind == VAL_LIST));
            if (joins && s->cond && value_is_nil(out))
                out = x->kind == VAL_MAP ? value_map(l->values) : value_list(l->values);
            if (joins && x->kind == out->kind)
                x = value_join(l, out, x, s->cond);
            else if (s->cond)
                x = logic_if(l, s->cond, x, value_is_nil(out) ? value_null(l->values) : out);
            out = x;
        }
    return out;
}
