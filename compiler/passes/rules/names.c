/* Names of resources against the lengths that services take, over all values that their parts can
   have: parameters' allowed values, mappings, regions. Rows: names.def.
   https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
   https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
   https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
#include "base/buf.h"
#include "base/limits.h"
#include "passes/rules/types.h"

struct pick {
    struct str what, value; /* "'Stage'", "production" */
    bool preset;
};

/* How many characters a text has. What can be longer than is known counts as little as it can. */
struct length {
    size_t least, most;
    struct pick_vec {
        VEC(struct pick) items;
    } picks; /* which values make it the longest */
};

struct measure {
    struct check *c;
    struct bdd_id when;
    unsigned depth;
    unsigned resources; /* whose names are looked through */
};

enum { MAX_RESOURCES = 3 };

static struct length of_value(struct measure m, const struct value *x);

static struct length exactly(size_t n) {
    return (struct length){.least = n, .most = n};
}

static size_t characters(struct str s) {
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return count;
}

static void add(struct measure *m, struct length *sum, struct length more) {
    sum->least += more.least;
    sum->most += more.most;
    for (uint32_t i = 0; i < more.picks.items.count; i++) {
        bool known = false;
        for (uint32_t j = 0; j < sum->picks.items.count; j++)
            known = known || str_eq(sum->picks.items.items[j].what, more.picks.items.items[i].what);
        if (!known)
            vec_push(m->c->arena, &sum->picks.items, more.picks.items.items[i]);
    }
}

static struct length picked(struct measure *m, struct length l, struct str what, struct str value) {
    struct pick pick = {what, value, false};
    vec_push(m->c->arena, &l.picks.items, pick);
    return l;
}

/* ---- references ----------------------------------------------------------------------- */

/* The stack's regions, or all of the partition aws. */
static struct length of_region(struct measure *m) {
    const struct str_vec *own = m->c->regions;
    struct length out = {.least = SIZE_MAX};
    struct str longest = STR_NIL;
    uint32_t count = own->items.count ? own->items.count : schema_region_count(m->c->schema);
    for (uint32_t i = 0; i < count; i++) {
        struct schema_region_id id = schema_region_at(m->c->schema, i);
        struct str name =
            own->items.count ? own->items.items[i] : schema_region_name(m->c->schema, id);
        if (!own->items.count && !str_is(schema_region_partition(m->c->schema, id), "aws"))
            continue;
        out.least = name.len < out.least ? name.len : out.least;
        if (name.len > longest.len)
            longest = name;
    }
    if (!longest.len)
        return exactly(0);
    out.most = longest.len;
    return out.most > out.least ? picked(m, out, STR("AWS::Region"), longest) : out;
}

static struct length of_pseudo(struct measure *m, struct str name) {
    enum { ACCOUNT_ID = 12, PARTITION = 3 };
    if (str_is(name, "AWS::Region"))
        return of_region(m);
    if (str_is(name, "AWS::AccountId"))
        return exactly(ACCOUNT_ID);
    if (str_is(name, "AWS::Partition"))
        return exactly(PARTITION);
    if (str_is(name, "AWS::NoValue"))
        return exactly(0);
    size_t own = str_is(name, "AWS::StackName") ? m->c->graph->name.len : 0;
    return (struct length){.least = 1, .most = own ? own : 1};
}

/* A resource whose Ref is the name that it is given. */
static struct length of_resource(struct measure m, const struct resource *r) {
    struct schema_type_id type = schema_type_find(m.c->schema, r->type);
    struct schema_list ref = schema_type_ref(m.c->schema, type);
    struct str name = ref.count == 1 ? schema_list_at(m.c->schema, ref, 0) : STR_NIL;
    const struct value *given = value_get(r->properties, name);
    bool is_name = schema_type_ref_kind(m.c->schema, type) == SCHEMA_REF_NAME;
    if (!is_name || value_is_null(given) || ++m.resources > MAX_RESOURCES)
        return exactly(1);
    return of_value(m, given);
}

/* The bounds that a parameter without allowed values has. */
static struct length of_parameter(struct measure *m, const struct value *x) {
    const struct value *parameter = value_get(m->c->graph->parameters, x->text);
    struct length out = {0};
    int64_t n;
    if (value_to_int(value_get_c(parameter, "MinLength"), &n) && n > 0 && n < LIMIT_STRING_BYTES)
        out.least = out.most = (size_t)n;
    const struct value *preset = value_get_c(parameter, "Default");
    if (!value_is_scalar(preset) || characters(value_text(preset)) <= out.most)
        return out;
    out.most = characters(value_text(preset));
    struct pick pick = {x->text, value_text(preset), true};
    vec_push(m->c->arena, &out.picks.items, pick);
    return out;
}

static bool is_parameter(const struct measure *m, const struct value *x) {
    return value_has(m->c->graph->parameters, x->text);
}

/* Through Fn::If, parameters and mappings: the shortest and the longest of all. */
static struct length of_possible(struct measure m, const struct value *x) {
    struct possibles all = {0};
    struct length out = {.least = SIZE_MAX};
    view_possible(&m.c->view, x, m.when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        struct measure inner = m;
        struct length one;
        inner.when = p->when;
        if (value_is_nil(p->value))
            continue;
        if (p->certainty == DEFAULT || (p->value->kind == VAL_REF && is_parameter(&m, p->value)))
            one = of_parameter(&inner, p->certainty == DEFAULT ? p->via : p->value);
        else
            one = p->value == x ? exactly(1) : of_value(inner, p->value);
        if (p->certainty == ALLOWED && p->via && p->via->kind == VAL_REF)
            one = picked(&inner, one, p->via->text, value_text(p->value));
        out.least = one.least < out.least ? one.least : out.least;
        if (one.most >= out.most) {
            out.most = one.most;
            out.picks = one.picks;
        }
    }
    if (out.least == SIZE_MAX)
        return exactly(1);
    return out;
}

static struct length of_ref(struct measure m, const struct value *x) {
    const struct resource *r = graph_find(m.c->graph, x->text);
    if (is_pseudo_parameter(x->text))
        return of_pseudo(&m, x->text);
    return r ? of_resource(m, r) : of_possible(m, x);
}

/* ---- texts ------------------------------------------------------------------------------ */

static struct length of_sub(struct measure m, const struct value *x) {
    struct length sum = {0};
    struct sub_piece piece;
    for (uint32_t at = 0; sub_next(x->text, &at, &piece);) {
        const struct value *given = value_get(value_at(x, 0), piece.text);
        struct value ref = {.kind = VAL_REF, .text = piece.text, .span = x->span};
        if (!piece.is_variable)
            add(&m, &sum, exactly(characters(piece.text)));
        else if (!value_is_nil(given))
            add(&m, &sum, of_value(m, given));
        else
            add(&m, &sum, str_has(piece.text, '.') ? exactly(1) : of_ref(m, &ref));
    }
    return sum;
}

static struct length of_join(struct measure m, const struct value *x) {
    const struct value *delimiter = value_at(x, 0), *list = value_at(x, 1);
    struct length sum = {0};
    if (delimiter->kind != VAL_STRING || list->kind != VAL_LIST)
        return exactly(0);
    for (uint32_t i = 0; i < list->count; i++) {
        add(&m, &sum, exactly(i ? characters(delimiter->text) : 0));
        add(&m, &sum, of_value(m, list->items[i]));
    }
    return sum;
}

static struct length of_value(struct measure m, const struct value *x) {
    if (++m.depth > LIMIT_DEPTH)
        return exactly(0);
    switch (x->kind) {
    case VAL_STRING:
    case VAL_NUMBER:
        return exactly(value_is_known(x) ? characters(x->text) : 1);
    case VAL_SUB:
        return of_sub(m, x);
    case VAL_JOIN:
        return of_join(m, x);
    case VAL_REF:
        return of_ref(m, x);
    case VAL_IF:
    case VAL_FIND_IN_MAP:
    case VAL_SELECT:
        return of_possible(m, x);
    default:
        return exactly(0);
    }
}

/* ---- the rule ----------------------------------------------------------------------------- */

static const struct name {
    struct str type, property;
    size_t most;
} names[] = {
#define NAME(type, property, most) {STR_ROW(type), STR_ROW(property), most},
#include "passes/rules/names.def"
#undef NAME
};

/* "Stage is 'production' and AWS::Region is 'ap-southeast-1'" */
static struct str picks_text(struct check *c, const struct pick_vec *picks) {
    struct buf b;
    buf_init(&b, c->arena, LIMIT_STRING_BYTES);
    for (uint32_t i = 0; i < picks->items.count; i++) {
        const struct pick *p = &picks->items.items[i];
        buf_printf(&b, "%s%.*s is '%.*s'%s",
                   i == 0                         ? ""
                   : i + 1 == picks->items.count ? " and "
                                                 : ", ",
                   STR_ARG(p->what), STR_ARG(p->value), p->preset ? ", its default," : "");
    }
    return buf_view(&b);
}

static bool is_optional(const struct check *c, const struct name *row) {
    struct schema_type_id type = schema_type_find(c->schema, row->type);
    struct schema_property_id property =
        schema_property_find(c->schema, schema_type_body(c->schema, type), row->property);
    return !schema_property_is_required(c->schema, property) &&
           !str_is(row->property, "StageName");
}

static bool check_length(struct check *c, const struct resource *r, const struct name *row,
                         const struct value *x, struct bdd_id when) {
    struct length l = of_value((struct measure){.c = c, .when = when}, x);
    struct diag *d;
    if (l.least > row->most) {
        d = check_report(c, RULE_NAME_LENGTH, r, x, "%s has %s%zu characters, expected at most %zu",
                         row->property.ptr, l.most > l.least ? "at least " : "", l.least,
                         row->most);
    } else if (l.most > row->most) {
        struct str why = picks_text(c, &l.picks);
        d = check_report(c, RULE_LONG_NAME, r, x,
                         "%s %s %zu characters%s%.*s, expected at most %zu", row->property.ptr,
                         why.len ? "has" : "can have", l.most, why.len ? " when " : "",
                         STR_ARG(why), row->most);
    } else {
        return false;
    }
    if (is_optional(c, row))
        diag_help(c->diags, d, "without %s CloudFormation makes a name that fits",
                  row->property.ptr);
    return true;
}

/* Each branch of Fn::If by itself, as far as nothing but conditions decides. */
static void check_one(struct check *c, const struct resource *r, const struct name *row) {
    const struct value *x = value_get(r->properties, row->property);
    struct possibles all = check_possible(c, r, x);
    bool certain = !all.truncated;
    for (uint32_t i = 0; i < all.items.count; i++)
        certain = certain && all.items.items[i].certainty == CERTAIN;
    if (!certain) {
        check_length(c, r, row, x, formula_of_resource(&c->formulas, r));
        return;
    }
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        if (!value_is_nil(p->value) && check_length(c, r, row, p->value, p->when))
            return;
    }
}

void check_names(struct check *c) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct resource_vec *list = check_type(c, names[i].type.ptr);
        for (uint32_t j = 0; j < list->items.count; j++)
            check_one(c, list->items.items[j], &names[i]);
    }
}

struct str name_property(struct str type) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(type, names[i].type))
            return names[i].property;
    return STR_NIL;
}
