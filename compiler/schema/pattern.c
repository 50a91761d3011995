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

struct pattern_cache *pattern_cache_new(void)
{
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

static void empty(struct pattern_cache *cache)
{
    for (size_t i = 0; i < CHAINS; i++)
        for (struct entry *e = cache->chains[i], *next; e; e = next) {
            next = e->next;
            pcre2_code_free(e->code);
            free(e);
        }
    memset(cache->chains, 0, sizeof cache->chains);
    cache->used = 0;
}

void pattern_cache_free(struct pattern_cache *cache)
{
    if (!cache)
        return;
    empty(cache);
    pcre2_match_context_free(cache->limits);
    pcre2_match_data_free(cache->data);
    free(cache);
}

/* The options are also those of schema/make/patcheck.c. */
static pcre2_code *compile(struct str pattern)
{
    int error;
    PCRE2_SIZE at;
    uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    return pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, options, &error, &at, NULL);
}

/* The entry of the pattern, compiled now if it is new; NULL when memory is short. */
static struct entry *look_up(struct pattern_cache *cache, struct str pattern)
{
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
    e->code = compile(pattern);
    *chain = e;
    cache->used++;
    return e;
}

enum pattern_result pattern_match(struct pattern_cache *cache, struct str pattern, struct str text)
{
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
