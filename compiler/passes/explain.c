#include "passes/explain.h"

#include "gen/rule_texts.inc"

struct str rule_text(enum rule_id rule) {
    return rule < RULE_COUNT ? texts[rule] : STR_NIL;
}

struct str rule_example(enum rule_id rule, bool wrong, struct str *language) {
    struct str text = rule_text(rule);
    size_t at = str_find(text, wrong ? STR("\n## Wrong\n") : STR("\n## Right\n"), 0);
    size_t fence = str_find(text, STR("\n```"), at);
    size_t line = str_find_char(text, '\n', fence + 1);
    size_t end = str_find(text, STR("\n```"), line);
    *language = str_slice(text, fence + 4, line);
    return end < text.len ? str_slice(text, line + 1, end + 1) : STR_NIL;
}
