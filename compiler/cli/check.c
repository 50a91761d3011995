#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/app.h"
#include "cli/baseline.h"
#include "cli/fix.h"
#include "cli/report.h"
#include "cli/walk.h"
#include "template/template.h"

enum { FIX_ROUNDS = 10, MAX_THREADS = 64 };

/* What one file gave; written by one thread, read when all have ended. */
struct result {
    struct arena arena;
    jmp_buf no_memory;
    struct buf part;
    struct str_list uses; /* real paths of the files it was made of, but itself */
    uint32_t errors, warnings, infos, fixed;
    enum job_status status;
    bool skipped; /* no template after all */
    const char *error;
};

struct check {
    const struct app *app;
    const struct walk *walk;
    const struct report_form *form;
    const struct baseline *baseline;
    struct result *results; /* one a file */
    atomic_uint next;
    bool fix;
};

/* Whether a file found in a folder is to be checked. Templates are known by their text, which is
   read here, so that other files cost no more than that. */
static bool is_wanted(struct result *r, const struct walk_file *file, struct str *text) {
    if (!file->found || str_ends(file->path, STR(".api")))
        return true;
    const char *error;
    *text = os_read(&r->arena, file->path, LIMIT_FILE_TEXT, &error);
    if (error) /* one that can't be read is the job's to report; a large one is no template */
        return access(str_cstr(&r->arena, file->path), R_OK) != 0;
    return template_is_likely(*text);
}

static enum job_status run_and_fix(struct check *c, struct result *r, struct job *j,
                                   const struct walk_file *file, struct str text) {
    enum job_status status = job_run_text(j, file->path, text, STAGE_RULES);
    for (int round = 0; c->fix && status != JOB_FAILED && round < FIX_ROUNDS; round++) {
        unsigned fixed = fix_apply(&r->arena, j, &r->error);
        r->fixed += fixed;
        if (fixed == 0)
            break;
        job_free(j);
        job_init(j, &c->app->job);
        status = job_run(j, file->path, STAGE_RULES);
    }
    return status;
}

static void check_file(struct check *c, struct result *r, const struct walk_file *file) {
    struct str text = STR_NIL;
    r->skipped = !is_wanted(r, file, &text);
    if (r->skipped)
        return;
    struct job j;
    job_init(&j, &c->app->job);
    r->status = run_and_fix(c, r, &j, file, text);
    if (c->baseline)
        baseline_apply(&r->arena, c->baseline, &j);
    if (r->status == JOB_ERRORS && !diags_have_errors(&j.diags))
        r->status = JOB_DONE;
    if (j.starved && j.diags.items.count == 0)
        r->error = "out of memory";
    r->errors = j.diags.errors;
    r->warnings = j.diags.warnings;
    r->infos = j.diags.items.count - r->errors - r->warnings;
    for (uint32_t i = 2; j.is_api && i < j.sources.items.count; i++)
        vec_push(&r->arena, &r->uses.items, os_real_path(&r->arena, j.sources.items.items[i].path));
    c->form->part(&r->part, &j, &c->app->out);
    job_free(&j);
}

static void *work(void *argument) {
    struct check *c = argument;
    for (unsigned i; (i = atomic_fetch_add(&c->next, 1)) < c->walk->files.count;) {
        struct result *r = &c->results[i];
        arena_init(&r->arena, &r->no_memory, 0);
        buf_init(&r->part, &r->arena, 0);
        if (setjmp(r->no_memory) == 0)
            check_file(c, r, &c->walk->files.items[i]);
        else
            r->error = "out of memory";
        r->arena.on_failure = NULL;
    }
    return NULL;
}

static unsigned thread_count(struct app *app, uint32_t files, bool *ok) {
    struct str given = options_value(&app->options, OPTION_JOBS);
    int64_t count = sysconf(_SC_NPROCESSORS_ONLN);
    if (given.ptr && (!str_to_int(given, &count) || count < 1)) {
        app_misuse(app, "'--jobs' is a count from 1, found '%.*s'", STR_ARG(given));
        *ok = false;
    }
    count = count < 1 ? 1 : count > MAX_THREADS ? MAX_THREADS : count;
    return count > files ? files : (unsigned)count;
}

static void run_threads(struct check *c, unsigned count) {
    pthread_t threads[MAX_THREADS];
    unsigned started = 0;
    while (started + 1 < count && pthread_create(&threads[started], NULL, work, c) == 0)
        started++;
    work(c);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

/* A file that another one uses was checked with that one, where its modules have arguments. The
   template of a nested stack was only looked at. */
static struct map used_files(struct app *app, const struct check *c) {
    struct map used = {0};
    for (uint32_t i = 0; i < c->walk->files.count; i++)
        for (uint32_t k = 0; k < c->results[i].uses.items.count; k++)
            map_put(&app->arena, &used, c->results[i].uses.items.items[k], 1);
    return used;
}

static void add(struct report_totals *t, const struct result *r) {
    t->files++;
    t->errors += r->errors;
    t->warnings += r->warnings;
    t->infos += r->infos;
    t->fixed += r->fixed;
    t->failed |= r->status == JOB_FAILED || r->error;
}

static void show_summary(struct app *app, const struct report_totals *t) {
    struct buf out;
    buf_init(&out, &app->arena, 0);
    buf_printf(&out, "%u file%s checked: ", t->files, t->files == 1 ? "" : "s");
    render_counts(&out, t->errors, t->warnings);
    if (t->fixed)
        buf_printf(&out, ", %u fixed", t->fixed);
    buf_char(&out, '\n');
    app_warn(app, buf_view(&out));
}

static int show(struct app *app, const struct check *c) {
    struct report_totals totals = {0};
    struct map used = used_files(app, c);
    struct buf parts, out;
    buf_init(&parts, &app->arena, 0);
    buf_init(&out, &app->arena, 0);
    for (uint32_t i = 0; i < c->walk->files.count; i++) {
        const struct result *r = &c->results[i];
        const struct walk_file *file = &c->walk->files.items[i];
        if (r->skipped || map_get(&used, file->real))
            continue;
        if (r->error)
            app_failure(app, "'%.*s': %s", STR_ARG(file->path), r->error);
        if (parts.len && r->part.len)
            buf_c(&parts, c->form->between);
        buf_str(&parts, buf_view(&r->part));
        add(&totals, r);
    }
    if (totals.files == 0)
        return app_failure(app, "there is no stack or template to check");
    c->form->head(&out, &totals);
    buf_str(&out, buf_view(&parts));
    c->form->tail(&out, &totals);
    if (out.len)
        app_print(app, buf_view(&out));
    if (!options_has(&app->options, OPTION_QUIET))
        show_summary(app, &totals);
    return totals.failed ? EXIT_MISUSE : totals.errors ? EXIT_ERRORS : EXIT_DONE;
}

static int check_files(struct app *app, const struct walk *walk, const struct baseline *baseline) {
    struct check c = {.app = app,
                      .walk = walk,
                      .form = report_form_find(options_value(&app->options, OPTION_REPORT)),
                      .baseline = baseline,
                      .fix = options_has(&app->options, OPTION_FIX)};
    bool ok = true;
    unsigned threads = thread_count(app, walk->files.count, &ok);
    if (!ok)
        return EXIT_MISUSE;
    c.results = arena_array(&app->arena, struct result, walk->files.count);
    run_threads(&c, c.fix ? 1 : threads); /* two threads might fix one file */
    int code = show(app, &c);
    for (uint32_t i = 0; i < walk->files.count; i++)
        arena_free(&c.results[i].arena);
    return code;
}

int command_check(struct app *app) {
    const struct str_list *paths = &app->options.operands;
    struct walk walk = {.arena = &app->arena};
    struct baseline baseline = {0};
    struct str baseline_path = options_value(&app->options, OPTION_BASELINE);
    if (baseline_path.ptr) {
        const char *error = baseline_read(&app->arena, &baseline, baseline_path);
        if (error)
            return app_failure(app, "'%.*s': %s", STR_ARG(baseline_path), error);
    }
    if (paths->items.count == 0)
        walk_add(&walk, STR("."));
    for (uint32_t i = 0; i < paths->items.count; i++)
        walk_add(&walk, paths->items.items[i]);
    if (walk.error)
        return app_failure(app, "can't read '%.*s': %s", STR_ARG(walk.error_path), walk.error);
    return check_files(app, &walk, baseline_path.ptr ? &baseline : NULL);
}
