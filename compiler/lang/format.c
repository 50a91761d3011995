#include "lang/format.h"

#include "lang/lang.h"

static enum token_kind kind_at(const struct format *f, uint32_t i) {
    return (enum token_kind)f->tree->tokens.items[i].kind;
}

static void start_line(struct format *f, uint32_t indent) {
    if (f->out.len) {
        buf_char(&f->out, '\n');
        f->line++;
    }
    f->column = 0;
    f->indent = indent;
    f->blank = true;
}

static void put(struct format *f, struct str s) {
    if (f->blank && s.len) {
        buf_repeat(&f->out, ' ', f->indent);
        f->column = f->indent;
    }
    f->blank = f->blank && s.len == 0;
    buf_str(&f->out, s);
    f->column += format_width(s);
}

static void put_mark(struct format *f, struct format_marks *marks, uint32_t list) {
    vec_push(f->arena, &marks->v, (struct format_mark){f->line, f->column, list});
}

/* A comment behind something, or on a line of its own. The line has to end behind it. */
static void put_comment(struct format *f, uint32_t token, uint32_t list) {
    if (!f->blank) {
        put_mark(f, &f->comments, list);
        put(f, STR("  "));
    }
    put(f, format_spelling(f, token));
}

/* Lines of a string in three quotes, moved to the indentation of what is around them. */
static void put_lines(struct format *f, struct str text, struct str old_indent) {
    struct str rest;
    put(f, str_trim(str_split(text, '\n', &rest)));
    uint32_t indent = f->indent + FORMAT_INDENT;
    while (rest.ptr) {
        struct str line = str_split(rest, '\n', &rest);
        if (str_ends(line, STR("\r")))
            line.len--;
        bool indented = str_starts(line, old_indent);
        line = indented ? str_slice(line, old_indent.len, line.len) : STR_NIL;
        buf_char(&f->out, '\n');
        f->line++;
        f->column = 0;
        if (line.len) {
            buf_repeat(&f->out, ' ', indent);
            f->column = indent;
        }
        put(f, line);
    }
}

static void put_string(struct format *f, uint32_t token) {
    struct str spelling = format_spelling(f, token);
    uint32_t close = f->tree->tokens.items[f->tokens[token].match].span.start, line = close;
    if (!str_has(spelling, '\n')) {
        put(f, spelling);
        return;
    }
    while (f->text.ptr[line - 1] != '\n')
        line--;
    put_lines(f, spelling, str_slice(f->text, line, close));
}

static bool is_too_long(const struct format *f, uint32_t opener) {
    const struct format_token *t = &f->tokens[opener], *behind = &f->tokens[t->match + 1];
    uint32_t end = f->tokens[f->limit - 1].end;
    if (t->line_end < end)
        end = t->line_end;
    if (behind->line_end < end)
        end = behind->line_end;
    if (end > f->tokens[t->match].end && behind->next_break < end)
        end = behind->next_break;
    return f->column + (end - t->start) + f->tail > FORMAT_COLUMNS;
}

static void print_range(struct format *f, uint32_t from, uint32_t to, uint32_t list);

/* An entry or element on a line of its own, or on several; then it isn't aligned with others. */
static void print_line(struct format *f, uint32_t from, uint32_t to, uint32_t list) {
    uint32_t limit = f->limit, line = f->line, mark = f->equals.v.count;
    f->limit = to;
    print_range(f, from, to, list);
    f->limit = limit;
    if (f->line != line && mark < f->equals.v.count && f->equals.v.items[mark].list == list)
        f->equals.v.items[mark].list = ++f->lists;
}

/* The element that starts at `from` ends before its comma, or at the closing bracket. */
static uint32_t element_end(const struct format *f, uint32_t from, uint32_t close, bool commas) {
    uint32_t end = from;
    for (uint32_t i = from; i < close && (!commas || kind_at(f, i) != TOK_COMMA); i++) {
        if (f->tokens[i].match > i)
            i = f->tokens[i].match;
        if (format_counts(f, i))
            end = i + 1;
    }
    return end;
}

/* What is between two entries or elements: comments and blank lines. Returns the first token
   behind it. `first`: nothing is printed of the list yet. */
static uint32_t print_gap(struct format *f, uint32_t from, uint32_t to, uint32_t list, bool first) {
    unsigned newlines = 0;
    uint32_t indent = f->indent;
    bool seen = !first;
    for (; from < to && (!format_counts(f, from) || kind_at(f, from) == TOK_COMMA); from++) {
        if (kind_at(f, from) == TOK_NEWLINE)
            newlines++;
        if (!format_is_comment(f, from))
            continue;
        if (newlines > 1 && seen)
            start_line(f, 0);
        if (newlines > 0)
            start_line(f, indent);
        seen |= newlines > 0 || f->blank;
        put_comment(f, from, seen ? list : ++f->lists);
        newlines = 0;
    }
    if (newlines > 1 && seen && from < to)
        start_line(f, 0);
    return from;
}

/* @accept(...) stands on lines of its own. */
static void print_entry(struct format *f, const struct node *n, uint32_t list) {
    uint32_t indent = f->indent;
    for (uint32_t i = 0; n->kind == NODE_ACCEPTED && i < n->count; i++) {
        const struct node *accept = tree_node(f->tree, f->tree->children.items[n->list + i]);
        print_line(f, accept->first_token, accept->end_token, list);
        f->indent = indent;
        print_gap(f, accept->end_token, n->end_token, list, false);
        start_line(f, indent);
    }
    if (n->kind == NODE_ACCEPTED)
        n = tree_node(f->tree, n->value);
    print_line(f, n->first_token, n->end_token, list);
}

/* Entries of a node, or elements where there is none, on lines of their own. */
static void print_lines(struct format *f, const struct node *n, uint32_t from, uint32_t to,
                        uint32_t indent) {
    uint32_t list = ++f->lists, outer = f->indent, tail = f->tail;
    bool first = true;
    f->tail = 0;
    f->indent = indent;
    for (uint32_t i = 0;; i++) {
        f->indent = indent;
        from = print_gap(f, from, to, list, first);
        if (from >= to || (n && i >= n->count))
            break;
        if (f->out.len)
            start_line(f, indent);
        first = false;
        if (n) {
            const struct node *entry = tree_node(f->tree, f->tree->children.items[n->list + i]);
            print_entry(f, entry, list);
            from = entry->end_token;
        } else {
            uint32_t end = element_end(f, from, to, true);
            f->tail = 1;
            print_line(f, from, end, list);
            f->tail = 0;
            put(f, STR(","));
            from = end;
        }
    }
    f->indent = outer;
    f->tail = tail;
}

static void print_broken(struct format *f, uint32_t opener) {
    uint32_t indent = f->indent, close = f->tokens[opener].match;
    put(f, format_spelling(f, opener));
    if (kind_at(f, opener) == TOK_LEFT_BRACE) {
        print_lines(f, tree_node(f->tree, (node_id){f->tokens[opener].node}), opener + 1, close,
                    indent + FORMAT_INDENT);
    } else if (f->tokens[opener].roles & ROLE_ELEMENTS) {
        print_lines(f, NULL, opener + 1, close, indent + FORMAT_INDENT);
    } else {
        uint32_t list = ++f->lists;
        f->indent = indent + FORMAT_INDENT;
        uint32_t from = print_gap(f, opener + 1, close, list, true);
        start_line(f, indent + FORMAT_INDENT);
        uint32_t end = element_end(f, from, close, false);
        print_line(f, from, end, list);
        f->indent = indent + FORMAT_INDENT;
        print_gap(f, end, close, list, false);
    }
    start_line(f, indent);
    put(f, format_spelling(f, close));
}

/* Entries on one line. */
static void print_flat_block(struct format *f, uint32_t opener, uint32_t list) {
    const struct node *n = tree_node(f->tree, (node_id){f->tokens[opener].node});
    put(f, STR("{"));
    for (uint32_t i = 0; i < n->count; i++) {
        const struct node *entry = tree_node(f->tree, f->tree->children.items[n->list + i]);
        put(f, i ? STR(", ") : STR(" "));
        print_range(f, entry->first_token, entry->end_token, list);
    }
    put(f, n->count ? STR(" }") : STR("}"));
}

static void print_group(struct format *f, uint32_t opener, uint32_t list) {
    unsigned roles = f->tokens[opener].roles;
    if ((roles & ROLE_FORCED) || ((roles & ROLE_BREAKS) && is_too_long(f, opener))) {
        print_broken(f, opener);
    } else if (kind_at(f, opener) == TOK_LEFT_BRACE) {
        print_flat_block(f, opener, list);
    } else {
        uint32_t close = f->tokens[opener].match;
        put(f, format_spelling(f, opener));
        print_range(f, opener + 1, close, list);
        put(f, format_spelling(f, close));
    }
}

/* Tokens of one entry or element. */
static void print_range(struct format *f, uint32_t from, uint32_t to, uint32_t list) {
    uint32_t before = UINT32_MAX, align = f->blank ? f->tokens[from].align : 0, line = f->line;
    uint32_t indent = f->indent;
    bool commented = false;
    for (uint32_t i = from; i < to; i++) {
        if (format_is_comment(f, i)) {
            put_comment(f, i, list);
            commented = true;
        }
        if (!format_counts(f, i))
            continue;
        const struct format_token *t = &f->tokens[i];
        bool forced = (t->roles & ROLE_FORCED) && (t->roles & ROLE_OPERATOR);
        if (t->start == t->end && kind_at(f, i) == TOK_COMMA)
            continue; /* a trailing one */
        if (align && i == align && f->line == line)
            put_mark(f, &f->equals, list);
        if (before != UINT32_MAX && (commented || forced))
            start_line(f, indent + FORMAT_INDENT);
        else if (before != UINT32_MAX && format_needs_blank(f, before, i))
            put(f, STR(" "));
        commented = false;
        before = i;
        if (kind_at(f, i) == TOK_STRING_START)
            put_string(f, i);
        else if (t->match > i)
            print_group(f, i, list);
        else
            put(f, format_spelling(f, i));
        if (t->match > i)
            before = i = t->match;
    }
}

struct str lang_format(struct arena *a, const struct sources *sources, const struct tree *t) {
    if (t->broken)
        return STR_NIL;
    struct format f = {.arena = a,
                       .tree = t,
                       .text = source_get(sources, t->source)->text,
                       .blank = true};
    buf_init(&f.out, a, 0);
    format_prepare(&f);
    print_lines(&f, tree_node(t, t->root), 0, t->tokens.count - 1, 0);
    if (f.out.len)
        buf_char(&f.out, '\n');
    return format_align(&f);
}
