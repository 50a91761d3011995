#include "lang/compile.h"
#include "lang/describe.h"

/* The tables as roff, for the man page of the language. */

static void text(struct buf *out, const char *s) {
    for (const char *c = s; *c; c++) {
        if (*c == '`')
            continue;
        if (*c == '\\')
            buf_c(out, "\\e");
        else if (*c == '-')
            buf_c(out, "\\-");
        else if (c == s && (*c == '.' || *c == '\''))
            buf_printf(out, "\\&%c", *c);
        else
            buf_char(out, *c);
    }
}

static void heading(struct buf *out, const char *title, bool *any) {
    if (!*any)
        buf_printf(out, ".PP\n.I %s\n", title);
    *any = true;
}

/* "name (what)" and its explanation. */
static void entry(struct buf *out, const char *name, struct str what, const char *doc) {
    buf_c(out, ".TP\n\\fB");
    text(out, name);
    buf_c(out, "\\fR");
    if (what.len) {
        buf_c(out, " (");
        text(out, str_cstr(out->arena, what));
        buf_char(out, ')');
    }
    buf_char(out, '\n');
    text(out, doc);
    buf_char(out, '\n');
}

static void man_attributes(struct buf *out, enum kind_id kind) {
    bool any = false;
    for (unsigned i = 0; i < attribute_count; i++) {
        const struct attribute *row = &attributes[i];
        if (row->kind != kind)
            continue;
        heading(out, "Attributes", &any);
        struct str takes = describe_takes(out->arena, row);
        if (row->value[0])
            takes = str_printf(out->arena, "%.*s; default %s%s", STR_ARG(takes), row->value,
                               describe_unit(row));
        if (row->known)
            takes = str_printf(out->arena, "%.*s; known at build", STR_ARG(takes));
        entry(out, row->name, takes, row->doc);
    }
}

static void man_construct(struct buf *out, enum kind_id kind) {
    bool any = false;
    buf_printf(out, ".SS %s\n", kinds[kind].name);
    text(out, kinds[kind].doc);
    if (kinds[kind].type[0])
        buf_printf(out, " (%s)", kinds[kind].type);
    buf_c(out, ".\n");
    man_attributes(out, kind);
    for (unsigned i = 0; i < part_count; i++)
        if (parts[i].kind == kind) {
            heading(out, "Parts", &any);
            entry(out, parts[i].name, str_from(parts[i].type), parts[i].doc);
        }
    any = false;
    for (unsigned i = 0; i < alias_count; i++)
        if (aliases[i].kind == kind) {
            heading(out, "Read with a dot", &any);
            entry(out, aliases[i].name, STR_NIL, aliases[i].doc);
        }
    any = false;
    for (unsigned i = 0; i < verb_count; i++)
        if (verbs[i].kind == kind) {
            heading(out, "Verbs of allow and deny", &any);
            entry(out, verbs[i].name, str_from(verbs[i].actions), verbs[i].doc);
        }
    any = false;
    for (unsigned i = 0; i < target_count; i++)
        if (targets[i].kind == kind) {
            heading(out, "Verbs of routes", &any);
            entry(out, targets[i].name, STR_NIL, targets[i].doc);
        }
}

bool lang_describe_man(struct buf *out, struct str piece) {
    if (str_is(piece, "constructs")) {
        for (int i = 1; i < KIND_COUNT; i++)
            man_construct(out, (enum kind_id)i);
        return true;
    }
    if (!str_is(piece, "functions"))
        return false;
#define BUILTIN(name, least, most, signature, doc) entry(out, signature, STR_NIL, doc);
#include "lang/builtins.def"
#undef BUILTIN
    return true;
}
