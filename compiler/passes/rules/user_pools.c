/* Cognito's user pools and their clients: attributes, second factors, scopes, domains, validity.
   https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html
   https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
#include "passes/check.h"

/* ---- pools -------------------------------------------------------------------------------- */

/* https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
static const struct str standard[] = {
    STR_ROW("address"),     STR_ROW("birthdate"),    STR_ROW("email"),
    STR_ROW("family_name"), STR_ROW("gender"),       STR_ROW("given_name"),
    STR_ROW("locale"),      STR_ROW("middle_name"),  STR_ROW("name"),
    STR_ROW("nickname"),    STR_ROW("phone_number"), STR_ROW("picture"),
    STR_ROW("preferred_username"), STR_ROW("profile"), STR_ROW("sub"),
    STR_ROW("updated_at"),  STR_ROW("website"),      STR_ROW("zoneinfo"),
    STR_ROW("email_verified"), STR_ROW("phone_number_verified"), STR_ROW("identities"),
};

static void check_attributes_of(struct check *c, const struct resource *r) {
    struct items all = check_items(c, property(r, "Schema"), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        const struct value *at = value_get_c(p->value, "Name");
        struct str name = check_text(c, at);
        const struct value *required = view_only(&c->view, value_get_c(p->value, "Required"));
        if (name.len && !str_in(name, standard) && value_is_true(required))
            check_report(c, RULE_USER_POOL, r, required,
                         "'%.*s' is a custom attribute, which can't be required", STR_ARG(name));
        for (uint32_t k = 0; name.len && k < i; k++) {
            const struct possible *other = &all.items.items[k];
            if (!str_eq(check_text(c, value_get_c(other->value, "Name")), name) ||
                !check_meet(c, p->when, other->when))
                continue;
            struct diag *d = check_report(c, RULE_USER_POOL, r, at,
                                          "attribute '%.*s' is there twice", STR_ARG(name));
            diag_note(c->diags, d, value_get_c(other->value, "Name")->span, "the first");
            break;
        }
    }
}

/* https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html */
static void check_factors(struct check *c, const struct resource *r) {
    const struct value *mode = property(r, "MfaConfiguration"), *list = property(r, "EnabledMfas");
    struct str text = check_text(c, mode);
    bool has_sms = !is_absent(property(r, "SmsConfiguration"));
    if (!check_is_closed(r->properties) || has_sms ||
        (!str_is(text, "ON") && !str_is(text, "OPTIONAL")))
        return;
    struct items all = check_items(c, list, formula_of_resource(&c->formulas, r));
    if (is_absent(list))
        check_report(c, RULE_USER_POOL, r, mode,
                     "MfaConfiguration is %.*s, but there is no factor, expected EnabledMfas",
                     STR_ARG(text));
    for (uint32_t i = 0; i < all.items.count; i++)
        if (str_is(check_text(c, all.items.items[i].value), "SMS_MFA"))
            check_report(c, RULE_USER_POOL, r, all.items.items[i].value,
                         "SMS_MFA sends messages, expected SmsConfiguration");
}

/* https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html */
static void check_domain(struct check *c, const struct resource *r) {
    static const char *const words[] = {"aws", "amazon", "cognito"};
    const struct value *at = property(r, "Domain");
    struct str s = view_text(&c->view, at).pattern;
    bool custom = !is_absent(property(r, "CustomDomainConfig"));
    if (!check_is_closed(r->properties) || custom)
        return;
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == TEXT_HOLE)
            continue;
        check_report(c, RULE_USER_POOL, r, at,
                     "a domain's prefix has small letters, digits and hyphens only, found '%c'%s", ch,
                     ch == '.' ? ": a whole host needs CustomDomainConfig" : "");
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_find(s, str_from(words[i]), 0) < s.len)
            check_report(c, RULE_USER_POOL, r, at, "a domain's prefix can't have '%s' in it",
                         words[i]);
}

/* ---- scopes and providers -------------------------------------------------------------------- */

/* Whether two properties certainly name one user pool of the stack. */
static const struct resource *pool_of(struct check *c, const struct resource *r) {
    return check_target_of(c, property(r, "UserPoolId"), "AWS::Cognito::UserPool");
}

static bool has_scope(struct check *c, const struct resource *server, struct str name,
                      bool *known) {
    struct items all = check_items(c, property(server, "Scopes"), BDD_TRUE);
    *known = all.complete;
    for (uint32_t i = 0; i < all.items.count; i++) {
        struct str own = check_text(c, value_get_c(all.items.items[i].value, "ScopeName"));
        if (!own.ptr)
            *known = false;
        if (str_eq(own, name))
            return true;
    }
    return false;
}

/* A scope of the client that no resource server of its pool has. */
static void check_scope(struct check *c, const struct resource *r, const struct value *x) {
    static const struct str words[] = {STR_ROW("phone"), STR_ROW("email"), STR_ROW("openid"),
                                       STR_ROW("profile"), STR_ROW("aws.cognito.signin.user.admin")};
    struct str scope = check_text(c, x), name, server = str_split(scope, '/', &name);
    const struct resource_vec *list = check_type(c, "AWS::Cognito::UserPoolResourceServer");
    const struct resource *pool = pool_of(c, r);
    if (!scope.len || str_in(scope, words))
        return;
    for (size_t at = scope.len; at > 0; at--) /* an identifier may be a URL */
        if (scope.ptr[at - 1] == '/') {
            server = str_slice(scope, 0, at - 1);
            name = str_slice(scope, at, scope.len);
            break;
        }
    if (!str_has(scope, '/')) {
        check_report(c, RULE_USER_POOL, r, x,
                     "'%.*s' is no scope of Cognito, expected SERVER/SCOPE for one of your own",
                     STR_ARG(scope));
        return;
    }
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *one = list->items.items[i];
        struct str id = check_text(c, property(one, "Identifier"));
        struct map reach = {0};
        bool known;
        if (pool_of(c, one) != pool || !id.ptr)
            return;
        if (!str_eq(id, server))
            continue;
        if (!has_scope(c, one, name, &known)) {
            if (known)
                check_report(c, RULE_USER_POOL, r, x,
                             "resource server '%.*s' has no scope '%.*s'", STR_ARG(one->id),
                             STR_ARG(name));
            return;
        }
        check_reach(c, r, &reach);
        if (!map_get(&reach, one->id)) {
            struct diag *d = check_report(c, RULE_NAME_ORDER, r, x,
                                          "the scope is of '%.*s', which may be made after '%.*s'",
                                          STR_ARG(one->id), STR_ARG(r->id));
            diag_help(c->diags, d, "DependsOn: %.*s", STR_ARG(one->id));
        }
        return;
    }
    if (pool && !c->open)
        check_report(c, RULE_USER_POOL, r, x, "pool '%.*s' has no resource server '%.*s'",
                     STR_ARG(pool->id), STR_ARG(server));
}

static void check_provider(struct check *c, const struct resource *r, const struct value *x) {
    struct str name = check_text(c, x);
    const struct resource_vec *list = check_type(c, "AWS::Cognito::UserPoolIdentityProvider");
    const struct resource *pool = pool_of(c, r);
    if (!name.len || !pool || c->open || str_is(name, "COGNITO"))
        return;
    for (uint32_t i = 0; i < list->items.count; i++) {
        struct str own = check_text(c, property(list->items.items[i], "ProviderName"));
        if (!own.ptr || str_eq(own, name))
            return;
    }
    struct diag *d = check_report(c, RULE_USER_POOL, r, x, "pool '%.*s' has no provider '%.*s'",
                                  STR_ARG(pool->id), STR_ARG(name));
    if (str_eq_nocase(name, STR("COGNITO")))
        check_suggest(c, d, name, STR("COGNITO"));
}

/* ---- clients ------------------------------------------------------------------------------------ */

static void check_url(struct check *c, const struct resource *r, const struct value *x) {
    static const struct str local[] = {STR_ROW("http://localhost"), STR_ROW("http://127.0.0.1"),
                                       STR_ROW("http://[::1]")};
    struct str s = view_text(&c->view, x).pattern;
    bool may_be_local = s.len == 8 && s.ptr[7] == TEXT_HOLE;
    if (!str_starts(s, STR("http://")) || may_be_local)
        return;
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (str_starts(s, local[i]))
            return;
    check_report(c, RULE_OAUTH_FLOW, r, x, "http:// is taken for localhost only, expected https://");
}

/* Seconds of a validity; false where it or its unit isn't known. */
static bool validity(struct check *c, const struct resource *r, const char *name,
                     const char *unit_name, const char *unit, int64_t *out) {
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = {{"seconds", 1}, {"minutes", 60}, {"hours", 3600}, {"days", 86400}};
    const struct value *given = value_get_c(property(r, "TokenValidityUnits"), unit_name);
    struct str text = is_absent(given) ? str_from(unit) : check_text(c, given);
    int64_t n;
    if (!check_int(c, property(r, name), &n) || n < 0 || n > 1000000000)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_is(text, units[i].unit)) {
            *out = n * units[i].seconds;
            return true;
        }
    return false;
}

/* https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html#CognitoUserPools-CreateUserPoolClient-request-AccessTokenValidity */
static void check_validity(struct check *c, const struct resource *r) {
    static const struct {
        const char *name, *unit_name, *unit, *words;
        int64_t least, most;
    } rows[] = {
        {"AccessTokenValidity", "AccessToken", "hours", "5 minutes to 1 day", 300, 86400},
        {"IdTokenValidity", "IdToken", "hours", "5 minutes to 1 day", 300, 86400},
        {"RefreshTokenValidity", "RefreshToken", "days", "60 minutes to 10 years", 3600,
         3650LL * 86400},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds;
        if (validity(c, r, rows[i].name, rows[i].unit_name, rows[i].unit, &seconds) && seconds &&
            (seconds < rows[i].least || seconds > rows[i].most))
            check_report(c, RULE_USER_POOL, r, property(r, rows[i].name),
                         "%s is %lld seconds, expected %s", rows[i].name, (long long)seconds,
                         rows[i].words);
    }
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html#cfn-cognito-userpoolclient-allowedoauthflowsuserpoolclient */
static void check_use_of_oauth(struct check *c, const struct resource *r) {
    const struct value *at = property(r, "AllowedOAuthFlows");
    const struct value *use = view_only(&c->view, property(r, "AllowedOAuthFlowsUserPoolClient"));
    bool is_off = is_absent(use) || (use->kind == VAL_BOOL && !use->truth);
    if (at->kind == VAL_LIST && at->count && is_off && check_is_closed(r->properties))
        check_report(c, RULE_OAUTH_UNUSED, r, at,
                     "the flows are used only where AllowedOAuthFlowsUserPoolClient is true");
}

static void each_item(struct check *c, const struct resource *r, const char *name,
                      void (*run)(struct check *, const struct resource *, const struct value *)) {
    struct items all = check_items(c, property(r, name), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < all.items.count; i++)
        run(c, r, all.items.items[i].value);
}

void check_user_pools(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::Cognito::UserPool");
    for (uint32_t i = 0; i < list->items.count; i++) {
        check_attributes_of(c, list->items.items[i]);
        check_factors(c, list->items.items[i]);
    }
    list = check_type(c, "AWS::Cognito::UserPoolDomain");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_domain(c, list->items.items[i]);
    list = check_type(c, "AWS::Cognito::UserPoolClient");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        each_item(c, r, "AllowedOAuthScopes", check_scope);
        each_item(c, r, "SupportedIdentityProviders", check_provider);
        each_item(c, r, "CallbackURLs", check_url);
        each_item(c, r, "LogoutURLs", check_url);
        check_validity(c, r);
        check_use_of_oauth(c, r);
    }
}
