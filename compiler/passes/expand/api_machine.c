/* The event Api of state machines: API Gateway starts an execution itself. */
#include "passes/expand/api_event.h"
#include "passes/expand/events.h"

/* What becomes the execution's input: the request's body. */
static struct value *request_templates(struct expand *e, struct event *event,
                                       const struct target *target) {
    struct value *raw = event_property(event, "UnescapeMappingTemplate");
    /* escapeJavaScript escapes single quotes, which JSON doesn't know */
    const char *unescape = sam_is_truthy(raw) ? ".replaceAll(\"\\\\'\",\"'\")\"" : "\"";
    struct str text = str_printf(e->arena,
                                 "{\"input\": \"$util.escapeJavaScript($input.json('$'))%s, "
                                 "\"stateMachineArn\": \"${%.*s}\"}",
                                 unescape, STR_ARG(target->id));
    return openapi_plain(e, "application/json", value_sub(e->v, text, NULL), NULL);
}

static void integrate(struct expand *e, const struct api_event *a, struct target *target,
                      struct value *role) {
    struct value *body = sam_get(e, a->api, "DefinitionBody");
    if (value_is_nil(body))
        return;
    struct openapi o = rest_open(e, body);
    api_event_check_new(e, a, &o);
    struct value *uri = sam_sub(
        e, "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution", NULL);
    struct rest_integration i = {.path = a->path,
                                 .method = a->method,
                                 .where = event_property(a->event, "Path")->span,
                                 .uri = uri,
                                 .condition = value_get_c(target->passed, "Condition"),
                                 .credentials = role,
                                 .templates = request_templates(e, a->event, target)};
    rest_add_state_machine(&o, &i);
    if (sam_is_truthy(a->auth))
        api_event_set_auth(e, a, &o);
    rest_close(&o);
}

static void expand_event(struct expand *e, struct event *event, struct target *target) {
    struct api_event a = api_event_of(e, event);
    struct value *stage = event_property(event, "Stage");
    a.stage = value_is_nil(stage) ? value_null(e->v) : stage;
    struct value *role = event_execution_role(e, event, target, "apigateway.amazonaws.com");
    if (sam_is_truthy(sam_get(e, a.api, API_MANAGED)))
        integrate(e, &a, target, role);
}

static const struct property rows[] = {
    {"Path", REQUIRED | IS_STR, 0, NULL},
    {"Method", REQUIRED | IS_STR, 0, NULL},
    {"RestApiId", REQUIRED | IS_STR, 0, NULL},
    {"Stage", IS_STR, 0, NULL},
    {"Auth", IS_MAP, 0, NULL},
    {"UnescapeMappingTemplate", IS_BOOL | STRICT, 0, NULL},
};

static const struct properties properties = PROPERTIES(rows);

const struct event_type event_machine_api = {"Api", &properties, api_event_link, expand_event};
