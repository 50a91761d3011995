#include "lang/parser.h"

#include <string.h>

enum { LEVEL_EQUALITY = 3, LEVEL_ORDER = 4 };

static const uint8_t levels[TOK_KINDS] = {
    [TOK_OR] = 1,           [TOK_AND] = 2,
    [TOK_EQUAL_EQUAL] = 3,  [TOK_NOT_EQUAL] = 3,
    [TOK_LESS] = 4,         [TOK_LESS_EQUAL] = 4,
    [TOK_GREATER] = 4,      [TOK_GREATER_EQUAL] = 4,
    [TOK_PLUS] = 5,         [TOK_MINUS] = 5,
    [TOK_STAR] = 6,         [TOK_SLASH] = 6,
    [TOK_PERCENT] = 6,
};

static bool starts_value(enum token_kind kind) {
    switch (kind) {
    case TOK_NAME:
    case TOK_NUMBER:
    case TOK_STRING_START:
    case TOK_TRUE:
    case TOK_FALSE:
    case TOK_NULL:
    case TOK_AWS:
    case TOK_LEFT_BRACE:
    case TOK_LEFT_PAREN:
    case TOK_LEFT_BRACKET:
    case TOK_ELLIPSIS:
    case TOK_NOT:
        return true;
    default:
        return false;
    }
}

/* Between two elements on lines of their own, the comma alone is missing. */
static bool report_missing_comma(struct parser *p, const char *expected) {
    if (!p->items[p->at].newline || !starts_value(parser_kind(p)))
        return false;
    uint32_t end = p->tree->tokens.items[p->items[p->last - 1].token].span.end;
    struct span span = {p->tree->source, end, end};
    struct diag *d = parser_expected(p, expected);
    d->span = span;
    diag_label(p->diags, d, "a comma is missing here");
    diag_fix(p->diags, d, span, STR(","), true);
    p->panic = false;
    return true;
}

void parse_elements(struct parser *p, struct node *n, node_id (*element)(struct parser *),
                    const char *expected) {
    uint32_t mark = p->scratch.count;
    while (p->at < p->scope.end) {
        node_id id = element(p);
        vec_push(p->arena, &p->scratch, id);
        if (p->panic)
            parser_resync(p, true);
        if (p->at >= p->scope.end || parser_take(p, TOK_COMMA) || report_missing_comma(p, expected))
            continue;
        parser_expected(p, expected);
        parser_resync(p, true);
        parser_take(p, TOK_COMMA);
    }
    node_take_list(p, n, mark);
}

static node_id parse_leaf(struct parser *p, enum node_kind kind) {
    struct node n = node_start(p, kind);
    n.op = (uint8_t)parser_kind(p);
    n.text = parser_token(p)->text;
    n.unit = parser_token(p)->unit;
    if (kind != NODE_BOOL)
        n.op = 0;
    if (kind == NODE_BOOL || kind == NODE_NULL)
        n.text = STR_NIL;
    parser_advance(p);
    return node_finish(p, n);
}

static node_id parse_interpolation(struct parser *p) {
    uint32_t opened = p->opened;
    p->opened = p->items[p->at].token + 1;
    struct scope outer = parser_enter(p, false);
    node_id id = parse_expr(p);
    parser_leave(p, outer, "'}'");
    p->opened = opened;
    return id;
}

node_id parse_string(struct parser *p) {
    struct node n = node_start(p, NODE_STRING);
    uint32_t mark = p->scratch.count;
    struct scope outer = parser_enter(p, false);
    while (p->at < p->scope.end) {
        bool text = parser_kind(p) == TOK_STRING_TEXT;
        node_id id = text ? parse_leaf(p, NODE_TEXT) : parse_interpolation(p);
        vec_push(p->arena, &p->scratch, id);
    }
    parser_leave(p, outer, "the end of the string");
    node_take_list(p, &n, mark);
    return node_finish(p, n);
}

node_id parse_path(struct parser *p) {
    struct node n = node_start(p, NODE_STRING);
    uint32_t mark = p->scratch.count;
    node_id id = parse_leaf(p, NODE_TEXT);
    vec_push(p->arena, &p->scratch, id);
    node_take_list(p, &n, mark);
    return node_finish(p, n);
}

static node_id parse_spread(struct parser *p) {
    struct node n = node_start(p, NODE_SPREAD);
    parser_advance(p);
    n.value = parse_expr(p);
    return node_finish(p, n);
}

static node_id parse_element(struct parser *p) {
    return parser_kind(p) == TOK_ELLIPSIS ? parse_spread(p) : parse_expr(p);
}

static node_id parse_argument(struct parser *p) {
    if (parser_is_name(parser_kind(p)) && parser_kind_at(p, 1) == TOK_EQUAL)
        return parse_attribute(p);
    return parse_expr(p);
}

static node_id parse_list(struct parser *p) {
    struct node n = node_start(p, NODE_LIST);
    struct scope outer = parser_enter(p, false);
    if (parser_take(p, TOK_FOR)) {
        n.kind = NODE_COMPREHENSION;
        n.loop = parse_loop_head(p, false);
        if (!p->panic && parser_take(p, TOK_WHEN))
            n.cond = parse_expr(p);
        parser_expect(p, TOK_COLON);
        n.value = p->panic ? parser_error_node(p) : parse_expr(p);
    } else {
        parse_elements(p, &n, parse_element, "',' or ']'");
    }
    parser_leave(p, outer, "']'");
    return node_finish(p, n);
}

node_id parse_map(struct parser *p) {
    struct node n = node_start(p, NODE_MAP);
    enum body body = p->body;
    bool commas = p->commas_belong;
    struct scope outer = parser_enter(p, true);
    p->body = BODY_MAP;
    parse_entries(p, &n);
    p->body = body;
    p->commas_belong = commas;
    parser_leave(p, outer, "'}'");
    return node_finish(p, n);
}

static node_id parse_parens(struct parser *p) {
    struct scope outer = parser_enter(p, false);
    node_id id = parse_expr(p);
    parser_leave(p, outer, "')'");
    return id;
}

static node_id parse_primary(struct parser *p) {
    switch (parser_kind(p)) {
    case TOK_NUMBER:
        return parse_leaf(p, NODE_NUMBER);
    case TOK_STRING_START:
        return parse_string(p);
    case TOK_TRUE:
    case TOK_FALSE:
        return parse_leaf(p, NODE_BOOL);
    case TOK_NULL:
        return parse_leaf(p, NODE_NULL);
    case TOK_NAME:
    case TOK_AWS:
        return parse_leaf(p, NODE_NAME);
    case TOK_LEFT_PAREN:
        return parse_parens(p);
    case TOK_LEFT_BRACKET:
        return parse_list(p);
    case TOK_LEFT_BRACE:
        return parse_map(p);
    default:
        return parser_error(p, "a value");
    }
}

static node_id parse_member(struct parser *p, node_id of) {
    struct node n = node_start_at(p, NODE_MEMBER, of);
    n.op = (uint8_t)parser_kind(p);
    n.value = of;
    parser_advance(p);
    if (parser_is_name(parser_kind(p))) {
        n.text = parser_token(p)->text;
        n.name = parse_leaf(p, NODE_NAME);
    } else {
        bool number = parser_kind(p) == TOK_NUMBER;
        struct diag *d = parser_expected(p, "a name after the dot");
        if (number)
            diag_help(p->diags, d, "an entry of a list is written list[0]");
        n.name = parser_error_node(p);
    }
    return node_finish(p, n);
}

static node_id parse_index_of(struct parser *p, node_id of) {
    struct node n = node_start_at(p, NODE_INDEX_OF, of);
    n.value = of;
    struct scope outer = parser_enter(p, false);
    n.extra = parse_expr(p);
    parser_leave(p, outer, "']'");
    return node_finish(p, n);
}

static node_id parse_call(struct parser *p, node_id callee) {
    struct node n = node_start_at(p, NODE_CALL, callee);
    bool named = p->tree->nodes.items[callee.i].kind == NODE_NAME;
    if (!named) {
        struct diag *d = parser_expected(p, "an operator");
        if (p->tree->nodes.items[callee.i].kind == NODE_MEMBER)
            diag_help(p->diags, d, "only functions are called: length(x), not x.length()");
        p->panic = false;
        n.kind = NODE_ERROR;
    }
    n.value = named ? callee : NODE_NIL;
    struct scope outer = parser_enter(p, false);
    parse_elements(p, &n, parse_argument, "',' or ')'");
    parser_leave(p, outer, "')'");
    return node_finish(p, n);
}

static node_id parse_postfix(struct parser *p) {
    node_id left = parse_primary(p);
    while (!p->panic) {
        enum token_kind kind = parser_kind(p);
        bool fresh_line = p->items[p->at].newline != NEWLINE_NONE;
        if (kind == TOK_DOT || kind == TOK_QUESTION_DOT)
            left = parse_member(p, left);
        else if (kind == TOK_LEFT_BRACKET && !fresh_line)
            left = parse_index_of(p, left);
        else if (kind == TOK_LEFT_PAREN && !fresh_line)
            left = parse_call(p, left);
        else
            break;
    }
    return left;
}

static node_id parse_unary(struct parser *p);

static node_id finish_binary(struct parser *p, node_id left, enum token_kind op, node_id right) {
    struct node n = node_start_at(p, NODE_BINARY, left);
    n.op = (uint8_t)op;
    n.value = left;
    n.extra = right;
    return node_finish(p, n);
}

static node_id parse_coalesce(struct parser *p) {
    node_id left = parse_postfix(p);
    while (!p->panic && parser_take(p, TOK_QUESTION_QUESTION)) {
        bool sign = parser_kind(p) == TOK_NOT || parser_kind(p) == TOK_MINUS;
        node_id right = sign ? parse_unary(p) : parse_postfix(p);
        left = finish_binary(p, left, TOK_QUESTION_QUESTION, right);
    }
    return left;
}

static node_id parse_unary(struct parser *p) {
    enum token_kind kind = parser_kind(p);
    if (kind != TOK_NOT && kind != TOK_MINUS)
        return parse_coalesce(p);
    if (parser_too_deep(p))
        return parser_error_node(p);
    struct node n = node_start(p, NODE_UNARY);
    n.op = (uint8_t)kind;
    parser_advance(p);
    p->depth++;
    n.value = parse_unary(p);
    p->depth--;
    return node_finish(p, n);
}

static node_id parse_binary(struct parser *p, unsigned least) {
    node_id left = parse_unary(p);
    unsigned last = 0;
    while (!p->panic) {
        enum token_kind op = parser_kind(p);
        unsigned level = levels[op];
        if (level == 0 || level < least)
            break;
        if (level == last && (level == LEVEL_EQUALITY || level == LEVEL_ORDER)) {
            struct diag *d =
                parser_report(p, RULE_SYNTAX, parser_span(p), "comparisons don't chain");
            const char *first = token_describe(
                (enum token_kind)p->tree->nodes.items[left.i].op);
            const char *second = token_describe(op);
            diag_help(p->diags, d, "write a %.*s b && b %.*s c", (int)strlen(first) - 2, first + 1,
                      (int)strlen(second) - 2, second + 1);
        }
        last = level;
        parser_advance(p);
        left = finish_binary(p, left, op, parse_binary(p, level + 1));
    }
    return left;
}

node_id parse_expr(struct parser *p) {
    if (parser_too_deep(p))
        return parser_error_node(p);
    p->depth++;
    node_id id = parse_binary(p, 1);
    if (!p->panic && parser_kind(p) == TOK_QUESTION) {
        struct node n = node_start_at(p, NODE_TERNARY, id);
        n.cond = id;
        parser_advance(p);
        n.value = parse_expr(p);
        parser_expect(p, TOK_COLON);
        n.extra = p->panic ? parser_error_node(p) : parse_expr(p);
        id = node_finish(p, n);
    }
    p->depth--;
    return id;
}

node_id parse_head_expr(struct parser *p, const char *what) {
    if (p->panic)
        return parser_error_node(p);
    if (parser_kind(p) != TOK_LEFT_BRACE)
        return parser_kind(p) == TOK_NEWLINE || p->at >= p->scope.end ? parser_error(p, what)
                                                                      : parse_expr(p);
    enum token_kind behind = parser_item_kind(p, parser_behind(p, p->at));
    if (behind != TOK_LEFT_BRACE && behind != TOK_LEFT_BRACKET && behind != TOK_DOT)
        return parser_error(p, what);
    struct diag *d =
        parser_report(p, RULE_SYNTAX, parser_span(p), "a map before a block stands in parentheses");
    diag_help(p->diags, d, "write ({ ... }) { ... }");
    return parse_expr(p);
}
