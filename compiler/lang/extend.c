#include "lang/compile.h"

/* `extend x.part { }`: what others add to a thing, or to one of its parts, also inside of a module's
   instance. */

/* The thing of that name inside of an instance; NULL: none. */
static struct value *inner_thing(struct lang *l, struct thing *instance, const struct node *ref) {
    struct decl *d = map_get_ptr(&instance->space->names, ref->text);
    return d && d->class == DECL_THING ? eval_decl(l, d, ref->span) : NULL;
}

/* Like eval, but what stands in a module's instance has its name there. */
static struct value *eval_reference(struct lang *l, struct scope *s, node_id id) {
    const struct node *n = scope_node(s, id);
    if (n->kind == NODE_INDEX_OF)
        return index_value(l, eval_reference(l, s, n->value), eval(l, s, n->extra),
                           scope_span(s, n->extra), false);
    if (n->kind != NODE_MEMBER)
        return eval(l, s, id);
    struct value *of = eval_reference(l, s, n->value);
    struct thing *t = thing_of(of);
    if (is_error(of))
        return of;
    if (!t || t->is_collection)
        return index_value(l, of, value_string(l->values, n->text), n->span, false);
    struct value *inner = t->space ? inner_thing(l, t, n) : NULL;
    return inner ? inner
                 : thing_member(l, t, n->text,
                                node_is_nil(n->name) ? n->span : scope_span(s, n->name));
}

static void add_extension(struct lang *l, const struct clause *c, struct thing *of, struct str part,
                          struct value *cond) {
    struct extension e = {*c, of, part, cond};
    vec_push(l->arena, &l->extensions, e);
    if (of->colour == BLACK && !part.len) /* its body is there already */
        eval_extension(l, &of->body, c->scope, scope_node(c->scope, c->node)->block, of->kind,
                       cond);
}

static void resolve(struct lang *l, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node), *ref = scope_node(c->scope, n->value);
    struct value *cond = NULL;
    if (!guard_holds(l, c->scope, c->guard, &cond))
        return;
    struct value *x = eval_reference(l, c->scope, n->value);
    struct thing *t = thing_of(x);
    if (is_error(x) || value_is_null(x))
        return;
    if (t && t->is_part && t->owner->kind == KIND_INDEX) { /* its resources are the table's parts */
        struct str part = str_printf(l->arena, "%.*s of index %.*s", STR_ARG(ref->text),
                                     STR_ARG(t->owner->name));
        add_extension(l, c, t->owner->owner, part, cond);
    } else if (t && t->is_part) {
        add_extension(l, c, t->owner, ref->text, cond);
    } else if (t && t->is_collection) {
        for (uint32_t i = 0; i < t->entries.count; i++)
            add_extension(l, c, t->entries.items[i].thing, STR_NIL, cond);
    } else if (t && !t->is_existing && !t->space && t->type.len) {
        add_extension(l, c, t, STR_NIL, cond);
    } else {
        struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, ref->span,
                                  "'extend' takes a thing of this stack or a part of one, found %s",
                                  t && t->space         ? "an instance of a module"
                                  : t && t->is_existing ? "one that exists already"
                                                        : describe_value(x));
        if (t && t->space)
            diag_help(l->diags, d, "name what is in it: extend %.*s.x { .. }", STR_ARG(t->name));
    }
}

void resolve_extends(struct lang *l) {
    for (uint32_t i = 0; i < l->extends.count; i++)
        resolve(l, &l->extends.items[i]);
}

void extend_body(struct lang *l, struct thing *t) {
    for (uint32_t i = 0; i < l->extensions.count; i++) {
        const struct extension *e = &l->extensions.items[i];
        if (e->of == t && !e->part.len)
            eval_extension(l, &t->body, e->clause.scope,
                           scope_node(e->clause.scope, e->clause.node)->block, t->kind, e->cond);
    }
}

/* What all extensions of one part say; two may not say the same. */
void extend_parts(struct lang *l, struct thing *t) {
    struct map bodies = {0};
    for (uint32_t i = 0; i < l->extensions.count; i++) {
        const struct extension *e = &l->extensions.items[i];
        const struct node *n = scope_node(e->clause.scope, e->clause.node);
        if (e->of != t || !e->part.len)
            continue;
        struct resource *r =
            find_part(l, t, e->part, scope_span(e->clause.scope, n->value));
        struct body *b = map_get_ptr(&bodies, e->part);
        if (!r)
            continue;
        if (!b) {
            b = arena_new(l->arena, struct body);
            map_put_ptr(l->arena, &bodies, e->part, b);
        }
        uint32_t from = b->settings.count;
        eval_extension(l, b, e->clause.scope, n->block, KIND_NONE, e->cond);
        struct body fresh = {0};
        for (uint32_t k = from; k < b->settings.count; k++)
            vec_push(l->arena, &fresh.settings, b->settings.items[k]);
        apply_extended(l, &fresh, r);
    }
    if (t->main)
        apply_extended(l, &t->body, t->main);
}
