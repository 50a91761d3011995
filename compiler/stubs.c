/* Stands in for layers that aren't linked in; each definition goes when its layer is there. */
#include "driver/driver.h"
#include "passes/passes.h"
#include "schema/describe.h"
#include "schema/pattern.h"
#if __has_include("passes/explain.h")
#include "passes/explain.h"
#else
struct str rule_text(enum rule_id rule);
#endif
#include "template/template.h"

#define WEAK __attribute__((weak))

static void absent(struct diags *d, const char *what) {
    diag_add(d, RULE_FILE, SPAN_NIL, "this build can't %s", what);
}

WEAK struct tree *lang_parse(struct arena *a, struct diags *d, const struct sources *sources,
                             uint32_t source) {
    (void)sources;
    absent(d, "parse");
    struct tree *t = arena_new(a, struct tree);
    t->source = source;
    vec_push(a, &t->nodes, (struct node){0});
    return t;
}

WEAK struct str lang_format(struct arena *a, const struct sources *sources, const struct tree *t) {
    (void)a, (void)sources, (void)t;
    return STR_NIL;
}

WEAK const struct node *tree_node(const struct tree *t, node_id id) {
    return &t->nodes.items[id.i < t->nodes.count ? id.i : 0];
}

WEAK void lang_compile(struct graph *g, struct diags *d, struct sources *sources, uint32_t source,
                       const struct lang_options *options) {
    (void)g, (void)sources, (void)source, (void)options;
    absent(d, "compile");
}

WEAK void lang_describe(struct buf *out, struct str topic) {
    (void)out, (void)topic;
}

WEAK void template_read(struct graph *g, struct diags *d, const struct sources *sources,
                        uint32_t source) {
    (void)g, (void)sources, (void)source;
    absent(d, "read templates");
}

WEAK bool template_is_likely(struct str text) {
    return str_find(text, STR("Resources"), 0) < text.len;
}

WEAK void emit_template(struct buf *out, const struct graph *g, enum emit_format format) {
    (void)out, (void)g, (void)format;
}

WEAK bool graph_is_sam(const struct graph *g) {
    (void)g;
    return false;
}

WEAK void expand_sam(struct graph *g, const struct expand_options *options, struct diags *d) {
    (void)g, (void)options;
    absent(d, "expand");
}

WEAK void check_rules(const struct graph *g, const struct check_options *options,
                      struct diags *d) {
    (void)g, (void)options, (void)d;
}

WEAK struct str rule_text(enum rule_id rule) {
    (void)rule;
    return STR_NIL;
}

WEAK struct schema schema_builtin(void) {
    return (struct schema){0};
}

WEAK const char *schema_open(const void *bytes, size_t size, struct schema *out) {
    (void)bytes, (void)size;
    *out = (struct schema){0};
    return "this build has no schema";
}

WEAK bool schema_print_type(const struct schema *s, struct str path,
                            const struct schema_sink *sink, struct str *nearest) {
    (void)s, (void)path, (void)sink, (void)nearest;
    return false;
}

WEAK struct str schema_date(const struct schema *s) {
    (void)s;
    return STR("none");
}

WEAK struct schema_region_id schema_region_find(const struct schema *s, struct str name) {
    (void)s, (void)name;
    return (struct schema_region_id){0};
}

WEAK struct schema_region_id schema_region_nearest(const struct schema *s, struct str name) {
    (void)s, (void)name;
    return (struct schema_region_id){0};
}

WEAK struct str schema_region_name(const struct schema *s, struct schema_region_id region) {
    (void)s, (void)region;
    return STR_NIL;
}

WEAK struct str schema_sources(const struct schema *s) {
    (void)s;
    return STR_NIL;
}

WEAK struct pattern_cache *pattern_cache_new(void) {
    return NULL;
}

WEAK void pattern_cache_free(struct pattern_cache *cache) {
    (void)cache;
}

WEAK enum pattern_result pattern_match(struct pattern_cache *cache, struct str pattern,
                                       struct str text) {
    (void)cache, (void)pattern, (void)text;
    return PATTERN_UNKNOWN;
}
