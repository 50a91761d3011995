/* What the transform does without a word: names that don't carry the stack's, ARNs of one partition.
   Reported on the SAM source. */
#include "base/limits.h"
#include "passes/expand/expand.h"

/* --- names */

static void check_schedule(struct expand *e, const struct resource *owner,
                           const struct member *m) {
    const struct value *properties = value_get_c(m->value, "Properties");
    const struct value *group = sam_get(e, properties, "GroupName");
    bool is_named = sam_is_truthy(sam_get(e, properties, "Name")) ||
                    sam_is_truthy(sam_get(e, properties, "OmitName"));
    if (!value_is_c(value_get_c(m->value, "Type"), "ScheduleV2") || is_named ||
        !value_is_known(group))
        return;
    struct diag *d = diag_add(e->diags, RULE_SAM_SHARED_NAME, m->span,
                              "the schedule is named '%.*s%.*s' in every stack",
                              STR_ARG(owner->id), STR_ARG(m->key));
    diag_help(e->diags, d, "set 'OmitName: true', and CloudFormation makes a name");
}

static void check_schedules(struct expand *e, const struct resource *owner) {
    const struct value *events = value_get_c(owner->properties, "Events");
    for (uint32_t i = 0; events->kind == VAL_MAP && i < events->count; i++)
        check_schedule(e, owner, &events->members[i]);
}

static void check_layer(struct expand *e, const struct resource *layer) {
    if (sam_is_truthy(sam_get(e, layer->properties, "LayerName")))
        return;
    struct diag *d = diag_add(e->diags, RULE_SAM_SHARED_NAME, layer->id_span,
                              "the layer is named '%.*s' in every stack", STR_ARG(layer->id));
    diag_help(e->diags, d, "set 'LayerName: !Sub \"${AWS::StackName}-%.*s\"'", STR_ARG(layer->id));
}

void sam_report_shared_names(struct expand *e) {
    for (uint32_t i = 0; i < e->sources.count; i++) {
        const struct resource *r = e->sources.items[i];
        if (!r->id.ptr || !sam_is_map(r->properties))
            continue;
        if (resource_is(r, "AWS::Serverless::LayerVersion"))
            check_layer(e, r);
        if (resource_is(r, "AWS::Serverless::Function") ||
            resource_is(r, "AWS::Serverless::StateMachine"))
            check_schedules(e, r);
    }
}

/* --- ARNs */

/* The first ARN of this partition that the transform wrote, or NULL. */
static const struct value *find_arn(const struct value *x, struct str start, unsigned depth) {
    bool has_text = x->kind == VAL_STRING || x->kind == VAL_SUB;
    if (has_text && x->origin && str_starts(x->text, start))
        return x;
    for (uint32_t i = 0; i < x->count && depth < LIMIT_DEPTH; i++) {
        const struct value *child = x->kind == VAL_MAP ? x->members[i].value : x->items[i];
        const struct value *found = find_arn(child, start, depth + 1);
        if (found)
            return found;
    }
    return NULL;
}

void sam_report_partition(struct expand *e) {
    struct str start = str_printf(e->arena, "arn:%.*s:", STR_ARG(e->partition));
    if (!e->g->is_template || span_is_nil(e->g->transform->span))
        return;
    for (uint32_t i = 0; i < e->products.count; i++) {
        const struct resource *r = e->products.items[i].resource;
        const struct value *arn = r->id.ptr ? find_arn(r->properties, start, 0) : NULL;
        if (!arn)
            continue;
        struct diag *d = diag_add(e->diags, RULE_SAM_PARTITION, e->g->transform->span,
                                  "the transform writes the partition '%.*s' into '%.*s'",
                                  STR_ARG(e->partition), STR_ARG(r->id));
        diag_note(e->diags, d, arn->span, "this is what it generates the ARN for");
        diag_help(e->diags, d, "expand for a region of the partition that is deployed to");
        return;
    }
}
