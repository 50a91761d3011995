#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

/*
 * What AWS says about resource types: their properties, attributes, limits,
 * regions; and Lambda's runtimes. (IAM actions: iam.h. Matching a pattern:
 * pattern.h. A type as text for a person: describe.h.)
 *
 * A schema is one read-only block of bytes that is looked up in place; nothing is
 * parsed, allocated or cached. One is built in; a newer one can be opened from a
 * file's bytes. Both are seen through `struct schema`, which may be copied, and
 * used by any number of threads.
 *
 *     type ── body ──► def ── properties ──► property ── shape ──► shape
 *      │                ▲                                   │
 *      └─ attributes    └──────── nested def ───────────────┘
 *
 * - A *def* is a set of named properties: a type's own properties are its body, and
 *   each nested object has one. Defs may contain themselves (a WAF statement does), so
 *   whoever descends bounds the depth.
 * - A *shape* says what a value may be: which kinds, and for each kind its limits. A
 *   limit applies only to values of its own kind.
 *
 * Ids: 0 is nil. Every function takes a nil or out-of-range id and answers with nil,
 * zero or an empty string, so a chain of lookups needs one check, at its end. Ids
 * are only meaningful with the schema that gave them. Lists are sorted by name, in byte order,
 * unless said otherwise; the order is the same in every build.
 * A returned `struct str` points into the schema and lives as long as its bytes.
 *
 * What the data cannot say is left open: an absent limit, enum or region list means
 * "not known", never "anything goes" or "nowhere".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct schema {
    const unsigned char *bytes;
    size_t size;
};

/* A resource type, such as AWS::Lambda::Function. */
struct schema_type_id {
    uint32_t n;
};

/* A set of properties: a type's body or a nested object. */
struct schema_def_id {
    uint32_t n;
};

/* A property in one def. */
struct schema_property_id {
    uint32_t n;
};

/* An attribute of a type, as Fn::GetAtt names it. */
struct schema_attribute_id {
    uint32_t n;
};

/* What a value may be. 0 is a shape that allows anything. */
struct schema_shape_id {
    uint32_t n;
};

/* A region, such as eu-west-1. */
struct schema_region_id {
    uint32_t n;
};

/* A Lambda runtime, such as python3.13. */
struct schema_runtime_id {
    uint32_t n;
};

/* A list of strings inside the schema; read it with schema_list_at. */
struct schema_list {
    uint32_t count;
    uint32_t at; /* private: where it begins */
};

/* ---- the whole ---------------------------------------------------------- */

/* The schema that is built in. Costs nothing; always valid. */
struct schema schema_builtin(void);

/*
 * Sees `bytes` (not copied; must outlive the schema, at least 8-byte aligned) as a schema.
 * Every offset, count and id in it is checked here, once, so that the lookups stay in
 * bounds whatever the bytes are. Returns NULL, or what is wrong, in English, lower case
 * (a string that lives for ever); then *out is an empty schema, in which nothing is found.
 */
const char *schema_open(const void *bytes, size_t size, struct schema *out);

/* The day of the source that the types come from, "2026-09-29". */
struct str schema_date(const struct schema *s);

/* Which packages, in their versions: "@aws-cdk/aws-service-spec 0.1.216, cfn-lint 1.53.3...". */
struct str schema_sources(const struct schema *s);

/* The n-th string of a list; an empty one when there is no such. */
struct str schema_list_at(const struct schema *s, struct schema_list list, uint32_t n);

/* Whether the list, which is sorted, has exactly this string. */
bool schema_list_has(const struct schema *s, struct schema_list list, struct str text);

/* ---- types -------------------------------------------------------------- */

/* The type with exactly this name, or nil. */
struct schema_type_id schema_type_find(const struct schema *s, struct str name);

/*
 * The type whose name is nearest: one that differs only in case, else one at a small
 * edit distance (str_is_near); nil when nothing is near enough to be a typing mistake.
 */
struct schema_type_id schema_type_nearest(const struct schema *s, struct str name);

/* How many types there are; schema_type_at takes 0 to count - 1, in order of name. */
uint32_t schema_type_count(const struct schema *s);
struct schema_type_id schema_type_at(const struct schema *s, uint32_t n);

/* "AWS::Lambda::Function". */
struct str schema_type_name(const struct schema *s, struct schema_type_id type);

/* The type's own properties. */
struct schema_def_id schema_type_body(const struct schema *s, struct schema_type_id type);

/* What sort of thing Ref's value is. */
enum schema_ref_kind {
    SCHEMA_REF_UNKNOWN,
    SCHEMA_REF_NAME,
    SCHEMA_REF_ARN,
    SCHEMA_REF_ID,
    SCHEMA_REF_URL,
    SCHEMA_REF_OTHER /* a known property that is none of these, e.g. an IP address */
};

/*
 * What Ref returns for a resource of this type; from its primary identifier and the
 * exceptions that AWS documents. When the identifier has more than one part, Ref joins them
 * with "|" and the kind is OTHER.
 */
enum schema_ref_kind schema_type_ref_kind(const struct schema *s, struct schema_type_id type);

/* The properties or attributes whose values, joined with "|", Ref returns, in that order. */
struct schema_list schema_type_ref(const struct schema *s, struct schema_type_id type);

/* What Ref's value may be: has a format such as AWS::EC2::VPC.Id where one is known. */
struct schema_shape_id schema_type_ref_shape(const struct schema *s, struct schema_type_id type);

/* The properties that identify a resource of the type in the account and region. */
struct schema_list schema_type_identifier(const struct schema *s, struct schema_type_id type);

/*
 * The ARN of a resource of this type with ${Partition}, ${Region}, ${Account}
 * and placeholders such as ${FunctionName}, which are often, not always, property names. Empty
 * when not known.
 */
struct str schema_type_arn(const struct schema *s, struct schema_type_id type);

enum schema_tag_style {
    SCHEMA_TAGS_NONE, /* takes no tags, as far as is known */
    SCHEMA_TAGS_LIST, /* a list of {Key, Value} */
    SCHEMA_TAGS_MAP,  /* a map from key to value */
    SCHEMA_TAGS_ASG   /* a list of {Key, Value, PropagateAtLaunch} */
};
enum schema_tag_style schema_type_tag_style(const struct schema *s, struct schema_type_id type);

/* The property that holds the tags, usually "Tags"; empty when it takes none. */
struct str schema_type_tag_property(const struct schema *s, struct schema_type_id type);

/* Whether replacing or deleting a resource of the type loses data. */
bool schema_type_is_stateful(const struct schema *s, struct schema_type_id type);

/* Whether the type is SAM's (AWS::Serverless::*): it exists only before the transform. */
bool schema_type_is_sam(const struct schema *s, struct schema_type_id type);

/*
 * What has become of a service that AWS is giving up: "maintenance", "sunset", "shutdown"...; empty
 * for a type in normal use. The date is the status's first day, "2026-09-30", or empty.
 */
struct str schema_type_lifecycle(const struct schema *s, struct schema_type_id type);
struct str schema_type_lifecycle_date(const struct schema *s, struct schema_type_id type);

/* ---- attributes ----------------------------------------------------------- */

/* Attributes as Fn::GetAtt names them, e.g. "Arn" or "Endpoint.Address". */
uint32_t schema_type_attribute_count(const struct schema *s, struct schema_type_id type);
struct schema_attribute_id schema_type_attribute_at(const struct schema *s,
                                                    struct schema_type_id type, uint32_t n);
struct schema_attribute_id schema_attribute_find(const struct schema *s,
                                                 struct schema_type_id type, struct str name);
struct schema_attribute_id schema_attribute_nearest(const struct schema *s,
                                                    struct schema_type_id type, struct str name);
struct str schema_attribute_name(const struct schema *s, struct schema_attribute_id attribute);
struct schema_shape_id schema_attribute_shape(const struct schema *s,
                                              struct schema_attribute_id attribute);

/*
 * Whether the type takes attributes that no table can list: a stack's Outputs.*, the
 * attributes a custom resource answers with.
 */
bool schema_type_has_open_attributes(const struct schema *s, struct schema_type_id type);

/* ---- defs and their properties --------------------------------------------- */

/* The name the def has in its type, e.g. "VpcConfig"; a type's body has the type's name. */
struct str schema_def_name(const struct schema *s, struct schema_def_id def);

/* Whether properties that are not listed are also allowed. */
bool schema_def_is_open(const struct schema *s, struct schema_def_id def);

/* The properties of a def, in order of name; the one of a name, or nil; the one that a name may
   have been meant to be, or nil. */
uint32_t schema_def_property_count(const struct schema *s, struct schema_def_id def);
struct schema_property_id schema_def_property_at(const struct schema *s,
                                                 struct schema_def_id def, uint32_t n);
struct schema_property_id schema_property_find(const struct schema *s, struct schema_def_id def,
                                               struct str name);
struct schema_property_id schema_property_nearest(const struct schema *s,
                                                  struct schema_def_id def, struct str name);

struct str schema_property_name(const struct schema *s, struct schema_property_id property);
struct schema_shape_id schema_property_shape(const struct schema *s,
                                             struct schema_property_id property);

/* Must be there whenever its object is. */
bool schema_property_is_required(const struct schema *s, struct schema_property_id property);

/* Set by the service: a template must not set it. */
bool schema_property_is_read_only(const struct schema *s, struct schema_property_id property);

/* The service never gives it back: drift of it isn't seen, imports lack it. */
bool schema_property_is_write_only(const struct schema *s, struct schema_property_id property);

/* AWS advises against it. */
bool schema_property_is_deprecated(const struct schema *s, struct schema_property_id property);

enum schema_replacement {
    SCHEMA_REPLACE_NO,
    SCHEMA_REPLACE_MAYBE, /* depends on the values */
    SCHEMA_REPLACE_YES
};

/*
 * Whether changing the property replaces the resource. For a nested property the
 * strongest answer on the path from the type's body to it holds.
 */
enum schema_replacement schema_property_replacement(const struct schema *s,
                                                    struct schema_property_id property);

/* ---- groups: what a def asks of several properties together ------------------ */

enum schema_group_kind {
    SCHEMA_GROUP_ONE,          /* exactly one of the sets must be there in full */
    SCHEMA_GROUP_SOME,         /* at least one of the sets must be there in full */
    SCHEMA_GROUP_AT_MOST_ONE,  /* no two of the sets may both be there (each in full) */
    SCHEMA_GROUP_NEEDS,        /* if `subject` is there, all of set 0 must be */
    SCHEMA_GROUP_EXCLUDES,     /* if `subject` is there, none of set 0 may be */
    SCHEMA_GROUP_WHEN_NEEDS,   /* if `subject` has one of `values`, all of set 0 must be there */
    SCHEMA_GROUP_WHEN_EXCLUDES,/* if `subject` has one of `values`, none of set 0 may be there */
    SCHEMA_GROUP_WHEN_SHAPE    /* if `subject` has one of `values`, `target` has `shape` */
};

struct schema_group {
    enum schema_group_kind kind;
    struct str subject;           /* NEEDS, EXCLUDES, WHEN_*: the property that decides */
    struct schema_list values;    /* WHEN_*: its values; booleans, numbers by their spelling */
    struct str target;            /* WHEN_SHAPE: the property whose shape is narrowed */
    struct schema_shape_id shape; /* WHEN_SHAPE: to this */
    uint32_t set_count;           /* otherwise: the sets, see schema_group_set */
    uint32_t at;                  /* private */
};

/* What the properties of a def demand of each other: groups, in no order that matters. */
uint32_t schema_def_group_count(const struct schema *s, struct schema_def_id def);
struct schema_group schema_def_group_at(const struct schema *s, struct schema_def_id def,
                                        uint32_t n);

/* The n-th set of property names of a group. */
struct schema_list schema_group_set(const struct schema *s, const struct schema_group *group,
                                    uint32_t n);

/* ---- shapes -------------------------------------------------------------- */

/*
 * Kinds of value. CloudFormation itself takes a string that spells an integer, number or
 * boolean for one, and a number or boolean for a string; that leniency is not in the flags.
 */
enum schema_kind {
    SCHEMA_STRING = 1 << 0,
    SCHEMA_INTEGER = 1 << 1,
    SCHEMA_NUMBER = 1 << 2,
    SCHEMA_BOOLEAN = 1 << 3,
    SCHEMA_LIST = 1 << 4,   /* of schema_shape_item */
    SCHEMA_MAP = 1 << 5,    /* any keys, values of schema_shape_item */
    SCHEMA_OBJECT = 1 << 6, /* the properties of schema_shape_def */
    SCHEMA_JSON = 1 << 7,   /* a free document: any map; or, with STRING, its text */
    SCHEMA_KIND_ANY = 0xff
};

/* The kinds a value may have, ORed; SCHEMA_KIND_ANY when not known. */
unsigned schema_shape_kinds(const struct schema *s, struct schema_shape_id shape);

/* OBJECT: the nested def. */
struct schema_def_id schema_shape_def(const struct schema *s, struct schema_shape_id shape);

/* LIST: what an item may be. */
struct schema_shape_id schema_shape_item(const struct schema *s, struct schema_shape_id shape);

/* MAP: what a value may be. */
struct schema_shape_id schema_shape_value(const struct schema *s, struct schema_shape_id shape);

/* MAP: the pattern of its keys; empty when not known. */
struct str schema_shape_key_pattern(const struct schema *s, struct schema_shape_id shape);

/*
 * The known values, sorted in byte order; numbers as their spelling. Count 0 when there is no enum.
 */
struct schema_list schema_shape_enum(const struct schema *s, struct schema_shape_id shape);

/* Whether the enum has the value (in any case, if the type says so); true if there is no enum. */
bool schema_shape_enum_has(const struct schema *s, struct schema_shape_id shape, struct str value);

/* The known value nearest to this one; empty when none is near. */
struct str schema_shape_enum_nearest(const struct schema *s, struct schema_shape_id shape,
                                     struct str value);

/* STRING: a regular expression that must match somewhere in the value (pattern.h); or empty. */
struct str schema_shape_pattern(const struct schema *s, struct schema_shape_id shape);

enum schema_limit {
    SCHEMA_MIN_LENGTH, /* of a string, in characters */
    SCHEMA_MAX_LENGTH,
    SCHEMA_MIN_VALUE, /* of an integer or number, inclusive */
    SCHEMA_MAX_VALUE,
    SCHEMA_MIN_ITEMS, /* of a list, or entries of a map */
    SCHEMA_MAX_ITEMS,
    SCHEMA_LIMIT_COUNT
};

/* Stores the limit and returns true, or returns false when none is known. */
bool schema_shape_limit(const struct schema *s, struct schema_shape_id shape,
                        enum schema_limit which, double *out);

/* LIST: no two items may be equal. */
bool schema_shape_is_unique(const struct schema *s, struct schema_shape_id shape);

/*
 * A hint of what the string is: "AWS::EC2::VPC.Id" (type, dot, property), "date-time",
 * "uri", "ipv4-network", "json"... Empty when there is none.
 */
struct str schema_shape_format(const struct schema *s, struct schema_shape_id shape);

/*
 * What the value is meant to refer to: entries such as "AWS::IAM::Role.Arn" (type, dot,
 * attribute, property or identifier). It names what usually stands there; it excludes nothing.
 */
struct schema_list schema_shape_refers(const struct schema *s, struct schema_shape_id shape);

/* ---- regions ---------------------------------------------------------------- */

/* All regions, in order of name; the one of a name, or nil; the nearest, or nil: "us-east-1". */
uint32_t schema_region_count(const struct schema *s);
struct schema_region_id schema_region_at(const struct schema *s, uint32_t n);
struct schema_region_id schema_region_find(const struct schema *s, struct str name);
struct schema_region_id schema_region_nearest(const struct schema *s, struct str name);
struct str schema_region_name(const struct schema *s, struct schema_region_id region);

/* "aws", "aws-cn", "aws-us-gov"... */
struct str schema_region_partition(const struct schema *s, struct schema_region_id region);

enum schema_presence { SCHEMA_PRESENCE_UNKNOWN, SCHEMA_PRESENT, SCHEMA_ABSENT };

/* Whether the type can be made in the region. UNKNOWN is a common answer. */
enum schema_presence schema_type_in_region(const struct schema *s, struct schema_type_id type,
                                           struct schema_region_id region);

/* ---- Lambda runtimes -------------------------------------------------------- */
/* https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */

/* All runtimes, in order of name; the one of a name, or nil; the nearest, or nil: "nodejs22.x". */
uint32_t schema_runtime_count(const struct schema *s);
struct schema_runtime_id schema_runtime_at(const struct schema *s, uint32_t n);
struct schema_runtime_id schema_runtime_find(const struct schema *s, struct str name);
struct schema_runtime_id schema_runtime_nearest(const struct schema *s, struct str name);
struct str schema_runtime_name(const struct schema *s, struct schema_runtime_id runtime);

/* "nodejs", "python", "java", "dotnet", "ruby", "go", "provided". */
struct str schema_runtime_family(const struct schema *s, struct schema_runtime_id runtime);

enum schema_runtime_event {
    SCHEMA_RUNTIME_DEPRECATED,   /* no more security patches */
    SCHEMA_RUNTIME_BLOCK_CREATE, /* no new functions */
    SCHEMA_RUNTIME_BLOCK_UPDATE, /* no updates to code or configuration */
    SCHEMA_RUNTIME_EVENT_COUNT
};

/* The date of an event as "2026-07-31"; empty when AWS has not set one. Compare as text. */
struct str schema_runtime_date(const struct schema *s, struct schema_runtime_id runtime,
                               enum schema_runtime_event event);

/* The runtime AWS points to instead; nil when there is none. */
struct schema_runtime_id schema_runtime_successor(const struct schema *s,
                                                  struct schema_runtime_id runtime);

/* The newest runtime of a family; nil for an unknown family. */
struct schema_runtime_id schema_runtime_latest(const struct schema *s, struct str family);

#endif
