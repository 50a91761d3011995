/* rules FILE: how long all rules take on a file, in microseconds; reading it isn't counted, nor is
   showing what they find. The first time in a process, as it is in every run of apic. */
#define _GNU_SOURCE
#include <stdio.h>
#include <time.h>

#include "driver/driver.h"
#include "passes/passes.h"

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    struct schema schema = schema_builtin();
    struct job_options options = {.schema = &schema};
    struct check_options rules = {.schema = &schema};
    static struct job job;
    job_init(&job, &options);
    if (job_run(&job, str_from(argv[1]), STAGE_EXPAND) == JOB_FAILED)
        return 1;
    double began = now();
    check_rules(&job.graph, &rules, &job.diags);
    printf("%.0f\n", now() - began);
    job_free(&job);
    return 0;
}
