#include "cli/baseline.h"

#include <jansson.h>

#include "base/limits.h"

static struct str identity(struct arena *a, struct str rule, struct str path, struct str message) {
    if (str_starts(path, STR("./")))
        path = str_slice(path, 2, path.len);
    return str_printf(a, "%.*s\n%.*s\n%.*s", STR_ARG(rule), STR_ARG(path), STR_ARG(message));
}

static struct str string_at(const json_t *object, const char *name) {
    const json_t *x = json_object_get(object, name);
    return (struct str){json_string_value(x), json_string_length(x)};
}

const char *baseline_read(struct arena *a, struct baseline *b, struct str path) {
    const char *error;
    struct str bytes = os_read(a, path, LIMIT_SOURCE_BYTES, &error);
    if (error)
        return error;
    json_t *report = json_loadb(bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, NULL);
    const json_t *list = json_object_get(report, "diagnostics");
    if (!json_is_array(list)) {
        json_decref(report);
        return "isn't a json report of 'apic check'";
    }
    size_t i;
    const json_t *item;
    json_array_foreach(list, i, item) {
        struct str key = identity(a, string_at(item, "rule"), string_at(item, "path"),
                                  string_at(item, "message"));
        map_put(a, &b->counts, key, map_get(&b->counts, key) + 1);
    }
    json_decref(report);
    return NULL;
}

void baseline_apply(struct arena *a, const struct baseline *b, struct job *j) {
    struct map used = {0};
    struct diags *d = &j->diags;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->items.count; i++) {
        struct diag *diag = d->items.items[i];
        struct str path = source_get(&j->sources, diag->span.source)->path;
        struct str key = identity(a, str_from(rules[diag->rule].name), path, diag->message);
        if (map_get(&b->counts, key) > map_get(&used, key)) {
            map_put(a, &used, key, map_get(&used, key) + 1);
            d->errors -= diag->level == LEVEL_ERROR;
            d->warnings -= diag->level == LEVEL_WARNING;
        } else {
            d->items.items[kept++] = diag;
        }
    }
    d->items.count = kept;
}
