/* Least privilege: what the policies of roles, users and groups allow by wildcards, and what they
   can gain by it. https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html */
#include "base/buf.h"
#include "passes/rules/narrow.h"
#include "passes/rules/wiring.h"

/* A statement that allows, without a Condition, and who has it. */
struct allowance {
    struct check *c;
    struct access *access;
    const struct holder *holder; /* NULL: nobody of the stack */
    const struct statement *s;
};

/* What the transform wrote from a template that the user chose is the user's by name only. */
static bool is_written(const struct allowance *w, const struct value *x) {
    return !w->c->graph->is_template || !(x->origin || w->s->value->origin);
}

/* Where a resource is to be mended: as it is written, or where the user hands '*' to a template, as
   a name (TableName: '*'); NULL: nowhere. */
static const struct value *place_of(const struct allowance *w, const struct value *x) {
    const struct value *given = x->kind == VAL_SUB ? value_at(x, 0) : &value_nil;
    if (is_written(w, x))
        return x;
    for (uint32_t i = 0; given->kind == VAL_MAP && i < given->count; i++)
        if (value_is_c(given->members[i].value, "*") && !given->members[i].value->origin)
            return given->members[i].value;
    return NULL;
}

static const char *plural(uint32_t n) {
    return n == 1 ? "" : "s";
}

/* ---- actions -------------------------------------------------------------------------- */

static void check_unknown(struct allowance *w, const struct value *x, struct str prefix,
                          struct str name, struct iam_service_id service) {
    struct check *c = w->c;
    if (!service.n) {
        struct iam_service_id near = iam_service_nearest(c->schema, prefix);
        struct str known = iam_service_prefix(c->schema, near);
        struct diag *d = check_report_word(c, RULE_UNKNOWN_ACTION, w->s->owner, x, prefix,
                                           "'%.*s' is the prefix of no service known to IAM",
                                           STR_ARG(prefix));
        check_suggest(c, d, prefix, known);
        return;
    }
    struct iam_action_id near = iam_action_nearest(c->schema, service, name);
    struct str known = iam_action_name(c->schema, near), date = schema_date(c->schema);
    struct diag *d = check_report_word(
        c, RULE_UNKNOWN_ACTION, w->s->owner, x, name,
        "%.*s has no action '%.*s' in the tables of %.*s", STR_ARG(prefix), STR_ARG(name),
        STR_ARG(date));
    check_suggest(c, d, name, known);
}

/* What to write instead: what the stack's wiring shows to be needed, or all that a narrow pattern
   means. */
static void help_actions(struct allowance *w, struct diag *d, const struct value *x,
                         struct str pattern, uint32_t count) {
    enum { FEW = 5 };
    struct check *c = w->c;
    struct str_vec needed = wiring_actions(w->access, w->holder, pattern);
    struct str name;
    struct str prefix = str_split(pattern, ':', &name);
    struct iam_service_id service = iam_service_find(c->schema, prefix);
    if (needed.items.count) {
        diag_help(c->diags, d, "the stack's wiring suggests %.*s",
                  STR_ARG(access_words(c, &needed)));
        narrow_actions(c, w->s, x, &needed, d);
        return;
    }
    if (count > FEW || !count) {
        diag_help(c->diags, d, "name the actions that are needed, or confine it with a Condition");
        return;
    }
    struct buf b;
    buf_init(&b, c->arena, 0);
    for (uint32_t i = 0, at; iam_action_match(c->schema, service, name, i, &at).n; i = at + 1)
        buf_printf(&b, "%s%.*s:%.*s", b.len ? ", " : "", STR_ARG(prefix),
                   STR_ARG(iam_action_name(c->schema,
                                           iam_service_action_at(c->schema, service, at))));
    diag_help(c->diags, d, "name those that are needed of %.*s", STR_ARG(buf_view(&b)));
}

static bool is_pattern(struct str text) {
    return str_has(text, '*') || str_has(text, '?');
}

static void check_wildcard(struct allowance *w, const struct value *x, struct str pattern) {
    struct check *c = w->c;
    struct str name, prefix = str_split(pattern, ':', &name);
    struct iam_service_id service = iam_service_find(c->schema, prefix);
    if (!name.ptr || str_is(pattern, "*:*")) {
        struct diag *d = check_report(c, RULE_WILDCARD_ACTIONS, w->s->owner, x,
                                      "'%.*s' allows every action of every service",
                                      STR_ARG(pattern));
        help_actions(w, d, x, pattern, 0);
        return;
    }
    if (is_pattern(prefix)) {
        struct diag *d = check_report(c, RULE_WILDCARD_ACTIONS, w->s->owner, x,
                                      "'%.*s' allows actions of several services",
                                      STR_ARG(pattern));
        diag_help(c->diags, d, "name the services, and the actions that are needed");
        return;
    }
    if (!service.n)
        return;
    uint32_t count = iam_action_match_count(c->schema, service, name), at;
    if (count == 0) {
        check_unknown(w, x, prefix, name, service);
        return;
    }
    struct diag *d = check_report(c, RULE_WILDCARD_ACTIONS, w->s->owner, x,
                                  "'%.*s:%.*s' allows %s%u action%s of %.*s", STR_ARG(prefix),
                                  STR_ARG(name), str_is(name, "*") ? "all " : "", count,
                                  plural(count), STR_ARG(prefix));
    if (count == 1) {
        struct str only =
            iam_action_name(c->schema, iam_action_match(c->schema, service, name, 0, &at));
        diag_label(c->diags, d, "it is %.*s", STR_ARG(only));
        narrow_action(c, x, str_printf(c->arena, "%.*s:%.*s", STR_ARG(prefix), STR_ARG(only)), d);
    } else {
        help_actions(w, d, x, pattern, count);
    }
}

/* ---- agents ---------------------------------------------------------------------------- */

static const struct {
    const char *marks, *actions;
} agents[] = {
#define AGENT(marks, actions, document) {marks, actions},
#include "iam/agents.def"
#undef AGENT
};

/* Whether a service takes on the role that has the statement. */
static bool is_trusted(const struct allowance *w, struct str service) {
    const struct holder *trust =
        w->holder ? iam_policy_of(&w->access->iam, w->holder->resource->id) : NULL;
    for (uint32_t i = 0; trust && i < trust->own.items.count; i++) {
        const struct value *to = value_get_c(trust->own.items.items[i]->principal, "Service");
        for (uint32_t k = 0; k < (to->kind == VAL_LIST ? to->count : 1); k++)
            if (str_eq(check_text(w->c, to->kind == VAL_LIST ? to->items[k] : to), service))
                return true;
    }
    return false;
}

/* Whether something of a type refers to the role that has the statement. */
static bool is_used_by(const struct allowance *w, struct str type) {
    const struct edge *e =
        w->holder ? edges_to(&w->c->edges, w->holder->resource->id) : NULL;
    while (e && !(e->from && str_eq(e->from->type, type)))
        e = e->next;
    return e != NULL;
}

static bool has_marks(const struct allowance *w, struct str marks) {
    while (marks.len) {
        struct str one = str_split(marks, ' ', &marks);
        bool found = str_ends(one, STR(".amazonaws.com")) ? is_trusted(w, one)
                     : str_starts(one, STR("AWS::"))      ? is_used_by(w, one)
                                                          : false;
        for (uint32_t i = 0; !found && i < w->s->actions.items.count; i++)
            found = str_eq_nocase(check_text(w->c, w->s->actions.items.items[i].value), one);
        if (!found)
            return false;
    }
    return true;
}

enum { AGENTS = sizeof agents / sizeof *agents };

/* The agents that do an action, a bit each; looked up once. */
static uintptr_t agents_with(const struct allowance *w, struct str action) {
    const uintptr_t looked_up = (uintptr_t)1 << AGENTS;
    uintptr_t found = map_get(&w->access->agents, action);
    for (int i = 0; !(found & looked_up) && i < AGENTS; i++)
        found |= (uintptr_t)str_has_word_nocase(str_from(agents[i].actions), ' ', action) << i;
    if (!(found & looked_up))
        map_put(w->c->arena, &w->access->agents, action, found |= looked_up);
    return found;
}

/* Whether an action is one that an agent of AWS's does, and the statement is the agent's. */
static bool is_of_agent(const struct allowance *w, struct str action) {
    uintptr_t with = agents_with(w, action);
    for (int i = 0; i < AGENTS; i++)
        if (with >> i & 1 && has_marks(w, str_from(agents[i].marks)))
            return true;
    return false;
}

/* Whether a pattern means all that describe, and each of those only lists, or needs no ARN:
   ec2:Describe*, autoscaling:Describe*. AWS's own examples for read-only access say them.
   https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-ec2-console.html */
static bool only_describes(const struct check *c, const struct named_action *is) {
    uint32_t at, count = 0;
    if (!str_eq_nocase(is->name, STR("Describe*")))
        return false;
    for (uint32_t i = 0; iam_action_match(c->schema, is->service, is->name, i, &at).n; i = at + 1) {
        struct iam_action_id one = iam_service_action_at(c->schema, is->service, at);
        if (iam_action_access(c->schema, one) != IAM_ACCESS_LIST && access_takes(c->schema, one))
            return false;
        count++;
    }
    return count > 0;
}

/* Patterns that AWS's documents themselves say, since what they mean belongs together: all that an
   agent does, and uses of a key that is named.
   https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
static bool is_idiom(const struct allowance *w, struct str pattern, const struct named_action *is) {
    struct check *c = w->c;
    uint32_t at, count = 0;
    if (only_describes(c, is))
        return true;
    if (str_eq_nocase(pattern, STR("kms:ReEncrypt*")) ||
        str_eq_nocase(pattern, STR("kms:GenerateDataKey*"))) {
        for (uint32_t i = 0; i < w->s->resources.items.count; i++)
            if (access_has_star(w->s->resources.items.items[i].pattern))
                return false;
        return true;
    }
    for (uint32_t i = 0; iam_action_match(c->schema, is->service, is->name, i, &at).n; i = at + 1) {
        struct str one =
            iam_action_name(c->schema, iam_service_action_at(c->schema, is->service, at));
        if (!is_of_agent(w, str_printf(c->arena, "%.*s:%.*s", STR_ARG(is->prefix), STR_ARG(one))))
            return false;
        count++;
    }
    return count > 0;
}

static void check_action(struct allowance *w, const struct value *x, bool confined) {
    struct str text = check_text(w->c, x);
    struct named_action is = iam_action_named(&w->access->iam, text);
    if (is.action.n || !text.len)
        return;
    if (is_pattern(text)) {
        if (!confined && is_written(w, x) && (is.name.ptr || str_is(text, "*")) &&
            !is_idiom(w, text, &is))
            check_wildcard(w, x, text);
    } else if (is.name.ptr && is_written(w, x)) {
        check_unknown(w, x, is.prefix, is.name, is.service);
    }
}

/* ---- resources ------------------------------------------------------------------------- */

/* Actions that take ARNs, but can't be narrowed to any when they are needed: a function in a VPC
   makes network interfaces whose ids nobody knows beforehand. */
static bool needs_everything(struct str prefix, struct str name) {
    static const char *const ec2[] = {"CreateNetworkInterface", "DeleteNetworkInterface",
                                      "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses",
                                      "DetachNetworkInterface"};
    return str_is(prefix, "xray") || (str_is(prefix, "ec2") && str_in_nocase(name, ec2));
}

/* Whether the action asks for a resource of some type: those that take ARNs, but need none, work on
   "*" alone when they are used without such a resource. */
static bool is_narrowable(struct allowance *w, struct str text, const struct named_action *is) {
    struct check *c = w->c;
    if (str_eq_nocase(text, STR("sns:Publish")) && !check_type(c, "AWS::SNS::Topic")->items.count)
        return false; /* to a telephone: there is no ARN */
    return access_takes(c->schema, is->action) && !needs_everything(is->prefix, is->name) &&
           !is_of_agent(w, text);
}

/* What asks about many things at once (DescribeAlarms); what Lambda's console gives the roles that
   it makes: log groups that aren't there yet; devices that people name as they like.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html */
static bool is_of_all(struct check *c, struct iam_action_id action, struct str text) {
    struct str name = iam_action_name(c->schema, action);
    bool asks = str_starts(name, STR("Describe")) || str_starts(name, STR("List"));
    return iam_action_access(c->schema, action) == IAM_ACCESS_LIST ||
           (asks && str_ends(name, STR("s"))) || str_eq_nocase(text, STR("logs:CreateLogGroup")) ||
           str_eq_nocase(text, STR("iam:CreateVirtualMFADevice"));
}

/* The actions of a statement, by what they would do on one of its resources. */
struct sorted {
    const struct escalation *path; /* the first that gains permissions */
    struct str narrowable, fixed; /* the first that takes ARNs, the first that takes '*' alone */
    uint32_t escalating, narrowables, fixeds;
};

static void sort_actions(struct allowance *w, const struct term *on, struct sorted *out) {
    for (uint32_t i = 0; i < w->s->actions.items.count; i++) {
        const struct value *x = w->s->actions.items.items[i].value;
        struct str text = check_text(w->c, x);
        struct named_action is = iam_action_named(&w->access->iam, text);
        if (!is.action.n)
            continue;
        if (!is_narrowable(w, text, &is)) {
            out->fixed = out->fixeds++ ? out->fixed : text;
            continue;
        }
        if (!access_is_wide(w->access, is.action, on->pattern) ||
            (on->pattern.count > 1 && is_of_all(w->c, is.action, text)))
            continue;
        const struct escalation *path = escalation_find(w->access, w->holder, w->s, text);
        if (path)
            out->path = out->escalating++ ? out->path : path;
        else
            out->narrowable = out->narrowables++ ? out->narrowable : text;
    }
}

static struct str and_more(struct check *c, uint32_t count) {
    return count > 1 ? str_printf(c->arena, " and %u more", count - 1) : STR_NIL;
}

static void report_escalation(struct allowance *w, const struct term *on, const struct value *at,
                              const struct sorted *all) {
    struct check *c = w->c;
    struct str shown = arn_text(c->arena, &w->access->holes, on->pattern);
    bool has_more = all->path->with[0] != 0;
    struct diag *d = check_report(c, RULE_PRIVILEGE_ESCALATION, w->s->owner, at,
                                  "who has %s%s%s on '%.*s' can %s", all->path->action,
                                  has_more ? " and " : "", all->path->with, STR_ARG(shown),
                                  all->path->gain);
    if (all->escalating > 1)
        diag_label(c->diags, d, "%u more like it", all->escalating - 1);
    diag_help(c->diags, d, "name the ARNs that it is needed for, or confine it with a Condition%s",
              str_eq_nocase(str_from(all->path->action), STR("iam:PassRole"))
                  ? " on iam:PassedToService"
                  : "");
}

static void report_wide(struct allowance *w, const struct term *on, const struct value *at,
                        const struct sorted *all) {
    struct check *c = w->c;
    struct str shown = arn_text(c->arena, &w->access->holes, on->pattern);
    struct str more = and_more(c, all->narrowables), arns;
    struct diag *d = check_report(c, RULE_WILDCARD_RESOURCES, w->s->owner, at,
                                  "'%.*s' is allowed for %.*s%.*s, which take%s ARNs",
                                  STR_ARG(shown), STR_ARG(all->narrowable), STR_ARG(more),
                                  all->narrowables == 1 ? "s" : "");
    arns = wiring_arns(w->access, w->holder, all->narrowable);
    struct str names = arns.len ? str_printf(c->arena, ", such as %.*s", STR_ARG(arns)) : STR_NIL;
    if (all->fixeds && shown.len == 1)
        diag_help(c->diags, d,
                  "split it: leave %.*s%.*s alone with '*', and name the ARNs for the others%.*s",
                  STR_ARG(all->fixed), STR_ARG(and_more(c, all->fixeds)), STR_ARG(names));
    else
        diag_help(c->diags, d, "name the ARNs%.*s", STR_ARG(names));
    if (!all->fixeds && at == on->value)
        narrow_resource(w->access, w->holder, w->s, at, d);
}

/* NotResource: everything but what is named. */
static void check_not_resource(struct allowance *w) {
    struct check *c = w->c;
    const struct value *at = value_get_c(w->s->value, "NotResource");
    struct sorted found = {0};
    struct term on = {.value = &value_nil, .pattern = arn_of_text(&w->access->holes, STR("*"))};
    if (!is_written(w, at))
        return;
    sort_actions(w, &on, &found);
    struct str action = found.narrowable.len ? found.narrowable
                        : found.path         ? str_from(found.path->action)
                                             : STR_NIL;
    if (!action.len)
        return;
    struct diag *d = check_report(c, RULE_WILDCARD_RESOURCES, w->s->owner, at,
                                  "NotResource with Allow allows %.*s%.*s on everything else",
                                  STR_ARG(action),
                                  STR_ARG(and_more(c, found.narrowables + found.escalating)));
    diag_help(c->diags, d, "name the ARNs in Resource, or deny with NotResource");
}

static void check_resources(struct allowance *w) {
    bool told = false;
    for (uint32_t i = 0; i < w->s->resources.items.count; i++) {
        const struct term *on = &w->s->resources.items.items[i];
        const struct value *at = place_of(w, on->value);
        struct sorted all = {0};
        if (!at || !access_has_star(on->pattern))
            continue;
        sort_actions(w, on, &all);
        if (all.escalating)
            report_escalation(w, on, at, &all);
        if (all.narrowables && !told)
            report_wide(w, on, at, &all);
        told = told || all.narrowables;
    }
}

/* ---- statements --------------------------------------------------------------------------- */

/* Whether all that a statement names are of the stack's own account, whose own policies decide. */
static bool is_of_account(struct access *a, const struct value *x) {
    if (x->kind == VAL_MAP)
        return x->count == 1 && is_of_account(a, value_get_c(x, "AWS"));
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        if (!is_of_account(a, x->items[i]))
            return false;
    struct str text = arn_text(a->c->arena, &a->holes, arn_of(&a->iam.arns, x));
    bool is_account = str_ends(text, STR(":root")) || str_is(text, "${AWS::AccountId}");
    return (x->kind == VAL_LIST && x->count) ||
           (is_account && str_find(text, STR("${AWS::AccountId}"), 0) < text.len);
}

/* All actions on a resource, its deletion and its policy too, for somebody. Keys have their own
   administrators; who may be everybody is told of already. */
static void check_whole(struct allowance *w, const struct value *x) {
    struct check *c = w->c;
    struct str name, text = check_text(c, x), prefix = str_split(text, ':', &name);
    bool is_all = str_is(text, "*") || str_is(name, "*");
    bool is_key = str_starts(w->s->owner->type, STR("AWS::KMS::"));
    const struct value *who = w->s->principal;
    if (who->kind == VAL_MAP && who->count == 1)
        who = value_get_c(who, "AWS");
    if (!is_all || is_key || value_is_c(who, "*") || w->s->not_principal ||
        is_of_account(w->access, w->s->principal) || !is_written(w, x))
        return;
    struct diag *d =
        check_report(c, RULE_WILDCARD_ACTIONS, w->s->owner, x,
                     "'%.*s' allows all that can be done to it, to delete it too", STR_ARG(text));
    if (prefix.len && name.ptr)
        diag_help(c->diags, d, "name the actions that are needed");
    else
        diag_help(c->diags, d, "name the service and the actions that are needed");
}

/* All actions of a trust policy: whoever is trusted may tag and name sessions as well. */
static void check_taking(struct allowance *w, const struct value *x) {
    struct str text = check_text(w->c, x);
    if ((!str_is(text, "*") && !str_eq_nocase(text, STR("sts:*"))) || !is_written(w, x))
        return;
    struct diag *d = check_report(w->c, RULE_WILDCARD_ACTIONS, w->s->owner, x,
                                  "'%.*s' allows more than to take on the role", STR_ARG(text));
    diag_help(w->c->diags, d, "sts:AssumeRole is what services and other accounts need");
}

/* A VPC endpoint's policy that lets everything through. */
static void check_endpoint(struct allowance *w, const struct value *x) {
    const struct statement *s = w->s;
    bool on_all = s->resources.items.count == 1 && s->resources.items.items[0].pattern.count == 1 &&
                  s->resources.items.items[0].pattern.items[0] == ARN_STAR;
    if (!on_all || !value_is_c(x, "*"))
        return;
    struct diag *d = check_report(w->c, RULE_WILDCARD_ACTIONS, s->owner, x,
                                  "'*' lets everything pass, as if there were no policy");
    diag_help(w->c->diags, d, "name the actions and resources that are used from this VPC");
}

static void check_statement(struct check *c, const struct holder *h, const struct statement *s) {
    struct allowance w = {c, access_get(c), h, s};
    bool confined = !s->allows || access_is_confined(s);
    if (!s->value)
        return;
    for (uint32_t i = 0; !s->not_action && i < s->actions.items.count; i++) {
        const struct value *x = s->actions.items.items[i].value;
        if (s->kind == POLICY_IDENTITY)
            check_action(&w, x, !s->allows || access_limits_actions(s));
        else if (s->kind == POLICY_RESOURCE && !confined)
            check_whole(&w, x);
        else if (s->kind == POLICY_ENDPOINT && !confined)
            check_endpoint(&w, x);
        else if (s->kind == POLICY_TRUST && s->allows)
            check_taking(&w, x);
    }
    if (s->kind != POLICY_IDENTITY || confined || s->not_action)
        return;
    if (s->not_resource)
        check_not_resource(&w);
    else
        check_resources(&w);
}

void check_policies(struct check *c) {
    struct access *a = access_get(c);
    struct map seen = {0}; /* owners of statements that principals of the stack have */
    if (!a)
        return;
    for (uint32_t i = 0; i < a->iam.principals.count; i++) {
        const struct holder *h = a->iam.principals.items[i];
        for (uint32_t j = 0; j < h->own.items.count; j++) {
            check_statement(c, h, h->own.items.items[j]);
            map_put(c->arena, &seen, h->own.items.items[j]->owner->id, 1);
        }
    }
    for (uint32_t i = 0; i < a->iam.statements.items.count; i++) {
        const struct statement *s = a->iam.statements.items.items[i];
        if (s->kind == POLICY_TRUST || !map_get(&seen, s->owner->id))
            check_statement(c, NULL, s);
    }
}
