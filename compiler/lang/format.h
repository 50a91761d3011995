/* Private to lang: the formatter. Lines are printed without alignment, so that where they break
   depends on nothing else; format_align pads them afterwards. */
#ifndef LANG_FORMAT_H
#define LANG_FORMAT_H

#include "base/buf.h"
#include "lang/tree.h"

enum { FORMAT_COLUMNS = 100, FORMAT_INDENT = 2 };

enum format_role {
    ROLE_TIGHT_BEFORE = 1, /* no blank before the token */
    ROLE_TIGHT_AFTER = 2,
    ROLE_OPERATOR = 4,  /* may start a line */
    ROLE_SPACED = 8,    /* a ':' with a blank before it */
    ROLE_ELEMENTS = 16, /* opens elements between commas */
    ROLE_BREAKS = 32,   /* opens what is broken when it is too long */
    ROLE_FORCED = 64,   /* opens what is broken; or an operator that starts a line */
};

/* Places where padding may be inserted. Those of one list on consecutive lines are aligned. */
struct format_mark {
    uint32_t line, column, list;
};

struct format_marks {
    VEC(struct format_mark) v;
};

/* What is known of a token before printing. Widths are columns of everything on one line. */
struct format_token {
    uint8_t roles;
    uint32_t match;    /* of what opens or closes: its partner */
    uint32_t node;     /* of '{': the BLOCK or MAP */
    uint32_t align;    /* of the first token of an attribute or let: its '=' */
    uint32_t start;    /* its column, blank before it counted */
    uint32_t end;      /* the column behind it */
    uint32_t line_end; /* the column where the line that it is on has to end; UINT32_MAX: none */
    uint32_t next_break; /* `end` of the next token that could open a broken group */
};

struct format {
    struct arena *arena;
    const struct tree *tree;
    struct str text; /* of the source */
    struct format_token *tokens;
    struct buf out;
    uint32_t line, column; /* in out */
    uint32_t indent;       /* of the line */
    uint32_t limit;        /* the token behind the last one that could be on this line */
    uint32_t tail;         /* columns that follow them: a comma */
    uint32_t lists;        /* so far */
    bool blank;            /* the line is empty as yet: indentation is due */
    struct format_marks equals, comments;
};

/* Fills f->tokens. */
void format_prepare(struct format *f);
/* Whether a token counts: no comment, no newline. */
bool format_counts(const struct format *f, uint32_t token);
bool format_is_comment(const struct format *f, uint32_t token);
bool format_needs_blank(const struct format *f, uint32_t before, uint32_t token);
uint32_t format_width(struct str s); /* columns */
/* The bytes of a token as they are in the source; of a string all that belongs to it. */
struct str format_spelling(const struct format *f, uint32_t token);

/* The padded text. */
struct str format_align(struct format *f);

#endif
