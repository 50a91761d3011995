/* SHA-1 and SHA-256 (FIPS 180-4), for the ids that must change with a content. */
#ifndef BASE_SHA_H
#define BASE_SHA_H

#include "base/str.h"

/* Lower-case hex digests, NUL-terminated, in the arena. */
struct str sha256_hex(struct arena *a, struct str data);
struct str sha1_hex(struct arena *a, struct str data);

#endif
