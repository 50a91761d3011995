#include "schema/iam.h"

#include "schema/view.h"

/* Words of the rows; see format.h. */
enum { SERVICE_PREFIX, SERVICE_TITLE, SERVICE_ACTIONS, SERVICE_RESOURCES = 4, SERVICE_KEYS = 6 };
enum { ACTION_NAME, ACTION_KEYS, ACTION_DEPENDS, ACTION_ON, ACTION_COUNTS };

static uint32_t service_word(const struct schema *s, struct iam_service_id service, unsigned word) {
    return view_word(s, SECTION_SERVICES, service.n, word);
}

static struct iam_action_id action(uint32_t row) {
    return (struct iam_action_id){row};
}

/* ---- services ---- */

uint32_t iam_service_count(const struct schema *s) {
    return view_rows(s, SECTION_SERVICES);
}

struct iam_service_id iam_service_at(const struct schema *s, uint32_t n) {
    return (struct iam_service_id){n < iam_service_count(s) ? n + 1 : 0};
}

struct iam_service_id iam_service_find(const struct schema *s, struct str prefix) {
    uint32_t row = view_find(s, SECTION_SERVICES, 1, iam_service_count(s), prefix, true);
    return (struct iam_service_id){row};
}

struct iam_service_id iam_service_nearest(const struct schema *s, struct str prefix) {
    return (struct iam_service_id){
        view_nearest(s, SECTION_SERVICES, 1, iam_service_count(s), prefix)};
}

struct str iam_service_prefix(const struct schema *s, struct iam_service_id service) {
    return view_text(s, SECTION_SERVICES, service.n, SERVICE_PREFIX);
}

/* ---- actions ---- */

uint32_t iam_action_total(const struct schema *s) {
    return view_rows(s, SECTION_ACTIONS);
}

uint32_t iam_service_action_count(const struct schema *s, struct iam_service_id service) {
    return service_word(s, service, SERVICE_ACTIONS + 1);
}

struct iam_action_id iam_service_action_at(const struct schema *s, struct iam_service_id service,
                                           uint32_t n) {
    if (n >= iam_service_action_count(s, service))
        return action(0);
    return action(service_word(s, service, SERVICE_ACTIONS) + n);
}

struct iam_action_id iam_action_find(const struct schema *s, struct iam_service_id service,
                                     struct str name) {
    return action(view_find(s, SECTION_ACTIONS, service_word(s, service, SERVICE_ACTIONS),
                            iam_service_action_count(s, service), name, true));
}

struct iam_action_id iam_action_nearest(const struct schema *s, struct iam_service_id service,
                                        struct str name) {
    return action(view_nearest(s, SECTION_ACTIONS, service_word(s, service, SERVICE_ACTIONS),
                               iam_service_action_count(s, service), name));
}

struct iam_action_id iam_action_match(const struct schema *s, struct iam_service_id service,
                                      struct str pattern, uint32_t from, uint32_t *at) {
    for (uint32_t i = from; i < iam_service_action_count(s, service); i++) {
        struct iam_action_id found = iam_service_action_at(s, service, i);
        if (iam_wildcard_match(pattern, iam_action_name(s, found))) {
            *at = i;
            return found;
        }
    }
    return action(0);
}

uint32_t iam_action_match_count(const struct schema *s, struct iam_service_id service,
                                struct str pattern) {
    uint32_t count = 0;
    for (uint32_t i = 0; iam_action_match(s, service, pattern, i, &i).n; i++)
        count++;
    return count;
}

struct str iam_action_name(const struct schema *s, struct iam_action_id id) {
    return view_text(s, SECTION_ACTIONS, id.n, ACTION_NAME);
}

enum iam_access iam_action_access(const struct schema *s, struct iam_action_id id) {
    unsigned access = view_word(s, SECTION_ACTIONS, id.n, ACTION_COUNTS) & 0xff;
    return access <= IAM_ACCESS_PERMISSIONS ? access : IAM_ACCESS_UNKNOWN;
}

uint32_t iam_action_resource_count(const struct schema *s, struct iam_action_id id) {
    return view_word(s, SECTION_ACTIONS, id.n, ACTION_COUNTS) >> 8;
}

struct iam_action_resource iam_action_resource_at(const struct schema *s, struct iam_action_id id,
                                                  uint32_t n) {
    if (n >= iam_action_resource_count(s, id))
        return (struct iam_action_resource){0};
    uint32_t row = view_word(s, SECTION_ACTIONS, id.n, ACTION_ON) + n;
    uint32_t resource = view_word(s, SECTION_ACTION_RESOURCES, row, 0);
    return (struct iam_action_resource){
        .resource = {resource & 0x7fffffff},
        .required = resource >> 31,
        .keys = view_list(s, view_word(s, SECTION_ACTION_RESOURCES, row, 1)),
        .depends = view_list(s, view_word(s, SECTION_ACTION_RESOURCES, row, 2)),
    };
}

struct schema_list iam_action_depends(const struct schema *s, struct iam_action_id id) {
    return view_list(s, view_word(s, SECTION_ACTIONS, id.n, ACTION_DEPENDS));
}

/* ---- resource types ---- */

static uint32_t iam_service_resource_count(const struct schema *s, struct iam_service_id service) {
    return service_word(s, service, SERVICE_RESOURCES + 1);
}

struct iam_resource_id iam_resource_find(const struct schema *s, struct iam_service_id service,
                                         struct str name) {
    return (struct iam_resource_id){
        view_find(s, SECTION_RESOURCES, service_word(s, service, SERVICE_RESOURCES),
                  iam_service_resource_count(s, service), name, true)};
}

struct str iam_resource_name(const struct schema *s, struct iam_resource_id resource) {
    return view_text(s, SECTION_RESOURCES, resource.n, 0);
}

struct str iam_resource_arn(const struct schema *s, struct iam_resource_id resource) {
    return view_text(s, SECTION_RESOURCES, resource.n, 1);
}

/* ---- condition keys ---- */

uint32_t iam_service_key_count(const struct schema *s, struct iam_service_id service) {
    return service_word(s, service, SERVICE_KEYS + 1);
}

struct iam_key_id iam_service_key_at(const struct schema *s, struct iam_service_id service,
                                     uint32_t n) {
    if (n >= iam_service_key_count(s, service))
        return (struct iam_key_id){0};
    return (struct iam_key_id){service_word(s, service, SERVICE_KEYS) + n};
}

struct str iam_key_name(const struct schema *s, struct iam_key_id key) {
    return view_text(s, SECTION_KEYS, key.n, 0);
}

struct str iam_key_type(const struct schema *s, struct iam_key_id key) {
    return view_text(s, SECTION_KEYS, key.n, 1);
}
