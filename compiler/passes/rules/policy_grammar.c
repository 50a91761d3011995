/* The grammar of policy documents: what IAM and the services refuse before they look at what a policy
   allows. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
#include "passes/rules/access.h"
#include "passes/rules/service_names.h"

struct document {
    struct check *c;
    const struct resource *r;
    enum policy_kind kind;
};

static const char *const document_keys[] = {"Version", "Id", "Statement", NULL};
static const char *const statement_keys[] = {
    "Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
    "NotAction", "Resource", "NotResource", "Condition",    NULL};
static const char *const principal_keys[] = {"AWS", "Service", "Federated", "CanonicalUser", NULL};
static const char *const operators[] = {"StringEquals",
                                        "StringNotEquals",
                                        "StringEqualsIgnoreCase",
                                        "StringNotEqualsIgnoreCase",
                                        "StringLike",
                                        "StringNotLike",
                                        "NumericEquals",
                                        "NumericNotEquals",
                                        "NumericLessThan",
                                        "NumericLessThanEquals",
                                        "NumericGreaterThan",
                                        "NumericGreaterThanEquals",
                                        "DateEquals",
                                        "DateNotEquals",
                                        "DateLessThan",
                                        "DateLessThanEquals",
                                        "DateGreaterThan",
                                        "DateGreaterThanEquals",
                                        "Bool",
                                        "BinaryEquals",
                                        "IpAddress",
                                        "NotIpAddress",
                                        "ArnEquals",
                                        "ArnLike",
                                        "ArnNotEquals",
                                        "ArnNotLike",
                                        "Null",
                                        NULL};

/* ---- elements ------------------------------------------------------------------------ */

static bool has(const struct value *map, const char *name) {
    if (!value_is_null(value_get_c(map, name)))
        return true;
    for (uint32_t i = 0; i < map->count; i++)
        if (str_eq_nocase(map->members[i].key, str_from(name)) &&
            !value_is_null(map->members[i].value))
            return true;
    return false;
}

/* Whether a name is one of those; whatever its case, since not all services mind that. */
static bool is_one_of(struct str name, const char *const *known, struct str *near) {
    for (size_t i = 0; known[i]; i++)
        if (str_eq_nocase(name, str_from(known[i])))
            return true;
    for (size_t i = 0; known[i]; i++)
        if (str_is_near(name, str_from(known[i])))
            *near = str_from(known[i]);
    return false;
}

static void check_keys(const struct document *d, const struct value *map, const char *const *known,
                       const char *of) {
    for (uint32_t i = 0; i < map->count; i++) {
        const struct member *m = &map->members[i];
        struct str near = STR_NIL;
        if (is_one_of(m->key, known, &near))
            continue;
        struct diag *out = check_report_span(d->c, RULE_POLICY_DOCUMENT, d->r, m->span,
                                             "%s has no element '%.*s'", of, STR_ARG(m->key));
        check_suggest(d->c, out, m->key, near);
    }
}

static void lacks(const struct document *d, const struct value *statement, const char *what) {
    check_report(d->c, RULE_POLICY_DOCUMENT, d->r, statement, "a statement has no %s", what);
}

/* One of an element and its opposite. */
static void check_pair(const struct document *d, const struct value *statement, const char *name,
                       const char *opposite, bool is_needed) {
    bool both = has(statement, name) && has(statement, opposite);
    if (both)
        check_report(d->c, RULE_POLICY_DOCUMENT, d->r, statement,
                     "a statement has both %s and %s, expected one of them", name, opposite);
    else if (is_needed && !has(statement, name) && !has(statement, opposite))
        lacks(d, statement, name);
}

static void refuse(const struct document *d, const struct value *statement, const char *name) {
    const struct member *m = value_member(statement, str_from(name));
    if (m && !value_is_null(m->value))
        check_report_span(d->c, RULE_POLICY_DOCUMENT, d->r, m->span,
                          "'%s' stands in %s, expected none", name,
                          d->kind == POLICY_TRUST ? "a trust policy" : "the policy of a principal");
}

/* ---- what elements are --------------------------------------------------------------- */

static void check_effect(const struct document *d, const struct value *statement,
                         struct bdd_id when) {
    struct possibles all = {0};
    view_possible(&d->c->view, value_get_c(statement, "Effect"), when, &all);
    if (!has(statement, "Effect"))
        lacks(d, statement, "Effect");
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        if (p->certainty == CERTAIN && p->value->kind == VAL_STRING &&
            !value_is_c(p->value, "Allow") && !value_is_c(p->value, "Deny"))
            check_report(d->c, RULE_POLICY_DOCUMENT, d->r, p->value,
                         "Effect is '%.*s', expected Allow or Deny", STR_ARG(p->value->text));
    }
}

static void check_principal(const struct document *d, const struct value *x) {
    x = view_only(&d->c->view, x);
    if (check_is_closed(x))
        check_keys(d, x, principal_keys, "a principal");
    else if (x->kind == VAL_STRING && value_is_known(x) && !value_is_c(x, "*"))
        check_report(d->c, RULE_POLICY_DOCUMENT, d->r, x,
                     "a principal is '%.*s', expected '*' or a map of AWS, Service, Federated or "
                     "CanonicalUser", STR_ARG(x->text));
}

static struct str cut(struct str s, struct str front, struct str back) {
    if (s.len > front.len && str_eq_nocase(str_slice(s, 0, front.len), front))
        s = str_slice(s, front.len, s.len);
    if (s.len > back.len && str_eq_nocase(str_slice(s, s.len - back.len, s.len), back))
        s = str_slice(s, 0, s.len - back.len);
    return s;
}

static void check_condition(const struct document *d, const struct value *x) {
    x = view_only(&d->c->view, x);
    for (uint32_t i = 0; check_is_closed(x) && i < x->count; i++) {
        const struct member *m = &x->members[i];
        struct str name = cut(m->key, STR("ForAnyValue:"), STR("IfExists")), near = STR_NIL;
        name = cut(name, STR("ForAllValues:"), STR_NIL);
        if (is_one_of(name, operators, &near))
            continue;
        struct diag *out =
            check_report_span(d->c, RULE_POLICY_DOCUMENT, d->r, m->span,
                              "there is no condition operator '%.*s'", STR_ARG(name));
        check_suggest(d->c, out, name, near);
    }
}

static void check_action(const struct document *d, const struct value *x) {
    struct str s = x->text, name, prefix = str_split(s, ':', &name);
    if (x->kind != VAL_STRING || !value_is_known(x) || str_has(prefix, '*'))
        return;
    if (!name.ptr)
        check_report(d->c, RULE_POLICY_DOCUMENT, d->r, x,
                     "'%.*s' names no service, expected SERVICE:ACTION", STR_ARG(s));
    else if (d->kind == POLICY_TRUST && !str_eq_nocase(prefix, STR("sts")))
        check_report(d->c, RULE_POLICY_DOCUMENT, d->r, x,
                     "'%.*s' stands in a trust policy, expected an action of sts", STR_ARG(s));
}

/* A bucket's name, a queue's URL: the start of what Ref gives is the start of no ARN. */
static const struct resource *named_by(struct check *c, const struct text *t) {
    const struct value *first =
        t->pattern.len && *t->pattern.ptr == TEXT_HOLE && t->holes.items.count
            ? t->holes.items.items[0]
            : &value_nil;
    const struct resource *r = first->kind == VAL_REF ? graph_find(c->graph, first->text) : NULL;
    struct schema_type_id type = schema_type_find(c->schema, r ? r->type : STR_NIL);
    struct schema_list ref = schema_type_ref(c->schema, type);
    enum schema_ref_kind kind = schema_type_ref_kind(c->schema, type);
    bool is_plain = kind == SCHEMA_REF_NAME || kind == SCHEMA_REF_ID || kind == SCHEMA_REF_URL;
    return is_plain && ref.count == 1 ? r : NULL;
}

static bool is_bucket_policy(const struct document *d) {
    return resource_is(d->r, "AWS::S3::BucketPolicy");
}

/* The bucket of the stack that an ARN begins with. */
static const struct resource *bucket_of(struct check *c, const struct text *t) {
    const struct value *first =
        t->pattern.len && *t->pattern.ptr == TEXT_HOLE && t->holes.items.count
            ? t->holes.items.items[0]
            : &value_nil;
    const struct resource *r = first->kind == VAL_GETATT ? graph_find(c->graph, first->text) : NULL;
    return r && resource_is(r, "AWS::S3::Bucket") ? r : NULL;
}

static void check_arn_form(const struct document *d, const struct value *x) {
    struct check *c = d->c;
    struct text t = view_text(&c->view, x);
    const struct resource *named = named_by(c, &t);
    if (named) {
        struct diag *out = check_report(c, RULE_POLICY_DOCUMENT, d->r, x,
                                        "a resource begins with what Ref gives of '%.*s', expected "
                                        "its ARN", STR_ARG(named->id));
        struct schema_type_id type = schema_type_find(c->schema, named->type);
        if (schema_attribute_find(c->schema, type, STR("Arn")).n)
            diag_help(c->diags, out, "use !GetAtt %.*s.Arn, or ${%.*s.Arn} in a text",
                      STR_ARG(named->id), STR_ARG(named->id));
        return;
    }
    const struct resource *own =
        is_bucket_policy(d) ? check_target(c, property(d->r, "Bucket")) : NULL;
    const struct resource *of = bucket_of(c, &t);
    if (own && of && own != of && resource_is(own, "AWS::S3::Bucket")) {
        check_report(c, RULE_POLICY_DOCUMENT, d->r, x,
                     "the policy of '%.*s' speaks of '%.*s', expected the bucket that has it",
                     STR_ARG(own->id), STR_ARG(of->id));
        return;
    }
    struct str start = str_slice(t.pattern, 0, t.pattern.len < 4 ? t.pattern.len : 4);
    bool is_open = str_has(start, '*') || str_has(start, '?') || str_has(start, '$') ||
                   str_has(start, TEXT_HOLE) || str_has(start, '{') || !start.len;
    if (x->kind == VAL_STRING && !is_open && !str_is(start, "arn:"))
        check_report(c, RULE_POLICY_DOCUMENT, d->r, x, "'%.*s' is no ARN, expected one or '*'",
                     STR_ARG(x->text));
}

static void check_each(const struct document *d, const struct value *x, struct bdd_id when,
                       void (*look)(const struct document *d, const struct value *x)) {
    struct possibles all = {0};
    view_possible(&d->c->view, x, when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        if (p->certainty != CERTAIN || value_is_null(p->value))
            continue;
        if (p->value->kind != VAL_LIST) {
            look(d, p->value);
            continue;
        }
        struct items items = check_items(d->c, p->value, p->when);
        for (uint32_t j = 0; j < items.items.count; j++)
            if (items.items.items[j].certainty == CERTAIN)
                look(d, items.items.items[j].value);
    }
}

static void check_service(const struct document *d, const struct value *x) {
    service_name_check(d->c, d->r, x);
}

/* ---- statements ---------------------------------------------------------------------- */

static bool is_word(struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        if (!((ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z')))
            return false;
    }
    return true;
}

/* Other services take blanks in a Sid.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html */
static void check_sid(const struct document *d, const struct value *statement) {
    const struct value *sid = value_get_c(statement, "Sid");
    if (d->kind == POLICY_IDENTITY && sid->kind == VAL_STRING && value_is_known(sid) &&
        !is_word(sid->text))
        check_report(d->c, RULE_POLICY_DOCUMENT, d->r, sid,
                     "the Sid '%.*s' holds other characters, expected letters and digits",
                     STR_ARG(sid->text));
}

static void check_statement(const struct document *d, const struct value *x, struct bdd_id when) {
    bool is_bucket = is_bucket_policy(d);
    if (!check_is_closed(x)) {
        if (value_is_scalar(x))
            check_report(d->c, RULE_POLICY_DOCUMENT, d->r, x, "a statement is no map");
        return;
    }
    check_keys(d, x, statement_keys, "a statement");
    check_effect(d, x, when);
    check_pair(d, x, "Action", "NotAction", true);
    check_pair(d, x, "Resource", "NotResource", d->kind == POLICY_IDENTITY || is_bucket);
    check_pair(d, x, "Principal", "NotPrincipal", d->kind != POLICY_IDENTITY);
    for (int i = 0; i < 2 && d->kind != POLICY_RESOURCE; i++)
        refuse(d, x, d->kind == POLICY_TRUST ? i ? "NotResource" : "Resource"
                                             : i ? "NotPrincipal" : "Principal");
    if (d->kind != POLICY_IDENTITY) {
        check_principal(d, value_get_c(x, "Principal"));
        check_each(d, value_get_c(value_get_c(x, "Principal"), "Service"), when, check_service);
    }
    check_sid(d, x);
    check_condition(d, value_get_c(x, "Condition"));
    if (d->kind != POLICY_RESOURCE || is_bucket)
        check_each(d, value_get_c(x, "Action"), when, check_action);
    if (d->kind == POLICY_IDENTITY || is_bucket) {
        check_each(d, value_get_c(x, "Resource"), when, check_arn_form);
        check_each(d, value_get_c(x, "NotResource"), when, check_arn_form);
    }
}

static void check_unique_sids(const struct document *d, const struct items *statements) {
    struct map seen = {0};
    for (uint32_t i = 0; d->kind == POLICY_IDENTITY && i < statements->items.count; i++) {
        const struct possible *a = &statements->items.items[i];
        struct str sid = value_text(value_get_c(a->value, "Sid"));
        if (!sid.len || !map_put(d->c->arena, &seen, sid, 1))
            continue;
        for (uint32_t j = 0; j < i; j++) {
            const struct possible *b = &statements->items.items[j];
            if (!str_eq(sid, value_text(value_get_c(b->value, "Sid"))) ||
                !check_meet(d->c, a->when, b->when))
                continue;
            check_report(d->c, RULE_POLICY_DOCUMENT, d->r, value_get_c(a->value, "Sid"),
                         "two statements have the Sid '%.*s'", STR_ARG(sid));
            break;
        }
    }
}

static void check_document(const struct document *d, const struct value *x, struct bdd_id when) {
    const struct value *statement = value_get_c(x, "Statement");
    if (x->kind == VAL_LIST)
        check_report(d->c, RULE_POLICY_DOCUMENT, d->r, x,
                     "a policy's document is a list, expected a map");
    if (!check_is_closed(x) || (d->kind == POLICY_RESOURCE && !x->count))
        return;
    check_keys(d, x, document_keys, "a policy's document");
    if (!has(x, "Statement")) {
        check_report(d->c, RULE_POLICY_DOCUMENT, d->r, x, "a policy's document has no Statement");
        return;
    }
    struct possibles all = {0};
    view_possible(&d->c->view, statement, when, &all);
    for (uint32_t i = 0; i < all.items.count; i++)
        if (all.items.items[i].certainty == CERTAIN && all.items.items[i].value->kind != VAL_LIST &&
            !value_is_null(all.items.items[i].value))
            check_statement(d, all.items.items[i].value, all.items.items[i].when);
    struct items statements = check_items(d->c, statement, when);
    for (uint32_t i = 0; i < statements.items.count; i++)
        if (statements.items.items[i].certainty == CERTAIN)
            check_statement(d, statements.items.items[i].value, statements.items.items[i].when);
    check_unique_sids(d, &statements);
}

/* ---- where documents stand ------------------------------------------------------------- */

static const struct {
    const char *type;
    enum policy_kind kind;
    const char *path;
} places[] = {
#define PLACE(type, kind, path) {type, POLICY_##kind, path},
#define RESOURCE_POLICY(type, target, of, path) PLACE(type, RESOURCE, path)
    PLACE("AWS::IAM::Role", TRUST, "AssumeRolePolicyDocument")
    PLACE("AWS::IAM::Role", IDENTITY, "Policies.PolicyDocument")
    PLACE("AWS::IAM::User", IDENTITY, "Policies.PolicyDocument")
    PLACE("AWS::IAM::Group", IDENTITY, "Policies.PolicyDocument")
    PLACE("AWS::IAM::Policy", IDENTITY, "PolicyDocument")
    PLACE("AWS::IAM::ManagedPolicy", IDENTITY, "PolicyDocument")
    PLACE("AWS::IAM::RolePolicy", IDENTITY, "PolicyDocument")
    PLACE("AWS::IAM::UserPolicy", IDENTITY, "PolicyDocument")
    PLACE("AWS::IAM::GroupPolicy", IDENTITY, "PolicyDocument")
#include "iam/policies.def"
};

static void walk(const struct document *d, const struct value *x, struct str path,
                 struct bdd_id when) {
    struct str rest, name = str_split(path, '.', &rest);
    struct possibles all = {0};
    view_possible(&d->c->view, value_get(x, name), when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        struct items items = {0};
        if (p->certainty != CERTAIN)
            continue;
        if (p->value->kind == VAL_LIST && rest.len)
            items = check_items(d->c, p->value, p->when);
        else
            vec_push(d->c->arena, &items.items, *p);
        for (uint32_t k = 0; k < items.items.count; k++) {
            const struct possible *one = &items.items.items[k];
            if (rest.len)
                walk(d, one->value, rest, one->when);
            else
                check_document(d, one->value, one->when);
        }
    }
}

void check_grammar(struct check *c) {
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const struct resource_vec *list = check_type(c, places[i].type);
        for (uint32_t k = 0; k < list->items.count; k++) {
            const struct resource *r = list->items.items[k];
            struct document d = {c, r, places[i].kind};
            walk(&d, r->properties, str_from(places[i].path), formula_of_resource(&c->formulas, r));
        }
    }
}
