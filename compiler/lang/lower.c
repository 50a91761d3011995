#include "lang/compile.h"

#include <stdarg.h>

struct value *text_value(struct lang *l, const char *text) {
    return value_c(l->values, text);
}

struct value *map_of(struct lang *l, unsigned pairs, ...) {
    struct value *map = value_map(l->values);
    va_list args;
    va_start(args, pairs);
    for (unsigned i = 0; i < pairs; i++) {
        const char *key = va_arg(args, const char *);
        struct value *x = va_arg(args, struct value *);
        if (x && !value_is_nil(x))
            value_put_c(l->values, map, key, x);
    }
    va_end(args);
    return map;
}

struct value *list_of(struct lang *l, unsigned count, ...) {
    struct value *list = value_list(l->values);
    va_list args;
    va_start(args, count);
    for (unsigned i = 0; i < count; i++)
        value_push(l->values, list, va_arg(args, struct value *));
    va_end(args);
    return list;
}

void put(struct lang *l, struct value *map, const char *path, struct value *x) {
    struct str rest = str_from(path);
    for (;;) {
        struct str step = str_split(rest, '.', &rest);
        if (rest.len == 0) {
            value_put(l->values, map, step, x)->span = x->span;
            return;
        }
        struct value *inner = value_get(map, step);
        if (inner->kind != VAL_MAP) {
            inner = value_map(l->values);
            value_put(l->values, map, step, inner);
        }
        map = inner;
    }
}

struct resource *add_resource(struct lang *l, struct thing *t, const char *part, const char *type,
                              struct str id, struct value *cond) {
    const struct origin *origin = part ? origin_part(l, t, part, t->origin->span) : t->origin;
    l->values->place = (struct place){t->origin->span, origin};
    if (part)
        claim_id(l, id, origin, t->origin->span);
    struct resource *r = graph_add(l->graph, id, str_from(type));
    if (!r) { /* the collision is reported: go on with one that the graph doesn't hold */
        r = arena_new(l->arena, struct resource);
        *r = (struct resource){.id = id, .type = str_from(type), .properties = value_map(l->values),
                               .attributes = value_map(l->values), .origin = origin};
    }
    if (part)
        map_put_ptr(l->arena, &t->part_resources, str_from(part), r);
    else
        t->main = r;
    vec_push(l->arena, &l->made, (struct made){r, t, cond});
    if (cond)
        value_put_c(l->values, r->attributes, "Condition",
                    value_string(l->values, condition_name(l, cond)));
    return r;
}

void copy_attributes(struct lang *l, struct thing *t, struct resource *r) {
    for (unsigned i = 0; i < attribute_count; i++) {
        const struct attribute *row = &attributes[i];
        if (row->kind != t->kind || !row->path[0])
            continue;
        struct value *x = body_value(l, t, row->name);
        if (x && !value_is_nil(x) && x->kind != VAL_NULL)
            put(l, r->properties, row->path, x);
    }
}

/* ---- CloudFormation's own properties ---------------------------------------------------- */

static void append(struct lang *l, struct value *map, const struct setting *s, struct value *x) {
    struct value *before = value_get(map, s->name);
    if (value_is_nil(before))
        before = x->kind == VAL_MAP ? value_map(l->values) : value_list(l->values);
    if ((before->kind == VAL_LIST && x->kind == VAL_LIST) ||
        (before->kind == VAL_MAP && x->kind == VAL_MAP)) {
        value_put(l->values, map, s->name, value_join(l, before, x, s->cond))->span = s->span;
    } else {
        diag_add(l->diags, RULE_VALUE_TYPE, s->span,
                 "'+=' needs two lists or two maps, '%.*s' is %s", STR_ARG(s->name),
                 describe_value(before));
    }
}

static void apply_property(struct lang *l, const struct setting *s, struct resource *r) {
    struct value *x = setting_value(l, s);
    if (is_error(x)) {
        value_put(l->values, r->properties, s->name, x);
        return;
    }
    if (s->append && x->kind != VAL_NULL) {
        append(l, r->properties, s, x);
        return;
    }
    if (s->cond) {
        struct value *before = value_get(r->properties, s->name);
        x = logic_if(l, s->cond, x, value_is_nil(before) ? value_null(l->values) : before);
    }
    if (x->kind == VAL_NULL)
        value_remove(l->values, r->properties, s->name);
    else
        value_put(l->values, r->properties, s->name, x)->span = s->span;
}

void set_retain(struct lang *l, struct resource *r, const char *policy) {
    value_put_c(l->values, r->attributes, "DeletionPolicy", text_value(l, policy));
    value_put_c(l->values, r->attributes, "UpdateReplacePolicy", text_value(l, policy));
}

static void depend_on(struct lang *l, struct value *list, struct value *x) {
    struct thing *t = thing_of(x);
    if (t && t->is_collection)
        for (uint32_t i = 0; i < t->entries.count; i++)
            value_push(l->values, list, value_string(l->values, t->entries.items[i].thing->id));
    else if (t && !t->is_existing)
        value_push(l->values, list, value_string(l->values, t->id));
    else if (x->kind == VAL_LIST)
        for (uint32_t i = 0; i < x->count; i++)
            depend_on(l, list, x->items[i]);
    else if (!is_error(x))
        diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'depends' takes things, found %s",
                 describe_value(x));
}

static void apply_common(struct lang *l, const struct setting *s, struct resource *r) {
    struct value *x = setting_value(l, s);
    bool retain = str_is(s->name, "retain");
    if (is_error(x) || str_is(s->name, "id"))
        return;
    if (s->cond && has_word("retain snapshot depends", s->name)) {
        diag_add(l->diags, RULE_KNOWN_VALUE, s->span,
                 "'%.*s' can't hang on what only the deployment knows", STR_ARG(s->name));
        return;
    }
    if (retain || str_is(s->name, "snapshot")) {
        if (x->kind == VAL_BOOL)
            set_retain(l, r, !x->truth ? "Delete" : retain ? "Retain" : "Snapshot");
        else if (need_known(l, x, s->span, str_cstr(l->arena, s->name)))
            diag_add(l->diags, RULE_VALUE_TYPE, s->span, "'%.*s' takes true or false, found %s",
                     STR_ARG(s->name), describe_value(x));
    } else if (str_is(s->name, "depends")) {
        struct value *list = value_list(l->values);
        depend_on(l, list, x);
        if (list->count)
            value_put_c(l->values, r->attributes, "DependsOn",
                        list->count == 1 ? list->items[0] : list);
    } else {
        const char *to = str_is(s->name, "metadata")        ? "Metadata"
                         : str_is(s->name, "update_policy") ? "UpdatePolicy"
                                                            : "CreationPolicy";
        struct value *before = value_get_c(r->attributes, to);
        if (before->kind != VAL_MAP)
            before = value_map(l->values);
        if (x->kind == VAL_MAP && (s->append || s->cond)) /* the attribute itself takes no Fn::If */
            x = value_join(l, before, x, s->cond);
        value_put_c(l->values, r->attributes, to, x);
    }
}

static void apply_strength(struct lang *l, struct body *b, struct resource *r,
                           enum strength strength) {
    for (uint32_t i = 0; i < b->settings.count; i++) {
        const struct setting *s = &b->settings.items[i];
        if (s->strength != strength || s->name.len == 0)
            continue;
        bool upper = s->name.ptr[0] >= 'A' && s->name.ptr[0] <= 'Z';
        l->values->place = (struct place){s->span, r->origin};
        if (upper)
            apply_property(l, s, r);
        else if (has_word("retain snapshot depends metadata update_policy creation_policy",
                          s->name))
            apply_common(l, s, r);
    }
}

void apply_properties(struct lang *l, struct body *b, struct resource *r) {
    for (int strength = BY_DEFAULTS; strength <= BY_STATEMENT; strength++)
        apply_strength(l, b, r, (enum strength)strength);
}

void apply_extended(struct lang *l, struct body *b, struct resource *r) {
    apply_strength(l, b, r, BY_EXTEND);
}

/* ---- part blocks --------------------------------------------------------------------------- */

struct resource *find_part(struct lang *l, struct thing *t, struct str name, struct span span) {
    struct resource *r = map_get_ptr(&t->part_resources, name);
    if (r)
        return r;
    const struct part *p = part_find(t->kind, name);
    struct diag *d;
    if (p)
        d = diag_add(l->diags, RULE_WRONG_PLACE, span, "'%.*s' has no %s to change",
                     STR_ARG(t->name), p->name);
    else
        d = diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, span, "%s %s has no part '%.*s'",
                     kind_article(t->kind), kinds[t->kind].name, STR_ARG(name));
    struct buf known;
    buf_init(&known, l->arena, 0);
    for (unsigned i = 0; i < part_count && !p; i++)
        if (parts[i].kind == t->kind)
            buf_printf(&known, "%s%s", known.len ? ", " : "", parts[i].name);
    if (p)
        diag_help(l->diags, d, "%s: it is made only where the source asks for it", p->doc);
    else if (known.len)
        diag_help(l->diags, d, "its parts are %.*s", STR_ARG(buf_view(&known)));
    return NULL;
}

static void apply_part(struct lang *l, struct thing *t, const struct clause *c,
                       const struct node *n) {
    struct span word = n->span;
    word.end = word.start + (uint32_t)n->text.len;
    struct resource *r = find_part(l, t, n->text, word);
    struct body b = {0};
    if (!r)
        return;
    eval_block(l, &b, c->scope, n->block, KIND_NONE);
    for (uint32_t i = 0; i < b.settings.count && c->cond; i++) {
        struct value **own = &b.settings.items[i].cond;
        *own = *own ? logic_and(l, c->cond, *own) : c->cond;
    }
    apply_properties(l, &b, r);
}

void report_misplaced(struct lang *l, struct thing *t, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    struct str word = span_text(l->sources, n->span);
    size_t end = 0;
    while (end < word.len && word.ptr[end] > ' ')
        end++;
    word = str_slice(word, 0, end);
    struct span span = {n->span.source, n->span.start, n->span.start + (uint32_t)end};
    struct diag *d = diag_add(l->diags, RULE_WRONG_PLACE, span, "'%.*s' has no meaning in %s %s",
                              STR_ARG(word), kind_article(t->kind), kinds[t->kind].name);
    const struct attribute *a = attribute_find(t->kind, word);
    if (a) {
        span.start = span.end;
        diag_fix(l->diags, d, span, STR(" ="), false);
        diag_help(l->diags, d, "it is a setting, written '%s = %s': %s", a->name,
                  *a->words && *a->words != '@' ? a->words : "value", a->doc);
    } else if (n->kind == NODE_DECLARATION && kind_find(word) != KIND_NONE) {
        diag_help(l->diags, d, "it stands on its own, outside of the %s, which then names it",
                  kinds[t->kind].name);
    }
}

void apply_part_blocks(struct lang *l, struct thing *t) {
    for (uint32_t i = 0; i < t->body.clauses.count; i++) {
        const struct clause *c = &t->body.clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        if (n->kind != NODE_DECLARATION || !node_is_nil(n->name))
            continue;
        apply_part(l, t, c, n);
    }
    extend_parts(l, t);
}

void lower_clauses(struct lang *l, struct thing *t) {
    for (uint32_t i = 0; i < t->body.clauses.count; i++) {
        const struct clause *c = &t->body.clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        struct value *before = assume(l, c->cond);
        if (n->kind == NODE_ALLOW && (t->kind == KIND_FUNCTION || t->kind == KIND_MACHINE))
            lower_allow(l, t, c);
        else if (n->kind == NODE_ON && t->kind == KIND_FUNCTION)
            lower_source(l, t, c);
        else if (n->kind == NODE_ON)
            lower_delivery(l, t, c);
        else if (n->kind != NODE_DECLARATION || !node_is_nil(n->name))
            report_misplaced(l, t, c);
        l->given = before;
    }
}

/* ---- one thing --------------------------------------------------------------------------------- */

static void lower_resource(struct lang *l, struct thing *t) {
    struct resource *r = add_resource(l, t, NULL, str_cstr(l->arena, t->type), t->id, t->cond);
    r->type_span = scope_span(t->scope, scope_node(t->scope, t->decl->node)->type);
    thing_body(l, t);
    apply_properties(l, &t->body, r);
    apply_extended(l, &t->body, r);
    for (uint32_t i = 0; i < t->body.clauses.count; i++)
        report_misplaced(l, t, &t->body.clauses.items[i]);
}

void lower_thing(struct lang *l, struct thing *t) {
    static void (*const lowerings[KIND_COUNT])(struct lang *, struct thing *) = {
        [KIND_TABLE] = lower_table,       [KIND_FUNCTION] = lower_function,
        [KIND_API] = lower_api,           [KIND_QUEUE] = lower_queue,
        [KIND_TOPIC] = lower_topic,       [KIND_BUCKET] = lower_bucket,
        [KIND_USERPOOL] = lower_userpool, [KIND_ALARM] = lower_alarm,
        [KIND_BUS] = lower_bus,           [KIND_STREAM] = lower_stream,
        [KIND_LAYER] = lower_layer,       [KIND_MACHINE] = lower_machine,
        [KIND_AUTHORIZER] = lower_authorizer,
    };
    thing_body(l, t);
    l->values->place = (struct place){t->origin->span, t->origin};
    if (t->kind == KIND_NONE) {
        lower_resource(l, t);
    } else if (lowerings[t->kind]) {
        lowerings[t->kind](l, t);
        apply_part_blocks(l, t);
    } else {
        diag_add(l->diags, RULE_WRONG_PLACE, t->decl->span, "%s %s can't be made here",
                 kind_article(t->kind), kinds[t->kind].name);
    }
}
