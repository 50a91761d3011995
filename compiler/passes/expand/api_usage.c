/* Usage plans and API keys of REST APIs: one an API, or one that APIs share. */
#include <stdlib.h>

#include "passes/expand/api.h"

struct shared_plan {
    struct value *stage_keys, *api_stages, *depends_on; /* lists */
    struct value *conditions;                           /* list of names */
    bool has_unconditional;
    struct value *deletion, *replacement; /* policies, or nil */
};

/* What is made: for one API, or shared. */
struct plan {
    struct expand *e;
    struct sam *s;
    struct value *config;
    struct span span;
    struct shared_plan *shared; /* or NULL */
    struct value *stage;        /* Ref */
};

static struct shared_plan *shared_plan(struct expand *e) {
    struct apis *apis = apis_of(e);
    if (!apis->plan) {
        struct shared_plan *p = apis->plan = arena_new(e->arena, struct shared_plan);
        p->stage_keys = value_list(e->v);
        p->api_stages = value_list(e->v);
        p->depends_on = value_list(e->v);
        p->conditions = value_list(e->v);
        p->deletion = p->replacement = &value_nil;
    }
    return apis->plan;
}

static bool is_listed(const struct value *list, const struct value *x) {
    for (uint32_t i = 0; i < list->count; i++)
        if (value_equal(list->items[i], x))
            return true;
    return false;
}

static void push_once(struct expand *e, struct value *list, struct value *x) {
    if (!is_listed(list, x))
        value_push(e->v, list, x);
}

/* --- attributes of what is shared */

static void combine_policies(struct shared_plan *p, const struct sam *s) {
    struct value *deletion = value_get_c(s->passed, "DeletionPolicy");
    struct value *replacement = value_get_c(s->passed, "UpdateReplacePolicy");
    bool is_stronger = value_is_c(replacement, "Retain") || (value_is_c(replacement, "Snapshot") &&
                                                             value_is_c(p->replacement, "Delete"));
    if (sam_is_truthy(deletion) && (value_is_nil(p->deletion) || value_is_c(deletion, "Retain")))
        p->deletion = deletion;
    if (sam_is_truthy(replacement) && (value_is_nil(p->replacement) || is_stronger))
        p->replacement = replacement;
}

static const char shared_condition[] = "SharedUsagePlanCondition";

static void define_condition(struct expand *e, struct shared_plan *p) {
    struct value *all = p->conditions->items[0];
    if (p->conditions->count > 1) {
        all = value_call(e->v, VAL_OR, 0);
        for (uint32_t i = 0; i < p->conditions->count; i++)
            value_push(e->v, all,
                       value_from_function(e->v, STR("Condition"), p->conditions->items[i]));
    }
    if (e->g->conditions->kind == VAL_MAP)
        value_put_c(e->v, e->g->conditions, shared_condition, all);
}

static void combine_condition(struct expand *e, struct shared_plan *p, const struct sam *s) {
    struct value *condition = value_get_c(s->passed, "Condition");
    if (p->has_unconditional)
        return;
    if (sam_is_none(condition)) {
        p->has_unconditional = true;
        value_remove(e->v, e->g->conditions, str_from(shared_condition));
        return;
    }
    if (!sam_is_truthy(condition) || is_listed(p->conditions, condition))
        return;
    if (sam_is_none(e->g->conditions))
        sam_refuse(e, condition->span,
                   "Can't have condition without having 'Conditions' section in the template");
    value_push(e->v, p->conditions, condition);
    define_condition(e, p);
}

static struct value *attributes(const struct plan *p) {
    struct expand *e = p->e;
    if (!p->shared)
        return p->s->passed;
    combine_policies(p->shared, p->s);
    combine_condition(e, p->shared, p->s);
    struct value *all = value_map(e->v);
    sam_put(e, all, "DeletionPolicy", p->shared->deletion);
    sam_put(e, all, "UpdateReplacePolicy", p->shared->replacement);
    if (p->shared->conditions->count && !p->shared->has_unconditional)
        sam_put(e, all, "Condition", sam_c(e, shared_condition));
    return all;
}

/* --- resources */

static struct str id_of(const struct plan *p, const char *suffix) {
    struct str prefix = p->shared ? STR("Serverless") : p->s->id;
    return sam_id(p->e, "%.*s%s", STR_ARG(prefix), suffix);
}

static struct resource *make(const struct plan *p, const char *suffix, const char *type,
                             const char *part) {
    return sam_make(p->e, p->s, id_of(p, suffix), type, attributes(p), part, p->span);
}

static struct value *depends_on(struct expand *e, struct str id) {
    return sam_list(e, value_string(e->v, id), NULL);
}

static void add_plan(const struct plan *p) {
    static const char *const copied[] = {"UsagePlanName", "Description", "Quota", "Tags",
                                         "Throttle"};
    struct expand *e = p->e;
    struct resource *r = make(p, "UsagePlan", "AWS::ApiGateway::UsagePlan", "usage plan");
    struct value *stage = sam_map(e, "ApiId", sam_ref(e, p->s->id), "Stage", p->stage, NULL);
    struct value *stages = p->shared ? p->shared->api_stages : value_list(e->v);
    struct value *on = p->shared ? p->shared->depends_on : value_list(e->v);
    push_once(e, stages, stage);
    push_once(e, on, value_string(e->v, p->s->id));
    sam_depend(e, r, on);
    sam_set(e, r, "ApiStages", stages);
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++) {
        struct value *x = sam_get(e, p->config, copied[i]);
        if (sam_is_truthy(x))
            sam_set(e, r, copied[i], x);
    }
    sam_push(e, p->s, r);
}

static void add_key(const struct plan *p) {
    struct expand *e = p->e;
    struct resource *r = make(p, "ApiKey", "AWS::ApiGateway::ApiKey", "API key");
    struct value *key = sam_map(e, "RestApiId", sam_ref(e, p->s->id), "StageName", p->stage, NULL);
    struct value *keys = p->shared ? p->shared->stage_keys : value_list(e->v);
    push_once(e, keys, key);
    sam_depend(e, r, depends_on(e, id_of(p, "UsagePlan")));
    sam_set(e, r, "Enabled", value_bool(e->v, true));
    sam_set(e, r, "StageKeys", keys);
    sam_push(e, p->s, r);
}

static void add_plan_key(const struct plan *p) {
    struct expand *e = p->e;
    struct resource *r = make(p, "UsagePlanKey", "AWS::ApiGateway::UsagePlanKey",
                              "usage plan key");
    sam_depend(e, r, depends_on(e, id_of(p, "ApiKey")));
    sam_set(e, r, "KeyId", sam_ref(e, id_of(p, "ApiKey")));
    sam_set(e, r, "KeyType", sam_c(e, "API_KEY"));
    sam_set(e, r, "UsagePlanId", sam_ref(e, id_of(p, "UsagePlan")));
    sam_push(e, p->s, r);
}

static void check_properties(struct expand *e, const struct sam *s, struct value *config) {
    static const char *const known[] = {"CreateUsagePlan", "Description", "Quota",
                                        "Tags", "Throttle", "UsagePlanName"};
    if (!sam_is_map(config))
        sam_fail(e, s->id, config->span, "'UsagePlan' must be a dictionary");
    struct value *entries = sam_entries(e, config);
    for (uint32_t i = 0; i < entries->count; i++) {
        bool is_known = false;
        for (unsigned n = 0; n < sizeof known / sizeof *known; n++)
            is_known = is_known || str_is(entries->members[i].key, known[n]);
        if (!is_known)
            sam_fail(e, s->id, sam_span(entries->members[i].value, config->span),
                     "Invalid property for 'UsagePlan'");
    }
}

void api_add_usage_plan(struct expand *e, struct sam *s, struct value *config, struct str stage) {
    if (sam_is_none(config))
        return;
    check_properties(e, s, config);
    struct value *kind = sam_get(e, config, "CreateUsagePlan");
    if (value_is_nil(kind))
        sam_fail(e, s->id, config->span, "'CreateUsagePlan' is a required field for UsagePlan.");
    if (value_is_c(kind, "NONE"))
        return;
    bool is_shared = value_is_c(kind, "SHARED");
    if (!is_shared && !value_is_c(kind, "PER_API"))
        sam_fail(e, s->id, kind->span,
                 "'CreateUsagePlan' accepts one of ['SHARED', 'PER_API', 'NONE'].");
    struct plan p = {.e = e, .s = s, .config = config, .span = config->span,
                     .shared = is_shared ? shared_plan(e) : NULL, .stage = sam_ref(e, stage)};
    add_plan(&p);
    add_key(&p);
    add_plan_key(&p);
}
