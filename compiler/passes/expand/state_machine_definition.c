/* The definition of a state machine: in S3, or written in the template. Then it becomes a text in
   which every intrinsic function is a substitution. */
#include <stdlib.h>

#include "base/buf.h"
#include "passes/expand/state_machine.h"

struct substitutions {
    struct expand *e;
    struct value *map; /* definition_substitution_1 -> what stood there */
};

/* "{{resolve:service:name}}", all of the text. */
static bool is_dynamic(const struct value *x) {
    struct str s = x->kind == VAL_STRING ? x->text : STR_NIL, prefix = STR("{{resolve:");
    if (!str_starts(s, prefix) || !str_ends(s, STR("}}")) || str_has(s, '\n'))
        return false;
    size_t i = prefix.len;
    while (i < s.len && ((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || s.ptr[i] == '-'))
        i++;
    return i > prefix.len && i < s.len && s.ptr[i] == ':' && s.len - i > 3;
}

static int compare_members(const void *a, const void *b) {
    return str_cmp((*(const struct member *const *)a)->key,
                   (*(const struct member *const *)b)->key);
}

static struct value *substitute(struct substitutions *t, struct value *x);

static struct value *substitute_map(struct substitutions *t, struct value *x) {
    struct value *copy = value_copy_shallow(t->e->v, x);
    struct member **sorted = arena_array(t->e->arena, struct member *, x->count + 1);
    for (uint32_t i = 0; i < x->count; i++)
        sorted[i] = &copy->members[i];
    if (x->count > 1)
        qsort(sorted, x->count, sizeof *sorted, compare_members);
    for (uint32_t i = 0; i < x->count; i++)
        sorted[i]->value = substitute(t, sorted[i]->value);
    return copy;
}

static struct value *substitute(struct substitutions *t, struct value *x) {
    struct expand *e = t->e;
    if (sam_is_intrinsic(x) || is_dynamic(x)) {
        struct str name = sam_id(e, "definition_substitution_%u", t->map->count + 1);
        value_put(e->v, t->map, name, x);
        return sam_string(e, "${%.*s}", STR_ARG(name));
    }
    if (x->kind == VAL_MAP)
        return substitute_map(t, x);
    if (x->kind != VAL_LIST)
        return x;
    struct value *copy = value_copy_shallow(e->v, x);
    for (uint32_t i = 0; i < x->count; i++)
        copy->items[i] = substitute(t, x->items[i]);
    return copy;
}

/* The text of a definition, a line an item, joined when it is deployed. */
static struct value *joined_lines(struct expand *e, const struct value *definition) {
    struct value *lines = value_list(e->v);
    struct str line, rest = sam_json_lines(e, definition);
    while (rest.ptr) {
        line = str_split(rest, '\n', &rest);
        value_push(e->v, lines, value_string(e->v, line));
    }
    return value_call(e->v, VAL_JOIN, 2, sam_c(e, "\n"), lines);
}

static void set_text(struct expand *e, struct resource *machine, struct value *definition,
                     struct value *given) {
    struct substitutions t = {e, value_map(e->v)};
    struct value *text = substitute_map(&t, sam_entries(e, definition));
    if (t.map->count) {
        struct value *all = value_copy_shallow(e->v, sam_entries(e, given));
        for (uint32_t i = 0; i < t.map->count; i++)
            value_put(e->v, all, t.map->members[i].key, t.map->members[i].value);
        sam_set(e, machine, "DefinitionSubstitutions", all);
    }
    sam_set(e, machine, "DefinitionString", joined_lines(e, text));
}

static struct value *location(struct expand *e, struct sam *s, struct value *uri) {
    if (sam_is_local(e, uri))
        return uri;
    struct value *code = &value_nil;
    if (!sam_is_map(uri)) {
        code = sam_s3_uri(e, value_text(uri));
        if (value_is_nil(code))
            sam_fail(e, s->id, uri->span,
                     "'DefinitionUri' is not a valid S3 Uri of the form 's3://bucket/key' with "
                     "optional versionId query parameter.");
    } else {
        code = sam_s3_location(e, uri, s->id, "DefinitionUri");
    }
    return sam_map(e, "Bucket", value_get_c(code, "S3Bucket"), "Key", value_get_c(code, "S3Key"),
                   "Version", value_get_c(code, "S3ObjectVersion"), NULL);
}

void state_machine_define(struct expand *e, struct sam *s, struct resource *machine) {
    struct value *definition = sam_property(s, "Definition");
    struct value *uri = sam_property(s, "DefinitionUri");
    struct value *given = sam_property(s, "DefinitionSubstitutions");
    sam_set_truthy(e, machine, "DefinitionSubstitutions", given);
    if (sam_is_truthy(definition) && sam_is_truthy(uri))
        sam_fail(e, s->id, sam_span_of(s, "DefinitionUri"),
                 "Specify either 'Definition' or 'DefinitionUri' property and not both.");
    if (sam_is_truthy(definition))
        set_text(e, machine, definition, given);
    else if (sam_is_truthy(uri))
        sam_set(e, machine, "DefinitionS3Location", location(e, s, uri));
    else
        sam_fail(e, s->id, SPAN_NIL,
                 "Either 'Definition' or 'DefinitionUri' property must be specified.");
}
