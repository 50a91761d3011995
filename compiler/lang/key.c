#include "lang/compile.h"

/* Keys of things: `encryption = own`, and who may use such a key. */

/* What services that send to the thing need: they come by its policy, and its key asks them, too. */
static void push_service(struct lang *l, struct value *statements, struct str service) {
    for (uint32_t i = 1; i < statements->count; i++)
        if (str_eq(value_text(value_get_c(value_get_c(statements->items[i], "Principal"), "Service")), service))
            return;
    struct value *account = map_of(l, 1, "aws:SourceAccount", value_ref(l->values, STR("AWS::AccountId")));
    value_push(l->values, statements,
               map_of(l, 5, "Effect", text_value(l, "Allow"), "Principal",
                      map_of(l, 1, "Service", value_string(l->values, service)), "Action",
                      list_of(l, 2, text_value(l, "kms:GenerateDataKey"), text_value(l, "kms:Decrypt")), "Resource",
                      text_value(l, "*"), "Condition", map_of(l, 1, "StringEquals", account)));
}

struct value *own_key(struct lang *l, struct thing *t) {
    struct resource *key = add_resource(l, t, "key", "AWS::KMS::Key", part_id(l, t, "Key"), t->cond);
    struct value *root = map_of(l, 1, "AWS", sub(l, "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"));
    struct value *statements = list_of(l, 1, map_of(l, 4, "Effect", text_value(l, "Allow"), "Principal", root,
                                                    "Action", text_value(l, "kms:*"), "Resource",
                                                    text_value(l, "*")));
    for (uint32_t i = 0; i < t->statements.count; i++) {
        const struct value *s = t->statements.items[i];
        const struct value *allowed = s->kind == VAL_IF ? value_at(s, 1) : s;
        struct str service = value_text(value_get_c(value_get_c(allowed, "Principal"), "Service"));
        if (service.len)
            push_service(l, statements, service);
    }
    if (t->kind == KIND_TOPIC) /* alarms */
        push_service(l, statements, STR("cloudwatch.amazonaws.com"));
    value_put_c(l->values, key->properties, "EnableKeyRotation", value_bool(l->values, true));
    value_put_c(l->values, key->properties, "KeyPolicy",
                map_of(l, 2, "Version", text_value(l, "2012-10-17"), "Statement", statements));
    set_retain(l, key, "Retain");
    return value_getatt(l->values, key->id, STR("Arn"));
}

bool is_key_arn(const struct value *x) {
    return x->kind == VAL_GETATT || str_starts(value_text(x), STR("arn:")) ||
           (x->kind == VAL_SUB && str_starts(x->text, STR("arn:")));
}

/* The ARN of the key that encrypts a thing, where it is one whose users need to be let use it, or nil. */
static struct value *key_of(struct lang *l, struct thing *t) {
    if (t->is_existing || !attribute_find(t->kind, STR("encryption")))
        return &value_nil;
    struct value *x = body_value(l, t, "encryption");
    if (!x || value_is_null(x) || is_error(x))
        return &value_nil;
    if (x->flags & VALUE_WORD)
        return value_is_c(x, "own") ? value_getatt(l->values, part_id(l, t, "Key"), STR("Arn")) : &value_nil;
    return is_key_arn(x) ? x : &value_nil;
}

/* Whether an action is one of these, by the beginning of its name, or may be by its wildcard. */
static bool is_any(struct str action, const char *const *names) {
    for (; *names; names++)
        if (str_starts(action, str_from(*names)) || str_has(action, '*'))
            return true;
    return false;
}

void grant_key(struct lang *l, struct thing *to, struct thing *on, struct value *actions, struct value *cond) {
    static const char *const writes[] = {"sqs:SendMessage", "sns:Publish", "s3:PutObject", "kinesis:PutRecord", NULL};
    static const char *const reads[] = {"sqs:ReceiveMessage", "s3:GetObject", "kinesis:GetRecords", "dynamodb:", NULL};
    struct thing *of = on->kind == KIND_INDEX ? on->owner : on;
    struct value *key = key_of(l, of);
    bool write = false, read = false;
    for (uint32_t i = 0; actions->kind == VAL_LIST && i < actions->count; i++) {
        write |= is_any(value_text(actions->items[i]), writes);
        read |= is_any(value_text(actions->items[i]), reads);
    }
    if (value_is_nil(key) || !(write || read))
        return;
    struct value *may = write ? list_of(l, 2, text_value(l, "kms:GenerateDataKey"), text_value(l, "kms:Decrypt"))
                              : text_value(l, "kms:Decrypt");
    struct value *s = map_of(l, 3, "Effect", text_value(l, "Allow"), "Action", may, "Resource", key);
    if (cond)
        s = logic_if(l, cond, s, value_null(l->values));
    for (uint32_t i = 0; i < to->statements.count; i++)
        if (value_equal(to->statements.items[i], s))
            return;
    vec_push(l->arena, &to->statements, s);
}
