/* Where the resources come from that the SAM transform makes: each says which SAM resource and
   which part of it, and points at the line that caused it. Over every template that the transform
   takes. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "driver/driver.h"
#include "template/template.h"
#include "unit/suite.h"

static const char *const patterns[] = {"tests/golden/sam/*/in.yaml",
                                       "tests/conformance/sam/good/*"};

/* The template as it is written, beside the job that expands it. */
struct written {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct graph graph;
};

static void written_read(struct written *w, struct str path, struct str text) {
    arena_init(&w->arena, NULL, 0);
    sources_init(&w->sources, &w->arena);
    diags_init(&w->diags, &w->arena, &w->sources);
    graph_init(&w->graph, &w->arena);
    template_read(&w->graph, &w->diags, &w->sources, source_add(&w->sources, path, text));
    template_expand_loops(&w->graph, &w->diags, NULL);
}

static bool is_inside(struct span inner, struct span outer) {
    return inner.start >= outer.start && inner.end <= outer.end;
}

/* Whether a place lies in a SAM resource, or in Globals. */
static bool is_sam_source(const struct graph *g, struct span place) {
    if (is_inside(place, g->globals->span))
        return true;
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct resource *r = g->resources.items[i];
        bool is_sam = str_starts(r->type, STR("AWS::Serverless::")) ||
                      !value_is_nil(value_get_c(r->attributes, "Connectors"));
        if (is_sam && is_inside(place, r->span))
            return true;
    }
    return false;
}

static bool is_as_written(const struct graph *g, const struct resource *r) {
    const struct resource *before = graph_find(g, r->id);
    return before && str_eq(before->type, r->type);
}

/* Whether the text at a place is the event's key, or lies in what follows it. */
static bool is_of_event(const struct graph *g, const struct resource *r, struct str name) {
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct value *events = value_get_c(g->resources.items[i]->properties, "Events");
        const struct member *m = value_member(events, name);
        if (m && is_inside(r->span, (struct span){1, m->span.start, m->value->span.end}))
            return true;
    }
    return false;
}

static void check_resource(const char *path, const struct graph *g, const struct resource *r) {
    struct str id = r->id;
    ck_assert_msg(r->origin != NULL, "%s: %.*s has no origin", path, STR_ARG(id));
    ck_assert_msg(is_sam_source(g, r->origin->span), "%s: %.*s comes from nowhere (%u-%u)",
                  path, STR_ARG(id), r->origin->span.start, r->origin->span.end);
    ck_assert_msg(is_sam_source(g, r->span), "%s: %.*s points at nothing that made it",
                  path, STR_ARG(id));
    struct str part = r->origin->part;
    if (str_starts(part, STR("event "))) {
        struct str name = str_slice(part, 6, part.len);
        ck_assert_msg(is_of_event(g, r, name), "%s: %.*s doesn't point at its %.*s", path,
                      STR_ARG(id), STR_ARG(part));
    }
}

static unsigned check_template(const char *path) {
    struct job_options options = {.skip_rules = true};
    struct job j;
    job_init(&j, &options);
    unsigned checked = 0;
    if (job_run(&j, str_from(path), STAGE_EXPAND) == JOB_DONE && j.was_sam) {
        struct written w;
        written_read(&w, str_from(path), j.text);
        for (uint32_t i = 0; i < j.graph.resources.count; i++) {
            const struct resource *r = j.graph.resources.items[i];
            if (is_as_written(&w.graph, r))
                continue;
            check_resource(path, &w.graph, r);
            checked++;
        }
        arena_free(&w.arena);
    }
    job_free(&j);
    return checked;
}

START_TEST(generated_resources_lead_to_their_source) {
    unsigned checked = 0;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found;
        ck_assert_int_eq(glob(patterns[i], 0, NULL, &found), 0);
        for (size_t n = 0; n < found.gl_pathc; n++)
            checked += check_template(found.gl_pathv[n]);
        globfree(&found);
    }
    ck_assert_uint_gt(checked, 700);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("expand");
    TCase *c = tcase_create("origins");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, generated_resources_lead_to_their_source);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
