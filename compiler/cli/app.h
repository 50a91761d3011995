/* What the commands share: the command line, the terminal, the schema in use. */
#ifndef CLI_APP_H
#define CLI_APP_H

#include "base/render.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "driver/driver.h"

struct app {
    struct arena arena;
    jmp_buf no_memory;
    struct options options;
    struct schema schema;
    struct job_options job;
    struct render_options out, err; /* how text looks on standard output, on standard error */
    bool broken;                    /* standard output can't be written */
};

/* Fills app->job from the options. False after a message when one is unfit. */
bool app_prepare(struct app *app);

/* Writes to standard output; the first failure is told, and later texts are dropped. */
void app_print(struct app *app, struct str text);
/* Text of messages; failing to write it is ignored. */
void app_warn(struct app *app, struct str text);
/* "apic: message" on standard error, where to find help; returns EXIT_MISUSE. */
int app_misuse(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for what isn't the command line's fault: a file, say. */
int app_failure(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes a product to --output, or to standard output. */
int app_deliver(struct app *app, struct str product);
/* The one operand that a command takes; false after a message when there is none or more. */
bool app_operand(struct app *app, struct str *operand);
/* A job's diagnostics on standard error. */
void app_show_diags(struct app *app, const struct job *j);
int app_exit_code(enum job_status status);

/* The commands return the exit code. */
int command_build(struct app *app);
int command_check(struct app *app);
int command_fmt(struct app *app);
int command_expand(struct app *app);
int command_explain(struct app *app);
int command_schema(struct app *app);
int command_graph(struct app *app);
int command_access(struct app *app);
int command_help(struct app *app);
int command_completion(struct app *app);
int command_man(struct app *app);

#endif
