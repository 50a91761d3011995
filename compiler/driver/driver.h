/* One compilation or check: reads a source and runs the stages over it, up to the one asked for.

   Jobs share nothing, so any number can run side by side, each on one thread. A job never prints,
   exits or writes a file; running out of memory ends as a diagnostic like any other. */
#ifndef DRIVER_DRIVER_H
#define DRIVER_DRIVER_H

#include <setjmp.h>

#include "base/diag.h"
#include "base/os.h"
#include "emit/emit.h"
#include "graph/graph.h"
#include "lang/lang.h"
#include "schema/schema.h"

enum stage {
    STAGE_SOURCE, /* the text is read and is text */
    STAGE_GRAPH,  /* a front end has filled the graph */
    STAGE_EXPAND, /* the graph is CloudFormation alone */
    STAGE_RULES,  /* every rule has looked at it */
    STAGE_EMIT,   /* the template is in `output` */
};

enum target { TARGET_CFN, TARGET_SAM };

/* NAME=TEXT, as an option gives it. */
struct setting {
    struct str name, text;
};

struct level_choice {
    enum rule_id rule;
    enum level level;
};

/* What the user asks for, the same for all jobs of a run; only read. */
struct job_options {
    enum target target;
    enum emit_format format;
    struct str output;               /* where the template goes; nil or "-": standard output */
    bool skip_rules;                 /* expand alone */
    VEC(struct setting) inputs;      /* --set */
    struct str_list values_files;    /* --values */
    VEC(struct setting) params;      /* --param, for the SAM transform */
    struct str_vec regions;          /* --region; empty: the stack's own */
    VEC(struct level_choice) levels; /* in order; later ones win; they beat the source's */
    const struct schema *schema;
    struct str stdlib;  /* folder of the language's library */
    bool allow_outside; /* sources may reach out of their folder */
};

enum job_status {
    JOB_DONE,   /* no errors */
    JOB_ERRORS, /* the source has errors */
    JOB_FAILED, /* a file, memory: the source is not to blame */
};

struct job {
    const struct job_options *options;
    struct arena arena;
    jmp_buf no_memory;
    struct str path; /* "-": standard input */
    struct str text; /* given by the caller, or read at STAGE_SOURCE */
    uint32_t source; /* its number in sources */
    bool is_api;     /* the language, else a template */
    bool was_sam;    /* the graph was a SAM application before STAGE_EXPAND */
    struct sources sources;
    VEC(struct tree *) trees; /* by source: see follow.h */
    struct diags diags;
    struct graph graph;
    enum stage upto;    /* the stage asked for */
    enum stage reached; /* the last one that ran */
    bool half_expanded; /* the SAM transform refused something */
    bool failed;        /* see JOB_FAILED */
    bool starved;       /* memory ran out */
    struct str output;  /* the template, or the formatted source */
};

/* An empty job; the options outlive it. job_free frees all that its runs make. */
void job_init(struct job *j, const struct job_options *options);
/* An error of stacks, which are to deploy whatever their parameters are, that is a warning in
   templates: they deploy with it, or with some values of their parameters. */
bool job_softens(enum rule_id rule);

/* Runs the stages over the file at path. Stages after one with errors are left out where they
   would only repeat them. Diagnostics are finished: sorted, merged, counted. */
enum job_status job_run(struct job *j, struct str path, enum stage upto);
/* The same over a text that needs no reading, and is called path. */
enum job_status job_run_text(struct job *j, struct str path, struct str text, enum stage upto);
/* Puts the file at path into the one layout, into `output`; only with syntax errors there is
   none. */
enum job_status job_format(struct job *j, struct str path);
void job_free(struct job *j);

#endif
