#include "cli/app.h"
#include "cli/diff.h"

/* Shows, lists or writes one file's layout, as the options say. */
static int format_file(struct app *app, struct str path) {
    const struct options *o = &app->options;
    bool lists = options_has(o, OPTION_LIST), diffs = options_has(o, OPTION_DIFF);
    bool writes = options_has(o, OPTION_WRITE);
    struct job j;
    job_init(&j, &app->job);
    int code = app_exit_code(job_format(&j, path));
    bool differs = code == EXIT_DONE && !str_eq(j.text, j.output);
    struct buf out;
    buf_init(&out, &app->arena, 0);
    if (code != EXIT_DONE) {
        app_show_diags(app, &j);
    } else if (!lists && !diffs && !writes) {
        buf_str(&out, j.output);
    } else {
        if (lists && differs)
            buf_printf(&out, "%.*s\n", STR_ARG(path));
        if (diffs)
            diff_unified(&out, path, j.text, j.output);
        const char *error = writes && differs ? os_write(&app->arena, path, j.output) : NULL;
        if (error)
            code = app_failure(app, "can't write '%.*s': %s", STR_ARG(path), error);
        else if (differs && !writes)
            code = EXIT_ERRORS;
    }
    if (out.len)
        app_print(app, buf_view(&out));
    job_free(&j);
    return code;
}

int command_fmt(struct app *app) {
    const struct str_list *files = &app->options.operands;
    bool writes = options_has(&app->options, OPTION_WRITE);
    int code = EXIT_DONE;
    if (files->items.count == 0 && writes)
        return app_misuse(app, "'--write' needs a FILE");
    if (files->items.count == 0)
        return format_file(app, STR("-"));
    for (uint32_t i = 0; i < files->items.count; i++) {
        struct str path = files->items.items[i];
        if (writes && str_is(path, "-"))
            return app_misuse(app, "'--write' can't write standard input");
        int one = format_file(app, path);
        code = one > code ? one : code;
    }
    return code;
}
