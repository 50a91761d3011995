#include "graph/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"

enum {
    INDEX_FROM = 12,       /* members from which a map keeps a hash index */
    MEMBERS_ON_STACK = 24, /* of a map whose members are put in order */
};

struct value value_nil;

static const struct intrinsic intrinsics[VAL_KINDS] = {
#define INTRINSIC(id, name, tag, form)                                                             \
    [VAL_##id] = {{name, sizeof name - 1}, {tag, sizeof tag - 1}, FORM_##form},
#include "graph/values.def"
#undef INTRINSIC
    [VAL_FN] = {{NULL, 0}, {NULL, 0}, FORM_ONE},
};

const struct intrinsic *value_intrinsic(enum value_kind kind) {
    return &intrinsics[kind];
}

enum value_kind value_kind_by_name(struct str name) {
    bool is_function = str_starts(name, STR("Fn::"));
    if (!is_function && !str_is(name, "Ref") && !str_is(name, "Condition"))
        return VAL_NIL;
    for (int k = VAL_FIRST_INTRINSIC; k < VAL_LAST_INTRINSIC; k++)
        if (str_eq(intrinsics[k].name, name))
            return (enum value_kind)k;
    return is_function && !str_starts(name, STR("Fn::ForEach")) ? VAL_FN : VAL_NIL;
}

enum value_kind value_kind_by_tag(struct str tag) {
    for (int k = VAL_FIRST_INTRINSIC; k < VAL_LAST_INTRINSIC; k++)
        if (str_eq(intrinsics[k].tag, tag))
            return (enum value_kind)k;
    return VAL_NIL;
}

static void check_count(struct values *v, uint32_t count) {
    if (count > LIMIT_VALUES && v->arena->on_failure)
        longjmp(*v->arena->on_failure, 2);
}

/* A value in which each holds the one before twice is small, and a walk over it endless: it counts as
   what the walk meets. */
static void note_inside(struct values *v, struct value *x, const struct value *item) {
    uint64_t inside = (uint64_t)x->inside + 1 + item->inside;
    x->inside = inside < UINT32_MAX ? (uint32_t)inside : UINT32_MAX;
    check_count(v, x->inside);
}

static struct value *value_new(struct values *v, enum value_kind kind) {
    struct value *x = arena_new(v->arena, struct value);
    x->kind = (uint8_t)kind;
    x->span = v->place.span;
    x->origin = v->place.origin;
    check_count(v, ++v->made);
    return x;
}

struct value *value_null(struct values *v) {
    return value_new(v, VAL_NULL);
}

struct value *value_bool(struct values *v, bool truth) {
    struct value *x = value_new(v, VAL_BOOL);
    x->truth = truth;
    return x;
}

struct value *value_int(struct values *v, int64_t n) {
    return value_number(v, str_printf(v->arena, "%lld", (long long)n));
}

struct value *value_number(struct values *v, struct str spelling) {
    struct value *x = value_new(v, VAL_NUMBER);
    x->text = spelling;
    return x;
}

struct value *value_string(struct values *v, struct str text) {
    struct value *x = value_new(v, VAL_STRING);
    x->text = text;
    return x;
}

struct value *value_c(struct values *v, const char *text) {
    return value_string(v, str_from(text));
}

struct value *value_list(struct values *v) {
    return value_new(v, VAL_LIST);
}

struct value *value_map(struct values *v) {
    return value_new(v, VAL_MAP);
}

struct value *value_ref(struct values *v, struct str logical_id) {
    struct value *x = value_new(v, VAL_REF);
    x->text = logical_id;
    return x;
}

struct value *value_getatt(struct values *v, struct str logical_id, struct str attribute) {
    struct value *x = value_new(v, VAL_GETATT);
    x->text = logical_id;
    value_push(v, x, value_string(v, attribute));
    return x;
}

struct value *value_sub(struct values *v, struct str text, struct value *vars) {
    struct value *x = value_new(v, VAL_SUB);
    x->text = text;
    if (vars)
        value_push(v, x, vars);
    return x;
}

struct value *value_call(struct values *v, enum value_kind kind, unsigned count, ...) {
    struct value *x = value_new(v, kind);
    va_list args;
    va_start(args, count);
    for (unsigned i = 0; i < count; i++)
        value_push(v, x, va_arg(args, struct value *));
    va_end(args);
    return x;
}

static struct value *getatt_from(struct values *v, struct value *argument) {
    if (argument->kind == VAL_STRING) {
        struct str rest, id = str_split(argument->text, '.', &rest);
        return id.len && rest.len ? value_getatt(v, id, rest) : NULL;
    }
    if (argument->kind != VAL_LIST || argument->count < 2 || argument->items[0]->kind != VAL_STRING)
        return NULL;
    struct value *x = value_new(v, VAL_GETATT);
    x->text = argument->items[0]->text;
    if (argument->count == 2) {
        value_push(v, x, argument->items[1]);
        return x;
    }
    struct buf b;
    buf_init(&b, v->arena, LIMIT_STRING_BYTES);
    for (uint32_t i = 1; i < argument->count; i++) {
        if (argument->items[i]->kind != VAL_STRING)
            return NULL;
        buf_c(&b, i > 1 ? "." : "");
        buf_str(&b, argument->items[i]->text);
    }
    value_push(v, x, value_string(v, buf_view(&b)));
    return x;
}

static struct value *sub_from(struct values *v, struct value *argument) {
    if (argument->kind == VAL_STRING)
        return value_sub(v, argument->text, NULL);
    bool fits = argument->kind == VAL_LIST && argument->count == 2 &&
                argument->items[0]->kind == VAL_STRING && argument->items[1]->kind == VAL_MAP;
    return fits ? value_sub(v, argument->items[0]->text, argument->items[1]) : NULL;
}

struct value *value_from_function(struct values *v, struct str name, struct value *argument) {
    enum value_kind kind = value_kind_by_name(name);
    if (kind == VAL_NIL)
        return NULL;
    struct value *x = NULL;
    switch (intrinsics[kind].form) {
    case FORM_NAME:
        if (argument->kind != VAL_STRING)
            return NULL;
        x = value_new(v, kind);
        x->text = argument->text;
        return x;
    case FORM_GETATT:
        return getatt_from(v, argument);
    case FORM_SUB:
        return sub_from(v, argument);
    case FORM_LIST:
        if (argument->kind != VAL_LIST)
            return NULL;
        x = value_new(v, kind);
        for (uint32_t i = 0; i < argument->count; i++)
            value_push(v, x, argument->items[i]);
        return x;
    case FORM_ONE:
        x = value_new(v, kind);
        if (kind == VAL_FN)
            x->text = name;
        value_push(v, x, argument);
        return x;
    }
    return NULL;
}

struct value *value_argument(struct values *v, const struct value *x) {
    struct place before = v->place;
    v->place = (struct place){x->span, x->origin};
    struct value *out = &value_nil;
    switch (intrinsics[x->kind].form) {
    case FORM_NAME:
        out = value_string(v, x->text);
        break;
    case FORM_GETATT:
        out = value_at(x, 1);
        if (!value_is_nil(out))
            break;
        out = value_list(v);
        value_push(v, out, value_string(v, x->text));
        value_push(v, out, value_at(x, 0));
        break;
    case FORM_SUB:
        out = value_string(v, x->text);
        if (x->count) {
            struct value *pair = value_list(v);
            value_push(v, pair, out);
            value_push(v, pair, x->items[0]);
            out = pair;
        }
        break;
    case FORM_LIST:
        out = value_list(v);
        for (uint32_t i = 0; i < x->count; i++)
            value_push(v, out, x->items[i]);
        break;
    case FORM_ONE:
        out = value_at(x, 0);
        break;
    }
    v->place = before;
    return out;
}

struct value *value_copy_shallow(struct values *v, const struct value *from) {
    if (from->kind == VAL_NIL)
        return &value_nil;
    struct value *x = value_new(v, from->kind);
    *x = *from;
    x->index = NULL;
    x->cap = x->count;
    if (from->kind == VAL_THING)
        return x;
    if (from->count && from->kind == VAL_MAP) {
        x->members = arena_array(v->arena, struct member, x->count);
        memcpy(x->members, from->members, x->count * sizeof *x->members);
    } else if (from->count) {
        x->items = arena_array(v->arena, struct value *, x->count);
        memcpy(x->items, from->items, x->count * sizeof *x->items);
    }
    return x;
}

struct value *value_copy(struct values *v, const struct value *from) {
    struct value *x = value_copy_shallow(v, from);
    if (x->kind == VAL_THING)
        return x;
    for (uint32_t i = 0; i < x->count; i++) {
        if (x->kind == VAL_MAP)
            x->members[i].value = value_copy(v, x->members[i].value);
        else
            x->items[i] = value_copy(v, x->items[i]);
    }
    return x;
}

void value_push(struct values *v, struct value *list, struct value *item) {
    if (list->count == list->cap) {
        uint32_t cap = list->cap ? list->cap * 2 : 2;
        list->items = arena_grow(v->arena, list->items, list->cap, cap, sizeof *list->items);
        list->cap = cap;
    }
    list->items[list->count++] = item;
    note_inside(v, list, item);
}

void value_insert(struct values *v, struct value *list, uint32_t at, struct value *item) {
    value_push(v, list, item);
    for (uint32_t i = list->count - 1; i > at; i--)
        list->items[i] = list->items[i - 1];
    list->items[at < list->count ? at : list->count - 1] = item;
}

struct value *value_at(const struct value *x, uint32_t i) {
    bool has_items = x->kind != VAL_MAP && x->kind != VAL_THING;
    return has_items && i < x->count ? x->items[i] : &value_nil;
}

static uint32_t member_find(const struct value *map, struct str key) {
    if (map->index)
        return (uint32_t)map_get(map->index, key);
    for (uint32_t i = 0; i < map->count; i++)
        if (str_eq(map->members[i].key, key))
            return i + 1;
    return 0;
}

const struct member *value_member(const struct value *map, struct str key) {
    uint32_t at = map->kind == VAL_MAP ? member_find(map, key) : 0;
    return at ? &map->members[at - 1] : NULL;
}

struct value *value_get(const struct value *map, struct str key) {
    const struct member *m = value_member(map, key);
    return m ? m->value : &value_nil;
}

bool value_has(const struct value *map, struct str key) {
    return value_member(map, key) != NULL;
}

static void map_reindex(struct values *v, struct value *map) {
    map->index = NULL;
    if (map->count < INDEX_FROM)
        return;
    map->index = arena_new(v->arena, struct map);
    for (uint32_t i = 0; i < map->count; i++)
        map_put(v->arena, map->index, map->members[i].key, i + 1);
}

struct member *value_put(struct values *v, struct value *map, struct str key, struct value *item) {
    uint32_t at = member_find(map, key);
    if (at) {
        uint32_t less = map->members[at - 1].value->inside + 1;
        map->inside -= less < map->inside ? less : map->inside;
        note_inside(v, map, item);
        map->members[at - 1].value = item;
        return &map->members[at - 1];
    }
    if (map->count == map->cap) {
        uint32_t cap = map->cap ? map->cap * 2 : 2;
        map->members = arena_grow(v->arena, map->members, map->cap, cap, sizeof *map->members);
        map->cap = cap;
    }
    map->members[map->count++] = (struct member){key, v->place.span, item};
    note_inside(v, map, item);
    if (map->index)
        map_put(v->arena, map->index, key, map->count);
    else if (map->count >= INDEX_FROM)
        map_reindex(v, map);
    return &map->members[map->count - 1];
}

struct member *value_put_c(struct values *v, struct value *map, const char *key,
                           struct value *item) {
    return value_put(v, map, str_from(key), item);
}

void value_remove(struct values *v, struct value *map, struct str key) {
    uint32_t at = map->kind == VAL_MAP ? member_find(map, key) : 0;
    if (!at)
        return;
    memmove(&map->members[at - 1], &map->members[at], (map->count - at) * sizeof *map->members);
    map->count--;
    map_reindex(v, map);
}

bool value_is_true(const struct value *x) {
    return x->kind == VAL_BOOL ? x->truth : value_is_c(x, "true");
}

struct str value_text(const struct value *x) {
    return x->kind == VAL_STRING || x->kind == VAL_NUMBER ? x->text : STR_NIL;
}

bool value_to_int(const struct value *x, int64_t *out) {
    return (x->kind == VAL_NUMBER || x->kind == VAL_STRING) && str_to_int(x->text, out);
}

bool value_is_known(const struct value *x) {
    if (value_is_intrinsic(x) || x->kind == VAL_THING || x->kind == VAL_ERROR)
        return false;
    if (x->kind == VAL_STRING)
        return !(x->flags & VALUE_STAND_IN) &&
               (!str_has(x->text, '{') || str_find(x->text, STR("{{resolve:"), 0) == x->text.len);
    for (uint32_t i = 0; i < x->count; i++)
        if (!value_is_known(x->kind == VAL_MAP ? x->members[i].value : x->items[i]))
            return false;
    return true;
}

static bool map_equal(const struct value *a, const struct value *b) {
    for (uint32_t i = 0; i < a->count; i++) {
        const struct member *m = value_member(b, a->members[i].key);
        if (!m || !value_equal(a->members[i].value, m->value))
            return false;
    }
    return true;
}

bool value_equal(const struct value *a, const struct value *b) {
    if (a == b)
        return true;
    if (a->kind != b->kind || a->count != b->count || !str_eq(a->text, b->text) ||
        a->truth != b->truth || a->unit != b->unit)
        return false;
    if (a->kind == VAL_THING)
        return a->handle == b->handle;
    if (a->kind == VAL_MAP)
        return map_equal(a, b);
    for (uint32_t i = 0; i < a->count; i++)
        if (!value_equal(a->items[i], b->items[i]))
            return false;
    return true;
}

static void canonical_string(struct buf *b, struct str s) {
    size_t plain = 0; /* from here to i nothing is escaped */
    buf_char(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_str(b, str_slice(s, plain, i));
        plain = i + 1;
        if (c < 0x20)
            buf_printf(b, "\\u%04x", c);
        else
            buf_char(b, '\\'), buf_char(b, (char)c);
    }
    buf_str(b, str_slice(s, plain, s.len));
    buf_char(b, '"');
}

static int compare_members(const void *a, const void *b) {
    return str_cmp((*(const struct member *const *)a)->key,
                   (*(const struct member *const *)b)->key);
}

static void canonical(struct buf *b, const struct value *x, bool sort);

static void canonical_map(struct buf *b, const struct value *x, bool sort) {
    const struct member *few[MEMBERS_ON_STACK], **sorted = few;
    if (x->count > MEMBERS_ON_STACK) /* what comes from the arena keeps the buffer from growing in place */
        sorted = arena_array(b->arena, const struct member *, x->count);
    for (uint32_t i = 0; i < x->count; i++)
        sorted[i] = &x->members[i];
    if (sort)
        qsort(sorted, x->count, sizeof *sorted, compare_members);
    buf_char(b, '{');
    for (uint32_t i = 0; i < x->count; i++) {
        if (i)
            buf_char(b, ',');
        canonical_string(b, sorted[i]->key);
        buf_char(b, ':');
        canonical(b, sorted[i]->value, sort);
    }
    buf_char(b, '}');
}

static void canonical(struct buf *b, const struct value *x, bool sort) {
    switch (x->kind) {
    case VAL_BOOL:
        buf_c(b, x->truth ? "true" : "false");
        return;
    case VAL_NUMBER:
        if (str_is_json_number(x->text))
            buf_str(b, x->text);
        else
            canonical_string(b, x->text);
        return;
    case VAL_STRING:
        canonical_string(b, x->text);
        return;
    case VAL_MAP:
        canonical_map(b, x, sort);
        return;
    case VAL_LIST:
        buf_char(b, '[');
        for (uint32_t i = 0; i < x->count; i++) {
            buf_c(b, i ? "," : "");
            canonical(b, x->items[i], sort);
        }
        buf_char(b, ']');
        return;
    default:
        if (!value_is_intrinsic(x)) {
            buf_c(b, "null");
            return;
        }
        struct values scratch = {.arena = b->arena};
        buf_char(b, '{');
        canonical_string(b, x->kind == VAL_FN ? x->text : intrinsics[x->kind].name);
        buf_char(b, ':');
        canonical(b, value_argument(&scratch, x), sort);
        buf_char(b, '}');
    }
}

void value_write_canonical(struct buf *b, const struct value *x) {
    canonical(b, x, true);
}

struct str value_canonical(struct arena *a, const struct value *x) {
    struct buf b;
    buf_init(&b, a, 0);
    canonical(&b, x, true);
    return buf_view(&b);
}

struct str value_json(struct arena *a, const struct value *x) {
    struct buf b;
    buf_init(&b, a, 0);
    canonical(&b, x, false);
    return buf_view(&b);
}

bool sub_next(struct str t, uint32_t *at, struct sub_piece *piece) {
    if (*at >= t.len)
        return false;
    size_t from = *at, open = str_find(t, STR("${"), from);
    size_t close = open < t.len ? str_find_char(t, '}', open) : t.len;
    if (close >= t.len) {
        open = t.len; /* no variable any more */
    } else if (open == from && t.ptr[open + 2] != '!') {
        struct str name = str_trim(str_slice(t, open + 2, close));
        *piece = (struct sub_piece){true, name, (uint32_t)open, (uint32_t)close + 1};
        *at = (uint32_t)close + 1;
        return true;
    } else if (open == from) {
        /* "${!x}" is the literal "${x}": hand it out as "${" and then "x}" */
        *piece = (struct sub_piece){false, str_slice(t, open, open + 2), (uint32_t)open,
                                    (uint32_t)open + 3};
        *at = (uint32_t)open + 3;
        return true;
    }
    *piece = (struct sub_piece){false, str_slice(t, from, open), (uint32_t)from, (uint32_t)open};
    *at = (uint32_t)open;
    return true;
}
