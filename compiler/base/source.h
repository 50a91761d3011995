/* The files of a unit, places in them, and where generated things come from. */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include "base/str.h"
#include "base/vec.h"

/* Bytes [start, end) of a source. Source 0 is "no place": generated, or the command line. */
struct span {
    uint32_t source, start, end;
};

#define SPAN_NIL ((struct span){0})

struct source {
    struct str path; /* as the user gave it, or as reached from there */
    struct str text;
    VEC(uint32_t) lines; /* offset of each line's first byte */
};

struct sources {
    struct arena *arena;
    VEC(struct source) items; /* items[0] is the nil source */
};

struct position {
    uint32_t line, column; /* from 1; the column counts bytes */
};

/* Who made a generated thing, in the user's words; the chain goes outwards through loop turns,
   module instances and SAM resources. */
struct origin {
    struct str construct; /* "function users", "AWS::Serverless::Api Shop" */
    struct str part;      /* "role", "event GetUsers"; nil for the thing itself */
    struct span span;     /* the statement, or the property, that caused it */
    const struct origin *outer;
};

/* No sources; what is kept of them is in the arena. */
void sources_init(struct sources *s, struct arena *a);
/* Adds a file whose text outlives the sources; returns its number (from 1). */
uint32_t source_add(struct sources *s, struct str path, struct str text);
/* The number of the source with this path, or 0. */
uint32_t source_find(const struct sources *s, struct str path);
const struct source *source_get(const struct sources *s, uint32_t number);
struct position source_position(const struct sources *s, uint32_t number, uint32_t offset);
/* Line n (from 1) without its line end; nil where there is none. */
struct str source_line(const struct source *s, uint32_t n);
struct str span_text(const struct sources *s, struct span span);
struct span span_join(struct span a, struct span b); /* the smallest that covers both */
bool span_is_nil(struct span s);
bool span_covers(struct span outer, struct span inner);

#endif
