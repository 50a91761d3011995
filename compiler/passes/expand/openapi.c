#include "passes/expand/openapi.h"

#include <stdarg.h>

#include "base/buf.h"
#include "passes/expand/api.h"

struct value *openapi_map(struct expand *e) {
    struct value *map = value_map(e->v);
    map->flags |= VALUE_PYTHON2;
    return map;
}

struct value *openapi_plain(struct expand *e, ...) {
    struct value *map = value_map(e->v);
    va_list args;
    va_start(args, e);
    for (const char *key = va_arg(args, const char *); key; key = va_arg(args, const char *))
        value_put_c(e->v, map, key, va_arg(args, struct value *))->span = SPAN_NIL;
    va_end(args);
    return map;
}

struct value *openapi_part(struct expand *e, const struct value *from, const char *key) {
    struct value *part = sam_get(e, from, key);
    return sam_is_truthy(part) ? part : openapi_map(e);
}

struct value *openapi_skeleton(struct expand *e, const char *standard, const char *version) {
    struct openapi o = {.e = e};
    struct value *body = openapi_map(e), *info = openapi_map(e);
    openapi_set(&o, body, standard, sam_c(e, version));
    openapi_set(&o, body, "info", info);
    openapi_set(&o, info, "version", sam_c(e, "1.0"));
    openapi_set(&o, info, "title", sam_ref(e, STR("AWS::StackName")));
    openapi_set(&o, body, "paths", openapi_map(e));
    return body;
}

struct value *openapi_set(struct openapi *o, struct value *map, const char *key, struct value *x) {
    return api_set(&apis_of(o->e)->orders, o->e->v, map, str_from(key), x);
}

struct value *openapi_set_at(struct openapi *o, struct value *map, struct str key,
                             struct span where, struct value *x) {
    bool is_new = map->kind != VAL_MAP || !value_has(map, key);
    api_set(&apis_of(o->e)->orders, o->e->v, map, key, x);
    if (is_new && map->kind == VAL_MAP)
        ((struct member *)value_member(map, key))->span = where;
    return x;
}

static bool is_digit(struct str s, size_t at) {
    return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

/* Up to two times a dot and a digit, then the end. */
bool openapi_is_version_3(struct expand *e, const struct value *version) {
    struct str s = sam_text(e, version);
    if (str_ends(s, STR("\n")))
        s.len--;
    if (!s.len || s.ptr[0] != '3')
        return false;
    size_t at = 1;
    for (int i = 0; i < 2 && at < s.len && s.ptr[at] == '.' && is_digit(s, at + 1); i++)
        at += 2;
    return at == s.len && at > 1;
}

struct openapi_branches openapi_branches(struct expand *e, struct value *item) {
    struct openapi_branches out = {arena_array(e->arena, struct value *, 1), 1};
    out.items[0] = item;
    if (item->kind != VAL_IF && !(item->kind == VAL_MAP && value_has(item, STR("Fn::If"))))
        return out;
    struct value *arguments = item->kind == VAL_IF ? item : value_get_c(item, "Fn::If");
    if (arguments->kind != VAL_IF && arguments->kind != VAL_LIST)
        sam_abort(e, sam_span(arguments, item->span), "Value of Fn::If must be a list.");
    out = (struct openapi_branches){arena_array(e->arena, struct value *, arguments->count + 1), 0};
    for (uint32_t i = 1; i < arguments->count; i++)
        if (!sam_is_no_value(arguments->items[i]))
            out.items[out.count++] = arguments->items[i];
    return out;
}

struct str openapi_method_name(struct expand *e, struct str method) {
    struct str lower = str_lower(e->arena, method);
    return str_is(lower, "any") ? STR(OPENAPI_ANY) : lower;
}

static void check_path_item(struct openapi *o, const struct value *item, struct str path) {
    if (!sam_is_map(item))
        sam_abort(o->e, sam_span(item, o->doc->span),
                  "Value of '%.*s' path must be a dictionary according to Swagger spec.",
                  STR_ARG(path));
}

static void check_method(struct openapi *o, const struct value *definition, struct str path,
                         struct str method) {
    if (!sam_is_map(definition))
        sam_abort(o->e, sam_span(definition, o->doc->span),
                  "Definition of method '%.*s' for path '%.*s' should be a map.", STR_ARG(method),
                  STR_ARG(path));
}

/* What stands at a path, to be changed. */
static struct value *item_at(struct openapi *o, struct str path) {
    struct value *item = value_get(o->paths, path);
    api_touch(&apis_of(o->e)->orders, o->paths, item);
    return item;
}

static struct openapi_branches checked_items(struct openapi *o, struct value *item,
                                             struct str path) {
    struct openapi_branches items = openapi_branches(o->e, item);
    for (uint32_t i = 0; i < items.count; i++)
        check_path_item(o, items.items[i], path);
    return items;
}

struct openapi_branches openapi_path_items(struct openapi *o, struct str path) {
    return checked_items(o, item_at(o, path), path);
}

static bool item_fits(struct openapi *o, struct value *item) {
    if (item->kind == VAL_MAP && !value_has(item, STR("Fn::If")))
        return true;
    if (item->kind != VAL_IF)
        return false;
    struct openapi_branches items = openapi_branches(o->e, item);
    uint32_t fits = 0;
    while (fits < items.count && sam_is_map(items.items[fits]))
        fits++;
    return fits == items.count;
}

/* Only a mistake makes the order matter. */
void openapi_check_paths(struct openapi *o) {
    struct api_orders *orders = &apis_of(o->e)->orders;
    uint32_t fits = api_known(orders, o->paths);
    while (fits < o->paths->count && item_fits(o, o->paths->members[fits].value))
        fits++;
    api_set_known(orders, o->paths, fits);
    if (fits == o->paths->count)
        return;
    const struct member **walk = sam_walk(o->e, o->paths);
    for (uint32_t i = 0; i < o->paths->count; i++)
        checked_items(o, walk[i]->value, walk[i]->key);
}

static bool method_has_integration(struct openapi *o, const struct value *definition) {
    return sam_is_truthy(sam_get(o->e, definition, OPENAPI_INTEGRATION));
}

/* Whether one of a method's branches has an integration. */
static bool item_has_integration(struct openapi *o, const struct value *item, struct str path,
                                 struct str method) {
    struct value *whole = sam_get_str(o->e, item, method);
    if (!sam_is_map(whole))
        return false;
    struct openapi_branches definitions = openapi_branches(o->e, whole);
    for (uint32_t i = 0; i < definitions.count; i++) {
        check_method(o, definitions.items[i], path, method);
        if (method_has_integration(o, definitions.items[i]))
            return true;
    }
    return false;
}

bool openapi_has_integration(struct openapi *o, struct str path, struct str method) {
    struct str name = openapi_method_name(o->e, method);
    if (!value_has(o->paths, path))
        return false;
    struct openapi_branches items = openapi_branches(o->e, value_get(o->paths, path));
    for (uint32_t i = 0; i < items.count; i++) {
        bool has_method = items.items[i]->kind == VAL_MAP && value_has(items.items[i], name);
        if (!has_method)
            return false;
    }
    for (uint32_t i = 0; i < items.count; i++)
        if (!item_has_integration(o, items.items[i], path, name))
            return false;
    return true;
}

void openapi_add_path(struct openapi *o, struct str path, struct span where, struct str method) {
    struct str name = openapi_method_name(o->e, method);
    bool is_as_written = !str_is(name, OPENAPI_ANY) || method.len == name.len;
    if (!value_has(o->paths, path))
        openapi_set_at(o, o->paths, path, where, openapi_map(o->e));
    struct value *whole = item_at(o, path);
    check_path_item(o, whole, path);
    struct openapi_branches items = openapi_branches(o->e, whole);
    for (uint32_t i = 0; i < items.count; i++) {
        check_path_item(o, items.items[i], path);
        if (items.items[i]->kind != VAL_MAP || !value_has(items.items[i], name))
            openapi_set_at(o, items.items[i], name, is_as_written ? where : SPAN_NIL,
                           openapi_map(o->e));
    }
}

struct value *openapi_method_to_fill(struct openapi *o, struct value *item, struct str path,
                                     struct str name) {
    struct value *definition = sam_get_str(o->e, item, name);
    if (!sam_is_map(definition))
        sam_abort(o->e, sam_span(definition, item->span),
                  "Definition of method '%.*s' for path '%.*s' should be a map.", STR_ARG(name),
                  STR_ARG(path));
    return definition;
}

static void push_methods(struct openapi *o, struct openapi_methods *out, struct value *whole,
                         struct str path, struct str method, struct str name) {
    struct openapi_branches definitions = openapi_branches(o->e, whole);
    for (uint32_t i = 0; i < definitions.count; i++) {
        check_method(o, definitions.items[i], path, method);
        vec_push(o->e->arena, &out->list, (struct openapi_method){name, definitions.items[i]});
    }
}

/* Those that have an integration. */
static struct openapi_methods integrated(struct openapi *o, struct openapi_methods all) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < all.list.count; i++)
        if (method_has_integration(o, all.list.items[i].definition))
            all.list.items[kept++] = all.list.items[i];
    all.list.count = kept;
    return all;
}

struct openapi_methods openapi_definitions_at(struct openapi *o, struct str path,
                                              struct str method) {
    struct openapi_methods out = {0};
    struct str name = openapi_method_name(o->e, method);
    struct openapi_branches items = openapi_path_items(o, path);
    for (uint32_t i = 0; i < items.count; i++)
        push_methods(o, &out, sam_get_str(o->e, items.items[i], name), path, method, method);
    return out;
}

struct openapi_methods openapi_methods_at(struct openapi *o, struct str path, struct str method) {
    return integrated(o, openapi_definitions_at(o, path, method));
}

struct openapi_methods openapi_methods_of(struct openapi *o, struct str path,
                                          const char *const *skipped) {
    struct openapi_methods out = {0};
    struct openapi_branches items = openapi_path_items(o, path);
    for (uint32_t i = 0; i < items.count; i++) {
        struct value *entries = sam_entries(o->e, items.items[i]);
        const struct member **walk = sam_walk(o->e, entries);
        for (uint32_t m = 0; m < entries->count; m++)
            if (!sam_is_listed(walk[m]->key, skipped))
                push_methods(o, &out, walk[m]->value, path, walk[m]->key,
                             openapi_method_name(o->e, walk[m]->key));
    }
    return integrated(o, out);
}

void openapi_set_timeout(struct openapi *o, struct str path, struct str method,
                         struct value *timeout) {
    struct openapi_methods methods = openapi_methods_at(o, path, method);
    for (uint32_t i = 0; i < methods.list.count; i++) {
        struct value *definition = methods.list.items[i].definition;
        openapi_set(o, sam_get(o->e, definition, OPENAPI_INTEGRATION), "timeoutInMillis", timeout);
    }
}

void openapi_condition_path(struct openapi *o, struct str path, struct value *condition) {
    struct value *item = item_at(o, path);
    api_set(&apis_of(o->e)->orders, o->e->v, o->paths, path, sam_if(o->e, condition, item, NULL));
}

struct value *openapi_security(struct openapi *o, const struct openapi_method *method,
                               struct str path) {
    struct value *security = sam_get(o->e, method->definition, "security");
    bool is_null = sam_has(o->e, method->definition, "security") && value_is_nil(security);
    if (value_is_nil(security) && !is_null)
        return value_list(o->e->v);
    if (!sam_is_list(security))
        sam_abort(o->e, sam_span(security, method->definition->span),
                  "Type of security for path %.*s method %.*s must be a list", STR_ARG(path),
                  STR_ARG(method->name));
    return security;
}

struct value *openapi_requirement(struct openapi *o, struct str name, struct value *scopes) {
    struct value *requirement = openapi_map(o->e);
    api_set(&apis_of(o->e)->orders, o->e->v, requirement, name,
            scopes ? scopes : value_list(o->e->v));
    return requirement;
}

struct value *openapi_iam_scheme(struct openapi *o, bool type_first) {
    struct expand *e = o->e;
    struct value *scheme = openapi_map(e);
    if (!type_first)
        openapi_set(o, scheme, "x-amazon-apigateway-authtype", sam_c(e, "awsSigv4"));
    openapi_set(o, scheme, "type", sam_c(e, "apiKey"));
    openapi_set(o, scheme, "name", sam_c(e, "Authorization"));
    openapi_set(o, scheme, "in", sam_c(e, "header"));
    if (type_first)
        openapi_set(o, scheme, "x-amazon-apigateway-authtype", sam_c(e, "awsSigv4"));
    return scheme;
}

static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

/* The bytes of a "{name}" at the start of s, or 0; of a "{name+}", too, if its name may be. */
static size_t placeholder_length(struct str s, bool any_greedy) {
    size_t i = 1;
    while (i < s.len && is_name_byte(s.ptr[i]))
        i++;
    if (i == 1)
        return 0;
    bool is_greedy = any_greedy || str_eq(str_slice(s, 1, i), STR("proxy"));
    if (i < s.len && s.ptr[i] == '+' && is_greedy)
        i++;
    return i < s.len && s.ptr[i] == '}' ? i + 1 : 0;
}

struct str openapi_permission_path(struct expand *e, struct str path, bool any_greedy) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    for (size_t i = 0; i < path.len; i++) {
        struct str rest = str_slice(path, i, path.len);
        size_t length = path.ptr[i] == '{' ? placeholder_length(rest, any_greedy) : 0;
        buf_char(&b, length ? '*' : path.ptr[i]);
        i += length ? length - 1 : 0;
    }
    return buf_view(&b);
}
