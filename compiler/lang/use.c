#include "lang/compile.h"

#include "base/limits.h"
#include "base/os.h"
#include "base/path.h"

struct space *load_source(struct lang *l, uint32_t source, bool root) {
    struct space *in = arena_new(l->arena, struct space);
    in->root = root;
    in->tree = lang_parse(l->arena, l->diags, l->sources, source);
    vec_push(l->arena, &l->files, in);
    declare_block(l, in, in->tree->root);
    in->loaded = true;
    return in;
}

static struct str used_path(struct lang *l, struct str name, struct span span) {
    if (str_starts(name, STR("std/")))
        return str_printf(l->arena, "%.*s/%.*s.api", STR_ARG(l->options->stdlib),
                          STR_ARG(str_slice(name, 4, name.len)));
    if (str_starts(name, STR("./")))
        name = str_slice(name, 2, name.len);
    return str_concat(l->arena, path_folder(source_get(l->sources, span.source)->path), name);
}

/* Whether a path, links resolved, lies in the folder of the root file. */
static bool is_inside(struct lang *l, struct str path) {
    return path_is_below(l->arena, path,
                         path_folder(source_get(l->sources, l->root_source)->path));
}

struct space *load_used(struct lang *l, struct str name, struct span span) {
    struct str path = used_path(l, name, span);
    uint32_t known = source_find(l->sources, path);
    for (uint32_t i = 0; known && i < l->files.count; i++) {
        struct space *in = l->files.items[i];
        if (in->tree->source != known)
            continue;
        if (!in->loaded) {
            struct diag *d =
                diag_add(l->diags, RULE_CIRCULAR_VALUE, span,
                         "files use each other in a circle: '%.*s' is being read", STR_ARG(path));
            diag_help(l->diags, d, "move what both need into a third file");
            return NULL;
        }
        return in;
    }
    if (l->files.count >= LIMIT_FILES) {
        diag_add(l->diags, RULE_LIMIT, span, "a build uses at most %d files", LIMIT_FILES);
        return NULL;
    }
    if (!str_starts(name, STR("std/")) && !l->options->allow_outside && !is_inside(l, path)) {
        struct diag *d = diag_add(l->diags, RULE_FILE, span,
                                  "'%.*s' is outside of the project's folder", STR_ARG(name));
        diag_help(l->diags, d, "--allow-outside lets a build read it");
        return NULL;
    }
    if (str_starts(name, STR("std/")) && !l->options->stdlib.len) {
        struct diag *d = diag_add(l->diags, RULE_FILE, span,
                                  "'%.*s' can't be read: the library isn't "
                                  "beside the program",
                                  STR_ARG(name));
        diag_help(l->diags, d, "seen from the program's folder it is ../share/apic/stdlib");
        return NULL;
    }
    const char *error;
    struct str text = os_read(l->arena, path, LIMIT_SOURCE_BYTES, &error);
    if (error) {
        diag_add(l->diags, RULE_FILE, span, "'%.*s' can't be read: %s", STR_ARG(path), error);
        return NULL;
    }
    return load_source(l, source_add(l->sources, path, text), false);
}
