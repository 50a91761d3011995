/* What the services that a stack puts together need of it: queues and topics whose policies let them
   send, and roles that trust them.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
   https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html */
#include "passes/rules/services.h"

#include "passes/rules/service_names.h"

static const struct service_path {
    const char *type, *path, *service;
    enum rule_id rule;
} senders[] = {
#define SENDER(type, path, service) {type, path, service, RULE_DELIVERY_POLICY},
#include "passes/rules/services.def"
}, takers[] = {
#define TAKES_ROLE(type, path, service, rule) {type, path, service, RULE_##rule},
#include "passes/rules/services.def"
};

/* ---- paths ----------------------------------------------------------------- */

struct walk {
    struct check *c;
    const struct resource *r;
    const struct service_path *row;
    void *to;
    void (*found)(struct walk *w, const struct value *x);
};

/* Goes to the values at the end of a path, through lists and all that a value may be. */
static void follow(struct walk *w, const struct value *x, struct str path, bool own_role) {
    struct str rest, step = str_split(path, '.', &rest);
    struct possibles all = check_possible(w->c, w->r, x);
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct value *one = all.items.items[i].value;
        if (!path.len) {
            if (!value_is_null(one))
                w->found(w, one);
        } else if (!str_is(step, "*")) {
            bool through = own_role || value_is_null(value_get_c(one, "RoleArn"));
            if (through)
                follow(w, value_get(one, step), rest, own_role);
        } else {
            for (uint32_t k = 0; one->kind == VAL_LIST && k < one->count; k++)
                follow(w, one->items[k], rest, own_role);
        }
    }
}

bool service_is(struct str given, struct str service) {
    struct str label = str_slice(service, 0, str_find_char(service, '.', 0) + 1);
    return !given.ptr || str_is(given, "*") || text_can_equal(given, service) ||
           (str_starts(given, label) && str_find(given, STR("amazonaws.com"), 0) < given.len);
}

bool principal_may_be(struct check *c, const struct value *principal, struct str service) {
    const struct value *x = principal;
    if (x->kind == VAL_MAP)
        return principal_may_be(c, value_get_c(x, "Service"), service) ||
               principal_may_be(c, value_get_c(x, "AWS"), service);
    for (uint32_t i = 0; i < (x->kind == VAL_LIST ? x->count : 1); i++) {
        const struct value *one = x->kind == VAL_LIST ? x->items[i] : x;
        struct str given = view_text(&c->view, one).pattern;
        if (!value_is_null(one) &&
            (service_is(given, service) || str_eq(service_meant(c, given), service)))
            return true; /* a misspelt one is reported where it stands */
    }
    return false;
}

/* ---- what they send to ----------------------------------------------------- */

static void add_sending(struct walk *w, const struct value *x) {
    struct sendings *out = w->to;
    const struct resource *to = check_target(w->c, x);
    if (to && (resource_is(to, "AWS::SQS::Queue") || resource_is(to, "AWS::SNS::Topic")))
        vec_push(w->c->arena, &out->items, (struct sending){w->r, x, to, w->row->service});
}

void sendings_of(struct check *c, struct sendings *out) {
    for (size_t i = 0; i < sizeof senders / sizeof *senders; i++) {
        const struct resource_vec *list = check_type(c, senders[i].type);
        for (uint32_t k = 0; k < list->items.count; k++) {
            struct walk w = {c, list->items.items[k], &senders[i], out, add_sending};
            follow(&w, w.r->properties, str_from(senders[i].path), false);
        }
    }
}

/* Whether a policy of the stack may be that of any queue or topic, as far as can be seen. */
static bool has_other_policies(struct check *c) {
    static const char *const policies[][2] = {{"AWS::SQS::QueuePolicy", "Queues"},
                                              {"AWS::SQS::QueueInlinePolicy", "Queue"},
                                              {"AWS::SNS::TopicPolicy", "Topics"},
                                              {"AWS::SNS::TopicInlinePolicy", "TopicArn"}};
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        const struct resource_vec *list = check_type(c, policies[i][0]);
        for (uint32_t k = 0; k < list->items.count; k++) {
            struct possibles all = check_possible(c, list->items.items[k],
                                                  property(list->items.items[k], policies[i][1]));
            for (uint32_t n = 0; n < all.items.count; n++) {
                const struct value *x = all.items.items[n].value;
                for (uint32_t m = 0; m < (x->kind == VAL_LIST ? x->count : 1); m++)
                    if (!check_target(c, x->kind == VAL_LIST ? x->items[m] : x))
                        return true;
            }
        }
    }
    return false;
}

/* What a sending comes from, by what a policy's aws:SourceArn names. */
static const struct resource *source_of(struct check *c, const struct sending *s) {
    if (resource_is(s->sender, "AWS::SNS::Subscription"))
        return check_target_of(c, property(s->sender, "TopicArn"), "AWS::SNS::Topic");
    return s->sender;
}

/* Whether one of the values of aws:SourceArn may be a source: not another one of the stack's. */
static bool may_be_source(struct check *c, const struct value *x, const struct resource *source) {
    for (uint32_t i = 0; i < (x->kind == VAL_LIST ? x->count : 1); i++) {
        const struct value *one = x->kind == VAL_LIST ? x->items[i] : x;
        bool plain = one->kind == VAL_REF || one->kind == VAL_GETATT;
        const struct resource *other = plain ? check_target(c, one) : NULL;
        if (!other || other == source || !str_eq(other->type, source->type))
            return true;
    }
    return false;
}

/* Whether a Condition may let in what comes from a source. */
static bool lets_source(struct check *c, const struct value *condition,
                        const struct resource *source) {
    static const char *const operators[] = {"ArnEquals", "ArnLike", "StringEquals", "StringLike"};
    for (size_t k = 0; source && k < sizeof operators / sizeof *operators; k++) {
        const struct value *keys = value_get_c(condition, operators[k]);
        for (uint32_t i = 0; keys->kind == VAL_MAP && i < keys->count; i++)
            if (str_eq_nocase(keys->members[i].key, STR("aws:SourceArn")) &&
                !may_be_source(c, keys->members[i].value, source))
                return false;
    }
    return true;
}

/* Whether a statement may speak of a queue or topic. */
static bool may_speak_of(struct access *a, const struct statement *s, const struct resource *to) {
    struct arn own = access_arn(a, to);
    return !s->whole || !own.count || (!s->resources.items.count && !s->not_resource) ||
           iam_speaks_of_resource(&a->iam, s, own) != MATCH_NO;
}

/* Why a policy doesn't let a sending through; NULL: it may. */
static const char *refusal(struct access *a, const struct holder *policy, const struct sending *s,
                           struct str action, const struct statement **by) {
    const char *why = "its policy";
    for (uint32_t i = 0; policy && i < policy->own.items.count; i++) {
        const struct statement *one = policy->own.items.items[i];
        *by = i ? *by : one;
        if (!one->allows || iam_speaks_of_action(&a->iam, one, action) == MATCH_NO ||
            !(one->not_principal ||
              principal_may_be(a->c, one->principal, str_from(s->principal))))
            continue;
        *by = one;
        if (!may_speak_of(a, one, s->to))
            why = "this speaks of another queue or topic";
        else if (!lets_source(a->c, one->condition, source_of(a->c, s)))
            why = "this is for another source";
        else
            return NULL;
    }
    return policy && policy->unread.count ? NULL : why;
}

/* Whether it is reported. */
static bool check_sending(struct access *a, const struct sending *s) {
    struct check *c = a->c;
    bool queue = resource_is(s->to, "AWS::SQS::Queue");
    const struct holder *policy = iam_policy_of(&a->iam, s->to->id);
    const struct statement *by = NULL;
    if (str_is(str_from(s->principal), "cloudwatch.amazonaws.com")) /* a topic lets it, itself */
        return false;
    const char *why =
        refusal(a, policy, s, queue ? STR("sqs:sendmessage") : STR("sns:publish"), &by);
    if (!why)
        return false;
    bool own = policy && policy->own.items.count;
    struct diag *d = check_report(c, RULE_DELIVERY_POLICY, s->sender, s->at,
                                  own ? "the policy of '%.*s' doesn't let %s send to it"
                                      : "'%.*s' has no policy that lets %s send to it",
                                  STR_ARG(s->to->id), s->principal);
    if (own)
        diag_note(c->diags, d, by->span, "%s", why);
    diag_help(c->diags, d, "allow %s to %s in an %s", queue ? "sqs:SendMessage" : "sns:Publish",
              s->principal, queue ? "AWS::SQS::QueuePolicy" : "AWS::SNS::TopicPolicy");
    return true;
}

/* ---- roles that they take on ----------------------------------------------- */

/* Whether a role may trust a service; where its trust can't be read, it may. */
static bool trusts(struct access *a, const struct resource *role, struct str service) {
    const struct holder *trust = iam_policy_of(&a->iam, role->id);
    if (!trust || trust->unread.count || !trust->own.items.count)
        return true;
    for (uint32_t i = 0; i < trust->own.items.count; i++) {
        const struct statement *s = trust->own.items.items[i];
        if (s->allows && (s->not_principal || principal_may_be(a->c, s->principal, service)))
            return true;
    }
    return false;
}

static void check_taker(struct walk *w, const struct value *x) {
    struct check *c = w->c;
    const struct resource *role = check_target_of(c, x, "AWS::IAM::Role");
    if (!role || trusts(w->to, role, str_from(w->row->service)))
        return;
    struct diag *d = check_report(c, w->row->rule, w->r, x,
                                  "'%.*s' doesn't trust %s, which is to take it on",
                                  STR_ARG(role->id), w->row->service);
    diag_note(c->diags, d, property(role, "AssumeRolePolicyDocument")->span, "whom it trusts");
    diag_help(c->diags, d, "allow sts:AssumeRole to the Principal { Service: %s }",
              w->row->service);
}

void check_services(struct check *c) {
    struct access *a = access_get(c);
    struct sendings all = {0};
    if (!a)
        return;
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
        const struct resource_vec *list = check_type(c, takers[i].type);
        for (uint32_t k = 0; k < list->items.count; k++) {
            struct walk w = {c, list->items.items[k], &takers[i], a, check_taker};
            follow(&w, w.r->properties, str_from(takers[i].path), true);
        }
    }
    if (c->open || has_other_policies(c))
        return;
    sendings_of(c, &all);
    struct map told = {0}; /* one policy is missing, however many send */
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct sending *s = &all.items.items[i];
        struct str key = str_printf(c->arena, "%.*s %s", STR_ARG(s->to->id), s->principal);
        if (!map_get_ptr(&told, key) && check_sending(a, s))
            map_put_ptr(c->arena, &told, key, s);
    }
}
