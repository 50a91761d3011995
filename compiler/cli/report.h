/* What `apic check` found, as text or in a form that a program reads. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "base/render.h"
#include "driver/driver.h"

struct report_totals {
    uint32_t files, errors, warnings, infos, fixed;
    bool failed; /* a file couldn't be read or written */
};

/* The form of a report: each job makes a part of its own, on its own thread; the whole is the parts
   in the order of the files. */
struct report_form {
    const char *name;
    /* Appends the findings of one job; nothing if it has none (but JUnit, which counts files). */
    void (*part)(struct buf *out, const struct job *j, const struct render_options *options);
    const char *between; /* parts */
    void (*head)(struct buf *out, const struct report_totals *totals);
    void (*tail)(struct buf *out, const struct report_totals *totals);
};

/* The row of options.def's --format; "text" for a nil name. */
const struct report_form *report_form_find(struct str name);

/* The parts of those forms that have a file of their own: report_json.c, report_sarif.c. */
void report_json_part(struct buf *out, const struct job *j, const struct render_options *options);
void report_json_head(struct buf *out, const struct report_totals *totals);
void report_json_tail(struct buf *out, const struct report_totals *totals);
void report_sarif_part(struct buf *out, const struct job *j, const struct render_options *options);
void report_sarif_head(struct buf *out, const struct report_totals *totals);
void report_sarif_tail(struct buf *out, const struct report_totals *totals);

/* The end of a span as a position: just after its last byte. */
struct position report_end(const struct sources *s, struct span span);

#endif
