#ifndef SCHEMA_PATTERN_H
#define SCHEMA_PATTERN_H

/*
 * Regular expressions of the tables, with pcre2; nothing else in the project includes it.
 * AWS writes patterns in several dialects (Java, JavaScript, Go); those that pcre2
 * would refuse or misread are rewritten or dropped when the tables are made.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Compiled patterns, kept for reuse. One user at a time; two caches don't touch each other. */
struct pattern_cache;

enum pattern_result {
    PATTERN_MATCH,
    PATTERN_NO_MATCH,
    PATTERN_UNKNOWN /* pcre2 can't take the pattern, or the match ran into a limit: say nothing */
};

/* NULL when memory is short; the other functions take that, and answer UNKNOWN. */
struct pattern_cache *pattern_cache_new(void);
void pattern_cache_free(struct pattern_cache *cache);

/*
 * Whether the pattern matches somewhere in the text, which is UTF-8. The pattern is copied.
 * Time and memory are bounded, whatever the two are (limits below).
 */
enum pattern_result pattern_match(struct pattern_cache *cache, struct str pattern,
                                  struct str text);

/*
 * What is wrong with a regular expression in every dialect that AWS uses, Java's among them: a class
 * or group that isn't closed, a range in wrong order. NULL where nothing is, or pcre2 refuses what
 * another dialect may take. Static text.
 */
const char *pattern_mistake(struct str pattern);

enum {
    PATTERN_MATCH_LIMIT = 100000,  /* steps of backtracking */
    PATTERN_DEPTH_LIMIT = 1000,    /* nested backtracking */
    PATTERN_HEAP_LIMIT = 1024,     /* KiB for one match */
    PATTERN_TEXT_LIMIT = 1 << 16,  /* bytes of text; longer is UNKNOWN */
    PATTERN_LENGTH_LIMIT = 1 << 16, /* bytes of pattern; longer is UNKNOWN */
    PATTERN_CACHE_LIMIT = 4096     /* patterns kept; past that the cache starts anew */
};

#endif
