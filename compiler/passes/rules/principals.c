/* Whom policies let in: everybody, services that act for anybody, whole accounts and identity
   providers.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
#include "base/buf.h"
#include "iam/condition.h"
#include "passes/rules/access.h"

/* ---- conditions ------------------------------------------------------------ */

/* What a Condition compares a key with whose name ends so; NULL where it doesn't. */
static const struct value *compared(const struct statement *s, const char *suffix) {
    const struct value *c = s->condition;
    for (uint32_t i = 0; c->kind == VAL_MAP && i < c->count; i++) {
        const struct value *keys = c->members[i].value;
        for (uint32_t k = 0; keys->kind == VAL_MAP && k < keys->count; k++) {
            struct str key = keys->members[k].key, end = str_from(suffix);
            if (key.len >= end.len &&
                str_eq_nocase(str_slice(key, key.len - end.len, key.len), end))
                return keys->members[k].value;
        }
    }
    return NULL;
}

/* ---- everybody ------------------------------------------------------------- */

static bool is_everybody(const struct value *x) {
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        if (value_is_c(x->items[i], "*"))
            return true;
    return value_is_c(x, "*") || (x->kind == VAL_MAP && is_everybody(value_get_c(x, "AWS")));
}

/* Whether a Condition of a Deny spares only who comes from somewhere, or is somebody: its operators
   are negative, as in StringNotEquals. */
static bool is_fence(const struct value *condition) {
    static const char *const keys[] = {
        "aws:sourcevpce",      "aws:sourcevpc",       "aws:sourceip",     "aws:vpcsourceip",
        "aws:principalorgid",  "aws:principalorgpaths", "aws:principalaccount",
        "aws:principalarn",    "aws:sourceaccount",   "aws:sourcearn",    "aws:userid",
        "aws:sourceorgid",
    };
    for (uint32_t i = 0; condition->kind == VAL_MAP && i < condition->count; i++) {
        const struct value *of = condition->members[i].value;
        if (!condition_is_negative(condition->members[i].key))
            continue;
        for (uint32_t k = 0; of->kind == VAL_MAP && k < of->count; k++)
            if (str_in_nocase(of->members[k].key, keys))
                return true;
    }
    return false;
}

/* Whether a statement speaks of all actions and resources of another. */
static bool covers(struct access *a, const struct statement *wide,
                   const struct statement *narrow) {
    for (uint32_t i = 0; i < narrow->resources.items.count; i++)
        if (iam_speaks_of_resource(&a->iam, wide, narrow->resources.items.items[i].pattern) !=
            MATCH_YES)
            return false;
    for (uint32_t i = 0; i < narrow->actions.items.count; i++)
        if (iam_speaks_of_action(&a->iam, wide,
                                 check_text(a->c, narrow->actions.items.items[i].value)) !=
            MATCH_YES)
            return false;
    return true;
}

/* Whether the same policy denies it to all but some. */
static bool is_denied_to_others(struct access *a, const struct statement *s) {
    for (uint32_t i = 0; i < a->iam.statements.items.count; i++) {
        const struct statement *other = a->iam.statements.items.items[i];
        bool is_for_all = is_everybody(other->principal) || other->not_principal;
        if (other->owner == s->owner && !other->allows && is_for_all &&
            (other->not_principal || is_fence(other->condition)) && covers(a, other, s))
            return true;
    }
    return false;
}

static void check_public(struct access *a, const struct statement *s) {
    struct check *c = a->c;
    if (s->kind != POLICY_RESOURCE || !s->allows || access_bars_strangers(s) ||
        (!s->not_principal && !is_everybody(s->principal)) ||
        resource_is(s->owner, "AWS::ApiGateway::RestApi") || is_denied_to_others(a, s))
        return;
    struct diag *d = check_report(c, RULE_PUBLIC_PRINCIPAL, s->owner, s->principal,
                                  "everybody on the internet%s is allowed what this statement says",
                                  s->not_principal ? " but those named here" : "");
    diag_help(c->diags, d, "name who needs it, or confine it with a Condition");
}

/* ---- services that act for anybody ----------------------------------------- */

enum where { WHERE_SENDS, WHERE_TRUSTED };

static const struct {
    const char *service;
    enum where where;
    const char *document;
} deputies[] = {
#define DEPUTY(service, where, document) {service, WHERE_##where, document},
#include "iam/deputies.def"
#undef DEPUTY
};

static const char *deputy_document(struct str service, enum where where) {
    for (size_t i = 0; i < sizeof deputies / sizeof *deputies; i++)
        if (deputies[i].where == where && str_is(service, deputies[i].service))
            return deputies[i].document;
    return NULL;
}

static void report_deputy(struct check *c, const struct statement *s, const struct value *one,
                          struct str service, const char *document) {
    bool is_permission = resource_is(s->owner, "AWS::Lambda::Permission");
    struct diag *d;
    if (s->kind == POLICY_TRUST)
        d = check_report(c, RULE_TRUST_SOURCE, s->owner, one,
                         "'%.*s' takes on this role for any of its resources", STR_ARG(service));
    else
        d = check_report(c, RULE_CONFUSED_DEPUTY, s->owner, one,
                         "'%.*s' may do this for any account", STR_ARG(service));
    diag_help(c->diags, d, "%s; see https://docs.aws.amazon.com/%s",
              is_permission ? "name the source in SourceArn, or SourceAccount"
                            : "compare aws:SourceArn or aws:SourceAccount in a Condition",
              document);
}

/* EventBridge doesn't publish to a topic whose policy has a Condition.
   https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html */
static bool sends_unconditionally(const struct statement *s, struct str service) {
    return resource_is(s->owner, "AWS::SNS::TopicPolicy") &&
           str_is(service, "events.amazonaws.com");
}

static void check_deputy(struct check *c, const struct statement *s) {
    static const char *const owners[] = {"AWS::Lambda::Permission", "AWS::SQS::QueuePolicy",
                                         "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"};
    const struct value *x = s->principal;
    bool speaks = s->kind == POLICY_TRUST;
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
        speaks = speaks || resource_is(s->owner, owners[i]);
    if (!speaks || !s->allows || s->not_principal || access_is_confined(s))
        return;
    if (x->kind == VAL_MAP)
        x = value_get_c(x, "Service");
    for (uint32_t i = 0; i < (x->kind == VAL_LIST ? x->count : 1); i++) {
        const struct value *one = x->kind == VAL_LIST ? x->items[i] : x;
        struct str service = check_text(c, one);
        const char *document =
            deputy_document(service, s->kind == POLICY_TRUST ? WHERE_TRUSTED : WHERE_SENDS);
        if (document && !sends_unconditionally(s, service)) {
            report_deputy(c, s, one, service, document);
            return;
        }
    }
}

/* ---- trust ----------------------------------------------------------------- */

/* A whole account that isn't the stack's own, as far as that is known. */
static bool is_foreign_account(struct access *a, const struct value *x) {
    struct str text = arn_text(a->c->arena, &a->holes, arn_of(&a->iam.arns, x));
    struct str own = STR("${AWS::AccountId}");
    bool is_number = text.len == 12, is_arn = str_starts(text, STR("arn:"));
    for (size_t i = 0; i < text.len; i++)
        is_number = is_number && text.ptr[i] >= '0' && text.ptr[i] <= '9';
    return (is_number || (is_arn && str_ends(text, STR(":root")))) &&
           str_find(text, own, 0) == text.len;
}

static void check_account(struct access *a, const struct statement *s, const struct value *x) {
    struct check *c = a->c;
    if (!is_foreign_account(a, x))
        return;
    struct str text = arn_text(c->arena, &a->holes, arn_of(&a->iam.arns, x));
    struct diag *d = check_report(c, RULE_WIDE_TRUST, s->owner, x,
                                  "whoever the account of '%.*s' lets may take on this role",
                                  STR_ARG(text));
    diag_help(c->diags, d, "name the role that needs it, or compare sts:ExternalId in a Condition");
}

/* Identity providers, and the keys that say for which application, repository or user: one of them
   is needed. Others than these are taken by their audience or subject. */
static const struct {
    const char *provider, *key, *or_key;
} providers[] = {
    {"cognito-identity.amazonaws.com", ":aud", ":aud"},
    {"token.actions.githubusercontent.com", ":sub", ":job_workflow_ref"},
    {"www.amazon.com", ":app_id", ":user_id"},
    {"graph.facebook.com", ":app_id", ":id"},
    {"accounts.google.com", ":aud", ":sub"},
    {":saml-provider/", "SAML:aud", "SAML:sub"},
    {":oidc-provider/", ":aud", ":sub"},
};

static struct str provider_text(struct check *c, const struct value *x) {
    const struct resource *r = check_target(c, x);
    if (!r)
        return view_text(&c->view, x).pattern;
    struct str url = check_text(c, property(r, "Url"));
    if (resource_is(r, "AWS::IAM::SAMLProvider"))
        return STR(":saml-provider/");
    if (url.len)
        return url;
    return resource_is(r, "AWS::IAM::OIDCProvider") ? STR(":oidc-provider/") : STR_NIL;
}

/* Whether one of the values is any: of any owner of repositories, in any namespace of a cluster. */
static bool is_any(const struct value *x) {
    if (x->kind == VAL_LIST) {
        for (uint32_t i = 0; i < x->count; i++)
            if (is_any(x->items[i]))
                return true;
        return false;
    }
    return value_is_c(x, "*") ||
           ((x->kind == VAL_STRING || x->kind == VAL_SUB) &&
            (str_starts(x->text, STR("repo:*")) ||
             str_starts(x->text, STR("system:serviceaccount:*"))));
}

static void report_known(struct access *a, const struct statement *s, const struct value *at,
                         const struct value *provider, const char *key) {
    struct check *c = a->c;
    const struct resource *own = check_target(c, provider);
    struct str shown =
        own ? own->id : arn_text(c->arena, &a->holes, arn_of(&a->iam.arns, provider));
    struct diag *d = check_report(c, RULE_WIDE_TRUST, s->owner, at,
                                  "anybody whom '%.*s' knows may take on this role",
                                  STR_ARG(shown));
    diag_help(c->diags, d, "compare a key that ends in '%s' in a Condition", key);
}

static void check_federated(struct access *a, const struct statement *s, const struct value *x) {
    struct str text = provider_text(a->c, x);
    for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
        if (str_find(text, str_from(providers[i].provider), 0) >= text.len)
            continue;
        const struct value *key = compared(s, providers[i].key);
        key = key ? key : compared(s, providers[i].or_key);
        if (!key || is_any(key))
            report_known(a, s, key ? key : x, x, providers[i].key);
        return;
    }
    if (value_is_null(s->condition) && x->kind == VAL_REF) /* a parameter: any provider */
        report_known(a, s, x, x, ":aud' or ':sub");
}

static void each_principal(struct access *a, const struct statement *s, const struct value *x,
                           bool is_federated) {
    for (uint32_t i = 0; i < (x->kind == VAL_LIST ? x->count : 1); i++) {
        const struct value *one = view_only(&a->c->view, x->kind == VAL_LIST ? x->items[i] : x);
        if (is_federated)
            check_federated(a, s, one);
        else if (!value_is_null(one))
            check_account(a, s, one);
    }
}

/* Whether all that a statement says of sts:AssumeRole is of identity providers, as
   sts:AssumeRoleWithSAML is, or nothing is; false for both where that isn't known. */
static bool assumes_all(struct check *c, const struct statement *s, bool of_providers) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < s->actions.items.count; i++) {
        struct str text = check_text(c, s->actions.items.items[i].value);
        struct str action = str_lower(c->arena, text);
        if (!text.len || str_has(text, '*') || str_has(text, '?'))
            return false;
        if (!str_starts(action, STR("sts:assumerole")))
            continue;
        if (str_starts(action, STR("sts:assumerolewith")) != of_providers)
            return false;
        found++;
    }
    return found > 0 && s->whole && !s->not_action;
}

/* https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
   (mismatched action for principal) */
static void check_taken_by(struct check *c, const struct statement *s) {
    const struct value *p = s->principal;
    if (s->kind != POLICY_TRUST || !s->allows || s->not_principal || p->kind != VAL_MAP ||
        p->count != 1 || !s->actions.items.count)
        return;
    bool federated = str_is(p->members[0].key, "Federated");
    const struct value *at = s->actions.items.items[0].value;
    if (federated && assumes_all(c, s, false))
        diag_help(c->diags,
                  check_report(c, RULE_POLICY_DOCUMENT, s->owner, at,
                               "identity providers take on no role by sts:AssumeRole"),
                  "sts:AssumeRoleWithWebIdentity, or with SAML sts:AssumeRoleWithSAML");
    else if (str_is(p->members[0].key, "Service") && assumes_all(c, s, true))
        diag_help(c->diags,
                  check_report(c, RULE_POLICY_DOCUMENT, s->owner, at,
                               "services take on roles by sts:AssumeRole alone"),
                  "Action: sts:AssumeRole");
}

static void check_trust(struct access *a, const struct statement *s) {
    struct check *c = a->c;
    bool is_readable = value_is_null(s->condition) || s->condition->kind == VAL_MAP;
    if (s->kind != POLICY_TRUST || !s->allows || !is_readable)
        return;
    if (is_everybody(s->principal) || s->not_principal) {
        if (access_bars_strangers(s))
            return;
        struct diag *d = check_report(c, RULE_WIDE_TRUST, s->owner, s->principal,
                                      "everybody%s may take on this role, from any account",
                                      s->not_principal ? " but those named here" : "");
        diag_help(c->diags, d, "name who needs it, or confine it with a Condition");
        return;
    }
    if (s->principal->kind != VAL_MAP)
        return;
    if (!access_is_confined(s))
        each_principal(a, s, value_get_c(s->principal, "AWS"), false);
    const struct value *federated = value_get_c(s->principal, "Federated");
    if (!value_is_null(federated))
        each_principal(a, s, federated, true);
}

void check_principals(struct check *c) {
    struct access *a = access_get(c);
    for (uint32_t i = 0; a && i < a->iam.statements.items.count; i++) {
        const struct statement *s = a->iam.statements.items.items[i];
        if (s->kind == POLICY_IDENTITY || access_is_generated(a, s))
            continue;
        check_public(a, s);
        check_deputy(c, s);
        check_trust(a, s);
        check_taken_by(c, s);
    }
}
