#include "driver/children.h"

#include "base/limits.h"
#include "base/path.h"
#include "graph/packaged.h"
#include "template/template.h"

/* Reading a child's template: what has been read so far, by path. */
struct reading {
    struct job *job;
    struct map by_path; /* -> struct child * */
    uint32_t files;
    size_t bytes, values;
};

/* An entry that stands for others: Fn::Transform, Fn::ForEach. */
static bool is_open(const struct value *section) {
    for (uint32_t i = 0; section->kind == VAL_MAP && i < section->count; i++)
        if (str_starts(section->members[i].key, STR("Fn::")))
            return true;
    return section->kind != VAL_MAP && !value_is_nil(section);
}

/* Its own mistakes are reported when it is checked itself. */
static struct child *read_template(struct reading *r, struct str path, struct str text) {
    struct job *j = r->job;
    struct diags own;
    struct graph *g = arena_new(&j->arena, struct graph);
    diags_init(&own, &j->arena, &j->sources);
    graph_init(g, &j->arena);
    g->sources = &j->sources;
    template_read(g, &own, &j->sources, source_add(&j->sources, path, text));
    r->values += g->values.made;
    struct child *c = arena_new(&j->arena, struct child);
    *c = (struct child){.parameters = g->parameters, .outputs = g->outputs};
    c->is_open = g->is_rewritten || diags_have_errors(&own) || is_open(g->parameters) ||
                 is_open(g->outputs);
    return c;
}

static const struct child *read_file(struct reading *r, struct str path) {
    struct arena *a = &r->job->arena;
    const struct child *known = map_get_ptr(&r->by_path, path);
    const char *error = NULL;
    bool spent = r->files >= LIMIT_CHILDREN || r->values > LIMIT_CHILDREN_VALUES;
    if (known || spent || os_kind_of(a, path) != OS_FILE ||
        !path_is_below(a, path, path_folder(r->job->path)))
        return known;
    r->files++;
    struct str text = os_read(a, path, LIMIT_CHILD_BYTES, &error);
    r->bytes += text.len;
    if (error || r->bytes > LIMIT_CHILDREN_BYTES || !template_is_likely(text) ||
        utf8_validate(text) < text.len || str_has(text, '\0'))
        return NULL;
    struct child *c = read_template(r, path, text);
    map_put_ptr(a, &r->by_path, path, c);
    return c;
}

void children_read(struct job *j) {
    struct reading r = {.job = j};
    if (j->is_api || j->options->skip_rules || str_is(j->path, "-"))
        return;
    for (uint32_t i = 0; i < j->graph.resources.count; i++) {
        const struct resource *stack = j->graph.resources.items[i];
        struct str to = value_text(value_get_c(stack->properties, "TemplateURL"));
        if (!resource_is(stack, "AWS::CloudFormation::Stack") || !resource_has_local_files(stack) ||
            to.ptr[0] == '/' || !value_is_known(value_get_c(stack->properties, "TemplateURL")))
            continue;
        struct str folder = path_folder(j->path);
        struct str path = str_printf(&j->arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(to));
        const struct child *child = read_file(&r, path);
        if (child)
            map_put_ptr(&j->arena, &j->graph.children, stack->id, child);
    }
}
