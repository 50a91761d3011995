/* The commands that tell things: explain, schema, help, completion. */
#include "cli/app.h"
#include "cli/usage.h"
#include "lang/lang.h"
#include "passes/explain.h"
#include "schema/describe.h"

static int print(struct app *app, const struct buf *out) {
    app_print(app, buf_view(out));
    return app->broken ? EXIT_MISUSE : EXIT_DONE;
}

static void list_rules(struct buf *out) {
    for (int i = 1; i < RULE_COUNT; i++)
        buf_printf(out, "%-6s %-28s %-8s %s\n", rules[i].code, rules[i].name,
                   render_level(rules[i].level), rules[i].summary);
}

static void explain(struct buf *out, enum rule_id id) {
    const struct rule *rule = &rules[id];
    struct str text = rule_text(id);
    if (str_starts(text, STR("# "))) /* the title, which the line below says better */
        str_split(text, '\n', &text);
    buf_printf(out, "%s %s (%s): %s\n", rule->code, rule->name, render_level(rule->level),
               rule->summary);
    if (text.len) {
        if (text.ptr[0] != '\n')
            buf_char(out, '\n');
        buf_str(out, text);
        if (text.ptr[text.len - 1] != '\n')
            buf_char(out, '\n');
    }
}

int command_explain(struct app *app) {
    struct buf out;
    buf_init(&out, &app->arena, 0);
    if (app->options.operands.items.count == 0) {
        list_rules(&out);
        return print(app, &out);
    }
    struct str name;
    if (!app_operand(app, &name))
        return EXIT_MISUSE;
    enum rule_id id = rule_find(name), near = rule_nearest(name);
    if (id == RULE_NONE && near != RULE_NONE)
        return app_misuse(app, "there is no rule '%.*s'; did you mean '%s'?", STR_ARG(name),
                          rules[near].name);
    if (id == RULE_NONE)
        return app_misuse(app, "there is no rule '%.*s'; 'apic explain' lists them", STR_ARG(name));
    explain(&out, id);
    return print(app, &out);
}

static void append(void *user, const char *bytes, size_t size) {
    buf_str(user, (struct str){bytes, size});
}

int command_schema(struct app *app) {
    struct str path, near = STR_NIL;
    if (!app_operand(app, &path))
        return EXIT_MISUSE;
    struct buf out;
    buf_init(&out, &app->arena, 0);
    struct schema_sink sink = {append, &out};
    if (schema_print_type(&app->schema, path, &sink, &near))
        return print(app, &out);
    if (near.len)
        return app_misuse(app, "there is no '%.*s'; did you mean '%.*s'?", STR_ARG(path),
                          STR_ARG(near));
    return app_misuse(app, "there is no '%.*s' in the tables of %.*s", STR_ARG(path),
                      STR_ARG(schema_date(&app->schema)));
}

static int version(struct app *app) {
    struct schema schema = schema_builtin();
    struct str date = schema_date(&schema), sources = schema_sources(&schema);
    struct buf out;
    buf_init(&out, &app->arena, 0);
    buf_printf(&out, "apic %s\nresource types of %.*s", APIC_VERSION, STR_ARG(date));
    if (sources.len)
        buf_printf(&out, " (%.*s)", STR_ARG(sources));
    buf_char(&out, '\n');
    return print(app, &out);
}

int command_help(struct app *app) {
    struct options *o = &app->options;
    struct buf out;
    buf_init(&out, &app->arena, 0);
    if (options_has(o, OPTION_VERSION))
        return version(app);
    if (o->command != COMMAND_HELP) {
        usage_command(&out, o->command);
        return print(app, &out);
    }
    if (o->operands.items.count == 0) {
        usage_overview(&out);
        return print(app, &out);
    }
    struct str topic;
    if (!app_operand(app, &topic))
        return EXIT_MISUSE;
    enum command_id command = command_find(topic);
    if (command < COMMAND_COUNT)
        usage_command(&out, command);
    lang_describe(&out, topic);
    if (out.len == 0 && rule_find(topic) != RULE_NONE)
        explain(&out, rule_find(topic));
    if (out.len)
        return print(app, &out);
    enum command_id near = command_nearest(topic);
    if (near < COMMAND_COUNT)
        return app_misuse(app, "there is no help on '%.*s'; did you mean '%s'?", STR_ARG(topic),
                          command_rows[near].name);
    return app_misuse(app, "there is no help on '%.*s'", STR_ARG(topic));
}

int command_completion(struct app *app) {
    struct str shell;
    struct buf out;
    buf_init(&out, &app->arena, 0);
    if (!app_operand(app, &shell))
        return EXIT_MISUSE;
    if (!usage_completion(&out, shell))
        return app_misuse(app, "there are no completions of '%.*s', but of bash, zsh, fish",
                          STR_ARG(shell));
    return print(app, &out);
}

int command_man(struct app *app) {
    struct str piece;
    struct buf out;
    buf_init(&out, &app->arena, 0);
    if (!app_operand(app, &piece))
        return EXIT_MISUSE;
    if (!usage_man(&out, piece) && !lang_describe_man(&out, piece))
        return app_misuse(app, "the man page has no piece '%.*s'", STR_ARG(piece));
    return print(app, &out);
}
