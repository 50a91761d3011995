#include "lang/parser.h"

#include "lang/lexer.h"

node_id parse_body(struct parser *p) {
    while (p->panic && p->at < p->scope.end && parser_kind(p) != TOK_NEWLINE &&
           parser_kind(p) != TOK_LEFT_BRACE) {
        uint32_t behind = parser_behind(p, p->at);
        p->at = behind < p->scope.end ? behind : p->scope.end;
        p->last = p->at;
    }
    if (parser_kind(p) != TOK_LEFT_BRACE)
        return p->panic ? NODE_NIL : parser_error(p, "'{'");
    p->panic = false;
    return parse_block(p, p->body == BODY_MAP ? BODY_MAP : BODY_BLOCK);
}

node_id parse_optional_body(struct parser *p) {
    bool body = p->panic || (parser_kind(p) == TOK_LEFT_BRACE && p->at < p->scope.end);
    return body ? parse_body(p) : NODE_NIL;
}

void parse_suffix(struct parser *p, struct node *n) {
    for (;;) {
        if (p->panic)
            return;
        if (node_is_nil(n->loop) && parser_kind(p) == TOK_FOR) {
            if (!node_is_nil(n->cond))
                parser_report(p, RULE_SYNTAX, parser_span(p), "'for' stands before 'when'");
            parser_advance(p);
            n->loop = parse_loop_head(p, true);
        } else if (node_is_nil(n->cond) && parser_kind(p) == TOK_WHEN) {
            parser_advance(p);
            n->cond = parse_head_expr(p, "a condition");
        } else {
            return;
        }
    }
}

static struct node start_declaration(struct parser *p, const char *word) {
    struct node n = node_start(p, NODE_DECLARATION);
    n.text = str_from(word);
    parser_advance(p);
    return n;
}

static node_id parse_stack(struct parser *p) {
    struct node n = start_declaration(p, "stack");
    if (parser_kind(p) == TOK_NAME) {
        struct span span = parser_span(p);
        struct str text = parser_text(p, p->at);
        struct diag *d = parser_expected(p, "the stack's name as a string");
        diag_fix(p->diags, d, span, str_printf(p->arena, "\"%.*s\"", STR_ARG(text)), true);
        p->panic = false;
        n.name = parse_path(p);
    } else {
        n.name = parser_kind(p) == TOK_STRING_START ? parse_string(p)
                                                    : parser_error(p, "the stack's name");
    }
    n.block = parse_body(p);
    return node_finish(p, n);
}

static node_id parse_defaults(struct parser *p) {
    struct node n = start_declaration(p, "defaults");
    n.name = parse_name(p, "a kind, such as 'function'");
    n.block = parse_body(p);
    return node_finish(p, n);
}

static node_id parse_param(struct parser *p) {
    struct node n = start_declaration(p, "param");
    n.name = parse_name(p, "a name");
    if (!p->panic && parser_kind(p) != TOK_COLON) {
        struct diag *d = parser_expected(p, "':' and a type");
        diag_help(p->diags, d, "a param has a type: param name: string");
    }
    parser_expect(p, TOK_COLON);
    n.type = parse_type(p);
    if (!p->panic && parser_take(p, TOK_EQUAL))
        n.value = parse_expr(p);
    n.block = parse_optional_body(p);
    return node_finish(p, n);
}

static node_id parse_let(struct parser *p) {
    struct node n = start_declaration(p, "let");
    n.name = parse_name(p, "a name");
    if (!p->panic && parser_take(p, TOK_COLON))
        n.type = parse_type(p);
    if (!p->panic && parser_take(p, TOK_EQUAL))
        n.value = parse_expr(p);
    else if (!p->panic && node_is_nil(n.type))
        n.value = parser_error(p, "'=' or ':'");
    return node_finish(p, n);
}

static node_id parse_output(struct parser *p) {
    struct node n = start_declaration(p, "output");
    n.name = parse_name(p, "a name");
    parse_suffix(p, &n);
    parser_expect(p, TOK_EQUAL);
    n.value = p->panic ? parser_error_node(p) : parse_expr(p);
    if (!p->panic && parser_is_word(p, "export")) {
        parser_advance(p);
        n.extra = parse_expr(p);
    }
    return node_finish(p, n);
}

static node_id parse_module(struct parser *p) {
    struct node n = start_declaration(p, "module");
    n.name = parse_name(p, "a name");
    struct node fields = node_start(p, NODE_FIELDS);
    parse_fields(p, &fields, true);
    n.extra = node_finish(p, fields);
    n.block = parse_body(p);
    return node_finish(p, n);
}

static node_id parse_resource(struct parser *p) {
    struct node n = start_declaration(p, "resource");
    n.name = parse_name(p, "a name");
    enum token_kind next = parser_kind(p);
    if (!p->panic && (next == TOK_FOR || next == TOK_WHEN)) {
        struct diag *d = parser_report(p, RULE_SYNTAX, parser_span(p), "%s stands behind the type",
                                       token_describe(next));
        diag_help(p->diags, d, "write resource name: AWS::Service::Type %s",
                  next == TOK_FOR ? "for x in list { ... }" : "when condition { ... }");
        parse_suffix(p, &n);
    }
    if (!p->panic && parser_kind(p) != TOK_COLON) {
        struct diag *d = parser_expected(p, "':' and a type");
        diag_help(p->diags, d, "write resource name: AWS::Service::Type { ... }");
    }
    parser_expect(p, TOK_COLON);
    n.type = parse_type(p);
    parse_suffix(p, &n);
    n.block = parse_body(p);
    return node_finish(p, n);
}

static node_id parse_existing(struct parser *p) {
    struct node n = start_declaration(p, "existing");
    n.type = parse_name(p, "a kind, such as 'table'");
    if (!p->panic && parser_kind(p) == TOK_COLON) {
        struct diag *d = parser_expected(p, "a name");
        diag_help(p->diags, d, "write 'existing KIND name { ... }', with the kind of a construct");
    }
    n.name = parse_name(p, "a name");
    parse_suffix(p, &n);
    n.block = parse_body(p);
    return node_finish(p, n);
}

static node_id parse_use(struct parser *p) {
    struct node n = node_start(p, NODE_USE);
    uint32_t mark = p->scratch.count;
    p->commas_belong = true;
    parser_advance(p);
    do {
        bool missing = parser_is_word(p, "from") && parser_kind_at(p, 1) == TOK_STRING_START;
        node_id name = missing ? parser_error(p, "a name") : parse_name(p, "a name");
        vec_push(p->arena, &p->scratch, name);
    } while (!p->panic && parser_take(p, TOK_COMMA));
    node_take_list(p, &n, mark);
    if (!p->panic && parser_kind(p) == TOK_NAME && !parser_is_word(p, "from") &&
        parser_kind_at(p, 1) != TOK_STRING_START)
        parser_expected(p, "',' or 'from'");
    parser_expect_word(p, "from");
    if (p->panic)
        n.value = parser_error_node(p);
    else
        n.value = parser_kind(p) == TOK_STRING_START ? parse_string(p)
                                                     : parser_error(p, "the file as a string");
    return node_finish(p, n);
}

static node_id parse_extend(struct parser *p) {
    struct node n = node_start(p, NODE_EXTEND);
    parser_advance(p);
    n.value = parse_head_expr(p, "what to extend");
    n.block = parse_body(p);
    return node_finish(p, n);
}

static node_id parse_assert(struct parser *p) {
    struct node n = node_start(p, NODE_ASSERT);
    p->commas_belong = true;
    parser_advance(p);
    n.value = parse_expr(p);
    if (!p->panic && parser_kind(p) != TOK_COMMA) {
        struct diag *d = parser_expected(p, "',' and a message");
        diag_help(p->diags, d, "write assert condition, \"message\"");
    }
    if (!parser_expect(p, TOK_COMMA)) {
        n.extra = parser_error_node(p);
        return node_finish(p, n);
    }
    if (parser_kind(p) == TOK_NEWLINE && p->items[p->at].kind == TOK_STRING_START)
        parser_take(p, TOK_NEWLINE);
    n.extra = parse_expr(p);
    return node_finish(p, n);
}

node_id parse_loop(struct parser *p) {
    struct node n = node_start(p, NODE_LOOP);
    p->commas_belong = true;
    parser_advance(p);
    n.loop = parse_loop_head(p, true);
    if (!p->panic && parser_kind(p) == TOK_WHEN) {
        struct diag *d = parser_expected(p, "'{'");
        diag_help(p->diags, d, "put a 'when' block into the loop's block");
    }
    n.block = parse_body(p);
    return node_finish(p, n);
}

node_id parse_guard(struct parser *p) {
    struct node n = node_start(p, NODE_GUARD);
    parser_advance(p);
    n.cond = parse_head_expr(p, "a condition");
    if (!p->panic && parser_kind(p) == TOK_EQUAL) {
        struct diag *d = parser_expected(p, "'{'");
        diag_label(p->diags, d, "compare with '=='");
        diag_fix(p->diags, d, parser_span(p), STR("=="), false);
    }
    n.block = parse_body(p);
    return node_finish(p, n);
}

/* `worker orders(queue = jobs)`: what it takes stands in braces here. */
static void refuse_arguments(struct parser *p, struct str word, struct node *n) {
    struct diag *d = parser_expected(p, "'{'");
    diag_help(p->diags, d, "what it takes stands in braces: %.*s name { setting = value }",
              STR_ARG(word));
    p->at = parser_behind(p, p->at);
    p->last = p->at;
    p->panic = false;
    n->block = parser_error_node(p);
}

/* Whether a word and '{' stand here: `api orders http {`, as other languages write a type. */
static bool has_word_too_many(const struct parser *p, uint32_t item) {
    enum token_kind kind = parser_item_kind(p, item);
    return item < p->scope.end && parser_is_name(kind) && kind != TOK_FOR && kind != TOK_WHEN &&
           parser_item_kind(p, item + 1) == TOK_LEFT_BRACE;
}

static node_id parse_generic(struct parser *p) {
    struct node n = node_start(p, NODE_DECLARATION);
    n.text = parser_text(p, p->at);
    parser_advance(p);
    enum token_kind kind = parser_kind(p);
    if (parser_is_name(kind) && kind != TOK_FOR && kind != TOK_WHEN && p->at < p->scope.end)
        n.name = parse_name(p, "a name");
    else if (kind == TOK_STRING_START)
        n.name = parse_name(p, "a name");
    if (has_word_too_many(p, p->at)) {
        struct diag *d = parser_expected(p, "'{'");
        diag_help(p->diags, d,
                  "a declaration is '%.*s name { ... }'; settings stand inside, as "
                  "'setting = value'",
                  STR_ARG(n.text));
        parser_advance(p);
        p->panic = false;
    } else if (parser_kind(p) == TOK_LEFT_PAREN) {
        refuse_arguments(p, n.text, &n);
        return node_finish(p, n);
    }
    parse_suffix(p, &n);
    n.block = parse_optional_body(p);
    return node_finish(p, n);
}

/* The words that have a statement of their own, and those that others use for them. */
static const struct statement {
    const char *word;
    node_id (*parse)(struct parser *p);
    const char *instead_of[3];
} statements[] = {
    {"stack", parse_stack, {0}},
    {"defaults", parse_defaults, {0}},
    {"param", parse_param, {"variable", "parameter"}},
    {"let", parse_let, {"var", "const", "locals"}},
    {"output", parse_output, {0}},
    {"use", parse_use, {"import", "from", "require"}},
    {"module", parse_module, {0}},
    {"resource", parse_resource, {0}},
    {"existing", parse_existing, {0}},
    {"extend", parse_extend, {0}},
    {"assert", parse_assert, {0}},
    {"key", parse_key, {0}},
    {"index", parse_index, {0}},
    {"local", parse_local, {0}},
    {"allow", parse_allow, {"grant", "permit"}},
    {"deny", parse_deny, {"forbid"}},
    {"on", parse_on, {0}},
    {"stage", parse_stage, {0}},
    {"model", parse_model, {0}},
    {"domain", parse_domain, {0}},
    {"for", parse_loop, {"foreach", "each", "loop"}},
    {"when", parse_guard, {"if", "unless"}},
};
enum { STATEMENTS = sizeof statements / sizeof *statements };

static const struct statement *find_statement(struct str word) {
    for (int i = 0; i < STATEMENTS; i++)
        if (str_is(word, statements[i].word))
            return &statements[i];
    return NULL;
}

static const struct statement *nearest_statement(struct str word) {
    if (word_is_attribute(word))
        return NULL;
    for (int i = 0; i < STATEMENTS; i++)
        for (int k = 0; k < 3; k++)
            if (statements[i].instead_of[k] && str_is(word, statements[i].instead_of[k]))
                return &statements[i];
    for (int i = 0; i < STATEMENTS; i++)
        if (word.len > 2 && str_is_near(word, str_from(statements[i].word)))
            return &statements[i];
    return NULL;
}

/* Whether what follows the word fits `kind [name] [for ..] [when ..] [{ }]`, or nearly. */
static bool looks_declared(const struct parser *p) {
    uint32_t behind = p->at + 1;
    enum token_kind kind = parser_item_kind(p, behind);
    bool name = parser_is_name(kind) && kind != TOK_FOR && kind != TOK_WHEN;
    bool named = behind < p->scope.end && (name || kind == TOK_STRING_START);
    if (named)
        behind = parser_behind(p, behind);
    kind = parser_item_kind(p, behind);
    if (kind == TOK_MINUS && named)
        return true; /* a name with '-' */
    if (kind == TOK_LEFT_BRACE || kind == TOK_FOR || kind == TOK_WHEN)
        return true;
    bool ends = behind >= p->scope.end || kind == TOK_NEWLINE;
    bool comma = kind == TOK_COMMA && p->scope.end_kind == TOK_RIGHT_BRACE;
    return named && (ends || ((comma || kind == TOK_LEFT_PAREN || has_word_too_many(p, behind)) &&
                              !nearest_statement(parser_text(p, p->at))));
}

static bool is_route(const struct parser *p) {
    uint32_t next = p->at + 1;
    enum token_kind kind = parser_item_kind(p, next);
    if (word_is_method(parser_text(p, p->at)) && (kind == TOK_STRING_START || !looks_declared(p)))
        return true;
    return kind == TOK_PATH || kind == TOK_ARROW ||
           (kind == TOK_STRING_START && parser_item_kind(p, parser_behind(p, next)) == TOK_ARROW);
}

/* `setting value`: what it lacks is said where it lacks. */
static void report_unfinished(struct parser *p, struct str word, struct span word_span) {
    enum token_kind kind = parser_kind(p);
    if (p->body == BODY_FILE) {
        parser_expected(p, "a name or '{'");
        return;
    }
    bool value = kind == TOK_NUMBER || kind == TOK_STRING_START || kind == TOK_LEFT_BRACKET ||
                 kind == TOK_TRUE || kind == TOK_FALSE;
    struct diag *d = parser_expected(p, value ? "'='" : "'=', a name or '{'");
    if (value && parser_item_kind(p, parser_behind(p, p->at)) == TOK_NEWLINE)
        diag_fix(p->diags, d, (struct span){word_span.source, word_span.end, word_span.end},
                 STR(" ="), false);
    diag_help(p->diags, d, "a setting is written '%.*s = value'", STR_ARG(word));
}

static node_id parse_unknown(struct parser *p) {
    struct str word = parser_text(p, p->at);
    const struct statement *meant = nearest_statement(word);
    if (!meant || word.len > 60) {
        struct node n = node_start(p, NODE_ERROR);
        uint32_t mark = p->scratch.count;
        struct span word_span = parser_span(p);
        node_id name = parse_name(p, "a statement");
        vec_push(p->arena, &p->scratch, name);
        node_take_list(p, &n, mark);
        report_unfinished(p, word, word_span);
        return node_finish(p, n);
    }
    struct span span = parser_span(p);
    struct diag *d = parser_report(p, RULE_SYNTAX, span, "'%.*s' is no statement", STR_ARG(word));
    diag_label(p->diags, d, "did you mean '%s'?", meant->word);
    diag_fix(p->diags, d, span, str_from(meant->word), false);
    return meant->parse(p);
}

static node_id parse_else(struct parser *p) {
    struct diag *d = parser_report(p, RULE_SYNTAX, parser_span(p), "there is no 'else'");
    diag_help(p->diags, d, "write a second block with the opposite: when !condition { ... }");
    struct node n = node_start(p, NODE_GUARD);
    parser_advance(p);
    n.cond = parser_error_node(p);
    if (parser_is_word(p, "if"))
        p->panic = true;
    n.block = parse_body(p);
    return node_finish(p, n);
}

node_id parse_statement(struct parser *p) {
    struct str word = parser_text(p, p->at);
    if (parser_kind(p) != TOK_NAME)
        return parser_error(p, "a statement");
    const struct statement *statement = find_statement(word);
    bool part = str_is(word, "key") && parser_item_kind(p, p->at + 1) == TOK_LEFT_BRACE;
    if (statement && !part) /* `key { }` is a table's part, as others have it */
        return statement->parse(p);
    if (is_route(p))
        return parse_route(p);
    if (str_is(word, "else"))
        return parse_else(p);
    bool foreign = str_is(word, "if") || str_is(word, "foreach");
    return !foreign && looks_declared(p) ? parse_generic(p) : parse_unknown(p);
}
