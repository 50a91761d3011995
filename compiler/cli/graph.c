#include "cli/app.h"
#include "emit/draw.h"

static int draw(struct app *app, struct str path) {
    bool each_resource = options_has(&app->options, OPTION_RESOURCES);
    bool dot = str_is(options_value(&app->options, OPTION_DRAWING), "dot");
    struct job j;
    job_init(&j, &app->job);
    enum job_status status = job_run(&j, path, each_resource ? STAGE_EXPAND : STAGE_GRAPH);
    app_show_diags(app, &j);
    int code = app_exit_code(status);
    if (code == EXIT_DONE) {
        struct picture picture;
        struct buf out;
        buf_init(&out, &app->arena, 0);
        picture_make(&picture, &app->arena, &j.graph, each_resource);
        if (dot)
            draw_dot(&out, &picture);
        else
            draw_svg(&out, &picture, j.graph.name.len ? j.graph.name : path);
        code = app_deliver(app, buf_view(&out));
    }
    job_free(&j);
    return code;
}

int command_graph(struct app *app) {
    struct str path;
    return app_operand(app, &path) ? draw(app, path) : EXIT_MISUSE;
}
