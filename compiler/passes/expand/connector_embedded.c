/* Connectors in the resource attribute of that name: each becomes a resource of its own, whose source
   is the resource that it stands in. */
#include "passes/expand/connector.h"

/* A connector among those of a resource. */
struct embedded {
    struct resource *source;
    const struct member *entry; /* its name in Connectors, and the connector */
    struct resource *made;
};

/* { Id: source } and what SourceReference says of it. */
static struct value *source_of(struct expand *e, const struct embedded *c, struct str path,
                               const struct value *properties) {
    struct value *source = sam_map(e, "Id", value_string(e->v, c->source->id), NULL);
    const struct member *m = value_member(properties, STR("SourceReference"));
    if (!m)
        return source;
    struct str inner = str_printf(e->arena, "%.*s.SourceReference", STR_ARG(path));
    sam_expect_map(e, c->source->id, inner.ptr, m->value);
    struct value *more = sam_entries(e, m->value);
    if (value_has(more, STR("Id")))
        sam_fail(e, c->entry->key, m->span, "'Id' shouldn't be defined in 'SourceReference'.");
    for (uint32_t i = 0; i < more->count; i++)
        value_put(e->v, source, more->members[i].key, more->members[i].value);
    return source;
}

static void read_one(struct expand *e, void *data) {
    struct embedded *c = data;
    struct str key = c->entry->key;
    struct str id = str_concat(e->arena, c->source->id, key);
    struct value *whole = c->entry->value;
    e->v->place = (struct place){c->entry->span, c->source->origin};
    if (!sam_is_map(whole))
        sam_fail(e, id, c->entry->span, "%.*s.%.*s should be a map.", STR_ARG(c->source->id),
                 STR_ARG(id));
    struct str path = str_printf(e->arena, "Connectors.%.*s.Properties", STR_ARG(key));
    struct value *properties = sam_get(e, whole, "Properties");
    if (!sam_is_map(properties))
        sam_fail(e, c->source->id, c->entry->span, "Attribute '%.*s' should be a map.",
                 STR_ARG(path));
    properties = value_copy_shallow(e->v, sam_entries(e, properties));
    value_put_c(e->v, properties, "Source", source_of(e, c, path, properties));
    value_remove(e->v, properties, STR("SourceReference"));
    struct resource *r = arena_new(e->arena, struct resource);
    *r = (struct resource){.id = id,
                           .id_span = c->entry->span,
                           .type = str_from(sam_connector.name),
                           .type_span = c->entry->span,
                           .properties = properties,
                           .attributes = sam_entries(e, whole),
                           .origin = c->source->origin,
                           .span = sam_span(whole, c->entry->span)};
    sam_check_new_id(e, id, c->entry->span);
    sam_check(e, id, sam_connector.name, sam_connector.properties, properties, c->entry->span);
    r->attributes = sam_kept_attributes(e, r);
    if (sam_check_id(e, c->source->id, r, c->entry->span))
        c->made = r;
}

struct made {
    VEC(struct resource *) items;
};

static void read_all(struct expand *e, struct resource *r, struct made *made) {
    struct value *connectors = value_get_c(r->attributes, "Connectors");
    if (!sam_is_map(connectors)) {
        sam_add_failure(e, sam_span(connectors, r->span),
                        "Resource with id [%.*s] is invalid. Attribute '%.*s.Connectors' should be "
                        "a map.",
                        STR_ARG(r->id), STR_ARG(r->id));
        return;
    }
    connectors = sam_entries(e, connectors);
    for (uint32_t i = 0; i < connectors->count; i++) {
        struct embedded c = {r, &connectors->members[i], NULL};
        sam_try(e, read_one, &c);
        if (c.made)
            vec_push(e->arena, &made->items, c.made);
    }
}

void sam_embedded_connectors(struct expand *e) {
    struct made made = {0};
    uint32_t count;
    struct resource **walk = sam_walk_sources(e, &count);
    for (uint32_t i = 0; i < count; i++)
        if (value_has(walk[i]->attributes, STR("Connectors")))
            read_all(e, walk[i], &made);
    sam_put_sources(e, made.items.items, made.items.count);
}
