/* Tokens of the language; tokens.def is their table. */
#ifndef LANG_TOKEN_H
#define LANG_TOKEN_H

#include "base/source.h"
#include "graph/value.h"

enum token_kind {
#define TOKEN(id, text, what) TOK_##id,
#include "lang/tokens.def"
#undef TOKEN
    TOK_KINDS
};

struct token {
    uint8_t kind; /* enum token_kind */
    uint8_t unit; /* enum unit of a number */
    struct span span;
    struct str text; /* decoded text of names, string pieces, paths; spelling of numbers */
};

/* How a message calls this kind of token: "'{'", "a name", "the end of the line". */
const char *token_describe(enum token_kind kind);

#endif
