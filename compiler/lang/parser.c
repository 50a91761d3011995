#include "lang/parser.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "lang/lang.h"
#include "lang/lexer.h"

/* Nodes may be nested deeper than brackets: operators and dots nest without any. */
enum { TREE_HEIGHT = 4 * LIMIT_DEPTH, MESSAGE_BYTES = 400, QUOTED_BYTES = 60,
       NODES_EXPECTED = 4096 };

enum token_kind parser_item_kind(const struct parser *p, uint32_t item) {
    if (item >= p->scope.end)
        return (enum token_kind)p->scope.end_kind;
    if (p->scope.lines && p->items[item].newline == NEWLINE_ENDS && p->passed != item)
        return TOK_NEWLINE;
    return (enum token_kind)p->items[item].kind;
}

enum token_kind parser_kind(const struct parser *p) {
    return parser_item_kind(p, p->at);
}

enum token_kind parser_kind_at(const struct parser *p, uint32_t ahead) {
    return parser_item_kind(p, p->at + ahead);
}

static enum token_kind closing_kind(enum token_kind opening) {
    switch (opening) {
    case TOK_LEFT_BRACE:
        return TOK_RIGHT_BRACE;
    case TOK_LEFT_PAREN:
        return TOK_RIGHT_PAREN;
    case TOK_LEFT_BRACKET:
        return TOK_RIGHT_BRACKET;
    case TOK_INTERPOLATION_START:
        return TOK_INTERPOLATION_END;
    default:
        return TOK_STRING_END;
    }
}

/* Strings and interpolations that are broken have an empty closing token. */
static bool is_there(bool broken, enum token_kind closing) {
    return !broken || closing == TOK_STRING_END || closing == TOK_INTERPOLATION_END;
}

uint32_t parser_behind(const struct parser *p, uint32_t item) {
    if (item >= p->scope.end)
        return item;
    const struct item *i = &p->items[item];
    if (i->close <= item)
        return item + 1;
    return is_there(i->broken, closing_kind((enum token_kind)i->kind)) ? i->close + 1 : i->close;
}

struct str parser_text(const struct parser *p, uint32_t item) {
    return p->tree->tokens.items[p->items[item].token].text;
}

const struct token *parser_token(const struct parser *p) {
    return &p->tree->tokens.items[p->items[p->at].token];
}

void parser_advance(struct parser *p) {
    if (p->at < p->scope.end)
        p->last = ++p->at;
}

bool parser_take(struct parser *p, enum token_kind kind) {
    if (parser_kind(p) != kind || p->at >= p->scope.end)
        return false;
    if (kind == TOK_NEWLINE)
        p->passed = p->at;
    else
        parser_advance(p);
    return true;
}

bool parser_is_word(const struct parser *p, const char *word) {
    return parser_kind(p) == TOK_NAME && str_is(parser_text(p, p->at), word);
}

bool parser_is_name(enum token_kind kind) {
    return kind == TOK_NAME || (kind >= TOK_TRUE && kind <= TOK_AWS);
}

struct scope parser_enter(struct parser *p, bool lines) {
    struct scope outer = p->scope;
    const struct item *item = &p->items[p->at];
    bool closed = item->close > p->at;
    p->scope.end = closed && item->close < outer.end ? item->close : outer.end;
    p->scope.end_kind = (uint8_t)closing_kind((enum token_kind)item->kind);
    p->scope.broken = item->broken || !closed || item->close > outer.end;
    p->scope.lines = lines;
    p->silent += p->scope.broken && item->kind != TOK_LEFT_BRACE;
    p->last = ++p->at;
    return outer;
}

void parser_leave(struct parser *p, struct scope outer, const char *expected) {
    if (p->at < p->scope.end) {
        parser_expected(p, expected);
        p->at = p->scope.end;
    }
    p->panic = false;
    bool brace = p->scope.end_kind == TOK_RIGHT_BRACE;
    p->silent -= p->scope.broken && !brace;
    if (is_there(p->scope.broken, (enum token_kind)p->scope.end_kind))
        p->last = ++p->at;
    p->scope = outer;
}

bool parser_too_deep(struct parser *p) {
    if (p->depth < LIMIT_DEPTH)
        return false;
    if (!p->limit_reported)
        parser_report(p, RULE_LIMIT, parser_span(p), "nested deeper than %d levels", LIMIT_DEPTH);
    p->limit_reported = true;
    p->panic = true;
    return true;
}

static uint32_t token_at(const struct parser *p) {
    return p->items[p->at].token;
}

struct node node_start(struct parser *p, enum node_kind kind) {
    return (struct node){.kind = (uint8_t)kind, .first_token = token_at(p)};
}

struct node node_start_at(struct parser *p, enum node_kind kind, node_id first) {
    return (struct node){.kind = (uint8_t)kind,
                         .first_token = p->tree->nodes.items[first.i].first_token};
}

void node_take_list(struct parser *p, struct node *n, uint32_t mark) {
    n->list = p->tree->children.count;
    n->count = p->scratch.count - mark;
    for (uint32_t i = mark; i < p->scratch.count; i++)
        vec_push(p->arena, &p->tree->children, p->scratch.items[i]);
    p->scratch.count = mark;
}

/* Puts a node above a child: it is higher and covers it, even where that is an empty error. */
static void cover(const struct parser *p, struct node *n, node_id child, unsigned *height) {
    if (node_is_nil(child))
        return;
    if (p->heights.items[child.i] >= *height)
        *height = p->heights.items[child.i] + 1u;
    n->span = span_join(n->span, p->tree->nodes.items[child.i].span);
}

static unsigned cover_children(const struct parser *p, struct node *n) {
    const node_id fields[] = {n->name, n->type, n->loop, n->cond, n->value, n->extra, n->block};
    unsigned height = 1;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        cover(p, n, fields[i], &height);
    for (uint32_t i = 0; i < n->count; i++)
        cover(p, n, p->tree->children.items[n->list + i], &height);
    return height;
}

static struct span span_of_tokens(const struct parser *p, const struct node *n) {
    const struct token *tokens = p->tree->tokens.items;
    struct span span = tokens[n->first_token].span;
    if (n->end_token <= n->first_token) {
        uint32_t place = p->last ? tokens[p->items[p->last - 1].token].span.end : span.start;
        return (struct span){span.source, place, place};
    }
    span.end = tokens[n->end_token - 1].span.end;
    return span;
}

node_id node_finish(struct parser *p, struct node n) {
    n.end_token = p->last ? p->items[p->last - 1].token + 1 : 0;
    if (n.end_token < n.first_token)
        n.end_token = n.first_token;
    n.span = span_of_tokens(p, &n);
    unsigned height = cover_children(p, &n);
    if (height + p->depth > TREE_HEIGHT) {
        if (!p->limit_reported)
            parser_report(p, RULE_LIMIT, n.span, "nested deeper than %d levels", TREE_HEIGHT);
        p->limit_reported = true;
        n = (struct node){.kind = NODE_ERROR, .span = n.span, .first_token = n.first_token,
                          .end_token = n.end_token};
        height = 1;
    }
    vec_push(p->arena, &p->tree->nodes, n);
    vec_push(p->arena, &p->heights, (uint16_t)height);
    return (node_id){p->tree->nodes.count - 1};
}

struct diag *parser_report(struct parser *p, enum rule_id rule, struct span span,
                           const char *format, ...) {
    char message[MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (p->silent)
        return arena_new(p->arena, struct diag);
    struct diag *d = diag_add(p->diags, rule, span, "%s", message);
    if (p->opened && rule == RULE_SYNTAX) {
        struct span opened = p->tree->tokens.items[p->opened - 1].span;
        diag_help(p->diags, d, "write '\\${' for the text '${'");
        diag_fix(p->diags, d, (struct span){opened.source, opened.start, opened.start}, STR("\\"),
                 false);
    }
    return d;
}

struct span parser_span(const struct parser *p) {
    const struct token *tokens = p->tree->tokens.items;
    struct span span = tokens[token_at(p)].span;
    if (parser_kind(p) == TOK_NEWLINE || p->items[p->at].kind == TOK_END) {
        uint32_t end = p->last ? tokens[p->items[p->last - 1].token].span.end : span.start;
        return (struct span){span.source, end, end};
    }
    if (p->items[p->at].kind == TOK_STRING_START && p->items[p->at].close > p->at)
        span.end = tokens[p->items[p->items[p->at].close].token].span.end;
    return span;
}

/* What a message says was found: the user's word, or the kind of token. */
static const char *describe_found(const struct parser *p, char *out, size_t size) {
    enum token_kind kind = parser_kind(p);
    if (p->at < p->scope.end && (kind == TOK_NAME || kind == TOK_NUMBER || kind == TOK_PATH)) {
        struct str text = parser_text(p, p->at);
        if (text.len > QUOTED_BYTES)
            return token_describe(kind);
        snprintf(out, size, "'%.*s'", STR_ARG(text));
        return out;
    }
    return token_describe(kind);
}

static void add_hint(struct parser *p, struct diag *d) {
    static const struct {
        const char *word, *right;
    } words[] = {{"and", "&&"}, {"or", "||"}, {"is", "=="}};
    enum token_kind kind = parser_kind(p);
    if (p->last && p->items[p->last - 1].kind == TOK_NAME &&
        str_is(parser_text(p, p->last - 1), "not"))
        diag_help(p->diags, d, "'not' is written '!'");
    if (d->help.len || p->at >= p->scope.end)
        return;
    for (size_t i = 0; kind == TOK_NAME && i < sizeof words / sizeof *words; i++)
        if (str_is(parser_text(p, p->at), words[i].word)) {
            diag_label(p->diags, d, "write '%s'", words[i].right);
            diag_fix(p->diags, d, parser_span(p), str_from(words[i].right), false);
        }
}

struct diag *parser_expected(struct parser *p, const char *what) {
    bool known = p->panic || (p->scope.broken && p->at >= p->scope.end) ||
                 (p->at < p->scope.end && parser_kind(p) == TOK_ERROR);
    p->panic = true;
    if (known)
        return arena_new(p->arena, struct diag);
    char found[QUOTED_BYTES + 3];
    struct diag *d = parser_report(p, RULE_SYNTAX, parser_span(p), "expected %s, found %s", what,
                                   describe_found(p, found, sizeof found));
    if (!p->silent)
        add_hint(p, d);
    return d;
}

node_id parser_error_node(struct parser *p) {
    struct node n = node_start(p, NODE_ERROR);
    uint32_t last = p->last;
    p->last = 0;
    n.end_token = n.first_token;
    p->last = last;
    n.span = span_of_tokens(p, &n);
    vec_push(p->arena, &p->tree->nodes, n);
    vec_push(p->arena, &p->heights, 1);
    return (node_id){p->tree->nodes.count - 1};
}

node_id parser_error(struct parser *p, const char *what) {
    parser_expected(p, what);
    return parser_error_node(p);
}

bool parser_expect(struct parser *p, enum token_kind kind) {
    if (p->panic)
        return false;
    if (parser_take(p, kind))
        return true;
    parser_expected(p, token_describe(kind));
    return false;
}

bool parser_expect_word(struct parser *p, const char *word) {
    if (p->panic)
        return false;
    char quoted[32];
    snprintf(quoted, sizeof quoted, "'%s'", word);
    bool same = parser_is_word(p, word);
    if (!same) {
        bool near = parser_kind(p) == TOK_NAME &&
                    str_is_near(parser_text(p, p->at), str_from(word));
        struct span span = parser_span(p);
        struct diag *d = parser_expected(p, quoted);
        if (!near)
            return false;
        diag_label(p->diags, d, "did you mean '%s'?", word);
        diag_fix(p->diags, d, span, str_from(word), false);
        p->panic = false;
    }
    parser_advance(p);
    return true;
}

void parser_resync(struct parser *p, bool commas) {
    p->panic = false;
    while (p->at < p->scope.end) {
        enum token_kind kind = parser_kind(p);
        if (kind == TOK_NEWLINE || (commas && kind == TOK_COMMA))
            return;
        uint32_t behind = parser_behind(p, p->at);
        p->at = behind < p->scope.end ? behind : p->scope.end;
        p->last = p->at;
    }
}

/* What a template of CloudFormation begins with: JSON's brace, a section's name in YAML; its length, or 0. */
static size_t template_start(struct str text, size_t *at) {
    static const char *const sections[] = {"AWSTemplateFormatVersion:", "Transform:", "Description:",
                                           "Metadata:", "Parameters:", "Mappings:", "Conditions:",
                                           "Globals:", "Resources:", "---"};
    size_t i = 0;
    for (bool comment = false; i < text.len; i++) {
        char c = text.ptr[i];
        comment = c == '\n' ? false : comment || c == '#';
        if (!comment && c != ' ' && c != '\n' && c != '\r' && c != '\t')
            break;
    }
    *at = i;
    if (i < text.len && text.ptr[i] == '{') {
        struct str key = str_trim(str_slice(text, i + 1, text.len));
        return key.len && key.ptr[0] == '"';
    }
    for (size_t k = 0; k < sizeof sections / sizeof *sections; k++)
        if (str_starts(str_slice(text, i, text.len), str_from(sections[k])))
            return strlen(sections[k]);
    return 0;
}

struct tree *lang_parse(struct arena *a, struct diags *d, const struct sources *sources,
                        uint32_t source) {
    struct tree *t = arena_new(a, struct tree);
    *t = (struct tree){.arena = a, .source = source};
    struct str text = source_get(sources, source)->text;
    if (text.len > LIMIT_SOURCE_BYTES) {
        diag_add(d, RULE_LIMIT, (struct span){source, 0, 0}, "the file has more than %d MB",
                 LIMIT_SOURCE_BYTES >> 20);
        text.len = 0;
    }
    uint32_t errors = d->errors;
    size_t at, first = template_start(text, &at);
    if (first) {
        bool json = text.ptr[at] == '{';
        struct span span = {source, (uint32_t)at, (uint32_t)(at + first)};
        struct diag *said = diag_add(d, RULE_SYNTAX, span, "this is a template, not a stack in the language");
        diag_help(d, said, "give it the ending %s: apic check reads templates too", json ? ".json" : ".yaml");
        text.len = 0;
    }
    lexer_run(a, d, t, text);
    struct items items;
    stream_make(a, d, t, &items);
    struct parser p = {.arena = a,
                       .diags = d,
                       .sources = sources,
                       .tree = t,
                       .items = items.v.items,
                       .scope = {.end = items.v.count - 1, .end_kind = TOK_END, .lines = true}};
    vec_expect(a, &t->nodes, t->tokens.count < NODES_EXPECTED ? t->tokens.count : NODES_EXPECTED);
    vec_push(a, &t->nodes, (struct node){0});
    vec_push(a, &p.heights, 0);
    struct node file = node_start(&p, NODE_FILE);
    file.first_token = 0;
    parse_entries(&p, &file);
    t->root = node_finish(&p, file);
    t->broken = d->errors > errors;
    for (uint32_t i = 0; i < t->nodes.count; i++) /* whatever the levels of rules are */
        t->broken |= t->nodes.items[i].kind == NODE_ERROR;
    t->nodes.items[t->root.i].end_token = t->tokens.count;
    t->nodes.items[t->root.i].span = (struct span){source, 0, (uint32_t)text.len};
    return t;
}
