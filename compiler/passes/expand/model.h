/* Checks nested maps against tables, as the translator's typed models do: values are converted to
   the type that a field has, and all mistakes are found. */
#ifndef EXPAND_MODEL_H
#define EXPAND_MODEL_H

#include "passes/expand/expand.h"

enum field_kind {
    FIELD_ANY,       /* whatever stands there */
    FIELD_TEXT,      /* strings; numbers become strings */
    FIELD_BOOL,      /* booleans, and words and numbers for them */
    FIELD_MAP,       /* any map */
    FIELD_WORD,      /* one of `words` */
    FIELD_WORDS,     /* a list of them */
    FIELD_TEXTS,     /* a list of FIELD_TEXT */
    FIELD_ANYS,      /* a list */
    FIELD_MODEL,     /* `model` */
    FIELD_MODELS,    /* a list of `model` */
    FIELD_MODEL_MAP, /* a map of `model` */
    FIELD_MODEL_MAP_MAP,
    FIELD_MODEL_OR_BOOL,
    /* any map, or else ... */
    FIELD_MAP_OR_TEXT,
    FIELD_MAP_OR_TEXTS, /* a list of FIELD_MAP_OR_TEXT */
    FIELD_MAP_OR_INT,   /* whole numbers; others are cut */
    FIELD_MAP_OR_NUMBER, /* FIELD_MAP_OR_INT, and what float() takes */
    FIELD_MAP_OR_FLOAT,
};

struct model {
    const char *name;
    const struct field {
        const char *name;
        enum field_kind kind;
        bool is_required;
        const struct model *model;
        const char *const *words; /* NULL-terminated */
    } * fields;
    unsigned count;
};

#define MODEL(name, fields) {(name), (fields), sizeof(fields) / sizeof *(fields)}

struct mistake {
    struct str path; /* dotted */
    const char *message, *type;
    struct span span;
};

struct mistakes {
    VEC(struct mistake) items;
};

/* The map's fields, converted; those that are absent or null are left out. */
struct value *model_read(struct expand *e, const struct model *model, struct value *x,
                         struct mistakes *mistakes);
/* The same of a resource's properties: the first mistake is a failure, "Property 'A.B' is
   invalid.". */
struct value *model_of(struct expand *e, struct sam *s, const struct model *model);
/* All mistakes in one failure. */
struct value *model_of_all(struct expand *e, struct sam *s, const struct model *model);

#endif
