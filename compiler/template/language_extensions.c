/* The transform AWS::LanguageExtensions, in memory.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html */
#include "base/limits.h"
#include "graph/view.h"
#include "template/document.h"
#include "template/loops.h"
#include "template/resource.h"
#include "template/template.h"

struct extensions {
    struct graph *g;
    struct diags *d;
    struct resolver resolver;
    bool allowed;   /* the template names the transform */
    uint32_t turns; /* of all loops */
    bool stopped;   /* by a limit, which was reported */
};

struct loop {
    struct str name; /* of the placeholder */
    const struct member *at;
    struct value *body;
    VEC(struct str) elements;
};

enum readiness { LOOP_READY, LOOP_UNKNOWN, LOOP_BROKEN };

static bool names_transform(const struct value *x) {
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        if (names_transform(x->items[i]))
            return true;
    return value_is_c(x, "AWS::LanguageExtensions");
}

static bool is_loop_key(struct str key) {
    return str_starts(key, STR("Fn::ForEach::"));
}

static void report_missing_transform(struct extensions *x, struct str name, struct span span) {
    struct diag *d = diag_add(x->d, RULE_LANGUAGE_EXTENSIONS, span,
                              "'%.*s' needs the transform AWS::LanguageExtensions", STR_ARG(name));
    diag_help(x->d, d, "write 'Transform: AWS::LanguageExtensions' at the top of the template");
}

/* ---- one loop -------------------------------------------------------------------- */

static bool add_elements(struct extensions *x, struct loop *loop, struct value *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        struct value *item = resolve(&x->resolver, list->items[i]);
        if (value_is_nil(item))
            return false;
        if (item->kind == VAL_LIST && item != list->items[i]) {
            if (!add_elements(x, loop, item))
                return false;
            continue;
        }
        struct str text = item->kind == VAL_BOOL ? (item->truth ? STR("true") : STR("false"))
                                                 : value_text(item);
        if (!text.ptr)
            return false;
        vec_push(x->g->arena, &loop->elements, text);
    }
    return true;
}

static enum readiness report_part(struct extensions *x, const char *part,
                                  const struct value *found, const char *expected) {
    diag_add(x->d, RULE_LANGUAGE_EXTENSIONS, found->span, "the %s of a loop is %s, expected %s",
             part, template_words_of(found), expected);
    return LOOP_BROKEN;
}

static enum readiness report_parts(struct extensions *x, const struct member *m) {
    const struct value *parts = m->value;
    struct diag *d;
    if (parts->kind == VAL_LIST)
        d = diag_add(x->d, RULE_LANGUAGE_EXTENSIONS, m->span,
                     "a loop has %u parts, expected three", parts->count);
    else
        d = diag_add(x->d, RULE_LANGUAGE_EXTENSIONS, m->span,
                     "a loop is %s, expected a list of three parts", template_words_of(parts));
    diag_help(x->d, d, "they are the placeholder's name, the collection and a map");
    return LOOP_BROKEN;
}

/* The parts of `Fn::ForEach::X: [name, collection, body]`. */
static enum readiness read_loop(struct extensions *x, const struct member *m, struct loop *loop) {
    const struct value *parts = m->value;
    *loop = (struct loop){.at = m};
    if (parts->kind != VAL_LIST || parts->count != 3)
        return report_parts(x, m);
    struct value *name = parts->items[0], *collection = parts->items[1];
    loop->body = parts->items[2];
    loop->name = value_text(name);
    if (name->kind != VAL_STRING || !loop->name.len)
        return report_part(x, "placeholder", name, "its name");
    if (loop->body->kind != VAL_MAP)
        return report_part(x, "body", loop->body, "a map");
    if (collection->kind != VAL_LIST && !value_is_intrinsic(collection))
        return report_part(x, "collection", collection, "a list");
    struct value *list = resolve(&x->resolver, collection);
    bool is_known = list->kind == VAL_LIST && add_elements(x, loop, list);
    return is_known ? LOOP_READY : LOOP_UNKNOWN;
}

static bool count_turn(struct extensions *x, const struct loop *loop) {
    bool many = ++x->turns > LIMIT_LOOP_TURNS || x->g->values.made > LIMIT_VALUES / 2;
    if (many && !x->stopped) {
        x->stopped = true;
        diag_add(
            x->d, RULE_LIMIT, loop->at->span,
            "the loops of the template make more than the %d turns or %d values that are taken",
            LIMIT_LOOP_TURNS, LIMIT_VALUES / 2);
    }
    return !x->stopped;
}

static const struct origin *turn_origin(struct extensions *x, const struct loop *loop,
                                        struct str element) {
    struct origin *o = arena_new(x->g->arena, struct origin);
    *o = (struct origin){.construct = loop->at->key,
                         .part = str_printf(x->g->arena, "%.*s = %.*s", STR_ARG(loop->name),
                                            STR_ARG(element)),
                         .span = loop->at->span,
                         .outer = loop->at->value->origin};
    return o;
}

static void expand_member(struct extensions *x, struct value *to, const struct member *m);

/* A key that two turns make, or that stood there before. */
static bool is_taken(struct extensions *x, const struct value *to, const struct member *m,
                     const struct loop *loop) {
    const struct member *before = value_member(to, m->key);
    if (!before)
        return false;
    struct diag *d = diag_add(x->d, RULE_LANGUAGE_EXTENSIONS, m->span, "'%.*s' is made twice",
                              STR_ARG(m->key));
    diag_help(x->d, d, "a key that holds '${%.*s}' differs in each turn", STR_ARG(loop->name));
    if (before->span.start != m->span.start)
        diag_note(x->d, d, before->span, "it stands here, too");
    return true;
}

static void expand_loop(struct extensions *x, struct value *to, const struct loop *loop) {
    struct values *v = &x->g->values;
    for (uint32_t i = 0; i < loop->elements.count && count_turn(x, loop); i++) {
        struct str element = loop->elements.items[i];
        const struct origin *origin = turn_origin(x, loop, element);
        struct value *made = substitute(v, loop->body, loop->name, element, origin);
        for (uint32_t j = 0; j < made->count; j++) {
            const struct member *m = &made->members[j];
            if (!is_loop_key(m->key) && is_taken(x, to, m, loop))
                return;
            expand_member(x, to, m);
        }
    }
}

/* Adds a member to a map, or what its loop makes. */
static void expand_member(struct extensions *x, struct value *to, const struct member *m) {
    struct loop loop;
    enum readiness readiness = LOOP_UNKNOWN;
    if (is_loop_key(m->key) && !x->allowed)
        report_missing_transform(x, m->key, m->span);
    else if (is_loop_key(m->key))
        readiness = read_loop(x, m, &loop);
    if (readiness == LOOP_READY)
        expand_loop(x, to, &loop);
    else if (readiness == LOOP_UNKNOWN)
        value_put(&x->g->values, to, m->key, m->value)->span = m->span;
}

static bool has_loop(const struct value *map) {
    for (uint32_t i = 0; i < map->count; i++)
        if (is_loop_key(map->members[i].key))
            return true;
    return false;
}

static struct value *expand_map(struct extensions *x, struct value *map) {
    if (!has_loop(map))
        return map;
    struct values *v = &x->g->values;
    v->place = (struct place){map->span, map->origin};
    struct value *to = value_map(v);
    for (uint32_t i = 0; i < map->count && !x->stopped; i++)
        expand_member(x, to, &map->members[i]);
    return to;
}

/* ---- functions ------------------------------------------------------------------- */

static struct value *place_like(struct extensions *x, struct value *made,
                                const struct value *like) {
    if (value_is_nil(made))
        return made;
    struct value *copy = value_copy(&x->g->values, made);
    copy->span = like->span;
    copy->origin = like->origin;
    return copy;
}

static struct value *known_or_self(struct extensions *x, struct value *in) {
    struct value *known = resolve(&x->resolver, in);
    return value_is_scalar(known) ? known : in;
}

/* A Ref or Fn::GetAtt whose name a function computes: with that name, or unknown. */
static struct value *fold_reference(struct extensions *x, struct value *in) {
    struct values *v = &x->g->values;
    const struct member *m = in->members;
    bool is_ref = str_is(m->key, "Ref");
    struct value *id = is_ref ? m->value : value_at(m->value, 0),
                 *attribute = value_at(m->value, 1);
    bool has_form = is_ref || (m->value->kind == VAL_LIST && m->value->count == 2);
    if (!has_form || !(value_is_intrinsic(id) || value_is_intrinsic(attribute)))
        return in;
    bool guessed = x->resolver.guessed;
    x->resolver.guessed = false;
    struct str name = value_text(resolve(&x->resolver, id));
    if (x->resolver.guessed && !graph_find(x->g, name) && !value_has(x->g->parameters, name))
        name = STR_NIL;
    x->resolver.guessed = guessed;
    v->place = (struct place){in->span, in->origin};
    if (is_ref && name.len)
        return value_ref(v, name);
    struct value *made = value_call(v, name.len ? VAL_GETATT : VAL_FN, 1,
                                    name.len ? known_or_self(x, attribute) : m->value);
    made->text = name.len ? name : m->key;
    return made;
}

/* What a function gives, where that is known; otherwise the function. */
static struct value *fold(struct extensions *x, struct value *f) {
    struct values *v = &x->g->values;
    struct value *made = &value_nil, *argument = value_at(f, 0);
    v->place = (struct place){f->span, f->origin};
    if ((f->kind == VAL_LENGTH || f->kind == VAL_TO_JSON) && !x->allowed) {
        report_missing_transform(x, value_intrinsic(f->kind)->name, f->span);
        return f;
    }
    if (f->kind == VAL_LENGTH) {
        struct value *list = resolve(&x->resolver, argument);
        if (list->kind == VAL_LIST)
            made = value_int(v, list->count);
    } else if (f->kind == VAL_TO_JSON) {
        bool is_collection = argument->kind == VAL_LIST || argument->kind == VAL_MAP;
        if (is_collection && value_is_known(argument))
            made = value_string(v, value_json(v->arena, argument));
    } else if (f->kind == VAL_FIND_IN_MAP && f->count == 4 && x->allowed) {
        made = place_like(x, resolve(&x->resolver, f), f);
    }
    return value_is_nil(made) ? f : made;
}

/* x with its loops and functions replaced, in place where that is possible. */
static struct value *expand_value(struct extensions *x, struct value *in) {
    if (x->stopped)
        return in;
    if (in->kind == VAL_MAP)
        in = expand_map(x, in);
    for (uint32_t i = 0; i < in->count; i++) {
        if (in->kind == VAL_MAP)
            in->members[i].value = expand_value(x, in->members[i].value);
        else
            in->items[i] = expand_value(x, in->items[i]);
    }
    bool is_reference = x->allowed && in->kind == VAL_MAP && in->count == 1 &&
                        (str_is(in->members[0].key, "Ref") ||
                         str_is(in->members[0].key, "Fn::GetAtt"));
    if (is_reference)
        return fold_reference(x, in);
    return value_is_intrinsic(in) ? fold(x, in) : in;
}

/* ---- names that other values of parameters would make -------------------------------- */

static void collect_guesses(struct extensions *x, const struct value *map, unsigned depth) {
    for (uint32_t i = 0; map->kind == VAL_MAP && i < map->count && depth < LIMIT_DEPTH; i++) {
        const struct member *m = &map->members[i];
        if (is_loop_key(m->key))
            collect_guesses(x, value_at(m->value, 2), depth + 1);
        else if (depth)
            vec_push(x->g->arena, &x->g->guesses.items, loop_name_pattern(x->g->arena, m->key));
    }
}

/* Expands the loops of a section; where their collections are defaults, its names are guesses. */
static struct value *expand_names(struct extensions *x, struct value *section,
                                  struct value *(*expand)(struct extensions *, struct value *)) {
    x->resolver.guessed = false;
    struct value *made = expand(x, section);
    if (x->resolver.guessed && section->kind == VAL_MAP && has_loop(section))
        collect_guesses(x, section, 0);
    return made;
}

/* ---- the graph ------------------------------------------------------------------- */

static void expand_resources(struct extensions *x) {
    struct graph *g = x->g;
    if (g->macros->kind != VAL_MAP || !has_loop(g->macros))
        return;
    struct value *made = expand_names(x, g->macros, expand_map);
    g->macros = &value_nil;
    for (uint32_t i = 0; i < made->count && !x->stopped; i++) {
        const struct member *m = &made->members[i];
        const struct resource *before = graph_find(g, m->key);
        if (before) {
            struct diag *d = diag_add(x->d, RULE_LANGUAGE_EXTENSIONS, m->span,
                                      "'%.*s' is made twice", STR_ARG(m->key));
            diag_note(x->d, d, before->id_span, "it stands here, too");
        } else {
            template_read_resource(g, x->d, m, m->value->origin);
        }
    }
}

static void expand_policy(struct extensions *x, struct resource *r, const char *name) {
    struct value *policy = value_get_c(r->attributes, name);
    if (!value_is_intrinsic(policy) || !x->allowed)
        return;
    struct value *known = resolve(&x->resolver, policy);
    if (known->kind == VAL_STRING)
        value_put_c(&x->g->values, r->attributes, name, place_like(x, known, policy));
}

static void expand_resource(struct extensions *x, struct resource *r) {
    r->properties = expand_value(x, r->properties);
    if (r->attributes->kind != VAL_MAP)
        return;
    expand_policy(x, r, "DeletionPolicy");
    expand_policy(x, r, "UpdateReplacePolicy");
    for (uint32_t i = 0; i < r->attributes->count; i++)
        if (!str_is(r->attributes->members[i].key, "Metadata"))
            r->attributes->members[i].value = expand_value(x, r->attributes->members[i].value);
}

void template_expand_loops(struct graph *g, struct diags *d, const struct value *params) {
    struct extensions x = {.g = g,
                           .d = d,
                           .resolver = {.graph = g, .params = params},
                           .allowed = names_transform(g->transform)};
    struct place before = g->values.place;
    g->mappings = expand_value(&x, g->mappings);
    g->conditions = expand_names(&x, g->conditions, expand_value);
    for (uint32_t i = 0; g->conditions->kind == VAL_MAP && i < g->conditions->count; i++)
        g->conditions->members[i].value =
            document_condition(&g->values, g->conditions->members[i].value);
    expand_resources(&x);
    for (uint32_t i = 0; i < g->resources.count && !x.stopped; i++)
        expand_resource(&x, g->resources.items[i]);
    g->outputs = expand_value(&x, g->outputs);
    g->values.place = before;
}
