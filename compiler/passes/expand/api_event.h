/* The event Api of functions and state machines. */
#ifndef EXPAND_API_EVENT_H
#define EXPAND_API_EVENT_H

#include "passes/expand/api.h"

struct api_event {
    struct event *event;
    struct str api_id;
    struct value *api; /* the API's properties */
    struct str path, method;
    struct value *auth;  /* or nil */
    struct value *stage; /* as it stands in resource policies */
};

/* Finds the API that the event names: event_type.link. */
void api_event_link(struct expand *e, struct event *event);
struct api_event api_event_of(struct expand *e, struct event *event);
/* Checks the event's Auth against the API's, and writes it into the document. */
void api_event_set_auth(struct expand *e, const struct api_event *a, struct openapi *o);
/* RequestModel and RequestParameters (api_request.c). */
void api_event_set_request(struct expand *e, const struct api_event *a, struct openapi *o);
/* Refuses a method that has an integration already. */
void api_event_check_new(struct expand *e, const struct api_event *a, struct openapi *o);
/* The address through which API Gateway invokes a function. */
struct value *api_invocation_uri(struct expand *e, const struct target *target,
                                 const char *partition, bool streams);

#endif
