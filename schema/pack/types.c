#include "pack.h"
#include "schema/schema.h"

#include <stdlib.h>
#include <string.h>

/* Some properties (or attributes) under one heading of a type. */
struct block {
    struct span name;
    bool open;
    bool started;  /* being packed */
    uint32_t id;   /* its def, once known */
    struct text_line *lines;
    size_t count;
};

struct type {
    struct text_line place;
    struct span name;
    struct text_line *directives;
    size_t directive_count;
    struct block attributes;
    struct block **defs; /* the first is the body */
    size_t def_count;
};

static struct type **types;
static size_t type_count;

/* ---- reading ---- */

static struct type *type_named(struct span name, const struct text_line *line) {
    for (size_t i = type_count; i-- > 0;) /* most often the last one */
        if (span_eq(types[i]->name, name))
            return types[i];
    struct type *type = pack_alloc(sizeof *type);
    type->name = name;
    type->place = *line;
    types = pack_grow(types, type_count, sizeof *types);
    types[type_count++] = type;
    return type;
}

static struct block *def_named(struct type *type, struct span name) {
    for (size_t i = 0; i < type->def_count; i++)
        if (span_eq(type->defs[i]->name, name))
            return type->defs[i];
    struct block *block = pack_alloc(sizeof *block);
    block->name = name;
    type->defs = pack_grow(type->defs, type->def_count, sizeof *type->defs);
    type->defs[type->def_count++] = block;
    return block;
}

static struct span first_word(const struct text_line *line) {
    struct cursor c = cursor_new(line);
    bool group = *c.at == '(' || (*c.at == '-' && line->text.len > 1 && c.at[1] == '(');
    return group ? line->text : cursor_word(&c);
}

/* Adds a line; one for the same name takes the place of the earlier one, "-Name" removes it. */
static void set_line(struct text_line **lines, size_t *count, const struct text_line *line,
                     bool replace) {
    struct span word = first_word(line);
    bool remove = word.len > 1 && *word.ptr == '-';
    if (remove)
        word = (struct span){word.ptr + 1, word.len - 1};
    for (size_t i = 0; i < *count; i++) {
        if (!span_eq(first_word(&(*lines)[i]), word))
            continue;
        if (!replace)
            text_fail(line, "'%.*s' is here twice", (int)word.len, word.ptr);
        if (remove)
            memmove(&(*lines)[i], &(*lines)[i + 1], (--*count - i) * sizeof **lines);
        else
            (*lines)[i] = *line;
        return;
    }
    if (remove)
        text_fail(line, "'%.*s' isn't there", (int)word.len, word.ptr);
    *lines = pack_grow(*lines, *count, sizeof **lines);
    (*lines)[(*count)++] = *line;
}

static void read_enum(struct text_file *file, struct span name) {
    file->enums = pack_grow(file->enums, file->enum_count, sizeof *file->enums);
    file->enums[file->enum_count++].name = name;
}

static void read_enum_value(struct text_file *file, const struct text_line *line) {
    struct text_enum *e = &file->enums[file->enum_count - 1];
    e->values = pack_grow(e->values, e->count, sizeof *e->values);
    e->values[e->count++] = *line;
}

static struct block *open_block(struct type *type, const struct text_line *line, struct cursor *c,
                                struct span word) {
    struct block *block;
    if (span_is(word, "attributes"))
        block = &type->attributes;
    else if (span_is(word, "properties"))
        block = def_named(type, type->name);
    else
        block = def_named(type, cursor_word(c));
    if (!cursor_ended(c)) {
        word = cursor_word(c);
        if (!span_is(word, "open") && !span_is(word, "closed"))
            text_fail(line, "expected 'open' at '%.*s'", (int)word.len, word.ptr);
        block->open = span_is(word, "open");
    }
    return block;
}

void types_read(const char *path) {
    struct text_file *file = text_read(path);
    struct text_line line;
    struct type *type = NULL;
    struct block *block = NULL;
    size_t at = 0;
    unsigned number = 0;
    bool overlay = strstr(path, "/overlay/") != NULL;
    while (text_next(file, &at, &number, &line)) {
        struct cursor c = cursor_new(&line);
        if (line.indent == 0) {
            struct span word = cursor_word(&c), name = cursor_word(&c);
            block = NULL;
            type = span_is(word, "type") ? type_named(name, &line) : NULL;
            if (span_is(word, "enum"))
                read_enum(file, name);
            else if (!type)
                text_fail(&line, "expected 'type' or 'enum'");
        } else if (!type) {
            if (!file->enum_count)
                text_fail(&line, "expected 'type' or 'enum'");
            read_enum_value(file, &line);
        } else if (line.indent == 2) {
            struct span word = cursor_word(&c);
            if (span_is(word, "attributes") || span_is(word, "properties") || span_is(word, "def"))
                block = open_block(type, &line, &c, word);
            else
                set_line(&type->directives, &type->directive_count, &line, overlay);
        } else if (block) {
            set_line(&block->lines, &block->count, &line, overlay);
        } else {
            text_fail(&line, "expected 'attributes', 'properties' or 'def' before");
        }
    }
}

/* ---- packing ---- */

static uint32_t pack_def(struct type *type, struct block *block);

static uint32_t def_of(void *user, struct span name, const struct text_line *line) {
    struct type *type = user;
    struct span wanted = name.len ? name : type->name;
    for (size_t i = 0; i < type->def_count; i++)
        if (span_eq(type->defs[i]->name, wanted))
            return pack_def(type, type->defs[i]);
    text_fail(line, "no def '%.*s' in this type", (int)wanted.len, wanted.ptr);
}

static const struct {
    const char *word;
    uint32_t flag;
} flag_words[] = {
    {"required", PROPERTY_REQUIRED},     {"read-only", PROPERTY_READ_ONLY},
    {"write-only", PROPERTY_WRITE_ONLY}, {"deprecated", PROPERTY_DEPRECATED},
    {"may-replace", PROPERTY_MAY_REPLACE}, {"replaces", PROPERTY_REPLACES},
};

static void pack_property(struct type *type, const struct text_line *line, uint32_t *row) {
    struct cursor c = cursor_new(line);
    row[0] = blob_string(cursor_word(&c));
    uint32_t shape = shape_parse(&c, def_of, type), flags = 0;
    while (!cursor_ended(&c)) {
        struct span word = cursor_word(&c);
        uint32_t flag = 0;
        for (size_t i = 0; i < sizeof flag_words / sizeof *flag_words; i++)
            if (span_is(word, flag_words[i].word))
                flag = flag_words[i].flag;
        if (!flag)
            text_fail(line, "'%.*s' is no mark of a property", (int)word.len, word.ptr);
        flags |= flag;
    }
    if (shape >= 1u << 24)
        text_fail(line, "too many shapes");
    row[1] = shape | flags << 24;
}

static uint32_t names_until_end(struct cursor *c) {
    struct span names[256];
    size_t count = 0;
    while (cursor_at_word(c) && count < 256)
        names[count++] = cursor_word(c);
    return blob_list(names, count, true);
}

static uint32_t set_of(struct span word) {
    struct span names[256];
    size_t count = 0;
    const char *start = word.ptr, *end = word.ptr + word.len;
    for (const char *p = start; p <= end && count < 256; p++) {
        if (p == end || *p == '+') {
            names[count++] = (struct span){start, (size_t)(p - start)};
            start = p + 1;
        }
    }
    return blob_list(names, count, true);
}

static void pack_when(struct type *type, struct cursor *c, uint32_t *row) {
    struct span values[256];
    size_t count = 0;
    row[1] = blob_string(cursor_word(c));
    if (!span_is(cursor_word(c), "="))
        text_fail(c->line, "expected '=' after the property");
    for (;;) {
        struct span word = cursor_word(c);
        if (span_is(word, "shape")) {
            row[0] = SCHEMA_GROUP_WHEN_SHAPE;
            row[3] = blob_string(cursor_word(c));
            row[4] = shape_parse(c, def_of, type);
        } else if (span_is(word, "needs") || span_is(word, "excludes")) {
            uint32_t set = names_until_end(c);
            row[0] = (span_is(word, "needs") ? SCHEMA_GROUP_WHEN_NEEDS
                                             : SCHEMA_GROUP_WHEN_EXCLUDES) | 1 << 8;
            row[5] = blob_rows(SECTION_SETS, &set, 1, true);
        } else if (count < 256) {
            values[count++] = word;
            continue;
        }
        row[2] = blob_list(values, count, true);
        return;
    }
}

static void pack_group(struct type *type, const struct text_line *line, uint32_t *row) {
    struct cursor c = cursor_new(line);
    cursor_expect(&c, '(');
    struct span kind = cursor_word(&c);
    memset(row, 0, 24);
    if (span_is(kind, "when")) {
        pack_when(type, &c, row);
    } else if (span_is(kind, "needs") || span_is(kind, "excludes")) {
        struct span subject = cursor_word(&c);
        subject.len -= subject.len && subject.ptr[subject.len - 1] == ':';
        row[1] = blob_string(subject);
        uint32_t set = names_until_end(&c);
        row[0] = (span_is(kind, "needs") ? SCHEMA_GROUP_NEEDS : SCHEMA_GROUP_EXCLUDES) | 1 << 8;
        row[5] = blob_rows(SECTION_SETS, &set, 1, true);
    } else {
        uint32_t sets[256], count = 0;
        while (cursor_at_word(&c) && count < 256)
            sets[count++] = set_of(cursor_word(&c));
        if (span_is(kind, "one"))
            row[0] = SCHEMA_GROUP_ONE;
        else if (span_is(kind, "some"))
            row[0] = SCHEMA_GROUP_SOME;
        else if (span_is(kind, "at-most-one"))
            row[0] = SCHEMA_GROUP_AT_MOST_ONE;
        else
            text_fail(line, "'%.*s' is no kind of group", (int)kind.len, kind.ptr);
        row[0] |= count << 8;
        row[5] = blob_rows(SECTION_SETS, sets, count, true);
    }
    cursor_expect(&c, ')');
}

static int by_first_word(const void *a, const void *b) {
    return span_cmp(first_word(a), first_word(b));
}

static uint32_t pack_def(struct type *type, struct block *block) {
    if (block->started) { /* done, or contains itself: then its row is reserved now, filled later */
        if (!block->id)
            block->id = blob_rows(SECTION_DEFS, (uint32_t[4]){0}, 1, false);
        return block->id;
    }
    block->started = true;
    qsort(block->lines, block->count, sizeof *block->lines, by_first_word);
    uint32_t *properties = pack_alloc((block->count + 1) * 8), property_count = 0;
    uint32_t *groups = pack_alloc((block->count + 1) * 24), group_count = 0;
    for (size_t i = 0; i < block->count; i++) {
        if (*block->lines[i].text.ptr == '(')
            pack_group(type, &block->lines[i], groups + 6 * group_count++);
        else
            pack_property(type, &block->lines[i], properties + 2 * property_count++);
    }
    if (property_count > 0xffff || group_count > 0xff)
        text_fail(&block->lines[0], "too many properties or groups");
    uint32_t row[4] = {blob_string(block->name),
                       blob_rows(SECTION_PROPERTIES, properties, property_count, true),
                       blob_rows(SECTION_GROUPS, groups, group_count, true),
                       property_count | group_count << 16 | (block->open ? DEF_OPEN : 0u) << 24};
    free(properties);
    free(groups);
    if (block->id)
        for (unsigned i = 0; i < 4; i++)
            blob_set_word(SECTION_DEFS, block->id, i, row[i]);
    else
        block->id = blob_rows(SECTION_DEFS, row, 1, true);
    return block->id;
}

/* The shape of an attribute or property by its name; 0 if there is none. */
static uint32_t shape_named(struct type *type, struct span name) {
    struct block *blocks[2] = {&type->attributes, def_named(type, type->name)};
    for (int i = 0; i < 2; i++) {
        for (size_t n = 0; n < blocks[i]->count; n++) {
            if (span_eq(first_word(&blocks[i]->lines[n]), name)) {
                struct cursor c = cursor_new(&blocks[i]->lines[n]);
                cursor_word(&c);
                return shape_parse(&c, def_of, type);
            }
        }
    }
    return shape_string((struct span){0});
}

static bool ends(struct span s, const char *end) {
    size_t len = strlen(end);
    return s.len >= len && memcmp(s.ptr + s.len - len, end, len) == 0;
}

/* What sort of thing the identifier of this name is. Plain "Id" tells nothing: a secret's is its
   ARN, an IAM policy's its name. */
static enum schema_ref_kind ref_kind(struct span name) {
    if (span_is(name, "Id"))
        return SCHEMA_REF_UNKNOWN;
    if (ends(name, "Arn") || ends(name, "ARN"))
        return SCHEMA_REF_ARN;
    if (ends(name, "Url") || ends(name, "URL") || ends(name, "Uri") || ends(name, "URI"))
        return SCHEMA_REF_URL;
    if (ends(name, "Id") || ends(name, "ID") || ends(name, "Identifier"))
        return SCHEMA_REF_ID;
    return ends(name, "Name") ? SCHEMA_REF_NAME : SCHEMA_REF_OTHER;
}

static size_t take_names(struct cursor *c, struct span names[16]) {
    size_t count = 0;
    while (!cursor_ended(c) && count < 16)
        names[count++] = cursor_word(c);
    return count;
}

static enum schema_tag_style tag_style(struct cursor *c) {
    struct span word = cursor_word(c);
    if (span_is(word, "list"))
        return SCHEMA_TAGS_LIST;
    if (span_is(word, "map"))
        return SCHEMA_TAGS_MAP;
    if (span_is(word, "asg"))
        return SCHEMA_TAGS_ASG;
    text_fail(c->line, "'%.*s' is no style of tags", (int)word.len, word.ptr);
}

/* Words of a row of TYPES. */
enum { NAME, BODY, ATTRIBUTE, ATTRIBUTES, REF, IDENTIFIER, ARN, TAGS, REF_SHAPE, LIFE, LIFE_DATE,
       WHERE, FLAGS, WORDS };

static void pack_ref(struct type *type, struct span *names, size_t count, uint32_t *row) {
    enum schema_ref_kind kind = count == 1 ? ref_kind(names[0]) : SCHEMA_REF_OTHER;
    row[REF_SHAPE] = count == 1 ? shape_named(type, names[0]) : shape_string((struct span){0});
    row[REF] = blob_list(names, count, false);
    row[FLAGS] = (row[FLAGS] & ~(15u << TYPE_REF_KIND)) | (uint32_t)kind << TYPE_REF_KIND;
}

static const char *const ref_kinds[] = {"unknown", "name", "arn", "id", "url", "other"};

static uint32_t take_ref_kind(struct cursor *c) {
    struct span word = cursor_word(c);
    for (uint32_t i = 0; i < sizeof ref_kinds / sizeof *ref_kinds; i++)
        if (span_is(word, ref_kinds[i]))
            return i;
    text_fail(c->line, "'%.*s' is nothing Ref returns", (int)word.len, word.ptr);
}

static void pack_directive(struct type *type, const struct text_line *line, uint32_t *row) {
    struct cursor c = cursor_new(line);
    struct span word = cursor_word(&c), names[16];
    size_t count;
    if (span_is(word, "ref")) {
        count = take_names(&c, names);
        pack_ref(type, names, count, row);
    } else if (span_is(word, "identifier")) {
        count = take_names(&c, names);
        if (!row[REF])
            pack_ref(type, names, count, row);
        row[IDENTIFIER] = blob_list(names, count, false);
    } else if (span_is(word, "ref-kind")) {
        row[FLAGS] &= ~(15u << TYPE_REF_KIND);
        row[FLAGS] |= take_ref_kind(&c) << TYPE_REF_KIND;
    } else if (span_is(word, "arn")) {
        row[ARN] = blob_string(cursor_word(&c));
    } else if (span_is(word, "tags")) {
        row[TAGS] = blob_string(cursor_word(&c));
        row[FLAGS] |= (uint32_t)tag_style(&c) << TYPE_TAG_STYLE;
    } else if (span_is(word, "stateful")) {
        row[FLAGS] |= TYPE_STATEFUL;
    } else if (span_is(word, "lifecycle")) {
        row[LIFE] = blob_string(cursor_word(&c));
        if (!cursor_ended(&c))
            row[LIFE_DATE] = blob_string(cursor_word(&c));
    } else {
        text_fail(line, "'%.*s' is nothing a type has", (int)word.len, word.ptr);
    }
    if (!cursor_ended(&c))
        text_fail(line, "unexpected '%.*s'", (int)(c.end - c.at), c.at);
}

static void pack_attributes(struct type *type, uint32_t *row) {
    struct block *block = &type->attributes;
    qsort(block->lines, block->count, sizeof *block->lines, by_first_word);
    uint32_t *rows = pack_alloc((block->count + 1) * 8);
    for (size_t i = 0; i < block->count; i++)
        pack_property(type, &block->lines[i], rows + 2 * i);
    row[ATTRIBUTE] = blob_rows(SECTION_ATTRIBUTES, rows, block->count, true);
    row[ATTRIBUTES] = (uint32_t)block->count;
    row[FLAGS] |= block->open ? TYPE_OPEN_ATTRIBUTES : 0;
    free(rows);
}

static void pack_type(struct type *type) {
    uint32_t row[WORDS] = {0};
    row[NAME] = blob_string(type->name);
    row[BODY] = pack_def(type, def_named(type, type->name));
    pack_attributes(type, row);
    for (size_t i = 0; i < type->directive_count; i++)
        pack_directive(type, &type->directives[i], row);
    row[WHERE] = regions_of(type->name);
    if (type->name.len > 17 && memcmp(type->name.ptr, "AWS::Serverless::", 17) == 0)
        row[FLAGS] |= TYPE_SAM;
    blob_rows(SECTION_TYPES, row, 1, false);
    for (size_t i = 0; i < type->def_count; i++)
        if (!type->defs[i]->started && type->defs[i]->count)
            text_fail(&type->defs[i]->lines[0], "this def isn't used");
}

static int by_name(const void *a, const void *b) {
    return span_cmp((*(struct type *const *)a)->name, (*(struct type *const *)b)->name);
}

static void pack_slots(void) {
    uint32_t count = 1;
    while (count < 2 * type_count)
        count *= 2;
    uint32_t *slots = pack_alloc(count * sizeof *slots);
    for (uint32_t i = 0; i < type_count; i++) {
        uint32_t at = schema_format_hash(types[i]->name.ptr, (uint32_t)types[i]->name.len);
        while (slots[at & (count - 1)])
            at++;
        slots[at & (count - 1)] = i + 1;
    }
    blob_rows(SECTION_TYPE_SLOTS, slots, count, false);
}

void types_pack(void) {
    qsort(types, type_count, sizeof *types, by_name);
    for (size_t i = 0; i < type_count; i++)
        pack_type(types[i]);
    pack_slots();
}
