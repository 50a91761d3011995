#include "template/yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/os.h"
#include "base/vec.h"
#include "template/quoted.h"

enum {
    REPAIR_BYTES_MAX = 64 << 20, /* that are read again for repairs, all together */
    INPUT_BYTES = 16 << 10,      /* more than libfyaml's object of an input takes */
};

/* An empty block scalar that libfyaml gets to see as something else. */
struct empty_block {
    uint32_t start, end;
    uint32_t newlines; /* its text */
};

struct yaml {
    struct arena *arena;
    struct str text;  /* as it is; offsets count in it */
    struct str input; /* as libfyaml gets it: the same, or repaired (of the same length) */
    bool json;
    struct fy_diag *diag;
    struct fy_parser *parser;
    bool stopped, failed;
    uint32_t delivered; /* events so far */
    size_t read_again;  /* bytes, for repairs */
    VEC(int) columns;   /* of the open lists and maps; -1: in brackets */
    VEC(struct empty_block) empty_blocks;
};

static void print_nothing(struct fy_diag *diag, void *user, const char *buf, size_t len) {
    (void)diag, (void)user, (void)buf, (void)len;
}

/* libfyaml got no memory. */
static _Noreturn void starve(const struct yaml *y) {
    yaml_close((struct yaml *)y);
    arena_fail(y->arena);
}

/* libfyaml (0.7.12) uses its object of an input without asking whether there was memory for it, in
   every function that gives a parser an input. So there has to be: it is asked for here, and given
   back for libfyaml to take. */
static bool has_room(void) {
    void *volatile room = malloc(INPUT_BYTES); /* volatile: no compiler leaves it out */
    free(room);
    return room != NULL;
}

/* Makes libfyaml's objects; yaml_close destroys them. */
static void start(struct yaml *y) {
    y->stopped = y->failed = false;
    errno = 0;
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
    if (!y->parser || !has_room() ||
        fy_parser_set_string(y->parser, y->input.ptr, y->input.len) != 0 || os_lacked_memory())
        starve(y);
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
    errno = 0;
    const char *at = fy_token_get_text(token, &len);
    if (os_lacked_memory())
        starve(y);
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

/* Without newlines at the end. */
static size_t trim_length(struct str s) {
    while (s.len && s.ptr[s.len - 1] == '\n')
        s.len--;
    return s.len;
}

/* A scalar whose text is what stands there needs no work of libfyaml's. */
static bool is_verbatim(const struct yaml *y, const struct yaml_event *e, char quote) {
    struct str raw = str_slice(y->text, e->start, e->end);
    return !(raw.len && memchr(raw.ptr, '\n', raw.len)) &&
           !(raw.len && memchr(raw.ptr, '\r', raw.len)) &&
           !(quote && raw.len && memchr(raw.ptr, quote == '"' ? '\\' : '\'', raw.len));
}

/* A block scalar's text with the tabs that were blanked in the input. But for blanks, the text has
   the same bytes as the lines it is read from; what follows a ':' in a line stays as it is. */
static struct str restore_tabs(const struct yaml *y, struct str text, uint32_t start,
                               uint32_t end) {
    if (memcmp(y->text.ptr + start, y->input.ptr + start, end - start) == 0)
        return text;
    char *restored = (char *)str_dup(y->arena, text).ptr;
    size_t at = 0, blanks = 0; /* in it: behind the last byte that is none, and blanks since then */
    for (uint32_t i = start; i < end; i++) {
        if (strchr(" \t\r\n", y->input.ptr[i])) {
            if (y->text.ptr[i] != y->input.ptr[i] && at + blanks < text.len)
                restored[at + blanks] = y->text.ptr[i];
            blanks++;
            continue;
        }
        while (at < text.len && strchr(" \t\r\n", restored[at]))
            at++;
        at += at < text.len;
        blanks = 0;
    }
    return (struct str){restored, text.len};
}

static const struct empty_block *find_empty_block(const struct yaml *y, uint32_t start) {
    for (uint32_t i = y->empty_blocks.count; i-- > 0;)
        if (y->empty_blocks.items[i].start == start)
            return &y->empty_blocks.items[i];
    return NULL;
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
        e->text = restore_tabs(y, token_text(y, token), e->start, e->end);
        bool at_end = e->end == y->text.len && y->text.ptr[e->end - 1] != '\n';
        if (at_end && str_ends(e->text, STR("\n")))
            e->text.len--; /* libfyaml's, where the text ends without a newline */
        uint32_t content = e->start;
        e->start = block_start(y, e, before);
        e->end = trim_end(y, content > e->start ? e->start + 1 : content, e->end);
        return;
    }
    const struct empty_block *empty = find_empty_block(y, e->start);
    if (empty) {
        char *newlines = arena_alloc(y->arena, empty->newlines + 1, 1);
        e->style = YAML_BLOCK;
        e->end = empty->end;
        e->text = (struct str){memset(newlines, '\n', empty->newlines), empty->newlines};
        return;
    }
    e->style = quote ? YAML_QUOTED : YAML_PLAIN;
    struct str raw = str_slice(y->text, e->start, e->end);
    /* libfyaml loses a letter where an escaped line end follows "\\\\", and leaks at '' */
    if (is_verbatim(y, e, quote))
        e->text = raw;
    else if (quote)
        e->text = quoted_decode(y->arena, raw, quote);
    else
        e->text = token_text(y, token);
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

/* The next event that is one of ours; false at the end. */
static bool read_next(struct yaml *y, struct yaml_event *e) {
    while (!y->stopped) {
        errno = 0;
        struct fy_event *from = fy_parser_parse(y->parser);
        if (os_lacked_memory()) /* it doesn't always say so itself */
            starve(y);
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
            return true;
    }
    *e = (struct yaml_event){.kind = YAML_STOP, .start = e->end, .end = e->end};
    return false;
}

/* libfyaml (0.7.12) misreads two kinds of block scalars, which are therefore checked and, where it is
   wrong, read again from a repaired copy of the text:
     - an empty one takes the lines after it for its own, though they are indented like its key;
     - one whose | doesn't stand on the line of its key must be indented deeper than that |, as in
           Policy:
             !Sub |
               text */

struct block {
    int column;        /* of its first line that isn't blank; -1: there is none */
    uint32_t newlines; /* blank lines before that */
    bool indicated, keeps; /* the indicators: a digit, a plus */
};

static struct block scan_block(const struct yaml *y, uint32_t start) {
    struct block block = {.column = -1};
    uint32_t end = (uint32_t)str_find_char(y->text, '\n', start);
    struct str head = str_slice(y->text, start + 1, end);
    for (size_t i = 0; i < head.len && head.ptr[i] > ' '; i++) {
        block.indicated |= head.ptr[i] >= '0' && head.ptr[i] <= '9';
        block.keeps |= head.ptr[i] == '+';
    }
    for (uint32_t i = end + 1; i < y->text.len; i = end + 1, block.newlines++) {
        end = (uint32_t)str_find_char(y->text, '\n', i);
        uint32_t at = i;
        while (at < end && y->text.ptr[at] == ' ')
            at++;
        if (at < end && y->text.ptr[at] != '\r') {
            block.column = (int)(at - i);
            break;
        }
    }
    return block;
}

/* The last ':', '-' or '?' in [from, to) outside of comments; to where there is none. */
static uint32_t last_indicator(struct str text, uint32_t from, uint32_t to) {
    uint32_t last = to;
    for (uint32_t i = from; i < to; i++) {
        if (text.ptr[i] == '#')
            i = (uint32_t)str_find_char(text, '\n', i);
        else if (strchr(":-?", text.ptr[i]))
            last = i;
    }
    return last;
}

/* Blanks that part of the input; false where that changes nothing. */
static bool blank(struct yaml *y, uint32_t from, uint32_t to) {
    bool differs = false;
    for (uint32_t i = from; i < to; i++)
        differs |= y->input.ptr[i] != ' ';
    if (differs && y->input.ptr == y->text.ptr)
        y->input = str_dup(y->arena, y->text);
    if (differs)
        memset((char *)y->input.ptr + from, ' ', to - from);
    return differs;
}

/* Whether the block scalar e, after an event that ends at `before`, is misread; if so, the input is
   changed for the better. */
static bool repair_block(struct yaml *y, const struct yaml_event *e, uint32_t before) {
    int parent = y->columns.count ? y->columns.items[y->columns.count - 1] : -1;
    struct block block = scan_block(y, e->start);
    bool is_empty = block.column <= parent, is_read_empty = trim_length(e->text) == 0;
    uint32_t first = e->props ? e->props : e->start;
    if (block.indicated || is_empty == is_read_empty)
        return false;
    if (is_empty) {
        uint32_t end = (uint32_t)str_find_char(y->text, '\n', e->start);
        if (!blank(y, e->start, end))
            return false;
        ((char *)y->input.ptr)[e->start] = 'x';
        vec_push(y->arena, &y->empty_blocks,
                 (struct empty_block){e->start, e->start + 1, block.keeps ? block.newlines : 0});
        return true;
    }
    uint32_t indicator = last_indicator(y->text, before, first);
    if (indicator == first || !memchr(y->text.ptr + indicator, '\n', first - indicator))
        return false;
    return blank(y, indicator + 1, first);
}

/* Begins anew with the repaired input, up to where it was. */
static bool restart(struct yaml *y) {
    struct yaml_event skipped = {0};
    y->read_again += y->text.len;
    if (y->read_again > REPAIR_BYTES_MAX && y->read_again > y->text.len)
        return false;
    yaml_close(y);
    start(y);
    for (uint32_t i = 0; i < y->delivered; i++)
        if (!read_next(y, &skipped))
            return false;
    return true;
}

static void track_columns(struct yaml *y, const struct yaml_event *e) {
    if (e->kind == YAML_MAP_END || e->kind == YAML_LIST_END)
        y->columns.count -= y->columns.count > 0;
    if (e->kind != YAML_MAP && e->kind != YAML_LIST)
        return;
    uint32_t at = e->start;
    while (!e->flow && at > 0 && y->text.ptr[at - 1] != '\n') /* JSON may be one long line */
        at--;
    vec_push(y->arena, &y->columns, e->flow ? -1 : (int)(e->start - at));
}

void yaml_next(struct yaml *y, struct yaml_event *e) {
    uint32_t before = e->end;
    if (!read_next(y, e))
        return;
    while (e->kind == YAML_SCALAR && e->style == YAML_BLOCK && repair_block(y, e, before)) {
        e->end = before;
        if (!restart(y) || !read_next(y, e))
            return;
    }
    track_columns(y, e);
    y->delivered++;
}

/* Whether a '? ' is where a key can begin: at a line's start, behind indicators, in brackets. */
static bool has_complex_key(struct str text) {
    bool can_begin = true;
    for (size_t i = 0; i + 1 < text.len; i++) {
        char c = text.ptr[i];
        if (c == '?' && can_begin && strchr(" \t\r\n", text.ptr[i + 1]))
            return true;
        if (strchr("\r\n{[,", c))
            can_begin = true;
        else if (!strchr(" \t-?:", c))
            can_begin = false;
    }
    return false;
}

/* libfyaml (0.7.12) frees a key twice when, in a text with '? key', a tab stands between a ':' and
   another indicator: it gets to see blanks there. Block scalars get their tabs back. */
static void repair_tabs(struct yaml *y) {
    struct str text = y->text;
    size_t tab = str_find_char(text, '\t', 0);
    if (tab == text.len || !has_complex_key(text))
        return;
    for (; tab < text.len; tab = str_find_char(text, '\t', tab)) {
        size_t from = tab, to = tab;
        while (from > 0 && text.ptr[from - 1] == ' ')
            from--;
        while (to < text.len && (text.ptr[to] == ' ' || text.ptr[to] == '\t'))
            to++;
        if (from > 0 && text.ptr[from - 1] == ':' && to < text.len && strchr("?:|>-", text.ptr[to]))
            blank(y, (uint32_t)from, (uint32_t)to);
        tab = to;
    }
}

struct yaml *yaml_open(struct arena *a, struct str text, bool json) {
    struct yaml *y = arena_new(a, struct yaml);
    *y = (struct yaml){.arena = a, .text = text, .input = text, .json = json};
    y->stopped = text.len == 0;
    if (!json)
        repair_tabs(y);
    if (!y->stopped)
        start(y);
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

static bool is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("+-._", c));
}

/* libfyaml takes all up to the next bracket, comma or line end for a scalar of JSON that is wrong. */
static void describe_json_scalar(const struct yaml *y, struct yaml_error *error) {
    struct str text = str_slice(y->text, error->start, error->end);
    size_t word = 0, rest;
    while (word < text.len && is_word_char(text.ptr[word]))
        word++;
    for (rest = word; rest < text.len && strchr(" \t\r\n", text.ptr[rest]);)
        rest++;
    error->help = STR("put strings in double quotes");
    if (word && rest == text.len) {
        bool numeric = strchr("+-.0123456789", text.ptr[0]) != NULL;
        error->message = numeric ? STR("this number isn't one of JSON")
                                 : STR("this isn't a value of JSON");
        return;
    }
    error->start += (uint32_t)rest;
    error->help = STR_NIL;
    bool comment = text.ptr[rest] == '#' || text.ptr[rest] == '/';
    error->message = comment ? STR("JSON has no comments")
                     : word  ? STR("a ',' or a closing bracket was expected here")
                             : STR("this isn't a value of JSON");
}

/* Quotes belong to the place of a quoted string. */
static void widen_to_quotes(const struct yaml *y, struct yaml_error *error) {
    if (error->start > 0 && error->end < y->text.len && error->end > error->start &&
        y->text.ptr[error->start - 1] == y->text.ptr[error->end] &&
        strchr("\"'", y->text.ptr[error->end])) {
        error->start--;
        error->end++;
    }
}

bool yaml_failed(const struct yaml *y, struct yaml_error *error) {
    *error = (struct yaml_error){.message = STR("the text can't be read")};
    if (!y->failed || !y->diag)
        return y->failed;
    void *state = NULL;
    struct fy_diag_error *first = fy_diag_errors_iterate(y->diag, &state);
    if (!first)
        return true;
    if (first->fyt)
        token_place(y, first->fyt, &error->start, &error->end);
    if (strcmp(first->msg, "Invalid JSON plain scalar") == 0)
        describe_json_scalar(y, error);
    else
        describe(y, first->msg, error);
    widen_to_quotes(y, error);
    if (error->start >= y->text.len)
        error->start = error->end = trim_end(y, 0, (uint32_t)y->text.len);
    return true;
}
