#include "passes/rules/narrow.h"

#include "base/buf.h"

/* Types whose ARN is all that their actions need, and how a template gets it. */
static const struct narrowable {
    const char *type;
    bool by_ref;
} narrowables[] = {
    {"AWS::SQS::Queue", false},      {"AWS::SNS::Topic", true},
    {"AWS::DynamoDB::Table", false}, {"AWS::StepFunctions::StateMachine", true},
    {"AWS::Kinesis::Stream", false}, {"AWS::Events::EventBus", false},
    {"AWS::SecretsManager::Secret", true}, {"AWS::S3::Bucket", false},
};

static const struct narrowable *row_of(const struct resource *r) {
    for (size_t i = 0; i < sizeof narrowables / sizeof *narrowables; i++)
        if (resource_is(r, narrowables[i].type))
            return &narrowables[i];
    return NULL;
}

/* What the actions of a statement are done to: a resource itself, what is in it, or both. */
struct parts {
    bool itself;
    const char *inside; /* with its slash; NULL: nothing */
};

static bool takes_index(const struct schema *s, struct iam_action_id action) {
    for (uint32_t k = 0; k < iam_action_resource_count(s, action); k++)
        if (str_is(iam_resource_name(s, iam_action_resource_at(s, action, k).resource), "index"))
            return true;
    return false;
}

/* False: some action is done to neither. */
static bool find_parts(struct access *a, const struct statement *s, const struct resource *r,
                       struct parts *out) {
    struct check *c = a->c;
    struct arn own = access_arn(a, r), on;
    bool is_bucket = resource_is(r, "AWS::S3::Bucket");
    bool has_indexes = !is_absent(property(r, "GlobalSecondaryIndexes")) ||
                       !is_absent(property(r, "LocalSecondaryIndexes"));
    for (uint32_t i = 0; i < s->actions.items.count; i++) {
        struct str name, text = check_text(c, s->actions.items.items[i].value);
        struct str prefix = str_split(text, ':', &name);
        struct iam_service_id service = iam_service_find(c->schema, prefix);
        struct iam_action_id action = iam_action_find(c->schema, service, name);
        if (!iam_action_resource_count(c->schema, action) || !own.count ||
            !iam_aim(&a->iam, action, own, &on) || (on.count != own.count && !is_bucket))
            return false;
        out->itself = out->itself || on.count == own.count;
        if (on.count != own.count)
            out->inside = "/*";
        else if (has_indexes && takes_index(c->schema, action))
            out->inside = "/index/*";
    }
    return s->actions.items.count > 0;
}

/* The one resource that a function is told of and all actions are done to. False: it is told of
   several, or of something that can't be known, which may name more; events may name buckets. */
static bool find_only(struct access *a, const struct statement *s, const struct resource *function,
                      const struct resource **only) {
    const struct value *variables =
        value_get_c(property(function, "Environment"), "Variables");
    if (!resource_is(function, "AWS::Lambda::Function") || variables->kind != VAL_MAP)
        return false;
    for (uint32_t i = 0; i < variables->count; i++) {
        const struct value *x = variables->members[i].value;
        const struct resource *r = access_named(a, x);
        if (x->kind == VAL_NUMBER || x->kind == VAL_BOOL)
            continue;
        if (!r)
            return false;
        struct parts parts = {0};
        if (!row_of(r) || !find_parts(a, s, r, &parts))
            continue;
        if ((*only && *only != r) ||
            (resource_is(r, "AWS::S3::Bucket") && access_hears(a, function)))
            return false;
        *only = r;
    }
    return *only != NULL;
}

static bool is_json(const struct check *c, struct span span) {
    struct str text = str_trim(source_get(c->diags->sources, span.source)->text);
    return text.len && text.ptr[0] == '{';
}

static bool is_scalar(struct str text, struct str value) {
    bool quoted = text.len == value.len + 2 && (text.ptr[0] == '\'' || text.ptr[0] == '"') &&
                  text.ptr[text.len - 1] == text.ptr[0];
    return str_eq(quoted ? str_slice(text, 1, text.len - 1) : text, value);
}

/* Whether a template may use one text in several places: an anchor of YAML. */
static bool has_anchor(const struct check *c, struct span span) {
    struct str text = source_get(c->diags->sources, span.source)->text;
    for (size_t at = 0; (at = str_find(text, STR(" &"), at)) < text.len; at++)
        if (at + 2 < text.len && text.ptr[at + 2] != ' ' && text.ptr[at + 2] != '&')
            return true;
    return false;
}

/* Whether a value stands in the template as a text alone, there and nowhere else. */
static bool is_replaceable(const struct check *c, const struct value *x, struct str text) {
    bool is_own = c->graph->is_template && !(x->flags & VALUE_INNER);
    return is_own && c->diags->sources && !span_is_nil(x->span) &&
           is_scalar(span_text(c->diags->sources, x->span), text) && !has_anchor(c, x->span);
}

/* The ARNs of a resource's parts, as a template says them. */
static struct str arns_of(struct check *c, const struct resource *r, const struct parts *parts,
                          bool json) {
    bool by_ref = row_of(r)->by_ref;
    const char *form =
        json ? (by_ref ? "{\"Ref\": \"%.*s\"}" : "{\"Fn::GetAtt\": [\"%.*s\", \"Arn\"]}")
             : (by_ref ? "!Ref %.*s" : "!GetAtt %.*s.Arn");
    struct buf b;
    buf_init(&b, c->arena, 0);
    if (parts->itself)
        buf_printf(&b, form, STR_ARG(r->id));
    if (parts->inside)
        buf_printf(&b, json ? "%s{\"Fn::Sub\": \"${%.*s.Arn}%s\"}" : "%s!Sub \"${%.*s.Arn}%s\"",
                   parts->itself ? ", " : "", STR_ARG(r->id), parts->inside);
    return buf_view(&b);
}

void narrow_resource(struct access *a, const struct holder *h, const struct statement *s,
                     const struct value *star, struct diag *d) {
    struct check *c = a->c;
    const struct resource *only = NULL;
    if (c->open || !h || !h->users.count || s->resources.items.count != 1 || !s->whole ||
        !is_replaceable(c, star, STR("*")))
        return;
    for (uint32_t i = 0; i < h->users.count; i++)
        if (!find_only(a, s, h->users.items[i], &only))
            return;
    struct str type = only->type;
    if (check_type(c, str_cstr(c->arena, type))->items.count != 1 ||
        iam_is_there(&a->iam, formula_of_resource(&c->formulas, only), s->when) != MATCH_YES)
        return;
    struct parts parts = {0};
    find_parts(a, s, only, &parts);
    bool has_both = parts.itself && parts.inside;
    if (has_both && value_get_c(s->value, "Resource") != star)
        return; /* one of a list, which may have a line for each */
    struct str arns = arns_of(c, only, &parts, is_json(c, star->span));
    diag_fix(c->diags, d, star->span,
             has_both ? str_printf(c->arena, "[%.*s]", STR_ARG(arns)) : arns, true);
}

void narrow_action(struct check *c, const struct value *pattern, struct str only, struct diag *d) {
    struct str text = value_text(pattern), place;
    if (!is_replaceable(c, pattern, text))
        return;
    place = span_text(c->diags->sources, pattern->span);
    struct str mark = place.len > text.len ? str_slice(place, 0, 1) : STR("");
    diag_fix(c->diags, d, pattern->span,
             str_printf(c->arena, "%.*s%.*s%.*s", STR_ARG(mark), STR_ARG(only), STR_ARG(mark)),
             true);
}

static struct str list_of(struct check *c, const struct str_vec *items, bool json) {
    struct buf b;
    buf_init(&b, c->arena, 0);
    for (uint32_t i = 0; i < items->items.count; i++)
        buf_printf(&b, json ? "%s\"%.*s\"" : "%s%.*s", i ? ", " : "[",
                   STR_ARG(items->items.items[i]));
    buf_char(&b, ']');
    return buf_view(&b);
}

void narrow_actions(struct check *c, const struct statement *s, const struct value *pattern,
                    const struct str_vec *needed, struct diag *d) {
    if (value_get_c(s->value, "Action") != pattern ||
        !is_replaceable(c, pattern, value_text(pattern)))
        return;
    diag_fix(c->diags, d, pattern->span, list_of(c, needed, is_json(c, pattern->span)), false);
}
