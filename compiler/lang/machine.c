#include "lang/compile.h"

/* `machine`: a state machine with a role of its own. */

static void definition(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "definition");
    bool raw = body_is_set(t, "DefinitionString") || body_is_set(t, "DefinitionS3Location") ||
               body_is_set(t, "Definition");
    if (!x || value_is_nil(x)) {
        if (!raw)
            diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->decl->span,
                     "the machine '%.*s' has no definition", STR_ARG(t->name));
        return;
    }
    value_put_c(l->values, p, x->kind == VAL_MAP ? "Definition" : "DefinitionString", x);
}

static void logs(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "logs"), *days = body_value(l, t, "keep");
    if (!x || value_is_c(x, "none"))
        return;
    struct str id = part_id(l, t, "Logs");
    struct resource *group = add_resource(l, t, "logs", "AWS::Logs::LogGroup", id, t->cond);
    /* a vended log's resource policy is shared by all groups of this prefix */
    value_put_c(l->values, group->properties, "LogGroupName",
                sub(l, "/aws/vendedlogs/states/${AWS::StackName}-%S", &t->decl->name));
    if (days && !(days->flags & VALUE_WORD))
        value_put_c(l->values, group->properties, "RetentionInDays", days);
    struct value *where =
        map_of(l, 1, "CloudWatchLogsLogGroup",
               map_of(l, 1, "LogGroupArn", value_getatt(l->values, id, STR("Arn"))));
    value_put_c(l->values, p, "LoggingConfiguration",
                map_of(l, 3, "Level", text_value(l, value_is_c(x, "all") ? "ALL" : "ERROR"),
                       "IncludeExecutionData", value_bool(l->values, false), "Destinations",
                       list_of(l, 1, where)));
    grant_statement(l, t,
                    "logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery "
                    "logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy "
                    "logs:DescribeResourcePolicies logs:DescribeLogGroups",
                    text_value(l, "*"), NULL);
}

void lower_machine(struct lang *l, struct thing *t) {
    struct resource *r =
        add_resource(l, t, NULL, "AWS::StepFunctions::StateMachine", t->id, t->cond);
    struct value *p = r->properties, *kind = body_value(l, t, "kind");
    copy_attributes(l, t, r);
    definition(l, t, p);
    if (kind && value_is_c(kind, "express"))
        value_put_c(l->values, p, "StateMachineType", text_value(l, "EXPRESS"));
    value_put_c(l->values, p, "RoleArn",
                value_getatt(l->values, part_id(l, t, "Role"), STR("Arn")));
    logs(l, t, p);
    struct value *tracing = body_value(l, t, "tracing");
    if (tracing && is_boolean(tracing) && !(tracing->kind == VAL_BOOL && !tracing->truth))
        grant_statement(l, t,
                        "xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules "
                        "xray:GetSamplingTargets",
                        text_value(l, "*"), tracing->kind == VAL_BOOL ? NULL : tracing);
    lower_clauses(l, t);
    lower_role(l, t, "states.amazonaws.com");
    l->values->place = (struct place){t->origin->span, t->origin};
    apply_properties(l, &t->body, r);
}
