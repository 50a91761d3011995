/* Property values: trees of scalars, lists, ordered maps and intrinsic functions. Both front ends
   make them, expand rewrites them, rules read them, back ends print them. A value is reached by a
   pointer and belongs to its graph's arena; absent values are &value_nil, which is safe to read and
   never to be written. */
#ifndef GRAPH_VALUE_H
#define GRAPH_VALUE_H

#include "base/buf.h"
#include "base/map.h"
#include "base/source.h"

enum value_kind {
    VAL_NIL, /* absent */
    VAL_NULL,
    VAL_BOOL,
    VAL_NUMBER, /* text is its spelling: 0123, 1e3, 12 digits of an account */
    VAL_STRING,
    VAL_LIST,
    VAL_MAP,
#define INTRINSIC(id, name, tag, form) VAL_##id,
#include "graph/values.def"
#undef INTRINSIC
    VAL_FN,    /* an unknown function: text is its full name, items[0] its argument */
    VAL_THING, /* evaluation only: a construct, in `handle`; never in a finished graph */
    VAL_ERROR, /* evaluation only: already reported; whatever touches it stays silent */
    VAL_KINDS
};

#define VAL_FIRST_INTRINSIC VAL_REF
#define VAL_LAST_INTRINSIC VAL_FN

enum value_form { FORM_NAME, FORM_ONE, FORM_LIST, FORM_GETATT, FORM_SUB };

struct intrinsic {
    struct str name; /* "Fn::GetAtt" */
    struct str tag;  /* "GetAtt" */
    enum value_form form;
};

enum value_flag {
    VALUE_SECRET = 1,  /* comes from a secret */
    VALUE_QUOTED = 2,  /* the source quoted this scalar */
    VALUE_BLOCK = 4,   /* text of several lines, best printed as a block */
    VALUE_WORD = 8,    /* evaluation only: one of an attribute's own words */
    VALUE_SOURCE = 16, /* evaluation only: a call that `on` takes */
    VALUE_STAND_IN = 32, /* text for a parameter's value, which nobody gave: not known */
    VALUE_INNER = 64,    /* read from a text of JSON: see json_text.h */
    /* 128 and 256 are the SAM transform's: VALUE_PYTHON2 in expand.h, VALUE_SETTLED in api_order.h */
};

/* The unit a known number was written with; evaluation only. */
enum unit { UNIT_NONE, UNIT_MS, UNIT_S, UNIT_M, UNIT_H, UNIT_D, UNIT_B, UNIT_KB, UNIT_MB, UNIT_GB };

struct member {
    struct str key;
    struct span span; /* of the key */
    struct value *value;
};

struct value {
    uint16_t flags;   /* enum value_flag */
    uint8_t kind;     /* enum value_kind */
    uint8_t unit : 7; /* enum unit */
    bool truth : 1;   /* VAL_BOOL */
    struct span span;
    const struct origin *origin; /* who generated it; NULL: the source wrote it */
    struct str text;             /* by kind: see values.def */
    union {
        struct value **items;   /* VAL_LIST, arguments of intrinsics */
        struct member *members; /* VAL_MAP, in order, keys unique */
        void *handle;           /* VAL_THING */
    };
    uint32_t count, cap; /* of items or members */
    uint32_t inside;     /* values in it, shared ones counted each time: what a walk over it meets */
    struct map *index;   /* large VAL_MAP: key -> position + 1 */
};

/* Where values that are being made come from; stamped on each. */
struct place {
    struct span span;
    const struct origin *origin;
};

/* Makes values: an arena, the place stamped on them, and how many there may be. */
struct values {
    struct arena *arena;
    struct place place;
    uint32_t made; /* so far, and what shared ones come to in one value: see LIMIT_VALUES */
};

extern struct value value_nil;
/* Row of an intrinsic kind; for VAL_FN its name is the value's own text. */
const struct intrinsic *value_intrinsic(enum value_kind kind);
/* The kind of a function by its full name ("Fn::Join", "Ref"), VAL_FN for another "Fn::..." name,
   VAL_NIL for what is no function's name. */
enum value_kind value_kind_by_name(struct str name);
enum value_kind value_kind_by_tag(struct str tag);

/* Constructors. Strings are not copied. */
struct value *value_null(struct values *v);
struct value *value_bool(struct values *v, bool truth);
struct value *value_int(struct values *v, int64_t n);
struct value *value_number(struct values *v, struct str spelling);
struct value *value_string(struct values *v, struct str text);
struct value *value_c(struct values *v, const char *text); /* a string from a literal */
struct value *value_list(struct values *v);
struct value *value_map(struct values *v);
struct value *value_ref(struct values *v, struct str logical_id);
struct value *value_getatt(struct values *v, struct str logical_id, struct str attribute);
/* vars may be NULL. */
struct value *value_sub(struct values *v, struct str text, struct value *vars);
/* Any intrinsic by its arguments: value_call(v, VAL_JOIN, 2, delimiter, list). */
struct value *value_call(struct values *v, enum value_kind kind, unsigned count, ...);
/* What { name: argument } means: the intrinsic where name is a function's and the argument has its
   form, otherwise NULL. */
struct value *value_from_function(struct values *v, struct str name, struct value *argument);
/* The argument of an intrinsic as a template writes it in long form: a string, list or value. */
struct value *value_argument(struct values *v, const struct value *intrinsic);
struct value *value_copy(struct values *v, const struct value *from); /* deep; place kept */
/* The same but for children, which are shared: for changing one entry. */
struct value *value_copy_shallow(struct values *v, const struct value *from);

/* Lists. */
void value_push(struct values *v, struct value *list, struct value *item);
void value_insert(struct values *v, struct value *list, uint32_t at, struct value *item);
/* items[i], or nil. */
struct value *value_at(const struct value *list, uint32_t i);

/* Maps. value_get gives nil for what is absent and for values that are no maps. */
struct value *value_get(const struct value *map, struct str key);
static inline struct value *value_get_c(const struct value *map, const char *key) {
    return value_get(map, (struct str){key, strlen(key)}); /* the length of a literal is free */
}
const struct member *value_member(const struct value *map, struct str key); /* or NULL */
bool value_has(const struct value *map, struct str key);
/* Adds, or replaces in place. Returns the member, whose span is the current place's. */
struct member *value_put(struct values *v, struct value *map, struct str key, struct value *item);
struct member *value_put_c(struct values *v, struct value *map, const char *key, struct value *item);
void value_remove(struct values *v, struct value *map, struct str key);

/* Questions. All take any value, nil too. */
static inline bool value_is_nil(const struct value *x) {
    return x->kind == VAL_NIL;
}
static inline bool value_is_null(const struct value *x) { /* JSON null, Ref AWS::NoValue, or nil */
    return x->kind == VAL_NIL || x->kind == VAL_NULL ||
           (x->kind == VAL_REF && str_is(x->text, "AWS::NoValue"));
}
static inline bool value_is_scalar(const struct value *x) { /* bool, number, string */
    return x->kind == VAL_BOOL || x->kind == VAL_NUMBER || x->kind == VAL_STRING;
}
static inline bool value_is_intrinsic(const struct value *x) {
    return x->kind >= VAL_FIRST_INTRINSIC && x->kind <= VAL_LAST_INTRINSIC;
}
/* A string that equals it. */
static inline bool value_is_c(const struct value *x, const char *text) {
    return x->kind == VAL_STRING && str_is(x->text, text);
}
bool value_is_true(const struct value *x);                /* true, or the strings true and "true" */
struct str value_text(const struct value *x); /* of a string or number; nil for others */
bool value_to_int(const struct value *x, int64_t *out); /* whole numbers, and strings of one */
/* Whether nothing in it depends on the deployment: no intrinsic, no dynamic reference. */
bool value_is_known(const struct value *x);
/* Deep equality; the order of map entries and the spelling of places don't count. */
bool value_equal(const struct value *a, const struct value *b);
/* Canonical JSON (sorted keys, no blanks, long intrinsics): for hashes and comparisons. */
struct str value_canonical(struct arena *a, const struct value *x);
/* Appends the same to a buffer. */
void value_write_canonical(struct buf *b, const struct value *x);
struct str value_json(struct arena *a, const struct value *x); /* the same, keys in their order */

/* Pieces of an Fn::Sub template: literal text ("${!x}" counts as the literal "${x}") and variables.
   Start with at = 0; false at the end. */
struct sub_piece {
    bool is_variable;
    struct str text;      /* the literal, or the name between the braces, trimmed */
    uint32_t start, end;  /* bytes in the template */
};
bool sub_next(struct str template, uint32_t *at, struct sub_piece *piece);

#endif
