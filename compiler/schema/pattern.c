#define PCRE2_CODE_UNIT_WIDTH 8
#include "schema/pattern.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS = 256 };

struct entry {
    struct entry *next; /* of its chain */
    pcre2_code *code; /* NULL: pcre2 refused it */
    size_t len;
    char text[];
};

struct pattern_cache {
    struct entry *chains[CHAINS];
    size_t used;
    pcre2_match_context *limits;
    pcre2_match_data *data;
};

struct pattern_cache *pattern_cache_new(void) {
    struct pattern_cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return NULL;
    cache->limits = pcre2_match_context_create(NULL);
    cache->data = pcre2_match_data_create(1, NULL);
    if (!cache->limits || !cache->data) {
        pattern_cache_free(cache);
        return NULL;
    }
    pcre2_set_match_limit(cache->limits, PATTERN_MATCH_LIMIT);
    pcre2_set_depth_limit(cache->limits, PATTERN_DEPTH_LIMIT);
    pcre2_set_heap_limit(cache->limits, PATTERN_HEAP_LIMIT);
    return cache;
}

static void empty(struct pattern_cache *cache) {
    for (size_t i = 0; i < CHAINS; i++)
        for (struct entry *e = cache->chains[i], *next; e; e = next) {
            next = e->next;
            pcre2_code_free(e->code);
            free(e);
        }
    memset(cache->chains, 0, sizeof cache->chains);
    cache->used = 0;
}

void pattern_cache_free(struct pattern_cache *cache) {
    if (!cache)
        return;
    empty(cache);
    pcre2_match_context_free(cache->limits);
    pcre2_match_data_free(cache->data);
    free(cache);
}

/* The options are also those of schema/make/patcheck.c. */
static pcre2_code *compile(struct str pattern, int *error) {
    PCRE2_SIZE at;
    uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    return pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, options, error, &at, NULL);
}

/* The entry of the pattern, compiled now if it is new; NULL when memory is short. */
static struct entry *look_up(struct pattern_cache *cache, struct str pattern) {
    int error;
    struct entry **chain = &cache->chains[str_hash(pattern) % CHAINS];
    for (struct entry *e = *chain; e; e = e->next)
        if (e->len == pattern.len && memcmp(e->text, pattern.ptr, pattern.len) == 0)
            return e;
    if (cache->used == PATTERN_CACHE_LIMIT)
        empty(cache);
    struct entry *e = malloc(sizeof *e + pattern.len);
    if (!e)
        return NULL;
    memcpy(e->text, pattern.ptr, pattern.len);
    e->next = *chain;
    e->len = pattern.len;
    e->code = compile(pattern, &error);
    *chain = e;
    cache->used++;
    return e;
}

enum pattern_result pattern_match(struct pattern_cache *cache, struct str pattern,
                                  struct str text) {
    if (!cache || pattern.len == 0 || pattern.len > PATTERN_LENGTH_LIMIT ||
        text.len > PATTERN_TEXT_LIMIT)
        return PATTERN_UNKNOWN;
    struct entry *e = look_up(cache, pattern);
    if (!e || !e->code)
        return PATTERN_UNKNOWN;
    int found = pcre2_match(e->code, (PCRE2_SPTR)(text.len ? text.ptr : ""), text.len, 0, 0,
                            cache->data, cache->limits);
    if (found >= 0)
        return PATTERN_MATCH;
    return found == PCRE2_ERROR_NOMATCH ? PATTERN_NO_MATCH : PATTERN_UNKNOWN;
}

/* Java nests classes; where one may be in another, groups can't be counted as pcre2 does. */
static bool may_nest(struct str pattern) {
    bool in_class = false;
    for (size_t i = 0; i < pattern.len; i++) {
        char ch = pattern.ptr[i];
        if (ch == '\\')
            i++;
        else if (ch == '[' && in_class)
            return true;
        else if (ch == '[' || ch == ']')
            in_class = ch == '[';
    }
    return false;
}

/* Repetition with nothing before it that Java, too, has nothing for. */
static bool starts_with_repetition(struct str pattern) {
    for (size_t i = 0; i < pattern.len; i++) {
        char before = i ? pattern.ptr[i - 1] : '(', ch = pattern.ptr[i];
        if (ch == '\\' || ch == '[')
            return false;
        if ((before == '(' || before == '|') && (ch == '*' || ch == '+' || (ch == '?' && i == 0)))
            return true;
    }
    return false;
}

const char *pattern_mistake(struct str pattern) {
    static const struct {
        int error;
        const char *words;
    } rows[] = {
        {PCRE2_ERROR_END_BACKSLASH, "it ends in a backslash"},
        {PCRE2_ERROR_QUANTIFIER_OUT_OF_ORDER, "a repetition has its numbers in wrong order"},
        {PCRE2_ERROR_MISSING_SQUARE_BRACKET, "a '[' isn't closed"},
        {PCRE2_ERROR_CLASS_RANGE_ORDER, "a range has its ends in wrong order"},
        {PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS, "a '(' isn't closed"},
        {PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS, "a ')' closes nothing"},
        {PCRE2_ERROR_QUANTIFIER_INVALID, "a repetition has nothing before it"},
    };
    int error = 0;
    if (pattern.len == 0 || pattern.len > PATTERN_LENGTH_LIMIT || may_nest(pattern))
        return NULL;
    pcre2_code *code = compile(pattern, &error);
    pcre2_code_free(code);
    if (code || (error == PCRE2_ERROR_QUANTIFIER_INVALID && !starts_with_repetition(pattern)))
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].error == error)
            return rows[i].words;
    return NULL;
}
