#include "cli/app.h"

int command_graph(struct app *app) {
    return app_failure(app, "this build can't draw");
}
