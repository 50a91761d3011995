/* What a template silences: by comments, "# apic: allow RULE, reason", by its Metadata, and by the
   ignore lists of cfn-lint that are there. */
#include "template/accepts.h"

/* cfn-lint's numbers: see docs/cfn-lint.md. */
static const struct {
    const char *number;
    enum rule_id rule;
} numbers[] = {
#define CFN_LINT(number, rule) {number, RULE_##rule},
#include "template/cfn_lint.def"
#undef CFN_LINT
};

/* ---- Metadata ------------------------------------------------------------------------------ */

/* Those of another tool are never called superfluous. */
static void ignore_number(struct diags *d, struct str number, struct span at, struct span scope) {
    for (size_t i = 0; number.len && i < sizeof numbers / sizeof *numbers; i++)
        if (str_starts(str_from(numbers[i].number), number))
            diag_accept(d, (struct accept){numbers[i].rule, scope, at, STR("ignore_checks"), true});
}

static void allow_rule(struct diags *d, struct str name, struct span at, struct span scope,
                       struct str reason) {
    enum rule_id rule = rule_find(name);
    if (rule != RULE_NONE) {
        diag_accept(d, (struct accept){rule, scope, at, reason, false});
        return;
    }
    struct diag *unknown = diag_add(d, RULE_UNKNOWN_RULE, at, "there is no rule '%.*s'",
                                    STR_ARG(name));
    enum rule_id near = rule_nearest(name);
    if (near != RULE_NONE)
        diag_label(d, unknown, "did you mean '%s'?", rules[near].name);
}

static void read_metadata(struct diags *d, const struct value *metadata, struct span scope) {
    const struct value *config = value_get_c(value_get_c(metadata, "cfn-lint"), "config");
    const struct value *ignored = value_get_c(config, "ignore_checks");
    for (uint32_t i = 0; ignored->kind == VAL_LIST && i < ignored->count; i++)
        ignore_number(d, value_text(ignored->items[i]), ignored->items[i]->span, scope);
    const struct value *allowed = value_get_c(value_get_c(metadata, "apic"), "allow");
    for (uint32_t i = 0; allowed->kind == VAL_LIST && i < allowed->count; i++)
        if (allowed->items[i]->kind == VAL_STRING)
            allow_rule(d, allowed->items[i]->text, allowed->items[i]->span, scope, STR_NIL);
    for (uint32_t i = 0; allowed->kind == VAL_MAP && i < allowed->count; i++)
        allow_rule(d, allowed->members[i].key, allowed->members[i].span, scope,
                   value_text(allowed->members[i].value));
}

/* ---- comments ------------------------------------------------------------------------------ */

static size_t indentation(struct str text, size_t line, size_t end) {
    size_t at = line;
    while (at < end && text.ptr[at] == ' ')
        at++;
    return at - line;
}

static bool is_skipped(struct str text, size_t line, size_t end) {
    struct str s = str_trim(str_slice(text, line, end));
    return s.len == 0 || s.ptr[0] == '#';
}

/* From the first line after `at` that says something, with all lines that are indented deeper. */
static struct span next_entry(struct str text, uint32_t source, size_t at) {
    size_t line = at < text.len ? at + 1 : text.len, end = line;
    for (; line < text.len; line = end + 1) {
        end = str_find_char(text, '\n', line);
        if (!is_skipped(text, line, end))
            break;
    }
    size_t depth = indentation(text, line, end), start = line;
    for (line = end + 1; line < text.len;) {
        size_t next = str_find_char(text, '\n', line);
        if (!is_skipped(text, line, next) && indentation(text, line, next) <= depth)
            break;
        end = next;
        line = next + 1;
    }
    return (struct span){source, (uint32_t)start, (uint32_t)(end < text.len ? end : text.len)};
}

/* "RULE, reason" or "RULE RULE, reason" from `at` to the end of its line. */
static void read_comment(struct diags *d, struct str text, uint32_t source, size_t line,
                         size_t hash, size_t at) {
    size_t end = str_find_char(text, '\n', at),
           names = str_find_char(str_slice(text, 0, end), ',', at);
    bool alone = str_trim(str_slice(text, line, hash)).len == 0;
    struct span scope = alone ? next_entry(text, source, end)
                              : (struct span){source, (uint32_t)line, (uint32_t)end};
    struct str reason = str_trim(str_slice(text, names < end ? names + 1 : end, end));
    for (size_t i = at; i < names;) {
        size_t stop = i;
        while (stop < names && text.ptr[stop] != ' ' && text.ptr[stop] != '\r')
            stop++;
        if (stop > i)
            allow_rule(d, str_slice(text, i, stop),
                       (struct span){source, (uint32_t)i, (uint32_t)stop}, scope, reason);
        i = stop + 1;
    }
}

static void read_comments(struct diags *d, struct str text, uint32_t source) {
    static const char words[] = "# apic: allow ";
    struct str mark = str_from(words);
    for (size_t at = str_find(text, mark, 0); at < text.len; at = str_find(text, mark, at + 1)) {
        size_t line = at;
        while (line > 0 && text.ptr[line - 1] != '\n')
            line--;
        if (at == line || text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '\t')
            read_comment(d, text, source, line, at, at + mark.len);
    }
}

void template_read_accepts(const struct graph *g, struct diags *d, const struct sources *sources,
                           uint32_t source) {
    struct str text = source_get(sources, source)->text;
    read_comments(d, text, source);
    read_metadata(d, g->metadata, (struct span){source, 0, (uint32_t)text.len});
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct resource *r = g->resources.items[i];
        read_metadata(d, value_get_c(r->attributes, "Metadata"), r->span);
    }
}
