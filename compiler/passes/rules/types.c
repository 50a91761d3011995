/* Resources against the schema of their types: the type itself, its properties, its attributes. */
#include "passes/rules/types.h"

/* ---- names --------------------------------------------------------------------------- */

enum { SLIP_EDITS = 2 };

bool is_slip(struct str given, struct str known) {
    if (str_eq_nocase(given, known))
        return true;
    bool longer = given.len > known.len && str_starts(given, known) &&
                  !str_eq_nocase(str_slice(given, known.len, given.len), STR("s"));
    return !longer && str_is_near(given, known) &&
           str_distance(given, known, SLIP_EDITS) <= SLIP_EDITS;
}

/* of: behind the name, what it belongs to. */
static void report_unknown(struct check *c, const struct resource *r, struct span span,
                           enum rule_id slip_rule, enum rule_id new_rule, const char *what,
                           struct str name, struct str of, struct str near) {
    bool slip = near.len && is_slip(name, near);
    struct diag *d;
    if (slip) {
        d = check_report_span(c, slip_rule, r, span, "%s '%.*s'%.*s doesn't exist", what,
                              STR_ARG(name), STR_ARG(of));
        check_suggest(c, d, name, near);
        return;
    }
    struct str date = schema_date(c->schema);
    check_report_span(c, new_rule, r, span, "%s '%.*s'%.*s isn't in the tables of %.*s", what,
                      STR_ARG(name), STR_ARG(of), STR_ARG(date));
}

/* ---- objects --------------------------------------------------------------------------- */

static struct bdd_id presence(struct check *c, const struct spot *spot, const struct value *object,
                              struct str name) {
    const struct member *m = value_member(object, name);
    if (!m)
        return BDD_FALSE;
    if (!value_is_intrinsic(m->value))
        return m->value->kind == VAL_NIL ? BDD_FALSE : spot->when;
    return check_presence_of(c, m->value, spot->when);
}

static bool may_lack(struct check *c, const struct spot *spot, struct bdd_id there) {
    if (there.n == spot->when.n)
        return false;
    return check_meet(c, spot->when, formula_not(&c->formulas, there));
}

static void check_required(struct check *c, const struct spot *spot, struct schema_def_id def,
                           const struct value *object) {
    uint32_t count = schema_def_property_count(c->schema, def);
    for (uint32_t i = 0; i < count; i++) {
        struct schema_property_id p = schema_def_property_at(c->schema, def, i);
        if (!schema_property_is_required(c->schema, p) ||
            schema_property_is_read_only(c->schema, p))
            continue;
        struct str name = schema_property_name(c->schema, p);
        if (!may_lack(c, spot, presence(c, spot, object, name)))
            continue;
        bool sometimes = value_has(object, name);
        if (spot->name.len)
            check_report_span(c, RULE_MISSING_PROPERTY, spot->r, spot->key,
                              "%s%.*s %s '%.*s', which is required",
                              spot->is_item ? "an entry of " : "", STR_ARG(spot->name),
                              sometimes ? "sometimes lacks" : "lacks", STR_ARG(name));
        else
            check_report_span(c, RULE_MISSING_PROPERTY, spot->r, spot->key,
                              "%.*s '%.*s' %s '%.*s', which is required", STR_ARG(spot->r->type),
                              STR_ARG(spot->r->id), sometimes ? "sometimes lacks" : "lacks",
                              STR_ARG(name));
    }
}

/* What a template could also set, or must, isn't only read, whatever the schema says. */
static bool is_read_only(struct check *c, struct schema_property_id p) {
    return schema_property_is_read_only(c->schema, p) &&
           !schema_property_is_required(c->schema, p) &&
           schema_property_replacement(c->schema, p) == SCHEMA_REPLACE_NO;
}

static void check_member(struct check *c, const struct spot *spot, struct schema_def_id def,
                         const struct member *m) {
    struct schema_property_id p = schema_property_find(c->schema, def, m->key);
    if (!p.n) {
        if (schema_def_is_open(c->schema, def))
            return;
        struct schema_property_id near = schema_property_nearest(c->schema, def, m->key);
        struct str owner = spot->name.len ? spot->name : spot->r->type;
        report_unknown(c, spot->r, m->span, RULE_UNKNOWN_PROPERTY, RULE_UNKNOWN_PROPERTY_NEW, "property",
                       m->key, str_printf(c->arena, " of %.*s", STR_ARG(owner)),
                       schema_property_name(c->schema, near));
        return;
    }
    if (is_read_only(c, p)) {
        check_report_span(c, RULE_READ_ONLY_PROPERTY, spot->r, m->span,
                          "'%.*s' is set by AWS, a template can only read it", STR_ARG(m->key));
        return;
    }
    struct spot inner = {spot->r, m->span, m->key, false, spot->when};
    shape_check(c, &inner, schema_property_shape(c->schema, p), m->value);
}

/* ---- groups ------------------------------------------------------------------------------ */

struct group_check {
    struct check *c;
    const struct spot *spot;
    const struct value *object;
    struct schema_group group;
};

static struct bdd_id set_there(struct group_check *g, uint32_t n, bool whole) {
    struct schema_list set = schema_group_set(g->c->schema, &g->group, n);
    struct bdd *bdd = &g->c->formulas.bdd;
    struct bdd_id there = whole ? BDD_TRUE : BDD_FALSE;
    for (uint32_t i = 0; i < set.count; i++) {
        struct bdd_id one =
            presence(g->c, g->spot, g->object, schema_list_at(g->c->schema, set, i));
        there = whole ? bdd_and(bdd, there, one) : bdd_or(bdd, there, one);
    }
    return there;
}

static struct str set_words(struct group_check *g, uint32_t n, const char *between) {
    struct schema_list set = schema_group_set(g->c->schema, &g->group, n);
    struct str out = STR_NIL;
    for (uint32_t i = 0; i < set.count; i++) {
        struct str name = schema_list_at(g->c->schema, set, i);
        out = str_printf(g->c->arena, "%.*s%s'%.*s'", STR_ARG(out), i ? between : "",
                         STR_ARG(name));
    }
    return out;
}

static struct str sets_words(struct group_check *g) {
    struct str out = STR_NIL;
    for (uint32_t i = 0; i < g->group.set_count; i++) {
        struct str words = set_words(g, i, " with ");
        out = str_printf(g->c->arena, "%.*s%s%.*s", STR_ARG(out),
                         i == 0                        ? ""
                         : i + 1 == g->group.set_count ? " or "
                                                       : ", ",
                         STR_ARG(words));
    }
    return out;
}

static struct str owner_words(struct group_check *g) {
    const struct spot *spot = g->spot;
    if (!spot->name.len)
        return str_printf(g->c->arena, "'%.*s'", STR_ARG(spot->r->id));
    return str_printf(g->c->arena, "%s%.*s", spot->is_item ? "an entry of " : "",
                      STR_ARG(spot->name));
}

/* The key of a property, for reports about one that is there. */
static struct span key_span(struct group_check *g, struct str name) {
    const struct member *m = value_member(g->object, name);
    return m && !span_is_nil(m->span) ? m->span : g->spot->key;
}

static void check_some(struct group_check *g) {
    struct bdd_id any = BDD_FALSE;
    for (uint32_t i = 0; i < g->group.set_count; i++)
        any = bdd_or(&g->c->formulas.bdd, any, set_there(g, i, true));
    if (!may_lack(g->c, g->spot, any))
        return;
    struct str owner = owner_words(g), words = sets_words(g);
    check_report_span(g->c, RULE_PROPERTY_GROUP, g->spot->r, g->spot->key,
                      "%.*s has none of the properties of which it needs one, expected %.*s",
                      STR_ARG(owner), STR_ARG(words));
}

static void check_not_two(struct group_check *g) {
    for (uint32_t i = 0; i < g->group.set_count; i++)
        for (uint32_t j = 0; j < i; j++) {
            if (!check_meet(g->c, set_there(g, i, true), set_there(g, j, true)))
                continue;
            struct str a = set_words(g, j, " with "), b = set_words(g, i, " with ");
            struct schema_list set = schema_group_set(g->c->schema, &g->group, i);
            check_report_span(g->c, RULE_PROPERTY_GROUP, g->spot->r,
                              key_span(g, schema_list_at(g->c->schema, set, 0)),
                              "%.*s and %.*s exclude each other, expected one of them",
                              STR_ARG(a), STR_ARG(b));
            return;
        }
}

static void check_needs(struct group_check *g, struct bdd_id subject, const char *having) {
    struct schema_list set = schema_group_set(g->c->schema, &g->group, 0);
    for (uint32_t i = 0; i < set.count; i++) {
        struct str name = schema_list_at(g->c->schema, set, i);
        struct bdd_id there = presence(g->c, g->spot, g->object, name);
        if (check_meet(g->c, subject, formula_not(&g->c->formulas, there)))
            check_report_span(g->c, RULE_PROPERTY_GROUP, g->spot->r,
                              key_span(g, g->group.subject), "'%.*s'%s needs '%.*s' beside it",
                              STR_ARG(g->group.subject), having, STR_ARG(name));
    }
}

static void check_excludes(struct group_check *g, struct bdd_id subject, const char *having) {
    struct schema_list set = schema_group_set(g->c->schema, &g->group, 0);
    for (uint32_t i = 0; i < set.count; i++) {
        struct str name = schema_list_at(g->c->schema, set, i);
        const struct value *x = value_get(g->object, name);
        if (x->kind == VAL_LIST && !x->count)
            continue; /* AWS::CloudWatch::Alarm and others take it for nothing */
        if (check_meet(g->c, subject, presence(g->c, g->spot, g->object, name)))
            check_report_span(g->c, RULE_PROPERTY_GROUP, g->spot->r, key_span(g, name),
                              "'%.*s' can't stand beside '%.*s'%s", STR_ARG(name),
                              STR_ARG(g->group.subject), having);
    }
}

/* When the subject has one of the group's values. */
static struct bdd_id subject_has_value(struct group_check *g) {
    const struct value *x = value_get(g->object, g->group.subject);
    struct possibles all = {0};
    struct bdd_id when = BDD_FALSE;
    view_possible(&g->c->view, x, g->spot->when, &all);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        struct str text = p->value->kind == VAL_BOOL ? (p->value->truth ? STR("true") : STR("false"))
                                                     : value_text(p->value);
        if (p->certainty != DEFAULT && text.ptr && value_is_known(p->value) &&
            schema_list_has(g->c->schema, g->group.values, text))
            when = bdd_or(&g->c->formulas.bdd, when, p->when);
    }
    return when;
}

static void check_when(struct group_check *g) {
    struct bdd_id when = subject_has_value(g);
    if (when.n == BDD_FALSE.n || when.n == BDD_UNKNOWN.n)
        return;
    struct str text = check_text(g->c, value_get(g->object, g->group.subject));
    const char *having =
        text.len ? str_printf(g->c->arena, ": %.*s", STR_ARG(text)).ptr : " with this value";
    if (g->group.kind == SCHEMA_GROUP_WHEN_NEEDS) {
        check_needs(g, when, having);
    } else if (g->group.kind == SCHEMA_GROUP_WHEN_EXCLUDES) {
        check_excludes(g, when, having);
    } else {
        const struct member *m = value_member(g->object, g->group.target);
        struct spot inner = {g->spot->r, g->spot->key, g->group.target, false, when};
        if (m) {
            inner.key = m->span;
            shape_check(g->c, &inner, g->group.shape, m->value);
        }
    }
}

static void check_groups(struct check *c, const struct spot *spot, struct schema_def_id def,
                         const struct value *object) {
    uint32_t count = schema_def_group_count(c->schema, def);
    for (uint32_t i = 0; i < count; i++) {
        struct group_check g = {c, spot, object, schema_def_group_at(c->schema, def, i)};
        struct bdd_id subject = BDD_FALSE;
        switch (g.group.kind) {
        case SCHEMA_GROUP_ONE:
            check_some(&g);
            check_not_two(&g);
            break;
        case SCHEMA_GROUP_SOME:
            check_some(&g);
            break;
        case SCHEMA_GROUP_AT_MOST_ONE:
            check_not_two(&g);
            break;
        case SCHEMA_GROUP_NEEDS:
        case SCHEMA_GROUP_EXCLUDES:
            subject = presence(c, spot, object, g.group.subject);
            if (g.group.kind == SCHEMA_GROUP_NEEDS)
                check_needs(&g, subject, "");
            else
                check_excludes(&g, subject, "");
            break;
        case SCHEMA_GROUP_WHEN_NEEDS:
        case SCHEMA_GROUP_WHEN_EXCLUDES:
        case SCHEMA_GROUP_WHEN_SHAPE:
            check_when(&g);
            break;
        }
    }
}

void object_check(struct check *c, const struct spot *spot, struct schema_def_id def,
                  const struct value *object) {
    if (!def.n || !check_is_closed(object))
        return;
    for (uint32_t i = 0; i < object->count; i++)
        check_member(c, spot, def, &object->members[i]);
    check_required(c, spot, def, object);
    check_groups(c, spot, def, object);
}

/* ---- resources ---------------------------------------------------------------------------- */

/* Types that no table lists: a customer's own, and modules. */
static bool is_private_type(struct str type) {
    return !str_starts(type, STR("AWS::")) || str_ends(type, STR("::MODULE")) ||
           str_starts(type, STR("AWS::Serverless::"));
}

static void check_regions(struct check *c, const struct resource *r, struct schema_type_id type) {
    for (uint32_t i = 0; i < c->regions->items.count; i++) {
        struct str name = c->regions->items.items[i];
        struct schema_region_id region = schema_region_find(c->schema, name);
        if (!region.n || schema_type_in_region(c->schema, type, region) != SCHEMA_ABSENT)
            continue;
        struct str date = schema_date(c->schema);
        check_report_span(c, RULE_TYPE_REGION, r, r->type_span,
                          "%.*s isn't available in %.*s, as of %.*s", STR_ARG(r->type),
                          STR_ARG(name), STR_ARG(date));
    }
}

static void check_lifecycle(struct check *c, const struct resource *r, struct schema_type_id type) {
    struct str state = schema_type_lifecycle(c->schema, type);
    struct str date = schema_type_lifecycle_date(c->schema, type);
    if (!str_is(state, "sunset") && !str_is(state, "shutdown"))
        return;
    bool over = str_is(state, "shutdown") && str_cmp(date, schema_date(c->schema)) <= 0;
    check_report_span(c, RULE_TYPE_LIFECYCLE, r, r->type_span, "the service of %.*s %s %.*s",
                      STR_ARG(r->type), over ? "has ended on" : "is being given up since",
                      STR_ARG(date));
}

static void check_resource(struct check *c, const struct resource *r) {
    struct schema_type_id type = schema_type_find(c->schema, r->type);
    struct span at = span_is_nil(r->type_span) ? r->id_span : r->type_span;
    if (!type.n) {
        if (is_private_type(r->type))
            return;
        struct schema_type_id near = schema_type_nearest(c->schema, r->type);
        report_unknown(c, r, at, RULE_UNKNOWN_TYPE, RULE_UNKNOWN_TYPE_NEW, "resource type", r->type,
                       STR_NIL, schema_type_name(c->schema, near));
        return;
    }
    struct spot spot = {r, r->id_span, STR_NIL, false, formula_of_resource(&c->formulas, r)};
    object_check(c, &spot, schema_type_body(c->schema, type), r->properties);
    check_regions(c, r, type);
    check_lifecycle(c, r, type);
}

static void check_attribute(struct check *c, const struct edge *e) {
    const struct resource *r = graph_find(c->graph, e->target);
    if (!r || !e->attribute.len)
        return;
    struct schema_type_id type = schema_type_find(c->schema, r->type);
    if (!type.n || schema_type_has_open_attributes(c->schema, type) || is_private_type(r->type) ||
        schema_attribute_find(c->schema, type, e->attribute).n)
        return;
    struct schema_attribute_id near = schema_attribute_nearest(c->schema, type, e->attribute);
    struct str name = schema_attribute_name(c->schema, near), date = schema_date(c->schema);
    if (name.len && is_slip(e->attribute, name)) {
        struct diag *d = check_report_word(
            c, RULE_UNKNOWN_RESOURCE_ATTRIBUTE, e->from, e->at, e->attribute,
            "%.*s has no attribute '%.*s'", STR_ARG(r->type), STR_ARG(e->attribute));
        check_suggest(c, d, e->attribute, name);
        return;
    }
    check_report_word(c, RULE_UNKNOWN_ATTRIBUTE_NEW, e->from, e->at, e->attribute,
                      "attribute '%.*s' of %.*s isn't in the tables of %.*s",
                      STR_ARG(e->attribute), STR_ARG(r->type), STR_ARG(date));
}

/* https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy.html */
void check_sam_types(struct check *c) {
    if (!value_is_null(c->graph->transform) || c->graph->macros->count)
        return;
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        if (!str_starts(r->type, STR("AWS::Serverless::")))
            continue;
        struct diag *d =
            check_report_span(c, RULE_UNKNOWN_TYPE, r, r->type_span,
                              "%.*s is a type of SAM, but the template has no Transform",
                              STR_ARG(r->type));
        diag_help(c->diags, d, "add Transform: AWS::Serverless-2016-10-31");
        return;
    }
}

void check_types(struct check *c) {
    if (!schema_type_count(c->schema))
        return;
    for (uint32_t i = 0; i < c->graph->resources.count; i++)
        check_resource(c, c->graph->resources.items[i]);
    for (uint32_t i = 0; i < c->edges.items.count; i++) {
        const struct edge *e = c->edges.items.items[i];
        if (e->kind == EDGE_GETATT || e->kind == EDGE_SUB_GETATT)
            check_attribute(c, e);
    }
}
