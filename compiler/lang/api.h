/* What the lowering of an API passes between its files; private to lang. */
#ifndef LANG_API_H
#define LANG_API_H

#include "lang/compile.h"

struct route {
    struct str method; /* upper case: "GET", "ANY" */
    struct str path;   /* "/users/{id}" */
    struct thing *settings; /* KIND_ROUTE: the attributes of its block */
    struct thing *function; /* its target; NULL: one of the next three */
    const struct target *target; /* a verb .. */
    struct thing *on;            /* .. and what it is of */
    struct value *proxied;       /* the URL of proxy(..) */
    bool is_mock;
    struct str key;  /* of a WebSocket API: "$connect", "send" */
    struct str word; /* of a WebSocket API, in ids: "Connect", "MessageSend" */
    struct span span;
    struct value *cond; /* deployed, or NULL */
};

struct api {
    struct thing *thing;
    struct resource *rest; /* AWS::ApiGateway::RestApi */
    VEC(struct route) routes;
    VEC(struct thing *) domains;
    VEC(struct thing *) authorizers; /* those that routes use */
    struct value *web_acl; /* its ARN, or nil */
    bool http;      /* kind = http */
    bool websocket; /* kind = websocket */
    bool varies;    /* of a WebSocket API: parameters decide which routes there are */
    VEC(struct str) waits_for; /* of a WebSocket API: logical ids that its deployment depends on */
    VEC(struct resource *) deploys; /* and what a deployment is a snapshot of, beside the API */
    bool uses_iam, uses_keys;
    struct value *cors; /* nil: none */
    struct str deployment; /* logical id */
};

/* route.c: all routes, crud spelt out, with their permissions. */
void api_routes(struct lang *l, struct api *a);
void api_permissions(struct lang *l, struct api *a);
void add_route(struct lang *l, struct api *a, const struct route *like, const char *method,
               struct str path);
/* What stands behind `->`; false after a message, or where it is null. */
bool route_target(struct lang *l, struct scope *s, node_id target, bool crud, struct route *r);
/* Whether a path is one of an API; reports what is wrong with it. */
bool route_path_fits(struct lang *l, struct str path, struct span span);
/* The stage of a permission's ARN: what the route's `stage` says, else all. */
struct value *route_stage(struct lang *l, struct thing *settings);
/* Lets API Gateway call a function for `path` of the API: STAGE/WHAT behind its id. */
void api_permission(struct lang *l, struct api *a, struct thing *function, struct str id,
                    const char *part, struct value *path, struct value *cond);
/* openapi.c: the definition. */
struct value *api_definition(struct lang *l, struct api *a);
/* The security of one operation: a list of one requirement, nil when anybody may call it. */
struct value *operation_security(struct lang *l, struct api *a, const struct route *r);
bool operation_is_iam(struct lang *l, struct api *a, const struct route *r);
/* Adds the integration of a route's target, and the responses that it needs, to an operation. */
void operation_target(struct lang *l, struct api *a, const struct route *r,
                      struct value *operation);
/* {id} and {proxy+} of a path, as parameters of all its methods. */
struct value *path_parameters(struct lang *l, struct str path);
/* Of the authorizers that operations asked for: a map, by name. */
struct value *security_schemes(struct lang *l, struct api *a);
/* The JSON schema that a `model` clause holds; NULL after a message. */
struct value *model_schema(struct lang *l, const struct clause *c);
/* definition.c: an OpenAPI file as the definition; an error value after a message. */
struct value *api_read_definition(struct lang *l, struct api *a);
/* direct.c: targets that are no functions. Whether the expression behind `->` is one; then it is
   filled in, or reported and the route left without a target. */
bool direct_target(struct lang *l, struct scope *s, node_id target, struct route *r);
void direct_crud(struct lang *l, struct api *a, const struct route *like, struct str path);
/* The role by which API Gateway calls what routes name, where one is needed. */
void direct_role(struct lang *l, struct api *a);
struct value *direct_credentials(struct lang *l, struct api *a);
/* The route's own template ("template", "response"), else the one of its target ("request",
   "response"); NULL: bodies pass as they are. */
struct value *direct_template(struct lang *l, struct api *a, const struct route *r,
                              const char *attribute, const char *sort);
/* Where API Gateway calls a verb of a service, and the headers that it sends: NAME -> 'text'. */
struct value *direct_uri(struct lang *l, struct api *a, const struct route *r);
struct value *direct_headers(struct lang *l, const struct route *r);
/* Reports settings that only some targets have a use for. */
void direct_check_settings(struct lang *l, struct api *a, const struct route *r);
/* Adds the integration and its responses to an operation. */
void direct_integration(struct lang *l, struct api *a, const struct route *r,
                        struct value *operation);
/* mapping.c: a mapping template, "NAME.SORT"; text with {{places}} filled. */
struct value *mapping_template(struct lang *l, struct api *a, const struct route *r,
                               const char *name, const char *sort);
/* Whether a table's key of that name is the id of a WebSocket API's connection. */
bool is_connection_key(struct str name);
struct value *mapping_fill(struct lang *l, struct api *a, const struct route *r, const char *text);
/* cors.c: preflight operations, gateway responses. */
void cors_check(struct lang *l, struct api *a); /* the fields of `cors` */
struct value *cors_preflight(struct lang *l, struct api *a, struct str path);
struct value *cors_gateway_responses(struct lang *l, struct api *a);
/* Adds a gateway response of the user's to all, with the headers of `cors` that it doesn't have. */
void cors_put_response(struct lang *l, struct api *a, struct value *all, const struct member *m);
/* The headers that an integration's response needs, as its responseParameters, and their
   declaration in the operation's response; with several origins a template in front of the
   response's own says which. */
void cors_response(struct lang *l, struct api *a, struct value *parameters, struct value *headers,
                   struct value **template);
/* authorizer.c */
void api_use_authorizer(struct lang *l, struct api *a, struct thing *authorizer);
struct value *security_scheme(struct lang *l, struct api *a, struct thing *authorizer);
/* stage.c: deployment, stages and what hangs on them. */
void api_stages(struct lang *l, struct api *a);
bool stage_is_automatic(struct lang *l, struct api *a, struct thing *stage);
void stage_wait_for_account(struct lang *l, struct api *a, struct resource *stage);
struct value *stage_log_level(struct lang *l, struct thing *stage); /* "INFO", "ERROR" or nil */
void stage_access_logs(struct lang *l, struct thing *stage, struct value *p, const char *property);
struct value *stage_throttle(struct lang *l, struct thing *stage);
/* Puts the limits of a throttle, { rate, burst }, among a stage's settings. */
void put_throttle(struct lang *l, struct value *throttle, struct value *settings);
/* A route's own limits over what the stage sets for all; nil: it has none. */
struct value *route_settings_of(struct lang *l, const struct route *r, const struct value *all);
/* plan.c */
void api_plans(struct lang *l, struct api *a);
struct value *api_web_acl(struct lang *l, struct api *a, struct value *settings);
/* http.c: what HTTP APIs do otherwise, and the stages of all of version 2. */
void http_api(struct lang *l, struct api *a, struct value *doc);
void http_stage(struct lang *l, struct api *a, struct thing *stage);
/* Reports an endpoint that isn't regional, of an API or a domain. */
void need_regional(struct lang *l, struct thing *t, const char *what);
/* Reports those of a thing's attributes in a list, ended by NULL, that an API of this kind has no
 * use for. */
void refuse_attributes(struct lang *l, struct thing *t, const char *const *names, const char *what,
                       const char *help);
struct value *http_cors(struct lang *l, struct api *a);
struct value *http_security_scheme(struct lang *l, struct thing *authorizer, const char *sort);
/* websocket.c */
void websocket_api(struct lang *l, struct api *a);
void websocket_routes(struct lang *l, struct api *a);
/* The id of a resource of a route, by what it is: "Route", "Integration". */
struct str websocket_route_id(struct lang *l, const struct api *a, const struct route *r,
                              const char *suffix);
/* Connecting and disconnecting carry no message. */
bool route_has_message(const struct route *r);
/* websocket_direct.c: routes without functions, their answers; models of what they take. */
void websocket_direct(struct lang *l, struct api *a, const struct route *r, struct value *p);
void websocket_answer(struct lang *l, struct api *a, const struct route *r, struct value *p);
void websocket_check_settings(struct lang *l, const struct route *r, bool replies);
void websocket_models(struct lang *l, struct api *a);
void websocket_request(struct lang *l, struct api *a, const struct route *r, struct value *p);
/* api.c */
enum api_kind { API_REST, API_HTTP, API_WEBSOCKET };
enum api_kind api_kind(struct lang *l, struct thing *api);
struct value *api_name(struct lang *l, struct thing *t);
struct value *stage_name(struct lang *l, struct thing *stage);
/* domain.c */
void api_domains(struct lang *l, struct api *a);
/* The thing of a `domain` clause; its id follows the host, so that no other domain renames it. */
struct thing *domain_part(struct lang *l, struct thing *api, const struct clause *c);
/* API Gateway's own host of a domain, to which records point. */
struct value *domain_target(struct lang *l, struct thing *domain);

#endif
