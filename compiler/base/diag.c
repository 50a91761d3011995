#include "base/diag.h"

#include <stdlib.h>

#include "base/limits.h"

const struct rule rules[RULE_COUNT] = {
    [RULE_NONE] = {"", "", LEVEL_OFF, "", ""},
#define RULE(id, code, name, level, subject, summary)                                              \
    [RULE_##id] = {code, name, LEVEL_##level, subject, summary},
#include "base/rules.def"
#undef RULE
};

enum rule_id rule_find(struct str name) {
    for (int i = 1; i < RULE_COUNT; i++)
        if (str_is(name, rules[i].name) || str_is(name, rules[i].code))
            return (enum rule_id)i;
    return RULE_NONE;
}

enum rule_id rule_nearest(struct str name) {
    unsigned best = 4;
    enum rule_id nearest = RULE_NONE;
    for (int i = 1; i < RULE_COUNT; i++) {
        unsigned distance = str_distance(name, str_from(rules[i].name), 3);
        if (distance < best)
            best = distance, nearest = (enum rule_id)i;
    }
    return nearest;
}

void diags_init(struct diags *d, struct arena *a, const struct sources *sources) {
    *d = (struct diags){.arena = a, .sources = sources};
    for (int i = 0; i < RULE_COUNT; i++)
        d->levels[i] = rules[i].level == LEVEL_INFO ? LEVEL_OFF : rules[i].level;
}

/* A message is one line, whatever the user's text in it holds. */
static struct str one_line(struct str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            ((char *)s.ptr)[i] = ' ';
    return s;
}

#define FORMAT(d, format)                                                                          \
    __extension__({                                                                                \
        va_list args_;                                                                             \
        va_start(args_, format);                                                                   \
        struct str text_ = one_line(str_vprintf((d)->arena, format, args_));                       \
        va_end(args_);                                                                             \
        text_;                                                                                     \
    })

struct diag *diag_add(struct diags *d, enum rule_id rule, struct span span, const char *format,
                      ...) {
    return diag_add_text(d, rule, span, FORMAT(d, format));
}

struct diag *diag_add_text(struct diags *d, enum rule_id rule, struct span span, struct str text) {
    struct diag *added = arena_new(d->arena, struct diag);
    *added = (struct diag){.rule = rule, .level = d->levels[rule], .span = span};
    added->message = one_line(text);
    if (added->level == LEVEL_OFF) {
        if (d->silent.count < LIMIT_DIAGS)
            vec_push(d->arena, &d->silent, added);
        return added;
    }
    if (added->level == LEVEL_ERROR)
        d->errors++;
    if (d->items.count < LIMIT_DIAGS)
        vec_push(d->arena, &d->items, added);
    else
        d->dropped++;
    return added;
}

void diag_label(struct diags *d, struct diag *to, const char *format, ...) {
    to->label = FORMAT(d, format);
}

void diag_help(struct diags *d, struct diag *to, const char *format, ...) {
    to->help = FORMAT(d, format);
}

void diag_note(struct diags *d, struct diag *to, struct span span, const char *format, ...) {
    struct str text = FORMAT(d, format);
    vec_push(d->arena, &to->notes, (struct diag_note){span, text});
}

void diag_fix(struct diags *d, struct diag *to, struct span span, struct str text, bool safe) {
    vec_push(d->arena, &to->fixes, (struct diag_fix){span, text, safe});
}

void diag_accept(struct diags *d, struct accept accept) {
    vec_push(d->arena, &d->accepts, accept);
}

static int compare_number(uint32_t a, uint32_t b) {
    return (a > b) - (a < b);
}

static int compare_diags(const void *left, const void *right) {
    const struct diag *a = *(struct diag *const *)left, *b = *(struct diag *const *)right;
    int c = compare_number(a->span.source, b->span.source);
    if (!c)
        c = compare_number(a->span.start, b->span.start);
    if (!c)
        c = compare_number(a->span.end, b->span.end);
    if (!c)
        c = compare_number(a->rule, b->rule);
    return c ? c : str_cmp(a->message, b->message);
}

static bool is_accepted(struct diags *d, const struct diag *diag) {
    bool found = false;
    for (uint32_t i = 0; i < d->accepts.count; i++) {
        struct accept *accept = &d->accepts.items[i];
        if (accept->rule == diag->rule && span_covers(accept->scope, diag->span))
            accept->used = found = true;
    }
    return found;
}

static void report_unused_accepts(struct diags *d) {
    for (uint32_t i = 0; i < d->accepts.count; i++) {
        const struct accept *accept = &d->accepts.items[i];
        if (!accept->used)
            diag_add(d, RULE_UNUSED_ACCEPT, accept->span, "'%s' is accepted here, but not reported",
                     rules[accept->rule].name);
    }
}

void diags_finish(struct diags *d) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->items.count; i++)
        if (!is_accepted(d, d->items.items[i]))
            d->items.items[kept++] = d->items.items[i];
    d->items.count = kept;
    report_unused_accepts(d);
    if (d->items.count)
        qsort(d->items.items, d->items.count, sizeof *d->items.items, compare_diags);
    kept = 0;
    for (uint32_t i = 0; i < d->items.count; i++) {
        struct diag *now = d->items.items[i], *last = kept ? d->items.items[kept - 1] : NULL;
        bool is_same = last && str_eq(last->message, now->message);
        if (last && last->rule == now->rule && !span_is_nil(now->span) &&
            last->span.source == now->span.source && last->span.start == now->span.start &&
            last->span.end == now->span.end && (is_same || last->origin != now->origin))
            last->more += !is_same;
        else
            d->items.items[kept++] = now;
    }
    d->items.count = kept;
    d->errors = d->warnings = 0;
    for (uint32_t i = 0; i < d->items.count; i++) {
        d->errors += d->items.items[i]->level == LEVEL_ERROR;
        d->warnings += d->items.items[i]->level == LEVEL_WARNING;
    }
}

bool diags_have_errors(const struct diags *d) {
    return d->errors > 0;
}

/* What a rule said while it was off, said after all. */
static void move_silenced(struct diags *d, enum rule_id rule, enum level level) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->silent.count; i++) {
        struct diag *diag = d->silent.items[i];
        if (diag->rule == rule && level != LEVEL_OFF)
            vec_push(d->arena, &d->items, diag);
        else
            d->silent.items[kept++] = diag;
    }
    d->silent.count = kept;
}

void diags_set_level(struct diags *d, enum rule_id rule, enum level level) {
    if (d->levels[rule] == level)
        return;
    d->levels[rule] = level;
    move_silenced(d, rule, level);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->items.count; i++) {
        struct diag *diag = d->items.items[i];
        if (diag->rule == rule) {
            d->errors -= diag->level == LEVEL_ERROR;
            d->errors += level == LEVEL_ERROR;
            diag->level = level;
        }
        if (diag->rule == rule && level == LEVEL_OFF)
            vec_push(d->arena, &d->silent, diag);
        else
            d->items.items[kept++] = diag;
    }
    d->items.count = kept;
}

void diags_add_last(struct diags *d, enum rule_id rule, struct span span, const char *message) {
    struct diag *added = arena_new(d->arena, struct diag);
    *added = (struct diag){.rule = rule, .level = LEVEL_ERROR, .span = span};
    added->message = str_from(message);
    vec_push(d->arena, &d->items, added);
    d->errors++;
}
