/* A report that was accepted as it is: what is in it is not reported again. */
#ifndef CLI_BASELINE_H
#define CLI_BASELINE_H

#include "driver/driver.h"

struct baseline {
    struct map counts; /* rule, path and message -> how often */
};

/* Reads a json report. NULL, or why it can't be used. */
const char *baseline_read(struct arena *a, struct baseline *b, struct str path);
/* Takes the diagnostics that the baseline holds out of a finished job, in `a`; each as often as it
   is held. Line numbers don't count, so that edits elsewhere change nothing. */
void baseline_apply(struct arena *a, const struct baseline *b, struct job *j);

#endif
