#include "passes/expand/model.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct reading {
    struct expand *e;
    struct mistakes *mistakes;
    struct span span; /* of the nearest key */
};

static void mistake(struct reading *r, struct str path, const char *message, const char *type) {
    vec_push(r->e->arena, &r->mistakes->items, (struct mistake){path, message, type, r->span});
}

static struct str below(struct reading *r, struct str path, struct str name) {
    return path.len ? str_printf(r->e->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(name)) : name;
}

static struct value *read_model(struct reading *r, const struct model *model, struct value *x,
                                struct str path);

static struct value *text(struct reading *r, struct value *x, struct str path) {
    if (x->kind == VAL_STRING)
        return x;
    if (x->kind == VAL_NUMBER || x->kind == VAL_BOOL) {
        struct value *copy = value_copy_shallow(r->e->v, x);
        copy->text = sam_text(r->e, x);
        copy->kind = VAL_STRING;
        return copy;
    }
    mistake(r, path, "str type expected", "type_error.str");
    return x;
}

static struct value *boolean(struct reading *r, struct value *x, struct str path) {
    static const char *const yes[] = {"1", "true", "t", "yes", "y", "on", NULL};
    static const char *const no[] = {"0", "false", "f", "no", "n", "off", NULL};
    if (x->kind == VAL_BOOL)
        return x;
    struct str word = str_lower(r->e->arena, value_text(x));
    for (unsigned i = 0; x->kind == VAL_STRING && yes[i]; i++)
        if (str_is(word, yes[i]) || str_is(word, no[i]))
            return value_bool(r->e->v, str_is(word, yes[i]));
    int64_t n;
    if (x->kind == VAL_NUMBER && value_to_int(x, &n) && (n == 0 || n == 1))
        return value_bool(r->e->v, n == 1);
    mistake(r, path, "value could not be parsed to a boolean", "type_error.bool");
    return x;
}

static struct value *word(struct reading *r, const struct field *field, struct value *x,
                          struct str path) {
    for (const char *const *w = field->words; *w; w++)
        if (value_is_c(x, *w))
            return x;
    mistake(r, path, "unexpected value", "value_error.const");
    return x;
}

/* What the reference's dict() makes of a value, an empty map of an empty text or list; NULL: nothing. */
static struct value *as_map(struct reading *r, struct value *x) {
    if (sam_is_map(x))
        return x;
    if ((x->kind != VAL_LIST && x->kind != VAL_STRING) || sam_is_truthy(x))
        return NULL;
    struct value *out = value_map(r->e->v);
    out->span = x->span;
    return out;
}

static struct value *map_only(struct reading *r, struct value *x, struct str path) {
    struct value *map = as_map(r, x);
    if (!map)
        mistake(r, path, "value is not a valid dict", "type_error.dict");
    return map ? map : x;
}

/* A number that int() takes, cut to a whole one; else a mistake. */
static struct value *integer(struct reading *r, struct value *x, struct str path) {
    int64_t n;
    if (x->kind == VAL_NUMBER && sam_is_int(x))
        return x;
    if (x->kind == VAL_BOOL)
        return value_int(r->e->v, x->truth);
    if (x->kind == VAL_NUMBER)
        return value_int(r->e->v, (int64_t)strtod(str_cstr(r->e->arena, x->text), NULL));
    if (x->kind == VAL_STRING && str_to_int(str_trim(x->text), &n))
        return value_int(r->e->v, n);
    mistake(r, path, "value is not a valid integer", "type_error.integer");
    return x;
}

static bool is_float(struct reading *r, const struct value *x) {
    if (x->kind == VAL_NUMBER || x->kind == VAL_BOOL)
        return true;
    if (x->kind != VAL_STRING || !x->text.len)
        return false;
    char *end;
    const char *c = str_cstr(r->e->arena, str_trim(x->text));
    strtod(c, &end);
    return end != c && !*end;
}

static struct value *number(struct reading *r, const struct field *field, struct value *x,
                            struct str path) {
    bool whole_first = field->kind == FIELD_MAP_OR_NUMBER;
    struct value *map = as_map(r, x);
    if (map)
        return map;
    if (is_float(r, x) && !(whole_first && x->kind == VAL_STRING))
        return whole_first             ? integer(r, x, path)
               : x->kind == VAL_BOOL   ? value_number(r->e->v, x->truth ? STR("1.0") : STR("0.0"))
               : x->kind == VAL_STRING ? value_number(r->e->v, str_trim(x->text))
                                       : x;
    mistake(r, path, "value is not a valid dict", "type_error.dict");
    if (whole_first)
        return integer(r, x, path);
    mistake(r, path, "value is not a valid float", "type_error.float");
    return x;
}

static struct value *map_or(struct reading *r, struct value *x, struct str path,
                            struct value *(*other)(struct reading *, struct value *, struct str)) {
    struct value *map = as_map(r, x);
    if (map)
        return map;
    uint32_t before = r->mistakes->items.count;
    struct value *converted = other(r, x, path);
    if (r->mistakes->items.count == before)
        return converted;
    r->mistakes->items.count = before;
    mistake(r, path, "value is not a valid dict", "type_error.dict");
    return other(r, x, path);
}

static struct value *map_or_text(struct reading *r, struct value *x, struct str path) {
    return map_or(r, x, path, text);
}

/* One value of a list or map, by the kind of the whole. */
static struct value *item(struct reading *r, const struct field *field, struct value *x,
                          struct str path) {
    if (sam_is_none(x) && field->kind != FIELD_ANYS) {
        mistake(r, path, "none is not an allowed value", "type_error.none.not_allowed");
        return x;
    }
    switch (field->kind) {
    case FIELD_WORDS:
        return word(r, field, x, path);
    case FIELD_TEXTS:
        return text(r, x, path);
    case FIELD_MAP_OR_TEXTS:
        return map_or_text(r, x, path);
    case FIELD_MODELS:
    case FIELD_MODEL_MAP:
    case FIELD_MODEL_MAP_MAP:
        return read_model(r, field->model, x, path);
    default:
        return x;
    }
}

static struct value *list(struct reading *r, const struct field *field, struct value *x,
                          struct str path) {
    if (!sam_is_list(x)) {
        mistake(r, path, "value is not a valid list", "type_error.list");
        return x;
    }
    struct value *copy = value_copy_shallow(r->e->v, x);
    for (uint32_t i = 0; i < x->count; i++)
        copy->items[i] =
            item(r, field, x->items[i], below(r, path, str_printf(r->e->arena, "%u", i)));
    return copy;
}

static struct value *map_or_list(struct reading *r, const struct field *field, struct value *x,
                                 struct str path) {
    struct value *map = as_map(r, x);
    if (map)
        return map;
    uint32_t before = r->mistakes->items.count;
    mistake(r, path, "value is not a valid dict", "type_error.dict");
    struct value *read = list(r, field, x, path);
    if (r->mistakes->items.count == before + 1)
        r->mistakes->items.count = before;
    return read;
}

static struct value *model_map(struct reading *r, const struct field *field, struct value *x,
                               struct str path, unsigned levels) {
    struct value *map = as_map(r, x);
    if (!map) {
        mistake(r, path, "value is not a valid dict", "type_error.dict");
        return x;
    }
    struct value *copy = value_copy_shallow(r->e->v, sam_entries(r->e, map));
    for (uint32_t i = 0; i < copy->count; i++) {
        struct member *m = &copy->members[i];
        struct str inner = below(r, path, m->key);
        r->span = m->span;
        m->value = levels > 1 && !sam_is_none(m->value)
                       ? model_map(r, field, m->value, inner, levels - 1)
                       : item(r, field, m->value, inner);
    }
    return copy;
}

static struct value *model_or_bool(struct reading *r, const struct field *field, struct value *x,
                                   struct str path) {
    uint32_t before = r->mistakes->items.count;
    struct value *read = read_model(r, field->model, x, path);
    if (r->mistakes->items.count == before)
        return read;
    uint32_t failed = r->mistakes->items.count;
    read = boolean(r, x, path);
    if (r->mistakes->items.count == failed)
        r->mistakes->items.count = before;
    return read;
}

static struct value *convert(struct reading *r, const struct field *field, struct value *x,
                             struct str path) {
    switch (field->kind) {
    case FIELD_ANY:
        return x;
    case FIELD_TEXT:
        return text(r, x, path);
    case FIELD_BOOL:
        return boolean(r, x, path);
    case FIELD_MAP:
        return map_only(r, x, path);
    case FIELD_WORD:
        return word(r, field, x, path);
    case FIELD_MODEL:
        return read_model(r, field->model, x, path);
    case FIELD_MODEL_MAP:
        return model_map(r, field, x, path, 1);
    case FIELD_MODEL_MAP_MAP:
        return model_map(r, field, x, path, 2);
    case FIELD_MODEL_OR_BOOL:
        return model_or_bool(r, field, x, path);
    case FIELD_MAP_OR_TEXT:
        return map_or_text(r, x, path);
    case FIELD_MAP_OR_INT:
        return map_or(r, x, path, integer);
    case FIELD_MAP_OR_NUMBER:
    case FIELD_MAP_OR_FLOAT:
        return number(r, field, x, path);
    case FIELD_MAP_OR_TEXTS:
        return map_or_list(r, field, x, path);
    case FIELD_WORDS:
    case FIELD_TEXTS:
    case FIELD_ANYS:
    case FIELD_MODELS:
        return list(r, field, x, path);
    }
    return x;
}

static bool is_field(const struct model *model, struct str name) {
    for (unsigned i = 0; i < model->count; i++)
        if (str_is(name, model->fields[i].name))
            return true;
    return false;
}

static struct value *read_model(struct reading *r, const struct model *model, struct value *x,
                                struct str path) {
    struct value *out = value_map(r->e->v), *map = as_map(r, x);
    out->span = x->span;
    if (!map) {
        mistake(r, path, "value is not a valid dict", "type_error.dict");
        return out;
    }
    const struct value *entries = sam_entries(r->e, map);
    struct span span = r->span;
    for (unsigned i = 0; i < model->count; i++) {
        const struct field *field = &model->fields[i];
        const struct member *m = value_member(entries, str_from(field->name));
        struct str inner = below(r, path, str_from(field->name));
        r->span = m && !span_is_nil(m->span) ? m->span : span;
        if (!m && field->is_required)
            mistake(r, inner, "field required", "value_error.missing");
        else if (m && sam_is_none(m->value) && field->is_required)
            mistake(r, inner, "none is not an allowed value", "type_error.none.not_allowed");
        else if (m && !sam_is_none(m->value))
            value_put(r->e->v, out, m->key, convert(r, field, m->value, inner))->span = r->span;
    }
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct member *m = &entries->members[i];
        r->span = m->span;
        if (!is_field(model, m->key))
            mistake(r, below(r, path, m->key), "extra fields not permitted", "value_error.extra");
    }
    r->span = span;
    return out;
}

struct value *model_read(struct expand *e, const struct model *model, struct value *x,
                         struct mistakes *mistakes) {
    struct reading r = {e, mistakes, x->span};
    return read_model(&r, model, x, STR_NIL);
}

struct value *model_of(struct expand *e, struct sam *s, const struct model *model) {
    struct mistakes mistakes = {0};
    struct value *out = model_read(e, model, s->properties, &mistakes);
    if (mistakes.items.count)
        sam_fail(e, s->id, mistakes.items.items[0].span, "Property '%.*s' is invalid.",
                 STR_ARG(mistakes.items.items[0].path));
    return out;
}

/* The types that a mistake's message names, or NULL. */
static const char *wanted_type(const char *message) {
    static const char *const rows[][2] = {
        {"not a valid dict", "dictionary"}, {"not a valid int", "integer"},
        {"not a valid float", "number"},    {"not a valid list", "list"},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strstr(message, rows[i][0]))
            return rows[i][1];
    return NULL;
}

static void put_one(struct buf *b, const struct mistake *m) {
    buf_printf(b, "Property '%.*s' ", STR_ARG(m->path));
    if (strcmp(m->type, "value_error.missing") == 0)
        buf_c(b, "is required.");
    else if (strcmp(m->type, "value_error.extra") == 0)
        buf_c(b, "is an invalid property.");
    else
        buf_printf(b, "%s.", m->message);
}

/* All that was said of the path of mistake i, as one sentence. */
static void put_path(struct buf *b, const struct mistakes *all, uint32_t from) {
    const struct mistake *first = &all->items.items[from];
    const char *types[4];
    unsigned count = 0;
    for (uint32_t i = from; i < all->items.count; i++) {
        const struct mistake *m = &all->items.items[i];
        const char *type = str_eq(m->path, first->path) ? wanted_type(m->message) : NULL;
        bool known = !type;
        for (unsigned j = 0; j < count; j++)
            known = known || types[j] == type;
        if (!known && count < 4)
            types[count++] = type;
    }
    if (count < 2) {
        put_one(b, first);
        return;
    }
    buf_printf(b, "Property '%.*s' value must be ", STR_ARG(first->path));
    for (unsigned j = 0; j < count; j++)
        buf_printf(b, "%s%s", j ? " or " : "", types[j]);
    buf_char(b, '.');
}

struct value *model_of_all(struct expand *e, struct sam *s, const struct model *model) {
    struct mistakes all = {0};
    struct value *out = model_read(e, model, s->properties, &all);
    if (!all.items.count)
        return out;
    struct buf b;
    buf_init(&b, e->arena, 0);
    for (uint32_t i = 0; i < all.items.count; i++) {
        bool said = false;
        for (uint32_t j = 0; j < i; j++)
            said = said || str_eq(all.items.items[i].path, all.items.items[j].path);
        if (said)
            continue;
        buf_c(&b, b.len ? " " : "");
        put_path(&b, &all, i);
    }
    sam_fail(e, s->id, all.items.items[0].span, "%.*s", STR_ARG(buf_view(&b)));
}
