/* The document that a graph stands for: its sections and a resource's entries in customary order. */
#include "emit/emit.h"
#include "emit/print.h"

static void put(struct values *v, struct value *map, const char *key, struct value *x) {
    if (!value_is_nil(x))
        value_put_c(v, map, key, x);
}

static struct value *resource_document(struct values *v, const struct resource *r) {
    static const char *const first[] = {"Condition",      "DependsOn",      "CreationPolicy",
                                        "UpdatePolicy",   "DeletionPolicy", "UpdateReplacePolicy",
                                        "Metadata"};
    struct value *map = value_map(v);
    if (r->type.ptr)
        value_put_c(v, map, "Type", value_string(v, r->type));
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        put(v, map, first[i], value_get_c(r->attributes, first[i]));
    if (r->properties->kind != VAL_MAP || r->properties->count || r->has_properties)
        put(v, map, "Properties", r->properties);
    for (uint32_t i = 0; r->attributes->kind == VAL_MAP && i < r->attributes->count; i++)
        if (!value_has(map, r->attributes->members[i].key))
            value_put(v, map, r->attributes->members[i].key, r->attributes->members[i].value);
    return map;
}

static struct value *resources_document(struct values *v, const struct graph *g) {
    struct value *map = value_map(v);
    for (uint32_t i = 0; i < g->resources.count; i++)
        value_put(v, map, g->resources.items[i]->id,
                  resource_document(v, g->resources.items[i]));
    for (uint32_t i = 0; g->macros->kind == VAL_MAP && i < g->macros->count; i++)
        value_put(v, map, g->macros->members[i].key, g->macros->members[i].value);
    return map;
}

static struct value *document(struct values *v, const struct graph *g) {
    struct value *map = value_map(v);
    put(v, map, "AWSTemplateFormatVersion", g->version);
    put(v, map, "Transform", g->transform);
    put(v, map, "Description", g->description);
    put(v, map, "Metadata", g->metadata);
    put(v, map, "Parameters", g->parameters);
    put(v, map, "Mappings", g->mappings);
    put(v, map, "Rules", g->rules);
    put(v, map, "Conditions", g->conditions);
    put(v, map, "Globals", g->globals);
    value_put_c(v, map, "Resources", resources_document(v, g));
    put(v, map, "Hooks", g->hooks);
    put(v, map, "Outputs", g->outputs);
    for (uint32_t i = 0; g->others->kind == VAL_MAP && i < g->others->count; i++)
        if (!value_has(map, g->others->members[i].key))
            value_put(v, map, g->others->members[i].key, g->others->members[i].value);
    return map;
}

void emit_template(struct buf *out, const struct graph *g, enum emit_format format) {
    struct values v = {.arena = out->arena};
    struct value *whole = document(&v, g);
    if (format == EMIT_JSON)
        json_print(out, whole);
    else
        yaml_print(out, whole, true);
}

void emit_value(struct buf *out, const struct value *x, enum emit_format format) {
    if (format == EMIT_JSON)
        json_print(out, x);
    else
        yaml_print(out, x, false);
}
