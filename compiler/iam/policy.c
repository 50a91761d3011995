#include "iam/policy.h"

#include "graph/json_text.h"
#include "schema/managed.h"

/* ---- values --------------------------------------------------------------------- */

const struct resource *iam_target(const struct iam *iam, const struct value *x) {
    x = view_only(iam->view, x);
    if (x->kind == VAL_REF || x->kind == VAL_GETATT)
        return graph_find(iam->graph, x->text);
    struct sub_piece piece;
    uint32_t at = 0;
    if (x->kind != VAL_SUB || !sub_next(x->text, &at, &piece) || !piece.is_variable ||
        at < x->text.len || value_has(value_at(x, 0), piece.text))
        return NULL;
    struct str rest;
    return graph_find(iam->graph, str_split(piece.text, '.', &rest));
}

/* One value or a list of them, through Fn::If. False: some can't be seen. */
static bool each(struct iam *iam, const struct value *x, struct bdd_id when,
                 struct possibles *out) {
    struct possibles all = {0};
    bool whole = true;
    view_possible(iam->view, x, when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct possible p = all.items.items[i];
        whole = whole && p.certainty == CERTAIN;
        if (p.value->kind != VAL_LIST) {
            if (!value_is_null(p.value))
                vec_push(iam->arena, &out->items, p);
            continue;
        }
        for (uint32_t j = 0; j < p.value->count; j++) {
            struct possibles inner = {0};
            if (p.value->items[j]->kind == VAL_STRING) {
                struct possible text = {p.value->items[j], p.when, CERTAIN, NULL};
                vec_push(iam->arena, &out->items, text);
                continue;
            }
            view_possible(iam->view, p.value->items[j], p.when, &inner);
            for (uint32_t k = 0; k < inner.items.count; k++)
                if (!value_is_null(inner.items.items[k].value))
                    vec_push(iam->arena, &out->items, inner.items.items[k]);
            whole = whole && !inner.truncated;
        }
    }
    return whole && !all.truncated;
}

/* Actions are compared without case. */
static struct arn lower(struct arn x) {
    for (uint32_t i = 0; i < x.count; i++)
        if (x.items[i] >= 'A' && x.items[i] <= 'Z')
            x.items[i] += 'a' - 'A';
    return x;
}

static bool terms(struct iam *iam, const struct value *x, struct bdd_id when, bool fold,
                  struct term_vec *out) {
    struct possibles all = {0};
    bool whole = each(iam, x, when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct possible *p = &all.items.items[i];
        /* a parameter's default is one of many: the parameter itself is what is known */
        const struct value *value = p->certainty == DEFAULT && p->via ? p->via : p->value;
        struct arn pattern = arn_of(&iam->arns, value);
        struct term t = {value, fold ? lower(pattern) : pattern, p->when, p->certainty == CERTAIN};
        vec_push(iam->arena, &out->items, t);
    }
    return whole;
}

enum { MANY_TERMS = 16 };

static struct str bytes_of(struct arn x) {
    return (struct str){(const char *)x.items, x.count * sizeof *x.items};
}

/* Makes a statement's resources quick to look through. */
static void index_terms(struct iam *iam, struct term_vec *terms) {
    terms->is_plain = true;
    for (uint32_t i = 0; i < terms->items.count; i++) {
        struct arn x = terms->items.items[i].pattern;
        for (uint32_t k = 0; k < x.count; k++)
            if (hole_kind_of(iam->holes, x.items[k]) == HOLE_VARIABLE)
                terms->is_plain = false;
        if (terms->items.count >= MANY_TERMS && !map_get(&terms->by_pattern, bytes_of(x)))
            map_put(iam->arena, &terms->by_pattern, bytes_of(x), i + 1);
    }
}

const struct term *iam_term_of(const struct term_vec *terms, struct arn pattern) {
    uintptr_t at = map_get(&terms->by_pattern, bytes_of(pattern));
    return at ? &terms->items.items[at - 1] : NULL;
}

/* ---- statements --------------------------------------------------------------------- */

/* Where a policy is being read to. */
struct reading {
    struct iam *iam;
    enum policy_kind kind;
    const struct resource *owner;
    struct holder *to;
};

static void note(struct iam *iam, struct holder *to, struct span span, struct str text) {
    vec_push(iam->arena, &to->unread, (struct unread){span, text, true});
}

static void keep(struct reading *r, struct statement *s) {
    struct iam *iam = r->iam;
    vec_push(iam->arena, &iam->statements.items, s);
    bool is_boundary = r->kind == POLICY_BOUNDARY;
    vec_push(iam->arena, is_boundary ? &r->to->boundary.items : &r->to->own.items, s);
}

static void read_statement(struct reading *r, const struct value *x, struct bdd_id when) {
    struct iam *iam = r->iam;
    const struct value *effect = view_only(iam->view, value_get_c(x, "Effect"));
    bool allows = value_is_c(effect, "Allow");
    if (!allows && !value_is_c(effect, "Deny")) {
        note(iam, r->to, x->span, STR("a statement's Effect isn't known"));
        return;
    }
    struct statement *s = arena_new(iam->arena, struct statement);
    *s = (struct statement){.kind = r->kind, .allows = allows, .when = when, .value = x,
                            .owner = r->owner, .span = x->span, .whole = true};
    s->not_action = value_has(x, STR("NotAction"));
    s->not_resource = value_has(x, STR("NotResource"));
    s->not_principal = value_has(x, STR("NotPrincipal"));
    s->principal = value_get_c(x, s->not_principal ? "NotPrincipal" : "Principal");
    s->condition = value_get_c(x, "Condition");
    s->literal = iam->arns.literal;
    s->whole &= terms(iam, value_get_c(x, s->not_action ? "NotAction" : "Action"), when, true,
                      &s->actions);
    s->whole &= terms(iam, value_get_c(x, s->not_resource ? "NotResource" : "Resource"), when,
                      false, &s->resources);
    index_terms(iam, &s->resources);
    keep(r, s);
}

static void read_document(struct reading *r, const struct value *x, struct bdd_id when) {
    struct iam *iam = r->iam;
    struct possibles documents = {0};
    view_possible(iam->view, x, when, &documents);
    for (uint32_t i = 0; i < documents.items.count; i++) {
        struct possible *d = &documents.items.items[i];
        if (value_is_null(d->value))
            continue;
        if (d->value->kind != VAL_MAP) {
            const struct value *read =
                json_text_read(&iam->view->values, iam->graph->sources, d->value).root;
            d->value = read ? read : d->value;
        }
        struct possibles found = {0};
        const struct value *version = value_get_c(d->value, "Version");
        iam->arns.literal = value_is_null(version) ||
                            (value_is_known(version) && !value_is_c(version, "2012-10-17"));
        const struct value *statements = value_get_c(d->value, "Statement");
        if (d->value->kind != VAL_MAP || !each(iam, statements, d->when, &found))
            note(iam, r->to, d->value->span, STR("a policy's document isn't written out"));
        for (uint32_t j = 0; j < found.items.count; j++) {
            struct possible *s = &found.items.items[j];
            if (s->value->kind == VAL_MAP)
                read_statement(r, s->value, s->when);
            else
                note(iam, r->to, s->value->span, STR("a statement isn't written out"));
        }
    }
    iam->arns.literal = false;
}

/* ---- managed policies ------------------------------------------------------------------ */

#define AWS_POLICY ":iam::aws:policy/"

static void list_terms(struct iam *iam, struct schema_list list, bool fold, struct term_vec *out) {
    for (uint32_t i = 0; i < list.count; i++) {
        struct arn pattern = arn_of_text(iam->holes, schema_list_at(iam->schema, list, i));
        struct term t = {NULL, fold ? lower(pattern) : pattern, BDD_TRUE, true};
        vec_push(iam->arena, &out->items, t);
    }
}

static struct value *managed_condition(struct iam *iam, const struct managed_statement *from) {
    struct values *v = &iam->view->values;
    struct value *out = from->condition_count ? value_map(v) : NULL;
    for (uint32_t i = 0; i < from->condition_count; i++) {
        struct managed_condition c = managed_condition_at(iam->schema, from, i);
        struct value *keys = value_get(out, c.operator), *list = value_list(v);
        if (value_is_nil(keys))
            value_put(v, out, c.operator, keys = value_map(v));
        for (uint32_t k = 0; k < c.values.count; k++)
            value_push(v, list, value_string(v, schema_list_at(iam->schema, c.values, k)));
        value_put(v, keys, c.key, list);
    }
    return out;
}

/* The statements of an AWS managed policy, as they stand in no template; NULL: it isn't known. */
static const struct statement_vec *managed_statements(struct iam *iam, struct str name) {
    struct statement_vec *out = map_get_ptr(&iam->managed, name);
    struct managed_id id = managed_find(iam->schema, name);
    if (out || !id.n)
        return out;
    out = arena_new(iam->arena, struct statement_vec);
    for (uint32_t i = 0; i < managed_statement_count(iam->schema, id); i++) {
        struct managed_statement from = managed_statement_at(iam->schema, id, i);
        struct statement *s = arena_new(iam->arena, struct statement);
        struct value *condition = managed_condition(iam, &from);
        *s = (struct statement){.allows = !from.denies, .not_action = from.not_action,
                                .not_resource = from.not_resource, .whole = true,
                                .managed = managed_name(iam->schema, id), .principal = &value_nil,
                                .condition = condition ? condition : &value_nil};
        list_terms(iam, from.actions, true, &s->actions);
        list_terms(iam, from.resources, false, &s->resources);
        index_terms(iam, &s->resources);
        vec_push(iam->arena, &out->items, s);
    }
    map_put_ptr(iam->arena, &iam->managed, managed_name(iam->schema, id), out);
    return out;
}

static bool add_managed(struct reading *r, struct str name, struct span span, struct bdd_id when) {
    const struct statement_vec *list = managed_statements(r->iam, name);
    for (uint32_t i = 0; list && i < list->items.count; i++) {
        struct statement *s = arena_new(r->iam->arena, struct statement);
        *s = *list->items.items[i];
        s->kind = r->kind;
        s->when = when;
        s->owner = r->owner;
        s->span = span;
        keep(r, s);
    }
    return list != NULL;
}

/* A managed policy by what names it: of the stack, or AWS's own. False: not known. */
static bool read_managed(struct reading *r, const struct possible *p) {
    struct iam *iam = r->iam;
    const struct resource *target = iam_target(iam, p->value);
    if (target && resource_is(target, "AWS::IAM::ManagedPolicy")) {
        struct reading inner = *r;
        inner.owner = target;
        read_document(&inner, value_get_c(target->properties, "PolicyDocument"), p->when);
        return true;
    }
    struct str text = arn_text(iam->arena, iam->holes, arn_of(&iam->arns, p->value));
    size_t at = str_find(text, STR(AWS_POLICY), 0);
    struct str name = str_slice(text, at + sizeof AWS_POLICY - 1, text.len);
    bool is_aws = at < text.len && p->certainty == CERTAIN;
    return is_aws && add_managed(r, name, p->value->span, p->when);
}

static struct str shown(struct iam *iam, const struct value *x) {
    return arn_text(iam->arena, iam->holes, arn_of(&iam->arns, x));
}

static void read_managed_list(struct reading *r, const struct value *list, struct bdd_id when) {
    struct possibles all = {0};
    if (!each(r->iam, list, when, &all))
        note(r->iam, r->to, list->span, STR("its managed policies aren't all known"));
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        if (read_managed(r, p))
            continue;
        struct str text = shown(r->iam, p->value);
        note(r->iam, r->to, p->value->span,
             str_printf(r->iam->arena, "what the managed policy '%.*s' allows isn't known",
                        STR_ARG(text)));
        r->to->unread.items[r->to->unread.count - 1].may_deny =
            str_find(text, STR(AWS_POLICY), 0) == text.len || p->certainty != CERTAIN;
    }
}

/* ---- actions ---------------------------------------------------------------------------- */

struct named_action iam_action_named(struct iam *iam, struct str text) {
    const struct named_action *known = map_get_ptr(&iam->actions, text);
    if (known)
        return *known;
    struct named_action *made = arena_new(iam->arena, struct named_action);
    made->prefix = str_split(text, ':', &made->name);
    made->service = iam_service_find(iam->schema, made->prefix);
    made->action = iam_action_find(iam->schema, made->service, made->name);
    map_put_ptr(iam->arena, &iam->actions, text, made);
    return *made;
}

/* ---- holders ------------------------------------------------------------------------------ */

static bool is_principal(const struct resource *r) {
    return resource_is(r, "AWS::IAM::Role") || resource_is(r, "AWS::IAM::User") ||
           resource_is(r, "AWS::IAM::Group");
}

struct holder *iam_principal(const struct iam *iam, struct str id) {
    return map_get_ptr(&iam->by_id, id);
}

struct holder *iam_policy_of(const struct iam *iam, struct str id) {
    return map_get_ptr(&iam->policies, id);
}

static struct holder *policy_of(struct iam *iam, const struct resource *r) {
    struct holder *h = iam_policy_of(iam, r->id);
    if (!h) {
        h = arena_new(iam->arena, struct holder);
        h->resource = r;
        map_put_ptr(iam->arena, &iam->policies, r->id, h);
    }
    return h;
}

static const struct value *property(const struct resource *r, const char *name) {
    return value_get_c(r->properties, name);
}

static void read_principal(struct iam *iam, struct holder *h) {
    const struct resource *r = h->resource;
    struct bdd_id when = formula_of_resource(iam->formulas, r);
    struct reading own = {iam, POLICY_IDENTITY, r, h}, bound = {iam, POLICY_BOUNDARY, r, h};
    struct possibles policies = {0};
    if (!each(iam, property(r, "Policies"), when, &policies))
        note(iam, h, property(r, "Policies")->span, STR("its policies aren't all known"));
    for (uint32_t i = 0; i < policies.items.count; i++)
        read_document(&own, value_get_c(policies.items.items[i].value, "PolicyDocument"),
                      policies.items.items[i].when);
    read_managed_list(&own, property(r, "ManagedPolicyArns"), when);
    struct possibles bounds = {0};
    view_possible(iam->view, property(r, "PermissionsBoundary"), when, &bounds);
    for (uint32_t i = 0; i < bounds.items.count; i++) {
        if (value_is_null(bounds.items.items[i].value))
            continue;
        h->bounded = true;
        if (!read_managed(&bound, &bounds.items.items[i]))
            h->boundary_unread = true;
    }
    if (!value_is_null(property(r, "Groups")))
        note(iam, h, property(r, "Groups")->span, STR("its groups have policies of their own"));
    struct reading trust = {iam, POLICY_TRUST, r, policy_of(iam, r)};
    if (resource_is(r, "AWS::IAM::Role"))
        read_document(&trust, property(r, "AssumeRolePolicyDocument"), when);
}

/* The principal that a name in Roles, Users, Groups means. */
static struct holder *principal_named(struct iam *iam, const struct value *x, const char *type,
                                      const char *name) {
    const struct resource *r = iam_target(iam, x);
    if (r)
        return iam_principal(iam, r->id);
    for (uint32_t i = 0; i < iam->principals.count && x->kind == VAL_STRING; i++) {
        struct holder *h = iam->principals.items[i];
        if (resource_is(h->resource, type) &&
            str_eq(value_text(view_only(iam->view, property(h->resource, name))), x->text))
            return h;
    }
    return NULL;
}

/* AWS::IAM::Policy and its like: to whom it is attached. */
static void attach(struct iam *iam, const struct resource *r, const char *list, const char *type,
                   const char *name) {
    struct possibles all = {0};
    each(iam, property(r, list), formula_of_resource(iam->formulas, r), &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct holder *h = principal_named(iam, all.items.items[i].value, type, name);
        struct reading reading = {iam, POLICY_IDENTITY, r, h};
        if (h)
            read_document(&reading, property(r, "PolicyDocument"), all.items.items[i].when);
    }
}

/* A policy that nothing of the stack has: its statements are there to be looked at. */
static void read_loose(struct iam *iam, const struct resource *r) {
    struct holder *nobody = arena_new(iam->arena, struct holder);
    struct reading reading = {iam, POLICY_IDENTITY, r, nobody};
    nobody->resource = r;
    for (uint32_t i = 0; i < iam->statements.items.count; i++)
        if (iam->statements.items.items[i]->owner == r)
            return;
    if (resource_is(r, "AWS::IAM::ManagedPolicy") || resource_is(r, "AWS::IAM::Policy") ||
        resource_is(r, "AWS::IAM::RolePolicy"))
        read_document(&reading, property(r, "PolicyDocument"),
                      formula_of_resource(iam->formulas, r));
}

static void read_group_members(struct iam *iam, const struct resource *r) {
    struct possibles all = {0};
    each(iam, property(r, "Users"), formula_of_resource(iam->formulas, r), &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct holder *h =
            principal_named(iam, all.items.items[i].value, "AWS::IAM::User", "UserName");
        if (h)
            note(iam, h, r->span, STR("its groups have policies of their own"));
    }
}

static void read_attached(struct iam *iam, const struct resource *r) {
    static const struct {
        const char *type, *list, *of, *name;
    } rows[] = {
        {"AWS::IAM::Policy", "Roles", "AWS::IAM::Role", "RoleName"},
        {"AWS::IAM::Policy", "Users", "AWS::IAM::User", "UserName"},
        {"AWS::IAM::Policy", "Groups", "AWS::IAM::Group", "GroupName"},
        {"AWS::IAM::ManagedPolicy", "Roles", "AWS::IAM::Role", "RoleName"},
        {"AWS::IAM::ManagedPolicy", "Users", "AWS::IAM::User", "UserName"},
        {"AWS::IAM::ManagedPolicy", "Groups", "AWS::IAM::Group", "GroupName"},
        {"AWS::IAM::RolePolicy", "RoleName", "AWS::IAM::Role", "RoleName"},
        {"AWS::IAM::UserPolicy", "UserName", "AWS::IAM::User", "UserName"},
        {"AWS::IAM::GroupPolicy", "GroupName", "AWS::IAM::Group", "GroupName"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (resource_is(r, rows[i].type))
            attach(iam, r, rows[i].list, rows[i].of, rows[i].name);
    if (resource_is(r, "AWS::IAM::UserToGroupAddition"))
        read_group_members(iam, r);
    read_loose(iam, r);
}

/* Resources of a type, by what names them. */
struct named {
    const struct resource *r;
    struct arn own, name;
};

struct named_vec {
    VEC(struct named) items;
    struct map by_name; /* bytes of a name that is known -> position + 1 of its first */
    bool any_vague;     /* some name is known in part, so that it may be many */
};

static bool is_text(struct arn x) {
    for (uint32_t i = 0; i < x.count; i++)
        if (x.items[i] >= ARN_STAR)
            return false;
    return true;
}

static const struct named_vec *named_of(struct iam *iam, const char *type) {
    struct named_vec *out = map_get_ptr(&iam->named, str_from(type));
    if (out)
        return out;
    out = arena_new(iam->arena, struct named_vec);
    map_put_ptr(iam->arena, &iam->named, str_from(type), out);
    for (uint32_t i = 0; i < iam->graph->resources.count; i++) {
        const struct resource *r = iam->graph->resources.items[i];
        if (!resource_is(r, type))
            continue;
        struct named n = {r, arn_of_resource(&iam->arns, r), arn_of_ref(&iam->arns, r)};
        bool is_made = n.name.count == 1 && hole_kind_of(iam->holes, n.name.items[0]) == HOLE_OWN;
        vec_push(iam->arena, &out->items, n);
        if (!is_text(n.name))
            out->any_vague = out->any_vague || !is_made;
        else if (n.name.count && !map_get(&out->by_name, bytes_of(n.name)))
            map_put(iam->arena, &out->by_name, bytes_of(n.name), out->items.count);
    }
    return out;
}

/* The resource of a type that a value names, by reference, name or ARN; NULL: none of the stack. */
static const struct resource *target_named(struct iam *iam, const struct value *x,
                                           const char *type) {
    const struct resource *found = iam_target(iam, x);
    if (found || value_is_null(x))
        return found;
    struct arn given = arn_of(&iam->arns, x);
    const struct named_vec *all = named_of(iam, type);
    bool is_name = is_text(given);
    for (uint32_t i = 0; i < given.count; i++)
        is_name = is_name && given.items[i] != ':';
    if (is_name && !all->any_vague) {
        uintptr_t at = map_get(&all->by_name, bytes_of(given));
        return at ? all->items.items[at - 1].r : NULL;
    }
    for (uint32_t i = 0; i < all->items.count; i++) {
        struct named n = all->items.items[i];
        if ((n.own.count && arn_match(iam->holes, n.own, given) == MATCH_YES) ||
            (n.name.count && arn_match_text(iam->holes, n.name, given) == MATCH_YES))
            return n.r;
    }
    return NULL;
}

/* A statement that a property's words make, as Lambda's permissions are. */
static struct statement *statement_in_words(struct iam *iam, const struct resource *r) {
    struct statement *s = arena_new(iam->arena, struct statement);
    struct bdd_id when = formula_of_resource(iam->formulas, r);
    *s = (struct statement){.kind = POLICY_RESOURCE, .allows = true, .when = when, .owner = r,
                            .value = r->properties, .span = r->span,
                            .principal = property(r, "Principal"), .condition = &value_nil};
    s->whole = terms(iam, property(r, "Action"), when, true, &s->actions);
    return s;
}

struct confinement {
    const char *property, *operator, *key;
};

/* The Condition that properties such as SourceArn are; nil where there is none. */
static const struct value *condition_in_words(struct iam *iam, const struct resource *r,
                                              const struct confinement *rows, size_t count) {
    struct values *v = &iam->view->values;
    struct value *conditions = value_map(v);
    for (size_t i = 0; i < count; i++) {
        struct value *x = value_get_c(r->properties, rows[i].property);
        struct value *keys = value_get_c(conditions, rows[i].operator);
        if (value_is_null(x))
            continue;
        if (value_is_nil(keys))
            value_put_c(v, conditions, rows[i].operator, keys = value_map(v));
        value_put_c(v, keys, rows[i].key, x);
    }
    return conditions->count ? conditions : &value_nil;
}

/* https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
static void read_permission(struct iam *iam, const struct resource *r) {
    static const struct confinement confined[] = {
        {"SourceArn", "ArnLike", "AWS:SourceArn"},
        {"SourceAccount", "StringEquals", "AWS:SourceAccount"},
        {"PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"},
        {"FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"},
        {"InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"},
        {"EventSourceToken", "StringEquals", "lambda:EventSourceToken"},
    };
    const struct resource *target =
        target_named(iam, property(r, "FunctionName"), "AWS::Lambda::Function");
    if (!target)
        return;
    struct statement *s = statement_in_words(iam, r);
    s->condition = condition_in_words(iam, r, confined, sizeof confined / sizeof *confined);
    struct reading reading = {iam, POLICY_RESOURCE, r, policy_of(iam, target)};
    keep(&reading, s);
}

/* https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html#permissions-resource-xaccountlayer
 */
static void read_layer_permission(struct iam *iam, const struct resource *r) {
    static const struct confinement confined[] = {
        {"OrganizationId", "StringEquals", "aws:PrincipalOrgID"}};
    const struct resource *target = iam_target(iam, property(r, "LayerVersionArn"));
    if (!target)
        return;
    struct statement *s = statement_in_words(iam, r);
    s->condition = condition_in_words(iam, r, confined, 1);
    struct reading reading = {iam, POLICY_RESOURCE, r, policy_of(iam, target)};
    keep(&reading, s);
}

/* Either a Statement, or its words; of a bus of the stack.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
 */
static void read_bus_policy(struct iam *iam, const struct resource *r) {
    const struct resource *target =
        target_named(iam, property(r, "EventBusName"), "AWS::Events::EventBus");
    const struct value *statement = view_only(iam->view, property(r, "Statement"));
    if (!target)
        return;
    struct reading reading = {iam, POLICY_RESOURCE, r, policy_of(iam, target)};
    struct bdd_id when = formula_of_resource(iam->formulas, r);
    if (statement->kind == VAL_MAP) {
        read_statement(&reading, statement, when);
    } else if (!value_is_null(property(r, "Action"))) {
        struct statement *s = statement_in_words(iam, r);
        const struct value *c = property(r, "Condition");
        if (!value_is_null(c)) {
            struct values *v = &iam->view->values;
            struct value *keys = value_map(v), *all = value_map(v);
            value_put(v, keys, value_text(value_get_c(c, "Key")), value_get_c(c, "Value"));
            value_put(v, all, value_text(value_get_c(c, "Type")), keys);
            s->condition = all;
        }
        keep(&reading, s);
    } else if (!value_is_null(statement)) {
        note(iam, reading.to, statement->span, STR("a statement isn't written out"));
    }
}

/* The documents at the end of a path, through lists and Fn::Ifs. */
static void read_path(struct reading *r, const struct value *x, struct str path,
                      struct bdd_id when) {
    struct str rest, name = str_split(path, '/', &rest);
    struct possibles all = {0};
    each(r->iam, value_get(x, name), when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        if (rest.len)
            read_path(r, all.items.items[i].value, rest, all.items.items[i].when);
        else
            read_document(r, all.items.items[i].value, all.items.items[i].when);
    }
}

static void read_resource_policy(struct iam *iam, const struct resource *r) {
    static const struct {
        struct str type;
        const char *target, *of, *path;
    } rows[] = {
#define RESOURCE_POLICY(type, target, of, path) {{type, sizeof type - 1}, target, of, path},
#include "iam/policies.def"
    };
    struct bdd_id when = formula_of_resource(iam->formulas, r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!str_eq(r->type, rows[i].type))
            continue;
        struct str path = str_from(rows[i].path), rest, first = str_split(path, '/', &rest);
        if (value_is_null(value_get(r->properties, first)))
            continue;
        struct possibles targets = {0};
        if (*rows[i].target)
            each(iam, property(r, rows[i].target), when, &targets);
        for (uint32_t j = 0; j < targets.items.count; j++) {
            const struct possible *p = &targets.items.items[j];
            const struct resource *target = target_named(iam, p->value, rows[i].of);
            struct reading reading = {iam, POLICY_RESOURCE, r, target ? policy_of(iam, target) : NULL};
            if (target)
                read_path(&reading, r->properties, path, p->when);
        }
        struct reading self = {iam, POLICY_RESOURCE, r, NULL};
        if (!*rows[i].target) {
            self.to = policy_of(iam, r);
            read_path(&self, r->properties, path, when);
        }
    }
    if (resource_is(r, "AWS::Lambda::Permission"))
        read_permission(iam, r);
    else if (resource_is(r, "AWS::Lambda::LayerVersionPermission"))
        read_layer_permission(iam, r);
    else if (resource_is(r, "AWS::Events::EventBusPolicy"))
        read_bus_policy(iam, r);
}

/* What principals outside of the stack get, and what passes endpoints. */
static void read_other_policy(struct iam *iam, const struct resource *r) {
    static const struct {
        enum policy_kind kind;
        const char *type, *path;
    } rows[] = {
#define OTHER_POLICY(kind, type, path) {POLICY_##kind, type, path},
#include "iam/policies.def"
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!resource_is(r, rows[i].type))
            continue;
        struct holder *nobody = arena_new(iam->arena, struct holder);
        struct reading reading = {iam, rows[i].kind, r, nobody};
        nobody->resource = r;
        read_path(&reading, r->properties, str_from(rows[i].path),
                  formula_of_resource(iam->formulas, r));
    }
}

struct holder *iam_role_of(const struct iam *iam, const struct resource *r) {
    const struct value *role = property(r, "Role");
    if (value_is_nil(role))
        role = property(r, "RoleArn");
    const struct resource *target = iam_target(iam, role);
    return target ? iam_principal(iam, target->id) : NULL;
}

void iam_read(struct iam *iam, struct arena *a, const struct graph *g, const struct schema *s,
              struct formulas *f, struct view *v, struct holes *h) {
    *iam = (struct iam){.arena = a, .graph = g, .schema = s, .formulas = f, .view = v, .holes = h,
                        .arns = {.holes = h, .view = v, .schema = s}};
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct resource *r = g->resources.items[i];
        if (!is_principal(r))
            continue;
        struct holder *holder = arena_new(a, struct holder);
        holder->resource = r;
        vec_push(a, &iam->principals, holder);
        map_put_ptr(a, &iam->by_id, r->id, holder);
    }
    for (uint32_t i = 0; i < iam->principals.count; i++)
        read_principal(iam, iam->principals.items[i]);
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct resource *r = g->resources.items[i];
        struct holder *role = is_principal(r) ? NULL : iam_role_of(iam, r);
        if (role)
            vec_push(a, &role->users, r);
        read_attached(iam, r);
        read_resource_policy(iam, r);
        read_other_policy(iam, r);
    }
}
