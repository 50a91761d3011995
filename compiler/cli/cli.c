#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/app.h"

/* https://no-color.org */
static bool wants_color(int stream) {
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (no_color && *no_color)
        return false;
    return isatty(stream) && terminal && strcmp(terminal, "dumb") != 0;
}

static int run(struct app *app) {
    switch (app->options.command) {
    case COMMAND_BUILD:
        return command_build(app);
    case COMMAND_CHECK:
        return command_check(app);
    case COMMAND_FMT:
        return command_fmt(app);
    case COMMAND_EXPAND:
        return command_expand(app);
    case COMMAND_EXPLAIN:
        return command_explain(app);
    case COMMAND_SCHEMA:
        return command_schema(app);
    case COMMAND_GRAPH:
        return command_graph(app);
    case COMMAND_ACCESS:
        return command_access(app);
    case COMMAND_COMPLETION:
        return command_completion(app);
    case COMMAND_MAN:
        return command_man(app);
    case COMMAND_HELP:
    case COMMAND_COUNT:
        break;
    }
    return command_help(app);
}

static int start(struct app *app, int argc, char **argv) {
    struct str error = STR_NIL;
    if (!options_parse(&app->arena, &app->options, argc - 1, argv + 1, &error))
        return app_misuse(app, "%.*s", STR_ARG(error));
    if (options_has(&app->options, OPTION_HELP) || options_has(&app->options, OPTION_VERSION))
        return command_help(app);
    if (!app_prepare(app))
        return EXIT_MISUSE;
    return run(app);
}

static int no_memory(void) {
    os_print(2, STR("apic: out of memory\n"));
    return EXIT_MISUSE;
}

int cli_main(int argc, char **argv) {
    struct app *app = calloc(1, sizeof *app);
    if (!app)
        return no_memory();
    arena_init(&app->arena, &app->no_memory, 0);
    app->out = (struct render_options){.color = wants_color(1), .width = 100};
    app->err = (struct render_options){.color = wants_color(2), .width = 100};
    int code;
    if (setjmp(app->no_memory) == 0) {
        code = start(app, argc, argv);
    } else {
        code = no_memory();
    }
    if (app->broken)
        code = EXIT_MISUSE;
    arena_free(&app->arena);
    free(app);
    return code;
}
