#include <string.h>

#include "graph/view.h"

#include "base/buf.h"
#include "base/limits.h"

void view_init(struct view *v, struct arena *a, const struct graph *g, struct formulas *f,
               const struct str_vec *regions) {
    *v = (struct view){.values = {.arena = a}, .graph = g, .formulas = f, .regions = regions};
}

/* ---- possible values -------------------------------------------------------- */

struct search {
    struct view *view;
    struct possibles *out;
    enum certainty certainty;
    const struct value *via;
    unsigned depth;
};

static void search(struct search s, const struct value *x, struct bdd_id when);

static void found(const struct search *s, const struct value *x, struct bdd_id when) {
    if (s->out->items.count >= VIEW_MAX_POSSIBLE) {
        s->out->truncated = true;
        return;
    }
    if (!s->out->items.cap) { /* nearly always there is just one */
        s->out->items.items = arena_new(s->view->values.arena, struct possible);
        s->out->items.cap = 1;
    }
    vec_push(s->view->values.arena, &s->out->items,
             (struct possible){value_is_null(x) ? &value_nil : x, when, s->certainty, s->via});
}

static void search_if(struct search s, const struct value *x, struct bdd_id when) {
    if (x->count != 3 || x->items[0]->kind != VAL_STRING) {
        found(&s, x, when);
        return;
    }
    struct formulas *f = s.view->formulas;
    struct bdd_id is = formula_named(f, x->items[0]->text);
    struct bdd_id yes = formula_and(f, when, is), no = formula_and(f, when, formula_not(f, is));
    if (formula_is_possible(f, yes) != TRUTH_NO)
        search(s, x->items[1], yes);
    if (formula_is_possible(f, no) != TRUTH_NO)
        search(s, x->items[2], no);
}

/* The circumstances narrowed to a subject's having a value, as far as conditions speak of it. */
static struct bdd_id narrowed(struct search *s, struct bdd_id when, const struct value *subject,
                              const struct value *literal) {
    struct bdd_id is = formula_equals(s->view->formulas, subject, value_text(literal));
    return is.n == BDD_UNKNOWN.n ? when : formula_and(s->view->formulas, when, is);
}

static void search_parameter(struct search s, const struct value *x, struct bdd_id when) {
    const struct value *parameter = value_get(s.view->graph->parameters, x->text);
    struct str type = value_text(value_get_c(parameter, "Type"));
    const struct value *allowed = value_get_c(parameter, "AllowedValues");
    const struct value *preset = value_get_c(parameter, "Default");
    if (!str_is(type, "String") && !str_is(type, "Number")) {
        found(&s, x, when);
        return;
    }
    s.via = s.via ? s.via : x;
    if (allowed->kind == VAL_LIST && allowed->count) {
        s.certainty = ALLOWED;
        for (uint32_t i = 0; i < allowed->count && !s.out->truncated; i++) {
            struct bdd_id is = narrowed(&s, when, x, allowed->items[i]);
            if (formula_is_possible(s.view->formulas, is) != TRUTH_NO)
                found(&s, allowed->items[i], is);
        }
        return;
    }
    struct bdd_id other = when;
    if (value_is_scalar(preset)) {
        struct bdd_id is = narrowed(&s, when, x, preset);
        struct search preset_search = s;
        preset_search.certainty = DEFAULT;
        if (formula_is_possible(s.view->formulas, is) != TRUTH_NO)
            found(&preset_search, preset, is);
        if (is.n == when.n)
            return;
        other = formula_and(s.view->formulas, when, formula_not(s.view->formulas, is));
        if (formula_is_possible(s.view->formulas, other) == TRUTH_NO)
            return;
    }
    s.via = NULL;
    found(&s, x, other);
}

static void search_map(struct search s, const struct value *x, struct bdd_id when) {
    const struct value *map = value_get(s.view->graph->mappings, value_text(value_at(x, 0)));
    const struct value *top = value_at(x, 1), *second = view_only(s.view, value_at(x, 2));
    if (map->kind != VAL_MAP || !value_is_scalar(second) || x->count > 3) {
        found(&s, x, when);
        return;
    }
    s.via = s.via ? s.via : x;
    const struct value *only = view_only(s.view, top);
    if (value_is_scalar(only)) {
        const struct value *entry = value_get(value_get(map, value_text(only)), value_text(second));
        found(&s, value_is_known(entry) && !value_is_nil(entry) ? entry : x, when);
        return;
    }
    s.certainty = ALLOWED;
    for (uint32_t i = 0; i < map->count && !s.out->truncated; i++) {
        const struct value *entry = value_get(map->members[i].value, value_text(second));
        struct value key = {.kind = VAL_STRING, .text = map->members[i].key};
        struct bdd_id is = narrowed(&s, when, top, &key);
        if (!value_is_nil(entry) && value_is_known(entry) &&
            formula_is_possible(s.view->formulas, is) != TRUTH_NO)
            found(&s, entry, is);
    }
}

static void search_text(struct search s, const struct value *x, struct bdd_id when) {
    struct text t = view_text(s.view, x);
    if (!text_is_known(&t)) {
        found(&s, x, when);
        return;
    }
    s.view->values.place = (struct place){x->span, x->origin};
    s.via = s.via ? s.via : x;
    found(&s, value_string(&s.view->values, t.pattern), when);
}

static void search_select(struct search s, const struct value *x, struct bdd_id when) {
    int64_t n;
    const struct value *list = value_at(x, 1);
    bool known = value_to_int(value_at(x, 0), &n) && list->kind == VAL_LIST && n >= 0 &&
                 n < (int64_t)list->count;
    if (known)
        search(s, list->items[n], when);
    else
        found(&s, x, when);
}

static void search(struct search s, const struct value *x, struct bdd_id when) {
    if (++s.depth > LIMIT_DEPTH)
        return;
    switch (x->kind) {
    case VAL_IF:
        search_if(s, x, when);
        return;
    case VAL_REF:
        search_parameter(s, x, when);
        return;
    case VAL_FIND_IN_MAP:
        search_map(s, x, when);
        return;
    case VAL_SUB:
    case VAL_JOIN:
        search_text(s, x, when);
        return;
    case VAL_SELECT:
        search_select(s, x, when);
        return;
    default:
        found(&s, x, when);
    }
}

void view_possible(struct view *v, const struct value *x, struct bdd_id when,
                   struct possibles *out) {
    search((struct search){.view = v, .out = out}, x, when);
}

bool view_items(struct view *v, const struct value *list, struct bdd_id when,
                struct possible_vec *out) {
    bool whole = true;
    vec_expect(v->values.arena, out, out->count + list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        struct possibles each = {0};
        if (list->items[i]->kind == VAL_STRING) { /* nearly always */
            struct possible text = {list->items[i], when, CERTAIN, NULL};
            vec_push(v->values.arena, out, text);
            continue;
        }
        view_possible(v, list->items[i], when, &each);
        for (uint32_t k = 0; k < each.items.count; k++)
            if (!value_is_nil(each.items.items[k].value))
                vec_push(v->values.arena, out, each.items.items[k]);
        whole = whole && !each.truncated;
    }
    return whole;
}

/* Whether nothing looks through a function: it is the only value that it may have. */
static bool is_opaque(const struct view *v, const struct value *x) {
    switch (x->kind) {
    case VAL_IF:
    case VAL_FIND_IN_MAP:
    case VAL_SUB:
    case VAL_JOIN:
    case VAL_SELECT:
        return false;
    case VAL_REF:
        return !value_has(v->graph->parameters, x->text);
    default:
        return true;
    }
}

const struct value *view_only(struct view *v, const struct value *x) {
    if (!value_is_intrinsic(x))
        return x;
    if (is_opaque(v, x))
        return value_is_null(x) ? &value_nil : x;
    struct possibles all = {0};
    view_possible(v, x, BDD_TRUE, &all);
    bool one = all.items.count == 1 && all.items.items[0].certainty != DEFAULT;
    return one ? all.items.items[0].value : x;
}

const struct value *view_at_path(struct view *v, const struct value *x, const char *path) {
    for (struct str step, rest = str_from(path); rest.len;) {
        int64_t position;
        step = str_split(rest, '.', &rest);
        x = view_only(v, x);
        x = x->kind == VAL_LIST && str_to_int(step, &position) ? value_at(x, (uint32_t)position)
                                                               : value_get(x, step);
    }
    return x;
}

/* ---- text ------------------------------------------------------------------- */

struct writer {
    struct view *view;
    struct buf buf;
    struct value_vec holes;
    unsigned depth;
};

static void write_value(struct writer *w, const struct value *x);

static void write_hole(struct writer *w, const struct value *x) {
    buf_char(&w->buf, TEXT_HOLE);
    vec_push(w->view->values.arena, &w->holes.items, x);
}

static void write_literal(struct writer *w, struct str s) {
    for (size_t from = 0, at; from < s.len; from = at + 1) {
        at = str_find_char(s, TEXT_HOLE, from);
        buf_str(&w->buf, str_slice(s, from, at));
        if (at < s.len)
            buf_char(&w->buf, ' ');
    }
}

static void write_sub(struct writer *w, const struct value *x) {
    struct sub_piece piece;
    struct values *values = &w->view->values;
    for (uint32_t at = 0; sub_next(x->text, &at, &piece);) {
        if (!piece.is_variable) {
            write_literal(w, piece.text);
            continue;
        }
        const struct value *given = value_get(value_at(x, 0), piece.text);
        if (!value_is_nil(given)) {
            write_value(w, given);
            continue;
        }
        struct str attribute, target = str_split(piece.text, '.', &attribute);
        values->place = (struct place){x->span, x->origin};
        write_value(w, attribute.ptr ? value_getatt(values, target, attribute)
                                     : value_ref(values, target));
    }
}

static void write_join(struct writer *w, const struct value *x) {
    const struct value *delimiter = value_at(x, 0), *list = value_at(x, 1);
    if (x->count != 2 || delimiter->kind != VAL_STRING || list->kind != VAL_LIST) {
        write_hole(w, x);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (i)
            write_literal(w, delimiter->text);
        write_value(w, list->items[i]);
    }
}

static void write_ref(struct writer *w, const struct value *x) {
    const struct str_vec *regions = w->view->regions;
    const struct value *only = view_only(w->view, x);
    if (value_is_scalar(only) && only != x)
        write_value(w, only);
    else if (str_is(x->text, "AWS::Region") && regions && regions->items.count == 1)
        write_literal(w, regions->items.items[0]);
    else
        write_hole(w, x);
}

static void write_value(struct writer *w, const struct value *x) {
    if (++w->depth > LIMIT_DEPTH) {
        w->depth--;
        return;
    }
    const struct value *only = x;
    switch (x->flags & VALUE_STAND_IN ? VAL_NIL : x->kind) {
    case VAL_STRING:
    case VAL_NUMBER:
        if (value_is_known(x))
            write_literal(w, x->text);
        else
            write_hole(w, x);
        break;
    case VAL_BOOL:
        write_literal(w, x->truth ? STR("true") : STR("false"));
        break;
    case VAL_SUB:
        write_sub(w, x);
        break;
    case VAL_JOIN:
        write_join(w, x);
        break;
    case VAL_REF:
        write_ref(w, x);
        break;
    case VAL_FIND_IN_MAP:
    case VAL_IF:
    case VAL_SELECT:
        only = view_only(w->view, x);
        /* fall through */
    default:
        if (only != x && value_is_scalar(only))
            write_value(w, only);
        else
            write_hole(w, x);
    }
    w->depth--;
}

static struct text write_text(struct view *v, const struct value *x) {
    struct writer w = {.view = v};
    buf_init(&w.buf, v->values.arena, LIMIT_STRING_BYTES);
    write_value(&w, x);
    return (struct text){buf_view(&w.buf), w.holes};
}

static struct text_slot *slot_of(const struct view *v, const struct value *x) {
    for (uint32_t at = (uint32_t)((uintptr_t)x >> 4) * 0x9e3779b9u >> 8;; at++) {
        struct text_slot *slot = &v->slots[at & (v->slot_cap - 1)];
        if (!slot->of || slot->of == x)
            return slot;
    }
}

static void grow_slots(struct view *v) {
    struct text_slot *old = v->slots;
    uint32_t cap = v->slot_cap;
    v->slot_cap = cap ? cap * 2 : 64;
    v->slots = arena_array(v->values.arena, struct text_slot, v->slot_cap);
    for (uint32_t i = 0; i < cap; i++)
        if (old[i].of)
            *slot_of(v, old[i].of) = old[i];
}

/* The text of a function, written once. */
static struct text written_text(struct view *v, const struct value *x) {
    const struct text_slot *known = v->slot_cap ? slot_of(v, x) : NULL;
    if (known && known->of)
        return known->text;
    struct text text = write_text(v, x); /* may ask for others, and so move the slots */
    if (v->slot_count + 1 > v->slot_cap / 4 * 3)
        grow_slots(v);
    *slot_of(v, x) = (struct text_slot){x, text};
    v->slot_count++;
    return text;
}

struct text view_text(struct view *v, const struct value *x) {
    bool plain = x->kind == VAL_STRING && x->text.len && x->text.len < LIMIT_STRING_BYTES;
    if (plain && value_is_known(x) && !str_has(x->text, TEXT_HOLE))
        return (struct text){.pattern = x->text};
    return x->kind == VAL_SUB || x->kind == VAL_JOIN ? written_text(v, x) : write_text(v, x);
}

bool text_is_known(const struct text *t) {
    return t->holes.items.count == 0;
}

/* ---- comparison -------------------------------------------------------------- */

enum { MAX_COMPARE = 1024 };

static bool is_any_hole(char c) {
    return c == TEXT_HOLE || c == TEXT_PART_HOLE;
}

/* Takes off what both begin and end with; false: the known parts there differ. */
static bool trim_common(struct str *a, struct str *b) {
    while (a->len && b->len && !is_any_hole(a->ptr[0]) && !is_any_hole(b->ptr[0])) {
        if (a->ptr[0] != b->ptr[0])
            return false;
        *a = str_slice(*a, 1, a->len), *b = str_slice(*b, 1, b->len);
    }
    while (a->len && b->len && !is_any_hole(a->ptr[a->len - 1]) &&
           !is_any_hole(b->ptr[b->len - 1])) {
        if (a->ptr[a->len - 1] != b->ptr[b->len - 1])
            return false;
        a->len--, b->len--;
    }
    return true;
}

/* The common case of patterns made alike: the same known bytes, holes in the same places. */
static bool is_same_pattern(struct str a, struct str b) {
    for (size_t i = 0; i < a.len && a.len == b.len; i++)
        if (a.ptr[i] != b.ptr[i] && !(is_any_hole(a.ptr[i]) && is_any_hole(b.ptr[i])))
            return false;
    return a.len == b.len;
}

/* A set of offsets into b, a bit each. */
enum { WORDS = MAX_COMPARE / 64 + 1 };
typedef uint64_t offsets[WORDS];

struct compare {
    size_t words; /* that a set of b's offsets takes */
    offsets all;
    uint64_t sets[256 * WORDS]; /* one after the other: where each byte stands in b */
};

static uint64_t *where(struct compare *c, char byte) {
    return c->sets + (unsigned char)byte * c->words;
}

static void find_bytes(struct compare *c, struct str b) {
    c->words = b.len / 64 + 1;
    memset(c->sets, 0, 256 * c->words * sizeof *c->sets);
    memset(c->all, 0, c->words * sizeof *c->all);
    for (size_t j = 0; j < b.len; j++) {
        uint64_t bit = (uint64_t)1 << j % 64;
        where(c, b.ptr[j])[j / 64] |= bit;
        c->all[j / 64] |= bit;
    }
}

/* Adds to a row the offset behind each that is in `over`, and behind that, and so on: an addition
   carries through a run of ones. */
static void spread(const struct compare *c, uint64_t *row, const uint64_t *over) {
    bool carry = false;
    for (size_t w = 0; w < c->words; w++) {
        uint64_t sum;
        bool first = __builtin_add_overflow(over[w], row[w] & over[w], &sum);
        carry = __builtin_add_overflow(sum, (uint64_t)carry, &sum) || first;
        row[w] |= sum ^ over[w];
    }
}

/* A row holds the j for which a's first i bytes can be b's first j. Adds to it what follows by
   leaving bytes of b to the holes of both. */
static void finish_row(struct compare *c, char from_a, uint64_t *row) {
    const uint64_t *holes = where(c, TEXT_HOLE), *part_holes = where(c, TEXT_PART_HOLE);
    const uint64_t *slashes = where(c, '/');
    offsets over;
    for (size_t w = 0; w < c->words; w++)
        over[w] = from_a == TEXT_HOLE        ? c->all[w]
                  : from_a == TEXT_PART_HOLE ? c->all[w] & ~slashes[w]
                                             : holes[w] | part_holes[w];
    spread(c, row, over);
}

/* The row behind the next byte of a, which is b's next, or a hole, or left to a hole of b's. */
static void next_row(struct compare *c, char from_a, const uint64_t *row, uint64_t *next) {
    const uint64_t *holes = where(c, TEXT_HOLE), *part_holes = where(c, TEXT_PART_HOLE);
    const uint64_t *same = where(c, from_a);
    uint64_t carry = 0;
    for (size_t w = 0; w < c->words; w++) {
        uint64_t step = row[w] & same[w], absorbing = holes[w];
        absorbing |= is_any_hole(from_a) ? ~(uint64_t)0 : from_a == '/' ? 0 : part_holes[w];
        next[w] = (row[w] & absorbing) | step << 1 | carry;
        carry = step >> 63;
    }
}

bool text_can_equal(struct str a, struct str b) {
    if (is_same_pattern(a, b))
        return true;
    if (!trim_common(&a, &b))
        return false;
    if (a.len > MAX_COMPARE || b.len > MAX_COMPARE)
        return true;
    struct compare c;
    find_bytes(&c, b);
    offsets rows[2] = {{1}};
    for (size_t i = 0; i < a.len; i++) {
        finish_row(&c, a.ptr[i], rows[i & 1]);
        next_row(&c, a.ptr[i], rows[i & 1], rows[~i & 1]);
    }
    finish_row(&c, '\0', rows[a.len & 1]);
    return rows[a.len & 1][b.len / 64] >> b.len % 64 & 1;
}

struct str loop_name_pattern(struct arena *a, struct str key) {
    struct buf b;
    buf_init(&b, a, LIMIT_STRING_BYTES);
    for (size_t i = 0; i < key.len; i++) {
        size_t end = str_find_char(key, '}', i);
        bool is_placeholder = (key.ptr[i] == '$' || key.ptr[i] == '&') && i + 1 < key.len &&
                              key.ptr[i + 1] == '{' && end < key.len;
        buf_char(&b, is_placeholder ? TEXT_HOLE : key.ptr[i]);
        i = is_placeholder ? end : i;
    }
    return buf_view(&b);
}
