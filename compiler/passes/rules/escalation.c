/* Ways to permissions that nobody gave.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
#include "passes/rules/wiring.h"

static const struct escalation escalations[] = {
#define ESCALATION(action, with, gain) {action, with, gain},
#include "iam/escalation.def"
#undef ESCALATION
};

const struct escalation *escalation_find(const struct access *a, const struct holder *h,
                                         const struct statement *s, struct str action) {
    for (size_t i = 0; i < sizeof escalations / sizeof *escalations; i++) {
        const struct escalation *e = &escalations[i];
        if (!str_eq_nocase(action, str_from(e->action)))
            continue;
        struct str with = str_from(e->with);
        if (!with.len || (h ? access_speaks(a, h, with)
                            : iam_speaks_of_action(&a->iam, s, with) != MATCH_NO))
            return e;
    }
    return NULL;
}
