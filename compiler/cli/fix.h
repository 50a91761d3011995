/* Applies the safe fixes of a job's diagnostics to its files. */
#ifndef CLI_FIX_H
#define CLI_FIX_H

#include "driver/driver.h"

/* Rewrites the files. Returns how many diagnostics were fixed; those whose fixes overlap others'
   wait for another round. *error says why a file can't be written, or stays NULL. */
unsigned fix_apply(struct arena *a, const struct job *j, const char **error);

#endif
