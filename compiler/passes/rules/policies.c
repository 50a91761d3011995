/* Least privilege, first form: what the policies of roles allow by wildcards.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege */
#include "passes/check.h"
#include "schema/iam.h"

struct statement {
    struct check *c;
    const struct resource *r;
    const struct value *value;
    struct bdd_id when;
};

/* What the transform wrote from a template that the user chose is the user's by name only. */
static bool is_written(const struct statement *s, const struct value *x) {
    return !s->c->graph->is_template || !(x->origin || s->value->origin || s->r->origin);
}

static const char *plural(uint32_t n) {
    return n == 1 ? "" : "s";
}

/* ---- actions -------------------------------------------------------------------------- */

static void check_unknown(struct statement *s, const struct value *x, struct str prefix,
                          struct str name, struct iam_service_id service) {
    struct check *c = s->c;
    if (!service.n) {
        struct iam_service_id near = iam_service_nearest(c->schema, prefix);
        struct str known = iam_service_prefix(c->schema, near);
        struct diag *d = check_report_word(c, RULE_UNKNOWN_ACTION, s->r, x, prefix,
                                           "'%.*s' is the prefix of no service known to IAM",
                                           STR_ARG(prefix));
        check_suggest(c, d, prefix, known);
        return;
    }
    struct iam_action_id near = iam_action_nearest(c->schema, service, name);
    struct str known = iam_action_name(c->schema, near), date = schema_date(c->schema);
    struct diag *d = check_report_word(
        c, RULE_UNKNOWN_ACTION, s->r, x, name, "%.*s has no action '%.*s' in the tables of %.*s",
        STR_ARG(prefix), STR_ARG(name), STR_ARG(date));
    check_suggest(c, d, name, known);
}

static void check_wildcard(struct statement *s, const struct value *x, struct str prefix,
                           struct str name, struct iam_service_id service) {
    struct check *c = s->c;
    if (!name.ptr) {
        check_report(c, RULE_WILDCARD_ACTIONS, s->r, x, "'*' allows every action of every service");
        return;
    }
    if (!service.n)
        return;
    uint32_t count = iam_action_match_count(c->schema, service, name), at;
    if (count == 0) {
        check_unknown(s, x, prefix, name, service);
        return;
    }
    struct diag *d = check_report(c, RULE_WILDCARD_ACTIONS, s->r, x,
                                  "'%.*s:%.*s' allows %s%u action%s of %.*s", STR_ARG(prefix),
                                  STR_ARG(name), str_is(name, "*") ? "all " : "", count,
                                  plural(count), STR_ARG(prefix));
    if (count == 1) {
        struct str only =
            iam_action_name(c->schema, iam_action_match(c->schema, service, name, 0, &at));
        diag_label(c->diags, d, "it is %.*s", STR_ARG(only));
    } else {
        diag_help(c->diags, d, "name the actions that are needed, or confine it with a Condition");
    }
}

static void check_action(struct statement *s, const struct value *x, bool confined) {
    struct str text = check_text(s->c, x), name;
    if (!text.len)
        return;
    struct str prefix = str_split(text, ':', &name);
    struct iam_service_id service = iam_service_find(s->c->schema, prefix);
    if (str_has(text, '*') || str_has(text, '?')) {
        if (!confined && is_written(s, x) && (name.ptr || str_is(text, "*")))
            check_wildcard(s, x, prefix, name, service);
    } else if (name.ptr && (!service.n || !iam_action_find(s->c->schema, service, name).n)) {
        check_unknown(s, x, prefix, name, service);
    }
}

/* ---- resources ------------------------------------------------------------------------- */

/* Actions that take ARNs, but can't be narrowed to any when they are needed: a function in a VPC makes
   network interfaces whose ids nobody knows beforehand. */
static bool needs_everything(struct str prefix, struct str name) {
    static const char *const ec2[] = {"CreateNetworkInterface", "DeleteNetworkInterface",
                                      "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses",
                                      "DetachNetworkInterface"};
    for (size_t i = 0; str_is(prefix, "ec2") && i < sizeof ec2 / sizeof *ec2; i++)
        if (str_eq_nocase(name, str_from(ec2[i])))
            return true;
    return str_is(prefix, "ssmmessages") || str_is(prefix, "ec2messages") || str_is(prefix, "xray");
}

/* Whether the action asks for a resource of some type: those that take ARNs, but need none, work on "*"
   alone when they are used without such a resource. */
static bool is_narrowable(struct check *c, struct str prefix, struct str name) {
    struct iam_action_id action =
        iam_action_find(c->schema, iam_service_find(c->schema, prefix), name);
    if (str_is(prefix, "sns") && str_eq_nocase(name, STR("Publish")) &&
        !check_type(c, "AWS::SNS::Topic")->items.count)
        return false; /* to a telephone: there is no ARN */
    for (uint32_t i = 0; i < iam_action_resource_count(c->schema, action); i++)
        if (iam_action_resource_at(c->schema, action, i).required)
            return !needs_everything(prefix, name);
    return false;
}

/* The first action of a list that takes ARNs; nil when there is none. */
static struct str first_narrowable(struct statement *s, const struct items *actions,
                                   uint32_t *count) {
    struct str first = STR_NIL;
    *count = 0;
    for (uint32_t i = 0; i < actions->items.count; i++) {
        struct str text = check_text(s->c, actions->items.items[i].value), name;
        struct str prefix = str_split(text, ':', &name);
        if (!name.len || str_has(text, '*') || str_has(text, '?') ||
            !is_narrowable(s->c, prefix, name))
            continue;
        if ((*count)++ == 0)
            first = text;
    }
    return first;
}

static void check_resources(struct statement *s, const struct items *actions,
                            const struct items *resources) {
    uint32_t count;
    for (uint32_t i = 0; i < resources->items.count; i++) {
        const struct value *x = resources->items.items[i].value;
        if (!value_is_c(x, "*") || !is_written(s, x))
            continue;
        struct str first = first_narrowable(s, actions, &count);
        if (!count)
            return;
        struct diag *d;
        if (count == 1)
            d = check_report(s->c, RULE_WILDCARD_RESOURCES, s->r, x,
                             "'*' is allowed for %.*s, which takes ARNs", STR_ARG(first));
        else
            d = check_report(s->c, RULE_WILDCARD_RESOURCES, s->r, x,
                             "'*' is allowed for %.*s and %u more, which take ARNs", STR_ARG(first),
                             count - 1);
        diag_help(s->c->diags, d, "name the ARNs; keep '*' for actions that take nothing else");
        return;
    }
}

/* ---- statements --------------------------------------------------------------------------- */

/* A single value or a list of them. */
static struct items items_of(struct check *c, const struct value *x, struct bdd_id when) {
    struct items out = {0};
    struct possibles all = {0};
    view_possible(&c->view, x, when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        if (p->value->kind == VAL_LIST) {
            struct items inner = check_items(c, p->value, p->when);
            for (uint32_t j = 0; j < inner.items.count; j++)
                vec_push(c->arena, &out.items, inner.items.items[j]);
        } else if (!value_is_nil(p->value)) {
            vec_push(c->arena, &out.items, *p);
        }
    }
    return out;
}

static void check_statement(struct statement *s) {
    struct check *c = s->c;
    bool allows = str_is(check_text(c, value_get_c(s->value, "Effect")), "Allow");
    bool confined = !allows || !value_is_null(value_get_c(s->value, "Condition"));
    struct items actions = items_of(c, value_get_c(s->value, "Action"), s->when);
    struct items resources = items_of(c, value_get_c(s->value, "Resource"), s->when);
    for (uint32_t i = 0; i < actions.items.count; i++)
        check_action(s, actions.items.items[i].value, confined);
    if (!confined)
        check_resources(s, &actions, &resources);
}

static void check_document(struct check *c, const struct resource *r, const struct value *document,
                           struct bdd_id when) {
    struct possibles documents = {0};
    view_possible(&c->view, document, when, &documents);
    for (uint32_t i = 0; i < documents.items.count; i++) {
        const struct possible *p = &documents.items.items[i];
        struct items statements = items_of(c, value_get_c(p->value, "Statement"), p->when);
        for (uint32_t j = 0; j < statements.items.count; j++)
            if (statements.items.items[j].value->kind == VAL_MAP)
                check_statement(&(struct statement){c, r, statements.items.items[j].value,
                                                    statements.items.items[j].when});
    }
}

static void check_owner(struct check *c, const struct resource *r) {
    struct bdd_id when = formula_of_resource(&c->formulas, r);
    check_document(c, r, property(r, "PolicyDocument"), when);
    struct items policies = check_items(c, property(r, "Policies"), when);
    for (uint32_t i = 0; i < policies.items.count; i++)
        check_document(c, r, value_get_c(policies.items.items[i].value, "PolicyDocument"),
                       policies.items.items[i].when);
}

void check_policies(struct check *c) {
    static const char *const owners[] = {
        "AWS::IAM::Role",       "AWS::IAM::Policy",     "AWS::IAM::ManagedPolicy",
        "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy",
        "AWS::IAM::User",       "AWS::IAM::Group",
    };
    if (!iam_service_count(c->schema))
        return;
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        const struct resource_vec *list = check_type(c, owners[i]);
        for (uint32_t j = 0; j < list->items.count; j++)
            check_owner(c, list->items.items[j]);
    }
}
