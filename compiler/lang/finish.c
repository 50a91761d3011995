#include "lang/compile.h"

#include "base/limits.h"
#include "schema/schema.h"

/* ---- values -------------------------------------------------------------------------- */

/* Whether, where `given` holds, `asked` holds too; told from their form. */
static bool implies(const struct value *given, const struct value *asked) {
    if (!given)
        return false;
    if (value_equal(given, asked))
        return true;
    if (given->kind == VAL_AND)
        for (uint32_t i = 0; i < given->count; i++)
            if (implies(given->items[i], asked))
                return true;
    return false;
}

static bool denies(const struct value *given, const struct value *asked) {
    struct value not_asked = {.kind = VAL_NOT, .count = 1};
    struct value *items[] = {(struct value *)asked};
    not_asked.items = items;
    return implies(given, &not_asked);
}

static struct value *finish_if(struct lang *l, struct value *x, struct value *cond) {
    struct value *test = x->items[0];
    if (implies(cond, test))
        return finish_value(l, x->items[1], cond);
    if (denies(cond, test))
        return finish_value(l, x->items[2], cond);
    struct value *yes = finish_value(l, x->items[1], logic_and(l, cond, test));
    struct value *no = finish_value(l, x->items[2], logic_and(l, cond, logic_not(l, test)));
    struct str no_value = STR("AWS::NoValue");
    return value_call(l->values, VAL_IF, 3, value_string(l->values, condition_name(l, test)),
                      value_is_null(yes) ? value_ref(l->values, no_value) : yes,
                      value_is_null(no) ? value_ref(l->values, no_value) : no);
}

static struct value *finish_boolean(struct lang *l, struct value *x, struct value *cond) {
    struct value *p = value_at(x, 0);
    if (x->kind == VAL_EQUALS && p->kind == VAL_REF && value_is_c(value_at(x, 1), "true"))
        return value_copy(l->values, p); /* a bool param */
    struct value *choice = value_call(l->values, VAL_IF, 3, x, value_bool(l->values, true),
                                      value_bool(l->values, false));
    return finish_if(l, choice, cond);
}

static struct value *finish_children(struct lang *l, struct value *x, struct value *cond) {
    struct value *out = value_copy_shallow(l->values, x);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < x->count; i++) {
        struct value *child =
            finish_value(l, x->kind == VAL_MAP ? x->members[i].value : x->items[i], cond);
        if (child->kind == VAL_NULL && (x->kind == VAL_MAP || x->kind == VAL_LIST))
            continue;
        if (x->kind == VAL_MAP) {
            out->members[kept] = x->members[i];
            out->members[kept++].value = child;
        } else {
            out->items[kept++] = child;
        }
    }
    out->count = kept;
    out->index = NULL;
    return out;
}

/* ---- ids that get a hash when their thing is lowered ------------------------------------ */

static struct str whole_id(struct lang *l, struct str id) {
    const struct str *to = map_get_ptr(&l->renamed, id);
    return to ? *to : id;
}

/* The same for the variables of a Sub. */
static struct str whole_text(struct lang *l, struct str text) {
    struct buf out;
    buf_init(&out, l->arena, LIMIT_STRING_BYTES);
    struct sub_piece piece;
    uint32_t at = 0, copied = 0;
    while (sub_next(text, &at, &piece)) {
        struct str attribute, id = str_split(piece.text, '.', &attribute);
        struct str to = piece.is_variable ? whole_id(l, id) : id;
        if (str_eq(to, id))
            continue;
        buf_str(&out, str_slice(text, copied, piece.start));
        buf_printf(&out, "${%.*s%s%.*s}", STR_ARG(to), attribute.len ? "." : "",
                   STR_ARG(attribute));
        copied = piece.end;
    }
    buf_str(&out, str_slice(text, copied, text.len));
    return copied ? buf_view(&out) : text;
}

static bool may_be_null(const struct value *x) {
    return (x->kind == VAL_REF && str_is(x->text, "AWS::NoValue")) ||
           (x->kind == VAL_IF && (may_be_null(value_at(x, 1)) || may_be_null(value_at(x, 2))));
}

/* Fn::Sub takes no variable that is nothing. */
static struct value *check_sub(struct lang *l, struct value *x) {
    const struct value *vars = value_at(x, 0);
    for (uint32_t i = 0; vars->kind == VAL_MAP && i < vars->count; i++) {
        if (!may_be_null(vars->members[i].value))
            continue;
        struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, x->span,
                                  "a part of this text may be null when the stack is deployed");
        diag_help(l->diags, d, "give it a value: '?\? \"...\"', or guard it");
        return value_error(l);
    }
    return x;
}

static struct value *finish_reference(struct lang *l, struct value *x, struct value *cond) {
    struct value *out = finish_children(l, x, cond);
    out->text = x->kind == VAL_SUB ? whole_text(l, x->text) : whole_id(l, x->text);
    return out;
}

static struct value *finish_thing(struct lang *l, struct value *x) {
    struct thing *t = thing_of(x);
    if (t->is_resource && !t->is_collection)
        return value_ref(l->values, whole_id(l, t->id));
    if (t->is_collection) {
        struct value *list = value_list(l->values);
        for (uint32_t i = 0; i < t->entries.count && t->is_resource; i++)
            value_push(l->values, list, value_ref(l->values, t->entries.items[i].thing->id));
        if (t->is_resource)
            return list;
    }
    to_text(l, x, x->span);
    return value_error(l);
}

static struct value *finish_one(struct lang *l, struct value *x, struct value *cond) {
    switch (x->kind) {
    case VAL_NULL:
    case VAL_BOOL:
    case VAL_STRING:
        return x; /* shared: scalars in a graph aren't changed, but replaced */
    case VAL_THING:
        return finish_thing(l, x);
    case VAL_IF:
        return finish_if(l, x, cond);
    case VAL_EQUALS:
    case VAL_AND:
    case VAL_OR:
    case VAL_NOT:
    case VAL_CONDITION:
        return finish_boolean(l, x, cond);
    case VAL_REF:
    case VAL_GETATT:
    case VAL_SUB:
        x = l->renamed.cap ? finish_reference(l, x, cond) : finish_children(l, x, cond);
        return x->kind == VAL_SUB ? check_sub(l, x) : x;
    case VAL_ERROR:
        l->graph->has_hole = true;
        l->graph->hole = x->span;
        return value_copy_shallow(l->values, x);
    case VAL_NUMBER:
        if (x->unit)
            diag_add(l->diags, RULE_MISSING_UNIT, x->span,
                     "CloudFormation's properties take plain numbers, not %.*s with a unit",
                     STR_ARG(x->text));
        return value_copy_shallow(l->values, x);
    case VAL_FN:
        if (!str_starts(x->text, STR("Fn::"))) {
            diag_add(l->diags, RULE_VALUE_TYPE, x->span,
                     "'%.*s' has a meaning only as the code of a function", STR_ARG(x->text));
            return value_error(l);
        }
        return finish_children(l, x, cond);
    default:
        return finish_children(l, x, cond);
    }
}

struct value *finish_value(struct lang *l, struct value *x, struct value *cond) {
    struct place before = l->values->place;
    l->values->place = (struct place){x->span, x->origin};
    struct value *out = finish_one(l, x, cond);
    l->values->place = before;
    return out;
}

/* ---- tags ------------------------------------------------------------------------------- */

struct value *thing_tags(struct lang *l, struct thing *t) {
    struct value *outer = t->owner ? thing_tags(l, t->owner) : l->tags;
    struct value *own =
        attribute_find(t->kind, STR("tags")) ? body_value(l, t, "tags") : &value_nil;
    if (own->kind != VAL_MAP)
        return outer;
    if (outer->kind != VAL_MAP)
        return own;
    struct value *out = value_copy_shallow(l->values, outer);
    for (uint32_t i = 0; i < own->count; i++)
        value_put(l->values, out, own->members[i].key, own->members[i].value);
    return out;
}

static bool has_tag(const struct value *list, struct str key) {
    for (uint32_t i = 0; i < list->count; i++)
        if (str_eq(value_text(value_get_c(list->items[i], "Key")), key))
            return true;
    return false;
}

static void put_tags(struct lang *l, struct resource *r, struct value *tags,
                     enum schema_tag_style style, struct str property) {
    struct value *before = value_get(r->properties, property);
    bool list = style == SCHEMA_TAGS_LIST || style == SCHEMA_TAGS_ASG;
    if (!value_is_nil(before) && before->kind != (list ? VAL_LIST : VAL_MAP))
        return; /* an intrinsic: the user's own business */
    struct value *out = list ? value_list(l->values) : value_map(l->values);
    for (uint32_t i = 0; i < tags->count; i++) {
        struct str key = tags->members[i].key;
        struct value *x = tags->members[i].value;
        if (value_is_null(x) || (before->kind == VAL_LIST && has_tag(before, key)))
            continue;
        struct value *text = to_text(l, x, x->span);
        if (!list) {
            value_put(l->values, out, key, text);
            continue;
        }
        struct value *tag = map_of(l, 2, "Key", value_string(l->values, key), "Value", text);
        if (style == SCHEMA_TAGS_ASG)
            value_put_c(l->values, tag, "PropagateAtLaunch", value_bool(l->values, true));
        value_push(l->values, out, tag);
    }
    for (uint32_t i = 0; i < before->count; i++) {
        if (list)
            value_push(l->values, out, before->items[i]);
        else
            value_put(l->values, out, before->members[i].key, before->members[i].value);
    }
    if (out->count)
        value_put(l->values, r->properties, property, out);
}

static void tag(struct lang *l, const struct made *m) {
    struct value *tags = thing_tags(l, m->thing);
    if (tags->kind != VAL_MAP || tags->count == 0)
        return;
    l->values->place = (struct place){m->resource->span, m->resource->origin};
    const struct schema *schema = l->options->schema;
    struct str name = m->resource->type;
    if (str_is(name, "AWS::ApiGatewayV2::Api") && value_has(m->resource->properties, STR("Body")))
        return; /* its definition carries them */
    if (str_starts(name, STR("AWS::Serverless::"))) {
        put_tags(l, m->resource, tags, SCHEMA_TAGS_MAP, STR("Tags"));
        return;
    }
    struct schema_type_id type = schema_type_find(schema, name);
    enum schema_tag_style style = schema_type_tag_style(schema, type);
    if (style != SCHEMA_TAGS_NONE)
        put_tags(l, m->resource, tags, style, schema_type_tag_property(schema, type));
}

/* ---- the graph ------------------------------------------------------------------------------ */

void finish_graph(struct lang *l) {
    for (uint32_t i = 0; i < l->made.count; i++) {
        const struct made *m = &l->made.items[i];
        tag(l, m);
        m->resource->properties = finish_value(l, m->resource->properties, m->cond);
        m->resource->attributes = finish_value(l, m->resource->attributes, m->cond);
    }
}
