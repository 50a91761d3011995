/* The one place that knows libfyaml: YAML and JSON text as a stream of events with exact byte
   offsets. What the events mean (types of scalars, tags, anchors) is for others. */
#ifndef TEMPLATE_YAML_H
#define TEMPLATE_YAML_H

#include "base/str.h"

enum yaml_kind {
    YAML_STOP, /* the end of the text, or an error: see yaml_failed */
    YAML_DOCUMENT,
    YAML_DOCUMENT_END,
    YAML_SCALAR,
    YAML_ALIAS,
    YAML_LIST,
    YAML_LIST_END,
    YAML_MAP,
    YAML_MAP_END,
};

enum yaml_style { YAML_PLAIN, YAML_QUOTED, YAML_BLOCK };

struct yaml_event {
    enum yaml_kind kind;
    enum yaml_style style;   /* of scalars */
    bool has_place;          /* false: nothing is written here, as after "key:" */
    bool flow;               /* of lists and maps: in brackets */
    uint32_t start, end;     /* of the content: with quotes and |, without tag and anchor */
    uint32_t props, props_end; /* from the first to the last of tag and anchor, or both 0 */
    struct str text;         /* of scalars; in the source, or copied to the arena */
    struct str tag;          /* "!Ref", "tag:yaml.org,2002:str"; nil without one */
    uint32_t tag_start, tag_end;
    struct str anchor;       /* of a node or an alias; nil without one */
};

struct yaml_error {
    struct str message; /* in plain words */
    struct str help;    /* may be nil */
    uint32_t start, end;
};

struct yaml;

/* Reads text (which outlives the events) as strict JSON or as YAML 1.2. Offsets of events count from
   the start of the text. The reader owns memory outside of the arena: close it. */
struct yaml *yaml_open(struct arena *a, struct str text, bool json);
void yaml_close(struct yaml *y);

/* Fills in the next event; after YAML_STOP every further one is YAML_STOP. */
void yaml_next(struct yaml *y, struct yaml_event *event);
/* Whether it stopped because of an error, and which. */
bool yaml_failed(const struct yaml *y, struct yaml_error *error);

#endif
