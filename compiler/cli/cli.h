/* The command line program: the only part of apic that prints, reads the environment, or exits. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

enum exit_code {
    EXIT_DONE = 0,
    EXIT_ERRORS = 1, /* the sources have errors */
    EXIT_MISUSE = 2, /* of the command line, or a file that can't be read or written */
};

/* Runs apic; returns its exit code. */
int cli_main(int argc, char **argv);

#endif
