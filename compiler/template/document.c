#include "template/document.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "template/scalar.h"
#include "template/text.h"
#include "template/yaml.h"

struct anchor {
    struct value *value; /* NULL while its node is being read */
    uint32_t made;       /* values in it */
};

struct reader {
    struct values *v;
    struct diags *d;
    struct yaml *yaml;
    struct yaml_event event; /* the current one */
    struct str text;         /* without the byte order mark */
    uint32_t source, base;   /* base: bytes of that mark */
    uint32_t last;           /* where the last thing read ends */
    uint32_t bracket;        /* the innermost open one, from 1; 0: none */
    struct map anchors;      /* name -> struct anchor * */
    bool json;
    struct document_options options;
    bool in_key;             /* inside of a key that is no scalar: one message is enough */
    bool stopped;            /* reading makes no sense any more; that was reported */
};

static struct value *read_node(struct reader *r, unsigned depth);

static struct span span_of(const struct reader *r, uint32_t start, uint32_t end) {
    return (struct span){r->source, r->base + start, r->base + end};
}

static void stop(struct reader *r) {
    r->stopped = true;
    r->event = (struct yaml_event){.kind = YAML_STOP};
}

static void report_syntax_error(struct reader *r, const struct yaml_error *error) {
    struct diag *d = diag_add(r->d, RULE_TEMPLATE_SYNTAX, span_of(r, error->start, error->end),
                              "%.*s", STR_ARG(error->message));
    if (error->help.len)
        diag_help(r->d, d, "%.*s", STR_ARG(error->help));
    if (r->bracket && r->bracket - 1 != error->start)
        diag_note(r->d, d, span_of(r, r->bracket - 1, r->bracket), "the bracket is opened here");
}

static void next(struct reader *r) {
    if (r->stopped)
        return;
    yaml_next(r->yaml, &r->event);
    struct yaml_error error;
    if (r->event.kind == YAML_STOP && yaml_failed(r->yaml, &error)) {
        report_syntax_error(r, &error);
        stop(r);
    }
}

/* Past blanks, line ends and comments from `at`: the place after `c` if that follows, else `at`. */
static uint32_t place_after(const struct reader *r, uint32_t at, char c) {
    for (uint32_t i = at; i < r->text.len; i++) {
        char here = r->text.ptr[i];
        if (here == c)
            return i + 1;
        if (here == '#')
            i = (uint32_t)str_find_char(r->text, '\n', i);
        else if (!strchr(" \t\r\n", here) || !here)
            break;
    }
    return at;
}

/* What stands before a value that isn't written, decides where its place is. */
static void place_empty(struct reader *r, char lead) {
    struct yaml_event *e = &r->event;
    if (e->kind == YAML_SCALAR && !e->has_place)
        e->start = e->end = e->props ? e->props_end : place_after(r, r->last, lead);
}

/* Tags. */

static const struct str core_prefix = {"tag:yaml.org,2002:", 18};

static enum value_kind nearest_tag(struct str name) {
    enum value_kind nearest = VAL_NIL;
    unsigned best = 4;
    for (int k = VAL_FIRST_INTRINSIC; k < VAL_LAST_INTRINSIC; k++) {
        struct str tag = value_intrinsic((enum value_kind)k)->tag;
        unsigned distance = str_distance(name, tag, 3);
        if (distance < best && (distance == 0 || str_is_near(name, tag))) {
            best = distance;
            nearest = (enum value_kind)k;
        }
    }
    return nearest;
}

static void report_unknown_tag(struct reader *r, struct str name, struct span span) {
    if (!r->options.intrinsics) {
        diag_add(r->d, RULE_UNKNOWN_TAG, span, "the tag '!%.*s' has no meaning here",
                 STR_ARG(name));
        return;
    }
    struct diag *d = diag_add(r->d, RULE_UNKNOWN_TAG, span,
                              "'!%.*s' is no intrinsic function of CloudFormation", STR_ARG(name));
    if (str_starts(name, STR("Fn::")))
        name = str_slice(name, 4, name.len);
    enum value_kind near = nearest_tag(name);
    if (near == VAL_NIL)
        return;
    struct str tag = value_intrinsic(near)->tag;
    diag_label(r->d, d, "did you mean '!%.*s'?", STR_ARG(tag));
    diag_fix(r->d, d, span, str_concat(r->d->arena, STR("!"), tag), false);
}

/* The place of the attribute in `!GetAtt A.B`, where that is written as it is meant. */
static struct span attribute_span(const struct reader *r, const struct value *argument) {
    struct span whole = argument->span;
    struct str raw = str_slice(r->text, whole.start - r->base, whole.end - r->base);
    uint32_t quote = (argument->flags & VALUE_QUOTED) != 0;
    if (raw.len != argument->text.len + 2 * quote)
        return whole;
    uint32_t dot = (uint32_t)str_find_char(raw, '.', 0);
    return span_of(r, whole.start - r->base + dot + 1, whole.end - r->base - quote);
}

static void place_parts(struct reader *r, struct value *x, struct value *argument) {
    if (x->kind == VAL_GETATT && argument->kind == VAL_LIST && argument->count > 2)
        value_push(r->v, x, argument);
    if (x->kind == VAL_GETATT && argument->kind == VAL_STRING)
        x->items[0]->span = attribute_span(r, argument);
    uint32_t conditions = x->kind == VAL_AND || x->kind == VAL_OR || x->kind == VAL_NOT ? x->count
                          : x->kind == VAL_IF && x->count                              ? 1
                                                                                       : 0;
    for (uint32_t i = 0; i < conditions; i++)
        x->items[i] = document_condition(r->v, x->items[i]);
}

static struct value *call_function(struct reader *r, struct str name, struct value *argument,
                                   struct span span) {
    r->v->place.span = span;
    struct value *x = value_from_function(r->v, name, argument);
    if (x)
        place_parts(r, x, argument);
    return x;
}

static struct value *apply_core_tag(struct reader *r, struct str name, struct span span,
                                    struct value *x) {
    static const char *const kept[] = {"str", "int", "float", "bool", "null", "map", "seq"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (str_is(name, kept[i]))
            return x;
    diag_add(r->d, RULE_UNKNOWN_TAG, span, "CloudFormation doesn't support '!!%.*s'",
             STR_ARG(name));
    return x;
}

/* x with the tag that the event `of` carries. */
static struct value *apply_tag(struct reader *r, const struct yaml_event *of, struct value *x) {
    if (of->tag.len == 0 || str_is(of->tag, "!"))
        return x;
    struct span tag_span = span_of(r, of->tag_start, of->tag_end);
    if (str_starts(of->tag, core_prefix))
        return apply_core_tag(r, str_slice(of->tag, core_prefix.len, of->tag.len), tag_span, x);
    struct str tag = str_slice(of->tag, of->tag.ptr[0] == '!', of->tag.len);
    enum value_kind kind = r->options.intrinsics ? value_kind_by_tag(tag) : VAL_NIL;
    struct span whole = span_join(tag_span, x->span);
    if (kind == VAL_NIL) {
        report_unknown_tag(r, tag, tag_span);
        if (!r->options.intrinsics)
            return x;
        r->v->place.span = whole;
        struct value *unknown = value_call(r->v, VAL_FN, 1, x);
        unknown->text = str_concat(r->v->arena, STR("Fn::"), tag);
        return unknown;
    }
    struct str name = value_intrinsic(kind)->name;
    struct value *called = call_function(r, name, x, whole);
    if (called)
        return called;
    struct value *map = value_map(r->v);
    value_put(r->v, map, name, x)->span = tag_span;
    return map;
}

/* Scalars. */

static void warn_misread(struct reader *r, struct str text, struct span span) {
    int64_t value;
    if (r->json || !r->options.intrinsics || !scalar_is_misread(text, &value))
        return;
    struct diag *d = diag_add(r->d, RULE_YAML_MISREAD, span,
                              "'%.*s' without quotes is read as the number %lld", STR_ARG(text),
                              (long long)value);
    diag_label(r->d, d, "put it in quotes");
    diag_fix(r->d, d, span, str_printf(r->d->arena, "\"%.*s\"", STR_ARG(text)), false);
}

static enum scalar_type type_of(const struct reader *r, const struct yaml_event *e) {
    if (str_starts(e->tag, core_prefix)) {
        struct str core = str_slice(e->tag, core_prefix.len, e->tag.len);
        bool is_typed = str_is(core, "int") || str_is(core, "float") || str_is(core, "bool") ||
                        str_is(core, "null");
        return is_typed ? scalar_type(e->text) : TYPE_STRING;
    }
    if (e->style != YAML_PLAIN || e->tag.len)
        return TYPE_STRING;
    return r->json ? scalar_type_json(e->text) : scalar_type(e->text);
}

static struct value *make_scalar(struct reader *r, const struct yaml_event *e) {
    enum scalar_type type = type_of(r, e);
    struct value *x;
    switch (type) {
    case TYPE_NULL:
        return value_null(r->v);
    case TYPE_TRUE:
    case TYPE_FALSE:
        return value_bool(r->v, type == TYPE_TRUE);
    case TYPE_NUMBER:
        warn_misread(r, e->text, r->v->place.span);
        x = value_number(r->v, e->text);
        break;
    default:
        x = value_string(r->v, e->text);
    }
    x->flags = e->style == YAML_QUOTED ? VALUE_QUOTED : e->style == YAML_BLOCK ? VALUE_BLOCK : 0;
    return x;
}

static struct value *read_scalar(struct reader *r) {
    struct yaml_event e = r->event;
    r->v->place.span = span_of(r, e.start, e.end);
    r->last = e.end;
    return apply_tag(r, &e, make_scalar(r, &e));
}

/* Anchors. */

static struct anchor *open_anchor(struct reader *r, struct str name) {
    if (name.len == 0)
        return NULL;
    struct anchor *anchor = arena_new(r->v->arena, struct anchor);
    anchor->made = r->v->made;
    map_put_ptr(r->v->arena, &r->anchors, str_dup(r->v->arena, name), anchor);
    return anchor;
}

static void close_anchor(struct reader *r, struct anchor *anchor, struct value *x) {
    if (!anchor)
        return;
    anchor->value = x;
    anchor->made = r->v->made - anchor->made + 1;
}

static unsigned height(const struct value *x) {
    unsigned most = 0;
    for (uint32_t i = 0; i < x->count; i++) {
        unsigned one = height(x->kind == VAL_MAP ? x->members[i].value : x->items[i]);
        most = one > most ? one : most;
    }
    return most + 1;
}

static void report_limit(struct reader *r, const char *what, int limit) {
    diag_add(r->d, RULE_LIMIT, span_of(r, r->event.start, r->event.start),
             "the document %s than the %d that are taken", what, limit);
    stop(r);
}

static struct value *read_alias(struct reader *r, unsigned depth) {
    const struct yaml_event *e = &r->event;
    const struct anchor *anchor = map_get_ptr(&r->anchors, e->anchor);
    struct span span = span_of(r, e->start, e->end);
    r->last = e->end;
    if (!anchor || !anchor->value) {
        diag_add(r->d, RULE_TEMPLATE_SYNTAX, span,
                 anchor ? "the alias '*%.*s' stands inside of its own anchor"
                        : "the alias '*%.*s' has no anchor '&%.*s' before it",
                 STR_ARG(e->anchor), STR_ARG(e->anchor));
        stop(r);
        return &value_nil;
    }
    if (anchor->made > LIMIT_VALUES - r->v->made || depth + height(anchor->value) > LIMIT_DEPTH) {
        bool deep = depth + height(anchor->value) > LIMIT_DEPTH;
        report_limit(r, deep ? "nests deeper" : "has more values",
                     deep ? LIMIT_DEPTH : LIMIT_VALUES);
        return &value_nil;
    }
    if (r->options.intrinsics)
        diag_add(r->d, RULE_YAML_ALIAS, span,
                 "CloudFormation itself takes no alias such as '*%.*s'", STR_ARG(e->anchor));
    return value_copy(r->v, anchor->value);
}

/* Maps and lists. */

struct key {
    struct str text;
    struct span span;
    bool is_merge, is_broken;
};

static void key_from_scalar(struct reader *r, struct key *key) {
    const struct yaml_event *e = &r->event;
    bool is_plain = e->style == YAML_PLAIN && !e->tag.len;
    bool is_untyped = !e->tag.len || str_is(e->tag, "!") || str_is(e->tag, "tag:yaml.org,2002:str");
    enum scalar_type type = is_plain && !r->json ? scalar_type(e->text) : TYPE_STRING;
    key->text = e->text;
    key->is_merge = type == TYPE_MERGE || str_is(e->tag, "tag:yaml.org,2002:merge");
    key->is_broken = type == TYPE_NULL || (!is_untyped && !key->is_merge) ||
                     (r->json && e->style != YAML_QUOTED);
    if (key->is_broken && !e->has_place)
        diag_add(r->d, RULE_NON_STRING_KEY, key->span, "a key is missing before ':'");
    else if (key->is_broken)
        diag_add(r->d, RULE_NON_STRING_KEY, key->span, "a key is %s, expected a string",
                 type == TYPE_NULL ? "null" : "a tagged value");
    if (type == TYPE_NUMBER)
        warn_misread(r, e->text, key->span);
    if (e->anchor.len)
        close_anchor(r, open_anchor(r, e->anchor), value_string(r->v, e->text));
}

static struct key read_key(struct reader *r, unsigned depth) {
    struct yaml_event e = r->event;
    if (!e.has_place && e.props)
        r->last = e.start = e.end = e.props_end;
    uint32_t colon = e.has_place ? 0 : place_after(r, r->last, ':');
    if (colon > r->last) {
        e.start = colon - 1;
        e.end = colon;
    }
    uint32_t start = e.props && e.tag.len ? e.props : e.start;
    struct key key = {.span = span_of(r, start, e.end)};
    r->v->place.span = key.span;
    r->last = e.has_place ? e.end : r->last;
    if (e.kind == YAML_SCALAR) {
        key_from_scalar(r, &key);
        return key;
    }
    bool outer = r->in_key;
    r->in_key = true;
    const struct value *x = read_node(r, depth);
    r->in_key = outer;
    key.text = value_text(x);
    key.is_broken = e.kind != YAML_ALIAS || !value_is_scalar(x) || x->kind == VAL_BOOL;
    if (!key.is_broken || r->stopped)
        return key;
    key.span.end = r->base + r->last;
    struct diag *d = diag_add(r->d, RULE_NON_STRING_KEY, key.span, "a key is %s, expected a string",
                              e.kind == YAML_MAP    ? "a map"
                              : e.kind == YAML_LIST ? "a list"
                                                    : "an alias of no string");
    if (e.kind == YAML_MAP && e.flow)
        diag_help(r->d, d, "text that begins with '{{' needs quotes");
    return key;
}

static void add_member(struct reader *r, struct value *map, const struct key *key,
                       struct value *x) {
    const struct member *before = value_member(map, key->text);
    if (before) {
        struct diag *d = diag_add(r->d, RULE_DUPLICATE_KEY, key->span,
                                  "'%.*s' is a key of this map already", STR_ARG(key->text));
        diag_note(r->d, d, before->span, "it stands here first");
    }
    r->v->place.span = key->span;
    value_put(r->v, map, key->text, x)->span = key->span;
}

/* What `<<` brings into a map: the members of a map, or of a list of them, that it lacks. */
static void merge(struct reader *r, struct value *map, const struct value *from,
                  const struct key *key) {
    if (from->kind == VAL_LIST && !from->items)
        return;
    if (from->kind == VAL_LIST && from->items[0]->kind == VAL_MAP) {
        for (uint32_t i = 0; i < from->count; i++)
            merge(r, map, from->items[i], key);
        return;
    }
    if (from->kind != VAL_MAP) {
        diag_add(r->d, RULE_TEMPLATE_SYNTAX, key->span,
                 "'<<' merges what is no map, expected a map or a list of maps");
        return;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        const struct member *m = &from->members[i];
        if (!value_has(map, m->key))
            value_put(r->v, map, m->key, m->value)->span = m->span;
    }
}

struct merges {
    VEC(struct key) keys;
    VEC(const struct value *) from;
};

static void check_null(struct reader *r, const struct value *x, const struct key *key) {
    if (!r->options.intrinsics || x->kind != VAL_NULL || r->in_key)
        return;
    bool absent = x->span.start == x->span.end;
    if (key)
        diag_add(r->d, RULE_NULL_VALUE, x->span,
                 absent ? "'%.*s' has no value, expected one"
                        : "'%.*s' is null, which CloudFormation doesn't take",
                 STR_ARG(key->text));
    else
        diag_add(r->d, RULE_NULL_VALUE, x->span,
                 absent ? "an entry of a list has no value, expected one"
                        : "an entry of a list is null, which CloudFormation doesn't take");
}

static void read_member(struct reader *r, struct value *map, struct merges *merges,
                        unsigned depth) {
    struct key key = read_key(r, depth + 1);
    next(r);
    place_empty(r, ':');
    struct value *x = read_node(r, depth + 1);
    if (r->stopped || key.is_broken)
        return;
    if (!key.is_merge) {
        check_null(r, x, &key);
        add_member(r, map, &key, x);
        return;
    }
    vec_push(r->v->arena, &merges->keys, key);
    vec_push(r->v->arena, &merges->from, x);
}

static void read_members(struct reader *r, struct value *map, unsigned depth) {
    struct merges merges = {0};
    next(r);
    if (r->event.has_place && r->base + r->event.start < map->span.start)
        map->span.start = r->base + r->event.start; /* [key: value], which libfyaml sees at ':' */
    for (; r->event.kind != YAML_MAP_END && r->event.kind != YAML_STOP; next(r))
        read_member(r, map, &merges, depth);
    for (uint32_t i = 0; i < merges.keys.count; i++)
        merge(r, map, merges.from.items[i], &merges.keys.items[i]);
}

static void read_items(struct reader *r, struct value *list, unsigned depth) {
    for (next(r); r->event.kind != YAML_LIST_END && r->event.kind != YAML_STOP; next(r)) {
        place_empty(r, '-');
        struct value *x = read_node(r, depth + 1);
        if (r->stopped)
            return;
        check_null(r, x, NULL);
        value_push(r->v, list, x);
    }
}

/* A single member that is named as a function, as the function. `Condition` is none of them: it is
   a key in policies and resources, too. */
static struct value *function_of_map(struct reader *r, struct value *map, unsigned depth) {
    if (!r->options.intrinsics || depth <= r->options.names_depth || map->kind != VAL_MAP ||
        map->count != 1 || str_is(map->members[0].key, "Condition"))
        return map;
    struct value *argument = map->members[0].value;
    struct value *x = call_function(r, map->members[0].key, argument, map->span);
    if (x && x->kind == VAL_GETATT && argument->kind == VAL_STRING)
        value_push(r->v, x, argument);
    return x ? x : map;
}

static struct value *read_collection(struct reader *r, unsigned depth) {
    struct yaml_event e = r->event;
    bool is_map = e.kind == YAML_MAP;
    uint32_t outer_bracket = r->bracket;
    r->v->place.span = span_of(r, e.start, e.end);
    struct value *x = is_map ? value_map(r->v) : value_list(r->v);
    r->last = e.end;
    r->bracket = e.flow ? e.start + 1 : 0;
    if (is_map)
        read_members(r, x, depth);
    else
        read_items(r, x, depth);
    if (r->stopped)
        return x;
    r->bracket = outer_bracket;
    if (e.flow)
        r->last = r->event.end;
    x->span.end = r->base + (r->last > e.start ? r->last : e.start);
    return apply_tag(r, &e, function_of_map(r, x, depth));
}

/* The node that begins with the current event; afterwards its last event is the current one. */
static struct value *read_node(struct reader *r, unsigned depth) {
    if (r->event.kind == YAML_STOP)
        return &value_nil;
    if (depth > LIMIT_DEPTH || r->v->made + 8 > LIMIT_VALUES) {
        bool deep = depth > LIMIT_DEPTH;
        report_limit(r, deep ? "nests deeper" : "has more values",
                     deep ? LIMIT_DEPTH : LIMIT_VALUES);
        return &value_nil;
    }
    if (r->event.kind == YAML_ALIAS)
        return read_alias(r, depth);
    struct anchor *anchor = open_anchor(r, r->event.anchor);
    struct value *x = r->event.kind == YAML_SCALAR ? read_scalar(r) : read_collection(r, depth);
    close_anchor(r, anchor, x);
    return x;
}

struct value *document_condition(struct values *v, struct value *x) {
    if (x->kind != VAL_MAP || x->count != 1 || !str_is(x->members[0].key, "Condition"))
        return x;
    struct place before = v->place;
    v->place = (struct place){x->span, x->origin};
    struct value *condition = value_from_function(v, x->members[0].key, x->members[0].value);
    v->place = before;
    return condition ? condition : x;
}

/* Whole documents. */

/* CloudFormation reads what begins with a bracket as JSON; a file that is named YAML may be YAML. */
static bool is_json(const struct source *source, struct str text) {
    struct str begin = str_trim(text);
    return begin.len && (begin.ptr[0] == '{' || begin.ptr[0] == '[') &&
           !str_ends(source->path, STR(".yaml")) && !str_ends(source->path, STR(".yml"));
}

static struct value *read_document(struct reader *r) {
    struct value *x = &value_nil;
    for (next(r); r->event.kind == YAML_DOCUMENT; next(r)) {
        struct yaml_event start = r->event;
        next(r);
        if (!value_is_nil(x)) {
            uint32_t at = start.end > start.start ? start.start : r->event.start;
            uint32_t end = start.end > start.start ? start.end : r->event.start;
            diag_add(r->d, RULE_TEMPLATE_SYNTAX, span_of(r, at, end),
                     "a second document begins here, expected one");
            stop(r);
            break;
        }
        place_empty(r, ' ');
        x = read_node(r, 1);
        next(r);
    }
    return r->stopped ? &value_nil : x;
}

/* libfyaml's memory is given back when the arena fails, too. */
static struct value *read_guarded(struct reader *r) {
    struct arena *a = r->v->arena;
    jmp_buf *outer = a->on_failure, here;
    int failure = setjmp(here);
    if (failure) {
        yaml_close(r->yaml);
        a->on_failure = outer;
        if (outer)
            longjmp(*outer, failure);
        abort();
    }
    a->on_failure = &here;
    struct value *x = read_document(r);
    a->on_failure = outer;
    yaml_close(r->yaml);
    return x;
}

struct value *document_read(struct values *v, struct diags *d, const struct sources *sources,
                            uint32_t number, struct document_options options) {
    const struct source *source = source_get(sources, number);
    if (!text_is_readable(d, source->text, number))
        return &value_nil;
    uint32_t base = str_starts(source->text, STR("\xef\xbb\xbf")) ? 3 : 0;
    struct place before = v->place;
    struct reader r = {.v = v,
                       .d = d,
                       .text = str_slice(source->text, base, source->text.len),
                       .source = number,
                       .base = base,
                       .options = options};
    r.json = is_json(source, r.text);
    r.yaml = yaml_open(v->arena, r.text, r.json);
    struct value *x = read_guarded(&r);
    v->place = before;
    return x;
}
