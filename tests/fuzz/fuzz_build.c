/* libFuzzer target: any bytes as a stack, built for both targets in both formats. It ends in a
   template or in errors, the same each time; the template is read again as the same document. */
#include "driver/driver.h"
#include "fuzz/again.h"
#include "schema/schema.h"

static const struct schema *schema(void) {
    static struct schema builtin;
    if (!builtin.bytes)
        builtin = schema_builtin();
    return &builtin;
}

static enum job_status build(struct job *j, struct job_options *options, struct str text) {
    job_init(j, options);
    enum job_status status = job_run_text(j, STR("nowhere/x.api"), text, STAGE_EMIT);
    fuzz_require((status == JOB_DONE) == !diags_have_errors(&j->diags), "a status without errors");
    if (status == JOB_DONE)
        fuzz_require(j->output.len > 0, "no errors, and no template");
    return status;
}

static void build_for(enum target target, struct str text) {
    struct job_options options = {
        .target = target, .format = EMIT_JSON, .schema = schema(), .stdlib = STR("stdlib")};
    struct job json, yaml;
    enum job_status status = build(&json, &options, text);
    if (status == JOB_DONE) {
        options.format = EMIT_YAML;
        fuzz_require(build(&yaml, &options, text) == status, "two builds end differently");
        struct arena a;
        arena_init(&a, NULL, 0);
        fuzz_same_json(json.output, fuzz_read_again(&a, "x.json", json.output),
                       "the JSON is read as another document");
        fuzz_same_json(json.output, fuzz_read_again(&a, "x.yaml", yaml.output),
                       "the YAML is another document");
        arena_free(&a);
        job_free(&yaml);
    }
    job_free(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str text = {(const char *)data, size};
    build_for(TARGET_CFN, text);
    build_for(TARGET_SAM, text);
    return 0;
}
