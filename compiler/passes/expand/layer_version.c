/* AWS::Serverless::LayerVersion: a Lambda layer version whose id changes with its content. */
#include "passes/expand/expand.h"

static const struct property rows[] = {
    {"LayerName", IS_STR | IS_MAP, 0, NULL},
    {"Description", IS_STR, 0, NULL},
    {"PublishLambdaVersion", IS_BOOL, 0, NULL},
    {"ContentUri", IS_STR | IS_MAP | REQUIRED, 0, NULL},
    {"CompatibleArchitectures", IS_LIST, IS_STR | IS_MAP, NULL},
    {"CompatibleRuntimes", IS_LIST, IS_STR | IS_MAP, NULL},
    {"LicenseInfo", IS_STR, 0, NULL},
    {"RetentionPolicy", IS_STR, 0, NULL},
};

static const struct properties known = PROPERTIES(rows);

static const char *const policies[] = {"Retain", "Delete"};

/* Parameters are resolved before the hash, so that a new value makes a new version. */
static void resolve_strings(struct expand *e, struct sam *s) {
    static const char *const names[] = {"LayerName", "LicenseInfo", "Description",
                                        "RetentionPolicy"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        struct value *x = sam_property(s, names[i]);
        if (!sam_is_truthy(x))
            continue;
        x = sam_resolve(e, x);
        if (!sam_is_string(x) && !sam_is_map(x))
            sam_fail(e, s->id, sam_span_of(s, names[i]),
                     "Could not resolve parameter for '%s' or parameter is not a String.",
                     names[i]);
        value_put_c(e->v, s->properties, names[i], x);
    }
}

/* The DeletionPolicy that RetentionPolicy asks for, or nil. */
static struct value *retention(struct expand *e, struct sam *s) {
    struct value *x = sam_property(s, "RetentionPolicy");
    struct span span = sam_span(x, sam_span_of(s, "RetentionPolicy"));
    if (sam_is_intrinsic(x))
        sam_fail(e, s->id, span,
                 "'RetentionPolicy' does not accept intrinsic functions, please use one of the "
                 "following options: ['Retain', 'Delete']");
    if (sam_is_none(x))
        return &value_nil;
    if (!sam_is_string(x))
        sam_fail(e, s->id, span,
                 "Invalid 'RetentionPolicy' type, please use one of the following options: "
                 "['Retain', 'Delete']");
    for (unsigned i = 0; i < sizeof policies / sizeof *policies; i++)
        if (str_eq_nocase(x->text, str_from(policies[i])))
            return sam_c(e, policies[i]);
    sam_fail(e, s->id, span,
             "'RetentionPolicy' must be one of the following options: ['Retain', 'Delete'].");
}

static struct value *layer_attributes(struct expand *e, struct sam *s) {
    struct value *attributes = value_copy_shallow(e->v, s->passed);
    if (!value_has(attributes, STR("DeletionPolicy")))
        value_put_c(e->v, attributes, "DeletionPolicy", sam_c(e, "Retain"));
    sam_put(e, attributes, "DeletionPolicy", retention(e, s));
    return attributes;
}

/* The resource as it stands, under its id, without what may change without a new version. */
static struct str versioned_id(struct expand *e, struct sam *s) {
    struct value *whole = sam_map(e, "Type", sam_c(e, "AWS::Serverless::LayerVersion"), NULL);
    if (sam_is_truthy(s->depends_on))
        value_put_c(e->v, whole, "DependsOn", s->depends_on);
    static const char *const attributes[] = {"UpdatePolicy", "Condition"};
    for (unsigned i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (value_has(s->attributes, str_from(attributes[i])))
            value_put_c(e->v, whole, attributes[i], value_get_c(s->attributes, attributes[i]));
    struct value *properties = value_map(e->v);
    for (uint32_t i = 0; i < s->properties->count; i++)
        if (!sam_is_none(s->properties->members[i].value))
            value_put(e->v, properties, s->properties->members[i].key,
                      s->properties->members[i].value);
    value_put_c(e->v, whole, "Properties", properties);
    struct value *template = value_map(e->v);
    value_put(e->v, template, s->id, whole);
    return sam_hashed_id(e, s->id, sam_json(e, template));
}

static void check_architectures(struct expand *e, struct sam *s, struct value *list) {
    if (!sam_is_truthy(list) || sam_is_intrinsic(list))
        return;
    struct value *entries = sam_is_list(list) ? list : sam_entries(e, list);
    for (uint32_t i = 0; i < entries->count; i++) {
        struct value *x = sam_is_list(list) ? list->items[i]
                                            : value_string(e->v, entries->members[i].key);
        if (!sam_is_intrinsic(x) && !value_is_c(x, "arm64") && !value_is_c(x, "x86_64"))
            sam_fail(e, s->id, sam_span(x, list->span),
                     "CompatibleArchitectures needs to be a list of 'x86_64' or 'arm64'");
    }
}

static void expand(struct expand *e, struct sam *s) {
    resolve_strings(e, s);
    struct value *attributes = layer_attributes(e, s);
    struct str name = s->id;
    s->id = versioned_id(e, s);
    struct resource *layer =
        sam_make(e, s, s->id, "AWS::Lambda::LayerVersion", attributes, NULL, SPAN_NIL);
    sam_depend(e, layer, s->depends_on);
    struct value *layer_name = sam_property(s, "LayerName");
    sam_set(e, layer, "LayerName",
            sam_is_truthy(layer_name) ? layer_name : value_string(e->v, name));
    sam_set(e, layer, "Description", sam_property(s, "Description"));
    sam_set(e, layer, "Content",
            sam_s3_location(e, sam_property(s, "ContentUri"), s->id, "ContentUri"));
    struct value *architectures = sam_property(s, "CompatibleArchitectures");
    sam_set(e, layer, "CompatibleArchitectures", architectures);
    check_architectures(e, s, architectures);
    sam_set(e, layer, "CompatibleRuntimes", sam_property(s, "CompatibleRuntimes"));
    sam_set(e, layer, "LicenseInfo", sam_property(s, "LicenseInfo"));
    sam_push(e, s, layer);
}

const struct sam_type sam_layer_version = {"AWS::Serverless::LayerVersion", TURN_OTHER,
                                           &known, NULL, expand, NULL};
