/* libFuzzer target: any bytes as a template, through the SAM transform. It ends in a template or in
   errors, the same each time, and every generated resource says what made it; the template is read
   again as the same document. */
#include "driver/driver.h"
#include "fuzz/again.h"

static enum job_status expand(struct job *j, const struct job_options *options, struct str text) {
    job_init(j, options);
    enum job_status status = job_run_text(j, STR("x.yaml"), text, STAGE_EMIT);
    if ((status == JOB_DONE) == diags_have_errors(&j->diags))
        fuzz_fail("the status doesn't go with the errors", text, STR_NIL);
    return status;
}

static void check_origins(const struct job *j, struct str text) {
    for (uint32_t i = 0; j->was_sam && i < j->graph.resources.count; i++) {
        const struct resource *r = j->graph.resources.items[i];
        if (span_is_nil(r->span) || r->span.source != j->source)
            fuzz_fail("a resource has no place in the source", text, r->id);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str text = {(const char *)data, size};
    struct job_options options = {.format = EMIT_JSON, .skip_rules = true};
    struct job one, two;
    enum job_status status = expand(&one, &options, text);
    if (status != JOB_DONE) {
        job_free(&one);
        return 0;
    }
    check_origins(&one, text);
    struct str json = one.output;
    struct arena a;
    arena_init(&a, NULL, 0);
    options.format = EMIT_YAML;
    if (expand(&two, &options, text) != status)
        fuzz_fail("two runs end differently", text, STR_NIL);
    fuzz_same_json(json, fuzz_read_again(&a, "x.yaml", two.output), "two runs give two documents");
    job_free(&two);
    job_free(&one);
    arena_free(&a);
    return 0;
}
