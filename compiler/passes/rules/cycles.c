/* Circles: resources that need each other, and conditions that are defined by themselves. */
#include "base/buf.h"
#include "graph/components.h"
#include "passes/check.h"

enum {
    MAX_STARTS = 16,   /* members of one component from which a circle is searched */
    MAX_CIRCLE = 12,   /* names of a circle that are printed */
};

struct cycles {
    struct check *c;
    struct map position; /* id -> number + 1 */
    uint32_t *first;     /* by resource: where in `to` stand the numbers of what it depends on */
    VEC(uint32_t) to;
    bool *loops; /* by resource: it refers to itself */
    struct components found;
};

/* What an unexpanded SAM resource refers to, some other resource will. */
static uint32_t target_of(const struct cycles *s, const struct edge *e) {
    if (!edge_is_dependency(e) || str_starts(e->from->type, STR("AWS::Serverless::")))
        return 0;
    return (uint32_t)map_get(&s->position, e->target);
}

static void find_components(struct cycles *s) {
    struct check *c = s->c;
    uint32_t count = c->graph->resources.count;
    s->first = arena_array(c->arena, uint32_t, count + 1);
    s->loops = arena_array(c->arena, bool, count + 1);
    for (uint32_t n = 0; n < count; n++)
        map_put(c->arena, &s->position, c->graph->resources.items[n]->id, n + 1);
    for (uint32_t n = 0; n < count; n++) {
        uint32_t at, end = edges_from(&c->edges, c->graph->resources.items[n], &at);
        s->first[n] = s->to.count;
        for (; at < end; at++) {
            uint32_t to = target_of(s, c->edges.items.items[at]);
            if (!to--)
                continue;
            s->loops[n] |= to == n;
            vec_push(c->arena, &s->to, to);
        }
    }
    s->first[count] = s->to.count;
    s->found = components_find(c->arena, count, s->first, s->to.items);
}

/* ---- the circle through one member --------------------------------------------- */

struct step {
    const struct edge *edge; /* by which it was reached */
    struct bdd_id when;
};

/* Fills circle with the edges of a shortest way from start to itself that some deployment has. */
static uint32_t circle_from(struct cycles *s, uint32_t start, const struct edge **circle,
                            struct step *steps, uint32_t *queue) {
    struct check *c = s->c;
    uint32_t head = 0, tail = 0, count = c->graph->resources.count;
    for (uint32_t i = 0; i < count; i++)
        steps[i].edge = NULL;
    queue[tail++] = start;
    steps[start].when = BDD_TRUE;
    while (head < tail) {
        uint32_t n = queue[head++], first;
        uint32_t end = edges_from(&c->edges, c->graph->resources.items[n], &first);
        for (uint32_t i = first; i < end; i++) {
            const struct edge *e = c->edges.items.items[i];
            uint32_t to = target_of(s, e);
            if (!to-- || steps[to].edge || s->found.of[to] != s->found.of[start])
                continue;
            struct bdd_id when = formula_and(&c->formulas, steps[n].when, e->when);
            if (formula_is_possible(&c->formulas, when) == TRUTH_NO)
                continue;
            steps[to] = (struct step){e, when};
            if (to != start) {
                queue[tail++] = to;
                continue;
            }
            uint32_t length = 0;
            do {
                circle[length++] = steps[to].edge;
                to = (uint32_t)map_get(&s->position, steps[to].edge->from->id) - 1;
            } while (to != start);
            return length;
        }
    }
    return 0;
}

static void report_circle(struct check *c, const struct edge **circle, uint32_t length) {
    struct buf text;
    buf_init(&text, c->arena, 0);
    const struct edge *first = circle[length - 1];
    buf_str(&text, first->from->id);
    for (uint32_t i = length; i-- > 0;) {
        bool skipped = length > MAX_CIRCLE && i >= 1 && length - i >= MAX_CIRCLE;
        if (!skipped)
            buf_printf(&text, " -> %.*s", STR_ARG(circle[i]->target));
        else if (length - i == MAX_CIRCLE)
            buf_c(&text, " -> ...");
    }
    struct diag *d =
        check_report_word(c, RULE_CIRCULAR_REFERENCE, first->from, first->at, first->target,
                          "'%.*s' needs itself: %.*s", STR_ARG(first->from->id),
                          STR_ARG(buf_view(&text)));
    for (uint32_t i = length - 1; i-- > 0 && length - i <= MAX_CIRCLE;)
        diag_note(c->diags, d, check_narrow(c, circle[i]->at->span, circle[i]->target),
                  "'%.*s' needs '%.*s' here", STR_ARG(circle[i]->from->id),
                  STR_ARG(circle[i]->target));
}

/* One circle for each component, from its first members in the template's order. */
static void report_components(struct cycles *s) {
    uint32_t count = s->c->graph->resources.count;
    uint32_t *tried = arena_array(s->c->arena, uint32_t, s->found.count + 1);
    const struct edge **circle = NULL;
    struct step *steps = NULL;
    uint32_t *queue = NULL;
    for (uint32_t n = 0; n < count; n++) {
        uint32_t component = s->found.of[n];
        if ((s->found.sizes[component] < 2 && !s->loops[n]) || tried[component] >= MAX_STARTS)
            continue;
        if (!steps) {
            circle = arena_array(s->c->arena, const struct edge *, count);
            steps = arena_array(s->c->arena, struct step, count);
            queue = arena_array(s->c->arena, uint32_t, count);
        }
        tried[component]++;
        uint32_t length = circle_from(s, n, circle, steps, queue);
        if (!length)
            continue;
        report_circle(s->c, circle, length);
        tried[component] = MAX_STARTS;
    }
}

static void check_resource_cycles(struct check *c) {
    struct cycles s = {.c = c};
    find_components(&s);
    report_components(&s);
}

/* ---- conditions ------------------------------------------------------------------ */

enum mark { MARK_NONE, MARK_BUSY, MARK_DONE };

struct condition_walk {
    struct check *c;
    struct map first; /* condition -> position of its first edge + 1 */
    struct map marks;
    unsigned depth;
};

static void visit_condition(struct condition_walk *w, struct str name) {
    if (map_get(&w->marks, name) == MARK_DONE || w->depth > 100)
        return;
    w->depth++;
    map_put(w->c->arena, &w->marks, name, MARK_BUSY);
    uint32_t at = (uint32_t)map_get(&w->first, name);
    for (; at && at <= w->c->edges.items.count; at++) {
        const struct edge *e = w->c->edges.items.items[at - 1];
        if (e->section != SECTION_CONDITIONS || !str_eq(e->entry, name))
            break;
        if (e->kind != EDGE_CONDITION)
            continue;
        if (map_get(&w->marks, e->target) == MARK_BUSY)
            check_report_word(w->c, RULE_CIRCULAR_REFERENCE, NULL, e->at, e->target,
                              "condition '%.*s' is defined by itself: %.*s -> %.*s",
                              STR_ARG(e->target), STR_ARG(e->entry), STR_ARG(e->target));
        else
            visit_condition(w, e->target);
    }
    map_put(w->c->arena, &w->marks, name, MARK_DONE);
    w->depth--;
}

static void check_condition_cycles(struct check *c) {
    struct condition_walk w = {.c = c};
    for (uint32_t i = c->edges.items.count; i-- > 0;) {
        const struct edge *e = c->edges.items.items[i];
        if (e->section == SECTION_CONDITIONS)
            map_put(c->arena, &w.first, e->entry, i + 1);
    }
    for (uint32_t i = 0; c->graph->conditions->kind == VAL_MAP && i < c->graph->conditions->count;
         i++)
        visit_condition(&w, c->graph->conditions->members[i].key);
}

void check_cycles(struct check *c) {
    check_resource_cycles(c);
    check_condition_cycles(c);
}
