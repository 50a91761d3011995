#include "lang/compile.h"

#include "base/limits.h"
#include "base/os.h"
#include "base/path.h"

/* Code beside the source: how the template names it, and what it holds. */

struct value *code_path(struct lang *l, struct value *path) {
    struct str to = l->options->code_folder;
    if (path->kind != VAL_STRING || to.len == 0 || str_starts(path->text, STR("/")) ||
        str_starts(path->text, STR("s3://")))
        return path;
    struct str name = path->text;
    while (str_starts(name, STR("./")))
        name = str_slice(name, 2, name.len);
    struct value *out = value_copy_shallow(l->values, path);
    out->text = str_concat(l->arena, to, name);
    return out;
}

/* What is left of the bytes and entries that a digest may read. */
struct allowance {
    size_t bytes;
    unsigned entries;
};

static bool add_file(struct lang *l, struct buf *seen, struct str path, struct allowance *left) {
    const char *error = NULL;
    struct str text = os_read(l->arena, path, left->bytes, &error);
    if (error)
        return false;
    left->bytes -= text.len;
    buf_str(seen, sha256_hex(l->arena, text));
    return true;
}

static bool add_folder(struct lang *l, struct buf *seen, struct str path, struct allowance *left,
                       unsigned depth) {
    struct str_list names = {0};
    if (depth > LIMIT_CODE_DEPTH || os_list(l->arena, path, &names))
        return false;
    for (uint32_t i = 0; i < names.items.count; i++) {
        struct str name = names.items.items[i];
        if (left->entries-- == 0)
            return false;
        struct str inner = str_printf(l->arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(name));
        buf_printf(seen, "\n%u %.*s ", depth, STR_ARG(name));
        enum os_kind kind = os_kind_of(l->arena, inner);
        if (kind == OS_FILE && !add_file(l, seen, inner, left))
            return false;
        if (kind == OS_DIRECTORY && !add_folder(l, seen, inner, left, depth + 1))
            return false;
    }
    return true;
}

struct str code_digest(struct lang *l, const struct value *path) {
    if (path->kind != VAL_STRING || str_starts(path->text, STR("s3://")))
        return STR_NIL;
    struct str folder = path_folder(source_get(l->sources, l->root_source)->path);
    struct str full = str_starts(path->text, STR("/")) ? path->text
                                                       : str_concat(l->arena, folder, path->text);
    struct allowance left = {LIMIT_CODE_BYTES, LIMIT_CODE_ENTRIES};
    struct buf seen;
    buf_init(&seen, l->arena, LIMIT_CODE_BYTES);
    enum os_kind kind = os_kind_of(l->arena, full);
    bool read = kind == OS_FILE        ? add_file(l, &seen, full, &left)
                : kind == OS_DIRECTORY ? add_folder(l, &seen, full, &left, 0)
                                       : false;
    return read ? sha256_hex(l->arena, buf_view(&seen)) : STR_NIL;
}
