/* Private to lang: the parser. Tokens become items (stream.c), which know their lines and where
   their brackets close, so that the grammar below a bracket can't leave it, whatever is wrong. */
#ifndef LANG_PARSER_H
#define LANG_PARSER_H

#include "base/diag.h"
#include "lang/tree.h"

enum newline { NEWLINE_NONE, NEWLINE_CONTINUED, NEWLINE_ENDS };

/* A token that the grammar sees: no comment, no newline. What was reported as meaningless,
   closing brackets that close nothing too, is a TOK_ERROR. */
struct item {
    uint32_t token;
    uint32_t close;  /* of what opens: the item that closes it */
    uint32_t indent; /* column of the first token of its line, from 0 */
    uint8_t kind;    /* enum token_kind */
    uint8_t newline; /* enum newline: what is between it and the item before */
    bool broken;     /* of what opens: nothing closes it, `close` is where it had better end */
};

struct items {
    VEC(struct item) v; /* ends with TOK_END */
};

/* The items of a tree's tokens, with brackets matched; reports those that don't match. */
void stream_make(struct arena *a, struct diags *d, const struct tree *t, struct items *out);

enum body { BODY_FILE, BODY_BLOCK, BODY_MAP };

/* What the grammar can see: the inside of the innermost bracket. */
struct scope {
    uint32_t end;     /* first item behind it */
    uint8_t end_kind; /* enum token_kind that closes it */
    bool broken;      /* nothing closes it */
    bool lines;       /* newlines count */
};

struct parser {
    struct arena *arena;
    struct diags *diags;
    const struct sources *sources;
    struct tree *tree;
    struct item *items;
    uint32_t at;
    uint32_t last;   /* the item consumed last, + 1; 0: none */
    uint32_t passed; /* the newline before this item is consumed */
    struct scope scope;
    enum body body;    /* of the innermost block or map */
    unsigned depth;      /* levels of nesting */
    unsigned silent;     /* > 0: errors were reported by what is broken around */
    uint32_t opened;     /* token of the innermost "${", + 1; 0: none */
    bool panic;          /* an error was reported; skip to where the grammar can go on */
    bool commas_belong;  /* to the statement, so that they don't end it */
    bool limit_reported;
    VEC(node_id) scratch;   /* children of the nodes that are being made */
    VEC(uint16_t) heights;  /* of nodes */
};

/* Cursor. A newline that counts is seen as TOK_NEWLINE. */
enum token_kind parser_kind(const struct parser *p);
enum token_kind parser_kind_at(const struct parser *p, uint32_t ahead); /* 0: the current one */
enum token_kind parser_item_kind(const struct parser *p, uint32_t item);
/* The item behind this one and, if it opens something, what that holds. */
uint32_t parser_behind(const struct parser *p, uint32_t item);
const struct token *parser_token(const struct parser *p); /* the current one */
struct str parser_text(const struct parser *p, uint32_t item);
void parser_advance(struct parser *p);
bool parser_take(struct parser *p, enum token_kind kind); /* advances if it's there */
bool parser_is_word(const struct parser *p, const char *word);
bool parser_is_name(enum token_kind kind); /* a name, or a keyword where a name can stand */

/* Brackets: enter at the opening item, leave wherever the grammar stopped. */
struct scope parser_enter(struct parser *p, bool lines);
void parser_leave(struct parser *p, struct scope outer, const char *expected);
/* Whether one more level of nesting is too many; reports it once. */
bool parser_too_deep(struct parser *p);

/* Nodes. */
struct node node_start(struct parser *p, enum node_kind kind);
struct node node_start_at(struct parser *p, enum node_kind kind, node_id first);
node_id node_finish(struct parser *p, struct node n);
/* The node's list is what was pushed to p->scratch since mark. */
void node_take_list(struct parser *p, struct node *n, uint32_t mark);

/* Errors. */
struct diag *parser_report(struct parser *p, enum rule_id rule, struct span span,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));
struct span parser_span(const struct parser *p); /* of what is found here */
/* Reports "expected WHAT, found ..." unless that is known already; starts to panic. */
struct diag *parser_expected(struct parser *p, const char *what);
node_id parser_error(struct parser *p, const char *what); /* the same, as a node */
bool parser_expect(struct parser *p, enum token_kind kind);
/* A soft keyword inside of a statement; a misspelt one is reported and taken. */
bool parser_expect_word(struct parser *p, const char *word);
/* Skips to the end of the statement, at commas if they end it, and calms down. */
void parser_resync(struct parser *p, bool commas);
/* The error node in its place: an empty one where nothing was recognised. */
node_id parser_error_node(struct parser *p);

/* The grammar. */
node_id parse_expr(struct parser *p);
/* An expression that a block follows. */
node_id parse_head_expr(struct parser *p, const char *what);
node_id parse_map(struct parser *p);
node_id parse_string(struct parser *p);
node_id parse_path(struct parser *p);
node_id parse_name(struct parser *p, const char *what);
node_id parse_name_or_string(struct parser *p, const char *what);
node_id parse_type(struct parser *p);
/* In parentheses: names with types, and with default values where those are allowed. */
void parse_fields(struct parser *p, struct node *n, bool defaults);
/* The inside of a bracket: elements with commas between. */
void parse_elements(struct parser *p, struct node *n, node_id (*element)(struct parser *),
                    const char *expected);
/* From the first variable on. */
node_id parse_loop_head(struct parser *p, bool block_follows);
node_id parse_block(struct parser *p, enum body body);
void parse_entries(struct parser *p, struct node *n);
node_id parse_attribute(struct parser *p);
/* An entry that starts with a name, other than an attribute. */
node_id parse_statement(struct parser *p);
node_id parse_loop(struct parser *p);
node_id parse_guard(struct parser *p);
/* The body that a statement must have, even when its head is broken. */
node_id parse_body(struct parser *p);
node_id parse_optional_body(struct parser *p);
/* `for` and `when`, where they stand behind a head. */
void parse_suffix(struct parser *p, struct node *n);

/* parser_clause.c: what stands in the blocks of constructs, from its first word on. */
node_id parse_key(struct parser *p);
node_id parse_index(struct parser *p);
node_id parse_local(struct parser *p);
node_id parse_allow(struct parser *p);
node_id parse_deny(struct parser *p);
node_id parse_on(struct parser *p);
node_id parse_stage(struct parser *p);
node_id parse_model(struct parser *p);
node_id parse_domain(struct parser *p);
node_id parse_route(struct parser *p);

#endif
