/* libFuzzer: any bytes as a template through every stage: the reader, AWS::LanguageExtensions, the
   SAM transform, all rules, the printer. */
#include "driver/driver.h"
#include "fuzz/fuzz.h"

static void check(const struct schema *schema, const char *path, struct str text,
                  enum stage upto) {
    struct str regions[] = {STR("eu-central-1"), STR("cn-north-1")};
    struct job_options options = {.schema = schema, .target = TARGET_CFN};
    options.regions.items.items = regions;
    options.regions.items.count = 2;
    struct job job;
    job_init(&job, &options);
    job_run_text(&job, str_from(path), text, upto);
    job_free(&job);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct schema schema = schema_builtin();
    struct str text = {(const char *)data, size};
    check(&schema, "x.yaml", text, STAGE_RULES);
    check(&schema, "x.json", text, STAGE_EMIT);
    return 0;
}
