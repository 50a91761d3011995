#include "template/yaml.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum {
    REPAIRS_MAX = 200,            /* places of one text in which libfyaml needs help */
    REPAIR_BYTES_MAX = 64 << 20, /* read for that, all attempts together */
};

struct yaml {
    struct arena *arena;
    struct str text;  /* as it is; offsets count in it */
    struct str input; /* as libfyaml gets it: the same, or repaired (of the same length) */
    bool json;
    struct fy_diag *diag;
    struct fy_parser *parser;
    bool stopped, failed;
};

static void print_nothing(struct fy_diag *diag, void *user, const char *buf, size_t len) {
    (void)diag, (void)user, (void)buf, (void)len;
}

/* Makes libfyaml's objects; yaml_close destroys them. */
static void start(struct yaml *y) {
    y->stopped = y->failed = false;
    struct fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = NULL;
    diag_config.output_fn = print_nothing;
    y->diag = fy_diag_create(&diag_config);
    if (y->diag)
        fy_diag_set_collect_errors(y->diag, true);
    struct fy_parse_cfg config = {
        .diag = y->diag,
        .flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_SLOPPY_FLOW_INDENTATION |
                 (y->json ? FYPCF_JSON_FORCE : FYPCF_JSON_NONE)};
    y->parser = y->diag ? fy_parser_create(&config) : NULL;
    if (!y->parser || fy_parser_set_string(y->parser, y->input.ptr, y->input.len) != 0)
        y->stopped = y->failed = true;
}

void yaml_close(struct yaml *y) {
    if (y->parser)
        fy_parser_destroy(y->parser);
    if (y->diag)
        fy_diag_destroy(y->diag);
    y->parser = NULL;
    y->diag = NULL;
    y->stopped = true;
}

static uint32_t clamp(const struct yaml *y, size_t offset) {
    return (uint32_t)(offset < y->text.len ? offset : y->text.len);
}

static void token_place(const struct yaml *y, struct fy_token *token, uint32_t *start,
                        uint32_t *end) {
    const struct fy_mark *from = fy_token_start_mark(token), *to = fy_token_end_mark(token);
    *start = from ? clamp(y, from->input_pos) : 0;
    *end = to ? clamp(y, to->input_pos) : *start;
}

/* The text of a token: out of the input where libfyaml gives it so, otherwise copied. */
static struct str token_text(const struct yaml *y, struct fy_token *token) {
    size_t len = 0;
    const char *at = fy_token_get_text(token, &len);
    if (!at || len == 0)
        return STR("");
    if (at >= y->input.ptr && at + len <= y->input.ptr + y->input.len)
        return (struct str){at, len};
    return str_dup(y->arena, (struct str){at, len});
}

static void read_props(const struct yaml *y, struct fy_event *from, struct yaml_event *e) {
    struct fy_token *tag = fy_event_get_tag_token(from);
    struct fy_token *anchor = fy_event_get_anchor_token(from);
    if (tag) {
        e->tag = token_text(y, tag);
        token_place(y, tag, &e->tag_start, &e->tag_end);
        e->props = e->tag_start;
        e->props_end = e->tag_end;
    }
    if (anchor) {
        uint32_t start, end;
        e->anchor = token_text(y, anchor);
        token_place(y, anchor, &start, &end);
        start -= start > 0; /* its & */
        e->props = tag && e->props < start ? e->props : start;
        e->props_end = e->props_end > end ? e->props_end : end;
    }
}

/* Where the | or > of a block scalar stands whose content begins at e->start: on the line before it,
   after the key, tag or anchor, which ends at e->props_end or `before`. */
static uint32_t block_start(const struct yaml *y, const struct yaml_event *e, uint32_t before) {
    uint32_t at = e->start;
    while (at > 0 && y->text.ptr[at - 1] != '\n')
        at--; /* of the content's own line: libfyaml may count its indentation */
    uint32_t header_end = at > 0 ? at - 1 : e->start;
    uint32_t from = header_end;
    while (from > 0 && y->text.ptr[from - 1] != '\n')
        from--;
    if (from < before)
        from = before;
    if (from < e->props_end)
        from = e->props_end;
    for (at = from; at < header_end; at++)
        if (y->text.ptr[at] == '|' || y->text.ptr[at] == '>')
            return at;
    return e->start;
}

static uint32_t trim_end(const struct yaml *y, uint32_t start, uint32_t end) {
    while (end > start && strchr(" \t\r\n", y->text.ptr[end - 1]))
        end--;
    return end;
}

/* A scalar whose text is what stands there needs no work of libfyaml's. */
static bool is_verbatim(const struct yaml *y, const struct yaml_event *e, char quote) {
    struct str raw = str_slice(y->text, e->start, e->end);
    return !(raw.len && memchr(raw.ptr, '\n', raw.len)) &&
           !(raw.len && memchr(raw.ptr, '\r', raw.len)) &&
           !(quote && raw.len && memchr(raw.ptr, quote == '"' ? '\\' : '\'', raw.len));
}

static void read_scalar(const struct yaml *y, struct fy_event *from, struct yaml_event *e,
                        uint32_t before) {
    struct fy_token *token = from->scalar.value;
    if (!token) {
        e->text = STR("");
        e->has_place = false;
        return;
    }
    enum fy_scalar_style style = fy_scalar_token_get_style(token);
    char quote = style == FYSS_DOUBLE_QUOTED ? '"' : style == FYSS_SINGLE_QUOTED ? '\'' : 0;
    token_place(y, token, &e->start, &e->end);
    if (style == FYSS_LITERAL || style == FYSS_FOLDED) {
        e->style = YAML_BLOCK;
        e->text = token_text(y, token);
        bool at_end = e->end == y->text.len && y->text.ptr[e->end - 1] != '\n';
        if (at_end && str_ends(e->text, STR("\n")))
            e->text.len--; /* libfyaml's, where the text ends without a newline */
        uint32_t content = e->start;
        e->start = block_start(y, e, before);
        e->end = trim_end(y, content > e->start ? e->start + 1 : content, e->end);
        return;
    }
    e->style = quote ? YAML_QUOTED : YAML_PLAIN;
    e->text = is_verbatim(y, e, quote) ? str_slice(y->text, e->start, e->end)
                                       : token_text(y, token);
    if (quote) {
        e->start -= e->start > 0;
        e->end = clamp(y, (size_t)e->end + 1);
    }
}

static void read_event(const struct yaml *y, struct fy_event *from, struct yaml_event *e) {
    static const enum yaml_kind kinds[] = {
        [FYET_DOCUMENT_START] = YAML_DOCUMENT, [FYET_DOCUMENT_END] = YAML_DOCUMENT_END,
        [FYET_MAPPING_START] = YAML_MAP,       [FYET_MAPPING_END] = YAML_MAP_END,
        [FYET_SEQUENCE_START] = YAML_LIST,     [FYET_SEQUENCE_END] = YAML_LIST_END,
        [FYET_SCALAR] = YAML_SCALAR,           [FYET_ALIAS] = YAML_ALIAS};
    uint32_t before = e->end;
    *e = (struct yaml_event){.kind = kinds[from->type], .has_place = true};
    const struct fy_mark *start = fy_event_start_mark(from), *end = fy_event_end_mark(from);
    e->start = start ? clamp(y, start->input_pos) : before;
    e->end = end ? clamp(y, end->input_pos) : e->start;
    switch (e->kind) {
    case YAML_MAP:
    case YAML_LIST:
        e->flow = e->start < y->text.len &&
                  y->text.ptr[e->start] == (e->kind == YAML_MAP ? '{' : '[') && e->end > e->start;
        read_props(y, from, e);
        break;
    case YAML_SCALAR:
        read_props(y, from, e);
        read_scalar(y, from, e, before);
        break;
    case YAML_ALIAS:
        e->anchor = token_text(y, from->alias.anchor);
        e->start -= e->start > 0; /* its * */
        break;
    default:
        break;
    }
}

void yaml_next(struct yaml *y, struct yaml_event *e) {
    while (!y->stopped) {
        struct fy_event *from = fy_parser_parse(y->parser);
        if (!from) {
            y->stopped = true;
            y->failed = fy_parser_get_stream_error(y->parser);
            break;
        }
        bool skipped = from->type == FYET_STREAM_START || from->type == FYET_NONE;
        y->stopped = from->type == FYET_STREAM_END;
        if (!skipped && !y->stopped)
            read_event(y, from, e);
        fy_parser_event_free(y->parser, from);
        if (!skipped && !y->stopped)
            return;
    }
    *e = (struct yaml_event){.kind = YAML_STOP, .start = e->end, .end = e->end};
}

/* libfyaml (0.7.12) wants the lines of a block scalar indented deeper than its | where that stands on
   another line than the key, as in

       Policy:
         !Sub |
           text

   Such a tag or anchor is moved up, by making blanks of what lies between it and the key. */

/* Whether a line begins with a tag or anchor and ends like the head of a block scalar. */
static bool has_lone_block_head(struct str text) {
    for (size_t i = 0; i < text.len;) {
        size_t end = str_find_char(text, '\n', i);
        struct str line = str_trim(str_slice(text, i, end));
        bool begins = line.len && (line.ptr[0] == '!' || line.ptr[0] == '&');
        if (begins && (str_has(line, '|') || str_has(line, '>')))
            return true;
        i = end + 1;
    }
    return false;
}

/* The last ':', '-' or '?' in [from, to) outside of comments; false where there is none. */
static bool last_indicator(struct str text, uint32_t from, uint32_t to, uint32_t *at) {
    bool found = false;
    for (uint32_t i = from; i < to; i++) {
        char c = text.ptr[i];
        if (c == '#') {
            i = (uint32_t)str_find_char(text, '\n', i);
        } else if (strchr(":-?", c)) {
            found = true;
            *at = i;
        }
    }
    return found;
}

/* Reads the input for nothing but to find where that goes wrong; true if it can be repaired. */
static bool repair_next(struct yaml *y) {
    struct yaml_event e = {0}, last;
    uint32_t before = 0, indicator;
    do {
        last = e;
        before = e.kind == YAML_SCALAR && e.style == YAML_BLOCK ? before : e.end;
        yaml_next(y, &e);
    } while (e.kind != YAML_STOP);
    bool failed = y->failed;
    yaml_close(y);
    bool is_ours = failed && last.kind == YAML_SCALAR && last.style == YAML_BLOCK && last.props;
    if (!is_ours || !last_indicator(y->input, before, last.props, &indicator) ||
        !memchr(y->input.ptr + indicator, '\n', last.props - indicator))
        return false;
    memset((char *)y->input.ptr + indicator + 1, ' ', last.props - indicator - 1);
    return true;
}

static void repair(struct yaml *y) {
    if (y->json || !has_lone_block_head(y->text))
        return;
    y->input = str_dup(y->arena, y->text);
    size_t tries = REPAIR_BYTES_MAX / y->text.len;
    for (size_t i = 0; i < tries && i < REPAIRS_MAX; i++) {
        start(y);
        if (!repair_next(y))
            return;
    }
}

struct yaml *yaml_open(struct arena *a, struct str text, bool json) {
    struct yaml *y = arena_new(a, struct yaml);
    *y = (struct yaml){.arena = a, .text = text, .input = text, .json = json};
    y->stopped = text.len == 0;
    if (!y->stopped) {
        repair(y);
        start(y);
    }
    return y;
}

struct error_row {
    const char *prefix, *message, *help;
};

static const struct error_row error_rows[] = {
#define YAML_ERROR(prefix, message, help) {prefix, message, help},
#include "template/yaml_errors.def"
#undef YAML_ERROR
};

static void describe(const struct yaml *y, const char *message, struct yaml_error *error) {
    for (size_t i = 0; i < sizeof error_rows / sizeof *error_rows; i++) {
        const struct error_row *row = &error_rows[i];
        if (strncmp(message, row->prefix, strlen(row->prefix)) == 0) {
            error->message = str_from(row->message);
            error->help = *row->help ? str_from(row->help) : STR_NIL;
            return;
        }
    }
    error->message = str_dup(y->arena, str_from(message));
}

bool yaml_failed(const struct yaml *y, struct yaml_error *error) {
    *error = (struct yaml_error){.message = STR("the text can't be read")};
    if (!y->failed || !y->diag)
        return y->failed;
    void *state = NULL;
    struct fy_diag_error *first = fy_diag_errors_iterate(y->diag, &state);
    if (!first)
        return true;
    describe(y, first->msg, error);
    if (first->fyt)
        token_place(y, first->fyt, &error->start, &error->end);
    if (error->start >= y->text.len)
        error->start = error->end = trim_end(y, 0, (uint32_t)y->text.len);
    return true;
}
