/* Private to lang: from bytes to tokens. */
#ifndef LANG_LEXER_H
#define LANG_LEXER_H

#include "base/diag.h"
#include "lang/tree.h"

/* A string that is being read; an interpolation comes back to it at its '}'. */
struct literal {
    uint32_t start;    /* its opening quote */
    uint32_t text_end; /* of three quotes: where the text ends */
    uint32_t close;    /* of three quotes: the closing ones; text_end where there are none */
    uint32_t opened;   /* the "${" that is open in it */
    char quote;
    uint8_t quotes; /* 1 or 3 */
    struct str indent; /* of three quotes: stripped from each line */
    bool reported;     /* it is broken, and that is known */
    uint32_t open[3];  /* brackets open around the interpolation, by kind */
    uint32_t base;     /* how many in all */
};

enum { INTERPOLATION = 3 }; /* beside the three kinds of brackets */

struct lexer {
    struct arena *arena;
    struct diags *diags;
    struct tree *tree;
    struct str text;
    uint32_t at;
    VEC(uint8_t) brackets; /* open ones: 0 brace, 1 paren, 2 bracket, or INTERPOLATION */
    uint32_t open[3];      /* how many of each kind since the last INTERPOLATION */
    VEC(struct literal) interpolations;
    uint32_t line_start, line_end; /* of the line that was asked for last */
    bool comment_open;             /* a C comment without end was met */
};

/* Splits a source into t->tokens, comments, newlines and a final TOK_END included. Every
   STRING_START has its STRING_END and every INTERPOLATION_START its INTERPOLATION_END: where the
   source lacks them, they are empty, and the error has been reported. */
void lexer_run(struct arena *a, struct diags *d, struct tree *t, struct str text);

/* Of lexer.c, for lexer_string.c. */
void lexer_push(struct lexer *l, enum token_kind kind, uint32_t start, uint32_t end,
                struct str text);
struct diag *lexer_report(struct lexer *l, enum rule_id rule, uint32_t start, uint32_t end,
                          const char *message);
/* The length of the line end at offset i: 0, 1 or 2. */
uint32_t lexer_newline_at(const struct lexer *l, uint32_t i);
/* The end of the line that i is in, before its line end. */
uint32_t lexer_line_end(struct lexer *l, uint32_t i);

/* Of lexer_string.c. */
void lexer_string(struct lexer *l);
/* At the '}' of the innermost interpolation. */
void lexer_resume_string(struct lexer *l);
/* A line, or the file, ends inside of interpolations. */
void lexer_break_strings(struct lexer *l);

/* Whether a line in column 0 that starts with this word starts a declaration. */
bool word_declares(struct str word);
/* Whether a word is a method of routes. */
bool word_is_method(struct str word);
/* The method that it may have been meant to be, or NULL. */
const char *word_near_method(struct str word);
/* Whether a word is an attribute of some construct (tables.c). */
bool word_is_attribute(struct str word);

#endif
