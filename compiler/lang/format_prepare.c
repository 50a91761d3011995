#include "lang/format.h"

static const struct token *token_at(const struct format *f, uint32_t i) {
    return &f->tree->tokens.items[i];
}

static bool is_kind(const struct format *f, uint32_t i, enum token_kind kind) {
    return token_at(f, i)->kind == kind;
}

bool format_is_comment(const struct format *f, uint32_t token) {
    return is_kind(f, token, TOK_COMMENT) || is_kind(f, token, TOK_DOC);
}

bool format_counts(const struct format *f, uint32_t token) {
    return !format_is_comment(f, token) && !is_kind(f, token, TOK_NEWLINE);
}

/* The first token from i on that counts. */
static uint32_t format_next(const struct format *f, uint32_t i) {
    while (!format_counts(f, i))
        i++;
    return i;
}

uint32_t format_width(struct str s) {
    uint32_t width = 0;
    for (size_t i = 0; i < s.len; i++)
        width += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return width;
}

static uint32_t find_kind(const struct format *f, uint32_t from, enum token_kind kind) {
    while (!is_kind(f, from, kind) && !is_kind(f, from, TOK_END))
        from++;
    return from;
}

struct str format_spelling(const struct format *f, uint32_t token) {
    uint32_t last = is_kind(f, token, TOK_STRING_START) ? f->tokens[token].match : token;
    uint32_t start = token_at(f, token)->span.start, end = token_at(f, last)->span.end;
    return str_trim(str_slice(f->text, start, end));
}

static void give_role(struct format *f, uint32_t token, unsigned roles) {
    f->tokens[token].roles |= (uint8_t)roles;
}

static const struct node *node_of(const struct format *f, node_id id) {
    return tree_node(f->tree, id);
}

static void mark_type(struct format *f, const struct node *n) {
    for (uint32_t i = n->first_token; i < n->end_token; i++)
        if (is_kind(f, i, TOK_LESS))
            give_role(f, i, ROLE_TIGHT_BEFORE | ROLE_TIGHT_AFTER);
        else if (is_kind(f, i, TOK_GREATER) || is_kind(f, i, TOK_QUESTION))
            give_role(f, i, ROLE_TIGHT_BEFORE);
}

static void mark_align(struct format *f, const struct node *n) {
    uint32_t from = node_of(f, n->name)->end_token;
    if (!node_is_nil(n->type))
        from = node_of(f, n->type)->end_token;
    enum token_kind op = n->op ? (enum token_kind)n->op : TOK_EQUAL;
    f->tokens[n->first_token].align = find_kind(f, from, op);
}

static void mark_node(struct format *f, uint32_t id) {
    const struct node *n = &f->tree->nodes.items[id];
    enum { ELEMENTS = ROLE_ELEMENTS | ROLE_BREAKS };
    switch (n->kind) {
    case NODE_BLOCK:
    case NODE_MAP:
        f->tokens[n->first_token].node = id;
        give_role(f, n->first_token, ROLE_BREAKS);
        break;
    case NODE_LIST:
        give_role(f, n->first_token, ELEMENTS);
        break;
    case NODE_COMPREHENSION:
        give_role(f, n->first_token, ROLE_BREAKS);
        break;
    case NODE_CALL:
        give_role(f, find_kind(f, node_of(f, n->value)->end_token, TOK_LEFT_PAREN),
                  ROLE_TIGHT_BEFORE | ELEMENTS);
        break;
    case NODE_ACCEPT:
    case NODE_FIELDS:
        give_role(f, find_kind(f, n->first_token, TOK_LEFT_PAREN), ROLE_TIGHT_BEFORE | ELEMENTS);
        break;
    case NODE_KEY:
    case NODE_INCLUDE:
        give_role(f, find_kind(f, n->first_token, TOK_LEFT_PAREN), ELEMENTS);
        break;
    case NODE_INDEX:
        give_role(f, find_kind(f, node_of(f, n->name)->end_token, TOK_LEFT_PAREN), ELEMENTS);
        break;
    case NODE_INDEX_OF:
        give_role(f, find_kind(f, node_of(f, n->value)->end_token, TOK_LEFT_BRACKET),
                  ROLE_TIGHT_BEFORE);
        break;
    case NODE_TYPE_UNION:
        if (n->op == TOK_QUESTION)
            give_role(f, n->end_token - 1, ROLE_TIGHT_BEFORE);
        break;
    case NODE_TYPE:
        mark_type(f, n);
        break;
    case NODE_UNARY:
        give_role(f, n->first_token, ROLE_TIGHT_AFTER);
        break;
    case NODE_BINARY:
        give_role(f, find_kind(f, node_of(f, n->value)->end_token, (enum token_kind)n->op),
                  ROLE_OPERATOR);
        break;
    case NODE_TERNARY:
        give_role(f, find_kind(f, node_of(f, n->cond)->end_token, TOK_QUESTION), ROLE_OPERATOR);
        give_role(f, find_kind(f, node_of(f, n->value)->end_token, TOK_COLON),
                  ROLE_OPERATOR | ROLE_SPACED);
        break;
    case NODE_ATTRIBUTE:
        mark_align(f, n);
        break;
    case NODE_ASSERT: {
        uint32_t message = node_of(f, n->extra)->first_token;
        if (is_kind(f, message - 1, TOK_NEWLINE))
            give_role(f, message, ROLE_FORCED | ROLE_OPERATOR);
        break;
    }
    case NODE_DECLARATION:
        if (str_is(n->text, "let") && !node_is_nil(n->value))
            mark_align(f, n);
        break;
    default:
        break;
    }
}

static bool opens(enum token_kind kind) {
    return kind == TOK_LEFT_BRACE || kind == TOK_LEFT_PAREN || kind == TOK_LEFT_BRACKET ||
           kind == TOK_STRING_START || kind == TOK_INTERPOLATION_START;
}

static bool closes(enum token_kind kind) {
    return kind == TOK_RIGHT_BRACE || kind == TOK_RIGHT_PAREN || kind == TOK_RIGHT_BRACKET ||
           kind == TOK_STRING_END || kind == TOK_INTERPOLATION_END;
}

/* Matches brackets, and forces open those with a newline behind them, or a comment inside. */
static void match(struct format *f) {
    VEC(uint32_t) stack = {0};
    for (uint32_t i = 0; i < f->tree->tokens.count; i++) {
        enum token_kind kind = (enum token_kind)token_at(f, i)->kind;
        if (opens(kind)) {
            vec_push(f->arena, &stack, i);
            if (kind != TOK_STRING_START && is_kind(f, i + 1, TOK_NEWLINE) &&
                !closes((enum token_kind)token_at(f, format_next(f, i + 1))->kind))
                give_role(f, i, ROLE_FORCED);
        } else if (closes(kind) && stack.count) {
            uint32_t opener = stack.items[--stack.count];
            f->tokens[opener].match = i;
            f->tokens[i].match = opener;
        } else if (format_is_comment(f, i) && stack.count) {
            give_role(f, stack.items[stack.count - 1], ROLE_FORCED);
        } else if (kind == TOK_ARROW) {
            give_role(f, i, ROLE_OPERATOR);
        }
    }
}

/* A block or map is also broken where a newline separates two of its entries. */
static void force_blocks(struct format *f) {
    for (uint32_t id = 1; id < f->tree->nodes.count; id++) {
        const struct node *n = &f->tree->nodes.items[id];
        if (n->kind != NODE_BLOCK && n->kind != NODE_MAP)
            continue;
        for (uint32_t i = 1; i < n->count; i++) {
            node_id child = f->tree->children.items[n->list + i];
            if (is_kind(f, node_of(f, child)->first_token - 1, TOK_NEWLINE))
                give_role(f, n->first_token, ROLE_FORCED);
        }
    }
}

static void force_operators(struct format *f) {
    for (uint32_t i = 1; i + 1 < f->tree->tokens.count; i++)
        if ((f->tokens[i].roles & ROLE_OPERATOR) &&
            (is_kind(f, i - 1, TOK_NEWLINE) || is_kind(f, i + 1, TOK_NEWLINE)))
            give_role(f, i, ROLE_FORCED);
}

bool format_needs_blank(const struct format *f, uint32_t before, uint32_t token) {
    enum token_kind left = (enum token_kind)token_at(f, before)->kind;
    enum token_kind right = (enum token_kind)token_at(f, token)->kind;
    if (((f->tokens[before].roles & ROLE_TIGHT_AFTER) && left != TOK_STRING_END) ||
        (f->tokens[token].roles & ROLE_TIGHT_BEFORE))
        return false;
    if (left == TOK_LEFT_BRACE && right == TOK_RIGHT_BRACE)
        return false;
    switch (left) {
    case TOK_LEFT_PAREN:
    case TOK_LEFT_BRACKET:
    case TOK_DOT:
    case TOK_QUESTION_DOT:
    case TOK_DOUBLE_COLON:
    case TOK_ELLIPSIS:
    case TOK_AT:
        return false;
    default:
        break;
    }
    switch (right) {
    case TOK_RIGHT_PAREN:
    case TOK_RIGHT_BRACKET:
    case TOK_COMMA:
    case TOK_DOT:
    case TOK_QUESTION_DOT:
    case TOK_DOUBLE_COLON:
        return false;
    case TOK_COLON:
        return f->tokens[token].roles & ROLE_SPACED;
    default:
        return true;
    }
}

static bool is_trailing_comma(const struct format *f, uint32_t token) {
    return is_kind(f, token, TOK_COMMA) &&
           closes((enum token_kind)token_at(f, format_next(f, token + 1))->kind);
}

/* The columns of all tokens, were they on one line. */
static void measure(struct format *f) {
    uint32_t column = 0, before = UINT32_MAX;
    for (uint32_t i = 0; i < f->tree->tokens.count; i++) {
        struct format_token *t = &f->tokens[i];
        t->start = t->end = column;
        if (!format_counts(f, i) || is_trailing_comma(f, i))
            continue;
        if (before != UINT32_MAX)
            column += format_needs_blank(f, before, i);
        t->start = column;
        struct str spelling = format_spelling(f, i);
        column += format_width(str_slice(spelling, 0, str_find_char(spelling, '\n', 0)));
        t->end = column;
        if (is_kind(f, i, TOK_STRING_START))
            for (uint32_t last = t->match; i < last;) {
                f->tokens[++i].start = column;
                f->tokens[i].end = column;
            }
        before = i;
    }
}

/* Something that is broken anyway, or has at most one element that can't be broken, or is nothing
   but another group, isn't broken for its length. */
static bool can_break(const struct format *f, uint32_t opener) {
    if (!(f->tokens[opener].roles & ROLE_BREAKS))
        return false;
    uint32_t close = f->tokens[opener].match, first = format_next(f, opener + 1);
    if (first == close)
        return false;
    if (is_kind(f, opener, TOK_LEFT_BRACE))
        return true;
    enum token_kind kind = (enum token_kind)token_at(f, first)->kind;
    uint32_t behind = opens(kind) ? f->tokens[first].match + 1 : first + 1;
    return format_next(f, behind) != close;
}

/* From the end: where each token's line has to end, and where it could. */
static void find_line_ends(struct format *f) {
    uint32_t line_end = UINT32_MAX, next_break = UINT32_MAX;
    for (uint32_t i = f->tree->tokens.count; i > 0; i--) {
        struct format_token *t = &f->tokens[i - 1];
        enum token_kind kind = (enum token_kind)token_at(f, i - 1)->kind;
        if (kind == TOK_STRING_START && str_has(format_spelling(f, i - 1), '\n'))
            line_end = t->end;
        else if (opens(kind) && (t->roles & ROLE_FORCED))
            line_end = t->end;
        else if (format_is_comment(f, i - 1) || (t->roles & ROLE_FORCED))
            line_end = t->start;
        bool breaks = opens(kind) && can_break(f, i - 1);
        if (!breaks)
            t->roles &= (uint8_t)~ROLE_BREAKS;
        else
            next_break = t->end;
        t->line_end = line_end;
        t->next_break = next_break;
    }
}

void format_prepare(struct format *f) {
    f->tokens = arena_array(f->arena, struct format_token, f->tree->tokens.count + 1);
    for (uint32_t id = 1; id < f->tree->nodes.count; id++)
        mark_node(f, id);
    match(f);
    force_blocks(f);
    force_operators(f);
    measure(f);
    find_line_ends(f);
}
