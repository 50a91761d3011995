/* One value against what the schema says it may be: its kind, through functions as far as their result
   is known, and its limits. */
#include "passes/rules/types.h"

#include "graph/packaged.h"

#include <stdio.h>
#include <stdlib.h>

/* Deliberately not here: what the service checks beyond the schema; that is for rules of their own. */

enum {
    SCALARS = SCHEMA_STRING | SCHEMA_INTEGER | SCHEMA_NUMBER | SCHEMA_BOOLEAN,
    MAX_UNIQUE = 200, /* items that are compared with each other */
};

/* Whether another rule speaks of this property's values in its own words. */
static bool is_owned(const struct spot *spot) {
    static const struct {
        const char *type, *property;
    } owned[] = {
        {"AWS::Lambda::", "Runtime"},      {"AWS::Lambda::", "CompatibleRuntimes"},
        {"AWS::DynamoDB::", "KeySchema"},
    };
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        if (str_starts(spot->r->type, str_from(owned[i].type)) &&
            str_is(spot->name, owned[i].property))
            return true;
    return false;
}

/* ---- words ------------------------------------------------------------------------ */

static const char *kind_words(unsigned kinds) {
    if (kinds & (SCHEMA_OBJECT | SCHEMA_MAP))
        return kinds & SCHEMA_STRING ? "an object or a string" : "an object";
    if (kinds & SCHEMA_LIST)
        return kinds & SCHEMA_STRING ? "a list or a string" : "a list";
    if (kinds & SCHEMA_JSON)
        return kinds & SCHEMA_STRING ? "a document or a string" : "a document";
    if (kinds & SCHEMA_STRING)
        return "a string";
    if (kinds & SCHEMA_BOOLEAN)
        return "true or false";
    return kinds & SCHEMA_NUMBER ? "a number" : "a whole number";
}

static const char *value_words(const struct value *x) {
    switch (x->kind) {
    case VAL_LIST:
        return "a list";
    case VAL_MAP:
        return "an object";
    case VAL_BOOL:
        return x->truth ? "true" : "false";
    case VAL_NUMBER:
        return "a number";
    default:
        return "a string";
    }
}


/* ---- kinds ------------------------------------------------------------------------- */

static bool is_number(struct str s, bool whole) {
    char text[64], *end;
    int64_t n;
    if (str_to_int(s, &n))
        return true;
    if (s.len == 0 || s.len >= sizeof text)
        return false;
    snprintf(text, sizeof text, "%.*s", STR_ARG(s));
    double d = strtod(text, &end);
    return *end == '\0' && (!whole || d == (double)(int64_t)d);
}

/* The kinds that CloudFormation would take this literal for. */
static unsigned literal_kinds(const struct value *x) {
    struct str s = x->text;
    switch (x->kind) {
    case VAL_LIST:
        return SCHEMA_LIST | SCHEMA_JSON;
    case VAL_MAP:
        return SCHEMA_OBJECT | SCHEMA_MAP | SCHEMA_JSON;
    case VAL_BOOL:
        return SCHEMA_BOOLEAN | SCHEMA_STRING;
    case VAL_NUMBER:
        return SCHEMA_STRING | SCHEMA_NUMBER | (is_number(s, true) ? SCHEMA_INTEGER : 0);
    case VAL_STRING:
        if (!value_is_known(x))
            return SCALARS;
        return SCHEMA_STRING | (is_number(s, true) ? SCHEMA_INTEGER : 0) |
               (is_number(s, false) ? SCHEMA_NUMBER : 0) |
               (str_eq_nocase(s, STR("true")) || str_eq_nocase(s, STR("false")) ? SCHEMA_BOOLEAN
                                                                                 : 0);
    default:
        return SCHEMA_KIND_ANY;
    }
}

static unsigned parameter_kinds(const struct check *c, struct str name) {
    struct str type = value_text(value_get_c(value_get(c->graph->parameters, name), "Type"));
    bool list = str_starts(type, STR("List<")) || str_is(type, "CommaDelimitedList") ||
                str_find(type, STR("<List<"), 0) < type.len ||
                str_find(type, STR("<CommaDelimitedList"), 0) < type.len ||
                str_is(name, "AWS::NotificationARNs");
    if (!type.len && !is_pseudo_parameter(name))
        return SCHEMA_KIND_ANY;
    return list ? SCHEMA_LIST : SCALARS;
}

static unsigned attribute_kinds(const struct check *c, const struct value *x) {
    const struct resource *r = graph_find(c->graph, x->text);
    struct schema_type_id type = schema_type_find(c->schema, r ? r->type : STR_NIL);
    struct schema_attribute_id attribute =
        schema_attribute_find(c->schema, type, value_text(value_at(x, 0)));
    if (!attribute.n)
        return SCHEMA_KIND_ANY;
    unsigned kinds = schema_shape_kinds(c->schema, schema_attribute_shape(c->schema, attribute));
    bool one = kinds == SCHEMA_LIST || !(kinds & ~(unsigned)SCALARS);
    return !one ? SCHEMA_KIND_ANY : kinds == SCHEMA_LIST ? SCHEMA_LIST : SCALARS;
}

/* The kinds that a function's result may have; a scalar may be converted to any other. */
static unsigned function_kinds(const struct check *c, const struct value *x) {
    const struct resource *r;
    switch (x->kind) {
    case VAL_REF:
        r = graph_find(c->graph, x->text);
        return r ? SCALARS : parameter_kinds(c, x->text);
    case VAL_GETATT:
        return attribute_kinds(c, x);
    case VAL_SUB:
    case VAL_JOIN:
    case VAL_BASE64:
    case VAL_LENGTH:
    case VAL_TO_JSON:
    case VAL_IMPORT:
    case VAL_GET_STACK_OUTPUT:
        return SCALARS;
    case VAL_SPLIT:
    case VAL_GET_AZS:
    case VAL_CIDR:
        return SCHEMA_LIST;
    default:
        return SCHEMA_KIND_ANY;
    }
}

static struct str function_words(struct check *c, const struct value *x) {
    const char *name = value_intrinsic(x->kind)->name.ptr;
    if (x->kind == VAL_REF)
        return str_printf(c->arena, "Ref '%.*s'", STR_ARG(x->text));
    if (x->kind == VAL_GETATT) {
        struct str attribute = value_text(value_at(x, 0));
        return str_printf(c->arena, "'%.*s.%.*s'", STR_ARG(x->text), STR_ARG(attribute));
    }
    return str_printf(c->arena, "%s", name ? name : "the function");
}

static void check_function(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                           const struct value *x) {
    unsigned kinds = schema_shape_kinds(c->schema, shape);
    reference_check(c, spot, shape, x);
    unsigned given = function_kinds(c, x);
    bool fits = (kinds & given) || (given == SCALARS && (kinds & (SCALARS | SCHEMA_JSON))) ||
                (given == SCHEMA_LIST && (kinds & SCHEMA_JSON));
    if (fits || given == SCHEMA_KIND_ANY)
        return;
    struct str what = function_words(c, x);
    check_report(c, RULE_PROPERTY_TYPE, spot->r, x, "%s%.*s is given %s by %.*s, expected %s",
                 spot_words(spot), STR_ARG(spot->name),
                 given == SCHEMA_LIST ? "a list" : "one value", STR_ARG(what), kind_words(kinds));
}

/* ---- limits ------------------------------------------------------------------------- */

static struct str enum_words(struct check *c, struct schema_list list) {
    struct str out = STR_NIL;
    for (uint32_t i = 0; i < list.count; i++) {
        struct str one = schema_list_at(c->schema, list, i);
        out = str_printf(c->arena, "%.*s%s%.*s", STR_ARG(out),
                         i == 0                ? ""
                         : i + 1 == list.count ? " or "
                                               : ", ",
                         STR_ARG(one));
    }
    return out;
}

enum { ENUM_WORDS = 6 };

static void check_enum(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                       const struct value *x, struct str text) {
    struct schema_list list = schema_shape_enum(c->schema, shape);
    if (!list.count || schema_shape_enum_has(c->schema, shape, text) || is_owned(spot))
        return;
    struct str near = schema_shape_enum_nearest(c->schema, shape, text);
    if (near.len && !is_slip(text, near))
        near = STR_NIL;
    enum rule_id rule = near.len || text.len == 0 ? RULE_PROPERTY_ENUM : RULE_PROPERTY_ENUM_NEW;
    struct diag *d;
    if (list.count <= ENUM_WORDS) {
        struct str words = enum_words(c, list);
        d = check_report(c, rule, spot->r, x, "%s%.*s is '%.*s', expected %.*s",
                         spot_words(spot), STR_ARG(spot->name), STR_ARG(text), STR_ARG(words));
    } else {
        d = check_report(c, rule, spot->r, x, "%s%.*s is '%.*s', which isn't a known value",
                         spot_words(spot), STR_ARG(spot->name), STR_ARG(text));
    }
    check_suggest(c, d, text, near);
}

static void check_range(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                        const struct value *x, struct str text) {
    char copy[64];
    double low, high;
    bool has_low = schema_shape_limit(c->schema, shape, SCHEMA_MIN_VALUE, &low);
    bool has_high = schema_shape_limit(c->schema, shape, SCHEMA_MAX_VALUE, &high);
    if ((!has_low && !has_high) || !is_number(text, false))
        return;
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(text));
    double n = strtod(copy, NULL);
    if (has_low && n < low)
        check_report(c, RULE_PROPERTY_RANGE, spot->r, x, "%s%.*s is %.*s, expected at least %.15g",
                     spot_words(spot), STR_ARG(spot->name), STR_ARG(text), low);
    else if (has_high && n > high)
        check_report(c, RULE_PROPERTY_RANGE, spot->r, x, "%s%.*s is %.*s, expected at most %.15g",
                     spot_words(spot), STR_ARG(spot->name), STR_ARG(text), high);
}

static size_t count_characters(struct str s) {
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return count;
}

static void check_length(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                         const struct value *x, struct str text) {
    double limit, length = (double)count_characters(text);
    if (schema_shape_limit(c->schema, shape, SCHEMA_MIN_LENGTH, &limit) && length < limit)
        check_report(c, RULE_PROPERTY_LENGTH, spot->r, x,
                     "%s%.*s has %.15g characters, expected at least %.15g", spot_words(spot),
                     STR_ARG(spot->name), length, limit);
    else if (schema_shape_limit(c->schema, shape, SCHEMA_MAX_LENGTH, &limit) && length > limit)
        check_report(c, RULE_PROPERTY_LENGTH, spot->r, x,
                     "%s%.*s has %.15g characters, expected at most %.15g", spot_words(spot),
                     STR_ARG(spot->name), length, limit);
}

static void check_pattern(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                          const struct value *x, struct str text) {
    struct str pattern = schema_shape_pattern(c->schema, shape);
    if (pattern.len && pattern_match(c->patterns, pattern, text) == PATTERN_NO_MATCH) {
        struct diag *d = check_report(c, RULE_PROPERTY_PATTERN, spot->r, x,
                                      "%s%.*s is '%.*s', which doesn't have the expected form",
                                      spot_words(spot), STR_ARG(spot->name), STR_ARG(text));
        diag_help(c->diags, d, "the form is %.*s", STR_ARG(pattern));
    }
}

static bool is_hex(struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F')))
            return false;
    }
    return true;
}

/* The ids of a network, 8 or 17 hexadecimal digits. An image may be named in other ways.
   https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
static void check_id(struct check *c, const struct spot *spot, struct str format,
                     const struct value *x, struct str text) {
    static const struct {
        struct str format, prefix;
        bool has_others;
    } ids[] = {
        {STR_ROW("AWS::EC2::VPC.Id"), STR_ROW("vpc-"), false},
        {STR_ROW("AWS::EC2::Subnet.Id"), STR_ROW("subnet-"), false},
        {STR_ROW("AWS::EC2::SecurityGroup.Id"), STR_ROW("sg-"), false},
        {STR_ROW("AWS::EC2::Image.Id"), STR_ROW("ami-"), true},
    };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct str prefix = ids[i].prefix, digits = str_slice(text, prefix.len, text.len);
        bool begins = str_starts(text, prefix);
        if (!str_starts(format, ids[i].format) || (ids[i].has_others && !begins) ||
            (begins && is_hex(digits) && (digits.len == 8 || digits.len == 17)))
            continue;
        struct diag *d = check_report(c, RULE_PROPERTY_PATTERN, spot->r, x,
                                      "%s%.*s is '%.*s', which doesn't have the expected form",
                                      spot_words(spot), STR_ARG(spot->name), STR_ARG(text));
        diag_help(c->diags, d, "the form is %.*s and 17 or 8 hexadecimal digits", STR_ARG(prefix));
    }
}

/* What the tables know the form of by name only. */
static const struct {
    const char *format, *pattern, *words;
} formats[] = {
    {"AWS::IAM::Role.Arn", "^arn:aws[a-z-]*:iam::([0-9]{12}|aws):role/.+$", "a role's ARN"},
    {"AWS::KMS::Key.Arn", "^(?!arn:(?!aws[a-z-]*:kms:)).*$", "a key's ARN"},
    {"AWS::Lambda::Function.Arn", "^(?!arn:(?!aws[a-z-]*:lambda:)).*$", "a function's ARN"},
    {"AWS::SNS::Topic.Arn", "^(?!arn:(?!aws[a-z-]*:sns:)).*$", "a topic's ARN"},
    {"AWS::S3::Bucket.Name", "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", "a bucket's name"},
    {"ipv4-network", "^[0-9]{1,3}([.][0-9]{1,3}){3}/[0-9]{1,2}$", "a block such as 10.0.0.0/16"},
};

static void check_format(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                         const struct value *x, struct str text) {
    struct str format = schema_shape_format(c->schema, shape);
    for (size_t i = 0; format.len && text.len && i < sizeof formats / sizeof *formats; i++) {
        if (!str_is(format, formats[i].format) ||
            pattern_match(c->patterns, str_from(formats[i].pattern), text) != PATTERN_NO_MATCH)
            continue;
        check_report(c, RULE_PROPERTY_PATTERN, spot->r, x, "%s%.*s is '%.*s', expected %s",
                     spot_words(spot), STR_ARG(spot->name), STR_ARG(text), formats[i].words);
        return;
    }
}

static void check_scalar(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                         const struct possible *p) {
    const struct value *x = p->value;
    unsigned kinds = schema_shape_kinds(c->schema, shape);
    struct str text = x->kind == VAL_BOOL ? (x->truth ? STR("true") : STR("false")) : x->text;
    if (!value_is_known(x))
        return;
    bool preset = p->certainty == DEFAULT;
    if (kinds == SCHEMA_KIND_ANY || (preset && text.len == 0))
        return;
    check_enum(c, spot, shape, x, text);
    if (kinds & (SCHEMA_INTEGER | SCHEMA_NUMBER))
        check_range(c, spot, shape, x, text);
    if (!(kinds & SCHEMA_STRING) || x->kind == VAL_BOOL)
        return;
    if (!str_eq(spot->name, name_property(spot->r->type)))
        check_length(c, spot, shape, x, text);
    check_pattern(c, spot, shape, x, text);
    if (!preset) { /* which stands for what is given in its place */
        check_id(c, spot, schema_shape_format(c->schema, shape), x, text);
        check_format(c, spot, shape, x, text);
    }
}

/* ---- lists and maps ------------------------------------------------------------------- */

static void check_unique(struct check *c, const struct spot *spot, const struct value *list) {
    for (uint32_t i = 0; i < list->count && i < MAX_UNIQUE; i++)
        for (uint32_t j = 0; j < i; j++) {
            const struct value *a = list->items[j], *b = list->items[i];
            if (!value_is_scalar(b) || !value_equal(a, b))
                continue;
            struct diag *d = check_report(c, RULE_PROPERTY_UNIQUE, spot->r, b,
                                          "'%.*s' is twice in %.*s", STR_ARG(b->text),
                                          STR_ARG(spot->name));
            diag_note(c->diags, d, a->span, "the first");
            break;
        }
}

/* How many entries there are at least and at most, as far as conditions leave it open. */
static void check_count(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                        const struct value *x, const char *what) {
    uint32_t certain = 0;
    for (uint32_t i = 0; i < x->count; i++) {
        const struct value *item = x->kind == VAL_MAP ? x->members[i].value : x->items[i];
        if (item->kind == VAL_TRANSFORM || item->kind == VAL_FN)
            return;
        certain += item->kind != VAL_IF && !value_is_null(item);
    }
    double limit;
    if (schema_shape_limit(c->schema, shape, SCHEMA_MAX_ITEMS, &limit) && certain > limit)
        check_report(c, RULE_PROPERTY_LENGTH, spot->r, x,
                     "%.*s has %u %s, expected at most %.15g", STR_ARG(spot->name), certain, what,
                     limit);
    else if (schema_shape_limit(c->schema, shape, SCHEMA_MIN_ITEMS, &limit) && x->count < limit)
        check_report(c, RULE_PROPERTY_LENGTH, spot->r, x,
                     "%.*s has %u %s, expected at least %.15g", STR_ARG(spot->name), x->count,
                     what, limit);
}

static void check_list(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                       const struct value *list) {
    struct schema_shape_id item = schema_shape_item(c->schema, shape);
    if (!is_owned(spot)) {
        check_count(c, spot, shape, list, "items");
        if (schema_shape_is_unique(c->schema, shape))
            check_unique(c, spot, list);
    }
    struct spot inner = *spot;
    inner.is_item = true;
    for (uint32_t i = 0; i < list->count; i++) {
        inner.key = list->items[i]->span;
        shape_check(c, &inner, item, list->items[i]);
        if (list->items[i]->kind == VAL_STRING && value_is_known(list->items[i]))
            check_id(c, &inner, schema_shape_format(c->schema, shape), list->items[i],
                     list->items[i]->text);
    }
}

static void check_map(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                      const struct value *map) {
    if (!check_is_closed(map))
        return;
    struct schema_shape_id value = schema_shape_value(c->schema, shape);
    struct str pattern = schema_shape_key_pattern(c->schema, shape);
    check_count(c, spot, shape, map, "entries");
    struct spot inner = *spot;
    inner.is_item = true;
    for (uint32_t i = 0; i < map->count; i++) {
        const struct member *m = &map->members[i];
        if (pattern.len && pattern_match(c->patterns, pattern, m->key) == PATTERN_NO_MATCH) {
            struct diag *d = check_report_span(c, RULE_PROPERTY_PATTERN, spot->r, m->span,
                                               "'%.*s' doesn't have the form of a key of %.*s",
                                               STR_ARG(m->key), STR_ARG(spot->name));
            diag_help(c->diags, d, "the form is %.*s", STR_ARG(pattern));
        }
        inner.key = m->span;
        shape_check(c, &inner, value, m->value);
    }
}

/* ---- all of it --------------------------------------------------------------------------- */

/* A path that `aws cloudformation package` uploads and replaces with an object.
   https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html */
static bool is_uploaded(const struct spot *spot, const struct value *x) {
    static const char *const places[][2] = {
        {"AWS::Lambda::Function", "Code"},
        {"AWS::Lambda::LayerVersion", "Content"},
        {"AWS::ApiGateway::RestApi", "BodyS3Location"},
        {"AWS::ApiGatewayV2::Api", "BodyS3Location"},
        {"AWS::StepFunctions::StateMachine", "DefinitionS3Location"},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (resource_is(spot->r, places[i][0]) && str_is(spot->name, places[i][1]))
            return x->kind == VAL_STRING;
    return false;
}

static void check_possible_value(struct check *c, const struct spot *spot,
                                 struct schema_shape_id shape, const struct possible *p) {
    const struct value *x = p->value;
    unsigned kinds = schema_shape_kinds(c->schema, shape);
    if (value_is_null(x))
        return;
    if (value_is_intrinsic(x)) {
        if (p->certainty == CERTAIN)
            check_function(c, spot, shape, x);
        return;
    }
    if (x->kind == VAL_MAP && !check_is_closed(x))
        return;
    if (x->kind == VAL_STRING && property_is_packaged(spot->r->type, spot->name))
        return; /* a local path, which packaging replaces */
    bool is_text = x->kind == VAL_STRING && kinds & SCHEMA_STRING;
    if (!is_text && !(kinds & literal_kinds(x))) {
        if (is_uploaded(spot, x))
            return;
        check_report(c, RULE_PROPERTY_TYPE, spot->r, x, "%s%.*s is %s, expected %s",
                     spot_words(spot), STR_ARG(spot->name), value_words(x), kind_words(kinds));
        return;
    }
    if (kinds == SCHEMA_KIND_ANY)
        return;
    if (x->kind == VAL_LIST && (kinds & SCHEMA_LIST))
        check_list(c, spot, shape, x);
    else if (x->kind == VAL_MAP && (kinds & SCHEMA_OBJECT))
        object_check(c, spot, schema_shape_def(c->schema, shape), x);
    else if (x->kind == VAL_MAP && (kinds & SCHEMA_MAP))
        check_map(c, spot, shape, x);
    else if (value_is_scalar(x))
        check_scalar(c, spot, shape, p);
}

void shape_check(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                 const struct value *x) {
    if (!value_is_intrinsic(x)) {
        check_possible_value(c, spot, shape, &(struct possible){x, spot->when, CERTAIN, NULL});
        return;
    }
    struct possibles all = {0};
    view_possible(&c->view, x, spot->when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct spot inner = *spot;
        inner.when = all.items.items[i].when;
        check_possible_value(c, &inner, shape, &all.items.items[i]);
    }
}
