#include "lang/describe.h"

/* The tables as text for a person: `apic help table`. */

static const char *type_text(const struct attribute *row) {
    static const char *const names[] = {"any value", "string", "bool",     "number", "size",
                                        "time",      "time",   "days",     "list",   "map",
                                        "thing",     "word"};
    return names[row->type];
}

struct str describe_takes(struct arena *a, const struct attribute *row) {
    struct buf what;
    buf_init(&what, a, 0);
    buf_c(&what, row->type == ATTR_WORDS ? "" : type_text(row));
    struct str rest = str_from(row->words);
    while (rest.len) {
        struct str word = str_split(rest, '|', &rest);
        buf_c(&what, what.len ? " | " : "");
        if (word.ptr[0] == '@')
            buf_printf(&what, "one of its %.*s", STR_ARG(str_slice(word, 1, word.len)));
        else
            buf_str(&what, word);
    }
    return buf_view(&what);
}

const char *describe_unit(const struct attribute *row) {
    static const char *const units[] = {
        [ATTR_MB] = "MB", [ATTR_SECONDS] = "s", [ATTR_MINUTES] = "m", [ATTR_DAYS] = "d"};
    const char *unit = row->type <= ATTR_DAYS ? units[row->type] : NULL;
    return row->value[0] >= '0' && row->value[0] <= '9' && unit ? unit : "";
}

struct str describe_actions(struct arena *a, unsigned verb) {
    struct str actions = str_from(verbs[verb].actions);
    for (unsigned i = verb + 1; i < verb_count && !verbs[i].doc[0]; i++)
        actions = str_printf(a, "%.*s %s", STR_ARG(actions), verbs[i].actions);
    return actions;
}

static void describe_attribute(struct buf *out, const struct attribute *row) {
    struct str takes = describe_takes(out->arena, row);
    buf_printf(out, "  %-14s %-32.*s %s", row->name, STR_ARG(takes), row->doc);
    if (row->value[0])
        buf_printf(out, " [%s%s]", row->value, describe_unit(row));
    if (row->known)
        buf_c(out, " (known at build)");
    buf_char(out, '\n');
}

static void describe_sources(struct buf *out) {
    static const char *const rows[][3] = {
#define SOURCE(word, takes, doc) {word, takes, doc},
#include "lang/sources.def"
#undef SOURCE
    };
    buf_c(out, "\nwhat a function can run on, and what its block takes\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        buf_printf(out, "  %-14s %s%s%s\n", rows[i][0], rows[i][2], rows[i][1][0] ? ": " : "",
                   rows[i][1]);
}

/* What a thing measures; of the construct metric itself, what each does. */
static void describe_metrics(struct buf *out, enum kind_id kind) {
    bool any = false;
    for (unsigned i = 0; i < metric_count; i++) {
        const struct metric *row = &metric_rows[i];
        if (row->kind != kind && kind != KIND_METRIC)
            continue;
        struct str name = str_from(row->name);
        if (kind == KIND_METRIC)
            name = str_printf(out->arena, "%s.%s", kinds[row->kind].name, row->name);
        buf_c(out, any ? "" : "\nmetrics, for alarms\n");
        any = true;
        buf_printf(out, "  %-*.*s %s\n", kind == KIND_METRIC ? 26 : 14, STR_ARG(name), row->doc);
    }
}

static void describe_kind(struct buf *out, enum kind_id kind) {
    buf_printf(out, "%s: %s", kinds[kind].name, kinds[kind].doc);
    if (kinds[kind].type[0])
        buf_printf(out, " (%s)", kinds[kind].type);
    buf_c(out, "\n");
    bool any = false;
    for (unsigned i = 0; i < attribute_count; i++)
        if (attributes[i].kind == kind) {
            buf_c(out, any ? "" : "\nattributes\n");
            any = true;
            describe_attribute(out, &attributes[i]);
        }
    if (kind == KIND_SOURCE)
        describe_sources(out);
    any = false;
    for (unsigned i = 0; i < part_count; i++)
        if (parts[i].kind == kind) {
            buf_c(out, any ? "" : "\nparts\n");
            any = true;
            buf_printf(out, "  %-14s %-32s %s\n", parts[i].name, parts[i].type, parts[i].doc);
        }
    any = false;
    for (unsigned i = 0; i < alias_count; i++)
        if (aliases[i].kind == kind) {
            buf_c(out, any ? "" : "\nread with a dot\n");
            any = true;
            buf_printf(out, "  %-14s %s\n", aliases[i].name, aliases[i].doc);
        }
    describe_metrics(out, kind);
    any = false;
    for (unsigned i = 0; i < verb_count; i++)
        if (verbs[i].kind == kind && verbs[i].doc[0]) {
            buf_c(out, any ? "" : "\nverbs of allow and deny\n");
            any = true;
            buf_printf(out, "  %-14s %-32s %.*s\n", verbs[i].name, verbs[i].doc,
                       STR_ARG(describe_actions(out->arena, i)));
        }
    any = false;
    for (unsigned i = 0; i < target_count; i++)
        if (targets[i].kind == kind) {
            buf_c(out, any ? "" : "\nverbs of routes\n");
            any = true;
            buf_printf(out, "  %-14s %s\n", targets[i].name, targets[i].doc);
        }
}

static const struct {
    const char *name, *signature, *doc;
} functions[] = {
#define BUILTIN(name, least, most, signature, doc) {#name, signature, doc},
#include "lang/builtins.def"
#undef BUILTIN
};

enum { FUNCTION_COUNT = sizeof functions / sizeof *functions };

static void describe_function(struct buf *out, unsigned i) {
    buf_printf(out, "  %-26s %s\n", functions[i].signature, functions[i].doc);
}

/* Every construct that has an attribute, part or alias of this name, and every function of it. */
static void describe_name(struct buf *out, struct str name) {
    for (unsigned i = 0; i < attribute_count; i++)
        if (str_is(name, attributes[i].name)) {
            buf_printf(out, "%s: an attribute of %s\n", attributes[i].name,
                       kinds[attributes[i].kind].name);
            describe_attribute(out, &attributes[i]);
        }
    for (unsigned i = 0; i < part_count; i++)
        if (str_is(name, parts[i].name))
            buf_printf(out, "%s: a part of %s\n  %s: %s\n", parts[i].name,
                       kinds[parts[i].kind].name, parts[i].type, parts[i].doc);
    for (unsigned i = 0; i < FUNCTION_COUNT; i++)
        if (str_is(name, functions[i].name)) {
            buf_printf(out, "%s: a function\n", functions[i].name);
            describe_function(out, i);
        }
}

void lang_describe(struct buf *out, struct str topic) {
    enum kind_id kind = kind_find(topic);
    if (kind != KIND_NONE) {
        describe_kind(out, kind);
    } else if (str_is(topic, "functions")) {
        for (unsigned i = 0; i < FUNCTION_COUNT; i++)
            describe_function(out, i);
    } else if (topic.len) {
        describe_name(out, topic);
    } else {
        for (int i = 1; i < KIND_COUNT; i++)
            buf_printf(out, "  %-14s %s\n", kinds[i].name, kinds[i].doc);
        buf_printf(out, "  %-14s %s\n", "functions", "what expressions can call");
    }
}

void lang_topics(struct buf *out) {
    for (int i = 1; i < KIND_COUNT; i++)
        buf_printf(out, " %s", kinds[i].name);
    buf_c(out, " functions");
}
