/* Private to the rules about types: values against the shapes of the schema. */
#ifndef RULES_TYPES_H
#define RULES_TYPES_H

#include "passes/check.h"

/* Where a value stands. */
struct spot {
    const struct resource *r;
    struct span key;  /* of the property's key; for what is missing inside */
    struct str name;  /* the property's name, also for the items of its list */
    bool is_item;     /* an item of a list, or an entry of a map */
    struct bdd_id when;
};

/* How a message about a value begins, before the property's name. */
static inline const char *spot_words(const struct spot *spot) {
    return spot->is_item ? "an entry of " : "";
}

/* Whether a Ref or Fn::GetAtt leads to what the shape takes: reference-kind. */
void reference_check(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                     const struct value *x);
/* Checks a value, and what is in it, against a shape. */
void shape_check(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                 const struct value *x);
/* Checks an object's properties: known, required, in groups that go together. */
void object_check(struct check *c, const struct spot *spot, struct schema_def_id def,
                  const struct value *object);
/* Whether a name is so near to another that it is a typing mistake, not something newer: "FooV2" is
   no mistake for "Foo". */
bool is_slip(struct str given, struct str known);
/* The property of a type whose length the rule about names looks at, or nil. */
struct str name_property(struct str type);

#endif
