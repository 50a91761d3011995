#include "base/limits.h"
#include "lang/lexer.h"
#include "lang/parser.h"

enum { BRACES, PARENS, BRACKETS, STRINGS, INTERPOLATIONS, KINDS };

/* How many more errors the reading by indentation may give than the plain one and still be taken:
   in a file whose indentation means nothing it gives many. */
enum { LAYOUT_TRUST = 1 };

struct open {
    uint32_t item;
    uint8_t kind;
    bool excused; /* a string without end has swallowed what closes it */
};

/* Nothing closes what is below the floor: it is outside of an interpolation. */
struct floor {
    uint32_t height, counts[KINDS];
};

struct matcher {
    struct arena *arena;
    struct diags *diags;
    const struct tree *tree;
    struct item *items;
    uint32_t count;
    bool by_layout; /* indentation tells which brace is missing */
    bool report;
    uint32_t problems;
    VEC(struct open) stack;
    struct floor floor; /* of the innermost string or interpolation */
    VEC(struct floor) floors;
};

static bool continues(enum token_kind kind) {
    switch (kind) {
    case TOK_QUESTION:
    case TOK_QUESTION_DOT:
    case TOK_QUESTION_QUESTION:
    case TOK_COLON:
    case TOK_DOT:
    case TOK_ARROW:
        return true;
    default:
        return kind >= TOK_OR && kind <= TOK_PERCENT;
    }
}

static void make_items(struct arena *a, const struct tree *t, struct items *out) {
    uint32_t newlines = 0, line_start = 0, indent = 0;
    bool commented = false;
    for (uint32_t i = 0; i < t->tokens.count; i++) {
        const struct token *token = &t->tokens.items[i];
        bool first = newlines > 0 || out->v.count == 0;
        if (token->kind == TOK_NEWLINE) {
            newlines++;
            line_start = token->span.end;
        } else if (token->kind == TOK_COMMENT || token->kind == TOK_DOC) {
            commented |= first;
        } else if (token->kind == TOK_ERROR && str_is(token->text, ";")) {
            newlines += 2; /* reported, and taken for the line's end */
        } else {
            struct item item = {.token = i, .kind = token->kind};
            if (first)
                indent = token->span.start >= line_start ? token->span.start - line_start : 0;
            item.indent = indent;
            if (newlines)
                item.newline = newlines == 1 && !commented && continues(token->kind)
                                   ? NEWLINE_CONTINUED
                                   : NEWLINE_ENDS;
            vec_push(a, &out->v, item);
            newlines = 0;
            commented = false;
        }
    }
}

static const struct token *token_of(const struct matcher *m, uint32_t item) {
    return &m->tree->tokens.items[m->items[item].token];
}

static int kind_opened(enum token_kind kind) {
    switch (kind) {
    case TOK_LEFT_BRACE:
        return BRACES;
    case TOK_LEFT_PAREN:
        return PARENS;
    case TOK_LEFT_BRACKET:
        return BRACKETS;
    case TOK_STRING_START:
        return STRINGS;
    case TOK_INTERPOLATION_START:
        return INTERPOLATIONS;
    default:
        return -1;
    }
}

static int kind_closed(enum token_kind kind) {
    switch (kind) {
    case TOK_RIGHT_BRACE:
        return BRACES;
    case TOK_RIGHT_PAREN:
        return PARENS;
    case TOK_RIGHT_BRACKET:
        return BRACKETS;
    case TOK_STRING_END:
        return STRINGS;
    case TOK_INTERPOLATION_END:
        return INTERPOLATIONS;
    default:
        return -1;
    }
}

static const char *closing(int kind) {
    static const char *const texts[] = {"'}'", "')'", "']'"};
    return texts[kind];
}

static struct open *top_of(struct matcher *m) {
    return m->stack.count > m->floor.height ? &m->stack.items[m->stack.count - 1] : NULL;
}

/* Where a bracket that nothing closes had better end: with its line, unless that obviously goes
   on, and `noticed` at the latest. */
static uint32_t find_end(const struct matcher *m, uint32_t opener, uint32_t noticed) {
    bool brace = m->items[opener].kind == TOK_LEFT_BRACE;
    if (brace && (opener + 1 >= noticed || m->items[opener + 1].newline))
        return noticed;
    for (uint32_t i = opener + 1; i < noticed; i++) {
        const struct item *item = &m->items[i];
        enum token_kind before = m->items[i - 1].kind;
        bool goes_on = i == opener + 1 || before == TOK_COMMA || item->kind == TOK_COMMA ||
                       kind_closed(item->kind) >= 0 || continues(before);
        if (item->newline == NEWLINE_ENDS && !goes_on)
            return i;
        if (item->close > i)
            i = item->broken ? item->close - 1 : item->close;
    }
    return noticed;
}

static void leave_open(struct matcher *m, struct open open, uint32_t noticed) {
    struct item *item = &m->items[open.item];
    item->broken = true;
    item->close = find_end(m, open.item, noticed);
    if (open.excused)
        return;
    m->problems++;
    if (!m->report)
        return;
    struct span there = token_of(m, noticed)->span;
    struct diag *d = diag_add(m->diags, RULE_BRACKET, token_of(m, open.item)->span,
                              "%s isn't closed", token_describe(item->kind));
    if (open.kind != BRACES ? item->close > open.item + 1 : item->close < noticed)
        diag_note(m->diags, d, token_of(m, item->close - 1)->span, "%s is missing after this",
                  closing(open.kind));
    else if (m->items[noticed].kind == TOK_END)
        diag_note(m->diags, d, there, "the file ends without %s", closing(open.kind));
    else
        diag_note(m->diags, d, there, "%s is missing before this", closing(open.kind));
}

static void push(struct matcher *m, int kind, uint32_t item) {
    vec_push(m->arena, &m->stack, (struct open){.item = item, .kind = (uint8_t)kind});
    m->floor.counts[kind]++;
}

static struct open pop(struct matcher *m) {
    struct open open = m->stack.items[--m->stack.count];
    m->floor.counts[open.kind]--;
    return open;
}

static void close_to(struct matcher *m, uint32_t target, uint32_t item) {
    while (m->stack.count > target + 1)
        leave_open(m, pop(m), item);
    struct open open = pop(m);
    m->items[open.item].close = item;
    m->items[open.item].broken = false;
}

/* What closes nothing means nothing, and the grammar knows that it was reported. */
static void drop(struct matcher *m, uint32_t item) {
    if (m->report)
        m->items[item].kind = TOK_ERROR;
    m->problems++;
    if (m->report)
        diag_add(m->diags, RULE_BRACKET, token_of(m, item)->span, "%s closes nothing",
                 token_describe((enum token_kind)token_of(m, item)->kind));
}

static void close_wrongly(struct matcher *m, struct open *open, uint32_t item) {
    m->problems++;
    if (m->report) {
        struct diag *d = diag_add(m->diags, RULE_BRACKET, token_of(m, item)->span,
                                  "%s is closed by %s", token_describe(m->items[open->item].kind),
                                  token_describe(m->items[item].kind));
        diag_label(m->diags, d, "expected %s", closing(open->kind));
        diag_note(m->diags, d, token_of(m, open->item)->span, "opened here");
    }
    close_to(m, m->stack.count - 1, item);
}

/* The brace that a '}' at the start of its line closes, by the indentation: the innermost whose
   line is not deeper. False: it closes nothing. */
static bool fits_layout(const struct matcher *m, uint32_t *target, uint32_t item) {
    uint32_t column = m->items[item].indent;
    if (m->items[m->stack.items[*target].item].indent < column)
        return false;
    uint32_t least = *target > LIMIT_DEPTH ? *target - LIMIT_DEPTH : 0;
    if (least < m->floor.height)
        least = m->floor.height;
    for (uint32_t i = *target + 1; i > least; i--) {
        const struct open *open = &m->stack.items[i - 1];
        if (open->kind == BRACES && m->items[open->item].indent <= column) {
            if (m->items[open->item].indent == column)
                *target = i - 1;
            break;
        }
    }
    return true;
}

static void match_close(struct matcher *m, int kind, uint32_t item) {
    uint32_t target = m->stack.count;
    if (m->floor.counts[kind] == 0) {
        struct open *top = top_of(m);
        if (top && top->kind != BRACES)
            close_wrongly(m, top, item);
        else
            drop(m, item);
        return;
    }
    do
        target--;
    while (m->stack.items[target].kind != kind);
    if (m->by_layout && kind == BRACES && m->items[item].newline &&
        !fits_layout(m, &target, item))
        drop(m, item);
    else
        close_to(m, target, item);
}

static void raise_floor(struct matcher *m, int kind, uint32_t item) {
    push(m, kind, item);
    vec_push(m->arena, &m->floors, m->floor);
    m->floor = (struct floor){.height = m->stack.count};
}

/* A string that its line, or the file, had to end may have swallowed closing brackets: those of
   its line, or any. */
static void excuse(struct matcher *m, uint32_t start) {
    bool three = token_of(m, start)->span.end - token_of(m, start)->span.start == 3;
    uint32_t first = three ? 0 : start, seen = 0;
    while (first > 0 && !m->items[first].newline)
        first--;
    for (uint32_t i = m->stack.count; i > m->floor.height && seen < LIMIT_DEPTH; i--, seen++)
        if (m->stack.items[i - 1].item >= first)
            m->stack.items[i - 1].excused = true;
}

/* Strings and interpolations always close, by the lexer's care. */
static void lower_floor(struct matcher *m, uint32_t item) {
    bool empty = token_of(m, item)->span.start == token_of(m, item)->span.end;
    while (m->stack.count > m->floor.height) {
        struct open open = pop(m);
        open.excused |= empty;
        leave_open(m, open, item);
    }
    m->floor = m->floors.items[--m->floors.count];
    struct open open = pop(m);
    m->items[open.item].close = item;
    m->items[open.item].broken = empty;
    if (empty && m->items[item].kind == TOK_STRING_END && m->floors.count == 0)
        excuse(m, open.item);
}

static bool starts_declaration(const struct matcher *m, uint32_t item) {
    const struct item *i = &m->items[item];
    if (i->newline != NEWLINE_ENDS || i->indent != 0)
        return false;
    enum token_kind next = m->items[item + 1].kind;
    return i->kind == TOK_AT ||
           (i->kind == TOK_NAME && next != TOK_EQUAL && next != TOK_PLUS_EQUAL &&
            next != TOK_ARROW && word_declares(token_of(m, item)->text));
}

static void match(struct matcher *m, bool by_layout, bool report) {
    m->by_layout = by_layout;
    m->report = report;
    m->problems = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        m->items[i].close = 0;
        m->items[i].broken = false;
    }
    for (uint32_t i = 0; i < m->count; i++) {
        int opened = kind_opened(m->items[i].kind), closed = kind_closed(m->items[i].kind);
        if (by_layout && m->stack.count && starts_declaration(m, i))
            while (m->stack.count)
                leave_open(m, pop(m), i);
        if (opened == STRINGS || opened == INTERPOLATIONS)
            raise_floor(m, opened, i);
        else if (opened >= 0)
            push(m, opened, i);
        else if (closed == STRINGS || closed == INTERPOLATIONS)
            lower_floor(m, i);
        else if (closed >= 0)
            match_close(m, closed, i);
    }
    while (m->stack.count)
        leave_open(m, pop(m), m->count - 1);
}

void stream_make(struct arena *a, struct diags *d, const struct tree *t, struct items *out) {
    *out = (struct items){0};
    make_items(a, t, out);
    struct matcher m = {.arena = a, .diags = d, .tree = t, .items = out->v.items,
                        .count = out->v.count};
    match(&m, false, false);
    if (m.problems == 0)
        return;
    uint32_t plain = m.problems;
    match(&m, true, false);
    match(&m, m.problems <= plain + LAYOUT_TRUST, true);
}
