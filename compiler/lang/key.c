#include "lang/compile.h"
#include "schema/iam.h"

/* Keys of things: `encryption = own`, and who may use such a key. */

static const struct {
    const char *action, *uses; /* all that some use of the action needs */
} key_uses[] = {
#define KEY_USE(action, uses, more, document) {action, uses " " more},
#include "iam/key_uses.def"
#undef KEY_USE
};

/* What services that send to the thing need: they come by its policy, and its key asks them,
   too. */
static void push_service(struct lang *l, struct value *statements, struct str service) {
    for (uint32_t i = 1; i < statements->count; i++)
        if (str_eq(
                value_text(value_get_c(value_get_c(statements->items[i], "Principal"), "Service")),
                service))
            return;
    struct value *account =
        map_of(l, 1, "aws:SourceAccount", value_ref(l->values, STR("AWS::AccountId")));
    value_push(
        l->values, statements,
        map_of(l, 5, "Effect", text_value(l, "Allow"), "Principal",
               map_of(l, 1, "Service", value_string(l->values, service)), "Action",
               list_of(l, 2, text_value(l, "kms:GenerateDataKey"), text_value(l, "kms:Decrypt")),
               "Resource", text_value(l, "*"), "Condition", map_of(l, 1, "StringEquals", account)));
}

struct value *own_key(struct lang *l, struct thing *t) {
    struct resource *key =
        add_resource(l, t, "key", "AWS::KMS::Key", part_id(l, t, "Key"), t->cond);
    struct value *root =
        map_of(l, 1, "AWS", sub(l, "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"));
    struct value *statements =
        list_of(l, 1,
                map_of(l, 4, "Effect", text_value(l, "Allow"), "Principal", root, "Action",
                       text_value(l, "kms:*"), "Resource", text_value(l, "*")));
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

/* The ARN of the key that encrypts a thing, where it is one whose users need to be let use it, or
 * nil. */
static struct value *key_of(struct lang *l, struct thing *t) {
    if (t->is_existing || !attribute_find(t->kind, STR("encryption")))
        return &value_nil;
    struct value *x = body_value(l, t, "encryption");
    if (!x || value_is_null(x) || is_error(x))
        return &value_nil;
    if (x->flags & VALUE_WORD)
        return value_is_c(x, "own") ? value_getatt(l->values, part_id(l, t, "Key"), STR("Arn"))
                                    : &value_nil;
    return is_key_arn(x) ? x : &value_nil;
}

/* What KMS is asked for when these actions are done on what a key encrypts. */
static struct value *uses_of(struct lang *l, const struct value *actions) {
    struct value *out = value_list(l->values);
    for (size_t i = 0; i < sizeof key_uses / sizeof *key_uses; i++) {
        struct str rest = str_from(key_uses[i].uses);
        bool is_done = false;
        for (uint32_t k = 0; actions->kind == VAL_LIST && k < actions->count; k++)
            is_done |=
                iam_wildcard_match(value_text(actions->items[k]), str_from(key_uses[i].action));
        while (is_done && rest.len) {
            struct value *use = value_string(l->values, str_split(rest, ' ', &rest));
            bool had = use->text.len == 0;
            for (uint32_t k = 0; k < out->count; k++)
                had |= value_equal(out->items[k], use);
            if (!had)
                value_push(l->values, out, use);
        }
    }
    return out;
}

struct value *key_statement(struct lang *l, struct thing *on, struct value *actions) {
    struct value *key = key_of(l, on->kind == KIND_INDEX ? on->owner : on);
    struct value *may = value_is_nil(key) ? key : uses_of(l, actions);
    if (!may->count)
        return &value_nil;
    if (may->count == 1)
        may = may->items[0];
    return map_of(l, 3, "Effect", text_value(l, "Allow"), "Action", may, "Resource", key);
}

void grant_key(struct lang *l, struct thing *to, struct thing *on, struct value *actions,
               struct value *cond) {
    struct value *s = key_statement(l, on, actions);
    if (value_is_nil(s))
        return;
    if (cond)
        s = logic_if(l, cond, s, value_null(l->values));
    for (uint32_t i = 0; i < to->statements.count; i++)
        if (value_equal(to->statements.items[i], s))
            return;
    vec_push(l->arena, &to->statements, s);
}
