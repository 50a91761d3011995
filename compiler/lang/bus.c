#include "lang/compile.h"

/* `bus`, `stream`, `layer`: constructs of one resource. */

static void report_clauses(struct lang *l, struct thing *t) {
    for (uint32_t i = 0; i < t->body.clauses.count; i++) {
        const struct clause *c = &t->body.clauses.items[i];
        const struct node *n = scope_node(c->scope, c->node);
        if (n->kind != NODE_DECLARATION || !node_is_nil(n->name))
            report_misplaced(l, t, c);
    }
}

void lower_bus(struct lang *l, struct thing *t) {
    struct resource *r = add_resource(l, t, NULL, "AWS::Events::EventBus", t->id, t->cond);
    struct value *name = body_value(l, t, "name");
    struct str word = t->decl->name;
    value_put_c(l->values, r->properties, "Name",
                name && !value_is_null(name) ? name : sub(l, "${AWS::StackName}-%S", &word));
    copy_attributes(l, t, r);
    report_clauses(l, t);
    apply_properties(l, &t->body, r);
}

void lower_stream(struct lang *l, struct thing *t) {
    struct resource *r = add_resource(l, t, NULL, "AWS::Kinesis::Stream", t->id, t->cond);
    struct value *p = r->properties, *key = body_value(l, t, "encryption");
    copy_attributes(l, t, r);
    if (!value_has(p, STR("ShardCount")))
        put(l, p, "StreamModeDetails.StreamMode", text_value(l, "ON_DEMAND"));
    struct value *kept = body_value(l, t, "retention");
    int64_t seconds;
    if (kept && value_to_int(kept, &seconds)) {
        if (seconds % 3600)
            diag_add(l->diags, RULE_MISSING_UNIT, kept->span,
                     "'retention' is counted in whole hours");
        value_put_c(l->values, p, "RetentionPeriodHours", value_int(l->values, seconds / 3600));
    }
    if (key && key->flags & VALUE_WORD && value_is_c(key, "own")) {
        key = own_key(l, t);
        l->values->place = (struct place){t->origin->span, t->origin};
    }
    if (key && !(key->flags & VALUE_WORD && value_is_c(key, "none")))
        value_put_c(l->values, p, "StreamEncryption",
                    map_of(l, 2, "EncryptionType", text_value(l, "KMS"), "KeyId",
                           key->flags & VALUE_WORD ? text_value(l, "alias/aws/kinesis") : key));
    set_retain(l, r, "Retain");
    report_clauses(l, t);
    apply_properties(l, &t->body, r);
}

void lower_layer(struct lang *l, struct thing *t) {
    struct resource *r = add_resource(l, t, NULL, "AWS::Lambda::LayerVersion", t->id, t->cond);
    struct value *code = body_value(l, t, "code");
    copy_attributes(l, t, r);
    if (code && code->kind == VAL_FN && str_is(code->text, "s3"))
        code = map_of(l, 3, "S3Bucket", value_at(code, 0), "S3Key", value_at(code, 1),
                      "S3ObjectVersion", value_at(code, 2));
    if (code && !value_is_nil(code))
        value_put_c(l->values, r->properties, "Content", code_path(l, code));
    else if (!body_is_set(t, "Content"))
        diag_add(l->diags, RULE_MISSING_ATTRIBUTE, t->decl->span, "the layer '%.*s' has no code",
                 STR_ARG(t->name));
    set_retain(l, r, "Retain"); /* older versions stay for who uses them */
    report_clauses(l, t);
    apply_properties(l, &t->body, r);
}
