/* A stack with its policies read, for tests of IAM. */
#ifndef UNIT_STACK_H
#define UNIT_STACK_H

#include <check.h>
#include <stdlib.h>

#include "driver/driver.h"
#include "iam/condition.h"
#include "iam/evaluate.h"

struct stack {
    struct job_options options;
    struct job job;
    struct formulas formulas;
    struct view view;
    struct holes holes;
    struct context context; /* what is known of requests; empty at first */
    struct iam iam;
};

/* Reads a stack, "x.api", or a template, "x.yaml"; the test fails where it has errors. */
static inline struct stack *open_stack(const struct schema *schema, const char *name,
                                       const char *text) {
    struct stack *s = calloc(1, sizeof *s);
    s->options = (struct job_options){.schema = schema};
    job_init(&s->job, &s->options);
    if (job_run_text(&s->job, str_from(name), str_from(text), STAGE_GRAPH) != JOB_DONE)
        ck_abort_msg("%s: %.*s", text, STR_ARG(s->job.diags.items.items[0]->message));
    const struct graph *g = &s->job.graph;
    formulas_init(&s->formulas, &s->job.arena, g, &g->regions);
    view_init(&s->view, &s->job.arena, g, &s->formulas, &g->regions);
    holes_init(&s->holes, &s->job.arena, &g->regions);
    iam_read(&s->iam, &s->job.arena, g, schema, &s->formulas, &s->view, &s->holes);
    s->iam.context = &s->context;
    return s;
}

static inline void close_stack(struct stack *s) {
    job_free(&s->job);
    free(s);
}

#endif
