/* The SAM transform, private to this folder. Its specification is what aws-sam-translator does:
   the same resources, ids, properties, list orders and error texts.

   How it runs (expand.c): checks of the whole template; the passes over it (plugins: applications,
   default API definitions, implicit APIs, Globals); embedded connectors; then every SAM resource by
   its row in sam_types[], functions first, connectors last; CodeDeploy; references to what got
   another id. A handler reads the SAM resource's properties, makes CloudFormation resources with
   sam_make() and hands them over with sam_push(). The first mistake ends the resource: sam_fail()
   and its kin don't return.

   The translator works on Python values, and its behaviour on odd shapes follows from them. So here
   too: an intrinsic is a map with one entry, null is as good as absent, and sam_is_truthy() is
   Python's truth. Ask with the functions below, not with value_is_*. */
#ifndef EXPAND_EXPAND_H
#define EXPAND_EXPAND_H

#include <setjmp.h>
#include <stdarg.h>

#include "base/diag.h"
#include "graph/graph.h"
#include "passes/expand/api_order.h"
#include "passes/passes.h"

/* In a value's flags: the translator walks this map in Python 2's order. */
enum { VALUE_PYTHON2 = 128 };

struct failure {
    struct str message;
    struct span span;
    const struct origin *origin;
};

/* One resource of the result. */
struct product {
    uint32_t slot; /* that of the source resource that it comes from */
    uint32_t position;
    struct resource *resource;
};

struct expand {
    struct graph *g;
    struct arena *arena;
    struct values *v; /* the graph's; its place is that of the resource being made */
    struct diags *diags;
    struct str region, partition; /* "cn-north-1", "aws-cn" */
    struct value *params;         /* VAL_MAP: parameter values, AWS::Region, AWS::Partition */
    bool local_code;              /* as in the options */
    bool stand_ins; /* see expand_options */
    bool python2;                 /* there are APIs: maps are walked in Python 2's order */

    VEC(struct resource *) sources; /* before the transform; steps over the template change them */
    struct map source_by_id; /* id -> struct resource * */
    struct map slot_by_id;   /* id -> position in sources + 1 */
    struct api_order source_order;
    struct resource nothing; /* stands where a source was taken away: it has no id */
    struct map product_by_id; /* id -> struct resource *: the result so far */
    VEC(struct product) products;

    struct value *references; /* VAL_MAP: "Function.Alias" -> id */
    struct value *renamed;    /* VAL_MAP: id in the source -> id in the result */
    struct deployments *deployments; /* CodeDeploy preferences of functions */
    struct apis *apis;               /* what the API family keeps over the whole template */

    struct map buckets;              /* id -> what S3 events have added (events_linked.c) */
    struct connections *connections; /* what connectors look up in the result */

    struct sam *current; /* the resource that is being expanded, or NULL */
    VEC(struct failure) failures;
    jmp_buf *on_failure; /* ends the current resource */
    jmp_buf *on_abort;   /* ends the transform */
};

/* A SAM resource that is being expanded. */
struct sam {
    struct resource *source;
    struct str id;            /* logical id; a handler that changes it renames all references */
    uint32_t slot;
    struct value *properties; /* VAL_MAP, Globals merged */
    struct value *attributes; /* VAL_MAP: DeletionPolicy, UpdatePolicy, Condition, ... of the source */
    struct value *passed;     /* VAL_MAP: those of them that every generated resource gets */
    struct value *depends_on; /* or nil */
    bool fails_by_event;      /* failures of events don't name the resource, as the translator has it */
    const struct origin *origin;
    VEC(struct resource *) made;
};

/* One property that a SAM resource or event takes. */
enum shape { /* of a value; or-ed together */
    IS_ANY = 0,
    IS_STR = 1,
    IS_MAP = 2,
    IS_LIST = 4,
    IS_BOOL = 8,
    IS_INT = 16, /* booleans too */
    REQUIRED = 32,
    STRICT = 64,    /* a map with one entry doesn't pass for an intrinsic */
    UNNAMED = 128,  /* the message doesn't say what was expected */
};

struct property {
    const char *name;
    uint8_t shape;
    uint8_t items;            /* shape of a list's items and a map's values; 0: any */
    const char *const *words; /* the strings that are taken, NULL-terminated; NULL: any */
};

struct properties {
    const struct property *rows;
    unsigned count;
};

#define PROPERTIES(array) ((struct properties){(array), sizeof(array) / sizeof *(array)})

/* A property of the SAM resource that references may name: { Ref: Function.Alias }. */
struct referable {
    const char *property, *type;
};

struct sam_type {
    const char *name;
    enum { TURN_FUNCTION, TURN_STATE_MACHINE, TURN_API, TURN_OTHER, TURN_CONNECTOR, TURNS } turn;
    const struct properties *properties;
    void (*prepare)(struct expand *e, struct sam *s); /* before its properties are checked; or NULL */
    void (*expand)(struct expand *e, struct sam *s);
    const struct referable *referables; /* ends with a NULL property; or NULL */
};

extern const struct sam_type sam_api, sam_application, sam_capacity_provider, sam_connector,
    sam_function, sam_graphql_api, sam_http_api, sam_layer_version, sam_simple_table, sam_state_machine,
    sam_web_socket_api;

/* Types whose Properties are checked first of all, and which Globals apply to. */
bool sam_is_checked_early(struct str type);

/* --- failing (fail.c) -------------------------------------------------------------------------
   Messages are the translator's. A failure is kept until the end (the same text once) and then
   reported as sam-invalid. */

/* "Resource with id [ID] is invalid. ...": ends the current resource. */
_Noreturn void sam_fail(struct expand *e, struct str id, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same of the current resource: "... Event with id [KEY] is invalid. ...", or that alone. */
_Noreturn void sam_fail_event(struct expand *e, struct str key, struct span span,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "Structure of the SAM template is invalid. ...": ends the transform, with no other message. */
_Noreturn void sam_abort(struct expand *e, struct span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, but ends only the current resource. */
_Noreturn void sam_refuse(struct expand *e, struct span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Keeps a failure and returns; the whole message. */
void sam_add_failure(struct expand *e, struct span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Ends the transform with the failures that were added since `from` and no others. */
_Noreturn void sam_abort_with(struct expand *e, uint32_t from);
/* Runs work(e, data); false when it failed. */
bool sam_try(struct expand *e, void (*work)(struct expand *, void *), void *data);

/* Checks with the translator's words; `path` is the property's: "DestinationConfig.OnFailure". */
struct value *sam_expect_map(struct expand *e, struct str id, const char *path, struct value *x);
struct value *sam_expect_list(struct expand *e, struct str id, const char *path, struct value *x);
struct value *sam_expect_string(struct expand *e, struct str id, const char *path, struct value *x);
struct value *sam_expect_present(struct expand *e, struct str id, const char *path,
                                 struct value *x, struct span where);
struct value *sam_event_map(struct expand *e, struct str key, const char *path, struct value *x);
struct value *sam_event_list(struct expand *e, struct str key, const char *path, struct value *x);
struct value *sam_event_string(struct expand *e, struct str key, const char *path, struct value *x);

/* --- values, as Python sees them (shape.c) ---------------------------------------------------- */

bool sam_is_none(const struct value *x);   /* absent or null */
bool sam_is_map(const struct value *x);    /* intrinsics too */
bool sam_is_list(const struct value *x);
bool sam_is_string(const struct value *x);
bool sam_is_bool(const struct value *x);
bool sam_is_int(const struct value *x);    /* whole numbers and booleans */
bool sam_is_truthy(const struct value *x); /* neither none, false, 0 nor empty */
bool sam_is_single(const struct value *x); /* a map with one entry */
/* { Ref: .. }, { Condition: .. }, { Fn::..: .. }, well formed or not. */
bool sam_is_intrinsic(const struct value *x);
bool sam_is_if(const struct value *x);
bool sam_is_no_value(const struct value *x);
/* Whether names, ended by NULL, hold name. */
bool sam_is_listed(struct str name, const char *const *names);
/* Its entry, where x is a map and the entry isn't null; else nil. Sees into intrinsics. */
struct value *sam_get(struct expand *e, const struct value *x, const char *key);
struct value *sam_get_str(struct expand *e, const struct value *x, struct str key);
bool sam_has(struct expand *e, const struct value *x, const char *key); /* null counts */
/* Its entries: x itself, or { name: argument } of an intrinsic; an empty map for others. */
struct value *sam_entries(struct expand *e, struct value *x);
/* Makes x itself a map that entries can be added to, where it is an intrinsic. */
struct value *sam_open(struct expand *e, struct value *x);
/* The arguments of { Fn::If: [..] }, well formed or not; NULL unless there are three. */
struct value **sam_if_arguments(struct expand *e, const struct value *x);
/* The logical id of { Ref: id }, { Fn::GetAtt: [id, attribute] } or { Fn::GetAtt: id.attribute };
   nil for others, and for longer paths. */
struct str sam_id_of(const struct value *x);
/* The place of x, or `other` where x has none. */
struct span sam_span(const struct value *x, struct span other);
/* Where a property stands: its key, else the resource. */
struct span sam_span_of(const struct sam *s, const char *property);

/* Python's str() of it, for messages. */
struct str sam_text(struct expand *e, const struct value *x);
/* Python's json.dumps(x, separators=(",", ":"), sort_keys=True), what ids are hashed from. */
struct str sam_json(struct expand *e, const struct value *x);
/* The same on several lines, with indentation: json.dumps(x, sort_keys=True, indent=4). */
struct str sam_json_lines(struct expand *e, const struct value *x);
/* A map's members in the order in which the translator walks them: as written, but in the order of
   Python 2's hashes where there are APIs and the map is one of theirs. */
const struct member **sam_walk(struct expand *e, const struct value *map);

/* --- making values (make.c): at the current place ---------------------------------------------- */

/* Texts, and values of them; they are copied into the arena. */
struct str sam_format(struct expand *e, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
struct value *sam_c(struct expand *e, const char *text);
struct value *sam_string(struct expand *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct value *sam_ref(struct expand *e, struct str id);
struct value *sam_getatt(struct expand *e, struct str id, const char *attribute);
struct value *sam_sub(struct expand *e, const char *text, struct value *variables); /* or NULL */
/* Pairs of const char * key and struct value *, ended by NULL; a nil value is left out. */
struct value *sam_map(struct expand *e, ...) __attribute__((sentinel));
struct value *sam_list(struct expand *e, ...) __attribute__((sentinel)); /* of values, then NULL */
/* Sets an entry unless x is none. */
void sam_put(struct expand *e, struct value *map, const char *key, struct value *x);
struct value *sam_if(struct expand *e, struct value *condition, struct value *then,
                     struct value *otherwise); /* NULL: AWS::NoValue */
struct value *sam_not(struct expand *e, struct str condition);
/* "arn:PARTITION:iam::aws:policy/NAME" */
struct value *sam_policy_arn(struct expand *e, const char *name);
/* text followed by the first ten hexadecimal digits of SHA-1 over data (nil or empty: by none). */
struct str sam_hashed_id(struct expand *e, struct str text, struct str data);
struct str sam_id(struct expand *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- making resources (make.c) ------------------------------------------------------------------ */

/* Starts a resource that comes from a part of s ("event GetUsers", "role"; NULL: s itself), caused
   by what stands at span (nil: the whole of s); values made from now on have its place. attributes
   (or NULL) are copied. An id that isn't alphanumeric is a failure. */
struct resource *sam_make(struct expand *e, struct sam *s, struct str id, const char *type,
                          struct value *attributes, const char *part, struct span span);
/* Fails unless the id is alphanumeric. */
void sam_check_new_id(struct expand *e, struct str id, struct span span);
/* Sets a property unless x is none. */
void sam_set(struct expand *e, struct resource *r, const char *name, struct value *x);
/* Sets a property where x is truthy. */
void sam_set_truthy(struct expand *e, struct resource *r, const char *name, struct value *x);
/* Hands a finished resource over to the result, in this order. */
void sam_push(struct expand *e, struct sam *s, struct resource *r);
void sam_depend(struct expand *e, struct resource *r, struct value *on); /* DependsOn, unless empty */

/* Tags (tags.c). [{ Key, Value }] of { key: value }; null values become "". */
struct value *sam_tag_list(struct expand *e, const struct value *tags);
/* lambda:createdBy, then additional (or NULL), then tags; reserved keys are failures. What the
   language made isn't marked as SAM's, so without tags it's nil there. */
struct value *sam_tags(struct expand *e, struct sam *s, const struct value *additional,
                       const struct value *tags);
/* Sets the tags of all resources that s made and that have them, where PropagateTags is true. */
void sam_propagate_tags(struct expand *e, struct sam *s, const struct value *tags,
                        const struct value *propagate);

/* --- roles and policies (role.c, policies.c) ------------------------------------------------------- */

enum sam_policy { POLICY_UNKNOWN, POLICY_NAMED, POLICY_DOCUMENT, POLICY_TEMPLATE };

/* What an execution role is made of; what isn't needed is nil. */
struct role {
    struct value *assume;    /* AssumeRolePolicyDocument */
    struct value *policies;  /* as in the property Policies, templates applied */
    struct value *managed;   /* list of ARNs that come first; used up */
    struct value *documents; /* list of policies that come first; used up */
    struct value *path, *boundary, *tags;
};

/* Not pushed. */
struct resource *sam_make_role(struct expand *e, struct sam *s, struct str id,
                               const struct role *role);
/* The trust policy for a service's principal. */
struct value *sam_assume_role(struct expand *e, const char *service);
/* { Effect: Allow, Action, Resource } */
struct value *sam_allow(struct expand *e, const char *action, struct value *resource);
/* { PolicyName, PolicyDocument: { Statement: statements } } */
struct value *sam_policy(struct expand *e, struct str name, struct value *statements);
/* The name of AWS's policy that lets a role write traces. */
const char *sam_xray_policy_name(const struct expand *e);
/* The policy, named after id, that lets a role use a destination: SQS, SNS, EventBridge, Lambda,
   StartExecution or S3. */
struct value *sam_destination_policy(struct expand *e, const char *kind, struct value *arn,
                                     struct str id);
enum sam_policy sam_policy_kind(struct expand *e, struct value *policy);
/* Puts statements in place of the policy templates in the property Policies. */
void sam_apply_policy_templates(struct expand *e, struct sam *s);
bool sam_contains(const struct value *list, const struct value *x);

/* --- properties (properties.c) ------------------------------------------------------------------ */

/* Checks the properties of resource or event `id` of `type` against its rows. */
void sam_check(struct expand *e, struct str id, const char *type, const struct properties *known,
               const struct value *properties, struct span span);
/* A property of s, nil when null or absent. */
struct value *sam_property(const struct sam *s, const char *name);
/* Whether x is a path of this machine, where these are taken. */
bool sam_is_local(const struct expand *e, const struct value *x);
/* { S3Bucket, S3Key, S3ObjectVersion } of s3://bucket/key?versionId=version; nil for others. */
struct value *sam_s3_uri(struct expand *e, struct str uri);
/* Whether a text has a dynamic reference to the Parameter Store. */
bool sam_has_parameter_reference(struct str text);
/* sam_s3_uri() of a location, which may be a map too. A local path comes out as it is. */
struct value *sam_s3_location(struct expand *e, struct value *location, struct str id,
                              const char *property);

/* --- parameters and references (params.c, refs.c) ------------------------------------------------ */

/* Puts parameter values in place of { Ref: parameter } and in Fn::Sub, in x itself; the result is x
   or what x was a reference to. */
struct value *sam_resolve(struct expand *e, struct value *x);
/* The same on a copy. */
struct value *sam_resolved(struct expand *e, const struct value *x);
/* Puts mapped values in place of Fn::FindInMap where all three keys are known. */
struct value *sam_resolve_mappings(struct expand *e, struct value *x);
/* Writes the ids of the result into every reference of the template. */
void sam_rewrite_references(struct expand *e);

/* --- events of functions and state machines (events.c) ------------------------------------------- */

/* What an event invokes: a function or its alias, a state machine or its alias. */
struct target {
    struct sam *owner;
    struct str function;   /* id of the function or state machine */
    struct str id;         /* of what is invoked */
    bool is_alias;
    struct value *name;    /* for permissions: a Ref */
    struct value *arn;
    struct value *passed;  /* resource attributes for what is generated */
    struct resource *role; /* the execution role, pushed or not, whose policies events extend */
};

struct event {
    struct sam *owner;
    const struct event_type *type;
    struct str key;           /* GetUsers */
    struct str id;            /* owner's id and the key */
    struct value *whole;      /* { Type, Properties } */
    struct value *properties; /* VAL_MAP */
    struct span span;
    const char *part;         /* "event GetUsers" */
    void *linked;             /* what link() found */
};

struct event_type {
    const char *name;
    const struct properties *properties;
    /* Looks up what the event refers to, before any resource of the owner is made; or NULL. */
    void (*link)(struct expand *e, struct event *event);
    /* Makes and pushes resources. */
    void (*expand)(struct expand *e, struct event *event, struct target *target);
};

struct events {
    struct event *items;
    uint32_t count;
};

/* Checks and links all events in the property Events. */
struct events events_link(struct expand *e, struct sam *s,
                          const struct event_type *(*find_type)(struct str));
/* Expands them in the order of a function's events: by path or key. */
void events_expand(struct expand *e, const struct events *events, struct target *target);
const struct event_type *event_of_function(struct str name);

/* A property of the event, nil when null or absent. */
struct value *event_property(const struct event *event, const char *name);
/* sam_make() for an event. */
struct resource *event_make(struct expand *e, struct event *event, struct str id, const char *type,
                            struct value *attributes);

/* An AWS::Lambda::Permission; what isn't needed is 0. */
struct permission {
    const char *principal;
    struct value *source_arn, *source_account, *token;
    struct str prefix; /* of its id; nil: the event's id */
    struct str suffix; /* of its id; hashed when it isn't alphanumeric */
};

/* Not pushed. */
struct resource *event_permission(struct expand *e, struct event *event,
                                  const struct target *target,
                                  const struct permission *permission);

/* --- whole-template steps, in this order (each in a file of its own) ------------------------------ */

void sam_default_definitions(struct expand *e);   /* api*.c: empty OpenAPI bodies, __MANAGE_SWAGGER */
void sam_implicit_rest_api(struct expand *e);     /* api*.c: ServerlessRestApi */
void sam_implicit_http_api(struct expand *e);     /* api*.c: ServerlessHttpApi */
void sam_merge_globals(struct expand *e);         /* globals.c */
void sam_openapi_versions(struct expand *e);      /* api*.c, after Globals: OpenApiVersion into bodies */
void sam_embedded_connectors(struct expand *e);   /* connector_embedded.c */
void sam_report_silent_apis(struct expand *e);    /* api_silent.c, after OpenApiVersion */
void sam_report_shared_names(struct expand *e);   /* silent.c */
void sam_report_partition(struct expand *e);      /* silent.c, of the finished result */
void sam_deployments(struct expand *e);           /* deployment.c, after all resources */

/* Adds a SAM resource to the sources: an implicit API, an embedded connector. Replaces one that has
   the id. */
struct resource *sam_add_source(struct expand *e, struct str id, const char *type);
/* The same with resources that are made already, all at once. */
void sam_put_sources(struct expand *e, struct resource *const *made, uint32_t count);
void sam_remove_source(struct expand *e, struct str id);
struct resource *sam_source(struct expand *e, struct str id); /* or NULL */
/* The sources in the order in which the translator walks them. */
struct resource **sam_walk_sources(struct expand *e, uint32_t *count);
/* Decides whether maps are walked in Python 2's order, and which (order.c). */
void sam_choose_order(struct expand *e);

/* What is now in the result under an id: a SAM resource until its turn; or NULL. */
struct resource *sam_product(struct expand *e, struct str id);
/* Reports, and is false, when what resource `by` generated has an id that the source has already. */
bool sam_check_id(struct expand *e, struct str by, const struct resource *r, struct span span);
/* Adds a resource, or replaces the one with its id; a slot past the end is the end. */
void sam_add_product(struct expand *e, struct resource *r, uint32_t slot);
/* The attributes of a resource that the translator knows, DependsOn included. */
struct value *sam_kept_attributes(struct expand *e, const struct resource *r);
/* Adds condition `name`, that any of some (a list of names, at least two) holds; further ones with
   numbers where there are more than ten. */
void sam_combine_conditions(struct expand *e, struct str name, const struct value *any_of);
/* What a handler gets for a resource of the source. */
struct sam *sam_begin(struct expand *e, struct resource *r);

#endif
