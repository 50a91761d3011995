/* Every rule's two examples (docs/rules): the wrong one gives exactly that rule's diagnostic, the right
   one nothing that is a warning or an error. */
#include <stdio.h>
#include <stdlib.h>

#include "driver/driver.h"
#include "passes/explain.h"
#include "unit/suite.h"

static struct schema schema;

static struct str described(struct arena *a, const struct diags *d, enum level least) {
    struct str out = STR_NIL;
    for (uint32_t i = 0; i < d->items.count; i++) {
        const struct diag *item = d->items.items[i];
        if (item->level >= least)
            out = str_printf(a, "%.*s\n  %.*s [%s]", STR_ARG(out), STR_ARG(item->message),
                             rules[item->rule].name);
    }
    return out;
}

static void check_example(enum rule_id rule, bool wrong) {
    struct str language, text = rule_example(rule, wrong, &language);
    bool api = str_is(language, "api");
    if (!api && !str_is(language, "yaml"))
        return;
    struct job_options options = {.schema = &schema};
    enum level least = LEVEL_WARNING;
    if (rules[rule].level < least)
        least = rules[rule].level;
    struct job job;
    struct level_choice choice = {rule, rules[rule].level};
    options.levels.items = &choice; /* for those that are off by default */
    options.levels.count = 1;
    job_init(&job, &options);
    job_run_text(&job, api ? STR("example.api") : STR("example.yaml"), text, STAGE_RULES);
    uint32_t own = 0, others = 0;
    for (uint32_t i = 0; i < job.diags.items.count; i++) {
        const struct diag *d = job.diags.items.items[i];
        own += d->rule == rule;
        others += d->rule != rule && d->level >= LEVEL_WARNING;
    }
    struct str all = described(&job.arena, &job.diags, least);
    ck_assert_msg(own == wrong && others == 0, "%s, %s example: %.*s", rules[rule].name,
                  wrong ? "wrong" : "right", STR_ARG(all));
    job_free(&job);
}

START_TEST(examples_give_what_they_say) {
    check_example((enum rule_id)_i, true);
    check_example((enum rule_id)_i, false);
}
END_TEST

START_TEST(every_rule_has_two_examples) {
    for (int i = 1; i < RULE_COUNT; i++) {
        struct str language;
        ck_assert_msg(rule_example((enum rule_id)i, true, &language).len > 0, "%s", rules[i].name);
        ck_assert_msg(rule_example((enum rule_id)i, false, &language).len > 0, "%s", rules[i].name);
    }
}
END_TEST

int main(void) {
    schema = schema_builtin();
    Suite *suite = suite_create("rules");
    TCase *c = tcase_create("rules");
    tcase_add_test(c, every_rule_has_two_examples);
    tcase_add_loop_test(c, examples_give_what_they_say, 1, RULE_COUNT);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
