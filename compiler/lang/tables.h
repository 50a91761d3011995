/* The language's tables, private to lang: constructs, their attributes, aliases and parts, verbs,
   targets of routes. Rows stand in *.def; the documents and completion are made from them too. */
#ifndef LANG_TABLES_H
#define LANG_TABLES_H

#include "base/str.h"

enum kind_id {
    KIND_NONE,
#define KIND(id, name, suffix, type, doc) KIND_##id,
#define ALIAS(kind, name, how, argument, doc)
#define PART(kind, name, type, suffix, doc)
#include "lang/kinds.def"
#undef KIND
#undef ALIAS
#undef PART
    KIND_COUNT
};

struct kind {
    const char *name;   /* the word: "table" */
    const char *suffix; /* of its logical ids: "Table" */
    const char *type;   /* its main resource's, or "" */
    const char *doc;
};
extern const struct kind kinds[KIND_COUNT];
const char *kind_article(enum kind_id kind); /* "a" or "an" */

/* How a thing's alias (users.arn) is read. */
enum alias_how { ALIAS_REF, ALIAS_GETATT, ALIAS_SPECIAL };

struct alias {
    enum kind_id kind;
    const char *name;
    enum alias_how how;
    const char *argument; /* the attribute of ALIAS_GETATT */
    const char *doc;
};
extern const struct alias aliases[];
extern const unsigned alias_count;

struct part {
    enum kind_id kind;
    const char *name; /* "role" */
    const char *type; /* of its resource */
    const char *suffix; /* of its logical id, behind the thing's own */
    const char *doc;
};
extern const struct part parts[];
extern const unsigned part_count;

/* What an attribute takes. */
enum attr_type {
    ATTR_ANY,
    ATTR_STRING,
    ATTR_BOOL,
    ATTR_NUMBER,
    ATTR_MB,      /* a size, in MB */
    ATTR_SECONDS, /* a duration, in seconds */
    ATTR_MINUTES,
    ATTR_DAYS,
    ATTR_LIST,
    ATTR_MAP,
    ATTR_THING,   /* things and words that its lowering knows */
    ATTR_WORDS,   /* one of the words in `words` */
};

struct attribute {
    enum kind_id kind;
    const char *name;
    enum attr_type type;
    bool known;           /* needs a value known at build time */
    const char *words;    /* "a|b" of ATTR_WORDS, else "" */
    const char *value;    /* default in the language, or "" */
    const char *path;     /* "A.B": copied there; "": the lowering's own business */
    const char *doc;
};
extern const struct attribute attributes[];
extern const unsigned attribute_count;

/* Where a verb's actions apply. */
enum verb_scope {
    SCOPE_THING,   /* the thing's ARN */
    SCOPE_INDEXES, /* and its indexes, where it has some */
    SCOPE_INSIDE,  /* what is in it: ARN/... (objects of a bucket) */
    SCOPE_POST,    /* requests of a method about the connections of a WebSocket API */
    SCOPE_GET,
    SCOPE_DELETE,
    SCOPE_ANY,     /* actions that take no ARN */
};

struct verb {
    enum kind_id kind;
    const char *name;
    enum verb_scope scope;
    const char *actions; /* separated by blanks */
    const char *doc;
};
extern const struct verb verbs[];
extern const unsigned verb_count;

/* What a route may do without a function; texts as targets.def says. */
struct target {
    enum kind_id kind;
    const char *name, *uri, *method, *action;
    enum verb_scope scope;
    const char *request, *response; /* mapping templates, or "" */
    int status;
    const char *doc;
};
extern const struct target targets[];
extern const unsigned target_count;

/* What a thing measures; texts as metrics.def says. */
struct metric {
    enum kind_id kind;
    const char *name, *namespace, *metric, *statistic, *dimension, *doc;
};
extern const struct metric metric_rows[];
extern const unsigned metric_count;

/* The row with this name, or NULL; a kind's own, not of the blocks in it. */
const struct attribute *attribute_find(enum kind_id kind, struct str name);
const struct part *part_find(enum kind_id kind, struct str name);
enum kind_id kind_find(struct str name); /* KIND_NONE: no construct is called so */

#endif
