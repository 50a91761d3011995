/* Parameters: their definitions, and their defaults against what they allow.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
#include <stdio.h>
#include <stdlib.h>

#include "passes/check.h"

static const char *const attributes[] = {
    "AllowedPattern", "AllowedValues", "ConstraintDescription",
    "Default",        "Description",   "MaxLength",
    "MaxValue",       "MinLength",     "MinValue",
    "NoEcho",         "Type",
};

static const char *const plain_types[] = {
    "String",
    "Number",
    "List<Number>",
    "List<String>",
    "CommaDelimitedList",
    "AWS::SSM::Parameter::Name",
    "AWS::SSM::Parameter::Value<String>",
    "AWS::SSM::Parameter::Value<CommaDelimitedList>",
};

/* Those that also exist as List<..> and AWS::SSM::Parameter::Value<..>. */
static const char *const resource_types[] = {
    "AWS::EC2::AvailabilityZone::Name", "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",           "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName", "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",             "AWS::EC2::Volume::Id",
    "AWS::EC2::VPC::Id",                "AWS::Route53::HostedZone::Id",
};

static bool is_one_of(struct str name, const char *const *list, size_t count, struct str *near) {
    for (size_t i = 0; i < count; i++) {
        if (str_is(name, list[i]))
            return true;
        if (str_is_near(name, str_from(list[i])))
            *near = str_from(list[i]);
    }
    return false;
}

#define IS_ONE_OF(name, list, near) is_one_of(name, list, sizeof(list) / sizeof *(list), near)

static bool unwrap(struct str *type, const char *prefix) {
    struct str start = str_from(prefix);
    if (!str_starts(*type, start) || !str_ends(*type, STR(">")))
        return false;
    *type = str_slice(*type, start.len, type->len - 1);
    return true;
}

static bool is_known_type(struct str type, struct str *near) {
    if (IS_ONE_OF(type, plain_types, near))
        return true;
    unwrap(&type, "AWS::SSM::Parameter::Value<");
    unwrap(&type, "List<");
    return str_is(type, "String") || str_is(type, "Number") ||
           IS_ONE_OF(type, resource_types, near);
}

static void check_definition(struct check *c, const struct member *m) {
    const struct value *type = value_get_c(m->value, "Type");
    struct str near = STR_NIL;
    for (uint32_t i = 0; i < m->value->count; i++) {
        const struct member *a = &m->value->members[i];
        near = STR_NIL;
        if (IS_ONE_OF(a->key, attributes, &near))
            continue;
        struct diag *d = check_report_span(c, RULE_PARAMETER_DEFINITION, NULL, a->span,
                                           "parameters have no attribute '%.*s'", STR_ARG(a->key));
        check_suggest(c, d, a->key, near);
    }
    near = STR_NIL;
    if (value_is_nil(type)) {
        check_report_span(c, RULE_PARAMETER_DEFINITION, NULL, m->span,
                          "parameter '%.*s' has no Type", STR_ARG(m->key));
    } else if (type->kind != VAL_STRING || !is_known_type(type->text, &near)) {
        struct str text = value_text(type);
        struct diag *d = check_report(c, RULE_PARAMETER_DEFINITION, NULL, type,
                                      "'%.*s' is no type of a parameter, expected String, Number, "
                                      "CommaDelimitedList or a type of AWS",
                                      STR_ARG(text));
        check_suggest(c, d, text, near);
    }
}

/* "A regular expression that represents the patterns to allow"; Java's, as CloudFormation reads it. */
static void check_pattern(struct check *c, const struct member *m) {
    const struct value *pattern = value_get_c(m->value, "AllowedPattern");
    const char *mistake = pattern->kind == VAL_STRING ? pattern_mistake(pattern->text) : NULL;
    if (mistake)
        check_report(c, RULE_PARAMETER_DEFINITION, NULL, pattern,
                     "the AllowedPattern of '%.*s' is no regular expression: %s", STR_ARG(m->key),
                     mistake);
}

/* ---- the default -------------------------------------------------------------------- */

struct preset {
    struct check *c;
    const struct member *parameter;
    const struct value *at;
    struct str text; /* the whole default, or one item of a list */
};

static struct str scalar_text(const struct value *x) {
    return x->kind == VAL_BOOL ? (x->truth ? STR("true") : STR("false")) : value_text(x);
}

static void check_allowed(const struct preset *p) {
    const struct value *allowed = value_get_c(p->parameter->value, "AllowedValues");
    struct str near = STR_NIL;
    if (allowed->kind != VAL_LIST)
        return;
    for (uint32_t i = 0; i < allowed->count; i++) {
        struct str text = scalar_text(allowed->items[i]);
        if (str_eq(text, p->text) || !value_is_scalar(allowed->items[i]))
            return;
        if (str_is_near(p->text, text))
            near = text;
    }
    struct diag *d = check_report(p->c, RULE_PARAMETER_DEFAULT, NULL, p->at,
                                  "the default '%.*s' is none of AllowedValues", STR_ARG(p->text));
    diag_note(p->c->diags, d, allowed->span, "the allowed values");
    check_suggest(p->c, d, p->text, near);
}

static bool breaks(const struct preset *p, struct str pattern, struct str text) {
    return pattern_match(p->c->patterns, pattern, text) == PATTERN_NO_MATCH;
}

/* Of a list, the documents don't say whether the pattern is each item's or the whole's: both break
   it. */
static void check_form(const struct preset *p, bool is_list) {
    const struct value *pattern = value_get_c(p->parameter->value, "AllowedPattern");
    bool broken = !is_list;
    if (pattern->kind != VAL_STRING)
        return;
    struct str whole = str_printf(p->c->arena, "^(?:%.*s)$", STR_ARG(pattern->text));
    for (struct str rest = p->text; !broken && rest.ptr;)
        broken = breaks(p, whole, str_trim(str_split(rest, ',', &rest)));
    if (!broken || !breaks(p, whole, p->text))
        return;
    struct diag *d =
        check_report(p->c, RULE_PARAMETER_DEFAULT, NULL, p->at,
                     "the default '%.*s' doesn't match AllowedPattern", STR_ARG(p->text));
    diag_note(p->c->diags, d, pattern->span, "the pattern");
}

static bool to_number(struct str s, double *out) {
    char copy[64], *end;
    if (s.len == 0 || s.len >= sizeof copy)
        return false;
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(s));
    *out = strtod(copy, &end);
    return *end == '\0';
}

static void check_bound(const struct preset *p, const char *name, double given, bool is_least,
                        const char *what) {
    double bound;
    const struct value *x = value_get_c(p->parameter->value, name);
    if (!to_number(value_text(x), &bound) || (is_least ? given >= bound : given <= bound))
        return;
    struct diag *d = check_report(p->c, RULE_PARAMETER_DEFAULT, NULL, p->at,
                                  "the default's %s is %.15g, expected at %s %.15g", what, given,
                                  is_least ? "least" : "most", bound);
    diag_note(p->c->diags, d, x->span, "%s", name);
}

static void check_bounds(const struct preset *p, bool is_number) {
    double n;
    if (!is_number) {
        check_bound(p, "MinLength", (double)p->text.len, true, "length");
        check_bound(p, "MaxLength", (double)p->text.len, false, "length");
    } else if (!to_number(p->text, &n)) {
        check_report(p->c, RULE_PARAMETER_DEFAULT, NULL, p->at,
                     "the default '%.*s' is not a number", STR_ARG(p->text));
    } else {
        check_bound(p, "MinValue", n, true, "value");
        check_bound(p, "MaxValue", n, false, "value");
    }
}

static void check_default(struct check *c, const struct member *m) {
    const struct value *preset = value_get_c(m->value, "Default");
    struct str type = value_text(value_get_c(m->value, "Type"));
    if (value_is_null(preset))
        return;
    if (!value_is_scalar(preset)) {
        check_report(c, RULE_PARAMETER_DEFINITION, NULL, preset,
                     "the default of '%.*s' is %s, expected a string", STR_ARG(m->key),
                     preset->kind == VAL_LIST   ? "a list"
                     : preset->kind == VAL_MAP  ? "an object"
                                                : "computed");
        return;
    }
    struct preset p = {c, m, preset, scalar_text(preset)};
    if (str_is(type, "String") || str_is(type, "Number")) {
        check_allowed(&p);
        check_bounds(&p, str_is(type, "Number"));
        if (str_is(type, "String"))
            check_form(&p, false);
        return;
    }
    bool numbers = str_is(type, "List<Number>");
    if (!numbers && !str_is(type, "CommaDelimitedList"))
        return;
    if (!numbers)
        check_form(&p, true);
    for (struct str rest = p.text; rest.ptr;) {
        p.text = str_trim(str_split(rest, ',', &rest));
        check_allowed(&p);
        if (numbers)
            check_bounds(&p, true);
    }
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
static void check_unique(struct check *c, const struct member *m) {
    const struct resource *r = graph_find(c->graph, m->key);
    if (!r || !c->graph->is_template)
        return;
    struct diag *d = check_report_span(c, RULE_LOGICAL_ID, r, r->id_span,
                                       "'%.*s' is the name of a parameter, too", STR_ARG(m->key));
    diag_note(c->diags, d, m->span, "the parameter");
}

void check_parameters(struct check *c) {
    const struct value *section = c->graph->parameters;
    for (uint32_t i = 0; section->kind == VAL_MAP && i < section->count; i++) {
        const struct member *m = &section->members[i];
        if (str_starts(m->key, STR("Fn::")) || value_is_intrinsic(m->value))
            continue;
        if (m->value->kind != VAL_MAP) {
            check_report_span(c, RULE_PARAMETER_DEFINITION, NULL, m->span,
                              "parameter '%.*s' has no Type", STR_ARG(m->key));
            continue;
        }
        check_definition(c, m);
        check_pattern(c, m);
        check_default(c, m);
        check_unique(c, m);
    }
}
