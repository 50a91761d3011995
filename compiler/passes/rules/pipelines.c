/* Pipelines of CodePipeline: their stages, and which action takes what another one made.
   https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html */
#include "passes/check.h"

static const struct counts {
    const char *category, *owner, *provider;
    uint32_t least_in, most_in, least_out, most_out;
} counts[] = {
#define ACTION(category, owner, provider, least_in, most_in, least_out, most_out)                  \
    {category, owner, provider, least_in, most_in, least_out, most_out},
#include "passes/rules/pipeline_actions.def"
};

/* An action, in the order of the text. */
struct action {
    const struct value *value;
    struct bdd_id when;
    uint32_t stage;
    int64_t order; /* in its stage; -1: not known */
};

struct artifact {
    const struct value *name;
    const struct action *by;
    struct bdd_id when;
};

struct pipeline {
    struct check *c;
    const struct resource *r;
    VEC(struct action *) actions;
    VEC(struct artifact) made;
    bool complete; /* nothing but these actions and artifacts can be in it */
};

static bool is_plain(const struct possible *p) {
    return p->certainty == CERTAIN && check_is_closed(p->value);
}

static struct str name_of(struct pipeline *p, const struct value *x) {
    return check_text(p->c, value_get_c(x, "Name"));
}

/* ---- reading --------------------------------------------------------------- */

static void read_action(struct pipeline *p, const struct possible *one, uint32_t stage) {
    struct action *a = arena_new(p->c->arena, struct action);
    const struct value *order = value_get_c(one->value, "RunOrder");
    *a = (struct action){one->value, one->when, stage, 1};
    if (!is_absent(order) && !check_int(p->c, order, &a->order))
        a->order = -1;
    vec_push(p->c->arena, &p->actions, a);
    const struct value *outputs = value_get_c(one->value, "OutputArtifacts");
    if (is_absent(outputs))
        return;
    struct items all = check_items(p->c, outputs, one->when);
    p->complete = p->complete && all.complete;
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *x = &all.items.items[i];
        const struct value *name = value_get_c(x->value, "Name");
        p->complete = p->complete && is_plain(x) && check_text(p->c, name).len;
        vec_push(p->c->arena, &p->made, (struct artifact){name, a, x->when});
    }
}

static void read_stage(struct pipeline *p, const struct possible *stage, uint32_t number) {
    struct items all = check_items(p->c, value_get_c(stage->value, "Actions"), stage->when);
    p->complete = p->complete && all.complete && is_plain(stage);
    for (uint32_t i = 0; i < all.items.count; i++) {
        p->complete = p->complete && is_plain(&all.items.items[i]);
        read_action(p, &all.items.items[i], number);
    }
}

/* ---- names ----------------------------------------------------------------- */

static void check_twice(struct pipeline *p, const struct value *now, struct bdd_id when,
                        const struct value *first, struct bdd_id other, const char *what) {
    struct str text = check_text(p->c, now);
    if (!text.len || !str_eq(text, check_text(p->c, first)) || !check_meet(p->c, when, other))
        return;
    struct diag *d = check_report(p->c, RULE_PIPELINE, p->r, now, "two %s are named '%.*s'", what,
                                  STR_ARG(text));
    diag_note(p->c->diags, d, first->span, "the first");
}

static void check_stage_names(struct pipeline *p, const struct items *stages) {
    for (uint32_t i = 0; i < stages->items.count; i++)
        for (uint32_t k = 0; k < i; k++)
            check_twice(p, value_get_c(stages->items.items[i].value, "Name"),
                        stages->items.items[i].when,
                        value_get_c(stages->items.items[k].value, "Name"),
                        stages->items.items[k].when, "stages of a pipeline");
}

static void check_action_names(struct pipeline *p) {
    for (uint32_t i = 0; i < p->actions.count; i++)
        for (uint32_t k = i; k-- > 0 && p->actions.items[k]->stage == p->actions.items[i]->stage;)
            check_twice(p, value_get_c(p->actions.items[i]->value, "Name"),
                        p->actions.items[i]->when,
                        value_get_c(p->actions.items[k]->value, "Name"),
                        p->actions.items[k]->when, "actions of a stage");
    for (uint32_t i = 0; i < p->made.count; i++)
        for (uint32_t k = 0; k < i; k++)
            check_twice(p, p->made.items[i].name, p->made.items[i].when, p->made.items[k].name,
                        p->made.items[k].when, "output artifacts of a pipeline");
}

/* ---- sources --------------------------------------------------------------- */

/* "Only the first stage of a pipeline can contain source actions", and it holds nothing else. */
static void check_sources(struct pipeline *p) {
    for (uint32_t i = 0; i < p->actions.count; i++) {
        const struct action *a = p->actions.items[i];
        const struct value *at = value_get_c(value_get_c(a->value, "ActionTypeId"), "Category");
        struct str category = check_text(p->c, at);
        bool is_source = str_is(category, "Source");
        if (category.len && is_source != (a->stage == 0))
            check_report(p->c, RULE_PIPELINE, p->r, at,
                         is_source ? "the action '%.*s' is a source, expected it in the first stage"
                                   : "the action '%.*s' of the first stage is no source",
                         STR_ARG(name_of(p, a->value)));
    }
}

/* ---- artifacts ------------------------------------------------------------- */

static bool is_before(const struct action *maker, const struct action *taker) {
    if (maker->stage != taker->stage)
        return maker->stage < taker->stage;
    return maker->order < 0 || taker->order < 0 || maker->order < taker->order;
}

static void check_input(struct pipeline *p, const struct action *a, const struct value *name) {
    struct str text = check_text(p->c, name), near = STR_NIL;
    const struct artifact *late = NULL;
    if (!text.len)
        return;
    for (uint32_t i = 0; i < p->made.count; i++) {
        const struct artifact *m = &p->made.items[i];
        struct str made = check_text(p->c, m->name);
        if (str_eq(made, text) && is_before(m->by, a))
            return;
        if (str_eq(made, text))
            late = m;
        else if (str_is_near(text, made) && is_before(m->by, a))
            near = made;
    }
    struct diag *d = check_report(p->c, RULE_PIPELINE, p->r, name,
                                  late ? "the artifact '%.*s' is taken before it is made"
                                       : "no action makes the artifact '%.*s'",
                                  STR_ARG(text));
    if (late)
        diag_note(p->c->diags, d, late->name->span, "where it is made");
    check_suggest(p->c, d, text, late ? STR_NIL : near);
}

static void check_count(struct pipeline *p, const struct action *a, const char *list,
                        uint32_t least, uint32_t most) {
    const struct value *x = value_get_c(a->value, list);
    uint32_t n = x->kind == VAL_LIST ? x->count : 0;
    for (uint32_t i = 0; i < n; i++)
        if (!check_is_closed(x->items[i]))
            return;
    if ((x->kind != VAL_LIST && !is_absent(x)) || (n >= least && n <= most))
        return;
    struct str expected = least == most ? str_printf(p->c->arena, "%u", least)
                                        : str_printf(p->c->arena, "%u to %u", least, most);
    check_report(p->c, RULE_PIPELINE, p->r, is_absent(x) ? a->value : x,
                 "the action '%.*s' has %u %s, expected %.*s", STR_ARG(name_of(p, a->value)), n,
                 list, STR_ARG(expected));
}

static void check_counts(struct pipeline *p, const struct action *a) {
    const struct value *type = value_get_c(a->value, "ActionTypeId");
    struct str category = check_text(p->c, value_get_c(type, "Category")),
               owner = check_text(p->c, value_get_c(type, "Owner")),
               provider = check_text(p->c, value_get_c(type, "Provider"));
    for (size_t i = 0; check_is_closed(a->value) && i < sizeof counts / sizeof *counts; i++) {
        const struct counts *row = &counts[i];
        if (!str_is(category, row->category) || !str_is(owner, row->owner) ||
            !str_is(provider, row->provider))
            continue;
        check_count(p, a, "InputArtifacts", row->least_in, row->most_in);
        check_count(p, a, "OutputArtifacts", row->least_out, row->most_out);
    }
}

static void check_action(struct pipeline *p, const struct action *a) {
    const struct value *inputs = value_get_c(a->value, "InputArtifacts");
    check_counts(p, a);
    if (is_absent(inputs) || !p->complete)
        return;
    struct items all = check_items(p->c, inputs, a->when);
    for (uint32_t i = 0; i < all.items.count; i++)
        if (is_plain(&all.items.items[i]))
            check_input(p, a, value_get_c(all.items.items[i].value, "Name"));
}

/* Stages and actions are tens: https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html */
enum { MAX_COMPARED = 1000 };

static void check_pipeline(struct check *c, const struct resource *r) {
    struct pipeline p = {.c = c, .r = r, .complete = true};
    const struct value *list = property(r, "Stages");
    struct items stages = check_items(c, list, formula_of_resource(&c->formulas, r));
    bool in_order = list->kind == VAL_LIST; /* the first is the first, whatever the conditions */
    p.complete = stages.complete;
    for (uint32_t i = 0; i < stages.items.count && i < MAX_COMPARED; i++) {
        in_order = in_order && stages.items.items[i].value == list->items[i];
        read_stage(&p, &stages.items.items[i], i);
    }
    if (stages.items.count > MAX_COMPARED || p.actions.count > MAX_COMPARED ||
        p.made.count > MAX_COMPARED)
        return;
    check_stage_names(&p, &stages);
    check_action_names(&p);
    if (in_order)
        check_sources(&p);
    for (uint32_t i = 0; i < p.actions.count; i++)
        check_action(&p, p.actions.items[i]);
}

void check_pipelines(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::CodePipeline::Pipeline");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_pipeline(c, list->items.items[i]);
}
