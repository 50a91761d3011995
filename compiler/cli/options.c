#include "cli/options.h"

#define IN(command) (1u << COMMAND_##command)
#define IN_ALL (~0u)

const struct command_row command_rows[COMMAND_COUNT] = {
#define COMMAND(id, name, arguments, summary, text) {name, arguments, summary, text},
#include "cli/commands.def"
#undef COMMAND
};

const struct option_row option_rows[OPTION_COUNT] = {
#define OPTION(id, name, letter, argument, commands, words, text)                                  \
    {name, letter, argument, commands, words, text},
#include "cli/options.def"
#undef OPTION
};

bool command_is_listed(enum command_id command) {
    return command_rows[command].summary[0] != '\0';
}

bool option_belongs(enum option_id option, enum command_id command) {
    return option_rows[option].commands & 1u << command;
}

enum command_id command_find(struct str name) {
    int i = 0;
    while (i < COMMAND_COUNT && !str_is(name, command_rows[i].name))
        i++;
    return (enum command_id)i;
}

enum command_id command_nearest(struct str name) {
    enum command_id best = COMMAND_COUNT;
    unsigned least = 4;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        struct str known = str_from(command_rows[i].name);
        unsigned distance = str_distance(name, known, 3);
        if (command_is_listed(i) && str_is_near(name, known) && distance < least)
            best = (enum command_id)i, least = distance;
    }
    return best;
}

static enum option_id option_by_name(struct str name, enum command_id command) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (option_belongs((enum option_id)i, command) && str_is(name, option_rows[i].name))
            return (enum option_id)i;
    return OPTION_COUNT;
}

static enum option_id option_by_letter(char letter, enum command_id command) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (option_belongs((enum option_id)i, command) && letter && option_rows[i].letter == letter)
            return (enum option_id)i;
    return OPTION_COUNT;
}

/* What the user probably meant: a near name, or one that another command has. */
static struct str unknown_option(struct arena *a, struct str name, enum command_id command) {
    struct str message = str_printf(a, "'apic %s' has no option '--%.*s'",
                                    command_rows[command].name, STR_ARG(name));
    for (int i = 0; i < OPTION_COUNT; i++)
        if (option_belongs((enum option_id)i, command) &&
            str_is_near(name, str_from(option_rows[i].name)))
            return str_printf(a, "%.*s; did you mean '--%s'?", STR_ARG(message),
                              option_rows[i].name);
    for (int i = 0; i < OPTION_COUNT; i++)
        for (int c = 0; c < COMMAND_COUNT && str_is(name, option_rows[i].name); c++)
            if (option_belongs((enum option_id)i, (enum command_id)c))
                return str_printf(a, "%.*s; 'apic %s' has", STR_ARG(message), command_rows[c].name);
    return message;
}

static bool give(struct arena *a, struct options *o, enum option_id id, struct str value,
                 struct str *error) {
    const struct option_row *row = &option_rows[id];
    if (row->words && !str_has_word(str_from(row->words), ' ', value)) {
        struct str rest = str_from(row->words), near = STR_NIL;
        while (rest.len) {
            struct str word = str_split(rest, ' ', &rest);
            if (str_is_near(value, word))
                near = word;
        }
        *error = near.len ? str_printf(a, "'--%s' can't be '%.*s'; did you mean '%.*s'?", row->name,
                                       STR_ARG(value), STR_ARG(near))
                          : str_printf(a, "'--%s' can't be '%.*s', expected one of: %s", row->name,
                                       STR_ARG(value), row->words);
        return false;
    }
    vec_push(a, &o->given, (struct given){id, value});
    return true;
}

struct reader {
    struct arena *arena;
    int argc;
    char **argv;
    int at;
    struct str *error;
};

static bool next_value(struct reader *r, const char *shown, struct str *value) {
    if (r->at + 1 >= r->argc) {
        *r->error = str_printf(r->arena, "'%s' needs a value", shown);
        return false;
    }
    *value = str_from(r->argv[++r->at]);
    return true;
}

static bool read_long(struct reader *r, struct options *o, struct str argument) {
    struct str value = STR_NIL, name = argument;
    bool has_value = str_has(argument, '=');
    if (has_value)
        name = str_split(argument, '=', &value);
    enum option_id id = option_by_name(name, o->command);
    if (id == OPTION_COUNT) {
        *r->error = unknown_option(r->arena, name, o->command);
        return false;
    }
    const char *shown = str_printf(r->arena, "--%s", option_rows[id].name).ptr;
    if (has_value && !option_rows[id].argument) {
        *r->error = str_printf(r->arena, "'%s' takes no value", shown);
        return false;
    }
    if (option_rows[id].argument && !has_value && !next_value(r, shown, &value))
        return false;
    return give(r->arena, o, id, value, r->error);
}

/* One or several letters; the last may have its value with it or after it. */
static bool read_letters(struct reader *r, struct options *o, struct str letters) {
    for (size_t i = 0; i < letters.len; i++) {
        enum option_id id = option_by_letter(letters.ptr[i], o->command);
        if (id == OPTION_COUNT) {
            *r->error = str_printf(r->arena, "'apic %s' has no option '-%.*s'",
                                   command_rows[o->command].name, (int)utf8_length(letters, i),
                                   letters.ptr + i);
            return false;
        }
        struct str value = STR_NIL;
        if (option_rows[id].argument) {
            value = str_slice(letters, i + 1, letters.len);
            const char *shown = str_printf(r->arena, "-%c", letters.ptr[i]).ptr;
            if (value.len == 0 && !next_value(r, shown, &value))
                return false;
            i = letters.len;
        }
        if (!give(r->arena, o, id, value, r->error))
            return false;
    }
    return true;
}

/* `apic --help` and `apic --version` need no command. */
static bool read_command(struct reader *r, struct options *o) {
    struct str word = str_from(r->argv[0]);
    o->command = command_find(word);
    if (o->command < COMMAND_COUNT)
        return true;
    bool is_option = str_starts(word, STR("-"));
    if (str_is(word, "--version") || str_is(word, "-V")) {
        o->command = COMMAND_HELP;
        vec_push(r->arena, &o->given, (struct given){OPTION_VERSION, STR_NIL});
        return true;
    }
    if (str_is(word, "--help") || str_is(word, "-h")) {
        o->command = COMMAND_HELP;
        return true;
    }
    enum command_id near = is_option ? COMMAND_COUNT : command_nearest(word);
    if (near < COMMAND_COUNT)
        *r->error = str_printf(r->arena, "there is no command '%.*s'; did you mean '%s'?",
                               STR_ARG(word), command_rows[near].name);
    else if (str_is_near(word, STR("--version")) || str_is_near(word, STR("--help")))
        *r->error =
            str_printf(r->arena, "there is no option '%.*s'; did you mean '--%s'?", STR_ARG(word),
                       str_is_near(word, STR("--help")) ? "help" : "version");
    else if (is_option)
        *r->error = str_printf(r->arena, "expected a command before '%.*s'", STR_ARG(word));
    else if (str_has(word, '.') || str_has(word, '/'))
        *r->error = str_printf(r->arena,
                               "expected a command, found a file; did you mean "
                               "'apic build %.*s'?",
                               STR_ARG(word));
    else
        *r->error = str_printf(r->arena, "there is no command '%.*s'", STR_ARG(word));
    return false;
}

bool options_parse(struct arena *a, struct options *o, int argc, char **argv, struct str *error) {
    struct reader r = {.arena = a, .argc = argc, .argv = argv, .error = error};
    *o = (struct options){.command = COMMAND_HELP};
    if (argc == 0) {
        *error = STR("expected a command");
        return false;
    }
    if (!read_command(&r, o))
        return false;
    bool only_operands = false;
    for (r.at = 1; r.at < argc; r.at++) {
        struct str word = str_from(argv[r.at]);
        bool ok = true;
        if (only_operands || !str_starts(word, STR("-")) || str_is(word, "-"))
            vec_push(a, &o->operands.items, word);
        else if (str_is(word, "--"))
            only_operands = true;
        else if (str_starts(word, STR("--")))
            ok = read_long(&r, o, str_slice(word, 2, word.len));
        else
            ok = read_letters(&r, o, str_slice(word, 1, word.len));
        if (!ok)
            return false;
    }
    return true;
}

bool options_has(const struct options *o, enum option_id id) {
    for (uint32_t i = 0; i < o->given.count; i++)
        if (o->given.items[i].id == id)
            return true;
    return false;
}

struct str options_value(const struct options *o, enum option_id id) {
    for (uint32_t i = o->given.count; i-- > 0;)
        if (o->given.items[i].id == id)
            return o->given.items[i].value;
    return STR_NIL;
}
