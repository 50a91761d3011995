#include "lang/compile.h"
#include "lang/describe.h"

/* The tables as pages for people. */

/* A page: roff for the man page of the language, or Markdown for docs/. */
struct page {
    struct buf *out;
    bool markdown;
};

static void text(struct page *p, const char *s) {
    if (p->markdown) {
        for (const char *c = s; *c; c++)
            buf_printf(p->out, *c == '|' || *c == '<' ? "\\%c" : "%c", *c);
        return;
    }
    for (const char *c = s; *c; c++) {
        if (*c == '`')
            continue;
        if (*c == '\\')
            buf_c(p->out, "\\e");
        else if (*c == '-')
            buf_c(p->out, "\\-");
        else if (c == s && (*c == '.' || *c == '\''))
            buf_printf(p->out, "\\&%c", *c);
        else
            buf_char(p->out, *c);
    }
}

static void heading(struct page *p, const char *title, bool *any) {
    if (!*any)
        buf_printf(p->out, p->markdown ? "\n**%s**\n\n" : ".PP\n.I %s\n", title);
    *any = true;
}

/* "name (what)" and its explanation. */
static void entry(struct page *p, const char *name, struct str what, const char *doc) {
    buf_c(p->out, p->markdown ? "- `" : ".TP\n\\fB");
    if (p->markdown)
        buf_c(p->out, name);
    else
        text(p, name);
    buf_c(p->out, p->markdown ? "`" : "\\fR");
    if (what.len) {
        buf_c(p->out, " (");
        text(p, str_cstr(p->out->arena, what));
        buf_char(p->out, ')');
    }
    buf_c(p->out, p->markdown ? ": " : "\n");
    text(p, doc);
    buf_char(p->out, '\n');
}

static void page_attributes(struct page *p, enum kind_id kind) {
    bool any = false;
    for (unsigned i = 0; i < attribute_count; i++) {
        const struct attribute *row = &attributes[i];
        if (row->kind != kind)
            continue;
        heading(p, "Attributes", &any);
        struct str takes = describe_takes(p->out->arena, row);
        if (row->value[0])
            takes = str_printf(p->out->arena, "%.*s; default %s%s", STR_ARG(takes), row->value,
                               describe_unit(row));
        if (row->known)
            takes = str_printf(p->out->arena, "%.*s; known at build", STR_ARG(takes));
        entry(p, row->name, takes, row->doc);
    }
}

static void page_sources(struct page *p) {
    bool any = false;
#define SOURCE(word, takes, doc)                                                                   \
    heading(p, "What it may be, and what its block takes", &any);                                  \
    entry(p, word, str_from(takes), doc);
#include "lang/sources.def"
#undef SOURCE
}

static void page_construct(struct page *p, enum kind_id kind) {
    bool any = false;
    buf_printf(p->out, p->markdown ? "\n## %s\n\n" : ".SS %s\n", kinds[kind].name);
    const char *doc = kinds[kind].doc;
    buf_char(p->out, doc[0] >= 'a' && doc[0] <= 'z' ? (char)(doc[0] - 32) : doc[0]);
    text(p, doc + (doc[0] != '\0'));
    if (kinds[kind].type[0])
        buf_printf(p->out, p->markdown ? " (`%s`)" : " (%s)", kinds[kind].type);
    buf_c(p->out, ".\n");
    page_attributes(p, kind);
    if (kind == KIND_SOURCE)
        page_sources(p);
    for (unsigned i = 0; i < part_count; i++)
        if (parts[i].kind == kind) {
            heading(p, "Parts", &any);
            entry(p, parts[i].name, str_from(parts[i].type), parts[i].doc);
        }
    any = false;
    for (unsigned i = 0; i < alias_count; i++)
        if (aliases[i].kind == kind) {
            heading(p, "Read with a dot", &any);
            entry(p, aliases[i].name, STR_NIL, aliases[i].doc);
        }
    any = false;
    for (unsigned i = 0; i < metric_count; i++)
        if (metric_rows[i].kind == kind) {
            heading(p, "Metrics, for alarms", &any);
            entry(p, metric_rows[i].name, STR_NIL, metric_rows[i].doc);
        }
    any = false;
    for (unsigned i = 0; i < verb_count; i++)
        if (verbs[i].kind == kind && verbs[i].doc[0]) {
            heading(p, "Verbs of allow and deny", &any);
            entry(p, verbs[i].name, describe_actions(p->out->arena, i), verbs[i].doc);
        }
    any = false;
    for (unsigned i = 0; i < target_count; i++)
        if (targets[i].kind == kind) {
            heading(p, "Verbs of routes", &any);
            entry(p, targets[i].name, STR_NIL, targets[i].doc);
        }
}

static void constructs(struct page *p) {
    for (int i = 1; i < KIND_COUNT; i++)
        page_construct(p, (enum kind_id)i);
}

static void functions(struct page *p) {
#define BUILTIN(name, least, most, signature, doc) entry(p, signature, STR_NIL, doc);
#include "lang/builtins.def"
#undef BUILTIN
}

bool lang_describe_man(struct buf *out, struct str piece) {
    struct page roff = {out, false}, markdown = {out, true};
    if (str_is(piece, "constructs")) {
        constructs(&roff);
    } else if (str_is(piece, "functions")) {
        functions(&roff);
    } else if (str_is(piece, "reference")) {
        buf_c(out, "# The constructs\n\nWhat each takes, has and can, from the tables of the "
                   "compiler: `make docs` writes this "
                   "page. `apic help WORD` says the\nsame of one of them, and apic(5) describes "
                   "the language.\n");
        constructs(&markdown);
        buf_c(out, "\n## Functions\n\n");
        functions(&markdown);
    } else {
        return false;
    }
    return true;
}
