/* The JSON and SARIF reports, with jansson. Its objects live inside of one function each. */
#include <jansson.h>
#include <stdlib.h>

#include "base/sha.h"
#include "cli/report.h"

/* A string; jansson takes UTF-8 alone, so what isn't becomes U+FFFD. */
static json_t *text(struct arena *a, struct str s) {
    if (utf8_validate(s) < s.len) {
        struct buf clean;
        buf_init(&clean, a, 0);
        for (size_t i = 0; i < s.len;) {
            unsigned n = utf8_length(s, i);
            buf_str(&clean, n ? str_slice(s, i, i + n) : STR("\xef\xbf\xbd"));
            i += n ? n : 1;
        }
        s = buf_view(&clean);
    }
    return json_stringn(s.ptr ? s.ptr : "", s.len);
}

static json_t *number(uint32_t n) {
    return json_integer((json_int_t)n);
}

/* Appends an object on a line of its own, and lets go of it. */
static void append(struct buf *out, json_t *object, bool first) {
    char *dumped = json_dumps(object, JSON_COMPACT);
    if (!first)
        buf_c(out, ",\n");
    if (dumped)
        buf_c(out, dumped);
    free(dumped);
    json_decref(object);
}

/* ---- apic's own form ------------------------------------------------------- */

static json_t *place(struct arena *a, const struct sources *s, struct span span) {
    json_t *o = json_object();
    if (span_is_nil(span))
        return o;
    struct position from = source_position(s, span.source, span.start), to = report_end(s, span);
    json_object_set_new(o, "path", text(a, source_get(s, span.source)->path));
    json_object_set_new(o, "line", number(from.line));
    json_object_set_new(o, "column", number(from.column));
    json_object_set_new(o, "endLine", number(to.line));
    json_object_set_new(o, "endColumn", number(to.column));
    return o;
}

static json_t *json_notes(struct arena *a, const struct sources *s, const struct diag *d) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < d->notes.count; i++) {
        json_t *o = place(a, s, d->notes.items[i].span);
        json_object_set_new(o, "message", text(a, d->notes.items[i].text));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *json_fixes(struct arena *a, const struct sources *s, const struct diag *d) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < d->fixes.count; i++) {
        json_t *o = place(a, s, d->fixes.items[i].span);
        json_object_set_new(o, "text", text(a, d->fixes.items[i].text));
        json_object_set_new(o, "safe", json_boolean(d->fixes.items[i].safe));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *json_origin(struct arena *a, const struct sources *s, const struct diag *d) {
    json_t *list = json_array();
    for (const struct origin *frame = d->origin; frame; frame = frame->outer) {
        json_t *o = place(a, s, frame->span);
        json_object_set_new(o, "construct", text(a, frame->construct));
        if (frame->part.len)
            json_object_set_new(o, "part", text(a, frame->part));
        json_array_append_new(list, o);
    }
    return list;
}

static void set_list(json_t *o, const char *name, json_t *list) {
    if (json_array_size(list))
        json_object_set_new(o, name, list);
    else
        json_decref(list);
}

static json_t *json_diag(struct arena *a, const struct sources *s, const struct diag *d) {
    json_t *o = json_object(), *where = place(a, s, d->span);
    json_object_set_new(o, "code", json_string(rules[d->rule].code));
    json_object_set_new(o, "rule", json_string(rules[d->rule].name));
    json_object_set_new(o, "level", json_string(render_level(d->level)));
    json_object_update(o, where);
    json_decref(where);
    json_object_set_new(o, "message", text(a, d->message));
    if (d->label.len)
        json_object_set_new(o, "label", text(a, d->label));
    if (d->help.len)
        json_object_set_new(o, "help", text(a, d->help));
    set_list(o, "notes", json_notes(a, s, d));
    set_list(o, "fixes", json_fixes(a, s, d));
    set_list(o, "origin", json_origin(a, s, d));
    if (d->more)
        json_object_set_new(o, "more", number(d->more));
    return o;
}

void report_json_part(struct buf *out, const struct job *j, const struct render_options *options) {
    (void)options;
    for (uint32_t i = 0; i < j->diags.items.count; i++)
        append(out, json_diag(out->arena, &j->sources, j->diags.items.items[i]), i == 0);
}

void report_json_head(struct buf *out, const struct report_totals *totals) {
    (void)totals;
    buf_c(out, "{\"version\":1,\"tool\":\"apic " APIC_VERSION "\",\"diagnostics\":[\n");
}

void report_json_tail(struct buf *out, const struct report_totals *t) {
    buf_printf(out, "\n],\"summary\":{\"files\":%u,\"errors\":%u,\"warnings\":%u,\"infos\":%u}}\n",
               t->files, t->errors, t->warnings, t->infos);
}

/* ---- SARIF ------------------------------------------------------------------ */
/* https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */

static const char *sarif_level(enum level level) {
    return level == LEVEL_ERROR ? "error" : level == LEVEL_WARNING ? "warning" : "note";
}

/* A path as a URI reference (RFC 3986). */
static json_t *sarif_uri(struct arena *a, struct str path) {
    struct buf uri;
    buf_init(&uri, a, 0);
    if (str_starts(path, STR("./")))
        path = str_slice(path, 2, path.len);
    if (str_starts(path, STR("/")))
        buf_c(&uri, "file://");
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i], lower = c | 0x20;
        bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
                     str_has(STR("-._~/"), (char)c);
        if (plain)
            buf_char(&uri, (char)c);
        else
            buf_printf(&uri, "%%%02X", c);
    }
    return text(a, buf_view(&uri));
}

/* SARIF counts characters, not bytes. */
static uint32_t character_column(const struct sources *s, uint32_t source, struct position at) {
    struct str before = str_slice(source_line(source_get(s, source), at.line), 0, at.column - 1);
    uint32_t column = 1;
    for (size_t i = 0; i < before.len; column++) {
        unsigned n = utf8_length(before, i);
        i += n ? n : 1;
    }
    return column;
}

static json_t *sarif_region(const struct sources *s, struct span span) {
    struct position from = source_position(s, span.source, span.start), to = report_end(s, span);
    json_t *o = json_object();
    json_object_set_new(o, "startLine", number(from.line));
    json_object_set_new(o, "startColumn", number(character_column(s, span.source, from)));
    json_object_set_new(o, "endLine", number(to.line));
    json_object_set_new(o, "endColumn", number(character_column(s, span.source, to)));
    return o;
}

static json_t *sarif_artifact(struct arena *a, const struct sources *s, struct span span) {
    json_t *o = json_object();
    json_object_set_new(o, "uri", sarif_uri(a, source_get(s, span.source)->path));
    return o;
}

static json_t *sarif_location(struct arena *a, const struct sources *s, struct span span) {
    json_t *physical = json_object(), *o = json_object();
    json_object_set_new(physical, "artifactLocation", sarif_artifact(a, s, span));
    json_object_set_new(physical, "region", sarif_region(s, span));
    json_object_set_new(o, "physicalLocation", physical);
    return o;
}

static json_t *sarif_message(struct arena *a, struct str message) {
    json_t *o = json_object();
    json_object_set_new(o, "text", text(a, message));
    return o;
}

static json_t *sarif_related(struct arena *a, const struct sources *s, const struct diag *d) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < d->notes.count; i++) {
        if (span_is_nil(d->notes.items[i].span))
            continue;
        json_t *o = sarif_location(a, s, d->notes.items[i].span);
        json_object_set_new(o, "message", sarif_message(a, d->notes.items[i].text));
        json_array_append_new(list, o);
    }
    return list;
}

/* All fixes of a diagnostic belong together: one fix with a replacement for each. */
static json_t *sarif_fixes(struct arena *a, const struct sources *s, const struct diag *d) {
    json_t *fixes = json_array(), *changes = json_array();
    for (uint32_t i = 0; i < d->fixes.count; i++) {
        const struct diag_fix *fix = &d->fixes.items[i];
        json_t *replacement = json_object(), *inserted = json_object(), *change = json_object();
        json_object_set_new(inserted, "text", text(a, fix->text));
        json_object_set_new(replacement, "deletedRegion", sarif_region(s, fix->span));
        json_object_set_new(replacement, "insertedContent", inserted);
        json_object_set_new(change, "artifactLocation", sarif_artifact(a, s, fix->span));
        json_object_set_new(change, "replacements", json_pack("[o]", replacement));
        json_array_append_new(changes, change);
    }
    if (json_array_size(changes) == 0) {
        json_decref(changes);
        return fixes;
    }
    json_t *fix = json_object();
    json_object_set_new(fix, "artifactChanges", changes);
    json_array_append_new(fixes, fix);
    return fixes;
}

static json_t *sarif_result(struct arena *a, const struct sources *s, const struct diag *d) {
    json_t *o = json_object(), *prints = json_object();
    struct str path = source_get(s, d->span.source)->path;
    struct str identity =
        str_printf(a, "%s\n%.*s\n%.*s", rules[d->rule].name, STR_ARG(path), STR_ARG(d->message));
    json_object_set_new(o, "ruleId", json_string(rules[d->rule].code));
    json_object_set_new(o, "ruleIndex", json_integer(d->rule - 1));
    json_object_set_new(o, "level", json_string(sarif_level(d->level)));
    json_object_set_new(o, "message", sarif_message(a, d->message));
    if (!span_is_nil(d->span))
        json_object_set_new(o, "locations", json_pack("[o]", sarif_location(a, s, d->span)));
    set_list(o, "relatedLocations", sarif_related(a, s, d));
    set_list(o, "fixes", sarif_fixes(a, s, d));
    json_object_set_new(prints, "apic/v1", text(a, sha1_hex(a, identity)));
    json_object_set_new(o, "partialFingerprints", prints);
    return o;
}

void report_sarif_part(struct buf *out, const struct job *j, const struct render_options *options) {
    (void)options;
    for (uint32_t i = 0; i < j->diags.items.count; i++)
        append(out, sarif_result(out->arena, &j->sources, j->diags.items.items[i]), i == 0);
}

void report_sarif_head(struct buf *out, const struct report_totals *t) {
    buf_c(out,
          "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":"
          "\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"apic\",\"version\":\"" APIC_VERSION
          "\",\"rules\":[\n");
    for (int i = 1; i < RULE_COUNT; i++) {
        struct str help = str_printf(out->arena, "apic explain %s", rules[i].name);
        json_t *o = json_object(), *configuration = json_object();
        json_object_set_new(o, "id", json_string(rules[i].code));
        json_object_set_new(o, "name", json_string(rules[i].name));
        json_object_set_new(o, "shortDescription",
                            sarif_message(out->arena, str_from(rules[i].summary)));
        json_object_set_new(o, "help", sarif_message(out->arena, help));
        json_object_set_new(configuration, "level", json_string(sarif_level(rules[i].level)));
        json_object_set_new(o, "defaultConfiguration", configuration);
        append(out, o, i == 1);
    }
    buf_printf(out,
               "\n]}},\"columnKind\":\"unicodeCodePoints\",\"invocations\":"
               "[{\"executionSuccessful\":%s}],\"results\":[\n",
               t->failed ? "false" : "true");
}

void report_sarif_tail(struct buf *out, const struct report_totals *totals) {
    (void)totals;
    buf_c(out, "\n]}]}\n");
}
