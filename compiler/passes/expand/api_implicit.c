/* Steps over the whole template before the transform: APIs without a definition get an empty one,
   events add their paths to it, and events that name no API share an implicit one. */
#include <stdlib.h>

#include "passes/expand/api.h"

struct implicit {
    const char *event_type, *api_type, *id; /* "Api", "AWS::Serverless::Api", "ServerlessRestApi" */
    const char *reference;                  /* the event's property that names an API */
    const char *condition;
    bool is_http;
    bool (*is_valid)(struct expand *e, const struct value *body);
    struct value *(*skeleton)(struct expand *e);
    struct openapi (*open)(struct expand *e, struct value *body);
    struct value *(*close)(struct openapi *o);
};

static const struct implicit rest = {
    "Api", "AWS::Serverless::Api", "ServerlessRestApi", "RestApiId", "ServerlessRestApiCondition",
    false, rest_is_valid, rest_skeleton, rest_open, rest_close,
};

static const struct implicit http = {
    "HttpApi", "AWS::Serverless::HttpApi", "ServerlessHttpApi", "ApiId",
    "ServerlessHttpApiCondition", true, http_is_valid, http_skeleton, http_open, http_close,
};

/* One run over the template. */
struct run {
    const struct implicit *kind;
    struct resource *owner;    /* whose events are looked at */
    struct value *conditions;  /* API -> path -> method -> condition, or null */
    struct value *deletion, *replacement; /* lists: policies of owners of the implicit API's events */
};

static struct value *attribute(const struct resource *r, const char *name) {
    return value_get_c(r->attributes, name);
}

/* --- default definitions */

static void place_at(struct expand *e, const struct resource *r) {
    struct origin *origin = arena_new(e->arena, struct origin);
    origin->construct = str_printf(e->arena, "%.*s %.*s", STR_ARG(r->type), STR_ARG(r->id));
    origin->span = r->id_span;
    e->v->place = (struct place){r->id_span, origin};
}

static void manage(struct expand *e, struct resource *r, struct value *body) {
    value_put_c(e->v, r->properties, "DefinitionBody", body);
    value_put_c(e->v, r->properties, API_MANAGED, value_bool(e->v, true));
}

static void default_definition(struct expand *e, struct resource *r, const struct implicit *kind) {
    if (!resource_is(r, kind->api_type) || !sam_is_map(r->properties))
        return;
    api_become_map(e->v, r->properties);
    struct value *body = sam_get(e, r->properties, "DefinitionBody");
    place_at(e, r);
    if (sam_is_truthy(body)) {
        /* events will write into it */
        value_put_c(e->v, r->properties, "DefinitionBody", value_copy(e->v, body));
        return;
    }
    if (!sam_is_truthy(sam_get(e, r->properties, "DefinitionUri")))
        manage(e, r, kind->skeleton(e));
}

void sam_default_definitions(struct expand *e) {
    struct place before = e->v->place;
    uint32_t count;
    struct resource **walk = sam_walk_sources(e, &count);
    for (uint32_t i = 0; i < count; i++) {
        default_definition(e, walk[i], &rest);
        default_definition(e, walk[i], &http);
    }
    e->v->place = before;
}

void sam_openapi_versions(struct expand *e) {
    struct place before = e->v->place;
    for (uint32_t i = 0; i < e->sources.count; i++) {
        struct resource *r = e->sources.items[i];
        struct value *version = value_get_c(r->properties ? r->properties : &value_nil,
                                            "OpenApiVersion");
        if (!r->id.ptr || !resource_is(r, rest.api_type) || value_is_nil(version) ||
            !value_has(r->properties, STR(API_MANAGED)) || !openapi_is_version_3(e, version))
            continue;
        place_at(e, r);
        if (!sam_is_string(version))
            version = value_string(e->v, sam_text(e, version));
        value_put_c(e->v, r->properties, "OpenApiVersion", version);
        struct openapi o = {.e = e, .doc = value_get_c(r->properties, "DefinitionBody")};
        if (!sam_is_map(o.doc))
            continue;
        openapi_set(&o, o.doc, "openapi", version);
        if (sam_is_truthy(sam_get(e, o.doc, "swagger")))
            api_unset(&apis_of(e)->orders, e->v, o.doc, STR("swagger"));
    }
    e->v->place = before;
}

/* --- events */

/* The events of one type, in the order in which they are looked at. */
static struct value *events_of(struct expand *e, const struct value *events, const char *type) {
    struct value *mine = openapi_map(e);
    const struct member **walk = sam_walk(e, events);
    for (uint32_t i = 0; i < events->count; i++)
        if (value_is_c(value_get_c(walk[i]->value, "Type"), type))
            value_put(e->v, mine, walk[i]->key, walk[i]->value)->span = walk[i]->span;
    return mine;
}

static struct value *inherited(struct expand *e, const struct resource *r, const char *name) {
    struct str section = str_slice(r->type, sizeof "AWS::Serverless::" - 1, r->type.len);
    struct value *own = sam_get(e, r->properties, name);
    return sam_is_truthy(own) ? own : sam_get(e, value_get(e->g->globals, section), name);
}

/* What PropagateTags of the owner means for the implicit API. */
static void inherit_tags(struct expand *e, const struct run *run) {
    struct value *tags = inherited(e, run->owner, "Tags");
    const struct resource *api = sam_source(e, str_from(run->kind->id));
    if (!api || !sam_is_truthy(tags) || !sam_is_truthy(inherited(e, run->owner, "PropagateTags")))
        return;
    if (!sam_is_map(tags))
        sam_fail(e, run->owner->id, tags->span, "Property 'Tags' should be a map.");
    struct value *all = value_get_c(api->properties, "Tags");
    if (value_is_nil(all))
        all = value_put_c(e->v, api->properties, "Tags", value_map(e->v))->value;
    tags = sam_entries(e, tags);
    for (uint32_t i = 0; i < tags->count; i++)
        value_put(e->v, all, tags->members[i].key, tags->members[i].value);
    value_put_c(e->v, api->properties, "PropagateTags", value_bool(e->v, true));
}

struct path_event {
    struct str key; /* GetUsers */
    struct span span;
    struct value *properties;
    struct str api, path, method;
};

static void check_event(struct expand *e, const struct run *run, struct path_event *p) {
    struct value *path = sam_get(e, p->properties, "Path");
    struct value *method = sam_get(e, p->properties, "Method");
    struct value *api = api_id_of(e, sam_get(e, p->properties, run->kind->reference));
    if (sam_is_none(path))
        sam_fail_event(e, p->key, p->span, "Property 'Path' is required.");
    if (sam_is_none(method))
        sam_fail_event(e, p->key, p->span, "Property 'Method' is required.");
    p->api = sam_event_string(e, p->key, run->kind->reference, api)->text;
    p->path = sam_event_string(e, p->key, "Path", path)->text;
    p->method = sam_event_string(e, p->key, "Method", method)->text;
}

static struct value *map_in(struct expand *e, struct value *map, struct str key) {
    struct value *there = value_get(map, key);
    return value_is_nil(there) ? value_put(e->v, map, key, value_map(e->v))->value : there;
}

static void note_attributes(struct expand *e, struct run *run, const struct path_event *p) {
    struct value *condition = attribute(run->owner, "Condition");
    if (sam_is_none(condition))
        condition = value_null(e->v);
    struct value *paths = map_in(e, run->conditions, p->api);
    value_put(e->v, map_in(e, paths, p->path), p->method, condition);
    if (!str_is(p->api, run->kind->id))
        return;
    value_push(e->v, run->deletion, attribute(run->owner, "DeletionPolicy"));
    value_push(e->v, run->replacement, attribute(run->owner, "UpdateReplacePolicy"));
}

/* Adds the event's path to the API's document, where the API leaves that to its events. */
static void add_path(struct expand *e, const struct run *run, const struct path_event *p) {
    const struct implicit *kind = run->kind;
    struct resource *api = sam_source(e, p->api);
    if (!api || (!kind->is_http && resource_is(api, "AWS::Serverless::HttpApi")))
        sam_fail_event(e, p->key, api_span_of(p->properties, kind->reference),
                       "%s must be a valid reference to an '%s' resource in same template.",
                       kind->reference, kind->api_type);
    struct value *body = sam_get(e, api->properties, "DefinitionBody");
    if (!kind->is_valid(e, body) || !sam_is_truthy(sam_get(e, api->properties, API_MANAGED)))
        return;
    struct openapi o = kind->open(e, body);
    openapi_add_path(&o, p->path, sam_get(e, p->properties, "Path")->span, p->method);
    kind->close(&o);
}

/* Adds the entries of b to a, which is a map or becomes one. */
static struct value *joined(struct expand *e, struct value *a, struct value *b) {
    if (a->kind == VAL_MAP && !a->count)
        return b->kind == VAL_MAP ? value_copy_shallow(e->v, b) : b;
    api_merge(&apis_of(e)->orders, e->v, api_become_map(e->v, a), sam_entries(e, b));
    return a;
}

/* An event's RouteSettings go to those of the API. */
static void add_route_settings(struct expand *e, const struct run *run,
                               const struct path_event *p) {
    struct resource *api = sam_source(e, p->api);
    struct value *own = sam_get(e, p->properties, "RouteSettings");
    struct value *condition = attribute(run->owner, "Condition");
    struct value *all = value_get_c(api->properties, "RouteSettings");
    struct str route = p->path;
    if (!str_is(p->method, OPENAPI_ANY))
        route = str_printf(e->arena, "%.*s %.*s", STR_ARG(str_upper(e->arena, p->method)),
                           STR_ARG(p->path));
    if (value_is_nil(all))
        all = value_put_c(e->v, api->properties, "RouteSettings", value_map(e->v))->value;
    if (!sam_is_map(all)) {
        uint32_t from = e->failures.count;
        sam_add_failure(e, sam_span(all, api->span),
                        "Resource with id [%.*s] is invalid. Property 'RouteSettings' should be a "
                        "map.",
                        STR_ARG(p->api));
        sam_abort_with(e, from);
    }
    if (sam_is_truthy(condition))
        own = sam_if(e, condition, sam_is_none(own) ? value_null(e->v) : own, NULL);
    sam_event_map(e, p->key, "RouteSettings", own);
    all = api_become_map(e->v, all);
    struct value *there = value_get(all, route);
    value_put(e->v, all, route, joined(e, value_is_nil(there) ? value_map(e->v) : there, own));
}

static void take_event(struct expand *e, struct run *run, const struct member *m) {
    const struct implicit *kind = run->kind;
    struct path_event p = {.key = m->key, .span = m->span};
    struct value *properties = value_get_c(m->value, "Properties");
    if (!kind->is_http && !sam_is_truthy(properties))
        return;
    if (value_is_nil(properties))
        properties = value_map(e->v);
    if (!sam_is_map(properties))
        sam_fail_event(e, p.key, sam_span(properties, m->span), "Properties should be a map.");
    p.properties = api_become_map(e->v, properties);
    value_put_c(e->v, m->value, "Properties", properties);
    if (!sam_has(e, properties, kind->reference)) {
        inherit_tags(e, run);
        value_put_c(e->v, properties, kind->reference, value_ref(e->v, str_from(kind->id)));
    }
    if (kind->is_http && !sam_is_truthy(sam_get(e, properties, "Path")) &&
        !sam_is_truthy(sam_get(e, properties, "Method"))) {
        value_put_c(e->v, properties, "Path", value_c(e->v, "$default"));
        value_put_c(e->v, properties, "Method", value_c(e->v, OPENAPI_ANY));
    }
    check_event(e, run, &p);
    note_attributes(e, run, &p);
    add_path(e, run, &p);
    if (kind->is_http && value_has(properties, STR("RouteSettings")))
        add_route_settings(e, run, &p);
}

static void take_events(struct expand *e, void *data) {
    struct run *run = data;
    struct value *events = value_get_c(run->owner->properties, "Events");
    struct value *mine = events_of(e, events, run->kind->event_type);
    const struct member **walk = sam_walk(e, mine);
    for (uint32_t i = 0; i < mine->count; i++)
        take_event(e, run, walk[i]);
    api_merge(&apis_of(e)->orders, e->v, events, mine);
}

static void take_all_events(struct expand *e, struct run *run) {
    uint32_t count, from = e->failures.count;
    struct resource **walk = sam_walk_sources(e, &count);
    for (uint32_t i = 0; i < count; i++) {
        run->owner = walk[i];
        bool has_events = resource_is(walk[i], "AWS::Serverless::Function") ||
                          resource_is(walk[i], "AWS::Serverless::StateMachine");
        if (!has_events || value_get_c(walk[i]->properties, "Events")->kind != VAL_MAP)
            continue;
        e->current = sam_begin(e, walk[i]);
        e->v->place = (struct place){walk[i]->id_span, e->current->origin};
        sam_try(e, take_events, run);
        e->current = NULL;
    }
    if (e->failures.count > from)
        sam_abort_with(e, from);
}

/* --- conditions and policies of what events made */

static int compare_conditions(const void *a, const void *b) {
    return str_cmp((*(struct value *const *)a)->text, (*(struct value *const *)b)->text);
}

/* Adds the conditions of a path's methods, each once; false when one has none. */
static bool gather(struct expand *e, struct value *into, const struct value *methods) {
    for (uint32_t i = 0; i < methods->count; i++) {
        struct value *condition = methods->members[i].value;
        bool is_new = true;
        if (!sam_is_string(condition))
            return false;
        for (uint32_t n = 0; n < into->count; n++)
            is_new = is_new && !str_eq(into->items[n]->text, condition->text);
        if (is_new)
            value_push(e->v, into, condition);
    }
    return true;
}

/* The one condition that holds when any of these does. */
static struct value *any_of(struct expand *e, struct str name, struct value *conditions) {
    if (conditions->count == 1)
        return conditions->items[0];
    qsort(conditions->items, conditions->count, sizeof *conditions->items, compare_conditions);
    sam_combine_conditions(e, name, conditions);
    return value_string(e->v, name);
}

static void condition_api(struct expand *e, const struct run *run) {
    const struct value *paths = value_get_c(run->conditions, run->kind->id);
    struct resource *api = sam_source(e, str_from(run->kind->id));
    struct value *conditions = value_list(e->v);
    for (uint32_t i = 0; i < paths->count; i++)
        if (!gather(e, conditions, paths->members[i].value))
            return;
    if (conditions->count)
        value_put_c(e->v, api->attributes, "Condition",
                    any_of(e, str_from(run->kind->condition), conditions));
}

/* The strongest of the owners' policies. */
static void take_policy(struct expand *e, const struct run *run, const char *name,
                        const struct value *given) {
    static const char *const strongest[] = {"Retain", "Snapshot", "Delete"};
    struct resource *api = sam_source(e, str_from(run->kind->id));
    bool is_deletion = given == run->deletion;
    for (unsigned s = 0; s < sizeof strongest / sizeof *strongest; s++)
        for (uint32_t i = 0; i < given->count; i++)
            if (value_is_c(given->items[i], strongest[s]) && !(is_deletion && s == 1)) {
                value_put_c(e->v, api->attributes, name, value_c(e->v, strongest[s]));
                return;
            }
}

static struct str replaced(struct expand *e, struct str s, char c, const char *by) {
    struct str out = STR_NIL;
    for (size_t at = 0; at < s.len;) {
        size_t next = str_find_char(s, c, at);
        out = str_concat(e->arena, out, str_slice(s, at, next));
        if (next < s.len)
            out = str_concat(e->arena, out, str_from(by));
        at = next + 1;
    }
    return out;
}

static struct str path_condition(struct expand *e, struct str api, struct str path) {
    path = replaced(e, path, '/', "SLASH");
    path = replaced(e, replaced(e, path, '{', "OB"), '}', "CB");
    return str_printf(e->arena, "%.*s%.*sPathCondition", STR_ARG(api), STR_ARG(path));
}

/* A path whose methods all are conditional is conditional itself. */
static void condition_paths(struct expand *e, const struct run *run, struct resource *api) {
    struct value *body = sam_get(e, api->properties, "DefinitionBody");
    const struct value *paths = value_get(run->conditions, api->id);
    struct openapi o = run->kind->open(e, body);
    const struct member **walk = sam_walk(e, o.paths);
    for (uint32_t i = 0; i < o.paths->count; i++) {
        struct value *conditions = value_list(e->v);
        struct str path = walk[i]->key;
        if (gather(e, conditions, value_get(paths, path)) && conditions->count)
            openapi_condition_path(&o, path,
                                   any_of(e, path_condition(e, api->id, path), conditions));
    }
    run->kind->close(&o);
}

static void condition_all_paths(struct expand *e, const struct run *run) {
    uint32_t count;
    struct resource **walk = sam_walk_sources(e, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (!resource_is(walk[i], run->kind->api_type) || !sam_is_map(walk[i]->properties) ||
            !sam_is_truthy(sam_get(e, walk[i]->properties, API_MANAGED)))
            continue;
        place_at(e, walk[i]);
        condition_paths(e, run, walk[i]);
    }
}

/* --- the implicit APIs */

/* Where the first event of this type stands. */
static struct span first_event(struct expand *e, const struct implicit *kind) {
    for (uint32_t i = 0; i < e->sources.count; i++) {
        const struct resource *r = e->sources.items[i];
        const struct value *events = &value_nil;
        if (r->id.ptr && sam_is_map(r->properties))
            events = value_get_c(r->properties, "Events");
        for (uint32_t m = 0; events->kind == VAL_MAP && m < events->count; m++)
            if (value_is_c(value_get_c(events->members[m].value, "Type"), kind->event_type))
                return events->members[m].span;
    }
    return SPAN_NIL;
}

static struct resource *add_api(struct expand *e, const struct implicit *kind) {
    struct resource model = {.id = str_from(kind->id), .type = str_from(kind->api_type)};
    model.id_span = first_event(e, kind);
    place_at(e, &model);
    struct resource *api = sam_add_source(e, model.id, kind->api_type);
    api->id_span = model.id_span;
    api->origin = NULL;
    if (!kind->is_http)
        value_put_c(e->v, api->properties, "StageName", value_c(e->v, "Prod"));
    manage(e, api, kind->skeleton(e));
    return api;
}

static void add_implicit_api(struct expand *e, const struct implicit *kind) {
    struct place before = e->v->place;
    const struct resource *there = sam_source(e, str_from(kind->id));
    struct resource own = there ? *there : (struct resource){0};
    struct resource *api = add_api(e, kind);
    struct run run = {.kind = kind, .conditions = value_map(e->v)};
    run.deletion = value_list(e->v);
    run.replacement = value_list(e->v);
    take_all_events(e, &run);
    place_at(e, api);
    condition_api(e, &run);
    take_policy(e, &run, "DeletionPolicy", run.deletion);
    take_policy(e, &run, "UpdateReplacePolicy", run.replacement);
    condition_all_paths(e, &run);
    if (!value_get_c(value_get_c(api->properties, "DefinitionBody"), "paths")->count) {
        if (there)
            *api = own;
        else
            sam_remove_source(e, api->id);
    }
    e->v->place = before;
}

void sam_implicit_rest_api(struct expand *e) {
    add_implicit_api(e, &rest);
}

void sam_implicit_http_api(struct expand *e) {
    add_implicit_api(e, &http);
}
