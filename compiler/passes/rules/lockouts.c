/* Keys whose policies nobody could change: KMS refuses to make them, unless it is told otherwise.
   https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
   https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
#include "passes/rules/access.h"

/* Whether a principal can be one of an account: not services and identity providers alone. */
static bool may_be_of_account(const struct value *principal) {
    for (uint32_t i = 0; check_is_closed(principal) && i < principal->count; i++)
        if (!str_is(principal->members[i].key, "Service") &&
            !str_is(principal->members[i].key, "Federated"))
            return true;
    return !check_is_closed(principal);
}

static bool lets_somebody(struct access *a, const struct holder *policy) {
    for (uint32_t i = 0; i < policy->own.items.count; i++) {
        const struct statement *s = policy->own.items.items[i];
        if (s->allows && (s->not_principal || may_be_of_account(s->principal)) &&
            (!s->whole || iam_speaks_of_action(&a->iam, s, STR("kms:putkeypolicy")) != MATCH_NO))
            return true;
    }
    return false;
}

static void check_key(struct access *a, const struct resource *r) {
    struct check *c = a->c;
    const struct holder *policy = iam_policy_of(&a->iam, r->id);
    const struct value *at = property(r, "KeyPolicy");
    if (!policy || policy->unread.count || !policy->own.items.count ||
        !check_is_closed(r->properties) ||
        !is_absent(property(r, "BypassPolicyLockoutSafetyCheck")))
        return;
    if (lets_somebody(a, policy))
        return;
    struct diag *d = check_report(c, RULE_KEY_LOCKOUT, r, at,
                                  "the policy of '%.*s' lets nobody change it, so KMS refuses it",
                                  STR_ARG(r->id));
    diag_help(c->diags, d,
              "allow kms:* to { AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' }");
}

void check_lockouts(struct check *c) {
    static const char *const types[] = {"AWS::KMS::Key", "AWS::KMS::ReplicaKey"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const struct resource_vec *list = check_type(c, types[i]);
        struct access *a = list->items.count ? access_get(c) : NULL;
        for (uint32_t k = 0; a && k < list->items.count; k++)
            check_key(a, list->items.items[k]);
    }
}
