#include "lang/compile.h"

/* `queue` and `topic`. */

static const int DEAD_LETTER_SECONDS = 1209600; /* 14 days, the most that SQS keeps */

static void queue_encryption(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "encryption");
    bool word = x && x->flags & VALUE_WORD;
    if (word && value_is_c(x, "own"))
        value_put_c(l->values, p, "KmsMasterKeyId",
                    value_getatt(l->values, part_id(l, t, "Key"), STR("Arn")));
    else if (!x || word)
        value_put_c(l->values, p, "SqsManagedSseEnabled", value_bool(l->values, true));
    else
        value_put_c(l->values, p, "KmsMasterKeyId", x);
}

static void make_key(struct lang *l, struct thing *t) {
    struct value *x = body_value(l, t, "encryption");
    if (x && x->flags & VALUE_WORD && value_is_c(x, "own"))
        own_key(l, t);
    l->values->place = (struct place){t->origin->span, t->origin};
}

bool is_fifo(struct lang *l, struct thing *t) {
    bool can = (t->kind == KIND_QUEUE || t->kind == KIND_TOPIC) && !t->is_existing;
    struct value *x = can ? body_value(l, t, "fifo") : NULL;
    return x && value_is_true(x);
}

static struct value *dead_letters(struct lang *l, struct thing *t) {
    struct value *own = body_value(l, t, "dead_letter");
    struct thing *to = own ? thing_of(own) : NULL;
    if (to && to->kind == KIND_QUEUE)
        return thing_alias(l, to, "arn");
    if (own && !value_is_null(own) && !is_error(own)) {
        diag_add(l->diags, RULE_VALUE_TYPE, own->span, "'dead_letter' takes a queue, found %s",
                 describe_value(own));
        return NULL;
    }
    struct resource *dead =
        add_resource(l, t, "dead", "AWS::SQS::Queue", part_id(l, t, "DeadLetters"), t->cond);
    if (is_fifo(l, t))
        value_put_c(l->values, dead->properties, "FifoQueue", value_bool(l->values, true));
    value_put_c(l->values, dead->properties, "MessageRetentionPeriod",
                value_int(l->values, DEAD_LETTER_SECONDS));
    queue_encryption(l, t, dead->properties);
    return value_getatt(l->values, dead->id, STR("Arn"));
}

void lower_queue(struct lang *l, struct thing *t) {
    struct resource *q = add_resource(l, t, NULL, "AWS::SQS::Queue", t->id, t->cond);
    struct value *p = q->properties;
    copy_attributes(l, t, q);
    if (is_fifo(l, t))
        value_put_c(l->values, p, "FifoQueue", value_bool(l->values, true));
    /* SQS asks for six times the consumer's timeout: "Configuring a queue to use with Lambda" */
    if (t->slowest && !value_has(p, STR("VisibilityTimeout")))
        value_put_c(l->values, p, "VisibilityTimeout", value_int(l->values, t->slowest * 6));
    queue_encryption(l, t, p);
    make_key(l, t);
    if (t->holds_dead_letters && !value_has(p, STR("MessageRetentionPeriod")))
        value_put_c(l->values, p, "MessageRetentionPeriod",
                    value_int(l->values, DEAD_LETTER_SECONDS));
    bool redrives = !t->holds_dead_letters || body_setting(&t->body, "retries");
    struct value *retries = redrives ? body_value(l, t, "retries") : NULL;
    int64_t tries;
    if (retries && !(value_to_int(retries, &tries) && tries == 0)) {
        struct value *target = dead_letters(l, t);
        l->values->place = (struct place){t->origin->span, t->origin};
        if (target)
            value_put_c(l->values, p, "RedrivePolicy",
                        map_of(l, 2, "deadLetterTargetArn", target, "maxReceiveCount", retries));
    }
    lower_clauses(l, t);
    lower_policy(l, t);
    apply_properties(l, &t->body, q);
}

void lower_topic(struct lang *l, struct thing *t) {
    struct resource *topic = add_resource(l, t, NULL, "AWS::SNS::Topic", t->id, t->cond);
    copy_attributes(l, t, topic);
    if (is_fifo(l, t))
        value_put_c(l->values, topic->properties, "FifoTopic", value_bool(l->values, true));
    struct value *key = body_value(l, t, "encryption");
    if (key && value_is_c(key, "aws") && key->flags & VALUE_WORD)
        value_put_c(l->values, topic->properties, "KmsMasterKeyId", text_value(l, "alias/aws/sns"));
    else if (key && value_is_c(key, "own") && key->flags & VALUE_WORD)
        value_put_c(l->values, topic->properties, "KmsMasterKeyId",
                    value_getatt(l->values, part_id(l, t, "Key"), STR("Arn")));
    else if (key && !(key->flags & VALUE_WORD))
        value_put_c(l->values, topic->properties, "KmsMasterKeyId", key);
    make_key(l, t);
    lower_clauses(l, t);
    lower_policy(l, t);
    apply_properties(l, &t->body, topic);
}
