#include "passes/rules/access.h"

#include "base/buf.h"
#include "iam/condition.h"
#include "passes/rules/machine.h"

#include "schema/iam.h"

/* ---- reading --------------------------------------------------------------- */

const struct resource *access_named(struct access *a, const struct value *x) {
    struct check *c = a->c;
    const struct resource *found = iam_target(&a->iam, x);
    if (found)
        return found;
    struct text t = view_text(&c->view, x);
    for (uint32_t i = 0; i < t.holes.items.count; i++) {
        const struct value *hole = t.holes.items.items[i];
        if (hole->kind != VAL_REF && hole->kind != VAL_GETATT)
            continue;
        const struct resource *r = graph_find(c->graph, hole->text);
        if (r && found && found != r)
            return NULL;
        found = r ? r : found;
    }
    return found;
}

static void mention(struct access *a, const struct holder *h, const struct statement *s,
                    const struct term *t) {
    struct arena *arena = a->c->arena;
    const struct resource *r = t->value ? access_named(a, t->value) : NULL;
    if (!r)
        return;
    struct mention m = {h, s, t, r};
    struct mention_vec *list = map_get_ptr(&a->by_resource, r->id);
    if (!list) {
        list = arena_new(arena, struct mention_vec);
        map_put_ptr(arena, &a->by_resource, r->id, list);
    }
    vec_push(arena, &list->items, m);
    vec_push(arena, &a->mentions.items, m);
}

static void read_mentions(struct access *a) {
    for (uint32_t i = 0; i < a->iam.principals.count; i++) {
        const struct holder *h = a->iam.principals.items[i];
        for (uint32_t j = 0; j < h->own.items.count; j++) {
            const struct statement *s = h->own.items.items[j];
            for (uint32_t k = 0; s->allows && !s->not_resource && k < s->resources.items.count; k++)
                mention(a, h, s, &s->resources.items.items[k]);
        }
    }
}

struct access *access_get(struct check *c) {
    if (c->access || !iam_service_count(c->schema))
        return c->access;
    struct access *a = c->access = arena_new(c->arena, struct access);
    a->c = c;
    holes_init(&a->holes, c->arena, c->regions);
    iam_read(&a->iam, c->arena, c->graph, c->schema, &c->formulas, &c->view, &a->holes);
    read_mentions(a);
    return a;
}

const struct mention_vec *access_mentions(const struct access *a, const struct resource *r) {
    static const struct mention_vec none;
    const struct mention_vec *list = map_get_ptr(&a->by_resource, r->id);
    return list ? list : &none;
}

struct arn access_arn(struct access *a, const struct resource *r) {
    return arn_of_resource(&a->iam.arns, r);
}

/* ---- tasks ----------------------------------------------------------------- */

struct str access_task_action(struct access *a, struct str resource) {
    struct machine_task task;
    if (!machine_task_read(resource, &task) || str_is(task.action, "getCallerIdentity"))
        return STR_NIL;
    if (str_is(task.service, "lambda") && str_is(task.action, "invoke"))
        return STR("lambda:InvokeFunction");
    if (str_is(task.service, "http") && str_is(task.action, "invoke"))
        return STR("states:InvokeHTTPEndpoint");
    struct named_action is = iam_action_named(
        &a->iam, str_printf(a->c->arena, "%.*s:%.*s", STR_ARG(task.service), STR_ARG(task.action)));
    return is.action.n ? str_printf(a->c->arena, "%.*s:%.*s", STR_ARG(is.prefix),
                                    STR_ARG(iam_action_name(a->c->schema, is.action)))
                       : STR_NIL;
}

/* ---- asking ---------------------------------------------------------------- */

bool access_is_whole(const struct access *a, const struct holder *h) {
    return !a->c->open && !h->unread.count;
}

const struct holder *access_known_role(struct access *a, const struct value *x) {
    const struct resource *r = check_target(a->c, x);
    const struct holder *h = r ? iam_principal(&a->iam, r->id) : NULL;
    return h && access_is_whole(a, h) ? h : NULL;
}

bool access_is_denied(struct access *a, const struct holder *h, struct str action, struct arn on,
                      const struct resource *target) {
    struct request request = {action, on, target ? target->id : STR_NIL};
    const struct holder *policy = target ? iam_policy_of(&a->iam, target->id) : NULL;
    if (policy && policy->unread.count)
        return false;
    return iam_evaluate(&a->iam, h, &request).decision == DECISION_DENIED;
}

bool access_speaks(const struct access *a, const struct holder *h, struct str action) {
    for (uint32_t i = 0; i < h->own.items.count; i++)
        if (h->own.items.items[i]->allows &&
            iam_speaks_of_action(&a->iam, h->own.items.items[i], action) != MATCH_NO)
            return true;
    return false;
}

static bool is_lacking(struct access *a, const struct holder *h, const struct value *to,
                       struct str action) {
    if (!to)
        return !access_speaks(a, h, action);
    struct arn on = arn_of(&a->iam.arns, to);
    if (str_ends(action, STR("/"))) {
        action.len--;
        on = arn_inside(&a->holes, on, STR("/*"));
    }
    return access_is_denied(a, h, action, on, iam_target(&a->iam, to));
}

/* The first of the alternatives where all are lacking, else nil. */
static struct str lacking_of(struct access *a, const struct holder *h, const struct value *to,
                             struct str alternatives) {
    struct str first = STR_NIL;
    while (alternatives.len) {
        struct str one = str_split(alternatives, '|', &alternatives);
        if (!is_lacking(a, h, to, one))
            return STR_NIL;
        first = first.len ? first : one;
    }
    first.len -= str_ends(first, STR("/"));
    return first;
}

struct str access_lacking(struct access *a, const struct holder *h, const struct value *to,
                          struct str actions) {
    struct str_vec found = {0};
    while (actions.len) {
        struct str one = lacking_of(a, h, to, str_split(actions, ' ', &actions));
        if (one.len)
            vec_push(a->c->arena, &found.items, one);
    }
    return access_words(a->c, &found);
}

struct str access_words(struct check *c, const struct str_vec *items) {
    struct buf words;
    uint32_t count = items->items.count;
    buf_init(&words, c->arena, 0);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&words, "%s%.*s", !i ? "" : i + 1 == count ? " and " : ", ",
                   STR_ARG(items->items.items[i]));
    return buf_view(&words);
}

bool access_is_generated(const struct access *a, const struct statement *s) {
    return a->c->graph->is_template && (!s->value || s->value->origin);
}

/* Keys that say how something is asked for, not by whom or on what. */
static bool is_idle(struct str key) {
    static const char *const idle[] = {"aws:securetransport", "s3:x-amz-acl", "s3:tlsversion",
                                       "s3:x-amz-server-side-encryption", "sqs:endpoint",
                                       "sns:protocol", "aws:useragent", "aws:referer"};
    return str_in_nocase(key, idle);
}

/* An ARN of anything in any account: "arn:aws:s3:*:*:*". */
static bool is_any_arn(struct str text) {
    struct str rest = text, account = STR_NIL;
    for (int i = 0; i < 5; i++)
        account = str_split(rest, ':', &rest);
    return str_starts(text, STR("arn:")) && str_is(rest, "*") &&
           (!account.len || str_is(account, "*"));
}

/* Whether one of the values is one that all texts are like, or all addresses. */
static bool is_anything(struct str operator, const struct value *x) {
    if (x->kind == VAL_LIST) {
        for (uint32_t i = 0; i < x->count; i++)
            if (is_anything(operator, x->items[i]))
                return true;
        return false;
    }
    struct str text = value_text(x);
    bool is_like = str_ends(operator, STR("StringLike")) || str_ends(operator, STR("ArnLike")) ||
                   str_ends(operator, STR("ArnEquals"));
    return (is_like && (str_is(text, "*") || is_any_arn(text))) ||
           (str_ends(operator, STR("IpAddress")) && !str_starts(operator, STR("Not")) &&
            (str_is(text, "0.0.0.0/0") || str_is(text, "::/0")));
}

/* Keys that whoever asks can have as they like: an external id is no secret, and everybody has MFA.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html */
static bool is_claim(struct str key) {
    static const char *const claims[] = {
        "sts:externalid",     "sts:rolesessionname",     "aws:multifactorauthpresent",
        "aws:multifactorauthage", "kms:grantisforawsresource", "kms:viaservice",
        "aws:requestedregion", "aws:currenttime",        "aws:epochtime",
        "aws:tokenissuetime", "s3:prefix",               "s3:delimiter",
        "s3:max-keys",
    };
    static const struct str context = {"kms:encryptioncontext", 21};
    return str_in_nocase(key, claims) ||
           (key.len >= context.len && str_eq_nocase(str_slice(key, 0, context.len), context));
}

/* Whether an operator holds, too, where a request doesn't have the key, as those of strangers.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
static bool holds_without(struct str operator, struct str key) {
    bool is_there = str_eq_nocase(key, STR("aws:SourceIp"));
    return (condition_is_negative(operator) && !str_is(operator, "Null")) ||
           str_starts(operator, STR("ForAllValues:")) ||
           (str_ends(operator, STR("IfExists")) && !is_there);
}

/* What a Condition is to leave only some of. */
enum confined { CONFINED_THINGS, CONFINED_ACTIONS, CONFINED_STRANGERS };

/* Whether a key compared by an operator does that. */
static bool confines(enum confined what, struct str operator, struct str key) {
    switch (what) {
    case CONFINED_THINGS:
        return true;
    case CONFINED_ACTIONS: /* those that don't have the key pass */
        return !str_starts(operator, STR("ForAllValues:"));
    default:
        return !is_claim(key) && !holds_without(operator, key);
    }
}

static bool is_confined(const struct statement *s, enum confined what) {
    const struct value *c = s->condition;
    if (value_is_null(c))
        return false;
    for (uint32_t i = 0; c->kind == VAL_MAP && i < c->count; i++) {
        const struct value *keys = c->members[i].value;
        if (keys->kind != VAL_MAP)
            return true;
        for (uint32_t k = 0; k < keys->count; k++)
            if (!is_idle(keys->members[k].key) &&
                !is_anything(c->members[i].key, keys->members[k].value) &&
                confines(what, c->members[i].key, keys->members[k].key))
                return true;
    }
    return c->kind != VAL_MAP;
}

bool access_is_confined(const struct statement *s) {
    return is_confined(s, CONFINED_THINGS);
}

bool access_limits_actions(const struct statement *s) {
    return is_confined(s, CONFINED_ACTIONS);
}

bool access_bars_strangers(const struct statement *s) {
    return is_confined(s, CONFINED_STRANGERS);
}

bool access_has_star(struct arn pattern) {
    for (uint32_t i = 0; i < pattern.count; i++)
        if (pattern.items[i] == ARN_STAR)
            return true;
    return false;
}

/* What follows the fifth colon; empty where there are fewer. */
static struct arn tail_of(struct arn x) {
    int colons = 0;
    for (uint32_t i = 0; i < x.count; i++)
        if (x.items[i] == ':' && ++colons == 5)
            return (struct arn){x.items + i + 1, x.count - i - 1, 0};
    return (struct arn){0};
}

/* The same of a form of ARNs, where every placeholder is any text. */
static struct arn any_of_form(const struct access *a, struct str form) {
    struct holes *holes = &a->c->access->holes;
    struct arn out = {0};
    struct sub_piece piece;
    for (uint32_t at = 0; sub_next(form, &at, &piece);) {
        struct str text = piece.is_variable ? STR("*") : piece.text;
        out = arn_inside(holes, out, text);
    }
    return tail_of(out);
}

/* ManageConnections is done to API/STAGE/METHOD/@connections/ID alone, which the tables don't say.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html */
static struct str form_of(const struct schema *s, struct iam_action_id action,
                          struct iam_action_resource r) {
    if (str_is(iam_action_name(s, action), "ManageConnections"))
        return STR("arn:${P}:execute-api:${R}:${A}:${Api}/${Stage}/${Method}/@connections/${Id}");
    return iam_resource_arn(s, r.resource);
}

/* Whether a name that only the stack has stands in a pattern, so that it covers no other name. */
static bool is_bound(const struct access *a, struct arn x) {
    for (uint32_t i = 0; i < x.count; i++) {
        enum hole_kind kind = hole_kind_of(&a->holes, x.items[i]);
        if (kind == HOLE_OWN || kind == HOLE_WORD)
            return true;
    }
    return false;
}

bool access_needs(const struct schema *s, struct iam_action_resource r) {
    struct str form = iam_resource_arn(s, r.resource), name = iam_resource_name(s, r.resource);
    bool is_s3 = str_find(form, STR(":s3:::"), 0) < form.len;
    return r.required || (is_s3 && (str_is(name, "object") || str_is(name, "bucket"))) ||
           (str_find(form, STR(":events:"), 0) < form.len &&
            (str_is(name, "event-bus") || str_starts(name, STR("rule-on-"))));
}

/* Tags, addresses of EC2, and methods of API Gateway, of which IAM's reference calls every type
   optional: they are done to something always. */
static bool takes_one_of(const struct schema *s, struct iam_action_id action) {
    static const char *const verbs[] = {"CreateTags", "DeleteTags", "TagResource", "UntagResource",
                                        "AddTags", "RemoveTags", "AssociateAddress",
                                        "DisassociateAddress", "ReleaseAddress", "GET", "POST",
                                        "PUT", "PATCH", "DELETE"};
    struct str name = iam_action_name(s, action);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (str_is(name, verbs[i]))
            return iam_action_resource_count(s, action) > 0;
    return false;
}

bool access_takes(const struct schema *s, struct iam_action_id action) {
    for (uint32_t i = 0; i < iam_action_resource_count(s, action); i++)
        if (access_needs(s, iam_action_resource_at(s, action, i)))
            return true;
    return takes_one_of(s, action);
}

bool access_is_wide(const struct access *a, struct iam_action_id action, struct arn pattern) {
    const struct schema *schema = a->c->schema;
    bool is_all = pattern.count == 1 && pattern.items[0] == ARN_STAR;
    struct arn tail = tail_of(pattern);
    if (!is_all && (!tail.count || !access_has_star(tail) || is_bound(a, tail)))
        return false;
    if (is_all)
        return access_takes(schema, action);
    for (uint32_t i = 0; i < iam_action_resource_count(schema, action); i++) {
        struct iam_action_resource r = iam_action_resource_at(schema, action, i);
        if (!access_needs(schema, r))
            continue;
        struct str form = form_of(schema, action, r), rest = form;
        for (int k = 0; k < 5; k++)
            str_split(rest, ':', &rest);
        uint32_t begins = rest.len ? (unsigned char)rest.ptr[0] : 0;
        bool may = tail.items[0] == ARN_STAR || tail.items[0] == begins;
        if (may && arn_match(&a->holes, tail, any_of_form(a, form)) == MATCH_YES)
            return true;
    }
    return false;
}

struct str access_service(const struct access *a, struct arn x) {
    struct str rest = arn_sample(a->c->arena, &a->holes, x);
    bool is_arn = str_is(str_split(rest, ':', &rest), "arn");
    str_split(rest, ':', &rest);
    struct str service = str_split(rest, ':', &rest);
    return is_arn && rest.ptr && !str_has(service, '*') && !str_has(service, '?') ? service
                                                                                 : STR_NIL;
}

/* ---- what code can know ---------------------------------------------------- */

bool access_has_own_name(const struct resource *r) {
    static const char *const names[] = {"TableName", "QueueName",        "TopicName", "BucketName",
                                        "Name",      "StateMachineName", "FunctionName",
                                        "DeliveryStreamName"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!value_is_null(property(r, names[i])))
            return false;
    return true;
}

/* What names a resource without telling it to any function. */
static bool is_mute(struct str type) {
    static const char *const mute[] = {
        "AWS::IAM::",          "AWS::Lambda::",       "AWS::CloudWatch::", "AWS::Logs::",
        "AWS::KMS::",          "AWS::ApplicationAutoScaling::",            "AWS::SNS::Subscription",
        "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy",
        "AWS::CloudFront::",   "AWS::Backup::",       "AWS::SecretsManager::ResourcePolicy",
        "AWS::Kinesis::ResourcePolicy",
    };
    for (size_t i = 0; i < sizeof mute / sizeof *mute; i++)
        if (str_starts(type, str_from(mute[i])))
            return true;
    return false;
}

static bool refers(const struct access *a, const struct resource *from, const struct resource *to) {
    uint32_t first, end = edges_from(&a->c->edges, from, &first);
    for (uint32_t i = first; i < end; i++) {
        const struct edge *e = a->c->edges.items.items[i];
        if (e->kind <= EDGE_SUB_GETATT && str_eq(e->target, to->id))
            return true;
    }
    return false;
}

/* What calls a function with nothing but a request, a time or a user: no names in it. */
static bool is_plain_caller(const struct resource *r) {
    static const char *const plain[] = {
        "AWS::ApiGateway::", "AWS::ApiGatewayV2::", "AWS::Lambda::Permission", "AWS::Lambda::Url",
        "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Function", "AWS::Cognito::UserPool",
        "AWS::IAM::", "AWS::CloudWatch::", "AWS::Logs::", "AWS::CodeDeploy::",
        "AWS::ApplicationAutoScaling::",
    };
    if (value_is_c(property(r, "Principal"), "secretsmanager.amazonaws.com"))
        return false; /* it says which secret is to be rotated */
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (str_starts(r->type, str_from(plain[i])))
            return true;
    return resource_is(r, "AWS::Events::Rule") && is_absent(property(r, "EventPattern"));
}

static bool is_version(const struct resource *r) {
    return resource_is(r, "AWS::Lambda::Alias") || resource_is(r, "AWS::Lambda::Version");
}

bool access_hears(const struct access *a, const struct resource *function) {
    for (const struct edge *e = edges_to(&a->c->edges, function->id); e; e = e->next) {
        if (e->kind > EDGE_SUB_GETATT || e->section != SECTION_RESOURCES || !e->from)
            continue;
        bool is_own = is_version(e->from) && !is_version(function);
        if (is_own ? access_hears(a, e->from) : !is_version(e->from) && !is_plain_caller(e->from))
            return true;
    }
    return false;
}

bool access_knows(const struct access *a, const struct resource *function,
                  const struct resource *r) {
    if (function == r || refers(a, function, r) || refers(a, r, function))
        return true;
    for (const struct edge *e = edges_to(&a->c->edges, r->id); e; e = e->next) {
        if (e->kind > EDGE_SUB_GETATT || e->section != SECTION_RESOURCES || !e->from)
            continue;
        if (str_starts(e->from->type, STR("AWS::IAM::")))
            continue;
        if (!is_mute(e->from->type) || refers(a, e->from, function) ||
            ((is_version(e->from) || resource_is(e->from, "AWS::Lambda::Url")) &&
             refers(a, function, e->from)))
            return true;
    }
    return false;
}
