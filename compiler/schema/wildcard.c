/* Matching with wildcards: IAM's in actions and ARNs, placeholders in ARNs and condition keys. */

#include "schema/iam.h"
#include "schema/view.h"

static unsigned char lower(char c) {
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool iam_wildcard_match(struct str pattern, struct str text) {
    size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.len &&
                   (pattern.ptr[p] == '?' || lower(pattern.ptr[p]) == lower(text.ptr[t]))) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

/* One step of a text with wildcards: a letter, or one of these. */
enum { ONE = 256, ANY = 257, STEP_LIMIT = 512 };

/* Reads `text` into steps; ${...} is ANY. Returns how many, STEP_LIMIT + 1 if too many. */
static size_t read_steps(struct str text, bool placeholders, uint16_t steps[STEP_LIMIT]) {
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint16_t step = lower(text.ptr[i]);
        if (placeholders && text.ptr[i] == '$' && i + 1 < text.len && text.ptr[i + 1] == '{') {
            i = str_find_char(text, '}', i);
            step = ANY;
        } else if (!placeholders && (step == '*' || step == '?')) {
            step = step == '*' ? ANY : ONE;
        }
        if (step == ANY && count && steps[count - 1] == ANY)
            continue;
        if (count == STEP_LIMIT)
            return STEP_LIMIT + 1;
        steps[count++] = step;
    }
    return count;
}

/* A text with wildcards as steps from `at` to `end`. */
struct steps {
    const uint16_t *at, *end;
};

/* Takes off what both end with; false: they differ in a letter there. */
static bool trim_end(struct steps *a, struct steps *b) {
    for (; a->at < a->end && b->at < b->end && a->end[-1] < ONE && b->end[-1] < ONE;
         a->end--, b->end--)
        if (a->end[-1] != b->end[-1])
            return false;
    return true;
}

/* Whether what stands for anything at an end of each takes the whole of the other. */
static bool absorb_each_other(struct steps a, struct steps b) {
    if (a.at == a.end || b.at == b.end)
        return false;
    bool any_a = *a.at == ANY, any_b = *b.at == ANY;
    return (any_a && (b.end[-1] == ANY || a.end - a.at == 1)) ||
           (any_b && (a.end[-1] == ANY || b.end - b.at == 1));
}

static bool can_steps_match(struct steps a, struct steps b) {
    bool reached[2][STEP_LIMIT + 1] = {{false}};
    size_t n = (size_t)(a.end - a.at), m = (size_t)(b.end - b.at);
    for (size_t i = 0; i <= n; i++) {
        bool *row = reached[i & 1], *above = reached[~i & 1];
        for (size_t j = 0; j <= m; j++) {
            bool ok = i == 0 && j == 0;
            if (i && above[j])
                ok = ok || a.at[i - 1] == ANY || (j && b.at[j - 1] == ANY);
            if (j && row[j - 1])
                ok = ok || b.at[j - 1] == ANY || (i && a.at[i - 1] == ANY);
            if (i && j && above[j - 1])
                ok = ok || a.at[i - 1] == b.at[j - 1] || a.at[i - 1] >= ONE || b.at[j - 1] >= ONE;
            row[j] = ok;
        }
    }
    return reached[n & 1][m];
}

/* Takes off what both begin with, up to what stands for others; false: they differ before that. */
static bool trim_start(struct str *template, struct str *pattern) {
    size_t i = 0;
    for (; i < template->len && i < pattern->len; i++) {
        char a = template->ptr[i], b = pattern->ptr[i];
        if (a == '$' || b == '*' || b == '?')
            break;
        if (lower(a) != lower(b))
            return false;
    }
    *template = str_slice(*template, i, template->len);
    *pattern = str_slice(*pattern, i, pattern->len);
    return true;
}

static bool is_placeholder(struct str template) {
    return str_starts(template, STR("${")) && str_find_char(template, '}', 0) == template.len - 1;
}

/* Whether some text matches both; true when they are too long to tell. */
static bool can_both_match(struct str template, struct str pattern) {
    uint16_t from_template[STEP_LIMIT], from_pattern[STEP_LIMIT];
    if (!trim_start(&template, &pattern))
        return false;
    if (str_is(pattern, "*") || is_placeholder(template))
        return true;
    size_t n = read_steps(template, true, from_template);
    size_t m = read_steps(pattern, false, from_pattern);
    if (n > STEP_LIMIT || m > STEP_LIMIT)
        return true;
    struct steps a = {from_template, from_template + n}, b = {from_pattern, from_pattern + m};
    return trim_end(&a, &b) && (absorb_each_other(a, b) || can_steps_match(a, b));
}

bool iam_resource_matches(const struct schema *s, struct iam_resource_id resource, struct str arn) {
    struct str template = iam_resource_arn(s, resource);
    if (template.len == 0)
        return false;
    if (str_is(arn, "*"))
        return true;
    if (!str_starts(template, STR("arn:")))
        return can_both_match(template, arn);
    for (int part = 0; part < 5; part++) {
        struct str a_rest, b_rest;
        struct str a = str_split(template, ':', &a_rest), b = str_split(arn, ':', &b_rest);
        if (b.len == arn.len) /* no more colons: a wildcard may span the rest */
            return can_both_match(template, arn);
        bool free_part = part == 3 || part == 4; /* region and account */
        if (!(free_part && (a.len == 0 || b.len == 0)) && !can_both_match(a, b))
            return false;
        template = a_rest;
        arn = b_rest;
    }
    return can_both_match(template, arn);
}

/* ---- condition keys ---- */

static struct iam_key_id find_key(const struct schema *s, struct iam_service_id service,
                                  struct str key) {
    for (uint32_t i = 0; i < iam_service_key_count(s, service); i++) {
        struct iam_key_id id = iam_service_key_at(s, service, i);
        struct str known = iam_key_name(s, id);
        if (str_eq_nocase(known, key) || (str_find(known, STR("${"), 0) < known.len &&
                                          can_both_match(known, key)))
            return id;
    }
    return (struct iam_key_id){0};
}

struct iam_key_id iam_key_find(const struct schema *s, struct iam_service_id service,
                               struct str key) {
    struct iam_key_id id = find_key(s, service, key);
    if (!id.n && key.len > 4 && str_eq_nocase(str_slice(key, 0, 4), STR("aws:")))
        id = find_key(s, iam_service_find(s, STR("aws")), key);
    return id;
}

struct iam_key_id iam_key_nearest(const struct schema *s, struct iam_service_id service,
                                  struct str key) {
    struct str rest;
    struct nearest n = {.given = str_split(key, '/', &rest)};
    struct iam_service_id places[2] = {service, iam_service_find(s, STR("aws"))};
    for (int p = 0; p < 2; p++) {
        for (uint32_t i = 0; i < iam_service_key_count(s, places[p]); i++) {
            struct iam_key_id id = iam_service_key_at(s, places[p], i);
            nearest_offer(&n, str_split(iam_key_name(s, id), '/', &rest), id.n);
        }
    }
    return (struct iam_key_id){n.id};
}
