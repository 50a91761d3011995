#include "cli/report.h"

#include <string.h>

struct position report_end(const struct sources *s, struct span span) {
    return source_position(s, span.source, span.end > span.start ? span.end : span.start);
}

static void nothing(struct buf *out, const struct report_totals *totals) {
    (void)out, (void)totals;
}

static void text_part(struct buf *out, const struct job *j, const struct render_options *options) {
    render_diags(out, &j->diags, options);
}

/* https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
static void github_text(struct buf *out, struct str text, bool is_property) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool escape = c < 0x20 || c == '%' || (is_property && (c == ':' || c == ','));
        if (escape)
            buf_printf(out, "%%%02X", c);
        else
            buf_char(out, (char)c);
    }
}

static void github_part(struct buf *out, const struct job *j,
                        const struct render_options *options) {
    static const char *const levels[] = {"notice", "notice", "warning", "error"};
    (void)options;
    for (uint32_t i = 0; i < j->diags.items.count; i++) {
        const struct diag *d = j->diags.items.items[i];
        buf_printf(out, "::%s title=%s", levels[d->level], rules[d->rule].name);
        if (!span_is_nil(d->span)) {
            struct position from = source_position(&j->sources, d->span.source, d->span.start);
            struct position to = report_end(&j->sources, d->span);
            buf_c(out, ",file=");
            github_text(out, source_get(&j->sources, d->span.source)->path, true);
            buf_printf(out, ",line=%u,endLine=%u", from.line, to.line);
            if (from.line == to.line)
                buf_printf(out, ",col=%u,endColumn=%u", from.column, to.column);
        }
        buf_c(out, "::");
        github_text(out, d->message, false);
        if (d->help.len) {
            buf_c(out, "%0A");
            github_text(out, d->help, false);
        }
        buf_char(out, '\n');
    }
}

/* What XML 1.0 takes; the rest becomes U+FFFD. */
static void xml_text(struct buf *out, struct str text) {
    struct buf clean;
    buf_init(&clean, out->arena, 0);
    while (text.len) {
        struct str line = str_split(text, '\n', &text);
        render_text(&clean, line);
        if (text.len)
            buf_char(&clean, '\n');
    }
    for (size_t i = 0; i < clean.len; i++) {
        char c = clean.ptr[i];
        if (c == '<')
            buf_c(out, "&lt;");
        else if (c == '>')
            buf_c(out, "&gt;");
        else if (c == '&')
            buf_c(out, "&amp;");
        else if (c == '"')
            buf_c(out, "&quot;");
        else
            buf_char(out, c);
    }
}

/* The beginning of a case up to its name; most readers ask for the name of a class, too. */
static void junit_case(struct buf *out, struct str path) {
    buf_c(out, "    <testcase classname=\"");
    xml_text(out, path);
    buf_c(out, "\" name=\"");
}

/* A file is a suite, a finding a failed case; a file without findings is one case that passed. */
static void junit_part(struct buf *out, const struct job *j, const struct render_options *options) {
    const struct diags *d = &j->diags;
    uint32_t count = d->items.count;
    struct render_options plain = {.width = options->width};
    buf_c(out, "  <testsuite name=\"");
    xml_text(out, j->path);
    buf_printf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"0\">\n", count ? count : 1, count);
    if (count == 0) {
        junit_case(out, j->path);
        buf_c(out, "no findings\"/>\n");
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct diag *diag = d->items.items[i];
        struct position at = source_position(&j->sources, diag->span.source, diag->span.start);
        struct buf text;
        buf_init(&text, out->arena, 0);
        render_diag(&text, &j->sources, diag, &plain);
        junit_case(out, j->path);
        buf_c(out, rules[diag->rule].name);
        if (!span_is_nil(diag->span))
            buf_printf(out, " %u:%u", at.line, at.column);
        buf_printf(out, "\">\n      <failure type=\"%s\" message=\"", render_level(diag->level));
        xml_text(out, diag->message);
        buf_c(out, "\">");
        xml_text(out, buf_view(&text));
        buf_c(out, "</failure>\n    </testcase>\n");
    }
    buf_c(out, "  </testsuite>\n");
}

static void junit_head(struct buf *out, const struct report_totals *t) {
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<testsuites name=\"apic\" failures=\"%u\">\n",
               t->errors + t->warnings + t->infos);
}

static void junit_tail(struct buf *out, const struct report_totals *totals) {
    (void)totals;
    buf_c(out, "</testsuites>\n");
}

static const struct report_form forms[] = {
    {"text", text_part, "", nothing, nothing},
    {"json", report_json_part, ",\n", report_json_head, report_json_tail},
    {"sarif", report_sarif_part, ",\n", report_sarif_head, report_sarif_tail},
    {"junit", junit_part, "", junit_head, junit_tail},
    {"github", github_part, "", nothing, nothing},
};

const struct report_form *report_form_find(struct str name) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (str_is(name, forms[i].name))
            return &forms[i];
    return &forms[0];
}
