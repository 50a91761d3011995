#include "passes/expand/api.h"

/* "execute-api:/STAGE/METHOD/path" of each method of a path. */
static struct value *method_arns(struct openapi *o, struct str path, struct value *stage) {
    struct expand *e = o->e;
    struct value *arns = value_list(e->v);
    struct str pattern = openapi_permission_path(e, path, true);
    struct openapi_branches items = openapi_path_items(o, path);
    for (uint32_t i = 0; i < items.count; i++) {
        struct value *entries = sam_entries(e, items.items[i]);
        const struct member **walk = sam_walk(e, entries);
        for (uint32_t m = 0; m < entries->count; m++) {
            struct str name = openapi_method_name(e, walk[m]->key);
            struct str method = str_is(name, OPENAPI_ANY) ? STR("*")
                                                          : str_upper(e->arena, walk[m]->key);
            struct str arn = str_printf(e->arena, "execute-api:/${__Stage__}/%.*s%.*s",
                                        STR_ARG(method), STR_ARG(pattern));
            struct value *variables = openapi_map(e);
            openapi_set(o, variables, "__Stage__", stage);
            struct value *sub = value_sub(e->v, arn, variables);
            sub->flags |= VALUE_PYTHON2;
            value_push(e->v, arns, sub);
        }
    }
    return arns;
}

static struct value *start_statement(struct openapi *o, const char *effect, struct value *arns) {
    struct value *statement = openapi_map(o->e);
    openapi_set(o, statement, "Effect", sam_c(o->e, effect));
    openapi_set(o, statement, "Action", sam_c(o->e, "execute-api:Invoke"));
    openapi_set(o, statement, "Resource", arns);
    return statement;
}

/* The policy's statements as a list that is part of it. */
static struct value *statements(struct openapi *o) {
    struct value *there = sam_get(o->e, o->policy, "Statement");
    if (value_is_nil(there) || !sam_is_list(there)) {
        struct value *list = value_list(o->e->v);
        if (!value_is_nil(there))
            value_push(o->e->v, list, there);
        there = openapi_set(o, o->policy, "Statement", list);
    }
    return there;
}

static void start_policy(struct openapi *o) {
    if (!sam_is_map(o->policy))
        sam_abort(o->e, sam_span(o->policy, o->doc->span), OPENAPI_POLICY " must be a dictionary.");
    openapi_set(o, o->policy, "Version", sam_c(o->e, "2012-10-17"));
}

static void add_unless_there(struct openapi *o, struct value *list, struct value *statement) {
    for (uint32_t i = 0; i < list->count; i++)
        if (value_equal(list->items[i], statement))
            return;
    value_push(o->e->v, list, statement);
}

static void add_accounts(struct openapi *o, struct value *accounts, const char *effect,
                         struct value *arns) {
    if (!sam_is_truthy(accounts))
        return;
    if (!sam_is_map(accounts) && !sam_is_list(accounts))
        sam_abort(o->e, accounts->span, "Type of '%.*s' must be a list or dictionary",
                  STR_ARG(sam_text(o->e, accounts)));
    if (!sam_is_list(accounts))
        accounts = sam_list(o->e, accounts, NULL);
    start_policy(o);
    struct value *statement = start_statement(o, effect, arns), *principal = openapi_map(o->e);
    openapi_set(o, principal, "AWS", accounts);
    openapi_set(o, statement, "Principal", principal);
    if (value_is_nil(sam_get(o->e, o->policy, "Statement")))
        openapi_set(o, o->policy, "Statement", statement); /* not a list as long as it is alone */
    else
        value_push(o->e->v, statements(o), statement);
}

/* Everybody may call, but for requests that a condition denies. */
static void add_denial(struct openapi *o, const char *operator, struct value *condition,
                       struct value *arns) {
    struct expand *e = o->e;
    start_policy(o);
    struct value *allow = start_statement(o, "Allow", arns);
    openapi_set(o, allow, "Principal", sam_c(e, "*"));
    struct value *deny = start_statement(o, "Deny", arns);
    openapi_set(o, deny, "Principal", sam_c(e, "*"));
    openapi_set(o, deny, "Condition", openapi_plain(e, operator, condition, NULL));
    struct value *list = statements(o);
    add_unless_there(o, list, allow);
    add_unless_there(o, list, deny);
}

static void add_addresses(struct openapi *o, struct value *addresses, const char *operator,
                          struct value *arns) {
    if (!sam_is_truthy(addresses))
        return;
    if (!sam_is_list(addresses))
        addresses = sam_list(o->e, addresses, NULL);
    add_denial(o, operator, openapi_plain(o->e, "aws:SourceIp", addresses, NULL), arns);
}

/* What walking x gives: a list's items, a map's keys, a string's characters. */
static struct value *walked(struct openapi *o, struct value *x) {
    struct expand *e = o->e;
    struct value *out = value_list(e->v);
    if (sam_is_list(x))
        return x;
    if (sam_is_map(x)) {
        struct value *entries = sam_entries(e, x);
        const struct member **walk = sam_walk(e, entries);
        for (uint32_t i = 0; i < entries->count; i++) {
            struct value *key = value_string(e->v, walk[i]->key);
            key->flags |= x->flags & VALUE_PYTHON2; /* unicode, as the template's texts are */
            value_push(e->v, out, key);
        }
        return out;
    }
    if (!sam_is_string(x))
        sam_abort(e, sam_span(x, o->doc->span), "An endpoint list must be a list.");
    for (size_t i = 0; i < x->text.len;) {
        unsigned length = utf8_length(x->text, i);
        length = length ? length : 1;
        value_push(e->v, out, value_string(e->v, str_slice(x->text, i, i + length)));
        i += length;
    }
    return out;
}

static void extend(struct openapi *o, struct value *condition, const char *key,
                   const struct value *more, const char *prefix) {
    for (uint32_t i = 0; i < more->count || !prefix; i++) {
        struct value *list = value_get_c(condition, key);
        if (prefix && !str_starts(more->items[i]->text, str_from(prefix)))
            continue;
        if (value_is_nil(list))
            list = openapi_set(o, condition, key, value_list(o->e->v));
        if (i == more->count)
            return;
        value_push(o->e->v, list, more->items[i]);
    }
}

static bool has_any(const struct value *condition) {
    for (uint32_t i = 0; i < condition->count; i++)
        if (condition->members[i].value->count)
            return true;
    return false;
}

struct endpoints {
    const char *names, *vpcs, *vpces; /* properties */
    const char *operator;
};

static void add_endpoints(struct openapi *o, struct value *policy, const struct endpoints *which,
                          struct value *arns) {
    struct expand *e = o->e;
    struct value *names = sam_get(e, policy, which->names);
    struct value *vpcs = sam_get(e, policy, which->vpcs);
    struct value *vpces = sam_get(e, policy, which->vpces);
    struct value *condition = openapi_map(e);
    if (!value_is_nil(names)) {
        struct value *list = walked(o, names);
        for (uint32_t i = 0; i < list->count; i++)
            if (!sam_is_string(list->items[i]))
                sam_abort(e, sam_span(list->items[i], names->span),
                          "%s must be a list of strings. Use %s instead for values that use "
                          "Intrinsic Functions",
                          which->names, which->vpcs);
        extend(o, condition, "aws:SourceVpc", list, "vpc-");
        extend(o, condition, "aws:SourceVpce", list, "vpce-");
    }
    if (!value_is_nil(vpcs))
        extend(o, condition, "aws:SourceVpc", walked(o, vpcs), NULL);
    if (!value_is_nil(vpces))
        extend(o, condition, "aws:SourceVpce", walked(o, vpces), NULL);
    if (has_any(condition))
        add_denial(o, which->operator, condition, arns);
}

void rest_add_policy(struct openapi *o, struct value *policy, struct str path,
                     struct value *stage) {
    static const struct endpoints denied = {"SourceVpcBlacklist", "IntrinsicVpcBlacklist",
                                            "IntrinsicVpceBlacklist", "StringEquals"};
    static const struct endpoints allowed = {"SourceVpcWhitelist", "IntrinsicVpcWhitelist",
                                             "IntrinsicVpceWhitelist", "StringNotEquals"};
    struct expand *e = o->e;
    if (sam_is_none(policy))
        return;
    if (!sam_is_map(policy))
        sam_abort(e, policy->span, "Resource Policy is not a valid dictionary.");
    struct value *arns = method_arns(o, path, stage);
    add_accounts(o, sam_get(e, policy, "AwsAccountWhitelist"), "Allow", arns);
    add_accounts(o, sam_get(e, policy, "AwsAccountBlacklist"), "Deny", arns);
    add_addresses(o, sam_get(e, policy, "IpRangeWhitelist"), "NotIpAddress", arns);
    add_addresses(o, sam_get(e, policy, "IpRangeBlacklist"), "IpAddress", arns);
    add_endpoints(o, policy, &denied, arns);
    add_endpoints(o, policy, &allowed, arns);
    openapi_set(o, o->doc, OPENAPI_POLICY, o->policy);
}

void rest_add_statements(struct openapi *o, struct value *added) {
    if (sam_is_none(added))
        return;
    start_policy(o);
    if (value_is_nil(sam_get(o->e, o->policy, "Statement"))) {
        openapi_set(o, o->policy, "Statement", added);
    } else {
        struct value *list = statements(o);
        if (!sam_is_list(added))
            added = sam_list(o->e, added, NULL);
        for (uint32_t i = 0; i < added->count; i++)
            add_unless_there(o, list, added->items[i]);
    }
    openapi_set(o, o->doc, OPENAPI_POLICY, o->policy);
}
