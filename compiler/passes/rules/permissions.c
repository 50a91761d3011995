/* Whether a service may call the functions that the stack lets it call: AWS::Lambda::Permission.
   https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
#include "base/buf.h"
#include "passes/rules/invocations.h"
#include "passes/rules/services.h"

struct permission {
    const struct resource *r;
    const struct resource *function; /* NULL: not one of the stack's, or not known */
    struct str principal; /* nil: not known */
    bool allows;          /* to invoke it */
    const struct value *source;
    const struct resource *given; /* the resource of the stack that the source is; NULL: none */
    struct str pattern;      /* of the source, once it was asked for */
    struct permission *next; /* of the same function, in order; or of those whose isn't known */
};

struct list {
    struct permission *first, *last;
};

struct permissions {
    struct check *c;
    struct map by_function; /* logical id -> struct list * */
    struct list unknown;
    struct map by_name; /* FunctionName -> struct resource *, the first that has it */
};

/* ---- patterns of ARNs -------------------------------------------------------------------- */

#define PART "\002" /* a TEXT_PART_HOLE */

static void put_id(struct buf *b, struct str id) {
    buf_char(b, '<');
    buf_str(b, id);
    buf_char(b, '>');
}

/* An ARN as a pattern: a reference to a resource of the stack becomes its id between marks, so that
   two references compare; asterisks, variables of paths and all else that isn't known are holes. */
static struct str source_pattern(struct check *c, const struct value *x) {
    struct text t = view_text(&c->view, x);
    struct buf b;
    buf_init(&b, c->arena, 0);
    uint32_t hole = 0;
    for (size_t i = 0; i < t.pattern.len; i++) {
        char ch = t.pattern.ptr[i];
        size_t close = ch == '{' ? str_find_char(t.pattern, '}', i) : t.pattern.len;
        if (ch == TEXT_HOLE) {
            const struct value *at = t.holes.items.items[hole++];
            const struct resource *r = at == x && at->kind != VAL_REF && at->kind != VAL_GETATT
                                           ? NULL
                                           : check_target(c, at);
            if (r)
                put_id(&b, r->id);
            else
                buf_char(&b, TEXT_HOLE);
        } else if (ch == '*' || ch == '?' || close < t.pattern.len) {
            buf_char(&b, TEXT_HOLE);
            i = close < t.pattern.len ? close : i;
        } else {
            buf_char(&b, ch);
        }
    }
    return buf_view(&b);
}

/* arn:*:execute-api:*:*:API/STAGE/METHOD/PATH */
static struct str api_pattern(struct check *c, const struct invocation *in) {
    struct buf b;
    buf_init(&b, c->arena, 0);
    buf_c(&b, "arn:" PART ":execute-api:" PART ":" PART ":");
    put_id(&b, in->source->id);
    buf_char(&b, '/');
    if (str_is(in->route, "authorizers")) {
        buf_c(&b, "authorizers/");
        buf_char(&b, TEXT_HOLE);
        return buf_view(&b);
    }
    struct str path, method = str_split(in->route, ' ', &path);
    buf_c(&b, PART "/");
    if (str_is(method, "ANY"))
        buf_char(&b, TEXT_PART_HOLE);
    else
        buf_str(&b, method);
    for (size_t i = 0; i < path.len; i++) {
        size_t close = path.ptr[i] == '{' ? str_find_char(path, '}', i) : path.len;
        bool rest = close < path.len && path.ptr[close - 1] == '+';
        buf_char(&b, close == path.len ? path.ptr[i] : rest ? TEXT_HOLE : TEXT_PART_HOLE);
        i = close < path.len ? close : i;
    }
    return buf_view(&b);
}

static bool source_fits(struct check *c, struct permission *p, const struct invocation *in,
                        struct str wanted) {
    if (value_is_null(p->source) || !in->source)
        return true;
    if (!in->route.ptr) /* anything but a reference to another of its type */
        return !p->given || p->given == in->source || !str_eq(p->given->type, in->source->type);
    if (!p->pattern.ptr)
        p->pattern = source_pattern(c, p->source);
    return text_can_equal(p->pattern, wanted);
}

/* ---- permissions --------------------------------------------------------------------------- */

static void read_names(struct permissions *all) {
    struct check *c = all->c;
    const struct resource_vec *list = check_type(c, "AWS::Lambda::Function");
    for (uint32_t i = 0; i < list->items.count; i++) {
        struct str name = check_text(c, property(list->items.items[i], "FunctionName"));
        if (name.len && !map_get(&all->by_name, name))
            map_put_ptr(c->arena, &all->by_name, name, list->items.items[i]);
    }
}

static void append(struct list *to, struct permission *p) {
    if (to->last)
        to->last->next = p;
    else
        to->first = p;
    to->last = p;
}

static bool allows_action(struct str action) {
    return !action.ptr || str_is(action, "lambda:InvokeFunction") || str_is(action, "lambda:*") ||
           str_is(action, "lambda:Invoke*") || str_is(action, "*");
}

static void read_permission(struct permissions *all, const struct resource *r) {
    struct check *c = all->c;
    const struct value *name = property(r, "FunctionName");
    struct permission *p = arena_new(c->arena, struct permission);
    *p = (struct permission){.r = r,
                             .function = function_of(c, name),
                             .principal = check_text(c, property(r, "Principal")),
                             .allows = allows_action(check_text(c, property(r, "Action"))),
                             .source = property(r, "SourceArn")};
    p->given = check_target(c, p->source);
    if (!p->function)
        p->function = map_get_ptr(&all->by_name, check_text(c, name));
    if (!p->function) {
        struct text text = view_text(&c->view, name);
        if (!text_is_known(&text))
            append(&all->unknown, p);
        return;
    }
    struct list *own = map_get_ptr(&all->by_function, p->function->id);
    if (!own) {
        own = arena_new(c->arena, struct list);
        map_put_ptr(c->arena, &all->by_function, p->function->id, own);
    }
    append(own, p);
}

static void read_permissions(struct permissions *all) {
    const struct resource_vec *list = check_type(all->c, "AWS::Lambda::Permission");
    read_names(all);
    for (uint32_t i = 0; i < list->items.count; i++)
        read_permission(all, list->items.items[i]);
}

static bool fits(struct check *c, struct permission *p, const struct invocation *in,
                 struct str wanted) {
    return p->allows && service_is(p->principal, str_from(in->principal)) &&
           source_fits(c, p, in, wanted);
}

/* Why a permission isn't the one that is needed. */
static const char *misfit(const struct permission *p, const struct invocation *in,
                          const struct value **at) {
    *at = property(p->r, "Action");
    if (!p->allows)
        return "this permission allows another action";
    *at = property(p->r, "Principal");
    if (!service_is(p->principal, str_from(in->principal)))
        return "this permission is for another service";
    *at = p->source;
    return "this permission is for another source";
}

static void check_invocation(struct permissions *all, const struct invocation *in) {
    struct check *c = all->c;
    const struct list *own = map_get_ptr(&all->by_function, in->function->id);
    struct str wanted = in->source && in->route.ptr ? api_pattern(c, in) : STR_NIL;
    for (struct permission *p = all->unknown.first; p; p = p->next)
        if (fits(c, p, in, wanted))
            return;
    for (struct permission *p = own ? own->first : NULL; p; p = p->next)
        if (fits(c, p, in, wanted))
            return;
    struct diag *d;
    if (in->route.ptr && !str_is(in->route, "authorizers"))
        d = check_report(c, RULE_INVOKE_PERMISSION, in->r, in->at,
                         "no permission lets %.*s call '%.*s'", STR_ARG(in->route),
                         STR_ARG(in->function->id));
    else
        d = check_report(c, RULE_INVOKE_PERMISSION, in->r, in->at,
                         "no permission lets %s call '%.*s'", in->principal,
                         STR_ARG(in->function->id));
    const struct value *at;
    const char *why = own ? misfit(own->last, in, &at) : NULL;
    if (why)
        diag_note(c->diags, d, at->span, "%s", why);
    else
        diag_help(c->diags, d, "add an AWS::Lambda::Permission for Principal %s", in->principal);
}

/* ---- sources ---------------------------------------------------------------------------------- */

/* Who calls for a resource of a type. */
static const struct {
    const char *type, *principal;
} callers[] = {
    {"AWS::ApiGateway::RestApi", "apigateway.amazonaws.com"},
    {"AWS::ApiGatewayV2::Api", "apigateway.amazonaws.com"},
    {"AWS::Cognito::UserPool", "cognito-idp.amazonaws.com"},
    {"AWS::Config::ConfigRule", "config.amazonaws.com"},
    {"AWS::ElasticLoadBalancingV2::TargetGroup", "elasticloadbalancing.amazonaws.com"},
    {"AWS::Events::Rule", "events.amazonaws.com"},
    {"AWS::IoT::TopicRule", "iot.amazonaws.com"},
    {"AWS::Logs::LogGroup", "logs.amazonaws.com"},
    {"AWS::S3::Bucket", "s3.amazonaws.com"},
    {"AWS::SNS::Topic", "sns.amazonaws.com"},
};

/* The ARN of a bucket has no account; when the bucket is given up, anybody may make it again.
   https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
static void check_account(struct check *c, const struct resource *r) {
    const struct value *source = property(r, "SourceArn");
    if (!str_is(check_text(c, property(r, "Principal")), "s3.amazonaws.com") ||
        !check_is_closed(r->properties) || !str_starts(check_text(c, source), STR("arn:")) ||
        !value_is_null(property(r, "SourceAccount")))
        return;
    struct diag *d = check_report(c, RULE_CONFUSED_DEPUTY, r, source,
                                  "a bucket's ARN has no account, so its next owner may call, too");
    diag_help(c->diags, d, "add SourceAccount: !Ref AWS::AccountId");
}

/* A permission for a service that never calls for this source: it permits nothing. */
static void check_caller(struct check *c, const struct resource *r) {
    const struct resource *source = check_target(c, property(r, "SourceArn"));
    struct str principal = check_text(c, property(r, "Principal"));
    for (size_t i = 0; source && principal.len && i < sizeof callers / sizeof *callers; i++) {
        if (!resource_is(source, callers[i].type) || !str_ends(principal, STR(".amazonaws.com")) ||
            service_is(principal, str_from(callers[i].principal)))
            continue;
        check_report(c, RULE_INVOKE_PERMISSION, r, property(r, "Principal"),
                     "%.*s doesn't call for '%.*s', which is %.*s, expected %s",
                     STR_ARG(principal), STR_ARG(source->id), STR_ARG(source->type),
                     callers[i].principal);
    }
}

/* The service in the ARNs that a service names as the source of its calls.
   https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html */
static const struct {
    const char *principal, *service;
} sources[] = {
    {"apigateway.amazonaws.com", "execute-api"},
    {"cognito-idp.amazonaws.com", "cognito-idp"},
    {"elasticloadbalancing.amazonaws.com", "elasticloadbalancing"},
    {"events.amazonaws.com", "events"},
    {"logs.amazonaws.com", "logs"},
    {"s3.amazonaws.com", "s3"},
    {"secretsmanager.amazonaws.com", "secretsmanager"},
    {"sns.amazonaws.com", "sns"},
};

/* https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html */
static void check_arn(struct check *c, const struct resource *r) {
    const struct value *at = property(r, "SourceArn");
    struct str principal = check_text(c, property(r, "Principal"));
    struct str rest = view_text(&c->view, at).pattern, parts[5];
    const char *service = NULL;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        service = str_is(principal, sources[i].principal) ? sources[i].service : service;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!str_has(rest, ':'))
            return;
        parts[i] = str_split(rest, ':', &rest);
        if (parts[i].len > 1 && str_has(parts[i], TEXT_HOLE))
            return;
    }
    if (!service || !str_is(parts[0], "arn") || !parts[2].len || str_has(parts[2], TEXT_HOLE) ||
        str_has(parts[2], '*') || str_has(parts[2], '?'))
        return;
    if (!str_eq(parts[2], str_from(service)))
        check_report(c, RULE_INVOKE_PERMISSION, r, at,
                     "%.*s calls for no ARN of %.*s, expected one of %s", STR_ARG(principal),
                     STR_ARG(parts[2]), service);
    else if (str_is(parts[2], "execute-api") &&
             (!parts[4].len || !rest.len || rest.ptr[0] == ':' || rest.ptr[0] == '/'))
        diag_help(c->diags,
                  check_report(c, RULE_INVOKE_PERMISSION, r, at,
                               "the ARN has no %s in its place", parts[4].len ? "API" : "account"),
                  "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*");
}

static void check_sources(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::Lambda::Permission");
    for (uint32_t i = 0; i < list->items.count; i++) {
        check_caller(c, list->items.items[i]);
        check_account(c, list->items.items[i]);
        check_arn(c, list->items.items[i]);
    }
}

void check_permissions(struct check *c) {
    struct permissions all = {.c = c};
    if (c->open)
        return;
    const struct invocations *calls = invocations_of(c);
    read_permissions(&all);
    check_sources(c);
    for (uint32_t i = 0; i < calls->items.count; i++)
        check_invocation(&all, &calls->items.items[i]);
}
