#include <string.h>

#include "base/diag.h"
#include "cli/usage.h"
#include "lang/lang.h"

static bool takes_rule(const struct option_row *o) {
    return o->argument && strcmp(o->argument, "RULE") == 0;
}

static void command_names(struct buf *out) {
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (command_is_listed(i))
            buf_printf(out, "%s%s", i ? " " : "", command_rows[i].name);
}

static void rule_names(struct buf *out) {
    for (int i = 1; i < RULE_COUNT; i++)
        buf_printf(out, "%s%s", i > 1 ? " " : "", rules[i].name);
}

/* What completes an argument: words of the table, rule names, or NULL for files. */
static const char *operand_words(struct buf *scratch, enum command_id command) {
    if (command == COMMAND_EXPLAIN) {
        rule_names(scratch);
    } else if (command == COMMAND_HELP) {
        command_names(scratch);
        lang_topics(scratch);
    } else if (command == COMMAND_COMPLETION) {
        buf_c(scratch, "bash zsh fish");
    } else {
        return NULL;
    }
    buf_char(scratch, '\0');
    return scratch->ptr;
}

static void bash_options(struct buf *out, enum command_id command) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (option_belongs((enum option_id)i, command))
            buf_printf(out, " --%s", option_rows[i].name);
}

/* The words of options' arguments, by command and option: `build--target) words='cfn sam' ;;` */
static void bash_arguments(struct buf *out) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *o = &option_rows[i];
        if (!o->words && !takes_rule(o))
            continue;
        for (int c = 0, first = 1; c < COMMAND_COUNT; c++) {
            if (!option_belongs((enum option_id)i, (enum command_id)c) || !command_is_listed(c))
                continue;
            buf_printf(out, "%s%s--%s", first ? "    " : "|", command_rows[c].name, o->name);
            if (o->letter)
                buf_printf(out, "|%s-%c", command_rows[c].name, o->letter);
            first = 0;
        }
        if (takes_rule(o))
            buf_c(out, ") words=$rules ;;\n");
        else
            buf_printf(out, ") words='%s' ;;\n", o->words);
    }
}

/* The options of each command, and the words of its operands. */
static void bash_commands(struct buf *out) {
    for (int c = 0; c < COMMAND_COUNT; c++) {
        if (!command_is_listed(c))
            continue;
        struct buf scratch;
        buf_init(&scratch, out->arena, 0);
        const char *words = operand_words(&scratch, (enum command_id)c);
        buf_printf(out, "        %s) [[ $word = -* ]] && words='", command_rows[c].name);
        bash_options(out, (enum command_id)c);
        buf_c(out, "'");
        if (c == COMMAND_EXPLAIN)
            buf_c(out, " || words=$rules");
        else if (words)
            buf_printf(out, " || words='%s'", words);
        buf_c(out, " ;;\n");
    }
}

static void bash(struct buf *out) {
    buf_c(out, "# bash completion of apic; made by 'apic completion bash'\n"
               "_apic() {\n"
               "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
               "    local command=${COMP_WORDS[1]} words=\n"
               "    local rules='");
    rule_names(out);
    buf_c(out, "'\n"
               "    if [ \"$word\" = = ]; then # bash makes three words of --option=word\n"
               "        word=\n"
               "    elif [ \"$before\" = = ]; then\n"
               "        before=${COMP_WORDS[COMP_CWORD-2]}\n"
               "    fi\n"
               "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
               "        COMPREPLY=($(compgen -W '");
    command_names(out);
    buf_c(out, " --help --version' -- \"$word\"))\n"
               "        return\n"
               "    fi\n"
               "    case $command$before in\n");
    bash_arguments(out);
    buf_c(out, "    esac\n"
               "    if [ -z \"$words\" ]; then\n"
               "        case $command in\n");
    bash_commands(out);
    buf_c(out, "        esac\n"
               "    fi\n"
               "    if [ -n \"$words\" ]; then\n"
               "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
               "    else\n"
               "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
               "    fi\n"
               "}\n"
               "complete -o filenames -F _apic apic\n");
}

/* Text inside '...' of zsh's _arguments and of fish. */
static void quoted(struct buf *out, const char *text, const char *special) {
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            buf_c(out, "'\\''");
        else if (strchr(special, *c))
            buf_printf(out, "\\%c", *c);
        else
            buf_char(out, *c);
    }
}

/* By its name, or by its letter. */
static void zsh_option(struct buf *out, const struct option_row *o, bool letter) {
    buf_c(out, " \\\n            '*");
    if (letter)
        buf_printf(out, "-%c%s[", o->letter, o->argument ? "+" : "");
    else
        buf_printf(out, "--%s%s[", o->name, o->argument ? "=" : "");
    quoted(out, o->text, "[]:\\");
    buf_c(out, "]");
    if (o->words)
        buf_printf(out, ":%s:(%s)", o->argument, o->words);
    else if (takes_rule(o))
        buf_c(out, ":RULE:($rules)");
    else if (o->argument)
        buf_printf(out, ":%s:%s", o->argument, strcmp(o->argument, "FILE") == 0 ? "_files" : " ");
    buf_c(out, "'");
}

static void zsh(struct buf *out) {
    buf_c(out, "#compdef apic\n# zsh completion of apic; made by 'apic completion zsh'\n"
               "_apic() {\n    local -a commands rules\n    rules=(");
    rule_names(out);
    buf_c(out, ")\n    commands=(\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (!command_is_listed(i))
            continue;
        buf_printf(out, "        '%s:", command_rows[i].name);
        quoted(out, command_rows[i].summary, ":\\");
        buf_c(out, "'\n");
    }
    buf_c(out, "    )\n"
               "    if (( CURRENT == 2 )); then\n"
               "        _describe command commands\n"
               "        return\n"
               "    fi\n"
               "    local command=$words[2]\n"
               "    shift words; (( CURRENT-- ))\n"
               "    case $command in\n");
    for (int c = 0; c < COMMAND_COUNT; c++) {
        if (!command_is_listed(c))
            continue;
        struct buf scratch;
        buf_init(&scratch, out->arena, 0);
        const char *words = operand_words(&scratch, (enum command_id)c);
        buf_printf(out, "    %s)\n        _arguments", command_rows[c].name);
        for (int i = 0; i < OPTION_COUNT; i++) {
            if (!option_belongs((enum option_id)i, (enum command_id)c))
                continue;
            zsh_option(out, &option_rows[i], false);
            if (option_rows[i].letter)
                zsh_option(out, &option_rows[i], true);
        }
        if (words)
            buf_printf(out, " \\\n            '*: :(%s)'", words);
        else
            buf_c(out, " \\\n            '*: :_files'");
        buf_c(out, "\n        ;;\n");
    }
    buf_c(out, "    esac\n}\n"
               "# a file of fpath is the function itself; where it is sourced, the function is registered\n"
               "if [ \"$funcstack[1]\" = _apic ]; then _apic \"$@\"; else compdef _apic apic; fi\n");
}

static void fish_option(struct buf *out, int command, const struct option_row *o) {
    buf_printf(out, "complete -c apic -n '__fish_seen_subcommand_from %s' -l %s",
               command_rows[command].name, o->name);
    if (o->letter)
        buf_printf(out, " -s %c", o->letter);
    if (o->argument)
        buf_c(out, " -r");
    if (o->words)
        buf_printf(out, " -f -a '%s'", o->words);
    if (takes_rule(o)) {
        buf_c(out, " -f -a '");
        rule_names(out);
        buf_c(out, "'");
    }
    buf_c(out, " -d '");
    quoted(out, o->text, "\\");
    buf_c(out, "'\n");
}

static void fish(struct buf *out) {
    buf_c(out, "# fish completion of apic; made by 'apic completion fish'\n"
               "complete -c apic -n __fish_use_subcommand -f\n");
    for (int c = 0; c < COMMAND_COUNT; c++) {
        if (!command_is_listed(c))
            continue;
        buf_printf(out, "complete -c apic -n __fish_use_subcommand -a %s -d '",
                   command_rows[c].name);
        quoted(out, command_rows[c].summary, "\\");
        buf_c(out, "'\n");
        struct buf scratch;
        buf_init(&scratch, out->arena, 0);
        const char *words = operand_words(&scratch, (enum command_id)c);
        if (words)
            buf_printf(out, "complete -c apic -n '__fish_seen_subcommand_from %s' -f -a '%s'\n",
                       command_rows[c].name, words);
        for (int i = 0; i < OPTION_COUNT; i++)
            if (option_belongs((enum option_id)i, (enum command_id)c))
                fish_option(out, c, &option_rows[i]);
    }
}

bool usage_completion(struct buf *out, struct str shell) {
    if (str_is(shell, "bash"))
        bash(out);
    else if (str_is(shell, "zsh"))
        zsh(out);
    else if (str_is(shell, "fish"))
        fish(out);
    else
        return false;
    return true;
}
