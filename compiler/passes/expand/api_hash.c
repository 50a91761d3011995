/* What the id of a REST API's deployment is hashed from: the definition as Python 2 prints it, the
   OpenAPI version, the domain, the names of the functions behind the API. Nothing else may change
   the id, and every bit of the form counts. */
#include "base/buf.h"
#include "passes/expand/api.h"

/* json.dumps(x): in the order of the maps, with blanks. */
static void put_json(struct expand *e, struct buf *b, struct value *x) {
    if (value_is_intrinsic(x))
        x = sam_entries(e, x);
    if (x->kind != VAL_MAP && x->kind != VAL_LIST) {
        buf_str(b, sam_json(e, x));
        return;
    }
    const struct member **walk = sam_walk(e, x);
    buf_char(b, x->kind == VAL_MAP ? '{' : '[');
    for (uint32_t i = 0; i < x->count; i++) {
        buf_c(b, i ? ", " : "");
        if (x->kind == VAL_MAP) {
            struct value key = {.kind = VAL_STRING, .text = walk[i]->key};
            buf_printf(b, "%.*s: ", STR_ARG(sam_json(e, &key)));
        }
        put_json(e, b, x->kind == VAL_MAP ? walk[i]->value : x->items[i]);
    }
    buf_char(b, x->kind == VAL_MAP ? '}' : ']');
}

/* --- names of functions */

static bool is_event_of(struct expand *e, const struct value *event, struct str api) {
    const struct value *properties = sam_get(e, event, "Properties");
    const struct value *id = api_id_of(e, sam_get(e, properties, "RestApiId"));
    return value_is_c(sam_get(e, event, "Type"), "Api") && sam_is_string(id) &&
           str_eq(id->text, api);
}

static void put_function(struct expand *e, struct buf *b, const struct resource *r,
                         struct str api) {
    struct value *name = sam_get(e, r->properties, "FunctionName");
    const struct value *events = value_get_c(r->properties, "Events");
    if (value_is_nil(name) || events->kind != VAL_MAP)
        return;
    name = sam_resolved(e, name);
    for (uint32_t i = 0; i < events->count; i++) {
        if (!sam_is_truthy(name) || !is_event_of(e, events->members[i].value, api))
            continue;
        buf_str(b, sam_text(e, name));
    }
}

/* The names of the API's functions, once for each event, put together. */
static struct str function_names(struct expand *e, struct str api) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    uint32_t count;
    struct resource **walk = sam_walk_sources(e, &count);
    for (uint32_t i = 0; i < count; i++)
        if (resource_is(walk[i], "AWS::Serverless::Function"))
            put_function(e, &b, walk[i], api);
    return buf_view(&b);
}

struct str api_deployment_data(struct expand *e, const struct sam *s, const struct value *body) {
    const struct value *version = sam_property(s, "OpenApiVersion");
    struct value *domain = sam_property(s, "Domain");
    struct str names = function_names(e, s->id);
    struct buf b;
    buf_init(&b, e->arena, 0);
    buf_str(&b, sam_text(e, body));
    if (sam_is_truthy(version)) {
        buf_c(&b, "||");
        buf_str(&b, sam_text(e, version));
    }
    if (sam_is_truthy(domain)) {
        buf_c(&b, "||");
        put_json(e, &b, domain);
    }
    if (names.len) {
        buf_c(&b, "||");
        buf_str(&b, names);
    }
    return buf_view(&b);
}
