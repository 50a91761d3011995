#include "lang/parser.h"

#include "lang/lexer.h"

/* Clauses take no suffix; where one has it, it is read, and forgotten. */
static void refuse_suffix(struct parser *p, const char *clause, bool has_body) {
    enum token_kind kind = parser_kind(p);
    if (p->panic || (kind != TOK_FOR && kind != TOK_WHEN))
        return;
    struct diag *d = parser_report(p, RULE_SYNTAX, parser_span(p), "'%s' takes no %s", clause,
                                   token_describe(kind));
    diag_help(p->diags, d, kind == TOK_FOR ? "put it into a block: for x in xs { %s ... }"
                                           : "put it into a block: when condition { %s ... }",
              clause);
    struct node forgotten = {0};
    parse_suffix(p, &forgotten);
    if (!has_body)
        parse_optional_body(p);
}

node_id parse_key(struct parser *p) {
    struct node n = node_start(p, NODE_KEY);
    parser_advance(p);
    parse_fields(p, &n, false);
    refuse_suffix(p, "key", false);
    return node_finish(p, n);
}

static node_id parse_included(struct parser *p) {
    return parse_name_or_string(p, "a name");
}

static node_id parse_include(struct parser *p) {
    struct node n = node_start(p, NODE_INCLUDE);
    parser_advance(p);
    if (parser_kind(p) != TOK_LEFT_PAREN)
        return parser_error(p, "'('");
    struct scope outer = parser_enter(p, false);
    if (p->at >= p->scope.end)
        parser_expected(p, "a name");
    parse_elements(p, &n, parse_included, "',' or ')'");
    parser_leave(p, outer, "')'");
    return node_finish(p, n);
}

static node_id parse_index_parts(struct parser *p, struct node n) {
    n.name = parse_name_or_string(p, "the index's name");
    parse_fields(p, &n, false);
    if (!p->panic && parser_is_word(p, "include")) {
        n.extra = parse_include(p);
    } else if (!p->panic && parser_is_word(p, "keys_only")) {
        struct node only = node_start(p, NODE_KEYS_ONLY);
        parser_advance(p);
        n.extra = node_finish(p, only);
    }
    refuse_suffix(p, "index", false);
    return node_finish(p, n);
}

node_id parse_index(struct parser *p) {
    struct node n = node_start(p, NODE_INDEX);
    parser_advance(p);
    return parse_index_parts(p, n);
}

node_id parse_local(struct parser *p) {
    struct node n = node_start(p, NODE_INDEX);
    n.text = STR("local");
    parser_advance(p);
    parser_expect_word(p, "index");
    return parse_index_parts(p, n);
}

static node_id parse_verb(struct parser *p) {
    if (parser_is_word(p, "on")) {
        enum token_kind next = parser_kind_at(p, 1);
        if (next != TOK_COMMA && !(next == TOK_NAME && str_is(parser_text(p, p->at + 1), "on")))
            return parser_error(p, "a verb");
    }
    return parse_name_or_string(p, "a verb");
}

static node_id parse_grant(struct parser *p, const char *word) {
    struct node n = node_start(p, NODE_ALLOW);
    uint32_t mark = p->scratch.count;
    n.text = str_from(word);
    p->commas_belong = true;
    parser_advance(p);
    do {
        node_id verb = parser_kind(p) == TOK_STRING_START ? parse_string(p) : parse_verb(p);
        vec_push(p->arena, &p->scratch, verb);
    } while (!p->panic && parser_take(p, TOK_COMMA));
    node_take_list(p, &n, mark);
    bool verb = parser_kind(p) == TOK_NAME && !str_is_near(parser_text(p, p->at), STR("on"));
    if (!p->panic && verb && !parser_is_word(p, "on"))
        parser_expected(p, "',' or 'on'");
    parser_expect_word(p, "on");
    n.value = parse_head_expr(p, "what it is allowed on");
    if (!p->panic && parser_is_word(p, "if")) {
        parser_advance(p);
        n.cond = parser_kind(p) == TOK_LEFT_BRACE ? parse_map(p) : parser_error(p, "'{'");
    }
    refuse_suffix(p, word, false);
    return node_finish(p, n);
}

node_id parse_allow(struct parser *p) {
    return parse_grant(p, "allow");
}

node_id parse_deny(struct parser *p) {
    return parse_grant(p, "deny");
}

node_id parse_on(struct parser *p) {
    struct node n = node_start(p, NODE_ON);
    parser_advance(p);
    n.value = parse_head_expr(p, "a source");
    if (!p->panic && parser_kind(p) == TOK_STRING_START)
        n.extra = parse_string(p);
    if (!p->panic && parser_is_word(p, "as")) {
        parser_advance(p);
        n.name = parse_name(p, "a name");
    }
    refuse_suffix(p, "on", true);
    if (!p->panic && parser_take(p, TOK_ARROW))
        n.cond = parse_head_expr(p, "a target");
    n.block = parse_optional_body(p);
    return node_finish(p, n);
}

/* A clause with a name and a block. */
static node_id parse_named(struct parser *p, enum node_kind kind, const char *clause,
                           const char *name) {
    struct node n = node_start(p, kind);
    parser_advance(p);
    n.name = parse_name(p, name);
    refuse_suffix(p, clause, true);
    n.block = parse_body(p);
    return node_finish(p, n);
}

node_id parse_stage(struct parser *p) {
    return parse_named(p, NODE_STAGE, "stage", "the stage's name");
}

node_id parse_model(struct parser *p) {
    return parse_named(p, NODE_MODEL, "model", "the model's name");
}

node_id parse_domain(struct parser *p) {
    struct node n = node_start(p, NODE_DOMAIN);
    parser_advance(p);
    n.value = parse_head_expr(p, "the domain's name");
    refuse_suffix(p, "domain", true);
    n.block = parse_body(p);
    return node_finish(p, n);
}

static node_id parse_route_path(struct parser *p) {
    if (parser_kind(p) == TOK_PATH)
        return parse_path(p);
    if (parser_kind(p) == TOK_STRING_START)
        return parse_string(p);
    struct diag *d = parser_expected(p, "a path");
    diag_help(p->diags, d, "write GET /items -> target, or GET \"/${name}\" -> target");
    return parser_error_node(p);
}

/* Says that a word is no method; the nearest one takes its place. */
static void report_method(struct parser *p, struct node *n) {
    const char *near = word_near_method(n->text);
    struct span span = parser_span(p);
    struct diag *d = parser_report(p, RULE_SYNTAX, span, "'%.*s' is no method of routes",
                                   n->text.len > 60 ? 60 : (int)n->text.len, n->text.ptr);
    if (near) {
        n->text = str_from(near);
        diag_label(p->diags, d, "did you mean '%s'?", near);
        diag_fix(p->diags, d, span, n->text, false);
    } else {
        n->kind = NODE_ERROR;
        diag_help(p->diags, d,
                  "methods are GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS, ANY; "
                  "crud stands for five of them");
    }
}

node_id parse_route(struct parser *p) {
    struct node n = node_start(p, NODE_ROUTE);
    n.text = parser_text(p, p->at);
    if (!word_is_method(n.text))
        report_method(p, &n);
    parser_advance(p);
    n.name = parse_route_path(p);
    if (p->panic && parser_kind(p) == TOK_ARROW)
        p->panic = false;
    if (!p->panic && parser_kind(p) != TOK_ARROW) {
        struct diag *d = parser_expected(p, "'->'");
        struct str path = parser_text(p, p->last - 1);
        if (str_find(path, STR("->"), 0) < path.len)
            diag_help(p->diags, d, "a path ends at a blank: write one before '->'");
    }
    parser_expect(p, TOK_ARROW);
    n.value = parse_head_expr(p, "a target");
    if (!p->panic && parser_kind(p) == TOK_NAME && p->at < p->scope.end) {
        struct diag *d = parser_expected(p, "'{' or the end of the line");
        diag_help(p->diags, d, "what a route sets stands in a block: -> target { auth = none }");
    }
    n.block = parse_optional_body(p);
    return node_finish(p, n);
}
