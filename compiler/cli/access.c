/* apic access: who can do what to which resource of a stack. */
#include <jansson.h>
#include <stdlib.h>

#include "cli/app.h"
#include "iam/condition.h"
#include "iam/grants.h"

/* A stack with its policies. */
struct side {
    struct job job;
    struct formulas formulas;
    struct view view;
    struct iam iam;
};

/* What --with and --without say of requests. False after a message. */
static bool read_context(struct app *app, struct context *out, struct holes *holes) {
    for (uint32_t i = 0; i < app->options.given.count; i++) {
        struct given given = app->options.given.items[i];
        struct str value = STR_NIL, key = given.value;
        bool with = given.id == OPTION_WITH;
        if (!with && given.id != OPTION_WITHOUT)
            continue;
        if (with)
            key = str_split(given.value, '=', &value);
        if (!str_has(key, ':') || (with && !str_has(given.value, '='))) {
            app_misuse(app, "'%.*s' is no condition key%s, expected %s", STR_ARG(given.value),
                       with ? " with a value" : "",
                       with ? "one such as aws:SourceVpce=vpce-1" : "one such as aws:SourceVpce");
            return false;
        }
        context_add(&app->arena, out, key, with && !value.ptr ? STR("") : value);
        if (with && str_eq_nocase(key, STR("aws:PrincipalAccount")))
            holes->account = value;
    }
    return true;
}

/* False after a message; *code is then the exit code. */
static bool open_side(struct app *app, struct side *s, struct str path, struct holes *holes,
                      const struct context *context, int *code) {
    job_init(&s->job, &app->job);
    enum job_status status = job_run(&s->job, path, STAGE_EXPAND);
    app_show_diags(app, &s->job);
    *code = app_exit_code(status);
    if (*code != EXIT_DONE)
        return false;
    const struct graph *g = &s->job.graph;
    const struct str_vec *regions = app->job.regions.items.count ? &app->job.regions : &g->regions;
    holes->regions = regions;
    formulas_init(&s->formulas, &app->arena, g, regions);
    view_init(&s->view, &app->arena, g, &s->formulas, regions);
    iam_read(&s->iam, &app->arena, g, &app->schema, &s->formulas, &s->view, holes);
    s->iam.context = context;
    return true;
}

static struct str joined(struct arena *a, const struct str_row *row) {
    struct buf b;
    buf_init(&b, a, 0);
    for (uint32_t i = 0; i < row->items.count; i++)
        buf_printf(&b, "%s%.*s", i ? ", " : "", STR_ARG(row->items.items[i]));
    return buf_view(&b);
}

/* ---- a table -------------------------------------------------------------------------- */

enum { WHO, ON, MAY, COLUMNS, MAX_WIDTH = 48 };

static void cell(struct buf *out, struct str text, size_t width) {
    buf_str(out, text);
    buf_repeat(out, ' ', text.len < width ? width - text.len + 2 : 2);
}

static struct str name_of(struct arena *a, const struct grant *g) {
    if (!g->users.items.count)
        return g->who;
    return str_printf(a, "%.*s (%.*s)", STR_ARG(joined(a, &g->users)), STR_ARG(g->who));
}

/* Of an AWS managed policy whole services, and how much more there is. */
static struct str shortened(struct arena *a, const struct grant *g, const struct str_row *row,
                            const char *noun) {
    enum { FEW = 12 };
    struct buf b;
    uint32_t shown = 0;
    if (!g->managed.len || row->items.count <= FEW)
        return joined(a, row);
    buf_init(&b, a, 0);
    for (uint32_t i = 0; i < row->items.count; i++)
        if (str_ends(row->items.items[i], STR(":*")))
            buf_printf(&b, "%s%.*s", shown++ ? ", " : "", STR_ARG(row->items.items[i]));
    buf_printf(&b, "%s%u %s of %.*s", shown ? " and " : "", row->items.count - shown,
               shown ? "more" : noun, STR_ARG(g->managed));
    return buf_view(&b);
}

static struct str what_of(struct arena *a, const struct grant *g) {
    struct str what = shortened(a, g, &g->actions, "actions");
    const char *effect = g->allows || !what.len ? "" : "not ";
    struct str out = str_printf(a, "%s%.*s", effect, STR_ARG(what));
    if (g->under.len)
        out = str_printf(a, "%.*s if %.*s", STR_ARG(out), STR_ARG(g->under));
    else if (g->depends && !g->reason.len)
        out = str_printf(a, "%.*s, in some deployments", STR_ARG(out));
    if (g->reason.len)
        out = str_printf(a, "%.*s%s%.*s%s", STR_ARG(out), out.len ? " (" : "", STR_ARG(g->reason),
                         out.len ? ")" : "");
    return out;
}

static void print_table(struct app *app, struct buf *out, const struct grants *grants) {
    size_t widths[COLUMNS] = {3, 2, 0};
    struct str (*rows)[COLUMNS] = arena_alloc(&app->arena, grants->items.count + 1, sizeof *rows);
    for (uint32_t i = 0; i < grants->items.count; i++) {
        const struct grant *g = &grants->items.items[i];
        rows[i][WHO] = name_of(&app->arena, g);
        rows[i][ON] = shortened(&app->arena, g, &g->on, "resources");
        rows[i][MAY] = what_of(&app->arena, g);
        for (int k = 0; k < MAY; k++)
            if (rows[i][k].len > widths[k])
                widths[k] = rows[i][k].len < MAX_WIDTH ? rows[i][k].len : MAX_WIDTH;
    }
    if (!grants->items.count) {
        buf_c(out, "nobody: no policy here allows it\n");
        return;
    }
    cell(out, STR("who"), widths[WHO]);
    cell(out, STR("on"), widths[ON]);
    buf_c(out, "may\n");
    for (uint32_t i = 0; i < grants->items.count; i++) {
        if (i && str_eq(rows[i][WHO], rows[i - 1][WHO]) && str_eq(rows[i][ON], rows[i - 1][ON]) &&
            str_eq(rows[i][MAY], rows[i - 1][MAY]))
            continue;
        bool again = i && str_eq(rows[i][WHO], rows[i - 1][WHO]);
        cell(out, again ? STR("") : rows[i][WHO], widths[WHO]);
        cell(out, rows[i][ON], widths[ON]);
        buf_printf(out, "%.*s\n", STR_ARG(rows[i][MAY]));
    }
}

/* New permissions with their places, for a log of CI. */
static void print_new(struct app *app, struct buf *out, const struct side *s,
                      const struct grants *grants) {
    for (uint32_t i = 0; i < grants->items.count; i++) {
        const struct grant *g = &grants->items.items[i];
        struct position at = source_position(&s->job.sources, g->span.source, g->span.start);
        struct str path = span_is_nil(g->span) ? s->job.path
                                               : source_get(&s->job.sources, g->span.source)->path;
        struct str on = shortened(&app->arena, g, &g->on, "resources");
        buf_printf(out, "%.*s:%u:%u: %.*s: %.*s%s%.*s\n", STR_ARG(path), at.line, at.column,
                   STR_ARG(name_of(&app->arena, g)), STR_ARG(what_of(&app->arena, g)),
                   on.len ? " on " : "", STR_ARG(on));
    }
}

/* ---- the matrix ------------------------------------------------------------------------ */

static void print_matrix(struct app *app, struct buf *out, struct iam *iam) {
    VEC(const struct resource *) columns = {0};
    struct str_row cells = {0};
    uint32_t count = iam->principals.count;
    for (uint32_t i = 0; i < iam->graph->resources.count; i++) {
        const struct resource *r = iam->graph->resources.items[i];
        bool any = false;
        uint32_t first = cells.items.count;
        for (uint32_t k = 0; k < count; k++) {
            struct str letters = iam_letters(iam, iam->principals.items[k], r);
            any = any || letters.len;
            vec_push(&app->arena, &cells.items, letters);
        }
        if (any)
            vec_push(&app->arena, &columns, r);
        else
            cells.items.count = first;
    }
    size_t width = 3;
    for (uint32_t k = 0; k < count; k++)
        if (iam->principals.items[k]->resource->id.len > width)
            width = iam->principals.items[k]->resource->id.len;
    for (uint32_t c = 0; c < columns.count; c++)
        buf_printf(out, "%3u  %.*s\n", c + 1, STR_ARG(columns.items[c]->id));
    buf_c(out, "\nL list, R read, W write, T tag, P permissions; small letters: it depends\n\n");
    cell(out, STR("who"), width);
    for (uint32_t c = 0; c < columns.count; c++)
        buf_printf(out, "%-5u%s", c + 1, c + 1 < columns.count ? " " : "\n");
    for (uint32_t k = 0; k < count && columns.count; k++) {
        cell(out, iam->principals.items[k]->resource->id, width);
        for (uint32_t c = 0; c < columns.count; c++) {
            struct str letters = cells.items.items[c * count + k];
            buf_printf(out, "%-5.*s%s", letters.len ? (int)letters.len : 1,
                       letters.len ? letters.ptr : ".", c + 1 < columns.count ? " " : "\n");
        }
    }
}

/* ---- JSON ------------------------------------------------------------------------------- */

static json_t *json_text(struct str s) {
    return utf8_validate(s) < s.len ? json_string("") : json_stringn(s.ptr ? s.ptr : "", s.len);
}

static json_t *json_row(const struct str_row *row) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < row->items.count; i++)
        json_array_append_new(list, json_text(row->items.items[i]));
    return list;
}

static void print_json(struct buf *out, const struct side *s, const struct grants *grants) {
    json_t *all = json_array();
    for (uint32_t i = 0; i < grants->items.count; i++) {
        const struct grant *g = &grants->items.items[i];
        struct position at = source_position(&s->job.sources, g->span.source, g->span.start);
        json_t *o = json_object();
        json_object_set_new(o, "principal", json_text(g->who));
        json_object_set_new(o, "users", json_row(&g->users));
        const char *effect = g->allows ? "Allow" : g->actions.items.count ? "Deny" : "Unknown";
        json_object_set_new(o, "effect", json_string(effect));
        json_object_set_new(o, "actions", json_row(&g->actions));
        json_object_set_new(o, "resources", json_row(&g->on));
        json_object_set_new(o, "depends", json_boolean(g->depends));
        if (g->condition.len)
            json_object_set_new(o, "condition", json_loadb(g->condition.ptr, g->condition.len,
                                                           JSON_DECODE_ANY, NULL));
        if (g->reason.len)
            json_object_set_new(o, "reason", json_text(g->reason));
        json_object_set_new(o, "line", json_integer(at.line));
        json_object_set_new(o, "column", json_integer(at.column));
        json_array_append_new(all, o);
    }
    char *dumped = json_dumps(all, JSON_INDENT(2));
    buf_c(out, dumped ? dumped : "[]");
    buf_char(out, '\n');
    free(dumped);
    json_decref(all);
}

/* ---- the command --------------------------------------------------------------------------- */

static bool action_is_known(struct app *app, struct str action) {
    struct str name, prefix = str_split(action, ':', &name);
    struct iam_service_id service = iam_service_find(&app->schema, prefix);
    if (iam_action_find(&app->schema, service, name).n)
        return true;
    const struct schema *schema = &app->schema;
    struct str near = service.n
                          ? iam_action_name(schema, iam_action_nearest(schema, service, name))
                          : iam_service_prefix(schema, iam_service_nearest(schema, prefix));
    if (near.len)
        app_misuse(app, "IAM knows no action '%.*s'; did you mean '%.*s:%.*s'?", STR_ARG(action),
                   STR_ARG(service.n ? prefix : near), STR_ARG(service.n ? near : name));
    else
        app_misuse(app, "IAM knows no action '%.*s', expected one such as dynamodb:GetItem",
                   STR_ARG(action));
    return false;
}

static int show(struct app *app, struct side *now, struct side *before) {
    struct str action = options_value(&app->options, OPTION_WHO);
    struct str on = options_value(&app->options, OPTION_ON);
    struct str form = options_value(&app->options, OPTION_ACCESS_FORM);
    struct grants grants = {0};
    struct buf out;
    buf_init(&out, &app->arena, 0);
    if (before)
        iam_grants_new(&before->iam, &now->iam, &grants);
    else if (action.len && on.len)
        iam_grants_on(&now->iam, action, on, &grants);
    else if (action.len)
        iam_grants_of(&now->iam, action, &grants);
    else
        iam_grants(&now->iam, &grants);
    if (str_is(form, "json"))
        print_json(&out, now, &grants);
    else if (str_is(form, "matrix"))
        print_matrix(app, &out, &now->iam);
    else if (before)
        print_new(app, &out, now, &grants);
    else
        print_table(app, &out, &grants);
    int code = app_deliver(app, buf_view(&out));
    return code == EXIT_DONE && before && grants.items.count ? EXIT_ERRORS : code;
}

int command_access(struct app *app) {
    struct str path, old = options_value(&app->options, OPTION_NEW_THAN);
    struct str action = options_value(&app->options, OPTION_WHO);
    if (!app_operand(app, &path) || (action.len && !action_is_known(app, action)))
        return EXIT_MISUSE;
    if (options_has(&app->options, OPTION_ON) && !action.len)
        return app_misuse(app, "'--on' says on what '--who ACTION' is done, and there is no "
                               "'--who'");
    struct holes holes;
    struct context context = {0};
    struct side *now = arena_new(&app->arena, struct side), *before = NULL;
    int code;
    holes_init(&holes, &app->arena, NULL);
    if (!read_context(app, &context, &holes))
        return EXIT_MISUSE;
    if (old.len) {
        before = arena_new(&app->arena, struct side);
        if (!open_side(app, before, old, &holes, &context, &code))
            return code;
    }
    if (open_side(app, now, path, &holes, &context, &code))
        code = show(app, now, before);
    job_free(&now->job);
    if (before)
        job_free(&before->job);
    return code;
}
