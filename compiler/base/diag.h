/* Diagnostics: every message of apic belongs to a rule (rules.def), has a place, and is collected
   here; nothing below cli/ prints. See docs/messages.md for how they are worded. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/source.h"

enum level { LEVEL_OFF, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR };

enum rule_id {
    RULE_NONE,
#define RULE(id, code, name, level, subject, summary) RULE_##id,
#include "base/rules.def"
#undef RULE
    RULE_COUNT
};

struct rule {
    const char *code; /* stable, never reused: "A601" */
    const char *name; /* kebab-case, reads well after "allow" */
    enum level level; /* unless the command line or the source says otherwise */
    const char *subject;
    const char *summary;
};

extern const struct rule rules[RULE_COUNT];

/* The rule of that name or code, or RULE_NONE. */
enum rule_id rule_find(struct str name);
/* The rule whose name is nearest to a misspelt one, or RULE_NONE. */
enum rule_id rule_nearest(struct str name);

struct diag_note {
    struct span span; /* may be nil */
    struct str text;
};

struct diag_fix {
    struct span span;      /* to be replaced */
    struct str text;       /* by this */
    bool safe;             /* `check --fix` may apply it unseen */
};

struct diag {
    enum rule_id rule;
    enum level level;
    struct span span;    /* the primary place */
    struct str message;  /* one line, the user's words in 'quotes' */
    struct str label;    /* beside the caret: "remove it" */
    struct str help;     /* the remedy; nil: `apic explain RULE` is offered instead */
    VEC(struct diag_note) notes;
    VEC(struct diag_fix) fixes;
    const struct origin *origin; /* module instances and loop turns it came through */
    uint32_t more;               /* further turns of a loop that gave the same */
};

/* Silences one rule inside a span: @accept, a comment, a template's Metadata. */
struct accept {
    enum rule_id rule;
    struct span scope; /* diagnostics whose primary place is in it */
    struct span span;  /* the acceptance itself, for "silences nothing" */
    struct str reason;
    bool used;
};

struct diags {
    struct arena *arena;
    const struct sources *sources;
    VEC(struct diag *) items;
    VEC(struct diag *) silent; /* of rules that are off */
    VEC(struct accept) accepts;
    enum level levels[RULE_COUNT];
    uint32_t dropped;  /* beyond LIMIT_DIAGS */
    uint32_t errors;   /* so far, of those not silenced; final after diags_finish */
    uint32_t warnings; /* final after diags_finish */
};

/* Rules that are infos are opinions: off, until a level is set for them. */
void diags_init(struct diags *d, struct arena *a, const struct sources *sources);

/* Adds a diagnostic of a rule at its level; never NULL, so that details can always be attached (a
   rule that is off gives one that is kept nowhere). */
struct diag *diag_add(struct diags *d, enum rule_id rule, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same of a text in the arena, which is made one line. */
struct diag *diag_add_text(struct diags *d, enum rule_id rule, struct span span, struct str text);
void diag_label(struct diags *d, struct diag *to, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_help(struct diags *d, struct diag *to, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_note(struct diags *d, struct diag *to, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_fix(struct diags *d, struct diag *to, struct span span, struct str text, bool safe);
void diag_accept(struct diags *d, struct accept accept);

/* Sorts by place, merges what a rule says twice of one place, silences what is accepted, reports
   acceptances that silence nothing, counts. Call once, before rendering. */
void diags_finish(struct diags *d);
bool diags_have_errors(const struct diags *d);
/* Sets a rule's level, for what was added before too. */
void diags_set_level(struct diags *d, enum rule_id rule, enum level level);
/* An error that no level and no acceptance silences, after diags_finish. */
void diags_add_last(struct diags *d, enum rule_id rule, struct span span, const char *message);

#endif
