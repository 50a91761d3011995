#include "iam/reading.h"

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

struct holder *policy_of(struct iam *iam, const struct resource *r) {
    struct holder *h = iam_policy_of(iam, r->id);
    if (!h) {
        h = arena_new(iam->arena, struct holder);
        h->resource = r;
        map_put_ptr(iam->arena, &iam->policies, r->id, h);
    }
    return h;
}

static void read_principal(struct iam *iam, struct holder *h) {
    const struct resource *r = h->resource;
    struct bdd_id when = formula_of_resource(iam->formulas, r);
    struct reading own = {iam, POLICY_IDENTITY, r, h}, bound = {iam, POLICY_BOUNDARY, r, h};
    struct possibles policies = {0};
    if (!iam_each(iam, property(r, "Policies"), when, &policies))
        note_unread(iam, h, property(r, "Policies")->span, STR("its policies aren't all known"));
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
    const struct value *groups = property(r, "Groups");
    if (!value_is_null(groups))
        note_unread(iam, h, groups->span, STR("its groups have policies of their own"));
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
    iam_each(iam, property(r, list), formula_of_resource(iam->formulas, r), &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct holder *h = principal_named(iam, all.items.items[i].value, type, name);
        struct reading reading = {iam, POLICY_IDENTITY, r, h};
        if (h)
            read_document(&reading, property(r, "PolicyDocument"), all.items.items[i].when);
    }
}

/* A policy that nothing of the stack has: its statements are there to be looked at. */
static void read_loose(struct iam *iam, const struct resource *r) {
    if (!resource_is(r, "AWS::IAM::ManagedPolicy") && !resource_is(r, "AWS::IAM::Policy") &&
        !resource_is(r, "AWS::IAM::RolePolicy"))
        return;
    for (uint32_t i = 0; i < iam->statements.items.count; i++)
        if (iam->statements.items.items[i]->owner == r)
            return;
    struct holder *nobody = arena_new(iam->arena, struct holder);
    struct reading reading = {iam, POLICY_IDENTITY, r, nobody};
    nobody->resource = r;
    read_document(&reading, property(r, "PolicyDocument"), formula_of_resource(iam->formulas, r));
}

static void read_group_members(struct iam *iam, const struct resource *r) {
    struct possibles all = {0};
    iam_each(iam, property(r, "Users"), formula_of_resource(iam->formulas, r), &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct holder *h =
            principal_named(iam, all.items.items[i].value, "AWS::IAM::User", "UserName");
        if (h)
            note_unread(iam, h, r->span, STR("its groups have policies of their own"));
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
