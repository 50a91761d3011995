/* Globals: properties that all resources of a SAM type get, unless they have their own. Maps are
   merged, lists joined, the rest is replaced. */
#include "base/buf.h"
#include "passes/expand/expand.h"

static const char *const api[] = {
    "Auth", "Name", "DefinitionUri", "CacheClusterEnabled", "CacheClusterSize",
    "MergeDefinitions", "Variables", "EndpointConfiguration", "MethodSettings",
    "BinaryMediaTypes", "MinimumCompressionSize", "Cors", "GatewayResponses",
    "AccessLogSetting", "CanarySetting", "TracingEnabled", "OpenApiVersion", "Domain",
    "AlwaysDeploy", "PropagateTags", "SecurityPolicy", "EndpointAccessMode", NULL,
};

static const char *const capacity_provider[] = {
    "VpcConfig", "OperatorRole", "Tags", "InstanceRequirements", "ScalingConfig", "KmsKeyArn",
    "PropagateTags", NULL,
};

static const char *const function[] = {
    "Handler", "Runtime", "CodeUri", "DeadLetterQueue", "Description", "MemorySize", "Timeout",
    "VpcConfig", "Environment", "Tags", "PropagateTags", "Tracing", "KmsKeyArn",
    "AutoPublishAlias", "AutoPublishAliasAllProperties", "Layers", "DeploymentPreference",
    "RolePath", "PermissionsBoundary", "ReservedConcurrentExecutions",
    "ProvisionedConcurrencyConfig", "AssumeRolePolicyDocument", "EventInvokeConfig",
    "FileSystemConfigs", "CodeSigningConfigArn", "Architectures", "SnapStart",
    "EphemeralStorage", "FunctionUrlConfig", "RuntimeManagementConfig", "LoggingConfig",
    "RecursiveLoop", "SourceKMSKeyArn", "TenancyConfig", "DurableConfig",
    "CapacityProviderConfig", "FunctionScalingConfig", "PublishToLatestPublished",
    "VersionDeletionPolicy", NULL,
};

static const char *const http_api[] = {
    "Auth", "AccessLogSettings", "StageVariables", "Tags", "CorsConfiguration",
    "DefaultRouteSettings", "Domain", "RouteSettings", "FailOnWarnings", "PropagateTags", NULL,
};

static const char *const layer_version[] = {
    "PublishLambdaVersion", NULL,
};

static const char *const simple_table[] = {
    "SSESpecification", NULL,
};

static const char *const state_machine[] = {
    "PropagateTags", NULL,
};

static const char *const web_socket_api[] = {
    "AccessLogSettings", "ApiKeySelectionExpression", "DefaultRouteSettings",
    "DisableExecuteApiEndpoint", "DisableSchemaValidation", "Domain", "FailOnWarnings",
    "IpAddressType", "PropagateTags", "RouteSelectionExpression", "RouteSettings",
    "StageVariables", "Tags", NULL,
};

static const struct section {
    const char *name; /* of the section; the type without AWS::Serverless:: */
    const char *const *properties;
} sections[] = {
    {"Api", api},
    {"CapacityProvider", capacity_provider},
    {"Function", function},
    {"HttpApi", http_api},
    {"LayerVersion", layer_version},
    {"SimpleTable", simple_table},
    {"StateMachine", state_machine},
    {"WebSocketApi", web_socket_api},
};

enum { SECTION_COUNT = sizeof sections / sizeof *sections };

static const struct section *section_find(struct str name) {
    for (unsigned i = 0; i < SECTION_COUNT; i++)
        if (str_is(name, sections[i].name))
            return &sections[i];
    return NULL;
}

static void put_name(struct buf *b, const char *name) {
    buf_printf(b, "%s'%s'", b->len > 1 ? ", " : "", name);
}

static struct str section_names(struct expand *e) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    buf_char(&b, '[');
    for (unsigned i = 0; i < SECTION_COUNT; i++)
        put_name(&b, sections[i].name);
    buf_char(&b, ']');
    return buf_view(&b);
}

static struct str property_names(struct expand *e, const struct section *section) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    buf_char(&b, '[');
    for (const char *const *name = section->properties; *name; name++)
        put_name(&b, *name);
    buf_char(&b, ']');
    return buf_view(&b);
}

static _Noreturn void refuse(struct expand *e, struct span span, struct str why) {
    uint32_t from = e->failures.count;
    sam_add_failure(e, span, "'Globals' section is invalid. %.*s", STR_ARG(why));
    sam_abort_with(e, from);
}

static void check_section(struct expand *e, const struct member *m) {
    const struct section *section = section_find(m->key);
    if (!section)
        refuse(e, m->span,
               str_printf(e->arena,
                          "'%.*s' is not supported. Must be one of the following values - %.*s",
                          STR_ARG(m->key), STR_ARG(section_names(e))));
    if (!sam_is_map(m->value))
        refuse(e, m->span, STR("Value of ${section} must be a dictionary"));
    struct value *entries = sam_entries(e, m->value);
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct member *entry = &entries->members[i];
        if (!sam_is_listed(entry->key, section->properties))
            refuse(e, entry->span,
                   str_printf(e->arena,
                              "'%.*s' is not a supported property of '%.*s'. Must be one of the "
                              "following values - %.*s",
                              STR_ARG(entry->key), STR_ARG(m->key),
                              STR_ARG(property_names(e, section))));
    }
}

static struct value *merge(struct expand *e, struct value *global, struct value *local) {
    if (sam_is_list(global) && sam_is_list(local)) {
        struct value *joined = value_copy_shallow(e->v, global);
        for (uint32_t i = 0; i < local->count; i++)
            value_push(e->v, joined, local->items[i]);
        return joined;
    }
    bool are_maps = global->kind == VAL_MAP && local->kind == VAL_MAP &&
                    !sam_is_intrinsic(global) && !sam_is_intrinsic(local);
    if (!are_maps)
        return local;
    struct value *merged = value_copy_shallow(e->v, global);
    merged->span = local->span;
    for (uint32_t i = 0; i < local->count; i++) {
        const struct member *m = &local->members[i];
        const struct member *before = value_member(merged, m->key);
        struct value *x = before ? merge(e, before->value, m->value) : m->value;
        value_put(e->v, merged, m->key, x)->span = m->span;
    }
    return merged;
}

static _Noreturn void refuse_ignore(struct expand *e, const struct resource *r, struct str more) {
    uint32_t from = e->failures.count;
    struct value *ignored = value_get_c(r->attributes, "IgnoreGlobals");
    sam_add_failure(e, sam_span(ignored, r->span),
                    "Resource with id [%.*s] is invalid. Resource %.*s has invalid resource "
                    "attribute 'IgnoreGlobals'%.*s.",
                    STR_ARG(r->id), STR_ARG(r->id), STR_ARG(more));
    sam_abort_with(e, from);
}

/* The section without what the resource ignores, or NULL when it ignores all of it. */
static struct value *wanted(struct expand *e, const struct resource *r, struct value *section) {
    struct value *ignored = value_get_c(r->attributes, "IgnoreGlobals");
    if (!sam_is_truthy(ignored))
        return section;
    if (value_is_c(ignored, "*"))
        return NULL;
    if (!sam_is_list(ignored))
        refuse_ignore(e, r, STR_NIL);
    section = value_copy_shallow(e->v, section);
    for (uint32_t i = 0; i < ignored->count; i++) {
        struct str name = sam_text(e, ignored->items[i]);
        if (!sam_is_string(ignored->items[i]) || !value_has(section, name))
            refuse_ignore(e, r, str_printf(e->arena, " on item '%.*s'", STR_ARG(name)));
        value_remove(e->v, section, name);
    }
    return section;
}

static void merge_into(struct expand *e, struct resource *r, struct value *globals) {
    struct str prefix = STR("AWS::Serverless::");
    if (!str_starts(r->type, prefix) || !sam_is_checked_early(r->type))
        return;
    struct str name = str_slice(r->type, prefix.len, r->type.len);
    const struct member *section = value_member(globals, name);
    struct value *properties = section ? wanted(e, r, sam_entries(e, section->value)) : NULL;
    if (properties)
        r->properties = merge(e, properties, r->properties);
}

void sam_merge_globals(struct expand *e) {
    struct value *globals = e->g->globals;
    const struct member *malformed = value_member(e->g->others, STR("Globals"));
    if (malformed)
        refuse(e, malformed->value->span, STR("It must be a non-empty dictionary"));
    if (value_is_nil(globals))
        return;
    if (!sam_is_map(globals))
        refuse(e, globals->span, STR("It must be a non-empty dictionary"));
    globals = sam_entries(e, globals);
    for (uint32_t i = 0; i < globals->count; i++)
        check_section(e, &globals->members[i]);
    uint32_t count;
    struct resource **walk = sam_walk_sources(e, &count);
    for (uint32_t i = 0; i < count; i++)
        merge_into(e, walk[i], globals);
}
