/* Grants against what functions know: a name in the environment that nothing allows to use, a grant
   on what a function can't even name, one role for functions with different needs, indexes.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege */
#include "passes/rules/access.h"

/* Types that code reaches by a name or ARN which it must be told, and what tells it. */
static const struct {
    const char *type, *attributes;
} told[] = {
    {"AWS::DynamoDB::Table", "Arn"},
    {"AWS::SQS::Queue", "Arn QueueName QueueUrl"},
    {"AWS::SNS::Topic", "TopicArn TopicName"},
    {"AWS::S3::Bucket", "Arn"},
    {"AWS::Kinesis::Stream", "Arn"},
    {"AWS::KinesisFirehose::DeliveryStream", "Arn"},
    {"AWS::StepFunctions::StateMachine", "Arn Name"},
    {"AWS::SecretsManager::Secret", "Id"},
    {"AWS::Lambda::Function", "Arn"},
};

/* The resource that a value hands over to code, by Ref or one of these attributes; or NULL. */
static const struct resource *handed_over(struct check *c, const struct value *x) {
    const struct resource *r = check_target(c, x);
    struct str attribute = STR_NIL, rest;
    if (x->kind == VAL_GETATT)
        attribute = value_text(value_at(x, 0));
    else if (x->kind == VAL_SUB && str_find_char(x->text, '.', 0) < x->text.len) {
        str_split(x->text, '.', &attribute);
        attribute = str_split(attribute, '}', &rest);
    }
    for (size_t i = 0; r && i < sizeof told / sizeof *told; i++)
        if (resource_is(r, told[i].type))
            return !attribute.ptr || str_has_word(str_from(told[i].attributes), ' ', attribute)
                       ? r
                       : NULL;
    return NULL;
}

static bool is_told(const struct resource *r) {
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (resource_is(r, told[i].type))
            return true;
    return false;
}

/* ---- references without a grant -------------------------------------------------------- */

/* Whether an action pattern of a statement is of a service. */
static bool is_of_service(const struct statement *s, struct str service) {
    for (uint32_t i = 0; i < s->actions.items.count; i++) {
        struct arn x = s->actions.items.items[i].pattern;
        uint32_t n = 0;
        while (n < x.count && n < service.len && x.items[n] == (unsigned char)service.ptr[n])
            n++;
        if (n == service.len || (n < x.count && x.items[n] >= ARN_STAR))
            return true;
    }
    return s->not_action || !s->whole;
}

static bool is_reached(struct access *a, const struct holder *h, const struct resource *r) {
    struct arn on = access_arn(a, r), inside = arn_inside(&a->holes, on, STR("/*"));
    struct arn version = arn_inside(&a->holes, on, STR(":*"));
    struct str service = access_service(a, on);
    const struct mention_vec *named = access_mentions(a, r);
    for (uint32_t i = 0; i < named->items.count; i++)
        if (named->items.items[i].holder == h)
            return true;
    if (!service.len)
        return true;
    for (uint32_t i = 0; i < h->own.items.count; i++) {
        const struct statement *s = h->own.items.items[i];
        if (s->allows && is_of_service(s, service) &&
            (iam_speaks_of_resource(&a->iam, s, on) || iam_speaks_of_resource(&a->iam, s, inside) ||
             iam_speaks_of_resource(&a->iam, s, version)))
            return true;
    }
    return false;
}

/* Whether the resource's own policy may open it to roles. */
static bool is_opened(const struct access *a, const struct resource *r) {
    const struct holder *policy = iam_policy_of(&a->iam, r->id);
    for (uint32_t i = 0; policy && i < policy->own.items.count; i++) {
        const struct value *to = policy->own.items.items[i]->principal;
        bool is_service = to->kind == VAL_MAP && to->count == 1 && value_has(to, STR("Service"));
        bool is_named = to->kind == VAL_STRING && str_ends(to->text, STR(".amazonaws.com"));
        if (policy->own.items.items[i]->allows && !is_service && !is_named)
            return true;
    }
    return policy && policy->unread.count;
}

/* Actions that hand an ARN on to a service, which acts with a role of its own. */
static bool can_hand_on(const struct access *a, const struct holder *h) {
    static const char *const hands[] = {
        "sts:AssumeRole",           "iam:PassRole",    "scheduler:CreateSchedule",
        "events:PutTargets",        "sns:Subscribe",   "lambda:CreateEventSourceMapping",
        "s3:PutBucketNotification", "pipes:CreatePipe", "logs:PutSubscriptionFilter",
    };
    for (size_t i = 0; i < sizeof hands / sizeof *hands; i++)
        if (access_speaks(a, h, str_from(hands[i])))
            return true;
    return false;
}

/* Whether a role that people or other roles may take on reaches a resource: its credentials may be
   handed to the code. */
static bool is_lent(struct access *a, const struct resource *r) {
    const struct mention_vec *all = access_mentions(a, r);
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct resource *role = all->items.items[i].holder->resource;
        const struct holder *trust = iam_policy_of(&a->iam, role->id);
        for (uint32_t j = 0; trust && j < trust->own.items.count; j++) {
            const struct value *to = trust->own.items.items[j]->principal;
            if (to->kind != VAL_MAP || to->count != 1 || !value_has(to, STR("Service")))
                return true;
        }
    }
    return false;
}

/* Whether SAM's Globals hand a variable to all functions, and some of them use what it names. */
static bool is_for_others(const struct access *a, const struct resource *f, const struct value *x,
                          const struct resource *r) {
    return a->c->graph->is_template && !span_covers(f->span, x->span) &&
           access_mentions(a, r)->items.count;
}

static void check_variable(struct access *a, const struct resource *f, const struct holder *role,
                           const struct member *m) {
    struct check *c = a->c;
    struct possibles all = check_possible(c, f, m->value);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct resource *r = handed_over(c, all.items.items[i].value);
        if (!r || r == f || is_reached(a, role, r) || is_opened(a, r) ||
            is_lent(a, r) || is_for_others(a, f, m->value, r))
            continue;
        struct diag *d = check_report(c, RULE_UNGRANTED_REFERENCE, f, m->value,
                                      "%.*s names '%.*s', but the role of '%.*s' allows nothing "
                                      "on it", STR_ARG(m->key), STR_ARG(r->id), STR_ARG(f->id));
        diag_note(c->diags, d, role->resource->id_span, "its role");
        diag_help(c->diags, d,
                  "allow the actions that the code needs on '%.*s', or drop the variable",
                  STR_ARG(r->id));
        return;
    }
}

static void check_environment(struct access *a, const struct resource *f) {
    const struct holder *role = iam_role_of(&a->iam, f);
    const struct value *vars = value_get_c(property(f, "Environment"), "Variables");
    if (vars->kind != VAL_MAP || !role || !access_is_whole(a, role) || can_hand_on(a, role))
        return;
    for (uint32_t i = 0; i < vars->count; i++)
        check_variable(a, f, role, &vars->members[i]);
}

/* ---- grants without a reference --------------------------------------------------------- */

/* Actions by which code finds names that nobody told it. */
static bool can_look_up(const struct access *a, const struct holder *h) {
    static const char *const finds[] = {
        "ssm:GetParameter",           "ssm:GetParameters",
        "ssm:GetParametersByPath",    "appconfig:GetLatestConfiguration",
        "cloudformation:DescribeStacks", "cloudformation:ListStackResources",
        "cloudformation:DescribeStackResources", "cloudformation:ListExports",
        "tag:GetResources",           "dynamodb:ListTables",
        "sqs:ListQueues",             "sns:ListTopics",
        "s3:ListAllMyBuckets",        "states:ListStateMachines",
        "lambda:ListFunctions",       "lambda:ListEventSourceMappings",
        "secretsmanager:ListSecrets", "sts:AssumeRole",
    };
    for (size_t i = 0; i < sizeof finds / sizeof *finds; i++)
        if (access_speaks(a, h, str_from(finds[i])))
            return true;
    return false;
}

static bool is_for_lambda(const struct access *a, const struct holder *h) {
    const struct holder *trust = iam_policy_of(&a->iam, h->resource->id);
    if (!trust || trust->unread.count)
        return false;
    for (uint32_t i = 0; i < trust->own.items.count; i++) {
        const struct value *to = value_get_c(trust->own.items.items[i]->principal, "Service");
        if (to->kind == VAL_LIST && to->count == 1)
            to = to->items[0];
        if (!value_is_c(to, "lambda.amazonaws.com") ||
            trust->own.items.items[i]->principal->count != 1)
            return false;
    }
    return true;
}

/* Whether only functions of the stack run with a role, so that what they know is what is known. */
static bool is_code_role(const struct access *a, const struct holder *h) {
    for (uint32_t i = 0; i < h->users.count; i++)
        if (!resource_is(h->users.items[i], "AWS::Lambda::Function"))
            return false;
    for (const struct edge *e = edges_to(&a->c->edges, h->resource->id); e; e = e->next) {
        bool is_attached = e->from && (str_starts(e->from->type, STR("AWS::IAM::")) ||
                                       resource_is(e->from, "AWS::Lambda::Function"));
        if (e->section != SECTION_RESOURCES || (e->kind <= EDGE_SUB_GETATT && !is_attached))
            return false;
    }
    return h->users.count && is_for_lambda(a, h) && !can_look_up(a, h);
}

/* What the language's `allow` says is the user's own word: it is doubted only where the function
   gets the names of other things in its environment. */
static bool is_doubtful(const struct access *a, const struct resource *f) {
    uint32_t first, end = edges_from(&a->c->edges, f, &first);
    if (a->c->graph->is_template)
        return true;
    for (uint32_t i = first; i < end; i++) {
        const struct path *p = a->c->edges.items.items[i]->path;
        while (p && p->outer && p->outer->outer)
            p = p->outer;
        if (p && p->outer && str_is(p->key, "Environment") &&
            graph_find(a->c->graph, a->c->edges.items.items[i]->target))
            return true;
    }
    return false;
}

static void report_unknown(struct access *a, const struct mention *m) {
    struct check *c = a->c;
    const struct resource *f = m->holder->users.items[0];
    struct diag *d = check_report(c, RULE_UNREFERENCED_GRANT, m->statement->owner, m->term->value,
                                  "'%.*s' may use '%.*s', but has no way to know its name",
                                  STR_ARG(f->id), STR_ARG(m->resource->id));
    diag_help(c->diags, d, "drop the grant, or hand the name over in the environment of '%.*s'",
              STR_ARG(f->id));
}

static void report_shared(struct access *a, const struct mention *m,
                          const struct resource *stranger, const struct resource *user) {
    struct check *c = a->c;
    struct diag *d = check_report(c, RULE_SHARED_ROLE, m->holder->resource, NULL,
                                  "'%.*s' and '%.*s' share this role, but only '%.*s' knows '%.*s'",
                                  STR_ARG(stranger->id), STR_ARG(user->id), STR_ARG(user->id),
                                  STR_ARG(m->resource->id));
    diag_note(c->diags, d, m->term->value->span, "what the role allows");
    diag_help(c->diags, d, "give '%.*s' a role of its own", STR_ARG(stranger->id));
}

/* What a role allows on one resource, told once; false when the role's sharing has been told. */
static bool check_mention(struct access *a, const struct mention *m) {
    const struct resource *stranger = NULL, *user = NULL;
    for (uint32_t i = 0; i < m->holder->users.count; i++) {
        const struct resource *f = m->holder->users.items[i];
        if (access_hears(a, f) || access_knows(a, f, m->resource))
            user = user ? user : f;
        else
            stranger = stranger ? stranger : f;
    }
    if (stranger && user)
        report_shared(a, m, stranger, user);
    else if (stranger && is_doubtful(a, stranger))
        report_unknown(a, m);
    return !stranger || !user;
}

static void check_grants(struct access *a) {
    const struct holder *holder = NULL;
    bool is_asked = false;
    struct map seen = {0};
    for (uint32_t i = 0; i < a->mentions.items.count; i++) {
        const struct mention *m = &a->mentions.items.items[i];
        if (m->holder != holder) {
            holder = m->holder;
            is_asked = is_code_role(a, holder);
            seen = (struct map){0};
        }
        if (!is_asked || !is_told(m->resource) || !access_has_own_name(m->resource) ||
            map_put(a->c->arena, &seen, m->resource->id, 1))
            continue;
        is_asked = check_mention(a, m);
    }
}

/* ---- indexes ----------------------------------------------------------------------------- */

static bool has_indexes(const struct resource *table) {
    return !value_is_null(property(table, "GlobalSecondaryIndexes")) ||
           !value_is_null(property(table, "LocalSecondaryIndexes"));
}

static bool is_index(struct access *a, const struct term *t) {
    struct str text = arn_sample(a->c->arena, &a->holes, t->pattern);
    size_t table = str_find(text, STR(":table/"), 0);
    return str_find(text, STR("/index/"), table) < text.len;
}

/* Whether a statement may speak of indexes without naming any table of the stack. */
static bool is_vague(struct access *a, const struct statement *s) {
    for (uint32_t i = 0; i < s->resources.items.count; i++) {
        const struct term *t = &s->resources.items.items[i];
        if (!t->value || !access_named(a, t->value))
            return true;
    }
    return s->not_resource || !s->whole;
}

static bool queries(struct access *a, const struct statement *s) {
    return iam_speaks_of_action(&a->iam, s, STR("dynamodb:Query")) != MATCH_NO ||
           iam_speaks_of_action(&a->iam, s, STR("dynamodb:Scan")) != MATCH_NO ||
           iam_speaks_of_action(&a->iam, s, STR("dynamodb:PartiQLSelect")) != MATCH_NO;
}

/* Whether all who may query tables are known by the tables that they name. */
static bool is_clear(struct access *a) {
    for (uint32_t i = 0; i < a->iam.principals.count; i++) {
        const struct holder *h = a->iam.principals.items[i];
        if (!access_is_whole(a, h))
            return false;
        for (uint32_t j = 0; j < h->own.items.count; j++) {
            const struct statement *s = h->own.items.items[j];
            if (s->allows && queries(a, s) && is_vague(a, s))
                return false;
        }
    }
    return true;
}

static bool is_exported(const struct access *a, const struct resource *r) {
    for (const struct edge *e = edges_to(&a->c->edges, r->id); e; e = e->next)
        if (e->section == SECTION_OUTPUTS &&
            value_has(value_get(a->c->graph->outputs, e->entry), STR("Export")))
            return true;
    return false;
}

static const struct value *query_term(struct access *a, const struct statement *s) {
    for (uint32_t i = 0; i < s->actions.items.count; i++)
        if (str_eq_nocase(check_text(a->c, s->actions.items.items[i].value), STR("dynamodb:Query")))
            return s->actions.items.items[i].value;
    return NULL;
}

/* Somebody may query a table, and nobody any of its indexes. */
static void check_unqueried(struct access *a, const struct resource *table) {
    struct check *c = a->c;
    const struct mention_vec *all = access_mentions(a, table);
    const struct mention *found = NULL;
    struct arn index = arn_inside(&a->holes, access_arn(a, table), STR("/index/*"));
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct mention *m = &all->items.items[i];
        if (!queries(a, m->statement))
            continue;
        if (is_index(a, m->term) || iam_speaks_of_resource(&a->iam, m->statement, index))
            return;
        if (!found && query_term(a, m->statement) && !access_is_generated(a, m->statement))
            found = m;
    }
    if (!found || is_exported(a, table))
        return;
    struct diag *d = check_report(c, RULE_INDEX_GRANT, found->statement->owner,
                                  query_term(a, found->statement),
                                  "'%.*s' may be queried, but nothing allows to query its indexes",
                                  STR_ARG(table->id));
    diag_note(c->diags, d, table->id_span, "the table with indexes");
    diag_help(c->diags, d, "add the ARN of the index, such as !Sub \"${%.*s.Arn}/index/*\"",
              STR_ARG(table->id));
}

static void check_absent(struct access *a, const struct resource *table) {
    struct check *c = a->c;
    const struct mention_vec *all = access_mentions(a, table);
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct mention *m = &all->items.items[i];
        if (access_is_generated(a, m->statement) || !is_index(a, m->term))
            continue;
        struct diag *d = check_report(c, RULE_INDEX_GRANT, m->statement->owner, m->term->value,
                                      "'%.*s' has no indexes", STR_ARG(table->id));
        diag_help(c->diags, d, "drop this ARN, or it opens whatever index comes later");
    }
}

static void check_indexes(struct access *a) {
    const struct resource_vec *tables = check_type(a->c, "AWS::DynamoDB::Table");
    bool is_known = tables->items.count && is_clear(a);
    for (uint32_t i = 0; i < tables->items.count; i++) {
        const struct resource *table = tables->items.items[i];
        if (!has_indexes(table))
            check_absent(a, table);
        else if (is_known)
            check_unqueried(a, table);
    }
}

void check_knowledge(struct check *c) {
    struct access *a = access_get(c);
    const struct resource_vec *functions = check_type(c, "AWS::Lambda::Function");
    if (!a || c->open)
        return;
    for (uint32_t i = 0; i < functions->items.count; i++)
        check_environment(a, functions->items.items[i]);
    check_grants(a);
    check_indexes(a);
}
