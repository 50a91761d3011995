#include "lang/compile.h"

/* `bucket`: private, encrypted, owner-enforced, TLS only, retained. */

static void encryption(struct lang *l, struct thing *t, struct value *p) {
    struct value *x = body_value(l, t, "encryption");
    bool s3 = !x || value_is_c(x, "s3");
    bool own = x && x->flags & VALUE_WORD && value_is_c(x, "own");
    struct value *key = own ? own_key(l, t) : x && !(x->flags & VALUE_WORD) ? x : &value_nil;
    l->values->place = (struct place){t->origin->span, t->origin};
    struct value *by = map_of(l, 2, "SSEAlgorithm", text_value(l, s3 ? "AES256" : "aws:kms"),
                              "KMSMasterKeyID", key);
    struct value *rule = map_of(l, 1, "ServerSideEncryptionByDefault", by);
    if (!s3)
        value_put_c(l->values, rule, "BucketKeyEnabled", value_bool(l->values, true));
    value_put_c(l->values, p, "BucketEncryption",
                map_of(l, 1, "ServerSideEncryptionConfiguration", list_of(l, 1, rule)));
}

static void tls_only(struct lang *l, struct thing *t) {
    struct resource *policy =
        add_resource(l, t, "policy", "AWS::S3::BucketPolicy", part_id(l, t, "Policy"), t->cond);
    struct value *arn = value_getatt(l->values, t->id, STR("Arn"));
    struct value *insecure =
        map_of(l, 1, "Bool", map_of(l, 1, "aws:SecureTransport", text_value(l, "false")));
    struct value *statement =
        map_of(l, 5, "Effect", text_value(l, "Deny"), "Principal", text_value(l, "*"), "Action",
               text_value(l, "s3:*"), "Resource", list_of(l, 2, arn, sub(l, "%v/*", arn)),
               "Condition", insecure);
    value_put_c(l->values, policy->properties, "Bucket", value_ref(l->values, t->id));
    value_put_c(l->values, policy->properties, "PolicyDocument",
                map_of(l, 2, "Version", text_value(l, "2012-10-17"), "Statement",
                       list_of(l, 1, statement)));
}

static bool is_notification(const struct value *x, const char *receiver) {
    return value_has(x->kind == VAL_IF ? value_at(x, 1) : x, str_from(receiver));
}

/* Who hears of objects; the bucket waits for the policies that let it tell them. */
static void notifications(struct lang *l, struct thing *t, struct resource *b) {
    static const char *const rows[][2] = {
        {"Function", "NotificationConfiguration.LambdaConfigurations"},
        {"Queue", "NotificationConfiguration.QueueConfigurations"},
        {"Topic", "NotificationConfiguration.TopicConfigurations"}};
    struct value *first = value_list(l->values);
    value_put_c(l->values, b->properties, "BucketName", bucket_name(l, t));
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct value *all = value_list(l->values);
        for (uint32_t i = 0; i < t->notifications.count; i++)
            if (is_notification(t->notifications.items[i], rows[k][0]))
                value_push(l->values, all, t->notifications.items[i]);
        if (all->count)
            put(l, b->properties, rows[k][1], all);
    }
    for (uint32_t i = 0; i < t->waits_for.count; i++)
        value_push(l->values, first, value_string(l->values, t->waits_for.items[i]));
    value_put_c(l->values, b->attributes, "DependsOn", first->count == 1 ? first->items[0] : first);
}

void lower_bucket(struct lang *l, struct thing *t) {
    struct resource *b = add_resource(l, t, NULL, "AWS::S3::Bucket", t->id, t->cond);
    struct value *p = b->properties;
    struct value *yes = value_bool(l->values, true);
    copy_attributes(l, t, b);
    encryption(l, t, p);
    value_put_c(l->values, p, "PublicAccessBlockConfiguration",
                map_of(l, 4, "BlockPublicAcls", yes, "BlockPublicPolicy", yes, "IgnorePublicAcls",
                       yes, "RestrictPublicBuckets", yes));
    struct value *ownership = map_of(l, 1, "ObjectOwnership", text_value(l, "BucketOwnerEnforced"));
    value_put_c(l->values, p, "OwnershipControls", map_of(l, 1, "Rules", list_of(l, 1, ownership)));
    struct value *versions = body_value(l, t, "versions");
    if (versions && !is_error(versions) && !value_is_null(versions))
        value_put_c(l->values, p, "VersioningConfiguration",
                    logic_if(l, versions, map_of(l, 1, "Status", text_value(l, "Enabled")),
                             value_null(l->values)));
    if (t->notifies)
        notifications(l, t, b);
    set_retain(l, b, "Retain");
    tls_only(l, t);
    l->values->place = (struct place){t->origin->span, t->origin};
    apply_properties(l, &t->body, b);
}

/* `userpool`: sign-in by mail address, with a password policy, retained. */
void lower_userpool(struct lang *l, struct thing *t) {
    struct resource *pool = add_resource(l, t, NULL, "AWS::Cognito::UserPool", t->id, t->cond);
    struct value *p = pool->properties, *email = list_of(l, 1, text_value(l, "email"));
    copy_attributes(l, t, pool);
    value_put_c(l->values, p, "UsernameAttributes", email);
    value_put_c(l->values, p, "AutoVerifiedAttributes", email);
    put(l, p, "Policies.PasswordPolicy.MinimumLength", value_int(l->values, 12));
    struct value *mfa = body_value(l, t, "mfa");
    if (mfa && !value_is_c(mfa, "off")) {
        value_put_c(l->values, p, "MfaConfiguration",
                    text_value(l, value_is_c(mfa, "on") ? "ON" : "OPTIONAL"));
        value_put_c(l->values, p, "EnabledMfas",
                    list_of(l, 1, text_value(l, "SOFTWARE_TOKEN_MFA")));
    }
    struct value *protect = body_value(l, t, "protect");
    if (protect && !is_error(protect) && !value_is_null(protect))
        value_put_c(l->values, p, "DeletionProtection",
                    logic_if(l, protect, text_value(l, "ACTIVE"), value_null(l->values)));
    if (t->triggers)
        value_put_c(l->values, p, "LambdaConfig", t->triggers);
    set_retain(l, pool, "Retain");
    struct value *client = body_value(l, t, "client");
    if (client && client->kind == VAL_BOOL && client->truth) {
        struct resource *c = add_resource(l, t, "client", "AWS::Cognito::UserPoolClient",
                                          part_id(l, t, "Client"), t->cond);
        value_put_c(l->values, c->properties, "UserPoolId", value_ref(l->values, t->id));
        value_put_c(l->values, c->properties, "ExplicitAuthFlows",
                    list_of(l, 2, text_value(l, "ALLOW_USER_SRP_AUTH"),
                            text_value(l, "ALLOW_REFRESH_TOKEN_AUTH")));
        value_put_c(l->values, c->properties, "PreventUserExistenceErrors",
                    text_value(l, "ENABLED"));
    }
    l->values->place = (struct place){t->origin->span, t->origin};
    apply_properties(l, &t->body, pool);
}
