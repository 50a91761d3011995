#include "lang/lexer.h"

#include <string.h>

#include "base/limits.h"

static const struct {
    const char *text, *what;
} token_table[TOK_KINDS] = {
#define TOKEN(id, text, what) [TOK_##id] = {text, what},
#include "lang/tokens.def"
#undef TOKEN
};

static const char *const unit_names[] = {"", "ms", "s", "m", "h", "d", "B", "KB", "MB", "GB"};
enum { UNIT_COUNT = sizeof unit_names / sizeof *unit_names, NUMBER_DIGITS = 18 };

const char *token_describe(enum token_kind kind) {
    return token_table[kind].what;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_ascii(char c) {
    return (unsigned char)c < 0x80;
}

static char peek(const struct lexer *l, uint32_t i) {
    return i < l->text.len ? l->text.ptr[i] : '\0';
}

void lexer_push(struct lexer *l, enum token_kind kind, uint32_t start, uint32_t end,
                struct str text) {
    struct token token = {.kind = (uint8_t)kind,
                          .span = {l->tree->source, start, end},
                          .text = text};
    vec_push(l->arena, &l->tree->tokens, token);
    l->at = end;
}

static void push_slice(struct lexer *l, enum token_kind kind, uint32_t start, uint32_t end) {
    lexer_push(l, kind, start, end, str_slice(l->text, start, end));
}

struct diag *lexer_report(struct lexer *l, enum rule_id rule, uint32_t start, uint32_t end,
                          const char *message) {
    return diag_add(l->diags, rule, (struct span){l->tree->source, start, end}, "%s", message);
}

uint32_t lexer_newline_at(const struct lexer *l, uint32_t i) {
    if (peek(l, i) == '\n')
        return 1;
    return peek(l, i) == '\r' && peek(l, i + 1) == '\n' ? 2 : 0;
}

uint32_t lexer_line_end(struct lexer *l, uint32_t i) {
    if (i < l->line_start || i > l->line_end || l->line_end == 0) {
        uint32_t end = (uint32_t)str_find_char(l->text, '\n', i);
        bool cr = end > i && end < l->text.len && l->text.ptr[end - 1] == '\r';
        l->line_start = i;
        l->line_end = cr ? end - 1 : end;
    }
    return l->line_end;
}

static void lexer_open(struct lexer *l, uint8_t bracket) {
    vec_push(l->arena, &l->brackets, bracket);
    l->open[bracket]++;
}

/* Forgets the brackets that are still open inside of the one that closes here, if one does. */
static void lexer_close(struct lexer *l, uint8_t bracket) {
    if (l->open[bracket] == 0)
        return;
    uint8_t top;
    do {
        top = l->brackets.items[--l->brackets.count];
        l->open[top]--;
    } while (top != bracket);
}

static void lex_comment(struct lexer *l) {
    uint32_t start = l->at, end = lexer_line_end(l, start);
    if (l->interpolations.count) {
        struct diag *d = lexer_report(l, RULE_STRING, start, start + 1,
                                      "an interpolation has no comments");
        diag_help(l->diags, d, "write '\\${' for the text '${'");
        push_slice(l, TOK_ERROR, start, start + 1);
        return;
    }
    uint32_t count = l->tree->tokens.count;
    bool first = count == 0 || l->tree->tokens.items[count - 1].kind == TOK_NEWLINE;
    bool doc = first && peek(l, start + 1) == '#' &&
               (start + 2 == end || peek(l, start + 2) == ' ');
    if (!doc)
        push_slice(l, TOK_COMMENT, start, end);
    else
        lexer_push(l, TOK_DOC, start, end, str_trim(str_slice(l->text, start + 2, end)));
}

/* Comments as other languages have them: reported, then taken as comments. */
static void lex_foreign_comment(struct lexer *l) {
    uint32_t start = l->at, end = lexer_line_end(l, start);
    struct diag *d =
        lexer_report(l, RULE_SYNTAX, start, start + 2, "a comment starts with '#' here");
    if (peek(l, start + 1) == '/') {
        diag_fix(l->diags, d, (struct span){l->tree->source, start, start + 2}, STR("#"), true);
    } else if (!l->comment_open) {
        size_t close = str_find(l->text, STR("*/"), start + 2);
        l->comment_open = close == l->text.len;
        if (!l->comment_open)
            end = (uint32_t)close + 2;
    }
    push_slice(l, TOK_COMMENT, start, end);
}

static enum token_kind keyword(struct str word) {
    for (enum token_kind k = TOK_TRUE; k <= TOK_AWS; k++)
        if (token_table[k].text[0] == word.ptr[0] && str_is(word, token_table[k].text))
            return k;
    return TOK_NAME;
}

static const char *const methods[] = {"GET",  "POST",    "PUT", "DELETE", "PATCH",
                                      "HEAD", "OPTIONS", "ANY", "crud"};

bool word_is_method(struct str word) {
    return str_in(word, methods);
}

const char *word_near_method(struct str word) {
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (str_is_near(word, str_from(methods[i])))
            return methods[i];
    return NULL;
}

bool word_declares(struct str word) {
    static const char *const words[] = {
        "stack",    "defaults", "param",  "let",    "output", "use", "module",
        "resource", "existing", "extend", "assert",
#define KIND(id, word, ...) word,
#define ALIAS(...)
#define PART(...)
#include "lang/kinds.def"
#undef KIND
#undef ALIAS
#undef PART
    };
    static const char *const inner[] = {"stage", "domain", "model", "index"};
    return !str_in(word, inner) && str_in(word, words);
}

static bool starts_statement(const struct lexer *l) {
    if (l->tree->tokens.count < 2)
        return true;
    switch (l->tree->tokens.items[l->tree->tokens.count - 2].kind) {
    case TOK_NEWLINE:
    case TOK_LEFT_BRACE:
    case TOK_RIGHT_BRACE:
    case TOK_RIGHT_PAREN:
    case TOK_COMMA:
    case TOK_ERROR:
        return true;
    default:
        return false;
    }
}

/* After the first word of a statement: a bare path, where a blank, '/' and an arrow follow. */
static void lex_path(struct lexer *l, struct str word) {
    uint32_t start = l->at;
    while (peek(l, start) == ' ' || peek(l, start) == '\t')
        start++;
    if (start == l->at || peek(l, start) != '/' || l->interpolations.count || !starts_statement(l))
        return;
    uint32_t end = start, line_end = lexer_line_end(l, start);
    while (end < line_end && peek(l, end) != ' ' && peek(l, end) != '\t')
        end++;
    uint32_t after = end;
    while (peek(l, after) == ' ' || peek(l, after) == '\t')
        after++;
    bool arrow = peek(l, after) == '-' && peek(l, after + 1) == '>';
    bool in_block = l->brackets.count == 0 || l->brackets.items[l->brackets.count - 1] == 0;
    if (arrow || (in_block && word_is_method(word)))
        push_slice(l, TOK_PATH, start, end);
}

static uint32_t code_point_at(const struct lexer *l, uint32_t i, unsigned n) {
    uint32_t c = (unsigned char)l->text.ptr[i] & (0xffu >> (n + 1));
    for (unsigned k = 1; k < n; k++)
        c = c << 6 | ((unsigned char)l->text.ptr[i + k] & 0x3f);
    return c;
}

static bool is_typographic_quote(uint32_t c) {
    return c >= 0x2018 && c <= 0x201f;
}

static bool is_invisible(uint32_t c) {
    return c == 0xa0 || (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0x3000 || c == 0xfeff;
}

/* The length of a letter, digit or '_' of a name, or of what a user could take for one; or 0. */
static uint32_t name_character(const struct lexer *l, uint32_t i) {
    if (is_letter(peek(l, i)) || is_digit(peek(l, i)))
        return 1;
    unsigned n = is_ascii(peek(l, i)) ? 0 : utf8_length(l->text, i);
    if (n == 0)
        return 0;
    uint32_t c = code_point_at(l, i, n);
    return is_invisible(c) || is_typographic_quote(c) ? 0 : n;
}

static void lex_name(struct lexer *l) {
    uint32_t start = l->at, end = start;
    bool ascii = true;
    for (uint32_t n; (n = name_character(l, end)) > 0; end += n)
        ascii &= n == 1;
    struct str word = str_slice(l->text, start, end);
    if (!ascii) {
        struct diag *d = lexer_report(l, RULE_SYNTAX, start, end,
                                      "a name consists of letters a-z, A-Z, digits and '_'");
        diag_help(l->diags, d, "other text stands in quotes");
    }
    lexer_push(l, keyword(word), start, end, word);
    lex_path(l, word);
}

static void report_unit(struct lexer *l, uint32_t start, uint32_t unit, uint32_t end) {
    struct str given = str_slice(l->text, unit, end);
    struct span span = {l->tree->source, unit, end};
    struct diag *d = diag_add(l->diags, RULE_NUMBER, span, "'%.*s' is no unit", STR_ARG(given));
    for (int u = 1; u < UNIT_COUNT; u++) {
        if (!str_eq_nocase(given, str_from(unit_names[u])))
            continue;
        diag_label(l->diags, d, "did you mean '%s'?", unit_names[u]);
        diag_fix(l->diags, d, span, str_from(unit_names[u]), true);
        return;
    }
    diag_help(l->diags, d,
              "units are ms, s, m, h, d, B, KB, MB and GB; text stands in quotes: \"%.*s\"",
              (int)(end - start), l->text.ptr + start);
}

static void report_quote(struct lexer *l, uint32_t start, uint32_t end, const char *message) {
    struct diag *d = lexer_report(l, RULE_NUMBER, start, end, message);
    struct str quoted = str_printf(l->arena, "\"%.*s\"", (int)(end - start), l->text.ptr + start);
    diag_label(l->diags, d, "write %.*s", STR_ARG(quoted));
    diag_fix(l->diags, d, (struct span){l->tree->source, start, end}, quoted, false);
}

static uint32_t skip_digits(const struct lexer *l, uint32_t i) {
    while (is_digit(peek(l, i)))
        i++;
    return i;
}

static bool number_fits(struct str digits) {
    int64_t value;
    return str_has(digits, '.') ? digits.len <= NUMBER_DIGITS + 1 : str_to_int(digits, &value);
}

static void lex_number(struct lexer *l) {
    uint32_t start = l->at, digits = skip_digits(l, start);
    if (peek(l, digits) == '.' && is_digit(peek(l, digits + 1)))
        digits = skip_digits(l, digits + 1);
    uint32_t end = digits;
    for (uint32_t n; (n = name_character(l, end)) > 0; end += n)
        continue;
    uint32_t dotted = digits;
    while (peek(l, dotted) == '.' && is_digit(peek(l, dotted + 1)))
        dotted = skip_digits(l, dotted + 1);
    int unit = 0;
    while (unit < UNIT_COUNT && !str_is(str_slice(l->text, digits, end), unit_names[unit]))
        unit++;
    if (dotted > digits)
        report_quote(l, start, end = dotted, "text of several dots is no number");
    else if (unit == UNIT_COUNT)
        report_unit(l, start, digits, end);
    else if (peek(l, start) == '0' && is_digit(peek(l, start + 1)))
        report_quote(l, start, end, "a number doesn't start with 0");
    else if (!number_fits(str_slice(l->text, start, digits)))
        report_quote(l, start, end, "a number has too many digits");
    lexer_push(l, TOK_NUMBER, start, end, str_slice(l->text, start, digits));
    l->tree->tokens.items[l->tree->tokens.count - 1].unit =
        unit == UNIT_COUNT ? UNIT_NONE : (uint8_t)unit;
}

/* The longest fixed token that the text continues with, or TOK_END. */
static enum token_kind punctuation_at(const struct lexer *l, uint32_t i) {
    enum token_kind found = TOK_END;
    size_t length = 0;
    for (enum token_kind k = TOK_LEFT_BRACE; k < TOK_KINDS; k++) {
        const char *text = token_table[k].text;
        size_t n = strlen(text);
        if (text[0] != peek(l, i) || n <= length || i + n > l->text.len ||
            memcmp(l->text.ptr + i, text, n) != 0)
            continue;
        found = k;
        length = n;
    }
    return found;
}

static void lex_punctuation(struct lexer *l, enum token_kind kind) {
    static const uint8_t brackets[TOK_KINDS] = {
        [TOK_LEFT_BRACE] = 1,   [TOK_RIGHT_BRACE] = 1, [TOK_LEFT_PAREN] = 2,
        [TOK_RIGHT_PAREN] = 2,  [TOK_LEFT_BRACKET] = 3, [TOK_RIGHT_BRACKET] = 3};
    uint8_t bracket = brackets[kind];
    bool opens = kind == TOK_LEFT_BRACE || kind == TOK_LEFT_PAREN || kind == TOK_LEFT_BRACKET;
    if (kind == TOK_RIGHT_BRACE && l->interpolations.count && l->open[0] == 0) {
        lexer_resume_string(l);
        return;
    }
    if (bracket && opens)
        lexer_open(l, bracket - 1);
    else if (bracket)
        lexer_close(l, bracket - 1);
    push_slice(l, kind, l->at, l->at + (uint32_t)strlen(token_table[kind].text));
}

/* Reports [at, at + n) and takes it for another token. */
static void lex_instead(struct lexer *l, uint32_t n, enum token_kind kind, const char *message) {
    struct diag *d = lexer_report(l, RULE_SYNTAX, l->at, l->at + n, message);
    struct str right = str_from(token_table[kind].text);
    diag_fix(l->diags, d, (struct span){l->tree->source, l->at, l->at + n}, right, true);
    lexer_push(l, kind, l->at, l->at + n, right);
}

/* The length of a quote that starts no string, but could be meant to; or 0. */
static uint32_t wrong_quote_at(const struct lexer *l, uint32_t i) {
    if (peek(l, i) == '`')
        return 1;
    bool wide = !is_ascii(peek(l, i)) && utf8_length(l->text, i) == 3;
    return wide && is_typographic_quote(code_point_at(l, i, 3)) ? 3 : 0;
}

/* Text between such quotes: reported once, then taken for a string. */
static void lex_wrong_quotes(struct lexer *l) {
    uint32_t start = l->at, from = start + wrong_quote_at(l, start), end = from;
    uint32_t line_end = lexer_line_end(l, start), close = 0;
    for (; end < line_end && !close; end += !close)
        close = peek(l, end) == '"' ? 1 : wrong_quote_at(l, end);
    close += end;
    struct diag *d =
        lexer_report(l, RULE_STRING, start, from, "a string stands in straight quotes");
    diag_help(l->diags, d, "write \"...\" or '...'");
    push_slice(l, TOK_STRING_START, start, from);
    if (end > from)
        push_slice(l, TOK_STRING_TEXT, from, end);
    push_slice(l, TOK_STRING_END, end, close);
}

static void lex_beyond_ascii(struct lexer *l) {
    unsigned n = utf8_length(l->text, l->at);
    if (n == 0) { /* reported for the whole file */
        push_slice(l, TOK_ERROR, l->at, l->at + 1);
        return;
    }
    uint32_t c = code_point_at(l, l->at, n);
    if (is_invisible(c)) {
        struct span span = {l->tree->source, l->at, l->at + n};
        struct diag *d = diag_add(l->diags, RULE_SYNTAX, span,
                                  "the character U+%04X can't be seen and means nothing", c);
        diag_fix(l->diags, d, span, STR(" "), true);
        l->at += n;
    } else {
        lex_name(l);
    }
}

static void lex_unknown(struct lexer *l) {
    uint32_t start = l->at;
    char c = peek(l, start);
    if (c == ';') {
        struct diag *d = lexer_report(l, RULE_SYNTAX, start, start + 1, "there is no ';'");
        diag_help(l->diags, d, "a statement ends with its line, in braces also with a comma");
    } else if (c == '$') {
        struct diag *d = lexer_report(l, RULE_SYNTAX, start, start + 1,
                                      "'$' means nothing outside of a string");
        diag_help(l->diags, d, "a name stands alone; in a string it is \"${name}\"");
    } else if (c == '\r') {
        lexer_report(l, RULE_SYNTAX, start, start + 1, "a carriage return without a newline");
    } else if (c != '\0') { /* NUL is reported for the whole file */
        bool visible = c > ' ' && c < 0x7f;
        const char *format = visible ? "'%c' means nothing" : "the byte 0x%02x means nothing";
        struct str message = str_printf(l->arena, format, (unsigned char)c);
        lexer_report(l, RULE_SYNTAX, start, start + 1, message.ptr);
    }
    push_slice(l, TOK_ERROR, start, start + 1);
}

static void lex_newline(struct lexer *l) {
    if (l->interpolations.count) {
        lexer_break_strings(l);
        return; /* three quotes go on at the next line */
    }
    push_slice(l, TOK_NEWLINE, l->at, l->at + lexer_newline_at(l, l->at));
}

static void lex_token(struct lexer *l) {
    char c = peek(l, l->at), next = peek(l, l->at + 1);
    if (c == ' ' || c == '\t')
        l->at++;
    else if (lexer_newline_at(l, l->at))
        lex_newline(l);
    else if (c == '#')
        lex_comment(l);
    else if (c == '"' || c == '\'')
        lexer_string(l);
    else if (is_digit(c))
        lex_number(l);
    else if (is_letter(c))
        lex_name(l);
    else if (wrong_quote_at(l, l->at))
        lex_wrong_quotes(l);
    else if (!is_ascii(c))
        lex_beyond_ascii(l);
    else if (c == '/' && (next == '/' || next == '*') && !l->interpolations.count)
        lex_foreign_comment(l);
    else if (c == '=' && next == '>')
        lex_instead(l, 2, TOK_ARROW, "an arrow is written '->'");
    else if (c == '&' && next != '&')
        lex_instead(l, 1, TOK_AND, "'and' is written '&&'");
    else if (punctuation_at(l, l->at) != TOK_END)
        lex_punctuation(l, punctuation_at(l, l->at));
    else
        lex_unknown(l);
}

/* The first place where the source isn't text is one error for the file. */
static void check_text(struct lexer *l) {
    uint32_t bad = (uint32_t)utf8_validate(l->text);
    uint32_t zero = (uint32_t)str_find_char(l->text, '\0', 0);
    if (bad < l->text.len && bad <= zero)
        lexer_report(l, RULE_FILE, bad, bad + 1, "the file is no UTF-8 text");
    else if (zero < l->text.len)
        lexer_report(l, RULE_FILE, zero, zero + 1, "the file holds a NUL byte, so it is no text");
}

void lexer_run(struct arena *a, struct diags *d, struct tree *t, struct str text) {
    struct lexer l = {.arena = a, .diags = d, .tree = t, .text = text};
    check_text(&l);
    if (str_starts(text, STR("\xef\xbb\xbf")))
        l.at = 3;
    while (l.at < text.len) {
        lex_token(&l);
        if (l.at == text.len && l.interpolations.count)
            lexer_break_strings(&l);
    }
    push_slice(&l, TOK_END, l.at, l.at);
}
