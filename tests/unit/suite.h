/* What all unit tests end with. */
#ifndef UNIT_SUITE_H
#define UNIT_SUITE_H

#include <check.h>

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

/* Runs a suite, and frees it; what main returns. CK_VERBOSITY says how much it tells. */
static inline int run_suite(Suite *suite) {
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif
