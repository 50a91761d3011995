#include "schema/managed.h"

#include "schema/view.h"

uint32_t managed_count(const struct schema *s) {
    return view_rows(s, SECTION_MANAGED);
}

struct managed_id managed_at(const struct schema *s, uint32_t n) {
    return (struct managed_id){n < managed_count(s) ? n + 1 : 0};
}

struct managed_id managed_find(const struct schema *s, struct str name) {
    return (struct managed_id){view_find(s, SECTION_MANAGED, 1, managed_count(s), name, false)};
}

struct str managed_name(const struct schema *s, struct managed_id policy) {
    return view_text(s, SECTION_MANAGED, policy.n, 0);
}

uint32_t managed_statement_count(const struct schema *s, struct managed_id policy) {
    return view_word(s, SECTION_MANAGED, policy.n, 2);
}

struct managed_statement managed_statement_at(const struct schema *s, struct managed_id policy,
                                              uint32_t n) {
    if (n >= managed_statement_count(s, policy))
        return (struct managed_statement){0};
    uint32_t row = view_word(s, SECTION_MANAGED, policy.n, 1) + n;
    uint32_t flags = view_word(s, SECTION_MANAGED_STATEMENTS, row, 3);
    return (struct managed_statement){
        .denies = flags & MANAGED_DENIES,
        .not_action = flags & MANAGED_NOT_ACTION,
        .not_resource = flags & MANAGED_NOT_RESOURCE,
        .actions = view_list(s, view_word(s, SECTION_MANAGED_STATEMENTS, row, 0)),
        .resources = view_list(s, view_word(s, SECTION_MANAGED_STATEMENTS, row, 1)),
        .first_condition = view_word(s, SECTION_MANAGED_STATEMENTS, row, 2),
        .condition_count = flags >> 8,
    };
}

struct managed_condition managed_condition_at(const struct schema *s,
                                              const struct managed_statement *statement,
                                              uint32_t n) {
    if (n >= statement->condition_count)
        return (struct managed_condition){0};
    uint32_t row = statement->first_condition + n;
    return (struct managed_condition){
        .operator = view_text(s, SECTION_MANAGED_CONDITIONS, row, 0),
        .key = view_text(s, SECTION_MANAGED_CONDITIONS, row, 1),
        .values = view_list(s, view_word(s, SECTION_MANAGED_CONDITIONS, row, 2)),
    };
}
