#ifndef SCHEMA_DESCRIBE_H
#define SCHEMA_DESCRIBE_H

/*
 * A type or a property as text for a person: for `apic schema`, and the editor's hover.
 */

#include "schema/schema.h"

/* Where the text goes; called with pieces, in order. */
struct schema_sink {
    void (*write)(void *user, const char *bytes, size_t size);
    void *user;
};

/*
 * Writes what is known about "AWS::S::T" (identifier, attributes, properties, regions) or
 * "AWS::S::T.Prop.Nested" (kind, limits, enum, what a change replaces, its own properties); an item
 * of a list or map needs no mark in the path. Returns false, having written nothing, when the
 * path names nothing; then *nearest, if not NULL, is the type or property that was probably meant,
 * or empty.
 */
bool schema_print_type(const struct schema *s, struct str path, const struct schema_sink *sink,
                       struct str *nearest);

#endif
