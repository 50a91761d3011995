#include "iam/reading.h"

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
        else if (n.name.count && !map_get(&out->by_name, arn_bytes(n.name)))
            map_put(iam->arena, &out->by_name, arn_bytes(n.name), out->items.count);
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
        uintptr_t at = map_get(&all->by_name, arn_bytes(given));
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
    s->whole = iam_terms(iam, property(r, "Action"), when, true, &s->actions);
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
    keep_statement(&reading, s);
}

/* https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html#permissions-resource-xaccountlayer */
static void read_layer_permission(struct iam *iam, const struct resource *r) {
    static const struct confinement confined[] = {
        {"OrganizationId", "StringEquals", "aws:PrincipalOrgID"}};
    const struct resource *target = iam_target(iam, property(r, "LayerVersionArn"));
    if (!target)
        return;
    struct statement *s = statement_in_words(iam, r);
    s->condition = condition_in_words(iam, r, confined, 1);
    struct reading reading = {iam, POLICY_RESOURCE, r, policy_of(iam, target)};
    keep_statement(&reading, s);
}

/* Either a Statement, or its words; of a bus of the stack.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html */
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
        keep_statement(&reading, s);
    } else if (!value_is_null(statement)) {
        note_unread(iam, reading.to, statement->span, STR("a statement isn't written out"));
    }
}

/* The documents at the end of a path, through lists and Fn::Ifs. */
static void read_path(struct reading *r, const struct value *x, struct str path,
                      struct bdd_id when) {
    struct str rest, name = str_split(path, '.', &rest);
    struct possibles all = {0};
    iam_each(r->iam, value_get(x, name), when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        if (rest.len)
            read_path(r, all.items.items[i].value, rest, all.items.items[i].when);
        else
            read_document(r, all.items.items[i].value, all.items.items[i].when);
    }
}

/* Where a type has policies of resources, see policies.def. */
struct policy_place {
    struct str type;
    const char *target, *of, *path;
};

static void read_policy_at(struct iam *iam, const struct resource *r,
                           const struct policy_place *place) {
    struct str path = str_from(place->path), rest, first = str_split(path, '.', &rest);
    if (value_is_null(value_get(r->properties, first)))
        return;
    struct bdd_id when = formula_of_resource(iam->formulas, r);
    if (!*place->target) {
        struct reading self = {iam, POLICY_RESOURCE, r, policy_of(iam, r)};
        read_path(&self, r->properties, path, when);
        return;
    }
    struct possibles targets = {0};
    iam_each(iam, property(r, place->target), when, &targets);
    for (uint32_t i = 0; i < targets.items.count; i++) {
        const struct possible *p = &targets.items.items[i];
        const struct resource *target = target_named(iam, p->value, place->of);
        if (!target)
            continue;
        struct reading reading = {iam, POLICY_RESOURCE, r, policy_of(iam, target)};
        read_path(&reading, r->properties, path, p->when);
    }
}

void read_resource_policy(struct iam *iam, const struct resource *r) {
    static const struct policy_place places[] = {
#define RESOURCE_POLICY(type, target, of, path) {{type, sizeof type - 1}, target, of, path},
#include "iam/policies.def"
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (str_eq(r->type, places[i].type))
            read_policy_at(iam, r, &places[i]);
    if (resource_is(r, "AWS::Lambda::Permission"))
        read_permission(iam, r);
    else if (resource_is(r, "AWS::Lambda::LayerVersionPermission"))
        read_layer_permission(iam, r);
    else if (resource_is(r, "AWS::Events::EventBusPolicy"))
        read_bus_policy(iam, r);
}

void read_other_policy(struct iam *iam, const struct resource *r) {
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
