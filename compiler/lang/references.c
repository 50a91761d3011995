#include "lang/definition.h"

#include "base/limits.h"
#include "base/os.h"
#include "base/path.h"

/* API Gateway follows no reference out of a document: schemas of other files are copied among the
   document's own, by their name; anything else is put where it is referred to.
   Source: RFC 6901 (pointers), OpenAPI Specification, "Reference Object". */

enum { MAX_DEPTH = 240, MAX_DOCUMENTS = 200, MAX_FOLLOWED = 20000, MAX_CHAIN = 20 };

struct bundle {
    struct lang *l;
    struct value *doc;
    bool swagger;
    struct newer *newer;
    struct map documents; /* path -> struct value * */
    struct map copied;    /* "path#pointer" -> struct str *, the name of the copy */
    struct map numbers;   /* what copies are called -> the number that was tried last */
    uint32_t documents_count, followed;
    unsigned depth;
};

/* One document, and which file it is. */
struct place_in {
    struct value *doc;
    struct str path; /* nil: the definition itself */
};

static struct str decode_step(struct lang *l, struct str step) {
    struct buf plain;
    buf_init(&plain, l->arena, 0);
    for (size_t i = 0; i < step.len; i++) {
        int high = i + 2 < step.len ? str_hex_digit(step.ptr[i + 1]) : -1;
        int low = i + 2 < step.len ? str_hex_digit(step.ptr[i + 2]) : -1;
        if (step.ptr[i] == '~' && i + 1 < step.len) {
            buf_char(&plain, step.ptr[++i] == '1' ? '/' : '~');
        } else if (step.ptr[i] == '%' && high >= 0 && low >= 0) {
            buf_char(&plain, (char)(high * 16 + low));
            i += 2;
        } else {
            buf_char(&plain, step.ptr[i]);
        }
    }
    return buf_view(&plain);
}

/* What "/components/schemas/Item" leads to; nil where it leads nowhere. */
static struct value *follow(struct lang *l, struct value *x, struct str pointer) {
    struct str rest = str_starts(pointer, STR("/")) ? str_slice(pointer, 1, pointer.len) : STR("");
    if (pointer.len && !str_starts(pointer, STR("/")))
        return &value_nil;
    while (rest.len && !value_is_nil(x)) {
        struct str step = decode_step(l, str_split(rest, '/', &rest));
        int64_t at;
        x = x->kind == VAL_LIST ? (str_to_int(step, &at) && at >= 0 ? value_at(x, (uint32_t)at)
                                                                     : &value_nil)
                                : value_get(x, step);
    }
    return x;
}

static void no_document(struct bundle *b, struct value *ref, const char *why) {
    struct diag *d = diag_add(b->l->diags, RULE_FILE, ref->span, "'%.*s' can't be followed: %s",
                              STR_ARG(ref->text), why);
    diag_help(b->l->diags, d, "references lead to #/%s/NAME, or into files of the project",
              b->swagger ? "definitions" : "components/schemas");
}

/* a/../b.yaml is b.yaml */
static struct str plain_path(struct lang *l, struct str path) {
    VEC(struct str) steps = {0};
    struct str rest = path;
    struct buf out;
    buf_init(&out, l->arena, 0);
    while (rest.len) {
        struct str step = str_split(rest, '/', &rest);
        bool up = str_is(step, "..") && steps.count &&
                  !str_is(steps.items[steps.count - 1], "..") && steps.items[steps.count - 1].len;
        if (up)
            steps.count--;
        else if (!str_is(step, "."))
            vec_push(l->arena, &steps, step);
    }
    for (uint32_t i = 0; i < steps.count; i++)
        buf_printf(&out, "%s%.*s", i ? "/" : "", STR_ARG(steps.items[i]));
    return buf_view(&out);
}

/* The document that a reference names, beside the one that says so. */
static struct value *open_document(struct bundle *b, struct value *ref, struct str name,
                                   struct str *path) {
    struct lang *l = b->l;
    struct str root = path_folder(source_get(l->sources, l->root_source)->path);
    *path = str_starts(name, STR("/"))
                ? name
                : str_concat(l->arena, path_folder(source_get(l->sources, ref->span.source)->path),
                             name);
    *path = plain_path(l, *path);
    struct value *known = map_get_ptr(&b->documents, *path);
    if (known == b->doc)
        *path = STR_NIL;
    if (known)
        return known;
    struct value *doc = &value_nil;
    if (str_find(name, STR("://"), 0) < name.len)
        no_document(b, ref, "it is no file");
    else if (!l->options->allow_outside && !path_is_below(l->arena, *path, root))
        no_document(b, ref, "it is outside of the project's folder (--allow-outside)");
    else if (b->documents_count >= MAX_DOCUMENTS)
        no_document(b, ref, "the definition refers to too many files");
    else
        doc = definition_read(l, *path, ref->span);
    if (definition_is_newer(doc))
        vec_push(l->arena, &b->newer->sources, doc->span.source);
    b->documents_count++;
    map_put_ptr(l->arena, &b->documents, *path, doc);
    return doc;
}

static struct value *schemas_of(struct bundle *b) {
    struct values *v = b->l->values;
    struct value *in = b->doc;
    if (!b->swagger) {
        in = value_get_c(b->doc, "components");
        if (in->kind != VAL_MAP)
            in = value_put_c(v, b->doc, "components", value_map(v))->value;
    }
    const char *key = b->swagger ? "definitions" : "schemas";
    struct value *schemas = value_get_c(in, key);
    return schemas->kind == VAL_MAP ? schemas : value_put_c(v, in, key, value_map(v))->value;
}

static void resolve(struct bundle *b, struct place_in at, struct value **x, bool schema);

/* The name of a copy: that of the pointer's last step, else of the file; numbered where it's taken. */
static struct str copy_name(struct bundle *b, struct str pointer, struct str path) {
    struct lang *l = b->l;
    size_t from = pointer.len;
    while (from > 0 && pointer.ptr[from - 1] != '/')
        from--;
    struct str rest, file = str_slice(path, path_folder(path).len, path.len);
    struct str base =
        camel(l->arena, pointer.len ? decode_step(l, str_slice(pointer, from, pointer.len))
                                    : str_split(file, '.', &rest));
    base = base.len ? base : STR("Schema");
    struct str name = base;
    struct value *schemas = schemas_of(b);
    uintptr_t n = map_get(&b->numbers, base);
    for (n = n ? n : 1; value_has(schemas, name); n++)
        name = str_printf(l->arena, "%.*s%u", STR_ARG(base), (unsigned)n + 1);
    map_put(l->arena, &b->numbers, base, n);
    return name;
}

/* A schema of another file becomes one of the document's own. */
static struct str copy_schema(struct bundle *b, struct place_in to, struct str pointer,
                              const struct value *found) {
    struct lang *l = b->l;
    struct str key = str_printf(l->arena, "%.*s#%.*s", STR_ARG(to.path), STR_ARG(pointer));
    const struct str *known = map_get_ptr(&b->copied, key);
    if (known)
        return *known;
    struct str *name = arena_new(l->arena, struct str);
    *name = copy_name(b, pointer, to.path);
    map_put_ptr(l->arena, &b->copied, key, name);
    struct value *copy = value_copy(l->values, found);
    value_put(l->values, schemas_of(b), *name, copy);
    resolve(b, to, &copy, true);
    value_put(l->values, schemas_of(b), *name, copy);
    return *name;
}

static bool may_follow(struct bundle *b, const struct value *ref) {
    if (++b->followed == MAX_FOLLOWED)
        diag_add(b->l->diags, RULE_LIMIT, ref->span, "over %d references are followed",
                 MAX_FOLLOWED);
    return b->followed < MAX_FOLLOWED;
}

static void resolve_reference(struct bundle *b, struct place_in at, struct value **x, bool schema) {
    struct lang *l = b->l;
    struct value *ref = value_get_c(*x, "$ref");
    struct str pointer, name = str_split(ref->text, '#', &pointer);
    struct place_in to = at;
    if (name.len)
        to.doc = open_document(b, ref, name, &to.path);
    if (value_is_nil(to.doc))
        return;
    struct value *found = follow(l, to.doc, pointer);
    if (value_is_nil(found) && name.len)
        diag_add(l->diags, RULE_UNKNOWN_KEY, ref->span, "'%.*s' has no '%.*s'", STR_ARG(name),
                 STR_ARG(pointer));
    else if (value_is_nil(found))
        diag_add(l->diags, RULE_UNKNOWN_KEY, ref->span, "the document has no '%.*s'",
                 STR_ARG(ref->text));
    if (value_is_nil(found) || !may_follow(b, ref))
        return;
    if (!to.path.len) {
        if (name.len)
            value_put_c(l->values, *x, "$ref",
                        value_string(l->values, str_concat(l->arena, STR("#"), pointer)));
        return;
    }
    if (schema) {
        struct str copy = copy_schema(b, to, pointer, found);
        value_put_c(l->values, *x, "$ref",
                    value_string(l->values,
                                 str_printf(l->arena, "#/%s/%.*s",
                                            b->swagger ? "definitions" : "components/schemas",
                                            STR_ARG(copy))))
            ->value->span = ref->span;
        return;
    }
    *x = value_copy(l->values, found);
    resolve(b, to, x, false);
}

/* Whether what stands under a key is a schema, or schemas by name or in a list. */
static bool holds_schema(struct str key, bool inside) {
    return has_word("schema schemas definitions", key) ||
           (inside && has_word("items additionalProperties allOf anyOf oneOf not properties", key));
}

/* Item: {$ref: item.yaml#/Item} among the document's own schemas is where that one is copied to. */
static bool settle_schema(struct bundle *b, struct place_in at, const struct member *m,
                          struct place_in *to, struct value **found) {
    struct value *own = b->swagger
                            ? value_get_c(b->doc, "definitions")
                            : value_get_c(value_get_c(b->doc, "components"), "schemas");
    struct value *ref = value_get_c(m->value, "$ref");
    struct str pointer, name = str_split(ref->text, '#', &pointer);
    if (at.path.len || ref->kind != VAL_STRING || !name.len || value_get(own, m->key) != m->value)
        return false;
    *to = at;
    to->doc = open_document(b, ref, name, &to->path);
    *found = follow(b->l, to->doc, pointer);
    struct str key = str_printf(b->l->arena, "%.*s#%.*s", STR_ARG(to->path), STR_ARG(pointer));
    const struct str *known = map_get_ptr(&b->copied, key);
    if (!to->path.len || value_is_nil(*found) || (known && !str_eq(*known, m->key)))
        return false;
    struct str *as = arena_new(b->l->arena, struct str);
    *as = m->key;
    map_put_ptr(b->l->arena, &b->copied, key, as);
    return true;
}

/* Schemas by name; copies may come among them meanwhile. */
static void resolve_schemas(struct bundle *b, struct place_in at, struct value *by_name) {
    struct place_in to;
    struct value *found;
    for (uint32_t i = 0; i < by_name->count; i++)
        settle_schema(b, at, &by_name->members[i], &to, &found);
    for (uint32_t i = 0; i < by_name->count; i++) {
        struct value *one = by_name->members[i].value;
        if (settle_schema(b, at, &by_name->members[i], &to, &found)) {
            one = value_copy(b->l->values, found);
            resolve(b, to, &one, true);
        } else {
            resolve(b, at, &one, true);
        }
        by_name->members[i].value = one;
    }
}

/* `default` is data in a schema, and among responses one of them. */
static void resolve_members(struct bundle *b, struct place_in at, struct value *x, bool schema) {
    for (uint32_t i = 0; i < x->count; i++) {
        struct str key = x->members[i].key;
        struct value *one = x->members[i].value;
        bool data = has_word("example enum", key) || (schema && str_is(key, "default")) ||
                    (str_is(key, "examples") && one->kind != VAL_MAP);
        bool among = one->kind == VAL_MAP && has_word("schemas definitions properties", key) &&
                     (schema || !str_is(key, "properties"));
        if (among)
            resolve_schemas(b, at, one);
        else if (!data)
            resolve(b, at, &one, holds_schema(key, schema));
        x->members[i].value = one; /* copies may have moved the members */
    }
}

static void resolve(struct bundle *b, struct place_in at, struct value **x, bool schema) {
    if ((*x)->kind != VAL_MAP && (*x)->kind != VAL_LIST)
        return;
    if (++b->depth > MAX_DEPTH) {
        if (b->followed < MAX_FOLLOWED)
            diag_add(b->l->diags, RULE_LIMIT, (*x)->span,
                     "references lead from one to another without an end");
        b->followed = MAX_FOLLOWED;
    } else if ((*x)->kind == VAL_LIST) {
        for (uint32_t i = 0; i < (*x)->count; i++)
            resolve(b, at, &(*x)->items[i], schema);
    } else if (value_get_c(*x, "$ref")->kind == VAL_STRING) {
        resolve_reference(b, at, x, schema);
    } else {
        resolve_members(b, at, *x, schema);
    }
    b->depth--;
}

/* Where a reference of the document to itself leads in the end; one into another file is an end. */
static struct value *follow_within(struct bundle *b, struct value *x) {
    for (unsigned steps = 0;; steps++) {
        struct value *ref = value_get_c(x, "$ref");
        if (ref->kind != VAL_STRING || !str_starts(ref->text, STR("#/")))
            return x;
        if (steps == MAX_CHAIN) {
            diag_add(b->l->diags, RULE_LIMIT, ref->span, "over %d references lead to one another",
                     MAX_CHAIN);
            value_remove(b->l->values, x, STR("$ref"));
            return x;
        }
        x = follow(b->l, b->doc, str_slice(ref->text, 1, ref->text.len));
    }
}

/* A path that refers to another place of the document: API Gateway wants it spelt out. */
static void inline_paths(struct bundle *b) {
    struct value *paths = value_get_c(b->doc, "paths");
    for (uint32_t i = 0; paths->kind == VAL_MAP && i < paths->count; i++) {
        struct value *x = paths->members[i].value, *found = follow_within(b, x);
        if (found != x && found->kind == VAL_MAP)
            paths->members[i].value = value_copy(b->l->values, found);
    }
}

void definition_bundle(struct lang *l, struct value *doc, bool swagger, struct newer *newer) {
    struct bundle b = {.l = l, .doc = doc, .swagger = swagger, .newer = newer};
    struct place_in at = {doc, STR_NIL};
    struct value *whole = doc;
    /* so that a file's reference back to the definition is one inside of it */
    if (doc->span.source)
        map_put_ptr(l->arena, &b.documents,
                    plain_path(l, source_get(l->sources, doc->span.source)->path), doc);
    inline_paths(&b);
    resolve(&b, at, &whole, false);
}
