#include "cli/app.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"

void app_print(struct app *app, struct str text) {
    const char *error = app->broken ? NULL : os_print(1, text);
    if (error) {
        app->broken = true;
        app_failure(app, "standard output: %s", error);
    }
}

void app_warn(struct app *app, struct str text) {
    (void)app;
    os_print(2, text);
}

static struct buf message(struct app *app, const char *format, va_list args) {
    char text[1024];
    vsnprintf(text, sizeof text, format, args);
    struct buf out;
    buf_init(&out, &app->arena, 0);
    buf_c(&out, "apic: ");
    render_text(&out, str_from(text));
    buf_char(&out, '\n');
    return out;
}

int app_failure(struct app *app, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct buf out = message(app, format, args);
    va_end(args);
    app_warn(app, buf_view(&out));
    return EXIT_MISUSE;
}

int app_misuse(struct app *app, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct buf out = message(app, format, args);
    va_end(args);
    bool general = app->options.command == COMMAND_HELP || app->options.command >= COMMAND_COUNT;
    if (general)
        buf_c(&out, "see 'apic help'\n");
    else
        buf_printf(&out, "see 'apic help %s'\n", command_rows[app->options.command].name);
    app_warn(app, buf_view(&out));
    return EXIT_MISUSE;
}

int app_deliver(struct app *app, struct str product) {
    struct str path = options_value(&app->options, OPTION_OUTPUT);
    if (!path.ptr || str_is(path, "-")) {
        app_print(app, product);
        return app->broken ? EXIT_MISUSE : EXIT_DONE;
    }
    const char *error = os_write(&app->arena, path, product);
    return error ? app_failure(app, "can't write '%.*s': %s", STR_ARG(path), error) : EXIT_DONE;
}

bool app_operand(struct app *app, struct str *operand) {
    const struct command_row *row = &command_rows[app->options.command];
    if (app->options.operands.items.count == 1) {
        *operand = app->options.operands.items.items[0];
        return true;
    }
    if (app->options.operands.items.count == 0)
        app_misuse(app, "'apic %s' needs a %s", row->name, row->arguments);
    else
        app_misuse(app, "'apic %s' takes one %s, found %u", row->name, row->arguments,
                   app->options.operands.items.count);
    return false;
}

void app_show_diags(struct app *app, const struct job *j) {
    if (j->starved && j->diags.items.count == 0)
        app_warn(app, STR("apic: out of memory\n"));
    struct buf out;
    buf_init(&out, &app->arena, 0);
    render_diags(&out, &j->diags, &app->err);
    if (out.len)
        app_warn(app, buf_view(&out));
}

int app_exit_code(enum job_status status) {
    return status == JOB_DONE ? EXIT_DONE : status == JOB_ERRORS ? EXIT_ERRORS : EXIT_MISUSE;
}

static bool add_setting(struct app *app, const char *option, struct str given,
                        struct setting *out) {
    if (!str_has(given, '=')) {
        app_misuse(app, "'--%s' is NAME=VALUE, found '%.*s'", option, STR_ARG(given));
        return false;
    }
    out->name = str_split(given, '=', &out->text);
    return true;
}

static bool add_regions(struct app *app, struct str given) {
    while (given.len) {
        struct str name = str_trim(str_split(given, ',', &given));
        struct schema_region_id near = schema_region_nearest(&app->schema, name);
        bool is_known = schema_region_find(&app->schema, name).n != 0;
        if (!is_known && near.n) {
            struct str known = schema_region_name(&app->schema, near);
            app_misuse(app, "there is no region '%.*s'; did you mean '%.*s'?", STR_ARG(name),
                       STR_ARG(known));
            return false;
        }
        if (name.len == 0) {
            app_misuse(app, "'--region' is a region's name, found ''");
            return false;
        }
        if (!is_known)
            app_failure(app, "warning: the tables of %.*s have no region '%.*s'",
                        STR_ARG(schema_date(&app->schema)), STR_ARG(name));
        vec_push(&app->arena, &app->job.regions.items, name);
    }
    return true;
}

static bool add_level(struct app *app, enum option_id option, struct str name) {
    enum level level = option == OPTION_WARN    ? LEVEL_WARNING
                       : option == OPTION_ERROR ? LEVEL_ERROR
                                                : LEVEL_OFF;
    if (option == OPTION_ERROR && str_is(name, "warnings")) {
        for (int i = 1; i < RULE_COUNT; i++)
            if (rules[i].level == LEVEL_WARNING || job_softens((enum rule_id)i))
                vec_push(&app->arena, &app->job.levels,
                         (struct level_choice){(enum rule_id)i, LEVEL_ERROR});
        return true;
    }
    enum rule_id rule = rule_find(name), near = rule_nearest(name);
    if (rule == RULE_NONE) {
        if (near != RULE_NONE)
            app_misuse(app, "there is no rule '%.*s'; did you mean '%s'?", STR_ARG(name),
                       rules[near].name);
        else
            app_misuse(app, "there is no rule '%.*s'; 'apic explain' lists them", STR_ARG(name));
        return false;
    }
    vec_push(&app->arena, &app->job.levels, (struct level_choice){rule, level});
    return true;
}

static bool open_schema(struct app *app, struct str path) {
    app->schema = schema_builtin();
    app->job.schema = &app->schema;
    if (path.len == 0)
        return true;
    const char *error;
    struct str bytes = os_read(&app->arena, path, LIMIT_SOURCE_BYTES, &error);
    if (!error)
        error = schema_open(bytes.ptr, bytes.len, &app->schema);
    if (error)
        app_failure(app, "can't use '%.*s' as a schema: %s", STR_ARG(path), error);
    return !error;
}

/* The language's library lies beside an installed apic in share/apic, or in the source tree. */
static struct str find_stdlib(struct arena *a) {
    static const char *const places[] = {"../share/apic/stdlib", "../stdlib", "../../stdlib"};
    struct str program = os_program_path(a);
    while (program.len && program.ptr[program.len - 1] != '/')
        program.len--;
    for (size_t i = 0; i < sizeof places / sizeof *places && program.len; i++) {
        struct str path = str_printf(a, "%.*s%s", STR_ARG(program), places[i]);
        if (os_kind_of(a, path) == OS_DIRECTORY)
            return os_real_path(a, path);
    }
    return STR_NIL;
}

static bool take(struct app *app, struct given given) {
    struct setting setting;
    switch (given.id) {
    case OPTION_SET:
        if (!add_setting(app, "set", given.value, &setting))
            return false;
        vec_push(&app->arena, &app->job.inputs, setting);
        return true;
    case OPTION_PARAM:
        if (!add_setting(app, "param", given.value, &setting))
            return false;
        vec_push(&app->arena, &app->job.params, setting);
        return true;
    case OPTION_VALUES:
        vec_push(&app->arena, &app->job.values_files.items, given.value);
        return true;
    case OPTION_REGION:
        return add_regions(app, given.value);
    case OPTION_WARN:
    case OPTION_ERROR:
    case OPTION_ALLOW:
        return add_level(app, given.id, given.value);
    default:
        return true;
    }
}

bool app_prepare(struct app *app) {
    const struct options *o = &app->options;
    if (!open_schema(app, options_value(o, OPTION_SCHEMA)))
        return false;
    app->job.target = str_is(options_value(o, OPTION_TARGET), "sam") ? TARGET_SAM : TARGET_CFN;
    app->job.format = str_is(options_value(o, OPTION_FORMAT), "json") ? EMIT_JSON : EMIT_YAML;
    app->job.allow_outside = options_has(o, OPTION_OUTSIDE);
    app->job.stdlib = find_stdlib(&app->arena);
    for (uint32_t i = 0; i < o->given.count; i++)
        if (!take(app, o->given.items[i]))
            return false;
    return true;
}
