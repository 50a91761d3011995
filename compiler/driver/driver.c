#include "driver/driver.h"

#include <string.h>

#include "base/limits.h"
#include "base/os.h"
#include "base/path.h"
#include "driver/children.h"
#include "driver/follow.h"
#include "driver/values.h"
#include "passes/passes.h"
#include "template/template.h"

enum { EXPECTED_BYTES = 1024 }; /* that a resource takes in the output */

#define BYTE_ORDER_MARK STR("\xef\xbb\xbf")

/* Whether the file at path is the language's: by its name, or where that says nothing (standard
   input) by its text. */
static bool job_is_api(struct str path, struct str text) {
    static const char *const templates[] = {".yaml", ".yml", ".json", ".template"};
    if (str_ends(path, STR(".api")))
        return true;
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++)
        if (str_ends(path, str_from(templates[i])))
            return false;
    return !template_is_likely(text);
}

/* The first thing in a text that isn't UTF-8 text, as a diagnostic. */
static void check_text(struct job *j, struct str text) {
    const char *nul = text.len ? memchr(text.ptr, 0, text.len) : NULL;
    size_t bad = utf8_validate(text);
    if (str_starts(text, STR("\xff\xfe")) || str_starts(text, STR("\xfe\xff"))) {
        diag_help(&j->diags,
                  diag_add(&j->diags, RULE_FILE, SPAN_NIL, "'%.*s' is UTF-16, expected UTF-8",
                           STR_ARG(j->path)),
                  "iconv -f UTF-16 -t UTF-8");
        j->failed = true;
    } else if (nul) {
        uint32_t at = (uint32_t)(nul - text.ptr);
        diag_add(&j->diags, RULE_FILE, (struct span){j->source, at, at + 1},
                 "found a NUL byte, expected text");
        j->failed = true;
    } else if (bad < text.len) {
        diag_add(&j->diags, RULE_FILE, (struct span){j->source, (uint32_t)bad, (uint32_t)bad + 1},
                 "found the byte 0x%02x, expected UTF-8 text", (unsigned char)text.ptr[bad]);
        j->failed = true;
    }
}

static void read_source(struct job *j) {
    struct str name = str_is(j->path, "-") ? STR("<stdin>") : j->path;
    struct str text = j->text;
    const char *error = NULL;
    if (!text.ptr)
        text = os_read(&j->arena, j->path, LIMIT_SOURCE_BYTES, &error);
    if (error) {
        diag_add(&j->diags, RULE_FILE, SPAN_NIL, "can't read '%.*s': %s", STR_ARG(name), error);
        j->failed = true;
        return;
    }
    if (str_starts(text, BYTE_ORDER_MARK))
        text = str_slice(text, BYTE_ORDER_MARK.len, text.len);
    j->text = text;
    j->source = source_add(&j->sources, name, text);
    j->is_api = job_is_api(j->path, text);
    check_text(j, text);
}

static void apply_levels(struct job *j) {
    for (uint32_t i = 0; i < j->options->levels.count; i++)
        j->diags.levels[j->options->levels.items[i].rule] = j->options->levels.items[i].level;
}

/* Intrinsic functions are CloudFormation's wherever they stand in a template, so in what becomes
   part of one, too. */
static struct value *read_document(struct values *v, struct diags *d, const struct sources *sources,
                                   uint32_t source) {
    return template_read_value(v, d, sources, source, true);
}

static void compile(struct job *j) {
    const struct job_options *o = j->options;
    struct values_list inputs = {0};
    for (uint32_t i = 0; i < o->values_files.items.count; i++)
        values_read(j, &inputs, o->values_files.items.items[i]);
    for (uint32_t i = 0; i < o->inputs.count; i++)
        values_put(
            j, &inputs,
            (struct lang_input){.name = o->inputs.items[i].name, .text = o->inputs.items[i].text});
    if (diags_have_errors(&j->diags))
        return;
    struct lang_options options = {.inputs = inputs.items,
                                   .input_count = inputs.count,
                                   .schema = o->schema,
                                   .stdlib = o->stdlib,
                                   .read_document = read_document,
                                   .allow_outside = o->allow_outside};
    if (o->output.len && !str_is(o->output, "-"))
        options.code_folder = path_between(&j->arena, path_folder(o->output), path_folder(j->path));
    lang_compile(&j->graph, &j->diags, &j->sources, j->source, &options);
}

/* What CloudFormation refuses before it runs the transform, which takes some of it and has its own
   errors for the rest. */
static const enum rule_id before_transform[] = {
    RULE_NULL_VALUE, RULE_MALFORMED_SECTION,   RULE_MALFORMED_RESOURCE, RULE_UNKNOWN_SECTION,
    RULE_LOGICAL_ID, RULE_LANGUAGE_EXTENSIONS, RULE_DUPLICATE_KEY,      RULE_UNKNOWN_TAG,
};
enum { BEFORE_COUNT = sizeof before_transform / sizeof *before_transform };

/* What was read is for the transform alone: it is warned of what stands in its way. */
static void soften_reading(struct job *j) {
    if (!j->options->skip_rules || j->is_api || !graph_is_sam(&j->graph))
        return;
    for (size_t i = 0; i < BEFORE_COUNT; i++)
        if (j->diags.levels[before_transform[i]] == LEVEL_ERROR)
            diags_set_level(&j->diags, before_transform[i], LEVEL_WARNING);
}

static const enum rule_id deployable[] = {RULE_ABSENT_REFERENCE, RULE_SECRET_EXPOSED};
enum { DEPLOYABLE_COUNT = sizeof deployable / sizeof *deployable };

bool job_softens(enum rule_id rule) {
    for (size_t i = 0; i < DEPLOYABLE_COUNT; i++)
        if (deployable[i] == rule)
            return true;
    return false;
}

static void soften_rules(struct job *j) {
    for (size_t i = 0; !j->is_api && i < DEPLOYABLE_COUNT; i++)
        j->diags.levels[deployable[i]] = LEVEL_WARNING;
}

static void fill_graph(struct job *j) {
    soften_rules(j);
    if (j->is_api)
        compile(j);
    else
        template_read(&j->graph, &j->diags, &j->sources, j->source);
    for (uint32_t i = 0; i < j->options->levels.count; i++) /* the command line has the last word */
        diags_set_level(&j->diags, j->options->levels.items[i].rule,
                        j->options->levels.items[i].level);
    soften_reading(j);
}

static void print(struct job *j) {
    struct buf out;
    buf_init(&out, &j->arena, LIMIT_OUTPUT_BYTES);
    buf_expect(&out, EXPECTED_BYTES * (j->graph.resources.count + 1));
    emit_template(&out, &j->graph, j->options->format);
    if (out.truncated)
        diag_add(&j->diags, RULE_LIMIT, SPAN_NIL, "the template is larger than %d MB",
                 LIMIT_OUTPUT_BYTES >> 20);
    j->output = buf_view(&out);
}

static struct value *given_params(struct job *j) {
    const struct job_options *o = j->options;
    struct value *params = value_map(&j->graph.values);
    for (uint32_t i = 0; i < o->params.count; i++)
        value_put(&j->graph.values, params, o->params.items[i].name,
                  value_string(&j->graph.values, o->params.items[i].text));
    return params;
}

/* The SAM target is the graph as it is before it is expanded; rules look at what it becomes. */
static void keep_application(struct job *j) {
    if (j->options->target == TARGET_SAM && j->upto >= STAGE_EMIT)
        print(j);
}

/* Nothing can be said of what a macro will make of the template. */
static bool is_unknown(const struct job *j) {
    return j->graph.is_rewritten && j->upto < STAGE_EMIT;
}

static void expand_loops(struct job *j) {
    if (!j->is_api && !is_unknown(j))
        template_expand_loops(&j->graph, &j->diags, given_params(j));
}

static void check_as_written(struct job *j) {
    struct check_options options = {.schema = j->options->schema, .regions = j->options->regions};
    if (!j->options->skip_rules && !j->graph.is_rewritten)
        check_source(&j->graph, &options, &j->diags);
}

/* The macro that a stack's functions need stays when SAM's has been done. */
static struct value *left_to_run(struct job *j) {
    struct value *all = j->graph.transform;
    return j->is_api && all->kind == VAL_LIST ? all->items[0] : &value_nil;
}

static void expand(struct job *j) {
    const struct job_options *o = j->options;
    struct value *left = left_to_run(j);
    j->was_sam = graph_is_sam(&j->graph);
    if (!j->was_sam || is_unknown(j))
        return;
    const struct str_vec *regions = o->regions.items.count ? &o->regions : &j->graph.regions;
    struct expand_options options = {.region =
                                         regions->items.count ? regions->items.items[0] : STR_NIL,
                                     .params = given_params(j),
                                     .stand_ins = j->upto < STAGE_EMIT && !o->skip_rules,
                                     .local_code = j->is_api || !o->skip_rules};
    uint32_t errors = j->diags.errors;
    expand_sam(&j->graph, &options, &j->diags);
    j->graph.transform = left;
    j->half_expanded = j->diags.errors > errors;
}

static void run_rules(struct job *j) {
    if (j->options->skip_rules || j->graph.is_rewritten)
        return;
    struct check_options options = {.schema = j->options->schema, .regions = j->options->regions};
    check_rules(&j->graph, &options, &j->diags);
}

static void emit(struct job *j) {
    if (j->options->target == TARGET_CFN)
        print(j);
}

/* The compiler, pass by pass. */
static const struct {
    enum stage stage; /* that it belongs to */
    void (*run)(struct job *);
} passes[] = {
    {STAGE_SOURCE, read_source},      {STAGE_GRAPH, fill_graph},
    {STAGE_EXPAND, keep_application}, {STAGE_EXPAND, check_as_written},
    {STAGE_EXPAND, expand_loops},     {STAGE_EXPAND, expand},
    {STAGE_RULES, children_read},
    {STAGE_RULES, run_rules},         {STAGE_EMIT, emit},
};
enum { PASS_COUNT = sizeof passes / sizeof *passes };

/* Whether later stages would only repeat errors in other words. A template that could be read is
   a whole one, whatever is wrong in it; a transform with errors has made half a graph. */
static bool must_stop(struct job *j) {
    if (j->failed)
        return true;
    if (!diags_have_errors(&j->diags))
        return false;
    if (j->half_expanded)
        return j->reached < STAGE_RULES;
    if (j->is_api && j->reached < STAGE_RULES)
        return !follow_can_go_on(j);
    for (uint32_t i = 0; i < j->diags.items.count; i++) {
        const struct diag *d = j->diags.items.items[i];
        const char *subject = rules[d->rule].subject;
        if (d->level == LEVEL_ERROR &&
            (strcmp(subject, "syntax") == 0 || strcmp(subject, "files") == 0))
            return true;
    }
    return false;
}

static void run_passes(struct job *j) {
    uint32_t found_by_front = 0;
    for (int i = 0; i < PASS_COUNT && passes[i].stage <= j->upto; i++) {
        if (passes[i].stage > j->reached && must_stop(j))
            break;
        passes[i].run(j);
        j->reached = passes[i].stage;
        if (passes[i].stage == STAGE_GRAPH && diags_have_errors(&j->diags))
            found_by_front = j->diags.items.count;
    }
    if (found_by_front)
        follow_drop(j, found_by_front);
    if (j->was_sam && j->options->skip_rules)
        follow_drop_repeated(j, before_transform, BEFORE_COUNT);
}

static void begin(struct job *j) {
    arena_init(&j->arena, &j->no_memory, LIMIT_ARENA_BYTES);
    sources_init(&j->sources, &j->arena);
    diags_init(&j->diags, &j->arena, &j->sources);
    graph_init(&j->graph, &j->arena);
    j->graph.sources = &j->sources;
    apply_levels(j);
}

void job_init(struct job *j, const struct job_options *options) {
    memset(j, 0, sizeof *j);
    j->options = options;
}

/* All that the job held is given up; what is left is the message, or without memory even for that,
   no diagnostic. */
static void report_no_memory(struct job *j) {
    bool again = j->starved;
    arena_free(&j->arena);
    memset(&j->sources, 0, sizeof j->sources);
    memset(&j->diags, 0, sizeof j->diags);
    j->output = STR_NIL;
    j->failed = true;
    j->starved = true;
    if (again)
        return;
    begin(j);
    diag_add(&j->diags, RULE_LIMIT, SPAN_NIL, "'%.*s' needs more memory than there is",
             STR_ARG(j->path));
}

/* Does some work on a new job; memory may run out anywhere in it, and once more in the report of
 * that. */
static enum job_status attempt(struct job *j, void (*work)(struct job *)) {
    if (setjmp(j->no_memory) == 0) {
        begin(j);
        work(j);
    } else {
        report_no_memory(j);
    }
    if (j->diags.arena)
        diags_finish(&j->diags);
    if (j->diags.arena && j->graph.has_hole && !diags_have_errors(&j->diags))
        diags_add_last(&j->diags, RULE_VALUE_TYPE, j->graph.hole,
                       "no value comes out of this, and the error that says why is silenced");
    j->arena.on_failure = NULL; /* the frame it leads to ends here */
    if (j->failed)
        return JOB_FAILED;
    return diags_have_errors(&j->diags) ? JOB_ERRORS : JOB_DONE;
}

enum job_status job_run_text(struct job *j, struct str path, struct str text, enum stage upto) {
    j->path = path;
    j->text = text;
    j->upto = upto;
    return attempt(j, run_passes);
}

enum job_status job_run(struct job *j, struct str path, enum stage upto) {
    return job_run_text(j, path, STR_NIL, upto);
}

static void format_source(struct job *j) {
    read_source(j);
    if (j->failed)
        return;
    const struct tree *t = lang_parse(&j->arena, &j->diags, &j->sources, j->source);
    if (!diags_have_errors(&j->diags))
        j->output = lang_format(&j->arena, &j->sources, t);
}

enum job_status job_format(struct job *j, struct str path) {
    j->path = path;
    return attempt(j, format_source);
}

void job_free(struct job *j) {
    arena_free(&j->arena);
}
