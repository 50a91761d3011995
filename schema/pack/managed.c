#include "pack.h"

#include <stdlib.h>

/* AWS's managed policies: "policy NAME", then a line for each statement. */

struct policy {
    struct span name;
    struct text_line *statements;
    size_t count;
};

static struct policy *policies;
static size_t policy_count;

void managed_read(const char *path) {
    struct text_file *file = text_read(path);
    struct text_line line;
    size_t at = 0;
    unsigned number = 0;
    while (text_next(file, &at, &number, &line)) {
        struct cursor c = cursor_new(&line);
        struct span word = cursor_word(&c);
        if (span_is(word, "policy")) {
            policies = pack_grow(policies, policy_count, sizeof *policies);
            policies[policy_count] = (struct policy){0};
            policies[policy_count++].name = cursor_word(&c);
        } else if (policy_count && (span_is(word, "allow") || span_is(word, "deny"))) {
            struct policy *last = &policies[policy_count - 1];
            last->statements = pack_grow(last->statements, last->count, sizeof line);
            last->statements[last->count++] = line;
        } else {
            text_fail(&line, "'%.*s' is nothing a policy has", (int)word.len, word.ptr);
        }
    }
}

struct group {
    struct span what;
    struct span *items;
    size_t count;
};

static struct group take_group(struct cursor *c) {
    struct group out = {0};
    cursor_expect(c, '(');
    out.what = cursor_word(c);
    while (cursor_at_word(c)) {
        out.items = pack_grow(out.items, out.count, sizeof *out.items);
        out.items[out.count++] = cursor_word(c);
    }
    cursor_expect(c, ')');
    return out;
}

static void pack_statement(const struct text_line *line) {
    struct cursor c = cursor_new(line);
    uint32_t row[4] = {0}, flags = span_is(cursor_word(&c), "deny") ? MANAGED_DENIES : 0, count = 0;
    row[2] = blob_count(SECTION_MANAGED_CONDITIONS);
    while (!cursor_ended(&c)) {
        struct group g = take_group(&c);
        if (span_is(g.what, "do") || span_is(g.what, "not-do")) {
            row[0] = blob_list(g.items, g.count, false);
            flags |= span_is(g.what, "not-do") ? MANAGED_NOT_ACTION : 0;
        } else if (span_is(g.what, "on") || span_is(g.what, "not-on")) {
            row[1] = blob_list(g.items, g.count, false);
            flags |= span_is(g.what, "not-on") ? MANAGED_NOT_RESOURCE : 0;
        } else if (span_is(g.what, "if") && g.count > 1) {
            uint32_t condition[3] = {blob_string(g.items[0]), blob_string(g.items[1]),
                                     blob_list(g.items + 2, g.count - 2, false)};
            blob_rows(SECTION_MANAGED_CONDITIONS, condition, 1, false);
            count++;
        } else {
            text_fail(line, "unexpected '%.*s'", (int)g.what.len, g.what.ptr);
        }
        free(g.items);
    }
    row[3] = flags | count << 8;
    blob_rows(SECTION_MANAGED_STATEMENTS, row, 1, false);
}

static int by_name(const void *a, const void *b) {
    return span_cmp(((const struct policy *)a)->name, ((const struct policy *)b)->name);
}

void managed_pack(void) {
    qsort(policies, policy_count, sizeof *policies, by_name);
    for (size_t i = 0; i < policy_count; i++) {
        uint32_t row[3] = {blob_string(policies[i].name), blob_count(SECTION_MANAGED_STATEMENTS),
                           (uint32_t)policies[i].count};
        for (size_t k = 0; k < policies[i].count; k++)
            pack_statement(&policies[i].statements[k]);
        blob_rows(SECTION_MANAGED, row, 1, false);
    }
}
