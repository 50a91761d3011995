/* What a rule is about: the texts of docs/rules, which every rule must have. */
#ifndef PASSES_EXPLAIN_H
#define PASSES_EXPLAIN_H

#include "base/diag.h"

/* The whole text, in Markdown: why, a wrong and a right example, the AWS document. */
struct str rule_text(enum rule_id rule);

/* The example under "## Wrong" or "## Right". language receives what it is written in: "yaml", "api",
   "json" or "text" (shown, but not for checking). nil when there is none. */
struct str rule_example(enum rule_id rule, bool wrong, struct str *language);

#endif
