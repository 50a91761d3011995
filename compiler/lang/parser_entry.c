#include "base/buf.h"
#include "lang/parser.h"

/* The ## lines directly above an item that starts its line. */
static struct str doc_above(const struct parser *p, uint32_t item) {
    const struct token *tokens = p->tree->tokens.items;
    uint32_t token = p->items[item].token, first = token;
    while (first >= 2 && tokens[first - 1].kind == TOK_NEWLINE && tokens[first - 2].kind == TOK_DOC)
        first -= 2;
    if (first == token)
        return STR_NIL;
    struct buf doc;
    buf_init(&doc, p->arena, 0);
    for (uint32_t i = first; i < token; i += 2) {
        if (i > first)
            buf_char(&doc, '\n');
        buf_str(&doc, tokens[i].text);
    }
    return buf_view(&doc);
}

static bool is_attribute(const struct parser *p) {
    enum token_kind kind = parser_kind(p);
    if (!parser_is_name(kind) && kind != TOK_STRING_START)
        return false;
    enum token_kind next = parser_item_kind(p, parser_behind(p, p->at));
    return next == TOK_EQUAL || next == TOK_PLUS_EQUAL;
}

static node_id parse_attribute_name(struct parser *p) {
    if (parser_kind(p) == TOK_STRING_START)
        return parse_string(p);
    struct node n = node_start(p, NODE_NAME);
    n.text = parser_token(p)->text;
    parser_advance(p);
    return node_finish(p, n);
}

node_id parse_attribute(struct parser *p) {
    struct node n = node_start(p, NODE_ATTRIBUTE);
    n.name = parse_attribute_name(p);
    n.op = parser_kind(p) == TOK_PLUS_EQUAL ? TOK_PLUS_EQUAL : TOK_EQUAL;
    if (!parser_take(p, TOK_PLUS_EQUAL) && !parser_take(p, TOK_EQUAL)) {
        /* `name: value` and `name { }`, as other languages have them */
        struct diag *d = parser_expected(p, "'='");
        if (parser_kind(p) == TOK_COLON) {
            diag_label(p->diags, d, "write '='");
            diag_fix(p->diags, d, parser_span(p), STR(" ="), true);
        }
        if (!parser_take(p, TOK_COLON) && parser_kind(p) != TOK_LEFT_BRACE) {
            n.value = parser_error_node(p);
            return node_finish(p, n);
        }
        p->panic = false;
    }
    n.value = parse_expr(p);
    return node_finish(p, n);
}

node_id parse_block(struct parser *p, enum body body) {
    if (parser_too_deep(p))
        return parser_error_node(p);
    struct node n = node_start(p, NODE_BLOCK);
    enum body before = p->body;
    bool commas = p->commas_belong;
    struct scope outer = parser_enter(p, true);
    p->depth++;
    p->body = body;
    parse_entries(p, &n);
    p->body = before;
    p->commas_belong = commas;
    p->depth--;
    parser_leave(p, outer, "'}'");
    return node_finish(p, n);
}

static node_id parse_spread_entry(struct parser *p) {
    struct node n = node_start(p, NODE_SPREAD);
    parser_advance(p);
    n.value = parse_expr(p);
    return node_finish(p, n);
}

static node_id parse_entry(struct parser *p, struct str doc);

static node_id parse_reason(struct parser *p) {
    return parser_kind(p) == TOK_STRING_START ? parse_string(p) : parser_error(p, "a string");
}

static node_id parse_accept(struct parser *p) {
    struct node n = node_start(p, NODE_ACCEPT);
    parser_advance(p);
    if (!parser_expect_word(p, "accept"))
        return node_finish(p, n);
    if (parser_kind(p) != TOK_LEFT_PAREN) {
        struct diag *d = parser_expected(p, "'('");
        diag_help(p->diags, d, "write @accept(\"rule\", \"reason\")");
        return node_finish(p, n);
    }
    struct scope outer = parser_enter(p, false);
    parse_elements(p, &n, parse_reason, "',' or ')'");
    parser_leave(p, outer, "')'");
    node_id id = node_finish(p, n);
    bool strings = true;
    for (uint32_t i = 0; i < n.count; i++)
        strings &= tree_node(p->tree, tree_child(p->tree, id, i))->kind == NODE_STRING;
    if (strings && n.count != 2) {
        struct diag *d = parser_report(p, RULE_SYNTAX, tree_node(p->tree, id)->span,
                                       "an acceptance takes a rule and a reason");
        diag_help(p->diags, d, "write @accept(\"rule\", \"reason\")");
    }
    return id;
}

static node_id parse_accepted(struct parser *p, struct str doc) {
    struct node n = node_start(p, NODE_ACCEPTED);
    uint32_t mark = p->scratch.count;
    bool ends = false;
    while (parser_kind(p) == TOK_AT && p->at < p->scope.end) {
        node_id accept = parse_accept(p);
        vec_push(p->arena, &p->scratch, accept);
        if (p->panic)
            parser_resync(p, false);
        while (parser_take(p, TOK_NEWLINE))
            continue;
    }
    node_take_list(p, &n, mark);
    ends = p->at >= p->scope.end;
    if (ends) {
        n.value = parser_error(p, "the statement that @accept is for");
    } else {
        struct str own = doc_above(p, p->at);
        n.doc = doc.len ? doc : own;
        n.value = parse_entry(p, n.doc);
    }
    return node_finish(p, n);
}

/* `param : string`, other than `memory: 256MB`. */
static bool lacks_name(const struct parser *p) {
    return parser_is_word(p, "param") || parser_is_word(p, "let") || parser_is_word(p, "resource");
}

static node_id parse_entry_plain(struct parser *p) {
    enum token_kind kind = parser_kind(p);
    if (kind == TOK_ELLIPSIS)
        return parse_spread_entry(p);
    if (is_attribute(p))
        return parse_attribute(p);
    if (kind == TOK_FOR)
        return parse_loop(p);
    if (kind == TOK_WHEN)
        return parse_guard(p);
    if (kind == TOK_STRING_START || (p->body == BODY_MAP && parser_is_name(kind)))
        return parse_attribute(p);
    if (parser_is_name(kind) && parser_kind_at(p, 1) == TOK_COLON && !lacks_name(p))
        return parse_attribute(p);
    if (parser_is_name(kind))
        return parse_statement(p);
    return parser_error(p, p->body == BODY_MAP ? "an entry 'name = value'" : "a statement");
}

static node_id parse_entry(struct parser *p, struct str doc) {
    p->commas_belong = false;
    if (parser_kind(p) == TOK_AT)
        return parse_accepted(p, doc);
    node_id id = parse_entry_plain(p);
    p->tree->nodes.items[id.i].doc = doc;
    return id;
}

/* What follows an entry on its line, though nothing may. */
static void refuse_rest(struct parser *p) {
    if (is_attribute(p) && !p->panic) {
        struct diag *d = parser_expected(p, "the end of the line or ','");
        diag_help(p->diags, d, "entries on one line are separated by commas");
        p->panic = false;
        return;
    }
    bool braces = p->scope.end_kind == TOK_RIGHT_BRACE;
    bool comma = parser_kind(p) == TOK_COMMA;
    parser_expected(p, braces ? "the end of the line, ',' or '}'" : "the end of the line");
    if (comma && !braces)
        parser_advance(p);
    else
        parser_resync(p, braces && !p->commas_belong);
    p->panic = false;
}

void parse_entries(struct parser *p, struct node *n) {
    uint32_t mark = p->scratch.count;
    bool braces = p->scope.end_kind == TOK_RIGHT_BRACE;
    while (p->at < p->scope.end) {
        if (parser_take(p, TOK_NEWLINE))
            continue;
        if (parser_kind(p) == TOK_COMMA) {
            parser_expected(p, "a statement");
            p->panic = false;
            parser_advance(p);
            continue;
        }
        uint32_t before = p->at;
        node_id id = parse_entry(p, doc_above(p, p->at));
        vec_push(p->arena, &p->scratch, id);
        if (p->panic)
            parser_resync(p, braces && !p->commas_belong);
        if (p->at == before)
            parser_advance(p);
        enum token_kind kind = parser_kind(p);
        if (p->at >= p->scope.end || kind == TOK_NEWLINE || (braces && parser_take(p, TOK_COMMA)))
            continue;
        refuse_rest(p);
        if (braces)
            parser_take(p, TOK_COMMA);
    }
    node_take_list(p, n, mark);
}
