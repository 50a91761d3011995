/* AutoPublishAlias: a version whose id changes with the code, and an alias that points to it. */
#include "passes/expand/function.h"

static struct str alias_name(struct expand *e, struct sam *s) {
    struct value *name = sam_resolve(e, sam_property(s, "AutoPublishAlias"));
    if (!sam_is_string(name))
        sam_fail(e, s->id, sam_span_of(s, "AutoPublishAlias"),
                 "'AutoPublishAlias' must be a string or a Ref to a template parameter");
    return name->text;
}

/* The digest of the code, given from outside; it goes into the description too. */
static struct str code_digest(struct expand *e, struct function *f) {
    struct value *digest = sam_property(f->s, "AutoPublishCodeSha256");
    if (!sam_is_truthy(digest))
        return STR_NIL;
    digest = sam_resolve(e, digest);
    if (!sam_is_string(digest))
        sam_fail(e, f->s->id, sam_span_of(f->s, "AutoPublishCodeSha256"),
                 "AutoPublishCodeSha256 must be a string");
    struct value *description = sam_resolve(e, sam_property(f->s, "Description"));
    struct value *text = digest;
    if (sam_is_string(description) && description->text.len)
        text = sam_string(e, "%.*s %.*s", STR_ARG(description->text), STR_ARG(digest->text));
    else if (sam_is_truthy(description))
        text = value_call(e->v, VAL_JOIN, 2, sam_c(e, " "),
                          sam_list(e, description, digest, NULL));
    sam_set(e, f->lambda, "Description", text);
    return digest->text;
}

/* Layers that ask for it make a new version when they change. */
static void add_layers(struct expand *e, const struct value *layers, struct value *data) {
    for (uint32_t i = 0; layers->kind == VAL_LIST && i < layers->count; i++) {
        struct str id = sam_id_of(layers->items[i]);
        const struct resource *layer = id.len ? sam_product(e, id) : NULL;
        if (layer && sam_is_truthy(sam_get(e, layer->properties, "PublishLambdaVersion")))
            value_put(e->v, data, id, layer->properties);
    }
}

static void merge(struct expand *e, struct value *data, struct value *more) {
    more = sam_entries(e, more);
    for (uint32_t i = 0; i < more->count; i++)
        value_put(e->v, data, more->members[i].key, more->members[i].value);
}

/* What makes a new version when it changes. */
static struct value *version_data(struct expand *e, struct function *f) {
    struct value *properties = f->lambda->properties;
    if (sam_is_truthy(sam_property(f->s, "AutoPublishAliasAllProperties"))) {
        struct value *data = value_copy_shallow(e->v, properties);
        add_layers(e, value_get_c(properties, "Layers"), data);
        return data;
    }
    struct value *code = value_get_c(properties, "Code");
    struct value *data = sam_is_map(code) ? value_copy_shallow(e->v, code)
                                          : sam_map(e, "Code", code, NULL);
    struct value *environment = value_get_c(properties, "Environment");
    if (sam_is_truthy(environment))
        merge(e, data, environment);
    struct value *memory = value_get_c(properties, "MemorySize");
    if (sam_is_truthy(memory))
        value_put_c(e->v, data, "MemorySize", memory);
    struct value *snap_start = value_get_c(properties, "SnapStart");
    const struct value *apply_on = value_get_c(snap_start, "ApplyOn");
    if (!value_is_nil(apply_on) && !value_is_c(apply_on, "None"))
        value_put_c(e->v, data, "SnapStart", snap_start);
    return data;
}

static struct str version_id(struct expand *e, struct function *f, struct str digest) {
    struct str prefix = sam_id(e, "%.*sVersion", STR_ARG(f->s->id));
    if (digest.len)
        return str_concat(e->arena, prefix, str_slice(digest, 0, 10));
    struct value *data = version_data(e, f);
    return sam_hashed_id(e, prefix, data->count ? sam_json(e, data) : STR_NIL);
}

static void make_version(struct expand *e, struct function *f, struct str digest) {
    struct sam *s = f->s;
    sam_resolve(e, value_get_c(f->lambda->properties, "Code"));
    struct value *attributes = value_copy_shallow(e->v, s->passed);
    struct value *capacity = sam_property(s, "CapacityProviderConfig");
    if (!value_has(attributes, STR("DeletionPolicy"))) {
        struct value *policy = sam_property(s, "VersionDeletionPolicy");
        if (sam_is_none(policy))
            policy = sam_c(e, sam_is_none(capacity) ? "Retain" : "Delete");
        value_put_c(e->v, attributes, "DeletionPolicy", policy);
    }
    f->version = sam_make(e, s, version_id(e, f, digest), "AWS::Lambda::Version", attributes,
                          "version", sam_span_of(s, "AutoPublishAlias"));
    sam_set(e, f->version, "FunctionName", sam_ref(e, s->id));
    sam_set(e, f->version, "Description", sam_property(s, "VersionDescription"));
    if (!sam_is_none(capacity))
        sam_set(e, f->version, "FunctionScalingConfig", sam_property(s, "FunctionScalingConfig"));
}

/* Letters, digits, - and _, but not digits alone. */
static bool is_alias_name(struct str name) {
    bool only_digits = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool is_digit = c >= '0' && c <= '9';
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!is_digit && !is_letter && c != '-' && c != '_')
            return false;
        only_digits = only_digits && is_digit;
    }
    return !only_digits;
}

static void make_alias(struct expand *e, struct function *f) {
    struct sam *s = f->s;
    struct str name = f->alias_name;
    struct span span = sam_span_of(s, "AutoPublishAlias");
    if (!name.len)
        sam_fail(e, s->id, span, "Alias name is required to create an alias");
    if (!is_alias_name(name))
        sam_fail(e, s->id, span,
                 "AutoPublishAlias name ('%.*s') must contain only alphanumeric characters, "
                 "hyphens, or underscores matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern.",
                 STR_ARG(name));
    char *letters = arena_array(e->arena, char, name.len);
    for (size_t i = 0; i < name.len; i++)
        letters[i] = name.ptr[i] == '-' ? 'D' : name.ptr[i] == '_' ? 'U' : name.ptr[i];
    struct str id = sam_id(e, "%.*sAlias%.*s", STR_ARG(s->id), (int)name.len, letters);
    f->alias = sam_make(e, s, id, "AWS::Lambda::Alias", s->passed, "alias", span);
    sam_set(e, f->alias, "Name", value_string(e->v, name));
    sam_set(e, f->alias, "FunctionName", sam_ref(e, s->id));
    sam_set(e, f->alias, "FunctionVersion", sam_getatt(e, f->version->id, "Version"));
    sam_set_truthy(e, f->alias, "ProvisionedConcurrencyConfig",
                   sam_property(s, "ProvisionedConcurrencyConfig"));
}

void function_publish(struct expand *e, struct function *f) {
    if (!sam_is_truthy(sam_property(f->s, "AutoPublishAlias")))
        return;
    f->alias_name = alias_name(e, f->s);
    make_version(e, f, code_digest(e, f));
    make_alias(e, f);
    sam_push(e, f->s, f->version);
    sam_push(e, f->s, f->alias);
}
