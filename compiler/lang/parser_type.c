#include "base/buf.h"
#include "lang/parser.h"

static struct span last_span(const struct parser *p) {
    return p->tree->tokens.items[p->items[p->last - 1].token].span;
}

static bool is_identifier(struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return s.len > 0;
}

static node_id name_node(struct parser *p, struct node n, struct str text) {
    n.kind = NODE_NAME;
    n.list = n.count = 0;
    n.text = text;
    return node_finish(p, n);
}

/* my-name: reported as one mistake and read as my_name. */
static node_id parse_dashed_name(struct parser *p) {
    struct node n = node_start(p, NODE_NAME);
    struct span span = parser_span(p);
    struct buf name;
    buf_init(&name, p->arena, 0);
    buf_str(&name, parser_text(p, p->at));
    parser_advance(p);
    while (parser_kind(p) == TOK_MINUS && last_span(p).end == parser_span(p).start) {
        parser_advance(p);
        buf_char(&name, '_');
        if (!parser_is_name(parser_kind(p)) || last_span(p).end != parser_span(p).start)
            break;
        buf_str(&name, parser_text(p, p->at));
        parser_advance(p);
    }
    span.end = last_span(p).end;
    struct str text = buf_view(&name);
    struct diag *d = parser_report(p, RULE_SYNTAX, span, "a name has no '-'");
    diag_label(p->diags, d, "write '%.*s'", STR_ARG(text));
    diag_fix(p->diags, d, span, text, false);
    return name_node(p, n, text);
}

static node_id parse_quoted_name(struct parser *p, const char *what) {
    struct node n = node_start(p, NODE_NAME);
    struct span span = parser_span(p);
    struct diag *d = parser_expected(p, what);
    p->panic = false;
    node_id string = parse_string(p);
    const struct node *s = tree_node(p->tree, string);
    struct str text = s->count == 1 ? tree_node(p->tree, tree_child(p->tree, string, 0))->text
                                    : STR_NIL;
    if (!is_identifier(text)) {
        diag_help(p->diags, d, "a name consists of letters, digits and '_'");
        return parser_error_node(p);
    }
    diag_label(p->diags, d, "write %.*s without quotes", STR_ARG(text));
    diag_fix(p->diags, d, span, text, true);
    return name_node(p, n, text);
}

node_id parse_name(struct parser *p, const char *what) {
    enum token_kind kind = parser_kind(p);
    if (p->panic)
        return parser_error_node(p);
    if (kind == TOK_STRING_START)
        return parse_quoted_name(p, what);
    if (!parser_is_name(kind))
        return parser_error(p, what);
    bool dash = parser_kind_at(p, 1) == TOK_MINUS && p->at + 1 < p->scope.end &&
                p->items[p->at + 1].newline == NEWLINE_NONE;
    uint32_t end = parser_token(p)->span.end;
    if (dash && p->tree->tokens.items[p->items[p->at + 1].token].span.start == end)
        return parse_dashed_name(p);
    if (kind != TOK_NAME)
        parser_report(p, RULE_SYNTAX, parser_span(p), "%s is a word of the language and no name",
                      token_describe(kind));
    struct node n = node_start(p, NODE_NAME);
    struct str text = parser_text(p, p->at);
    parser_advance(p);
    return name_node(p, n, text);
}

node_id parse_name_or_string(struct parser *p, const char *what) {
    if (!p->panic && parser_kind(p) == TOK_STRING_START)
        return parse_string(p);
    return parse_name(p, what);
}

static node_id parse_union(struct parser *p) {
    struct node n = node_start(p, NODE_TYPE_UNION);
    uint32_t mark = p->scratch.count;
    do {
        bool string = parser_kind(p) == TOK_STRING_START;
        node_id id = string ? parse_string(p) : parser_error(p, "a string");
        vec_push(p->arena, &p->scratch, id);
        const struct node *s = tree_node(p->tree, id);
        for (uint32_t i = 0; i < s->count; i++)
            if (string && tree_node(p->tree, tree_child(p->tree, id, i))->kind != NODE_TEXT) {
                parser_report(p, RULE_SYNTAX, s->span,
                              "a type's strings are written out, without '${}'");
                break;
            }
    } while (!p->panic && parser_take(p, TOK_PIPE));
    if (!p->panic && parser_take(p, TOK_QUESTION))
        n.op = TOK_QUESTION;
    node_take_list(p, &n, mark);
    return node_finish(p, n);
}

static struct str parse_type_name(struct parser *p) {
    struct str first = parser_text(p, p->at);
    parser_advance(p);
    if (parser_kind(p) != TOK_DOUBLE_COLON)
        return first;
    struct buf text;
    buf_init(&text, p->arena, 0);
    buf_str(&text, first);
    while (parser_take(p, TOK_DOUBLE_COLON)) {
        if (!parser_is_name(parser_kind(p))) {
            parser_expected(p, "a name after '::'");
            break;
        }
        buf_c(&text, "::");
        buf_str(&text, parser_text(p, p->at));
        parser_advance(p);
    }
    return buf_view(&text);
}

/* `T | null`, as other languages have it. */
static void refuse_null(struct parser *p, struct node *n) {
    struct span span = parser_span(p);
    struct diag *d =
        parser_report(p, RULE_SYNTAX, span, "only strings are joined by '|' into a type");
    while (parser_take(p, TOK_PIPE)) {
        if (parser_kind(p) == TOK_NULL) {
            n->op = TOK_QUESTION;
            diag_help(p->diags, d, "a type that can be null is written %.*s?", STR_ARG(n->text));
        }
        if (parser_kind(p) == TOK_STRING_START)
            parse_string(p);
        else if (parser_is_name(parser_kind(p)))
            parser_advance(p);
    }
}

node_id parse_type(struct parser *p) {
    if (p->panic || parser_too_deep(p))
        return parser_error_node(p);
    if (parser_kind(p) == TOK_STRING_START)
        return parse_union(p);
    if (parser_kind(p) != TOK_NAME)
        return parser_error(p, "a type");
    struct node n = node_start(p, NODE_TYPE);
    p->depth++;
    n.text = parse_type_name(p);
    if (!p->panic && parser_take(p, TOK_LESS)) {
        uint32_t mark = p->scratch.count;
        do {
            node_id argument = parse_type(p);
            vec_push(p->arena, &p->scratch, argument);
        } while (!p->panic && parser_take(p, TOK_COMMA));
        node_take_list(p, &n, mark);
        parser_expect(p, TOK_GREATER);
    }
    p->depth--;
    enum token_kind bracket = p->panic ? TOK_END : parser_kind(p);
    if (bracket == TOK_LEFT_PAREN || bracket == TOK_LEFT_BRACKET) {
        struct diag *d = parser_expected(p, "the end of the type");
        diag_help(p->diags, d, "lists and maps are written list<string> and map<string>");
    }
    if (!p->panic && parser_take(p, TOK_QUESTION))
        n.op = TOK_QUESTION;
    if (!p->panic && parser_kind(p) == TOK_PIPE)
        refuse_null(p, &n);
    return node_finish(p, n);
}

/* The type of a key: a text is one that is computed. */
static node_id parse_key_type(struct parser *p) {
    if (p->panic || parser_kind(p) != TOK_STRING_START)
        return parse_type(p);
    struct node n = node_start(p, NODE_TYPE_UNION);
    uint32_t mark = p->scratch.count;
    node_id text = parse_string(p);
    vec_push(p->arena, &p->scratch, text);
    node_take_list(p, &n, mark);
    return node_finish(p, n);
}

static node_id parse_any_field(struct parser *p, bool defaults) {
    struct node n = node_start(p, NODE_FIELD);
    n.name = parse_name_or_string(p, "a name");
    if (!p->panic && parser_kind(p) != TOK_COLON) {
        struct diag *d = parser_expected(p, "':' and a type");
        diag_help(p->diags, d, "fields are written (name: type, name: type)");
    }
    parser_expect(p, TOK_COLON);
    n.type = defaults ? parse_type(p) : parse_key_type(p);
    if (!p->panic && parser_kind(p) == TOK_EQUAL) {
        if (!defaults)
            parser_report(p, RULE_SYNTAX, parser_span(p), "a key has no default value");
        parser_advance(p);
        n.value = parse_expr(p);
    }
    return node_finish(p, n);
}

static node_id parse_field(struct parser *p) {
    return parse_any_field(p, false);
}

static node_id parse_parameter(struct parser *p) {
    return parse_any_field(p, true);
}

void parse_fields(struct parser *p, struct node *n, bool defaults) {
    if (p->panic)
        return;
    if (parser_kind(p) != TOK_LEFT_PAREN) {
        parser_expected(p, "'('");
        return;
    }
    struct scope outer = parser_enter(p, false);
    if (p->at >= p->scope.end && !defaults)
        parser_expected(p, "a name");
    parse_elements(p, n, defaults ? parse_parameter : parse_field, "',' or ')'");
    parser_leave(p, outer, "')'");
}

static node_id parse_loop_name(struct parser *p) {
    if (p->panic || parser_kind(p) != TOK_IN)
        return parse_name(p, "a name");
    node_id id = parser_error(p, "a name");
    p->panic = false;
    return id;
}

node_id parse_loop_head(struct parser *p, bool block_follows) {
    struct node n = node_start(p, NODE_LOOP_HEAD);
    n.name = parse_loop_name(p);
    if (!p->panic && parser_take(p, TOK_COMMA))
        n.extra = parse_loop_name(p);
    if (!p->panic && parser_is_word(p, "of")) {
        struct diag *d = parser_expected(p, "'in'");
        diag_label(p->diags, d, "write 'in'");
        diag_fix(p->diags, d, parser_span(p), STR("in"), true);
        p->panic = false;
        parser_advance(p);
    } else {
        parser_expect(p, TOK_IN);
    }
    if (p->panic)
        n.value = parser_error_node(p);
    else
        n.value = block_follows ? parse_head_expr(p, "a list or map") : parse_expr(p);
    return node_finish(p, n);
}
