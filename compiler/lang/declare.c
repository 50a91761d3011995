#include "lang/compile.h"

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
            misplaced(l, n, word,
                      "it belongs into the file that is built, outside of modules and 'when'");
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

/* A name that the file doesn't declare, and the modules it has. */
static void report_no_import(struct lang *l, const struct space *file, const struct decl *d,
                             struct str path) {
    struct diag *diag =
        diag_add(l->diags, RULE_UNDEFINED_NAME, d->span, "'%.*s' isn't declared in '%.*s'",
                 STR_ARG(d->name), STR_ARG(path));
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

static void declare_imports(struct lang *l, struct declaring *c, const struct node *n) {
    const struct node *path = tree_node(c->in->tree, n->value);
    struct str name =
        path->count ? tree_node(c->in->tree, tree_child(c->in->tree, n->value, 0))->text : STR_NIL;
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

static void declare_entries(struct lang *l, struct declaring *c, const struct node *block);

static void declare_entry(struct lang *l, struct declaring *c, node_id id) {
    const struct node *n = tree_node(c->in->tree, id);
    struct guard *outer = c->guard;
    switch (n->kind) {
    case NODE_DECLARATION:
        declare_statement(l, c, id, n);
        return;
    case NODE_USE:
        declare_imports(l, c, n);
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
        misplaced(l, n, STR("for"),
                  "a declaration takes its loop behind its name: 'table t for x in xs { }'");
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

/* How other languages begin a statement, and what to write for it. */
static const char *const foreign[][2] = {
    {"variable", "an input is written param name: type"},
    {"locals", "a value is written let name = value"},
    {"const", "a value is written let name = value"},
    {"var", "a value is written let name = value"},
    {"data", "what is there already is written existing KIND name { arn = .. }"},
    {"provider", "the region is written stack \"name\" { region = \"eu-west-1\" }"},
    {"import", "modules of another file are written use NAMES from \"./file.api\""},
    {"lambda", "a Lambda function is written function name { .. }"},
    {"dynamodb", "a DynamoDB table is written table name { .. }"},
};

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
        bool declarable = d->kind != KIND_NONE &&
                          (kinds[d->kind].type[0] || d->kind == KIND_AUTHORIZER) &&
                          d->kind != KIND_STAGE && d->kind != KIND_DOMAIN;
        if (declarable && (existing || d->kind != KIND_ZONE))
            continue;
        d->colour = BLACK;
        d->value = value_error(l);
        if (reported)
            continue;
        struct diag *diag = diag_add(l->diags, RULE_UNKNOWN_KIND,
                                     existing ? tree_node(in->tree, n->type)->span
                                              : (struct span){n->span.source, n->span.start,
                                                              n->span.start + (uint32_t)word.len},
                                     "'%.*s' is no construct and no module", STR_ARG(word));
        for (int k = 1; k < KIND_COUNT; k++)
            if (kinds[k].type[0] && str_is_near(word, str_from(kinds[k].name))) {
                diag_label(l->diags, diag, "did you mean '%s'?", kinds[k].name);
                break;
            }
        for (size_t k = 0; k < sizeof foreign / sizeof *foreign; k++)
            if (str_is(word, foreign[k][0]))
                diag_help(l->diags, diag, "%s", foreign[k][1]);
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
