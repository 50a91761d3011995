#include "driver/follow.h"

#include <string.h>

#include "lang/tree.h"

/* The top-level statement that a place is in; the nil node outside of all. */
static const struct node *statement_at(struct job *j, struct span place) {
    static const struct node nil;
    struct diags unheard;
    if (span_is_nil(place))
        return &nil;
    diags_init(&unheard, &j->arena, &j->sources);
    if (place.source >= j->trees.count || !j->trees.items[place.source]) {
        while (j->trees.count <= place.source)
            vec_push(&j->arena, &j->trees, NULL);
        j->trees.items[place.source] = lang_parse(&j->arena, &unheard, &j->sources, place.source);
    }
    const struct tree *t = j->trees.items[place.source];
    const struct node *file = tree_node(t, t->root);
    for (uint32_t i = 0; i < file->count; i++) {
        const struct node *n = tree_node(t, t->children.items[file->list + i]);
        if (n->span.start <= place.start && place.start < n->span.end)
            return n;
    }
    return &nil;
}

static const struct node *without_accepts(struct job *j, const struct node *n, uint32_t source) {
    return n->kind == NODE_ACCEPTED ? tree_node(j->trees.items[source], n->value) : n;
}

/* Whether a statement makes things and nothing else depends on what is written in it. */
static bool is_apart(const struct node *n) {
    static const char *const shared[] = {"let", "param", "stack", "defaults", "module"};
    if (n->kind != NODE_DECLARATION)
        return n->kind == NODE_EXTEND || n->kind == NODE_ASSERT;
    return !str_in(n->text, shared);
}

bool follow_can_go_on(struct job *j) {
    for (uint32_t i = 0; i < j->diags.items.count; i++) {
        const struct diag *d = j->diags.items.items[i];
        const char *subject = rules[d->rule].subject;
        if (d->level != LEVEL_ERROR)
            continue;
        if (strcmp(subject, "syntax") == 0 || strcmp(subject, "files") == 0 ||
            d->rule == RULE_UNKNOWN_KIND)
            return false;
        const struct node *n = statement_at(j, d->span);
        if (!is_apart(without_accepts(j, n, d->span.source)))
            return false;
    }
    return true;
}

static bool is_broken(struct job *j, uint32_t first, struct span place) {
    const struct node *n = statement_at(j, place);
    for (uint32_t i = 0; i < first && n->kind != NODE_NIL_KIND; i++) {
        const struct diag *d = j->diags.items.items[i];
        if (d->level == LEVEL_ERROR && statement_at(j, d->span) == n)
            return true;
    }
    return false;
}

static bool may_follow(struct job *j, uint32_t first, const struct diag *d) {
    bool broken = is_broken(j, first, d->span);
    for (uint32_t i = 0; i < d->notes.count && !broken; i++)
        broken = is_broken(j, first, d->notes.items[i].span);
    for (const struct origin *frame = d->origin; frame && !broken; frame = frame->outer)
        broken = is_broken(j, first, frame->span);
    return broken;
}

/* In a template every value stands by itself: what follows begins in what is wrong. */
static bool begins_in_error(const struct job *j, uint32_t first, struct span place) {
    for (uint32_t i = 0; i < first; i++) {
        const struct diag *d = j->diags.items.items[i];
        if (d->level == LEVEL_ERROR && d->span.source == place.source &&
            (d->span.start == place.start ||
             (d->span.start <= place.start && place.start < d->span.end)))
            return true;
    }
    return false;
}

void follow_drop(struct job *j, uint32_t first) {
    uint32_t kept = first;
    for (uint32_t i = first; i < j->diags.items.count; i++) {
        struct diag *d = j->diags.items.items[i];
        if (!(j->is_api ? may_follow(j, first, d) : begins_in_error(j, first, d->span)))
            j->diags.items.items[kept++] = d;
    }
    j->diags.items.count = kept;
}

static bool has_error_at(const struct job *j, struct span place) {
    for (uint32_t i = 0; i < j->diags.items.count; i++) {
        const struct diag *d = j->diags.items.items[i];
        if (d->level == LEVEL_ERROR && d->span.source == place.source &&
            d->span.start == place.start)
            return true;
    }
    return false;
}

void follow_drop_repeated(struct job *j, const enum rule_id *repeated, size_t count) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < j->diags.items.count; i++) {
        struct diag *d = j->diags.items.items[i];
        bool is_repeated = false;
        for (size_t n = 0; n < count && d->level == LEVEL_WARNING; n++)
            is_repeated = is_repeated || d->rule == repeated[n];
        if (!is_repeated || !has_error_at(j, d->span))
            j->diags.items.items[kept++] = d;
    }
    j->diags.items.count = kept;
}
