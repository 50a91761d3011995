#include "base/limits.h"
#include "lang/compile.h"

enum { ID_LENGTH = 255 };

/* ---- ids and origins ------------------------------------------------------------- */

void claim_id(struct lang *l, struct str id, const struct origin *origin, struct span span) {
    if (id.len > ID_LENGTH || id.len == 0) {
        diag_add(l->diags, RULE_LOGICAL_ID, span,
                 "the logical id '%.*s' has %zu characters, not 1 to %d",
                 STR_ARG(str_slice(id, 0, 60)), id.len, ID_LENGTH);
        return;
    }
    const struct origin *before = map_get_ptr(&l->ids, id);
    if (!before) {
        map_put_ptr(l->arena, &l->ids, id, origin);
        return;
    }
    struct diag *d = diag_add(l->diags, RULE_LOGICAL_ID, span,
                              "%.*s and %.*s would both have the logical id '%.*s'",
                              STR_ARG(before->construct), STR_ARG(origin->construct), STR_ARG(id));
    diag_note(l->diags, d, before->span, "the other one");
    diag_help(l->diags, d, "rename one, or give it an id: id = \"...\"");
}

/* `id = "..."` among the direct entries of a block; nil when there is none. */
static struct str pinned_id(struct lang *l, struct scope *s, node_id block_id) {
    const struct node *block = scope_node(s, block_id);
    for (uint32_t i = 0; i < block->count; i++) {
        const struct node *n = scope_node(s, tree_child(s->space->tree, block_id, i));
        if (n->kind != NODE_ATTRIBUTE || !str_is(scope_node(s, n->name)->text, "id"))
            continue;
        struct span span = scope_span(s, n->value);
        struct str id = need_text(l, eval(l, s, n->value), span, "id");
        if (camel(l->arena, id).len == id.len)
            return id;
        diag_add(l->diags, RULE_LOGICAL_ID, span,
                 "a logical id has letters and digits only, '%.*s' has others", STR_ARG(id));
    }
    return STR_NIL;
}

struct str part_id(struct lang *l, const struct thing *t, const char *suffix) {
    for (unsigned i = 0; i < part_count; i++) {
        if (parts[i].kind != t->kind || !str_is(str_from(suffix), parts[i].suffix))
            continue;
        const struct node *block = scope_node(t->scope, t->block);
        for (uint32_t k = 0; k < block->count; k++) {
            const struct node *n =
                scope_node(t->scope, tree_child(t->scope->space->tree, t->block, k));
            if (n->kind != NODE_DECLARATION || !node_is_nil(n->name) ||
                !str_is(n->text, parts[i].name))
                continue;
            struct str pinned = pinned_id(l, t->scope, n->block);
            if (pinned.len)
                return pinned;
        }
    }
    return str_concat(l->arena, t->id, str_from(suffix));
}

const struct origin *origin_part(struct lang *l, const struct thing *t, const char *part,
                                 struct span span) {
    struct origin *o = arena_new(l->arena, struct origin);
    *o = *t->origin;
    o->part = str_from(part);
    o->span = span;
    return o;
}

/* Camel case of the name, of the key, and the kind's suffix, unless the name ends with it. */
static struct str make_id(struct lang *l, struct thing *t, struct str key) {
    struct str name = camel(l->arena, t->decl->name);
    struct str suffix = t->is_resource ? STR("") : str_from(kinds[t->kind].suffix);
    if (str_ends(name, suffix) && key.len == 0)
        suffix = STR("");
    struct str k = camel(l->arena, key);
    return str_printf(l->arena, "%.*s%.*s%.*s%.*s", STR_ARG(t->decl->space->prefix), STR_ARG(name),
                      STR_ARG(k), STR_ARG(suffix));
}

static struct str full_name(struct lang *l, const struct decl *d, struct str key) {
    return key.len ? str_printf(l->arena, "%.*s[\"%.*s\"]", STR_ARG(d->name), STR_ARG(key))
                   : d->name;
}

static struct thing *new_thing(struct lang *l, struct decl *d, struct scope *s, struct str key) {
    const struct node *n = scope_node(s, d->node);
    struct thing *t = arena_new(l->arena, struct thing);
    t->decl = d;
    t->kind = d->kind;
    t->scope = s;
    t->block = n->block;
    t->is_existing = str_is(n->text, "existing");
    t->is_resource = str_is(n->text, "resource");
    t->name = full_name(l, d, key);
    t->type = t->is_resource ? scope_node(s, n->type)->text : str_from(kinds[d->kind].type);
    struct origin *origin = arena_new(l->arena, struct origin);
    struct str word = t->is_existing ? str_from(kinds[d->kind].name) : n->text;
    *origin = (struct origin){
        str_printf(l->arena, "%.*s %.*s", STR_ARG(word), STR_ARG(t->name)), STR_NIL,
        d->span, s->origin};
    t->origin = origin;
    return t;
}

/* ---- instances of modules -------------------------------------------------------------- */

/* Whether the instance sets a name that is nearly this parameter's. */
static bool misspelt_setting(const struct thing *t, const struct space *in, struct str name) {
    for (uint32_t i = 0; i < t->body.settings.count; i++)
        if (str_is_near(t->body.settings.items[i].name, name) &&
            !map_get(&in->names, t->body.settings.items[i].name))
            return true;
    return false;
}

static void bind_module_field(struct lang *l, struct thing *t, struct space *in,
                              const struct node *field, struct scope *defaults,
                              struct buf *missing) {
    const struct node *name = tree_node(in->tree, field->name);
    const struct setting *set = NULL;
    for (uint32_t i = 0; i < t->body.settings.count; i++)
        if (str_eq(t->body.settings.items[i].name, name->text))
            set = &t->body.settings.items[i];
    struct decl *d = arena_new(l->arena, struct decl);
    *d = (struct decl){.class = DECL_LET, .name = name->text, .span = name->span, .space = in,
                       .colour = BLACK, .used = true};
    if (set) {
        struct value *x = value_copy_shallow(l->values, setting_value(l, set));
        x->span = set->value ? set->span : scope_span(set->scope, set->node);
        if (is_error(x) || node_is_nil(field->type) ||
            let_check_type(l, defaults, field->type, x, d, false))
            d->value = x;
        else
            d->value = value_error(l);
    } else if (!node_is_nil(field->value)) {
        d->value = eval(l, defaults, field->value);
    } else if (tree_node(in->tree, field->type)->op == TOK_QUESTION) {
        d->value = value_null(l->values);
    } else if (misspelt_setting(t, in, name->text)) {
        d->value = value_error(l); /* reported as the name that it isn't */
    } else {
        buf_printf(missing, "%s'%.*s'", missing->len ? ", " : "", STR_ARG(name->text));
        d->value = value_error(l);
    }
    map_put_ptr(l->arena, &in->names, name->text, d);
}

static struct str parameters_of(struct lang *l, const struct space *in, node_id fields) {
    struct buf known;
    buf_init(&known, l->arena, 0);
    buf_c(&known, "it takes ");
    for (uint32_t i = 0; i < tree_node(in->tree, fields)->count; i++) {
        const struct node *field = tree_node(in->tree, tree_child(in->tree, fields, i));
        buf_printf(&known, "%s%.*s", i ? ", " : "",
                   STR_ARG(tree_node(in->tree, field->name)->text));
    }
    return buf_view(&known);
}

/* Whether an instance may be made: a module doesn't hold itself, and they aren't endless. */
static bool can_hold(struct lang *l, const struct thing *t) {
    const struct decl *module = t->decl->module;
    for (const struct thing *i = t->decl->space->instance; i; i = i->decl->space->instance) {
        if (i->decl->module != module)
            continue;
        struct diag *d = diag_add(l->diags, RULE_CIRCULAR_VALUE, t->decl->span,
                                  "the module '%.*s' holds itself", STR_ARG(module->name));
        diag_note(l->diags, d, module->span, "the module");
        return false;
    }
    if (l->instances < LIMIT_INSTANCES && ++l->instances == LIMIT_INSTANCES)
        diag_add(l->diags, RULE_LIMIT, t->decl->span, "this stack has over %d instances of modules",
                 LIMIT_INSTANCES);
    return l->instances < LIMIT_INSTANCES;
}

static void make_instance(struct lang *l, struct thing *t, struct str key) {
    struct decl *module = t->decl->module;
    struct space *in = arena_new(l->arena, struct space);
    *in = (struct space){.outer = module->space,
                         .tree = module->space->tree,
                         .prefix = str_printf(l->arena, "%.*s%.*s%.*s",
                                              STR_ARG(t->decl->space->prefix),
                                              STR_ARG(camel(l->arena, t->decl->name)),
                                              STR_ARG(camel(l->arena, key))),
                         .cond = t->cond,
                         .origin = t->origin,
                         .instance = t};
    t->space = in;
    if (!can_hold(l, t))
        return;
    const struct node *n = tree_node(in->tree, module->node);
    struct scope *defaults = arena_new(l->arena, struct scope);
    *defaults = (struct scope){.space = in, .origin = t->origin};
    eval_open_block(l, &t->body, t->scope, t->block);
    t->colour = BLACK;
    const struct node *fields = tree_node(in->tree, n->extra);
    struct buf missing;
    buf_init(&missing, l->arena, 0);
    for (uint32_t i = 0; i < fields->count; i++)
        bind_module_field(l, t, in, tree_node(in->tree, tree_child(in->tree, n->extra, i)),
                          defaults, &missing);
    if (missing.len) {
        struct diag *diag =
            diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->decl->span, "'%.*s' needs %.*s",
                     STR_ARG(t->name), STR_ARG(buf_view(&missing)));
        diag_note(l->diags, diag, module->span, "the module");
    }
    for (uint32_t i = 0; i < t->body.settings.count; i++) {
        const struct setting *s = &t->body.settings.items[i];
        struct decl *d = map_get_ptr(&in->names, s->name);
        if (!d) {
            struct diag *diag = diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, s->span,
                                         "the module '%.*s' has no parameter '%.*s'",
                                         STR_ARG(module->name), STR_ARG(s->name));
            for (uint32_t k = 0; k < fields->count; k++) {
                struct str near =
                    tree_node(in->tree,
                              tree_node(in->tree, tree_child(in->tree, n->extra, k))->name)
                        ->text;
                if (str_is_near(s->name, near))
                    diag_label(l->diags, diag, "did you mean '%.*s'?", STR_ARG(near));
            }
            diag_note(l->diags, diag, module->span, "the module");
            diag_help(l->diags, diag, "%s", str_cstr(l->arena, parameters_of(l, in, n->extra)));
        }
    }
    declare_block(l, in, n->block);
}

/* ---- making things -------------------------------------------------------------------------- */

struct making {
    struct decl *decl;
    struct thing *collection;
};

bool guard_holds(struct lang *l, struct scope *s, const struct guard *g, struct value **cond) {
    for (; g; g = g->outer) {
        if (node_is_nil(g->cond))
            continue;
        struct value *c = to_boolean(l, eval(l, s, g->cond), scope_span(s, g->cond));
        if (c && c->kind == VAL_BOOL && !c->truth)
            return false;
        if (c && c->kind != VAL_BOOL)
            *cond = logic_and(l, *cond, c);
    }
    return true;
}

/* The deployed condition of `when`, joined with what surrounds it; false: not to be made. */
static bool thing_condition(struct lang *l, struct thing *t, const struct node *n) {
    t->cond = t->decl->space->cond;
    struct guard own = {t->decl->guard, n->cond};
    return guard_holds(l, t->scope, &own, &t->cond);
}

static struct thing *make_thing(struct lang *l, struct decl *d, struct scope *s, struct str key) {
    struct thing *t = new_thing(l, d, s, key);
    const struct node *n = scope_node(s, d->node);
    if (!thing_condition(l, t, n))
        return NULL;
    struct str pinned = d->module || t->is_existing ? STR_NIL : pinned_id(l, s, t->block);
    t->id = pinned.len ? pinned : make_id(l, t, key);
    if (d->module) {
        struct value *before = assume(l, t->cond);
        make_instance(l, t, key);
        l->given = before;
    } else if (!t->is_existing) {
        if (t->type.len)
            claim_id(l, t->id, t->origin, d->span);
        vec_push(l->arena, &l->things, t);
    }
    if (t->kind == KIND_API && !t->is_existing)
        api_declare_parts(l, t);
    return t;
}

static void make_entry(struct lang *l, struct scope *turn, void *context) {
    struct making *m = context;
    struct span span = m->decl->span;
    /* the key is what the loop is at: the first variable when it is text, a thing's own key */
    struct scope *first = turn;
    const struct node *head = scope_node(turn, scope_node(turn, m->decl->node)->loop);
    if (!node_is_nil(head->extra))
        first = turn->outer;
    struct thing *source = thing_of(first->value);
    struct str key = value_text(first->value);
    if (source || first->value->kind == VAL_MAP)
        key = turn->key;
    if (!key.ptr) {
        diag_add(l->diags, RULE_VALUE_TYPE, scope_span(turn, head->value),
                 "the entries of a collection need texts as keys, found %s",
                 describe_value(first->value));
        return;
    }
    if (map_get(&m->collection->by_key, key)) {
        diag_add(l->diags, RULE_DUPLICATE_NAME, span, "'%.*s' would have two entries '%.*s'",
                 STR_ARG(m->decl->name), STR_ARG(key));
        return;
    }
    struct thing *t = make_thing(l, m->decl, turn, key);
    if (!t)
        return;
    vec_push(l->arena, &m->collection->entries, (struct thing_entry){key, t});
    map_put_ptr(l->arena, &m->collection->by_key, key, t);
}

struct thing *make_part(struct lang *l, struct thing *owner, enum kind_id kind, struct scope *s,
                        node_id statement, struct str name, struct str id, struct value *cond) {
    const struct node *n = scope_node(s, statement);
    struct thing *t = arena_new(l->arena, struct thing);
    t->decl = owner->decl;
    t->kind = kind;
    t->owner = owner;
    t->scope = s;
    t->statement = statement;
    t->block = n->block;
    t->name = str_printf(l->arena, "%.*s.%.*s", STR_ARG(owner->name), STR_ARG(name));
    t->id = id;
    t->type = str_from(kinds[kind].type);
    t->cond = logic_and(l, owner->cond, cond);
    struct origin *origin = arena_new(l->arena, struct origin);
    *origin = (struct origin){owner->origin->construct,
                              str_printf(l->arena, "%s %.*s", kinds[kind].name, STR_ARG(name)),
                              n->span, s->origin};
    t->origin = origin;
    return t;
}

struct value *make_things(struct lang *l, struct decl *d) {
    struct scope *s = arena_new(l->arena, struct scope);
    *s = (struct scope){.space = d->space, .origin = d->space->origin};
    const struct node *n = scope_node(s, d->node);
    if (node_is_nil(n->loop)) {
        struct thing *t = make_thing(l, d, s, STR_NIL);
        return t ? value_of_thing(l, t) : value_null(l->values);
    }
    struct making m = {d, new_thing(l, d, s, STR_NIL)};
    m.collection->is_collection = true;
    for_each_turn(l, s, n->loop, make_entry, &m);
    return value_of_thing(l, m.collection);
}

struct body *thing_body(struct lang *l, struct thing *t) {
    if (t->colour == BLACK)
        return &t->body;
    if (t->colour == GREY) {
        diag_add(l->diags, RULE_CIRCULAR_VALUE, t->decl->span,
                 "'%.*s' needs to know itself before it is complete", STR_ARG(t->name));
        t->colour = BLACK;
        return &t->body;
    }
    t->colour = GREY;
    struct value *given = l->given;
    l->given = t->cond;
    if (t->is_existing || (t->is_resource && !t->type.len)) /* of what has no type all names may be right */
        eval_open_block(l, &t->body, t->scope, t->block);
    else
        eval_block(l, &t->body, t->scope, t->block, t->kind);
    extend_body(l, t);
    l->given = given;
    t->colour = BLACK;
    return &t->body;
}

/* ---- reading things --------------------------------------------------------------------------- */

/* A part of a thing: read like a raw resource. */
static struct value *part_thing(struct lang *l, struct thing *t, const struct part *p) {
    struct thing *made = arena_new(l->arena, struct thing);
    *made =
        (struct thing){.decl = t->decl, .kind = KIND_NONE, .is_resource = true, .is_part = true};
    made->owner = t;
    made->name = str_printf(l->arena, "%.*s.%s", STR_ARG(t->name), p->name);
    made->id = t->kind == KIND_DOMAIN && str_is(str_from(p->name), "mapping")
                   ? domain_mapping_id(l, t)
               : t->kind == KIND_INDEX ? str_concat(l->arena, t->id, str_from(p->suffix))
                                       : part_id(l, t, p->suffix);
    made->type = str_from(p->type);
    made->cond = t->cond;
    made->origin = t->origin;
    made->colour = BLACK;
    return value_of_thing(l, made);
}

#define INVOKE_ARN                                                                                 \
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/%v/"         \
    "invocations"

static struct value *existing_member(struct lang *l, struct thing *t, struct str name,
                                     struct span span) {
    struct body *body = thing_body(l, t);
    const struct setting *s = body_setting(body, str_cstr(l->arena, name));
    if (s)
        return setting_value(l, s);
    const struct setting *arn = body_setting(body, "arn"), *id = body_setting(body, "id");
    const struct setting *own = body_setting(body, "name");
    bool is_name = str_is(name, "name") || str_is(name, "id");
    if (t->kind == KIND_FUNCTION && str_is(name, "invoke_arn"))
        return sub(l, INVOKE_ARN, thing_alias(l, t, "arn"));
    if (is_name && arn) { /* arn:aws:dynamodb:r:a:table/NAME, arn:aws:sqs:r:a:NAME */
        bool slash = t->kind == KIND_TABLE || t->kind == KIND_USERPOOL;
        struct value *parts_of = value_call(l->values, VAL_SPLIT, 2,
                                            value_c(l->values, slash ? "/" : ":"),
                                            setting_value(l, arn));
        int at = slash ? 1 : t->kind == KIND_FUNCTION ? 6 : 5;
        struct value *known = setting_value(l, arn);
        struct str one, rest = value_text(known);
        for (int i = 0; known->kind == VAL_STRING && i <= at; i++)
            one = str_split(rest, slash ? '/' : ':', &rest);
        if (known->kind == VAL_STRING && one.len)
            return value_string(l->values, one);
        if (value_is_known(known) && !is_error(known)) {
            diag_add(l->diags, RULE_VALUE_TYPE, arn->span, "'%.*s' is no ARN of %s %s",
                     STR_ARG(value_text(known)), kind_article(t->kind), kinds[t->kind].name);
            return value_error(l);
        }
        return value_call(l->values, VAL_SELECT, 2, value_int(l->values, at), parts_of);
    }
    struct value *known = own ? setting_value(l, own) : id ? setting_value(l, id) : NULL;
    const char *form =
        t->kind == KIND_TABLE      ? "dynamodb:${AWS::Region}:${AWS::AccountId}:table/"
        : t->kind == KIND_FUNCTION ? "lambda:${AWS::Region}:${AWS::AccountId}:function:"
        : t->kind == KIND_QUEUE    ? "sqs:${AWS::Region}:${AWS::AccountId}:"
        : t->kind == KIND_TOPIC    ? "sns:${AWS::Region}:${AWS::AccountId}:"
        : t->kind == KIND_BUCKET   ? "s3:::"
        : t->kind == KIND_USERPOOL ? "cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/"
                                   : NULL;
    if (str_is(name, "arn") && known && form)
        return sub(l, "arn:${AWS::Partition}:%s%v", form, known);
    struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, span,
                              "'%.*s' doesn't say its '%.*s'", STR_ARG(t->name), STR_ARG(name));
    diag_note(l->diags, d, t->decl->span, "give it here: %.*s = ...", STR_ARG(name));
    return value_error(l);
}

static struct value *special_alias(struct lang *l, struct thing *t, const char *name,
                                   struct span span) {
    if (t->kind == KIND_FUNCTION && str_is(str_from(name), "url"))
        return function_url(l, t, span);
    if (t->kind == KIND_FUNCTION)
        return sub(l, INVOKE_ARN, thing_alias(l, t, "arn"));
    if (t->kind == KIND_INDEX)
        return str_is(str_from(name), "name")
                   ? value_string(l->values, t->name)
                   : sub(l, "%v/index/%S", thing_alias(l, t->owner, "arn"), &t->name);
    return api_alias(l, t, name, span);
}

static struct value *no_member(struct lang *l, struct thing *t, struct str name,
                               struct span span);

static struct value *no_target(struct lang *l, struct thing *domain, struct span span) {
    struct diag *d = diag_add(l->diags, RULE_UNKNOWN_KEY, span,
                              "'%.*s' is private, and has no 'target'", STR_ARG(domain->name));
    diag_help(l->diags, d, "a record in the VPC's own zone leads to the VPC endpoint");
    return value_error(l);
}

/* Stack names may have capitals, and 128 characters; names of buckets don't, and have 63. Amazon S3
   User Guide, "General purpose bucket naming rules". */
static void check_stack_names_bucket(struct lang *l, struct thing *t) {
    enum { ROOM = 63 - (sizeof "--123456789012" - 1) };
    struct str stack = l->graph->name;
    bool is_long = stack.len + t->id.len > ROOM;
    if (!stack.len || (!is_long && str_eq(stack, str_lower(l->arena, stack))))
        return;
    struct diag *d = diag_add(l->diags, RULE_NAME_LENGTH, t->decl->span,
                              "'%.*s' notifies, so it is named after the stack, and '%.*s' is %s",
                              STR_ARG(t->name), STR_ARG(stack),
                              is_long ? "too long for that" : "not in lower case");
    diag_help(l->diags, d, "give the bucket a name of its own: name = \"..\"");
}

/* A bucket that tells a function of its events waits for the permission to, which waits for the
   function, whose role and environment may name the bucket: so such a bucket goes by a literal name. */
struct value *bucket_name(struct lang *l, struct thing *t) {
    struct value *given = body_value(l, t, "name");
    if (given && !value_is_null(given))
        return given;
    const struct setting *property = body_setting(&t->body, "BucketName");
    if (property)
        return setting_value(l, property);
    check_stack_names_bucket(l, t);
    struct str word = str_lower(l->arena, t->id);
    return sub(l, "${AWS::StackName}-%S-${AWS::AccountId}", &word);
}

static struct value *read_alias(struct lang *l, struct thing *t, const struct alias *a,
                                struct span span) {
    if (t->is_existing)
        return existing_member(l, t, str_from(a->name), span);
    if (t->kind == KIND_BUCKET && t->notifies)
        return str_is(str_from(a->name), "name")
                   ? bucket_name(l, t)
                   : sub(l, "arn:${AWS::Partition}:s3:::%v", bucket_name(l, t));
    if (t->kind == KIND_DOMAIN && str_is(str_from(a->name), "name") && api_is_private(l, t->owner))
        return domain_host(l, t); /* its Ref is an ARN */
    if (t->kind == KIND_DOMAIN && str_is(str_from(a->name), "target") &&
        api_is_private(l, t->owner))
        return no_target(l, t, span);
    if (t->kind == KIND_FUNCTION && str_is(str_from(a->name), "arn") && function_alias(l, t).len)
        return value_ref(l->values, part_id(l, t, "Alias"));
    switch (a->how) {
    case ALIAS_REF:
        return value_ref(l->values, t->id);
    case ALIAS_GETATT:
        return value_getatt(l->values, t->id, str_from(a->argument));
    default:
        return special_alias(l, t, a->name, span);
    }
}

struct value *thing_alias(struct lang *l, struct thing *t, const char *name) {
    for (unsigned i = 0; i < alias_count; i++)
        if (aliases[i].kind == t->kind && str_is(str_from(name), aliases[i].name))
            return read_alias(l, t, &aliases[i], t->decl->span);
    return t->is_existing ? existing_member(l, t, str_from(name), t->decl->span) : value_error(l);
}

static struct value *no_member(struct lang *l, struct thing *t, struct str name,
                               struct span span) {
    struct diag *d = diag_add(l->diags, RULE_UNKNOWN_KEY, span, "'%.*s' has no '%.*s'",
                              STR_ARG(t->name), STR_ARG(name));
    struct buf known;
    buf_init(&known, l->arena, 0);
    for (unsigned i = 0; i < alias_count; i++)
        if (aliases[i].kind == t->kind) {
            buf_printf(&known, "%s%s", known.len ? ", " : "", aliases[i].name);
            if (str_is_near(name, str_from(aliases[i].name)))
                diag_label(l->diags, d, "did you mean '%s'?", aliases[i].name);
        }
    for (unsigned i = 0; i < part_count; i++)
        if (parts[i].kind == t->kind)
            buf_printf(&known, "%s%s", known.len ? ", " : "", parts[i].name);
    if (known.len)
        diag_help(l->diags, d, "it has %.*s, and CloudFormation's attributes in upper case",
                  STR_ARG(buf_view(&known)));
    return value_error(l);
}

/* The index of a table, by name: what `allow query on data.ByDate` names. */
static struct value *table_index(struct lang *l, struct thing *t, struct str name) {
    struct body *body = thing_body(l, t);
    for (uint32_t i = 0; i < body->clauses.count; i++) {
        const struct clause *c = &body->clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        const struct node *own = n->kind == NODE_INDEX ? scope_node(c->scope, n->name) : NULL;
        if (!own)
            continue;
        struct str text =
            own->kind == NODE_STRING ? value_text(eval(l, c->scope, n->name)) : own->text;
        if (!str_eq(text, name))
            continue;
        struct thing *index = arena_new(l->arena, struct thing);
        *index = (struct thing){.decl = t->decl, .kind = KIND_INDEX, .owner = t, .name = name,
                                .cond = t->cond, .origin = t->origin, .colour = BLACK,
                                .id = str_concat(l->arena, t->id, camel(l->arena, name))};
        return value_of_thing(l, index);
    }
    return NULL;
}

static struct value *instance_member(struct lang *l, struct thing *t, struct str name,
                                     struct span span) {
    struct decl *out = map_get_ptr(&t->space->outputs, name);
    if (!out)
        return no_member(l, t, name, span);
    return eval_decl(l, out, span);
}

/* Whether it has resources in this stack. */
static bool is_made(const struct thing *t) {
    return !t->is_existing && !(t->kind == KIND_INDEX && t->owner->is_existing);
}

struct value *thing_member(struct lang *l, struct thing *t, struct str name, struct span span) {
    if (name.len == 0)
        return value_error(l);
    if (t->space)
        return instance_member(l, t, name, span);
    struct thing *sibling = map_get_ptr(&t->siblings, name);
    if (sibling)
        return value_of_thing(l, sibling);
    if (t->kind == KIND_TABLE) {
        struct value *index = table_index(l, t, name);
        if (index)
            return index;
    }
    if (t->kind == KIND_API && !t->is_existing && str_is(name, "domain")) {
        struct value *domain = api_domain(l, t);
        if (domain)
            return domain;
    }
    const struct part *p = is_made(t) ? part_find(t->kind, name) : NULL;
    if (p)
        return part_thing(l, t, p);
    struct value *metric = metric_member(l, t, name);
    if (metric)
        return metric;
    for (unsigned i = 0; i < alias_count; i++)
        if (aliases[i].kind == t->kind && str_is(name, aliases[i].name))
            return read_alias(l, t, &aliases[i], span);
    if (t->is_existing)
        return existing_member(l, t, name, span);
    if (name.ptr[0] >= 'A' && name.ptr[0] <= 'Z' && t->type.len)
        return value_getatt(l->values, t->id, name);
    return no_member(l, t, name, span);
}
