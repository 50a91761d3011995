#include "pack.h"
#include "schema/schema.h"

#include <stdlib.h>
#include <string.h>

struct shape {
    unsigned kinds; /* and flags */
    uint32_t fields[FIELD_COUNT];
};

static const struct {
    const char *word;
    unsigned kind;
} kind_words[] = {
    {"string", SCHEMA_STRING},   {"integer", SCHEMA_INTEGER}, {"number", SCHEMA_NUMBER},
    {"boolean", SCHEMA_BOOLEAN}, {"json", SCHEMA_JSON},       {"any", SHAPE_ANY},
};

static uint32_t shape_store(const struct shape *shape) {
    uint32_t words[1 + FIELD_COUNT], mask = 0;
    size_t count = 1;
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (shape->fields[i]) {
            mask |= 1u << i;
            words[count++] = shape->fields[i];
        }
    }
    if (mask == 0 && shape->kinds == SHAPE_ANY)
        return 0;
    words[0] = shape->kinds | mask << 16;
    uint32_t at = blob_rows(SECTION_WORDS, words, count, true);
    return blob_rows(SECTION_SHAPES, &at, 1, true);
}

static void take_kind(struct cursor *c, struct shape *shape, shape_def_of *def_of, void *user) {
    if (cursor_take(c, '[')) {
        shape->kinds |= SCHEMA_LIST;
        shape->fields[FIELD_ITEM] = shape_parse(c, def_of, user);
        cursor_expect(c, ']');
        return;
    }
    if (cursor_take(c, '{')) {
        shape->kinds |= SCHEMA_MAP;
        shape->fields[FIELD_VALUE] = shape_parse(c, def_of, user);
        cursor_expect(c, '}');
        return;
    }
    const char *start = c->at;
    while (c->at < c->end && !strchr(" |()[]{},", *c->at))
        c->at++;
    struct span word = {start, (size_t)(c->at - start)};
    if (word.len && *start == '@') {
        shape->kinds |= SCHEMA_OBJECT;
        shape->fields[FIELD_DEF] =
            def_of(user, (struct span){word.ptr + 1, word.len - 1}, c->line);
        return;
    }
    for (size_t i = 0; i < sizeof kind_words / sizeof *kind_words; i++) {
        if (span_is(word, kind_words[i].word)) {
            shape->kinds |= kind_words[i].kind;
            return;
        }
    }
    text_fail(c->line, "'%.*s' is no kind of value", (int)word.len, word.ptr);
}

static uint32_t take_list(struct cursor *c, bool sort) {
    struct span *items = NULL;
    size_t count = 0;
    while (cursor_at_word(c)) {
        items = pack_grow(items, count, sizeof *items);
        items[count++] = cursor_word(c);
    }
    uint32_t list = blob_list(items, count, sort);
    free(items);
    return list;
}

static uint32_t take_enum(struct cursor *c) {
    if (!cursor_ended(c) && *c->at == '*') {
        struct span name = cursor_word(c);
        const struct text_file *file = c->line->file;
        if (span_is(name, "*runtimes"))
            return runtimes_enum();
        for (size_t i = 0; i < file->enum_count; i++) {
            struct text_enum *e = &file->enums[i];
            if (!span_eq(e->name, (struct span){name.ptr + 1, name.len - 1}))
                continue;
            struct span *values = pack_alloc(e->count * sizeof *values);
            for (size_t n = 0; n < e->count; n++) {
                struct cursor value = cursor_new(&e->values[n]);
                values[n] = cursor_word(&value);
            }
            return blob_list(values, e->count, true);
        }
        text_fail(c->line, "no enum '%.*s' in this file", (int)name.len, name.ptr);
    }
    return take_list(c, true);
}

/* "1..64", "..64", "1.." */
static void take_range(struct cursor *c, struct shape *shape, int low) {
    struct span word = cursor_word(c);
    char text[64];
    if (word.len >= sizeof text)
        text_fail(c->line, "too long for a range");
    memcpy(text, word.ptr, word.len);
    text[word.len] = 0;
    char *dots = strstr(text, "..");
    if (!dots)
        text_fail(c->line, "'%s' is no range", text);
    *dots = 0;
    const char *parts[2] = {text, dots + 2};
    for (int i = 0; i < 2; i++) {
        char *end;
        if (!*parts[i])
            continue;
        double value = strtod(parts[i], &end);
        if (*end)
            text_fail(c->line, "'%s' is no number", parts[i]);
        shape->fields[FIELD_LIMITS + low + i] = blob_number(value);
    }
}

static void take_option(struct cursor *c, struct shape *shape) {
    struct span word = cursor_word(c);
    if (span_is(word, "len"))
        take_range(c, shape, SCHEMA_MIN_LENGTH);
    else if (span_is(word, "value"))
        take_range(c, shape, SCHEMA_MIN_VALUE);
    else if (span_is(word, "items"))
        take_range(c, shape, SCHEMA_MIN_ITEMS);
    else if (span_is(word, "unique"))
        shape->kinds |= SHAPE_UNIQUE;
    else if (span_is(word, "anycase"))
        shape->kinds |= SHAPE_ANYCASE;
    else if (span_is(word, "enum"))
        shape->fields[FIELD_ENUM] = take_enum(c);
    else if (span_is(word, "to"))
        shape->fields[FIELD_REFERS] = take_list(c, true);
    else if (span_is(word, "format"))
        shape->fields[FIELD_FORMAT] = blob_string(cursor_word(c));
    else if (span_is(word, "keys"))
        shape->fields[FIELD_KEYS] = blob_string(cursor_word(c));
    else if (span_is(word, "pattern"))
        shape->fields[FIELD_PATTERN] = blob_string(cursor_word(c));
    else
        text_fail(c->line, "'%.*s' is no limit", (int)word.len, word.ptr);
}

uint32_t shape_parse(struct cursor *c, shape_def_of *def_of, void *user) {
    struct shape shape = {0};
    cursor_ended(c);
    do
        take_kind(c, &shape, def_of, user);
    while (c->at < c->end && *c->at == '|' && c->at++);
    if (c->at < c->end && *c->at == '(') {
        c->at++;
        do
            take_option(c, &shape);
        while (cursor_take(c, ','));
        cursor_expect(c, ')');
    }
    return shape_store(&shape);
}

uint32_t shape_string(struct span format) {
    struct shape shape = {.kinds = SCHEMA_STRING};
    shape.fields[FIELD_FORMAT] = blob_string(format);
    return shape_store(&shape);
}
