#include "lang/api.h"

/* Routes: methods, paths, targets, and the permissions that they need. */

static const char *const methods[] = {"GET",    "POST", "PUT",     "PATCH",
                                      "DELETE", "HEAD", "OPTIONS", "ANY"};

static bool is_method(struct str word) {
    return str_in(word, methods);
}

static void unknown_method(struct lang *l, const struct node *n) {
    struct span span = n->span;
    span.end = span.start + (uint32_t)n->text.len;
    struct diag *d = diag_add(l->diags, RULE_WORD_VALUE, span, "'%.*s' is no HTTP method",
                              STR_ARG(n->text));
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (str_is_near(n->text, str_from(methods[i]))) {
            diag_label(l->diags, d, "did you mean '%s'?", methods[i]);
            return;
        }
    diag_help(l->diags, d,
              "methods are GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, ANY; and 'crud'");
}

bool route_target(struct lang *l, struct scope *s, node_id target, bool crud, struct route *r) {
    if (!crud && direct_target(l, s, target, r))
        return r->target || r->proxied || r->is_mock;
    struct value *x = eval(l, s, target);
    struct thing *t = thing_of(x);
    bool one = t && !t->is_collection && !t->space;
    if (one && t->kind == KIND_FUNCTION)
        r->function = t;
    else if (one && crud && t->kind == KIND_TABLE)
        r->on = t;
    if (r->function || r->on) {
        r->cond = logic_and(l, r->cond, t->cond);
        return true;
    }
    if (!is_error(x) && !value_is_null(x)) {
        struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, scope_span(s, target),
                                  "a route leads to a function, found %s", describe_value(x));
        if (t && t->is_collection)
            diag_help(l->diags, d, "name one entry: %.*s[\"...\"]", STR_ARG(t->name));
        else if (one && !crud)
            diag_help(l->diags, d,
                      "or to a verb of a table, queue, topic, bus, stream, machine or bucket");
    }
    return false;
}

bool route_path_fits(struct lang *l, struct str path, struct span span) {
    const char *wrong = NULL;
    size_t open = 0;
    bool inside = false;
    if (path.len == 0 || path.ptr[0] != '/')
        wrong = "a path begins with '/'";
    else if (path.len > 1 && path.ptr[path.len - 1] == '/')
        wrong = "a path doesn't end with '/'";
    else if (str_find(path, STR("//"), 0) < path.len)
        wrong = "a path has no empty segments";
    for (size_t i = 0; i < path.len && !wrong; i++) {
        char c = path.ptr[i];
        if (c == '{') {
            if (inside || path.ptr[i - 1] != '/')
                wrong = "a parameter is a whole segment: /{id}";
            inside = true, open = i;
        } else if (c == '}') {
            if (!inside || i == open + 1 || (i + 1 < path.len && path.ptr[i + 1] != '/'))
                wrong = "a parameter is a whole segment: /{id}";
            else if (path.ptr[i - 1] == '+' && i + 1 < path.len)
                wrong = "a greedy parameter stands at the end";
            inside = false;
        } else if (c == '/' && inside) {
            wrong = "a parameter's '}' is missing";
        }
    }
    if (inside && !wrong)
        wrong = "a parameter's '}' is missing";
    if (!wrong && str_find(path, STR("/:"), 0) < path.len)
        wrong = "a parameter is written /{id}";
    if (!wrong)
        return true;
    diag_add(l->diags, RULE_ROUTE_PATH, span, "'%.*s' is no path of an API: %s", STR_ARG(path),
             wrong);
    return false;
}

void add_route(struct lang *l, struct api *a, const struct route *like, const char *method,
               struct str path) {
    struct route r = *like;
    if (method)
        r.method = str_from(method);
    r.path = path;
    for (uint32_t i = 0; i < a->routes.count; i++) {
        const struct route *before = &a->routes.items[i];
        if (!str_eq(before->method, r.method) || !str_eq(before->path, r.path) || before->cond ||
            r.cond)
            continue;
        struct diag *d =
            diag_add(l->diags, RULE_ROUTE_CONFLICT, r.span, "'%.*s %.*s' is routed twice",
                     STR_ARG(r.method), STR_ARG(r.path));
        diag_note(l->diags, d, before->span, "first here");
        return;
    }
    vec_push(l->arena, &a->routes, r);
}

static void one_route(struct lang *l, struct api *a, const struct clause *c) {
    const struct node *n = scope_node(c->scope, c->node);
    struct value *at = eval(l, c->scope, n->name);
    struct span path_span = scope_span(c->scope, n->name);
    struct str path = need_text(l, at, path_span, "a route's path");
    bool crud = str_is(n->text, "crud");
    if (!crud && !is_method(n->text)) {
        unknown_method(l, n);
        return;
    }
    struct route r = {
        .method = n->text,
        .span =
            span_join((struct span){n->span.source, n->span.start, n->span.start + 1}, path_span)};
    r.cond = c->cond;
    if (!route_target(l, c->scope, clause_leads_to(c), crud, &r) || !path.ptr ||
        !route_path_fits(l, path, path_span))
        return;
    struct str label = str_printf(l->arena, "%.*s %.*s", STR_ARG(n->text), STR_ARG(path));
    r.settings = make_part(l, a->thing, KIND_ROUTE, c->scope, c->node, label, a->thing->id, r.cond);
    thing_body(l, r.settings);
    if (!crud) {
        add_route(l, a, &r, NULL, path);
        return;
    }
    if (r.on) {
        direct_crud(l, a, &r, path);
        return;
    }
    struct str root = str_is(path, "/") ? STR("") : path;
    struct str item = str_concat(l->arena, root, STR("/{id}"));
    add_route(l, a, &r, "GET", path);
    add_route(l, a, &r, "GET", item);
    add_route(l, a, &r, "POST", path);
    add_route(l, a, &r, "PUT", item);
    add_route(l, a, &r, "DELETE", item);
}

void api_routes(struct lang *l, struct api *a) {
    for (uint32_t i = 0; i < a->thing->body.clauses.count; i++) {
        const struct clause *c = &a->thing->body.clauses.items[i];
        if (scope_node(c->scope, c->node)->kind != NODE_ROUTE)
            continue;
        struct value *before = assume(l, c->cond);
        one_route(l, a, c);
        l->given = before;
    }
}

/* ---- permissions ------------------------------------------------------------------------- */

/* GET /users/{id} -> GetUsersId */
static struct str route_word(struct lang *l, const struct route *r) {
    struct str method = str_lower(l->arena, r->method);
    struct str path = str_is(r->path, "/") ? STR("Root") : camel(l->arena, r->path);
    return str_concat(l->arena, camel(l->arena, method), path);
}

/* The path as it stands in an ARN: parameters match anything. */
static struct str arn_path(struct lang *l, struct str path) {
    struct buf b;
    buf_init(&b, l->arena, 0);
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] == '{') {
            buf_char(&b, '*');
            i = str_find_char(path, '}', i);
        } else {
            buf_char(&b, path.ptr[i]);
        }
    }
    return buf_view(&b);
}

struct value *route_stage(struct lang *l, struct thing *settings) {
    struct value *only = body_value(l, settings, "stage");
    struct thing *stage = only ? thing_of(only) : NULL;
    return stage ? stage_name(l, stage)
                 : text_value(l, "*"); /* by name: a Ref would wait for the stage */
}

void api_permission(struct lang *l, struct api *a, struct thing *function, struct str id,
                    const char *part, struct value *path, struct value *cond) {
    if (function->is_existing)
        return;
    struct resource *p = add_resource(l, a->thing, part, "AWS::Lambda::Permission", id,
                                      logic_and(l, a->thing->cond, cond));
    p->properties =
        map_of(l, 4, "Action", text_value(l, "lambda:InvokeFunction"), "FunctionName",
               function_callee(l, function), "Principal", text_value(l, "apigateway.amazonaws.com"),
               "SourceArn",
               sub(l, "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${%S}/%v",
                   &a->thing->id, path));
}

static void permission(struct lang *l, struct api *a, const struct route *r) {
    struct thing *f = r->function;
    if (!f || f->is_existing)
        return;
    struct str word = route_word(l, r), path = arn_path(l, r->path);
    struct str id = str_printf(l->arena, "%.*s%.*s%.*sPermission", STR_ARG(f->id),
                               STR_ARG(a->thing->id), STR_ARG(word));
    struct str label =
        str_printf(l->arena, "permission of %.*s %.*s", STR_ARG(r->method), STR_ARG(r->path));
    struct str method = str_is(r->method, "ANY") ? STR("*") : r->method;
    api_permission(l, a, f, id, str_cstr(l->arena, label),
                   sub(l, "%v/%S%S", route_stage(l, r->settings), &method, &path), r->cond);
    struct resource *p = graph_find(l->graph, id);
    if (p)
        p->span = r->span;
}

void api_permissions(struct lang *l, struct api *a) {
    for (uint32_t i = 0; i < a->routes.count && !a->websocket; i++)
        permission(l, a, &a->routes.items[i]);
    for (uint32_t i = 0; i < a->authorizers.count && !a->websocket; i++) {
        struct thing *auth = a->authorizers.items[i];
        struct value *by = body_value(l, auth, "lambda");
        struct thing *f = by ? thing_of(by) : NULL;
        if (!f || f->kind != KIND_FUNCTION)
            continue;
        struct str id =
            str_printf(l->arena, "%.*s%.*sPermission", STR_ARG(f->id), STR_ARG(auth->id));
        api_permission(l, a, f, id, "permission of the authorizer", text_value(l, "authorizers/*"),
                       NULL);
    }
}
