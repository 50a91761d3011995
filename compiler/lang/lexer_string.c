#include "base/buf.h"
#include "lang/lexer.h"

/* A piece of text that is being decoded: [copied, l->at) is still to be taken over. */
struct piece {
    uint32_t start, copied;
    struct buf text;
    bool decoded; /* it differs from the source, so it is in `text` */
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static char peek(const struct lexer *l, uint32_t i) {
    return i < l->text.len ? l->text.ptr[i] : '\0';
}

static bool has_three(const struct lexer *l, uint32_t i, char quote) {
    return peek(l, i) == quote && peek(l, i + 1) == quote && peek(l, i + 2) == quote;
}

static void piece_begin(struct lexer *l, struct piece *p) {
    *p = (struct piece){.start = l->at, .copied = l->at};
}

static void piece_take(struct lexer *l, struct piece *p) {
    if (!p->decoded)
        buf_init(&p->text, l->arena, 0);
    p->decoded = true;
    buf_str(&p->text, str_slice(l->text, p->copied, l->at));
}

static void piece_end(struct lexer *l, struct piece *p) {
    uint32_t end = l->at;
    if (p->decoded)
        piece_take(l, p);
    struct str text = p->decoded ? buf_view(&p->text) : str_slice(l->text, p->start, end);
    if (text.len)
        lexer_push(l, TOK_STRING_TEXT, p->start, end, text);
}

/* Skips the indentation of a line that three quotes hold. */
static void strip_indent(struct lexer *l, struct literal *s) {
    uint32_t end = l->at;
    while (end < s->text_end && is_blank(peek(l, end)))
        end++;
    bool blank_line = end == s->text_end || lexer_newline_at(l, end);
    if (str_starts(str_slice(l->text, l->at, s->text_end), s->indent)) {
        l->at += (uint32_t)s->indent.len;
        return;
    }
    if (!blank_line && s->indent.len) {
        uint32_t mark = end == l->at ? end + 1 : end;
        struct diag *d =
            lexer_report(l, RULE_STRING, l->at, mark,
                         "a line of the string is indented less than its closing quotes");
        diag_note(l->diags, d, (struct span){l->tree->source, s->close, s->close + 3},
                  "the closing quotes");
        s->indent = STR_NIL;
    }
    l->at = end;
}

/* \u{...} at l->at; false when it is broken. Moves behind it. */
static bool decode_unicode(struct lexer *l, struct buf *out) {
    uint32_t i = l->at + 2, value = 0, digits = 0;
    bool good = peek(l, i) == '{';
    for (i += good; str_hex_digit(peek(l, i)) >= 0 && digits < 7; i++, digits++)
        value = value * 16 + (uint32_t)str_hex_digit(peek(l, i));
    char bytes[4];
    bool closed = good && digits > 0 && digits < 7 && peek(l, i) == '}';
    unsigned n = closed ? utf8_put(value, bytes) : 0;
    if (n == 0) {
        struct diag *d = lexer_report(l, RULE_STRING, l->at, i + (good && peek(l, i) == '}'),
                                      "a broken '\\u' escape");
        diag_help(l->diags, d, "a character is written \\u{1F600}: up to six hexadecimal digits");
        l->at = i;
        return false;
    }
    buf_str(out, (struct str){bytes, n});
    l->at = i + 1;
    return true;
}

static void decode_escape(struct lexer *l, struct piece *p, const struct literal *s) {
    static const char names[] = "nt\"\\$", values[] = "\n\t\"\\$";
    char c = peek(l, l->at + 1);
    if (l->at + 1 >= l->text.len || lexer_newline_at(l, l->at + 1)) {
        if (s->quotes == 3)
            lexer_report(l, RULE_STRING, l->at, l->at + 1, "'\\' escapes nothing at a line's end");
        l->at++;
        return;
    }
    piece_take(l, p);
    uint32_t start = l->at;
    for (int i = 0; names[i]; i++)
        if (c == names[i]) {
            buf_char(&p->text, values[i]);
            l->at += 2;
        }
    if (c == 'u') {
        decode_unicode(l, &p->text);
    } else if (l->at == start) {
        unsigned n = utf8_length(l->text, start + 1);
        l->at = start + 1 + (n ? n : 1);
        struct str given = str_slice(l->text, start, l->at);
        struct span span = {l->tree->source, start, l->at};
        struct diag *d =
            diag_add(l->diags, RULE_STRING, span, "unknown escape '%.*s'", STR_ARG(given));
        diag_help(l->diags, d,
                  "escapes are \\n \\t \\\" \\\\ \\$ \\u{..}; text in single quotes has none");
    }
    p->copied = l->at;
}

/* Where an unclosed string had better end: before the brackets and commas that end its line, as
   far as they fit the brackets that are open. */
static uint32_t find_cut(const struct lexer *l, uint32_t from, uint32_t end, uint32_t base) {
    static const char closers[] = "})]";
    uint32_t start = end;
    if (start > from + 1 && peek(l, start - 1) == '{' && is_blank(peek(l, start - 2)))
        start--;
    while (start > from && str_has(STR(" \t,)]}"), peek(l, start - 1)))
        start--;
    uint32_t cut = start, open = base;
    for (uint32_t i = start; i < end; i++)
        for (uint8_t kind = 0; kind < 3; kind++) {
            if (peek(l, i) != closers[kind])
                continue;
            if (open > 0 && l->brackets.items[open - 1] == kind) {
                open--;
            } else {
                cut = i + 1;
                open = base;
            }
        }
    return cut;
}

static void end_string(struct lexer *l, uint32_t start, uint32_t end) {
    lexer_push(l, TOK_STRING_END, start, end, STR_NIL);
}

static void string_text(struct lexer *l, struct literal s);

/* Closes the strings that are open around l->at, where their line ends. */
void lexer_break_strings(struct lexer *l) {
    struct literal outer = l->interpolations.items[0];
    struct diag *d = lexer_report(l, RULE_STRING, outer.opened, outer.opened + 2,
                                  "'${' isn't closed on its line");
    diag_help(l->diags, d, "write '\\${' for the text '${'");
    diag_fix(l->diags, d, (struct span){l->tree->source, outer.opened, outer.opened}, STR("\\"),
             false);
    for (uint32_t i = l->interpolations.count; i > 0; i--) {
        lexer_push(l, TOK_INTERPOLATION_END, l->at, l->at, STR_NIL);
        if (l->interpolations.items[i - 1].quotes == 1 || i > 1)
            end_string(l, l->at, l->at);
    }
    l->interpolations.count = 0;
    l->brackets.count = outer.base;
    for (int i = 0; i < 3; i++)
        l->open[i] = outer.open[i];
    if (outer.quotes == 3)
        string_text(l, outer);
}

static void break_string(struct lexer *l, const struct literal *s, struct piece *p, uint32_t end) {
    bool nested = l->interpolations.count > 0;
    bool whole_line = nested && l->interpolations.items[0].quotes == 3;
    uint32_t base = nested ? l->interpolations.items[0].base : l->brackets.count;
    l->at = whole_line ? end : find_cut(l, p->copied, end, base);
    if (!nested) {
        struct diag *d =
            lexer_report(l, RULE_STRING, s->start, l->at, "the string isn't closed on its line");
        diag_help(l->diags, d, "text of several lines stands in three quotes: %s",
                  s->quote == '"' ? "\"\"\"" : "'''");
    }
    piece_end(l, p);
    end_string(l, l->at, l->at);
    if (nested)
        lexer_break_strings(l);
}

/* Whether a string that ends at l->at, before a word, is more likely to hold a quote: 'it's'. */
static bool holds_quote(struct lexer *l, char quote) {
    char next = peek(l, l->at + 1);
    bool word = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    if (!word || l->interpolations.count)
        return false;
    unsigned quotes = 0;
    for (uint32_t i = l->at + 1, end = lexer_line_end(l, i); i < end; i++)
        quotes += peek(l, i) == quote;
    return quotes % 2 == 1;
}

static void take_rest(struct lexer *l, const struct literal *s, struct piece *p, uint32_t end) {
    struct diag *d = lexer_report(l, RULE_STRING, l->at, l->at + 1,
                                  "the string ends here, but its text seems to go on");
    diag_help(l->diags, d, s->quote == '"' ? "a quote inside of a string is written \\\""
                                           : "text with a ' stands in double quotes");
    l->at = find_cut(l, p->copied, end, l->brackets.count);
    piece_end(l, p);
    end_string(l, l->at, l->at);
}

static void begin_interpolation(struct lexer *l, struct literal s) {
    s.opened = l->at;
    s.base = l->brackets.count;
    for (int i = 0; i < 3; i++) {
        s.open[i] = l->open[i];
        l->open[i] = 0;
    }
    vec_push(l->arena, &l->interpolations, s);
    vec_push(l->arena, &l->brackets, INTERPOLATION);
    lexer_push(l, TOK_INTERPOLATION_START, l->at, l->at + 2, STR_NIL);
}

void lexer_resume_string(struct lexer *l) {
    struct literal s = l->interpolations.items[--l->interpolations.count];
    l->brackets.count = s.base;
    for (int i = 0; i < 3; i++)
        l->open[i] = s.open[i];
    lexer_push(l, TOK_INTERPOLATION_END, l->at, l->at + 1, STR_NIL);
    string_text(l, s);
}

static void check_control(struct lexer *l, char c) {
    if (((unsigned char)c >= 0x20 && c != 0x7f) || c == '\t' || c == '\0')
        return;
    struct diag *d = diag_add(l->diags, RULE_STRING,
                              (struct span){l->tree->source, l->at, l->at + 1},
                              "the control character 0x%02x stands in a string", (unsigned char)c);
    diag_help(l->diags, d, "in double quotes it can be written \\u{%x}", (unsigned char)c);
}

/* The text of a string from l->at up to its end, or to an interpolation. */
static void string_text(struct lexer *l, struct literal s) {
    uint32_t end = s.quotes == 3 ? s.text_end : lexer_line_end(l, l->at);
    struct piece p;
    piece_begin(l, &p);
    if (s.quotes == 3 && s.indent.ptr && peek(l, l->at - 1) == '\n') {
        strip_indent(l, &s);
        p.copied = l->at;
        p.start = l->at;
    }
    while (l->at < end) {
        char c = peek(l, l->at);
        uint32_t newline = s.quotes == 3 ? lexer_newline_at(l, l->at) : 0;
        if (s.quotes == 1 && c == s.quote)
            break;
        if (newline) {
            piece_take(l, &p);
            buf_char(&p.text, '\n');
            l->at += newline;
            strip_indent(l, &s);
            p.copied = l->at;
        } else if (s.quote == '"' && c == '\\') {
            decode_escape(l, &p, &s);
        } else if (s.quote == '"' && c == '$' && peek(l, l->at + 1) == '{') {
            piece_end(l, &p);
            begin_interpolation(l, s);
            return;
        } else {
            check_control(l, c);
            l->at++;
        }
    }
    if (s.quotes == 1 && l->at >= end) {
        break_string(l, &s, &p, end);
        return;
    }
    if (s.quotes == 1 && holds_quote(l, s.quote)) {
        take_rest(l, &s, &p, end);
        return;
    }
    piece_end(l, &p);
    uint32_t close = s.quotes == 1 ? l->at : s.close;
    if (s.quotes == 3 && (close < l->at || !has_three(l, close, s.quote)))
        end_string(l, l->at, l->at);
    else
        end_string(l, close, close + s.quotes);
}

static uint32_t line_start_of(const struct lexer *l, uint32_t i) {
    while (i > 0 && l->text.ptr[i - 1] != '\n')
        i--;
    return i;
}

/* The first line in column 0 that starts a declaration, or limit. */
static uint32_t find_declaration(const struct lexer *l, uint32_t from, uint32_t limit) {
    while (from < limit) {
        uint32_t end = from;
        while (end < limit && peek(l, end) >= 'a' && peek(l, end) <= 'z')
            end++;
        if (end > from && is_blank(peek(l, end)) && word_declares(str_slice(l->text, from, end)))
            return from;
        from = (uint32_t)str_find_char(l->text, '\n', from) + 1;
    }
    return limit;
}

static void leave_unclosed(struct lexer *l, struct literal *s, uint32_t from, uint32_t limit) {
    if (!s->reported) {
        struct diag *d = lexer_report(l, RULE_STRING, s->start, s->start + 3,
                                      "the string in three quotes isn't closed");
        diag_help(l->diags, d, "they close on a line of their own, whose indentation is stripped");
    }
    uint32_t end = find_declaration(l, from, limit);
    if (end > s->start + 3 && peek(l, end - 1) == '\n')
        end -= peek(l, end - 2) == '\r' ? 2 : 1;
    s->text_end = s->close = end;
}

static bool is_escaped(const struct lexer *l, uint32_t i) {
    uint32_t from = i;
    while (from > 0 && l->text.ptr[from - 1] == '\\')
        from--;
    return (i - from) % 2 == 1;
}

/* Whether three quotes in the middle of a line are more likely the start of another string. */
static bool looks_opening(const struct lexer *l, uint32_t i, uint32_t line) {
    uint32_t after = i + 3, before = i;
    while (is_blank(peek(l, after)))
        after++;
    while (before > line && is_blank(peek(l, before - 1)))
        before--;
    return (after >= l->text.len || lexer_newline_at(l, after)) && before > line &&
           str_has(STR("=([,:?"), peek(l, before - 1));
}

/* Finds where three quotes opened at s->start close; `from` is the line after the opening. */
static void find_close(struct lexer *l, struct literal *s, uint32_t from) {
    char quotes[3] = {s->quote, s->quote, s->quote};
    uint32_t i = from - 1;
    do {
        i = (uint32_t)str_find(l->text, (struct str){quotes, 3}, i + 1);
    } while (i < l->text.len && s->quote == '"' && is_escaped(l, i));
    if (i >= l->text.len) {
        leave_unclosed(l, s, from, (uint32_t)l->text.len);
        return;
    }
    uint32_t line = line_start_of(l, i), indent = line;
    while (is_blank(peek(l, indent)))
        indent++;
    s->indent = str_slice(l->text, line, indent);
    s->close = i;
    s->text_end = line > from ? line - 1 - (line > from + 1 && peek(l, line - 2) == '\r') : from;
    if (indent == i)
        return;
    if (looks_opening(l, i, line)) {
        s->indent = STR_NIL;
        leave_unclosed(l, s, from, line);
        return;
    }
    s->text_end = i;
    if (s->reported)
        return;
    struct diag *d = lexer_report(l, RULE_STRING, i, i + 3,
                                  "the closing quotes stand on a line of their own");
    diag_note(l->diags, d, (struct span){l->tree->source, s->start, s->start + 3}, "opened here");
}

/* Three quotes with text behind them on their line, or inside of an interpolation. */
static void misuse_three(struct lexer *l, struct literal *s) {
    uint32_t end = lexer_line_end(l, l->at), i = l->at;
    lexer_report(l, RULE_STRING, s->start, s->start + 3,
                 l->interpolations.count ? "a string in three quotes can't stand inside of '${}'"
                                         : "text starts on the line after three quotes");
    while (i < end && !has_three(l, i, s->quote))
        i++;
    s->text_end = s->close = i;
    s->reported = true;
    if (i == end && l->interpolations.count == 0 && lexer_newline_at(l, end)) {
        l->at = end + lexer_newline_at(l, end);
        find_close(l, s, l->at);
        l->at = l->at < s->text_end ? l->at : s->text_end;
    }
}

static void three_quotes(struct lexer *l, struct literal s) {
    s.quotes = 3;
    lexer_push(l, TOK_STRING_START, s.start, s.start + 3, STR_NIL);
    uint32_t rest = l->at;
    while (is_blank(peek(l, rest)))
        rest++;
    uint32_t newline = lexer_newline_at(l, rest);
    if (l->interpolations.count || (!newline && rest < l->text.len)) {
        misuse_three(l, &s);
    } else if (newline) {
        find_close(l, &s, rest + newline);
        l->at = rest + newline < s.text_end ? rest + newline : s.text_end;
    } else {
        l->at = rest;
        leave_unclosed(l, &s, rest, rest);
    }
    string_text(l, s);
}

void lexer_string(struct lexer *l) {
    uint32_t start = l->at;
    struct literal s = {.start = start, .quote = l->text.ptr[start], .quotes = 1};
    if (has_three(l, start, s.quote)) {
        three_quotes(l, s);
        return;
    }
    lexer_push(l, TOK_STRING_START, start, start + 1, STR_NIL);
    string_text(l, s);
}
