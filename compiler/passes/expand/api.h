/* What the files of the API family share: REST, HTTP and WebSocket APIs, their events, domains and
   authorizers. */
#ifndef EXPAND_API_H
#define EXPAND_API_H

#include "passes/expand/openapi.h"

/* Marks, in an API's properties, a definition that events may add paths to. */
#define API_MANAGED "__MANAGE_SWAGGER"

struct shared_plan;

/* What the API family keeps over the whole template. */
struct apis {
    struct api_orders orders;
    struct map record_groups;  /* id -> struct resource *, AWS::Route53::RecordSetGroup */
    struct map function_names; /* API's id -> struct value *, a string: names of its functions */
    struct shared_plan *plan;  /* the usage plan that several APIs share, or NULL */
};

/* Made on first use. */
struct apis *apis_of(struct expand *e);

/* Whether macros (AWS::Include) run over a definition before SAM does, so that nothing can be said
   of it or put into it. */
bool api_is_included(const struct expand *e, const struct value *body);
/* The id in "ServerlessApi" or { Ref: ServerlessApi }: a string, or what else stands there. */
struct value *api_id_of(struct expand *e, struct value *reference);
/* Letters and digits only, at least one. */
bool api_is_alphanumeric(struct str text);
/* prefix and the hash of a value, as it stands in ids. */
struct str api_hashed_id(struct expand *e, const char *prefix, const struct value *of);
/* Where a name stands in a map: the span of its key, or else of the map. */
struct span api_span_of(const struct value *map, const char *key);
/* Refuses what is neither true nor false. */
void api_expect_bool(struct expand *e, struct str id, struct str path, const struct value *x);

/* --- what the properties of REST and HTTP APIs have in common (api.c) -------- */

/* Refuses a property that needs a document to go into. */
void api_need_body(struct expand *e, const struct sam *s, const struct value *body,
                   const char *property, const char *message);
/* Refuses to add something to a document that isn't valid; standard: "Swagger", "OpenApi". */
void api_need_valid(struct expand *e, const struct sam *s, bool is_valid, const char *what,
                    const char *standard);
/* Refuse what isn't among the names. */
void api_check_cors(struct expand *e, const struct sam *s, const struct value *given,
                    const char *const *names);
void api_check_auth(struct expand *e, const struct sam *s, struct value *auth,
                    const char *const *names);
_Noreturn void api_fail_default_authorizer(struct expand *e, const struct sam *s,
                                           const struct value *name);

/* --- authorizers (auth.c, auth_rest.c, auth_http.c) -------------------------------------------- */

struct authorizer {
    struct str name;
    struct span span;
    struct value *whole;  /* as written; nil for AWS_IAM */
    struct value *scopes; /* a list, or nil */
    bool is_iam;
};

struct authorizers {
    struct str api; /* logical id */
    VEC(struct authorizer) list;
};

/* The one of this name, or NULL. */
const struct authorizer *authorizer_find(const struct authorizers *all, struct str name);
/* Adds one, or replaces the one of its name. */
void authorizer_add(struct expand *e, struct authorizers *all, struct authorizer added);
/* Adds those of the property Authorizers, each checked first. */
void authorizers_add(struct expand *e, struct authorizers *all, struct value *config,
                     void (*check)(struct expand *e, struct str api, const struct authorizer *a));
/* The ARN through which API Gateway invokes an authorizer's function. */
struct value *authorizer_uri(struct expand *e, struct value *function);
/* FunctionInvokeRole, nil where it is NONE. */
struct value *authorizer_role(struct expand *e, const struct authorizer *a);
/* The permission for API Gateway to invoke an authorizer's function. */
void authorizer_permit(struct expand *e, struct sam *s, struct str id, const struct authorizer *a,
                       const char *partition);

/* The authorizers of a REST API, checked. */
struct authorizers auth_rest_authorizers(struct expand *e, struct str api, struct value *config,
                                         const struct value *by_default);
struct value *auth_rest_scheme(struct expand *e, struct str api, const struct authorizer *a);
/* The same of an HTTP API. */
struct authorizers auth_http_authorizers(struct expand *e, struct str api, struct value *config,
                                         const struct value *enable_iam);
struct value *auth_http_scheme(struct expand *e, struct str api, const struct authorizer *a);

/* --- custom domains (domain.c, domain_rest.c, domain_http.c) ----------------------------------- */

/* The domain of an API, as it is being made. */
struct domain {
    struct expand *e;
    struct sam *s;
    struct value *config; /* the property Domain */
    struct str id;        /* of the domain's resource */
    struct span span;
    bool is_rest;
    bool shares_records; /* APIs with one hosted zone have one group of records */
};

/* { Types: [type], IpAddressType } */
struct value *domain_endpoint(const struct domain *d, struct value *type);
/* MutualTlsAuthentication of a domain, checked. `of` is whose mistake it is; nil: the names of the
   entries that don't belong there. */
struct value *domain_mutual_tls(const struct domain *d, struct value *given, struct str of,
                                const char *property);
/* The records of the domain in its hosted zone, where Route53 asks for them. */
void domain_add_records(const struct domain *d);
/* { Ref: Api.Stage } */
struct value *domain_stage(const struct domain *d);

/* Makes the domain of a REST API, its mappings, records and access associations. */
void domain_add_rest(struct expand *e, struct sam *s, struct value *config);
/* The same of an HTTP or WebSocket API; tag: the key of SAM's tag. */
void domain_add_http(struct expand *e, struct sam *s, struct value *config, const char *tag,
                     bool shares_records);

/* --- APIs -------------------------------------------------------------------------------------- */

/* The document of a REST API with all that its properties say of it; nil where it has none. */
struct value *api_finish_body(struct expand *e, const struct sam *s);
/* { Bucket, Key, Version } of DefinitionUri. */
struct value *api_body_location(struct expand *e, struct sam *s, struct value *uri);
/* The usage plan and key that Auth.UsagePlan asks for (api_usage.c). */
void api_add_usage_plan(struct expand *e, struct sam *s, struct value *plan, struct str stage);
/* What a deployment of a REST API says of its content, as the id's hash takes it (api_hash.c). */
struct str api_deployment_data(struct expand *e, const struct sam *s, const struct value *body);

#endif
