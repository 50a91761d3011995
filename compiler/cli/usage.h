/* Texts made of the tables of commands and options. */
#ifndef CLI_USAGE_H
#define CLI_USAGE_H

#include "cli/options.h"

/* What `apic help` says, and `apic help COMMAND`. */
void usage_overview(struct buf *out);
void usage_command(struct buf *out, enum command_id command);
/* Completions for "bash", "zsh" or "fish"; false for another shell. */
bool usage_completion(struct buf *out, struct str shell);
/* A piece of the man page: "synopsis", "commands", "rules"; false for another. */
bool usage_man(struct buf *out, struct str piece);

#endif
