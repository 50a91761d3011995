/* Stands in for layers that aren't linked in; each definition goes when its layer is there. */
#include "driver/driver.h"
#include "schema/describe.h"
#include "template/template.h"

#define WEAK __attribute__((weak))

static void absent(struct diags *d, const char *what) {
    diag_add(d, RULE_FILE, SPAN_NIL, "this build can't %s", what);
}

WEAK struct str lang_format(struct arena *a, const struct sources *sources, const struct tree *t) {
    (void)a, (void)sources, (void)t;
    return STR_NIL;
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

WEAK bool schema_print_type(const struct schema *s, struct str path,
                            const struct schema_sink *sink, struct str *nearest) {
    (void)s, (void)path, (void)sink, (void)nearest;
    return false;
}
