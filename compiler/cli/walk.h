/* Finds what there is to check in files and folders. */
#ifndef CLI_WALK_H
#define CLI_WALK_H

#include "base/map.h"
#include "base/os.h"

struct walk_file {
    struct str path;
    struct str real; /* without links; nil when it doesn't exist */
    bool found;      /* in a folder, so it may be something else that has the same ending */
};

struct walk {
    struct arena *arena;
    VEC(struct walk_file) files; /* each once, sorted by path within a folder */
    struct map seen;             /* real paths of files and folders */
    const char *error;           /* why a folder can't be read, and which */
    struct str error_path;
};

/* Adds a file, or all files below a folder whose names end in .api, .yaml, .yml, .json or
   .template; hidden ones and node_modules are left out. */
void walk_add(struct walk *w, struct str path);

#endif
