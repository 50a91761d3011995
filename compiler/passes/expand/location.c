/* Where code and contents lie in S3: s3://bucket/key?versionId=version, or a map. */
#include <string.h>

#include "base/buf.h"
#include "passes/expand/expand.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static size_t span_while(struct str s, size_t at, const char *more) {
    while (at < s.len && s.ptr[at] && (strchr(letters, s.ptr[at]) || strchr(more, s.ptr[at])))
        at++;
    return at;
}

static size_t span_digits(struct str s, size_t at) {
    while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')
        at++;
    return at;
}

/* The name in a dynamic reference at the start of s, {{resolve:SERVICE:NAME:VERSION}}, where the
   service is among the first ones; or nil. */
static struct str reference_name(struct str s, unsigned services) {
    static const char *const starts[] = {"{{resolve:ssm:", "{{resolve:ssm-secure:",
                                         "{{resolve:secretsmanager:"};
    for (unsigned i = 0; i < services; i++) {
        if (!str_starts(s, str_from(starts[i])))
            continue;
        size_t from = strlen(starts[i]), to = span_while(s, from, "_.-/"), end = to;
        if (to < s.len && s.ptr[to] == ':' && span_digits(s, to + 1) > to + 1)
            end = span_digits(s, to + 1);
        if (to > from && str_starts(str_slice(s, end, s.len), STR("}}")))
            return str_slice(s, from, to);
    }
    return STR_NIL;
}

enum { PARAMETER_STORE = 1, ALL_SERVICES = 3 };

/* The name in the first dynamic reference in s; or nil. */
static struct str first_reference(struct str s, unsigned services) {
    for (size_t at = str_find(s, STR("{{resolve:"), 0); at < s.len;
         at = str_find(s, STR("{{resolve:"), at + 1)) {
        struct str name = reference_name(str_slice(s, at, s.len), services);
        if (name.len)
            return name;
    }
    return STR_NIL;
}

bool sam_has_parameter_reference(struct str text) {
    return first_reference(text, PARAMETER_STORE).len > 0;
}

static struct str unquote(struct expand *e, struct str s) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    for (size_t i = 0; i < s.len; i++) {
        int high = i + 2 < s.len ? str_hex_digit(s.ptr[i + 1]) : -1;
        int low = i + 2 < s.len ? str_hex_digit(s.ptr[i + 2]) : -1;
        if (s.ptr[i] == '%' && high >= 0 && low >= 0) {
            buf_char(&b, (char)(high << 4 | low));
            i += 2;
        } else {
            buf_char(&b, s.ptr[i] == '+' ? ' ' : s.ptr[i]);
        }
    }
    return buf_view(&b);
}

/* The only versionId of a query; nil when there is none, or several. */
static struct str version_of(struct expand *e, struct str query) {
    struct str found = STR_NIL;
    unsigned count = 0;
    while (query.len) {
        struct str value, pair = str_split(query, '&', &query);
        struct str name = str_split(pair, '=', &value);
        if (value.len && str_is(unquote(e, name), "versionId") && ++count)
            found = unquote(e, value);
    }
    return count == 1 ? found : STR_NIL;
}

struct value *sam_s3_uri(struct expand *e, struct str uri) {
    if (uri.len < 5 || !str_eq_nocase(str_slice(uri, 0, 5), STR("s3://")))
        return &value_nil;
    struct str path = str_slice(uri, 5, str_find_char(uri, '#', 0)), query;
    path = str_split(path, '?', &query);
    size_t slash = str_find_char(path, '/', 0), key = slash;
    while (key < path.len && path.ptr[key] == '/')
        key++;
    if (!slash || slash == path.len)
        return &value_nil;
    struct str bucket = str_slice(path, 0, slash);
    if (!e->local_code && (str_has(bucket, '[') || str_has(bucket, ']')))
        return &value_nil; /* else packaging puts a name where something stands in brackets */
    struct value *code = sam_map(e, "S3Bucket", value_string(e->v, bucket),
                                 "S3Key", value_string(e->v, str_slice(path, key, path.len)), NULL);
    struct str version = version_of(e, query);
    if (version.len)
        value_put_c(e->v, code, "S3ObjectVersion", value_string(e->v, version));
    return code;
}

bool sam_is_local(const struct expand *e, const struct value *x) {
    static const char *const elsewhere[] = {"s3://", "https://", "http://", "{{resolve:"};
    if (!e->local_code || !sam_is_string(x) || !x->text.len)
        return false;
    for (unsigned i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (str_starts(x->text, str_from(elsewhere[i])))
            return false;
    return true;
}

struct value *sam_s3_location(struct expand *e, struct value *location, struct str id,
                              const char *property) {
    if (sam_is_map(location)) {
        struct value *bucket = sam_get(e, location, "Bucket"), *key = sam_get(e, location, "Key");
        if (!sam_is_truthy(bucket) || !sam_is_truthy(key))
            sam_fail(e, id, location->span,
                     "'%s' requires Bucket and Key properties to be specified.", property);
        return sam_map(e, "S3Bucket", bucket, "S3Key", key, "S3ObjectVersion",
                       value_get_c(location, "Version"), NULL);
    }
    if (sam_is_local(e, location))
        return location;
    if (!sam_is_string(location))
        sam_fail(e, id, location->span, "'%s' must be of type dict or string.", property);
    if (str_has(first_reference(location->text, ALL_SERVICES), '/'))
        sam_fail(e, id, location->span,
                 "Unsupported dynamic reference detected in '%s'. Please consider using "
                 "alternative 'FunctionCode' object format.",
                 property);
    struct value *code = sam_s3_uri(e, location->text);
    if (value_is_nil(code))
        sam_fail(e, id, location->span,
                 "'%s' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId "
                 "query parameter.",
                 property);
    return code;
}
