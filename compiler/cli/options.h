/* The command line: commands.def and options.def are its tables. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/buf.h"
#include "base/os.h"

enum command_id {
#define COMMAND(id, name, arguments, summary, text) COMMAND_##id,
#include "cli/commands.def"
#undef COMMAND
    COMMAND_COUNT
};

enum option_id {
#define OPTION(id, name, letter, argument, commands, words, text) OPTION_##id,
#include "cli/options.def"
#undef OPTION
    OPTION_COUNT
};

struct command_row {
    const char *name, *arguments, *summary, *text;
};

struct option_row {
    const char *name;
    char letter;
    const char *argument;
    unsigned commands; /* bits 1 << enum command_id */
    const char *words; /* separated by blanks */
    const char *text;
};

extern const struct command_row command_rows[COMMAND_COUNT];
extern const struct option_row option_rows[OPTION_COUNT];

bool command_is_listed(enum command_id command); /* in usage and completions */
bool option_belongs(enum option_id option, enum command_id command);

struct given {
    enum option_id id;
    struct str value;
};

struct options {
    enum command_id command; /* COMMAND_COUNT: none */
    VEC(struct given) given; /* in order */
    struct str_list operands;
};

/* Reads a command line (without the program's name). False when it is misused; *error is then one
   line, with a suggestion where one is near. */
bool options_parse(struct arena *a, struct options *o, int argc, char **argv, struct str *error);
bool options_has(const struct options *o, enum option_id id);
/* The last value given, or nil. */
struct str options_value(const struct options *o, enum option_id id);

/* The command that a name means, or COMMAND_COUNT. */
enum command_id command_find(struct str name);
/* The command nearest to a misspelt name, or COMMAND_COUNT. */
enum command_id command_nearest(struct str name);

#endif
