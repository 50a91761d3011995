#include "cli/app.h"

int command_check(struct app *app) {
    struct str path;
    if (!app_operand(app, &path))
        return EXIT_MISUSE;
    struct job j;
    job_init(&j, &app->job);
    enum job_status status = job_run(&j, path, STAGE_RULES);
    struct buf out;
    buf_init(&out, &app->arena, 0);
    render_diags(&out, &j.diags, &app->out);
    app_print(app, buf_view(&out));
    job_free(&j);
    return app_exit_code(status);
}
