/* AWS::Serverless::Application: a nested stack, by its template or from the Serverless Application
   Repository. */
#include "passes/expand/expand.h"

static const struct property rows[] = {
    {"Location", IS_STR | IS_MAP | REQUIRED, 0, NULL},
    {"TemplateUrl", IS_STR, 0, NULL},
    {"Parameters", IS_MAP, 0, NULL},
    {"NotificationARNs", IS_LIST, IS_STR | IS_MAP, NULL},
    {"Tags", IS_MAP, 0, NULL},
    {"TimeoutInMinutes", IS_INT, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

/* An entry of Location, with parameters and mappings resolved. */
static struct value *resolve(struct expand *e, struct value *location, const char *name) {
    struct value *x = value_get_c(location, name);
    if (sam_is_none(x))
        return x;
    x = sam_resolve_mappings(e, sam_resolve(e, x));
    value_put_c(e->v, location, name, x);
    return x;
}

static void check_known(struct expand *e, struct sam *s, struct value *x, const char *name,
                        struct span span) {
    if (sam_is_map(x))
        sam_fail(e, s->id, sam_span(x, span),
                 "Property '%s' cannot be resolved. Only FindInMap and Ref intrinsic functions are "
                 "supported.",
                 name);
}

/* What the repository would be asked for; it signs a URL that only it can make. */
static struct value *repository_url(struct expand *e, struct sam *s, struct value *id,
                                    struct value *version) {
    sam_expect_string(e, s->id, "Location.ApplicationId", id);
    sam_expect_string(e, s->id, "Location.SemanticVersion", version);
    if (str_starts(e->partition, STR("aws-iso")))
        sam_fail(e, s->id, id->span,
                 "Serverless Application Repository is not available in this region.");
    if (sam_has_parameter_reference(id->text))
        sam_fail(e, s->id, id->span,
                 "Serverless Application Repostiory does not support dynamic reference in "
                 "'ApplicationId' property.");
    return sam_string(e, "https://serverless-application-repository.invalid/%.*s/%.*s",
                      STR_ARG(id->text), STR_ARG(version->text));
}

static void locate(struct expand *e, struct sam *s) {
    static const char *const needed[] = {"ApplicationId", "SemanticVersion"};
    const struct member *m = value_member(s->properties, STR("Location"));
    struct span span = sam_span_of(s, "Location");
    if (!m)
        sam_fail(e, s->id, span, "Resource is missing the required [Location] property.");
    if (!sam_is_map(m->value)) {
        value_put_c(e->v, s->properties, "TemplateUrl", m->value);
        return;
    }
    struct value *location = m->value;
    for (unsigned i = 0; i < 2; i++)
        if (!sam_has(e, location, needed[i]))
            sam_fail(e, s->id, span, "Resource is missing the required [%s] property.", needed[i]);
    struct value *id = resolve(e, location, "ApplicationId");
    struct value *version = resolve(e, location, "SemanticVersion");
    sam_expect_present(e, s->id, "ApplicationId", id, span);
    check_known(e, s, id, "ApplicationId", span);
    if (!sam_is_truthy(version))
        sam_fail(e, s->id, span, "Property 'SemanticVersion' cannot be blank.");
    check_known(e, s, version, "SemanticVersion", span);
    value_put_c(e->v, s->properties, "TemplateUrl", repository_url(e, s, id, version));
}

static struct value *repository_tags(struct expand *e, const struct value *location) {
    return sam_map(e, "serverlessrepo:applicationId", sam_get(e, location, "ApplicationId"),
                   "serverlessrepo:semanticVersion", sam_get(e, location, "SemanticVersion"), NULL);
}

static void expand(struct expand *e, struct sam *s) {
    struct resource *stack =
        sam_make(e, s, s->id, "AWS::CloudFormation::Stack", s->passed, NULL, SPAN_NIL);
    sam_depend(e, stack, s->depends_on);
    sam_set(e, stack, "Parameters", sam_property(s, "Parameters"));
    sam_set(e, stack, "NotificationARNs", sam_property(s, "NotificationARNs"));
    struct value *repository = repository_tags(e, sam_property(s, "Location"));
    sam_set(e, stack, "Tags", sam_tags(e, s, repository, sam_property(s, "Tags")));
    sam_set(e, stack, "TimeoutInMinutes", sam_property(s, "TimeoutInMinutes"));
    struct value *url = sam_property(s, "TemplateUrl");
    sam_set(e, stack, "TemplateURL", sam_is_truthy(url) ? url : sam_c(e, ""));
    sam_push(e, s, stack);
}

const struct sam_type sam_application = {"AWS::Serverless::Application", TURN_OTHER, &known,
                                         locate, expand, NULL};
