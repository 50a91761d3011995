/* Whether a file holds text at all. */
#ifndef TEMPLATE_TEXT_H
#define TEMPLATE_TEXT_H

#include "base/diag.h"

/* UTF-8 without control characters other than tabs and line ends; false after a report of the first
   byte that isn't. */
bool text_is_readable(struct diags *d, struct str text, uint32_t source);

#endif
