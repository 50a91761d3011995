#include "lang/compile.h"

#include <stdlib.h>

/* Application Auto Scaling: a capacity that follows its use. */

struct value *add_scaling(struct lang *l, const struct scaling *s, struct value *x,
                          const char *attribute, int usual) {
    check_fields(l, x, attribute, "min max target");
    struct value *least = field_value(l, x, "min", ATTR_NUMBER);
    struct value *most = field_value(l, x, "max", ATTR_NUMBER);
    struct value *target = field_value(l, x, "target", ATTR_NUMBER);
    if (value_is_nil(least) || value_is_nil(most)) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, x->span,
                                  "'%s' needs 'min' and 'max'", attribute);
        diag_help(l->diags, d, "{ min = 1, max = 10, target = %d }: target is the use in percent",
                  usual);
        return &value_nil;
    }
    double percent = usual;
    if (!value_is_nil(target) && value_is_known(target)) {
        percent = strtod(str_cstr(l->arena, value_text(target)), NULL);
        if (percent < 1 || percent > 100)
            diag_add(l->diags, RULE_VALUE_TYPE, target->span,
                     "'target' is the use in percent, 1 to 100, found %.*s",
                     STR_ARG(value_text(target)));
    }
    struct value *aim = s->share
                            ? value_number(l->values, str_printf(l->arena, "%g", percent / 100))
                        : value_is_nil(target) ? value_int(l->values, usual)
                                               : target;
    struct resource *r = add_resource(
        l, s->thing, s->part, "AWS::ApplicationAutoScaling::ScalableTarget", s->id, s->cond);
    r->properties = map_of(l, 5, "ServiceNamespace", text_value(l, s->namespace),
                           "ScalableDimension", text_value(l, s->dimension), "ResourceId",
                           s->resource, "MinCapacity", least, "MaxCapacity", most);
    struct str id = str_concat(l->arena, s->id, STR("Policy"));
    const char *label = str_cstr(l->arena, str_printf(l->arena, "%s_policy", s->part));
    struct resource *p =
        add_resource(l, s->thing, label, "AWS::ApplicationAutoScaling::ScalingPolicy", id, s->cond);
    struct value *metric = map_of(l, 1, "PredefinedMetricType", text_value(l, s->metric));
    p->properties =
        map_of(l, 4, "PolicyName", value_string(l->values, id), "PolicyType",
               text_value(l, "TargetTrackingScaling"), "ScalingTargetId",
               value_ref(l->values, r->id), "TargetTrackingScalingPolicyConfiguration",
               map_of(l, 2, "TargetValue", aim, "PredefinedMetricSpecification", metric));
    return least;
}
