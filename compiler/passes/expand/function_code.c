/* Where a function's code is: inline, in S3, or an image. */
#include "passes/expand/function.h"

static struct value *package_type(struct sam *s) {
    struct value *type = sam_property(s, "PackageType");
    return sam_is_truthy(type) ? type : &value_nil;
}

static bool is_zip(const struct value *type) {
    return sam_is_none(type) || value_is_c(type, "Zip");
}

static struct value *zip_code(struct expand *e, struct sam *s) {
    struct value *text = sam_property(s, "InlineCode"), *location = sam_property(s, "CodeUri");
    if (sam_is_none(text) && sam_is_none(location) && e->local_code)
        return sam_c(e, "."); /* packaging takes the template's folder */
    if (sam_is_none(text) && sam_is_none(location))
        sam_fail(e, s->id, SPAN_NIL, "Only one of 'InlineCode' or 'CodeUri' can be set.");
    struct value *code = sam_is_none(text) ? sam_s3_location(e, location, s->id, "CodeUri")
                                           : sam_map(e, "ZipFile", text, NULL);
    struct value *key = sam_property(s, "SourceKMSKeyArn");
    if (sam_is_truthy(key) && sam_is_map(code))
        sam_put(e, code, "SourceKMSKeyArn", key);
    return code;
}

/* The folder that `sam build` makes the image from, where that is left to it; nil. */
static struct value *image_folder(struct expand *e, struct sam *s) {
    struct value *metadata = value_get_c(s->attributes, "Metadata");
    struct value *folder = sam_get(e, metadata, "DockerContext");
    if (!e->local_code || !sam_has(e, metadata, "Dockerfile"))
        return &value_nil;
    return sam_is_string(folder) ? folder : sam_c(e, ".");
}

struct value *function_code(struct expand *e, struct sam *s) {
    struct value *type = package_type(s);
    if (is_zip(type))
        return zip_code(e, s);
    if (!value_is_c(type, "Image"))
        sam_fail(e, s->id, sam_span_of(s, "PackageType"), "invalid 'PackageType' : %.*s",
                 STR_ARG(sam_text(e, type)));
    struct value *image = sam_property(s, "ImageUri");
    if (sam_is_none(image))
        image = image_folder(e, s);
    if (sam_is_none(image))
        sam_fail(e, s->id, sam_span_of(s, "PackageType"), "'ImageUri' must be set.");
    if (!sam_is_truthy(image))
        sam_fail(e, s->id, sam_span_of(s, "ImageUri"),
                 "'ImageUri' requires that a image hosted at a registry be specified.");
    return sam_map(e, "ImageUri", image, NULL);
}

static bool is_set(struct sam *s, const char *property) {
    return sam_is_truthy(sam_property(s, property));
}

void function_check_package(struct expand *e, struct sam *s) {
    if (!is_zip(package_type(s))) {
        if (is_set(s, "Handler") || is_set(s, "Runtime") || is_set(s, "Layers"))
            sam_fail(e, s->id, sam_span_of(s, "PackageType"),
                     "Runtime, Handler, Layers cannot be present when PackageType is of type "
                     "`Image`");
        return;
    }
    if (!is_set(s, "Runtime") || !is_set(s, "Handler"))
        sam_fail(e, s->id, SPAN_NIL,
                 "Runtime and Handler needs to be present when PackageType is of type `Zip`");
    if (is_set(s, "ImageConfig"))
        sam_fail(e, s->id, sam_span_of(s, "ImageConfig"),
                 "ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`");
}
