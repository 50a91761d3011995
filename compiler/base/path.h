/* Paths as text. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/str.h"

/* The folder of a file's path with its slash, "a/b.api" -> "a/"; nil for a bare name. */
struct str path_folder(struct str path);
/* How the folder `to` is reached from the folder `from` (each as path_folder gives it): "" for the same
   one, else with a slash at the end, "../a/". `to` itself when one of them doesn't exist. */
struct str path_between(struct arena *a, struct str from, struct str to);
/* Whether a path, its links resolved, lies below a folder; one that doesn't exist does. */
bool path_is_below(struct arena *a, struct str path, struct str folder);

#endif
