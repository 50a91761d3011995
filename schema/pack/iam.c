#include "pack.h"

#include "schema/iam.h"

#include <stdlib.h>
#include <string.h>


struct action {
    struct text_line line;
    struct text_line *on;
    size_t on_count;
};

struct service {
    struct span prefix, title;
    struct action *actions;
    struct text_line *resources;
    struct text_line *keys;
    size_t action_count, resource_count, key_count;
};

static struct service *services;
static size_t service_count;

static struct span second_word(const struct text_line *line) {
    struct cursor c = cursor_new(line);
    cursor_word(&c);
    return cursor_word(&c);
}

void iam_read(const char *path) {
    struct text_file *file = text_read(path);
    struct text_line line;
    struct service *service = NULL;
    size_t at = 0;
    unsigned number = 0;
    while (text_next(file, &at, &number, &line)) {
        struct cursor c = cursor_new(&line);
        struct span word = cursor_word(&c);
        if (span_is(word, "service")) {
            services = pack_grow(services, service_count, sizeof *services);
            service = &services[service_count++];
            service->prefix = cursor_word(&c);
            service->title = cursor_word(&c);
        } else if (!service) {
            text_fail(&line, "expected 'service'");
        } else if (span_is(word, "action")) {
            service->actions =
                pack_grow(service->actions, service->action_count, sizeof *service->actions);
            service->actions[service->action_count++].line = line;
        } else if (span_is(word, "on") && service->action_count) {
            struct action *action = &service->actions[service->action_count - 1];
            action->on = pack_grow(action->on, action->on_count, sizeof *action->on);
            action->on[action->on_count++] = line;
        } else if (span_is(word, "resource")) {
            service->resources =
                pack_grow(service->resources, service->resource_count, sizeof line);
            service->resources[service->resource_count++] = line;
        } else if (span_is(word, "key")) {
            service->keys = pack_grow(service->keys, service->key_count, sizeof line);
            service->keys[service->key_count++] = line;
        } else {
            text_fail(&line, "'%.*s' is nothing a service has", (int)word.len, word.ptr);
        }
    }
}

static int by_prefix(const void *a, const void *b) {
    return span_cmp(((const struct service *)a)->prefix, ((const struct service *)b)->prefix);
}

static int by_second(const void *a, const void *b) {
    struct span x = second_word(a), y = second_word(b);
    int order = span_cmp_nocase(x, y);
    return order ? order : span_cmp(x, y);
}

static int by_action(const void *a, const void *b) {
    return by_second(&((const struct action *)a)->line, &((const struct action *)b)->line);
}

/* What stands at the end of a line: "required", "(keys ...)", "(needs ...)". */
static void take_rest(struct cursor *c, uint32_t *keys, uint32_t *needs, bool *required) {
    while (!cursor_ended(c)) {
        if (!cursor_take(c, '(')) {
            if (!required || !span_is(cursor_word(c), "required"))
                text_fail(c->line, "unexpected '%.*s'", (int)(c->end - c->at), c->at);
            *required = true;
            continue;
        }
        struct span what = cursor_word(c), *items = NULL;
        size_t count = 0;
        while (cursor_at_word(c)) {
            items = pack_grow(items, count, sizeof *items);
            items[count++] = cursor_word(c);
        }
        cursor_expect(c, ')');
        uint32_t list = blob_list(items, count, true);
        if (span_is(what, "keys"))
            *keys = list;
        else if (span_is(what, "needs") && needs)
            *needs = list;
        else
            text_fail(c->line, "unexpected '%.*s'", (int)what.len, what.ptr);
        free(items);
    }
}

static const char *const access_words[] = {"unknown", "list", "read", "write", "tagging",
                                           "permissions"};

static uint32_t access_of(struct cursor *c) {
    struct span word = cursor_word(c);
    for (uint32_t i = 0; i < sizeof access_words / sizeof *access_words; i++)
        if (span_is(word, access_words[i]))
            return i;
    text_fail(c->line, "'%.*s' is no access level", (int)word.len, word.ptr);
}

static uint32_t resource_of(const struct service *service, struct span name, uint32_t first,
                            const struct text_line *line) {
    for (size_t i = 0; i < service->resource_count; i++)
        if (span_cmp_nocase(second_word(&service->resources[i]), name) == 0)
            return first + (uint32_t)i;
    text_fail(line, "no resource '%.*s'", (int)name.len, name.ptr);
}

static void pack_action(const struct service *service, const struct action *action,
                        uint32_t first_resource) {
    struct cursor c = cursor_new(&action->line);
    uint32_t row[5] = {0}, *on = pack_alloc((action->on_count + 1) * 12);
    cursor_word(&c);
    row[0] = blob_string(cursor_word(&c));
    row[4] = access_of(&c) | (uint32_t)action->on_count << 8;
    take_rest(&c, &row[1], &row[2], NULL);
    for (size_t i = 0; i < action->on_count; i++) {
        struct cursor o = cursor_new(&action->on[i]);
        bool required = false;
        cursor_word(&o);
        on[3 * i] = resource_of(service, cursor_word(&o), first_resource, &action->on[i]);
        take_rest(&o, &on[3 * i + 1], &on[3 * i + 2], &required);
        on[3 * i] |= (uint32_t)required << 31;
    }
    row[3] = blob_rows(SECTION_ACTION_RESOURCES, on, action->on_count, true);
    blob_rows(SECTION_ACTIONS, row, 1, false);
    free(on);
}

static void pack_service(struct service *service) {
    qsort(service->actions, service->action_count, sizeof *service->actions, by_action);
    qsort(service->resources, service->resource_count, sizeof *service->resources, by_second);
    qsort(service->keys, service->key_count, sizeof *service->keys, by_second);
    uint32_t row[8] = {blob_string(service->prefix), blob_string(service->title),
                       blob_count(SECTION_ACTIONS), (uint32_t)service->action_count,
                       blob_count(SECTION_RESOURCES), (uint32_t)service->resource_count,
                       blob_count(SECTION_KEYS), (uint32_t)service->key_count};
    for (size_t i = 0; i < service->resource_count; i++) {
        struct cursor c = cursor_new(&service->resources[i]);
        cursor_word(&c);
        struct span name = cursor_word(&c), arn = cursor_word(&c);
        uint32_t resource[3] = {blob_string(name), blob_string(arn), 0};
        take_rest(&c, &resource[2], NULL, NULL);
        blob_rows(SECTION_RESOURCES, resource, 1, false);
    }
    for (size_t i = 0; i < service->key_count; i++) {
        struct cursor c = cursor_new(&service->keys[i]);
        cursor_word(&c);
        struct span name = cursor_word(&c), type = cursor_word(&c);
        blob_rows(SECTION_KEYS, (uint32_t[2]){blob_string(name), blob_string(type)}, 1, false);
    }
    for (size_t i = 0; i < service->action_count; i++)
        pack_action(service, &service->actions[i], row[4]);
    blob_rows(SECTION_SERVICES, row, 1, false);
}

void iam_pack(void) {
    qsort(services, service_count, sizeof *services, by_prefix);
    for (size_t i = 0; i < service_count; i++)
        pack_service(&services[i]);
}
