#include "graph/edges.h"

#include "base/buf.h"
#include "base/limits.h"

struct walk {
    struct edges *edges;
    enum section section;
    const struct resource *from;
    struct str entry;
    unsigned depth;
    bool in_loop;
};

static void add(struct walk *w, struct edge edge) {
    struct edges *e = w->edges;
    struct edge *made = arena_new(e->arena, struct edge);
    *made = edge;
    made->section = w->section;
    made->from = w->from;
    made->entry = w->entry;
    made->in_loop = w->in_loop;
    made->next = (struct edge *)map_put_ptr(e->arena, &e->to, edge.target, made);
    vec_push(e->arena, &e->items, made);
}

static const struct path *step(struct walk *w, const struct path *outer, struct str key,
                               uint32_t index) {
    struct path *p = arena_new(w->edges->arena, struct path);
    *p = (struct path){outer, key, index};
    return p;
}

static void walk_value(struct walk *w, const struct value *x, const struct path *path,
                       struct bdd_id when);

static void walk_items(struct walk *w, const struct value *x, const struct path *path,
                       struct bdd_id when, uint32_t from) {
    for (uint32_t i = from; i < x->count; i++) {
        const struct value *item = x->items[i];
        bool inner = x->kind == VAL_LIST && !value_is_scalar(item);
        walk_value(w, item, inner ? step(w, path, STR_NIL, i) : path, when);
    }
}

static void walk_sub(struct walk *w, const struct value *x, const struct path *path,
                     struct bdd_id when) {
    struct sub_piece piece;
    for (uint32_t at = 0; sub_next(x->text, &at, &piece);) {
        if (!piece.is_variable || value_has(value_at(x, 0), piece.text))
            continue;
        struct str attribute, target = str_split(piece.text, '.', &attribute);
        add(w, (struct edge){.kind = attribute.ptr ? EDGE_SUB_GETATT : EDGE_SUB,
                             .target = target,
                             .attribute = attribute,
                             .path = path,
                             .at = x,
                             .when = when});
    }
    walk_items(w, x, path, when, 0);
}

static void walk_if(struct walk *w, const struct value *x, const struct path *path,
                    struct bdd_id when) {
    const struct value *name = value_at(x, 0);
    if (name->kind != VAL_STRING) {
        walk_items(w, x, path, when, 0);
        return;
    }
    struct formulas *f = w->edges->formulas;
    add(w, (struct edge){.kind = EDGE_CONDITION, .target = name->text, .path = path, .at = name,
                         .when = when});
    struct bdd_id is = formula_named(f, name->text);
    walk_value(w, value_at(x, 1), path, formula_and(f, when, is));
    walk_value(w, value_at(x, 2), path, formula_and(f, when, formula_not(f, is)));
}

static void walk_function(struct walk *w, const struct value *x, const struct path *path,
                          struct bdd_id when) {
    const struct value *first = value_at(x, 0);
    switch (x->kind) {
    case VAL_REF:
        add(w, (struct edge){.kind = EDGE_REF, .target = x->text, .path = path, .at = x,
                             .when = when});
        return;
    case VAL_GETATT:
        add(w, (struct edge){.kind = EDGE_GETATT, .target = x->text, .path = path, .at = x,
                             .attribute = value_text(first), .when = when});
        break;
    case VAL_CONDITION:
        add(w, (struct edge){.kind = EDGE_CONDITION, .target = x->text, .path = path, .at = x,
                             .when = when});
        return;
    case VAL_SUB:
        walk_sub(w, x, path, when);
        return;
    case VAL_IF:
        walk_if(w, x, path, when);
        return;
    case VAL_FIND_IN_MAP:
        if (first->kind == VAL_STRING)
            add(w, (struct edge){.kind = EDGE_MAPPING, .target = first->text, .path = path,
                                 .at = x, .when = when});
        else
            w->edges->any_computed_mapping = true;
        break;
    case VAL_VALUE_OF:
        if (first->kind == VAL_STRING)
            add(w, (struct edge){.kind = EDGE_REF, .target = first->text, .path = path, .at = x,
                                 .when = when});
        break;
    case VAL_TRANSFORM:
        w->edges->any_macro = true;
        break;
    default:
        break;
    }
    walk_items(w, x, path, when, 0);
}

static void walk_member(struct walk *w, const struct member *m, const struct path *path,
                        struct bdd_id when) {
    bool outer = w->in_loop;
    if (value_is_scalar(m->value)) {
        if (w->in_loop && m->value->kind == VAL_STRING && str_is(m->key, "Condition"))
            add(w, (struct edge){.kind = EDGE_CONDITION, .target = m->value->text, .path = path,
                                 .at = m->value, .when = when});
        return;
    }
    w->edges->any_macro |= str_is(m->key, "Fn::Transform");
    w->edges->any_computed_name |= str_is(m->key, "Ref") && value_is_intrinsic(m->value);
    w->in_loop |= str_starts(m->key, STR("Fn::ForEach::"));
    walk_value(w, m->value, step(w, path, m->key, 0), when);
    w->in_loop = outer;
}

static void walk_value(struct walk *w, const struct value *x, const struct path *path,
                       struct bdd_id when) {
    if (value_is_scalar(x) || w->depth > LIMIT_DEPTH)
        return;
    w->depth++;
    if (value_is_intrinsic(x))
        walk_function(w, x, path, when);
    else if (x->kind == VAL_LIST)
        walk_items(w, x, path, when, 0);
    else if (x->kind == VAL_MAP)
        for (uint32_t i = 0; i < x->count; i++)
            walk_member(w, &x->members[i], path, when);
    w->depth--;
}

/* A Condition attribute of a resource or an output; the circumstances it makes. */
static struct bdd_id walk_condition(struct walk *w, const struct value *attributes) {
    const struct value *condition = value_get_c(attributes, "Condition");
    if (condition->kind != VAL_STRING)
        return BDD_TRUE;
    add(w, (struct edge){.kind = EDGE_CONDITION, .target = condition->text, .at = condition,
                         .path = step(w, NULL, STR("Condition"), 0), .when = BDD_TRUE});
    return formula_named(w->edges->formulas, condition->text);
}

static void walk_depends_on(struct walk *w, const struct value *x, struct bdd_id when) {
    const struct path *path = step(w, NULL, STR("DependsOn"), 0);
    uint32_t count = x->kind == VAL_LIST ? x->count : 1;
    for (uint32_t i = 0; i < count; i++) {
        const struct value *name = x->kind == VAL_LIST ? x->items[i] : x;
        if (name->kind == VAL_STRING)
            add(w, (struct edge){.kind = EDGE_DEPENDS_ON, .target = name->text, .path = path,
                                 .at = name, .when = when});
        else
            walk_value(w, name, path, when);
    }
}

static void walk_resource(struct edges *e, const struct resource *r) {
    struct walk w = {.edges = e, .section = SECTION_RESOURCES, .from = r, .entry = r->id};
    map_put(e->arena, &e->from, r->id, (uintptr_t)e->items.count + 1);
    struct bdd_id when = walk_condition(&w, r->attributes);
    walk_value(&w, r->properties, step(&w, NULL, STR("Properties"), 0), when);
    if (r->attributes->kind != VAL_MAP)
        return;
    for (uint32_t i = 0; i < r->attributes->count; i++) {
        const struct member *m = &r->attributes->members[i];
        if (str_is(m->key, "DependsOn"))
            walk_depends_on(&w, m->value, when);
        else if (!str_is(m->key, "Condition"))
            walk_value(&w, m->value, step(&w, NULL, m->key, 0), when);
    }
}

static void walk_section(struct edges *e, const struct value *entries, enum section section) {
    if (entries->kind != VAL_MAP)
        return;
    for (uint32_t i = 0; i < entries->count; i++) {
        struct walk w = {.edges = e, .section = section, .entry = entries->members[i].key};
        const struct value *entry = entries->members[i].value;
        w.in_loop = str_starts(w.entry, STR("Fn::ForEach::"));
        e->any_macro |= str_is(w.entry, "Fn::Transform");
        struct bdd_id when = section == SECTION_OUTPUTS ? walk_condition(&w, entry) : BDD_TRUE;
        walk_value(&w, entry, NULL, when);
    }
}

void edges_init(struct edges *e, struct arena *a, const struct graph *g, struct formulas *f) {
    *e = (struct edges){.arena = a, .formulas = f};
    for (uint32_t i = 0; i < g->resources.count; i++)
        walk_resource(e, g->resources.items[i]);
    walk_section(e, g->outputs, SECTION_OUTPUTS);
    walk_section(e, g->conditions, SECTION_CONDITIONS);
    walk_section(e, g->rules, SECTION_RULES);
    walk_section(e, g->parameters, SECTION_PARAMETERS);
    walk_section(e, g->globals, SECTION_GLOBALS);
    walk_section(e, g->hooks, SECTION_OTHER);
    walk_section(e, g->macros, SECTION_OTHER);
    walk_section(e, g->mappings, SECTION_OTHER);
    e->any_macro |= value_has(g->others, STR("Fn::Transform"));
    struct walk w = {.edges = e, .section = SECTION_OTHER, .entry = STR("Transform")};
    walk_value(&w, g->transform, NULL, BDD_TRUE);
}

const struct edge *edges_to(const struct edges *e, struct str target) {
    return map_get_ptr(&e->to, target);
}

uint32_t edges_from(const struct edges *e, const struct resource *r, uint32_t *first) {
    uint32_t at = (uint32_t)map_get(&e->from, r->id);
    *first = at ? at - 1 : 0;
    uint32_t end = *first;
    while (at && end < e->items.count && e->items.items[end]->from == r)
        end++;
    return end;
}

bool edge_is_dependency(const struct edge *e) {
    return e->kind <= EDGE_DEPENDS_ON;
}

struct str path_text(struct arena *a, const struct path *path) {
    const struct path *steps[LIMIT_DEPTH];
    unsigned n = 0;
    for (; path && n < LIMIT_DEPTH; path = path->outer)
        steps[n++] = path;
    struct buf b;
    buf_init(&b, a, 0);
    while (n-- > 0) {
        if (!steps[n]->key.ptr)
            buf_printf(&b, "[%u]", steps[n]->index);
        else
            buf_printf(&b, "%s%.*s", b.len ? "." : "", STR_ARG(steps[n]->key));
    }
    return buf_view(&b);
}
