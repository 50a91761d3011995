/* Routes of APIs, however they are written: the paths of an OpenAPI body, the tree of REST resources and
   methods, the routes of an HTTP or WebSocket API.
   https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
   https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html */
#include "base/buf.h"
#include "base/limits.h"
#include "passes/check.h"

/* ---- paths --------------------------------------------------------------------------- */

static bool is_variable_name(struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        bool fits = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
                    (ch >= 'A' && ch <= 'Z') || ch == '_' || ch == '-' || ch == '.' || ch == ':';
        if (!fits)
            return false;
    }
    return s.len > 0;
}

/* What is wrong with one part of a path; NULL: nothing. */
static const char *wrong_part(struct str part, bool is_last) {
    bool open = str_has(part, '{'), close = str_has(part, '}');
    if (str_has(part, TEXT_HOLE))
        return NULL;
    if (!open && !close)
        return str_has(part, ' ') ? "a part has a blank" : NULL;
    if (part.ptr[0] != '{' || part.ptr[part.len - 1] != '}')
        return "a variable must fill a whole part";
    struct str name = str_slice(part, 1, part.len - 1);
    bool greedy = str_ends(name, STR("+"));
    if (greedy)
        name = str_slice(name, 0, name.len - 1);
    if (!is_variable_name(name))
        return "a variable's name has letters, digits, '_', '-' and '.' only";
    return greedy && !is_last ? "what takes the rest of the path must stand last" : NULL;
}

enum { MAX_PARTS = 100 };

static const char *wrong_path(struct str path) {
    struct str names[MAX_PARTS];
    unsigned count = 0;
    if (path.len && path.ptr[0] == TEXT_HOLE)
        return NULL;
    if (!path.len || path.ptr[0] != '/')
        return "a path starts with '/'";
    for (struct str rest = str_slice(path, 1, path.len); rest.ptr && rest.len;) {
        struct str part = str_split(rest, '/', &rest);
        if (!part.len)
            return "a part is empty";
        const char *wrong = wrong_part(part, !rest.ptr || !rest.len);
        if (wrong)
            return wrong;
        if (part.ptr[0] != '{' || count == MAX_PARTS)
            continue;
        for (unsigned i = 0; i < count; i++)
            if (str_eq(names[i], part))
                return "a variable's name stands in it twice";
        names[count++] = part;
    }
    return NULL;
}

/* The path with the names of its variables left out, so that equal ones meet the same requests. */
static struct str path_shape(struct check *c, struct str path) {
    struct buf b;
    buf_init(&b, c->arena, 0);
    for (size_t i = 0; i < path.len; i++) {
        size_t close = path.ptr[i] == '{' ? str_find_char(path, '}', i) : path.len;
        if (close == path.len) {
            buf_char(&b, path.ptr[i]);
            continue;
        }
        buf_c(&b, path.ptr[close - 1] == '+' ? "{+}" : "{}");
        i = close;
    }
    struct str shape = buf_view(&b);
    return shape.len > 1 && str_ends(shape, STR("/")) ? str_slice(shape, 0, shape.len - 1) : shape;
}

static bool is_method(struct str s, bool lower) {
    static const char *const methods[] = {"GET",   "PUT",  "POST",   "DELETE",
                                          "PATCH", "HEAD", "OPTIONS"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (lower ? str_eq_nocase(s, str_from(methods[i])) : str_is(s, methods[i]))
            return true;
    return !lower && str_is(s, "ANY");
}

static struct str nearest_method(struct str given) {
    static const char *const methods[] = {"GET",  "PUT",     "POST", "DELETE", "PATCH",
                                          "HEAD", "OPTIONS", "ANY"};
    struct str best = STR_NIL;
    unsigned distance = 3;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        unsigned d = str_distance(given, str_from(methods[i]), distance);
        if (d < distance)
            distance = d, best = str_from(methods[i]);
    }
    return best;
}

/* ---- what an API has ------------------------------------------------------------------- */

struct route {
    const struct resource *r;
    struct span span;
    struct str path;
    struct bdd_id when;
};

struct api_routes {
    struct check *c;
    bool is_rest;
    struct map by_route;  /* "METHOD shape" -> struct route * */
    struct map variables; /* shape of what is before a variable -> struct route * with its name */
};

static void report_conflict(struct api_routes *a, const struct route *now, struct str method,
                            const struct route *other) {
    struct diag *d = check_report_span(a->c, RULE_ROUTE_CONFLICT, now->r, now->span,
                                       "%.*s %.*s is there twice", STR_ARG(method),
                                       STR_ARG(now->path));
    if (!str_eq(now->path, other->path))
        diag_note(a->c->diags, d, other->span, "as %.*s", STR_ARG(other->path));
    else
        diag_note(a->c->diags, d, other->span, "the first");
}

/* In a REST API a part of the path can be one variable only. */
static void add_variables(struct api_routes *a, const struct route *now) {
    for (size_t open = 0; (open = str_find_char(now->path, '{', open)) < now->path.len; open++) {
        size_t close = str_find_char(now->path, '}', open);
        struct str before = path_shape(a->c, str_slice(now->path, 0, open));
        struct route *mine = arena_new(a->c->arena, struct route);
        *mine = *now;
        mine->path = str_slice(now->path, open, close + 1);
        struct route *other = map_get_ptr(&a->variables, before);
        if (!other) {
            map_put_ptr(a->c->arena, &a->variables, before, mine);
        } else if (!str_eq(other->path, mine->path) && check_meet(a->c, other->when, now->when)) {
            struct diag *d = check_report_span(
                a->c, RULE_ROUTE_VARIABLE, now->r, now->span,
                "the variable %.*s stands where another path has %.*s, expected one name",
                STR_ARG(mine->path), STR_ARG(other->path));
            diag_note(a->c->diags, d, other->span, "the other path");
            return;
        }
    }
}

static bool add_path(struct api_routes *a, const struct route *now) {
    const char *wrong = wrong_path(now->path);
    if (wrong) {
        check_report_span(a->c, RULE_ROUTE_PATH, now->r, now->span, "'%.*s' is no path: %s",
                          STR_ARG(now->path), wrong);
        return false;
    }
    if (str_has(now->path, TEXT_HOLE))
        return false;
    if (a->is_rest)
        add_variables(a, now);
    return true;
}

static void add_route(struct api_routes *a, const struct route *now, struct str method) {
    struct str shape = path_shape(a->c, now->path);
    struct str key = str_printf(a->c->arena, "%.*s %.*s", STR_ARG(method), STR_ARG(shape));
    struct route *other = map_get_ptr(&a->by_route, key);
    if (other && check_meet(a->c, other->when, now->when)) {
        report_conflict(a, now, method, other);
        return;
    }
    struct route *mine = arena_new(a->c->arena, struct route);
    *mine = *now;
    map_put_ptr(a->c->arena, &a->by_route, key, mine);
}

/* ---- OpenAPI bodies ---------------------------------------------------------------------- */

static bool is_path_item_key(struct str key) {
    static const char *const keys[] = {"parameters", "summary", "description", "servers", "$ref"};
    return str_in(key, keys) || str_starts(key, STR("x-")) || str_starts(key, STR("Fn::"));
}

static void read_operations(struct api_routes *a, struct route *route, const struct value *item) {
    for (uint32_t i = 0; item->kind == VAL_MAP && i < item->count; i++) {
        const struct member *m = &item->members[i];
        route->span = m->span;
        if (is_method(m->key, true)) {
            add_route(a, route, str_upper(a->c->arena, m->key));
        } else if (str_is(m->key, "x-amazon-apigateway-any-method")) {
            add_route(a, route, STR("ANY"));
        } else if (!is_path_item_key(m->key)) {
            struct diag *d = check_report_span(a->c, RULE_HTTP_METHOD, route->r, m->span,
                                               "'%.*s' is no method of API Gateway",
                                               STR_ARG(m->key));
            struct str near = nearest_method(m->key);
            check_suggest(a->c, d, m->key, str_lower(a->c->arena, near));
        }
    }
}

static void read_body(struct check *c, const struct resource *r, bool is_rest) {
    struct possibles bodies = check_possible(c, r, property(r, "Body"));
    for (uint32_t b = 0; b < bodies.items.count; b++) {
        const struct value *paths = value_get_c(bodies.items.items[b].value, "paths");
        struct api_routes api = {.c = c, .is_rest = is_rest};
        for (uint32_t i = 0; paths->kind == VAL_MAP && i < paths->count; i++) {
            const struct member *m = &paths->members[i];
            if (str_starts(m->key, STR("Fn::")) || str_starts(m->key, STR("x-")))
                continue;
            struct possibles items = {0};
            view_possible(&c->view, m->value, bodies.items.items[b].when, &items);
            for (uint32_t j = 0; j < items.items.count; j++) {
                struct route route = {r, m->span, m->key, items.items.items[j].when};
                bool is_default = !is_rest && str_is(m->key, "/$default");
                if (value_is_nil(items.items.items[j].value) || is_default ||
                    !add_path(&api, &route))
                    continue;
                read_operations(&api, &route, items.items.items[j].value);
            }
        }
    }
}

/* ---- REST resources and methods ------------------------------------------------------------- */

static struct str api_key(struct check *c, const struct value *api) {
    return value_canonical(c->arena, view_only(&c->view, api));
}

struct tree {
    struct check *c;
    struct map apis; /* canonical RestApiId -> struct api_routes * */
};

static struct api_routes *tree_api(struct tree *t, const struct value *id, bool is_rest) {
    struct str key = api_key(t->c, id);
    struct api_routes *a = map_get_ptr(&t->apis, key);
    if (!a) {
        a = arena_new(t->c->arena, struct api_routes);
        a->c = t->c;
        a->is_rest = is_rest;
        map_put_ptr(t->c->arena, &t->apis, key, a);
    }
    return a;
}

/* The path of a REST resource, by its parents; nil where it isn't known. */
static struct str resource_path(struct check *c, const struct value *id, unsigned depth) {
    if (id->kind == VAL_GETATT && str_is(value_text(value_at(id, 0)), "RootResourceId"))
        return STR("/");
    const struct resource *r = check_target_of(c, id, "AWS::ApiGateway::Resource");
    if (!r || depth > MAX_PARTS)
        return STR_NIL;
    struct str parent = resource_path(c, property(r, "ParentId"), depth + 1);
    struct text part = view_text(&c->view, property(r, "PathPart"));
    if (!parent.ptr || !part.pattern.len)
        return STR_NIL;
    return str_printf(c->arena, "%.*s%s%.*s", STR_ARG(parent), parent.len > 1 ? "/" : "",
                      STR_ARG(part.pattern));
}

static void read_resources(struct tree *t) {
    struct check *c = t->c;
    const struct resource_vec *list = check_type(c, "AWS::ApiGateway::Resource");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct value *part = property(r, "PathPart");
        struct str text = check_text(c, part);
        const char *wrong = text.len ? wrong_part(text, true) : NULL;
        if (wrong || str_has(text, '/')) {
            check_report(c, RULE_ROUTE_PATH, r, part, "'%.*s' is no part of a path: %s",
                         STR_ARG(text), wrong ? wrong : "it has a '/'");
            continue;
        }
        struct value self = {.kind = VAL_REF, .text = r->id};
        struct str path = resource_path(c, &self, 0);
        if (!path.ptr || str_has(path, TEXT_HOLE))
            continue;
        struct route route = {r, part->span, path, formula_of_resource(&c->formulas, r)};
        struct api_routes *a = tree_api(t, property(r, "RestApiId"), true);
        add_variables(a, &route);
        struct route *other = map_get_ptr(&a->by_route, path);
        if (other && check_meet(c, other->when, route.when)) {
            struct diag *d = check_report(c, RULE_ROUTE_CONFLICT, r, part,
                                          "the path %.*s is there twice, expected one resource",
                                          STR_ARG(path));
            diag_note(c->diags, d, other->span, "the first");
            continue;
        }
        struct route *mine = arena_new(c->arena, struct route);
        *mine = route;
        map_put_ptr(c->arena, &a->by_route, path, mine);
    }
}

static void read_methods(struct tree *t) {
    struct check *c = t->c;
    const struct resource_vec *list = check_type(c, "AWS::ApiGateway::Method");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct value *at = property(r, "HttpMethod");
        struct str method = check_text(c, at);
        if (method.len && !is_method(method, false)) {
            struct diag *d = check_report(c, RULE_HTTP_METHOD, r, at,
                                          "'%.*s' is no method of API Gateway", STR_ARG(method));
            check_suggest(c, d, method, nearest_method(method));
            continue;
        }
        struct str path = resource_path(c, property(r, "ResourceId"), 0);
        if (!path.ptr || str_has(path, TEXT_HOLE) || !method.len)
            continue;
        struct route route = {r, at->span, path, formula_of_resource(&c->formulas, r)};
        add_route(tree_api(t, property(r, "RestApiId"), true), &route, method);
    }
}

/* ---- HTTP and WebSocket routes ------------------------------------------------------------------ */

static void read_route_key(struct tree *t, const struct resource *r) {
    struct check *c = t->c;
    const struct value *at = property(r, "RouteKey");
    struct str key = check_text(c, at);
    struct bdd_id when = formula_of_resource(&c->formulas, r);
    struct api_routes *a = tree_api(t, property(r, "ApiId"), false);
    size_t blank = str_find_char(key, ' ', 0);
    if (!key.len)
        return;
    if (blank == key.len) { /* $default, or a WebSocket API's */
        add_route(a, &(struct route){r, at->span, key, when}, STR("route"));
        return;
    }
    struct str method = str_slice(key, 0, blank), path = str_slice(key, blank + 1, key.len);
    if (!str_starts(path, STR("/")) && !is_method(method, false))
        return;
    if (!is_method(method, false)) {
        struct diag *d = check_report_word(c, RULE_HTTP_METHOD, r, at, method,
                                           "'%.*s' is no method of API Gateway", STR_ARG(method));
        check_suggest(c, d, method, nearest_method(method));
        return;
    }
    struct route route = {r, at->span, path, when};
    if (add_path(a, &route))
        add_route(a, &route, method);
}

void check_routes(struct check *c) {
    struct tree tree = {.c = c};
    const struct resource_vec *list = check_type(c, "AWS::ApiGateway::RestApi");
    for (uint32_t i = 0; i < list->items.count; i++)
        read_body(c, list->items.items[i], true);
    list = check_type(c, "AWS::ApiGatewayV2::Api");
    for (uint32_t i = 0; i < list->items.count; i++)
        read_body(c, list->items.items[i], false);
    read_resources(&tree);
    read_methods(&tree);
    list = check_type(c, "AWS::ApiGatewayV2::Route");
    for (uint32_t i = 0; i < list->items.count; i++)
        read_route_key(&tree, list->items.items[i]);
}
