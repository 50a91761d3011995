#include <string.h>

#include "lang/compile.h"
#include "lang/lexer.h"

const struct kind kinds[KIND_COUNT] = {
#define KIND(id, name, suffix, type, doc) [KIND_##id] = {name, suffix, type, doc},
#define ALIAS(kind, name, how, argument, doc)
#define PART(kind, name, type, suffix, doc)
#include "lang/kinds.def"
#undef KIND
#undef ALIAS
#undef PART
    [KIND_NONE] = {"resource", "", "", "any resource"},
};

const struct alias aliases[] = {
#define KIND(id, name, suffix, type, doc)
#define ALIAS(kind, name, how, argument, doc) {KIND_##kind, name, ALIAS_##how, argument, doc},
#define PART(kind, name, type, suffix, doc)
#include "lang/kinds.def"
#undef KIND
#undef ALIAS
#undef PART
};
const unsigned alias_count = sizeof aliases / sizeof *aliases;

const struct part parts[] = {
#define KIND(id, name, suffix, type, doc)
#define ALIAS(kind, name, how, argument, doc)
#define PART(kind, name, type, suffix, doc) {KIND_##kind, name, type, suffix, doc},
#include "lang/kinds.def"
#undef KIND
#undef ALIAS
#undef PART
};
const unsigned part_count = sizeof parts / sizeof *parts;

const struct attribute attributes[] = {
#define ATTRIBUTE(kind, name, type, known, words, value, path, doc)                                \
    {KIND_##kind, #name, ATTR_##type, known, words, value, path, doc},
#include "lang/attributes.def"
#undef ATTRIBUTE
};
const unsigned attribute_count = sizeof attributes / sizeof *attributes;

const struct verb verbs[] = {
#define VERB(kind, name, scope, actions, doc) {KIND_##kind, #name, SCOPE_##scope, actions, doc},
#include "lang/verbs.def"
#undef VERB
};
const unsigned verb_count = sizeof verbs / sizeof *verbs;

const struct target targets[] = {
#define TARGET(kind, name, uri, method, action, scope, request, response, status, doc)             \
    {KIND_##kind, #name, uri, method, action, SCOPE_##scope, request, response, status, doc},
#define HEADER(kind, verb, name, value)
#define SUBTYPE(kind, verb, subtype, parameters)
#include "lang/targets.def"
#undef TARGET
#undef HEADER
#undef SUBTYPE
};
const unsigned target_count = sizeof targets / sizeof *targets;

const struct metric metric_rows[] = {
#define METRIC(kind, name, namespace, metric, statistic, dimension, doc)                           \
    {KIND_##kind, #name, namespace, metric, statistic, dimension, doc},
#define VARIANT(api_kind, name, metric)
#include "lang/metrics.def"
#undef METRIC
#undef VARIANT
};
const unsigned metric_count = sizeof metric_rows / sizeof *metric_rows;

enum {
#define ATTRIBUTE(kind, name, type, known, words, value, path, doc) ROW_##kind##_##name,
#include "lang/attributes.def"
#undef ATTRIBUTE
};

/* The last row of each kind: the rows of a kind stand together, and of initializers the last counts. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static const unsigned short last_rows[KIND_COUNT] = {
#define ATTRIBUTE(kind, name, type, known, words, value, path, doc)                                \
    [KIND_##kind] = ROW_##kind##_##name,
#include "lang/attributes.def"
#undef ATTRIBUTE
};
#pragma GCC diagnostic pop

static const unsigned char name_lengths[] = {
#define ATTRIBUTE(kind, name, type, known, words, value, path, doc) sizeof #name - 1,
#include "lang/attributes.def"
#undef ATTRIBUTE
};

const struct attribute *attribute_find(enum kind_id kind, struct str name) {
    for (unsigned i = last_rows[kind] + 1u; i-- > 0 && attributes[i].kind == kind;)
        if (name_lengths[i] == name.len && memcmp(attributes[i].name, name.ptr, name.len) == 0)
            return &attributes[i];
    return NULL;
}

bool word_is_attribute(struct str word) {
    for (unsigned i = 0; i < attribute_count; i++)
        if (str_is(word, attributes[i].name))
            return true;
    return false;
}

const struct part *part_find(enum kind_id kind, struct str name) {
    for (unsigned i = 0; i < part_count; i++)
        if (parts[i].kind == kind && str_is(name, parts[i].name))
            return &parts[i];
    return NULL;
}

const char *kind_article(enum kind_id kind) {
    return strchr("aeio", kinds[kind].name[0]) ? "an" : "a";
}

enum kind_id kind_find(struct str name) {
    for (int i = 1; i < KIND_COUNT; i++)
        if (str_is(name, kinds[i].name))
            return (enum kind_id)i;
    return KIND_NONE;
}
