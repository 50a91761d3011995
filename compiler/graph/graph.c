#include "graph/graph.h"

void graph_init(struct graph *g, struct arena *a) {
    struct value *nil = &value_nil;
    *g = (struct graph){.arena = a,
                        .values = {.arena = a},
                        .version = nil,
                        .description = nil,
                        .metadata = nil,
                        .transform = nil,
                        .globals = nil,
                        .parameters = nil,
                        .mappings = nil,
                        .conditions = nil,
                        .rules = nil,
                        .outputs = nil,
                        .hooks = nil,
                        .macros = nil,
                        .others = nil};
}

struct resource *graph_add(struct graph *g, struct str id, struct str type) {
    if (map_get(&g->by_id, id))
        return NULL;
    struct resource *r = arena_new(g->arena, struct resource);
    *r = (struct resource){.id = id,
                           .id_span = g->values.place.span,
                           .type = type,
                           .type_span = g->values.place.span,
                           .properties = value_map(&g->values),
                           .attributes = value_map(&g->values),
                           .origin = g->values.place.origin,
                           .span = g->values.place.span};
    vec_push(g->arena, &g->resources, r);
    map_put_ptr(g->arena, &g->by_id, id, r);
    return r;
}

struct resource *graph_find(const struct graph *g, struct str id) {
    struct resource *r = map_get_ptr(&g->by_id, id);
    return r && r->id.ptr ? r : NULL;
}

struct str resource_condition(const struct resource *r) {
    return value_text(value_get_c(r->attributes, "Condition"));
}

struct value *graph_section(struct graph *g, struct value **section) {
    if (value_is_nil(*section))
        *section = value_map(&g->values);
    return *section;
}

bool is_pseudo_parameter(struct str name) {
    static const struct str names[] = {
        STR_ROW("AWS::AccountId"), STR_ROW("AWS::NotificationARNs"), STR_ROW("AWS::NoValue"),
        STR_ROW("AWS::Partition"), STR_ROW("AWS::Region"), STR_ROW("AWS::StackId"),
        STR_ROW("AWS::StackName"), STR_ROW("AWS::URLSuffix"),
    };
    return str_in(name, names);
}
