/* Keys of KMS: who may use something encrypted must be allowed to use its key, too.
   https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html */
#include "passes/rules/services.h"

static const struct {
    const char *type, *property;
} encrypted[] = {
#define ENCRYPTED(type, property) {type, property},
#include "passes/rules/encryption.def"
};

static const struct {
    const char *action, *uses;
} key_uses[] = {
#define KEY_USE(action, uses, more, document) {action, uses},
#include "iam/key_uses.def"
#undef KEY_USE
};

static const struct value *key_value(struct check *c, const struct resource *r) {
    for (size_t i = 0; i < sizeof encrypted / sizeof *encrypted; i++)
        if (resource_is(r, encrypted[i].type))
            return view_only(&c->view,
                             view_at_path(&c->view, r->properties, encrypted[i].property));
    return &value_nil;
}

/* The key of the stack that encrypts a resource, perhaps by an alias; or NULL. */
static const struct resource *key_of(struct check *c, const struct resource *r) {
    const struct resource *key = check_target(c, key_value(c, r));
    if (key && resource_is(key, "AWS::KMS::Alias"))
        key = check_target(c, property(key, "TargetKeyId"));
    return key && resource_is(key, "AWS::KMS::Key") ? key : NULL;
}

/* ---- roles ----------------------------------------------------------------- */

/* The actions of KMS that a holder lacks for what a mention allows; nil where there are none.
   `action` receives what needs them. */
static struct str lacking(struct access *a, const struct mention *m, const struct resource *key,
                          const char **action) {
    struct arn on = access_arn(a, m->resource), inside = arn_inside(&a->holes, on, STR("/*"));
    struct str service = access_service(a, on), missing = STR_NIL;
    for (size_t i = 0; i < sizeof key_uses / sizeof *key_uses && !missing.len; i++) {
        struct str rest, use = str_from(key_uses[i].action), uses = str_from(key_uses[i].uses);
        bool is_object = str_starts(use, STR("s3:"));
        if (!str_eq(service, str_split(use, ':', &rest)) ||
            iam_speaks_of_action(&a->iam, m->statement, use) != MATCH_YES ||
            (is_object && arn_match(&a->holes, m->term->pattern, inside) == MATCH_NO))
            continue;
        *action = key_uses[i].action;
        while (uses.len) {
            struct str one = str_split(uses, ' ', &uses);
            if (access_is_denied(a, m->holder, one, access_arn(a, key), key))
                missing = str_printf(a->c->arena, "%.*s%s%.*s", STR_ARG(missing),
                                     missing.len ? " and " : "", STR_ARG(one));
        }
    }
    return missing;
}

static void check_users(struct access *a, const struct resource *r, const struct resource *key) {
    struct check *c = a->c;
    const struct mention_vec *all = access_mentions(a, r);
    const struct holder *told = NULL;
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct mention *m = &all->items.items[i];
        const char *action = "";
        if (m->holder == told || !access_is_whole(a, m->holder))
            continue;
        struct str missing = lacking(a, m, key, &action);
        if (!missing.len)
            continue;
        told = m->holder;
        struct diag *d = check_report(c, RULE_KEY_GRANT, m->statement->owner, m->term->value,
                                      "%s on '%.*s' needs %.*s on its key '%.*s', which '%.*s' "
                                      "lacks", action, STR_ARG(r->id), STR_ARG(missing),
                                      STR_ARG(key->id), STR_ARG(m->holder->resource->id));
        diag_note(c->diags, d, key->id_span, "the key");
        diag_help(c->diags, d, "allow %.*s on !GetAtt %.*s.Arn", STR_ARG(missing),
                  STR_ARG(key->id));
    }
}

/* ---- services -------------------------------------------------------------- */

/* Whether the policy of a key may let a service make data keys. */
static bool is_let(struct access *a, const struct resource *key, struct str service) {
    const struct holder *policy = iam_policy_of(&a->iam, key->id);
    if (policy && policy->unread.count)
        return true;
    for (uint32_t i = 0; policy && i < policy->own.items.count; i++) {
        const struct statement *s = policy->own.items.items[i];
        if (s->allows && (s->not_principal || principal_may_be(a->c, s->principal, service)) &&
            iam_speaks_of_action(&a->iam, s, STR("kms:GenerateDataKey")) != MATCH_NO)
            return true;
    }
    return value_is_nil(property(key, "KeyPolicy")) ? false : !policy;
}

static void check_sent(struct access *a, const struct sending *s) {
    struct check *c = a->c;
    const struct resource *key = key_of(c, s->to);
    struct str name = check_text(c, key_value(c, s->to));
    bool is_aws = str_ends(name, STR("alias/aws/sqs")) || str_ends(name, STR("alias/aws/sns"));
    if (key ? is_let(a, key, str_from(s->principal)) : !is_aws)
        return;
    struct diag *d;
    if (is_aws)
        d = check_report(c, RULE_KEY_POLICY, s->sender, s->at,
                         "%s can't send to '%.*s': its key '%.*s' is AWS's, for the account alone",
                         s->principal, STR_ARG(s->to->id), STR_ARG(name));
    else
        d = check_report(c, RULE_KEY_POLICY, s->sender, s->at,
                         "%s can't send to '%.*s': the policy of its key '%.*s' doesn't let it",
                         s->principal, STR_ARG(s->to->id), STR_ARG(key->id));
    diag_note(c->diags, d, key ? key->id_span : key_value(c, s->to)->span, "the key");
    diag_help(c->diags, d, "%s the principal %s kms:GenerateDataKey and kms:Decrypt",
              is_aws ? "use a key of your own whose policy allows" : "allow", s->principal);
}

/* CloudWatch Logs opens a group with the key itself, when it is made.
   https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
static void check_log_group(struct access *a, const struct resource *group) {
    struct check *c = a->c;
    const struct value *x = property(group, "KmsKeyId");
    const struct resource *key = check_target_of(c, view_only(&c->view, x), "AWS::KMS::Key");
    struct str region = c->regions->items.count ? c->regions->items.items[0] : STR("us-east-1");
    struct str service = str_printf(c->arena, "logs.%.*s.amazonaws.com", STR_ARG(region));
    if (!key || is_let(a, key, service) || is_let(a, key, STR("logs.amazonaws.com")))
        return;
    struct diag *d = check_report(c, RULE_KEY_POLICY, group, x,
                                  "the policy of the key '%.*s' doesn't let CloudWatch Logs use it",
                                  STR_ARG(key->id));
    diag_note(c->diags, d, key->id_span, "the key");
    diag_help(c->diags, d,
              "allow the principal logs.${AWS::Region}.${AWS::URLSuffix} kms:Encrypt*, "
              "kms:Decrypt*, kms:ReEncrypt*, kms:GenerateDataKey* and kms:Describe*");
}

void check_encryption(struct check *c) {
    struct access *a = access_get(c);
    for (uint32_t i = 0; a && i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i], *key = key_of(c, r);
        if (key)
            check_users(a, r, key);
        if (resource_is(r, "AWS::Logs::LogGroup"))
            check_log_group(a, r);
    }
    struct sendings all = {0};
    if (a)
        sendings_of(c, &all);
    for (uint32_t i = 0; i < all.items.count; i++)
        check_sent(a, &all.items.items[i]);
}
