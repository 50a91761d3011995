/* Editing the OpenAPI documents of APIs: Swagger 2 and OpenAPI 3 for REST APIs, OpenAPI 3 for HTTP
   APIs. A document is a value that its API owns, edited in place between open and close, with just
   as much understanding of OpenAPI as the SAM transform has. Any of its parts may be an Fn::If;
   then both branches are edited. What the transform refuses in a document ends the whole transform
   (sam_abort). */
#ifndef EXPAND_OPENAPI_H
#define EXPAND_OPENAPI_H

#include "passes/expand/expand.h"

#define OPENAPI_INTEGRATION "x-amazon-apigateway-integration"
#define OPENAPI_AUTHORIZER "x-amazon-apigateway-authorizer"
#define OPENAPI_ANY "x-amazon-apigateway-any-method"
#define OPENAPI_POLICY "x-amazon-apigateway-policy"

struct openapi {
    struct expand *e;
    struct value *doc;
    struct value *paths;
    struct value *security; /* securityDefinitions, or components.securitySchemes */
    struct value *responses, *definitions, *policy; /* REST APIs */
    struct value *tags, *info;                      /* HTTP APIs */
};

/* What one place of a document holds: one item, or those of an Fn::If but for AWS::NoValue. */
struct openapi_branches {
    struct value **items;
    uint32_t count;
};

struct openapi_method {
    struct str name; /* as asked for, or normalised */
    struct value *definition;
};

struct openapi_methods {
    VEC(struct openapi_method) list;
};

/* --- any document (openapi.c) ------------------------------------------------------------------ */

/* An empty map of a document. */
struct value *openapi_map(struct expand *e);
/* A map that is walked as it stands: const char * keys and struct value *, ended by NULL. */
struct value *openapi_plain(struct expand *e, ...) __attribute__((sentinel));
/* Sets an entry of a map, making it one where it was an intrinsic. */
struct value *openapi_set(struct openapi *o, struct value *map, const char *key, struct value *x);
/* The same; a new entry's key stands at `where` in the source. */
struct value *openapi_set_at(struct openapi *o, struct value *map, struct str key,
                             struct span where, struct value *x);
/* A part of a document, or a new map where it is empty. */
struct value *openapi_part(struct expand *e, const struct value *from, const char *key);
/* A document without paths; standard and version: "swagger", "2.0". */
struct value *openapi_skeleton(struct expand *e, const char *standard, const char *version);
/* The definition of a method, to put an integration into. */
struct value *openapi_method_to_fill(struct openapi *o, struct value *item, struct str path,
                                     struct str name);
/* Whether "openapi" says version 3, as the transform looks at it. */
bool openapi_is_version_3(struct expand *e, const struct value *version);
struct openapi_branches openapi_branches(struct expand *e, struct value *item);
/* Lower case; "any" is API Gateway's extension for it. */
struct str openapi_method_name(struct expand *e, struct str method);
/* The path's items, each of them a map. */
struct openapi_branches openapi_path_items(struct openapi *o, struct str path);
/* Refuses documents in which a path's item isn't a map. */
void openapi_check_paths(struct openapi *o);
bool openapi_has_integration(struct openapi *o, struct str path, struct str method);
/* Makes room for a method under a path, unless it is there. */
void openapi_add_path(struct openapi *o, struct str path, struct span where, struct str method);
/* The definitions of a method under a path. */
struct openapi_methods openapi_definitions_at(struct openapi *o, struct str path,
                                              struct str method);
/* Those that have an integration. */
struct openapi_methods openapi_methods_at(struct openapi *o, struct str path, struct str method);
/* All of a path's methods that have an integration. `skipped` entries of a path are no methods. */
struct openapi_methods openapi_methods_of(struct openapi *o, struct str path,
                                          const char *const *skipped);
void openapi_set_timeout(struct openapi *o, struct str path, struct str method,
                         struct value *timeout);
/* Makes a path conditional. */
void openapi_condition_path(struct openapi *o, struct str path, struct value *condition);
/* The security requirements of a method, a list; empty where there are none. */
struct value *openapi_security(struct openapi *o, const struct openapi_method *method,
                               struct str path);
/* { name: scopes }; scopes NULL: an empty list. */
struct value *openapi_requirement(struct openapi *o, struct str name, struct value *scopes);
/* The scheme of the authorizer AWS_IAM. */
struct value *openapi_iam_scheme(struct openapi *o, bool type_first);
/* Paths as they stand in permissions: "{name}" becomes "*", and so do "{proxy+}" and, if asked for,
   "{name+}". */
struct str openapi_permission_path(struct expand *e, struct str path, bool any_greedy);

/* --- REST APIs (openapi_rest.c) ---------------------------------------------------------------- */

/* Whether a document is one that can be edited; an empty one; opens one, until rest_close. */
bool rest_is_valid(struct expand *e, const struct value *body);
struct value *rest_skeleton(struct expand *e);
struct openapi rest_open(struct expand *e, struct value *body);
/* Puts everything back; the document, in the order in which the transform goes on with it. */
struct value *rest_close(struct openapi *o);

struct rest_integration {
    struct str path, method;
    struct span where;
    struct value *uri;
    struct value *condition;   /* or nil */
    struct value *credentials; /* or nil */
    struct value *templates;   /* of state machines: requestTemplates; else NULL */
    bool streams;              /* responseTransferMode STREAM */
};

/* Adds the integration of a method with a function, or a state machine. */
void rest_add_lambda(struct openapi *o, const struct rest_integration *i);
void rest_add_state_machine(struct openapi *o, const struct rest_integration *i);
/* DisableExecuteApiEndpoint. */
void rest_disable_endpoint(struct openapi *o, struct value *disable);
void rest_add_binary_types(struct openapi *o, const struct value *types);
void rest_add_models(struct openapi *o, const struct value *models);
/* Turns what only Swagger 2 has into OpenAPI 3, where a version 3 is asked for. */
struct value *rest_to_version_3(struct expand *e, struct value *body, const struct value *version);

/* --- requests of REST APIs (openapi_request.c) ----------------------------------------------------- */

/* RequestModel: the model that a method's body has, and what is validated of its requests. */
void rest_set_model(struct openapi *o, struct str path, struct str method, const struct value *model);
void rest_set_validator(struct openapi *o, struct str path, struct str method, bool body,
                        bool parameters);

struct rest_parameter {
    struct value *name; /* method.request.header.X */
    struct value *required, *caching;
};

/* RequestParameters of a method. */
void rest_add_parameters(struct openapi *o, struct str path, struct str method,
                         const struct rest_parameter *parameters, uint32_t count);

/* --- CORS of REST APIs (openapi_cors.c) ---------------------------------------------------------- */

struct rest_cors {
    struct value *origin, *headers, *methods, *max_age, *credentials;
};

/* Adds an OPTIONS method to a path that has none. False: there is no origin. */
bool rest_add_cors(struct openapi *o, struct str path, const struct rest_cors *cors);

/* --- security of REST APIs (openapi_security.c) ---------------------------------------------------- */

struct authorizers;

/* Security schemes, and what methods without a security of their own are given. */
void rest_add_schemes(struct openapi *o, const struct authorizers *all);
void rest_add_key_scheme(struct openapi *o);
void rest_set_default_authorizer(struct openapi *o, struct str path, const struct value *name,
                                 const struct authorizers *all, bool preflight_too);
void rest_require_key(struct openapi *o, struct str path, bool preflight_too);
/* What an event's Auth says of its method. */
void rest_set_auth(struct openapi *o, struct str path, struct str method, const struct value *auth,
                   const struct value *api);

/* --- resource policies of REST APIs (openapi_policy.c) --------------------------------------------- */

/* ResourcePolicy: statements for the methods of a path, and those that are written out. */
void rest_add_policy(struct openapi *o, struct value *policy, struct str path,
                     struct value *stage);
void rest_add_statements(struct openapi *o, struct value *statements);

/* --- HTTP APIs (openapi_http.c) ---------------------------------------------------------------- */

/* As for REST APIs. */
bool http_is_valid(struct expand *e, const struct value *body);
struct value *http_skeleton(struct expand *e);
/* Why a body can't be edited; nil where it can. */
struct str http_misfit(struct expand *e, const struct value *body);
struct openapi http_open(struct expand *e, struct value *body);
struct value *http_close(struct openapi *o);

struct http_integration {
    struct str path, method;
    struct span where;
    struct value *uri;
    struct value *condition; /* or nil */
};

/* Adds the integration of a method with a function. */
void http_add_lambda(struct openapi *o, const struct http_integration *i);
/* Whether a method's integration is the function of that id, in all branches. */
bool http_is_function(struct openapi *o, struct str path, struct str method, struct str id);
void http_add_path_parameters(struct openapi *o, struct str path, struct str method);
void http_set_payload_version(struct openapi *o, struct str path, struct str method,
                              struct value *version);
void http_add_schemes(struct openapi *o, const struct authorizers *all);
void http_set_default_authorizer(struct openapi *o, struct str path, struct str name,
                                 const struct authorizers *all);
void http_set_auth(struct openapi *o, struct str path, struct str method, const struct value *auth,
                   const struct value *api);
void http_add_tags(struct openapi *o, const struct value *tags);
void http_disable_endpoint(struct openapi *o, struct value *disable);

struct http_cors {
    struct value *origins, *headers, *methods, *exposed, *max_age, *credentials;
};

/* Sets x-amazon-apigateway-cors. */
void http_add_cors(struct openapi *o, const struct http_cors *cors);

#endif
