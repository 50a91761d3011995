/* libFuzzer target: the bytes are a recipe of a graph with any values, such as no front end might
   make. Both formats are printed; jansson reads of the JSON exactly the texts that went in, and our
   reader finds the same document in both. */
#include "fuzz/again.h"

enum { MOST_ITEMS = 6, MOST_DEPTH = 12 };

struct recipe {
    const uint8_t *next, *end;
    struct values *values;
};

static unsigned take(struct recipe *r, unsigned below) {
    return r->next < r->end ? *r->next++ % below : 0;
}

/* The next so many bytes as text; what isn't UTF-8 is cut off. */
static struct str take_text(struct recipe *r) {
    static const char *const words[] = {
        "Ref",      "Fn::Sub", "Fn::GetAtt", "Condition", "Type", "AWS::NoValue", "a\n", "\n",
        "a\nb\n\n", " a\n",    "<<",         "yes",       "=",    "a: b",         "- a"};
    unsigned length = take(r, 48);
    if (length < sizeof words / sizeof *words)
        return str_from(words[length]);
    length -= sizeof words / sizeof *words;
    if (length > (size_t)(r->end - r->next))
        length = (unsigned)(r->end - r->next);
    struct str text = {(const char *)r->next, length};
    r->next += length;
    text.len = utf8_validate(text);
    text.len = str_find_char(text, 0, 0);
    return text;
}

static struct value *take_value(struct recipe *r, unsigned depth);

static struct value *take_number(struct recipe *r) {
    static const char *const spellings[] = {
        "0",     "-0",    "1.50", "1e3", "0123", "123456789012", "0x1f",
        "-1E-2", "1_000", ".5",   "5.",  "+1",   "1:30",         "99999999999999999999999"};
    return value_number(r->values,
                        str_from(spellings[take(r, sizeof spellings / sizeof *spellings)]));
}

static struct value *take_string(struct recipe *r) {
    struct value *x = value_string(r->values, take_text(r));
    x->flags = (uint8_t)(take(r, 2) ? VALUE_BLOCK : 0) | (take(r, 2) ? VALUE_QUOTED : 0);
    return x;
}

static struct value *take_list(struct recipe *r, unsigned depth) {
    struct value *list = value_list(r->values);
    for (unsigned count = take(r, MOST_ITEMS); count; count--)
        value_push(r->values, list, take_value(r, depth + 1));
    return list;
}

static struct value *take_map(struct recipe *r, unsigned depth) {
    struct value *map = value_map(r->values);
    for (unsigned count = take(r, MOST_ITEMS); count; count--) {
        struct str key = take_text(r);
        value_put(r->values, map, key, take_value(r, depth + 1));
    }
    return map;
}

static struct value *take_function(struct recipe *r, unsigned depth) {
    enum value_kind kind = VAL_FIRST_INTRINSIC + take(r, VAL_FN - VAL_FIRST_INTRINSIC);
    struct value *x;
    switch (value_intrinsic(kind)->form) {
    case FORM_NAME:
        x = value_ref(r->values, take_text(r));
        x->kind = (uint8_t)kind;
        return x;
    case FORM_GETATT: {
        struct str id = take_text(r);
        return value_getatt(r->values, id, take_text(r));
    }
    case FORM_SUB: {
        struct str text = take_text(r);
        return value_sub(r->values, text, take(r, 2) ? take_map(r, depth + 1) : NULL);
    }
    case FORM_ONE:
        return value_call(r->values, kind, 1, take_value(r, depth + 1));
    case FORM_LIST:
        break;
    }
    x = take_list(r, depth);
    x->kind = (uint8_t)kind;
    return x;
}

static struct value *take_value(struct recipe *r, unsigned depth) {
    switch (depth < MOST_DEPTH ? take(r, 8) : take(r, 4)) {
    case 0:
        return value_null(r->values);
    case 1:
        return value_bool(r->values, take(r, 2));
    case 2:
        return take_number(r);
    case 3:
    case 4:
        return take_string(r);
    case 5:
        return take_list(r, depth);
    case 6:
        return take_map(r, depth);
    }
    return take_function(r, depth);
}

/* A member of a JSON object, as jansson reads and writes it. */
static struct str member(struct arena *a, struct str text, const char *name) {
    json_error_t error;
    json_t *whole =
        json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (!whole)
        fuzz_fail("the JSON is none", text, str_from(error.text));
    char *one = json_dumps(json_object_get(whole, name), JSON_ENCODE_ANY);
    struct str out = one ? str_dup(a, str_from(one)) : STR("null");
    free(one);
    json_decref(whole);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    struct graph g;
    arena_init(&a, NULL, 0);
    graph_init(&g, &a);
    struct recipe recipe = {data, data + size, &g.values};
    struct resource *r = graph_add(&g, STR("Thing"), STR("AWS::SNS::Topic"));
    g.metadata = take_map(&recipe, 0);
    r->properties = take_map(&recipe, 0);
    struct str json = fuzz_print(&a, &g, EMIT_JSON);
    fuzz_same_json(member(&a, json, "Metadata"), value_canonical(&a, g.metadata),
                   "the JSON is not the canonical JSON");
    fuzz_same_json(json, fuzz_read_again(&a, "x.json", json),
                   "the JSON is read as another document");
    fuzz_same_json(json, fuzz_read_again(&a, "x.yaml", fuzz_print(&a, &g, EMIT_YAML)),
                   "the YAML is another document");
    arena_free(&a);
    return 0;
}
