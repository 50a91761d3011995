/* Conditions that the transform adds to the template. */
#include "passes/expand/expand.h"

enum { MOST_IN_OR = 10 }; /* conditions that Fn::Or takes */

void sam_combine_conditions(struct expand *e, struct str name, const struct value *any_of) {
    struct value *queue = value_copy_shallow(e->v, any_of);
    struct value *section = sam_open(e, graph_section(e->g, &e->g->conditions));
    if (section->kind != VAL_MAP || queue->count < 2)
        return;
    uint32_t number = (queue->count - 2) / (MOST_IN_OR - 1), at = 0;
    while (queue->count - at > 1) {
        struct value *any = value_list(e->v);
        for (unsigned i = 0; i < MOST_IN_OR && at < queue->count; i++, at++)
            value_push(e->v, any, value_from_function(e->v, STR("Condition"), queue->items[at]));
        struct str id = number ? sam_id(e, "%.*s%u", STR_ARG(name), number--) : name;
        value_put(e->v, section, id, value_from_function(e->v, STR("Fn::Or"), any));
        value_push(e->v, queue, value_string(e->v, id));
    }
}
