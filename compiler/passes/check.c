#include "passes/check.h"

static void (*const checks[])(struct check *) = {
#define CHECK(name) check_##name,
#include "passes/checks.def"
#undef CHECK
};

/* ---- reporting ---------------------------------------------------------------- */

static struct diag *report(struct check *c, enum rule_id rule, const struct resource *r,
                           struct span span, const struct origin *origin, struct str text) {
    if (span_is_nil(span) && r)
        span = span_is_nil(r->id_span) ? r->span : r->id_span;
    struct diag *d = diag_add_text(c->diags, rule, span, text);
    d->origin = origin || !r ? origin : r->origin;
    return d;
}

#define FORMATTED(text)                                                                            \
    struct str text;                                                                               \
    do {                                                                                           \
        va_list args_;                                                                             \
        va_start(args_, format);                                                                   \
        text = str_vprintf(c->arena, format, args_);                                               \
        va_end(args_);                                                                             \
    } while (0)

struct diag *check_report(struct check *c, enum rule_id rule, const struct resource *r,
                          const struct value *at, const char *format, ...) {
    FORMATTED(text);
    return report(c, rule, r, at ? at->span : SPAN_NIL, at ? at->origin : NULL, text);
}

struct diag *check_report_word(struct check *c, enum rule_id rule, const struct resource *r,
                               const struct value *at, struct str word, const char *format, ...) {
    FORMATTED(text);
    return report(c, rule, r, check_narrow(c, at->span, word), at->origin, text);
}

struct diag *check_report_span(struct check *c, enum rule_id rule, const struct resource *r,
                               struct span span, const char *format, ...) {
    FORMATTED(text);
    return report(c, rule, r, span, NULL, text);
}

enum { NARROW_BYTES = 4096 };

static bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

struct span check_narrow(const struct check *c, struct span span, struct str word) {
    if (!c->diags->sources || span_is_nil(span) || word.len == 0)
        return span;
    struct str text = span_text(c->diags->sources, span);
    text = str_slice(text, 0, NARROW_BYTES);
    for (size_t at = 0; (at = str_find(text, word, at)) < text.len; at++) {
        bool starts = at == 0 || !is_word_byte(text.ptr[at - 1]);
        bool ends = at + word.len == text.len || !is_word_byte(text.ptr[at + word.len]);
        if (starts && ends)
            return (struct span){span.source, span.start + (uint32_t)at,
                                 span.start + (uint32_t)(at + word.len)};
    }
    return span;
}

void check_suggest(struct check *c, struct diag *to, struct str wrong, struct str right) {
    if (!right.len)
        return;
    diag_label(c->diags, to, "did you mean '%.*s'?", STR_ARG(right));
    struct span place = check_narrow(c, to->span, wrong);
    if (c->diags->sources && str_eq(span_text(c->diags->sources, place), wrong))
        diag_fix(c->diags, to, place, right, false);
}

/* ---- the stack ---------------------------------------------------------------- */

const struct resource_vec *check_type(const struct check *c, const char *type) {
    static const struct resource_vec none;
    const struct resource_vec *list = map_get_ptr(&c->by_type, str_from(type));
    return list ? list : &none;
}

const struct resource *check_target(struct check *c, const struct value *x) {
    if (x->kind == VAL_REF || x->kind == VAL_GETATT)
        return graph_find(c->graph, x->text);
    if (x->kind != VAL_SUB)
        return NULL;
    struct text t = view_text(&c->view, x);
    bool alone = t.pattern.len == 1 && t.holes.items.count == 1;
    return alone && t.holes.items.items[0] != x ? check_target(c, t.holes.items.items[0]) : NULL;
}

const struct resource *check_target_of(struct check *c, const struct value *x, const char *type) {
    const struct resource *r = check_target(c, x);
    return r && resource_is(r, type) ? r : NULL;
}

struct str check_text(struct check *c, const struct value *x) {
    const struct value *only = view_only(&c->view, x);
    return value_is_known(only) ? value_text(only) : STR_NIL;
}

bool check_int(struct check *c, const struct value *x, int64_t *out) {
    return value_to_int(view_only(&c->view, x), out);
}

void check_reach(struct check *c, const struct resource *r, struct map *out) {
    VEC(const struct resource *) queue = {0};
    map_put_ptr(c->arena, out, r->id, r);
    vec_push(c->arena, &queue, r);
    for (uint32_t i = 0; i < queue.count; i++) {
        uint32_t first, end = edges_from(&c->edges, queue.items[i], &first);
        for (uint32_t j = first; j < end; j++) {
            const struct edge *e = c->edges.items.items[j];
            const struct resource *to =
                edge_is_dependency(e) ? graph_find(c->graph, e->target) : NULL;
            if (to && !map_put_ptr(c->arena, out, to->id, to))
                vec_push(c->arena, &queue, to);
        }
    }
}

bool check_coexist(struct check *c, const struct resource *a, const struct resource *b) {
    return formula_meet(&c->formulas, formula_of_resource(&c->formulas, a),
                        formula_of_resource(&c->formulas, b)) == TRUTH_YES;
}

struct possibles check_possible(struct check *c, const struct resource *r, const struct value *x) {
    struct possibles out = {0};
    view_possible(&c->view, x, r ? formula_of_resource(&c->formulas, r) : BDD_TRUE, &out);
    return out;
}

struct items check_items(struct check *c, const struct value *list, struct bdd_id when) {
    struct items out = {.complete = true};
    struct possibles lists = {0};
    view_possible(&c->view, list, when, &lists);
    out.complete = !lists.truncated;
    for (uint32_t i = 0; i < lists.items.count; i++) {
        const struct possible *p = &lists.items.items[i];
        if (p->value->kind != VAL_LIST || p->certainty == DEFAULT) {
            out.complete = out.complete && value_is_nil(p->value);
            continue;
        }
        out.complete = view_items(&c->view, p->value, p->when, &out.items) && out.complete;
    }
    return out;
}

bool check_meet(struct check *c, struct bdd_id a, struct bdd_id b) {
    return formula_meet(&c->formulas, a, b) == TRUTH_YES;
}

struct bdd_id check_presence_of(struct check *c, const struct value *x, struct bdd_id when) {
    struct possibles all = {0};
    struct bdd_id there = BDD_FALSE;
    view_possible(&c->view, x, when, &all);
    for (uint32_t i = 0; i < all.items.count; i++)
        if (!value_is_nil(all.items.items[i].value))
            there = bdd_or(&c->formulas.bdd, there, all.items.items[i].when);
    return all.truncated ? BDD_UNKNOWN : there;
}

bool check_is_closed(const struct value *object) {
    if (object->kind != VAL_MAP)
        return false;
    for (uint32_t i = 0; i < object->count; i++)
        if (str_starts(object->members[i].key, STR("Fn::")))
            return false;
    return true;
}

struct str check_name(struct check *c, const struct resource *r) {
    if (!r->origin)
        return str_printf(c->arena, "'%.*s'", STR_ARG(r->id));
    const struct origin *o = r->origin;
    if (!o->part.len)
        return str_printf(c->arena, "%.*s", STR_ARG(o->construct));
    return str_printf(c->arena, "the %.*s of %.*s", STR_ARG(o->part), STR_ARG(o->construct));
}

/* ---- running -------------------------------------------------------------------- */

static bool is_tame_transform(const struct value *x) {
    return value_is_c(x, "AWS::LanguageExtensions") || value_is_c(x, "AWS::CodeDeployBlueGreen") ||
           value_is_c(x, "AWS::SecretsManager-2020-07-23") ||
           value_is_c(x, "AWS::SecretsManager-2024-09-16") ||
           value_is_c(x, "AWS::Serverless-2016-10-31");
}

/* Whether a section has an entry that stands for others: Fn::Transform, Fn::ForEach. */
static bool has_macro(const struct value *section) {
    return section->kind == VAL_MAP && !check_is_closed(section);
}

/* Whether names may come from what isn't in the graph. */
static bool is_open(const struct graph *g) {
    const struct value *t = g->transform;
    if (t->kind == VAL_LIST) {
        for (uint32_t i = 0; i < t->count; i++)
            if (!is_tame_transform(t->items[i]))
                return true;
    } else if (!value_is_null(t) && !is_tame_transform(t)) {
        return true;
    }
    for (uint32_t i = 0; i < g->resources.count; i++)
        if (str_starts(g->resources.items[i]->type, STR("AWS::Serverless::")))
            return true;
    return g->macros->count || has_macro(g->conditions) || has_macro(g->mappings);
}

static void index_types(struct check *c) {
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        struct resource_vec *list = map_get_ptr(&c->by_type, r->type);
        if (!list) {
            list = arena_new(c->arena, struct resource_vec);
            map_put_ptr(c->arena, &c->by_type, r->type, list);
        }
        vec_push(c->arena, &list->items, r);
    }
}

static void check_init(struct check *c, const struct graph *g, const struct check_options *options,
                       struct diags *d) {
    *c = (struct check){.graph = g,
                        .schema = options->schema,
                        .regions = options->regions.items.count ? &options->regions : &g->regions,
                        .diags = d,
                        .arena = d->arena};
    c->open = is_open(g);
    formulas_init(&c->formulas, c->arena, g, c->regions);
    edges_init(&c->edges, c->arena, g, &c->formulas);
    view_init(&c->view, c->arena, g, &c->formulas, c->regions);
    index_types(c);
}

/* Whether there is what check_source is about. */
static bool has_source(const struct graph *g) {
    if (g->parameters->count || g->conditions->count || g->mappings->count)
        return g->is_template;
    for (uint32_t i = 0; i < g->resources.count; i++)
        if (str_starts(g->resources.items[i]->type, STR("AWS::Serverless::")))
            return g->is_template;
    return false;
}

void check_source(const struct graph *g, const struct check_options *options, struct diags *d) {
    struct check c;
    if (!has_source(g))
        return;
    check_init(&c, g, options, d);
    check_unused(&c);
    check_mapping_names(&c);
    check_descriptions(&c);
    check_sam_machines(&c);
    check_sam_types(&c);
}

void check_rules(const struct graph *g, const struct check_options *options, struct diags *d) {
    struct check c;
    check_init(&c, g, options, d);
    c.patterns = pattern_cache_new();
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        checks[i](&c);
    pattern_cache_free(c.patterns);
}
