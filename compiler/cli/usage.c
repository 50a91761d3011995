#include "cli/usage.h"

#include <string.h>

#include "base/render.h"
#include "lang/lang.h"

enum { LEFT = 28 }; /* columns of names in help */

/* Words one after the other, in lines of at most 80 columns. */
static void fill(struct buf *out, struct str words) {
    size_t column = 0;
    while (words.len) {
        struct str word = str_split(words, ' ', &words);
        bool breaks = column == 0 || column + 1 + word.len > 80;
        buf_printf(out, "%s%.*s", breaks ? column ? "\n  " : "  " : " ", STR_ARG(word));
        column = breaks ? 2 + word.len : column + 1 + word.len;
    }
    buf_char(out, '\n');
}

void usage_overview(struct buf *out) {
    buf_c(out, "apic " APIC_VERSION ", a compiler and linter for serverless API stacks on AWS\n\n"
               "usage: apic COMMAND [OPTION...] [ARGUMENT...]\n\n");
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (command_is_listed(i))
            buf_printf(out, "  %-12s %s\n", command_rows[i].name, command_rows[i].summary);
    buf_c(out, "\n'apic help COMMAND' shows a command's options, "
               "'apic help cors' who has an attribute of\n"
               "that name, 'apic help table' all of a construct's:\n\n");
    struct buf topics;
    buf_init(&topics, out->arena, 0);
    lang_topics(&topics);
    fill(out, str_slice(buf_view(&topics), 1, topics.len));
    buf_c(out, "\nExit status: 0 done, 1 errors in the sources, 2 misuse or a file's failure.\n");
}

static void option_names(struct buf *out, const struct option_row *row) {
    if (row->letter)
        buf_printf(out, "-%c, ", row->letter);
    else
        buf_c(out, "    ");
    buf_printf(out, "--%s", row->name);
    if (row->argument)
        buf_printf(out, " %s", row->argument);
}

void usage_command(struct buf *out, enum command_id command) {
    const struct command_row *row = &command_rows[command];
    buf_printf(out, "usage: apic %s [OPTION...] %s\n\n%s\n\n", row->name, row->arguments,
               row->text);
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!option_belongs((enum option_id)i, command))
            continue;
        struct buf names;
        buf_init(&names, out->arena, 0);
        option_names(&names, &option_rows[i]);
        buf_printf(out, "  %-*.*s %s\n", LEFT, (int)names.len, names.ptr, option_rows[i].text);
    }
}

static void man_synopsis(struct buf *out) {
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (!command_is_listed(i))
            continue;
        buf_printf(out, ".SY \"apic %s\"\n", command_rows[i].name);
        for (int j = 0; j < OPTION_COUNT; j++) {
            const struct option_row *o = &option_rows[j];
            if (!option_belongs((enum option_id)j, (enum command_id)i) || o->commands == ~0u)
                continue;
            buf_printf(out, ".OP \\-\\-%s%s%s\n", o->name, o->argument ? " " : "",
                       o->argument ? o->argument : "");
        }
        buf_printf(out, "%s\n.YS\n", command_rows[i].arguments);
    }
}

/* Text with what roff would take for its own made harmless. */
static void man_text(struct buf *out, const char *text) {
    for (const char *c = text; *c; c++) {
        if (c == text || c[-1] == '\n')
            if (*c == '.' || *c == '\'')
                buf_c(out, "\\&");
        if (*c == '\\')
            buf_c(out, "\\e");
        else if (*c == '-')
            buf_c(out, "\\-");
        else
            buf_char(out, *c);
    }
}

static void man_commands(struct buf *out) {
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (!command_is_listed(i))
            continue;
        buf_printf(out, ".SS apic %s %s\n", command_rows[i].name, command_rows[i].arguments);
        man_text(out, command_rows[i].text);
        buf_char(out, '\n');
        for (int j = 0; j < OPTION_COUNT; j++) {
            const struct option_row *o = &option_rows[j];
            if (!option_belongs((enum option_id)j, (enum command_id)i) || o->commands == ~0u)
                continue;
            buf_c(out, ".TP\n");
            if (o->letter)
                buf_printf(out, "\\fB\\-%c\\fR, ", o->letter);
            buf_c(out, "\\fB\\-\\-");
            man_text(out, o->name);
            buf_c(out, "\\fR");
            if (o->argument)
                buf_printf(out, " \\fI%s\\fR", o->argument);
            buf_char(out, '\n');
            man_text(out, o->text);
            buf_char(out, '\n');
        }
    }
}

/* The first rule of the same subject. */
static int subject_first(int rule) {
    int first = 1;
    while (strcmp(rules[first].subject, rules[rule].subject) != 0)
        first++;
    return first;
}

static void man_rules(struct buf *out) {
    for (int i = 1; i < RULE_COUNT; i++) {
        if (subject_first(i) != i)
            continue;
        buf_printf(out, ".SS %s\n", rules[i].subject);
        for (int j = i; j < RULE_COUNT; j++) {
            if (subject_first(j) != i)
                continue;
            buf_printf(out, ".TP\n%s \\fB", rules[j].code);
            man_text(out, rules[j].name);
            buf_printf(out, "\\fR (%s)\n", render_level(rules[j].level));
            man_text(out, rules[j].summary);
            buf_char(out, '\n');
        }
    }
}

bool usage_man(struct buf *out, struct str piece) {
    if (str_is(piece, "synopsis"))
        man_synopsis(out);
    else if (str_is(piece, "commands"))
        man_commands(out);
    else if (str_is(piece, "rules"))
        man_rules(out);
    else
        return false;
    return true;
}
