#include "lang/definition.h"

#include "base/limits.h"
#include "base/os.h"

/* `definition = "openapi.yaml"`, or a map: an OpenAPI 3 or Swagger 2.0 document is the API. Routes of the
   source say what answers its operations, and become integrations in it; the rest of it stays as it
   is. */

struct operation {
    struct str method; /* upper case, "ANY" */
    struct str path;
    struct str key;     /* of the method in the document */
    struct value *item; /* what holds it: the path */
    struct value *says; /* as in the document */
    struct span span;   /* of its key */
    bool is_routed;
};

struct definition {
    struct lang *l;
    struct api *a;
    struct value *doc, *security; /* security: of operations that don't say */
    struct span given;            /* where the source names the file */
    bool is_swagger;
    struct newer newer;
    VEC(struct operation *) operations;
    struct map by_id, by_route;
};

/* ---- the file ------------------------------------------------------------------------------ */

struct value *definition_read(struct lang *l, struct str path, struct span given) {
    const char *error;
    if (!path.len || !l->options->read_document)
        return &value_nil;
    uint32_t source = source_find(l->sources, path), errors = l->diags->errors;
    if (!source) {
        struct str text = os_read(l->arena, path, LIMIT_FILE_TEXT, &error);
        if (error) {
            diag_add(l->diags, RULE_FILE, given, "'%.*s' can't be read: %s", STR_ARG(path), error);
            return &value_nil;
        }
        source = source_add(l->sources, path, text);
    }
    struct place before = l->values->place;
    struct value *doc = l->options->read_document(l->values, l->diags, l->sources, source);
    l->values->place = before;
    if (doc->kind == VAL_MAP)
        return doc;
    if (l->diags->errors == errors)
        diag_add(l->diags, RULE_VALUE_TYPE, given, "'%.*s' holds %s, no OpenAPI document",
                 STR_ARG(path), describe_value(doc));
    return &value_nil;
}

/* A file's, or a map of the language. */
static struct value *read_given(struct lang *l, struct value *given) {
    if (given->kind == VAL_MAP)
        return value_copy(l->values, given);
    struct str name = need_text(l, given, given->span, "definition");
    return name.ptr ? definition_read(l, beside_source(l, name, given->span), given->span)
                    : &value_nil;
}

bool definition_is_newer(const struct value *doc) {
    return str_starts(value_text(value_get_c(doc, "openapi")), STR("3.1"));
}

static bool check_version(struct definition *d) {
    struct value *three = value_get_c(d->doc, "openapi"), *two = value_get_c(d->doc, "swagger");
    struct value *version = value_is_nil(three) ? two : three;
    struct str text = value_text(version);
    d->is_swagger = value_is_nil(three);
    if (value_is_nil(version)) {
        struct diag *diag = diag_add(
            d->l->diags, RULE_MISSING_ATTRIBUTE, d->given,
            "the definition is no OpenAPI document: it has neither 'openapi' nor 'swagger'");
        diag_help(d->l->diags, diag, "openapi: 3.0.1");
        return false;
    }
    d->newer.all = definition_is_newer(d->doc);
    if (!(d->is_swagger ? str_is(text, "2.0") : d->newer.all || str_starts(text, STR("3.0")))) {
        diag_add(d->l->diags, RULE_VALUE_TYPE, version->span,
                 "an API takes OpenAPI 3.0, 3.1 and Swagger 2.0, not '%.*s'", STR_ARG(text));
        return false;
    }
    if (d->is_swagger && d->a->http) {
        diag_add(d->l->diags, RULE_VALUE_TYPE, version->span,
                 "an HTTP API takes OpenAPI 3.0, not Swagger");
        return false;
    }
    d->l->values->place = (struct place){version->span, d->a->thing->origin};
    value_put_c(d->l->values, d->doc, d->is_swagger ? "swagger" : "openapi",
                value_string(d->l->values, d->newer.all ? STR("3.0.1") : text));
    return true;
}

/* ---- operations ------------------------------------------------------------------------------ */

static const char any_method[] = "x-amazon-apigateway-any-method";

static struct str route_key(struct lang *l, struct str method, struct str path) {
    return str_printf(l->arena, "%.*s %.*s", STR_ARG(method), STR_ARG(path));
}

/* 1: a method; 0: something else that a path may hold; -1 after a message. */
static int sort_of_member(struct definition *d, const struct member *m) {
    static const char *const methods[] = {"get",     "put",  "post",  "delete",
                                          "options", "head", "patch", any_method};
    static const char *const others[] = {"parameters", "summary", "description", "servers"};
    if (str_in(m->key, methods))
        return 1;
    if (str_in(m->key, others) || str_starts(m->key, STR("x-")))
        return 0;
    struct diag *diag = diag_add(d->l->diags, RULE_HTTP_METHOD, m->span,
                                 "'%.*s' is no method that API Gateway takes", STR_ARG(m->key));
    for (size_t i = 0; i + 1 < sizeof methods / sizeof *methods; i++)
        if (str_is_near(m->key, str_from(methods[i])))
            diag_label(d->l->diags, diag, "did you mean '%s'?", methods[i]);
    return -1;
}

static void add_operation(struct definition *d, struct str path, struct value *item,
                          const struct member *m) {
    struct lang *l = d->l;
    if (m->value->kind != VAL_MAP) {
        if (!value_is_intrinsic(m->value))
            diag_add(l->diags, RULE_VALUE_TYPE, m->value->span, "an operation is a map, found %s",
                     describe_value(m->value));
        return;
    }
    struct operation *o = arena_new(l->arena, struct operation);
    bool any = str_is(m->key, any_method);
    *o = (struct operation){any ? STR("ANY") : str_upper(l->arena, m->key),
                            path,
                            m->key,
                            item,
                            m->value,
                            m->span,
                            false};
    vec_push(l->arena, &d->operations, o);
    map_put_ptr(l->arena, &d->by_route, route_key(l, o->method, path), o);
    struct value *id = value_get_c(o->says, "operationId");
    struct operation *before = id->kind == VAL_STRING ? map_get_ptr(&d->by_id, id->text) : NULL;
    if (before) {
        struct diag *diag = diag_add(l->diags, RULE_DUPLICATE_NAME, id->span,
                                     "two operations are called '%.*s'", STR_ARG(id->text));
        diag_note(l->diags, diag, value_get_c(before->says, "operationId")->span, "first here");
    } else if (id->kind == VAL_STRING) {
        map_put_ptr(l->arena, &d->by_id, id->text, o);
    }
}

static void gather_operations(struct definition *d) {
    struct value *paths = value_get_c(d->doc, "paths");
    if (paths->kind != VAL_MAP || !paths->count)
        diag_add(d->l->diags, RULE_MISSING_ATTRIBUTE, value_is_nil(paths) ? d->given : paths->span,
                 "the definition has no paths");
    for (uint32_t i = 0; paths->kind == VAL_MAP && i < paths->count; i++) {
        const struct member *path = &paths->members[i];
        if (str_starts(path->key, STR("x-")) || value_is_intrinsic(path->value))
            continue;
        if (!route_path_fits(d->l, path->key, path->span))
            continue;
        if (path->value->kind != VAL_MAP)
            diag_add(d->l->diags, RULE_VALUE_TYPE, path->value->span,
                     "a path is a map of methods, found %s", describe_value(path->value));
        for (uint32_t k = 0; path->value->kind == VAL_MAP && k < path->value->count; k++) {
            const struct member *m = &path->value->members[k];
            if (sort_of_member(d, m) == 1)
                add_operation(d, path->key, path->value, m);
        }
    }
}

/* ---- routes ------------------------------------------------------------------------------ */

/* on listItems -> f: the operation of that name. */
static void route_by_name(struct definition *d, const struct clause *c) {
    struct lang *l = d->l;
    const struct node *n = scope_node(c->scope, c->node), *name = scope_node(c->scope, n->value);
    struct str id = name->kind == NODE_NAME ? name->text
                                            : need_text(l, eval(l, c->scope, n->value), name->span,
                                                        "an operation's name");
    struct operation *o = id.ptr ? map_get_ptr(&d->by_id, id) : NULL;
    if (id.ptr && !o) {
        struct diag *diag = diag_add(l->diags, RULE_UNKNOWN_KEY, name->span,
                                     "the definition has no operation '%.*s'", STR_ARG(id));
        for (uint32_t i = 0; i < d->operations.count; i++) {
            struct str near = value_text(value_get_c(d->operations.items[i]->says, "operationId"));
            if (!str_is_near(id, near))
                continue;
            diag_label(l->diags, diag, "did you mean '%.*s'?", STR_ARG(near));
            break;
        }
    }
    if (!o)
        return;
    struct route r = {.method = o->method, .span = name->span, .cond = c->cond};
    if (node_is_nil(n->cond)) {
        struct diag *diag = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, name->span,
                                     "what answers '%.*s'?", STR_ARG(id));
        diag_help(l->diags, diag, "on %.*s -> a function", STR_ARG(id));
    } else if (route_target(l, c->scope, clause_leads_to(c), false, &r)) {
        r.settings =
            make_part(l, d->a->thing, KIND_ROUTE, c->scope, c->node, id, d->a->thing->id, r.cond);
        thing_body(l, r.settings);
        add_route(l, d->a, &r, NULL, o->path);
    }
}

static void gather_routes(struct definition *d) {
    api_routes(d->l, d->a);
    for (uint32_t i = 0; i < d->a->thing->body.clauses.count; i++) {
        const struct clause *c = &d->a->thing->body.clauses.items[i];
        struct value *before = assume(d->l, c->cond);
        if (scope_node(c->scope, c->node)->kind == NODE_ON)
            route_by_name(d, c);
        d->l->given = before;
    }
}

/* Headers as Swagger 2 declares them. */
static void to_swagger(struct definition *d, struct value *operation) {
    struct value *responses = value_get_c(operation, "responses");
    for (uint32_t i = 0; d->is_swagger && i < responses->count; i++) {
        struct value *headers = value_get_c(responses->members[i].value, "headers");
        for (uint32_t k = 0; headers->kind == VAL_MAP && k < headers->count; k++)
            headers->members[k].value = value_get_c(headers->members[k].value, "schema");
    }
}

/* Responses that the target needs, beside those that the document has. */
static void merge_responses(struct definition *d, struct value *into, const struct value *made) {
    struct value *responses = value_get_c(into, "responses"),
                 *more = value_get_c(made, "responses");
    if (responses->kind != VAL_MAP) {
        value_put_c(d->l->values, into, "responses", more);
        return;
    }
    for (uint32_t i = 0; i < more->count; i++) {
        struct value *had = value_get(responses, more->members[i].key);
        struct value *headers = value_get_c(more->members[i].value, "headers");
        struct value *said = value_get_c(had, "headers");
        if (value_is_nil(had) && !str_is(more->members[i].key, "default"))
            value_put(d->l->values, responses, more->members[i].key, more->members[i].value);
        else if (had->kind == VAL_MAP && headers->kind == VAL_MAP && said->kind != VAL_MAP)
            value_put_c(d->l->values, had, "headers", headers);
        for (uint32_t k = 0;
             said->kind == VAL_MAP && headers->kind == VAL_MAP && k < headers->count; k++)
            if (!value_has(said, headers->members[k].key))
                value_put(d->l->values, said, headers->members[k].key, headers->members[k].value);
    }
}

/* Who may call it: what the route says, else the document, else the API. */
static void secure(struct definition *d, const struct route *r, struct value *operation) {
    struct value *said = value_get_c(operation, "security");
    bool own = body_is_set(r->settings, "auth") || body_is_set(r->settings, "keys");
    if (value_is_nil(said) && !own)
        said = d->security;
    if (!own && !value_is_nil(said)) {
        value_put_c(d->l->values, operation, "security", said);
        return;
    }
    struct value *need = operation_security(d->l, d->a, r);
    if (!value_is_nil(need))
        value_put_c(d->l->values, operation, "security", need);
    else
        value_remove(d->l->values, operation, STR("security"));
    if (operation_is_iam(d->l, d->a, r) && d->a->http)
        value_put_c(d->l->values, operation, "x-amazon-apigateway-auth",
                    map_of(d->l, 1, "type", text_value(d->l, "AWS_IAM")));
}

static void apply_route(struct definition *d, const struct route *r, struct operation *o) {
    static const char *const said[] = {"params", "request", "description", NULL};
    struct lang *l = d->l;
    l->values->place = (struct place){r->span, r->settings->origin};
    struct value *operation = value_copy(l->values, o->says), *made = value_map(l->values);
    struct value *before = value_get(o->item, o->key);
    refuse_attributes(l, r->settings, said, "a route to an operation", "its definition says it");
    l->values->place = (struct place){r->span, r->settings->origin};
    direct_check_settings(l, d->a, r);
    secure(d, r, operation);
    operation_target(l, d->a, r, made);
    to_swagger(d, made);
    merge_responses(d, operation, made);
    value_put_c(l->values, operation, "x-amazon-apigateway-integration",
                value_get_c(made, "x-amazon-apigateway-integration"));
    if (r->cond)
        operation = logic_if(l, r->cond, operation,
                             before->kind == VAL_IF ? before : value_null(l->values));
    value_put(l->values, o->item, o->key, operation)->span = o->span;
    o->is_routed = true;
}

static void unknown_route(struct definition *d, const struct route *r) {
    struct diag *diag =
        diag_add(d->l->diags, RULE_UNKNOWN_KEY, r->span, "the definition has no '%.*s %.*s'",
                 STR_ARG(r->method), STR_ARG(r->path));
    for (uint32_t i = 0; i < d->operations.count; i++) {
        const struct operation *o = d->operations.items[i];
        if (!str_eq(o->path, r->path) && !str_is_near(r->path, o->path))
            continue;
        diag_label(d->l->diags, diag, "it has '%.*s %.*s'", STR_ARG(o->method), STR_ARG(o->path));
        return;
    }
}

static bool is_integrated(const struct operation *o) {
    return value_has(o->says, STR("x-amazon-apigateway-integration"));
}

static void apply_routes(struct definition *d) {
    for (uint32_t i = 0; i < d->a->routes.count; i++) {
        const struct route *r = &d->a->routes.items[i];
        struct operation *o = map_get_ptr(&d->by_route, route_key(d->l, r->method, r->path));
        if (!o) {
            unknown_route(d, r);
        } else if (is_integrated(o)) {
            struct diag *diag = diag_add(d->l->diags, RULE_ROUTE_CONFLICT, r->span,
                                         "the definition says itself what answers '%.*s %.*s'",
                                         STR_ARG(r->method), STR_ARG(r->path));
            diag_note(d->l->diags, diag,
                      value_member(o->says, STR("x-amazon-apigateway-integration"))->span, "here");
        } else {
            apply_route(d, r, o);
        }
    }
}

/* Operations that the document integrates itself are routes like others, to CORS and the API's
 * `auth`. */
static void keep_integrated(struct definition *d, bool broken) {
    struct thing *t = d->a->thing, *plain = arena_new(d->l->arena, struct thing);
    *plain = (struct thing){.decl = t->decl,
                            .kind = KIND_ROUTE,
                            .owner = t,
                            .name = t->name,
                            .scope = t->scope,
                            .origin = t->origin,
                            .colour = BLACK};
    for (uint32_t i = 0; i < d->operations.count; i++) {
        struct operation *o = d->operations.items[i];
        struct route r = {.method = o->method, .path = o->path, .settings = plain, .span = o->span};
        if (is_integrated(o)) {
            d->l->values->place = (struct place){o->span, t->origin};
            secure(d, &r, o->says);
            vec_push(d->l->arena, &d->a->routes, r);
        } else if (!o->is_routed && !broken) {
            struct str id = value_text(value_get_c(o->says, "operationId"));
            struct diag *diag =
                diag_add(d->l->diags, RULE_MISSING_ATTRIBUTE, o->span,
                         "nothing answers '%.*s %.*s'", STR_ARG(o->method), STR_ARG(o->path));
            diag_note(d->l->diags, diag, d->given, "in the definition of '%.*s'", STR_ARG(t->name));
            if (id.len)
                diag_help(d->l->diags, diag, "in the api: on %.*s -> a function", STR_ARG(id));
            else
                diag_help(d->l->diags, diag, "in the api: %.*s %.*s -> a function",
                          STR_ARG(o->method), STR_ARG(o->path));
        }
    }
}

/* ---- security -------------------------------------------------------------------------- */

static struct value *schemes_of(struct definition *d) {
    return d->is_swagger ? value_get_c(d->doc, "securityDefinitions")
                         : value_get_c(value_get_c(d->doc, "components"), "securitySchemes");
}

/* An authorizer of the stack that is called as a scheme of the document says how it is checked. */
static void meet_authorizers(struct definition *d) {
    struct value *schemes = schemes_of(d);
    for (uint32_t i = 0; schemes->kind == VAL_MAP && i < schemes->count; i++) {
        struct scope *binding;
        struct decl *decl = lookup(d->l, d->a->thing->scope, schemes->members[i].key, &binding);
        if (!decl || binding || decl->class != DECL_THING || decl->kind != KIND_AUTHORIZER)
            continue;
        struct thing *t = thing_of(eval_decl(d->l, decl, schemes->members[i].span));
        if (t && !t->is_collection)
            api_use_authorizer(d->l, d->a, t);
    }
}

static bool is_checked(const struct value *scheme) {
    bool key = value_is_c(value_get_c(scheme, "type"), "apiKey") &&
               str_eq_nocase(value_text(value_get_c(scheme, "name")), STR("x-api-key"));
    return key || value_is_intrinsic(scheme) ||
           value_has(scheme, STR("x-amazon-apigateway-authtype")) ||
           value_has(scheme, STR("x-amazon-apigateway-authorizer"));
}

/* API Gateway imports a scheme that it can't check in silence, and the operation is open to all. */
static void check_security(struct definition *d, const struct value *operation) {
    struct value *security = value_get_c(operation, "security"), *schemes = schemes_of(d);
    for (uint32_t i = 0; security->kind == VAL_LIST && i < security->count; i++)
        for (uint32_t k = 0; security->items[i]->kind == VAL_MAP && k < security->items[i]->count;
             k++) {
            const struct member *m = &security->items[i]->members[k];
            struct value *scheme = value_get(schemes, m->key);
            if (is_checked(scheme))
                continue;
            struct diag *diag =
                diag_add(d->l->diags, RULE_SECURITY_SCHEME, m->span,
                         value_is_nil(scheme) ? "the document defines no security scheme '%.*s'"
                                              : "nothing says how API Gateway checks '%.*s'",
                         STR_ARG(m->key));
            diag_help(d->l->diags, diag,
                      "authorizer %.*s { .. } in the stack, or x-amazon-apigateway-authorizer in "
                      "the scheme",
                      STR_ARG(m->key));
        }
}

static void put_schemes(struct definition *d) {
    struct lang *l = d->l;
    struct value *made = security_schemes(l, d->a), *into = schemes_of(d);
    if (made->count && into->kind != VAL_MAP) {
        put(l, d->doc, d->is_swagger ? "securityDefinitions" : "components.securitySchemes", made);
        return;
    }
    for (uint32_t i = 0; i < made->count; i++)
        value_put(l->values, into, made->members[i].key, made->members[i].value);
}

static void check_operations(struct definition *d) {
    for (uint32_t i = 0; i < d->operations.count; i++) {
        const struct operation *o = d->operations.items[i];
        struct value *now = value_get(o->item, o->key);
        check_security(d, now->kind == VAL_IF ? value_at(now, 1) : now);
    }
}

/* ---- CORS ------------------------------------------------------------------------------ */

/* Parameters of a path that it declares for each method by itself: the preflight needs its own. */
static void preflight_parameters(struct definition *d, const struct member *path,
                                 struct value *preflight) {
    struct value *all = path_parameters(d->l, path->key), *missing = value_list(d->l->values);
    const struct value *shared = value_get_c(path->value, "parameters");
    for (uint32_t i = 0; i < all->count; i++) {
        struct value *one = all->items[i];
        bool declared = false;
        for (uint32_t k = 0; shared->kind == VAL_LIST && k < shared->count; k++)
            declared |=
                value_has(shared->items[k], STR("$ref")) ||
                value_equal(value_get_c(shared->items[k], "name"), value_get_c(one, "name"));
        if (declared)
            continue;
        if (d->is_swagger) {
            value_remove(d->l->values, one, STR("schema"));
            value_put_c(d->l->values, one, "type", text_value(d->l, "string"));
        }
        value_push(d->l->values, missing, one);
    }
    if (missing->count)
        value_put_c(d->l->values, preflight, "parameters", missing);
}

static void put_cors(struct definition *d) {
    struct lang *l = d->l;
    struct value *paths = value_get_c(d->doc, "paths");
    l->values->place = (struct place){d->a->cors->span, d->a->thing->origin};
    if (d->a->http) {
        if (d->a->cors->kind == VAL_MAP)
            value_put_c(l->values, d->doc, "x-amazon-apigateway-cors", http_cors(l, d->a));
        return;
    }
    for (uint32_t i = 0; d->a->cors->kind == VAL_MAP && paths->kind == VAL_MAP && i < paths->count;
         i++) {
        struct value *item = paths->members[i].value;
        if (item->kind != VAL_MAP || value_has(item, STR("options")) ||
            !str_starts(paths->members[i].key, STR("/")))
            continue;
        struct value *preflight = cors_preflight(l, d->a, paths->members[i].key);
        to_swagger(d, preflight);
        preflight_parameters(d, &paths->members[i], preflight);
        value_put_c(l->values, item, "options", preflight);
    }
    struct value *responses = cors_gateway_responses(l, d->a);
    struct value *own = value_get_c(d->doc, "x-amazon-apigateway-gateway-responses");
    for (uint32_t i = 0; own->kind == VAL_MAP && i < own->count; i++)
        cors_put_response(l, d->a, responses, &own->members[i]);
    if (responses->count)
        value_put_c(l->values, d->doc, "x-amazon-apigateway-gateway-responses", responses);
}

/* ---- the document ---------------------------------------------------------------------- */

struct value *api_read_definition(struct lang *l, struct api *a) {
    struct value *given = body_value(l, a->thing, "definition");
    struct definition d = {.l = l, .a = a, .given = given->span};
    d.doc = is_error(given) ? &value_nil : read_given(l, given);
    if (value_is_nil(d.doc) || !check_version(&d))
        return value_error(l);
    definition_bundle(l, d.doc, d.is_swagger, &d.newer);
    if (!d.is_swagger) /* one of 3.0 may take schemas from a file of 3.1 */
        definition_lower31(l, d.doc, &d.newer);
    d.security = value_get_c(d.doc, "security");
    value_remove(l->values, d.doc, STR("security"));
    gather_operations(&d);
    uint32_t errors = l->diags->errors;
    gather_routes(&d);
    direct_role(l, a);
    apply_routes(&d);
    keep_integrated(&d, l->diags->errors > errors);
    meet_authorizers(&d);
    put_schemes(&d);
    check_operations(&d);
    put_cors(&d);
    l->values->place = (struct place){a->thing->origin->span, a->thing->origin};
    return d.doc;
}
