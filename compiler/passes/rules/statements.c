/* What policies say that IAM doesn't take as it is meant, or that opens more than it looks like.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
#include "base/buf.h"
#include "passes/rules/access.h"
#include "schema/managed.h"

struct statements {
    struct check *c;
    struct access *access;
    struct map fitting; /* actions with ARNs -> what they were found to be to each other */
    struct map keys;    /* services with condition keys -> whether IAM knows them */
    struct buf key;     /* of these two, used again */
};

/* What is remembered. */
enum { YES = 1, NO, INSIDE };

static struct str key_of(struct statements *p, uint32_t n, struct str text) {
    p->key.len = 0;
    buf_str(&p->key, (struct str){(const char *)&n, sizeof n});
    buf_str(&p->key, text);
    return buf_view(&p->key);
}

static void remember(struct statements *p, struct map *in, struct str key, uintptr_t found) {
    map_put(p->c->arena, in, str_dup(p->c->arena, key), found);
}

static const char version[] = "2012-10-17";

/* ---- documents ------------------------------------------------------------------------- */

/* Whether a text that a policy compares has a variable of IAM, ${aws:username}. */
static bool has_variable(const struct value *x) {
    if (x->kind == VAL_STRING)
        return str_find(x->text, STR("${aws:"), 0) < x->text.len;
    if (x->kind == VAL_SUB)
        return str_find(x->text, STR("${!aws:"), 0) < x->text.len;
    for (uint32_t i = 0; x->kind == VAL_MAP && i < x->count; i++)
        if (has_variable(x->members[i].value))
            return true;
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        if (has_variable(x->items[i]))
            return true;
    return false;
}

/* Whether a text in a statement may be a variable: 2008-10-17 takes "${x}" literally. */
static bool has_dollar(const struct value *x) {
    if (x->kind == VAL_STRING)
        return str_find(x->text, STR("${"), 0) < x->text.len;
    if (x->kind == VAL_SUB)
        return str_find(x->text, STR("${!"), 0) < x->text.len;
    for (uint32_t i = 0; i < x->count; i++)
        if (has_dollar(x->kind == VAL_MAP ? x->members[i].value : x->items[i]))
            return true;
    return false;
}

static void check_version(struct check *c, const struct resource *r, const struct value *document) {
    const struct value *given = value_get_c(document, "Version");
    struct diag *d = NULL;
    if (document->kind != VAL_MAP || (c->graph->is_template && (document->origin || r->origin)))
        return;
    if (value_is_null(given)) {
        if (has_variable(value_get_c(document, "Statement")))
            d = check_report(c, RULE_POLICY_VERSION, r, document,
                             "a policy without Version takes its variables literally");
    } else if (value_is_known(given) && !value_is_c(given, version)) {
        d = check_report(c, RULE_POLICY_VERSION, r, given, "'%.*s' is not the version %s",
                         STR_ARG(value_text(given)), version);
        check_suggest(c, d, value_text(given), str_from(version));
        /* without variables both versions mean the same */
        for (uint32_t i = 0; i < d->fixes.count; i++)
            d->fixes.items[i].safe = !has_dollar(value_get_c(document, "Statement"));
    }
    if (d)
        diag_help(c->diags, d, "Version: \"%s\"", version);
}

static void check_documents(struct check *c, const struct resource *r) {
    static const char *const names[] = {"PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy",
                                        "ResourcePolicy"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_version(c, r, property(r, names[i]));
    const struct value *policies = property(r, "Policies");
    for (uint32_t i = 0; policies->kind == VAL_LIST && i < policies->count; i++)
        check_version(c, r, value_get_c(policies->items[i], "PolicyDocument"));
}

/* ---- statements --------------------------------------------------------------------------- */

static void check_not_action(struct statements *p, const struct statement *s) {
    if (!s->allows || !s->not_action || !value_is_null(s->condition))
        return;
    struct diag *d =
        check_report(p->c, RULE_NOT_ACTION_ALLOW, s->owner, value_get_c(s->value, "NotAction"),
                     "NotAction with Allow allows every other action of every service");
    diag_help(p->c->diags, d, "name what is allowed in Action, or deny with NotAction");
}

static struct str types_of(struct statements *p, struct iam_action_id action) {
    const struct schema *s = p->c->schema;
    struct buf b;
    uint32_t count = iam_action_resource_count(s, action);
    buf_init(&b, p->c->arena, 0);
    for (uint32_t i = 0; i < count && i < 3; i++) {
        struct str name = iam_resource_name(s, iam_action_resource_at(s, action, i).resource);
        buf_printf(&b, "%s%.*s", i ? " or " : "", STR_ARG(name));
    }
    return buf_view(&b);
}

/* Whether an ARN has more slashes than those of a type whose names have none.
   https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
   https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
static bool is_inside_of(const struct schema *s, struct iam_resource_id type, struct str arn) {
    struct str form = iam_resource_arn(s, type), name = iam_resource_name(s, type);
    bool plain = (str_find(form, STR(":s3:"), 0) < form.len && str_is(name, "bucket")) ||
                 (str_find(form, STR(":dynamodb:"), 0) < form.len && str_is(name, "table"));
    int more = 0;
    for (size_t i = 0; i < arn.len; i++)
        more += arn.ptr[i] == '/';
    for (size_t i = 0; i < form.len; i++)
        more -= form.ptr[i] == '/';
    return plain && more > 0;
}

/* What an ARN is to an action: something it is done to, something that holds that, or neither. */
static uintptr_t compare(struct statements *p, struct iam_action_id action, struct str arn) {
    const struct schema *schema = p->c->schema;
    uint32_t count = iam_action_resource_count(schema, action);
    struct str inside = str_concat(p->c->arena, arn, STR("/x"));
    for (uint32_t k = 0; k < count; k++) {
        struct iam_resource_id type = iam_action_resource_at(schema, action, k).resource;
        if (iam_resource_matches(schema, type, arn) && !is_inside_of(schema, type, arn))
            return YES;
    }
    for (uint32_t k = 0; k < count; k++)
        if (iam_resource_matches(schema, iam_action_resource_at(schema, action, k).resource,
                                 inside))
            return INSIDE;
    return NO;
}

/* Whether an action is done to what one of the ARNs names; remembered, since the ARNs of things
   whose names are made at deployment look the same. */
static bool fits(struct statements *p, struct iam_action_id action, const struct str_vec *arns,
                 bool *is_inside) {
    for (uint32_t i = 0; i < arns->items.count; i++) {
        struct str key = key_of(p, action.n, arns->items.items[i]);
        uintptr_t known = map_get(&p->fitting, key);
        if (!known)
            remember(p, &p->fitting, key, known = compare(p, action, arns->items.items[i]));
        *is_inside = *is_inside || known == INSIDE;
        if (known == YES)
            return true;
    }
    return false;
}

/* The resources of a statement as texts. False: one may be anything. */
static bool read_arns(struct statements *p, const struct statement *s, struct str_vec *out) {
    for (uint32_t i = 0; i < s->resources.items.count; i++) {
        struct arn pattern = s->resources.items.items[i].pattern;
        struct str arn = arn_sample(p->c->arena, &p->access->holes, pattern);
        if (!str_starts(arn, STR("arn:")) || arn_is_open(&p->access->holes, pattern))
            return false;
        vec_push(p->c->arena, &out->items, arn);
    }
    return true;
}

/* Actions on streams of tables, and on consumers of streams, among others on the table or stream
   itself: sets that tools grant whole. They are void, and nobody misses them. */
static bool is_surplus(struct statements *p, const struct statement *s,
                       const struct str_vec *arns, struct iam_action_id action) {
    const struct schema *schema = p->c->schema;
    bool is_inside = false;
    if (s->actions.items.count < 2 || iam_action_resource_count(schema, action) != 1)
        return false;
    struct iam_resource_id type = iam_action_resource_at(schema, action, 0).resource;
    struct str form = iam_resource_arn(schema, type), name = iam_resource_name(schema, type);
    bool is_stream = str_find(form, STR(":dynamodb:"), 0) < form.len && str_is(name, "stream");
    bool is_consumer = str_find(form, STR(":kinesis:"), 0) < form.len && str_is(name, "consumer");
    for (uint32_t i = 0; (is_stream || is_consumer) && i < s->actions.items.count; i++) {
        struct str text = check_text(p->c, s->actions.items.items[i].value);
        struct named_action other = iam_action_named(&p->access->iam, text);
        if (other.action.n && iam_action_resource_count(schema, other.action) &&
            str_is(other.prefix, is_stream ? "dynamodb" : "kinesis") &&
            fits(p, other.action, arns, &is_inside))
            return true;
    }
    return false;
}

/* An action on ARNs of other things than it is done to: the statement never speaks of it. */
static void check_aim(struct statements *p, const struct statement *s) {
    struct check *c = p->c;
    struct str_vec arns = {0};
    if (s->not_action || s->not_resource || !s->whole || !s->resources.items.count ||
        !read_arns(p, s, &arns))
        return;
    for (uint32_t i = 0; i < s->actions.items.count; i++) {
        struct str text = check_text(c, s->actions.items.items[i].value);
        struct iam_action_id action = iam_action_named(&p->access->iam, text).action;
        bool is_inside = false;
        if (!iam_action_resource_count(c->schema, action) || fits(p, action, &arns, &is_inside) ||
            is_surplus(p, s, &arns, action))
            continue;
        struct arn first = s->resources.items.items[0].pattern;
        struct diag *d = check_report(c, RULE_ACTION_RESOURCE, s->owner,
                                      s->actions.items.items[i].value,
                                      "'%.*s' takes %.*s ARNs, and '%.*s' is none", STR_ARG(text),
                                      STR_ARG(types_of(p, action)),
                                      STR_ARG(arn_text(c->arena, &p->access->holes, first)));
        if (is_inside)
            diag_help(c->diags, d, "what is in it ends with '/*'");
        else
            diag_help(c->diags, d,
                      "the statement never speaks of this action; give it one of its own");
    }
}

/* ---- condition keys -------------------------------------------------------------------------- */

static bool key_is_known(struct statements *p, const struct statement *s, struct str key,
                         struct str *near) {
    const struct schema *schema = p->c->schema;
    struct str name_of_key, host = str_split(key, ':', &name_of_key);
    bool any = false;
    if (str_has(host, '.')) /* of an identity provider: token.actions.githubusercontent.com:sub */
        return true;
    for (uint32_t i = 0; i < s->actions.items.count; i++) {
        struct str text = check_text(p->c, s->actions.items.items[i].value);
        struct iam_service_id service = iam_action_named(&p->access->iam, text).service;
        if (!service.n)
            return true;
        any = true;
        struct str known = key_of(p, service.n, key);
        if (!map_get(&p->keys, known))
            remember(p, &p->keys, known, iam_key_find(schema, service, key).n ? YES : NO);
        if (map_get(&p->keys, known) == YES)
            return true;
        struct iam_key_id nearest = iam_key_nearest(schema, service, key);
        if (nearest.n)
            *near = iam_key_name(schema, nearest);
    }
    return !any;
}

/* Keys of another service may still come with the request, so that only what resembles a key of the
   service is reported. */
static void check_keys(struct statements *p, const struct statement *s) {
    for (uint32_t i = 0; s->condition->kind == VAL_MAP && i < s->condition->count; i++) {
        const struct value *keys = s->condition->members[i].value;
        for (uint32_t j = 0; keys->kind == VAL_MAP && j < keys->count; j++) {
            struct str near = STR_NIL, key = keys->members[j].key, base, rest, tag;
            if (span_is_nil(keys->members[j].span) || key_is_known(p, s, key, &near) || !near.len)
                continue;
            base = str_split(near, '/', &rest);
            if (str_eq_nocase(str_split(key, '/', &tag), base) || str_has(base, '$'))
                continue;
            if (rest.len)
                near = tag.len ? str_printf(p->c->arena, "%.*s/%.*s", STR_ARG(base), STR_ARG(tag))
                               : base;
            struct diag *d = check_report_span(p->c, RULE_UNKNOWN_CONDITION_KEY, s->owner,
                                               keys->members[j].span,
                                               "IAM knows no condition key '%.*s'", STR_ARG(key));
            check_suggest(p->c, d, key, near);
        }
    }
}

/* ---- managed policies --------------------------------------------------- */

static const char whole_service[] = "a whole service, on everything";

/* "*", or an ARN that names nothing: "arn:aws:logs:*:*:*". */
static bool is_on_all(const struct schema *s, struct schema_list resources) {
    for (uint32_t i = 0; i < resources.count; i++) {
        struct str all = schema_list_at(s, resources, i), rest = all;
        for (int k = 0; k < 5; k++)
            str_split(rest, ':', &rest);
        if (str_is(all, "*") || str_is(rest, "*"))
            return true;
    }
    return false;
}

/* Policies of AWS's that allow a whole service, or nearly everything; NULL for others, and for those
   that services ask for. */
static const char *width_of(const struct schema *s, struct str name) {
    static const char *const nearly_all[] = {"AdministratorAccess", "PowerUserAccess",
                                             "job-function/SystemAdministrator"};
    struct managed_id id = managed_find(s, name);
    if (str_in(name, nearly_all))
        return "nearly everything";
    if (str_ends(name, STR("FullAccess")))
        return whole_service;
    bool is_asked = str_starts(name, STR("service-role/")) ||
                    str_starts(name, STR("aws-service-role/"));
    for (uint32_t i = 0; !is_asked && i < managed_statement_count(s, id); i++) {
        struct managed_statement st = managed_statement_at(s, id, i);
        if (st.denies || st.not_action || st.condition_count || !is_on_all(s, st.resources))
            continue;
        for (uint32_t k = 0; k < st.actions.count; k++)
            if (str_ends(schema_list_at(s, st.actions, k), STR(":*")))
                return whole_service;
    }
    return NULL;
}

/* Policies that let a function read what is stored in the whole account, secrets of the parameter
   store too; NULL for others, and where people have them. */
static const char *reach_of(const struct holder *h, struct str name) {
    static const char *const names[] = {"ReadOnlyAccess", "AmazonS3ReadOnlyAccess",
                                        "AmazonDynamoDBReadOnlyAccess", "AmazonSSMReadOnlyAccess"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i]))
            for (uint32_t k = 0; k < h->users.count; k++)
                if (resource_is(h->users.items[k], "AWS::Lambda::Function"))
                    return "to read everything that is stored there";
    return NULL;
}

static void check_managed(struct check *c, const struct holder *h) {
    const struct resource *r = h->resource;
    static const struct str aws = {":iam::aws:policy/", 17};
    struct items list =
        check_items(c, property(r, "ManagedPolicyArns"), formula_of_resource(&c->formulas, r));
    for (uint32_t i = 0; i < list.items.count; i++) {
        const struct value *x = list.items.items[i].value;
        struct text text = view_text(&c->view, x);
        size_t at = str_find(text.pattern, aws, 0);
        struct str name = str_slice(text.pattern, at + aws.len, text.pattern.len);
        const char *width = at < text.pattern.len ? width_of(c->schema, name) : NULL;
        if (!width && at < text.pattern.len)
            width = reach_of(h, name);
        if (!width)
            continue;
        struct diag *d =
            check_report(c, RULE_FULL_ACCESS, r, x, "'%.*s' allows %s", STR_ARG(name), width);
        diag_help(c->diags, d,
                  "allow the actions and resources that are needed in a policy of its own");
    }
}

/* ---- the whole ---------------------------------------------------------- */

void check_statements(struct check *c) {
    struct statements p = {.c = c, .access = access_get(c)};
    if (!p.access)
        return;
    buf_init(&p.key, c->arena, 0);
    const struct iam *iam = &p.access->iam;
    for (uint32_t i = 0; i < c->graph->resources.count; i++)
        check_documents(c, c->graph->resources.items[i]);
    for (uint32_t i = 0; i < iam->principals.count; i++)
        check_managed(c, iam->principals.items[i]);
    for (uint32_t i = 0; i < iam->statements.items.count; i++) {
        const struct statement *s = iam->statements.items.items[i];
        if (access_is_generated(p.access, s) || !s->value)
            continue;
        check_not_action(&p, s);
        check_aim(&p, s);
        check_keys(&p, s);
    }
}
