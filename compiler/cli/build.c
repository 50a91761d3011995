#include "cli/app.h"
#include "driver/deploy.h"

/* "1,234" */
static void grouped(struct buf *out, size_t n) {
    if (n >= 1000) {
        grouped(out, n / 1000);
        buf_printf(out, ",%03u", (unsigned)(n % 1000));
    } else {
        buf_printf(out, "%u", (unsigned)n);
    }
}

/* What a file that was built is, and how to deploy it. */
static void show_summary(struct app *app, const struct job *j, struct str file) {
    struct deploy_plan plan = deploy_plan_of(&app->arena, j);
    struct buf out;
    buf_init(&out, &app->arena, 0);
    render_text(&out, file);
    buf_printf(&out, ": %u resource%s, ", plan.resources, plan.resources == 1 ? "" : "s");
    grouped(&out, plan.bytes);
    buf_c(&out, plan.needs_bucket
                    ? " bytes, more than the 51,200 that fit a request: it goes by S3\n"
                    : " bytes of 51,200\n");
    buf_c(&out, plan.needs_package ? "to upload the code it names, and deploy:\n" : "to deploy:\n");
    struct buf commands;
    buf_init(&commands, &app->arena, 0);
    deploy_commands(&commands, &plan, file);
    struct str rest = buf_view(&commands);
    while (rest.len) {
        buf_c(&out, "  ");
        render_text(&out, str_split(rest, '\n', &rest));
        buf_char(&out, '\n');
    }
    app_warn(app, buf_view(&out));
}

static int build(struct app *app, struct str path) {
    struct job j;
    app->job.output = options_value(&app->options, OPTION_OUTPUT);
    job_init(&j, &app->job);
    enum job_status status = job_run(&j, path, STAGE_EMIT);
    app_show_diags(app, &j);
    int code = app_exit_code(status);
    if (code == EXIT_DONE)
        code = app_deliver(app, j.output);
    struct str file = options_value(&app->options, OPTION_OUTPUT);
    if (code == EXIT_DONE && file.len && !str_is(file, "-") &&
        !options_has(&app->options, OPTION_QUIET))
        show_summary(app, &j, file);
    job_free(&j);
    return code;
}

int command_build(struct app *app) {
    struct str path;
    return app_operand(app, &path) ? build(app, path) : EXIT_MISUSE;
}

int command_expand(struct app *app) {
    app->job.skip_rules = true;
    return command_build(app);
}
