/* What Lambda needs of the role that it runs a function with, beside what the code does.
   https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
#include "passes/rules/access.h"

enum use { USE_POLL, USE_LETTER, USE_ARRIVE, USE_NETWORK, USE_BESIDE, USE_SECRET };

static const struct {
    enum use use;
    const char *service, *actions;
} needs[] = {
#define NEED(use, service, actions) {USE_##use, service, actions},
#include "passes/rules/needs.def"
#undef NEED
};

static const char *const purposes[] = {
    [USE_POLL] = "to poll it",
    [USE_LETTER] = "for dead letters",
    [USE_ARRIVE] = "to send results to it",
    [USE_NETWORK] = "in a VPC",
    [USE_BESIDE] = "to poll it",
    [USE_SECRET] = "to sign in with it",
};

/* One use of a role, on a resource, or on anything where `to` is NULL. */
struct need {
    struct access *access;
    const struct resource *function;
    const struct holder *role;
    enum use use;
    const struct resource *at_resource;
    const struct value *to;
};

static void report(struct need *n, struct str missing) {
    struct check *c = n->access->c;
    struct diag *d = check_report(c, RULE_EXECUTION_ROLE, n->at_resource,
                                  n->to ? n->to : property(n->function, "VpcConfig"),
                                  "the role of '%.*s' doesn't allow %.*s, which Lambda needs %s",
                                  STR_ARG(n->function->id), STR_ARG(missing), purposes[n->use]);
    diag_note(c->diags, d, n->role->resource->id_span, "its role");
    if (n->to && n->use != USE_BESIDE)
        diag_help(c->diags, d, "allow %.*s on what is named here, in a policy of the role",
                  STR_ARG(missing));
    else if (n->use == USE_BESIDE)
        diag_help(c->diags, d, "allow %.*s on '*'", STR_ARG(missing));
    else
        diag_help(c->diags, d, "allow %.*s on '*', or attach AWSLambdaVPCAccessExecutionRole",
                  STR_ARG(missing));
}

static void check_need(struct need *n) {
    struct access *a = n->access;
    struct str service = n->to ? access_service(a, arn_of(&a->iam.arns, n->to)) : STR("");
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        if (needs[i].use != n->use || !service.ptr || !str_is(service, needs[i].service))
            continue;
        struct str missing = access_lacking(a, n->role, n->use == USE_BESIDE ? NULL : n->to,
                                            str_from(needs[i].actions));
        if (missing.len)
            report(n, missing);
    }
}

/* The same for every value that something may have. */
static void check_each(struct need n, const struct value *to) {
    struct possibles all = check_possible(n.access->c, n.at_resource, to);
    for (uint32_t i = 0; i < all.items.count; i++) {
        n.to = all.items.items[i].value;
        if (!value_is_null(n.to))
            check_need(&n);
    }
}

static const struct resource *function_behind(struct access *a, const struct value *x) {
    const struct resource *r = access_named(a, x);
    for (int i = 0; r && i < 3 && !resource_is(r, "AWS::Lambda::Function"); i++)
        r = access_named(a, property(r, "FunctionName")); /* an alias or version */
    return r && resource_is(r, "AWS::Lambda::Function") ? r : NULL;
}

/* Whether a function has subnets for certain: a list, or a parameter that AWS refuses empty. */
static bool has_subnets(const struct check *c, const struct value *subnets) {
    const struct value *parameter =
        subnets->kind == VAL_REF ? value_get(c->graph->parameters, subnets->text) : &value_nil;
    return (subnets->kind == VAL_LIST && subnets->count && !is_absent(subnets->items[0])) ||
           value_is_c(value_get_c(parameter, "Type"), "List<AWS::EC2::Subnet::Id>");
}

static void check_user(struct access *a, const struct resource *at,
                       const struct resource *function) {
    struct need n = {.access = a, .function = function, .at_resource = at};
    n.role = function ? iam_role_of(&a->iam, function) : NULL;
    if (!n.role || !access_is_whole(a, n.role))
        return;
    if (at == function) {
        n.use = USE_LETTER;
        check_each(n, value_get_c(property(at, "DeadLetterConfig"), "TargetArn"));
        n.use = USE_NETWORK;
        if (has_subnets(a->c, value_get_c(property(at, "VpcConfig"), "SubnetIds")))
            check_need(&n);
        return;
    }
    const struct value *to = property(at, "DestinationConfig");
    if (resource_is(at, "AWS::Lambda::EventSourceMapping")) {
        const struct value *ways = property(at, "SourceAccessConfigurations");
        n.use = USE_POLL;
        check_each(n, property(at, "EventSourceArn"));
        n.use = USE_BESIDE;
        check_each(n, property(at, "EventSourceArn"));
        n.use = USE_SECRET;
        for (uint32_t i = 0; ways->kind == VAL_LIST && i < ways->count; i++)
            check_each(n, value_get_c(ways->items[i], "URI"));
    }
    n.use = USE_ARRIVE;
    check_each(n, value_get_c(value_get_c(to, "OnFailure"), "Destination"));
    check_each(n, value_get_c(value_get_c(to, "OnSuccess"), "Destination"));
}

void check_execution_roles(struct check *c) {
    struct access *a = access_get(c);
    for (uint32_t i = 0; a && i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        if (resource_is(r, "AWS::Lambda::Function"))
            check_user(a, r, r);
        else if (resource_is(r, "AWS::Lambda::EventSourceMapping") ||
                 resource_is(r, "AWS::Lambda::EventInvokeConfig"))
            check_user(a, r, function_behind(a, property(r, "FunctionName")));
    }
}
