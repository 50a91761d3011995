#include "lang/compile.h"

#include "base/limits.h"
#include "base/os.h"
#include "base/path.h"

/* ---- acceptances ------------------------------------------------------------------- */

void note_accepts(struct lang *l, struct scope *s, const struct node *n) {
    for (uint32_t i = 0; i < n->count; i++) {
        const struct node *a = scope_node(s, s->space->tree->children.items[n->list + i]);
        bool known = false;
        for (uint32_t k = 0; k < l->diags->accepts.count; k++)
            known |= span_covers(l->diags->accepts.items[k].span, a->span);
        if (known || a->kind != NODE_ACCEPT || a->count == 0)
            continue;
        struct str text[2] = {STR_NIL, STR_NIL};
        for (uint32_t k = 0; k < a->count && k < 2; k++) {
            const struct node *string =
                scope_node(s, s->space->tree->children.items[a->list + k]);
            if (string->kind == NODE_STRING && string->count)
                text[k] = scope_node(s, s->space->tree->children.items[string->list])->text;
        }
        enum rule_id rule = rule_find(text[0]);
        if (rule == RULE_NONE) {
            struct diag *d = diag_add(l->diags, RULE_UNKNOWN_RULE, a->span, "no rule is called '%.*s'",
                                      STR_ARG(text[0]));
            enum rule_id near = rule_nearest(text[0]);
            if (near != RULE_NONE)
                diag_label(l->diags, d, "did you mean '%s'?", rules[near].name);
            continue;
        }
        if (text[1].len == 0)
            diag_add(l->diags, RULE_MISSING_ATTRIBUTE, a->span,
                     "'@accept' needs a reason, for those who read this later");
        diag_accept(l->diags,
                    (struct accept){rule, scope_span(s, n->value), a->span, text[1], false});
    }
}

/* ---- declaring ----------------------------------------------------------------------- */

struct declaring {
    struct space *in;
    struct scope *scope;
    struct guard *guard;
};

static struct decl *declare(struct lang *l, struct declaring *c, struct map *names,
                            enum decl_class class, node_id node, node_id name_node) {
    const struct node *name = tree_node(c->in->tree, name_node);
    if (!name->text.len)
        return NULL;
    struct decl *before = map_get_ptr(names, name->text);
    if (before) {
        struct diag *d = diag_add(l->diags, RULE_DUPLICATE_NAME, name->span,
                                  "'%.*s' is declared twice", STR_ARG(name->text));
        diag_note(l->diags, d, before->span, "first here");
        return NULL;
    }
    struct decl *d = arena_new(l->arena, struct decl);
    *d = (struct decl){.class = class, .name = name->text, .span = name->span, .node = node,
                       .space = c->in, .guard = c->guard};
    map_put_ptr(l->arena, names, name->text, d);
    vec_push(l->arena, &l->decls, d);
    return d;
}

static void misplaced(struct lang *l, const struct node *n, struct str word, const char *help) {
    struct span span = n->span;
    span.end = span.start + (uint32_t)word.len;
    struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, span, "'%.*s' has no meaning here",
                              STR_ARG(word));
    if (help)
        diag_help(l->diags, d, "%s", help);
}

static void declare_kind(struct lang *l, struct declaring *c, node_id id, const struct node *n) {
    if (node_is_nil(n->name)) {
        misplaced(l, n, n->text, "a declaration has a name");
        return;
    }
    struct decl *d = declare(l, c, &c->in->names, DECL_THING, id, n->name);
    if (!d)
        return;
    const struct node *type = tree_node(c->in->tree, n->type);
    struct str word = str_is(n->text, "existing") ? type->text : n->text;
    d->kind = kind_find(word);
}

/* A statement of a file that is no declaration, under its `when`s. */
static struct clause declared_clause(const struct declaring *c, node_id id) {
    return (struct clause){.node = id, .scope = c->scope, .guard = c->guard};
}

static void declare_output(struct lang *l, struct declaring *c, node_id id,
                           const struct node *n) {
    if (c->in->instance) {
        declare(l, c, &c->in->outputs, DECL_LET, id, n->name);
        return;
    }
    struct decl *d = declare(l, c, &c->in->outputs, DECL_LET, id, n->name);
    if (d) {
        d->used = true;
        d->colour = BLACK; /* never read: its name is in a space of its own */
        d->value = value_error(l);
        vec_push(l->arena, &l->outputs, declared_clause(c, id));
    }
}

static void declare_statement(struct lang *l, struct declaring *c, node_id id,
                              const struct node *n) {
    struct str word = n->text;
    bool root = c->in->root;
    if (str_is(word, "stack") || str_is(word, "defaults") || str_is(word, "param")) {
        if (!root || c->guard)
            misplaced(l, n, word, "it belongs into the file that is built, outside of modules and 'when'");
        else if (str_is(word, "param"))
            declare(l, c, &c->in->names, DECL_PARAM, id, n->name);
        else if (str_is(word, "defaults"))
            vec_push(l->arena, &l->defaults, declared_clause(c, id));
        else if (!node_is_nil(l->stack))
            misplaced(l, n, word, "a file has one stack");
        else
            l->stack = id;
    } else if (str_is(word, "let")) {
        declare(l, c, &c->in->names, DECL_LET, id, n->name);
    } else if (str_is(word, "module")) {
        if (c->in->instance)
            misplaced(l, n, word, "modules stand at the top of a file");
        else
            declare(l, c, &c->in->names, DECL_MODULE, id, n->name);
    } else if (str_is(word, "output")) {
        declare_output(l, c, id, n);
    } else {
        declare_kind(l, c, id, n);
    }
}

static void use_file(struct lang *l, struct declaring *c, const struct node *n);
static void declare_entries(struct lang *l, struct declaring *c, const struct node *block);

static void declare_entry(struct lang *l, struct declaring *c, node_id id) {
    const struct node *n = tree_node(c->in->tree, id);
    struct guard *outer = c->guard;
    switch (n->kind) {
    case NODE_DECLARATION:
        declare_statement(l, c, id, n);
        return;
    case NODE_USE:
        use_file(l, c, n);
        return;
    case NODE_EXTEND:
        vec_push(l->arena, &l->extends, declared_clause(c, id));
        return;
    case NODE_ASSERT:
        vec_push(l->arena, &l->asserts, declared_clause(c, id));
        return;
    case NODE_GUARD:
        c->guard = arena_new(l->arena, struct guard);
        *c->guard = (struct guard){outer, n->cond};
        declare_entries(l, c, tree_node(c->in->tree, n->block));
        c->guard = outer;
        return;
    case NODE_ACCEPTED:
        note_accepts(l, c->scope, n);
        declare_entry(l, c, n->value);
        return;
    case NODE_LOOP:
        misplaced(l, n, STR("for"), "a declaration takes its loop behind its name: 'table t for x in xs { }'");
        return;
    case NODE_ERROR:
        return;
    default: {
        struct str word = span_text(l->sources, n->span), rest;
        misplaced(l, n, str_split(word, ' ', &rest), "it belongs into the block of a construct");
    }
    }
}

static void declare_entries(struct lang *l, struct declaring *c, const struct node *block) {
    for (uint32_t i = 0; i < block->count; i++)
        declare_entry(l, c, c->in->tree->children.items[block->list + i]);
}

/* Once all names of a file are known: what each declaration's kind word means. */
static void resolve_kinds(struct lang *l, struct space *in, uint32_t from) {
    for (uint32_t i = from; i < l->decls.count; i++) {
        struct decl *d = l->decls.items[i];
        const struct node *n = tree_node(in->tree, d->node);
        if (d->space != in || d->class != DECL_THING || str_is(n->text, "resource"))
            continue;
        bool existing = str_is(n->text, "existing");
        struct str word = existing ? tree_node(in->tree, n->type)->text : n->text;
        struct decl *module = NULL;
        bool reported = false; /* what it imports isn't there */
        for (struct space *at = in; at && !module; at = at->outer) {
            module = map_get_ptr(&at->names, word);
            reported |= module && module->class == DECL_IMPORT && !module->module;
            if (module && module->class == DECL_IMPORT)
                module->used = true, module = module->module;
            if (module && module->class != DECL_MODULE)
                module = NULL;
        }
        if (module && !existing) {
            d->module = module;
            d->kind = KIND_NONE;
            module->used = true;
            continue;
        }
        bool declarable = d->kind != KIND_NONE && (kinds[d->kind].type[0] || d->kind == KIND_AUTHORIZER) &&
                          d->kind != KIND_STAGE && d->kind != KIND_DOMAIN;
        if (declarable && (existing || d->kind != KIND_ZONE))
            continue;
        d->colour = BLACK;
        d->value = value_error(l);
        if (reported)
            continue;
        struct diag *diag = diag_add(
            l->diags, RULE_UNKNOWN_KIND,
            existing ? tree_node(in->tree, n->type)->span
                     : (struct span){n->span.source, n->span.start, n->span.start + (uint32_t)word.len},
            "'%.*s' is no construct and no module", STR_ARG(word));
        for (int k = 1; k < KIND_COUNT; k++)
            if (kinds[k].type[0] && str_is_near(word, str_from(kinds[k].name))) {
                diag_label(l->diags, diag, "did you mean '%s'?", kinds[k].name);
                break;
            }
    }
}

void declare_block(struct lang *l, struct space *in, node_id block) {
    struct scope *s = arena_new(l->arena, struct scope);
    *s = (struct scope){.space = in, .origin = in->origin};
    struct declaring c = {in, s, NULL};
    uint32_t from = l->decls.count;
    declare_entries(l, &c, tree_node(in->tree, block));
    resolve_kinds(l, in, from);
}

/* ---- files --------------------------------------------------------------------------------- */

static struct space *load_source(struct lang *l, uint32_t source, bool root) {
    struct space *in = arena_new(l->arena, struct space);
    in->root = root;
    in->tree = lang_parse(l->arena, l->diags, l->sources, source);
    vec_push(l->arena, &l->files, in);
    declare_block(l, in, in->tree->root);
    in->loaded = true;
    return in;
}

static struct str used_path(struct lang *l, struct str name, struct span span) {
    if (str_starts(name, STR("std/")))
        return str_printf(l->arena, "%.*s/%.*s.api", STR_ARG(l->options->stdlib),
                          STR_ARG(str_slice(name, 4, name.len)));
    if (str_starts(name, STR("./")))
        name = str_slice(name, 2, name.len);
    return str_concat(l->arena, path_folder(source_get(l->sources, span.source)->path), name);
}

/* Whether a path, links resolved, lies in the folder of the root file. */
static bool is_inside(struct lang *l, struct str path) {
    return path_is_below(l->arena, path,
                         path_folder(source_get(l->sources, l->root_source)->path));
}

static struct space *load_used(struct lang *l, struct str name, struct span span) {
    struct str path = used_path(l, name, span);
    uint32_t known = source_find(l->sources, path);
    for (uint32_t i = 0; known && i < l->files.count; i++) {
        struct space *in = l->files.items[i];
        if (in->tree->source != known)
            continue;
        if (!in->loaded) {
            struct diag *d = diag_add(l->diags, RULE_CIRCULAR_VALUE, span,
                                      "files use each other in a circle: '%.*s' is being read", STR_ARG(path));
            diag_help(l->diags, d, "move what both need into a third file");
            return NULL;
        }
        return in;
    }
    if (l->files.count >= LIMIT_FILES) {
        diag_add(l->diags, RULE_LIMIT, span, "a build uses at most %d files", LIMIT_FILES);
        return NULL;
    }
    if (!str_starts(name, STR("std/")) && !l->options->allow_outside && !is_inside(l, path)) {
        struct diag *d = diag_add(l->diags, RULE_FILE, span, "'%.*s' is outside of the project's folder",
                                  STR_ARG(name));
        diag_help(l->diags, d, "--allow-outside lets a build read it");
        return NULL;
    }
    const char *error;
    struct str text = os_read(l->arena, path, LIMIT_SOURCE_BYTES, &error);
    if (error) {
        diag_add(l->diags, RULE_FILE, span, "'%.*s' can't be read: %s", STR_ARG(path), error);
        return NULL;
    }
    return load_source(l, source_add(l->sources, path, text), false);
}

/* A name that the file doesn't declare, and the modules it has. */
static void report_no_import(struct lang *l, const struct space *file, const struct decl *d,
                             struct str path) {
    struct diag *diag = diag_add(l->diags, RULE_UNDEFINED_NAME, d->span,
                                 "'%.*s' isn't declared in '%.*s'", STR_ARG(d->name), STR_ARG(path));
    const struct node *root = tree_node(file->tree, file->tree->root);
    struct buf known;
    buf_init(&known, l->arena, 0);
    for (uint32_t i = 0; i < root->count; i++) {
        const struct node *n = tree_node(file->tree, tree_child(file->tree, file->tree->root, i));
        if (n->kind == NODE_DECLARATION && str_is(n->text, "module"))
            buf_printf(&known, "%s%.*s", known.len ? ", " : "",
                       STR_ARG(tree_node(file->tree, n->name)->text));
    }
    if (known.len)
        diag_help(l->diags, diag, "its modules are %.*s", STR_ARG(buf_view(&known)));
}

static void use_file(struct lang *l, struct declaring *c, const struct node *n) {
    const struct node *path = tree_node(c->in->tree, n->value);
    struct str name = path->count ? tree_node(c->in->tree, tree_child(c->in->tree, n->value, 0))->text
                                  : STR_NIL;
    if (!name.len || c->in->instance)
        return;
    struct space *file = load_used(l, name, path->span);
    for (uint32_t i = 0; i < n->count; i++) {
        node_id id = c->in->tree->children.items[n->list + i];
        struct decl *d = declare(l, c, &c->in->names, DECL_IMPORT, id, id);
        if (!d)
            continue;
        d->colour = BLACK;
        d->value = value_error(l);
        d->module = file ? map_get_ptr(&file->names, d->name) : NULL;
        if (file && !d->module)
            report_no_import(l, file, d, name);
    }
}

/* ---- stack, outputs, assertions --------------------------------------------------------------- */

static void set_lint(struct lang *l, struct value *levels) {
    for (uint32_t i = 0; levels->kind == VAL_MAP && i < levels->count; i++) {
        const struct member *m = &levels->members[i];
        enum rule_id rule = rule_find(m->key);
        struct str text = value_text(m->value);
        enum level level = str_is(text, "off")       ? LEVEL_OFF
                           : str_is(text, "info")    ? LEVEL_INFO
                           : str_is(text, "warning") ? LEVEL_WARNING
                                                     : LEVEL_ERROR;
        if (rule == RULE_NONE)
            diag_add(l->diags, RULE_UNKNOWN_RULE, m->span, "no rule is called '%.*s'", STR_ARG(m->key));
        else if (level == LEVEL_ERROR && !str_is(text, "error"))
            diag_add(l->diags, RULE_WORD_VALUE, m->value->span,
                     "a rule's level is off, info, warning or error");
        else
            diags_set_level(l->diags, rule, level);
    }
}

/* A stack is no resource: of what resources have it takes metadata alone. */
static void check_stack(struct lang *l, struct thing *t) {
    for (uint32_t i = 0; i < t->body.settings.count; i++) {
        const struct setting *s = &t->body.settings.items[i];
        if (!attribute_find(KIND_STACK, s->name) && !str_is(s->name, "metadata"))
            diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, s->span, "a stack has no attribute '%.*s'",
                     STR_ARG(s->name));
    }
    for (uint32_t i = 0; i < t->body.clauses.count; i++)
        report_misplaced(l, t, &t->body.clauses.items[i]);
}

static void eval_stack(struct lang *l) {
    if (node_is_nil(l->stack))
        return;
    struct scope *s = arena_new(l->arena, struct scope);
    s->space = l->root;
    const struct node *n = scope_node(s, l->stack);
    struct str name = need_text(l, eval(l, s, n->name), scope_span(s, n->name), "a stack's name");
    l->graph->name = name;
    struct thing *t = arena_new(l->arena, struct thing);
    struct decl *d = arena_new(l->arena, struct decl);
    *d = (struct decl){.name = STR("stack"), .span = scope_span(s, n->name), .space = l->root};
    *t = (struct thing){.decl = d, .kind = KIND_STACK, .scope = s, .block = n->block, .name = name};
    struct value *region = body_value(l, t, "region");
    struct value *regions = region && region->kind == VAL_LIST ? region
                            : region ? list_of(l, 1, region) : value_list(l->values);
    for (uint32_t i = 0; i < regions->count; i++) {
        struct str one = value_text(regions->items[i]);
        if (!one.len)
            continue;
        vec_push(l->arena, &l->graph->regions.items, one);
    }
    struct value *tags = body_value(l, t, "tags");
    if (tags)
        l->tags = tags;
    struct value *text = body_value(l, t, "description");
    if (text && !value_is_null(text))
        l->graph->description = text;
    else if (n->doc.len)
        l->graph->description = value_string(l->values, n->doc);
    const struct setting *metadata = body_setting(&t->body, "metadata");
    struct value *data = metadata ? setting_value(l, metadata) : &value_nil;
    if (data->kind == VAL_MAP && need_known(l, data, metadata->span, "metadata"))
        data = finish_value(l, data, NULL);
    for (uint32_t i = 0; data->kind == VAL_MAP && i < data->count; i++)
        value_put(l->values, graph_section(l->graph, &l->graph->metadata), data->members[i].key,
                  data->members[i].value);
    if (metadata && data->kind != VAL_MAP && !is_error(data))
        diag_add(l->diags, RULE_VALUE_TYPE, metadata->span, "'metadata' takes a map, found %s",
                 describe_value(data));
    check_stack(l, t);
    struct value *lint = body_value(l, t, "lint");
    if (lint)
        set_lint(l, lint);
}

/* The conditions of the resources that a value refers to, outside of its own Ifs. */
static struct value *reference_condition(struct lang *l, const struct value *x,
                                         struct value *cond) {
    if (x->kind == VAL_IF || x->kind == VAL_THING)
        return cond;
    struct str id = x->kind == VAL_REF || x->kind == VAL_GETATT ? x->text : STR_NIL;
    if (x->kind == VAL_SUB) {
        struct sub_piece p;
        for (uint32_t at = 0; sub_next(x->text, &at, &p);) {
            struct value ref = {.kind = VAL_REF};
            struct str rest;
            ref.text = str_split(p.text, '.', &rest);
            if (p.is_variable)
                cond = reference_condition(l, &ref, cond);
        }
    }
    for (uint32_t i = 0; id.len && i < l->made.count; i++)
        if (str_eq(l->made.items[i].resource->id, id))
            return l->made.items[i].cond ? logic_and(l, cond, l->made.items[i].cond) : cond;
    for (uint32_t i = 0; !value_is_scalar(x) && i < x->count; i++)
        cond = reference_condition(
            l, x->kind == VAL_MAP ? x->members[i].value : x->items[i], cond);
    return cond;
}

/* An output can't be null: where it would be, it isn't there. */
static struct value *drop_null(struct lang *l, struct value *x, struct value **cond) {
    if (x->kind != VAL_IF)
        return x;
    struct value *yes = x->items[1], *no = x->items[2], *test = x->items[0];
    if (value_is_null(yes) && !value_is_null(no)) {
        *cond = logic_and(l, *cond, logic_not(l, test));
        return drop_null(l, no, cond);
    }
    if (value_is_null(no) && !value_is_null(yes)) {
        *cond = logic_and(l, *cond, test);
        return drop_null(l, yes, cond);
    }
    struct value *absent = logic_is_null(l, x);
    if (absent->kind != VAL_BOOL)
        *cond = logic_and(l, *cond, logic_not(l, absent));
    return x;
}

/* An output is a text: of a list, whichever it will be, what it holds. */
static struct value *join_lists(struct lang *l, struct value *x) {
    if (x->kind == VAL_IF)
        return logic_if(l, x->items[0], join_lists(l, x->items[1]), join_lists(l, x->items[2]));
    return is_list(l, x) ? value_call(l->values, VAL_JOIN, 2, text_value(l, ","), x) : x;
}

struct emitting {
    const struct node *node;
    const struct guard *guard;
};

static void emit_output(struct lang *l, struct scope *s, void *context) {
    struct emitting *e = context;
    const struct node *n = e->node;
    struct value *cond = NULL;
    struct guard own = {(struct guard *)e->guard, n->cond};
    if (!guard_holds(l, s, &own, &cond))
        return;
    const struct node *name = scope_node(s, n->name);
    struct str id = camel(l->arena, name->text);
    if (s->key.ptr)
        id = str_concat(l->arena, id, camel(l->arena, s->key));
    struct value *x = eval_under(l, cond, s, n->value);
    l->values->place = (struct place){scope_span(s, n->value), NULL};
    x = drop_null(l, x, &cond);
    x = join_lists(l, x);
    x = to_text(l, x, scope_span(s, n->value));
    if (is_error(x))
        return;
    cond = reference_condition(l, x, cond);
    struct value *out = map_of(l, 1, "Value", finish_value(l, x, cond));
    if (n->doc.len)
        value_put_c(l->values, out, "Description", value_string(l->values, n->doc));
    if (!node_is_nil(n->extra))
        value_put_c(l->values, out, "Export",
                    map_of(l, 1, "Name", finish_value(l, eval(l, s, n->extra), cond)));
    if (cond)
        value_put_c(l->values, out, "Condition", value_string(l->values, condition_name(l, cond)));
    value_put(l->values, graph_section(l->graph, &l->graph->outputs), id, out)->span = name->span;
}

static void emit_outputs(struct lang *l) {
    for (uint32_t i = 0; i < l->outputs.count; i++) {
        struct clause *c = &l->outputs.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        struct emitting e = {n, c->guard};
        if (node_is_nil(n->loop))
            emit_output(l, c->scope, &e);
        else
            for_each_turn(l, c->scope, n->loop, emit_output, &e);
    }
}

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
    struct value *assertion = map_of(l, 2, "Assert", rule_expression(l, x), "AssertDescription", message);
    struct value *rule =
        map_of(l, 2, "RuleCondition", when ? rule_expression(l, when) : &value_nil, "Assertions",
               list_of(l, 1, assertion));
    value_put(l->values, graph_section(l->graph, &l->graph->rules),
              str_printf(l->arena, "Assertion%u", number + 1), rule);
}

/* ---- the whole ------------------------------------------------------------------------------------ */

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
