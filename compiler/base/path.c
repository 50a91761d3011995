#include "base/path.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/os.h"

struct str path_folder(struct str path) {
    size_t slash = path.len;
    while (slash && path.ptr[slash - 1] != '/')
        slash--;
    return str_slice(path, 0, slash);
}

static struct str real_folder(struct arena *a, struct str folder) {
    return os_real_path(a, folder.len ? folder : STR("."));
}

struct str path_between(struct arena *a, struct str from, struct str to) {
    struct str here = real_folder(a, from), there = real_folder(a, to);
    if (!here.len || !there.len)
        return to;
    if (str_is(here, "/"))
        here.len = 0;
    if (str_is(there, "/"))
        there.len = 0;
    size_t shared = 0; /* bytes of the folders that both are in */
    for (size_t i = 0; i <= here.len && i <= there.len; i++) {
        bool ends =
            (i == here.len || here.ptr[i] == '/') && (i == there.len || there.ptr[i] == '/');
        if (ends)
            shared = i;
        if (i == here.len || i == there.len || here.ptr[i] != there.ptr[i])
            break;
    }
    struct buf b;
    buf_init(&b, a, 0);
    for (size_t i = shared; i < here.len; i++)
        buf_c(&b, here.ptr[i] == '/' ? "../" : "");
    if (shared < there.len) {
        buf_str(&b, str_slice(there, shared + 1, there.len));
        buf_char(&b, '/');
    }
    return buf_view(&b);
}

bool path_is_below(struct arena *a, struct str path, struct str folder) {
    struct str root = real_folder(a, folder), real = os_real_path(a, path);
    return !real.len || str_is(root, "/") ||
           (str_starts(real, root) && real.len > root.len && real.ptr[root.len] == '/');
}
