#include "cli/walk.h"

#include "base/limits.h"

static bool is_candidate(struct str name) {
    static const char *const endings[] = {".api", ".yaml", ".yml", ".json", ".template"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (str_ends(name, str_from(endings[i])))
            return true;
    return false;
}

static bool is_new(struct walk *w, struct str real) {
    return real.len == 0 || map_put(w->arena, &w->seen, real, 1) == 0;
}

static void add_file(struct walk *w, struct str path, bool found) {
    struct str real = str_is(path, "-") ? STR_NIL : os_real_path(w->arena, path);
    if (is_new(w, real))
        vec_push(w->arena, &w->files, (struct walk_file){path, real, found});
}

static void add_folder(struct walk *w, struct str path, unsigned depth) {
    struct str_list names = {0};
    if (depth > LIMIT_DEPTH || !is_new(w, os_real_path(w->arena, path)))
        return;
    const char *error = os_list(w->arena, path, &names);
    if (error) {
        w->error = error;
        w->error_path = path;
        return;
    }
    for (uint32_t i = 0; i < names.items.count; i++) {
        struct str name = names.items.items[i];
        if (str_starts(name, STR(".")) || str_is(name, "node_modules"))
            continue;
        struct str inner = str_is(path, ".")
                               ? name
                               : str_printf(w->arena, "%.*s%s%.*s", STR_ARG(path),
                                            str_ends(path, STR("/")) ? "" : "/", STR_ARG(name));
        enum os_kind kind = os_kind_of(w->arena, inner);
        if (kind == OS_DIRECTORY)
            add_folder(w, inner, depth + 1);
        else if (kind == OS_FILE && is_candidate(name))
            add_file(w, inner, true);
    }
}

void walk_add(struct walk *w, struct str path) {
    if (!str_is(path, "-") && os_kind_of(w->arena, path) == OS_DIRECTORY)
        add_folder(w, path, 0);
    else
        add_file(w, path, false);
}
