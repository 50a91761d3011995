/* What a plain scalar of YAML is, as CloudFormation and the tools around it read it: by the types of
   YAML 1.1 in the form that PyYAML gives them. */
#ifndef TEMPLATE_SCALAR_H
#define TEMPLATE_SCALAR_H

#include "base/str.h"

enum scalar_type { TYPE_STRING, TYPE_NULL, TYPE_TRUE, TYPE_FALSE, TYPE_NUMBER, TYPE_MERGE };

/* Dates are strings: CloudFormation has no type for them. */
enum scalar_type scalar_type(struct str text);
/* The same of JSON's few words and numbers. */
enum scalar_type scalar_type_json(struct str text);

/* A number that is read as another one than it looks like: octal (0123), base 60 (12:30). What it
   is read as goes to *value. */
bool scalar_is_misread(struct str text, int64_t *value);

#endif
