#include "base/limits.h"
#include "passes/expand/expand.h"

/* Of what several resources fail by, in Globals, each but the first is shown at the resource. */
static void keep(struct expand *e, struct span span, struct str message) {
    bool is_shown = false;
    for (uint32_t i = 0; i < e->failures.count; i++) {
        const struct failure *f = &e->failures.items[i];
        if (str_eq(f->message, message))
            return;
        is_shown |= f->span.source == span.source && f->span.start == span.start;
    }
    if (e->failures.count >= LIMIT_DIAGS)
        return;
    const struct sam *s = e->current;
    if (span_is_nil(span) && s)
        span = s->source->span;
    else if (is_shown && s)
        span = s->origin->span;
    vec_push(e->arena, &e->failures,
             (struct failure){message, span, s ? s->source->origin : NULL});
}

/* Outside of a resource there is nothing to go on with. */
static _Noreturn void leave(struct expand *e) {
    longjmp(e->on_failure ? *e->on_failure : *e->on_abort, 1);
}

_Noreturn void sam_fail(struct expand *e, struct str id, struct span span, const char *format,
                        ...) {
    va_list args;
    va_start(args, format);
    struct str text = sam_format(e, format, args);
    va_end(args);
    keep(e, span, str_printf(e->arena, "Resource with id [%.*s] is invalid. %.*s", STR_ARG(id),
                             STR_ARG(text)));
    leave(e);
}

_Noreturn void sam_fail_event(struct expand *e, struct str key, struct span span,
                              const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str text = sam_format(e, format, args);
    va_end(args);
    text =
        str_printf(e->arena, "Event with id [%.*s] is invalid. %.*s", STR_ARG(key), STR_ARG(text));
    if (e->current && !e->current->fails_by_event)
        sam_fail(e, e->current->id, span, "%.*s", STR_ARG(text));
    keep(e, span, text);
    leave(e);
}

_Noreturn void sam_abort(struct expand *e, struct span span, const char *format, ...) {
    uint32_t from = e->failures.count;
    va_list args;
    va_start(args, format);
    struct str text = sam_format(e, format, args);
    va_end(args);
    keep(e, span, str_printf(e->arena, "Structure of the SAM template is invalid. %.*s",
                             STR_ARG(text)));
    sam_abort_with(e, from);
}

_Noreturn void sam_refuse(struct expand *e, struct span span, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str text = sam_format(e, format, args);
    va_end(args);
    keep(e, span, str_printf(e->arena, "Structure of the SAM template is invalid. %.*s",
                             STR_ARG(text)));
    leave(e);
}

void sam_add_failure(struct expand *e, struct span span, const char *format, ...) {
    va_list args;
    va_start(args, format);
    keep(e, span, sam_format(e, format, args));
    va_end(args);
}

_Noreturn void sam_abort_with(struct expand *e, uint32_t from) {
    uint32_t kept = e->failures.count - from;
    for (uint32_t i = 0; i < kept; i++)
        e->failures.items[i] = e->failures.items[from + i];
    e->failures.count = kept;
    longjmp(*e->on_abort, 1);
}

bool sam_try(struct expand *e, void (*work)(struct expand *, void *), void *data) {
    jmp_buf here;
    jmp_buf *before = e->on_failure;
    struct place place = e->v->place;
    e->on_failure = &here;
    bool done = false;
    if (setjmp(here) == 0) {
        work(e, data);
        done = true;
    }
    e->on_failure = before;
    e->v->place = place;
    return done;
}

/* The kinds that the translator expects somewhere, with its words for them. */
struct kind {
    bool (*is)(const struct value *x);
    const char *article_and_name;
};

static const struct kind maps = {sam_is_map, "a map"};
static const struct kind lists = {sam_is_list, "a list"};
static const struct kind strings = {sam_is_string, "a string"};

static struct value *expect(struct expand *e, struct str id, const char *path, struct value *x,
                            const struct kind *kind) {
    if (!kind->is(x))
        sam_fail(e, id, x->span, "Property '%s' should be %s.", path, kind->article_and_name);
    return x;
}

static struct value *expect_event(struct expand *e, struct str key, const char *path,
                                  struct value *x, const struct kind *kind) {
    if (!kind->is(x))
        sam_fail_event(e, key, x->span, "Property '%s' should be %s.", path,
                       kind->article_and_name);
    return x;
}

struct value *sam_expect_map(struct expand *e, struct str id, const char *path, struct value *x) {
    return expect(e, id, path, x, &maps);
}

struct value *sam_expect_list(struct expand *e, struct str id, const char *path, struct value *x) {
    return expect(e, id, path, x, &lists);
}

struct value *sam_expect_string(struct expand *e, struct str id, const char *path,
                                struct value *x) {
    return expect(e, id, path, x, &strings);
}

struct value *sam_expect_present(struct expand *e, struct str id, const char *path,
                                 struct value *x, struct span where) {
    if (sam_is_none(x))
        sam_fail(e, id, where, "Property '%s' is required.", path);
    return x;
}

struct value *sam_event_map(struct expand *e, struct str key, const char *path, struct value *x) {
    return expect_event(e, key, path, x, &maps);
}

struct value *sam_event_list(struct expand *e, struct str key, const char *path, struct value *x) {
    return expect_event(e, key, path, x, &lists);
}

struct value *sam_event_string(struct expand *e, struct str key, const char *path,
                               struct value *x) {
    return expect_event(e, key, path, x, &strings);
}
