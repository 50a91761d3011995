#include "lang/compile.h"

/* The tables as text for a person: `apic help table`. */

static const char *type_text(const struct attribute *row) {
    static const char *const names[] = {"any value", "string", "bool",  "number", "size", "time",
                                        "time",      "days",   "list",  "map",    "thing", "word", "any value"};
    return names[row->type];
}

static void describe_attribute(struct lang *l, struct buf *out, const struct attribute *row) {
    (void)l;
    struct buf what;
    buf_init(&what, out->arena, 0);
    buf_c(&what, row->type == ATTR_WORDS ? "" : type_text(row));
    struct str rest = str_from(row->words);
    while (rest.len) {
        struct str word = str_split(rest, '|', &rest);
        if (word.ptr[0] == '@')
            buf_printf(&what, "%sone of its %.*s", what.len ? " | " : "", STR_ARG(str_slice(word, 1, word.len)));
        else
            buf_printf(&what, "%s%.*s", what.len ? " | " : "", STR_ARG(word));
    }
    static const char *const units[] = {[ATTR_MB] = "MB", [ATTR_SECONDS] = "s", [ATTR_MINUTES] = "m",
                                        [ATTR_DAYS] = "d", [ATTR_NODE] = ""};
    const char *unit = row->value[0] >= '0' && row->value[0] <= '9' && units[row->type] ? units[row->type] : "";
    buf_printf(out, "  %-14s %-32.*s %s", row->name, STR_ARG(buf_view(&what)), row->doc);
    if (row->value[0])
        buf_printf(out, " [%s%s]", row->value, unit);
    if (row->known)
        buf_c(out, " (known at build)");
    buf_char(out, '\n');
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
            describe_attribute(NULL, out, &attributes[i]);
        }
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
        if (verbs[i].kind == kind) {
            buf_c(out, any ? "" : "\nverbs of allow and deny\n");
            any = true;
            buf_printf(out, "  %-14s %-32s %s\n", verbs[i].name, verbs[i].doc, verbs[i].actions);
        }
}

static void describe_functions(struct buf *out) {
#define BUILTIN(name, least, most, signature, doc) buf_printf(out, "  %-26s %s\n", signature, doc);
#include "lang/builtins.def"
#undef BUILTIN
}

void lang_describe(struct buf *out, struct str topic) {
    enum kind_id kind = kind_find(topic);
    if (kind != KIND_NONE) {
        describe_kind(out, kind);
        return;
    }
    if (str_is(topic, "functions")) {
        describe_functions(out);
        return;
    }
    if (topic.len)
        return;
    for (int i = 1; i < KIND_COUNT; i++)
        buf_printf(out, "  %-14s %s\n", kinds[i].name, kinds[i].doc);
    buf_printf(out, "  %-14s %s\n", "functions", "what expressions can call");
}
