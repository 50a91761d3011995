/* Policies of functions and state machines: names, documents, and SAM's policy templates. */
#include <string.h>

#include "base/buf.h"
#include "passes/expand/expand.h"

/* A row of the table: a template, or a statement of the template before it. */
struct row {
    const char *name, *parameters; /* of a template; NULL in a statement */
    const char *actions, *resources, *key, *value;
};

static const struct row rows[] = {
#define POLICY(name, parameters) {name, parameters, NULL, NULL, NULL, NULL},
#define ALLOW(actions, resources, key, value) {NULL, NULL, actions, resources, key, value},
#include "passes/expand/policy_templates.def"
#undef POLICY
#undef ALLOW
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

static const struct row *template_find(struct str name) {
    for (const struct row *row = rows; row->name || row->actions; row++)
        if (row->name && str_is(name, row->name))
            return row;
    return NULL;
}

/* The next of some words; false at the end. */
static bool next_word(struct str *words, struct str *word) {
    if (!words->len)
        return false;
    *word = str_split(*words, ' ', words);
    return true;
}

static struct value *action_list(struct expand *e, const char *actions) {
    if (*actions == '=')
        return sam_c(e, actions + 1);
    struct value *list = value_list(e->v);
    struct str words = str_from(actions), word;
    while (next_word(&words, &word))
        value_push(e->v, list, value_string(e->v, word));
    return list;
}

/* The parameter that ${name} stands for: the one that it spells, whatever the case; or nil. */
static struct str parameter_of(const struct row *template, struct str name) {
    struct str words = str_from(template->parameters), word;
    while (next_word(&words, &word))
        if (str_eq_nocase(word, name))
            return word;
    return STR_NIL;
}

/* "arn:..${name}", with the parameters that it names; plain text without any variable. */
static struct value *substitution(struct expand *e, const struct row *template, struct str text,
                                  const struct value *given) {
    struct value *variables = NULL;
    struct sub_piece piece;
    bool is_plain = true;
    for (uint32_t at = 0; sub_next(text, &at, &piece);) {
        if (!piece.is_variable)
            continue;
        is_plain = false;
        struct str parameter = parameter_of(template, piece.text);
        if (!parameter.len)
            continue;
        variables = variables ? variables : value_map(e->v);
        value_put(e->v, variables, piece.text, value_get(given, parameter));
    }
    return is_plain ? value_string(e->v, text) : value_sub(e->v, text, variables);
}

static struct value *resource_list(struct expand *e, const struct row *template,
                                   const char *resources, const struct value *given) {
    struct str words = str_from(resources), word;
    bool is_list = str_has(words, ' ') || str_ends(words, STR(","));
    if (str_ends(words, STR(",")))
        words.len--;
    if (!is_list)
        return substitution(e, template, words, given);
    struct value *list = value_list(e->v);
    while (next_word(&words, &word))
        value_push(e->v, list, substitution(e, template, word, given));
    return list;
}

static struct value *statement(struct expand *e, const struct row *template, const struct row *row,
                               const struct value *given) {
    struct value *out =
        sam_map(e, "Effect", sam_c(e, "Allow"), "Action", action_list(e, row->actions), "Resource",
                resource_list(e, template, row->resources, given), NULL);
    if (*row->key) {
        struct value *value = substitution(e, template, str_from(row->value), given);
        struct value *equals = sam_map(e, row->key, value, NULL);
        value_put_c(e->v, out, "Condition", sam_map(e, "StringEquals", equals, NULL));
    }
    return out;
}

static void check_parameters(struct expand *e, struct sam *s, const struct row *template,
                             const struct value *given, struct span span) {
    struct buf missing;
    buf_init(&missing, e->arena, 0);
    struct str words = str_from(template->parameters), word;
    while (next_word(&words, &word))
        if (!value_has(given, word))
            buf_printf(&missing, "%s'%.*s'", missing.len ? ", " : "", STR_ARG(word));
    if (missing.len)
        sam_fail(e, s->id, span,
                 "Following required parameters of template '%s' don't have values: [%.*s]",
                 template->name, STR_ARG(buf_view(&missing)));
}

/* { Statement: [..] } of { TemplateName: { Parameter: value } }. */
static struct value *from_template(struct expand *e, struct sam *s, struct value *policy) {
    const struct value *entries = sam_entries(e, policy);
    if (!entries->count)
        sam_fail(e, s->id, policy->span, "A policy template is named, but it is empty.");
    const struct member *m = &entries->members[0];
    const struct row *template = template_find(m->key);
    if (!template)
        sam_fail(e, s->id, sam_span(policy, m->span), "Template with name '%.*s' is not found",
                 STR_ARG(m->key));
    if (!sam_is_map(m->value))
        sam_fail(e, s->id, sam_span(m->value, m->span),
                 "Must specify valid parameter values for policy template '%s'", template->name);
    const struct value *given = sam_entries(e, m->value);
    check_parameters(e, s, template, given, m->span);
    struct place before = e->v->place;
    e->v->place.span = m->span;
    struct value *statements = value_list(e->v);
    for (const struct row *row = template + 1; row->actions; row++)
        value_push(e->v, statements, statement(e, template, row, given));
    struct value *document = sam_map(e, "Statement", statements, NULL);
    e->v->place = before;
    return document;
}

static enum sam_policy kind_of(struct expand *e, struct value *policy, bool templates);

static enum sam_policy kind_of_if(struct expand *e, struct value *policy, bool templates) {
    struct value **arguments = sam_if_arguments(e, policy);
    if (!arguments)
        sam_refuse(e, policy->span, "Fn::If requires 3 arguments");
    enum sam_policy then = kind_of(e, arguments[1], templates);
    enum sam_policy otherwise = kind_of(e, arguments[2], templates);
    if (then == otherwise || sam_is_no_value(arguments[2]))
        return then;
    if (sam_is_no_value(arguments[1]))
        return otherwise;
    sam_refuse(e, policy->span,
               "Different policy types within the same Fn::If statement is unsupported. Separate "
               "different policy types into different Fn::If statements");
}

static enum sam_policy kind_of(struct expand *e, struct value *policy, bool templates) {
    if (sam_is_string(policy))
        return POLICY_NAMED;
    if (sam_is_if(policy))
        return kind_of_if(e, policy, templates);
    if (sam_is_intrinsic(policy))
        return POLICY_NAMED;
    if (policy->kind == VAL_MAP && value_has(policy, STR("Statement")))
        return POLICY_DOCUMENT;
    bool is_template = templates && policy->kind == VAL_MAP && policy->count == 1 &&
                       template_find(policy->members[0].key);
    return is_template ? POLICY_TEMPLATE : POLICY_UNKNOWN;
}

enum sam_policy sam_policy_kind(struct expand *e, struct value *policy) {
    return kind_of(e, policy, false);
}

static struct value *branch(struct expand *e, struct sam *s, struct value *policy) {
    return sam_is_no_value(policy) ? policy : from_template(e, s, policy);
}

void sam_apply_policy_templates(struct expand *e, struct sam *s) {
    struct value *policies = sam_property(s, "Policies");
    if (!sam_is_truthy(policies))
        return;
    uint32_t count = sam_is_list(policies) ? policies->count : 1;
    struct value *result = value_list(e->v);
    enum sam_policy *kinds = arena_array(e->arena, enum sam_policy, count + 1);
    for (uint32_t i = 0; i < count; i++)
        kinds[i] = kind_of(e, sam_is_list(policies) ? policies->items[i] : policies, true);
    for (uint32_t i = 0; i < count; i++) {
        struct value *policy = sam_is_list(policies) ? policies->items[i] : policies;
        if (kinds[i] == POLICY_TEMPLATE && sam_is_if(policy)) {
            struct value **arguments = sam_if_arguments(e, policy);
            policy = sam_if(e, arguments[0], branch(e, s, arguments[1]),
                            branch(e, s, arguments[2]));
        } else if (kinds[i] == POLICY_TEMPLATE) {
            policy = from_template(e, s, policy);
        }
        value_push(e->v, result, policy);
    }
    result->span = policies->span;
    value_put_c(e->v, s->properties, "Policies", result);
}
