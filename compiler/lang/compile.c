#include "lang/compile.h"

/* ---- assertions -------------------------------------------------------------------- */

static void fail_assert(struct lang *l, const struct clause *c, const struct node *n,
                        const struct value *message) {
    struct diag *d = diag_add(l->diags, RULE_ASSERTION, scope_span(c->scope, n->value), "%.*s",
                              STR_ARG(value_text(message)));
    if (l->answer.len)
        diag_label(l->diags, d, "%.*s", STR_ARG(l->answer));
}

/* An assert that asks can(..) is left for the second time, when the policies are there. */
static void check_assert(struct lang *l, const struct clause *c, uint32_t number) {
    const struct node *n = scope_node(c->scope, c->node);
    struct value *when = c->scope->space->cond;
    l->is_asserting = true;
    l->asks_policies = false;
    l->answer = STR_NIL;
    if (!guard_holds(l, c->scope, c->guard, &when)) {
        l->is_asserting = false;
        return;
    }
    struct value *x = eval_under(l, when, c->scope, n->value);
    x = to_boolean(l, x, scope_span(c->scope, n->value));
    l->is_asserting = false;
    if (!x || l->asks_policies)
        return;
    struct value *message = eval(l, c->scope, n->extra);
    if (x->kind == VAL_BOOL) {
        if (!x->truth)
            fail_assert(l, c, n, message);
        return;
    }
    l->values->place = (struct place){n->span, NULL};
    struct value *assertion =
        map_of(l, 2, "Assert", rule_expression(l, x), "AssertDescription", message);
    struct value *rule =
        map_of(l, 2, "RuleCondition", when ? rule_expression(l, when) : &value_nil, "Assertions",
               list_of(l, 1, assertion));
    value_put(l->values, graph_section(l->graph, &l->graph->rules),
              str_printf(l->arena, "Assertion%u", number + 1), rule);
}

/* ---- the whole -------------------------------------------------------------------- */

/* The names that the text of the root file uses, whether this build evaluates them or not. */
static struct map used_names(struct lang *l) {
    const struct tree *t = l->root->tree;
    struct map used = {0};
    bool *is_label = arena_array(l->arena, bool, t->nodes.count); /* of a declaration, entry, member */
    for (uint32_t i = 1; i < t->nodes.count; i++)
        is_label[t->nodes.items[i].name.i] = true;
    for (uint32_t i = 1; i < t->nodes.count; i++)
        if (t->nodes.items[i].kind == NODE_NAME && !is_label[i])
            map_put(l->arena, &used, t->nodes.items[i].text, 1);
    return used;
}

static void report_unused(struct lang *l) {
    for (uint32_t i = 0; i < l->options->input_count; i++) {
        const struct lang_input *input = &l->options->inputs[i];
        if (!input->used)
            diag_add(l->diags, RULE_OPTION_VALUE, input->span,
                     "'%.*s' is set from outside, but is no typed let of the stack",
                     STR_ARG(input->name));
    }
    if (diags_have_errors(l->diags))
        return;
    struct map used = used_names(l);
    for (uint32_t i = 0; i < l->decls.count; i++) {
        const struct decl *d = l->decls.items[i];
        if (d->used || !d->space->root || (d->class != DECL_PARAM && d->class != DECL_LET) ||
            map_get(&used, d->name))
            continue;
        diag_add(l->diags, RULE_UNUSED_NAME, d->span, "'%.*s' is used nowhere", STR_ARG(d->name));
    }
    for (uint32_t i = 0; i < l->things.count; i++) {
        const struct thing *t = l->things.items[i];
        if (t->kind == KIND_AUTHORIZER && !t->used && t->decl->space->root &&
            !map_get(&used, t->decl->name))
            diag_add(l->diags, RULE_UNUSED_AUTHORIZER, t->decl->span, "no route asks for '%.*s'",
                     STR_ARG(t->name));
    }
}

static void make_all(struct lang *l) {
    for (uint32_t i = 0; i < l->decls.count; i++)
        if (l->decls.items[i]->class == DECL_PARAM)
            eval_decl(l, l->decls.items[i], l->decls.items[i]->span);
    eval_stack(l);
    for (uint32_t i = 0; i < l->decls.count; i++) {
        struct decl *d = l->decls.items[i];
        bool file = !d->space->instance && !d->space->root;
        if (d->class == DECL_THING && file && d->colour == WHITE) {
            struct diag *diag = diag_add(l->diags, RULE_WRONG_PLACE, d->span,
                                         "a file that others use declares modules and lets only");
            diag_help(l->diags, diag, "put '%.*s' into a module", STR_ARG(d->name));
            d->colour = BLACK;
            d->value = value_error(l);
        }
        if (!file || d->class == DECL_LET)
            if (d->class != DECL_MODULE && d->class != DECL_IMPORT &&
                !(d->class == DECL_LET && d->space->instance))
                eval_decl(l, d, d->span);
    }
}

/* The macros that the template needs; extensions come first, so that SAM sees their results. */
static void set_transform(struct lang *l) {
    struct graph *g = l->graph;
    bool sam = false;
    for (uint32_t i = 0; i < g->resources.count; i++)
        sam |= str_starts(g->resources.items[i]->type, STR("AWS::Serverless::"));
    struct value *serverless = value_c(l->values, "AWS::Serverless-2016-10-31");
    struct value *extensions = value_c(l->values, "AWS::LanguageExtensions");
    if (l->needs_extensions)
        g->transform = sam ? list_of(l, 2, extensions, serverless) : extensions;
    else if (sam)
        g->transform = serverless;
}

void lang_compile(struct graph *g, struct diags *diags, struct sources *sources, uint32_t source,
                  const struct lang_options *options) {
    struct lang lang = {.arena = g->arena, .graph = g, .values = &g->values, .diags = diags,
                        .sources = sources, .options = options, .tags = &value_nil,
                        .root_source = source};
    struct lang *l = &lang;
    l->root = load_source(l, source, true);
    make_all(l);
    resolve_extends(l);
    for (uint32_t i = 0; i < l->things.count; i++)
        thing_body(l, l->things.items[i]);
    for (uint32_t i = 0; i < l->things.count; i++)
        split_choices(l, l->things.items[i]);
    note_consumers(l);
    for (uint32_t i = 0; i < l->things.count; i++) {
        l->given = l->things.items[i]->cond;
        lower_thing(l, l->things.items[i]);
    }
    l->given = NULL;
    emit_outputs(l);
    bool *later = arena_array(l->arena, bool, l->asserts.count + 1);
    for (uint32_t i = 0; i < l->asserts.count; i++) {
        check_assert(l, &l->asserts.items[i], i);
        later[i] = l->asks_policies;
    }
    finish_graph(l);
    break_circles(l);
    l->is_finished = true;
    bool whole = !diags_have_errors(l->diags);
    for (uint32_t i = 0; i < l->asserts.count && whole; i++)
        if (later[i])
            check_assert(l, &l->asserts.items[i], i);
    report_unused(l);
    g->values.place = (struct place){0};
    g->version = value_c(&g->values, "2010-09-09");
    set_transform(l);
}
